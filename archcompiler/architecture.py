"""The architecture: a checked spec, and everything that is computed from it."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from archcompiler.graph.expansion import Expansion, PlacedRow, expand
from archcompiler.graph.graph import Graph, Node
from archcompiler.language.loading import load_program
from archcompiler.language.program import Program

if TYPE_CHECKING:
    import keras


class Architecture:
    """A checked architecture. Counts are exact and need no framework."""

    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion

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
        return sum(node.parameters for node in self.graph)

    @cached_property
    def trainable(self) -> int:
        """Number of weights that training changes; moving statistics are not among them."""
        return sum(node.trainable for node in self.graph)

    @property
    def non_trainable(self) -> int:
        """Number of weights that training leaves, such as moving statistics."""
        return self.parameters - self.trainable

    @cached_property
    def macs(self) -> int:
        """Multiply-adds of one sample, in convolutions and dense layers."""
        return sum(node.macs for node in self.graph)

    @property
    def depth(self) -> int:
        """Weighted layers on the longest path to the first output."""
        return self.outputs[0].depth

    @property
    def pooled_depth(self) -> int:
        """The same, counting pooling as well."""
        return self.outputs[0].pooled_depth

    def to_keras(self) -> "keras.Model":
        """Build the Keras model."""
        from archcompiler.backends.keras_model import build_model

        return build_model(self)

    def to_source(self) -> str:
        """Return Python source that builds the same model without archcompiler."""
        from archcompiler.backends.keras_source import emit_source

        return emit_source(self)


def load(spec: str | os.PathLike[str], **parameters: Any) -> Architecture:
    """Load and check a spec: a path, the name of a shipped spec, or `FILE:VARIANT`.

    Keyword arguments set the spec's parameters: `load("googlenet", classes=10)`.

    Raises:
        SpecError: with every diagnostic of the phase that failed.
    """
    return Architecture(expand(load_program(spec, parameters)))
