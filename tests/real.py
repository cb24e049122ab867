"""Real open data of two cities beside the repository: read where it lies, never copied."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[1] / ".." / "shared" / "real"


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of the real data; ENGAWA_REAL names another place. Skips where it is missing."""
    folder = Path(os.environ.get("ENGAWA_REAL", BESIDE))
    if not (folder / "sabae").is_dir():
        pytest.skip(f"real data of 鯖江市 and 越前市 are not at {folder} (set ENGAWA_REAL)")
    return folder
