"""The macros that add up and compare, held against the Python that they follow."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import duckdb
import pytest

from pipelines.core.actors import Actors
from pipelines.core.ids import question_id
from pipelines.core.refusals import REPORTING_CAPTION, SumRefused, TrendRefused
from pipelines.core.relation import Facts
from pipelines.estimates.held import Held, hold
from pipelines.estimates.rows import rows_of
from pipelines.estimates.stage import READS, answer
from pipelines.estimates.sums import safe_sum
from pipelines.estimates.trends import percentage_change, ranking, rate
from pipelines.marts import database
from pipelines.marts.build import publishable

SUM_COLUMNS = (
    "low",
    "best",
    "high",
    "range_kind",
    "bases",
    "metrics",
    "n_claims",
    "refused",
    "reason",
    "pair",
    "would_settle",
    "others",
    "accepted",
    "statement",
)


class Both:
    """A collection as Python holds it and as its database does."""

    def __init__(self, tables: dict[str, Any], folder: Any) -> None:
        facts = Facts.of(tables["raw/places"], tables["raw/territories"], tables["raw/populations"])
        rows = rows_of(tables["claims/claims"], tables["figures/figures"])
        self.held: Held = hold(rows, facts, Actors(tables["raw/actors"]))
        path = folder / "both.duckdb"
        marts = {key: rows for key, rows in tables.items() if key.startswith("marts/")}
        database.write(marts, path, folder / "spill")
        self.connection = duckdb.connect(str(path), read_only=True)

    def ask(self, query: str) -> list[dict[str, Any]]:
        found = self.connection.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def sums(self, sets: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        """The sum of each set, in one query through the macro that gives a struct."""
        rows = ", ".join(f"({n}, {list(ids)!r})" for n, ids in enumerate(sets))
        query = f"SELECT marts.safe_sum(v.ids) AS s FROM (VALUES {rows}) AS v(n, ids) ORDER BY v.n"
        return [row["s"] for row in self.ask(query)]

    def summed_in_python(self, ids: Sequence[str], accept: Any = ()) -> dict[str, Any]:
        try:
            found = safe_sum(ids, self.held, accept)
        except SumRefused as refusal:
            others = [set(other.pair or ()) for other in refusal.others]
            return {"refused": True, "pair": refusal.pair, "others": others}
        return {
            "refused": False,
            **{name: getattr(found, name) for name in ("low", "best", "high", "range_kind")},
            **{name: list(getattr(found, name)) for name in ("bases", "metrics")},
            "accepted": [list(pair) for pair in found.accepted],
            "statement": found.statement,
        }


def told(row: dict[str, Any]) -> dict[str, Any]:
    """What of a macro's row `Both.summed_in_python` gives too."""
    if row["refused"]:
        return {"refused": True, "pair": row["pair"] and tuple(row["pair"])}
    kept = ("refused", "low", "best", "high", "range_kind", "bases", "metrics", "accepted")
    return {name: row[name] for name in (*kept, "statement")}


def agree(both: Both, sets: Sequence[Sequence[str]]) -> list[bool]:
    refused = []
    for ids, row in zip(sets, both.sums(sets), strict=True):
        expected = both.summed_in_python(ids)
        if others := expected.pop("others", None):
            assert len(row["others"]) == len(others)
        assert told(row) == expected, ids
        refused.append(row["refused"])
    return refused


@pytest.fixture(scope="module")
def syria(default_tables, tmp_path_factory) -> Iterator[Both]:
    both = Both(default_tables, tmp_path_factory.mktemp("syria"))
    yield both
    both.connection.close()


def test_every_pair_of_the_collection_is_added_up_as_in_python(syria):
    refused = agree(syria, list(combinations(sorted(syria.held.by_claim), 2)))
    assert 100 < sum(refused) < len(refused) - 100


