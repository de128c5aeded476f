"""Whom a clause is heard by: promises to some never silence what is permitted with everybody's content."""

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.facts import PRECEDENCE, PREVAILING, derive_facts
from extractors.hearing import more_careful
from extractors.model import (
    Answer,
    Audience,
    Clause,
    DataKind,
    Family,
    Governing,
    Purpose,
    Stance,
    TermsType,
)
from extractors.statements import SAFE
from tests.extractors.saying import answer, fact, governing, says

TRAINS = says(Family.TRAINING, Stance.PERMITS)
NEVER_FOR_BUSINESS = says(Family.TRAINING, Stance.PROHIBITS, audience=Audience.BUSINESS)


def test_a_promise_to_one_audience_beside_a_permission_for_all_is_a_conflict() -> None:
    assert (
        answer(Family.TRAINING, TRAINS, NEVER_FOR_BUSINESS, audience=Audience.BUSINESS) is Answer.CONFLICTING
    )
    assert answer(Family.TRAINING, TRAINS, NEVER_FOR_BUSINESS, audience=Audience.CONSUMER) is Answer.PERMITTED


def test_a_sentence_that_names_its_audience_is_an_exception_to_its_own_section() -> None:
    general = says(Family.TRAINING, Stance.PERMITS, heading="Terms › Training")
    exception = says(
        Family.TRAINING,
        Stance.PROHIBITS,
        audience=Audience.BUSINESS,
        heading="Terms › Training › Plans",
        told=("business: enterprise customers",),
    )
    found = fact(
        Family.TRAINING,
        governing(TermsType.TERMS_OF_SERVICE, general, exception),
        audience=Audience.BUSINESS,
    )
    assert found.answer is Answer.PROHIBITED
    assert [citation.clause for citation in found.overruled] == [general]


def test_a_promise_for_all_does_not_undo_what_is_permitted_with_ones_own_content() -> None:
    never = says(Family.TRAINING, Stance.PROHIBITS)
    trains = says(Family.TRAINING, Stance.PERMITS, audience=Audience.API)
    assert answer(Family.TRAINING, never, trains, audience=Audience.API) is Answer.PERMITTED
    assert answer(Family.TRAINING, never, trains, audience=Audience.ALL) is Answer.PERMITTED


def test_a_sentence_for_business_that_names_the_api_is_heard_there_too() -> None:
    both = says(
        Family.TRAINING,
        Stance.PROHIBITS,
        audience=Audience.BUSINESS,
        told=("business: enterprise", "api: api customers"),
    )
    assert answer(Family.TRAINING, both, audience=Audience.API) is Answer.PROHIBITED


def test_a_choice_for_all_beside_a_promise_to_one_audience_is_a_choice() -> None:
    controls = says(Family.RETENTION, Stance.USER_CONTROL, start=5)
    bounded = says(Family.RETENTION, Stance.BOUNDED, days=30, audience=Audience.API)
    assert answer(Family.RETENTION, controls, bounded, audience=Audience.API) is Answer.USER_CONTROL


def test_what_a_prevailing_document_overrules_is_told() -> None:
    promise = governing(TermsType.COMMERCIAL_TERMS, says(Family.TRAINING, Stance.PROHIBITS))
    found = fact(Family.TRAINING, promise, governing(TermsType.PRIVACY_POLICY, TRAINS))
    assert found.answer is Answer.PROHIBITED
    assert [(one.source, one.clause) for one in found.overruled] == [("Privacy Policy", TRAINS)]


def test_an_answer_that_is_not_safe_overrules_nothing() -> None:
    assert fact(Family.TRAINING, governing(TermsType.PRIVACY_POLICY, TRAINS)).overruled == ()


# No false safe: over invented readings, whatever promises they hold.

TOLD = (
    "part: payment data",
    "ask: upon request",
    "ending: following termination",
    "condition: if you enable",
    "business: enterprise customers",
    "api: api customers",
)
WIDE = (
    Purpose.LICENCE,
    Purpose.MARKETING,
    Purpose.PUBLISH,
    Purpose.THIRD_PARTY,
    Purpose.IMPROVE,
    Purpose.AGGREGATE,
)
PERMISSIONS = (
    (Family.TRAINING, Stance.PERMITS, None),
    (Family.TRAINING, Stance.OPT_OUT, None),
    (Family.RETENTION, Stance.OPEN_ENDED, None),
    *product((Family.REUSE,), (Stance.PERMITS, Stance.OPT_OUT), WIDE),
)
clauses = st.builds(
    says,
    st.sampled_from((Family.TRAINING, Family.RETENTION, Family.REUSE)),
    st.sampled_from(Stance),
    st.sampled_from(((DataKind.CONTENT,), (DataKind.PERSONAL,), (DataKind.CONTENT, DataKind.PERSONAL), ())),
    purpose=st.sampled_from((None, *Purpose)),
    days=st.sampled_from((None, 30)),
    audience=st.sampled_from(Audience),
    start=st.integers(0, 3),
    told=st.lists(st.sampled_from(TOLD), max_size=3).map(tuple),
)
documents = st.builds(
    lambda terms_type, said: governing(terms_type, *said),
    st.sampled_from(TermsType),
    st.lists(clauses, max_size=6),
)
permissions = st.builds(
    lambda kind, audience, told: says(
        kind[0], kind[1], purpose=kind[2], audience=audience, start=9, told=told
    ),
    st.sampled_from(PERMISSIONS),
    st.sampled_from(Audience),
    st.lists(st.sampled_from(TOLD), max_size=3).map(tuple),
)


