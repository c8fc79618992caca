"""Our values as the language server protocol has them. The only file that knows lsprotocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types as lsp

from ...kb.diagnostics import Diagnostic
from ...kb.ir import Span
from ...kb.lints.context import Fix
from .actions import Action
from .layout import LineEdit
from .mention import Mention
from .positions import Encoding, column_of, unit_of
from .rename import Edit, Renamed
from .snapshot import Snapshot
from .suggestion import Suggestion
from .symbols import Symbol

SOURCE = "guidekb"
_KINDS = {
    "predicate": lsp.CompletionItemKind.Function,
    "value": lsp.CompletionItemKind.EnumMember,
    "variable": lsp.CompletionItemKind.Variable,
    "statement": lsp.CompletionItemKind.Reference,
    "rule": lsp.CompletionItemKind.Reference,
    "annotation": lsp.CompletionItemKind.Property,
    "keyword": lsp.CompletionItemKind.Keyword,
    "type": lsp.CompletionItemKind.Enum,
    "field": lsp.CompletionItemKind.Field,
    "column": lsp.CompletionItemKind.Field,
}
_SYMBOLS = {
    "heading": lsp.SymbolKind.Namespace,
    "statement": lsp.SymbolKind.String,
    "rule": lsp.SymbolKind.Function,
    "predicate": lsp.SymbolKind.Interface,
    "type": lsp.SymbolKind.Enum,
    "value": lsp.SymbolKind.EnumMember,
    "property": lsp.SymbolKind.Property,
    "case": lsp.SymbolKind.Event,
}


@dataclass(frozen=True)
class Sheet:
    """Turns places of one knowledge base into the client's. `uri`: the address by which the client knows a file."""

    at: Snapshot
    encoding: Encoding
    uri: Callable[[Path], str]

    def _lines(self, name: str) -> Sequence[str]:
        return self.at.lines(name) if name in self.at.texts else ()

    def address(self, name: str) -> str:
        """The address of a file."""
        return self.uri(self.at.path(name))

    def range(self, span: Span) -> lsp.Range:
        """A span; what has no line is the beginning of its file."""
        lines = self._lines(span.file)
        line = min(max(span.line, 1), max(len(lines), 1))
        start = unit_of(lines, line, span.column, self.encoding)
        end = unit_of(lines, line, max(span.end, span.column), self.encoding)
        return lsp.Range(lsp.Position(line - 1, start), lsp.Position(line - 1, max(start, end)))

    def place(self, name: str, position: lsp.Position) -> tuple[int, int]:
        """Our line and column of the client's position."""
        return position.line + 1, column_of(self._lines(name), position.line, position.character, self.encoding)

    def location(self, span: Span) -> lsp.Location:
        """A span with its file."""
        return lsp.Location(self.address(span.file), self.range(span))

    def diagnostic(self, d: Diagnostic, page: str) -> lsp.Diagnostic:
        """A finding, with its code and the address of the code's page."""
        notes = [
            lsp.DiagnosticRelatedInformation(self.location(n.span), n.text)
            for n in d.notes
            if n.span.file and n.span.line
        ]
        warning = d.severity == "warning"
        return lsp.Diagnostic(
            range=self.range(d.span),
            message=f"{d.message}\n{d.help}" if d.help else d.message,
            severity=lsp.DiagnosticSeverity.Warning if warning else lsp.DiagnosticSeverity.Error,
            code=d.code,
            code_description=lsp.CodeDescription(page) if page else None,
            source=SOURCE,
            related_information=notes or None,
        )

    def lines_edit(self, name: str, edit: LineEdit) -> lsp.TextEdit:
        """Whole lines; behind the last one there is no other to begin."""
        lines = self._lines(name)
        if edit.last < len(lines):
            end = lsp.Position(edit.last, 0)
        else:
            end = lsp.Position(len(lines) - 1, unit_of(lines, len(lines), len(lines[-1]) + 1, self.encoding))
        return lsp.TextEdit(lsp.Range(lsp.Position(edit.first, 0), end), edit.text)

    def edit(self, edit: Edit) -> lsp.TextEdit:
        """A text in place of a part of a line."""
        return lsp.TextEdit(self.range(Span(edit.file, edit.line, edit.start, edit.end)), edit.text)

    def fix(self, fix: Fix) -> lsp.WorkspaceEdit:
        """The lines of a lint's fix."""
        text = "".join(f"{line}\n" for line in fix.lines)
        return self._workspace([(fix.file, self.lines_edit(fix.file, LineEdit(fix.first - 1, fix.last, text)))])

    def renamed(self, done: Renamed, reviewed: tuple[Path, int]) -> lsp.WorkspaceEdit:
        """All edits of a name; `reviewed`: the file of reviewed texts, and how many lines it has now."""
        found = self._workspace((e.file, self.edit(e)) for e in dict.fromkeys(done.edits))
        if done.reviewed is not None and found.changes is not None:
            path, length = reviewed
            whole = lsp.Range(lsp.Position(0, 0), lsp.Position(length, 0))
            found.changes = {**found.changes, self.uri(path): [lsp.TextEdit(whole, done.reviewed)]}
        return found

    def action(self, one: Action, page: str) -> lsp.CodeAction:
        """Something to mend."""
        change = self.fix(one.fix) if one.fix else None
        if one.edit:
            change = self._workspace([(one.edit.file, self.edit(one.edit))])
        mended = [self.diagnostic(one.mends, page)]
        kind = lsp.CodeActionKind.QuickFix
        return lsp.CodeAction(one.title, kind, mended, is_preferred=one.fix is not None, edit=change)

    def _workspace(self, edits: Iterable[tuple[str, lsp.TextEdit]]) -> lsp.WorkspaceEdit:
        changes: dict[str, list[lsp.TextEdit]] = {}
        for name, edit in edits:
            changes.setdefault(self.address(name), []).append(edit)
        return lsp.WorkspaceEdit(changes=dict(changes))

    def symbol(self, one: Symbol) -> lsp.DocumentSymbol:
        """An entry of the outline with those below it."""
        name = self.range(one.span)
        last = min(one.last, max(len(self._lines(one.span.file)), 1))
        end = unit_of(self._lines(one.span.file), last, 1 << 30, self.encoding)
        whole = lsp.Range(lsp.Position(name.start.line, 0), lsp.Position(last - 1, end))
        if (whole.end.line, whole.end.character) < (name.end.line, name.end.character):
            whole = lsp.Range(whole.start, name.end)
        below = [self.symbol(s) for s in one.below]
        return lsp.DocumentSymbol(one.name or "?", _SYMBOLS[one.sort], whole, name, one.detail[:120], children=below)

    def workspace_symbol(self, one: Mention) -> lsp.WorkspaceSymbol:
        """A name that is declared."""
        where = self.location(one.span)
        return lsp.WorkspaceSymbol(where, one.name, _SYMBOLS.get(one.kind, lsp.SymbolKind.Object), None, None, one.of)


def item(one: Suggestion, number: int, snippets: bool) -> lsp.CompletionItem:
    """A suggestion; the order is ours. `snippets`: the client can fill in arguments."""
    shown = lsp.CompletionItem(one.text, kind=_KINDS[one.sort], detail=one.detail or None, sort_text=f"{number:05}")
    if one.form and snippets:
        shown.insert_text, shown.insert_text_format = one.form, lsp.InsertTextFormat.Snippet
    return shown


def markdown(text: str, where: lsp.Range) -> lsp.Hover:
    """What a name means."""
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), where)
