"""Registers from bytes to answers, on the shared samples in place: published totals, revisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.claims.stage import read_claims
from pipelines.collection import Collection
from pipelines.core.entries import Entries
from pipelines.core.refusals import SumRefused
from pipelines.estimates.stage import answer
from pipelines.figures.entries import figures_of_entries
from pipelines.figures.stage import make_figures
from pipelines.marts import database, moved
from pipelines.marts.build import publishable, published_parts
from pipelines.marts.explain import SHOWN_ENTRIES, explain
from pipelines.marts.explain_words import as_lines
from pipelines.marts.lanes import Lanes
from pipelines.raw.checksums import pin
from pipelines.raw.stage import take_stock

UKRAINE = (("19.1", "191", "2019-06-01"), ("20.1", "201", "2020-06-01"))
UKRAINE += (("22.1", "221", "2022-06-01"),)


@pytest.fixture(scope="module")
def release(
    raw_without_sources: Any, register_parts: Any, shared: Path, tmp_path_factory: Any
) -> Path:
    """The database of a release of Ukraine in three releases of GED, and of IDMC's vintages."""
    folder = tmp_path_factory.mktemp("registers")
    raw = raw_without_sources(folder)
    data = shared / "data"
    for name, code, day in UKRAINE:
        file = data / "ucdp_ged_countries" / f"ukr_ged{code}.csv.gz"
        ged = {"producer": "UCDP", "reader": "ucdp_ged", "published_on": day}
        register_parts.put(raw, "ged-ukr", name, [file], **ged)
    vintages = data / "unhcr_population" / "idmc_vintages.csv.gz"
    unhcr = {"producer": "UNHCR", "reader": "unhcr", "published_on": "2026-06-25"}
    register_parts.put(raw, "unhcr", "2026-06", [vintages], **unhcr)
    for source in ("ged-ukr", "unhcr"):
        pin(raw, source)
    tables = take_stock(raw, "own")
    tables |= read_claims(tables, raw, "own", folder / "entries")
    entries = figures_of_entries(Entries.read(folder / "entries"))
    tables["figures/figures"] = make_figures(
        tables["claims/claims"], tables["raw/actors"], tables["claims/documents"]
    )
    tables |= answer(tables, entries)
    path = folder / "casualties.duckdb"
    parts = published_parts(entries, tables["claims/documents"], "own")
    made = publishable(tables, "own", entries)
    database.write(made, path, folder / "spill", Lanes(parts))
    return path


