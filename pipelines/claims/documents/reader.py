"""From the bytes of a document to its text: which reader a name asks for, and the limits of all.

The libraries that take pages and PDFs apart run in a process of their own (`apart`): bytes are not
trusted, and what breaks a library must not break a build.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Final

from pipelines.claims.documents import apart, plain
from pipelines.claims.documents.document_text import DocumentText, refused

KIND_OF_SUFFIX: Final = {
    "": "plain",
    ".txt": "plain",
    ".html": "page",
    ".htm": "page",
    ".pdf": "pdf",
    ".eml": "mail",
}
"""The reader that the end of a file's name asks for."""

MOST_BYTES: Final = 1 << 26
"""Bytes of the largest document that is read."""


def text_of(name: str, data: bytes) -> DocumentText:
    """The text of a document's bytes, read as the end of its name says.

    Raises
    ------
    FileRefused
        With `file.type`, `file.too_large`, `file.empty`, `file.nul`, `file.encoding`,
        `file.encrypted`, `file.no_text`, `file.too_deep`, `file.too_slow` or `file.unreadable`;
        nothing else, whatever the bytes are.
    """
    kind = KIND_OF_SUFFIX.get(PurePath(name).suffix.lower())
    if kind is None:
        raise refused(
            "file.type",
            f"'{PurePath(name).name}' is of no kind that is read.",
            f"Hand it in as one of {', '.join(filter(None, KIND_OF_SUFFIX))}.",
        )
    if len(data) > MOST_BYTES:
        raise refused(
            "file.too_large",
            f"The file holds more than the {MOST_BYTES:,} bytes that are read.",
            "Take out the pages that carry figures and hand in those.",
        )
    if not data.strip():
        raise refused("file.empty", "The file is empty.", "Hand in the text, or delete the file.")
    return plain.read(data) if kind == "plain" else apart.read(kind, data)


def read_file(path: Path) -> DocumentText:
    """The text of a file, of which no more is read than `text_of` takes.

    Raises FileRefused as `text_of` does, and OSError.
    """
    with path.open("rb") as file:
        return text_of(path.name, file.read(MOST_BYTES + 1))
