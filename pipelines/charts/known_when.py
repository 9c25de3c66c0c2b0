"""What was known when: readings by the day on which they became known, a panel for what they count.

A line holds a reading until the next one of the same series and scope; it joins no two scopes. A
value of a table became known with the edition that it is from. The day of one document parts what
was known from what was not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from pipelines.charts import labels, marks, page, style, timeline, wording
from pipelines.charts.rows import Chosen, Marts, Row, choose, figures_of, gazetteer
from pipelines.core.likeness import UNNAMED_SPEAKER

NAME = "known_when"
_LEFT_OF_PLOT = 0.62
_HEIGHTS = ((3, 1.1), (7, 1.6))
_TALL = 2.0
"""Inches of a panel: by how many readings it has at most, and with more."""
_ROOM = (800, 450)
"""Days free before the first and after the last for labels, which may not cross the marked day."""
_REGULAR = 7
"""A series read at least this often, in days, has days that may be missing."""
_MOST_NUMBERS = 12
"""Readings of a series beyond which only its first, its last and its changes bear a label."""
_LABEL_WIDTHS = ((2.0, 2.0), (1.3, 1.3), (0.85, 0.85))
"""Inches at which a label's lines and its bold first line may break, the best first."""
_COUNTERS = ("cumulative", "ever", "flow")


@dataclass(frozen=True)
class KnownScope:
    """Metrics in a place itself, and the document by whose day it is asked what was known.

    A series is shown from `least` readings on; `number` tells the picture from the others.
    """

    metrics: tuple[str, ...]
    place_id: str
    marked: str = ""
    least: int = 1
    number: int = 1

    @property
    def name(self) -> str:
        """The name of its picture."""
        return NAME if self.number == 1 else f"{NAME}_{self.number}"


@dataclass(frozen=True)
class Series:
    """The readings of one series and scope, by the day on which they became known."""

    readings: tuple[Row, ...]
    undated: tuple[Row, ...] = ()
    """Readings of which nobody knows when they became known."""

    @property
    def held(self) -> list[Row]:
        """The readings that a line may join: one a day, each reaching as far as those before."""
        last_of_day = {r.known_on: r for r in sorted(self.readings, key=_reach) if not r.is_repeat}
        held: list[Row] = []
        for row in self.readings:
            reaches = not held or _reach(row)[0] >= _reach(held[-1])[0]
            if last_of_day.get(row.known_on) is row and reaches:
                held.append(row)
        return held

    @property
    def runs(self) -> list[list[Row]]:
        """`held`, cut where readings are missing.

        That is where a reading without a day lies between two others, and where a series that is
        read every few days misses some.
        """
        held = self.held
        runs = [held[:1]] if held else []
        usual = median(_days_between(a, b) for a, b in pairwise(held)) if len(held) > 2 else 0
        for a, b in pairwise(held):
            missing = any(_reach(a)[0] <= _reach(r)[0] <= _reach(b)[0] for r in self.undated)
            if 0 < usual <= _REGULAR:
                missing |= _days_between(a, b) > usual
            runs += [[]] if missing else []
            runs[-1].append(b)
        return runs

    @property
    def changes(self) -> dict[str, str]:
        """By claim, what a reading took back, or added to what was said of the same days."""
        return {
            after.claim_id: words
            for before, after in pairwise(self.held)
            if (words := _change(before, after))
        }

    def known_by(self, day: date, but: str) -> Row | None:
        """The reading that was the latest on a day; none of the document `but`."""
        known = [r for r in self.held if r.known_on and r.known_on <= day and r.document_id != but]
        return known[-1] if known else None


def _reach(row: Row) -> tuple[date, str]:
    return row.end_latest or date.min, row.claim_id


def _known_order(row: Row) -> tuple[date, date, str]:
    return row.known_on or date.max, *_reach(row)


def _days_between(a: Row, b: Row) -> int:
    assert a.known_on and b.known_on
    return (b.known_on - a.known_on).days


def _change(before: Row, after: Row) -> str:
    """How far a counter fell, or the figure for the same days moved; '' where neither is sure.

    Two bounds tell nothing, nor do two figures that may be roundings of one another.
    """
    if before.best is None or after.best is None:
        return ""
    same_days = (before.end_earliest, before.end_latest) == (after.end_earliest, after.end_latest)
    by = wording.grouped(abs(after.best - before.best))
    if (after.reading_high or after.best) < (before.reading_low or before.best):
        if same_days:
            return f"lowered by {by} for the same days"
        return f"fell by {by}" if after.measure in _COUNTERS else ""
    if same_days and (after.reading_low or after.best) > (before.reading_high or before.best):
        return f"raised by {by} for the same days"
    return ""


