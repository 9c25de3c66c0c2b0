"""What was known when: readings by the day on which they became known, a panel for what they count.

A line holds a reading until the next one of the same series and scope; it joins no two scopes. A
value of a table became known with the edition that it is from, and was known until a later edition
changed it. The day of one document parts what was known from what was not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from pipelines.charts import days, labels, marks, page, style, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import Phrase, capital, joined, listed, say, say_n, term
from pipelines.charts.rows import Chosen, Marts, Row, choose, gazetteer, source_line
from pipelines.charts.series import (
    Series,
    known_order,
    of_revisions,
    resets,
    series_of,
    totals_of,
)
from pipelines.core.likeness import UNNAMED_SPEAKER

NAME = "known_when"
_LEFT_OF_PLOT = 0.62
_HEIGHTS = ((3, 1.1), (7, 1.6))
_TALL = 2.0
"""Inches of a panel: by how many readings it has at most, and with more."""
_ROOM = (0.95, 0.95)
"""Inches free before the first and after the last: no label may cross the marked day."""
_MOST_PANELS = 4
"""Panels beyond which a series of one reading is left out, for nothing changed in it."""
_MOST_OF_REGISTERS = 6
"""Series of registers' totals that are shown; beyond them a narrower span of days is asked for."""
_MOST_NUMBERS = 12
"""Readings of a series beyond which only its first, its last and its changes bear a label."""
_LABEL_WIDTHS = ((2.0, 2.0), (1.3, 1.3), (0.85, 0.85))
"""Inches at which a label's lines and its bold first line may break, the best first."""


@dataclass(frozen=True)
class _Panel:
    """What is counted, and its series."""

    title: Phrase
    series: tuple[Series, ...]

    @property
    def rows(self) -> list[Row]:
        """Its readings by the day on which they became known."""
        return known_order(r for s in self.series for r in s.readings)

    @property
    def height(self) -> float:
        """Inches of its plot."""
        return next((tall for most, tall in _HEIGHTS if len(self.rows) <= most), _TALL)


@dataclass(frozen=True)
class _Context:
    """What the panels of a picture share."""

    chosen: Chosen
    marked: Marked
    reasons: Mapping[str, str]
    """By claim that changed an earlier release's figure, the reason stated for it; '' for none."""


def draw(marts: Marts, request: Request) -> Drawn:
    """The picture; where there is nothing to draw, why.

    Parameters
    ----------
    marts
        The published tables.
    request
        Metrics in places themselves, or questions by id; `first` and `last` are days of which the
        readings speak. `marked` is the document by whose day it is asked what was known.
    """
    title = _title(marts, request)
    marts = _as_it_was_known(marts)
    chosen = choose(marts, _scope(marts, request))
    rows = [r for r in chosen.rows if _is_within(r, request)]
    chosen = replace(chosen, rows=tuple(rows))
    series = series_of(rows, reset=resets(marts, (r.claim_id for r in rows)))
    series, alone = _compared([s for s in series if s.readings], request)
    of_registers = _of_registers(marts, request)
    is_crowded = len(of_registers) > _MOST_OF_REGISTERS
    series += [] if is_crowded else of_registers
    shown = [r for s in series for r in s.readings]
    if not shown:
        if is_crowded:
            return page.nothing(title, _narrower(len(of_registers)))
        return page.nothing(title, say("This release holds no dated reading of that scope."))
    said = _said(chosen, series, alone)
    if is_crowded:
        said.append(_narrower(len(of_registers)))
    sources = source_line(_one_a_source(shown), marts["marts/documents"], marts["marts/sources"])
    chosen = replace(chosen, rows=tuple(known_order(shown)), sources=sources)
    marked = marked_of(marts, request.marked)
    context = _Context(chosen, marked, of_revisions(marts, (r.claim_id for r in shown)))
    name = request.name or NAME
    return [_picture(context, _panels(series, request), (name, title), said)]


