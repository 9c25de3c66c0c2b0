from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.core.gazetteer import Gazetteer
from pipelines.raw.faults import Fault
from pipelines.raw.fingerprint import input_files
from pipelines.raw.house_rules import read_house_rules
from pipelines.raw.registers import RegisterFault, read_registers
from pipelines.raw.stage import take_stock
from schemas import judge
from schemas.raw import HouseRules

PLACES = """place_id,name,other_names,level,parent_id,iso3,pcode,gazetteer
SYR,Syria,Syrian Arab Republic,0,,SYR,,ISO 3166-1
SY02,Aleppo,,1,SYR,SYR,SY02,OCHA
XX1,Springfield,,1,SYR,,,g
XX2,Springfield,,1,SYR,,,g
"""
GOOD = """- metric: killed
  place: Syria
  population: civilians
  source: SOHR
  reason: The office quotes SOHR for civilians since 2012.
"""
FILE = "house_rules.yml"


@pytest.fixture
def places(raw_dir: Path) -> Gazetteer:
    (raw_dir / "places.csv").write_text(PLACES, encoding="utf-8")
    tables, found = read_registers(raw_dir)
    assert found == []
    return Gazetteer(tables["raw/places"], tables["raw/territories"])


def write(raw_dir: Path, text: str | bytes) -> None:
    (raw_dir / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())


def faults(raw_dir: Path, places: Gazetteer | None, text: str | bytes) -> list[Fault]:
    write(raw_dir, text)
    rows, found = read_house_rules(raw_dir, places)
    assert rows.empty
    return found


def test_a_good_rule(raw_dir: Path, places: Gazetteer) -> None:
    write(raw_dir, GOOD)
    rows, found = read_house_rules(raw_dir, places)
    assert found == []
    assert judge(HouseRules, rows).empty
    assert rows.to_dict("records") == [
        {
            "line": 1,
            "metric": "killed",
            "place_id": "SYR",
            "population": "civilians",
            "source": "SOHR",
            "reason": "The office quotes SOHR for civilians since 2012.",
        }
    ]


@pytest.mark.parametrize("any_", ["any", "", '""', "'any'"])
def test_any_and_nothing_are_any(raw_dir: Path, places: Gazetteer, any_: str) -> None:
    text = GOOD.replace("Syria", any_, 1).replace("civilians", any_, 1)
    write(raw_dir, text)
    rows, found = read_house_rules(raw_dir, places)
    assert found == []
    assert rows[["place_id", "population"]].isna().all(axis=None)


def test_a_field_left_out_is_any(raw_dir: Path, places: Gazetteer) -> None:
    write(raw_dir, "- {metric: killed, source: SOHR, reason: ours}")
    rows, found = read_house_rules(raw_dir, places)
    assert found == []
    assert rows[["place_id", "population"]].isna().all(axis=None)


@pytest.mark.parametrize("place", ["SYR", "Syrian Arab Republic", "syria"])
def test_a_place_is_an_id_or_an_exact_name(raw_dir: Path, places: Gazetteer, place: str) -> None:
    write(raw_dir, GOOD.replace("Syria", place, 1))
    rows, _ = read_house_rules(raw_dir, places)
    assert rows["place_id"].tolist() == ["SYR"]


def test_rules_keep_their_order(raw_dir: Path, places: Gazetteer) -> None:
    write(raw_dir, GOOD + GOOD.replace("SOHR", "OHCHR") + GOOD.replace("civilians", "all"))
    rows, found = read_house_rules(raw_dir, places)
    assert found == []
    assert rows["line"].tolist() == [1, 2, 3]
    assert rows["source"].tolist() == ["SOHR", "OHCHR", "SOHR"]


@pytest.mark.parametrize("text", [None, "", "# none yet\n", "[]", "\n\n"])
def test_no_file_or_nothing_in_it_is_no_rule(
    raw_dir: Path, places: Gazetteer, text: str | None
) -> None:
    if text is not None:
        write(raw_dir, text)
    rows, found = read_house_rules(raw_dir, places)
    assert found == []
    assert rows.empty
    assert list(rows.columns) == list(take_stock(raw_dir, "own")["raw/house_rules"].columns)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "field", "reason", "fix"),
    [
        ("metric: killed", "metric: kiled", 1, "metric", "not a word", "'killed'"),
        ("metric: killed", "metric: any", 1, "metric", "not a word", "write one of"),
        ("metric: killed", "metric: [killed]", 1, "metric", "a list or fields", "one text"),
        ("- metric: killed\n  place", "- place", 1, "metric", "missing", "add 'metric: ...'"),
        ("civilians\n", "civilian\n", 3, "population", "not a word", "'civilians'"),
        ("civilians\n", "{a: b}\n", 3, "population", "a list or fields", "one text"),
        ("Syria", "Sirya", 2, "place", "no place of places.csv", "add it"),
        ("Syria", "Springfield", 2, "place", "several places", "XX1, XX2"),
        ("source: SOHR", "source:", 4, "source", "missing", "add 'source: ...'"),
        ("source: SOHR", "source: '  '", 4, "source", "missing", "add 'source: ...'"),
        ("source: SOHR", "source: SOHR\n  source: HRDAG", 5, "source", "given twice", "keep one"),
        ("source: SOHR", 'source: "SO\\u0007HR"', 4, "", "control character", "delete it"),
        ("reason: The office quotes SOHR for", "reason: #", 5, "reason", "missing", "'reason: "),
    ],
)
def test_one_broken_field_is_told_where_it_stands(
    raw_dir: Path,
    places: Gazetteer,
    was: str,
    becomes: str,
    line: int,
    field: str,
    reason: str,
    fix: str,
) -> None:
    (found,) = faults(raw_dir, places, GOOD.replace(was, becomes, 1))
    assert found.file == FILE
    assert (found.line, found.column) == (line, f"rule 1, {field}".rstrip(", "))
    assert reason in found.reason
    assert fix in found.fix