@dataclass(frozen=True)
class _Panel:
    """What is counted, and its series."""

    title: str
    series: tuple[Series, ...]

    @property
    def rows(self) -> list[Row]:
        """Its readings by the day on which they became known."""
        return sorted((r for s in self.series for r in s.readings), key=_known_order)

    @property
    def height(self) -> float:
        """Inches of its plot."""
        return next((tall for most, tall in _HEIGHTS if len(self.rows) <= most), _TALL)


def draw(marts: Marts, scope: KnownScope) -> list[style.Picture] | str:
    """The picture; where there is nothing to draw, why."""
    places = gazetteer(marts)
    place = places.name(scope.place_id) if scope.place_id in places else scope.place_id
    what = wording.listed([wording.word(m) for m in scope.metrics])
    title = f"What was known when: {what}, {place}"
    figures = [figures_of(marts, metric, [scope.place_id]) for metric in scope.metrics]
    chosen = choose(marts, [c for table in figures for c in table["claim_id"]])
    series = [s for s in series_of(chosen.rows) if len(s.readings) >= scope.least]
    shown = {r.claim_id for s in series for r in s.readings}
    if not shown:
        return page.nothing(title, "This release holds no dated reading of that scope.")
    said = _said(chosen, shown, series)
    if len(shown) < len(chosen.rows):
        chosen = replace(choose(marts, sorted(shown)), left_out=chosen.left_out)
    panels = _panels(series, scope)
    return [_picture(chosen, panels, marked_of(marts, scope.marked), (scope.name, title), said)]


def series_of(rows: Sequence[Row]) -> list[Series]:
    """The rows by series and scope, those of one tier together; the first known first."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_known_order):
        found[(row.tier, row.series or row.source, row.counting)].append(row)
    return [
        Series(tuple(r for r in s if r.known_on), tuple(r for r in s if not r.known_on))
        for s in found.values()
    ]


def _panels(series: Iterable[Series], scope: KnownScope) -> list[_Panel]:
    """The series by what they count, in the order of the scope's metrics."""
    order = {metric: n for n, metric in enumerate(scope.metrics)}
    found: dict[tuple[int, str], list[Series]] = defaultdict(list)
    for one in series:
        row = one.readings[0]
        metric = wording.word(row.metric)
        title = f"{metric[0].upper()}{metric[1:]}, {wording.where(row)}: {wording.whom(row)}"
        if row.unit != "people":
            title += f", in {row.unit}"
        found[order[row.metric], title].append(one)
    return [_Panel(title, tuple(found[n, title])) for n, title in sorted(found)]


def _said(chosen: Chosen, shown: set[str], series: Sequence[Series]) -> list[str]:
    said = ["A line holds a reading until the next one of its series and scope, and joins no other"]
    said[0] += "; it breaks where readings are missing."
    if any(s.changes for s in series):
        said.append("Red: a counter fell, or a figure for the same days was lowered or raised.")
    if any(r.known_on != r.published_on for r in chosen.rows) or any(
        len({r.known_on for r in s.readings}) < len(s.readings) for s in series
    ):
        said.append("A value of a table counts as known from the day of its edition.")
    undated = sum(r.known_on is None for r in chosen.rows)
    if undated:
        said.append(f"Not known when: {wording.plural(undated, 'claim')}, not drawn.")
    alone = sum(r.known_on is not None and r.claim_id not in shown for r in chosen.rows)
    if alone:
        claims = wording.plural(alone, "claim")
        said.append(f"Not drawn: {claims} of a series and scope with too few readings to compare.")
    return said


@dataclass(frozen=True)
class Marked:
    """The document whose day parts what was known from what was not; no day, no parting."""

    document_id: str = ""
    day: date | None = None


def marked_of(marts: Marts, document_id: str) -> Marked:
    """The document by whose day it is asked what was known."""
    documents = marts["marts/documents"]
    days = documents.loc[documents["document_id"] == document_id, "published_on"].dropna()
    return Marked(document_id, pd.Timestamp(days.iloc[0]).date()) if len(days) else Marked()


# The page


