"""Documents made by hand: every kind of block, in English and Arabic, and one of hostile words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from matplotlib.patches import FancyArrowPatch

from pipelines.briefings.document import (
    Bullets,
    Card,
    Cell,
    Document,
    Line,
    Paragraph,
    Section,
    Shown,
    Table,
)
from pipelines.charts import style
from pipelines.charts.language import speaking

WORDS = {
    "en": {
        "title": "Aleppo governorate, 31 August to 31 December 2016",
        "stamp": "Draft: nobody has cleared this page",
        "answers": "What may be quoted today",
        "question": "People killed in Aleppo city, 19 September to 5 October 2016",
        "figure": "Figure",
        "at_least": "at least 377",
        "speaker": "Who said it",
        "who": "Violations Documentation Center",
        "sentence": "At least 377 people were killed, the centre said on 6 October 2016.",
        "citation": "Violations Documentation Center (6 Oct 2016), via Attest, release 1.",
        "plain": "Two sources counted people killed in the city; they do not agree.",
        "note": "The range is about the count, not about whether people died.",
        "picture": "Killed in Aleppo city, by source",
        "alt": "Killed in Aleppo city, by source.\n- The centre: at least 377.\n- Others: 290.",
        "caption": "Each row is one claim; an arrow has no other end.",
        "sources": "The sources",
        "heads": "Source|What it said|Figure",
        "unknown": "What is not known",
        "items": "No floor for the whole governorate.|No source tells women from men.",
    },
    "ar": {
        "title": "محافظة حلب، من ٣١ آب إلى ٣١ كانون الأول \u20682016\u2069",
        "stamp": "مسودة: لم يجزها أحد",
        "answers": "ما يمكن اقتباسه اليوم",
        "question": "القتلى في مدينة حلب، من ١٩ أيلول إلى ٥ تشرين الأول \u20682016\u2069",
        "figure": "العدد",
        "at_least": "ما لا يقل عن \u2068377\u2069",
        "speaker": "القائل",
        "who": "\u2068Violations Documentation Center\u2069",
        "sentence": "قُتل ما لا يقل عن \u2068377\u2069 شخصاً، بحسب \u2068VDC (Syria)\u2069.",
        "citation": "\u2068Violations Documentation Center\u2069، عبر \u2068Attest\u2069.",
        "plain": "أحصى مصدران القتلى في المدينة، وهما لا يتفقان.",
        "note": "النطاق يخص العدد، لا حدوث الوفاة.",
        "picture": "القتلى في مدينة حلب بحسب المصدر",
        "alt": "القتلى في مدينة حلب.\n- المركز: ما لا يقل عن \u2068377\u2069.",
        "caption": "كل سطر قول واحد.",
        "sources": "المصادر",
        "heads": "المصدر|ما قاله|العدد",
        "unknown": "ما لا نعرفه",
        "items": "لا حد أدنى للمحافظة كلها.|لا مصدر يفرّق بين النساء والرجال.",
    },
}
QUOTES = (
    ("en", "“Civil defense workers say at least 377 people have been killed.”"),
    ("fr", "« Au moins 377 personnes ont été tuées »"),
    ("ar", "«قُتل ما لا يقل عن 377 شخصاً»"),
)
HOSTILE = (
    "<script>alert(1)</script>",
    "</p></main><img src=x onerror=alert(1)>",
    "](http://evil.example) [a](javascript:alert(1)) <https://evil.example>",
    "https://evil.example/path www.evil.example me@evil.example mailto:me@evil.example",
    "| a | b |\n|---|---|",
    "# not a heading",
    "1. not a list",
    "- not a list",
    "`code` *em* _em_ ~~gone~~ $x^2$ &lt; &#60;script&#62; a\\",
    "a \u202eoverridden\u202c b \u2067open and never closed",
    "closed \u2069\u2069 and never opened \u2068",
    "\x00\x07 control \x1b[31m \ufffe \ud800 characters \u2028 here",
)
HOSTILE_LINKS = (
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/a",
    "https:evil",
    "https://good.example@evil.example/",
    "https://good.example\\@evil.example/",
    "https://a.example/\u202egpj.exe",
    "ftp://evil.example/",
)


@pytest.fixture(scope="session", autouse=True)
def house() -> Iterator[None]:
    """Figures are made in the house style, as the stage makes them."""
    with style.house_style():
        yield


def draw(name: str, title: str, alt: str) -> style.Picture:
    """A small picture with what the charts use: text, axes, a clip, dashes, an arrow, a wash."""
    sheet = style.Sheet()
    sheet.paragraph(title, style.TITLE, bold=True)
    axes = sheet.axes(sheet.left, sheet.y, sheet.width, 1.2)
    sheet.wash(sheet.y, 0.3)
    axes.set_xlim(0, 400)
    axes.set_ylim(0, 3)
    axes.plot([290, 377], [1, 2], marker="o", color=style.INK)
    axes.plot([-50, 500], [0.5, 0.5], linestyle="--", color=style.ALARM, alpha=0.5)
    axes.add_patch(
        FancyArrowPatch((377, 2), (395, 2), arrowstyle="->", mutation_scale=9, color=style.INK)
    )
    axes.fill_between([0, 200], [0, 0], [1, 1], color=style.WASH, edgecolor="none")
    sheet.y += 1.4
    return style.Picture(name, sheet.finish(), title, alt, "hand-made")


def compose(language: str) -> Document:
    """A document with every kind of block in that language."""
    said = WORDS[language]
    with speaking(language):
        shown = [draw(f"ladder_{n}", said["picture"], said["alt"]) for n in (1, 2)]
    rows = tuple(
        (
            Cell(said["who"], href=f"https://example.org/{code}?a=1&copy;=2|3"),
            Cell(quote, language=code),
            Cell(said["at_least"], is_figure=True),
        )
        for code, quote in QUOTES
    )
    table = Table(said["sources"], tuple(said["heads"].split("|")), rows)
    lines = (
        Line(said["figure"], said["at_least"], is_figure=True),
        Line(said["speaker"], said["who"]),
    )
    first = Card("q1", said["question"], lines, said["sentence"], said["citation"])
    unpicked = Card("q2", said["question"], (), "", "", table)
    return Document(
        name="aleppo",
        language=language,
        title=said["title"],
        stamp=said["stamp"],
        as_of=date(2016, 10, 6),
        release_id="2026-11-01-abcdef",
        sections=(
            Section("answers", said["answers"], (first, unpicked, Paragraph(said["plain"]))),
            Section("charts", said["picture"], tuple(Shown(p, said["caption"]) for p in shown)),
            Section(
                "sources",
                said["sources"],
                (table, *(Paragraph(q, is_quote=True, language=c) for c, q in QUOTES)),
            ),
            Section(
                "unknown",
                said["unknown"],
                (Bullets(tuple(said["items"].split("|"))), Paragraph(said["note"], is_note=True)),
            ),
        ),
    )


def compose_hostile() -> Document:
    """A document in which every text and every link means harm."""
    everything = "\n".join(HOSTILE)
    cells = tuple((Cell(words, href=HOSTILE_LINKS[0]), Cell("-")) for words in HOSTILE)
    links = tuple((Cell("link"), Cell("to", href=href)) for href in HOSTILE_LINKS)
    card = Card(
        '"><script>',
        everything,
        tuple(Line(words, words, is_figure=True) for words in HOSTILE),
        everything,
        everything,
    )
    return Document(
        name="hostile",
        language="en",
        title=everything,
        stamp=everything,
        as_of=None,
        release_id=everything,
        sections=(
            Section('a"><script>', everything, (card, Bullets(HOSTILE))),
            Section("b", "b", tuple(Paragraph(w, language='"><script>') for w in HOSTILE)),
            Section("c", "c", tuple(Paragraph(w, is_quote=True) for w in HOSTILE)),
            Section("d", "d", (Table(everything, (everything, ""), cells + links),)),
            Section("e", "e", (Shown(draw("hostile", "plain", everything), everything),)),
        ),
    )


def texts_of(document: Document) -> Iterator[str]:
    """Every text of the document but those of its pictures' own drawing, in the page's order."""
    yield document.title
    yield document.stamp
    for line in document.head_lines():
        yield from (line.label, line.text)
    for section in document.sections:
        yield section.heading
        for block in section.blocks:
            yield from _texts_in(block)


def _texts_in(block: object) -> Iterator[str]:
    match block:
        case Paragraph():
            yield block.text
        case Bullets():
            yield from block.items
        case Table():
            yield from (block.caption, *block.head, *(c.text for row in block.rows for c in row))
        case Card():
            yield block.title
            yield from _texts_in(block.table)
            for line in block.all_lines():
                yield from (line.label, line.text)
        case Shown():
            yield from (block.caption, block.picture.alt)


@pytest.fixture(scope="session")
def documents() -> dict[str, Document]:
    """A document with every kind of block, by language."""
    return {language: compose(language) for language in WORDS}


@pytest.fixture(scope="session")
def hostile() -> Document:
    """A document in which every text and every link means harm."""
    return compose_hostile()


@pytest.fixture(scope="session")
def hostile_links() -> tuple[str, ...]:
    """Addresses that no document may lead to."""
    return HOSTILE_LINKS


@pytest.fixture(scope="session")
def all_texts() -> Callable[[Document], list[str]]:
    """`all_texts(document)`: what a reader must find, in order, in the language of the document."""

    def found(document: Document) -> list[str]:
        with speaking(document.language):
            return list(texts_of(document))

    return found
