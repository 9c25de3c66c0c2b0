"""Deaths by day of publication: tiers apart, no line between two claims, every mark in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from pipelines.charts import labels
from pipelines.charts.by_publication import draw
from pipelines.charts.kinds import Request
from pipelines.charts.style import TIER_COLOURS, Picture
from pipelines.core.refusals import REPORTING_CAPTION

Tables = dict[str, pd.DataFrame]
SCOPE = Request(metrics=("killed",), place_ids=("SYR",))


def picture(marts: Tables) -> Picture:
    pictures = draw(marts, SCOPE)
    assert not isinstance(pictures, str)
    return pictures[0]


def panels(made: Picture) -> list[list[Line2D]]:
    """The marks of each panel; the key's are left out."""
    held = [[a for a in axes.get_children() if isinstance(a, Line2D)] for axes in made.figure.axes]
    return [p for p in held if p and not any(str(a.get_label()).endswith(" key") for a in p)]


@pytest.fixture(scope="module")
def made(collection: Tables) -> Picture:
    return picture(collection)


def test_the_three_tiers_stand_apart_on_equal_axes(made: Picture) -> None:
    colours = [
        {line.get_color() for line in p if str(line.get_label()).startswith("bound")}
        | {line.get_markeredgecolor() for line in p if str(line.get_label()).startswith("dot")}
        for p in panels(made)
    ]
    shown = [c & set(TIER_COLOURS.values()) for c in colours]
    assert shown == [{c} for c in TIER_COLOURS.values()]
    axes = [a for a in made.figure.axes if a.get_ylim()[1] > 1000]
    assert len(axes) == 3
    assert len({(a.get_xlim(), a.get_ylim()) for a in axes}) == 1
    assert {a.get_yscale() for a in axes} == {"log"}  # 1,228 to 470,000
    assert any("Logarithmic" in t.get_text() for t in made.figure.texts)


def test_every_claim_of_the_scope_is_a_mark_of_its_own(collection: Tables, made: Picture) -> None:
    figures = collection["marts/figures"]
    inside = figures[(figures["metric"] == "killed") & (figures["place_id"] == "SYR")]
    named = {str(a.get_label()) for p in panels(made) for a in p}
    marks = {n.split(" ", 1)[1] for n in named if n.split(" ")[0] in ("dot", "bound")}
    assert marks == set(inside["claim_id"])


def test_no_line_joins_two_days_of_publication(made: Picture) -> None:
    for panel in panels(made):
        for line in panel:
            if not str(line.get_label()).startswith("bound"):
                assert len(set(line.get_xdata())) == 1


def test_bounds_are_arrows_without_a_dot(made: Picture) -> None:
    named = {str(a.get_label()) for p in panels(made) for a in p}
    for claim in ("syr-sc-2015", "syr-unsg-201609", "syr-ohchr-2021"):
        full = f"syria-reference/2026-11-01/{claim}#killed"
        assert f"bound {full}" in named and f"dot {full}" not in named


def test_other_populations_have_a_mark_of_their_own(made: Picture) -> None:
    shapes = {
        str(a.get_label()): a.get_marker()
        for p in panels(made)
        for a in p
        if str(a.get_label()).startswith("dot")
    }
    source = "dot syria-reference/2026-11-01/"
    everybody, civilians = (
        shapes[f"{source}syr-sohr-2015#killed"],
        shapes[f"{source}syr-sohr-2015-c#killed"],
    )
    assert everybody != civilians


def test_alt_text_tells_every_claim_under_its_tier(made: Picture) -> None:
    alt = made.alt
    verified, reported, estimated = (
        alt.index(f"\n{t} (") for t in ("Verified", "Reported", "Estimated")
    )
    assert verified < alt.index("350,209") < reported < alt.index("more than 300,000") < estimated
    assert alt.index("about 470,000") > estimated
    assert sum(line.startswith("- ") for line in alt.splitlines()) == 29
    assert "As of 28 Jun 2022" in alt
    assert REPORTING_CAPTION in alt


def test_the_caption_on_reporting_stands_only_under_counts_of_what_was_found(
    publish: Callable[..., Tables], make: Callable[..., dict[str, Any]]
) -> None:
    for basis, is_said in (("tallied", True), ("identified", True), ("modelled", False)):
        one = picture(publish(make("a", value=5, place_id="SYR", basis=basis)))
        assert (REPORTING_CAPTION in one.alt) == is_said


def test_a_claim_without_a_day_is_counted_not_drawn(
    publish: Callable[..., Tables], make: Callable[..., dict[str, Any]]
) -> None:
    told = make("a", value=5, place_id="SYR"), make("b", value=6, place_id="SYR", published_on=None)
    one = picture(publish(*told))
    assert "Without a day of publication, not drawn: 1 claim." in one.alt
    assert "dot b" not in {str(a.get_label()) for p in panels(one) for a in p}


def test_a_tier_without_claims_is_named(
    publish: Callable[..., Tables], make: Callable[..., dict[str, Any]]
) -> None:
    one = picture(publish(make("a", value=5, place_id="SYR", published_on=date(2016, 1, 1))))
    assert "No claim here is verified. No claim here is estimated." in one.alt
    assert len(panels(one)) == 1


def test_no_claim_gives_a_sentence(article: Tables) -> None:
    said = draw(article, Request(metrics=("killed",), place_ids=("SY02/aleppo-city",)))
    assert isinstance(said, str) and said.startswith("No picture: Killed in Aleppo city")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 6), st.floats(0, 2), st.text("abc ", min_size=1, max_size=20)),
        max_size=12,
    )
)
def test_labels_never_lie_on_one_another_or_on_a_mark(
    spots: list[tuple[float, float, str]],
) -> None:
    wanted = [labels.Wanted(x, y, (labels.Layout((w,), ()),)) for x, y, w in spots]
    boxes = labels.place(wanted, 6.0, 2.0)
    assert boxes == labels.place(wanted, 6.0, 2.0)
    placed = [b for b in boxes if b]
    for n, box in enumerate(placed):
        assert box.left >= 0 and box.right <= 6.0
        assert not any(box.meets(other) for other in placed[n + 1 :])
        for want in wanted:
            inside = box.left < want.x < box.right and box.top < want.y < box.bottom
            assert not inside


def test_days_of_publication_population_and_source_narrow_it(collection: Tables) -> None:
    def shown(**more: Any) -> int:
        made = draw(collection, Request(metrics=("killed",), place_ids=("SYR",), **more))
        assert not isinstance(made, str)
        return sum(line.startswith("- ") for line in made[0].alt.splitlines())

    claims = collection["marts/claims"]
    held = claims[(claims["metric"] == "killed") & (claims["place_id"] == "SYR")]
    early = held["published_on"] <= pd.Timestamp(2015, 12, 31)
    assert 0 < shown(last=date(2015, 12, 31)) == early.sum() < len(held)
    assert shown(population="civilians") == (held["population"] == "civilians").sum()
    assert shown(source_id="syria-reference") == (held["source_id"] == "syria-reference").sum()


def test_a_scope_of_two_metrics_or_of_too_many_claims_is_refused(
    publish: Callable[..., Tables], make: Callable[..., dict[str, Any]], article: Tables
) -> None:
    both = draw(article, Request(metrics=("killed", "injured"), place_ids=("SYR",)))
    assert isinstance(both, str) and "name both" in both
    told = [
        make(f"c{n}", value=n, place_id="SYR", published_on=date(2016, 1, 1)) for n in range(121)
    ]
    crowd = draw(publish(*told), SCOPE)
    assert isinstance(crowd, str) and "121 claims are too many" in crowd
