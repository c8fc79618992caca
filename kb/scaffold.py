"""Beginnings: the files of a new guideline, a test case, the page of a new code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from .diagnostics import Diagnostic, Invalid, UnknownName, quoted, suggest
from .documents import print_document
from .ir import Program, Span, Statement
from .literate import KINDS, read
from .load import text_of
from .source_text import Heading, Sentence, parts_of

SLUG = re.compile(r"[a-z][a-z0-9_]*")
VOCABULARY = """\
# The vocabulary

Every word of the knowledge base is declared here: the values that a fact may have, the fields of a patient
record, and the parts of an answer. `guidekb check` says what is missing; docs/language.md describes the language.

# Values

```datalog
type action = first_action "what is to be done".
```

# The patient record

```datalog
input first_field(Patient: patient) open
    yes     "it is the case"
    no      "it is not the case"
    unknown "whether it is the case is not recorded"
    ask     "Is it the case?".
```

# The answer

```datalog
derived recommend(Patient: patient, Action: action) open
    yes     "{Action} is recommended"
    no      "there is no recommendation for {Action}"
    unknown "whether {Action} is recommended cannot be determined".
```
"""
EXAMPLE = """\
---
name: {slug}
version: 0.1.0
title: {title}
source: where the text comes from, and in which version
---

# {title}

This is decision support, not a medical device, not validated for care.

- **S01** (recommend-for; line 1): When it is the case, the first action is taken. (Restate each sentence of the
  source like this one.)

  ```datalog
  @id(first_action_when_it_is_the_case)
  recommend(P, first_action) :- first_field(P).
  ```
"""
FROM_SOURCE = """\
<!-- Each bullet is a sentence of the source as it was found. For each: restate it in your own words, put its kind in
place of `kind` ({kinds}),
check its reference numbers, and encode it below, or say in a paragraph `No rule: why` it needs none. `guidekb check`
tells what is left. -->
"""
CASES = """\
# Patients, and what the guideline has to say of them (docs/test_cases.md).
name: {name}
about: [{about}]
given: {{{given}}}
expect:
  for: [{item}]
"""
TO_FILL_IN = """\
# Patients, and what the guideline has to say of them (docs/test_cases.md).
name: {name}
about: [{about}]
# To fill in: the fields of the patient's record, such as {{stage: localized}}. What is not given is unknown, never no.
given: {{}}
# To fill in: what the answer must have, such as {{for: [ACTION], not: {{alerts: [NAME]}}}}.
expect: {{}}
"""
SECTION = """\
## {code} {title}

What it means, and what comes of it.

Avoid

```datalog
an_example(X) :- that_has_it(X).
```

Prefer

```datalog
an_example(X) :- that_has_it_not(X).
```

Why.
"""
PAGES = {"E": "kb/errors.md", "W": "kb/lints/errors.md", "D": "facts/errors.md", "Q": "queries/errors.md"}


def refused(message: str, help_: str = "", file: str = "") -> Invalid:
    """What to raise when nothing can be begun so."""
    return Invalid([Diagnostic("E126", message, Span(file, 0, 0, 0) if file else Span("", 0, 0, 0), help=help_)])


def new_guideline(folder: Path, slug: str, source: Path | None) -> dict[Path, str]:
    """The files of a knowledge base with one guideline, by path: from the sentences of a source, or with an example.

    A vocabulary that is there is left as it is. Raises Invalid (E126) when the name is none or a file is there.
    """
    if not SLUG.fullmatch(slug):
        plain = re.sub(r"\W+", "_", slug.lower()).strip("_")
        raise refused(f"{quoted(slug)} is no name of a guideline", f"write it as a word: `{plain or 'my_guideline'}`")
    title = slug.replace("_", " ").capitalize()
    files: dict[Path, str] = {}
    if source is None:
        files[folder / "guidelines" / f"{slug}.md"] = EXAMPLE.format(slug=slug, title=title)
        case = CASES.format(name="It is the case", about="S01", given="first_field: yes", item="first_action")
    else:
        found = parts_of(text_of(source))
        sentences = sum(isinstance(part, Sentence) for part in found)
        if not sentences:
            raise refused(f"{quoted(source.as_posix())} has no sentence")
        files[folder / "guidelines" / f"{slug}.md"] = _document(slug, title, source.name, found)
        case = CASES.format(
            name="What the first case shows", about=_numbered(1, sentences), given="", item="first_action"
        )
    files[folder / "cases" / f"{slug}.yaml"] = case
    if taken := next((path for path in files if path.exists()), None):
        raise refused(f"{quoted(taken.as_posix())} is there already", "nothing is written over; choose another name")
    vocabulary = folder / "vocabulary.md"
    return files if vocabulary.exists() else {vocabulary: VOCABULARY, **files}


def _numbered(n: int, of: int) -> str:
    """The id of a statement, as wide as the last one's."""
    return f"S{n:0{max(2, len(str(of)))}}"


