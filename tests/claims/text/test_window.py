"""Which period belongs to which figure: its own clause, the sentence's head, the whole, before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipelines.claims.text.extract import Document, extract
from pipelines.core.period import Window

FORMS = """
12 people died on Monday. | on Monday
12 were killed and 30 injured on Monday. | on Monday; on Monday
On Monday 12 were killed and 30 injured. | On Monday; On Monday
12 died in 2014, 15 died in 2015. | in 2014; in 2015
12 people died in Aleppo on Sunday, and on Monday 30 were injured. | on Sunday; on Monday
12 people were killed on Sunday; 30 were injured since Monday. | on Sunday; since Monday
At least 12 people have been killed since Monday. | since Monday
12 people were killed, with 30 injured, on Monday. | on Monday; on Monday
12 people, who were killed on Monday, were buried. | on Monday
12 people, four of them children, were killed when a bomb fell on Monday. | on Monday; on Monday
The attack, which killed 12 people on Monday, was the worst since 2013. | on Monday
40 people died after a bomb exploded on Monday. | on Monday
Since the truce collapsed, 40 people were killed on Monday. | on Monday
12 people were killed, bringing the toll since March 2011 to 450. | -; since March 2011
The army said on Monday that 12 people had died. | -
On Monday, the ministry said 12 people had died. | -
12 people died on Sunday, the UN said on Monday. | on Sunday
About 400 people were displaced (OCHA, 14 January 2016). | -
27 people were killed on Monday, including 12 children. | on Monday; on Monday
27 people were killed, including 12 children, on Monday. | on Monday; on Monday
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_the_period_of_each_figure(document: Document, line: str) -> None:
    text, expected = (part.strip() for part in line.split("|"))
    claims = extract(text, document).claims
    assert "; ".join(c.period_as_written or "-" for c in claims) == expected
    assert not any("period_inherited" in c.doubts for c in claims)


def test_a_period_of_an_earlier_sentence_is_inherited_with_the_doubt(document: Document) -> None:
    claims = extract("Shells fell on Aleppo on Monday. 12 people were killed.", document).claims
    assert [c.period_as_written for c in claims] == ["on Monday"]
    assert "period_inherited" in claims[0].doubts


@pytest.mark.parametrize(
    "text",
    [
        "12 people were killed. It was on Monday.",
        "Shells fell on Monday.\n\n12 people were killed.",
        "Shells fell on Homs on Monday. 12 people were killed in Idlib.",
        "The UN spoke; the UN said on Monday. 12 people were killed.",
    ],
)
def test_nothing_is_inherited_from_later_text_another_paragraph_or_place(
    document: Document, text: str
) -> None:
    assert [c.period_as_written for c in extract(text, document).claims] == [None]


def test_without_the_documents_day_the_words_are_kept(document: Document) -> None:
    claims = extract("12 people died on Monday.", replace(document, published_on=None)).claims
    assert claims[0].period_as_written == "on Monday"
    assert claims[0].window.start_earliest is None


def on_days(*days: str) -> Window:
    return Window(*map(date.fromisoformat, days))


TODAY = ("2016-10-06", "2016-10-06")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        (
            "Aleppo's death toll since the truce collapsed on 19 September stands at 338.",
            "2016-09-19",
            "2016-09-19",
        ),
        (
            "More than 300,000 people have died since protests erupted in March 2011.",
            "2011-03-01",
            "2011-03-31",
        ),
        (
            "10,000 people were killed in Yemen since the Saudi-led coalition intervened in March"
            " 2015.",
            "2015-03-01",
            "2015-03-31",
        ),
        (
            "Since the U.S. coalition began strikes in September 2014, 900 civilians have died.",
            "2014-09-01",
            "2014-09-30",
        ),
        (
            "Since fighting resumed in April, 40,000 people have been displaced.",
            "2016-04-01",
            "2016-04-30",
        ),
        (
            "The war, which began in March 2011, has killed 300,000 people.",
            "2011-03-01",
            "2011-03-31",
        ),
        (
            "The conflict that erupted in 2011 has displaced 300,000 people.",
            "2011-01-01",
            "2011-12-31",
        ),
        (
            "Since the truce collapsed last week, 40 people have been killed.",
            "2016-09-26",
            "2016-10-02",
        ),
    ],
)
def test_an_event_with_its_date_starts_a_counter(
    document: Document, text: str, first: str, last: str
) -> None:
    (claim,) = extract(text, document).claims
    assert (claim.window, claim.measure) == (on_days(first, last, *TODAY), "cumulative")


