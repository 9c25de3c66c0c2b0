"""What a document is once it has been read, and how its refusal is made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipelines.core.csv_rows import Fault, FileRefused


@dataclass(frozen=True)
class DocumentText:
    """The text of a document, and how it was had.

    Offsets of claims count the code points of `text`. `method` names the reader with the versions
    that the text depends on; `notes` say what of the document is not in the text.
    """

    text: str
    method: str
    notes: tuple[str, ...] = ()


def text_sha256(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes: what a card pins."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def refused(reason: str, message: str, fix: str) -> FileRefused:
    """The refusal of a whole file."""
    return FileRefused([Fault(reason, message, fix)])
