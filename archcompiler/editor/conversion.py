"""Conversion: our answers as the protocol has them, in the client's units."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from lsprotocol import types

from archcompiler.diagnostics import Diagnostic, Edit, Span, printable
from archcompiler.editor.answers import Completions, Fold, Hint, Hover, Rewrite, Symbol
from archcompiler.editor.positions import UTF16, Position, column_at, units


class Conversion:
    """What the client counts in, and how it calls the files that we name."""

    def __init__(self, encoding: str, uri_of: Callable[[str], str]) -> None:
        """Count in `encoding`; `uri_of` gives the URI of a source's name."""
        self.encoding = encoding or UTF16
        self.uri_of = uri_of

    # Places -----------------------------------------------------------------

    def position(self, lines: Sequence[str], at: Position) -> types.Position:
        """Return a position in a text of these lines."""
        line = lines[at.line] if at.line < len(lines) else ""
        return types.Position(at.line, units(line[: at.column], self.encoding))

    def received(self, lines: Sequence[str], at: types.Position) -> Position:
        """Return the position that a client means; one beyond the text is its end."""
        if at.line >= len(lines):
            return Position(len(lines) - 1, len(lines[-1]))
        column = column_at(lines[at.line], at.character, self.encoding)
        return Position(at.line, column)

    def range(self, span: Span) -> types.Range:
        """Return the range of a place on one line."""
        line = span.source.line(span.line)
        start, end = (
            units(line[: column - 1], self.encoding)
            for column in (span.column, span.end)
        )
        number = span.line - 1
        return types.Range(types.Position(number, start), types.Position(number, end))

    def location(self, span: Span) -> types.Location:
        """Return a place in its file."""
        return types.Location(self.uri_of(span.source.name), self.range(span))

    # Answers ----------------------------------------------------------------

    def diagnostic(self, found: Diagnostic) -> types.Diagnostic:
        """Return a finding; its words are those of the command line."""
        assert found.span is not None
        lines = [found.message]
        lines += [found.label] if found.label else []
        lines += [f"help: {found.help}"] if found.help else []
        lines += [found.consequence] if found.follows else []
        related = [
            types.DiagnosticRelatedInformation(
                self.location(other.span), printable(other.label) or found.message
            )
            for other in found.related
        ]
        return types.Diagnostic(
            range=self.range(found.span),
            message="\n".join(lines),
            severity=types.DiagnosticSeverity.Error,
            code=found.code,
            source="archc",
            related_information=related or None,
        )

    def text_edits(self, edits: Iterable[Edit]) -> dict[str, list[types.TextEdit]]:
        """Return edits by the URI of their file."""
        by_uri: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            uri = self.uri_of(edit.span.source.name)
            change = types.TextEdit(self.range(edit.span), edit.text)
            by_uri.setdefault(uri, []).append(change)
        return by_uri

    def hint(self, lines: Sequence[str], hint: Hint) -> types.InlayHint:
        """Return a hint behind a line."""
        told = _markdown(hint.tooltip) if hint.tooltip else None
        return types.InlayHint(
            self.position(lines, hint.position), hint.text, tooltip=told
        )

    def hover(self, hover: Hover) -> types.Hover:
        """Return what is told of a place."""
        return types.Hover(_markdown(hover.text), self.range(hover.span))

    def completions(
        self, lines: Sequence[str], found: Completions, at: Position
    ) -> types.CompletionList:
        """Return what may be written from where it began up to a position."""
        place = types.Range(self.position(lines, found.start), self.position(lines, at))
        items = [
            types.CompletionItem(
                each.label,
                kind=types.CompletionItemKind[each.kind],
                detail=each.detail or None,
                filter_text=each.label,
                sort_text=f"{number:04}",
                text_edit=types.TextEdit(place, each.text or each.label),
            )
            for number, each in enumerate(found.items)
        ]
        return types.CompletionList(is_incomplete=False, items=items)

    def symbol(self, lines: Sequence[str], symbol: Symbol) -> types.DocumentSymbol:
        """Return an entry of the outline."""
        name = self.range(symbol.span)
        last = max(symbol.last_line, name.end.line)
        end = self.position(lines, Position(last, len(lines[last])))
        return types.DocumentSymbol(
            name=printable(symbol.name),
            kind=types.SymbolKind[symbol.kind],
            range=types.Range(name.start, end),
            selection_range=name,
            detail=printable(symbol.detail) or None,
            children=[self.symbol(lines, child) for child in symbol.children],
        )


def fold(fold: Fold) -> types.FoldingRange:
    """Return lines that fold."""
    return types.FoldingRange(start_line=fold.first, end_line=fold.last)


def rewrite(change: Rewrite) -> types.TextEdit:
    """Return lines that are replaced."""
    place = types.Range(types.Position(change.first, 0), types.Position(change.last, 0))
    return types.TextEdit(place, change.text)


def _markdown(text: str) -> types.MarkupContent:
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def workspace_edit(
    edits: Mapping[str, list[types.TextEdit]],
    versions: Mapping[str, int | None],
    *,
    versioned: bool,
) -> types.WorkspaceEdit:
    """Return edits of several files; a client that can compares their versions."""
    if not versioned:
        return types.WorkspaceEdit(changes=dict(edits))
    changes = [
        types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(uri, versions.get(uri)),
            list(changes),
        )
        for uri, changes in edits.items()
    ]
    return types.WorkspaceEdit(document_changes=changes)
