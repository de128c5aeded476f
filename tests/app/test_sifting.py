"""What weekly looks at an invented vendor pass over, and what they put before a person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from app.db import Sessions, engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import Workshop, run_pass
from extractors.clauses import ClauseReader
from extractors.model import Answer, Audience, Family, TermsType
from extractors.ruleset import load_ruleset
from registry import tables
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.judgements import facts_of, last_assessment
from registry.ledger import Passed, count_noise, noise_of
from registry.model import ChangeRules, Direction, Status, Verdict
from registry.noise import NoiseKind
from registry.notices import NoticeAnswer, NoticeKind, answer_notice, notices_of
from registry.policy import load_policy
from registry.reviews import decide
from registry.rulings import Ruling
from registry.standings import load_standings
from registry.store import find_plan, find_tool, flags_of
from registry.submissions import PassKind, request_pass, submit_tool
from registry.tables import FlagRow, NoticeRow, PlanRow, SightingRow
from tests.app.vendor_site import NO_TRAINING, VendorSite, terms, vendor_site

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
        with self.workshop.sessions() as session:
            read = last_assessment(session, self.plan(session).id)
            assert read is not None
            return next(one.answer for one in facts_of(session, read.id) if one.family is family)


@pytest.fixture(scope="module")
def reader() -> ClauseReader:
    return ClauseReader(load_ruleset())


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    engine = engine_from(f"sqlite:///{tmp_path / 'registry.db'}")
    tables.METADATA.create_all(engine)
    yield sessions_of(engine)
    engine.dispose()


@pytest.fixture
def week(sessions: Sessions, reader: ClauseReader) -> Iterator[Week]:
    """A tool with one plan, read and approved."""
    with vendor_site() as site, fetcher_from(Settings(allowed_networks=("127.0.0.0/8",))) as fetcher:
        site.pages["/terms"] = WHOLE
        weeks: list[Week] = []
        workshop = Workshop(sessions, fetcher, reader, load_policy("default"), lambda: weeks[0].at)
        weeks.append(Week(workshop, site))
        weeks[0].submit()
        weeks[0].approve()
        yield weeks[0]


WHOLE = terms().replace("</main>", f"{MORE}</main>")
WORSE = WHOLE.replace(NO_TRAINING, TRAINS)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (WHOLE.replace("<footer>", "<footer class='new'>"), NoiseKind.COSMETIC),
        (WHOLE.replace("Fees are due", "Fees  are&nbsp;due"), NoiseKind.COSMETIC),
        (WHOLE.replace("do not use Customer Content", "do not use “Customer Content”"), NoiseKind.COSMETIC),
        (WHOLE.replace("do not use", "<a href='/words?visit=8'>do not</a> use"), NoiseKind.COSMETIC),
        (WHOLE.replace("the town of Elsewhere", "the city of Nowhere"), NoiseKind.REWORDED),
    ],
)
def test_churn_is_passed_over_and_written_down(week: Week, page: str, kind: NoiseKind) -> None:
    week.show(page)
    assert (week.ledger, week.flags, week.notices) == ([kind], [], [])
    assert (week.status, week.seen_at) == (Status.APPROVED, week.at)


def test_markup_that_changed_once_is_read_once(week: Week) -> None:
    week.show(WHOLE.replace("<footer>", "<footer class='new'>"))
    week.look()
    assert week.ledger == [NoiseKind.COSMETIC]
    assert week.site.hits == 2


def test_a_worse_sentence_suspends_and_is_no_noise(week: Week) -> None:
    week.show(WORSE)
    assert (week.ledger, week.status) == ([], Status.SUSPENDED)
    assert {flag.direction for flag in week.flags} == {Direction.WORSE}


def test_a_change_that_is_taken_back_leaves_the_plan_suspended_and_says_so(week: Week) -> None:
    week.show(WORSE)
    week.show(WHOLE)
    assert week.ledger == [NoiseKind.FLAPPED]
    (flag,) = [one for one in week.flags if one.family == Family.TRAINING]
    assert flag.went_back_at == week.at
    assert flag.closed_at is None
    assert week.status is Status.SUSPENDED
    assert week.answer() is Answer.PROHIBITED


def test_a_text_that_comes_back_later_is_a_return(week: Week) -> None:
    week.show(WORSE)
    week.look()
    week.show(WHOLE)
    assert week.ledger == [NoiseKind.RETURNED]
    assert week.flags[0].went_back_at == week.at


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("<title>Just a moment...</title><body>Checking your browser.</body>", NoiseKind.ERROR_PAGE),
        (
            "<title>Sign in</title><form>Sign in <input type=password> Forgot your password?</form>",
            NoiseKind.LOGIN_PAGE,
        ),
        ("<div>We use cookies. Accept all. Reject all. Manage options.</div>", NoiseKind.CONSENT_PAGE),
        (PART, NoiseKind.HALF_LOADED),
    ],
)
def test_a_page_without_the_terms_is_held_back_and_the_evidence_ages(
    week: Week, page: str, kind: NoiseKind
) -> None:
    week.show(page)
    assert (week.ledger, week.flags, week.notices) == ([kind], [], [])
    assert (week.status, week.seen_at) == (Status.APPROVED, START)
    assert week.answer() is Answer.PROHIBITED


@pytest.mark.parametrize(
    ("page", "kind"), [(COOKIES, NoiseKind.OTHER_DOCUMENT), (GERMAN, NoiseKind.OTHER_LANGUAGE)]
)
def test_a_swapped_page_is_told_as_such_and_the_last_good_text_holds(
    week: Week, page: str, kind: NoiseKind
) -> None:
    week.show(page)
    assert (week.ledger, week.flags) == ([kind], [])
    assert [notice.kind for notice in week.notices] == [NoticeKind.SWAPPED]
    assert (week.status, week.seen_at, week.answer()) == (Status.APPROVED, START, Answer.PROHIBITED)


def test_a_swap_that_goes_back_closes_by_itself(week: Week) -> None:
    week.show(COOKIES)
    week.show(WHOLE)
    assert (week.notices, week.status, week.seen_at) == ([], Status.APPROVED, week.at)


def test_another_document_that_reads_worse_suspends_without_being_believed(week: Week) -> None:
    week.show(GREEDY)
    assert (week.status, week.answer()) == (Status.SUSPENDED, Answer.PROHIBITED)
    assert "training would go from prohibited to permitted" in week.because
    (notice,) = week.notices
    assert (notice.kind, notice.changes[0]["quotes"]) == (NoticeKind.SWAPPED, [GREED])
    week.show(WHOLE)
    (notice,) = week.notices
    assert (notice.went_back_at, week.status) == (week.at, Status.SUSPENDED)


def test_a_text_that_a_person_dismissed_is_not_asked_about_again(week: Week) -> None:
    week.show(GREEDY)
    with week.workshop.sessions() as session:
        (row,) = notices_of(session)
        answer_notice(session, row, NoticeAnswer.DISMISS, "a page for visitors", "rita", week.at)
    week.approve()
    week.look()
    assert (week.notices, week.status) == ([], Status.APPROVED)
    assert week.ledger == [NoiseKind.OTHER_DOCUMENT] * 2


def test_a_part_that_taken_for_the_whole_reads_worse_suspends(week: Week) -> None:
    """What limits the freedom stands at the end: without it, the freedom is all there is."""
    limit = "You can opt out of the use of Customer Content for training at any time in your settings."
    whole = WORSE.replace("</main>", f"<h2>8. Sea</h2><p>{'We like the sea. ' * 90}{limit}</p></main>")
    week.show(whole)
    week.approve()
    assert week.answer() is Answer.OPT_OUT
    week.show(WORSE)
    assert week.ledger == [NoiseKind.HALF_LOADED]
    assert (week.status, week.answer()) == (Status.SUSPENDED, Answer.OPT_OUT)
    assert [notice.kind for notice in week.notices] == [NoticeKind.HALF_LOADED]


def test_half_of_the_terms_twice_in_a_row_puts_the_document_into_quarantine(week: Week) -> None:
    week.show(PART)
    assert week.notices == []
    week.look()
    assert [notice.kind for notice in week.notices] == [NoticeKind.QUARANTINED]
    assert week.notices[0].document_id is not None


def test_nothing_that_a_quarantined_page_shows_is_believed_and_its_evidence_ages(week: Week) -> None:
    week.show(PART)
    week.look()
    week.show(WHOLE)
    assert (week.seen_at, week.answer()) == (START, Answer.PROHIBITED)
    with week.workshop.sessions() as session:
        assert session.exec(select(SightingRow.failure)).all()[-1] == "quarantined"


def test_a_quarantined_page_that_reads_worse_suspends_all_the_same(week: Week) -> None:
    week.show(PART)
    week.look()
    week.show(WORSE)
    assert (week.status, week.answer()) == (Status.SUSPENDED, Answer.PROHIBITED)
    assert "training would go from prohibited to permitted" in week.because


def test_a_released_page_is_believed_again_and_its_count_begins_anew(week: Week) -> None:
    week.show(PART)
    week.look()
    with week.workshop.sessions() as session:
        (row,) = notices_of(session)
        answer_notice(session, row, NoticeAnswer.RELEASE, "it was their deploy", "rita", week.at)
    week.show(WHOLE)
    assert week.seen_at == week.at
    week.show(PART)
    assert week.notices == []


def test_noise_that_comes_again_and_again_quarantines_also_with_good_looks_between(week: Week) -> None:
    for _ in range(2):
        week.show(PART)
        week.show(WHOLE)
    assert week.notices == []
    week.show(PART)
    assert [notice.kind for notice in week.notices] == [NoticeKind.QUARANTINED]


def test_a_policy_may_leave_better_changes_to_be_noted(week: Week) -> None:
    quiet = ChangeRules(flags=frozenset({Direction.WORSE, Direction.MIXED}))
    week.workshop = replace(week.workshop, policy=replace(week.workshop.policy, changes=quiet))
    week.show(WHOLE.replace("30 days", "7 days"))
    assert week.flags == []
    with week.workshop.sessions() as session:
        (noted,) = flags_of(session, open_only=False)
        assert (noted.direction, noted.closed_by) == (Direction.BETTER, "termgate")
    assert week.status is Status.APPROVED


def test_a_better_change_waits_for_a_person_by_default_and_ends_nothing(week: Week) -> None:
    week.show(WHOLE.replace("30 days", "7 days"))
    assert [flag.direction for flag in week.flags] == [Direction.BETTER]
    assert week.status is Status.APPROVED


def test_what_was_passed_over_is_counted_by_kind(week: Week) -> None:
    week.show(PART)
    week.show(WHOLE)
    week.show(COOKIES)
    with week.workshop.sessions() as session:
        assert count_noise(session, Passed()) == {NoiseKind.HALF_LOADED: 1, NoiseKind.OTHER_DOCUMENT: 1}
        assert count_noise(session, Passed(since=week.at)) == {NoiseKind.OTHER_DOCUMENT: 1}
