"""The article's figures: a panel each, bounds as arrows, the plain number as a dot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from pipelines.charts.article_figures import draw
from pipelines.charts.kinds import Request
from pipelines.charts.style import Picture

DOCUMENT = "aleppo-article/2016-10-06/article.txt"
Tables = dict[str, pd.DataFrame]


def picture(marts: Tables) -> Picture:
    pictures = draw(marts, Request(marked=DOCUMENT))
    assert not isinstance(pictures, str)
    return pictures[0]


def marks(axes: Axes) -> list[str]:
    """What is drawn for claims on these axes, without the key."""
    return sorted({str(a.get_label()) for a in axes.get_children() if isinstance(a, Line2D)} - {""})


def panels(made: Picture) -> list[Axes]:
    return [a for a in made.figure.axes if any(DOCUMENT in m for m in marks(a))]


def test_four_panels_each_with_an_axis_of_its_own(article: Tables) -> None:
    four = panels(picture(article))
    assert len(four) == 4
    limits = [axes.get_xlim() for axes in four]
    assert len(set(limits)) == 4
    assert all(low == 0 for low, _ in limits)


def test_a_bound_is_an_arrow_and_a_plain_number_a_dot_with_its_band(article: Tables) -> None:
    kinds = [[m.split(" ")[0] for m in marks(axes)] for axes in panels(picture(article))]
    assert kinds == [["bound"], ["bound"], ["dot", "rounding"], ["bound"]]


def test_nothing_is_a_bar(article: Tables) -> None:
    for axes in panels(picture(article)):
        bars = [a for a in axes.get_children() if isinstance(a, Rectangle) and a is not axes.patch]
        assert bars == []
        for line in axes.get_lines():
            assert 0 not in list(line.get_xdata()) or str(line.get_label()).startswith("bound")


def test_an_arrow_starts_at_its_low_end_and_stays_inside(article: Tables) -> None:
    made = picture(article)
    axes = panels(made)[0]
    made.figure.canvas.draw()
    bounds = [a for a in axes.get_children() if str(a.get_label()).startswith("bound")]
    reach = [a.get_window_extent() for a in bounds]
    start = axes.transData.transform((601, 0.5))[0]
    assert min(box.x0 for box in reach) >= start - made.figure.dpi * 0.03
    assert max(box.x1 for box in reach) <= axes.get_window_extent().x1


def test_open_ends_have_no_number(article: Tables) -> None:
    figures = article["marts/figures"]
    bounds = figures[figures["range_kind"].eq("bound").fillna(False)]
    assert bounds["best"].isna().all() and bounds["high"].isna().all()
    assert "601 or more, no upper end (bound)" in picture(article).alt


def test_alt_text_tells_every_panel(article: Tables) -> None:
    alt = picture(article).alt
    for words in (
        "“more than 600”, drawn as an arrow to the right from 601",
        "“more than 2000”, drawn as an arrow to the right from 2,001",
        "“450.000”, drawn as a dot",
        "“more than 12 million”, drawn as an arrow to the right from 12,000,001",
        "rebel-held areas, Aleppo governorate",
        "19 Sep to 6 Oct 2016",
        "publisher not stated, crediting UN estimates",
        "window not stated",
        "As of 6 Oct 2016",
        "Source: ",
    ):
        assert words in alt


def test_withheld_words_are_not_between_quotation_marks(article: Tables) -> None:
    article["marts/claims"]["quote"] = pd.array([pd.NA] * 4, dtype="string")
    alt = picture(article).alt
    assert "“more than 600”" not in alt
    assert "more than 600, drawn as an arrow" in alt


def test_words_of_a_source_are_not_mathematics(
    publish: Callable[..., Tables], make: Callable[..., dict[str, Any]]
) -> None:
    made = picture(publish(make("a", value=5, quote=r"$\frac{a}{b", speaker="$x$ & <b>")))
    made.figure.canvas.draw()
    texts = [t.get_text() for t in made.figure.texts]
    assert r"“$\frac{a}{b”" in texts and "$x$ & <b>" in texts
    assert not any(t.get_parse_math() for t in made.figure.texts)


def test_a_pending_claim_is_hollow_and_named(
    publish: Callable[..., Tables], make: Callable[..., dict[str, Any]]
) -> None:
    made = picture(publish(make(f"{DOCUMENT}#1", value=338, review_status="pending")))
    (dot,) = [line for line in panels(made)[0].get_lines() if "dot" in str(line.get_label())]
    assert dot.get_markerfacecolor() == "#FFFFFF"
    assert "1 claim is pending" in made.alt


def test_pending_ends_are_hollow_and_the_key_says_how_a_pending_bound_looks(
    publish: Callable[..., Tables], make: Callable[..., dict[str, Any]]
) -> None:
    vague = {"qualifier": "vague", "value": None, "value_low": 24, "value_high": 99}
    bound = {"qualifier": "at_least", "value": 12}
    made = picture(
        publish(
            make(f"{DOCUMENT}#1", review_status="pending", quote="dozens", **vague),
            make(f"{DOCUMENT}#2", metric="injured", quote="dozens", **vague),
            make(f"{DOCUMENT}#3", review_status="pending", quote="at least 12", **bound),
        )
    )
    hollow = {label for axes in panels(made) for label in marks(axes) if "hollow" in label}
    assert hollow == {f"hollow {DOCUMENT}#1"}
    said = [text.get_text() for text in made.figure.texts]
    assert any("hollow: pending" in words for words in said)
    assert any("a pending bound" in words for words in said)


def test_the_key_of_read_figures_says_nothing_of_pending_ones(article: Tables) -> None:
    assert not any("pending" in text.get_text() for text in picture(article).figure.texts)


def test_a_document_without_figures_gives_a_sentence(article: Tables) -> None:
    said = draw(article, Request(marked="no-such-document"))
    assert isinstance(said, str) and "no-such-document" in said