def _as_it_was_known(marts: Marts) -> Marts:
    """The tables with the figures that a later release replaced: they were known until then."""
    claims = marts["marts/claims"]
    if claims["replaced_by"].isna().all():
        return marts
    return {**marts, "marts/claims": claims.assign(replaced_by=None)}


def _scope(marts: Marts, request: Request) -> list[str]:
    figures = marts["marts/figures"]
    wanted = pd.Series(True, index=figures.index)
    if request.question_ids:
        wanted &= figures["question_id"].isin(request.question_ids)
    if request.metrics:
        wanted &= figures["metric"].isin(request.metrics)
    if request.place_ids:
        wanted &= figures["place_id"].isin(request.place_ids).fillna(False)
    if request.population:
        wanted &= figures["population"] == request.population
    ids = figures.loc[wanted.astype(bool), "claim_id"]
    if request.source_id:
        claims = marts["marts/claims"]
        ids = ids[ids.isin(claims.loc[claims["source_id"] == request.source_id, "claim_id"])]
    return [str(claim) for claim in ids]


def _is_within(row: Row, request: Request) -> bool:
    if row.end_latest is None:
        return request.first is request.last is None
    return (request.first or date.min) <= row.end_latest <= (request.last or date.max)


def _compared(series: list[Series], request: Request) -> tuple[list[Series], int]:
    """The series that are shown, and how many claims stand alone in those that are not."""
    if len(_panels(series, request)) <= _MOST_PANELS:
        return series, 0
    kept = [s for s in series if len(s.readings) > 1]
    return kept, sum(len(s.readings) for s in series) - sum(len(s.readings) for s in kept)


def _of_registers(marts: Marts, request: Request) -> list[Series]:
    """What each edition of a register adds up to, a series for each span of days."""
    if request.question_ids or not request.metrics or not request.place_ids:
        return []
    rows = totals_of(marts, request.metrics, request.place_ids, editions=True)
    by_days: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        is_asked = request.population in ("", row.population)
        is_asked &= request.source_id in ("", row.source_id)
        if is_asked and row.known_on and _is_within(row, request):
            year = row.end_latest and row.end_latest.year
            by_days[row.metric, row.place_id, year].append(row)
    return [one for of_days in by_days.values() for one in series_of(of_days)]


def _one_a_source(rows: Iterable[Row]) -> list[Row]:
    """A row for each source, release and document: what the source line looks at."""
    return list({(r.source_id, r.release, r.document_id, r.publisher): r for r in rows}.values())


def _panels(series: Iterable[Series], request: Request) -> list[_Panel]:
    """The series by what they count, in the order of the request's metrics."""
    found: dict[tuple[int, Phrase], list[Series]] = defaultdict(list)
    for one in series:
        row = one.first
        order = [*request.metrics, row.metric].index(row.metric)
        title = say(
            "{what}, {where}: {whom}",
            what=capital(term("metric", row.metric)),
            where=wording.where(row),
            whom=wording.whom(row),
        )
        if row.unit != "people":
            title = say("{counted}, in {unit}", counted=title, unit=term("unit", row.unit))
        found[order, title].append(one)
    return [_Panel(title, tuple(found[n, title])) for n, title in sorted(found)]


def _title(marts: Marts, request: Request) -> Phrase:
    places = gazetteer(marts)
    figures = marts["marts/figures"]
    asked = figures[figures["question_id"].isin(request.question_ids)]
    metrics = request.metrics or tuple(dict.fromkeys(asked["metric"]))
    ids = request.place_ids or tuple(sorted(set(asked["place_id"].dropna())))
    what = listed(term("metric", m) for m in metrics)
    where = listed(wording.place_name(p, places.name(p) if p in places else p) for p in ids)
    if not what:
        return say("What was known when")
    if not where:
        return say("What was known when: {what}", what=what)
    return say("What was known when: {what}, {place}", what=what, place=where)


def _narrower(n: int) -> Phrase:
    return say_n(
        "The totals of registers are not drawn, for they have {n} series: ask for fewer of the "
        "days of which they speak.",
        "The totals of registers are not drawn, for they have {n} series: ask for fewer of the "
        "days of which they speak.",
        n,
    )


