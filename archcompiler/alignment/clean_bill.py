"""The clean bill: what "nothing differs" means, and what it leaves open.

Two models of which it is said compute the same function, but for what is listed here.
"""

from collections.abc import Collection

from archcompiler.ops.table import OPS
from archcompiler.units.units import NOISE
from archcompiler.units.words import words_of

_SIDES = "which side gets more of a `same` padding with a stride"
_LENIENT = (
    "in which order an image becomes a vector",
    "precision",
)
"""What a table leaves open, beside the fields of its ops."""

_IN_EXPORTS = ("whether a normalisation scales and shifts",)
"""What an exported file doesn't tell."""


def not_compared(
    *, is_export: bool, left_open: Collection[str] | None = None
) -> tuple[str, ...]:
    """Return what may differ although nothing does, in words.

    `left_open` are the fields that a strict comparison had to leave open.
    """
    noise = [words_of(op) for op in OPS.values() if op.only_in_training]
    training = f"what acts only in training ({', '.join(noise)})"
    fields = {f: w for op in OPS.values() for f, w in op.uncompared().items()}
    fields[NOISE] = training
    if left_open is not None:
        fields = {f: what for f, what in fields.items() if f in left_open}
    told = dict.fromkeys(fields.values())
    lenient = (_SIDES, *_LENIENT) if left_open is None else _LENIENT
    return (*told, *lenient, *(_IN_EXPORTS if is_export else ()))
