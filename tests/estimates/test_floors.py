"""Floors and ceilings: worked examples by hand, and what must hold of any claims."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from pipelines.core.verdict import ANY
from pipelines.estimates.floors import (
    cap_of,
    ceiling_of,
    floor_of,
    floors,
    inside,
    least_of,
    least_total,
    left_to_ask,
    smallest_exceeding,
)
from pipelines.estimates.held import hold
from schemas.estimates import Floors, Questions

TERRITORIES = [
    {"territory": "eastern Aleppo city", "place_id": "SY02", "relation": "inside"}
    | {"other": other, "valid_from": "2012-07-01", "valid_to": "2016-12-31", "citation": "c"}
    for other in ("SY0200", "rebel-held areas")
]
WINDOW = ("start_earliest", "start_latest", "end_earliest", "end_latest")
AT_LEAST = {"best": None, "qualifier": "at_least"}


def days(first, last):
    """A window from one day of September 2016 to another."""
    start, end = date(2016, 9, first), date(2016, 9, last)
    return dict(zip(WINDOW, (start, start, end, end), strict=True))


@pytest.fixture(scope="module")
def one(held_of, two_provinces):
    return held_of({}, places=two_provinces, territories=TERRITORIES)


@pytest.fixture(scope="module")
def held_with(one):
    """Claims a, b, c ... that count, each as a good one but for its changes."""

    def make(*changes):
        rows = []
        for name, change in zip("abcdefghijklmnopqrstuvwxyz", changes, strict=False):
            number = change.get("number", 338)
            numbers = dict.fromkeys(("value", "best", "reading_low", "reading_high"), number)
            named = {"claim_id": name, "record_id": name, "document_id": name}
            row = {**one.rows[0], **days(1, 30), "place_id": "SYR", **named, **numbers, **change}
            rows.append(row)
        return hold(rows, one.facts, one.actors)

    return make


@pytest.fixture(scope="module")
def asked(one):
    """Everybody killed in Syria, ever, on every axis that is not named."""

    def make(**axes):
        opened = dict.fromkeys((*WINDOW, "measure", "deaths_counted", "cause", "place_role"), ANY)
        nothing = {"nationality": None, "from_place_id": None, "territory": None}
        row = {**one.rows[0], **opened, **nothing, "place_id": "SYR", **axes}
        return {**row, "restriction": None, "coverage": None, "source_id": None}

    return make


CITY, MANBIJ, ALEPPO, IDLIB = (
    {"place_id": place} for place in ("SY0200", "SY0201", "SY02", "SY07")
)


@pytest.mark.parametrize(
    ("claims", "low", "binding"),
    [
        ([{"number": 600, **ALEPPO}], 600, "a"),
        # The city is within the province: nothing adds up.
        ([{"number": 600, **ALEPPO}, {"number": 376, **CITY}], 600, "a"),
        ([{"number": 600, **ALEPPO}, {"number": 700, **CITY}], 700, "b"),
        # City and Manbij lie apart in the province: 376 + 400 are more than its own 600.
        (
            [{"number": 600, **ALEPPO}, {"number": 376, **CITY}, {"number": 400, **MANBIJ}],
            776,
            "bc",
        ),
        ([{"number": 600, **ALEPPO}, {"number": 50, **IDLIB}], 650, "ab"),
        # Days apart add up; days in common, and a single day in common, do not.
        ([{"number": 10, **days(1, 9)}, {"number": 20, **days(10, 30)}], 30, "ab"),
        ([{"number": 10, **days(1, 9)}, {"number": 20, **days(9, 30)}], 20, "b"),
        ([{"number": 10, "deaths_counted": "indirect"}, {"number": 20}], 30, "ab"),
        # Children may be among the women and girls of another count: nothing shows otherwise.
        (
            [{"number": 10, "population": "children"}, {"number": 20, "population": "women"}],
            20,
            "b",
        ),
        # A chain of windows: the first and the last are apart, the middle meets both.
        (
            [
                {"number": 30, **days(1, 10)},
                {"number": 50, **days(5, 20)},
                {"number": 30, **days(15, 30)},
            ],
            60,
            "ac",
        ),
    ],
)
def test_worked_floors(held_with, asked, claims, low, binding):
    found = floor_of(asked(), held_with(*claims))
    assert (found.low, found.claim_ids) == (low, tuple(binding))
    assert found.n_inside == len(claims)


def test_counts_of_a_ring_force_half_their_sum(held_with, asked):
    """Neighbours may share people; no two others do, by place, by window or by kind of death.

    Ten each: no person is in three of them, so 50 counts are at least 25 people, more than the 20
    of any two that are apart.
    """
    ring = (
        {**CITY, **days(1, 10), "deaths_counted": "direct_and_indirect"},
        {**ALEPPO, **days(8, 12)},
        {**MANBIJ, **days(11, 30)},
        {"place_id": "SYR", **days(25, 30), "deaths_counted": "direct_and_indirect"},
        {"place_id": "SY0200", **days(1, 30), "deaths_counted": "indirect"},
    )
    held = held_with(*({"number": 10, **change} for change in ring))
    shares = {
        (a["claim_id"], b["claim_id"])
        for a, b in combinations(held.rows, 2)
        if not held.are_apart(a, b)
    }
    assert shares == {("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("a", "e")}
    found = floor_of(asked(), held)
    assert (found.low, found.claim_ids) == (25, ("a", "b", "c", "d", "e"))
    assert "5 counts of which some overlap" in found.statement


def test_no_claim_inside_sets_no_floor_and_never_0(held_with, asked):
    for claims in ([], [{"number": 0}], [{"basis": "modelled"}], [{"population": "children"}]):
        population = "civilians" if claims else "all"
        found = floor_of(asked(population=population), held_with(*claims))
        assert found.low is None
        assert found.statement == "no claim here sets a floor"
        assert found.claim_ids == ()


@pytest.mark.parametrize(
    ("change", "least"),
    [
        ({"basis": "identified"}, 338),
        ({"basis": "registered", "low": 300}, 300),
        ({"basis": "tallied", "qualifier": "about", "reading_low": 330}, 330),
        ({"basis": "tallied", "qualifier": "nearly", "reading_low": 330}, 330),
        ({"basis": "modelled"}, None),
        ({"basis": "unstated"}, None),
        ({"basis": "judgement", **AT_LEAST, "low": 300}, 300),
        ({"basis": "unstated", **AT_LEAST, "qualifier": "more_than", "low": 301}, 301),
        ({"basis": "tallied", "best": None, "high": 400, "qualifier": "up_to"}, None),
        ({"basis": "modelled", "low": 300, "qualifier": "between", "best": None}, None),
        ({"basis": "tallied", "number": 0}, None),
        ({"basis": "registered", "claim_unit": "households"}, None),
    ],
)
def test_what_sets_a_floor(held_with, change, least):
    (row,) = held_with(change).rows
    assert least_of(row) == least


def test_limited_claims_are_floors(held_with, asked):
    held = held_with(
        {"number": 338, "coverage": "functioning hospitals", **CITY},
        {"number": 90, "restriction": "by air strikes", **MANBIJ},
    )
    assert floor_of(asked(), held).low == 428


def test_the_many_dead_of_the_city_are_within_more_than_600(held_with, asked):
    """376 in the eastern city and more than 600 in the rebel-held province: both can hold."""
    held = held_with(
        {"number": 376, **CITY, "territory": "eastern Aleppo city"},
        {**AT_LEAST, "qualifier": "more_than", "low": 601, "basis": "unstated", **ALEPPO}
        | {"territory": "rebel-held areas"},
    )
    scope = asked(place_id="SY02", territory="rebel-held areas", **days(1, 30))
    assert [row["claim_id"] for row in inside(scope, held)] == ["a", "b"]
    found = floor_of(scope, held)
    assert (found.low, found.claim_ids) == (601, ("b",))
    assert found.statement == "At least 601, if the claims hold: 1 claim (unstated)"


def test_stocks_add_up_on_one_day_only(held_with, asked):
    stock = {"metric": "idps", "measure": "stock", "place_role": "now_in", "deaths_counted": None}
    stock |= {"basis": "registered"}
    held = held_with(
        {"number": 500, **stock, **ALEPPO, **days(9, 9)},
        {"number": 300, **stock, **IDLIB, **days(9, 9)},
        {"number": 700, **stock, **IDLIB, **days(20, 20)},
    )
    axes = {"metric": "idps", "measure": "stock", "place_role": "now_in", "deaths_counted": None}
    assert floor_of(asked(**axes, **days(9, 9)), held).low == 800
    assert least_total(held.rows, [500, 300, 700], held) == (800, [0, 1])


def test_entries_of_a_register_add_up(held_with, asked):
    entry = {"entry_of": "events/1", "adds_up": True, "basis": "tallied"}
    held = held_with(*({"number": 5, **entry, **ALEPPO, **days(3, 3)} for _ in range(4)))
    assert floor_of(asked(), held).low == 20
    assert floor_of(asked(), held).claim_ids == ("a", "b", "c", "d")


def test_the_statement_names_the_counts_and_their_bases(held_with, asked):
    held = held_with(
        {"number": 40_000, "basis": "identified", **days(1, 9)},
        {"number": 8_012, **days(10, 30)},
        {"number": 12, **ALEPPO},
    )
    found = floor_of(asked(), held)
    assert found.statement == (
        "At least 48,012, if the lists are clean: 2 disjoint counts (identified, tallied)"
    )
    assert found.bases == ("identified", "tallied")


def test_an_original_binds_before_its_repeat(held_with, asked):
    held = held_with({"repeat_of": "b", "counts": False}, {})
    assert floor_of(asked(), held).claim_ids == ("b",)


def test_a_part_never_adds_up_with_its_whole(held_with, asked):
    """The whole's window ends before the part's begins, which must be our misreading."""
    held = held_with({"number": 50, **days(1, 9)}, {"number": 20, **days(10, 30), "part_of": "a"})
    assert floor_of(asked(), held).low == 50


# Every question


def test_floors_of_every_question_are_good_records(held_with):
    held = held_with({"number": 600, **ALEPPO}, {"number": 376, **CITY}, {"basis": "modelled"})
    made = floors(held.rows, held)
    assert schemas.judge(Floors, schemas.frame(Floors, made)).empty
    assert [row["question_id"] for row in made] == sorted({r["question_id"] for r in held.rows})


def test_floors_stop_at_their_budget_with_the_smallest_questions_done(held_with):
    rows = [{"number": 600, **ALEPPO}, {"number": 376, **CITY}]
    held = held_with(*(row | {"question_id": name} for name, row in zip("pq", rows, strict=True)))
    assert [row["question_id"] for row in floors(held.rows, held, pairs=1)] == ["q"]
    assert [row["question_id"] for row in floors(held.rows, held, pairs=5)] == ["p", "q"]
    assert [row["question_id"] for row in floors(held.rows, held, claims=1)] == ["q"]
    assert [row["question_id"] for row in floors(held.rows, held, claims=3)] == ["p", "q"]


def test_how_many_questions_are_left_to_ask_is_counted(held_with):
    rows = [{"number": 600, **ALEPPO}, {"number": 376, **CITY}]
    held = held_with(*(row | {"question_id": name} for name, row in zip("pq", rows, strict=True)))
    asked = schemas.frame(Questions, [{"question_id": "p"}, {"question_id": "q"}])
    for pairs, left in ((0, 2), (1, 1), (5, 0)):
        made = schemas.frame(Floors, floors(held.rows, held, pairs=pairs))
        assert left_to_ask(asked, made) == left


# Ceilings


@pytest.mark.parametrize(
    ("text", "high"), [("a", 1_228), ("a+30%", 1_596), ("a + 30 %", 1_596), ("a+2.5%", 1_258)]
)
def test_a_cap_is_exact(held_with, text, high):
    cap = cap_of(text, held_with({"number": 1_228}))
    assert (cap.claim_id, cap.high) == ("a", high)
    assert f"{high:,}" in cap.statement


@pytest.mark.parametrize(
    ("text", "change", "words"),
    [
        ("z", {}, "no claim that counts has the id 'z'"),
        ("z+30%", {}, "no claim that counts has the id 'z'"),
        ("a+30", {}, "no claim that counts has the id 'a+30'"),
        ("a", {**AT_LEAST, "low": 300}, "neither a best figure nor an upper end"),
        ("a", {"entry_of": "events/1"}, "an entry of a register"),
    ],
)
def test_what_cannot_cap_says_so(held_with, text, change, words):
    with pytest.raises(ValueError, match=words.replace("+", r"\+")):
        cap_of(text, held_with(change))


def test_a_ceiling_is_the_cap_less_what_lies_outside(held_with, asked):
    held = held_with(
        {"number": 1_000, "basis": "modelled"},
        {"number": 300, **IDLIB},
        {"number": 200, **CITY},
        {"number": 150, **IDLIB, **days(1, 9)},
    )
    cap = cap_of("a", held)
    axes = {"measure": "flow", "deaths_counted": "direct", "cause": "conflict"}
    axes |= {"place_role": "happened_in", **days(1, 30)}
    found = ceiling_of(asked(**axes, place_id="SY02"), cap, held)
    assert (found.high, found.claim_ids) == (700, ("a", "b"))
    assert "1,000" in found.assumes
    assert ceiling_of(asked(**axes), cap, held).high == 1_000
    wider = ceiling_of(asked(**axes | {"start_earliest": ANY}), cap, held)
    assert wider.high is None
    assert "does not lie within that scope" in wider.assumes


def test_no_ceiling_follows_from_a_cap_that_the_floors_exceed(held_with, asked):
    held = held_with({"number": 100, "basis": "modelled"}, {"number": 338, **CITY})
    found = ceiling_of(held.rows[0], cap_of("a", held), held)
    assert found.high is None
    assert "force at least 338" in found.assumes


def test_the_smallest_set_that_exceeds_a_number(held_with):
    held = held_with(
        {"number": 60, **days(1, 9)},
        {"number": 30, **days(10, 15)},
        {"number": 45, **days(16, 30)},
        {"number": 70, **days(5, 12)},
    )
    lows = [60, 30, 45, 70]
    assert smallest_exceeding(held.rows, lows, 104, held) == (115, [2, 3])
    assert smallest_exceeding(held.rows, lows, 120, held) == (135, [0, 1, 2])
    assert smallest_exceeding(held.rows, lows, 135, held) is None


# What must hold of any claims


@st.composite
def claim(draw):
    first = draw(st.integers(1, 30))
    return {
        "number": draw(st.integers(0, 30)),
        "place_id": draw(st.sampled_from(("SYR", "SY02", "SY07", "SY0200", "SY0201"))),
        "deaths_counted": draw(st.sampled_from(("direct", "indirect", "direct_and_indirect"))),
        "population": draw(st.sampled_from(("all", "civilians", "children"))),
        "basis": draw(st.sampled_from(("tallied", "identified", "modelled"))),
        "entry_of": draw(st.sampled_from((None, None, "events/1"))),
        "adds_up": draw(st.sampled_from((True, True, False))),
        "restriction": draw(st.sampled_from((None, "by air strikes"))),
        **days(first, draw(st.integers(first, 30))),
    }


@settings(max_examples=60)
@given(claims=st.lists(claim(), min_size=1, max_size=9))
def test_adding_a_claim_never_lowers_a_floor(held_with, asked, claims):
    lows = [floor_of(asked(), held_with(*claims[:n])).low or 0 for n in range(len(claims) + 1)]
    assert lows == sorted(lows)


@settings(max_examples=60)
@given(claims=st.lists(claim(), min_size=1, max_size=9), seed=st.integers(0, 99))
def test_order_never_matters(held_with, one, asked, claims, seed):
    held = held_with(*claims)
    mixed = list(held.rows)
    Random(seed).shuffle(mixed)
    assert floor_of(asked(), hold(mixed, one.facts, one.actors)) == floor_of(asked(), held)


@settings(max_examples=60)
@given(claims=st.lists(claim(), min_size=1, max_size=9))
def test_a_floor_lies_between_the_greatest_and_the_sum(held_with, asked, claims):
    held = held_with(*claims)
    lows = [least_of(row) or 0 for row in inside(asked(), held)]
    assert max(lows) <= (floor_of(asked(), held).low or 0) <= sum(lows)


@settings(max_examples=60)
@given(claims=st.lists(claim(), min_size=1, max_size=8))
def test_a_floor_is_no_less_than_any_set_of_disjoint_claims(held_with, asked, claims):
    held = held_with(*claims)
    rows = inside(asked(), held)
    best = 0
    for size in range(1, len(rows) + 1):
        for chosen in combinations(rows, size):
            if all(held.are_apart(a, b) for a, b in combinations(chosen, 2)):
                best = max(best, sum(least_of(row) or 0 for row in chosen))
    assert (floor_of(asked(), held).low or 0) >= best
