"""Where: the place that the words give a figure, from its sentence, else from the text before.

Never from later text. What stands in the words and not in the gazetteer is kept as written, with
the doubt `place_unresolved`; it is never replaced by a place that is known. Words that name a part
of a place ("northern Syria"), its surroundings ("near Homs") or several places ("Homs and Hama")
do not resolve to the place itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from typing import Final, Literal, NamedTuple

from pipelines.claims.text.clauses import first_turn
from pipelines.claims.text.people import is_nationality
from pipelines.claims.text.speaker_names import VERBS
from pipelines.claims.text.words import words
from pipelines.core.gazetteer import Gazetteer, Mention
from pipelines.core.period import MONTHS, WEEKDAYS

PLACE_INHERITED: Final = "place_inherited"
PLACE_OF_SPEAKER: Final = "place_of_speaker"
PLACE_UNRESOLVED: Final = "place_unresolved"

How = Literal["in", "near", "from", "to"]


_listed: Final = partial(words, "place", of="setting")
_INSIDE: Final = _listed("inside")
_VERBS: Final = _listed("verbs")
_NEAR: Final = _listed("near")
_FROM: Final = _listed("from")
_TO: Final = _listed("to")
_DIRECTIONS: Final = _listed("directions")
_COMPASS: Final = _listed("compass")
_AREAS: Final = _listed("areas")
_PARTS: Final = _listed("parts")
_DESCRIBING: Final = _listed("describing")
_KINDS_AFTER: Final = _listed("kinds_after")
_AFTER_NAME: Final = _listed("after_name")
_EVENTS: Final = _listed("event_nouns")
_FIGHTS: Final = _listed("between_people")
_DOINGS: Final = _listed("doings")
_DEEDS: Final = _listed("deeds")
_BODIES: Final = _listed("bodies")
_FACILITIES: Final = _listed("facilities")
_NOT_DESCRIBING: Final = _listed("not_describing")
_OF_A_PEOPLE: Final = _listed("of_a_people")
_NO_NAMES: Final = _listed("no_names") | frozenset(
    (*MONTHS, *WEEKDAYS, *(month[:3] for month in MONTHS), "sept")
)
_EDGES: Final = frozenset(["border", "outskirts", "countryside", "coast", "suburbs"])
_DIRECT: Final[dict[str, How]] = {
    **dict.fromkeys(_INSIDE | _VERBS, "in"),
    **dict.fromkeys(_NEAR, "near"),
    **dict.fromkeys(_FROM, "from"),
    **dict.fromkeys(_TO, "to"),
    "between": "near",
}
_BEFORE_OF: Final = _AREAS | _PARTS | _DIRECTIONS | {"off", "outside", "inside"}
_ARTICLES: Final = frozenset(["a", "an"])
_LEADS: Final = (
    frozenset(_DIRECT) | _DESCRIBING | _COMPASS | {"of", "the"} | _DIRECTIONS | _ARTICLES
)
_MEETING: Final = frozenset(["border", "borders", "frontier", "boundary"])
_GOVERNED: Final = frozenset(["republic", "emirate", "state", "territory", "county", "department"])
"""Kinds that act, too: what "the Republic of X" says did not happen there."""

_CAP: Final = r"(?:(?:al|el|ad|as|ar|ash|az|an|at)-)?[^\W\d_a-z]\w*+(?:(?:-|['’](?!s\b))\w++)*+"
_RUN: Final = re.compile(
    rf"(?<![\w'’-]){_CAP}"
    rf"(?:[ \xa0](?:(?:de|la|el|al|da|do|del|dos|of\sthe|y|e)[ \xa0])?{_CAP}){{0,5}}"
)
_LEAD_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NEXT: Final = re.compile(r"[ \xa0\n]+([^\W\d_]+(?:-[^\W\d_]+)*)")
_POSSESSIVE: Final = re.compile(r"['’]s?(?=\s)")
_OF_POSSESSOR: Final = re.compile(r"(?:['’]s?)?\s+(?:[a-z-]{1,24}\s+){0,4}")
_AREA_OF: Final = re.compile(r"\s+(?:[a-z]{1,12}ern\s+)?([a-z]+)\s+of\s")
_CHAIN: Final = re.compile(r",[ \xa0\n]+(?:the[ \xa0])?|[ \xa0]\((?:the[ \xa0])?")
_AND: Final = re.compile(r",?[ \xa0\n]+(?:and|or)[ \xa0\n]+(?:in[ \xa0]+)?(?:the[ \xa0])?|/")
_DATELINE: Final = re.compile(
    r"(?:,[^\n():—–-]{1,24})?(?:[ \xa0]\([^()\n]{1,24}\))?[ \xa0]?(?:[-–—]{1,2})[ \xa0]"
)
_HEADING: Final = re.compile(r":[ \xa0]")
_ACRONYM_AFTER: Final = re.compile(r"[ \xa0]\(([A-Z][A-Za-z&/-]{0,9}[A-Z])\)")
_BODY_AFTER: Final = re.compile(
    rf"(?:[ \xa0](?:and|of|for|&)[ \xa0]{_CAP}|(?:['’]s?)?[ \xa0]{_CAP}){{1,4}}"
)
_PLURALS: Final = re.compile(
    r"[ \xa0](?:and|or)[ \xa0](?:the[ \xa0])?[^\W\d_a-z][\w'’-]*s(?![\w'’])"
)
_LOWER_WORDS: Final = re.compile(r"(?:[ \xa0]([a-z-]+))(?:[ \xa0]([a-z-]+))?(?:[ \xa0]([a-z-]+))?")
_BEFORE_NOUN: Final = re.compile(rf",[ \xa0]{_CAP}(?:[ \xa0]{_CAP}){{0,2}}[ \xa0][a-z]+")
_NAMED_NEXT: Final = re.compile(r",[ \xa0][^\W\d_a-z]")
_TAKING: Final = re.compile(r"[ \xa0](?:in|of)(?:[ \xa0]the)?(?:[ \xa0][a-z-]{1,12}ern)?[ \xa0]")
_OPEN_QUOTE: Final = re.compile(r"(?:^|[\s(])['‘](?=\w)")
_VAGUE_KINDS: Final = frozenset(["area", "areas", *_EDGES])
_QUOTES: Final = "\"“'‘("
_HELD: Final = ("-held", "-controlled", "-run")
_BACK: Final = 72
_JOINED_WITHIN: Final = 10
_FIGURE_NEXT: Final = re.compile(r",?\s+(?:(?:at\s+least|about|another|some|over)\s+)?\d")
_TAKEN_WITHIN: Final = 24
_OWNED_WITHIN: Final = 56
_MOST_LEADS: Final = 10
_MOST_UNKNOWN: Final = 3
"""Words in small letters that a lead may hold without the lists knowing them."""
_TERRITORY_NEAR: Final = 60
_HAPPENED: Final = frozenset(
    ["killed", "injured", "missing", "killed_or_injured", "dead_or_missing", "kidnapped"]
)


class PlaceRead(NamedTuple):
    """The place of a figure as written and as resolved."""

    as_written: str | None
    place_id: str | None
    territory: str | None
    role: str | None
    doubts: tuple[str, ...] = ()


class Where(NamedTuple):
    """Words that say where, `text[start:end]`; no id where the gazetteer holds no such place."""

    start: int
    end: int
    place_id: str | None
    how: How
    dateline: bool = False


class Places(NamedTuple):
    """The places and territories that a text names, in order, found once for the whole text."""

    text: str
    found: tuple[Where, ...]
    starts: tuple[int, ...]
    territories: tuple[Mention, ...]
    territory_starts: tuple[int, ...]
    gazetteer: Gazetteer | None

    def between(self, start: int, end: int) -> tuple[Where, ...]:
        """Those that stand between two offsets."""
        return self.found[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def speaks_of_another(self, place: PlaceRead, start: int, end: int) -> bool:
        """Whether the words between two offsets name places, and none that agrees with this one."""
        named = self.between(start, end)
        if place.as_written is None or PLACE_INHERITED in place.doubts or not named:
            return False
        return not any(self._agree(place, where) for where in named)

    def _agree(self, place: PlaceRead, where: Where) -> bool:
        if place.place_id and where.place_id and self.gazetteer:
            return self.gazetteer.inside(place.place_id, where.place_id) or self.gazetteer.inside(
                where.place_id, place.place_id
            )
        written = self.text[where.start : where.end]
        return bool(place.as_written) and (
            str(place.as_written) in written or written in str(place.as_written)
        )


def places_of(text: str, gazetteer: Gazetteer | None) -> Places:
    """Every place that the words give as a place, and every territory named."""
    if gazetteer is None:
        return Places(text, (), (), (), (), None)
    territories = tuple(gazetteer.territories_in(text))
    found = tuple(_Scan(text, gazetteer, territories).found())
    return Places(
        text,
        found,
        tuple(where.start for where in found),
        territories,
        tuple(t.start for t in territories),
        gazetteer,
    )


class _Name(NamedTuple):
    """A name with a capital letter, known or not."""

    start: int
    end: int
    place_id: str | None
    known: bool


class _Lead(NamedTuple):
    """How the words before a name place it, and where the words that count begin.

    `part` where they name only a part of it; `kind` is the "city" of "the city of".
    """

    how: How
    start: int | None = None
    part: bool = False
    kind: str = ""


class _Owner(NamedTuple):
    """A place in the genitive: where it ends, its own lead, and whether the register holds it."""

    end: int
    lead: _Lead | None
    known: bool


class _Scan:
    """Finds the places of one text from left to right."""

    def __init__(self, text: str, gazetteer: Gazetteer, territories: Sequence[Mention]) -> None:
        self.text, self.gazetteer = text, gazetteer
        self.territories = {territory.end: territory.start for territory in territories}

    def found(self) -> list[Where]:
        """The places, chains ("Houston, Texas") and lists ("Homs and Hama") as one each."""
        kept: list[Where] = []
        done = 0
        owner: _Owner | None = None
        for run in _RUN.finditer(self.text):
            start, end = run.span()
            if start < done or not self._may_be_place(start, end, kept, owner):
                continue
            start = self._without_lead(start, end)
            if start >= end:
                continue
            name = self._name(start, end)
            done = name.end
            if kept and name.start > kept[-1].end and (joined := self._joined(kept[-1], name)):
                kept[-1] = joined
                continue
            lead = self._lead(name.start)
            owned = owner is not None and self._is_owned(owner.end, name.start)
            if owner and owned:
                lead = owner.lead._replace(kind="owned") if owner.lead else _Lead("in")
                if lead.start is None:
                    lead = lead._replace(start=self._kind_of_owned(owner.end, name.start))
            possessive = _POSSESSIVE.match(self.text, name.end) is not None
            where = self._where(name, lead, possessive)
            if where and owner and owned and kept and kept[-1].end == owner.end:
                whole = kept.pop()
                where = where if owner.known else where._replace(start=whole.start)
            owner = None
            if (where and possessive) or (name.known and (possessive or self._area_of(name.end))):
                owner = _Owner(name.end, lead, name.known)
            if where:
                kept.append(where)
        return kept

    def _may_be_place(
        self, start: int, end: int, kept: Sequence[Where], owner: _Owner | None
    ) -> bool:
        """A quick look at what stands before and after a name; most names are no places."""
        if (kept and start - kept[-1].end <= _JOINED_WITHIN) or (
            owner and start - owner.end < _OWNED_WITHIN
        ):
            return True
        text = self.text
        before = text[max(0, start - 24) : start]
        words = before.split()
        if not words or before.rstrip(" \xa0").endswith("\n"):
            return True
        last = words[-1].lower()
        key = last.strip(_QUOTES)
        if key in _ARTICLES:
            return text[end : end + 1] == "," or self.gazetteer.mention_at(text, start) is not None
        if key in _LEADS or key.endswith(_HELD) or text.startswith(("'s ", "’s "), end):
            return True
        if last == "capital," or (
            last == "with" and words[-2:-1] and words[-2].lower() in _MEETING
        ):
            return True
        space = text.find(" ", start, end)
        return space > 0 and text[start:space].lower() in _LEADS

    def _without_lead(self, start: int, end: int) -> int:
        """The start of a run without its "In", "The" or "Northern" before a known place."""
        while start < end:
            word = _LEAD_WORD.match(self.text, start, end)
            key = word.group().lower() if word else ""
            if not word or not (
                key in _DIRECT or key in ("the", "of") or key in _COMPASS or key in _ARTICLES
            ):
                return start
            rest = word.end() + 1
            if key in _COMPASS:
                known = rest < end and self.gazetteer.mention_at(self.text, rest)
                if self.gazetteer.mention_at(self.text, start) or not known or known.end < end:
                    return start
            start = rest
        return start

    def _name(self, start: int, end: int) -> _Name:
        """The known place at the start of a run if it fills it, else the run as an unknown name."""
        mention = self.gazetteer.mention_at(self.text, start)
        if mention and (mention.end >= end or not self._goes_on(mention.end, end)):
            return _Name(start, mention.end, mention.place_id, True)
        following = _NEXT.match(self.text, end)
        if following and (
            following[1] in _FACILITIES
            or (following[1] in _KINDS_AFTER and following[1] not in _VAGUE_KINDS)
        ):
            end = following.end()
        elif self._ends_with_apostrophe(end):
            end += 1
        return _Name(start, end, None, False)

    def _ends_with_apostrophe(self, end: int) -> bool:
        """Whether an apostrophe is the last letter of a name ("Mare'") and closes no quotation."""
        text = self.text
        return (
            text[end : end + 1] in ("'", "’")
            and text[end - 1] not in "sS"
            and not text[end + 1 : end + 2].isalnum()
            and not _OPEN_QUOTE.search(text, max(0, end - _BACK), end)
        )

    def _goes_on(self, at: int, end: int) -> bool:
        """Whether more of a name follows a known place: "Niger Delta", "Jordan Smith"."""
        return bool(self.text[at:end].strip())

    def _lead(self, at: int) -> _Lead | None:
        """How the words before a name place it; None where they do not."""
        if direct := self._direct_lead(at):
            return direct
        if not self._may_have_lead(at):
            return None
        offset = max(0, at - _BACK)
        head = self.text[offset:at]
        words = [*_LEAD_WORD.finditer(head)][-_MOST_LEADS:]
        start, part, kind, unknown = None, False, "", 0
        counted = determined = False
        index, end = len(words) - 1, len(head)
        while index >= 0:
            match = words[index]
            word, place = match.group().lower(), offset + match.start()
            gap = head[match.end() : end]
            if gap.strip("-, \xa0\n" + _QUOTES):
                break
            if "," in gap and index == len(words) - 1 and word != "capital":
                return None
            end = match.start()
            if word in _DIRECT:
                how = _DIRECT[word]
                if word == "between" and self._parts_people(head, match.start(), at):
                    return None
                if how == "near" and word != "between":
                    start = place
                    if index and words[index - 1].group().lower() == "waters":
                        start = offset + words[index - 1].start()
                return _Lead(how, start, part, kind)
            if word == "with" and index and words[index - 1].group().lower() in _MEETING:
                index, part = index - 1, True
                start, end = offset + words[index].start(), words[index].start()
            elif word == "of" and index:
                index, end = index - 1, words[index - 1].start()
                before, place = words[index].group().lower(), offset + words[index].start()
                if (held := self.territories.get(offset + words[index].end())) is not None:
                    while index > 0 and offset + words[index].start() > held:
                        index, end = index - 1, words[index - 1].start()
                elif before in _AREAS:
                    kind, start, counted, determined = before, place, True, False
                elif before in _PARTS:
                    part, start, counted, determined = True, place, True, False
                elif before in _DIRECTIONS:
                    if not index or words[index - 1].group().lower() != "the":
                        return _Lead("near", place)
                    part, start = True, place
                elif before in ("off", "outside", "inside"):
                    return _Lead("in" if before == "inside" else "near", place, part, kind)
                else:
                    break
            elif word in _COMPASS:
                if not kind or kind.startswith("suburb"):
                    part, start = True, place
            elif word[0].isdigit():
                if not kind or match.end() + 1 + offset != start:
                    return None
                start = place
            elif not (
                word in _DESCRIBING
                or word.endswith((*_HELD, "ern"))
                or is_nationality(match.group(), self.gazetteer)
            ):
                if not counted or word in _NOT_DESCRIBING or not match.group().islower():
                    break
                if word not in _ARTICLES:
                    unknown += 1
                    if determined or unknown > _MOST_UNKNOWN:
                        break
                    if not kind and match.end() + 1 + offset == start:
                        start = place
            determined = determined or word == "the" or word in _ARTICLES
            index -= 1
        if kind and kind != "capital" and kind not in _GOVERNED and start is not None:
            return _Lead("in", start, part, kind)
        return None

    def _may_have_lead(self, at: int) -> bool:
        """A quick look at the two words before a name: most after "of" or "a" are no places."""
        before = self.text[max(0, at - 40) : at].lower().split()
        if not before or before[-1] in _ARTICLES:
            return False
        if before[-1] != "of" or len(before) < 2:
            return True
        return before[-2].strip(_QUOTES) in _BEFORE_OF or bool(self.territories)

    def _parts_people(self, head: str, between: int, at: int) -> bool:
        """Whether "between" parts those who fight, not places: "clashes between Hutus and"."""
        before = head[:between].split()[-1:]
        if before and before[0].lower() in _FIGHTS:
            return True
        run = _RUN.match(self.text, at)
        return bool(run and run.group().endswith("s") and _PLURALS.match(self.text, run.end()))

    def _direct_lead(self, at: int) -> _Lead | None:
        """The word before a name where it is one that places it by itself, as most are: "in X"."""
        first = self.text.rfind(" ", max(0, at - _BACK), at - 1) + 1 if at > 1 else 0
        word = self.text[first : at - 1].lower()
        how = _DIRECT.get(word) if first and self.text[at - 1] == " " else None
        if how is None or not word.isalpha() or word == "between":
            return None
        if how == "near" and self.text.endswith("waters ", 0, first):
            first -= len("waters ")
        return _Lead(how, first if how == "near" else None)

    def _area_of(self, at: int) -> bool:
        """Whether "state of" or the like follows: "the U.S. state of Utah"."""
        found = _AREA_OF.match(self.text, at)
        return found is not None and found[1] in _AREAS

    def _is_owned(self, owner_end: int, start: int) -> bool:
        """Whether a name follows a possessor with only words of place between: "China's Yunnan"."""
        return (
            start - owner_end < _OWNED_WITHIN
            and bool(_OF_POSSESSOR.fullmatch(self.text, owner_end, start))
            and all(
                word in _DESCRIBING
                or word in _COMPASS
                or word in _AREAS
                or word == "of"
                or word.endswith("ern")
                for word in self.text[owner_end:start].removeprefix("'s").removeprefix("’s").split()
            )
        )

    def _kind_of_owned(self, owner_end: int, start: int) -> int | None:
        """Where "state of" begins in "India's state of Bihar"; "the U.S. state of" begins none."""
        between = self.text[owner_end:start]
        words = between.split()
        if between[:1] not in ("'", "’") or words[-1:] != ["of"]:
            return None
        return owner_end + between.rindex(words[-2])

    def _where(self, name: _Name, lead: _Lead | None, possessive: bool) -> Where | None:
        if lead is None:
            return self._at_head(name) or self._in_compound(name)
        if not name.known and (edge := self._edge_of_people(name)):
            return Where(name.start if lead.start is None else lead.start, edge, None, lead.how)
        if not name.known and not self._is_place_name(name, lead.how, lead.kind):
            return None
        start = name.start if lead.start is None else lead.start
        end, part, place = name.end, lead.part, name.place_id
        if lead.kind not in ("", "owned", "republic", "emirate"):
            place = self.gazetteer.resolve(self.text[start:end])
        if name.known and (edge := self._end_of_part(end, possessive)):
            part, end = True, edge
        return Where(start, end, None if part or lead.how == "near" else place, lead.how)

    def _end_of_part(self, end: int, possessive: bool) -> int | None:
        """Where the words end that name a part after a place: "Syria's north", "Homs outskirts"."""
        following = _NEXT.match(self.text, end + 2 if possessive else end)
        if not following:
            return None
        if following[1] in _EDGES or (possessive and following[1] in _PARTS):
            return following.end()
        if not possessive or following[1] not in _COMPASS:
            return None
        after = _NEXT.match(self.text, following.end())
        if not after:
            return following.end()
        if after[1] in _PARTS or after[1] in _AREAS:
            return None if self.text.startswith(" of ", after.end()) else after.end()
        return following.end() if after[1].islower() else None

    def _edge_of_people(self, name: _Name) -> int | None:
        """Where "Libyan coast" ends; None where the name is no people's or no such word follows."""
        surface = self.text[name.start : name.end]
        following = _NEXT.match(self.text, name.end)
        if not following or following[1] not in _OF_A_PEOPLE:
            return None
        after = _NEXT.match(self.text, following.end())
        if after and (after[1] == "of" or not after[1].islower()):
            return None
        if _NAMED_NEXT.match(self.text, following.end()):
            return None
        peoples = all(
            is_nationality(part, self.gazetteer) or self.gazetteer.resolve(part)
            for part in surface.replace("–", "-").split("-")
        )
        return following.end() if peoples else None

    def _in_compound(self, name: _Name) -> Where | None:
        """A place before the noun it describes, with the noun's "a" in front or heading a line."""
        before = self.text[max(0, name.start - 12) : name.start].split()
        article = bool(before) and before[-1].lower() in _ARTICLES
        if name.known:
            return self._before_event(name, article) if article or not before else None
        placed = article and before[-2:-1] and _DIRECT.get(before[-2].lower()) in ("in", "near")
        if placed and self._is_before_noun(name):
            return Where(name.start, name.end, name.place_id, "in")
        return None

    def _at_head(self, name: _Name) -> Where | None:
        """A place that heads a line: "Aleppo: 12 killed", "KABUL (Reuters) - "."""
        at = name.start
        before = self.text[max(0, at - 8) : at].rstrip(" \xa0")
        if before and not before.endswith("\n"):
            return None
        if name.known and _HEADING.match(self.text, name.end):
            return Where(at, name.end, name.place_id, "in")
        shouted = self.text[at : name.end].isupper() and name.end - at > 3
        if (name.known or shouted) and _DATELINE.match(self.text, name.end):
            return Where(at, name.end, name.place_id, "in", dateline=True)
        return None

    def _before_event(self, name: _Name, article: bool) -> Where | None:
        """A known place that names where an event was: "A Spain rally crash", "Nepal quake kills".

        One that may as well have done the deed is none: "Israel strikes", "A US raid".
        """
        words = _LOWER_WORDS.match(self.text, name.end)
        for word in words.groups() if words else ():
            if word in _EVENTS:
                apart = article and words is not None and word != words[1]
                if word in _DEEDS or (word in _DOINGS and not apart):
                    return None
                return Where(name.start, name.end, name.place_id, "in")
            if word is None or word in _NOT_DESCRIBING or word in _AFTER_NAME:
                return None
        return None

    def _is_before_noun(self, name: _Name) -> bool:
        """Whether "a" before a name is that of a noun after it: "at a Yola, Nigeria camp"."""
        return _BEFORE_NOUN.match(self.text, name.end) is not None and self._is_place_name(
            name, "in", "list"
        )

    def _is_place_name(self, name: _Name, how: How, kind: str) -> bool:
        """Whether an unknown name with a preposition is a place: no date, body, storm or people."""
        surface = self.text[name.start : name.end]
        words = surface.split()
        first = words[0].lower().strip(".'’")
        if first in _NO_NAMES or any(c.isdigit() for c in surface):
            return False
        if words[-1].lower() in _BODIES or self._goes_on_as_body(name, words):
            return False
        kind = kind or self._kind_before(name.start)
        if (
            len(words[0]) > 1
            and words[0].isupper()
            and len(words) == 1
            and not kind
            and how != "in"
        ):
            return False
        if self._is_of_people(words[0]) and not self._is_town(name):
            return len(words) > 1 and not words[-1].islower() and words[-1].lower() in _KINDS_AFTER
        if kind or words[-1].lower() in _KINDS_AFTER:
            return True
        following = _NEXT.match(self.text, name.end)
        if not following or self.text[name.end : name.end + 1] not in " \xa0\n":
            return True
        word = following[1].lower()
        if word in _EVENTS:
            return not (words[0].isupper() and len(words[0]) > 1)
        return word in _AFTER_NAME or word in _KINDS_AFTER or word.endswith(("ed", "ing", "ly"))

    def _is_of_people(self, word: str) -> bool:
        """Whether a word is a people's: a demonym, or a country without its "s": "Philippine"."""
        return is_nationality(word, self.gazetteer) or (
            word.endswith("e") and self.gazetteer.resolve(word + "s") is not None
        )

    def _is_town(self, name: _Name) -> bool:
        """Whether a town is spelt like a people: "in Tunis", for nobody is "in Israelis"."""
        text = self.text
        return (
            text.endswith(("s", "S"), 0, name.end)
            and text[max(0, name.start - 3) : name.start].lower() == "in "
        )

    def _kind_before(self, at: int) -> str:
        """The kind of place that stands directly before a name: "the capital Port Louis"."""
        last = self.text[max(0, at - 16) : at].rsplit(maxsplit=1)[-1:]
        return last[0] if last and last[0] in _AREAS and last[0] not in _GOVERNED else ""

    def _goes_on_as_body(self, name: _Name, words: Sequence[str]) -> bool:
        """Whether a name is a body's: by the words after it or its initials in brackets."""
        text, end = self.text, name.end
        if text[end : end + 1] not in (" ", "\xa0", "'", "’"):
            return False
        acronym = _ACRONYM_AFTER.match(text, end)
        if acronym:
            letters = "".join(word[0] for word in words if word[0].isupper())
            return len(letters) > 1 and letters[0] == acronym[1][0]
        longer = _BODY_AFTER.match(text, end)
        return longer is not None and longer.group().split()[-1].lower() in _BODIES

    def _joined(self, last: Where, name: _Name) -> Where | None:
        """The last place with the name that a comma, a bracket or "and" joins to it."""
        if last.dateline or name.start - last.end > _TAKEN_WITHIN:
            return None
        gap = self.text[last.end : name.start]
        if gap[1:3] in ("in", "of"):
            taken = _TAKING.fullmatch(gap) and self._takes(last, gap, name)
            return Where(last.start, name.end, None, last.how) if taken else None
        if len(gap) > _JOINED_WITHIN:
            return None
        if _CHAIN.fullmatch(gap):
            if not name.known and not self._is_place_name(name, "in", "list"):
                return None
            if self._is_sibling(last, name):
                return Where(last.start, name.end, None, last.how)
            closed = "(" in gap and self.text.startswith(")", name.end)
            return last._replace(end=name.end + closed)
        if gap.endswith((" in ", " at ")) and _FIGURE_NEXT.match(self.text, name.end):
            return None  # "in Homs, and in Idlib 7 died"
        if _AND.fullmatch(gap) and (name.known or self._is_place_name(name, "in", "list")):
            return Where(last.start, name.end, None, last.how)
        return None

    def _takes(self, last: Where, gap: str, name: _Name) -> bool:
        """Whether two places are one name: "Bardo Museum in Tunis", "Kabul district of Dasht"."""
        if last.place_id or not (name.known or self._is_place_name(name, "in", "list")):
            return False
        word = self.text[last.start : last.end].rsplit(maxsplit=1)[-1].lower()
        return word in (_FACILITIES if gap.startswith(" in") else _AREAS)

    def _is_sibling(self, last: Where, name: _Name) -> bool:
        """Whether two known places stand beside each other and neither holds the other."""
        if not (last.place_id and name.place_id):
            return False
        return not (
            self.gazetteer.inside(last.place_id, name.place_id)
            or self.gazetteer.inside(name.place_id, last.place_id)
        )