def test_many_larger_sets_are_added_up_as_in_python(syria):
    """Triples, and sets grown from pairs that share nobody, so that many are accepted."""
    chosen = random.Random(3)
    ids = sorted(syria.held.by_claim)
    sets = [sorted(chosen.sample(ids, 3)) for _ in range(300)]
    for _ in range(60):
        grown: list[str] = []
        for claim_id in chosen.sample(ids, len(ids)):
            if not syria.summed_in_python([*grown, claim_id])["refused"]:
                grown.append(claim_id)
        sets += [sorted(grown[:3]), sorted(grown[:4])]
    refused = agree(syria, sets)
    assert 50 < sum(refused) < len(refused) - 50


def test_the_table_and_the_value_say_the_same_in_named_columns(syria):
    ids = [c for c in syria.held.by_claim if "/syr-unhcr-2016-" in c]
    (row,) = syria.ask(f"FROM marts.safe_sum({ids!r})")
    assert tuple(row) == SUM_COLUMNS
    assert row["best"] == 12_034_826
    assert row["bases"] == ["modelled", "registered"]
    assert syria.ask(f"SELECT marts.safe_sum({ids!r}) AS s") == [{"s": row}]


def test_what_is_named_wrongly_is_refused_by_name(syria):
    one, other = sorted(syria.held.by_claim)[:2]
    (row,) = syria.ask(f"FROM marts.safe_sum(['nothing', '{one}', '{one}', '{other}'])")
    reasons = [row["reason"], *row["others"]]
    assert sorted(reasons) == sorted([f"{one} is named twice", "nothing is not in the collection"])
    (row,) = syria.ask("FROM marts.safe_sum([])")
    assert (row["refused"], row["reason"], row["n_claims"]) == (True, "no claim is named", 0)


def test_unknown_pairs_pass_only_when_accepted(syria):
    rows = syria.held.rows
    found: dict[str, tuple[str, str]] = {}
    for a, b in combinations(rows, 2):
        relation = syria.held.relation(a, b).relation
        if a["unit"] == b["unit"] and a["measure"] == b["measure"]:
            found.setdefault(relation, (a["claim_id"], b["claim_id"]))
    for relation, (a, b) in found.items():
        (row,) = syria.ask(f"FROM marts.safe_sum(['{a}', '{b}'], accept := [['{b}', '{a}']])")
        expected = syria.summed_in_python([a, b], [(a, b)])
        assert row["refused"] == expected["refused"] == (relation != "unknown")
        if relation == "unknown":
            assert row["accepted"] == expected["accepted"] == [sorted([a, b])]
            assert row["statement"] == expected["statement"]
        else:
            assert row["reason"].endswith(f"is known: {relation}")
    assert {"unknown", "disjoint", "inside", "overlaps"} <= set(found)
    a, b = found["disjoint"]
    (row,) = syria.ask(f"FROM marts.safe_sum(['{a}'], accept := [['{b}', '{a}']])")
    assert "not both among the claims" in row["reason"]


# A made collection: entries of registers, classes of one source, and what counts nowhere

FIGURE_PARTS = ("low", "best", "high", "range_kind", "basis", "counts", "repeat_of")


@pytest.fixture(scope="module")
def made(made_tables, tmp_path_factory) -> Iterator[Both]:
    both = Both(made_tables, tmp_path_factory.mktemp("made"))
    yield both
    both.connection.close()


def on(day: str, until: str) -> dict[str, str]:
    return {"start_earliest": day, "start_latest": day, "end_earliest": until, "end_latest": until}


