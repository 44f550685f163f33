"""Where a spec stands: a path, a shipped name, `FILE:VARIANT`, or beside another."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from archcompiler.diagnostics import Source, SpecError, fail, failure, listed, suggest
from archcompiler.language.loading.runs import RunOfSpec, find_run, holds_run
from archcompiler.language.loading.spec_text import read_spec
from archcompiler.language.spec.spec import Spec, VariantFile
from archcompiler.language.text.document import Scalar
from archcompiler.language.text.files import (
    LONGEST_NAME,
    STANDARD_INPUT,
    is_there,
    is_within,
    leaves_folder,
    read_source_file,
    read_standard_input,
)
from archcompiler.ops.fields import quote

_SUFFIXES = (".yaml", ".yml")
_SPEC = re.compile(r"^(?:table|extends) *:", re.MULTILINE)
_FORMS = re.compile(r"^(?:table|extends|blocks) *:", re.MULTILINE)
_SHIPPED_HELP = "`archc list` shows the specs that ship"


@dataclass(frozen=True, slots=True)
class SpecPlace:
    """A file, and the entry of its `variants` that is meant, if any.

    A text that is in no file has its `source`, and the current folder for a base.
    """

    path: Path
    variant: str | None = None
    source: Source | None = None
    run: RunOfSpec | None = None
    """The run that was trained of it, which says what else was set."""

    def __str__(self) -> str:
        if self.run is not None:
            return str(self.run.folder)
        return f"{self.path}:{self.variant}" if self.variant else str(self.path)


@cache
def shipped_folder() -> Path:
    """Return the folder of the specs that ship: in a wheel, or beside the sources."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "specs"
    return inside if inside.is_dir() else package.parent / "specs"


def shipped_specs() -> dict[str, SpecPlace]:
    """Return every shipped spec and variant by name."""
    places: dict[str, SpecPlace] = {}
    for path in _shipped_files():
        places[path.stem] = SpecPlace(path)
        for variant in _read_file(path).variants:
            places.setdefault(variant, SpecPlace(path, variant))
    return places


def _shipped_files() -> list[Path]:
    return sorted(shipped_folder().glob("*.yaml"))


Spelled = str | os.PathLike[str]
"""SPEC as people spell it: a path, a name, `FILE:VARIANT`, or the text of a spec."""


def variant_of(place: SpecPlace, name: str) -> SpecPlace:
    """Return the place of a variant in a file."""
    return replace(place, variant=name)


def find_spec(spec: Spelled | SpecPlace) -> SpecPlace:
    """Find what SPEC names; a text of several lines is the spec itself.

    The folder of a run names what was trained, with everything that was set in it.

    Raises:
        SpecError: when there is neither such a file nor such a shipped spec.
    """
    if isinstance(spec, SpecPlace):
        return spec
    if isinstance(spec, str) and "\n" in spec:
        return SpecPlace(Path("<text>"), source=Source("<text>", spec))
    text = os.fspath(spec)
    if "\0" in text:
        fail("unreadable-file", "a path holds no NUL character")
    if place := _find_given(text):
        return place
    stem, colon, variant = text.rpartition(":")
    if colon and (place := _find_given(stem)):
        if place.run is not None:
            message = f"{quote(stem)} is a run, which was trained of one variant"
            fail("bad-variant", message, help="name the folder alone")
        return replace(place, variant=variant)
    if colon and (place := shipped_specs().get(stem)) and place.variant is None:
        return SpecPlace(place.path, variant)
    if Path(text).suffix in _SUFFIXES or os.sep in text:
        fail("unreadable-file", f"there is no file {quote(text)}", help=_SHIPPED_HELP)
    return _find_shipped(text)


def _find_given(name: str) -> SpecPlace | None:
    """Return standard input, a pipe or a file; None where nothing has that name."""
    if name == STANDARD_INPUT:
        return SpecPlace(Path("<stdin>"), source=read_standard_input())
    if not name or not os.path.lexists(name):
        return None
    path = Path(name)
    if holds_run(path):
        run = find_run(path)
        return replace(find_spec(run.spec), run=run)
    return SpecPlace(path, source=read_source_file(path) if path.is_fifo() else None)


def _find_shipped(name: str) -> SpecPlace:
    if shipped := _shipped(name):
        return shipped
    places = shipped_specs()
    message = f"{quote(name)} is neither a file nor the name of a shipped spec"
    help = _near_name(name, places) or _SHIPPED_HELP
    raise failure("unreadable-file", message, help=help)


def _shipped(name: str) -> SpecPlace | None:
    """Return the shipped spec or variant of a name; files without it stay unread."""
    path = shipped_folder() / f"{name[:LONGEST_NAME]}.yaml"
    if name and path.parent == shipped_folder() and path.is_file():
        return SpecPlace(path)
    for path in _shipped_files():
        source = read_source_file(path)
        if name in source.text and name in read_spec(source).variants:
            return SpecPlace(path, name)
    return None


