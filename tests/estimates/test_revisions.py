import pandas as pd
import pytest


def _cards(*releases):
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
            "facts": "{}",
        }
        for source, release in releases
    ]


TWO = _cards(("s", "2017-01"), ("s", "2016-12"))


def _reading(release, record="r", **changes):
    name = {"claim_id": f"s/{release}/{record}#killed", "record_id": record, "release": release}
    return name | changes


def _revised(answers_of, *claims, cards=TWO):
    table = answers_of(*claims, cards=cards)["estimates/revisions"]
    plain = table.astype(object).where(table.notna(), None)
    return plain.to_dict("records")


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ({"number": 340}, "raised"),
        ({"number": 330}, "lowered"),
        ({"low": 300}, "reset"),
        ({"best": None, "low": 338}, "reset"),
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
