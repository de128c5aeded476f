"""The index as it was at a past time, so that a question can be answered as it would have been then.

Only this module knows how what was written down becomes an index again; the answer itself is given by the
same code as today's, with the time of then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from pydantic import TypeAdapter

from app.clock import in_utc
from app.db import Session
from app.lookup.answer import QueryError, answer_lookup, refuse
from app.lookup.index import MAX_NAME, IndexRows, LookupIndex, ToolAlias, build_index
from app.lookup.names import split_plan, ways_to
from app.lookup.near import names_near
from registry.model import AliasKind, Policy, Standing
from registry.policy import parse_policy
from registry.versions import contents_at, moment_at

AS_OF: Final = "as_of"
_STANDINGS: Final = TypeAdapter(tuple[Standing, ...])


def answer_as_of(
    session: Session, tool: str, query: Sequence[tuple[str, str]], now: datetime
) -> tuple[int, Mapping[str, str], bytes]:
    """Answer a question with `as_of` as it would have been answered then: status, headers and body."""
    try:
        times = [value for name, value in query if name == AS_OF]
        if len(times) != 1:
            raise QueryError(f"`{AS_OF}` is given {len(times)} times; give it once", AS_OF)
        at = read_time(times[0], now)
        index = index_at(session, at, tool)
    except QueryError as error:
        return refuse(error)
    rest = [(name, value) for name, value in query if name != AS_OF]
    status, headers, body = answer_lookup(index, tool, rest, at)
    return status, {**headers, "cache-control": "no-store"}, body


def read_time(text: str, now: datetime) -> datetime:
    """The past time that a question names; raises `QueryError` for one to come, or without a zone."""
    try:
        # The parser reads no further than a NUL.
        at = in_utc(datetime.fromisoformat(text.replace("\0", "?")))
    except ValueError:
        raise QueryError("`as_of` is a date and time with its zone: 2026-11-01T09:00:00Z", AS_OF) from None
    if at > now:
        raise QueryError(f"`as_of` lies in the future, and nobody knows it; now is {now.isoformat()}", AS_OF)
    return at


def index_at(session: Session, at: datetime, tool: str) -> LookupIndex:
    """The index of a past time, as far as it takes to find `tool`; raises `QueryError` before the record."""
    moment = moment_at(session, at)
    if moment is None:
        raise QueryError("nothing was written down yet at that time; name a later one", AS_OF)
    name = split_plan(tool.strip().lower())[0]
    # PostgreSQL cannot even be asked for a text that holds a NUL.
    can_be_known = len(name) <= MAX_NAME and "\0" not in name
    # All tools that the name could mean are there, so it leads where it would have led among all of then,
    # or to the same candidates.
    names = (*ways_to(name), *names_near(name)) if can_be_known else ()
    contents = contents_at(session, at, names)
    rows = IndexRows(
        revision=moment.revision,
        standings=tuple(
            one for content in contents for one in _STANDINGS.validate_python(content["standings"])
        ),
        aliases=tuple(alias for content in contents for alias in _aliases(content)),
        keys=(),
    )
    return build_index(rows, _policy(moment.policy))


def _aliases(content: dict[str, Any]) -> list[ToolAlias]:
    return [ToolAlias(content["tool"], AliasKind(kind), value) for kind, value in content["aliases"]]


@lru_cache(maxsize=4)
def _policy(content: str) -> Policy:
    """Reading takes a tenth of a second, and whoever asks of the past asks more than once."""
    return parse_policy(content, "the policy of then")
