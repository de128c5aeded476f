"""Open Terms Archive declarations: what is taken from them, and what is named as left out."""

import json
from typing import Any

import pytest
from sqlmodel import Session, select

from extractors.model import TermsType
from registry.declarations import DeclarationError, Declared, read_declaration, slug_of
from registry.declared import Taken, list_declared, tools_by_page
from registry.entries import SourceEntry, ToolEntry, VendorEntry
from registry.store import find_tool, plans_of
from registry.submissions import list_catalogue, source_entry, submit_listed
from registry.tables import SourceRow
from tests.registry.conftest import NOW

TERMS = {"fetch": "https://pen.example/terms", "select": "main"}


def read(terms: dict[str, Any], vendor: str | None = "acme", **rest: Any) -> Declared:
    declared = {"name": "Le Pen", "terms": terms, **rest}
    return read_declaration(
        json.dumps(declared), "pen", vendor, lambda one: "is malformed" if one.endswith("[") else None
    )


def source(declared: Declared) -> SourceEntry:
    assert declared.vendor is not None
    (one,) = declared.vendor.tools[0].sources
    return one


def test_a_service_becomes_a_tool_whose_plans_are_to_be_confirmed() -> None:
    declared = read({"Terms of Service": {**TERMS, "remove": ["nav", ".ad"]}})
    assert declared.notes == ()
    assert declared.vendor is not None
    (tool,) = declared.vendor.tools
    assert (declared.vendor.slug, tool.slug, tool.name) == ("acme", "le-pen", "Le Pen")
    assert [plan.name for plan in tool.plans] == ["To be confirmed"]
    assert source(declared) == SourceEntry(
        "terms-of-service",
        TermsType.TERMS_OF_SERVICE,
        ("https://pen.example/terms",),
        ("main",),
        ("nav", ".ad"),
        ("unconfirmed",),
    )


def test_without_a_vendor_the_service_is_its_own() -> None:
    declared = read({"Terms of Service": TERMS}, None)
    assert declared.vendor is not None
    assert (declared.vendor.slug, declared.vendor.name) == ("le-pen", "Le Pen")


def test_ranges_are_taken_as_they_are_written() -> None:
    between = {"startBefore": "#a", "endAfter": "#b"}
    declared = read({"Terms of Service": {**TERMS, "select": between, "remove": ["nav", between]}})
    assert [json.loads(one) for one in source(declared).select] == [between]
    assert json.loads(source(declared).remove[1]) == between


def test_pages_that_are_combined_inherit_what_stands_beside_them() -> None:
    pages = [{"fetch": "https://pen.example/a"}, {"fetch": "https://pen.example/b"}]
    declared = read({"Privacy Policy": {"combine": pages, "select": ["main"], "remove": "nav"}})
    assert source(declared).urls == ("https://pen.example/a", "https://pen.example/b")
    assert (source(declared).select, source(declared).remove) == (("main",), ("nav",))
    assert declared.notes == ()


def test_pages_that_are_cut_differently_are_taken_uncut_and_that_is_told() -> None:
    pages = [{"fetch": "https://pen.example/a", "select": "main"}, {"fetch": "https://pen.example/b"}]
    declared = read({"Privacy Policy": {"combine": pages}})
    assert source(declared).urls == ("https://pen.example/a", "https://pen.example/b")
    assert source(declared).select == ()
    assert [(note.document, note.key) for note in declared.notes] == [("Privacy Policy", "combine")]


def test_what_is_not_done_here_is_named_and_the_rest_is_taken() -> None:
    declared = read(
        {
            "Terms of Service": {**TERMS, "filter": ["clean"], "executeClientScripts": True, "colour": 1},
            "Cookie Rules": TERMS,
        },
        importedFrom="elsewhere",
    )
    assert source(declared).select == ("main",)
    assert [(note.document, note.key) for note in declared.notes] == [
        ("", "importedFrom"),
        ("Terms of Service", "filter"),
        ("Terms of Service", "executeClientScripts"),
        ("Terms of Service", "colour"),
        ("Cookie Rules", ""),
    ]


