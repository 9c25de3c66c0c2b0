import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.ids import estimate_id
from pipelines.estimates.rules import (
    CREDITED_TO_PARTY,
    INDEPENDENCE_UNKNOWN,
    ONE_OF_SEVERAL,
    ONE_ORIGIN,
    OUR_BAND,
    POSSIBLE_REPEATS,
    SAID_BY_PARTY,
    SOFT_END,
    over,
)
from pipelines.estimates.stage import answer

MORE_THAN_600 = {
    "value": 600,
    "qualifier": "more_than",
    "low": 601,
    "best": None,
    "range_kind": "bound",
    "rule_id": "more_than:x+1",
}
UP_TO_40 = {
    "value": 40,
    "qualifier": "up_to",
    "best": None,
    "high": 40,
    "range_kind": "bound",
    "rule_id": "up_to:x",
}
DOZENS = {
    "value": None,
    "qualifier": "vague",
    "value_low": 24,
    "value_high": 99,
    "low": 24,
    "best": None,
    "high": 99,
    "range_kind": "vague",
    "rule_id": "vague:band",
}
LATER = {"published_on": "2016-10-04"}
SOHR = {"speaker": "SOHR"}
OF_SOHR = {"line": 1, "metric": "killed", "source": "SOHR", "reason": "quoted since 2012"}
ACTORS = [
    {"actor_id": "who", "name": "WHO", "other_names": ["World Health Organization"]},
    {"actor_id": "sohr", "name": "SOHR", "other_names": ["Observatory"]},
    {"actor_id": "moh", "name": "Ministry of Health"},
    {"actor_id": "vdc", "name": "VDC"},
    {"actor_id": "un", "name": "United Nations"},
    {
        "actor_id": "army",
        "name": "the army",
        "party_to": "syria",
        "party_from": "2012-01-01",
        "party_to_date": "2016-12-31",
    },
    {"actor_id": "spokesman", "name": "the army's spokesman", "speaks_for": "army"},
]
ACTORS = [actor | {"citation": "c"} for actor in ACTORS]


def _one(made, rule, tier="reported"):
    table = made["estimates/estimates"]
    rows = table[(table["rule"] == rule) & (table["tier"] == tier)]
    assert len(rows) == 1
    return {k: v if isinstance(v, list) or pd.notna(v) else None for k, v in rows.iloc[0].items()}


def _range(estimate):
    return tuple(estimate[name] for name in ("low", "best", "high", "range_kind"))


def _evidence(made, estimate):
    rows = made["estimates/evidence"]
    rows = rows[rows["estimate_id"] == estimate["estimate_id"]]
    return dict(zip(rows["claim_id"], rows["used_as"], strict=True))


@pytest.mark.parametrize("rule", ["by_source", "latest", "spread"])
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (None, 338, None, None)),
        (MORE_THAN_600, (601, None, None, "bound")),
        (UP_TO_40, (None, None, 40, "bound")),
        (DOZENS, (24, None, 99, "vague")),
        ({"low": 300, "high": 400, "range_kind": "stated"}, (300, 338, 400, "stated")),
    ],
)
def test_one_claim_is_repeated_by_every_rule(answers_of, rule, change, expected):
    estimate = _one(answers_of(change), rule)
    assert _range(estimate) == expected
    assert (estimate["n_claims"], estimate["n_origins"]) == (1, 1)
    assert estimate["bases"] == ["tallied"]
    assert json.loads(estimate["parameters"])


def test_an_estimate_is_named_by_question_rule_series_and_tier(answers_of):
    made = answers_of({})
    question = made["estimates/questions"]["question_id"].iloc[0]
    assert _one(made, "by_source")["estimate_id"] == estimate_id(
        question, "by_source", "WHO", "reported"
    )
    assert _one(made, "latest")["series"] is None


