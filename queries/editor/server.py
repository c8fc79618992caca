"""The language server's conversation with one client: files, findings, cases. The only file that knows pygls.

Diagnostics are sent once the author has paused, for all files of the knowledge base at once. What takes longer, running
the cases, is done one case at a time between the editor's questions.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from .doors import Doors
from .editor import Editor, Where
from .positions import Encoding
from .protocol import Sheet, lsp
from .rename import Refused
from .snapshot import Snapshot

PAUSE = 0.1  # seconds without a keystroke before the knowledge base is looked at; longer where looking takes longer
_REQUEST_FAILED = -32803
R = TypeVar("R")


class Server(LanguageServer):
    """One conversation with a client."""

    def __init__(self, doors: Doors, version: str) -> None:
        super().__init__("guidekb", version, lsp.TextDocumentSyncKind.Full)  # pyright: ignore[reportUnknownMemberType]
        self.editor = Editor(doors)
        self.addresses: dict[Path, str] = {}
        self.sent: dict[Path, dict[str, list[lsp.Diagnostic]]] = {}
        self.waiting: dict[Path, asyncio.TimerHandle] = {}
        self.running: dict[Path, asyncio.Task[None]] = {}
        self.reading: dict[Path, asyncio.Task[None]] = {}
        self.took = 0.0

    # files

    def path(self, uri: str) -> Path:
        """The file of an address; a document that is not saved yet gets a name that no file has."""
        found = uris.to_fs_path(uri)
        return Path(found).absolute() if found else Path("/") / f"{uri.replace('/', '_')}.unsaved"

    def uri(self, path: Path) -> str:
        """The address of a file, as the client wrote it if it did."""
        return self.addresses.get(path) or path.as_uri()

    def sheet_of(self, uri: str) -> tuple[Sheet, str] | None:
        """The knowledge base of a file, and the file's name there; None for a file of none."""
        found = self.editor.snapshot(self.path(uri))
        return (self.sheet(found[0]), found[1]) if found else None

    def sheet(self, at: Snapshot) -> Sheet:
        """A knowledge base in the client's terms."""
        encoding = self.workspace.position_encoding or "utf-16"
        return Sheet(at, cast("Encoding", str(getattr(encoding, "value", encoding))), self.uri)

    def where(self, uri: str, position: lsp.Position) -> tuple[Sheet, Where] | None:
        """The place that a question is about; None in a file of no knowledge base."""
        found = self.sheet_of(uri)
        if found is None:
            return None
        sheet, name = found
        return sheet, Where(sheet.at, name, *sheet.place(name, position))

    def opened(self, uri: str, text: str) -> None:
        """A file is opened, or is another now."""
        path = self.path(uri)
        self.addresses[path] = uri
        self.editor.desk.put(path, text)
        self.look_soon(path)

    # findings

    def look_soon(self, path: Path, run: bool = False) -> None:
        """Look at the knowledge base of a file when the author pauses; `run`: at its cases too."""
        folder = self.editor.desk.folder(path)
        if folder is None:
            return
        if folder in self.waiting:
            self.waiting.pop(folder).cancel()
        loop = asyncio.get_running_loop()
        self.waiting[folder] = loop.call_later(max(PAUSE, self.took), self.look, folder, run)

    def look(self, folder: Path, run: bool = False) -> None:
        """Send what is wrong with a knowledge base, file by file where that has changed."""
        self.waiting.pop(folder, None)
        clock = asyncio.get_running_loop().time
        start = clock()
        try:
            self.publish(folder, waiting=True)
        except Exception as error:  # the author goes on typing, and the next look may find nothing amiss
            self.tell_bug(error)
        self.took = min(clock() - start, 5.0)
        if folder in self.reading:
            self.reading.pop(folder).cancel()
        self.reading[folder] = asyncio.get_running_loop().create_task(self.read_cases(folder))
        if (run or folder not in self.running) and (folder not in self.running or self.running[folder].done()):
            self.running[folder] = asyncio.get_running_loop().create_task(self.run_cases(folder))

    async def read_cases(self, folder: Path) -> None:
        """Read again, in steps, the cases whose declarations have changed; then what is found in them is new."""
        try:
            again = False
            for _ in self.editor.stale(folder):
                again = True
                await asyncio.sleep(0)
            if again:
                self.publish(folder)
        except Exception as error:
            self.tell_bug(error)

    def publish(self, folder: Path, waiting: bool = False) -> None:
        """The findings of each file, those of a file that has none any more as an empty list."""
        at, found = self.editor.findings(folder, waiting)
        sheet = self.sheet(at)
        pages = self.editor.pages
        now = {
            sheet.address(name): [sheet.diagnostic(d, pages.get(d.code, "")) for d in found.of(name)]
            for name in found.by_file
        }
        before = self.sent.get(folder, {})
        mine = {self.uri(p): p for p in self.editor.desk.opened if self.editor.desk.folder(p) == folder}
        for uri in dict.fromkeys((*now, *before, *mine)):
            if uri in mine or now.get(uri, []) != before.get(uri, []):
                document = self.workspace.text_documents.get(uri)
                version = document.version if document else None
                self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, now.get(uri, []), version))
        self.sent[folder] = now

    async def run_cases(self, folder: Path) -> None:
        """Run the cases in steps; then the lenses and what is said of rules without a case are new."""
        tested = self.editor.tests(folder)
        try:
            before = tested.program
            for _ in tested.runs(self.editor.desk.snapshot(folder)):
                await asyncio.sleep(0)
            if tested.program is before:
                return
            self.publish(folder)
        except Exception as error:
            self.tell_bug(error)
        lenses = self.client_capabilities.workspace
        if lenses and lenses.code_lens and lenses.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)

    def tell_bug(self, error: Exception) -> None:
        """An error of ours, for the client's log."""
        message = f"internal error: {type(error).__name__}: {error} (a bug in guidekb)"
        self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, message))

    async def show_cases(self, uri: str, rule: str) -> None:
        """Open a case that exercises a rule; of several, the author picks one."""
        found = self.sheet_of(uri)
        lens = next((x for x in self.editor.lenses(found[0].at, found[1]) if x.rule == rule), None) if found else None
        if found is None or lens is None or not lens.cases:
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, f"no case exercises `{rule}`"))
            return
        shown = {f"{n}. {case.name}": case for n, case in enumerate(lens.cases[:20], 1)}
        picked = next(iter(shown))
        if len(shown) > 1:
            choices = [lsp.MessageActionItem(title) for title in shown]
            message = f"{len(lens.cases)} cases exercise {rule}"
            asked = lsp.ShowMessageRequestParams(lsp.MessageType.Info, message, choices)
            answer = await self.window_show_message_request_async(asked)
            if answer is None or answer.title not in shown:
                return
            picked = answer.title
        case = shown[picked]
        place = lsp.Position(max(case.span.line - 1, 0), 0)
        address = self.uri(Path(case.span.file).absolute())
        shown_ = lsp.ShowDocumentParams(address, take_focus=True, selection=lsp.Range(place, place))
        self.window_show_document(shown_)  # whether the client has shown it changes nothing here

    def refusable(self, change: Callable[[], R]) -> R:
        """What a change gives; a refusal is told to the client in the author's words."""
        try:
            return change()
        except Refused as refused:
            raise JsonRpcException(str(refused), _REQUEST_FAILED) from None

    def answer(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        """Answer over two streams until the client leaves."""
        logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)  # what goes wrong is told to the client
        self.start_io(stdin, stdout)
