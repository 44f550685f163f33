"""What a transplant did."""

from dataclasses import dataclass
from typing import NamedTuple


class Copied(NamedTuple):
    """A layer of the source and the layer of the target that holds its weights now."""

    source: str
    target: str
    weights: int
    """Number of arrays."""
    parameters: int
    """Number of elements of these arrays."""


class Left(NamedTuple):
    """The layers with weights that took no part, of both models."""

    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transplant:
    """The report of a transplant; printed, it lists each pair of layers."""

    copied: tuple[Copied, ...]
    left: Left
    notes: tuple[str, ...] = ()
    """What people must be told of a file: what an export hides."""

    @property
    def parameters(self) -> int:
        """Number of parameters that were copied."""
        return sum(pair.parameters for pair in self.copied)

    def __str__(self) -> str:
        lines = [f"{self.parameters:,} parameters copied"]
        sources = max((len(pair.source) for pair in self.copied), default=0)
        targets = max((len(pair.target) for pair in self.copied), default=0)
        for pair in self.copied:
            names = f"{pair.source:{sources}} -> {pair.target:{targets}}"
            lines.append(f"  {names}  {pair.parameters:>11,}")
        for side, left in zip(("source", "target"), self.left, strict=True):
            if left:
                lines.append(f"left in the {side}: {', '.join(left)}")
        lines += [f"note: {note}" for note in self.notes]
        return "\n".join(lines)
