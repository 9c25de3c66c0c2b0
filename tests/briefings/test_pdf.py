"""The page as a PDF: what it says, how it is tagged, and that no text of a source steers it.

That it keeps PDF/UA-1 is looked at twice: Typst refuses to write what breaks the rules it knows,
and the checks here read the file again, each named by the checkpoint of the Matterhorn Protocol 1.1
that it stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject

from pipelines.briefings import pdf, safe
from pipelines.briefings.document import Bullets, Card, Document, Paragraph, Section, Shown, Table
from pipelines.charts.language import END_ISOLATE, ISOLATE

SPACES = re.compile(r"\s+")
MARKS = re.compile("[\u200e\u200f\u2066-\u2069\u00ad\ufeff]")
STRUCTURE = frozenset(
    re.findall(
        r"\w+",
        """Document Part Sect Div P H1 H2 H3 H4 L LI Lbl LBody Table THead TBody TFoot TR TH TD
        Figure Caption BlockQuote Link Span Strong Em Quote NonStruct Title""",
    )
)
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
"""Letters that a line holds in the order in which they stand on paper, right to left."""


@pytest.fixture(scope="module", params=["en", "ar"])
def document(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return documents[request.param]


@pytest.fixture(scope="module")
def reader(document: Document, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    (path,) = pdf.write(document, tmp_path_factory.mktemp("pdf"))
    assert path.name == f"{document.name}.{document.language}.pdf"
    return PdfReader(path)


def bare(text: str) -> str:
    """The letters of a text in any order of its lines: no spaces, no marks of direction."""
    return SPACES.sub("", MARKS.sub("", unicodedata.normalize("NFKC", text)))


def text_of(reader: PdfReader) -> str:
    """The text of every element in the order of the structure: what a screen reader says."""
    return "".join(said for _, said in elements(reader))


def elements(reader: PdfReader) -> Iterator[tuple[str, str]]:
    """Each element of the structure with the text that it marks itself, in order."""
    marked = {page.indirect_reference.idnum: marked_text(page) for page in reader.pages}
    root = reader.trailer["/Root"]["/StructTreeRoot"]

    def walk(node: Any, page: int | None) -> Iterator[tuple[str, str]]:
        node = node.get_object()
        if isinstance(node, (int, str)) or "/S" not in node:
            return
        here = node.raw_get("/Pg").idnum if "/Pg" in node else page
        kind = node["/S"][1:]
        kids = node.get("/K", ArrayObject())
        kids = kids if isinstance(kids, ArrayObject) else ArrayObject([kids])
        own = [int(k) for k in kids if isinstance(k, int)]
        yield kind, "".join(marked[here].get(n, "") for n in own) if here else ""
        for kid in kids:
            held = kid.get_object() if isinstance(kid, IndirectObject) else kid
            if isinstance(held, DictionaryObject):
                if held.get("/Type") == "/MCR":
                    at = held.raw_get("/Pg").idnum if "/Pg" in held else here
                    yield "MCR", marked[at].get(int(held["/MCID"]), "")
                elif "/S" in held:
                    yield from walk(held, here)

    for kid in root["/K"] if isinstance(root["/K"], ArrayObject) else [root["/K"]]:
        yield from walk(kid, None)


def structure(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every element of the structure."""
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]["/K"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, ArrayObject):
            waiting += list(node)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                yield node
            if "/K" in node and node.get("/Type") != "/MCR":
                waiting.append(node["/K"])


def marked_text(page: Any) -> dict[int, str]:
    """The text of each marked sequence of a page, from the fonts' own tables to Unicode."""
    fonts = {name: to_unicode(font) for name, font in page["/Resources"].get("/Font", {}).items()}
    found: dict[int, str] = {}
    open_marks: list[tuple[int | None, str | None]] = []
    current: dict[int, str] = {}
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator in (b"BDC", b"BMC"):
            held = operands[1].get_object() if len(operands) > 1 else {}
            said = held.get("/ActualText") if isinstance(held, dict) else None
            mcid = held.get("/MCID") if isinstance(held, dict) else None
            open_marks.append((None if mcid is None else int(mcid), said))
            if said is not None:
                put(found, open_marks, str(said))
        elif operator == b"EMC":
            open_marks.pop()
        elif operator == b"Tf":
            current = fonts[operands[0]]
        elif operator in (b"Tj", b"TJ"):
            if any(said is not None for _, said in open_marks):
                continue
            shown = operands[0] if operator == b"TJ" else [operands[0]]
            for run in shown:
                if isinstance(run, (bytes, str)):
                    raw = run if isinstance(run, bytes) else run.original_bytes
                    codes = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
                    put(found, open_marks, "".join(current.get(c, "\ufffd") for c in codes))
    return found


