import json

from extractors.model import Audience, DocumentKind, Failure, TermsType
from registry.proposals import (
    Evidence,
    Found,
    Proposal,
    Reason,
    Trouble,
    Whence,
    found_from_json,
    found_to_json,
    plans_for,
    weigh,
)

PLANS = (("free", Audience.CONSUMER), ("team", Audience.BUSINESS), ("api", Audience.API))


def test_a_page_that_was_read_weighs_more_than_one_that_failed() -> None:
    whence = frozenset({Whence.FOOTER})
    read, untried, failed = (
        weigh(Evidence(0.7, whence, read=True, titled=True)),
        weigh(Evidence(0.7, whence)),
        weigh(Evidence(0.7, whence, failed=True)),
    )
    assert read > untried > failed


def test_a_page_elsewhere_weighs_less() -> None:
    assert weigh(Evidence(0.7, frozenset(), elsewhere=True)) < weigh(Evidence(0.7, frozenset()))


def test_a_score_stays_between_0_and_1() -> None:
    assert weigh(Evidence(1.0, frozenset(Whence), read=True, titled=True)) == 1.0
    assert weigh(Evidence(0.0, frozenset(), failed=True, elsewhere=True)) == 0.0


def test_terms_for_all_govern_every_plan() -> None:
    assert plans_for(Audience.ALL, TermsType.TERMS_OF_SERVICE, PLANS) == ("free", "team", "api")


def test_terms_for_companies_govern_their_plans_alone() -> None:
    assert plans_for(Audience.BUSINESS, TermsType.COMMERCIAL_TERMS, PLANS) == ("team",)


def test_an_agreement_on_data_processing_holds_for_the_api_too() -> None:
    assert plans_for(Audience.BUSINESS, TermsType.DATA_PROCESSOR_AGREEMENT, PLANS) == ("team", "api")


def test_an_outcome_is_stored_and_found_again() -> None:
    found = Found(
        proposals=(
            Proposal(
                url="https://acme.example/terms",
                terms_type=TermsType.TERMS_OF_SERVICE,
                kind=DocumentKind.TERMS_OF_SERVICE,
                audience=Audience.ALL,
                plans=("free",),
                reasons=(Reason(Whence.FOOTER, "https://acme.example/", "Terms"),),
                score=0.9,
                title="Terms",
                failure=Failure.SCRIPT_SHELL,
                detail="a script would render it",
                tracked="terms",
            ),
        ),
        troubles=(Trouble("https://acme.example/dpa", Failure.REFUSED, "403"),),
        requests=7,
        complete=False,
    )
    assert found_from_json(json.loads(json.dumps(found_to_json(found)))) == found
