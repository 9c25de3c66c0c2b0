"""The table of relations against `relate`, pair by pair."""

from collections import Counter
from datetime import date
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from pipelines.core.areas import Areas
from pipelines.core.ids import QUESTION_COLUMNS, question_id
from pipelines.core.records import records
from pipelines.core.relation import Facts, Scope, on_axes, relate
from pipelines.core.verdict import worded
from pipelines.estimates.pairs import compared_with, relations, unknown_by_axis, unknown_share
from schemas.raw import Territories

LIES_APART_ON = ("place", "territory", "from_place", "window")


def asked_of(scopes):
    """Questions with their ids, each once."""
    return list(
        {
            (row := scope | {"question_id": question_id(scope)})["question_id"]: row
            for scope in scopes
        }.values()
    )


def one_by_one(questions, facts):
    """What the table must hold, by the two ids."""
    found = {}
    for a, b in combinations(sorted(questions, key=lambda row: row["question_id"]), 2):
        axes = on_axes(Scope(a), Scope(b), facts, limits=False)
        if any(on.relation == "disjoint" and on.axis in LIES_APART_ON for on in axes):
            continue
        there = relate(a, b, facts)
        for one, other, said in ((a, b, there), (b, a, there.inverse)):
            words = (
                worded(w, "question_a", "question_b") for w in (said.reason, said.would_settle)
            )
            found[one["question_id"], other["question_id"]] = (said.relation, said.axis, *words)
    return found


def in_table(table):
    return {
        (row["question_a"], row["question_b"]): (
            *(row["relation"], row["axis"], row["reason"], row["would_settle"]),
        )
        for row in records(table, table.columns)
    }


@settings(max_examples=60)
@given(st.data())
def test_it_says_what_is_said_of_each_pair(registers, scopes, data):
    questions = asked_of(data.draw(st.lists(scopes, max_size=25)))
    table = relations(questions, registers)
    assert in_table(table) == one_by_one(questions, registers)
    assert schemas.judge("Relations", table).empty
    assert table.sort_values(["question_a", "question_b"]).index.equals(table.index)


PLACES = ("SYR", "SY02", "SY07", "SY0200", "SY0200/city", "SY02/east", "LBN", "TUR/hatay", None)
WINDOWS = (("2016-09-19", "2016-09-30"), ("2016-09-30", "2016-10-06"), ("2016-11-01", "2016-11-30"))


def test_every_place_beside_every_other_in_every_role(registers):
    """Without rows of territories.csv that tie countries, all the joins over places are walked."""
    areas = Areas(registers.gazetteer, schemas.frame(Territories, []))
    untied = Facts(registers.gazetteer, areas, registers.populations)
    questions = asked_of(
        {
            **dict.fromkeys(QUESTION_COLUMNS),
            **{"metric": metric, "measure": measure, "unit": "people", "population": "all"},
            **{"cause": "conflict", "place_id": place, "place_role": role},
            **{"start_earliest": date.fromisoformat(first), "end_latest": date.fromisoformat(last)},
            **{"start_latest": date.fromisoformat(first), "end_earliest": date.fromisoformat(last)},
        }
        for metric, measure in (("killed", "flow"), ("idps", "stock"), ("refugees", "flow"))
        for place in PLACES
        for role in ("happened_in", "came_from")
        for first, last in WINDOWS
    )
    table = relations(questions, untied)
    assert in_table(table) == one_by_one(questions, untied)
    assert schemas.judge("Relations", table).empty


@settings(max_examples=60)
@given(st.data())
def test_beyond_the_limit_no_pair_is_missing_of_those_compared(registers, scopes, data):
    questions = asked_of(data.draw(st.lists(scopes, min_size=2, max_size=20)))
    limit = data.draw(st.integers(0, 150))
    table = in_table(relations(questions, registers, limit))
    compared = compared_with(questions, registers, limit)
    wanted = one_by_one(questions, registers)
    assert len(table) <= limit
    assert table.items() <= wanted.items()
    metric = {row["question_id"]: row["metric"] for row in questions}
    for a, b in wanted.keys() - table.keys():
        either = {compared[a], compared[b]}
        assert "all" not in either
        assert "own_metric" not in either or metric[a] != metric[b]


@settings(max_examples=30)
@given(st.data())
def test_the_order_of_the_questions_does_not_matter(registers, scopes, data):
    questions = asked_of(data.draw(st.lists(scopes, max_size=15)))
    turned = data.draw(st.permutations(questions))
    limit = data.draw(st.integers(0, 150))
    pd.testing.assert_frame_equal(
        relations(questions, registers, limit), relations(turned, registers, limit)
    )


@pytest.fixture(scope="module")
def default_questions(default_tables):
    return records(default_tables["estimates/questions"], ("question_id", *QUESTION_COLUMNS))


@pytest.fixture(scope="module")
def default_facts(default_tables):
    names = ("raw/places", "raw/territories", "raw/populations")
    return Facts.of(*(default_tables[name] for name in names))


def test_on_the_projects_own_questions(default_questions, default_facts):
    table = relations(default_questions, default_facts)
    assert in_table(table) == one_by_one(default_questions, default_facts)
    assert {"inside", "contains", "overlaps", "unknown", "disjoint"} <= set(table["relation"])


def test_the_share_that_is_unknown(default_questions, default_facts):
    table = relations(default_questions, default_facts)
    share, axes = unknown_share(table), unknown_by_axis(table)
    assert share == Counter(table["relation"])["unknown"] / len(table)
    assert sum(axes.values()) == pytest.approx(share)
    assert list(axes.values()) == sorted(axes.values(), reverse=True)
    assert unknown_share(table[:0]) == 0


def test_no_question_and_one_question(registers, default_questions):
    assert relations([], registers).empty
    assert compared_with([], registers) == {}
    assert relations(default_questions[:1], registers).empty


def test_a_large_collection_is_cut_to_what_can_be_compared(default_questions, default_facts):
    killed = [row for row in default_questions if row["metric"] == "killed"]
    of_killed = len(relations(killed, default_facts))
    every = len(relations(default_questions, default_facts))
    # Of the pairs that are looked at, a few are found to share no ground and are not listed.
    for limit, word in ((2 * every, "all"), (every - 1, "own_metric"), (of_killed - 1, "some")):
        compared = compared_with(default_questions, default_facts, limit)
        assert word in compared.values()
        assert len(relations(default_questions, default_facts, limit)) <= limit
