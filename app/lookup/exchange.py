"""The words of the hot path: what is asked at an address, what is sent, and who answers there.

No work is done here but putting a reply together. An answerer is pure: index, question and time in, reply
out. Whatever is to be added to answers (a receipt, a record) wraps an answerer or stands in the front.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.lookup.index import LookupIndex
from app.problems import Kind, ProblemItem, Told, tell

ANYTHING: Final = b"*"
"""Stands in an endpoint's path for one or more characters, slashes included."""


# Tuples, not frozen dataclasses: those take three times as long to make, and one of each is made per request.
class Question(NamedTuple):
    """What somebody asks of an endpoint."""

    origin: str
    """Of the process that was asked, unique."""
    number: int
    """Among the questions to that process."""
    caller: str
    """Name of the key that it was asked with; empty where none is needed."""
    path: bytes
    """As it was sent, percent-encoded, below where the service is mounted."""
    query: bytes
    body: bytes

    @property
    def id(self) -> str:
        """Unique among all questions to this service: the answer's name in a record or a receipt."""
        return f"{self.origin}{self.number:012x}"


class Reply(NamedTuple):
    """What is sent."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes | None = None
    """Where the caller may ask again with it."""
    settled_until: datetime | None = None
    """Until when the same question to the same index gets exactly this; `None`: it may differ each time."""


Answerer = Callable[[LookupIndex, Question, datetime], Reply]
Recorder = Callable[[Question, Reply], None]
"""Is told each question that came with a good key, and its reply; never waits, never fails."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the hot path."""

    method: str
    """What is answered for `GET` is for `HEAD` too; what is settled, is given again without asking."""
    path: bytes
    """Whole, or with one `*`."""
    answer: Answerer
    is_open: bool = False
    """Whether it is answered without a key."""
    reads: bool = False
    """Whether it takes a body, which is JSON."""
    is_long: bool = False
    """Whether an answer to a body takes so long that it is given beside the others, in a thread."""


def write_json(content: Mapping[str, Any]) -> bytes:
    """An object as it is sent."""
    return _ENCODE(content).encode()


def reply_once(content: bytes) -> Reply:
    """A good answer in JSON that is not to be kept."""
    return Reply(200, (*_OK, (b"content-length", str(len(content)).encode())), content)


def reply_with(
    status: int, headers: Mapping[str, str], body: bytes, settled_until: datetime | None = None
) -> Reply:
    """Put a reply together."""
    sent = {**headers, "content-length": str(len(body))}
    return Reply(
        status=status,
        headers=tuple((name.encode(), value.encode()) for name, value in sent.items()),
        body=body,
        etag=headers["etag"].encode() if "etag" in headers else None,
        settled_until=settled_until,
    )


def problem(kind: Kind, detail: str, errors: Sequence[ProblemItem] = (), **headers: str) -> Reply:
    """Refuse a question: `detail` says what is wrong with it and what to do."""
    told: Told = tell(kind, detail, errors)
    return reply_with(told.status, {**told.headers, **headers}, told.body)


_OK: Final = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
# Made once: `json.dumps` makes one each time where anything is asked of it.
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
