"""When: which of the periods that a text names belongs to a figure.

The one in its own clause; else one that opens the sentence, before all figures; a part has that of
its whole. Where the sentence names none, the last one that a sentence before it in the same
paragraph names, with the doubt `period_inherited`. Never one from later text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pipelines.claims.text.clauses import raises_a_toll, turns
from pipelines.claims.text.sentences import Span
from pipelines.claims.text.speaker_names import SAY
from pipelines.core.period import MONTH, UNSTATED, Window
from pipelines.core.period_text import PERIOD_END_FROM_DOCUMENT, Period

PERIOD_INHERITED: Final = "period_inherited"

_VERBS: Final = "|".join(
    sorted(
        (*SAY, "reported", "reports", "confirmed", "estimated", "warned", "gave", "cited", "quoted")
    )
)
_SAYING: Final = re.compile(
    rf"(?:(?<!was)(?<!were)(?<!been)(?<!are)\s(?:{_VERBS}|told\s+\S{{1,40}}(?:\s+\S{{1,40}})?)|"
    r"\b(?:bulletin|figures?|report|statement|update|data|assessment|dispatch|briefing|tweet|communiqu[eé])"
    r"(?:\s+(?:issued|published|released|posted|dated))?|\b(?:issued|published|released|posted|dated))\s+$",
    re.IGNORECASE,
)
_DAY_OR_MONTH: Final = re.compile(
    r"(?:(?:on|in|late|early|last|this)\s+)*"
    rf"(?:\d|today|yesterday|overnight|[a-z]+day|{MONTH}|week|month|weekend)",
    re.IGNORECASE,
)
_CITED: Final = re.compile(r"\([A-Z][^()]{1,60},\s*$")
_SAID_FIRST: Final = re.compile(
    r",?\s+(?:[^\s,;]+\s+){1,8}?(?:said|announced|reported|stated|confirmed|declared|claimed|estimated)\s"
)
_LONGEST_SAYING: Final = 70
_PREPOSED: Final = re.compile(r"(?:\band|,|;|:|\()\s*$")
_ADDED: Final = re.compile(r"(?:\band|;)\s*$")
_SUBORDINATE: Final = re.compile(
    r"(?<!\w)(?:with|including|among\s+them|of\s+(?:whom|them|which|these|those))\s", re.IGNORECASE
)
_RAISED: Final = re.compile(
    r"\b(?:toll|tally|total|count|number)\b[^;]{0,80}"
    r"\b(?:to|at|reach\w*|pass\w*|exceed\w*|top\w*|surpass\w*)\s+$",
    re.IGNORECASE,
)
_RELATIVE: Final = re.compile(
    r"(?:,\s+(?:[a-z]+\s+){0,3}?(?:which|whom?|whose|where)|\swhich"
    r"|\sthat(?=\s+(?:first\s+)?(?:began|started|erupted|broke\s+out)))(?!\w)"
)
_ASIDE: Final = re.compile(
    r"[^,;.]{0,60}(?:,|\s[–—-])\s+(?:were|was|are|is|have|has|had|died|fled|remain(?:ed)?)\b"
)
"""What closes a part that is set between a whole and its predicate."""
_CLAUSE_ENDS: Final = re.compile(r"\s+(?:has|have|had)\s")
_BEGAN: Final = re.compile(r"(?:began|started|erupted|broke\s+out)\s+$", re.IGNORECASE)
_OF_PEOPLE: Final = re.compile(r",\s+(?:[a-z]+\s+){0,3}?who")
_SUPERLATIVE: Final = re.compile(
    r"(?<![\w-])(?:[a-z]+iest|worst|(?:larg|bigg|high|great|low|fierc|strong|long|heavi|few)est"
    r"|the\s+most\s+[a-z]+|first)(?:\s+[^\W\d][\w'’-]*){0,8}\s+$",
    re.IGNORECASE,
)
_SINCE: Final = re.compile(r"since\s+(?:(?:at\s+least|about|around|just|only)\s+)?", re.IGNORECASE)
_IN_WHICH: Final = re.compile(r",?\s+(?:when|(?:in|during|on)\s+which)(?!\w)", re.IGNORECASE)
_ROLLING: Final = re.compile(
    r"(?<!\w)(?:past|last|previous|preceding)\s(?:.*\s)?(?:hour|day|night|week|month|quarter)s?(?!\w)",
    re.IGNORECASE,
)
_OLD: Final = timedelta(31)
"""How long before the document something was said that is no news of its days."""


def is_of_saying(text: str, start: int, period: Period, first_figure: int) -> bool:
    """Whether a day or month tells when a figure was said ("the UN said in August 2016").

    It follows the verb of saying, opens a sentence whose subject then says the figure, or stands
    in a citation. It is no window: the deaths may lie years before.
    """
    if period.runs != "span" or not _DAY_OR_MONTH.match(period.surface):
        return False
    before = text[max(start - 1, period.start - _LONGEST_SAYING, 0) : period.start]
    if _SAYING.search(before):
        return True
    if _CITED.search(before) and text[period.end : period.end + 1] == ")":
        return True
    opens = not text[start : period.start].strip(" \t\n\"'“‘(")
    return opens and bool(_SAID_FIRST.match(text, period.end, max(period.end, first_figure)))


def periods_of(
    text: str,
    sentence: Span,
    figures: Sequence[tuple[int, int]],
    total_of: Mapping[int, int],
    found: Sequence[Period],
) -> list[Period | None]:
    """The period of each figure of a sentence, by the words of that sentence alone.

    Parameters
    ----------
    figures
        Start and end of every figure, in order.
    total_of
        The position of the total of each figure that is a part of one.
    found
        The periods that the sentence names, without those of saying.
    """
    if not found or not figures:
        return [None] * len(figures)
    reading = _Sentence(text, sentence, figures, total_of, found)
    held = [reading.period_of(at) for at in range(len(figures))]
    for part, total in sorted(total_of.items()):
        if held[part] is None:
            held[part] = held[total]
    return held


class _Sentence:
    """The figures, periods and turns of one sentence."""

    def __init__(
        self,
        text: str,
        sentence: Span,
        figures: Sequence[tuple[int, int]],
        total_of: Mapping[int, int],
        found: Sequence[Period],
    ) -> None:
        self.text, self.start, self.end = text, sentence.start, sentence.end
        self.figures, self.total_of, self.found = figures, total_of, found
        self.turns = turns(text, sentence.start, sentence.end)

    def _clause(self, at: int) -> int:
        return bisect_right(self.turns, at)

    def period_of(self, at: int) -> Period | None:
        clause = self._clause(self.figures[at][0])
        found = [held for p in self.found if (held := self._as_for(at, p)) is not None]
        own = [p for p in found if self._clause(p.start) == clause]
        after = [p for p in own if p.start >= self.figures[at][1]]
        return (
            _first(p for p in after if self._is_of(at, p))
            or self._before(at, own)
            or _first(p for p in after if self._is_shared(at, p))
            or self._leading(clause, found)
        )

    def _as_for(self, at: int, period: Period) -> Period | None:
        """The period as it stands to a figure: None where it is of something else.

        "The deadliest attack since 2013, when 86 were killed": a comparison, and the year of it.
        """
        if self._is_in_relative_clause(at, period):
            return None
        since = _SINCE.match(period.surface)
        if since is None:
            return period
        if self.figures[at][0] >= period.end and _IN_WHICH.match(self.text, period.end):
            return _of_anchor(period, since.end())
        low = max(self.start, period.start - _LONGEST_SAYING)
        return None if _SUPERLATIVE.search(self.text, low, period.start) else period

    def _is_in_relative_clause(self, at: int, period: Period) -> bool:
        """Whether a period dates what a relative clause tells, and the figure is not in it.

        "The figure of 400,000 dead, which he gave in April": no window. One that makes a war's
        beginning the start of a counter is not left out, nor one of those counted ("12 people, who
        died on Monday, were buried").
        """
        if period.runs == "counter" and _BEGAN.search(self.text, self.start, period.start):
            return False
        openers = [*_RELATIVE.finditer(self.text, self.start, period.start)]
        if not openers:
            return False
        opener, start, end = openers[-1], *self.figures[at]
        if "," in self.text[opener.end() : period.start]:
            return False
        if end <= opener.start():
            between = any(end <= other[0] < opener.start() for other in self.figures)
            return between or not _OF_PEOPLE.match(opener.group())
        comma = self.text.find(",", period.end, self.end)
        close = self.end if comma < 0 else comma
        if _CLAUSE_ENDS.match(self.text, period.end):
            close = period.end
        return start >= close

    def _is_shared(self, at: int, period: Period) -> bool:
        """Whether figures before the last one share the period after it.

        Not where the last is added to a whole ("climbs to 1,033, with 119 in the last 24 hours").
        """
        if self._is_of_part(at, period) or self._opens(period):
            return False
        between = [f for f in self.figures[at + 1 :] if f[0] < period.start]
        if not between or self.text[: period.start].rstrip().endswith((",", ")")):
            return True
        if _SUBORDINATE.search(self.text, self.figures[at][1], between[-1][0]):
            return False
        low = max(self.start, self.figures[at][0] - 120)
        return not _RAISED.search(self.text, low, self.figures[at][0])

    def _is_of(self, at: int, period: Period) -> bool:
        """Whether no other figure stands between a figure and the period after it."""
        following = [b for b in range(at + 1, len(self.figures)) if self.total_of.get(b) != at]
        limit = self.figures[following[0]][0] if following else self.end
        if period.start >= limit or self._is_of_part(at, period):
            return False
        return not (following and self._opens(period))

    def _opens(self, period: Period) -> bool:
        """Whether a period opens what is joined on: ", and on Monday 30 were hurt"."""
        joined = _ADDED.search(self.text, max(self.start, period.start - 8), period.start)
        return bool(joined) and any(figure[0] >= period.end for figure in self.figures)

    def _is_of_part(self, at: int, period: Period) -> bool:
        """Whether a period stands with a part: "26 died, including 15 on Monday"."""
        parts = [part for part, total in self.total_of.items() if total == at and part > at]
        if not parts or period.start < self.figures[min(parts)][0]:
            return False
        if _ASIDE.match(self.text, self.figures[max(parts)][1]):
            return False  # "31 people, nine of them children, were killed on Saturday"
        return not self.text[: period.start].rstrip().endswith((",", ")"))

    def _before(self, at: int, own: Sequence[Period]) -> Period | None:
        """One directly before the figure that nothing but a join, or the clause, opens."""
        low = self.figures[at - 1][1] if at else self.start
        held = [p for p in own if low <= p.start and p.end <= self.figures[at][0]]
        if not held or not at:
            return held[-1] if held else None
        first_of_clause = self._clause(self.figures[at - 1][0]) != self._clause(held[-1].start)
        lead = self.text[max(low, held[-1].start - 8) : held[-1].start]
        return held[-1] if first_of_clause or _PREPOSED.search(lead) else None

    def _leading(self, clause: int, found: Sequence[Period]) -> Period | None:
        """The period before all figures of the sentence; a toll is not that of a single day."""
        held = [p for p in found if p.end <= self.figures[0][0]]
        if not held:
            return None
        toll = clause > 0 and raises_a_toll(self.text, self.turns[clause - 1])
        return held[-1] if not toll or held[-1].runs == "counter" else None


def _of_anchor(period: Period, cut: int) -> Period:
    """The days of a counter's anchor alone, without the word "since"."""
    first, last = period.window.start_earliest, period.window.start_latest
    doubts = tuple(d for d in period.doubts if d != PERIOD_END_FROM_DOCUMENT)
    return Period(
        period.start + cut,
        period.end,
        period.surface[cut:],
        Window(first, last, first, last),
        "span",
        doubts,
    )


def ended_when_said(period: Period, said: Sequence[Period]) -> Period:
    """A counter of an old statement ends in the time in which that was made.

    "In 2012, the UN said 60,000 had been killed since March 2011": it ends in 2012, not on the
    document's day. A statement of the last month is news, and is read as of that day.
    """
    window = period.window
    if PERIOD_END_FROM_DOCUMENT not in period.doubts or not said or window.end_latest is None:
        return period
    first, last = said[-1].window.end_earliest, said[-1].window.end_latest
    start = window.start_earliest
    if first is None or last is None or start is None or not start <= last:
        return period
    if window.end_latest - last <= _OLD:
        return period
    doubts = tuple(d for d in period.doubts if d != PERIOD_END_FROM_DOCUMENT)
    latest = min(window.start_latest or start, last)
    ended = Window(start, latest, max(first, start), last)
    return period._replace(window=ended, doubts=doubts)


def _first(found: object) -> Period | None:
    """The first with days, else the first."""
    held = [*found]  # type: ignore[misc]
    return next((p for p in held if p.window != UNSTATED), held[0] if held else None)


@dataclass
class EarlierPeriods:
    """The last period that a paragraph has named so far, and the sentence that names it."""

    text: str
    _end: int = 0
    _held: tuple[Span, Period] | None = None

    def before(self, sentence: Span) -> tuple[Span, Period] | None:
        """The sentence of the same paragraph that last named a period, and that period."""
        if self._held and _another_paragraph(self.text, self._end, sentence.start):
            self._held = None
        return self._held

    def note(self, sentence: Span, periods: Sequence[Period]) -> None:
        """Remember what a sentence names, once its own figures are read."""
        self.before(sentence)
        self._end = sentence.end
        if periods:
            self._held = (sentence, periods[-1])


_SHORT_LINE: Final = 50


def _another_paragraph(text: str, end: int, start: int) -> bool:
    """Whether a blank line parts two sentences, or a line break that no page's width made."""
    gap = text[end:start]
    if "\n" not in gap:
        return False
    return gap.count("\n") > 1 or end - (text.rfind("\n", 0, end) + 1) < _SHORT_LINE


def inherited(period: Period) -> Period:
    """The period as one that a sentence before the figure's gives it."""
    return period._replace(doubts=(*period.doubts, PERIOD_INHERITED))


def _is_rolling(period: Period) -> bool:
    """Whether a period is the hours, days, weeks or months before the document's day."""
    anchored = period.runs == "until" or _SINCE.match(period.surface)
    return not anchored and bool(_ROLLING.search(period.surface))


def measure_of(metric: str, period: Period | None, *, counter: bool, stock: bool) -> str:
    """A word of `schemas.vocab.MEASURES` that suits the metric.

    A toll, and events since an anchor, are cumulative; events in a span of days, or in the hours,
    days, weeks or months before the document, are a flow; those
    who are displaced or sheltered on a day are a stock. All else is unstated.
    """
    if metric in ("idps",):
        return "stock" if stock else "unstated"
    if period is not None and not stock and _is_rolling(period):
        return "flow"
    if counter or (period is not None and period.runs == "counter"):
        return "cumulative"
    if stock:
        return "stock"
    return "flow" if period is not None and period.runs == "span" else "unstated"
