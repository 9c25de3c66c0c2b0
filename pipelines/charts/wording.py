"""How a claim is said in words on a chart and in its alt text.

Every phrase about a number, a window or a scope is made here, in the language spoken, so that
picture, alt text and briefing say it alike. Words of a source stand between quotation marks and
nowhere else.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from babel.core import get_global

from pipelines.charts.language import (
    ENGLISH,
    Phrase,
    day,
    decimal,
    grouped,
    isolated,
    joined,
    month,
    say,
    say_n,
    spoken,
    term,
)
from pipelines.core.likeness import UNNAMED_SPEAKER
from schemas import vocab

if TYPE_CHECKING:
    from pipelines.charts.rows import Row

NOT_STATED = "not stated"
"""What a card says of a publisher that the document does not name."""

_UP_FROM, _DOWN_FROM = {"at_least", "more_than"}, {"at_most", "up_to", "less_than"}


def hedged(qualifier: str, number: str) -> Phrase:
    """A number behind the hedging word of its source: 'more than 600'."""
    match qualifier:
        case "about":
            return say("about {number}", number=number)
        case "nearly":
            return say("nearly {number}", number=number)
        case "at_least":
            return say("at least {number}", number=number)
        case "more_than":
            return say("more than {number}", number=number)
        case "at_most":
            return say("at most {number}", number=number)
        case "up_to":
            return say("up to {number}", number=number)
        case "less_than":
            return say("less than {number}", number=number)
    return say("{number}", number=number)  # plain, between, vague: no word before the number


def count_word(n: int) -> Phrase:
    """Small numbers as words."""
    words = (
        say("no"),
        say("one"),
        say("two"),
        say("three"),
        say("four"),
        say("five"),
        say("six"),
        say("seven"),
        say("eight"),
        say("nine"),
        say("ten"),
    )
    return words[n] if n < len(words) else grouped(n)


def claims(n: int) -> Phrase:
    """'3 claims'."""
    return say_n("{n} claim", "{n} claims", n)


def origins(n: int) -> Phrase:
    """'2 origins'."""
    return say_n("{n} origin", "{n} origins", n)


def word(code: str) -> Phrase:
    """A word of any vocabulary for reading, where what it belongs to is plain."""
    for context in _CONTEXTS:
        if code in _CONTEXTS[context]:
            return term(context, code)
    return term("word", code)


_CONTEXTS: dict[str, Mapping[str, str]] = {
    "metric": vocab.METRICS,
    "term": vocab.TERMS,
    "population": vocab.POPULATIONS,
    "measure": vocab.MEASURES,
    "unit": vocab.UNITS,
    "basis": vocab.BASES,
    "tier": vocab.TIERS,
    "rule": vocab.RULES_OF_ANSWERING,
    "range_kind": vocab.RANGE_KINDS,
    "cause": vocab.CAUSES,
}


def place_name(place_id: str, name: str) -> Phrase:
    """A place's name in the language: of its catalog, of a country of the CLDR, else as written."""
    if spoken().code == ENGLISH or not place_id:
        return isolated(name)
    known = spoken().messages.upgettext("place", place_id)
    if known != place_id:
        return Phrase(known)
    (alpha_2, *_) = _ALPHA_2.get(place_id, [""])
    country = spoken().locale.territories.get(alpha_2)
    return isolated(name) if country is None else Phrase(country)


_ALPHA_2: Mapping[str, Sequence[str]] = get_global("territory_aliases")
"""Countries' two letters by their three, among other codes."""


def meaning(vocabulary: str, code: str) -> Phrase:
    """What a word of a vocabulary means, within a sentence: no capital and no full stop."""
    english = vocab.VOCABULARIES[vocabulary][code]
    found = spoken().messages.upgettext(f"meaning of {vocabulary}", code)
    return Phrase((english if found == code else found).rstrip(".").lower())


def deaths(code: str) -> Phrase:
    """What is said of the deaths counted; '' where it is direct or unstated."""
    match code:
        case "indirect":
            return say("indirect deaths only")
        case "direct_and_indirect":
            return say("indirect deaths included")
        case "excess":
            return say("excess deaths")
    return Phrase("")


def published(row: Row) -> Phrase:
    """Its day of publication."""
    return day(row.published_on) if row.published_on else say("day not known")


