"""`termgate discover`: search a vendor's site for its terms here and now, and propose sources."""

from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli.door import open_house, print_json, print_table, read_settings, refusals, refuse, refuse_plan
from app.clock import utc_now
from app.discovery.job import known_of
from app.discovery.proposing import Known
from app.discovery.search import search
from app.discovery.site import site_of
from app.discovery.visiting import Means, SearchLimits, Visitor
from app.fetch.fetcher import fetcher_from
from app.rendering.renderer import renderer_from
from registry.discoveries import SiteRefusedError, start_of
from registry.proposals import Found, Proposal, found_to_json
from registry.store import find_tool


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(discover)


def discover(
    site: Annotated[str, typer.Argument(help="A domain (`acme.com`), or the address to begin at.")],
    *,
    tool: Annotated[
        str | None, typer.Option(help="`vendor/tool`: match its plans, mark what it tracks already.")
    ] = None,
    gap: Annotated[float, typer.Option(min=0.0, help="Seconds between two requests.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Search a vendor's site for its terms, and propose them as sources; nothing is taken over by itself."""
    try:
        start = start_of(site)
    except SiteRefusedError as error:
        refuse(str(error))
    known = Known() if tool is None else _known(tool, start)
    limits = SearchLimits(gap_s=gap)
    settings = read_settings()
    with refusals(), fetcher_from(settings) as fetcher:
        renderer = renderer_from(settings, fetcher, utc_now)
        means = Means(fetcher) if renderer is None else Means(fetcher, renderer.where_needed)
        found = search(Visitor(means, site_of(start), limits), known)
    if as_json:
        print_json({"site": start, "tool": tool, **found_to_json(found)})
    else:
        _tell(start, found)


def _known(slug: str, start: str) -> Known:
    with open_house().readings() as session:
        tool = find_tool(session, slug)
        if tool is None:
            refuse_plan(slug)
            refuse(f"no tool {slug!r} in the registry; leave --tool out to search for a new one")
        return known_of(session, tool, start)


def _tell(start: str, found: Found) -> None:
    if found.proposals:
        rows = [_line(one) for one in found.proposals]
        print_table(f"proposed for {start}", list(rows[0]), rows)
    else:
        typer.echo(f"nothing on {start} looks like terms")
    if found.troubles:
        troubles = [{"failure": one.failure, "url": one.url, "detail": one.detail} for one in found.troubles]
        print_table("could not be looked at", list(troubles[0]), troubles)
    ending = "" if found.complete else "; the limits ended the search, so there may be more"
    typer.echo(f"{found.requests} pages and sitemaps were asked for{ending}")


def _line(one: Proposal) -> dict[str, object]:
    return {
        "score": f"{one.score:.2f}",
        "type": one.terms_type.value,
        "for": ", ".join(one.plans) or one.audience.value,
        "url": one.url,
        "tracked": one.tracked,
        "why": _why(one),
    }


def _why(one: Proposal) -> str:
    ways: Sequence[str] = [
        f"{reason.whence.value.replace('_', ' ')}{f' “{reason.words[:40]}”' if reason.words else ''}"
        for reason in one.reasons
    ]
    return "; ".join([*ways[:3], *([one.failure.value] if one.failure else [])])
