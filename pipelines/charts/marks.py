"""How a claim becomes ink: dots, bounds, ranges, rounding bands, axes and their key.

A bound is a tick with an arrow whose far end fades: the arrow has the same length for every bound
and means a direction only. A floor is a bracket, and nothing else is. Nothing here is ever a bar
from zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation, Transform

from pipelines.charts import style
from pipelines.charts.language import Phrase, decimal, grouped, say, spoken, term
from pipelines.charts.rows import Row

ARROW = 0.46
"""Length of every bound's arrow in inches."""
_FADING = ((0.0, 0.16, 1.0), (0.185, 0.255, 0.7), (0.28, 0.335, 0.45), (0.36, 0.4, 0.28))
"""Dashes of an arrow's shaft: from and to in inches, and how dark."""
_FOOT = 0.1
"""Length of a bracket's feet in inches: they say on which side the number lies, not how far."""
_DASHES: dict[str, Any] = {
    "spread": (0, (1, 1.1)),
    "vague": (0, (3, 1.5)),
    "elicited": (0, (5, 1.2, 1, 1.2)),
    "confidence": (0, (9, 1.2)),
    "credible": (0, (9, 1.2, 1, 1.2, 1, 1.2)),
}
"""How the line between two ends is broken, by kind of range: whole where a source gives both."""
_SEEN = 0.02
"""A band of rounding narrower than this share of its number is covered by the dot."""
_WIDEST_LINEAR = 30
"""Beyond this factor between the greatest and the least number an axis is logarithmic."""

Direction = Literal["across", "up"]


@dataclass(frozen=True)
class Pen:
    """How one mark looks."""

    colour: str
    hollow: bool = False
    size: float = 6.0
    shape: str = "o"


@dataclass(frozen=True)
class Spot:
    """The numbers of one mark, and the claim (or key entry) that it is the mark of."""

    name: str
    low: float | None = None
    best: float | None = None
    high: float | None = None
    reading_low: float | None = None
    reading_high: float | None = None
    kind: str = ""
    """Kind of range, where the line between its ends depends on it."""
    is_floor: bool = False
    """Whether its low end is a floor that claims force, and no end of a range."""

    @property
    def is_bound(self) -> bool:
        """Whether it has one end and nothing else: the other end is open."""
        ends = (self.low is None) != (self.high is None)
        return self.best is None and ends and not self.is_floor

    @property
    def has_band(self) -> bool:
        """Whether its band of rounding is wide enough to be seen beside its dot."""
        if self.dot is None or self.reading_low is None or self.reading_high is None:
            return False
        return self.reading_high - self.reading_low > self.dot * _SEEN

    @property
    def span(self) -> tuple[float, float] | None:
        """The least and the greatest of its numbers, where they differ."""
        held = [n for n in (self.low, self.best, self.high) if n is not None]
        return (min(held), max(held)) if held and min(held) < max(held) else None

    @property
    def dot(self) -> float | None:
        """Where its dot stands: the best figure, or two ends that are one number."""
        if self.best is None and self.low is not None and self.low == self.high:
            return self.low
        return self.best


def spot_of(row: Row) -> Spot:
    """The numbers of a claim."""
    ends = (row.low, row.best, row.high, row.reading_low, row.reading_high)
    return Spot(row.claim_id, *ends, kind=row.range_kind)


def pen_for(row: Row, colour: str, size: float = 6.0, shape: str = "o") -> Pen:
    """The pen of a claim: grey for repeats, hollow while pending."""
    return Pen(style.GREY if row.is_repeat else colour, row.is_pending, size, shape)


def draw(axes: Axes, spot: Spot, at: float, direction: Direction, pen: Pen) -> None:
    """Draw a range with its numbers along `direction` and at `at` on the other axis."""
    if spot.is_floor:
        _bracket(axes, spot, at, direction, pen)
        return
    if spot.is_bound:
        _bound(axes, spot, at, direction, pen)
        return
    if spot.span:
        look: dict[str, Any] = {"color": pen.colour, "linewidth": 1.4, "zorder": 3}
        look["linestyle"] = _DASHES.get(spot.kind, "-")
        cap = "|" if direction == "across" else "_"
        look |= {"marker": cap, "markersize": 8, "markeredgewidth": 1.4}
        _line(axes, spot.span, at, direction, f"ends {spot.name}", **look)
        if pen.hollow:
            _hollow_out(axes, spot, at, direction, pen)
    if spot.dot is not None:
        _rounding(axes, spot, at, direction, pen)
        look = {"marker": pen.shape, "markersize": pen.size, "linestyle": "none", "zorder": 4}
        look |= {"markerfacecolor": style.PAPER if pen.hollow else pen.colour}
        look |= {"markeredgecolor": pen.colour, "markeredgewidth": 1.2}
        _line(axes, [spot.dot], at, direction, f"dot {spot.name}", **look)