def _near_name(name: str, places: Iterable[str]) -> str:
    """Return the help for a name: its family, else a name near it, else what it begins.

    A family's other networks have no names: `drn-c-26` is `drn` with `--set`.
    """
    family = [place for place in places if name and place.startswith(f"{name}-")]
    if family:
        return f"those that ship are {listed(family)}"
    begun = [place for place in places if name.startswith(f"{place}-")]
    known = max(begun, key=len, default="")
    if near := suggest(name, [p for p in places if p.startswith(known)]):
        return near
    return known and f"`{known}` ships: `archc show {known}` tells what `--set` can set"


# Beside another -------------------------------------------------------------


class Wanted(NamedTuple):
    """A file that another one names, how messages quote it, and what is refused."""

    name: str
    at: Scalar
    quoted: str
    code: str
    help: str

    def refusal(self, message: str, help: str = "") -> SpecError:
        """Return the refusal of what is named."""
        return failure(self.code, message, self.at.span, help=help or self.help)


def find_base(name: str, extends: Scalar, path: Path, root: Path) -> SpecPlace:
    """Find a base beside the file, else a shipped one; never outside of these."""
    help = "name a spec beside this one, or a shipped one"
    quoted = f"`extends: {extends.text}`"
    wanted = Wanted(name, extends, quoted, "bad-variant", help)
    if beside := _find_beside(wanted, path, root):
        return SpecPlace(beside)
    if shipped := _shipped(name):
        return shipped
    near = suggest(name, sorted({*shipped_specs(), *_stems_beside(path)}))
    message = f"`extends` names `{extends.text}`, which is neither here nor shipped"
    raise wanted.refusal(message, near)


def find_blocks(use: Scalar, path: Path, root: Path) -> Path:
    """Find a file of blocks beside the file that uses it, else a shipped one.

    Raises:
        SpecError: for one that is not there, or beyond the folder of the spec.
    """
    help = "name a file of blocks beside this one, or a shipped one"
    wanted = Wanted(use.text, use, f"`use: [{use.text}]`", "bad-reference", help)
    if beside := _find_beside(wanted, path, root):
        return beside
    shipped = shipped_blocks()
    if use.text in shipped:
        return shipped[use.text]
    near = suggest(use.text, sorted({*shipped, *_stems_beside(path)}))
    message = f"`use` names `{use.text}`, which is neither here nor shipped"
    raise wanted.refusal(message, near or f"those that ship are {listed(shipped)}")


def shipped_blocks() -> dict[str, Path]:
    """Return every shipped file of blocks by name."""
    paths = sorted((shipped_folder() / "blocks").glob("*.yaml"))
    return {path.stem: path for path in paths}


def _find_beside(wanted: Wanted, path: Path, root: Path) -> Path | None:
    """Return the file of that name beside another, if there is one.

    Raises:
        SpecError: for a name or a link that leads out of the folders.
    """
    if leaves_folder(wanted.name):
        raise wanted.refusal(f"{wanted.quoted} leaves the folder of the spec")
    beside = path_beside(path, wanted.name)
    if not is_there(beside):
        return None
    if not any(is_within(beside, folder) for folder in (root, shipped_folder())):
        raise wanted.refusal(f"{wanted.quoted} is a link out of the spec's folder")
    return beside


def _stems_beside(path: Path) -> set[str]:
    return {file.stem for file in path.parent.glob("*.yaml")} - {path.stem}


def path_beside(path: Path, name: str) -> Path:
    """Return where what a file names is looked for first."""
    return path.parent / (name if name.endswith(_SUFFIXES) else f"{name}.yaml")


# Reading --------------------------------------------------------------------


def read_place(place: SpecPlace) -> Spec | VariantFile:
    """Read what stands at a place, whichever of its variants is meant.

    Raises:
        SpecError: with every finding.
    """
    if place.source is not None:
        return read_spec(place.source)
    return _read_file(place.path)


def _read_file(path: Path) -> Spec | VariantFile:
    return read_spec(read_source_file(path))


def looks_like_spec(path: Path, *, blocks: bool = False) -> bool:
    """Whether a file is YAML with a `table` or `extends` at its first level.

    With `blocks`, also a file of blocks that specs use. What is no UTF-8 may be a spec,
    which reading refuses: left out of a folder it would never be checked.
    """
    if path.suffix not in _SUFFIXES or not path.is_file():
        return False
    try:
        text = path.read_text("utf-8-sig", "replace")
    except OSError:
        return False
    return bool((_FORMS if blocks else _SPEC).search(text))


def specs_below(folder: Path) -> Iterator[Path]:
    """Yield the specs in a folder and those below it, and files of blocks, by name."""
    for path in sorted(folder.rglob("*.y*ml")):
        if looks_like_spec(path, blocks=True):
            yield path
