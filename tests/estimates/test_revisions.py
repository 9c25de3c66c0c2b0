import json
from datetime import date

import pandas as pd
import pytest

from pipelines.core.ids import revision_id


def _cards(*releases, facts=None):
    return [
        {
            "source_id": source,
            "release": release,
            "producer": "p",
            "title": "t",
            "date_accessed": "2026-11-01",
            "license": "facts",
            "redistributable": False,
            "reader": "claim_sheet",
            "maturity": "final",
            "sensitivity": "public",
            "facts": json.dumps((facts or {}).get(release, {})),
        }
        for source, release in releases
    ]


TWO = _cards(("s", "2017-01"), ("s", "2016-12"))


def _reading(release, record="r", **changes):
    name = {"claim_id": f"s/{release}/{record}#killed", "record_id": record, "release": release}
    return name | changes


def _revised(answers_of, *claims, cards=TWO, **others):
    table = answers_of(*claims, cards=cards, **others)["estimates/revisions"]
    plain = table.astype(object).where(table.notna(), None)
    return plain.to_dict("records")


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ({"number": 340}, "raised"),
        ({"number": 330}, "lowered"),
        ({"low": 300}, "reset"),
        ({"best": None, "low": 338}, "reset"),
        ({"modality": "superseded", "number": 300, "counts": False}, "reset"),
        ({"withdrawn_on": "2017-01-05", "number": 340, "counts": False}, "raised"),
        ({"population": "civilians"}, "reset"),
        ({"restriction": "by air strikes"}, "reset"),
        ({"coverage": "functioning hospitals", "number": 900}, "reset"),
        ({"end_latest": "2016-10-09", "number": 400}, "raised"),
        ({"measure": "flow"}, "reset"),
    ],
)
def test_what_happened_to_a_figure(answers_of, now, change):
    (row,) = _revised(answers_of, _reading("2016-12"), _reading("2017-01", **now))
    assert row["change"] == change
    assert (row["source_id"], row["record_id"], row["metric"]) == ("s", "r", "killed")
    assert (row["from_release"], row["to_release"]) == ("2016-12", "2017-01")
    assert row["best_from"] == 338
    assert row["stated_reason"] is None


def test_a_moved_window_of_a_flow_is_another_figure(answers_of):
    flow = {"measure": "flow"}
    (row,) = _revised(
        answers_of,
        _reading("2016-12", **flow),
        _reading("2017-01", **flow, end_latest="2016-10-09"),
    )
    assert row["change"] == "reset"


def test_a_bound_is_compared_by_its_end(answers_of):
    bound = {"best": None, "qualifier": "at_least"}
    (row,) = _revised(
        answers_of, _reading("2016-12", low=100, **bound), _reading("2017-01", low=200, **bound)
    )
    assert (row["change"], row["low_from"], row["low_to"]) == ("raised", 100, 200)
    assert (row["best_from"], row["best_to"]) == (None, None)


@pytest.mark.parametrize(
    ("low", "high", "change"),
    [
        (120, 200, "raised"),
        (120, 220, "raised"),
        (100, 180, "lowered"),
        (120, 180, "reset"),
        (80, 220, "reset"),
    ],
)
def test_two_ends_that_move_apart_or_together_are_neither_raised_nor_lowered(
    answers_of, low, high, change
):
    ends = {"best": None, "qualifier": "between", "range_kind": "stated"}
    (row,) = _revised(
        answers_of,
        _reading("2016-12", low=100, high=200, **ends),
        _reading("2017-01", low=low, high=high, **ends),
    )
    assert row["change"] == change


def test_records_come_and_go(answers_of):
    rows = _revised(answers_of, _reading("2016-12", "gone"), _reading("2017-01", "new"))
    assert [(row["record_id"], row["change"]) for row in rows] == [
        ("gone", "dropped"),
        ("new", "added"),
    ]
    assert (rows[0]["best_from"], rows[0]["best_to"]) == (338, None)
    assert (rows[1]["best_from"], rows[1]["best_to"]) == (None, 338)


def test_a_release_without_claims_drops_them_all(answers_of):
    (row,) = _revised(answers_of, _reading("2016-12"))
    assert row["change"] == "dropped"


def test_an_unchanged_figure_is_no_revision(answers_of):
    assert not _revised(answers_of, _reading("2016-12"), _reading("2017-01"))


def test_only_neighbouring_releases_are_compared(answers_of):
    cards = [*TWO, *_cards(("s", "2018-01"))]
    rows = _revised(
        answers_of,
        _reading("2016-12"),
        _reading("2017-01", number=340),
        _reading("2018-01", number=350),
        cards=cards,
    )
    assert [(row["from_release"], row["to_release"]) for row in rows] == [
        ("2016-12", "2017-01"),
        ("2017-01", "2018-01"),
    ]


def test_sources_are_not_compared_with_each_other(answers_of):
    cards = _cards(("s", "2016-12"), ("t", "2017-01"))
    assert not _revised(
        answers_of, _reading("2016-12"), _reading("2017-01", source_id="t"), cards=cards
    )


def test_columns_of_one_record_are_told_apart(answers_of):
    low = [_reading(v, claim_id=f"s/{v}/r#killed.low") for v in ("2016-12", "2017-01")]
    rows = _revised(answers_of, _reading("2016-12"), _reading("2017-01", number=400), *low)
    assert len(rows) == 1


