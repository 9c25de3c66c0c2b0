"""Sums of claims: what is refused and why, and what a sum of those that share nobody is."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.actors import Actors
from pipelines.core.refusals import SumRefused
from pipelines.core.relation import Facts
from pipelines.estimates.held import Held, hold
from pipelines.estimates.rows import rows_of
from pipelines.estimates.sums import Sum, safe_sum


def held_from(tables) -> Held:
    facts = Facts.of(tables["raw/places"], tables["raw/territories"], tables["raw/populations"])
    rows = rows_of(tables["claims/claims"], tables["figures/figures"])
    return hold(rows, facts, Actors(tables["raw/actors"]))


@pytest.fixture(scope="module")
def syria(default_tables) -> Held:
    return held_from(default_tables)


@pytest.fixture(scope="module")
def named(syria):
    """The id of a claim by the row of the sheet, or by what the article's claim is about."""

    def find(name: str) -> str:
        (found,) = (c for c in syria.by_claim if f"/{name}#" in c or f"#{name}@" in c)
        return found

    return find


@pytest.fixture(scope="module")
def held_of(tables_of):
    """Claims a, b, c ..., each the good one but for its changes, ready to be compared."""
    return lambda *changes, **others: held_from(tables_of(*changes, **others))


def on(day: str, until: str | None = None) -> dict[str, str]:
    end = until or day
    return {"start_earliest": day, "start_latest": day, "end_earliest": end, "end_latest": end}


MONTHS = [on(f"2016-{n:02}-01", f"2016-{n:02}-28") for n in range(1, 13)]


# The Syria collection


@pytest.mark.parametrize(("year", "total"), [(2016, 12_034_826), (2015, 11_682_555)])
def test_stocks_of_one_day_add_up_and_say_their_bases(syria, named, year, total):
    sum_ = safe_sum([named(f"syr-unhcr-{year}-{which}") for which in "rai"], syria)
    assert (sum_.low, sum_.best, sum_.high, sum_.range_kind) == (None, total, None, None)
    assert sum_.bases == ("modelled", "registered")
    assert sum_.metrics == ("asylum_seekers", "idps", "refugees")
    assert sum_.statement == (
        f"{total:,}: modelled + registered; asylum_seekers + idps + refugees; "
        f"stocks of 31 December {year}"
    )


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("killed", "ale-dm-1006-k", ["may count the same people", "civilians are among all"]),
        ("syr-scpr-2016", "syr-scpr-2016-n", ["is a part of"]),
        ("syr-idmc-2016-n", "syr-unhcr-2016-i", ["movements", "people", "flow", "stock"]),
        ("syr-unhcr-2016-i", "syr-idmc-2016-i", ["two answers to one question"]),
        ("syr-ohchr-2013a", "syr-ohchr-2013b-1", ["publish one figure again"]),
    ],
)
def test_double_counts_are_refused_with_their_reason(syria, named, first, second, words):
    if first == "killed":
        (first,) = (c for c in syria.by_claim if "#killed@" in c and syria.by_claim[c]["low"])
    else:
        first = named(first)
    for ids in ([first, named(second)], [named(second), first]):
        with pytest.raises(SumRefused) as refused:
            safe_sum(ids, syria)
        assert set(refused.value.pair) == set(ids)
        assert all(word in refused.value.reason for word in words)
        assert refused.value.would_settle
        assert refused.value.others == []


def test_parts_that_sum_exactly_to_their_whole_add_up(syria, named):
    parts = [named(f"syr-ohchr-2013b-{n}") for n in (1, 2, 3)]
    assert safe_sum(parts, syria).best == 59_648 + 6_347 + 26_906 == 92_901


def test_every_offending_pair_is_named(syria, named):
    ids = [named(name) for name in ("syr-unhcr-2016-i", "syr-idmc-2016-i", "syr-idmc-2016-n")]
    with pytest.raises(SumRefused) as refused:
        safe_sum(ids, syria)
    pairs = [one.pair for one in (refused.value, *refused.value.others)]
    assert pairs == list(combinations(sorted(ids), 2))
    assert str(refused.value).count("refused: ") == 3


# What is named


