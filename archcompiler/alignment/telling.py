"""Telling: the events of an alignment as findings, row by row, and as notes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from archcompiler.alignment.differences import begins_elsewhere, differences
from archcompiler.alignment.events import Event, Extra, Met, Missing, Rewired, Swapped
from archcompiler.alignment.findings import NOTHING, Finding, Follower, Told
from archcompiler.alignment.folding import Lone
from archcompiler.alignment.following import follows
from archcompiler.alignment.offsets import is_folded_into, left_out
from archcompiler.alignment.wording import (
    described,
    kind_of,
    layers_of,
    leading_nowhere,
    listing,
    moved_only,
    notable,
    quoted,
    shortly,
    taken_apart,
)
from archcompiler.diagnostics import listed
from archcompiler.units.network import Network
from archcompiler.units.units import AFFINE, Unit


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
        self.following: list[Finding] = []
        self.elsewhere: list[str] = []
        self.has_logits = False

    def run(self) -> Told:
        findings = [found for event in self.events for found in self._of(event)]
        order = {name: at for at, name in enumerate(["input", *self.rows.values()])}
        for each in (findings, self.following):
            each.sort(key=lambda finding: order[finding.row])
        findings = self._with_following(findings, order) or self.following
        return Told(findings, [*self._notes()], self.moved, [*self._unsure()])

    def _with_following(
        self, findings: list[Finding], order: Mapping[str, int]
    ) -> list[Finding]:
        """Add what follows from a finding to the last one before it."""
        caused: dict[int, list[Follower]] = {}
        for each in self.following if findings else ():
            before = [
                at
                for at, finding in enumerate(findings)
                if order[finding.row] <= order[each.row]
            ]
            caused.setdefault(before[-1] if before else 0, []).append(
                Follower(each.row, each.layer)
            )
        told = [*findings]
        for at, more in caused.items():
            verb = "follows" if len(more) == 1 else "follow"
            names = shortly([each.layer for each in more])
            text = f"{told[at].model}; {names} {verb} from it"
            told[at] = told[at]._replace(model=text, follows=(*told[at].follows, *more))
        return told

    def _of(self, event: Event) -> Iterator[Finding]:
        if isinstance(event, Met):
            yield from self._differing(event.one, event.other)
        elif isinstance(event, Missing):
            yield from self._told(self._missing(event), event.follows)
        elif isinstance(event, Extra):
            found = self._extra(event.lone, event.row)
            yield from self._told([found], event.follows)
        elif isinstance(event, Swapped):
            yield self._swapped(event)
        else:
            yield self._rewired(event)

    def _told(self, found: Iterable[Finding], follows: bool) -> Iterator[Finding]:
        """Yield findings, or keep what follows from others until these are known."""
        if follows:
            self.following += found
        else:
            yield from found

    def _differing(self, one: Unit, other: Unit) -> Iterator[Finding]:
        found = differences(one, other) or []
        if id(one) in self.left_out:
            found = [difference for difference in found if difference.what != "bias"]
        row = self._row(one.row)
        told = [Finding(row, other.layer, *each[:3], one.layer) for each in found]
        yield from self._told(told, follows(one, other, found))
        if not found and one.kind != other.kind:
            self.recast += 1
        if not found and begins_elsewhere(one, other):
            self.elsewhere.append(f"`{other.layer}`")
        is_moved = one.is_light or one.is_normalised != other.is_normalised
        if self.is_export and is_moved and not found:
            self.moved += other.counts.parameters - one.counts.parameters

    def _missing(self, event: Missing) -> Iterator[Finding]:
        first, *others = event.lone.units
        if not others and self._is_folded(first):
            self.folded += not (self._is_left_out(first) or self._is_merged(first))
            self.moved -= first.counts.parameters
        elif not others and self._is_left_to_the_loss(first):
            self.has_logits = True
        elif not others and self._is_in_the_unknown(first):
            return
        else:
            yield self._gone(event)

    def _gone(self, event: Missing) -> Finding:
        lone = event.lone
        told = notable(lone.units)
        row, layer = self._row(told[0].row), told[0].layer
        what, text, name = kind_of("missing", told), listing(told), layer
        if self._is_row(lone):
            what, text, name = "missing row", row, row
        model = NOTHING
        if event.left is not None:
            text += f" of {quoted(event.taken)}"
            model = f"{quoted([event.left])} alone"
        model += leading_nowhere(layers_of(lone.dead))
        others = [unit for unit in lone.units if unit.row != told[0].row]
        more = self._followers([*others, *lone.dead])
        return Finding(row, name, what, text, model, layer, more)

    def _extra(self, lone: Lone, row: int | None) -> Finding:
        told = notable(lone.units)
        what = kind_of("extra", told)
        if not all(unit.is_known for unit in told):
            what = "unknown layer"
        text, more = listing(told), layers_of(lone.dead)
        text += f"; {shortly(more)} only for it" if more else ""
        layer, near = told[0].layer, self._row(row)
        gone = tuple(Follower(near, each) for each in more)
        return Finding(near, layer, what, NOTHING, text, follows=gone)

    def _swapped(self, event: Swapped) -> Finding:
        ours, theirs = (
            "; ".join(map(str, side)) for side in (event.ours, event.theirs)
        )
        first, *others = event.ours
        more = self._followers([unit for unit in others if unit.row != first.row])
        layer, row = event.theirs[0].layer, self._row(first.row)
        return Finding(row, layer, "order", ours, theirs, first.layer, more)

    def _rewired(self, event: Rewired) -> Finding:
        one, other = event.one or event.ours[0], event.other or event.theirs[0]
        row = self._row(one.row)
        if Counter(map(id, event.ours)) == Counter(map(id, event.theirs)):
            ours, theirs = self._orders(event.ours, event.theirs)
            return Finding(row, other.layer, "branch order", ours, theirs, one.layer)
        ours, theirs = map(described, taken_apart(event.ours, event.theirs))
        what = "takes" if event.one else "output"
        taken = {*map(id, event.theirs)}
        more = layers_of(unit for unit in event.extra if id(unit) not in taken)
        theirs += f"; {shortly(more)} only for it" if more else ""
        theirs += leading_nowhere(layers_of(event.lost))
        gone = self._followers(event.lost)
        gone += tuple(Follower(row, layer) for layer in more)
        return Finding(row, other.layer, what, ours, theirs, one.layer, gone)

    def _followers(self, units: Iterable[Unit]) -> tuple[Follower, ...]:
        """Return layers of the table, each once."""
        found = (Follower(self._row(unit.row), unit.layer) for unit in units)
        return (*dict.fromkeys(found),)

    def _orders(self, ours: Sequence[Unit], theirs: Sequence[Unit]) -> tuple[str, str]:
        """Say in which order branches are joined: by what they are, else by name."""
        names = {id(unit): str(self._branch(unit)) for unit in ours}
        if len({*names.values()}) < len(names):
            names = {id(unit): quoted([unit]) for unit in ours}
        here, there = ([names[id(unit)] for unit in side] for side in (ours, theirs))
        return moved_only(here, there)

    def _branch(self, unit: Unit) -> Unit:
        """Return what a branch is by its last weights, else by what it ends in."""
        at = unit
        while len(at.operands) == 1:
            if at.family == "weighted":
                return at
            at = self.table.units[at.operands[0]]
        return unit

    def _row(self, index: int | None) -> str:
        return "input" if index is None else self.rows[index]

    def _is_row(self, lone: Lone) -> bool:
        """Whether several layers are all that a row has."""
        gone = {id(unit) for unit in (*lone.units, *lone.dead) if not unit.is_light}
        row = lone.units[0].row
        made = {id(u) for u in self.table.units if u.row == row and not u.is_light}
        return len(made) > 1 and made <= gone

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

    def _is_in_the_unknown(self, unit: Unit) -> bool:
        """Whether an unknown layer, which is told, may hold this normalisation."""
        if not self.is_export or unit.kind != "batch normalisation":
            return False
        before = self.met.get(id(self.table.units[unit.operands[0]]))
        return before is not None and not before.is_known

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

    def _unsure(self) -> Iterator[str]:
        if self.left_out:
            yield f"the biases of {len(self.left_out)} layers"

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
                "cannot tell whether they were there"
            )
        if self.elsewhere:
            yield (
                "`same` with a stride puts what is left over behind, the model pads "
                f"otherwise in {listed(self.elsewhere)}: each window begins elsewhere"
            )
        if self.has_logits:
            yield "the model ends before the softmax: it gives logits"