def _picture(
    chosen: Chosen,
    panels: Sequence[_Panel],
    marked: Marked,
    named: tuple[str, str],
    said: Sequence[str],
) -> style.Picture:
    name, title = named
    subtitle = "Each mark stands on the day on which its number became known."
    if marked.day:
        subtitle += (
            f" The upright line is the article's day, {wording.day(marked.day)}: what stands on "
            "the tint became known after it."
        )
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    days = [r.known_on for p in panels for r in p.rows if r.known_on]
    edges = timeline.year_edges([*days, marked.day] if marked.day else days, *_ROOM)
    without = sum(_put_panel(sheet, panel, marked, edges, panel is panels[-1]) for panel in panels)
    sheet.y += 0.12
    room = f"{wording.plural(without, 'mark')} without a label for want of room: the text has all."
    told = page.captions(chosen, [*said, room] if without else said)
    key = marks.tier_key(chosen.rows) + marks.key_for(chosen.rows, style.INK)
    page.foot(sheet, chosen, key, told)
    alt = _alt(f"{title}. {subtitle}", panels, marked, chosen, told)
    return style.Picture(name, sheet.finish(), title, alt, chosen.sources)


def _put_panel(
    sheet: style.Sheet, panel: _Panel, marked: Marked, edges: tuple[date, date], is_last: bool
) -> int:
    """One panel at the cursor, which moves below; how many marks found no room for a label."""
    rows = panel.rows
    sheet.paragraph(panel.title, style.SUBTITLE, bold=True, most=2, after=0)
    if marked.day:
        sheet.paragraph(known_words(panel.series, marked), style.BODY, colour=style.SOFT, most=4)
    sheet.y += 0.06
    left, width = sheet.left + _LEFT_OF_PLOT, sheet.width - _LEFT_OF_PLOT
    axes = sheet.axes(left, sheet.y, width, panel.height)
    timeline.put_years(axes, *edges, is_last)
    has_lower_bound = any(r.is_bound and r.low is not None for r in rows)
    after = marks.ARROW + 0.08 if has_lower_bound else 0.22
    numbers = [n for r in rows for n in r.inked]
    scale = marks.scale_for(numbers, panel.height, 0.0, after, 0.28)
    marks.put_scale(axes, scale, "up")
    plot = timeline.Plot(axes, left, sheet.y, width, panel.height)
    blocked = _part(plot, marked)
    labelled = []
    for series in panel.series:
        blocked += _put_lines(plot, series)
        told = _told_of(series)
        for row in series.readings:
            assert row.known_on is not None
            pen = marks.pen_for(row, style.TIER_COLOURS[row.tier], 4.0 if row.is_repeat else 5.5)
            marks.draw(axes, marks.spot_of(row), row.known_on.toordinal(), "up", pen)
            if row.claim_id in told:
                layouts = _layouts(row, series.changes.get(row.claim_id, ""), marked)
                side = _side(plot, row.known_on, marked)
                labelled.append(timeline.Mark(row, row.known_on, layouts, within=side))
    without = timeline.put_labels(sheet, plot, labelled, blocked)
    sheet.y += panel.height + 0.14
    if scale.is_log:
        note = "Logarithmic: each step is ten times the one below."
        sheet.y = sheet.lines(left, sheet.y, [note], style.SMALL, colour=style.SOFT) + 0.04
    return without


def _part(plot: timeline.Plot, marked: Marked) -> list[labels.Box]:
    """The upright line of the marked day and the tint after it; what no label may cover."""
    if not marked.day:
        return []
    low, high = plot.axes.get_ylim()
    at, end = marked.day.toordinal(), plot.axes.get_xlim()[1]
    tint = Rectangle((at, low), end - at, high - low, facecolor=style.WASH, zorder=0.1)
    plot.axes.add_patch(tint)
    look: dict[str, Any] = {"color": style.INK, "linewidth": 0.9, "zorder": 1.2}
    plot.axes.add_line(Line2D([at, at], [low, high], label="marked day", **look))
    x = plot.across(marked.day)
    return [labels.Box(x - 0.02, 0.0, x + 0.02, plot.height)]


def _side(plot: timeline.Plot, day: date, marked: Marked) -> tuple[float, float] | None:
    """Where the label of a mark may stand: on the same side of the marked day as its mark."""
    if not marked.day:
        return None
    parting = plot.across(marked.day)
    return (parting + 0.05, plot.width) if day > marked.day else (0.02, parting - 0.05)


def _put_lines(plot: timeline.Plot, series: Series) -> list[labels.Box]:
    """Steps between readings, red where something was taken back or added; what they cover."""
    covered = []
    for run in series.runs:
        for before, after in pairwise(run):
            assert before.known_on and after.known_on
            days = [before.known_on.toordinal(), after.known_on.toordinal()]
            ends = [timeline.stands_at(before), timeline.stands_at(after)]
            colour = style.TIER_COLOURS[after.tier]
            look: dict[str, Any] = {"color": colour, "linewidth": 0.9, "zorder": 2}
            name = f"{before.claim_id} to {after.claim_id}"
            flat = Line2D(days, [ends[0]] * 2, label=f"holds {name}", **look)
            if after.claim_id in series.changes:
                look |= {"color": style.ALARM, "linewidth": 2.0}
            rise = Line2D([days[1]] * 2, ends, label=f"moves {name}", **look)
            plot.axes.add_line(flat)
            plot.axes.add_line(rise)
            covered += _boxes(plot, (before.known_on, after.known_on), ends)
    return covered


