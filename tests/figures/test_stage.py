import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from pipelines.core.ids import QUESTION_COLUMNS, question_id
from pipelines.figures.stage import make_figures
from schemas.figures import Figures
from schemas.vocab import QUALIFIERS

changes = st.fixed_dictionaries(
    {
        "value": st.sampled_from([330, 335, 338, 340, 400]),
        "qualifier": st.sampled_from(
            sorted(q for q in QUALIFIERS if q not in ("between", "vague"))
        ),
        "speaker": st.sampled_from(["WHO", "SOHR", "publisher not stated"]),
        "origin": st.sampled_from([None, "SOHR", "OHCHR"]),
        "published_on": st.sampled_from([None, "2016-09-29", "2016-10-01"]),
        "end_latest": st.sampled_from(["2016-09-29", "2016-10-01", "2016-10-04"]),
        "part_of": st.sampled_from([None, "s/1/a#killed", "s/1/b#killed"]),
        "review_status": st.sampled_from(["accepted", "accepted", "accepted", "pending"]),
    }
)


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({}, True),
        ({"review_status": "corrected", "reviewed_by": "r1", "reviewed_on": "2026-11-02"}, True),
        ({"modality": "none_reported", "value": 0}, True),
        ({"restriction": "by air strikes"}, True),
        ({"entry_of": "ucdp/24.1"}, True),
        ({"review_status": "pending"}, False),
        ({"review_status": "rejected", "reviewed_by": "r1", "reviewed_on": "2026-11-02"}, False),
        ({"modality": "projected"}, False),
        ({"modality": "ordered"}, False),
        ({"modality": "superseded"}, False),
        ({"withdrawn_on": "2017-01-01"}, False),
        ({"replaced_by": "s/2/a#killed"}, False),
    ],
)
def test_what_counts(figures_of, change, counts):
    assert figures_of(change)["a"]["counts"] is counts


def test_no_claim_is_dropped_and_the_table_is_good(claims_of, actors):
    claims = claims_of({}, {"review_status": "pending"}, {"value": 0}, {"edition": "2025-12-01"})
    figures = make_figures(claims, actors)
    assert figures["claim_id"].to_list() == claims["claim_id"].to_list()
    assert schemas.judge(Figures, figures).empty


def test_no_claims_make_no_figures(claims_of, actors):
    figures = make_figures(claims_of(), actors)
    assert figures.empty
    assert list(figures.columns) == list(schemas.columns(Figures))


def test_the_article_figure_has_a_low_and_nothing_else(figures_of):
    figure = figures_of({"value": 600, "qualifier": "more_than"})["a"]
    assert (figure["low"], figure["best"], figure["high"]) == (601, None, None)


def test_the_question_is_of_the_axes_and_of_nothing_else(claims_of, actors):
    claims = claims_of(
        {}, {"basis": "mse", "restriction": "by air strikes", "coverage": "hospitals", "value": 1}
    )
    ids = make_figures(claims, actors)["question_id"]
    axes = {name: claims[name].iloc[0] for name in QUESTION_COLUMNS}
    assert ids.to_list() == [question_id(axes)] * 2


def test_the_origin_is_credited_before_the_speaker(figures_of):
    speaker = {"speaker": "WHO", "speaker_id": "who"}
    figures = figures_of(
        speaker,
        speaker | {"origin": "SOHR", "origin_id": "sohr"},
        speaker | {"origin": "a hospital"},
    )
    assert [figures[name]["origin_id"] for name in "abc"] == ["who", "sohr", None]


@settings(max_examples=40, deadline=None)
@given(st.lists(changes, min_size=1, max_size=8), st.randoms())
def test_order_of_claims_does_not_matter(claims_of, actors, made, random):
    claims = claims_of(*made)
    shuffled = claims.sample(frac=1, random_state=random.randrange(1000))
    pd.testing.assert_frame_equal(make_figures(claims, actors), make_figures(shuffled, actors))


@settings(max_examples=40, deadline=None)
@given(st.lists(changes, min_size=1, max_size=6), changes, st.sampled_from(["pending", "rejected"]))
def test_a_claim_that_does_not_count_moves_no_other(claims_of, actors, made, extra, status):
    last = extra | {
        "review_status": status,
        "reviewed_by": "r1",
        "reviewed_on": "2026-11-02",
        "part_of": None,
    }
    before = make_figures(claims_of(*made), actors)
    after = make_figures(claims_of(*made, last), actors)
    pd.testing.assert_frame_equal(before, after.iloc[: len(before)])
    assert not after["counts"].iloc[-1]


@settings(max_examples=40, deadline=None)
@given(st.lists(changes, min_size=1, max_size=8))
def test_figures_are_ordered_and_repeats_point_to_earlier_claims(claims_of, actors, made):
    claims = claims_of(*made)
    figures = make_figures(claims, actors)
    assert schemas.judge(Figures, figures).empty
    day = claims.set_index("claim_id")["published_on"].fillna(pd.Timestamp("2999-01-01"))
    for row in figures.to_dict("records"):
        for kept in (row["repeat_of"], row["possible_repeat_of"]):
            if pd.notna(kept):
                assert (day[kept], kept) < (day[row["claim_id"]], row["claim_id"])
