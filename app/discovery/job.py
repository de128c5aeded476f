"""A search as a piece of work: from its row to the site and back, with what is known of the tool."""

from urllib.parse import urljoin

from app.db import Session, Sessions
from app.discovery.leads import Lead
from app.discovery.proposing import Known
from app.discovery.search import search
from app.discovery.site import site_of
from app.discovery.visiting import Means, SearchLimits, Visitor
from extractors.model import Audience
from registry.addresses import bare
from registry.discoveries import begin_discovery
from registry.mentions import untracked_of_tool
from registry.proposals import Found, Reason, Whence
from registry.references import Untracked
from registry.store import plans_of, sources_of
from registry.tables import ToolRow


def discover(sessions: Sessions, means: Means, key: str, limits: SearchLimits) -> Found | None:
    """Search the site that a row names; `None` where there is nothing left to do. Takes a minute or more.

    What it comes to is for the caller to keep: no transaction is open while a site is asked.
    """
    with sessions() as session:
        row = begin_discovery(session, key)
        if row is None:
            return None
        start = row.site
        tool = None if row.tool_id is None else session.get_one(ToolRow, row.tool_id)
        known = Known() if tool is None else known_of(session, tool, start)
    return search(Visitor(means, site_of(start), limits), known)


def known_of(session: Session, tool: ToolRow, start: str) -> Known:
    """What the registry has of a tool that tells a search where to look, and what is tracked already."""
    sources = {source.slug: source.urls for source in sources_of(session, tool.id)}
    base = next((url for urls in sources.values() for url in urls), start)
    return Known(
        plans=tuple((plan.slug, Audience(plan.audience)) for plan in plans_of(session, tool.id)),
        tracked={bare(url): slug for slug, urls in sources.items() for url in urls},
        leads=tuple(
            lead for one in untracked_of_tool(session, tool) if (lead := _lead(one, base)) is not None
        ),
    )


def _lead(untracked: Untracked, base: str) -> Lead | None:
    if untracked.url is None:
        return None
    place = untracked.places[0]
    url = (
        untracked.url
        if untracked.url.startswith(("http://", "https://", "/"))
        else f"https://{untracked.url}"
    )
    whence = Whence.INCORPORATED if untracked.incorporated else Whence.NAMED
    return Lead(urljoin(base, url), untracked.name, Reason(whence, place.source, place.reference.quote[:300]))
