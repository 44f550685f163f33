"""From SPEC, as people write it, to the program: finding files, following `extends`."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from archcompiler.diagnostics import (
    Source,
    SpecError,
    fail,
    failure,
    listed,
    suggest,
)
from archcompiler.language.collection import collection_paused
from archcompiler.language.document import Scalar, is_yaml, read_document
from archcompiler.language.files import (
    STANDARD_INPUT,
    read_source_file,
    read_standard_input,
)
from archcompiler.language.forms import found_by
from archcompiler.language.mending import mended
from archcompiler.language.program import Program
from archcompiler.language.settings import apply_settings, read_settings
from archcompiler.language.spec import Spec, VariantFile
from archcompiler.language.variants import apply_edits, root_program
from archcompiler.ops.fields import quote

LONGEST_CHAIN = 20
_LONGEST_NAME = 200
_SUFFIXES = (".yaml", ".yml")
_SHIPPED_HELP = "`archc list` shows the specs that ship"


LONGEST_KEPT = 100_000  # characters


def load_program(
    spec: "Spelled | SpecPlace", settings: Mapping[str, Any] | None = None
) -> Program:
    """Load a spec by path, by the name of a shipped one, `FILE:VARIANT`, or its text.

    Raises:
        SpecError: with every diagnostic of the phase that failed.
    """
    place = find_spec(spec)
    with collection_paused():
        program = _load(place, place.path.parent, ())
        return apply_settings(program, read_settings(settings or {}))


def load_variants(
    place: "SpecPlace", settings: Mapping[str, Any] | None = None
) -> Iterator[tuple[str, Program | SpecError]]:
    """Yield the variants in a file by name, or what is wrong with one.

    Raises:
        SpecError: for a file that cannot be loaded itself.
    """
    form = _read_place(place)
    base = _load(replace(place, variant=None), place.path.parent, ())
    read = read_settings(settings or {})
    for name in form.variants:
        try:
            yield name, apply_settings(_variant(base, form, name), read)
        except SpecError as error:
            yield name, error


def read_spec(source: Source) -> Spec | VariantFile:
    """Read one text: a spec, or a variant where it has `extends`.

    Raises:
        SpecError: with every finding.
    """
    try:
        return _read(source) if len(source.text) > LONGEST_KEPT else _read_once(source)
    except SpecError as error:
        raise _mended(source, error) from None


def _root_program(form: Spec, source: Source) -> Program:
    try:
        return root_program(form, source)
    except SpecError as error:
        raise _mended(source, error) from None


def _mended(source: Source, error: SpecError) -> SpecError:
    """Return an error that names the slip which causes all of it, if one does."""
    first = error.diagnostics[0]
    mark = getattr(error.__context__, "problem_mark", None)  # of the YAML parser
    found = mended(source, first, mark.line + 1 if mark else 0, _reads)
    return error if found is first else SpecError([found])


def _reads(source: Source) -> bool:
    """Whether a text reads, and its rows lie under its columns."""
    if not is_yaml(source):
        return False
    try:
        form = _read(source)
        if isinstance(form, Spec):
            root_program(form, source)
    except SpecError:
        return False
    return True


def _read(source: Source) -> Spec | VariantFile:
    document = read_document(source)
    form: type[Spec | VariantFile] = Spec
    if "extends" in document.entries:
        form = VariantFile
    try:
        return form.model_validate(document)
    except ValidationError as error:
        raise SpecError(found_by(error, document.span)) from None


_read_once = lru_cache(maxsize=64)(_read)
"""A family and its variants, a sweep, a test suite: all read one base many times."""


# Finding --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpecPlace:
    """A file, and the entry of its `variants` that is meant, if any.

    A text that is in no file has its `source`, and the current folder for a base.
    """

    path: Path
    variant: str | None = None
    source: Source | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.variant}" if self.variant else str(self.path)


@cache
def shipped_folder() -> Path:
    """Return the folder of the specs that ship: in a wheel, or beside the sources."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "specs"
    return inside if inside.is_dir() else package.parent / "specs"


def shipped_specs() -> dict[str, SpecPlace]:
    """Return every shipped spec and variant by name."""
    places: dict[str, SpecPlace] = {}
    for path in sorted(shipped_folder().glob("*.yaml")):
        places[path.stem] = SpecPlace(path)
        for variant in _read_file(path).variants:
            places.setdefault(variant, SpecPlace(path, variant))
    return places


Spelled = str | os.PathLike[str]
"""SPEC as people spell it: a path, a name, `FILE:VARIANT`, or the text of a spec."""


