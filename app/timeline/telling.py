"""A page of a timeline in plain words: the one shape that the API and the command line both give."""

from typing import Any

from app.timeline.facts import Shown, Standing
from app.timeline.page import TimelinePage
from extractors.model import Citation, Clause, Fact
from registry.happenings import Happening
from registry.model import Change


def told(plan: str, page: TimelinePage) -> dict[str, Any]:
    """What a page holds, ready for JSON but for its times; `plan` is the plan's full name."""
    return {
        "plan": plan,
        "ruleset": page.ruleset,
        "before": None if page.before is None else _standing(page.before),
        "standings": [_standing(one) for one in page.standings],
        "happenings": [_happening(one) for one in page.happenings],
        "next": page.next,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "at": standing.at,
        "cause": standing.cause,
        "facts": [_fact(fact) for fact in standing.facts],
        "changes": [_change(change) for change in standing.changes],
        "documents": [_document(shown) for shown in standing.documents],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "family": fact.family,
        "answer": fact.answer,
        "days": fact.days,
        "passages": [_passage(citation) for citation in fact.citations],
        "missing": list(fact.missing),
    }


def _passage(citation: Citation) -> dict[str, Any]:
    clause = citation.clause
    return {
        "source": citation.source,
        "quote": clause.quote,
        "heading": clause.heading,
        "stance": clause.stance,
        "rule": clause.rule,
        "digest": clause.digest,
        "start": clause.start,
        "end": clause.end,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "family": change.family,
        "direction": change.direction,
        "before": change.before,
        "after": change.after,
        "before_quotes": _quotes([one.before for one in change.clauses]),
        "after_quotes": _quotes([one.after for one in change.clauses]),
    }


def _quotes(clauses: list[Clause | None]) -> list[str]:
    return list(dict.fromkeys(clause.quote for clause in clauses if clause is not None))


def _document(shown: Shown) -> dict[str, Any]:
    text = shown.text
    return {
        "source": shown.source,
        "since": shown.since,
        "origin": shown.origin,
        "stored_as": None if text is None else text.place,
        "digest": None if text is None else text.digest,
        "ruleset": None if text is None else text.ruleset,
        "unlisted": 0 if text is None else text.unlisted,
    }


def _happening(one: Happening) -> dict[str, Any]:
    return {
        "at": one.at,
        "kind": one.kind,
        "actor": one.actor,
        "what": one.what,
        "told": one.told,
        "reference": one.reference,
    }
