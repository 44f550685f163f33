"""Sizes: the shapes of a model's tensors where the image has a given size.

Keras knows them already, but for what a model leaves open.
"""

from typing import Any

import keras

from archcompiler.models.private import Made

Size = tuple[int | None, ...]
"""A shape without the batch axis; an axis that is not known is None."""


class Sizes:
    """The tensors of one reading, those of open size as they are at one size."""

    def __init__(self) -> None:
        self._at_size: dict[int, Any] = {}

    def of(self, tensor: Any) -> Size:
        """Return a tensor's shape without the batch axis."""
        return tuple(self._resolved(tensor).shape)[1:]

    def give(self, tensor: Any, size: Size) -> None:
        """Give an input that leaves its size open the size that arrives."""
        if size == tuple(tensor.shape)[1:]:
            self._at_size.pop(id(tensor), None)
        else:
            shape = (tensor.shape[0], *size)
            self._at_size[id(tensor)] = keras.KerasTensor(shape, tensor.dtype)

    def follow(self, node: Made) -> None:
        """Find what a call gives, where Keras leaves it open."""
        results = node.outputs
        if any(id(tensor) in self._at_size for tensor in node.input_tensors):
            results = self._results(node)
        for tensor, result in zip(node.outputs, results, strict=True):
            self.give(tensor, tuple(result.shape)[1:])

    def _results(self, node: Made) -> Any:
        positional, named = keras.tree.map_structure(
            self._resolved, [node.arguments.args, node.arguments.kwargs]
        )
        try:
            found = node.operation.compute_output_spec(*positional, **named)
        except Exception:  # a layer's own code, or an image that is too small
            return node.outputs
        return keras.tree.flatten(found)

    def _resolved(self, value: Any) -> Any:
        return self._at_size.get(id(value), value)


def fill_in(size: Size, image: Size | None) -> Size:
    """Return the size at which to read an input: an image's, where it is left open."""
    if image is None or len(size) != len(image):
        return size
    fits = all(own in (None, given) for own, given in zip(size, image, strict=True))
    return image if fits else size
