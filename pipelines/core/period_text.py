"""When, in running text: the periods that sentences name, as four days each.

A relative period counts from the document's day, never from today. What is not settled by the
words, that day and the card's start of the conflict is kept as written and has no days.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from pipelines.core.number_words import UNITS
from pipelines.core.numerals import fold
from pipelines.core.period import MONTH, MONTHS, UNSTATED, WEEKDAYS, DateFault, Window, partial_day

Runs = Literal["counter", "span", "until"]

PERIOD_END_FROM_DOCUMENT: Final = "period_end_from_document"
YEAR_INFERRED: Final = "period_year_inferred"
AMBIGUOUS_DATE: Final = "ambiguous_date"


class Period(NamedTuple):
    """A period named in a text: `text[start:end] == surface`.

    `runs` says how it stands to the document: a "counter" runs from an anchor to the document's
    day, a "span" has its own ends, "until" gives only the day on which a reading was taken.
    """

    start: int
    end: int
    surface: str
    window: Window
    runs: Runs
    doubts: tuple[str, ...] = ()


class Dated(NamedTuple):
    """What a text says of time: its periods in order, and where dates stand.

    `dates` also holds what is no period of a figure ("after 7 March"): the numbers in them count
    no people.
    """

    periods: tuple[Period, ...]
    dates: tuple[tuple[int, int], ...]


# The grammar. It runs on the folded text: lower case, plain digits, "-" for every hyphen and dash
# but the long one, one character for each of the text.

_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_ORD: Final = r"(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:1[89]|20)\d\d(?!\d)"
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNDER_TWENTY: Final = "|".join(sorted(UNITS[1:], reverse=True))
_COUNT_WORD: Final = rf"(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(UNITS[1:10])}))?|{_UNDER_TWENTY}"
_COUNT: Final = rf"\d{{1,3}}|(?:{_COUNT_WORD}|an?|several|few|many|half\s+a)(?![^\W_])"
_UNIT: Final = r"hour|day|night|week|month|quarter|year|decade"
_PREPOSITION: Final = (
    r"since|between|from|in(?:to)?|on|at|as\s+(?:of|at|on)|after|across|around|and|ahead\s+of|"
    r"during|throughout|through|by|before|until|till|up\s+(?:to|until)|to|over|of|for|following|"
    r"prior\s+to|within"
)
_PART: Final = (
    r"early|earlier|mid|middle\s+of|later?|(?:very\s+)?end\s+of|start\s+of|beginning\s+of|"
    r"(?:first|second|last|latter)\s*half\s+of|(?:first|second|third|fourth|last|final)\s*quarter\s+of|"
    r"(?:q[1-4]|h[12])(?:\s+of)?|"
    r"(?:first|last|final)\s+(?:(?:\d{1,2}|[a-z]{3,6})\s+)?(?:days?|weeks?|months?)\s+(?:of|in)|"
    r"(?:second|third|fourth)\s+week\s+of|so\s+far|already|month\s+of|"
    r"year(?=\s+(?:1[89]|20)\d\d)|(?:day|night|morning|evening)\s+of"
)
_WAR: Final = (
    r"(?:civil\s+)?war|conflict|hostilities|uprising|revolution|insurgency|crisis|fighting|violence|"
    r"revolt|rebellion|unrest|offensive|siege"
)
_BEGAN: Final = r"began|begun|started|broke\s+out|erupted|(?:was\s+)?launched"
_SEASON: Final = (
    r"(?:the\s+)?(?:holy\s+month\s+of\s+|muslim\s+(?:holiday|festival)\s+of\s+)?"
    r"(?:ramadan|eid(?:\s+al-(?:fitr|adha))?|easter|passover|diwali|muharram|ashura|"
    r"christmas(?:\s+(?:eve|day))?|new\s+year(?:'s\s+(?:eve|day))?|(?:monsoon|rainy|dry|lean|wet|hurricane|cyclone)\s+season|"
    r"spring|summer|autumn|winter)(?:\s+(?:of\s+)?(?:1[89]|20)\d\d)?"
)
_FIRST: Final = (
    rf"\d|{_PREPOSITION}|the|early|earlier|mid|later?|(?:very\s*)?end|start|beginning|first|second|"
    rf"third|fourth|last|final|[qh][1-4]|so\s|already|month|year|"
    rf"{'|'.join(month[:3] for month in MONTHS)}|mon|tue|wed|thu|fri|sat|sun|to|"
    r"yester|overnight|this|week|past|prev|prec|"
    rf"next|coming|recent|hour|day|night|an?\s|few|several|many|half|{_COUNT_WORD}|nearly|almost|"
    rf"over|more|outbreak|onset|eruption|ramadan|eid|easter|passover|diwali|muharram|ashura|"
    r"christmas|new\s|monsoon|rainy|dry|lean|wet|hurricane|cyclone|spring|autumn|winter|summer|holy|"
    r"muslim"
)
_ANCHOR: Final = re.compile(
    rf"(?<![a-z])(?=[a-eijmnfoqprstuwyh\d])(?:"
    r"d(?:ec|ays?(?![a-z])|iwali|ecade)|s(?:ince\s|ep|atur|unday|eason|pring|ummer)|"
    r"m(?:a[ry]|on(?:day|th)|orning|uharram)|(?:1[89]|20)\d\d(?!\d)|"
    r"n(?:ov|ights?(?![a-z])|ew\syear)|t(?:oday|o\sdate|ues|hursd|onight)|ja?u?[nl]|f(?:eb|rid)|"
    r"a(?:pr|ug|fternoon|shura|utumn)|oct|overnight|w(?:eek|ednes|inter)|y(?:ears?(?![a-z])|esterd)|"
    r"hours?(?![a-z])|quarter|evening|e(?:id|aster)(?![a-z])|ramadan|passover|christmas|"
    r"(?:in|on|of|from|between|during|by|until|and|to|the)"
    rf"(?:{'|'.join(MONTHS)}|(?:19|20)\d\d(?!\d))|"
    r"\d{1,4}[/.]\d{1,2}[/.]\d|\d{4}-\d\d-\d)"
)
_TOKEN: Final = re.compile(
    rf"""
    (?<![^\W_])(?<!\d[.,/])(?={_FIRST})
    (?:(?P<prep>{_PREPOSITION})\s*(?:(?:at\s+least|about|around|just|only)\s+)?)?
    (?P<the>the\s*)?
    (?:(?P<part>{_PART})\s*-?\s*(?:in\s+)?(?:the\s+)?)?
    (?:
      (?P<day>
        (?P<iso>\d{{4}}-\d\d-\d\d)(?![\d/-])
      | (?P<ymd>\d{{4}}/\d{{1,2}}/\d{{1,2}})(?![\d/])
      | (?P<dmy>\d{{1,2}}(?:/\d{{1,2}}/(?:\d\d)?\d\d|\.\d{{1,2}}\.\d{{4}}))(?![\d/])
      | (?:(?P<d0>{_DAY}){_ORD}\s*(?P<j0>-|to|and|&|until|through)\s*)?
        (?P<d1>{_DAY}){_ORD}\s*(?:of\s+)?(?P<m1>{MONTH})(?:,?\s*(?P<y1>{_YEAR}))?
      | (?P<m2>{MONTH})(?:\s*(?P<d2>{_DAY}){_ORD}(?![\d%])(?![.,]\d)
          (?:\s*-\s*(?P<d3>{_DAY}){_ORD}(?![\d%])(?![.,]\d)(?!\s*(?:{MONTH})))?
          (?:\s*(?:and|to|through)\s+(?P<d4>{_DAY}){_ORD}(?![\d%])(?=\s*(?:[,;.)]|$)))?
        )?(?:,?\s*(?P<y2>{_YEAR}))?
      )
    | (?P<weekday>(?:(?P<rel0>last|next|this)\s+)?(?P<wd>(?:mon|tues|wednes|thurs|fri|satur|sun)day)
        (?![^\W_])(?:\s+(?:morning|afternoon|evening|night))?)
    | (?P<year>(?P<ya>{_YEAR})(?:-(?P<yb>(?:(?:1[89]|20)\d\d|\d\d)))?(?![\w/-]|[.,]\d)
        |(?P<dec>(?:19|20)\d0)s(?!\w))
    | (?P<near>today(?!')|yesterday(?!')|tonight|overnight|last\s+night|
        this\s+(?:morning|afternoon|evening)|(?:this\s+|last\s+|past\s+)?weekend|to\s+date)(?![^\W_])
    | (?P<rel>(?P<which>this|last|past|previous|preceding|next|coming|recent)\s+(?:few\s+)?
        (?:(?:(?P<n>{_COUNT}|couple\s+of)\s+)?(?P<unit>{_UNIT})s?|
           (?P<rm>{MONTH})|(?P<rs>spring|summer|autumn|winter))
        (?![^\W_])(?:\s+so\s+far)?)
    | (?P<ago>(?P<an>{_COUNT}|a\s+few|a\s+couple\s+of)\s+(?P<au>{_UNIT})s?\s+ago(?![^\W_]))
    | (?P<back>(?:(?P<bn>{_COUNT})[\s-]+)?(?P<bu>{_UNIT})s?\s+
        (?:(?:up\s+)?to|until|till|end(?:ing|ed)(?:\s+(?:on|in))?|leading\s+up\s+to)\s+
        (?:(?P<mid>midnight|midday|noon)(?![^\W_])|
           (?=(?:the\s+)?(?:(?:end\s+of|early|mid|late)\s*-?\s*)?(?:{MONTH}|\d|[a-z]+day))))
    | (?P<war>(?:(?:start|beginning|outbreak|onset|eruption)\s+of\s+|
          (?=(?:[\w'-]{{1,24}}\s+){{1,4}}?(?:{_BEGAN}|start)(?!\w)))
        (?:[\w'-]{{1,24}}\s+){{0,3}}?(?P<wn>{_WAR})(?![^\W_])(?:\s+(?:{_BEGAN})(?!\w))?)
    | (?P<long>(?:(?:nearly|almost|about|around|over|more\s+than|some|least|
          \w{{1,24}}'s|a)\s+)*(?P<ln>{_COUNT})
        (?:-years?(?:-(?:old|long))?\s+(?:[a-z]+\s+)?(?P<lw>war|conflict|insurgency)|
           \s+(?P<lu>{_UNIT})s?(?:\s+of\s+(?:(?!the\b)[a-z]+\s+)?
             (?P<lf>{_WAR}|clashes|battles|strikes|air\s+strikes|bombardment|protests))?)(?![^\W_]))
    | (?P<ofyear>year)(?![^\W_])
    | (?P<season>{_SEASON})(?![^\W_])
    )
    """,
    re.VERBOSE,
)
_LEAD: Final = 44
"""Characters before an anchor in which its preposition and part may stand."""
_OPENING: Final = re.compile(rf"(?<![^\W_])(?<!\d[.,/])(?={_FIRST})[^\W_]")
"""Where a match may begin: the same as at the head of the grammar, which is slower to start."""
_NOUN_NEXT: Final = re.compile(
    r"\s+(?!(?:a|alone|after|already|an|and|are|as|at|because|before|but|by|during|due|for|from|had|"
    r"has|have|he|in|including|is|it|least|more|nearly|of|on|onwards?|or|over|said|she|so|some|that|the|"
    r"their|there|they|through|to|until|up|was|were|when|where|which|while|who|with|we)(?![^\W_]))[a-z]"
)
_LEAD_CLAUSE: Final = 130
"""Characters before a date in which the clause that it dates may begin."""
_SINCE_CLAUSE: Final = re.compile(
    r"(?<![\w-])since\s+(?!then(?!\w)|when(?!\w))"
    r"(?P<clause>(?:[^\d;:.()\n—\"]|\.(?=[a-z-])|(?<=\.[a-z])\.|\n(?!\n))*)$"
)
_ASIDE: Final = re.compile(r",\s+(?:[a-z-]+ed|led|who|which)\s[^,]{1,60},\s")
_ANOTHER_VERB: Final = re.compile(
    r"(?<!\w)(?:has|have|had|is|are|will|can|may|said|says|since)(?!\w)"
)
"""What no clause in the past of an event holds: its date would be that of something else."""
_PASSIVE: Final = re.compile(r"(?<!\w)(?:was|were)(?!\w)")
_WAR_BEGAN: Final = re.compile(
    rf"(?<!\w)(?:{_WAR})(?:\s+in\s+(?:the\s+)?[\w'-]+(?:\s+[\w'-]+)?)?(?:,?\s+(?:which|that))?\s+"
    r"(?:first\s+)?(?:began|started|erupted|broke\s+out)\s+$"
)
_PERFECT_NEXT: Final = re.compile(r"(?:,?\s+[^\s,;.]+){0,4}?,?\s+(?:has|have)\s")
_EVENT_OF_DAY: Final = re.compile(r"'s?(?!\w)")
_TOLL_OF: Final = re.compile(
    r"(?<!\w)(?:toll|tally|count|dead|deaths|casualties|victims|bodies|fatalities)\s+$"
)
_OF_EVENT: Final = ("from", "by", "of", "for", "to")
_DATELINE: Final = re.compile(
    r"(?:^|\n|[.!?][\"”')]*\s)[^\w\n]*"
    r"(?P<place>[A-Z][\w.'’/-]*(?:(?:\s*,\s*|[ \t]*/[ \t]*|[ \t]+)\(?"
    r"(?:[A-Z][\w.'’/-]*|al-\w+|de|of|the|and|la|el)\)?)*)[ \t]*(?P<mark>[,(–—-]*)[ \t]*\(?$"
)
_FILED: Final = re.compile(
    r"[ \t]*\)?[ \t]*(?:(?:\([^()\n]{1,60}\)|/[^/\n]{2,30}/)[ \t]*)?(?:(?:--?|[–—])(?!\w)|\r?\n|$)"
)
_LINE_START: Final = re.compile(r"(?:^|\n)[^\w\n]*$")
_JOIN: Final = re.compile(r"\s*(?:-|—)\s*|,?\s+")
_LIST_JOIN: Final = re.compile(r",?\s+")
_DATE_AFTER_WEEKDAY: Final = re.compile(r",?\s+\(?")
_JOINING: Final = frozenset(["and", "to", "until", "till", "through"])
_AFTER: Final = frozenset(
    ["after", "before", "ahead of", "prior to", "following", "and", "to", "into"]
)
_UNTIL: Final = frozenset(
    ["as of", "as at", "as on", "until", "till", "up to", "up until", "through", "by"]
)
_THIRDS: Final = {"early": 0, "mid": 1, "late": 2}
_FAR: Final = timedelta(183)
_MIN_YEAR: Final = 1


class _Point(NamedTuple):
    """A day, month, year or other stretch of the calendar; no days where it cannot be settled."""

    start: int
    end: int
    prep: str
    kind: Literal["day", "month", "year", "stretch"]
    first: date | None = None
    last: date | None = None
    has_year: bool = True
    doubts: tuple[str, ...] = ()
    opening: tuple[date, date] | None = None
    part: str = ""
    article: bool = False


class _Card(NamedTuple):
    """What the document's card settles, and which way round its text writes slashed days."""

    published_on: date | None
    conflict_start: tuple[date, date] | None
    day_first: bool | None


def read_dates(
    text: str, published_on: date | None = None, conflict_start: str | None = None
) -> Dated:
    """The periods that a text names, in order and without overlaps, and where its dates stand.

    Parameters
    ----------
    text
        One sentence, or any text.
    published_on
        The document's day. Without it relative forms ("on Monday", "19 September" without a
        year, "this year") keep their words and have no days.
    conflict_start
        Partial ISO date from the document's card: the start of "since the war began", and the
        earliest start of "in the past five years" (see `_past`).
    """
    shadow = fold(text)
    matches = _matches(shadow)
    if not matches:
        return _NOTHING
    began = _days_or_none(conflict_start) if conflict_start else None
    card = _Card(published_on, began, _day_first(matches))
    return _Reader(text, shadow, card).read(matches)


_NOTHING: Final = Dated((), ())


def _matches(shadow: str) -> list[re.Match[str]]:
    """The matches of the grammar, looked for only around the words that every one of them has."""
    found: list[re.Match[str]] = []
    done = tried = 0
    for anchor in _ANCHOR.finditer(shadow):
        at, end = anchor.span()
        if at < done:
            continue
        first, tried = max(done, tried, at - _LEAD), end
        for word in _OPENING.finditer(shadow, first, end):
            match = _TOKEN.match(shadow, word.start())
            if match:
                found.append(match)
                done = match.end()
                if done > at:
                    break
    return found


def _day_first(matches: Sequence[re.Match[str]]) -> bool | None:
    """Whether the text writes 28/7/2012 or 7/28/2012, where a date of its own shows it."""
    shown = set()
    for match in matches:
        if match["dmy"]:
            first, second = (int(part) for part in re.split(r"[/.]", match["dmy"])[:2])
            if (first > 12) != (second > 12):
                shown.add(first > 12)
    return shown.pop() if len(shown) == 1 else None


class _Reader:
    """Reads the matches of one text into periods and dates."""

    def __init__(self, text: str, shadow: str, card: _Card) -> None:
        self.text, self.shadow, self.card = text, shadow, card
        self.periods: list[Period] = []
        self.dates: list[tuple[int, int]] = []

    def read(self, matches: Sequence[re.Match[str]]) -> Dated:
        items = [item for match in matches if (item := self._item(match)) is not None]
        at = 0
        while at < len(items):
            item = items[at]
            following = items[at + 1] if at + 1 < len(items) else None
            if isinstance(item, Period):
                at += self._relative(item, following)
            elif isinstance(item, _Back):
                at += self._counted_back(item, following)
            else:
                at += self._named(item, following)
        return Dated(tuple(self.periods), tuple(self.dates))

    def _add(
        self,
        start: int,
        end: int,
        window_: Window,
        runs: Runs = "span",
        doubts: tuple[str, ...] = (),
    ) -> None:
        self.periods.append(Period(start, end, self.text[start:end], window_, runs, doubts))
        self.dates.append((start, end))

    # One match

    def _item(self, match: re.Match[str]) -> Period | _Point | _Back | None:
        kind = match.lastgroup
        assert kind is not None
        return _READ[kind](self, match)

    def _point(
        self,
        match: re.Match[str],
        kind: Literal["day", "month", "year", "stretch"],
        days: tuple[date, date] | None,
        **more: object,
    ) -> _Point:
        first, last = days or (None, None)
        point = _Point(
            match.start(),
            match.end(),
            " ".join((match["prep"] or "").split()),
            kind,
            first,
            last,
            part=" ".join((match["part"] or "").split()),
            article=bool(match["the"]),
        )
        return point._replace(**more) if more else point  # type: ignore[arg-type]

    def _day(self, match: re.Match[str]) -> _Point | None:
        if match["iso"] or match["ymd"]:
            year, month, day = re.split(r"[-/]", match["iso"] or match["ymd"])
            if not 1 <= int(month) <= 12:
                return None
            return self._point(match, "day", _month_days(int(year), int(month), day))
        if match["dmy"]:
            return self._slashed(match)
        month_text = match["m1"] or match["m2"]
        day_text = match["d1"] or match["d2"]
        year_text = match["y1"] or match["y2"]
        if not (day_text or year_text) and not self._is_month(match, month_text):
            return None
        verb = month_text in ("may", "march") and not year_text
        if verb and not self.text[match.start("m1" if match["m1"] else "m2")].isupper():
            return None
        month = _month_number(month_text)
        last_day = match["d3"] or match["d4"]
        days, doubts = self._month(month, last_day or day_text, year_text, match["prep"] or "")
        first_day = match["d0"] or (day_text if last_day else None)
        opening = None
        if first_day and days:
            opening = _month_days(days[0].year, month, first_day)
            if opening and opening[0] > days[0]:
                opening = None
        kind: Literal["day", "month"] = "day" if day_text else "month"
        return self._point(
            match, kind, days, has_year=bool(year_text), doubts=doubts, opening=opening
        )

    def _is_month(self, match: re.Match[str], name: str) -> bool:
        """Whether a bare word is a month: with a capital letter, and no verb, name or end."""
        at = match.start("m2")
        if not self.text[at].isupper() or self.text[at + 1].isupper():
            return False
        stem = name.rstrip(".")
        if stem in ("may", "march", "mar", "jun", "jul") or stem not in MONTHS:
            return bool(match["prep"] or match["part"])
        return True

    def _month(
        self, month: int, day: str | None, year: str | None, prep: str
    ) -> tuple[tuple[date, date] | None, tuple[str, ...]]:
        """The days of a month or a day of it; without a year the latest that had begun."""
        if year:
            return _month_days(int(year), month, day), ()
        today = self.card.published_on
        days = _latest_before(month, day, today)
        if days is None or today is None:
            return None, ()
        if prep == "by" and days[0].year != today.year:
            return None, (YEAR_INFERRED,)
        inferred = days[0].year != today.year or today - days[1] > _FAR
        return days, (YEAR_INFERRED,) if inferred else ()

    def _slashed(self, match: re.Match[str]) -> _Point:
        first, second, year = re.split(r"[/.]", match["dmy"])
        if len(year) != 4:
            return self._point(match, "day", None, doubts=(AMBIGUOUS_DATE,))
        readings = {
            day_first: days
            for day_first, day, month in ((True, first, second), (False, second, first))
            if 1 <= int(month) <= 12 and (days := _month_days(int(year), int(month), day))
        }
        if len(set(readings.values())) > 1:
            settled = self.card.day_first
            if settled is None:
                return self._point(match, "day", None, doubts=(AMBIGUOUS_DATE,))
            return self._point(match, "day", readings[settled])
        return self._point(match, "day", next(iter(readings.values()), None))

    def _weekday(self, match: re.Match[str]) -> _Point:
        today = self.card.published_on
        days = None
        if today is not None and match["rel0"] != "next":
            back = (today.weekday() - WEEKDAYS.index(match["wd"])) % 7
            if match["rel0"] == "last" and back == 0:
                back = 7
            days = _one(today, -back)
        return self._point(match, "day", days)

    def _year(self, match: re.Match[str]) -> _Point | None:
        if match["dec"]:
            first_year = int(match["dec"])
            return self._point(match, "year", _years(first_year, first_year + 9))
        first = int(match["ya"])
        last = first
        if match["yb"]:
            last = (
                int(match["yb"]) if len(match["yb"]) == 4 else first // 100 * 100 + int(match["yb"])
            )
            if last <= first:
                return None
        bare = not (match["prep"] or match["part"])
        before = self.shadow[match.start() - 1 : match.start()]
        if bare and not (match["yb"] or before in ("(", "-", "[")):
            return None
        noun = _NOUN_NEXT.match(self.shadow, match.end())
        exact = match["prep"] in ("since", "until", "till", "during", "throughout") or match["part"]
        if noun and not exact and (match["prep"] != "in" or first % 100 == 0):
            return None
        days = _years(first, first)
        point = self._point(match, "year", _years(last, last))
        return point._replace(opening=days) if last != first else point

    def _near(self, match: re.Match[str]) -> _Point:
        today = self.card.published_on
        word = match["near"]
        if word == "to date":
            return self._point(match, "stretch", _one(today), prep="as of")
        if "weekend" in word:
            days = None
            if today is not None:
                saturday = today - timedelta((today.weekday() - 5) % 7)
                days = (saturday, saturday + timedelta(1))
            return self._point(match, "stretch", days)
        if word in ("overnight", "last night"):
            return self._point(match, "stretch", _one(today, -1, 0))
        return self._point(match, "day", _one(today, -1 if word == "yesterday" else 0))

    def _of_year(self, match: re.Match[str]) -> _Point | None:
        """ "The first half of the year": the document's year."""
        if not match["part"]:
            return None
        today = self.card.published_on
        return self._point(match, "year", _years(today.year, today.year) if today else None)

    def _rel(self, match: re.Match[str]) -> Period | _Point | None:
        which, unit = match["which"], match["unit"]
        today = self.card.published_on
        if match["rm"]:
            return self._month_beside(match, which)
        if match["rs"] or which in ("next", "coming", "recent"):
            if match["rs"] or which == "recent" or not match["n"]:
                return self._period(match, UNSTATED)
            return None
        few = " few " in f" {match['rel']} " or (match["n"] or "").startswith("couple")
        if which == "this":
            return self._this(match, unit)
        named = which == "last" and not (match["n"] or few or match["the"])
        if named and unit not in ("hour", "decade", "night"):
            return self._point(match, _KIND_OF_UNIT[unit], _last_unit(unit, today))
        if which in ("previous", "preceding") and not match["n"]:
            return self._period(match, UNSTATED)
        number = None if few else _number(match["n"] or "one")
        if today is None or number is None:
            return self._period(match, UNSTATED, "counter")
        return self._period(match, self._past(number, unit), "counter")

    def _month_beside(self, match: re.Match[str], which: str) -> _Point | Period:
        """ "Last March": the latest that was over; "this March": the year's own."""
        today = self.card.published_on
        month = _month_number(match["rm"])
        if today is None or which not in ("last", "this", "past"):
            return self._period(match, UNSTATED)
        days = _month_days(today.year, month, None)
        if which != "this" and days and days[1] >= today.replace(day=1):
            days = _month_days(today.year - 1, month, None)
        return self._point(match, "month", days, doubts=() if which == "this" else (YEAR_INFERRED,))

    def _this(self, match: re.Match[str], unit: str) -> Period | _Point | None:
        today = self.card.published_on
        part = match["part"] or ""
        if unit in ("hour", "night", "decade") or match["n"]:
            return None
        if today is None or part in ("late", "later") or (part and part.startswith("last")):
            return self._period(match, UNSTATED)
        first = _first_of(unit, today)
        if part in ("earlier", "early") and unit in ("day", "week", "month"):
            return self._period(match, Window(first, today, first, today))
        if part and not part.startswith(("so", "already", "earlier")):
            return self._point(match, _KIND_OF_UNIT[unit], (first, _last_of(unit, today)))
        if match["prep"] in ("since", "by", "until"):
            return self._point(match, "stretch", (first, today))
        if part == "earlier":
            return self._period(match, Window(first, today, first, today))
        return self._period(match, Window(first, first, today, today), "counter")

    def _ago(self, match: re.Match[str]) -> _Point | None:
        number, unit, today = _number(match["an"]), match["au"], self.card.published_on
        if today is None or number is None or unit == "hour":
            return self._point(match, "stretch", None)
        if unit in ("day", "night"):
            return self._point(match, "day", _one(today, -number))
        earliest = _back(today, number + 1, unit) + timedelta(1)
        return self._point(match, "stretch", (earliest, _back(today, number - 1, unit)))

    def _back_from(self, match: re.Match[str]) -> _Back | None:
        number = _number(match["bn"] or "one")
        if number is None:
            return None
        return _Back(match.start(), match.end(), number, match["bu"], match["mid"] is not None)

    def _war(self, match: re.Match[str]) -> Period | None:
        """ "Since the war began": the card's fact, where the words mean the conflict as a whole."""
        prep = match["prep"]
        if prep != "since":
            return None
        began, today = self.card.conflict_start, self.card.published_on
        if match["wn"] not in _WHOLE_WARS or not began or not today or began[0] > today:
            return self._period(match, UNSTATED, "counter")
        window_ = Window(began[0], min(began[1], today), today, today)
        return self._period(match, window_, "counter", (PERIOD_END_FROM_DOCUMENT,))

    def _long(self, match: re.Match[str]) -> Period | None:
        """ "In five years of war", "in 24 hours": how long, and of a war also since when."""
        number, prep = _number(match["ln"]), match["prep"]
        war = match["lw"] or match["lf"]
        if prep not in ("in", "over", "within", "during", "across", "throughout") and not (
            war and prep in ("after", "of", "through")
        ):
            return None
        unit = match["lu"] or "year"
        if number is None or war not in _WHOLE_WARS or unit != "year" or not self.card.published_on:
            return self._period(match, UNSTATED, "counter" if match["lw"] else "span")
        return self._period(match, self._past(number, "year"), "counter")

    def _season(self, match: re.Match[str]) -> Period | None:
        named = match["season"].removeprefix("the ")
        if named.startswith(_BARE_SEASONS) and not match["prep"] and not match["part"]:
            return None
        if match["prep"] in _AFTER:
            return None
        return self._period(match, UNSTATED, "counter" if match["prep"] == "since" else "span")

    def _period(
        self,
        match: re.Match[str],
        window_: Window,
        runs: Runs = "span",
        doubts: tuple[str, ...] = (),
    ) -> Period:
        start, end = match.span()
        return Period(start, end, self.text[start:end], window_, runs, doubts)

    def _past(self, number: int, unit: str) -> Window:
        """ "In the past five years", from the document's day.

        Five full units lie behind, and a sixth does not: the window starts after the day six units
        back and no later than the day five units back. Where the conflict began in between (a fact
        of the card), it starts no earlier than the conflict did: for a document of 2016-10-06 and a
        conflict that began in 2011-03, on some day from 2011-03-01 to 2011-10-06. Days and hours
        are exact. It ends on the document's day.
        """
        today, began = self.card.published_on, self.card.conflict_start
        assert today is not None
        latest = _back(today, number, unit)
        exact = unit in ("day", "hour", "night")
        earliest = latest if exact else _back(today, number + 1, unit)
        if earliest < latest:
            earliest += timedelta(1)
        if began and earliest < began[0] <= latest:
            earliest = began[0]
        return Window(earliest, latest, today, today)

    # Matches together

    def _relative(self, period: Period, following: _Item | None) -> int:
        """Adds a relative period; "since the war began in March 2011" takes the date it names."""
        if (
            isinstance(following, _Point)
            and period.runs == "counter"
            and period.surface[:5].lower() == "since"
            and following.prep in ("in", "on")
            and _dates_clause(gap := self.shadow[period.end : following.start])
            and not re.search(r"[,.]", gap)
            and not _PASSIVE.search(gap)
        ):
            self._since(period.start, following)
            return 2
        self.periods.append(period)
        self.dates.append((period.start, period.end))
        return 1

    def _counted_back(self, back: _Back, following: _Item | None) -> int:
        """ "The 24 hours to midnight", "the year to March 2016": so much before an end."""
        today = self.card.published_on
        if back.midnight:
            window_ = UNSTATED
            if today:
                end = (today - timedelta(1), today)
                window_ = Window(_back(today, back.number, back.unit), end[0], *end)
            self._add(back.start, back.end, window_)
            return 1
        if not isinstance(following, _Point) or self.shadow[back.end : following.start].strip():
            self.dates.append((back.start, back.end))
            return 1
        point = _with_part(following, "until")
        if point.first is None or point.last is None:
            self._add(back.start, point.end, UNSTATED)
            return 2
        earliest = _back(point.first, back.number, back.unit)
        latest = _back(point.last, back.number, back.unit)
        if back.unit not in ("hour", "night"):
            latest += timedelta(1)
        self._add(back.start, point.end, Window(earliest, latest, point.first, point.last))
        return 2

    def _named(self, point: _Point, following: _Item | None) -> int:
        """Adds the period of a point, or of a point and the one it is joined to."""
        if isinstance(following, _Point):
            if self._is_same_day(point, following):
                kept = following._replace(start=point.start, prep=point.prep or following.prep)
                self._alone(kept)
                return 2
            if self._joins(point, following):
                self._range(point, following)
                return 2
        self._alone(point)
        return 1

    def _is_same_day(self, point: _Point, following: _Point) -> bool:
        """ "Monday, 3 October": a weekday and its date."""
        gap = self.shadow[point.end : following.start]
        word = self.shadow[point.start : point.end]
        return (
            point.kind == "day"
            and following.kind == "day"
            and "day" in word
            and not following.prep
            and bool(_DATE_AFTER_WEEKDAY.fullmatch(gap))
        )

    def _joins(self, point: _Point, following: _Point) -> bool:
        gap = self.shadow[point.end : following.start]
        if following.prep in _JOINING:
            listed = following.prep == "and" and point.prep not in ("between", "from")
            if listed and (point.kind != following.kind or point.prep == "since"):
                return False
            return bool(_LIST_JOIN.fullmatch(gap)) and point.prep not in _UNTIL
        dashed = "-" in gap or "—" in gap
        return not following.prep and dashed and bool(_JOIN.fullmatch(gap))

    def _range(self, point: _Point, following: _Point) -> None:
        first, last = self._in_one_year(point, following)
        first, last = _with_part(first, "at"), _with_part(last, "at")
        window_ = UNSTATED
        opening = first.opening or (first.first, first.last)
        if opening[0] and opening[1] and last.first and last.last and opening[0] <= last.last:
            window_ = Window(opening[0], opening[1], max(last.first, opening[0]), last.last)
        doubts = tuple(dict.fromkeys((*last.doubts, *(first.doubts if first.has_year else ()))))
        self._add(point.start, following.end, window_, "span", doubts)

    def _in_one_year(self, first: _Point, last: _Point) -> tuple[_Point, _Point]:
        """Both ends with a year, where at least one has it or the document's day gives it."""
        if first.has_year and not last.has_year and first.first and last.first:
            begin = first.first
            return first, _moved(last, begin.year, lambda days: days[1] >= begin)
        if not first.has_year and first.first and last.last:
            end = last.last
            return _moved(first, end.year, lambda days: days[0] <= end, step=-1), last
        return first, last

    def _alone(self, point: _Point) -> None:
        prep = point.prep
        if prep == "since":
            self._since(point.start, point)
            return
        if self._is_dateline(point):
            self.dates.append((point.start, point.end))
            return
        began = self._beginning_of_counter(point)
        if began is not None:
            self._since(began, point)
            return
        start = point.start
        if self._is_day_of_event(point):
            start, prep = self._without_preposition(point), ""
        if prep in _AFTER and not point.opening:
            if prep not in ("and", "to", "into"):
                self.dates.append((point.start, point.end))
                return
            start = self._without_preposition(point)
        if (
            point.kind == "year"
            and point.article
            and prep
            and not point.part
            and prep not in _UNTIL
        ):
            named_event = _NOUN_NEXT.match(self.shadow, point.end)
            if named_event or self.text[point.end + 1 : point.end + 2].isupper():
                self.dates.append((point.start, point.end))
                return
        if prep in _UNTIL and not point.opening:
            point = _with_part(point, "until")
            window_ = Window(None, None, point.first, point.last)
            self._add(start, point.end, window_, "until", point.doubts)
            return
        held = _with_part(point, "at")
        if held.first is None or held.last is None:
            self._add(start, point.end, UNSTATED, "span", point.doubts)
            return
        exact = point.part.startswith(_EXACT_PARTS)
        if held.opening:
            window_ = Window(*held.opening, held.first, held.last)
        elif exact:
            window_ = Window(held.first, held.first, held.last, held.last)
        elif prep == "from":
            window_ = Window(held.first, held.last)
        elif point.part in ("so far", "already") and self.card.published_on:
            window_ = Window(held.first, held.first, *[self.card.published_on] * 2)
        else:
            window_ = Window(held.first, held.last, held.first, held.last)
            if point.kind in ("year", "stretch") and prep == "over":
                window_ = Window(held.first, held.first, held.last, held.last)
        self._add(start, point.end, window_, "span", point.doubts)

    def _is_dateline(self, point: _Point) -> bool:
        """Whether a day stands in a dateline: when a report was filed, not when anything was.

        "GENEVA, 6 October 2016 (OHCHR) -"; a day that opens a line before a dash is one only
        where it is the document's own.
        """
        if point.kind != "day" or point.prep or point.part or point.opening:
            return False
        if not _FILED.match(self.text, point.end):
            return False
        lead = self.text[max(0, point.start - _LEAD_CLAUSE) : point.start]
        found = _DATELINE.search(lead)
        if found:
            return bool(found["mark"]) or "(" in lead[found.start() :] or found["place"].isupper()
        today = self.card.published_on
        dashed = self.shadow[point.end :][:3].strip()[:1] in ("-", "—")
        return dashed and point.first == today is not None and bool(_LINE_START.search(lead))

    def _beginning_of_counter(self, point: _Point) -> int | None:
        """Where a counter starts whose anchor is an event that the point dates.

        "Since the truce collapsed on 19 September"; also "the war, which began in March 2011, has
        killed".
        """
        if point.prep not in ("", "in", "on") or point.opening:
            return None
        low = max(0, point.start - _LEAD_CLAUSE, self.dates[-1][1] if self.dates else 0)
        low = max(low, self.periods[-1].end if self.periods else 0)
        lead = self.shadow[low : point.start]
        since = lead.rfind("since")
        clause = _SINCE_CLAUSE.match(lead, since) if since >= 0 else None
        if clause and clause["clause"].strip() and _dates_clause(clause["clause"]):
            return low + since
        if _WAR_BEGAN.search(lead) and _PERFECT_NEXT.match(self.shadow, point.end):
            return point.start
        return None

    def _is_day_of_event(self, point: _Point) -> bool:
        """Whether the day is that of an event: "from Monday's blast", "the toll from Monday"."""
        if point.kind != "day" or point.part or point.opening or point.prep not in _OF_EVENT:
            return False
        if _EVENT_OF_DAY.match(self.shadow, point.end):
            return True
        if point.prep != "from":
            return False
        lead = self.shadow[max(0, point.start - 20) : point.start]
        return bool(_NOUN_NEXT.match(self.shadow, point.end) or _TOLL_OF.search(lead))

    def _without_preposition(self, point: _Point) -> int:
        start = point.start + len(point.prep)
        while self.shadow[start].isspace():
            start += 1
        return start

    def _since(self, start: int, point: _Point) -> None:
        """From a named point to the document's day, which the text does not name."""
        today = self.card.published_on
        point = _with_part(point, "since")
        first, last = point.first, point.last
        window_, doubts = UNSTATED, point.doubts
        if first is not None and last is not None and not (today and today < first):
            window_ = Window(first, last)
            if today is not None:
                window_ = Window(first, min(last, today), today, today)
                doubts = (PERIOD_END_FROM_DOCUMENT, *doubts)
        surface = self.text[start : point.end]
        self.periods.append(Period(start, point.end, surface, window_, "counter", doubts))
        self.dates.append((point.start, point.end))


class _Back(NamedTuple):
    """So many units before the end that follows."""

    start: int
    end: int
    number: int
    unit: str
    midnight: bool


_Item = Period | _Point | _Back
_WHOLE_WARS: Final = frozenset(
    [
        "war",
        "civil war",
        "conflict",
        "hostilities",
        "uprising",
        "revolution",
        "insurgency",
        "crisis",
    ]
)
_BARE_SEASONS: Final = (
    "spring", "summer", "autumn", "winter", "easter", "christmas", "new", "monsoon", "rainy", "dry",
    "lean", "wet", "hurricane", "cyclone",
)  # fmt: skip
_EXACT_PARTS: Final = ("first", "second", "third", "fourth", "last", "latter", "final", "q", "h")
_KIND_OF_UNIT: Final[dict[str, Literal["day", "month", "year", "stretch"]]] = {
    "day": "day",
    "week": "stretch",
    "month": "month",
    "quarter": "stretch",
    "year": "year",
}
_READ: Final[dict[str, Callable[[_Reader, re.Match[str]], _Item | None]]] = {
    "day": _Reader._day,
    "weekday": _Reader._weekday,
    "year": _Reader._year,
    "near": _Reader._near,
    "rel": _Reader._rel,
    "ofyear": _Reader._of_year,
    "ago": _Reader._ago,
    "back": _Reader._back_from,
    "war": _Reader._war,
    "long": _Reader._long,
    "season": _Reader._season,
}


def _dates_clause(words: str) -> bool:
    """Whether words before a date are those of one event in the past, whose date it then is."""
    plain = _ASIDE.sub(" ", words)
    return not re.search(r"[,\d;:]", plain) and not _ANOTHER_VERB.search(plain)


# Days


def _days_or_none(iso: str) -> tuple[date, date] | None:
    try:
        return partial_day(iso)
    except DateFault:
        return None


def _month_days(year: int, month: int, day: str | None) -> tuple[date, date] | None:
    if day is None:
        return date(year, month, 1), _month_end(year, month)
    try:
        found = date(year, month, int(day))
    except ValueError:
        return None
    return found, found


def _years(first: int, last: int) -> tuple[date, date]:
    return date(first, 1, 1), date(last, 12, 31)


def _one(today: date | None, *days: int) -> tuple[date, date] | None:
    """The days so far from the document's day: the first and the last of those given, else it."""
    if today is None:
        return None
    found = [today + timedelta(d) for d in days or (0,)]
    return found[0], found[-1]


_MONTH_NUMBERS: Final = {month[:3]: number for number, month in enumerate(MONTHS, 1)}


def _month_number(name: str) -> int:
    return _MONTH_NUMBERS[name[:3]]


def _number(words: str) -> int | None:
    """A count as written, of at most three digits; None for "several"."""
    if words.isdigit():
        return int(words)
    if words in ("a", "an"):
        return 1
    tens, _, unit = words.partition("-")
    if tens in _TENS:
        return 10 * (_TENS.index(tens) + 2) + (UNITS.index(unit) if unit in UNITS else 0)
    return UNITS.index(words) if words in UNITS else None


def _latest_before(month: int, day: str | None, today: date | None) -> tuple[date, date] | None:
    """The latest such day or month that had begun by the document's day."""
    if today is None:
        return None
    for year in (today.year, today.year - 1):
        days = _month_days(year, month, day)
        if days and days[0] <= today:
            return days
    return None


def _moved(
    point: _Point, year: int, fits: Callable[[tuple[date, date]], bool], step: int = 1
) -> _Point:
    """The point in the given year, else in the next (or the one before), as it fits."""
    assert point.first is not None
    day = str(point.first.day) if point.kind == "day" else None
    for candidate in (year, year + step):
        days = _month_days(candidate, point.first.month, day)
        if days and fits(days):
            return point._replace(first=days[0], last=days[1], doubts=(), has_year=True)
    return point


def _with_part(point: _Point, use: Literal["at", "since", "until"]) -> _Point:
    """The part of a month or year that the words name: "early", "the first half of"."""
    part, first, last = point.part, point.first, point.last
    if not part or first is None or last is None or point.kind == "day":
        return point
    days = _part_of(part, first, last, use)
    return point._replace(first=days[0], last=days[1])


def _part_of(part: str, first: date, last: date, use: str) -> tuple[date, date]:
    if use == "since" and part.startswith(("start", "beginning")):
        return first, first
    if use == "until" and part.endswith("end of"):
        return last, last
    third = _THIRDS.get(part)
    if part.startswith(("start", "beginning", "early")):
        third = 0
    elif part.startswith("middle"):
        third = 1
    elif part.endswith("end of") or part == "late":
        third = 2
    if third is not None:
        return _third(first, last, third)
    words = part.replace("half", " half").replace("quarter", " quarter").split()
    words = [word for word in words if word not in ("of", "in")]
    if words[0][0] in "qh" and words[0][1:].isdigit():
        return _share(first, last, 4 if words[0][0] == "q" else 2, int(words[0][1:]))
    if "half" in words or "quarter" in words:
        shares = 2 if "half" in words else 4
        which = _ORDINALS.get(words[0], shares)
        return _share(first, last, shares, min(which, shares))
    if words[-1].rstrip("s") in ("day", "week", "month"):
        return _counted_part(words, first, last)
    return first, last


_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def _third(first: date, last: date, third: int) -> tuple[date, date]:
    """Of a year four months, of a month ten days (the last to its end), else the whole."""
    if (last - first).days > 300:
        start, end = 4 * third + 1, 4 * third + 4
        return date(first.year, start, 1), _month_end(first.year, end)
    if first.day == 1 and last == _month_end(first.year, first.month):
        return first.replace(day=10 * third + 1), last if third == 2 else first.replace(
            day=10 * third + 10
        )
    return first, last


def _share(first: date, last: date, shares: int, which: int) -> tuple[date, date]:
    """The half or quarter of a year; of a month its half; else the whole."""
    if (last - first).days > 300:
        months = 12 // shares
        return date(first.year, months * (which - 1) + 1, 1), _month_end(first.year, months * which)
    if shares == 2 and first.day == 1:
        return (first, first.replace(day=15)) if which == 1 else (first.replace(day=16), last)
    return first, last


def _counted_part(words: Sequence[str], first: date, last: date) -> tuple[date, date]:
    """The first nine months of a year, the last two weeks of a month, the second week of one."""
    unit = words[-1].rstrip("s")
    number = _number(words[1]) if len(words) == 3 else 1
    if number is None or not number:
        return first, last
    if words[0] in ("second", "third", "fourth"):
        start = first + timedelta(7 * (_ORDINALS[words[0]] - 1))
        return start, min(start + timedelta(6), last)
    if words[0] == "first":
        if unit == "month":
            return first, min(_back(first, -number, "month") - timedelta(1), last)
        return first, min(first + timedelta(number * (7 if unit == "week" else 1) - 1), last)
    if unit == "month":
        return max(_back(last + timedelta(1), number, "month"), first), last
    return max(last - timedelta(number * (7 if unit == "week" else 1) - 1), first), last


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _back(day: date, number: int, unit: str) -> date:
    """The day that lies so many units before, or the last day of its month."""
    if unit == "hour":
        return day - timedelta(-(-number // 24))
    if unit in ("day", "night", "week"):
        return day - timedelta(number * (7 if unit == "week" else 1))
    months = number * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
    index = day.year * 12 + day.month - 1 - months
    year, month = max(index // 12, _MIN_YEAR), index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _first_of(unit: str, day: date) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(day.weekday())
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _last_of(unit: str, day: date) -> date:
    first = _first_of(unit, day)
    days = {"day": 1, "week": 7}.get(unit)
    if days:
        return first + timedelta(days - 1)
    return _back(first, -{"month": 1, "quarter": 3, "year": 12}[unit], "month") - timedelta(1)


def _last_unit(unit: str, today: date | None) -> tuple[date, date] | None:
    """ "Last week", "last month": the whole calendar unit before the document's."""
    if today is None:
        return None
    end = _first_of(unit, today) - timedelta(1)
    return _first_of(unit, end), end
