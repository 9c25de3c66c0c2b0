"""Any table by mapping: its cells are read as those of a claim sheet, and so are its faults."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.claims.registers.mapped_table import tables
from pipelines.claims.sheet import PARSERS
from pipelines.core.csv_rows import FileRefused
from pipelines.core.mapping import TARGETS

FIXTURE = Path(__file__).parent / "fixtures" / "mapped_incidents.csv"
COLUMNS: dict[str, Any] = {
    "row_id": "ref",
    "place": {"country": "iso3", "first_level": "province"},
    "period_start": "day",
    "period_end": "day",
    "speaker": "said by",
    "note": "memo",
    "population": {
        "column": "kind",
        "words": {"civilians": "civilians", "fighters": "combatants"},
    },
    "claims": [
        {"metric": {"is": "killed"}, "value": "dead", "deaths_counted": {"is": "direct"}},
        {"metric": {"is": "injured"}, "value": "wounded"},
    ],
}
ONE = {
    "row_id": "id",
    "metric": {"is": "killed"},
    "value": "n",
    "place": "where",
    "speaker": "who",
}
ROW = {"id": "r1", "n": "12", "where": "Aleppo governorate", "who": "OCHA"}


def rows(*changes: Mapping[str, str]) -> dict[str, bytes]:
    """A table of good rows with changes, each with an id of its own."""
    listed = [{**ROW, "id": f"r{n}", **change} for n, change in enumerate(changes, start=1)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(dict.fromkeys(k for row in listed for k in row)))
    writer.writeheader()
    writer.writerows(listed)
    return {"table.csv": text.getvalue().encode()}


@pytest.fixture
def judge(read: Any) -> Any:
    """Reads good rows with changes by a mapping with more columns."""

    def read_rows(*changes: Mapping[str, str], more: Mapping[str, Any] | None = None) -> Any:
        return read(tables, rows(*changes), {"columns": ONE | dict(more or {})})

    return read_rows


def test_a_foreign_table_is_read_as_a_claim_sheet(read: Any) -> None:
    found = read(tables, [FIXTURE], {"columns": COLUMNS})
    assert found.accounts == {"mapped_incidents.csv": (4, 3, 0, 1, 5)}
    names = "record_id, metric, value, value_low, value_high, qualifier, population, place_id"
    assert found.rows(f"SELECT {names} FROM claims ORDER BY claim_id") == [
        ("i1", "injured", 12, None, None, "plain", "civilians", "SY02"),
        ("i1", "killed", 600, None, None, "more_than", "civilians", "SY02"),
        ("i2", "injured", 60, None, None, "about", "combatants", "SY07"),
        ("i2", "killed", 7, None, None, "plain", "combatants", "SY07"),
        ("i3", "killed", None, 3, 5, "between", "civilians", "SYR"),
    ]


def test_the_claim_keeps_what_the_table_prints(read: Any) -> None:
    found = read(tables, [FIXTURE], {"columns": COLUMNS})
    claim = found.claim("/i1#killed")
    assert claim["value_as_written"] == "more than 600"
    assert claim["place_as_written"] == "Aleppo, SYR"
    assert (claim["speaker"], claim["speaker_id"], claim["note"]) == ("OCHA", "ocha", "a note")
    assert (claim["deaths_counted"], claim["modality"], claim["unit"]) == (
        "direct",
        "stated",
        "people",
    )
    assert claim["adds_up"] is True and claim["doubts"] == []
    partial = found.claim("/i3#killed")
    assert (partial["start_earliest"], partial["start_latest"]) == (
        date(2016, 9, 1),
        date(2016, 9, 30),
    )
    assert partial["period_as_written"] == "2016-09"


def test_a_zero_is_a_figure_where_the_card_says_so(read: Any) -> None:
    found = read(tables, [FIXTURE], {"columns": COLUMNS, "zeros": "reported"})
    assert found.claim("/i4#killed")["value"] == 0
    assert found.accounts["mapped_incidents.csv"] == (4, 4, 0, 0, 6)


@pytest.mark.parametrize(
    ("cell", "value", "low", "high", "qualifier"),
    [
        ("1,234,567", 1234567, None, None, "plain"),
        ("at least 20", 20, None, None, "at_least"),
        ("dozens", None, 24, 99, "vague"),
        ("12.0", 12, None, None, "plain"),
        ("two", 2, None, None, "plain"),
    ],
)
def test_a_number_is_read_as_in_a_sheet(
    judge: Any, cell: str, value: int | None, low: int | None, high: int | None, qualifier: str
) -> None:
    claim = judge({"n": cell}).one("SELECT value, value_low, value_high, qualifier FROM claims")
    assert claim == (value, low, high, qualifier)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("n/a", "missing.value"),
        ("450.000", "number.ambiguous_separator"),
        ("-3", "number.negative"),
        ("12.5", "number.fraction"),
        ("1e3", "number.exponent"),
        ("7%", "number.percent"),
        ("killed 3, injured 4", "number.not_a_number"),
        ("99999999999", "number.too_large"),
        ("a handful of", "number.not_a_number"),
    ],
)
def test_a_number_that_is_none_is_set_aside(judge: Any, cell: str, reason: str) -> None:
    found = judge({"n": cell}, {})
    assert found.faults == [(2, "n", reason)]
    line = found.reading.quarantine[0]
    assert line["value"] == cell and line["fix"] and line["message"]
    assert found.accounts["table.csv"] == (2, 1, 1, 0, 1)


def test_another_cell_of_the_column_settles_a_mark(judge: Any) -> None:
    found = judge({"n": "450.000"}, {"n": "1.234.567"})
    assert found.rows("SELECT value FROM claims ORDER BY record_id") == [(450000,), (1234567,)]


BESIDE = {
    "value_low": "low",
    "value_high": "high",
    "qualifier": "q",
    "period_start": "from",
    "period_end": "to",
    "modality": "mode",
    "unit": "of",
    "measure": "how",
    "stated_on": "said",
    "origin": "from whom",
    "source_type": "kind",
    "derived_from": "built from",
    "from_place": "left",
}
EMPTY = dict.fromkeys(BESIDE.values(), "")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"q": "atleast"}, ("q", "enum.qualifier")),
        ({"n": "more than 5", "q": "at_least"}, ("q", "number.qualifier_conflict")),
        ({"q": "between"}, ("q", "number.qualifier_conflict")),
        ({"n": "", "low": "3", "high": "9", "q": "plain"}, ("q", "number.qualifier_conflict")),
        ({"q": "at_least", "high": "90"}, ("n", "number.qualifier_conflict")),
        ({"n": "0", "q": "less_than"}, ("n", "range.below_zero")),
        ({"n": "", "low": "9", "high": "3"}, ("low", "range.inverted")),
        ({"low": "20", "high": "30"}, ("n", "range.best_outside")),
        ({"low": "about 3"}, ("low", "number.not_a_number")),
        ({"from": "2016-09-20", "to": "2016-09-19"}, ("to", "date.reversed")),
        ({"from": "20.9.2016"}, ("from", "date.format")),
        ({"from": "2027-01-01"}, ("from", "date.future")),
        ({"to": "2026-09-02"}, ("to", "date.before_it_happened")),
        ({"said": "2027-01-01"}, ("said", "date.future")),
        ({"mode": "none_reported"}, ("mode", "number.none_reported")),
        ({"of": "households"}, ("of", "unit.metric")),
        ({"how": "stock"}, ("how", "enum.measure_metric")),
        ({"of": "peoples"}, ("of", "enum.unit")),
        ({"who": ""}, ("who", "missing.who")),
        ({"where": ""}, ("where", "missing.where")),
        ({"where": "Аleppo governorate"}, ("where", "place.lookalike")),
        ({"who": "call +963 11 223 4455"}, ("who", "privacy.phone")),
        ({"id": "r#1"}, ("id", "text.bad_id")),
        ({"id": "r\u200b1"}, ("id", "text.control_character")),
    ],
)
def test_each_fault_of_a_sheet_is_one_of_a_mapped_row(
    judge: Any, change: dict[str, str], fault: tuple[str, str]
) -> None:
    found = judge(EMPTY | change, EMPTY, more=BESIDE)
    assert [line[1:] for line in found.faults] == [fault]
    assert found.accounts["table.csv"][:3] == (2, 1, 1)


def test_a_plan_may_lie_in_the_future(judge: Any) -> None:
    found = judge(EMPTY | {"from": "2027-01-01", "mode": "projected"}, more=BESIDE)
    assert found.one("SELECT modality, start_earliest FROM claims") == (
        "projected",
        date(2027, 1, 1),
    )


def test_none_reported_is_a_figure_of_nought(judge: Any) -> None:
    found = judge(EMPTY | {"n": "0", "mode": "none_reported"}, EMPTY | {"n": "0"}, more=BESIDE)
    assert found.rows("SELECT record_id, value, modality FROM claims") == [
        ("r1", 0, "none_reported")
    ]


def test_two_ends_without_a_value_are_a_range(judge: Any) -> None:
    found = judge(EMPTY | {"n": "", "low": "3", "high": "9"}, more=BESIDE)
    assert found.one(
        "SELECT value, value_low, value_high, qualifier, value_as_written FROM claims"
    ) == (None, 3, 9, "between", "3 to 9")


def test_what_cannot_be_looked_up_is_doubted_and_kept_in_words(judge: Any) -> None:
    change = {"where": "Nowhere", "left": "Elsewhere", "said": "2016-09", "built from": "a; b"}
    claim = judge(EMPTY | change, more=BESIDE).claim("/r1#killed")
    assert sorted(claim["doubts"]) == [
        "from_place_unresolved",
        "place_unresolved",
        "stated_on_partial",
    ]
    assert claim["note"] == "stated_on as written: 2016-09; from_place as written: Elsewhere"
    assert claim["derived_from"] == ["a", "b"] and "stated_on" not in claim


def test_a_private_persons_name_waits_for_a_reader(judge: Any) -> None:
    change = {"who": "Jane Doe", "kind": "individual"}
    claim = judge(EMPTY | change, more=BESIDE).claim("/r1#killed")
    assert (claim["review_status"], claim["doubts"]) == ("pending", ["possible_private_name"])


def test_a_table_in_the_long_form_names_its_metric_in_a_column(read: Any) -> None:
    words = {"deaths": "killed", "wounded": "injured"}
    columns = ONE | {"row_id": ["id", "what"], "metric": {"column": "what", "words": words}}
    table = rows(
        {"id": "r1", "what": "deaths", "n": "3"},
        {"id": "r1", "what": "wounded", "n": "4"},
        {"id": "r1", "what": "houses", "n": "5"},
    )
    found = read(tables, table, {"columns": columns})
    assert found.rows("SELECT claim_id, metric, value FROM claims ORDER BY 1") == [
        ("register/2026-09-01/r1|deaths#killed", "killed", 3),
        ("register/2026-09-01/r1|wounded#injured", "injured", 4),
    ]
    assert found.faults == [(4, "what", "enum.metric")]
    assert "houses" in found.reading.quarantine[0]["fix"]


def test_claims_of_one_metric_are_told_apart_by_their_column(read: Any) -> None:
    claims = [{"value": "n"}, {"value": "children", "population": {"is": "children"}}]
    columns = ONE | {"claims": claims}
    found = read(tables, rows({"children": "5"}), {"columns": columns})
    assert found.rows("SELECT claim_id, population, value, adds_up FROM claims ORDER BY 1") == [
        ("register/2026-09-01/r1#killed.children", "children", 5, False),
        ("register/2026-09-01/r1#killed.n", "all", 12, False),
    ]


def test_the_same_word_may_stand_for_all_rows(judge: Any) -> None:
    more = {
        "place": {"is": "SYR"},
        "period_start": {"is": "2016"},
        "period_end": {"is": "2016-10"},
        "basis": {"is": "tallied"},
        "series": {"is": "the office's list"},
    }
    claim = judge({}, more=more | {"note": "where"}).claim("/r1#killed")
    assert (claim["place_id"], claim["basis"]) == ("SYR", "tallied")
    assert (claim["start_earliest"], claim["end_latest"]) == (date(2016, 1, 1), date(2016, 10, 31))
    assert claim["period_as_written"] == "2016 to 2016-10"


def test_a_column_that_the_table_lacks_is_named(read: Any) -> None:
    found = read(tables, rows({}), {"columns": ONE | {"value": "nn"}})
    assert found.file["status"] == "refused"


def test_a_column_that_nothing_asks_for_has_to_be_ignored(read: Any) -> None:
    found = read(tables, rows({"more": "x"}), {"columns": ONE})
    assert (found.file["status"], found.file["reason"]) == ("refused", "file.unknown_column")
    assert "more" in found.file["message"]
    found = read(tables, rows({"more": "x"}), {"columns": ONE, "ignored": ["more"]})
    assert found.file["claims"] == 1


def test_a_mapping_that_cannot_be_used_refuses_the_release(read: Any) -> None:
    with pytest.raises(FileRefused, match="Did you mean 'killed'"):
        read(tables, rows({}), {"columns": ONE | {"metric": {"is": "kiled"}}})


def test_every_column_of_a_mapping_has_a_parser() -> None:
    assert set(TARGETS) - set(PARSERS) == {"value", "value_low", "value_high"}
