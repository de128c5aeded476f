"""A snapshot's links, each with its words and the part of the page that it stands in. Pure.

Addresses are given as they are written: where they lead is for those who know where the page stands.
"""

from extractors.model import Snapshot
from extractors.text.decode import decode
from extractors.text.soup import PageLinks, Soup

_MOST_TAGS = 300_000
"""As many as terms are read with; a larger page is no page of links either."""
_HTML = frozenset({"text/html", "application/xhtml+xml"})


def read_links(snapshot: Snapshot) -> PageLinks:
    """The links of a web page in document order; none of a file of another kind, or of a monstrous one."""
    if snapshot.media_type.lower() not in _HTML:
        return PageLinks()
    markup = decode(snapshot.body, snapshot.charset, markup=True).text
    return PageLinks() if markup.count("<") > _MOST_TAGS else Soup(markup).links()
