"""The German of the knowledge base: complete, of the same program, and no word of it English; errors are in bad/E6*."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from guidekb.kb.checks import check
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.ir import Const, Predicate, Program, Var
from guidekb.kb.load import HOME, assemble, load
from guidekb.kb.normal import normalise
from guidekb.kb.translation import ORIGINAL, languages, overlaid, translate, wrong
from guidekb.kb.variants import SLOT, chosen, unbalanced

LEDGER = Path(__file__).with_name("translated_from.txt")
ENGLISH = re.compile(r"\b(the|is|are|and|of|or|not|with|has|been|whether|recorded|breast|cancer|for|no)\b")


@cache
def english() -> Program:
    return load(HOME)


@cache
def german() -> Program:
    return translate(english(), HOME, "de")


def texts(program: Program) -> list[str]:
    """Everything that a program says in words."""
    found = [label.text for t in program.types for label in t.labels] + [t.unit for t in program.types]
    found += [text for p in program.predicates for text in (p.yes, p.no, p.unknown, p.ask)]
    return [t for t in found + [text for s in program.statements for text in (s.text, s.no_rule)] if t]


def test_there_is_a_german_one() -> None:
    assert languages(HOME) == ("de",)


def test_the_original_is_the_program_itself() -> None:
    assert translate(english(), HOME, ORIGINAL) is english()


def test_only_words_differ() -> None:
    """Same rules, same places, same digest: an answer does not depend on its language."""
    assert german().clauses is english().clauses
    assert german().sha256 == english().sha256
    assert normalise(german()) == normalise(english())
    assert not check(german())

    def bare(program: Program) -> list[object]:
        types = [replace(t, labels=tuple(x.name for x in t.labels), unit="") for t in program.types]
        predicates = [replace(p, yes="", no="", unknown="", ask="") for p in program.predicates]
        return [*types, *predicates, *(replace(s, text="", no_rule="") for s in program.statements)]

    assert bare(german()) == bare(english())
    places = [[x.span[:4] for x in (*p.types, *p.predicates, *p.statements)] for p in (german(), english())]
    assert places[0] == places[1]
    assert "Die Patientenakte" in {h for p in german().predicates for h in p.span.heading}, "headings are words"


def test_as_much_is_said() -> None:
    assert len(texts(german())) == len(texts(english()))


def test_no_word_is_english() -> None:
    leaks = [t for t in texts(german()) if ENGLISH.search(re.sub(r"`[^`]*`|\{[^}]*\}|No rule:", "", t))]
    assert leaks == []


@pytest.mark.parametrize("program", [english(), german()], ids=["en", "de"])
def test_a_sentence_without_values_reads_without_gaps(program: Program) -> None:
    """Whatever columns of a condition have no value, no blank is doubled and no sign stands alone."""
    for predicate in program.predicates:
        for template in (predicate.yes, predicate.no, predicate.unknown, predicate.ask):
            for said in variants(predicate, template):
                assert not re.search(r"  | [,.;)]|\( |^ | $|[\[\]|]|,,|, ,", said), said
                assert not template or said, template


def variants(predicate: Predicate, template: str) -> list[str]:
    """The sentence for every choice of columns with values."""
    names = [c.name for c in predicate.columns]
    free = [{n for i, n in enumerate(names) if choice >> i & 1} for choice in range(2 ** len(names))]
    return [SLOT.sub("x", chosen(template, one)) for one in free]


def test_a_condition_of_a_rule_is_said_without_any() -> None:
    """Where a condition of the guideline may have no value for a column, its sentences have a variant without it."""
    missing: set[str] = set()
    for program in (english(), german()):
        for clause in program.clauses:
            for item in clause.body:
                atom = getattr(item, "atom", None)
                declared = program.predicates_by_name.get(atom.predicate) if atom else None
                if not atom or not declared:
                    continue
                free = {
                    c.name
                    for c, t in zip(declared.columns, atom.args, strict=True)
                    if c.type != "patient" and isinstance(t, Var) and not isinstance(t, Const)
                }
                for template in (declared.yes, declared.no):
                    if free & set(SLOT.findall(chosen(template, free))):
                        missing.add(declared.name)
    assert missing == set()


def test_variants_are_chosen_by_the_columns_that_have_values() -> None:
    text = "no scan[ of {Part}][, {Result}| at all]"
    assert chosen(text) == "no scan of {Part}, {Result}"
    assert chosen(text, {"Part"}) == "no scan, {Result}"
    assert chosen(text, {"Part", "Result"}) == "no scan at all"
    assert not unbalanced(text)
    assert all(map(unbalanced, ("a [b", "a ]b[", "[a [b] c]")))


def test_nothing_was_reworded_without_a_look_at_the_german() -> None:
    """`translated_from.txt` has a digest of each English text at the time when its translation was read.

    When this fails, read what changed, mend the German, then `UPDATE=1 pytest tests/kb/test_translation.py`.
    """
    found = "".join(f"{digest(text)} {name}\n" for name, text in sorted(originals(english())))
    if os.environ.get("UPDATE"):
        LEDGER.write_text(found, encoding="utf-8")
    changed = set(found.splitlines()) ^ set(LEDGER.read_text(encoding="utf-8").splitlines())
    assert changed == set()


def originals(program: Program) -> list[tuple[str, str]]:
    """What has to be read together: a type's labels, a predicate's sentences, a statement."""
    found = [(f"type {t.name}", f"{t.unit} {[x.text for x in t.labels]}") for t in program.types if t.labels or t.unit]
    found += [(f"predicate {p.name}", "\n".join((p.yes, p.no, p.unknown, p.ask))) for p in program.predicates]
    return found + [(f"statement {s.id}", f"{s.text}\n{s.no_rule}") for s in program.statements]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def test_a_language_that_it_does_not_have() -> None:
    with pytest.raises(Invalid, match="not translated into `dee`") as caught:
        translate(english(), HOME, "dee")
    assert caught.value.diagnostics[0].help == "did you mean `de`?"


def test_a_document_that_cannot_be_read_says_so_and_nothing_else() -> None:
    words, problems = assemble({"lang/de/a.md": '```datalog\ntype stage = localized "x" |.\n```\n'})
    assert problems
    assert "stage" not in str([d.message for d in wrong(english(), words) if d.code != "E604" and d.code != "E602"])


def test_a_part_of_a_translation_leaves_the_rest_as_it_is() -> None:
    """`overlaid` itself asks for nothing: the checks do."""
    words, problems = assemble({"lang/de/a.md": "- **S01** (recommend-for): Zuerst der Tumor.\n"})
    assert not problems
    found = overlaid(english(), words)
    assert [s.text for s in found.statements if s.id == "S01"] == ["Zuerst der Tumor."]
    assert found.types == english().types
