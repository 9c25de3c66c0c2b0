"""The twelve points of the Syria collection's README: each is found, or rightly not raised.

On the project's own data/raw: the collection, and the article whose figures it surrounds.
"""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.core.actors import Actors
from pipelines.core.likeness import known_on
from pipelines.core.refusals import SumRefused
from pipelines.core.relation import Facts
from pipelines.estimates.arithmetic import arithmetic
from pipelines.estimates.attribution import attribution_checks
from pipelines.estimates.attribution import checks as checks_of
from pipelines.estimates.findings import findings
from pipelines.estimates.held import hold
from pipelines.estimates.independence import of_pair
from pipelines.estimates.rows import rows_of
from pipelines.estimates.sums import safe_sum

EDITION = date(2025, 12, 1)
STOCKS = {
    year: [f"syr-unhcr-{year}-r", f"syr-unhcr-{year}-a", f"syr-unhcr-{year}-i"]
    for year in (2015, 2016)
}


@pytest.fixture(scope="module")
def held(default_tables):
    """Every claim of the default build that counts or repeats."""
    rows = rows_of(default_tables["claims/claims"], default_tables["figures/figures"])
    registers = (default_tables[f"raw/{name}"] for name in ("places", "territories", "populations"))
    return hold(rows, Facts.of(*registers), Actors(default_tables["raw/actors"]))


@pytest.fixture(scope="module")
def claim(held):
    """A claim of the collection by its row_id, one of the article by its value."""

    def named(name):
        (found,) = (
            row
            for row in held.rows
            if row["record_id"] == name
            or (row["source_id"] == "aleppo-article" and row["value"] == name)
        )
        return found

    return named


@pytest.fixture(scope="module")
def found(held):
    """The findings of one kind, as the row_ids (of the article: values) of their claims."""
    made = findings(held, checks_of(held), [])

    def of(kind, about=None):
        return [
            record
            for record in made
            if record["finding_type"] == kind
            and (about is None or about["claim_id"] in record["claim_ids"])
        ]

    return of


@pytest.fixture(scope="module")
def pairs(held, found):
    def of(kind):
        return [
            tuple(held.by_claim[claim_id]["record_id"] for claim_id in record["claim_ids"])
            for record in found(kind)
        ]

    return of


@pytest.fixture(scope="module")
def worked_out(held):
    """The record of arithmetic of a kind over parts given by row_id."""
    made = arithmetic(held)

    def of(kind, *parts):
        (record,) = (
            one
            for one in made
            if one["kind"] == kind
            and {held.by_claim[part]["record_id"] for part in one["claim_ids"]} == set(parts)
        )
        return record

    return of


@pytest.fixture(scope="module")
def added(held, claim):
    def total(*names):
        return safe_sum([claim(name)["claim_id"] for name in names], held)

    return total


def test_point_1_nested_and_overlapping_scopes(held, claim, found):
    narrower, wider = claim("ale-dm-1006-k"), claim(600)
    assert (narrower["value"], wider["qualifier"]) == (376, "more_than")
    assert held.relation(narrower, wider).relation == "overlaps"
    assert not found("cannot_all_hold")
    # The city lies in the governorate, the part in the whole, the month in the years.
    inside = [
        ("ale-afp-0919-city", "ale-afp-0919"),
        ("ale-dpa-0924-children", "ale-dpa-0924"),
        ("syr-ohchr-2013b-3", "syr-ohchr-2014"),
        ("ale-who-1004-kc", "ale-who-1004-k"),
    ]
    for part, whole in inside:
        assert held.relation(claim(part), claim(whole)).relation == "inside"
        assert held.relation(claim(whole), claim(part)).relation == "contains"


def test_point_2_a_possible_repeat_and_a_repeat(claim, found, pairs):
    assert ("ale-ocha-0929-k", "ale-reuters-0930") in pairs("possible_repeat")
    (perhaps,) = found("possible_repeat", claim("ale-reuters-0930"))
    assert "no stated credit" in perhaps["message"]
    assert pairs("repeat") == [("syr-ohchr-2013a", "syr-ohchr-2013b-1")]