def put(found: dict[int, str], marks: list[tuple[int | None, str | None]], said: str) -> None:
    for mcid, _ in reversed(marks):
        if mcid is not None:
            found[mcid] = found.get(mcid, "") + said
            return


def to_unicode(font: Any) -> dict[int, str]:
    held = font.get_object()["/ToUnicode"].get_data().decode("latin-1")
    table: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", held, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", held, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for n in range(int(first, 16), int(last, 16) + 1):
                step = n - int(first, 16)
                table[n] = chr(int(text, 16) + step)
    return table


def test_it_says_what_the_document_says_in_its_order(
    document: Document, reader: PdfReader, all_texts: Callable[[Document], list[str]]
) -> None:
    said = bare(text_of(reader))
    alts = {b.picture.alt for s in document.sections for b in s.blocks if isinstance(b, Shown)}
    for text in all_texts(document):
        if text and text not in alts:
            held = bare(safe.words(text))
            assert Counter(held) <= Counter(said)
            assert RIGHT_TO_LEFT.search(held) or held in said, text
    if document.language == "en":
        at = 0
        for section in document.sections:
            at = said.index(bare(section.heading), at + 1)


# PDF/UA-1


def test_it_says_that_it_keeps_pdf_ua_and_is_tagged(reader: PdfReader) -> None:
    """06-001 to 06-003 (identifier and title in XMP), 07-001, 07-002 (title shown), 01-005."""
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part\W+1\b", xmp)
    assert "dc:title" in xmp
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_it_names_its_title_and_language(document: Document, reader: PdfReader) -> None:
    """11-006 (language); the title is that of the page."""
    assert reader.trailer["/Root"]["/Lang"] == document.language
    assert bare(str(reader.metadata.title)) == bare(document.title)


def test_every_text_is_tagged_or_an_artifact(reader: PdfReader) -> None:
    """01-001 to 01-005: content is tagged or marked as an artifact, never neither."""
    for page in reader.pages:
        depth = 0
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"BDC", b"BMC"):
                depth += 1
            elif operator == b"EMC":
                depth -= 1
            elif operator in (b"Tj", b"TJ", b"Do", b"f", b"S", b"B", b"sh"):
                assert depth, f"{operator!r} {operands} stands outside every mark"
        assert page["/Tabs"] == "/S", "28-004: the tab order follows the structure"


