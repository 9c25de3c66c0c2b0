"""The sentences and phrases of a quote card: a figure as its source states it, in one language.

A sentence is one message with fields; which message it is depends on the metric alone. The hedging
word of a source and both ends of its range stay in it, and no figure is rounded or worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pipelines.charts import wording
from pipelines.charts.language import (
    Phrase,
    capital,
    grouped,
    joined,
    say,
    say_n,
    term,
)
from pipelines.core.likeness import UNNAMED_SPEAKER
from schemas import vocab

if TYPE_CHECKING:
    from pipelines.briefings.quote_card import Exclusion, Part, Printed, Reading, Replaced
    from pipelines.charts.rows import Row


def sentence(reading: Reading) -> Phrase:
    """What may be printed: the figure with whom, where, when, who says it, and on what basis."""
    row = reading.row
    fields = {
        "clause": capital(_clause(reading)),
        "window": window(row),
        "details": joined([*_details(reading), _published(row)], "; "),
    }
    if row.speaker != UNNAMED_SPEAKER:
        return say(
            "{clause}, {window}, according to {who} ({details}).", **fields, who=wording.who(row)
        )
    if row.origin:
        return say("{clause}, {window}, credited to {who} ({details}).", **fields, who=row.origin)
    return say("{clause}, {window}, according to somebody who is not named ({details}).", **fields)


def told(reading: Reading) -> Phrase:
    """The figure with who says it, the basis and the day, short."""
    details = joined([*_details(reading), _published(reading.row)], "; ")
    return say(
        "{figure} ({who}; {details})",
        figure=number(reading.printed),
        who=wording.who(reading.row),
        details=details,
    )


def window(row: Row) -> Phrase:
    """The days: of a stock the day on which it was counted, else the window."""
    return wording.speaks_of(row) if row.measure == "stock" else wording.window(row)


def _published(row: Row) -> Phrase:
    if row.published_on is None:
        return say("day of publication not known")
    if wording.carrier(row):
        return say("published by {publisher}, {day}", publisher=row.publisher, day=row.published_on)
    return say("published {day}", day=row.published_on)


def _details(reading: Reading) -> list[Phrase]:
    """What to know of the figure beside who says it: basis, and what narrows it."""
    row = reading.row
    said = [basis(row.basis)]
    if row.nationality:
        said.append(say("of “{words}”", words=row.nationality))
    if row.metric == "displaced" and row.term not in ("", "displaced"):
        said.append(term("term", row.term))
    if words := wording.deaths(row.deaths_counted):
        said.append(words)
    return [*said, *wording.limits(row)]


def basis(code: str) -> Phrase:
    """How the number was made."""
    return say("basis not stated") if code == "unstated" else term("basis", code)


# The figure


def number(printed: Printed) -> Phrase:
    """The figure with the hedging word of its source: 'at least 350,209'."""
    return _hedged(printed, grouped)


def figure(printed: Printed) -> Phrase:
    """The same, with whom it counts: 'at least 350,209 people'."""
    return _hedged(printed, lambda n: amount(n, printed.unit, printed.population))


def _hedged(printed: Printed, shown: Callable[[int], Phrase]) -> Phrase:
    low, high = printed.low, printed.high
    if printed.qualifier == "vague":
        ends = _ends(low, high, shown)
        return say("“{words}” (read as {ends})", words=printed.words, ends=ends)
    if printed.value is None:
        return _ends(low, high, shown)
    said = wording.hedged(printed.qualifier, shown(printed.value))
    if low is None and high is None:
        return said
    return say("{figure} ({ends})", figure=said, ends=_ends(low, high, grouped))


def _ends(low: int | None, high: int | None, shown: Callable[[int], Phrase]) -> Phrase:
    """Two stated ends, or the one that was printed."""
    if low is not None and high is not None:
        return say("between {low} and {high}", low=low, high=shown(high))
    if low is not None:
        return wording.hedged("at_least", shown(low))
    return wording.hedged("at_most", shown(high)) if high is not None else say("no number")


def amount(n: int, unit: str, population: str) -> Phrase:
    """A number with its noun: '12 civilians', '300 households'."""
    if unit == "people":
        return _people(n, population)
    match unit:
        case "households":
            said = say_n("{n} household", "{n} households", n)
        case "homes":
            said = say_n("{n} home", "{n} homes", n)
        case _:
            said = say_n("{n} movement", "{n} movements", n)
    if population == "all":
        return said
    return say("{units} of {people}", units=said, people=term("population", population))


def _people(n: int, population: str) -> Phrase:
    match population:
        case "civilians":
            return say_n("{n} civilian", "{n} civilians", n)
        case "combatants":
            return say_n("{n} combatant", "{n} combatants", n)
        case "soldiers":
            return say_n("{n} soldier", "{n} soldiers", n)
        case "police":
            return say_n("{n} member of the police", "{n} members of the police", n)
        case "non_state_fighters":
            return say_n("{n} fighter of a non-state group", "{n} fighters of non-state groups", n)
        case "unidentified":
            return say_n("{n} unidentified person", "{n} unidentified people", n)
        case "children":
            return say_n("{n} child", "{n} children", n)
        case "boys":
            return say_n("{n} boy", "{n} boys", n)
        case "girls":
            return say_n("{n} girl", "{n} girls", n)
        case "women":
            return say_n("{n} woman", "{n} women", n)
        case "men":
            return say_n("{n} man", "{n} men", n)
        case "elderly":
            return say_n("{n} older person", "{n} older people", n)
        case "health_workers":
            return say_n("{n} health worker", "{n} health workers", n)
        case "aid_workers":
            return say_n("{n} aid worker", "{n} aid workers", n)
        case "journalists":
            return say_n("{n} journalist or media worker", "{n} journalists and media workers", n)
        case "teachers":
            return say_n(
                "{n} teacher or member of school staff", "{n} teachers and school staff", n
            )
        case "students":
            return say_n("{n} pupil or student", "{n} pupils and students", n)
        case "migrants":
            return say_n("{n} migrant", "{n} migrants", n)
        case "refugees":
            return say_n("{n} refugee", "{n} refugees", n)
        case "idps":
            return say_n("{n} internally displaced person", "{n} internally displaced people", n)
        case "peacekeepers":
            return say_n("{n} peacekeeper", "{n} peacekeepers", n)
        case "prisoners":
            return say_n("{n} prisoner or detainee", "{n} prisoners and detainees", n)
    return say_n("{n} person", "{n} people", n)


# What is said of them


def _where(reading: Reading) -> Phrase:
    row = reading.row
    if not row.place and not row.territory:
        return say("at a place that is not stated")
    place = bare_place(row)
    if reading.from_place:
        left = wording.place_name(reading.from_place_id, reading.from_place)
        return say("in {place}, come from {left}", place=place, left=left)
    if row.place_role == "came_from":
        return say("from {place}", place=place)
    return say("in {place}", place=place)


def bare_place(row: Row) -> Phrase:
    """Territory and place, without what the place is."""
    return wording.where(replace(row, place_role=""))


def _clause(reading: Reading) -> Phrase:
    """Figure, what is said of them, and where."""
    row = reading.row
    given = {"figure": figure(reading.printed), "where": _where(reading)}
    n = reading.printed.greatest
    if reading.printed.unit == "movements":
        return say_n(
            "{figure} of displacement was counted {where}",
            "{figure} of displacement were counted {where}",
            n,
            **given,
        )
    if reading.printed.unit == "homes":
        return say_n(
            "{figure} was left or emptied {where}",
            "{figure} were left or emptied {where}",
            n,
            **given,
        )
    if row.metric in vocab.DEATH_METRICS or row.metric in _HARMED:
        return _harmed(row, n, given)
    return _elsewhere(row.metric, n, given)


_HARMED = ("injured", "missing", "kidnapped")


def _harmed(row: Row, n: int, given: Mapping[str, Phrase]) -> Phrase:
    match row.metric:
        case "killed" if row.deaths_counted in ("indirect", "direct_and_indirect", "excess"):
            return say_n("{figure} died {where}", "{figure} died {where}", n, **given)
        case "killed":
            return say_n("{figure} was killed {where}", "{figure} were killed {where}", n, **given)
        case "injured":
            return say_n(
                "{figure} was injured {where}", "{figure} were injured {where}", n, **given
            )
        case "missing":
            return say_n(
                "{figure} was missing {where}", "{figure} were missing {where}", n, **given
            )
        case "killed_or_injured":
            return say_n(
                "{figure} was killed or injured {where}",
                "{figure} were killed or injured {where}",
                n,
                **given,
            )
        case "dead_or_missing":
            return say_n(
                "{figure} was dead or missing {where}",
                "{figure} were dead or missing {where}",
                n,
                **given,
            )
    return say_n("{figure} was abducted {where}", "{figure} were abducted {where}", n, **given)


def _elsewhere(metric: str, n: int, given: Mapping[str, Phrase]) -> Phrase:
    match metric:
        case "displaced":
            return say_n(
                "{figure} {where} was displaced", "{figure} {where} were displaced", n, **given
            )
        case "idps":
            return say_n(
                "{figure} {where} was living displaced inside the country",
                "{figure} {where} were living displaced inside the country",
                n,
                **given,
            )
        case "internal_displacements":
            return say_n(
                "{figure} {where} was displaced inside the country",
                "{figure} {where} were displaced inside the country",
                n,
                **given,
            )
        case "refugees":
            return say_n(
                "{figure} {where} was living as a refugee",
                "{figure} {where} were living as refugees",
                n,
                **given,
            )
        case "asylum_seekers":
            return say_n(
                "{figure} {where} was waiting for a decision on asylum",
                "{figure} {where} were waiting for a decision on asylum",
                n,
                **given,
            )
        case "returned_idps" | "returned_refugees":
            return _returned(metric, n, given)
        case "evacuated":
            return say_n(
                "{figure} {where} was evacuated", "{figure} {where} were evacuated", n, **given
            )
        case "resettled":
            return say_n(
                "{figure} {where} was resettled in a third country",
                "{figure} {where} were resettled in a third country",
                n,
                **given,
            )
        case "affected":
            return say_n(
                "{figure} {where} was affected", "{figure} {where} were affected", n, **given
            )
        case "people_in_need":
            return say_n(
                "{figure} {where} was in need", "{figure} {where} were in need", n, **given
            )
    # UNHCR's and UNRWA's categories by the word of the vocabulary
    return say_n(
        "{figure} {where} was counted as: {category}",
        "{figure} {where} were counted as: {category}",
        n,
        **given,
        category=term("metric", metric),
    )


def _returned(metric: str, n: int, given: Mapping[str, Phrase]) -> Phrase:
    if metric == "returned_idps":
        return say_n(
            "{figure} {where} returned home from displacement inside the country",
            "{figure} {where} returned home from displacement inside the country",
            n,
            **given,
        )
    return say_n(
        "{figure} {where} returned home from abroad",
        "{figure} {where} returned home from abroad",
        n,
        **given,
    )


# What it leaves out, replaces and parts into


def excluded(exclusion: Exclusion) -> Phrase:
    """One thing that a figure does not include, as it follows from one column of its scope."""
    match exclusion.column, exclusion.word:
        case "deaths_counted", "direct":
            return say("deaths from hunger, disease or lack of care")
        case "deaths_counted", "indirect":
            return say("deaths by violence or by the event itself")
        case "deaths_counted", _:
            return say("deaths that were to be expected without it")
        case "population", "civilians":
            return say("combatants")
        case "population", "combatants":
            return say("civilians")
        case "population", word:
            return say(
                "anybody who is not of this class: {people}", people=term("population", word)
            )
        case "metric", "idps":
            return say("people who fled abroad")
        case "metric", _:
            return say("people displaced inside their own country")
        case "territory", words:
            return say("people outside “{words}”", words=words)
        case "nationality", words:
            return say("anybody but “{words}”", words=words)
        case "restriction", words:
            return say("anybody beyond “{words}”", words=words)
        case "coverage", words:
            return say("what lies beyond its coverage, “{words}”", words=words)
        case "now_in", name:
            place = wording.place_name(exclusion.place_id, name)
            return say("people who were not in {place} then", place=place)
        case _, name:
            place = wording.place_name(exclusion.place_id, name)
            return say("people who did not come from {place}", place=place)


def replaced(of: Replaced) -> Phrase:
    """What a figure takes the place of, and why where a reason is stated."""
    given = {"figure": number(of.printed), "day": published_day(of.published_on)}
    if of.kind == "reading":
        start, end = of.window[:2], of.window[2:]
        return say("{figure} ({window}; {day})", **given, window=wording.window_of(*start, *end))
    why = say("reason: {reason}", reason=of.reason) if of.reason else say("reason not stated")
    if of.kind == "revision":
        return say(
            "{figure} of release {release} ({change}; {why})",
            **given,
            release=of.release,
            change=term("change", of.change),
            why=why,
        )
    return say("{figure} ({day}; {why})", **given, why=why)


def published_day(published_on: date | None) -> Phrase:
    """When it was published."""
    if published_on is None:
        return say("day of publication not known")
    return say("published {day}", day=published_on)


def part(of: Part) -> Phrase:
    """A sex or an age with the whole that it is a part of."""
    said = figure(of.printed)
    if of.whole is None:
        return say("{part} (of which whole is not stated)", part=said)
    return say("{part}, of {whole}", part=said, whole=figure(of.whole))
