"""Checksums: a release folder's files as they are, against what its card says, and `pin`.

Finding and hashing the files of a folder, and writing their SHA-256 into the card, belong here. How
a document becomes text, whose SHA-256 a card may hold too, is the caller's to say.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pipelines.core.csv_rows import FileRefused
from pipelines.core.inputs import sha256_unless_touched
from pipelines.raw import yaml_text
from pipelines.raw.cards import CARD, TEXT_PINS, Card, is_leftover, name_fault, read_card
from pipelines.raw.faults import Fault, RawFault
from pipelines.raw.yaml_text import MOST_BYTES

TextHash: TypeAlias = Callable[[Path], str]
"""The SHA-256 of the text that a document is read as. Raises FileRefused and OSError."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class PinFault(RawFault):
    """Checksums that cannot be written into a card."""


@dataclass(frozen=True)
class Bytes:
    """A file's size and SHA-256, or why they cannot be had."""

    size: int | None = None
    sha256: str | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Change:
    """What `pin` changed for a file or its text: the checksum before and after, None for none."""

    release: str
    file: str
    was: str | None
    becomes: str | None
    of: Literal["file", "text"] = "file"


def entry_fault(path: Path) -> str | None:
    """Why a file or folder is not taken from data/raw, whatever it holds; None where it may be."""
    if path.is_symlink():
        return "it is a link, and links are not followed: put the file itself here"
    if reason := name_fault(path.name):
        return f"{reason}: give it another name"
    return None


def bytes_of(path: Path) -> Bytes:
    """Size and SHA-256 of a plain file; a link, pipe or device is not opened."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return Bytes(fault="it is no plain file")
        return Bytes(found.st_size, sha256_unless_touched(path))
    except OSError as error:
        return Bytes(fault=f"it cannot be read ({error.strerror or 'fault of the disk'})")


def files_below(folder: Path) -> list[str]:
    """The files in a release folder but its card and leftovers, as names relative to it, in order.

    What stands in a folder inside it is named with a slash. Links are named, never followed.
    """
    found: list[str] = []
    for path in sorted(folder.iterdir()):
        if is_leftover(path.name) or path.name == CARD:
            continue
        if path.is_dir() and not path.is_symlink():
            found += [f"{path.name}/{name}" for name in files_below(path)]
        else:
            found.append(path.name)
    return found


def card_of(folder: Path) -> Card | None:
    """The card of a release folder; None where there is none. Raises OSError."""
    path = folder / CARD
    if not os.path.lexists(path):
        return None
    if not stat.S_ISREG(path.lstat().st_mode):
        fault = Fault(CARD, None, "", "", "is a link or no plain file", "put the card itself here")
        return Card({}, {}, None, (fault,), public=False)
    with path.open("rb") as stream:
        return read_card(stream.read(MOST_BYTES + 1), folder.parent.name, folder.name)


def pin(
    raw_dir: Path, source_id: str, release: str | None = None, text_hash: TextHash | None = None
) -> list[Change]:
    """Write the checksums of the files of a source into its cards, and tell what changed.

    Every release of the source is pinned, or the one named. So are the texts that a card pins in
    its facts (text_sha256), where `text_hash` is given. Comments and the order of the fields stay.
    Nothing is written unless every card can be. Raises PinFault.
    """
    source = raw_dir / source_id
    if name_fault(source_id) or not source.is_dir():
        raise _unpinned(source_id, None, "is no folder of data/raw", "name a source by its folder")
    cards = sorted(
        path
        for path in source.glob(f"*/{CARD}")
        if release in (None, path.parent.name) and not is_leftover(path.parent.name)
    )
    if not cards:
        what = f"{source_id}/{release}" if release else source_id
        fix = f"write a {CARD} in its release folder, or use `attest add`"
        raise _unpinned(what, None, f"holds no {CARD}", fix)
    written: dict[Path, str] = {}
    changes: list[Change] = []
    try:
        for path in cards:
            text, found = _pinned(path, path.relative_to(raw_dir).as_posix(), text_hash)
            changes += found
            if found:
                written[path] = text
        for path, text in written.items():
            _replace(path, text)
    except OSError as error:
        reason = f"cannot be read or written ({error.strerror or 'fault of the disk'})"
        raise _unpinned(source_id, None, reason, "see to the folder and its disk") from None
    return changes


def _unpinned(file: str, line: int | None, reason: str, fix: str) -> PinFault:
    return PinFault([Fault(file, line, "", "", reason, fix)])


def _pinned(path: Path, shown_path: str, text_hash: TextHash | None) -> tuple[str, list[Change]]:
    """The card's text with the checksums of the files beside it, and what changed in it."""
    folder = path.parent
    for part in (folder.parent, folder, path):
        if reason := entry_fault(part):
            raise _unpinned(shown_path, None, reason, "then pin again")
    try:
        text = yaml_text.decode(path.read_bytes())
        root = yaml_text.parse(text)
    except yaml_text.YamlFault as error:
        raise _unpinned(shown_path, error.line, error.reason, error.fix) from None
    if not isinstance(root, yaml_text.Mapping) or not root.block:
        fix = "write 'name: value' lines"
        raise _unpinned(shown_path, None, "holds no fields, one a line", fix)
    for key in yaml_text.doubled(root):
        raise _unpinned(shown_path, key.line, f"gives '{key.text}' twice", "keep one of them")
    now = _hashes(folder, shown_path)
    was = _held(root, now)
    texts = _texts(root)
    if text_hash:
        held = [name for name in texts if name in now]
        texts |= _text_hashes(folder, held, shown_path, text_hash)
    of_files = [
        Change(folder.name, name, was.get(name), now.get(name))
        for name in (*was, *(name for name in now if name not in was))
        if was.get(name) != now.get(name)
    ]
    of_texts = [
        Change(folder.name, name, pinned.text, texts[name], "text")
        for name, pinned in _text_pins(root).items()
        if pinned.text.strip().lower() != texts[name]
    ]
    if not of_files and not of_texts:
        return text, []
    made = _rewritten(text, root, now) if of_files else text
    made = _with_texts(made, texts) if of_texts else made
    if not _as_meant(root, made, now, texts):
        reason = "writes its checksums in a way that cannot be changed in place"
        lines = "; ".join(f"{_key(name)}: {digest}" for name, digest in now.items())
        raise _unpinned(shown_path, None, reason, f"write below 'sha256:' by hand {lines}")
    return made, of_files + of_texts


