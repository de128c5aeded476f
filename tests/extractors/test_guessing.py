import pytest

from extractors.guessing import guess, is_hub
from extractors.model import Audience, TermsType


@pytest.mark.parametrize(
    ("words", "path", "terms_type", "audience"),
    [
        ("Terms of Service", "/legal/tos", TermsType.TERMS_OF_SERVICE, Audience.ALL),
        ("Terms", "/terms", TermsType.TERMS_OF_SERVICE, Audience.ALL),
        ("Privacy", "/privacy.html", TermsType.PRIVACY_POLICY, Audience.ALL),
        ("", "/policies/usage", TermsType.ACCEPTABLE_USE_POLICY, Audience.ALL),
        ("", "/legal/data-processing-addendum", TermsType.DATA_PROCESSOR_AGREEMENT, Audience.BUSINESS),
        ("", "/terms/business", TermsType.COMMERCIAL_TERMS, Audience.BUSINESS),
        ("API Terms", "/x", TermsType.DEVELOPER_TERMS, Audience.API),
        ("Consumer Terms of Service", "/x", TermsType.TERMS_OF_SERVICE, Audience.CONSUMER),
        ("Terms of Service for Teams", "/x", TermsType.COMMERCIAL_TERMS, Audience.BUSINESS),
        ("Enterprise Privacy Policy", "/x", TermsType.BUSINESS_PRIVACY_POLICY, Audience.BUSINESS),
        ("Subprocessors", "/subprocessors", TermsType.OTHER, Audience.ALL),
        ("", "/hc/en-us/articles/320-Privacy-Policy", TermsType.PRIVACY_POLICY, Audience.ALL),
        ("", "/legal/consumer-terms", TermsType.TERMS_OF_SERVICE, Audience.CONSUMER),
        ("Terms", "/en-gb/terms", TermsType.TERMS_OF_SERVICE, Audience.ALL),
    ],
)
def test_words_and_address_tell_the_terms_and_whom_they_are_for(
    words: str, path: str, terms_type: TermsType, audience: Audience
) -> None:
    found = guess(words, path)
    assert found is not None
    assert (found.terms_type, found.audience) == (terms_type, audience)


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("Pricing", "/pricing"),
        ("Help", "/help"),
        ("Read how the new terms of service of our largest customers came to be", "/x"),
        ("Datenschutz", "/de/privacy"),
        ("Terms", "/fr-fr/terms"),
        ("", "/a/b/c/d/e/terms"),
    ],
)
def test_what_leads_to_no_terms_in_english_is_not_guessed(words: str, path: str) -> None:
    assert guess(words, path) is None


def test_words_and_address_together_weigh_more_than_either() -> None:
    both, words, path = guess("Terms", "/terms"), guess("Terms", "/x"), guess("", "/terms")
    assert both is not None
    assert words is not None
    assert path is not None
    assert both.weight > words.weight > path.weight > 0


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("Applicant Privacy Notice", "/applicant-privacy"),
        ("Privacy", "/blog/privacy"),
        ("Your Privacy Choices", "/privacy-choices"),
        ("Previous Terms of Use", "/terms/archive"),
    ],
)
def test_pages_about_other_things_weigh_little(words: str, path: str) -> None:
    found, plain = guess(words, path), guess("Terms", "/terms")
    assert found is not None
    assert plain is not None
    assert found.weight <= plain.weight / 2


@pytest.mark.parametrize(
    ("words", "path"),
    [("Legal", "/legal"), ("Trust Center", "https"), ("", "/policies"), ("Terms & Policies", "/x")],
)
def test_pages_that_list_terms_are_known(words: str, path: str) -> None:
    assert is_hub(words, path)


def test_a_page_of_terms_is_no_list_of_them() -> None:
    assert not is_hub("Terms of Service", "/legal/terms")