def _document(slug: str, title: str, source: str, found: tuple[Heading | Sentence, ...]) -> str:
    """Every heading and every sentence, in the order of the source."""
    header = print_document(Program(name=slug, version="0.1.0"), {"title": title, "source": source}).strip()
    note = FROM_SOURCE.format(kinds=", ".join(k for k in KINDS if k != "reading")).strip()
    parts = [header, f"# {title}", "This is decision support, not a medical device, not validated for care.", note]
    sentences = sum(isinstance(part, Sentence) for part in found)
    n = 0
    for one in found:
        if isinstance(one, Heading):
            parts.append(f"## {one.text}")
        else:
            n += 1
            bullet = Statement(_numbered(n, sentences), "kind", one.text, one.refs, one.line)
            parts.append(print_document(Program(statements=(bullet,))).strip())
    return "\n\n".join(parts) + "\n"


def new_case(before: str, name: str, about: str, known: Mapping[str, str]) -> str:
    """A file of cases with one more at its end, to be filled in.

    `known`: the documents of the knowledge base. Raises UnknownName (E126) when none has the statement.
    """
    ids = [one.id for file, text in known.items() for one in read(file, text)[0].statements]
    if about not in ids:
        raise UnknownName([Diagnostic("E126", f"there is no statement {quoted(about)}", help=suggest(about, ids))])
    case = TO_FILL_IN.format(name=_quoted(name), about=about)
    if not before.strip():
        return case
    return f"{before.rstrip()}\n---\n{case.partition(chr(10))[2]}"


def _quoted(name: str) -> str:
    """The name as YAML has it."""
    return name if re.fullmatch(r"[A-Za-z][\w ,;()'/-]*", name) else "'" + name.replace("'", "''") + "'"


def new_code(page: str, code: str, title: str) -> str:
    """The page of a room with a section for a code, in the order of codes. Raises Invalid (E126)."""
    if not re.fullmatch(r"[A-Z][0-9]{3}", code) or code[0] not in PAGES:
        help_ = f"it is one of {', '.join(PAGES)} with three digits, such as `W640`"
        raise refused(f"{quoted(code)} is no code", help_)
    section = SECTION.format(code=code, title=title)
    parts = re.split(r"(?m)^(?=#{1,2} )", page)
    codes = [part[3:7] for part in parts if part.startswith("## ")]
    if code in codes:
        raise refused(
            f"the code {quoted(code)} has a page already", suggest(f"{code[0]}{int(code[1:]) + 1:03}", [code])
        )
    at = next((n for n, part in enumerate(parts) if part.startswith("## ") and part[3:7] > code), len(parts))
    while at < len(parts) and at > 0 and parts[at - 1].startswith("# ") and at > 1:
        at -= 1  # before the heading of the next group
    before = "".join(parts[:at]).rstrip()
    after = "".join(parts[at:])
    return f"{before}\n\n{section}" + (f"\n{after}" if after else "")
