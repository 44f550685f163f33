"""The catalogue: the specs that ship, with their totals."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import Checked, examine
from archcompiler.language.loading.places import SpecPlace, shipped_specs
from archcompiler.language.spec.claims import Paper
from archcompiler.reports.records import Record, paper_record
from archcompiler.tabular.form import Cell, Column, Row, Table, number, texts
from archcompiler.tabular.report import Report

Entry = tuple[SpecPlace, Checked]

SHORTEST_TITLE = 20
"""Characters of a title that still tell the paper; where fewer fit, none are shown."""

_COLUMNS = (
    Column("name"),
    Column("parameters", right=True),
    Column("multiply-adds", right=True, key="macs"),
    Column("depth", right=True),
    Column("arXiv"),
    Column("paper", rank=1, shortest=SHORTEST_TITLE),
)


def shipped(patterns: Sequence[str] = ("*",)) -> Iterator[Entry]:
    """Yield shipped specs, each followed by its variants, examined.

    `patterns` are names in which `*` and `?` stand for letters; the case of letters
    does not matter.
    """
    places = shipped_specs()
    for name, place in sorted(places.items(), key=lambda item: item[1].path.stem):
        if any(fnmatchcase(name, pattern.lower()) for pattern in patterns):
            yield place, examine(name)


SORTED_BY: dict[str, Callable[[Architecture], int | None]] = {
    "params": lambda architecture: architecture.parameters,
    "macs": lambda architecture: architecture.macs,
    "depth": lambda architecture: architecture.depth,
    "year": lambda architecture: _year(architecture.program.paper),
}
"""What entries may be sorted by, beside their names."""


def sort_entries(entries: Iterable[Entry], by: str) -> list[Entry]:
    """Return entries by name or one of SORTED_BY; what is not known comes last."""

    def rank(entry: Entry) -> tuple[bool, int, str]:
        _, checked = entry
        known = None
        if by in SORTED_BY and checked.architecture is not None:
            known = SORTED_BY[by](checked.architecture)
        return known is None, known or 0, checked.spec

    return sorted(entries, key=rank)


def _year(paper: Paper | None) -> int | None:
    """Return the year of a paper: the stated one, or that of its number on arXiv."""
    if paper is None:
        return None
    stated = paper.year.text if paper.year else ""
    numbered = re.match(r"\d{2}(?=\d{2}\.)", paper.arxiv.text) if paper.arxiv else None
    if stated.isdigit():
        return int(stated)
    return 2000 + int(numbered[0]) if numbered else None


def catalogue_report(entries: Sequence[Entry], *, nested: bool = True) -> Report:
    """Return the catalogue as people read it."""
    files = sum(place.variant is None for place, _ in entries)
    title = f"{files} specs, and {len(entries) - files} variants within them"
    if not files or not nested:
        title = f"{len(entries)} of the specs and variants that ship"
    return Report(title, (catalogue(entries, nested=nested),))


def catalogue(entries: Iterable[Entry], *, nested: bool = True) -> Table:
    """Return the catalogue as a table.

    `nested` indents variants below the spec of their file, whose paper is not repeated.
    """
    rows: list[Row] = []
    above: tuple[tuple[str, str], Path] = (("", ""), Path())
    for place, checked in entries:
        paper = _paper(checked)
        below = nested and place.variant is not None and above[1:] == (place.path,)
        told = texts(("", "") if below and paper == above[0] else paper)
        rows.append([*_totals(checked, indent=int(below)), *told])
        above = paper, place.path
    return Table(_COLUMNS, rows)


def _totals(checked: Checked, indent: int) -> Row:
    name = Cell(checked.spec, indent=indent)
    architecture = checked.architecture
    if architecture is None:
        return [name, *texts(("cannot be built", "", ""))]
    counts = architecture.parameters, architecture.macs, architecture.depth
    return [name, *map(number, counts)]


def _paper(checked: Checked) -> tuple[str, str]:
    """Return the number and the title of a spec's paper, where it has them."""
    paper = checked.architecture.program.paper if checked.architecture else None
    if paper is None:
        return "", ""
    return paper.arxiv.text if paper.arxiv else "", paper.title.text


def catalogue_records(entries: Iterable[Entry]) -> list[Record]:
    """Return the catalogue as plain data; `variant` is an entry of the file `path`."""
    return [_record(place, checked) for place, checked in entries]


def _record(place: SpecPlace, checked: Checked) -> Record:
    architecture = checked.architecture
    paper = architecture.program.paper if architecture else None
    return {
        "name": checked.spec,
        "parameters": architecture.parameters if architecture else None,
        "trainable": architecture.trainable if architecture else None,
        "macs": architecture.macs if architecture else None,
        "depth": architecture.depth if architecture else None,
        "path": str(place.path),
        "variant": place.variant,
        "year": _year(paper),
        "paper": paper_record(paper) if paper else None,
    }
