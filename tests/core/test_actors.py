"""Actors by name, by whom they are part of or speak for, and by what they are a party to."""

from __future__ import annotations

from datetime import date

import pytest

import schemas
from pipelines.core.actors import Actors

ROWS = [
    {
        "actor_id": "un",
        "name": "United Nations",
        "other_names": ["UN", "U.N."],
        "kind": "un_agency",
    },
    {"actor_id": "ohchr", "name": "OHCHR", "parent_id": "un", "kind": "un_agency"},
    {"actor_id": "office", "name": "Field office", "parent_id": "ohchr"},
    {"actor_id": "envoy", "name": "The envoy", "speaks_for": "office"},
    {"actor_id": "who", "name": "WHO", "parent_id": "un"},
    {
        "actor_id": "state",
        "name": "The state",
        "party_to": "the war",
        "party_from": "2011-03-01",
        "party_to_date": "2012-02-29",
    },
    {"actor_id": "army", "name": "The army", "parent_id": "state", "party_to": "the border war"},
]


@pytest.fixture(scope="module")
def actors() -> Actors:
    rows = [row | {"citation": "c"} for row in ROWS]
    return Actors(schemas.frame(schemas.raw.Actors, rows))


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


@pytest.mark.parametrize(
    ("actor", "body", "expected"),
    [
        ("un", "un", True),
        ("ohchr", "un", True),
        ("office", "un", True),
        ("envoy", "office", True),
        ("envoy", "un", True),  # by the office for which the envoy speaks
        ("un", "ohchr", False),
        ("ohchr", "who", False),
        ("office", "envoy", False),
        ("nobody", "un", False),
        ("nobody", "nobody", True),
    ],
)
def test_within(actors: Actors, actor: str, body: str, expected: bool) -> None:
    assert actors.within(actor, body) is expected
    assert actors.same_or_part(actor, body) is (expected or actors.within(body, actor))


def test_names_and_kinds(actors: Actors) -> None:
    assert actors.name("un") == "United Nations"
    assert "un" in actors
    assert "nobody" not in actors
    with pytest.raises(KeyError):
        actors.name("nobody")
    assert actors.kind("un") == "un_agency"
    assert actors.kind("who") is None


@pytest.mark.parametrize(
    ("actor", "day", "expected"),
    [
        ("state", "2011-02-28", []),
        ("state", "2011-03-01", ["the war"]),
        ("state", "2012-02-29", ["the war"]),
        ("state", "2012-03-01", []),
        ("army", "2011-06-01", ["the border war", "the war"]),
        ("army", "1990-01-01", ["the border war"]),
        ("un", "2011-06-01", []),
        ("nobody", "2011-06-01", []),
    ],
)
def test_parties_on(actors: Actors, actor: str, day: str, expected: list[str]) -> None:
    assert actors.parties_on(actor, date.fromisoformat(day)) == expected
