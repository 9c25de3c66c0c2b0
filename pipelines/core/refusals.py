"""What Attest refuses to work out, and the words in which it refuses.

A refusal names what it is about, why, and what would settle it; it is an answer, not a fault. The
SQL macros of a release refuse in the same words, which is why the words stand here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from schemas.models import columns
from schemas.parts import Window

FOUND_COUNTS: Final = ("identified", "tallied")
"""Bases of counts of what somebody found: floors, whose change may be a change in reporting."""

PERHAPS_FOUND: Final = ("machine_coded", "unstated")
"""Bases that may be such counts, for nothing says that they are not."""


REPORTING_CAPTION: Final = (
    "These are counts of what was found. A change in them may be a change in reporting."
)
"""The standing caption of every chart and table that sets such counts side by side."""

CHANGE_COMPARES: Final = tuple(columns(Window))
"""The only columns of a question in which the two figures of a percentage change differ."""

RANKING_COMPARES: Final = ("place_id", "territory")
"""The only columns of a question in which the figures of a ranking differ."""

RATE_BY: Final = {"day": 1, "week": 7}
"""Spans of time of which a rate may be asked, in days."""

RATE_AMONG: Final = 100_000
"""A rate among a number of people is given for so many of them."""


# Words

NO_TREND: Final = {
    **dict.fromkeys(
        FOUND_COUNTS, "counts what was found, and a change in it may be a change in reporting"
    ),
    "machine_coded": "was read by a machine, and may count what was found",
    "unstated": "does not say how it was counted, and may count what was found",
    "judgement": "is a judgement, and two judgements are not one measurement made twice",
    "extrapolated": "was carried beyond the data by a rule, so that a change may be the rule's",
}
"""Why a claim of a basis is in no percentage change, ranking or rate, by the basis."""

TREND_WOULD_SETTLE: Final = (
    "registered, surveyed or modelled figures for the same scopes, made in one way"
)

UNLIKE_BASES: Final = "{a} is {basis_a} and {b} is {basis_b}"
UNLIKE_SOURCES: Final = "{a} is a figure of {source_a} and {b} of {source_b}"
UNLIKE_SCOPES: Final = "{a} and {b} differ in {column}"
UNLIKE_SCOPES_SETTLES: Final = "figures whose questions differ in nothing but what is compared"
COUNTER: Final = "{a} is no flow and no stock, and two readings of a counter are not subtracted"
COUNTER_SETTLES: Final = "figures of what happened in each window, from a source that dates it"
DAYS_NOT_STATED: Final = "the first and the last day of {a} are not stated to the day"
DAYS_SETTLE: Final = "the days: columns period_start and period_end, or data/raw/corrections.csv"
NOT_LATER: Final = "{b} does not begin after {a} has ended"
NOT_LATER_SETTLES: Final = "an earlier and a later figure that share no day, named in that order"
UNLIKE_SPANS: Final = "the windows of {a} and {b} are not equally long"
UNLIKE_SPANS_SETTLES: Final = "figures of windows that are equally long"
OPEN_BOUND: Final = "{a} is an open bound"
OPEN_BOUND_SETTLES: Final = "a figure with a best or with both ends"
FROM_NOTHING: Final = "{a} may be 0, and there is no percentage of 0"
FROM_NOTHING_SETTLES: Final = "an earlier figure that is more than 0"
SHARED_GROUND: Final = "the places of {a} and {b} are not known to share no ground"
SHARED_GROUND_SETTLES: Final = "places of which none holds another, or data/raw/territories.csv"
NOTHING_TO_RANK: Final = "a ranking takes at least two claims"
NO_SPAN: Final = "{a} is no count of what happened in a window, which alone has a rate by time"
NO_SUCH_RATE: Final = "'{per}' is neither 'day' nor 'week' nor a number of people"

STATUS: Final = {
    "pending": "waits for review",
    "rejected": "was rejected in review",
}
"""Why a claim does not count, by its review status."""

MODALITY: Final = {
    "projected": "is projected, not said to have happened",
    "ordered": "is ordered, not said to have happened",
    "superseded": "is the old value in a correction",
}
"""Why a claim does not count, by its modality."""

WITHDRAWN: Final = "was withdrawn on {day}"
REPLACED: Final = "was replaced by {by}"

NO_CLAIM_NAMED: Final = "no claim is named"
NOT_HELD: Final = "{a} is not in the collection"
NOT_HELD_SETTLES: Final = "a claim_id of marts.claims"
DOES_NOT_COUNT_SETTLES: Final = "a claim that counts"
NAMED_TWICE: Final = "{a} is named twice"
NAMED_TWICE_SETTLES: Final = "each claim named once"

UNLIKE_UNITS: Final = "{a} counts {unit_a} and {b} counts {unit_b}"
UNLIKE_MEASURES: Final = "{a} is a {measure_a} and {b} a {measure_b}"
UNLIKE_SETTLES: Final = "two figures that count in one way"

COUNTED_TWICE: Final = {
    "equal": "{a} and {b} are two answers to one question, and would count the same people twice",
    "inside": "{a} counts people whom {b} counts too",
    "contains": "{b} counts people whom {a} counts too",
    "overlaps": "{a} and {b} may count the same people",
    "unknown": "it is not known whether {a} and {b} count the same people",
}
"""What is wrong with adding two claims up, by how the first stands to the second."""

ONE_FIGURE: Final = "they publish one figure again"

COUNTED_TWICE_SETTLES: Final = {
    "equal": "one of the two alone",
    "inside": "the wider of the two alone, or all the parts of it and not the whole",
    "contains": "the wider of the two alone, or all the parts of it and not the whole",
    "overlaps": "figures for scopes that share nobody",
}
"""What would settle it, where the relation itself does not say."""

SHARED_DAY: Final = "windows that share a day: those counted on it may be counted twice"
"""Said of a sum over claims whose windows touch."""

ACCEPTED_STRANGER: Final = "accept names {a} and {b}, which are not both among the claims"
ACCEPTED_STRANGER_SETTLES: Final = "only pairs of the claims that are added up"
ACCEPTED_KNOWN: Final = "accept names {a} and {b}, whose relation is known: {relation}"
ACCEPTED_KNOWN_SETTLES: Final = "accept only for pairs whose relation is unknown"


def why_not_counting(row: Mapping[str, Any]) -> str | None:
    """Why a claim enters no sum and no trend, in words that follow its name; None where it may.

    Parameters
    ----------
    row
        A claim with review_status, modality, withdrawn_on and replaced_by. Repeats may be summands:
        with what they repeat they are refused as a pair.
    """
    if said := STATUS.get(row["review_status"]) or MODALITY.get(row["modality"]):
        return said
    if row["withdrawn_on"] is not None:
        return WITHDRAWN.format(day=row["withdrawn_on"])
    if row["replaced_by"] is not None:
        return REPLACED.format(by=row["replaced_by"])
    return None


@dataclass(eq=False)
class Refusal(Exception):
    """Something that is not worked out, with the reason."""

    reason: str
    would_settle: str | None = None
    pair: tuple[str, str] | None = None
    """The two claims that it is about, where it is about two."""
    others: list[Refusal] = field(default_factory=list)
    """Further refusals of the same request."""

    def __str__(self) -> str:
        return "\n".join(f"refused: {one.told}" for one in (self, *self.others))

    @property
    def told(self) -> str:
        """The reason in a sentence, with what would settle it."""
        settle = f" What would settle it: {self.would_settle}." if self.would_settle else ""
        return f"{self.reason}.{settle}"

    @classmethod
    def of_all(cls, found: Sequence[Self]) -> Self:
        """One refusal of a request that has several things against it: the first, and the rest."""
        first, *rest = found
        first.others = [*first.others, *rest]
        return first


class SumRefused(Refusal):
    """Claims that are not added up."""


@dataclass(eq=False)
class TrendRefused(Refusal):
    """A change, ranking or rate that is not worked out."""

    caption: str | None = None
    """The standing caption, where the counts are, or may be, of what was found."""

    def __str__(self) -> str:
        return super().__str__() + (f"\n{self.caption}" if self.caption else "")
