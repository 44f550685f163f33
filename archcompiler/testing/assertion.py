"""An assertion on the totals, the output and the rows of an architecture."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import Spec, load
from archcompiler.diagnostics import listed, suggest
from archcompiler.graph.nodes import Node
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.text.notation import Bound, read_bound
from archcompiler.shapes import Shape, format_shape

Total = int | str
"""A number exactly, or a budget: `"<= 5M"`."""

Size = str | Shape
"""`"7x7x1024"` or `(7, 7, 1024)`."""

ROW_TOTALS = ("parameters", "trainable", "macs")


def assert_architecture(
    spec: Spec | Architecture,
    *,
    parameters: Total | None = None,
    trainable: Total | None = None,
    non_trainable: Total | None = None,
    macs: Total | None = None,
    depth: Total | None = None,
    output: Size | None = None,
    rows: Mapping[str, Mapping[str, Any]] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Architecture:
    """Assert what a spec comes to, and return its architecture.

        assert_architecture(
            "specs/mine.yaml",
            parameters=6_998_552,
            macs="<= 2G",
            output="1000",
            rows={"3a": {"output": "28x28x256", "parameters": 163_696}},
            settings={"classes": 1000},
        )

    `spec` is what `load` takes, or an architecture. A total is a number, or a budget as
    `expect` has it. `output` is the shape of the first output. Of a row, `parameters`,
    `trainable`, `macs` and `output` can be told. All that differs is told at once; of a
    total that differs, what each row adds to it.

    Raises:
        AssertionError: where something differs.
        SpecError: where the spec is wrong, its printed cells among it.
        ValueError: for a total that cannot be read, and `settings` of an architecture.
    """
    if isinstance(spec, Architecture) and settings:
        raise ValueError("an architecture has its settings: give the spec instead")
    architecture = (
        spec if isinstance(spec, Architecture) else load(spec, **(settings or {}))
    )
    totals = {
        "parameters": parameters,
        "trainable": trainable,
        "non_trainable": non_trainable,
        "macs": macs,
        "depth": depth,
    }
    found = [
        *_differing_totals(architecture, totals),
        *_differing_size("output", output, architecture.outputs[0]),
        *_differing_rows(architecture, rows or {}),
    ]
    if found:
        lines = "\n  ".join(found)
        raise AssertionError(f"{architecture.name} is not as expected:\n  {lines}")
    return architecture


def _differing_totals(
    architecture: Architecture, expected: Mapping[str, Total | None]
) -> Iterator[str]:
    shown = False
    for name, total in expected.items():
        line = _differing(name, total, getattr(architecture, name))
        yield from line
        if line and name in ROW_TOTALS and not shown:
            shown = True
            yield from _by_row(architecture, name)


def _differing(name: str, total: Total | None, computed: int) -> list[str]:
    if total is None:
        return []
    bound = Bound("", total) if isinstance(total, int) else read_bound(total)
    if bound.holds(computed):
        return []
    return [f"{name}: expected {bound}, computed {computed:,}"]


def _by_row(architecture: Architecture, name: str) -> Iterator[str]:
    """Yield what each row adds to a total that differs."""
    totals = [
        (row.name, getattr(architecture.totals(row), name)) for row in architecture.rows
    ]
    adding = [(row, total) for row, total in totals if total]
    width = max((len(row) for row, _ in adding), default=0)
    for row, total in adding:
        yield f"  {row:<{width}}  {total:>13,}"


def _differing_size(name: str, size: Size | None, node: Node | None) -> list[str]:
    if size is None:
        return []
    expected = size if isinstance(size, str) else format_shape(tuple(size))
    computed = format_shape(node.shape) if node is not None else "nothing"
    if expected == computed:
        return []
    return [f"{name}: expected {expected}, computed {computed}"]


def _differing_rows(
    architecture: Architecture, expected: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    placed = {row.name: row for row in architecture.rows}
    for name, facts in expected.items():
        if name not in placed:
            yield f"row `{name}`: there is no such row{_near(name, placed)}"
            continue
        for line in _differing_row(architecture, placed[name], facts):
            yield f"row `{name}`: {line}"


def _differing_row(
    architecture: Architecture, row: PlacedRow, facts: Mapping[str, Any]
) -> Iterator[str]:
    totals = architecture.totals(row)
    for fact, expected in facts.items():
        if fact == "output":
            yield from _differing_size(fact, expected, row.output)
        elif fact in ROW_TOTALS:
            yield from _differing(fact, expected, getattr(totals, fact))
        else:
            known = f"{listed(ROW_TOTALS)} or output"
            raise ValueError(f"of a row {known} can be told, not `{fact}`")


def _near(name: str, names: Iterable[str]) -> str:
    names = tuple(names)
    return f"; {suggest(name, names) or f'its rows are {listed(names)}'}"
