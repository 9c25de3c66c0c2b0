"""Claims of reprints: which are the first printing's, and which are their own."""

import pandas as pd
import pytest

import schemas
from pipelines.figures.stage import make_figures
from schemas.claims import Documents
from schemas.figures import Figures

PERIOD = {"period_as_written": "on Monday"}
FIRST = PERIOD | {"document_id": "d1", "speaker": "The Ferry Post"}
LATER = PERIOD | {"document_id": "d2", "speaker": "The Hill Courier", "published_on": "2016-10-09"}
THIRD = PERIOD | {"document_id": "d3", "speaker": "The Bay Echo", "published_on": "2016-10-12"}
OTHER_WEEK = dict.fromkeys(("end_earliest", "end_latest"), "2016-10-09") | dict.fromkeys(
    ("start_earliest", "start_latest"), "2016-10-03"
)
A, B, C = (f"s/1/{name}#killed" for name in "abc")


@pytest.fixture
def story_of(claims_of, actors):
    """The figures by letter where the documents d2 and d3 print the story of d1 again."""

    def make(*changes, reprints=("d2", "d3"), first="d1"):
        documents = [
            {"document_id": name, "source_id": "s", "release": "1", "title": "t"}
            | {"redistributable": True, "sensitivity": "public"}
            | ({"reprint_of": first} if name in reprints else {})
            for name in ("d1", "d2", "d3")
        ]
        shelf = schemas.frame(Documents, documents)
        figures = make_figures(claims_of(*changes), actors, shelf)
        assert schemas.judge(Figures, figures).empty
        plain = figures.astype(object).where(figures.notna(), None)
        return {row["claim_id"].split("/")[2][0]: row for row in plain.to_dict("records")}

    return make


def marks(figure):
    return figure["repeat_of"], figure["reprint_of"], figure["counts"]


def test_an_equal_figure_of_a_reprint_is_the_first_printings(story_of):
    figures = story_of(FIRST, LATER, THIRD)
    assert marks(figures["a"]) == (None, None, True)
    assert marks(figures["b"]) == marks(figures["c"]) == (A, "d1", False)
    assert figures["b"]["possible_repeat_of"] is None
    assert figures["b"]["would_repeat"] == [A]


def test_without_reprints_such_figures_are_two(story_of, claims_of, actors):
    figures = story_of(FIRST, LATER, reprints=())
    assert marks(figures["b"]) == (None, None, True)
    assert figures["b"]["possible_repeat_of"] == A
    alone = make_figures(claims_of(FIRST, LATER), actors)
    assert alone["counts"].all()


def test_a_day_that_each_paper_counts_back_from_is_one_day(story_of):
    assert marks(story_of(FIRST, LATER | OTHER_WEEK)["b"]) == (A, "d1", False)
    other_words = LATER | OTHER_WEEK | {"period_as_written": "since Tuesday"}
    assert marks(story_of(FIRST, other_words)["b"]) == (None, None, True)


@pytest.mark.parametrize(
    "change",
    [
        {"value": 340, "value_as_written": "340"},
        {"qualifier": "at_least"},
        {"metric": "injured", "deaths_counted": None},
        {"population": "children"},
        {"place_id": "SY0201"},
        {"restriction": "by air strikes"},
        {"cause": "disaster"},
    ],
)
def test_a_figure_only_in_the_later_paper_is_its_own(story_of, change):
    figures = story_of(FIRST, LATER | change)
    assert marks(figures["b"]) == (None, None, True)


def test_a_story_without_its_first_figure_counts_once(story_of):
    """Nobody accepted the first printing's claim: the next printing of it stands."""
    figures = story_of(FIRST | {"review_status": "pending"}, LATER, THIRD)
    assert marks(figures["b"]) == (None, None, True)
    assert marks(figures["c"]) == (B, "d1", False)


def test_until_the_first_was_withdrawn_it_was_repeated(story_of):
    figures = story_of(FIRST | {"withdrawn_on": "2016-11-01"}, LATER, THIRD)
    assert marks(figures["b"]) == (None, "d1", True)
    assert figures["b"]["would_repeat"] == [A]
    assert marks(figures["c"]) == (B, "d1", False)
    assert figures["c"]["would_repeat"] == [A, B]


def test_of_one_day_the_first_printing_is_kept_whatever_the_ids(story_of):
    same_day = {"published_on": "2016-09-29"}
    figures = story_of(LATER | same_day, FIRST | {"document_id": "d1"} | same_day)
    assert marks(figures["a"]) == (B, "d1", False)
    assert marks(figures["b"]) == (None, None, True)
    credit = {"origin": "SOHR"}
    figures = story_of(LATER | same_day | credit, FIRST | same_day | credit)
    assert marks(figures["a"]) == (B, "d1", False)
    assert marks(figures["b"]) == (None, None, True)


