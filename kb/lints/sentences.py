"""W611, W612, W613: sentence templates that read badly; they are the whole of what a clinician sees of a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..checks.templates import SLOT
from ..diagnostics import Diagnostic, quoted
from ..ir import Predicate, Span
from ..pieces import Item
from ..printer import print_text
from .context import Finding, Fix, Linted

_WORDS = re.compile(r"[A-Za-z']+")
_PART = re.compile(r"\[([^\[\]]*)\]")
_NEGATIONS = frozenset(("not", "no", "never", "none", "nothing", "nobody", "neither", "without", "cannot"))
_VERBS = frozenset(
    (
        *("is", "are", "was", "were", "be", "been", "had", "have", "do", "did", "can", "could", "may", "might", "must"),
        *("shall", "should", "will", "would", "cannot", "began", "came", "fell", "gave", "rose", "said", "took"),
        *("agree", "concern", "contradict", "disagree", "exclude", "follow", "include", "oppose", "precede", "wait"),
    )
)


def sentences(at: Linted) -> Iterator[Finding]:
    """W611 a sentence without a verb, W612 one that denies twice, W613 one that cannot stand inside another."""
    for predicate in at.program.predicates:
        texts = (("yes", predicate.yes), ("no", predicate.no), ("unknown", predicate.unknown), ("ask", predicate.ask))
        for word, text in texts:
            if text:
                yield from _sentence(at, predicate, word, text)


def _sentence(at: Linted, predicate: Predicate, word: str, text: str) -> Iterator[Finding]:
    span = dict(predicate.sentence_spans).get(word, predicate.span)
    where = f"the sentence `{word}` of `{predicate.name}`"
    listed = [_WORDS.findall(SLOT.sub(" X ", v)) for v in variants(text)]
    if word != "ask" and not all(map(_has_verb, listed)):
        help_ = "a sentence says something of the patient, such as `the stage is {Stage}`"
        yield Finding(Diagnostic("W611", f"{where} has no verb", span, help=help_))
    denials = max(map(_denials, listed), key=len)
    if len(denials) > 1:
        help_ = "say what is the case: with two negations nobody is sure what it means"
        message = f"{where} denies twice: {', '.join(map(quoted, denials))}"
        yield Finding(Diagnostic("W612", message, span, help=help_))
    yield from _form(at, word, text, span, where)
    if word == "no" and text == predicate.yes:
        help_ = "say what is the case when it is false"
        yield Finding(Diagnostic("W613", f"{where} is the same as its `yes`", span, help=help_))


def variants(text: str) -> list[str]:
    """The sentence with the first variant of each part, with the second, and so on."""
    most = max((part.count("|") + 1 for part in _PART.findall(text)), default=1)

    def one(number: int, match: re.Match[str]) -> str:
        given = match[1].split("|")
        return given[min(number, len(given) - 1)]

    return [_PART.sub(lambda m, n=n: one(n, m), text) for n in range(most)]


def _has_verb(words: list[str]) -> bool:
    """A common verb, or a word that ends as verbs do after he, she and it, with something before and after it."""
    if any(w.lower() in _VERBS or w.endswith("n't") for w in words):
        return True
    return any(re.fullmatch(r"[a-z]+[^su]s", w) for w in words[1:-1])


def _denials(words: list[str]) -> list[str]:
    return [w.lower() for w in words if w.lower() in _NEGATIONS or w.endswith("n't")]


def _form(at: Linted, word: str, text: str, span: Span, where: str) -> Iterator[Finding]:
    if word == "ask":
        if not text.rstrip().endswith("?"):
            yield Finding(Diagnostic("W613", f"{where} is no question", span, help="end it with `?`"))
        return
    mended = _mended(text)
    if mended != text:
        faults = [name for name, is_there in _FAULTS if is_there(text)]
        help_ = f"sentences stand inside others; write {quoted(mended)}"
        message = f"{where} {' and '.join(faults)}"
        yield Finding(Diagnostic("W613", message, span, help=help_), _new_text(at, span, text, mended))


_FAULTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("begins with a capital", lambda text: re.match(r"[A-Z][a-z]+\b(?!-)", text.strip()) is not None),
    ("ends with a sign", lambda text: text.rstrip()[-1:] in ".!;,:"),
    ("has too many blanks", lambda text: " ".join(text.split()) != text),
)


def _mended(text: str) -> str:
    """The sentence as a part of a longer one: a word in lower case first, no period, single blanks."""
    mended = " ".join(text.split()).rstrip(".!;,: ")
    if re.match(r"[A-Z][a-z]+\b(?!-)", mended):
        mended = mended[0].lower() + mended[1:]
    return mended


def _new_text(at: Linted, span: Span, text: str, mended: str) -> Fix | None:
    """The declaration with another text; a capital is left to the author, who knows whether it is a name."""
    keep = mended if mended[:1] == text.strip()[:1] else text.strip()[:1] + mended[1:]
    if keep == text:
        return None

    def change(item: Item) -> Item | None:
        place = (span.line, span.column)
        return item.with_token(place, print_text(keep))

    return at.change(span, change)
