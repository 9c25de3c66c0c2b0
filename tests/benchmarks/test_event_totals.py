from __future__ import annotations

from benchmarks.event_totals import made_up, ours, plain, timed
from pipelines.estimates.event_sums import QUANTILES


def test_both_ways_make_the_quantiles_of_every_group() -> None:
    events = made_up(500)
    groups = events.groupby(["country", "year"]).ngroups
    assert ours(events, 30) == 2 * groups
    assert plain(events, 30) == groups * len(QUANTILES)
    assert min(timed("ours", 500, 30)) > 0
