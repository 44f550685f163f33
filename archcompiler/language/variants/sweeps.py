"""Sweeps: the variants that a grid or a list stands for, and how each is composed.

No text is made and read again: a point holds nodes of the file, as its author placed
them, and is composed as every variant is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import NamedTuple

from pydantic_core import PydanticCustomError

from archcompiler.diagnostics import SpecError, fail, failure
from archcompiler.language.forms.choices import Choice
from archcompiler.language.program.program import Program
from archcompiler.language.recipe.training import Training, merge_training
from archcompiler.language.spec.grids import Axis, Grid
from archcompiler.language.spec.spec import Edits, Sweep
from archcompiler.language.text.document import Mapping, Node, Scalar
from archcompiler.language.variants.variants import apply_edits

_RECIPE = "training"


class Point(NamedTuple):
    """One variant of a sweep. Points with an equal network share the node of it."""

    name: str
    values: tuple[str, ...]
    """A value for each heading of the sweep, as names show it."""

    network: Mapping
    """What it edits, less the recipe."""

    recipe: Node | None
    at: Scalar
    """What stands for its name in the file."""


def headings(sweep: Sweep) -> tuple[str, ...]:
    """Return what the values of points are called; a list has none."""
    return tuple([axis.label for axis in sweep.grid.axes]) if sweep.grid else ()


def seed_heading(sweep: Sweep) -> str | None:
    """Return what the seeds of training are called, where a grid has some."""
    axes = sweep.grid.axes if sweep.grid else ()
    keys = {axis.label: [cell.text for cell in axis.keys] for axis in axes}
    return next((name for name, k in keys.items() if k == [_RECIPE, "seed"]), None)


def is_swept(sweep: Sweep, section: str, key: str) -> bool:
    """Whether a sweep varies a parameter, or something of a key of the recipe."""
    if sweep.grid is None:
        return any(key in _edited(point, section) for point in _listed_points(sweep))
    paths = [[cell.text for cell in axis.keys] for axis in sweep.grid.axes]
    return any(path[:2] == [section, key] for path in paths)


def points_of(sweep: Sweep) -> Iterator[Point]:
    """Yield every point in the order of the file, the last list turning fastest."""
    if sweep.grid is None:
        return _listed_points(sweep)
    return _grid_points(sweep.grid, sweep.grid.axes)


def alone(sweep: Sweep) -> Iterator[Point]:
    """Yield for each value of a grid a point that tries it alone, for a list all."""
    if sweep.grid is None:
        yield from _listed_points(sweep)
        return
    for axis in sweep.grid.axes:
        yield from _grid_points(sweep.grid, (axis,))


def holding(sweep: Sweep, point: Point, most: int) -> Iterator[Point] | None:
    """Return the points with the value that `point` tries alone; None beyond `most`."""
    if sweep.grid is None:
        return iter([point])
    label, _, text = point.name.partition("=")
    axes = [
        axis._replace(choices=tuple([c for c in axis.choices if c.text == text]))
        if axis.label == label
        else axis
        for axis in sweep.grid.axes
    ]
    if prod(len(axis.choices) for axis in axes) > most:
        return None
    return _grid_points(sweep.grid, axes)


def find_point(sweep: Sweep, name: str) -> Point | None:
    """Return the point of a name, if there is one."""
    if sweep.grid is None:
        return next((p for p in _listed_points(sweep) if p.name == name), None)
    words, axes = name.split(" "), sweep.grid.axes
    if len(words) != len(axes):
        return None
    chosen = []
    for word, axis in zip(words, axes, strict=True):
        text = word.removeprefix(f"{axis.label}=")
        choices = tuple([choice for choice in axis.choices if choice.text == text])
        chosen.append(axis._replace(choices=choices))
    return next((p for p in _grid_points(sweep.grid, chosen) if p.name == name), None)


def compose(base: Program, point: Point) -> Program:
    """Return the program of a point: the variant that it stands for.

    Raises:
        SpecError: for an edit that hits nothing.
    """
    program = compose_network(base, point)
    return replace(program, training=compose_recipe(base, point))


def compose_network(base: Program, point: Point) -> Program:
    """Return the program of a point with the base's recipe.

    Raises:
        SpecError: for an edit that hits nothing.
    """
    at = point.at
    name = f"{base.name} {point.name}" if base.sweep and base.sweep.grid else point.name
    cell = Scalar(name, at.plain, at.source, at.line, at.column, at.end)
    edits = Edits.model_validate(point.network)
    return apply_edits(base, edits, cell, base.at, base.at.source)


def compose_recipe(base: Program, point: Point) -> Training | None:
    """Return the base's recipe with the keys of a point.

    Raises:
        SpecError: for a recipe that cannot be.
    """
    if point.recipe is None:
        return base.training
    try:
        return merge_training(base.training, Training.read_section(point.recipe))
    except PydanticCustomError as error:
        raise SpecError((error.context or {})["found"]) from None


def refuse_names(program: Program) -> None:
    """Refuse what `FILE:NAME` could not tell: a variant's name, or one with a colon.

    Raises:
        SpecError: with the place of the point.
    """
    if program.sweep is None or program.sweep.grid is not None:
        return
    for point in points_of(program.sweep):
        if point.name in program.variants:
            message = f"`{point.name}` is a variant of this file already"
            fail("duplicate-name", message, point.at.span)
        if ":" in point.name or not point.name.isprintable():
            message = "the name of a variant to compare has no colon or line break"
            fail("bad-name", message, point.at.span)


def sweep_of(program: Program) -> Sweep:
    """Return the sweep of a program.

    Raises:
        SpecError: where it has none.
    """
    if program.sweep is not None:
        return program.sweep
    name = next(iter(program.parameters), None)
    help = "write `sweep:` with a `grid` or a `list` of variants"
    if name:
        help = f"for instance `sweep: {{grid: {{parameters: {{{name}: [...]}}}}}}`"
    raise failure(
        "missing-key", f"`{program.name}` has no sweep", program.at.span, help=help
    )


# Points ---------------------------------------------------------------------


def _listed_points(sweep: Sweep) -> Iterator[Point]:
    key, listed = sweep.at.entries["list"]
    unedited = _mapping(key)
    for name, (at, node) in listed.entries.items():
        network = _mapping(at)
        network.entries = {k: e for k, e in node.entries.items() if k != _RECIPE}
        recipe = node.entries[_RECIPE][1] if _RECIPE in node.entries else None
        yield Point(name, (), network if network.entries else unedited, recipe, at)


def _edited(point: Point, section: str) -> Collection[str]:
    """Return the keys that a point edits in a section; a null section has none."""
    edits = point.recipe
    if section != _RECIPE:
        edits = point.network.entries.get(section, (None, None))[1]
    return edits.entries if isinstance(edits, Mapping) else ()


def _grid_points(grid: Grid, axes: Sequence[Axis]) -> Iterator[Point]:
    """Yield the combinations; each half of a point is made once, and shared."""
    key = next(key for key, _ in grid.at.items())
    halves: dict[tuple[bool, tuple[Choice, ...]], Mapping] = {}
    for chosen in product(*[axis.choices for axis in axes]):
        pairs = list(zip(axes, chosen, strict=True))
        found = []
        for half in (False, True):
            some = tuple([choice for axis, choice in pairs if axis.of_recipe is half])
            if (half, some) not in halves:
                halves[half, some] = _edits(grid, pairs, key, of_recipe=half)
            found.append(halves[half, some])
        network, recipe = found
        name = " ".join([f"{axis.label}={choice.text}" for axis, choice in pairs])
        values = tuple([choice.text for choice in chosen])
        training = recipe.entries[_RECIPE][1] if recipe.entries else None
        yield Point(name, values, network, training, key)


def _edits(
    grid: Grid, pairs: Iterable[tuple[Axis, Choice]], at: Scalar, *, of_recipe: bool
) -> Mapping:
    """Return edits of network or recipe as they would stand in a variant."""
    root = _mapping(at)
    for keys, choice in [*grid.fixed, *((axis.keys, c) for axis, c in pairs)]:
        if (keys[0].text == _RECIPE) is not of_recipe:
            continue
        mapping = root
        for key in keys[:-1]:
            mapping = mapping.entries.setdefault(key.text, (key, _mapping(key)))[1]  # type: ignore[assignment]
        mapping.entries[keys[-1].text] = (keys[-1], choice.node)
    return root


def _mapping(at: Scalar) -> Mapping:
    return Mapping(at.source, at.line, at.column)
