"""Outline: the symbols of a document, and what of it folds."""

from collections.abc import Iterator

from archcompiler.editor.answers import Fold, Symbol
from archcompiler.editor.documents import View
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence

_KINDS = {
    "blocks": "Class",
    "parameters": "Constant",
    "inputs": "Variable",
    "rows": "Field",
    "variants": "Module",
    "list": "Module",
}
"""By the key that they stand under, the kinds of entries that people named."""


def symbols(view: View) -> list[Symbol]:
    """Return the outline: the keys of the document, and what they name."""
    if view.root is None:
        return []
    return [_symbol(key, value) for key, value in view.root.items()]


def _symbol(key: Scalar, node: Node, kind: str = "Property") -> Symbol:
    detail = node.text if isinstance(node, Scalar) else ""
    children = tuple(_children(key.text, node))
    return Symbol(key.text or "~", detail, kind, key.span, last_line(node), children)


def _children(key: str, node: Node) -> Iterator[Symbol]:
    kind = _KINDS.get(key)
    if isinstance(node, Mapping) and (kind or key in ("table", "sweep")):
        for name, value in node.items():
            yield _symbol(name, value, kind or "Property")
    elif isinstance(node, Sequence) and key == "rows":
        for row in node.items:
            yield _row(row)


def _row(row: Node) -> Symbol:
    """Return the symbol of a row: its name in front, else its first text."""
    at = row
    while not isinstance(at, Scalar):
        parts = at.items if isinstance(at, Sequence) else [key for key, _ in at.items()]
        if not parts:
            return Symbol("~", "", "Field", at.span, at.line)
        at = parts[0]
    return Symbol(at.text or "~", "", "Field", at.span, last_line(row))


def last_line(node: Node) -> int:
    """Return the line on which the last text of a node begins, from 0."""
    while not isinstance(node, Scalar):
        parts = node.items if isinstance(node, Sequence) else list(_values(node))
        if not parts:
            return node.line
        node = parts[-1]
    return node.line


def _values(node: Mapping) -> Iterator[Node]:
    for _, value in node.items():
        yield value


def folds(view: View) -> list[Fold]:
    """Return what folds: each key whose value goes on below its line."""
    return [] if view.root is None else list(_folds(view.root))


def _folds(node: Node) -> Iterator[Fold]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _folds(item)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            last = last_line(value)
            if last > key.line:
                yield Fold(key.line, last)
            yield from _folds(value)