def refusals_of(ids, held, **more) -> list[str]:
    with pytest.raises(SumRefused) as refused:
        safe_sum(ids, held, **more)
    return [one.reason for one in (refused.value, *refused.value.others)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"review_status": "pending", "counts": False}, "waits for review"),
        (
            {
                "review_status": "rejected",
                "counts": False,
                "reviewed_by": "r",
                "reviewed_on": "2026-11-02",
            },
            "was rejected",
        ),
        ({"modality": "projected", "counts": False}, "is projected"),
        ({"withdrawn_on": "2017-01-01", "counts": False}, "was withdrawn on 2017-01-01"),
        ({"replaced_by": "z", "counts": False}, "was replaced by z"),
    ],
)
def test_a_claim_that_does_not_count_is_refused_by_name(held_of, change, words):
    (reason,) = refusals_of(["a", "b"], held_of({}, MONTHS[0] | change))
    assert reason.startswith("b ")
    assert words in reason


def test_unknown_and_doubled_ids_and_no_id_at_all_are_refused(held_of):
    held = held_of({}, {})
    assert refusals_of(["a", "a", "z"], held) == ["a is named twice", "z is not in the collection"]
    assert refusals_of([], held) == ["no claim is named"]
    assert refusals_of(["a", safe_sum(["a"], held)], held) == ["a is named twice"]


# Ends


PLAIN = {"number": 100}
AT_LEAST = {"number": 32, "best": None, "low": 32, "range_kind": "bound", "qualifier": "at_least"}
UP_TO = {"number": 40, "best": None, "high": 40, "range_kind": "bound", "qualifier": "up_to"}
BETWEEN = {
    "value": None,
    "value_low": 10,
    "value_high": 20,
    "best": None,
    "low": 10,
    "high": 20,
    "range_kind": "stated",
    "qualifier": "between",
}
VAGUE = BETWEEN | {"low": 24, "high": 99, "range_kind": "vague", "qualifier": "vague"}
THREE = {"number": 7, "low": 5, "high": 9, "range_kind": "stated"}
NUMBERS = (PLAIN, AT_LEAST, UP_TO, BETWEEN, VAGUE, THREE)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (PLAIN, PLAIN, (None, 200, None, None)),
        (PLAIN, AT_LEAST, (132, None, None, "bound")),
        (PLAIN, UP_TO, (None, None, 140, "bound")),
        (PLAIN, BETWEEN, (110, None, 120, "stated")),
        (PLAIN, THREE, (105, 107, 109, "stated")),
        (PLAIN, VAGUE, (124, None, 199, "vague")),
        (AT_LEAST, UP_TO, (None, None, None, None)),
    ],
)
def test_ends_add_up_and_open_ends_stay_open(held_of, first, second, expected):
    sum_ = safe_sum(["a", "b"], held_of(first | MONTHS[0], second | MONTHS[1]))
    assert (sum_.low, sum_.best, sum_.high, sum_.range_kind) == expected


def test_windows_that_touch_give_two_ends_and_no_best(held_of):
    days = [on("2016-01-01", "2016-01-31"), on("2016-01-31", "2016-02-20")]
    sum_ = safe_sum(["a", "b"], held_of({"number": 60} | days[0], {"number": 100} | days[1]))
    assert (sum_.low, sum_.best, sum_.high) == (100, None, 160)
    assert "share a day" in sum_.statement


def test_claims_in_a_row_that_touch_hide_as_many_as_they_can(held_of):
    """1 and 3, or 2 and 4, share no day: the greater of the two is the least total."""
    edges = ["2016-01-01", "2016-01-10", "2016-01-20", "2016-01-30", "2016-02-10"]
    numbers = [10, 50, 5, 30]
    changes = [
        {"number": n} | on(start, end)
        for n, start, end in zip(numbers, edges[:-1], edges[1:], strict=True)
    ]
    sum_ = safe_sum("abcd", held_of(*changes, {"number": 7} | MONTHS[5]))
    assert (sum_.low, sum_.high) == (80, 95)
    with_fifth = safe_sum("abcde", held_of(*changes, {"number": 7} | MONTHS[5]))
    assert (with_fifth.low, with_fifth.high) == (87, 102)


@given(st.lists(st.integers(0, 60), min_size=2, max_size=9), st.data())
def test_the_least_total_is_the_greatest_over_claims_apart(numbers, data):
    """Against trying every set: also where the claims that touch form rings."""
    from pipelines.estimates.sums import _least

    names = [f"c{n}" for n in range(len(numbers))]
    pairs = list(combinations(names, 2))
    touching = data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12))
    lows = dict(zip(names, numbers, strict=True))
    sets = (
        chosen
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
        if not set(combinations(chosen, 2)) & set(touching)
    )
    assert _least(lows, touching) == max(sum(lows[c] for c in chosen) for chosen in sets)


