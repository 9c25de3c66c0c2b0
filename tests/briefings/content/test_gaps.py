"""What a page says is not known: each sentence from its table, and none without cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from pipelines.briefings.gaps import not_known
from pipelines.briefings.select import select

Claim = Callable[..., dict[str, Any]]
Release = Callable[..., dict[str, pd.DataFrame]]
DAY = date(2016, 10, 6)
SIDES = [
    {"actor_id": "gov", "name": "The Government", "kind": "government", "party_to": "war"},
    {"actor_id": "army", "name": "The Army", "kind": "government", "parent_id": "gov"},
    {"actor_id": "reb", "name": "The Rebels", "kind": "party_to_conflict", "party_to": "war"},
    {"actor_id": "far", "name": "Elsewhere", "kind": "party_to_conflict", "party_to": "another"},
]


def told(marts: dict[str, pd.DataFrame], place: str = "AA", **more: Any) -> str:
    return "\n".join(not_known(marts, select(marts, place, as_of=more.get("as_of")), **more))


def test_metrics_of_which_nothing_is_held_here(release: Release, a_claim: Claim) -> None:
    marts = release([a_claim("a", 5, DAY), a_claim("b", 4, DAY, metric="injured", place_id="AA1")])
    said = told(marts)
    assert "Nothing held in this collection on Aland: missing and displaced." in said
    assert "Held for places inside Aland and not for Aland as a whole: injured." in said
    assert "for the days asked about: missing and displaced." in told(marts, is_windowed=True)
    held = [
        a_claim(metric, 5, DAY, metric=metric) for metric in ("injured", "missing", "displaced")
    ]
    assert "held in this collection" not in told(release([a_claim("a", 5, DAY), *held]))


def test_idps_stand_for_displacement(release: Release, a_claim: Claim) -> None:
    marts = release([a_claim("a", 5, DAY, metric="idps", measure="stock")])
    assert "Nothing held in this collection on Aland: killed, injured and missing." in told(marts)


def test_questions_without_a_floor_by_number(release: Release, a_claim: Claim) -> None:
    counted = a_claim("a", 5, DAY)
    guessed = a_claim("b", 9, DAY, metric="injured", basis="judgement")
    assert "No floor for question 2: no claim held inside it" in told(release([counted, guessed]))
    assert "No floor" not in told(release([counted]))


def test_splits_by_sex_and_age(release: Release, a_claim: Claim) -> None:
    alone = release([a_claim("a", 5, DAY)])
    assert "No split by sex and none by age is held of: killed." in told(alone)
    children = release([a_claim("a", 5, DAY), a_claim("b", 2, DAY, population="children")])
    assert "No split by sex is held of: killed." in told(children)
    women = release([a_claim("a", 5, DAY), a_claim("b", 2, DAY, population="women")])
    assert "No split by age is held of: killed." in told(women)
    girls = release([a_claim("a", 5, DAY), a_claim("b", 2, DAY, population="girls")])
    assert "No split" not in told(girls)


def test_nobody_reporting_from_one_side(release: Release, a_claim: Claim) -> None:
    army = a_claim("a", 5, DAY, speaker="The Army", speaker_id="army")
    said = told(release([army], actors=SIDES))
    assert "Parties to war: figures are held from The Government, and nothing is held from The" in (
        said
    )
    assert "Elsewhere" not in said
    rebels = a_claim("b", 6, DAY, origin="The Rebels", origin_id="reb", population="women")
    assert "Parties to war" not in told(release([army, rebels], actors=SIDES))


def test_a_party_speaks_as_one_only_while_it_is_one(release: Release, a_claim: Claim) -> None:
    army = a_claim("a", 5, DAY, speaker="The Army", speaker_id="army")
    later = [SIDES[0] | {"party_from": date(2017, 1, 1)}, *SIDES[1:]]
    assert "Nobody who speaks here is a party to a conflict" in told(release([army], actors=later))


def test_no_party_speaks_or_none_is_known(release: Release, a_claim: Claim) -> None:
    monitor = [a_claim("a", 5, DAY)]
    assert "Nobody who speaks here is a party" in told(release(monitor, actors=SIDES))
    assert "The register of actors names no party to a conflict" in told(release(monitor))


def test_kinds_of_speakers(release: Release, a_claim: Claim) -> None:
    monitor = told(release([a_claim("a", 5, DAY)]))
    line = next(line for line in monitor.splitlines() if "said by" in line)
    assert "government" in line
    assert "monitor" not in line


def test_undated_windowless_pending_copied_and_unstated(release: Release, a_claim: Claim) -> None:
    window = dict.fromkeys(("start_earliest", "start_latest", "end_earliest", "end_latest"))
    good = told(release([a_claim("a", 5, DAY)]))
    for word in ("day of publication", "which days", "pending", "how its number", "at its source"):
        assert word not in good
    bad = [
        a_claim("a", 5, None, end=DAY),
        a_claim("b", 6, DAY, population="women") | window,
        a_claim("c", 7, DAY, population="men", review_status="pending"),
        a_claim("d", 8, DAY, population="boys", basis="unstated", seen_in="copy"),
    ]
    said = told(release(bad))
    assert "The day of publication of 1 claim is not known." in said
    assert "1 claim does not say which days it counts." in said
    assert "1 claim is pending: no person has read it" in said
    assert "1 of 3 claims does not say how its number was made." in said
    assert "1 of 3 claims was not read at its source" in said


def test_places_that_could_not_be_resolved(release: Release, a_claim: Claim) -> None:
    lost = {"place_id": None, "place_as_written": "the hills"}
    unresolved = [a_claim("b", 6, DAY, **lost), a_claim("c", 7, date(2017, 1, 1), **lost)]
    marts = release([a_claim("a", 5, DAY), *unresolved])
    assert "2 claims of this collection name no place" in told(marts)
    assert "1 claim of this collection names no place" in told(marts, as_of=DAY)
    withdrawn = [claim | {"withdrawn_on": DAY} for claim in unresolved]
    assert "no place" not in told(release([a_claim("a", 5, DAY), *withdrawn]))


def test_a_place_of_which_nothing_is_held(release: Release, a_claim: Claim) -> None:
    said = told(release([a_claim("a", 5, DAY)]), place="AA1/town")
    assert said == (
        "Nothing held in this collection on Town: killed, injured, missing and displaced."
    )
