from __future__ import annotations

import doctest

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.estimates import event_sums
from pipelines.estimates.event_sums import QUANTILES, totals
from pipelines.estimates.event_uncertainty import draws, mean, quantile, variance

COLUMNS = list(QUANTILES)


def of(table: pd.DataFrame, dependence: str) -> pd.DataFrame:
    return table[table["dependence"] == dependence].drop(columns="dependence").set_index("group")


def made_up(size: int = 600, seed: int = 3) -> pd.DataFrame:
    """Events of three groups, most of few deaths, as events are."""
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "best": np.floor((1 - generator.random(size)) ** -0.9) - 1,
            "type": generator.choice(["sb", "ns", "os", "any"], size),
            "group": generator.choice(["a", "b", "c"], size, p=[0.8, 0.15, 0.05]),
        }
    )


def run(events: pd.DataFrame, **more: object) -> pd.DataFrame:
    return totals(events["best"], events["type"], events["group"], **more)


def test_the_examples_of_the_docstrings_run() -> None:
    assert doctest.testmod(event_sums).failed == 0


def test_sums_means_and_full_dependence_are_exact() -> None:
    events = made_up()
    made = run(events)
    assert made["dependence"].tolist() == ["independent", "full"] * 3
    full = of(made, "full")
    for label, rows in events.groupby("group"):
        assert full.loc[label, "n_events"] == len(rows)
        assert full.loc[label, "sum_best"] == rows["best"].sum()
        exact = mean(rows["best"], rows["type"]).sum()
        assert full.loc[label, "mean"] == pytest.approx(exact, rel=1e-12)
        for name, p in QUANTILES.items():
            summed = quantile(p, rows["best"], rows["type"]).sum()
            assert full.loc[label, name] == pytest.approx(max(summed, 0), rel=1e-12)
    left = ["n_events", "n_without_best", "sum_best", "mean"]
    pd.testing.assert_frame_equal(full[left], of(made, "independent")[left])


def test_independent_totals_are_distributed_as_those_of_plain_draws() -> None:
    events = made_up()
    n = 40_000
    made = of(run(events, n_draws=n), "independent")
    for label, rows in events.groupby("group"):
        plain = np.zeros(n)
        generator = np.random.default_rng(11)
        for row in rows.itertuples():
            plain += draws(row.best, row.type, n, generator)
        spread = np.sqrt(variance(rows["best"], rows["type"]).sum())
        assert plain.std() == pytest.approx(spread, rel=0.05)
        for name, p in QUANTILES.items():
            # Where our quantile stands among the plain draws: two errors of sqrt(p (1 - p) / n).
            share = (plain <= made.loc[label, name]).mean()
            assert share == pytest.approx(p, abs=5 * np.sqrt(2 * p * (1 - p) / n)), (label, name)


def test_events_of_one_kind_in_one_group_are_independent() -> None:
    n, many = 20_000, 400
    made = of(totals([4] * many, "sb", ["x"] * many, n_draws=n), "independent").loc["x"]
    spread = np.sqrt(many * variance(4, "sb"))
    # A sum of 400 is nearly normal: its quartiles lie 0.6745 of its spread from the middle.
    assert (made["q75"] - made["q25"]) / spread == pytest.approx(2 * 0.6745, rel=0.03)
    assert made["mean"] == pytest.approx(made["q50"], rel=0.01)


def test_two_kinds_have_streams_of_their_own() -> None:
    n = 20_000
    of_both = totals([4, 5] * 200, "sb", ["x"] * 400, n_draws=n).iloc[0]
    spread = np.sqrt(200 * (variance(4, "sb") + variance(5, "sb")))
    assert (of_both["q75"] - of_both["q25"]) / spread == pytest.approx(2 * 0.6745, rel=0.03)
    mixed = totals([4] * 400, ["sb", "os"] * 200, ["x"] * 400, n_draws=n).iloc[0]
    spread = np.sqrt(200 * (variance(4, "sb") + variance(4, "os")))
    assert (mixed["q75"] - mixed["q25"]) / spread == pytest.approx(2 * 0.6745, rel=0.03)


