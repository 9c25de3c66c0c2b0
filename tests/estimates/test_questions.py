from datetime import date

import pytest

from pipelines.estimates import questions as titles
from pipelines.estimates.questions import title, window_in_words
from schemas import vocab

DAY = date(2016, 9, 19)
AXES = {
    "metric": "killed",
    "measure": "cumulative",
    "unit": "people",
    "population": "civilians",
    "nationality": None,
    "deaths_counted": "direct",
    "cause": "conflict",
    "place_id": "SY02",
    "place_role": "happened_in",
    "from_place_id": None,
    "territory": "rebel-held areas",
    "start_earliest": DAY,
    "start_latest": DAY,
    "end_earliest": date(2016, 10, 6),
    "end_latest": date(2016, 10, 6),
}
PLACES = {"SY02": "Aleppo governorate"}


@pytest.mark.parametrize(
    ("words", "vocabulary"),
    [
        (titles.PEOPLE, vocab.POPULATIONS),
        (titles.COUNTED, vocab.METRICS),
        (titles.UNITS, vocab.UNITS),
        (titles.MEASURES, vocab.MEASURES),
        (titles.DEATHS, vocab.DEATHS_COUNTED),
        (titles.CAUSES, vocab.CAUSES),
    ],
)
def test_every_word_of_a_vocabulary_can_be_said(words, vocabulary):
    assert words.keys() == vocabulary.keys()


def test_a_title_says_who_what_where_and_when():
    assert title(AXES, PLACES) == (
        "Civilians killed in rebel-held areas, Aleppo governorate, "
        "19 September 2016 to 6 October 2016 (running total; direct deaths; conflict)"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"place_id": None}, "in rebel-held areas, a place not resolved,"),
        ({"place_id": "XX1"}, "in rebel-held areas, XX1,"),
        ({"place_role": "came_from", "territory": None}, "from Aleppo governorate,"),
        ({"from_place_id": "SY02"}, "having left Aleppo governorate"),
        ({"nationality": "Syrians"}, "as written: Syrians"),
        ({"unit": "households", "metric": "displaced"}, "Households of civilians displaced"),
    ],
)
def test_each_axis_shows_in_the_title(change, said):
    assert said in title(AXES | change, PLACES)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((DAY, DAY, DAY, DAY), "19 September 2016"),
        ((None, None, None, None), "period not stated"),
        ((None, None, DAY, DAY), "until 19 September 2016, start not stated"),
        ((DAY, DAY, None, None), "from 19 September 2016, end not stated"),
        ((None, DAY, None, None), "from 19 September 2016, end not stated"),
        (
            (date(2011, 3, 1), date(2011, 3, 31), date(2012, 2, 1), date(2012, 2, 29)),
            "March 2011 to February 2012",
        ),
        ((date(2016, 1, 1), date(2016, 12, 31)) * 2, "2016"),
        (
            (date(2016, 2, 1), date(2016, 11, 30)) * 2,
            "(some day from 1 February 2016 to 30 November 2016)",
        ),
        (
            (date(2011, 3, 1), date(2011, 10, 6), DAY, DAY),
            "(some day from 1 March 2011 to 6 October 2011) to 19 September 2016",
        ),
        (
            (date(2015, 12, 1), date(2016, 12, 31), DAY, DAY),
            "(some day from 1 December 2015 to 31 December 2016) to 19 September 2016",
        ),
    ],
)
def test_a_window_is_said_as_exactly_as_it_is_known(days, said):
    names = ("start_earliest", "start_latest", "end_earliest", "end_latest")
    assert window_in_words(dict(zip(names, days, strict=True))) == said


def test_a_question_stands_once_and_entries_form_none(answers_of):
    made = answers_of({}, {"speaker": "SOHR"}, {"place_id": "SYR", "entry_of": "ucdp/24.1"})
    questions = made["estimates/questions"]
    assert len(questions) == 1
    assert questions["place_id"].to_list() == ["SY0200"]
    assert "Aleppo city" in questions["title"].iloc[0]


def test_other_basis_and_limits_are_no_other_question(answers_of):
    made = answers_of({}, {"basis": "mse"}, {"restriction": "by air strikes"})
    assert len(made["estimates/questions"]) == 1
