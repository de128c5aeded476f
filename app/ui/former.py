"""What was approved before, to be approved again on the same terms: as a ruling, or as fields of the form.

Only this module knows which parts of a decision carry over. Its reason, its end and what the policy asks for
by itself do not: those are said anew.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.db import Session
from app.ui.typed import Typed
from registry.attestations import obligations_of
from registry.judgements import decision_of, decisions_of
from registry.model import Decision, Obligation, Verdict
from registry.rulings import Ruling
from registry.tables import PlanRow

APPROVALS = frozenset({Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS})


def former_approval(session: Session, plan: PlanRow) -> Decision | None:
    """The newest approval of a plan, whether it holds or not; none of an emergency, which ends by itself."""
    rows = (row for row in decisions_of(session, plan.id) if row.verdict in APPROVALS and not row.emergency)
    row = next(rows, None)
    if row is None:
        return None
    return decision_of(row, "", (), obligations_of(session, [row.id]).get(row.id, ()))


def renewed(decision: Decision, asked: Sequence[Obligation], said: Ruling) -> Ruling:
    """The approval once more, with the reason, the end, the assessment and the changes that are said."""
    own = _own(decision, asked)
    return replace(
        said,
        verdict=decision.verdict,
        scope=decision.scope,
        conditions=decision.conditions,
        obligations=tuple(own),
    )


def fields_of(decision: Decision, asked: Sequence[Obligation]) -> Typed:
    """Its verdict, scope, conditions and own obligations; `asked`: those that the policy wants by itself."""
    fields = {
        "verdict": [decision.verdict.value],
        "conditions": ["\n".join(decision.conditions)],
        **{f"scope.{name}": sorted(values) for name, values in decision.scope.covers.items()},
    }
    for at, one in enumerate(_own(decision, asked)):
        fields |= _obligation(f"obligation.{at}", one)
    return Typed(fields)


def _own(decision: Decision, asked: Sequence[Obligation]) -> list[Obligation]:
    by_itself = {one.text for one in asked}
    return [one.asked for one in decision.obligations if one.asked.text not in by_itself]


def _obligation(row: str, one: Obligation) -> dict[str, list[str]]:
    return {
        f"{row}.text": [one.text],
        f"{row}.by": [one.attested_by],
        f"{row}.evidence": [one.evidence],
        f"{row}.renew": [] if one.renew_after_days is None else [str(one.renew_after_days)],
        f"{row}.before_use": ["yes"] if one.before_use else [],
    }
