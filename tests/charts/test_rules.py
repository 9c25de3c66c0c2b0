"""What holds for every kind of chart: drawn of the default data, in every language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from pipelines import gallery, showing
from pipelines.charts import marks, page, style
from pipelines.charts.language import END_ISOLATE, ISOLATE, languages, say, speaking
from pipelines.charts.stage import KINDS
from pipelines.charts.style import Picture
from pipelines.core.numbers import find_numbers
from schemas import vocab

DRAWN = (
    "ladder",
    "answers",
    "answers_floor",
    "tiers",
    "timeline",
    "timeline_meant",
    "known_when",
    "by_publication",
    "stock_and_flow",
    "by_place",
    "article_figures",
)
"""Pictures of the gallery, one or more of each kind that the default data can fill."""
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_CHANGED = re.compile(
    r"\d ?(?:%|per ?cent)|\b(?:increase|decrease|deadliest|worst|ranked|trend)\w*", re.IGNORECASE
)


@pytest.fixture(scope="module")
def release(built: Any) -> showing.Opened:
    return showing.opened(built.marts, None)


@pytest.fixture(scope="module")
def pictures(release: showing.Opened) -> Callable[[str, str], list[Picture]]:
    """`pictures(name, language)`: the pages of a picture of the gallery, drawn once."""
    shown = {one.name: one for one in gallery.gallery(release)}
    held: dict[tuple[str, str], list[Picture]] = {}

    def of(name: str, lang: str) -> list[Picture]:
        if (name, lang) not in held:
            tables, request = showing.tables_for(release, shown[name].typed)
            with speaking(lang), page.made_from(release.release_id), style.house_style():
                drawn = KINDS[shown[name].kind].draw(tables, request)
            assert not isinstance(drawn, str), drawn
            held[name, lang] = drawn
        return held[name, lang]

    return of


@pytest.fixture(params=[(name, lang) for name in DRAWN for lang in languages()], ids="-".join)
def made(
    request: pytest.FixtureRequest, pictures: Callable[[str, str], list[Picture]]
) -> tuple[str, list[Picture]]:
    """A language, and the pages of a picture in it."""
    name, lang = request.param
    return lang, pictures(name, lang)


def texts(picture: Picture) -> Iterator[Text]:
    """Every printed text with words in it."""
    for text in picture.figure.findobj(Text):
        if text.get_visible() and text.get_text().strip():
            yield text


def printed(picture: Picture) -> str:
    """All that is printed, as one text."""
    return _plain(" ".join(text.get_text() for text in texts(picture)))


def _plain(text: str) -> str:
    return re.sub(f"[{ISOLATE}{END_ISOLATE}\u200e\u200f]", "", text)


def test_every_kind_that_the_default_data_fills_is_tried(release: showing.Opened) -> None:
    kinds = {one.name: one.kind for one in gallery.gallery(release)}
    undrawn = {one.kind for one in gallery.UNDRAWN}
    assert {kinds[name] for name in DRAWN} | undrawn == set(KINDS)


def test_the_foot_says_what_must_not_be_lost(
    made: tuple[str, list[Picture]], release: showing.Opened
) -> None:
    """The line on the range, the release, the day, how many claims, and who said it."""
    lang, pages = made
    with speaking(lang):
        line = _plain(say("The range is about the count, not about whether people died."))
    for one in pages:
        # Lines are broken anywhere: only the order of the words counts.
        words = " ".join(printed(one).split())
        assert line in words
        assert release.release_id in words
        assert one.source.strip()
        for said in (line, release.release_id, one.title):
            assert _plain(said) in _plain(one.alt)


def test_the_text_beside_it_states_every_number_of_the_picture(
    made: tuple[str, list[Picture]],
) -> None:
    _, pages = made
    for one in pages:
        ticks = {
            label.get_text()
            for axes in one.figure.axes
            for axis in (axes.xaxis, axes.yaxis)
            for label in axis.get_ticklabels()
        }
        told = set(_GROUPED.findall(_plain(one.alt)))
        drawn = {
            number
            for text in texts(one)
            if text.get_text() not in ticks
            for number in _GROUPED.findall(_plain(text.get_text()))
        }
        assert drawn <= told, drawn - told


def test_every_number_of_a_picture_is_one_of_the_mart(
    made: tuple[str, list[Picture]], release: showing.Opened
) -> None:
    _, pages = made
    marts = release.marts()
    held: set[int] = set()
    for name, columns in {
        "claims": ("value", "value_low", "value_high"),
        "figures": ("low", "best", "high", "reading_low", "reading_high"),
        "estimates": ("low", "best", "high"),
        "floors": ("low",),
    }.items():
        for column in columns:
            held |= {int(n) for n in marts[f"marts/{name}"][column].dropna()}
    # A counter's fall is told beside the reading that it fell to.
    by_speaker = marts["marts/claims"].groupby("speaker")["value"]
    falls = {abs(int(a) - int(b)) for _, of in by_speaker for a in of.dropna() for b in of.dropna()}
    held |= falls
    for one in pages:
        numbers = {
            value
            for found in find_numbers("\n".join(_plain(one.alt).splitlines()[:-1]))
            for value in (found.value, found.value_low, found.value_high)
            if value is not None and value > 2_100
        }
        assert numbers <= held, numbers - held


def test_labels_stay_on_the_page_and_off_one_another(
    made: tuple[str, list[Picture]], meeting: Callable[[Picture], list[Any]]
) -> None:
    for one in made[1]:
        assert meeting(one) == []


def _luminance(colour: Any) -> float:
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot((0.2126, 0.7152, 0.0722), channels))


def _contrast(one: Any, other: Any) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_letters_and_marks_stand_out_from_the_paper(made: tuple[str, list[Picture]]) -> None:
    """WCAG 2.2 AA: 4.5 for letters, on a tint too, and 3 for what is drawn."""
    for one in made[1]:
        for text in texts(one):
            for ground in (style.PAPER, style.WASH):
                assert _contrast(text.get_color(), ground) >= 4.5, text.get_text()
            assert text.get_fontsize() >= style.SMALL
        for line in one.figure.findobj(Line2D):
            named = str(line.get_label()).split(" ")[0]
            if named in ("dot", "ends", "bound", "floor"):
                assert _contrast(line.get_color(), style.PAPER) >= 3, line.get_label()


def test_nothing_is_a_bar_but_a_floor_from_zero(made: tuple[str, list[Picture]]) -> None:
    for one in made[1]:
        for axes in one.figure.axes:
            for bar in axes.findobj(Rectangle):
                if bar is not axes.patch and str(bar.get_label()).startswith("block"):
                    assert bar.get_x() == 0
                elif bar is not axes.patch:
                    assert not bar.get_label() or str(bar.get_label()).startswith("_")
            if axes.get_xscale() == "log" or axes.get_yscale() == "log":
                with speaking(made[0]):
                    notes = [_plain(marks.log_note(way)) for way in ("across", "up")]
                assert any(note in printed(one) for note in notes)


def test_no_meaning_is_left_in_english(made: tuple[str, list[Picture]]) -> None:
    lang, pages = made
    if lang != "en":
        english = {
            meaning.rstrip(".").lower()
            for words in vocab.VOCABULARIES.values()
            for meaning in words.values()
            if len(meaning.split()) > 2
        }
        for one in pages:
            said = f"{one.title} {one.alt}".lower()
            assert not [words for words in english if words in said]


def test_nothing_is_ranked_or_told_as_a_change(made: tuple[str, list[Picture]]) -> None:
    lang, pages = made
    if lang == "en":
        for one in pages:
            assert not _CHANGED.search(one.alt), one.alt


@pytest.mark.parametrize("kind", sorted(set(vocab.RANGE_KINDS) - {"bound"}))
def test_each_kind_of_interval_has_a_line_and_a_key_of_its_own(kind: str) -> None:
    """Never one glyph for two kinds; the key says which is on the page, and no other."""

    def look(of: str) -> Any:
        axes = style.Sheet().axes(0, 0, 5, 5)
        pen = marks.Pen(style.INK)
        marks.draw(axes, marks.Spot("x", 1, None, 9, kind=of), 0.5, "across", pen)
        (line,) = [a for a in axes.get_children() if str(a.get_label()) == "ends x"]
        return line._unscaled_dash_pattern  # type: ignore[attr-defined]

    others = set(vocab.RANGE_KINDS) - {"bound", kind}
    with style.house_style():
        assert all(look(kind) != look(other) for other in others)
    spots = [marks.Spot("x", 1, None, 9, kind=kind)]
    (entry,) = marks.key_for([], style.INK, spots)
    assert all(
        entry.words != marks.key_for([], style.INK, [marks.Spot("x", 1, None, 9, kind=o)])[0].words
        for o in others
    )


def test_no_number_is_drawn_for_a_missing_one() -> None:
    axes = style.Sheet().axes(0, 0, 5, 5)
    marks.draw(axes, marks.Spot("x"), 0.5, "across", marks.Pen(style.INK))
    assert [a for a in axes.get_children() if str(a.get_label()).endswith(" x")] == []
