"""Provenance: the edits of a variant, one by one, and what some of them make."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache

from archcompiler.diagnostics import Span
from archcompiler.language.program.program import Change, Origin, Program
from archcompiler.language.spec.spec import Edits, Single
from archcompiler.language.text import document
from archcompiler.language.text.document import Mapping, Node, Scalar

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class EditedFrom(Origin):
    """A variant: its form, and what applies another such form to the base."""

    base: Program
    edits: Edits
    compose: Callable[[Edits], Program]

    @property
    def changes(self) -> list[Change]:
        """The single edits, section by section."""
        entries = self.edits.at.entries
        return [
            change
            for section, depth in _depths().items()
            if section in entries
            for key, node in [entries[section]]
            for change in _changes(key, node, (section,), depth)
        ]

    def holds(self, span: Span) -> bool:
        """Whether a place lies between the first and the last text of the variant."""
        root = self.edits.at
        return span.source == root.source and (
            (root.line, root.column) <= (span.line - 1, span.column - 1) <= _end(root)
        )

    def with_only(self, changes: Collection[Change]) -> Program:
        """Return the variant without its other edits."""
        kept = {change.path for change in changes}
        dropped = {change.path for change in self.changes} - kept
        node = _without(self.edits.at, (), dropped)
        return self.compose(type(self.edits).model_validate(node))


@cache
def _depths() -> dict[str, int]:
    """Return how deep the single edits of each section stand, in order."""
    return {
        field.alias or name: sum(m.depth for m in field.metadata if type(m) is Single)
        for name, field in Edits.model_fields.items()
    }


def _changes(key: Scalar, node: Node, path: Path, depth: int) -> Iterator[Change]:
    if depth and isinstance(node, Mapping):
        for name, (inner, value) in node.entries.items():
            yield from _changes(inner, value, (*path, name), depth - 1)
    elif depth and isinstance(node, document.Sequence):
        for at, item in enumerate(node.items):
            yield Change((*path, at), item.span)
    else:
        single = isinstance(node, Scalar) and not node.blank
        yield Change(path, node.span if single else key.span)


def _without(node: Node, path: Path, dropped: Collection[Path]) -> Node:
    """Return a node less what is dropped, and less what nothing is left of."""
    if not any(other[: len(path)] == path for other in dropped):
        return node
    if isinstance(node, document.Sequence):
        rest = document.Sequence(node.source, node.line, node.column)
        rest.items = [
            i for at, i in enumerate(node.items) if (*path, at) not in dropped
        ]
        return rest
    assert isinstance(node, Mapping)
    left = Mapping(node.source, node.line, node.column)
    for name, (key, value) in node.entries.items():
        inner = (*path, name)
        if inner in dropped:
            continue
        part = _without(value, inner, dropped)
        if part is value or not _is_empty(part):
            left.entries[name] = key, part
    return left


def _is_empty(node: Node) -> bool:
    if isinstance(node, Scalar):
        return False
    return not (node.entries if isinstance(node, Mapping) else node.items)


def _end(node: Node) -> tuple[int, int]:
    """Return line and column where the last text of a node ends."""
    if isinstance(node, Scalar):
        return node.line, node.end
    if isinstance(node, Mapping):
        parts = [part for entry in node.entries.values() for part in entry]
    else:
        parts = node.items
    return _end(parts[-1]) if parts else (node.line, node.column)
