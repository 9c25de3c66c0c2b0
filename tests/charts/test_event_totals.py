"""Event totals: the source's numbers as they are, the modelled ones rounded, in glyphs apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from matplotlib.lines import Line2D

from pipelines.charts.event_totals import draw
from pipelines.charts.kinds import Request
from pipelines.charts.style import Picture
from pipelines.core.display import rounded
from schemas import estimates, frame, marts

Tables = dict[str, pd.DataFrame]
QUANTILES = ("q025", "q25", "q50", "q75", "q975")
TOTAL = {
    "source_id": "ged",
    "release": "22.1",
    "country": "UKR",
    "country_name": "Ukraine",
    "year": 2014,
    "type_of_violence": "1",
    "n_events": 120,
    "sum_low": 4_363,
    "sum_best": 4_483,
    "sum_high": 5_174,
    "mean": 6_900.0,
}
SPREAD = {
    "independent": (6_481.2, 6_740.9, 6_901.4, 7_088.0, 7_488.3),
    "full": (4_203.7, 4_420.0, 5_011.1, 8_790.6, 15_777.7),
}
UKRAINE = Request(place_ids=("UKR",))


@pytest.fixture
def held(publish: Any) -> Callable[..., Tables]:
    """`held({"year": 2015}, ...)`: tables with the totals that differ so from a good one."""

    def tables(*changes: dict[str, Any]) -> Tables:
        made = publish()
        rows = []
        for change in changes:
            for dependence, spread in SPREAD.items():
                if change.get("only", dependence) == dependence:
                    own = {k: v for k, v in change.items() if k != "only"}
                    quantiles = dict(zip(QUANTILES, spread, strict=True))
                    rows.append(TOTAL | {"dependence": dependence} | quantiles | own)
        made["marts/event_totals"] = frame(estimates.EventTotals, rows)
        card = {
            "source_id": "ged",
            "producer": "Its makers",
            "title": "Events",
            "reader": "ucdp_ged",
        }
        card |= {
            "license": "CC BY 4.0",
            "maturity": "final",
            "latest_release": "22.1",
            "n_claims": 0,
        }
        made["marts/sources"] = frame(marts.Sources, [card])
        day = {"date_accessed": date(2023, 1, 1), "sha256": "0" * 64, "n_claims": 0}
        releases = [
            day | {"source_id": "ged", "release": release, "published_on": published}
            for release, published in (("9.1", date(2019, 6, 1)), ("22.1", date(2022, 6, 1)))
        ]
        made["marts/releases"] = frame(marts.Releases, releases)
        return made

    return tables


def pictures(tables: Tables, request: Request = UKRAINE) -> list[Picture]:
    made = draw(tables, request)
    assert not isinstance(made, str), made
    return made


def lines(made: Picture) -> dict[str, Line2D]:
    return {str(n.get_label()): n for axes in made.figure.axes for n in axes.lines}


def texts(made: Picture) -> list[str]:
    return [text.get_text() for text in made.figure.texts]


def test_what_is_drawn_is_what_the_table_holds(held: Any) -> None:
    (made,) = pictures(held({}))
    found = lines(made)
    assert list(found["ends source 2014"].get_xdata()) == [4_363, 5_174]
    assert list(found["dot source 2014"].get_xdata()) == [4_483]
    for dependence, (least, low, middle, high, most) in SPREAD.items():
        assert list(found[f"outer {dependence} 2014"].get_xdata()) == [least, most]
        assert list(found[f"inner {dependence} 2014"].get_xdata()) == [low, high]
        assert list(found[f"median {dependence} 2014"].get_xdata()) == [middle]


def test_the_two_families_of_glyphs_are_never_mixed(held: Any) -> None:
    found = lines(pictures(held({}))[0])
    inner, outer = found["inner full 2014"], found["outer full 2014"]
    assert inner.get_linewidth() > 3 * outer.get_linewidth()
    for name, line in found.items():
        is_capped = line.get_marker() == "|" and len(line.get_xdata()) == 2
        has_dot = line.get_marker() == "o"
        if name.split(" ")[0] in ("inner", "outer", "median"):
            assert not is_capped and not has_dot
    colours = {found[f"outer {d} 2014"].get_color() for d in SPREAD}
    assert len(colours) == 2
    assert found["ends source 2014"].get_color() not in colours


def test_the_sources_numbers_are_not_rounded_and_the_modelled_ones_are(held: Any) -> None:
    (made,) = pictures(held({}))
    assert "4,483 (4,363 to 5,174)" in texts(made)
    for least, _, middle, _, most in SPREAD.values():
        low, best, high = rounded(least, middle, most)
        assert f"{best:,} ({low:,} to {high:,})" in texts(made)
        assert f"median {best:,}" in made.alt
    assert "6,901" not in made.alt
    assert "4,483 (4,363 to 5,174)" in made.alt


def test_the_caption_names_kind_level_and_number_of_events(held: Any) -> None:
    (made,) = pictures(held({}, {"year": 2015, "n_events": 30}))
    assert "elicited" in made.alt
    assert "thick 50 %, thin 95 %" in made.alt
    assert "Based on 150 events." in made.alt
    assert "As of 1 Jun 2022" in made.alt
    assert "A change in them may be a change in reporting." in made.alt
    assert "The range is about the count, not about whether people died." in made.alt


def test_a_year_without_a_row_is_a_gap_and_no_zero(held: Any) -> None:
    (made,) = pictures(held({}, {"year": 2016}))
    assert "no figure" in texts(made)
    assert "- 2015: no figure." in made.alt
    assert "2015" in texts(made)
    assert not any("2015" in name for name in lines(made))


def test_one_assumption_alone_and_sums_alone_are_drawn_as_they_are(held: Any) -> None:
    (made,) = pictures(held({"only": "full"}))
    assert "outer full 2014" in lines(made)
    assert "outer independent 2014" not in lines(made)
    (bare,) = pictures(held(dict.fromkeys(QUANTILES)))
    assert "dot source 2014" in lines(bare)
    assert not any(name.startswith("outer") and "key" not in name for name in lines(bare))


def test_each_country_and_type_of_violence_has_a_picture_of_its_own(held: Any) -> None:
    tables = held(
        {},
        {"type_of_violence": "3", "sum_best": 5_000},
        {"country": "SYR", "country_name": "Syria"},
    )
    made = pictures(tables, Request())
    assert [p.name for p in made] == ["event_totals", "event_totals_2", "event_totals_3"]
    assert ["Syria" in p.title for p in made] == [True, False, False]
    assert "state-based conflict" in made[1].title
    assert "one-sided violence" in made[2].title
    assert "5,000" in made[2].alt and "5,000 (" not in made[1].alt.split("modelled")[0]


def test_the_newest_release_is_shown_and_the_others_are_named(held: Any) -> None:
    (made,) = pictures(held({}, {"release": "9.1", "sum_best": 4_400}))
    assert "4,483" in made.alt and "4,400" not in made.alt.split("modelled")[0]
    assert "Not shown: earlier releases 9.1." in made.alt


def test_years_outside_the_request_are_not_drawn(held: Any) -> None:
    asked = Request(place_ids=("UKR",), first=date(2015, 1, 1), last=date(2015, 12, 31))
    (made,) = pictures(held({}, {"year": 2015}, {"year": 2016}), asked)
    assert [t for t in texts(made) if t in ("2014", "2015", "2016")] == ["2015"]


def test_no_table_and_another_place_are_said(held: Any) -> None:
    assert "no recorded events" in str(draw(held(), UKRAINE))
    why = draw(held({"country": "SYR"}), UKRAINE)
    assert isinstance(why, str) and "SYR" in why


def test_texts_do_not_meet_and_many_years_take_several_pages(held: Any, meeting: Any) -> None:
    made = pictures(held(*({"year": year} for year in range(1989, 2024))))
    assert len(made) == 3
    for one in made:
        assert meeting(one) == []
    scales = {axes.get_xlim() for p in made for axes in p.figure.axes if len(axes.get_xticks())}
    assert len(scales) == 1


def test_the_same_bytes_twice(held: Any, written: Any) -> None:
    tables = held({}, {"year": 2016})
    written(lambda: pictures(tables))
