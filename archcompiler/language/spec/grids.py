"""The grid of a sweep: a variant whose values are lists, of which each is tried."""

from collections.abc import Callable, Iterator
from functools import cached_property
from math import prod
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BeforeValidator, Field, SkipValidation, ValidationError

from archcompiler.diagnostics import listed, suggest
from archcompiler.language.expressions import read_value
from archcompiler.language.forms.choices import Choice, Tried, glued, read_tried
from archcompiler.language.forms.forms import (
    Form,
    Values,
    all_located,
    found_by,
    located,
    read_cell,
    read_text,
    require_mapping,
)
from archcompiler.language.recipe.recipe_lists import read_recipe_lists
from archcompiler.language.text.document import Node, Scalar

MOST_POINTS = 10_000
"""Of a sweep: a minute for most networks, and more than anybody compares."""


class Axis(NamedTuple):
    """A list of the grid, with the keys that lead to it."""

    label: str
    keys: tuple[Scalar, ...]
    choices: tuple[Choice, ...]

    @property
    def of_recipe(self) -> bool:
        """Whether it leaves the network as it is."""
        return self.keys[0].text == "training"


def _tried(read: Callable[[Node], Any]) -> BeforeValidator:
    return BeforeValidator(lambda node: read_tried(node, read))


def _read_number(node: Node) -> Any:
    cell = read_text(node)
    if "<" in cell.text:
        message = "a parameter is a number or text, without holes"
        raise located("bad-value", message, cell.span)
    value = read_value(cell.text)
    return int(value) if isinstance(value, float) and value.is_integer() else value


TriedNumber = Annotated[Tried, SkipValidation(), _tried(_read_number)]
TriedText = Annotated[
    Tried, SkipValidation(), _tried(lambda node: read_text(node).text)
]
TriedCell = Annotated[
    Tried, SkipValidation(), _tried(lambda node: read_cell(node).text)
]


class Grid(Form):
    """A variant whose values are lists: every combination of them is tried.

    A value that is no list holds for all. What is no single value, such as rows and
    blocks, varies under `list`.
    """

    what: ClassVar[str] = "`grid`"

    input: TriedText | None = None
    """Shapes of the input to try."""

    parameters: Annotated[dict[str, TriedNumber], Values] = Field(default={})
    """By parameter, the values to try."""

    cells: Annotated[dict[str, Annotated[dict[str, TriedCell], Values]], Values] = (
        Field(default={})
    )
    """By row and column, the cells to try."""

    training: Annotated[
        dict[str, Any], SkipValidation(), BeforeValidator(read_recipe_lists)
    ] = Field(default={})
    """By key of the recipe, the values to try."""

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read the values; edits of another kind are no single values."""
        keys = cls.keys()
        for key, _ in require_mapping(node, cls.what).items():
            if key.text not in keys and not suggest(key.text, keys):
                message = f"{cls.what} has no key `{key.text}`"
                help = f"it varies {listed(keys)}; other edits stand under `list`"
                raise located("unknown-key", message, key.span, help)
        return cls.read_mapping(node)

    def places(self) -> Iterator[tuple[tuple[Scalar, ...], Tried]]:
        """Yield what stands in the grid, in order, with the keys that lead there."""
        for key, node in self.at.items():
            tried = getattr(self, key.text)
            yield from _places((key,), node, tried)

    @property
    def fixed(self) -> list[tuple[tuple[Scalar, ...], Choice]]:
        """The values that hold for all combinations."""
        return [(k, t.choices[0]) for k, t in self.places() if not t.listed]

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The lists, in the order of the file, under labels that tell them apart."""
        listed = [(keys, tried) for keys, tried in self.places() if tried.listed]
        short = [_label(_short(keys)) for keys, _ in listed]
        labels = [
            label if short.count(label) == 1 else _label(keys)
            for label, (keys, _) in zip(short, listed, strict=True)
        ]
        return tuple(
            [
                Axis(label, keys, tried.choices)
                for label, (keys, tried) in zip(labels, listed, strict=True)
            ]
        )

    @property
    def points(self) -> int:
        """How many combinations there are."""
        return prod(len(axis.choices) for axis in self.axes)


def _places(
    keys: tuple[Scalar, ...], node: Any, tried: Any
) -> Iterator[tuple[tuple[Scalar, ...], Tried]]:
    if isinstance(tried, Tried):
        yield keys, tried
        return
    for key, value in node.items():
        yield from _places((*keys, key), value, tried[key.text])


def read_grid(node: Any) -> Grid:
    """Return the grid that a node holds.

    Raises:
        PydanticCustomError: for a grid without lists, or with too many combinations.
    """
    if isinstance(node, Grid):
        return node
    try:
        grid = Grid.model_validate(node)
    except ValidationError as error:
        raise all_located(found_by(error, node.span)) from None
    if not grid.axes:
        message = "a grid has at least one list of values to try"
        help = "for instance `parameters: {width: [0.5, 1]}`"
        raise located("missing-key", message, node.span, help)
    if grid.points > MOST_POINTS:
        message = f"the grid has {grid.points:,} combinations"
        message += f", more than {MOST_POINTS:,}"
        help = "try fewer values, or name the variants that matter under `list`"
        raise located("too-large", message, node.span, help)
    return grid


def _short(keys: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """Return the keys that tell most: row and column of a cell, else the last."""
    return keys[1:] if keys[0].text == "cells" else keys[-1:]


def _label(keys: tuple[Scalar, ...]) -> str:
    return ".".join([glued(key.text).replace("=", "-") for key in keys])
