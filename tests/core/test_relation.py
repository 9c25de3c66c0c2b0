"""Relations over all axes: one good pair and one axis changed at a time, then properties."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.relation import relate, relate_claims
from pipelines.core.verdict import ANY

WINDOW = ("start_earliest", "start_latest", "end_earliest", "end_latest")


def window(first, last=None):
    """The four days of an exact window, or of one day; of no window for None."""
    days = [None if day is None else date.fromisoformat(day) for day in (first, last or first)]
    return dict(zip(WINDOW, (days[0], days[0], days[1], days[1]), strict=True))


SCOPE = {
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "civilians",
    "nationality": None,
    "deaths_counted": "direct",
    "cause": "conflict",
    "place_id": "SY02",
    "place_role": "happened_in",
    "from_place_id": None,
    "territory": None,
    **window("2016-09-19", "2016-10-06"),
}
IDPS = SCOPE | {
    "metric": "idps",
    "measure": "stock",
    "place_role": "now_in",
    "deaths_counted": None,
    **window("2016-09-19"),
}
REFUGEES = IDPS | {"metric": "refugees", "place_id": "LBN"}
FLED = REFUGEES | {"measure": "flow", **window("2016-09-19", "2016-10-06")}
MISSING = SCOPE | {"metric": "missing", "deaths_counted": None}
LATER = window("2016-11-01", "2016-11-30")
WIDER = window("2016-09-01", "2016-10-31")

ONE_AXIS = [
    # metric
    (SCOPE, {}, "equal", None),
    (SCOPE, {"metric": "killed_or_injured"}, "inside", "metric"),
    (SCOPE, {"metric": "dead_or_missing"}, "inside", "metric"),
    (SCOPE, {"metric": "injured", "deaths_counted": None}, "disjoint", "metric"),
    (SCOPE, {"metric": "injured", "deaths_counted": None, **WIDER}, "overlaps", "metric"),
    (SCOPE, {"metric": "kidnapped", "deaths_counted": None}, "overlaps", "metric"),
    (SCOPE, {"metric": ANY}, "inside", "metric"),
    (REFUGEES, {"metric": "asylum_seekers"}, "disjoint", "metric"),
    (REFUGEES, {"metric": "displaced"}, "inside", "metric"),
    (FLED, {"metric": "asylum_seekers"}, "overlaps", "metric"),
    # unit
    (IDPS, {"unit": "households"}, "overlaps", "unit"),
    (IDPS, {"unit": ANY}, "inside", "unit"),
    # measure
    (SCOPE, {"measure": "cumulative"}, "equal", None),
    (SCOPE, {"measure": "unstated"}, "equal", None),
    (IDPS, {"measure": "unstated"}, "equal", None),
    (REFUGEES, {"measure": "unstated"}, "unknown", "measure"),
    (REFUGEES, {"measure": "ever"}, "overlaps", "measure"),
    (FLED, {"measure": "ever"}, "overlaps", "measure"),
    (FLED, {"measure": "cumulative"}, "equal", None),
    (REFUGEES, {"measure": ANY}, "inside", "measure"),
    (MISSING, {"measure": "unstated"}, "unknown", "measure"),
    # population
    (SCOPE, {"population": "all"}, "inside", "population"),
    (SCOPE, {"population": "children"}, "overlaps", "population"),
    (SCOPE, {"population": "police"}, "unknown", "population"),
    (SCOPE | {"population": "men"}, {"population": "women", **LATER}, "disjoint", "population"),
    (REFUGEES | {"population": "men"}, {"population": "women"}, "disjoint", "population"),
    (FLED | {"population": "men"}, {"population": "women", **WIDER}, "overlaps", "population"),
    # nationality
    (SCOPE, {"nationality": "Syrians"}, "overlaps", "nationality"),
    (SCOPE | {"nationality": "Syrians"}, {"nationality": "syrians"}, "equal", None),
    (SCOPE | {"nationality": "Syrians"}, {"nationality": "Iraqis"}, "unknown", "nationality"),
    (SCOPE | {"nationality": "Syrians"}, {"nationality": ANY}, "inside", "nationality"),
    (SCOPE, {"nationality": ANY}, "inside", "nationality"),
    # deaths counted
    (SCOPE, {"deaths_counted": "indirect"}, "disjoint", "deaths_counted"),
    (SCOPE, {"deaths_counted": "direct_and_indirect"}, "inside", "deaths_counted"),
    (SCOPE, {"deaths_counted": "unstated"}, "unknown", "deaths_counted"),
    (SCOPE, {"deaths_counted": None}, "unknown", "deaths_counted"),
    (SCOPE, {"deaths_counted": "excess"}, "overlaps", "deaths_counted"),
    (SCOPE, {"deaths_counted": ANY}, "inside", "deaths_counted"),
    # Who was injured is in both, whichever deaths they count.
    (
        SCOPE | {"metric": "killed_or_injured"},
        {"deaths_counted": "indirect"},
        "overlaps",
        "deaths_counted",
    ),
    # cause
    (SCOPE, {"cause": "disaster"}, "disjoint", "cause"),
    (SCOPE, {"cause": "unstated"}, "unknown", "cause"),
    (SCOPE, {"cause": ANY}, "inside", "cause"),
    (FLED, {"cause": "disaster"}, "overlaps", "cause"),
    # place, its role, and the place left
    (SCOPE, {"place_id": "SYR"}, "inside", "place"),
    (SCOPE, {"place_id": "SY07"}, "disjoint", "place"),
    (SCOPE, {"place_id": None}, "unknown", "place"),
    (SCOPE, {"place_id": ANY}, "inside", "place"),
    (SCOPE, {"territory": "rebel-held areas"}, "contains", "territory"),
    (SCOPE, {"place_role": None}, "unknown", "place_role"),
    (SCOPE, {"place_role": "came_from"}, "overlaps", "place_role"),
    (SCOPE, {"place_role": "came_from", "place_id": "LBN"}, "overlaps", "place_role"),
    (SCOPE, {"place_role": ANY}, "inside", "place_role"),
    (IDPS, {"place_id": "SY07"}, "disjoint", "place"),
    (IDPS, {"place_id": "SY07", **LATER}, "overlaps", "place"),
    (IDPS, {"place_id": "LBN", **LATER}, "disjoint", "place"),
    (REFUGEES, {"place_id": "SYR"}, "disjoint", "place"),
    (REFUGEES, {"place_id": "SYR", **window("2017-09-19")}, "overlaps", "place"),
    (FLED, {"place_id": "SYR"}, "overlaps", "place"),
    (FLED | {"place_role": "came_from"}, {"place_id": "SYR"}, "disjoint", "place"),
    (FLED, {"from_place_id": "SYR"}, "contains", "from_place"),
    (FLED, {"from_place_id": ANY}, "inside", "from_place"),
    (FLED | {"from_place_id": "SY02"}, {"from_place_id": "SYR"}, "inside", "from_place"),
    (FLED | {"from_place_id": "SY02"}, {"from_place_id": "SY07"}, "overlaps", "from_place"),
    (REFUGEES | {"from_place_id": "SY02"}, {"from_place_id": "SY07"}, "disjoint", "from_place"),
    # window
    (SCOPE, WIDER, "inside", "window"),
    (SCOPE, window("2016-09-20", "2016-09-30"), "contains", "window"),
    (SCOPE, window("2016-09-01", "2016-09-30"), "overlaps", "window"),
    (SCOPE, window("2016-10-06", "2016-10-31"), "touching", "window"),
    (SCOPE, LATER, "disjoint", "window"),
    (SCOPE, window(None), "unknown", "window"),
    (SCOPE, dict.fromkeys(WINDOW, ANY), "inside", "window"),
    (FLED, window("2016-10-06", "2016-10-31"), "overlaps", "window"),
    (FLED, LATER, "overlaps", "window"),
    (FLED, WIDER, "inside", "window"),
    (IDPS, LATER, "overlaps", "window"),
    (IDPS, dict.fromkeys(WINDOW, ANY), "inside", "window"),
    # Who is missing may be found: a later count need not hold the earlier one.
    (MISSING, WIDER, "overlaps", "window"),
    (MISSING, window("2016-09-01", "2016-10-06"), "inside", "window"),
    (MISSING, dict.fromkeys(WINDOW, ANY), "inside", "window"),
    (MISSING, LATER, "disjoint", "window"),
    (MISSING | {"measure": "unstated"}, {"measure": "unstated", **LATER}, "unknown", "measure"),
]


@pytest.mark.parametrize(("good", "changes", "relation", "axis"), ONE_AXIS)
def test_one_axis_changed(registers, good, changes, relation, axis):
    found = relate(good, good | changes, registers)
    assert (found.relation, found.axis) == (relation, axis)
    back = relate(good | changes, good, registers)
    assert (back.relation, back.axis) == (found.inverse.relation, axis)
    assert (relation == "unknown") == bool(found.would_settle)
    if relation == "unknown":
        assert "data/raw/" in found.would_settle


def test_windows_that_nobody_states_are_one_only_for_one_question(registers):
    unstated = SCOPE | window(None)
    assert relate(unstated, unstated, registers).relation == "equal"
    found = relate(unstated, unstated | {"place_id": "SYR"}, registers)
    assert (found.relation, found.axis) == ("unknown", "window")
    stock = IDPS | window(None)
    assert relate(stock, stock, registers).relation == "equal"
    assert relate(stock, stock | {"population": "all"}, registers).relation == "unknown"


def test_inside_on_one_axis_and_around_on_another_overlaps(registers):
    found = relate(SCOPE, SCOPE | {"population": "boys", "place_id": "SYR"}, registers)
    assert found.relation == "overlaps"
    found = relate(SCOPE | {"population": "all"}, SCOPE | {"place_id": "SYR"}, registers)
    assert found.reason == "civilians are among all, while SY02 is within SYR"


# The article and the Syria collection

ARTICLE = SCOPE | {"measure": "cumulative", "territory": "rebel-held areas"}
DE_MISTURA = ARTICLE | {
    "population": "all",
    "place_id": "SY0200/city",
    "territory": "eastern city",
    **window("2016-09-22", "2016-09-30"),
}


@pytest.mark.parametrize("metric", ["idps", "returned_refugees", "host_community"])
def test_who_was_counted_at_home_may_be_a_refugee_abroad_on_another_day(registers, metric):
    at_home = IDPS | {"metric": metric}
    for day, relation in ((window("2016-09-19"), "disjoint"), (window("2017-09-19"), "overlaps")):
        assert relate(at_home, REFUGEES | day, registers).relation == relation
        assert (
            relate(at_home, at_home | {"place_id": "LBN"} | day, registers).relation == "disjoint"
        )


def test_the_articles_600_and_the_376_of_the_eastern_city_can_both_hold(registers):
    found = relate(DE_MISTURA, ARTICLE, registers)
    assert found.relation == "overlaps"
    assert "all" in found.reason
    assert "eastern city" in found.reason


def test_the_civilians_of_the_eastern_city_are_among_the_articles(registers):
    found = relate(DE_MISTURA | {"population": "civilians"}, ARTICLE, registers)
    assert found.relation == "inside"
    # Not on days on which no row says that the eastern city was held by rebels.
    later = window("2016-09-22", "2016-10-06")
    found = relate(DE_MISTURA | {"population": "civilians", **later}, ARTICLE, registers)
    assert (found.relation, found.axis) == ("unknown", "territory")
    assert "data/raw/territories.csv" in found.would_settle


def test_a_death_counter_and_the_homeless_are_no_one_scope(registers):
    homeless = SCOPE | {"metric": "displaced", "measure": "unstated", "deaths_counted": None}
    homeless |= {"population": "all", "place_role": "came_from", **window(None)}
    assert relate(ARTICLE, homeless, registers).relation == "unknown"
    assert not relate(ARTICLE, homeless, registers).is_within


# Claims


def claim(name, **changes):
    """A claim of the good scope."""
    whole = {"claim_id": name, "record_id": name, "part_of": None, "entry_of": None}
    return SCOPE | whole | {"source_id": "s", "restriction": None, "coverage": None} | changes


@pytest.mark.parametrize(
    ("changes", "relation"),
    [
        ({}, "equal"),
        ({"restriction": "by air strikes"}, "contains"),
        ({"coverage": "functioning hospitals"}, "contains"),
        ({"restriction": ""}, "equal"),
        ({"part_of": "a"}, "contains"),
        ({"part_of": "c"}, "equal"),
        ({"claim_id": "a", "population": "all"}, "equal"),
        ({"population": "combatants"}, "unknown"),
        ({"population": "combatants", "source_id": "monitor"}, "unknown"),
    ],
)
def test_two_claims(registers, changes, relation):
    assert relate_claims(claim("a"), claim("b", **changes), registers).relation == relation
    back = relate_claims(claim("b", **changes), claim("a"), registers)
    assert back.inverse.relation == relation


def test_two_restrictions_may_count_the_same_people(registers):
    one, other = claim("a", restriction="by shelling"), claim("b", restriction="By Shelling ")
    assert relate_claims(one, other, registers).relation == "equal"
    found = relate_claims(one, claim("b", restriction="by air strikes"), registers)
    assert (found.relation, found.axis) == ("unknown", "restriction")


def test_the_edges_of_one_source_hold_between_its_claims(registers):
    one = claim("a", source_id="monitor")
    other = claim("b", source_id="monitor", population="combatants")
    assert relate_claims(one, other, registers).relation == "disjoint"


@pytest.mark.parametrize(
    ("good", "changes", "relation"),
    [
        (SCOPE, {}, "disjoint"),
        (SCOPE, {"entry_of": "another"}, "equal"),
        (SCOPE, {"adds_up": False}, "equal"),
        (SCOPE, {"adds_up": None}, "equal"),
        (SCOPE, {"edition": date(2023, 6, 14)}, "equal"),
        (SCOPE, {"record_id": "a"}, "equal"),
        (SCOPE, {"record_id": "a", "population": "all"}, "inside"),
        (IDPS, {}, "disjoint"),
        (IDPS, LATER, "overlaps"),
        (FLED, {}, "equal"),
    ],
)
def test_entries_of_a_register(registers, good, changes, relation):
    one = claim("a", **good, entry_of="register", adds_up=True)
    other = claim("b", **good, entry_of="register", adds_up=True) | changes
    assert relate_claims(one, other, registers).relation == relation


def test_parts_that_sum_to_their_whole_share_nobody(registers):
    parts = frozenset("ab")
    found = relate_claims(claim("a"), claim("b"), registers, dict.fromkeys(parts, parts))
    assert (found.relation, found.axis) == ("disjoint", "part_of")


# Properties


@pytest.fixture(scope="module")
def some(scopes):
    """Scopes, some of them asked with an axis left open."""
    opened = st.lists(st.sampled_from(["measure", "cause", "unit", "place_id", "deaths_counted"]))
    return st.builds(
        lambda scope, names: scope | dict.fromkeys(names, ANY), scopes, opened | st.just([])
    )


@given(st.data())
def test_the_other_way_round_is_the_inverse(registers, some, data):
    a, b = data.draw(some), data.draw(some)
    there, back = relate(a, b, registers), relate(b, a, registers)
    assert back.relation == there.inverse.relation
    assert back.axis == there.axis
    assert (there.relation == "unknown") == bool(there.would_settle)


@given(st.data())
def test_a_scope_is_equal_to_itself_where_its_place_is_known(registers, some, data):
    a = data.draw(some)
    assert relate(a, a, registers).relation == ("unknown" if a["place_id"] is None else "equal")


WIDER_ON_AN_AXIS = [
    {"population": "all"},
    {"place_id": "SYR", "territory": None},
    {"place_id": "SY02"},
    {"metric": "killed_or_injured"},
    {"metric": "displaced"},
    {"deaths_counted": "direct_and_indirect"},
    {"cause": ANY},
    {"measure": ANY},
    dict.fromkeys(WINDOW, ANY),
    {"end_earliest": date(2017, 1, 1), "end_latest": date(2017, 1, 1)},
    {"start_earliest": date(2010, 1, 1), "start_latest": date(2010, 1, 1)},
]


@given(st.data())
def test_containment_is_transitive_and_keeps_what_is_apart_apart(registers, scopes, data):
    a = data.draw(scopes)
    wider = st.lists(st.sampled_from(WIDER_ON_AN_AXIS), max_size=3)
    b, c = dict(a), data.draw(scopes)
    for change in data.draw(wider):
        b |= change
    d = dict(b)
    for change in data.draw(wider):
        d |= change
    if not relate(a, b, registers).is_within:
        return
    if relate(b, d, registers).is_within:
        assert relate(a, d, registers).is_within
    if relate(b, c, registers).relation == "disjoint":
        assert relate(a, c, registers).relation == "disjoint"
