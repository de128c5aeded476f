"""A page as plain frozen values: what the steps after parsing work on, so that no parser's type gets there.

Every walk in this room keeps its own stack: pages may nest a hundred thousand levels deep.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

Node: TypeAlias = "Element | str"


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """A tag with what stands in it; compared by identity."""

    tag: str
    attributes: Mapping[str, str]
    children: tuple[Node, ...]
    words: int = field(init=False)
    """Words in it, at any depth."""
    linked: int = field(init=False)
    """Those of them that stand in links or buttons."""
    titled: bool = field(init=False)
    """Whether it is or holds a heading of the first level."""
    pressed: bool = field(init=False)
    """Whether it is or holds a button."""

    def __post_init__(self) -> None:
        words = linked = 0
        titled = self.tag == "h1"
        pressed = self.tag == "button" or self.get("role") == "button"
        for child in self.children:
            if isinstance(child, str):
                words += len(child.split())
            else:
                words += child.words
                linked += child.linked
                titled = titled or child.titled
                pressed = pressed or child.pressed
        object.__setattr__(self, "titled", titled)
        object.__setattr__(self, "pressed", pressed)
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "linked", words if self.tag in ("a", "button") else linked)

    @property
    def prose(self) -> int:
        """Words outside links and buttons."""
        return self.words - self.linked

    def get(self, name: str) -> str:
        """An attribute's value in lower case; empty where it is missing."""
        return self.attributes.get(name, "").lower()


class Step(Enum):
    """Where a walk stands with regard to an element."""

    ENTER = "enter"
    LEAVE = "leave"


def walk(
    root: Element, *, into: Callable[[Element], bool] = lambda _: True
) -> Iterator[tuple[Step | None, Node]]:
    """Everything in document order: elements entered and left, texts (with `None`) between.

    An element that `into` refuses is neither entered nor left.
    """
    if not into(root):
        return
    yield Step.ENTER, root
    open_ones: list[tuple[Element, Iterator[Node]]] = [(root, iter(root.children))]
    while open_ones:
        element, rest = open_ones[-1]
        for child in rest:
            if isinstance(child, str):
                yield None, child
            elif into(child):
                yield Step.ENTER, child
                open_ones.append((child, iter(child.children)))
                break
        else:
            open_ones.pop()
            yield Step.LEAVE, element


def text_of(root: Element) -> str:
    """All text in it on one line."""
    return " ".join(" ".join(node for _, node in walk(root) if isinstance(node, str)).split())


def without(root: Element, dropped: Callable[[Element], bool]) -> Element:
    """The same tree without the elements that `dropped` names; the root always stays."""
    children: list[list[Node]] = []
    for step, node in walk(root, into=lambda element: element is root or not dropped(element)):
        if isinstance(node, str):
            children[-1].append(node)
        elif step is Step.ENTER:
            children.append([])
        else:
            rebuilt = Element(node.tag, node.attributes, tuple(children.pop()))
            if not children:
                return rebuilt
            children[-1].append(rebuilt)
    return root
