"""The shipped catalogue as a whole, and one small invented file for every mistake."""

from dataclasses import replace
from pathlib import Path

import pytest

from extractors.model import Audience, TermsType
from registry.entries import (
    CATALOGUE,
    AliasEntry,
    EntryError,
    PlanEntry,
    SourceEntry,
    ToolEntry,
    VendorEntry,
    load_catalogue,
    parse_vendor,
    validate_tool,
)
from registry.model import AliasKind

VENDOR = """\
slug: paintco
name: Paintco
as_of: 2026-08-22
tools:
  - slug: easel
    name: Easel
    plans:
      - {slug: free, name: Free, audience: consumer}
      - {slug: team, name: Team, audience: business}
    aliases:
      host: [easel.example, api.easel.example]
      package: [pkg:pypi/easel]
    sources:
      - slug: terms
        type: Terms of Service
        urls: [https://easel.example/terms, https://easel.example/more]
        select: [main]
        plans: [free]
      - slug: business-terms
        type: Commercial Terms
        urls: [https://easel.example/business]
        plans: [team]
"""

TOOL = parse_vendor(VENDOR, "paintco.yaml").tools[0]


@pytest.fixture(scope="module")
def shipped() -> tuple[VendorEntry, ...]:
    return load_catalogue()


@pytest.mark.parametrize("model", ["o10", "o100-mini", "o30", "o3x"])
def test_a_model_of_somebody_else_is_not_taken_for_a_listed_one(
    shipped: tuple[VendorEntry, ...], model: str
) -> None:
    aliases = [one for vendor in shipped for tool in vendor.tools for one in tool.aliases]
    names = [one.value for one in aliases if one.kind is AliasKind.MODEL]
    assert {"o1", "o1-*", "o3", "o3-*"} <= {*names}
    assert not [one for one in names if one.endswith("*") and model.startswith(one[:-1])]


def test_the_catalogue_holds_at_least_thirty_vendors(shipped: tuple[VendorEntry, ...]) -> None:
    assert len(shipped) >= 30


def test_every_shipped_file_is_loaded_as_the_vendor_it_is_named_after(
    shipped: tuple[VendorEntry, ...],
) -> None:
    assert [vendor.slug for vendor in shipped] == sorted(path.stem for path in CATALOGUE.glob("*.yaml"))


def test_no_two_shipped_vendors_share_a_slug_or_a_name(shipped: tuple[VendorEntry, ...]) -> None:
    assert len({vendor.slug for vendor in shipped}) == len(shipped)
    assert len({vendor.name.casefold() for vendor in shipped}) == len(shipped)


def test_every_shipped_tool_can_be_recognised_by_a_host_or_a_package(
    shipped: tuple[VendorEntry, ...],
) -> None:
    nameless = [
        f"{vendor.slug}/{tool.slug}"
        for vendor in shipped
        for tool in vendor.tools
        if not any(alias.kind in {AliasKind.HOST, AliasKind.PACKAGE} for alias in tool.aliases)
    ]
    assert nameless == []


def test_no_two_shipped_tools_answer_to_the_same_name(shipped: tuple[VendorEntry, ...]) -> None:
    aliases = [alias for vendor in shipped for tool in vendor.tools for alias in tool.aliases]
    assert len(set(aliases)) == len(aliases)


def test_every_shipped_plan_is_governed_by_more_than_rules_of_conduct(
    shipped: tuple[VendorEntry, ...],
) -> None:
    silent = (TermsType.ACCEPTABLE_USE_POLICY, TermsType.OTHER)
    for tool in (tool for vendor in shipped for tool in vendor.tools):
        told = {plan for source in tool.sources if source.terms_type not in silent for plan in source.plans}
        assert told == {plan.slug for plan in tool.plans}, tool.slug


