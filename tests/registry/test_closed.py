"""Strict YAML: what is given back, and what each mistake is told. Every text is a few invented lines."""

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum

import pytest
import yaml

from registry.closed import MAX_DEPTH, MAX_LENGTH, ClosedError, Node, read_closed, spell


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def value(text: str) -> Node:
    return read_closed(f"key: {text}\n", "a.yaml").mapping()["key"]


def test_each_kind_is_given_back_as_its_kind() -> None:
    assert value("some words").text() == "some words"
    assert value("-3").integer() == -3
    assert value("true").boolean() is True
    assert value("2026-08-22").date() == date(2026, 8, 22)
    assert value("blue").enum(Colour) is Colour.BLUE
    assert value("[a, b]").texts() == ("a", "b")


def test_a_mapping_keeps_the_order_of_the_file() -> None:
    assert list(read_closed("b: 1\na: 2\n", "a.yaml").mapping(keys=["a", "b"])) == ["b", "a"]


def test_a_value_knows_its_line_and_its_path() -> None:
    node = read_closed("tools:\n  - name: One\n  - name: Two\n", "a.yaml")
    second = node.mapping()["tools"].items()[1].mapping()["name"]
    assert (second.line, spell(second.path)) == (3, "tools[1].name")


def test_a_path_is_followed_as_far_as_the_file_goes() -> None:
    node = read_closed("tools:\n  - name: One\n  - name: Two\n", "a.yaml")
    assert spell(node.at(("tools", 1, "plans", 4)).path) == "tools[1]"


MISTAKES: list[tuple[str, Callable[[Node], object], int, str]] = [
    ("a: 1\nb: 2\na: 3\n", Node.mapping, 3, "a: this key stands here twice"),
    (
        "a: 1\nnme: 2\n",
        lambda node: node.mapping(keys=["a", "name"]),
        2,
        "nme: unknown key; did you mean `name`",
    ),
    ("a: 1\n", lambda node: node.mapping(required=["a", "b", "c"]), 1, "missing `b`, `c`"),
    ("- a\n", Node.mapping, 1, "expected a mapping, found a list"),
    ("a: 1\n", Node.items, 1, "expected a list, found a mapping"),
    (
        "a:\n  b: no\n",
        lambda node: node.at(("a", "b")).text(),
        2,
        "a.b: expected text, found true or false; put it",
    ),
    ("a:\n", lambda node: node.at(("a",)).text(), 1, "a: expected text, found nothing"),
    ("a: ' '\n", lambda node: node.at(("a",)).text(), 1, "a: is empty"),
    (
        "a: green\n",
        lambda node: node.at(("a",)).enum(Colour),
        1,
        "a: unknown word `green` (known here: red, blue)",
    ),
    ("a: 012\n", lambda node: node.at(("a",)).integer(), 1, "a: `012` is not a plain decimal number"),
    (
        "a: 1.5\n",
        lambda node: node.at(("a",)).integer(),
        1,
        "a: expected a whole number, found a number with",
    ),
    ("a: yes\n", lambda node: node.at(("a",)).boolean(), 1, "a: `yes` is ambiguous; write true or false"),
    ("a: 2026-02-30\n", lambda node: node.at(("a",)).date(), 1, "a: `2026-02-30` is not a date"),
    ("1: a\n", Node.mapping, 1, "expected text, found a whole number; put it in quotes"),
    ("a: {}\nb:\n  <<: {}\n", lambda node: node.at(("b",)).mapping(), 3, "b: expected text"),
]


@pytest.mark.parametrize(("text", "ask", "line", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_line_and_key(
    text: str, ask: Callable[[Node], object], line: int, message: str
) -> None:
    with pytest.raises(ClosedError) as caught:
        ask(read_closed(text, "a.yaml"))
    assert str(caught.value).startswith(f"a.yaml:{line}: {message}")


UNREADABLE = [
    ("", 1, "is empty"),
    ("# only a comment\n", 1, "is empty"),
    ("a: 1\nb: [1\n", 3, "cannot be read as YAML"),
    ("a: 1\n\tb: 2\n", 2, "cannot be read as YAML"),
    ("a: 1\n---\nb: 2\n", 2, "cannot be read as YAML"),
    ("a: 1\nb: \x07\n", 2, "holds a control character"),
    ("a: é–é–é\nb: \x07\n\n\n\n", 2, "holds a control character"),
    ("a: 1\nb: \ud800\n", 2, "holds a control character"),
    ("a: &one 1\n", 1, "anchors and aliases are not read"),
    ("a: 1\nb: *one\n", 2, "anchors and aliases are not read"),
    (
        "a: 1\nb: !!python/name:os.system x\n",
        2,
        "the tag `tag:yaml.org,2002:python/name:os.system` is not read",
    ),
    ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), 1, "nested more than 32 levels deep"),
    ("[" * 5000, 1, "nested more than 32 levels deep"),
]


@pytest.mark.parametrize(("text", "line", "message"), UNREADABLE)
def test_what_is_not_one_plain_document_is_refused(text: str, line: int, message: str) -> None:
    with pytest.raises(ClosedError) as caught:
        read_closed(text, "a.yaml")
    assert str(caught.value).startswith(f"a.yaml:{line}: {message}")


def test_depth_counts_levels_and_not_neighbours() -> None:
    assert len(read_closed("[" + "[], " * 100 + "]", "a.yaml").items()) == 100


def test_an_overlong_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(ClosedError, match="longer than 262,144 characters"):
        read_closed("[" * (MAX_LENGTH + 1), "a.yaml")


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_with_and_without_libyaml_a_file_is_read_alike(
    loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.closed._LOADER", loader)
    assert list(seen(read_closed(EVERY_FORM, "forms.yaml").raw)) == [
        (0, "a", "str"),
        (0, "1", "int"),
        (1, "b", "str"),
        (1, "two: é", "str"),
        (1, "yes", "bool"),
        (2, "c", "str"),
        (2, "over\ntwo lines\n", "str"),
        (6, "d", "str"),
        (6, "2026-03-02", "timestamp"),
        (7, "e", "str"),
        (7, "", "null"),
    ]


EVERY_FORM = """\
a: 1  # said
b: ['two: é', yes]
c: >
  over

  two lines
d: 2026-03-02
e:
"""


def seen(node: yaml.Node) -> Iterator[tuple[int, str, str]]:
    """Line, text and kind of each scalar, in their order."""
    if isinstance(node, yaml.ScalarNode):
        yield node.start_mark.line, node.value, node.tag.rpartition(":")[2]
        return
    for part in node.value:
        for one in part if isinstance(part, tuple) else (part,):
            yield from seen(one)
