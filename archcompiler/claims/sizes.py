"""Printed sizes and filter shapes beside computed ones."""

from collections.abc import Iterable

from archcompiler.graph.nodes import Node
from archcompiler.language.text.notation import read_size
from archcompiler.ops.base import Weight
from archcompiler.shapes import Shape, format_shape


def agrees_with_size(text: str, shape: Shape) -> bool:
    """Whether a printed size is this shape.

    Two numbers mean height x width; a vector of C features is 1x1xC as well.

    Raises:
        ValueError: for text that is no size.
    """
    if text == format_shape(shape):
        return True
    printed = read_size(text)
    if len(shape) == 1:
        shape = (1, 1, *shape)
    if len(printed) == 1:
        printed = (1, 1, *printed)
    if len(printed) == 2 and len(shape) == 3:
        return printed == shape[:2]
    return printed == shape


def is_note(text: str) -> bool:
    """Whether a filter shape is a remark, such as `Classifier` or `Pool 7x7`."""
    return not text[:1].isdigit()


def agrees_with_filter(text: str, shapes: Iterable[str]) -> bool:
    """Whether a printed filter shape is one of these; `dw` may be left out.

    Raises:
        ValueError: for text that is no filter shape.
    """
    read_size(text.removesuffix(" dw"))
    return any(text in (shape, shape.removesuffix(" dw")) for shape in shapes)


def filter_shapes(layers: Iterable[Node]) -> list[str]:
    """Return the kernels of convolutions and dense layers as papers print them.

    Height x width x channels x filters, `3x3x32 dw` where each channel has a filter of
    its own, `1024x1000` for a dense layer.
    """
    shapes = []
    for node in layers:
        if node.op is None or node.op.role != "weighted":
            continue
        for weight in node.weights:
            if weight.name != "bias":
                depthwise = "depthwise" in f"{node.op.op} {weight.name}".lower()
                shapes.append(_filter_shape(weight, depthwise))
    return shapes


def _filter_shape(weight: Weight, depthwise: bool) -> str:
    if not depthwise:
        return format_shape(weight.shape)
    single = weight.shape[-1] == 1
    return f"{format_shape(weight.shape[:-1] if single else weight.shape)} dw"
