"""Makes the helpers of this folder importable by its tests (pytest's importlib mode does not), and finds real data."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
for folder in (HERE, HERE.parents[1] / "browser"):  # of the latter, the fetching of npm packages
    sys.path.insert(0, str(folder))

import pytest  # noqa: E402

SHARED = HERE.parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real data beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("NOT RUN: the real FHIR data are not here; they are looked for in ../shared/data")
    return SHARED