def test_structure_is_of_standard_elements_in_their_places(reader: PdfReader) -> None:
    """02-001 (standard types), 09-004, 09-005 (tables and lists), 14-003 (no level is skipped)."""
    kinds = [str(element["/S"])[1:] for element in structure(reader)]
    mapped = reader.trailer["/Root"]["/StructTreeRoot"].get("/RoleMap", {})
    assert {kind for kind in kinds if f"/{kind}" not in mapped} <= STRUCTURE
    for element in structure(reader):
        kind, parent = element["/S"], element["/P"].get_object().get("/S")
        if kind in ("/TH", "/TD"):
            assert parent == "/TR"
        if kind == "/TR":
            assert parent in ("/Table", "/THead", "/TBody", "/TFoot")
        if kind == "/LI":
            assert parent == "/L"
    levels = [int(kind[1]) for kind, _ in elements(reader) if re.fullmatch(r"H\d", kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_picture_has_its_alternative_text(document: Document, reader: PdfReader) -> None:
    """13-004: a figure has alternative text; here it is the picture's own."""
    alts = [b.picture.alt for s in document.sections for b in s.blocks if isinstance(b, Shown)]
    figures = [bare(str(e["/Alt"])) for e in structure(reader) if e["/S"] == "/Figure"]
    assert sorted(figures) == sorted(bare(alt) for alt in alts)


def test_every_table_has_heads(document: Document, reader: PdfReader) -> None:
    """15-003: a head says whether it speaks for a row or a column."""
    blocks = [b for s in document.sections for b in s.blocks]
    tables = [b for b in blocks if isinstance(b, Table)]
    tables += [b.table for b in blocks if isinstance(b, Card) and b.table]
    heads = [e for e in structure(reader) if e["/S"] == "/TH"]
    assert len(heads) == sum(len(table.head) for table in tables)
    for head in heads:
        attributes = head["/A"] if isinstance(head["/A"], ArrayObject) else [head["/A"]]
        scopes = [a.get_object().get("/Scope") for a in attributes]
        assert "/Column" in scopes


def test_every_font_is_embedded_and_maps_to_unicode(reader: PdfReader) -> None:
    """31-001 to 31-030 in part: programs embedded, characters mapped; 10-001."""
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            held = font.get_object()
            assert "/ToUnicode" in held
            for inner in held.get("/DescendantFonts", [held]):
                described = inner.get_object()["/FontDescriptor"]
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)


def test_links_are_told_and_lead_to_the_web_only(document: Document, reader: PdfReader) -> None:
    """28-011, 28-012: a link is in the structure and has a description; no other action."""
    wanted = {
        cell.href
        for section in document.sections
        for block in section.blocks
        for table in ([block] if isinstance(block, Table) else [getattr(block, "table", None)])
        if table
        for row in table.rows
        for cell in row
        if safe.link(cell.href)
    }
    found = set()
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            held = annotation.get_object()
            assert held["/Subtype"] == "/Link"
            assert held["/Contents"]
            assert held["/A"]["/S"] == "/URI"
            found.add(str(held["/A"]["/URI"]))
    assert found == wanted


def active(reader: PdfReader) -> set[str]:
    """Names of what could act or carry something."""
    root = reader.trailer["/Root"]
    named = set(root.get("/Names", {}))
    return ({"/OpenAction", "/AA", "/AcroForm"} & set(root)) | (
        {"/JavaScript", "/EmbeddedFiles"} & named
    )


def test_it_carries_and_does_nothing_else(reader: PdfReader) -> None:
    assert not active(reader)


# Harm, oddities, sameness


def test_hostile_words_are_only_words(hostile: Document, tmp_path: Path) -> None:
    (path,) = pdf.write(hostile, tmp_path)
    reader = PdfReader(path)
    assert not active(reader)
    assert not [a for page in reader.pages for a in page.get("/Annots", [])]
    said = bare(text_of(reader))
    for words in ("<script>alert(1)</script>", "`code`*em*_em_~~gone~~$x^2$&lt;", "#notaheading"):
        assert bare(words) in said


@pytest.mark.parametrize(
    "words",
    [
        '#import "x.typ"; #read("/etc/passwd") $ x $ @ref <label> // gone /* gone */ \\ ~ = -',
        "a" * 400,
        "100% & {a} [b] 'c' \"d\" --- ...",
        "نص عربي inside English 1,234 و٥",
        "",
    ],
)
def test_text_is_never_markup(words: str, tmp_path: Path) -> None:
    section = Section("a", "Heading", (Paragraph(words), Bullets((words, "end"))))
    document = Document("odd", "en", "Title", "", None, "1", (section,))
    (path,) = pdf.write(document, tmp_path)
    assert Counter(bare(words)) <= Counter(bare(text_of(PdfReader(path))))


def test_a_character_that_the_face_lacks_stands_as_its_number(tmp_path: Path) -> None:
    section = Section("a", "Heading", (Paragraph(f"name {ISOLATE}漢字{END_ISOLATE} ends"),))
    (path,) = pdf.write(Document("odd", "en", "漢", "", None, "1", (section,)), tmp_path)
    reader = PdfReader(path)
    said = text_of(reader)
    assert bare("name [U+6F22][U+5B57] ends") in bare(said)
    assert "\ufffd" not in said
    assert str(reader.metadata.title) == "漢"


def test_a_document_without_sections_is_a_page(tmp_path: Path) -> None:
    (path,) = pdf.write(Document("empty", "ar", "عنوان", "", None, "1", ()), tmp_path)
    assert len(PdfReader(path).pages) == 1


def test_a_table_is_as_long_as_it_must_be(documents: dict[str, Document], tmp_path: Path) -> None:
    english = documents["en"]
    table = next(b for s in english.sections for b in s.blocks if isinstance(b, Table))
    long = replace(table, rows=table.rows * 60)
    document = replace(english, sections=(Section("a", "A", (long,)),))
    (path,) = pdf.write(document, tmp_path)
    reader = PdfReader(path)
    assert len(reader.pages) > 1
    cells = [e for e in structure(reader) if e["/S"] == "/TD"]
    assert len(cells) == len(long.rows) * len(long.head)


def test_one_document_gives_the_same_bytes(document: Document, tmp_path: Path) -> None:
    first, second = (
        pdf.write(document, tmp_path / name)[0].read_bytes() for name in ("one", "two")
    )
    assert first == second
    assert b"/CreationDate" not in first


def test_what_cannot_be_set_is_said(
    documents: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.typ"
    broken.write_text("#panic()")
    monkeypatch.setattr(pdf, "TEMPLATE", broken)
    with pytest.raises(pdf.NotTypeset, match=r"aleppo\.en\.pdf: Typst could not set it as ua-1"):
        pdf.write(documents["en"], tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
