import itertools

import pytest

LATER = {"published_on": "2016-09-30", "document_id": "d2"}
OTHER = LATER | {"speaker": "WHO"}
TOTALS = [{"value": 400}, {"value": 500} | LATER]
PARTS = [
    {"population": "children", "part_of": "s/1/a#killed"},
    {"population": "children", "part_of": "s/1/b#killed"} | LATER,
]


def _marks(figure):
    return figure["repeat_of"], figure["possible_repeat_of"], figure["counts"]


def test_one_speaker_twice_is_a_repeat_and_the_earlier_is_kept(figures_of):
    figures = figures_of(LATER, {})
    assert _marks(figures["b"]) == (None, None, True)
    assert _marks(figures["a"]) == ("s/1/b#killed", None, False)


def test_another_speaker_is_a_possible_repeat_and_counts(figures_of):
    figures = figures_of({}, OTHER)
    assert _marks(figures["a"]) == (None, None, True)
    assert _marks(figures["b"]) == (None, "s/1/a#killed", True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"speaker": "Reuters", "origin": "SOHR"}, {"speaker": "AFP", "origin": "sohr"}),
        ({"speaker": "SOHR"}, {"speaker": "Reuters", "origin": "SOHR"}),
        (
            {"speaker": "SOHR", "speaker_id": "sohr"},
            {"speaker": "AFP", "origin": "the Observatory", "origin_id": "sohr"},
        ),
        (
            {"speaker": "OHCHR", "origin": "HRDAG"},
            {"speaker": "AFP", "origin": "OHCHR"},
        ),
        (
            {"speaker": "SOHR", "speaker_id": "sohr"},
            {"speaker": "OHCHR", "derived_from": ["Observatory"]},
        ),
    ],
)
def test_one_origin_or_a_credit_makes_a_repeat_either_way(figures_of, first, second):
    for one, other in itertools.permutations((first, second)):
        assert figures_of(one, other | LATER)["b"]["repeat_of"] == "s/1/a#killed"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"speaker": "AFP", "origin": "SOHR"}, {"speaker": "AFP", "origin": "OHCHR"}),
        ({"speaker": "WHO", "speaker_id": "who"}, {"speaker": "UN", "speaker_id": "un"}),
        ({"speaker": "publisher not stated"}, {"speaker": "publisher not stated"}),
        (
            {"speaker": "a doctor", "source_type": "anonymous"},
            {"speaker": "a doctor", "source_type": "anonymous"},
        ),
    ],
)
def test_without_one_origin_it_is_only_possible(figures_of, first, second):
    found = figures_of(first, second | LATER)["b"]
    assert _marks(found) == (None, "s/1/a#killed", True)


def test_an_unnamed_speaker_repeats_within_one_document(figures_of):
    unnamed = {"speaker": "publisher not stated"}
    assert figures_of(unnamed, unnamed)["b"]["repeat_of"] == "s/1/a#killed"


def test_nearly_the_same_words_make_a_repeat(figures_of):
    quote = "In all 338 people were killed in the east of the city, among them children"
    again = "In all, 338 people were killed in the East of the city among them many children"
    assert figures_of({"quote": quote}, OTHER | {"quote": again})["b"]["repeat_of"]
    short = figures_of({"quote": "338 people"}, OTHER | {"quote": "338 people"})["b"]
    assert short["possible_repeat_of"]
    assert short["repeat_of"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"metric": "injured", "deaths_counted": None},
        {"measure": "flow"},
        {"metric": "idps", "measure": "stock", "unit": "homes", "deaths_counted": None},
        {"population": "civilians"},
        {"nationality": "Syrians"},
        {"deaths_counted": "unstated"},
        {"cause": "unstated"},
        {"place_id": "SY0201"},
        {"place_id": None},
        {"place_role": "came_from"},
        {"from_place_id": "SY0201"},
        {"territory": "eastern Aleppo city"},
        {"start_earliest": "2016-09-22"},
        {"start_latest": "2016-09-24"},
        {"end_latest": "2016-10-03"},
        {"end_earliest": "2016-09-25"},
        {"end_earliest": None, "end_latest": None},
        {"restriction": "by air strikes"},
        {"coverage": "functioning hospitals"},
        {"value": 342},
        {"qualifier": "at_least"},
        {"entry_of": "ucdp/24.1"},
        {"review_status": "pending"},
        {"review_status": "rejected", "reviewed_by": "r1", "reviewed_on": "2026-11-02"},
        {"modality": "projected"},
        {"withdrawn_on": "2017-01-01"},
        {"replaced_by": "s/2/b#killed"},
    ],
)
def test_one_thing_different_is_no_repeat(figures_of, change):
    for changes in (({}, LATER | change), (change, LATER)):
        found = figures_of(*changes)
        for figure in found.values():
            assert figure["repeat_of"] is None
            assert figure["possible_repeat_of"] is None


