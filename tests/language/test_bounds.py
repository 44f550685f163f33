"""Input without measure: refused clearly, and within two seconds of processor time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
import yaml
from tiny_specs import expand_text, table

from archcompiler.diagnostics import MOST_FOUND, Source, SpecError
from archcompiler.graph import run
from archcompiler.language.text import document
from archcompiler.language.text.document import read_document

CONV = "conv: {columns: [n], sequence: [Conv2D: {patch: 1x1, filters: <n>}]}"


@contextmanager
def refused(code: str, seconds: float = 2) -> Iterator[None]:
    started = time.process_time()
    with pytest.raises(SpecError) as error:
        yield
    shown = str(error.value)
    assert time.process_time() - started < seconds
    assert f"error[{code}]" in shown
    assert len(shown) < 20_000


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "0." + "9" * 5000])
@pytest.mark.parametrize("cell", ["{}", "<{}>", "<{} * 2>", "3x{}"])
@pytest.mark.parametrize("column", ["filters", "n: repeat"])
def test_a_number_of_5000_digits(number: str, cell: str, column: str) -> None:
    row = f"a: [Conv2D, '{cell.format(number)}', 1x1]"
    with pytest.raises(SpecError) as error:
        expand_text(table(row, f"type, {column}, patch"))
    assert len(str(error.value)) < 2000


def test_a_size_of_5000_digits() -> None:
    spec = table("relu").replace("8x8x3", f"{'9' * 5000}x8x3")
    with refused("bad-value"):
        expand_text(spec)


PARSERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each parser in turn: some give up on depth, and before they tell of it."""
    monkeypatch.setattr(document, "_Loader", request.param)


DEPTHS = pytest.mark.parametrize("depth", [45, 999, 1001, 30_000])


@pytest.mark.parametrize("end", ["close", "stay open", "break off"])
@pytest.mark.parametrize(
    "opening", ["[", "{", "[ ", "[\n", "[{", "{? [", "{a: [", "[[a, b], "]
)
@DEPTHS
def test_deep_brackets_are_told_as_such(depth: int, opening: str, end: str) -> None:
    closing = "".join({"[": "]", "{": "}"}.get(sign, "") for sign in opening[::-1])
    endings = {"close": closing * depth, "stay open": "", "break off": "%"}
    with refused("too-deep"):
        expand_text("name: tiny\ntable: " + opening * depth + endings[end])


@pytest.mark.parametrize("opening", ["- ", "? ", "- ? ", "- [", "? {"])
@DEPTHS
def test_nested_lists_and_keys_without_brackets(opening: str, depth: int) -> None:
    block = opening.rstrip("[{")
    with refused("too-deep"):
        read_document(
            Source("tiny.yaml", block * depth + opening[len(block) :] * depth)
        )


@pytest.mark.parametrize("filler", ['"{}"', "'{}'", "x{}", "|\n  {}\n", "# {}\n  x"])
@pytest.mark.usefixtures("parser")
def test_brackets_that_are_text_do_not_nest(filler: str) -> None:
    text = f"paper: {filler.format('[{' * 4000)}\ntable: "
    assert "paper" in read_document(Source("tiny.yaml", text + "[x]")).entries
    with refused("yaml-syntax"):
        read_document(Source("tiny.yaml", text + "[x"))


@pytest.mark.thorough
@pytest.mark.usefixtures("parser")
def test_nesting_is_refused_at_one_place_whatever_stands_behind_it() -> None:
    behind = ["x" + "]" * 100, "", "%", "[" * 2000]
    places = set()
    for rest in behind:
        with pytest.raises(SpecError) as error:
            read_document(Source("tiny.yaml", "table: " + "[" * 100 + rest))
        places.add(str(error.value.diagnostics[0].span.column))
    assert places == {str(len("table: ") + document.DEEPEST + 1)}


def test_a_bomb_of_aliases() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for n in range(1, 12):
        lines.append(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]")
    with refused("yaml-feature"):
        expand_text("\n".join(lines))


def test_a_bomb_of_merge_keys() -> None:
    with refused("yaml-feature"):
        expand_text("a: {<<: [{<<: [{<<: {b: c}}]}]}")


