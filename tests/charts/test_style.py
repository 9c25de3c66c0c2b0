"""Text is measured, wrapped and cleaned before it is printed; nothing is read as mathematics."""

from __future__ import annotations

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


def test_the_house_style_is_put_back() -> None:
    import matplotlib

    before = matplotlib.rcParams["svg.hashsalt"]
    with style.house_style():
        assert matplotlib.rcParams["svg.hashsalt"] == "attest"
    assert matplotlib.rcParams["svg.hashsalt"] == before