def _hollow_out(axes: Axes, spot: Spot, at: float, direction: Direction, pen: Pen) -> None:
    """The line between two ends with paper inside, as a hollow dot has."""
    assert spot.span is not None
    look: dict[str, Any] = {"solid_capstyle": "butt", "dash_capstyle": "butt"}
    outer = {"color": pen.colour, "linewidth": 4.4, "linestyle": _DASHES.get(spot.kind, "-")}
    _line(axes, spot.span, at, direction, f"outline {spot.name}", zorder=3, **outer, **look)
    inner = {"color": style.PAPER, "linewidth": 2.2, "zorder": 3.1}
    _line(axes, spot.span, at, direction, f"hollow {spot.name}", **inner, **look)


def _line(
    axes: Axes, values: Sequence[float], at: float, direction: Direction, label: str, **look: Any
) -> None:
    others = [at] * len(values)
    x, y = (values, others) if direction == "across" else (others, values)
    axes.add_line(Line2D(x, y, label=label, **{"clip_on": False, **look}))


def _rounding(axes: Axes, spot: Spot, at: float, direction: Direction, pen: Pen) -> None:
    """The light band of what the printed digits could be rounded from."""
    low, high = spot.reading_low, spot.reading_high
    if low is not None and high is not None and low < high:
        wide = pen.size * (2.4 if direction == "across" else 1.4)
        look: dict[str, Any] = {"color": pen.colour, "alpha": 0.25, "linewidth": wide, "zorder": 2}
        look |= {"solid_capstyle": "butt"}
        look["clip_on"] = True
        _line(axes, [low, high], at, direction, f"rounding {spot.name}", **look)


def _bracket(axes: Axes, spot: Spot, at: float, direction: Direction, pen: Pen) -> None:
    """A solid bracket that opens away from zero."""
    assert spot.low is not None
    half = pen.size / 72 * 0.95
    along, aside = [_FOOT, 0.0, 0.0, _FOOT], [half, half, -half, -half]
    xs, ys = (along, aside) if direction == "across" else (aside, along)
    look: dict[str, Any] = {"color": pen.colour, "linewidth": 2.4, "zorder": 4, "clip_on": False}
    look |= {"solid_joinstyle": "miter", "solid_capstyle": "butt"}
    place = _inches_from(axes, spot.low, at, direction)
    axes.add_artist(Line2D(xs, ys, label=f"floor {spot.name}", transform=place, **look))


def _inches_from(axes: Axes, end: float, at: float, direction: Direction) -> Transform:
    """Inches from where a number stands."""
    x, y = (end, at) if direction == "across" else (at, end)
    return _figure_of(axes).dpi_scale_trans + ScaledTranslation(
        x,
        y,
        axes.transData,  # type: ignore[arg-type]  # any transform will do
    )


def _bound(axes: Axes, spot: Spot, at: float, direction: Direction, pen: Pen) -> None:
    """A tick at the known end and an arrow that fades towards the open one."""
    end = spot.low if spot.low is not None else spot.high
    assert end is not None
    away = 1.0 if spot.low is not None else -1.0
    place = _inches_from(axes, end, at, direction)

    def stroke(along: Sequence[float], aside: Sequence[float], **look: Any) -> None:
        run = [a * away for a in along]
        xs, ys = (run, list(aside)) if direction == "across" else (list(aside), run)
        label = f"bound {spot.name}"
        axes.add_artist(
            Line2D(xs, ys, label=label, color=pen.colour, transform=place, clip_on=False, **look)
        )

    half = pen.size / 72 * 0.85
    stroke((0, 0), (-half, half), linewidth=1.0 if pen.hollow else 2.2, zorder=4)
    dashes = (0, (1, 1)) if pen.hollow else "-"
    for start, stop, dark in _FADING:
        look = {"linewidth": 1.6, "alpha": dark, "solid_capstyle": "butt", "zorder": 3}
        stroke((start, stop), (0, 0), linestyle=dashes, **look)
    head = (ARROW - 0.07, ARROW, ARROW - 0.07)
    stroke(head, (-0.045, 0, 0.045), linewidth=1.3, alpha=0.6, zorder=3)


def _figure_of(axes: Axes) -> Figure:
    figure = axes.figure
    assert isinstance(figure, Figure)
    return figure


