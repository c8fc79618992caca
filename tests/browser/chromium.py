"""Headless Chromium, driven through its own driver: open a page, look at it, press keys, see what it asked for."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from shown import Shown

INSTALL = "as root, `apt-get update && apt-get install -y --no-install-recommends chromium chromium-driver`"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
Pages = Callable[[str | Shown], Path]
"""The page of an example by its name, or of any answer, as a file."""
DESKTOP, PHONE, NARROW = (1280, 900), (390, 844), (360, 740)


@dataclass
class Browser:
    """One window. `pictures`: a folder to keep screenshots in, or None."""

    driver: Any
    pictures: Path | None

    def view(self, size: tuple[int, int] = DESKTOP, scheme: str = "light", media: str = "") -> None:
        """How pages are shown from now on: size of the window, light or dark, `print` or a screen."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})

    def open(self, path: Path, fragment: str = "") -> None:
        """A page from a file, loaded anew; what was logged before is forgotten."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(path.as_uri() + fragment)

    def run(self, code: str, *arguments: object) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(code, *arguments)

    def press(self, *keys: str) -> None:
        """Keys, one after the other, to whatever has the focus."""
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def complaints(self) -> list[str]:
        """What the page wrote on the console, errors and refusals of its policy among it."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]

    def keep(self, name: str) -> None:
        """A screenshot of the whole page, when pictures are wanted."""
        if self.pictures:
            wanted = {"format": "png", "captureBeyondViewport": False}
            data = self.driver.execute_cdp_cmd("Page.captureScreenshot", wanted)["data"]
            self.pictures.mkdir(parents=True, exist_ok=True)
            (self.pictures / f"{name.replace('/', '-')}.png").write_bytes(base64.b64decode(data))

    def printed(self) -> bytes:
        """The page as PDF on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69}
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", paper)["data"])


@contextmanager
def browser(pictures: Path | None) -> Iterator[Browser]:
    """A browser with a new profile; fails the test with what to install when there is none."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.fail(f"Chromium or its driver is missing: {INSTALL}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        opened = webdriver.Chrome(options=options, service=Service(driver))
        try:
            yield Browser(opened, pictures)
        finally:
            opened.quit()
