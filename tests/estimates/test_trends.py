"""Percentage changes, rankings and rates: refused over what was found, worked out over the rest."""

from __future__ import annotations

import pytest

from pipelines.core.actors import Actors
from pipelines.core.refusals import REPORTING_CAPTION, TrendRefused
from pipelines.core.relation import Facts
from pipelines.estimates.held import hold
from pipelines.estimates.rows import rows_of
from pipelines.estimates.trends import Ranked, percentage_change, ranking, rate
from schemas import vocab


def stock_of(day: str, number: int = 100, **more):
    return {
        "metric": "idps",
        "measure": "stock",
        "deaths_counted": None,
        "place_role": "now_in",
        "basis": "registered",
        "number": number,
        **dict.fromkeys(("start_earliest", "start_latest", "end_earliest", "end_latest"), day),
        **more,
    }


OLD, NEW = stock_of("2015-12-31"), stock_of("2016-12-31", 113)
FLOW = {"metric": "internal_displacements", "unit": "movements", "measure": "flow"}
RANGE = {"low": 90, "high": 120, "range_kind": "stated"}
BOUND = {"low": 100, "best": None, "range_kind": "bound", "qualifier": "at_least"}


@pytest.fixture(scope="module")
def held_of(tables_of):
    def make(*changes):
        tables = tables_of(*changes)
        facts = Facts.of(tables["raw/places"], tables["raw/territories"], tables["raw/populations"])
        rows = rows_of(tables["claims/claims"], tables["figures/figures"])
        return hold(rows, facts, Actors(tables["raw/actors"]))

    return make


def refused(of, *arguments) -> TrendRefused:
    with pytest.raises(TrendRefused) as found:
        of(*arguments)
    return found.value


def test_a_change_between_registered_stocks(held_of):
    change = percentage_change("a", "b", held_of(OLD, NEW))
    assert (change.low, change.best, change.high) == (None, 13.0, None)
    assert change.statement == (
        "+13.0 % from stocks of 31 December 2015 to stocks of 31 December 2016: registered; idps"
    )


def test_a_range_gives_a_range(held_of):
    change = percentage_change("a", "b", held_of(OLD | RANGE, NEW))
    assert (change.low, change.best, change.high) == (
        100.0 * (113 - 120) / 120,
        13.0,
        100.0 * (113 - 90) / 90,
    )


@pytest.mark.parametrize("basis", sorted(vocab.BASES))
def test_only_bases_that_measure_alike_are_compared(held_of, basis):
    held = held_of(OLD | {"basis": basis}, NEW | {"basis": basis})
    asked = (
        (percentage_change, ("a", "b", held)),
        (ranking, (["a", "b"], held)),
        (rate, ("a", 1000, held)),
    )
    if basis in ("registered", "survey", "modelled", "mse"):
        assert percentage_change("a", "b", held).best == 13.0
        assert rate("a", 1000, held).best == 10_000
        return
    is_found = basis in ("identified", "tallied", "machine_coded", "unstated")
    for of, arguments in asked:
        refusal = refused(of, *arguments)
        assert refusal.caption == (REPORTING_CAPTION if is_found else None)
        assert (REPORTING_CAPTION in str(refusal)) is is_found
        assert refusal.reason.startswith("a ")


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (OLD, NEW | {"basis": "survey"}, "a is registered and b is survey"),
        (OLD, NEW | {"speaker": "IDMC"}, "a is a figure of WHO and b of IDMC"),
        (OLD, NEW | {"population": "children"}, "differ in population"),
        (OLD, NEW | {"restriction": "in camps"}, "differ in restriction"),
        (OLD, NEW | {"place_id": "SY02"}, "differ in place_id"),
        (NEW, OLD, "does not begin after"),
        (OLD, OLD, "does not begin after"),
        (OLD, NEW | {"start_earliest": "2016-12-01"}, "not stated to the day"),
        (OLD, NEW | {"start_earliest": "2016-12-01", "start_latest": "2016-12-01"}, "equally"),
        (OLD | BOUND, NEW, "a is an open bound"),
        (OLD, NEW | BOUND, "b is an open bound"),
        (OLD | {"number": 0}, NEW, "no percentage of 0"),
        (OLD, NEW | {"counts": False, "withdrawn_on": "2017-01-01"}, "b was withdrawn"),
    ],
)
def test_what_gives_no_change(held_of, first, second, words):
    assert words in refused(percentage_change, "a", "b", held_of(first, second)).reason


def test_two_readings_of_a_counter_are_not_subtracted(held_of):
    counter = {"metric": "killed", "deaths_counted": "direct", "place_role": "happened_in"}
    counter |= {"measure": "cumulative"}
    assert (
        "counter"
        in refused(percentage_change, "a", "b", held_of(OLD | counter, NEW | counter)).reason
    )


def test_flows_of_whole_months_are_equally_long(held_of):
    def month(first: str, last: str):
        window = {"start_earliest": first, "start_latest": first}
        return NEW | FLOW | window | {"end_earliest": last, "end_latest": last}

    january, february = month("2015-01-01", "2015-01-31"), month("2015-02-01", "2015-02-28")
    assert percentage_change("a", "b", held_of(january, february)).best == 0.0
    half = month("2015-02-01", "2015-02-14")
    assert "equally long" in refused(percentage_change, "a", "b", held_of(january, half)).reason


def test_places_are_ranked_as_far_as_their_ranges_allow(held_of):
    held = held_of(
        OLD | {"place_id": "SY0200", "number": 200},
        OLD | {"place_id": "SY0201"} | RANGE,
        OLD | {"place_id": "LBN", "number": 110},
        OLD | {"place_id": "JOR", "number": 110},
    )
    assert ranking(["a", "b"], held).ranks == (Ranked("a", 1, 1), Ranked("b", 2, 2))


def test_places_of_which_one_holds_the_other_are_not_ranked(held_of):
    held = held_of(OLD | {"place_id": "SYR"}, OLD | {"place_id": "SY02"}, OLD)
    refusal = refused(ranking, ["a", "b", "c"], held)
    assert refusal.pair == ("a", "b")
    assert [other.pair for other in refusal.others] == [("a", "c"), ("b", "c")]
    assert "at least two" in refused(ranking, ["a"], held).reason


def test_ranges_that_meet_share_ranks(held_of):
    held = held_of(
        OLD | {"place_id": "SY0200", "number": 100},
        OLD | {"place_id": "SY0201"} | RANGE,
    )
    assert ranking("ba", held).ranks == (Ranked("a", 1, 2), Ranked("b", 1, 2))


def test_a_rate_by_time_or_people(held_of):
    year = NEW | FLOW | {"number": 3660}
    year |= {"start_earliest": "2016-01-01", "start_latest": "2016-01-01"}
    held = held_of(year, OLD, year | {"start_earliest": "2015-12-01"})
    assert rate("a", "day", held).best == 10.0
    assert rate("a", "week", held).best == 70.0
    assert rate("b", "1000", held).statement == (
        "10000.0000 in every 100,000 of 1,000 people: registered; idps; stocks of 31 December 2015"
    )
    assert "no count of what happened" in refused(rate, "b", "day", held).reason
    assert "not stated to the day" in refused(rate, "c", "day", held).reason
    for per in ("decade", "0", -3):
        assert "neither" in refused(rate, "a", per, held).reason
    assert "not in the collection" in refused(rate, "z", "day", held).reason
