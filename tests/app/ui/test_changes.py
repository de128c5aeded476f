"""Changes at their pages: what waits, the sentences side by side, and settling one."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from sqlmodel import col, select

from app.ui.side_by_side import MOST_WORDS, pieces
from extractors.model import Stance
from registry.changes import compare_facts
from registry.flags import flag_name, open_flags
from registry.judgements import facts_of
from registry.model import Cause, Role
from registry.reviews import suspend
from registry.store import find_plan, sources_of
from registry.tables import AssessmentRow, FactRow, FlagRow
from tests.app.api.office import the_tool
from tests.app.ui.desk import Desk
from tests.registry.readings import NO_TRAINING, clause, judged, show

TRAINS = "We do train on your content, <b>unless</b> you object."
PLAN = "/v1/tools/acme/painter/plans/team"


def changed(desk: Desk, role: Role = Role.REVIEWER) -> str:
    """An approved plan whose terms got worse, suspended and flagged; gives the flag's name."""
    office = desk.office
    office.submit()
    office.vet()
    digest = office.ask("GET", PLAN).json()["assessment"]["digest"]
    form = office.approval(assessment=digest)
    assert office.ask("POST", f"{PLAN}/decisions", Role.REVIEWER, json=form).status_code == 201
    office.at += timedelta(days=7)
    with office.sessions() as session:
        tool = the_tool(session)
        plan = find_plan(session, tool.id, "team")
        assert plan is not None
        before = session.exec(
            select(AssessmentRow)
            .where(AssessmentRow.plan_id == plan.id)
            .order_by(col(AssessmentRow.id).desc())
        ).first()
        assert before is not None
        found = clause(TRAINS, Stance.PERMITS)
        source = sources_of(session, tool.id)[0]
        show(session, source, found, "second", office.at)
        after = judged(session, plan, source, found, office.at)
        changes = compare_facts(facts_of(session, before.id), facts_of(session, after.id), Cause.TERMS)
        (flag,) = open_flags(session, plan, changes, before, after, office.at)
        suspend(session, plan, "training got worse", office.at)
        name = flag_name(flag)
    desk.sign_in("kim", role)
    return name


def plan_of(desk: Desk) -> Any:
    return desk.office.ask("GET", PLAN).json()


def test_each_sentence_leads_to_its_place_in_the_document_it_stood_in(desk: Desk) -> None:
    shown = desk.read(f"/changes/{changed(desk)}")
    was, now = re.findall(r'href="(/tools/acme/painter/sources/terms\?[^"]+)"', shown)
    assert was != now
    for there, quote in ((was, NO_TRAINING), (now, "unless&lt;/b&gt; you object.")):
        passage = desk.read(unescape(there).partition("#")[0]).partition('id="at"')[2]
        assert quote in passage.partition("</mark>")[0]


def test_what_waits_is_listed_with_which_way_it_went(desk: Desk) -> None:
    name = changed(desk)
    text = desk.read("/changes")
    assert f'href="/changes/{name}"' in text
    assert "acme/painter@team" in text
    assert "No change waits" in desk.read("/changes?direction=better")
    assert "Nothing was settled yet" in desk.read("/changes?state=closed")


def test_a_change_shows_its_sentences_side_by_side_and_what_it_does(desk: Desk) -> None:
    text = desk.read(f"/changes/{changed(desk)}")
    assert "The vendor&#39;s terms changed" in text or "The vendor's terms changed" in text
    assert "does not train on it" in text
    assert "may train on it" in text
    assert "Newly missed" in text
    assert "training got worse" in text
    assert "&lt;b&gt;unless&lt;/b&gt;" in text


def also_longer(desk: Desk, name: str, *, later: bool = False) -> str:
    """Let the plan of a change keep things longer too, by the same judgement or by a later one like it."""
    with desk.office.sessions() as session:
        first = session.get_one(FlagRow, int(name.removeprefix("flag_")))
        newest = session.get_one(AssessmentRow, first.after_assessment_id)
        if later:
            copied = newest.model_dump(exclude={"id"})
            newest = AssessmentRow(**{**copied, "pass_key": "later"})
            session.add(newest)
            session.flush()
        for assessment, days in ((first.before_assessment_id, 30), (newest.id, 400)):
            session.add(FactRow(assessment_id=assessment, family="retention", answer="bounded", days=days))
        longer = FlagRow(**{**first.model_dump(exclude={"id"}), "family": "retention"})
        longer.before_answer = longer.after_answer = "bounded"
        longer.after_assessment_id = newest.id
        session.add(longer)
        session.flush()
        return flag_name(longer)


def test_a_sentence_that_decided_nothing_by_itself_is_shown_where_the_change_names_it(desk: Desk) -> None:
    name = changed(desk)
    with desk.office.sessions() as session:
        flag = session.get_one(FlagRow, int(name.removeprefix("flag_")))
        flag.before_quotes = [*flag.before_quotes, "We never sell it."]
        flag.after_quotes = [*flag.after_quotes, "We may sell it."]
    shown = desk.read(f"/changes/{name}")
    assert "<del>We never sell it.</del>" in shown
    assert "<ins>We may sell it.</ins>" in shown


