"""Which questions are on a page: the rule of pipelines.briefings.select, one clause at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from pipelines.briefings.select import MOST_CARDS, Selected, select

Claim = Callable[..., dict[str, Any]]
Release = Callable[..., dict[str, pd.DataFrame]]
DAY = date(2016, 10, 6)


def records_of(questions: Any) -> list[str]:
    return [row.claim_id.split("/")[2].partition("#")[0] for q in questions for row in q.rows]


def test_a_page_is_of_the_very_place_and_counts_what_lies_inside(
    release: Release, a_claim: Claim
) -> None:
    told = [a_claim("own", 5, DAY), a_claim("in", 4, DAY, place_id="AA1/town")]
    selected = select(release(told), "AA1")
    assert records_of(selected.cards) == []
    assert records_of(selected.inside) == ["in"]
    selected = select(release(told), "AA")
    assert (records_of(selected.cards), records_of(selected.inside)) == (["own"], ["in"])
    assert selected.name == "Aland"


def test_a_scope_is_stood_for_by_its_newest_answered_question(
    release: Release, a_claim: Claim
) -> None:
    told = [
        a_claim("old", 5, DAY - timedelta(9)),
        a_claim("new", 7, DAY),
        a_claim("newer_but_limited", 8, DAY + timedelta(9), restriction="by bombs"),
    ]
    selected = select(release(told), "AA")
    assert records_of(selected.cards) == ["new"]
    assert sorted(records_of(selected.further)) == ["newer_but_limited", "old"]


def test_of_two_scopes_the_whole_population_comes_first(release: Release, a_claim: Claim) -> None:
    told = [
        a_claim("children", 5, DAY, population="children"),
        a_claim("part", 5, DAY, territory="the east"),
        a_claim("all", 9, DAY - timedelta(99)),
    ]
    assert records_of(select(release(told), "AA").cards) == ["all", "part", "children"]


def test_cards_are_dealt_metric_by_metric(release: Release, a_claim: Claim) -> None:
    killed = [
        a_claim(f"killed_{n}", 5, DAY, population=population)
        for n, population in enumerate(
            ["all", "civilians", "children", "women", "men", "boys", "girls"]
        )
    ]
    idps = a_claim("idps", 9, DAY, metric="idps", measure="stock")
    selected = select(release([*killed, idps]), "AA")
    assert len(selected.cards) == MOST_CARDS
    assert records_of(selected.cards)[-1] == "idps"
    assert records_of(selected.cards)[0] == "killed_0"
    assert len(selected.further) == 2


@pytest.mark.parametrize(
    ("first", "last", "is_on"),
    [
        (date(2016, 9, 1), date(2016, 12, 31), True),  # the window ends within
        (date(2016, 2, 1), date(2016, 2, 9), True),  # it shares days
        (date(2017, 3, 1), date(2017, 3, 9), True),  # published within
        (date(2015, 1, 1), date(2015, 12, 31), False),
        (date(2017, 4, 1), None, False),
        (None, date(2016, 1, 1), True),
    ],
)
def test_days_asked_for_meet_the_window_or_a_publication(
    release: Release, a_claim: Claim, first: date | None, last: date | None, is_on: bool
) -> None:
    told = [a_claim("a", 5, date(2017, 3, 5), end=DAY)]
    assert bool(select(release(told), "AA", first, last).cards) is is_on


def test_a_claim_without_a_window_meets_by_its_publication(
    release: Release, a_claim: Claim
) -> None:
    told = [a_claim("a", 5, DAY) | dict.fromkeys(WINDOW)]
    assert select(release(told), "AA", DAY, DAY).cards
    assert not select(release(told), "AA", DAY + timedelta(1)).cards
    assert select(release(told), "AA").cards


WINDOW = ("start_earliest", "start_latest", "end_earliest", "end_latest")


def test_what_was_not_known_by_the_day_is_left_out(release: Release, a_claim: Claim) -> None:
    told = [
        a_claim("known", 5, DAY),
        a_claim("later", 6, DAY + timedelta(1), end=DAY - timedelta(30)),
        a_claim("undated", 7, None, end=DAY - timedelta(60)),
        a_claim(
            "edition", 8, date(2015, 1, 1), end=DAY, edition=DAY + timedelta(2), population="women"
        ),
    ]
    selected = select(release(told), "AA", as_of=DAY)
    assert records_of(selected.everything) == ["known"]
    assert len(records_of(select(release(told), "AA").everything)) == 4


def test_a_question_that_nobody_has_read_gets_no_card(release: Release, a_claim: Claim) -> None:
    told = [
        a_claim("waits", 900, DAY, metric="injured", review_status="pending"),
        a_claim("read", 5, DAY),
    ]
    selected = select(release(told), "AA")
    assert (records_of(selected.cards), records_of(selected.further)) == (["read"], ["waits"])


def test_the_choice_does_not_depend_on_the_order_of_rows(release: Release, a_claim: Claim) -> None:
    told = [
        a_claim(f"r{n}", n, DAY - timedelta(n), population=population)
        for n in range(3)
        for population in ("all", "children", "women")
    ]
    told = [claim | {"claim_id": f"{claim['claim_id']}{i}"} for i, claim in enumerate(told)]
    one, other = release(told), release(told)
    for name in ("claims", "figures", "questions", "estimates"):
        other[f"marts/{name}"] = other[f"marts/{name}"].iloc[::-1].reset_index(drop=True)
    assert _ids(select(one, "AA")) == _ids(select(other, "AA"))


def _ids(selected: Selected) -> list[list[str]]:
    return [[q.question_id for q in part] for part in (selected.cards, selected.further)]


def test_a_place_of_which_nothing_is_held(release: Release, a_claim: Claim) -> None:
    selected = select(release([a_claim("a", 5, DAY)]), "ZZ")
    assert (selected.everything, selected.name) == ((), "ZZ")
