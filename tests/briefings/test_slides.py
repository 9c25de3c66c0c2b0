"""The slides: native text in its direction, pictures described, sources noted, nothing cut."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from pipelines.briefings import safe, slides
from pipelines.briefings.document import (
    Bullets,
    Card,
    Document,
    Paragraph,
    Section,
    Shown,
    Table,
)
from pipelines.charts.language import END_ISOLATE, ISOLATE


@pytest.fixture(scope="module", params=["en", "ar"])
def document(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return documents[request.param]


@pytest.fixture(scope="module")
def deck(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Any:
    (path,) = slides.write(document, tmp_path_factory.mktemp("slides"))
    assert path.name == f"{document.name}.{document.language}.pptx"
    return Presentation(str(path))


def frames(slide: Any) -> Iterator[Any]:
    """Every text frame of a slide, those of its tables too."""
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame
        if shape.has_table:
            for row in shape.table.rows:
                yield from (cell.text_frame for cell in row.cells)


def said(deck: Any) -> str:
    """Every text of every slide and its notes, and the descriptions of the pictures."""
    texts = []
    for slide in deck.slides:
        texts += [frame.text.replace("\v", "\n") for frame in frames(slide)]
        texts += [shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures(slide)]
        if slide.has_notes_slide:
            texts.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(texts)


def pictures(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if hasattr(shape, "image")]


def plain(text: str) -> str:
    return safe.words(text).replace(ISOLATE, "").replace(END_ISOLATE, "")


def test_they_say_what_the_document_says(
    document: Document, deck: Any, all_texts: Callable[[Document], list[str]]
) -> None:
    held = plain(said(deck))
    for text in all_texts(document):
        assert plain(text) in held


def test_every_slide_has_a_title_of_its_own_words(deck: Any) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert all(titles)
    for slide in deck.slides:
        assert slide.shapes[0].shape_id == slide.shapes.title.shape_id, "read first"


def test_every_picture_is_described(document: Document, deck: Any) -> None:
    shown = [b for s in document.sections for b in s.blocks if isinstance(b, Shown)]
    found = [p for slide in deck.slides for p in pictures(slide)]
    assert {p._element.nvPicPr.cNvPr.get("descr") for p in found} == {
        plain(b.picture.alt) for b in shown
    }
    assert len(found) >= len(shown)


def test_notes_hold_the_citation_of_a_card(document: Document, deck: Any) -> None:
    cards = [b for s in document.sections for b in s.blocks if isinstance(b, Card) and b.citation]
    for card in cards:
        (slide, *_) = [
            s for s in deck.slides if plain(s.shapes.title.text_frame.text) == plain(card.title)
        ]
        assert plain(card.citation) in plain(slide.notes_slide.notes_text_frame.text)


def test_every_slide_notes_how_to_cite(documents: dict[str, Document], tmp_path: Path) -> None:
    cited = Section("cite", "How to cite", (Paragraph("This page."), Bullets(("A, 2016.", "B."))))
    document = replace(documents["en"], sections=(*documents["en"].sections, cited))
    (path,) = slides.write(document, tmp_path)
    for slide in Presentation(str(path)).slides:
        assert slide.notes_slide.notes_text_frame.text.endswith("This page.\nA, 2016.\nB.")


def test_text_runs_in_the_direction_of_its_language(document: Document, deck: Any) -> None:
    for slide in deck.slides:
        title = slide.shapes.title.text_frame.paragraphs[0]
        assert title._p.pPr.get("rtl") == ("1" if document.language == "ar" else "0")
        for frame in frames(slide):
            for paragraph in frame.paragraphs:
                for run in paragraph.runs:
                    language = run._r.rPr.get("lang")
                    wanted = "1" if safe.direction(language) == "rtl" else "0"
                    assert paragraph._p.pPr.get("rtl") == wanted
        for shape in slide.shapes:
            if shape.has_table:
                is_rtl = shape.table._tbl.tblPr.get("rtl") == "1"
                assert is_rtl == (document.language == "ar")


def test_no_letter_is_too_small_to_read(deck: Any) -> None:
    for slide in deck.slides:
        for frame in frames(slide):
            for paragraph in frame.paragraphs:
                assert all(run.font.size >= Pt(12) for run in paragraph.runs)


def test_everything_lies_within_its_slide(deck: Any) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + 1000
            assert shape.top + shape.height <= deck.slide_height + 1000


def test_links_lead_to_the_web_only(document: Document, hostile: Document, tmp_path: Path) -> None:
    def links(one: Document) -> set[str]:
        (path,) = slides.write(one, tmp_path)
        return {
            run.hyperlink.address
            for slide in Presentation(str(path)).slides
            for frame in frames(slide)
            for paragraph in frame.paragraphs
            for run in paragraph.runs
            if run.hyperlink.address
        }

    assert links(hostile) == set()
    assert all(link.startswith("https://example.org/") for link in links(document))
    assert links(document)


def test_hostile_words_are_only_words(hostile: Document, tmp_path: Path) -> None:
    (path,) = slides.write(hostile, tmp_path)
    held = said(Presentation(str(path)))
    for words in ("<script>alert(1)</script>", "`code` *em* _em_ ~~gone~~ $x^2$ &lt;"):
        assert words in held
    with zipfile.ZipFile(path) as parts:
        assert not [name for name in parts.namelist() if "vba" in name.lower()]


def test_a_long_text_goes_on_with_the_next_slide(
    documents: dict[str, Document], tmp_path: Path
) -> None:
    words = " ".join(f"word{n}" for n in range(1_500))
    section = Section("a", "Heading", (Paragraph(words), Paragraph("the end")))
    (path,) = slides.write(replace(documents["en"], sections=(section,)), tmp_path)
    deck = Presentation(str(path))
    assert len(deck.slides) > 4
    assert [t for t in said(deck).split() if t.startswith("word")] == words.split()
    assert deck.slides[3].shapes.title.text_frame.text == "Heading (continued)"


def test_a_long_table_repeats_its_heads(documents: dict[str, Document], tmp_path: Path) -> None:
    english = documents["en"]
    table = next(b for s in english.sections for b in s.blocks if isinstance(b, Table))
    long = replace(table, rows=table.rows * 20)
    (path,) = slides.write(replace(english, sections=(Section("a", "A", (long,)),)), tmp_path)
    tables = [
        shape.table
        for slide in Presentation(str(path)).slides
        for shape in slide.shapes
        if shape.has_table
    ]
    assert len(tables) > 2
    assert sum(len(held.rows) - 1 for held in tables) == len(long.rows)
    for held in tables:
        assert [cell.text for cell in held.rows[0].cells] == list(long.head)


def test_a_title_too_long_for_its_place_is_whole_in_the_notes(tmp_path: Path) -> None:
    title = " ".join(f"title{n}" for n in range(120))
    section = Section("a", title, (Paragraph("words"),))
    (path,) = slides.write(Document("long", "en", "T", "", None, "1", (section,)), tmp_path)
    slide = Presentation(str(path)).slides[1]
    assert slide.shapes.title.text_frame.text.endswith("…")
    assert slide.notes_slide.notes_text_frame.text == title


def test_an_empty_document_is_a_slide(tmp_path: Path) -> None:
    (path,) = slides.write(Document("empty", "ar", "عنوان", "", None, "1", ()), tmp_path)
    (slide,) = Presentation(str(path)).slides
    assert slide.shapes.title.text_frame.text == "عنوان"


def test_letters_have_a_face_for_every_script(deck: Any) -> None:
    run = deck.slides[0].shapes.title.text_frame.paragraphs[0].runs[0]._r.rPr
    for script in ("a:latin", "a:ea", "a:cs"):
        assert run.find(qn(script)).get("typeface") == slides.FACE


def test_one_document_gives_the_same_bytes(document: Document, tmp_path: Path) -> None:
    first, second = (
        slides.write(document, tmp_path / name)[0].read_bytes() for name in ("one", "two")
    )
    assert first == second
