"""Documents: the texts that an editor holds, and what is known of each."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.claims.claims import Audit, audit
from archcompiler.diagnostics import Source, SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.loading.loading import load_program
from archcompiler.language.loading.places import SpecPlace
from archcompiler.language.loading.spec_text import without_slips
from archcompiler.language.text.document import Mapping as Tree
from archcompiler.language.text.document import read_document
from archcompiler.language.text.files import holding, source_of


class Built(NamedTuple):
    """A state of a document of which the table could be built."""

    source: Source
    root: Tree
    architecture: Architecture
    audit: Audit


@dataclass
class View:
    """One state of a document, and the last one of which the table could be built."""

    place: SpecPlace
    source: Source
    before: Built | None = None
    variants: dict[str, Built | None] = field(default_factory=dict, repr=False)
    """What was built of the variants in the text that `built` is of."""

    @cached_property
    def root(self) -> Tree | None:
        """The tree of the text; None while it is no YAML."""
        try:
            return read_document(self.source)
        except SpecError:
            return None

    @cached_property
    def built(self) -> Built | None:
        """What this text makes, else what was made last."""
        return self._build() or self.before

    @property
    def is_current(self) -> bool:
        """Whether what was built is of this very text."""
        return self.built is not None and self.built.source is self.source

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.source.text.split("\n")

    def _build(self) -> Built | None:
        if self.root is None:
            return None
        return _built(self.place, self.source, self.root)

    def variant(self, name: str) -> Built | None:
        """Return what a variant makes in the text that `built` is of.

        None where it cannot be built. Others' texts are read as they are now.
        """
        assert self.built is not None
        if name not in self.variants:
            place = SpecPlace(self.place.path, name, self.built.source)
            self.variants[name] = _built(place, self.built.source, self.built.root)
        return self.variants[name]

    @cached_property
    def moved(self) -> "Moved":
        """Where the lines of what was built are now."""
        assert self.built is not None
        if self.is_current:
            return Moved(len(self.lines), 0, 0)
        return Moved.between(self.built.source.text.split("\n"), self.lines)

    def now_at(self, line: int) -> int | None:
        """Return where a line of what was built is now; None where it was rewritten."""
        return self.moved.now_at(line)


def _built(place: SpecPlace, source: Source, root: Tree) -> Built | None:
    try:
        with without_slips():
            architecture = Architecture(expand(load_program(place)))
    except SpecError:
        return None
    return Built(source, root, architecture, audit(architecture))


class Moved(NamedTuple):
    """Lines that stayed at the beginning, that moved at the end, and how far."""

    kept: int
    first_after: int
    shift: int

    @classmethod
    def between(cls, old: list[str], new: list[str]) -> "Moved":
        """Compare two texts: one place was edited since the first of them."""
        shorter = min(len(old), len(new))
        kept = next((n for n in range(shorter) if old[n] != new[n]), shorter)
        rest = shorter - kept
        same = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
        return cls(kept, len(old) - same, len(new) - len(old))

    def now_at(self, line: int) -> int | None:
        """Return where a line is now; None where it was rewritten.

        Where as many lines were rewritten as there were, each is where it was.
        """
        if line < self.kept:
            return line
        if line >= self.first_after:
            return line + self.shift
        return line if self.shift == 0 else None


@dataclass
class Document:
    """A text that is open in the editor, and its version there."""

    uri: str
    path: Path | None
    """Where it is saved; None of a text that never was."""

    text: str
    version: int | None = None
    view: View | None = field(default=None, repr=False)
    before: Built | None = field(default=None, repr=False)
    _was_ours: bool = False

    @property
    def place(self) -> SpecPlace:
        """By which place it is loaded."""
        if self.path is not None:
            return SpecPlace(self.path)
        return SpecPlace(Path(self.uri), source=source_of(self.uri, self.text))

    @property
    def is_ours(self) -> bool:
        """Whether it is a spec or a file of blocks, or was one while it was open.

        An editor shows us every YAML file: nothing is said of those of others.
        """
        if not self._was_ours:
            keys = {key.strip("\"'") for key in _KEY.findall(self.text)}
            is_named = "name" in keys and not keys.isdisjoint(("extends", "input"))
            self._was_ours = is_named or not keys.isdisjoint(("table", "blocks"))
        return self._was_ours

    @property
    def reads_others(self) -> bool:
        """Whether what it says hangs on other files: it has a base, or uses blocks."""
        return bool(_READS_OTHERS.search(self.text))


_KEY = re.compile(r"^[\w\"'][\w \"']*(?= *:)", re.MULTILINE)
_READS_OTHERS = re.compile(r"^[\"']?(?:extends|use)\b", re.MULTILINE)


class Documents:
    """The open documents. What they hold counts, not what is on the disk."""

    def __init__(self) -> None:
        self.by_uri: dict[str, Document] = {}

    def open(self, document: Document) -> None:
        """Take a document that was opened."""
        self.by_uri[document.uri] = document
        self.forget()

    def change(self, uri: str, text: str, version: int | None) -> None:
        """Take the new text of a document."""
        document = self.by_uri[uri]
        document.text, document.version = text, version
        self.forget()

    def close(self, uri: str) -> None:
        """Leave a document to the disk."""
        self.by_uri.pop(uri, None)
        self.forget()

    def forget(self) -> None:
        """Look anew at every document: each may be the base of another."""
        for document in self.by_uri.values():
            if document.view is not None:
                document.before = document.view.built
                document.view = None

    def view(self, uri: str) -> View | None:
        """Return what is known of a document; None of one that is not open or ours."""
        document = self.by_uri.get(uri)
        if document is None or not document.is_ours:
            return None
        if document.view is None:
            place = document.place
            source = source_of(str(place.path), document.text)
            document.view = View(place, source, document.before)
            with self.holding():
                document.view.built  # noqa: B018  # while its base is as it is
        return document.view

    def texts(self) -> Mapping[Path, str]:
        """Return the open texts by the resolved paths of their files."""
        return {
            document.path.resolve(): document.text
            for document in self.by_uri.values()
            if document.path is not None
        }

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Let all that is read within be what the editor holds."""
        with holding(self.texts()):
            yield
