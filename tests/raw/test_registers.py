from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.raw.faults import Fault
from pipelines.raw.registers import PLACES, read_register, read_registers

HEADERS = {
    "places.csv": "place_id,name,other_names,level,parent_id,iso3,pcode,gazetteer",
    "territories.csv": "territory,place_id,relation,other,valid_from,valid_to,citation",
    "actors.csv": "actor_id,name,other_names,parent_id,kind,speaks_for,party_to,party_from,"
    "party_to_date,citation",
    "populations.csv": "population,relation,whole,source_id,citation",
}
GOOD = {
    "places.csv": (
        "SYR,Syria,Syrian Arab Republic; الجمهورية العربية السورية,0,,SYR,,ISO 3166-1",
        "SY02,Aleppo,,1,SYR,SYR,SY02,OCHA",
        "SY02/aleppo-city,Aleppo city,,3,SY02,SYR,,OCHA",
        "SY02/east,Eastern Aleppo,,3,SY02/aleppo-city,SYR,,OCHA",
    ),
    "territories.csv": (
        "rebel-held areas,SY02,inside,SY02,2012-07,2016-12,x",
        "eastern city,SY02,inside,rebel-held areas,,,x",
    ),
    "actors.csv": (
        "un,United Nations,UN; U.N.,,un_agency,,,,,un.org",
        "sg,Secretary-General,,un,un_agency,un,syria,2011-03,2012,un.org",
    ),
    "populations.csv": ("boys,within,children,,logical", "women,part_of,all,a-source,x"),
}


def write(folder: Path, file: str, *lines: str) -> None:
    (folder / file).write_text("\n".join([HEADERS[file], *lines, ""]), encoding="utf-8")


def good(folder: Path) -> None:
    for file, lines in GOOD.items():
        write(folder, file, *lines)


def faults(folder: Path) -> tuple[Fault, ...]:
    return tuple(read_registers(folder)[1])


def test_good_registers(raw_dir: Path) -> None:
    good(raw_dir)
    tables, found = read_registers(raw_dir)
    assert found == []
    places = tables["raw/places"].set_index("place_id")
    assert places.loc["SYR", "other_names"] == [
        "Syrian Arab Republic",
        "الجمهورية العربية السورية",
    ]
    assert places.loc["SY02", "other_names"] == []
    assert pd.isna(places.loc["SYR", "parent_id"])
    assert places["level"].tolist() == [0, 1, 3, 3]
    actors = tables["raw/actors"].set_index("actor_id")
    assert actors.loc["un", "other_names"] == ["UN", "U.N."]


def test_a_partial_day_starts_on_its_first_and_ends_on_its_last(raw_dir: Path) -> None:
    good(raw_dir)
    tables, _ = read_registers(raw_dir)
    held = tables["raw/territories"].iloc[0]
    assert held["valid_from"].date() == date(2012, 7, 1)
    assert held["valid_to"].date() == date(2016, 12, 31)
    party = tables["raw/actors"].iloc[1]
    assert party["party_from"].date() == date(2011, 3, 1)
    assert party["party_to_date"].date() == date(2012, 12, 31)


def test_missing_registers_are_empty(raw_dir: Path) -> None:
    tables, found = read_registers(raw_dir)
    assert found == []
    assert [len(table) for table in tables.values()] == [0, 0, 0, 0]


def test_other_names_may_be_left_out_and_columns_moved(raw_dir: Path) -> None:
    (raw_dir / "places.csv").write_text(
        "name,place_id,level,parent_id,iso3,pcode,gazetteer\nSyria,SYR,0,,SYR,,ISO\n,,,,,,\n"
    )
    tables, found = read_registers(raw_dir)
    assert found == []
    assert tables["raw/places"]["place_id"].tolist() == ["SYR"]


