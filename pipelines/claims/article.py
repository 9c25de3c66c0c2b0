"""The reader of text documents: a card and its texts, web pages, PDFs and mails.

What belongs here: the columns that a claim takes from its card, ids, and the account of every
number found. How a file becomes text is said in `pipelines.claims.documents`, and what the words
say is read by `pipelines.claims.text`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from pipelines.claims.documents import DocumentText, check_pin, read_file, text_sha256
from pipelines.claims.quarantine import Account, quarantine_lines, refused_file
from pipelines.claims.reading import RawFile, Reading, Record, Release
from pipelines.claims.review.queue import marked
from pipelines.claims.text.claim import Candidate, Document, Extraction, TextClaim
from pipelines.claims.text.extract import METHOD_VERSION, extract
from pipelines.core.csv_rows import Fault, FileRefused
from pipelines.core.ids import text_claim_id
from pipelines.core.likeness import NOT_STATED, UNNAMED_SPEAKER
from schemas.claims import Claims
from schemas.models import columns

_FROM_THE_TEXT: Final = tuple(
    name
    for name in TextClaim._fields
    if name in columns(Claims) and name not in ("part_of", "doubts")
)
"""Columns that a claim takes as the extractor read them; the rest is the card's or made here."""

_WHY: Final[dict[str, tuple[str, str]]] = {
    "text.language": (
        "The sentence is not in English, and the lexicon holds no other language.",
        "Enter the figure in a claim sheet.",
    ),
    "text.part_exceeds_total": (
        "The part is greater than the total that it belongs to.",
        "Check both figures in the text and enter them in a claim sheet.",
    ),
    "text.quote_not_reparsed": (
        "Read by itself, the number's quote does not give the same value.",
        "Enter the figure in a claim sheet.",
    ),
    "number.ambiguous_suffix": (
        "The letter after the number may mean million or metres, and no noun of people follows.",
        "Enter the figure in a claim sheet, in digits.",
    ),
    "number.ambiguous_separator": (
        "The dot or comma may part thousands or decimals, and the text uses it for both.",
        "Enter the figure in a claim sheet, without the mark.",
    ),
}
_WHY_NUMBER: Final = (
    "The number cannot be read for sure as a whole number of people.",
    "Enter the figure in a claim sheet, in digits.",
)


def read_article(release: Release) -> Reading:
    """The claims of a release's texts, all pending, and what became of every other number.

    A file that cannot be read as text is refused with reason file.* and the others are read.
    """
    reading = Reading()
    for file in sorted(release.files, key=lambda f: f.name):
        size = file.path.stat().st_size
        try:
            read = _text_of(release, file)
        except FileRefused as refusal:
            reading.files.append(refused_file(release, file, refusal, size))
            continue
        document = _document(release, file, read)
        extraction = extract(read.text, _for_reading(release))
        ids = claim_ids(document["document_id"], extraction.claims)
        reading.documents.append(document)
        reading.texts[document["document_id"]] = read.text
        reading.claims += [
            _claim(release, file, document, claim, ids) | {"claim_id": ids[at]}
            for at, claim in enumerate(extraction.claims)
        ]
        reading.sentences |= _sentences(read.text, extraction.claims, ids)
        _account_for(release, file, size, document, extraction, ids, reading)
    return reading


def _text_of(release: Release, file: RawFile) -> DocumentText:
    """The text of a file, held against its card's pin. Raises FileRefused."""
    document = read_file(file.path)
    check_pin(release.facts, file.name, document)
    return document


def _for_reading(release: Release) -> Document:
    card, facts = release.card, release.facts
    publisher = card.get("publisher")
    return Document(
        published_on=card.get("published_on"),
        publisher=None if publisher in (None, "", NOT_STATED) else str(publisher),
        language=card.get("language"),
        conflict_start=_text_or_none(facts.get("conflict_start")),
        cause=_text_or_none(facts.get("cause")),
        gazetteer=release.gazetteer,
        actors=release.actors,
    )