CHANGES: dict[str, dict[str, Any]] = {
    "e1": {"entry_of": "ucdp/1", "adds_up": True, "best": 5},
    "e2": {"entry_of": "ucdp/1", "adds_up": True, "best": 7},
    "e3": {"entry_of": "ucdp/2", "adds_up": True, "best": 7} | on("2014-01-01", "2014-01-31"),
    "heads1": {"entry_of": "hpc/1", "adds_up": False, "best": 5},
    "heads2": {"entry_of": "hpc/1", "adds_up": False, "best": 7},
    "edition1": {"entry_of": "idmc/1", "adds_up": True, "best": 5, "edition": "2023-06-14"},
    "edition2": {"entry_of": "idmc/1", "adds_up": True, "best": 7, "edition": "2024-06-17"},
    "civilians": {"best": 3, "population": "civilians"} | on("2015-01-01", "2015-01-31"),
    "unidentified": {"best": 4, "population": "unidentified"} | on("2015-01-01", "2015-01-31"),
    "soldiers": {"best": 4, "population": "soldiers"} | on("2015-01-01", "2015-01-31"),
    "pending": {"best": 4, "review_status": "pending", "counts": False},
    "withdrawn": {"best": 4, "withdrawn_on": "2017-01-01", "counts": False},
    "placeless": {"best": 4, "place_id": None, "population": "women"},
    "placeless2": {"best": 5, "place_id": None, "population": "women"},
    "r2015": {"best": 100, "basis": "registered", "measure": "flow"}
    | on("2015-03-01", "2015-03-31"),
    "r2016": {"best": 150, "low": 120, "high": 180, "range_kind": "stated"}
    | {"basis": "registered", "measure": "flow"}
    | on("2016-02-01", "2016-02-29"),
    "other_place": {"best": 80, "basis": "registered", "measure": "flow", "place_id": "SY03"}
    | on("2015-03-01", "2015-03-31"),
    "within": {"best": 80, "basis": "registered", "measure": "flow", "place_id": "SYR"}
    | on("2015-03-01", "2015-03-31"),
    "bound": {"low": 80, "range_kind": "bound", "basis": "registered", "measure": "flow"}
    | on("2017-03-01", "2017-03-31"),
}

OF_ONE_REGISTER = [("e1", "e2"), ("heads1", "heads2"), ("edition1", "edition2")]
"""Entries that count nobody twice; under several heads; of two editions."""
ENTRIES = {"e3", *(name for pair in OF_ONE_REGISTER for name in pair)}


@pytest.fixture(scope="module")
def made_tables(small_tables, small_records) -> dict[str, Any]:
    claims, figures = [], []
    base = small_records["claims/claims"][1] | {"review_status": "accepted"}
    figure = small_records["figures/figures"][0]
    for name, change in CHANGES.items():
        claim = base | {"claim_id": name, "record_id": name, "locator": name} | change
        numbers = dict.fromkeys(("low", "best", "high", "range_kind"))
        row = {k: claim[k] for k in figure if k in claim} | figure
        row |= {k: claim[k] for k in claim if k in row} | numbers | {"counts": True}
        row |= {k: v for k, v in change.items() if k in FIGURE_PARTS}
        figures.append(row | {"question_id": question_id(claim)})
        claims.append({k: v for k, v in claim.items() if k not in FIGURE_PARTS or k == "basis"})
    places = [
        {"place_id": "SYR", "name": "Syria", "level": 0, "gazetteer": "g"},
        {"place_id": "SY02", "name": "Aleppo", "level": 1, "parent_id": "SYR", "gazetteer": "g"},
        {"place_id": "SY03", "name": "Homs", "level": 1, "parent_id": "SYR", "gazetteer": "g"},
    ]
    populations = [
        {"population": "soldiers", "relation": "within", "whole": "combatants", "citation": "c"},
        {
            "population": "civilians",
            "relation": "part_of",
            "whole": "all",
            "source_id": "sheet",
            "citation": "c",
        },
        {
            "population": "combatants",
            "relation": "part_of",
            "whole": "all",
            "source_id": "sheet",
            "citation": "c",
        },
        {
            "population": "unidentified",
            "relation": "disjoint",
            "whole": "civilians",
            "source_id": "sheet",
            "citation": "c",
        },
    ]
    tables = small_tables(
        {
            "claims/claims": claims,
            "figures/figures": figures,
            "raw/places": places,
            "raw/populations": populations,
            "estimates/evidence": [],
            "estimates/findings": [],
        }
    )
    tables |= answer({key: tables[key] for key in READS})
    return tables | publishable(tables, "own")


