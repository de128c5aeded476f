"""Asking, as another system would, whether a tool may be used for some work: the same answer, as a page.

The answer comes from where systems get theirs; nothing is judged here.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.forms import is_fit
from app.api.house import Here
from app.ui.rendering import page
from app.ui.visitor import At, require
from registry.model import Role

router = APIRouter()

LONGEST: Final = 200
"""Characters of a field."""
_NO_ANSWER: Final = "No answer could be made. Try it again in a minute."


@router.get("/ask")
def ask(request: Request, at: At, house: Here) -> Response:
    """May it be used? Fields that are left empty are not said."""
    require(at, Role.LOOKUP)
    with house.readings() as session:
        policy = house.policy_in(session)
    said = _said(request, ("tool", "plan", *policy.fields))
    tool = said.pop("tool", "")
    status, answer = (200, None) if not tool else _answer(house.look_up(tool, tuple(said.items())))
    return page(
        request,
        "ask.html",
        at,
        house.now(),
        status=status,
        tool=tool,
        said=said,
        context={name: sorted(values) for name, values in policy.context.items()},
        open_fields=policy.open_fields,
        answer=answer if status == 200 else None,
        trouble="" if status == 200 or answer is None else answer.get("detail") or _NO_ANSWER,
    )


def _said(request: Request, fields: Sequence[str]) -> dict[str, str]:
    """What the form says, as far as it is text that can be looked for."""
    told = ((name, request.query_params.get(name, "").strip()) for name in fields)
    return {name: value for name, value in told if value and len(value) <= LONGEST and is_fit(value)}


def _answer(answered: tuple[int, Mapping[str, str], bytes]) -> tuple[int, dict[str, Any]]:
    status, _, body = answered
    return status, json.loads(body) if body else {}
