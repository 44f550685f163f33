"""Kinds of image files, told by how they begin, whatever they are called."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
"""A name that ends so promises an image."""

BY_TENSORFLOW = {1: ("png", "jpeg"), 3: ("png", "jpeg", "bmp", "gif")}
"""By channels, the kinds that TensorFlow reads; Pillow reads the others."""

_BEGINNINGS = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF8": "gif",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
}
LONGEST = 12  # bytes that tell all kinds


class Broken(NamedTuple):
    """A file that is no image, though it should be one."""

    path: str
    reason: str


class Found(NamedTuple):
    """What lies below a folder."""

    images: Sequence[Path]
    false: Sequence[Broken]
    """Files whose name promises an image, and that do not begin as one."""

    others: Sequence[Path]


def kind_of(beginning: bytes) -> str:
    """Return the kind of an image by its first bytes; empty for what is none."""
    for known, kind in _BEGINNINGS.items():
        if beginning.startswith(known):
            return kind
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp"
    is_bitmap = beginning[:2] == b"BM" and beginning[6:10] == b"\0\0\0\0"
    return "bmp" if is_bitmap else ""


def kind_in(path: Path) -> str:
    """Return the kind of an image file; empty for what is none."""
    with open(path, "rb") as file:
        return kind_of(file.read(LONGEST))


def find(folder: Path) -> Found:
    """Return the files below a folder, at any depth, in the order of their paths."""
    images, false, others = [], [], []
    for path in sorted(_visible(folder)):
        if kind_in(path):
            images.append(path)
        elif path.suffix.lower() in SUFFIXES:
            false.append(Broken(str(path), "it does not begin as an image"))
        else:
            others.append(path)
    return Found(images, false, others)


def _visible(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, but none whose path has a name like `.git`."""
    for path in folder.iterdir():
        if path.name[0] == ".":
            continue
        if path.is_dir():
            yield from _visible(path)
        elif path.is_file():
            yield path


def told(others: Iterable[Path]) -> str:
    """Return how many files of which suffixes are left out; empty for none."""
    counts = Counter(path.suffix.lower() or path.name for path in others)
    each = [f"{number} {suffix}" for suffix, number in sorted(counts.items())]
    return f"left out, as no images: {', '.join(each)}" if each else ""
