"""Printed tables as rows of texts: CSV, Markdown and LaTeX."""

import csv
import io
import re
from collections.abc import Callable, Iterator

Grid = list[list[str]]


def read_grid(text: str, ending: str) -> Grid:
    """Return the rows of the first table of a text, the headings first.

    Cells are what people see: no marks of the format. Blank rows are left out.

    Raises:
        KeyError: for an ending that is not of READERS.
    """
    rows = READERS[ending](text)
    return [row for row in rows if any(row)]


def _read_csv(text: str) -> Iterator[list[str]]:
    for row in csv.reader(io.StringIO(text)):
        yield [cell.strip() for cell in row]


_RULE = re.compile(r"^\|?[\s:|-]*-[\s:|-]*$")
_EMPHASIS = re.compile(r"\*\*|__|`")


def _read_markdown(text: str) -> Iterator[list[str]]:
    begun = False
    for line in map(str.strip, text.splitlines()):
        if "|" not in line:
            if begun:
                return
            continue
        begun = True
        if not _RULE.match(line):
            cells = re.split(r"(?<!\\)\|", line.removeprefix("|").removesuffix("|"))
            yield [
                _EMPHASIS.sub("", cell).replace("\\|", "|").strip() for cell in cells
            ]


_TABULAR = re.compile(
    r"\\begin\{(tabular[*x]?|longtable|array)\}(.*?)\\end\{\1\}", re.DOTALL
)
_COMMENT = re.compile(r"(?<!\\)%.*")
_ARGUMENTS = re.compile(r"\s*(?:\[[^]]*\]|\{(?:[^{}]|\{[^{}]*\})*\})")
_RULES = re.compile(
    r"\\(?:[hc]line|toprule|midrule|bottomrule|cmidrule|addlinespace)"
    r"(?:\([^)]*\))?(?:\[[^]]*\])?(?:\{[^}]*\})?"
)
_SPANNED = re.compile(r"\s*\\multicolumn\{(\d+)\}\{[^}]*\}\{(.*)\}\s*$", re.DOTALL)
_ROWS = re.compile(r"\\multirow\{[^}]*\}\{[^}]*\}\{([^{}]*)\}")
_COMMAND = re.compile(r"\\[a-zA-Z]+\*?\s*\{([^{}]*)\}")
_SIGNS = {
    r"\times": "x",
    r"\cdot": "*",
    r"\,": "",
    r"\;": " ",
    r"\ ": " ",
    "~": " ",
    "$": "",
    "{,}": ",",
    "---": "",
    "--": "-",
}


def _read_latex(text: str) -> Iterator[list[str]]:
    found = _TABULAR.search(_COMMENT.sub("", text))
    if found is None:
        return
    body = found[2]
    while begun := _ARGUMENTS.match(body):  # the width and the columns
        body = body[begun.end() :]
    for line in re.split(r"\\\\(?:\s*\[[^]]*\])?|\\tabularnewline", body):
        cells = re.split(r"(?<!\\)&", _RULES.sub("", line))
        yield [text for cell in cells for text in _spread(cell)]


def _spread(cell: str) -> list[str]:
    """Return a cell, and blank ones for the others that it spans."""
    spanned = _SPANNED.match(cell)
    if spanned is None:
        return [_plain(cell)]
    return [_plain(spanned[2]), *[""] * (int(spanned[1]) - 1)]


def _plain(cell: str) -> str:
    cell = _ROWS.sub(r"\1", cell)
    for sign, text in _SIGNS.items():
        cell = cell.replace(sign, text)
    while _COMMAND.search(cell):
        cell = _COMMAND.sub(r"\1", cell)
    cell = re.sub(r"\\([#%&_{}$])", r"\1", cell)
    cell = re.sub(r"\\[a-zA-Z]+\s*|[{}]", "", cell)
    return " ".join(cell.split())


READERS: dict[str, Callable[[str], Iterator[list[str]]]] = {
    ".csv": _read_csv,
    ".md": _read_markdown,
    ".tex": _read_latex,
}
"""What reads a table, by the ending of its file."""
