"""A document as a vendor manager reads it, and corrects its reading."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from extractors.model import PROPOSED, Clause, Failure, Family, Stance
from registry.evidence import Seen, record_sighting
from registry.model import Role
from registry.store import sources_of
from tests.app.api.office import the_tool
from tests.app.ui.counting import counted_queries
from tests.app.ui.desk import Desk
from tests.app.ui.papers import PAGE, put
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause

TEXT = f"# Terms\n\n{NO_TRAINING} We keep it for 30 days.\n\n- {MAY_TRAIN}\n"
KEPT = "We keep it for 30 days."


def at(
    quote: str,
    *,
    stance: Stance = Stance.PROHIBITS,
    family: Family = Family.TRAINING,
    rule: str = "training-use",
) -> Clause:
    """A clause where its quote stands in the text."""
    start = TEXT.index(quote)
    return replace(clause(quote, stance, family), start=start, end=start + len(quote), rule=rule)


@pytest.fixture
def reader(desk: Desk) -> Desk:
    desk.office.submit()
    desk.office.vet()
    put(desk, TEXT, (at(NO_TRAINING), at(MAY_TRAIN, stance=Stance.PERMITS)))
    desk.sign_in()
    return desk


VETTED = hashlib.sha256(NO_TRAINING.encode()).hexdigest()
"""The text that was judged."""


def form_with(page: str, button: str) -> dict[str, str]:
    """The hidden fields of the form that has a button."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f">{button}<" in one)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in fields}


def marked(page: str) -> list[str]:
    """What is marked on a page, piece by piece."""
    return [unescape(one) for one in re.findall(r'<mark class="[a-z]+">(.*?)</mark>', page, re.DOTALL)]


def test_clauses_are_marked_in_place_with_words_and_an_anchor(reader: Desk) -> None:
    shown = reader.read(PAGE)
    assert marked(shown) == [NO_TRAINING, MAY_TRAIN]
    digest = at(NO_TRAINING).digest
    assert f'id="c-{digest}" href="#m-c-{digest}">training: prohibits</a>' in shown
    assert f'id="m-c-{digest}"' in shown
    assert "Found by the rule training-use" in shown


def test_overlapping_clauses_are_each_marked_whole(reader: Desk) -> None:
    both = f"{NO_TRAINING} {KEPT}"
    put(
        reader, TEXT + "\n", (at(both), at(KEPT, family=Family.RETENTION, stance=Stance.BOUNDED)), key="third"
    )
    assert marked(reader.read(PAGE)) == [f"{NO_TRAINING} ", KEPT]


def test_a_proposal_says_that_no_rule_found_it(reader: Desk) -> None:
    put(reader, TEXT + "\n", (at(MAY_TRAIN, stance=Stance.PERMITS, rule=PROPOSED),), key="third")
    shown = reader.read(PAGE)
    assert ">proposed · training: permits</a>" in shown
    assert "No rule found it" in shown


def test_a_proposal_is_confirmed_or_rejected_in_its_place(reader: Desk) -> None:
    put(reader, TEXT + "\n", (at(MAY_TRAIN, stance=Stance.PERMITS, rule=PROPOSED),), key="third")
    shown = reader.read(PAGE)
    form = form_with(shown, "It says so")
    assert {"family": "training", "stance": "permits", "quote": MAY_TRAIN}.items() <= form.items()
    answer = reader.send(f"{PAGE}/corrections", form | {"kind": "added", "reason": "Read it."})
    assert answer.status_code == 303, answer.text
    shown = reader.read(PAGE)
    assert "kim says so: Read it. A trained component had proposed it." in shown
    assert "proposed ·" not in shown
    assert shown.count(">training: permits</a>") == 1
    assert "It says so" not in shown


def test_a_proposal_that_is_wrong_counts_no_more(reader: Desk) -> None:
    put(reader, TEXT + "\n", (at(MAY_TRAIN, stance=Stance.PERMITS, rule=PROPOSED),), key="third")
    form = form_with(reader.read(PAGE), "It does not")
    answer = reader.send(f"{PAGE}/corrections", form | {"kind": "rejected", "reason": "It is of others."})
    assert answer.status_code == 303, answer.text
    assert "Does not count: kim corrected it" in reader.read(PAGE)


def test_the_margin_says_which_answers_rest_on_a_sentence(reader: Desk) -> None:
    assert "decides training of Team" in reader.read(f"{PAGE}?document={VETTED}")
    assert "decides training" not in reader.read(PAGE)


def test_a_deep_link_marks_the_passage_that_was_asked_for(reader: Desk) -> None:
    start = TEXT.index(KEPT)
    shown = reader.read(f"{PAGE}?at={start}-{start + len(KEPT)}")
    assert KEPT in marked(shown)
    assert 'id="at"' in shown
    for odd in ("9-", "-9", "9-3", "x-y", "0-99999999999"):
        assert 'id="at"' not in reader.read(f"{PAGE}?at={odd}")


def test_former_texts_can_be_chosen_and_say_that_they_do_not_count(reader: Desk) -> None:
    shown = reader.read(PAGE)
    former = hashlib.sha256(NO_TRAINING.encode()).hexdigest()
    assert f'<option value="{former}"' in shown
    shown = reader.read(f"{PAGE}?document={former}")
    assert "This is not the text that counts" in shown
    assert "Correct it" not in shown


