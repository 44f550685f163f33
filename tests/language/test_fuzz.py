"""Whatever a text holds, it becomes a model or a diagnostic with a true place."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutations import mutate

from archcompiler.diagnostics import Diagnostic, Source, SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.loading.places import shipped_folder
from archcompiler.language.loading.spec_text import read_spec
from archcompiler.language.program.program import Program
from archcompiler.language.spec.spec import Spec
from archcompiler.language.variants.variants import apply_edits, root_program

pytestmark = pytest.mark.slow

INVALID = Path(__file__).parent.parent / "invalid"
SHIPPED = sorted(shipped_folder().glob("*.yaml"))
SMALL = [path for path in sorted(INVALID.glob("*.yaml")) if "utf-8" not in path.name]
ROUNDS = 8  # for each shipped spec: less than a second in all


def programs(text: str) -> Iterator[Program]:
    """Return what a text means: its program, and those of its variants."""
    form = read_spec(Source("fuzzed.yaml", text))
    source = form.name.source
    if isinstance(form, Spec):
        program = root_program(form, source)
    else:
        text = (shipped_folder() / "googlenet.yaml").read_text()
        base = read_spec(Source("base.yaml", text))
        assert isinstance(base, Spec)
        program = apply_edits(
            root_program(base, base.name.source), form, form.name, form.name, source
        )
    yield program
    for name, edits in form.variants.items():
        key = form.at.entries["variants"][1].entries[name][0]
        yield apply_edits(program, edits, key, form.name, source)


def diagnose(text: str) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a text; any error but a SpecError is ours."""
    try:
        for program in programs(text):
            expand(program)
    except SpecError as error:
        return error.diagnostics
    return ()


def check(text: str) -> None:
    for diagnostic in diagnose(text):
        assert str(diagnostic)
        check_place(diagnostic)


def check_place(diagnostic: Diagnostic) -> None:
    span = diagnostic.span
    assert span is not None
    assert 1 <= span.line <= span.source.text.count("\n") + 1
    assert 1 <= span.column <= len(span.source.line(span.line)) + 1
    assert span.column < span.end


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_mutated_spec_expands_or_is_explained(path: Path, campaign: int) -> None:
    chance = random.Random(path.stem)
    text = path.read_text()
    for _ in range(ROUNDS * campaign):
        check(mutate(text, chance))


def test_a_mutated_small_spec_expands_or_is_explained(campaign: int) -> None:
    chance = random.Random(0)
    for _ in range(4 * campaign):
        for path in SMALL:
            check(mutate(path.read_text(), chance))
