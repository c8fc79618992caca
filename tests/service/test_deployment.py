"""What docs/ says of running the service is what the service takes: options, addresses, versions."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import pytest
from click.testing import CliRunner
from guidekb.cli import cli
from guidekb.queries.service.app import OWN
from guidekb.queries.service.guard import LARGEST_HEAD, LONGEST_ADDRESS
from guidekb.queries.service.routes import ROUTES
from guidekb.queries.service.server import CONNECTIONS, GRACE
from guidekb.queries.service.settings import MIB, Settings
from serving import ROOT

PAGE = (ROOT / "docs" / "clinic.md").read_text(encoding="utf-8")
CONTAINER = (ROOT / "docs" / "Containerfile").read_text(encoding="utf-8")
HELP = CliRunner().invoke(cli, ["serve", "--help"]).output


def options(text: str) -> set[str]:
    """The long options in a text."""
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))


def test_the_unit_and_the_container_call_it_with_options_that_it_has() -> None:
    unit = re.search(r"(?s)ExecStart=(.*?)\nExecReload", PAGE)
    assert unit
    known = options(HELP)
    assert options(unit.group(1)) <= known
    for line in re.findall(r"(?m)^(?:ENTRYPOINT|CMD) (\[.*\])$", CONTAINER):
        assert options(line) <= known
    assert "\nUSER 10001:10001\n" in CONTAINER


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    default = Settings()
    assert (default.largest, default.waiting, default.rate, default.burst) == (8 * MIB, 64, 100, 200)
    assert (default.time_limit, default.body_time, LARGEST_HEAD, LONGEST_ADDRESS) == (10, 10, 32 * 1024, 4096)
    assert (CONNECTIONS, GRACE) == (512, 30)
    heads = "32 KiB of headers, 4 KiB of address", "10 s for the head, 10 s for the body"
    waits = "64, then 503", "100 a second on average, 200 at once", "(30 s at most)"
    for text in ("8 MiB, JSON 100 deep", "| 512 |", *heads, *waits):
        assert text in PAGE, text


def test_every_address_of_the_service_is_on_the_page() -> None:
    for path in (*OWN, *(route.path for route in ROUTES if route.path not in ("/answer.html", "/record.yaml"))):
        shown = path.replace("{service}", "ID")
        assert f"`{shown}`" in PAGE or f"POST {shown}`" in PAGE or path.startswith("/static"), path


@pytest.mark.skipif(shutil.which("sed") is None, reason="sed is not installed")
def test_the_container_pins_what_the_tests_ran_with() -> None:
    command = re.search(r"&& (sed .*) > /wheels/pins.txt", CONTAINER)
    assert command
    done = subprocess.run(shlex.split(command.group(1)), cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.\[\],-]+==\S+( ; .+)?", line.strip()) for line in lines), lines[:5]
    assert {"starlette", "uvicorn", "pebble", "pyjwt"} <= {line.partition("==")[0].partition("[")[0] for line in lines}
