"""What is shipped: all code and all data, as one package and one command; and what it is installed from, pinned.

The source is built in a copy, source distribution first and the wheel from that, so that both are whole. Nothing here
needs a network.
"""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("kb", "facts", "queries")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOT_SOURCE = shutil.ignore_patterns(
    ".git", ".venv", "build", "dist", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis"
)
DATA = (
    "kb/*.md",
    "kb/guidelines/*.md",
    "kb/audit/*.md",
    "kb/lang/*/*.md",
    "facts/examples/*",
    "queries/goals/saved/*.dl",
    "queries/wording/*.toml",
    "queries/rendering/*.json",
    "queries/cds/*.json",
)
EXTRAS = {
    ("clingo", "verify"),
    ("prompt_toolkit", "repl"),
    ("pygls", "lsp"),
    *((package, extra) for package in ("duckdb", "pyarrow") for extra in ("cohort", "spark")),
    *((package, "spark") for package in ("pyspark", "pandas")),
    *((package, "serve") for package in ("starlette", "uvicorn", "pebble", "PyJWT")),
}
NEEDED = {"pyDatalog", "click", "PyYAML", "Babel"}  # the reason for each: docs/adr/0003-dependencies.md
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"  # of the text that apache.org publishes
CHECK_COMMAND = "python3 .ci/start.py check"
DEMO_COMMAND = "python3 .ci/start.py demo"


