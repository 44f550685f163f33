"""A foreign model, once it is read: the same thing whatever wrote it."""

from dataclasses import dataclass

from archcompiler.units.network import Network


@dataclass(frozen=True, slots=True)
class Foreign:
    """The units of a model that somebody else wrote."""

    name: str
    network: Network
    parameters: int
    """Number of weights, trainable or not."""

    is_export: bool = False
    """Whether what is only of use in training may have been folded or left out."""

    notes: tuple[str, ...] = ()

    turned: Network | None = None
    """The same, of images whose channels come last where the model's come first.

    Only known of models that move axes about.
    """

    outputs: tuple[tuple[int | None, ...], ...] = ()
    """The shapes of the outputs; nothing where their layout is the file's own."""
