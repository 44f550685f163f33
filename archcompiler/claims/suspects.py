"""Suspects: the numbers in a table's cells whose change would mend what differs.

The first row that differs is looked at, since what stands below it may follow from it.
Where none of its own numbers mends it, those of the rows above are tried; where no row
differs but an expected total does, those of all rows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.claims.bench import Bench
from archcompiler.claims.claims import Audit, audit
from archcompiler.claims.conventions import Convention, read_conventions
from archcompiler.claims.exceptions import read_exceptions
from archcompiler.claims.goals import Goal, goal_of
from archcompiler.claims.knobs import Knob, knobs, missing_strides
from archcompiler.claims.solving import solve
from archcompiler.claims.verdicts import Verdict
from archcompiler.diagnostics import MOST_FOUND
from archcompiler.language.program.program import TOTAL
from archcompiler.language.text.document import Scalar

MOST_SUSPECTS = 24
_WINDOW_VALUES = range(1, 13)
_ROWS_ABOVE = 12
_ADDED = ("parameters", "trainable", "macs")
"""The totals that are sums over rows."""

Runner = Callable[[str], Architecture | None]
"""Runs a row, or the whole table, with another text in one cell."""


class Suspect(NamedTuple):
    """A cell, and the text that would mend what differs."""

    row: str
    column: str
    knob: Knob
    value: int
    left: int
    """How much is wrong then of the whole table, beyond the row that was looked at."""

    @property
    def mends_all(self) -> bool:
        """Whether nothing at all is wrong then."""
        return self.left == 0

    @property
    def cell(self) -> Scalar:
        """The cell as it stands."""
        return self.knob.cell

    @property
    def mended(self) -> str:
        """The text that would mend what differs."""
        return self.knob.text(self.value)


def find_suspects(
    architecture: Architecture, audited: Audit, most_layers: int | None = None
) -> list[Suspect]:
    """Return the cells of which a single edit mends the first row that differs.

    Those that mend all that differs come alone, if there are any. Trials end after
    `most_layers` layers in all.
    """
    if not audited.diagnostics:
        return []
    search = _Search(architecture, _differing(audited), most_layers)
    found = list(islice(search.run(), MOST_SUSPECTS))
    best = [suspect for suspect in found if suspect.mends_all]
    return best or found


def find_suspects_of(
    architecture: Architecture, differing: Sequence[Verdict], most_layers: int
) -> tuple[list[Suspect], Bench]:
    """Return the numbers of which each mends the row of these verdicts.

    They stand in that row or, where already its input differs, in the row above it.
    """
    search = _Search(architecture, differing, most_layers)
    row = differing[0].row
    found = list(islice(search.of_row(row, search.goals(row)), MOST_SUSPECTS))
    if not found and differing[0].column == "input size":
        found = list(islice(search.of_rows_above(row, 1), MOST_SUSPECTS))
    return found, search.bench


class _Search:
    def __init__(
        self,
        architecture: Architecture,
        differing: Sequence[Verdict],
        most_layers: int | None,
    ) -> None:
        self.architecture = architecture
        self.program = architecture.program
        self.bench = Bench(architecture, most_layers)
        self.conventions = read_conventions(self.program, [])
        self.exceptions = read_exceptions(self.program, self.conventions, [])
        self.differing = differing

    def run(self) -> Iterator[Suspect]:
        rows = [row.name for row in self.architecture.rows]
        failing = {v.row for v in self.differing} - {TOTAL}
        first = next((name for name in rows if name in failing), None)
        if first is None:
            for name in reversed(rows):
                yield from self._of_totals(name)
            return
        goals = self.goals(first)
        found = list(self.of_row(first, goals))
        yield from found
        if not found:
            yield from self.of_rows_above(first, _ROWS_ABOVE)

    def of_rows_above(self, failing: str, most: int) -> Iterator[Suspect]:
        """Yield the numbers of the nearest rows above a row that mend it."""
        rows = [row.name for row in self.architecture.rows]
        goals = self.goals(failing)
        for name in reversed(rows[: rows.index(failing)][-most:]):
            yield from self._of_row_above(name, failing, goals)

    def goals(self, row: str) -> list[Goal]:
        verdicts = [v for v in self.differing if v.row == row]
        goals = [goal_of(v, self.architecture, self._conventions(v)) for v in verdicts]
        return [goal for goal in goals if goal is not None]

    def _conventions(self, verdict: Verdict) -> dict[str, Convention]:
        own = self.exceptions.get((verdict.row, verdict.column))
        return {**self.conventions, verdict.column: own} if own else self.conventions

    # A row ------------------------------------------------------------------

    def of_row(self, name: str, goals: list[Goal]) -> Iterator[Suspect]:
        """Yield the numbers of a row that mend it, on the values that reach it."""
        for knob in self._knobs(name):
            mending = _mending(knob, self._alone(name, knob), name, goals)
            yield from self._nearest(name, knob, mending)

    def _of_row_above(
        self, name: str, failing: str, goals: list[Goal]
    ) -> Iterator[Suspect]:
        """Yield the numbers of one row that mend another one below it."""
        for knob in self._knobs(name):
            mending = _mending(knob, self._whole(name, knob), failing, goals)
            yield from self._nearest(name, knob, mending)

    # Totals -----------------------------------------------------------------

    def _of_totals(self, name: str) -> Iterator[Suspect]:
        """Yield the numbers of a row that mend the totals."""
        wanted = self._wanted_total()
        if wanted is None:
            return
        for knob in self._knobs(name):
            ways = self._ways_to_total(name, knob, *wanted)
            if ways is None:
                continue
            runner, goal = ways
            values = _values(knob, runner, [goal])
            reaching = [v for v in values if goal.reached(runner(knob.text(v)))]
            for suspect in self._nearest(name, knob, reaching):
                if suspect.mends_all:
                    yield suspect

    def _ways_to_total(
        self, name: str, knob: Knob, total: str, wanted: int
    ) -> tuple[Runner, Goal] | None:
        """Return how to run a row, and what to reach, so that a total comes out.

        None where another number changes nothing, or contradicts what the row prints.
        Where the rows below receive the same shape, the row runs alone.
        """
        trial = self.bench.run(name, {knob.meaning: knob.text(knob.value + 1)})
        base = self.bench.rows[name].output
        if trial is not None and trial.output.shape == base.shape and total in _ADDED:
            before = getattr(self.architecture.totals(self.bench.rows[name]), total)
            if getattr(trial.totals, total) == before:
                return None
            wanted -= getattr(self.architecture, total) - before
            return self._alone(name, knob), Goal(_row_total(total), wanted, wanted)
        if trial is not None and _contradicts_size(trial.architecture):
            return None
        return self._whole(name, knob), Goal(_total(total), wanted, wanted)

    def _wanted_total(self) -> tuple[str, int] | None:
        """Return the first expected total that is missed, and what it should be."""
        expect = self.program.expect
        if expect is None:
            return None
        for total, expected in expect.totals():
            relation, wanted = expected.bound
            if not relation and wanted != getattr(self.architecture, total):
                return total, wanted
        return None

    # Edits ------------------------------------------------------------------

    def _knobs(self, name: str) -> Iterator[Knob]:
        row = self.bench.rows.get(name)
        if row is not None:
            yield from knobs(row)
            yield from missing_strides(row)

    def _alone(self, name: str, knob: Knob) -> Runner:
        def run(text: str) -> Architecture | None:
            trial = self.bench.run(name, {knob.meaning: text})
            return trial.architecture if trial is not None else None

        return run

    def _whole(self, name: str, knob: Knob) -> Runner:
        return lambda text: self.bench.whole(name, {knob.meaning: text})

    def _nearest(
        self, name: str, knob: Knob, values: Iterable[int]
    ) -> Iterator[Suspect]:
        """Yield, of the numbers that mend, the nearest that mends all, or the nearest.

        Whether a number mends all takes a run of the whole table to know.
        """
        nearest = None
        for value in sorted(values, key=lambda value: abs(value - knob.value)):
            suspect = self._suspect(name, knob, value)
            nearest = nearest or suspect
            if suspect.mends_all:
                nearest = suspect
                break
        if nearest is not None:
            yield nearest

    def _suspect(self, name: str, knob: Knob, value: int) -> Suspect:
        whole = self.bench.whole(name, {knob.meaning: knob.text(value)})
        left = _wrong_in(whole) if whole is not None else MOST_FOUND
        return Suspect(name, self._heading(knob.meaning), knob, value, left)

    def _heading(self, meaning: str) -> str:
        return self.program.headings.get(meaning, meaning)


def _contradicts_size(alone: Architecture) -> bool:
    """Whether a row has another output than it prints."""
    verdicts = audit(alone).verdicts
    return any(v.column == "output size" and v.judgement == "differs" for v in verdicts)


def _total(total: str) -> Callable[[Architecture], int | None]:
    return lambda architecture: getattr(architecture, total, None)


def _row_total(total: str) -> Callable[[Architecture], int | None]:
    return lambda alone: getattr(alone.totals(alone.rows[0]), total, None)


def _values(knob: Knob, runner: Runner, goals: list[Goal]) -> list[int]:
    """Return other numbers for a cell that may reach all goals.

    What reaches them all reaches the narrowest, for which it is solved.
    """
    values: dict[int, None] = {}
    if knob.window:
        values = dict.fromkeys(_WINDOW_VALUES)
    elif goals:
        narrowest = min(
            goals, key=lambda goal: (goal.high - goal.low) / max(goal.high, 1)
        )
        values = dict.fromkeys(_solved(knob, runner, narrowest))
    if not goals or knob.value <= len(_WINDOW_VALUES):
        values |= dict.fromkeys(_WINDOW_VALUES)
    values.pop(knob.value, None)
    return list(values)


def _mending(knob: Knob, runner: Runner, name: str, goals: list[Goal]) -> Iterator[int]:
    """Yield the numbers with which nothing differs in a row any more."""
    for value in _values(knob, runner, goals):
        trial = runner(knob.text(value))
        if trial is None or not all(goal.reached(trial) for goal in goals):
            continue
        if _agrees(trial, name):
            yield value


def _solved(knob: Knob, runner: Runner, goal: Goal) -> Iterator[int]:
    def measure(value: int) -> int | None:
        trial = runner(knob.text(value))
        return goal.measure(trial) if trial is not None else None

    return solve(measure, knob.value, goal.low, goal.high)


def _agrees(architecture: Architecture, name: str) -> bool:
    """Whether nothing differs in a row."""
    verdicts = audit(architecture).verdicts
    return not any(v.judgement == "differs" for v in verdicts if v.row == name)


def _wrong_in(architecture: Architecture) -> int:
    audited = audit(architecture)
    return len(audited.diagnostics) + len(audited.untrue)


def _differing(audited: Audit) -> list[Verdict]:
    return [v for v in audited.verdicts if v.judgement == "differs"]
