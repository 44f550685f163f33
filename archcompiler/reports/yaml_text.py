"""YAML as specs write it: texts in brackets, rows in columns, lines as they stand."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

from archcompiler.diagnostics import Source, SpecError
from archcompiler.language.forms.forms import Written
from archcompiler.language.program.program import TableRow
from archcompiler.language.spec.spec import TableColumn
from archcompiler.language.text.document import Node, Scalar, Sequence, read_document

_WIDTH = 118
_INDICATORS = re.compile(r"^[\s\-?:,\[\]{}#&*!|>'\"%@`]|[,\[\]{}\n]|: | #|:$|\s$")
"""What a text without quotes cannot have within brackets."""


def write_text(text: str) -> str:
    """Write a text so that it stands within brackets, in quotes where it must."""
    plain = text and not _INDICATORS.search(text) and text != "~"
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def write_scalar(cell: Scalar) -> str:
    """Write a text of the document, blank as `~`."""
    if cell.blank:
        return "~"
    return write_text(cell.text) if cell.plain else _quoted(cell.text)


def write_cell(cell: Written | None) -> str:
    """Write a cell; None is a blank one."""
    if cell is None:
        return "~"
    if isinstance(cell, Scalar):
        return write_scalar(cell)
    return f"[{', '.join(map(write_cell, cell))}]"


def write_flow(node: Node) -> str:
    """Write a node within brackets."""
    if isinstance(node, Scalar):
        return write_scalar(node)
    if isinstance(node, Sequence):
        return f"[{', '.join(map(write_flow, node.items))}]"
    entries = node.entries.values()
    return braces((write_scalar(key), write_flow(value)) for key, value in entries)


def write_pairs(cells: Mapping[str, Scalar]) -> str:
    """Write texts by name within braces."""
    return braces(
        (write_text(name), write_scalar(cell)) for name, cell in cells.items()
    )


def braces(pairs: Iterable[tuple[str, str]]) -> str:
    """Write keys and values within braces."""
    return f"{{{', '.join([f'{key}: {value}' for key, value in pairs])}}}"


def write_column(column: TableColumn) -> str:
    """Write a column of the table."""
    heading, meaning = write_scalar(column.heading), write_scalar(column.meaning)
    if column.chooser is not None:
        choices = ", ".join(map(write_scalar, column.choices))
        spanned = f"{{{write_scalar(column.chooser.parameter)}: [{choices}]}}"
        if heading != meaning:
            spanned = f"{{{meaning}: {spanned}}}"
        return f"{heading}: {spanned}"
    return heading if heading == meaning else f"{heading}: {meaning}"


def wrapped(begin: str, items: Iterable[str]) -> Iterator[str]:
    """Write a list in brackets, its further lines below its first item."""
    line, indent = begin, " " * len(begin)
    items = list(items)
    for at, item in enumerate(items):
        text = item + ("]" if at == len(items) - 1 else ",")
        if line != begin and line.strip() and len(line) + 1 + len(text) > _WIDTH:
            yield line.rstrip()
            line = indent
        line += text if line in (begin, indent) else f" {text}"
    yield line


# Lines ----------------------------------------------------------------------


class RowLine(NamedTuple):
    """A row: what stands before its cells, the cells, what closes them, and a note."""

    begin: str
    cells: list[str]
    end: str
    note: str

    @property
    def columns(self) -> list[str]:
        """The cells, the first with what stands before it."""
        return [self.begin + self.cells[0], *self.cells[1:]] if self.cells else []


def aligned(lines: list[RowLine]) -> Iterator[str]:
    """Write rows so that columns stand below each other, numbers to the right."""
    by_column = zip_longest(*[line.columns for line in lines], fillvalue="")
    columns = [[cell for cell in column if cell] for column in by_column]
    widths = [max(map(len, column)) for column in columns]
    right = [all(c == "~" or c.isdigit() for c in column) for column in columns]
    for line in lines:
        texts = [
            cell.rjust(width) if at_right else cell
            for cell, width, at_right in zip(line.columns, widths, right, strict=False)
        ]
        padded = [
            f"{text},".ljust(width + 1)
            for text, width in zip(texts[:-1], widths, strict=False)
        ]
        text = " ".join([*padded, *texts[-1:]]) or line.begin
        yield f"  {text}{line.end}{line.note}"


def note_behind(row: TableRow) -> str:
    """Return the comment behind a row, where all of it stands on one line."""
    cells = [c for c in row.cells.values() if isinstance(c, Scalar)]
    cells = [c for c in cells if c.source is row.at.source and c.line == row.at.line]
    if not cells:
        return ""
    line = row.at.source.line(row.at.line + 1)
    found = re.search(r"[\]}\s](\s*#.*)$", line[max(c.end for c in cells) :])
    return f"   {found[1].strip()}" if found else ""


def entry_lines(key: Scalar, node: Node, indent: str) -> Iterator[str]:
    """Write a key and its node: their own lines where these say just that."""
    text = "\n".join(_own_lines(key, indent))
    wanted = f"{indent}{write_scalar(key)}: {write_flow(node)}"
    return iter((text if _says_the_same(text, wanted) else wanted).split("\n"))


def _own_lines(key: Scalar, indent: str) -> list[str]:
    """Return the lines of an entry of a mapping in block style, moved to an indent."""
    lines = key.source.text.split("\n")[key.line :]
    if lines[0][: key.column].strip():
        return []
    kept = [lines[0]]
    for line in lines[1:]:
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth <= key.column:
            break
        kept.append(line)
    while not kept[-1].strip() or kept[-1].lstrip().startswith("#"):
        kept.pop()
    return [(indent + line[key.column :]).rstrip() for line in kept]


def _says_the_same(text: str, wanted: str) -> bool:
    if not text:
        return False
    try:
        documents = [read_document(Source("", each)) for each in (text, wanted)]
    except SpecError:
        return False
    one, other = map(_plain, documents)
    return one == other


def _plain(node: Node) -> object:
    """Return what a node says, wherever it stands."""
    if isinstance(node, Scalar):
        return node.text, node.blank
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return [(name, _plain(value)) for name, (_, value) in node.entries.items()]


def opening_comment(source: Source) -> Iterator[str]:
    """Yield the comment with which a file begins, but for a line for editors."""
    for line in source.text.split("\n"):
        if not line.startswith("#"):
            return
        if "yaml-language-server" not in line:
            yield line
