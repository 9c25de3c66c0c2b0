"""What is newer of an entry: by release, by edition in its file, or no longer given."""

from __future__ import annotations

from typing import Any

import pytest

import schemas
from pipelines.claims.tables.settle import settle
from pipelines.core.relation import Facts
from schemas.claims import Claims
from schemas.raw import Places, Populations, Territories


@pytest.fixture
def cards(register_parts: Any) -> Any:
    """Of releases of one source, each with its day and facts."""

    def make(*releases: tuple[str, str, dict[str, Any]]) -> Any:
        return register_parts.cards(
            *(
                {"source_id": "ged", "release": name, "published_on": day, "facts": facts}
                for name, day, facts in releases
            )
        )

    return make


@pytest.fixture
def gazetteer() -> Any:
    rows = [
        {"place_id": "UKR", "name": "Ukraine", "level": 0, "gazetteer": "g"},
        {"place_id": "UKR/luhansk", "name": "Luhansk", "level": 1, "parent_id": "UKR"}
        | {"gazetteer": "g"},
        {"place_id": "COL", "name": "Colombia", "level": 0, "gazetteer": "g"},
    ]
    empty = schemas.frame(Territories, []), schemas.frame(Populations, [])
    return Facts.of(schemas.frame(Places, rows), *empty).gazetteer


def settled(entries: Any) -> dict[str, tuple[Any, Any]]:
    with entries.connected() as connection:
        rows = connection.execute(
            f"SELECT claim_id, replaced_by, CAST(withdrawn_on AS VARCHAR) "
            f"FROM {entries.relation(Claims)} ORDER BY ALL"
        ).fetchall()
    return {claim: (by, on) for claim, by, on in rows}


def by_release(register_parts: Any, folder: Any, **more: Any) -> Any:
    entry = register_parts.entry
    return register_parts.hold(
        folder,
        {
            ("ged", "19.1"): [
                entry("1", 5, place="UKR/luhansk"),
                entry("2", 7),
                entry("3", 9, "2018-03-01", place="COL"),
            ],
            ("ged", "20.1"): [entry("1", 6)],
            ("ged", "22.1"): [entry("1", 6), entry("2", 7)],
        },
        **more,
    )


RELEASES = (("19.1", "2019-06-01", {}), ("20.1", "2020-06-01", {}), ("22.1", "2022-06-01", {}))


def test_the_next_release_that_has_the_record_replaces_it(
    register_parts, tmp_path, gazetteer, cards
):
    entries = settle(by_release(register_parts, tmp_path), cards(*RELEASES), gazetteer)
    assert settled(entries) == {
        "ged/19.1/1#killed": ("ged/20.1/1#killed", None),
        "ged/19.1/2#killed": ("ged/22.1/2#killed", None),
        "ged/19.1/3#killed": (None, None),
        "ged/20.1/1#killed": ("ged/22.1/1#killed", None),
        "ged/22.1/1#killed": (None, None),
        "ged/22.1/2#killed": (None, None),
    }


@pytest.mark.parametrize(
    ("covers", "withdrawn"),
    [
        ({"countries": ["UKR", "COL"]}, {"2", "3"}),
        ({"countries": "Ukraine"}, {"2"}),
        ({"years": ["2014"]}, {"2"}),
        ({"countries": ["COL"], "years": ["2014-2018"]}, {"3"}),
        ({"countries": ["SYR"]}, set()),
    ],
)
def test_what_a_newer_release_lacks_is_withdrawn_only_where_its_card_covers_it(
    register_parts, tmp_path, gazetteer, cards, covers, withdrawn
):
    releases = (RELEASES[0], ("20.1", "2020-06-01", {"covers": covers}), RELEASES[2])
    entries = settle(by_release(register_parts, tmp_path), cards(*releases), gazetteer)
    found = settled(entries)
    assert {claim for claim, (_, on) in found.items() if on} == {
        f"ged/19.1/{record}#killed" for record in withdrawn
    }
    assert {on for _, on in found.values()} <= {None, "2020-06-01"}


