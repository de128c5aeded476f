"""Why a snapshot gave no document: the two errors this room raises, cut by what the caller can do.

`ReadError` is expected and recorded: it is news about the page. `SelectorError` is a mistake in a
declaration, to be refused where the declaration is taken in.
"""

from extractors.model import Failure


class ReadError(Exception):
    """A snapshot that holds no terms; `detail` says what was seen and what a person can do."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


class SelectorError(ValueError):
    """A CSS selector that cannot be understood."""

    def __init__(self, selector: str, reason: str) -> None:
        super().__init__(f"cannot use the CSS selector {selector!r}: {reason}")
        self.selector = selector
        self.reason = reason
