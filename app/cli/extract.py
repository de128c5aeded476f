"""`termgate extract`: terms in files → clauses and facts as JSON, one file a document.

For `SERVICE/TERMS.md` it writes `SERVICE__TERMS.json`, spaces as underscores. Offsets count characters of the
document's text; for .md and .txt that is the file as it is.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from app.cli.files import read_file
from app.cli.telling import refuse
from app.media import OF_SUFFIX
from extractors.clauses import ClauseReader
from extractors.facts import document_facts
from extractors.model import Audience, Fact, Family, Reading, TermsType
from extractors.proposing import proposing_reader
from extractors.ruleset import load_ruleset
from extractors.text import ReadError

SOME_UNREAD = 1


@dataclass(frozen=True, slots=True)
class _Job:
    """A file to read, and the name of what is written for it."""

    path: Path
    id: str


class _NameClashError(Exception):
    """Another file has been written under the name that this one would get."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(extract)


def extract(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders to search for them.")],
    out: Annotated[Path, typer.Option(help="Folder to write the JSON files to; made if it is missing.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """Read terms (.md, .txt, .html, .pdf) and write their clauses and facts."""
    jobs = _jobs(paths)
    _make_folder(out)
    reader = proposing_reader(load_ruleset())
    failures: dict[str, str] = {}
    written: dict[str, int] = {}
    taken: dict[str, Path] = {}
    for job in _shown(jobs):
        try:
            written[job.id] = _extract(job, out, reader, taken)
        except (ReadError, _NameClashError) as error:
            failures[str(job.path)] = str(error)
        except OSError as error:
            failures[str(job.path)] = error.strerror or str(error)
    for path, why in failures.items():
        typer.echo(f"termgate: {path}: {why}", err=True)
    if as_json:
        summary = {"ruleset": reader.ruleset.version, "written": written, "failed": failures}
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        told = (_count(len(written), "document"), _count(sum(written.values()), "clause"))
        typer.echo(f"{', '.join(told)}, {len(failures)} unread")
    if failures:
        raise typer.Exit(SOME_UNREAD)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        refuse(f"{out} is not a folder")
    except OSError as error:
        refuse(f"{out} cannot be made ({error.strerror}); name another folder with --out")


def _extract(job: _Job, out: Path, reader: ClauseReader, taken: dict[str, Path]) -> int:
    """Write what one file says, unless its name is `taken` by another; gives the number of clauses."""
    if job.id in taken:
        raise _NameClashError(f"{taken[job.id]} was already written as {job.id}.json; rename one of the two")
    reading = reader.read(read_file(job.path))
    content = json.dumps(prediction(job.id, reading), ensure_ascii=False, indent=1)
    (out / f"{job.id}.json").write_text(content + "\n", encoding="utf-8")
    taken[job.id] = job.path
    return len(reading.clauses)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _jobs(paths: Sequence[Path]) -> list[_Job]:
    found = [path for given in paths for path in _files(given)]
    # A file that is named twice is read once.
    jobs = [_Job(path, _id(path)) for path in {path.resolve(): path for path in found}.values()]
    if not jobs:
        refuse(f"there are no files to read; known are {', '.join(OF_SUFFIX)}")
    return jobs


def _files(given: Path) -> Iterator[Path]:
    if given.is_dir():
        yield from sorted(path for path in given.rglob("*") if _is_known(path))
    elif not given.exists():
        refuse(f"{given} does not exist")
    elif given.suffix.lower() not in OF_SUFFIX:
        refuse(f"{given}: unknown kind of file; known are {', '.join(OF_SUFFIX)}")
    else:
        yield given


def _is_known(path: Path) -> bool:
    return path.suffix.lower() in OF_SUFFIX and not path.is_dir()


def _id(path: Path) -> str:
    return f"{path.absolute().parent.name}__{path.stem}".replace(" ", "_")


def _terms_type(name: str) -> TermsType:
    """Return what a file's name says its document is; a name that says nothing is `Other`."""
    try:
        return TermsType(name.rsplit("__", maxsplit=1)[-1].split("_#", maxsplit=1)[0].replace("_", " "))
    except ValueError:
        return TermsType.OTHER


def prediction(name: str, reading: Reading) -> dict[str, object]:
    """Return a document's clauses and facts as what is written to its file."""
    facts = document_facts(reading, _terms_type(name))
    return {
        "id": name,
        "document": reading.document,
        "ruleset": reading.ruleset,
        "clauses": [
            {
                "start": clause.start,
                "end": clause.end,
                "family": clause.family,
                "stance": clause.stance,
                "party": clause.party,
                "data": clause.data,
                "purpose": clause.purpose,
                "period_days": clause.period_days,
                "audience": clause.audience,
                "quote": clause.quote,
                "heading": clause.heading,
                "rule": clause.rule,
                "proposed": clause.proposed,
                "modifiers": clause.modifiers,
            }
            for clause in reading.clauses
        ],
        "facts": {audience.value: _answers(facts[audience]) for audience in Audience},
    }


def _answers(facts: Iterable[Fact]) -> dict[str, object]:
    answers: dict[str, object] = {}
    for fact in facts:
        answers[fact.family] = fact.answer
        if fact.family is Family.RETENTION:
            answers["retention_days"] = fact.days
    return answers


def _shown(jobs: Sequence[_Job]) -> Iterable[_Job]:
    console = Console(stderr=True)
    return track(jobs, "Reading", console=console) if console.is_terminal else jobs