def test_spread_goes_from_least_to_greatest_without_a_best(answers_of):
    spread = _one(answers_of({}, SOHR | {"number": 400}), "spread")
    assert _range(spread) == (338, None, 400, "spread")
    assert (spread["n_claims"], spread["n_origins"]) == (2, 2)
    assert spread["assumptions"] == [INDEPENDENCE_UNKNOWN]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (MORE_THAN_600, (338, None, None, "spread")),
        (UP_TO_40, (None, None, 338, "spread")),
        (DOZENS, (24, None, 338, "spread")),
        ({"low": 300, "high": 400, "range_kind": "stated"}, (300, None, 400, "spread")),
        ({"best": None, "rule_id": "less_than:no_count"}, (None, None, None, "spread")),
    ],
)
def test_an_end_stays_open_where_a_claim_has_neither_it_nor_a_best(answers_of, change, expected):
    assert _range(_one(answers_of({}, SOHR | change), "spread")) == expected


def test_one_reading_a_series_the_latest(answers_of):
    made = answers_of({}, LATER | {"number": 342})
    for rule in ("by_source", "latest", "spread"):
        estimate = _one(made, rule)
        assert _range(estimate) == (None, 342, None, None)
        assert _evidence(made, estimate) == {"a": "excluded", "b": "used"}


def test_a_series_is_series_else_origin_else_speaker(answers_of):
    made = answers_of(
        {},
        {"origin": "HRDAG"},
        {"origin": "HRDAG", "series": "documented"},
        {"speaker": "Observatory", "speaker_id": "sohr"},
        actors=ACTORS,
    )
    table = made["estimates/estimates"]
    series = table[table["rule"] == "by_source"]["series"]
    assert series.to_list() == ["HRDAG", "Observatory", "WHO", "documented"]
    assert _one(made, "spread")["n_origins"] == 3


def test_a_body_is_one_series_under_its_first_spelling(answers_of):
    made = answers_of(
        {"origin": "UN estimates", "origin_id": "un"},
        LATER | {"origin": "United Nations", "origin_id": "un", "number": 342},
        actors=ACTORS,
    )
    estimate = _one(made, "by_source")
    assert estimate["series"] == "UN estimates"
    assert estimate["best"] == 342


def test_two_unnamed_publishers_are_two_series(answers_of):
    unnamed = {"speaker": "publisher not stated"}
    made = answers_of(unnamed, LATER | unnamed | {"document_id": "other", "number": 342})
    table = made["estimates/estimates"]
    series = table[table["rule"] == "by_source"]["series"]
    assert series.to_list() == ["publisher not stated", "publisher not stated (other)"]


def test_the_latest_publication_is_latest_then_the_claim_id(answers_of):
    made = answers_of(LATER | {"number": 1}, SOHR | LATER | {"number": 2}, {"number": 3})
    assert _one(made, "latest")["best"] == 2


def test_an_edition_dates_a_table_value(answers_of):
    made = answers_of(LATER, {"edition": "2025-12-01", "number": 400})
    latest = _one(made, "latest")
    assert latest["best"] == 400
    assert latest["as_of"] == pd.Timestamp("2025-12-01")


def test_as_of_is_the_latest_publication_that_counts_anywhere(answers_of):
    made = answers_of(
        {},
        LATER | {"place_id": "SYR"},
        {"published_on": "2020-01-01", "review_status": "pending", "counts": False},
    )
    assert set(made["estimates/estimates"]["as_of"]) == {pd.Timestamp("2016-10-04")}


def test_as_of_without_any_publication_is_the_day_of_recording(answers_of):
    made = answers_of({"published_on": None})
    assert _one(made, "latest")["as_of"] == pd.Timestamp("2026-11-01")


