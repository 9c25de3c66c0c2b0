"""The daily bulletins: counters as series, filled-in values beside reported ones, dated changes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.claims.registers.gaza_daily import tables

FIXTURES = Path(__file__).parent / "fixtures"
REPORTED = {"zeros": "reported"}


def fixture(name: str) -> list[Path]:
    return [FIXTURES / f"gaza_{name}"]


def daily(*changes: dict[str, Any]) -> dict[str, bytes]:
    """A daily file of the fixture's first day with changes, one day after another."""
    good = json.loads((FIXTURES / "gaza_casualties_daily.json").read_text())[0]
    return {"casualties_daily.json": json.dumps([good | change for change in changes]).encode()}


def test_a_total_is_a_counter_from_the_anchor(read: Any) -> None:
    found = read(tables, fixture("casualties_daily.json"))
    claim = found.claim("gaza/2023-10-09#killed.killed_cum")
    assert (claim["value"], claim["measure"], claim["series"]) == (
        16,
        "cumulative",
        "Gaza killed (as reported)",
    )
    assert [claim[day] for day in ("start_earliest", "start_latest")] == [date(2023, 10, 7)] * 2
    assert [claim[day] for day in ("end_earliest", "end_latest")] == [date(2023, 10, 9)] * 2
    assert (claim["place_id"], claim["adds_up"]) == ("PS02", False)
    assert (claim["speaker"], claim["source_type"]) == (
        "Government Media Office in Gaza",
        "government",
    )


@pytest.mark.parametrize(
    ("field", "population", "restriction", "deaths"),
    [
        ("killed_children_cum", "children", None, "direct"),
        ("killed_women_cum", "women", None, "direct"),
        ("civdef_killed_cum", "all", "civil defence personnel", "direct"),
        ("killed_truce_new", "all", "newly killed, without those added later", "direct"),
        ("aid_seeker_killed_cum", "all", "people seeking aid", "direct"),
        ("famine_cum", "all", "famine and malnutrition", "indirect"),
        ("child_famine_cum", "children", "famine and malnutrition", "indirect"),
        ("med_killed_cum", "health_workers", None, "direct"),
        ("press_killed_cum", "journalists", None, "direct"),
    ],
)
def test_each_field_counts_its_own_people(
    read: Any, field: str, population: str, restriction: str | None, deaths: str
) -> None:
    found = read(tables, fixture("casualties_daily.json"))
    assert set(
        found.rows(
            "SELECT population, restriction, deaths_counted FROM claims "
            f"WHERE ends_with(claim_id, '#killed.{field}')"
        )
    ) == {(population, restriction, deaths)}


def test_what_the_compiler_filled_in_is_its_own_and_beside_the_reported(read: Any) -> None:
    found = read(tables, fixture("casualties_daily.json"))
    filled = found.claim("gaza/2023-10-08#killed.ext_killed_cum")
    assert (filled["basis"], filled["speaker"]) == ("extrapolated", "Tech for Palestine")
    assert filled["series"] == "Gaza killed (extrapolated by Tech for Palestine)"
    assert not found.rows("FROM claims WHERE ends_with(claim_id, '/2023-10-08#killed.killed_cum')")
    assert (
        found.one(
            "SELECT count(DISTINCT series) FROM claims WHERE metric = 'killed' "
            "AND population = 'all' AND measure = 'cumulative' AND restriction IS NULL"
        )
        == 2
    )
    assert not found.rows(
        "FROM claims WHERE (basis = 'extrapolated') <> contains(claim_id, '.ext_')"
    )


@pytest.mark.parametrize(
    ("hours", "earliest", "latest"),
    [(24, date(2024, 5, 4), date(2024, 5, 5)), (48, date(2024, 5, 3), date(2024, 5, 4))],
)
def test_a_daily_figure_covers_the_hours_of_its_report(
    read: Any, hours: int, earliest: date, latest: date
) -> None:
    found = read(tables, daily({"report_date": "2024-05-05", "report_period": hours}))
    claim = found.claim("#killed.killed")
    assert claim["measure"] == "flow"
    assert (claim["start_earliest"], claim["start_latest"]) == (earliest, latest)
    assert claim["end_earliest"] == claim["end_latest"] == date(2024, 5, 5)
    assert claim["period_as_written"] == f"{hours} hours to 2024-05-05"
    assert "deaths_may_be_earlier" in claim["doubts"]


