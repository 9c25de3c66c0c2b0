"""What was said of one metric in one place, by day of publication, a panel a tier of evidence.

Each publication is a mark of its own. No line joins two, since two publications are no trend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.charts import labels, marks, page, style, timeline, wording
from pipelines.charts.rows import Chosen, Marts, Row, choose, figures_of, gazetteer
from schemas import vocab

NAME = "by_publication"
_TALL = 2.15
_LEFT_OF_PLOT = 0.62
_SHAPES = {"all": "o", "civilians": "D", "combatants": "s", "children": "^", "women": "v"}
_OTHER_SHAPE = "P"
_LABEL_WIDTHS = ((1.7, 2.6), (1.1, 1.6), (0.75, 0.75))
"""Inches at which a label's lines and its bold first line may break, the best first."""
_LATE = 31
"""Days between end of window and publication beyond which the end is said."""


@dataclass(frozen=True)
class PlaceScope:
    """A metric in a place itself, not in what lies within it."""

    metric: str
    place_id: str


def draw(marts: Marts, scope: PlaceScope) -> list[style.Picture] | str:
    """The picture; where there is nothing to draw, why."""
    places = gazetteer(marts)
    place = places.name(scope.place_id) if scope.place_id in places else scope.place_id
    title = f"{wording.word(scope.metric).capitalize()} in {place}, by day of publication"
    figures = figures_of(marts, scope.metric, [scope.place_id])
    undated = figures["published_on"].isna()
    chosen = choose(marts, figures.loc[~undated, "claim_id"].tolist())
    if not chosen.rows:
        return page.nothing(title, "This release holds no dated claim of that scope.")
    said = _said(chosen.rows, int(undated.sum()))
    subtitle = (
        "Verified, reported and estimated stand apart: no panel continues another. Each mark is "
        f"one claim. {_standing_window(chosen.rows)}"
    )
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    unlabelled = _panels(sheet, chosen)
    if unlabelled:
        said.append(
            f"{wording.plural(unlabelled, 'mark')} had no room for a label: the text has all."
        )
    if any(is_minor(r) for r in chosen.rows):
        said.insert(0, "Small: a repeat, or a part of a larger figure.")
    key = marks.key_for(chosen.rows, style.INK)
    page.foot(sheet, chosen, key, page.captions(chosen, said))
    alt = _alt(title, subtitle, chosen, said)
    return [style.Picture(NAME, sheet.finish(), title, alt, chosen.sources)]


def _usual_start(rows: Sequence[Row]) -> tuple[int, int] | None:
    """The month in which most windows start."""
    starts = Counter(
        (r.start_earliest.year, r.start_earliest.month) for r in rows if r.start_earliest
    )
    return min(starts, key=lambda m: (-starts[m], m)) if starts else None


def _standing_window(rows: Sequence[Row]) -> str:
    usual = _usual_start(rows)
    if not usual:
        return "Windows are not stated."
    start = wording.month(date(*usual, 1))
    return (
        f"Unless its label says otherwise, a figure counts all people from {start} to within "
        f"{_LATE} days of its publication."
    )


def _said(rows: Sequence[Row], undated: int) -> list[str]:
    shapes = []
    for population in sorted({r.population for r in rows} - {"all"}):
        name = {"D": "diamond", "s": "square", "^": "triangle", "v": "triangle down"}.get(
            _SHAPES.get(population, _OTHER_SHAPE), "cross"
        )
        shapes.append(f"{wording.word(population)} ({name})")
    said = [f"Not all people: {wording.listed(shapes)}."] if shapes else []
    if absent := [t for t in style.TIER_COLOURS if all(r.tier != t for r in rows)]:
        said.append(f"No {' or '.join(absent)} claim here.")
    if undated:
        said.append(f"Without a day of publication, not drawn: {wording.plural(undated, 'claim')}.")
    return said


