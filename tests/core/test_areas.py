from datetime import date
from itertools import product

import pytest

import schemas
from pipelines.core.areas import Areas
from pipelines.core.verdict import ANY
from pipelines.core.windows import NEVER
from schemas.raw import Territories


def days(first, last):
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


AUTUMN = days("2016-09-19", "2016-09-30")
LATE = days("2016-09-19", "2016-10-06")
AREAS = [
    *("SYR", "SY02", "SY07", "SY0200", "SY0201", "SY0200/city", "SY0200/city-and-outskirts"),
    *("SY02/east", "LBN", "TUR", "TUR/hatay", "XX99", None, ANY),
]
NAMES = (None, "rebel-held areas", "eastern city", "government-held areas", "x")


@pytest.fixture(scope="module")
def areas(registers):
    return registers.areas


@pytest.fixture(scope="module")
def untied(registers):
    """The same places without any row of territories.csv."""
    return Areas(registers.gazetteer, schemas.frame(Territories, []))


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (("SY02", None), ("SY02", None), "equal"),
        (("SY02", None), ("SYR", None), "inside"),
        (("SYR", None), ("SY0200/city", None), "contains"),
        (("SY02", None), ("SY07", None), "disjoint"),
        (("SY0200", None), ("SY0201", None), "disjoint"),
        (("SY0200/city", None), ("SY07", None), "disjoint"),
        (("SYR", None), ("LBN", None), "disjoint"),
        # Below the second level siblings may overlap, and a place of a lower level may straddle.
        (("SY02/east", None), ("SY0200/city", None), "unknown"),
        (("SY02/east", None), ("SY0200", None), "unknown"),
        # A row may relate two places.
        (("SY0200/city", None), ("SY0200/city-and-outskirts", None), "inside"),
        # A row may say that two branches of the tree share ground; then nothing follows from it.
        (("SY07", None), ("TUR/hatay", None), "overlaps"),
        (("SY07", None), ("TUR", None), "unknown"),
        (("SYR", None), ("TUR", None), "unknown"),
        (("SY02", None), ("TUR/hatay", None), "unknown"),
        # Places that no register holds.
        (("SY02", None), (None, None), "unknown"),
        ((None, None), (None, None), "unknown"),
        (("SY02", None), ("XX99", None), "unknown"),
        (("XX99", None), ("XX99", None), "equal"),
        # Territories.
        (("SY02", "rebel-held areas"), ("SY02", None), "inside"),
        (("SY02", "Rebel held Areas"), ("SY02", "rebel-held areas"), "equal"),
        (("SY0200/city", "eastern city"), ("SY02", "rebel-held areas"), "inside"),
        (("SY0200/city", "eastern city"), ("SY02", "eastern city"), "equal"),
        (("SY02", "eastern city"), ("SY0200/city-and-outskirts", None), "inside"),
        (("SY02", "eastern city"), ("SY02", "government-held areas"), "disjoint"),
        (("SY02", "rebel-held areas"), ("SY07", None), "disjoint"),
        (("SY02", "rebel-held areas"), ("SY0200/city", None), "unknown"),
        (("SY02", "x"), ("SY02", None), "inside"),
        (("SY02", "x"), ("SY02", "rebel-held areas"), "unknown"),
        # The name in a wider place than the registered one may mean more.
        (("SYR", "rebel-held areas"), ("SY02", None), "unknown"),
        (("SYR", "rebel-held areas"), ("SY02", "rebel-held areas"), "unknown"),
        # Left open by whoever asks.
        (("SY02", "x"), (ANY, None), "inside"),
        (("SY02", "x"), (ANY, ANY), "inside"),
        (("SY02", "x"), ("SY02", ANY), "inside"),
        (("SY02", "x"), (ANY, "X"), "inside"),
        (("SY02", None), (ANY, "x"), "unknown"),
        ((None, None), (ANY, None), "inside"),
        ((ANY, None), (ANY, ANY), "equal"),
    ],
)
def test_areas_on_days_of_autumn_2016(areas, a, b, relation):
    assert areas.relation(a, b, AUTUMN).relation == relation
    assert areas.relation(b, a, AUTUMN).relation == areas.relation(a, b, AUTUMN).inverse.relation


