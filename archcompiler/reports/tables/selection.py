"""Columns of a printed table that are chosen by name."""

from collections.abc import Sequence
from dataclasses import replace

from archcompiler.reports.tables.content import Heading, PaperCell, PaperRow, PaperTable


def select(table: PaperTable, names: Sequence[str]) -> PaperTable:
    """Return a table with the columns of these names, in their order.

    A name is a heading or what it means: `#3x3 reduce`, `3x3 reduce`, `macs`.

    Raises:
        KeyError: with a name that no column has.
    """
    chosen = [at for name in names for at in _places(table.headings, name)]
    computed = any(table.headings[at].computed for at in chosen)
    return replace(
        table,
        headings=[table.headings[at]._replace(asked=True) for at in chosen],
        lines=[
            PaperRow(line.name, _chosen(line.cells, chosen)) for line in table.lines
        ],
        total=_total(table.total, chosen) if computed and table.total else [],
    )


def known_names(table: PaperTable) -> list[str]:
    """Return the names of all columns, of a heading and its meaning the heading."""
    return list(dict.fromkeys(heading.text for heading in table.headings))


def _places(headings: Sequence[Heading], name: str) -> list[int]:
    """Return the columns of a name: of its headings, else of the printed meaning."""
    wanted = name.strip().lower()
    numbered = list(enumerate(headings))
    found = [at for at, heading in numbered if heading.text.lower() == wanted]
    if found:
        return found
    meant = [pair for pair in numbered if pair[1].meaning.lower() == wanted]
    printed = [at for at, heading in meant if not heading.computed]
    if not meant:
        raise KeyError(name)
    return printed or [at for at, _ in meant]


def _chosen(cells: Sequence[PaperCell], chosen: Sequence[int]) -> list[PaperCell]:
    """Return the chosen cells; neighbours go on sharing one."""
    leader = 0
    leaders = []
    for at, cell in enumerate(cells):
        leader = at if cell.span else leader
        leaders.append(leader)
    found: list[PaperCell] = []
    first = -1
    for before, at in zip([-1, *chosen], chosen, strict=False):
        joined = before >= 0 and at == before + 1 and leaders[at] == leaders[before]
        if joined:
            found[first] = found[first]._replace(span=found[first].span + 1)
        else:
            first = len(found)
        found.append(cells[at]._replace(span=0 if joined else 1))
    return found


def _total(cells: Sequence[PaperCell], chosen: Sequence[int]) -> list[PaperCell]:
    """Return the total's cells, its name under the first heading if that is blank."""
    first, *others = [cells[at] for at in chosen]
    return [first if first.text else cells[0], *others]
