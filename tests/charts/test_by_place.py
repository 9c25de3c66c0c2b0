"""Small multiples: one scale, the order of names, gaps that are said, and no unlike things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipelines.charts.by_place import draw
from pipelines.charts.kinds import Request
from pipelines.charts.style import Picture
from schemas import estimates, frame, marts

Tables = dict[str, pd.DataFrame]
WINDOW = ("start_earliest", "start_latest", "end_earliest", "end_latest")
STOCK = {
    "metric": "idps",
    "measure": "stock",
    "basis": "registered",
    "place_role": "now_in",
    "speaker": "A body",
    "series": "its table",
}
SYRIA = Request(metrics=("idps",), place_ids=("SYR",))
CITIES = Request(metrics=("idps",), place_ids=("SY02/aleppo-city", "SY02", "SYR"))


@pytest.fixture
def stock(make: Any) -> Callable[..., dict[str, Any]]:
    """`stock(place, year, value)`: a claim of a stock at the end of a year."""

    def made(place: str, year: int, value: int | None, **more: Any) -> dict[str, Any]:
        days = dict.fromkeys(WINDOW, date(year, 12, 31))
        name = more.pop("name", f"c/{place}/{year}")
        return dict(make(name, **(STOCK | days | {"place_id": place, "value": value} | more)))

    return made


def pictures(tables: Tables, request: Request = CITIES) -> list[Picture]:
    made = draw(tables, request)
    assert not isinstance(made, str), made
    return made


def panels(made: Picture) -> list[Axes]:
    """The plots: axes with a scale that rises."""
    return [axes for axes in made.figure.axes if len(axes.get_yticks())]


def lines(axes: Axes, kind: str) -> dict[str, Line2D]:
    return {
        str(line.get_label()).split(" ", 1)[1]: line
        for line in axes.lines
        if str(line.get_label()).startswith(f"{kind} ")
    }


def texts(made: Picture) -> list[str]:
    return [text.get_text() for text in made.figure.texts]


def test_marks_stand_at_the_numbers_of_the_mart_on_one_scale(publish: Any, stock: Any) -> None:
    numbers = {("SY02", 2014): 300, ("SY02", 2015): 420, ("SYR", 2015): 900}
    told = [stock(place, year, n) for (place, year), n in numbers.items()]
    (made,) = pictures(publish(*told))
    plots = panels(made)
    assert len(plots) == 3
    assert len({axes.get_ylim() for axes in plots}) == 1
    assert len({axes.get_xlim() for axes in plots}) == 1
    drawn = {
        name: line.get_ydata()[0] for axes in plots for name, line in lines(axes, "dot").items()
    }
    assert drawn == {f"c/{place}/{year}": n for (place, year), n in numbers.items()}
    assert plots[0].get_ylim()[0] == 0
    assert {"300", "420", "900"} <= set(texts(made))


def test_panels_stand_in_the_order_of_names_and_never_of_numbers(publish: Any, stock: Any) -> None:
    told = [stock("SYR", 2015, 1), stock("SY02", 2015, 3), stock("SY02/aleppo-city", 2015, 2)]
    (made,) = pictures(publish(*told))
    places = ["Aleppo city", "Aleppo governorate", "Syria"]
    assert [text for text in texts(made) if text in places] == places
    assert "no ranking" in made.alt


def test_a_place_without_a_figure_is_an_empty_panel_that_says_so(publish: Any, stock: Any) -> None:
    (made,) = pictures(publish(stock("SY02", 2015, 3)))
    assert texts(made).count("no figure") == 2
    city = panels(made)[0]
    assert not lines(city, "dot")
    assert "- Aleppo city: no figure." in made.alt
    assert "“No figure” is no zero" in made.alt


def test_one_place_stands_for_those_directly_within_it(publish: Any, stock: Any) -> None:
    (made,) = pictures(publish(stock("SY02", 2015, 3), stock("SYR", 2015, 9)), SYRIA)
    assert "Aleppo governorate" in texts(made)
    assert "- Syria" not in made.alt


def test_a_line_joins_readings_and_breaks_where_one_is_missing(publish: Any, stock: Any) -> None:
    told = [stock("SY02", year, year) for year in (2010, 2011, 2012, 2013, 2014, 2017, 2018)]
    (made,) = pictures(publish(*told))
    joined = {name for axes in panels(made) for name in lines(axes, "joins")}
    assert "c/SY02/2010 to c/SY02/2011" in joined
    assert "c/SY02/2017 to c/SY02/2018" in joined
    assert len(joined) == 5


def test_flows_are_never_joined_and_stand_over_their_windows(publish: Any, stock: Any) -> None:
    first = {"start_earliest": date(2014, 1, 1), "start_latest": date(2014, 1, 1)}
    flow = {"metric": "displaced", "measure": "flow", "place_role": "happened_in"}
    told = [
        stock("SY02", 2014, 5, **flow, **first),
        stock("SY02", 2015, 6, **flow, start_earliest=date(2015, 1, 1)),
    ]
    (made,) = pictures(publish(*told), Request(metrics=("displaced",), place_ids=("SY02", "SYR")))
    (plot,) = [axes for axes in panels(made) if lines(axes, "dot")]
    assert not lines(plot, "joins")
    window = lines(plot, "window")["c/SY02/2014"]
    assert [int(x) for x in window.get_xdata()] == [
        date(2014, 1, 1).toordinal(),
        date(2014, 12, 31).toordinal(),
    ]


def test_a_bound_is_an_arrow_and_no_line_joins_it(publish: Any, stock: Any) -> None:
    told = [stock("SY02", 2014, 5), stock("SY02", 2015, 600, qualifier="more_than")]
    (made,) = pictures(publish(*told))
    names = [str(a.get_label()) for axes in panels(made) for a in axes.get_children()]
    assert names.count("bound c/SY02/2015") > 1
    assert "dot c/SY02/2015" not in names
    assert not any(name.startswith("joins") for name in names)
    assert "more than 600" in texts(made)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"population": "children"}, "population (all and children)"),
        ({"unit": "households"}, "unit (households and people)"),
        ({"metric": "refugees"}, "metric (internally displaced people and refugees)"),
    ],
)
def test_unlike_figures_are_refused_and_the_columns_named(
    publish: Any, stock: Any, change: dict[str, Any], column: str
) -> None:
    tables = publish(stock("SY02", 2015, 3), stock("SYR", 2015, 4, **change))
    why = draw(tables, Request(metrics=("idps", "refugees"), place_ids=("SY02", "SYR")))
    assert isinstance(why, str)
    assert column in why
    assert "unlike things share no scale" in why
    assert "What would settle it" in why


def test_a_population_that_is_asked_for_settles_it(publish: Any, stock: Any) -> None:
    tables = publish(stock("SY02", 2015, 3), stock("SYR", 2015, 4, population="children"))
    asked = Request(metrics=("idps",), place_ids=("SY02", "SYR"), population="children")
    (made,) = pictures(tables, asked)
    assert "4" in texts(made) and "3" not in texts(made)


def test_counters_are_left_out_and_counted_and_alone_are_refused(publish: Any, make: Any) -> None:
    days = dict.fromkeys(WINDOW, date(2015, 12, 31))
    counter = make("k", value=600, basis="registered", place_id="SY02", speaker="A body", **days)
    why = draw(publish(counter), Request(metrics=("killed",), place_ids=("SY02", "SYR")))
    assert isinstance(why, str)
    assert "no stock and no stated flow" in why
    assert "1 neither a stock nor a stated flow" in why


def test_what_is_narrowed_within_its_question_is_left_out(publish: Any, stock: Any) -> None:
    part = stock("SY02", 2014, 9, restriction="in camps")
    (made,) = pictures(publish(stock("SY02", 2015, 3), part))
    assert "1 narrowed within their question" in made.alt
    assert "9" not in texts(made)


def test_found_counts_bear_the_standing_caption(publish: Any, stock: Any) -> None:
    flow = {"metric": "killed", "measure": "flow", "place_role": "happened_in"}
    told = [stock("SY02", 2015, 30, **flow, basis="tallied", deaths_counted="direct")]
    (made,) = pictures(publish(*told), Request(metrics=("killed",), place_ids=("SY02", "SYR")))
    assert "A change in them may be a change in reporting." in made.alt
    assert "%" not in made.alt


def test_causes_and_roles_have_pictures_of_their_own(publish: Any, stock: Any) -> None:
    told = [stock("SY02", 2015, 3), stock("SYR", 2015, 4, cause="disaster")]
    made = pictures(publish(*told))
    assert [p.name for p in made] == ["by_place", "by_place_2"]
    assert ["cause: conflict" in p.alt for p in made] == [True, False]


def test_totals_of_registers_stand_as_the_table_has_them(publish: Any, stock: Any) -> None:
    tables = publish(stock("SY02", 2015, 3))
    total = {
        "source_id": "a-register",
        "release": "2024",
        "entry_of": "a-register/2024",
        "metric": "idps",
        "measure": "stock",
        "unit": "people",
        "population": "all",
        "cause": "conflict",
        "place_id": "SYR",
        "place_role": "now_in",
        "basis": "registered",
        "n_entries": 4,
        "n_inverted": 0,
        "stands": True,
    }
    rows = []
    for year, best in ((2014, 500), (2015, 650)):
        last = date(year, 12, 31)
        sums = {"sum_low": best, "sum_best": best, "sum_high": best + 50 * (year == 2015)}
        rows.append(total | sums | {"total_id": f"t{year}", "year": year, "last_day": last,
                                    "first_day": last})  # fmt: skip
    rows.append(rows[0] | {"total_id": "old", "sum_best": 1, "stands": False})
    tables["marts/register_totals"] = frame(estimates.RegisterTotals, rows)
    card = {"source_id": "a-register", "producer": "An agency", "title": "Its register"}
    card |= {"license": "CC BY 4.0", "reader": "unhcr", "maturity": "final"}
    card |= {"latest_release": "2024", "n_claims": 0}
    sources = [*tables["marts/sources"].to_dict("records"), card]
    tables["marts/sources"] = frame(marts.Sources, sources)
    (made,) = pictures(tables)
    drawn = {n: line.get_ydata()[0] for a in panels(made) for n, line in lines(a, "dot").items()}
    assert drawn == {"c/SY02/2015": 3, "t2014": 500, "t2015": 650}
    (ends,) = [lines(axes, "ends") for axes in panels(made) if lines(axes, "ends")]
    assert list(ends["t2015"].get_ydata()) == [650, 700]
    assert "650 (650 to 700)" in made.alt
    assert "2 of these figures are totals of registers" in made.alt
    assert "An agency, “Its register” (licence: CC BY 4.0); release 2024." in made.alt


def test_beyond_a_factor_thirty_the_axis_is_logarithmic_and_says_so(
    publish: Any, stock: Any
) -> None:
    (made,) = pictures(publish(stock("SY02", 2015, 10), stock("SYR", 2015, 9_000)))
    assert {axes.get_yscale() for axes in panels(made)} == {"log"}
    assert "Logarithmic: each step is ten times the one below." in texts(made)


def test_texts_do_not_meet_and_stay_on_the_page(publish: Any, stock: Any, meeting: Any) -> None:
    told = [stock("SY02", year, 1_000_000 + year) for year in range(1990, 2024)]
    told += [stock("SYR", year, 7_000 * (year - 2000)) for year in range(2001, 2020, 6)]
    told += [stock("SYR", 2019, 800_000, name="other", speaker="Another body", series="other")]
    (made,) = pictures(publish(*told))
    assert meeting(made) == []


def test_many_places_take_several_pages_on_the_same_scale(publish: Any, stock: Any) -> None:
    places = [f"SY02/{n}" for n in range(20)]
    told = [stock(place, 2015, n + 1) for n, place in enumerate(places)]
    made = pictures(publish(*told), Request(metrics=("idps",), place_ids=tuple(places)))
    assert [p.name for p in made] == ["by_place", "by_place_2"]
    assert [len(panels(p)) for p in made] == [15, 5]
    assert len({axes.get_ylim() for p in made for axes in panels(p)}) == 1


def test_nothing_asked_and_nothing_held_are_said(publish: Any, stock: Any) -> None:
    tables = publish(stock("SY02", 2015, 3))
    assert "Name the metric" in str(draw(tables, Request(place_ids=("SYR",))))
    assert "no stock" in str(draw(tables, Request(metrics=("refugees",), place_ids=("SYR",))))


def test_the_same_bytes_twice(publish: Any, stock: Any, written: Any) -> None:
    told = [stock("SY02", 2014, 5), stock("SYR", 2015, 600, qualifier="more_than")]
    tables = publish(*told)
    written(lambda: pictures(tables))
