"""How what happened to a tool is worded: who did what, and why the machine judged anew."""

from collections.abc import Mapping
from typing import Final

from app.ui.words import plain
from registry.happenings import Happening, Kind
from registry.recent import Event, News

_DONE: Final[Mapping[str, str]] = {
    "submit": "submitted the tool",
    "approve": "approved",
    "approve_with_conditions": "approved with conditions",
    "reject": "rejected",
    "suspend": "suspended",
    "reopen": "opened again for a decision",
    "propose": "would approve; a second person has to confirm it",
    "request": "asked for an approval",
    "withdraw_request": "withdrew a request",
    "put_source": "changed a source",
    "retire_source": "retired a source",
    "put_plan": "changed a plan",
    "retire_plan": "retired the plan",
    "put_alias": "added a name",
    "remove_alias": "removed a name",
    "correct": "corrected the reading",
    "withdraw_correction": "withdrew a correction",
    "review_reading": "read a document from beginning to end",
    "attest": "attested an obligation",
    "vet": "asked for a look",
    "source_failing": "found that a source cannot be read",
    "source_recovered": "could read a source again",
    "import_versions": "took in recorded versions",
}
_JUDGED: Final[Mapping[str, str]] = {
    "first": "First assessment",
    "terms": "The terms changed",
    "rules": "Our rules, policy or sources changed",
    "correction": "A correction was taken in",
}
_LOOKED: Final[Mapping[str, str]] = {
    "first_look": "First look at the documents",
    "recrawl": "Looked at the documents",
    "reread": "Read the stored documents again",
}


def told_of_plan(one: Happening) -> str:
    """What happened to a plan, in words, with the reason that was given."""
    match one.kind:
        case Kind.LOOKED_AT:
            return _LOOKED.get(one.what, plain(one.what))
        case Kind.FLAGGED:
            return f"A change waits for a person: {one.what}, {plain(one.told or '')}"
        case _:
            done = f"{one.actor} {_DONE.get(one.what, plain(one.what))}"
            return f"{done}: {one.told}" if one.told else done


def told(event: Event) -> str:
    """What happened, in words."""
    match event.news:
        case News.PERSON:
            return f"{event.actor} {_DONE.get(event.what, plain(event.what))}"
        case News.FACTS:
            return _JUDGED.get(event.what, plain(event.what))
        case News.LOOK:
            return _LOOKED.get(event.what, plain(event.what))
