"""Examining: every image file read once, before an epoch is spent on some of them."""

import hashlib
import io
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from archcompiler.training.data.kinds import LONGEST, Broken, kind_of
from archcompiler.training.errors import TrainingError

_AT_ONCE = 8  # files that are read at once
_NAMED = 10  # files that an error names


class Look(NamedTuple):
    """What an image file is."""

    kind: str = ""
    mode: str = ""
    """Of Pillow: RGB, L, P, CMYK, ..."""

    size: tuple[int, int] = (0, 0)
    """Height and width."""

    digest: bytes = b""
    """Of its bytes."""

    turned: bool = False
    """Whether its EXIF orientation is another than upright."""

    reason: str = ""
    """Why it cannot be read; empty where it can."""


def look_at(paths: Iterable[Path]) -> list[Look]:
    """Read image files whole, side by side.

    Raises:
        TrainingError: where Pillow is not installed.
    """
    needs_pillow("examining images")
    with warnings.catch_warnings(), ThreadPoolExecutor(_AT_ONCE) as pool:
        warnings.simplefilter("ignore")  # Pillow's, of what it reads all the same
        return [*pool.map(_look, paths)]


def needs_pillow(what: str) -> None:
    """Refuse to go on without Pillow.

    Raises:
        TrainingError: with what installs it.
    """
    try:
        import PIL  # noqa: F401
    except ModuleNotFoundError:
        message = f"{what} needs Pillow: pip install 'archcompiler[train]'"
        raise TrainingError(message) from None


def _look(path: Path) -> Look:
    told = path.stat()
    return _cached(path, told.st_size, told.st_mtime_ns)


@lru_cache(maxsize=1 << 20)
def _cached(path: Path, size: int, changed: int) -> Look:
    """Look at a file; who only asks again does not wait again."""
    del size, changed
    from PIL import Image

    content = path.read_bytes()
    digest = hashlib.blake2b(content, digest_size=16).digest()
    kind = kind_of(content[:LONGEST])
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            turned = image.getexif().get(_ORIENTATION, 1) != 1
            height, width = image.height, image.width
            return Look(kind, image.mode, (height, width), digest, turned)
    except Exception as error:  # decoders fail in any way
        reason = " ".join(str(error).split()) or type(error).__name__
        return Look(kind, digest=digest, reason=reason.replace(f"{error!r}", ""))


_ORIENTATION = 0x0112  # a tag of EXIF


def without_broken(paths: Sequence[Path]) -> tuple[list[Path], list[Broken]]:
    """Return the files that can be read, and those that cannot."""
    looks = look_at(paths)
    good = [path for path, look in zip(paths, looks, strict=True) if not look.reason]
    return good, [
        Broken(str(path), look.reason)
        for path, look in zip(paths, looks, strict=True)
        if look.reason
    ]


def refuse_broken(broken: Sequence[Broken]) -> None:
    """Refuse files that are no images.

    Raises:
        TrainingError: naming all of them, or the first ten.
    """
    if not broken:
        return
    if len(broken) == 1:
        said = f"`{broken[0].path}` is no image: {broken[0].reason}"
    else:
        names = ", ".join(f"`{each.path}`" for each in broken[:_NAMED])
        more = f" and {len(broken) - _NAMED} more" if len(broken) > _NAMED else ""
        said = f"{len(broken)} files are no images: {names}{more}"
    raise TrainingError(f"{said}; `--skip-broken` goes on without such files")
