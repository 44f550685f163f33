"""Lines: where a row and a block's function stand in what is emitted."""

import ast
from collections.abc import Iterator

import pytest
from shipped import few_first

from archcompiler import load
from archcompiler.backends.keras_source import emit_source
from archcompiler.backends.keras_source.lines import emit_lines

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("name", few_first())
def test_rows_have_statements_of_their_own_and_blocks_a_function(name):
    expansion = load(name).expansion
    found = emit_lines(expansion)
    assert found.text == emit_source(expansion)
    assert list(found.rows) == [row.name for row in expansion.rows if row.ran]
    assert found.blocks.keys() == {frame.block.name for frame in expansion.frames}

    taken: set[int] = set()
    for row in expansion.rows:
        if row.ran:
            lines = found.rows[row.name]
            assert taken.isdisjoint(lines)
            taken |= {*lines}
            texts = strings("if True:\n" + part(found.text, lines))
            assert any(text.startswith(row.slug) for text in texts)
    for lines in found.blocks.values():
        (function,) = ast.parse(part(found.text, lines)).body
        assert isinstance(function, ast.FunctionDef)


@pytest.mark.parametrize("name", few_first())
def test_every_layer_of_a_block_has_the_lines_of_its_step(name):
    expansion = load(name).expansion
    found = emit_lines(expansion)
    for node in expansion.graph:
        if node.trace is not None and node.trace.frame is not None:
            function = found.blocks[node.trace.frame.block.name]
            lines = found.steps[id(node.trace.call)]
            for each in lines:
                assert function.start < each.start < each.stop <= function.stop
            called = "\n".join([part(found.text, each) for each in lines])
            assert node.op is not None
            assert "layers." in called or type(node.op).__name__ in called


def part(text: str, lines: range) -> str:
    """Return some lines of a text, which count from 1."""
    return "\n".join(text.splitlines()[lines.start - 1 : lines.stop - 1])


def strings(source: str) -> Iterator[str]:
    """Yield the literal texts of a source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
