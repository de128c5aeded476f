"""`termgate import`: what Open Terms Archive has: recorded versions, and declarations of where terms are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.door import House, open_house, print_json, print_table, refusals, refuse
from app.clock import utc_now
from app.history import ArchiveError, Version, list_versions
from app.history.backfill import Archive, Backfilled, Importer, backfill
from app.history.matching import Candidate, Matched, UnmatchedError, match_sources, service_of
from extractors.model import TermsType
from extractors.proposing import proposing_reader
from extractors.ruleset import load_ruleset
from extractors.text import SelectorError, check_selectors
from registry.declarations import DeclarationError, read_declaration
from registry.declared import Taken, list_declared, tools_by_page
from registry.names import slug_problem
from registry.recorded import RecordedElsewhereError
from registry.store import find_tool, sources_of

ACTOR = "command line"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Take in recorded versions of terms, or declarations of where they stand.", no_args_is_help=True
    )
    group.callback()(_group)
    group.command()(versions)
    group.command()(declarations)
    app.add_typer(group, name="import")


def _group() -> None:
    """Take in recorded versions of terms, or declarations of where they stand."""


def versions(
    repo: Annotated[Path, typer.Argument(help="A clone of an Open Terms Archive versions repository.")],
    *,
    tool: Annotated[str, typer.Option(help="Whose past it is, `vendor/tool`; a submitted tool.")],
    service: Annotated[
        str | None, typer.Option(help="The service in the archive; else the one called like the tool.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="`SLUG=SERVICE/TERMS.md`: a source and its document, where it cannot be told."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What the archive is called in evidence; else the folder's name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give a tool's sources their recorded past, with its own dates; nothing that is judged now is touched.

    Again, it takes in what is new since, and reads what today's rules have not read.
    """
    house = open_house()
    try:
        recorded = list_versions(repo)
        matched = _matched(house, tool, recorded, (service, _named(source or ())))
        by_path: defaultdict[str, list[Version]] = defaultdict(list)
        for version in recorded:
            by_path[version.path].append(version)
        past = {slug: by_path[path] for slug, path in matched.paths.items()}
        with refusals():
            done = _backfill(house, Archive(repo, name or _called(repo)), tool, past)
    except (ArchiveError, UnmatchedError, RecordedElsewhereError) as error:
        refuse(str(error))
    _tell(done, matched.left_out, as_json=as_json)


