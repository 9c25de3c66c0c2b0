"""What was known when: by the day of publication or edition, and nothing before its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from pipelines.charts import style
from pipelines.charts.kinds import Request
from pipelines.charts.known_when import draw
from pipelines.charts.rows import Row, choose
from pipelines.charts.series import series_of
from pipelines.charts.style import Picture
from schemas import frame
from schemas.estimates import Revisions

Tables = dict[str, pd.DataFrame]
Publish = Callable[..., Tables]
Make = Callable[..., dict[str, Any]]
ARTICLE = "aleppo-article/2016-10-06/article.txt"
SYRIA = Request(metrics=("killed",), place_ids=("SYR",), marked=ARTICLE)
DISPLACED = ("displaced", "idps", "refugees", "asylum_seekers")
SHEET = "syria-reference/2026-11-01/"


def picture(tables: Tables, scope: Request = SYRIA) -> Picture:
    made = draw(tables, scope)
    assert not isinstance(made, str)
    return made[0]


def lines(made: Picture, kind: str) -> dict[str, Line2D]:
    found = {}
    for axes in made.figure.axes:
        for mark in axes.get_children():
            name = str(mark.get_label())
            if isinstance(mark, Line2D) and name.startswith(f"{kind} ") and "key" not in name:
                found.setdefault(name.split(" ", 1)[1], mark)
    return found


def reading(make: Make, name: str, value: int, end: date, known: date | None, **more: Any) -> Any:
    given: dict[str, Any] = {
        "document_id": "a sheet",
        "place_id": "SYR",
        "speaker": "SOHR",
        "series": "counter",
        "basis": "identified",
        "start_earliest": date(2011, 3, 18),
        "start_latest": date(2011, 3, 18),
        "end_earliest": end,
        "end_latest": end,
        "published_on": known,
    }
    return make(name, value=value, **(given | more))


def counter(make: Make, *values: int, step: int = 30) -> list[dict[str, Any]]:
    days = [date(2016, 1, 1) + timedelta(days=step * n) for n in range(len(values))]
    return [
        reading(make, f"r{n}", value, day, day)
        for n, (value, day) in enumerate(zip(values, days, strict=True))
    ]


def test_a_counter_is_a_step_from_reading_to_reading(publish: Publish, make: Make) -> None:
    made = picture(publish(*counter(make, 100, 140, 170)))
    assert set(lines(made, "dot")) == {"r0", "r1", "r2"}
    flat, rise = lines(made, "holds"), lines(made, "moves")
    assert set(flat) == set(rise) == {"r0 to r1", "r1 to r2"}
    assert list(flat["r0 to r1"].get_ydata()) == [100, 100]
    assert list(rise["r0 to r1"].get_ydata()) == [100, 140]
    assert len(set(rise["r0 to r1"].get_xdata())) == 1
    assert all(line.get_color() == style.TIER_COLOURS["verified"] for line in rise.values())


def test_a_fall_is_red_and_said_and_a_rise_of_a_counter_is_not(
    publish: Publish, make: Make
) -> None:
    made = picture(publish(*counter(make, 100_973, 84_472, 90_506)))
    rise = lines(made, "moves")
    assert rise["r0 to r1"].get_color() == style.ALARM
    assert rise["r1 to r2"].get_color() != style.ALARM
    assert made.alt.count("fell by 16,501") == 1
    assert any("fell by" in t.get_text() for t in made.figure.texts)
    assert "Red: a counter fell" in made.alt


@pytest.mark.parametrize(
    "later, words",
    [
        (65_995, "raised by 6,347 for the same days"),
        (53_301, "lowered by 6,347 for the same days"),
        (59_648, ""),
    ],
)
def test_a_later_edition_of_the_same_days(
    publish: Publish, make: Make, later: int, words: str
) -> None:
    end = date(2012, 11, 30)
    told = [
        reading(make, "first", 59_648, end, date(2013, 1, 2)),
        reading(make, "again", later, end, date(2013, 6, 13)),
    ]
    made = picture(publish(*told))
    red = lines(made, "moves")["first to again"].get_color() == style.ALARM
    assert red == bool(words)
    assert ("by 6,347 for the same days" in made.alt) == bool(words)
    assert words in made.alt


def test_roundings_of_one_another_are_no_fall(publish: Publish, make: Make) -> None:
    assert "fell by" not in picture(publish(*counter(make, 301_781, 300_000))).alt
    assert "fell by 1,782" in picture(publish(*counter(make, 301_781, 299_999))).alt


def test_a_stock_may_fall_without_a_mark(publish: Publish, make: Make) -> None:
    told = []
    for n, value in enumerate((7_600_000, 6_326_000)):
        day = date(2014 + n, 12, 31)
        told.append(
            reading(make, f"s{n}", value, day, day + timedelta(days=120), metric="idps",
                    measure="stock", place_role="now_in", start_earliest=day, start_latest=day)
        )  # fmt: skip
    made = picture(publish(*told), Request(metrics=("idps",), place_ids=("SYR",)))
    assert set(lines(made, "moves")) == {"s0 to s1"}
    assert "fell" not in made.alt and "on 31 Dec 2014" in made.alt


@pytest.mark.parametrize(
    "other",
    [
        {"population": "civilians"},
        {"start_earliest": date(2011, 3, 1)},
        {"restriction": "by air strikes"},
        {"coverage": "hospitals"},
        {"series": "another"},
        {"basis": "judgement"},
        {"territory": "rebel-held areas"},
    ],
)
def test_no_line_joins_two_scopes(publish: Publish, make: Make, other: dict[str, Any]) -> None:
    one, two = counter(make, 100, 140)
    made = picture(publish(one, two | other))
    assert set(lines(made, "dot")) == {"r0", "r1"}
    assert not lines(made, "holds") and not lines(made, "moves")


def test_missing_days_of_a_daily_series_break_the_line(publish: Publish, make: Make) -> None:
    told = counter(make, *range(100, 1100, 100), step=1)
    del told[5]
    joined = set(lines(picture(publish(*told)), "holds"))
    assert "r4 to r6" not in joined
    assert {"r3 to r4", "r6 to r7"} <= joined


def test_a_reading_without_a_day_breaks_the_line_and_is_counted(
    publish: Publish, make: Make
) -> None:
    told = counter(make, 100, 140, 170)
    told[1] = told[1] | {"published_on": None}
    made = picture(publish(*told))
    assert set(lines(made, "dot")) == {"r0", "r2"}
    assert not lines(made, "holds")
    assert "Not known when: 1 claim, not drawn." in made.alt


def test_an_older_window_published_later_is_a_mark_and_no_step_back(
    publish: Publish, make: Make
) -> None:
    told = counter(make, 100, 140, 170)
    late = reading(make, "late", 90, date(2015, 12, 1), date(2016, 2, 15))
    made = picture(publish(*told, late))
    assert "late" in lines(made, "dot")
    assert set(lines(made, "holds")) == {"r0 to r1", "r1 to r2"}
    assert "fell by" not in made.alt


def test_bounds_are_arrows(publish: Publish, make: Make) -> None:
    told = reading(make, "least", 250_000, date(2015, 8, 17), date(2015, 8, 17))
    made = picture(publish(told | {"qualifier": "at_least"}))
    assert set(lines(made, "bound")) == {"least"} and not lines(made, "dot")


def test_a_value_of_a_table_is_known_from_its_edition(publish: Publish, make: Make) -> None:
    edition = date(2025, 12, 1)
    told = reading(make, "u", 5_000_000, date(2015, 12, 31), date(2016, 6, 1)) | {
        "edition": edition
    }
    made = picture(publish(told))
    assert list(lines(made, "dot")["u"].get_xdata()) == [edition.toordinal()]
    assert "Known by 6 Oct 2016, of what is shown here: nothing." in made.alt
    assert "counts as known from the day of its edition" in made.alt


def test_what_was_known_by_the_day_holds_nothing_after_it_and_not_the_document_itself(
    publish: Publish, make: Make
) -> None:
    told = [
        reading(make, "before", 301_781, date(2016, 9, 12), date(2016, 9, 13)),
        reading(make, "after", 312_001, date(2016, 12, 13), date(2016, 12, 13)),
        reading(make, "own", 450_000, date(2016, 10, 6), date(2016, 10, 6), series="own",
                document_id=ARTICLE),
    ]  # fmt: skip
    made = picture(publish(*told))
    (known,) = (line for line in made.alt.splitlines() if "Known by" in line)
    assert "301,781 until 12 Sep 2016 (SOHR, known from 13 Sep 2016)" in known
    assert "312,001" not in known and "450,000" not in known
    assert "13 Dec 2016: 312,001" in made.alt and "not known by the marked day" in made.alt
    day = date(2016, 10, 6).toordinal()
    marked = [
        line
        for axes in made.figure.axes
        for line in axes.get_lines()
        if line.get_label() == "marked day"
    ]
    assert [list(line.get_xdata()) for line in marked] == [[day, day]]


def test_every_label_stands_on_the_side_of_its_mark(collection: Tables) -> None:
    made = picture(collection, Request(metrics=DISPLACED, place_ids=("SYR",), marked=ARTICLE))
    made.figure.canvas.draw()
    parted = next(a for a in made.figure.axes if any(
        line.get_label() == "marked day" for line in a.get_lines()))  # fmt: skip
    at = parted.transData.transform((date(2016, 10, 6).toordinal(), 0))[0]
    for text in made.figure.texts:
        for number, is_before in (("about 7,600,000", True), ("6,784,000", False)):
            if text.get_text().startswith(number):
                box = text.get_window_extent()
                assert (box.x1 < at) if is_before else (box.x0 > at)


def test_the_reference_says_what_was_known_of_the_displaced(collection: Tables) -> None:
    alt = picture(collection, Request(metrics=DISPLACED, place_ids=("SYR",), marked=ARTICLE)).alt
    known = [line for line in alt.splitlines() if "Known by 6 Oct 2016" in line]
    assert len(known) == 4
    assert "12,000,000 until 17 Aug 2015 (United Nations Security Council" in known[0]
    assert "about 6,600,000 on 31 Dec 2015 (IDMC, known from 11 May 2016)" in known[1]
    assert known[2].endswith("nothing.") and known[3].endswith("nothing.")
    for number in ("3,887,490", "4,873,236", "5,524,511", "6,563,462", "245,857"):
        assert f"- 1 Dec 2025: {number}, UNHCR" in alt


def test_the_reference_says_which_counter_fell(collection: Tables) -> None:
    made = picture(collection, SYRIA)
    assert made.alt.count("fell by") == 1 and "84,472, SOHR" in made.alt
    joined = lines(made, "holds")
    assert f"{SHEET}syr-ohchr-2013a#killed to {SHEET}syr-ohchr-2013b#killed" in joined
    assert not any("sohr" in name and "ohchr" in name.split(" to ")[0] for name in joined)
    assert "Not drawn: " in made.alt


def test_a_series_of_many_days_is_drawn_and_labelled_at_its_turns(
    publish: Publish, make: Make
) -> None:
    values = [1_000 + 10 * n for n in range(400)]
    values[200] = 5
    told = counter(make, *values, step=1)
    made = picture(publish(*told))
    assert len(lines(made, "dot")) == 400
    labels = [t.get_text() for t in made.figure.texts]
    assert any("fell by" in text for text in labels)
    assert sum("SOHR" in text for text in labels) < 20


def rows_of(publish: Publish, told: list[dict[str, Any]]) -> tuple[Row, ...]:
    return choose(publish(*told), [c["claim_id"] for c in told]).rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    spots=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans()), min_size=1, max_size=8
    )
)
def test_a_run_goes_forward_in_both_days_and_loses_no_reading(
    spots: list[tuple[int, int, bool]], publish: Publish, make: Make
) -> None:
    start = date(2016, 1, 1)
    told = [
        reading(make, f"r{n}", 100 + n, start + timedelta(days=end),
                start + timedelta(days=known) if is_dated else None)
        for n, (end, known, is_dated) in enumerate(spots)
    ]  # fmt: skip
    (series,) = series_of(rows_of(publish, told))
    assert len(series.readings) + len(series.undated) == len(spots)
    assert [r for run in series.runs for r in run] == series.held
    for a, b in pairwise(series.held):
        assert a.known_on and b.known_on and a.end_latest and b.end_latest
        assert a.known_on < b.known_on and a.end_latest <= b.end_latest


def test_built_twice_the_bytes_are_the_same(article: Tables, tmp_path: Path) -> None:
    turned = {k: t.iloc[::-1].reset_index(drop=True) for k, t in article.items()}
    held = []
    for n, tables in enumerate((article, turned)):
        with style.house_style():
            files = style.save(picture(tables), tmp_path / str(n))
        held.append([f.read_bytes() for f in files])
    assert held[0] == held[1]


def test_no_dated_reading_gives_a_sentence(article: Tables) -> None:
    said = draw(article, Request(metrics=("refugees",), place_ids=("SYR",)))
    assert isinstance(said, str) and said.startswith("No picture: What was known when: refugees")


def test_a_figure_that_a_later_release_replaced_was_known_until_then(
    publish: Publish, make: Make
) -> None:
    end = date(2012, 11, 30)
    first = reading(make, "src/r1/row#killed", 59_648, end, date(2013, 1, 2))
    first |= {"source_id": "src", "release": "r1", "record_id": "row"}
    first |= {"replaced_by": "src/r2/row#killed"}
    later = reading(make, "src/r2/row#killed", 65_995, end, date(2013, 6, 13))
    later |= {"source_id": "src", "release": "r2", "record_id": "row"}
    tables = publish(first, later)
    moved = {
        "revision_id": "m", "source_id": "src", "record_id": "row", "metric": "killed",
        "from_release": "r1", "to_release": "r2", "change": "raised", "rests_on": "h",
    }  # fmt: skip
    question = tables["marts/questions"]["question_id"][0]
    for reason, said in (
        (None, "reason not stated"),
        ("Late records.", "the reason stated: Late records."),
    ):
        tables["marts/revisions"] = frame(Revisions, [moved | {"stated_reason": reason}])
        made = picture(tables, Request(question_ids=(question,)))
        assert set(lines(made, "dot")) == {first["claim_id"], later["claim_id"]}
        assert "raised by 6,347 for the same days" in made.alt and said in made.alt
    assert tables["marts/claims"]["replaced_by"].notna().any()


def test_a_question_shows_its_own_readings_alone(publish: Publish, make: Make) -> None:
    told = [
        reading(make, "a", 100, date(2016, 1, 31), date(2016, 2, 1)),
        reading(make, "b", 110, date(2016, 1, 31), date(2016, 3, 1)),
        reading(make, "other", 900, date(2016, 6, 30), date(2016, 7, 1)),
    ]
    tables = publish(*told)
    figures = tables["marts/figures"].set_index("claim_id")
    made = picture(tables, Request(question_ids=(figures.loc["a", "question_id"],)))
    assert set(lines(made, "dot")) == {"a", "b"}
    assert "900" not in made.alt


def test_every_edition_of_a_register_is_a_reading_of_its_year(
    publish: Publish, totals: Callable[..., pd.DataFrame]
) -> None:
    tables = publish()
    tables["marts/register_totals"] = totals(
        (2022, "2023-06-01", 3_175_000), (2022, "2024-06-01", 3_553_000),
        (2021, "2023-06-01", 3_175_000), (2021, "2024-06-01", 3_000_000),
    )  # fmt: skip
    scope = Request(metrics=("idps",), place_ids=("SYR",), first=date(2022, 1, 1))
    made = picture(tables, scope)
    assert len(lines(made, "dot")) == 2 and len(lines(made, "moves")) == 1
    assert "raised by 378,000 for the same days" in made.alt and "3,000,000" not in made.alt
    both = picture(tables, Request(metrics=("idps",), place_ids=("SYR",)))
    assert len(lines(both, "dot")) == 4
    assert "lowered by 175,000 for the same days" in both.alt
    joined = set(lines(both, "moves"))
    assert len(joined) == 2 and not any("2021" in a and "2022" in a for a in joined)


def test_too_many_years_of_a_register_are_refused_with_what_to_do(
    publish: Publish, totals: Callable[..., pd.DataFrame]
) -> None:
    tables = publish()
    tables["marts/register_totals"] = totals(*((y, "2024-06-01", 5) for y in range(2000, 2020)))
    said = draw(tables, Request(metrics=("idps",), place_ids=("SYR",)))
    assert isinstance(said, str) and "20 series: ask for fewer of the days" in said
