"""Texts: what a single text of a document names, as a whole or in its expressions."""

from archcompiler.editor.names import Known, Name, Occurrence
from archcompiler.language.expressions import (
    Attribute,
    ExpressionError,
    names_of,
    parse_template,
)
from archcompiler.language.text.document import Node, Scalar, Sequence


class Texts:
    """Collects what texts name: `found`, of what is `known`."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.found: list[Occurrence] = []

    def call(self, cell: Scalar, block: str = "") -> Name | None:
        """Note what a text calls, and return it."""
        callee = self.known.callee(cell.text)
        if callee is not None:
            self.add(callee, cell)
        if "<" in cell.text:
            self.holes(cell, block)
        return callee

    def holes(self, node: Node | None, block: str = "") -> None:
        """Note what the expressions of a text name, within a block or in a row."""
        if isinstance(node, Sequence):
            for item in node.items:
                self.holes(item, block)
        if not isinstance(node, Scalar) or "<" not in node.text:
            return
        try:
            template = parse_template(node.text)
        except ExpressionError:
            return
        for expression in template.expressions:
            for place in names_of(expression):
                has_attribute = isinstance(place, Attribute)
                name = self._meant(place.name, block, has_attribute=has_attribute)
                if name is not None:
                    end = place.start + len(place.name)
                    self.add_part(name, node, place.start, end)

    def _meant(self, text: str, block: str, *, has_attribute: bool) -> Name | None:
        if text in self.known.blocks.get(block, ()):
            return Name("column", text, block)
        if text in self.known.parameters:
            return Name("parameter", text)
        if not has_attribute or text == "in":
            return None
        return Name("step", text, block) if block else Name("row", text)

    def add(self, name: Name, cell: Scalar, *, defines: bool = False) -> None:
        """Note that a whole text names something."""
        self.found.append(Occurrence(name, cell.span, cell, defines))

    def add_part(
        self, name: Name, cell: Scalar, start: int, end: int, *, defines: bool = False
    ) -> None:
        """Note that some characters of a text name something."""
        self.found.append(Occurrence(name, cell.part(start, end), cell, defines))
