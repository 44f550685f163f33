"""Weights of an ONNX file in a Keras model that computes the same function."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from archcompiler.alignment.aligning import lay_together, ways
from archcompiler.alignment.differences import begins_elsewhere
from archcompiler.alignment.events import Event, Met, events_of
from archcompiler.alignment.findings import Told
from archcompiler.alignment.telling import tell
from archcompiler.models.errors import ModelError
from archcompiler.models.onnx_weights import OnnxWeights
from archcompiler.reading.keras_model import read_keras
from archcompiler.reading.opening import open_model
from archcompiler.shapes import Shape
from archcompiler.transplanting import Copied, Left, Transplant, TransplantError
from archcompiler.units.foreign import Foreign
from archcompiler.units.network import Network
from archcompiler.units.units import Unit

Named = Mapping[str, np.ndarray]
"""Arrays by what Keras calls them: `kernel`, `bias`, `gamma`, ..."""

_MOST_TOLD = 10


class Move(NamedTuple):
    """An array of the file, and the variable that takes it."""

    array: np.ndarray
    variable: Any


def transplant_file(path: Path, target: Any) -> Transplant:
    """Copy the weights of a file into a model, all of them or none.

    A normalisation that the file has folded becomes one that only shifts.

    Raises:
        TransplantError: where file and model differ, or the file holds its weights in
            another form.
    """
    images = tuple(tuple(tensor.shape)[1:] for tensor in target.inputs)
    try:
        file = open_model(path, images)
        network, events, told = _least_told(_network_of(target), file)
        port = _Port(OnnxWeights(path), target, network, events)
        problems = [*_differences(told), *port.unlike()] or [*port.take_all()]
    except ModelError as error:
        raise TransplantError(str(error)) from None
    if problems:
        raise TransplantError(_message(path, target, problems))
    for array, variable in port.moves:
        variable.assign(array.reshape(tuple(variable.shape)))
    return Transplant(tuple(port.copied), Left(), tuple(told.notes))


def _network_of(target: Any) -> Network:
    return read_keras(target, target.name).network


def _least_told(target: Network, file: Foreign) -> tuple[Network, list[Event], Told]:
    """Lay a file beside a model in the way in which least differs."""
    tried = []
    for network, theirs in ways(target, file):
        events = [*events_of(network, theirs, lay_together(network, theirs))]
        tried.append((network, events, tell(events, network, {}, is_export=True)))
        if not tried[-1][2].findings:
            break
    return min(tried, key=lambda each: len(each[2].findings))


def _differences(told: Told) -> Iterator[str]:
    for each in told.findings:
        where = each.counterpart or each.layer
        yield f"`{where}`: {each.what} {each.table}, {each.model} in the file"


class _Port:
    """What is to be copied, unit by unit."""

    def __init__(
        self,
        weights: OnnxWeights,
        target: Any,
        network: Network,
        events: Iterable[Event],
    ) -> None:
        self.weights = weights
        self.target = target
        self.met = [event for event in events if isinstance(event, Met)]
        met = {id(event.one) for event in self.met}
        self.folded = {
            id(network.units[unit.operands[0]]): unit
            for unit in network.units
            if unit.kind == "batch normalisation" and id(unit) not in met
        }
        """The normalisations that the file lacks, by the weights before them."""

        self.moves: list[Move] = []
        self.copied: list[Copied] = []

    def unlike(self) -> Iterator[str]:
        """Yield what differs that no comparison of functions looks at."""
        for one, other in self.met:
            if problem := self._unlike(one, other):
                yield f"`{one.layer}`: {problem}"

    def _unlike(self, one: Unit, other: Unit) -> str:
        if begins_elsewhere(one, other):
            return "each window begins elsewhere in the file"
        if one.kind == "scaling":
            return "the file doesn't tell by what it rescales"
        is_moved = one.kind == "reshape" or not other.is_last
        if is_moved and not _is_vector(one.arrives):
            return "the elements of an image come in another order in the file"
        ours = one.open.get("epsilon")
        if not isinstance(ours, float):
            return ""
        theirs: Any = other.open.get("epsilon")
        if theirs is not None and np.isclose(ours, theirs, rtol=1e-3, atol=0):
            return ""
        told = "none is told" if theirs is None else f"{theirs:g}"
        return f"epsilon {ours:g}, {told} in the file"

    def take_all(self) -> Iterator[str]:
        """Note what moves into each unit; yield what is wrong."""
        for one, other in self.met:
            if one.arrays or one.family == "normalisation":
                yield from self._take(one, other)
        taken = {id(move.variable) for move in self.moves}
        for variable in self.target.weights:
            if id(variable) not in taken:
                yield f"`{variable.path}`: the file holds nothing for it"

    def _take(self, one: Unit, other: Unit) -> Iterator[str]:
        if other.counts.parameters and not other.arrays:
            yield f"`{one.layer}`: `{other.layer}` holds its weights in another form"
            return
        arrays = {
            each.name: each.laid_out(self.weights.array(each.source))
            for each in other.arrays
        }
        behind = self.folded.get(id(one))
        if one.family == "weighted" and other.settings.get("bias") is False:
            zeros = np.zeros(one.shape[-1:] if one.shape else (), "float32")
            arrays = {"bias": zeros, **arrays}
        if behind is None:
            yield from self._move(one, other, arrays)
            return
        if "bias" not in arrays:
            yield f"`{one.layer}`: the file has its bias elsewhere"
            return
        own = one.settings.get("bias") is True
        kept = arrays if own else {k: a for k, a in arrays.items() if k != "bias"}
        yield from self._move(one, other, kept)
        shift = np.zeros_like(arrays["bias"]) if own else arrays["bias"]
        yield from self._move(behind, other, self._shifting(behind, shift))

    def _shifting(self, unit: Unit, shift: np.ndarray) -> Named:
        """Return the arrays of a normalisation that only shifts."""
        epsilon: Any = unit.open["epsilon"]
        ones, zeros = np.ones_like(shift), np.zeros_like(shift)
        has_offset = "beta" in {each.name for each in unit.arrays}
        beta, mean = (shift, zeros) if has_offset else (zeros, -shift)
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        return dict(zip(names, (ones, beta, mean, ones - epsilon), strict=True))

    def _move(self, one: Unit, other: Unit, arrays: Named) -> Iterator[str]:
        """Note what moves into the variables of a unit, all that the file has of it."""
        left, found = dict(arrays), []
        for held in one.arrays:
            variable, array = held.source, left.pop(held.name, None)
            if array is None or array.size != np.prod(variable.shape, dtype=int):
                yield f"`{variable.path}`: the file has no such array"
            else:
                found.append(Move(array, variable))
        for role, array in left.items():
            if np.any(array != (role == "gamma")):  # 1 for a factor, else 0
                yield f"`{one.layer}`: the file has a {role}, which it lacks"
        yield from self._clashes(found)
        self.moves += found
        size = sum(move.array.size for move in found)
        if found:
            self.copied.append(Copied(other.layer, one.layer, len(found), size))

    def _clashes(self, found: Iterable[Move]) -> Iterator[str]:
        """Yield the variables that two layers of the file would fill otherwise."""
        taken = {id(move.variable): move.array for move in self.moves}
        for array, variable in found:
            before = taken.get(id(variable))
            if before is not None and not np.array_equal(before, array):
                yield f"`{variable.path}`: two layers of the file differ in it"


def _is_vector(shape: Shape | None) -> bool:
    """Whether all elements are channels of one position."""
    return shape is not None and {*shape[:-1]} <= {1}


def _message(path: Path, target: Any, problems: Sequence[str]) -> str:
    shown = [*problems[:_MOST_TOLD]]
    if len(problems) > _MOST_TOLD:
        shown.append(f"... and {len(problems) - _MOST_TOLD} more")
    lines = "\n  ".join(shown)
    return f"`{path}` and `{target.name}` differ; nothing is copied:\n  {lines}"
