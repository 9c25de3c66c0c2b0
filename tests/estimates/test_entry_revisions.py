"""What moved between the releases of a register, and between the editions inside a file."""

from __future__ import annotations

from typing import Any

import pytest

import schemas
from pipelines.core.ids import revision_id
from pipelines.core.records import records
from pipelines.core.relation import Facts
from pipelines.estimates.entry_revisions import entry_revisions
from schemas.estimates import Revisions
from schemas.raw import Cards, Places, Populations, Territories


@pytest.fixture
def revised(register_parts: Any, tmp_path: Any) -> Any:
    def make(
        files: dict[tuple[str, str], list[Any]],
        facts: dict[str, Any] | None = None,
        editions: str = "one",
        resolutions: Any = (),
    ) -> list[dict[str, Any]]:
        cards = [
            {"source_id": source, "release": release} | {"facts": (facts or {}).get(release, {})}
            for source, release in files
        ]
        places = [
            {"place_id": at, "name": at, "level": 0, "gazetteer": "g"} for at in ("UKR", "COL")
        ]
        known = Facts.of(
            schemas.frame(Places, places),
            schemas.frame(Territories, []),
            schemas.frame(Populations, []),
        )
        entries = register_parts.hold(tmp_path, files, editions)
        held = records(register_parts.cards(*cards), schemas.columns(Cards))
        table = entry_revisions(entries, held, resolutions, known.gazetteer)
        assert schemas.judge(Revisions, table).empty
        plain = table.astype(object).where(table.notna(), None)
        return list(plain.to_dict("records"))

    return make


def named(rows: list[dict[str, Any]], *more: str) -> list[tuple[Any, ...]]:
    columns = ("record_id", "change", "from_release", "to_release", *more)
    return sorted(tuple(row[name] for name in columns) for row in rows)


def test_records_are_added_dropped_raised_and_lowered(revised, register_parts):
    entry = register_parts.entry
    rows = revised(
        {
            ("ged", "19.1"): [entry("1", 5), entry("2", 6), entry("3", 7), entry("4", 8)],
            ("ged", "20.1"): [entry("1", 6), entry("2", 5), entry("3", 7), entry("5", 9)],
        }
    )
    assert named(rows, "best_from", "best_to") == [
        ("1", "raised", "19.1", "20.1", 5, 6),
        ("2", "lowered", "19.1", "20.1", 6, 5),
        ("4", "dropped", "19.1", "20.1", 8, None),
        ("5", "added", "19.1", "20.1", None, 9),
    ]
    ids = {row["record_id"]: row["revision_id"] for row in rows}
    assert ids["1"] == revision_id("ged", "1#killed", "19.1", "20.1")


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        ({"low": 4, "high": 9}, {"low": 3, "high": 9}, "lowered"),
        ({"low": 4, "high": 9}, {"low": 4, "high": 12}, "raised"),
        ({"low": 4, "high": 9}, {"low": 3, "high": 12}, "reset"),
        ({}, {"low": 3}, "reset"),
        ({}, {"place": "COL"}, "reset"),
        ({}, {"population": "civilians"}, "reset"),
        ({"low": 6, "high": 9}, {"low": 7, "high": 9}, "raised"),
    ],
)
def test_what_happened_is_said_as_of_any_figure(revised, register_parts, was, now, change):
    entry = register_parts.entry
    (row,) = revised(
        {("ged", "19.1"): [entry("1", 5, **was)], ("ged", "20.1"): [entry("1", 5, **now)]}
    )
    assert row["change"] == change
    assert (row["low_from"], row["low_to"]) == (was.get("low"), now.get("low"))


def test_a_figure_that_stayed_the_same_is_no_revision(revised, register_parts):
    same = register_parts.entry("1", 5, low=1, high=9)
    again = same | {"locator": "row 9", "basis": "machine_coded", "doubts": ["x"]}
    assert not revised({("ged", "19.1"): [same], ("ged", "20.1"): [again]})


