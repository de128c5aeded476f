"""Names that systems see → plans."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domains import domains_above
from app.lookup.index import Ambiguous, build_index
from registry.model import Role, Standing
from tests.app.lookup_rows import KEY, POLICY, ROWS, index, standing


def plan_of(name: str, plan: str | None = None) -> str | None:
    found = index().find(name, plan)
    assert not isinstance(found, Ambiguous), found
    return found.plan if found else None


def candidates_of(name: str, plan: str | None = None) -> tuple[str, ...]:
    found = index().find(name, plan)
    assert isinstance(found, Ambiguous)
    return found.candidates


@pytest.mark.parametrize(
    "name",
    [
        "acme/painter",
        "ACME/Painter ",
        "acme/painter@api",
        "painter",
        "acme.co.uk",
        "cdn.acme.co.uk",
        "acme.co.uk.",
        "pkg:pypi/acme-painter",
        "pkg:pypi/Acme_Painter@1.2.3?os=linux#docs",
        "brush-large",
    ],
)
def test_a_tool_is_found_by_every_name_it_goes_by(name: str) -> None:
    assert plan_of(name) == "acme/painter@api"


@pytest.mark.parametrize(
    "name",
    [
        "pkg:npm/%40bolt/coder",
        "pkg:npm/@bolt/coder@2.0.0",
        "bolt.coder",
        "a.bolt.github.io",
        "brush-code",
        "brush-code-xl",
    ],
)
def test_scopes_extensions_and_exact_models_are_found(name: str) -> None:
    assert plan_of(name) == "bolt/coder@solo"


@pytest.mark.parametrize(
    "name",
    [
        "nobody/nothing",
        "",
        "@",
        "/",
        "co.uk",
        "github.io",
        "other.github.io",
        "notacme.co.uk",
        "acme.co.uk.evil.example",
        "gone.example",
        "pkg:pypi/other",
        "pkg:",
        "brus",
        "127.0.0.1",
        "..",
        "a" * 100_000,
        "acme.co.uk/painter",
        "acme.co.uk:8080",
        "https://acme.co.uk/",
        "user@acme.co.uk",
        "acme。co。uk",
        "..acme.co.uk.evil.example",
    ],
)
def test_what_is_not_known_is_not_found(name: str) -> None:
    assert index().find(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "brush-large",
        "brush-4.1-mini",
        "brush-2:70b",
    ],
)
def test_a_model_is_found_by_what_its_name_begins_with(name: str) -> None:
    assert plan_of(name) == "acme/painter@api"


@pytest.mark.parametrize(
    "name",
    [
        "brush-4.evil.example",
        "brush-evil.com",
        "brush-4.1.com",
        "brush-labs.writer",
        "brush-labs.3d",
        "brush-labs/writer@api",
        "brush-4.writer",
        "brush-лaбс",
    ],
)
def test_what_a_model_begins_with_leads_no_other_kind_of_name_to_it(name: str) -> None:
    assert index().find(name) is None


def test_a_model_may_be_known_by_its_owner_and_what_the_rest_begins_with() -> None:
    aliases = tuple(replace(ROWS.aliases[7], value=value) for value in ("acme.brush-*", "acme/brush-*"))
    found = build_index(replace(ROWS, aliases=aliases), POLICY)
    for name in ("acme.brush-3.5-large:0", "acme/brush-large"):
        assert isinstance(found.find(name), Standing)


def test_the_nearest_host_wins_over_the_domain_above_it() -> None:
    assert plan_of("eu.scribe.acme.co.uk", "team") == "acme/scribe@team"


def test_a_tool_with_several_plans_wants_one_named() -> None:
    assert candidates_of("acme/scribe") == ("acme/scribe@free", "acme/scribe@team")
    assert plan_of("acme/scribe", "team") == "acme/scribe@team"


@pytest.mark.parametrize("plan", ["enterprise", "", "TEAM"])
def test_a_plan_that_a_tool_does_not_have_is_never_another_one(plan: str) -> None:
    assert candidates_of("acme/painter", plan) == ("acme/painter@api",)


def test_a_name_that_two_tools_share_is_ambiguous_even_with_a_plan() -> None:
    assert candidates_of("scribe", "team") == ("acme/scribe@free", "acme/scribe@team", "bolt/scribe@team")
    assert candidates_of("shared.example") == ("acme/painter@api", "bolt/coder@solo")


def test_two_different_plans_in_one_question_are_ambiguous() -> None:
    assert candidates_of("acme/scribe@team", "free") == ()


def test_a_slug_cannot_be_taken_by_an_alias_of_another_tool() -> None:
    taken = replace(ROWS.aliases[0], tool="bolt/coder", value="acme/painter")
    found = build_index(replace(ROWS, aliases=(taken,)), POLICY).find("acme/painter")
    assert isinstance(found, Standing)
    assert found.plan == "acme/painter@api"


def test_candidates_are_few_however_many_plans_there_are() -> None:
    plans = tuple(standing(f"big/tool@plan-{at}") for at in range(100))
    found = build_index(replace(ROWS, standings=plans), POLICY).find("big/tool")
    assert isinstance(found, Ambiguous)
    assert len(found.candidates) == 20


def test_a_key_in_force_tells_its_name_and_role() -> None:
    assert index().authenticate(KEY) == ("gateway", Role.LOOKUP)
    assert index().authenticate("tg_other") is None
    assert index().authenticate("") is None


def test_domains_above_end_at_what_the_owner_registered() -> None:
    assert list(domains_above("a.chat.acme.co.uk")) == ["chat.acme.co.uk", "acme.co.uk"]
    assert list(domains_above("acme.co.uk")) == []
    assert list(domains_above("one.user.github.io")) == ["user.github.io"]
    assert list(domains_above("localhost")) == []


@given(st.text(alphabet=st.sampled_from("ab.-_@:/?#%[]。 A1"), max_size=30))
def test_whatever_is_asked_for_ends(name: str) -> None:
    assert all(one and f".{name}".endswith(f".{one}") for one in domains_above(name))
    index().find(name)
