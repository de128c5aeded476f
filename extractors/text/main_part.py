"""Where on a page its text stands: descends into the child that holds most of it.

What that leaves out is lost, so a level is only left behind where nothing beside the child reads like terms:
recommended articles and slogans go, a lone paragraph below the text stays.
"""

import re

from extractors.text.tree import Element, Node, text_of

_MOST = 0.85
_TERMS_LIKE = re.compile(
    r"\b(?:shall|may|must|will|agree[sd]?|agreements?|terms|policy|policies|notice|consent|retain(?:ed)?"
    r"|delet(?:e|ed|ion)|train(?:ed|ing)?|content|inputs?|outputs?|prompts?|data|personal information|rights"
    r"|licen[cs]e|liab(?:le|ility)|effective|updated)\b"
)
_LEAST_WORDS = 3


def main_part(page: Element) -> Element:
    """The deepest element that holds nearly all prose, the title and all that reads like terms."""
    wanted = page.prose * _MOST
    part = page
    while True:
        inner = [child for child in part.children if isinstance(child, Element)]
        fullest = max(inner, key=lambda child: child.prose, default=None)
        if fullest is None or fullest.prose <= wanted or not fullest.prose:
            return part
        if (
            part.titled and not fullest.titled
        ):  # the title stands beside the text, often with the date of effect
            return part
        if any(_reads_like_terms(child) for child in part.children if child is not fullest):
            return part
        part = fullest


def _reads_like_terms(node: Node) -> bool:
    prose = len(node.split()) if isinstance(node, str) else node.prose
    if prose < _LEAST_WORDS:
        return False
    text = node if isinstance(node, str) else text_of(node)
    return _TERMS_LIKE.search(text.lower()) is not None
