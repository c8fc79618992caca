"""What was found to be wrong with one file: errors and warnings, collected so that all are reported at once."""

from __future__ import annotations

from collections.abc import Iterable

from ..kb.diagnostics import Diagnostic, Invalid, Note, printable, suggest
from ..kb.ir import Span
from .source import Source

SHOWN = 100  # errors of one file that are reported one by one
LONGEST = 60  # characters of the user's text that a message repeats


class Findings:
    """The errors and warnings of one source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.errors: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []
        self.more = 0

    def error(self, code: str, message: str, span: Span, help: str = "", notes: tuple[Note, ...] = ()) -> None:  # noqa: A002
        """Something that makes the file unusable."""
        if len(self.errors) < SHOWN:
            self.errors.append(self._diagnostic(code, message, span, help, notes))
        else:
            self.more += 1

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Errors that another room found in the same source."""
        for d in diagnostics:
            self.error(d.code, d.message, d.span, d.help, d.notes)

    def warn(self, code: str, message: str, span: Span, help: str = "", notes: tuple[Note, ...] = ()) -> None:  # noqa: A002
        """Something that the user has to know; the file can be used."""
        self.warnings.append(self._diagnostic(code, message, span, help, notes))

    def fatal(self, code: str, message: str, span: Span, help: str = "", notes: tuple[Note, ...] = ()) -> Invalid:  # noqa: A002
        """An error after which nothing more can be read: the exception to raise, with all that was found so far."""
        self.error(code, message, span, help, notes)
        return Invalid(self.all_errors())

    def twice(self, key: str, span: Span, earlier: Span) -> None:
        """A key that stands twice in one map."""
        note = Note(earlier, f"{quoted(key)} stands here first")
        self.error("D911", f"{quoted(key)} is given twice", span, "keep one of them", (note,))

    def near(self, name: str, candidates: Iterable[str]) -> str:
        """`did you mean` the nearest candidate; "" when there is none, or when nobody will read it."""
        if len(self.errors) >= SHOWN or len(name) > LONGEST:
            return ""
        names = sorted(candidates)
        plain = _plain(name)
        same = next((c for c in names if _plain(c) == plain), "")
        return f"did you mean `{same}`?" if same else suggest(name, names)

    def all_errors(self) -> list[Diagnostic]:
        """The errors in the order of the file; the last says how many are not shown."""
        found = sorted(self.errors, key=lambda d: (d.span.line, d.span.column))
        if self.more:
            message = f"{self.more:,} more errors are not shown"
            found.append(Diagnostic("D919", message, Span(self.source.name, 0, 0, 0)))
        return found

    def raise_if_any(self) -> None:
        """Raise `Invalid` with all errors, when there are any."""
        if self.errors:
            raise Invalid(self.all_errors())

    def _diagnostic(self, code: str, message: str, span: Span, help: str, notes: tuple[Note, ...]) -> Diagnostic:  # noqa: A002
        line = self.source.line(span.line) if span.line else ""
        return Diagnostic(code, message, span, line, help, notes)


def shown(text: str) -> str:
    """The user's text as a message may repeat it: printable, on one line, and not too long."""
    return printable(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def quoted(text: str) -> str:
    """The user's text in backticks."""
    return f"`{shown(text)}`"


def one_of(names: Iterable[str]) -> str:
    """`a`, `b` or `c`."""
    *rest, last = (f"`{n}`" for n in names)
    return f"{', '.join(rest)} or {last}" if rest else last


def _plain(name: str) -> str:
    return name.strip().casefold().replace("-", "_").replace(" ", "_")
