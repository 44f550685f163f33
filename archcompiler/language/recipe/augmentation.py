"""Augmentation: what is done at random to the images that a model trains on."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from archcompiler.language.forms.forms import located, read_items
from archcompiler.language.forms.sections import NamedSection, read_all, read_call
from archcompiler.language.text.document import Node
from archcompiler.ops.fields import (
    NaturalReal,
    PositiveInt,
    PositiveReal,
    Rate,
    RateBelowOne,
)


class Augmentation(NamedSection):
    """A change of images at random."""

    of_values: ClassVar[bool] = False
    """Whether it changes values, which are then 0 to 255, not only their places."""

    of_colours: ClassVar[bool] = False
    """Whether images must have the three channels of a colour."""

    of_labels: ClassVar[bool] = False
    """Whether it mixes images of a batch, and their labels with them."""


class Flip(Augmentation):
    """Mirror every second image, left to right or upside down."""

    name: ClassVar[str] = "flip"
    what: ClassVar[str] = "`flip`"

    axis: Literal["horizontal", "vertical"] = "horizontal"
    """Left to right, `horizontal`, or upside down, `vertical`."""


class Crop(Augmentation):
    """Put a black border of `pad` pixels around, and cut the image's size out of it."""

    name: ClassVar[str] = "crop"
    what: ClassVar[str] = "`crop`"

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


class Resizing(Augmentation):
    """Read images in squares of this side, and change them before the last resizing."""

    name: ClassVar[str] = "resizing"
    what: ClassVar[str] = "`resizing`"

    to: PositiveInt
    """The side of the images that are changed, in pixels."""


class Rotation(Augmentation):
    """Turn by up to `degrees`; beyond its border an image is mirrored."""

    name: ClassVar[str] = "rotation"
    what: ClassVar[str] = "`rotation`"

    degrees: Annotated[PositiveReal, Field(le=180)]
    """The largest turn, to either side."""


class Zoom(Augmentation):
    """Enlarge by 1 - `by` to 1 + `by`; beyond its border an image is mirrored."""

    name: ClassVar[str] = "zoom"
    what: ClassVar[str] = "`zoom`"

    by: RateBelowOne
    """The largest change of both sides, as a share of them."""


class Translation(Augmentation):
    """Move along both sides; beyond its border an image is mirrored."""

    name: ClassVar[str] = "translation"
    what: ClassVar[str] = "`translation`"

    by: RateBelowOne
    """The largest way, as a share of each side."""


class ResizedCrop(Augmentation):
    """Cut a part out at random, and resize it to the whole: Inception's crop."""

    name: ClassVar[str] = "resized crop"
    what: ClassVar[str] = "`resized crop`"

    area: Annotated[Rate, Field(gt=0)] = 0.08
    """The least share of the image's area; the greatest is all of it."""

    ratio: Annotated[PositiveReal, Field(ge=1)] = 1.33
    """How many times wider than high a part may be, or higher than wide."""


class Saturation(Augmentation):
    """Multiply the differences from grey by 1 - `by` to 1 + `by`."""

    name: ClassVar[str] = "saturation"
    what: ClassVar[str] = "`saturation`"
    of_values: ClassVar[bool] = True
    of_colours: ClassVar[bool] = True

    by: RateBelowOne
    """The largest change of the differences, as a share of them."""


class Hue(Augmentation):
    """Turn the circle of hues by up to `by` of it, to either side."""

    name: ClassVar[str] = "hue"
    what: ClassVar[str] = "`hue`"
    of_values: ClassVar[bool] = True
    of_colours: ClassVar[bool] = True

    by: Annotated[Rate, Field(le=0.5)]
    """The largest turn, as a share of the circle: a half is the opposite colour."""


class Erasing(Augmentation):
    """Fill a part of some images with the image's mean."""

    name: ClassVar[str] = "erasing"
    what: ClassVar[str] = "`erasing`"

    area: Annotated[RateBelowOne, Field(gt=0)] = 0.4
    """The greatest share of the image's area; a hundredth of it is the least."""

    rate: Rate = 0.5
    """The share of images that lose a part."""


class RandAugment(Augmentation):
    """Change each image by some of fourteen operations, all of one strength."""

    name: ClassVar[str] = "rand augment"
    what: ClassVar[str] = "`rand augment`"
    of_values: ClassVar[bool] = True

    operations: Annotated[PositiveInt, Field(le=14)] = 2
    """How many are drawn for an image, one after the other."""

    magnitude: Annotated[NaturalReal, Field(le=30)] = 9
    """How strong they are: 30 is the most."""


class Mixup(Augmentation):
    """Blend each image, and its label, with another one of the batch."""

    name: ClassVar[str] = "mixup"
    what: ClassVar[str] = "`mixup`"
    of_labels: ClassVar[bool] = True

    alpha: PositiveReal = 0.2
    """Of the beta distribution that shares are drawn from, on both sides."""


class Cutmix(Augmentation):
    """Paste a part of another image of the batch in, with its share of the label."""

    name: ClassVar[str] = "cutmix"
    what: ClassVar[str] = "`cutmix`"
    of_labels: ClassVar[bool] = True

    alpha: PositiveReal = 1.0
    """Of the beta distribution that shares are drawn from, on both sides."""


AUGMENTATIONS: dict[str, type[Augmentation]] = {
    kind.name: kind
    for kind in (
        *(Resizing, Flip, Crop, ResizedCrop, Rotation, Zoom, Translation),
        *(Brightness, Contrast, Saturation, Hue, Erasing, RandAugment),
        *(Mixup, Cutmix),
    )
}


def mixing_of(calls: Sequence[Augmentation]) -> Augmentation | None:
    """Return what mixes images and labels at the end of a list, if something does."""
    return calls[-1] if calls and calls[-1].of_labels else None


def first_side(calls: Sequence[Augmentation]) -> int | None:
    """Return the side of the squares that are changed, where that is not the last."""
    return calls[0].to if calls and isinstance(calls[0], Resizing) else None


def read_augmentation(node: Node) -> tuple[Any, ...]:
    """Read a list such as `[flip, crop: {pad: 4}]`."""
    items = read_items(node)
    calls = read_all(
        items, lambda item: read_call(item, AUGMENTATIONS, "an augmentation")
    )
    placed = [*zip(items, calls, strict=True)]
    for item, call in placed[1:]:
        if isinstance(call, Resizing):
            message = "`resizing` comes first: images are read in that size"
            help = "the list ends with the size that the network takes"
            raise located("bad-value", message, item.span, help)
    for item, call in placed[:-1]:
        if call.of_labels:
            message = f"{call.what} comes last: it mixes images that are finished"
            help = "write it at the end of the list"
            raise located("bad-value", message, item.span, help)
    return calls