def edge(earliest: date | None, latest: date | None) -> Phrase:
    """One end of a window: a day, a month, a year, or between two days; '' where unstated."""
    if earliest is None or latest is None:
        known = earliest or latest
        return day(known) if known else Phrase("")
    if earliest == latest:
        return day(earliest)
    last_of_month = calendar.monthrange(latest.year, latest.month)[1]
    if earliest.day == 1 and latest.day == last_of_month and earliest.year == latest.year:
        if earliest.month == latest.month:
            return month(earliest)
        if (earliest.month, latest.month) == (1, 12):
            return Phrase(earliest.year)
    return say("between {earliest} and {latest}", earliest=earliest, latest=latest)


def window(row: Row) -> Phrase:
    """The window of a claim, as exact as it is known."""
    return window_of(row.start_earliest, row.start_latest, row.end_earliest, row.end_latest)


def window_of(
    start_earliest: date | None,
    start_latest: date | None,
    end_earliest: date | None,
    end_latest: date | None,
) -> Phrase:
    """A window of four days, as exact as it is known."""
    start, end = edge(start_earliest, start_latest), edge(end_earliest, end_latest)
    if not start and not end:
        return say("window not stated")
    if start == end:
        return start
    if not start:
        return say("until {end}, start not stated", end=end)
    if not end:
        return say("from {start}, end not stated", start=start)
    if start_earliest != start_latest and len(start.split(" ")) > _MOST_WORDS_OF_A_DAY:
        return say("start {start}; end {end}", start=start, end=end)
    return span(start, end)


_MOST_WORDS_OF_A_DAY = 3


def span(start: Phrase, end: Phrase) -> Phrase:
    """'19 Sep 2016' and '6 Oct 2016' as '19 Sep to 6 Oct 2016': what both share is said once."""
    first, last = start.split(" "), end.split(" ")
    while len(first) > 1 and len(first) == len(last) and first[-1] == last[len(first) - 1]:
        first, last = first[:-1], [*last[: len(first) - 1]]
    return say("{start} to {end}", start=Phrase(" ".join(first)), end=end)


def number(row: Row) -> Phrase:
    """The figure as its source hedged it: 'more than 600', 'about 470,000', '10 to 20'."""
    if row.best is not None and (row.low is None or row.high is None or row.low == row.high):
        return hedged(row.qualifier, grouped(row.best))
    if row.is_bound:
        return _bound(row)
    if row.low is None or row.high is None:
        return range_words(row)
    return between(row.low, row.best, row.high)


def between(low: int, best: int | None, high: int) -> Phrase:
    """Two ends with what stands between them: '10 to 20', '15 (10 to 20)'."""
    if best is None:
        return say("{low} to {high}", low=low, high=high)
    return say("{best} ({low} to {high})", low=low, best=best, high=high)


def _bound(row: Row) -> Phrase:
    """A bound in its own words; the printed digits are one off the end for the strict words."""
    if row.low is not None and row.qualifier in _UP_FROM:
        return hedged(row.qualifier, grouped(row.low - (row.qualifier == "more_than")))
    if row.high is not None and row.qualifier in _DOWN_FROM:
        return hedged(row.qualifier, grouped(row.high + (row.qualifier == "less_than")))
    return range_words(row)


def range_words(row: Row) -> Phrase:
    """What low, best and high commit to, an open end said as open."""
    if row.best is None and row.high is None and row.low is not None:
        return say("{low} or more, no upper end", low=row.low)
    if row.best is None and row.low is None and row.high is not None:
        return say("{high} or fewer, no lower end", high=row.high)
    return joined(
        [
            say("low {low}", low=row.low) if row.low is not None else "",
            say("best {best}", best=row.best) if row.best is not None else "",
            say("high {high}", high=row.high) if row.high is not None else "",
        ]
    )


def counted(row: Row) -> Phrase:
    """What is counted: 'killed', 'displaced (lost their homes)', 'households'."""
    words = term("metric", row.metric)
    if row.term and row.term != row.metric:
        words = say("{what} ({kind})", what=words, kind=term("term", row.term))
    if row.unit == "people":
        return words
    return say("{what}, in {unit}", what=words, unit=term("unit", row.unit))


def whom(row: Row) -> Phrase:
    """Whose number it is: population, nationality, deaths counted."""
    people = say("all people") if row.population == "all" else term("population", row.population)
    if row.nationality:
        nationality = isolated(row.nationality)
        people = nationality if row.population == "all" else joined([people, nationality])
    return joined([people, deaths(row.deaths_counted)])