def _text_pins(root: yaml_text.Mapping) -> dict[str, yaml_text.Scalar]:
    """The checksums of texts that a card gives among its facts, by file name."""
    pins: yaml_text.Node = root
    for name in ("facts", TEXT_PINS):
        if not isinstance(pins, yaml_text.Mapping) or name not in pins.fields:
            return {}
        _, pins = pins.fields[name]
    held = pins.fields if isinstance(pins, yaml_text.Mapping) else {}
    return {name: at for name, (_, at) in held.items() if isinstance(at, yaml_text.Scalar)}


def _texts(root: yaml_text.Mapping) -> dict[str, str]:
    """The same, each in one way of writing."""
    return {name: pin.text.strip().lower() for name, pin in _text_pins(root).items()}


def _text_hashes(
    folder: Path, names: Iterable[str], shown_path: str, text_hash: TextHash
) -> dict[str, str]:
    """SHA-256 of the texts of files, by name. Raises PinFault where one cannot be read."""
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for name in names:
        try:
            texts[name] = text_hash(folder / name)
        except FileRefused as refusal:
            said, fix = refusal.faults[0].message, refusal.faults[0].fix
            faults.append(Fault(shown_path, None, name, "", f"has no text to pin: {said}", fix))
    if faults:
        raise PinFault(faults)
    return texts


def _with_texts(text: str, texts: Mapping[str, str]) -> str:
    """The card with the checksums of its texts replaced where they stand."""
    root = yaml_text.parse(text)
    assert isinstance(root, yaml_text.Mapping)
    pins = _text_pins(root)
    for name, pinned in sorted(pins.items(), key=lambda pin: pin[1].start, reverse=True):
        if pinned.text.strip().lower() != texts[name]:
            before = " " if pinned.start == pinned.end else ""
            text = text[: pinned.start] + before + texts[name] + text[pinned.end :]
    return text