def test_tiers_stand_on_separate_lines(answers_of):
    made = answers_of(
        {"basis": "identified"},
        {"basis": "registered", **SOHR, "number": 400},
        {"basis": "mse", "number": 900},
        {"basis": "unstated", "number": 1},
    )
    assert _range(_one(made, "spread", "verified")) == (338, None, 400, "spread")
    assert _one(made, "spread", "verified")["bases"] == ["identified", "registered"]
    assert _range(_one(made, "spread", "estimated")) == (None, 900, None, None)
    assert _range(_one(made, "spread", "reported")) == (None, 1, None, None)
    # What another tier holds is no evidence of this one.
    assert _evidence(made, _one(made, "latest", "reported")) == {"d": "used"}


@pytest.mark.parametrize(
    ("change", "used_as", "reason"),
    [
        ({"restriction": "by air strikes"}, "excluded", "by air strikes"),
        ({"coverage": "functioning hospitals"}, "excluded", "functioning hospitals"),
        ({"entry_of": "ucdp/24.1"}, "excluded", "an entry of the register ucdp/24.1"),
        ({"review_status": "pending", "counts": False}, "excluded", "not yet read"),
        ({"modality": "projected", "counts": False}, "excluded", "projected"),
        ({"withdrawn_on": "2017-01-01", "counts": False}, "excluded", "withdrawn on 2017-01-01"),
        ({"replaced_by": "s/2/x", "counts": False}, "excluded", "replaced by s/2/x"),
        ({"repeat_of": "a", "counts": False}, "repeat", "publishes a again"),
        ({"part_of": "a"}, "part", "a part of a"),
        ({"counts": False}, "excluded", "does not count"),
    ],
)
def test_claims_that_do_not_answer_stand_in_the_evidence_with_a_reason(
    answers_of, change, used_as, reason
):
    made = answers_of({}, LATER | SOHR | {"number": 9} | change)
    estimates = made["estimates/estimates"]
    assert len(estimates) == 3
    assert set(estimates["best"]) == {338}
    evidence = made["estimates/evidence"]
    aside = evidence[evidence["claim_id"] == "b"]
    assert set(aside["estimate_id"]) == set(estimates["estimate_id"])
    assert set(aside["used_as"]) == {used_as}
    assert aside["reason"].str.contains(reason, regex=False).all()


def test_a_rejected_claim_is_no_evidence(answers_of):
    rejected = {
        "review_status": "rejected",
        "reviewed_by": "r1",
        "reviewed_on": "2026-11-02",
        "counts": False,
    }
    made = answers_of({}, rejected)
    assert set(made["estimates/evidence"]["claim_id"]) == {"a"}


def test_a_part_answers_a_question_of_its_own(answers_of):
    made = answers_of({}, {"part_of": "a", "population": "children", "number": 106})
    answered = made["estimates/estimates"]
    assert sorted(answered[answered["rule"] == "latest"]["best"]) == [106, 338]


def test_a_part_of_a_part_may_have_the_question_of_the_whole(answers_of):
    made = answers_of({}, {"part_of": "a", "population": "children"}, {"part_of": "b", "number": 9})
    latest = made["estimates/estimates"].query("rule == 'latest'")
    assert set(latest["best"]) == {338}


def test_parts_in_a_ring_are_read_to_an_end(answers_of):
    made = answers_of(
        {"part_of": "b", "population": "children"}, {"part_of": "a", "population": "women"}
    )
    assert len(made["estimates/estimates"]) == 6


def test_a_question_of_no_answering_claim_has_no_answer(answers_of):
    made = answers_of({"coverage": "functioning hospitals"})
    assert len(made["estimates/questions"]) == 1
    assert made["estimates/estimates"].empty
    assert made["estimates/evidence"].empty


def test_what_an_answer_takes_for_granted_is_said(answers_of):
    spread = _one(
        answers_of({}, SOHR | {"possible_repeat_of": "a"}, {"speaker": "c"} | UP_TO_40), "spread"
    )
    assert spread["assumptions"] == [INDEPENDENCE_UNKNOWN, POSSIBLE_REPEATS, SOFT_END]
    assert _one(answers_of(DOZENS), "latest")["assumptions"] == [OUR_BAND]


