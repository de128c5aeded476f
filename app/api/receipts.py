"""Receipts: the public keys for everybody, and the verifying of one for who would rather not do it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends
from pydantic import Field, StringConstraints

from app.api.forms import Form, Shown
from app.api.house import Here
from app.auth import as_lookup
from app.errors import OF_BODY, answers
from app.receipts.verifying import MAX_RECEIPT, ReceiptError, verify_receipt

open_router = APIRouter(tags=["service"])
router = APIRouter(tags=["look-up"], dependencies=[Depends(as_lookup)])


class KeysShown(Shown):
    """A JWK set (RFC 7517)."""

    keys: list[dict[str, Any]] = Field(description="The one that signs, and those that did before it.")


class ReceiptForm(Form):
    """A receipt to verify."""

    receipt: Annotated[str, StringConstraints(min_length=1, max_length=MAX_RECEIPT)]
    as_proof: bool = Field(default=False, description="Whether it may have expired: it proves what was told.")
    answer: dict[str, Any] | None = Field(
        default=None, description="The answer that it came with: what is signed must stand there as signed."
    )


class Verified(Shown):
    """Whether a receipt is genuine."""

    valid: bool
    reason: str | None = Field(description="Why it is not.")
    claims: dict[str, Any] | None = Field(description="What it says, where it is genuine.")


_EXAMPLES: Final = {
    "receipt": {"summary": "As an answer gave it", "value": {"receipt": "eyJhbGciOi.e30.c2ln"}}
}


@open_router.get("/.well-known/jwks.json")
def show_receipt_keys(house: Here) -> KeysShown:
    """The keys that receipts are verified with."""
    return KeysShown(keys=house.receipt_keys()["keys"])


@router.post("/v1/receipts:verify", responses=answers(*OF_BODY))
def verify(form: Annotated[ReceiptForm, Body(openapi_examples=_EXAMPLES)], house: Here) -> Verified:
    """Say whether a receipt is genuine, and what it says. One that is not is an answer too."""
    try:
        claims = verify_receipt(
            form.receipt, house.receipt_keys(), house.now(), as_proof=form.as_proof, beside=form.answer
        )
    except ReceiptError as error:
        return Verified(valid=False, reason=str(error), claims=None)
    return Verified(valid=True, reason=None, claims=claims)