def test_no_shipped_consumer_plan_is_governed_by_business_terms(shipped: tuple[VendorEntry, ...]) -> None:
    business = {
        TermsType.COMMERCIAL_TERMS,
        TermsType.DEVELOPER_TERMS,
        TermsType.DATA_PROCESSOR_AGREEMENT,
        TermsType.BUSINESS_PRIVACY_POLICY,
    }
    for tool in (tool for vendor in shipped for tool in vendor.tools):
        consumer = {plan.slug for plan in tool.plans if plan.audience is Audience.CONSUMER}
        for source in tool.sources:
            assert source.terms_type not in business or not consumer & set(source.plans), tool.slug


def test_every_shipped_address_is_fetched_encrypted(shipped: tuple[VendorEntry, ...]) -> None:
    urls = [
        url for vendor in shipped for tool in vendor.tools for source in tool.sources for url in source.urls
    ]
    assert [url for url in urls if not url.startswith("https://")] == []


def test_a_file_becomes_the_values_it_states() -> None:
    assert parse_vendor(VENDOR, "paintco.yaml").name == "Paintco"
    assert TOOL.plans[1] == PlanEntry("team", "Team", Audience.BUSINESS)
    assert TOOL.aliases[2] == AliasEntry(AliasKind.PACKAGE, "pkg:pypi/easel")
    assert TOOL.sources[0] == SourceEntry(
        slug="terms",
        terms_type=TermsType.TERMS_OF_SERVICE,
        urls=("https://easel.example/terms", "https://easel.example/more"),
        select=("main",),
        remove=(),
        plans=("free",),
    )


MISTAKES = [
    ("slug: paintco", "slug: Paintco", 1, "slug: does not fit the file's name"),
    ("slug: easel", "slug: easel_2", 5, "tools[0].slug: `easel_2` is no slug"),
    ("name: Easel", "name: 42", 6, "tools[0].name: expected text, found a whole number; put it in quotes"),
    ("name: Easel", "name: Easel\n    status: approved", 7, "tools[0].status: unknown key"),
    ("name: Team,", "name: Team, approved: true,", 9, "tools[0].plans[1].approved: unknown key"),
    ("name: Paintco", "name: Paintco\ndecision: approve", 3, "decision: unknown key"),
    (
        "        select:",
        "        selct:",
        17,
        "tools[0].sources[0].selct: unknown key; did you mean `select`?",
    ),
    ("as_of: 2026-08-22", "as_of: soon", 3, "as_of: expected a date, found text"),
    ("as_of: 2026-08-22\n", "", 1, "missing `as_of`; add it"),
    ("audience: business", "audience: firms", 9, "tools[0].plans[1].audience: unknown word `firms`"),
    (
        "audience: business",
        "audience: all",
        9,
        "tools[0].plans[1].audience: a plan is for consumer, business or",
    ),
    ("slug: team, name", "slug: free, name", 9, "tools[0].plans[1].slug: `free` stands here twice"),
    ("slug: team, name", "slug: tea m, name", 9, "tools[0].plans[1].slug: `tea m` is no slug"),
    ("slug: business-terms", "slug: terms", 19, "tools[0].sources[1].slug: `terms` stands here twice"),
    ("type: Commercial Terms", "type: Cookies", 20, "tools[0].sources[1].type: unknown word `Cookies`"),
    (
        "plans: [team]",
        "plans: [taem]",
        22,
        "tools[0].sources[1].plans[0]: no plan `taem` in this tool; write one of",
    ),
    ("plans: [team]", "plans: [free]", 9, "tools[0].plans[1]: no source governs the plan `team`"),
    ("plans: [team]", "plans: []", 22, "tools[0].sources[1].plans: governs no plan"),
    ("plans: [team]", "plans: [team, team]", 22, "tools[0].sources[1].plans[1]: `team` stands here twice"),
    (
        "https://easel.example/business",
        "easel.example/business",
        21,
        "tools[0].sources[1].urls[0]: `easel.example/",
    ),
    (
        "https://easel.example/more",
        "https://me:pw@easel.example/",
        16,
        "tools[0].sources[0].urls[1]: holds a user",
    ),
    (
        "example/more",
        "example/terms",
        16,
        "tools[0].sources[0].urls[1]: `https://easel.example/terms` stands",
    ),
    ("urls: [https://easel.example/business]", "urls: []", 21, "tools[0].sources[1].urls: is empty"),
    (
        "host: [easel.example,",
        "host: [Easel.example,",
        11,
        "tools[0].aliases.host[0]: `Easel.example` is no host",
    ),
    ("api.easel.example", "easel.example", 11, "tools[0].aliases.host[1]: `easel.example` stands here twice"),
    ("package: [", "packages: [", 12, "tools[0].aliases.packages: unknown key; did you mean `package`?"),
    ("name: Easel\n", "name: Easel\n    name: Other\n", 7, "tools[0].name: this key stands here twice"),
    ("tools:", "tools: [", 5, "cannot be read as YAML"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "message"), MISTAKES)
