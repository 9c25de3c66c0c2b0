"""What opens a briefing: the answers of each series in a table, and a sentence for each tier.

Figures stand as their sources say them. A sentence is built of the answers of one tier to the first
question that has one; nothing is averaged, picked or called great or small.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipelines.briefings.changes import range_in_words
from pipelines.briefings.document import Cell, Table
from pipelines.briefings.select import Question
from pipelines.charts import wording
from pipelines.charts.language import (
    Phrase,
    capital,
    day,
    grouped,
    isolated,
    listed,
    say,
    say_n,
    term,
)
from pipelines.charts.rows import Marts, Row
from pipelines.core.records import records
from schemas import vocab

TIERS: Final = ("verified", "reported", "estimated")
"""The tiers of which a page has a sentence each, in its order."""


@dataclass(frozen=True)
class Answer:
    """What one series answers to a question, with the claims that it was made of."""

    question: Question
    tier: str
    rule: str
    series: str
    low: int | None
    best: int | None
    high: int | None
    rows: tuple[Row, ...]
    reason: str
    """Why the office quotes it, where a rule of the office does."""

    @property
    def figure(self) -> Phrase:
        """The figure as its source says it; of several claims the range of the answer."""
        if len(self.rows) == 1:
            return wording.number(self.rows[0])
        return range_in_words(self.low, self.best, self.high)

    @property
    def who(self) -> Phrase:
        """Who said it."""
        if not self.rows:
            return isolated(self.series)
        return listed(dict.fromkeys(wording.who(row) for row in self.rows))

    @property
    def day(self) -> Phrase:
        """When it was published, the newest of several."""
        days = [row.known_on for row in self.rows if row.known_on]
        return day(max(days)) if days else say("day not known")

    @property
    def least(self) -> int:
        """The least number that it says."""
        return min(self._numbers, default=0)

    @property
    def greatest(self) -> int:
        """The greatest number that it says."""
        return max(self._numbers, default=0)

    @property
    def _numbers(self) -> list[int]:
        return [n for n in (self.low, self.best, self.high) if n is not None]


def answers(marts: Marts, cards: Sequence[Question]) -> tuple[Answer, ...]:
    """The answers to questions: each series' own, and those of the office, by question and tier."""
    evidence = marts["marts/evidence"]
    used = evidence[evidence["used_as"].eq("used")]
    claims_of = used.groupby("estimate_id")["claim_id"].apply(list).to_dict()
    rows = {row.claim_id: row for question in cards for row in question.rows}
    by_id = {question.question_id: question for question in cards}
    estimates = marts["marts/estimates"]
    asked = estimates[
        estimates["question_id"].isin(by_id) & estimates["rule"].isin(("by_source", "house"))
    ]
    names = ("estimate_id", "question_id", "rule", "series", "tier", "low", "best", "high")
    found = []
    for row in records(asked, (*names, "parameters")):
        told = [rows[c] for c in claims_of.get(row["estimate_id"], []) if c in rows]
        found.append(
            Answer(
                by_id[row["question_id"]],
                row["tier"],
                row["rule"],
                row["series"] or "",
                row["low"],
                row["best"],
                row["high"],
                tuple(sorted(told, key=lambda r: (r.known_on or date.max, r.claim_id))),
                str(json.loads(row["parameters"]).get("reason") or ""),
            )
        )
    order, tiers = list(by_id), list(vocab.TIERS)
    found.sort(
        key=lambda a: (order.index(a.question.question_id), tiers.index(a.tier), a.rule, a.series)
    )
    return tuple(found)


def by_source(held: Iterable[Answer]) -> list[Answer]:
    """Those of each series."""
    return [answer for answer in held if answer.rule == "by_source"]


def of_house(held: Iterable[Answer]) -> list[Answer]:
    """Those that the office's own rules pick."""
    return [answer for answer in held if answer.rule == "house"]


def titled(cards: Sequence[Question], question: Question) -> Phrase:
    """A question with its number on the page."""
    n = cards.index(question) + 1
    return say("{n}. {question}", n=n, question=question.phrase)


# Tables


