"""The catalogue: the specs that ship, with their totals."""

from collections.abc import Iterable, Iterator

from archcompiler.checking.checking import Checked, examine
from archcompiler.language.loading import SpecPlace, shipped_specs
from archcompiler.reports.records import Record, paper_record
from archcompiler.reports.text import Column, Row, lay_out, shorten

Entry = tuple[SpecPlace, Checked]

SHORTEST_TITLE = 20
"""Characters of a title that still tell the paper; where fewer fit, none are shown."""

_COLUMNS = (
    Column("name"),
    Column("parameters", right=True),
    Column("multiply-adds", right=True),
    Column("depth", right=True),
    Column("arXiv"),
    Column("paper"),
)


def shipped() -> Iterator[Entry]:
    """Yield every shipped spec, each followed by its variants, examined."""
    places = shipped_specs()
    for name, place in sorted(places.items(), key=lambda item: item[1].path.stem):
        yield place, examine(name)


def catalogue(entries: Iterable[Entry], width: int | None = None) -> str:
    """Return the catalogue as text; a `width` cuts the titles of the papers.

    Variants are indented below the spec of their file, whose paper is not repeated.
    """
    rows: list[Row] = []
    above = ("", "")
    for place, checked in entries:
        paper = _paper(checked)
        repeated = place.variant is not None and paper == above
        rows.append([*_totals(place, checked), *(("", "") if repeated else paper)])
        above = paper
    return "\n".join(_fit(rows, width))


def _totals(place: SpecPlace, checked: Checked) -> Row:
    name = f"  {checked.spec}" if place.variant else checked.spec
    architecture = checked.architecture
    if architecture is None:
        return [name, "cannot be built", "", ""]
    return [
        name,
        f"{architecture.parameters:,}",
        f"{architecture.macs:,}",
        str(architecture.depth),
    ]


def _paper(checked: Checked) -> tuple[str, str]:
    """Return the number and the title of a spec's paper, where it has them."""
    paper = checked.architecture.program.paper if checked.architecture else None
    if paper is None:
        return "", ""
    return paper.arxiv.text if paper.arxiv else "", paper.title.text


def _fit(rows: list[Row], width: int | None) -> list[str]:
    """Lay the table out; a width leaves the titles what the other columns leave."""
    if width is None:
        return lay_out(_COLUMNS, rows)
    untitled = lay_out(_COLUMNS[:-1], [row[:-1] for row in rows])
    room = width - max(map(len, untitled)) - 2
    if room < SHORTEST_TITLE:
        return untitled
    return lay_out(_COLUMNS, [[*row[:-1], shorten(row[-1], room)] for row in rows])


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
        "paper": paper_record(paper) if paper else None,
    }
