"""Small multiples: one panel a place on one scale, for stocks and stated flows.

Panels stand in the order of the places' names and are never sorted by a number. What a place has no
figure for stays empty and says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipelines.charts import days, labels, marks, page, places, style, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import Phrase, capital, joined, say, say_n
from pipelines.charts.rows import Chosen, Marts, Row, gazetteer
from pipelines.charts.series import series_of

NAME = "by_place"
_ACROSS, _DOWN = 3, 5
"""Panels beside each other, and rows of them on a page."""
_TALL, _TITLE, _BELOW = 1.05, 0.17, 0.3
"""Inches of a plot, of the name above it, and of days and gap below it."""
_LEFT, _BETWEEN = 0.6, 0.26
"""Inches of the numbers of the scale, and between two panels."""
_FEW = 4
"""Readings of a series that all bear their number; of more, the first and the last."""
_PIECE = 0.06
"""Inches of a piece of a line that a box stands for."""
_LABEL_WIDTHS = (1.5, 0.9)


@dataclass(frozen=True)
class Panel:
    """A place and its figures, the earliest first; none where it has none."""

    place_id: str
    name: Phrase
    rows: tuple[Row, ...]

    @property
    def runs(self) -> list[list[Row]]:
        """The readings that a line joins: of a stock, of one source and scope, none missing."""
        stocks = [row for row in self.rows if row.measure == "stock" and not row.is_bound]
        return [run for series in series_of(stocks, by="meant") for run in series.runs]

    @property
    def told(self) -> list[Row]:
        """The figures that bear a label: all of a source's few, else its first and its last."""
        by_source: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.rows:
            by_source[row.series or row.source, row.tier].append(row)
        few = [rows if len(rows) <= _FEW else [rows[0], rows[-1]] for rows in by_source.values()]
        return [row for rows in few for row in rows]


def draw(marts: Marts, request: Request) -> Drawn:
    """The pictures, one definition each; else why there are none."""
    place_ids = places.places_meant(marts, request.place_ids)
    title = _title(marts, request)
    if not request.metrics and not request.question_ids:
        return page.nothing(title, say("Name the metric, or the questions, to be shown by place."))
    chosen = places.gather(marts, request, place_ids)
    if isinstance(chosen, Phrase):
        return page.nothing(title, chosen)
    numbers, pictures = count(1), []
    for rows in places.definitions(chosen.rows):
        shown = places.part_of(chosen, rows, marts)
        panels = _panels(marts, shown, place_ids, bool(request.place_ids))
        frame = _frame(rows)
        size = _ACROSS * _DOWN
        for cut in range(0, len(panels), size):
            n, name = next(numbers), request.name or NAME
            named = name if n == 1 else f"{name}_{n}"
            pictures.append(_picture(named, title, shown, panels[cut : cut + size], frame))
    return pictures


def _title(marts: Marts, request: Request) -> Phrase:
    what = joined([wording.word(m) for m in request.metrics]) or say("figures")
    if len(request.place_ids) == 1:
        place = places.name_of(gazetteer(marts), request.place_ids[0])
        return capital(say("{what} by place: {place}", what=what, place=place))
    return capital(say("{what} by place", what=what))


def _panels(marts: Marts, shown: Chosen, place_ids: Sequence[str], with_empty: bool) -> list[Panel]:
    """A panel a place in the order given; those without a figure where they were asked for."""
    register = gazetteer(marts)
    found = []
    for place in place_ids:
        rows = tuple(sorted((r for r in shown.rows if r.place_id == place), key=_order))
        if rows or with_empty:
            found.append(Panel(place, places.name_of(register, place), rows))
    return found


def _order(row: Row) -> tuple[date, str, str]:
    return middle(row), row.source, row.claim_id


