"""`termgate corrections`: what people corrected, and their corrections as labels to measure rules against."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.cli.door import open_house, print_json, print_table, refusals, refuse
from app.db import Session
from extractors.labelling import Judged, Labels, labels_of_document, labels_of_sentences
from extractors.model import Reading, TermsType
from extractors.sentences import places_of
from registry.corrections import REVIEWED, all_corrections, correction_of
from registry.effects import CorrectionState, state_of
from registry.evidence import clause_of, clause_rows, document_of, good_sighting, last_reading
from registry.store import find_tool
from registry.tables import CorrectionRow, DocumentRow, ReadingRow, SourceRow, ToolRow

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_SHORT = 60


def register(app: typer.Typer) -> None:
    """Add the commands."""
    corrections = typer.Typer(
        help="List what reviewers corrected, and export it as labels for `eval`.", no_args_is_help=True
    )
    corrections.command("list")(show)
    corrections.command()(export)
    app.add_typer(corrections, name="corrections")


def show(
    tool: Annotated[str | None, typer.Argument(help="Only of this tool, `vendor/tool`.")] = None,
    *,
    state: Annotated[CorrectionState | None, typer.Option(help="Only those that stand so.")] = None,
    as_json: AsJson = False,
) -> None:
    """List corrections in the order they were made, with how each stands in the newest text."""
    house = open_house()
    with refusals(), house.readings() as session:
        found = all_corrections(session, _tool_id(session, tool))
        rows = [_row(session, *one) for one in found]
    rows = [row for row in rows if state in {None, row["state"]}]
    if as_json:
        print_json(rows)
    else:
        short = [{**row, "quote": _shortened(str(row["quote"]))} for row in rows]
        print_table(
            "Corrections", ["id", "source", "kind", "state", "family", "stance", "quote", "by"], short
        )


def export(
    out: Annotated[Path, typer.Argument(help="Folder to write label files and texts to; new or empty.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Write what people have judged as label files that `termgate eval` reads (docs/MEASURING.md)."""
    house = open_house()
    with refusals(), house.readings() as session:
        exported = [one for source in _by_source(session) for one in _exports(session, *source)]
    if not exported:
        refuse("nothing to export: no correction stands in a text, and no document was reviewed")
    _make_folder(out)
    for labels, text in exported:
        _write(out, labels, text)
    summary = {
        "files": len(exported),
        "documents": sum(labels["reviewed"] == "document" for labels, _ in exported),
        "sentences": sum(
            _length(labels, "segments") for labels, _ in exported if labels["reviewed"] != "document"
        ),
    }
    if as_json:
        print_json(summary)
    else:
        typer.echo(
            f"{summary['documents']} documents read from end to end, "
            f"{summary['sentences']} single sentences of others: termgate eval {out}"
        )


_Corrected = tuple[ToolRow, SourceRow, list[CorrectionRow]]


def _by_source(session: Session) -> Iterable[_Corrected]:
    found: dict[int, _Corrected] = {}
    for row, source, tool in all_corrections(session):
        if row.withdrawn_at is None:
            found.setdefault(source.id, (tool, source, []))[2].append(row)
    return sorted(found.values(), key=lambda one: (one[0].slug, one[1].slug))


def _exports(
    session: Session, tool: ToolRow, source: SourceRow, rows: Sequence[CorrectionRow]
) -> Iterator[tuple[Labels, str]]:
    """The newest text that was read from end to end, and the corrected sentences that it does not hold."""
    reviews = [row for row in rows if row.kind == REVIEWED]
    corrections = [row for row in rows if row.kind != REVIEWED]
    if reviews:
        reading = session.get_one(ReadingRow, reviews[-1].reading_id)
        judged = _judged(session, tool, source, reading, corrections)
        yield labels_of_document(_name(tool, source, judged), judged), judged.document.text
        corrections = [row for row in corrections if not places_of(judged.document.text, row.quote)]
    good = good_sighting(session, source.id)
    newest = None if good is None or good.document_id is None else last_reading(session, good.document_id)
    if newest is not None and corrections:
        judged = _judged(session, tool, source, newest, corrections)
        labels = labels_of_sentences(_name(tool, source, judged), judged)
        if labels is not None:
            yield labels, judged.document.text


def _judged(
    session: Session, tool: ToolRow, source: SourceRow, reading: ReadingRow, rows: Iterable[CorrectionRow]
) -> Judged:
    document = document_of(session.get_one(DocumentRow, reading.document_id))
    clauses = tuple(clause_of(row) for row in clause_rows(session, reading.id))
    return Judged(
        service=tool.name,
        terms_type=TermsType(source.terms_type),
        document=document,
        reading=Reading(document.digest, reading.ruleset, clauses),
        corrections=tuple(correction_of(session, row) for row in rows),
    )


def _name(tool: ToolRow, source: SourceRow, judged: Judged) -> str:
    """`VENDOR__TERMS`, and behind `_#` what tells the texts of one kind apart."""
    terms = judged.terms_type.replace(" ", "_")
    return f"{tool.slug.replace('/', '_')}__{terms}_#{source.slug}_{judged.document.digest[:12]}"


def _write(out: Path, labels: Labels, text: str) -> None:
    name = str(labels["id"])
    content = json.dumps({"text": f"{name}.md", **labels}, ensure_ascii=False, indent=1)
    (out / f"{name}.json").write_text(content + "\n", encoding="utf-8")
    (out / f"{name}.md").write_bytes(text.encode())


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"{out} cannot be made ({error.strerror}); name another folder")
    if any(out.iterdir()):
        refuse(f"{out} is not empty, and labels of another day would count too; name a new folder")


def _length(labels: Labels, key: str) -> int:
    value = labels[key]
    return len(value) if isinstance(value, list) else 0


def _tool_id(session: Session, slug: str | None) -> int | None:
    if slug is None:
        return None
    found = find_tool(session, slug)
    if found is None:
        refuse(f"no tool is called {slug!r}")
    return found.id


def _row(session: Session, row: CorrectionRow, source: SourceRow, tool: ToolRow) -> dict[str, object]:
    return {
        "id": row.public_id,
        "source": f"{tool.slug} {source.slug}",
        "kind": row.kind,
        "state": state_of(session, row).value,
        "family": row.family,
        "stance": row.stance,
        "purpose": row.purpose,
        "data": row.data,
        "audience": row.audience,
        "period_days": row.period_days,
        "quote": row.quote,
        "reason": row.reason,
        "by": row.made_by,
        "at": row.made_at.isoformat(timespec="seconds"),
        "withdrawn_at": row.withdrawn_at and row.withdrawn_at.isoformat(timespec="seconds"),
    }


def _shortened(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= _SHORT else f"{words[:_SHORT]} …"
