"""Findings: what an alignment tells, row by row."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from archcompiler.alignment.differences import begins_elsewhere, differences
from archcompiler.alignment.network import Network
from archcompiler.alignment.offsets import is_folded_into, left_out
from archcompiler.alignment.series_parallel import Series
from archcompiler.alignment.units import AFFINE, Unit
from archcompiler.alignment.walking import (
    Event,
    Extra,
    Met,
    Missing,
    Reordered,
    Rewired,
)
from archcompiler.diagnostics import listed

NOTHING = "none"


class Finding(NamedTuple):
    """One thing that the model does otherwise than the table says."""

    row: str
    layer: str
    """The model's layer; the table's where the model has none."""

    what: str
    table: str
    model: str
    counterpart: str = ""
    """The table's layer; nothing where the table has none."""


class Told(NamedTuple):
    """What the walk found, and what an exported model does not show."""

    findings: list[Finding]
    notes: list[str]
    moved: int
    """How many parameters more the model has by what is told in notes."""

    left_out: int
    """How many layers lack a bias in a file that may have left out zeros."""


def tell(
    events: Iterable[Event], table: Network, rows: Mapping[int, str], *, is_export: bool
) -> Told:
    """Return the findings of an alignment, those of a row together, and notes.

    An export has folded its normalisations into the weights before them, and leaves the
    last softmax to the loss: neither is a finding then, but a note.
    """
    return _Teller([*events], table, rows, is_export=is_export).run()