def every_answer(marts: Marts, cards: Sequence[Question], held: Iterable[Answer]) -> Table:
    """Every answer to the questions of the page, and the floor of those that have none."""
    of_question: dict[str, list[Answer]] = {}
    for answer in by_source(held):
        of_question.setdefault(answer.question.question_id, []).append(answer)
    floors = marts["marts/floors"].set_index("question_id")["low"].dropna()
    rows: list[tuple[Cell, ...]] = []
    for n, question in enumerate(cards, 1):
        told = of_question.get(question.question_id, [])
        if not told:
            rows.append(_unanswered(titled(cards, question), floors.get(question.question_id)))
        for answer in told:
            name = titled(cards, question) if answer is told[0] else say("Question {n}, again", n=n)
            rows.append(
                (
                    Cell(name),
                    Cell(term("tier", answer.tier)),
                    Cell(answer.figure, is_figure=True),
                    Cell(answer.who),
                    Cell(answer.day),
                )
            )
    head = (say("Question"), say("Basis"), say("Figure"), say("Who says it"), say("Published"))
    caption = say("Every answer to the questions of this page; none is picked")
    return Table(caption, head, tuple(rows))


def _unanswered(name: Phrase, floor: int | None) -> tuple[Cell, ...]:
    """The row of a question that no claim answers: what is inside it may set a floor."""
    if floor is None:
        said = Cell(say("no answer"))
    else:
        at_least = wording.hedged("at_least", grouped(int(floor)))
        said = Cell(say("no answer; floor: {figure}", figure=at_least), is_figure=True)
    return Cell(name), Cell(""), said, Cell(""), Cell("")


def picked(cards: Sequence[Question], held: Iterable[Answer]) -> Table:
    """What the office's own rules pick, and why."""
    rows = tuple(
        (
            Cell(titled(cards, answer.question)),
            Cell(answer.figure, is_figure=True),
            Cell(term("tier", answer.tier)),
            Cell(answer.who),
            Cell(answer.day),
            Cell(isolated(answer.reason)),
        )
        for answer in of_house(held)
    )
    head = (
        say("Question"),
        say("Figure"),
        say("Basis"),
        say("Who says it"),
        say("Published"),
        say("Why the office quotes it"),
    )
    return Table(say("The figures that the office's own rules pick"), head, rows)


def not_picked(cards: Sequence[Question], held: Iterable[Answer]) -> Phrase:
    """Of which questions the office's rules pick nothing; '' where they pick of each."""
    picks = {answer.question.question_id for answer in of_house(held)}
    rest = [n for n, question in enumerate(cards, 1) if question.question_id not in picks]
    if not rest:
        return Phrase("")
    return say_n(
        "The office's rules pick nothing on question {numbers}: its card has its answers.",
        "The office's rules pick nothing on questions {numbers}: their cards have their answers.",
        len(rest),
        numbers=listed(rest),
    )


# Sentences


def sentence(tier: str, cards: Sequence[Question], held: Iterable[Answer]) -> Phrase:
    """What is held of a tier: how many questions it speaks to, and the first of them."""
    of_tier = [answer for answer in by_source(held) if answer.tier == tier]
    named = {"tier": capital(term("tier", tier)), "meaning": wording.meaning("tier", tier)}
    if not of_tier:
        return say("{tier} ({meaning}): no question of this page has such a figure.", **named)
    first = of_tier[0].question
    told = [answer for answer in of_tier if answer.question is first]
    least = min(told, key=lambda a: (a.least, a.series))
    greatest = max(told, key=lambda a: (a.greatest, a.series))
    fields = {
        **named,
        "counted": say_n(
            "{n} of {total} questions has such a figure",
            "{n} of {total} questions have such a figure",
            len({answer.question.question_id for answer in of_tier}),
            total=len(cards),
        ),
        "question": first.phrase,
        "least": least.figure,
        "who": least.who,
        "day": least.day,
    }
    if len(told) == 1:
        return say(
            "{tier} ({meaning}): {counted}; on “{question}”, {who} gives {least}, published {day}.",
            **fields,
        )
    return say_n(
        "{tier} ({meaning}): {counted}; on “{question}”, {n} source speaks: {least} ({who}, "
        "published {day}).",
        "{tier} ({meaning}): {counted}; on “{question}”, {n} sources speak: the least says "
        "{least} ({who}, published {day}), the greatest {greatest} ({other}, published {then}).",
        len(told),
        **fields,
        greatest=greatest.figure,
        other=greatest.who,
        then=greatest.day,
    )
