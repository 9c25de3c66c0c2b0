from datetime import date

import pytest

from pipelines.estimates import questions as titles
from pipelines.estimates.questions import how_far_apart, title, window_in_words
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


def _answer(low, best, high):
    return {"low": low, "best": best, "high": high}


@pytest.mark.parametrize(
    ("answers", "least", "greatest", "ratio"),
    [
        ([], None, None, None),
        ([_answer(None, 338, None)], 338, 338, 1.0),
        ([_answer(None, 300, None), _answer(None, 450, None)], 300, 450, 1.5),
        ([_answer(100, None, 200), _answer(None, 50, None)], 50, 200, 4.0),
        ([_answer(90, 100, 120), _answer(80, 130, 140)], 80, 140, 1.75),
        ([_answer(601, None, None), _answer(None, 338, None)], 338, None, None),
        ([_answer(None, None, 40), _answer(None, 338, None)], None, 338, None),
        ([_answer(None, None, None)], None, None, None),
        ([_answer(None, 0, None), _answer(None, 9, None)], 0, 9, None),
        ([_answer(None, 0, None)], 0, 0, None),
    ],
)
def test_how_far_answers_differ(answers, least, greatest, ratio):
    assert how_far_apart(answers) == {
        "answers_least": least,
        "answers_greatest": greatest,
        "answers_ratio": ratio,
    }
    assert how_far_apart(reversed(answers)) == how_far_apart(answers)


def test_a_question_says_how_far_its_answers_differ_over_rules_and_tiers(answers_of):
    made = answers_of(
        {"basis": "identified", "number": 300},
        {"speaker": "SOHR", "number": 400},
        {"basis": "mse", "speaker": "HRDAG", "number": 900},
        {"place_id": "SYR", "number": 7},
        {"place_id": "SY02", "coverage": "functioning hospitals"},
    )
    questions = made["estimates/questions"].set_index("place_id")
    names = ["answers_least", "answers_greatest", "answers_ratio"]
    assert questions.loc["SY0200", names].to_list() == [300, 900, 3.0]
    assert questions.loc["SYR", names].to_list() == [7, 7, 1.0]
    assert questions.loc["SY02", names].isna().all()
