"""Questions: the scopes that figures speak to, each with a title and how far its answers differ.

The words of a title belong here, and nothing that decides an answer does.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.period import MONTHS
from pipelines.core.records import Record
from pipelines.core.relation import CASUALTIES
from pipelines.core.verdict import ANY

PEOPLE: Final = {
    "all": "people",
    "civilians": "civilians",
    "combatants": "combatants",
    "soldiers": "soldiers",
    "police": "police",
    "non_state_fighters": "fighters of non-state groups",
    "unidentified": "unidentified people",
    "children": "children",
    "boys": "boys",
    "girls": "girls",
    "women": "women",
    "men": "men",
    "elderly": "older people",
    "health_workers": "health workers",
    "aid_workers": "aid workers",
    "journalists": "journalists and media workers",
    "teachers": "teachers and school staff",
    "students": "pupils and students",
    "migrants": "migrants",
    "refugees": "refugees",
    "idps": "internally displaced people",
    "peacekeepers": "peacekeepers",
    "prisoners": "prisoners and detainees",
}
"""A class of people as a noun, by population."""

COUNTED: Final = {
    "killed": "killed",
    "injured": "injured",
    "missing": "missing",
    "killed_or_injured": "killed or injured",
    "dead_or_missing": "dead or missing",
    "kidnapped": "abducted",
    "displaced": "displaced",
    "idps": "living displaced inside their country",
    "internal_displacements": "displaced inside their country",
    "refugees": "living as refugees",
    "asylum_seekers": "waiting for a decision on asylum",
    "returned_idps": "returned after displacement inside their country",
    "returned_refugees": "returned from abroad",
    "evacuated": "evacuated",
    "resettled": "resettled in a third country",
    "affected": "affected",
    "people_in_need": "in need",
    "others_in_need_of_protection": "otherwise in need of international protection",
    "palestine_refugees": "registered as Palestine refugees",
    "stateless": "stateless",
    "others_of_concern": "otherwise of concern to UNHCR",
    "host_community": "of host communities",
}
"""What is counted of them, by metric."""

UNITS: Final = {
    "people": "{people}",
    "households": "households of {people}",
    "homes": "homes of {people}",
    "movements": "movements of {people}",
}
"""What one of the number is, by unit."""

MEASURES: Final = {
    "flow": "in that time",
    "stock": "at that time",
    "cumulative": "running total",
    "ever": "different people since the first day",
    "unstated": "measure not stated",
}
"""How it is counted, by measure."""

DEATHS: Final = {
    "direct": "direct deaths",
    "indirect": "indirect deaths",
    "direct_and_indirect": "direct and indirect deaths",
    "excess": "excess deaths",
    "unstated": "deaths counted not stated",
}
"""Which deaths are counted, by deaths_counted."""

CAUSES: Final = {
    "conflict": "conflict",
    "disaster": "disaster",
    "other": "another cause",
    "unstated": "cause not stated",
}
"""What caused it, by cause."""

_IN_BRACKETS: Final = ("measure", "deaths_counted", "nationality", "cause")


def questions(
    rows: Iterable[Mapping[str, Any]],
    places: Mapping[str, str],
    estimates: Iterable[Mapping[str, Any]],
) -> list[Record]:
    """One record a question of the rows, sorted by id. Entries of a register form no question.

    Parameters
    ----------
    rows
        Figures with `entry_of` of their claims.
    places
        Names of places by id.
    estimates
        The answers to the questions, under every rule and of every tier.
    """
    answers: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for estimate in estimates:
        answers[estimate["question_id"]].append(estimate)
    found: dict[str, Record] = {}
    for row in rows:
        if row["entry_of"] is None and row["question_id"] not in found:
            axes = {name: row[name] for name in QUESTION_COLUMNS}
            found[row["question_id"]] = {
                "question_id": row["question_id"],
                **axes,
                "title": title(axes, places),
                **how_far_apart(answers[row["question_id"]]),
            }
    return [found[key] for key in sorted(found)]


def how_far_apart(answers: Iterable[Mapping[str, Any]]) -> Record:
    """How far the answers to one question differ, over rules and tiers.

    An end is empty where some answer has neither it nor a best, or where there is no answer. The
    ratio is greatest over least, where both are there and the least is above 0.

    >>> how_far_apart([{"low": 601, "best": None, "high": None},
    ...                {"low": None, "best": 338, "high": None}])
    {'answers_least': 338, 'answers_greatest': None, 'answers_ratio': None}
    """
    held = list(answers)
    lows = [answer["best"] if answer["low"] is None else answer["low"] for answer in held]
    highs = [answer["best"] if answer["high"] is None else answer["high"] for answer in held]
    least = None if None in lows else min(lows, default=None)
    greatest = None if None in highs else max(highs, default=None)
    return {
        "answers_least": least,
        "answers_greatest": greatest,
        "answers_ratio": greatest / least if least and greatest is not None else None,
    }


def title(axes: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """The question in one line; an axis that an asker leaves open (`ANY`) is not spoken of.

    >>> day = date(2014, 12, 31)
    >>> title({"metric": "idps", "measure": "stock", "unit": "people", "population": "boys",
    ...        "nationality": None, "deaths_counted": None, "cause": "conflict",
    ...        "place_id": "SYR", "place_role": "now_in", "from_place_id": None,
    ...        "territory": None, "start_earliest": day, "start_latest": day,
    ...        "end_earliest": day, "end_latest": day}, {"SYR": "Syria"})
    'Boys living displaced inside their country in Syria, 31 December 2014 (at that time; conflict)'
    """
    people = PEOPLE[axes["population"]]
    whom = people if axes["unit"] == ANY else UNITS[axes["unit"]].format(people=people)
    said = f"{whom} {COUNTED[axes['metric']]} {_where(axes, places)}, {window_in_words(axes)}"
    details = "; ".join(_details(axes))
    return f"{said[0].upper()}{said[1:]}{f' ({details})' if details else ''}"


def _details(axes: Mapping[str, Any]) -> list[str]:
    """How, which deaths, which nationality, what cause: those that are neither empty nor open."""
    named = {name: None if axes[name] == ANY else axes[name] for name in _IN_BRACKETS}
    found = (
        MEASURES.get(named["measure"] or ""),
        DEATHS.get(named["deaths_counted"] or ""),
        named["nationality"] and f"as written: {named['nationality']}",
        CAUSES.get(named["cause"] or ""),
    )
    return [words for words in found if words]


def _where(axes: Mapping[str, Any], places: Mapping[str, str]) -> str:
    place_id = axes["place_id"]
    left = None if axes["from_place_id"] == ANY else axes["from_place_id"]
    place = places.get(place_id, place_id) if place_id else "a place not resolved"
    if axes["territory"]:
        place = f"{axes['territory']}, {place}"
    said = f"{_preposition(axes)} {place}"
    return f"{said}, having left {places.get(left, left)}" if left else said


def _preposition(axes: Mapping[str, Any]) -> str:
    if axes["place_role"] == ANY:
        return "in" if axes["metric"] in CASUALTIES else "in or from"
    return "from" if axes["place_role"] == "came_from" else "in"


def window_in_words(axes: Mapping[str, Any]) -> str:
    """The window as exactly as it is known, the same in every locale."""
    if ANY in (axes["start_earliest"], axes["end_earliest"]):
        return _open_window(axes)
    start = _edge(axes["start_earliest"], axes["start_latest"])
    end = _edge(axes["end_earliest"], axes["end_latest"])
    if start is None and end is None:
        return "period not stated"
    if start == end:
        return str(start)
    if start is None:
        return f"until {end}, start not stated"
    if end is None:
        return f"from {start}, end not stated"
    return f"{start} to {end}"


def _open_window(axes: Mapping[str, Any]) -> str:
    """A window of which an asker leaves one end or both open."""
    if axes["start_earliest"] != ANY:
        return f"from {_edge(axes['start_earliest'], axes['start_latest'])} to any day"
    if axes["end_earliest"] == ANY:
        return "any period"
    return f"any period until {_edge(axes['end_earliest'], axes['end_latest'])}"


def _edge(earliest: date | None, latest: date | None) -> str | None:
    """One end of a window: a day, a month, a year, or two days between which it lies."""
    if earliest is None or latest is None:
        known = earliest or latest
        return None if known is None else day_in_words(known)
    if earliest == latest:
        return day_in_words(earliest)
    last = calendar.monthrange(latest.year, latest.month)[1]
    if earliest.year == latest.year and (earliest.day, latest.day) == (1, last):
        if earliest.month == latest.month:
            return f"{_month(earliest)} {earliest.year}"
        if (earliest.month, latest.month) == (1, 12):
            return str(earliest.year)
    return f"(some day from {day_in_words(earliest)} to {day_in_words(latest)})"


def day_in_words(day: date) -> str:
    """A day, the same in every locale."""
    return f"{day.day} {_month(day)} {day.year}"


def _month(day: date) -> str:
    return MONTHS[day.month - 1].capitalize()
