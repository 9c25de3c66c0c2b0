"""Stock and flow of displacement side by side: two panels, each with its own axis and unit.

A stock is how many people are displaced on a day; a flow is what happened in a window, and one
person may move twice in it. The two are never on one axis, and no line joins one to the other.
Flows are strokes as long as their windows: no line joins two windows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from matplotlib.lines import Line2D

from pipelines.charts import days, labels, marks, page, style, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import Phrase, capital, joined, listed, say, say_n, term
from pipelines.charts.rows import Chosen, Marts, Row, choose, gazetteer, source_line
from pipelines.charts.series import Series, series_of, totals_of

NAME = "stock_and_flow"
DISPLACEMENT = (
    "idps",
    "internal_displacements",
    "displaced",
    "refugees",
    "asylum_seekers",
    "returned_idps",
    "returned_refugees",
)
"""The metrics that are looked at where none is asked for, the first found first."""

MEASURES = ("stock", "flow")
_HEIGHT = 2.9
_BETWEEN = 0.3
"""Inches between the two panels."""
_LEFT_OF_PLOT = 0.62
_ROOM = (0.35, 0.3)
_MOST_LABELS = 5
_LABEL_WIDTHS = ((1.25, 1.25), (0.85, 0.85))
_SHAPES = ("o", "D", "s", "^", "v", "P")


@dataclass(frozen=True)
class Half:
    """One of the two panels: what it counts, and its readings by source."""

    measure: str
    series: tuple[Series, ...]

    @property
    def rows(self) -> list[Row]:
        """Its readings by the days of which they speak."""
        rows = [r for s in self.series for r in readings_of(s)]
        return sorted(rows, key=lambda r: (r.end_latest or date.max, r.claim_id))

    @property
    def first(self) -> Row:
        """A reading: all count alike."""
        return self.series[0].first

    @property
    def title(self) -> Phrase:
        """Whom or what it counts, and where."""
        row = self.first
        what = capital(term("metric", row.metric))
        return joined([what, wording.where(row), wording.whom(row), *wording.limits(row)])

    @property
    def unit(self) -> Phrase:
        """The measure and the unit of its axis, in words."""
        unit = term("unit", self.first.unit)
        if self.measure == "stock":
            return say("Stock: {unit}, as many as there are on a day", unit=unit)
        if self.first.unit == "movements":
            return say("Flow: movements within a window; one person may move more than once")
        return say("Flow: {unit}, in the course of a window", unit=unit)


def readings_of(series: Series) -> list[Row]:
    """What is drawn of a series: for each day or window the figure that was published last."""
    held = {(r.start_earliest, r.end_latest): r for r in series.readings if not r.is_repeat}
    shown = {r.claim_id for r in held.values()}
    return [r for r in series.readings if r.claim_id in shown]


def draw(marts: Marts, request: Request) -> Drawn:
    """The picture of one place; where there is no stock, or no flow, why it is not drawn.

    Parameters
    ----------
    marts
        The published tables.
    request
        One place, and the metrics of the stock and of the flow; those of displacement where none is
        given. `first` and `last` are days of which the figures speak.
    """
    title = _title(marts, request)
    if len(request.place_ids) != 1:
        return page.nothing(title, say("Stock and flow are shown of one place: name one."))
    metrics = request.metrics or DISPLACEMENT
    chosen = choose(marts, _scope(marts, request, metrics))
    totals = totals_of(marts, metrics, request.place_ids, editions=False, measures=MEASURES)
    rows = [r for r in [*chosen.rows, *totals] if _is_asked(r, request)]
    halves, others = _halves(rows, metrics)
    missing = [m for m in MEASURES if m not in halves]
    if missing:
        return page.nothing(title, _without(missing))
    pair = (halves["stock"], halves["flow"])
    shown = [r for half in pair for r in half.rows]
    once = {(r.source_id, r.release, r.document_id, r.publisher): r for r in shown}
    sources = source_line(list(once.values()), marts["marts/documents"], marts["marts/sources"])
    chosen = replace(chosen, rows=tuple(shown), sources=sources)
    return [_picture(chosen, pair, (request.name or NAME, title), others)]


# The scope


def _scope(marts: Marts, request: Request, metrics: Sequence[str]) -> list[str]:
    claims = marts["marts/claims"]
    wanted = claims["metric"].isin(metrics) & claims["measure"].isin(MEASURES)
    wanted &= claims["place_id"].isin(request.place_ids).fillna(False)
    if request.question_ids:
        figures = marts["marts/figures"]
        asked = figures.loc[figures["question_id"].isin(request.question_ids), "claim_id"]
        wanted &= claims["claim_id"].isin(asked)
    return [str(claim) for claim in claims.loc[wanted.astype(bool), "claim_id"]]


def _is_asked(row: Row, request: Request) -> bool:
    if row.end_latest is None or (request.population and row.population != request.population):
        return False
    if request.source_id and row.source_id != request.source_id:
        return False
    return (request.first or date.min) <= row.end_latest <= (request.last or date.max)


def _halves(rows: Sequence[Row], metrics: Sequence[str]) -> tuple[dict[str, Half], int]:
    """The panels by measure, and how many readings count something else than they do.

    A panel counts one thing: of what the metrics hold the whole before its parts, and of several
    wholes the one that is read most, in the order of the metrics.
    """
    counts: dict[str, dict[tuple[Any, ...], list[Row]]] = {m: defaultdict(list) for m in MEASURES}
    for row in rows:
        counts[row.measure][_counted(row)].append(row)
    halves, others = {}, 0
    for measure, held in counts.items():
        if not held:
            continue
        best = min(held.values(), key=lambda of: _preference(of, metrics))
        series = [s for s in series_of(best, "meant") if readings_of(s)]
        others += sum(len(of) for of in held.values()) - len(best)
        halves[measure] = Half(measure, tuple(series))
    return halves, others


_COUNTED = (
    "metric",
    "measure",
    "unit",
    "population",
    "nationality",
    "place_id",
    "place_role",
    "territory",
    "restriction",
    "coverage",
)


def _counted(row: Row) -> tuple[Any, ...]:
    """What figures of one panel have in common."""
    return tuple(getattr(row, name) for name in _COUNTED)


def _preference(rows: Sequence[Row], metrics: Sequence[str]) -> tuple[Any, ...]:
    row = rows[0]
    is_part = row.population != "all" or bool(row.restriction or row.coverage or row.nationality)
    return is_part, metrics.index(row.metric), -len(rows), str(_counted(row))


def _without(missing: Sequence[str]) -> Phrase:
    if len(missing) == 2:
        return say("This release holds neither a stock nor a flow of that scope.")
    if missing == ["stock"]:
        return say("This release holds a flow of that scope and no stock to set beside it.")
    return say("This release holds a stock of that scope and no flow to set beside it.")


# The page


def _picture(
    chosen: Chosen, pair: tuple[Half, Half], named: tuple[str, Phrase], others: int
) -> style.Picture:
    name, title = named
    subtitle = say(
        "Two measures on two axes: neither can be read off the other, and they do not add up."
    )
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    width = (sheet.width - _BETWEEN) / 2
    spoken_of = [d for r in chosen.rows for d in (_begins(r), r.end_latest) if d]
    edges = days.edges(spoken_of, width - _LEFT_OF_PLOT, *_ROOM)
    top, unlabelled, below = sheet.y, 0, sheet.y
    for n, half in enumerate(pair):
        sheet.y = top
        unlabelled += _put_half(sheet, half, n * (width + _BETWEEN), width, edges)
        below = max(below, sheet.y)
    sheet.y = below + 0.1
    told = page.captions(chosen, _said(pair, others, unlabelled))
    key = marks.tier_key(chosen.rows) + marks.key_for(chosen.rows, style.INK)
    page.foot(sheet, chosen, key, told)
    head = joined([say("{title}.", title=title), subtitle], " ")
    lines = [head, *(line for half in pair for line in _told(half, chosen))]
    alt = "\n".join([*lines, joined(told, " "), chosen.sources])
    return style.Picture(name, sheet.finish(), title, alt, chosen.sources)


def _begins(row: Row) -> date | None:
    """The day from which a figure is drawn: a flow from the start of its window."""
    return row.start_earliest if row.measure == "flow" else row.end_latest


def _put_half(
    sheet: style.Sheet, half: Half, at: float, width: float, edges: tuple[date, date]
) -> int:
    """One panel under the cursor, `at` inches across; how many marks found no room for a label."""
    left, y = sheet.left + at, sheet.y
    title = style.wrap(half.title, width, style.SUBTITLE, True, 3)
    y = sheet.lines(left, y, title, style.SUBTITLE, bold=True)
    unit = style.wrap(half.unit, width, style.BODY, most=3)
    y = sheet.lines(left, y, unit, style.BODY, colour=style.SOFT)
    # The plots of both panels stand level, however many lines their titles take.
    y = max(y, sheet.y + 4 * style.SUBTITLE * style.LINE / 72) + 0.08
    plot_left = left + _LEFT_OF_PLOT
    plot_width = width - _LEFT_OF_PLOT
    axes = sheet.axes(plot_left, y, plot_width, _HEIGHT)
    days.put_days(axes, *edges, plot_width, True)
    rows = half.rows
    has_lower_bound = any(r.is_bound and r.low is not None for r in rows)
    has_upper_bound = any(r.is_bound and r.high is not None for r in rows)
    after = marks.ARROW + 0.08 if has_lower_bound else 0.3
    before = marks.ARROW if has_upper_bound else 0.0
    scale = marks.scale_for((n for r in rows for n in r.inked), _HEIGHT, before, after, 0.28)
    marks.put_scale(axes, scale, "up")
    plot = days.Plot(axes, plot_left, y, plot_width, _HEIGHT)
    labelled = []
    blocked: list[labels.Box] = []
    for n, series in enumerate(half.series):
        shape = _SHAPES[n % len(_SHAPES)]
        blocked += _put_series(plot, half, series, shape)
        labelled += _labelled(series)
    unlabelled = days.put_labels(sheet, plot, labelled, blocked)
    sheet.y = y + _HEIGHT + 0.2
    if scale.is_log:
        note = marks.log_note("up")
        sheet.y = sheet.lines(plot_left, sheet.y, [note], style.SMALL, colour=style.SOFT)
    return unlabelled


def _put_series(plot: days.Plot, half: Half, series: Series, shape: str) -> list[labels.Box]:
    """The marks of a series, and its steps or strokes; what these cover."""
    covered = _put_steps(plot, series) if half.measure == "stock" else _put_windows(plot, series)
    for row in readings_of(series):
        pen = marks.pen_for(row, style.TIER_COLOURS[row.tier], 4.6, shape)
        marks.draw(plot.axes, marks.spot_of(row), _stands(row).toordinal(), "up", pen)
    return covered


def _stands(row: Row) -> date:
    """The day at which a figure's mark stands: of a flow the middle of its window."""
    assert row.end_latest
    if row.measure != "flow" or row.start_earliest is None:
        return row.end_latest
    return date.fromordinal((row.start_earliest.toordinal() + row.end_latest.toordinal()) // 2)


def _put_windows(plot: days.Plot, series: Series) -> list[labels.Box]:
    """A stroke over the window of each flow, at its number."""
    covered = []
    for row in readings_of(series):
        if marks.spot_of(row).dot is None or not row.start_earliest or not row.end_latest:
            continue
        ends = [row.start_earliest.toordinal(), row.end_latest.toordinal()]
        value = days.stands_at(row)
        look: dict[str, Any] = {"color": style.TIER_COLOURS[row.tier], "linewidth": 1.4}
        label = f"window {row.claim_id}"
        plot.axes.add_line(Line2D(ends, [value] * 2, label=label, zorder=2, **look))
        y = plot.down(value)
        xs = plot.across(row.start_earliest), plot.across(row.end_latest)
        covered.append(labels.Box(xs[0], y - 0.015, xs[1], y + 0.015))
    return covered


def _put_steps(plot: days.Plot, series: Series) -> list[labels.Box]:
    """Steps from a stock to the next one of its series; none over a missing reading."""
    covered = []
    for run in series.runs:
        for before, after in pairwise(run):
            if None in (marks.spot_of(before).dot, marks.spot_of(after).dot):
                continue
            first, last = series.day(before), series.day(after)
            low, high = days.stands_at(before), days.stands_at(after)
            xs = [first.toordinal(), last.toordinal(), last.toordinal()]
            look: dict[str, Any] = {"color": style.TIER_COLOURS[after.tier], "linewidth": 0.9}
            label = f"holds {before.claim_id} to {after.claim_id}"
            plot.axes.add_line(Line2D(xs, [low, low, high], label=label, zorder=2, **look))
            x0, x1 = plot.across(first), plot.across(last)
            y0, y1 = plot.down(low), plot.down(high)
            covered.append(labels.Box(x0, y0 - 0.01, x1, y0 + 0.01))
            covered.append(labels.Box(x1 - 0.01, min(y0, y1), x1 + 0.01, max(y0, y1)))
    return covered


def _labelled(series: Series) -> list[days.Mark]:
    """The marks with a label: all of a short series, else its ends, its least and its greatest."""
    rows = readings_of(series)
    told = rows
    if len(rows) > _MOST_LABELS:
        dotted = sorted(rows, key=lambda r: (days.stands_at(r), r.claim_id))
        told = list({r.claim_id: r for r in (rows[0], rows[-1], dotted[0], dotted[-1])}.values())
    return [days.Mark(row, _stands(row), _layouts(row)) for row in told]


# Words


def _title(marts: Marts, request: Request) -> Phrase:
    places = gazetteer(marts)
    named = [wording.place_name(p, places.name(p) if p in places else p) for p in request.place_ids]
    if not named:
        return say("Displacement: stock and flow")
    return say("Displacement, {place}: stock and flow", place=listed(named))


def _said(pair: Sequence[Half], others: int, unlabelled: int) -> list[Phrase]:
    said = [
        say(
            "A line holds a stock until the next one of its series and breaks where one is "
            "missing. The stroke of a flow is as long as the window in which it happened; none "
            "continues another."
        )
    ]
    totals = sum(not r.question_id for half in pair for r in half.rows)
    if totals:
        said.append(
            say_n(
                "{n} mark is the total of a register's entries.",
                "{n} marks are totals of a register's entries.",
                totals,
            )
        )
    if others:
        said.append(
            say_n(
                "Not drawn: {n} figure that counts something else than its panel.",
                "Not drawn: {n} figures that count something else than their panel.",
                others,
            )
        )
    if unlabelled:
        said.append(
            say_n(
                "{n} mark without a label for want of room: the text has all.",
                "{n} marks without a label for want of room: the text has all.",
                unlabelled,
            )
        )
    return said


def _layouts(row: Row) -> tuple[labels.Layout, ...]:
    """Number and speaker in bold, then the days."""
    head = joined([wording.number(row), wording.who(row)], " ")
    apart = joined([_days_of(row), say("pending") if row.is_pending else ""])
    layouts = []
    for width, head_width in _LABEL_WIDTHS:
        lines = style.wrap(head, head_width, labels.SIZE, True, most=4)
        rest = style.wrap(apart, width, labels.SIZE, most=4)
        layouts.append(labels.Layout(tuple(lines), tuple(rest)))
    return tuple(dict.fromkeys(layouts))


def _days_of(row: Row) -> Phrase:
    """The day of a stock; the window of a flow, a whole year as the year."""
    start, end = row.start_earliest, row.end_latest
    if row.measure == "flow" and start and end and _is_year(start, end):
        return wording.edge(start, end)
    return wording.speaks_of(row)


def _is_year(start: date, end: date) -> bool:
    return (start, end) == (date(start.year, 1, 1), date(start.year, 12, 31))


def _told(half: Half, chosen: Chosen) -> Iterable[Phrase]:
    """A panel in the alt text."""
    yield say("{panel}. {unit}.", panel=half.title, unit=half.unit)
    for row in half.rows:
        parts: list[Phrase | str] = [
            say("{days}: {number}", days=_days_of(row), number=wording.number(row)),
            say("({range})", range=wording.range_words(row)) if row.is_bound else "",
            joined([wording.who(row), wording.carrier(row)], " "),
            say("pending") if row.is_pending else "",
        ]
        yield say("- {reading}.", reading=joined(parts))
