"""What a name means, as Markdown: a declaration with its sentences, a rule in sentences, the text of a statement."""

from __future__ import annotations

from collections.abc import Callable

from ...kb.annotations import FORMS
from ...kb.ir import Clause, Predicate, Statement
from ...kb.printer import print_predicate, print_type
from ..wording.rule_sentences import overriders, rule_sentences
from ..wording.sentences import sentences
from .mention import Mention
from .snapshot import Snapshot

WORDS = {
    "not": "`not p(X)`: nothing says p(X). For closed predicates only; an open one may be unknown.",
    "assuming": "`assuming -p(X)`: a default; holds unless `p(X)` is recorded or derived, and the answer says so.",
    "unrecorded": "`unrecorded p(X)`: nothing is recorded or derived of `p(X)`; assumes nothing of the patient.",
    "open": "**open**: what is not recorded is unknown.",
    "closed": "**closed**: what is not recorded is false.",
    "single": "**single**: the last column has one value for each combination of the others.",
    "fixed": "**fixed**: nothing that is done can change it.",
    "input": "**input**: a fact of a patient, a field of the record.",
    "table": "**table**: facts that the program states.",
    "derived": "**derived**: concluded by rules.",
}
LONGEST = 12  # rules of a predicate that are told


def meaning_of(at: Snapshot, one: Mention) -> str:
    """What the name means; "" when nothing is known of it."""
    return _TELL[one.kind](at, one)


def word_meaning(word: str, after_at: bool) -> str:
    """What a word of the language means; `after_at`: it stands after `@`."""
    form = FORMS.get(word)
    return f"`@{word}`: {form.usage}" if after_at and form else "" if after_at else WORDS.get(word, "")


def _predicate(at: Snapshot, one: Mention) -> str:
    known = at.vocabulary
    declared = known.predicates_by_name.get(one.name)
    if declared is None:
        return ""
    parts = [_code(print_predicate(declared)), *_field(declared)]
    rules = [c for c in known.clauses if c.body and c.head.predicate == one.name]
    if rules:
        listed = ", ".join(f"`{c.id}`" for c in rules[:LONGEST]) + (" …" if len(rules) > LONGEST else "")
        parts.append(f"Concluded by {listed}.")
    facts = sum(not c.body and c.head.predicate == one.name for c in known.clauses)
    if facts:
        parts.append(f"{facts} facts." if facts > 1 else "1 fact.")
    return "\n\n".join([*parts, _place(declared.span.place)])


def _field(declared: Predicate) -> list[str]:
    """How a record gives an input."""
    if declared.role != "input":
        return []
    last = declared.columns[-1].type if declared.columns else ""
    if declared.arity == 1:
        form = "`yes` or `no`"
    elif declared.arity == 2:
        form = f"one value of `{last}`" if declared.single else f"a list of values of `{last}`"
    elif declared.arity == 3 and declared.single:
        form = f"a map from `{declared.columns[1].type}` to `{last}`"
    else:
        form = f"a list of maps with {', '.join(f'`{c.name.lower()}`' for c in declared.columns[1:])}"
    return [f"In a record: {form}."]


def _rule(at: Snapshot, one: Mention) -> str:
    clause = next((c for c in at.vocabulary.clauses if c.body and c.id == one.name), None)
    return rule_text(at, clause) if clause else ""


def rule_text(at: Snapshot, clause: Clause) -> str:
    """A rule in sentences, with its exceptions and the statements that it rests on."""
    known = at.vocabulary
    told = rule_sentences(clause, at.kept.of(("sentences", at.named_by), lambda: sentences(known)))
    lines = [f"**{_plain(told.head)}**, when", ""]
    lines += [
        f"- {_plain(text)}" + (" *(assumed while not recorded)*" if text in told.assumed else "")
        for text in told.conditions
    ]
    notes = [
        ("Unless an exception applies", overriders(known).get(clause.id, ())),
        ("An exception to", tuple(map(str, clause.values("overrides")))),
        ("Statement", (clause.statement,) if clause.statement else ()),
        ("Readings", tuple(map(str, clause.values("reading")))),
        ("Reason", tuple(map(str, clause.values("rationale")))),
    ]
    lines += ["", *(f"{label}: {', '.join(f'`{n}`' for n in names)}  " for label, names in notes if names)]
    return "\n".join([*lines, "", _place(clause.span.place)])


def _statement(at: Snapshot, one: Mention) -> str:
    found = next((s for s in at.program.statements if s.id == one.name), None)
    return statement_text(found) if found else ""


def statement_text(one: Statement) -> str:
    """What a statement or a reading says."""
    refs = f"; refs {', '.join(map(str, one.refs))}" if one.refs else ""
    line = f"; line {one.line} of the source" if one.line is not None else ""
    parts = [f"**{one.id}** ({one.kind}{refs}{line})", _plain(one.text)]
    parts += [f"No rule: {_plain(one.no_rule)}"] if one.no_rule else []
    return "\n\n".join([*parts, _place(one.span.place)])


def _value(at: Snapshot, one: Mention) -> str:
    kind = at.vocabulary.types_by_name.get(one.of)
    label = next((x for x in kind.labels if x.name == one.name), None) if kind else None
    if kind is None or label is None:
        return ""
    return f"`{label.name}`: {_plain(label.text)}\n\nA value of `{kind.name}`.\n\n{_place(label.span.place)}"


def _type(at: Snapshot, one: Mention) -> str:
    kind = at.vocabulary.types_by_name.get(one.name)
    if kind is None:
        return ""
    built_in = kind not in at.vocabulary.types
    return f"`{one.name}` is built in." if built_in else f"{_code(print_type(kind))}\n\n{_place(kind.span.place)}"


def _column(at: Snapshot, one: Mention) -> str:
    declared = at.vocabulary.predicates_by_name.get(one.of)
    column = next((c for c in declared.columns if c.name == one.name), None) if declared else None
    return f"Column `{column.name}` of `{one.of}`, of the type `{column.type}`." if column else ""


def _property(at: Snapshot, one: Mention) -> str:
    found = next((p for p in at.verifiable.properties if p.name == one.name), None)
    return f"**{found.kind}** `{found.name}`: {_plain(found.sentence)}\n\n{_place(found.span.place)}" if found else ""


def _variable(_at: Snapshot, _one: Mention) -> str:
    return ""


_TELL: dict[str, Callable[[Snapshot, Mention], str]] = {
    "predicate": _predicate,
    "rule": _rule,
    "statement": _statement,
    "value": _value,
    "type": _type,
    "column": _column,
    "property": _property,
    "variable": _variable,
}


def _code(text: str) -> str:
    return f"```datalog\n{text}\n```"


def _place(place: str) -> str:
    return f"*{place}*"


def _plain(text: str) -> str:
    """The author's words as Markdown shows them: none of their signs means anything to it."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~" else c for c in text)
