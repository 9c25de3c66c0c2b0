"""Marks over days: the axis of days, months or years, and a label beside each mark.

Every chart that lays claims along time asks here how days become inches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from matplotlib.axes import Axes

from pipelines.charts import labels, language, marks, style
from pipelines.charts.language import Phrase
from pipelines.charts.rows import Row


@dataclass(frozen=True)
class Mark:
    """A claim on the day at which it is drawn, and the ways in which its label may be broken."""

    row: Row
    day: date
    layouts: tuple[labels.Layout, ...]
    is_minor: bool = False
    within: tuple[float, float] | None = None
    """Inches across between which its label must stand; None for the whole plot."""


@dataclass(frozen=True)
class Plot:
    """The box of a plot in inches of the page, and its axes."""

    axes: Axes
    left: float
    top: float
    width: float
    height: float

    def across(self, day: date) -> float:
        """Inches from the left at which a day stands."""
        first, last = self.axes.get_xlim()
        return (day.toordinal() - first) / (last - first) * self.width

    def down(self, value: float) -> float:
        """Inches from the top at which a number stands."""
        scale = self.axes.yaxis.get_transform().transform
        ends = (value, *self.axes.get_ylim())
        at, bottom, top = (float(scale([v])[0]) for v in ends)
        return self.height * (1 - (at - bottom) / (top - bottom))


Unit = Literal["day", "month", "year"]


@dataclass(frozen=True)
class Step:
    """Every how many days, months or years a tick stands."""

    n: int
    unit: Unit

    @property
    def days(self) -> float:
        """How many days it takes, about."""
        return self.n * {"day": 1.0, "month": 30.44, "year": 365.25}[self.unit]

    def words(self, day: date) -> Phrase:
        """The label of its tick at a day."""
        match self.unit:
            case "day":
                return language.day(day)
            case "month":
                return language.month(day)
        return Phrase(day.year)

    def floor(self, day: date) -> date:
        """The last tick that is not after the day."""
        match self.unit:
            case "day":
                return day - timedelta(days=day.toordinal() % self.n)
            case "month":
                return date(day.year, day.month - (day.month - 1) % self.n, 1)
        return date(max(day.year - day.year % self.n, 1), 1, 1)

    def after(self, tick: date) -> date:
        """The next tick."""
        match self.unit:
            case "day":
                return tick + timedelta(days=self.n)
            case "month":
                month = tick.month - 1 + self.n
                return date(tick.year + month // 12, month % 12 + 1, 1)
        return date(tick.year - tick.year % self.n + self.n, 1, 1)


_STEPS: tuple[Step, ...] = (
    *(Step(n, "day") for n in (1, 2, 7, 14)),
    *(Step(n, "month") for n in (1, 2, 3, 6)),
    *(Step(n, "year") for n in (1, 2, 5, 10, 20, 50, 100)),
)
_APART = 0.14
"""Inches that stay free between the labels of two ticks."""


def step_for(span: float, width: float) -> Step:
    """The least step whose labels do not meet over so many days on so many inches."""
    sample = date(2020, 12, 28)
    for step in _STEPS:
        wide = style.width_of(step.words(sample), style.SMALL) + _APART
        if step.days / max(span, 1.0) * width >= wide:
            return step
    return _STEPS[-1]


def edges(
    days: Sequence[date], width: float, before: float = 0.6, after: float = 0.4
) -> tuple[date, date]:
    """The days at both ends of an axis of `width` inches, with room for labels at both sides.

    The days lie at least `before` inches from the left and `after` from the right; an axis of years
    begins and ends with a year.
    """
    first, last = min(days), max(days)
    per_inch = max((last - first).days, 6) / (width - before - after)
    low = date.fromordinal(max(1, first.toordinal() - math.ceil(before * per_inch)))
    high = date.fromordinal(
        min(last.toordinal() + math.ceil(after * per_inch), date.max.toordinal() - 366)
    )
    if step_for((high - low).days, width).unit == "year":
        return date(low.year, 1, 1), date(high.year + 1, 1, 1)
    return low, high


def put_days(axes: Axes, first: date, last: date, width: float, labelled: bool) -> None:
    """Set the axis of days over `width` inches, with named ticks where `labelled`."""
    axes.set_xlim(first.toordinal(), last.toordinal())
    step = step_for((last - first).days, width)
    look: dict[str, Any] = {
        "fontproperties": style.font(style.SMALL),
        "color": style.SOFT,
        "parse_math": False,
    }
    ticks = _ticks(step, first, last)
    names = [style.plain(step.words(day)) if labelled else "" for day in ticks]
    axes.set_xticks([day.toordinal() for day in ticks], names, **look)
    axes.tick_params(axis="x", labelbottom=labelled, length=3, color=style.FAINT, pad=3)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.35)
    axes.spines["bottom"].set(visible=True, color=style.FAINT)


def _ticks(step: Step, first: date, last: date) -> list[date]:
    ticks = []
    tick = step.floor(first)
    while tick <= last:
        if tick >= first:
            ticks.append(tick)
        tick = step.after(tick)
    return ticks


def stands_at(row: Row) -> float:
    """The number at which a claim's mark has its middle."""
    spot = marks.spot_of(row)
    return spot.dot if spot.dot is not None else row.numbers[0]


def put_labels(
    sheet: style.Sheet, plot: Plot, shown: Sequence[Mark], blocked: Sequence[labels.Box] = ()
) -> int:
    """Print each mark's label beside it, on nothing that is `blocked`; how many found no room."""
    wanted = [_wanted(plot, mark) for mark in shown]
    unplaced = 0
    boxes = labels.place(wanted, plot.width, plot.height, blocked)
    for mark, want, put in zip(shown, wanted, boxes, strict=True):
        if put is None:
            unplaced += 1
            continue
        ink = style.SOFT if mark.row.is_repeat else style.INK
        labels.print_label(sheet, want, put, (plot.left, plot.top, plot.width), ink)
    return unplaced


def _wanted(plot: Plot, mark: Mark) -> labels.Wanted:
    row, x = mark.row, plot.across(mark.day)
    heights = [plot.down(n) for n in row.inked]
    y = plot.down(stands_at(row))
    up, down = y - min(heights), max(heights) - y
    if marks.spot_of(row).is_bound:
        up, down = (marks.ARROW, 0.0) if row.low is not None else (0.0, marks.ARROW)
    return labels.Wanted(x, y, mark.layouts, up, down, mark.is_minor, mark.within)