def test_a_figure_with_people_added_later_may_reach_back_to_the_anchor(read: Any) -> None:
    found = read(tables, fixture("casualties_daily.json"))
    killed = found.claim("gaza/2025-09-06#killed.killed")
    assert killed["start_earliest"] == date(2023, 10, 7)
    added = found.claim("gaza/2025-09-06#killed.killed_recovered")
    assert (added["start_earliest"], added["end_latest"]) == (date(2023, 10, 7), date(2025, 9, 6))
    assert added["part_of"] == killed["claim_id"]


def test_parts_point_to_claims_that_are_there(read: Any) -> None:
    for name in ("casualties_daily.json", "west_bank_daily.json", "lebanon_daily.json"):
        found = read(tables, fixture(name))
        assert not found.rows(
            "SELECT part_of FROM claims WHERE part_of NOT IN (SELECT claim_id FROM claims)"
        )


def test_a_zero_over_no_hours_is_no_figure(read: Any) -> None:
    found = read(tables, fixture("casualties_daily.json"), REPORTED)
    assert not found.rows("FROM claims WHERE ends_with(claim_id, '2023-10-08#killed.ext_killed')")
    assert found.claim("gaza/2025-09-06#injured.injured")["value"] == 0


def test_a_zero_is_a_figure_only_where_the_card_says_so(read: Any) -> None:
    found = read(tables, fixture("casualties_daily.json"))
    assert not found.rows("FROM claims WHERE value = 0")


