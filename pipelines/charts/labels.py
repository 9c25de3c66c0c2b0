"""Where a mark's label goes: beside it, or further off at the end of a thin leader; never on top.

Positions are inches from the top left of the plot. A label that finds no free place is not printed,
and the chart says how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import hypot

from pipelines.charts import style

SIZE = style.SMALL
_STEP = SIZE * 1.16 / 72
_CLEAR = 0.075
"""Inches around a mark that stay free of labels."""
_CORE = 0.035
_SLACK = 0.04
_ROUNDS = 14
_MOST = 48
"""Labels tried on a plot; the marks beyond them stay without, and the chart says how many."""
_REACH, _MINOR_REACH = 10, 3
"""Steps to either side within which a label looks for a place; twice as many up and down."""


_Line = tuple[float, float, float, float]
"""From x, y to x, y."""


@dataclass(frozen=True)
class Layout:
    """A label's lines, one way of breaking them: first the bold ones, then the others."""

    head: tuple[str, ...]
    rest: tuple[str, ...]

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        widths = [style.width_of(line, SIZE, bold=True) for line in self.head]
        widths += [style.width_of(line, SIZE) for line in self.rest]
        return max(widths) + _SLACK, _STEP * len(widths)


@dataclass(frozen=True)
class Wanted:
    """A mark at (x, y) that wants a label in one of its layouts, and how far its ink reaches."""

    x: float
    y: float
    layouts: tuple[Layout, ...]
    above: float = 0.0
    below: float = 0.0
    is_minor: bool = False
    within: tuple[float, float] | None = None
    """Inches across between which the label must stand; None for the whole plot."""


