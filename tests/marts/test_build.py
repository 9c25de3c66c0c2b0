"""What is published, and what a public release withholds."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.core.tables import MODELS
from pipelines.marts.build import NotPublishableError, publishable


def changed(records: Any, key: str, at: int, **values: Any) -> dict[str, list[dict[str, Any]]]:
    rows = [dict(row) for row in records[key]]
    rows[at] |= values
    return {key: rows}


def test_every_published_table_is_made_and_keeps_its_model(tables):
    made = publishable(tables(), "own")
    assert set(made) == {f"marts/{schemas.table_of(m)}" for m in schemas.PUBLISHED}
    for key, rows in made.items():
        assert schemas.judge(MODELS[key], rows).empty, key
        assert list(rows.columns) == list(schemas.columns(MODELS[key]))


def test_rows_are_sorted_by_key_whatever_their_order(tables):
    given = tables()
    turned = {key: rows.iloc[::-1].reset_index(drop=True) for key, rows in given.items()}
    straight, other = publishable(given, "own"), publishable(turned, "own")
    for key, rows in straight.items():
        pd.testing.assert_frame_equal(rows, other[key])


def test_a_table_that_no_stage_makes_is_there_and_empty(tables):
    given = tables()
    del given["estimates/relations"]
    assert publishable(given, "own")["marts/relations"].empty


@pytest.mark.parametrize(
    "range_, shown",
    [
        ({"low": 601, "range_kind": "bound"}, ("601", None, "open")),
        ({"high": 40, "range_kind": "bound"}, ("open", None, "40")),
        ({"best": 450000}, (None, "450,000", None)),
        (
            {"low": 1000, "best": 1200, "high": 2000000, "range_kind": "stated"},
            ("1,000", "1,200", "2,000,000"),
        ),
        ({"low": 0, "high": 0, "range_kind": "stated"}, ("0", None, "0")),
    ],
)
@pytest.mark.parametrize("stage", ["figures/figures", "estimates/estimates"])
def test_ranges_as_they_are_read(tables, records, stage, range_, shown):
    empty = {"low": None, "best": None, "high": None, "range_kind": None}
    given = tables(changed(records, stage, 0, **(empty | range_)))
    row = publishable(given, "own")[f"marts/{stage.split('/')[1]}"].iloc[0]
    displayed = [row[c] for c in ("low_display", "best_display", "high_display")]
    assert [None if pd.isna(v) else v for v in displayed] == list(shown)


def test_sources_show_their_latest_release_and_count_every_claim(tables, records):
    newer = {**records["raw/cards"][1], "release": "r2", "title": "Newer"}
    claim = {**records["claims/claims"][1], "release": "r2", "claim_id": "sheet/r2/7#killed"}
    made = publishable(
        tables(
            {
                "raw/cards": [newer, *records["raw/cards"]],
                "claims/claims": [*records["claims/claims"], claim],
            }
        ),
        "own",
    )
    sheet = made["marts/sources"].set_index("source_id").loc["sheet"]
    assert (sheet["latest_release"], sheet["title"], sheet["n_claims"]) == ("r2", "Newer", 2)
    releases = made["marts/releases"].set_index(["source_id", "release"])
    assert releases.loc[("sheet", "r1"), "n_claims"] == 1


def test_a_release_hash_moves_with_name_and_bytes_of_its_files(tables, records):
    def hash_of(**values: Any) -> str:
        given = tables(changed(records, "raw/files", 0, **values))
        releases = publishable(given, "own")["marts/releases"].set_index("source_id")
        return str(releases.loc["article", "sha256"])

    assert len({hash_of(), hash_of(file="b.txt"), hash_of(sha256="other")}) == 3


def test_a_card_without_files_has_a_hash_all_the_same(tables):
    made = publishable(tables({"raw/files": []}), "own")
    assert made["marts/releases"]["sha256"].str.len().eq(64).all()


def test_quarantine_counts_records_not_faults(tables):
    counts = publishable(tables(), "own")["marts/quarantine_counts"]
    assert dict(zip(counts["reason"], counts["rows"], strict=True)) == {
        "number.ambiguous_separator": 2,
        "missing.unit": 1,
    }


# The public release


def test_public_has_no_internal_table_and_says_nothing_of_it(tables):
    made = publishable(tables(), "public")
    internal = {schemas.table_of(m) for m in schemas.PUBLISHED if schemas.is_internal(m)}
    assert internal
    assert not internal & {key.split("/")[1] for key in made}
    assert not internal & set(made["marts/dictionary"]["table_name"])


def test_public_withholds_the_quote_of_what_may_not_be_given_on(tables):
    rows = publishable(tables(), "public")["marts/claims"].set_index("source_id")
    article, sheet = rows.loc["article"], rows.loc["sheet"]
    assert pd.isna(article["quote"])
    assert (article["quote_start"], article["quote_end"]) == (10, 23)
    assert article["locator"] == "characters 10 to 23"
    assert sheet["quote"].startswith("=1+1")
    assert schemas.judge("Claims", rows.reset_index()).empty


def test_a_quote_withheld_without_offsets_keeps_its_locator_or_says_so(tables, records):
    locked = changed(records, "claims/documents", 1, redistributable=False)
    sheet = publishable(tables(locked), "public")["marts/claims"].iloc[1]
    assert (sheet["locator"], pd.isna(sheet["quote"])) == ("table 2", True)
    bare = locked | changed(records, "claims/claims", 1, locator=None)
    sheet = publishable(tables(bare), "public")["marts/claims"].iloc[1]
    assert sheet["locator"] == "quote withheld"


def test_a_quote_that_an_overlay_replaced_is_withheld_too(tables, records):
    was = json.dumps({"quote": "exactly 600 people", "value": "599"})
    given = tables(changed(records, "claims/claims", 0, machine_values=was))
    article = publishable(given, "public")["marts/claims"].iloc[0]
    assert json.loads(article["machine_values"]) == {"value": "599"}
    was = json.dumps({"quote": "exactly 600 people"})
    given = tables(changed(records, "claims/claims", 0, machine_values=was))
    assert pd.isna(publishable(given, "public")["marts/claims"].iloc[0]["machine_values"])


def test_public_gives_no_quarantined_value_anywhere(tables):
    for key, rows in publishable(tables(), "public").items():
        for column in rows:
            held = rows[column].astype(str).str.contains("450.000", regex=False)
            assert not held.any(), f"{key}.{column}"
    own = publishable(tables(), "own")
    assert own["marts/candidates"]["surface"].eq("450.000").any()


def test_public_has_only_findings_that_a_person_settled(tables):
    assert list(publishable(tables(), "public")["marts/findings"]["status"]) == ["explained"]
    assert len(publishable(tables(), "own")["marts/findings"]) == 2


@pytest.mark.parametrize(
    "key, values, told",
    [
        ("claims/claims", {"review_status": "pending"}, "nobody has accepted"),
        (
            "claims/claims",
            {"review_status": "rejected", "reviewed_by": "r1", "reviewed_on": "2026-11-02"},
            "nobody has accepted",
        ),
        ("claims/claims", {"sensitivity": "internal"}, "claims that are not public"),
        ("claims/claims", {"document_id": "elsewhere"}, "not listed"),
        ("claims/documents", {"sensitivity": "restricted"}, "documents that are not public"),
    ],
)
def test_public_refuses_what_should_never_have_come_so_far(tables, records, key, values, told):
    given = tables(changed(records, key, 0, **values))
    with pytest.raises(NotPublishableError, match=told):
        publishable(given, "public")
    publishable(given, "own")
