"""The stage: what data/raw holds, file by file, beside the registers and overlays.

Which file may be read, and why another may not, is decided here, from its card and its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from pipelines.core.gazetteer import Gazetteer
from pipelines.core.inputs import Kind
from pipelines.raw.cards import CARD, Card, is_leftover, name_fault
from pipelines.raw.checksums import Bytes, bytes_of, card_of, entry_fault, files_below
from pipelines.raw.faults import Fault, RawFault, listed, visible
from pipelines.raw.house_rules import HOUSE_RULES, read_house_rules
from pipelines.raw.overlays import CORRECTIONS, RESOLUTIONS, REVIEWS, read_overlays
from pipelines.raw.registers import (
    ACTORS,
    PLACES,
    POPULATIONS,
    TERRITORIES,
    RegisterFault,
    read_registers,
)
from schemas import frame, raw

OWN_FILES = frozenset(
    register.file
    for register in (
        PLACES,
        TERRITORIES,
        ACTORS,
        POPULATIONS,
        CORRECTIONS,
        REVIEWS,
        RESOLUTIONS,
    )
) | {HOUSE_RULES}
"""The project's own files, directly in data/raw; they are of no source and need no card."""


@dataclass(frozen=True)
class _Found:
    """A file, or a folder that cannot be entered, and why it is refused; no reason, no refusal."""

    file: str
    reason: str | None = None
    message: str | None = None
    bytes: Bytes | None = None


def take_stock(raw_dir: Path, kind: Kind) -> dict[str, pd.DataFrame]:
    """The tables of the stage raw, by key.

    A fault of a source is a refused row of `raw/files`, and the other sources go on. For the kind
    'public' nothing is opened, listed or named but what a public card speaks of.

    Raises
    ------
    RawFault
        The folder is not there or cannot be read.
    RegisterFault
        A register, an overlay or the house rules have faults, all of which it lists.
    """
    try:
        sources = _entries(raw_dir)
    except OSError as error:
        reason = f"cannot be read as a folder ({error.strerror or 'fault of the disk'})"
        fix = "name the folder with --raw, or run in the project's folder"
        raise RawFault([Fault(str(raw_dir), None, "", "", reason, fix)]) from None
    cards: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    for source_id, release, found, card in _shelves(sources, kind):
        files += [_row(source_id, release, one) for one in found]
        if card is not None and not card.faults:
            cards.append(card.record)
    public = {(card["source_id"], card["release"]) for card in cards} if kind == "public" else None
    registers, faults = read_registers(raw_dir)
    overlays, of_overlays = read_overlays(raw_dir, public)
    house_rules, of_rules = read_house_rules(raw_dir, _gazetteer(registers) if not faults else None)
    if faults or of_overlays or of_rules:
        raise RegisterFault([*faults, *of_overlays, *of_rules])
    if public is not None:
        registers["raw/populations"] = _of_sources(
            registers["raw/populations"], {source_id for source_id, _ in public}
        )
        # Whose figure the office quotes is its own affair, and may name what is not public.
        house_rules = house_rules.head(0)
    return {
        "raw/cards": frame(raw.Cards, cards),
        "raw/files": frame(raw.RawFiles, sorted(files, key=_file_key)),
        **registers,
        **overlays,
        "raw/house_rules": house_rules,
    }


def _gazetteer(registers: Mapping[str, pd.DataFrame]) -> Gazetteer:
    return Gazetteer(registers["raw/places"], registers["raw/territories"])


def _of_sources(rows: pd.DataFrame, source_ids: set[str]) -> pd.DataFrame:
    """The rows that name one of the sources, or none."""
    whose = rows["source_id"]
    return rows[whose.isna() | whose.isin(source_ids)].reset_index(drop=True)


def _file_key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["source_id"], row["release"], row["file"]


def _row(source_id: str, release: str, found: _Found) -> dict[str, Any]:
    names = [visible(name) for name in (source_id, release, found.file)]
    return {
        "source_id": names[0],
        "release": names[1],
        "file": names[2],
        "status": "refused" if found.reason else "read",
        "reason": found.reason,
        "message": found.message,
        "bytes": found.bytes.size if found.bytes else None,
        "sha256": found.bytes.sha256 if found.bytes else None,
        "path": "/".join(name for name in names if name),
    }


_Shelf: TypeAlias = tuple[str, str, list[_Found], Card | None]
"""A source, a release, what was found there, and its card."""


def _shelves(sources: list[Path], kind: Kind) -> Iterator[_Shelf]:
    """Every release folder in order, and what lies loose outside of them."""
    for source in sources:
        if source.is_dir() and not entry_fault(source):
            yield from _releases(source, kind)
        elif kind == "own" and source.name not in OWN_FILES:
            yield "", "", [_loose(source)], None


def _releases(source: Path, kind: Kind) -> Iterator[_Shelf]:
    try:
        entries = _entries(source)
    except OSError as error:
        if kind == "own":
            yield source.name, "", [_closed(error)], None
        return
    for path in entries:
        if path.is_dir() and not entry_fault(path):
            yield source.name, path.name, *_release(path, kind)
        elif kind == "own":
            yield source.name, "", [_loose(path)], None


