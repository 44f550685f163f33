"""A client of a language server: another process, spoken to over its stdio."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ARCHC = (sys.executable, "-m", "archcompiler", "lsp")

PATIENCE = 60
"""Seconds until an answer is given up."""


class Client:
    """Speaks JSON-RPC, and keeps what the server sends unasked."""

    def __init__(
        self,
        command: Sequence[str] = ARCHC,
        folder: Path | None = None,
        **capabilities: Any,
    ) -> None:
        """Start a server, in a folder where one is given, and shake hands."""
        self.folder = folder or Path.cwd()
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe
        )
        self.received: queue.Queue[dict[str, Any]] = queue.Queue()
        self.diagnostics: dict[tuple[str, int | None], list[dict[str, Any]]] = {}
        """What was told of a document, by its URI and version: the last of each."""

        self.requested: list[str] = []
        """What the server asked of the client; the answer is always nothing."""

        self.logged: list[str] = []

        self.asked = 0
        self.versions: dict[str, int] = {}
        threading.Thread(target=self._receive, daemon=True).start()
        root = folder.as_uri() if folder else None
        settings: dict[str, Any] = {"processId": None, "rootUri": root}
        if folder:
            settings["workspaceFolders"] = [{"uri": root, "name": folder.name}]
        settings["capabilities"] = capabilities
        self.capabilities = self.ask("initialize", settings)["capabilities"]
        self.tell("initialized", {})

    def close(self) -> str:
        """Take leave, and return what the server logged and wrote as errors."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        _, errors = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, errors
        return "\n".join([*self.logged, errors.decode()]).strip()

    # Messages ---------------------------------------------------------------

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        """Send a request and return its result."""
        answer = self._answer(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def _answer(self, method: str, params: Any) -> dict[str, Any]:
        self.asked += 1
        self._send({"id": self.asked, "method": method, "params": params})
        return self._wait(lambda message: message.get("id") == self.asked)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _receive(self) -> None:
        output = self.process.stdout
        assert output is not None
        while line := output.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name == b"Content-Length" else length
                line = output.readline()
            self.received.put(json.loads(output.read(length)))

    def _wait(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            message = self.received.get(timeout=PATIENCE)
            if message.get("method") == "textDocument/publishDiagnostics":
                told = message["params"]
                version = told.get("version", self.versions.get(told["uri"]))
                self.diagnostics[told["uri"], version] = told["diagnostics"]
            if message.get("method") == "window/logMessage":
                self.logged.append(message["params"]["message"])
            if "method" in message and "id" in message:
                self.requested.append(message["method"])
                items = (message.get("params") or {}).get("items")
                nothing = items and [None] * len(items)  # of settings, one for each
                self._send({"id": message["id"], "result": nothing})
                continue
            if is_it(message):
                return message

    # Documents --------------------------------------------------------------

    def uri(self, name: str) -> str:
        """Return how a file of the folder is called."""
        return (self.folder / name).as_uri()

    def open(self, uri: str, text: str) -> None:
        """Open a document."""
        self.versions[uri] = 1
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, *changes: dict[str, Any]) -> None:
        """Edit a document: `{range, text}`, or `{text}` for all of it."""
        self.versions[uri] += 1
        identity = {"uri": uri, "version": self.versions[uri]}
        params = {"textDocument": identity, "contentChanges": list(changes)}
        self.tell("textDocument/didChange", params)

    def shut(self, uri: str) -> None:
        """Close a document."""
        self.tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def about(self, method: str, uri: str, **params: Any) -> Any:
        """Ask something of a document."""
        named = {"textDocument": {"uri": uri}, **params}
        return self.ask(f"textDocument/{method}", named)

    def error(self, method: str, uri: str, **params: Any) -> Any:
        """Ask something of a document that is refused, and return the refusal."""
        named = {"textDocument": {"uri": uri}, **params}
        return self._answer(f"textDocument/{method}", named)["error"]

    def findings(
        self, uri: str, codes: list[str] | None = None
    ) -> list[dict[str, Any]]:
        """Return what is wrong with a document as it stands.

        What is found at first is told first: `codes` waits until these are told.
        """
        key = uri, self.versions[uri]
        while (found := self.diagnostics.get(key)) is None or (
            codes is not None and [each["code"] for each in found] != codes
        ):
            self._wait(lambda _: True)
        return found

    def hints(self, uri: str, first: int = 0, last: int = 9999) -> list[Any]:
        """Return the hints of lines."""
        place = between((first, 0), (last, 0))
        return self.about("inlayHint", uri, range=place)

    def mendings(self, uri: str, place: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the quick fixes of a place."""
        context = {"diagnostics": []}
        return self.about("codeAction", uri, range=place, context=context)


Place = tuple[int, int]


def between(start: Place, end: Place) -> dict[str, Any]:
    """Return a range, as the protocol has it."""
    places = [{"line": line, "character": unit} for line, unit in (start, end)]
    return dict(zip(("start", "end"), places, strict=True))


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """Return a text with a server's edits, which count in units of UTF-16."""
    places = sorted(
        [(*_offsets(text, edit["range"]), edit["newText"]) for edit in edits],
        reverse=True,
    )
    for start, end, new in places:
        text = text[:start] + new + text[end:]
    return text


def _offsets(text: str, place: dict[str, Any]) -> tuple[int, int]:
    return _offset(text, place["start"]), _offset(text, place["end"])


def _offset(text: str, at: dict[str, int]) -> int:
    lines = text.split("\n")
    if at["line"] >= len(lines):
        return len(text)
    before = sum(len(line) + 1 for line in lines[: at["line"]])
    line = lines[at["line"]].encode("utf-16-le")
    return before + len(line[: 2 * at["character"]].decode("utf-16-le"))
