"""Verified, reported, estimated: a solid floor from zero, then the answers of each tier."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from pipelines import showing
from pipelines.charts import style, tiers
from pipelines.charts.answers import floor_of, no_floor
from pipelines.charts.kinds import Request
from pipelines.charts.language import speaking
from pipelines.charts.stage import ASKED, question_of
from pipelines.charts.style import Picture
from schemas import estimates, frame

Tables = dict[str, pd.DataFrame]
ENDS = ["low", "best", "high"]


@pytest.fixture(scope="module")
def release(built: Any) -> Tables:
    """The default release; not to be changed."""
    return showing.opened(built.marts, None).marts()


@pytest.fixture(scope="module")
def civilians(release: Tables) -> str:
    """Civilians killed in Syria in ten years: a floor, and several answers."""
    return question_of(release, ASKED[1])


@pytest.fixture(scope="module")
def marts(release: Tables, civilians: str) -> Tables:
    """The default release, its answers on the civilians in all tiers, one of them a bound."""
    held = release["marts/estimates"].copy()
    of = held.index[held["question_id"] == civilians]
    held.loc[of, "tier"] = [tiers.TIERS[n % len(tiers.TIERS)] for n in range(len(of))]
    held.loc[of[-1], ["best", "high", "best_display", "range_kind"]] = [None, None, None, "bound"]
    held.loc[of[-1], ["low", "low_display", "high_display"]] = [300_001, "300,001", "open"]
    return release | {"marts/estimates": held}


def page_of(marts: Tables, question: str) -> Picture:
    with style.house_style():
        made = tiers.draw(marts, Request(question_ids=(question,)))
    assert not isinstance(made, str)
    (picture,) = made
    return picture


def plot(made: Picture) -> Axes:
    return next(a for a in made.figure.axes if a.get_xlim()[1] > style.PAGE_WIDTH)


def marks_of(made: Picture, name: str) -> list[Line2D]:
    return [m for m in plot(made).get_children() if str(m.get_label()) == name]  # type: ignore[misc]


def blocks(made: Picture) -> list[Rectangle]:
    return [
        p for a in made.figure.axes for p in a.patches
        if isinstance(p, Rectangle) and p.get_width() > style.PAGE_WIDTH
    ]  # fmt: skip


def answers_to(marts: Tables, question: str) -> pd.DataFrame:
    held = marts["marts/estimates"]
    return held[held["question_id"] == question]


def test_every_answer_is_drawn_with_its_own_numbers(marts: Tables, civilians: str) -> None:
    made = page_of(marts, civilians)
    held = answers_to(marts, civilians)
    assert set(held["tier"]) == set(tiers.TIERS)
    bounds = 0
    for _, row in held[held[ENDS].notna().any(axis=1)].iterrows():
        name = row["estimate_id"]
        dots = [float(m.get_xdata()[0]) for m in marks_of(made, f"dot {name}")]
        assert dots == ([] if pd.isna(row["best"]) else [float(row["best"])]), name
        one_end = pd.isna(row["best"]) and pd.isna(row["low"]) != pd.isna(row["high"])
        assert bool(marks_of(made, f"bound {name}")) == one_end, name
        for line in marks_of(made, f"ends {name}"):
            inked = [float(n) for n in line.get_xdata()]
            told = [float(row[end]) for end in ENDS if pd.notna(row[end])]
            assert inked == [min(told), max(told)]
        bounds += one_end
    assert bounds == 1


def test_only_the_floor_is_a_bar_and_it_begins_at_zero(marts: Tables, civilians: str) -> None:
    made = page_of(marts, civilians)
    floor = floor_of(marts, civilians)
    (block,) = blocks(made)
    assert (block.get_x(), block.get_width()) == (0, floor.low)
    assert plot(made).get_xscale() == "linear"
    assert plot(made).get_xlim()[0] <= 0


def test_the_tiers_stand_in_order_below_the_floor_with_their_sources(
    marts: Tables, civilians: str
) -> None:
    made = page_of(marts, civilians)
    told = made.alt
    at = [told.index("- Floor: ")]
    at += [re.search(rf"(?im)^- {tier}", told).start() for tier in tiers.TIERS]  # type: ignore[union-attr]
    assert at == sorted(at)
    for row in answers_to(marts, civilians).itertuples():
        for written in (row.low_display, row.best_display, row.high_display):
            if isinstance(written, str) and written[:1].isdigit():
                assert written in told
        if isinstance(row.series, str):
            assert row.series in told
    heights = {}
    for row in answers_to(marts, civilians).itertuples():
        for mark in marks_of(made, f"dot {row.estimate_id}"):
            heights.setdefault(row.tier, []).append(float(mark.get_ydata()[0]))
    (block,) = blocks(made)
    down = -1 if plot(made).yaxis.get_inverted() else 1
    order = [tier for tier in tiers.TIERS if tier in heights]
    for upper, lower in pairwise(order):
        assert min(h * down for h in heights[upper]) > max(h * down for h in heights[lower])
    middle = block.get_y() + block.get_height() / 2
    assert all(middle * down > h * down for of in heights.values() for h in of)


def test_without_a_floor_there_are_words_and_no_block(marts: Tables, civilians: str) -> None:
    without = marts | {"marts/floors": frame(estimates.Floors, [])}
    made = page_of(without, civilians)
    assert not blocks(made)
    assert str(no_floor()) in made.alt


def test_a_tier_without_an_answer_is_words_and_no_mark(marts: Tables, civilians: str) -> None:
    held = marts["marts/estimates"]
    fewer = marts | {"marts/estimates": held[held["tier"] != "estimated"]}
    made = page_of(fewer, civilians)
    assert re.search(r"(?im)^- estimated.*no answer", made.alt)
    for row in answers_to(marts, civilians).itertuples():
        kept = row.tier != "estimated"
        assert kept or not marks_of(made, f"dot {row.estimate_id}")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_overlaps_or_leaves_the_canvas(
    marts: Tables, meeting: Callable[[Picture], list[Any]], lang: str
) -> None:
    asked = [question_of(marts, axes) for axes in ASKED]
    with speaking(lang):
        for question in asked:
            assert meeting(page_of(marts, question)) == []


def test_what_cannot_be_drawn_says_why(marts: Tables, civilians: str) -> None:
    def said(changed: Tables, *questions: str) -> str:
        told = tiers.draw(changed, Request(question_ids=questions))
        assert isinstance(told, str)
        return told

    assert "Name a question." in said(marts)
    assert "no such question" in said(marts, "nobody")
    bare = {
        name: table.iloc[:0] if name in ("marts/estimates", "marts/floors") else table
        for name, table in marts.items()
    }
    assert "no answer and no floor" in said(bare, civilians)


def test_built_twice_the_bytes_are_the_same(
    marts: Tables, civilians: str, written: Callable[..., None]
) -> None:
    written(lambda: [page_of(marts, civilians)])
