"""What comes of a question, in the standard's words: the decision, and the context that explains it.

Only this module knows the form of that context. Reasons have the standard's shape beside our own; obligations
follow the working group's obligations profile, and a denial that people can lift its access request profile.
Both are drafts (July 2026).
"""

from collections.abc import Sequence
from typing import Any, Final

from app.lookup.answer import (
    SHOWN_NAME,
    attestation_shown,
    duty_shown,
    evidence_shown,
    reason_shown,
    ruleset_of,
    time_shown,
)
from app.lookup.authzen.form import Ask
from app.lookup.index import LookupIndex
from app.lookup.outcome import Outcome
from registry.model import Duty, Evaluation, EvaluationStatus, Reason

OBLIGATION_TYPE: Final = "custom"
"""None of the profile's own types says what must hold while a tool is used."""

_LANGUAGE: Final = "en"
_TEMPLATES: Final = {
    EvaluationStatus.ESCALATE: ("written_approval", "Ask for a written approval"),
    EvaluationStatus.PENDING: ("vetting", "Ask for a decision on this tool"),
    EvaluationStatus.UNKNOWN: ("vetting", "Ask for this tool to be vetted"),
}
"""Denials that people can lift. What is denied outright stays so until its cause is gone."""
_OTHER_WAYS: Final = frozenset({"tool.ambiguous", "registry.in_doubt", "action.unknown", "resource.unknown"})
"""Reasons why a request would be in vain: the question has to be put otherwise, or again."""


def context_of(index: LookupIndex, ask: Ask, outcome: Outcome, requests_url: str) -> dict[str, Any]:
    """The context of a decision, but for its id. Without `requests_url` no denial is requestable."""
    evaluation = outcome.evaluation
    first = evaluation.reasons[0]
    context: dict[str, Any] = {
        "status": evaluation.status,
        "reason": first.rule,
        "reasons": [reason_shown(one) for one in evaluation.reasons],
        "obligations": obligations_shown(evaluation.duties),
        "attestations": [attestation_shown(one) for one in evaluation.attestations],
        "emergency": evaluation.emergency,
        "tool": outcome.standing.tool if outcome.standing else ask.id[:SHOWN_NAME],
        "plan": evaluation.plan,
        "evidence_at": None if evaluation.evidence_at is None else time_shown(evaluation.evidence_at),
        "valid_until": time_shown(evaluation.valid_until),
        "revision": index.revision,
        "policy": evaluation.policy,
        "ruleset": ruleset_of(outcome),
        "contact": evaluation.contact,
        "candidates": outcome.candidates,
    }
    if not evaluation.decision:
        context["reason_user"] = {_LANGUAGE: _for_a_user(first, first.contact or evaluation.contact)}
        context["reason_admin"] = {
            _LANGUAGE: "; ".join(f"{one.rule}: {one.message}" for one in evaluation.reasons)
        }
        if requests_url and evaluation.status in _TEMPLATES and first.rule not in _OTHER_WAYS:
            context["access_request"] = _access_request(evaluation, requests_url)
    if ask.evidence:
        context |= evidence_shown(evaluation.evidence)
    return context


def obligations_shown(duties: Sequence[Duty]) -> list[dict[str, Any]]:
    """What must hold while the tool is used; whoever cannot see to it must not use the tool.

    Properties are the profile's for obligations of our own, then ours as every answer has them.
    """
    return [_obligation(one, at) for at, one in enumerate(duties, 1)]


def _obligation(one: Duty, at: int) -> dict[str, Any]:
    known = {name: value for name, value in duty_shown(one).items() if value is not None}
    if one.asked is None:
        del known["obligation"]
    return {
        "id": known.pop("id", f"obligation-{at}"),
        "type": OBLIGATION_TYPE,
        "properties": {"vendor": "termgate", "statement": one.text, **known},
    }


def malformed_context(message: str, pointer: str) -> dict[str, Any]:
    """The context of an item that cannot be understood: never an allow."""
    return {
        "status": EvaluationStatus.UNKNOWN,
        "reason": "question.malformed",
        "error": {"status": 400, "message": message, "pointer": pointer},
    }


def _for_a_user(reason: Reason, contact: str) -> str:
    return " ".join(part for part in (reason.message, reason.remedy, f"Contact: {contact}.") if part)


def _access_request(evaluation: Evaluation, requests_url: str) -> dict[str, Any]:
    """What to send where, bound to the decision by the id beside it, and by a token (binding.py)."""
    template, title = _TEMPLATES[evaluation.status]
    first = evaluation.reasons[0]
    remedies = dict.fromkeys(one.remedy for one in evaluation.reasons if one.remedy)
    attach = dict.fromkeys(name for one in evaluation.reasons for name in one.attach)
    return {
        "endpoint": requests_url,
        "template": template,
        "expires_at": time_shown(evaluation.valid_until),
        "display": {
            "title": title,
            "description": " ".join(remedies),
            "contact": first.contact or evaluation.contact,
            "attach": list(attach),
        },
    }
