"""The one path into the pages and out of them: the visit's cookie, and where somebody goes on to.

A browser has one visit: the next one takes the cookie, so the one before would go on where nobody sees it.
"""

from datetime import datetime

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from app.api.house import House
from app.db import Session
from app.ui.visitor import cookie_of, is_secure, secret_in
from registry.visits import VISIT_LASTS, end_visit


def page_of_ours(request: Request, onward: str) -> str:
    """Where to go on to: a page below ours, never another site; without one the overview."""
    base = request.scope.get("root_path", "")
    is_ours = onward.startswith(f"{base}/") and "//" not in onward and "\\" not in onward
    return onward if is_ours and onward.isprintable() else f"{base}/"


def end_former_visit(session: Session, request: Request, house: House, now: datetime) -> None:
    """End the visit that a browser still tells of, in the transaction that begins its next one."""
    end_visit(session, secret_in(request, house), now, because="Somebody signed in anew in the same browser.")


def begin_visit(request: Request, house: House, secret: str, onward: str) -> Response:
    """Send somebody on to a page, with the cookie of their visit."""
    answer = RedirectResponse(page_of_ours(request, onward), 303, {"cache-control": "no-store"})
    answer.set_cookie(
        cookie_of(request, house),
        secret,
        max_age=int(VISIT_LASTS.total_seconds()),
        path=_path_of(request, house),
        httponly=True,
        samesite="lax",
        secure=is_secure(request, house),
    )
    return answer


def drop_visit(request: Request, house: House, answer: Response) -> Response:
    """Take the visit's cookie away from the browser."""
    answer.delete_cookie(
        cookie_of(request, house),
        path=_path_of(request, house),
        secure=is_secure(request, house),
        httponly=True,
        samesite="lax",
    )
    return answer


def _path_of(request: Request, house: House) -> str:
    """Browsers take the prefix for the whole host alone."""
    return "/" if is_secure(request, house) else request.scope.get("root_path", "") or "/"
