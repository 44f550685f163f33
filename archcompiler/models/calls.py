"""The calls of a Keras model, those of nested models in their place, feeders first."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

import keras

from archcompiler.models.private import (
    Made,
    call_that_made,
    is_called_as_keras_does,
)
from archcompiler.models.settings import freeze, settings_of
from archcompiler.models.sizes import Size, Sizes, fill_in
from archcompiler.shapes import Lengths, laid_out, undone

TENSOR = "tensor"
"""What stands for a tensor among the arguments of a call."""

V = TypeVar("V")


@dataclass(frozen=True)
class KerasCall:
    """A layer, or one of Keras' functions, applied to tensors."""

    layer: Any
    name: str
    sizes: tuple[Size, ...]
    """The operands' shapes."""

    results: tuple[Size, ...]
    """The shapes of what the call gives."""

    dtype: str
    """The type of what the call gives."""

    arguments: Hashable
    """How the operands are passed; None where it is one tensor or a list of them."""

    is_training: bool
    """Whether the model calls the layer in training mode whatever its own mode is."""

    order: Lengths = ()
    """Where the sizes are those before the layer's own axes: the order of these."""

    @cached_property
    def settings(self) -> dict[str, Hashable]:
        """The layer's config, without names and what the function leaves open."""
        return settings_of(self.layer)

    @property
    def has_channels_first(self) -> bool:
        """Whether the layer says that its channels come first."""
        return self.settings.get("data_format") == "channels_first"

    @property
    def axis(self) -> Hashable:
        """The `axis` of the layer from the end; one number where there is one.

        A 1x1 image and a vector then have the same last axis.
        """
        axis: Any = self.settings["axis"]
        if axis is None:
            return None
        rank = len(self.sizes[0]) + 1
        axes = axis if isinstance(axis, tuple) else (axis,)
        axes = tuple(each % rank for each in axes)
        if self.order:
            axes = tuple(self.order[each - 1] if each else 0 for each in axes)
        from_end = tuple(each - rank for each in axes)
        return from_end[0] if len(from_end) == 1 else from_end

    def turned(self, dims: Lengths) -> "KerasCall":
        """Return the call by what it takes before axes are put in the order `dims`."""
        back = undone(dims)
        sizes = tuple(laid_out(size, back) for size in self.sizes)
        results = tuple(laid_out(size, back) for size in self.results)
        return replace(self, sizes=sizes, results=results, order=dims)


