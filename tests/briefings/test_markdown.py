"""The page as Markdown: read back by a Markdown reader it says the same and does nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipelines.briefings import markdown, safe
from pipelines.briefings.document import Document

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HARM = frozenset(
    [
        "link_open",
        "em_open",
        "s_open",
        "code_inline",
        "code_block",
        "fence",
        "hr",
        "ordered_list_open",
    ]
)
WRAPPER = re.compile(r'<div dir="(ltr|rtl|auto)" lang="[\w-]*">|</div>')


@pytest.fixture(params=["en", "ar"])
def document(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return documents[request.param]


def written(document: Document, folder: Path) -> str:
    page, *pictures = markdown.write(document, folder)
    assert page == folder / f"{document.name}.{document.language}.md"
    assert sorted(folder.iterdir()) == sorted([page, *pictures])
    return page.read_text(encoding="utf-8")


def tokens(page: str) -> Iterator[Token]:
    for token in READER.parse(page):
        yield token
        yield from token.children or ()


def text_of(page: str) -> str:
    """What a reader of the page sees, a picture's alternative text in its place."""
    seen = []
    for token in tokens(page):
        if token.type == "image":
            seen.append("".join(t.content for t in token.children or ()))
        elif token.type in ("text", "text_special"):
            seen.append(token.content)
        elif token.type == "inline":
            seen.append(" ")
    return "".join(seen)


def plain(text: str) -> str:
    return " ".join(re.sub("[\u2068\u2069]", "", safe.line(text)).split())


def same(page: str) -> str:
    return plain(text_of(page))


def test_every_text_stands_in_it_in_order(
    document: Document, tmp_path: Path, all_texts: Callable[[Document], list[str]]
) -> None:
    rest = same(written(document, tmp_path))
    texts = all_texts(document)
    for text in texts:
        if text in [
            b.caption for s in document.sections for b in s.blocks if hasattr(b, "picture")
        ]:
            continue  # below its picture here, above the picture's words on the web page
        _, found, rest = rest.partition(plain(text))
        assert found, text


def test_its_pictures_stand_beside_with_their_words(document: Document, tmp_path: Path) -> None:
    images = [t for t in tokens(written(document, tmp_path)) if t.type == "image"]
    shown = [b for s in document.sections for b in s.blocks if hasattr(b, "picture")]
    assert len(images) == len(shown) == 2
    for image, block in zip(images, shown, strict=True):
        assert (tmp_path / str(image.attrs["src"])).read_bytes().startswith(b"<?xml")
        assert plain("".join(t.content for t in image.children or ())) == plain(block.picture.alt)


def test_its_tables_are_whole(document: Document, tmp_path: Path) -> None:
    found = [t.type for t in tokens(written(document, tmp_path))]
    assert found.count("table_open") == 2
    assert found.count("td_open") == 18


def test_a_page_from_right_to_left_says_so(documents: dict[str, Document], tmp_path: Path) -> None:
    page = written(documents["ar"], tmp_path)
    assert page.startswith('<div dir="rtl" lang="ar">\n\n# ')
    assert page.endswith("\n\n</div>\n")
    assert "\u2068377\u2069" in page
    assert page.count("\u2068") == page.count("\u2069")


def test_its_only_links_are_those_of_the_cells(document: Document, tmp_path: Path) -> None:
    links = [t.attrs["href"] for t in tokens(written(document, tmp_path)) if t.type == "link_open"]
    assert links[:3] == [f"https://example.org/{c}?a=1&copy;=2%7C3" for c in ("en", "fr", "ar")]
    assert len(links) == 6


def test_hostile_words_are_words(
    hostile: Document, tmp_path: Path, all_texts: Callable[[Document], list[str]]
) -> None:
    page = written(hostile, tmp_path)
    assert not [t for t in tokens(page) if t.type in HARM]
    for token in tokens(page):
        if token.type == "html_block":
            assert all(WRAPPER.fullmatch(line) for line in token.content.split("\n") if line)
        if token.type == "html_inline":
            assert token.content == "<!-- -->"
    seen = same(page)
    for text in all_texts(hostile):
        assert plain(text) in seen
    assert sum(t.type == "td_open" for t in tokens(page)) == 2 * len(
        hostile.sections[3].blocks[0].rows  # type: ignore[union-attr]
    )


@given(st.text(st.sampled_from("ab 1.)-+#=*_~`<>[]()!|\\&;:/@$\"'\n\u2068\u2069wh"), max_size=30))
def test_any_words_are_read_back_as_they_are(words: str) -> None:
    said = markdown.text(words)
    assert "\n" not in said
    table = f"| head |\n| --- |\n| {said} |"
    for page, around in ((said, ""), (f"- {said}", ""), (f"> {said}", ""), (table, "head ")):
        kinds = {t.type for t in tokens(page)}
        assert not kinds & HARM
        assert same(page) == plain(f"{around}{words}")


@pytest.mark.parametrize(
    "words",
    ["https://a.example", "www.a.example", "a@b.example", "mailto:a@b.example", "ftp://a.b"],
)
def test_an_address_within_words_is_no_link_to_github(words: str) -> None:
    """GitHub's reader links `scheme://`, `www.` and `name@host` where no escape stands within."""
    said = markdown.text(f"see {words} there")
    assert not re.search(r"(?<!\\)://|www\.|[\w.]@|mailto:", said)
    assert same(said) == f"see {words} there"


def test_written_twice_it_has_the_same_bytes(document: Document, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        markdown.write(document, tmp_path / folder)
    held = [{p.name: p.read_bytes() for p in (tmp_path / f).iterdir()} for f in ("a", "b")]
    assert held[0] == held[1]
