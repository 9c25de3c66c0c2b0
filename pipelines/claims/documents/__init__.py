"""Documents as analysts receive them, each read as the one text that the offsets of claims count.

Plain text, web pages, PDF with a text layer and mails; `docs/documents.md` says how each is read.
"""

from pipelines.claims.documents.document_text import DocumentText, text_sha256
from pipelines.claims.documents.keeping import check_pin, save_text
from pipelines.claims.documents.reader import MOST_BYTES, read_file, text_of

__all__ = [
    "MOST_BYTES",
    "DocumentText",
    "check_pin",
    "read_file",
    "save_text",
    "text_of",
    "text_sha256",
]