def test_a_size_of_households_is_an_assumption(answers_of):
    families = {
        "metric": "idps",
        "measure": "stock",
        "deaths_counted": None,
        "unit_of_claim": "households",
        "household_size": 5.2,
        "household_size_source": "census of 2004",
    }
    assert _one(answers_of(families), "latest")["assumptions"] == [
        "5.2 people a household: census of 2004"
    ]


def _house(made):
    table = made["estimates/estimates"]
    return table[table["rule"] == "house"]


def test_without_the_offices_rules_there_is_no_house_answer(answers_of):
    assert _house(answers_of({}, SOHR)).empty


def test_a_house_rule_quotes_the_latest_reading_of_its_source(answers_of):
    made = answers_of(
        SOHR,
        SOHR | LATER | {"number": 400},
        {"number": 900, "published_on": "2017-01-01"},
        SOHR | {"number": 5, "coverage": "functioning hospitals", "published_on": "2017-01-01"},
        house_rules=[OF_SOHR],
    )
    house = _one(made, "house")
    assert _range(house) == (None, 400, None, None)
    assert (house["series"], house["bases"], house["n_claims"]) == ("SOHR", ["tallied"], 1)
    said = json.loads(house["parameters"])
    assert (said["rule"], said["source"], said["reason"]) == (1, "SOHR", "quoted since 2012")
    assert _evidence(made, house) == {
        "a": "excluded",
        "b": "used",
        "c": "excluded",
        "d": "excluded",
    }
    reasons = made["estimates/evidence"].query("estimate_id == @house['estimate_id']")
    said_of = dict(zip(reasons["claim_id"], reasons["reason"], strict=True))
    assert said_of["a"] == "an older reading of SOHR"
    assert said_of["c"] == "not of SOHR, which rule 1 of the office quotes"
    assert "functioning hospitals" in said_of["d"]


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("SOHR", SOHR),
        ("sohr", SOHR),
        ("Observatory", SOHR | {"speaker_id": "sohr"}),
        ("sohr", {"speaker": "the Observatory's director", "speaker_id": "sohr"}),
        ("SOHR", {"origin": "SOHR"}),
        ("Observatory", {"origin": "SOHR", "origin_id": "sohr"}),
        ("documented", {"series": "documented"}),
        ("syria-reference", {"source_id": "syria-reference"}),
    ],
)
def test_a_source_is_named_as_series_origin_speaker_actor_or_source(answers_of, source, claim):
    rule = OF_SOHR | {"source": source}
    made = answers_of(claim | {"number": 7}, {"number": 900}, actors=ACTORS, house_rules=[rule])
    assert _house(made)["best"].to_list() == [7]


@pytest.mark.parametrize(
    ("change", "answered"),
    [
        ({"place_id": "SY0200", "population": "all"}, True),
        ({"metric": "injured"}, False),
        ({"place_id": "SYR"}, False),
        ({"population": "civilians"}, False),
        ({"source": "OHCHR"}, False),
        ({"source": "SO"}, False),
    ],
)
def test_a_house_rule_is_for_its_metric_place_and_population(answers_of, change, answered):
    made = answers_of(SOHR, {"number": 9}, house_rules=[OF_SOHR | change])
    assert len(_house(made)) == answered
    # What the office's rule does not answer is answered as before.
    assert len(made["estimates/estimates"].query("rule != 'house'")) == 4


def test_the_first_rule_whose_source_has_a_reading_holds(answers_of):
    rules = [
        OF_SOHR | {"place_id": "SYR"},
        OF_SOHR | {"line": 2, "source": "OHCHR"},
        OF_SOHR | {"line": 3, "source": "WHO"},
        OF_SOHR | {"line": 4},
    ]
    made = answers_of(SOHR, {"number": 9}, house_rules=rules)
    house = _one(made, "house")
    assert house["best"] == 9
    assert json.loads(house["parameters"])["rule"] == 3


