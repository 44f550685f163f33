"""The Spec: what a file of the language holds, closed and strict.

Every form keeps the scalars of the document, so that later phases can still name the
line and column of a cell. Values are read by the field that receives them, not here.
"""

from collections.abc import Mapping as AbstractMapping
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BeforeValidator, Field, SkipValidation

from archcompiler.language.forms.forms import (
    Entries,
    Form,
    Items,
    ScalarCell,
    Text,
    Values,
    located,
    values_of,
)
from archcompiler.language.spec.blocks import CALL_WORDS, Block, Branch, Column, Step
from archcompiler.language.spec.claims import Claims, Convention, Erratum, Expect, Paper
from archcompiler.language.spec.sharing import Use
from archcompiler.language.spec.table import (
    CLAIM_COLUMNS,
    ROW_WORDS,
    Chooser,
    OtherTable,
    Row,
    Table,
    TableColumn,
)
from archcompiler.language.text.document import Mapping, Node, Scalar

__all__ = [
    "CALL_WORDS",
    "CLAIM_COLUMNS",
    "ROW_WORDS",
    "Block",
    "Branch",
    "Chooser",
    "Claims",
    "Column",
    "Convention",
    "Edits",
    "Erratum",
    "Expect",
    "OtherTable",
    "Paper",
    "Row",
    "Spec",
    "Step",
    "Sweep",
    "Table",
    "TableColumn",
    "VariantFile",
]

Parameters = Annotated[dict[str, tuple[Scalar, Any]], Entries]
"""Each name with its place and the node that is its value."""

Inputs = Annotated[dict[str, Text], Values]
Rows = Annotated[tuple[Row, ...], Items]
RowsByName = Annotated[dict[str, Rows], Values]
Outputs = Annotated[tuple[Text, ...], Items]
Uses = Annotated[tuple[Use, ...], Items]
EditedCells = Annotated[
    dict[str, ScalarCell], values_of("an edit of cells", "row: {column: cell}")
]
CellsByName = Annotated[dict[str, EditedCells], Values]
ErrataOfRow = Annotated[
    dict[str, Erratum], values_of("an erratum", "row: {column: reason}")
]
Errata = Annotated[dict[str, ErrataOfRow], Values]


def _read_training(node: Node) -> Any:
    from archcompiler.language.recipe.training import (
        read_training,  # few specs have a recipe
    )

    return read_training(node)


Recipe = Annotated[Any, SkipValidation(), BeforeValidator(_read_training)]
"""A Training, or None."""


def _read_grid(node: Node) -> Any:
    from archcompiler.language.spec.grids import read_grid

    return read_grid(node)


Lists = Annotated[Any, SkipValidation(), BeforeValidator(_read_grid)]
"""A Grid, or None."""


_ROWS = (
    "rows change by their names: `insert after: {ROW: [[cells]]}`, "
    "`replace: {ROW: [cells]}`, `cells: {ROW: {column: cell}}`, `remove: [ROW]`; "
    "another table of the paper is `table: {rows: [[cells]]}`"
)


class Single(NamedTuple):
    """How deep the single edits of a section stand; those of others are the section."""

    depth: int


