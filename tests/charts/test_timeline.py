"""Counters and stocks over time: joined as they were read, broken where they break."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from pipelines.charts import style
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.style import Picture
from pipelines.charts.timeline import draw
from pipelines.core.refusals import REPORTING_CAPTION
from schemas import frame
from schemas.estimates import Findings, Revisions

Tables = dict[str, pd.DataFrame]
Publish = Callable[..., Tables]
Make = Callable[..., dict[str, Any]]
START = date(2016, 1, 1)
MEANT = Request(metrics=("killed",), place_ids=("SYR",), by="meant")


def only(drawn: Drawn) -> Picture:
    assert not isinstance(drawn, str), drawn
    (made,) = drawn
    return made


def lines(made: Picture, kind: str) -> dict[str, Line2D]:
    found = {}
    for axes in made.figure.axes:
        for mark in axes.get_children():
            name = str(mark.get_label())
            if isinstance(mark, Line2D) and name.startswith(f"{kind} ") and "key" not in name:
                found.setdefault(name.split(" ", 1)[1], mark)
    return found


def plotted(made: Picture) -> set[tuple[int, float]]:
    """Every point at which a dot stands."""
    return {
        (round(x), float(y))
        for kind in ("dot", "dots")
        for line in lines(made, kind).values()
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def reading(make: Make, name: str, value: int | None, day: date, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "document_id": "a sheet",
        "place_id": "SYR",
        "speaker": "SOHR",
        "series": "counter",
        "basis": "identified",
        "start_earliest": date(2011, 3, 18),
        "start_latest": date(2011, 3, 18),
        "end_earliest": day,
        "end_latest": day,
        "published_on": day + timedelta(days=3),
    }
    return make(name, value=value, **(given | more))


def counter(make: Make, *values: int, step: int = 30, **more: Any) -> list[dict[str, Any]]:
    return [
        reading(make, f"r{n}", value, START + timedelta(days=step * n), **more)
        for n, value in enumerate(values)
    ]


@pytest.mark.parametrize("by", ["meant", "published"])
def test_every_reading_stands_at_its_number_and_day(publish: Publish, make: Make, by: Any) -> None:
    tables = publish(*counter(make, 100, 140, 170))
    made = only(draw(tables, Request(metrics=("killed",), place_ids=("SYR",), by=by)))
    held = tables["marts/figures"].merge(tables["marts/claims"][["claim_id", "published_on"]])
    day = "end_latest" if by == "meant" else "published_on"
    on = tables["marts/claims"].set_index("claim_id")[day]
    expected = {(on[row.claim_id].toordinal(), float(row.best)) for row in held.itertuples()}
    assert plotted(made) == expected
    (step,) = lines(made, "holds").values()
    days_held = [START + timedelta(days=30 * n + (3 if by == "published" else 0)) for n in range(3)]
    ordinals = [d.toordinal() for d in days_held]
    assert list(step.get_xdata()) == [ordinals[0], *[d for d in ordinals[1:] for _ in range(2)]]
    assert list(step.get_ydata()) == [100, 100, 140, 140, 170]


def test_a_missing_day_of_a_daily_series_breaks_the_line(publish: Publish, make: Make) -> None:
    told = counter(make, *range(100, 120), step=1)
    del told[9]
    made = only(draw(publish(*told), MEANT))
    assert set(lines(made, "holds")) == {"r0 to r8", "r10 to r19"}
    assert "The line breaks between 9 Jan 2016 and 11 Jan 2016." in made.alt


def test_a_missing_year_of_a_yearly_stock_breaks_the_line(publish: Publish, make: Make) -> None:
    told = []
    for year in (2010, 2011, 2012, 2013, 2014, 2016, 2017, 2018, 2019, 2020):
        day = date(year, 12, 31)
        told.append(
            reading(make, f"s{year}", 1_000 + year, day, metric="idps", measure="stock",
                    place_role="now_in", start_earliest=day, start_latest=day)
        )  # fmt: skip
    made = only(draw(publish(*told), Request(metrics=("idps",), place_ids=("SYR",), by="meant")))
    assert set(lines(made, "holds")) == {"s2010 to s2014", "s2016 to s2020"}


def test_readings_without_a_usual_step_have_no_missing_day(publish: Publish, make: Make) -> None:
    days = [0, 540, 720, 750, 1400]
    told = [reading(make, f"r{d}", 100 + d, START + timedelta(days=d)) for d in days]
    assert set(lines(only(draw(publish(*told), MEANT)), "holds")) == {"r0 to r1400"}


def test_a_fall_is_marked_and_not_smoothed(publish: Publish, make: Make) -> None:
    made = only(draw(publish(*counter(make, 100_973, 84_472, 90_506)), MEANT))
    (fall,) = lines(made, "moves").items()
    assert fall[0] == "r0 to r1" and fall[1].get_color() == style.ALARM
    assert list(fall[1].get_ydata()) == [100_973, 84_472]
    assert "84,472, fell by 16,501" in made.alt
    assert any("fell by 16,501" in t.get_text() for t in made.figure.texts)


def test_a_fall_that_a_finding_names_is_marked_within_the_rounding_too(
    publish: Publish, make: Make
) -> None:
    tables = publish(*counter(make, 1_000, 967, 990))
    assert "fell" not in only(draw(tables, MEANT)).alt
    tables["marts/findings"] = frame(
        Findings,
        [{"finding_id": "f", "finding_type": "counter_fell", "severity": "warning",
          "claim_ids": ["r0", "r1"], "message": "m", "status": "open", "rests_on": "h"}],
    )  # fmt: skip
    made = only(draw(tables, MEANT))
    assert "967, fell by 33" in made.alt and set(lines(made, "moves")) == {"r0 to r1"}


def test_a_reading_from_which_the_source_counts_otherwise_breaks_the_line(
    publish: Publish, make: Make
) -> None:
    told = counter(make, 100, 140, 170, 180, source_id="src")
    told = [t | {"release": f"r{n}", "record_id": "row"} for n, t in enumerate(told)]
    tables = publish(*told)
    tables["marts/revisions"] = frame(
        Revisions,
        [{"revision_id": "m", "source_id": "src", "record_id": "row", "metric": "killed",
          "from_release": "r1", "to_release": "r2", "change": "reset", "rests_on": "h"}],
    )  # fmt: skip
    made = only(draw(tables, MEANT))
    assert set(lines(made, "holds")) == {"r0 to r1", "r2 to r3"}
    assert "counts otherwise from here" in made.alt


def test_a_new_definition_has_a_panel_of_its_own_and_is_marked_in_the_old_one(
    publish: Publish, make: Make
) -> None:
    told = counter(make, 100, 140, 170)
    new = [
        reading(make, f"n{n}", 500 + n, START + timedelta(days=400 + 30 * n),
                deaths_counted="direct_and_indirect")
        for n in range(3)
    ]  # fmt: skip
    made = only(draw(publish(*told, *new), MEANT))
    assert set(lines(made, "holds")) == {"r0 to r2", "n0 to n2"}
    assert len({id(line.axes) for line in lines(made, "holds").values()}) == 2
    (turn,) = lines(made, "turn").values()
    assert set(turn.get_xdata()) == {(START + timedelta(days=400)).toordinal()}
    assert turn.axes is lines(made, "holds")["r0 to r2"].axes
    assert "from here SOHR counts otherwise" in made.alt


@pytest.mark.parametrize(
    "other",
    [
        {"population": "civilians"},
        {"start_earliest": date(2011, 3, 1), "start_latest": date(2011, 3, 1)},
        {"restriction": "by air strikes"},
        {"coverage": "hospitals"},
        {"territory": "rebel-held areas"},
        {"unit": "households"},
        {"deaths_counted": "indirect"},
    ],
)
def test_unlike_counts_share_no_panel_and_no_line(
    publish: Publish, make: Make, other: dict[str, Any]
) -> None:
    two = [
        reading(make, f"o{n}", 300 + n, START + timedelta(days=30 * n), **other) for n in range(2)
    ]
    made = only(draw(publish(*counter(make, 100, 140), *two), MEANT))
    steps = lines(made, "holds")
    assert set(steps) == {"r0 to r1", "o0 to o1"}
    assert steps["r0 to r1"].axes is not steps["o0 to o1"].axes


def test_two_sources_of_one_count_share_a_panel_and_no_line(publish: Publish, make: Make) -> None:
    two = [
        reading(make, f"o{n}", 300 + n, START + timedelta(days=30 * n), series="s", speaker="VDC")
        for n in range(2)
    ]
    steps = lines(only(draw(publish(*counter(make, 100, 140), *two), MEANT)), "holds")
    assert set(steps) == {"r0 to r1", "o0 to o1"}
    assert len({id(line.axes) for line in steps.values()}) == 1


def test_flows_are_refused_and_beside_a_counter_left_out_and_counted(
    publish: Publish, make: Make
) -> None:
    flows = [reading(make, f"f{n}", 5, START + timedelta(days=n), measure="flow") for n in range(3)]
    said = draw(publish(*flows), MEANT)
    assert isinstance(said, str) and "no readings of a counter or a stock (flow)" in said
    made = only(draw(publish(*flows, *counter(make, 100, 140)), MEANT))
    assert "Not drawn: 3 claims that are no readings" in made.alt
    assert not any("f0" in name for name in lines(made, "dot"))


def test_a_bound_is_an_arrow_that_no_line_touches(publish: Publish, make: Make) -> None:
    told = counter(make, 100, 140, 170, 180)
    told[1] |= {"qualifier": "at_least"}
    made = only(draw(publish(*told), MEANT))
    assert set(lines(made, "bound")) == {"r1"} and "r1" not in lines(made, "dot")
    assert set(lines(made, "holds")) == {"r0 to r0", "r2 to r3"}
    assert "at least 140, (140 or more, no upper end)" in made.alt


def test_of_several_editions_of_a_day_the_last_stands_by_the_day_meant(
    publish: Publish, make: Make
) -> None:
    told = counter(make, 100, 140)
    again = [
        reading(make, f"x#{n}", value, START, edition=date(2020, 1, n)) | {"record_id": "x"}
        for n, value in ((1, 90), (2, 95))
    ]
    made = only(draw(publish(*told, *again), MEANT))
    at = START.toordinal()
    assert {y for x, y in plotted(made) if x == at} == {95}


@pytest.mark.parametrize(
    ("basis", "said", "is_caption"),
    [
        ("identified", REPORTING_CAPTION, True),
        ("tallied", REPORTING_CAPTION, True),
        ("unstated", "may be a change in reporting", True),
        ("registered", "change in reporting", False),
    ],
)
def test_the_caption_on_reporting(
    publish: Publish, make: Make, basis: str, said: str, is_caption: bool
) -> None:
    made = only(draw(publish(*counter(make, 100, 140, basis=basis)), MEANT))
    assert (said in made.alt) == is_caption


def test_a_question_brings_all_readings_of_what_it_counts(publish: Publish, make: Make) -> None:
    told = counter(make, 100, 140, 170)
    children = [
        c | {"claim_id": f"c{n}", "record_id": f"c{n}"}
        for n, c in enumerate(counter(make, 9, 10, population="children"))
    ]
    tables = publish(*told, *children)
    question = tables["marts/figures"].set_index("claim_id").loc["r1", "question_id"]
    made = only(draw(tables, Request(question_ids=(question,), by="meant")))
    assert set(lines(made, "dot")) == {"r0", "r1", "r2"}


def test_days_narrow_it(publish: Publish, make: Make) -> None:
    tables = publish(*counter(make, 100, 140, 170, 190))
    span = {"first": date(2016, 1, 15), "last": date(2016, 3, 5)}
    made = only(draw(tables, Request(metrics=("killed",), place_ids=("SYR",), by="meant", **span)))
    assert set(lines(made, "dot")) == {"r1", "r2"}


def test_the_stocks_of_a_register_are_its_totals(
    publish: Publish, totals: Callable[..., pd.DataFrame]
) -> None:
    tables = publish()
    tables["marts/register_totals"] = totals(
        (2020, "2024-06-01", 6_500_000), (2021, "2024-06-01", None), (2022, "2024-06-01", 6_600_000)
    )
    asked = Request(metrics=("idps",), place_ids=("SYR",), by="meant")
    made = only(draw(tables, asked))
    assert {y for _, y in plotted(made)} == {6_500_000, 6_600_000}
    assert "2 marks are totals of a register's entries." in made.alt
    flow = totals((2020, "2024-06-01", 5), metric="idps", measure="flow", unit="movements")
    said = draw({**tables, "marts/register_totals": flow}, asked)
    assert isinstance(said, str) and "(flow)" in said


def test_a_thousand_days_are_drawn_whole_and_quickly(publish: Publish, make: Make) -> None:
    values = [1_000 + 10 * n for n in range(1_033)]
    values[500] = 4_000
    told = counter(make, *values, step=1)
    del told[700]
    tables = publish(*told)
    began = time.perf_counter()
    made = only(draw(tables, MEANT))
    assert time.perf_counter() - began < 6  # a second where nothing else runs
    at = {(START + timedelta(days=n)).toordinal(): v for n, v in enumerate(values) if n != 700}
    assert plotted(made) == {(x, float(y)) for x, y in at.items()}
    assert set(lines(made, "holds")) == {"r0 to r699", "r701 to r1032"}
    assert sum("SOHR" in t.get_text() for t in made.figure.texts) < 12
    for n, value in enumerate(values):
        if n != 700:
            assert f"{value:,}" in made.alt


def test_days_in_a_row_with_one_number_are_told_once(publish: Publish, make: Make) -> None:
    told = counter(make, *[140] * 80, 150, step=1)
    alt = only(draw(publish(*told), MEANT)).alt
    assert "1 Jan 2016 to 20 Mar 2016: 140" in alt and "21 Mar 2016: 150" in alt


def test_labels_lie_within_the_page_and_on_none_another(collection: Tables) -> None:
    drawn = draw(collection, MEANT)
    assert not isinstance(drawn, str)
    for made in drawn:
        made.figure.canvas.draw()
        page = made.figure.bbox
        boxes = [t.get_window_extent() for t in made.figure.texts if t.get_text()]
        for box in boxes:
            assert page.x0 <= box.x0 and box.x1 <= page.x1
            assert page.y0 <= box.y0 and box.y1 <= page.y1
        for a, b in pairs(boxes):
            assert not (a.x0 < b.x1 - 1 and b.x0 < a.x1 - 1 and a.y0 < b.y1 - 2 and b.y0 < a.y1 - 2)


def pairs(boxes: list[Any]) -> Iterator[tuple[Any, Any]]:
    for n, a in enumerate(boxes):
        for b in boxes[n + 1 :]:
            yield a, b


def test_a_withdrawn_figure_leaves_a_gap_and_null_is_not_zero(publish: Publish, make: Make) -> None:
    told = counter(make, *range(100, 110), step=1)
    told[4] |= {"withdrawn_on": date(2016, 6, 1)}
    told[7] |= {"value": None}
    made = only(draw(publish(*told), MEANT))
    assert set(lines(made, "holds")) == {"r0 to r3", "r5 to r6", "r8 to r9"}
    assert 0 not in {y for _, y in plotted(made)}
    assert "1 withdrawn" in made.alt


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(values=st.lists(st.integers(1, 10**7), min_size=2, max_size=12))
def test_a_line_never_takes_a_number_that_nobody_gave(
    values: list[int], publish: Publish, make: Make
) -> None:
    made = only(draw(publish(*counter(make, *values)), MEANT))
    for line in lines(made, "holds").values():
        assert set(line.get_ydata()) <= set(values)
    assert {y for _, y in plotted(made)} == set(map(float, values))


def test_built_twice_the_bytes_are_the_same(publish: Publish, make: Make, tmp_path: Path) -> None:
    tables = publish(*counter(make, 100, 140, 120, 170))
    turned = {k: t.iloc[::-1].reset_index(drop=True) for k, t in tables.items()}
    held = []
    for n, told in enumerate((tables, turned)):
        with style.house_style():
            files = style.save(only(draw(told, MEANT)), tmp_path / str(n))
        held.append([f.read_bytes() for f in files])
    assert held[0] == held[1]
    assert {f.suffix for f in files} == {".png", ".svg", ".pdf", ".txt"}


def test_claims_that_nothing_follows_give_a_sentence(article: Tables) -> None:
    said = draw(article, MEANT)
    assert isinstance(said, str) and said.startswith("No picture: Killed, Syria")
    none = draw(article, Request(metrics=("missing",), place_ids=("SYR",)))
    assert isinstance(none, str) and "holds no reading" in none
