"""CONTRIBUTING.md, held: imports, prints, no text as code, docstrings, sizes (long: checks with what they refuse).

A check is a function from a module to sentences about what is wrong with it. The second half of the file shows each
check a small module that it must refuse.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("kb", "facts", "queries")
MAY_IMPORT = {"kb": {"kb"}, "facts": {"facts", "kb"}, "queries": {"queries", "kb"}, "cli": {"cli", *ROOMS}}
OF_QUERIES = (
    "babel clingo duckdb jwt lsprotocol pebble prompt_toolkit pyDatalog pyarrow pygls pyspark starlette uvicorn"
)
THIRD_PARTY = {
    "kb": set[str](),
    "facts": {"yaml", "pyarrow", "duckdb"},
    "queries": set(OF_QUERIES.split()),
    "cli": {"click", "pytest"},
}
# Columns are read in one room and written in the other: one file of each knows the libraries (ADR 9).
IN_ONE_FILE: dict[str, str | dict[str, str]] = {
    "babel": "queries/wording/words.py",
    "clingo": "queries/verify/clingo_solver.py",
    "duckdb": {"facts": "facts/columns/duck.py", "queries": "queries/cohort/duck.py"},
    "jwt": "queries/service/tokens.py",
    "lsprotocol": "queries/editor/protocol.py",
    "pebble": "queries/service/office.py",
    "prompt_toolkit": "queries/workshop/repl_terminal.py",  # asks for a line; who calls it is cli.py
    "pyDatalog": "queries/evaluation/pydatalog_engine.py",
    "pyarrow": {"facts": "facts/columns/arrow.py", "queries": "queries/cohort/arrow.py"},
    "pygls": "queries/editor/server.py",
    "pyspark": "queries/cohort/spark.py",
    "pytest": "pytest_plugin.py",
    "starlette": "queries/service/app.py",
    "uvicorn": "queries/service/server.py",
    "yaml": "facts/yaml_tree.py",
}
# Inside queries/, a folder imports only itself and what stands before it; "" is queries/*.py, which is for all of them.
FOLDERS = (
    "", "evaluation", "proofs", "unknowns", "why_not", "wording", "answers", "explanations", "rendering", "changes",
    "asking", "goals", "export", "workshop", "verify", "cohort", "fhir", "cds", "page", "service", "editor",
)  # fmt: skip
LONGEST, MEDIAN = 300, 120  # lines


@dataclass(frozen=True)
class Module:
    """A source file: its path from the root, and its text."""

    path: str
    text: str

    @property
    def room(self) -> str:
        """`kb`, `facts` or `queries`; `cli` for the files of the root."""
        first = self.path.split("/")[0]
        return first if first in ROOMS else "cli"

    @property
    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the syntax tree."""
        return ast.walk(ast.parse(self.text, self.path))

    @property
    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every import, at any depth, as a full dotted name; a relative one begins with a dot, seen from the root."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                folders = self.path.split("/")[:-1]
                above = folders[: len(folders) - (node.level - 1)] if node.level else []
                start = ("." if node.level else "") + ".".join([*above, *([node.module] if node.module else [])])
                yield from ((node, f"{start}.{alias.name}".replace("..", ".")) for alias in node.names)


def rooms_import_downwards(module: Module) -> Iterator[str]:
    """kb knows no patient and no engine, facts no rule, queries no file format; imports between them are relative."""
    for node, name in module.imports:
        parts = name.strip(".").split(".")
        if not name.startswith("."):
            if parts[0] in {"guidekb", "cli", *ROOMS}:
                yield f"{node.lineno}: `{name}` is imported by an absolute name; from room to room imports are relative"
        elif parts[0] not in MAY_IMPORT[module.room]:
            yield f"{node.lineno}: {module.room} imports `{parts[0]}`"


def folders_of_queries_import_downwards(module: Module) -> Iterator[str]:
    """From evaluators to proofs, answers, renderings and tools: no folder of queries/ knows a later one."""
    if module.room != "queries":
        return
    own = folder_of(module.path.removesuffix(".py").split("/"))
    for node, name in module.imports:
        parts = name.strip(".").split(".")
        if name.startswith(".") and parts[0] == "queries" and FOLDERS.index(folder_of(parts)) > FOLDERS.index(own):
            yield f"{node.lineno}: `{own}` imports `{folder_of(parts)}`, which stands after it"


def folder_of(parts: list[str]) -> str:
    """The folder of queries/ in which a module lies; a new one has to be given its place in FOLDERS."""
    return parts[1] if len(parts) > 1 and (ROOT / "queries" / parts[1]).is_dir() else ""


