"""Work and memory are in proportion to the size of a table, and of what is refused.

What is refused may stand anywhere: the places are those of the JSON Schema, so that a
new key is tried without being told. Work is counted in calls and measured in memory,
neither of which depends on the load of the machine.
"""

import json
import random
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from tiny_specs import table

from archcompiler.checking.checking import check
from archcompiler.diagnostics import MOST_FOUND, Source, SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.loading.spec_text import read_spec
from archcompiler.language.spec.schema import json_schema
from archcompiler.language.spec.spec import Spec
from archcompiler.language.text import document
from archcompiler.language.text.document import MOST_KEYS, read_document
from archcompiler.language.variants.variants import root_program

SCHEMA = json_schema()
BASE = {"name": "s", "input": "8x8x3", "table": {"columns": ["type"], "rows": ["relu"]}}
FILLINGS: dict[str, Callable[[int], Any]] = {
    "unknown keys": lambda n: {f"key {at}": 1 for at in range(n)},
    "mappings": lambda n: {f"key {at}": {"key": {"a": 1}} for at in range(n)},
    "texts": lambda n: [f"text {at}" for at in range(n)],
    "lists": lambda n: [["relu", f"text {at}"] for at in range(n)],
    "calls": lambda n: [{f"call {at}": {"a": 1, "b": 2}} for at in range(n)],
    "one text": lambda n: "abc" * n,
    "one expression": lambda n: "<" + "1 + " * n + "1>",
    "holes": lambda n: "<1>" * n,
}
FEW, TIMES = 100, 4
MOST_RATIO = 6.5
"""Linear is 4, and a little for a table that grows; quadratic is 16."""


def places(schema: Any, depth: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield the keys that lead to each value of the schema."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    for key, value in schema.get("properties", {}).items():
        yield (key,)
        if depth < 3:
            yield from ((key, *more) for more in places(value, depth + 1))
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from places(inner, depth)
    if isinstance(named := schema.get("additionalProperties"), dict) and depth < 3:
        yield ("named",)
        yield from (("named", *more) for more in places(named, depth + 1))


PLACES = sorted(set(places(SCHEMA["else"]["else"])))


def text_of(place: tuple[str, ...], filling: Any) -> str:
    """Return a spec with a filling at a place; YAML reads JSON."""
    spec: dict[str, Any] = json.loads(json.dumps(BASE))
    at = spec
    for key in place[:-1]:
        at[key] = at[key] if isinstance(at.get(key), dict) else {}
        at = at[key]
    at[place[-1]] = filling
    return json.dumps(spec)


def refuse(text: str) -> None:
    """Read and expand a text in which something may be wrong."""
    try:
        form = read_spec(Source("s.yaml", text))
        if isinstance(form, Spec):
            expand(root_program(form, form.name.source))
    except SpecError as error:
        found = len(error.diagnostics)
        assert found <= MOST_FOUND


def cost(work: Callable[[], object]) -> tuple[int, int]:
    """Return the calls that some work takes, and the bytes at their peak."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    tracemalloc.start()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return calls, peak


def check_proportions(place: tuple[str, ...], filling: str) -> None:
    few, many = (
        cost(partial(refuse, text_of(place, FILLINGS[filling](n))))
        for n in (FEW, TIMES * FEW)
    )
    for one, other, least in zip(few, many, (10_000, 2**18), strict=True):
        assert other < MOST_RATIO * max(one, least), (place, filling, few, many)


ALL = [(place, filling) for place in PLACES for filling in FILLINGS]


@pytest.mark.slow
def test_some_places_take_work_in_proportion(campaign: int) -> None:
    assert len(PLACES) > 50
    for place, filling in random.Random(0).sample(ALL, min(len(ALL), 10 * campaign)):
        check_proportions(place, filling)


@pytest.mark.slow
@pytest.mark.parametrize("filling", FILLINGS)
def test_many_places_take_work_in_proportion(filling: str, campaign: int) -> None:
    some = min(len(PLACES), 25 * campaign)
    for place in random.Random(filling).sample(PLACES, some):
        check_proportions(place, filling)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("".join([f"k{at}: 1\n" for at in range(100_000)]), f"{MOST_KEYS:,} keys"),
        ("k: " + "a" * 10_001, "at most 10,000 characters"),
        ("k: [" + "a, " * 11 + "]", "at most 10 items"),
        ("k: [" + "[a, a, a, a], " * 9 + "]", "at most 40 values"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_validated(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "MOST_ITEMS", 10)
    monkeypatch.setattr(document, "MOST_VALUES", 40)
    with pytest.raises(SpecError, match=message) as error:
        read_document(Source("s.yaml", text))
    (found,) = error.value.diagnostics
    assert found.code == "too-large"


TABLES: dict[str, Callable[[int], str]] = {
    "rows": lambda n: rows_of(n, "8x8x4"),
    "rows, the last with a wrong size": lambda n: rows_of(n, "8x7x4"),
    "rows, the last with another call": lambda n: rows_of(n, "8x8x4", "konv"),
    "rows, the last with another window": lambda n: rows_of(n, "8x8x4", patch="9x9"),
    "a repeated row": lambda n: row_of(f"[unit, {n}]"),
    "a repeated step of a repeated row": lambda n: row_of(f"[many, {n // 10}]"),
}
MOST_BYTES = 2_000
"""Of a layer, whatever the table."""


def rows_of(n: int, last: str, kind: str = "conv", patch: str = "3x3") -> str:
    """Return a table of one convolution in each row, of which it prints the size."""
    rows = "\n".join([f"layer {at}: [conv, 3x3, 8x8x4]" for at in range(n - 1)])
    rows += f"\nlayer {n}: [{kind}, {patch}, {last}]"
    conv = "conv: {columns: [patch], sequence: [Conv2D: {patch: <patch>, filters: 4}]}"
    conv = conv.replace("4}", "4, padding: <'same' if patch == '3x3' else 'valid'>}")
    return table(rows, "type, patch, output size", conv)


def row_of(row: str) -> str:
    """Return a table of one row that repeats a block of a sum."""
    blocks = "unit: {sequence: [relu, add: {from: [-1, in]}]}"
    blocks += "\nmany: {sequence: [unit: {repeat: 10}]}"
    return table(f"all: {row}", "type, repeat", blocks)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "kind",
    [k if "last" not in k else pytest.param(k, marks=pytest.mark.slow) for k in TABLES],
)
def test_a_table_takes_work_in_proportion(kind: str) -> None:
    few, many = (cost(partial(check, TABLES[kind](n))) for n in (100, 400))
    assert max(one / other for one, other in zip(many, few, strict=True)) < 5


@pytest.mark.thorough
@pytest.mark.parametrize("kind", [kind for kind in TABLES if "last" not in kind])
def test_a_layer_takes_less_than_two_kilobytes(kind: str) -> None:
    text = TABLES[kind](3000)
    tracemalloc.start()
    checked = check(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert checked.ok
    assert peak < MOST_BYTES * len(checked.architecture.graph)
