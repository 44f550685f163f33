"""The boundary: which layers end the part that is transplanted."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from archcompiler.diagnostics import suggest
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.reading import ReadModel


def read_boundary(until: Any) -> dict[str, str] | list[str]:
    """Return the target's layer for each of the source that ends the part.

    Of a set, return the names of the target's layers, sorted.

    Raises:
        TypeError: for anything but two names, a mapping, or a set of names.
    """
    is_set = isinstance(until, AbstractSet) and bool(until)
    if is_set and all(isinstance(name, str) for name in until):
        return sorted(until)
    if isinstance(until, tuple | list) and len(until) == 2:
        until = {until[0]: until[1]}
    if isinstance(until, Mapping) and until:
        names = {**until}
        if all(isinstance(name, str) for pair in names.items() for name in pair):
            return names
    raise TypeError(
        "`until` takes two names, `(source layer, target layer)`, a mapping of "
        f"them, or a set of the target's layers, received {until!r}"
    )


def place_of(model: ReadModel, name: str, side: str) -> int:
    """Return the place of what the layer of a name gives.

    Raises:
        TransplantError: for an unknown name, or a layer whose value is not one.
    """
    calls = model.reading.layers.get(name)
    if calls is None:
        hint = suggest(name, model.reading.layers)
        help = f"; {hint}" if hint else ""
        raise TransplantError(f"`until`: the {side} has no layer `{name}`{help}")
    if len(calls) != 1 or len(calls[0]) != 1:
        count = f"{len(calls)} calls" if len(calls) != 1 else "several outputs"
        raise TransplantError(
            f"`until`: the layer `{name}` of the {side} has {count}, not one value"
        )
    return calls[0][0]
