"""Documents made by hand: PDFs byte by byte, and what a reader makes of any of them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

import pytest

from pipelines.claims.documents import DocumentText, text_of
from pipelines.core.csv_rows import FileRefused

Words = tuple[float, float, str]
"""Where a piece of text starts, in points from the lower left, and the piece."""


def pdf_of(*pages: Iterable[Words], encrypted: bool = False, content: bytes | None = None) -> bytes:
    """A PDF in 10 point Helvetica, with one page for each list of pieces."""
    streams = [
        b"".join(b"BT /F 10 Tf %.1f %.1f Td (%s) Tj ET\n" % (x, y, text.encode("cp1252"))
        for x, y, text in page)
        for page in pages
    ]  # fmt: skip
    if content is not None:
        streams = [content]
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(streams), b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(streams)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, stream in enumerate(streams):
        packed = zlib.compress(stream, 9)
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> >> >>" % (5 + 2 * n)
        )
        bodies.append(
            b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed)
        )
    made, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    made += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    lock = b""
    if encrypted:
        key = b"<%s>" % (b"ab" * 32)
        lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >> /ID [%s %s]" % (
            key, key, key, key,
        )  # fmt: skip
    made += b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(bodies) + 1, lock)
    return made + b"startxref\n%d\n%%%%EOF\n" % start


@pytest.fixture(scope="session")
def pdf() -> Callable[..., bytes]:
    """`pdf([(x, y, text), ...], ...)` gives the bytes of a PDF."""
    return pdf_of


@pytest.fixture(scope="session")
def reason_of() -> Callable[[str, bytes], str]:
    """The reason for which a document is refused; '' where it is read."""

    def reason(name: str, data: bytes) -> str:
        try:
            text_of(name, data)
        except FileRefused as refusal:
            assert refusal.faults[0].message and refusal.faults[0].fix
            return refusal.reason
        return ""

    return reason


@pytest.fixture(scope="session")
def page() -> Callable[..., DocumentText]:
    """What an HTML page is read as."""

    def read(markup: str | bytes) -> DocumentText:
        return text_of("page.html", markup if isinstance(markup, bytes) else markup.encode())

    return read