def test_a_mistake_is_named_with_file_line_and_key(right: str, wrong: str, line: int, message: str) -> None:
    assert right in VENDOR
    with pytest.raises(EntryError) as caught:
        parse_vendor(VENDOR.replace(right, wrong, 1), "paintco.yaml")
    assert str(caught.value).startswith(f"paintco.yaml:{line}: {message}")


def test_a_vendor_without_tools_is_refused() -> None:
    text = VENDOR[: VENDOR.index("tools:")] + "tools: []\n"
    with pytest.raises(EntryError, match=r"^paintco\.yaml:4: tools: a vendor without tools"):
        parse_vendor(text, "paintco.yaml")


def test_two_tools_of_a_vendor_cannot_share_a_slug() -> None:
    text = VENDOR + VENDOR[VENDOR.index("  - slug: easel") :]
    with pytest.raises(EntryError, match=r"^paintco\.yaml:23: tools\[1\]\.slug: `easel` stands here twice"):
        parse_vendor(text, "paintco.yaml")


def test_a_submitted_tool_is_checked_by_the_same_rules_without_a_file() -> None:
    with pytest.raises(EntryError, match=r"^plans: a tool without plans cannot be approved") as caught:
        validate_tool(replace(TOOL, plans=()))
    assert (caught.value.file, caught.value.line) == (None, None)


def test_a_tool_without_sources_is_refused() -> None:
    with pytest.raises(EntryError, match=r"^sources: a tool without sources cannot be assessed"):
        validate_tool(replace(TOOL, sources=()))


def test_an_upload_is_a_source_without_addresses() -> None:
    upload = SourceEntry("contract", TermsType.CONTRACT, (), (), (), ("free", "team"))
    validate_tool(replace(TOOL, sources=(upload,)))


def test_a_tool_may_have_no_other_names() -> None:
    validate_tool(ToolEntry(TOOL.slug, TOOL.name, TOOL.plans, (), TOOL.sources))


def test_a_folder_without_vendors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match="holds no vendor; add a file"):
        load_catalogue(tmp_path)


def test_a_file_that_would_be_passed_over_is_refused(tmp_path: Path) -> None:
    (tmp_path / "paintco.yml").write_text(VENDOR, encoding="utf-8")
    with pytest.raises(EntryError, match=r"^paintco\.yml: is no vendor's file; call it VENDOR\.yaml"):
        load_catalogue(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "paintco.yaml").write_bytes(VENDOR.replace("Paintco", "Café").encode("latin-1"))
    with pytest.raises(EntryError, match=r"^paintco\.yaml: is not written in UTF-8"):
        load_catalogue(tmp_path)


def test_a_tool_may_have_no_other_name() -> None:
    lines = VENDOR.splitlines(keepends=True)
    start = lines.index("    aliases:\n")
    nameless = parse_vendor("".join(lines[:start] + lines[start + 3 :]), "paintco.yaml").tools[0]
    assert (nameless.aliases, nameless.sources) == ((), TOOL.sources)
