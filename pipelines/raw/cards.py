"""Cards: what `source.yml` says of the files beside it, read and judged.

What a card must hold and how each of its fields is read belongs here; its columns and words are
those of `schemas.raw.Cards`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from pipelines.core.covers import Covers, CoversFault
from pipelines.core.mapping import MappingFaulty, TableMapping
from pipelines.core.period import DateFault, partial_day
from pipelines.raw import yaml_text
from pipelines.raw.faults import Fault, Wrong, choose
from pipelines.raw.yaml_text import text_of
from schemas import allowed_of, columns
from schemas.raw import Cards

CARD = "source.yml"
"""Name of the card in a release folder."""

TEXT_PINS = "text_sha256"
"""The fact that pins the texts of files by their SHA-256, by file name."""

SETTINGS = ("facts", "zeros", "covers", "ignored", "expects", "columns")
"""Fields that a reader looks at; they are kept together in the column `facts`.

The reader's settings may stand under `facts` or beside it.
"""

_PLAIN_FIELDS = tuple(
    name for name in columns(Cards) if name not in ("source_id", "release", "facts")
)
_REQUIRED = tuple(name for name in _PLAIN_FIELDS if not columns(Cards)[name].nullable)
_KNOWN = (*_PLAIN_FIELDS, "sha256", *SETTINGS)

_MAPPED = "mapped_table"
"""The reader that a card's `columns:` is for."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_FORBIDDEN_IN_NAMES = frozenset("/\\:#")
_LEFTOVERS = ("Thumbs.db", "desktop.ini")
_LONGEST_NAME = 150
_RUN_PIN = "run `attest pin` on the source"


@dataclass(frozen=True)
class Card:
    """A card as read, with every fault found in it.

    `record` holds the columns of `schemas.raw.Cards` that could be read; it is a row only where
    there is no fault. `checksums` gives a SHA-256 by file name; `only` is the one given without a
    name, for a folder of one file.
    """

    record: dict[str, Any]
    checksums: dict[str, str]
    only: str | None
    faults: tuple[Fault, ...]
    public: bool
    """Whether it says beyond doubt, faulty or not, that its files may be published."""


def read_card(data: bytes, source_id: str, release: str) -> Card:
    """Read a card; whatever the bytes are, the answer is a card with its faults."""
    try:
        root = yaml_text.parse(yaml_text.decode(data))
        if not isinstance(root, yaml_text.Mapping):
            raise yaml_text.YamlFault("holds no fields", "write 'name: value' lines", None)
    except yaml_text.YamlFault as error:
        fault = Fault(CARD, error.line, "", "", error.reason, error.fix)
        return Card({}, {}, None, (fault,), public=False)
    return _judge(root, source_id, release)


def name_fault(name: str) -> str | None:
    """Why a folder or file of data/raw may not be so called; None where it may."""
    if not name or len(name) > _LONGEST_NAME:
        return f"its name is empty or longer than {_LONGEST_NAME} characters"
    if any(unicodedata.category(c).startswith("C") for c in name):
        return "its name holds invisible characters, or is not UTF-8"
    if found := [c for c in name if c in _FORBIDDEN_IN_NAMES]:
        return f"its name holds '{found[0]}'"
    if name.startswith((".", "-")) or name != name.strip() or is_leftover(name):
        return "its name starts with a dot or dash, ends in a space, or is that of a leftover"
    return None


def is_leftover(name: str) -> bool:
    """Whether the name is one that editors and file managers leave behind, or hidden."""
    return name.startswith((".", "~$")) or name.endswith("~") or name in _LEFTOVERS


def whole_day(text: str) -> date:
    """A day as year-month-day; a partial one names none. Raises Wrong."""
    try:
        first, last = partial_day(text)
    except DateFault as fault:
        raise Wrong(fault.message, fault.fix) from None
    if first != last:
        raise Wrong("is not a whole day", "write year-month-day, such as 2016-10-06")
    return first


