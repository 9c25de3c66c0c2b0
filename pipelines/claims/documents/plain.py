"""Plain text: the file's own characters, none of them changed."""

from __future__ import annotations

import codecs
import re
from typing import Final

from pipelines.claims.documents.document_text import DocumentText, refused

METHOD: Final = "plain 1"

_PAGE: Final = re.compile(r"\s*(?:<!doctype\s+html|<html|<\?xml)", re.IGNORECASE)
_SAVE: Final = "Save the document as plain text (UTF-8)."


def read(data: bytes) -> DocumentText:
    """The text as strict UTF-8, its line ends and any byte order mark as they are.

    Raises FileRefused with file.encoding, file.nul or file.type.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refused("file.encoding", "The file is UTF-16, not UTF-8.", "Save it as UTF-8.")
    if data.startswith(b"%PDF-"):
        raise refused(
            "file.type", "The file is a PDF, not plain text.", "Give it a name ending in .pdf."
        )
    if b"\0" in data:
        raise refused(
            "file.nul",
            f"The file holds a NUL byte at byte {data.index(0) + 1}: it is damaged or no text.",
            f"Get the document again. {_SAVE}",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            "file.encoding",
            f"The file is not UTF-8: byte 0x{data[error.start]:02x} at byte {error.start + 1}.",
            _SAVE,
        ) from None
    if _PAGE.match(text.removeprefix("\ufeff")):
        raise refused(
            "file.type",
            "The file is an HTML or XML page, not plain text.",
            "Give a web page a name ending in .html; of anything else, save the words.",
        )
    return DocumentText(text, METHOD)
