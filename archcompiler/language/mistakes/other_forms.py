"""Values in the notation of other languages, to say how they are written here."""

import re
from dataclasses import replace

from archcompiler.diagnostics import Proposal, Span, write

_BATCH = r"((?:null|None|none|~|\?|-1|batch) *[,xX*;] *)?"
_COUNT = "[1-9][0-9]{0,9}"
_SIZE = re.compile(rf"[\[(]?{_BATCH}({_COUNT}(?: *[,xX*;] *{_COUNT})+),?[\])]?")
_SQUARE = re.compile(r"([0-9]+)(?:²|\^2|\*\*2)")
_PATCH = re.compile(
    r"[\[(]?([0-9]+)(?:²| *[xX*,] *([0-9]+))?[\])]?"
    r"(?: *,? *(?:/|s|stride|strides) *=? *([0-9]+))?"
)
_INNER = r" ?([^{}:,<>]+?) ?"
_HOLE = re.compile(rf"\$?\{{\{{{_INNER}\}}\}}|\$?\{{{_INNER}\}}|\$([A-Za-z_]\w*)")
_TRUTHS = {"true": "true", "yes": "true", "on": "true", "1": "true"}
_TRUTHS |= {"false": "false", "no": "false", "off": "false", "0": "false"}


def with_holes(text: str) -> str:
    """Return `<k>x<k>` for `{k}x{k}`, `{{ k }}x$k` or `${k}x$k`, any other as it is."""
    return _HOLE.sub(lambda found: f"<{found[found.lastindex or 0]}>", text)


def hole_help(line: str, span: Span) -> str:
    """Return what to write instead of a hole in braces that begins at a place."""
    found = _HOLE.match(line, span.column - 1)
    if found is None:
        return ""
    hole = with_holes(found[0])
    place = replace(span, column=found.start() + 1, end=found.end() + 1)
    return Proposal(f"an expression is written `{hole}`", hole, place)


def size_help(text: str) -> str:
    """Return what to write instead of `(None, 32, 32, 3)`, `32 x 32 x 3` or `32²`."""
    text = text.strip()
    if square := _SQUARE.fullmatch(text):
        return write(f"{square[1]}x{square[1]}")
    found = _SIZE.fullmatch(text)
    if found is None:
        return ""
    size = "x".join(re.findall("[0-9]+", found[2]))
    batch = ", without the batch" if found[1] else ""
    return Proposal(f"write `{size}`{batch}", size)


def parted_cells(text: str) -> list[str]:
    """Return the cells of `a; b; c` or `a | b`, as other tables part them, or none."""
    if set(text) & set("<>\"'[]{},"):
        return []
    for sign in (";", "|"):
        cells = [cell.strip() for cell in text.split(sign)]
        if len(cells) > 1 and all(cells):
            return cells
    return []


def commas_help(cells: list[str]) -> Proposal:
    """Return the help for cells that another sign than a comma parts."""
    text = ", ".join(cells)
    return Proposal(f"a comma parts cells: write `{text}`", text)


def patch_help(text: str) -> str:
    """Return what to write instead of `3`, `(3, 3)` or `3x3, stride 2`."""
    found = _PATCH.fullmatch(text.strip())
    if found is None:
        return ""
    height, width, stride = found.groups()
    if "0" in (height, width, stride):
        return "a window and its strides are at least 1"
    if width is None and len(height) == 2 and height[0] == height[1]:
        return (
            f"write `{height[0]}x{height[1]}` or `{height}x{height}`, with its stride"
        )
    return write(f"{height}x{width or height}{f'/{stride}' if stride else ''}")


def whole_help(text: str) -> str:
    """Return what to write instead of `32.0`, where a whole number is due."""
    whole, _, decimals = text.partition(".")
    is_whole = whole.isdigit() and decimals and not decimals.strip("0")
    return write(whole) if is_whole else ""


def truth_help(text: str) -> str:
    """Return what to write instead of `False` or `yes`, if it is a truth value."""
    truth = _TRUTHS.get(text.lower())
    return write(truth) if truth else ""


def share_help(number: object) -> str:
    """Return what to write instead of `50` where a share from 0 to 1 is due.

    Of `9` nobody knows whether a point or a sign of percent is lost.
    """
    if not isinstance(number, int | float) or not 2 <= number <= 100:
        return ""
    if number < 10:
        point = f"{number / 10:g}, or " if number == int(number) else ""
        return f"a share is at most 1: {point}{number / 100:g}, which is `{number:g}%`"
    return Proposal(f"write `{number:g}%`, or `{number / 100:g}`", f"{number:g}%")
