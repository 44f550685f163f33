"""Indents: at which column each line of a spec begins."""

from bisect import bisect_left

from archcompiler.formatting.lines import Line
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence

STEP = 2


def indents_of(root: Mapping, lines: list[Line]) -> dict[int, int]:
    """Return the column of each line on which a key or an item of a block begins.

    A key stands two columns within its mapping, an item at its list's key.
    """
    return _Indents(lines).run(root)


def is_flow(node: Node, lines: list[Line]) -> bool:
    """Whether a list or mapping stands in brackets."""
    if isinstance(node, Scalar):
        return False
    return lines[node.line].text[node.column : node.column + 1] in ("[", "{")


class _Indents:
    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.dashes: dict[int, list[int]] = {}
        self.found: dict[int, int] = {}
        for line in lines:
            for token in line.tokens:
                if token.kind == "-":
                    self.dashes.setdefault(token.column, []).append(line.number)

    def run(self, root: Mapping) -> dict[int, int]:
        self._place(root, 0)
        return self.found

    def _place(self, node: Node, column: int) -> None:
        """Place the lines of a node that is to begin at a column."""
        if isinstance(node, Scalar) or is_flow(node, self.lines):
            self._set(node.line, node.column, column)
        elif isinstance(node, Sequence):
            for line, item in zip(self._dashes(node), node.items, strict=True):
                self._set(line, node.column, column)
                self._place(item, column + STEP)
        else:
            for key, value in node.items():
                self._set(key.line, key.column, column)
                at_key = isinstance(value, Sequence) and not is_flow(value, self.lines)
                self._place(value, column if at_key else column + STEP)

    def _dashes(self, node: Sequence) -> list[int]:
        """Return the lines on which the items of a block list begin."""
        lines = self.dashes[node.column]
        first = bisect_left(lines, node.line)
        return lines[first : first + len(node.items)]

    def _set(self, line: int, old: int, new: int) -> None:
        """Place a line where it begins with what stood at the column `old`."""
        if self.lines[line].indent == old:
            self.found.setdefault(line, new)
