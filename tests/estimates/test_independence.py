"""Whether claims stand on origins of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from pipelines.core.actors import Actors
from pipelines.core.voices import voice_of
from pipelines.estimates.independence import n_origins, of_claims, of_pair

ROWS = [
    {"actor_id": "un", "name": "United Nations", "other_names": ["UN"]},
    {"actor_id": "who", "name": "WHO", "parent_id": "un"},
    {"actor_id": "envoy", "name": "The envoy", "speaks_for": "un"},
    {"actor_id": "sohr", "name": "SOHR"},
    {"actor_id": "afp", "name": "AFP"},
    {"actor_id": "lists", "name": "Hospital lists"},
    {"actor_id": "registers", "name": "Burial registers"},
]
REGISTER = Actors(schemas.frame(schemas.raw.Actors, [row | {"citation": "c"} for row in ROWS]))


def claim(speaker, origin=None, publisher=None, built_from=(), document="d"):
    return {
        "speaker": speaker,
        "speaker_id": REGISTER.resolve(speaker),
        "origin": origin,
        "origin_id": REGISTER.resolve(origin),
        "publisher": publisher,
        "derived_from": list(built_from),
        "document_id": document,
        "source_type": None,
    }


WHO = claim("WHO", publisher="Reuters")
SHOWN = (
    claim("WHO", built_from=["Hospital lists"]),
    claim("SOHR", built_from=["Burial registers"]),
)
PAIRS = [
    (claim("WHO"), claim("SOHR"), "unknown"),
    (claim("WHO"), claim("World Health Organisation"), "unknown"),
    (claim("WHO"), claim("who"), "shared"),
    (claim("AFP", "WHO"), claim("Reuters", "WHO"), "shared"),
    (claim("AFP", "WHO"), claim("WHO"), "shared"),
    (claim("AFP", "UN"), claim("WHO"), "unknown"),  # which part of it is not known
    (claim("AFP", "Reuters"), WHO, "shared"),  # the publisher that printed it
    (claim("AFP", built_from=["reuters"]), WHO, "shared"),
    (claim("WHO", built_from=["SOHR"]), claim("SOHR"), "shared"),
    (claim("WHO", built_from=["lists"]), claim("SOHR", built_from=["Hospital lists"]), "shared"),
    (*SHOWN, "shown"),
    (SHOWN[0], claim("SOHR"), "unknown"),
    (SHOWN[0], claim("SOHR", built_from=["a list"]), "unknown"),  # not in the register
    (SHOWN[0], claim("UN", built_from=["Burial registers"]), "unknown"),  # WHO is a part of it
    (SHOWN[0], claim("SOHR", built_from=["The envoy"]), "shown"),
    (claim("UN", built_from=["lists"]), claim("SOHR", built_from=["The envoy"]), "unknown"),
    (claim("nobody", document="d"), claim("nobody", document="e"), "shared"),
    (claim("publisher not stated"), claim("publisher not stated", document="e"), "unknown"),
]


@pytest.mark.parametrize(("a", "b", "expected"), PAIRS)
def test_of_pair_in_either_order(a, b, expected):
    assert of_pair(a, b, REGISTER) == of_pair(b, a, REGISTER) == expected


def test_of_claims_taken_together():
    third = claim("AFP", built_from=["AFP"])
    assert of_claims([*SHOWN, third], REGISTER) == "shown"
    assert of_claims([*SHOWN, claim("AFP")], REGISTER) == "unknown"
    assert of_claims([*SHOWN, claim("AFP", "SOHR")], REGISTER) == "shared"
    assert of_claims([SHOWN[0], SHOWN[0], SHOWN[1]], REGISTER) == "shared"


def test_one_origin_has_nothing_to_be_independent_of():
    assert of_claims([], REGISTER) is None
    assert of_claims([WHO], REGISTER) is None
    assert of_claims([WHO, claim("AFP", "WHO")], REGISTER) is None


CLAIMS = [one for pair in PAIRS for one in pair[:2]]


@given(st.lists(st.sampled_from(CLAIMS), max_size=5), st.sampled_from(CLAIMS))
def test_one_claim_more_never_shows_independence(rows, more):
    strength = {None: 3, "shown": 2, "unknown": 1, "shared": 0}
    before, after = of_claims(rows, REGISTER), of_claims([*rows, more], REGISTER)
    assert before is None or strength[after] <= strength[before]
    assert of_claims(rows[::-1], REGISTER) == before


def test_a_voice_names_bodies_by_their_actor():
    voice = voice_of(claim("AFP", "UN estimates", "The  WHO", ["hospital LISTS"]), REGISTER)
    assert voice.own == {"actor afp", "actor un"}
    assert (voice.source, voice.origin) == ("actor un", "actor un")
    assert voice.built_from == {"actor lists"}
    assert voice.printed_by == "name the who"


def test_papers_that_repeat_one_claim_are_one_origin() -> None:
    """As reprints do: the papers speak in their own voice, and print one figure."""
    first, second, third = (claim(name) | {"claim_id": name} for name in ("Post", "Echo", "Bay"))
    second, third = second | {"repeat_of": "Post"}, third | {"repeat_of": "Post"}
    own = claim("Hill") | {"claim_id": "Hill", "repeat_of": None}
    for one, other in ((first, second), (second, first), (second, third)):
        assert of_pair(one, other, REGISTER) == of_claims([one, other], REGISTER) == "shared"
    assert of_pair(first, own, REGISTER) == "unknown"
    assert n_origins([first, second, third]) == 1
    assert n_origins([first, second, third, own]) == 2