def third_party_where_it_belongs(module: Module) -> Iterator[str]:
    """A room imports the standard library and what the table allows it; some libraries have one file."""
    for node, name in module.imports:
        top = name.split(".")[0]
        if not top or top in sys.stdlib_module_names or top in {"guidekb", "cli", *ROOMS}:
            continue
        if top not in THIRD_PARTY[module.room]:
            yield f"{node.lineno}: {module.room} imports `{top}`"
        elif only_file(top, module) != module.path:
            yield f"{node.lineno}: `{top}` is imported outside {only_file(top, module)}"


def only_file(library: str, module: Module) -> str:
    """The one file that may import a library: of all, or of the module's room; the module itself when any may."""
    found = IN_ONE_FILE.get(library, module.path)
    return found if isinstance(found, str) else found[module.room]


def only_the_command_line_speaks(module: Module) -> Iterator[str]:
    """Nothing but cli.py prints, reads arguments or standard input, or ends the process."""
    if module.path == "cli.py":
        return
    streams = {"exit", "argv", "stdin", "stdout", "stderr"}
    for node in module.nodes:
        match node:
            case ast.Name(id="print" | "input" | "exit" | "quit" | "breakpoint" | "SystemExit" as name):
                yield f"{node.lineno}: `{name}` outside cli.py"
            case ast.Attribute(value=ast.Name(id="sys"), attr=name) if name in streams:
                yield f"{node.lineno}: `sys.{name}` outside cli.py"
            case ast.ImportFrom(module="sys", names=names) if streams & {a.name for a in names}:
                yield f"{node.lineno}: a part of `sys` outside cli.py"
            case ast.Attribute(value=ast.Name(id="os"), attr="_exit" | "abort" as name):
                yield f"{node.lineno}: `os.{name}` outside cli.py"
            case _:
                pass


def text_never_becomes_code(module: Module) -> Iterator[str]:
    """No evaluation of text, no pickles, and none of pyDatalog's entry points that take a program as text."""
    runs_text = {"eval", "exec", "compile", "__import__"}
    for node, name in module.imports:
        if name.split(".")[0] in {"pickle", "marshal", "shelve", "dill", "importlib", "runpy", "code", "codeop"} and (
            not name.startswith(("importlib.resources", "importlib.metadata"))
        ):
            yield f"{node.lineno}: imports `{name}`"
    engine = any(name.split(".")[0] == "pyDatalog" for _, name in module.imports)
    for node in module.nodes:
        match node:
            case ast.Name(id=name) if name in runs_text:
                yield f"{node.lineno}: `{name}`"
            case ast.Attribute(value=ast.Name(id="builtins"), attr=name) if name in runs_text:
                yield f"{node.lineno}: `builtins.{name}`"
            case ast.Attribute(value=ast.Name(id="yaml"), attr="unsafe_load" | "full_load" | "UnsafeLoader" as name):
                yield f"{node.lineno}: `yaml.{name}` builds Python objects from text"
            case ast.Attribute(attr="load" | "program" | "create_terms" | "create_atoms" as name) if engine:
                yield f"{node.lineno}: `{name}` of pyDatalog takes text or names of the caller's"
            case ast.Call(func=ast.Attribute(attr="ask"), args=[_, *_]) if engine:  # a literal's `ask()` takes none
                yield f"{node.lineno}: `ask` of pyDatalog takes text"
            case _:
                pass


def no_clock_no_chance(module: Module) -> Iterator[str]:
    """Same input, same output: `as_of` is an input, and nothing is drawn."""
    if module.room == "cli":
        return
    for node, name in module.imports:
        if name.split(".")[0] in {"random", "secrets", "time", "uuid"}:
            yield f"{node.lineno}: imports `{name}`"
    for node in module.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="date" | "datetime"), attr="today" | "now" | "utcnow" as name):
                yield f"{node.lineno}: `{name}` reads the clock"
            case _:
                pass


def everything_public_says_what_it_is_for(module: Module) -> Iterator[str]:
    """A docstring opens every module and stands in every public class, function and method."""
    tree = ast.parse(module.text)
    if not (ast.get_docstring(tree) and module.text.startswith('"""')):
        yield "1: the module does not open with a docstring"
    blocks: list[ast.Module | ast.ClassDef] = [tree]
    blocks += (n for n in tree.body if isinstance(n, ast.ClassDef) and not n.name.startswith("_"))
    for block in blocks:
        for node in block.body:
            definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if definition and not node.name.startswith("_") and not ast.get_docstring(node):
                yield f"{node.lineno}: `{node.name}` has no docstring"