@dataclass(frozen=True)
class Scale:
    """A number axis: where it ends, its ticks, and whether it is logarithmic."""

    low: float
    high: float
    ticks: tuple[float, ...]
    is_log: bool


def scale_for(
    numbers: Iterable[int], length: float, before: float, after: float, apart: float
) -> Scale:
    """An axis of `length` inches that holds the numbers, with room for arrows at both ends.

    Ticks stand at least `apart` inches from one another.

    It starts at zero. Where the greatest number is more than thirty times the least it is
    logarithmic, and the chart then says so; not where a number is 0.
    """
    held = sorted(numbers) or [0]
    least, most = held[0], max(held[-1], 1)
    if least > 0 and most > least * _WIDEST_LINEAR:
        return _log_scale(least, most, length, before, after)
    high = most / (1 - after / length)
    low = 0.0 if not before or least / high * length >= before else least - high * before / length
    step = _round_step(high, length, apart)
    last = high * (1 - max(0.0, apart / 2 - 0.1) / length)
    ticks = tuple(step * i for i in range(int(last / step) + 1))
    return Scale(min(low, 0.0), high, ticks, is_log=False)


def _log_scale(least: int, most: int, length: float, before: float, after: float) -> Scale:
    start, end = math.log10(least), math.log10(most)
    decade = (end - start) / max(length - before - after, length / 4)
    low = min(start - before * decade, math.floor(start))
    span = (end - low) / (1 - after / length)
    decades = range(math.ceil(low - 1e-9), math.floor(low + span) + 1)
    return Scale(10**low, 10 ** (low + span), tuple(10.0**d for d in decades), is_log=True)


def _round_step(high: float, length: float, apart: float) -> float:
    """The least of 1, 2, 5, 10, 20, ... that keeps the ticks `apart` inches from one another."""
    steps = (m * 10.0**power for power in range(16) for m in (1, 2, 5))
    return next(s for s in steps if s / high * length >= apart)


def put_scale(axes: Axes, scale: Scale, direction: Direction, size: float = style.SMALL) -> None:
    """Set the number axis with faint lines at its ticks."""
    labels = [tick_label(t) for t in scale.ticks]
    kind = "log" if scale.is_log else "linear"
    look: dict[str, Any] = {
        "fontproperties": style.font(size),
        "color": style.SOFT,
        "parse_math": False,
    }
    if direction == "across":
        axes.set_xscale(kind)
        axes.set_xlim(scale.low, scale.high)
        axes.set_xticks(scale.ticks, labels, **look)
        axes.set_xticks([], minor=True)
        axes.tick_params(axis="x", labelbottom=True, pad=2)
        axes.grid(axis="x", color=style.FAINT, linewidth=0.5)
    else:
        axes.set_yscale(kind)
        axes.set_ylim(scale.low, scale.high)
        axes.set_yticks(scale.ticks, labels, **look)
        axes.set_yticks([], minor=True)
        is_rtl = spoken().is_rtl
        axes.tick_params(axis="y", labelleft=not is_rtl, labelright=is_rtl, pad=4)
        axes.grid(axis="y", color=style.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)


def tick_label(value: float) -> Phrase:
    """A tick's number: grouped digits, millions in words."""
    if value >= 1_000_000:
        return say("{n} million", n=decimal(value / 1_000_000))
    return grouped(round(value))


def log_note(direction: Direction) -> Phrase:
    """What is said beside a logarithmic axis."""
    if direction == "across":
        return say("logarithmic: each step is ten times the one before")
    return say("Logarithmic: each step is ten times the one below.")


def tick_room(numbers: Iterable[int]) -> float:
    """Inches that the longest tick label of these numbers needs across, with a gap."""
    labels = (tick_label(10.0 ** len(str(n))) for n in numbers)
    return max((style.width_of(words, style.SMALL) for words in labels), default=0.05) + 0.06


@dataclass(frozen=True)
class KeyEntry:
    """A sample mark, its numbers in inches of the key, and what such a mark means."""

    spot: Spot
    pen: Pen
    words: str

    @property
    def width(self) -> float:
        """Inches that the sample needs."""
        if self.spot.is_bound:
            return ARROW + 0.08
        return max(self.spot.high or 0.0, 0.14) + 0.1


_KEY_HEIGHT = 0.2
_WIDE_KEY = 0.4
"""Inches of the sample of a broken line: enough for its pattern to be told from the others."""