class AbstractReading(ABC, Generic[V]):
    """Goes through a model's calls; what stands for each tensor is the reader's own."""

    def __init__(self) -> None:
        self.sizes = Sizes()

    @abstractmethod
    def add_input(self, index: int, tensor: Any, size: Size) -> V:
        """Return what stands for an input of the model."""

    @abstractmethod
    def add_call(self, call: KerasCall, operands: tuple[V, ...]) -> tuple[V, ...]:
        """Return what stands for the outputs of a call."""

    def note(self, name: str, layer: Any, values: tuple[V, ...]) -> None:
        """Note what a layer, or a nested model, gives."""

    def read(self, model: Any, image: Size | None = None) -> list[V]:
        """Read a model; return what stands for its outputs.

        Where the model leaves the size of its one input open, `image` gives it.
        """
        values: dict[int, V] = {}
        for index, tensor in enumerate(model.inputs):
            if len(model.inputs) == 1:
                self.sizes.give(tensor, fill_in(self.sizes.of(tensor), image))
            value = self.add_input(index, tensor, self.sizes.of(tensor))
            values[id(tensor)] = value
        self._read(model, values, "", is_training=False)
        return [values[id(tensor)] for tensor in model.outputs]

    def _read(
        self, model: Any, values: dict[int, V], path: str, *, is_training: bool
    ) -> None:
        """Read each call of a model; add what it gives to `values`."""
        for node in _calls_in_order(model.outputs, set(values)):
            layer = node.operation
            operands = tuple(values[id(tensor)] for tensor in node.input_tensors)
            mode = _mode(node, is_training)
            name = path + layer.name
            if has_graph(layer) and _is_plain(node):
                outputs = self._read_nested(node, operands, f"{name}/", mode)
            else:
                self.sizes.follow(node)
                outputs = self.add_call(self._call(node, name, mode), operands)
            self.note(name, layer, outputs)
            values.update(zip(map(id, node.outputs), outputs, strict=True))

    def _read_nested(
        self, node: Made, operands: tuple[V, ...], path: str, is_training: bool
    ) -> tuple[V, ...]:
        model = node.operation
        inner: dict[int, V] = dict(zip(map(id, model.inputs), operands, strict=True))
        for tensor, given in zip(model.inputs, node.input_tensors, strict=True):
            self.sizes.give(tensor, self.sizes.of(given))
        self._read(model, inner, path, is_training=is_training)
        for tensor, given in zip(node.outputs, model.outputs, strict=True):
            self.sizes.give(tensor, self.sizes.of(given))
        return tuple(inner[id(tensor)] for tensor in model.outputs)

    def _call(self, node: Made, name: str, is_training: bool) -> KerasCall:
        return KerasCall(
            node.operation,
            name,
            tuple(map(self.sizes.of, node.input_tensors)),
            tuple(map(self.sizes.of, node.outputs)),
            keras.backend.standardize_dtype(node.outputs[0].dtype),
            _arguments(node),
            is_training,
        )


def _is_plain(node: Made) -> bool:
    """Whether a nested model takes its inputs and nothing else, such as a mask."""
    model, given = node.operation, (len(node.input_tensors), len(node.outputs))
    return given == (len(model.inputs), len(model.outputs))


def has_graph(operation: Any) -> bool:
    """Whether what a layer computes is a graph that Keras knows."""
    if not isinstance(operation, keras.Model):
        return False
    if not is_called_as_keras_does(operation):
        return False  # its own code
    try:
        return bool(operation.inputs) and bool(operation.outputs)
    except (AttributeError, ValueError):  # a subclass of its own, or not yet built
        return False


NO_GRAPH = (
    "holds no graph of layers: a model must be functional, or sequential and built"
)
"""What is wrong with a model that cannot be read."""


def _calls_in_order(outputs: list[Any], known: set[int]) -> Iterator[Made]:
    """Return the calls that lead from known tensors to `outputs`, feeders first."""
    done: set[int] = set()
    waiting = [call_that_made(tensor) for tensor in outputs if id(tensor) not in known]
    while waiting:
        node = waiting[-1]
        feeds = [
            call_that_made(tensor)
            for tensor in reversed(node.input_tensors)
            if id(tensor) not in known
        ]
        missing = [feed for feed in feeds if id(feed) not in done]
        if missing and id(node) not in done:
            waiting += missing
            continue
        waiting.pop()
        if id(node) not in done:
            done.add(id(node))
            yield node


def _mode(node: Made, is_training: bool) -> bool:
    """Whether a call runs in training mode, by its own word or the model's around."""
    given = node.arguments.kwargs.get("training")
    return is_training if given is None else bool(given)


def _arguments(node: Made) -> Hashable:
    """Return how a call passes its tensors; None for one tensor or one list."""
    tensors = {id(tensor) for tensor in node.input_tensors}
    given = {
        key: each
        for key, each in node.arguments.kwargs.items()
        if each is not None and key != "training"
    }
    positional = node.arguments.args
    if not given and len(positional) == 1:
        first = positional[0]
        several = first if isinstance(first, list | tuple) else [first]
        if all(id(each) in tensors for each in several):
            return None
    return freeze(keras.tree.map_structure(_mark, [positional, given]))


def _mark(value: Any) -> Any:
    return TENSOR if isinstance(value, keras.KerasTensor) else value
