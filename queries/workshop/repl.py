"""A conversation with a program about one record: goals, why, why not, changes, listings; it needs no terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...kb.diagnostics import Diagnostic, Invalid, UnknownName, suggest
from ...kb.ir import EDB, Atom, BodyItem, Ground, Literal, Program, Var
from ...kb.printer import print_clause, print_predicate, print_value
from ..answers.assess import Case, Knowledge, assess
from ..evaluation.match import fill
from ..goals.goals import Rows, answers, read_goal
from ..names import DECIDED, FLAG
from ..rendering.layout import Layout
from ..wording.sentences import print_ground
from ..wording.words import Words
from .repl_why import why_lines, why_not_lines

COMMANDS = {
    ":help": "what can be said here",
    ":why": "`:why 2`: why the second answer to the last goal holds; `:why GOAL` or `:why ACTION`: why it does",
    ":why-not": "`:why-not GOAL` or `:why-not ACTION`: the rules that came nearest to it, condition by condition",
    ":set": "`:set stage=metastatic`: record a field, as in a file; `:set receptors.her2=positive` for one of a map",
    ":unset": "`:unset stage`: make a field unknown",
    ":facts": "what is recorded",
    ":patient": "`:patient FILE`: another record",
    ":listing": "`:listing stage/2` or `:listing stage`: a declaration with its rules and facts; alone: all names",
    ":reload": "read the knowledge base again; one with errors is told and not used",
    ":quit": "leave (also the end of input)",
}
HELP = """A goal is asked of the record: recommend(P, Action), stage(P, metastatic).
It may go on over lines: a line that ends in a comma, or with an open parenthesis, is not the last; one that ends in a
period is. A line that begins with a colon is a command, and drops a goal that is not finished.
"""


@dataclass(frozen=True, slots=True)
class Doors:
    """What the conversation reaches outside through. Each raises Invalid.

    load: the program. record: the record of a file. change: a record with fields set and unset.
    """

    load: Callable[[], Program]
    record: Callable[[str, Program], EDB]
    change: Callable[[EDB, list[str], list[str], Program], EDB]


class Repl:
    """One conversation. `said` is what each line is answered with; `done` when the user has left."""

    def __init__(self, doors: Doors, patient: str | None, layout: Layout, words: Words) -> None:
        self._doors, self._layout, self._words = doors, layout, words
        self.knowledge = Knowledge(doors.load())
        self.edb = doors.record(patient, self.knowledge.program) if patient else EDB("patient", {})
        self.done = False
        self._case: Case | None = None
        self._last: tuple[tuple[BodyItem, ...], Rows] | None = None
        self._lines: list[str] = []

    @property
    def program(self) -> Program:
        """The program that is asked."""
        return self.knowledge.program

    @property
    def case(self) -> Case:
        """All that can be said of the record as it is now."""
        if self._case is None:
            self._case = assess(self.knowledge, self.edb)
        return self._case

    @property
    def unfinished(self) -> bool:
        """Whether the next line goes on with a goal."""
        return bool(self._lines)

    def hear(self, line: str) -> str:
        """The answer to a line; "" while a goal goes on. Raises Invalid, after which the conversation goes on."""
        dropped = ""
        if self._lines and re.match(r"\s*:(?!-)", line):
            self._lines, dropped = [], "the goal that was not finished is dropped\n"
        text = re.sub(r"^\s*\?-", "", "\n".join([*self._lines, line]))
        if not text.lstrip().startswith(":") and goes_on(text):
            self._lines = text.split("\n")
            return ""
        self._lines = []
        if text.strip() in ("halt", "halt."):  # as in Prolog
            text = ":quit"
        words = text.split(None, 1)
        if not words or words[0].startswith("%"):
            return ""
        if not words[0].startswith(":"):
            return self._goal(text)
        name, rest = words[0], words[1].strip() if len(words) > 1 else ""
        if name not in COMMANDS:
            help_ = suggest(name, COMMANDS) or "`:help` tells what can be said"
            raise UnknownName([Diagnostic("Q624", f"there is no command `{name}`", help=help_)])
        return dropped + getattr(self, "_" + name[1:].replace("-", "_"))(rest)

    def close(self) -> str:
        """The answer to what was begun when the input ended."""
        text = "\n".join(self._lines)
        self._lines = []
        return self._goal(text) if text.strip() else ""

    def _goal(self, text: str) -> str:
        body = read_goal(self.program, text)
        found = answers(body, self.case.model.atoms, text)
        self._last = (body, found)
        if not found.rows:
            return "no\n"
        if not found.variables:
            return "yes\n"
        rows = (
            ", ".join(f"{n} = {print_value(v)}" for n, v in zip(found.variables, row, strict=True))
            for row in found.rows
        )
        return "".join(f"{number:>3}  {row}\n" for number, row in enumerate(rows, 1))

    def _why(self, rest: str) -> str:
        number = 1
        if rest and not rest.isdecimal():
            goals = [*self._named(rest)] or [rest]
            told = next((told for goal in goals if (told := self._goal(goal)) != "no\n"), "no\n")
            if told == "no\n":
                return f"no; `:why-not {rest}` tells why\n"
        elif rest:
            number = int(rest)
        if self._last is None:
            raise Invalid([Diagnostic("Q625", "no goal has been asked yet", help="ask one, then `:why 1`")])
        body, found = self._last
        if not 1 <= number <= len(found.rows):
            message = f"the last goal has {len(found.rows)} answer{'' if len(found.rows) == 1 else 's'}, not {number}"
            raise Invalid([Diagnostic("Q625", message)])
        binding = dict(zip(found.variables, found.rows[number - 1], strict=True))
        lines = why_lines(self.case, body, binding, self._layout, self._words)
        return "\n".join(lines) + "\n"

    def _why_not(self, rest: str) -> str:
        body = read_goal(self.program, next(self._named(rest), rest))
        if len(body) != 1 or not isinstance(body[0], Literal) or body[0].mode != "plain":
            raise Invalid([Diagnostic("Q625", "`:why-not` takes one condition", help="such as `recommend(P, ct)`")])
        return "\n".join(why_not_lines(self.case, self._about(body[0].atom), self._layout, self._words)) + "\n"

    def _named(self, rest: str) -> Iterator[str]:
        """The goals that a bare name of an action, alert, expectation, prognostic factor or flag stands for."""
        for predicate in (*DECIDED, FLAG):
            declared = self.program.predicates_by_name.get(predicate)
            kind = self.program.types_by_name.get(declared.columns[1].type) if declared and declared.arity > 1 else None
            if declared and kind and rest.rstrip(".") in (label.name for label in kind.labels):
                more = "".join(f", {column.name}" for column in declared.columns[2:])
                yield f"{predicate}({declared.columns[0].name}, {rest.rstrip('.')}{more})"

    def _about(self, atom: Atom) -> Atom:
        """The goal about this patient, when its first column is a patient that it does not name."""
        declared = self.program.predicates_by_name[atom.predicate]
        first = atom.args[0] if atom.args else None
        if declared.columns and declared.columns[0].type == "patient" and isinstance(first, Var):
            return fill(atom, {first.name: self.edb.subject})
        return atom

    def _set(self, rest: str) -> str:
        return self._changed([rest], [])

    def _unset(self, rest: str) -> str:
        return self._changed([], [rest])

    def _changed(self, sets: list[str], unsets: list[str]) -> str:
        before = set(self.edb.facts)
        self._use(self._doors.change(self.edb, sets, unsets, self.program))
        apart = sorted({f.predicate.lstrip("-") for f in self.edb.facts.keys() - self.case.edb.facts.keys()})
        note = f"set apart, since the record contradicts itself: {', '.join(apart)}\n" if apart else ""
        return _difference(before, set(self.edb.facts)) + note

    def _use(self, edb: EDB) -> None:
        self.edb, self._case, self._last = edb, None, None

    def _facts(self, rest: str) -> str:
        facts = sorted(print_ground(f) for f in self.edb.facts if rest in f.predicate)
        return "".join(f"{fact}.\n" for fact in facts) or "nothing is recorded\n"

    def _patient(self, rest: str) -> str:
        self._use(self._doors.record(rest, self.program))
        return f"{self.edb.subject}: {len(self.edb.facts)} facts\n"

    def _listing(self, rest: str) -> str:
        declared = self.program.predicates_by_name
        if not rest:
            return "".join(f"{p.role:8}{p.name}/{p.arity}\n" for p in self.program.predicates)
        name = re.sub(r"/\d+$", "", rest).lstrip("-")
        one = declared.get(name)
        if one is None or (rest != name and rest.lstrip("-") != f"{name}/{one.arity}"):
            help_ = suggest(name, declared) if one is None else f"it is `{name}/{one.arity}`"
            raise UnknownName([Diagnostic("Q623", f"there is no predicate `{rest}`", help=help_)])
        clauses = (c for c in self.program.clauses if c.head.predicate == name)
        texts = [f"% {c.statement or c.id} {c.span.place}\n{print_clause(c)}" for c in clauses]
        return "\n\n".join([print_predicate(one), *texts]) + "\n"

    def _reload(self, rest: str) -> str:
        del rest
        self.knowledge = Knowledge(self._doors.load())
        self._use(self.edb)
        rules = sum(bool(c.body) for c in self.program.clauses)
        return f"{self.program.name or 'rules'} {self.program.version}: {rules} rules\n"

    def _help(self, rest: str) -> str:
        wanted = rest if rest.startswith(":") else f":{rest}"
        shown = {wanted: COMMANDS[wanted]} if wanted in COMMANDS else COMMANDS
        return HELP + "".join(f"  {name:10}{text}\n" for name, text in shown.items())

    def _quit(self, rest: str) -> str:
        del rest
        self.done = True
        return ""


def goes_on(text: str) -> bool:
    """Whether a goal is not finished: it ends in a comma, or a parenthesis is open; a period ends it anyhow."""
    bare = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|%[^\n]*", "", text).strip()
    return bare.endswith((",", ":-")) or (not bare.endswith(".") and bare.count("(") > bare.count(")"))


def _difference(before: set[Ground], now: set[Ground]) -> str:
    lines = [f"- {print_ground(f)}" for f in sorted(before - now, key=str)]
    lines += [f"+ {print_ground(f)}" for f in sorted(now - before, key=str)]
    return "".join(f"{line}\n" for line in lines) or "nothing has changed\n"
