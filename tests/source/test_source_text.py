"""Emitted source as text: formatted, stable, safe, and not stale."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import archcompiler
from archcompiler.language.loading import shipped_specs

HERE = Path(__file__).parent
TRICKY = sorted((HERE / "specs").glob("*.yaml"))
ROOT = HERE.parent.parent


@pytest.fixture(scope="module")
def emitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("emitted")
    for spec in [*shipped_specs(), *TRICKY]:
        name = Path(spec).stem.replace("-", "_")
        (folder / f"{name}.py").write_text(archcompiler.load(spec).to_source())
    return folder


@pytest.mark.parametrize("command", [["format", "--check"], ["check"]], ids=" ".join)
def test_ruff_has_nothing_to_say(emitted, command):
    ruff = [sys.executable, "-m", "ruff", *command, "--isolated", str(emitted)]
    done = subprocess.run(ruff, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_source_is_the_same_under_other_hash_seeds():
    script = (
        "import archcompiler\n"
        "for name in ('googlenet-cifar10', 'efficientnet-b3'):\n"
        "    print(archcompiler.load(name).to_source())"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4242")
    }
    assert len(texts) == 1


def test_text_of_the_spec_stays_text():
    """A name, a title and a type that try to become code only name things."""
    spec = HERE / "specs" / "hostile_text.yaml"
    tree = ast.parse(archcompiler.load(spec).to_source())
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names}
    assert names == {"keras", "layers"}
    called = {
        node.func.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    }
    assert called == {"keras", "layers"}


def test_block_definitions_keep_their_expressions():
    source = archcompiler.load("densenet121").to_source()
    assert "4 * growth" in source
    assert "inputs.shape[-1] // 2" in source


def test_one_call_stands_for_one_row():
    source = archcompiler.load("googlenet").to_source()
    assert source.count("    x = inception(") == 9
    line = 'x = inception(x, 64, 96, 128, 16, 32, 32, name="inception_3a")'
    assert line in source


@pytest.mark.parametrize("name", shipped_specs())
def test_generated_source_is_not_stale(name, request):
    path = ROOT / "generated" / f"{name.replace('-', '_')}.py"
    if request.config.getoption("--refresh-goldens"):
        path.write_text(archcompiler.load(name).to_source())
    assert path.read_text() == archcompiler.load(name).to_source()
