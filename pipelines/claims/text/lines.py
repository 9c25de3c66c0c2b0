"""Texts in, lines of JSON out: what `attest extract` reads and writes.

What belongs here: how input is cut into tasks, how a task becomes lines of output, and what is said
of a text that cannot be read. The forms are in docs/extract.md. A text that cannot be read gets
its line too, with an `error`, so that output and input stay side by side. How tasks are shared
out among processes is in `workers`.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

from pipelines.claims.documents import MOST_BYTES, save_text, text_of, text_sha256
from pipelines.claims.text.claim import Document, to_json
from pipelines.claims.text.extract import extract
from pipelines.claims.text.sentences import sentences
from pipelines.core.actors import Actors
from pipelines.core.csv_rows import FileRefused
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.period import DateFault, partial_day

STANDARD_INPUT: Final = "standard input"

_BLOCK: Final = 1 << 16
_TOO_LONG: Final = f"holds more than the {MOST_BYTES:,} bytes that are read at once. Split it."
_OBJECT: Final = 'Write {"id": ..., "text": ...} on one line.'
_NO_TEXT: Final = f'is no object with a "text". {_OBJECT}'


@dataclass(frozen=True)
class Lines:
    """Whole lines of a JSONL file, without their place in it being lost."""

    name: str
    first: int
    content: bytes

    @property
    def size(self) -> int:
        """Bytes, as far as they say how long reading takes."""
        return len(self.content)

    def _content(self) -> bytes:
        return self.content.removeprefix(codecs.BOM_UTF8) if self.first == 1 else self.content

    def texts(self) -> list[Lines]:
        """Each line by itself, but for blank ones."""
        return [
            Lines(self.name, number, line)
            for number, line in enumerate(self._content().split(b"\n"), self.first)
            if line.strip()
        ]

    @property
    def place(self) -> str:
        """The file and the first line, as a message names them."""
        return f"{self.name}, line {self.first}"


@dataclass(frozen=True)
class Whole:
    """One document: the file at `path`, or else the bytes that were read already."""

    name: str
    path: Path | None
    content: bytes
    size: int

    def texts(self) -> list[Whole]:
        """The document itself."""
        return [self]

    @property
    def place(self) -> str:
        """The document, as a message names it."""
        return self.name


@dataclass(frozen=True)
class Unread:
    """A text that is not there to be read, and why."""

    name: str
    message: str
    id: str = "null"
    size: int = 0

    def texts(self) -> list[Unread]:
        """The text itself."""
        return [self]

    @property
    def place(self) -> str:
        """The text, as a message names it."""
        return self.name


Task = Lines | Whole | Unread


@dataclass
class Answer:
    """Lines of output, what was wrong, and how much was read."""

    lines: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class _Faulty(Exception):
    """A text that cannot be read: the reason and what to do about it."""

    def __init__(self, message: str, id_: str) -> None:
        super().__init__(message)
        self.id = id_


@dataclass(frozen=True)
class Reader:
    """Reads tasks. It is handed to every process that reads, registers and all."""

    gazetteer: Gazetteer
    actors: Actors
    published_on: date | None = None
    save_to: Path | None = None
    counts_sentences: bool = False

    def answer(self, task: Task) -> Answer:
        """The lines of JSON of a task, in its order."""
        answer = Answer()
        for text in task.texts():
            try:
                answer.lines.append(self._line(text, answer))
            except _Faulty as faulty:
                add_fault(answer, f"{text.place}: {faulty}", faulty.id)
            answer.counts["texts"] += 1
        return answer

    def _line(self, text: Task, answer: Answer) -> bytes:
        """The line of a task of one text. Raises _Faulty."""
        if isinstance(text, Unread):
            raise _Faulty(text.message, text.id)
        return self._document(text, answer) if isinstance(text, Whole) else self._json(text, answer)

    def _json(self, asked: Lines, answer: Answer) -> bytes:
        held = _members(asked.content)
        if not isinstance(held.text, str):
            raise _Faulty(_NO_TEXT, held.id)
        try:
            stated = held.published_on not in (None, "")
            day = whole_day(held.published_on) if stated else self.published_on
        except ValueError as error:
            raise _Faulty(str(error), held.id) from None
        return _line(held.id, self._read(held.text, day, held.id, answer))

    def _document(self, asked: Whole, answer: Answer) -> bytes:
        id_ = id_of(asked)
        try:
            document = text_of(asked.name, _content(asked))
        except OSError as error:
            raise _Faulty(f"cannot be read ({error.strerror}). Name a document.", id_) from None
        except FileRefused as refused:
            raise _Faulty(" ".join(f"{f.message} {f.fix}" for f in refused.faults), id_) from None
        found = self._read(document.text, self.published_on, id_, answer)
        if self.save_to is not None:
            try:
                saved = save_text(self.save_to, Path(asked.name).name, document)
            except OSError as error:
                raise _Faulty(f"its text cannot be saved ({error.strerror}).", id_) from None
            found["text_file"] = saved.name
            found["text_method"] = document.method
            found["text_sha256"] = text_sha256(document.text)
        return _line(id_, found)

    def _read(self, text: str, day: date | None, id_: str, answer: Answer) -> dict[str, Any]:
        document = Document(published_on=day, gazetteer=self.gazetteer, actors=self.actors)
        try:
            found = to_json(extract(text, document))
        except Exception as error:  # one text must not take the others with it
            name = type(error).__name__
            message = f"the reader failed on it ({name}: {error}). Please report the text."
            raise _Faulty(message, id_) from error
        answer.counts["claims"] += len(found["claims"])
        answer.counts["set aside"] += len(found["set_aside"])
        if self.counts_sentences:
            answer.counts["sentences"] += sum(1 for _ in sentences(text))
        return dict(found)


def add_fault(answer: Answer, message: str, id_: str = "null") -> None:
    """Give a faulty text its line, and note what is said of it."""
    answer.lines.append(_line(id_, {"claims": [], "set_aside": [], "error": message}))
    answer.faults.append(message)
    answer.counts["faulty"] += 1


def id_of(text: Task) -> str:
    """The id of a task of one text, in JSON."""
    if isinstance(text, Unread):
        return text.id
    if isinstance(text, Whole):
        return json.dumps(text.name, ensure_ascii=False)
    try:
        return _members(text.content).id
    except _Faulty as faulty:
        return faulty.id


def whole_day(written: Any) -> date:
    """A day written as 2016-10-06. Raises ValueError with what to do."""
    try:
        first, last = partial_day(written if isinstance(written, str) else "")
    except DateFault:
        first, last = date.min, date.max
    if first != last:
        shown = f"'{written}' " if isinstance(written, str) else ""
        raise ValueError(f"published_on {shown}is no day. Write it as 2016-10-06.")
    return first


def _content(asked: Whole) -> bytes:
    """The bytes of a document, or as many as show that they are too many."""
    if asked.path is None:
        return asked.content
    with asked.path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def document_tasks(paths: Sequence[Path], stdin: BinaryIO) -> Iterator[Task]:
    """A task for each document; '-' is standard input."""
    for path in paths:
        if str(path) == "-":
            content = stdin.read(MOST_BYTES + 1)
            yield Whole(STANDARD_INPUT, None, content, len(content))
        else:
            yield Whole(str(path), path, b"", path.stat().st_size if path.is_file() else 0)


def line_tasks(paths: Sequence[Path], stdin: BinaryIO) -> Iterator[Task]:
    """Tasks of a few lines each of JSONL files; '-' is standard input.

    A block is handed on as it comes, so that who writes slowly is answered as he writes.
    """
    for path in paths:
        if str(path) == "-":
            # Past the buffer: a read of the buffer would wait until it is full.
            yield from _blocks(STANDARD_INPUT, getattr(stdin, "raw", stdin).read)
            continue
        try:
            with path.open("rb", buffering=0) as stream:
                yield from _blocks(str(path), stream.read)
        except OSError as error:
            message = f"cannot be read ({error.strerror}). Name a file of JSON lines."
            yield Unread(str(path), message)


def _blocks(name: str, read: Callable[[int], bytes | None]) -> Iterator[Task]:
    """Whole lines, some at a time; a line that is too long is passed over, in little memory."""
    held = bytearray()
    number, over = 1, False
    while block := read(_BLOCK):
        end = block.find(b"\n") if over else block.rfind(b"\n")
        if over:
            if end < 0:
                continue
            yield Unread(f"{name}, line {number}", _TOO_LONG)
            block, over, number = block[end + 1 :], False, number + 1
            end = block.rfind(b"\n")
        held += block
        if end >= 0:
            whole = len(held) - len(block) + end + 1
            yield Lines(name, number, bytes(held[:whole]))
            number += held.count(b"\n", 0, whole)
            del held[:whole]
        if len(held) > MOST_BYTES:
            over = True
            held.clear()
    if over:
        yield Unread(f"{name}, line {number}", _TOO_LONG)
    elif held:
        yield Lines(name, number, bytes(held))


_NO_SPACE: Final = re.compile(r"[^ \t\r\n]")
_NUMBER: Final = object()
"""Stands for every number in the input: none is needed, and the largest would not be read."""


def _no_constant(name: str) -> Any:
    raise ValueError(f"holds {name}, which is no value of JSON. Write null.")


_DECODER: Final = json.JSONDecoder(
    parse_int=lambda _: _NUMBER, parse_float=lambda _: _NUMBER, parse_constant=_no_constant
)
_OURS: Final = frozenset(("id", "text", "published_on"))


@dataclass
class _Held:
    """The fields of a line that are ours; the id as it is written there."""

    id: str = "null"
    text: Any = None
    published_on: Any = None


def _members(line: bytes) -> _Held:
    """The fields of a line of JSON. Raises _Faulty, with the id where it could be read."""
    held = _Held()
    try:
        written = line.decode("utf-8")
        given: set[str] = set()
        for key, value, source in _pairs(written):
            if key in _OURS and key in given:
                raise ValueError(f'gives "{key}" twice. Leave one of them.')
            given.add(key)
            if key == "id":
                held.id = source
            elif key in _OURS:
                setattr(held, key, value)
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (byte {error.start + 1} of the line). Save it as UTF-8."
        raise _Faulty(message, held.id) from None
    except json.JSONDecodeError as error:
        message = f"is not JSON ({error.msg}, character {error.pos + 1}). {_OBJECT}"
        raise _Faulty(message, held.id) from None
    except RecursionError:
        raise _Faulty(f"is nested too deeply. {_OBJECT}", held.id) from None
    except ValueError as error:
        raise _Faulty(str(error), held.id) from None
    return held


def _pairs(written: str) -> Iterator[tuple[str, Any, str]]:
    """Key, value and the value's own characters, of each member of the one object in a text.

    The id is given back as it came, which no value read from it promises: 1.10 would become 1.1.
    """

    at = _past_space(written, 0)
    if written[at : at + 1] != "{":
        raise ValueError(_NO_TEXT)
    at = _past(written, at, "{")
    more = written[at : at + 1] != "}"
    while more:
        if written[at : at + 1] != '"':
            raise json.JSONDecodeError("expecting a name in double quotes", written, at)
        key, end = _DECODER.raw_decode(written, at)
        at = _past(written, _past_space(written, end), ":")
        value, end = _DECODER.raw_decode(written, at)
        yield key, value, written[at:end]
        at = _past_space(written, end)
        more = written[at : at + 1] != "}"
        if more:
            at = _past(written, at, ",")
    if (at := _past(written, at, "}")) != len(written):
        raise json.JSONDecodeError("more after the object", written, at)


def _past(written: str, at: int, mark: str) -> int:
    if written[at : at + 1] != mark:
        raise json.JSONDecodeError(f"expecting '{mark}'", written, at)
    return _past_space(written, at + 1)


def _past_space(written: str, at: int) -> int:
    found = _NO_SPACE.search(written, at)
    return found.start() if found else len(written)


def _line(id_: str, found: dict[str, Any]) -> bytes:
    rest = json.dumps(found, ensure_ascii=False)
    line = f'{{"id": {id_}, {rest[1:]}\n'
    try:
        return line.encode("utf-8")
    except UnicodeEncodeError:  # half of a pair of surrogates, which UTF-8 cannot hold
        parts = (part if part.isascii() else _escaped(part) for part in line)
        return "".join(parts).encode("ascii")


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def tasks_of(paths: Sequence[Path], stdin: BinaryIO, *, jsonl: bool) -> Iterator[Task]:
    """The tasks of files in their order; '-' is standard input."""
    return (line_tasks if jsonl else document_tasks)(paths, stdin)


def known_size(paths: Sequence[Path], *, jsonl: bool) -> int:
    """The bytes that can be shared out, as far as files tell: none of a single document."""
    if len(paths) == 1 and not jsonl:
        return 0
    return sum(path.stat().st_size for path in paths if path.is_file())