def _boxes(plot: timeline.Plot, days: tuple[date, date], ends: Sequence[float]) -> list[labels.Box]:
    """Where a step lies, for the labels to keep off."""
    x0, x1 = (plot.across(day) for day in days)
    y0, y1 = (plot.down(end) for end in ends)
    return [
        labels.Box(x0, y0 - 0.01, x1, y0 + 0.01),
        labels.Box(x1 - 0.01, min(y0, y1), x1 + 0.01, max(y0, y1)),
    ]


# Words


def _told_of(series: Series) -> set[str]:
    """The readings that bear a label: all, or of a long series its first, last and changes."""
    rows = series.readings
    if len(rows) <= _MOST_NUMBERS:
        return {r.claim_id for r in rows}
    return {rows[0].claim_id, rows[-1].claim_id, *series.changes}


def _layouts(row: Row, change: str, marked: Marked) -> tuple[labels.Layout, ...]:
    """Number, speaker and change in bold, then its days and what sets it apart."""
    who = row.origin if row.origin and row.speaker == UNNAMED_SPEAKER else row.speaker
    head = ", ".join(w for w in (f"{wording.number(row)} {who}", change) if w)
    apart = ["in the article"] if row.document_id == marked.document_id else []
    apart += [stands_for(row), *wording.limits(row)]
    apart += ["repeat" if row.repeat_of else "possible repeat"] if row.is_repeat else []
    apart += ["pending"] if row.is_pending else []
    words = ", ".join(apart)
    layouts = []
    for width, head_width in _LABEL_WIDTHS:
        lines = style.wrap(head, head_width, labels.SIZE, True, most=4)
        rest = style.wrap(words, width, labels.SIZE, most=6)
        layouts.append(labels.Layout(tuple(lines), tuple(rest)))
    return tuple(dict.fromkeys(layouts))


def stands_for(row: Row) -> str:
    """The days that a reading speaks of: the day of a stock, the end of a counter."""
    if row.measure == "stock":
        return f"on {wording.window(row)}"
    if row.end_latest is None:
        return wording.window(row)
    until = wording.edge(row.end_earliest, row.end_latest)
    return f"until {until}" if row.start_earliest else f"until {until}, start not stated"


def known_words(series: Sequence[Series], marked: Marked) -> str:
    """What was known by the marked day of what a panel counts, but for the document's own words."""
    assert marked.day
    day = wording.day(marked.day)
    known = [r for s in series if (r := s.known_by(marked.day, marked.document_id))]
    if not known:
        return f"Known by {day}, of what is shown here: nothing."
    told = [
        f"{wording.number(r)} {stands_for(r)} ({wording.who(r)}, known from "
        f"{wording.day(r.known_on)})"
        for r in sorted(known, key=_known_order)
        if r.known_on
    ]
    return f"Known by {day}, of what is shown here: {'; '.join(told)}."


def _alt(
    head: str,
    panels: Sequence[_Panel],
    marked: Marked,
    chosen: Chosen,
    told: Sequence[str],
) -> str:
    lines = [head]
    for panel in panels:
        known = f" {known_words(panel.series, marked)}" if marked.day else ""
        lines.append(f"{panel.title}.{known}")
        changes = {c: words for s in panel.series for c, words in s.changes.items()}
        lines += [
            f"- {_row_told(row, changes.get(row.claim_id, ''), chosen, marked)}"
            for row in panel.rows
        ]
    return "\n".join([*lines, " ".join(told), chosen.sources])


def _row_told(row: Row, change: str, chosen: Chosen, marked: Marked) -> str:
    assert row.known_on is not None
    ends = f" ({wording.range_words(row)})" if row.is_bound else ""
    parts = [
        f"{wording.day(row.known_on)}: {wording.number(row)}{ends}",
        f"{wording.who(row)} {wording.carrier(row)}".strip(),
        stands_for(row),
        "; ".join([wording.whom(row), *wording.limits(row)]),
        change,
        f"repeats {chosen.named(row.repeat_of)}" if row.repeat_of else "",
        f"perhaps repeats {chosen.named(row.possible_repeat_of)}" if row.possible_repeat_of else "",
        "pending" if row.is_pending else "",
        "not known by the marked day" if marked.day and row.known_on > marked.day else "",
    ]
    return ", ".join(p for p in parts if p) + "."
