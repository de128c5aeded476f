"""Templates to pages. Everything that is shown is escaped; what a template forgets to name is an error.

Only this module knows the template library, and how times, ages and the words of facts are written on pages.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.ui.said_once import said_once
from app.ui.vendor_text import is_web, visible
from app.ui.visitor import Visitor
from app.ui.words import FILTERS

_HEADERS: Final[Mapping[str, str]] = {"cache-control": "no-store"}

_DAY: Final = 24 * 60
_SPANS: Final = ((365 * _DAY, "year"), (30 * _DAY, "month"), (_DAY, "day"), (60, "hour"), (1, "minute"))
"""In minutes, the longest first."""

_PAGES: Final = Environment(
    loader=PackageLoader("app.ui"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def page(
    request: Request,
    template: str,
    at: Visitor | None,
    now: datetime,
    *,
    status: int = 200,
    **shown: Any,
) -> HTMLResponse:
    """A page, or a part of one where the browser's script asks for a part (`part` in the template's name)."""
    base = request.scope.get("root_path", "")
    content = _PAGES.get_template(template).render(at=at, now=now, base=base, path=request.url.path, **shown)
    return HTMLResponse(content, status, _HEADERS)


def go_to(request: Request, path: str) -> RedirectResponse:
    """Send a browser to another page, below where the pages stand."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}{path}", 303)


def load_again(request: Request) -> Response:
    """Have the script of a page load the whole of it, once what it waited for is there."""
    query = f"?{request.url.query}" if request.url.query else ""
    return Response(status_code=204, headers={"hx-redirect": f"{request.url.path}{query}"})


def is_part(request: Request) -> bool:
    """Whether the script on a page asks for a part of it."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") != "full"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, or how far off, as people say it: `3 days ago`, `in 2 hours`."""
    if at is None:
        return "never"
    distance = now - at
    told = _told(abs(distance))
    if told is None:
        return "just now" if distance >= timedelta() else "now"
    return f"{told} ago" if distance >= timedelta() else f"in {told}"


def day(at: datetime | None) -> str:
    """A date, `3 March 2027`."""
    return "—" if at is None else f"{at.day} {at:%B %Y}"


def moment(at: datetime | None) -> str:
    """A date with its time, `3 March 2027, 14:05 UTC`."""
    return "—" if at is None else f"{day(at)}, {at:%H:%M} UTC"


def _told(distance: timedelta) -> str | None:
    minutes = int(distance.total_seconds() // 60)
    for size, name in _SPANS:
        count = minutes // size
        if count:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return None


_PAGES.filters.update(
    {**FILTERS, "ago": ago, "day": day, "moment": moment, "visible": visible, "said_once": said_once}
)
_PAGES.tests["web"] = is_web
