"""Which questions a briefing on a place is about. The rule is stated here and nowhere else.

A question belongs to the page if it is of the very place, some claim on it was known by the day
looked at, and its window or a publication of its claims meets the days asked for. At most
`MOST_CARDS` of them get a card:

1. Questions fall into counting scopes: one on every axis but the window.
2. A scope is stood for by its newest question: one that has an answer before one that has none,
   a window that ends within the days asked for before one that shares some of them, the later end
   before the earlier, more claims before fewer.
3. The scopes of a metric come in this order: answered ones, the whole population, no territory and
   no nationality apart, the better window, more origins, more claims.
4. Cards are dealt metric by metric in the order of the vocabulary: the first scope of each, then
   the second of each, until there are enough. The page shows them by metric.

What got no card is listed. Questions on which no person has read a claim yet get no card either.
Ties fall to the id of the question, so that the choice is the same each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import zip_longest
from typing import Any, Final

from pipelines.charts import wording
from pipelines.charts.language import Phrase
from pipelines.charts.rows import Marts, Row, choose, gazetteer
from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.records import Record, records
from schemas import vocab
from schemas.models import columns
from schemas.parts import Window

MOST_CARDS: Final = 6
"""Most questions on a page that get a card."""

_ENDS_WITHIN, _SHARES_DAYS, _PUBLISHED_WITHIN = range(3)
_SCOPE: Final = tuple(name for name in QUESTION_COLUMNS if name not in columns(Window))


@dataclass(frozen=True)
class Question:
    """A question with the claims on it that were known by the day looked at, by publication."""

    question_id: str
    title: str
    axes: Record
    rows: tuple[Row, ...]
    is_answered: bool
    meets: int
    """How it meets the days asked for, the best way first."""

    @property
    def metric(self) -> str:
        """What it counts."""
        return str(self.axes["metric"])

    @property
    def read(self) -> tuple[Row, ...]:
        """Its claims that a person has read, or that needed no reading."""
        return tuple(row for row in self.rows if not row.is_pending)

    @property
    def pending(self) -> tuple[Row, ...]:
        """Its claims that no person has read yet."""
        return tuple(row for row in self.rows if row.is_pending)

    @property
    def phrase(self) -> Phrase:
        """The question in one line, in the language spoken."""
        return wording.question(self.rows[0], self.title)

    @property
    def scope(self) -> tuple[Any, ...]:
        """Every axis but the window."""
        return tuple(self.axes[name] for name in _SCOPE)

    @property
    def newest_first(self) -> tuple[Any, ...]:
        """Its place among the questions of one scope."""
        end = self.axes["end_latest"] or date.min
        return (
            not self.is_answered,
            self.meets,
            -end.toordinal(),
            -len(self.rows),
            self.question_id,
        )


@dataclass(frozen=True)
class Selected:
    """What a page is about.

    Attributes
    ----------
    place_id, name
        The place, and its name in the register.
    cards
        Questions that get a card, in the order of the page.
    further
        Other questions of the very place, in the same order.
    inside
        Questions of places that lie within it.
    """

    place_id: str
    name: str
    cards: tuple[Question, ...]
    further: tuple[Question, ...]
    inside: tuple[Question, ...]

    @cached_property
    def own(self) -> tuple[Question, ...]:
        """Every question of the very place."""
        return (*self.cards, *self.further)

    @cached_property
    def everything(self) -> tuple[Question, ...]:
        """Every question of the place and of what lies within it."""
        return (*self.own, *self.inside)


def select(
    marts: Marts,
    place_id: str,
    first: date | None = None,
    last: date | None = None,
    as_of: date | None = None,
) -> Selected:
    """The questions of a page: see the head of this module for the rule.

    Parameters
    ----------
    marts
        The published tables, cut to the day `as_of` where one is asked for.
    place_id
        A place of `marts.places`.
    first, last
        Days that the window of a question or a publication has to meet; open where empty.
    as_of
        Claims that were not known by then are left out, also those without a day.
    """
    places = gazetteer(marts)
    name = places.name(place_id) if place_id in places else place_id
    questions = marts["marts/questions"]
    at = [
        place
        for place in questions["place_id"].dropna().unique()
        if place == place_id or (place in places and places.inside(place, place_id))
    ]
    held = _meeting(marts, at, first or date.min, last or date.max, as_of)
    own = [question for question in held if question.axes["place_id"] == place_id]
    inside = [question for question in held if question.axes["place_id"] != place_id]
    dealt = _dealt([question for question in own if question.read])
    ranked = [question for scopes in _by_metric(own) for question in _flat(scopes)]
    return Selected(
        place_id,
        name,
        tuple(question for question in ranked if question.question_id in dealt),
        tuple(question for question in ranked if question.question_id not in dealt),
        tuple(sorted(inside, key=_inside_order)),
    )


def _inside_order(question: Question) -> tuple[str, int, tuple[Any, ...]]:
    metric = list(vocab.METRICS).index(question.metric)
    return str(question.axes["place_id"]), metric, question.newest_first


def _meeting(
    marts: Marts, at: Sequence[str], first: date, last: date, as_of: date | None
) -> list[Question]:
    """The questions of the places that meet the days, with their claims."""
    questions = marts["marts/questions"]
    asked = questions[questions["place_id"].isin(at)]
    figures = marts["marts/figures"]
    ids = figures.loc[figures["question_id"].isin(asked["question_id"]), "claim_id"]
    of_question: dict[str, list[Row]] = {}
    for row in choose(marts, ids.tolist()).rows:
        if as_of is None or (row.known_on is not None and row.known_on <= as_of):
            of_question.setdefault(row.question_id, []).append(row)
    answered = set(marts["marts/estimates"]["question_id"])
    found = []
    for axes in records(asked, ("question_id", "title", *QUESTION_COLUMNS)):
        question_id = axes["question_id"]
        rows = of_question.get(question_id, [])
        meets = _meets(axes, rows, first, last)
        if rows and meets is not None:
            is_answered = question_id in answered
            title = axes["title"]
            found.append(Question(question_id, title, axes, tuple(rows), is_answered, meets))
    return found


def _meets(axes: Record, rows: Iterable[Row], first: date, last: date) -> int | None:
    """How a question meets the days asked for; None where it does not."""
    start = axes["start_earliest"] or axes["end_earliest"]
    end = axes["end_latest"] or axes["start_latest"]
    if start is not None and end is not None:
        if first <= end <= last:
            return _ENDS_WITHIN
        if start <= last and end >= first:
            return _SHARES_DAYS
    days = [row.known_on for row in rows]
    is_open = (first, last) == (date.min, date.max)
    if is_open or any(day is not None and first <= day <= last for day in days):
        return _PUBLISHED_WITHIN
    return None


def _by_metric(questions: Iterable[Question]) -> list[list[list[Question]]]:
    """The questions by metric, in it by counting scope, in it the newest first."""
    found: dict[str, dict[tuple[Any, ...], list[Question]]] = {}
    for question in questions:
        found.setdefault(question.metric, {}).setdefault(question.scope, []).append(question)
    ordered = []
    for metric in vocab.METRICS:
        scopes = [
            sorted(scope, key=lambda q: q.newest_first) for scope in found.get(metric, {}).values()
        ]
        if scopes:
            ordered.append(sorted(scopes, key=_scope_order))
    return ordered


def _scope_order(scope: Sequence[Question]) -> tuple[Any, ...]:
    newest, rows = scope[0], [row for question in scope for row in question.rows]
    return (
        not newest.is_answered,
        list(vocab.POPULATIONS).index(newest.axes["population"]),
        newest.axes["territory"] is not None,
        newest.axes["nationality"] is not None,
        newest.meets,
        -len({row.source for row in rows}),
        -len(rows),
        newest.question_id,
    )


def _dealt(questions: Iterable[Question]) -> set[str]:
    """The ids of the questions that get a card."""
    first_of_scopes = [[scope[0] for scope in scopes] for scopes in _by_metric(questions)]
    rounds = zip_longest(*first_of_scopes)
    dealt = [question for turn in rounds for question in turn if question is not None]
    return {question.question_id for question in dealt[:MOST_CARDS]}


def _flat(scopes: Iterable[Iterable[Question]]) -> list[Question]:
    return [question for scope in scopes for question in scope]
