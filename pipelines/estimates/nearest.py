"""The questions held nearest to one that nothing answers, each with how it stands to it and why.

Near means: of the same metric or one that holds it or is held by it, for a place and class of
people not known to lie apart, alike on most axes, and then close in time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipelines.core.likeness import publication_order
from pipelines.core.relation import Scope, on_axes, relate
from pipelines.core.verdict import ANY, Relation, worded
from pipelines.core.windows import LIMITLESS, NEVER, common_days
from pipelines.estimates.held import Held, Row
from pipelines.estimates.questions import title

SHOWN: Final = 5
"""How many questions are named as near."""

_FAR: Final = {"metric": ("overlaps", "disjoint"), "population": ("disjoint",)}
"""Relations on an axis that put a question out of the question."""

_WEIGHTS: Final = {"inside": 1, "contains": 1}
_WORDS: Final = {
    "equal": "the very scope",
    "inside": "narrower",
    "contains": "wider",
    "overlaps": "it shares only a part",
    "touching": "it shares one day at most",
    "disjoint": "another scope",
    "unknown": "how it stands to what is asked is not known",
}


@dataclass(frozen=True)
class Near:
    """A question near to the asked one."""

    question_id: str
    row: Row
    """The scope of the question."""
    claims: Sequence[Row]
    """The claims that speak to it, in the order of publication."""
    relation: Relation
    """How it stands to what is asked."""

    @property
    def reason(self) -> str | None:
        """Why it stands so."""
        return worded(self.relation.reason, "the one held", "the one asked")

    @property
    def would_settle(self) -> str | None:
        """The one fact that would settle an unknown."""
        told = self.relation.would_settle
        if told and "{b}" in told:
            return f"a question that says the {self.relation.axis} more exactly"
        return worded(told, "the one held", "the one asked")


def nearest(scope: Row, held: Held, besides: set[str]) -> list[Near]:
    """The held questions nearest to the asked scope, the nearest first.

    Parameters
    ----------
    scope
        The asked scope, with `ANY` on the axes that are left open.
    held
        The claims that count, with the registers.
    besides
        Ids of questions that are not looked for, since they are the asked one.
    """
    by_question: dict[str, list[Row]] = {}
    for row in sorted(held.rows, key=publication_order):
        if row["entry_of"] is None and row["question_id"] not in besides:
            by_question.setdefault(row["question_id"], []).append(row)
    ranked, asked = [], Scope(scope)
    for question, rows in by_question.items():
        alike = opened(rows[0], scope)
        distance = _distance(Scope(alike), asked, held)
        if distance is not None:
            relation = relate(alike, scope, held.facts)
            near = Near(question, rows[0], rows, relation)
            ranked.append((distance, publication_order(rows[0]), question, near))
    return [near for *_, near in sorted(ranked, key=lambda one: one[:3])[:SHOWN]]


def opened(row: Row, scope: Row) -> dict[str, Any]:
    """The row's scope, open where the asked scope is: what nobody named sets nothing apart."""
    return {**row, **{axis: ANY for axis, asked in scope.items() if asked == ANY}}


def _distance(one: Scope, asked: Scope, held: Held) -> tuple[int, int] | None:
    """Axes on which it differs, by weight, then days between the windows; None where it is far."""
    weight, days = 0, common_days(one.days, asked.days)
    if held.facts.areas.relation(one.where[0], asked.where[0], days).relation == "disjoint":
        return None
    for relation in on_axes(one, asked, held.facts, limits=False):
        if relation.relation in _FAR.get(relation.axis or "", ()):
            return None
        if relation.relation != "equal" and relation.axis != "window":
            weight += _WEIGHTS.get(relation.relation, 2)
    return weight, _days_between(one, asked)


def _days_between(one: Scope, asked: Scope) -> int:
    """How far the windows' ends lie apart; an edge that is not stated lies farthest."""
    apart = 0
    for own, other in zip(one.days, asked.days, strict=True):
        if abs(other) != LIMITLESS:
            apart += NEVER if abs(own) == NEVER else abs(own - other)
    return apart


def in_words(near: Near, places: Mapping[str, Any]) -> str:
    """The near question with how it stands to the asked one, and what would settle an unknown."""
    why = f": {near.reason}" if near.reason else ""
    settle = f"; would settle it: {near.would_settle}" if near.would_settle else ""
    return f"{title(near.row, places)} [{_WORDS[near.relation.relation]}{why}{settle}]"
