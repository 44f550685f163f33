"""Tables and Keras models of one layer, and the values that its fields may have."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import yaml
from ops.op_cases import CASES
from pydantic import ValidationError

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_model import layers as own_layers
from archcompiler.checking.checking import load
from archcompiler.ops.base import AbstractOp, Construct, OpError, Shapes
from archcompiler.ops.table import OPS

POOL = (
    *(True, False, "same", "valid", "relu", "softmax", "bilinear", "nearest", "ones"),
    *(0.25, 2, 0, 3, 1, 5, 6, 12, None, 0.5),
    *((1, 1), (2, 2), (1, 2), (3, 1), (2, 1, 3), (3, 2, 1), (1,), (2,)),
    *((1, 1, 6), (1, 1, 1), (1, 8, 6), (72, 6), (8, 9, 6), (432,), (12,), (1, 1, 12)),
    *((3, 2, 2), ((1, 0), (1, 0)), ((2, 2), (1, 1)), ((0, 0), (0, 0)), 9),
)
"""Values of every type; a field takes those that fit it."""

MOST = 3
"""Of other values for a field."""


def ops_of(name: str) -> Iterator[tuple[AbstractOp, Shapes]]:
    """Yield the ops of the case table with the shapes that arrive."""
    for case in CASES[name]:
        yield OPS[name](**case.fields), case.inputs


def changed(op: AbstractOp, inputs: Shapes) -> Iterator[tuple[str, AbstractOp]]:
    """Yield the op with one field changed, and the field's name."""
    for field in type(op).model_fields:
        made = 0
        for value in POOL:
            other = _with(op, inputs, field, value) if field != "op" else None
            if other is not None and other != op and made < MOST:
                made += 1
                yield field, other


def _with(op: AbstractOp, inputs: Shapes, field: str, value: Any) -> AbstractOp | None:
    try:
        other = type(op).model_validate({**op.model_dump(), field: value})
        other.infer_shape(inputs)
    except (ValidationError, OpError, TypeError):
        return None
    return other


def table_of(op: AbstractOp, inputs: Shapes) -> Architecture:
    """Return the table of one row, called `a`."""
    cells = {key: _cell(value) for key, value in op.model_dump().items()}
    cells = {key: value for key, value in cells.items() if value is not None}
    row = {"name": "a", "type": cells.pop("op"), **cells}
    names = [f"in{n}" for n in range(len(inputs))]
    if len(inputs) > 1:
        row["from"] = names
    sizes = dict(zip(names, map(_cell, inputs), strict=True))
    spec = {
        "name": "one",
        **({"inputs": sizes} if len(inputs) > 1 else {"input": sizes["in0"]}),
        "table": {"columns": ["name", "type"], "rows": [row]},
    }
    return load(yaml.safe_dump(spec, default_flow_style=None, sort_keys=False))


def _cell(value: Any) -> Any:
    if isinstance(value, tuple) and isinstance(value[0], int):
        return "x".join(map(str, value)) if min(value) > 0 else [*value]
    return [*map(_cell, value)] if isinstance(value, tuple) else value


def model_of(op: AbstractOp, inputs: Shapes) -> keras.Model:
    """Return the Keras model of one layer, called `a`."""
    tensors = [keras.Input(shape) for shape in inputs]
    call = op.layer_call()
    home = own_layers if op.custom else keras.layers
    layer = getattr(home, type(op).__name__)
    named = {key: _argument(value) for key, value in call.keywords.items()}
    made = layer(*map(_argument, call.positional), **named, name="a")
    taken = tensors if op.inputs == "several" else tensors[0]
    return keras.Model(taken, made(taken))


def _argument(value: Any) -> Any:
    if not isinstance(value, Construct):
        return value
    name = value.path.removeprefix("keras.initializers.")
    return getattr(keras.initializers, name)(*value.positional, **dict(value.keywords))


def randomise(model: keras.Model) -> None:
    """Give each weight another value, so that equal functions are no accident."""
    random = np.random.default_rng(0)
    for variable in model.weights:
        if variable.dtype.startswith("float"):
            variable.assign(random.uniform(0.2, 1.0, variable.shape))
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def outputs_differ(one: keras.Model, other: keras.Model) -> bool:
    """Return whether two models give other values for the same inputs."""
    random = np.random.default_rng(1)
    batch = [random.normal(size=(2, *each.shape[1:])) for each in one.inputs]
    taken = batch if len(batch) > 1 else batch[0]
    ours, theirs = (
        keras.ops.convert_to_numpy(each(taken, training=False)) for each in (one, other)
    )
    return ours.shape != theirs.shape or not np.allclose(ours, theirs, 1e-4, 1e-4)