def test_parts_of_wholes_that_differ_stay_two(story_of):
    part = {"population": "children", "value": 40, "value_as_written": "40"}
    figures = story_of(
        FIRST,
        LATER | {"value": 400, "value_as_written": "400"},
        FIRST | part | {"part_of": A},
        LATER | part | {"part_of": B},
    )
    assert marks(figures["d"]) == (None, None, True)
    figures = story_of(FIRST, LATER, FIRST | part | {"part_of": A}, LATER | part | {"part_of": B})
    assert figures["d"]["repeat_of"] == "s/1/c#killed"


def test_the_order_of_claims_and_other_claims_change_nothing(story_of):
    unrelated = {"document_id": "d9", "place_id": "SY0201", "value": 7, "value_as_written": "7"}
    assert story_of(FIRST, LATER, THIRD) == {
        name: row for name, row in story_of(FIRST, LATER, THIRD, unrelated).items() if name in "abc"
    }


def test_shuffled_claims_give_the_same_table(claims_of, actors):
    documents = schemas.frame(
        Documents,
        [
            {"document_id": name, "source_id": "s", "release": "1", "title": "t"}
            | {"redistributable": True, "sensitivity": "public", "reprint_of": of}
            for name, of in (("d1", None), ("d2", "d1"), ("d3", "d1"))
        ],
    )
    claims = claims_of(FIRST, LATER, THIRD)
    backwards = claims.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        make_figures(claims, actors, documents), make_figures(backwards, actors, documents)
    )


WORDS = {"passage": "p1", "quote_start": 80, "in_headline": False}


@pytest.mark.parametrize(
    "change",
    [
        {"place_id": "SY0201"},
        {"restriction": "in the market"},
        OTHER_WEEK | {"period_as_written": "since Tuesday"},
        {"cause": "disaster"},
    ],
)
def test_the_same_words_are_one_figure_whatever_was_read_of_them(story_of, change):
    figures = story_of(FIRST | WORDS, LATER | WORDS | change)
    assert marks(figures["b"]) == (A, "d1", False)
    assert marks(story_of(FIRST | WORDS, LATER | WORDS | change | {"passage": "p2"})["b"])[2]


@pytest.mark.parametrize(
    "change",
    [
        {"metric": "injured", "deaths_counted": None},
        {"value": 340, "value_as_written": "340"},
        {"document_id": "d1"},
    ],
)
def test_the_same_words_with_another_number_or_in_one_text_are_two(story_of, change):
    other_place = {"place_id": "SY0201"}
    assert story_of(FIRST | WORDS, LATER | WORDS | other_place | change)["b"]["counts"]


HEADLINE = FIRST | {"in_headline": True, "quote_start": 0, "place_id": None}
BODY = FIRST | {"in_headline": False, "quote_start": 90}
VAGUE = {"qualifier": "vague", "value": None, "value_low": 200, "value_high": 900} | {
    "value_as_written": "Hundreds"
}


@pytest.mark.parametrize("change", [{}, VAGUE, {"qualifier": "at_least"}, {"speaker": "A paper"}])
@pytest.mark.parametrize("reprints", [(), ("d2",)])
def test_a_headline_gives_the_figure_of_its_text_again(story_of, change, reprints):
    figures = story_of(HEADLINE | change, BODY, reprints=reprints)
    assert marks(figures["a"]) == (B, "d1", False)
    assert figures["a"]["would_repeat"] == [B]
    assert marks(figures["b"]) == (None, None, True)


@pytest.mark.parametrize(
    "change",
    [
        {"value": 340, "value_as_written": "340"},
        VAGUE | {"value_high": 300},
        {"metric": "injured", "deaths_counted": None},
        {"in_headline": False},
        {"document_id": "d9"},
    ],
)
def test_a_headline_with_a_figure_of_its_own_counts(story_of, change):
    assert story_of(HEADLINE | change, BODY, reprints=())["a"]["counts"]


def test_a_vague_headline_is_held_against_the_lead(story_of):
    lead = BODY | {"value": 31, "value_as_written": "31", "quote_start": 50}
    assert story_of(HEADLINE | VAGUE, BODY, lead, reprints=())["a"]["counts"]


def test_a_headline_of_a_later_paper_repeats_the_first_text(story_of):
    later = HEADLINE | VAGUE | {"document_id": "d2", "published_on": "2016-10-09"}
    figures = story_of(BODY, later, LATER | {"in_headline": False, "quote_start": 90})
    assert marks(figures["b"]) == (A, "d1", False)


def test_a_headline_counts_where_nobody_took_the_text_in(story_of):
    waiting = BODY | {"review_status": "pending"}
    assert marks(story_of(HEADLINE, waiting, reprints=())["a"]) == (None, None, True)
    figures = story_of(HEADLINE, BODY | {"withdrawn_on": "2016-11-01"}, reprints=())
    assert marks(figures["a"])[0] is None and figures["a"]["counts"]
    assert figures["a"]["would_repeat"] == [B]
    assert figures["b"]["would_repeat"] == []
