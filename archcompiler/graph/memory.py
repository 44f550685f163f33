"""Memory, in bytes of float32: what layers hold, what building and training take.

Measured with Keras 3.15 on TensorFlow 2.21 (CPU), peak resident memory over estimate:
building took 1.03 (VGG-16) to 1.86 (MobileNetV2), a training step with momentum 0.94
to 1.92 (ResNet-50, MobileNetV2, VGG-16; GoogLeNet with a batch of 8). Take both as
right within a factor of two. Building peaks at the weights and twice the largest of
them, whose initialiser makes its numbers beside the variable that receives them.
"""

from collections.abc import Iterable
from math import prod

from archcompiler.graph.nodes import Node

BYTES_PER_NUMBER = 4
"""Bytes of a float32."""


def activation_bytes(nodes: Iterable[Node]) -> int:
    """Return the bytes of the layers' outputs for one sample; inputs are no layers."""
    numbers = sum([prod(node.shape) for node in nodes if node.op is not None])
    return BYTES_PER_NUMBER * numbers


def weight_bytes(nodes: Iterable[Node]) -> int:
    """Return the bytes of all weights: the least that a built model can take."""
    return BYTES_PER_NUMBER * sum([node.parameters for node in nodes])


def building_bytes(nodes: Iterable[Node]) -> int:
    """Estimate the peak of building: the weights and twice the largest of them."""
    sizes = [weight.size for node in nodes for weight in node.weights]
    return BYTES_PER_NUMBER * (sum(sizes) + 2 * max(sizes, default=0))


def training_bytes(nodes: Iterable[Node], batch: int) -> int:
    """Estimate the peak of a training step: weights, gradients, momentum, activations.

    Gradients and momentum have one number for each trainable weight; the outputs of all
    layers are kept for the backward pass, for every sample of the batch.
    """
    nodes = tuple(nodes)
    trained = sum([node.trainable for node in nodes])
    kept = BYTES_PER_NUMBER * 2 * trained + batch * activation_bytes(nodes)
    return weight_bytes(nodes) + kept


def format_bytes(number: int) -> str:
    """Write bytes in decimal units: `3.2 MB` is 3.2 million bytes."""
    value, unit = float(number), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(value) < 999.5 or unit == "TB":
            break
        value /= 1000
    return (
        f"{value:.0f} {unit}"
        if unit == "B" or abs(value) >= 99.95
        else f"{value:.1f} {unit}"
    )