@pytest.mark.parametrize(
    "text",
    [
        "The earthquake, which struck in April 2015, has killed 300 people.",
        "The quake which struck in April 2015 has killed 9,000 people.",
        "The hospital, which opened in March 2011, treated 300 wounded people.",
        "The group, which has fought since 2012, killed 12 people.",
        "The figure of 400,000 dead, which Mr X gave in April, is disputed.",
        "12 people were killed when a bomb hit Homs, which was captured in May 2014.",
        "12 people were killed in the worst attack since 2013.",
        "It was the deadliest attack since 2013, with 86 people killed.",
        "In the first attack since the truce began on 12 September, 40 people were killed.",
        "12 people died, the WHO said on 30 September.",
    ],
)
def test_a_period_of_something_else_is_no_window(document: Document, text: str) -> None:
    assert [c.window for c in extract(text, document).claims] == [Window()]


@pytest.mark.parametrize("join", ["when 86 people were killed", "in which 86 people died"])
def test_what_a_comparison_goes_back_to_is_a_span(document: Document, join: str) -> None:
    (claim,) = extract(f"It was the deadliest attack since 2013, {join}.", document).claims
    assert claim.window == on_days(*("2013-01-01", "2013-12-31") * 2)
    assert (claim.period_as_written, claim.measure) == ("2013", "flow")


@pytest.mark.parametrize(
    "text",
    [
        "The death toll climbs to 1,033, with 119 in the last 24 hours.",
        "The death toll climbs to 1,033 with 119 killed in the last 24 hours.",
        "The death toll rose to 1,033, including 119 in the last 24 hours.",
        "The death toll rose to 1,033 after 119 people died in the last 24 hours.",
    ],
)
def test_the_period_of_what_is_added_is_not_that_of_the_whole(
    document: Document, text: str
) -> None:
    whole, added = extract(text, document).claims
    assert (whole.period_as_written, whole.measure) == (None, "cumulative")
    assert (added.period_as_written, added.measure) == ("in the last 24 hours", "flow")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (
            "In 2012, the UN said 60,000 people had been killed since March 2011.",
            ("2012-01-01", "2012-12-31"),
        ),
        (
            "In March 2013, the UN said 70,000 people had been killed since the war began.",
            ("2013-03-01", "2013-03-31"),
        ),
        ("On Tuesday, the UN said 700 people had been killed since March 2011.", TODAY),
    ],
)
def test_a_counter_ends_when_an_old_statement_was_made(
    document: Document, text: str, end: tuple[str, str]
) -> None:
    (claim,) = extract(text, document).claims
    assert claim.window == on_days("2011-03-01", "2011-03-31", *end)
    assert ("period_end_from_document" in claim.doubts) == (end == TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "The toll from Monday's blast in Hama has risen to 41.",
        "The death toll from Monday has risen to 41.",
        "The number of people killed by Monday’s blast rose to 41.",
    ],
)
def test_a_possessive_day_is_the_day_of_the_event(document: Document, text: str) -> None:
    (claim,) = extract(text, document).claims
    assert claim.window == on_days(*["2016-10-03"] * 4)


@pytest.mark.parametrize(
    "line",
    [
        "Geneva, 6 October 2016 – ",
        "GENEVA, 6 October 2016 (OHCHR) - ",
        "GENEVA (6 October 2016) - ",
        "NEW YORK/GENEVA/DAMASCUS (5 October 2016) – ",
        "KABUL, Oct 5 (Reuters) - ",
        "Damascus, Syria, October 5, 2016 (AFP) - ",
        "DAMASCUS, Monday (Reuters) - ",
        "(Beirut, October 5, 2016) – ",
        "Aleppo (6 October) — ",
        "6 October 2016 – ",
        "A headline\nGeneva, 5 October 2016 – ",
    ],
)
def test_the_day_of_a_dateline_is_no_window(document: Document, line: str) -> None:
    claims = extract(line + "More than 600 people were killed.", document).claims
    assert [(c.value, c.window) for c in claims] == [(600, Window())]


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("17 died in the past 24 hours.", "flow"),
        ("The toll in the last 24 hours rose to 17 dead.", "flow"),
        ("17 people were killed over the past two weeks.", "flow"),
        ("450 people died in the past five years.", "cumulative"),
        ("450 people died this year.", "cumulative"),
    ],
)
def test_what_happened_in_the_last_days_is_a_flow(
    document: Document, text: str, measure: str
) -> None:
    assert [c.measure for c in extract(text, document).claims] == [measure]
