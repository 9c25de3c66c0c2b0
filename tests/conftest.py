"""What every test may use: the project's folder and the shared data, read in place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared folder: ATTEST_SHARED, else `../shared` of the checkout; skips where absent."""
    folder = Path(os.environ.get("ATTEST_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        message = f"the shared data is not at {folder}: set ATTEST_SHARED"
        if os.environ.get("ATTEST_REQUIRE_SHARED") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return folder
