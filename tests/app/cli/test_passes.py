"""The commands that walk passes: what they say where they cannot."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from app.clock import utc_now
from app.db import engine_from, sessions_of
from extractors.model import Audience, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry, load_catalogue
from registry.store import list_tools
from registry.submissions import list_catalogue, submit_tool
from tests.app.vendor_site import NO_TRAINING, terms, vendor_site
from tests.registries import new_registry


@pytest.mark.parametrize("command", ["vet", "recrawl", "reread", "submit"])
def test_a_plan_where_a_tool_is_asked_for_is_refused_with_the_tools_name(
    command: str, tmp_path: Path
) -> None:
    new_registry(tmp_path)
    environment = {"TERMGATE_DATA_DIR": str(tmp_path)}
    result = CliRunner().invoke(application([command]), [command, "acme/brush@team"], env=environment)
    assert result.exit_code == 2
    assert result.output == (
        "termgate: 'acme/brush@team' names one plan, and all plans of a tool are vetted together; "
        "name the tool without its plan: acme/brush\n"
    )


def test_vet_submits_what_is_only_listed_and_four_eyes_want_to_know_by_whom(tmp_path: Path) -> None:
    engine = engine_from(new_registry(tmp_path))
    with sessions_of(engine)() as session:
        list_catalogue(session, load_catalogue(), utc_now())
        slug = list_tools(session, limit=1)[0].slug
    environment = {"TERMGATE_DATA_DIR": str(tmp_path), "TERMGATE_POLICY": "strict", "TERMGATE_KEY": ""}
    result = CliRunner().invoke(application(["vet"]), ["vet", slug], env=environment)
    engine.dispose()
    assert result.exit_code == 2
    assert "it must be known who submits" in result.output


def test_vet_tells_what_the_terms_name_and_nobody_tracks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TERMGATE_ALLOWED_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("TERMGATE_HOST_GAP_S", "0")
    engine = engine_from(new_registry(tmp_path))
    named = "Our Use Policy is incorporated by reference into these Terms."
    with vendor_site() as site:
        site.pages["/terms"] = terms(f"{NO_TRAINING} {named}")
        source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, (site.url("/terms"),), (), (), ("studio",))
        plan = PlanEntry("studio", "Studio", Audience.BUSINESS)
        brush = ToolEntry("brush", "Brush", (plan,), (), (source,))
        with sessions_of(engine)() as session:
            submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", utc_now())
        engine.dispose()
        result = CliRunner().invoke(application(["vet"]), ["vet", "acme/brush", "--json"])
        table = CliRunner().invoke(application(["vet"]), ["vet", "acme/brush"])
    assert result.exit_code == 0, result.output + repr(result.exception)
    (found,) = json.loads(result.stdout)["untracked"]
    assert found == {
        "name": "Use Policy",
        "kind": "Acceptable Use Policy",
        "incorporated": True,
        "url": None,
        "source": "terms",
        "quote": named,
    }
    assert "documents that the terms name and nobody tracks" in table.stdout
