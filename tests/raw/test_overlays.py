from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.raw.faults import Fault
from pipelines.raw.overlays import read_overlays

HEADERS = {
    "corrections.csv": "claim_id,column,was,becomes,reason,by,on",
    "reviews.csv": "claim_id,decision,column,becomes,reason,by,on",
    "resolutions.csv": "finding_id,rests_on,status,type,reason,by,on",
}
CLAIM = "agency/2024-05-01/0007#killed"
GOOD = {
    "corrections.csv": (
        f'{CLAIM},value,1200,120,"Table 2 gives 120, and so does the text.",r2,2024-05-03',
    ),
    "reviews.csv": (
        f"{CLAIM},accept,,,read,r1,2024-05-03",
        f"{CLAIM},correct,population,civilians,as the sentence says,r1,2024-05-04",
        f"{CLAIM},correct,place_role,happened_in,as the sentence says,r1,2024-05-04",
    ),
    "resolutions.csv": ("0123456789ab,ffff,explained,repeat,the same list,r1,2024-05-03",),
}


def write(folder: Path, file: str, *lines: str) -> None:
    (folder / file).write_text("\n".join([HEADERS[file], *lines, ""]), encoding="utf-8")


def good(folder: Path) -> None:
    for file, lines in GOOD.items():
        write(folder, file, *lines)


def faults(folder: Path) -> list[Fault]:
    return read_overlays(folder)[1]


def test_good_overlays(raw_dir: Path) -> None:
    good(raw_dir)
    tables, found = read_overlays(raw_dir)
    assert found == []
    correction = tables["raw/corrections"].iloc[0]
    assert (correction["was"], correction["becomes"]) == ("1200", "120")
    assert correction["on"].date() == date(2024, 5, 3)
    assert tables["raw/reviews"]["line"].tolist() == [2, 3, 4]
    assert tables["raw/resolutions"]["status"].tolist() == ["explained"]


def test_missing_overlays_are_empty(raw_dir: Path) -> None:
    tables, found = read_overlays(raw_dir)
    assert found == []
    assert [len(table) for table in tables.values()] == [0, 0, 0]


@pytest.mark.parametrize(
    ("file", "line", "column", "reason", "fix"),
    [
        ("corrections.csv", "c,value,1,2,why,r1,2024-05", "on", "whole day", "year-month-day"),
        ("corrections.csv", "c,value,1,2,why,r1,4/5/24", "on", "year", "YYYY-MM-DD"),
        ("corrections.csv", "c,value,1,2,why,r1,", "on", "missing", "fill it in"),
        ("corrections.csv", "c,value,1,2,,r1,2024-05-03", "reason", "missing", "fill it in"),
        ("corrections.csv", "c,value,1,2,why,,2024-05-03", "by", "missing", "fill it in"),
        ("corrections.csv", "c,value,1,2,why,Jane Roe,2024-05-03", "by", "must", "id of one word"),
        ("corrections.csv", "c,value,1,2,why,r@x.org,2024-05-03", "by", "must", "id of one word"),
        ("corrections.csv", "c,valu,1,2,why,r1,2024-05-03", "column", "no column", "'value'"),
        ("corrections.csv", "c,,1,2,why,r1,2024-05-03", "column", "missing", "fill it in"),
        ("reviews.csv", "c,acept,,,why,r1,2024-05-03", "decision", "not a word", "'accept'"),
        ("reviews.csv", "c,correct,,x,why,r1,2024-05-03", "decision", "column given", "put"),
        ("reviews.csv", "c,accept,value,,why,r1,2024-05-03", "decision", "column empty", "put"),
        ("reviews.csv", f"{CLAIM},reject,,,why,r1,2024-05-03", "claim_id", "line 2", "keep one"),
        ("resolutions.csv", "f,h,solved,repeat,why,r1,2024-05-03", "status", "not a word", "left"),
        ("resolutions.csv", "f,h,left,repeats,why,r1,2024-05-03", "type", "not a word", "'repeat'"),
        ("resolutions.csv", "f,,left,repeat,why,r1,2024-05-03", "rests_on", "missing", "fill"),
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


def test_a_value_is_corrected_once(raw_dir: Path) -> None:
    write(raw_dir, "corrections.csv", *GOOD["corrections.csv"] * 2)
    assert [fault.line for fault in faults(raw_dir)] == [2, 3]


def test_one_state_of_a_finding_is_settled_once(raw_dir: Path) -> None:
    first = "f,aaa,explained,repeat,why,r1,2024-05-03"
    other = "f,aaa,left,repeat,why,r2,2024-05-04"
    write(raw_dir, "resolutions.csv", first, other)
    assert [fault.line for fault in faults(raw_dir)] == [2, 3]
    # The same finding after its values changed is another thing to decide.
    write(raw_dir, "resolutions.csv", first, other.replace("aaa", "bbb"))
    assert faults(raw_dir) == []


def test_a_revision_may_be_settled(raw_dir: Path) -> None:
    write(raw_dir, "resolutions.csv", "0123456789ab,ffff,explained,revision,why,r1,2024-05-03")
    tables, found = read_overlays(raw_dir)
    assert found == []
    assert tables["raw/resolutions"]["type"].tolist() == ["revision"]


def test_every_column_of_an_overlay_must_be_there(raw_dir: Path) -> None:
    (raw_dir / "corrections.csv").write_text("claim_id,column,becomes,reason,by,on\n")
    (found,) = faults(raw_dir)
    assert found.column == "was"


def test_rows_of_other_releases_are_left_out(raw_dir: Path) -> None:
    good(raw_dir)
    for releases, kept in (
        ({("agency", "2024-05-01")}, 1),
        ({("agency", "2025-01-01"), ("agen", "2024-05-01")}, 0),
        (set(), 0),
    ):
        tables, found = read_overlays(raw_dir, releases)
        assert found == []
        assert len(tables["raw/corrections"]) == kept
        assert len(tables["raw/reviews"]) == 3 * kept
        assert len(tables["raw/resolutions"]) == 1


def test_a_review_may_name_the_reading_that_it_rests_on(raw_dir: Path) -> None:
    header = "claim_id,decision,column,becomes,reason,by,on"
    row = "c,accept,,,why,r1,2024-05-03"
    (raw_dir / "reviews.csv").write_text(f"{header}\n{row}\n")
    tables, found = read_overlays(raw_dir)
    assert found == [] and tables["raw/reviews"]["rests_on"].isna().all()
    (raw_dir / "reviews.csv").write_text(
        f"{header},rests_on\n{row},seen-0123456789ab\n{row[:-1]}4,\n"
    )
    tables, found = read_overlays(raw_dir)
    assert found == []
    assert list(tables["raw/reviews"]["rests_on"].fillna("")) == ["seen-0123456789ab", ""]