def where(row: Row) -> Phrase:
    """The place, what it is where nothing happened there, and the territory within it."""
    place = place_name(row.place_id, row.place) if row.place else say("place not stated")
    if row.territory:
        is_said = row.place and row.place.casefold() in row.territory.casefold()
        territory = isolated(row.territory)
        place = territory if is_said else joined([territory, place])
    if row.place_role == "now_in":
        return say("now in {place}", place=place)
    if row.place_role == "came_from":
        return say("came from {place}", place=place)
    return place


def limits(row: Row) -> list[Phrase]:
    """What narrows the claim within its question, in the source's words."""
    said = [say("of these: “{words}”", words=row.restriction)] if row.restriction else []
    return [*said, say("covers: “{words}”", words=row.coverage)] if row.coverage else said


def who(row: Row) -> Phrase:
    """Who said it, and whom they credit."""
    is_named = row.speaker != UNNAMED_SPEAKER
    speaker = isolated(row.speaker) if is_named else say("publisher not stated")
    if row.origin:
        return say("{speaker}, crediting {origin}", speaker=speaker, origin=row.origin)
    return speaker


def publisher(row: Row) -> Phrase:
    """Who published the document."""
    is_named = row.publisher and row.publisher != NOT_STATED
    return isolated(row.publisher) if is_named else say("publisher not stated")


def carrier(row: Row) -> Phrase:
    """Who printed it, where that is not the speaker."""
    if not row.publisher or row.publisher in (row.speaker, NOT_STATED):
        return Phrase("")
    return say("in {publisher}", publisher=row.publisher)


class HasKind(Protocol):
    """A claim or an answer: something with a kind of range."""

    @property
    def range_kind(self) -> str:
        """A word of the vocabulary; '' for a best figure alone."""


def range_caption(rows: Sequence[HasKind]) -> Phrase:
    """What kinds of range stand on the chart, in the words of the vocabulary, and their level."""
    kinds = sorted({(r.range_kind, getattr(r, "level", None) or 0.0) for r in rows if r.range_kind})
    if not kinds:
        return say("Range kind: none; every number here is a best figure alone.")
    said = joined([_kind(kind, level) for kind, level in kinds], "; ")
    if any(not r.range_kind for r in rows):
        return say("Range kind: {kinds}; the others are best figures alone.", kinds=said)
    return say("Range kind: {kinds}.", kinds=said)


def _kind(kind: str, level: float) -> Phrase:
    name, means = term("range_kind", kind), meaning("range_kind", kind)
    if level:
        percent = decimal(level * 100)
        return say("{level} % {kind} ({means})", level=percent, kind=name, means=means)
    return say("{kind} ({means})", kind=name, means=means)


def left_out_caption(left_out: Mapping[str, int]) -> Phrase:
    """What of the scope is not drawn; '' where nothing is left out."""
    if not left_out:
        return Phrase("")
    counted = [say("{n} {reason}", n=n, reason=reason) for reason, n in left_out.items()]
    return say("Left out of the picture: {counted}.", counted=joined(counted))


def question(row: Row, title: str) -> Phrase:
    """The question of a claim in one line; `title` is its English one, as the tables have it."""
    if spoken().code == ENGLISH:
        return Phrase(title)
    about = joined([counted(row), whom(row), where(row), window(row)])
    details = [term("measure", row.measure)]
    if row.deaths_counted == "direct":  # any other kind of deaths stands beside the people
        details.append(term("deaths_counted", row.deaths_counted))
    elif row.deaths_counted == "unstated":
        details.append(say("deaths counted not stated"))
    if row.cause:
        is_stated = row.cause != "unstated"
        details.append(term("cause", row.cause) if is_stated else say("cause not stated"))
    return say("{about} ({details})", about=about, details=joined(details, "; "))


def speaks_of(row: Row) -> Phrase:
    """The days that a reading speaks of: the day of a stock, the end of a counter."""
    if row.measure == "stock" and row.end_earliest != row.end_latest:
        return say("on a day of {days}", days=window(row))
    if row.measure == "stock":
        return say("on {day}", day=window(row))
    if row.end_latest is None or row.measure == "flow":
        return window(row)
    until = edge(row.end_earliest, row.end_latest)
    if row.start_earliest:
        return say("until {day}", day=until)
    return say("until {day}, start not stated", day=until)