def _judge(root: yaml_text.Mapping, source_id: str, release: str) -> Card:
    faults: list[Fault] = [
        Fault(CARD, key.line, key.text, "", "is given twice", "keep one of them")
        for key in yaml_text.doubled(root)
    ]
    faults += _invisible(root)
    faults += _unknown(root)
    # A doubled or invisible anything may hide another word for `sensitivity`.
    certain = not faults
    record: dict[str, Any] = {"source_id": source_id, "release": release}
    for name in _PLAIN_FIELDS:
        try:
            record[name] = _field(root, name)
        except Wrong as wrong:
            key, value = root.fields.get(name, (None, None))
            line = key.line if key else None
            faults.append(Fault(CARD, line, name, text_of(value), wrong.reason, wrong.fix))
    faults += _early(root, record)
    checksums, only, more = _checksums(root)
    faults += more
    record["facts"], more = _settings(root)
    faults += more
    public = certain and record.get("sensitivity") == "public"
    ordered = sorted(faults, key=lambda fault: fault.line or 0)
    return Card(record, checksums, only, tuple(ordered), public)


def _invisible(root: yaml_text.Mapping) -> Iterator[Fault]:
    for scalar in yaml_text.invisible(root):
        reason = "holds a control character or half a character"
        yield Fault(CARD, scalar.line, "", scalar.text, reason, "delete it")


def _unknown(root: yaml_text.Mapping) -> Iterator[Fault]:
    for name, (key, _) in root.fields.items():
        if name not in _KNOWN:
            yield Fault(CARD, key.line, name, "", "is no field of a card", choose(name, _KNOWN))


def _field(root: yaml_text.Mapping, name: str) -> Any:
    """The value of a field of the table, in its type; None where it is not given."""
    _, node = root.fields.get(name, (None, None))
    if node is not None and not isinstance(node, yaml_text.Scalar):
        raise Wrong("holds a list or fields", "write one text")
    text = text_of(node)
    if not text:
        if name in _REQUIRED:
            raise Wrong("is missing", _advice(name))
        return None
    if allowed := allowed_of(Cards, name):
        return _word(text, allowed)
    match columns(Cards)[name].metadata["type"]:
        case "DATE":
            return whole_day(text)
        case "BOOLEAN":
            return _flag(text)
    if name in ("url", "archived_url"):
        return _address(text)
    if name == "language" and not _LANGUAGE.fullmatch(text):
        raise Wrong("is not a two-letter code", "write for example en, ar or fr")
    return text


def _advice(name: str) -> str:
    if allowed := allowed_of(Cards, name):
        return f"write one of {', '.join(allowed)}"
    return f"add '{name}: ...' ({columns(Cards)[name].description})"


def _word(text: str, allowed: list[str]) -> str:
    if text not in allowed:
        raise Wrong("is not a word that it may hold", choose(text, allowed))
    return text


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise Wrong("is neither true nor false", "write true or false")
    return text == "true"


def _address(text: str) -> str:
    """An http or https address with a host; nothing else can be followed from a table."""
    fix = "write an address that starts with https:// or http://, or leave it out"
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise Wrong("is not an address", fix) from None
    if parts.scheme not in ("http", "https"):
        raise Wrong("is not an http or https address", fix)
    if not host or any(c.isspace() for c in text):
        raise Wrong("is not an address", fix)
    if parts.username is not None:
        raise Wrong("holds a name or password", "take out what stands between // and @")
    return text


def _early(root: yaml_text.Mapping, record: dict[str, Any]) -> Iterator[Fault]:
    published, accessed = record.get("published_on"), record.get("date_accessed")
    if published and accessed and accessed < published:
        key, value = root.fields["date_accessed"]
        reason = f"is before the day of publication, {published}"
        fix = "put the wrong one right"
        yield Fault(CARD, key.line, "date_accessed", text_of(value), reason, fix)


def _checksums(root: yaml_text.Mapping) -> tuple[dict[str, str], str | None, list[Fault]]:
    """The SHA-256 by file name, or the one that stands without a name."""
    key, node = root.fields.get("sha256", (None, None))
    match node:
        case yaml_text.Scalar() if text_of(node):
            faults = _hash_faults(node, "sha256")
            return {}, None if faults else text_of(node).lower(), faults
        case yaml_text.Mapping() if node.fields:
            held: dict[str, str] = {}
            found: list[Fault] = []
            for name, (at, value) in node.fields.items():
                found += [*_name_faults(at), *_hash_faults(value, f"sha256 of {name}")]
                held[name] = text_of(value).lower()
            return held, None, found
    reason = "holds a list" if isinstance(node, yaml_text.Sequence) else "is missing"
    fault = Fault(CARD, key.line if key else None, "sha256", "", reason, _RUN_PIN)
    return {}, None, [fault]