def test_a_register_of_one_release_is_left_as_it_is(register_parts, tmp_path, gazetteer, cards):
    entries = register_parts.hold(tmp_path, {("ged", "19.1"): [register_parts.entry("1", 5)]})
    assert settle(entries, cards(RELEASES[0]), gazetteer) is entries


def test_only_parts_in_which_something_changed_are_written_anew(
    register_parts, tmp_path, gazetteer, cards
):
    before = by_release(register_parts, tmp_path)
    after = settle(before, cards(*RELEASES), gazetteer)
    assert [old == new for old, new in zip(before.parts, after.parts, strict=True)] == [
        False,
        False,
        True,
    ]
    assert settle(after, cards(*RELEASES), gazetteer).parts[2] == before.parts[2]


def editions(register_parts: Any, folder: Any, kind: str) -> Any:
    entry = register_parts.entry
    rows = [
        entry(record, value, edition_key=key, edition=key)
        for record, value, key in (
            ("a", 1, "2023-04-26"),
            ("a", 2, "2023-06-14"),
            ("a", 3, "2024-06-17"),
            ("b", 4, "2023-04-26"),
            ("b", 4, "2024-06-17"),
            ("c", 5, "2023-04-26"),
        )
    ]
    return register_parts.hold(folder, {("idmc", "r"): rows}, editions=kind)


@pytest.fixture
def idmc_cards(register_parts: Any) -> Any:
    """Of the only release of a source, with its facts."""

    def make(facts: dict[str, Any]) -> Any:
        return register_parts.cards({"source_id": "idmc", "release": "r", "facts": facts})

    return make


def test_changes_of_a_record_were_settled_when_the_file_was_read(
    register_parts, tmp_path, gazetteer, idmc_cards
):
    entries = editions(register_parts, tmp_path, "changes")
    assert settle(entries, idmc_cards({}), gazetteer) is entries


def test_a_later_edition_in_the_file_replaces_an_earlier_one(
    register_parts, tmp_path, gazetteer, idmc_cards
):
    entries = editions(register_parts, tmp_path, "snapshots")
    found = settled(settle(entries, idmc_cards({}), gazetteer))
    assert {claim.split("/")[2]: by and by.split("/")[2] for claim, (by, _) in found.items()} == {
        "a@2023-04-26#killed": "a@2023-06-14#killed",
        "a@2023-06-14#killed": "a@2024-06-17#killed",
        "a@2024-06-17#killed": None,
        "b@2023-04-26#killed": "b@2024-06-17#killed",
        "b@2024-06-17#killed": None,
        "c@2023-04-26#killed": None,
    }


@pytest.mark.parametrize(
    ("facts", "gone"),
    [
        ({}, {"b@2023-04-26#killed": "2023-06-14", "c@2023-04-26#killed": "2023-06-14"}),
        (
            {"covers": {"countries": ["UKR"]}},
            {"b@2023-04-26#killed": "2023-06-14", "c@2023-04-26#killed": "2023-06-14"},
        ),
        ({"covers": {"years": ["1990"]}}, {}),
    ],
)
def test_an_edition_that_lacks_a_record_withdraws_it_within_what_the_card_covers(
    register_parts, tmp_path, gazetteer, idmc_cards, facts, gone
):
    entries = editions(register_parts, tmp_path, "snapshots")
    found = settled(settle(entries, idmc_cards(facts), gazetteer))
    assert {claim.split("/")[2]: on for claim, (_, on) in found.items() if on} == gone


def test_what_nobody_accepted_replaces_nothing(register_parts, tmp_path, gazetteer, cards):
    rejected = {"review_status": "rejected", "reviewed_by": "r1", "reviewed_on": "2026-11-02"}
    entry = register_parts.entry
    entries = register_parts.hold(
        tmp_path,
        {("ged", "19.1"): [entry("1", 5)], ("ged", "20.1"): [entry("1", 6, **rejected)]},
    )
    found = settled(settle(entries, cards(*RELEASES[:2]), gazetteer))
    assert found["ged/19.1/1#killed"] == (None, None)