class _Teller:
    def __init__(
        self,
        events: list[Event],
        table: Network,
        rows: Mapping[int, str],
        *,
        is_export: bool,
    ) -> None:
        self.events = events
        self.table = table
        self.rows = rows
        self.is_export = is_export
        self.met = {
            id(event.one): event.other for event in events if isinstance(event, Met)
        }
        self.left_out = left_out(table, self.met) if is_export else frozenset()
        self.folded = 0
        self.recast = 0
        self.moved = 0
        self.elsewhere: list[str] = []
        self.has_logits = False
        self.lost = self._lost_rows()

    def run(self) -> Told:
        findings = [found for event in self.events for found in self._of(event)]
        order = {name: at for at, name in enumerate(["input", *self.rows.values()])}
        findings.sort(key=lambda finding: order[finding.row])
        return Told(findings, [*self._notes()], self.moved, len(self.left_out))

    def _of(self, event: Event) -> Iterator[Finding]:
        if isinstance(event, Met):
            yield from self._differing(event.one, event.other)
        elif isinstance(event, Missing):
            yield from self._missing(event.one)
        elif isinstance(event, Extra):
            yield self._extra(event.other, event.row)
        elif isinstance(event, Reordered):
            yield self._reordered(event)
        else:
            yield self._rewired(event)

    def _differing(self, one: Unit, other: Unit) -> Iterator[Finding]:
        found = differences(one, other) or []
        if id(one) in self.left_out:
            found = [difference for difference in found if difference.what != "bias"]
        for what, table, model, _ in found:
            row = self._row(one.row)
            yield Finding(row, other.layer, what, table, model, one.layer)
        if not found and one.kind != other.kind:
            self.recast += 1
        if not found and begins_elsewhere(one, other):
            self.elsewhere.append(f"`{other.layer}`")
        is_moved = one.is_light or one.is_normalised != other.is_normalised
        if self.is_export and is_moved and not found:
            self.moved += other.counts.parameters - one.counts.parameters

    def _missing(self, unit: Unit) -> Iterator[Finding]:
        row = self._row(unit.row)
        if unit.row in self.lost:
            if self.lost[unit.row] is unit:
                yield Finding(row, row, "missing row", row, NOTHING, unit.layer)
        elif self._is_folded(unit):
            self.folded += not (self._is_left_out(unit) or self._is_merged(unit))
            self.moved -= unit.counts.parameters
        elif self._is_left_to_the_loss(unit):
            self.has_logits = True
        else:
            what = unit.family if unit.is_light else "missing layer"
            yield Finding(row, unit.layer, what, str(unit), NOTHING, unit.layer)

    def _extra(self, unit: Unit, row: int | None) -> Finding:
        what: str = unit.family if unit.is_light else "extra layer"
        if not unit.is_known:
            what = "unknown layer"
        return Finding(self._row(row), unit.layer, what, NOTHING, str(unit))

    def _reordered(self, event: Reordered) -> Finding:
        unit = event.one.merge
        row = unit.row if unit else None
        theirs = event.merge.layer if event.merge else "outputs"
        return Finding(
            self._row(row),
            theirs,
            "branch order",
            _in_order(event.ours),
            _in_order(event.theirs),
            unit.layer if unit else "outputs",
        )

    def _rewired(self, event: Rewired) -> Finding:
        one = event.one
        is_order = {*map(id, event.ours)} == {*map(id, event.theirs)}
        return Finding(
            self._row(one.row),
            event.other.layer,
            "branch order" if is_order else "wiring",
            _taken(event.ours),
            _taken(event.theirs),
            one.layer,
        )

    def _row(self, index: int | None) -> str:
        return "input" if index is None else self.rows[index]

    def _lost_rows(self) -> dict[int | None, Unit]:
        """Return the rows of which nothing is left, with the unit that tells so."""
        made: dict[int | None, int] = {}
        for unit in self.table.units:
            if not unit.is_light:
                made[unit.row] = made.get(unit.row, 0) + 1
        missing: dict[int | None, list[Unit]] = {}
        for event in self.events:
            if isinstance(event, Missing) and not event.one.is_light:
                missing.setdefault(event.one.row, []).append(event.one)
        return {
            row: units[0]
            for row, units in missing.items()
            if len(units) == made[row] and len(units) > 1
        }

    def _is_folded(self, unit: Unit) -> bool:
        """Whether an export has a bias in place of this normalisation."""
        if not self.is_export or not unit.is_affine:
            return False
        if self._is_merged(unit):
            return True
        if unit.kind != "batch normalisation":
            return False
        before = self.met.get(id(self.table.units[unit.operands[0]]))
        has_bias = before is not None and before.settings.get("bias") is True
        return has_bias or self._is_left_out(unit)

    def _is_merged(self, unit: Unit) -> bool:
        """Whether a factor and an offset of the file stand for it and another unit."""
        units = self.table.units
        beside = [units[place] for place in unit.operands]
        beside += [
            each for each in units if unit in [units[at] for at in each.operands]
        ]
        found = [self.met.get(id(each)) for each in beside if each.is_affine]
        return any(each is not None and each.parts == AFFINE for each in found)

    def _is_left_out(self, unit: Unit) -> bool:
        """Whether an export has dropped what is left of this normalisation: zeros."""
        one = self.table.units[unit.operands[0]]
        return id(one) in self.left_out and is_folded_into(one)

    def _is_left_to_the_loss(self, unit: Unit) -> bool:
        if not self.is_export or unit.settings.get("function") != "softmax":
            return False
        return any(self.table.units[place] is unit for place in self.table.outputs)

    def _notes(self) -> Iterator[str]:
        if self.folded:
            yield (
                f"{self.folded} normalisations of the table are not visible: a bias "
                "stands in the place of each, as an export folds them; the file cannot "
                "tell whether they were there"
            )
        if self.recast:
            yield (
                f"{self.recast} normalisations or scalings of the table are told by a "
                "factor and an offset of each channel: the file has no word for which"
            )
        if self.left_out:
            yield (
                f"{len(self.left_out)} layers of the table have a bias, or a "
                "normalisation that leaves one, and none of them has any in the file: "
                "an export leaves out zeros, as biases are before training; the file "
                "cannot tell whether they were there, so this is no clean verdict"
            )
        if self.elsewhere:
            yield (
                "`same` with a stride puts what is left over behind, the model pads "
                f"otherwise in {listed(self.elsewhere)}: each window begins elsewhere"
            )
        if self.has_logits:
            yield "the model ends before the softmax: it gives logits"


def _in_order(branches: Iterable[Series]) -> str:
    return "; ".join(map(_name_of, branches))


def _taken(units: Iterable[Unit]) -> str:
    return ", ".join(unit.layer for unit in units)


def _name_of(branch: Series) -> str:
    """Say what a branch is by its last weights, else by what it ends in."""
    units = [*branch.units()]
    weighted = [unit for unit in units if unit.family == "weighted"] or units
    return str(weighted[-1]) if weighted else "identity"
