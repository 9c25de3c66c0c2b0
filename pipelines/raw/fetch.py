"""Fetch: a registered release from its publisher, or from a file at hand, into data/raw.

What `attest fetch` does belongs here. A release folder appears whole or not at all, and one that
stands is never changed. Until then everything lies in `<source>/.fetching/`, which no build reads.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

from filelock import FileLock, Timeout

from pipelines.core.inputs import sha256_of
from pipelines.raw.cards import CARD, is_leftover, name_fault
from pipelines.raw.checksums import card_of
from pipelines.raw.download import (
    USUAL,
    Arrived,
    Edition,
    Patience,
    download,
    edition_of,
    forget,
)
from pipelines.raw.faults import Fault, RawFault, Wrong
from pipelines.raw.kinds import check_kind
from pipelines.raw.registered import (
    Registered,
    RegisteredFile,
    RegisteredRelease,
    find_release,
)
from pipelines.raw.yaml_text import Mapping as Fields
from pipelines.raw.yaml_text import decode, parse, plain

WORK: Final = ".fetching"
"""Folder of a source in which a release is made; its dot makes every reader pass it by."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

FileProgress: TypeAlias = Callable[[str, int, int | None], None]
"""Is told of which file how many bytes have arrived, and of how many, if that is known."""


class FetchFault(RawFault):
    """A release that could not be fetched, or may not be put where it was to go."""


@dataclass(frozen=True)
class Shelf:
    """Where a release goes, and its days."""

    name: str
    """Of the release folder."""
    published_on: date
    accessed_on: date
    is_registered: bool = True
    """Whether it is to be the very edition that is registered, with its pinned checksums."""

    @staticmethod
    def of(
        release: RegisteredRelease,
        accessed_on: date,
        *,
        name: str | None = None,
        published_on: date | None = None,
    ) -> Shelf:
        """The usual place: a release that its publisher keeps changing is named by its day.

        `name` puts another edition than the registered one beside it. What is not known to have
        been published earlier was published on the day it was obtained.
        """
        day = published_on or (release.published_on if name is None else None) or accessed_on
        usual = release.name if release.published_on else day.isoformat()
        return Shelf(usual if name is None else name, day, accessed_on, is_registered=name is None)


@dataclass(frozen=True)
class Fetched:
    """A release that is held now."""

    folder: Path
    held_before: bool
    checksums: dict[str, str]
    sizes: dict[str, int]
    hosts: dict[str, str]
    """Which host gave a file, for those that were downloaded now."""
    first_seen: tuple[str, ...]
    """Files whose checksum was not known beforehand."""


@dataclass(frozen=True)
class _Before:
    """A release that is held: its folder, checksums and what is known of where it came from."""

    folder: Path
    checksums: dict[str, str]
    fetched: dict[str, dict[str, str]]


def fetch(
    release: RegisteredRelease,
    raw_dir: Path,
    shelf: Shelf,
    *,
    patience: Patience = USUAL,
    progress: FileProgress | None = None,
) -> Fetched:
    """Download a release into data/raw, with its card.

    What an earlier call left unfinished is continued. Where the release is held with the same
    bytes nothing is written. Only the addresses of the registry are asked, and where they redirect.

    Raises
    ------
    FetchFault
        A file that is not what was registered, other bytes under a name that is held, a fetch that
        is under way already, or a disk that cannot be written.
    DownloadFault
        An address from which the file cannot be had.
    RegistryFault
        A card that would have faults, such as a day of access before that of publication.
    """
    _refuse_by_hand(release)
    with _alone(raw_dir, release, shelf) as work:
        before = _held(raw_dir, release, shelf)
        fetched: dict[str, dict[str, str]] = {}
        hosts: dict[str, str] = {}
        for file in release.files:
            arrived = _bring(file, work, before, shelf, patience, progress)
            if arrived is None:
                assert before is not None
                shutil.copyfile(before.folder / file.name, work / file.name)
                fetched[file.name] = before.fetched[file.name]
            else:
                hosts[file.name] = arrived.host
                fetched[file.name] = _provenance(str(file.url), arrived)
        return _shelve(release, shelf, raw_dir, work, release.files, before, fetched, hosts)


def take_in(
    release: RegisteredRelease, files: Sequence[Path], raw_dir: Path, shelf: Shelf
) -> Fetched:
    """Put files that someone downloaded into data/raw, with the card of the registry.

    A single file of a release of one may have any name; otherwise names say which is which, and
    only those handed in are taken. They are checked as downloaded ones are. Raises as `fetch` does.
    """
    wanted = _by_name(release, files)
    with _alone(raw_dir, release, shelf) as work:
        for file, path in wanted.items():
            copy = work / file.name
            forget(copy)  # and with it what is known of one that was downloaded
            try:
                shutil.copyfile(path, copy)
            except OSError as error:
                reason = f"cannot be copied ({error.strerror or 'fault of the disk'})"
                raise _fault(str(path), reason, "name a file that is there") from None
            _check(file, copy, str(path), shelf)
        before = _held(raw_dir, release, shelf)
        return _shelve(release, shelf, raw_dir, work, tuple(wanted), before, {}, {})


