"""Trees: the parts of a document, of which some may be missing or of another kind."""

from collections.abc import Collection, Iterator

from archcompiler.language.text.document import Mapping as Tree
from archcompiler.language.text.document import Node, Scalar, Sequence


def entry_of(node: Node | None, key: str) -> Node | None:
    """Return what stands under a key; None where there is none."""
    entry = node.entries.get(key) if isinstance(node, Tree) else None
    return entry[1] if entry is not None else None


def entries_of(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    """Yield the keys and values of a mapping; of anything else none."""
    if isinstance(node, Tree):
        yield from node.items()


def items_of(node: Node | None) -> Collection[Node]:
    """Return the items of a list; of anything else none."""
    return node.items if isinstance(node, Sequence) else ()


def forms(root: Tree) -> Iterator[Tree]:
    """Yield a document and the variants within it."""
    yield root
    for section in (
        entry_of(root, "variants"),
        entry_of(entry_of(root, "sweep"), "list"),
    ):
        for _, variant in entries_of(section):
            if isinstance(variant, Tree):
                yield variant


def columns_of(node: Node | None) -> Iterator[tuple[Scalar, Node | None]]:
    """Yield the columns of a block with their defaults."""
    for item in items_of(node):
        if isinstance(item, Scalar):
            yield item, None
        yield from entries_of(item)


def headings(node: Node | None) -> Iterator[tuple[Scalar, Scalar, int]]:
    """Yield each heading of the table, its meaning, and how many cells it has."""
    for item in items_of(node):
        if isinstance(item, Scalar):
            yield item, item, 1
        for heading, meaning in entries_of(item):
            if isinstance(meaning, Scalar):
                yield heading, meaning, 1
                continue
            meant, width = heading, 1
            for key, choices in entries_of(meaning):
                if isinstance(choices, Tree):
                    meant = key
                    choices = next((c for _, c in choices.items()), choices)
                width = len(items_of(choices)) or 1
            yield heading, meant, width


def keys_in(
    node: Node, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Scalar]]:
    """Yield each key within a node, behind the path of its mapping."""
    for at, item in enumerate(items_of(node)):
        yield from keys_in(item, (*path, at))
    for key, value in entries_of(node):
        yield path, key
        yield from keys_in(value, (*path, key.text))