def place_for(
    text: str,
    span: tuple[int, int],
    number: tuple[int, int],
    next_number: int,
    places: Places,
    metric: str,
    stock: bool,
) -> PlaceRead:
    """The place of the number at `number`, in `span`; the next number starts at `next_number`."""
    start, end = span
    inside = [
        where
        for where in places.between(start, end)
        if where.end <= end
        and not _SPOKEN_AT.search(text[max(start, where.start - 60) : where.start])
    ]
    chosen = _chosen(text, span, number, next_number, _suited(inside, metric))
    if chosen is None:
        return _inherited(text, start, places, metric, stock)
    doubts = () if chosen.place_id else (PLACE_UNRESOLVED,)
    if chosen.dateline:
        doubts = (PLACE_INHERITED, *doubts)
    elif (following := _NEXT_WORD.match(text, chosen.end, end)) and following[1] in VERBS:
        doubts = (PLACE_OF_SPEAKER, *doubts)
    return PlaceRead(
        text[chosen.start : chosen.end],
        chosen.place_id,
        _territory(start, end, chosen, places),
        _role(chosen, metric, stock),
        doubts,
    )


def _suited(found: Sequence[Where], metric: str) -> list[Where]:
    """The places that can be that of such a figure: the dead did not die where they came from."""
    if metric in _HAPPENED:
        return [where for where in found if where.how in ("in", "near")]
    if metric in ("returned_idps", "returned_refugees"):
        return [where for where in found if where.how != "from"] or [*found]
    return [*found]


