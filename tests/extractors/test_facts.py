"""Facts: documents are judged together, and nothing missing, silent or contradictory ever comforts."""

from itertools import product

import pytest

from extractors.facts import derive_facts, document_facts
from extractors.model import (
    Answer,
    Audience,
    Clause,
    DataKind,
    Failure,
    Family,
    Governing,
    Party,
    Purpose,
    Reading,
    Stance,
    TermsType,
)
from extractors.statements import SAFE

CONTENT = (DataKind.CONTENT,)
PERSONAL = (DataKind.PERSONAL,)


def clause(
    family: Family,
    stance: Stance,
    data: tuple[DataKind, ...] = CONTENT,
    *,
    purpose: Purpose | None = None,
    days: int | None = None,
    audience: Audience = Audience.ALL,
    start: int = 0,
) -> Clause:
    return Clause(
        family, stance, Party.VENDOR, data, purpose, days, audience, start, start + 1, "x", "", "r", (), "d"
    )


def governing(terms_type: TermsType, *clauses: Clause) -> Governing:
    return Governing(terms_type.value, terms_type, Reading("d", "r", clauses))


def answer(family: Family, *documents: Governing, audience: Audience = Audience.ALL) -> Answer:
    return next(fact.answer for fact in derive_facts(documents, audience) if fact.family is family)


MISSING = Governing("lost", TermsType.PRIVACY_POLICY, None, Failure.NOT_FOUND)
TRAINS = clause(Family.TRAINING, Stance.PERMITS)
NEVER_TRAINS = clause(Family.TRAINING, Stance.PROHIBITS)
OPT_OUT = clause(Family.TRAINING, Stance.OPT_OUT)
SERVICE_ONLY = clause(Family.REUSE, Stance.PROHIBITS, purpose=Purpose.SERVICE_ONLY)


def test_terms_that_say_nothing_are_silent_and_name_where_it_was_searched() -> None:
    fact = derive_facts([governing(TermsType.TERMS_OF_SERVICE)], Audience.ALL)[0]
    assert (fact.answer, fact.searched) == (Answer.SILENT, ("Terms of Service",))


def test_a_commercial_promise_prevails_over_a_general_policy() -> None:
    policy = governing(TermsType.PRIVACY_POLICY, TRAINS)
    assert (
        answer(Family.TRAINING, governing(TermsType.COMMERCIAL_TERMS, NEVER_TRAINS), policy) == "prohibited"
    )


def test_silence_overrides_no_permission() -> None:
    silent = governing(TermsType.COMMERCIAL_TERMS)
    assert answer(Family.TRAINING, silent, governing(TermsType.PRIVACY_POLICY, OPT_OUT)) is Answer.OPT_OUT


def test_a_promise_in_the_terms_and_a_permission_in_the_policy_conflict_and_both_are_cited() -> None:
    documents = [
        governing(TermsType.TERMS_OF_SERVICE, NEVER_TRAINS),
        governing(TermsType.PRIVACY_POLICY, TRAINS),
    ]
    fact = derive_facts(documents, Audience.ALL)[0]
    assert fact.answer is Answer.CONFLICTING
    assert {citation.source for citation in fact.citations} == {"Terms of Service", "Privacy Policy"}


def test_within_a_document_the_more_permissive_statement_on_content_wins() -> None:
    assert answer(Family.TRAINING, governing(TermsType.TERMS_OF_SERVICE, NEVER_TRAINS, TRAINS)) == "permitted"


def test_content_beats_data_in_general() -> None:
    general = clause(Family.TRAINING, Stance.PERMITS, PERSONAL)
    assert answer(Family.TRAINING, governing(TermsType.PRIVACY_POLICY, general, NEVER_TRAINS)) == "prohibited"


def test_a_promise_about_personal_data_promises_nothing_about_content() -> None:
    general = clause(Family.TRAINING, Stance.PROHIBITS, PERSONAL)
    assert answer(Family.TRAINING, governing(TermsType.PRIVACY_POLICY, general)) is Answer.SILENT


def test_a_choice_may_stand_in_another_document_than_the_permission() -> None:
    documents = (governing(TermsType.TERMS_OF_SERVICE, TRAINS), governing(TermsType.PRIVACY_POLICY, OPT_OUT))
    assert answer(Family.TRAINING, *documents) is Answer.OPT_OUT


def test_a_clause_for_another_audience_does_not_count() -> None:
    business = clause(Family.TRAINING, Stance.PROHIBITS, audience=Audience.BUSINESS)
    document = governing(TermsType.TERMS_OF_SERVICE, business)
    assert answer(Family.TRAINING, document, audience=Audience.CONSUMER) is Answer.SILENT
    assert answer(Family.TRAINING, document, audience=Audience.BUSINESS) is Answer.PROHIBITED


def test_training_on_content_is_more_than_service_only() -> None:
    assert answer(Family.REUSE, governing(TermsType.TERMS_OF_SERVICE, SERVICE_ONLY, TRAINS)) is Answer.IMPROVE


def test_a_number_that_governs_content_is_told() -> None:
    bounded = clause(Family.RETENTION, Stance.BOUNDED, days=30)
    facts = document_facts(Reading("d", "r", (bounded,)), TermsType.TERMS_OF_SERVICE)[Audience.ALL]
    assert [(fact.answer, fact.days) for fact in facts if fact.family is Family.RETENTION] == [
        ("bounded", 30)
    ]


SAFEST = (
    NEVER_TRAINS,
    clause(Family.TRAINING, Stance.OPT_IN),
    clause(Family.RETENTION, Stance.NONE),
    clause(Family.RETENTION, Stance.BOUNDED, days=1),
    clause(Family.RETENTION, Stance.USER_CONTROL),
    SERVICE_ONLY,
)


@pytest.mark.parametrize("safest", SAFEST)
def test_a_missing_document_leaves_every_comfort_unread(safest: Clause) -> None:
    documents = (governing(TermsType.CONTRACT, safest), MISSING)
    assert answer(safest.family, *documents) is Answer.UNREAD


def test_a_missing_document_takes_nothing_back_that_is_bad_enough() -> None:
    assert answer(Family.TRAINING, governing(TermsType.TERMS_OF_SERVICE, TRAINS), MISSING) == "permitted"


def test_no_documents_at_all_are_unread() -> None:
    assert {fact.answer for fact in derive_facts([], Audience.ALL)} == {Answer.UNREAD}


def test_every_fact_names_what_is_missing() -> None:
    assert all(fact.missing == ("lost",) for fact in derive_facts([MISSING], Audience.ALL))


UNSAFE = {
    Family.TRAINING: (TRAINS, OPT_OUT),
    Family.RETENTION: (clause(Family.RETENTION, Stance.OPEN_ENDED),),
    Family.REUSE: (
        clause(Family.REUSE, Stance.PERMITS, purpose=Purpose.IMPROVE, start=5),
        clause(Family.REUSE, Stance.PERMITS, purpose=Purpose.MARKETING, start=5),
    ),
}
UNRANKED = (TermsType.TERMS_OF_SERVICE, TermsType.BUSINESS_PRIVACY_POLICY, TermsType.PRIVACY_POLICY)


@pytest.mark.parametrize(("first", "second"), list(product(UNRANKED, UNRANKED)))
@pytest.mark.parametrize("safest", SAFEST)
def test_a_permission_on_content_anywhere_below_the_prevailing_documents_is_never_safe(
    safest: Clause, first: TermsType, second: TermsType
) -> None:
    for unsafe in UNSAFE[safest.family]:
        documents = (governing(first, safest), governing(second, unsafe))
        assert answer(safest.family, *documents) not in SAFE
