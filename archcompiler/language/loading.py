"""From SPEC, as people write it, to the program: finding files, following `extends`."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from archcompiler.diagnostics import Diagnostic, Source, Span, SpecError, fail, suggest
from archcompiler.language.document import Mapping as MappingNode
from archcompiler.language.document import Scalar, read_document
from archcompiler.language.expressions import Value, paste
from archcompiler.language.program import Program
from archcompiler.language.spec import Spec, VariantFile
from archcompiler.language.variants import Setting, apply_edits, apply_settings, root_program

LARGEST_FILE = 32 * 2**20  # bytes; a hundred thousand rows take four million
LONGEST_CHAIN = 20


def shipped_folder() -> Path:
    """Return the folder of the specs that ship: inside a wheel, or beside the sources."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "specs"
    return inside if inside.is_dir() else package.parent / "specs"


def load_program(spec: str | os.PathLike[str], settings: Mapping[str, Any] | None = None) -> Program:
    """Load a spec by path, by the name of a shipped one, or `FILE:VARIANT`.

    Raises:
        SpecError: with every diagnostic of the phase that failed.
    """
    place = find_spec(spec)
    program = _load(place.path, place.variant, place.path.parent, ())
    return apply_settings(program, _read_settings(settings or {}))


@dataclass(frozen=True, slots=True)
class SpecPlace:
    """A file, and the entry of its `variants` that is meant, if any."""

    path: Path
    variant: str | None = None


def find_spec(spec: str | os.PathLike[str]) -> SpecPlace:
    """Find what SPEC names.

    Raises:
        SpecError: when there is neither such a file nor such a shipped spec.
    """
    text = os.fspath(spec)
    if "\0" in text:
        fail("unreadable-file", "a path holds no NUL character")
    path = Path(text)
    if os.path.lexists(path):
        return SpecPlace(path)
    stem, colon, variant = text.rpartition(":")
    if colon and os.path.lexists(stem):
        return SpecPlace(Path(stem), variant)
    if path.suffix in (".yaml", ".yml") or os.sep in text:
        fail("unreadable-file", f"there is no file `{text}`", help="`archc list` shows the specs that ship")
    return _find_shipped(text)


def shipped_specs() -> dict[str, SpecPlace]:
    """Return every shipped spec and variant by name, without reading whole files twice."""
    places: dict[str, SpecPlace] = {}
    for path in sorted(shipped_folder().glob("*.yaml")):
        places[path.stem] = SpecPlace(path)
        for variant in _read_file(path).variants:
            places.setdefault(variant, SpecPlace(path, variant))
    return places


def _find_shipped(name: str) -> SpecPlace:
    path = shipped_folder() / f"{name}.yaml"
    if name and path.is_file():
        return SpecPlace(path)
    places = shipped_specs()
    if name in places:
        return places[name]
    help = suggest(name, places) or "`archc list` shows the specs that ship"
    fail("unreadable-file", f"`{name}` is neither a file nor the name of a shipped spec", help=help)


def _load(path: Path, variant: str | None, root: Path, chain: tuple[Path, ...]) -> Program:
    form = _read_file(path)
    source = form.name.source
    if isinstance(form, Spec):
        program = root_program(form, form.name.text, source)
    else:
        base = _load_base(form, path, root, (*chain, path))
        program = apply_edits(base, form, form.name.text, form.name, source)
    if variant is None:
        return program
    if variant not in form.variants:
        help = suggest(variant, form.variants)
        fail("bad-variant", f"`{path}` has no variant `{variant}`", form.name.span, help=help)
    edits = form.variants[variant]
    return apply_edits(program, edits, variant, form.name, source)


def _load_base(form: VariantFile, path: Path, root: Path, chain: tuple[Path, ...]) -> Program:
    extends: Scalar = form.extends
    name, _, variant = extends.text.partition(":")
    place = _resolve_base(name, extends, path, root)
    if any(place.path.resolve() == seen.resolve() for seen in chain):
        names = " -> ".join(seen.stem for seen in (*chain, place.path))
        fail("bad-variant", f"`extends` goes round in a circle: {names}", extends.span)
    if len(chain) > LONGEST_CHAIN:
        fail("bad-variant", f"`extends` is longer than {LONGEST_CHAIN} files", extends.span)
    return _load(place.path, variant or place.variant, root, chain)


