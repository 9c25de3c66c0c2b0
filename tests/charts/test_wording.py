"""How numbers, windows and scopes are said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from pipelines.charts import wording
from pipelines.charts.language import say, speaking, term
from pipelines.charts.rows import Row, choose

Publish = Callable[..., dict[str, pd.DataFrame]]
Make = Callable[..., dict[str, Any]]


def row(publish: Publish, made: dict[str, Any]) -> Row:
    return choose(publish(made), [made["claim_id"]]).rows[0]


def days(*four: str | None) -> dict[str, Any]:
    names = ("start_earliest", "start_latest", "end_earliest", "end_latest")
    return {n: date.fromisoformat(d) if d else None for n, d in zip(names, four, strict=True)}


@pytest.mark.parametrize(
    "change, number, ends",
    [
        ({"value": 600, "qualifier": "more_than"}, "more than 600", "601 or more, no upper end"),
        ({"value": 32, "qualifier": "at_least"}, "at least 32", "32 or more, no upper end"),
        ({"value": 40, "qualifier": "up_to"}, "up to 40", "40 or fewer, no lower end"),
        ({"value": 40, "qualifier": "less_than"}, "less than 40", "39 or fewer, no lower end"),
        ({"value": 470_000, "qualifier": "about"}, "about 470,000", "best 470,000"),
        (
            {"value_low": 10, "value_high": 20, "qualifier": "between"},
            "10 to 20",
            "low 10, high 20",
        ),
        (
            {"value": 15, "value_low": 10, "value_high": 20},
            "15 (10 to 20)",
            "low 10, best 15, high 20",
        ),
        ({"value": 0}, "0", "best 0"),
    ],
)
def test_numbers_keep_their_hedge_and_open_ends_stay_open(
    publish: Publish, make: Make, change: dict[str, Any], number: str, ends: str
) -> None:
    made = row(publish, make("a", **change))
    assert wording.number(made) == number
    assert wording.range_words(made) == ends


@pytest.mark.parametrize(
    "window, said",
    [
        (("2016-09-19", "2016-09-19", "2016-10-06", "2016-10-06"), "19 Sep to 6 Oct 2016"),
        (("2016-09-19", "2016-09-19", "2016-09-25", "2016-09-25"), "19 to 25 Sep 2016"),
        (("2016-09-19", "2016-09-19", "2016-09-19", "2016-09-19"), "19 Sep 2016"),
        (("2011-03-01", "2011-03-31", "2012-11-01", "2012-11-30"), "Mar 2011 to Nov 2012"),
        (("2016-01-01", "2016-12-31", "2016-01-01", "2016-12-31"), "2016"),
        (
            ("2011-03-01", "2011-10-06", "2016-10-06", "2016-10-06"),
            "start between 1 Mar 2011 and 6 Oct 2011; end 6 Oct 2016",
        ),
        ((None, None, "2016-10-06", "2016-10-06"), "until 6 Oct 2016, start not stated"),
        ((None, None, None, None), "window not stated"),
    ],
)
def test_windows_are_said_as_exactly_as_known(
    publish: Publish, make: Make, window: tuple[str | None, ...], said: str
) -> None:
    assert wording.window(row(publish, make("a", value=1, **days(*window)))) == said


def test_scope_in_words(publish: Publish, make: Make) -> None:
    made = row(
        publish,
        make(
            "a",
            value=1,
            population="civilians",
            deaths_counted="indirect",
            place_id="SY02",
            territory="rebel-held areas",
            restriction="by air strikes",
            coverage="hospitals",
            origin="WHO",
        ),
    )
    assert wording.whom(made) == "civilians, indirect deaths only"
    assert wording.where(made) == "rebel-held areas, Aleppo governorate"
    assert wording.where(replace(made, territory="", place_role="came_from")) == (
        "came from Aleppo governorate"
    )
    assert wording.limits(made) == ["of these: “by air strikes”", "covers: “hospitals”"]
    assert wording.who(made) == "Civil defense workers, crediting WHO"


def test_a_question_keeps_its_english_title_and_is_put_together_in_other_languages(
    publish: Publish, make: Make
) -> None:
    made = make(
        "a", value=5, place_id="SY02", **days("2016-09-19", "2016-09-19", *["2016-10-06"] * 2)
    )
    shown = row(publish, made)
    assert wording.question(shown, "People killed") == "People killed"
    with speaking("ar"):
        said = wording.question(shown, "People killed")
    assert "People killed" not in said
    assert "2016" in said
    assert "19" in said
    with speaking("ar"):
        for context, code in (("measure", shown.measure), ("cause", shown.cause)):
            assert term(context, code) in said
        assert term("deaths_counted", "direct") in said
        of_any = wording.question(replace(shown, deaths_counted="unstated", cause="unstated"), "")
        assert say("deaths counted not stated") in of_any
        assert say("cause not stated") in of_any


def test_a_speaker_that_nobody_names_is_said_in_our_words(publish: Publish, make: Make) -> None:
    shown = row(publish, make("a", value=5, speaker="publisher not stated", origin="UN"))
    assert wording.who(shown) == "publisher not stated, crediting UN"
    with speaking("ar"):
        assert "publisher" not in wording.who(shown)
