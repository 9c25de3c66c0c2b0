"""YAML in which every scalar is text, read as data and as nothing else, and written so.

A date stays as written, `no` is a word, and nothing is constructed: anchors, aliases, tags and
second documents are refused, doubled keys are told, and depth and size are bounded. Every node
knows where it stands in the text, so that a fault can be shown and a value replaced in place.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

MOST_BYTES = 128 * 1024
"""The largest text that is read; 1,500 checksums fit in it."""

MOST_LEVELS = 8
"""How deep lists and fields may be nested."""

_PLAIN_VALUE = re.compile(r"[A-Za-z][A-Za-z0-9 .,()/_-]*[A-Za-z0-9.)]|[0-9]{4}-[0-9]{2}-[0-9]{2}")


class YamlFault(ValueError):
    """A text that is no YAML of the plain kind; `line` counts from one, if known."""

    def __init__(self, reason: str, fix: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix
        self.line = line


@dataclass(frozen=True)
class Scalar:
    """A text, and the slice of the file in which it is written."""

    text: str
    line: int
    start: int
    end: int


@dataclass
class Sequence:
    """A list."""

    line: int
    start: int
    end: int = 0
    items: list[Node] = field(default_factory=list)


@dataclass
class Mapping:
    """Fields by name, each with its first value; `doubled` holds the keys given again."""

    line: int
    start: int
    block: bool
    end: int = 0
    fields: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    doubled: list[Scalar] = field(default_factory=list)


Node: TypeAlias = Scalar | Sequence | Mapping


def decode(data: bytes) -> str:
    """The bytes as strict UTF-8, a byte order mark kept. Raises YamlFault."""
    if len(data) > MOST_BYTES:
        raise YamlFault(
            f"has {len(data):,} bytes, more than the {MOST_BYTES:,} that are read",
            "keep it short: what is long belongs into a file of its own",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlFault("is not UTF-8", "save it as UTF-8", line) from None


def parse(text: str) -> Node | None:
    """The one document of the text; None where it is empty. Raises YamlFault."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            builder.take(event)
    except YamlFault:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        reason = f"is not YAML: {error.problem or error.context}"
        raise YamlFault(reason, "write one 'name: value' a line", line) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlFault("holds a control character", "delete it", line) from None
    except (ValueError, OverflowError):
        # PyYAML lets chr() and int() fail on escapes and directives beyond all bounds.
        raise YamlFault("holds an impossible escape", "write the character itself") from None
    return builder.root


def scalars(node: Node) -> Iterator[Scalar]:
    """Every text in the node, the names of fields among them, in order."""
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from scalars(item)
        case _:
            for key, value in node.fields.values():
                yield key
                yield from scalars(value)


def invisible(node: Node) -> Iterator[Scalar]:
    """Every text in the node that holds a control character or half a character."""
    for scalar in scalars(node):
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in scalar.text):
            yield scalar


def text_of(node: Node | None) -> str:
    """The text of a scalar without the space around it; empty for anything else."""
    return node.text.strip() if isinstance(node, Scalar) else ""


def doubled(node: Node) -> Iterator[Scalar]:
    """Every key that its mapping holds already."""
    match node:
        case Sequence():
            for item in node.items:
                yield from doubled(item)
        case Mapping():
            yield from node.doubled
            for _, value in node.fields.values():
                yield from doubled(value)


def plain(node: Node) -> object:
    """The node as text, list and dict."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case _:
            return {name: plain(value) for name, (_, value) in node.fields.items()}


def written(fields: dict[str, Any]) -> str:
    """Fields as YAML, one a line, which `parse` reads back; a text comes to stand on one line.

    >>> written({"license": "CC BY 4.0", "facts": {"note": "a: b", "years": ["2016", "2017"]}})
    'license: CC BY 4.0\\nfacts:\\n  note: "a: b"\\n  years: ["2016", "2017"]\\n'
    """
    return "".join(f"{line}\n" for line in _lines(fields, ""))


def _lines(fields: dict[str, Any], indent: str) -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{_one_line(name)}:"
            yield from _lines(value, indent + "  ")
        else:
            yield f"{indent}{_one_line(name)}: {_one_line(value)}".rstrip()


def _one_line(value: Any) -> str:
    """A text or list as YAML writes it on one line; JSON's forms are among YAML's."""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    line = " ".join(value.split())
    plain = not line or _PLAIN_VALUE.fullmatch(line)
    return line if plain else json.dumps(line, ensure_ascii=False)


class _Builder:
    """Makes the tree from PyYAML's events, which come one by one and never recurse."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        first: Any = event.start_mark
        last: Any = event.end_mark
        line = first.line + 1
        if getattr(event, "anchor", None) is not None:
            raise YamlFault("uses an anchor or alias (& or *)", "write the value out", line)
        if getattr(event, "tag", None) is not None:
            raise YamlFault("uses a tag (!)", "write the plain value", line)
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise YamlFault("holds a second document", "keep the first one only", line)
            case yaml.ScalarEvent():
                self._put(Scalar(event.value, line, first.index, last.index))
            case yaml.SequenceStartEvent():
                self._enter(Sequence(line, first.index))
            case yaml.MappingStartEvent():
                self._enter(Mapping(line, first.index, block=not event.flow_style))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._open.pop().end = last.index
                self._keys.pop()

    def _enter(self, node: Sequence | Mapping) -> None:
        if len(self._open) == MOST_LEVELS:
            raise YamlFault(
                f"is nested deeper than {MOST_LEVELS} levels", "write it flat", node.line
            )
        self._put(node)
        self._open.append(node)
        self._keys.append(None)

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent, key = self._open[-1], self._keys[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif key is not None:
            if key.text in parent.fields:
                parent.doubled.append(key)
            else:
                parent.fields[key.text] = (key, node)
            self._keys[-1] = None
        elif isinstance(node, Scalar):
            self._keys[-1] = node
        else:
            raise YamlFault("has a list or fields for a name", "name fields by a word", node.line)
