"""The policy in force, as its file has it, and the act of putting another one in force."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, status
from pydantic import Field

from app.adopting import NewPolicy, adopt_policy
from app.api.forms import Form, Shown
from app.api.house import Here
from app.auth import Admin, as_manager
from app.errors import OF_BODY, answers
from extractors.model import Answer, Family
from registry.adoptions import AdoptionRefusedError
from registry.model import Obligation, Policy, Requirement, Severity, Trigger
from registry.policy import PolicyError

router = APIRouter(tags=["policy"])


class PrincipleShown(Shown):
    """One of the rules that the company has published."""

    id: str
    title: str


class ObligationShown(Shown):
    """A condition that must be attested to hold."""

    obligation: str
    attested_by: str
    evidence: str
    renew_after_days: int | None = Field(description="None: for as long as the approval lasts.")


class RequirementShown(Shown):
    """What a fact must answer."""

    id: str
    principle: str
    family: Family
    accepts: list[Answer]
    max_days: int | None
    conditions: dict[Answer, ObligationShown] = Field(
        description="Answers that are acceptable under an obligation."
    )
    tolerances: dict[str, dict[str, int]] = Field(
        description="Days that some work tolerates, by context field and value."
    )
    otherwise: dict[Answer, Severity] = Field(description="How much other answers weigh; unnamed: escalate.")
    remedy: str


class TriggerShown(Shown):
    """A property of the work that escalates or denies, whatever the terms say."""

    id: str
    principle: str
    field: str
    values: list[str]
    unsure: bool
    severity: Severity
    reason: str
    remedy: str
    unless: dict[str, list[str]]
    attach: list[str]
    contact: str | None = Field(description="Whom to ask; none: the policy's contact.")
    obligation: ObligationShown | None = Field(description="What a condition asks for.")


class PolicyShown(Shown):
    """The policy in force."""

    id: str
    title: str
    version: str
    contact: str
    evidence_max_age_days: int
    principles: list[PrincipleShown]
    context: dict[str, list[str]] = Field(description="What a look-up may say of the work.")
    requirements: list[RequirementShown]
    triggers: list[TriggerShown]


class PolicyToAdopt(Form):
    """A policy to put in force."""

    content: str = Field(description="The text of the policy's file (YAML).", min_length=1)
    reason: str = Field(description="Why it changes; kept in the audit log.", min_length=1)


class PolicyAdopted(Shown):
    """What putting a policy in force came to."""

    version: str
    before: str = Field(description="Version of the policy that was in force.")
    judged: list[str] = Field(description="Plans that were judged by it in the same act.")
    suspended: list[str] = Field(description="Approvals that it ended.")
    waiting: list[str] = Field(description="Plans that wait for a re-read; their look-ups escalate.")


_SMALL: Final = """\
id: small
title: Nothing of ours is stored
contact: ai-approvals@company.example
evidence_max_age_days: 14
principles: [{id: ours, title: What is ours stays ours.}]
context: {data_class: [public, ours]}
requirements:
  - {id: training, principle: ours, family: training, accepts: [prohibited], remedy: Choose another plan.,
    otherwise: {opt_in: escalate, opt_out: block, permitted: block, silent: block, conflicting: block,
      unread: block}}
  - {id: retention, principle: ours, family: retention, accepts: [none], remedy: Sign an addendum., otherwise:
    {bounded: block, user_control: block, open_ended: block, silent: block, conflicting: block,
      unread: block}}
  - {id: reuse, principle: ours, family: reuse, accepts: [service_only], remedy: Choose another plan.,
    otherwise: {improve: block, broad: block, silent: block, conflicting: block, unread: block}}
triggers:
  - {id: ours, principle: ours, field: data_class, values: [ours], unsure: true, severity: escalate,
    reason: It is ours., remedy: Ask before it is put in., attach: [what it is]}
"""
_POLICIES: Final = {
    "small": {
        "summary": "A small policy that tolerates no storage",
        "value": {"content": _SMALL, "reason": "The board wants no storage."},
    }
}


@router.get("/v1/policy", dependencies=[Depends(as_manager)])
def show_policy(house: Here) -> PolicyShown:
    """The policy that assessments and look-ups are judged by."""
    with house.readings() as session:
        return policy_shown(house.policy_in(session))


@router.post(
    "/v1/policy",
    status_code=status.HTTP_201_CREATED,
    responses=answers(AdoptionRefusedError, PolicyError, *OF_BODY),
)
def put_policy_in_force(
    form: Annotated[PolicyToAdopt, Body(openapi_examples=_POLICIES)], caller: Admin, house: Here
) -> PolicyAdopted:
    """Put a policy in force and judge every plan by it, in one act; approvals that fail it end."""
    new = NewPolicy(form.content, "content", form.reason)
    with house.sessions() as session:
        done = adopt_policy(session, new, house.policy, caller.name, house.now())
    return PolicyAdopted(
        version=done.policy.version,
        before=done.before.version,
        judged=list(done.judged),
        suspended=list(done.suspended),
        waiting=list(done.waiting),
    )


def policy_shown(policy: Policy) -> PolicyShown:
    """A policy as answers show it."""
    return PolicyShown(
        id=policy.id,
        title=policy.title,
        version=policy.version,
        contact=policy.contact,
        evidence_max_age_days=policy.evidence_max_age_days,
        principles=[PrincipleShown(id=one.id, title=one.title) for one in policy.principles],
        context={field: sorted(values) for field, values in policy.context.items()},
        requirements=[_requirement_shown(one) for one in policy.requirements],
        triggers=[_trigger_shown(one) for one in policy.triggers],
    )


def _requirement_shown(one: Requirement) -> RequirementShown:
    return RequirementShown(
        id=one.id,
        principle=one.principle,
        family=one.family,
        accepts=sorted(one.accepts),
        max_days=one.max_days,
        conditions={answer: _obligation_shown(duty) for answer, duty in one.conditions.items()},
        tolerances={field: dict(days) for field, days in one.tolerances.items()},
        otherwise=dict(one.otherwise),
        remedy=one.remedy,
    )


def _trigger_shown(one: Trigger) -> TriggerShown:
    return TriggerShown(
        id=one.id,
        principle=one.principle,
        field=one.field,
        values=sorted(one.values),
        unsure=one.unsure,
        severity=one.severity,
        reason=one.reason,
        remedy=one.remedy,
        unless={field: sorted(values) for field, values in one.unless.items()},
        attach=list(one.attach),
        contact=one.contact,
        obligation=None if one.obligation is None else _obligation_shown(one.obligation),
    )


def _obligation_shown(one: Obligation) -> ObligationShown:
    return ObligationShown(
        obligation=one.text,
        attested_by=one.attested_by,
        evidence=one.evidence,
        renew_after_days=one.renew_after_days,
    )
