"""Who gives a command: the person whose API key is in `TERMGATE_KEY`. Only this module reads it."""

import os
from dataclasses import dataclass

from app.cli.door import refuse
from app.db import Session
from registry.journal import COMMAND_LINE
from registry.keys import find_live_key
from registry.model import ApprovalRules, Role

_KEY = "TERMGATE_KEY"


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever holds a key: its name is the actor on record."""

    name: str
    role: Role

    def may(self, needed: Role) -> bool:
        """Whether this role may do all that the needed one may."""
        return self.role.includes(needed)


def person(session: Session, needed: Role) -> Person:
    """The person who gives the command; exits with 2 where none is told, or their role may not."""
    told = os.environ.get(_KEY, "").strip()
    if not told:
        refuse(f"set {_KEY} to your own API key: it goes on record who did this. {_make_one(needed)}")
    key = find_live_key(session, told)
    if key is None:
        refuse(f"the key in {_KEY} is unknown or revoked. {_make_one(needed)}")
    found = Person(key.name, Role(key.role))
    if not found.may(needed):
        refuse(f"the key {found.name!r} has the role {found.role}; this needs {needed} or above")
    return found


def submitter(session: Session, rules: ApprovalRules) -> str:
    """Who submits a tool: the person, or nobody by name where no key is set and the policy does not mind."""
    if os.environ.get(_KEY, "").strip():
        return person(session, Role.MANAGER).name
    if rules.four_eyes:
        refuse(
            "the policy keeps whoever submits a tool from approving it, so it must be known who submits: "
            f"set {_KEY} to your own API key. {_make_one(Role.MANAGER)}"
        )
    return COMMAND_LINE


def _make_one(role: Role) -> str:
    return f"`termgate keys create NAME --role {role}` makes one for a person"
