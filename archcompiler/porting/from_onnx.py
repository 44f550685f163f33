"""Weights of an ONNX file in a Keras model that computes the same function."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from archcompiler.alignment.aligning import lay_together
from archcompiler.alignment.differences import begins_elsewhere
from archcompiler.alignment.events import Event, Met, events_of
from archcompiler.alignment.findings import Told
from archcompiler.alignment.telling import tell
from archcompiler.models.errors import ModelError
from archcompiler.porting.onnx_weights import Arrays, OnnxWeights
from archcompiler.reading.keras_model import read_keras
from archcompiler.reading.opening import open_model
from archcompiler.shapes import Shape
from archcompiler.transplanting import Copied, Left, Transplant, TransplantError
from archcompiler.units.network import Network
from archcompiler.units.units import Unit

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
        file, network = open_model(path, images).network, _network_of(target)
        events = [*events_of(network, file, lay_together(network, file))]
        told = tell(events, network, {}, is_export=True)
        port = _Port(OnnxWeights(path, images), target, network, events)
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
        self.variables: dict[Hashable, Any] = {id(v): v for v in target.weights}
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
        if one.kind in ("flatten", "reshape") and not _is_vector(one.arrives):
            return "the elements of an image come in another order in the file"
        ours = one.open.get("epsilon")
        if not isinstance(ours, float):
            return ""
        theirs = self.weights.epsilon(other)
        if theirs is not None and np.isclose(ours, theirs, rtol=1e-3, atol=0):
            return ""
        told = "none is told" if theirs is None else f"{theirs:g}"
        return f"epsilon {ours:g}, {told} in the file"

    def take_all(self) -> Iterator[str]:
        """Note what moves into each unit; yield what is wrong."""
        for one, other in self.met:
            if one.weights or one.family == "normalisation":
                yield from self._take(one, other)
        taken = {id(move.variable) for move in self.moves}
        for variable in self.variables.values():
            if id(variable) not in taken:
                yield f"`{variable.path}`: the file holds nothing for it"

    def _take(self, one: Unit, other: Unit) -> Iterator[str]:
        arrays = self.weights.of(other) if other.counts.parameters else {}
        if arrays is None:
            yield f"`{one.layer}`: `{other.layer}` holds its weights in another form"
            return
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

    def _shifting(self, unit: Unit, shift: np.ndarray) -> Arrays:
        """Return the arrays of a normalisation that only shifts."""
        epsilon: Any = unit.open["epsilon"]
        ones, zeros = np.ones_like(shift), np.zeros_like(shift)
        has_offset = "beta" in {self.variables[each].name for each in unit.weights}
        beta, mean = (shift, zeros) if has_offset else (zeros, -shift)
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        return dict(zip(names, (ones, beta, mean, ones - epsilon), strict=True))

    def _move(self, one: Unit, other: Unit, arrays: Arrays) -> Iterator[str]:
        """Note what moves into the variables of a unit, all that the file has of it."""
        left, found = dict(arrays), []
        for variable in [self.variables[each] for each in one.weights]:
            role = "kernel" if variable.name.endswith("kernel") else variable.name
            array = left.pop(role, None)
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