def _said(chosen: Chosen, series: Sequence[Series], alone: int) -> list[Phrase]:
    said = [
        say(
            "A line holds a reading until the next one of its series and scope, and joins no "
            "other; it breaks where readings are missing."
        )
    ]
    if any(s.changes for s in series):
        said.append(
            say("Red: a counter fell, or a figure for the same days was lowered or raised.")
        )
    if any(r.known_on != r.published_on for r in chosen.rows) or any(
        len({r.known_on for r in s.readings}) < len(s.readings) for s in series
    ):
        said.append(say("A value of a table counts as known from the day of its edition."))
    undated = sum(r.known_on is None for r in chosen.rows)
    if undated:
        said.append(
            say_n(
                "Not known when: {n} claim, not drawn.",
                "Not known when: {n} claims, not drawn.",
                undated,
            )
        )
    if alone:
        said.append(
            say_n(
                "Not drawn: {n} claim of a series and scope with too few readings to compare.",
                "Not drawn: {n} claims of series and scopes with too few readings to compare.",
                alone,
            )
        )
    totals = sum(not r.question_id for s in series for r in s.readings)
    if totals:
        said.append(
            say_n(
                "{n} mark is the total of a register's entries.",
                "{n} marks are totals of a register's entries.",
                totals,
            )
        )
    return said


@dataclass(frozen=True)
class Marked:
    """The document whose day parts what was known from what was not; no day, no parting."""

    document_id: str = ""
    day: date | None = None


def marked_of(marts: Marts, document_id: str) -> Marked:
    """The document by whose day it is asked what was known."""
    documents = marts["marts/documents"]
    days_of = documents.loc[documents["document_id"] == document_id, "published_on"].dropna()
    return Marked(document_id, pd.Timestamp(days_of.iloc[0]).date()) if len(days_of) else Marked()


# The page


def _picture(
    context: _Context,
    panels: Sequence[_Panel],
    named: tuple[str, Phrase],
    said: Sequence[Phrase],
) -> style.Picture:
    (name, title), chosen, marked = named, context.chosen, context.marked
    subtitle = say("Each mark stands on the day on which its number became known.")
    if marked.day:
        parting = say(
            "The upright line is the article's day, {day}: what stands on the tint became known "
            "after it.",
            day=marked.day,
        )
        subtitle = joined([subtitle, parting], " ")
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    known = [r.known_on for p in panels for r in p.rows if r.known_on]
    width = sheet.width - _LEFT_OF_PLOT
    edges = days.edges([*known, marked.day] if marked.day else known, width, *_ROOM)
    without = sum(_put_panel(sheet, panel, context, edges, panel is panels[-1]) for panel in panels)
    sheet.y += 0.12
    room = (
        say_n(
            "{n} mark without a label for want of room: the text has all.",
            "{n} marks without a label for want of room: the text has all.",
            without,
        )
        if without
        else Phrase("")
    )
    told = page.captions(chosen, [*said, room])
    key = marks.tier_key(chosen.rows) + marks.key_for(chosen.rows, style.INK)
    page.foot(sheet, chosen, key, told)
    head = joined([say("{title}.", title=title), subtitle], " ")
    alt = _alt(head, panels, context, told)
    return style.Picture(name, sheet.finish(), title, alt, chosen.sources)


