"""From files to a checked program: the only door through which a program comes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from .checks import check
from .diagnostics import Diagnostic, Invalid
from .diagnostics import with_lines as with_lines
from .ir import Annotation, Clause, Program, Span
from .lexer import MOST, Source, unix
from .literate import read
from .parser import parse

HOME = Path(__file__).parent
LARGEST = 4_000_000  # bytes of one document
SHOWN = 500  # problems that are reported one by one


def load(folder: Path = HOME, extra: Iterable[Path] = (), alone: bool = False) -> Program:
    """The checked program of a knowledge base, with plain `.dl` files added to it (or `alone`, in its place).

    Raises Invalid with everything that is wrong. INVARIANT (checked): a Program returned here passed every check.
    """
    texts, problems = _texts(folder, () if alone else documents(folder), tuple(extra))
    if not alone and not any(name.startswith("guidelines/") for name in texts):
        expected = "a knowledge base is a folder with vocabulary.md and guidelines/*.md"
        raise Invalid([Diagnostic("E117", f"no guideline in `{folder}`", help=expected)])
    program, unreadable = assemble(texts)
    partly = bool(problems) or len(unreadable) >= MOST  # what stands in a text that is not read is not undeclared
    problems += unreadable
    problems += () if partly else check(program)
    if problems:
        raise Invalid(_shown(with_lines(problems, texts)))
    return program


def texts_of(folder: Path) -> dict[str, str]:
    """The texts of a knowledge base by name, as `load` names them. Raises Invalid for one that cannot be read."""
    texts, problems = _texts(folder, documents(folder), ())
    if problems:
        raise Invalid(problems)
    return texts


def assemble(texts: Mapping[str, str]) -> tuple[Program, list[Diagnostic]]:
    """The program of named texts (`.md` documents and plain Datalog), unchecked, and what could not be read."""
    parts: list[Program] = []
    problems: list[Diagnostic] = []
    for name in sorted(texts):
        if name.endswith(".md"):
            part, header, unreadable = read(name, texts[name])
            if name.startswith("guidelines/") and not header.get("name"):
                help_ = "open it with a header: `---`, `name: ...`, `version: ...`, `---`"
                message = "the guideline has no name"
                problems.append(Diagnostic("E117", message, Span(name, 1, 1, 2), help=help_))
        else:
            part, unreadable = plain(name, texts[name])
        problems += unreadable
        parts.append(part)
    return (
        Program(
            tuple(t for p in parts for t in p.types),
            tuple(x for p in parts for x in p.predicates),
            tuple(s for p in parts for s in p.statements),
            _with_distinct_ids(tuple(c for p in parts for c in p.clauses)),
            "+".join(sorted({p.name for p in parts if p.name})),
            "+".join(sorted({p.version for p in parts if p.version})),
            frozenset(d for p in parts for d in p.damaged),
            _digest(texts),
            frozenset(d for p in parts for d in p.half_declared),
        ),
        problems,
    )


def plain(name: str, text: str) -> tuple[Program, tuple[Diagnostic, ...]]:
    """The program of a plain Datalog text; a rule without an id is named after its head and line."""
    parsed = parse(Source(name, text))
    clauses = _with_distinct_ids(tuple(map(_named, parsed.clauses)))
    program = Program(
        parsed.types,
        parsed.predicates,
        (),
        clauses,
        damaged=parsed.damaged,
        half_declared=parsed.half_declared,
    )
    return program, parsed.problems


def _named(clause: Clause) -> Clause:
    if not clause.body or clause.values("id"):
        return clause
    return _with_id(clause, f"{clause.head.signed}@{clause.span.line}")


def _with_id(clause: Clause, name: str) -> Clause:
    given = Annotation("id", (name,), clause.span)
    return replace(clause, annotations=(given, *(a for a in clause.annotations if a.name != "id")))


def _with_distinct_ids(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """A second rule with the same default id, from the same line or another file, is `p@3#2`."""
    seen: Counter[str] = Counter()
    found: list[Clause] = []
    for clause in clauses:
        base, _, count = clause.id.partition("#")
        if "@" in clause.id:
            seen[base] += 1
            if seen[base] > 1 and count != str(seen[base]):
                found.append(_with_id(clause, f"{base}#{seen[base]}"))
                continue
        found.append(clause)
    return tuple(found)


def _digest(texts: Mapping[str, str]) -> str:
    digest = sha256()
    for name in sorted(texts):
        digest.update(f"{name}\0{texts[name]}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _shown(problems: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The first problems, with a last one that says that there are more."""
    if len(problems) <= SHOWN:
        return problems
    rest = Diagnostic("E199", f"there are more problems than the {SHOWN} that are shown", help="mend these first")
    return (*problems[:SHOWN], rest)


def documents(folder: Path) -> tuple[Path, ...]:
    """The files of a knowledge base; a folder without a guideline has only its vocabulary."""
    return (folder / "vocabulary.md", *sorted((folder / "guidelines").glob("*.md")))


def _texts(
    folder: Path, documents: tuple[Path, ...], extra: tuple[Path, ...]
) -> tuple[dict[str, str], list[Diagnostic]]:
    """The texts by name (of a document relative to the folder), and what could not be opened."""
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for path in (*documents, *extra):
        name = path.relative_to(folder).as_posix() if path in documents else path.as_posix()
        if name in texts and path not in documents:
            name = path.absolute().as_posix()
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
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        raise Invalid([Diagnostic("E118", f"cannot read `{path}`: {why}")]) from None
    except ValueError:  # a name with a NUL in it
        raise Invalid([Diagnostic("E118", f"cannot read `{path}`: this is not a file name")]) from None
    if len(data) > LARGEST:
        raise Invalid([Diagnostic("E118", f"`{path}` is larger than {LARGEST:,} bytes")])
    try:
        return unix(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"`{path}` is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line} does not belong there"
        raise Invalid([Diagnostic("E118", message, help="save it as UTF-8")]) from None
