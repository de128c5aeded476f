"""The list of commands: complete, true, and there at once."""

import subprocess
import sys
from importlib.metadata import version

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from app.cli import COMMANDS, application


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_that_lists_a_command_is_the_first_of_its_own_help(name: str) -> None:
    command = get_group(application([name])).commands[name]
    assert (command.help or "").splitlines()[0] == COMMANDS[name][1]


def test_all_commands_are_listed_in_the_order_of_a_first_session() -> None:
    assert list(get_group(application(["--help"])).commands) == list(COMMANDS)


def test_listing_commands_loads_none_of_them() -> None:
    program = (
        "import sys; from app.cli import application\n"
        "application(['--help'])(['--help'], standalone_mode=False)\n"
        "print(sorted({'spacy', 'sqlalchemy', 'fastapi'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.endswith("[]\n")


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(application(["--version"]), ["--version"])
    assert (result.exit_code, result.output) == (0, f"termgate {version('termgate')}\n")


def test_an_unknown_command_is_bad_usage() -> None:
    assert CliRunner().invoke(application(["vett"]), ["vett"]).exit_code == 2


def test_a_look_up_loads_neither_the_web_framework_nor_the_migrations() -> None:
    program = (
        "import sys; import app.cli.check\n"
        "print(sorted({'alembic', 'fastapi', 'spacy', 'starlette'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"