PROMISED = {
    Family.TRAINING: ((Stance.PROHIBITS, None), (Stance.OPT_IN, None)),
    Family.RETENTION: ((Stance.NONE, None), (Stance.BOUNDED, None)),
    Family.REUSE: ((Stance.PROHIBITS, Purpose.SERVICE_ONLY),),
}


@st.composite
def contested(draw: st.DrawFn) -> tuple[Clause, Audience, list[Governing]]:
    """A permission on content, an audience that hears it, and documents that promise the contrary."""
    permission = draw(permissions)
    own = permission.audience
    audience = (
        draw(st.sampled_from(Audience)) if own is Audience.ALL else draw(st.sampled_from((own, Audience.ALL)))
    )
    stance, purpose = draw(st.sampled_from(PROMISED[permission.family]))
    promises = st.builds(
        lambda to, days: says(permission.family, stance, purpose=purpose, days=days, audience=to, start=5),
        st.sampled_from((Audience.ALL, audience)),
        st.sampled_from((None, 30)),
    )
    rank = PRECEDENCE[(here := draw(st.sampled_from(TermsType)))]
    beaten = [kind for kind in TermsType if PRECEDENCE[kind] >= min(rank, PREVAILING + 1)]
    said = st.lists(st.one_of(promises, clauses), max_size=3)
    others = draw(
        st.lists(st.builds(lambda k, c: governing(k, *c), st.sampled_from(beaten), said), max_size=2)
    )
    return permission, audience, [*others, governing(here, *draw(said), permission)]


@settings(max_examples=600, deadline=None)
@given(contested())
def test_what_is_permitted_with_content_is_never_safe_where_nothing_prevails_over_it(
    case: tuple[Clause, Audience, list[Governing]],
) -> None:
    permission, audience, read = case
    assert fact(permission.family, *read, audience=audience).answer not in SAFE
    assert fact(permission.family, *read[::-1], audience=audience).answer not in SAFE


def test_a_choice_over_some_peoples_content_is_heard_behind_a_permission_on_other_data() -> None:
    mixed = governing(
        TermsType.CONTRACT,
        says(Family.TRAINING, Stance.PERMITS, (DataKind.PERSONAL,)),
        says(Family.TRAINING, Stance.OPT_OUT, audience=Audience.CONSUMER, start=9),
    )
    promise = governing(TermsType.CONTRACT, says(Family.TRAINING, Stance.PROHIBITS, start=5))
    assert fact(Family.TRAINING, promise, mixed, audience=Audience.ALL).answer is Answer.CONFLICTING


@settings(max_examples=200, deadline=None)
@given(st.lists(documents, max_size=4), st.sampled_from(Audience))
def test_a_safe_answer_cites_a_promise_about_content(read: list[Governing], audience: Audience) -> None:
    for one in derive_facts(read, audience):
        if one.answer in SAFE:
            assert one.citations
            assert all(DataKind.CONTENT in cited.clause.data for cited in one.citations) or any(
                document.terms_type is TermsType.DATA_PROCESSOR_AGREEMENT for document in read
            )


@settings(max_examples=200, deadline=None)
@given(permissions, st.lists(documents, max_size=2))
def test_what_a_contract_overrules_of_content_is_told(permission: Clause, others: list[Governing]) -> None:
    family = permission.family
    stance, purpose = PROMISED[family][0]
    contract = governing(TermsType.CONTRACT, says(family, stance, purpose=purpose))
    found = fact(
        family,
        contract,
        governing(TermsType.PRIVACY_POLICY, permission),
        *others,
        audience=permission.audience,
    )
    if found.answer in SAFE:
        assert permission in {overruled.clause for overruled in found.overruled}


def test_a_proposed_permission_takes_a_safe_answer_away() -> None:
    never = says(Family.TRAINING, Stance.PROHIBITS, start=3)
    assert answer(Family.TRAINING, never, replace(TRAINS, proposed=True)) is Answer.PERMITTED


def test_a_proposed_promise_makes_no_answer_safer() -> None:
    promise = says(Family.TRAINING, Stance.PROHIBITS)
    assert answer(Family.TRAINING, replace(promise, proposed=True)) is Answer.SILENT


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(documents, st.lists(clauses, max_size=3)), min_size=1, max_size=3),
    st.sampled_from(Audience),
)
def test_what_is_only_proposed_never_makes_an_answer_safer(
    read: list[tuple[Governing, list[Clause]]], audience: Audience
) -> None:
    found = [document for document, _ in read]
    with_proposals = [_with(document, proposals) for document, proposals in read]
    before, after = derive_facts(found, audience), derive_facts(with_proposals, audience)
    for told, doubted in zip(before, after, strict=True):
        assert not more_careful(told.answer, doubted.answer)


def _with(document: Governing, proposals: list[Clause]) -> Governing:
    assert document.reading is not None
    added = tuple(replace(clause, proposed=True) for clause in proposals)
    reading = replace(document.reading, clauses=(*document.reading.clauses, *added))
    return replace(document, reading=reading)