@pytest.mark.parametrize(
    ("file", "line", "column", "reason", "fix"),
    [
        ("places.csv", "X,,,0,,,,ISO", "name", "missing", "fill it in"),
        ("places.csv", ",X,,0,,,,ISO", "place_id", "missing", "fill it in"),
        ("places.csv", "X,X,,,,,,ISO", "level", "missing", "fill it in"),
        ("places.csv", "X,X,,0,,,,", "gazetteer", "missing", "fill it in"),
        ("places.csv", "X,X,,one,,,,ISO", "level", "not a level", "0 for a country"),
        ("places.csv", "X,X,,-1,,,,ISO", "level", "not a level", "0 for a country"),
        ("places.csv", "X,X,,1.0,,,,ISO", "level", "not a level", "0 for a country"),
        ("places.csv", "X,X,,١,,,,ISO", "level", "not a level", "0 for a country"),
        ("places.csv", "X,X,,1,ABC,,,ISO", "parent_id", "no place", "add a row"),
        ("places.csv", "X,X,,1,X,,,ISO", "parent_id", "leads back to itself", "parents right"),
        ("places.csv", "X,X,,1,SY02/east,,,ISO", "parent_id", "of level 3", "level or the parent"),
        ("places.csv", "X,X,,1", "", "cells", "missing cells"),
        ("territories.csv", "t,XX,inside,SYR,,,x", "place_id", "no place", "add a row"),
        ("territories.csv", "t,SYR,inside,nowhere,,,x", "other", "neither a place", "add a row"),
        ("territories.csv", "t,SYR,insde,SYR,,,x", "relation", "not a word", "'inside'"),
        ("territories.csv", "t,SYR,inside,SYR,2016,2015,x", "valid_from", "breaks the rule", "put"),
        ("territories.csv", "t,SYR,inside,SYR,01/02/2016,,x", "valid_from", "can be", "YYYY"),
        ("territories.csv", "t,SYR,inside,SYR,,,", "citation", "missing", "fill it in"),
        ("actors.csv", "a,A,,nobody,,,,,,x", "parent_id", "no actor", "add a row"),
        ("actors.csv", "a,A,,,,nobody,,,,x", "speaks_for", "no actor", "add a row"),
        ("actors.csv", "a,A,,a,,,,,,x", "parent_id", "leads back", "parents right"),
        ("actors.csv", "a,A,,,un_agncy,,,,,x", "kind", "not a word", "'un_agency'"),
        ("actors.csv", "a,A,,,,,s,2016,2015,x", "party_from", "breaks the rule", "put"),
        ("populations.csv", "boy,within,children,,x", "population", "not a word", "'boys'"),
        ("populations.csv", "boys,within,boys,,x", "whole", "the class itself", "holds it"),
    ],
)
def test_one_broken_row_is_told_with_its_line(
    raw_dir: Path, file: str, line: str, column: str, reason: str, fix: str
) -> None:
    good(raw_dir)
    write(raw_dir, file, *GOOD[file], line)
    (found,) = faults(raw_dir)
    assert (found.file, found.line, found.column) == (file, len(GOOD[file]) + 2, column)
    assert reason in found.reason
    assert fix.lower() in found.fix.lower()


def test_a_key_stands_once(raw_dir: Path) -> None:
    good(raw_dir)
    write(raw_dir, "places.csv", *GOOD["places.csv"], "SYR,Syria again,,0,,,,ISO")
    assert [(f.line, f.column) for f in faults(raw_dir)] == [(2, "place_id"), (6, "place_id")]


def test_a_ring_is_told_once(raw_dir: Path) -> None:
    write(
        raw_dir,
        "actors.csv",
        "z,Z,,a,,,,,,x",
        "a,A,,b,,,,,,x",
        "b,B,,c,,,,,,x",
        "c,C,,a,,,,,,x",
    )
    (found,) = faults(raw_dir)
    assert (found.line, found.column) == (3, "parent_id")
    assert "a > b > c" in found.reason


def test_every_fault_of_every_register_in_one_go(raw_dir: Path) -> None:
    good(raw_dir)
    write(raw_dir, "places.csv", "X,,,one,ABC,,,", '"never closed,,,,,,,', "Y,Y,,0,,,,ISO")
    write(raw_dir, "populations.csv", "boy,in,childs,,")
    found = [(f.file, f.line, f.column) for f in faults(raw_dir)]
    assert found == [
        ("places.csv", 3, ""),
        ("places.csv", 2, "level"),
        ("places.csv", 2, "name"),
        ("places.csv", 2, "gazetteer"),
        ("places.csv", 2, "parent_id"),
        ("territories.csv", 2, "place_id"),
        ("territories.csv", 3, "place_id"),
        ("territories.csv", 2, "other"),
        ("populations.csv", 2, "population"),
        ("populations.csv", 2, "relation"),
        ("populations.csv", 2, "whole"),
        ("populations.csv", 2, "citation"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"place_id;name;level;parent_id;iso3;pcode;gazetteer\n",
        b"place_id,name\n",
        b"place_id,place_id,name,level,parent_id,iso3,pcode,gazetteer,colour\n",
        b"\x00",
    ],
)
def test_a_file_that_is_no_register_is_refused(raw_dir: Path, data: bytes) -> None:
    (raw_dir / "places.csv").write_bytes(data)
    found = faults(raw_dir)
    assert found
    assert all(fault.file == "places.csv" and fault.reason and fault.fix for fault in found)


def test_a_register_that_is_a_folder_or_a_link(raw_dir: Path) -> None:
    (raw_dir / "places.csv").mkdir()
    (raw_dir / "actors.csv").symlink_to(raw_dir / "nowhere.csv")
    assert [(f.file, f.reason) for f in faults(raw_dir)] == [
        ("places.csv", "it is no plain file"),
        ("actors.csv", "it is a link, and links are not followed: put the file itself here"),
    ]


def test_a_register_that_the_disk_will_not_give(
    raw_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good(raw_dir)

    def closed(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", closed)
    assert {fault.file for fault in faults(raw_dir)} == set(GOOD)


CELLS = st.text(st.sampled_from(list('SYR02,;"\n\r0123 -#a')), max_size=80)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=200) | CELLS.map(str.encode))
def test_any_bytes_give_rows_or_faults(raw_dir: Path, data: bytes) -> None:
    (raw_dir / "places.csv").write_bytes(HEADERS["places.csv"].encode() + b"\n" + data)
    rows = read_register(raw_dir, PLACES)
    assert len(rows.table()) == len(rows.lines)
    for fault in rows.faults:
        assert fault.fix
        assert str(fault).isprintable()
