"""Week after week of one plan of an invented tool, as the one who answers for it sees them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlmodel import Session

from app.db import engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Answer, Audience, Fact, Family, TermsType
from extractors.ruleset import load_ruleset
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.judgements import facts_of, last_assessment
from registry.ledger import Passed, noise_of
from registry.model import Status, Verdict
from registry.notices import notices_of
from registry.policy import load_policy
from registry.reviews import decide
from registry.rulings import Ruling
from registry.standings import load_standings
from registry.store import find_plan, find_tool, flags_of
from registry.submissions import PassKind, request_pass, submit_tool
from registry.tables import FlagRow, NoticeRow, PlanRow
from tests.app.vendor_site import NO_TRAINING, VendorSite, terms, vendor_site
from tests.registries import new_registry

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
MORE = (
    "<h2>6. Payment</h2><p>Fees are due on the first day of each month, and are not refunded. We send "
    "invoices by mail to the address that you have given to us.</p><h2>7. Disputes</h2><p>The courts of the "
    "town of Elsewhere decide on all disputes. Notices reach us at the address that stands at the end.</p>"
)
COOKIES = (
    "<html><body><main><h1>Cookies</h1><p>A cookie is a small file that a browser keeps for a site. Some "
    "cookies remember which language somebody has chosen, others count visitors. Every browser can block "
    "cookies; look into its menu under privacy. Pages then forget choices, and nothing else happens.</p>"
    "</main></body></html>"
)
GREED = "User inputs are used to train our AI systems."
GREEDY = COOKIES.replace("Some cookies", f"{GREED} Some cookies")
TRAINS = "We may use Customer Content to train our machine learning models."
GERMAN = (
    "<html lang='de'><body><main><h1>Bedingungen</h1><p>"
    "Diese Bedingungen gelten für die Nutzung des Dienstes, und wir sind nicht für Schäden verantwortlich, "
    "die bei der Nutzung entstehen. Die Daten werden nach dem Ende des Vertrages nicht mehr gespeichert. "
    "Sie können den Vertrag jederzeit kündigen, wenn Sie mit den Änderungen nicht einverstanden sind.</p>"
    "</main></body></html>"
)
PART = terms().partition("<h2>2. Your content")[0] + "</main></body></html>"


class Week:
    """A week after week of one plan of one tool, as the one who answers for it sees them."""

    def __init__(self, workshop: Workshop, site: VendorSite) -> None:
        self.workshop, self.site, self.at = workshop, site, START

    def submit(self) -> None:
        source = SourceEntry(
            "terms", TermsType.TERMS_OF_SERVICE, (self.site.url("/terms"),), (), (), ("studio",)
        )
        plan = PlanEntry("studio", "Studio", Audience.BUSINESS)
        brush = ToolEntry("brush", "Brush", (plan,), (), (source,))
        with self.workshop.sessions() as session:
            tool = submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", self.at)
            key = request_pass(session, tool, PassKind.FIRST_LOOK, self.at).key
        run_pass(self.workshop, key)

    def approve(self) -> None:
        with self.workshop.sessions() as session:
            plan = self.plan(session)
            read = last_assessment(session, plan.id)
            assert read is not None
            until = self.at + timedelta(days=300)
            flags = tuple(f"flag_{row.id}" for row in flags_of(session, plan.id))
            ruling = Ruling(Verdict.APPROVE, "reads well", until, assessment=read.digest, flags=flags)
            decide(session, plan, ruling, "rita", self.at)

    def show(self, page: str) -> None:
        """A week later the page is this."""
        self.site.pages["/terms"] = page
        self.look()

    def look(self, kind: PassKind = PassKind.RECRAWL) -> None:
        self.at += WEEK
        with self.workshop.sessions() as session:
            tool = find_tool(session, "acme/brush")
            assert tool is not None
            key = request_pass(session, tool, kind, self.at).key
        run_pass(self.workshop, key)

    def plan(self, session: Session) -> PlanRow:
        tool = find_tool(session, "acme/brush")
        plan = None if tool is None else find_plan(session, tool.id, "studio")
        assert plan is not None
        return plan

    @property
    def status(self) -> Status:
        with self.workshop.sessions() as session:
            return Status(self.plan(session).status)

    @property
    def because(self) -> str:
        with self.workshop.sessions() as session:
            return self.plan(session).suspended_because or ""

    @property
    def ledger(self) -> list[str]:
        with self.workshop.sessions() as session:
            return [row.kind for row, _, _ in reversed(noise_of(session, Passed()))]

    @property
    def flags(self) -> list[FlagRow]:
        with self.workshop.sessions() as session:
            return list(reversed(flags_of(session)))

    @property
    def notices(self) -> list[NoticeRow]:
        with self.workshop.sessions() as session:
            return list(reversed(notices_of(session)))

    @property
    def seen_at(self) -> datetime | None:
        with self.workshop.sessions() as session:
            return load_standings(session)[0].evidence_at

    def answer(self, family: Family = Family.TRAINING) -> Answer:
        return self.fact(family).answer

    def fact(self, family: Family) -> Fact:
        with self.workshop.sessions() as session:
            read = last_assessment(session, self.plan(session).id)
            assert read is not None
            return next(one for one in facts_of(session, read.id) if one.family is family)


WHOLE = terms().replace("</main>", f"{MORE}</main>")
WORSE = WHOLE.replace(NO_TRAINING, TRAINS)


@contextmanager
def open_week(folder: Path) -> Iterator[Week]:
    """A tool with one plan, read and approved, on a registry in that data folder."""
    engine = engine_from(new_registry(folder))
    with vendor_site() as site, fetcher_from(Settings(allowed_networks=("127.0.0.0/8",))) as fetcher:
        site.pages["/terms"] = WHOLE
        weeks: list[Week] = []
        workshop = Workshop(
            sessions_of(engine), fetcher, _reader(), load_policy("default"), lambda: weeks[0].at
        )
        weeks.append(Week(workshop, site))
        weeks[0].submit()
        weeks[0].approve()
        yield weeks[0]
    engine.dispose()


@cache
def _reader() -> ClauseReader:
    return ClauseReader(load_ruleset())
