"""Who counted a column, in words: the rules that fit, and what they charge."""

from collections.abc import Iterator, Sequence

from archcompiler.auditing.counting import (
    Applied,
    Reading,
    WhoCounted,
    differences,
    faults_of,
)
from archcompiler.auditing.evidence import CHANCE
from archcompiler.auditing.few_prices import FewPrices, Search
from archcompiler.claims.conventions import Convention, default_convention
from archcompiler.claims.counts import Count
from archcompiler.counting.conventions import CountingConvention, read_convention
from archcompiler.counting.naming import rule_of, rules
from archcompiler.counting.rules import PLAIN
from archcompiler.language.program.program import TOTAL
from archcompiler.language.text.notation import in_unit

_MACS = "multiply-adds"
_MOST_NAMED = 12
_MOST_RULES = 8
_MOST_KINDS = 4
_FEW = 3


def who_counted(who: WhoCounted, stated: Convention | None) -> Iterator[str]:
    """Say which rules fit a column, where it changes, and what no rule explains."""
    if who.untested:
        whole = len(who.cells) + who.untested
        yield f"of {whole:,} cells, the first {len(who.cells)} are laid beside rules"
    if who.below:
        yield _below(who.below)
    if len(who.readings) > 1:
        yield "mixed: " + "; ".join(
            f"{named(reading.cells)} fit {_rules(reading.rules)}"
            for reading in who.readings
        )
    elif who.readings:
        yield _verdict(who, who.readings[0])
    if who.searched is not None:
        yield from _searched(who.searched, whole=_tested(who))
    tool = None
    if stated is not None and stated.counts not in PLAIN:
        tool = read_convention(stated.counts)
        yield from _charged(tool, [c for c in who.cells if c not in who.below])
    for reading in who.readings:
        if len(reading.rules) <= _FEW and not reading.rivals:
            yield from _details(reading, tool)


def _below(cells: Sequence[Count]) -> str:
    least = [
        default_convention("").show(cell.printed, cell.number(_MACS)) for cell in cells
    ]
    printed = ", ".join(f"{place(cell)} ({cell.text})" for cell in cells)
    are = "is" if len(cells) == 1 else "are"
    return (
        f"{printed} {are} below the multiply-adds ({', '.join(least)}): no rule of "
        "counting explains that, so it is another network or a slip"
    )


def _verdict(who: WhoCounted, reading: Reading) -> str:
    missing = [cell for cell in who.cells if cell not in (*who.below, *reading.cells)]
    tested = len(reading.cells) + len(missing)
    fit = f"{len(reading.cells)} of {tested} fit" if tested > 1 else "the cell fits"
    if 0 < len(missing) <= _FEW < tested:
        fit = f"all but {named(missing)} fit"
    if who.identified:
        (way,) = reading.rules
        tools = "; ".join(way.convention.rule.tools)
        by = f" ({tools})" if tools else ""
        return f"identified: {fit} {_rules(reading.rules)}{by}, and no other rule"
    if len(reading.rules) == 1 and not reading.rivals:
        little = _too_little(reading, missing)
        return f"{fit} only {_rules(reading.rules)}; {little}"
    text = f"not identified: {fit} {_rules(reading.rules)}"
    if reading.rivals:
        text += f"; as many fit {_rules(reading.rivals)}"
    return text


def _tested(who: WhoCounted) -> int:
    """Return how many cells some rule could fit."""
    return len(who.cells) - len(who.below)


def _searched(search: Search, *, whole: int) -> Iterator[str]:
    """Say which few prices fit what no rule fits, and what chance would make."""
    fit, tried = len(search.cells), f"{search.tried:,} tried"
    cells = f"all {fit}" if fit == whole else named(search.cells)
    chance = f"{tried}, {search.chance:.2f} hits of a column to be expected by chance"
    if search.outcome == "unexplained":
        yield f"no few prices fit {cells}; {tried}"
    elif search.outcome == "explained":
        (found,) = search.found
        yield f"few prices fit {cells}: {_few(found)}; {chance}"
    elif search.chance < 1:
        shown = " or ".join(map(_few, search.found[:_FEW]))
        more = len(search.found) - _FEW
        shown += f" or {more} more" if more > 0 else ""
        yield f"few prices may fit {cells}: {shown}; {chance}"