def registered_and_held(
    registry: Mapping[str, Registered], raw_dir: Path, source_id: str | None = None
) -> list[dict[str, Any]]:
    """A row for each registered release, of one source or of all: what it is, and what is held.

    What is held of a source under no registered name stands with the release that its publisher
    keeps changing, else with the newest. Raises RegistryFault for an unknown source.
    """
    if source_id is not None:
        find_release(registry, source_id, None)
    rows = []
    for source in registry.values():
        if source_id in (None, source.source_id):
            held = held_releases(raw_dir, source.source_id)
            others = [name for name in held if name not in source.releases]
            last = list(source.releases)[-1]
            for name, release in source.releases.items():
                mine = [name] * (name in held) + (others if name == last else [])
                rows.append(_row(release, mine))
    return rows


def _row(release: RegisteredRelease, held: list[str]) -> dict[str, Any]:
    pinned = sum(file.sha256 is not None for file in release.files)
    return {
        "source": release.source_id,
        "release": release.name,
        "published": str(release.published_on or "changing"),
        "files": len(release.files),
        "how": "download" if all(file.url for file in release.files) else "--from",
        "checksum": "pinned" if pinned == len(release.files) else "at first",
        "held": ", ".join(held) or "no",
        "title": str(release.card["title"]).replace("{release}", release.name),
        "license": release.card["license"],
        "addresses": [file.url for file in release.files if file.url],
        "page": release.page,
        "note": release.note,
    }


def held_releases(raw_dir: Path, source_id: str) -> list[str]:
    """The release folders of a source that have a card, in order."""
    return sorted(
        path.parent.name
        for path in (raw_dir / source_id).glob(f"*/{CARD}")
        if not is_leftover(path.parent.name)
    )


def _fault(file: str, reason: str, fix: str) -> FetchFault:
    return FetchFault([Fault(file, None, "", "", reason, fix)])


def _refuse_by_hand(release: RegisteredRelease) -> None:
    names = [file.name for file in release.files if file.url is None]
    if names:
        fix = f"get it from {release.page} and take it in with --from. {release.note}".strip()
        reason = f"{', '.join(names)} has to be got by hand: no address is registered for it"
        raise _fault(f"{release.source_id}, release {release.name}", reason, fix)


@contextmanager
def _alone(raw_dir: Path, release: RegisteredRelease, shelf: Shelf) -> Iterator[Path]:
    """A folder to work in, which no other fetch of the release uses meanwhile."""
    source = raw_dir / release.source_id
    shown = f"{release.source_id}/{shelf.name}"
    if reason := name_fault(shelf.name):
        raise _fault(shown, reason, "give the release another name with --as")
    for path in (source, source / shelf.name, source / WORK):
        if path.is_symlink():
            raise _fault(str(path), "is a link, and links are not followed", "put a folder there")
    work = source / WORK / release.name
    try:
        work.mkdir(parents=True, exist_ok=True)
        with FileLock(work.with_name(f"{release.name}.lock"), timeout=0):
            yield work
    except Timeout:
        fix = "wait until it has ended, then look with `attest fetch --list`"
        raise _fault(shown, "is being fetched by another process", fix) from None
    except OSError as error:
        reason = f"cannot be read or written ({error.strerror or 'fault of the disk'})"
        raise _fault(
            error.filename or str(source), reason, "see to the folder and its disk"
        ) from None


def _held(raw_dir: Path, release: RegisteredRelease, shelf: Shelf) -> _Before | None:
    """The release under the shelf's name; of one that keeps changing, else the latest held."""
    source = raw_dir / release.source_id
    folder = source / shelf.name
    if not os.path.lexists(folder) and shelf.is_registered and release.published_on is None:
        days = [name for name in held_releases(raw_dir, source.name) if _DAY.fullmatch(name)]
        folder = source / days[-1] if days else folder
    if not os.path.lexists(folder):
        return None
    card = card_of(folder) if folder.is_dir() else None
    if card is None or card.faults or not card.checksums:
        fix = f"mend its {CARD}, or move the folder out of data/raw, then fetch again"
        raise _fault(str(folder), "stands there already, without a good card", fix)
    for name, digest in card.checksums.items():
        path = folder / name
        if not path.is_file() or sha256_of(path) != digest:
            fix = "put the file back as it was received, or move the folder out of data/raw"
            raise _fault(str(path), "is not there, or has other bytes than its card says", fix)
    root = parse(decode((folder / CARD).read_bytes()))
    assert isinstance(root, Fields)
    facts = plain(root.fields["facts"][1]) if "facts" in root.fields else {}
    fetched = facts.get("fetched", {}) if isinstance(facts, dict) else {}
    return _Before(folder, card.checksums, fetched if isinstance(fetched, dict) else {})


