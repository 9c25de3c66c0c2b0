"""Marks over days: the axis of years, and a label beside each mark.

Two charts lay claims along time; how days become inches is said here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from matplotlib.axes import Axes

from pipelines.charts import labels, marks, style
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


def year_edges(days: Sequence[date], before: int = 400, after: int = 200) -> tuple[date, date]:
    """Whole years around the days, with so many days of room for labels at both sides."""
    first, last = min(days) - timedelta(days=before), max(days) + timedelta(days=after)
    return date(first.year, 1, 1), date(last.year + 1, 1, 1)


def put_years(axes: Axes, first: date, last: date, labelled: bool) -> None:
    """Set the axis of days, with a tick a year and its number where `labelled`."""
    axes.set_xlim(first.toordinal(), last.toordinal())
    step = max(1, (last.year - first.year) // 12)
    years = range(first.year, last.year + 1, step)
    look: dict[str, Any] = {
        "fontproperties": style.font(style.SMALL),
        "color": style.SOFT,
        "parse_math": False,
    }
    names = [str(y) if labelled else "" for y in years]
    axes.set_xticks([date(y, 1, 1).toordinal() for y in years], names, **look)
    axes.tick_params(axis="x", labelbottom=labelled, length=3, color=style.FAINT, pad=3)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.35)
    axes.spines["bottom"].set(visible=True, color=style.FAINT)


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
        ink = style.GREY if mark.row.is_repeat else style.INK
        labels.print_label(sheet, want, put, (plot.left, plot.top), ink)
    return unplaced


def _wanted(plot: Plot, mark: Mark) -> labels.Wanted:
    row, x = mark.row, plot.across(mark.day)
    heights = [plot.down(n) for n in row.inked]
    y = plot.down(stands_at(row))
    up, down = y - min(heights), max(heights) - y
    if marks.spot_of(row).is_bound:
        up, down = (marks.ARROW, 0.0) if row.low is not None else (0.0, marks.ARROW)
    return labels.Wanted(x, y, mark.layouts, up, down, mark.is_minor, mark.within)
