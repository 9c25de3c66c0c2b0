"""The claims ladder: who said what of one metric in one unit, one row a claim.

The reader sees who said it, of whom, where, for which window and within which limits, before the
number. Repeats are grey and tied to what they repeat; pending claims are marked. Scopes may hold
one another, so nothing on a ladder adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipelines.charts import days, marks, page, style, table, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import Phrase, capital, day, joined, listed, say, term
from pipelines.charts.rows import Chosen, Marts, Row, choose, figures_of, gazetteer

NAME = "who_said_what"
_COLUMNS = table.Columns(0.8, 1.2, 2.24)


def draw(marts: Marts, request: Request) -> Drawn:
    """The pictures, as many rows on a page as A4 holds, or why there are none.

    Of the questions named; else of the metric in the places (with what lies within them), published
    in the days or with a window that meets them. Claims of the document `marked` stand on a tint.
    """
    title = _title(marts, request)
    if not request.question_ids and len(request.metrics) != 1:
        return page.nothing(title, say("Name one metric, or the questions, whose claims to show."))
    chosen = choose(marts, _claims(marts, request))
    if not chosen.rows:
        return page.nothing(title, say("This release holds no drawable claim of that scope."))
    if refused := _unlike(chosen.rows):
        return page.nothing(title, refused)
    lines = [_line(chosen, row, request.marked) for row in chosen.rows]
    parts, name, start = table.pages(lines), request.name or NAME, 0
    names = [name, *(f"{name}_page_{n}" for n in range(2, len(parts) + 1))]
    pictures = []
    for named, part in zip(names, parts, strict=True):
        rows = chosen.rows[start : start + len(part)]
        pictures.append(_page(chosen, rows, part, request.marked, title, named))
        start += len(part)
    return pictures


def _claims(marts: Marts, request: Request) -> list[str]:
    if request.question_ids:
        figures = marts["marts/figures"]
        figures = figures[figures["question_id"].isin(request.question_ids)]
    else:
        places = gazetteer(marts)
        inside = [
            p
            for p in marts["marts/places"]["place_id"]
            if any(places.inside(p, whole) for whole in request.place_ids)
        ]
        figures = figures_of(marts, request.metrics[0], inside if request.place_ids else None)
    if request.population:
        figures = figures[figures["population"] == request.population]
    return [str(c) for c in figures.loc[_in_days(figures, request), "claim_id"]]


def _in_days(figures: pd.DataFrame, request: Request) -> pd.Series[bool]:
    """Published in the days, or with a window that meets them."""
    first = pd.Timestamp(request.first or "1500-01-01")
    last = pd.Timestamp(request.last or "2500-01-01")
    if not request.first and not request.last:
        return pd.Series(True, index=figures.index)
    published = figures["published_on"].between(first, last)
    window = (figures["start_earliest"] <= last) & (figures["end_latest"] >= first)
    return (published | window).fillna(False).astype(bool)


def _unlike(rows: Sequence[Row]) -> Phrase | None:
    """Why the rows share no axis; None where they do."""
    for column, values in (
        (say("metric"), {term("metric", r.metric) for r in rows}),
        (say("unit"), {term("unit", r.unit) for r in rows}),
    ):
        if len(values) > 1:
            return say(
                "Refused: the claims differ in {column} ({values}), and unlike things share no "
                "axis. What would settle it: ask for one of them.",
                column=column,
                values=listed(sorted(values)),
            )
    return None


def _title(marts: Marts, request: Request) -> Phrase:
    if request.question_ids or not request.metrics:
        questions = marts["marts/questions"]
        held = questions[questions["question_id"].isin(request.question_ids)]
        if len(held) == 1:
            return say("{question}: who said what", question=str(held["title"].iloc[0]))
        return say("Who said what")
    what = capital(term("metric", request.metrics[0]))
    places = gazetteer(marts)
    named = [wording.place_name(p, places.name(p) if p in places else p) for p in request.place_ids]
    if named:
        what = say("{what} in {place}", what=what, place=listed(named))
    if request.first and request.last:
        window = wording.span(day(request.first), day(request.last))
        what = joined([what, window])
    return say("{what}: who said what", what=what)


def _page(
    chosen: Chosen,
    rows: tuple[Row, ...],
    lines: list[table.Line],
    marked: str,
    title: Phrase,
    name: str,
) -> style.Picture:
    subtitle = say(
        "One row a claim, by day of publication, then by the end of its window. Scopes and windows "
        "differ and may hold one another: rows do not add up, and two may both be right."
    )
    said = [say("Number: with the source's own hedging word.")]
    if any(r.document_id == marked for r in rows):
        said.append(say("Tinted row: the article this collection is about."))
    if any(r.is_repeat for r in rows):
        said.append(say("A grey line ties a repeat to what it repeats."))
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    scale = table.scale_of(lines, (n for r in rows for n in r.inked), _COLUMNS)
    heads = (say("published"), say("said by"), say("of whom, where, when"))
    axes, heights = table.put(sheet, heads, lines, scale, _COLUMNS, rows[0].unit)
    tie(axes, chosen, heights)
    key = marks.key_for(chosen.rows, _colour(rows))
    page.foot(sheet, chosen, key, page.captions(chosen, said))
    alt = _alt(title, subtitle, chosen, rows, said)
    return style.Picture(name, sheet.finish(), title, alt, chosen.sources)


def tie(axes: Axes, chosen: Chosen, heights: Mapping[str, float]) -> None:
    """A thin grey line from each repeat on a page to the claim that it repeats."""
    rows = {r.claim_id: r for r in chosen.rows}
    for row in chosen.rows:
        whole = row.repeat_of or row.possible_repeat_of
        if row.claim_id in heights and whole in heights and whole in rows:
            ends = [days.stands_at(row), days.stands_at(rows[whole])]
            at = [heights[row.claim_id], heights[whole]]
            look: dict[str, Any] = {"color": style.GREY, "linewidth": 0.9, "zorder": 1.5}
            axes.add_line(Line2D(ends, at, label=f"tie {row.claim_id}", **look))


def _colour(rows: tuple[Row, ...]) -> str:
    tiers = {r.tier for r in rows if not r.is_repeat} or {rows[0].tier}
    return style.TIER_COLOURS[min(tiers, key=list(style.TIER_COLOURS).index)]


def _line(chosen: Chosen, row: Row, marked: str) -> table.Line:
    """A claim as a row of the table."""
    return table.Line(
        _cells(chosen, row),
        wording.number(row),
        style.SOFT if row.is_repeat else style.INK,
        marks.spot_of(row),
        marks.pen_for(row, style.TIER_COLOURS[row.tier], size=5.5),
        is_washed=bool(marked) and row.document_id == marked,
    )


def _cells(chosen: Chosen, row: Row) -> tuple[table.Words, ...]:
    """The text of a row by column: published, said by, scope."""
    ink, soft = (style.SOFT, style.SOFT) if row.is_repeat else (style.INK, style.SOFT)
    who = table.words(wording.who(row), _COLUMNS.second, style.BODY, ink, True, 3)
    if carrier := wording.carrier(row):
        who += table.words(carrier, _COLUMNS.second, style.SMALL, soft, most=2)
    scope = say("{whom}: {where}", whom=wording.whom(row), where=wording.where(row))
    about = table.words(scope, _COLUMNS.third, style.BODY, ink, most=4)
    window = joined([wording.window(row), *wording.limits(row)], "; ")
    for note in [window, *notes_on(chosen, row)]:
        about += table.words(note, _COLUMNS.third, style.SMALL, soft, most=2)
    when = table.words(wording.published(row), _COLUMNS.first, style.BODY, ink, most=3)
    return when, who, about


def notes_on(chosen: Chosen, row: Row) -> list[Phrase]:
    """What links a claim to another, and whether it is pending."""
    notes = []
    if row.repeat_of:
        notes.append(say("repeats {claim}", claim=chosen.named(row.repeat_of)))
    if row.possible_repeat_of:
        notes.append(say("perhaps repeats {claim}", claim=chosen.named(row.possible_repeat_of)))
    if row.part_of:
        notes.append(say("part of {claim}", claim=chosen.named(row.part_of)))
    if row.is_pending:
        notes.append(say("pending: not yet read by a person"))
    return notes


def _alt(
    title: Phrase, subtitle: Phrase, chosen: Chosen, rows: tuple[Row, ...], said: Sequence[Phrase]
) -> str:
    told = [say("{title}. {subtitle}", title=title, subtitle=subtitle)]
    for n, row in enumerate(rows, 1):
        number = joined([wording.number(row), wording.counted(row)], " ")
        if row.is_bound:
            number = say("{number} ({range})", number=number, range=wording.range_words(row))
        scope = joined([wording.whom(row), wording.where(row)])
        about = joined(
            [scope, *wording.limits(row), wording.window(row), *notes_on(chosen, row)], "; "
        )
        told.append(
            say(
                "{n}. {day}, {who}: {number} of {scope}.",
                n=n,
                day=wording.published(row),
                who=joined([wording.who(row), wording.carrier(row)], " "),
                number=number,
                scope=about,
            )
        )
    return "\n".join([*told, joined(page.captions(chosen, said), " "), chosen.sources])