@pytest.mark.parametrize("status", ["pending", "rejected"])
def test_unread_claims_are_no_readings(answers_of, status):
    unread = {
        "review_status": status,
        "counts": False,
        "reviewed_by": "r1",
        "reviewed_on": pd.Timestamp("2026-11-02"),
    }
    assert not _revised(answers_of, _reading("2017-01", **unread), cards=TWO)


def test_a_withdrawn_reading_that_the_newer_release_lacks_was_dropped(answers_of):
    withdrawn = {"withdrawn_on": "2017-01-05", "counts": False}
    (row,) = _revised(answers_of, _reading("2016-12", **withdrawn))
    assert row["change"] == "dropped"


@pytest.mark.parametrize(
    ("covers", "dropped"),
    [
        ({"countries": ["SYR"]}, True),
        ({"countries": "Syria"}, True),
        ({"countries": ["SY02"]}, True),
        ({"countries": ["SY0201"]}, False),
        ({"countries": ["IRQ"]}, False),
        ({"years": ["2015-2016"]}, True),
        ({"years": ["2017"]}, False),
        ({"countries": ["SYR"], "years": ["2017"]}, False),
    ],
)
def test_a_record_is_dropped_only_within_what_the_newer_release_covers(answers_of, covers, dropped):
    cards = _cards(("s", "2016-12"), ("s", "2017-01"), facts={"2017-01": {"covers": covers}})
    rows = _revised(answers_of, _reading("2016-12"), _reading("2017-01", "new"), cards=cards)
    assert [row["change"] for row in rows] == ["added", *(["dropped"] if dropped else [])]


# Reasons

RAISED = (_reading("2016-12"), _reading("2017-01", number=340))


def test_a_revision_is_named_by_record_and_releases(answers_of):
    (row,) = _revised(answers_of, *RAISED)
    assert row["revision_id"] == revision_id("s", "r#killed", "2016-12", "2017-01")
    (other,) = _revised(answers_of, RAISED[0], _reading("2017-01", number=341))
    assert other["revision_id"] == row["revision_id"]
    assert other["rests_on"] != row["rests_on"]


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ({"r": "12 names twice"}, "12 names twice"),
        ({"*": "recounted"}, "recounted"),
        ({"r": "12 names twice", "*": "recounted"}, "12 names twice"),
        ({"q": "12 names twice"}, None),
    ],
)
def test_the_source_states_a_reason_on_the_card_of_the_newer_release(answers_of, reasons, said):
    facts = {"2017-01": {"revision_reasons": reasons}}
    (row,) = _revised(
        answers_of, *RAISED, cards=_cards(("s", "2016-12"), ("s", "2017-01"), facts=facts)
    )
    assert row["stated_reason"] == said
    facts = {"2016-12": {"revision_reasons": reasons}}
    (row,) = _revised(
        answers_of, *RAISED, cards=_cards(("s", "2016-12"), ("s", "2017-01"), facts=facts)
    )
    assert row["stated_reason"] is None


def _decision(row, **changes):
    return {
        "finding_id": row["revision_id"],
        "rests_on": row["rests_on"],
        "status": "explained",
        "type": "revision",
        "reason": "the source wrote to us",
        "by": "r1",
        "on": date(2026, 11, 2),
        "line": 2,
    } | changes


def test_a_signed_resolution_gives_the_reason_with_who_and_when(answers_of):
    (row,) = _revised(answers_of, *RAISED)
    (row,) = _revised(answers_of, *RAISED, resolutions=[_decision(row)])
    assert row["stated_reason"] == "the source wrote to us (r1, 2026-11-02)"


def test_the_sources_reason_stands_before_that_of_a_person(answers_of):
    cards = _cards(
        ("s", "2016-12"),
        ("s", "2017-01"),
        facts={"2017-01": {"revision_reasons": {"*": "recounted"}}},
    )
    (row,) = _revised(answers_of, *RAISED, cards=cards)
    (row,) = _revised(answers_of, *RAISED, cards=cards, resolutions=[_decision(row)])
    assert row["stated_reason"] == "recounted; the source wrote to us (r1, 2026-11-02)"


@pytest.mark.parametrize(
    "change",
    [
        {"rests_on": "0123456789ab"},
        {"finding_id": "0123456789ab"},
        {"type": "raised_later"},
        {"status": "left"},
    ],
)
def test_a_resolution_of_something_else_does_not_apply(answers_of, change):
    (row,) = _revised(answers_of, *RAISED)
    (row,) = _revised(answers_of, *RAISED, resolutions=[_decision(row, **change)])
    assert row["stated_reason"] is None


def test_a_resolution_ends_with_the_change_that_it_was_made_for(answers_of):
    (row,) = _revised(answers_of, *RAISED)
    stale, current = _decision(row), _reading("2017-01", number=350)
    (row,) = _revised(answers_of, RAISED[0], current, resolutions=[stale])
    assert row["stated_reason"] is None
    renewed = _decision(row, reason="again", line=3)
    (row,) = _revised(answers_of, RAISED[0], current, resolutions=[stale, renewed])
    assert row["stated_reason"] == "again (r1, 2026-11-02)"
