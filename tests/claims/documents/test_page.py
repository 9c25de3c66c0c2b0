"""Web pages: what is kept, what is left out, and how a page is written as text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.claims.documents import DocumentText
from pipelines.claims.documents import page as pages

Page = Callable[..., DocumentText]

STORY = (
    "<p>Shelling of the old town killed 41 people on Monday, the ministry said in a statement.</p>"
    "<p>At least 12,500 people were displaced by the fighting, the United Nations said.</p>"
)
NAVIGATION = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(9))
AROUND = (
    f"<header><a href=/>The Paper</a><nav><ul>{NAVIGATION}</ul></nav></header>"
    '<div id="cookie-banner" class="CookieConsent"><p>We and our 842 partners use cookies to store '
    "what you read on your device and elsewhere.</p></div>"
)
BEHIND = (
    '<aside class="related-articles"><h3>Most read</h3><ul><li><a href=a>Storm kills 77 in the '
    "north, officials say</a></li></ul><p>The storm of last week also injured 305 people in two "
    "towns by the sea.</p></aside>"
    '<section id="comments"><p>I was told by a friend that it was 5000 dead in that one street.'
    "</p></section><footer><p>Copyright 2024, with 3 offices in the region and beyond it.</p>"
    "</footer>"
)
LEFT_OUT = ("Section 4", "842", "77", "305", "5000", "3 offices")


def whole(main: str) -> str:
    return (
        "<!doctype html><html><head><meta charset=utf-8><title>T</title><style>p{top:9}</style>"
        f"</head><body>{AROUND}<main><article><h1>Toll rises to 41</h1>{main}</article>{BEHIND}"
        "</main><script>let killed = 999;</script></body></html>"
    )


def test_the_story_is_kept_and_what_surrounds_it_is_not(page: Page) -> None:
    read = page(whole(STORY))
    assert read.text.startswith("Toll rises to 41\n\nShelling of the old town killed 41 people on")
    assert read.text.endswith("the United Nations said.")
    assert not [words for words in (*LEFT_OUT, "999", "top:9") if words in read.text]
    assert read.method.startswith("html 2 (selectolax ") and not read.method.endswith("whole page")


def test_what_was_left_out_is_told_with_the_numbers_in_it(page: Page) -> None:
    (note,) = page(whole(STORY)).notes
    for part in ("comments (1)", "lists of links (1)", "notice (1)", "page footer (1)", "related"):
        assert part in note
    assert note.endswith("numbers in them: 15")  # 9 sections, 842, 77, 305, 5000, 2024, 3


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<h2>Toll rises to 55</h2>", "Toll rises to 55"),
        ("<figure><img src=x alt=66><figcaption>14 were buried.</figcaption></figure>", "14 were"),
        ("<aside class=keyfacts><p>1,204 killed since January</p></aside>", "1,204 killed"),
        ("<blockquote>We lost 8<footer>A father of 3</footer></blockquote>", "A father of 3"),
        ("<ul><li>17 <b>killed</b> in the north<li>23 in the south</ul>", "north\n\n23 in"),
        ("<dl><dt>Dead<dd>71 people</dl>", "Dead\n\n71 people"),
        ("<details><summary>More</summary>44 hurt</details>", "More\n\n44 hurt"),
        ("<pre>82 killed\n  83 hurt</pre>", "82 killed\n83 hurt"),
        ("<pre><code>82 killed\n83 hurt</code></pre>", "82 killed\n83 hurt"),
        ("<dialog open><p>41 died</dialog>", "41 died"),
        ('<div class="social share"><p>In the social centre 63 died.</p></div>', "63 died"),
        ('<div class="banner promo">41 killed</div>', "41 killed"),
        ("one<br>7 died", "one\n7 died"),
        ("<p>12&nbsp;500 fled &mdash; or <i>mo</i>re</p>", "12\xa0500 fled — or more"),
        ("<p>killed 41<sup>2</sup> people</p>", "killed 41[2] people"),
        ("<p>on the 19<sup>th</sup></p>", "on the 19th"),
        ("<p><b>41</b><span>killed</span><i>3</i></p>", "41 killed 3"),
        ("<p><b>H</b><sub>2</sub>O</p>", "H2O"),
        ("<p>dis\xadplaced</p>", "displaced"),
        ("<p>قُتل ١٢٣ شخصاً</p>", "قُتل ١٢٣ شخصاً"),
        ("<p>炮击造成41人死亡</p>", "炮击造成41人死亡"),
        ("<p hidden=until-found>88 more</p>", "88 more"),
    ],
)
def test_a_figure_of_the_body_is_kept(page: Page, markup: str, found: str) -> None:
    assert found in page(whole(STORY + markup)).text


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>6666</p>",
        '<p style="color: red; display : none">6666</p>',
        "<template><p>6666</p></template>",
        "<dialog><p>6666</p></dialog>",
        "<noscript>6666</noscript>",
        "<!-- 6666 -->",
        "<svg><text>6666</text></svg>",
        "<button>6666</button><select><option>6666</select><textarea>6666</textarea>",
        '<div role="dialog"><p>6666 people are reading this page at this very moment.</p></div>',
    ],
)
def test_what_a_page_does_not_show_as_text_is_no_text(page: Page, markup: str) -> None:
    assert "6666" not in page(whole(STORY + markup)).text


def test_cells_of_a_table_of_figures_stay_apart(page: Page) -> None:
    table = (
        "<table><caption>Casualties: 310</caption><tr><th>District<th>Killed<th>Injured"
        "<tr><td><p>North</p><td>103<td>205<tr><td>South<td><td>1<br>000</table>"
    )
    assert page(whole(STORY + table)).text.endswith(
        "Casualties: 310\n\nDistrict | Killed | Injured\n\nNorth | 103 | 205\n\nSouth |  | 1; 000"
    )


def test_a_table_that_lays_out_a_page_is_no_table_of_figures(page: Page) -> None:
    inner = "<table><tr><td>North<td>103</table>"
    text = page(f"<table><tr><td>{STORY}<td>{STORY}{inner}</table>").text
    assert " | " not in text.replace("North | 103", "")
    assert text.endswith("the United Nations said.\n\nNorth | 103")


@pytest.mark.parametrize(
    "markup",
    [
        "<ul><li><a href=1>41 die</a><li><a href=2>12,500 flee</a><li><a href=3>A</a></ul>",
        f'<div class="related">{STORY * 4}</div><p>Short.</p>',
        f"<nav>{STORY}</nav>",
    ],
)
def test_where_the_rules_do_not_fit_all_that_the_page_shows_is_read(
    page: Page, markup: str
) -> None:
    read = page(f"<html><body>{markup}</body></html>")
    assert "41" in read.text and "12,500" in read.text
    assert read.method.endswith(", whole page") and read.notes == ()


def test_broken_markup_is_read_as_browsers_read_it(page: Page) -> None:
    read = page(
        "<div><p>It killed 41<p>At least <b>12 <i>died</b> there</i><table><tr><td>North<td>9</div>"
        "<p>and 6 after it"
    )
    assert read.text == "It killed 41\n\nAt least 12 died there\n\nNorth | 9; and 6 after it"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<p>tué 41".encode(), "tué 41"),
        ("<meta charset='ISO-8859-1'><p>tué – 41".encode("cp1252"), "tué – 41"),
        ("<?xml version='1.0' encoding='windows-1251'?><p>убит 41".encode("cp1251"), "убит 41"),
        (
            "<meta http-equiv=Content-Type content='text/html; charset=GB2312'><p>死41".encode(
                "gbk"
            ),
            "死41",
        ),
        ("<p>tué 41".encode("utf-8-sig"), "tué 41"),
        ("<meta charset=latin1><p>tué 41".encode("utf-16"), "tué 41"),
    ],
)
def test_the_declared_charset_is_that_of_the_page(page: Page, data: bytes, text: str) -> None:
    assert page(data).text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<p>tué 41".encode("cp1252"), "file.encoding"),
        (b"<meta charset=utf-8><p>tu\xe9", "file.encoding"),
        (b"<meta charset=rot13><p>41", "file.encoding"),
        (b"<meta charset=unicode_escape><p>41", "file.encoding"),
        (b"<p>41\0", "file.nul"),
        (b"%PDF-1.7 <p>41", "file.type"),
        (b"PK\x03\x04", "file.type"),
        (b"<p> <script>41</script>", "file.no_text"),
        (b"<frameset><frame src=a></frameset>", "file.no_text"),
        (b"<div>" * 20_000 + b"41", "file.too_deep"),
    ],
)
def test_a_page_that_cannot_be_read_is_refused(
    reason_of: Callable[[str, bytes], str], data: bytes, reason: str
) -> None:
    assert reason_of("page.html", data) == reason


SHOWN = st.lists(
    st.tuples(
        st.sampled_from(["p", "div", "h2", "li", "td", "aside", "section", "span", "b", "header"]),
        st.sampled_from(["", "related", "nav", "cookie", "banner", "x y"]),
        st.integers(0, 99_999),
    ),
    max_size=12,
)


@given(SHOWN)
@settings(max_examples=60)
def test_no_figure_is_lost_without_a_word(parts: list[tuple[str, str, int]]) -> None:
    """Every number shown is in the text, or counted in the note of what was left out."""
    markup = "".join(f'<{tag} class="{name}">Number {n} here</{tag}>\n' for tag, name, n in parts)
    read = pages.read(f"<body><p>{markup}<p>The end of it.".encode())
    missing = [n for *_, n in parts if str(n) not in read.text]
    told = int(read.notes[0].rpartition(": ")[2]) if read.notes else 0
    assert len(missing) <= told


@pytest.mark.parametrize(
    "aside",
    [
        "<aside><h3><a href=x>Storm in the north</a></h3><p>It left 77 dead.</p></aside>",
        "<aside><a href=x><h4>Storm</h4></a><p>It left 77 dead.</p></aside>",
        "<aside><p>It left 77 dead.</p><a href=x>Storm hits towns by the sea</a></aside>",
        "<aside><h3>Storm in Nepal kills 77</h3><p>It hit at night.</p></aside>",
    ],
)
def test_an_aside_about_another_story_is_left_out_and_told(page: Page, aside: str) -> None:
    read = page(whole(STORY + aside))
    assert "77" not in read.text and "the United Nations said." in read.text
    assert "related articles (2)" in read.notes[0]


@pytest.mark.parametrize(
    "aside",
    [
        "<aside><h3>Key figures</h3><p>1,204 killed</p><p>Source: <a href=x>OCHA</a></p></aside>",
        "<aside><h3>Key figures as of 12 May 2024</h3><p>1,204 killed</p></aside>",
        "<aside><h3>1,204 killed since the war began</h3></aside>",
        '<aside class="key-figures"><p>1,204 killed</p><a href=x>Read the full report of May</a>'
        "</aside>",
    ],
)
def test_an_aside_of_key_figures_is_kept(page: Page, aside: str) -> None:
    assert "1,204 killed" in page(whole(STORY + aside)).text