def _chosen(
    text: str,
    span: tuple[int, int],
    number: tuple[int, int],
    next_number: int,
    found: Sequence[Where],
) -> Where | None:
    """The first place in the figure's own clause; the last before it; else the next."""
    if len(found) < 2:
        only = found[0] if found else None
        apart = only and (only.start >= number[1] or only.end <= number[0])
        return only if apart else None
    clause_end = first_turn(text, number[1], span[1]) or span[1]
    before = [where for where in found if where.end <= number[0] and not where.dateline]
    after = [
        where
        for where in found
        if where.start >= number[1] and not (before and _opens_another(text, where, number[1]))
    ]
    own = [where for where in after if where.start < min(next_number, clause_end)]
    joined = [where for where in after if where.start < clause_end]
    filed = [where for where in found if where.dateline]
    for choice in (own[:1], before[-1:], joined[:1], after[:1], filed[-1:]):
        if choice:
            return choice[0]
    return None


def _opens_another(text: str, where: Where, at: int) -> bool:
    """Whether a place opens the next statement: "12 were killed, and in Idlib seven"."""
    return bool(_OPENS_ANOTHER.search(text[max(at, where.start - 30) : where.start]))


_OPENS_ANOTHER: Final = re.compile(
    r"(?:\b(?:and|while|but|whereas)|[;,])\s+(?:in|at|near|around)\s+(?:the\s+)?(?:\w+\s+of\s+)?\Z",
    re.IGNORECASE,
)
_SPOKEN_AT: Final = re.compile(
    r"\b(?:told|speaking|briefed|briefing|interview|conference|reporters|journalists)\b"
    r"(?:\s+\w+){0,4}?\s+(?:in|at|from)\s+(?:the\s+)?\Z",
    re.IGNORECASE,
)
"""What stands before the place where somebody spoke: "told reporters in Paris"."""
_NEXT_WORD: Final = re.compile(r"\s+([a-z]+)\b")


