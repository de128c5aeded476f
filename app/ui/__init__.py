"""Pages for vendor managers: the verbs of the API, shown by the server and usable without a script."""

from app.ui.console import console

__all__ = ["console"]
