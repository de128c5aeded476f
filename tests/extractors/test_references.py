"""References: which other documents a text names, and which of them it binds to itself."""

import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Document, DocumentKind, Reference
from extractors.references import find_references


def _found(text: str, title: str | None = "Terms of Service | Acme") -> dict[str, Reference]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = find_references(Document(text=text, digest=digest, title=title))
    assert all(text[one.start : one.end] == one.quote for one in found)
    names = [one.name for one in found]
    assert len(names) == len(set(names))
    return {one.name: one for one in found}


def _one(text: str, title: str | None = "Terms of Service | Acme") -> Reference:
    (reference,) = _found(text, title).values()
    return reference


def test_a_link_gives_its_address_and_the_sentence_around_it() -> None:
    found = _one("Welcome. Please read our [Privacy Policy](https://acme.example/privacy) with care. Thanks.")
    assert found.name == "Privacy Policy"
    assert found.url == "https://acme.example/privacy"
    assert found.kind is DocumentKind.PRIVACY_POLICY
    assert found.quote == "Please read our [Privacy Policy](https://acme.example/privacy) with care."
    assert not found.incorporated


@pytest.mark.parametrize(
    ("sentence", "name", "kind"),
    [
        ("We act as described in our Usage Policy.", "Usage Policy", DocumentKind.ACCEPTABLE_USE_POLICY),
        ("For periods, see our Retention Schedule.", "Retention Schedule", DocumentKind.OTHER),
        ("Cookies are told of in our cookie policy.", "cookie policy", DocumentKind.OTHER),
        ("They are in our Subprocessor List.", "Subprocessor List", DocumentKind.SUBPROCESSOR_LIST),
        ("The Acme DPA holds for it.", "Acme DPA", DocumentKind.DATA_PROCESSOR_AGREEMENT),
        ("It falls under our API Developer Terms.", "API Developer Terms", DocumentKind.DEVELOPER_TERMS),
        ("The Services Agreement applies to companies.", "Services Agreement", DocumentKind.COMMERCIAL_TERMS),
        ("More is found in our Help Center.", "Help Center", DocumentKind.HELP_PAGE),
        ("YOU AGREE TO OUR PRIVACY POLICY AS WELL.", "PRIVACY POLICY", DocumentKind.PRIVACY_POLICY),
    ],
)  # fmt: skip
def test_a_name_without_a_link_is_found_with_its_kind(sentence: str, name: str, kind: DocumentKind) -> None:
    found = _found(sentence)[name]
    assert (found.kind, found.url) == (kind, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Data Processing Addendum (“DPA”), which is incorporated by reference, governs personal data.",
        "The Data Processing Addendum forms part of this Agreement.",
        "The Data Processing Addendum is hereby incorporated into these Terms.",
        "Processing of personal data is subject to the Data Processing Addendum.",
        "These Terms, together with the Data Processing Addendum, are the whole agreement.",
        "These Terms include our Data Processing Addendum.",
        "These Terms incorporate by reference:\n\n- the Data Processing Addendum, for companies",
    ],
)
def test_what_the_text_binds_to_itself_is_incorporated(sentence: str) -> None:
    assert _one(sentence).incorporated


@pytest.mark.parametrize(
    "sentence",
    [
        "Our Privacy Policy does not form part of these Terms.",
        "Our Privacy Policy is subject to change.",
        "Acme is incorporated in Ireland; see our Privacy Policy.",
        "See our Privacy Policy to learn more.",
    ],
)
def test_what_is_only_named_is_not_incorporated(sentence: str) -> None:
    assert not _one(sentence).incorporated


