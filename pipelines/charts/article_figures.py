"""One document's figures: a panel each, with the quoted words, the scope, the window, the speaker.

The figures of one article count different things. So each has a panel and an axis of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.charts import marks, page, style, wording
from pipelines.charts.rows import Chosen, Marts, Row, choose

NAME = "article_figures"
_PER_PAGE = 6
_GAP = 0.36
_PLOT = 0.36
_LABELS = 0.62


@dataclass(frozen=True)
class DocumentScope:
    """The document whose figures are shown."""

    document_id: str


def draw(marts: Marts, scope: DocumentScope) -> list[style.Picture] | str:
    """The pictures, up to six panels on a page; where there is nothing to draw, why."""
    claims = marts["marts/claims"]
    inside = claims[claims["document_id"] == scope.document_id]
    inside = inside.sort_values(["quote_start", "claim_id"], na_position="last")
    chosen = choose(marts, inside["claim_id"].tolist())
    if not chosen.rows:
        why = f"This release holds no drawable figure of the document {scope.document_id}."
        return page.nothing("the figures of one document", why)
    order = {claim_id: n for n, claim_id in enumerate(inside["claim_id"])}
    rows = sorted(chosen.rows, key=lambda r: order[r.claim_id])
    documents = marts["marts/documents"].set_index("document_id")
    title = str(documents.loc[scope.document_id, "title"])
    pages = [rows[n : n + _PER_PAGE] for n in range(0, len(rows), _PER_PAGE)]
    return [_page(chosen, shown, title, n) for n, shown in enumerate(pages)]


def _page(chosen: Chosen, rows: list[Row], document: str, number: int) -> style.Picture:
    n = len(chosen.rows)
    title = f"One document, {wording.count_word(n)} {'figure' if n == 1 else 'figures'}"
    first = rows[0]
    subtitle = (
        f"“{document}”, {wording.publisher(first)}, {wording.published(first)}. Each panel has "
        "an axis of its own: lengths do not compare across panels."
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
    name = NAME if number == 0 else f"{NAME}_{number + 1}"
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


def _words(row: Row) -> str:
    """The quoted words; without quotation marks where the release withholds them."""
    return f"“{row.quote}”" if row.quote else wording.number(row)


def facts(row: Row) -> list[tuple[str, str]]:
    """What stands under a figure: label and words."""
    where = wording.where(row)
    if row.place_as_written and row.place_as_written not in where:
        where += f" (“{row.place_as_written}”)"
    said = [
        ("whom", "; ".join([wording.whom(row), *wording.limits(row)])),
        ("where", where),
        ("when", wording.window(row)),
        ("said by", wording.who(row)),
        ("range", _range(row)),
    ]
    if row.doubts:
        said.append(("in doubt", ", ".join(wording.word(d) for d in row.doubts)))
    if row.is_pending:
        said.append(("pending", "extracted, not yet read by a person"))
    return said


def _range(row: Row) -> str:
    words = wording.range_words(row)
    low, high = row.reading_low, row.reading_high
    if row.best is not None and low is not None and high is not None and low < high:
        words += f"; rounding {wording.grouped(low)} to {wording.grouped(high)}"
    return f"{words} ({row.range_kind})" if row.range_kind else words


def _alt(title: str, subtitle: str, chosen: Chosen, rows: list[Row]) -> str:
    panels = []
    for n, row in enumerate(rows, 1):
        drawn = _drawn(row)
        told = ". ".join(f"{label.capitalize()}: {words}" for label, words in facts(row))
        panels.append(f"Panel {n}, {wording.counted(row)}: {_words(row)}, {drawn}. {told}.")
    return "\n".join(
        [f"{title}. {subtitle}", *panels, " ".join(page.captions(chosen, [])), chosen.sources]
    )


def _drawn(row: Row) -> str:
    if not row.is_bound:
        return "drawn as a dot" if marks.spot_of(row).dot is not None else "drawn as a span"
    if row.low is not None:
        return f"drawn as an arrow to the right from {wording.grouped(row.low)}"
    return f"drawn as an arrow to the left from {wording.grouped(row.numbers[0])}"
