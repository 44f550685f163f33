"""The clean bill: what "nothing differs" means, and what it leaves open.

Two models of which it is said compute the same function, but for what is listed here.
"""

from archcompiler.alignment.words import words_of
from archcompiler.ops.table import OPS

_LENIENT = (
    "which side gets more of a `same` padding with a stride",
    "in which order an image becomes a vector",
    "precision",
)
"""What a table leaves open, beside the fields of its ops."""

_IN_EXPORTS = ("whether a normalisation scales and shifts", "how slopes are shared")
"""What an exported file doesn't tell."""


def not_compared(*, is_export: bool) -> tuple[str, ...]:
    """Return what may differ although nothing does, in words."""
    fields = {what: None for op in OPS.values() for what in op.uncompared().values()}
    noise = [words_of(op) for op in OPS.values() if op.only_in_training]
    training = f"what acts only in training ({', '.join(noise)})"
    return (*fields, training, *_LENIENT, *(_IN_EXPORTS if is_export else ()))
