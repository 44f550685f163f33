"""What an op refuses and Keras takes: an op's `unchecked` fields, and no others."""

import importlib

import pytest
from ops.op_cases import CASES
from pydantic import ValidationError

from archcompiler.language.expressions.naming import snake_case
from archcompiler.ops.table import OPS

pytestmark = pytest.mark.slow

WHOLES = (-1, 0, 2, 1.0, 2.5)
REALS = (-1.0, -0.5, 0.0, 1.0, 1.5, 2.0)


@pytest.mark.parametrize("name", CASES)
def test_keras_refuses_what_an_op_refuses_in_its_other_fields(name, keras):
    op = OPS[name]
    taken = {
        field
        for case in CASES[name]
        for field in op.model_fields
        if any(is_taken(keras, op, case, field, bad) for bad in others(op, case, field))
    }
    assert taken == op.unchecked


def others(op, case, field):
    """Return other numbers for a field of numbers, nothing for any other."""
    value = getattr(op.model_validate(case.fields), field)
    while isinstance(value, tuple) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ()
    return REALS if isinstance(value, float) else WHOLES


def is_taken(keras, op, case, field, bad):
    """Whether Keras takes a number for a field that the op refuses."""
    made = op.model_validate(case.fields)
    fields = {name: getattr(made, name) for name in op.model_fields if name != "op"}
    fields[field] = replaced(fields[field], bad)
    try:
        op.model_validate(fields)
    except ValidationError:
        return makes_layer(keras, op, case, fields, field)
    return False


def replaced(value, bad):
    """Return a value with another number in the place of each."""
    if isinstance(value, tuple):
        return tuple(replaced(part, bad) for part in value)
    return bad


def makes_layer(keras, op, case, fields, changed):
    """Whether Keras makes a layer of fields, and calls it."""
    default = {name: declared.default for name, declared in op.model_fields.items()}
    given = {n: v for n, v in fields.items() if n == changed or v != default[n]}
    call = op.call_of(given)
    keywords = {n: built(keras, v) for n, v in call.keywords.items()}
    operands = [keras.Input(shape) for shape in case.inputs]
    try:
        layer = layer_of(keras, op)(*call.positional, **keywords)
        layer(operands if op.inputs == "several" else operands[0])
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return False
    return True


def built(keras, value):
    """Return an argument; an initializer that is still to be made is made."""
    made = getattr(value, "positional", None)
    return value if made is None else keras.initializers.Constant(*made)


def layer_of(keras, op):
    """Return the class of an op's layer."""
    name = op.__name__
    if not op.custom:
        return getattr(keras.layers, name)
    room = "archcompiler.backends.keras_model.layers"
    return getattr(importlib.import_module(f"{room}.{snake_case(name)}"), name)
