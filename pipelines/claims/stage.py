"""The stage claims: every release through its reader, then what only all of them together show.

What belongs here: which reader a release gets, documents that several registers give, claims that a
newer release replaces, overlays, and what a public release may not hold. A file's account is kept
true whenever a claim is set aside after it was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from shutil import rmtree
from typing import Any, Final, TypeAlias

import pandas as pd

from pipelines.claims import READERS
from pipelines.claims.overlays import apply_overlays
from pipelines.claims.passages import mark_headlines, mark_passages
from pipelines.claims.quarantine import quarantine_lines, refused_file
from pipelines.claims.reading import RawFile, Reading, Record, Release
from pipelines.claims.reprints import Numbers, Printing, find_reprints
from pipelines.claims.review.queue import queue_of
from pipelines.claims.tables.settle import settle
from pipelines.core.actors import Actors
from pipelines.core.csv_rows import Fault, FileRefused, nearest
from pipelines.core.entries import Entries, Part
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.inputs import Kind
from pipelines.core.likeness import NOT_STATED
from schemas import frame
from schemas.claims import (
    Candidates,
    Claims,
    Documents,
    Files,
    NamedPlaces,
    Overlays,
    QuarantineRows,
    ReviewQueue,
)
from schemas.models import Model, key_of

TABLES: Final[dict[str, Model]] = {
    "claims/claims": Claims,
    "claims/candidates": Candidates,
    "claims/documents": Documents,
    "claims/named_places": NamedPlaces,
    "claims/files": Files,
    "claims/quarantine_rows": QuarantineRows,
    "claims/overlays": Overlays,
    "claims/review_queue": ReviewQueue,
}
"""The tables that this stage makes."""

_OF_THE_RELEASE: Final = ("source_id", "release", "date_accessed", "sha256", "path")
"""Columns of a document that say where it was registered, not what it is."""

_NOT_PUBLIC: Final = {
    "pending": (
        "provenance.not_reviewed",
        "Nobody has read this claim.",
        "Review it: reviews.csv.",
    ),
    "rejected": (
        "provenance.rejected",
        "A reviewer rejected this claim.",
        "Nothing: it stays in the office's own release.",
    ),
}
"""Review statuses of claims that count nowhere and are not published, and why."""

_WITHHELD: Final = "Not shown in a public release."


def read_claims(
    tables: Mapping[str, pd.DataFrame],
    raw_dir: Path,
    kind: Kind,
    scratch: Path | None = None,
    cache: Path | None = None,
) -> dict[str, pd.DataFrame]:
    """Every claim of data/raw, the account of every file, and what was set aside.

    The claims of registers are no table: they lie as parts below `scratch`, which its index lists.

    Parameters
    ----------
    tables
        The tables of the stage raw, keyed `raw/<table>`.
    raw_dir
        The folder of the sources, to which the paths in `raw/files` are relative.
    kind
        'public' keeps no claim that is pending or rejected, and reads no document that is not
        public.
    scratch
        The folder for the parts of registers, made anew; without one, registers are refused.
    cache
        A folder where parts are kept, so that an unchanged source is not read again.
    """
    gazetteer = Gazetteer(tables["raw/places"], tables["raw/territories"])
    actors = Actors(tables["raw/actors"])
    stage = _Stage()
    if scratch is not None:
        rmtree(scratch, ignore_errors=True)
    for release in _releases(tables, raw_dir, gazetteer, actors, kind):
        stage.add(release, _read(replace(release, scratch=scratch, cache=cache)))
    stage.add_refused(tables["raw/files"])
    stage.settle_documents()
    stage.mark_reprints(actors)
    stage.mark_passages()
    # A public release shows nobody what waits: it holds no claim that does.
    queue = queue_of(stage.claims, stage.sentences) if kind == "own" else []
    stage.claims, outcomes = apply_overlays(
        stage.claims,
        tables["raw/corrections"],
        tables["raw/reviews"],
        gazetteer,
        actors,
        stage.sentences,
    )
    if kind == "public":
        stage.withhold()
    stage.link_releases()
    if scratch is not None:
        named = _sorted_frame(NamedPlaces, list(stage.places.values()))
        known = pd.concat([tables["raw/places"], named], ignore_index=True)
        everywhere = Gazetteer(known, tables["raw/territories"])
        entries = Entries(scratch, tuple(stage.parts))
        settle(entries, tables["raw/cards"], everywhere).write_index()
    records = {
        "claims/claims": stage.claims,
        "claims/candidates": stage.candidates,
        "claims/documents": stage.documents,
        "claims/named_places": list(stage.places.values()),
        "claims/files": list(stage.files.values()),
        "claims/quarantine_rows": stage.quarantine,
        "claims/overlays": outcomes,
        "claims/review_queue": queue,
    }
    return {name: _sorted_frame(model, records[name]) for name, model in TABLES.items()}


def _sorted_frame(model: Model, records: list[Record]) -> pd.DataFrame:
    key = key_of(model)
    return frame(model, sorted(records, key=lambda row: tuple(row[column] for column in key)))


def _releases(
    tables: Mapping[str, pd.DataFrame],
    raw_dir: Path,
    gazetteer: Gazetteer,
    actors: Actors,
    kind: Kind,
) -> Iterator[Release]:
    """The releases that have a card, with the files of theirs that may be read."""
    files: dict[tuple[str, str], list[RawFile]] = {}
    for row in tables["raw/files"].to_dict("records"):
        if row["status"] == "read":
            files.setdefault((row["source_id"], row["release"]), []).append(
                RawFile(row["file"], raw_dir / row["path"], row["sha256"])
            )
    for row in tables["raw/cards"].to_dict("records"):
        card = {str(column): _plain(value) for column, value in row.items()}
        found = files.get((card["source_id"], card["release"]), [])
        yield Release(card, tuple(found), gazetteer, actors, kind)


def _plain(value: Any) -> Any:
    """A cell of a table as plain Python: days as days, missing as None."""
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def _read(release: Release) -> Reading:
    """What the release's reader makes of it; a reader that fails refuses the release's files."""
    name = release.card["reader"]
    reader = READERS.get(name)
    if reader is None:
        return _all_refused(
            release,
            "file.unknown_reader",
            f"The card names the reader '{name}', which is not there.",
            f"Use one of: {', '.join(READERS)}.{nearest(str(name), tuple(READERS))}",
        )
    try:
        return reader(release)
    except FileRefused as refusal:
        return Reading(files=[refused_file(release, f, refusal, None) for f in release.files])
    except Exception as error:
        # Files are not trusted: whatever one of them does to its reader, the other sources go on,
        # and the account says what happened.
        return _all_refused(
            release,
            "file.unreadable",
            f"The reader '{name}' failed on this release ({type(error).__name__}: {error}).",
            "Check that its files can be opened; if they can, report this with the file.",
        )


def _all_refused(release: Release, reason: str, message: str, fix: str) -> Reading:
    refusal = FileRefused([Fault(reason, message, fix)])
    return Reading(files=[refused_file(release, file, refusal, None) for file in release.files])


class _Stage:
    """The records of every release together, and the accounts of their files."""

    def __init__(self) -> None:
        self.claims: list[Record] = []
        self.candidates: list[Record] = []
        self.documents: list[Record] = []
        self.quarantine: list[Record] = []
        self.sentences: dict[str, str] = {}
        self.parts: list[Part] = []
        self.places: dict[str, Record] = {}
        self.files: dict[tuple[str, str, str], Record] = {}
        self._releases: dict[tuple[str, str], Release] = {}
        self._rows: dict[str, int] = {}
        self._texts: dict[_TextKey, str] = {}

    def add(self, release: Release, reading: Reading) -> None:
        """Take over what a reader made."""
        self._releases[release.source_id, release.release] = release
        self.claims += reading.claims
        self.candidates += reading.candidates
        self.documents += reading.documents
        self.quarantine += reading.quarantine
        self._rows.update(reading.rows)
        self._texts |= {
            (release.source_id, release.release, document_id): text
            for document_id, text in reading.texts.items()
        }
        self.sentences |= reading.sentences
        self.parts += reading.parts
        for place in reading.places:
            # Of the names that several releases give a place, the newest release's is kept.
            self.places[place["place_id"]] = place
        for file in reading.files:
            self.files[file["source_id"], file["release"], file["file"]] = file

    def add_refused(self, files: pd.DataFrame) -> None:
        """Account for the files that the stage raw refused, and those that no reader spoke of."""
        for row in files.to_dict("records"):
            key = (row["source_id"], row["release"], row["file"])
            if key in self.files:
                continue
            unread = ("file.not_read", "No reader reads it. Leave it out of the release.")
            refused = row["status"] == "refused"
            self.files[key] = {
                **dict(zip(("source_id", "release", "file"), key, strict=True)),
                "status": "refused",
                "reason": row["reason"] if refused else unread[0],
                "message": row["message"] if refused else unread[1],
                **dict.fromkeys(
                    ("rows_in", "rows_with_claims", "claims", "quarantined", "empty"), 0
                ),
                "bytes": _plain(row["bytes"]),
                "sha256": _plain(row["sha256"]),
            }

    def settle_documents(self) -> None:
        """Keep each document as its newest release has it; set aside those that contradict."""
        by_id: dict[str, list[Record]] = {}
        for document in self.documents:
            by_id.setdefault(document["document_id"], []).append(document)
        conflicting = {
            document_id
            for document_id, given in by_id.items()
            if any(_content(one) != _content(given[0]) for one in given)
        }
        self.documents = [
            max(given, key=lambda one: (one["release"], one["source_id"]))
            for document_id, given in by_id.items()
            if document_id not in conflicting
        ]
        self._set_aside(
            [claim for claim in self.claims if claim["document_id"] in conflicting],
            lambda claim: _conflict(claim["document_id"], by_id[claim["document_id"]]),
        )

    def mark_reprints(self, actors: Actors) -> None:
        """Say of each document whose text prints another's story again which printed it first.

        Figures are taken as the machine read them, so that no review moves a document.
        """
        figures: dict[_TextKey, dict[str, set[Numbers]]] = defaultdict(lambda: defaultdict(set))
        for claim in self.claims:
            if _text_key(claim) in self._texts and claim["modality"] != "superseded":
                numbers = (claim.get("value"), claim.get("value_low"), claim.get("value_high"))
                figures[_text_key(claim)][claim["metric"]].add(numbers)
        printings = [
            Printing(
                document_id=document["document_id"],
                text=self._texts[_text_key(document)],
                published_on=document.get("published_on"),
                publisher=_if_stated(document.get("publisher")),
                figures=figures[_text_key(document)],
            )
            for document in self.documents
            if _text_key(document) in self._texts
        ]
        reprints = find_reprints(printings, actors)
        for document in self.documents:
            if reprint := reprints.get(document["document_id"]):
                document["reprint_of"] = reprint.of
                document["reprint_likeness"] = reprint.likeness

    def mark_passages(self) -> None:
        """Say of the claims of texts which stand in a headline, and which share their words."""
        texts: dict[str, str] = {}
        stories: dict[str, list[Record]] = defaultdict(list)
        of_text: dict[_TextKey, list[Record]] = defaultdict(list)
        for claim in self.claims:
            if _text_key(claim) in self._texts:
                of_text[_text_key(claim)].append(claim)
        of_story: list[Record] = []
        firsts = {one["reprint_of"] for one in self.documents if one.get("reprint_of")}
        for document in self.documents:
            text = self._texts.get(_text_key(document))
            if text is None:
                continue
            claims = of_text[_text_key(document)]
            mark_headlines(claims, text, document["title"])
            first = document.get("reprint_of") or document["document_id"]
            if first in firsts:
                texts[document["document_id"]] = text
                stories[first].append(document)
                of_story += claims
        in_order = [
            [one["document_id"] for one in sorted(story, key=_order_of_printing)]
            for story in stories.values()
        ]
        mark_passages(in_order, texts, of_story)

    def link_releases(self) -> None:
        """Say of each claim which claim of the same source's next release replaces it.

        A reading that nobody accepted replaces nothing.
        """
        by_key: dict[tuple[str, str, str], list[Record]] = {}
        for claim in self.claims:
            if claim["review_status"] in _NOT_PUBLIC:
                continue
            suffix = claim["claim_id"].rpartition("#")[2]
            by_key.setdefault((claim["source_id"], claim["record_id"], suffix), []).append(claim)
        for readings in by_key.values():
            in_order = sorted(readings, key=lambda claim: claim["release"])
            for older, newer in pairwise(in_order):
                older["replaced_by"] = newer["claim_id"]

    def withhold(self) -> None:
        """Keep for a public release only what a person accepted, and no value of the quarantine."""
        self._set_aside(
            [claim for claim in self.claims if claim["review_status"] in _NOT_PUBLIC],
            lambda claim: Fault(*_NOT_PUBLIC[claim["review_status"]]),
        )
        self.candidates = [one for one in self.candidates if one["outcome"] != "set_aside"]
        for line in self.quarantine:
            line.update(value=None, raw=None, message=_WITHHELD, fix=_WITHHELD)
        for file in self.files.values():
            if file["status"] == "refused":
                file["message"] = _WITHHELD

    def _set_aside(self, claims: Iterable[Record], fault_of: Callable[[Record], Fault]) -> None:
        """Move claims to the quarantine, and with them each row of which no claim stays."""
        gone = {claim["claim_id"]: claim for claim in claims}
        row_of = self._row_finder()
        self.claims = [claim for claim in self.claims if claim["claim_id"] not in gone]
        for claim in self.claims:
            if claim.get("part_of") in gone:
                claim["part_of"] = None
                claim["doubts"] = [*(claim.get("doubts") or ()), "whole_set_aside"]
        kept = {row_of(claim) for claim in self.claims}
        moved: dict[_RowKey, list[Record]] = {}
        for claim in gone.values():
            self.files[_file_of(claim)]["claims"] -= 1
            moved.setdefault(row_of(claim), []).append(claim)
        for key, of_row in moved.items():
            if key in kept:
                continue
            file = self.files[key[:3]]
            file["rows_with_claims"] -= 1
            file["quarantined"] += 1
            faults = [fault_of(claim) for claim in of_row]
            release = self._releases[key[0], key[1]]
            self.quarantine += quarantine_lines(release, key[2], key[3], faults, None)
            for candidate in self._candidates_at(key):
                candidate.update(outcome="set_aside", reason=faults[0].reason, claim_id=None)

    def _row_finder(self) -> Callable[[Record], _RowKey]:
        """Where a claim's record stands: its line, or for a text the offset of its number."""
        starts: dict[tuple[str, str, str], list[int]] = {}
        for candidate in self.candidates:
            if candidate["outcome"] == "claim":
                starts.setdefault(_file_of(candidate), []).append(candidate["start"])

        def row_of(claim: Record) -> _RowKey:
            file = _file_of(claim)
            line = self._rows.get(claim["claim_id"])
            if line is None:
                first, end = claim["quote_start"], claim["quote_end"]
                line = next((at for at in starts.get(file, ()) if first <= at < end), first)
            return (*file, line)

        return row_of

    def _candidates_at(self, key: _RowKey) -> list[Record]:
        return [one for one in self.candidates if (*_file_of(one), one["start"]) == key]


