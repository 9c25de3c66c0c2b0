"""How a figure is meant: stated, projected, ordered, the old value of a correction; counters."""

from __future__ import annotations

import re
from typing import Final

from pipelines.claims.text.metric import Assigned
from pipelines.claims.text.words import holds_any, words

_PROJECTED: Final = re.compile(
    r"(?:\b|(?<=people))(?:could|(?-i:may)|might|would|will|shall|expect(?:s|ed|ing)?|likely|fear(?:s|ed|ing)?|risks?|risking|"
    r"threaten(?:s|ed|ing)?|plan(?:s|ned|ning)?|(?:is|are|was|were)\s+to\s+be|set|about|potential(?:ly)?|project(?:s|ed|ions?)|predict(?:s|ed)?|"
    r"forecasts?|anticipated?|trying|attempting|preparing|prepares?|hop(?:e[sd]?|ing)|waiting|need(?:s|ed)?|due|ready|targets?|targeting|signed\s+up|agree[sd]?|intends?|intended|wants?)\b"
    r"(?P<to>\s+(?:\w+\s+){0,3}?to\b)?",
    re.IGNORECASE,
)
_PROJECTING: Final = (
    "could", "may", "might", "would", "will", "shall", "expect", "likel", "fear", "risk", "threat",
    "plan", "set", "about", "potential", "project", "predict", "forecast", "anticipat", "trying",
    "attempt", "prepar", "hop", "wait", "need", "due", "ready", "target", "signed", "agree",
    "inten", "want", " to be",
)  # fmt: skip
"""Parts of the words above: without one of them nothing is projected."""
_NEEDS_TO: Final = words("modality", "needs_to")
_MODALS: Final = frozenset(["could", "may", "might", "would", "will", "shall"])
_ORDERED: Final = re.compile(
    r"\b(?:order(?:s|ed|ing)?|instruct(?:s|ed)?|told|tells|urge[sd]?|urging|advised?|advises|asked|must|mandatory|calls?\s+on|called\s+on)\b",
    re.IGNORECASE,
)
_SUPERSEDED_BEFORE: Final = re.compile(
    r"\b(?:initial(?:ly)?|earlier|previous(?:ly)?|first|original(?:ly)?|preliminary)\s+(?:\w+\s+){0,4}(?:of|at|as|put|said|reported)\s*$|"
    r"\b(?:revised|lowered|raised|increased|corrected|cut|changed)\b[^.;]{0,60}\bfrom\s*$",
    re.IGNORECASE,
)
_COMPARED: Final = re.compile(
    r"\b(?:(?:up|down)\s+from|compared\s+(?:with|to)|against|versus)\s*(?:the\s+)?$", re.IGNORECASE
)
_CORRECTED_LATER: Final = re.compile(
    r"\b(?:revised|proved\s+wrong|corrected|correct\s+figure|miscount|scaled\s+back|lowered)\b",
    re.IGNORECASE,
)
_EARLIER_WORD: Final = re.compile(
    r"\b(?:initial|earlier|previous|preliminary|first)\s+(?:reports?|estimates?|figures?|version|counts?|toll)\b",
    re.IGNORECASE,
)
_EXPECTING: Final = ("expect", "forecast", "predict", "project", "fear")
_COMPARING: Final = frozenset(("from", "with", "to", "against", "versus"))
_SUPERSEDING: Final = frozenset(("of", "at", "as", "put", "said", "reported", "from"))
"""Last words of what the two patterns above match."""
_RISING: Final = re.compile(
    r"\b(?:rises?|rising|rose|risen|raises?|raised|raising|climb(?:s|ed|ing)?|increas(?:es|ed|ing)|grow(?:s|n)?|grew|jump(?:s|ed)?|"
    r"brings?|bringing|brought|takes?|taking|took|pass(?:es|ed)?|reach(?:es|ed|ing)?|stands?|stood|top(?:s|ped)|surpass\w*|exceed\w*|"
    r"hits?|lower(?:s|ed)|revised|now|updated|mounts?|mounted|soars?|soared|nears?)\b",
    re.IGNORECASE,
)
_NEAR: Final = 60


