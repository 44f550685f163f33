"""Edits: the cheapest way from one sequence to another, and the cheapest pairing."""

from collections.abc import Callable, Iterator, Sequence

Pairs = list[tuple[int | None, int | None]]
"""Places side by side; None where the other side has nothing."""

MOST_FREE = 10
"""Branches that are paired in any order; of more, the order is kept."""


def edit(
    ours: Sequence[float],
    theirs: Sequence[float],
    cost: Callable[[int, int], float],
) -> tuple[float, Pairs]:
    """Return the least cost of an alignment that keeps the order, and its pairs.

    `ours` and `theirs` hold what each place costs unmatched.
    """
    first = _equal_places(range(min(len(ours), len(theirs))), cost, 0, 0)
    shorter = min(len(ours), len(theirs)) - first
    last = _equal_places(range(-1, -shorter - 1, -1), cost, len(ours), len(theirs))
    ends = len(ours) - last, len(theirs) - last
    least, middle = _edit_between(ours, theirs, cost, (first, *ends))
    pairs: Pairs = [(at, at) for at in range(first)]
    pairs += middle
    pairs += zip(range(ends[0], len(ours)), range(ends[1], len(theirs)), strict=True)
    return least, pairs


def _equal_places(
    places: range, cost: Callable[[int, int], float], one: int, other: int
) -> int:
    """Return how many places, counted from an end of both, are equal."""
    for count, at in enumerate(places):
        if cost(one + at, other + at):
            return count
    return len(places)


def _edit_between(
    ours: Sequence[float],
    theirs: Sequence[float],
    cost: Callable[[int, int], float],
    bounds: tuple[int, int, int],
) -> tuple[float, Pairs]:
    first, end, other_end = bounds
    table = [[0.0]]
    for j in range(first, other_end):
        table[0].append(table[0][-1] + theirs[j])
    for i in range(first, end):
        above = table[-1]
        row = [above[0] + ours[i]]
        for at, j in enumerate(range(first, other_end)):
            beside = min(above[at + 1] + ours[i], row[at] + theirs[j])
            row.append(min(beside, above[at] + cost(i, j)))
        table.append(row)
    pairs = list(_walk_back(table, ours, theirs, first))
    return table[-1][-1], pairs[::-1]


def _walk_back(
    table: list[list[float]],
    ours: Sequence[float],
    theirs: Sequence[float],
    first: int,
) -> Iterator[tuple[int | None, int | None]]:
    """Yield the pairs from the end; what is left over stands as late as it can."""
    i, j = len(table) - 1, len(table[0]) - 1
    while i or j:
        one, other = first + i - 1, first + j - 1
        here = table[i][j]
        if j and here == table[i][j - 1] + theirs[other]:
            j -= 1
            yield None, other
        elif i and here == table[i - 1][j] + ours[one]:
            i -= 1
            yield one, None
        else:
            i, j = i - 1, j - 1
            yield one, other


def settle(pairs: Pairs, ours: Sequence[object], theirs: Sequence[object]) -> Pairs:
    """Return pairs of the same cost in which what has no partner stands last.

    `ours` and `theirs` are keys, equal where nothing tells two places apart: of three
    equal layers beside two, the third is the one too many.
    """
    settled = list(pairs)
    start = 0
    for at, met in enumerate(settled):
        if None in met:
            continue
        later = _swap(settled[start:at], met, ours, theirs)
        if later:
            settled[start : at + 1] = later
        start = start + 1 if later else at + 1
    return settled


def _swap(
    run: Pairs,
    met: tuple[int | None, int | None],
    ours: Sequence[object],
    theirs: Sequence[object],
) -> Pairs:
    """Return a run without partners behind the pair that follows it, if that may be."""
    i, j = met
    missing = [one for one, _ in run if one is not None]
    extra = [other for _, other in run if other is not None]
    if i is None or j is None or (missing and extra):
        return []
    if extra and theirs[extra[0]] == theirs[j]:
        return [(i, extra[0]), *((None, other) for other in (*extra[1:], j))]
    if missing and ours[missing[0]] == ours[i]:
        return [(missing[0], j), *((one, None) for one in (*missing[1:], i))]
    return []


def pair(
    ours: Sequence[float],
    theirs: Sequence[float],
    cost: Callable[[int, int], float],
    displaced: float,
) -> tuple[float, Pairs]:
    """Return the least cost of a pairing in any order, and its pairs in our order.

    `displaced` is what it costs that a place stands one further on than its partner.
    """
    if max(len(ours), len(theirs)) > MOST_FREE:
        return edit(ours, theirs, cost)
    reached: dict[int, tuple[float, Pairs]] = {0: (sum(theirs), [])}
    for i, unmatched in enumerate(ours):
        found: dict[int, tuple[float, Pairs]] = {}
        for taken, (least, pairs) in reached.items():
            _keep(found, taken, least + unmatched, [*pairs, (i, None)])
            for j, freed in enumerate(theirs):
                if not taken & 1 << j:
                    moved = displaced * abs(i - j)
                    total = least + cost(i, j) - freed + moved
                    _keep(found, taken | 1 << j, total, [*pairs, (i, j)])
        reached = found
    least, pairs = min(reached.values(), key=lambda each: each[0])
    left = {*range(len(theirs))} - {j for _, j in pairs}
    return least, [*pairs, *((None, j) for j in sorted(left))]


def _keep(
    found: dict[int, tuple[float, Pairs]], taken: int, total: float, pairs: Pairs
) -> None:
    if taken not in found or total < found[taken][0]:
        found[taken] = total, pairs
