"""Findings: what is wrong with a document, placed in it, and the edits that mend it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from archcompiler.checking.checking import check_in_steps
from archcompiler.diagnostics import Diagnostic, Related, Source, Span, SpecError
from archcompiler.editor.documents import View
from archcompiler.language.loading.places import SpecPlace
from archcompiler.language.loading.spec_text import read_blocks
from archcompiler.language.spec.sharing import BlockFile
from archcompiler.language.text.document import Mapping, Scalar, texts_in


def findings_in_steps(place: SpecPlace, view: View) -> Iterator[list[Diagnostic]]:
    """Yield what is found so far, as `check_in_steps` does, placed in the document."""
    if _is_of_blocks(view):
        try:
            read_blocks(
                view.source, Scalar(place.path.stem, True, view.source, 0, 0, 0)
            )
        except SpecError as error:
            yield placed(view, error.diagnostics)
        else:
            yield []
        return
    for checked in check_in_steps(place):
        yield placed(view, checked.diagnostics)


def _is_of_blocks(view: View) -> bool:
    """Whether the document is a file of blocks, which specs use."""
    keys = view.root.entries.keys() if view.root else set()
    return "blocks" in keys and keys <= BlockFile.keys().keys()


def placed(view: View, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return findings with places in the document.

    What is in another file is told where the document names it.
    """
    return [_placed(view, each) for each in found]


def _placed(view: View, found: Diagnostic) -> Diagnostic:
    if found.span is None:
        return replace(found, span=_naming(view, None), related=())
    if is_of(found.span.source, view):
        return found
    there = Related(found.span, found.label or found.message)
    at = _naming(view, found.span.source)
    return replace(found, span=at, label="", edits=(), related=(there, *found.related))


def is_of(source: Source, view: View) -> bool:
    """Whether a text is the document's."""
    return source.name == view.source.name


def _naming(view: View, source: Source | None) -> Span:
    """Return where a document names another file: its `use`, `extends` or name."""
    root = view.root or Mapping(view.source, 0, 0)
    if source is not None and "use" in root.entries:
        for text in _texts(root, "use"):
            if source.name.endswith(f"{text.text}.yaml"):
                return text.span
    for key in ("extends", "name"):
        for text in _texts(root, key):
            return text.span
    return root.span


def _texts(root: Mapping, key: str) -> Iterable[Scalar]:
    return texts_in(root.entries[key][1]) if key in root.entries else ()


def mending(found: Iterable[Diagnostic], line: int, last: int) -> list[Diagnostic]:
    """Return the findings with edits that stand on lines from `line` to `last`."""
    return [
        each
        for each in found
        if each.edits and each.span and line <= each.span.line - 1 <= last
    ]


def title(found: Diagnostic) -> str:
    """Return what an editor calls the mending of a finding."""
    words = found.help.rstrip("?")
    if words.startswith("did you mean "):
        return f"Write {words.removeprefix('did you mean ')}"
    return words[:1].upper() + words[1:]