def _put_panel(
    sheet: style.Sheet,
    panel: _Panel,
    context: _Context,
    edges: tuple[date, date],
    is_last: bool,
) -> int:
    """One panel at the cursor, which moves below; how many marks found no room for a label."""
    rows, marked = panel.rows, context.marked
    sheet.paragraph(panel.title, style.SUBTITLE, bold=True, most=2, after=0)
    if marked.day:
        sheet.paragraph(known_words(panel.series, marked), style.BODY, colour=style.SOFT, most=4)
    sheet.y += 0.06
    left, width = sheet.left + _LEFT_OF_PLOT, sheet.width - _LEFT_OF_PLOT
    axes = sheet.axes(left, sheet.y, width, panel.height)
    days.put_days(axes, *edges, width, is_last)
    has_lower_bound = any(r.is_bound and r.low is not None for r in rows)
    has_upper_bound = any(r.is_bound and r.high is not None for r in rows)
    after = marks.ARROW + 0.08 if has_lower_bound else 0.22
    numbers = [n for r in rows for n in r.inked]
    before = marks.ARROW if has_upper_bound else 0.0
    scale = marks.scale_for(numbers, panel.height, before, after, 0.28)
    marks.put_scale(axes, scale, "up")
    plot = days.Plot(axes, left, sheet.y, width, panel.height)
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
                layouts = _layouts(row, series, context)
                side = _side(plot, row.known_on, marked)
                labelled.append(days.Mark(row, row.known_on, layouts, within=side))
    without = days.put_labels(sheet, plot, labelled, blocked)
    sheet.y += panel.height + 0.14
    if scale.is_log:
        note = marks.log_note("up")
        sheet.y = sheet.lines(left, sheet.y, [note], style.SMALL, colour=style.SOFT) + 0.04
    return without


def _part(plot: days.Plot, marked: Marked) -> list[labels.Box]:
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


def _side(plot: days.Plot, day: date, marked: Marked) -> tuple[float, float] | None:
    """Where the label of a mark may stand: on the same side of the marked day as its mark."""
    if not marked.day:
        return None
    parting = plot.across(marked.day)
    return (parting + 0.05, plot.width) if day > marked.day else (0.02, parting - 0.05)


def _put_lines(plot: days.Plot, series: Series) -> list[labels.Box]:
    """Steps between readings, red where something was taken back or added; what they cover."""
    covered = []
    for run in series.runs:
        for before, after in pairwise(run):
            assert before.known_on and after.known_on
            known = [before.known_on.toordinal(), after.known_on.toordinal()]
            ends = [days.stands_at(before), days.stands_at(after)]
            colour = style.TIER_COLOURS[after.tier]
            look: dict[str, Any] = {"color": colour, "linewidth": 0.9, "zorder": 2}
            name = f"{before.claim_id} to {after.claim_id}"
            flat = Line2D(known, [ends[0]] * 2, label=f"holds {name}", **look)
            if after.claim_id in series.changes:
                look |= {"color": style.ALARM, "linewidth": 2.0}
            rise = Line2D([known[1]] * 2, ends, label=f"moves {name}", **look)
            plot.axes.add_line(flat)
            plot.axes.add_line(rise)
            covered += _boxes(plot, (before.known_on, after.known_on), ends)
    return covered


def _boxes(plot: days.Plot, known: tuple[date, date], ends: Sequence[float]) -> list[labels.Box]:
    """Where a step lies, for the labels to keep off."""
    x0, x1 = (plot.across(day) for day in known)
    y0, y1 = (plot.down(end) for end in ends)
    return [
        labels.Box(x0, y0 - 0.01, x1, y0 + 0.01),
        labels.Box(x1 - 0.01, min(y0, y1), x1 + 0.01, max(y0, y1)),
    ]


# Words


def _told_of(series: Series) -> set[str]:
    """The readings that bear a label: of a long series its first, its last and what changed.

    What a later edition gives unchanged needs no second label.
    """
    rows = series.readings
    ends = {rows[0].claim_id, rows[-1].claim_id}
    if len(rows) > _MOST_NUMBERS:
        return {*ends, *series.changes}
    again = {b.claim_id for a, b in pairwise(series.held) if _says(a) == _says(b)}
    return ({r.claim_id for r in rows} - again) | ends


def _says(row: Row) -> tuple[Any, ...]:
    return row.low, row.best, row.high, row.end_earliest, row.end_latest