def _broken_lines() -> dict[str, Phrase]:
    """What each broken line means, by kind of range."""
    return {
        "spread": say("dotted: spread, least to greatest over sources"),
        "vague": say("dashed: our band for a vague word"),
        "elicited": say("dash and dot: asked of experts"),
        "confidence": say("long dashes: a confidence interval"),
        "credible": say("long dash and two dots: a credible interval"),
    }


def key_for(rows: Sequence[Row], colour: str, others: Sequence[Spot] = ()) -> list[KeyEntry]:
    """A key entry for each kind of mark that the rows and other spots put on the page."""
    spots = [*(spot_of(r) for r in rows), *others]
    pen = Pen(colour, size=5)
    entries = []
    if any(s.dot is not None for s in spots):
        entries.append(KeyEntry(Spot("key", best=0.05), pen, say("a figure as stated")))
    if any(s.is_bound for s in spots):
        entries.append(
            KeyEntry(Spot("key", low=0.0), pen, say("a bound: open where the arrow fades"))
        )
    if any(s.span and s.kind not in _DASHES for s in spots):
        entries.append(KeyEntry(Spot("key", low=0.0, high=0.14), pen, say("both ends given")))
    for kind, meaning in _broken_lines().items():
        if any(s.span and s.kind == kind for s in spots):
            entries.append(KeyEntry(Spot("key", low=0.0, high=_WIDE_KEY, kind=kind), pen, meaning))
    if any(s.is_floor for s in spots):
        floor = Spot("key", low=0.05, is_floor=True)
        entries.append(KeyEntry(floor, Pen(style.INK, size=5), say("bracket: a floor, no range")))
    if any(s.has_band for s in spots):
        band = Spot("key", best=0.07, reading_low=0.0, reading_high=0.14)
        entries.append(KeyEntry(band, pen, say("light band: rounding of the printed digits")))
    if any(r.is_repeat for r in rows):
        grey = Pen(style.GREY, size=5)
        entries.append(
            KeyEntry(Spot("key", best=0.05), grey, say("grey: repeat or possible repeat"))
        )
    return entries + _pending_key([spot_of(r) for r in rows if r.is_pending], colour)


def _pending_key(pending: Sequence[Spot], colour: str) -> list[KeyEntry]:
    """How figures look that nobody has read yet: bounds have nothing that could be hollow."""
    hollow = Pen(colour, hollow=True, size=5)
    entries = []
    if any(not s.is_bound for s in pending):
        entries.append(
            KeyEntry(Spot("key", best=0.05), hollow, say("hollow: pending, not yet read"))
        )
    if any(s.is_bound for s in pending):
        bound = say("thin and dotted: a pending bound, not yet read")
        entries.append(KeyEntry(Spot("key", low=0.0), hollow, bound))
    return entries


def tier_key(rows: Sequence[Row]) -> list[KeyEntry]:
    """A key entry for the colour of each tier that a mark of the rows wears."""
    tiers = {r.tier for r in rows if not r.is_repeat}
    return [
        KeyEntry(Spot("key", best=0.05), Pen(colour, size=5), term("tier", tier))
        for tier, colour in style.TIER_COLOURS.items()
        if tier in tiers
    ]


def put_key(sheet: style.Sheet, entries: Sequence[KeyEntry]) -> None:
    """The key across the page at the sheet's cursor, which moves below it."""
    if not entries:
        return
    axes, x = _key_axes(sheet), 0.0
    for entry in entries:
        wide = entry.width + style.width_of(entry.words, style.SMALL) + 0.2
        if x and x + wide > sheet.width:
            sheet.y += _KEY_HEIGHT - 0.04
            axes, x = _key_axes(sheet), 0.0
        start = sheet.width - x - entry.width if sheet.is_rtl else x
        draw(axes, _moved(entry.spot, start + 0.04), _KEY_HEIGHT / 2, "across", entry.pen)
        at = sheet.left + x + entry.width
        sheet.lines(at, sheet.y + 0.043, [entry.words], style.SMALL, colour=style.SOFT)
        x += wide
    sheet.y += _KEY_HEIGHT + 0.06


def _key_axes(sheet: style.Sheet) -> Axes:
    axes = sheet.axes(sheet.left, sheet.y, sheet.width, _KEY_HEIGHT)
    axes.set(xlim=(0, sheet.width), ylim=(0, _KEY_HEIGHT), xticks=[], yticks=[])
    return axes


def _moved(spot: Spot, by: float) -> Spot:
    """The spot further along."""
    ends = ("low", "best", "high", "reading_low", "reading_high")
    held = {e: getattr(spot, e) for e in ends}
    return replace(spot, **{e: n + by for e, n in held.items() if n is not None})
