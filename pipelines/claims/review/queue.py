"""The queue of claims to read: each beside its words, with the reasons for doubt.

What belongs here: which claims a person has to read, what is shown of their words, why they are in
doubt, in which order they come, and the hash of what was shown. The reasons are data (reasons.yml).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from pipelines.claims.reading import Record
from pipelines.core.ids import short_hash
from pipelines.core.likeness import UNNAMED_SPEAKER
from pipelines.core.numbers import DOUBTS
from pipelines.core.period import Window

OPENED, CLOSED = ">>", "<<"
"""Marks around the quote in its sentence."""

_WINDOW: Final = tuple(field.name for field in fields(Window))

READ_OF_A_CLAIM: Final = (
    "metric",
    "measure",
    "value",
    "value_low",
    "value_high",
    "qualifier",
    "unit",
    "population",
    "nationality",
    "modality",
    "part_of",
    "restriction",
    "coverage",
    "place_as_written",
    "place_id",
    "place_role",
    "territory",
    "period_as_written",
    *_WINDOW,
    "speaker",
    "origin",
    "deaths_counted",
    "cause",
)
"""What is shown of a claim, in the sheet's order, and what a decision rests on."""

_AROUND: Final = 600
"""Characters of a sentence that are kept on either side of the quote."""

_FILE: Final = Path(__file__).with_name("reasons.yml")
_UNLISTED: Final = 2
_OUTLIER: Final = 10
_COMPOSITE: Final = ("killed_or_injured", "dead_or_missing")
_NOT_AS_HAPPENED: Final = ("projected", "ordered", "superseded")
_ENDS: Final = ("value", "value_low", "value_high")


@dataclass(frozen=True)
class Reason:
    """A reason for doubt: how grave it is, and what it says to a person."""

    severity: int
    says: str


@cache
def reasons() -> Mapping[str, Reason]:
    """The reasons that are listed, by code."""
    held: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        code: Reason(int(row["severity"]), str(row.get("says") or DOUBTS[code]))
        for code, row in held.items()
    }


def reason(code: str) -> Reason:
    """What a code of doubt says; one that is not listed says its own name."""
    return reasons().get(code) or Reason(_UNLISTED, f"{code.replace('_', ' ').capitalize()}.")


def marked(text: str, sentence: tuple[int, int], quote: tuple[int, int]) -> str:
    """The sentence on one line with its quote marked; what is far from the quote is cut off.

    However long a sentence is, no more is kept than belongs to its quote: a text of one endless
    sentence would else be stored again for each of its claims.
    """
    start, end = max(sentence[0], quote[0] - _AROUND), min(sentence[1], quote[1] + _AROUND)
    shown = (
        f"{'… ' if start > sentence[0] else ''}{text[start : quote[0]]}{OPENED}"
        f"{text[quote[0] : quote[1]]}{CLOSED}{text[quote[1] : end]}"
        f"{' …' if end < sentence[1] else ''}"
    )
    return " ".join(shown.split())


def words_of(claim: Mapping[str, Any], sentences: Mapping[str, str]) -> str | None:
    """The words shown of a claim: its sentence; of a row of a sheet, the quote, if it has one."""
    return sentences.get(claim["claim_id"]) or claim.get("quote")


def rests_on(claim: Mapping[str, Any], sentences: Mapping[str, str]) -> str:
    """Hash of what a person decides on: the words shown and what the machine read of them.

    It begins with letters, so that no spreadsheet takes it for a number.
    """
    read = (f"{name}={_shown(claim.get(name))}" for name in READ_OF_A_CLAIM)
    return f"seen-{short_hash(words_of(claim, sentences) or '', claim.get('quote') or '', *read)}"


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def queue_of(claims: Iterable[Record], sentences: Mapping[str, str]) -> list[Record]:
    """The rows of `claims/review_queue` for claims as their readers gave them, before any overlay.

    In it is every claim that the extractor read, and any other that its reader left pending, for
    instance since its words may name a private person.

    Parameters
    ----------
    claims
        Records of `schemas.claims.Claims`.
    sentences
        Of each claim from text its sentence as `marked` shows it, by claim_id.
    """
    held = [
        claim
        for claim in claims
        if claim["method"] == "extracted" or claim["review_status"] == "pending"
    ]
    outliers = _outliers(held)
    return [_row(claim, sentences, claim["claim_id"] in outliers) for claim in held]


def _row(claim: Record, sentences: Mapping[str, str], is_outlier: bool) -> Record:
    codes = sorted(
        dict.fromkeys([*(claim.get("doubts") or ()), *_seen_here(claim, is_outlier)]),
        key=lambda code: -reason(code).severity,
    )
    return {
        "claim_id": claim["claim_id"],
        "sentence": words_of(claim, sentences),
        "reasons": codes,
        "reasons_in_words": " ".join(reason(code).says for code in codes) or None,
        "priority": priority(codes, size_of(claim)),
        "rests_on": rests_on(claim, sentences),
    }


def _seen_here(claim: Mapping[str, Any], is_outlier: bool) -> list[str]:
    """Reasons that the claim as a whole gives, beyond those noted while it was read."""
    found = {
        "outlier": is_outlier,
        "composite_metric": claim["metric"] in _COMPOSITE,
        "not_as_happened": claim["modality"] in _NOT_AS_HAPPENED,
        "no_place": not (claim.get("place_as_written") or claim.get("place_id")),
        "no_period": all(claim.get(day) is None for day in _WINDOW),
        "speaker_unnamed": not claim.get("origin")
        and (claim["speaker"] == UNNAMED_SPEAKER or claim.get("source_type") == "anonymous"),
    }
    return [code for code, holds in found.items() if holds]


def _outliers(claims: Sequence[Mapping[str, Any]]) -> set[str]:
    """Claims of at least ten times every other number of their metric in their document."""
    by_metric: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for claim in claims:
        if size := size_of(claim):
            key = (claim["document_id"], claim["metric"])
            by_metric.setdefault(key, []).append((size, claim["claim_id"]))
    found = set()
    for sizes in by_metric.values():
        if len(sizes) > 1:
            second, first = sorted(sizes)[-2:]
            if first[0] >= _OUTLIER * second[0]:
                found.add(first[1])
    return found


def size_of(claim: Mapping[str, Any]) -> int:
    """The greatest number that a claim gives; 0 where it gives none."""
    return max((claim[end] for end in _ENDS if claim.get(end) is not None), default=0)


def priority(codes: Iterable[str], size: int) -> int:
    """Doubt times size: in which order claims come to be read.

    Doubt is 1, since nobody has read the claim, plus the severities of its reasons. Size is the
    number of digits of its greatest number, so that thousands in grave doubt come before millions
    in none. Claims of one priority come in the order of their numbers, the greatest first.

    Examples
    --------
    >>> priority([], 450_000)
    6
    >>> priority(["ambiguous_separator"], 450_000)
    30
    """
    return (1 + sum(reason(code).severity for code in codes)) * len(str(size))