def _hashes(folder: Path, shown_path: str) -> dict[str, str]:
    """SHA-256 by name of the files beside a card. Raises PinFault where one cannot be taken."""
    held: dict[str, str] = {}
    faults: list[Fault] = []
    for name in files_below(folder):
        reason = "it stands in a folder of its own" if "/" in name else entry_fault(folder / name)
        found = bytes_of(folder / name) if reason is None else Bytes(fault=reason)
        if found.sha256 is None:
            fix = "mend or remove it, then pin again"
            faults.append(Fault(shown_path, None, name, "", found.fault or "", fix))
        else:
            held[name] = found.sha256
    if not held and not faults:
        fix = "put the files of the release beside it"
        faults.append(Fault(shown_path, None, "", "", "has no file beside it", fix))
    if faults:
        raise PinFault(faults)
    return held


def _held(root: yaml_text.Mapping, now: Mapping[str, str]) -> dict[str, str]:
    """The checksums that the card gives, well-formed or not, by file name."""
    _, node = root.fields.get("sha256", (None, None))
    match node:
        case yaml_text.Mapping():
            return {
                name: value.text if isinstance(value, yaml_text.Scalar) else ""
                for name, (_, value) in node.fields.items()
            }
        case yaml_text.Scalar() if node.text and len(now) == 1:
            return dict.fromkeys(now, node.text)
    return {}


def _as_meant(
    root: yaml_text.Mapping, made: str, now: Mapping[str, str], texts: Mapping[str, str]
) -> bool:
    """Whether the new text gives the checksums, and everything else as before."""
    try:
        again = yaml_text.parse(made)
    except yaml_text.YamlFault:
        return False
    if not isinstance(again, yaml_text.Mapping):
        return False
    alone = next(iter(now.values())) if len(now) == 1 else None
    before = _plain_but_texts(root)
    return _texts(again) == texts and any(
        _plain_but_texts(again) == before | {"sha256": held} for held in (dict(now), alone)
    )


def _plain_but_texts(root: yaml_text.Mapping) -> dict[str, object]:
    """What the card says, of the texts only which are pinned."""
    plain = yaml_text.plain(root)
    assert isinstance(plain, dict)
    facts = plain.get("facts")
    if isinstance(facts, dict) and isinstance(facts.get(TEXT_PINS), dict):
        facts[TEXT_PINS] = sorted(facts[TEXT_PINS])
    return plain


def _rewritten(text: str, root: yaml_text.Mapping, now: Mapping[str, str]) -> str:
    """The text with the checksums in place, line ends as they were."""
    newline = "\r\n" if "\r\n" in text else "\n"
    key, node = root.fields.get("sha256", (None, None))
    if key is None or node is None:
        ended = text if text.endswith("\n") else text + newline
        return ended + "sha256:" + _entries(now, "  ", newline) + newline
    if isinstance(node, yaml_text.Mapping) and node.block:
        return _edited(text, node, now, newline)
    if isinstance(node, yaml_text.Scalar) and node.text and len(now) == 1:
        return text[: node.start] + next(iter(now.values())) + text[node.end :]
    before = text[: node.start].rstrip(" ")
    ending = newline if text[node.start : node.end].endswith("\n") else ""
    return before + _entries(now, "  ", newline) + ending + text[node.end :]


def _edited(text: str, node: yaml_text.Mapping, now: Mapping[str, str], newline: str) -> str:
    """A mapping of one file a line: values replaced, lines dropped, new lines after the last."""
    edits: list[tuple[int, int, str]] = []
    line_start = line_end = 0
    for name, (key, value) in node.fields.items():
        line_start = text.rfind("\n", 0, key.start) + 1
        line_end = _line_end(text, max(key.end, value.end))
        if name not in now:
            edits.append((line_start, line_end, ""))
        elif value.start == value.end:
            edits.append((value.start, value.end, f" {now[name]}"))
        else:
            edits.append((value.start, value.end, now[name]))
    indent = text[line_start : next(reversed(node.fields.values()))[0].start]
    added = {name: digest for name, digest in now.items() if name not in node.fields}
    if added:
        lines = _entries(added, indent, newline).removeprefix(newline) + newline
        ended = text[:line_end].endswith("\n")
        edits.append((line_end, line_end, lines if ended else newline + lines))
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def _line_end(text: str, at: int) -> int:
    """Where the line that holds the character before `at` ends, its line break included."""
    if text[at - 1] == "\n":
        return at
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _entries(now: Mapping[str, str], indent: str, newline: str) -> str:
    return "".join(f"{newline}{indent}{_key(name)}: {digest}" for name, digest in now.items())


def _key(name: str) -> str:
    """A file name as YAML writes it; JSON's quoted form is one of YAML's."""
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    """Write the card whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(text.encode())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
