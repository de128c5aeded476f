"""Correcting a reading beside its text: forms of the page become the API's corrections, judged at once."""

from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from app.api.amending import Addition, AnyCorrection, Rejection, Restancing, Review
from app.api.corrections import Withdrawal, correct_document, withdraw_a_correction
from app.api.finding import AtSource, DocumentAddress, SourceAddress
from app.api.house import Here
from app.errors import BusyError, StaleDocumentError, kind_and_detail
from app.ui.evidence import Told, Wanted, paper_page
from app.ui.visitor import Posted, Sent, require
from extractors.model import Family, Stance
from registry.corrections import CorrectionRefusedError
from registry.model import Role

router = APIRouter()

_FORMS: Final[TypeAdapter[Rejection | Restancing | Addition | Review]] = TypeAdapter(AnyCorrection)
_FIELDS: Final = ("quote", "family", "stance", "purpose", "audience", "period_days")
_INVALID: Final = 422


@router.post("/tools/{vendor}/{tool}/sources/{source}/corrections")
def correct(request: Request, asked: AtSource, sent: Sent, house: Here) -> Response:
    """Correct a clause, add one, or find the whole reading right; nothing that was typed is lost."""
    require(sent.visitor, Role.REVIEWER)
    document = DocumentAddress(asked.vendor, asked.tool, asked.source, sent.text("document"))
    try:
        form = _FORMS.validate_python(_form_of(sent))
        made = correct_document(document, form, sent.visitor.caller, house)
    except ValidationError as error:
        return _again(request, asked, sent, house, Told(_told(error), _INVALID, _typed(sent)))
    except (CorrectionRefusedError, BusyError, StaleDocumentError) as error:
        kind, detail = kind_and_detail(error)
        return _again(request, asked, sent, house, Told(detail, kind.status, _typed(sent)))
    return _done(request, asked, made.correction.id, sent.text("part"))


@router.post("/tools/{vendor}/{tool}/sources/{source}/corrections/{correction}/withdrawal")
def withdraw(request: Request, asked: AtSource, correction: str, sent: Sent, house: Here) -> Response:
    """End a correction; it stays on record."""
    require(sent.visitor, Role.REVIEWER)
    try:
        form = Withdrawal(reason=sent.text("reason"))
        made = withdraw_a_correction(correction, form, sent.visitor.caller, house)
    except ValidationError as error:
        return _again(request, asked, sent, house, Told(_told(error), _INVALID))
    except (CorrectionRefusedError, BusyError) as error:
        kind, detail = kind_and_detail(error)
        return _again(request, asked, sent, house, Told(detail, kind.status))
    return _done(request, asked, made.correction.id, "")


def _form_of(sent: Posted) -> dict[str, Any]:
    """The form as the API takes it: what was left empty is left out, but for a stance that there is not."""
    kind, reason = sent.text("kind"), sent.text("reason")
    form: dict[str, Any] = {"kind": kind, "reason": reason}
    if kind in {"rejected", "restanced"}:
        form["clause"] = sent.text("clause")
        form |= {name: value for name in ("clause_purpose",) if (value := sent.text(name))}
    if kind == "restanced" and "stance" in sent.fields:
        form["stance"] = sent.text("stance") or None
    if kind in {"restanced", "added"}:
        form |= {name: value for name in _FIELDS if (value := sent.text(name))}
        form["data"] = list(sent.texts("data"))
        days = form.pop("period_days", "")
        if days and form.get("stance") == Stance.BOUNDED:
            form["period_days"] = int(days) if days.isascii() and days.isdecimal() else days
        if form.get("family", Family.REUSE) != Family.REUSE:
            form.pop("purpose", None)
    return form


def _typed(sent: Posted) -> dict[str, Any]:
    names = ("kind", "reason", *_FIELDS)
    return {name: sent.text(name) for name in names if name in sent.fields} | {"data": sent.texts("data")}


def _told(error: ValidationError) -> str:
    """What does not fit, field by field."""
    found = [(one["loc"][-1] if one["loc"] else "", one["msg"]) for one in error.errors()]
    return "; ".join(f"{place}: {message}" for place, message in found)


def _again(request: Request, asked: SourceAddress, sent: Posted, house: Here, told: Told) -> Response:
    number = sent.text("part")
    part = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 0
    wanted = Wanted(part=part, correct=sent.text("anchor"))
    return paper_page(request, asked, wanted, sent.visitor, house, told)


def _done(request: Request, asked: SourceAddress, correction: str, part: str) -> Response:
    base = request.scope.get("root_path", "")
    there = f"{base}/tools/{asked.vendor}/{asked.tool}/sources/{asked.source}"
    shown = f"&part={part}" if part.isascii() and part.isdecimal() else ""
    return RedirectResponse(f"{there}?done={correction}{shown}#corrections", 303)
