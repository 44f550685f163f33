"""The catalogue: the specs that ship, with their totals."""

from collections.abc import Iterable, Iterator

from archcompiler.audit.checking import Checked, examine
from archcompiler.language.loading import SpecPlace, shipped_specs
from archcompiler.reports.records import Record
from archcompiler.reports.text import Column, lay_out

Entry = tuple[SpecPlace, Checked]


def shipped() -> Iterator[Entry]:
    """Yield every shipped spec and variant, examined."""
    places = shipped_specs()
    for name, place in sorted(places.items(), key=lambda item: item[1].path.stem):
        yield place, examine(name)


def catalogue(entries: Iterable[Entry]) -> str:
    """Return the catalogue as text."""
    rows = []
    for place, checked in entries:
        architecture = checked.architecture
        if architecture is None:
            rows.append([checked.spec, "", "", "", place.path.name, "cannot be built"])
            continue
        paper = architecture.program.paper
        rows.append(
            [
                checked.spec,
                f"{architecture.parameters:,}",
                f"{architecture.macs:,}",
                str(architecture.depth),
                place.path.name,
                paper.title.text if paper else "",
            ]
        )
    columns = [
        Column("name"),
        Column("parameters", right=True),
        Column("multiply-adds", right=True),
        Column("depth", right=True),
        Column("file"),
        Column("paper"),
    ]
    return "\n".join(lay_out(columns, rows))


def catalogue_records(entries: Iterable[Entry]) -> list[Record]:
    """Return the catalogue as plain data; `variant` is an entry of the file `path`."""
    return [
        {
            "name": checked.spec,
            "parameters": checked.architecture.parameters
            if checked.architecture
            else None,
            "macs": checked.architecture.macs if checked.architecture else None,
            "depth": checked.architecture.depth if checked.architecture else None,
            "path": str(place.path),
            "variant": place.variant,
        }
        for place, checked in entries
    ]
