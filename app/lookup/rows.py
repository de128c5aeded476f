"""From the registry's rows to what an index is built from: one consistent view, in a few queries."""

from app.db import Session
from app.lookup.index import IndexRows, KeyHash, ToolAlias
from registry.keys import list_keys
from registry.model import AliasKind, Role
from registry.standings import load_standings
from registry.store import all_aliases, revision


def load_rows(session: Session) -> IndexRows:
    """Everything that look-ups need, at the registry's present revision; call it in one transaction."""
    return IndexRows(
        revision=revision(session),
        standings=load_standings(session),
        aliases=tuple(
            ToolAlias(tool=slug, kind=AliasKind(alias.kind), value=alias.value)
            for alias, slug in all_aliases(session)
        ),
        keys=tuple(
            KeyHash(sha256=key.sha256, name=key.name, role=Role(key.role))
            for key in list_keys(session)
            if key.revoked_at is None
        ),
    )
