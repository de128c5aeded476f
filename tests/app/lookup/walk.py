"""A registry that lives: people and machine do to it what they can, by the product's own verbs, in any order.

Each step is one transaction at a time of its own. What cannot be done at that moment is refused and leaves
nothing behind, as it would for a person.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final, cast

from sqlmodel import Session, func, select

from app.adopting import NewPolicy, adopt_policy
from app.db import engine_from, sessions_of
from app.lookup.index import LookupIndex, empty_index
from app.lookup.rows import next_index
from app.vetting import fail, finish
from app.workshop import Workshop
from extractors.model import Audience, Stance, TermsType
from registry.adoptions import AdoptionRefusedError, policy_in_force
from registry.attestations import AttestationRefusedError, attest
from registry.entries import AliasEntry, EntryError, PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.judgements import last_assessment
from registry.keys import create_key
from registry.lifecycle import IllegalMoveError
from registry.model import AliasKind, Attestation, Clock, Obligation, Policy, Role, Scope, Status, Verdict
from registry.plans import put_plan, retire_plan
from registry.policy import load_policy, policy_text
from registry.requests import open_request
from registry.reviews import decide, reopen, suspend
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError
from registry.sources import ChangeRefusedError, put_alias, put_source, remove_alias, retire_source
from registry.store import find_tool, flags_of, plans_of, sources_of
from registry.submissions import DuplicateToolError, NothingToVetError, PassKind, request_pass, submit_tool
from registry.tables import METADATA, ObligationRow, PlanRow, ToolRow
from registry.versions import remember_missing, remember_started
from tests.registry.readings import RULESET, clause, show

START: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TOOLS: Final = ("acme/brush", "bolt/brush")
NAMES: Final = (
    AliasEntry(AliasKind.HOST, "brush.co.uk"),
    AliasEntry(AliasKind.HOST, "studio.brush.co.uk"),
    AliasEntry(AliasKind.MODEL, "brush-*"),
    AliasEntry(AliasKind.MODEL, "brush-large"),
    AliasEntry(AliasKind.PACKAGE, "pkg:pypi/acme_brush"),
    AliasEntry(AliasKind.EXTENSION, "acme.brush"),
)
SAID: Final = (
    clause("We never train on your content."),
    clause("We may train on your content.", Stance.PERMITS),
    clause("You can switch training off.", Stance.OPT_OUT),
)
WORK: Final[Mapping[str, str]] = {
    "data_class": "public",
    "use_case": "office",
    "output_stage": "exploration",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}
REFUSED: Final = (
    AdoptionRefusedError,
    AttestationRefusedError,
    ChangeRefusedError,
    DecisionRefusedError,
    DuplicateToolError,
    EntryError,
    IllegalMoveError,
    NothingToVetError,
    StaleAssessmentError,
)


class Walk:
    """One history; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.engine = engine_from("sqlite://")
        METADATA.create_all(self.engine)
        self.now = START
        self.sessions = sessions_of(self.engine, lambda: self.now)
        self.done: Counter[str] = Counter()
        self.started = load_policy("default")
        self._index: LookupIndex | None = None
        reader = SimpleNamespace(ruleset=SimpleNamespace(version=RULESET))
        self._workshop = Workshop(
            self.sessions, cast(Any, None), cast(Any, reader), self.started, lambda: self.now
        )
        with self.sessions() as session:
            self._start(session, "default")
        self._passes: Mapping[str, Callable[[], None]] = {"vet": self._vet, "fail": self._fail}
        self._steps: Mapping[str, Callable[[Session], None]] = {
            "submit": self._submit,
            "approve": self._approve,
            "attest": self._attest,
            "rule against": self._rule_against,
            "reopen": self._reopen,
            "request": self._request,
            "suspend": self._suspend,
            "adopt": self._adopt,
            "put name": self._put_name,
            "remove name": self._remove_name,
            "put plan": self._put_plan,
            "put source": self._put_source,
            "retire source": self._retire_source,
            "retire plan": self._retire_plan,
            "make key": self._make_key,
        }

    @property
    def steps(self) -> tuple[str, ...]:
        """What can be done."""
        return (*self._passes, *self._steps)

    def step(self) -> None:
        """Let time pass, and let something be done."""
        self.now += timedelta(minutes=self.dice.choice((1, 90, 60 * 24, 60 * 24 * 9)))
        # What makes approvals, more often than what ends them: else there is nothing to be told.
        name = self.dice.choices(self.steps, [7, 2, 4, 14, 6, 1, 2, 2, 2, 1, 2, 1, 1, 2, 3, 1, 1])[0]
        try:
            if name in self._passes:
                self._passes[name]()
            else:
                with self.sessions() as session:
                    self._steps[name](session)
        except REFUSED:
            return
        self.done[name] += 1

    def live(self) -> LookupIndex:
        """The index that a running service has at this moment: each made from the one before."""
        with self.sessions() as session:
            policy = policy_in_force(session, self.started)
            if self._index is None or self._index.policy.version != policy.version:
                self._index = empty_index(policy)
            self._index = next_index(session, self._index)
        return self._index

    def _start(self, session: Session, policy: str) -> None:
        remember_started(session, load_policy(policy).version, policy_text(policy)[0], self.now)
        remember_missing(session, self.now)

    def _tool(self, session: Session) -> ToolRow:
        found = find_tool(session, self.dice.choice(TOOLS))
        if found is None:
            raise NothingToVetError("nobody has submitted it")
        return found

    def _plan(self, session: Session) -> PlanRow:
        return self.dice.choice(plans_of(session, self._tool(session).id))

    def _policy(self, session: Session) -> Policy:
        return policy_in_force(session, self.started)

    def _submit(self, session: Session) -> None:
        vendor, _, slug = self.dice.choice(TOOLS).partition("/")
        plans = (
            PlanEntry("studio", "Studio", Audience.BUSINESS),
            PlanEntry("free", "Free", Audience.CONSUMER),
        )
        source = SourceEntry(
            "terms", TermsType.TERMS_OF_SERVICE, (f"https://{vendor}.example/t",), (), (), ("studio", "free")
        )
        tool = ToolEntry(slug, "Brush", plans, NAMES[:1], (source,))
        submit_tool(session, VendorEntry(vendor, vendor.title(), (tool,)), tool, "ann", self.now)

    def _vet(self) -> None:
        finish(self._workshop, self._seen())

    def _fail(self) -> None:
        fail(self._workshop, self._seen(), "The machine went down.")

    def _seen(self) -> str:
        """Begin a pass, and let it see every source of a tool."""
        said = self.dice.choices(SAID, [3, 1, 1])[0]
        with self.sessions() as session:
            tool = self._tool(session)
            key = request_pass(session, tool, PassKind.RECRAWL, self.now).key
            for source in sources_of(session, tool.id):
                show(session, source, said, key, self.now)
        return key

    def _ruling(self, session: Session, plan: PlanRow, verdict: Verdict, **other: Any) -> Ruling:
        newest = last_assessment(session, plan.id)
        days = self.dice.choice((1, 2, 30, 300))
        return Ruling(
            verdict,
            "It is as it is.",
            self.now + timedelta(days=days),
            assessment=None if newest is None else newest.digest,
            flags=tuple(f"flag_{flag.id}" for flag in flags_of(session, plan.id)),
            **other,
        )

    def _approve(self, session: Session) -> None:
        plan = self._plan(session)
        other: dict[str, Any] = {"emergency": True} if self.dice.random() < 0.3 else {}
        if self.dice.random() < 0.3:
            other["scope"] = Scope({"data_class": frozenset({"public"})})
        verdict = Verdict.APPROVE
        if self.dice.random() < 0.4:
            verdict = Verdict.APPROVE_WITH_CONDITIONS
            renewed = self.dice.choice((None, 5))
            asked = Obligation("Sharing is off.", "kim", "a picture", renewed, before_use=True)
            other |= {"conditions": ("Keep sharing off.",), "obligations": (asked,)}
        ruling = self._ruling(session, plan, verdict, **other)
        decide(session, plan, ruling, "kim", self.now, self._policy(session))

    def _attest(self, session: Session) -> None:
        newest = session.exec(select(func.max(ObligationRow.decision_id))).one()
        found = session.exec(select(ObligationRow).where(ObligationRow.decision_id == newest)).all()
        if not found:
            raise AttestationRefusedError("there is nothing to attest")
        until = self.now + timedelta(days=4) if self.dice.random() < 0.5 else None
        for one in found:
            attest(session, one, Attestation("lee", "a picture", self.now, until))

    def _rule_against(self, session: Session) -> None:
        plan = self._plan(session)
        verdict = self.dice.choice((Verdict.REJECT, Verdict.SUSPEND))
        ruling = self._ruling(session, plan, verdict)
        decide(session, plan, ruling, "kim", self.now, self._policy(session))

    def _reopen(self, session: Session) -> None:
        reopen(session, self._plan(session), "To look again.", "kim", self.now)

    def _request(self, session: Session) -> None:
        plan = self._plan(session)
        open_request(session, plan, self.dice.choice(tuple(Clock)), "We shoot today.", "ann", self.now)

    def _suspend(self, session: Session) -> None:
        approved = session.exec(select(PlanRow).where(PlanRow.status == Status.APPROVED)).all()
        if not approved:
            raise DecisionRefusedError("nothing is approved")
        suspend(session, self.dice.choice(approved), "A clause is gone.", self.now)

    def _adopt(self, session: Session) -> None:
        name = self.dice.choice(("default", "strict", "office"))
        adopt_policy(
            session, NewPolicy(policy_text(name)[0], name, "Why not."), self.started, "kim", self.now
        )

    def _put_name(self, session: Session) -> None:
        put_alias(session, self._tool(session), self.dice.choice(NAMES), "ann", self.now)

    def _remove_name(self, session: Session) -> None:
        remove_alias(session, self._tool(session), self.dice.choice(NAMES), "ann", self.now)

    def _put_plan(self, session: Session) -> None:
        entry = PlanEntry(f"p{self.dice.randrange(2)}", "P", Audience.BUSINESS)
        put_plan(session, self._tool(session), entry, ("terms",), "ann", self.now)

    def _put_source(self, session: Session) -> None:
        urls = (f"https://acme.example/{self.dice.randrange(3)}",)
        entry = SourceEntry("dpa", TermsType.DATA_PROCESSOR_AGREEMENT, urls, (), (), ("studio",))
        put_source(session, self._tool(session), entry, "ann", self.now)

    def _retire_source(self, session: Session) -> None:
        retire_source(session, self._tool(session), "dpa", "ann", self.now)

    def _retire_plan(self, session: Session) -> None:
        tool = self._tool(session)
        plans = plans_of(session, tool.id)
        if len(plans) < 3:
            raise ChangeRefusedError("nothing would be left to walk on")
        retire_plan(session, tool, plans[-1], "Dropped.", "ann", self.now)

    def _make_key(self, session: Session) -> None:
        create_key(session, f"key-{self.now:%y%m%d%H%M}", Role.LOOKUP, "ann", self.now)
