"""Files of emitted source: written whole, and never over what somebody edited.

The header has a line with the SHA-256 of everything below it, so a file that was
edited, or was never emitted, is known by itself.
"""

import ast
import os
import re
from pathlib import Path

from archcompiler.backends.keras_source.module import SEAL, digest
from archcompiler.diagnostics import Diagnostic, SpecError, fail
from archcompiler.writing import replacing

_SEALED = re.compile(rf"^{re.escape(SEAL)}([0-9a-f]{{64}})\n", re.MULTILINE)


def is_unedited(source: str) -> bool:
    """Whether a text is emitted source that nobody has changed."""
    found = _SEALED.search(source)
    return found is not None and digest(source[found.end() :]) == found[1]


def write_source(path: str | os.PathLike[str], source: str, *, force: bool) -> bool:
    """Write emitted source; return False where the file already holds it.

    Raises:
        SpecError: with `edited-source`, unless `force`, where the file was edited by
            hand or was never emitted.
        OSError: when the file cannot be written.
    """
    ast.parse(source)  # what does not parse is never written
    place = Path(path)
    existing = _read(place)
    if existing == source:
        return False
    if existing is not None and not force and not is_unedited(existing):
        message = f"`{place}` was edited by hand, or is no emitted source"
        help = "`--force` overwrites it; `-o` writes elsewhere"
        fail("edited-source", message, help=help)
    with replacing(place) as unfinished:
        unfinished.write_bytes(source.encode())
    return True


def check_source(path: str | os.PathLike[str], source: str, command: str) -> None:
    """Compare a file with what the spec emits; `command` would mend it.

    Raises:
        SpecError: with `stale-source`.
    """
    place = Path(path)
    existing = _read(place)
    if existing == source:
        return
    if existing is None:
        message = f"there is no `{place}`"
    else:
        unedited = is_unedited(existing)
        what = "is not what the spec emits now" if unedited else "was edited by hand"
        message = f"`{place}` {what}: {_first_change(existing, source)}"
    help = f"`{command}` writes it"
    raise SpecError([Diagnostic("stale-source", message, help=help)])


def _first_change(existing: str, source: str) -> str:
    """Say where two texts part; their digests differ in any case."""
    old, new = existing.splitlines(), source.splitlines()
    for number, (one, other) in enumerate(zip(old, new, strict=False), 1):
        if one != other and "sha256: " not in other:
            return f"line {number} should be `{other.strip()}`"
    if len(old) != len(new):
        return f"it has {len(old)} lines, not {len(new)}"
    return "the spec's text changed, the code did not"


def _read(place: Path) -> str | None:
    """Return a file's text, None where there is no file, nothing if it is not text."""
    try:
        return place.read_bytes().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return ""
