"""Renaming: a row, a block, a column or a parameter, in every file that has it.

All or nothing. What is renamed is tried: each file must come to the same network with
the same verdicts as before. What would not is refused, with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archcompiler.checking.checking import Checked, check
from archcompiler.diagnostics import Edit, Source, Span, SpecError, scalar
from archcompiler.editor.documents import View
from archcompiler.editor.lookup import known_to, named_at
from archcompiler.editor.names import Name, Occurrence, inherited, pattern_of
from archcompiler.editor.occurrences import occurrences
from archcompiler.editor.positions import Position
from archcompiler.language.expressions.patterns import Pattern, read_pattern
from archcompiler.language.loading.loading import load_program
from archcompiler.language.loading.places import SpecPlace, looks_like_spec
from archcompiler.language.program.program import Program, named_rows
from archcompiler.language.spec.spec import CLAIM_COLUMNS, ROW_WORDS
from archcompiler.language.text.document import read_document
from archcompiler.language.text.files import holding, read_source_file
from archcompiler.ops.table import OPS

RENAMED = ("row", "block", "column", "heading", "parameter", "step")
"""The kinds of names that can be renamed."""


class RenameError(Exception):
    """A name that cannot be, or not without changing something else."""


def renamable(view: View, position: Position) -> Occurrence:
    """Return what stands at a position and can be renamed.

    Raises:
        RenameError: where there is nothing of that kind.
    """
    for occurrence in named_at(view, position):
        if occurrence.name.kind in RENAMED:
            return occurrence
    raise RenameError("here is no row, block, column, step or parameter")


def rename(
    view: View, position: Position, new: str, texts: Mapping[Path, str]
) -> list[Edit]:
    """Return the edits that rename what stands at a position, in all files.

    `texts` are those that the editor holds, by their resolved paths.

    Raises:
        RenameError: for a name that is taken, or that would change what a file says.
    """
    occurrence = renamable(view, position)
    new = new.strip()
    if not new or not new.isprintable():
        raise RenameError("a name is a text on one line")
    if new == occurrence.name.text:
        return []
    with holding(texts):
        files = list(_files(view))
        linked = _linked(occurrence.name, files)
        _refuse_taken(linked, new, files)
        edits = list(_edits(linked, new, files))
        before = {file.path: check(SpecPlace(file.path)) for file in files}
    changed = {**texts, **_edited(edits)}
    with holding(changed):
        for file in files:
            _refuse_change(file.path, before[file.path], check(SpecPlace(file.path)))
    return edits


# Files ----------------------------------------------------------------------


@dataclass(frozen=True)
class _File:
    """A file that shares names with the document."""

    path: Path
    source: Source
    found: list[Occurrence]
    program: Program | None


def _files(view: View) -> Iterator[_File]:
    """Yield the document, what it is made of, and what is made of any of these.

    Specs of its folder and of the one above are looked at: a file of blocks may lie in
    a folder below those that use it.

    Raises:
        RenameError: where part of it stands in another folder.
    """
    if view.place.source is not None or view.root is None:
        raise RenameError("the document is to be saved and readable first")
    path = view.place.path
    folders = (path.parent, path.parent.parent)
    programs = dict(_programs(path, folders))
    own = {str(path)}
    if path in programs:
        own |= _parts(programs[path])
    shared = {path, *map(Path, own)}
    for other, program in programs.items():
        if not own.isdisjoint(_parts(program)):
            shared |= {other, *map(Path, _parts(program))}
    for each in sorted(shared):
        if each.parent not in folders:
            why = "has a part in it, and is in another folder"
            raise RenameError(f"`{each.name}` {why}")
        yield _read(each, programs.get(each), view)


def _programs(path: Path, folders: Iterable[Path]) -> Iterator[tuple[Path, Program]]:
    specs = [p for f in folders for p in f.glob("*.y*ml") if looks_like_spec(p)]
    for each in sorted({path, *specs}):
        with suppress(SpecError):
            yield each, load_program(SpecPlace(each))


def _parts(program: Program) -> set[str]:
    """Return the names of the texts of which a program is made."""
    used = {each.source.name for each in program.used}
    return {source.name for source in program.files} | used


def _read(path: Path, program: Program | None, view: View) -> _File:
    source = read_source_file(path)
    rows = [*named_rows(program)] if program else []
    known = inherited(program, rows) if program else known_to(view)
    try:
        root = read_document(source)
    except SpecError:
        raise RenameError(f"`{path.name}` is to be mended first") from None
    return _File(path, source, occurrences(root, known), program)


# Names ----------------------------------------------------------------------


def _linked(name: Name, files: Iterable[_File]) -> set[Name]:
    """Return the names that are one: of headings and the columns that they fill."""
    if name.kind not in ("heading", "column"):
        return {name}
    linked = {name}
    filled = set()
    for file in files:
        if file.program is None:
            continue
        called = {each.name.text for each in file.found if each.name.kind == "block"}
        meanings = {column.meaning.text for column in file.program.columns}
        if name.text in meanings:
            filled |= called
    columns = {
        each.name
        for file in files
        for each in file.found
        if each.name.kind == "column" and each.name.text == name.text
    }
    if name.kind == "heading" or name.owner in filled:
        linked |= {Name("heading", name.text)}
        linked |= {column for column in columns if column.owner in filled}
    return linked


def _refuse_taken(linked: set[Name], new: str, files: Iterable[_File]) -> None:
    names = {each.name for file in files for each in file.found}
    for name in linked:
        _refuse_other_holes(name, new)
        if name._replace(text=new) in names:
            raise RenameError(f"there is a {name.kind} `{new}` already")
        words = (*ROW_WORDS, *CLAIM_COLUMNS, "patch")
        fields = [field for op in OPS.values() for field in op.model_fields]
        if name.kind == "heading" and name.text in (*words, *fields):
            raise RenameError(f"`{name.text}` is a word of the language")


def _edits(linked: set[Name], new: str, files: Iterable[_File]) -> Iterator[Edit]:
    seen: set[Span] = set()
    for file in files:
        for each in file.found:
            if each.name not in linked or each.span in seen:
                continue
            seen.add(each.span)
            yield _edit(each, new)


def _edit(occurrence: Occurrence, new: str) -> Edit:
    """Return how a place gets the new name: quoted where YAML wants it.

    A row that has its name by its type gets one in front.
    """
    name, cell = occurrence.name, occurrence.cell
    if occurrence.front is not None:
        return Edit(occurrence.front, f"{scalar(new)}: ")
    if name.kind == "block" and cell.text != name.text:
        return Edit(occurrence.span, scalar(_filled(name.text, cell.text, new)))
    whole = occurrence.span == cell.span
    return Edit(occurrence.span, scalar(new) if whole else new)


def _filled(old: str, call: str, new: str) -> str:
    """Return the new name of a block with the holes filled as a call fills the old."""
    pattern = read_pattern(old)
    filled = pattern.fill(call) or {}
    for hole in pattern.holes:
        start, end = filled[hole]
        new = new.replace(f"<{hole}>", call[start:end])
    return new


def _refuse_other_holes(name: Name, new: str) -> None:
    if name.kind != "block":
        return
    holes, given = (sorted(pattern.holes) for pattern in _patterns(name.text, new))
    if holes != given:
        kept = ", ".join(f"`<{hole}>`" for hole in holes) or "none"
        raise RenameError(f"the holes of a block's name are to be kept: {kept}")


def _patterns(*names: str) -> Iterator[Pattern]:
    for name in names:
        pattern = pattern_of(name)
        if pattern is None:
            raise RenameError(f"the holes of `{name}` cannot be matched")
        yield pattern


def _edited(edits: Iterable[Edit]) -> dict[Path, str]:
    """Return the texts that edits make, by the resolved paths of their files."""
    by_source: dict[Source, list[Edit]] = {}
    for edit in edits:
        by_source.setdefault(edit.span.source, []).append(edit)
    return {
        Path(source.name).resolve(): applied(source.text, changes)
        for source, changes in by_source.items()
    }


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with its edits made, the last place first."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda e: (e.span.line, e.span.column), reverse=True):
        line, span = lines[edit.span.line - 1], edit.span
        before, after = line[: span.column - 1], line[span.end - 1 :]
        lines[span.line - 1] = f"{before}{edit.text}{after}"
    return "\n".join(lines)


def _refuse_change(path: Path, before: Checked, after: Checked) -> None:
    """Refuse what changes anything but names."""
    if _facts(before) == _facts(after):
        return
    known = {found.message for found in before.diagnostics}
    new = [found for found in after.diagnostics if found.message not in known]
    why = new[0].message if new else "it would not be the same network"
    raise RenameError(f"{path.name}: {why}")


def _facts(checked: Checked) -> object:
    codes = sorted(found.code for found in checked.diagnostics)
    architecture = checked.architecture
    if architecture is None:
        return codes
    verdicts = checked.audit.verdicts if checked.audit else ()
    judgements = [each.judgement for each in verdicts]
    layers = [(node.op, node.shape) for node in architecture.layers]
    return codes, layers, judgements, len(architecture.rows)
