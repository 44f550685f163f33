"""Words and numbers as figures write them."""

import re
from collections.abc import Iterable, Sequence

from archcompiler.graph.nodes import Node, OpNode
from archcompiler.language.expressions.functions import FUNCTIONS
from archcompiler.language.text.notation import in_unit
from archcompiler.ops.activation import spelled
from archcompiler.shapes import Shape

_TIMES = re.compile(r"(?<=[0-9])x(?=[0-9])|(?<= )x(?= [0-9])|(?<=[0-9] )x(?= )")
_ROUNDING = re.compile(
    rf"(?:{'|'.join([name for name, each in FUNCTIONS.items() if each.rounds])})"
    r"\(([^();]*(?:\([^()]*\)[^();]*)*)\)"
)
_BETWEEN = re.compile(r"[\s_-]+")
_SIGNS = ((" * ", "·"), (".channels", ""))
SHRINKS = "/s"
GROWS = "×s"
"""A stride that is not the same in all calls; one that only ever enlarges."""

LONGEST_NAME = 36
"""The most characters of a row's name; its group's title has all."""

NO_BREAK = "\N{NO-BREAK SPACE}"
LONGEST_FORMULA = 18
"""The most characters of a formula that a cell has room for."""


def label(nodes: Sequence[OpNode], *, shows_padding: bool = False) -> str:
    """Return what ops of one step are called: `3×3 conv /2`, `k×k depthwise /s`.

    With padding, what the border of a window does is told as well: `3×3 conv same`.
    """
    op, words = nodes[0].op, []
    if op.window_field:
        words.append(_window([getattr(node.op, op.window_field) for node in nodes]))
    words.append(op.in_figures())
    words.append(_strides([node.facts.window.strides for node in nodes]))
    if shows_padding:
        paddings = filter(None, map(_padding, nodes))
        words.append(" or ".join(dict.fromkeys(paddings)))
    return " ".join(filter(None, words))


def _padding(node: OpNode) -> str:
    """Return a window's padding, or nothing where it has no border to pad."""
    op = node.op
    slides = op.window_field and node.facts.window.extent != (1, 1)
    return str(getattr(op, "padding", "")) if slides else ""


def extras(node: OpNode) -> list[str]:
    """Return what an op does besides: its groups, its dilation, its activation."""
    op = node.op
    if op.role != "weighted":
        return []
    groups = getattr(op, "groups", 1)
    dilation = getattr(op, "dilation_rate", (1, 1))
    activation = getattr(op, "activation", None)
    found = []
    if groups > 1:
        found.append(f"{groups} groups")
    if dilation != (1, 1):
        down, right = dilation
        found.append(
            f"dilation {down}" if down == right else f"dilation {down}×{right}"
        )
    if activation not in (None, "linear"):
        found.append(spelled(str(activation)))
    return found


def formula(text: str) -> str:
    """Return an expression as a cell writes it: `t·in` of `t * in.channels`.

    What only rounds is left out: `≈ c·width` of `make_divisible(c * width)`.
    """
    while found := _ROUNDING.fullmatch(text.removeprefix("≈ ")):
        text = f"≈ {found[1]}"
    for written, sign in _SIGNS:
        text = text.replace(written, sign)
    return text.replace("; ", ", ")


def says_more(text: str, name: str) -> bool:
    """Whether a text says more than a name: `Reduction-A` is `reduction a`."""
    return text != name and _bare(text) != _bare(name)


def _bare(text: str) -> str:
    return _BETWEEN.sub(" ", text.casefold())


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, its middle left out."""
    if len(text) <= most:
        return text
    head, tail = text[: most - most // 2 - 1], text[len(text) - most // 2 :]
    return f"{head.rstrip()}…{tail.lstrip()}"


def timed(text: str) -> str:
    """Return a text with a sign for each `x` that means times: `3×3`, `× 6`."""
    return _TIMES.sub("×", text)


def size(shape: Shape) -> str:
    """Return height and width, or how long a list is; nothing for a vector."""
    return " × ".join(map(str, shape[:-1]))


def count(number: float) -> str:
    """Return a number to three digits: `9.47 K`, `118 M`; nothing for 0."""
    if not number:
        return ""
    scaled, letter = in_unit(number)
    return f"{_three_digits(scaled)} {letter}" if letter else f"{number:g}"


def _three_digits(number: float) -> str:
    for decimals in (2, 1, 0):
        text = f"{number:.{decimals}f}"
        if len(text) <= 4:
            return text
    return f"{number:.0f}"


def listed(names: Sequence[str]) -> str:
    """Return names, numbered ones shortened: `conv1, block 1–3, 5, top`."""
    found: list[str] = []
    at, said = 0, ""
    while at < len(names):
        end = at + 1
        while end < len(names) and _follows(names[end - 1], names[end]):
            end += 1
        end = end if end - at > 2 else at + 1
        stem, number = _numbered(names[at])
        is_said = stem == said and stem.endswith((" ", NO_BREAK))
        is_said = is_said and number >= 0 and str(number) not in names
        text = str(number) if is_said else names[at]
        last = "" if end == at + 1 else f"–{_numbered(names[end - 1])[1]}"
        found.append(f"{text}{last}")
        at, said = end, stem
    return ", ".join(found)


def _follows(one: str, other: str) -> bool:
    stem, number = _numbered(one)
    other_stem, following = _numbered(other)
    return stem == other_stem and number >= 0 and following == number + 1


def _numbered(name: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.*?)(\d{1,6})", name)
    return (found[1], int(found[2])) if found else (name, -1)


def _window(sizes: Sequence[tuple[int, int]]) -> str:
    if len(set(sizes)) == 1:
        return f"{sizes[0][0]}×{sizes[0][1]}"
    return "k×k" if all(height == width for height, width in sizes) else "h×w"


def _strides(strides: Sequence[tuple[float, ...]]) -> str:
    if len(set(strides)) > 1:
        return SHRINKS if any(max(each) > 1 for each in strides) else GROWS
    if len(set(strides[0])) == 1:
        return _factor(strides[0][0])
    down, right = strides[0]
    return f"{_factor(down) or '/1'}×{_factor(right).strip('/×') or '1'}"


def strides_between(ends: Iterable[tuple[Node, Node]]) -> str:
    """Return how much smaller images become between nodes: `/2`, or `/s`."""
    return _strides(
        [
            (
                end.field.stride_down / start.field.stride_down,
                end.field.stride_right / start.field.stride_right,
            )
            for start, end in ends
        ]
    )


def _factor(stride: float) -> str:
    if stride == 1:
        return ""
    return f"/{stride:.3g}" if stride > 1 else f"×{1 / stride:.3g}"
