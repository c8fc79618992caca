"""What `lint` found as text and as JSON, and the list of what it looks for."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ...kb.codes import pages
from ...kb.diagnostics import render
from ...kb.lints import CODES
from ...kb.lints.context import Finding
from ...kb.lints.page import PAGE


def lint_text(found: Sequence[Finding], rules: int) -> str:
    """Each finding with its place, then how many there are, and how many of them `--fix` mends."""
    if not found:
        return f"ok: nothing to mend in {rules} rules\n"
    safe = sum(f.fix is not None for f in found)
    count = f"{len(found)} finding{'' if len(found) == 1 else 's'}"
    return "\n\n".join([*(render(f.diagnostic) for f in found), count + (f", {safe} for --fix" if safe else "")]) + "\n"


def lint_json(found: Sequence[Finding]) -> str:
    """All findings as one object; `fix` has the lines that would replace the lines from `first` to `last`."""
    data = {"ok": not found, "findings": [_data(f) for f in found]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _data(found: Finding) -> dict[str, object]:
    d, fix = found.diagnostic, found.fix
    return {
        "code": d.code,
        "message": d.message,
        "file": d.span.file,
        "line": d.span.line,
        "column": d.span.column,
        "end_column": d.span.end,
        "help": d.help,
        "notes": [{"text": n.text, "file": n.span.file, "line": n.span.line} for n in d.notes],
        "fix": {"first": fix.first, "last": fix.last, "lines": list(fix.lines)} if fix else None,
    }


def code_list() -> str:
    """Every code with its title."""
    titles = {code: page.split("\n", 1)[0].removeprefix(f"## {code} ") for code, page in pages([PAGE]).items()}
    return "".join(f"{code}  {titles[code]}\n" for code in sorted(CODES))
