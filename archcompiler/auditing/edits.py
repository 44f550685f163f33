"""Edits: small changes of one row that might be what a paper's authors had counted.

Each costs bits: for its kind, for where it is, and for how odd the new number is. A
power of two is cheap, a number with a large odd part is dear.
"""

from collections.abc import Callable, Iterable, Iterator
from math import log2
from typing import NamedTuple

from archcompiler.claims.bench import Trial
from archcompiler.claims.knobs import Knob, knobs
from archcompiler.graph.nodes import Node
from archcompiler.language.spec.spec import CLAIM_COLUMNS
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.convolution import Conv2D
from archcompiler.ops.depthwise import DepthwiseConv2D, SeparableConv2D
from archcompiler.shapes import format_shape

Make = Callable[[AbstractOp], AbstractOp | None]
"""What stands in the place of an op; None where the edit changes nothing of it."""

_WIDTH, _KERNEL, _SEPARABLE = 2.0, 3.0, 3.0  # bits for the kind of an edit
_KERNELS = (1, 3, 5, 7, 9, 11)
_LARGEST_MULTIPLIER = 64
_LARGEST_ODD_PART = 31


class Edit(NamedTuple):
    """One change of a row: another text in a cell, or other ops in one of its steps."""

    where: str
    """The column of the cell, or the step within the row."""

    old: str
    new: str
    bits: float
    meaning: str = ""
    """The column whose cell gets the new text."""

    layers: tuple[str, ...] = ()
    """The layers whose op is made anew."""

    make: Make | None = None

    def __str__(self) -> str:
        if not self.layers:
            return f"{self.where}: {self.new} instead of {self.old}"
        return f"{self.where}: {self.new}" if self.where else self.new


def edits(trial: Trial, headings: dict[str, str]) -> list[Edit]:
    """Return the single edits of a row as it stands, the cheapest first."""
    numbers = [k for k in knobs(trial.row) if k.meaning not in CLAIM_COLUMNS]
    steps = _steps(trial)
    places = len(numbers) + len(steps)
    choice = log2(places) if places else 0.0
    found: list[Edit] = []
    for knob in numbers:
        found += _widths(knob, choice, headings.get(knob.meaning, knob.meaning))
    for label, nodes in steps.items():
        found += _kernels(label, nodes, choice)
        found += _separables(label, nodes, choice)
    return sorted(found, key=lambda edit: edit.bits)


def bits_of(number: int) -> float:
    """Return the bits that it takes to say a number: 8 takes 2, 48 5.5, 204 13."""
    twos = (number & -number).bit_length() - 1
    return 2 * log2(number >> twos) + log2(1 + twos)


# Cells ----------------------------------------------------------------------


def _widths(knob: Knob, choice: float, heading: str) -> Iterator[Edit]:
    values = _KERNELS if knob.window else _round_numbers(4 * knob.value)
    for value in values:
        if value != knob.value:
            kind = _KERNEL if knob.window else _WIDTH
            bits = kind + choice + bits_of(value)
            text = knob.text(value)
            yield Edit(heading, knob.cell.text, text, bits, knob.meaning)


def _round_numbers(most: int) -> list[int]:
    """Return the numbers up to `most`: a small odd one times a power of two."""
    found = []
    for odd in range(1, _LARGEST_ODD_PART + 1, 2):
        number = odd
        while number <= most:
            found.append(number)
            number *= 2
    return sorted(found)


# Steps ----------------------------------------------------------------------


def _steps(trial: Trial) -> dict[str, list[Node]]:
    """Return the convolutions of a row, those of one step of its block together."""
    steps: dict[str, list[Node]] = {}
    for node in trial.layers:
        if isinstance(node.op, Conv2D | DepthwiseConv2D | SeparableConv2D):
            steps.setdefault(_label(node.name, trial), []).append(node)
    return steps


def _label(name: str, trial: Trial) -> str:
    """Return the steps that lead to a layer, without the row and its repetition."""
    label = name.removeprefix(trial.row.slug).removeprefix("_")
    if trial.row.repetitions is not None:
        label = label.lstrip("0123456789").removeprefix("_")
    return label


def _kernels(label: str, nodes: Iterable[Node], choice: float) -> Iterator[Edit]:
    layers = tuple([node.name for node in nodes])
    old = _kernel_of(nodes)
    for side in _KERNELS:
        if (side, side) == old:
            continue
        bits = _KERNEL + choice + bits_of(side)

        def make(op: AbstractOp, side: int = side) -> AbstractOp | None:
            return op.model_copy(update={"kernel_size": (side, side)})

        yield Edit(
            label, format_shape(old), f"{side}x{side} instead of {format_shape(old)}",
            bits, layers=layers, make=make,
        )  # fmt: skip


def _kernel_of(nodes: Iterable[Node]) -> tuple[int, int]:
    node = next(iter(nodes))
    size: tuple[int, int] = node.op.kernel_size  # type: ignore[union-attr]
    return size


def _separables(label: str, nodes: list[Node], choice: float) -> Iterator[Edit]:
    """Yield depthwise-separable convolutions in the place of plain ones."""
    if not isinstance(nodes[0].op, Conv2D) or _kernel_of(nodes) == (1, 1):
        return
    layers = tuple([node.name for node in nodes])
    for multiplier in range(1, _LARGEST_MULTIPLIER + 1):
        bits = _SEPARABLE + choice + bits_of(multiplier)

        def make(op: AbstractOp, multiplier: int = multiplier) -> AbstractOp | None:
            return _separable(op, multiplier)

        kernel = format_shape(_kernel_of(nodes))
        new = f"depthwise-separable {kernel} with multiplier {multiplier}"
        yield Edit(label, "Conv2D", new, bits, layers=layers, make=make)


def _separable(op: AbstractOp, multiplier: int) -> AbstractOp | None:
    if not isinstance(op, Conv2D) or op.groups != 1:
        return None
    fields = SeparableConv2D.model_fields
    given = {
        n: getattr(op, n) for n in Conv2D.model_fields if n in fields and n != "op"
    }
    return SeparableConv2D(**given, depth_multiplier=multiplier)
