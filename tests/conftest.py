"""What every test may use: the project's folder and the shared data, read in place."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from pipelines.core.inputs import Kind
from pipelines.raw.checksums import pin

# The same examples each time, so that a red run means a change; `make test-long` looks further.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

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


@contextmanager
def _ended_within_a_minute() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise AssertionError("it had not ended after a minute")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def must_end() -> Callable[[], AbstractContextManager[None]]:
    """`with must_end():` stops what never ends, long after it should have. It measures nothing."""
    return _ended_within_a_minute


def run_stages(raw_dir: Path, kind: Kind = "own") -> dict[str, pd.DataFrame]:
    """Every table of every stage from a data/raw, through the plain functions, without Dagster."""
    from pipelines.claims.stage import read_claims
    from pipelines.estimates.stage import answer
    from pipelines.figures.stage import make_figures
    from pipelines.marts.build import publishable
    from pipelines.raw.stage import take_stock

    tables = take_stock(raw_dir, kind)
    tables |= read_claims(tables, raw_dir, kind)
    tables["figures/figures"] = make_figures(tables["claims/claims"], tables["raw/actors"])
    tables |= answer(tables)
    return tables | publishable(tables, kind)


@pytest.fixture(scope="session")
def stages() -> Callable[..., dict[str, pd.DataFrame]]:
    """`stages(raw_dir, kind)` gives every table of every stage."""
    return run_stages


@pytest.fixture(scope="session")
def default_tables(root: Path) -> dict[str, pd.DataFrame]:
    """Every table made from the project's own data/raw."""
    return run_stages(root / "data" / "raw")


@pytest.fixture(scope="session")
def whole_article_raw(root: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's data/raw with the whole article in place of the passages quoted from it."""
    raw = tmp_path_factory.mktemp("whole") / "raw"
    shutil.copytree(root / "data" / "raw", raw)
    shutil.copyfile(
        shared / "data" / "aleppo-article" / "article.txt",
        raw / "aleppo-article" / "2016-10-06" / "article.txt",
    )
    pin(raw, "aleppo-article")
    return raw


@dataclass(frozen=True)
class Command:
    """Runs `attest` as a user would, its Dagster history in a folder of its own."""

    home: Path

    def __call__(
        self, *arguments: str | Path, env: dict[str, str] | None = None, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("attest"), *map(str, arguments)],
            capture_output=True,
            text=True,
            input=stdin,
            env=os.environ | {"DAGSTER_HOME": str(self.home)} | (env or {}),
            timeout=300,
        )


@pytest.fixture(scope="session")
def attest(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command line."""
    home = tmp_path_factory.mktemp("dagster_home")
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\nnux:\n  enabled: false\n")
    return Command(home)


@dataclass(frozen=True)
class Built:
    """A finished build: its folder of marts and what `attest build --json` said."""

    marts: Path
    summary: dict[str, Any]


@pytest.fixture(scope="session")
def built(attest: Command, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The default build, made once."""
    marts = tmp_path_factory.mktemp("built") / "marts"
    done = attest("build", "--marts", marts, "--json")
    assert done.returncode == 0, done.stderr
    return Built(marts, json.loads(done.stdout))


@pytest.fixture
def small_raw(root: Path, tmp_path: Path) -> Path:
    """A data/raw of the article and the quarantine example: small, and quick to build."""
    raw = tmp_path / "raw"
    shutil.copytree(root / "data" / "raw", raw, ignore=shutil.ignore_patterns("syria-reference"))
    return raw