def _name_faults(key: yaml_text.Scalar) -> list[Fault]:
    reason = name_fault(key.text) or ("is the card itself" if key.text == CARD else None)
    if reason is None:
        return []
    fix = "name a file that stands beside the card"
    return [Fault(CARD, key.line, "sha256", key.text, reason, fix)]


def _hash_faults(node: yaml_text.Node, column: str) -> list[Fault]:
    text = text_of(node)
    if _SHA256.fullmatch(text):
        return []
    return [Fault(CARD, node.line, column, text, "is not 64 hexadecimal digits", _RUN_PIN)]


def _settings(root: yaml_text.Mapping) -> tuple[str, list[Fault]]:
    """The facts, and beside them the reader's settings, as one JSON object."""
    held: dict[str, object] = {}
    faults: list[Fault] = []
    key, node = root.fields.get("facts", (None, None))
    if isinstance(node, yaml_text.Mapping):
        held = {fact: yaml_text.plain(value) for fact, (_, value) in node.fields.items()}
    elif key is not None and (isinstance(node, yaml_text.Sequence) or text_of(node)):
        fix = "write 'name: value' lines below it"
        faults.append(Fault(CARD, key.line, "facts", "", "holds no named facts", fix))
    for name in SETTINGS[1:]:
        if name in root.fields:
            key, node = root.fields[name]
            if name in held:
                reason = "stands under facts and beside them"
                faults.append(Fault(CARD, key.line, name, "", reason, "keep one of them"))
            held[name] = yaml_text.plain(node)
    faults += _setting_faults(root, held)
    faults += _mapping_faults(root, held)
    return json.dumps(held, ensure_ascii=False, sort_keys=True), faults


def _setting_faults(root: yaml_text.Mapping, held: dict[str, object]) -> Iterator[Fault]:
    """What cannot be read of covers, revision_reasons and text_sha256; for columns see below."""
    try:
        Covers.read(held.get("covers"))
    except CoversFault as fault:
        yield _setting_fault(root, "covers", str(fault), fault.fix)
    reasons = held.get("revision_reasons", {})
    if not isinstance(reasons, dict) or not all(
        isinstance(reason, str) and reason.strip() for reason in reasons.values()
    ):
        fix = """write '<record id>: "reason"' lines below it, or '"*": "reason"' for all"""
        yield _setting_fault(root, "revision_reasons", "holds no reasons by record", fix)
    pins = held.get(TEXT_PINS, {})
    if not isinstance(pins, dict) or not all(
        isinstance(pin, str) and _SHA256.fullmatch(pin) for pin in pins.values()
    ):
        fix = "write '<file>: <64 hexadecimal digits>' lines below it, or leave it out"
        yield _setting_fault(root, TEXT_PINS, "holds no SHA-256 by file name", fix)


def _mapping_faults(root: yaml_text.Mapping, held: dict[str, object]) -> Iterator[Fault]:
    """What cannot be read of `columns:`, which the reader mapped_table needs and no other has."""
    key, node = root.fields.get("reader", (None, None))
    is_mapped = text_of(node) == _MAPPED
    if "columns" not in held:
        if is_mapped and key:
            fix = "add 'columns:', with 'row_id: <column of the table>' and so on below it"
            yield Fault(CARD, key.line, "columns", "", f"is missing for {_MAPPED}", fix)
        return
    if not is_mapped:
        fix = f"write 'reader: {_MAPPED}', or leave columns out"
        yield _setting_fault(root, "columns", f"is read by {_MAPPED} alone", fix)
    try:
        TableMapping.read(held["columns"])
    except MappingFaulty as faulty:
        for one in faulty.faults:
            reason = f"{one.where} {one.reason}".strip()
            fault = _setting_fault(root, "columns", reason, one.fix)
            yield replace(fault, value=one.value)


def _setting_fault(root: yaml_text.Mapping, name: str, reason: str, fix: str) -> Fault:
    key, _ = root.fields.get(name) or root.fields["facts"]
    return Fault(CARD, key.line, name, "", reason, fix)