def run(*command: object, cwd: Path, **environment: str) -> str:
    """What a command prints; its complaints are the failure's message."""
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout: building leaves traces in the folder that it builds."""
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("copy") / "guidekb", ignore=NOT_SOURCE))


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the two distributions."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source, cwd=out)
    assert len(list(out.iterdir())) == 2
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    """The wheel, opened."""
    return zipfile.ZipFile(next(built.glob("*.whl")))


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel alone was installed."""
    target = tmp_path_factory.mktemp("site")
    pip = (sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--no-index", "--target", target)
    run(*pip, next(built.glob("*.whl")), cwd=target)
    return target


def files_of_the_rooms(root: Path) -> set[str]:
    """Every file that an installation needs, by its path from the root: the root's modules and all in the rooms."""
    paths = [*root.glob("*.py"), *(p for room in ROOMS for p in (root / room).rglob("*"))]
    return {p.relative_to(root).as_posix() for p in paths if p.is_file()}


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(source: Path, wheel: zipfile.ZipFile) -> None:
    """A new folder of code needs a line in pyproject.toml, and so does a new kind of data."""
    names = {n.removeprefix("guidekb/") for n in wheel.namelist() if not n.split("/")[0].endswith(".dist-info")}
    assert names == files_of_the_rooms(source)


@pytest.mark.parametrize("pattern", DATA)
def test_each_kind_of_data_is_there(pattern: str, wheel: zipfile.ZipFile) -> None:
    assert any(PurePosixPath("/", n).match(f"/guidekb/{pattern}") for n in wheel.namelist())


def test_the_source_distribution_holds_the_tests_and_the_documents_too(source: Path, built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    expected = {p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file()}
    expected = {n for n in expected if n != ".gitignore" and ".egg-info/" not in n}
    assert expected <= names, sorted(expected - names)


def test_an_installation_adds_one_package_and_one_command(installed: Path) -> None:
    entries = {p.name for p in installed.iterdir() if p.suffix != ".dist-info"}
    assert entries == {"guidekb", "bin"}
    assert [p.name for p in (installed / "bin").iterdir()] == ["guidekb"]


def test_the_installed_command_finds_its_own_code_and_data(installed: Path, tmp_path: Path) -> None:
    where = run(
        sys.executable, "-c", "import guidekb; print(guidekb.__file__)", cwd=tmp_path, PYTHONPATH=str(installed)
    )
    assert Path(where.strip()) == installed / "guidekb" / "__init__.py"
    command = installed / "bin" / "guidekb"
    run(command, "check", cwd=tmp_path, PYTHONPATH=str(installed))
    patient = installed / "guidekb" / "facts" / "examples" / "published-01.yaml"
    assert run(command, "recommend", patient, cwd=tmp_path, PYTHONPATH=str(installed))


def test_an_editable_installation_reads_the_checkout(source: Path, tmp_path: Path) -> None:
    pip = (sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--no-index", "--no-build-isolation")
    run(*pip, "--target", tmp_path / "site", "--editable", source, cwd=tmp_path)
    code = f"import site; site.addsitedir({str(tmp_path / 'site')!r}); from guidekb.kb import ir; print(ir.__file__)"
    where = run(sys.executable, "-S", "-c", code, cwd=tmp_path)  # -S: not the installation that runs these tests
    assert Path(where.strip()) == source / "kb" / "ir.py"


def test_the_metadata_says_what_is_needed_and_under_which_licence(wheel: zipfile.ZipFile) -> None:
    info = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")).removesuffix("METADATA")
    assert wheel.read(info + "entry_points.txt").decode().split() == [
        "[console_scripts]",
        "guidekb",
        "=",
        "guidekb.cli:main",
        "[pytest11]",
        "guidekb",
        "=",
        "guidekb.pytest_plugin",
    ]
    metadata = HeaderParser().parsestr(wheel.read(info + "METADATA").decode())
    asked = [Requirement(r) for r in metadata.get_all("Requires-Dist", [])]
    assert {r.name for r in asked if not r.marker} == NEEDED
    optional = {(r.name, str(r.marker)) for r in asked if r.marker}
    assert optional == {(package, f'extra == "{extra}"') for package, extra in EXTRAS}
    assert metadata["License-Expression"] == "Apache-2.0"
    assert hashlib.sha256(wheel.read(info + "licenses/LICENSE")).hexdigest() == APACHE_2


# ---- the locks ----


def locked(name: str) -> dict[str, tuple[str, str]]:
    """Of each package in a lock: its version, and what follows (marker and hashes)."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    matches = [re.fullmatch(r"([\w.-]+)==(\S+)\s*(.*)", line) for line in lines]
    assert all(matches), f"{name}: a line is no exact pin"
    return {canonicalize_name(m[1]): (m[2], m[3]) for m in matches if m}


def wanted(group: str) -> list[Requirement]:
    """The requirements of a dependency group, with those of the groups that it includes."""
    entries = PROJECT["dependency-groups"][group]
    return [
        r
        for e in entries
        for r in (wanted(e["include-group"]) if isinstance(e, dict) else [Requirement(e)])
    ]  # fmt: skip


@pytest.mark.parametrize(("lock", "group"), [("requirements.lock", "build"), ("requirements-dev.lock", "dev")])
def test_a_lock_pins_all_that_pyproject_asks_for(lock: str, group: str) -> None:
    pins = locked(lock)
    for requirement in [*map(Requirement, PROJECT["project"]["dependencies"]), *wanted(group)]:
        version, _ = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} but {version} in {lock}: run `make lock`"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_host(lock: str) -> None:
    without = [name for name, (_, rest) in locked(lock).items() if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", rest)]
    assert without == []
    assert not re.search(r"://|--(index|extra|find|trusted)", (ROOT / lock).read_text(encoding="utf-8"))


def test_the_larger_lock_serves_the_smaller_one() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_pydatalog_is_pinned_exactly() -> None:
    """One file uses its internals."""
    assert "pyDatalog==0.22.4" in PROJECT["project"]["dependencies"]


# ---- the two commands ----


def test_ci_runs_the_command_that_readme_gives_and_nothing_else() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert CHECK_COMMAND in readme
    assert DEMO_COMMAND in readme
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == [CHECK_COMMAND]


def test_the_command_weakens_no_check() -> None:
    tree = ast.parse((ROOT / ".ci/start.py").read_text(encoding="utf-8"))
    values = {
        n.targets[0].id: n.value for n in tree.body if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
    }
    assert ast.literal_eval(values["CHECKS"]) == (
        ("ruff", "format", "--check", "."),
        ("ruff", "check", "."),
        ("basedpyright",),
        ("guidekb", "check"),
        ("guidekb", "verify", "--baseline", "kb/properties/baseline.json"),
        ("pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"),
    )
    assert ast.literal_eval(values["DEMO"]) == ("guidekb", "recommend", "facts/examples/published-01.yaml")


def test_the_command_explains_itself() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci/start.py", "wrong"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "usage: python3 .ci/start.py demo | check | setup\n"
