"""Fingerprints: whether images and labels are those with which a run began."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.errors import TrainingError

KNOWN = "data.npz"
"""In a run folder: a digest of each image with its label, in their order."""

_WIDTH = 16  # bytes of the digest of an image
_BLOCK = 1024  # images that are taken at once
_AT_ONCE = 8  # files that are read at once


class Fingerprint(NamedTuple):
    """All that is read, image by image."""

    sha256: str
    digests: Mapping[str, Any] = {}
    """For each set (images, 16) bytes; for files their sizes, times and inodes, too."""

    read: int = 0
    """Bytes that had to be read for it."""

    seconds: float = 0.0

    @property
    def told(self) -> str:
        """What it cost, for people; empty where nobody had to wait."""
        if self.seconds < 1:
            return ""
        megabytes = self.read / 1e6
        return f"hashed {megabytes:,.0f} MB of images in {self.seconds:.1f} s"


def fingerprint(data: Data, known: Mapping[str, Any] | None = None) -> Fingerprint:
    """Return the fingerprint of every image and label that a run uses.

    A file of `known` is not read again where size, times and inode are as they were.

    Raises:
        OSError: for a file that cannot be read.
    """
    began = time.monotonic()
    whole, read = hashlib.sha256(), 0
    digests: dict[str, Any] = {}
    for name, images in sets_of(data):
        shape = None if images.files else images.images.shape[1:]
        kind = None if images.files else images.images.dtype.str
        whole.update(f"{name} {len(images)} {shape} {kind} ".encode())
        found, bytes_read = _digest(name, images, known or {})
        digests |= found
        whole.update(found[name].tobytes())
        read += bytes_read
    seconds = round(time.monotonic() - began, 3)
    return Fingerprint(whole.hexdigest(), digests, read, seconds)


def sets_of(data: Data) -> Iterator[tuple[str, ImageSet]]:
    """Yield the sets that a run reads, by name."""
    yield "training", data.training
    if data.validation is not None:
        yield "validation", data.validation


def read_known(folder: Path) -> Mapping[str, Any] | None:
    """Return the digests that a run folder holds; None where it holds none."""
    try:
        with np.load(folder / KNOWN, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError):
        return None


def refuse_other_data(
    data: Data, found: Fingerprint, known: Mapping[str, Any] | None, run: object
) -> None:
    """Refuse data of another fingerprint.

    Raises:
        TrainingError: naming the first image that differs.
    """
    message = f"the data are not those with which `{run}` began"
    reasons = _differences(data, found, known or {})
    raise TrainingError(": ".join([message, *list(reasons)[:1]]))


def refuse_other_validation(
    data: Data, known: Mapping[str, Any] | None, run: object
) -> None:
    """Refuse a validation set that is not that of a run; one without digests passes.

    Raises:
        TrainingError: naming the first image that differs.
    """
    if known is None or data.validation is None:
        return
    found, _ = _digest("validation", data.validation, known)
    before = {"validation": known.get("validation")}
    reasons = [*_differences(data, Fingerprint("", found), before)]
    if reasons:
        raise TrainingError(
            f"what `{run}` held back is no more what it was: {reasons[0]}; "
            "`--data` names what to judge by instead"
        )


def _differences(
    data: Data, found: Fingerprint, known: Mapping[str, Any]
) -> Iterator[str]:
    sets = dict(sets_of(data))
    for name in ("training", "validation"):
        before, now = known.get(name), found.digests.get(name)
        if before is None and now is None:
            continue
        counts = [0 if each is None else len(each) for each in (before, now)]
        if before is not None and now is not None:
            shared = min(counts)
            (changed,) = np.nonzero((before[:shared] != now[:shared]).any(axis=1))
            if len(changed):
                yield f"{_told(data.name, name, sets[name], changed[0])} is another"
        if counts[0] != counts[1]:
            yield f"the {name} set had {counts[0]:,} images, and has {counts[1]:,}"


def _told(data: str, name: str, images: ImageSet, at: int) -> str:
    """Return what people call an image; its label is part of it."""
    if images.files:
        return f"`{images.read(np.array([at]))[0]}`"
    number = at if images.chosen is None else images.chosen[at]
    return f"image {number} of {data}, in the {name} set, or its label,"


def _digest(
    name: str, images: ImageSet, known: Mapping[str, Any]
) -> tuple[dict[str, Any], int]:
    """Return the digests of a set, and how many bytes were read for them."""
    if images.files:
        return _digest_files(name, images, known)
    return _digest_array(name, images)


def _digest_array(name: str, images: ImageSet) -> tuple[dict[str, Any], int]:
    digests, read = np.empty((len(images), _WIDTH), np.uint8), 0
    for first in range(0, len(images), _BLOCK):
        indices = np.arange(first, min(first + _BLOCK, len(images)))
        block = np.ascontiguousarray(images.read(indices))
        read += block.nbytes
        for index, image in zip(indices, block, strict=True):
            digest = hashlib.blake2b(image.data, digest_size=_WIDTH)
            digests[index] = _with_label(digest, images, index)
    return {name: digests}, read


def _digest_files(
    name: str, images: ImageSet, known: Mapping[str, Any]
) -> tuple[dict[str, Any], int]:
    """Digest files side by side, for most of the time goes in waiting for the disk."""
    paths = images.read(np.arange(len(images)))
    stats = np.array([_identity(path) for path in paths], np.int64)
    digests = np.zeros((len(images), _WIDTH), np.uint8)
    due = np.ones(len(images), bool)
    before, times = known.get(name), known.get(f"{name} files")
    if before is not None and times is not None and len(times) == len(stats):
        due = (times != stats).any(axis=1)
        digests[~due] = before[~due]

    def digest(index: int) -> Any:
        path = paths[index]
        found = hashlib.blake2b(path.name.encode() + b"\0", digest_size=_WIDTH)
        found.update(path.read_bytes())
        return _with_label(found, images, index)

    (indices,) = np.nonzero(due)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for first in range(0, len(indices), _BLOCK):
            some = indices[first : first + _BLOCK]
            digests[some] = [*pool.map(digest, some)]
    return {name: digests, f"{name} files": stats}, int(stats[due, 0].sum())


def _identity(path: Path) -> tuple[int, ...]:
    """Return what the system tells of a file without reading it."""
    told = path.stat()
    inode = told.st_ino & (2**63 - 1)  # 128 bits on some systems
    return told.st_size, told.st_mtime_ns, told.st_ctime_ns, inode


def _with_label(digest: Any, images: ImageSet, index: Any) -> Any:
    digest.update(f" {int(images.labels[index])}".encode())
    return np.frombuffer(digest.digest(), np.uint8)