def _layouts(row: Row, series: Series, context: _Context) -> tuple[labels.Layout, ...]:
    """Number, speaker and change in bold, then its days and what sets it apart."""
    who = row.origin if row.origin and row.speaker == UNNAMED_SPEAKER else row.speaker
    said_by = say("{number} {who}", number=wording.number(row), who=who)
    head = joined([said_by, series.changes.get(row.claim_id, "")])
    is_marked = row.document_id == context.marked.document_id
    apart = [
        say("in the article") if is_marked and context.marked.day else "",
        wording.speaks_of(row),
        *wording.limits(row),
        _reason(row, series, context),
    ]
    if row.is_repeat:
        apart.append(say("repeat") if row.repeat_of else say("possible repeat"))
    apart.append(say("pending") if row.is_pending else "")
    words = joined(apart)
    layouts = []
    for width, head_width in _LABEL_WIDTHS:
        lines = style.wrap(head, head_width, labels.SIZE, True, most=4)
        rest = style.wrap(words, width, labels.SIZE, most=6)
        layouts.append(labels.Layout(tuple(lines), tuple(rest)))
    return tuple(dict.fromkeys(layouts))


def _reason(row: Row, series: Series, context: _Context) -> Phrase:
    """Why a release changed the figure of an earlier one; '' where it changed none."""
    reason = context.reasons.get(row.claim_id)
    if row.claim_id in series.reset:
        if reason:
            return say("counts otherwise from here; the reason stated: {reason}", reason=reason)
        return say("counts otherwise from here; reason not stated")
    if reason is None or row.claim_id not in series.changes:
        return Phrase("")
    return say("the reason stated: {reason}", reason=reason) if reason else say("reason not stated")


def known_words(series: Sequence[Series], marked: Marked) -> Phrase:
    """What was known by the marked day of what a panel counts, but for the document's own words."""
    assert marked.day
    known = [r for s in series if (r := s.known_by(marked.day, marked.document_id))]
    if not known:
        return say("Known by {day}, of what is shown here: nothing.", day=marked.day)
    told = [
        say(
            "{number} {days} ({who}, known from {day})",
            number=wording.number(r),
            days=wording.speaks_of(r),
            who=wording.who(r),
            day=r.known_on,
        )
        for r in known_order(known)
        if r.known_on
    ]
    return say(
        "Known by {day}, of what is shown here: {readings}.",
        day=marked.day,
        readings=joined(told, "; "),
    )


def _alt(head: str, panels: Sequence[_Panel], context: _Context, told: Sequence[Phrase]) -> str:
    lines = [head]
    for panel in panels:
        known = known_words(panel.series, context.marked) if context.marked.day else Phrase("")
        lines.append(joined([say("{panel}.", panel=panel.title), known], " "))
        series_by_claim = {r.claim_id: s for s in panel.series for r in s.readings}
        lines += [
            say("- {reading}.", reading=_row_told(row, series_by_claim[row.claim_id], context))
            for row in panel.rows
        ]
    return "\n".join([*lines, joined(told, " "), context.chosen.sources])


def _row_told(row: Row, series: Series, context: _Context) -> Phrase:
    assert row.known_on is not None
    chosen, marked = context.chosen, context.marked
    parts: list[Phrase | str] = [
        say("{day}: {number}", day=row.known_on, number=wording.number(row)),
        say("({range})", range=wording.range_words(row)) if row.is_bound else "",
        joined([wording.who(row), wording.carrier(row)], " "),
        wording.speaks_of(row),
        joined([wording.whom(row), *wording.limits(row)], "; "),
        series.changes.get(row.claim_id, ""),
        _reason(row, series, context),
    ]
    if row.repeat_of:
        parts.append(say("repeats {claim}", claim=chosen.named(row.repeat_of)))
    elif row.possible_repeat_of:
        parts.append(say("perhaps repeats {claim}", claim=chosen.named(row.possible_repeat_of)))
    parts.append(say("pending") if row.is_pending else "")
    if marked.day and row.known_on > marked.day:
        parts.append(say("not known by the marked day"))
    return joined(parts)
