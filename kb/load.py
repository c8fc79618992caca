"""From files to a checked program: the only door through which a program comes in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from .checks import check
from .diagnostics import Diagnostic, Invalid, Note
from .ir import NOWHERE, Annotation, Clause, Program
from .lexer import Source
from .literate import read
from .parser import parse

HOME = Path(__file__).parent
LARGEST = 4_000_000  # bytes of one document


def load(folder: Path = HOME, extra: Iterable[Path] = (), alone: bool = False) -> Program:
    """The checked program of a knowledge base, with plain `.dl` files added to it (or `alone`, in its place).

    Raises Invalid with everything that is wrong. INVARIANT (checked): a Program returned here passed every check.
    """
    texts, problems = _texts(folder, () if alone else _documents(folder), tuple(extra))
    program, unreadable = assemble(texts)
    problems += unreadable
    if not alone and not any(name.startswith("guidelines/") for name in texts):
        problems.append(Diagnostic("E117", f"no guideline in `{folder}`: expected guidelines/*.md and vocabulary.md"))
    problems += check(program)
    if problems:
        raise Invalid(with_lines(problems, texts))
    return program


def assemble(texts: Mapping[str, str]) -> tuple[Program, list[Diagnostic]]:
    """The program of named texts (`.md` documents and `.dl` files), unchecked, and what could not be read."""
    parts: list[Program] = []
    problems: list[Diagnostic] = []
    for name in sorted(texts):
        if name.endswith(".md"):
            part, header, unreadable = read(name, texts[name])
            if name.startswith("guidelines/") and not header.get("name"):
                message = f"the guideline `{name}` has no name"
                problems.append(Diagnostic("E117", message, help="open it with a header: `---`, `name: ...`, `---`"))
            problems += unreadable
        else:
            part, unreadable = plain(name, texts[name])
            problems += unreadable
        parts.append(part)
    digest = hashlib.sha256()
    for name in sorted(texts):
        digest.update(f"{name}\0{texts[name]}\0".encode("utf-8", "surrogatepass"))
    names = sorted({p.name for p in parts if p.name})
    versions = sorted({p.version for p in parts if p.version})
    return (
        Program(
            tuple(t for p in parts for t in p.types),
            tuple(x for p in parts for x in p.predicates),
            tuple(s for p in parts for s in p.statements),
            tuple(c for p in parts for c in p.clauses),
            "+".join(names),
            "+".join(versions),
            frozenset(d for p in parts for d in p.damaged),
            digest.hexdigest(),
        ),
        problems,
    )


def plain(name: str, text: str) -> tuple[Program, tuple[Diagnostic, ...]]:
    """The program of a plain Datalog text; a rule without an id is named after its head and line."""
    parsed = parse(Source(name, text))
    clauses = tuple(_named(c) for c in parsed.clauses)
    return Program(parsed.types, parsed.predicates, (), clauses, damaged=parsed.damaged), parsed.problems


def _named(clause: Clause) -> Clause:
    if clause.id or not clause.body:
        return clause
    given = Annotation("id", (f"{clause.head.signed}@{clause.span.line}:{clause.span.column}",), clause.span)
    return replace(clause, annotations=(given, *clause.annotations))


def with_lines(problems: Iterable[Diagnostic], texts: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """The diagnostics with the text of the lines that they point into, in the order of the text."""
    lines = {name: text.split("\n") for name, text in texts.items()}

    def one(d: Diagnostic) -> Diagnostic:
        inside = lines.get(d.span.file, [])
        return replace(d, line=inside[d.span.line - 1]) if not d.line and 0 < d.span.line <= len(inside) else d

    found = sorted(map(one, problems), key=lambda d: (d.span.file, d.span.line, d.span.column, d.code, d.message))
    return tuple(found)


def _documents(folder: Path) -> tuple[Path, ...]:
    return (folder / "vocabulary.md", *sorted((folder / "guidelines").glob("*.md")))


def _texts(
    folder: Path, documents: tuple[Path, ...], extra: tuple[Path, ...]
) -> tuple[dict[str, str], list[Diagnostic]]:
    """The texts by name (relative to the folder), and what could not be opened."""
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for path in (*documents, *extra):
        name = path.relative_to(folder).as_posix() if path in documents else path.as_posix()
        name = name if path in documents or name.endswith(".dl") else f"{name}.dl"
        try:
            texts[name] = text_of(path)
        except Invalid as invalid:
            problems += invalid.diagnostics
    return texts, problems


def text_of(path: Path) -> str:
    """The text of a UTF-8 file. Raises Invalid (E118) when it is missing, too large or not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Invalid([Diagnostic("E118", f"`{path}` is larger than {LARGEST:,} bytes")])
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise Invalid([Diagnostic("E118", f"cannot read `{path}`: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        note = Note(NOWHERE, f"byte {error.start} cannot be read")
        raise Invalid([Diagnostic("E118", f"`{path}` is not UTF-8 text", notes=(note,))]) from None
