"""Stock and flow: two panels with two axes and two units, and nothing that joins them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipelines.charts import style
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.stock_and_flow import draw
from pipelines.charts.style import Picture

Tables = dict[str, pd.DataFrame]
Totals = Callable[..., pd.DataFrame]
Publish = Callable[..., Tables]
ASKED = Request(place_ids=("SYR",))
STOCKS = ((2014, "2025-05-13", 7_600_000), (2015, "2025-05-13", 6_600_000))
FLOWS = ((2014, "2025-05-13", 1_100_000), (2015, "2025-05-13", 1_300_000))
MOVES: dict[str, Any] = {
    "metric": "internal_displacements",
    "measure": "flow",
    "unit": "movements",
    "place_role": "happened_in",
}


def only(drawn: Drawn) -> Picture:
    assert not isinstance(drawn, str), drawn
    (made,) = drawn
    return made


def marks_by_axes(made: Picture, kind: str) -> dict[Axes, list[Line2D]]:
    found: dict[Axes, list[Line2D]] = {}
    for axes in made.figure.axes:
        for line in axes.get_children():
            name = str(line.get_label())
            if isinstance(line, Line2D) and name.startswith(f"{kind} ") and "key" not in name:
                found.setdefault(axes, []).append(line)
    return found


@pytest.fixture
def both(publish: Publish, totals: Totals) -> Tables:
    held = pd.concat([totals(*STOCKS), totals(*FLOWS, **MOVES)], ignore_index=True)
    return {**publish(), "marts/register_totals": held}


def test_each_measure_has_its_own_axes_and_its_own_numbers(both: Tables) -> None:
    made = only(draw(both, ASKED))
    numbers = [
        {float(line.get_ydata()[0]) for line in held}
        for held in marks_by_axes(made, "dot").values()
    ]
    assert numbers == [{7_600_000, 6_600_000}, {1_100_000, 1_300_000}]
    stock, flow = marks_by_axes(made, "dot")
    assert stock.get_ylim() != flow.get_ylim()
    left, right = stock.get_position(), flow.get_position()
    assert left.x1 < right.x0 and left.y0 == right.y0
    assert stock.get_xlim() == flow.get_xlim()


def test_a_stock_is_a_step_and_a_flow_is_as_long_as_its_window(both: Tables) -> None:
    made = only(draw(both, ASKED))
    (steps,) = marks_by_axes(made, "holds").values()
    assert [list(s.get_ydata()) for s in steps] == [[7_600_000, 7_600_000, 6_600_000]]
    (windows,) = marks_by_axes(made, "window").values()
    assert [list(w.get_xdata()) for w in windows] == [
        [date(y, 1, 1).toordinal(), date(y, 12, 31).toordinal()] for y in (2014, 2015)
    ]
    assert all(len(set(w.get_ydata())) == 1 for w in windows)


def test_measures_and_units_are_said_in_the_picture_and_in_words(both: Tables) -> None:
    made = only(draw(both, ASKED))
    printed = " ".join(t.get_text() for t in made.figure.texts)
    for words in ("Stock: people", "Flow: movements", "one person may move more"):
        assert words in printed and words in made.alt
    for number in ("7,600,000", "6,600,000", "1,100,000", "1,300,000"):
        assert number in made.alt


def test_without_one_of_the_two_it_is_not_drawn(
    publish: Publish, totals: Totals, both: Tables
) -> None:
    stock_alone = {**publish(), "marts/register_totals": totals(*STOCKS)}
    said = draw(stock_alone, ASKED)
    assert isinstance(said, str) and "a stock of that scope and no flow" in said
    flow_alone = {**publish(), "marts/register_totals": totals(*FLOWS, **MOVES)}
    said = draw(flow_alone, ASKED)
    assert isinstance(said, str) and "a flow of that scope and no stock" in said
    said = draw(publish(), ASKED)
    assert isinstance(said, str) and "neither" in said
    said = draw(both, Request())
    assert isinstance(said, str) and "name one" in said


def test_a_panel_counts_one_thing_and_the_others_are_counted(
    publish: Publish, totals: Totals, both: Tables
) -> None:
    more = totals((2014, "2025-05-13", 900), population="children")
    disaster = totals((2014, "2025-05-13", 77), restriction="by flood", **MOVES)
    held = pd.concat([both["marts/register_totals"], more, disaster], ignore_index=True)
    held["total_id"] = [f"t{n}" for n in range(len(held))]
    made = only(draw({**both, "marts/register_totals": held}, ASKED))
    drawn = {
        float(line.get_ydata()[0])
        for held_by in marks_by_axes(made, "dot").values()
        for line in held_by
    }
    assert not {900.0, 77.0} & drawn
    assert "Not drawn: 2 figures that count something else" in made.alt


def test_nothing_is_drawn_for_a_year_without_a_figure(publish: Publish, totals: Totals) -> None:
    years = [*((y, "2025-05-13", 100 * y) for y in range(2008, 2018)), (2018, "2025-05-13", None)]
    del years[5]
    held = pd.concat([totals(*years), totals(*FLOWS, **MOVES)], ignore_index=True)
    made = only(draw({**publish(), "marts/register_totals": held}, ASKED))
    stock = next(iter(marks_by_axes(made, "dot")))
    dots = marks_by_axes(made, "dot")[stock]
    assert len(dots) == 9 and 0 not in {float(d.get_ydata()[0]) for d in dots}
    joined = [str(s.get_label()) for s in marks_by_axes(made, "holds")[stock]]
    assert len(joined) == 7 and not any("2012" in one and "2014" in one for one in joined)


def test_a_bound_is_an_arrow(publish: Publish, make: Callable[..., dict[str, Any]]) -> None:
    day = date(2016, 12, 31)
    stock = make(
        "s", metric="idps", measure="stock", value=6_000_000, qualifier="at_least",
        place_id="SYR", place_role="now_in", start_earliest=day, start_latest=day,
        end_earliest=day, end_latest=day,
    )  # fmt: skip
    flow = make(
        "f", metric="internal_displacements", measure="flow", unit="movements", value=824_000,
        place_id="SYR", start_earliest=date(2016, 1, 1), start_latest=date(2016, 1, 1),
        end_earliest=day, end_latest=day,
    )  # fmt: skip
    made = only(draw(publish(stock, flow), ASKED))
    assert {str(m.get_label()) for held in marks_by_axes(made, "bound").values() for m in held} == {
        "bound s"
    }
    assert {str(m.get_label()) for held in marks_by_axes(made, "dot").values() for m in held} == {
        "dot f"
    }


def test_labels_lie_within_the_page(both: Tables, collection: Tables) -> None:
    for tables in (both, collection):
        made = only(draw(tables, ASKED))
        made.figure.canvas.draw()
        page = made.figure.bbox
        boxes = [t.get_window_extent() for t in made.figure.texts if t.get_text()]
        assert all(page.x0 <= b.x0 and b.x1 <= page.x1 for b in boxes)
        for n, a in enumerate(boxes):
            for b in boxes[n + 1 :]:
                across = a.x0 < b.x1 - 1 and b.x0 < a.x1 - 1
                assert not (across and a.y0 < b.y1 - 2 and b.y0 < a.y1 - 2)


def test_built_twice_the_bytes_are_the_same(both: Tables, tmp_path: Path) -> None:
    turned = {k: t.iloc[::-1].reset_index(drop=True) for k, t in both.items()}
    held = []
    for n, tables in enumerate((both, turned)):
        with style.house_style():
            files = style.save(only(draw(tables, ASKED)), tmp_path / str(n))
        held.append([f.read_bytes() for f in files])
    assert held[0] == held[1]
