"""Whole builds as a user runs them: the same bytes anywhere, whole after any kill."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pypdf import PdfReader

from pipelines.marts.release import current_id, verify

MOMENTS = int(os.environ.get("ATTEST_KILLS", "30"))
"""Builds killed, each at another moment."""

CLOCK_MOVED = """
import time
_seconds, _ns = time.time, time.time_ns
_years = 9 * 365 * 86400
time.time = lambda: _seconds() + _years
time.time_ns = lambda: _ns() + _years * 10**9
"""


def hashes(marts: Path, *forms: str) -> dict[str, str]:
    """SHA-256 of the exported files and pictures of the current release."""
    found = {}
    for form in forms or ("parquet", "csv", "charts"):
        for path in sorted((marts / form).iterdir()):
            found[f"{form}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_the_summary_names_everything(built: Any) -> None:
    summary = built.summary
    assert summary["claims"] == 73
    assert summary["quarantined"] == 14
    assert summary["refused_files"] == 0
    assert summary["findings"] > 0
    assert summary["release_id"] == current_id(built.marts)
    assert Path(summary["database"]).exists()
    assert len(summary["charts"]) >= 3
    assert all(Path(chart).exists() for chart in summary["charts"])
    assert verify(built.marts) == []


def test_the_same_inputs_give_the_same_bytes_elsewhere(
    built: Any, root: Path, attest: Any, tmp_path: Path
) -> None:
    """In another folder, time zone and locale, with the clock moved and another hash seed."""
    raw = tmp_path / "a folder with spaces" / "raw"
    shutil.copytree(root / "data" / "raw", raw)
    (tmp_path / "sitecustomize.py").write_text(CLOCK_MOVED)
    marts = tmp_path / "elsewhere"
    moved = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(tmp_path),
    }
    done = attest("build", "--raw", raw, "--marts", marts, "--json", env=moved)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["release_id"] == built.summary["release_id"]
    assert hashes(marts) == hashes(built.marts)


def test_a_build_of_nothing_new_does_nothing_and_says_so(built: Any, attest: Any) -> None:
    before = (built.marts / "current").lstat().st_mtime_ns
    done = attest("build", "--marts", built.marts)
    assert done.returncode == 0
    assert "Nothing has changed" in done.stdout
    assert (built.marts / "current").lstat().st_mtime_ns == before


def change(raw: Path, n: int) -> None:
    """Make the inputs other than before: another reason in a review."""
    reviews = raw / "reviews.csv"
    text = reviews.read_text(encoding="utf-8")
    changed = re.sub(r"Read( \(\d+\))? against", f"Read ({n}) against", text, count=1)
    assert changed != text
    reviews.write_text(changed, encoding="utf-8")


WARM = """
import os, sys
import matplotlib.figure, pipelines.charts.stage, pipelines.claims.article, pipelines.claims.sheet
import pipelines.definitions, pipelines.defs.launch
from pipelines.cli import main
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        main(["build", *line.rstrip("\\n").split("\\t")])
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Starts builds that have imported everything already: half of a small build's time is imports, in
which nothing can be harmed by a kill."""


class Builds:
    """Builds of one folder, each in a process of its own."""

    def __init__(self, raw: Path, marts: Path, env: dict[str, str]) -> None:
        self._line = f"--raw\t{raw}\t--marts\t{marts}\n"
        self._warm = subprocess.Popen(
            [sys.executable, "-c", WARM],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._said() == "ready"

    def _said(self) -> str:
        assert self._warm.stdout is not None
        return self._warm.stdout.readline().strip()

    def start(self) -> int:
        assert self._warm.stdin is not None
        self._warm.stdin.write(self._line)
        self._warm.stdin.flush()
        return int(self._said())

    def end(self) -> int:
        """How the build ended, once it has."""
        return int(self._said())

    def close(self) -> None:
        self._warm.kill()
        self._warm.wait()


def test_a_kill_at_any_moment_leaves_the_last_release_whole(
    small_raw: Path, small_marts: Path, attest: Any, request: pytest.FixtureRequest
) -> None:
    marts = small_marts
    env = os.environ | {"DAGSTER_HOME": str(attest.home), "ATTEST_SHARED": str(attest.home)}
    builds = Builds(small_raw, marts, env)
    request.addfinalizer(builds.close)
    change(small_raw, MOMENTS + 1)
    started = time.monotonic()
    builds.start()
    assert builds.end() == 0
    takes = time.monotonic() - started
    published_before_the_kill = 0
    for moment in range(MOMENTS):
        change(small_raw, moment)
        last = current_id(marts)
        build = builds.start()
        # More of the moments fall into the second half, where things are written.
        time.sleep(takes * ((moment + 0.5) / MOMENTS if moment % 3 else 0.8))
        with suppress(ProcessLookupError):
            os.killpg(build, signal.SIGKILL)
        builds.end()
        assert verify(marts) == [], f"killed at moment {moment}"
        if current_id(marts) != last:
            published_before_the_kill += 1
        with duckdb.connect(str(marts / "casualties.duckdb"), read_only=True) as connection:
            assert connection.execute("SELECT count(*) FROM marts.claims").fetchall() == [(4,)]
    assert published_before_the_kill < MOMENTS, "no build was killed before it had published"
    change(small_raw, MOMENTS)
    last = current_id(marts)
    done = attest("build", "--raw", small_raw, "--marts", marts)
    assert done.returncode == 0, done.stderr
    assert current_id(marts) != last
    assert verify(marts) == []
    assert not [p for p in (marts / "releases").iterdir() if p.name.startswith(".")]


def test_a_reader_neither_blocks_nor_breaks_a_build(
    small_raw: Path, small_marts: Path, attest: Any
) -> None:
    marts = small_marts
    count = "SELECT count(*) FROM marts.claims"
    with duckdb.connect(str(marts / "casualties.duckdb"), read_only=True) as reader:
        shutil.rmtree(small_raw / "aleppo-article")
        (small_raw / "reviews.csv").unlink()
        done = attest("build", "--raw", small_raw, "--marts", marts, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["claims"] == 0
        assert reader.execute(count).fetchall() == [(4,)]
    assert verify(marts) == []
    with duckdb.connect(str(marts / "casualties.duckdb"), read_only=True) as reader:
        assert reader.execute(count).fetchall() == [(0,)]


def test_two_builds_at_once_both_end_well(small_raw: Path, tmp_path: Path, attest: Any) -> None:
    marts = tmp_path / "marts"
    command = [Path(sys.executable).with_name("attest"), "build"]
    command += ["--raw", small_raw, "--marts", marts]
    env = os.environ | {"DAGSTER_HOME": str(attest.home), "ATTEST_SHARED": str(attest.home)}
    both = [
        subprocess.Popen([*map(str, command)], env=env, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for build in both:
        _, errors = build.communicate(timeout=200)
        assert build.returncode == 0, errors
    assert verify(marts) == []


def test_a_fault_in_a_register_fails_the_build_with_the_line_and_no_traceback(
    small_raw: Path, small_marts: Path, attest: Any
) -> None:
    marts = small_marts
    last = current_id(marts)
    with (small_raw / "places.csv").open("a", encoding="utf-8") as stream:
        stream.write("XX99,Nowhere,,nine,SYR,SYR,,own\n")
    done = attest("build", "--raw", small_raw, "--marts", marts)
    assert done.returncode == 1
    assert "places.csv" in done.stderr
    assert "nine" in done.stderr
    assert "Traceback" not in done.stderr
    assert "The last release stands" in done.stderr
    assert current_id(marts) == last


def test_strict_ends_with_1_where_rows_were_quarantined(built: Any, attest: Any) -> None:
    assert attest("build", "--marts", built.marts, "--strict").returncode == 1


def test_wrong_use_ends_with_2(attest: Any, tmp_path: Path) -> None:
    assert attest("build", "--raw", tmp_path / "nothing").returncode == 2
    assert attest("build", "--no-such-option").returncode == 2
    assert attest("no-such-command").returncode == 2


def words_of(path: Path) -> str:
    """The text of a file; of a PDF its pages and its metadata."""
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8")
    with PdfReader(path) as read:
        pages = [page.extract_text() for page in read.pages]
        return "\n".join([*pages, *map(str, (read.metadata or {}).values())])


def test_the_public_release(root: Path, tmp_path: Path, attest: Any) -> None:
    """It holds no quarantined value, no pending claim, no words that may not be given on."""
    raw = tmp_path / "raw"
    shutil.copytree(root / "data" / "raw", raw)
    reviews = (raw / "reviews.csv").read_text(encoding="utf-8").splitlines()
    (raw / "reviews.csv").write_text("\n".join(reviews[:-1]) + "\n", encoding="utf-8")
    marts = tmp_path / "public"
    done = attest("publish", "--raw", raw, "--to", marts, "--json")
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(marts / "casualties.duckdb"), read_only=True) as connection:
        tables = {
            row[0]
            for row in connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'"
            ).fetchall()
        }
        claims = connection.execute("SELECT quote, review_status FROM marts.claims").fetchall()
        counts = connection.execute("SELECT sum(rows) FROM marts.quarantine_counts").fetchall()
    assert not {"quarantine_rows", "overlays", "review_queue"} & tables
    assert len(claims) == 72
    assert {status for _, status in claims} == {"accepted"}
    assert counts[0][0] >= 14
    everything = "".join(
        words_of(path)
        for path in sorted((marts / "current").rglob("*"))
        if path.is_file() and path.suffix not in {".duckdb", ".parquet", ".png"}
    )
    for secret in ("more than 12 million", "lost their homes", "Invented province", "q01"):
        assert secret not in everything, secret
    # The folder may be served as it stands: what lay between the stages is gone.
    assert not [path for path in (marts / ".staging").rglob("*") if path.is_file()]
    assert verify(marts) == []


def test_an_internal_source_leaves_no_trace_in_the_public_release(
    small_raw: Path, tmp_path: Path, attest: Any
) -> None:
    """Not even in its id: with and without the internal source it is the same release."""
    one, two = tmp_path / "one", tmp_path / "two"
    card = small_raw / "quarantine-example" / "2026-11-01" / "source.yml"
    card.write_text(card.read_text().replace("sensitivity: public", "sensitivity: internal"))
    assert attest("publish", "--raw", small_raw, "--to", one).returncode == 0
    shutil.rmtree(small_raw / "quarantine-example")
    assert attest("publish", "--raw", small_raw, "--to", two).returncode == 0
    assert current_id(one) == current_id(two)
    assert hashes(one) == hashes(two)


def test_a_fault_of_one_source_is_reported_and_the_rest_goes_on(
    small_raw: Path, tmp_path: Path, attest: Any
) -> None:
    example = (small_raw / "quarantine-example").rename(tmp_path / "example")
    for kind in ("no-card", "no-file", "changed"):
        release = shutil.copytree(example, small_raw / kind) / "2026-11-01"
        if kind == "changed":
            with (release / "claims.csv").open("a") as stream:
                stream.write("\n")
        else:
            (release / ("source.yml" if kind == "no-card" else "claims.csv")).unlink()
    marts = tmp_path / "marts"
    done = attest("build", "--raw", small_raw, "--marts", marts, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["claims"] == 4
    with duckdb.connect(str(marts / "casualties.duckdb"), read_only=True) as connection:
        refused = connection.execute(
            "SELECT source_id, reason, message FROM marts.files WHERE status = 'refused'"
        ).fetchall()
    assert {source for source, _, _ in refused} == {"no-card", "no-file", "changed"}
    assert summary["refused_files"] == len(refused)
    assert all(reason.startswith("file.") and message for _, reason, message in refused)
