"""Actors by name and by whom they are part of."""

from __future__ import annotations

import pytest

import schemas
from pipelines.core.actors import Actors

ROWS = [
    {
        "actor_id": "un",
        "name": "United Nations",
        "other_names": ["UN", "U.N."],
        "kind": "un_agency",
        "citation": "c",
    },
    {"actor_id": "ohchr", "name": "OHCHR", "parent_id": "un", "kind": "un_agency", "citation": "c"},
    {"actor_id": "who", "name": "WHO", "parent_id": "un", "citation": "c"},
]


@pytest.fixture
def actors() -> Actors:
    return Actors(schemas.frame(schemas.raw.Actors, ROWS))


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("United Nations", "un"),
        ("un", "un"),
        ("U.N.", "un"),
        ("UN estimates", "un"),
        ("ohchr", "ohchr"),
        ("SOHR", None),
        ("", None),
        (None, None),
    ],
)
def test_resolve(actors: Actors, name: str | None, actor: str | None) -> None:
    assert actors.resolve(name) == actor


def test_part_of(actors: Actors) -> None:
    assert actors.same_or_part("ohchr", "un")
    assert actors.same_or_part("un", "ohchr")
    assert actors.same_or_part("un", "un")
    assert not actors.same_or_part("ohchr", "who")


def test_kind(actors: Actors) -> None:
    assert actors.kind("un") == "un_agency"
    assert actors.kind("who") is None
