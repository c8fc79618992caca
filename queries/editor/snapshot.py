"""A knowledge base at one moment of its editing: what is read of its files, and the names in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from ...kb.case_word import CaseWord
from ...kb.checks import check
from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Program
from ...kb.lexer import Source, unix
from ...kb.literate import Block, document
from ...kb.load import assemble
from ...kb.parser import Parsed, parse
from ...kb.properties import Verifiable, of_blocks
from .case_names import case_mentions, record_mentions
from .datalog_names import datalog_names
from .document_names import YAML_COMMENT, document_names, in_comments
from .doors import Doors
from .folder import LANG, only, part_of
from .kept import Kept
from .mention import Mention


@dataclass(frozen=True)
class Snapshot:
    """The texts of a knowledge base by name, and what was found wrong with files that cannot be read at all.

    INVARIANT (frozen): it never changes; the next keystroke makes another, which shares what was kept of equal texts.
    """

    folder: Path
    texts: Mapping[str, str]
    doors: Doors
    kept: Kept
    unreadable: tuple[Diagnostic, ...] = ()
    reviewed: str | None = None
    records: tuple[str, ...] = field(default=())
    """Names of the patient records that cases take, among `texts`."""

    def blocks(self, name: str) -> tuple[Block, ...]:
        """Where the program stands in a document."""
        return document(name, self.texts[name]).blocks

    def parsed(self, name: str) -> tuple[Parsed, ...]:
        """What each block of a file holds, properties included."""
        text = self.texts[name]
        if name.endswith(".md"):
            return document(name, text).parsed
        return self.kept.of(("parsed", name, text), lambda: (parse(Source(name, text)),))

    def program_of(self, *names: str) -> tuple[Program, list[Diagnostic]]:
        """The program of some files, unchecked, and what could not be read."""
        return assemble({name: self.texts[name] for name in names})

    @cached_property
    def assembled(self) -> tuple[Program, tuple[Diagnostic, ...]]:
        """The program of the vocabulary and the guidelines, unchecked, and what could not be read."""
        program, problems = self.program_of(*only(self.texts, "document"))
        return program, tuple(problems)

    @property
    def program(self) -> Program:
        """The program as far as it can be read."""
        return self.assembled[0]

    @cached_property
    def checked(self) -> tuple[Diagnostic, ...]:
        """What the checks say of the program."""
        return check(self.program)

    @cached_property
    def verifiable(self) -> Verifiable:
        """The program with its properties, unchecked."""
        return of_blocks(self.program, {n: self.parsed(n) for n in only(self.texts, "document", "property")})

    @cached_property
    def vocabulary(self) -> Program:
        """All that is declared: by the guideline, and by its properties for themselves."""
        return self.verifiable.whole

    @cached_property
    def languages(self) -> dict[str, tuple[str, ...]]:
        """The files of each translation."""
        found: dict[str, list[str]] = {}
        for name in only(self.texts, "translation"):
            found.setdefault(name.removeprefix(f"{LANG}/").split("/")[0], []).append(name)
        return {language: tuple(sorted(names)) for language, names in found.items()}

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields of a patient record."""
        return tuple(p.name for p in self.program.predicates if p.role == "input")

    @cached_property
    def declarations(self) -> tuple[object, ...]:
        """What files of cases are read by."""
        return (self.program.types, self.program.predicates)

    @cached_property
    def _named_by(self) -> tuple[object, ...]:
        """What the names in a text are told apart by."""
        known = self.vocabulary
        ids = tuple(s.id for s in known.statements)
        return (known.types, known.predicates, ids, self.rule_ids)

    @cached_property
    def rule_ids(self) -> frozenset[str]:
        """The ids of rules."""
        return frozenset(c.id for c in self.vocabulary.clauses if c.body and c.id)

    @cached_property
    def named_by(self) -> int:
        """A number that is another when the names in an unchanged text may be others."""
        return hash(self._named_by)

    def words(self, name: str) -> tuple[CaseWord, ...]:
        """The words of a file of cases or a record; none when it is no YAML."""
        text = self.texts[name]
        return self.kept.of(("words", name, text, self.fields), lambda: self._words(name, text))

    def _words(self, name: str, text: str) -> tuple[CaseWord, ...]:
        try:
            return self.doors.words(name, text, self.fields)
        except Invalid:
            return ()  # its own diagnostics say why

    def mentions(self, name: str) -> tuple[Mention, ...]:
        """The names in a file, in its order."""
        key = ("mentions", name, self.texts[name], self.named_by)
        return self.kept.of(key, lambda: tuple(self._mentions(name)))

    def _mentions(self, name: str) -> Iterable[Mention]:
        text, known = self.texts[name], self.vocabulary
        if name in self.records:
            return record_mentions(self.words(name), known)
        match part_of(name):
            case "case":
                ids = frozenset(s.id for s in known.statements)
                source = Source(name, unix(text))
                return (*case_mentions(self.words(name), known), *in_comments(source, YAML_COMMENT, ids))
            case "plain":
                own = self.parsed(name)[0]
                types, predicates = (*known.types, *own.types), (*known.predicates, *own.predicates)
                return datalog_names(Source(name, unix(text)), replace(known, types=types, predicates=predicates))
            case "property" if name.endswith(".dl"):
                return datalog_names(Source(name, unix(text)), known)
            case "":
                return ()
            case part:
                own_ = part != "translation"
                found = document_names(name, text, self.blocks(name), known, self.rule_ids, own_)
                return found if own_ else (replace(m, defines=False) for m in found)

    @cached_property
    def everywhere(self) -> Mapping[tuple[str, str, str], tuple[Mention, ...]]:
        """All mentions of each thing that is named."""
        found: dict[tuple[str, str, str], list[Mention]] = {}
        for name in self.texts:
            for one in self.mentions(name):
                found.setdefault(one.key, []).append(one)
        return {key: tuple(mentions) for key, mentions in found.items()}

    def at(self, name: str, line: int, column: int) -> Mention | None:
        """The innermost name at a place, 1-based; of two that touch, the one that the place is in."""
        found = [m for m in self.mentions(name) if m.covers(line, column)] if name in self.texts else []
        return min(found, key=lambda m: (column == m.span.end, m.span.end - m.span.column), default=None)

    def content(self, path: str) -> bytes:
        """What a file holds: here, or on the disk when it is no part of the knowledge base. Raises Invalid."""
        text = self.texts.get(path, self.texts.get(Path(path).resolve().as_posix()))
        return self.doors.content(path) if text is None else text.encode("utf-8", "surrogatepass")

    def path(self, name: str) -> Path:
        """The file of a name."""
        return self.folder / name

    def lines(self, name: str) -> list[str]:
        """The lines of a file, as places count them."""
        text = self.texts[name]
        return self.kept.of(("lines", text), lambda: unix(text).split("\n"))

    def files(self, *parts: str) -> Iterator[str]:
        """The names of the files of some parts."""
        yield from (name for name in self.texts if part_of(name) in parts)
