"""Places and territories by name and in text, on the project's own registers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import schemas
from pipelines.core.gazetteer import Gazetteer


@pytest.fixture(scope="module")
def gazetteer(root: Path) -> Gazetteer:
    def rows(name: str) -> list[dict[str, object]]:
        with (root / "data" / "raw" / name).open(encoding="utf-8", newline="") as stream:
            return [{k: v or None for k, v in row.items()} for row in csv.DictReader(stream)]

    places = [
        row
        | {
            "other_names": [
                n.strip() for n in str(row["other_names"] or "").split(";") if n.strip()
            ]
        }
        for row in rows("places.csv")
    ]
    territories = [row | {"valid_from": None, "valid_to": None} for row in rows("territories.csv")]
    return Gazetteer(
        schemas.frame(schemas.raw.Places, places),
        schemas.frame(schemas.raw.Territories, territories),
    )


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Syria", "SYR"),
        ("SYR", "SYR"),
        ("syrian arab republic", "SYR"),
        ("Aleppo governorate", "SY02"),
        ("Aleppo province", "SY02"),
        ("province of Aleppo", "SY02"),
        ("Aleppo", "SY02"),
        ("Aleppo city", "SY02/aleppo-city"),
        ("city of Aleppo", "SY02/aleppo-city"),
        ("Cote d’Ivoire", "CIV"),
        ("Côte d'Ivoire", "CIV"),
        ("Dar’a", "SY12"),
    ],
)
def test_a_name_resolves(gazetteer: Gazetteer, name: str, place: str) -> None:
    assert gazetteer.resolve(name) == place


@pytest.mark.parametrize("name", ["", "Atlantis", "Aleppoo", "Syrian", "NA", "Aleppo district"])
def test_nothing_is_guessed_from_a_likeness(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.resolve(name) is None


def test_the_tree(gazetteer: Gazetteer) -> None:
    assert gazetteer.ancestors("SY02/aleppo-city") == ["SY02", "SYR"]
    assert gazetteer.inside("SY02/aleppo-city", "SYR")
    assert gazetteer.inside("SYR", "SYR")
    assert not gazetteer.inside("SYR", "SY02")


def test_places_in_a_text_are_exact_slices_and_the_longest_name_wins(gazetteer: Gazetteer) -> None:
    text = (
        "In Aleppo province, not Aleppo city, and in Syria; the hama tribe; "
        "Democratic Republic of the Congo."
    )
    found = gazetteer.find(text)
    assert [(text[m.start : m.end], m.place_id) for m in found] == [
        ("Aleppo province", "SY02"),
        ("Aleppo city", "SY02/aleppo-city"),
        ("Syria", "SYR"),
        ("Democratic Republic of the Congo", "COD"),
    ]


def test_territories_in_a_text(gazetteer: Gazetteer) -> None:
    text = "killed in rebel-held areas of Aleppo province"
    assert [(m.surface, m.place_id) for m in gazetteer.territories_in(text)] == [
        ("rebel-held areas", "SY02")
    ]


def test_every_place_of_the_syria_collection_resolves(gazetteer: Gazetteer, root: Path) -> None:
    sheet = root / "data" / "raw" / "syria-reference" / "2026-11-01" / "claims.csv"
    with sheet.open(encoding="utf-8", newline="") as stream:
        names = {row["place"] for row in csv.DictReader(stream)}
    assert {name for name in names if gazetteer.resolve(name) is None} == set()


def test_an_empty_gazetteer_finds_nothing() -> None:
    empty = Gazetteer(
        schemas.frame(schemas.raw.Places, []), schemas.frame(schemas.raw.Territories, [])
    )
    assert empty.find("Syria") == []
    assert empty.territories_in("rebel-held areas") == []
    assert empty.resolve("Syria") is None


def test_near_names_are_shown_and_never_taken(gazetteer):
    assert gazetteer.resolve("Syra") is None
    assert "SYR" in gazetteer.near("Syra")
    assert gazetteer.near("syr")[0] == "SYR"
    assert gazetteer.near("nothing like it at all") == []
    assert gazetteer.names["SYR"] == gazetteer.name("SYR")
