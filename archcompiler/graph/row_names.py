"""Row names: what a row is called in the names of its layers, once in a table."""

from collections.abc import Mapping

from archcompiler.diagnostics import Findings
from archcompiler.graph.nodes import Node
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.expressions.naming import reference_problem, slug
from archcompiler.language.program.program import (
    Program,
    is_written_before,
    naming_pattern,
    patterns_among,
    row_with_other_name,
)
from archcompiler.language.text.document import Scalar


class RowNames:
    """The slugs that inputs and rows have taken."""

    def __init__(
        self, program: Program, inputs: Mapping[str, Node], found: Findings
    ) -> None:
        self.program = program
        self.found = found
        self.patterns = patterns_among(program.blocks)
        self.rows: dict[str, PlacedRow] = {}
        self.inputs: dict[str, Scalar] = {
            node.name: cell
            for node, cell in zip(inputs.values(), program.inputs.values(), strict=True)
        }

    def name(self, placed: PlacedRow) -> None:
        """Set a row's slug, refusing a name that cannot be one or is taken."""
        problem = reference_problem(placed.name)
        if problem:
            message = f"the row's name `{placed.name}` {problem}"
            help = "put another name in front: `other name: [...]`"
            self.found.add("bad-name", message, placed.row.at.span, help=help)
            return
        placed.slug = self._slug(placed)
        if placed.slug in self.inputs:
            self._refuse(placed, self.inputs[placed.slug])
        elif placed.slug in self.rows:
            self._refuse_twin(placed, self.rows[placed.slug])
        self.rows[placed.slug] = placed

    def _refuse_twin(self, placed: PlacedRow, other: PlacedRow) -> None:
        """Refuse the row that was written later: a variant's, not its base's."""
        if is_written_before(self.program, placed.row.at, other.row.at):
            placed, other = other, placed
        self._refuse(placed, other.row.at)

    def _refuse(self, placed: PlacedRow, first: Scalar) -> None:
        message = f"`{placed.name}` is `{placed.slug}` in layer names, which is taken"
        label = f"the first is on {first.line_seen_from(placed.row.at)}"
        help = row_with_other_name(placed.row)
        span = placed.row.at.span
        self.found.add("duplicate-name", message, span, label=label, help=help)

    def _slug(self, placed: PlacedRow) -> str:
        """Return a row's slug; a digit at its start takes pattern or heading first."""
        text = slug(placed.name)
        if not text[:1].isdigit():
            return text
        words = placed.type
        if placed.block is not None:
            general = naming_pattern(placed.type, self.patterns)
            words = (general or placed.block.pattern).words
        if placed.row.front is None and "name" in placed.row.cells:
            headings = (
                c.heading.text for c in self.program.columns if c.meaning.text == "name"
            )
            words = next(headings, "")
        lead = slug(words)
        return f"{lead}_{text}" if lead and not lead[0].isdigit() else f"row_{text}"
