"""The same house by another door: `termgate COMMAND`.

Each command group stands in a file of its own and is imported only when it is asked for: reading needs
libraries that start slowly and that the web process must not load, and a look-up should not wait for them.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

COMMANDS = {
    "serve": "app.cli.service",
    "worker": "app.cli.service",
    "migrate": "app.cli.schema",
    "submit": "app.cli.submit",
    "vet": "app.cli.passes",
    "recrawl": "app.cli.passes",
    "reread": "app.cli.passes",
    "check": "app.cli.check",
    "keys": "app.cli.keys",
    "extract": "app.cli.extract",
    "history": "app.cli.history",
}
"""Which file holds a command."""


def application(words: Sequence[str]) -> typer.Typer:
    """The application with the command that the words ask for, or with all of them."""
    app = typer.Typer(
        name="termgate",
        help="Vet the terms of AI tools, and ask before a tool is used whether it may be.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_termgate)
    asked = next((COMMANDS[word] for word in words if word in COMMANDS), None)
    for module in [asked] if asked else sorted(set(COMMANDS.values())):
        import_module(module).register(app)
    return app


def main() -> None:
    """Run the command line of this process."""
    application(sys.argv[1:])(prog_name="termgate")


def _termgate() -> None:
    """Vet the terms of AI tools, and ask before a tool is used whether it may be."""