@pytest.mark.parametrize(
    "change",
    [
        {"restriction": "by air strikes"},
        {"review_status": "pending", "counts": False},
        {"repeat_of": "a", "counts": False},
        {"part_of": "a"},
    ],
)
def test_what_answers_no_question_is_no_reading_for_the_office_either(answers_of, change):
    assert _house(answers_of({}, SOHR | change, house_rules=[OF_SOHR])).empty


def test_a_house_answer_stands_once_in_the_tier_of_its_claim(answers_of):
    made = answers_of(
        SOHR | {"basis": "identified"},
        SOHR | LATER | {"basis": "judgement", "number": 800},
        {"number": 9},
        house_rules=[OF_SOHR],
    )
    house = _house(made)
    assert house["tier"].to_list() == ["estimated"]
    assert house["bases"].to_list() == [["judgement"]]
    assert house["best"].to_list() == [800]


def test_a_source_with_two_readings_of_a_day_is_said_to_need_a_series(answers_of):
    documented, estimate = (SOHR | {"series": name} for name in ("documented", "estimate"))
    claims = (documented, estimate | {"number": 430}, documented | LATER, estimate | LATER)
    (both,) = _house(answers_of(*claims, house_rules=[OF_SOHR]))["assumptions"]
    assert both == [ONE_OF_SEVERAL.format(names="documented and estimate", source="SOHR")]
    one = OF_SOHR | {"source": "documented"}
    assert _house(answers_of(*claims, house_rules=[one]))["assumptions"].to_list() == [[]]
    # An older reading of another series leaves no choice.
    (latest,) = _house(answers_of(*claims[:3], house_rules=[OF_SOHR]))["assumptions"]
    assert latest == []


def test_independence_is_unknown_unless_shown(answers_of):
    spread = _one(answers_of({}, SOHR | {"number": 400}), "spread")
    assert spread["independence"] == "unknown"
    assert spread["assumptions"] == [INDEPENDENCE_UNKNOWN]


def test_one_claim_has_no_independence(answers_of):
    assert _one(answers_of({}), "spread")["independence"] is None


def test_independence_that_is_shown_is_not_taken_for_granted(answers_of):
    made = answers_of(
        {"speaker_id": "who", "derived_from": ["Ministry of Health"]},
        SOHR | {"speaker_id": "sohr", "derived_from": ["VDC"], "number": 400},
        actors=ACTORS,
    )
    spread = _one(made, "spread")
    assert (spread["independence"], spread["n_origins"]) == ("shown", 2)
    assert spread["assumptions"] == []


def test_origins_known_to_share_one_are_counted_as_one_and_named(answers_of):
    made = answers_of(
        {"speaker_id": "who", "derived_from": ["VDC"]},
        SOHR | {"speaker_id": "sohr", "derived_from": ["VDC"], "number": 400},
        actors=ACTORS,
    )
    spread = _one(made, "spread")
    assert (spread["independence"], spread["n_claims"], spread["n_origins"]) == ("shared", 2, 1)
    assert spread["assumptions"] == [ONE_ORIGIN.format(names="SOHR and WHO")]


def test_what_is_unknown_beside_a_shared_origin_is_said_too(answers_of):
    made = answers_of(
        {"speaker_id": "who", "derived_from": ["VDC"]},
        SOHR | {"speaker_id": "sohr", "derived_from": ["VDC"], "number": 400},
        {"speaker": "OHCHR", "number": 500},
        actors=ACTORS,
    )
    spread = _one(made, "spread")
    assert (spread["independence"], spread["n_origins"]) == ("shared", 2)
    assert spread["assumptions"] == [
        INDEPENDENCE_UNKNOWN,
        ONE_ORIGIN.format(names="SOHR and WHO"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source_type": "party_to_conflict", "speaker": "rebels"}, SAID_BY_PARTY),
        ({"speaker": "rebels", "speaker_id": "army"}, SAID_BY_PARTY),
        ({"speaker": "rebels", "speaker_id": "spokesman"}, SAID_BY_PARTY),
        ({"origin": "rebels", "origin_id": "army"}, CREDITED_TO_PARTY),
        ({"speaker": "rebels", "speaker_id": "army", "published_on": "2017-01-01"}, None),
        ({"speaker": "rebels", "speaker_id": "army", "published_on": None}, None),
        ({"speaker": "rebels", "speaker_id": "sohr"}, None),
    ],
)
def test_a_party_to_the_conflict_is_named(answers_of, change, said):
    latest = _one(answers_of(change, actors=ACTORS), "latest")
    assert latest["assumptions"] == ([said.format(name="rebels")] if said else [])