def test_scripts_that_need_not_run_are_nothing_to_name() -> None:
    assert read({"Terms of Service": {**TERMS, "executeClientScripts": False}}).notes == ()


@pytest.mark.parametrize("written", ["p[", ["main", "p["], [3]])
def test_a_selector_that_cannot_be_used_is_left_out_with_its_fellows(written: object) -> None:
    declared = read({"Terms of Service": {**TERMS, "select": written}})
    assert source(declared).select == ()
    (note,) = declared.notes
    assert (note.document, note.key) == ("Terms of Service", "select")
    assert note.why.endswith("all of `select` was left out")


@pytest.mark.parametrize(
    "document", [{}, {"fetch": "ftp://pen.example/"}, {"fetch": 3}, {"combine": []}, "x"]
)
def test_a_service_of_which_no_page_can_be_fetched_is_not_taken(document: object) -> None:
    declared = read({"Terms of Service": document})
    assert declared.vendor is None
    assert declared.notes[0].document == "Terms of Service"
    assert declared.notes[-1].why.startswith("a tool without sources")


def test_half_a_combined_document_is_none() -> None:
    pages = [{"fetch": "https://pen.example/a"}, {"fetch": "nowhere"}]
    declared = read({"Terms of Service": TERMS, "Privacy Policy": {"combine": pages}})
    assert source(declared).slug == "terms-of-service"
    assert [(note.document, note.key) for note in declared.notes] == [("Privacy Policy", "fetch")]


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"name": "Pen"}', '{"terms": {"a": {}}}', '{"name": "P", "terms": {}}']
)
def test_what_is_no_declaration_is_refused(text: str) -> None:
    with pytest.raises(DeclarationError):
        read_declaration(text, "pen", None, lambda _: None)


@pytest.mark.parametrize(("name", "slug"), [("Café · AI", "cafe-ai"), ("fal", "fal"), ("文心", "")])
def test_names_become_slugs(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize(("file", "slug"), [("Wenxin", "wenxin"), ("心", None)])
def test_a_name_without_a_letter_for_an_address_gives_way_to_the_file_s(file: str, slug: str | None) -> None:
    written = json.dumps({"name": "文心", "terms": {"Terms of Service": TERMS}})
    declared = read_declaration(written, file, None, lambda _: None)
    assert (None if declared.vendor is None else declared.vendor.slug) == slug
    assert bool(declared.notes) == (slug is None)


# In the registry


def entries(select: str = "main") -> tuple[VendorEntry, ToolEntry]:
    declared = read({"Terms of Service": {**TERMS, "select": select}})
    assert declared.vendor is not None
    return declared.vendor, declared.vendor.tools[0]


def test_declared_tools_are_listed_once_and_follow_their_declaration(session: Session) -> None:
    assert list_declared(session, *entries(), NOW) is Taken.ADDED
    assert list_declared(session, *entries(), NOW) is Taken.UNCHANGED
    assert list_declared(session, *entries("article"), NOW) is Taken.UPDATED
    (row,) = session.exec(select(SourceRow)).all()
    assert source_entry(session, row).select == ("article",)
    assert tools_by_page(session) == {"https://pen.example/terms": "acme/le-pen"}


def test_a_declared_tool_allows_nothing(session: Session) -> None:
    list_declared(session, *entries(), NOW)
    tool = find_tool(session, "acme/le-pen")
    assert tool is not None
    assert [plan.status for plan in plans_of(session, tool.id)] == ["listed"]


def test_what_a_person_has_submitted_is_left_alone(session: Session) -> None:
    list_declared(session, *entries(), NOW)
    tool = find_tool(session, "acme/le-pen")
    assert tool is not None
    submit_listed(session, tool, "ann", NOW)
    assert list_declared(session, *entries("article"), NOW) is Taken.KEPT


def test_what_the_catalogue_lists_is_left_alone(session: Session) -> None:
    vendor, _ = entries()
    list_catalogue(session, [vendor], NOW)
    assert list_declared(session, vendor, entries("article")[1], NOW) is Taken.KEPT
