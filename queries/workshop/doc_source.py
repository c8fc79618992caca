"""What the page of a guideline is made of: the checked program, the titles of its documents, its change log."""

from __future__ import annotations

from pathlib import Path

from ...kb.header import header_of
from ...kb.ir import Program
from ...kb.load import documents, text_of
from .doc_page import Doc
from .doc_tests import Exercised

CHANGES = "CHANGELOG.md"


def doc_of(folder: Path, program: Program, tested: Exercised | None = None) -> Doc:
    """The page's parts. The change log is the file `CHANGELOG.md` in the folder or beside it; of one that tells
    Knowledge from Software, what is said of knowledge. Raises Invalid when it cannot be read."""
    titles: dict[str, str] = {}
    for path in documents(folder):
        name = path.relative_to(folder).as_posix()
        values = header_of(name, text_of(path).split("\n")).values
        titles[name] = values.get("title") or values.get("name") or name
    found = next((p for p in (folder / CHANGES, folder.absolute().parent / CHANGES) if p.is_file()), None)
    return Doc(program, titles, knowledge_only(text_of(found)) if found else "", tested)


def knowledge_only(text: str) -> str:
    """The change log without its parts on software, when it has such parts."""
    kept: list[str] = []
    skipping = False
    for line in text.splitlines():
        if line.startswith("#"):
            skipping = line.startswith("### ") and line[4:].strip() != "Knowledge" and "\n### Knowledge" in text
        if not skipping:
            kept.append(line)
    return "\n".join(kept)