def test_made_pairs_are_added_up_as_in_python(made):
    pairs = [
        pair
        for pair in combinations(sorted(made.held.by_claim), 2)
        # An entry beside anything but its register is in no table: the macro refuses.
        if not ENTRIES & set(pair) or pair in OF_ONE_REGISTER
    ]
    refused = agree(made, pairs)
    told = dict(zip(pairs, refused, strict=True))
    assert [told[pair] for pair in OF_ONE_REGISTER] == [False, True, True]


def test_classes_that_a_source_keeps_apart_add_up(made):
    ids = ["civilians", "unidentified"]
    assert made.sums([ids, ["civilians", "soldiers"]])[0]["best"] == 7
    assert made.sums([["civilians", "soldiers"]])[0]["best"] == 7
    assert made.sums([["soldiers", "unidentified"]])[0]["refused"]


def test_entries_add_up_within_their_register_alone(made):
    within, across = made.sums([["e1", "e2"], ["e1", "e3"]])
    assert within["best"] == 12
    assert across["refused"]
    assert "marts.relations" in across["reason"]
    assert made.summed_in_python(["e1", "e3"])["best"] == 12


def test_claims_that_do_not_count_are_refused_by_name(made):
    pending, withdrawn = made.sums([["pending"], ["withdrawn", "civilians"]])
    assert pending["reason"] == "pending waits for review"
    assert withdrawn["reason"] == "withdrawn was withdrawn on 2017-01-01"


def compared(both: Both, of: Any, *arguments: Any) -> None:
    """The macro of that name, held against the Python: numbers and words, or reasons."""
    said = ", ".join(repr(argument) for argument in arguments)
    rows = both.ask(f"FROM marts.{of.__name__}({said})")
    try:
        found = of(*arguments, both.held)
    except TrendRefused as refusal:
        (row,) = rows
        assert row["refused"]
        assert (row["reason"], row["would_settle"]) == (refusal.reason, refusal.would_settle)
        assert row["pair"] == (list(refusal.pair) if refusal.pair else None)
        assert row["others"] == [other.reason for other in refusal.others]
        assert row["caption"] == refusal.caption
        return
    assert {row["refused"] for row in rows} == {False}
    assert {row["statement"] for row in rows} == {found.statement}
    if of is ranking:
        ranks = [(row["claim_id"], row["rank_first"], row["rank_last"]) for row in rows]
        assert ranks == [(r.claim_id, r.rank_first, r.rank_last) for r in found.ranks]
    else:
        (row,) = rows
        assert all(row[end] == getattr(found, end) for end in ("low", "best", "high"))


def test_changes_rankings_and_rates_are_those_of_python(made):
    names = ["r2015", "r2016", "other_place", "within", "bound", "placeless", "withdrawn"]
    for first in [*names, "nothing"]:
        for per in ("day", "week", 22_000, "0", "year"):
            compared(made, rate, first, per)
        compared(made, ranking, [first])
        for second in names:
            compared(made, percentage_change, first, second)
    for pair in combinations(names, 2):
        compared(made, ranking, list(pair))
    assert made.ask("FROM marts.percentage_change('r2015', 'r2016')")[0]["best"] == 50.0
    (first, _) = made.ask("FROM marts.ranking(['other_place', 'r2015'])")
    assert (first["claim_id"], first["rank_first"]) == ("r2015", 1)
    assert made.ask("FROM marts.ranking(['within', 'r2015'])")[0]["refused"]


def test_no_trend_over_what_was_found(syria):
    found = [r["claim_id"] for r in syria.held.rows if r["basis"] in ("tallied", "identified")]
    for query in (
        f"FROM marts.percentage_change('{found[0]}', '{found[1]}')",
        f"FROM marts.ranking({found[:2]!r})",
        f"FROM marts.rate('{found[0]}', 'day')",
    ):
        (row,) = syria.ask(query)
        assert row["refused"]
        assert row["caption"] == REPORTING_CAPTION
        assert "what was found" in row["reason"]
