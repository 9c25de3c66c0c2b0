"""The readings of counters and stocks over time, by day published or day meant, as they were read.

A line holds a reading until the next one of its series and joins nothing else. It breaks where a
reading of a regular series is missing and where a source began to count otherwise; a fall stands
where it fell. Each thing counted has a panel of its own. What happened in a window (a flow) is no
reading of a counter, and is not drawn here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise
from typing import Any

import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from pipelines.charts import days, labels, marks, page, style, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import Phrase, capital, isolated, joined, listed, say, say_n, term
from pipelines.charts.rows import Chosen, Marts, Row, choose, gazetteer, source_line
from pipelines.charts.series import (
    COUNTERS,
    By,
    Series,
    counting_of,
    day_of,
    falls,
    resets,
    series_of,
    totals_of,
)
from pipelines.core.refusals import PERHAPS_FOUND

NAME = "timeline"
READINGS = (*COUNTERS, "stock")
"""Measures of which a claim is a reading."""

_LEFT_OF_PLOT = 0.66
_HEIGHTS = ((3, 1.25), (8, 1.7))
_TALL = 2.2
"""Inches of a panel: by how many readings it has at most, and with more."""
_PAGE = 7.4
"""Inches of panels on a page."""
_MOST_PANELS = 12
_MOST_DOTS = 60
"""Readings of a series beyond which its dots are small and drawn as one."""
_MOST_LABELS = 8
"""Readings of a series beyond which only its first, its last and what changed bear a label."""
_LABEL_WIDTHS = ((2.0, 2.0), (1.3, 1.3), (0.85, 0.85))
_SHAPES = ("o", "D", "s", "^", "v", "P")
"""Shapes of the marks of several series in one panel."""


@dataclass(frozen=True)
class Panel:
    """One thing counted: the series that count it, and where their sources begin to count anew."""

    title: Phrase
    series: tuple[Series, ...]
    turns: Mapping[date, Phrase]
    """By day, whose other way of counting begins."""

    @property
    def rows(self) -> list[Row]:
        """What is drawn of it, in the order of its days."""
        rows = [r for s in self.series for r in drawn_of(s)]
        return sorted(rows, key=lambda r: (day_of(r, self.by) or date.max, r.claim_id))

    @property
    def by(self) -> By:
        """Which day its axis shows."""
        return self.series[0].by

    @property
    def height(self) -> float:
        """Inches of its plot."""
        return next((tall for most, tall in _HEIGHTS if len(self.rows) <= most), _TALL)


def drawn_of(series: Series) -> list[Row]:
    """The readings of a series that have a mark.

    Of several editions of one day's figure the last one stands for all, by the day meant.
    """
    if series.by == "published":
        return list(series.readings)
    held = {row.claim_id for row in series.held}
    return [r for r in series.readings if r.claim_id in held or r.is_repeat]


def draw(marts: Marts, request: Request) -> Drawn:
    """The pages of the timeline; where nothing of the scope is a reading, why.

    Parameters
    ----------
    marts
        The published tables.
    request
        Questions by id, whose counters and stocks are shown with all their readings; or metrics
        and places, with a population and a source where those are given. `by` says which day is
        meant by the axis and by `first` and `last`.
    """
    title = _title(marts, request)
    ids, others = _scope(marts, request)
    chosen = choose(marts, ids)
    rows = [*chosen.rows, *_totals(marts, request)]
    if request.question_ids:
        asked = {counting_of(r) for r in rows if r.question_id in request.question_ids}
        rows = [r for r in rows if counting_of(r) in asked]
    rows = [r for r in rows if _is_within(r, request)]
    flows = totals_of(marts, request.metrics, request.place_ids, editions=False, measures=("flow",))
    others += Counter({"flow": len(flows)} if flows else {})
    if not rows:
        return page.nothing(title, _why_nothing(others))
    shown, said = _panels(marts, request, rows)
    if not shown:
        why = say("Each claim of that scope is alone in what it counts: nothing follows it.")
        return page.nothing(title, why)
    if others:
        said.append(_others_told(others))
    pages = _pages(shown)
    named = request.name or NAME
    names = [named, *(f"{named}_page_{n}" for n in range(2, len(pages) + 1))]
    return [
        _picture(marts, chosen, panels, (name, title), said)
        for name, panels in zip(names, pages, strict=True)
    ]


# The scope


def _scope(marts: Marts, request: Request) -> tuple[list[str], Counter[str]]:
    """The claims that may be readings of what is asked for, and the others by their measure."""
    figures = marts["marts/figures"]
    wanted = pd.Series(True, index=figures.index)
    if request.question_ids:
        asked = figures[figures["question_id"].isin(request.question_ids)]
        for axis in ("metric", "measure", "population", "place_id"):
            values = set(asked[axis].dropna())
            lacks = figures[axis].isna() & bool(asked[axis].isna().any())
            wanted &= figures[axis].isin(values) | lacks
    if request.metrics:
        wanted &= figures["metric"].isin(request.metrics)
    if request.place_ids:
        wanted &= figures["place_id"].isin(request.place_ids)
    if request.population:
        wanted &= figures["population"] == request.population
    claims = marts["marts/claims"]
    held = claims[claims["claim_id"].isin(set(figures.loc[wanted, "claim_id"]))]
    if request.source_id:
        held = held[held["source_id"] == request.source_id]
    is_reading = held["measure"].isin(READINGS)
    is_stated = held["modality"].isin(("stated", "none_reported")) & held["replaced_by"].isna()
    others = Counter(str(m) for m in held.loc[~is_reading & is_stated, "measure"])
    held = held[is_reading]
    if request.by == "meant":
        held = _last_editions(held)
    return held["claim_id"].tolist(), others


def _last_editions(claims: pd.DataFrame) -> pd.DataFrame:
    """Of each figure of a table's record the latest edition; a text's figures are all kept."""
    is_edition = claims["edition"].notna()
    suffix = claims["claim_id"].str.replace(r"^.*#", "", regex=True)
    of_tables = claims.assign(suffix=suffix)[is_edition]
    of_tables = of_tables.sort_values(["edition", "claim_id"])
    # A withdrawn or replaced figure is no latest edition of anything.
    keys = ["source_id", "series", "suffix", *_COUNTED, "end_earliest", "end_latest"]
    gone = of_tables["replaced_by"].notna() | of_tables["withdrawn_on"].notna()
    last = of_tables[~gone].drop_duplicates(keys, keep="last")
    return claims.loc[claims.index.isin(last.index) | ~is_edition]


_COUNTED = ("metric", "measure", "place_id", "population", "restriction", "coverage", "basis")


def _totals(marts: Marts, request: Request) -> list[Row]:
    """The stocks of registers, where no question or population of documents is asked for."""
    if request.question_ids or not request.metrics:
        return []
    rows = totals_of(marts, request.metrics, request.place_ids, editions=False, measures=("stock",))
    return [
        r
        for r in rows
        if request.population in ("", r.population) and request.source_id in ("", r.source_id)
    ]


def _is_within(row: Row, request: Request) -> bool:
    day = day_of(row, request.by)
    if day is None:
        return request.first is request.last is None
    return (request.first or date.min) <= day <= (request.last or date.max)


def _panels(
    marts: Marts, request: Request, rows: Sequence[Row]
) -> tuple[list[Panel], list[Phrase]]:
    """A panel for each thing counted, and what is said of what has none."""
    marked = resets(marts, (r.claim_id for r in rows))
    series = series_of(rows, request.by, marked, falls(marts))
    least = 1 if request.question_ids else 2
    by_counting: dict[tuple[Any, ...], list[Series]] = defaultdict(list)
    for one in series:
        by_counting[counting_of(one.first)].append(one)
    kept, alone, undated = [], 0, 0
    for held in by_counting.values():
        undated += sum(len(s.undated) for s in held)
        with_days = [s for s in held if s.held]
        if max((len(s.held) for s in with_days), default=0) >= least:
            kept.append(with_days)
        else:
            alone += sum(len(s.readings) for s in held)
    kept.sort(key=lambda held: _panel_order(held, request))
    panels = [_panel(held, series) for held in kept[:_MOST_PANELS]]
    beyond = [capital(_title_of(held[0].first)) for held in kept[_MOST_PANELS:]]
    return panels, _left_said(alone, undated, beyond, request.by)


def _panel_order(held: Sequence[Series], request: Request) -> tuple[Any, ...]:
    """Metrics as they are asked for, wholes before parts, much read before little read."""
    row = held[0].first
    metrics = [*request.metrics, row.metric]
    is_part = row.population != "all" or bool(row.restriction or row.coverage)
    read = sum(len(s.held) for s in held)
    return metrics.index(row.metric), row.place_id, is_part, -read, str(counting_of(row))


def _panel(held: Sequence[Series], everything: Iterable[Series]) -> Panel:
    """A panel with the days on which one of its sources begins to count otherwise."""
    first = held[0].first
    turns: dict[date, Phrase] = {}
    for one in held:
        last = one.day(one.held[-1])
        for other in everything:
            if not other.held or other in held or not _may_follow(one.first, other.first):
                continue
            begins = other.day(other.held[0])
            if begins > last:
                words = say(
                    "from here {who} counts otherwise: {what}",
                    who=wording.who(other.first),
                    what=_differs(one.first, other.first),
                )
                turns.setdefault(begins, words)
    drawn = sorted(held, key=lambda s: list(style.TIER_COLOURS).index(s.first.tier), reverse=True)
    return Panel(capital(_title_of(first)), tuple(drawn), dict(sorted(turns.items())))


_ALIKE = (
    "source",
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


def _may_follow(one: Row, other: Row) -> bool:
    """Whether a source gave up the one count for the other, and not both beside each other."""
    return all(getattr(one, name) == getattr(other, name) for name in _ALIKE)


def _differs(one: Row, other: Row) -> Phrase:
    """In what the other count is another one."""
    if one.deaths_counted != other.deaths_counted:
        return term("deaths_counted", other.deaths_counted)
    if (one.start_earliest, one.start_latest) != (other.start_earliest, other.start_latest):
        return _measure(other)
    return term("basis", other.basis)


def _left_said(alone: int, undated: int, beyond: Sequence[Phrase], by: By) -> list[Phrase]:
    said = []
    if alone:
        said.append(
            say_n(
                "Not drawn: {n} claim that nothing follows in what it counts.",
                "Not drawn: {n} claims that nothing follows in what they count.",
                alone,
            )
        )
    if undated and by == "published":
        said.append(
            say_n(
                "Not drawn: {n} claim without a day of publication.",
                "Not drawn: {n} claims without a day of publication.",
                undated,
            )
        )
    elif undated:
        said.append(
            say_n(
                "Not drawn: {n} claim whose window has no stated end.",
                "Not drawn: {n} claims whose windows have no stated end.",
                undated,
            )
        )
    if beyond:
        said.append(
            say_n(
                "Without a panel, for there is room for {most}: {n} more count ({what}).",
                "Without a panel, for there is room for {most}: {n} more counts ({what}).",
                len(beyond),
                most=_MOST_PANELS,
                what=joined(beyond, "; "),
            )
        )
    return said


def _why_nothing(others: Mapping[str, int]) -> Phrase:
    if not others:
        return say("This release holds no reading of a counter or a stock of that scope.")
    return say(
        "What this release holds of that scope are no readings of a counter or a stock "
        "({measures}): what happened in one window is not continued by what happened in another.",
        measures=listed(term("measure", measure) for measure in sorted(others)),
    )


def _others_told(others: Mapping[str, int]) -> Phrase:
    n = sum(others.values())
    return say_n(
        "Not drawn: {n} claim that is no reading of a counter or a stock ({measures}).",
        "Not drawn: {n} claims that are no readings of a counter or a stock ({measures}).",
        n,
        measures=listed(term("measure", measure) for measure in sorted(others)),
    )


# The page


def _pages(panels: Sequence[Panel]) -> list[list[Panel]]:
    cut: list[list[Panel]] = [[]]
    used = 0.0
    for panel in panels:
        tall = panel.height + 0.55
        if cut[-1] and used + tall > _PAGE:
            cut.append([])
            used = 0.0
        cut[-1].append(panel)
        used += tall
    return cut


def _picture(
    marts: Marts,
    chosen: Chosen,
    panels: Sequence[Panel],
    named: tuple[str, Phrase],
    said: Sequence[Phrase],
) -> style.Picture:
    name, title = named
    rows = [r for p in panels for r in p.rows]
    named_once = {(r.source_id, r.release, r.document_id, r.publisher): r for r in rows}
    said_of = list(named_once.values())
    sources = source_line(said_of, marts["marts/documents"], marts["marts/sources"])
    chosen = replace(chosen, rows=tuple(rows), sources=sources)
    by = panels[0].by
    subtitle = (
        say("Each mark stands on the day on which its number became known.")
        if by == "published"
        else say("Each mark stands on the last day of which its number speaks.")
    )
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    width = sheet.width - _LEFT_OF_PLOT
    shown = [day for r in rows if (day := day_of(r, by))]
    shown += [day for panel in panels for day in panel.turns]
    edges = days.edges(shown, width)
    without = sum(_put_panel(sheet, panel, edges, panel is panels[-1]) for panel in panels)
    sheet.y += 0.12
    told = page.captions(chosen, [*_captions(panels, without), *said])
    key = marks.tier_key(chosen.rows) + marks.key_for(chosen.rows, style.INK)
    page.foot(sheet, chosen, key, told)
    head = joined([say("{title}.", title=title), subtitle], " ")
    lines = [head, *(line for panel in panels for line in _panel_told(panel, chosen))]
    alt = "\n".join([*lines, joined(told, " "), sources])
    return style.Picture(name, sheet.finish(), title, alt, sources)


def _captions(panels: Sequence[Panel], without: int) -> list[Phrase]:
    series = [s for p in panels for s in p.series]
    said = [
        say(
            "A line holds a reading until the next one of its series and joins no other. Where "
            "most steps of a series are alike, it breaks at a step more than half as long again: "
            "readings are missing there. It also breaks where a source began to count otherwise."
        )
    ]
    if any(s.changes for s in series):
        said.append(
            say("Red: a counter fell, or a figure for the same days was lowered or raised.")
        )
    if any(p.turns for p in panels):
        said.append(say("A dashed upright line: a source begins to count otherwise."))
    totals = sum(not r.question_id for p in panels for r in p.rows)
    if totals:
        said.append(
            say_n(
                "{n} mark is the total of a register's entries.",
                "{n} marks are totals of a register's entries.",
                totals,
            )
        )
    if any(r.basis in PERHAPS_FOUND for p in panels for r in p.rows):
        said.append(
            say(
                "Not every source here says how it counted: where it counted what was found, a "
                "change in its number may be a change in reporting."
            )
        )
    if any(s.by == "meant" and len(drawn_of(s)) < len(s.readings) for s in series):
        said.append(
            say("Of several figures that a series gives for one day, the last published stands.")
        )
    if without:
        said.append(
            say_n(
                "{n} mark without a label for want of room: the text has all.",
                "{n} marks without a label for want of room: the text has all.",
                without,
            )
        )
    return said


def _put_panel(sheet: style.Sheet, panel: Panel, edges: tuple[date, date], is_last: bool) -> int:
    """One panel at the cursor, which moves below; how many marks found no room for a label."""
    sheet.paragraph(panel.title, style.SUBTITLE, bold=True, most=2, after=0.05)
    rows, height = panel.rows, panel.height
    left, width = sheet.left + _LEFT_OF_PLOT, sheet.width - _LEFT_OF_PLOT
    axes = sheet.axes(left, sheet.y, width, height)
    days.put_days(axes, *edges, width, is_last)
    has_lower_bound = any(r.is_bound and r.low is not None for r in rows)
    after = marks.ARROW + 0.08 if has_lower_bound else 0.26
    has_upper_bound = any(r.is_bound and r.high is not None for r in rows)
    before = marks.ARROW if has_upper_bound else 0.0
    numbers = [n for r in rows for n in r.inked]
    scale = marks.scale_for(numbers, height, before, after, 0.28)
    marks.put_scale(axes, scale, "up")
    plot = days.Plot(axes, left, sheet.y, width, height)
    blocked = _put_turns(plot, panel)
    labelled: list[days.Mark] = []
    for n, series in enumerate(panel.series):
        above = min(len(panel.series) - 1 - n, 2) if len(series.held) > _MOST_DOTS else 0
        blocked += _put_lines(plot, series, 0.9 + above * 1.2)
        blocked += _put_marks(plot, series, _SHAPES[n % len(_SHAPES)])
        labelled += _labelled(series)
    without = days.put_labels(sheet, plot, labelled, blocked)
    sheet.y += height + 0.16
    if scale.is_log:
        note = marks.log_note("up")
        sheet.y = sheet.lines(left, sheet.y, [note], style.SMALL, colour=style.SOFT) + 0.04
    return without


def _put_turns(plot: days.Plot, panel: Panel) -> list[labels.Box]:
    """The days on which a source begins to count otherwise; what no label may cover."""
    low, high = plot.axes.get_ylim()
    covered = []
    for day in panel.turns:
        look: dict[str, Any] = {"color": style.INK, "linewidth": 0.8, "linestyle": (0, (3, 2))}
        at = day.toordinal()
        plot.axes.add_line(Line2D([at, at], [low, high], label=f"turn {day}", zorder=1.2, **look))
        x = plot.across(day)
        covered.append(labels.Box(x - 0.02, 0.0, x + 0.02, plot.height))
    return covered


def joinable(series: Series) -> Iterator[list[Row]]:
    """The runs of a series without bounds and open ranges, at which nothing stands to be held."""
    for run in series.runs:
        for has_dot, rows in groupby(run, lambda r: marks.spot_of(r).dot is not None):
            if has_dot:
                yield list(rows)


def _put_lines(plot: days.Plot, series: Series, thick: float) -> list[labels.Box]:
    """Steps between readings, red where something was taken back; what they cover.

    A long series under others is thicker than they, so that it shows where all say the same.
    """
    covered: dict[int, tuple[float, float]] = {}
    for run in joinable(series):
        points = [(series.day(r).toordinal(), days.stands_at(r)) for r in run]
        xs, ys = [points[0][0]], [points[0][1]]
        for (_, held), (day, value) in pairwise(points):
            xs += [day, day]
            ys += [held, value]
        look: dict[str, Any] = {"linewidth": thick, "zorder": 2, "solid_joinstyle": "miter"}
        name = f"holds {run[0].claim_id} to {run[-1].claim_id}"
        colour = style.TIER_COLOURS[run[0].tier]
        plot.axes.add_line(Line2D(xs, ys, label=name, color=colour, **look))
        for before, after in pairwise(run):
            if after.claim_id in series.changes:
                day = series.day(after).toordinal()
                look = {"color": style.ALARM, "linewidth": 2.0, "zorder": 2.5}
                ends = [days.stands_at(before), days.stands_at(after)]
                name = f"moves {before.claim_id} to {after.claim_id}"
                plot.axes.add_line(Line2D([day, day], ends, label=name, **look))
        _cover(plot, run, series, covered)
    return _boxes(covered)


_COLUMN = 0.08
"""Inches across in which what a line covers is one box for the labels to keep off."""


def _cover(
    plot: days.Plot, run: Sequence[Row], series: Series, covered: dict[int, tuple[float, float]]
) -> None:
    """Add how far up and down a run reaches in each column of the plot."""
    spots = [(plot.across(series.day(r)), plot.down(days.stands_at(r))) for r in run]
    for (x0, y0), (x1, y1) in pairwise(spots):
        first, last = int(x0 / _COLUMN), int(x1 / _COLUMN)
        for n in range(first, last + 1):
            _reach(covered, n, (y0, y1) if n == last else (y0,))


def _reach(covered: dict[int, tuple[float, float]], n: int, heights: Sequence[float]) -> None:
    top, bottom = covered.get(n, (heights[0], heights[0]))
    covered[n] = (min(top, *heights), max(bottom, *heights))


def _boxes(covered: Mapping[int, tuple[float, float]]) -> list[labels.Box]:
    return [
        labels.Box(n * _COLUMN, top - 0.01, (n + 1) * _COLUMN, bottom + 0.01)
        for n, (top, bottom) in sorted(covered.items())
    ]


def _put_marks(plot: days.Plot, series: Series, shape: str) -> list[labels.Box]:
    """A mark for each reading; of a long series the dots are one line without strokes.

    What the bands of rounding cover of a long series is given back.
    """
    covered: list[labels.Box] = []
    rows = drawn_of(series)
    is_long = len(rows) > _MOST_DOTS
    plain = [r for r in rows if is_long and _is_plain(r)]
    if plain:
        xs = [series.day(r).toordinal() for r in plain]
        look: dict[str, Any] = {"linestyle": "none", "marker": ".", "markersize": 2.4, "zorder": 3}
        colour = style.TIER_COLOURS[plain[0].tier]
        covered = _put_bands(plot, series, plain)
        label = f"dots {plain[0].claim_id}"
        plot.axes.add_line(
            Line2D(xs, [days.stands_at(r) for r in plain], label=label, color=colour, **look)
        )
    drawn = {r.claim_id for r in plain}
    for row in rows:
        if row.claim_id not in drawn:
            size = 4.0 if row.is_repeat else 5.5
            pen = marks.pen_for(row, style.TIER_COLOURS[row.tier], size, shape)
            marks.draw(plot.axes, marks.spot_of(row), series.day(row).toordinal(), "up", pen)
    return covered


def _is_plain(row: Row) -> bool:
    """Whether its mark is a dot, with its band of rounding, and nothing else."""
    spot = marks.spot_of(row)
    return spot.dot is not None and spot.span is None and not (row.is_repeat or row.is_pending)


def _put_bands(plot: days.Plot, series: Series, rows: Sequence[Row]) -> list[labels.Box]:
    """The light bands of what printed digits could be rounded from, a day wide each."""
    strokes: list[list[tuple[float, float]]] = []
    covered: dict[int, tuple[float, float]] = {}
    for row in rows:
        low, high = row.reading_low, row.reading_high
        if marks.spot_of(row).has_band and low is not None and high is not None:
            day = series.day(row)
            strokes.append([(day.toordinal(), low), (day.toordinal(), high)])
            _reach(covered, int(plot.across(day) / _COLUMN), (plot.down(low), plot.down(high)))
    if strokes:
        first, last = plot.axes.get_xlim()
        colour = style.TIER_COLOURS[rows[0].tier]
        look: dict[str, Any] = {"colors": colour, "alpha": 0.25, "zorder": 1.5}
        wide = max(0.4, plot.width * 72 / (last - first))
        label = f"roundings {rows[0].claim_id}"
        bands = LineCollection(strokes, linewidths=wide, label=label, capstyle="butt", **look)
        plot.axes.add_collection(bands, autolim=False)
    return _boxes(covered)


def _labelled(series: Series) -> list[days.Mark]:
    """The marks with a label: all of a short series, else the ends and what changed."""
    rows = drawn_of(series)
    told = {r.claim_id for r in rows}
    if len(rows) > _MOST_LABELS:
        changed = [c for c in series.changes if c in told][:_MOST_LABELS]
        reset = sorted(series.reset & told)[:_MOST_LABELS]
        told = {rows[0].claim_id, rows[-1].claim_id, *changed, *reset}
    return [
        days.Mark(row, series.day(row), _layouts(row, series))
        for row in rows
        if row.claim_id in told
    ]


# Words


def _title(marts: Marts, request: Request) -> Phrase:
    places = gazetteer(marts)
    named = [wording.place_name(p, places.name(p) if p in places else p) for p in request.place_ids]
    figures = marts["marts/figures"]
    asked = figures[figures["question_id"].isin(request.question_ids)]
    metrics = request.metrics or tuple(dict.fromkeys(asked["metric"]))
    what = capital(listed([term("metric", m) for m in metrics] or [say("readings")]))
    if not named:
        ids = sorted(set(asked["place_id"].dropna()))
        named = [wording.place_name(p, places.name(p) if p in places else p) for p in ids]
    if not named and request.by == "published":
        return say("{what} over time, by day of publication", what=what)
    if not named:
        return say("{what} over time, by the day meant", what=what)
    if request.by == "published":
        return say("{what}, {place}: by day of publication", what=what, place=listed(named))
    return say("{what}, {place}: by the day meant", what=what, place=listed(named))


def _title_of(row: Row) -> Phrase:
    """What the readings of a panel count."""
    parts = [wording.counted(row), wording.where(row), wording.whom(row), *wording.limits(row)]
    return joined([joined(parts), _measure(row)], "; ")


def _measure(row: Row) -> Phrase:
    """What kind of number its readings are."""
    if row.measure == "stock":
        return say("a stock, how many there are on a day")
    start = wording.edge(row.start_earliest, row.start_latest)
    is_open = row.start_earliest != row.start_latest and row.start_latest == row.end_latest
    if not start or is_open:
        return say("a counter, its start not stated")
    return say("a counter from {start}", start=start)


def _layouts(row: Row, series: Series) -> tuple[labels.Layout, ...]:
    """Number, speaker and what changed in bold, then its day and what sets it apart."""
    change = series.changes.get(row.claim_id, "")
    head = joined([joined([wording.number(row), wording.who(row)], " "), change])
    apart = [wording.speaks_of(row)]
    if row.claim_id in series.reset:
        apart.append(say("counts otherwise from here"))
    if row.is_repeat:
        apart.append(say("repeat") if row.repeat_of else say("possible repeat"))
    if row.is_pending:
        apart.append(say("pending"))
    rest = joined(apart)
    layouts = []
    for width, head_width in _LABEL_WIDTHS:
        lines = style.wrap(head, head_width, labels.SIZE, True, most=4)
        more = style.wrap(rest, width, labels.SIZE, most=6) if rest else []
        layouts.append(labels.Layout(tuple(lines), tuple(more)))
    return tuple(dict.fromkeys(layouts))


def _panel_told(panel: Panel, chosen: Chosen) -> Iterator[Phrase]:
    """A panel in the alt text: its readings, what changed, and where the line breaks."""
    yield say("{panel}.", panel=panel.title)
    for series in panel.series:
        rows = drawn_of(series)
        if len(rows) <= _MOST_DOTS:
            yield from (say("- {reading}.", reading=_told(r, series, chosen)) for r in rows)
        else:
            yield from _long_told(series, rows)
        for before, after in series.gaps:
            yield say(
                "- The line breaks between {first} and {last}.",
                first=series.day(before),
                last=series.day(after),
            )
    for day, words in panel.turns.items():
        yield say("- {day}: {words}.", day=day, words=words)


def _long_told(series: Series, rows: Sequence[Row]) -> Iterator[Phrase]:
    """Every number of a long series, a line for each month in which one begins.

    Readings in a row that are one number are told as one, from the first to the last.
    """
    yield say_n(
        "- {who}, {n} reading:",
        "- {who}, {n} readings:",
        len(rows),
        who=_series_name(series),
    )
    breaks = {after.claim_id for _, after in series.gaps}
    held: list[list[Row]] = []
    for row in rows:
        if held and row.claim_id not in breaks and _numbers(held[-1][-1]) == _numbers(row):
            held[-1].append(row)
        else:
            held.append([row])
    for _, of_month in groupby(held, lambda same: _month_of(series.day(same[0]))):
        told = [_brief(same[0], series, same[-1]) for same in of_month]
        yield say("  {readings}.", readings=joined(told, "; "))


def _numbers(row: Row) -> tuple[Any, ...]:
    return row.low, row.best, row.high, row.qualifier, row.is_repeat, row.is_pending


def _month_of(day: date) -> tuple[int, int]:
    return day.year, day.month


def _series_name(series: Series) -> Phrase:
    """Whose readings they are; the series too, where it has a name."""
    who = wording.who(series.first)
    return joined([who, isolated(series.first.series)]) if series.first.series else who


def _brief(row: Row, series: Series, last: Row | None = None) -> Phrase:
    """The day and the number of a reading, and of those up to `last` that are the same."""
    number = joined([wording.number(row), series.changes.get(row.claim_id, "")])
    day, until = series.day(row), series.day(last or row)
    if day == until:
        return say("{day}: {number}", day=day, number=number)
    return say("{day} to {last}: {number}", day=day, last=until, number=number)


def _told(row: Row, series: Series, chosen: Chosen) -> Phrase:
    parts: list[Phrase | str] = [
        _brief(row, series),
        say("({range})", range=wording.range_words(row)) if row.is_bound else "",
        joined([wording.who(row), wording.carrier(row)], " "),
        wording.speaks_of(row),
        say("counts otherwise from here") if row.claim_id in series.reset else "",
    ]
    if row.repeat_of:
        parts.append(say("repeats {claim}", claim=chosen.named(row.repeat_of)))
    elif row.possible_repeat_of:
        parts.append(say("perhaps repeats {claim}", claim=chosen.named(row.possible_repeat_of)))
    parts.append(say("pending") if row.is_pending else "")
    return joined(parts)
