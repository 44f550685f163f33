"""Emitted source as text: formatted, stable, safe, and not stale."""

import ast
import os
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

import pytest
from shipped import few_first

import archcompiler
from archcompiler.language.expressions.naming import slug
from archcompiler.language.loading.places import shipped_specs

HERE = Path(__file__).parent
TRICKY = sorted((HERE / "specs").glob("*.yaml"))
RUFF = Path(sysconfig.get_path("scripts")) / "ruff"
ROOT = HERE.parent.parent


@cache
def source_of(spec):
    return archcompiler.load(spec).to_source()


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("emitted")
    for spec in [*shipped_specs(), *TRICKY]:
        (folder / f"{slug(str(spec))}.py").write_text(source_of(spec))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", [["format", "--check"], ["check"]], ids=" ".join)
def test_ruff_has_nothing_to_say(emitted, command):
    ruff = [RUFF, *command, "--isolated", emitted]
    done = subprocess.run(ruff, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_source_is_the_same_under_other_hash_seeds():
    """Another process emits what this one does, under a seed that this one has not."""
    names = ("googlenet-cifar10", "efficientnet-b3")
    script = (
        "import archcompiler\n"
        f"for name in {names}:\n"
        "    print(archcompiler.load(name).to_source())"
    )
    seed = "4242" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "".join(f"{source_of(name)}\n" for name in names)


def test_text_of_the_spec_stays_text():
    """A name, a title and a type that try to become code only name things."""
    spec = HERE / "specs" / "hostile_text.yaml"
    tree = ast.parse(source_of(spec))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names}
    assert names == {"Fraction", "keras", "layers"}
    called = {
        node.func.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    }
    assert called == {"keras", "layers"}


@pytest.mark.thorough
def test_block_definitions_keep_their_expressions():
    source = source_of("densenet121")
    assert "4 * growth" in source
    assert "inputs.shape[-1] // 2" in source


def test_one_call_stands_for_one_row():
    source = source_of("googlenet")
    assert source.count("    x = inception(") == 9
    line = 'x = inception(x, 64, 96, 128, 16, 32, 32, name="inception_3a")'
    assert line in source


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first(shipped_specs()))
def test_generated_source_is_not_stale(name, request):
    path = ROOT / "generated" / f"{slug(name)}.py"
    if request.config.getoption("--refresh-goldens"):
        path.write_text(source_of(name))
    assert path.read_text() == source_of(name)
