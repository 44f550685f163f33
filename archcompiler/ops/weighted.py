"""What convolutions and dense layers share: kernels, biases, a function behind them."""

from collections.abc import Mapping
from math import prod

from archcompiler.ops.activation import kind_of
from archcompiler.ops.base import AbstractOp, Measures, Shapes
from archcompiler.shapes import Shape


class AbstractWeightedOp(AbstractOp):
    """A layer with kernels, perhaps with a bias and a function behind it."""

    role = "weighted"

    def measures(self, inputs: Shapes, output: Shape) -> Measures:
        """Return its multiply-adds, and its biases: one an output, one a channel.

        Without a bias, `unbiased kernels` counts each kernel once, whatever its size:
        channels of a group times filters.
        """
        found = {"multiply-adds": self.macs(inputs)}
        weights = self.weights(inputs)
        if any(weight.name == "bias" for weight in weights):
            return {**found, "biases": prod(output), "bias channels": output[-1]}
        kernels = sum([prod(weight.shape[-2:]) for weight in weights])
        unbiased = {"unbiased outputs": prod(output), "unbiased kernels": kernels}
        return {**found, **unbiased}

    def features(self, inputs: Shapes, output: Shape) -> Mapping[str, Measures]:
        """Return its own measures, and those of the function behind it."""
        own = super().features(inputs, output)
        activation = getattr(self, "activation", None)
        if activation in (None, "linear"):
            return own
        return {**own, kind_of(activation): {"outputs": prod(output)}}
