"""How a figure is meant: stated, projected, ordered, the old value of a correction; counters.

Also whether it is asserted at all: what a sentence denies, doubts or asks is no figure of it. Both
look for the word that governs the clause of the figure ("no evidence that", "plans to"); the words
are data (mood.yml).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from pipelines.claims.text.assigned import Assigned
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
    if _is_intended(text, sentence_start, quote_start, quote_end, held):
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


# The word that governs the clause of a figure

_mood: Final = partial(words, of="mood")
_DENYING: Final = _mood("denying")
_DISMISSING: Final = _mood("dismissing")
_SAYING: Final = _mood("saying")
_FALSE_WORDS: Final = _mood("untrue")
_RUMOURS: Final = _mood("rumours")
_REPORTS: Final = _mood("reports")
_SUPPORTS: Final = _mood("supports")
_NEGATORS: Final = _mood("negators")
_UNSURE: Final = _mood("unsure")
_FAILING: Final = _mood("failing")
_INTENDING: Final = _mood("intending")
_ACHIEVING: Final = _mood("achieving")
_BORDERS: Final = _mood("borders")
_NEARLY: Final = _mood("nearly")
_ASKING: Final = _mood("asking")
_MATRIX: Final = 220
"""How far before a figure, in characters, its governing word can stand."""
_WORD: Final = re.compile(r"[^\W_][\w’'-]*|[,;:—]|\.(?=\s)")
_STOPS: Final = frozenset(",;:—.")
_GOVERNS_WITHIN: Final = 9
_DOUBTING: Final = (
    "denie", "deny", "evidence", "proo", "sign", "indicat", "fals", "true", "fake", "umo", "hoax",
    "myth", "clear", "whether", " if ", "othing", "dismiss", "reject", "refut", "debunk", "doubt",
    "certain", "believe", "unfound", "baseless", "truth", "nearly", "narrowly", "almost", "fail",
    "close to", "unable", "refus", "too ", "from ", "suggest", "unknown", "prove", "disin", "misin",
    " lie", "likely", "think", "fabric", "contradict", "erron",
)  # fmt: skip
"""Parts of the words that can take a figure back: without one of them, and no question, it is
asserted."""


def not_asserted(
    text: str,
    sentence_start: int,
    sentence_end: int,
    quote_start: int,
    quote_end: int,
    held: Assigned,
) -> bool:
    """Whether the sentence says that the figure is not so, doubts that it is, or asks.

    A denial of something else ("denied responsibility for the attack that killed 40") and a figure
    that nobody could verify are assertions.
    """
    near_start = max(sentence_start, quote_start - _MATRIX)
    near_end = min(sentence_end, max(quote_end, held.end) + _NEAR)
    asked = text.find("?", quote_end, near_end) >= 0
    if not asked and not holds_any(text[near_start:near_end].lower(), _DOUBTING):
        return False
    if asked and _is_asked(text, near_start, near_end, quote_start, quote_end, held):
        return True
    return (
        _is_averted(text, near_start, quote_start, quote_end, held)
        or _infinitive(text, near_start, quote_start, quote_end, held) == _FAILING_FOUND
        or _is_taken_back(text, near_start, near_end, quote_start, quote_end, held)
    )


def _words_in(text: str, start: int, end: int) -> list[str]:
    """The words and stops of a stretch, in lower case."""
    return _WORD.findall(text[start:end].lower())


def _front(quote_start: int, held: Assigned) -> int:
    """Where the words of a figure begin: at its number, or at a predicate before it."""
    return min(held.start, quote_start)


def _is_taken_back(
    text: str, start: int, end: int, quote_start: int, quote_end: int, held: Assigned
) -> bool:
    """Whether the clause of the figure depends on a word that denies or doubts it."""
    front = _front(quote_start, held)
    before = _words_in(text, start, front)
    leads = front == quote_start
    border = _border(before, leads=leads)
    if border is None:
        direct = leads or not _DENYING.isdisjoint(before[-1:])
        return direct and _takes_back(before, direct=True)
    word, matrix = before[border], before[:border]
    if word == "whether":
        return True
    if word == "if":
        return bool(matrix) and not _ASKING.isdisjoint(matrix[-3:])
    if word == ":":
        return _is_heading_of_falsehood(matrix)
    if word not in ("that", "of"):
        return False
    if _opens_with_report(matrix) and _CALLED_FALSE.match(text, max(quote_end, held.end), end):
        return True
    return _takes_back(matrix, direct=False)


def _border(before: Sequence[str], *, leads: bool) -> int | None:
    """Where the clause of a figure begins: "that", "whether", "if", a colon or another border.

    `before` are the words before the figure; `leads` says that the number stands first. "That"
    straight before a verb is a relative ("the attack that killed 40"), whose clause is a fact.
    """
    for at in range(len(before) - 1, -1, -1):
        word = before[at]
        if word == "that":
            own = before[at + 1 :]
            is_subject = not leads and all(w in _AUXILIARIES for w in own)
            return None if is_subject else at
        if word in ("whether", "if", ":"):
            return at
        if word == "of" and at == len(before) - 1 and at and before[at - 1] in _NOUNS_OF:
            return at
        if word in _STOPS or word in _BORDERS:
            return None if at < len(before) - 1 else at
    return None


_AUXILIARIES: Final = words("metric", "auxiliaries") | {"may", "might", "also", "reportedly"}
_NOUNS_OF: Final = _REPORTS | _SUPPORTS | _RUMOURS


def _takes_back(matrix: Sequence[str], *, direct: bool) -> bool:
    """Whether the words before a clause deny it, read back from the clause to their verb.

    `direct` says that no "that" stands between: then only the last word governs.
    """
    reported = False
    first = max(0, len(matrix) - (1 if direct else _GOVERNS_WITHIN))
    for at in range(len(matrix) - 1, first - 1, -1):
        word = matrix[at]
        lead = matrix[max(0, at - 3) : at]
        if word in _STOPS or word in _BORDERS:
            return False
        if word in _DENYING or (word in _DISMISSING and reported):
            return _NEGATORS.isdisjoint(lead)
        if word in _RUMOURS or word in _UNSURE or word in _FALSE_WORDS:
            return _NEGATORS.isdisjoint(lead)
        if word in _SUPPORTS and not _NEGATORS.isdisjoint(lead):
            return True
        if word in _REPORTS and (at == len(matrix) - 1 or reported):
            reported = True
        elif word in _SAYING:
            return not _RUMOURS.isdisjoint(lead[-1:])
    return False


def _opens_with_report(matrix: Sequence[str]) -> bool:
    """Whether a noun of report is the subject that governs what follows: "Reports that"."""
    at = len(matrix) - 1
    if at < 0 or matrix[at] not in _REPORTS:
        return False
    lead = at
    while lead and matrix[lead - 1] not in _STOPS and matrix[lead - 1] not in _BORDERS:
        lead -= 1
    return at - lead <= 3


_CALLED_FALSE: Final = re.compile(
    r"[^,;:.]*?\b(?:were|was|are|is|proved|turned\s+out|been)\s+(?:to\s+be\s+)?(?:a\s+)?(?:\w+ly\s+)?"
    r"(?:false|untrue|wrong|unfounded|baseless|groundless|incorrect|fabricated|invented|fake|"
    r"hoax|lie|rumour|denied|dismissed|rejected|refuted|debunked)\b",
    re.IGNORECASE,
)


def _is_heading_of_falsehood(heading: Sequence[str]) -> bool:
    """Whether what stands before a colon says that what follows is not so: "Fake news:"."""
    last = heading[-3:]
    return not (_FALSE_WORDS | _RUMOURS).isdisjoint(last) and _NEGATORS.isdisjoint(last)


# Questions

_ASKS_YES_OR_NO: Final = _mood("asks_yes_or_no")
_ASKS_MORE: Final = _mood("asks_more")
_DEFINITE: Final = _mood("definite")
_OPENS: Final = re.compile(r"[“\"‘?!]")
_NEW_CLAUSE: Final = re.compile(r"[;:—]|,\s|\b(?:but|and|so)\b|[”\"]", re.IGNORECASE)


def _is_asked(
    text: str, start: int, end: int, quote_start: int, quote_end: int, held: Assigned
) -> bool:
    """Whether a question asks for the figure: "Were 40 killed?", "40 killed?".

    Not where it takes it for granted: "Who killed the 40?", "40 died, but why?".
    """
    last = max(quote_end, held.end)
    mark = text.find("?", last, end)
    if mark < 0 or _NEW_CLAUSE.search(text, last, mark):
        return False
    if not _ASKS_MORE.isdisjoint(_words_in(text, last, mark)):
        return False
    front = _front(quote_start, held)
    opened = max((m.end() for m in _OPENS.finditer(text, start, front)), default=start)
    lead = _words_in(text, opened, front)
    while lead and (lead[0] in ("and", "but", "so", "or") or lead[0] in _STOPS):
        lead = lead[1:]
    if any(word in _ASKS_MORE or word in _BORDERS for word in lead):
        return False
    if _DEFINITE.intersection(lead[-1:]) and front == quote_start:
        return False
    leads = front == quote_start
    if not leads and "that" in lead and _border(lead, leads=False) is None:
        return False
    return not lead or lead[0] in _ASKS_YES_OR_NO or (leads and len(lead) <= 2)


# Infinitives and what comes of them

_FAILING_FOUND: Final = "failing"
_INTENDING_FOUND: Final = "intending"
_BEFORE_INFINITIVE: Final = 6
_OF_INFINITIVE: Final = frozenset(["have", "be", "been", "not", "safely", "also", "then"])
_BEFORE_VERB: Final = tuple(f"{word} " for word in ("to", "of", "at", *sorted(_OF_INFINITIVE)))
_PREVENTING: Final = _mood("preventing")


def _is_averted(text: str, start: int, quote_start: int, quote_end: int, held: Assigned) -> bool:
    """Whether it only nearly happened, or was prevented: "were almost killed"."""
    if held.start >= quote_end:
        last = _words_in(text, quote_end, held.end)
        if any(word in _NEARLY for word in last[-2:-1]):
            return True
        if "from" in last:
            lead = _words_in(text, max(start, quote_start - _NEAR), quote_start)
            return not _PREVENTING.isdisjoint(lead[-4:])
        return False
    if held.entry.kind != "verb":
        return False
    lead = _words_in(text, max(start, held.start - 20), held.start)
    return bool(lead) and lead[-1] in _NEARLY


def _infinitive(
    text: str, start: int, quote_start: int, quote_end: int, held: Assigned
) -> str | None:
    """What governs the infinitive or gerund of a figure: an intention, a failure, or neither."""
    first, last = (quote_end, held.start) if held.start >= quote_end else (start, held.start)
    has_to = text[last : last + 3].lower() == "to "
    near = text[max(first, last - 80) : last].lower()
    if not has_to and not near.endswith(_BEFORE_VERB):
        return None
    found = _WORD.findall(near)
    if has_to:
        found.append("to")
    return _governor_of_infinitive(found)


def _governor_of_infinitive(before: Sequence[str]) -> str | None:
    at = len(before) - 1
    while at >= 0 and before[at] in _OF_INFINITIVE:
        at -= 1
    if at < 1 or before[at] not in ("to", "of", "at"):
        return None
    for back in range(at - 1, max(-1, at - 1 - _BEFORE_INFINITIVE), -1):
        word = before[back]
        if word in _STOPS or word in _BORDERS or word in _ACHIEVING or word in ("that", "and"):
            return None
        if word in _FAILING or (word == "too" and back < at - 1):
            return _FAILING_FOUND if before[at] == "to" or word == "close" else None
        if word in _INTENDING:
            return _INTENDING_FOUND
    return None


_HOPING: Final = _mood("hoping")
_FORESEEING: Final = _mood("foreseeing")
_FOR_THE_FIGURE: Final = _mood("for_the_figure")
_TELLING: Final = _mood("telling")
_IF_CONFIRMED: Final = re.compile(
    r"\bif\s+(?:(?:it|they|this|that)\s+(?:is|are|were|was)\s+)?(?:\w+ly\s+)?"
    r"(?:confirmed|true|verified|proven|correct)\b",
    re.IGNORECASE,
)


def _is_intended(
    text: str, sentence_start: int, quote_start: int, quote_end: int, held: Assigned
) -> bool:
    """Whether somebody only means, can or hopes to bring the figure about, or it hangs on "if"."""
    if _infinitive(text, sentence_start, quote_start, quote_end, held) == _INTENDING_FOUND:
        return True
    front = _front(quote_start, held)
    start = max(sentence_start, quote_start - _MATRIX)
    low = text[start:front].lower()
    if holds_any(low, _CONDITIONS) and (
        _IF_CONFIRMED.search(low) or _hangs_on_if(_WORD.findall(low))
    ):
        return True
    leads = front == quote_start or held.entry.kind != "verb"
    near = low[-_NEAR:]
    return leads and holds_any(near, _LOOKING_AHEAD) and _is_foreseen(_WORD.findall(near))


_CONDITIONS: Final = ("if ", "unless ", "in case ")
_LOOKING_AHEAD: Final = (
    "hop", "wish", "fores", "envis", "anticip", " for ", " can ", " to ",
)  # fmt: skip


def _hangs_on_if(before: Sequence[str]) -> bool:
    """Whether the clause of a figure begins with "if", "unless" or "in case"."""
    for at in range(len(before) - 1, -1, -1):
        word = before[at]
        if word in ("if", "unless") or (word == "case" and before[at - 1 : at] == ["in"]):
            return before[at - 1 : at] not in (["even"], ["as"]) and before[
                at + 1 : at + 2
            ] not in (
                ["not"],
                ["any"],
            )
        if word in _STOPS or word in _BORDERS or word == "that":
            return False
    return False


def _is_foreseen(before: Sequence[str]) -> bool:
    """Whether the last words before a figure look ahead: "foresee", "preparing for", "can hold"."""
    if not before:
        return False
    last = before[-1]
    if last in _FORESEEING or last in _HOPING:
        return True
    if last == "that" or last == "for":
        return not (_HOPING if last == "that" else _FOR_THE_FIGURE).isdisjoint(before[-3:-1])
    if before[-2:-1] == ["can"]:
        return last not in _TELLING
    return _governor_of_infinitive(before[:-1]) == _INTENDING_FOUND