def test_point_3_a_false_twin(held, claim, found):
    twin, other = claim("ale-sohr-aug"), claim(600)
    assert (twin["value"], other["value"]) == (613, 600)
    for kind in ("repeat", "possible_repeat", "unchanged_subtotal", "raised_later"):
        assert not found(kind, twin)
    assert held.relation(twin, other).relation == "disjoint"
    assert held.relation(twin, other).axis == "window"


def test_point_4_parts_and_wholes(worked_out, found):
    partitions = {
        32: ("ale-afp-0919-city", "ale-afp-0919-west", "ale-afp-0919-east"),
        92_901: ("syr-ohchr-2013b-1", "syr-ohchr-2013b-2", "syr-ohchr-2013b-3"),
        306_887: ("syr-ohchr-2022-d", "syr-ohchr-2022-e"),
        470_000: ("syr-scpr-2016-v", "syr-scpr-2016-n"),
    }
    for total, parts in partitions.items():
        assert worked_out("partition", *parts)["best"] == total
    rest = worked_out("documented_rest", "syr-sohr-201612-c", "syr-sohr-201612-u")
    assert rest["statement"].startswith("312,001 - 90,506 - 3,683 = 217,812: ")
    assert rest["best"] == 217_812
    assert not found("parts_differ")


def test_point_5_a_count_that_falls(found, pairs):
    assert pairs("counter_fell") == [("syr-sohr-2015-c", "syr-sohr-201607-c")]
    (fall,) = found("counter_fell")
    assert fall["size"] == 100_973 - 84_472
    assert "100,973" in fall["message"]
    assert "“its civilians then included armed non-military”" in fall["message"]
    assert "nothing here shows that it is the whole of it" in fall["message"]


def test_point_6_a_count_raised_later_for_the_same_months(found, pairs, worked_out):
    june = ("syr-ohchr-2013b-1", "syr-ohchr-2013b-2")
    assert worked_out("sum_of_parts", *june)["best"] == 65_995
    assert pairs("raised_later") == [("syr-ohchr-2013a", *june)]
    (raised,) = found("raised_later")
    assert raised["size"] == 6_347
    assert "65,995 (59,648 + 6,347" in raised["message"]


def test_point_7_an_attribution_to_look_at(held, claim, found):
    article = claim(450_000)
    checks = {record["claim_id"]: record for record in attribution_checks(checks_of(held))}
    check = checks[article["claim_id"]]
    assert (check["outcome"], check["actor_id"]) == ("other_figure_held", "un")
    assert check["looked_at"].startswith("in this collection, 13 claims of this metric said by or")
    assert "in documents published up to 6 October 2016" in check["looked_at"]
    nearest = [held.by_claim[claim_id]["record_id"] for claim_id in check["held_claim_ids"]]
    assert nearest[:3] == ["syr-unsg-201609", "syr-dm-2016", "syr-sc-2015"]
    assert not {"syr-sohr-201609-e", "syr-sohr-201612-e"} & set(nearest)

    (finding,) = (
        record
        for record in found("attribution_check", article)
        if record["claim_ids"][0] == article["claim_id"]
    )
    assert finding["severity"] == "notice"
    listed = [
        "more than 300,000 (UN Secretary-General; published 21 September 2016; People killed in",
        "at least 250,000 (United Nations Security Council; published 17 August 2015; People",
        "about 400,000 (Staffan de Mistura; published 22 April 2016; People killed in Syria",
        "191,369 (OHCHR, crediting HRDAG; published 22 August 2014; People killed in Syria, March",
        "92,901 (OHCHR, crediting HRDAG; ",
        "59,648 (OHCHR, crediting HRDAG; published 2 January 2013; ",
    ]
    for words in listed:
        assert words in finding["message"]
    assert "a personal estimate, said not to be a UN statistic" in finding["message"]
    assert "March 2011 to April 2014 (running total; direct deaths; conflict)" in finding["message"]