def _few(found: FewPrices) -> str:
    """Write few prices: `multiply-adds and 2 x outputs of batch normalisation`."""
    texts = [f"{'' if found.times == 1 else f'{found.times} x '}{_MACS}"]
    for (kind, measure), price in found.prices:
        texts.append(f"{'' if price == 1 else f'{price} x '}{measure} of {kind}")
    use = [] if found.head else ["without the head"]
    use += ["rounded down"] if found.rounding == "down" else []
    text = " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
    said = f" ({', '.join(use)})" if use else ""
    return f"{text}{said} [{found.bits:.1f} bits]"


def _too_little(reading: Reading, missing: Sequence[Count]) -> str:
    """Say why the one rule that fits is not identified."""
    if reading.chance >= CHANCE:
        share = f"{reading.chance:.0%} of columns at random"
        return f"not identified, as {share} fit one as plainly used"
    if not missing:
        return "one cell is too little to tell"
    do = "does" if len(missing) == 1 else "do"
    return f"not identified, as {named(missing)} {do} not"


def _rules(ways: Sequence[Applied]) -> str:
    """Name rules, those of one use together: `thop, fvcore (rounded down)`."""
    by_use: dict[str, list[str]] = {}
    for way in ways[:_MOST_RULES]:
        by_use.setdefault(way.use, []).append(way.convention.rule.name)
    texts = [
        ", ".join(names) + (f" ({use})" if use else "") for use, names in by_use.items()
    ]
    if len(ways) > _MOST_RULES:
        texts.append(f"{len(ways) - _MOST_RULES} more of {len(rules())}")
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _details(reading: Reading, told: CountingConvention | None) -> Iterator[str]:
    """Say what the first of few rules charges, and by how much others differ."""
    first, *others = [way.convention for way in reading.rules]
    if first != told:
        yield from _charged(first, reading.cells)
    cell = _most_exact(reading.cells)
    for other in others:
        charged = differences(cell, other, first)
        if charged:
            yield f"{other} differs from {first} by {_amounts(charged)}"


def _charged(convention: CountingConvention, cells: Sequence[Count]) -> Iterator[str]:
    """Say what a rule charges beside multiply-adds, and what it counts wrongly."""
    if not cells:
        return
    cell = _most_exact(cells)
    charged = differences(cell, convention, CountingConvention(rule_of(_MACS)))
    if charged:
        number = cell.number(str(convention))
        shown = default_convention("").show(cell.printed, number)
        what = f"of {shown} in {place(cell)} as {convention} counts"
        yield f"{what}, these are no multiply-adds: {_amounts(charged)}"
    for fault in faults_of(convention.rule, cells):
        yield f"a fault of {convention.rule.name}: {fault.what}"


def _most_exact(cells: Sequence[Count]) -> Count:
    """Return the cell that prints the most digits."""
    return max(cells, key=lambda cell: cell.printed.digits)


def _amounts(charged: dict[str, float]) -> str:
    texts = [f"{kind} {_amount(number)}" for kind, number in charged.items()]
    more = len(texts) - _MOST_KINDS
    shown = texts[:_MOST_KINDS] + ([f"{more} more"] if more > 0 else [])
    return ", ".join(shown)


def _amount(number: float) -> str:
    """Write a number of operations with two decimals: `9.73M`, `-0.51K`."""
    scaled, letter = in_unit(number)
    return f"{scaled:.2f}{letter}" if letter else f"{number:g}"


def named(counts: Sequence[Count]) -> str:
    """Name cells by their variant and row, the first of many."""
    names = [place(count) for count in counts]
    if len(names) > _MOST_NAMED:
        names = [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]
    return ", ".join(names)


def place(count: Count) -> str:
    """Name a cell by its variant, its row, or both."""
    if not count.part:
        return count.row
    return count.part if count.row == TOTAL else f"{count.part} {count.row}"
