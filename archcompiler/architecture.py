"""The architecture: a checked spec, and everything that is computed from it."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from archcompiler.graph.expansion import Expansion, PlacedRow, expand
from archcompiler.graph.graph import Graph
from archcompiler.graph.leftovers import uncalled_blocks, unused_files
from archcompiler.graph.memory import (
    activation_bytes,
    building_bytes,
    training_bytes,
    weight_bytes,
)
from archcompiler.graph.nodes import Node, OpNode
from archcompiler.graph.receptive_fields import Field
from archcompiler.graph.totals import RowTotals, layers_by_row
from archcompiler.language.program.program import Program, TableRow, named_rows
from archcompiler.language.spec.spec import CLAIM_COLUMNS
from archcompiler.shapes import channels_last

if TYPE_CHECKING:
    import keras

    from archcompiler.counting.conventions import CountingConvention
    from archcompiler.counting.pricing import Features, Layer
    from archcompiler.figures.choices import Kind, Width
    from archcompiler.figures.figure import Figure


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
        """Return what a notebook shows: the sheet, with its counts."""
        return self.plot()._repr_html_()

    def plot(
        self,
        kind: "Kind" = "sheet",
        *,
        block: str | None = None,
        padding: bool = False,
        width: "Width | None" = None,
    ) -> "Figure":
        """Draw the table as a figure; a notebook shows it, `save` writes it.

        `kind` is `sheet` (the table, and a panel for each block), `overview` (the table
        alone), `strip` (from left to right, for slides) or `full` (every layer).
        `block` names the one block to draw; with `padding`, zeros around images are
        drawn and windows say `same` or `valid`; with `width` it is laid out for the
        `column` or the `page` of a paper, on pages that are files of their own.

        Raises:
            FigureError: for a block that no panel shows, and what cannot go together.
        """
        from archcompiler.figures.figure import plot

        return plot(self.expansion, kind, block=block, padding=padding, width=width)

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
        """The graph of ops; `graph.network` shows it as a networkx DiGraph."""
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
    def _row_layers(self) -> dict[int, list[OpNode]]:
        return layers_by_row(self.layers)

    @cached_property
    def _counted(self) -> "list[Layer]":
        from archcompiler.counting.pricing import layers_of  # lazy: few ask for it

        return layers_of(self.graph)

    @cached_property
    def _counted_by_row(self) -> "dict[int, list[Layer]]":
        found: dict[int, list[Layer]] = {}
        for layer in self._counted:
            if layer.node.row is not None:
                found.setdefault(layer.node.row, []).append(layer)
        return found

    def features(
        self, convention: "CountingConvention", row: PlacedRow | None = None
    ) -> "Features":
        """Return what a convention may charge for, in the network or one row of it.

        Raises:
            UnknownConventionError: where the convention names a row that is not there.
        """
        from archcompiler.counting.pricing import sum_up

        layers = self._counted
        if row is not None:
            layers = self._counted_by_row.get(row.index, [])
        functions = self._written_so(convention, layers)
        return sum_up(layers, head=convention.head, functions=functions)

    def features_by_layer(
        self, convention: "CountingConvention"
    ) -> "dict[str, Features]":
        """Return what a convention may charge for in each layer, by its name.

        Raises:
            UnknownConventionError: where the convention names a row that is not there.
        """
        from archcompiler.counting.pricing import sum_up

        functions = self._written_so(convention, self._counted)
        return {
            each.node.name: sum_up([each], head=convention.head, functions=functions)
            for each in self._counted
        }

    def _written_so(
        self, convention: "CountingConvention", layers: "list[Layer]"
    ) -> dict[str, set[str]]:
        from archcompiler.counting.conventions import refuse_unknown_rows
        from archcompiler.counting.pricing import written_so

        if any(function.row for function in convention.functions):
            refuse_unknown_rows(convention, named_rows(self.program))
        return written_so(convention.functions, layers, self.row_names)

    def count(self, convention: str, row: PlacedRow | None = None) -> int:
        """Return what a tool makes of one sample: `count("thop")`.

        `convention` is the name of a rule, or of a file with one, and how it was
        applied: `fvcore in training without the head`, `thop with ReLU as functions`.
        It counts operations, or weights: `weights without the head`. A `row` is counted
        by itself.

        Raises:
            TypeError: for what is no text.
            UnknownConventionError: for a convention that nothing is known of.
            SpecError: for a file that cannot be read or holds no rule.
        """
        from archcompiler.counting.rules import PLAIN

        if not isinstance(convention, str):
            kind = type(convention).__name__
            raise TypeError(f"a convention is a text, `thop` say, received `{kind}`")
        if convention in PLAIN:  # what checks ask for costs no features
            return PLAIN[convention].of(self.totals(row))
        from archcompiler.counting.conventions import read_convention
        from archcompiler.counting.pricing import price

        read = read_convention(convention)
        return price(read, self.features(read, row))

    def totals(self, row: PlacedRow | None = None) -> RowTotals:
        """Return the layers of the table, or of one row of it, and their counts."""
        layers = self.layers if row is None else self._row_layers.get(row.index, ())
        return RowTotals(layers)

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
        """What people must be told: odd sizes, dropped claims, what nothing reads."""
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
        notes += [
            f"nothing calls the block `{name}`"
            for name in uncalled_blocks(program, self.expansion.calls)
        ]
        notes += [
            f"nothing calls a block of `{name}`, which `use` names"
            for name in unused_files(program, self.expansion.calls)
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
