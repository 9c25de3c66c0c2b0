"""Rows of words in columns with one number axis to their right, each mark level with its row.

What stands in the columns belongs to the chart; how wide they are, where a page is full and how the
axis is laid is said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from pipelines.charts import marks, style
from pipelines.charts.language import say, term

NUMBER = 0.84
"""Inches of the column of numbers."""
GUTTER = 0.1
"""Inches that the words of a column keep off the next one."""
_TALLEST = 7.9
"""Inches of rows on a page: with head and foot no more than A4."""
_PAD = 0.045
_BEFORE_HEADING = 0.06

Words = list[tuple[str, float, str, bool]]
"""Printed lines: words, size, colour, whether bold."""


@dataclass(frozen=True)
class Columns:
    """Inches of the columns of words; the axis takes what is left of the page."""

    first: float
    second: float
    third: float

    @property
    def lefts(self) -> tuple[float, float, float]:
        """Left edges, from that of the first."""
        return 0.0, self.first, self.first + self.second

    @property
    def numbers(self) -> float:
        """Right edge of the numbers."""
        return self.first + self.second + self.third + NUMBER - 0.02

    @property
    def plot(self) -> float:
        """Left edge of the axis."""
        return self.numbers + 0.16


@dataclass(frozen=True)
class Line:
    """One row: its cells, its number in words, and its mark, where it has one."""

    cells: tuple[Words, ...]
    number: str = ""
    ink: str = style.INK
    spot: marks.Spot | None = None
    pen: marks.Pen | None = None
    is_washed: bool = False
    is_heading: bool = False

    @property
    def numbers(self) -> list[str]:
        """The number, in as many lines as its column asks for."""
        return style.wrap(self.number, NUMBER, style.BODY, True, 6) if self.number else []

    @property
    def height(self) -> float:
        """Inches from its top to that of the next."""
        tallest = max(sum(size for _, size, _, _ in lines) for lines in self.cells)
        tallest = max(tallest, style.BODY * len(self.numbers))
        above = _BEFORE_HEADING if self.is_heading else 0.0
        return tallest * style.LINE / 72 + 2 * _PAD + above


def heading(text: str, columns: Columns, colour: str = style.INK) -> Line:
    """A line over the rows that follow, across the columns of words and numbers."""
    lines = style.wrap(text, columns.numbers, style.SUBTITLE, True, 2)
    return Line(([(line, style.SUBTITLE, colour, True) for line in lines],), is_heading=True)


def words(
    text: str, width: float, size: float, colour: str, bold: bool = False, most: int | None = None
) -> Words:
    """Text in lines for a column `width` inches wide."""
    lines = style.wrap(text, width - GUTTER, size, bold, most)
    return [(line, size, colour, bold) for line in lines]


def pages(lines: Iterable[Line]) -> list[list[Line]]:
    """The lines, cut where a page is full; a heading stays with what follows it."""
    cut: list[list[Line]] = [[]]
    used = 0.0
    for line in lines:
        if cut[-1] and used + line.height > _TALLEST:
            kept = len(cut[-1])
            while kept > 1 and cut[-1][kept - 1].is_heading:
                kept -= 1
            cut[-1], carried = cut[-1][:kept], cut[-1][kept:]
            cut.append(carried)
            used = sum(carry.height for carry in carried)
        cut[-1].append(line)
        used += line.height
    return cut


def scale_of(lines: Iterable[Line], inked: Iterable[int], columns: Columns) -> marks.Scale:
    """The number axis for lines whose marks reach the numbers."""
    bounds = [line.spot for line in lines if line.spot and line.spot.is_bound]
    before = marks.ARROW if any(s.low is None for s in bounds) else 0.0
    after = marks.ARROW + 0.05 if any(s.high is None for s in bounds) else 0.3
    held = list(inked)
    wide = style.PAGE_WIDTH - 2 * style.MARGIN - columns.plot
    return marks.scale_for(held, wide, before, after, marks.tick_room(held))


def put(
    sheet: style.Sheet,
    heads: Sequence[str],
    lines: Sequence[Line],
    scale: marks.Scale,
    columns: Columns,
    unit: str = "people",
) -> tuple[Axes, dict[str, float]]:
    """Print the lines at the sheet's cursor, which moves below; the axes, and each mark's height.

    Heights are inches below the top of the axes, by the name of the mark.
    """
    lefts = [sheet.left + x for x in columns.lefts]
    plot, right = sheet.left + columns.plot, sheet.left + columns.numbers
    for named, x in zip(heads, lefts, strict=True):
        sheet.lines(x, sheet.y, [named], style.SMALL, colour=style.SOFT)
    sheet.lines(right, sheet.y, [say("number")], style.SMALL, colour=style.SOFT, align="right")
    sheet.lines(plot, sheet.y, [term("unit", unit)], style.SMALL, colour=style.SOFT)
    sheet.y += 0.15
    top = sheet.y
    middles = [_print(sheet, line, lefts, right) - top for line in lines]
    sheet.rule(sheet.y, thick=0.4)
    axes = _plot(sheet, lines, middles, (plot, top), scale)
    sheet.y += 0.3 if scale.is_log else 0.26
    return axes, {n.spot.name: y for n, y in zip(lines, middles, strict=True) if n.spot}


def _print(sheet: style.Sheet, line: Line, lefts: Sequence[float], right: float) -> float:
    """One line of words; the y of its mark."""
    if line.is_washed:
        sheet.wash(sheet.y, line.height)
    if not line.is_heading:
        sheet.rule(sheet.y, thick=0.4)
    start = sheet.y + _PAD + (_BEFORE_HEADING if line.is_heading else 0.0)
    for x, cell in zip(lefts, line.cells, strict=False):
        y = start
        for text, size, colour, bold in cell:
            y = sheet.lines(x, y, [text], size, colour=colour, bold=bold)
    for n, text in enumerate(line.numbers):
        y = start + n * style.BODY * style.LINE / 72
        sheet.lines(right, y, [text], style.BODY, bold=True, colour=line.ink, align="right")
    sheet.y += line.height
    return start + style.BODY * 0.62 / 72


def _plot(
    sheet: style.Sheet,
    lines: Sequence[Line],
    middles: Sequence[float],
    corner: tuple[float, float],
    scale: marks.Scale,
) -> Axes:
    """The axes with the marks, each level with its row."""
    left, top = corner
    height = sheet.y - top
    axes = sheet.axes(left, top, sheet.left + sheet.width - left, height)
    axes.set(ylim=(height, 0), yticks=[])
    marks.put_scale(axes, scale, "across")
    if scale.is_log:
        edge, below = sheet.left + sheet.width, sheet.y + 0.16
        note: list[str] = [marks.log_note("across")]
        sheet.lines(edge, below, note, style.SMALL, colour=style.SOFT, align="right")
    for line, middle in zip(lines, middles, strict=True):
        if line.spot and line.pen:
            marks.draw(axes, line.spot, middle, "across", line.pen)
    return axes