def test_columns_and_registers_are_told_apart(revised, register_parts):
    entry = register_parts.entry
    injured = {"metric": "injured", "deaths_counted": None}
    rows = revised(
        {
            ("ged", "19.1"): [entry("1", 5), entry("1", 9, **injured)],
            ("ged", "20.1"): [entry("1", 5), entry("1", 8, **injured)],
            ("other", "20.1"): [entry("1", 3)],
        }
    )
    assert named(rows, "metric") == [("1", "lowered", "19.1", "20.1", "injured")]


@pytest.mark.parametrize(
    ("covers", "dropped"),
    [
        ({"countries": ["UKR"]}, {"1"}),
        ({"years": ["2018"]}, {"2"}),
        ({"countries": ["SYR"]}, set()),
    ],
)
def test_what_is_gone_was_dropped_only_where_the_newer_release_covers_it(
    revised, register_parts, covers, dropped
):
    entry = register_parts.entry
    rows = revised(
        {
            ("ged", "19.1"): [entry("1", 5), entry("2", 6, "2018-01-01", place="COL")],
            ("ged", "20.1"): [entry("3", 7)],
        },
        {"20.1": {"covers": covers}},
    )
    assert {row["record_id"] for row in rows if row["change"] == "dropped"} == dropped


def test_the_source_and_a_person_give_reasons(revised, register_parts):
    entry = register_parts.entry
    files = {("ged", "19.1"): [entry("1", 5)], ("ged", "20.1"): [entry("1", 6)]}
    facts = {"20.1": {"revision_reasons": {"*": "recounted"}}}
    (row,) = revised(files, facts)
    assert row["stated_reason"] == "recounted"


def test_the_editions_of_a_file_are_compared_one_by_one(revised, register_parts):
    entry = register_parts.entry
    rows = revised(
        {
            ("idmc", "r"): [
                entry(name, value, edition_key=key, edition=key)
                for name, value, key in (
                    ("a", 1, "2023-04-26"),
                    ("a", 2, "2023-06-14"),
                    ("a", 2, "2024-06-17"),
                    ("b", 4, "2023-04-26"),
                    ("b", 4, "2024-06-17"),
                )
            ]
        },
        editions="snapshots",
    )
    first, second, third = "r@2023-04-26", "r@2023-06-14", "r@2024-06-17"
    assert named(rows) == [
        ("a", "raised", first, second),
        ("b", "added", second, third),
        ("b", "dropped", first, second),
    ]


def test_of_a_file_of_changes_each_record_is_followed_by_itself(revised, register_parts):
    entry = register_parts.entry
    rows = revised(
        {
            ("gaza", "r"): [
                entry(name, value, edition_key=key, edition=key[:10], withdrawn_on=gone)
                for name, value, key, gone in (
                    ("a", 1, "2024-01-15T08", None),
                    ("a", 2, "2024-01-15T20", None),
                    ("b", 4, "2024-01-16T08", "2024-01-20"),
                    ("b", 4, "2024-02-01T08", None),
                    ("c", 5, "2024-03-01T08", "2024-03-02"),
                )
            ]
        },
        editions="changes",
    )
    assert named(rows) == [
        ("a", "raised", "r@2024-01-15T08", "r@2024-01-15T20"),
        ("b", "added", "r@2024-01-20", "r@2024-02-01T08"),
        ("b", "dropped", "r@2024-01-16T08", "r@2024-01-20"),
        ("c", "dropped", "r@2024-03-01T08", "r@2024-03-02"),
    ]


def test_an_edition_that_only_one_release_lists_adds_nothing(revised, register_parts):
    entry = register_parts.entry
    rows = revised(
        {
            ("idmc", release): [entry("a", value, edition_key=key, edition=key) for key in keys]
            for release, value, keys in (
                ("1", 1, ["2023-04-26"]),
                ("2", 2, ["2023-04-26", "2024-06-17"]),
            )
        },
        editions="snapshots",
    )
    assert named(rows) == [("a@2023-04-26", "raised", "1", "2")]


def test_no_register_has_no_revisions(revised):
    assert revised({}) == []
