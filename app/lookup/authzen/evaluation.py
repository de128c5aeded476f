"""`POST /access/v1/evaluation` and `/evaluations`: one decision, or many in one request.

Only this module knows how defaults are filled in and when a batch stops early. An item that cannot be
understood is denied, with an error in its context, and spoils no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.lookup.authzen.binding import Binder, Bound, bound_of
from app.lookup.authzen.deciding import Decided, Decider, refuse, written, written_around
from app.lookup.authzen.form import (
    Fields,
    FormError,
    entity_of,
    optional_object,
    read_ask,
    refusal,
    subject_name,
)
from app.lookup.body import BodyError, parse_object
from app.lookup.exchange import Endpoint, Question, Reply, reply_again, reply_once, reply_several
from app.lookup.index import LookupIndex
from app.lookup.receipt import Sign, receipt_for

EVALUATION: Final = "/access/v1/evaluation"
EVALUATIONS: Final = "/access/v1/evaluations"
MAX_ITEMS: Final = 1000

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "subject": ("type", "id"),
    "action": ("name",),
    "resource": ("type", "id"),
    "context": (),
}
"""Parts that may be given once for all items, and what an item takes from there where it is not its own."""


class Semantic(StrEnum):
    """When a batch is done."""

    EXECUTE_ALL = "execute_all"
    DENY_ON_FIRST_DENY = "deny_on_first_deny"
    PERMIT_ON_FIRST_PERMIT = "permit_on_first_permit"


_LAST_DECISION: Final[Mapping[Semantic, bool | None]] = {
    Semantic.EXECUTE_ALL: None,
    Semantic.DENY_ON_FIRST_DENY: False,
    Semantic.PERMIT_ON_FIRST_PERMIT: True,
}


class _Answer(NamedTuple):
    """A decision, and what of its question is told beside it."""

    decided: Decided
    subject: str | None = None
    bound: Bound | None = None
    """What a request for access is bound to, where one can be made."""


def evaluation_endpoints(
    decider: Decider, sign: Sign | None = None, binder: Binder | None = None
) -> Sequence[Endpoint]:
    """Both endpoints; `sign` makes receipts, `binder` what proves a denial to others."""
    evaluation = _Evaluation(decider, sign, binder)
    return (
        Endpoint("POST", EVALUATION.encode(), evaluation.one, reads=True),
        Endpoint("POST", EVALUATIONS.encode(), evaluation.many, reads=True, is_long=True),
    )


class _Evaluation:
    """The two answerers."""

    def __init__(self, decider: Decider, sign: Sign | None, binder: Binder | None) -> None:
        self._decider = decider
        self._sign = sign
        self._binder = binder

    def one(self, index: LookupIndex, question: Question, now: datetime) -> Reply:
        try:
            answer = self._answer(index, parse_object(question.body), now)
        except (BodyError, FormError) as error:
            return refusal(error)
        return self._reply(answer, question)

    def _answer(self, index: LookupIndex, asked: Fields, now: datetime) -> _Answer:
        """Decide on a whole question; raises `FormError`."""
        decided = self._decider.decide(index, read_ask(asked, index.policy), now)
        is_bound = decided.request and self._binder is not None
        return _Answer(
            decided,
            subject_name(asked.get("subject")),
            bound_of(asked, index.policy) if is_bound else None,
        )

    def _reply(self, answer: _Answer, question: Question) -> Reply:
        decided, given = answer.decided, answer.decided.given
        signatures = self._signatures(answer, question)
        if given is None or any(signatures):
            # What is signed under its name is another the next time.
            return reply_once(written(decided, question.id, *signatures), (given,), (answer.subject,))
        return reply_again(written_around(decided), decided.settled_until, given, answer.subject)

    def _written(self, answer: _Answer, question: Question) -> bytes:
        return written(answer.decided, question.id, *self._signatures(answer, question))

    def _signatures(self, answer: _Answer, question: Question) -> tuple[str, str]:
        """The receipt and the token of an answer; empty where there is none."""
        decided = answer.decided
        given, outcome = decided.given, decided.outcome
        receipt = token = ""
        if given is None or outcome is None:
            return receipt, token
        if decided.wants_receipt and self._sign is not None:
            receipt = receipt_for(self._sign, given, outcome, question)
        if answer.bound is not None and self._binder is not None:
            token = self._binder.token_for(answer.bound, outcome.evaluation, question)
        return receipt, token

    def many(self, index: LookupIndex, question: Question, now: datetime) -> Reply:
        try:
            asked = parse_object(question.body)
            items = _items(asked)
            if not items:
                # As the standard has it: then the question is a single one.
                return self._reply(self._answer(index, asked, now), question)
            semantic = _semantic(asked)
            defaults = _defaults(asked)
        except (BodyError, FormError) as error:
            return refusal(error)
        found = tuple(_until(semantic, self._decide(index, items, defaults, now)))
        told = [
            self._written(one, question._replace(id=f"{question.id}-{at}")) for at, one in enumerate(found)
        ]
        shared = asked.get("subject")
        subjects = [
            subject_name((item.get("subject") if type(item) is dict else None) or shared)
            for item in items[: len(found)]
        ]
        content = b'{"evaluations":[%s]}' % b",".join(told)
        return reply_several(content, (one.decided.given for one in found), subjects)

    def _decide(
        self, index: LookupIndex, items: Sequence[Any], defaults: Fields, now: datetime
    ) -> Iterator[_Answer]:
        for at, item in enumerate(items):
            try:
                yield self._answer(index, _filled(item, defaults), now)
            except FormError as error:
                yield _Answer(refuse(str(error), f"/evaluations/{at}{error.pointer}", now))


def _until(semantic: Semantic, answers: Iterator[_Answer]) -> Iterator[_Answer]:
    """Give answers, up to and with the first that ends the batch."""
    last = _LAST_DECISION[semantic]
    for one in answers:
        yield one
        if one.decided.decision is last:
            return


def _items(asked: Fields) -> Sequence[Any]:
    items = asked.get("evaluations")
    if items is None:
        return ()
    if type(items) is not list:
        raise FormError("`evaluations` must be an array", "/evaluations")
    if len(items) > MAX_ITEMS:
        message = f"`evaluations` has {len(items)} items; ask at most {MAX_ITEMS} at once"
        raise FormError(message, "/evaluations")
    return items


def _semantic(asked: Fields) -> Semantic:
    named = optional_object(asked, "options").get("evaluations_semantic")
    if named is None:
        return Semantic.EXECUTE_ALL
    if named not in tuple(Semantic):
        message = f"`options.evaluations_semantic` must be one of {', '.join(Semantic)}"
        raise FormError(message, "/options/evaluations_semantic")
    return Semantic(named)


def _defaults(asked: Fields) -> Fields:
    given = {name: asked[name] for name in _NEEDED if asked.get(name) is not None}
    for name in given:
        entity_of(asked, name, ())
    return given


def _filled(item: Any, defaults: Fields) -> Fields:
    """An item with what it leaves out: whole parts, and within its own parts what must not be missing."""
    if type(item) is not dict:
        raise FormError("an item of `evaluations` must be an object", "")
    filled = {**defaults, **{name: item[name] for name in _NEEDED if item.get(name) is not None}}
    for name, needed in _NEEDED.items():
        own, default = item.get(name), defaults.get(name)
        if needed and default is not None and type(own) is dict:
            filled[name] = {**{key: default[key] for key in needed if key in default}, **own}
    return filled