LONGER = "keeps it for a limited time: 30 days → 400 days"


def test_a_longer_time_is_told_in_days_wherever_the_change_is_listed(desk: Desk) -> None:
    name = also_longer(desk, changed(desk))
    for there in ("/", "/changes", "/tools/acme/painter", "/tools/acme/painter/plans/team/decide"):
        assert LONGER in desk.read(there), there
    words = " ".join(re.sub(r"<[^>]+>", "", desk.read(f"/changes/{name}")).split())
    assert LONGER in words


def test_what_else_a_decision_settles_is_told_beside_the_change(desk: Desk) -> None:
    name = changed(desk)
    other = also_longer(desk, name)
    shown = desk.read(f"/changes/{name}")
    assert f'href="/changes/{other}"' in shown
    assert "settles it too" in shown
    form = {"flag": name, "expiry": "365", "reason": "We wait.", "verdict": "suspend"}
    desk.send("/tools/acme/painter/plans/team/decide", {**form, "assessment": digest_on(shown)})
    assert "No change waits" in desk.read("/changes")


def test_what_came_later_by_the_same_answers_is_told_to_stay_open(desk: Desk) -> None:
    name = changed(desk)
    also_longer(desk, name, later=True)
    shown = desk.read(f"/changes/{name}")
    assert "it stays open, and an approval has to name it" in shown
    assert "settles it too" not in shown


def digest_on(shown: str) -> str:
    found = re.search(r'name="assessment" value="([0-9a-f]{64})"', shown)
    assert found is not None
    return found[1]


def test_one_step_keeps_a_plan_suspended_and_settles_the_change(desk: Desk) -> None:
    name = changed(desk)
    form = {"flag": name, "expiry": "365", "reason": "We wait for an addendum.", "verdict": "suspend"}
    assert desk.send("/tools/acme/painter/plans/team/decide", form).status_code == 303
    found = plan_of(desk)
    assert (found["status"], found["decision"]["verdict"]) == ("suspended", "suspend")
    assert "No change waits" in desk.read("/changes")
    assert "settled by kim" in desk.read("/changes?state=closed")


def test_one_step_approves_a_plan_again_as_before(desk: Desk) -> None:
    name = changed(desk)
    text = desk.read(f"/changes/{name}")
    assert "Approve it again" in text
    digest = plan_of(desk)["assessment"]["digest"]
    form = {"flag": name, "expiry": "90", "reason": "An addendum rules it out.", "assessment": digest}
    answer = desk.send("/tools/acme/painter/plans/team/renew", form)
    assert answer.status_code == 303, answer.text
    found = plan_of(desk)
    former = desk.office.approval()
    assert found["status"] == "approved"
    assert found["decision"]["reason"] == "An addendum rules it out."
    assert found["decision"]["conditions"] == former.get("conditions", [])
    assert "No change waits" in desk.read("/changes")


def test_an_approval_that_was_not_read_again_leads_to_the_whole_form(desk: Desk) -> None:
    form = {"flag": changed(desk), "expiry": "90", "reason": "Fine.", "assessment": "0" * 64}
    answer = desk.send("/tools/acme/painter/plans/team/renew", form)
    assert answer.status_code == 409
    assert "assessed again since" in answer.text
    assert "Fine." in answer.text
    assert plan_of(desk)["status"] == "suspended"


def test_what_a_change_does_to_the_approval_is_told(desk: Desk) -> None:
    assert "it allows nothing while the plan is suspended" in desk.read(f"/changes/{changed(desk)}")


def test_one_step_rejects_a_plan(desk: Desk) -> None:
    name = changed(desk)
    form = {"flag": name, "expiry": "365", "reason": "They train.", "verdict": "reject"}
    assert desk.send("/tools/acme/painter/plans/team/decide", form).status_code == 303
    assert plan_of(desk)["status"] == "rejected"


def test_who_may_not_decide_sees_the_change_and_no_form(desk: Desk) -> None:
    text = desk.read(f"/changes/{changed(desk, Role.MANAGER)}")
    assert "Sentences that changed" in text
    assert "Reject the plan" not in text


def test_a_change_that_there_is_not_is_told_so(desk: Desk) -> None:
    desk.sign_in()
    assert "There is no such thing" in desk.read("/changes/flag_99", 404)
    desk.read("/changes/flag_x", 422)


def test_words_that_stand_on_one_side_alone_are_marked() -> None:
    before, after = pieces("We keep it 30 days.", "We keep it for  ever.")
    assert [one.text.strip() for one in before if one.differs] == ["30 days."]
    assert [one.text.strip() for one in after if one.differs] == ["for  ever."]
    assert "".join(one.text for one in after) == "We keep it for  ever."


def test_very_long_passages_are_shown_whole_in_no_time() -> None:
    long = "word " * MOST_WORDS
    assert pieces(long, NO_TRAINING) == (((long, True),), ((NO_TRAINING, True),))