@settings(max_examples=20)
@given(order=st.permutations(range(60)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    events = made_up(60)
    pd.testing.assert_frame_equal(run(events), run(events.iloc[order]))


def test_neither_other_groups_nor_names_nor_chunks_change_a_total(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = made_up()
    whole = run(events)
    for label, rows in events.groupby("group"):
        alone = run(rows)
        held = whole[whole["group"] == label].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, held)
        renamed = run(rows.assign(group="another")).drop(columns="group")
        pd.testing.assert_frame_equal(renamed, held.drop(columns="group"))
    monkeypatch.setattr(event_sums, "_MATRIX", 1_000)
    pd.testing.assert_frame_equal(run(events), whole)


def test_rows_that_stand_for_several_events() -> None:
    events = made_up()
    like = events.groupby(["group", "type", "best"], as_index=False).size()
    made = totals(like["best"], like["type"], like["group"], events=like["size"])
    pd.testing.assert_frame_equal(made, run(events))


def test_the_seed_and_the_number_of_draws_matter_and_repeat() -> None:
    events = made_up(100)
    first = of(run(events, seed=1), "independent")
    assert not first[COLUMNS].equals(of(run(events, seed=2), "independent")[COLUMNS])
    pd.testing.assert_frame_equal(first, of(run(events, seed=1), "independent"))
    pd.testing.assert_frame_equal(of(run(events, seed=1), "full"), of(run(events, seed=2), "full"))


def test_one_event_has_its_own_quantiles_under_both() -> None:
    made = totals([100, 7], [1, 3], ["a", "b"], n_draws=10)
    pd.testing.assert_frame_equal(of(made, "independent"), of(made, "full"))
    assert of(made, "full").loc["a", "q50"] == quantile(0.5, 100, "sb")


def test_independence_is_narrower_than_full_dependence() -> None:
    made = run(made_up())
    width = made["q975"] - made["q025"]
    assert (width[0::2].to_numpy() < width[1::2].to_numpy()).all()


def test_no_quantile_of_a_total_is_below_zero() -> None:
    for seed in range(40):
        made = totals([0, 0], "sb", ["x", "x"], n_draws=50, seed=seed)
        assert (made[COLUMNS] >= 0).all(axis=None)


def test_an_event_without_a_best_figure_is_left_out_and_counted() -> None:
    best = pd.Series([3, None, 5, None], dtype="Int64")
    made = totals(best, "sb", ["a", "a", "b", "c"])
    assert made["n_events"].tolist() == [1, 1, 1, 1, 0, 0]
    assert made["n_without_best"].tolist() == [1, 1, 0, 0, 1, 1]
    known = totals([3, 5], "sb", ["a", "b"])
    told = [name for name in made if name != "n_without_best"]
    pd.testing.assert_frame_equal(made[told].iloc[:4], known[told])
    # Nothing is known of the third group: empty, not zero.
    assert made.iloc[4:][["sum_best", "mean", *COLUMNS]].isna().all(axis=None)


def test_groups_of_several_columns_and_of_a_missing_label() -> None:
    groups = {"country": ["b", "a", "a", None], "year": [2001, 2002, 2001, 2001]}
    made = totals([1, 2, 3, 4], "sb", groups)
    assert made["country"].fillna("").tolist() == ["a", "a", "a", "a", "b", "b", "", ""]
    assert made["year"].tolist() == [2001, 2001, 2002, 2002, 2001, 2001, 2001, 2001]
    assert made["sum_best"].tolist() == [3, 3, 2, 2, 1, 1, 4, 4]
    assert totals([], [], []).empty


@pytest.mark.parametrize(
    "change, told",
    [
        ({"best": [1, -2]}, "0 or more"),
        ({"type_of_violence": ["sb", "war"]}, "'war' is no type"),
        ({"events": [1, 0]}, "1 or more"),
        ({"n_draws": 0}, "n_draws is at least 1"),
        ({"groups": {"mean": [1, 2]}}, "has the name mean"),
        ({"best": [1, 2, 3]}, r"best has the shape \(3,\), for 2 rows"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, object], told: str) -> None:
    good = {"best": [1, 2], "type_of_violence": ["sb", "os"], "groups": ["a", "a"]}
    assert len(totals(**good)) == 2
    with pytest.raises(ValueError, match=told):
        totals(**(good | change))
