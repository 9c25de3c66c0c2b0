"""Where in its document a figure stands, as far as two printings of it can be told alike.

What belongs here: whether a figure stands in the headline of a text, and which figures of one story
are carried by the same words. Words are folded as `reprints` folds them. What the machine read from
the words decides nothing here: a dateline above may have lent them another place, a later day of
publication another window. Whether two such claims are one figure is decided in the stage figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipelines.claims.reprints import is_about_printing, words_of
from pipelines.core.ids import short_hash
from pipelines.core.numbers import find_numbers

Record = Mapping[str, Any]

_NEAREST: Final = 8
"""Words on each side of a quote that are compared; a sentence may hold fewer."""

_LEAST: Final = 6
"""Words around a quote that both printings must hold in common, unless the sentences are equal."""

_PROSE: Final = 12
"""Words from which a line is no headline or byline."""

_LONGEST_HEADLINE: Final = 25
_LINE: Final = re.compile(r"[^\r\n]+")
_ENDS_A_SENTENCE: Final = re.compile(r"[.!?…][\"'”’)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class _Passage:
    """The folded words of a claim's quote, and those around it in its sentence."""

    quote: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    def is_like(self, other: _Passage) -> bool:
        """Whether both are the same words; one may hold a dateline before them."""
        if self == other:
            return True
        before = min(len(self.before), len(other.before), _NEAREST)
        after = min(len(self.after), len(other.after), _NEAREST)
        return (
            self.quote == other.quote
            and before + after >= _LEAST
            and self.before[len(self.before) - before :]
            == other.before[len(other.before) - before :]
            and self.after[:after] == other.after[:after]
        )


def mark_headlines(claims: Iterable[dict[str, Any]], text: str, title: str | None) -> None:
    """Say of each claim of a text whether it stands in the headline (`in_headline`)."""
    end = _headline_end(text, title)
    for claim in claims:
        claim["in_headline"] = claim["sentence_end"] <= end


def _headline_end(text: str, title: str | None) -> int:
    """Where the headline ends: the first line, if it is the title or stands apart above prose."""
    lines = _LINE.finditer(text)
    first = next((line for line in lines if line[0].strip("\ufeff \t")), None)
    if first is None:
        return 0
    if title and words_of(title) == words_of(first[0]) != ():
        return first.end()
    is_short = len(words_of(first[0])) <= _LONGEST_HEADLINE
    full_stop = first[0].rstrip().endswith(".")
    if is_short and not full_stop and _is_above_prose(text, first.end(), lines):
        return first.end()
    return 0


def _is_above_prose(text: str, end: int, below: Iterator[re.Match[str]]) -> bool:
    """Whether prose follows a line, but for bylines and datelines: no list, no cut paragraph."""
    for line in below:
        words = words_of(line[0])
        if len(words) >= _PROSE or _ENDS_A_SENTENCE.search(line[0]):
            goes_on = line[0].lstrip()[:1].islower() and "\n\n" not in text[end : line.start()]
            return not goes_on
        if words and find_numbers(line[0]) and not is_about_printing(line[0]):
            return False
    return False


def mark_passages(
    stories: Iterable[Sequence[str]],
    texts: Mapping[str, str],
    claims: Iterable[dict[str, Any]],
) -> None:
    """Give the claims of one story that the same words carry one key (`passage`).

    Parameters
    ----------
    stories
        The documents of each story, the first printing first.
    texts
        The stored text of each document.
    claims
        Claims with their offsets in these texts.
    """
    of_document: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        of_document.setdefault(claim["document_id"], []).append(claim)
    for story in stories:
        kept: dict[tuple[Any, ...], list[tuple[_Passage, str]]] = {}
        for document_id in story:
            added = []
            taken: set[tuple[Any, ...]] = set()
            for claim in of_document.get(document_id, ()):
                passage = _passage_of(claim, texts[document_id])
                of_kind = kept.setdefault((claim["metric"], passage.quote), [])
                key = next(
                    (
                        key
                        for held, key in sorted(of_kind, key=lambda one: one[0] != passage)
                        if held.is_like(passage) and (claim["metric"], key) not in taken
                    ),
                    short_hash(claim["claim_id"]),
                )
                taken.add((claim["metric"], key))
                claim["passage"] = key
                added.append((of_kind, passage, key))
            for of_kind, passage, key in added:
                if (passage, key) not in of_kind:
                    of_kind.append((passage, key))


def _passage_of(claim: Record, text: str) -> _Passage:
    start, end = claim["quote_start"], claim["quote_end"]
    return _Passage(
        words_of(text[start:end]),
        words_of(text[claim["sentence_start"] : start]),
        words_of(text[end : claim["sentence_end"]]),
    )