@pytest.mark.parametrize(
    "text",
    [
        "These Terms of Service bind you. By using the Service you accept the Terms of Service.",
        "You accept the Acme Terms of Use, as amended.",
        "## 7. Privacy Policy\n\nWe respect you.",
        "- Home\n- Privacy Policy\n- Careers",
        "5.2 Policies and Service Terms.",
        "The providers keep it as told in their Privacy Policy.",
        "It falls under the Privacy Policy of the third party.",
        "You must comply with any Privacy Policy of yours.",
        "Entire Agreement. The Agreement ends with the Renewal Terms.",
        "The measures stand in Schedule 2 and Exhibit B.",
        "Keep to the House Guidelines below.\n\n## House Guidelines\n\nBe kind; House Guidelines bind.",
        "The UK Addendum and the Standard Contractual Clauses apply.",
        "See the [previous version](https://acme.example/legal/archive/terms-2020).",
        "Send a Termination Notice by post.",
    ],
)
def test_headings_menus_parts_the_text_itself_and_what_others_keep_are_no_references(text: str) -> None:
    assert _found(text) == {}


def test_one_document_named_many_ways_is_told_once_with_the_sentence_that_binds_it() -> None:
    text = (
        "See our Data Processing Addendum. Sign the DPA at www.acme.example/legal/dpa.\n\n"
        "The Acme Data Processing Agreement is incorporated by reference into these Terms."
    )
    found = _one(text)
    assert (found.name, found.url) == ("Data Processing Addendum", "www.acme.example/legal/dpa")
    assert found.quote == "The Acme Data Processing Agreement is incorporated by reference into these Terms."


def test_two_names_with_one_address_are_one_document() -> None:
    text = "See our [Privacy Policy](https://acme.example/privacy/) and [data notes](http://www.acme.example/privacy#use)."
    assert _one(text).name == "Privacy Policy"


def test_one_name_with_two_addresses_is_two_documents() -> None:
    text = "See the [Privacy Policy](https://acme.example/privacy) and [Privacy Policy](https://pay.example/privacy)."
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert len(find_references(Document(text=text, digest=digest))) == 2


def test_an_address_in_the_sentence_belongs_to_the_name_before_it() -> None:
    found = _one(
        "Do not break Acme's Fair Use Policy, accessible at www.acme.example/legal/usage-policies; be kind."
    )
    assert found.name == "Acme's Fair Use Policy"
    assert found.url == "www.acme.example/legal/usage-policies"


def test_an_address_of_the_next_sentence_belongs_to_no_name_before_it() -> None:
    assert _one("Read our Privacy Policy. Prices are found at https://acme.example/pricing now.").url is None


def test_a_link_that_says_only_here_is_called_by_its_address() -> None:
    assert (
        _one("Read the rules [here](https://acme.example/legal/acceptable-use-policy).").name
        == "acceptable use policy"
    )


def test_what_another_company_is_said_to_own_keeps_its_owner() -> None:
    assert set(_found("Videos fall under Google's privacy policy and our privacy policy.")) == {
        "Google's privacy policy",
        "privacy policy",
    }


def test_another_text_of_the_owner_is_not_mistaken_for_the_text_itself() -> None:
    found = _found(
        "You also accept the “Acme Terms of Use” and the Acme Privacy Policy. This privacy policy is long.",
        title="Acme Open Platform Terms of Service",
    )
    assert set(found) == {"Acme Terms of Use", "Acme Privacy Policy"}


def test_a_section_that_tells_of_an_addendum_does_not_hide_it() -> None:
    text = "## 14.2 Data Processing Agreement\n\nPlease read the Acme Data Processing Agreement (“DPA”)."
    assert _one(text).name == "Acme Data Processing Agreement"


@given(
    st.text(
        alphabet=st.sampled_from("Pp olicy.,\n#-*[]()/“”’'sTermsDPAofwww:x1 ") | st.characters(), max_size=400
    )
)
def test_strange_text_never_fails_and_quotes_what_stands_there(text: str) -> None:
    for one in find_references(Document(text=text, digest="")):
        assert text[one.start : one.end] == one.quote
        assert one.name


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "Policy ",
        "our Privacy Policy, ",
        "[",
        "[a](",
        "www.",
        "a.",
        "\n- ",
        "# ",
        "subject to ",
        "Xyz & ",
    ],
)
def test_time_grows_with_the_text(unit: str) -> None:
    began = time.process_time()
    find_references(Document(text=unit * (1_000_000 // len(unit)), digest=""))
    assert time.process_time() - began < 8.0
