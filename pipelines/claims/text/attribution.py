"""Who says it: the speaker of a figure and whom the speaker credits, by the words of its sentence.

"X said" makes X the speaker; "according to X" makes X the origin of a figure that the publisher
prints. A figure of a later clause shares the credit of an earlier one with a doubt. The publisher
itself is no attribution: it is named by the document's card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipelines.claims.text.words import choices, group, words
from pipelines.core.period import MONTHS, WEEKDAYS

# Verbs of saying are matched in lower case, or as a headline's "Says": "United States" is none.
_VERBS: Final = "|".join(sorted(words("attribution", "verbs")))
_SAY: Final = (
    rf"(?-i:(?:(?:has|have|had)\s+)?(?:{_VERBS}|told\s+\w+|recorded|registered|counted|counts|"
    r"estimate|report))"
)
_REPORTING: Final = (
    rf"(?-i:(?:(?:has|have|had)\s+)?(?:(?:{_VERBS})(?!\s+of\b)|is\s+aware|put(?:s)?\s+the|told\s+\w+|"
    r"(?:lowered|raised|revised)\s+(?:their|its|the)\s+(?:estimate|toll|count|figure)))"
)
_NAME: Final = r"(?P<who>[^,;:.!?()“”]{2,90}?(?:\([A-Z]+\))?)"
_ACCORDING: Final = re.compile(
    r"\b(?:according\s+to|citing|as\s+reported\s+by|based\s+on\s+(?:figures|data)\s+(?:from|of)|per)\s+"
    r"(?P<who>(?:[^,;.!?()—]|\.(?=\w)|\b[A-Z]\.(?=\s)){1,160})",
    re.IGNORECASE,
)
_AND_CLAUSE: Final = re.compile(
    r"\s*(?:,?\s+(?:and|but|while|as|who|which|that|with|after|when|showing)\s+.*|\s+-\s+.*)$",
    re.I | re.S,
)
_TAIL: Final = re.compile(
    rf"[,”\"]\s*(?:as\s+)?{_NAME}\s+{_SAY}(?:\s+(?:on\s+)?\w+day|\s+(?:today|yesterday|late|in\s+a\s+\w+|in\s+its\s+\w+)(?:\s+\w+){{0,3}})?\s*[.”\"]*\s*$",
    re.IGNORECASE,
)
_TAIL_INVERTED: Final = re.compile(
    r"[,”\"]\s*(?:said|says|reported|reports|informaron)\s+(?P<who>[^,;:.!?()]{2,90})\s*[.”\"]*\s*$",
    re.IGNORECASE,
)
_HEAD: Final = re.compile(
    rf"(?:^|(?<=[;,:]\s)|(?<=[”\"]\s))[“\"]?(?P<who>[^,;:!?()“”]{{2,100}}?(?:,\s+[^,;:]{{2,60}},)?)(?:\s+|(?<=[A-Z]{{3}})){_REPORTING}\b(?!\s+(?:dead|missing|killed|injured|displaced|wounded|responsibility|lives|at|as)\b)",
    re.IGNORECASE,
)
_PARTICIPLE: Final = re.compile(
    r"^(?P<who>(?:[A-Z][\w’'-]*\s+){2,6})[a-z]+(?:ed|es|s)\b.*\b(?:confirming|saying|adding|announcing|reporting)\b",
    re.S,
)
_HEADLINE_TAIL: Final = re.compile(r"(?:\s[-–—]\s|:\s*)(?P<who>[A-Za-z][\w .'’-]{1,40})\s*$")
_HEADLINE_HEAD: Final = re.compile(
    r"^(?P<who>[A-Z][\w.'’-]*(?:\s+[A-Za-z][\w.'’-]*){0,3}):\s+(?=\S)"
)
_NOT_WHO: Final = re.compile(
    r"^(?:an|the|some|another|more|most|many|these|those|its|their|he|she|they|it|i|we|who|which|that|this|there|and|but|report|reports|context|update|video|watch|live|breaking|"
    r"analysis|opinion|background|note|summary|final\s+report.*|.*\b(?:writethru|annex|figures?\s+for)\b.*|"
    rf"(?:{'|'.join((*MONTHS, *WEEKDAYS))}))$",
    re.IGNORECASE,
)
_LEADING: Final = re.compile(
    r"^(?:(?:on|in|at|by|since|after|during|earlier|late|yesterday|today|meanwhile|however|also|and|but|while|later|amid)\b"
    r"(?:[^,]*?,\s*|\s+(?=(?:the|a)\s))|yesterday\s+|today\s+|meanwhile\s+)+",
    re.IGNORECASE,
)
_MAX_WORDS: Final = 12
_FINITE: Final = re.compile(
    r"\b(?:were|was|are|is|killed|kills|died|have|had|has|that|when|after|who|which|will|been)\b|\d",
    re.IGNORECASE,
)


_KINDS: Final = tuple(
    (kind, re.compile(choices("attribution", "speakers", kind), re.IGNORECASE))
    for kind in group("attribution", "speakers")
)


@dataclass(frozen=True)
class Attribution:
    """A credit in a sentence: who, as what, and the stretch of the sentence that it governs."""

    who: str
    role: str  # speaker or origin
    start: int
    end: int
    reach_start: int
    reach_end: int


@dataclass(frozen=True)
class Credit:
    """Speaker and origin of one figure, as written; None where the sentence names none."""

    speaker: str | None
    origin: str | None
    shared: bool


def attributions(text: str, start: int, end: int) -> list[Attribution]:
    """The credits of a sentence, split at semicolons."""
    found: list[Attribution] = []
    at = start
    for piece in re.split(r"(;)", text[start:end]):
        if piece != ";":
            found += _of_clause(
                text, at, at + len(piece), whole=(at == start and at + len(piece) == end)
            )
        at += len(piece)
    return found


def _of_clause(text: str, start: int, end: int, *, whole: bool) -> list[Attribution]:
    clause = text[start:end]
    found: list[Attribution] = []
    who: str | None
    for match in _ACCORDING.finditer(clause):
        words = _AND_CLAUSE.sub("", match["who"])
        who_end = start + match.start("who") + len(words)
        opens = not clause[: match.start()].strip(" “\"'")
        if who := _cleaned(words):
            reach_end = end if opens or match.group().lower().startswith("citing") else who_end
            found.append(
                Attribution(who, "origin", start + match.start(), who_end, start, reach_end)
            )
    tail = _TAIL.search(clause) or _TAIL_INVERTED.search(clause)
    head = _HEAD.search(clause)
    if tail and (who := _cleaned(tail["who"])):
        found.append(Attribution(who, "speaker", start + tail.start(), end, start, end))
    elif (participle := _PARTICIPLE.search(clause)) and (who := _cleaned(participle["who"])):
        found.append(Attribution(who, "speaker", start, start + participle.end("who"), start, end))
    elif head and (who := _cleaned(head["who"])):
        found.append(
            Attribution(
                who, "speaker", start + head.start(), start + head.end(), start + head.start(), end
            )
        )
    elif not found and whole:
        mark = _HEADLINE_TAIL.search(clause) if not clause.rstrip().endswith(".") else None
        mark = mark or _HEADLINE_HEAD.match(clause)
        if mark and (who := _cleaned(mark["who"])) and (source_type(who) or who.isupper()):
            found.append(
                Attribution(who, "speaker", start + mark.start(), start + mark.end(), start, end)
            )
    return found


def _cleaned(who: str) -> str | None:
    """The words of a name without what leads up to them; None where they name nobody."""
    name = _LEADING.sub("", " ".join(who.split())).strip(" “”\"'‘’-,")
    name = re.sub(
        r"(?:,?\s+citing\b.*|\s+(?:now|also|later|already|earlier|today|yesterday|has|have|had))$",
        "",
        name,
    )
    name = re.sub(r"^(?:(?:that|and|but|as|while)\s+)+", "", name, flags=re.IGNORECASE)
    name = re.sub(
        r"^(?:a|the)\s+(?:report|statement)\s+(?:from|by|of)\s+", "", name, flags=re.IGNORECASE
    )
    if not name or len(name.split()) > _MAX_WORDS or _NOT_WHO.match(name) or _FINITE.search(name):
        return None
    return name


def credit(number_start: int, found: list[Attribution]) -> Credit:
    """Who speaks for a number, and whom they credit; shared where the credit stood before it."""
    speaker = _nearest(number_start, [a for a in found if a.role == "speaker"])
    origin = _nearest(number_start, [a for a in found if a.role == "origin"])
    shared = False
    if origin is None:
        earlier = [a for a in found if a.role == "origin" and a.end <= number_start]
        if earlier and speaker is None:
            origin, shared = earlier[-1], True
    return Credit(speaker.who if speaker else None, origin.who if origin else None, shared)


def _nearest(number_start: int, found: list[Attribution]) -> Attribution | None:
    reaching = [a for a in found if a.reach_start <= number_start < a.reach_end]
    return min(
        reaching,
        key=lambda a: min(abs(a.start - number_start), abs(a.end - number_start)),
        default=None,
    )


def source_type(who: str) -> str | None:
    """The kind of a speaker by its words (`schemas.vocab.SOURCE_TYPES`); None where unknown."""
    return next((kind for kind, pattern in _KINDS if pattern.search(who)), None)
