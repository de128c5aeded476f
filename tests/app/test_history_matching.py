"""Which document of an archive is the past of which source."""

import pytest

from app.history.matching import Candidate, UnmatchedError, match_sources, service_of
from extractors.model import TermsType

TERMS = Candidate("terms", TermsType.TERMS_OF_SERVICE)
PRIVACY = Candidate("privacy", TermsType.PRIVACY_POLICY)
PATHS = ("Brush/Terms of Service.md", "Brush/Privacy Policy.md", "Le Pen/Terms of Service.md")


def test_documents_of_the_same_kind_are_the_same() -> None:
    matched = match_sources(PATHS, "Brush", [TERMS, PRIVACY], {})
    assert matched.paths == {"terms": "Brush/Terms of Service.md", "privacy": "Brush/Privacy Policy.md"}
    assert matched.left_out == {}


def test_what_no_source_takes_is_left_out_by_name() -> None:
    matched = match_sources(PATHS, "Brush", [TERMS], {})
    assert matched.left_out == {"Brush/Privacy Policy.md": "the tool has no source of this kind"}


def test_what_two_sources_could_take_is_left_to_a_person() -> None:
    twins = [TERMS, Candidate("terms-eu", TermsType.TERMS_OF_SERVICE)]
    left = match_sources(PATHS[:1], "Brush", twins, {})
    assert left.paths == {}
    assert left.left_out == {PATHS[0]: "could be terms or terms-eu; name one with --source SLUG=PATH"}
    named = match_sources(PATHS[:1], "Brush", twins, {"terms-eu": PATHS[0]})
    assert named.paths == {"terms-eu": PATHS[0]}
    assert named.left_out == {}


def test_a_named_document_goes_before_the_one_of_its_kind() -> None:
    matched = match_sources(PATHS, "Brush", [TERMS], {"terms": PATHS[2]})
    assert matched.paths == {"terms": PATHS[2]}
    assert PATHS[0] in matched.left_out


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"term": PATHS[0]}, "no source 'term'"),
        ({"terms": "Brush/Terms.md"}, "no version of 'Brush/Terms.md'"),
        ({"terms": PATHS[0], "privacy": PATHS[0]}, "the past of two"),
    ],
)
def test_what_is_named_must_be_there(named: dict[str, str], told: str) -> None:
    with pytest.raises(UnmatchedError, match=told):
        match_sources(PATHS, "Brush", [TERMS, PRIVACY], named)


@pytest.mark.parametrize("name", ["Le Pen", "le-pen", "LEPEN"])
def test_a_service_is_known_by_its_letters(name: str) -> None:
    assert service_of(PATHS, [name]) == "Le Pen"


def test_an_archive_of_one_service_needs_no_name() -> None:
    assert service_of(PATHS[:2], ["Anything"]) == "Brush"


def test_a_service_that_is_not_there_is_asked_for() -> None:
    with pytest.raises(UnmatchedError, match="one with --service: 'Brush', 'Le Pen'"):
        service_of(PATHS, ["Pencil"])
