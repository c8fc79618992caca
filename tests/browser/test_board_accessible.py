"""axe-core finds nothing on the page for one patient: at its start, with a patient, changed, with errors."""

from __future__ import annotations

import pytest
from chromium import DESKTOP, NARROW
from served import Board

VIEWS = {
    "light": (DESKTOP, "light"),
    "dark": (DESKTOP, "dark"),
    "phone": (NARROW, "light"),
    "dark-phone": (NARROW, "dark"),
}


def violations(board: Board, axe: str) -> list[str]:
    """What axe-core has against the page as it is."""
    board.browser.run(axe)
    board.browser.driver.set_script_timeout(120)
    code = "const done = arguments[0]; axe.run(document).then(done, e => done(String(e)))"
    found = board.browser.driver.execute_async_script(code)
    assert isinstance(found, dict), found
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    return [f"{v['id']}: {v['help']}: {n['html'][:200]}" for v in found["violations"] for n in v["nodes"][:3]]


@pytest.mark.parametrize("view", VIEWS)
def test_no_violation(view: str, board: Board, axe: str) -> None:
    size, scheme = VIEWS[view]
    board.browser.view(size, scheme)
    board.paste("id: p1\nsyndroms: [dermatomyositis]\n")
    assert violations(board, axe) == []
    board.example("metastatic-hr-positive.yaml")
    board.choose("f.her2", "positive")
    board.choose("f.age_years", "666")
    board.browser.run("document.getElementById('looked-for').value = 'endocrine therapy'")
    board.click("button[value=look]")
    board.browser.run("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    board.browser.keep(f"board-axe-{view}")
    assert violations(board, axe) == []
