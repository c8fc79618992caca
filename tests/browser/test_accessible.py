"""axe-core finds nothing on the page, light or dark, wide or narrow, with its folds open; contrast is among it."""

from __future__ import annotations

import pytest
from chromium import DESKTOP, PHONE, Browser, Pages
from shown import HOSTILE, RICH, Shown, hostile

VIEWS = {
    "light": (DESKTOP, "light"),
    "dark": (DESKTOP, "dark"),
    "phone": (PHONE, "light"),
    "dark-phone": (PHONE, "dark"),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("of", [RICH, "nearly-empty", "other-cancer", hostile(HOSTILE[1])], ids=range(4))
def test_no_violation(of: str | Shown, view: str, seen: Browser, pages: Pages, axe: str) -> None:
    size, scheme = VIEWS[view]
    seen.view(size, scheme)
    seen.open(pages(of))
    seen.run("document.getElementById('open-all').click()")
    seen.keep(f"axe-{view}")
    seen.run(axe)
    seen.driver.set_script_timeout(120)
    code = "const done = arguments[0]; axe.run(document).then(done, e => done(String(e)))"
    found = seen.driver.execute_async_script(code)
    assert isinstance(found, dict), found
    told = [f"{v['id']}: {v['help']}: {n['html'][:200]}" for v in found["violations"] for n in v["nodes"]]
    assert told == []
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
