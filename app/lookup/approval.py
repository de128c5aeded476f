"""`GET /v1/tools/{tool}/approval`: the look-up for people and scripts.

Only this module knows how the address of one is read; form and content of the answer stand in answer.py.
"""

from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

from app.lookup.answer import VARY, QueryError, refuse, settle_lookup
from app.lookup.exchange import ANYTHING, Endpoint, Given, Question, Reply, reply_once, reply_with
from app.lookup.index import LookupIndex
from app.lookup.outcome import Outcome
from app.lookup.receipt import Sign, receipt_for

PREFIX: Final = b"/v1/tools/"
SUFFIX: Final = b"/approval"
MAX_PARAMETERS: Final = 64


def approval_endpoint(sign: Sign | None = None) -> Endpoint:
    """The endpoint; without `sign` no receipt is given."""
    return Endpoint("GET", PREFIX + ANYTHING + SUFFIX, partial(_answer, sign), passes_on=b"as_of=")


def _answer(sign: Sign | None, index: LookupIndex, question: Question, now: datetime) -> Reply:
    try:
        tool = unquote_to_bytes(question.path[len(PREFIX) : -len(SUFFIX)]).decode()
        query = parse_qsl(
            question.query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
        if "\0" in tool:
            raise ValueError("no name holds a NUL")
    except ValueError as error:
        message = "the address cannot be read; encode it as UTF-8, percent-encoded, with few parameters"
        status, headers, body = refuse(QueryError(f"{message} ({type(error).__name__})", "query"))
        return reply_with(status, {**headers, "vary": VARY}, body)
    answer = settle_lookup(index, tool, query, now)
    if answer.outcome is not None and answer.given is not None:
        return _signed(sign, question, answer.body, answer.given, answer.outcome)
    reply = reply_with(answer.status, {**answer.headers, "vary": VARY}, answer.body, answer.settled_until)
    return reply if answer.given is None else reply._replace(given=(answer.given,))


def _signed(sign: Sign | None, question: Question, body: bytes, given: Given, outcome: Outcome) -> Reply:
    """An answer with its receipt, which is of this one question and so is never given again."""
    if sign is None:
        status, headers, refusal = refuse(QueryError("this service signs no receipts", "receipt"))
        return reply_with(status, {**headers, "vary": VARY}, refusal)
    receipt = receipt_for(sign, given, outcome, question).encode()
    return reply_once(b'%s,"receipt":"%s"}' % (body[:-1], receipt), (given,))
