"""A client of a language server: a process that speaks JSON-RPC over its pipes."""

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Message = dict[str, Any]


class Client:
    """Starts a server in a folder and opens documents in it."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.folder = folder
        self.number = 0
        root = {"uri": folder.as_uri(), "name": folder.name}
        self.capabilities = self.ask(
            "initialize",
            processId=None,
            rootUri=folder.as_uri(),
            workspaceFolders=[root],
            capabilities={"textDocument": {"publishDiagnostics": {}}},
        )["capabilities"]
        self.tell("initialized")

    def uri(self, name: str) -> str:
        """Return how a file of the folder is called."""
        return (self.folder / name).as_uri()

    def open(self, name: str) -> None:
        """Open a file of the folder as it is on the disk."""
        text = (self.folder / name).read_text("utf-8")
        document = {"uri": self.uri(name), "languageId": "yaml", "version": 1}
        self.tell("textDocument/didOpen", textDocument={**document, "text": text})

    def diagnostics(self, name: str) -> list[Message]:
        """Wait for what is published of a document next."""
        published = self.wait(
            lambda m: (
                m.get("method") == "textDocument/publishDiagnostics"
                and m["params"]["uri"] == self.uri(name)
            )
        )
        return published["params"]["diagnostics"]

    def ask(self, method: str, **parameters: Any) -> Any:
        """Send a request and return its result."""
        self.number += 1
        number = self.number
        self._send(id=number, method=method, params=parameters)
        answer = self.wait(lambda m: m.get("id") == number and "method" not in m)
        assert "error" not in answer, answer
        return answer["result"]

    def tell(self, method: str, **parameters: Any) -> None:
        """Send what has no answer."""
        self._send(method=method, params=parameters)

    def wait(self, wanted: Callable[[Message], bool]) -> Message:
        """Read messages until one is wanted; requests of the server get nothing."""
        while True:
            message = self._read()
            if wanted(message):
                return message
            if "id" in message and "method" in message:
                many = len(message.get("params", {}).get("items", [1]))
                self._send(id=message["id"], result=[None] * many)

    def close(self) -> int:
        """End the server and return its exit code."""
        self.ask("shutdown")
        self.tell("exit")
        self.process.stdin.close()
        status = self.process.wait(20)
        self.process.stdout.close()
        return status

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> Message:
        size = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        assert size, "the server has ended"
        return json.loads(self.process.stdout.read(size))
