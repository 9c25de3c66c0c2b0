"""What changed between two releases, told with old and new values."""

from __future__ import annotations

import json

import duckdb
import pytest

import schemas
from pipelines.marts.build import publishable
from pipelines.marts.diff import diff
from pipelines.marts.release import ReleaseError, UnknownReleaseError
from schemas.raw import Populations


@pytest.fixture
def compared(put_out, few, published, tmp_path):
    """The difference from release b to one with other tables."""

    def compare(**tables):
        given = dict(few)
        for name, rows in tables.items():
            if rows is None:
                del given[f"marts/{name}"]
            else:
                given[f"marts/{name}"] = rows
        put_out("c", marts=given)
        return diff(tmp_path / "marts", published[1].id, "current")

    return compare


def test_nothing_changed(published, tmp_path):
    found = diff(tmp_path / "marts", "current", published[1].id)
    assert found.tables == []
    assert found.inputs == {}
    assert found.text().splitlines()[1] == "nothing changed"


def test_added_removed_and_changed_rows_with_old_and_new_values(compared, few, records):
    rows = few["marts/claims"].copy()
    article, sheet = (row["claim_id"] for row in records["claims/claims"])
    rows.loc[0, ["value", "note"]] = [650, "raised\x1b[31m"]
    rows.loc[0, "stated_on"] = "2016-10-05"
    rows.at[0, "doubts"] = []
    rows.loc[1, "claim_id"] = "sheet/r1/8#killed"
    found = compared(claims=rows)
    (table,) = found.tables
    assert (table["table"], table["note"]) == ("claims", None)
    assert table["added"] == [{"claim_id": "sheet/r1/8#killed"}]
    assert table["removed"] == [{"claim_id": sheet}]
    assert {(c["key"]["claim_id"], c["column"]) for c in table["changed"]} == {
        (article, column) for column in ("value", "note", "stated_on", "doubts")
    }
    moved = {c["column"]: (c["old"], c["new"]) for c in table["changed"]}
    assert moved["value"] == (600, 650)
    assert moved["stated_on"] == (None, "2016-10-05")
    assert moved["doubts"] == (["period_end_from_document"], [])
    text = found.text()
    assert "claims: 1 added, 1 removed, 4 values changed" in text
    assert "value 600 -> 650" in text
    assert "stated_on empty -> " in text
    assert "\x1b" not in text
    assert "changed data.csv" in text
    assert json.loads(found.as_json())["tables"] == found.tables


def test_long_lists_are_cut_in_text_and_whole_in_json(compared, few):
    one = few["marts/places"]
    many = schemas.frame(
        schemas.raw.Places,
        [{**one.iloc[0].to_dict(), "place_id": f"p{n:02}"} for n in range(30)],
    )
    found = compared(places=many)
    assert "and 10 more" in found.text()
    assert len(found.tables[0]["added"]) == 30


def test_a_table_or_a_column_of_one_release_only_is_noted(put_out, few, published, marts, tmp_path):
    made = put_out("c", marts=few | {"marts/event_totals": marts["marts/event_totals"]})
    with duckdb.connect(str(made.folder / "casualties.duckdb")) as older:
        older.execute("DROP MACRO TABLE marts.claims_as_of")
        older.execute("DROP MACRO TABLE marts.figures_as_of")
        older.execute("DROP MACRO TABLE marts.undated_claims")
        older.execute("ALTER TABLE marts.places DROP COLUMN pcode")
        older.execute("DROP TABLE marts.sources")
    found = {t["table"]: t["note"] for t in diff(tmp_path / "marts", "current", "current").tables}
    assert found == {}
    changes = diff(tmp_path / "marts", made.id, published[1].id)
    assert {t["table"]: t["note"] for t in changes.tables} == {
        "places": "columns that only one release has: pcode",
        "sources": "only the newer release has this table",
        "event_totals": "only the older release has this table",
    }
    assert "only the newer" in changes.text()


CLASS = {"population": "boys", "relation": "within", "whole": "children", "citation": "logical"}


def test_a_table_without_a_key_is_compared_by_whole_rows(put_out, few, tables, tmp_path):
    for name, rows in (("c", [CLASS]), ("d", [CLASS, CLASS | {"population": "girls"}])):
        made = publishable(tables({"raw/populations": rows}), "own")
        put_out(name, marts=few | {"marts/populations": made["marts/populations"]})
    held = [p.name for p in (tmp_path / "marts" / "releases").iterdir()]
    older = next(name for name in held if name != (tmp_path / "marts/current").resolve().name)
    (table,) = diff(tmp_path / "marts", older, "current").tables
    assert [row["population"] for row in table["added"]] == ["girls"]
    assert (table["removed"], table["changed"]) == ([], [])
    assert set(table["added"][0]) == set(schemas.columns(Populations))


def test_unknown_and_unreadable_releases_are_told(published, tmp_path):
    with pytest.raises(UnknownReleaseError, match="held are"):
        diff(tmp_path / "marts", "nothing", "current")
    (published[0].folder / "manifest.json").write_text("")
    with pytest.raises(ReleaseError, match="cannot be read"):
        diff(tmp_path / "marts", published[0].id, "current")