@pytest.mark.parametrize("limit", ["restriction", "coverage"])
def test_equal_limits_may_repeat(figures_of, limit):
    figures = figures_of({limit: "by air strikes"}, LATER | {limit: "By air  strikes"})
    assert figures["b"]["repeat_of"] == "s/1/a#killed"


def test_ends_may_be_three_days_apart(figures_of):
    end = {"end_earliest": "2016-10-02", "end_latest": "2016-10-02"}
    assert figures_of({}, LATER | end)["b"]["repeat_of"] == "s/1/a#killed"


def test_unstated_windows_are_alike(figures_of):
    unstated = dict.fromkeys(("start_earliest", "start_latest", "end_earliest", "end_latest"))
    assert figures_of(unstated, LATER | unstated)["b"]["repeat_of"] == "s/1/a#killed"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"value": 7_632_500}, {"value": 7_600_000, "qualifier": "about"}),
        ({"value": 6_325_978}, {"value": 6_326_000}),
        ({"value": 338}, {"value": 338, "qualifier": "about"}),
        ({"value": 340, "qualifier": "at_least"}, {"value": 338, "qualifier": "more_than"}),
        ({"value": 92_901, "qualifier": "at_least"}, {"value": 93_000, "qualifier": "at_least"}),
    ],
)
def test_equal_after_rounding_is_possible_even_of_one_speaker(figures_of, first, second):
    for one, other in itertools.permutations((first, second)):
        written = [{"value_as_written": str(change["value"])} for change in (one, other)]
        found = figures_of(one | written[0], other | written[1] | LATER)["b"]
        assert _marks(found) == (None, "s/1/a#killed", True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"value": 6_784_000}, {"value": 6_150_005}),
        ({"value": 600}, {"value": 640}),  # reading ranges meet, the ratio is 1.07
        ({"value": 338}, {"value": 340, "qualifier": "at_least"}),
        ({"value": 338, "qualifier": "at_most"}, {"value": 340, "qualifier": "at_least"}),
        ({"value": 613}, {"value": 614}),
    ],
)
def test_other_numbers_are_no_repeat(figures_of, first, second):
    written = [{"value_as_written": str(change["value"])} for change in (first, second)]
    found = figures_of(first | written[0], second | written[1] | LATER)["b"]
    assert _marks(found) == (None, None, True)


@pytest.mark.parametrize("qualifier", ["between", "vague"])
def test_ranges_repeat_only_when_equal(figures_of, qualifier):
    ends = {"qualifier": qualifier, "value": None, "value_low": 20, "value_high": 99}
    assert figures_of(ends, ends | LATER)["b"]["repeat_of"] == "s/1/a#killed"
    other = ends | LATER | {"value_high": 100}
    assert _marks(figures_of(ends, other)["b"]) == (None, None, True)


def test_an_unchanged_part_of_wholes_that_differ_is_no_repeat(figures_of):
    figures = figures_of(*TOTALS, *PARTS)
    assert _marks(figures["d"]) == (None, None, True)


