"""Who says it: the speaker of a figure and whom the speaker credits, by the words of its sentence.

"X said" makes X the speaker; "according to X" makes X the origin of a figure that the publisher
prints. Each credit governs its clause up to the next credit; a figure of a later clause shares the
credit of an earlier one with a doubt. A sentence inside a longer quotation takes the speaker who
stands at the quotation's end or start; a pronoun is its antecedent where only one can be meant. The
publisher itself is no attribution: its card names it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pipelines.claims.text.headline import headline_mark
from pipelines.claims.text.saying import Mark, Role, marks_of, subject_of
from pipelines.claims.text.speaker_names import PRONOUNS, listed, source_type

__all__ = ["Attribution", "Credit", "attributions", "caveats", "credit", "source_type"]


class Attribution(NamedTuple):
    """A credit in a sentence: who, as what, and the stretch of the text that it governs."""

    who: str
    role: Role
    start: int
    end: int
    reach_start: int
    reach_end: int
    anonymous: bool = False


class Credit(NamedTuple):
    """Speaker and origin of one figure, as written; None where the sentence names none.

    `kind` is the speaker's source type by its words and by what is said of it ("speaking on
    condition of anonymity"); None where unknown.
    """

    speaker: str | None
    origin: str | None
    shared: bool
    kind: str | None = None


def attributions(text: str, start: int, end: int) -> list[Attribution]:
    """The credits of a sentence of the text, in order."""
    sentence = text[start:end]
    marks = marks_of(sentence)
    if not any(mark.role == "speaker" for mark in marks) and (
        mark := headline_mark(sentence, before=marks[0].start if marks else None)
    ):
        marks.append(mark)
    if not marks:
        spoken = _of_quotation(text, start, end)
        return [spoken] if spoken else []
    found: list[Attribution] = []
    for mark, (reach_start, reach_end) in zip(marks, _reaches(sentence, marks), strict=True):
        who = _named(text, start, mark.who, found)
        if who is not None:
            found.append(
                Attribution(
                    who,
                    mark.role,
                    start + mark.start,
                    start + mark.end,
                    start + reach_start,
                    start + reach_end,
                    mark.anonymous,
                )
            )
    return found


def credit(number_start: int, found: list[Attribution]) -> Credit:
    """Who speaks for a number, and whom they credit; shared where the credit stood before it."""
    speaker = _nearest(number_start, [a for a in found if a.role == "speaker"])
    origin = _nearest(number_start, [a for a in found if a.role == "origin"])
    shared = False
    if origin is None and speaker is None:
        origin = next(
            (a for a in reversed(found) if a.role == "origin" and a.end <= number_start), None
        )
        shared = origin is not None
    kind = None
    if speaker is not None:
        kind = "anonymous" if speaker.anonymous else source_type(speaker.who)
    return Credit(speaker.who if speaker else None, origin.who if origin else None, shared, kind)


def _nearest(number_start: int, found: list[Attribution]) -> Attribution | None:
    reaching = [a for a in found if a.reach_start <= number_start < a.reach_end]
    return min(
        reaching,
        key=lambda a: min(abs(a.start - number_start), abs(a.end - number_start)),
        default=None,
    )


# Reach

_JOINT: Final = re.compile(
    r"(?:;|,\s+(?:and|but|while|whereas|though|although)|\s(?:but|while|whereas))\s"
)


def _reaches(sentence: str, marks: list[Mark]) -> list[tuple[int, int]]:
    """The stretch of the sentence that each mark governs: up to its neighbours."""
    whole = len(sentence)
    if len(marks) == 1:
        return [_alone(marks[0], whole)]
    found = []
    for position, mark in enumerate(marks):
        start, end = _alone(mark, whole)
        if mark.form != "leads":
            before = _neighbour(marks, position, -1, mark.role)
            if before is not None and before.end > start:
                start = before.end
                if before.form == "leads":
                    start = _joint(sentence, before.end, mark.start, otherwise=mark.start)
            elif position and marks[position - 1].form == "trails":
                start = _joint(sentence, marks[position - 1].end, mark.start, otherwise=start)
        after = _neighbour(marks, position, 1, mark.role)
        rival = marks[position + 1] if position + 1 < len(marks) else None
        if after is not None and after.form == "leads":
            end = min(end, after.clause_start)
        elif after is not None:
            end = min(end, _joint(sentence, mark.end, after.start, otherwise=end))
        if rival is not None and rival.form == "leads" and rival.clause_start < rival.start:
            end = min(end, rival.clause_start)
        found.append((start, max(start, end)))
    return found


def _alone(mark: Mark, whole: int) -> tuple[int, int]:
    """What a mark governs of the sentence where no other mark stands in the way."""
    if mark.form == "leads":
        return mark.start, whole
    return 0, mark.end if mark.role == "origin" and mark.form == "trails" else whole


def _neighbour(marks: list[Mark], position: int, step: int, role: Role) -> Mark | None:
    """The next mark of a role to one side, among the few that can matter."""
    for at in range(position + step, position + 6 * step, step):
        if not 0 <= at < len(marks):
            return None
        if marks[at].role == role:
            return marks[at]
    return None


def _joint(sentence: str, first: int, last: int, *, otherwise: int) -> int:
    """Where a clause is joined on between two offsets."""
    match = _JOINT.search(sentence, first, last)
    return match.start() if match else otherwise


# Beyond the sentence

_WINDOW: Final = 700
_FEW: Final = 6
_LEAD: Final = 160
_STAND_INS: Final = listed("stand_ins")
_QUOTE: Final = re.compile(r"[“”\"]")
_CLOSING: Final = re.compile(r"[”\"]")
_STOP: Final = re.compile(r"[.!?](?=\s|$)")
_PERSON: Final = re.compile(
    r"\b(?:spokes(?:man|woman|person)|governor|mayor|minister|president|official|chief|director|"
    r"head|officer|commander|doctor|witness|resident|activist|secretary|general|colonel|analyst|"
    r"envoy|ambassador|prosecutor|coordinator|commissioner|leader|sheriff|coroner|adviser|mrs?|ms|"
    r"dr)\b",
    re.IGNORECASE,
)


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """The paragraph around a stretch, as far as a reader would remember it."""
    floor, ceiling = max(0, start - _WINDOW), min(len(text), end + _WINDOW)
    first, last = text.rfind("\n", floor, start), text.find("\n", end, ceiling)
    return (floor if first < 0 else first + 1), (ceiling if last < 0 else last)


def _of_quotation(text: str, start: int, end: int) -> Attribution | None:
    """Who speaks a sentence that is part of a longer quotation of its paragraph."""
    floor = max(0, start - _WINDOW)
    if text.find('"', floor, end) < 0 and text.find("“", floor, end) < 0:
        return None
    first, last = _paragraph(text, start, end)
    opened = _opened(text, first, end)
    if opened is None:
        return None
    who = None
    close = _CLOSING.search(text, end - 1, last)
    if close:
        stop = _STOP.search(text, close.end(), last)
        after = marks_of(text[close.start() : stop.end() if stop else last])
        who = next((m for m in after if m.role == "speaker" and m.form == "trails"), None)
    lead = text[max(first, opened - _LEAD) : opened].rstrip()
    if who is None and lead.endswith((":", ",", ".")):
        if lead.endswith("."):
            lead = _resumed(lead)
        before = [m for m in marks_of(lead) if m.role == "speaker"]
        who = before[-1] if before else None
    named = _named(text, opened, who.who) if who else None
    if who is None or named is None:
        return None
    return Attribution(named, "speaker", start, start, start, end, who.anonymous)


def _resumed(lead: str) -> str:
    """What stands between two pieces of a quotation: '"...," X said. "..."'; "" where none does."""
    closed = max(lead.rfind("”"), lead.rfind('"'))
    between = lead[closed:] if closed > 0 and lead[closed - 1] in ",?!" else ""
    return between if not _STOP.search(between[:-1]) else ""


def _opened(text: str, first: int, end: int) -> int | None:
    """Where the quotation opened that is open at the end of a sentence or ends with it."""
    opened = None
    for mark in _QUOTE.finditer(text, first, end):
        if mark.group() == "“" or (mark.group() == '"' and opened is None):
            opened = mark.start()
        elif mark.end() < end:
            opened = None
    return opened


def _named(text: str, start: int, who: str, within: Sequence[Attribution] = ()) -> str | None:
    """A name, or the one that a pronoun or "the group" means; None for a pronoun in doubt."""
    low = who.lower()
    words = low.split()
    stands_in = len(words) == 2 and words[0] in ("the", "this") and words[1] in _STAND_INS
    if low not in PRONOUNS and not stands_in:
        return who
    here = {a.who for a in within[-_FEW:] if a.role == "speaker"}
    if len(here) == 1 and _could_be(low, *here):
        return here.pop()
    first, _ = _paragraph(text, start, start)
    earlier = {m.who for m in marks_of(text[first:start]) if m.role == "speaker"}
    if not earlier and first < start:
        begun = max(first, *(m.end() for m in _STOP.finditer(text, first, start - 2)), first)
        subject = subject_of(text[begun:start].strip())
        earlier = {subject} if subject else set()
    names = [n for n in sorted(earlier) if _could_be(low, n)]
    if len(names) == 1 and len(earlier) == 1:
        return names[0]
    return who if stands_in else None


def _could_be(word: str, name: str) -> bool:
    """Whether a pronoun or stand-in can mean the bearer of a name, by person and number."""
    words = name.split()
    if name.lower() in PRONOUNS:
        return False
    plural = "and" in words or (words[-1].endswith("s") and words[-1].islower())
    titled = len(words) in (2, 3) and all(w[0].isupper() and not w.isupper() for w in words)
    person = bool(_PERSON.search(name)) or (titled and source_type(name) is None)
    if word in ("he", "she"):
        return person and not plural
    if word == "they":
        return plural
    return not person and not plural and any(w[0].isupper() for w in words)


# What the text itself doubts

_NEAR: Final = r"(?:[\w’'-]+\s+){0,4}?"
_UNVERIFIED: Final = re.compile(
    rf"\b(?:un(?:verified|confirmed)|(?:not|\w+n[’']t|never|cannot|unable\s+to|yet\s+to|impossible|"
    rf"difficult|hard|no\s+way)\s+{_NEAR}(?:verif(?:y|ied|ying)|confirm(?:ed|ing)?|corroborated?)|"
    rf"no\s+{_NEAR}(?:verification|confirmation|corroboration))\b",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|disput(?:e|es|ed)|rejected|rejects)\b", re.I
)
_REFERS: Final = re.compile(
    r"\W*(?:however,?\s+|but\s+)?(?:(?:the|this|that|those|these|its|their|such|neither|none\s+of)\s+)*"
    r"(?:[\w’'-]+\s+){0,3}?(?:claims?|figures?|tolls?|reports?|numbers?|accounts?|counts?|"
    r"statements?|it|this|that|information|deaths?|casualt\w+|details?|versions?|allegations?)\b|"
    r"\W*there\s+(?:was|has\s+been|is)\s+no\b",
    re.IGNORECASE,
)
_PRONOUN_SAYS: Final = re.compile(
    r"\b(?:he|she|they|it)\s+(?:\w+\s+)?[a-z]+(?:id|s|ed|y|old)\b", re.I
)
_LOOK_AHEAD: Final = 240


def caveats(text: str, start: int, end: int) -> tuple[str, ...]:
    """Doubts that the text itself raises about the figures of a sentence.

    `unverified`: the sentence, or the next one speaking of its figures, says that nobody could
    verify them; `denied`: the same of somebody who denies them; `speaker_unclear`: a pronoun says
    them, and whom it means is not sure.
    """
    found: list[str] = []
    sentence = text[start:end]
    following = text[end : end + _LOOK_AHEAD]
    low = sentence.lower()
    if _may_doubt(low) or _may_doubt(following.lower()):
        pieces = [sentence, *_said_of_it(following)]
        found = [
            code
            for code, pattern in (("unverified", _UNVERIFIED), ("denied", _DENIED))
            if any(pattern.search(piece) for piece in pieces)
        ]
    if (
        _may_stand_in(" " + low)
        and _PRONOUN_SAYS.search(sentence)
        and any(
            m.who.lower() in PRONOUNS and _named(text, start, m.who) is None
            for m in marks_of(sentence)
        )
    ):
        found.append("speaker_unclear")
    return tuple(found)


def _may_doubt(low: str) -> bool:
    """Whether words in lower case hold the stem of a word of doubt: this is cheap, and rare."""
    return (
        "erif" in low or "onfirm" in low or "orrobor" in low or "deni" in low or "deny" in low
        or "isput" in low or "reject" in low
    )  # fmt: skip


def _may_stand_in(low: str) -> bool:
    """Whether a pronoun stands among words in lower case."""
    return (
        " he " in low or " she " in low or " they " in low or " it " in low
        or "“he " in low or "“she " in low
    )  # fmt: skip


def _said_of_it(following: str) -> list[str]:
    """The next sentence of a paragraph where it speaks of the figures of the one before."""
    line = following.partition("\n")[0]
    if not _REFERS.match(line):
        return []
    stop = _STOP.search(line)
    return [line[: stop.end()] if stop else line]