def test_a_day_without_a_report_is_doubted(read: Any) -> None:
    found = read(
        tables,
        daily(
            {"report_period": 0, "killed": 3}, {"report_date": "2023-11-01", "report_source": "who"}
        ),
    )
    doubted = found.claim("2023-10-07#killed.killed")
    assert set(doubted["doubts"]) >= {"no_report_that_day", "period_not_stated"}
    assert "start_earliest" not in doubted and doubted["end_latest"] == date(2023, 10, 7)
    assert found.claim("2023-11-01#killed.killed_cum")["doubts"] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"killed_cum": "many"}, ("killed_cum", "number.not_a_number")),
        ({"killed_cum": -3}, ("killed_cum", "number.negative")),
        ({"killed": 1.5}, ("killed", "number.fraction")),
        ({"report_date": "7 October"}, ("report_date", "date.not_a_day")),
        ({"report_date": None}, ("report_date", "missing.report_date")),
    ],
)
def test_a_faulty_cell_sets_its_row_aside(
    read: Any, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    found = read(tables, daily(change, {"report_date": "2023-10-20"}))
    assert [line[1:] for line in found.faults] == [fault]
    assert found.accounts["casualties_daily.json"][:4] == (2, 1, 1, 0)


def test_a_field_that_nobody_knows_refuses_the_file(read: Any) -> None:
    found = read(tables, daily({"wounded_cum": 3}))
    assert (found.file["status"], found.file["reason"]) == ("refused", "file.unknown_column")
    assert "wounded_cum" in found.file["message"]


# The West Bank


def test_the_database_stands_beside_the_flash_updates(read: Any) -> None:
    found = read(tables, fixture("west_bank_daily.json"))
    verified = found.claim("west-bank/2023-10-07#killed.verified.killed_cum")
    flash = found.claim("west-bank/2023-10-07#killed.killed_cum")
    assert (verified["value"], verified["basis"]) == (3, "tallied")
    assert (flash["value"], flash["basis"], flash["speaker"]) == (2, "unstated", "OCHA")
    assert verified["series"] != flash["series"] and verified["place_id"] == "PS01"
    by_day = found.claim("west-bank/2023-10-07#killed.verified.killed")
    assert by_day["start_earliest"] == by_day["end_latest"] == date(2023, 10, 7)


def test_a_value_carried_forward_is_the_compilers(read: Any) -> None:
    found = read(tables, fixture("west_bank_daily.json"))
    carried = found.claim("west-bank/2023-10-08#killed.killed_cum")
    assert (carried["basis"], carried["speaker"]) == ("extrapolated", "Tech for Palestine")
    assert carried["doubts"] == ["carried_forward"]
    assert carried["series"] == "West Bank killed (carried forward by Tech for Palestine)"


def test_households_are_no_people(read: Any) -> None:
    found = read(tables, fixture("west_bank_daily.json"))
    assert found.rows(
        "SELECT unit, population, value, place_role FROM claims WHERE metric = 'displaced' "
        "ORDER BY claim_id"
    ) == [
        ("people", "children", 9, "came_from"),
        ("households", "all", 4, "came_from"),
        ("people", "all", 21, "came_from"),
    ]


# Lebanon


def test_a_restart_is_a_series_of_its_own(read: Any) -> None:
    found = read(tables, fixture("lebanon_daily.json"))
    restarted = found.claim("lebanon/2026-03-05#killed.killed_cum_reported")
    assert (restarted["value"], restarted["series"]) == (
        12,
        "Lebanon killed, phase 2 (as reported)",
    )
    assert (restarted["start_earliest"], restarted["start_latest"]) == (
        date(2026, 3, 1),
        date(2026, 3, 2),
    )
    continuous = found.claim("lebanon/2026-03-05#killed.killed_cum")
    assert (continuous["value"], continuous["speaker"]) == (112, "Tech for Palestine")
    assert continuous["start_earliest"] == date(2023, 10, 8)


def test_the_card_may_name_the_first_day_of_a_phase(read: Any) -> None:
    facts = {"phase_starts": {"2": "2026-03-02"}}
    found = read(tables, fixture("lebanon_daily.json"), facts)
    claim = found.claim("lebanon/2026-03-05#killed.killed_cum_reported")
    assert claim["start_earliest"] == claim["start_latest"] == date(2026, 3, 2)


@pytest.mark.parametrize("stated", ["2026-03-02", {"2": "March"}, {"2": "2026-03"}])
def test_a_phase_that_cannot_be_read_is_told(read: Any, stated: Any) -> None:
    found = read(tables, fixture("lebanon_daily.json"), {"phase_starts": stated})
    assert {line[2] for line in found.faults} == {"card.phase_starts"}
    assert found.file["claims"] == 0


# Bulletins and sources


def test_the_bulletins_figures_are_nested(read: Any) -> None:
    found = read(tables, fixture("bulletins.jsonl"), REPORTED)
    assert found.accounts == {"gaza_bulletins.jsonl": (2, 2, 0, 0, 8)}
    claim = found.claim("bulletin/2026-06-17#killed.killed_cum")
    assert (claim["value"], claim["note"]) == (75, "Daily injured as printed")
    assert found.claim("bulletin/2026-06-15#killed.killed_truce_new")["part_of"].endswith(
        "/bulletin/2026-06-15#killed.killed"
    )
    assert not found.rows("FROM claims WHERE contains(CAST(claims AS VARCHAR), '1 recovered')")


def test_the_sources_of_reports_give_the_figures_taken_from_them(read: Any) -> None:
    found = read(tables, fixture("source_references.csv"))
    assert found.accounts == {"gaza_source_references.csv": (5, 2, 3, 0, 6)}
    assert [line[1:] for line in found.faults] == [
        ("figures", "number.not_a_number"),
        ("figures", "text.json"),
        ("area", "enum.area"),
    ]
    flash = found.claim("reference/west-bank/2023-10-07#killed.killed_cum")
    assert (flash["value"], flash["derived_from"]) == (2, ["https://example.org/1"])
    assert found.claim("#killed.verified.killed")["value"] == 3
    assert found.claim("#displaced.displaced_persons")["measure"] == "flow"
    phase = found.claim("reference/lebanon/2023-11-14#killed.killed_cum")
    assert (phase["series"], phase["start_earliest"]) == (
        "Lebanon killed, phase 1 (as reported)",
        date(2023, 10, 8),
    )


# Changes


def changes(found: Any, field: str) -> list[tuple[Any, ...]]:
    return list(
        found.rows(
            "SELECT value, edition, withdrawn_on, replaced_by FROM claims "
            f"WHERE ends_with(claim_id, '.{field}') ORDER BY claim_id"
        )
    )


def test_the_later_change_replaces_the_earlier(read: Any) -> None:
    found = read(tables, fixture("changes.csv"))
    before = "register/2026-09-01/changes/2023-10-07"
    assert changes(found, "killed_cum") == [
        # A rename goes on; the day of a publication is its own, though its moment was later.
        (198, date(2024, 1, 15), None, f"{before}@20240120T043000Z#killed.killed_cum"),
        (198, date(2024, 1, 19), None, f"{before}@20240120T044500Z#killed.killed_cum"),
        (232, date(2024, 1, 20), None, None),
    ]


def test_an_empty_value_withdraws_and_a_rename_does_not(read: Any) -> None:
    found = read(tables, fixture("changes.csv"))
    assert [row[:3] for row in changes(found, "killed")] == [
        (198, date(2024, 1, 15), None),
        (198, date(2024, 1, 19), date(2024, 2, 1)),
        (232, date(2024, 2, 2), None),
    ]


def test_every_row_of_the_changes_is_accounted_for(read: Any) -> None:
    found = read(tables, fixture("changes.csv"))
    assert found.accounts == {"gaza_changes.csv": (12, 6, 1, 5, 6)}
    assert found.faults == [(13, "new", "number.negative")]


def test_a_change_to_nought_takes_back_what_stood_there(read: Any) -> None:
    head = "published_at,commit,report_date,field,old,new\n"
    rows = (
        "2024-01-15T12:00:00Z,a,2023-10-07,injured_cum,,12\n"
        "2024-01-16T12:00:00Z,b,2023-10-07,injured_cum,12,0\n"
    )
    files = {"casualties_daily_changes.csv": (head + rows).encode()}
    found = read(tables, files)
    assert found.rows("SELECT value, withdrawn_on FROM claims") == [(12, date(2024, 1, 16))]
    found = read(tables, files, REPORTED)
    assert found.rows("SELECT value, replaced_by IS NOT NULL FROM claims ORDER BY edition") == [
        (12, True),
        (0, False),
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2024-01-15 noon,a,2023-10-07,killed,,1", ("published_at", "date.format")),
        ("2024-01-15T12:00:00Z,a,2023-10-07,wounded,,1", ("field", "enum.field")),
        ("2024-01-15T12:00:00Z,a,2023-10-07,killed,,many", ("new", "number.not_a_number")),
        ("2024-01-15T12:00:00Z,a,,killed,,1", ("report_date", "missing.report_date")),
    ],
)
def test_a_change_that_cannot_be_read_is_set_aside(
    read: Any, row: str, fault: tuple[str, str]
) -> None:
    head = "published_at,commit,report_date,field,old,new\n"
    found = read(tables, {"casualties_daily_changes.csv": f"{head}{row}\n".encode()})
    assert [line[1:] for line in found.faults] == [fault]


