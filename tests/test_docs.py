"""The documents say what the code does: settings, commands, targets, moves, rooms, doors, links."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from app.cli import COMMANDS
from app.settings import Settings
from registry.lifecycle import MOVES
from registry.model import Status

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

# Spelled apart, so that this file does not hold what it looks for.
FOREIGN: Final = {
    "a package registry": re.compile(r"\bpypi[.]org|pythonhosted[.]org|registry[.]npmjs|index-url"),
    "a path of somebody's machine": re.compile(r"(?<![\w.}>/-])/(?:work|home|root|Users)/\w"),
}


def page(name: str) -> str:
    return (ROOT / name).read_text()


def table(name: str, heading: str) -> list[list[str]]:
    """The rows of the first table whose head begins with these cells, without head and rule."""
    lines = page(name).splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(heading))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def named(cell: str) -> list[str]:
    """What stands in a cell as code."""
    return re.findall(r"`([^`]+)`", cell)


def contracts(kind: str) -> list[dict[str, Any]]:
    every = tomllib.loads(page("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    return [contract for contract in every if contract["type"] == kind]


def shown(default: object) -> str:
    return f"`{default}`" if str(default) not in {"", "()"} else ""


def test_the_readme_lists_every_setting_as_it_is() -> None:
    expected = [
        [f"`TERMGATE_{name.upper()}`", shown(field.default), field.description]
        for name, field in Settings.model_fields.items()
    ]
    assert table("README.md", "| setting | default |") == expected, "\n" + "\n".join(
        f"| {' | '.join(map(str, row))} |" for row in expected
    )


def test_the_readme_lists_every_command() -> None:
    assert {name for row in table("README.md", "| command |") for name in named(row[0])} == set(COMMANDS)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_that_a_page_names_exist(path: Path) -> None:
    spoken = re.findall(r"(?:^|`|bin/)termgate ([a-z-]+)", path.read_text(), re.MULTILINE)
    assert set(spoken) <= set(COMMANDS)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_make_targets_that_a_page_names_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    spoken = re.findall(r"(?:^|`)make ([a-z]+)", path.read_text(), re.MULTILINE)
    assert set(spoken) <= targets


def test_every_target_that_the_makefile_declares_is_there() -> None:
    makefile = page("Makefile")
    (declared,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(declared.split()) <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_settings_that_a_page_names_exist(path: Path) -> None:
    spoken = {name.lower() for name in re.findall(r"(?<!\$)TERMGATE_([A-Z_]+)", path.read_text())}
    assert spoken <= set(Settings.model_fields)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_files_that_a_page_names_exist(name: str) -> None:
    """What stands as code and begins with a folder of the project."""
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()} - {".git"}
    spoken = [word for word in named(page(name)) if "/" in word and word.split("/")[0] in folders]
    plain = [word for word in spoken if not re.search(r"[\s*{<A-Z]", word)]
    assert [word for word in plain if not (ROOT / word).exists() and not word.startswith("var/")] == []


def test_the_diagram_of_statuses_is_the_table_of_moves() -> None:
    (diagram,) = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", page("ARCHITECTURE.md"), re.DOTALL)
    drawn = re.findall(r"^ +(\w+) --> (\w+): (\w+)$", diagram, re.MULTILINE)
    assert sorted(drawn) == sorted(
        (str(before), str(after), str(move))
        for before, moves in MOVES.items()
        for move, after in moves.items()
    )
    assert re.findall(r"\[\*\] --> (\w+)", diagram) == [Status.LISTED]


def test_every_room_of_the_house_is_named() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert {named(row[0])[0] for row in table("ARCHITECTURE.md", "| room |")} == rooms


def test_the_rooms_of_the_app_are_drawn_as_the_contract_has_them() -> None:
    (contract,) = (one for one in contracts("layers") if one.get("containers") == ["app"])
    drawn = [named(row[0]) for row in table("ARCHITECTURE.md", "| `app`, from the top |")]
    assert drawn == [layer.split(" | ") for layer in contract["layers"]]


def test_every_room_of_the_app_is_told_what_it_is_for() -> None:
    rows = table("ARCHITECTURE.md", "| `app`, from the top |")[2:]
    assert all(len(named(rooms)) == len(purposes.split("; ")) for rooms, purposes in rows)


def test_the_doors_of_libraries_are_those_of_the_contracts() -> None:
    drawn = {
        tuple(sorted(named(library))): named(door)
        for library, door in table("ARCHITECTURE.md", "| library |")
    }
    held = {
        tuple(sorted(one["protected_modules"])): one["allowed_importers"] for one in contracts("protected")
    }
    assert drawn.keys() == held.keys()
    for libraries, doors in held.items():
        assert all(any(f"{door}.".startswith(f"{one}.") for one in drawn[libraries]) for door in doors), (
            libraries
        )
        assert all(any(f"{door}.".startswith(f"{one}.") for door in doors) for one in drawn[libraries]), (
            libraries
        )


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("NOT A CHECKOUT: what is committed cannot be told from what lies about")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        if path.is_file() and path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1)
        if FOREIGN[what].search(line)
    ]
    assert found == []


def test_lock_files_name_no_address() -> None:
    assert [path.name for path in ROOT.glob("*.lock") if "://" in path.read_text()] == []
