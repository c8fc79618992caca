"""What `--help` says below the options, as a manual page would: exit codes, files, and what to see also."""

from __future__ import annotations

CODES = {
    0: "all is well",
    1: "something was found",
    2: "an option that cannot be read, as for every command",
    3: "the knowledge base or the rules are invalid",
    4: "the data of a patient are invalid",
    5: "the answer is not complete, with --require-complete",
    6: "a name that is not known",
    130: "an interruption, which is how it ends",
}
"""What exit codes mean. For every command 2 is a wrong command line, 70 an internal error, 130 an interruption."""
KB = "vocabulary.md, guidelines/*.md and lang/ in the folder of --kb"
CASES = "*.yaml below a folder `cases`, in or beside the folder of --kb (docs/test_cases.md)"
Page = tuple[tuple[int, ...], tuple[str, ...], tuple[str, ...]]
_ASKING: tuple[int, ...] = (0, 3, 4, 6)
PAGES: dict[str, Page] = {
    "recommend": ((0, 3, 4, 5, 6), (KB,), ("explain", "why-not", "ask", "facts")),
    "explain": (_ASKING, (KB,), ("recommend", "why-not", "query")),
    "why-not": (_ASKING, (KB,), ("explain", "what-if", "counterfactual")),
    "what-if": (_ASKING, (KB,), ("compare", "counterfactual", "ask")),
    "ask": (_ASKING, (KB,), ("recommend", "what-if")),
    "counterfactual": (_ASKING, (KB,), ("what-if", "why-not")),
    "compare": (_ASKING, (KB,), ("what-if",)),
    "query": (_ASKING, (KB,), ("repl", "explain")),
    "facts": ((0, 3, 4), (KB,), ("recommend",)),
    "check": ((0, 3), (KB,), ("lint", "fmt", "watch", "explain-code")),
    "lint": ((0, 1, 3, 6), (KB, "reviewed.json: which texts the rules were compared with"), ("check", "explain-code")),
    "fmt": ((0, 1, 3), (KB, "a file is written beside the old one and then renamed"), ("lint",)),
    "test": ((0, 1, 2, 3), (KB, CASES), ("coverage", "watch", "new")),
    "coverage": ((0, 1, 2, 3), (KB, CASES, "gaps.yaml among the cases"), ("test", "doc", "mutate")),
    "watch": ((130,), (KB, CASES), ("check", "test")),
    "new": ((0, 3), ("what is made, beside what is there; nothing is written over",), ("check", "test")),
    "statements": ((0, 3), (KB,), ("coverage", "doc")),
    "graph": ((0, 3, 6), (KB,), ("doc",)),
    "doc": ((0, 3), (KB, CASES, "CHANGELOG.md in the folder of --kb or beside it"), ("graph", "coverage")),
    "repl": ((0, 1, 3, 4), (KB, "the file of --history"), ("query", "explain")),
    "export": ((0, 3, 4), (KB,), ("check",)),
    "explain-code": ((0, 6), (), ("check", "lint")),
}
"""By command: its exit codes, its files, and the commands to see also."""


def below_the_options(name: str) -> str:
    """The text for a command of PAGES; a line with a backspace keeps the lines of its paragraph as they are."""
    codes, files, also = PAGES[name]
    told = ["\b", "Exit codes:", *(f"  {code}  {CODES[code]}" for code in codes)]
    told += ["", "\b", "Files:", *(f"  {file}" for file in files)] if files else []
    return "\n".join([*told, "", "See also: " + ", ".join(f"guidekb {other}" for other in also)])
