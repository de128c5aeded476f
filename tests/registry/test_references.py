"""Which of the documents that terms name nobody tracks."""

import pytest

from extractors.model import DocumentKind, Reference, TermsType
from registry.references import Place, Tracked, Untracked, untracked

OWNERS = ("Acme", "acme/painter", "Painter")
TERMS = Tracked(
    "terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/terms",), ("terms", "Terms of Use")
)
PRIVACY = Tracked(
    "privacy-policy", TermsType.PRIVACY_POLICY, ("https://acme.example/privacy",), ("privacy-policy", "")
)


def _place(
    name: str, kind: DocumentKind, url: str | None = None, *, binds: bool = False, source: str = "terms"
) -> Place:
    reference = Reference(name, url, kind, binds, 0, len(name), name)
    return Place(source, "d" * 64, reference)


def _left(*places: Place, tracked: tuple[Tracked, ...] = (TERMS, PRIVACY)) -> list[str]:
    return [one.name for one in untracked(places, tracked, OWNERS)]


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.example/privacy",
        "http://www.acme.example/privacy/#data",
        "acme.example/privacy?utm_source=terms",
        "/privacy",
        "../privacy",
    ],
)
def test_an_address_that_is_tracked_covers_whatever_the_name(url: str) -> None:
    assert _left(_place("How we handle data", DocumentKind.OTHER, url)) == []


@pytest.mark.parametrize("name", ["Privacy Policy", "Acme’s Privacy Notice", "PRIVACY STATEMENT"])
def test_a_plain_name_is_covered_by_a_source_of_its_type(name: str) -> None:
    assert _left(_place(name, DocumentKind.PRIVACY_POLICY)) == []


@pytest.mark.parametrize(
    ("name", "kind", "url"),
    [
        ("Google’s Privacy Policy", DocumentKind.PRIVACY_POLICY, None),
        ("Children's Privacy Policy", DocumentKind.PRIVACY_POLICY, None),
        ("Privacy Policy", DocumentKind.PRIVACY_POLICY, "https://pay.example/privacy"),
        ("Data Processing Addendum", DocumentKind.DATA_PROCESSOR_AGREEMENT, None),
        ("Acme Policies", DocumentKind.OTHER, None),
        ("Terms", DocumentKind.OTHER, "https://[broken"),
        ("Old rules", DocumentKind.OTHER, "https://acme.example/terms?version=2"),
    ],
)
def test_what_may_be_another_document_is_told(name: str, kind: DocumentKind, url: str | None) -> None:
    assert _left(_place(name, kind, url)) == [name]


def test_a_page_on_the_vendors_site_is_covered_by_its_type_whatever_its_language() -> None:
    assert (
        _left(_place("Privacy Policy", DocumentKind.PRIVACY_POLICY, "https://eu.acme.example/de/privacy"))
        == []
    )


def test_hosts_under_a_shared_ending_are_different_sites() -> None:
    tracked = Tracked("privacy", TermsType.PRIVACY_POLICY, ("https://acme.co.uk/privacy",), ("privacy",))
    place = _place("Privacy Policy", DocumentKind.PRIVACY_POLICY, "https://pay.co.uk/privacy")
    assert _left(place, tracked=(tracked,)) == ["Privacy Policy"]


def test_a_business_privacy_policy_does_not_cover_the_general_one() -> None:
    tracked = Tracked("enterprise-privacy", TermsType.BUSINESS_PRIVACY_POLICY, (), ("enterprise-privacy",))
    general = _place("Privacy Policy", DocumentKind.PRIVACY_POLICY)
    its_own = _place("Enterprise Privacy Policy", DocumentKind.PRIVACY_POLICY)
    assert _left(general, its_own, tracked=(tracked,)) == ["Privacy Policy"]


def test_a_kind_that_no_source_is_declared_as_is_covered_by_its_name() -> None:
    tracked = Tracked("sub-processors", TermsType.OTHER, (), ("sub-processors", "Our partners"))
    place = _place("Subprocessor List", DocumentKind.SUBPROCESSOR_LIST)
    assert _left(place, tracked=(tracked,)) == []
    assert _left(place) == ["Subprocessor List"]


def test_one_document_named_by_two_sources_is_told_once_with_both_places() -> None:
    loose = _place("Acme DPA", DocumentKind.DATA_PROCESSOR_AGREEMENT, source="privacy-policy")
    binding = _place("Data Processing Addendum", DocumentKind.DATA_PROCESSOR_AGREEMENT, binds=True)
    (found,) = untracked((loose, binding), (TERMS, PRIVACY), OWNERS)
    assert found == Untracked(
        "Data Processing Addendum", None, DocumentKind.DATA_PROCESSOR_AGREEMENT, True, (binding, loose)
    )


def test_what_is_incorporated_comes_first() -> None:
    cookies = _place("Cookie Policy", DocumentKind.OTHER)
    rules = _place("Use Policy", DocumentKind.ACCEPTABLE_USE_POLICY, binds=True)
    assert _left(cookies, rules) == ["Use Policy", "Cookie Policy"]


def test_without_any_source_everything_is_told() -> None:
    assert _left(_place("Privacy Policy", DocumentKind.PRIVACY_POLICY, "/privacy"), tracked=()) == [
        "Privacy Policy"
    ]
