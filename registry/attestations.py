"""Obligations of decisions and what was attested of them, as rows: added, never edited."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Select
from sqlmodel import Session, col, func, select

from registry.journal import note, raise_revision
from registry.judgements import last_decision
from registry.model import Attestation, DecidedObligation, Obligation
from registry.store import plan_name
from registry.tables import AttestationRow, DecisionRow, ObligationRow, PlanRow, ToolRow


class AttestationRefusedError(Exception):
    """An attestation that cannot be recorded as it is; the message says what to change."""


def impose(session: Session, decision: DecisionRow, obligations: Iterable[Obligation]) -> None:
    """Add the obligations of a decision, each once."""
    for one in dict.fromkeys(obligations):
        session.add(
            ObligationRow(
                public_id=f"obl_{secrets.token_hex(8)}",
                decision_id=decision.id,
                text=one.text,
                attested_by=one.attested_by,
                evidence=one.evidence,
                renew_after_days=one.renew_after_days,
                before_use=one.before_use,
            )
        )
    session.flush()


def find_obligation(session: Session, public_id: str) -> ObligationRow | None:
    """An obligation by its public identifier."""
    return session.exec(select(ObligationRow).where(ObligationRow.public_id == public_id)).first()


def attest(session: Session, row: ObligationRow, attestation: Attestation) -> DecidedObligation:
    """Record that an obligation holds. Raises `AttestationRefusedError` where nothing rests on it."""
    if not attestation.evidence.strip():
        raise AttestationRefusedError("say what shows it: an address, a file, a sentence")
    if attestation.until is not None and attestation.until <= attestation.at:
        raise AttestationRefusedError("until lies in the past; name a moment to come, or leave it out")
    decision = session.get_one(DecisionRow, row.decision_id)
    newest = last_decision(session, decision.plan_id)
    if newest is None or newest.id != decision.id or decision.expires_at <= attestation.at:
        raise AttestationRefusedError(
            f"decision {decision.public_id} is not in force any more; attest those of the newest one"
        )
    session.add(
        AttestationRow(
            obligation_id=row.id,
            attested_by=attestation.by,
            evidence=attestation.evidence,
            attested_at=attestation.at,
            until=attestation.until,
        )
    )
    plan = session.get_one(PlanRow, decision.plan_id)
    tool = session.get_one(ToolRow, plan.tool_id)
    raise_revision(session, (tool.id,))
    note(
        session,
        attestation.at,
        attestation.by,
        "attest",
        plan_name(tool, plan),
        obligation=row.public_id,
        evidence=attestation.evidence,
        until=None if attestation.until is None else attestation.until.isoformat(),
    )
    session.flush()
    return _decided(row, attestation)


def obligations_of(
    session: Session, decisions: Select[int] | Sequence[int]
) -> Mapping[int, tuple[DecidedObligation, ...]]:
    """The obligations of decisions with their newest attestations, by decision, in the order they were made.

    `decisions`: their identifiers, or the query that gives them.
    """
    rows = session.exec(
        select(ObligationRow)
        .where(col(ObligationRow.decision_id).in_(decisions))
        .order_by(col(ObligationRow.id))
    ).all()
    newest = (
        select(func.max(AttestationRow.id))
        .where(
            col(AttestationRow.obligation_id).in_(
                select(ObligationRow.id).where(col(ObligationRow.decision_id).in_(decisions))
            )
        )
        .group_by(col(AttestationRow.obligation_id))
    )
    attested = {
        one.obligation_id: Attestation(one.attested_by, one.evidence, one.attested_at, one.until)
        for one in session.exec(select(AttestationRow).where(col(AttestationRow.id).in_(newest)))
    }
    found: defaultdict[int, list[DecidedObligation]] = defaultdict(list)
    for row in rows:
        found[row.decision_id].append(_decided(row, attested.get(row.id)))
    return {decision: tuple(obligations) for decision, obligations in found.items()}


def _decided(row: ObligationRow, attestation: Attestation | None) -> DecidedObligation:
    asked = Obligation(row.text, row.attested_by, row.evidence, row.renew_after_days, row.before_use)
    return DecidedObligation(row.public_id, asked, attestation)
