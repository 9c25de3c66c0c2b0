"""Text is measured, wrapped and cleaned before it is printed; nothing is read as mathematics."""

from __future__ import annotations

from itertools import combinations
from math import dist

import pytest

from pipelines.charts import style

LONG = "https://example.org/" + "a" * 120


def test_no_line_is_wider_than_asked() -> None:
    for words in ("more than 600 civilians have been killed " * 4, LONG, "x"):
        for line in style.wrap(words, 1.5, 7):
            assert style.width_of(line, 7) <= 1.5


def test_wrapping_keeps_every_letter() -> None:
    assert "".join(style.wrap(LONG, 1.0, 7)) == LONG
    assert " ".join(style.wrap("one two three four", 0.5, 7)) == "one two three four"


def test_beyond_the_most_lines_the_last_says_that_more_follows() -> None:
    lines = style.wrap("word " * 60, 1.0, 7, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert style.width_of(lines[-1], 7) <= 1.0


@pytest.mark.parametrize(
    "words, printed",
    [
        ("two\nlines\tand\u00a0spaces", "two lines and spaces"),
        ("a\u202eb\u0007c", "abc"),
        ("$x_1$", "$x_1$"),
        ("أكثر من 600", "أكثر من 600"),
    ],
)
def test_words_of_a_source_are_made_fit_to_print(words: str, printed: str) -> None:
    assert style.plain(words) == printed


def test_a_script_without_glyphs_makes_way_for_a_note() -> None:
    assert "script" in style.plain("死者")


def test_a_long_word_breaks_after_its_hyphen() -> None:
    lines = style.wrap("sohr-documented-civilians", 1.1, 7.2, bold=True)
    assert lines == ["sohr-documented-", "civilians"]


# Machado, Oliveira and Fernandes (2009), severity 1: what a red-, green- or blue-blind reader sees.
BLINDNESS = {
    "protan": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deutan": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritan": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def linear(colour: str) -> list[float]:
    values = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIELAB of linear sRGB, D65."""
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    parts = [
        sum(a * max(0.0, c) for a, c in zip(row, rgb, strict=True)) / w
        for row, w in zip(rows, white, strict=True)
    ]
    x, y, z = (p ** (1 / 3) if p > 0.008856 else 7.787 * p + 16 / 116 for p in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("palette", [style.ORIGIN_COLOURS, tuple(style.TIER_COLOURS.values())])
@pytest.mark.parametrize("sight", ["full", *BLINDNESS])
def test_colours_of_one_chart_differ_for_colour_blind_readers(
    palette: tuple[str, ...], sight: str
) -> None:
    seen = []
    for colour in (*palette, style.GREY):
        rgb = linear(colour)
        if sight != "full":
            rgb = [sum(a * c for a, c in zip(row, rgb, strict=True)) for row in BLINDNESS[sight]]
        seen.append(lab(rgb))
    for one, other in combinations(seen, 2):
        assert dist(one, other) > 14


def test_origins_wear_no_tier_s_colour() -> None:
    assert not set(style.ORIGIN_COLOURS) & set(style.TIER_COLOURS.values())


def test_the_house_style_is_put_back() -> None:
    import matplotlib

    before = matplotlib.rcParams["svg.hashsalt"]
    with style.house_style():
        assert matplotlib.rcParams["svg.hashsalt"] == "attest"
    assert matplotlib.rcParams["svg.hashsalt"] == before


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 between two colours."""
    dark, light = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
        for colour in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "ink",
    [
        style.INK,
        style.SOFT,
        style.ALARM,
        *style.TIER_COLOURS.values(),
        *style.ORIGIN_COLOURS,
    ],
)
def test_letters_stand_out_from_the_paper_as_wcag_asks(ink: str) -> None:
    assert contrast(ink, style.PAPER) >= 4.5


def test_letters_stand_out_from_the_tint_and_marks_from_the_paper() -> None:
    assert min(contrast(ink, style.WASH) for ink in (style.INK, style.SOFT)) >= 4.5
    assert contrast(style.GREY, style.PAPER) >= 3