# The samples


@pytest.fixture
def samples(shared: Path) -> Path:
    return shared / "data" / "gaza_daily"


def test_gaza_as_published(read: Any, samples: Path) -> None:
    path = samples / "casualties_daily.json.gz"
    found = read(tables, [path], REPORTED)
    steps = """SELECT value, value - lag(value) OVER (ORDER BY end_latest) AS step, record_id
        FROM claims WHERE series = 'Gaza killed (as reported)'"""
    assert found.one(f"SELECT count(*) FROM ({steps})") == 1033
    assert found.one(f"SELECT count(*) FROM ({steps}) WHERE step < 0") == 0
    assert (
        found.one(
            f"""SELECT count(*) FROM ({steps}) AS total JOIN claims AS daily
        ON daily.record_id = total.record_id AND ends_with(daily.claim_id, '#killed.killed')
        WHERE total.step <> daily.value"""
        )
        + found.one(
            # On a day without a report the compiler writes 0 killed beside the total.
            f"""SELECT count(*) FROM ({steps}) AS total WHERE step <> 0 AND record_id IN (
            SELECT 'gaza/' || report_date FROM read_json('{path}') WHERE killed = 0
        ) AND record_id NOT IN (
            SELECT record_id FROM claims WHERE ends_with(claim_id, '#killed.killed')
        )"""
        )
        == 9
    )
    latest = "SELECT value FROM claims WHERE end_latest = DATE '2026-08-22' AND series = "
    assert found.one(f"{latest} 'Gaza killed (as reported)'") == 73419
    assert found.one(f"{latest} 'Gaza injured (as reported)'") == 174364
    assert found.accounts[path.name][:4] == (1051, 1051, 0, 0)


def test_lebanon_as_published(read: Any, samples: Path) -> None:
    found = read(tables, [samples / "lebanon_casualties_daily.json.gz"])
    assert [
        found.one(f"SELECT max(value) FROM claims WHERE series = 'Lebanon {metric}{which}'")
        for metric in ("killed", "injured")
        for which in (
            ", phase 1 (as reported)",
            ", phase 2 (as reported)",
            " (continuous over phases by Tech for Palestine)",
        )
    ] == [4047, 4346, 8393, 16638, 12301, 28939]
    start = (
        "SELECT DISTINCT start_earliest, start_latest FROM claims WHERE contains(series, ', phase"
    )
    assert found.rows(f"{start} 2')") == [(date(2026, 3, 1), date(2026, 3, 2))]


