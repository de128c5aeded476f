"""The words of the hot path: what is asked at an address, what is sent, and who answers there.

No work is done here but putting a reply together. An answerer is pure: index, question and time in, reply
out. Whatever is to be added to answers (a receipt, a record) wraps an answerer or stands in the front.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.lookup.index import LookupIndex
from app.problems import Kind, ProblemItem, Told, tell

NAME_LENGTH: Final = 32
"""Characters in the name of a question."""
ANYTHING: Final = b"*"
"""Stands in an endpoint's path for one or more characters, slashes included."""


# Tuples, not frozen dataclasses: those take three times as long to make, and one of each is made per request.
class Question(NamedTuple):
    """What somebody asks of an endpoint."""

    id: str
    """Unique among all questions to this service: the answer's name in a record or a receipt."""
    caller: str
    """Name of the key that it was asked with; empty where none is needed."""
    path: bytes
    """As it was sent, percent-encoded, below where the service is mounted."""
    query: bytes
    body: bytes
    at: datetime
    """When it was answered."""


class Given(NamedTuple):
    """An answer in a reply, as a record needs it; made once for all replies that give it again.

    Thousands are remembered: of texts alone, so that the garbage collector has little to walk over.
    """

    tool: str
    """As it was asked for."""
    plan: str | None
    """As it was asked for, beside the tool."""
    context: Mapping[str, str]
    """The work, as far as the policy knows its fields."""
    answer: bytes
    """As `GET /v1/tools/{tool}/approval` gives it when nothing more than the answer is asked for."""


class Searched(NamedTuple):
    """A search in a reply, as a record needs it: what was searched for, and how much of it was found."""

    wanted: str
    """`subject`, `resource` or `action`."""
    tool: str
    """As it was asked for; empty in a search among all."""
    plan: str | None
    context: Mapping[str, str]
    """The work, as far as the policy knows its fields."""
    found: int
    """Results on the page."""
    is_last: bool
    """Whether no page follows."""
    revision: int
    policy: str
    """Its version."""


class Reply(NamedTuple):
    """What is sent."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes | None = None
    """Where the caller may ask again with it."""
    settled_until: datetime | None = None
    """Until when the same question to the same index gets exactly this; `None`: it may differ each time."""
    given: tuple[Given | Searched | None, ...] = ()
    """The answers in it, in order; none in a refusal, `None` for a part that was not understood."""
    is_several: bool = False
    """Whether each answer in it has a name of its own: the question's, with its place behind."""
    subjects: tuple[str | None, ...] = ()
    """Whom each answer was asked for, `TYPE:ID`; empty where the question names nobody."""
    around: tuple[bytes, bytes] | None = None
    """What stands before and behind the question's name in a body that has it; `body` is empty then."""

    def content(self, name: str) -> bytes:
        """The body that is sent in answer to the question of that name."""
        return self.body if self.around is None else name.encode().join(self.around)


Answerer = Callable[[LookupIndex, Question, datetime], Reply]
Recorder = Callable[[str, str, Reply], None]
"""Is told name and caller of each question with a good key, and its reply; never waits, never fails."""


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
    passes_on: bytes = b""
    """The parameter, with its `=`, that makes it a question for the application: of the past, say."""
    is_long: bool = False
    """Whether an answer to a body takes so long that it is given beside the others, in a thread."""


def name_question(ticks: int, number: int, origin: int) -> str:
    """The name of a question, `NAME_LENGTH` hexadecimal digits; names sort by time.

    Microseconds since 1970 (56 bits), its number among those to a process (32), the process (40): without a
    look at any other question, and without anything random, which would cost more than the rest.
    """
    return (ticks << 72 | (number & 0xFFFFFFFF) << 40 | origin).to_bytes(16, "big").hex()


def write_json(content: Mapping[str, Any]) -> bytes:
    """An object as it is sent."""
    return _ENCODE(content).encode()


def reply_once(
    content: bytes,
    given: tuple[Given | Searched | None, ...] = (),
    subjects: tuple[str | None, ...] = (),
    *,
    is_several: bool = False,
) -> Reply:
    """A good answer in JSON that is not to be kept."""
    headers = (*_OK, (b"content-length", str(len(content)).encode()))
    return Reply(200, headers, content, None, None, given, is_several, subjects)


def reply_again(
    around: tuple[bytes, bytes], settled_until: datetime, given: Given, subject: str | None
) -> Reply:
    """A good answer in JSON that is another one the next time by nothing but the question's name in it."""
    length = len(around[0]) + NAME_LENGTH + len(around[1])
    headers = (*_OK, (b"content-length", str(length).encode()))
    return Reply(200, headers, b"", None, settled_until, (given,), subjects=(subject,), around=around)


def reply_several(
    content: bytes, given: Iterable[Given | None], subjects: Iterable[str | None] = ()
) -> Reply:
    """A good answer in JSON to several questions at once."""
    return reply_once(content, tuple(given), tuple(subjects), is_several=True)


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
