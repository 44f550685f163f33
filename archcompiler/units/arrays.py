"""Arrays: what a unit holds, where each lies, and how it gets Keras' layout."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple


class Turn(NamedTuple):
    """One step that lays the elements of an array out anew."""

    how: Literal["transpose", "reshape"]
    numbers: tuple[int, ...]
    """The order of the axes, or their lengths."""


@dataclass(frozen=True, eq=False)
class Held:
    """An array that a layer holds."""

    name: str
    """What Keras calls it: `kernel`, `bias`, `gamma`, ..."""

    source: Any
    """Keras' variable, or the name of the value in an ONNX file."""

    layer: str
    turns: tuple[Turn, ...] = ()
    """What gives the array the layout that it has in a unit, one after the other."""

    identity: Hashable = None
    """What tells it from others, so that shared ones are one; None if nothing does."""

    is_copy: bool = False
    """Whether a file writes it as a copy of another one."""

    written: str = ""
    """The kind of node that takes it in a file."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that a variable has in the unit."""
        return self._shapes[-1]

    @property
    def _shapes(self) -> list[tuple[int, ...]]:
        """The shapes of a variable before all steps and after each."""
        shapes = [tuple(self.source.shape)]
        for how, numbers in self.turns:
            is_new = how == "reshape"
            before = shapes[-1]
            turned = numbers if is_new else tuple(before[axis] for axis in numbers)
            shapes.append(turned)
        return shapes

    def reshaped(self, *lengths: int) -> "Held":
        """Return the array with axes of other lengths."""
        return replace(self, turns=(*self.turns, Turn("reshape", lengths)))

    def transposed(self, *order: int) -> "Held":
        """Return the array with its axes in another order."""
        return replace(self, turns=(*self.turns, Turn("transpose", order)))

    def laid_back(self, array: Any) -> Any:
        """Return elements that a unit has as the variable holds them."""
        steps = zip(self.turns, self._shapes, strict=False)
        for (how, numbers), shape in reversed([*steps]):
            if how == "reshape":
                array = array.reshape(shape)
            else:
                array = array.transpose([*map(numbers.index, range(len(numbers)))])
        return array

    def laid_out(self, array: Any) -> Any:
        """Return the elements of the source as the unit has them."""
        for how, numbers in self.turns:
            array = getattr(array, how)(numbers)
        return array


Arrays = tuple[Held, ...]
"""The arrays of a layer, in Keras' order."""


def kernel_reshaped(arrays: Arrays, *lengths: int) -> Arrays:
    """Return the arrays of a layer whose kernel, the first, has other axes."""
    return (arrays[0].reshaped(*lengths), *arrays[1:]) if arrays else ()
