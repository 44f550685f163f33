"""The protocol: documents taken from a client, and what is wrong with them told."""

import asyncio
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import from_fs_path, to_fs_path

from archcompiler.diagnostics import Diagnostic
from archcompiler.editor.conversion import Conversion
from archcompiler.editor.documents import Document, Documents
from archcompiler.editor.findings import findings_in_steps
from archcompiler.editor.positions import offset_at
from archcompiler.language.text.files import holding

NAME = "archc"
PAUSE = 0.15
"""Seconds without an edit after which a document is checked."""


class Protocol(LanguageServerProtocol):
    """The protocol, with documents as lines and units of its specification count.

    pygls' own are cut at Python's line ends, of which there are more.
    """

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(
        self, params: types.DidOpenTextDocumentParams
    ) -> None:
        """Take a document that was opened."""
        opened = params.text_document
        path = to_fs_path(opened.uri) if opened.uri.startswith("file:") else None
        document = Document(
            opened.uri, Path(path) if path else None, opened.text, opened.version
        )
        self._server.documents.open(document)
        self._server.check_soon(document)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: types.DidChangeTextDocumentParams
    ) -> None:
        """Take the edits of a document."""
        identity = params.text_document
        document = self._server.documents.by_uri.get(identity.uri)
        if document is None:
            return
        text = document.text
        for change in params.content_changes:
            text = self._changed(text, change)
        self._server.documents.change(identity.uri, text, identity.version)
        self._server.check_soon(document)

    def _changed(self, text: str, change: Any) -> str:
        place = getattr(change, "range", None)
        if place is None:
            new: str = change.text
            return new
        encoding = self._server.conversion.encoding
        start, end = (
            offset_at(text, (at.line, at.character), encoding)
            for at in (place.start, place.end)
        )
        return f"{text[:start]}{change.text}{text[end:]}"

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(
        self, params: types.DidCloseTextDocumentParams
    ) -> None:
        """Leave a document to the disk, and tell nothing of it any more."""
        self._server.documents.close(params.text_document.uri)
        self._server.forget(params.text_document.uri)
        self._server.check_soon()

    _server: "Server"


class Server(LanguageServer):
    """A language server for specs."""

    def __init__(self, release: str) -> None:
        super().__init__(NAME, release, protocol_cls=Protocol)
        self.documents = Documents()
        self._told: dict[str, tuple[int | None, list[Diagnostic]]] = {}
        """Of which version what was told last of each document."""

        self._checker = ThreadPoolExecutor(1)
        self._checking: asyncio.Task[None] | None = None
        self._due: dict[str, Document] = {}

    @property
    def conversion(self) -> Conversion:
        """How the client counts, and calls files."""
        encoding = str(getattr(self._encoding, "value", self._encoding))
        return Conversion(encoding, self._uri_of)

    @property
    def _encoding(self) -> Any:
        return self.workspace.position_encoding

    def _uri_of(self, name: str) -> str:
        """Return the URI of a source: that of its document where it is open."""
        for document in self.documents.by_uri.values():
            if name in (document.uri, str(document.path)):
                return document.uri
        return from_fs_path(str(Path(name).resolve())) or name

    # Checking ---------------------------------------------------------------

    def check_soon(self, edited: Document | None = None) -> None:
        """Check documents once nothing was edited for a moment, the edited one first.

        The others are checked where what they say hangs on other files.
        """
        if self._checking is not None:
            self._checking.cancel()
        others = [d for d in self.documents.by_uri.values() if d is not edited]
        if edited is not None:
            self._due[edited.uri] = edited
            others = [d for d in others if d.reads_others]
        self._due |= {document.uri: document for document in others}
        self._checking = asyncio.get_running_loop().create_task(self._check())

    async def _check(self) -> None:
        """Check the documents that are due, one after the other."""
        await asyncio.sleep(PAUSE)
        self._refresh_hints()
        while self._due:
            uri = next(iter(self._due))
            try:
                if uri in self.documents.by_uri:
                    await self._check_document(uri)
            except Exception as error:  # ours; the other documents wait
                self._tell_of_bug(uri, error)
            self._due.pop(uri, None)

    def _refresh_hints(self) -> None:
        """Let a client that can ask anew for the hints of what hangs on other files."""
        workspace = self.client_capabilities.workspace
        able = workspace.inlay_hint if workspace else None
        others = any(d.reads_others for d in self.documents.by_uri.values())
        if able and able.refresh_support and others:
            self.workspace_inlay_hint_refresh(None)

    def _tell_of_bug(self, uri: str, error: Exception) -> None:
        """Put what went wrong into the log of the client."""
        trace = "".join(traceback.format_exception(error))
        self.window_log_message(
            types.LogMessageParams(types.MessageType.Error, f"{uri}: {trace}")
        )

    async def _check_document(self, uri: str) -> None:
        """Check a document beside what is asked, and tell the first and the last step.

        Where it is edited meanwhile, no further step begins.
        """
        document, view = self.documents.by_uri[uri], self.documents.view(uri)
        if view is None:
            return
        steps = findings_in_steps(document.place, view)
        texts = self.documents.texts()

        def step() -> list[Diagnostic] | None:
            with holding(texts):
                return next(steps, None)

        last: list[Diagnostic] | None = None
        run = asyncio.get_running_loop().run_in_executor
        while (found := await run(self._checker, step)) is not None:
            if last is None:
                self.tell(document, found)
            last = found
        self.tell(document, last or [])

    def tell(self, document: Document, found: list[Diagnostic]) -> None:
        """Send what was found in a document, unless it was sent of this version."""
        told = document.version, found
        if self._told.get(document.uri) != told:
            self._told[document.uri] = told
            self._send(document.uri, found, document.version)

    def found(self, uri: str) -> list[Diagnostic]:
        """Return what was told of a document last."""
        return self._told.get(uri, (None, []))[1]

    def forget(self, uri: str) -> None:
        """Tell nothing of a document any more."""
        self._told.pop(uri, None)
        self._send(uri, [], None)

    def _send(self, uri: str, found: list[Diagnostic], version: int | None) -> None:
        convert = self.conversion.diagnostic
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, [convert(f) for f in found], version)
        )
