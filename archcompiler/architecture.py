"""The architecture: a checked spec, and everything that is computed from it."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from archcompiler.graph.expansion import Expansion, PlacedRow, expand
from archcompiler.graph.graph import Field, Graph, Node
from archcompiler.graph.memory import (
    activation_bytes,
    building_bytes,
    training_bytes,
    weight_bytes,
)
from archcompiler.graph.totals import RowTotals, layers_by_row
from archcompiler.language.program import Program, TableRow
from archcompiler.language.spec import CLAIM_COLUMNS
from archcompiler.shapes import channels_last, format_shape

if TYPE_CHECKING:
    import keras


class Architecture:
    """A checked architecture. Counts are exact, need no framework, and can't be set."""

    expansion: Expansion

    def __init__(self, expansion: Expansion) -> None:
        self.__dict__["expansion"] = expansion

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"`{name}` cannot be set: an architecture is what its spec says"
        )

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"`{name}` cannot be deleted")

    def __copy__(self) -> "Architecture":
        return self

    def __deepcopy__(self, _: object) -> "Architecture":
        return self  # nothing of it can be set

    def __reduce__(self) -> tuple[Any, ...]:
        return _expanded, (self.program,)

    def __repr__(self) -> str:
        return (
            f"<Architecture {self.name}: {self.parameters:,} parameters, "
            f"{self.macs:,} multiply-adds, depth {self.depth}>"
        )

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the table row by row, with its counts."""
        from archcompiler.notebook import html_table

        total = ("total", "", "", f"{self.parameters:,}", f"{self.macs:,}")
        return html_table(self.name, map(self._shown, self.rows), total)

    def _shown(self, row: PlacedRow) -> tuple[str, ...]:
        assert row.output is not None
        totals, size = self.totals(row), format_shape(row.output.shape)
        return row.name, row.type, size, f"{totals.parameters:,}", f"{totals.macs:,}"

    @property
    def name(self) -> str:
        """The spec's name, or the variant's."""
        return self.program.name

    @property
    def program(self) -> Program:
        """The spec with its variants composed."""
        return self.expansion.program

    @property
    def graph(self) -> Graph:
        """The graph of ops; `graph.network` is a networkx DiGraph."""
        return self.expansion.graph

    @property
    def rows(self) -> tuple[PlacedRow, ...]:
        """The table's rows in this configuration."""
        return self.expansion.rows

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The input tensors."""
        return self.expansion.inputs

    @property
    def outputs(self) -> tuple[Node, ...]:
        """The output tensors, in the order of `outputs`."""
        return self.expansion.outputs

    @cached_property
    def parameters(self) -> int:
        """Number of weights, trainable or not."""
        return sum([node.facts.parameters for node in self.layers])

    @cached_property
    def trainable(self) -> int:
        """Number of weights that training changes; no moving statistics."""
        return sum([node.facts.trainable for node in self.layers])

    @property
    def non_trainable(self) -> int:
        """Number of weights that training leaves, such as moving statistics."""
        return self.parameters - self.trainable

    @cached_property
    def macs(self) -> int:
        """Multiply-adds of one sample, in convolutions and dense layers."""
        return sum([node.facts.macs for node in self.layers])

    @property
    def depth(self) -> int:
        """Weighted layers on the longest path to the first output."""
        return self.outputs[0].depth

    @property
    def pooled_depth(self) -> int:
        """The same, counting pooling as well."""
        return self.outputs[0].pooled_depth

    @property
    def field(self) -> Field:
        """What one position of the first output sees: extent and stride, in pixels.

        The extent is that of the windows alone and may exceed the image; through
        branches it is the largest.
        """
        return self.outputs[0].field

    @cached_property
    def layers(self) -> tuple[Node, ...]:
        """The layers in topological order, the inputs first."""
        return tuple(self.graph)

    @cached_property
    def row_names(self) -> dict[int, str]:
        """The rows' names by their index, which is what a node knows of its row."""
        return {row.index: row.name for row in self.rows}

    @cached_property
    def _row_layers(self) -> dict[int, list[Node]]:
        return layers_by_row(self.layers)

    def totals(self, row: PlacedRow) -> RowTotals:
        """Return the layers of one row of the table, and their counts."""
        return RowTotals(self._row_layers.get(row.index, ()))

    @cached_property
    def activation_bytes(self) -> int:
        """Bytes of all layers' float32 outputs for one sample, the inputs left out."""
        return activation_bytes(self.graph)

    @property
    def weight_bytes(self) -> int:
        """Bytes of all weights in float32: the least that the built model takes."""
        return weight_bytes(self.graph)

    @property
    def building_bytes(self) -> int:
        """Estimate of the peak of building, in bytes: see `graph/memory.py`."""
        return building_bytes(self.graph)

    def training_bytes(self, batch: int) -> int:
        """Estimate the peak of a training step with momentum, in bytes.

        Weights, their gradients, their momentum, and the outputs of all layers for each
        of `batch` samples; right within a factor of two (see `graph/memory.py`).
        """
        return training_bytes(self.graph, batch)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people must be told: odd sizes, dropped claims, unread columns."""
        program = self.program
        notes = [
            _channels_first(node) for node in self.inputs if channels_last(node.shape)
        ]
        dropped = any(_has_dropped_claims(row) for row in self.rows)
        if program.edited and (dropped or program.lost_totals):
            notes.append(f"printed claims are dropped, because of {program.edited}")
        if program.settings:
            settings = " ".join(program.settings)
            notes.append(
                f"totals are reported, not asserted, because of --set {settings}"
            )
        notes += [
            f"the block `{block.name}` has a column `{column}` that nothing in it reads"
            for block in self.expansion.calls.blocks.values()
            for column in block.unread
        ]
        return tuple(notes)

    def to_keras(self, *, ignore_memory: bool = False) -> "keras.Model":
        """Build the Keras model; `keras` and a framework beneath it must be installed.

        Raises:
            SpecError: with `memory` where the weights alone cannot fit this machine,
                unless `ignore_memory`.
            ModuleNotFoundError: where Keras or its framework is missing, with the
                command that installs them.
        """
        from archcompiler.backends.keras_model import build_model

        return build_model(self.expansion, ignore_memory=ignore_memory)

    def to_source(self) -> str:
        """Return Python source that builds the same model without archcompiler."""
        from archcompiler.backends.keras_source import emit_source

        return emit_source(self.expansion)


def _expanded(program: Program) -> Architecture:
    return Architecture(expand(program))


def claimed_columns(row: TableRow) -> list[str]:
    """Return the columns under which a row prints what the table still claims."""
    printed = [column for column in CLAIM_COLUMNS if column in row.cells]
    return [column for column in printed if row.claimed or column in row.own]


def _channels_first(node: Node) -> str:
    height, width, channels = node.shape
    return (
        f"the input is {height} high and {width} wide, with {channels} channels: "
        "sizes are height x width x channels"
    )


def _has_dropped_claims(row: PlacedRow) -> bool:
    printed = [column for column in CLAIM_COLUMNS if column in row.row.cells]
    return len(claimed_columns(row.row)) < len(printed)