def no_file_is_long_without_a_reason(module: Module) -> Iterator[str]:
    """A file of more than 300 lines gives the reason in its first line, after the word `long:`."""
    lines = module.text.splitlines()
    if len(lines) > LONGEST and not re.search(r"\blong: \w", lines[0]):
        yield f"1: {len(lines)} lines; split it by noun, or write `(long: the reason)` into its first line"


CHECKS = (
    rooms_import_downwards,
    folders_of_queries_import_downwards,
    third_party_where_it_belongs,
    only_the_command_line_speaks,
    text_never_becomes_code,
    no_clock_no_chance,
    everything_public_says_what_it_is_for,
    no_file_is_long_without_a_reason,
)


def package() -> tuple[Module, ...]:
    """The modules that an installation has: the root's and the rooms'."""
    paths = [*ROOT.glob("*.py"), *(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))]
    return tuple(Module(p.relative_to(ROOT).as_posix(), p.read_text(encoding="utf-8")) for p in sorted(paths))


def refused(*modules: Module) -> list[str]:
    """`path:line: what is wrong`, of all checks on all modules."""
    return [f"{m.path}:{finding}" for m in modules for check in CHECKS for finding in check(m)]


def test_the_package_keeps_its_rooms_and_habits() -> None:
    found = refused(*package())
    assert not found, "\n" + "\n".join(found)


def test_the_root_holds_only_the_command_line() -> None:
    """Any other module there would go into the wheel; the plugin joins rooms as the command line does."""
    assert [m.path for m in package() if "/" not in m.path] == ["__init__.py", "cli.py", "pytest_plugin.py"]


def test_each_library_with_a_file_of_its_own_is_imported_there() -> None:
    used = {(name.split(".")[0], m.path) for m in package() for _, name in m.imports}
    assert {(library, path) for library, path in used if library in IN_ONE_FILE} == {
        (library, path)
        for library, where in IN_ONE_FILE.items()
        for path in ([where] if isinstance(where, str) else where.values())
    }


def test_no_test_or_script_is_long_without_a_reason() -> None:
    paths = [p for folder in ("tests", "benchmarks", ".ci") for p in sorted((ROOT / folder).rglob("*.py"))]
    modules = [Module(p.relative_to(ROOT).as_posix(), p.read_text(encoding="utf-8")) for p in paths]
    found = [f"{m.path}:{finding}" for m in modules for finding in no_file_is_long_without_a_reason(m)]
    assert not found, "\n" + "\n".join(found)


def test_helpers_of_tests_have_names_of_their_own() -> None:
    """They are imported by name alone: of two with one name, a run of all tests would see only the first."""
    paths = [p for p in (ROOT / "tests").rglob("*.py") if p.name != "conftest.py" and not p.name.startswith("test_")]
    assert sorted({p.name for p in paths}) == sorted(p.name for p in paths)


def test_the_median_file_is_short() -> None:
    sizes = {m.path: len(m.text.splitlines()) for m in package() if not m.path.endswith("__init__.py")}
    assert statistics.median(sizes.values()) < MEDIAN, sorted(sizes.items(), key=lambda item: -item[1])


# ---- each check refuses what it is for ----