def _inherited(text: str, start: int, places: Places, metric: str, stock: bool) -> PlaceRead:
    """The nearest place that the text before the sentence names."""
    low = bisect_left(places.starts, start)
    if not low:
        return PlaceRead(None, None, None, None)
    where = places.found[low - 1]
    doubts = (PLACE_INHERITED,) if where.place_id else (PLACE_INHERITED, PLACE_UNRESOLVED)
    return PlaceRead(
        text[where.start : where.end], where.place_id, None, _role(None, metric, stock), doubts
    )


def _role(place: Where | None, metric: str, stock: bool) -> str:
    if metric in _HAPPENED:
        return "happened_in"
    if metric in ("returned_idps", "returned_refugees"):
        return "now_in"
    if place is not None:
        if place.how == "to":
            return "now_in"
        if place.how == "from":
            return "came_from"
        if stock or metric in ("idps", "refugees", "asylum_seekers"):
            return "now_in"
    return "came_from"


def _territory(start: int, end: int, place: Where, places: Places) -> str | None:
    """The control area named beside the place, where the register holds it."""
    low, high = (
        bisect_left(places.territory_starts, start),
        bisect_left(places.territory_starts, end),
    )
    near = [
        t
        for t in places.territories[low:high]
        if t.end <= end and abs(t.end - place.start) <= _TERRITORY_NEAR
    ]
    return min(near, key=lambda t: abs(t.end - place.start)).surface if near else None
