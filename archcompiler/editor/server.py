"""The server: what a client asks for, answered by the module of its name."""

import logging
import os
import sys
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from archcompiler.diagnostics import Diagnostic, Edit
from archcompiler.editor import findings, outline
from archcompiler.editor.completion import complete
from archcompiler.editor.conversion import fold, rewrite, workspace_edit
from archcompiler.editor.documents import View
from archcompiler.editor.hints import hints
from archcompiler.editor.hovering import hover
from archcompiler.editor.layout import layout
from archcompiler.editor.lookup import definitions
from archcompiler.editor.protocol import Server
from archcompiler.editor.renaming import RenameError, renamable, rename

SHARE = 0.001
"""Seconds that checking may keep an answer waiting: a fifth of Python's own."""


def serve() -> None:
    """Serve one client over standard input and output, until it leaves."""
    sys.setswitchinterval(SHARE)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:  # which pygls closes
        make_server(version("archcompiler")).start_io(stdout=output)


def make_server(release: str) -> Server:
    """Return a server with everything that it answers."""
    server = Server(release)
    for method, answer, options in _ANSWERS:
        server.feature(method, options)(answer)
    return server


# Answers --------------------------------------------------------------------


def _view(server: Server, params: Any) -> View | None:
    return server.documents.view(params.text_document.uri)


def _watch(ls: Server, params: types.InitializedParams) -> None:
    """Ask to be told of files that change on the disk, of a client that can."""
    del params
    workspace = ls.client_capabilities.workspace
    able = workspace.did_change_watched_files if workspace else None
    if not (able and able.dynamic_registration):
        return
    watched = [
        types.FileSystemWatcher("**/*.yaml"),
        types.FileSystemWatcher("**/*.yml"),
    ]
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    options = types.DidChangeWatchedFilesRegistrationOptions(watched)
    registration = types.Registration("specs", method, options)
    ls.client_register_capability(types.RegistrationParams([registration]))


def _forget(ls: Server, params: Any) -> None:
    """Look again at what was saved or changed on the disk."""
    del params
    ls.documents.forget()
    ls.check_soon()


def _hints(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
    view = _view(ls, params)
    if view is None:
        return []
    with ls.documents.holding():
        found = hints(view, params.range.start.line, params.range.end.line)
    return [ls.conversion.hint(view.lines, hint) for hint in found]


def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    view = _view(ls, params)
    if view is None:
        return None
    found = hover(view, ls.conversion.received(view.lines, params.position))
    return ls.conversion.hover(found) if found else None


def _definitions(ls: Server, params: types.DefinitionParams) -> list[types.Location]:
    view = _view(ls, params)
    if view is None:
        return []
    at = ls.conversion.received(view.lines, params.position)
    with ls.documents.holding():
        return [ls.conversion.location(span) for span in definitions(view, at)]


def _complete(
    ls: Server, params: types.CompletionParams
) -> types.CompletionList | None:
    view = _view(ls, params)
    if view is None:
        return None
    at = ls.conversion.received(view.lines, params.position)
    with ls.documents.holding():
        found = complete(view, at)
    return ls.conversion.completions(view.lines, found, at)


def _prepare(
    ls: Server, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    view = _view(ls, params)
    if view is None:
        return None
    at = ls.conversion.received(view.lines, params.position)
    try:
        found = renamable(view, at)
    except RenameError as error:
        raise _refusal(error) from None
    place = ls.conversion.range(found.span)
    return types.PrepareRenamePlaceholder(place, found.name.text)


def _rename(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    view = _view(ls, params)
    if view is None:
        return None
    at = ls.conversion.received(view.lines, params.position)
    try:
        edits = rename(view, at, params.new_name, ls.documents.texts())
    except RenameError as error:
        raise _refusal(error) from None
    return _workspace_edit(ls, edits)


def _refusal(error: RenameError) -> JsonRpcException:
    code = types.LSPErrorCodes.RequestFailed
    return JsonRpcException(message=str(error), code=code)


def _actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    place = params.range
    found = ls.found(uri)
    return [
        _action(ls, each)
        for each in findings.mending(found, place.start.line, place.end.line)
    ]


def _action(ls: Server, found: Diagnostic) -> types.CodeAction:
    return types.CodeAction(
        findings.title(found),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[ls.conversion.diagnostic(found)],
        is_preferred=True,
        edit=_workspace_edit(ls, found.edits),
    )


def _workspace_edit(ls: Server, changes: Iterable[Edit]) -> types.WorkspaceEdit:
    edits = ls.conversion.text_edits(changes)
    versions = {d.uri: d.version for d in ls.documents.by_uri.values()}
    workspace = ls.client_capabilities.workspace
    able = workspace.workspace_edit if workspace else None
    versioned = bool(able and able.document_changes)
    return workspace_edit(edits, versions, versioned=versioned)


def _layout(ls: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    view = _view(ls, params)
    return [rewrite(change) for change in layout(view)] if view else []


def _symbols(
    ls: Server, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol]:
    view = _view(ls, params)
    if view is None:
        return []
    convert = ls.conversion.symbol
    return [convert(view.lines, symbol) for symbol in outline.symbols(view)]


def _folds(ls: Server, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    view = _view(ls, params)
    return [fold(lines) for lines in outline.folds(view)] if view else []


_ANSWERS: list[tuple[str, Any, Any]] = [
    (types.INITIALIZED, _watch, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _forget, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _forget, None),
    (types.TEXT_DOCUMENT_INLAY_HINT, _hints, None),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_DEFINITION, _definitions, None),
    (
        types.TEXT_DOCUMENT_COMPLETION,
        _complete,
        types.CompletionOptions(trigger_characters=[*"[{<,:.- "]),
    ),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        _actions,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    ),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, _prepare, None),
    (types.TEXT_DOCUMENT_RENAME, _rename, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_FORMATTING, _layout, None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _symbols, None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, _folds, None),
]
