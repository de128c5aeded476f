"""The same house by another door: `termgate COMMAND`.

Each command group stands in a file of its own and is imported only when it is asked for: reading needs
libraries that start slowly and that the web process must not load, and a look-up should not wait for them.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer

COMMANDS = {
    "serve": (
        "app.cli.service",
        "Serve the API, with a worker beside; makes what is missing in the data folder.",
    ),
    "worker": ("app.cli.service", "Work on passes until stopped; `serve` runs one of these itself."),
    "migrate": ("app.cli.schema", "Create the registry or bring its schema up to date; harmless to repeat."),
    "submit": ("app.cli.submit", "Take a tool into the registry and queue its vetting."),
    "sources": ("app.cli.sources", "How sources fare, and changing where a tool's terms stand."),
    "vet": (
        "app.cli.passes",
        "Fetch, read and judge a tool's terms here and now, whether a worker runs or not.",
    ),
    "recrawl": (
        "app.cli.passes",
        "Look at the terms again, here and now: first re-read what new rules read differently, then fetch.",
    ),
    "reread": (
        "app.cli.passes",
        "Read the stored pages again under today's rules and policy; nothing is fetched.",
    ),
    "capture": (
        "app.cli.capture",
        "Bring a page that you saved in a browser, as the person whose key is in TERMGATE_KEY.",
    ),
    "discover": (
        "app.cli.discover",
        "Search a vendor's site for its terms, and propose them as sources; nothing is taken over by itself.",
    ),
    "check": ("app.cli.check", "Ask whether a tool may be used for some work."),
    "verify": ("app.cli.receipts", "Verify a receipt and print what it says."),
    "receipts": ("app.cli.receipts", "Show and rotate the keys that receipts are signed with."),
    "lookups": ("app.cli.lookups", "List and show what was answered to look-ups."),
    "reviews": (
        "app.cli.reviews",
        "List who waits for a decision, and until when; the one due first first.",
    ),
    "request": ("app.cli.requests", "Ask for an approval, list what is asked for, take a request back."),
    "decide": ("app.cli.decisions", "Decide on a plan, as the person whose key is in TERMGATE_KEY."),
    "confirm": ("app.cli.decisions", "Confirm, as a second person, an approval that waits."),
    "attest": ("app.cli.decisions", "Attest that an obligation of a decision holds."),
    "keys": ("app.cli.keys", "Make, list and revoke API keys."),
    "webhooks": ("app.cli.webhooks", "Tell other systems of changes, by signed calls."),
    "sign-in": (
        "app.cli.sign_in",
        "Print a link that signs a person in to the pages, once and within minutes.",
    ),
    "sign-out": ("app.cli.sign_in", "End all visits of a person, and links that were not used yet."),
    "audit": ("app.cli.audit", "Verifies the audit log: no entry of it was changed, dropped or slipped in."),
    "people": ("app.cli.people", "Who signs in with your identity provider; keep somebody out."),
    "extract": ("app.cli.extract", "Read terms (.md, .txt, .html, .pdf) and write their clauses and facts."),
    "eval": ("app.cli.evaluate", "Score the clauses and facts read in labelled terms."),
    "eval-history": (
        "app.cli.evaluate_history",
        "Score the changes found in recorded histories. Exit status: 0, 2 bad usage.",
    ),
    "corrections": (
        "app.cli.corrections",
        "List what reviewers corrected, and export it as labels for `eval`.",
    ),
    "noise": (
        "app.cli.noise",
        "What looks have passed over, and what waits besides changes of terms.",
    ),
    "policy": (
        "app.cli.policy",
        "Check, show, test and compare policies, and put one in force.",
    ),
    "rules": ("app.cli.rules", "Check, list and explain the rules that read terms."),
    "import": ("app.cli.imports", "Take in recorded versions of terms, or declarations of where they stand."),
    "digest": (
        "app.cli.digest",
        "Tell what changed, was suspended, waits, was held back, fails and ends soon, as Markdown.",
    ),
    "export": ("app.cli.exports", "Hand on a decision's evidence, or versions of terms."),
    "timeline": (
        "app.cli.timeline",
        "Tell what a plan's terms said from one time to the next, and who did what about it.",
    ),
    "history": (
        "app.cli.history",
        "Read every recorded version, oldest first, and write what changed in substance, a line per change.",
    ),
}
"""Which file holds a command, and the line that lists it without that file being loaded."""


def application(words: Sequence[str]) -> typer.Typer:
    """The application with the command that the words ask for, or with a list of all."""
    app = typer.Typer(
        name="termgate",
        help="Vet the terms of AI tools, and ask before a tool is used whether it may be.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_termgate)
    asked = next((word for word in words if word in COMMANDS), None)
    if asked is not None:
        import_module(COMMANDS[asked][0]).register(app)
        return app
    for name, (_, line) in COMMANDS.items():
        app.command(name=name, help=line)(_only_listed)
    return app


def main() -> None:
    """Run the command line of this process."""
    application(sys.argv[1:])(prog_name="termgate")


def _tell_version(asked: object) -> None:
    if asked:
        typer.echo(f"termgate {version('termgate')}")
        raise typer.Exit


def _termgate(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Vet the terms of AI tools, and ask before a tool is used whether it may be."""


def _only_listed() -> None:
    """Stands where a command is listed; one that is asked for is loaded instead."""
