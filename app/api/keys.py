"""API keys: making, listing and ending them. A key itself is shown once, when it is made."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Path, Response, status
from pydantic import Field, StringConstraints

from app.api.forms import Form, RoleWord, Shown
from app.api.house import Here
from app.auth import Admin, as_admin
from app.errors import OF_BODY, answers
from registry.keys import NAME, KeyNameTakenError, UnknownKeyError, create_key, list_keys, revoke_key
from registry.model import Role

router = APIRouter(prefix="/v1/keys", tags=["administration"], dependencies=[Depends(as_admin)])

KeyName = Annotated[str, StringConstraints(pattern=NAME)]
"""Stands in the audit log as the actor, and in an address: letters, digits and `._@-`."""


class NewKey(Form):
    """A key to make."""

    name: KeyName = Field(description="Who or what will use it.")
    role: RoleWord


class KeyMade(Shown):
    """A new key: keep it now, it is never shown again."""

    name: str
    role: Role
    key: str


class KeyShown(Shown):
    """What is known of a key."""

    name: str
    role: Role
    created_at: datetime
    revoked_at: datetime | None


_EXAMPLES: Final = {
    "gateway": {"summary": "A system that looks tools up", "value": {"name": "gateway", "role": "lookup"}},
    "person": {"summary": "A person who decides", "value": {"name": "kim@studio", "role": "reviewer"}},
}


@router.post("", status_code=status.HTTP_201_CREATED, responses=answers(KeyNameTakenError, *OF_BODY))
def make_key(
    form: Annotated[NewKey, Body(openapi_examples=_EXAMPLES)], caller: Admin, house: Here, response: Response
) -> KeyMade:
    """Make a key; its name is the actor of all that is done with it."""
    with house.sessions() as session:
        key = create_key(session, form.name, form.role, caller.name, house.now())
    response.headers["cache-control"] = "no-store"
    return KeyMade(name=form.name, role=form.role, key=key)


@router.get("")
def show_keys(house: Here) -> list[KeyShown]:
    """All keys by name, the revoked ones too."""
    with house.readings() as session:
        return [
            KeyShown(name=row.name, role=Role(row.role), created_at=row.created_at, revoked_at=row.revoked_at)
            for row in list_keys(session)
        ]


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT, responses=answers(UnknownKeyError))
def end_key(
    name: Annotated[str, Path(description="The key's name.", examples=["gateway"])],
    caller: Admin,
    house: Here,
) -> None:
    """End a key at once; it stays listed."""
    with house.sessions() as session:
        revoke_key(session, name, caller.name, house.now())