def declarations(
    path: Annotated[Path, typer.Argument(help="A declaration (`SERVICE.json`), or a folder of them.")],
    *,
    vendor: Annotated[
        str | None, typer.Option(help="The vendor's slug; else one made from each service's name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List services as tools, with where their terms stand; their plans are a person's to confirm.

    Each service is listed as a whole or not at all. What is declared and not done here is named.
    """
    files = _declaration_files(path)
    if vendor is not None and (problem := slug_problem(vendor)) is not None:
        refuse(f"--vendor: {problem}")
    house = open_house()
    with house.readings() as session:
        known = {} if vendor is not None else tools_by_page(session)
    rows = [_declared(house, file, vendor, known) for file in files]
    if as_json:
        print_json(rows)
        return
    print_table("services", ["service", "tool", "sources", "outcome"], rows)
    for row in rows:
        for one in row["notes"] if isinstance(row["notes"], list) else []:
            place = " › ".join(part for part in (one["document"], one["key"]) if part)
            typer.echo(f"{row['service']}{' › ' if place else ''}{place}: {one['why']}")


def _declaration_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    # Beside a declaration stand its past and its filters, under names with a further dot.
    files = sorted(file for file in path.glob("*.json") if not file.stem.endswith((".history", ".filters")))
    if not files:
        refuse(f"{path} is no declaration and holds none; name a file or a folder of `SERVICE.json`")
    return files


def _declared(house: House, file: Path, vendor: str | None, known: Mapping[str, str]) -> dict[str, object]:
    """Take in one service; a line of what became of it."""
    try:
        text = file.read_text(encoding="utf-8")
        declared = read_declaration(text, file.stem, vendor, _selector_problem)
    except (DeclarationError, UnicodeDecodeError) as error:
        note = {"document": "", "key": "", "why": str(error)}
        return {"service": file.stem, "tool": None, "sources": 0, "outcome": "refused", "notes": [note]}
    notes = [{"document": one.document, "key": one.key, "why": one.why} for one in declared.notes]
    row: dict[str, object] = {"service": declared.service, "tool": None, "sources": 0, "notes": notes}
    if declared.vendor is None:
        return {**row, "outcome": "refused"}
    (tool,) = declared.vendor.tools
    slug = f"{declared.vendor.slug}/{tool.slug}"
    other = next((known[url] for one in tool.sources for url in one.urls if url in known), slug)
    if other != slug:
        notes.append({"document": "", "key": "", "why": f"its pages are those of {other}; name a --vendor"})
        return {**row, "tool": other, "outcome": Taken.KEPT}
    with house.sessions() as session:
        taken = list_declared(session, declared.vendor, tool, utc_now())
    return {**row, "tool": slug, "sources": len(tool.sources), "outcome": taken}


def _selector_problem(selector: str) -> str | None:
    try:
        check_selectors((selector,))
    except SelectorError as error:
        return str(error)
    return None


def _named(options: Sequence[str]) -> dict[str, str]:
    """Read `SLUG=SERVICE/TERMS.md`."""
    named: dict[str, str] = {}
    for option in options:
        slug, is_pair, path = option.partition("=")
        if not is_pair or slug in named:
            refuse(f"--source {option}: write SLUG=SERVICE/TERMS.md, each source once")
        named[slug] = path
    return named


def _matched(
    house: House, tool: str, recorded: Sequence[Version], asked: tuple[str | None, Mapping[str, str]]
) -> Matched:
    service, named = asked
    with house.readings() as session:
        row = find_tool(session, tool)
        if row is None:
            raise UnmatchedError(f"no tool {tool!r} in the registry; submit it first")
        sources = [Candidate(one.slug, TermsType(one.terms_type)) for one in sources_of(session, row.id)]
        names = (row.name, row.slug.rpartition("/")[2]) if service is None else (service,)
    paths = {version.path for version in recorded}
    try:
        found = service_of(paths, names)
    except UnmatchedError:
        if service is not None or not named:
            raise
        # Whoever names documents need not name a service.
        found = ""
    if (
        service is not None
        and found != service
        and service not in {path.rpartition("/")[0] for path in paths}
    ):
        raise UnmatchedError(f"the archive has no service {service!r}")
    return match_sources(paths, found, sources, named)


def _called(repo: Path) -> str:
    return repo.resolve().name.removesuffix(".git")


def _backfill(
    house: House, archive: Archive, tool: str, past: Mapping[str, Sequence[Version]]
) -> tuple[Backfilled, ...]:
    """Import with a progress bar on standard error, where a terminal is attached to it."""
    reader = proposing_reader(load_ruleset())
    importer = Importer(house.sessions, house.readings, reader.read, reader.ruleset.version, ACTOR, utc_now)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading versions", total=sum(map(len, past.values())))
        return backfill(importer, archive, tool, past, lambda done: progress.advance(task, done))


def _tell(done: Sequence[Backfilled], left_out: Mapping[str, str], *, as_json: bool) -> None:
    rows: list[dict[str, object]] = [
        {
            "source": one.source,
            "document": one.path,
            "versions": one.versions,
            "added": one.added,
            "unreadable": one.unreadable,
        }
        for one in done
    ]
    if as_json:
        print_json({"sources": rows, "left_out": dict(left_out)})
        return
    print_table("taken in", ["source", "document", "versions", "added", "unreadable"], rows)
    for path, why in left_out.items():
        typer.echo(f"left out {path}: {why}")
