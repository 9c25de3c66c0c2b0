"""Who said what about one metric in one place over some months: one row a claim.

The reader sees who said it, of whom, where, for which window and within which limits, before the
number; repeats are grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipelines.charts import marks, page, style, wording
from pipelines.charts.rows import Chosen, Marts, Row, choose, figures_of, gazetteer

NAME = "who_said_what"
_TALLEST = 7.9
"""Inches of rows on a page: with head and foot no more than A4."""
_PUBLISHED, _WHO, _SCOPE, _NUMBER, _GUTTER = 0.74, 1.2, 2.3, 0.84, 0.1
_PAD = 0.045


@dataclass(frozen=True)
class TellingScope:
    """A metric in a place (with what lies within it) over days of window or publication.

    Claims of the document `marked` stand on a tint.
    """

    metric: str
    place_id: str
    first: date
    last: date
    marked: str = ""


def draw(marts: Marts, scope: TellingScope) -> list[style.Picture] | str:
    """The pictures, as many rows on a page as A4 holds; where there is nothing to draw, why."""
    places = gazetteer(marts)
    title = _title(scope, places.name(scope.place_id) if scope.place_id in places else "")
    inside = [p for p in marts["marts/places"]["place_id"] if places.inside(p, scope.place_id)]
    figures = figures_of(marts, scope.metric, inside)
    chosen = choose(marts, figures.loc[_in_days(figures, scope), "claim_id"].tolist())
    if not chosen.rows:
        return page.nothing(title, "This release holds no drawable claim of that scope.")
    return [_page(chosen, rows, scope, title, n) for n, rows in enumerate(_pages(chosen))]


def _pages(chosen: Chosen) -> list[tuple[Row, ...]]:
    """The rows, cut where a page is full."""
    pages: list[list[Row]] = [[]]
    used = 0.0
    for row in chosen.rows:
        tall = _row_height(_cells(chosen, row))
        if pages[-1] and used + tall > _TALLEST:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += tall
    return [tuple(rows) for rows in pages]


def _title(scope: TellingScope, place: str) -> str:
    days = wording.span(wording.day(scope.first), wording.day(scope.last))
    what = wording.word(scope.metric).capitalize()
    return f"{what} in {place or scope.place_id}, {days}: who said what"


def _in_days(figures: pd.DataFrame, scope: TellingScope) -> pd.Series[bool]:
    """Published in the days, or with a window that meets them."""
    first, last = pd.Timestamp(scope.first), pd.Timestamp(scope.last)
    published = figures["published_on"].between(first, last)
    window = (figures["start_earliest"] <= last) & (figures["end_latest"] >= first)
    return (published | window).fillna(False)


def _page(
    chosen: Chosen, rows: tuple[Row, ...], scope: TellingScope, title: str, number: int
) -> style.Picture:
    subtitle = (
        "One row a claim, by day of publication, then by the end of its window. Scopes and windows "
        "differ and may hold one another: rows do not add up, and two may both be right."
    )
    said = ["Number: with the source's own hedging word."]
    if any(r.document_id == scope.marked for r in rows):
        said.append("Tinted row: the article this collection is about.")
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    _table(sheet, chosen, rows, scope)
    page.foot(sheet, chosen, _colour(rows), said)
    alt = _alt(title, subtitle, chosen, rows, said)
    name = NAME if number == 0 else f"{NAME}_{number + 1}"
    return style.Picture(name, sheet.finish(), title, alt, chosen.sources)


def _colour(rows: tuple[Row, ...]) -> str:
    tiers = {r.tier for r in rows if not r.is_repeat} or {rows[0].tier}
    return style.TIER_COLOURS[min(tiers, key=list(style.TIER_COLOURS).index)]


def _table(sheet: style.Sheet, chosen: Chosen, rows: tuple[Row, ...], scope: TellingScope) -> None:
    """The rows in columns, and the number axis to their right."""
    lefts = [sheet.left]
    for wide in (_PUBLISHED, _WHO, _SCOPE, _NUMBER):
        lefts.append(lefts[-1] + wide)
    plot = lefts[4] + 0.14
    head = dict(zip(("published", "said by", "of whom, where, when"), lefts[:3], strict=True))
    for words, x in head.items():
        sheet.lines(x, sheet.y, [words], style.SMALL, colour=style.SOFT)
    right = lefts[4] - 0.02
    sheet.lines(right, sheet.y, ["number"], style.SMALL, colour=style.SOFT, align="right")
    sheet.lines(plot, sheet.y, ["people"], style.SMALL, colour=style.SOFT)
    sheet.y += 0.15
    top, middles = sheet.y, []
    for row in rows:
        cells = _cells(chosen, row)
        tall = _row_height(cells)
        if row.document_id == scope.marked:
            sheet.wash(sheet.y, tall)
        sheet.rule(sheet.y, thick=0.4)
        for x, lines in zip(lefts, cells, strict=False):
            _cell(sheet, x, sheet.y + _PAD, lines)
        ink = style.GREY if row.is_repeat else style.INK
        for n, line in enumerate(_number_lines(row)):
            y = sheet.y + _PAD + n * style.BODY * style.LINE / 72
            sheet.lines(right, y, [line], style.BODY, bold=True, colour=ink, align="right")
        middles.append(sheet.y + _PAD + style.BODY * 0.62 / 72)
        sheet.y += tall
    sheet.rule(sheet.y, thick=0.4)
    _plot(sheet, rows, plot, top, middles)
    sheet.y += 0.26


_Lines = list[tuple[str, float, str, bool]]


def _cells(chosen: Chosen, row: Row) -> list[_Lines]:
    """The text of a row by column: published, said by, scope."""
    ink, soft = (style.GREY, style.GREY) if row.is_repeat else (style.INK, style.SOFT)
    who = [
        (line, style.BODY, ink, True)
        for line in style.wrap(wording.who(row), _WHO - _GUTTER, style.BODY, True, 3)
    ]
    if carrier := wording.carrier(row):
        lines = style.wrap(carrier, _WHO - _GUTTER, style.SMALL, most=2)
        who += [(line, style.SMALL, soft, False) for line in lines]
    width = _SCOPE - _GUTTER
    scope = f"{wording.whom(row)}: {wording.where(row)}"
    about = [
        (line, style.BODY, ink, False) for line in style.wrap(scope, width, style.BODY, most=4)
    ]
    notes = ["; ".join([wording.window(row), *wording.limits(row)]), *notes_on(chosen, row)]
    about += [
        (line, style.SMALL, soft, False)
        for note in notes
        for line in style.wrap(note, width, style.SMALL, most=2)
    ]
    return [[(wording.published(row), style.BODY, ink, False)], who, about]


def notes_on(chosen: Chosen, row: Row) -> list[str]:
    """What links a claim to another, and whether it is pending."""
    notes = []
    if row.repeat_of:
        notes.append(f"repeats {chosen.named(row.repeat_of)}")
    if row.possible_repeat_of:
        notes.append(f"perhaps repeats {chosen.named(row.possible_repeat_of)}")
    if row.part_of:
        notes.append(f"part of {chosen.named(row.part_of)}")
    if row.is_pending:
        notes.append("pending: not yet read by a person")
    return notes


def _row_height(cells: list[_Lines]) -> float:
    tallest = max(sum(size for _, size, _, _ in lines) for lines in cells)
    return tallest * style.LINE / 72 + 2 * _PAD


def _cell(sheet: style.Sheet, x: float, y: float, lines: _Lines) -> None:
    for words, size, colour, bold in lines:
        y = sheet.lines(x, y, [words], size, colour=colour, bold=bold)


def _number_lines(row: Row) -> list[str]:
    return style.wrap(wording.number(row), _NUMBER, style.BODY, True, 3)


def _plot(
    sheet: style.Sheet, rows: tuple[Row, ...], left: float, top: float, middles: list[float]
) -> None:
    """The marks, each level with its row."""
    width, height = sheet.left + sheet.width - left, sheet.y - top
    numbers = [n for r in rows for n in r.inked]
    has_upper_bound = any(r.is_bound and r.low is None for r in rows)
    scale = marks.scale_for(
        numbers,
        width,
        marks.ARROW if has_upper_bound else 0.0,
        marks.ARROW + 0.05,
        marks.tick_room(numbers),
    )
    axes = sheet.axes(left, top, width, height)
    axes.set(ylim=(height, 0), yticks=[])
    marks.put_scale(axes, scale, "across")
    if scale.is_log:
        axes.set_xlabel(
            "logarithmic: each step is ten times the one before",
            fontproperties=style.font(style.SMALL),
            color=style.SOFT,
        )
    for row, middle in zip(rows, middles, strict=True):
        pen = marks.pen_for(row, style.TIER_COLOURS[row.tier], size=5.5)
        marks.draw(axes, marks.spot_of(row), middle - top, "across", pen)


def _alt(title: str, subtitle: str, chosen: Chosen, rows: tuple[Row, ...], said: list[str]) -> str:
    told = [f"{title}. {subtitle}"]
    for n, row in enumerate(rows, 1):
        scope = "; ".join([f"{wording.whom(row)}, {wording.where(row)}", *wording.limits(row)])
        who = " ".join(w for w in (wording.who(row), wording.carrier(row)) if w)
        ends = f" ({wording.range_words(row)})" if row.is_bound else ""
        number = f"{wording.number(row)} {wording.counted(row)}{ends}"
        parts = [f"{number} of {scope}", wording.window(row), *notes_on(chosen, row)]
        told.append(f"{n}. {wording.published(row)}, {who}: {'; '.join(parts)}.")
    return "\n".join([*told, " ".join(page.captions(chosen, said)), chosen.sources])
