"""The page as text: one file, well-formed, every text once, nothing from a source but words."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.briefings import safe, web_page
from pipelines.briefings.document import Document, Paragraph, Section
from pipelines.charts.language import say, speaking

VOID = frozenset({"meta"})
ELEMENTS = """
    html head meta title style body header main section article h1 h2 h3 p ul li dl div dt dd
    blockquote q a bdi table caption thead tbody tr th td figure figcaption details summary
    svg desc defs g path use rect clippath
"""
"""All that a page is made of."""
SPOKEN_ONCE = frozenset({"head", "svg"})
"""Elements whose texts stand elsewhere on the page too."""


class Page(HTMLParser):
    """A page as its elements and its text; fails where an element is not closed in turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.runs: list[str] = []
        self._open: list[str] = []
        self.style = ""
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        elif not SPOKEN_ONCE & set(self._open):
            self.runs.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.runs).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def written(document: Document, folder: Path) -> str:
    (path,) = web_page.write(document, folder)
    assert path == folder / f"{document.name}.{document.language}.html"
    return path.read_text(encoding="utf-8")


@pytest.fixture(params=["en", "ar"])
def document(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return documents[request.param]


def plain(text: str) -> str:
    """A text as a reader sees it."""
    return " ".join(re.sub("[\u2068\u2069]", "", safe.words(text)).split())


def test_it_is_one_well_formed_file(document: Document, tmp_path: Path) -> None:
    page = Page(written(document, tmp_path))
    assert {tag for tag, _ in page.elements} <= set(ELEMENTS.split())
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
    assert len(list(tmp_path.iterdir())) == 1


def test_every_text_stands_once_and_in_order(
    document: Document, tmp_path: Path, all_texts: Callable[[Document], list[str]]
) -> None:
    rest = Page(written(document, tmp_path)).text
    said = "".join(rest.split())
    for text in all_texts(document):
        _, found, rest = rest.partition(plain(text))
        assert found, text
    expected = "".join("".join(plain(t).split()) for t in all_texts(document))
    # Only the heading of each picture's own text comes on top.
    summaries = Page(written(document, tmp_path)).all("details")
    with speaking(document.language):
        heading = "".join(plain(say("Text of the picture")).split())
    assert len(said) - len(expected) == len(summaries) * len(heading)


def test_the_policy_allows_the_one_style_sheet_and_nothing_else(
    document: Document, tmp_path: Path
) -> None:
    page = Page(written(document, tmp_path))
    (policy,) = (a["content"] for a in page.all("meta") if "http-equiv" in a)
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert page.elements[3][1].get("http-equiv")  # html, head, charset: before all that it guards
    assert not any("style" in a or any(n.startswith("on") for n in a) for _, a in page.elements)
    assert not re.search(r"@import|url\(|https?:", page.style)


def test_language_and_direction_are_said(document: Document, tmp_path: Path) -> None:
    page = Page(written(document, tmp_path))
    directions = {"en": "ltr", "fr": "ltr", "ar": "rtl"}
    own = directions.pop(document.language)
    assert page.all("html") == [{"lang": document.language, "dir": own}]
    for tag in ("q", "blockquote"):
        quotes = [a for a in page.all(tag) if "lang" in a]
        assert {a["lang"]: a["dir"] for a in quotes} == directions


def test_isolates_become_elements(documents: dict[str, Document], tmp_path: Path) -> None:
    page = written(documents["ar"], tmp_path)
    assert "بحسب <bdi>VDC (Syria)</bdi>." in page
    body = re.sub(
        r"<svg.*?</svg>|aria-label=\"[^\"]*\"", "", page.partition("<body>")[2], flags=re.S
    )
    assert not re.search("[\u2066-\u2069]", body)


def test_headings_go_down_one_step_at_a_time(document: Document, tmp_path: Path) -> None:
    levels = [
        int(t[1]) for t, _ in Page(written(document, tmp_path)).elements if t in ("h1", "h2", "h3")
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_a_link_says_nothing_about_the_page_it_leaves(document: Document, tmp_path: Path) -> None:
    links = Page(written(document, tmp_path)).all("a")
    assert links
    assert {a["rel"] for a in links} == {"noreferrer noopener"}
    assert links[0]["href"] == "https://example.org/en?a=1&copy;=2|3"


def test_hostile_words_are_words(
    hostile: Document, tmp_path: Path, all_texts: Callable[[Document], list[str]]
) -> None:
    page = Page(written(hostile, tmp_path))
    assert {tag for tag, _ in page.elements} <= set(ELEMENTS.split())
    assert page.all("a") == []
    assert not any(
        n.startswith("on") or n in ("src", "action") for _, a in page.elements for n in a
    )
    for text in all_texts(hostile):
        assert plain(text) in page.text


def test_sections_of_one_key_have_ids_of_their_own(
    documents: dict[str, Document], tmp_path: Path
) -> None:
    twins = tuple(Section("key", heading, (Paragraph("a"),)) for heading in ("one", "two"))
    page = Page(written(replace(documents["en"], sections=twins), tmp_path))
    assert [a["id"] for a in page.all("h2")] == ["key", "key-2"]


def test_written_twice_it_has_the_same_bytes(document: Document, tmp_path: Path) -> None:
    assert written(document, tmp_path / "a") == written(document, tmp_path / "b")