_RowKey: TypeAlias = tuple[str, str, str, int]
"""Source, release, file, and the line or offset of a record."""

_TextKey: TypeAlias = tuple[str, str, str]
"""Source, release and document."""


def _file_of(record: Record) -> tuple[str, str, str]:
    return record["source_id"], record["release"], record["file"]


def _text_key(record: Record) -> _TextKey:
    return record["source_id"], record["release"], record["document_id"]


def _order_of_printing(document: Record) -> tuple[bool, date, str]:
    """The first printing, then by publication."""
    day = document.get("published_on") or date.max
    return bool(document.get("reprint_of")), day, document["document_id"]


def _if_stated(publisher: str | None) -> str | None:
    return None if publisher in (None, "", NOT_STATED) else publisher


def _content(document: Record) -> Record:
    """What a document is, apart from where it was registered."""
    return {
        column: value
        for column, value in document.items()
        if value is not None and column not in _OF_THE_RELEASE
    }


def _conflict(document_id: str, given: list[Record]) -> Fault:
    where = ", ".join(sorted({f"{one['source_id']}/{one['release']}" for one in given}))
    differing = sorted(
        column
        for column in set().union(*map(_content, given))
        if any(one.get(column) != given[0].get(column) for one in given)
    )
    return Fault(
        "duplicate.conflict",
        f"The document '{document_id}' is registered differently in {where}: "
        f"{', '.join(differing)}.",
        "Make the registers agree, or give unlike documents their own ids.",
        "document_id",
        document_id,
    )