def test_a_field_under_a_wrong_name_is_missing_under_its_own(
    raw_dir: Path, places: Gazetteer
) -> None:
    missing, unknown = faults(raw_dir, places, GOOD.replace("source:", "sources:"))
    assert (missing.line, missing.column, missing.reason) == (1, "rule 1, source", "is missing")
    assert (unknown.line, unknown.column) == (4, "rule 1, sources")
    assert "'source'" in unknown.fix


def test_the_value_stands_in_the_fault(raw_dir: Path, places: Gazetteer) -> None:
    (found,) = faults(raw_dir, places, GOOD.replace("Syria", "Sirya", 1))
    assert str(found).startswith("house_rules.yml, line 2, rule 1, place 'Sirya': ")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("metric: killed\nsource: SOHR\n", 1, "no list of rules"),
        ("SOHR", 1, "no list of rules"),
        ("- killed by SOHR\n", 1, "no named fields"),
        ("- [killed, SOHR]\n", 1, "no named fields"),
        ("- metric: killed\n   place: x\n", 2, "not YAML"),
        ("- &a {metric: killed}\n", 1, "anchor"),
        ("- !!python/object:os.system {}\n", 1, "tag"),
        ("[]\n---\n[]\n", 2, "second document"),
        (b"- metric: \xff\n", 1, "not UTF-8"),
        ("#" * 200_000, None, "bytes"),
        ("[" * 100, 1, "nested deeper"),
    ],
)
def test_a_file_that_is_no_list_of_rules(
    raw_dir: Path, places: Gazetteer, text: str | bytes, line: int | None, reason: str
) -> None:
    (found,) = faults(raw_dir, places, text)
    assert found.line == line
    assert reason in found.reason
    assert found.fix


def test_a_folder_or_link_is_no_file(raw_dir: Path, places: Gazetteer, tmp_path: Path) -> None:
    (raw_dir / FILE).mkdir()
    _, (found,) = read_house_rules(raw_dir, places)
    assert "no plain file" in found.reason
    (raw_dir / FILE).rmdir()
    (tmp_path / "elsewhere.yml").write_text(GOOD)
    (raw_dir / FILE).symlink_to(tmp_path / "elsewhere.yml")
    _, (found,) = read_house_rules(raw_dir, places)
    assert "link" in found.reason


def test_every_fault_of_every_rule_is_told_at_once(raw_dir: Path, places: Gazetteer) -> None:
    text = GOOD.replace("killed", "kiled") + GOOD + GOOD.replace("Syria", "Sirya") + "- x\n"
    found = faults(raw_dir, places, text)
    assert [fault.column for fault in found] == ["rule 1, metric", "rule 3, place", "rule 4"]
    assert [fault.line for fault in found] == [1, 12, 16]


def test_a_rule_that_could_never_hold_is_told(raw_dir: Path, places: Gazetteer) -> None:
    (found,) = faults(raw_dir, places, GOOD + GOOD.replace("Syria", "SYR"))
    assert (found.line, found.column, found.value) == (6, "rule 2, source", "SOHR")
    assert "rule 1" in found.reason


def test_the_stage_gives_the_table_and_stops_on_faults(raw_dir: Path, places: Gazetteer) -> None:
    write(raw_dir, GOOD)
    tables = take_stock(raw_dir, "own")
    assert tables["raw/house_rules"]["place_id"].tolist() == ["SYR"]
    assert tables["raw/files"].empty
    write(raw_dir, GOOD.replace("Syria", "Sirya", 1))
    (raw_dir / "reviews.csv").write_text("claim_id\n")
    with pytest.raises(RegisterFault) as stopped:
        take_stock(raw_dir, "own")
    assert {fault.file for fault in stopped.value.faults} == {FILE, "reviews.csv"}


def test_places_are_left_unread_where_their_register_is_faulty(
    raw_dir: Path, places: Gazetteer
) -> None:
    (raw_dir / "places.csv").write_text(PLACES.replace("Syria,", ",", 1), encoding="utf-8")
    write(raw_dir, GOOD.replace("killed", "kiled"))
    with pytest.raises(RegisterFault) as stopped:
        take_stock(raw_dir, "own")
    of_rules = [fault for fault in stopped.value.faults if fault.file == FILE]
    assert [fault.column for fault in of_rules] == ["rule 1, metric"]


def test_the_offices_own_release_follows_from_the_rules(
    raw_dir: Path, shelve: Callable[..., Path]
) -> None:
    shelve()
    without = input_files(raw_dir, "own")
    write(raw_dir, GOOD)
    first = input_files(raw_dir, "own")
    write(raw_dir, GOOD.replace("SOHR", "OHCHR"))
    second = input_files(raw_dir, "own")
    assert FILE not in without
    assert first[FILE] != second[FILE]
    assert {k: v for k, v in first.items() if k != FILE} == without


def test_a_public_release_knows_nothing_of_the_rules(
    raw_dir: Path, shelve: Callable[..., Path], places: Gazetteer
) -> None:
    shelve()
    without = input_files(raw_dir, "public")
    write(raw_dir, GOOD)
    assert input_files(raw_dir, "public") == without
    assert take_stock(raw_dir, "public")["raw/house_rules"].empty
