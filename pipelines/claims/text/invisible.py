"""Marks in a text that no reader sees: byte order marks, marks of direction, soft hyphens.

They belong to no name, number or period. So a text is read without them, and what is found is told
by its place in the text as it is. A mark between two digits stays: it may part two numbers, and the
number grammar says so in a doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from pipelines.claims.text.claim import Extraction

_MARKS: Final = re.compile(
    "(?<![0-9])[\ufeff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2060]+"
    "|[\ufeff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2060]+(?![0-9])"
    "|(?<=[^\\W\\d_])\u00ad+(?=[^\\W\\d_])"
)


class Visible:
    """A text without its invisible marks, and the way back to the offsets of the text."""

    def __init__(self, text: str) -> None:
        self._whole = text
        self._at: list[int] = []
        """Where in the visible text marks were left out."""
        self._left_out: list[int] = [0]
        """How many were, up to there."""
        parts = []
        end = gone = 0
        for mark in () if text.isascii() else _MARKS.finditer(text):
            parts.append(text[end : mark.start()])
            self._at.append(mark.start() - gone)
            gone += mark.end() - mark.start()
            self._left_out.append(gone)
            end = mark.end()
        self.text = "".join((*parts, text[end:])) if parts else text

    def restored(self, found: Extraction) -> Extraction:
        """What was found in the visible text, with offsets and quotes of the whole text."""
        if not self._at:
            return found
        claims = []
        for claim in found.claims:
            quote = self._span(claim.quote_start, claim.quote_end)
            sentence = self._span(claim.sentence_start, claim.sentence_end)
            number = self._span(claim.number_start, claim.number_end)
            claims.append(
                claim._replace(
                    quote=self._whole[slice(*quote)],
                    quote_start=quote[0],
                    quote_end=quote[1],
                    sentence_start=sentence[0],
                    sentence_end=sentence[1],
                    number_start=number[0],
                    number_end=number[1],
                    value_as_written=self._as_written(claim.value_as_written, number),
                )
            )
        candidates = []
        for one in found.candidates:
            span = self._span(one.start, one.end)
            surface = self._whole[slice(*span)]
            candidates.append(one._replace(surface=surface, start=span[0], end=span[1]))
        return Extraction(tuple(claims), tuple(candidates))

    def _as_written(self, visible: str, number: tuple[int, int]) -> str:
        """The number as it stands in the text, where that is what was read."""
        whole = self._whole[slice(*number)]
        return whole if _MARKS.sub("", whole) == visible else visible

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """A span in the whole text; marks before and behind it stay outside."""
        first = start + self._left_out[bisect_right(self._at, start)]
        if end <= start:
            return first, first
        return first, end + self._left_out[bisect_right(self._at, end - 1)]
