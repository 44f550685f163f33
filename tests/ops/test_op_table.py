"""The op table is derived from the classes, whole, and cheap to import."""

import pkgutil
import subprocess
import sys
from inspect import isabstract
from typing import get_args

import pytest
from op_cases import CASES, WRONG

import archcompiler.ops
from archcompiler.diagnostics import CODES
from archcompiler.ops import table
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.table import OPS, WORDS


def test_every_op_has_cases_and_every_case_an_op():
    assert CASES.keys() == OPS.keys()


def test_an_op_knows_every_kind_of_work_that_it_may_be():
    known = {kind for op in OPS.values() for kind in op.kinds()}
    for name, cases in CASES.items():
        for case in cases:
            op = OPS[name].model_validate({"op": name, **case.fields})
            assert op.kind() in OPS[name].kinds()
            shape = op.infer_shape(case.inputs)
            assert set(op.features(case.inputs, shape)) <= known


@pytest.mark.parametrize("name", OPS)
def test_an_op_is_called_by_its_class_name_in_its_first_field(name):
    first, field = next(iter(OPS[name].model_fields.items()))
    assert (first, field.default, get_args(field.annotation)) == ("op", name, (name,))


def test_the_table_holds_every_concrete_subclass():
    def children(op):
        """Return the subclasses here, but those that are made for other ranks."""
        found = op.__subclasses__()
        own = [each for each in found if each.__module__.startswith("archcompiler.")]
        return [each for each in own if each.rank == 2]

    def descendants(op):
        for child in children(op):
            yield child
            yield from descendants(child)

    leaves = {op for op in descendants(AbstractOp) if not children(op)}
    assert set(OPS.values()) == leaves
    assert not [op for op in leaves if isabstract(op)]


def test_the_table_knows_every_module_that_declares_ops():
    names = {module.name for module in pkgutil.iter_modules(archcompiler.ops.__path__)}
    families = {module.__name__.rpartition(".")[2] for module in table.FAMILIES}
    assert names - families == {
        *(
            "base",
            "expect",
            "fields",
            "initializers",
            "meanings",
            "ranks",
            "sliding",
            "table",
            "weighted",
        )
    }


def test_every_op_says_how_depth_counts_it():
    roles = {name: op.role for name, op in OPS.items() if op.role != "other"}
    assert roles == {
        "Conv2D": "weighted",
        "Conv2DTranspose": "weighted",
        "DepthwiseConv2D": "weighted",
        "SeparableConv2D": "weighted",
        "Dense": "weighted",
        "MaxPooling2D": "pooling",
        "AveragePooling2D": "pooling",
        "GlobalAveragePooling2D": "pooling",
        "GlobalMaxPooling2D": "pooling",
    }


def test_a_patch_sets_a_window_that_the_op_has():
    windows = {op.window_field for op in OPS.values() if op.window_field}
    assert windows == {"kernel_size", "pool_size"}
    for op in OPS.values():
        if op.window_field:
            assert {op.window_field, "strides"} <= op.model_fields.keys()


def test_words_are_the_plain_words_of_papers():
    activations = {word for word, (op, _) in WORDS.items() if op is OPS["Activation"]}
    assert {"relu", "relu6", "swish", "sigmoid", "tanh"} <= activations
    assert "linear" not in WORDS
    assert WORDS["relu6"] == (OPS["Activation"], {"activation": "relu6"})
    assert WORDS["softmax"] == (OPS["Softmax"], {})
    assert WORDS["add"] == (OPS["Add"], {})
    assert WORDS["concatenate"] == (OPS["Concatenate"], {})
    assert WORDS["multiply"] == (OPS["Multiply"], {})


def test_no_two_ops_share_a_word():
    assert len(WORDS) == sum(len(op.words) for op in OPS.values())


def test_every_word_makes_its_op():
    for word, (op, fields) in WORDS.items():
        assert op(**fields).op == op.__name__, word


def test_ops_raise_only_codes_that_are_declared():
    assert {wrong.code for wrong in WRONG} <= CODES.keys()


@pytest.mark.parametrize("name", OPS)
def test_an_op_describes_itself_to_editors(name):
    schema = OPS[name].model_json_schema()
    assert schema["additionalProperties"] is False
    assert schema["properties"].keys() == OPS[name].model_fields.keys()


def test_bounds_reach_the_schema_of_editors():
    units = OPS["Dense"].model_json_schema()["properties"]["units"]
    assert (units["type"], units["minimum"]) == ("integer", 1)


@pytest.mark.thorough
def test_the_table_imports_without_a_framework():
    code = (
        "import sys, archcompiler.ops.table;"
        "print({'keras', 'tensorflow'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"
