"""Guessing: the place in the tree of a text that is only being written."""

from collections.abc import Iterator
from dataclasses import dataclass

from archcompiler.diagnostics import Source, SpecError
from archcompiler.editor.documents import View
from archcompiler.editor.positions import Position
from archcompiler.language.text.document import Mapping, Node, Scalar, read_document
from archcompiler.language.text.document import Sequence as List

MARK = "zzTypedHerezz"
"""A word that no spec has: it stands for what is about to be written."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Typed:
    """Where something is typed: its path, and what stands there so far.

    The path of a key is that of its mapping.
    """

    root: Mapping
    path: Path
    cell: Scalar
    is_key: bool
    siblings: tuple[str, ...] = ()
    """The other keys of its mapping."""

    @property
    def around(self) -> Iterator[Node]:
        """The nodes in which it is typed, the document first."""
        node: Node = self.root
        yield node
        for step in self.path:
            if isinstance(node, Mapping):
                node = node.entries[str(step)][1]
            elif isinstance(node, List):
                node = node.items[int(step)]
            yield node

    @property
    def before(self) -> str:
        """What stands of the text before the cursor."""
        return self.cell.text[: self.cell.text.index(MARK)]


def typed_at(view: View, position: Position) -> Typed | None:
    """Return where in the tree something is typed; None where no guess makes it one."""
    for text in _guesses(view, position):
        try:
            root = read_document(Source(view.source.name, text))
        except SpecError:
            continue
        if found := next(_find(root, root, ()), None):
            return found
    return None


def _guesses(view: View, position: Position) -> Iterator[str]:
    """Yield texts that may be YAML: with the rest of the line, and without it.

    Brackets that the line leaves open are closed; a word alone may begin a mapping.
    """
    lines = list(view.lines)
    line = lines[position.line]
    before, after = line[: position.column], line[position.column :]
    closed = _closing(before)
    for rest in (after, closed, f": ~{after}", f": ~{closed}"):
        lines[position.line] = f"{before}{MARK}{rest}"
        yield "\n".join(lines)


def _closing(line: str) -> str:
    """Return the brackets that close those that a line leaves open."""
    pairs = {"[": "]", "{": "}"}
    open_: list[str] = []
    quote = ""
    for character in line:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in pairs:
            open_.append(pairs[character])
        elif open_ and character == open_[-1]:
            open_.pop()
    return quote + "".join(reversed(open_))


def _find(root: Mapping, node: Node, path: Path) -> Iterator[Typed]:
    if isinstance(node, Scalar):
        if MARK in node.text:
            yield Typed(root, path, node, is_key=False)
    elif isinstance(node, List):
        for at, item in enumerate(node.items):
            yield from _find(root, item, (*path, at))
    else:
        for key, value in node.items():
            if MARK in key.text:
                others = tuple(name for name in node.entries if name != key.text)
                yield Typed(root, path, key, is_key=True, siblings=others)
            yield from _find(root, value, (*path, key.text))
