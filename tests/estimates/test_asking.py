"""Asking: which questions an asked scope is, what lies inside it, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.core.actors import Actors
from pipelines.core.relation import Facts
from pipelines.core.tables import MODELS
from pipelines.core.verdict import ANY
from pipelines.estimates.asking import Asked, AskFault, Material, ask
from pipelines.estimates.asking_words import as_lines, range_in_words
from pipelines.estimates.floors import NO_FLOOR, cap_of
from pipelines.estimates.held import hold
from pipelines.estimates.rows import rows_of
from pipelines.estimates.rules import answers, latest_day_known

THE_CITY = {
    "metric": "killed",
    "place_id": "SY0200",
    "start": "2016-09-23",
    "end": "2016-09-29",
}
OPEN_AXES = ("measure", "unit", "deaths_counted", "cause", "place_role")
KEYS = ("question", "answer", "answers", "floor", "ceiling", "missing", "as_of")


@pytest.fixture(scope="module")
def material_of(tables_of: Callable[..., Any]) -> Callable[..., Material]:
    def make(*changes: dict[str, Any], findings: Any = (), **others: Any) -> Material:
        tables: dict[str, pd.DataFrame] = {
            f"raw/{name}": schemas.frame(MODELS[f"raw/{name}"], [])
            for name in ("territories", "populations", "actors")
        }
        tables |= tables_of(*changes, **others)
        facts = Facts.of(*(tables[f"raw/{n}"] for n in ("places", "territories", "populations")))
        rows = rows_of(tables["claims/claims"], tables["figures/figures"])
        held = hold(rows, facts, Actors(tables["raw/actors"]))
        estimates, evidence = answers(rows, held.actors, ())
        return Material(
            rows=rows,
            held=held,
            estimates=estimates,
            evidence=evidence,
            findings=list(findings),
            places=facts.gazetteer.names,
            as_of=latest_day_known(rows),
        )

    return make


def at_least(number: int) -> dict[str, Any]:
    return {"qualifier": "at_least", "value": number, "low": number, "best": None}


# The asked scope


def test_an_axis_not_named_is_open_and_a_part_not_named_is_the_whole() -> None:
    row = Asked(metric="killed", place_id="SYR").row()
    assert {row[axis] for axis in OPEN_AXES} == {ANY}
    assert row["population"] == "all"
    assert [row[axis] for axis in ("territory", "nationality", "from_place_id")] == [None] * 3
    assert row["start_earliest"] == row["end_latest"] == ANY


def test_a_partial_date_is_two_days_and_an_end_may_be_open() -> None:
    row = Asked(metric="killed", place_id="SYR", end="2016-09").row()
    assert (row["end_earliest"], row["end_latest"]) == (date(2016, 9, 1), date(2016, 9, 30))
    assert row["start_earliest"] == ANY


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"metric": "kiled"}, "did you mean killed"),
        ({"metric": "zzz"}, "write one of killed, injured"),
        ({"population": "civilian"}, "did you mean civilians"),
        ({"measure": "total"}, "'total' is no measure"),
        ({"start": "03/04/2016"}, "2016"),
        ({"start": "2016-10-01", "end": "2016-09-01"}, "lies before the start"),
        ({"end": "2016-02-30"}, "no day of the calendar"),
    ],
)
def test_what_cannot_be_asked_says_what_to_write(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(AskFault, match=said):
        Asked(**(THE_CITY | wrong))


# A period, and a unit


def test_a_partial_date_asks_for_the_whole_period(material_of: Any) -> None:
    month = {
        axis: f"2016-09-{day}" for day, axis in (("01", "start_earliest"), ("30", "end_latest"))
    }
    month |= {"start_latest": "2016-09-01", "end_earliest": "2016-09-30"}
    asked = THE_CITY | {"start": "2016-09", "end": "2016-09"}
    result = ask(Asked(**asked), material_of({}))
    assert (result["answer"], result["floor"]["low"]) == ("floor_only", 338)
    assert result["nearest"][0]["relation"] == "inside"
    result = ask(Asked(**asked), material_of(month))
    assert {one["best"] for one in result["answers"]} == {338}


def test_days_written_alike_are_one_window(material_of: Any) -> None:
    start = {"start_earliest": "2016-09-01", "start_latest": "2016-09-30"}
    result = ask(Asked(**(THE_CITY | {"start": "2016-09"})), material_of(start))
    assert {one["best"] for one in result["answers"]} == {338}


STOCK = {"metric": "idps", "measure": "stock", "deaths_counted": None, "place_role": "now_in"}
STOCK |= {"start_earliest": "2016-09-29", "start_latest": "2016-09-29", "basis": "registered"}
IDPS = {"metric": "idps", "place_id": "SY02", "start": "2016-09-29", "end": "2016-09-29"}


def test_a_floor_never_adds_households_to_people(material_of: Any) -> None:
    material = material_of(
        STOCK | {"unit": "households", "number": 1234}, STOCK | {"place_id": "SY0201"}
    )
    floor = ask(Asked(**IDPS), material)["floor"]
    assert (floor["low"], floor["unit"], floor["claims"]) == (338, "people", ["b"])
    floor = ask(Asked(**IDPS, unit="households"), material)["floor"]
    assert (floor["low"], floor["unit"], floor["claims"]) == (1234, "households", ["a"])


def test_a_floor_that_counts_no_people_says_so(material_of: Any) -> None:
    floor = ask(Asked(**IDPS), material_of(STOCK | {"unit": "households", "number": 1234}))["floor"]
    assert (floor["low"], floor["unit"]) == (1234, "households")
    assert floor["statement"].endswith("it counts households, not people")
    floor = ask(Asked(**IDPS), material_of({}))["floor"]
    assert (floor["low"], floor["unit"], floor["statement"]) == (None, None, NO_FLOOR)


# Answers


def test_a_question_that_is_held_is_answered_under_each_rule(material_of: Any) -> None:
    result = ask(Asked(**THE_CITY), material_of({}))
    assert set(KEYS) <= result.keys()
    assert result["answer"] == "answered"
    assert [one["rule"] for one in result["answers"]] == ["by_source", "latest", "spread"]
    assert {one["best"] for one in result["answers"]} == {338}
    assert {one["tier"] for one in result["answers"]} == {"reported"}
    assert {tuple(one["claims"]) for one in result["answers"]} == {("a",)}
    assert result["missing"] is None
    assert result["as_of"] == "2016-09-29"
    assert result["claims"]["a"]["known_on"] == "2016-09-29"


def test_variants_of_an_open_axis_are_answered_by_themselves(material_of: Any) -> None:
    material = material_of({}, {"number": 400, "deaths_counted": "direct_and_indirect"})
    result = ask(Asked(**THE_CITY), material)
    assert len({one["question_id"] for one in result["answers"]}) == 2
    assert all(len(one["claims"]) == 1 for one in result["answers"])
    named = ask(Asked(**THE_CITY, deaths_counted="direct"), material)
    assert {tuple(one["claims"]) for one in named["answers"]} == {("a",)}


@pytest.mark.parametrize(
    "change",
    [
        {"territory": "eastern part"},
        {"nationality": "Syrians"},
        {"population": "civilians"},
        {"end_latest": "2016-09-30"},
        {"place_id": "SY0201"},
    ],
)
def test_a_claim_for_another_scope_is_no_answer(material_of: Any, change: Any) -> None:
    result = ask(Asked(**THE_CITY), material_of(change | {"basis": "judgement"}))
    assert result["answer"] == "not_answerable"
    assert result["answers"] == []


def test_with_no_days_every_window_is_answered_by_itself(material_of: Any) -> None:
    later = {"start_earliest": "2016-10-01", "start_latest": "2016-10-01"}
    later |= {"end_earliest": "2016-10-09", "end_latest": "2016-10-09"}
    result = ask(Asked(metric="killed", place_id="SY0200"), material_of({}, later))
    assert len({one["question_id"] for one in result["answers"]}) == 2


def test_a_pending_claim_is_named_as_what_does_not_answer(material_of: Any) -> None:
    result = ask(Asked(**THE_CITY), material_of({"review_status": "pending", "counts": False}))
    assert result["answer"] == "not_answerable"
    assert "a (extracted and not yet read by a person)" in result["missing"]


# Floors


def test_what_lies_inside_sets_a_floor_and_no_answer(material_of: Any) -> None:
    asked = Asked(**(THE_CITY | {"place_id": "SYR"}))
    result = ask(asked, material_of(at_least(376) | {"coverage": "hospitals"}))
    assert result["answer"] == "floor_only"
    assert result["floor"]["low"] == 376
    assert result["floor"]["claims"] == ["a"]
    assert "narrower" in result["missing"]


def test_nothing_inside_sets_no_floor_and_never_0(material_of: Any) -> None:
    result = ask(Asked(metric="injured", place_id="SY0200"), material_of({}))
    assert result["answer"] == "not_answerable"
    assert result["floor"]["low"] is None
    assert result["floor"]["statement"] == NO_FLOOR
    assert result["ceiling"]["high"] is None


# Ceilings, if


PLANTED = {
    "number": 6000,
    "population": "civilians",
    "start_earliest": "2016-09-24",
    "start_latest": "2016-09-24",
    "end_earliest": "2016-09-28",
    "end_latest": "2016-09-28",
}
COUNTRY = {"number": 1228, "population": "civilians", "place_id": "SYR"}


def test_under_a_cap_the_conflict_is_named_with_its_pair_and_assumption(material_of: Any) -> None:
    material = material_of(PLANTED, COUNTRY)
    asked = Asked(metric="injured", place_id="SYR")
    (finding,) = ask(asked, material, cap_of("b+30%", material.held))["findings"]
    assert finding["finding_type"] == "cannot_all_hold"
    assert set(finding["claims"]) == {"a", "b"}
    assert "30" in finding["assumes"]
    assert ask(asked, material)["findings"] == []


def test_a_cap_is_a_ceiling_of_what_it_contains(material_of: Any) -> None:
    material = material_of(COUNTRY)
    cap = cap_of("a+30%", material.held)
    ceiling = ask(Asked(**(THE_CITY | {"population": "civilians"})), material, cap)["ceiling"]
    assert ceiling["high"] == 1596
    assert "direct deaths" in ceiling["of"]
    assert ask(Asked(**THE_CITY), material, cap)["ceiling"]["high"] is None


# What is missing, and findings


def test_the_nearest_is_named_first(material_of: Any) -> None:
    material = material_of(
        {"population": "civilians", "basis": "judgement"},
        {"end_latest": "2016-10-02", "end_earliest": "2016-10-02", "basis": "judgement"},
        {"metric": "injured", "deaths_counted": None},
        {"place_id": "SY0201"},
    )
    result = ask(Asked(**THE_CITY), material)
    assert [one["claims"] for one in result["nearest"]] == [["b"], ["a"]]
    assert [one["relation"] for one in result["nearest"]] == ["contains", "inside"]
    assert "wider" in result["missing"] and "narrower" in result["missing"]


def test_an_unknown_is_named_with_what_would_settle_it(material_of: Any) -> None:
    unstated = dict.fromkeys(("start_earliest", "start_latest"))
    (near,) = ask(Asked(**THE_CITY), material_of(unstated | {"basis": "judgement"}))["nearest"]
    assert near["relation"] == "unknown"
    assert "the first day of the one held" in near["would_settle"]


def test_where_nothing_is_near_the_countries_held_are_named(material_of: Any) -> None:
    places = [{"place_id": "YEM", "name": "Yemen", "level": 0, "gazetteer": "g"}]
    places += [{"place_id": "SYR", "name": "Syria", "level": 0, "gazetteer": "g"}]
    material = material_of({"place_id": "SYR"}, places=places)
    missing = ask(Asked(metric="killed", place_id="YEM"), material)["missing"]
    assert "Figures of killed are held for: Syria" in missing
    missing = ask(Asked(metric="stateless", place_id="YEM"), material)["missing"]
    assert "holds no figure of stateless for any place" in missing


def finding(claim: str, severity: str) -> dict[str, Any]:
    texts = dict.fromkeys(("finding_type", "message", "would_settle", "status"), "x")
    named = {"finding_id": f"{severity} {claim}", "claim_ids": [claim], "size": None}
    return texts | named | {"severity": severity}


def test_findings_that_touch_the_claims_are_told_the_gravest_first(material_of: Any) -> None:
    findings = [finding("a", "info"), finding("a", "warning"), finding("b", "warning")]
    material = material_of({}, {"place_id": "SY0201"}, findings=findings)
    result = ask(Asked(**THE_CITY), material)
    assert [one["finding_id"] for one in result["findings"]] == ["warning a", "info a"]
    told = as_lines(result)
    assert "  x (warning, x) warning a" in told
    assert told.count("    would settle it: x") == 1


# In words


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((None, 338, None), "338"),
        ((601, None, None), "at least 601"),
        ((None, None, 90), "at most 90"),
        ((1, 2, 3000), "2 (1 to 3,000)"),
        ((1, None, 3), "1 to 3"),
        ((None, None, None), "open at both ends"),
    ],
)
def test_a_range_is_said_with_its_open_ends(ends: tuple[int | None, ...], said: str) -> None:
    assert range_in_words(dict(zip(("low", "best", "high"), ends, strict=True))) == said


def test_the_lines_name_who_said_it_and_the_assumption(material_of: Any) -> None:
    material = material_of(PLANTED, COUNTRY)
    result = ask(Asked(**THE_CITY), material, cap_of("b+30%", material.held))
    told = "\n".join(as_lines(result))
    assert result["question"] in told
    assert "assuming that b, 1,228 plus 30 %" in told
    assert "6,000: WHO, 2016-09-29 (a)" in told
