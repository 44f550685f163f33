"""A pretended Keras: emitted source runs on it in a millisecond, leaving its layers.

Each layer becomes the op that its arguments make, which refuses what the spec refuses
and tells the shape of what comes out, so that source may ask for it.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import archcompiler
from archcompiler import SpecError
from archcompiler.graph.graph import Graph
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.table import OPS

REFUSALS = (ArithmeticError, OpError, TypeError, ValueError)
Layers = dict[str, tuple[AbstractOp | None, tuple[str, ...]]]
"""Each layer by name: its op, None for an input, and the layers that feed it."""


def layers_of_graph(graph: Graph) -> Layers:
    """Return the layers that source should make."""
    return {node.name: (node.op, node.inputs) for node in graph}


def layers_of_source(source: str, **arguments: Any) -> Layers:
    """Run emitted source; return the layers that it makes."""
    tree = ast.parse(source)
    definitions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    imports = [
        node
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "keras" not in ast.unparse(node)
    ]
    body = ast.Module([*imports, *definitions], [])
    keras = PretendedKeras()
    module = ModuleType("emitted")
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    module.__dict__.update({name: getattr(keras, name) for name in classes})
    module.__dict__.update(keras=keras, layers=keras)
    exec(compile(body, "emitted", "exec"), module.__dict__)
    getattr(module, definitions[-1].name)(**arguments)
    return keras.made


def agree(spec: str | Path, source: str, given: Mapping[str, Any]) -> bool:
    """Hold source against its spec; return whether both take the arguments."""
    try:
        graph = archcompiler.load(spec, **given).graph
    except SpecError:
        with pytest.raises(REFUSALS):
            layers_of_source(source, **given)
        return False
    assert layers_of_source(source, **given) == layers_of_graph(graph)
    return True


def arguments_of(source: str) -> set[str]:
    """Return the arguments of the builder, the last function."""
    tree = ast.parse(source)
    builder = [node for node in tree.body if isinstance(node, ast.FunctionDef)][-1]
    return {argument.arg for argument in builder.args.args}


class PretendedKeras:
    """What emitted source asks of `keras` and of `keras.layers`."""

    initializers = SimpleNamespace(Constant=float)

    def __init__(self) -> None:
        self.made: Layers = {}

    def Input(self, shape: tuple[int, ...], *, name: str) -> SimpleNamespace:
        """Make an input."""
        if any(type(size) is not int or size < 1 for size in shape):
            raise ValueError(f"{shape} is no shape")
        self.made[name] = None, ()
        return SimpleNamespace(name=name, shape=(None, *shape))

    def Model(self, inputs: Any, outputs: Any, *, name: str) -> None:
        """Make nothing of the model itself."""

    def __getattr__(self, word: str) -> Callable[..., Any]:
        op = OPS[word]
        fields = op.model_fields.items()
        required = [field for field, declared in fields if declared.is_required()]

        def make(*positional: Any, name: str, **keywords: Any) -> Callable[..., Any]:
            given = dict(zip(required, positional, strict=False)) | keywords
            assert not any(isinstance(value, Fraction) for value in flat(given))
            if given.get("noise_shape") is not None:
                given["noise_shape"] = given["noise_shape"][1:]  # ours has no batch
            made = op.model_validate(given)
            return lambda tensors: self.apply(made, tensors, name)

        return make

    def apply(self, op: AbstractOp, tensors: Any, name: str) -> SimpleNamespace:
        """Call a layer on its operands."""
        assert name not in self.made
        assert isinstance(tensors, list) is (op.inputs == "several")
        operands = tensors if isinstance(tensors, list) else [tensors]
        self.made[name] = op, tuple([tensor.name for tensor in operands])
        shape = op.infer_shape(tuple([tensor.shape[1:] for tensor in operands]))
        return SimpleNamespace(name=name, shape=(None, *shape))


def flat(value: Any) -> Iterator[Any]:
    """Yield the values within dictionaries, lists and tuples."""
    if isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from flat(inner)
    else:
        yield value
