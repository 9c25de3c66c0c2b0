"""PDFs: paragraphs, cells, words that a line end cut, and what has no text layer."""

from __future__ import annotations

import io
from collections.abc import Callable

import matplotlib
import pytest
from matplotlib.figure import Figure

from pipelines.claims.documents import text_of

Pdf = Callable[..., bytes]

LINES = (
    "Shelling of the eastern districts killed 41 people in",
    "Aleppo on Monday, the health ministry said in a state-",
    "ment, and at least 12,500 people fled towards Idlib.",
    "That was all.",
)


def set_out(
    lines: tuple[str, ...], left: float = 50, top: float = 700
) -> list[tuple[float, float, str]]:
    return [(left, top - 12 * n, line) for n, line in enumerate(lines)]


def text(data: bytes) -> str:
    return text_of("report.pdf", data).text


def test_lines_that_the_width_of_a_page_cut_are_joined(pdf: Pdf) -> None:
    read = text_of("report.pdf", pdf(set_out(LINES)))
    assert read.text == (
        "Shelling of the eastern districts killed 41 people in Aleppo on Monday, the health "
        "ministry said in a statement, and at least 12,500 people fled towards Idlib. That was all."
    )
    assert read.method.startswith("pdf 1 (pypdfium2 ") and read.notes == ()


def test_a_gap_between_lines_parts_paragraphs(pdf: Pdf) -> None:
    pieces = [*set_out(LINES), *set_out(("Nine more died on Friday in the south of the city,",
              "and 3 on Saturday."), top=620)]  # fmt: skip
    assert "That was all.\n\nNine more died" in text(pdf(pieces))


def test_short_lines_are_a_list_and_not_a_paragraph(pdf: Pdf) -> None:
    items = ("North: 41 killed", "South: 12 killed", "Other: 10 killed")
    assert text(pdf(set_out(items))) == "\n\n".join(items)


@pytest.mark.parametrize("column", [(150, 220), (110, 135)], ids=["wide", "narrow"])
def test_numbers_in_two_cells_never_read_as_one(pdf: Pdf, column: tuple[float, float]) -> None:
    rows = [("District", "Killed", "Injured"), ("North", "103", "205"), ("South", "104", "000")]
    pieces = [
        (x, 700 - 14 * n, cell)
        for n, row in enumerate(rows)
        for x, cell in zip((50, *column), row, strict=True)
    ]
    read = text(pdf(pieces))
    assert "103 | 205" in read and "104 | 000" in read


def test_columns_are_read_one_after_the_other(pdf: Pdf) -> None:
    left = (
        "The fighting in the north of the country has",
        "gone on since May and so far it has killed",
    )
    right = (
        "Twelve aid workers, of whom five were from the",
        "region, as their agency said on Friday.",
    )
    read = text(pdf([*set_out(left), *set_out(right, left=320)]))
    assert read.index("so far it has killed") < read.index("Twelve aid workers")
    assert "killed Twelve aid workers" in read.replace("\n\n", " ")


def test_a_hyphen_stays_where_the_text_writes_the_word_so(pdf: Pdf) -> None:
    lines = (
        "In rebel-held areas 12 people were killed, and in rebel-",
        "held towns of the south 9 more civil-",
        "ians.",
    )
    assert text(pdf(set_out(lines))).endswith("in rebel-held towns of the south 9 more civilians.")


@pytest.mark.parametrize("fonttype", [3, 42])
def test_ligatures_and_kerning_of_a_typesetter_are_letters(fonttype: int) -> None:
    with matplotlib.rc_context({"pdf.fonttype": fonttype}):
        drawn, made = Figure(), io.BytesIO()
        drawn.text(0.1, 0.5, "AVAST: the oﬃce conﬁrmed 12,500 displaced – officials")
        drawn.savefig(made, format="pdf")
    assert text(made.getvalue()) == "AVAST: the office confirmed 12,500 displaced – officials"


def test_pages_without_text_are_named(pdf: Pdf) -> None:
    read = text_of("report.pdf", pdf(set_out(("41 died.",)), [], set_out(("12 fled.",)), []))
    assert read.text == "41 died.\n\n12 fled."
    assert read.notes == ("pages without text, not read: 2, 4",)


def test_what_is_no_readable_pdf_is_refused(
    pdf: Pdf, reason_of: Callable[[str, bytes], str]
) -> None:
    good = pdf(set_out(LINES))
    assert reason_of("a.pdf", good) == ""
    assert reason_of("a.pdf", pdf([], [])) == "file.no_text"
    assert reason_of("a.pdf", pdf(set_out(LINES), encrypted=True)) == "file.encrypted"
    assert reason_of("a.pdf", b"Killed: 41") == "file.type"
    assert reason_of("a.pdf", b"%PDF-1.7\n41 killed") == "file.unreadable"


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_a_pdf_that_was_cut_off_is_read_or_refused(
    pdf: Pdf, reason_of: Callable[[str, bytes], str], share: float
) -> None:
    data = pdf(set_out(LINES), set_out(LINES))
    assert reason_of("a.pdf", data[: int(len(data) * share)]) in (
        "",
        "file.unreadable",
        "file.no_text",
    )
