"""`termgate verify` and `termgate receipts`: is a receipt genuine, and what are receipts signed with?"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.door import print_json, print_table, read_settings, refuse
from app.clock import utc_now
from app.receipts.keys import KeyStore, ReceiptKeyError, rotate
from app.receipts.verifying import ReceiptError, receipt_in, verify_receipt

REFUSED = 3
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(verify)
    receipts = typer.Typer(
        help="Show and rotate the keys that receipts are signed with.", no_args_is_help=True
    )
    receipts.command("keys")(show_keys)
    receipts.command("rotate")(new_key)
    app.add_typer(receipts, name="receipts")


def verify(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The receipt, or an answer that holds one.")],
    *,
    keys: Annotated[
        Path | None,
        typer.Option(help="The key set, as /.well-known/jwks.json gives it; else the data folder's."),
    ] = None,
    as_proof: Annotated[
        bool, typer.Option("--as-proof", help="It may have expired: it is to prove what was told.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify a receipt and print what it says.

    Of an answer that holds one, whatever is signed must stand there as it was signed.
    Exit status: 0 genuine, 3 not, 2 bad usage.
    """
    receipt, answer = _read(_content(file))
    try:
        claims = verify_receipt(receipt, _keys(keys), utc_now(), as_proof=as_proof, beside=answer)
    except ReceiptError as error:
        typer.echo(f"termgate: {error}", err=True)
        raise typer.Exit(REFUSED) from None
    if as_json:
        print_json(claims)
    else:
        typer.echo(json.dumps(claims, ensure_ascii=False, indent=2))


def show_keys(*, as_json: AsJson = False) -> None:
    """List the public keys, the signing one first."""
    try:
        shown = KeyStore(read_settings(), utc_now()).current().shown
    except ReceiptKeyError as error:
        refuse(str(error))
    if as_json:
        print_json(shown)
    else:
        print_table("Keys of receipts", ["kid", "alg", "iat"], shown["keys"])


def new_key(*, as_json: AsJson = False) -> None:
    """Let a new key sign from now on; the old one's public half stays."""
    try:
        name = rotate(read_settings(), utc_now())
    except ReceiptKeyError as error:
        refuse(str(error))
    if as_json:
        print_json({"kid": name})
    else:
        typer.echo(f"{name} signs from now on; running services take it up by themselves")


def _content(file: str) -> str:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text()
    except (OSError, UnicodeError) as error:
        refuse(f"{file} cannot be read ({error})")
    return text.strip()


def _read(text: str) -> tuple[str, dict[str, Any] | None]:
    """The receipt, and the answer that it stands in where there is one."""
    if not text.startswith("{"):
        return text, None
    try:
        answer: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        refuse(f"neither a receipt nor JSON ({error})")
    receipt = receipt_in(answer)
    if receipt is None:
        refuse("this answer holds no receipt; ask with `receipt=true`")
    return receipt, answer


def _keys(path: Path | None) -> dict[str, Any]:
    try:
        if path is None:
            return KeyStore(read_settings(), utc_now()).current().shown
        found = json.loads(path.read_text())
    except ReceiptKeyError as error:
        refuse(str(error))
    except (OSError, ValueError) as error:
        refuse(f"{path} holds no key set ({error})")
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        refuse(f"{path} holds no key set: it must be an object with `keys`")
    return found
