"""What decisions want attested, and attesting it."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, status
from pydantic import Field

from app.api.forms import Form, Line, Moment, Prose, Shown
from app.api.house import Here
from app.auth import Manager
from app.errors import OF_BODY, NotFoundError, answers
from registry.attestations import AttestationRefusedError, attest, find_obligation
from registry.holding import lapses_at, state_of
from registry.model import Attestation, DecidedObligation, Obligation, ObligationState

router = APIRouter(tags=["decisions"])


class NewObligation(Form):
    """What must be attested to hold."""

    obligation: Prose = Field(description="What must hold.")
    attested_by: Line = Field(description="Who attests it: a role or a person, in words.")
    evidence: Line = Field(description="What shows it, in words.")
    renew_after_days: int | None = Field(
        default=None,
        ge=1,
        le=731,
        description="How long an attestation counts; none: with the decision.",
    )
    before_use: bool = Field(default=True, description="Whether nothing is allowed until it is attested.")


class NewAttestation(Form):
    """Somebody's word that an obligation holds."""

    evidence: Prose = Field(description="What shows it: an address, a file, a sentence.")
    until: Moment | None = Field(default=None, description="When it lapses by itself.")


class AttestationShown(Shown):
    """What was attested."""

    by: str
    evidence: str
    at: datetime
    until: datetime | None


class ObligationShown(Shown):
    """An obligation of a decision, and how far it is met."""

    id: str
    obligation: str
    attested_by: str = Field(description="Who is to attest it, in words.")
    evidence: str = Field(description="What shows it, in words.")
    renew_after_days: int | None
    before_use: bool
    state: ObligationState
    until: datetime | None = Field(description="When what was attested lapses by itself.")
    attestation: AttestationShown | None = Field(description="The newest.")


_ATTESTATIONS: Final = {
    "setting": {
        "summary": "A setting was looked at, and will be again",
        "value": {
            "evidence": "Screenshot of the data settings, ticket 4711.",
            "until": "2027-06-30T00:00:00Z",
        },
    },
}


@router.post(
    "/v1/obligations/{obligation}/attestations",
    status_code=status.HTTP_201_CREATED,
    responses=answers(NotFoundError, AttestationRefusedError, *OF_BODY),
)
def attest_obligation(
    obligation: Annotated[
        str,
        Path(description="Identifier of the obligation.", max_length=100, examples=["obl_0123456789abcdef"]),
    ],
    form: Annotated[NewAttestation, Body(openapi_examples=_ATTESTATIONS)],
    caller: Manager,
    house: Here,
) -> ObligationShown:
    """Attest that an obligation holds; look-ups hear of it at once."""
    now = house.now()
    with house.sessions() as session:
        row = find_obligation(session, obligation)
        if row is None:
            raise NotFoundError(
                f"no decision has an obligation {obligation!r}; a plan lists those of its own"
            )
        return obligation_shown(
            attest(session, row, Attestation(caller.name, form.evidence, now, form.until)), now
        )


def obligation_of(form: NewObligation) -> Obligation:
    """The obligation that a form asks for."""
    return Obligation(
        text=form.obligation,
        attested_by=form.attested_by,
        evidence=form.evidence,
        renew_after_days=form.renew_after_days,
        before_use=form.before_use,
    )


def obligation_shown(one: DecidedObligation, now: datetime) -> ObligationShown:
    """An obligation as answers show it."""
    word = one.attestation
    return ObligationShown(
        id=one.id,
        obligation=one.asked.text,
        attested_by=one.asked.attested_by,
        evidence=one.asked.evidence,
        renew_after_days=one.asked.renew_after_days,
        before_use=one.asked.before_use,
        state=state_of(one, now),
        until=lapses_at(one),
        attestation=None
        if word is None
        else AttestationShown(by=word.by, evidence=word.evidence, at=word.at, until=word.until),
    )