def variant_of(place: SpecPlace, name: str) -> SpecPlace:
    """Return the place of a variant in a file."""
    return replace(place, variant=name)


def find_spec(spec: Spelled | SpecPlace) -> SpecPlace:
    """Find what SPEC names; a text of several lines is the spec itself.

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
    return SpecPlace(path, source=read_source_file(path) if path.is_fifo() else None)


def _find_shipped(name: str) -> SpecPlace:
    path = shipped_folder() / f"{name[:_LONGEST_NAME]}.yaml"
    if name and path.is_file():
        return SpecPlace(path)
    places = shipped_specs()
    if name in places:
        return places[name]
    message = f"{quote(name)} is neither a file nor the name of a shipped spec"
    help = suggest(name, places) or _SHIPPED_HELP
    raise failure("unreadable-file", message, help=help)


# Composing ------------------------------------------------------------------


def _load(place: SpecPlace, root: Path, chain: tuple[Path, ...]) -> Program:
    form = _read_place(place)
    source = form.name.source
    if isinstance(form, Spec):
        program = _root_program(form, source)
    else:
        base = _load_base(form, place.path, root, (*chain, place.path))
        program = apply_edits(base, form, form.name, form.name, source)
    if place.variant is None:
        return program
    if form.sweep is not None and place.variant not in form.variants:
        from archcompiler.language.sweeps import compose, find_point

        if point := find_point(form.sweep, place.variant):
            return compose(program, point)
    if place.variant not in form.variants:
        known = listed(form.variants) or "none"
        message = f"`{form.name.text}` has no variant `{place.variant}`"
        help = suggest(place.variant, form.variants) or f"its variants are {known}"
        if form.sweep is not None:
            help = "`archc sweep` shows the values of which a point is named"
        fail("bad-variant", message, form.name.span, help=help)
    return _variant(program, form, place.variant)


def _variant(base: Program, form: Spec | VariantFile, name: str) -> Program:
    key: Scalar = form.at.entries["variants"][1].entries[name][0]
    return apply_edits(base, form.variants[name], key, form.name, form.name.source)


def _load_base(
    form: VariantFile, path: Path, root: Path, chain: tuple[Path, ...]
) -> Program:
    extends = form.extends
    name, _, variant = extends.text.partition(":")
    place = _find_base(name, extends, path, root)
    if any(place.path.resolve() == seen.resolve() for seen in chain):
        circle = " -> ".join([file.stem for file in (*chain, place.path)])
        message = f"`extends` goes round in a circle: {circle}"
        fail("bad-variant", message, extends.span)
    if len(chain) > LONGEST_CHAIN:
        message = f"`extends` leads through more than {LONGEST_CHAIN} files"
        fail("bad-variant", message, extends.span)
    if variant:
        place = SpecPlace(place.path, variant)
    return _load(place, root, chain)


def _find_base(name: str, extends: Scalar, path: Path, root: Path) -> SpecPlace:
    """Find a base beside the file, else a shipped one; never outside of these."""
    help = "name a spec beside this one, or a shipped one"
    if _leaves_folder(name):
        message = f"`extends: {extends.text}` leaves the folder of the spec"
        fail("bad-variant", message, extends.span, help=help)
    beside = base_beside(path, name)
    if beside.is_file():
        allowed = (root.resolve(), shipped_folder().resolve())
        if not any(beside.resolve().is_relative_to(folder) for folder in allowed):
            message = f"`extends: {extends.text}` is a link out of the spec's folder"
            fail("bad-variant", message, extends.span, help=help)
        return SpecPlace(beside)
    places = shipped_specs()
    if name in places:
        return places[name]
    near = {*places, *(file.stem for file in path.parent.glob("*.yaml"))} - {path.stem}
    message = f"`extends` names `{extends.text}`, which is neither here nor shipped"
    help = suggest(name, sorted(near)) or help
    raise failure("bad-variant", message, extends.span, help=help)


def base_beside(path: Path, name: str) -> Path:
    """Return where a file's base is looked for first."""
    return path.parent / (name if name.endswith(_SUFFIXES) else f"{name}.yaml")


def _leaves_folder(name: str) -> bool:
    odd = "\\" in name or "\0" in name or len(name) > _LONGEST_NAME
    return odd or os.path.isabs(name) or ".." in Path(name).parts


def _read_place(place: SpecPlace) -> Spec | VariantFile:
    if place.source is not None:
        return read_spec(place.source)
    return _read_file(place.path)


def _read_file(path: Path) -> Spec | VariantFile:
    return read_spec(read_source_file(path))