BAD = (
    ("kb/a.py", "from ..facts import record", rooms_import_downwards, "kb imports `facts`"),
    ("kb/a.py", "from ..queries.model import Model", rooms_import_downwards, "kb imports `queries`"),
    ("kb/a.py", "def _f():\n    from .. import queries", rooms_import_downwards, "kb imports `queries`"),
    ("facts/a.py", "from ..queries.model import Model", rooms_import_downwards, "facts imports `queries`"),
    ("queries/a.py", "from .. import facts", rooms_import_downwards, "queries imports `facts`"),
    ("queries/deep/a.py", "from ...facts.record import x", rooms_import_downwards, "queries imports `facts`"),
    ("queries/a.py", "from ..cli import main", rooms_import_downwards, "queries imports `cli`"),
    ("queries/a.py", "from guidekb.kb import ir", rooms_import_downwards, "absolute"),
    ("queries/a.py", "import kb.ir", rooms_import_downwards, "absolute"),
    ("queries/proofs/a.py", "from ..answers.assess import Case", folders_of_queries_import_downwards, "after it"),
    ("queries/a.py", "from .proofs import proof", folders_of_queries_import_downwards, "after it"),
    ("kb/a.py", "import pyDatalog", third_party_where_it_belongs, "kb imports `pyDatalog`"),
    ("facts/a.py", "from pyDatalog import pyEngine", third_party_where_it_belongs, "facts imports `pyDatalog`"),
    ("queries/a.py", "import pyDatalog", third_party_where_it_belongs, "outside queries/evaluation/"),
    ("kb/a.py", "import yaml", third_party_where_it_belongs, "kb imports `yaml`"),
    ("queries/a.py", "import babel.dates", third_party_where_it_belongs, "outside queries/wording/words.py"),
    ("facts/a.py", "import yaml", third_party_where_it_belongs, "outside facts/yaml_tree.py"),
    ("facts/a.py", "import pyarrow.csv", third_party_where_it_belongs, "outside facts/columns/arrow.py"),
    ("queries/a.py", "import click", third_party_where_it_belongs, "queries imports `click`"),
    ("kb/a.py", "print(1)", only_the_command_line_speaks, "`print`"),
    ("kb/a.py", "import sys\nsys.exit(1)", only_the_command_line_speaks, "2: `sys.exit`"),
    ("kb/a.py", "import sys\nsys.stderr.write('')", only_the_command_line_speaks, "`sys.stderr`"),
    ("kb/a.py", "from sys import exit as leave", only_the_command_line_speaks, "`sys`"),
    ("kb/a.py", "raise SystemExit(1)", only_the_command_line_speaks, "`SystemExit`"),
    ("kb/a.py", "import os\nos._exit(1)", only_the_command_line_speaks, "`os._exit`"),
    ("kb/a.py", "eval('1')", text_never_becomes_code, "`eval`"),
    ("cli.py", "f = exec", text_never_becomes_code, "`exec`"),
    ("kb/a.py", "compile('1', '', 'eval')", text_never_becomes_code, "`compile`"),
    ("kb/a.py", "import builtins\nbuiltins.eval('1')", text_never_becomes_code, "`builtins.eval`"),
    ("facts/a.py", "import pickle", text_never_becomes_code, "`pickle`"),
    ("facts/a.py", "from importlib import import_module", text_never_becomes_code, "`importlib.import_module`"),
    ("facts/a.py", "import yaml\nyaml.unsafe_load('')", text_never_becomes_code, "`yaml.unsafe_load`"),
    ("queries/evaluation/pydatalog_engine.py", "from pyDatalog import pyDatalog\npyDatalog.load('+p(1)')",
     text_never_becomes_code, "2: `load`"),
    ("queries/evaluation/pydatalog_engine.py", "from pyDatalog import pyDatalog\npyDatalog.ask('p(X)')",
     text_never_becomes_code, "2: `ask`"),
    ("queries/a.py", "import random", no_clock_no_chance, "`random`"),
    ("facts/a.py", "from datetime import date\ndate.today()", no_clock_no_chance, "`today`"),
    ("kb/a.py", "X = 1", everything_public_says_what_it_is_for, "1: the module"),
    ("kb/a.py", "def f(): ...", everything_public_says_what_it_is_for, "1: `f`"),
    ("kb/a.py", "class C:\n    def m(self): ...", everything_public_says_what_it_is_for, "2: `m`"),
    ("kb/a.py", '"""Long."""\n' + "X = 1\n" * 300, no_file_is_long_without_a_reason, "301 lines"),
)  # fmt: skip

GOOD = (
    ("kb/a.py", '"""A."""\nimport re\nfrom .ir import Rule\nX = re.compile("a")\ndef _f(): ...'),
    ("facts/yaml_tree.py", '"""A."""\nimport yaml\nfrom ..kb.ir import EDB\nX = yaml.safe_load("1")'),
    (
        "queries/evaluation/pydatalog_engine.py",
        '"""A."""\nfrom pyDatalog import pyEngine\nfrom ..kb import ir\nX = pyEngine.Literal().ask()',
    ),
    ("cli.py", '"""A."""\nimport sys\nimport click\nfrom .facts import record\nfrom . import queries\nsys.exit(0)'),
    ("kb/__init__.py", '"""A."""\nfrom . import ir'),
    ("kb/a.py", '"""A (long: one grammar is one file)."""\n' + "X = 1\n" * 300),
)


@pytest.mark.parametrize(("path", "text", "check", "expected"), BAD)
def test_a_check_refuses(path: str, text: str, check: object, expected: str) -> None:
    assert callable(check)
    assert any(expected in finding for finding in check(Module(path, text)))


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_the_checks_accept(path: str, text: str) -> None:
    assert refused(Module(path, text)) == []


def test_every_check_has_something_that_it_refuses() -> None:
    assert {check for _, _, check, _ in BAD} == set(CHECKS)
