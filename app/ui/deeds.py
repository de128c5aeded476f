"""How the audit log reads: each event as a sentence, with its reason, and what else is known of it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from app.ui.words import plain
from registry.deeds import Deed

DONE: Final[Mapping[str, str]] = {
    "submit": "submitted",
    "vet": "asked for a look at",
    "assess": "assessed",
    "request": "asked for an approval of",
    "withdraw_request": "withdrew a request for",
    "propose": "proposed, for a second person to confirm, an approval of",
    "approve": "approved",
    "approve_with_conditions": "approved with conditions",
    "reject": "rejected",
    "suspend": "suspended",
    "reopen": "opened again for a decision",
    "attest": "attested an obligation of",
    "correct": "corrected the reading of",
    "withdraw_correction": "withdrew a correction of",
    "review_reading": "read from beginning to end a document of",
    "put_source": "set a source of",
    "retire_source": "retired a source of",
    "put_plan": "set a plan of",
    "retire_plan": "retired",
    "put_alias": "added a name of",
    "remove_alias": "removed a name of",
    "upload": "uploaded a document for",
    "capture": "brought a saved page for",
    "discover": "had terms searched at",
    "pass_over": "wants no source of a page found at",
    "put_back": "wants to look again at a page found at",
    "source_failing": "found that nothing can be read any more from a source of",
    "source_recovered": "could read again a source of",
    "import_versions": "took in recorded versions for",
    "list_catalogue": "listed the",
    "list_declared": "listed from declarations",
    "adopt_policy": "put in force the policy",
    "create_key": "made the API key",
    "revoke_key": "ended the API key",
    "create_webhook": "added the webhook",
    "rotate_webhook_secret": "made a new secret for the webhook",
    "switch_webhook_on": "switched on the webhook",
    "switch_webhook_off": "switched off the webhook",
    "test_webhook": "sent a test to the webhook",
    "delete_webhook": "deleted the webhook",
    "make_sign_in": "made a sign-in link for",
    "sign_in": "signed in",
    "sign_out": "signed out",
    "end_visits": "ended all visits of",
    "add_person": "came to know",
    "refuse_sign_in": "did not let in",
    "block_person": "keeps out",
    "admit_person": "lets in again",
}
"""By the action's name, in the order a tool meets them; a subject follows, unless it is the actor."""
_OF_NOTICES: Final[Mapping[str, str]] = {
    "open": "put before people ({kind}) a source of",
    "close": "closed as settled ({kind}) a notice of",
    "accept": "accepted as the terms ({kind}) a text of",
    "dismiss": "dismissed ({kind}) a text of",
    "release": "believes again ({kind}) a page of",
}
"""What is done with notices, of which there are several kinds: `open_swapped`."""
_PREFIXES: Final = ("key:", "person:", "webhook:")
"""What the sentence says already."""


class Told(NamedTuple):
    """A sentence in its parts, and what is told on demand."""

    done: str
    subject: str
    plan: str
    """The tool or plan that the subject is, to lead there; empty where it is something else."""
    reason: str
    details: tuple[tuple[str, str], ...]


def told(deed: Deed) -> Told:
    """An event, in words."""
    subject = deed.subject
    for prefix in _PREFIXES:
        subject = subject.removeprefix(prefix)
    is_tool = subject == deed.subject and subject.count("/") == 1 and ":" not in subject
    if subject == deed.actor:
        subject = ""  # who signs in does so themselves; the sentence has the name already
    reason = deed.detail.get("reason")
    return Told(
        done=_done(deed.action),
        subject=subject,
        plan=subject if is_tool else "",
        reason=reason if isinstance(reason, str) else "",
        details=tuple(_details(deed.detail)),
    )


def sentence(deed: Deed) -> str:
    """The same in one line, for files."""
    words = told(deed)
    reason = f": {words.reason}" if words.reason else ""
    return f"{deed.actor} {words.done} {words.subject}".rstrip() + reason


def _done(action: str) -> str:
    verb, _, kind = action.partition("_")
    if action not in DONE and verb in _OF_NOTICES:
        return _OF_NOTICES[verb].format(kind=plain(kind))
    return DONE.get(action, f"{plain(action)}:")


def _details(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in detail.items():
        if name != "reason" and value not in (None, "", [], {}):
            yield plain(name), _spelt(value)


def _spelt(value: Any) -> str:
    """A value as people read it, whatever is in it."""
    match value:
        case Mapping():
            return "; ".join(f"{plain(str(name))}: {_spelt(one)}" for name, one in value.items())
        case list() | tuple():
            return ", ".join(_spelt(one) for one in value)
        case None:
            return "none"
        case _:
            return str(value)