def _bring(
    file: RegisteredFile,
    work: Path,
    before: _Before | None,
    shelf: Shelf,
    patience: Patience,
    progress: FileProgress | None,
) -> Arrived | None:
    """Bring one file into the folder of work; None where the one held is the publisher's still."""
    assert file.url is not None
    part = work / _part_of(file)
    done = edition_of(work / file.name, file.url)
    known = before.fetched.get(file.name, {}) if before else {}
    held = None
    if known.get("from") == file.url:
        held = Edition(known.get("etag"), known.get("last_modified"))
    arrived = download(
        file.url,
        part,
        most=file.most,
        held=done.edition if done else held,
        patience=patience,
        progress=(lambda size, total: progress(file.name, size, total)) if progress else None,
    )
    if arrived is None:
        return done
    try:
        _check(file, part, file.url, shelf)
    except FetchFault:
        forget(part)  # what arrived whole and is wrong is not continued
        raise
    forget(work / file.name)
    for left, end in ((part.name + ".json", file.name + ".json"), (part.name, file.name)):
        part.with_name(left).replace(work / end)
    return arrived


def _part_of(file: RegisteredFile) -> str:
    return f"{file.name}.part"


def _check(file: RegisteredFile, path: Path, shown: str, shelf: Shelf) -> None:
    """Size, kind and checksum. Raises FetchFault."""
    size = path.stat().st_size
    again = "see whether the publisher changed it; an edition that is right is taken in with --as"
    try:
        if size > file.most:
            raise Wrong(f"has {size:,} bytes, more than the {file.most:,} of a {file.name}", again)
        check_kind(path, file.kind)
        if size < file.least:
            raise Wrong(f"has {size:,} bytes, less than the {file.least:,} of a {file.name}", again)
        if file.sha256 and shelf.is_registered and (found := sha256_of(path)) != file.sha256:
            reason = f"has the SHA-256 {found}, where {file.sha256} is registered"
            raise Wrong(reason, again)
    except Wrong as wrong:
        raise _fault(shown, wrong.reason, wrong.fix) from None


def _provenance(url: str, arrived: Arrived) -> dict[str, str]:
    said = {
        "from": url,
        "host": arrived.host,
        "etag": arrived.edition.etag,
        "last_modified": arrived.edition.last_modified,
    }
    return {name: text for name, text in said.items() if text}


def _shelve(
    release: RegisteredRelease,
    shelf: Shelf,
    raw_dir: Path,
    work: Path,
    files: Sequence[RegisteredFile],
    before: _Before | None,
    fetched: Mapping[str, dict[str, str]],
    hosts: dict[str, str],
) -> Fetched:
    """Let the release folder appear, whole, from what lies in the folder of work."""
    target = raw_dir / release.source_id / shelf.name
    checksums = {file.name: sha256_of(work / file.name) for file in files}
    sizes = {file.name: (work / file.name).stat().st_size for file in files}
    fresh = tuple(f.name for f in files if not (f.sha256 and shelf.is_registered))
    if before and before.checksums == checksums:
        shutil.rmtree(work)
        return Fetched(before.folder, True, checksums, sizes, hosts, ())
    if os.path.lexists(target):
        shutil.rmtree(work)
        raise _other_bytes(target, release)
    card = release.card_text(shelf.name, shelf.published_on, shelf.accessed_on, checksums, fetched)
    ready = work / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir()
    for file in files:
        (work / file.name).replace(ready / file.name)
    (ready / CARD).write_bytes(card.encode())
    for path in (*ready.iterdir(), ready):
        _sync(path)
    ready.rename(target)
    _sync(target.parent)
    shutil.rmtree(work)
    return Fetched(target, False, checksums, sizes, hosts, fresh)


def _other_bytes(target: Path, release: RegisteredRelease) -> FetchFault:
    reason = "is held with other bytes, and bytes that are held are never replaced"
    as_another = f"`attest fetch {release.source_id} --release {release.name} --as NAME`"
    fix = f"the publisher changed the data: fetch it as a release of its own, with {as_another}"
    return _fault(str(target), reason, fix)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _by_name(release: RegisteredRelease, files: Sequence[Path]) -> dict[RegisteredFile, Path]:
    """Which file of the release each of those handed in is."""
    known = {file.name: file for file in release.files}
    if len(files) == 1 and len(known) == 1:
        return {release.files[0]: files[0]}
    wanted: dict[RegisteredFile, Path] = {}
    for path in files:
        if path.name not in known or known[path.name] in wanted:
            fix = f"rename it; this release is made of {', '.join(known)}"
            raise _fault(str(path), "is no file of this release, or named twice", fix)
        wanted[known[path.name]] = path
    return wanted