@pytest.fixture(scope="module")
def ask(release: Path) -> Any:
    with duckdb.connect(str(release), read_only=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


def test_the_totals_of_each_release_are_those_of_the_file(ask):
    rows = ask(
        "SELECT release, sum(sum_low), sum(sum_best), sum(sum_high), sum(n_inverted), "
        "bool_and(stands) FROM marts.register_totals "
        "WHERE source_id = 'ged-ukr' AND place_id = 'UKR' GROUP BY release ORDER BY release"
    )
    assert rows == [
        ("19.1", 6_088, 6_632, 7_481, 18, False),
        ("20.1", 6_246, 6_875, 7_728, 19, False),
        ("22.1", 7_424, 7_882, 8_804, 13, True),
    ]


def test_what_moved_from_one_release_to_the_next(ask):
    rows = ask(
        "SELECT from_release, to_release, count(*) FILTER (change = 'added'), "
        "count(*) FILTER (change = 'dropped'), count(*) FILTER (low_from <> low_to), "
        "count(*) FILTER (best_from <> best_to), count(*) FILTER (high_from <> high_to) "
        "FROM marts.revisions WHERE source_id = 'ged-ukr' GROUP BY ALL ORDER BY ALL"
    )
    assert rows == [("19.1", "20.1", 174, 0, 0, 0, 0), ("20.1", "22.1", 1_916, 94, 63, 59, 59)]
    kept = ask(
        "SELECT release, count(replaced_by), count(withdrawn_on) FROM marts.claims "
        "WHERE source_id = 'ged-ukr' GROUP BY release ORDER BY release"
    )
    assert kept == [("19.1", 993, 0), ("20.1", 1_073, 0), ("22.1", 0, 0)]


def test_each_vintage_has_its_own_total_of_a_past_year(ask):
    rows = ask(
        "SELECT CAST(edition AS VARCHAR), sum_best, stands FROM marts.register_totals "
        "WHERE source_id = 'unhcr' AND place_id IS NULL AND year = 2022 ORDER BY edition"
    )
    totals = {day[:7]: total for day, total, _ in rows}
    assert totals["2023-04"] == 53_165_720
    assert totals["2023-06"] == totals["2023-10"] == 62_479_565
    assert totals["2024-06"] == totals["2024-10"] == 62_500_170
    assert {total for day, total in totals.items() if day >= "2025-06"} == {61_246_388}
    assert [stands for *_, stands in rows] == [False] * (len(rows) - 1) + [True]


@pytest.mark.parametrize(
    ("day", "events"),
    [("2019-05-31", 0), ("2019-12-31", 993), ("2020-12-31", 1_167), ("2022-06-01", 3_083)],
)
def test_as_of_a_day_the_newest_known_reading_of_each_event_counts(ask, day, events):
    """Events that 22.1 dropped count on: its card does not say what it covers."""
    counting = f"SELECT count(*) FROM marts.figures_as_of('{day}') WHERE counts AND entry_of "
    assert ask(f"{counting} LIKE 'ged-ukr/%'") == [(events,)]


@pytest.mark.parametrize(
    ("day", "low", "best", "high", "entries"),
    [(None, 6_878, 7_167, 8_016, "2,478"), ("2019-12-31", 6_088, 6_632, 7_481, "993")],
)
def test_a_register_answers_what_is_asked(release, day, low, best, high, entries):
    held = Collection.open(release, day)
    assert held.rows == ()
    result = held.ask(metric="killed", place="UKR", start="2014-01-01", end="2018-12-31")
    (by_source,) = (one for one in result["answers"] if one["rule"] == "by_source")
    assert result["answer"] == "answered"
    assert (by_source["low"], by_source["best"], by_source["high"]) == (low, best, high)
    assert (by_source["tier"], by_source["bases"]) == ("reported", ["tallied"])
    assert any(f"a sum over {entries} entries" in said for said in by_source["assumptions"])
    assert result["floor"]["low"] == low


def test_before_its_first_release_a_register_says_nothing(release):
    result = Collection.open(release, "2019-05-31").ask(metric="killed", place="UKR")
    assert result["answer"] == "not_answerable"


def test_where_no_register_answers_it_is_said_of_where_they_do(release):
    result = Collection.open(release).ask(metric="killed", place="COL")
    assert result["answer"] == "not_answerable"
    assert "Ukraine" in result["missing"]


def test_named_entries_are_added_up_and_those_that_were_replaced_are_not(release, ask):
    def ids(name: str) -> list[str]:
        rows = ask(f"SELECT claim_id FROM marts.claims WHERE release = '{name}' LIMIT 3")
        return [claim for (claim,) in rows]

    held = Collection.open(release)
    newest = ids("22.1")
    (told,) = ask(f"SELECT refused, best FROM marts.safe_sum({newest!r})")
    assert told == (False, held.safe_sum(newest).best)
    with pytest.raises(SumRefused, match="replaced"):
        held.safe_sum([newest[0], ids("19.1")[0]])


def test_what_moved_in_the_totals_is_told_largest_first(release):
    with duckdb.connect(str(release), read_only=True) as connection:
        rows = moved.moved_in_release(connection)
    told = moved.as_lines(rows)
    assert told[0] == "totals of ged-ukr: 10 rose, 4 new"
    assert told[1] == "  killed, all places, 2015: 1,314 -> 1,726 (+412; 20.1 -> 22.1)"


@pytest.mark.parametrize("source", ["ged-ukr", "unhcr"])
def test_a_total_is_walked_back_to_the_entries_that_it_adds_up(ask, release, source):
    totals = ask(
        "SELECT total_id, n_entries, sum_best FROM marts.register_totals "
        f"WHERE source_id = '{source}' ORDER BY total_id LIMIT 12"
    )
    assert totals
    for total_id, n_entries, best in totals:
        found = explain(release, release.parent / "raw", total_id, lambda name, data: "")
        assert ask(f"SELECT count(*), sum(value) FROM ({found['query']})") == [(n_entries, best)]
        assert len(found["claims"]) == min(n_entries, SHOWN_ENTRIES)
        first, ranges, *_ = as_lines(found)
        assert total_id in first
        assert f"{best:,}" in ranges
