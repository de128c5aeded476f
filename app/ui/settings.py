"""Keys, people and schedules: what an administrator sets here, and what everybody may see of it."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.house import Here, House
from app.db import Session
from app.errors import NotFoundError
from app.ui.rendering import go_to, page
from app.ui.visitor import At, Sent, Visitor, require
from registry.crawling import cadences, next_due
from registry.entries import EntryError
from registry.keys import KeyNameTakenError, create_key, find_key, list_keys, revoke_key
from registry.model import Role
from registry.persons import admit_person, block_person, list_persons
from registry.visits import (
    LINK_LASTS,
    VISIT_LASTS,
    SignInRefusedError,
    end_visits_of,
    live_visits,
    make_sign_in,
)
from registry.webhooks import list_webhooks

router = APIRouter()

VISITS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form said, and why it was not taken."""

    name: str = ""
    role: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page has to tell of the form that was just sent: secrets that are shown once, or troubles."""

    key: str = ""
    link: str = ""
    of: str = ""
    """Whose they are."""
    new_key: Typed = Typed()
    new_link: Typed = Typed()


@router.get("/settings")
def show(request: Request, at: At, house: Here) -> Response:
    """What is set, and who is here?"""
    return _page(request, at, house, Outcome())


@router.post("/settings/keys")
def make_key(request: Request, sent: Sent, house: Here) -> Response:
    """Make a key, and show it this once."""
    require(sent.visitor, Role.ADMIN)
    typed = Typed(sent.text("name"), sent.text("role"))
    try:
        with house.sessions() as session:
            key = create_key(session, typed.name, _role(typed.role), sent.visitor.name, house.now())
    except (EntryError, KeyNameTakenError) as error:
        refused = Typed(typed.name, typed.role, _trouble(error))
        return _page(request, sent.visitor, house, Outcome(new_key=refused), 422)
    return _page(request, sent.visitor, house, Outcome(key=key, of=typed.name))


@router.get("/settings/keys/{name}/end")
def ask_to_end(request: Request, at: At, house: Here, name: str) -> Response:
    """Make sure before a key is ended: whatever uses it stops."""
    require(at, Role.ADMIN)
    with house.readings() as session:
        row = find_key(session, name)
    if row is None:
        raise NotFoundError(f"no key is named {name!r}; look at the settings for those that are")
    return page(request, "settings_end_key.html", at, house.now(), row=row)


@router.post("/settings/keys/{name}/end")
def end_key(request: Request, sent: Sent, house: Here, name: str) -> Response:
    """End a key."""
    require(sent.visitor, Role.ADMIN)
    with house.sessions() as session:
        revoke_key(session, name, sent.visitor.name, house.now())
    return _back(request, "keys")


@router.post("/settings/links")
def make_link(request: Request, sent: Sent, house: Here) -> Response:
    """Make a link that signs a person in, and show it this once."""
    require(sent.visitor, Role.ADMIN)
    if not house.local_links:
        raise SignInRefusedError("links are not made on the pages here; people sign in with your provider")
    typed = Typed(sent.text("name"), sent.text("role"))
    try:
        with house.sessions() as session:
            secret = make_sign_in(session, typed.name, _role(typed.role), sent.visitor.name, house.now())
    except EntryError as error:
        refused = Typed(typed.name, typed.role, _trouble(error))
        return _page(request, sent.visitor, house, Outcome(new_link=refused), 422)
    base = request.scope.get("root_path", "")
    link = f"{house.address}{base}/sign-in?link={secret}"
    return _page(request, sent.visitor, house, Outcome(link=link, of=typed.name))


@router.post("/settings/people/block")
def block(request: Request, sent: Sent, house: Here) -> Response:
    """Keep somebody out whom a provider vouches for."""
    require(sent.visitor, Role.ADMIN)
    with house.sessions() as session:
        block_person(session, sent.text("name"), sent.visitor.name, house.now())
    return _back(request, "known")


@router.post("/settings/people/admit")
def admit(request: Request, sent: Sent, house: Here) -> Response:
    """Let somebody in again who was kept out."""
    require(sent.visitor, Role.ADMIN)
    with house.sessions() as session:
        admit_person(session, sent.text("name"), sent.visitor.name, house.now())
    return _back(request, "known")


@router.post("/settings/people/end")
def end_visits(request: Request, sent: Sent, house: Here) -> Response:
    """End all visits of a person, and the links that they have not used."""
    require(sent.visitor, Role.ADMIN)
    with house.sessions() as session:
        end_visits_of(session, sent.text("name"), sent.visitor.name, house.now())
    return _back(request, "people")


def _page(request: Request, at: Visitor, house: House, outcome: Outcome, status: int = 200) -> Response:
    now = house.now()
    with house.readings() as session:
        shown: dict[str, Any] = {
            "cadences": cadences(session),
            "next_due": next_due(session),
            "cron": house.recrawl_cron,
            "failing_after": house.failing_after,
            "roles": list(Role),
            "visit_hours": int(VISIT_LASTS.total_seconds() // 3600),
            "link_minutes": int(LINK_LASTS.total_seconds() // 60),
        } | (_for_admins(session, house) if at.caller.may(Role.ADMIN) else {})
    return page(request, "settings.html", at, now, status=status, outcome=outcome, **shown)


def _for_admins(session: Session, house: House) -> dict[str, Any]:
    keys = list_keys(session)
    return {
        "live": [row for row in keys if row.revoked_at is None],
        "ended": [row for row in keys if row.revoked_at is not None],
        "webhooks": list_webhooks(session),
        "visits": live_visits(session, house.now(), VISITS_SHOWN),
        "known": list_persons(session, VISITS_SHOWN) if house.openid else (),
        "provider": house.openid and house.openid.shown,
        "local_links": house.local_links,
    }


def _role(word: str) -> Role:
    try:
        return Role(word)
    except ValueError:
        raise EntryError(("role",), "choose what the holder may do") from None


def _trouble(error: EntryError | KeyNameTakenError) -> str:
    return error.message if isinstance(error, EntryError) else str(error)


def _back(request: Request, part: str) -> Response:
    return go_to(request, f"/settings#{part}")
