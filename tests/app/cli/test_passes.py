"""The commands that walk passes: what they say where they cannot."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from app.db import engine_from
from app.migrate import migrate
from app.settings import Settings


@pytest.mark.parametrize("command", ["vet", "recrawl", "reread", "submit"])
def test_a_plan_where_a_tool_is_asked_for_is_refused_with_the_tools_name(
    command: str, tmp_path: Path
) -> None:
    engine = engine_from(Settings(data_dir=tmp_path).registry_url)
    migrate(engine)
    engine.dispose()
    environment = {"TERMGATE_DATA_DIR": str(tmp_path)}
    result = CliRunner().invoke(application([command]), [command, "acme/brush@team"], env=environment)
    assert result.exit_code == 2
    assert result.output == (
        "termgate: 'acme/brush@team' names one plan, and all plans of a tool are vetted together; "
        "name the tool without its plan: acme/brush\n"
    )