def test_equal_parts_of_equal_wholes_repeat_like_their_wholes(figures_of):
    figures = figures_of(TOTALS[0], TOTALS[0] | LATER, *PARTS)
    assert figures["b"]["repeat_of"] == "s/1/a#killed"
    assert figures["d"]["repeat_of"] == "s/1/c#killed"


def test_a_part_may_repeat_a_figure_that_is_none(figures_of):
    figures = figures_of(TOTALS[0], {}, LATER | {"part_of": "s/1/a#killed"})
    assert figures["c"]["repeat_of"] == "s/1/b#killed"


def test_a_part_never_repeats_its_own_whole(figures_of):
    for changes in (
        ({}, {"part_of": "s/1/a#killed"}),
        ({"part_of": "s/1/b#killed"}, {}),
    ):
        figures = figures_of(*changes)
        assert [_marks(f) for f in figures.values()] == [(None, None, True)] * 2


def test_an_edition_is_the_day_of_a_table_value(figures_of):
    figures = figures_of({"edition": "2025-12-01"}, {"published_on": "2017-05-22"})
    assert figures["a"]["repeat_of"] == "s/1/b#killed"


def test_a_claim_without_a_day_comes_last(figures_of):
    figures = figures_of({"published_on": None}, LATER)
    assert figures["a"]["repeat_of"] == "s/1/b#killed"


def test_a_repeat_is_preferred_to_a_possible_one(figures_of):
    third = {"published_on": "2016-10-01", "speaker": "WHO"}
    figures = figures_of({}, OTHER, third)
    assert _marks(figures["b"]) == (None, "s/1/a#killed", True)
    assert _marks(figures["c"]) == ("s/1/b#killed", None, False)


WITHDRAWN = {"withdrawn_on": "2017-01-01"}
THIRD = {"published_on": "2016-10-01", "document_id": "d3"}


@pytest.mark.parametrize("gone", [WITHDRAWN, {"replaced_by": "s/2/a#killed"}])
def test_what_was_withdrawn_or_replaced_is_repeated_no_more_but_was(figures_of, gone):
    figures = figures_of(gone, LATER, THIRD)
    assert [_marks(figures[n]) for n in "abc"] == [
        (None, None, False),
        (None, None, True),
        ("s/1/b#killed", None, False),
    ]
    assert [list(figures[n]["would_repeat"]) for n in "abc"] == [
        [],
        ["s/1/a#killed"],
        ["s/1/a#killed", "s/1/b#killed"],
    ]


def test_what_would_be_repeated_ends_with_the_first_that_stands(figures_of):
    figures = figures_of({}, LATER | WITHDRAWN, THIRD)
    assert list(figures["c"]["would_repeat"]) == ["s/1/a#killed"]
    assert list(figures["b"]["would_repeat"]) == ["s/1/a#killed"]
    assert figures["b"]["repeat_of"] is None


def test_what_was_perhaps_repeated_is_kept_apart(figures_of):
    figures = figures_of(WITHDRAWN, OTHER, THIRD)
    assert list(figures["b"]["would_perhaps_repeat"]) == ["s/1/a#killed"]
    assert _marks(figures["b"]) == (None, None, True)
    assert list(figures["c"]["would_repeat"]) == ["s/1/a#killed"]
    assert figures["c"]["possible_repeat_of"] == "s/1/b#killed"


def test_a_later_and_coarser_print_of_one_number_widens_no_earlier_one(figures_of):
    """3,400 printed to the unit is not near 3,420; that it is later printed as 3.4 thousand is."""
    fine = {"value": 3400, "value_as_written": "3400.0"}
    other = OTHER | {"value": 3421, "value_as_written": "3421"}
    coarse = THIRD | {"value": 3400, "value_as_written": "3.4 thousand", "speaker": "AFP"}
    alone, joined = figures_of(fine, other), figures_of(fine, other, coarse)
    assert joined["b"]["possible_repeat_of"] == alone["b"]["possible_repeat_of"]
    assert list(joined["b"]["would_perhaps_repeat"]) == list(alone["b"]["would_perhaps_repeat"])
    assert joined["c"]["possible_repeat_of"] == "s/1/a#killed"
