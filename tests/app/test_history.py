"""`termgate history` on a small recorded past of an invented vendor, made with git in a temporary folder."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli.history import register
from app.history import (
    ArchiveError,
    Interim,
    RecordedChange,
    Version,
    list_versions,
    replay,
    replay_history,
)
from app.history.comparing import Clauses, compare_versions
from app.history.folding import fold, nearest
from app.history.replay import replay_document
from app.history.repository import BlobReader
from extractors.model import Audience, Clause, DataKind, Document, Family, Party, Stance
from registry.model import Direction

TERMS = "Acme AI/Terms of Service.md"
POLICY = "Acme AI/Privacy Policy.md"

OPENING = """# Terms of Service

These are the terms on which Acme offers its [services](https://acme.example/?utm_source=a) to you, and by
using them you agree to these terms. Questions about them go to the address at the end of this page.

## Your content

You own your content, and nothing in these terms takes that from you or gives any of it to anybody else.
"""
NEVER = OPENING + "\nWe do not use your prompts to train our models.\n"
TRAINS = OPENING + "\nWe may use your prompts to train our models.\n"
COSMETIC = NEVER.replace("utm_source=a", "utm_source=b").replace("use your", "*use*  your")
WALL = "# Just a moment...\n\nVerify you are human by completing the action below. Ray ID: 7d1f\n"
POETRY = "# Poems\n\n" + "Green leaves were falling where children danced along moonlit rivers singing. " * 9


def git(repository: Path, *words: str, when: str = "2024-01-01T00:00:00+00:00") -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    author = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": "2026-01-01T00:00:00+00:00"}
    identity = ["-c", "user.name=Recorder", "-c", "user.email=recorder@acme.example"]
    subprocess.run(
        ["git", *identity, *words], cwd=repository, env=kept | author, check=True, capture_output=True
    )


def record(repository: Path, texts: Sequence[tuple[str, str | None, str]]) -> Path:
    """Commit texts in turn, each as (path, text or None to delete, date)."""
    repository.mkdir(exist_ok=True)
    git(repository, "init", "-q")
    for path, text, when in texts:
        file = repository / path
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        git(repository, "add", "--all")
        git(repository, "commit", "-q", "-m", "Record", when=when)
    return repository


def day(number: int) -> str:
    return f"2024-03-{number:02}T06:30:00+00:00"


def run(*words: object) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(word) for word in words])


def rows(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


# The repository


def test_versions_are_listed_oldest_first_with_the_date_as_recorded(tmp_path: Path) -> None:
    past = record(
        tmp_path / "past",
        [(TERMS, NEVER, "2024-03-01T06:30:00+05:30"), (POLICY, NEVER, day(2)), (TERMS, TRAINS, day(3))],
    )
    listed = list_versions(past)
    assert [(v.path, v.at.isoformat()) for v in listed] == [
        (TERMS, "2024-03-01T06:30:00+05:30"),
        (POLICY, day(2)),
        (TERMS, day(3)),
    ]
    assert listed[0].blob == listed[1].blob != listed[2].blob


def test_deletions_and_files_that_are_no_terms_are_no_versions(tmp_path: Path) -> None:
    past = record(
        tmp_path / "past",
        [
            ("README.md", "About", day(1)),
            (TERMS, NEVER, day(2)),
            (TERMS, None, day(3)),
            ("a/b.txt", "x", day(4)),
        ],
    )
    assert [v.path for v in list_versions(past)] == [TERMS]


def test_names_that_git_would_quote_are_read_as_they_are(tmp_path: Path) -> None:
    path = "Ácme « AI »/Terms\tof Service.md"
    past = record(tmp_path / "past", [(path, NEVER, day(1))])
    assert [v.path for v in list_versions(past)] == [path]


def test_a_hook_s_variables_do_not_lead_to_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = record(tmp_path / "past", [(TERMS, NEVER, day(1))])
    monkeypatch.setenv("GIT_DIR", str(record(tmp_path / "other", [(POLICY, NEVER, day(1))]) / ".git"))
    assert [v.path for v in list_versions(past)] == [TERMS]


def test_blobs_are_read_byte_for_byte_and_a_missing_one_is_told(tmp_path: Path) -> None:
    past = record(tmp_path / "past", [(TERMS, "ä\n\n", day(1)), (POLICY, TRAINS, day(2))])
    first, second = list_versions(past)
    with BlobReader(past) as blobs:
        assert blobs.read(first.blob) == "ä\n\n".encode()
        assert blobs.read(second.blob) == TRAINS.encode()
        with pytest.raises(ArchiveError, match="without filters"):
            blobs.read("0" * 40)


@pytest.mark.parametrize("kind", ["missing", "plain", "inside", "empty", "no documents"])
def test_what_is_no_archive_is_refused_with_what_to_do(tmp_path: Path, kind: str) -> None:
    past = tmp_path / "past"
    if kind != "missing":
        past.mkdir()
    if kind == "inside":
        record(tmp_path, [(TERMS, NEVER, day(1))])
    if kind == "empty":
        git(past, "init", "-q")
    if kind == "no documents":
        record(past, [("README.md", "About", day(1))])
    out = tmp_path / "out.jsonl"
    result = run(past, "--collection", "acme", "--out", out)
    assert result.exit_code == 2
    assert result.output.startswith("termgate: ")
    assert str(past) in result.output
    assert not out.exists()


# Folding


def test_cosmetic_differences_fold_away() -> None:
    assert fold(NEVER).digest == fold(COSMETIC).digest
    assert fold(NEVER).digest != fold(TRAINS).digest


def test_a_version_is_nearest_to_its_own_document_and_another_text_to_none() -> None:
    others = [fold(POETRY), fold(NEVER)]
    assert nearest(fold(TRAINS), others) == 1
    assert nearest(fold("Completely unrelated words without any phrase in common. " * 9), others) is None
    assert nearest(fold(TRAINS), []) is None


# The replay, with an invented reader


def trains(stance: Stance) -> Clause:
    verb = "do not use" if stance is Stance.PROHIBITS else "may use"
    return Clause(
        family=Family.TRAINING,
        stance=stance,
        party=Party.VENDOR,
        data=(DataKind.CONTENT,),
        purpose=None,
        period_days=None,
        audience=Audience.ALL,
        start=0,
        end=1,
        quote=f"We {verb} your prompts to train our models.",
        heading="",
        rule="invented",
        modifiers=(),
        digest="invented",
    )


def flags_of(*texts: str | None) -> tuple[list[dict[Family, Direction]], list[str]]:
    """Replay texts, `None` for a page without terms; return the flags of each change, and what was read."""
    versions = [Version(TERMS, datetime(2024, 3, 1 + i, tzinfo=UTC), str(i)) for i in range(len(texts))]
    read: list[str] = []

    def document_of(version: Version) -> Document | None:
        text = texts[int(version.blob)]
        return None if text is None else Document(text, "digest")

    def read_clauses(document: Document) -> Clauses:
        read.append(document.text)
        stance = Stance.PROHIBITS if "not use" in document.text else Stance.PERMITS
        return trains(stance), replace(trains(stance), family=Family.LIKENESS)

    changes = compare_versions(versions, document_of, read_clauses)
    return [dict(change.flags) for change in changes], read


WORSE = {Family.TRAINING: Direction.WORSE}
BETTER = {Family.TRAINING: Direction.BETTER}


def test_the_first_version_is_no_change_and_each_later_one_is() -> None:
    assert flags_of(NEVER)[0] == []
    assert flags_of(NEVER, TRAINS, NEVER)[0] == [WORSE, BETTER]


def test_only_core_families_are_written() -> None:
    (flags,), _ = flags_of(NEVER, TRAINS)
    assert Family.LIKENESS not in flags


def test_a_page_without_terms_is_no_change_and_what_returns_is_compared_with_the_last_good_version() -> None:
    assert flags_of(NEVER, None, NEVER)[0] == [{}, {}]
    assert flags_of(NEVER, None, TRAINS)[0] == [{}, WORSE]


def test_another_document_in_its_place_is_no_change_of_terms() -> None:
    assert flags_of(NEVER, POETRY, NEVER)[0] == [{}, {}]
    assert flags_of(NEVER, POETRY, TRAINS)[0] == [{}, WORSE]


def test_a_document_that_stays_in_another_s_place_is_followed_from_then_on() -> None:
    assert flags_of(TRAINS, POETRY, f"{POETRY} We do not use prompts.")[0] == [{}, BETTER]


def test_texts_that_read_the_same_are_read_once() -> None:
    flags, read = flags_of(NEVER, COSMETIC, TRAINS, NEVER, TRAINS)
    assert flags == [{}, WORSE, BETTER, WORSE]
    assert read == [NEVER, TRAINS]


# The command, with the real reader


def test_each_change_is_a_line_with_what_changed_in_substance(tmp_path: Path) -> None:
    past = record(
        tmp_path / "past",
        [
            (TERMS, NEVER, day(1)),
            (TERMS, COSMETIC, day(2)),
            (TERMS, WALL, day(3)),
            (TERMS, TRAINS, day(4)),
            (POLICY, TRAINS, day(5)),
        ],
    )
    out = tmp_path / "out.jsonl"
    result = run(past, "--collection", "acme", "--out", out, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output) == {"versions": 5, "changes": 3, "flagged": 1, "out": str(out)}
    assert rows(out) == [
        {"collection": "acme", "path": TERMS, "date": day(2), "flags": {}},
        {"collection": "acme", "path": TERMS, "date": day(3), "flags": {}},
        {"collection": "acme", "path": TERMS, "date": day(4), "flags": {"training": "worse"}},
    ]


@pytest.mark.slow
def test_several_processes_find_what_one_finds(tmp_path: Path) -> None:
    past = record(
        tmp_path / "past",
        [(TERMS, NEVER, day(1)), (POLICY, TRAINS, day(2)), (TERMS, TRAINS, day(3)), (POLICY, NEVER, day(4))],
    )
    versions = list_versions(past)
    done: list[int] = []
    pooled = replay_history(past, versions, 2, done.append)
    assert pooled == replay_history(past, versions, 1, lambda _: None)
    assert [dict(change.flags) for change in pooled] == [WORSE, BETTER]
    assert sum(done) == len(versions)


def test_a_run_that_fails_leaves_the_former_file_and_what_it_has_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = record(tmp_path / "past", [(TERMS, NEVER, day(1)), (TERMS, TRAINS, day(2))])
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "out.jsonl").write_text("former\n")

    def full_disk(draft: Path, target: Path) -> None:
        raise OSError(f"no space left for {draft} and {target}")

    monkeypatch.setattr(Path, "replace", full_disk)
    result = run(past, "--collection", "acme", "--out", folder / "out.jsonl")
    assert isinstance(result.exception, OSError)
    # What was done stays beside it, so that the next run need not read it again.
    assert sorted(path.name for path in folder.iterdir()) == [".out.jsonl.interim", "out.jsonl"]
    assert (folder / "out.jsonl").read_text() == "former\n"


def test_a_folder_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    result = run(tmp_path / "past", "--collection", "acme", "--out", tmp_path / "none" / "out.jsonl")
    assert result.exit_code == 2
    assert "folder that exists" in result.output


# Broken off, and gone on with


def test_what_is_done_is_known_again_under_the_same_rules_and_versions_alone(tmp_path: Path) -> None:
    path = tmp_path / "interim"
    one = Version(TERMS, datetime(2024, 3, 1, tzinfo=UTC), "a")
    two = replace(one, at=datetime(2024, 3, 2, tzinfo=UTC), blob="b")
    found = [RecordedChange(TERMS, two.at, WORSE)]
    with Interim(path, "rules 1") as interim:
        assert interim.known([one, two]) is None
        interim.keep([one, two], found)
    with Interim(path, "rules 1") as interim:
        assert interim.known([one, two]) == found
        assert interim.known([one, replace(two, blob="c")]) is None
    with Interim(path, "rules 2") as interim:
        assert interim.known([one, two]) is None
    with Interim(path, "rules 1") as interim:
        assert interim.known([one, two]) is None


def test_a_line_that_was_broken_off_takes_no_other_with_it(tmp_path: Path) -> None:
    path = tmp_path / "interim"
    one, two = (Version(name, datetime(2024, 3, 1, tzinfo=UTC), "a") for name in (TERMS, POLICY))
    with Interim(path, "rules") as interim:
        interim.keep([one], [])
    path.write_bytes(path.read_bytes() + b'\n{"document": "br')
    with Interim(path, "rules") as interim:
        interim.keep([two], [])
    with Interim(path, "rules") as interim:
        assert interim.known([one]) == interim.known([two]) == []


def test_a_replay_that_is_broken_off_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = record(
        tmp_path / "past",
        [(TERMS, NEVER, day(1)), (POLICY, NEVER, day(2)), (TERMS, TRAINS, day(3)), (POLICY, TRAINS, day(4))],
    )
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    run(past, "--collection", "acme", "--out", whole)
    read: list[str] = []

    def until_interrupted(repository: Path, versions: Sequence[Version]) -> list[RecordedChange]:
        read.append(versions[0].path)
        if len(read) == 2:
            raise KeyboardInterrupt
        return replay_document(repository, versions)

    monkeypatch.setattr(replay, "replay_document", until_interrupted)
    result = run(past, "--collection", "acme", "--out", out)
    assert result.exit_code == 130
    assert "goes on from here" in result.output
    assert not out.exists()
    assert run(past, "--collection", "acme", "--out", out).exit_code == 0
    assert read == [TERMS, POLICY, POLICY]
    assert out.read_text() == whole.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "past", "whole.jsonl"]


@pytest.mark.slow
def test_a_replay_that_is_killed_leaves_no_process_behind_and_goes_on_where_it_was(tmp_path: Path) -> None:
    long = [(TERMS, f"{TRAINS}\nClause {n} of many is worded so. " * 30, day(n)) for n in range(1, 29)]
    past = record(tmp_path / "past", [(POLICY, NEVER, day(1)), (POLICY, TRAINS, day(2)), *long])
    out = tmp_path / "out.jsonl"
    interim = out.with_name(f".{out.name}.interim")
    words = ["history", past, "--collection", "acme", "--out", out]
    program = "import app.cli.history as h, sys; h._POOL_FROM = 0; from app.cli import main; main()"
    killed = subprocess.Popen([sys.executable, "-c", program, *map(str, words), "--jobs", "2"])
    wait(lambda: interim.exists() and len(interim.read_text().splitlines()) > 2)
    children = [
        int(child) for child in Path(f"/proc/{killed.pid}/task/{killed.pid}/children").read_text().split()
    ]
    killed.kill()
    killed.wait()
    assert children
    wait(lambda: not any(is_running(child) for child in children))
    assert not out.exists()
    assert run(*words[1:], "--jobs", "1").exit_code == 0
    assert len(rows(out)) == 28
    assert not interim.exists()


def wait(ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


# Vendors


def test_only_the_vendors_asked_for_are_read(tmp_path: Path) -> None:
    other = "Brill/Terms of Service.md"
    past = record(
        tmp_path / "past",
        [(TERMS, NEVER, day(1)), (other, NEVER, day(2)), (TERMS, TRAINS, day(3)), (other, TRAINS, day(4))],
    )
    out = tmp_path / "out.jsonl"
    run(past, "--collection", "acme", "--out", out, "--only", "Brill")
    assert [row["path"] for row in rows(out)] == [other]
    run(past, "--collection", "acme", "--out", out, "--except", "Brill", "--except", "kept-aside")
    assert [row["path"] for row in rows(out)] == [TERMS]
    result = run(past, "--collection", "acme", "--out", out, "--only", "Acme")
    assert result.exit_code == 2
    assert "there are Acme AI, Brill" in result.output
