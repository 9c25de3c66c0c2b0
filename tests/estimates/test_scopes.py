"""Many scopes at once say what one pair at a time says: `relate`, and `Held.are_apart`."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.relation import relate
from pipelines.core.verdict import ANY
from pipelines.estimates.held import hold

PLACES = [
    {"place_id": place, "name": name, "level": level, "parent_id": parent, "gazetteer": "g"}
    for place, name, level, parent in (
        ("SYR", "Syria", 0, None),
        ("SY02", "Aleppo", 1, "SYR"),
        ("SY07", "Idlib", 1, "SYR"),
        ("SY0200", "Aleppo city", 2, "SY02"),
        ("SY0200/old", "Old city", 3, "SY0200"),
        ("SY0200/centre", "Centre", 3, "SY0200"),
        ("LBN", "Lebanon", 0, None),
    )
]
TERRITORIES = [
    {
        "territory": "rebel-held areas",
        "place_id": "SY02",
        "relation": relation,
        "other": other,
        "valid_from": first,
        "valid_to": last,
        "citation": "c",
    }
    for relation, other, first, last in (
        ("inside", "SY02", None, None),
        ("disjoint", "government-held areas", "2016-09-01", "2016-09-30"),
        ("contains", "SY0200/old", "2016-09-01", "2016-12-31"),
    )
]
POPULATIONS = [
    {"population": p, "relation": r, "whole": w, "source_id": s, "citation": "c"}
    for p, r, w, s in (
        ("girls", "within", "children", None),
        ("women", "part_of", "all", "s"),
        ("children", "part_of", "all", "s"),
        ("combatants", "disjoint", "civilians", None),
    )
]
EDGES = (
    None,
    (date(2016, 8, 1), date(2016, 8, 31)),
    *((date(2016, 9, d),) * 2 for d in (1, 9, 20, 30)),
)


@st.composite
def changes(draw):
    metric, measure, unit = draw(
        st.sampled_from(
            [
                ("killed", "flow", "people"),
                ("killed", "cumulative", "people"),
                ("injured", "flow", "people"),
                ("killed_or_injured", "flow", "people"),
                ("missing", "stock", "people"),
                ("idps", "stock", "people"),
                ("refugees", "stock", "people"),
                ("displaced", "stock", "people"),
                ("displaced", "flow", "people"),
                ("internal_displacements", "flow", "movements"),
            ]
        )
    )
    deaths = ("direct", "indirect", "direct_and_indirect", "unstated")
    start, end = draw(st.sampled_from(EDGES)), draw(st.sampled_from(EDGES))
    if start and end and end[1] < start[0]:
        start, end = end, start
    return {
        "metric": metric,
        "measure": measure,
        "unit": unit,
        "deaths_counted": draw(st.sampled_from(deaths)) if metric.startswith("killed") else None,
        "cause": draw(st.sampled_from(("conflict", "conflict", "disaster", "unstated"))),
        "population": draw(
            st.sampled_from(("all", "civilians", "combatants", "children", "girls", "women"))
        ),
        "nationality": draw(st.sampled_from((None, None, "Syrians"))),
        "place_id": draw(st.sampled_from([None, *(place["place_id"] for place in PLACES)])),
        "place_role": draw(st.sampled_from(("happened_in", "now_in", "came_from"))),
        "from_place_id": draw(st.sampled_from((None, None, None, "SY02", "LBN"))),
        "territory": draw(
            st.sampled_from((None, None, "rebel-held areas", "government-held areas"))
        ),
        "source_id": draw(st.sampled_from(("s", "t"))),
        "restriction": draw(st.sampled_from((None, None, "by air strikes"))),
        "coverage": draw(st.sampled_from((None, None, "two hospitals"))),
        "entry_of": draw(st.sampled_from((None, None, None, "register/1"))),
        "adds_up": draw(st.sampled_from((True, True, False))),
        "edition": draw(st.sampled_from((None, None, date(2016, 12, 31)))),
        "start_earliest": start and start[0],
        "start_latest": start and start[1],
        "end_earliest": end and end[0],
        "end_latest": end and end[1],
    }


@pytest.fixture(scope="module")
def one(held_of):
    return held_of({}, places=PLACES, territories=TERRITORIES, populations=POPULATIONS)


def held_with(one, drawn):
    """Claims with those changes; each third is given as a part of the one before it."""
    rows = [
        {
            **one.rows[0],
            **change,
            "claim_id": f"c{n}",
            "record_id": f"r{n // 2 * 2 if n % 5 else n}",
            "part_of": f"c{n - 1}" if n % 3 == 2 else None,
        }
        for n, change in enumerate(drawn)
    ]
    return hold(rows, one.facts, one.actors)


@settings(max_examples=60)
@given(drawn=st.lists(changes(), min_size=2, max_size=12))
def test_what_is_apart_is_what_is_apart_one_by_one(one, drawn):
    held = held_with(one, drawn)
    everybody = np.arange(len(held.rows))
    apart = held.scopes.apart(everybody, everybody)
    for i, a in enumerate(held.rows):
        for j, b in enumerate(held.rows):
            if i != j:
                assert apart[i, j] == held.are_apart(a, b), (a, b)


@settings(max_examples=60)
@given(drawn=st.lists(changes(), min_size=2, max_size=12))
def test_claims_of_one_key_are_apart_from_the_same_others(one, drawn):
    held = held_with(one, [change for change in drawn for _ in range(2)])
    everybody = np.arange(len(held.rows))
    apart = held.scopes.apart(everybody, everybody)
    keys = [held.scopes.same_scope(i) for i in everybody]
    adds = dict(keys)
    for i in everybody:
        for j in everybody[:i]:
            if keys[i] == keys[j]:
                others = np.delete(everybody, [i, j])
                assert (apart[i, others] == apart[j, others]).all()
                assert apart[i, j] == adds[keys[i][0]]


@settings(max_examples=60)
@given(drawn=st.lists(changes(), min_size=2, max_size=12))
def test_claims_that_share_have_a_day_in_common_where_days_count(one, drawn):
    held = held_with(one, drawn)
    everybody = np.arange(len(held.rows))
    scopes = held.scopes
    narrow = ~scopes.never_parts_by_window(everybody)
    share = ~scopes.apart(everybody, everybody)
    meet = (scopes.first[:, None] <= scopes.last) & (scopes.first <= scopes.last[:, None])
    assert (meet | ~share | ~narrow[:, None] | ~narrow).all()


@settings(max_examples=60)
@given(
    asked=changes(),
    opened=st.sets(st.sampled_from(("window", "place", "cause", "deaths"))),
    drawn=st.lists(changes(), min_size=1, max_size=12),
)
def test_what_is_within_is_what_is_within_one_by_one(one, asked, opened, drawn):
    held = held_with(one, drawn)
    scope = {**one.rows[0], **asked}
    if "window" in opened:
        scope |= dict.fromkeys(
            ("start_earliest", "start_latest", "end_earliest", "end_latest"), ANY
        )
    if "place" in opened:
        scope |= {"place_id": ANY, "territory": ANY}
    if "cause" in opened:
        scope |= {"cause": ANY}
    if "deaths" in opened:
        scope |= {"deaths_counted": ANY}
    expected = [
        i
        for i, row in enumerate(held.rows)
        if relate(row, scope, held.facts, limits=True).is_within
    ]
    assert held.scopes.within(scope).tolist() == expected