figures = st.fixed_dictionaries(
    {
        "number": st.integers(0, 500),
        "speaker": st.sampled_from(["WHO", "SOHR", "OCHA"]),
        "basis": st.sampled_from(["tallied", "identified", "survey"]),
        "published_on": st.sampled_from([None, "2016-09-29", "2016-10-04"]),
    }
) | st.sampled_from([MORE_THAN_600, UP_TO_40, DOZENS, UP_TO_40 | SOHR])


@settings(max_examples=25, deadline=None)
@given(st.lists(figures, min_size=1, max_size=8), st.randoms())
def test_answers_do_not_depend_on_the_order_of_rows(tables_of, made, random):
    tables = tables_of(*made)
    shuffled = {
        key: table.sample(frac=1, random_state=random.randrange(1000))
        if key in ("claims/claims", "figures/figures")
        else table
        for key, table in tables.items()
    }
    one, other = answer(tables), answer(shuffled)
    for key in one:
        pd.testing.assert_frame_equal(one[key], other[key])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(figures, min_size=1, max_size=7),
    figures,
    st.sampled_from(["pending", "rejected"]),
)
def test_a_claim_that_does_not_count_changes_no_answer(answers_of, made, extra, status):
    unread = {
        "review_status": status,
        "reviewed_by": "r1",
        "reviewed_on": "2026-11-02",
        "counts": False,
    }
    before = answers_of(*made)
    after = answers_of(*made, extra | unread)
    for key in ("estimates/estimates", "estimates/findings", "estimates/questions"):
        pd.testing.assert_frame_equal(before[key], after[key])
    used = after["estimates/evidence"]
    used = used[used["used_as"] == "used"].reset_index(drop=True)
    was = before["estimates/evidence"]
    was = was[was["used_as"] == "used"].reset_index(drop=True)
    pd.testing.assert_frame_equal(was, used)


@settings(max_examples=25, deadline=None)
@given(st.lists(figures, min_size=1, max_size=8))
def test_answers_are_ordered_and_open_ends_stay_open(tables_of, made):
    tables = tables_of(*made)
    out = answer(tables)
    rows = tables["figures/figures"].set_index("claim_id")
    evidence = out["estimates/evidence"]
    for estimate in out["estimates/estimates"].to_dict("records"):
        used = evidence[
            (evidence["estimate_id"] == estimate["estimate_id"]) & (evidence["used_as"] == "used")
        ]
        claims = rows.loc[used["claim_id"]]
        assert len(claims) == estimate["n_claims"]
        given_numbers = [estimate[n] for n in ("low", "best", "high") if pd.notna(estimate[n])]
        assert given_numbers == sorted(given_numbers)
        for end in ("low", "high"):
            is_open = (claims[end].isna() & claims["best"].isna()).any()
            assert pd.isna(estimate[end]) or not is_open
        if len(claims) > 1:
            assert pd.isna(estimate["best"])


def test_over_two_claims_keeps_the_wider_ends():
    rows = [
        {"low": 3, "best": 5, "high": 9, "range_kind": "stated"},
        {"low": None, "best": 4, "high": None, "range_kind": None},
    ]
    spread = over(rows)
    assert (spread.low, spread.best, spread.high, spread.kind) == (3, None, 9, "spread")
