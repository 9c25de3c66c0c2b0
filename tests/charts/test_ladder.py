"""Who said what: which claims are in scope, in which order, grey or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from matplotlib.lines import Line2D

from pipelines.charts import style
from pipelines.charts.kinds import Request
from pipelines.charts.ladder import draw
from pipelines.charts.style import Picture

Tables = dict[str, pd.DataFrame]
Publish = Callable[..., Tables]
Make = Callable[..., dict[str, Any]]
SCOPE = Request(
    metrics=("killed",),
    place_ids=("SY02",),
    first=date(2016, 8, 31),
    last=date(2016, 12, 31),
)
WINDOW = {
    "place_id": "SY02",
    "start_earliest": date(2016, 9, 19),
    "start_latest": date(2016, 9, 19),
    "end_earliest": date(2016, 10, 6),
    "end_latest": date(2016, 10, 6),
}


def pictures(marts: Tables, scope: Request = SCOPE) -> list[Picture]:
    made = draw(marts, scope)
    assert not isinstance(made, str)
    return made


def drawn(made: Picture) -> dict[str, Line2D]:
    """One line of each claim's mark by kind and claim."""
    lines = [a for axes in made.figure.axes for a in axes.get_children() if isinstance(a, Line2D)]
    named = {str(line.get_label()): line for line in lines}
    return {n: line for n, line in named.items() if not n.endswith("key") and " " in n}


@pytest.fixture(scope="module")
def made(collection: Tables) -> Picture:
    (only,) = pictures(collection)
    return only


def test_one_row_a_claim_in_order_of_publication(made: Picture) -> None:
    claims = {name.split(" ", 1)[1] for name in drawn(made)}
    assert len(claims) == 16
    told = [line for line in made.alt.splitlines() if line[:1].isdigit()]
    assert len(told) == 16
    assert told[0].startswith("1. 31 Aug 2016, SOHR: 613 killed of civilians")
    assert "Civil defense workers: more than 600 killed (601 or more" in made.alt
    assert made.alt.index("at least 376") > made.alt.index("more than 600 killed")
    assert "450,000" not in made.alt and "injured" not in made.alt


def test_repeats_are_grey_and_others_are_not(made: Picture) -> None:
    colours = {n: line.get_markeredgecolor() for n, line in drawn(made).items() if "dot " in n}
    grey = [n for n, colour in colours.items() if colour == style.GREY]
    assert grey == ["dot syria-reference/2026-11-01/ale-reuters-0930#killed"]
    assert "perhaps repeats 338 (local health officials, 29 Sep 2016)" in made.alt


def test_bounds_are_arrows_without_a_dot(collection: Tables, made: Picture) -> None:
    bounds = {n.split(" ", 1)[1] for n in drawn(made) if n.startswith("bound")}
    dots = {n.split(" ", 1)[1] for n in drawn(made) if n.startswith("dot")}
    figures = collection["marts/figures"].set_index("claim_id")
    assert len(bounds) == 6 and not bounds & dots
    assert all(figures.loc[sorted(bounds), "best"].isna())


@pytest.mark.parametrize(
    "change, shown",
    [
        ({}, True),
        ({"place_id": "SY02/aleppo-city"}, True),
        ({"place_id": "SYR"}, False),
        ({"place_id": None}, False),
        ({"metric": "injured"}, False),
        ({"published_on": date(2020, 1, 1)}, True),
        (
            {
                "published_on": date(2020, 1, 1),
                "end_latest": date(2016, 8, 1),
                "end_earliest": date(2016, 8, 1),
                "start_earliest": date(2016, 7, 1),
                "start_latest": date(2016, 7, 1),
            },
            False,
        ),
        ({"modality": "projected"}, False),
        ({"withdrawn_on": date(2017, 1, 1)}, False),
        ({"replaced_by": "b"}, False),
        ({"review_status": "rejected", "reviewed_by": "r1"}, False),
        ({"review_status": "pending"}, True),
        ({"entry_of": "ucdp/25.1"}, False),
    ],
)
def test_which_claims_are_drawn(
    publish: Publish, make: Make, change: dict[str, Any], shown: bool
) -> None:
    told = make("other", **({"value": 7} | WINDOW)), make("a", **({"value": 5} | WINDOW | change))
    (page,) = pictures(publish(*told))
    assert ("dot a" in drawn(page)) == shown


def test_what_is_left_out_is_counted(publish: Publish, make: Make) -> None:
    told = make("a", value=7, **WINDOW), make("b", value=5, modality="projected", **WINDOW)
    assert "Left out of the picture: 1 projected." in pictures(publish(*told))[0].alt


def test_many_rows_go_on_over_pages_that_fit_paper(publish: Publish, make: Make) -> None:
    told = [make(f"c{n:02}", value=100 + n, **WINDOW) for n in range(50)]
    pages = pictures(publish(*told))
    assert [p.name for p in pages] == [
        "who_said_what",
        "who_said_what_page_2",
        "who_said_what_page_3",
    ]
    assert sum("dot c" in name for p in pages for name in drawn(p)) == 50
    assert all(p.figure.get_size_inches()[1] < 11.7 for p in pages)


def test_the_axis_starts_at_zero_unless_it_says_that_it_is_logarithmic(
    publish: Publish, make: Make
) -> None:
    told = [make(f"c{n}", value=101 + n, **WINDOW) for n in range(5)]
    (plain,) = pictures(publish(*told))
    (log,) = pictures(publish(*told, make("big", value=1_000_001, **WINDOW)))
    assert plain.figure.axes[0].get_xlim()[0] == 0
    assert log.figure.axes[0].get_xscale() == "log"
    assert any("logarithmic" in text.get_text() for text in log.figure.texts)


def test_no_claim_gives_a_sentence(article: Tables) -> None:
    said = draw(article, replace(SCOPE, metrics=("missing",)))
    assert isinstance(said, str) and said.startswith("No picture: Missing in Aleppo governorate")
