"""Documents as people hold them: their kinds by how a file's name ends, and how large one may be."""

from typing import Final

OF_SUFFIX: Final = {
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".txt": "text/plain",
}
LARGEST: Final = 20 * 2**20
"""Bytes of a document that somebody brings."""
