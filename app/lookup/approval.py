"""`GET /v1/tools/{tool}/approval`: the look-up for people and scripts.

Only this module knows how the address of one is read; form and content of the answer stand in answer.py.
"""

from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

from app.lookup.answer import VARY, QueryError, refuse, settle_lookup
from app.lookup.exchange import ANYTHING, Endpoint, Question, Reply, reply_with
from app.lookup.index import LookupIndex

PREFIX: Final = b"/v1/tools/"
SUFFIX: Final = b"/approval"
MAX_PARAMETERS: Final = 64


def approval_endpoint() -> Endpoint:
    """The endpoint."""
    return Endpoint("GET", PREFIX + ANYTHING + SUFFIX, _answer)


def _answer(index: LookupIndex, question: Question, now: datetime) -> Reply:
    try:
        tool = unquote_to_bytes(question.path[len(PREFIX) : -len(SUFFIX)]).decode()
        query = parse_qsl(
            question.query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError as error:
        message = "the address cannot be read; encode it as UTF-8, percent-encoded, with few parameters"
        status, headers, body = refuse(QueryError(f"{message} ({type(error).__name__})", "query"))
        return reply_with(status, {**headers, "vary": VARY}, body)
    answer = settle_lookup(index, tool, query, now)
    reply = reply_with(answer.status, {**answer.headers, "vary": VARY}, answer.body, answer.settled_until)
    return reply if answer.given is None else reply._replace(given=(answer.given,))