def _resolve_base(name: str, extends: Scalar, path: Path, root: Path) -> SpecPlace:
    """Find a base beside the file, else among the shipped specs; never outside of these."""
    if os.path.isabs(name) or ".." in Path(name).parts or "\\" in name or "\0" in name:
        message = f"`extends: {extends.text}` leaves the folder of the spec"
        help = "name a spec beside this one, or a shipped one"
        fail("bad-variant", message, extends.span, help=help)
    beside = path.parent / (name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    if beside.is_file():
        allowed = (root.resolve(), shipped_folder().resolve())
        if not any(beside.resolve().is_relative_to(folder) for folder in allowed):
            message = f"`extends: {extends.text}` leads out of the folder of the spec"
            fail("bad-variant", message, extends.span)
        return SpecPlace(beside)
    places = shipped_specs()
    if name in places:
        return places[name]
    near = {*places, *(file.stem for file in path.parent.glob("*.yaml"))} - {path.stem}
    message = f"`extends` names `{extends.text}`, which is neither beside this file nor shipped"
    fail("bad-variant", message, extends.span, help=suggest(name, near))


def _read_file(path: Path) -> Spec | VariantFile:
    return read_spec(Source(os.fspath(path), _read_text(path)))


def read_spec(source: Source) -> Spec | VariantFile:
    """Read one text: a spec, or a variant where it has `extends`.

    Raises:
        SpecError: with every finding.
    """
    document = read_document(source)
    form: type[Spec | VariantFile] = VariantFile if "extends" in document.entries else Spec
    try:
        return form.model_validate(document)
    except ValidationError as error:
        raise SpecError(_diagnostics(error, document)) from None


def _diagnostics(error: ValidationError, document: MappingNode) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for item in error.errors(include_url=False):
        diagnostic = item.get("ctx", {}).get("at")
        if not isinstance(diagnostic, Diagnostic):  # a form without a reader of its own
            span = getattr(item["input"], "span", document.span)
            diagnostic = Diagnostic("bad-value", item["msg"], span)
        if diagnostic not in found:
            found.append(diagnostic)
    return found


def _read_text(path: Path) -> str:
    """Read a regular file of moderate size as UTF-8."""
    name = os.fspath(path)
    try:
        # A pipe or a device would block or never end: look before reading.
        mode = os.stat(path)
        if stat.S_ISDIR(mode.st_mode):
            fail("unreadable-file", f"`{name}` is a directory", help="name the YAML file in it")
        if not stat.S_ISREG(mode.st_mode):
            fail("unreadable-file", f"`{name}` is not a regular file")
        if mode.st_size > LARGEST_FILE:
            size = f"{mode.st_size / 2**20:.0f} MiB"
            fail("unreadable-file", f"`{name}` has {size}, more than any table")
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fail("unreadable-file", f"cannot read `{name}`: {reason}")
    return _decode(name, data)


def _decode(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8-sig", "ignore")
        source = Source(name, good)
        line = good.count("\n") + 1
        column = len(good) - (good.rfind("\n") + 1) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        span = Span(source, line, column, column + 1)
        fail("unreadable-file", message, span, help="save the file as UTF-8")


def _read_settings(settings: Mapping[str, Any]) -> list[Setting]:
    found = []
    for name, value in settings.items():
        text = value if isinstance(value, str) else _paste(name, value)
        source = Source("--set", f"{name}={text}")
        key = Scalar(name, True, source, 0, 0, len(name))
        cell = Scalar(text, True, source, 0, len(name) + 1, len(name) + 1 + len(text))
        if not text.strip() or "<" in text:
            fail("bad-value", f"`{name}` needs a number or text", cell.span)
        found.append(Setting(key, cell))
    return found


def _paste(name: str, value: Value) -> str:
    if isinstance(value, bool | int | float):
        return paste(value)
    raise TypeError(f"parameter {name!r} takes a number, a bool or a text, received {value!r}")
