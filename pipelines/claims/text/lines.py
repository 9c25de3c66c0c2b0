"""Texts in, lines of JSON out: what `attest extract` reads and writes.

The forms of both are in docs/extract.md. A text that cannot be read gets its line too, with an
`error`, so that output and input stay side by side.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.claims.text.extract import Document, extract, to_json
from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer


@dataclass(frozen=True)
class Text:
    """A text to read; the id is given back as it came."""

    id: Any
    text: str
    published_on: date | None


@dataclass(frozen=True)
class FaultyText:
    """A text that cannot be read, and why."""

    id: Any
    message: str


def texts_of(path: Path, published_on: str | None, *, jsonl: bool) -> Iterator[Text | FaultyText]:
    """The texts of a file, or of standard input for '-', one by one."""
    name = "standard input" if str(path) == "-" else str(path)
    try:
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as stream:
            if jsonl:
                for number, line in enumerate(stream, 1):
                    if line.strip():
                        yield _of_line(line, f"{name}, line {number}", published_on)
            else:
                yield _of_bytes(stream.read(), name, published_on)
    except OSError as error:
        yield FaultyText(name, f"{name}: cannot be read ({error.strerror}). Name a text file.")


def extract_line(asked: Text | FaultyText, gazetteer: Gazetteer, actors: Actors) -> dict[str, Any]:
    """The line of JSON of one text."""
    if isinstance(asked, FaultyText):
        return {"id": asked.id, "claims": [], "set_aside": [], "error": asked.message}
    document = Document(published_on=asked.published_on, gazetteer=gazetteer, actors=actors)
    return {"id": asked.id, **to_json(extract(asked.text, document))}


def _of_bytes(content: bytes, name: str, published_on: str | None) -> Text | FaultyText:
    try:
        return Text(name, content.decode("utf-8"), _day(published_on))
    except UnicodeDecodeError:
        return FaultyText(name, f"{name}: is not UTF-8. Save it as plain text in UTF-8.")
    except ValueError as error:
        return FaultyText(name, f"{name}: {error}")


def _of_line(line: bytes, where: str, published_on: str | None) -> Text | FaultyText:
    held: Any = None
    try:
        held = json.loads(line)
        if not isinstance(held, dict) or not isinstance(held.get("text"), str):
            raise ValueError('is no object with a "text". Write {"id": ..., "text": ...}.')
        return Text(_id_of(held), held["text"], _day(held.get("published_on") or published_on))
    except (ValueError, RecursionError) as error:
        return FaultyText(_id_of(held), f"{where}: {error}")


def _id_of(held: Any) -> Any:
    return held.get("id") if isinstance(held, dict) else None


def _day(written: Any) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise ValueError(f"published_on '{written}' is no day. Write it as 2016-10-06.") from None
