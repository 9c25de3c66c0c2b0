"""Who said what about one metric in one place over some months: one row a claim.

The reader sees who said it, of whom, where, for which window and within which limits, before the
number; repeats are grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

import pandas as pd

from pipelines.charts import marks, page, style, table, wording
from pipelines.charts.rows import Chosen, Marts, Row, choose, figures_of, gazetteer

NAME = "who_said_what"
_COLUMNS = table.Columns(0.74, 1.2, 2.3)


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
    lines = table.pages(_line(chosen, row, scope) for row in chosen.rows)
    starts = accumulate((len(shown) for shown in lines), initial=0)
    return [
        _page(chosen, chosen.rows[start : start + len(shown)], shown, scope, title, n)
        for n, (start, shown) in enumerate(zip(starts, lines, strict=False))
    ]


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
    chosen: Chosen,
    rows: tuple[Row, ...],
    lines: list[table.Line],
    scope: TellingScope,
    title: str,
    number: int,
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
    scale = table.scale_of(lines, (n for r in rows for n in r.inked), _COLUMNS)
    table.put(sheet, ("published", "said by", "of whom, where, when"), lines, scale, _COLUMNS)
    key = marks.key_for(chosen.rows, _colour(rows))
    page.foot(sheet, chosen, key, page.captions(chosen, said))
    alt = _alt(title, subtitle, chosen, rows, said)
    name = NAME if number == 0 else f"{NAME}_{number + 1}"
    return style.Picture(name, sheet.finish(), title, alt, chosen.sources)


def _colour(rows: tuple[Row, ...]) -> str:
    tiers = {r.tier for r in rows if not r.is_repeat} or {rows[0].tier}
    return style.TIER_COLOURS[min(tiers, key=list(style.TIER_COLOURS).index)]


def _line(chosen: Chosen, row: Row, scope: TellingScope) -> table.Line:
    """A claim as a row of the table."""
    return table.Line(
        _cells(chosen, row),
        wording.number(row),
        style.GREY if row.is_repeat else style.INK,
        marks.spot_of(row),
        marks.pen_for(row, style.TIER_COLOURS[row.tier], size=5.5),
        is_washed=row.document_id == scope.marked,
    )


def _cells(chosen: Chosen, row: Row) -> tuple[table.Words, ...]:
    """The text of a row by column: published, said by, scope."""
    ink, soft = (style.GREY, style.GREY) if row.is_repeat else (style.INK, style.SOFT)
    who = table.words(wording.who(row), _COLUMNS.second, style.BODY, ink, True, 3)
    if carrier := wording.carrier(row):
        who += table.words(carrier, _COLUMNS.second, style.SMALL, soft, most=2)
    scope = f"{wording.whom(row)}: {wording.where(row)}"
    about = table.words(scope, _COLUMNS.third, style.BODY, ink, most=4)
    notes = ["; ".join([wording.window(row), *wording.limits(row)]), *notes_on(chosen, row)]
    for note in notes:
        about += table.words(note, _COLUMNS.third, style.SMALL, soft, most=2)
    return [(wording.published(row), style.BODY, ink, False)], who, about


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
