"""What an editor may ask of the language server, each question with the part of `Editor` that answers it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import BinaryIO, NoReturn, Protocol, TypeVar

from .doors import Doors
from .editor import Where
from .folder import REVIEWED
from .protocol import Sheet, item, lsp, markdown
from .rename import Refused
from .server import Server

SHOW_CASES = "guidekb.cases"
R = TypeVar("R")


class _Asked(Protocol):
    """A question about a place."""

    @property
    def text_document(self) -> lsp.TextDocumentIdentifier: ...
    @property
    def position(self) -> lsp.Position: ...


def run(doors: Doors, version: str, stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer over two streams until the client leaves."""
    server = Server(doors, version)
    _documents(server)
    _questions(server)
    _changes(server)
    server.answer(stdin, stdout)


def _documents(server: Server) -> None:
    """What the client tells of files."""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.editor.desk.look_again()
        server.opened(params.text_document.uri, params.text_document.text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.opened(uri, server.workspace.get_text_document(uri).source)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        path = server.path(params.text_document.uri)
        server.look_soon(path)
        server.editor.desk.take(path)
        server.editor.desk.look_again()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.editor.desk.look_again()
        server.look_soon(server.path(params.text_document.uri), run=True)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def moved(params: lsp.DidChangeWatchedFilesParams) -> None:
        server.editor.desk.look_again()
        for change in params.changes:
            server.look_soon(server.path(change.uri), run=True)

    _ = (opened, changed, closed, saved, moved)


def _questions(server: Server) -> None:
    """What the client asks of a place or a file."""

    def at_place(of: _Asked, ask: Callable[[Sheet, Where], R], none: R) -> R:
        found = server.where(of.text_document.uri, of.position)
        return ask(*found) if found else none

    def of_file(uri: str, ask: Callable[[Sheet, str], list[R]]) -> list[R]:
        found = server.sheet_of(uri)
        return ask(*found) if found else []

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        def told(sheet: Sheet, where: Where) -> lsp.Hover | None:
            found = server.editor.hover(where)
            return markdown(found[0], sheet.range(found[1])) if found else None

        return at_place(params, told, None)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        return at_place(params, lambda s, w: [s.location(m.span) for m in server.editor.definition(w)], [])

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        declared = params.context.include_declaration
        return at_place(params, lambda s, w: [s.location(m.span) for m in server.editor.references(w, declared)], [])

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlights(params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        return at_place(
            params, lambda s, w: [lsp.DocumentHighlight(s.range(m.span)) for m in server.editor.highlights(w)], []
        )

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=["@", "(", ",", "{", ":"]))
    def completion(params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        client = server.client_capabilities.text_document
        can = client.completion.completion_item if client and client.completion else None
        snippets = bool(can and can.snippet_support)
        return at_place(
            params, lambda _, w: [item(x, n, snippets) for n, x in enumerate(server.editor.completions(w))], []
        )

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outline(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        return of_file(params.text_document.uri, lambda s, n: [*map(s.symbol, server.editor.symbols(s.at, n))])

    @server.feature(lsp.WORKSPACE_SYMBOL)
    def everywhere(params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
        return [server.sheet(at).workspace_symbol(one) for at, one in islice(server.editor.named(params.query), 500)]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions(resolve_provider=False))
    def lenses(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        uri = params.text_document.uri

        def one(sheet: Sheet, name: str) -> list[lsp.CodeLens]:
            found: list[lsp.CodeLens] = []
            for lens in server.editor.lenses(sheet.at, name):
                many = len(lens.cases or ())
                title = f"tested by {many} case{'' if many == 1 else 's'}" if many else "no case exercises this rule"
                title = "changed: save to run its cases" if lens.cases is None else title
                command = lsp.Command(title, SHOW_CASES, arguments=[uri, lens.rule])
                found.append(lsp.CodeLens(sheet.range(lens.span), command))
            return found

        return of_file(uri, one)

    @server.command(SHOW_CASES)
    async def cases(uri: str, rule: str) -> None:
        await server.show_cases(uri, rule)

    _ = (hover, definition, references, highlights, completion, outline, everywhere, lenses, cases)


def _changes(server: Server) -> None:
    """What the client wants changed."""

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        found = server.sheet_of(params.text_document.uri)
        if found is None:
            return []
        sheet, name = found
        return [sheet.lines_edit(name, e) for e in server.editor.formatting(sheet.at, name)]

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def nameable(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder:
        found = server.where(params.text_document.uri, params.position)
        sheet, one = server.refusable(lambda: (found[0], server.editor.renamable(found[1])) if found else _no_name())
        return lsp.PrepareRenamePlaceholder(sheet.range(one.span), one.name)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        found = server.where(params.text_document.uri, params.position)
        sheet, done = server.refusable(
            lambda: (found[0], server.editor.rename(found[1], params.new_name)) if found else _no_name()
        )
        if done.warning:
            server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, done.warning))
        lines = (sheet.at.reviewed or "").count("\n") + 1
        return sheet.renamed(done, (sheet.at.folder / REVIEWED, lines))

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    )
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = server.sheet_of(params.text_document.uri)
        if found is None:
            return []
        sheet, name = found
        first, last = params.range.start.line + 1, params.range.end.line + 1
        pages = server.editor.pages
        return [
            sheet.action(a, pages.get(a.mends.code, "")) for a in server.editor.actions(sheet.at, name, first, last)
        ]

    _ = (formatting, nameable, rename, actions)


def _no_name() -> NoReturn:
    raise Refused("this file is no part of a knowledge base")
