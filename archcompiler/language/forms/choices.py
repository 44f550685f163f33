"""Choices: the values that a list in a grid holds, and how names show them."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from archcompiler.language.forms.forms import located
from archcompiler.language.forms.sections import read_all
from archcompiler.language.text.document import Node, Scalar, Sequence

_GLUE = re.compile(r"[\s:]+")


class Choice(NamedTuple):
    """One value of a list, and the text by which names and tables show it."""

    text: str
    node: Node


class Tried(NamedTuple):
    """What stands at one place of a grid: a list to choose from, or one value."""

    choices: tuple[Choice, ...]
    listed: bool


def read_tried(node: Node, read: Callable[[Node], Any]) -> Tried:
    """Read one value, or a list of them; `read` returns what makes two the same."""
    if not isinstance(node, Sequence):
        read(node)
        return Tried((Choice(shown(node), node),), listed=False)
    first_of(node)
    values = map(repr, read_all(node.items, read))
    choices = tuple([Choice(shown(item), item) for item in node.items])
    _refuse_twice(zip(choices, values, strict=True))
    return Tried(choices, listed=True)


def first_of(node: Sequence) -> Node:
    """Return the first item of a list, or refuse an empty one."""
    if not node.items:
        message = "an empty list holds nothing to try"
        raise located("wrong-type", message, node.span)
    return node.items[0]


def _refuse_twice(values: Iterable[tuple[Choice, str]]) -> None:
    """Refuse a value that is written, or read, as one before it."""
    seen: set[str] = set()
    for choice, value in values:
        if value in seen or choice.text in seen:
            message = f"the list holds the value `{choice.text}` twice"
            raise located("bad-value", message, choice.node.span)
        seen |= {value, choice.text}


def glued(text: str) -> str:
    """Return a text without spaces and colons, which names keep for themselves."""
    return _GLUE.sub("-", text.strip())


def shown(node: Node) -> str:
    """Show a value in a name: `0.5`, `SGD(momentum=0.9)`; without spaces or colons."""
    if isinstance(node, Scalar):
        return "~" if node.blank else glued(node.text)
    if isinstance(node, Sequence):
        return f"[{','.join(map(shown, node.items))}]"
    entries = list(node.items())
    if len(entries) == 1 and not isinstance(entries[0][1], Scalar):
        key, value = entries[0]
        inner = shown(value)
        return f"{shown(key)}{inner if inner[:1] == '(' else f'({inner})'}"
    pairs = [f"{shown(key)}={shown(value)}" for key, value in entries]
    return f"({','.join(pairs)})"
