"""Quoting: what is fixed is filled in, what it decides is decided."""

import ast
from pathlib import Path

import pytest

import archcompiler
from archcompiler.training.script.parts import AUGMENTING
from archcompiler.training.script.quoting import Fixed, fill, quote

PIPELINE = "training/data/pipeline.py"
SIZE = {
    "size": Fixed.literal((12, 12)),
    "method": Fixed.literal("area"),
}


def test_a_literal_takes_the_place_of_a_parameter():
    resize = quote(PIPELINE, "resize", SIZE)
    assert resize.parameters == ("images",)
    assert resize.call() == "resize(images)"
    assert "    if images.shape[1:3] != (12, 12):\n" in resize.text
    assert 'tf.image.resize(images, (12, 12), "area")' in resize.text


@pytest.mark.parametrize(
    ("shape", "last"),
    [
        ((8, 8), '    return tf.image.resize(images, (12, 12), "area")'),
        ((12, 12), "    return tf.cast(images, tf.float32)"),
    ],
)
def test_a_branch_that_is_decided_is_taken_or_falls_away(shape, last):
    known = {**SIZE, "images.shape[1:3]": Fixed.literal(shape)}
    assert quote(PIPELINE, "resize", known).text.splitlines()[-1] == last


def test_a_parameter_that_nothing_asks_for_falls_away():
    step = {"self.factor": Fixed.literal(0.5), "self.every": Fixed.literal(4)}
    share = quote("language/recipe/schedules.py", "Step.share", step)
    assert share.parameters == ("passed",)
    assert "del" not in share.text


def test_a_variable_that_is_called_as_something_fixed_stays():
    """The first scripts took the mean of an image for that of the recipe."""
    known = {"mean": Fixed((0.5,), "MEAN")}
    text = quote("training/data/values.py", "contrast", known).text
    assert "mean = tf.reduce_mean(images" in text
    assert "MEAN" not in text


@pytest.mark.parametrize(
    ("body", "filled"),
    [
        ("if a:\n    x = 1\nreturn y", "x = 1\nreturn y"),
        ("if not a:\n    x = 1\nelse:\n    x = 2\nreturn y", "x = 2\nreturn y"),
        ("if a and b:\n    x = a\nreturn x", "if A and b:\n    x = A\nreturn x"),
        ("for i in b:\n    if a:\n        x = i\nreturn x", "for i in b:\n    x = i\n"),
        ("x = f(\n    a, b\n)\nreturn x", "return f(\n    A, b\n)"),
        ("x = a\nx *= b\nreturn x", "x = A\nx *= b\nreturn x"),
        ("x, y = a\nreturn y", "x, y = A\nreturn y"),
    ],
)
def test_statements_are_filled(body, filled):
    assert fill(body, {"a": Fixed((1, 2), "A")}).startswith(filled)


@pytest.mark.thorough
def test_every_function_of_the_package_is_quoted_as_it_stands():
    """Without anything fixed, only the types fall away."""
    root = Path(archcompiler.__file__).parent
    for file in (*AUGMENTING, "training/data/images.py"):
        for node in ast.parse((root / file).read_text()).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            found = ast.parse(quote(file, node.name, {}).text).body[0]
            assert untyped(found.body) == untyped(node.body)


def untyped(body):
    """Return statements without the types of functions within them."""
    for node in ast.walk(ast.Module(body, [])):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return list(map(ast.dump, body))
