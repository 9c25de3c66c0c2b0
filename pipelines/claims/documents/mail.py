"""Mails: the words of the message itself.

What belongs here: which parts of a message are its text (the plain one before the page), and the
names of what was not read. Headers are no part of the text, and nothing is taken from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any, Final, TypeAlias

from pipelines.claims.documents import charsets, page
from pipelines.claims.documents.document_text import DocumentText, refused
from pipelines.core.csv_rows import FileRefused

_Part: TypeAlias = "Message[Any, Any]"

METHOD: Final = "mail 2"

_DEEPEST: Final = 20
_MOST_PARTS: Final = 1_000
_HEADERS: Final = ("from", "to", "date", "subject", "message-id", "received", "mime-version")
_LONGEST_NAME: Final = 100
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_QUOTED: Final = re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)
"""The marks before a line that the sender quotes: no "more than" before a number."""

_UNQUOTED: Final = "marks of quotation (>) at the start of lines left out"
_SAVE: Final = "Open the mail and save its words as plain text (UTF-8)."


def read(data: bytes) -> DocumentText:
    """The text of a mail's message, its line ends as \\n.

    Raises FileRefused with file.type, file.too_deep, file.encoding, file.nul or file.no_text.
    """
    message = message_from_bytes(data)
    if not any(name in message for name in _HEADERS):
        raise refused(
            "file.type",
            "The file has none of the headers of a mail.",
            "Name it .txt if it holds only the words; else export the mail again as .eml.",
        )
    unread: list[str] = []
    texts = [found for part in _text_parts(message, unread) if (found := _text_of(part)).text]
    notes = tuple(dict.fromkeys(note for found in texts for note in found.notes))
    if unread:
        notes += (f"not read: {', '.join(unread)}",)
    if not texts:
        raise refused(
            "file.no_text",
            f"The mail holds no text of its own ({notes[-1]})." if notes else "The mail is empty.",
            "Save what is attached and hand that in; decrypt an encrypted mail first.",
        )
    methods = dict.fromkeys(found.method for found in texts)
    return DocumentText(
        "\n\n".join(found.text for found in texts),
        ", ".join([METHOD, *(method for method in methods if method != METHOD)]),
        notes,
    )


def _text_parts(message: _Part, unread: list[str]) -> Iterator[_Part]:
    """The parts that are the message's text; the names of the others go to `unread`."""
    waiting = [(message, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if depth > _DEEPEST or seen > _MOST_PARTS:
            raise refused(
                "file.too_deep",
                f"The mail has more than {_MOST_PARTS:,} parts, or parts more than {_DEEPEST} deep "
                "in each other.",
                _SAVE,
            )
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or part.get_filename():
            unread.append(_name_of(part))
        elif kind == "multipart/alternative":
            chosen = _best(_children(part))
            if chosen is not None:
                waiting.append((chosen, depth + 1))
        elif part.is_multipart() and kind.startswith("multipart/"):
            waiting += [(child, depth + 1) for child in reversed(_children(part))]
        elif kind in ("text/plain", "text/html"):
            yield part
        else:
            unread.append(_name_of(part))


def _children(part: _Part) -> list[_Part]:
    payload = part.get_payload()
    return [p for p in payload if isinstance(p, Message)] if isinstance(payload, list) else []


def _best(alternatives: list[_Part]) -> _Part | None:
    """The plain text, where it holds any; else the page, or what holds a page."""
    plain = [p for p in alternatives if p.get_content_type() == "text/plain" and _bytes(p).strip()]
    pages = [p for p in alternatives if p.get_content_type() == "text/html"]
    nested = [p for p in alternatives if p.is_multipart()]
    return next(iter([*plain, *pages, *nested, *alternatives]), None)


def _name_of(part: _Part) -> str:
    name = part.get_filename() or f"a part of type {part.get_content_type()}"
    visible = _CONTROL.sub(" ", str(name)).encode("utf-8", "replace").decode("utf-8")
    return visible[:_LONGEST_NAME]


def _bytes(part: _Part) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _text_of(part: _Part) -> DocumentText:
    data = _bytes(part)
    charset = part.get_content_charset()
    if not data.strip():
        return DocumentText("", METHOD)
    if part.get_content_type() == "text/html":
        return _page(data, charset)
    text = charsets.by_label(data, charset or "utf-8", "its headers")
    if "\0" in text:
        raise refused("file.nul", "The mail holds a NUL: it is damaged.", "Export it again.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _unflowed(text, str(part.get_param("delsp", "")).lower() == "yes")
    unquoted, marks = _QUOTED.subn("", text)
    return DocumentText(unquoted.strip("\n"), METHOD, (_UNQUOTED,) if marks else ())


def _page(data: bytes, charset: str | None) -> DocumentText:
    """The text of a part that is a page; none where it shows none, as one that holds a picture."""
    try:
        return page.read(data, charset)
    except FileRefused as refusal:
        if refusal.reason != "file.no_text":
            raise
        return DocumentText("", METHOD)


def _unflowed(text: str, delete_space: bool) -> str:
    """Lines joined that the sender's program cut, as RFC 3676 marks them by a space at the end."""
    joined: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        bare = line.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- " and not bare.startswith(">")
        kept = bare[:-1] if flows and delete_space else bare
        if goes_on:
            joined[-1] += kept
        else:
            joined.append(kept)
        goes_on = flows
    return "\n".join(joined)