@pytest.mark.parametrize("repeat", ["1000000000", "1e9", "<1000000 * 1000>"])
def test_a_billion_repetitions(repeat: str) -> None:
    with pytest.raises(SpecError, match="`repeat` is"):
        expand_text(table(f"act: [relu, {repeat}]", "type, repeat"))


def test_repetitions_of_repetitions() -> None:
    blocks = """
    a: {sequence: [relu: {repeat: 10000}]}
    b: {sequence: [a: {repeat: 10000}]}
    """
    with refused("too-large"):
        expand_text(table("act: [b, 10000]", "type, repeat", blocks))


@pytest.mark.thorough
def test_repetitions_that_make_no_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are counted too. The bound is a small part of the real one."""
    monkeypatch.setattr(run, "MOST_CALLS", run.MOST_CALLS // 50)
    blocks = """
    a: {sequence: [relu: {when: false}]}
    b: {sequence: [a: {repeat: 10000}]}
    c: {sequence: [b: {repeat: 10000}]}
    """
    with refused("too-large", 1):
        expand_text(table("act: [c, 10000]", "type, repeat", blocks))


def test_blocks_that_double() -> None:
    names = [f"b{n}" for n in range(35)]
    blocks = [f"{a}: {{sequence: [{b}: {{name: x}}, {b}: {{name: y}}]}}"
              for a, b in pairwise(names)]  # fmt: skip
    blocks.append(f"{names[-1]}: {{sequence: [relu]}}")
    with refused("too-large"):
        expand_text(table("b0", blocks="\n".join(blocks)))


@pytest.mark.thorough
def test_blocks_that_call_each_other_too_deep() -> None:
    names = [f"b{n}" for n in range(2000)]  # deeper than Python calls functions
    blocks = [f"{a}: {{sequence: [{b}]}}" for a, b in pairwise(names)]
    blocks.append(f"{names[-1]}: {{sequence: [relu]}}")
    with refused("too-deep"):
        expand_text(table("b0", blocks="\n".join(blocks)))


def test_a_product_that_grows_in_every_block() -> None:
    names = [f"b{n}" for n in range(30)]
    blocks = [f"{a}: {{columns: [n], sequence: [{b}: {{n: <n * n>}}]}}"
              for a, b in pairwise(names)]  # fmt: skip
    blocks.append(f"{names[-1]}: {{columns: [n], sequence: [Dense: {{units: <n>}}]}}")
    with refused("too-large"):
        expand_text(table("[b0, 3]", "type, n", "\n".join(blocks)))


def test_text_that_grows_in_every_block() -> None:
    names = [f"b{n}" for n in range(30)]
    blocks = [f"{a}: {{columns: [t], sequence: [{b}: {{t: <t>x<t>}}]}}"
              for a, b in pairwise(names)]  # fmt: skip
    blocks.append(f"{names[-1]}: {{columns: [t], sequence: [relu: {{when: <t>}}]}}")
    with refused("too-large"):
        expand_text(table("[b0, 3x3]", "type, t", "\n".join(blocks)))


@pytest.mark.thorough
def test_a_table_of_mistakes_shows_twenty() -> None:
    rows = "\n".join(f"r{n}: [wombat, {n}]" for n in range(1500))
    started = time.process_time()
    with pytest.raises(SpecError) as error:
        expand_text(table(rows, "type, n"))
    assert time.process_time() - started < 2
    assert len(error.value.diagnostics) == MOST_FOUND
    assert str(error.value).count("error[") == 20
    assert str(error.value).endswith("... and 80 more")


@pytest.mark.thorough
def test_many_rows_that_refer_to_nothing() -> None:
    rows = "\n".join(f"r{n}: [relu, r{n}x]" for n in range(1500))
    with refused("bad-reference"):
        expand_text(table(rows, "type, from"))


def test_a_long_line_is_cut_around_the_place() -> None:
    cells = ", ".join(["4"] * 2000)
    with pytest.raises(SpecError) as error:
        expand_text(table(f"a: [Conv2D, {cells}]", "type, filters, patch"))
    assert max(map(len, str(error.value).splitlines())) < 200


@pytest.mark.thorough
def test_five_thousand_rows_take_a_second_or_two() -> None:
    rows = "\n".join(f"r{n}: [conv, 4]" for n in range(5000))
    started = time.process_time()
    assert len(expand_text(table(rows, "type, n", CONV)).graph) == 5001
    assert time.process_time() - started < 2.5