class Edits(Form):
    """What a variant changes of its base."""

    what: ClassVar[str] = "a variant"
    elsewhere: ClassVar[AbstractMapping[str, str]] = {"rows": _ROWS, "columns": _ROWS}
    # A section may build on those before it.

    paper: Paper | None = None
    """Where the table of the variant is printed, instead of the base's."""

    parameters: Annotated[Parameters, Single(1)] = Field(default={})
    """Values of parameters that the base has."""

    blocks: Annotated[dict[str, Block], Entries, Single(1)] = Field(default={})
    """Blocks in the place of the base's of that name, and new ones."""

    input: Text | None = None
    """The shape of the input, instead of the base's."""

    inputs: Annotated[Inputs | None, Single(1)] = None
    """The inputs by name, instead of the base's."""

    table: OtherTable | None = None
    """Another table of the paper, in the place of the base's."""

    replace: Annotated[dict[str, Row], Values, Single(1)] = Field(default={})
    """By its name, a row and what takes its place."""

    remove: Annotated[tuple[Text, ...], Items, Single(1)] = ()
    """The names of rows that are left out."""

    insert_before: Annotated[RowsByName, Single(2)] = Field(
        default={}, alias="insert before"
    )
    """By the name of a row, rows that come before it."""

    insert_after: Annotated[RowsByName, Single(2)] = Field(
        default={}, alias="insert after"
    )
    """By the name of a row, rows that come after it."""

    cells: Annotated[CellsByName, Single(2)] = Field(default={})
    """By row and column, cells in the place of the base's; `~` blanks one."""

    outputs: Outputs | None = None
    """The rows whose values the model returns, instead of the base's."""

    claims: Annotated[Claims | None, Single(1)] = None
    """What the paper's numbers count, and its totals, of this variant."""

    errata: Annotated[Errata, Single(2)] = Field(default={})
    """By row and column, why a printed cell is not the computed one."""

    expect: Annotated[Expect | None, Single(1)] = None
    """Totals that must come out: exactly, or within a budget."""

    training: Annotated[Recipe, Single(1)] = None
    """Keys of the recipe; the others are the base's."""


class Sweep(Form):
    """Variants to compare: the combinations of a grid, or those of a list."""

    what: ClassVar[str] = "`sweep`"

    grid: Lists = None
    """Values as lists, of which every combination is a variant."""

    variants: Annotated[dict[str, Edits], Values] = Field(default={}, alias="list")
    """Variants to compare, by name."""

    @property
    def points(self) -> int:
        """How many variants there are."""
        return self.grid.points if self.grid else len(self.variants)

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `grid` or `list`: one of the two."""
        fields = cls.read_mapping(node)
        if len(fields) != 2:
            message = "a sweep has `grid` or `list`, one of the two"
            raise located("missing-key", message, node.span)
        entries = fields.get("list")
        if isinstance(entries, Mapping) and not entries.entries:
            message = "`list` names no variant"
            raise located("missing-key", message, entries.span)
        return fields


class VariantFile(Edits):
    """A small file that edits another spec."""

    what: ClassVar[str] = "a variant"

    name: Text
    """The name of the variant."""

    extends: Text
    """The base: a file beside this one or a spec that ships; `base:variant`."""

    use: Uses = ()
    """Files of blocks that several specs share."""

    variants: Annotated[dict[str, Edits], Values] = Field(default={})
    """Small edits, each with a name of its own."""

    sweep: Sweep | None = None
    """Variants to compare with each other."""


class Spec(Form):
    """A whole spec: the table of a paper and the blocks that it names."""

    what: ClassVar[str] = "a spec"

    name: Text
    """The name of the architecture."""

    paper: Paper | None = None
    """Where the table is printed."""

    input: Text | None = None
    """The shape of the input: `224x224x3`."""

    inputs: Inputs | None = None
    """Several inputs by name: `{left: 32x32x3, age: 1}`."""

    parameters: Parameters = Field(default={})
    """Numbers or texts that `--set` and variants may change."""

    use: Uses = ()
    """Files of blocks that several specs share."""

    blocks: Annotated[dict[str, Block], Entries] = Field(default={})
    """What the types of the rows and the steps of other blocks mean."""

    table: Table
    """The paper's table: its columns and its rows."""

    outputs: Outputs | None = None
    """The rows whose values the model returns; the last, if unsaid."""

    claims: Claims | None = None
    """What the paper's numbers count, and its totals."""

    errata: Errata = Field(default={})
    """By row and column, why a printed cell is not the computed one."""

    expect: Expect | None = None
    """Totals that must come out: exactly, or within a budget."""

    training: Recipe = None
    """The recipe: how the network is trained."""

    variants: Annotated[dict[str, Edits], Values] = Field(default={})
    """Small edits, each with a name of its own."""

    sweep: Sweep | None = None
    """Variants to compare with each other."""