@dataclass(frozen=True)
class Box:
    """A rectangle: left, top, right, bottom; a label's has its layout."""

    left: float
    top: float
    right: float
    bottom: float
    layout: Layout = Layout((), ())

    def meets(self, other: Box) -> bool:
        """Whether the two share a point."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def crossed_by(self, line: _Line) -> bool:
        """Whether the straight line runs through it."""
        x0, y0, x1, y1 = line
        if max(x0, x1) <= self.left or min(x0, x1) >= self.right:
            return False
        if max(y0, y1) <= self.top or min(y0, y1) >= self.bottom:
            return False
        across, down = x1 - x0, y1 - y0
        top, bottom = across * (self.top - y0), across * (self.bottom - y0)
        left, right = down * (self.left - x0), down * (self.right - x0)
        sides = (top - left, top - right, bottom - left, bottom - right)
        return min(sides) < 0 < max(sides)


_Choices = Mapping[int, Sequence[tuple[Box, _Line | None]]]


def place(
    wanted: Sequence[Wanted], width: float, height: float, blocked: Sequence[Box] = ()
) -> list[Box | None]:
    """A box for each label within the plot, or None; the same input gives the same boxes.

    No box meets one that is `blocked`.

    The main labels first, then the minor ones where room is left near their marks.
    """
    tried = sorted(range(len(wanted)), key=lambda n: (wanted[n].is_minor, n))[:_MOST]
    far = _REACH if len(tried) < _MOST / 2 else _REACH // 2
    choices = {n: _places(wanted, n, (width, height), far, blocked) for n in tried}
    placed: list[Box | None] = [None] * len(wanted)
    for is_minor in (False, True):
        group = [n for n in tried if wanted[n].is_minor == is_minor]
        placed = _best_round(wanted, choices, group, placed)
    return placed


def _places(
    wanted: Sequence[Wanted],
    n: int,
    size: tuple[float, float],
    far: int,
    blocked: Sequence[Box],
) -> list[tuple[Box, _Line | None]]:
    """The places of a label that meet no mark, with their leaders; the nearest first."""
    want = wanted[n]
    ink = [*(_mark_box(w) for w in wanted), *blocked]
    # a leader may start among marks that touch its own, but not run through others
    cores = [_core(w) for w in wanted if not _touch(w, want)]
    found = []
    for box in _candidates(want, *size, far):
        if not any(box.meets(b) for b in ink):
            line = leader(want, box)
            if line is None or not any(b.crossed_by(line) for b in cores):
                found.append((box, line))
    return found


def _best_round(
    wanted: Sequence[Wanted],
    choices: _Choices,
    group: Sequence[int],
    placed: list[Box | None],
) -> list[Box | None]:
    """The group's labels beside those already placed.

    Each takes the nearest free place in turn; in the next round those that found none choose first,
    else the farthest. The round that places most labels, then nearest, is kept.
    """
    best = placed
    for start in _orders(wanted, group):
        order = start
        for _ in range(_ROUNDS):
            found = _in_order(wanted, choices, order, placed)
            if _worth(wanted, found) < _worth(wanted, best):
                best = found
            first = [n for n in order if found[n] is None] or _farthest(wanted, found, order)
            if not first or order[: len(first)] == first:
                break
            order = first + [n for n in order if n not in first]
    return best


def _farthest(
    wanted: Sequence[Wanted], found: Sequence[Box | None], group: Sequence[int]
) -> list[int]:
    """The label of the group at the end of the longest leader."""
    lengths = [(_length(wanted[n], found[n]), -n) for n in group]
    longest = max(lengths, default=(0.0, 0))
    return [-longest[1]] if longest[0] else []


def _length(want: Wanted, box: Box | None) -> float:
    line = leader(want, box) if box else None
    return hypot(line[2] - line[0], line[3] - line[1]) if line else 0.0


def _orders(wanted: Sequence[Wanted], group: Sequence[int]) -> list[list[int]]:
    """Orders of choosing: the crowded first, from the left, from the right, from above."""
    return [
        sorted(group, key=lambda n: (-_neighbours(wanted, n), n)),
        sorted(group, key=lambda n: (wanted[n].x, wanted[n].y, n)),
        sorted(group, key=lambda n: (-wanted[n].x, wanted[n].y, n)),
        sorted(group, key=lambda n: (wanted[n].y, n)),
    ]


def _worth(wanted: Sequence[Wanted], boxes: Sequence[Box | None]) -> tuple[int, float]:
    """How many labels are missing, and how far the others stand from their marks."""
    lengths = [_length(want, box) for want, box in zip(wanted, boxes, strict=True)]
    return list(boxes).count(None), sum(0.1 + length**2 for length in lengths if length)


def _in_order(
    wanted: Sequence[Wanted],
    choices: _Choices,
    order: Sequence[int],
    placed: Sequence[Box | None],
) -> list[Box | None]:
    """Boxes where the labels choose in this order, beside those already placed."""
    found = list(placed)
    lines = [leader(w, b) for w, b in zip(wanted, found, strict=True) if b]
    drawn = [line for line in lines if line]
    for n in order:
        labels = [box for box in found if box]
        for box, line in choices[n]:
            if not any(box.meets(b) for b in labels) and _is_clear(box, line, labels, drawn):
                found[n] = box
                drawn += [line] if line else []
                break
    return found


def _is_clear(box: Box, line: _Line | None, labels: Sequence[Box], drawn: Sequence[_Line]) -> bool:
    """Whether a label lies on no leader, and its leader runs through nothing."""
    if any(box.crossed_by(other) for other in drawn):
        return False
    if line is None:
        return True
    return not any(b.crossed_by(line) for b in labels) and not any(_cross(line, o) for o in drawn)


def _neighbours(wanted: Sequence[Wanted], n: int) -> int:
    here = wanted[n]
    return sum(abs(w.x - here.x) < 0.8 and abs(w.y - here.y) < 0.3 for w in wanted)


def _mark_box(want: Wanted) -> Box:
    above, below = max(_CLEAR, want.above), max(_CLEAR, want.below)
    return Box(want.x - _CLEAR, want.y - above, want.x + _CLEAR, want.y + below)


def _touch(one: Wanted, other: Wanted) -> bool:
    return max(abs(one.x - other.x), abs(one.y - other.y)) <= _CORE


def _core(want: Wanted) -> Box:
    """The inner part of a mark, which no leader of another may touch."""
    return Box(want.x - _CORE, want.y - _CORE, want.x + _CORE, want.y + _CORE)


def _candidates(want: Wanted, width: float, height: float, far: int) -> Iterator[Box]:
    """Boxes around the mark, the nearest first, right before left, wide before narrow."""
    near = _CLEAR + 0.03
    reach = min(far, _MINOR_REACH) if want.is_minor else far
    across = [near + 0.14 * n for n in range(reach)]
    down = [0.0] + [s * _STEP * 0.7 * n for n in range(1, 2 * reach) for s in (-1, 1)]
    spots: list[tuple[float, int, float, float]] = []
    for n, layout in enumerate(want.layouts):
        wide, tall = layout.size
        for gap, shift in product(across, down):
            cost = gap + abs(shift) * 0.9 + 0.15 * n
            top = want.y - tall / 2 + shift
            spots.append((cost, n, want.x + gap, top))
            spots.append((cost + 0.02, n, want.x - gap - wide, top))
        middle = want.x - wide / 2
        spots.append((0.25, n, middle, want.y - near - want.above - tall))
        spots.append((0.25, n, middle, want.y + near + want.below))
    for _, n, left, top in sorted(spots):
        wide, tall = want.layouts[n].size
        least, most = want.within or (0.02, width)
        fits_across = left >= least and left + wide <= most
        if fits_across and top >= -0.05 and top + tall <= height - 0.02:
            yield Box(left, top, left + wide, top + tall, want.layouts[n])


def leader(want: Wanted, box: Box) -> _Line | None:
    """The thin line from a mark to a label that is not beside it; None where none is needed."""
    middle = box.top + _STEP / 2
    if box.left > want.x:
        x, away = box.left - 0.025, box.left - want.x
    elif box.right < want.x:
        x, away = box.right + 0.025, want.x - box.right
    else:
        return None
    if away < _CLEAR + 0.06 and box.top - 0.02 <= want.y <= box.bottom + 0.02:
        return None
    return want.x, want.y, x, middle


def _cross(a: _Line, b: _Line) -> bool:
    """Whether two leaders cross."""

    def side(x0: float, y0: float, x1: float, y1: float, x: float, y: float) -> float:
        return (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)

    return (
        side(*a, b[0], b[1]) * side(*a, b[2], b[3]) < 0
        and side(*b, a[0], a[1]) * side(*b, a[2], a[3]) < 0
    )


def print_label(
    sheet: style.Sheet, want: Wanted, box: Box, plot: tuple[float, float, float], ink: str
) -> None:
    """Print a label in its box, with its leader, over a plot of that left, top and width."""
    left, top, width = plot
    if line := leader(want, box):
        x0, y0, x1, y1 = line
        ends = (sheet.into(left, width, x0), sheet.into(left, width, x1))
        sheet.stroke(ends, (top + y0, top + y1))
    soft = style.SOFT
    x, y = sheet.into(left, width, box.right if sheet.is_rtl else box.left), top + box.top
    lead = _STEP * 72 / SIZE
    y = sheet.lines(x, y, list(box.layout.head), SIZE, colour=ink, bold=True, leading=lead)
    sheet.lines(x, y, list(box.layout.rest), SIZE, colour=soft, leading=lead)
