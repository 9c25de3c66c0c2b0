"""What every test may use: the project's folder and the shared data, read in place."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import settings
from hypothesis import strategies as st

import schemas
from pipelines.core.entries import Entries, Part
from pipelines.core.inputs import Kind
from pipelines.core.relation import Facts
from pipelines.raw.checksums import pin
from schemas import vocab
from schemas.claims import Claims
from schemas.raw import Cards, Places, Populations, Territories
from schemas.sql import register, typed_select

# The same examples each time, so that a red run means a change; `make test-long` looks further.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first, so that on several cores none of them is left for the end."""
    items.sort(key=lambda item: "test_whole_builds" not in item.nodeid)


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
    tables["figures/figures"] = make_figures(
        tables["claims/claims"], tables["raw/actors"], tables["claims/documents"]
    )
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


_LIGHT = ("explain", "diff", "verify", "export", "ask", "rollback", "sheet", "add", "pin")
"""Commands of a moment, of which none starts a build."""


@dataclass(frozen=True)
class Command:
    """Runs `attest` as a user would, its Dagster history in a folder of its own.

    Commands of a moment run in this process: a new one spends a second on imports.
    """

    home: Path

    def __call__(
        self, *arguments: str | Path, env: dict[str, str] | None = None, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        if arguments[0] in _LIGHT and env is None and stdin is None:
            return self._here(*map(str, arguments))
        return subprocess.run(
            [Path(sys.executable).with_name("attest"), *map(str, arguments)],
            capture_output=True,
            text=True,
            input=stdin,
            env=os.environ | {"DAGSTER_HOME": str(self.home)} | (env or {}),
            timeout=300,
        )

    def _here(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        from pipelines.cli import main

        done = CliRunner().invoke(main, arguments)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        said = {"stdout": done.stdout, "stderr": done.stderr}
        return subprocess.CompletedProcess(arguments, done.exit_code, **said)


@pytest.fixture(scope="session")
def attest() -> Iterator[Command]:
    """The command line.

    The history of runs is synced event by event: it lies in memory where the system has a folder
    there, which saves a second a build.
    """
    memory = "/dev/shm"
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        home = Path(folder)
        settings_of = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
        (home / "dagster.yaml").write_text(settings_of)
        yield Command(home)


@dataclass(frozen=True)
class Built:
    """A finished build: its folder of marts and what `attest build --json` said."""

    marts: Path
    summary: dict[str, Any]


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process of a run to ask for it fills, for all of them."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    done = folder / "done"
    with FileLock(f"{folder}.lock"):
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def built(attest: Command, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The default build, made once; no test changes it."""

    def make(folder: Path) -> None:
        done = attest("build", "--marts", folder / "marts", "--json")
        assert done.returncode == 0, done.stderr
        (folder / "summary.json").write_text(done.stdout, encoding="utf-8")

    folder = _once(tmp_path_factory, "built", make)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return Built(folder / "marts", summary)


def _copy_small_raw(target: Path) -> Path:
    ignore = shutil.ignore_patterns("syria-reference")
    return Path(shutil.copytree(ROOT / "data" / "raw", target, ignore=ignore))


@pytest.fixture
def small_raw(tmp_path: Path) -> Path:
    """A data/raw of the article and the quarantine example: small, and quick to build."""
    return _copy_small_raw(tmp_path / "raw")


@pytest.fixture
def small_marts(attest: Command, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the release of `small_raw`, which is built once."""

    def make(folder: Path) -> None:
        raw = _copy_small_raw(folder / "raw")
        done = attest("build", "--raw", raw, "--marts", folder / "marts")
        assert done.returncode == 0, done.stderr

    made = _once(tmp_path_factory, "small_built", make) / "marts"
    return Path(shutil.copytree(made, tmp_path / "marts", symlinks=True))


# Registers

CARD: dict[str, Any] = {
    "title": "T",
    "producer": "P",
    "publisher": "P",
    "url": "https://example.org",
    "date_accessed": "2026-11-01",
    "collected_by": "a1",
    "license": "CC BY 4.0",
    "redistributable": True,
    "reader": "ucdp_ged",
    "maturity": "final",
    "sensitivity": "public",
}
"""What cards of registers have in common."""


def put_release(raw: Path, source: str, release: str, files: Iterable[Path], **card: Any) -> None:
    """Copies of the files as a release in a data/raw, beside a card with no checksums yet."""
    folder = raw / source / release
    folder.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, folder / file.name)
    (folder / "source.yml").write_text(yaml.safe_dump(CARD | card), encoding="utf-8")


def card_rows(*cards: dict[str, Any]) -> pd.DataFrame:
    """The table of cards: `source_id`, `release`, `facts` as a dictionary, what else differs."""
    rows = [CARD | card | {"facts": json.dumps(card.get("facts", {}))} for card in cards]
    return schemas.frame(Cards, rows)


@pytest.fixture(scope="session")
def raw_without_sources(root: Path) -> Callable[[Path], Path]:
    """`raw_without_sources(folder)` makes there a data/raw with the project's overlays alone."""

    def make(folder: Path) -> Path:
        raw = folder / "raw"
        raw.mkdir()
        for file in (root / "data" / "raw").iterdir():
            if file.is_file():
                shutil.copyfile(file, raw / file.name)
        return raw

    return make


def write_part(folder: Path, model: schemas.Model, rows: pd.DataFrame, name: str = "1") -> Part:
    """Rows as a part of a register, as its reader would write it.

    A column with one value in all rows is not stored but stands in the index.
    """
    constants: dict[str, Any] = {}
    for column in rows:
        values = {str(value) for value in rows[column]}
        if len(values) == 1 and column not in schemas.key_of(model):
            held = rows[column].iloc[0]
            if not isinstance(held, list) and pd.isna(held):
                continue
            days = isinstance(held, pd.Timestamp)
            constants[str(column)] = held.date().isoformat() if days else _plain(held)
    empty = [column for column in rows if rows[column].isna().all()]
    stored = [str(c) for c in rows if c not in constants and c not in empty]
    path = f"{schemas.table_of(model)}-{name}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        register(connection, "held", rows)
        select = typed_select(model, "held")
        connection.execute(
            f"COPY (SELECT {', '.join(stored)} FROM ({select})) "
            f"TO '{folder / path}' (FORMAT parquet)"
        )
    table = f"{schemas.stage_of(model)}/{schemas.table_of(model)}"
    source = (str(rows[column].iloc[0]) for column in ("source_id", "release"))
    return Part(table, *source, f"{name}.csv", path, constants, tuple(stored), len(rows))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


@pytest.fixture(scope="session")
def part_of() -> Callable[..., Part]:
    """`part_of(folder, model, rows, name)`: see `write_part`."""
    return write_part


ENTRY: dict[str, Any] = {
    "locator": "row 2",
    "qualifier": "plain",
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "deaths_counted": "direct",
    "cause": "conflict",
    "place_id": "UKR",
    "place_role": "happened_in",
    "modality": "stated",
    "basis": "tallied",
    "speaker": "UCDP",
    "adds_up": True,
    "recorded_on": "2026-11-01",
    "method": "imported",
    "method_version": "ucdp_ged 1",
    "review_status": "accepted",
    "sensitivity": "public",
    "doubts": [],
    "derived_from": [],
}


def entry(record: str, value: int | None, day: str = "2014-05-02", **changes: Any) -> Any:
    """An entry on one day: `place`, `low`, `high`, `edition_key` and columns of claims."""
    window = dict.fromkeys(schemas.columns(schemas.parts.Window), day)
    named = {"place": "place_id", "low": "value_low", "high": "value_high"}
    return (
        ENTRY
        | window
        | {"record_id": record, "value": value, "value_as_written": str(value)}
        | {named.get(name, name): given for name, given in changes.items()}
    )


def hold_entries(
    folder: Path, files: dict[tuple[str, str], list[dict[str, Any]]], editions: str = "one"
) -> Entries:
    """Parts as the stage claims writes them, from the rows of each (source, release)."""
    parts = []
    for (source, release), rows in sorted(files.items()):
        held = []
        for row in rows:
            key = row.get("edition_key")
            record = f"{source}/{release}/{row['record_id']}" + (f"@{key}" if key else "")
            held.append(
                {
                    "claim_id": f"{record}#{row['metric']}",
                    "source_id": source,
                    "release": release,
                    "file": "table.csv",
                    "document_id": f"{source}/{release}/table.csv",
                    "entry_of": f"{source}/{release}",
                }
                | {name: value for name, value in row.items() if name != "edition_key"}
            )
        part = write_part(folder, Claims, schemas.frame(Claims, held), f"{source}-{release}")
        parts.append(replace(part, editions=editions))
    entries = Entries(folder, tuple(parts))
    entries.write_index()
    return entries


@dataclass(frozen=True)
class Registers:
    """Makes entries as a register has them, parts of them, and cards and folders of registers."""

    entry: Callable[..., dict[str, Any]]
    hold: Callable[..., Entries]
    cards: Callable[..., pd.DataFrame]
    put: Callable[..., None]


@pytest.fixture(scope="session")
def register_parts() -> Registers:
    """`register_parts.hold(folder, {(source, release): [register_parts.entry(...), ...]})`."""
    return Registers(entry, hold_entries, card_rows, put_release)


# Scopes to be compared

PLACES = {
    "SYR": None,
    "SY02": "SYR",
    "SY07": "SYR",
    "SY0200": "SY02",
    "SY0201": "SY02",
    "SY0200/city": "SY0200",
    "SY0200/city-and-outskirts": "SY0200",
    "SY02/east": "SY02",
    "LBN": None,
    "TUR": None,
    "TUR/hatay": "TUR",
}
LEVELS = {"SY02/east": 3, "SY0200/city": 3, "SY0200/city-and-outskirts": 3}
TERRITORIES = (
    ("rebel-held areas", "SY02", "inside", "SY02", "2012-07-01", "2016-12-31"),
    ("eastern city", "SY02", "inside", "SY0200/city", "2012-07-01", "2016-12-31"),
    ("eastern city", "SY02", "inside", "rebel-held areas", "2013-01-01", "2016-10-01"),
    ("government-held areas", "SY02", "disjoint", "rebel-held areas", None, None),
    ("rebel-held areas", "SY02", "overlaps", "SY0201", None, "2016-06-30"),
    ("SY0200/city-and-outskirts", "SY0200", "contains", "SY0200/city", None, None),
    ("TUR/hatay", "TUR", "overlaps", "SY07", None, None),
)
CLASSES = (
    ("boys", "within", "children", None),
    ("girls", "within", "children", None),
    ("soldiers", "within", "combatants", None),
    ("women", "disjoint", "men", None),
    ("civilians", "part_of", "all", "monitor"),
    ("combatants", "part_of", "all", "monitor"),
    ("children", "part_of", "all", "monitor"),
    ("women", "part_of", "all", "monitor"),
)


@pytest.fixture(scope="session")
def registers() -> Facts:
    """A small register of places, dated territories and classes of people."""
    places = [
        {"place_id": place, "name": place, "parent_id": parent, "gazetteer": "g"}
        | {"level": LEVELS.get(place, len(place) // 2 - 1 if place[:3] == "SY0" else 0)}
        for place, parent in PLACES.items()
    ]
    places[-1]["level"] = 1
    names = ("territory", "place_id", "relation", "other", "valid_from", "valid_to")
    territories = [dict(zip(names, row, strict=True)) | {"citation": "c"} for row in TERRITORIES]
    names = ("population", "relation", "whole", "source_id")
    classes = [dict(zip(names, row, strict=True)) | {"citation": "c"} for row in CLASSES]
    return Facts.of(
        schemas.frame(Places, places),
        schemas.frame(Territories, territories),
        schemas.frame(Populations, classes),
    )


def windows_of_days(days: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Windows as the schema allows them: each edge between two days, stated or not."""

    def window(s: Any, t: Any, e: Any, f: Any, stated: tuple[bool, bool]) -> dict[str, Any]:
        s, t, e, f = min(s, t), max(s, t), min(e, f), max(e, f)
        if s > f:
            s, t, e, f = e, f, s, t
        start, end = (s, t) if stated[0] else (None, None), (e, f) if stated[1] else (None, None)
        return dict(
            zip(
                ("start_earliest", "start_latest", "end_earliest", "end_latest"),
                (*start, *end),
                strict=True,
            )
        )

    stated = st.sampled_from([(True, True)] * 6 + [(False, True), (True, False), (False, False)])
    return st.builds(window, days, days, days, days, stated)


@pytest.fixture(scope="session")
def scopes() -> st.SearchStrategy[dict[str, Any]]:
    """Scopes of questions over the vocabularies and `registers`, alike often enough to nest."""
    days = st.dates(date(2016, 9, 1), date(2016, 10, 15)) | st.sampled_from(
        [date(2011, 3, 1), date(2011, 3, 31), date(2016, 9, 19), date(2016, 9, 30)]
    )
    exact = days.map(lambda day: dict.fromkeys(schemas.columns(schemas.parts.Window), day))
    metrics = st.sampled_from(sorted(vocab.METRICS)) | st.sampled_from(
        ["killed", "killed", "injured", "killed_or_injured", "missing", "idps", "refugees"]
    )

    def of_metric(metric: str) -> st.SearchStrategy[dict[str, Any]]:
        counts_deaths = metric in vocab.DEATH_METRICS
        return st.fixed_dictionaries(
            {
                "metric": st.just(metric),
                "measure": st.sampled_from(vocab.MEASURES_OF_METRIC[metric]),
                "unit": st.sampled_from(vocab.UNITS_OF_METRIC[metric]),
                "population": st.sampled_from(["all", "all", *vocab.POPULATIONS]),
                "nationality": st.sampled_from([None, None, None, "Syrians", "syrians", "Iraqis"]),
                "deaths_counted": st.sampled_from([*vocab.DEATHS_COUNTED, "direct", "direct"])
                if counts_deaths
                else st.none(),
                "cause": st.sampled_from(["conflict", "conflict", *vocab.CAUSES]),
                "place_id": st.sampled_from([*PLACES, "SY02", "SY0200/city", "XX99", None]),
                "place_role": st.sampled_from(["happened_in", *vocab.PLACE_ROLES, None]),
                "from_place_id": st.sampled_from([None, None, None, "SYR", "SY02", "TUR"]),
                "territory": st.sampled_from(
                    [None, None, "rebel-held areas", "eastern city", "government-held areas", "x"]
                ),
            }
        )

    return st.builds(
        lambda scope, window: scope | window,
        metrics.flatmap(of_metric),
        windows_of_days(days) | exact,
    )