FILES = (
    "casualties_daily.json.gz",
    "west_bank_daily.json.gz",
    "lebanon_casualties_daily.json.gz",
    "gaza_bulletins.jsonl",
)


def test_every_figure_of_the_daily_files_is_a_claim(read: Any, samples: Path) -> None:
    found = read(tables, [samples / name for name in FILES], REPORTED)
    for name in FILES:
        counted, no_figure = 0, 0
        for row in _records(samples / name):
            period = row.get("report_period")
            flat = dict(row.get("figures", row)) | {
                f"verified.{field}": value for field, value in row.get("verified", {}).items()
            }
            for field, value in flat.items():
                is_people = any(
                    word in field for word in ("killed", "injured", "displaced", "famine")
                )
                if not is_people or value == "":
                    continue
                is_flow = not field.removesuffix("_reported").endswith("_cum")
                if is_flow and period == 0 and value == 0:
                    no_figure += 1
                else:
                    counted += 1
        rows = len(_records(samples / name))
        assert found.accounts[name] == (rows, rows, 0, 0, counted)
        assert no_figure == {FILES[0]: 362}.get(name, 0)


def _records(path: Path) -> list[dict[str, Any]]:
    import gzip

    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if path.name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return list(json.loads(text))


NO_PEOPLE = ("report_source", "report_period", "massacres_cum", "ext_massacres_cum")
BY_REPORT = ("killed", "injured", "truce_new", "recovered", "succumbed", "committee")


def test_every_change_is_a_claim_a_withdrawal_or_no_figure(read: Any, samples: Path) -> None:
    path = samples / "casualties_daily_changes.parquet"
    found = read(tables, [path], REPORTED)
    rows = duckdb.execute(
        f"SELECT commit, report_date, field, old, new FROM read_parquet('{path}')"
    ).fetchall()
    revised = [row for row in rows if row[3] is not None and row[4] is not None]
    withdrawn = [row for row in rows if row[3] is not None and row[4] is None]
    assert (len(revised), len(withdrawn)) == (1058, 1484)

    # The same by hand: the file lists its commits in order.
    hours = {(commit, day): new for commit, day, field, _, new in rows if field == "report_period"}
    in_force: dict[str, str | None] = {}
    standing: dict[tuple[str, str], bool] = {}
    renamed = {(c, d, f) for c, d, f, _, new in rows if new is not None}
    stated = replaced = taken_back = 0
    for commit, day, field, _, new in rows:
        if (commit, day) in hours:
            in_force[day] = hours[commit, day]
        counted = field.replace("martyred", "killed")
        if field in NO_PEOPLE or (new or "").startswith("-"):
            continue
        not_reported = counted.endswith(BY_REPORT) and new == "0" and in_force.get(day) == "0"
        if new is None and (commit, day, counted) in renamed:
            continue
        if new is None or not_reported:
            taken_back += standing.pop((day, counted), False)
        else:
            stated += 1
            replaced += standing.get((day, counted), False)
            standing[day, counted] = True

    assert found.faults == [(22735, "new", "number.negative")]
    assert found.accounts[path.name] == (23689, stated, 1, 23689 - 1 - stated, stated)
    assert (
        found.one("SELECT count(replaced_by) FROM claims"),
        found.one("SELECT count(withdrawn_on) FROM claims"),
    ) == (replaced, taken_back)


def test_the_last_state_of_the_changes_is_the_daily_file(read: Any, samples: Path) -> None:
    names = ("casualties_daily_changes.parquet", "casualties_daily.json.gz")
    found = read(tables, [samples / name for name in names], REPORTED)
    state = """SELECT split_part(record_id, '/', 2) AS day,
        split_part(claim_id, '#', 2) AS field, value
        FROM claims WHERE starts_with(record_id, '{}/')"""
    now = state.format("changes") + " AND replaced_by IS NULL AND withdrawn_on IS NULL"
    differ = found.rows(f"({now} EXCEPT {state.format('gaza')}) ORDER BY ALL")
    missing = found.rows(f"({state.format('gaza')} EXCEPT {now}) ORDER BY ALL")
    assert missing == []
    # Days whose report was struck later, by a change of its period alone: their 0 stands.
    assert len(differ) == 10 and {row[2] for row in differ} == {0}
