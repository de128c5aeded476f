"""From the registry's rows to what look-ups need: everything, or what has changed since an index was made."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from app.db import Session
from app.lookup.index import IndexEditor, IndexRows, KeyHash, LookupIndex, ToolAlias
from registry.keys import list_keys
from registry.model import AliasKind, Role, Standing
from registry.standings import load_standings
from registry.store import all_aliases, revision, slugs_of_tools, tools_after, tools_changed

_AT_ONCE: Final = 200
"""Tools in one set of queries: enough to make queries few, few enough for little memory."""


def load_rows(session: Session) -> IndexRows:
    """Everything that look-ups need, at the registry's present revision; call it in one transaction."""
    return IndexRows(
        revision=revision(session),
        standings=load_standings(session),
        aliases=_aliases(session),
        keys=_keys(session),
    )


def next_index(session: Session, index: LookupIndex) -> LookupIndex:
    """Make the index of the registry's present revision from an older one; call it in one transaction.

    Only tools that may have changed are loaded; all of them where the registry cannot tell, and for an empty
    index. It comes to the same as `build_index` on everything.
    """
    number = revision(session)
    editor = IndexEditor(index)
    changed = tools_changed(session, index.revision)
    if changed is None:
        gone = set(index.records)
        for tools in _all_tools(session):
            gone.difference_update(_put(session, editor, tools))
        for tool in gone:
            editor.put(tool, (), ())
    else:
        for start in range(0, len(changed), _AT_ONCE):
            _put(session, editor, changed[start : start + _AT_ONCE])
    return editor.done(number, _keys(session))


def _put(session: Session, editor: IndexEditor, tools: Sequence[int]) -> Sequence[str]:
    """Let some tools stand as the registry has them now; gives their slugs."""
    slugs = slugs_of_tools(session, tools)
    standings: defaultdict[str, list[Standing]] = defaultdict(list)
    aliases: defaultdict[str, list[ToolAlias]] = defaultdict(list)
    for standing in load_standings(session, tools):
        standings[standing.tool].append(standing)
    for alias in _aliases(session, tools):
        aliases[alias.tool].append(alias)
    for slug in slugs:
        editor.put(slug, standings[slug], aliases[slug])
    return slugs


def _all_tools(session: Session) -> Iterator[Sequence[int]]:
    tools = tools_after(session, 0, _AT_ONCE)
    while tools:
        yield tools
        tools = tools_after(session, tools[-1], _AT_ONCE)


def _aliases(session: Session, tools: Sequence[int] | None = None) -> tuple[ToolAlias, ...]:
    return tuple(
        ToolAlias(tool=slug, kind=AliasKind(alias.kind), value=alias.value)
        for alias, slug in all_aliases(session, tools)
    )


def _keys(session: Session) -> tuple[KeyHash, ...]:
    return tuple(
        KeyHash(sha256=key.sha256, name=key.name, role=Role(key.role))
        for key in list_keys(session)
        if key.revoked_at is None
    )