def middle(row: Row) -> date:
    """The middle of its window; the end where no start is stated."""
    assert row.end_latest  # figures without a day are left out
    first = row.start_earliest or row.end_earliest or row.end_latest
    return date.fromordinal((first.toordinal() + row.end_latest.toordinal()) // 2)


@dataclass(frozen=True)
class _Frame:
    """What all panels of one definition share: the scale, the days and the inches of a plot."""

    scale: marks.Scale
    first: date
    last: date
    width: float
    size: float
    """Of a dot."""


def _frame(rows: Sequence[Row]) -> _Frame:
    page_wide = style.PAGE_WIDTH - 2 * style.MARGIN
    width = (page_wide - _LEFT - (_ACROSS - 1) * _BETWEEN) / _ACROSS
    bounds = [marks.spot_of(r) for r in rows if marks.spot_of(r).is_bound]
    before = marks.ARROW if any(s.low is None for s in bounds) else 0.0
    after = marks.ARROW + 0.05 if any(s.high is None for s in bounds) else 0.14
    scale = marks.scale_for((n for r in rows for n in r.inked), _TALL, before, after, 0.24)
    window = [d for r in rows for d in (r.start_earliest, r.end_latest) if d]
    first, last = days.edges(window, width, 0.12, 0.2)
    most = max(Counter((r.place_id, r.source) for r in rows).values())
    return _Frame(scale, first, last, width, 4.5 if most <= 2 * _FEW else 2.8)


# The page


def _picture(
    name: str, title: Phrase, shown: Chosen, panels: Sequence[Panel], frame: _Frame
) -> style.Picture:
    subtitle = say(
        "One scale for all panels: {what}; {how}. Panels stand in the order of names: no ranking.",
        what=wording.counted(shown.rows[0]),
        how=places.defined(shown.rows[0]),
    )
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    speakers = {wording.who(r) for r in shown.rows}
    without = 0
    for row in range(0, len(panels), _ACROSS):
        for column, panel in enumerate(panels[row : row + _ACROSS]):
            left = sheet.left + _LEFT + column * (frame.width + _BETWEEN)
            without += _put(sheet, panel, (left, column == 0), frame, len(speakers) > 1)
        sheet.y += _TITLE + _TALL + _BELOW
    if frame.scale.is_log:
        sheet.paragraph(marks.log_note("up"), style.SMALL, colour=style.SOFT)
    told = page.captions(shown, _said(shown, panels, speakers, without))
    key = marks.tier_key(shown.rows) + marks.key_for(shown.rows, style.INK)
    page.foot(sheet, shown, key, told)
    alt = _alt(title, subtitle, panels, told, shown)
    return style.Picture(name, sheet.finish(), title, alt, shown.sources)


def _put(
    sheet: style.Sheet, panel: Panel, at: tuple[float, bool], frame: _Frame, with_speaker: bool
) -> int:
    """One panel at the cursor, which stays; how many labels found no room."""
    left, is_first = at
    named = style.wrap(panel.name, frame.width, style.BODY, True, most=1)
    sheet.lines(left, sheet.y, named, style.BODY, bold=True)
    top = sheet.y + _TITLE
    axes = sheet.axes(left, top, frame.width, _TALL)
    days.put_days(axes, frame.first, frame.last, frame.width, labelled=True)
    marks.put_scale(axes, frame.scale, "up")
    if not is_first:
        axes.tick_params(axis="y", labelleft=False, labelright=False)
    if not panel.rows:
        none, middle_y = say("no figure"), top + _TALL / 2 - 0.05
        across = left + frame.width / 2
        sheet.lines(across, middle_y, [none], style.BODY, colour=style.SOFT, align="center")
        return 0
    plot = days.Plot(axes, left, top, frame.width, _TALL)
    _put_marks(axes, panel, frame.size)
    shown = [days.Mark(r, middle(r), _layouts(r, with_speaker)) for r in panel.told]
    return days.put_labels(sheet, plot, shown, _covered(plot, panel))


def _put_marks(axes: Axes, panel: Panel, size: float) -> None:
    """The marks of a place, each over its window; readings of a stock are joined."""
    for before, after in (pair for run in panel.runs for pair in pairwise(run)):
        ends = [middle(before).toordinal(), middle(after).toordinal()]
        heights = [days.stands_at(before), days.stands_at(after)]
        look: dict[str, Any] = {"color": style.TIER_COLOURS[after.tier], "linewidth": 0.8}
        name = f"joins {before.claim_id} to {after.claim_id}"
        axes.add_line(Line2D(ends, heights, label=name, zorder=2, **look))
    for row in panel.rows:
        pen = marks.pen_for(row, style.TIER_COLOURS[row.tier], size)
        if window := window_of(row):
            ends, heights = [d.toordinal() for d in window], [days.stands_at(row)] * 2
            look = {"color": pen.colour, "linewidth": 0.8, "zorder": 1.9}
            axes.add_line(Line2D(ends, heights, label=f"window {row.claim_id}", **look))
        marks.draw(axes, marks.spot_of(row), middle(row).toordinal(), "up", pen)


def window_of(row: Row) -> tuple[date, date] | None:
    """The days of a figure that is of more than one day."""
    assert row.end_latest  # figures without a day are left out
    first = row.start_earliest or row.end_earliest
    return (first, row.end_latest) if first and first < row.end_latest else None


def _covered(plot: days.Plot, panel: Panel) -> list[labels.Box]:
    """Where marks without a label, windows and lines lie, for the labels to keep off."""
    boxes, apart = [], {row.claim_id for row in panel.told}
    for a, b in (pair for run in panel.runs for pair in pairwise(run)):
        apart |= {a.claim_id, b.claim_id}
        boxes += _along(plot, a, b)
    for row in panel.rows:
        if row.claim_id not in apart or row.low is not None:
            x, heights = plot.across(middle(row)), [plot.down(n) for n in row.inked]
            boxes.append(_box(x, x, min(heights), max(heights)))
        if window := window_of(row):
            first, last = (plot.across(day) for day in window)
            y = plot.down(days.stands_at(row))
            boxes.append(_box(first, last, y, y, 0.015))
    return boxes


def _along(plot: days.Plot, a: Row, b: Row) -> list[labels.Box]:
    """Boxes along the line between two readings."""
    (x0, y0), (x1, y1) = (
        (plot.across(middle(row)), plot.down(days.stands_at(row))) for row in (a, b)
    )
    steps = max(1, round(min(abs(x1 - x0), abs(y1 - y0)) / _PIECE))
    ends = [(x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps) for n in range(steps + 1)]
    return [
        _box(left, right, min(top, bottom), max(top, bottom), 0.025)
        for (left, top), (right, bottom) in pairwise(ends)
    ]


def _box(left: float, right: float, top: float, bottom: float, around: float = 0.03) -> labels.Box:
    return labels.Box(left - around, top - around, right + around, bottom + around)


# Words


def _layouts(row: Row, with_speaker: bool) -> tuple[labels.Layout, ...]:
    notes = [wording.who(row)] if with_speaker else []
    notes += [say("repeat")] if row.repeat_of else []
    notes += [say("possible repeat")] if row.possible_repeat_of else []
    notes += [say("pending")] if row.is_pending else []
    layouts = []
    for width in _LABEL_WIDTHS:
        head = style.wrap(wording.number(row), width, labels.SIZE, True, most=2)
        rest = style.wrap(joined(notes), width, labels.SIZE, most=2) if notes else []
        layouts.append(labels.Layout(tuple(head), tuple(rest)))
    return tuple(dict.fromkeys(layouts))


def _said(
    shown: Chosen, panels: Sequence[Panel], speakers: set[Phrase], without: int
) -> list[Phrase]:
    said = []
    if len(speakers) == 1:
        said.append(say("Every figure: {speaker}.", speaker=next(iter(speakers))))
    if any(not panel.rows for panel in panels):
        said.append(say("“No figure” is no zero: this release holds none for that place."))
    if any(len(run) > 1 for panel in panels for run in panel.runs):
        said.append(say("A line joins readings of one stock and breaks where one is missing."))
    if any(window_of(row) for panel in panels for row in panel.rows):
        said.append(say("A level stroke spans the days of which a figure speaks."))
    said.append(places.totals_caption(shown.rows))
    if any(len(p.told) < len(p.rows) for p in panels):
        said.append(say("Of many readings the first and the last bear their number."))
    if without:
        said.append(
            say_n(
                "{n} mark without a label for want of room: the text has all.",
                "{n} marks without a label for want of room: the text has all.",
                without,
            )
        )
    return said


def _alt(
    title: Phrase,
    subtitle: Phrase,
    panels: Sequence[Panel],
    told: Sequence[Phrase],
    shown: Chosen,
) -> Phrase:
    lines = [say("{title}. {subtitle}", title=title, subtitle=subtitle)]
    for panel in panels:
        figures = [_told(row) for row in panel.rows] or [say("no figure")]
        lines.append(say("- {place}: {figures}.", place=panel.name, figures=joined(figures, "; ")))
    return joined([*lines, joined(told, " "), shown.sources], "\n")


def _told(row: Row) -> Phrase:
    number, window = wording.number(row), wording.window(row)
    notes = [
        wording.who(row),
        wording.range_words(row) if row.is_bound else "",
        say("repeat") if row.repeat_of else "",
        say("possible repeat") if row.possible_repeat_of else "",
        say("pending") if row.is_pending else "",
    ]
    return say("{window}: {number} ({notes})", window=window, number=number, notes=joined(notes))
