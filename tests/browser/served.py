"""`guidekb serve` as a process of its own, for tests that go to its page."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chromium import Browser

COMMAND = (sys.executable, "-c", "from guidekb.cli import main; main()", "serve", "--port", "0", "--rate", "0")


@contextmanager
def served() -> Iterator[str]:
    """The address of a service that runs as long as this does."""
    with subprocess.Popen(COMMAND, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stderr
            told = ""
            while not (found := re.search(r"serves at (http://\S+)", told)):
                line = process.stderr.readline()
                assert line, f"the service did not start: {told}"
                told += line
            yield found[1]
        finally:
            process.terminate()
            process.stderr.read()


@dataclass
class Board:
    """The page in a browser. Every step waits until its answer is there."""

    browser: Browser
    address: str

    def start(self, query: str = "") -> None:
        """The page before there is a patient; what was logged before is forgotten."""
        self.browser.driver.get("about:blank")
        self.browser.driver.get_log("browser")
        self.browser.driver.get_log("performance")
        self.browser.driver.get(self.address + query)

    def example(self, name: str, query: str = "") -> None:
        """An example patient."""
        self.start(query)
        self.browser.run("document.getElementById('example').value = arguments[0]", name)
        self.click("button[value=example]")
        self.until(lambda: self.there("#board"))

    def paste(self, text: str) -> None:
        """A text, read."""
        self.start()
        self.write(text)
        self.click("button[value=read]")
        self.until(lambda: self.there("#board") or self.there("#findings") or self.there("#source .choices"))

    def write(self, text: str) -> None:
        """A text in the text area, as it would be after pasting."""
        self.browser.run("document.getElementById('typed').value = arguments[0]", text)

    def click(self, selector: str) -> None:
        """A click on what a selector finds; the answer to it is awaited."""
        self.browser.run("document.querySelector(arguments[0]).click()", selector)
        self.settled()

    def choose(self, name: str, value: str) -> None:
        """A value of a control of the form, as a person would choose it."""
        before = self.text("#state")
        code = """
        const [name, value] = arguments, all = [...document.getElementsByName(name)];
        const open = at => { if (at) { if (at.localName === 'details') at.open = true; open(at.parentElement); } };
        all.forEach(open);
        const box = all.find(one => one.value === value && (one.type === 'radio' || one.type === 'checkbox'));
        if (box) box.click();
        else { all[0].value = value; all[0].dispatchEvent(new Event('change', {bubbles: true})); }
        """
        self.browser.run(code, name, value)
        self.settled()
        self.until(lambda: self.text("#state") != before)

    def settled(self) -> None:
        """Until nothing is under way."""
        self.until(lambda: self.browser.run("return document.readyState === 'complete' && !document.body.ariaBusy"))

    def until(self, is_so: Callable[[], object]) -> None:
        """Until something is so; half a minute, because another load may slow the machine."""
        for _ in range(600):
            if is_so():
                return
            time.sleep(0.05)
        raise AssertionError("it did not come to be")

    def there(self, selector: str) -> bool:
        """Whether an element is on the page."""
        return bool(self.browser.run("return !!document.querySelector(arguments[0])", selector))

    def text(self, selector: str) -> str:
        """The text of an element, as it is in the page; of what only holds controls, their values."""
        code = """
        const e = document.querySelector(arguments[0]);
        return e ? e.textContent + [...e.querySelectorAll('input[type=hidden]')].map(i => i.value).join('|') : ''
        """
        return " ".join(str(self.browser.run(code, selector)).split())

    def lines(self, heading: str) -> list[str]:
        """The conclusions under a heading of the answer."""
        code = """
        const part = [...document.querySelectorAll('#conclusions section')].find(s =>
            s.querySelector('h2').firstChild.textContent.trim() === arguments[0]);
        return part ? [...part.querySelectorAll('summary h3')].map(h => h.textContent) : []
        """
        return [str(line) for line in self.browser.run(code, heading)]