def _panels(sheet: style.Sheet, chosen: Chosen) -> int:
    """One panel a tier over the same axes; how many marks found no room for a label."""
    rows = chosen.rows
    left = sheet.left + _LEFT_OF_PLOT
    width = sheet.left + sheet.width - left
    scale = marks.scale_for(
        (n for r in rows for n in r.inked), _TALL, 0.0, marks.ARROW + 0.08, 0.28
    )
    first, last = timeline.year_edges([r.published_on for r in rows if r.published_on])
    usual, unlabelled = _usual_start(rows), 0
    tiers = [t for t in style.TIER_COLOURS if any(r.tier == t for r in rows)]
    for tier in tiers:
        colour = style.TIER_COLOURS[tier]
        head = f"{tier.capitalize()}: {vocab.TIERS[tier].rstrip('.').lower()}"
        sheet.y = sheet.lines(sheet.left, sheet.y, [head], style.SUBTITLE, bold=True, colour=colour)
        sheet.y += 0.06
        axes = sheet.axes(left, sheet.y, width, _TALL)
        timeline.put_years(axes, first, last, tier == tiers[-1])
        marks.put_scale(axes, scale, "up")
        labelled = []
        for row in (r for r in rows if r.tier == tier):
            assert row.published_on is not None
            size = 4.0 if is_minor(row) else 5.5
            pen = marks.pen_for(row, colour, size, _SHAPES.get(row.population, _OTHER_SHAPE))
            marks.draw(axes, marks.spot_of(row), row.published_on.toordinal(), "up", pen)
            layouts = _layouts(row, usual)
            labelled.append(timeline.Mark(row, row.published_on, layouts, is_minor(row)))
        plot = timeline.Plot(axes, left, sheet.y, width, _TALL)
        unlabelled += timeline.put_labels(sheet, plot, labelled)
        sheet.y += _TALL + 0.16
    sheet.y += 0.1
    if scale.is_log:
        note = "Logarithmic: each step is ten times the one below."
        sheet.y = sheet.lines(sheet.left, sheet.y, [note], style.SMALL, colour=style.SOFT)
    return unlabelled


def is_minor(row: Row) -> bool:
    """Whether it adds no scope of its own: a repeat, or a part among the same people."""
    return row.is_repeat or bool(row.part_of and row.population == "all")


def _layouts(row: Row, usual: tuple[int, int] | None) -> tuple[labels.Layout, ...]:
    """Number and speaker in bold, then the credit and what sets the claim apart; wide to narrow."""
    apart = [f"crediting {row.origin}"] if row.origin else []
    apart += apart_from(row, usual)
    layouts = []
    for width, head_width in _LABEL_WIDTHS:
        head = style.wrap(
            f"{wording.number(row)} {row.speaker}", head_width, labels.SIZE, True, most=3
        )
        rest = style.wrap(", ".join(apart), width, labels.SIZE, most=6) if apart else []
        layouts.append(labels.Layout(tuple(head), tuple(rest)))
    return tuple(dict.fromkeys(layouts))


def apart_from(row: Row, usual: tuple[int, int] | None) -> list[str]:
    """In what a claim differs from everybody, all deaths as stated, the usual window."""
    said = [] if row.population == "all" else [wording.word(row.population)]
    if row.nationality:
        said.append(row.nationality)
    if row.deaths_counted in wording.DEATHS:
        said.append(wording.DEATHS[row.deaths_counted])
    said += [row.restriction] if row.restriction else []
    said += [f"in {row.coverage}"] if row.coverage else []
    if window := _own_window(row, usual):
        said.append(window)
    if row.is_repeat:
        said.append("repeat" if row.repeat_of else "possible repeat")
    if row.is_pending:
        said.append("pending")
    return said


def _own_window(row: Row, usual: tuple[int, int] | None) -> str:
    """Its window where it is not the usual one, by months."""
    start, end = row.start_earliest, row.end_latest
    if start is None and end is None:
        return "window not stated"
    late = end and row.published_on and (row.published_on - end).days > _LATE
    if start and (start.year, start.month) != usual:
        if end and (start.year, start.month) == (end.year, end.month):
            return wording.month(start)
        return f"{wording.month(start)} to {wording.month(end) if end else 'a day not stated'}"
    return f"to {wording.month(end)}" if end and late else ""


def _alt(title: str, subtitle: str, chosen: Chosen, said: list[str]) -> str:
    told = [f"{title}. {subtitle}"]
    for tier in style.TIER_COLOURS:
        shown = [r for r in chosen.rows if r.tier == tier]
        if not shown:
            continue
        told.append(f"{tier.capitalize()} ({vocab.TIERS[tier].rstrip('.').lower()}):")
        told += [f"- {_told(r, chosen)}" for r in shown]
    return "\n".join([*told, " ".join(page.captions(chosen, said)), chosen.sources])


def _told(row: Row, chosen: Chosen) -> str:
    parts = [
        f"{wording.published(row)}: {wording.number(row)}"
        + (f" ({wording.range_words(row)})" if row.is_bound else ""),
        f"{wording.who(row)} {wording.carrier(row)}".strip(),
        "; ".join([wording.whom(row), *wording.limits(row)]),
        wording.window(row),
        f"part of {chosen.named(row.part_of)}" if row.part_of else "",
        f"repeats {chosen.named(row.repeat_of)}" if row.repeat_of else "",
        f"perhaps repeats {chosen.named(row.possible_repeat_of)}" if row.possible_repeat_of else "",
        "pending" if row.is_pending else "",
    ]
    return ", ".join(p for p in parts if p) + "."
