"""What a card's `columns:` may say, and everything that is wrong with one that cannot be used."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.core.mapping import Cell, MappingFaulty, TableMapping

GOOD: dict[str, Any] = {
    "row_id": "id",
    "metric": {"is": "killed"},
    "value": "deaths",
    "place": {"country": "iso3", "first_level": "province"},
    "speaker": {"is": "The office"},
}


def faults(changes: dict[str, Any], *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Where a good mapping with changes is wrong, and how to mend it."""
    stated = {name: given for name, given in (GOOD | changes).items() if name not in without}
    with pytest.raises(MappingFaulty) as caught:
        TableMapping.read(stated)
    return [(fault.where, fault.fix) for fault in caught.value.faults]


def test_a_good_mapping() -> None:
    mapping = TableMapping.read(GOOD)
    assert mapping.row_id == ("id",)
    assert mapping.place["country"] == Cell(column="iso3")
    (claim,) = mapping.claims
    assert claim["metric"] == Cell(constant="killed") and claim["value"] == Cell(column="deaths")
    assert mapping.adds_up


def test_words_of_the_table_are_translated() -> None:
    words = {"deaths": "killed", "wounded": "injured"}
    mapping = TableMapping.read(GOOD | {"metric": {"column": "what", "words": words}})
    assert mapping.claims[0]["metric"] == Cell("what", None, tuple(words.items()))


def test_several_claims_share_what_stands_beside_them() -> None:
    claims = [
        {"metric": {"is": "killed"}, "value": "deaths"},
        {"metric": {"is": "injured"}, "value": "wounded", "population": {"is": "children"}},
    ]
    stated = {n: given for n, given in GOOD.items() if n not in ("metric", "value")}
    mapping = TableMapping.read(stated | {"claims": claims})
    assert [sorted(claim) for claim in mapping.claims] == [
        ["metric", "speaker", "value"],
        ["metric", "population", "speaker", "value"],
    ]


@pytest.mark.parametrize(
    ("changes", "adds_up"),
    [
        ({}, True),
        ({"adds_up": "false"}, False),
        ({"measure": {"is": "cumulative"}}, False),
        ({"measure": {"is": "cumulative"}, "adds_up": "true"}, True),
        ({"claims": [{"value": "deaths"}, {"value": "children"}]}, False),
    ],
)
def test_entries_add_up_unless_a_row_counts_twice_or_a_counter_runs(
    changes: dict[str, Any], adds_up: bool
) -> None:
    assert TableMapping.read(GOOD | changes).adds_up is adds_up


@pytest.mark.parametrize("name", ["row_id", "metric", "value", "place", "speaker"])
def test_what_every_claim_needs_is_asked_for(name: str) -> None:
    ((where, fix),) = faults({}, without=(name,))
    assert where == name and name in fix


@pytest.mark.parametrize(
    ("changes", "where", "advice"),
    [
        ({"metrik": {"is": "killed"}}, "metrik", "Did you mean 'metric'?"),
        ({"metric": {"is": "kiled"}}, "metric", "Did you mean 'killed'?"),
        ({"population": {"column": "who", "words": {"w": "wimen"}}}, "population.words", "women"),
        ({"place": {"country": "iso3", "level": "x"}}, "place.level", "first_level"),
        ({"place": {"first_level": "x"}}, "place", "country"),
        ({"value": {"is": "7"}}, "value", "column"),
        ({"period_start": {"is": "21.9.2016"}}, "period_start", "2016-09-21"),
        ({"household_size": {"is": "many"}, "household_size_source": "x"}, "household_size", "5"),
        ({"household_size": {"is": "5"}}, "household_size_source", "known"),
        ({"quote": "text"}, "quote", "leave it out"),
        ({"measure": {"is": "stock"}}, "measure", "flow"),
        ({"unit": {"is": "households"}}, "unit", "people"),
        ({"population": ["a"]}, "population", "{is:"),
        ({"population": {"is": ""}}, "population", "{is:"),
        ({"claims": {}}, "claims", "- metric"),
        ({"claims": [{"row_id": "x"}]}, "claims[1].row_id", "beside 'claims:'"),
        ({"claims": [{}, {}]}, "claims", "keep one"),
        ({"adds_up": "perhaps"}, "adds_up", "true or false"),
        ({"row_id": ["id", {}]}, "row_id", "list of columns"),
    ],
)
def test_each_fault_says_where_and_how_to_mend_it(
    changes: dict[str, Any], where: str, advice: str
) -> None:
    ((found, fix),) = faults(changes)
    assert found == where and advice in fix


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        {"metric": {"is": "kiled"}, "value": {"is": "3"}, "quote": "x"}, without=("place",)
    )
    assert [where for where, _ in found] == ["place", "metric", "value", "quote"]


@pytest.mark.parametrize("stated", [None, {}, [], "row_id: id"])
def test_a_setting_that_is_no_mapping(stated: object) -> None:
    with pytest.raises(MappingFaulty):
        TableMapping.read(stated)
