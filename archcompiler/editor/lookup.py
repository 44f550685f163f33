"""Lookup: what stands at a place of a document, and where it is defined."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from archcompiler.diagnostics import Source, Span, SpecError
from archcompiler.editor.documents import View
from archcompiler.editor.names import Known, Name, Occurrence, at_position, inherited
from archcompiler.editor.occurrences import occurrences
from archcompiler.editor.positions import Position
from archcompiler.language.loading.places import find_base, find_blocks
from archcompiler.language.text.document import read_document


def known_to(view: View) -> Known:
    """Return what a document inherits: all that it knew when it could be built."""
    if view.built is None:
        return Known()
    architecture = view.built.architecture
    return inherited(architecture.program, architecture.row_names.values())


def names_in(view: View) -> list[Occurrence]:
    """Return every place of a document that names something."""
    return occurrences(view.root, known_to(view)) if view.root else []


def named_at(view: View, position: Position) -> list[Occurrence]:
    """Return what stands at a position, the shortest text first."""
    return at_position(names_in(view), position.line, position.column)


def definitions(view: View, position: Position) -> list[Span]:
    """Return where what stands at a position is defined.

    A heading is defined by the columns of blocks that receive its cells.
    """
    for occurrence in named_at(view, position):
        found = _definitions(view, occurrence)
        if found:
            return found
    return []


def _definitions(view: View, occurrence: Occurrence) -> list[Span]:
    name = occurrence.name
    if name.kind in ("base", "blocks file"):
        return list(_file(view, occurrence))
    own = _defining(names_in(view), name)
    if own:
        return own
    known = known_to(view)
    for source in sources_of(view):
        with suppress(SpecError):
            found = _defining(occurrences(read_document(source), known), name)
            if found:
                return found
    return []


def _defining(found: list[Occurrence], name: Name) -> list[Span]:
    """Return the places that define a name, or of a heading what receives its cells."""
    if name.kind == "heading":
        wanted = [
            each
            for each in found
            if each.name.kind == "column" and each.name.text == name.text
        ]
        return [each.span for each in wanted if each.defines]
    return [each.span for each in found if each.defines and each.name == name]


def sources_of(view: View) -> list[Source]:
    """Return the other texts of which a document is made, the nearest first."""
    if view.built is None:
        return []
    program = view.built.architecture.program
    used = [each.source for each in program.used]
    files = [*reversed(program.files), *used]
    return [source for source in files if source.name != view.source.name]


def _file(view: View, occurrence: Occurrence) -> Iterator[Span]:
    """Yield the beginning of a file that a document names."""
    cell, path = occurrence.cell, view.place.path
    with suppress(SpecError):
        if occurrence.name.kind == "base":
            name = cell.text.partition(":")[0]
            found = find_base(name, cell, path, path.parent).path
        else:
            found = find_blocks(cell, path, path.parent)
        yield beginning(found)


def beginning(path: Path) -> Span:
    """Return the first place of a file."""
    return Span(Source(str(path), ""), 1, 1, 1)
