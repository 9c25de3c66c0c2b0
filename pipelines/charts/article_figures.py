"""One document's figures: a panel each, with the quoted words, the scope, the window, the speaker.

The figures of one article count different things. So each has a panel and an axis of its own.
"""

from __future__ import annotations

from pipelines.charts import marks, page, style, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import (
    Phrase,
    capital,
    joined,
    say,
    say_n,
    term,
)
from pipelines.charts.rows import Chosen, Marts, Row, choose

NAME = "article_figures"
_PER_PAGE = 6
_GAP = 0.36
_PLOT = 0.36
_LABELS = 0.62


def draw(marts: Marts, request: Request) -> Drawn:
    """The figures of the document `request.marked`, up to six panels on a page."""
    claims = marts["marts/claims"]
    inside = claims[claims["document_id"] == request.marked]
    inside = inside.sort_values(["quote_start", "claim_id"], na_position="last")
    chosen = choose(marts, inside["claim_id"].tolist())
    if not chosen.rows:
        why = say(
            "This release holds no drawable figure of the document {document}.",
            document=request.marked,
        )
        return page.nothing(say("the figures of one document"), why)
    order = {claim_id: n for n, claim_id in enumerate(inside["claim_id"])}
    rows = sorted(chosen.rows, key=lambda r: order[r.claim_id])
    documents = marts["marts/documents"].set_index("document_id")
    title = str(documents.loc[request.marked, "title"])
    pages = [rows[n : n + _PER_PAGE] for n in range(0, len(rows), _PER_PAGE)]
    name = request.name or NAME
    names = [name, *(f"{name}_page_{n}" for n in range(2, len(pages) + 1))]
    return [_page(chosen, part, title, named) for part, named in zip(pages, names, strict=True)]


def _page(chosen: Chosen, rows: list[Row], document: str, name: str) -> style.Picture:
    title = say_n("One document, {n} figure", "One document, {n} figures", len(chosen.rows))
    first = rows[0]
    subtitle = say(
        "“{document}”, {publisher}, {day}. Each panel has an axis of its own: lengths do not "
        "compare across panels.",
        document=document,
        publisher=wording.publisher(first),
        day=wording.published(first),
    )
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    width = (sheet.width - _GAP) / 2
    for pair in (rows[i : i + 2] for i in range(0, len(rows), 2)):
        sheet.rule(sheet.y)
        lefts = (sheet.left, sheet.left + width + _GAP)
        ends = [
            _panel(sheet, row, left, sheet.y + 0.1, width)
            for row, left in zip(pair, lefts, strict=False)
        ]
        sheet.y = max(ends) + 0.12
    key = marks.key_for(chosen.rows, style.TIER_COLOURS["reported"])
    page.foot(sheet, chosen, key, page.captions(chosen, []))
    alt = _alt(title, subtitle, chosen, rows)
    return style.Picture(name, sheet.finish(), title, alt, chosen.sources)


def _panel(sheet: style.Sheet, row: Row, left: float, top: float, width: float) -> float:
    """One figure; the y below it."""
    colour = style.TIER_COLOURS[row.tier]
    pen = marks.pen_for(row, colour, size=8)
    y = sheet.lines(
        left,
        top,
        style.wrap(wording.counted(row), width, style.SUBTITLE, True, 2),
        style.SUBTITLE,
        bold=True,
        colour=colour,
    )
    y = sheet.lines(left, y + 0.02, style.wrap(_words(row), width, 13, True, 3), 13, bold=True)
    spot = marks.spot_of(row)
    before = marks.ARROW + 0.05 if spot.is_bound and row.low is None else 0.0
    scale = marks.scale_for(
        row.inked, width, before, marks.ARROW + 0.3, marks.tick_room(row.numbers) + 0.2
    )
    axes = sheet.axes(left, y + 0.04, width, _PLOT)
    axes.set(ylim=(0, 1), yticks=[])
    marks.put_scale(axes, scale, "across")
    marks.draw(axes, spot, 0.5, "across", pen)
    y += 0.04 + _PLOT + 0.24
    for label, words in facts(row):
        sheet.lines(left, y, [label], style.BODY, colour=style.SOFT)
        lines = style.wrap(words, width - _LABELS, style.BODY, most=3)
        y = sheet.lines(left + _LABELS, y, lines, style.BODY) + 0.012
    return y


def _words(row: Row) -> Phrase:
    """The quoted words; without quotation marks where the release withholds them."""
    return say("“{words}”", words=row.quote) if row.quote else wording.number(row)


def facts(row: Row) -> list[tuple[Phrase, Phrase]]:
    """What stands under a figure: label and words."""
    where = wording.where(row)
    if row.place_as_written and row.place_as_written not in where:
        where = say("{place} (“{written}”)", place=where, written=row.place_as_written)
    said = [
        (say("whom"), joined([wording.whom(row), *wording.limits(row)], "; ")),
        (say("where"), where),
        (say("when"), wording.window(row)),
        (say("said by"), wording.who(row)),
        (say("range"), _range(row)),
    ]
    if row.doubts:
        said.append((say("in doubt"), joined(term("doubt", doubt) for doubt in row.doubts)))
    if row.is_pending:
        said.append((say("pending"), say("extracted, not yet read by a person")))
    return said


def _range(row: Row) -> Phrase:
    words = wording.range_words(row)
    low, high = row.reading_low, row.reading_high
    if row.best is not None and low is not None and high is not None and low < high:
        rounding = say("rounding {low} to {high}", low=low, high=high)
        words = joined([words, rounding], "; ")
    if not row.range_kind:
        return words
    return say("{range} ({kind})", range=words, kind=term("range_kind", row.range_kind))


def _alt(title: Phrase, subtitle: Phrase, chosen: Chosen, rows: list[Row]) -> str:
    panels = []
    for n, row in enumerate(rows, 1):
        panel = say(
            "Panel {n}, {counted}: {words}, {drawn}.",
            n=n,
            counted=wording.counted(row),
            words=_words(row),
            drawn=_drawn(row),
        )
        told = [say("{label}: {words}.", label=capital(k), words=w) for k, w in facts(row)]
        panels.append(joined([panel, *told], " "))
    head = say("{title}. {subtitle}", title=title, subtitle=subtitle)
    return "\n".join([head, *panels, joined(page.captions(chosen, []), " "), chosen.sources])


def _drawn(row: Row) -> Phrase:
    if not row.is_bound:
        is_dot = marks.spot_of(row).dot is not None
        return say("drawn as a dot") if is_dot else say("drawn as a span")
    if row.low is not None:
        return say("drawn as an arrow to the right from {low}", low=row.low)
    return say("drawn as an arrow to the left from {high}", high=row.numbers[0])
