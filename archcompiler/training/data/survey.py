"""A survey: what is in data, image by image."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from archcompiler.training.data.examining import Look, look_at
from archcompiler.training.data.fingerprints import sets_of
from archcompiler.training.data.fitting import looks_standardised
from archcompiler.training.data.images import Data, ImageSet

_SAMPLED = 1000  # images whose values are looked at


class Image(NamedTuple):
    """One image of a set."""

    name: str
    """Its path, or its number in the array."""

    of: str
    """The name of its set."""

    label: int


@dataclass(frozen=True)
class Survey:
    """What was found."""

    data: Data
    classes: Mapping[str, Mapping[str, int]]
    """By set and by class, how many images there are."""

    sizes: Mapping[tuple[int, int], int]
    """By height and width, how many images have it; the most frequent first."""

    modes: Mapping[str, int]
    """By kind of file and mode, or by the type of an array, how many."""

    twins: Sequence[Sequence[Image]]
    """Images that are equal, byte by byte."""

    notes: Sequence[str]

    @property
    def conflicts(self) -> int:
        """How many of the twins have several labels."""
        return sum(len({each.label for each in same}) > 1 for same in self.twins)

    @property
    def leaks(self) -> int:
        """How many of the twins are in both sets."""
        return sum(len({each.of for each in same}) > 1 for same in self.twins)


def survey(data: Data) -> Survey:
    """Read every image once, and return what there is."""
    sizes: Counter[tuple[int, int]] = Counter()
    modes: Counter[str] = Counter()
    notes = [*data.notes]
    by_digest: dict[bytes, list[Image]] = {}
    for name, images in sets_of(data):
        for image, digest, size, mode, note in _each(name, images):
            by_digest.setdefault(digest, []).append(image)
            sizes[size] += 1
            modes[mode] += 1
            notes += [note] if note and note not in notes else []
        notes += _of_values(name, images)
    return Survey(
        data=data,
        classes={name: _counted(data, images) for name, images in sets_of(data)},
        sizes=dict(sizes.most_common()),
        modes=dict(modes.most_common()),
        twins=[same for same in by_digest.values() if len(same) > 1],
        notes=notes,
    )


_Seen = tuple[Image, bytes, tuple[int, int], str, str]


def _each(name: str, images: ImageSet) -> Iterator[_Seen]:
    """Yield each image with its digest, size and mode, and a note on it."""
    if images.files:
        paths = images.read(np.arange(len(images)))
        looks = look_at(paths)
        for path, label, look in zip(paths, images.labels, looks, strict=True):
            note = "" if images.upright else _of_orientation(look)
            image = Image(str(path), name, int(label))
            yield image, look.digest, look.size, f"{look.kind} {look.mode}", note
        return
    size, mode = images.images.shape[1:3], f"{images.images.dtype}"
    mode += f" of {images.channels} channel{'s' * (images.channels != 1)}"
    for place, label in enumerate(images.labels):
        array = np.ascontiguousarray(images.read(np.array([place])))
        digest = hashlib.blake2b(array.data, digest_size=16).digest()
        yield Image(str(place), name, int(label)), digest, size, mode, ""


def _of_orientation(look: Look) -> str:
    turned = "photos lie on their side by EXIF: `--upright` turns them"
    return turned if look.turned else ""


def _of_values(name: str, images: ImageSet) -> list[str]:
    """Return what is to be known of the values in an array."""
    if images.files:
        return []
    some = images.sample(_SAMPLED)
    note = f"the {name} set has values of {some.min():g} to {some.max():g}"
    if not np.isfinite(some).all():
        return [f"the {name} set holds values that are no numbers"]
    if looks_standardised(some):
        return [f"{note}, which look standardised: write `pixels: as they are`"]
    if some.min() < 0 or not 1 < some.max() <= 255:
        return [f"{note}, not 0 to 255: write `pixels: as they are`"]
    return [note]


def _counted(data: Data, images: ImageSet) -> Mapping[str, int]:
    counts = np.bincount(images.labels, minlength=len(data.classes))
    return dict(zip(data.classes, map(int, counts), strict=False))


def extremes(sizes: Mapping[tuple[int, int], int]) -> tuple[Any, Any]:
    """Return the smallest and the largest size, by area."""
    ordered = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    return ordered[0], ordered[-1]
