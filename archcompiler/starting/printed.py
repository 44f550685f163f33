"""A printed table laid out as a spec: headings as columns, cells as they are read."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from archcompiler.diagnostics import Source
from archcompiler.formatting import format_spec
from archcompiler.language.mistakes.synonyms import called_here
from archcompiler.language.text.notation import read_patch, read_printed, read_size
from archcompiler.ops.table import OPS, WORDS
from archcompiler.reports.yaml_text import write_text
from archcompiler.starting.grids import Grid

_HEADINGS = {
    "type": ("type", "layer type", "layer", "operator", "operation", "op", "module"),
    "name": ("name", "layer name", "stage"),
    "patch": (
        *("patch", "patch size stride", "patch size", "filter size stride"),
        *("kernel", "kernel size", "filter size", "kernel size stride", "window"),
    ),
    "filters": ("filters", "output channels", "out channels", "channels", "kernels"),
    "strides": ("stride", "strides", "s"),
    "repeat": ("n", "repeat", "repeats", "times"),
    "input size": ("input size", "input", "input shape"),
    "output size": ("output size", "output", "output shape", "size"),
    "params": ("params", "parameters", "weights", "number of parameters"),
    "ops": ("ops", "flops", "macs", "madds", "multiply adds", "mult adds", "mac"),
    "depth": ("depth",),
    "units": ("units",),
    "activation": ("activation", "nonlinearity"),
    "padding": ("padding",),
}
_MEANINGS = {word: name for name, words in _HEADINGS.items() for word in words}

_BLANKS = {"", "-", "–", "—", "−", "~", "n/a"}
_SIGNS = str.maketrans({"×": "x", "✕": "x", "−": "-", "–": "-", "\u00a0": " "})
_SQUARE = re.compile(r"^(\d+)(?:\^2|²)(?= ?x|$)")
_BETWEEN = re.compile(r"(?<=\d) ?[x*/] ?(?=\d)|(?<=\d),(?=\d{3}\b)")
_INPUTS = {"input", "image", "data", "input image"}
_EMPTY = "it holds no table with headings and rows"
_GUESS = "224x224x3"
_CALLED = OPS.keys() | WORDS.keys()


class Unread(NamedTuple):
    """A cell that does not read as what its column means."""

    row: int
    """The row in the printed table, from 1, the headings not counted."""

    heading: str
    text: str
    why: str


class Laid(NamedTuple):
    """The spec that a printed table makes, and what remains to be done."""

    text: str
    unread: tuple[Unread, ...]
    types: tuple[str, ...]
    """Types that are no ops: blocks to be written."""

    size: str
    """The size of the input that was guessed; empty where the table tells it."""


def lay_out(name: str, grid: Grid) -> Laid:
    """Return a spec with the rows of a printed table, formatted.

    The headings stand as they are printed, with what they mean behind them. Signs of
    print are read as those of a keyboard: `×` as `x`, `224²` as `224x224`, a dash alone
    as a blank cell.

    Raises:
        ValueError: for a table without headings and rows.
        SpecError: for what no spec can hold.
    """
    if len(grid) < 2:
        raise ValueError(_EMPTY)
    headings, *printed = grid
    width = len(headings)
    cells = [[_cell(text) for text in row[:width]] for row in printed]
    for row in cells:
        row += [""] * (width - len(row))
    means = _meanings(headings, cells)
    unread = [*_beyond(printed, width), *_unread(headings, means, cells)]
    size, cells = _input(means, cells)
    if not cells:
        raise ValueError(_EMPTY)
    named = list(_names(means, cells))
    for row in cells:
        row[means.index("type")] = _op(row[means.index("type")])
    types = [row[means.index("type")] for row in cells]
    unknown = dict.fromkeys(each for each in types if each and not _is_op(each))
    head = [f"name: {write_text(name)}", f"input: {size or _GUESS}", ""]
    lines = [*head, *_to_write(unknown), *_table(headings, means, named, cells), ""]
    laid = format_spec(Source(f"{name}.yaml", "\n".join(lines)))
    return Laid(laid, tuple(unread), tuple(unknown), "" if size else _GUESS)


def _cell(text: str) -> str:
    if text.strip().lower() in _BLANKS:
        return ""
    plain = " ".join(text.translate(_SIGNS).split())
    plain = _SQUARE.sub(r"\1x\1", plain)
    return _BETWEEN.sub(lambda sign: sign[0].strip().strip(",*") or "", plain)


# Columns --------------------------------------------------------------------


def _meanings(headings: Sequence[str], cells: Grid) -> list[str]:
    """Return what each column means: by its heading, else by the form of its cells."""
    found: list[str] = []
    for heading in headings:
        meant = _MEANINGS.get(_words(heading), "")
        found.append("" if meant in found else meant)
    for at, column in enumerate(zip(*cells, strict=True)):
        filled = [cell for cell in column if cell]
        if not found[at] and filled:
            found[at] = _by_form(filled, found)
    if "type" not in found:
        found[0] = "type"
    return [
        meant or _words(heading) or f"column {number}"
        for number, (meant, heading) in enumerate(zip(found, headings, strict=True), 1)
    ]


def _words(heading: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", heading.translate(_SIGNS).lower()))


def _by_form(cells: Sequence[str], taken: Sequence[str]) -> str:
    """Return what all cells of a column read as, where nothing else is that already."""
    for meaning, pattern in (
        ("output size", r"\d+x\d+x\d+"),
        ("patch", r"\d+x\d+(/\d+)?"),
        ("params", r"[\d.]+[KM]"),
    ):
        if meaning not in taken and all(re.fullmatch(pattern, c) for c in cells):
            return meaning
    if "type" not in taken and all(_is_op(_op(cell)) for cell in cells):
        return "type"
    return ""


# Cells ----------------------------------------------------------------------


def _whole(text: str) -> int:
    return int(text)


_READ: dict[str, Callable[[str], object]] = {
    "patch": read_patch,
    "input size": read_size,
    "output size": read_size,
    "params": read_printed,
    "ops": read_printed,
    "depth": _whole,
    "filters": _whole,
    "units": _whole,
    "repeat": _whole,
}


def _beyond(printed: Grid, width: int) -> Iterator[Unread]:
    for number, row in enumerate(printed, 1):
        for text in filter(None, row[width:]):
            yield Unread(number, "", text, "the row has more cells than headings")


def _unread(
    headings: Sequence[str], means: Sequence[str], cells: Grid
) -> Iterator[Unread]:
    for number, row in enumerate(cells, 1):
        for heading, meaning, text in zip(headings, means, row, strict=True):
            read = _READ.get(meaning)
            if read is None or not text:
                continue
            try:
                read(text)
            except ValueError as error:
                yield Unread(number, heading, text, str(error))


def _input(means: Sequence[str], cells: Grid) -> tuple[str, Grid]:
    """Return the size of the input, if the table tells it, and the rows without it."""
    first = dict(zip(means, cells[0], strict=True))
    if first.get("type", "").lower() in _INPUTS:
        return first.get("output size") or first.get("input size", ""), cells[1:]
    return first.get("input size", ""), cells


@lru_cache(maxsize=1024)  # types repeat each other
def _op(text: str) -> str:
    """Return the op that a printed type is another name of, else the text.

    What is only spelt alike is a type of the paper's own.
    """
    return text if _is_op(text) or len(text) < 2 else called_here(text, _CALLED) or text


def _is_op(text: str) -> bool:
    return text in _CALLED


# Lines ----------------------------------------------------------------------


def _to_write(types: Collection[str]) -> Iterator[str]:
    if types:
        yield "# blocks to be written:"
        yield from (f"#   {each}" for each in types)
        yield ""


def _table(
    headings: Sequence[str], means: Sequence[str], names: Sequence[str], cells: Grid
) -> Iterator[str]:
    kept = [at for at, meaning in enumerate(means) if meaning != "name"]
    columns = (_column(headings[at], means[at]) for at in kept)
    yield "table:"
    yield f"  columns: [{', '.join(columns)}]"
    yield "  rows:"
    for named, row in zip(names, cells, strict=True):
        texts = [write_text(row[at]) if row[at] else "~" for at in kept]
        while len(texts) > 1 and texts[-1] == "~":
            texts.pop()
        yield f"  - {write_text(named)}: [{', '.join(texts)}]"


def _column(heading: str, meaning: str) -> str:
    plain = " ".join(heading.translate(_SIGNS).split())
    if not plain or plain.lower() == meaning:
        return write_text(meaning)
    return f"{write_text(plain)}: {write_text(meaning)}"


def _names(means: Sequence[str], cells: Grid) -> Iterator[str]:
    """Yield a name for each row: the printed one, else its type, with a number."""
    at = means.index("name" if "name" in means else "type")
    stems = [row[at] or "row" for row in cells]
    often, seen = Counter(stems), Counter[str]()
    taken = {stem for stem in stems if often[stem] == 1}
    for stem in stems:
        name = stem if often[stem] == 1 else ""
        while not name or (often[stem] > 1 and name in taken):
            seen[stem] += 1
            name = f"{stem} {seen[stem]}"
        taken.add(name)
        yield name