def test_point_8_what_was_known_when(held, claim, added):
    article = claim(12_000_000)
    checks = {record["claim_id"]: record for record in attribution_checks(checks_of(held))}
    nearest = checks[article["claim_id"]]["held_claim_ids"]
    assert nearest == [claim("syr-sc-2015-d")["claim_id"]]
    assert checks[article["claim_id"]]["outcome"] == "same_figure_held"

    assert added(*STOCKS[2015]).best == 11_682_555
    of_2016 = added(*STOCKS[2016])
    assert of_2016.best == 12_034_826
    assert set(of_2016.bases) == {"registered", "modelled"}
    for name in (*STOCKS[2015], *STOCKS[2016]):
        # Neither sum counts before that day, also not as of the end of 2017.
        assert known_on(claim(name)) == EDITION


def test_point_9_unlike_things_under_one_word(held, claim, found):
    everybody, civilians = claim("syr-ohchr-2021"), claim("syr-ohchr-2022")
    assert (everybody["value"], civilians["value"]) == (350_209, 306_887)
    assert held.relation(civilians, everybody).relation == "inside"
    for kind in ("sources_apart", "raised_later", "counter_fell", "possible_repeat"):
        assert not found(kind, everybody)
        assert not found(kind, civilians)
    with_indirect, direct = claim("syr-scpr-2016"), claim("syr-scpr-2016-v")
    assert held.relation(direct, with_indirect).relation == "inside"
    syrians, in_syria = claim("syr-unsg-201609"), claim("syr-sc-2015")
    assert syrians["nationality"] == "Syrians"
    assert held.relation(in_syria, syrians).relation == "overlaps"


def test_point_10_a_flow_beside_a_stock(held, claim, found, added):
    flow, stock = claim("syr-idmc-2016-n"), claim("syr-unhcr-2016-i")
    assert (flow["value"], stock["value"]) == (824_000, 6_325_978)
    assert held.relation(flow, stock).relation != "equal"
    for kind in ("sources_apart", "newer_figure_existed", "counter_fell"):
        assert not found(kind, flow)
    with pytest.raises(SumRefused):
        added("syr-idmc-2016-n", "syr-unhcr-2016-i")


def test_point_11_two_agencies_apart_on_the_same_day(held, claim, found, pairs):
    assert pairs("sources_apart") == [("syr-unhcr-2017-i", "syr-idmc-2017-i")]
    (apart,) = found("sources_apart")
    assert apart["size"] == 6_784_000 - 6_150_005
    assert "10.3 % above it" in apart["message"]
    perhaps = pairs("possible_repeat")
    for year in (2014, 2015, 2016):
        assert (f"syr-idmc-{year}-i", f"syr-unhcr-{year}-i") in perhaps
    one, other = claim("syr-idmc-2016-i"), claim("syr-unhcr-2016-i")
    assert of_pair(one, other, held.actors) == "unknown"


def test_point_12_in_need_unchanged_and_newer(held, claim, found, pairs, added):
    need, displaced = claim("syr-sc-2015-need"), claim("syr-sc-2015-d")
    assert held.relation(need, displaced).relation == "overlaps"
    with pytest.raises(SumRefused):
        added("syr-sc-2015-need", "syr-sc-2015-d")
    for name in ("syr-sc-2015-need", "syr-need-2016"):
        assert not found("possible_repeat", claim(name))

    subtotals = ("ale-ocha-0929-kc", "ale-who-1004-kc")
    assert pairs("unchanged_subtotal") == [(*subtotals, "ale-ocha-0929-k", "ale-who-1004-k")]
    for name in subtotals:
        assert not found("possible_repeat", claim(name))

    # AFP's 6.6 million of December 2016 was the latest in the collection on its day.
    assert not found("newer_figure_existed")
