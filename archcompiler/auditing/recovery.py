"""Recovery: the conventions that explain the most printed counts of a column.

What a column counts, whether K is 1000 or 1024 and how numbers were rounded is rarely
said. Every combination is tried; those that explain as many cells are a tie. A tool's
way of counting is tried where it is identified: of so many rules one fits by chance.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from archcompiler.auditing.counting import WhoCounted, who_counted
from archcompiler.claims.conventions import (
    COUNTS,
    ROUNDINGS,
    Convention,
    powers_of,
)
from archcompiler.claims.counts import Count
from archcompiler.counting.conventions import CountingConvention, read_convention
from archcompiler.counting.naming import rule_of, rules
from archcompiler.counting.rules import PAPERS, PLAIN, Rule


class Fit(NamedTuple):
    """A convention, and the cells that agree under it."""

    convention: Convention
    cells: tuple[Count, ...]


class Recovery(NamedTuple):
    """What the printed counts of one column tell of its convention."""

    column: str
    cells: tuple[Count, ...]
    stated: Fit | None
    """The convention of the spec, where it states one."""

    best: tuple[Fit, ...]
    """Those that explain the most cells; more than one is a tie, none explains none."""

    elsewhere: tuple[Fit, ...]
    """Each cell that does not fit the judging convention, with the one it fits."""

    orphans: tuple[Count, ...]
    """The cells that fit no convention that was tried."""

    tried: int
    who: WhoCounted | None = None
    """Which tools may have counted a column of multiply-adds."""

    @property
    def convention(self) -> Convention | None:
        """The convention by which cells are judged: the stated one, else the first."""
        if self.stated is not None:
            return self.stated.convention
        return self.best[0].convention if self.best else None


def recover(
    counts: Sequence[Count], stated: dict[str, Convention]
) -> tuple[Recovery, ...]:
    """Return, for each column with printed counts, what they tell."""
    return tuple([_recover(column, counts, stated) for column in _columns(counts)])


def _columns(counts: Iterable[Count]) -> list[str]:
    printed = {count.column for count in counts}
    return [column for column in COUNTS if column in printed]


def _recover(
    column: str, counts: Iterable[Count], stated: dict[str, Convention]
) -> Recovery:
    cells = tuple(_distinct(count for count in counts if count.column == column))
    given = stated.get(column)
    who = who_counted(cells, _known(given)) if column == "ops" else None
    tried = conventions_of(column, cells)
    if given is None and who is not None and who.identified:
        tried += _identified(who, tried)
    fits = _fits(tried, cells)
    most = max(len(fit.cells) for fit in fits)
    best = tuple([fit for fit in fits if len(fit.cells) == most]) if most else ()
    judging = _fit(given, cells) if given else None
    left = _left(cells, judging or (best[0] if best else None))
    rare = rare_conventions(column) if left else []
    elsewhere = [
        fit
        for count in left
        if (fit := _fit_alone(count, [*fits, *_fits(rare, [count])]))
    ]
    fitting = [fit.cells[0] for fit in elsewhere]
    orphans = tuple([count for count in left if count not in fitting])
    return Recovery(
        column,
        cells,
        judging,
        best,
        tuple(elsewhere),
        orphans,
        len(fits) + len(rare),
        who,
    )


def _known(given: Convention | None) -> tuple[Rule, ...]:
    """Return the rules that ship, and one's own where the spec states one."""
    if given is None or given.counts in PLAIN:
        return rules()
    own = read_convention(given.counts).rule
    return rules() if own in rules() else (*rules(), own)


def _identified(who: WhoCounted, tried: Iterable[Convention]) -> list[Convention]:
    """Return the rule of the tool that was identified, where no paper counts so."""
    ((way,),) = [reading.rules for reading in who.readings]
    counts = str(way.convention)
    if counts in [convention.counts for convention in tried]:
        return []
    return [Convention(counts, way.rounding, powers_of(1000))]


def _left(cells: Iterable[Count], judging: Fit | None) -> list[Count]:
    """Return the cells that do not agree under the convention that judges them."""
    agreeing = judging.cells if judging is not None else ()
    return [count for count in cells if count not in agreeing]


def _fit_alone(count: Count, fits: Iterable[Fit]) -> Fit | None:
    """Return the convention that one cell fits, of several the most common one."""
    found = [fit for fit in fits if count in fit.cells]
    if not found:
        return None
    return Fit(max(found, key=lambda fit: len(fit.cells)).convention, (count,))


def _distinct(counts: Iterable[Count]) -> Iterator[Count]:
    """Leave out what a variant prints again: it is no second witness."""
    seen = set()
    for count in counts:
        key = (count.row, count.text, *map(count.number, COUNTS[count.column]))
        if key not in seen:
            seen.add(key)
            yield count


def conventions_of(column: str, cells: Iterable[Count]) -> list[Convention]:
    """Return the conventions that read these cells differently, the plainest first."""
    printed = [count.printed for count in cells]
    lettered = any(number.unit for number in printed)
    rounded = lettered or any(number.decimals for number in printed)
    bases = (1000, 1024) if lettered else (1000,)
    roundings = ROUNDINGS if rounded else ROUNDINGS[:1]
    return [
        Convention(counts, rounding, powers_of(base))
        for counts, base, rounding in product(COUNTS[column], bases, roundings)
    ]


def rare_conventions(column: str) -> list[Convention]:
    """Return what a single number of parameters may count, but hardly a column."""
    if column != "params":
        return []
    counted = [
        str(CountingConvention(rule_of(name), head=head))
        for head, name in product((True, False), PAPERS["params"])
    ]
    return [
        Convention(counts, rounding, powers_of(1000))
        for counts, rounding in product(counted, ROUNDINGS)
        if counts not in COUNTS["params"]
    ]


def _fits(conventions: Iterable[Convention], cells: Sequence[Count]) -> list[Fit]:
    return [_fit(convention, cells) for convention in conventions]


def _fit(convention: Convention, cells: Iterable[Count]) -> Fit:
    agreeing = [
        count
        for count in cells
        if convention.agrees(count.printed, count.number(convention.counts))
    ]
    return Fit(convention, tuple(agreeing))
