"""A letter to a vendor: what the facts of a plan leave open, with wording to fall back on. Pure.

Only this module knows what to ask for which answer. Everything in it is a draft, for a person to send.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from extractors.model import Answer, Fact, Family


@dataclass(frozen=True, slots=True)
class _Matter:
    """What is asked about one family."""

    question: str
    wording: str
    """What would settle it."""
    settled: frozenset[Answer]
    """Answers that leave nothing to ask."""


_MATTERS: Final[Mapping[Family, _Matter]] = {
    Family.TRAINING: _Matter(
        question="Are our inputs and outputs on this plan used to train or improve any model, yours or a "
        "third party's? If a setting decides it, what is it by default, and who can change it?",
        wording="Vendor shall not use Customer's inputs or outputs to train, fine-tune or otherwise improve "
        "any model, and shall not permit others to do so.",
        settled=frozenset({Answer.PROHIBITED}),
    ),
    Family.RETENTION: _Matter(
        question="How many days are our inputs and outputs kept on this plan, logs and backups included, and "
        "what deletes them?",
        wording="Vendor shall delete Customer's inputs and outputs within 30 days of their processing, "
        "copies in logs and backups included.",
        settled=frozenset({Answer.NONE, Answer.BOUNDED}),
    ),
    Family.REUSE: _Matter(
        question="Apart from running the service for us, what else are our inputs and outputs used for: "
        "product improvement, human review, marketing, sharing?",
        wording="Vendor shall process Customer's inputs and outputs solely to provide the service to "
        "Customer.",
        settled=frozenset({Answer.SERVICE_ONLY}),
    ),
}

_SAYS: Final[Mapping[Answer, str]] = {
    Answer.SILENT: "We found nothing on this in your terms.",
    Answer.CONFLICTING: "Your terms seem to contradict each other here.",
    Answer.UNREAD: "We could not read all documents that govern this.",
}


def draft_letter(tool: str, plan: str, facts: Iterable[Fact], unread: Iterable[str]) -> str:
    """A letter in plain text on a plan of a tool; `unread` are documents that the terms name.

    Empty where there is nothing to ask.
    """
    known = {fact.family: fact for fact in facts}
    asks = [_ask(known.get(family), matter) for family, matter in _MATTERS.items()]
    documents = list(dict.fromkeys(unread))
    if documents:
        named = "\n".join(f"   - {name}" for name in documents)
        asks.append(f"Your terms make these documents a part of themselves. Please send us them:\n{named}")
    numbered = [f"{at}. {one}" for at, one in enumerate(filter(None, asks), 1)]
    if not numbered:
        return ""
    opening = (
        f"We are vetting {tool} ({plan}) for use in production work. Please answer in writing, or point us "
        "to the sentence in your terms:"
    )
    return "\n\n".join(["Hello,", opening, *numbered, "Kind regards"])


def _ask(fact: Fact | None, matter: _Matter) -> str:
    if fact is not None and fact.answer in matter.settled:
        return ""
    lines = [matter.question, _said(fact), f"   Wording that would settle it: “{matter.wording}”"]
    return "\n".join(filter(None, lines))


def _said(fact: Fact | None) -> str:
    """What their terms say on it so far."""
    if fact is not None and fact.citations:
        return f"   Your terms say: “{fact.citations[0].clause.quote}”"
    told = _SAYS.get(Answer.UNREAD if fact is None else fact.answer)
    return f"   {told}" if told else ""
