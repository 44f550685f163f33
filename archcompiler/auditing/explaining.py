"""Explaining: what else a row may have been, that its printed counts come out.

First it is asked whether both counts could be printed of any row. If so, single edits
and pairs of them are tried, the cheapest first, each counted by the graph and read by
every convention. An explanation is the one cheapest edit, three bits ahead of the next,
where not even a tenth of another hit as cheap was to be expected by chance.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archcompiler.auditing.edits import Edit, edits
from archcompiler.auditing.evidence import (
    AHEAD,
    DEAREST,
    MOST_TRIED,
    Outcome,
    outcome_of,
)
from archcompiler.auditing.recovery import conventions_of
from archcompiler.auditing.windows import Reading, contradict, positions, readings
from archcompiler.claims.bench import Bench, Trial
from archcompiler.claims.claims import audit
from archcompiler.claims.conventions import Convention
from archcompiler.claims.counts import Count
from archcompiler.counting.rules import PLAIN
from archcompiler.ops.base import AbstractOp

MOST_SHOWN = 5
_NEAR = 0.4

Progress = Callable[[int], None]
"""Told how many edits were tried."""


class Candidate(NamedTuple):
    """A row with edits, whose counts are the printed ones."""

    edits: tuple[Edit, ...]
    readings: dict[str, Reading]
    """By column, the convention under which the count is the printed one."""

    counts: dict[str, int]
    """By column, what is counted so."""

    parameters: int
    macs: int
    bits: float
    ops: tuple[AbstractOp | None, ...]
    """The ops of its layers."""


class Explanation(NamedTuple):
    """What was found for one row."""

    row: str
    outcome: Outcome
    candidates: tuple[Candidate, ...]
    """Those within three bits of the cheapest, the cheapest first."""

    tried: int
    chance: float
    """How many other hits as cheap as the cheapest, or as any, chance would make."""

    detail: str = ""


def explain(
    bench: Bench,
    row: str,
    counts: Sequence[Count],
    conventions: Mapping[tuple[str, str], Convention | None],
    headings: Mapping[str, str],
    progress: Progress = lambda _: None,
) -> Explanation | None:
    """Explain the printed counts of a row; None where it cannot run alone."""
    base = bench.run(row)
    if base is None:
        return None
    ways = {
        count.column: readings(
            count.printed,
            conventions.get((row, count.column)),
            conventions_of(count.column, [count]),
        )
        for count in counts
    }
    both = "params" in ways and "ops" in ways
    if both and contradict(base.layers, ways["params"], ways["ops"]):
        detail = _contradiction(base, counts, ways)
        return Explanation(row, "contradiction", (), 0, 0.0, detail)
    return _Search(bench, base, row, ways, dict(headings), progress).run()


class _Search:
    def __init__(
        self,
        bench: Bench,
        base: Trial,
        row: str,
        ways: Mapping[str, list[Reading]],
        headings: dict[str, str],
        progress: Progress,
    ) -> None:
        self.bench = bench
        self.base = base
        self.row = row
        self.ways = ways
        self.singles = edits(base, headings)
        self.found: list[Candidate] = []
        self.progress = progress
        self.ran: dict[tuple[tuple[str, str], ...], Trial | None] = {(): base}
        self.tried = 0
        self.near: list[float] = []
        """The bits of the trials that come near the printed counts and miss them."""

    def run(self) -> Explanation:
        for chosen in self._choices():
            bits = sum([edit.bits for edit in chosen])
            if self.tried >= MOST_TRIED or bits > self._dearest():
                break
            trial = self._try(chosen)
            if trial is not None:
                self.tried += 1
                self.progress(self.tried)
                self._judge(chosen, bits, trial)
        return self._conclude()

    def _conclude(self) -> Explanation:
        found = _distinct(sorted(self.found, key=lambda candidate: candidate.bits))
        close = tuple([c for c in found if c.bits < found[0].bits + AHEAD])
        chance = self._chance(close[0].bits if close else DEAREST)
        outcome = outcome_of(close, chance)
        return Explanation(self.row, outcome, close, self.tried, chance)

    def _dearest(self) -> float:
        """Return the bits beyond which no edit can come close to the cheapest."""
        if not self.found:
            return DEAREST
        return min(DEAREST, min(c.bits for c in self.found) + AHEAD)

    def _choices(self) -> Iterator[tuple[Edit, ...]]:
        """Yield no edit, single ones and pairs, the cheapest first."""
        pairs: list[tuple[Edit, ...]] = []
        for at, first in enumerate(self.singles):
            for second in self.singles[at + 1 :]:
                if first.bits + second.bits > DEAREST:
                    break
                if (first.where, first.meaning) != (second.where, second.meaning):
                    pairs.append((first, second))
        chosen = [(), *[(edit,) for edit in self.singles], *pairs]
        yield from sorted(chosen, key=lambda edits: sum([e.bits for e in edits]))

    def _try(self, chosen: tuple[Edit, ...]) -> Trial | None:
        texts = {edit.meaning: edit.new for edit in chosen if edit.meaning}
        trial = self._run(texts)
        for edit in chosen:
            if trial is not None and edit.make is not None:
                trial = self._swap(trial, edit)
        return trial

    def _run(self, texts: dict[str, str]) -> Trial | None:
        key = tuple(texts.items())
        if key not in self.ran:
            self.ran[key] = self.bench.run(self.row, texts)
        return self.ran[key]

    def _swap(self, trial: Trial, edit: Edit) -> Trial | None:
        assert edit.make is not None
        ops = {}
        for node in trial.layers:
            if node.name in edit.layers and node.op is not None:
                op = edit.make(node.op)
                if op is None:
                    return None
                ops[node.name] = op
        return self.bench.swap(trial, ops)

    def _judge(self, chosen: tuple[Edit, ...], bits: float, trial: Trial) -> None:
        counted = {column: self._read(column, trial) for column in self.ways}
        read = {column: found for column, found in counted.items() if found is not None}
        fits, near = len(read) == len(counted), self._is_near(trial)
        if not (fits or near) or not self._keeps_the_rest(trial):
            return
        if not fits:
            self.near.append(bits)
            return
        totals = trial.totals
        parameters = totals.kernels
        if "params" in read:
            parameters = trial.count(read["params"].convention.counts)
        bits += sum([reading.bits for reading in read.values()])
        if bits > DEAREST:
            return
        counts = {
            column: trial.count(reading.convention.counts)
            for column, reading in read.items()
        }
        ops = tuple([node.op for node in trial.layers])
        self.found.append(
            Candidate(chosen, read, counts, parameters, totals.macs, bits, ops)
        )

    def _read(self, column: str, trial: Trial) -> Reading | None:
        """Return the first way to read a column by which its count is the printed."""
        for reading in self.ways[column]:
            number = trial.count(reading.convention.counts)
            if reading.low <= number <= reading.high:
                return reading
        return None

    def _keeps_the_rest(self, trial: Trial) -> bool:
        """Whether the rows below receive the same, and the other cells still agree."""
        if trial.output.shape != self.base.output.shape:
            return False
        verdicts = audit(trial.architecture).verdicts
        return not any(
            v.judgement == "differs" for v in verdicts if v.column not in self.ways
        )

    # Chance -----------------------------------------------------------------

    def _is_near(self, trial: Trial) -> bool:
        """Whether all counts of a trial lie near the printed ones."""
        for ways in self.ways.values():
            usual = ways[0]
            number = trial.count(usual.convention.counts)
            middle = (usual.low + usual.high) / 2
            if abs(number - middle) > _NEAR * middle:
                return False
        return True

    def _chance(self, bits: float) -> float:
        """Estimate how many trials of at most so many bits fit by chance.

        A trial near the printed counts fits with the share that the windows have of
        that neighbourhood. Both counts of a row are nearly one number, so the column
        with the narrower windows decides.
        """
        spare = [bits - spent for spent in self.near if spent <= bits]
        return sum([self._share(left) for left in spare])

    def _share(self, bits: float) -> float:
        return min([_covered(ways, bits) for ways in self.ways.values()])


def _covered(ways: Sequence[Reading], bits: float) -> float:
    """Return which share of the neighbourhood agrees by a reading of so many bits."""
    windows = [(way.low, way.high) for way in ways if way.bits <= bits]
    covered, end = 0, 0
    for low, high in sorted(windows):
        covered += max(0, high + 1 - max(low, end))
        end = max(end, high + 1)
    middle = max(1.0, (ways[0].low + ways[0].high) / 2)
    return min(1.0, covered / (2 * _NEAR * middle))


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out edits that make the same layers as a cheaper one."""
    kept: dict[tuple[AbstractOp | None, ...], Candidate] = {}
    for candidate in candidates:
        kept.setdefault(candidate.ops, candidate)
    return list(kept.values())


def _contradiction(
    base: Trial, counts: Sequence[Count], ways: Mapping[str, list[Reading]]
) -> str:
    """Say what the printed weights would multiply, and what is printed instead."""
    printed = {count.column: count.text for count in counts}
    span = positions(base.layers)
    assert span is not None
    params, ops = ways["params"][0], ways["ops"][0]
    factor = PLAIN[ops.convention.counts].times
    number = next(c.printed for c in counts if c.column == "ops")
    low = ops.convention.show(number, params.low * span[0] * factor)
    high = ops.convention.show(number, params.high * span[1] * factor)
    at = str(span[0]) if span[0] == span[1] else f"{span[0]} to {span[1]}"
    return (
        f"{printed['params']} weights at {at} positions are {low} to {high} "
        f"multiply-adds, {printed['ops']} are printed"
    )
