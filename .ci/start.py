"""From a fresh checkout to a result, with nothing but Python and git: `python3 .ci/start.py demo` or `... check`.

Makes `.venv` in the checkout and installs what the lock names (every file checked by its hash), then this project in
place. A second run installs nothing unless the lock, pyproject.toml or the checkout's folder has changed.
Runs on an old Python too, to say so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "guidekb-set-up"  # the state that the last finished set-up was made for
SUPPORTED = ((3, 11), (3, 12), (3, 13))

DEMO = ("guidekb", "recommend", "facts/examples/published-01.yaml")
CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("basedpyright",),
    ("guidekb", "check"),
    ("guidekb", "verify", "--baseline", "kb/properties/baseline.json"),
    # On all cores; the tests of a file stay together, since they share what is slow to make. Last: whoever reads the
    # log looks for its closing line there.
    ("pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"),
)
PROGRAMS = {  # what some tests need beside Python packages, and the Debian packages that bring it
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
    "dot": "graphviz",
    "fc-list": "fontconfig",
    "java": "default-jre-headless",
    "swipl": "swi-prolog-nox",
}
FONTS = "fonts-dejavu-core"
WITHOUT = (*CHECKS[-1], "-m", "not browser and not java")


def main(arguments: list[str]) -> int:
    """Set up, then do what the one argument names; the exit code is that of the work."""
    if arguments == ["demo"]:
        set_up("requirements.lock")
        return run(DEMO)
    if arguments == ["check"]:
        set_up("requirements-dev.lock")
        whole = programs()
        checks = CHECKS if whole else (*CHECKS[:-1], WITHOUT)
        failed = [" ".join(c) for c in checks if run(c, announce=True) != 0]
        if failed:
            say("failed: " + ", ".join(failed))
        if not whole:
            say("NOT RUN: the tests in a browser and with Spark, which need " + ", ".join((*PROGRAMS, FONTS)))
        return 1 if failed else 0
    if arguments == ["setup"]:
        set_up("requirements-dev.lock")
        return 0
    say("usage: python3 .ci/start.py demo | check | setup")
    return 2


def set_up(lock: str) -> None:
    """Bring `.venv` to what the lock says; the larger lock serves the smaller one too."""
    done = STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""
    usable = works(PYTHON, "import pip")  # a set-up that was interrupted can leave a .venv without pip
    if usable and done in (state(lock), state("requirements-dev.lock")):
        return
    if not usable or (done and not done.startswith(f"{ROOT}\n")):  # its commands hold the folder that they were made in
        python = supported_python()
        say("making .venv")
        must([python, "-m", "venv", *(["--clear"] if VENV.exists() else []), str(VENV)])
    STAMP.unlink(missing_ok=True)
    say(f"installing {lock}")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    must([*pip, "--require-hashes", "--requirement", lock])
    must([*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", "."])
    STAMP.write_text(state(lock), encoding="utf-8")


def programs() -> bool:
    """Whether all programs that some tests need are there; on Debian, where this user may, they are installed.

    CI insists on them: there their absence fails the tests that need them.
    """
    if all(map(shutil.which, PROGRAMS)):
        return True
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say("installing " + ", ".join((*PROGRAMS.values(), FONTS)))
        quiet = {
            "stdout": subprocess.DEVNULL,
            "check": False,
            "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        }
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PROGRAMS.values(), FONTS], **quiet
        )
    return all(map(shutil.which, PROGRAMS)) or bool(os.environ.get("CI"))


def state(lock: str) -> str:
    """All that a set-up depends on: the folder, and the lock and pyproject.toml as they now are."""
    digest = hashlib.sha256((ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return f"{ROOT}\n{lock} {digest}\n"


def works(python: Path | str, also: str = "") -> bool:
    """Whether this interpreter starts, has a version that the project supports, and can run `also`."""
    code = f"{also}\nimport sys; sys.exit(sys.version_info[:2] not in {SUPPORTED!r})"
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def supported_python() -> str:
    """This interpreter when it is recent enough, else the first that PATH has."""
    names = ["python{}.{}".format(*version) for version in SUPPORTED]
    for python in (sys.executable, *filter(None, map(shutil.which, names))):
        if works(python):
            return python
    mine = "{}.{}".format(*sys.version_info[:2])
    raise SystemExit(f"guidekb needs Python 3.11, 3.12 or 3.13; this is {mine}, and PATH has no other")


def run(command: tuple[str, ...], *, announce: bool = False) -> int:
    """Run a command of `.venv` in the checkout."""
    if announce:
        say("$ " + " ".join(command))
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    environment["VIRTUAL_ENV"] = str(VENV)
    environment["PATH"] = os.pathsep.join((str(BIN), os.environ.get("PATH", os.defpath)))
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=environment, check=False).returncode


def must(command: list[str]) -> None:
    """Run a step of the set-up; its own words have said what is wrong when it fails."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise SystemExit("set-up failed: " + " ".join(command))


def say(text: str) -> None:
    """Progress goes to stderr: stdout is the result's."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
