"""Add a document: a release folder made around one file, with its card and checksum.

What `attest add` does belongs here. Nothing that stands in data/raw is ever overwritten.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import unicodedata
from pathlib import Path
from typing import Any

from pipelines.core.inputs import sha256_of
from pipelines.raw.cards import CARD, TEXT_PINS, name_fault, read_card
from pipelines.raw.faults import Fault, RawFault
from pipelines.raw.yaml_text import written

READER_OF_SUFFIX = {
    **dict.fromkeys((".txt", ".html", ".htm", ".pdf", ".eml"), "article"),
    ".csv": "claim_sheet",
}
"""The reader of a file for which none is named."""

_LONGEST_SLUG = 60


class AddFault(RawFault):
    """A document that cannot be added to data/raw."""


def add(
    file: Path,
    raw_dir: Path,
    *,
    title: str,
    publisher: str,
    published_on: str,
    url: str,
    accessed_on: str,
    producer: str | None = None,
    source_id: str | None = None,
    reader: str | None = None,
    language: str = "",
    license: str = "not stated",
    redistributable: bool = False,
    maturity: str = "unstated",
    sensitivity: str = "internal",
    collected_by: str = "",
    text_sha256: str | None = None,
) -> Path:
    """Copy a file into data/raw/<source>/<day of publication>/ beside a new card.

    The source is named after the title unless `source_id` names it. What is not stated is taken
    with care: internal until someone says public, and not to be given on. `text_sha256` pins the
    text that was read from the file, for what offsets count. Returns the new folder.
    Raises AddFault with everything that is wrong; nothing is left behind then.
    """
    faults = _file_faults(file)
    name = source_id if source_id is not None else slug(title)
    if reason := name_fault(name):
        faults.append(_fault(file, "source", name, reason, "give it another"))
    if reader is None and file.suffix.lower() not in READER_OF_SUFFIX:
        known = ", ".join(READER_OF_SUFFIX)
        reason = f"no reader is known for it; {known} have one"
        faults.append(_fault(file, "", "", reason, "name the reader"))
    fields = {
        "producer": producer or publisher,
        "title": title,
        "publisher": publisher,
        "url": url,
        "published_on": published_on,
        "date_accessed": accessed_on,
        "collected_by": collected_by,
        "license": license,
        "redistributable": "true" if redistributable else "false",
        "reader": reader or READER_OF_SUFFIX.get(file.suffix.lower(), ""),
        "maturity": maturity,
        "sensitivity": sensitivity,
        "language": language,
    }
    if not published_on.strip():
        fix = "give the day as year-month-day: it names the release folder"
        faults.append(_fault(file, "published_on", "", "is missing", fix))
    if faults:
        raise AddFault(faults)
    digest = sha256_of(file)
    card = _card(fields, file.name, digest, text_sha256)
    if found := read_card(card.encode("utf-8", "surrogatepass"), name, published_on).faults:
        raise AddFault(found)
    return _put(file, raw_dir / name / published_on.strip(), card, digest)


def slug(title: str) -> str:
    """A folder name from a title: small letters, digits and dashes, cut at a word."""
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", bare.replace("'", ""))
    while len(words) > 1 and len("-".join(words)) > _LONGEST_SLUG:
        words.pop()
    if words:
        return "-".join(words)[:_LONGEST_SLUG]
    # A title in another script has no such letters; its hash is stable and as good as any.
    return "document-" + hashlib.sha256(title.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _fault(file: Path, column: str, value: str, reason: str, fix: str) -> Fault:
    return Fault(str(file), None, column, value, reason, fix)


def _file_faults(file: Path) -> list[Fault]:
    try:
        found = file.stat()
    except OSError as error:
        reason = f"cannot be read ({error.strerror or 'fault of the disk'})"
        return [_fault(file, "", "", reason, "name a file that is there")]
    if not stat.S_ISREG(found.st_mode):
        return [_fault(file, "", "", "is no plain file", "name a file")]
    faults = []
    if not found.st_size:
        faults.append(_fault(file, "", "", "is empty", "name a file that holds something"))
    if reason := name_fault(file.name) or ("is the name of a card" if file.name == CARD else ""):
        faults.append(_fault(file, "", "", reason, "rename the file"))
    return faults


def _card(fields: dict[str, str], file: str, digest: str, text_sha256: str | None) -> str:
    held: dict[str, Any] = {**fields, "sha256": {file: digest}}
    if text_sha256:
        held["facts"] = {TEXT_PINS: {file: text_sha256}}
    return written(held)


def _put(file: Path, folder: Path, card: str, digest: str) -> Path:
    """Make the folder whole or not at all."""
    if folder.parent.is_symlink():
        fix = "links are not followed: name another source"
        raise AddFault([_fault(folder.parent, "", "", "is a link", fix)])
    if os.path.lexists(folder):
        fix = "name another source for another document; a card there is mended by hand"
        raise AddFault([_fault(folder, "", "", "is there already, and is not overwritten", fix)])
    partial = folder.with_name(f".adding.{os.getpid()}")
    try:
        partial.mkdir(parents=True)
        shutil.copyfile(file, partial / file.name)
        (partial / CARD).write_bytes(card.encode())
        if sha256_of(partial / file.name) != digest:
            raise AddFault([_fault(file, "", "", "changed while it was copied", "add it again")])
        partial.rename(folder)
    except OSError as error:
        reason = f"cannot be made ({error.strerror or 'fault of the disk'})"
        raise AddFault([_fault(folder, "", "", reason, "see to the folder and its disk")]) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        with contextlib.suppress(OSError):
            folder.parent.rmdir()  # which succeeds only where nothing else is in it
    return folder