def modality(
    text: str,
    sentence_start: int,
    quote_start: int,
    quote_end: int,
    held: Assigned,
    *,
    own_period: bool,
) -> str:
    """A word of `schemas.vocab.MODALITIES` for a figure that is not a statement of none.

    `own_period` says that the figure has a period of its own: "up from 1,120 in 2021" is then
    another claim and no old value.
    """
    if held.entry.modality:
        return held.entry.modality
    before = without_brackets(text[max(sentence_start, quote_start - _NEAR) : quote_start])
    last = before.lower().split()[-2:]
    if not _COMPARING.isdisjoint(last) and _COMPARED.search(before):
        return "stated" if own_period else "superseded"
    if not _SUPERSEDING.isdisjoint(last) and (
        _SUPERSEDED_BEFORE.search(before) or _from_to(text, before, quote_end, held)
    ):
        return "superseded"
    if last[-1:] == ["not"] or _is_corrected(text, sentence_start, quote_start, quote_end):
        return "superseded"
    if last and last[-1].startswith(_EXPECTING):
        return "projected"
    reach = _reach(text, sentence_start, quote_start, quote_end, held)
    may_be_ordered = held.entry.metric == "evacuated" or held.entry.term == "relocated"
    if may_be_ordered and any(_ORDERED.search(part) for part in reach):
        return "ordered"
    if holds_any(" ".join(reach).lower(), _PROJECTING) and any(map(_projects, reach)):
        return "projected"
    return "stated"


def _is_corrected(text: str, sentence_start: int, quote_start: int, quote_end: int) -> bool:
    """Whether an earlier word gives the figure and a later one corrects it."""
    after = text[quote_end : quote_end + 150].lower()
    if not holds_any(after, _CORRECTING):
        return False
    if _FALSE.search(after, 0, _NEAR):
        return True
    lead = text[sentence_start:quote_start]
    return bool(_EARLIER_WORD.search(lead) and _CORRECTED_LATER.search(after))


_CORRECTING: Final = (
    "false", "untrue", "wrong", "unfounded", "incorrect", "miscount", "revised", "correct",
    "scaled", "lowered",
)  # fmt: skip


_FALSE: Final = re.compile(
    r"\b(?:were|was|is|are|proved)\s+(?:false|untrue|wrong|unfounded|incorrect|a\s+miscount)\b",
    re.IGNORECASE,
)


def _from_to(text: str, before: str, quote_end: int, held: Assigned) -> bool:
    """Whether a counter moves away from this value: "from 2,000 to 1,650"."""
    return (
        held.rule == "toll"
        and before.rstrip().lower().endswith("from")
        and bool(re.match(r"[^.;]{0,40}?\bto\b", text[quote_end : quote_end + _NEAR]))
    )


def _reach(
    text: str, sentence_start: int, quote_start: int, quote_end: int, held: Assigned
) -> list[str]:
    """The words in which a modal bears on the figure: between it and its verb, and before."""
    if held.end <= quote_start:
        lead_start = max(sentence_start, held.start - 40)
        clauses = _CLAUSES.split(text[lead_start : held.start])
        lead = clauses[-1]
        between = text[held.end : quote_start] if held.rule == "toll" else ""
        return [lead, between]
    between = text[quote_end : held.start]
    lead = text[max(sentence_start, quote_start - 40) : quote_start]
    clauses = _CLAUSES.split(lead)
    forced = clauses[-1]
    if len(clauses) > 1 and _BARE.match(forced):
        forced = " ".join(clauses[-2:])
    return [without_brackets(between), forced, text[held.start : held.end]]


_CLAUSES: Final = re.compile(r"[;:]|,(?!\d)|\b(?:and|but|as|after|when|who|which|that)\b")
_BARE: Final = re.compile(
    r"\s*(?:leave|kill|displace|injure|wound|force|make|destroy|affect|uproot|drive|send)\b", re.I
)
"""Infinitives that share the modal of the clause before: "would kill 20 and leave 300 homeless"."""


def without_brackets(words: str) -> str:
    """The words without what stands in brackets."""
    return _BRACKETS.sub("", words) if "(" in words else words


_BRACKETS: Final = re.compile(r"\([^)]*\)\s*")


def _projects(words: str) -> bool:
    for match in _PROJECTED.finditer(words):
        word = match.group().split()[0].lower()
        if word not in _NEEDS_TO or match["to"]:
            return True
    return False


_TO: Final = re.compile(
    r"(?:\b(?:to|past|beyond)|\(|\b(?:stands?|stood|remains?|now)\s+at)\s*\Z", re.IGNORECASE
)
_HAS_CLAIMED: Final = re.compile(
    r"\b(?:has|have|had)\s+(?:\w+\s+)?(?:claimed|taken|cost)\s+(?:\w+\s+){0,3}\Z", re.IGNORECASE
)


def is_counter(text: str, sentence_start: int, quote_start: int, held: Assigned) -> bool:
    """Whether a toll is said to have come to this value: "brings the toll to 31"."""
    if held.rule != "toll":
        lead = text[max(sentence_start, quote_start - 30) : quote_start]
        return held.entry.kind == "noun" and bool(_HAS_CLAIMED.search(lead))
    if held.end > quote_start:
        return True
    lead = text[max(sentence_start, held.start - 40) : held.start]
    between = text[held.end : quote_start]
    return bool(
        _RISING.search(between)
        or _TO.search(between)
        or (_RISING.search(lead) and between.rstrip().endswith("to"))
    )
