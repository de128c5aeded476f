"""What a person's corrections make of the machine's reading."""

import hashlib
from dataclasses import replace

import pytest

from extractors.corrections import REVIEWER, Effect, apply, corrected, sentence_digest
from extractors.digest import clause_digest
from extractors.facts import document_facts
from extractors.model import (
    PROPOSED,
    Answer,
    Audience,
    Clause,
    Correction,
    CorrectionKind,
    DataKind,
    Document,
    Family,
    Party,
    Purpose,
    Reading,
    Stance,
    TermsType,
)

MAY_TRAIN = "We may train our models on Customer Content."
SEA = "We like the sea."
TEXT = f"# Terms\n\n{SEA}\n\n{MAY_TRAIN}\n"


def document(text: str) -> Document:
    return Document(text, hashlib.sha256(text.encode()).hexdigest())


def clause(
    text: str, quote: str = MAY_TRAIN, stance: Stance | None = Stance.PERMITS, **other: object
) -> Clause:
    start = text.index(quote)
    made = Clause(
        family=Family.TRAINING,
        stance=stance,
        party=Party.VENDOR,
        data=(DataKind.CONTENT,),
        purpose=None,
        period_days=None,
        audience=Audience.ALL,
        start=start,
        end=start + len(quote),
        quote=quote,
        heading="Terms",
        rule="training.use",
        modifiers=(),
        digest="",
    )
    made = replace(made, **other)  # type: ignore[arg-type]
    return replace(made, digest=clause_digest(made.family, made.stance, made.audience, quote))


def reading(text: str, *clauses: Clause) -> Reading:
    return Reading(document(text).digest, "rules-1", clauses)


def rejected(seen: Clause) -> Correction:
    return Correction("cor_1", CorrectionKind.REJECTED, seen, None)


def restanced(seen: Clause, stance: Stance, **other: object) -> Correction:
    says = replace(seen, stance=stance, **other)  # type: ignore[arg-type]
    return Correction("cor_2", CorrectionKind.RESTANCED, seen, says)


def added(text: str, quote: str, stance: Stance = Stance.PROHIBITS) -> Correction:
    return Correction("cor_3", CorrectionKind.ADDED, None, clause(text, quote, stance, rule=REVIEWER))


def stances(text: str, read: Reading, *corrections: Correction) -> list[Stance | None]:
    return [one.stance for one in corrected(read, document(text), corrections).clauses]


def training(text: str, read: Reading, *corrections: Correction) -> Answer:
    counted = corrected(read, document(text), corrections)
    return document_facts(counted, TermsType.TERMS_OF_SERVICE)[Audience.ALL][0].answer


def test_a_rejected_clause_does_not_count() -> None:
    seen = clause(TEXT)
    assert training(TEXT, reading(TEXT, seen)) is Answer.PERMITTED
    assert training(TEXT, reading(TEXT, seen), rejected(seen)) is Answer.SILENT


def test_the_machines_reading_stays_as_it_is() -> None:
    read = reading(TEXT, clause(TEXT))
    corrected(read, document(TEXT), [rejected(clause(TEXT))])
    assert read == reading(TEXT, clause(TEXT))


def test_a_restanced_clause_counts_with_its_new_stance_and_digest() -> None:
    seen = clause(TEXT)
    (now,) = corrected(reading(TEXT, seen), document(TEXT), [restanced(seen, Stance.OPT_OUT)]).clauses
    assert (now.stance, now.quote) == (Stance.OPT_OUT, MAY_TRAIN)
    assert now.digest == clause(TEXT, stance=Stance.OPT_OUT).digest
    assert now.digest != seen.digest


def test_an_added_clause_stands_where_its_sentence_does() -> None:
    (now,) = corrected(reading(TEXT), document(TEXT), [added(TEXT, SEA)]).clauses
    assert (TEXT[now.start : now.end], now.rule, now.heading) == (SEA, REVIEWER, "Terms")


def test_a_correction_survives_changes_elsewhere() -> None:
    later = TEXT.replace("# Terms", "# New terms\n\nWe moved house.").replace(
        MAY_TRAIN, f"**{MAY_TRAIN[:-1]}**."
    )
    quote = f"{MAY_TRAIN[:-1]}**."
    now = clause(later, quote)
    assert stances(later, reading(later, now), rejected(clause(TEXT))) == []
    (placed,) = corrected(reading(later), document(later), [added(TEXT, SEA)]).clauses
    assert later[placed.start : placed.end] == SEA


def test_a_correction_is_dormant_when_the_sentence_is_gone() -> None:
    later = TEXT.replace("Customer Content.", "Customer Content and personal data.")
    now = clause(later, "We may train our models on Customer Content and personal data.")
    done = apply(rejected(clause(TEXT)), reading(later, now), document(later))
    assert done.effect is Effect.DORMANT
    assert stances(later, reading(later, now), rejected(clause(TEXT))) == [Stance.PERMITS]


@pytest.mark.parametrize("correction", [restanced(clause(TEXT), Stance.PROHIBITS), added(TEXT, MAY_TRAIN)])
def test_a_promise_that_a_person_made_of_a_sentence_goes_with_it(correction: Correction) -> None:
    later = TEXT.replace(MAY_TRAIN, f"Unless you object, {MAY_TRAIN}")
    assert stances(later, reading(later), correction) == []


