"""A client of the language server: a real process, spoken to over its streams as an editor does."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"codeLens": {"refreshSupport": True}},
    "textDocument": {"rename": {"prepareSupport": True}, "completion": {"completionItem": {"snippetSupport": True}}},
    "window": {"showDocument": {"support": True}},
}
PATIENCE = 40  # seconds that a busy machine may take


class Client:
    """One conversation. `diagnostics`: the last ones of each address; `told`: other messages of the server."""

    def __init__(self, *arguments: str, capabilities: dict[str, Any] | None = None, cwd: Path | None = None) -> None:
        command = [sys.executable, "-c", "from guidekb.cli import main; main()", "lsp", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd)
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.published: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {"window/showDocument": {"success": True}}
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._number = 0
        self._versions: dict[str, int] = {}
        self.complaints = b""
        self._ears = [threading.Thread(target=ear, daemon=True) for ear in (self._listen, self._overhear)]
        for ear in self._ears:
            ear.start()
        self.offered = self.ask("initialize", processId=None, rootUri=None, capabilities=capabilities or CAPABILITIES)
        self.tell("initialized")

    def _listen(self) -> None:
        out = self.process.stdout
        assert out
        while header := out.readline():
            length = 0
            while header.strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
                header = out.readline()
            self._inbox.put(json.loads(out.read(length)))
        self._inbox.put(None)

    def _overhear(self) -> None:
        assert self.process.stderr
        self.complaints = self.process.stderr.read()

    def send(self, **message: Any) -> None:
        """One message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method: str, **params: Any) -> None:
        """A notification."""
        self.send(method=method, params=params)

    def ask(self, method: str, **params: Any) -> Any:
        """The result of a request; an error of the server is an AssertionError."""
        answer = self.answer(method, **params)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        """The whole answer to a request."""
        self._number += 1
        number = self._number
        self.send(id=number, method=method, params=params)
        return self._until(lambda m: m.get("id") == number and "method" not in m)

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            message = self._inbox.get(timeout=PATIENCE)
            assert message is not None, f"the server has ended: {self.complaints.decode()}"
            self._heed(message)
            if wanted(message):
                return message

    def _heed(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.diagnostics[params["uri"]] = params["diagnostics"]
            self.published.append(params["uri"])
        elif "method" in message:
            self.told.append(message)
            if "id" in message:
                self.send(id=message["id"], result=self.answers.get(message["method"]))

    def hear(self, method: str, wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> Any:
        """The parameters of the next message of the server's own of this method."""
        return self._until(lambda m: m.get("method") == method and wanted(m.get("params") or {})).get("params")

    # documents

    def open(self, path: Path, text: str | None = None, wait: bool = True) -> str:
        """Open a file, with another text than it has on the disk if one is given; its address."""
        uri = path.as_uri()
        content = path.read_text(encoding="utf-8") if text is None else text
        self._versions[uri] = 1
        language = "markdown" if path.suffix == ".md" else "guidekb"
        item = {"uri": uri, "languageId": language, "version": 1, "text": content}
        self.tell("textDocument/didOpen", textDocument=item)
        return self.looked(uri) if wait else uri

    def change(self, uri: str, text: str, wait: bool = True) -> list[dict[str, Any]]:
        """Another text; what is found wrong with it."""
        self._versions[uri] += 1
        identity = {"uri": uri, "version": self._versions[uri]}
        self.tell("textDocument/didChange", textDocument=identity, contentChanges=[{"text": text}])
        return self.diagnostics[self.looked(uri)] if wait else []

    def save(self, uri: str) -> None:
        """The file is saved."""
        self.tell("textDocument/didSave", textDocument={"uri": uri})

    def close(self, uri: str) -> None:
        """The file is closed."""
        self.tell("textDocument/didClose", textDocument={"uri": uri})

    def looked(self, uri: str) -> str:
        """Wait until the findings of a file come, of the version that it has now."""
        version = self._versions[uri]
        self.hear("textDocument/publishDiagnostics", lambda p: p["uri"] == uri and p.get("version") == version)
        return uri

    def at(self, method: str, uri: str, position: dict[str, int], **more: Any) -> Any:
        """The result of a question about a place."""
        return self.ask(f"textDocument/{method}", textDocument={"uri": uri}, position=position, **more)

    def of(self, method: str, uri: str, **more: Any) -> Any:
        """The result of a question about a file."""
        return self.ask(f"textDocument/{method}", textDocument={"uri": uri}, **more)

    def bugs(self) -> list[str]:
        """What the server has told of errors of its own."""
        logs = [m["params"] for m in self.told if m["method"] in ("window/logMessage", "window/showMessage")]
        return [p["message"] for p in logs if p["type"] == 1]

    def end(self) -> int:
        """Say goodbye; the exit code."""
        self.ask("shutdown")
        self.send(method="exit")
        code = self.process.wait(PATIENCE)
        self.close_streams()
        return code

    def close_streams(self) -> None:
        """The process has ended, or is ended now."""
        self.process.kill()
        self.process.wait(PATIENCE)
        for ear in self._ears:
            ear.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream
            stream.close()


def spot(text: str, marked: str, offset: int = 0) -> dict[str, int]:
    """The position, in UTF-16, of `|` in a piece of a text, such as `stage_|is(P, metastatic)`."""
    before, _, after = marked.partition("|")
    return position(text, text.index(before + after) + len(before) + offset)


def position(text: str, at: int) -> dict[str, int]:
    """The position, in UTF-16, of an offset in a text."""
    line = text.count("\n", 0, at)
    start = text.rfind("\n", 0, at) + 1
    return {"line": line, "character": len(text[start:at].encode("utf-16-le")) // 2}


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """The text with the server's edits made, as a client makes them: in UTF-16, the last first."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode("utf-16-le", "surrogatepass")) // 2 + 1)

    def offset(position: dict[str, int]) -> int:
        line = min(position["line"], len(lines))
        length = starts[line + 1] - starts[line] - 1 if line < len(lines) else 0
        return starts[line] + min(position["character"], length) - (line == len(lines))

    data = text.encode("utf-16-le", "surrogatepass")
    spans = [(offset(e["range"]["start"]), offset(e["range"]["end"]), e["newText"]) for e in edits]
    spans.sort(reverse=True)
    for (start, _, _), (_, end, _) in pairwise(spans):
        assert end <= start, "two edits overlap"
    for start, end, new in spans:
        data = data[: 2 * start] + new.encode("utf-16-le", "surrogatepass") + data[2 * end :]
    return data.decode("utf-16-le", "surrogatepass")


def part(text: str, where: dict[str, Any]) -> str:
    """The part of a text in a range, which is on one line."""
    start, end = where["start"], where["end"]
    assert start["line"] == end["line"]
    line = text.split("\n")[start["line"]].encode("utf-16-le")
    return line[2 * start["character"] : 2 * end["character"]].decode("utf-16-le")
