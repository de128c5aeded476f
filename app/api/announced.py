"""How a plan will stand from the day that its terms announce, as answers show it."""

from datetime import date

from pydantic import Field

from app.api.forms import Shown
from app.foreseeing import Foreseen
from extractors.model import Answer, Family
from registry.model import Recommendation, Status


class ForeseenFact(Shown):
    """An answer that will hold."""

    family: Family
    answer: Answer
    days: int | None
    quotes: list[str]


class AnnouncedShown(Shown):
    """How the plan will stand from the day that its terms announce, if nobody decides until then.

    Until that day the worse of both texts counts.
    """

    on: date
    recommendation: Recommendation
    violations: list[str] = Field(description="Requirements that will fail, the gravest first.")
    facts: list[ForeseenFact]
    status: Status
    changes: list[Family] = Field(description="Families whose facts will differ from today's.")


def announced_shown(found: Foreseen) -> AnnouncedShown:
    """What is foreseen, as answers show it."""
    return AnnouncedShown(
        on=found.on,
        recommendation=found.assessment.recommendation,
        violations=[one.message for one in found.assessment.violations],
        facts=[
            ForeseenFact(
                family=fact.family,
                answer=fact.answer,
                days=fact.days,
                quotes=[one.clause.quote for one in fact.citations],
            )
            for fact in found.assessment.facts
        ],
        status=found.status,
        changes=[change.family for change in found.changes],
    )
