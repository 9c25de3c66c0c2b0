"""Incidents against aid workers and health care: counts of people, and no description."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.claims.registers.insecurity_insight import tables

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(*names: str) -> list[Path]:
    return [FIXTURES / f"insecurity_{name}.csv" for name in names]


def test_an_incident_gives_a_claim_for_each_count(read: Any) -> None:
    found = read(tables, fixture("aid_workers"))
    assert found.accounts == {"insecurity_aid_workers.csv": (3, 2, 0, 1, 3)}
    assert found.rows(
        "SELECT record_id, metric, population, value, place_id, doubts FROM claims "
        "ORDER BY claim_id"
    ) == [
        ("aid_workers/101", "killed", "aid_workers", 1, "PS02", ["one_if_unspecified"]),
        ("aid_workers/102", "injured", "aid_workers", 4, "MLI/mopti", []),
        ("aid_workers/102", "kidnapped", "aid_workers", 2, "MLI/mopti", []),
    ]


def test_who_is_held_responsible_is_in_the_sources_words(read: Any) -> None:
    found = read(tables, fixture("aid_workers"))
    assert found.rows(
        "SELECT DISTINCT record_id, attributed_to, attributed_by, hazard_or_weapon FROM claims "
        "ORDER BY ALL"
    ) == [
        ("aid_workers/101", "An army", "Insecurity Insight", "Firearms"),
        ("aid_workers/102", "NSA", "Insecurity Insight", None),
    ]


def test_a_day_may_be_written_as_a_timestamp(read: Any) -> None:
    claim = read(tables, fixture("aid_workers")).claim("aid_workers/102#kidnapped")
    assert claim["start_earliest"] == claim["end_latest"] == date(2024, 2, 25)
    assert (claim["measure"], claim["basis"]) == ("flow", "tallied")


def test_a_tag_row_is_no_record_and_an_id_may_be_a_float(read: Any) -> None:
    found = read(tables, fixture("health_care"))
    assert found.accounts == {"insecurity_health_care.csv": (4, 2, 1, 1, 2)}
    assert found.rows("SELECT record_id, place_id, doubts FROM claims ORDER BY record_id") == [
        ("health_workers/42822", "PS02", ["one_if_unspecified"]),
        ("health_workers/42823", None, []),
    ]
    assert found.faults == [(6, "Health Workers Killed", "number.not_a_number")]


def test_no_word_of_a_description_is_kept(read: Any) -> None:
    found = read(tables, fixture("aid_workers", "health_care"))
    kept = str(found.rows("FROM claims")) + str(found.reading.quarantine)
    assert not any(word in kept for word in ("Jane", "nurse", "doubtful", "abducted"))


def test_the_two_files_are_registers_of_their_own(read: Any) -> None:
    found = read(tables, fixture("aid_workers", "health_care"))
    assert found.rows("SELECT DISTINCT entry_of, adds_up FROM claims ORDER BY ALL") == [
        ("register/2026-09-01/aid_workers", True),
        ("register/2026-09-01/health_workers", True),
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        (",101\n", ",\n", ("SiND Event ID", "missing.SiND Event ID")),
        ("2024-02-26,", "26 February,", ("Date", "date.not_a_day")),
        (",1,0,0,0,1,101", ",-1,0,0,0,1,101", ("Aid Workers Killed", "number.negative")),
    ],
)
def test_a_faulty_cell_sets_its_row_aside(
    read: Any, was: str, becomes: str, fault: tuple[str, str]
) -> None:
    text = fixture("aid_workers")[0].read_text(encoding="utf-8")
    assert was in text
    found = read(tables, {"aid.csv": text.replace(was, becomes, 1).encode()})
    assert found.faults == [(2, *fault)]
    assert found.accounts["aid.csv"] == (3, 1, 1, 1, 2)


# The samples

SAMPLES = {
    "aid_workers_kika_2020_2024.csv.gz": ("Aid Workers", (593, 853, 587)),
    "attacks_on_health_care_2016_2023.csv.gz": ("Health Workers", (1634, 2519, 1212)),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_counts_as_published(read: Any, shared: Path, name: str) -> None:
    path = shared / "data" / "insecurity_insight" / name
    whom, sums = SAMPLES[name]
    found = read(tables, [path])
    metrics = ("killed", "injured", "kidnapped")
    assert (
        tuple(
            found.one(f"SELECT sum(value) FROM claims WHERE metric = '{metric}'")
            for metric in metrics
        )
        == sums
    )
    counts = [
        f'coalesce(TRY_CAST("{whom} {metric.capitalize()}" AS INTEGER), 0)' for metric in metrics
    ]
    ((rows, with_claims, claims),) = duckdb.execute(
        f"SELECT count(*), count(*) FILTER ({' + '.join(counts)} > 0), "
        f"sum({' + '.join(f'CAST({count} > 0 AS INTEGER)' for count in counts)}) "
        f"FROM read_csv('{path}', all_varchar = true) WHERE \"Date\" <> '#date'"
    ).fetchall()
    assert found.accounts[name] == (rows, with_claims, 0, rows - with_claims, claims)
    assert found.rows("FROM claims WHERE 'place_unresolved' IN doubts") == []