def _entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not is_leftover(path.name))


def _closed(error: OSError) -> _Found:
    reason = error.strerror or "fault of the disk"
    return _Found("", "file.unreadable", f"The folder cannot be read ({reason}). Make it readable.")


def _loose(path: Path) -> _Found:
    """A file outside a release folder, or something that no release folder can be."""
    if reason := entry_fault(path):
        return _out_of_place(path.name, reason)
    where = "It lies loose, in no release folder, and has no card. "
    how = "Move it into data/raw/<source>/<release>/ beside a source.yml, or use `attest add`."
    return _Found(path.name, "file.no_card", where + how, bytes_of(path))


def _out_of_place(name: str, reason: str) -> _Found:
    return _Found(name, "file.path", f"It is not taken: {reason}.")


def _release(folder: Path, kind: Kind) -> tuple[list[_Found], Card | None]:
    """What a release folder holds, and its card, if it has one that may be looked at."""
    try:
        card = card_of(folder)
        if kind == "public" and (card is None or not card.public):
            return [], None
        names = files_below(folder)
    except OSError as error:
        return ([_closed(error)] if kind == "own" else []), None
    if card is None:
        return _without_card(folder, names), None
    if card.faults:
        return _under_faulty_card(folder, names if kind == "own" else [], card), card
    if card.only is not None and len(names) != 1:
        return _without_a_name(folder, names if kind == "own" else []), card
    checksums = card.checksums or {names[0]: str(card.only)}
    found = _stopped([_checked(folder, name, digest) for name, digest in checksums.items()])
    if kind == "own":
        found += [_unnamed(folder, name) for name in names if name not in checksums]
    return found, card


def _without_card(folder: Path, names: list[str]) -> list[_Found]:
    message = (
        f"Its folder holds no {CARD}, so nothing is known of where it is from. "
        f"Write one (docs say how), then run `attest pin {folder.parent.name}`."
    )
    return _all_refused(folder, names, "file.no_card", message)


def _under_faulty_card(folder: Path, names: list[str], card: Card) -> list[_Found]:
    named = [name for name in card.checksums if name not in names and name_fault(name) is None]
    message = f"Its card has faults. {listed(card.faults, ' ')}"
    return _all_refused(folder, [*names, *named], "file.card", message)


def _without_a_name(folder: Path, names: list[str]) -> list[_Found]:
    message = (
        f"Its card gives one checksum without a file's name, which says which file is meant only "
        f"where one stands beside it. Run `attest pin {folder.parent.name}`."
    )
    return _all_refused(folder, names, "file.card", message)


def _all_refused(folder: Path, names: list[str], reason: str, message: str) -> list[_Found]:
    """A refusal for each file; for the card where there is none to carry it."""
    if not names:
        return [_Found(CARD, reason, message)]
    return [_Found(name, reason, message, bytes_of(folder / name)) for name in names]


def _checked(folder: Path, name: str, digest: str) -> _Found:
    """A file that a card names, against the checksum that it gives."""
    path = folder / name
    source_id = folder.parent.name
    if reason := entry_fault(path):
        return _out_of_place(name, reason)
    if not path.exists():
        message = (
            "The card names it, and it is not there. Put the file back as it was received; if it "
            f"is no longer part of the release, run `attest pin {source_id}`."
        )
        return _Found(name, "file.missing", message)
    found = bytes_of(path)
    if found.fault:
        return _Found(name, "file.unreadable", f"It is not read: {found.fault}.")
    if found.sha256 != digest:
        message = (
            f"Its bytes are not those of its card: SHA-256 {found.sha256}, the card says {digest}. "
            "Put the file back as it was received. If its source changed it, make a new release "
            f"folder of the new file; if the card is wrong, run `attest pin {source_id}`."
        )
        return _Found(name, "file.checksum", message, found)
    return _Found(name, bytes=found)


def _stopped(found: list[_Found]) -> list[_Found]:
    """A release is read whole or not at all: one refused file takes the others with it."""
    refused = [f"{one.file} ({one.reason})" for one in found if one.reason]
    if not refused:
        return found
    message = (
        f"Its release is read whole or not at all, and {', '.join(refused[:5])} is refused. "
        "Mend that first."
    )
    return [
        one if one.reason else _Found(one.file, "file.release", message, one.bytes) for one in found
    ]


def _unnamed(folder: Path, name: str) -> _Found:
    """A file beside a card that does not name it."""
    if "/" not in name and (reason := entry_fault(folder / name)):
        return _out_of_place(name, reason)
    move = "Move it out of its folder, beside the card; then run" if "/" in name else "Run"
    message = (
        f"The card does not name it, so it is not read. {move} `attest pin {folder.parent.name}` "
        "if it is part of the release, else take it away."
    )
    return _Found(name, "file.not_in_card", message, bytes_of(folder / name))
