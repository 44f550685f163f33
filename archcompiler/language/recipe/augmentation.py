"""Augmentation: what is done at random to the images that a model trains on."""

from typing import Any, ClassVar, Literal

from archcompiler.language.forms.forms import read_items
from archcompiler.language.forms.sections import NamedSection, read_all, read_call
from archcompiler.language.text.document import Node
from archcompiler.ops.fields import PositiveInt, RateBelowOne


class Augmentation(NamedSection):
    """A change of images at random."""

    of_values: ClassVar[bool]
    """Whether it changes values, which are then 0 to 255, not only their places."""


class Flip(Augmentation):
    """Mirror every second image, left to right or upside down."""

    name: ClassVar[str] = "flip"
    what: ClassVar[str] = "`flip`"
    of_values: ClassVar[bool] = False

    axis: Literal["horizontal", "vertical"] = "horizontal"
    """Left to right, `horizontal`, or upside down, `vertical`."""


class Crop(Augmentation):
    """Put a black border of `pad` pixels around, and cut the image's size out of it."""

    name: ClassVar[str] = "crop"
    what: ClassVar[str] = "`crop`"
    of_values: ClassVar[bool] = False

    pad: PositiveInt
    """The width of the border in pixels."""


class Brightness(Augmentation):
    """Add up to `by` of the brightest value, or take it away."""

    name: ClassVar[str] = "brightness"
    what: ClassVar[str] = "`brightness`"
    of_values: ClassVar[bool] = True

    by: RateBelowOne
    """The largest change, as a share of the brightest value."""


class Contrast(Augmentation):
    """Stretch the differences from the image's mean by 1 - `by` to 1 + `by`."""

    name: ClassVar[str] = "contrast"
    what: ClassVar[str] = "`contrast`"
    of_values: ClassVar[bool] = True

    by: RateBelowOne
    """The largest change of the differences, as a share of them."""


AUGMENTATIONS: dict[str, type[Augmentation]] = {
    kind.name: kind for kind in (Flip, Crop, Brightness, Contrast)
}


def read_augmentation(node: Node) -> tuple[Any, ...]:
    """Read a list such as `[flip, crop: {pad: 4}]`."""
    return read_all(
        read_items(node), lambda item: read_call(item, AUGMENTATIONS, "an augmentation")
    )