# Accepting what is unknown


BY_AIR, BY_LAND = {"restriction": "by air"}, {"restriction": "by land"}


def test_an_unknown_relation_passes_only_when_accepted_and_is_recorded(held_of):
    held = held_of(BY_AIR, BY_LAND)
    (reason,) = refusals_of(["a", "b"], held)
    assert "not known" in reason
    sum_ = safe_sum(["a", "b"], held, accept=[("b", "a")])
    assert (sum_.best, sum_.accepted) == (676, (("a", "b"),))
    assert "accepted as sharing nobody: a and b" in sum_.statement
    again = safe_sum([sum_], held)
    assert again == sum_


def test_a_known_relation_is_never_accepted_away(held_of):
    held = held_of({}, BY_AIR, {}, MONTHS[0])
    for pair, known in ((("a", "b"), "contains"), (("a", "c"), "equal"), (("a", "d"), "disjoint")):
        (reason,) = refusals_of(pair, held, accept=[pair])
        assert reason.endswith(f"is known: {known}")


def test_a_repeat_is_never_accepted_away(held_of):
    """What leaves the relation open does not make one figure two."""
    held = held_of(BY_AIR, BY_LAND | {"repeat_of": "a", "counts": False})
    assert refusals_of(["a", "b"], held, accept=[("a", "b")])[0].endswith("is known: equal")


def test_accepting_a_pair_that_is_not_added_up_is_refused(held_of):
    held = held_of(BY_AIR, MONTHS[0], BY_LAND)
    assert "not both among the claims" in refusals_of(["a", "b"], held, accept=[("a", "c")])[0]


def test_a_stock_and_a_flow_are_refused_though_they_share_nobody(held_of):
    here = {"metric": "returned_refugees", "deaths_counted": None, "place_role": "came_from"}
    held = held_of(
        here | {"measure": "stock"} | on("2016-12-31"),
        here | {"measure": "flow", "place_id": "LBN"} | MONTHS[0],
    )
    (reason,) = refusals_of(["a", "b"], held)
    assert reason == "a is a stock and b a flow"


# Whatever is added up first


@st.composite
def collections(draw):
    """Changes of claims that share nobody: of different months, with any numbers."""
    numbers = draw(st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=8))
    return [number | month for number, month in zip(numbers, MONTHS, strict=False)]


def blocks_of(ids: list[str], draw) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for claim_id in ids:
        found.setdefault(draw(st.integers(0, 3)), []).append(claim_id)
    return list(found.values())


@settings(max_examples=30)
@given(collections(), st.data())
def test_a_sum_of_sums_is_the_sum(held_of, changes, data):
    held = held_of(*changes)
    ids = data.draw(st.permutations(sorted(held.by_claim)))
    whole = safe_sum(sorted(ids), held)
    blocks = [safe_sum(block, held) for block in blocks_of(ids, data.draw)]
    assert safe_sum(blocks, held) == whole
    # And without the claims: ends of the blocks added up, a best standing in for an end not given.
    for end in ("low", "best", "high"):
        given_ends = [getattr(b, end) if getattr(b, end) is not None else b.best for b in blocks]
        added = None if None in given_ends else sum(given_ends)
        says = end == "best" or any(held.by_claim[c][end] is not None for c in ids)
        assert getattr(whole, end) == (added if says else None)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 300), min_size=2, max_size=7), st.data())
def test_blocks_of_claims_that_touch_add_up_alike(held_of, numbers, data):
    days = [f"2016-02-{n:02}" for n in range(1, 28, 3)]
    changes = [{"number": n} | on(a, b) for n, a, b in zip(numbers, days, days[1:], strict=False)]
    held = held_of(*changes)
    ids = data.draw(st.permutations(sorted(held.by_claim)))
    blocks = [safe_sum(block, held) for block in blocks_of(ids, data.draw)]
    whole = safe_sum(ids, held)
    assert safe_sum(blocks, held) == whole
    assert isinstance(whole, Sum)
    assert whole.high == sum(numbers)
    assert max(numbers) <= whole.low < whole.high