def test_a_restanced_clause_counts_where_new_rules_no_longer_find_it() -> None:
    assert stances(TEXT, reading(TEXT), restanced(clause(TEXT), Stance.OPT_IN)) == [Stance.OPT_IN]


def test_rules_that_read_the_sentence_so_by_themselves_leave_nothing_to_correct() -> None:
    seen, now = clause(TEXT), clause(TEXT, stance=Stance.OPT_IN)
    read = reading(TEXT, now)
    assert apply(restanced(seen, Stance.OPT_IN), read, document(TEXT)).effect is Effect.AGREED
    assert apply(rejected(seen), reading(TEXT), document(TEXT)).effect is Effect.AGREED
    assert apply(added(TEXT, MAY_TRAIN, Stance.OPT_IN), read, document(TEXT)).effect is Effect.AGREED
    assert stances(TEXT, read, restanced(seen, Stance.OPT_IN)) == [Stance.OPT_IN]


@pytest.mark.parametrize(
    "other",
    [
        {"stance": Stance.OPT_OUT},
        {"data": (DataKind.CONTENT, DataKind.PERSONAL)},
        {"audience": Audience.CONSUMER},
        {"family": Family.REUSE, "purpose": Purpose.IMPROVE},
    ],
)
def test_a_statement_that_nobody_has_rejected_is_not_silenced(other: dict[str, object]) -> None:
    """New rules may read more into the sentence than the person had before them."""
    now = replace(clause(TEXT), **other)  # type: ignore[arg-type]
    assert apply(rejected(clause(TEXT)), reading(TEXT, now), document(TEXT)).effect is Effect.AGREED


def test_a_third_stance_that_new_rules_read_counts_beside_the_persons() -> None:
    now = clause(TEXT, stance=Stance.OPT_OUT)
    assert stances(TEXT, reading(TEXT, now), restanced(clause(TEXT), Stance.PROHIBITS)) == [
        Stance.OPT_OUT,
        Stance.PROHIBITS,
    ]


def test_what_the_person_left_alone_follows_the_machine() -> None:
    now = clause(TEXT, data=(DataKind.CONTENT, DataKind.PERSONAL), audience=Audience.BUSINESS)
    correction = restanced(clause(TEXT), Stance.OPT_OUT)
    (counted,) = corrected(reading(TEXT, now), document(TEXT), [correction]).clauses
    assert (counted.data, counted.audience) == ((DataKind.CONTENT, DataKind.PERSONAL), Audience.BUSINESS)


def test_limits_that_the_machine_found_stay_with_a_restanced_clause() -> None:
    seen = clause(TEXT, modifiers=("ask: upon request",))
    (counted,) = corrected(reading(TEXT), document(TEXT), [restanced(seen, Stance.PROHIBITS)]).clauses
    assert counted.modifiers == ("ask: upon request",)


def test_a_correction_holds_wherever_the_sentence_stands() -> None:
    twice = f"{TEXT}\n{SEA} {MAY_TRAIN}\n"
    later = twice.rindex(MAY_TRAIN)
    second = replace(clause(twice), start=later, end=later + len(MAY_TRAIN))
    assert stances(twice, reading(twice, clause(twice), second), rejected(clause(TEXT))) == []


def test_corrections_of_other_sentences_leave_each_other_alone() -> None:
    seen = clause(TEXT)
    assert stances(TEXT, reading(TEXT, seen), rejected(seen), added(TEXT, SEA)) == [Stance.PROHIBITS]


def test_layout_makes_no_other_sentence_digest_and_words_do() -> None:
    assert sentence_digest("We **may**\ntrain.") == sentence_digest("We may train.")
    assert sentence_digest("We may not train.") != sentence_digest("We may train.")


def test_a_sentence_that_the_machine_reads_with_limits_is_not_what_a_person_adds() -> None:
    now = clause(TEXT, stance=Stance.PROHIBITS, modifiers=("ask: upon request",))
    done = apply(added(TEXT, MAY_TRAIN), reading(TEXT, now), document(TEXT))
    assert done.effect is Effect.APPLIES


def test_what_a_person_has_restated_is_no_proposal() -> None:
    seen = clause(TEXT, proposed=True, rule=PROPOSED)
    (now,) = corrected(reading(TEXT, seen), document(TEXT), [restanced(seen, Stance.OPT_OUT)]).clauses
    assert not now.proposed
    assert now.rule == REVIEWER


def test_a_person_who_adds_what_is_proposed_confirms_it() -> None:
    said = added(TEXT, MAY_TRAIN, Stance.PERMITS)
    found, proposal = clause(TEXT), clause(TEXT, proposed=True, rule=PROPOSED)
    assert apply(said, reading(TEXT, proposal), document(TEXT)).effect is Effect.APPLIES
    assert apply(said, reading(TEXT, found), document(TEXT)).effect is Effect.AGREED


def test_a_person_rejects_a_proposal_as_any_clause() -> None:
    seen = clause(TEXT, proposed=True, rule=PROPOSED)
    assert corrected(reading(TEXT, seen), document(TEXT), [rejected(seen)]).clauses == ()
