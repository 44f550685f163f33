"""Small specs for tests: expanded from text, without files."""

from textwrap import dedent
from typing import Any

from archcompiler.diagnostics import Source
from archcompiler.graph.expansion import Expansion, expand
from archcompiler.language.loading.spec_text import read_spec
from archcompiler.language.program.program import Program
from archcompiler.language.spec.spec import Spec
from archcompiler.language.variants.settings import apply_settings, read_settings
from archcompiler.language.variants.variants import apply_edits, root_program


def program_of(text: str, **settings: Any) -> Program:
    spec = read_spec(Source("tiny.yaml", dedent(text)))
    assert isinstance(spec, Spec)
    program = root_program(spec, spec.name.source)
    return apply_settings(program, read_settings(settings))


def variant_of(text: str, name: str) -> Program:
    spec = read_spec(Source("tiny.yaml", dedent(text)))
    assert isinstance(spec, Spec)
    source = spec.name.source
    key = spec.at.entries["variants"][1].entries[name][0]
    base = root_program(spec, source)
    return apply_edits(base, spec.variants[name], key, spec.name, source)


def expand_text(text: str, **settings: Any) -> Expansion:
    return expand(program_of(text, **settings))


def layers(text: str, **settings: Any) -> list[str]:
    """Return the names of the layers that a spec makes, in order."""
    return [node.name for node in expand_text(text, **settings).graph if node.op]


def operands(text: str) -> dict[str, tuple[str, ...]]:
    """Return the names of each layer's inputs."""
    return {node.name: node.inputs for node in expand_text(text).graph if node.op}


def table(rows: str, columns: str = "type", blocks: str = "", head: str = "") -> str:
    """Return a spec of 8x8x3 images with these rows, one a line."""
    lines = ["name: tiny", "input: 8x8x3", *dedent(head).strip().splitlines()]
    if blocks:
        lines += ["blocks:", *(f"  {line}" for line in dedent(blocks).splitlines())]
    lines += ["table:", f"  columns: [{columns}]", "  rows:"]
    lines += [f"  - {line}" for line in dedent(rows).strip().splitlines()]
    return "\n".join(lines) + "\n"
