"""Emission: the model's functions, and around them the script that trains it."""

import ast
from pathlib import Path

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_source.module import Script, emit_module
from archcompiler.backends.keras_source.templates import render
from archcompiler.training.recipe import Recipe
from archcompiler.training.script.constants import constants_of
from archcompiler.training.script.parts import parts_of

_TEMPLATE = Path(__file__).parent / "script.py.jinja"
_IMPORTS = {
    "argparse": "import argparse",
    "math": "import math",
    "Path": "from pathlib import Path",
    "np": "import numpy as np",
    "tf": "import tensorflow as tf",
    "load_digits": "from sklearn.datasets import load_digits",
}


def emit_training(architecture: Architecture, recipe: Recipe, data: str) -> str:
    """Return a script that builds a model and trains it, without archcompiler.

    `data` is what `choose_data` chose.

    Raises:
        SpecError: with `unsupported-source`, for a model that no source says.
    """
    parts = parts_of(recipe, data)

    def script(build: str) -> Script:
        text = render(_TEMPLATE, build=build, **parts).rstrip("\n")
        names = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
        return Script(
            main="main()",
            imports=frozenset(_IMPORTS[name] for name in names & _IMPORTS.keys()),
            constants=tuple(constants_of(architecture, recipe, names)),
            definitions=(text,),
        )

    taken = _defined(script("build").definitions[0]) | _IMPORTS.keys()
    return emit_module(architecture.expansion, script, taken)


def _defined(text: str) -> set[str]:
    """Return the names of a script's functions and classes."""
    body = ast.parse(text).body
    return {n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