def test_a_wrong_clause_is_rejected_beside_the_text_and_judged_at_once(reader: Desk) -> None:
    wrong = at(MAY_TRAIN, stance=Stance.PERMITS)
    opened = reader.read(f"{PAGE}?correct=c-{wrong.digest}")
    assert "does not say this" in opened
    form = {"kind": "rejected", "clause": wrong.digest, "document": digest_of(opened), "reason": "Not ours."}
    answer = reader.send(f"{PAGE}/corrections", form)
    assert answer.status_code == 303, answer.text
    shown = reader.read(answer.headers["location"])
    assert "The plans were judged again at once" in shown
    assert "Does not count: kim corrected it" in shown
    assert "corrected · training: permits" in shown


def test_another_stance_is_given_with_a_reason(reader: Desk) -> None:
    wrong = at(MAY_TRAIN, stance=Stance.PERMITS)
    form = {
        "kind": "restanced",
        "clause": wrong.digest,
        "document": digest_of(reader.read(PAGE)),
        "stance": "opt_in",
        "audience": "all",
        "data": ["content"],
        "reason": "Only with consent.",
    }
    assert reader.send(f"{PAGE}/corrections", form).status_code == 303
    shown = reader.read(PAGE)
    assert "kim says so: Only with consent." in shown
    assert ">training: opt in</a>" in shown


def test_a_missed_sentence_is_added_and_what_cannot_be_taken_keeps_what_was_typed(reader: Desk) -> None:
    form = {
        "kind": "added",
        "quote": "We keep it for ever.",
        "family": "retention",
        "stance": "bounded",
        "period_days": "30",
        "data": ["content"],
        "audience": "all",
        "document": digest_of(reader.read(PAGE)),
        "reason": "Thirty days.",
    }
    refused = reader.send(f"{PAGE}/corrections", form)
    assert refused.status_code == 422
    for kept in ("has no such sentence", "We keep it for ever.", "Thirty days.", 'value="30"'):
        assert kept in refused.text
    assert reader.send(f"{PAGE}/corrections", form | {"quote": KEPT}).status_code == 303
    assert KEPT in marked(reader.read(PAGE))


def test_a_form_without_a_kind_or_a_reason_is_told_what_it_lacks(reader: Desk) -> None:
    digest = digest_of(reader.read(PAGE))
    for form in ({"kind": "reviewed", "reason": ""}, {"kind": "guessed", "reason": "x"}, {}):
        answer = reader.send(f"{PAGE}/corrections", {**form, "document": digest})
        assert answer.status_code == 422
        assert "This was not taken in" in answer.text


def test_a_correction_is_withdrawn_with_a_reason_and_stays_on_record(reader: Desk) -> None:
    form = {"kind": "reviewed", "document": digest_of(reader.read(PAGE)), "reason": "All of it."}
    reader.send(f"{PAGE}/corrections", form)
    shown = reader.read(PAGE)
    (there,) = re.findall(r'action="([^"]+/withdrawal)"', shown)
    assert reader.send(there, {"reason": "Too fast."}).status_code == 303
    shown = reader.read(PAGE)
    assert "Withdrawn by kim" in shown
    assert "Too fast." in shown
    assert reader.send(there, {"reason": "Again."}).status_code == 422


def test_who_may_not_correct_sees_no_form_and_sends_none(reader: Desk) -> None:
    digest = digest_of(reader.read(PAGE))
    reader.sign_in("robin", Role.MANAGER)
    shown = reader.read(PAGE)
    assert "Correct it" not in shown
    assert "Missed one?" not in shown
    form = {"kind": "reviewed", "document": digest, "reason": "All of it."}
    assert reader.send(f"{PAGE}/corrections", form).status_code == 403


def test_a_script_gets_the_form_alone(reader: Desk) -> None:
    there = f"{PAGE}?correct=c-{at(MAY_TRAIN, stance=Stance.PERMITS).digest}"
    answer = reader.ask("GET", there, headers={"hx-request": "true", "hx-request-type": "partial"})
    assert "<form" in answer.text
    assert "<html" not in answer.text


def test_a_source_that_nobody_could_read_says_what_to_do(desk: Desk) -> None:
    desk.office.submit()
    desk.sign_in()
    assert "Nobody has looked at it yet" in desk.read(PAGE)
    with desk.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        record_sighting(session, source.id, "first", Seen(None, desk.office.at, Failure.LOGIN_FORM))
    assert "login form" in desk.read(PAGE)


def test_a_failed_look_is_told_beside_the_last_good_text(reader: Desk) -> None:
    with reader.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        later = reader.office.at + timedelta(days=7)
        record_sighting(session, source.id, "third", Seen(None, later, Failure.TIMED_OUT))
    assert "The last good text still counts" in reader.read(PAGE)


def test_the_number_of_queries_does_not_grow_with_versions_clauses_and_corrections(reader: Desk) -> None:
    with counted_queries() as before:
        reader.read(PAGE)
    for number in range(5):
        put(reader, f"{TEXT}\n{number}", (at(NO_TRAINING), at(MAY_TRAIN)), key=f"again-{number}")
        form = {"kind": "reviewed", "document": digest_of(reader.read(PAGE)), "reason": "All of it."}
        assert reader.send(f"{PAGE}/corrections", form).status_code == 303
    with counted_queries() as after:
        reader.read(PAGE)
    assert len(after) - len(before) <= 3
    assert len(after) < 25


def digest_of(page: str) -> str:
    """The document that a page's forms are about."""
    found = re.search(r'name="document" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]
