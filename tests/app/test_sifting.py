"""What weekly looks at an invented vendor pass over, and what they put before a person."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import func, select

from app.vetting import fail
from extractors.clauses import ClauseReader
from extractors.model import Answer, Document, Family, Reading
from registry.ledger import Passed, count_noise
from registry.model import ChangeRules, Direction, Status
from registry.noise import NoiseKind
from registry.notices import NoticeAnswer, NoticeKind, answer_notice, notices_of
from registry.store import find_tool, flags_of
from registry.submissions import PassKind, request_pass
from registry.tables import METADATA, SightingRow
from tests.app.weeks import COOKIES, GERMAN, GREED, GREEDY, PART, START, WHOLE, WORSE, Week, open_week


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with open_week(tmp_path) as week:
        yield week


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


def test_a_worse_sentence_on_which_no_fact_rests_is_flagged_all_the_same(week: Week) -> None:
    """A fact on content outweighs a sentence on personal data; a person hears of it, and nothing ends."""
    personal = "We may use your personal information to train our machine learning models."
    week.show(WHOLE.replace("<h2>3.", f"<p>{personal}</p><h2>3."))
    assert personal in [quote for flag in week.flags for quote in flag.after_quotes]
    assert (week.ledger, week.answer(), week.status) == ([], Answer.PROHIBITED, Status.APPROVED)


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


def test_an_unchanged_page_is_not_read_and_costs_one_row_for_the_look(week: Week) -> None:
    """The second look counts every row there is, under a reader that cannot read."""
    before = _rows(week)
    week.workshop = replace(week.workshop, reader=_Unread(week.workshop.reader.ruleset))
    week.look()
    after = _rows(week)
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    # The pass itself, and what look-ups of the past are told of the evidence's age, are no evidence.
    assert {name: grown[name] for name in grown.keys() - _KEPT_OF_EACH_PASS} == {
        "captures": 1,
        "sightings": 1,
    }
    assert week.seen_at == week.at


_KEPT_OF_EACH_PASS = {"vettings", "tool_versions", "past_revisions"}


class _Unread(ClauseReader):
    """A reader that must not be asked."""

    def read(self, document: Document) -> Reading:
        raise AssertionError(f"{document.digest} was read")


def _rows(week: Week) -> dict[str, int]:
    with week.workshop.sessions() as session:
        return {
            name: session.exec(select(func.count()).select_from(table)).one()
            for name, table in METADATA.tables.items()
        }


@pytest.mark.parametrize("page", ["<title>404</title>not found", PART])
def test_new_rules_read_the_last_good_text_also_where_a_look_brings_none(week: Week, page: str) -> None:
    newer = replace(week.workshop.reader.ruleset, version="newer")
    week.workshop = replace(week.workshop, reader=ClauseReader(newer))
    week.show(page)
    assert (week.answer(), week.status) == (Answer.PROHIBITED, Status.APPROVED)


def test_a_quarantine_takes_over_what_else_waits_on_the_source(week: Week) -> None:
    week.show(COOKIES)
    week.look()
    assert [notice.kind for notice in week.notices] == [NoticeKind.QUARANTINED]
    week.show(GERMAN)
    assert [notice.kind for notice in week.notices] == [NoticeKind.QUARANTINED]


def test_one_failed_look_tells_nobody_and_the_third_in_a_row_does(week: Week) -> None:
    page = week.site.pages.pop("/terms")
    for _ in range(2):
        week.look()
    assert week.notices == []
    week.look()
    (notice,) = week.notices
    assert (notice.kind, "3 times in a row" in notice.told) == (NoticeKind.FAILING, True)
    week.look()
    assert len(week.notices) == 1
    week.show(page)
    assert week.notices == []


def test_a_pass_that_breaks_off_is_told_once_and_forgotten_when_one_ends(week: Week) -> None:
    for _ in range(2):
        with week.workshop.sessions() as session:
            tool = find_tool(session, "acme/brush")
            assert tool is not None
            key = request_pass(session, tool, PassKind.RECRAWL, week.at).key
        fail(week.workshop, key, "the disk is full")
    (notice,) = week.notices
    assert "the disk is full" in notice.told
    week.look()
    assert week.notices == []