@pytest.mark.parametrize(
    ("when", "relation"),
    [
        (AUTUMN, "inside"),
        (LATE, "unknown"),
        (days("2012-12-31", "2013-01-02"), "unknown"),
        (days("2013-01-01", "2016-10-01"), "inside"),
        ((-NEVER, NEVER), "unknown"),
    ],
)
def test_a_row_holds_only_on_its_days(areas, when, relation):
    found = areas.relation(("SY02", "eastern city"), ("SY02", "rebel-held areas"), when)
    assert found.relation == relation


@pytest.mark.parametrize(
    ("when", "relation"), [(AUTUMN, "unknown"), (days("2016-06-01", "2016-06-30"), "overlaps")]
)
def test_a_territory_may_share_some_ground(areas, when, relation):
    a, b = ("SY02", "rebel-held areas"), ("SY0201", None)
    assert areas.relation(a, b, when).relation == relation
    # Where only a part of it is meant, the row says nothing of that part.
    assert areas.relation(("SY0200", a[1]), b, when).relation == "disjoint"
    assert areas.relation(("SY02/east", a[1]), b, when).relation == "unknown"


def test_every_unknown_names_a_row_or_a_place(areas):
    for a, b in product(product(AREAS, NAMES), repeat=2):
        found = areas.relation(a, b, AUTUMN)
        assert (found.relation == "unknown") == bool(found.would_settle)
        if found.relation == "unknown" and ANY not in (a[0], b[0]):
            assert "data/raw/" in found.would_settle


def test_containment_is_transitive_and_keeps_apart(areas):
    # A territory in an open place is known by its name alone: nothing follows through it.
    held = [area for area in product(AREAS, NAMES) if area[0] != ANY or area[1] is None]
    said = {(a, b): areas.relation(a, b, AUTUMN) for a, b in product(held, repeat=2)}
    within = {a: [b for b in held if said[a, b].is_within] for a in held}
    for a in held:
        assert said[a, a].relation == ("unknown" if a[0] is None else "equal")
        for b in within[a]:
            assert set(within[b]) <= set(within[a])
            for c in held:
                if said[b, c].relation == "disjoint":
                    assert said[a, c].relation == "disjoint", (a, b, c)


def test_units_that_part_places_part_them_on_all_days(areas, untied):
    """What `reach` says apart, `relation` says too: the joins over places rest on it."""
    places = [p for p in AREAS if p not in (None, ANY)]
    parted = 0
    for held in (areas, untied):
        for a, b in product(places, repeat=2):
            one, other = held.reach(a), held.reach(b)
            if None in (one, other) or one in held.around(other) or other in held.around(one):
                continue
            parted += 1
            assert held.relation((a, None), (b, None), (-NEVER, NEVER)).relation == "disjoint"
    assert parted > len(places)


@pytest.mark.parametrize(
    ("place", "reach"),
    [
        ("SY0200/city", "SY0200"),
        ("SY02/east", "SY02"),
        ("SY0201", "SY0201"),
        ("LBN", "LBN"),
        # A row ties the two countries, so the tree alone parts them no longer.
        ("SY07", None),
        ("TUR/hatay", None),
        ("XX99", None),
    ],
)
def test_how_far_the_tree_parts_a_place(areas, untied, place, reach):
    assert areas.reach(place) == (reach if place == "LBN" else None)
    assert untied.reach(place) == {"SY07": "SY07", "TUR/hatay": "TUR/hatay"}.get(place, reach)


def test_the_country_of_a_place(areas):
    assert areas.country("SY0200/city") == "SYR"
    assert areas.country("XX99") == "XX99"