def _text_or_none(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def _document(release: Release, file: RawFile, read: DocumentText) -> Record:
    """The document as its card describes it; the card of an article is its register."""
    copied = (
        "title",
        "publisher",
        "url",
        "archived_url",
        "published_on",
        "date_accessed",
        "language",
        "license",
        "redistributable",
        "sensitivity",
    )
    return {
        "document_id": f"{release.source_id}/{release.release}/{file.name}",
        "source_id": release.source_id,
        "release": release.release,
        **{name: release.card.get(name) for name in copied},
        "sha256": file.sha256,
        "path": f"{release.source_id}/{release.release}/{file.name}",
        "text_method": read.method,
        "text_sha256": text_sha256(read.text),
        "text_note": "; ".join(read.notes) or None,
    }


def claim_ids(document_id: str, claims: Sequence[TextClaim]) -> list[str]:
    """Ids in the order of the claims; equal quotes of one metric are counted from 1."""
    seen: Counter[tuple[str, str]] = Counter()
    ids = []
    for claim in claims:
        key = (claim.metric, " ".join(claim.quote.split()))
        seen[key] += 1
        ids.append(text_claim_id(document_id, claim.metric, seen[key], claim.quote))
    return ids


def _claim(
    release: Release, file: RawFile, document: Record, claim: TextClaim, ids: Sequence[str]
) -> Record:
    actors = release.actors
    recorded: date | None = release.card.get("date_accessed")
    credited = claim.origin is not None or claim.speaker != _own_voice(release)
    return {
        **{name: getattr(claim, name) for name in _FROM_THE_TEXT},
        **vars(claim.window),
        "record_id": file.name,
        "source_id": release.source_id,
        "release": release.release,
        "file": file.name,
        "document_id": document["document_id"],
        "part_of": None if claim.part_of is None else ids[claim.part_of],
        "basis": "unstated",
        "speaker_id": actors.resolve(claim.speaker),
        "origin_id": actors.resolve(claim.origin),
        "publisher": document["publisher"],
        "derived_from": [],
        "published_on": document["published_on"],
        "recorded_on": recorded,
        "seen_in": "copy" if credited else "primary",
        "method": "extracted",
        "method_version": METHOD_VERSION,
        "review_status": "pending",
        "doubts": list(claim.doubts),
        "sensitivity": document["sensitivity"],
    }


def _sentences(text: str, claims: Sequence[TextClaim], ids: Sequence[str]) -> dict[str, str]:
    """The words around each claim, by its id."""
    return {
        claim_id: marked(
            text,
            (claim.sentence_start, claim.sentence_end),
            (claim.quote_start, claim.quote_end),
        )
        for claim_id, claim in zip(ids, claims, strict=True)
    }


def _own_voice(release: Release) -> str:
    publisher = release.card.get("publisher")
    return str(publisher) if publisher not in (None, "", NOT_STATED) else UNNAMED_SPEAKER


def _account_for(
    release: Release,
    file: RawFile,
    size: int,
    document: Record,
    extraction: Extraction,
    ids: Sequence[str],
    reading: Reading,
) -> None:
    """Each number found is a claim, empty, or quarantined; the file's account follows."""
    account = Account(claims=len(extraction.claims))
    for candidate in extraction.candidates:
        reading.candidates.append(
            {
                "source_id": release.source_id,
                "release": release.release,
                "file": file.name,
                "document_id": document["document_id"],
                "start": candidate.start,
                "end": candidate.end,
                "surface": candidate.surface,
                "outcome": candidate.outcome,
                "reason": candidate.reason,
                "claim_id": None if candidate.claim is None else ids[candidate.claim],
            }
        )
        if candidate.outcome == "claim":
            account.rows_with_claims += 1
        elif candidate.outcome == "empty":
            account.empty += 1
        else:
            account.quarantined += 1
            reading.quarantine += quarantine_lines(
                release, file.name, candidate.start, [_fault_of(candidate)], None
            )
    reading.files.append(account.record(release, file, size))


def _fault_of(candidate: Candidate) -> Fault:
    reason = candidate.reason or "text.no_metric"
    message, fix = _WHY.get(reason, _WHY_NUMBER)
    return Fault(reason, message, fix, "", candidate.surface)
