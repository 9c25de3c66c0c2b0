"""A map of a country's first level, for stocks and stated flows, from boundaries the user supplies.

One map shows one definition, one source, one way of counting and one window. Colour stands for few
classes and every number is printed. Counts of what was found are on no map: colour ranks places.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any, Final, Literal

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from shapely.geometry import MultiPolygon, Point, Polygon

from pipelines.charts import labels, page, places, style, wording
from pipelines.charts.boundaries import Area, Boundaries, read, unwrapped
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import Phrase, capital, grouped, joined, listed, say, say_n
from pipelines.charts.rows import Chosen, Marts, Row, gazetteer
from pipelines.core.refusals import FOUND_COUNTS, NO_TREND

NAME = "map"
_TALLEST = 6.0
"""Most inches of a map."""
_MOST_CLASSES = 5
_WIDEST = 30
"""Beyond this factor between the greatest and the least number the classes are powers of ten."""
_LIGHTEST, _DARKEST = 0.86, 0.3
"""Luminance of the first and of the last class: ink is legible on all of them."""
_NAME_WIDTHS = (1.3, 0.85)
"""Inches at which the name of an area may break."""
_STEPS = 15
"""Rows and columns of the places at which a label is tried within its area."""
_LEADING = 1.16
_DOT = 0.02
_LIST_COLUMNS = 3

Fill = Literal["class", "plain", "bound", "none"]
"""How an area is filled: by its class, alike for all, as a bound, or as having no figure."""

HATCHES: Final[Mapping[Fill, str]] = {"none": "/////", "bound": "....."}


@dataclass(frozen=True)
class Classes:
    """The classes of a map: where each begins; the last has no end."""

    starts: tuple[int, ...]

    @staticmethod
    def of(numbers: Iterable[int]) -> Classes:
        """At most five: equal steps from zero, or powers of ten beyond a factor 30."""
        held = sorted(numbers)
        least, most = held[0], held[-1]
        if least > 0 and most > least * _WIDEST:
            powers = range(math.floor(math.log10(least)), math.floor(math.log10(most)) + 1)
            return Classes(tuple(10**power for power in powers[-_MOST_CLASSES:]))
        steps = (m * 10**power for power in range(18) for m in (1, 2, 5))
        step = next(s for s in steps if most < s * _MOST_CLASSES)
        return Classes(tuple(range(0, most + 1, step)))

    @property
    def are_powers(self) -> bool:
        """Whether each class is ten times as wide as the one before."""
        return self.starts[0] > 0

    def index(self, number: int) -> int:
        """The class of a number; the first holds what lies below it too."""
        return max((n for n, start in enumerate(self.starts) if number >= start), default=0)

    def words(self, n: int) -> Phrase:
        """What a class holds."""
        if len(self.starts) == 1:
            return say("{low} or more", low=self.starts[0])
        if n == 0 and self.starts[0] > 0:
            return say("less than {high}", high=self.starts[1])
        if n == len(self.starts) - 1:
            return say("{low} or more", low=self.starts[n])
        low, high = self.starts[n], self.starts[n + 1] - 1
        return grouped(low) if low == high else say("{low} to {high}", low=low, high=high)

    def colour(self, n: int, hue: str) -> str:
        """The colour of a class: the hue on paper, the darker the greater."""
        share = n / max(len(self.starts) - 1, 1)
        return tint(hue, _LIGHTEST * (_DARKEST / _LIGHTEST) ** share)


def tint(hue: str, luminance: float) -> str:
    """The hue mixed with white, in linear light, to a relative luminance (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(hue)]
    own = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    share = (1 - luminance) / (1 - own)
    mixed = [1 - share * (1 - c) for c in linear]
    coded = [c * 12.92 if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in mixed]
    return "#" + "".join(f"{round(c * 255):02X}" for c in coded)


@dataclass(frozen=True)
class _Shown:
    """What one map shows: a figure an area, where it has one."""

    chosen: Chosen
    by_code: Mapping[str, Row]
    classes: Classes | None
    """None where the figures may not be ranked: their numbers are printed and not coloured."""

    @property
    def first(self) -> Row:
        """A figure: what all have in common stands in it."""
        return self.chosen.rows[0]

    def fill(self, code: str) -> Fill:
        """How an area is filled."""
        row = self.by_code.get(code)
        if row is None:
            return "none"
        if self.classes is None:
            return "plain"
        return "bound" if self.class_of(row) is None else "class"

    def class_of(self, row: Row) -> int | None:
        """The class to which a figure commits; None of a bound, and where its ends are apart."""
        if self.classes is None:
            return None
        if row.best is not None:
            return self.classes.index(row.best)
        if row.low is None or row.high is None:
            return None
        ends = {self.classes.index(row.low), self.classes.index(row.high)}
        return ends.pop() if len(ends) == 1 else None

    def colour(self, code: str) -> str:
        """The colour of an area."""
        row = self.by_code.get(code)
        hue = style.TIER_COLOURS[self.first.tier]
        n = self.class_of(row) if row else None
        if self.classes is not None and n is not None:
            return self.classes.colour(n, hue)
        return tint(hue, _LIGHTEST) if self.fill(code) == "plain" else style.PAPER


def draw(marts: Marts, request: Request) -> Drawn:
    """The maps, one definition, source and basis each; else why there are none.

    Raises
    ------
    BoundariesFault
        Where the file of boundaries cannot be used.
    """
    title = _title(marts, request)
    if request.boundaries is None:
        why = say("Attest holds no boundaries: a map needs a file of them, supplied by its user.")
        return page.nothing(title, why)
    register = gazetteer(marts)
    if len(request.place_ids) != 1 or not (codes := places.within(register, request.place_ids[0])):
        why = say("A map shows the first level of one country, and this names none that is held.")
        return page.nothing(title, why)
    if not request.metrics and not request.question_ids:
        return page.nothing(title, say("Name the metric, or the questions, to be shown on a map."))
    chosen = places.gather(marts, request, codes)
    if isinstance(chosen, Phrase):
        return page.nothing(title, chosen)
    kept = [row for row in chosen.rows if row.basis not in FOUND_COUNTS]
    if not kept:
        return page.nothing(title, _refused())
    map_ = _Map.of(read(request.boundaries, codes, request.place_ids[0]), marts)
    numbers, pictures, reasons = count(1), [], []
    for rows in _apart(kept):
        shown = _shown(marts, chosen, rows, len(chosen.rows) - len(kept))
        if isinstance(shown, Phrase):
            reasons.append(shown)
            continue
        n, name = next(numbers), request.name or NAME
        sheet_name = name if n == 1 else f"{name}_{n}"
        pictures.append(_picture(sheet_name, title, shown, map_, request.boundaries.name))
    return pictures or page.nothing(title, joined(reasons, " "))


def _title(marts: Marts, request: Request) -> Phrase:
    what = listed([wording.word(m) for m in request.metrics]) or say("figures")
    place = listed([places.name_of(gazetteer(marts), p) for p in request.place_ids])
    return capital(say("{what} on a map: {place}", what=what, place=place or say("no country")))


def _refused() -> Phrase:
    return say(
        "Refused: a map ranks places by colour, and these are counts of what was found: a "
        "difference between two places may be a difference in reporting. What would settle it: "
        "registered, surveyed or modelled figures, made in one way."
    )


def _apart(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The figures that one map may show: of one definition, source, tier and basis."""
    for of_definition in places.definitions(rows):
        found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in of_definition:
            found[row.source, row.series, row.basis].append(row)
        yield from (found[key] for key in sorted(found))


def _shown(marts: Marts, chosen: Chosen, rows: Sequence[Row], n_found: int) -> _Shown | Phrase:
    """The figures of the latest window that they share, one a place; else why not."""
    left_out = Counter(chosen.left_out)
    left_out[say("counts of what was found, which no map compares")] += n_found
    originals = [row for row in rows if not row.is_repeat]
    left_out[say("repeats")] += len(rows) - len(originals)
    windows = Counter(_window(row) for row in originals)
    if not windows:
        return say("Every figure of that scope repeats another.")
    latest = max(windows, key=lambda window: (window[-1], windows[window], window[0]))
    of_window = [row for row in originals if _window(row) == latest]
    left_out[say("of other days")] += len(originals) - len(of_window)
    by_code: dict[str, Row] = {}
    for place in sorted({row.place_id for row in of_window}):
        here = [row for row in of_window if row.place_id == place]
        newest = max(row.published_on or date.min for row in here)
        last = [row for row in here if (row.published_on or date.min) == newest]
        if len({(row.low, row.best, row.high) for row in last}) > 1:
            return say(
                "Refused: for {place} there are {n} figures of one source, window and day of "
                "publication, which is no one number. What would settle it: name the questions.",
                place=wording.place_name(place, last[0].place),
                n=len(last),
            )
        left_out[say("replaced by a later publication")] += len(here) - 1
        by_code[place] = last[0]
    kept = replace(chosen, left_out={why: n for why, n in sorted(left_out.items()) if n})
    part = places.part_of(kept, tuple(by_code.values()), marts)
    return _Shown(part, by_code, _classes(part.rows))


def _window(row: Row) -> tuple[date, date, date, date]:
    days = (row.start_earliest, row.start_latest, row.end_earliest, row.end_latest)
    none = date.min
    return days[0] or none, days[1] or none, days[2] or none, days[3] or none


def _classes(rows: Sequence[Row]) -> Classes | None:
    """The classes of the numbers that a figure commits to; None where no ranking is allowed."""
    if any(row.basis in NO_TREND for row in rows):
        return None
    numbers = [
        n for r in rows for n in ([r.low, r.high] if r.best is None else [r.best]) if n is not None
    ]
    return Classes.of(numbers)


# The map in inches


@dataclass(frozen=True)
class _Map:
    """The areas in inches from the top left of the map."""

    areas: tuple[Area, ...]
    names: Mapping[str, Phrase]
    width: float
    height: float
    n_others: int

    @staticmethod
    def of(held: Boundaries, marts: Marts) -> _Map:
        """The areas as large as the page allows, simplified to the pixel.

        Equirectangular: a degree of longitude is as long as at the middle latitude, by its cosine.
        """
        lands = unwrapped([area.land for area in held.areas])
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(lands))
        shrink = max(math.cos(math.radians((south + north) / 2)), 0.05)
        wide, tall = max((east - west) * shrink, 1e-9), max(north - south, 1e-9)
        per_degree = min((style.PAGE_WIDTH - 2 * style.MARGIN) / wide, _TALLEST / tall)
        origin, turned = np.array([west, north]), np.array([shrink, -1.0]) * per_degree
        areas = [
            replace(area, land=_drawable(shapely.transform(land, lambda p: (p - origin) * turned)))
            for area, land in zip(held.areas, lands, strict=True)
        ]
        register = gazetteer(marts)
        names = {
            a.code: places.name_of(register, a.code)
            if a.code in register
            else wording.place_name(a.code, a.name or a.code)
            for a in areas
        }
        size = (wide * per_degree, tall * per_degree)
        return _Map(tuple(areas), names, *size, held.n_others)


def _drawable(land: MultiPolygon) -> MultiPolygon:
    """The land without what is smaller than a pixel; the largest part stays in any case."""
    pixel = 1 / style.DPI
    parts = sorted(land.geoms, key=lambda part: -part.area)
    seen = [parts[0], *(part for part in parts[1:] if part.area > pixel**2)]
    simple = [shapely.simplify(part, pixel / 2) for part in seen]
    return MultiPolygon([part for part in simple if isinstance(part, Polygon)])


def _put_areas(axes: Axes, map_: _Map, shown: _Shown) -> None:
    for area in map_.areas:
        rings = [ring for part in area.land.geoms for ring in (part.exterior, *part.interiors)]
        outlines = [Outline(shapely.get_coordinates(ring), closed=True) for ring in rings]
        fill = shown.fill(area.code)
        patch = PathPatch(
            Outline.make_compound_path(*outlines),
            label=f"{fill} {area.code}",
            facecolor=shown.colour(area.code),
            edgecolor=style.GREY,
            linewidth=0.6,
            hatch=HATCHES.get(fill),
        )
        patch.set_hatch_linewidth(0.4)
        axes.add_artist(patch)


@dataclass(frozen=True)
class _Label:
    """The lines of an area's label, and the middle of its box, in inches of the map."""

    code: str
    lines: tuple[tuple[str, bool], ...]
    x: float
    y: float

    @property
    def box(self) -> labels.Box:
        """Where it stands."""
        wide, tall = _size(self.lines)
        return labels.Box(
            self.x - wide / 2, self.y - tall / 2, self.x + wide / 2, self.y + tall / 2
        )


def _size(lines: Sequence[tuple[str, bool]]) -> tuple[float, float]:
    widest = max(style.width_of(words, labels.SIZE, bold) for words, bold in lines)
    return widest + 0.06, len(lines) * labels.SIZE * _LEADING / 72 + 0.03


def _inside(area: Area, name: Phrase, number: Phrase) -> _Label | None:
    """The label of an area where it fits into its land; None where it does not."""
    part = max(area.land.geoms, key=lambda part: part.area)
    spots = _spots(part)
    shapely.prepare(part)
    for width in _NAME_WIDTHS:
        lines = [(line, False) for line in style.wrap(name, width, labels.SIZE, most=3)]
        lines += [(line, True) for line in style.wrap(number, width, labels.SIZE, True, most=3)]
        wide, tall = _size(lines)
        half = np.array([wide / 2, tall / 2])
        fits = shapely.contains(part, shapely.box(*(spots - half).T, *(spots + half).T))
        if fits.any():
            x, y = spots[int(fits.argmax())]
            return _Label(area.code, tuple(lines), float(x), float(y))
    return None


def _spots(part: Polygon) -> np.ndarray[Any, Any]:
    """Where the middle of a label may lie: where there is most room, then what is nearest to it."""
    middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(part))[0]
    left, top, right, bottom = part.bounds
    steps = np.linspace(0.05, 0.95, _STEPS)
    across, down = np.meshgrid(left + (right - left) * steps, top + (bottom - top) * steps)
    grid = np.column_stack([across.ravel(), down.ravel()])
    order = np.argsort(((grid - middle) ** 2).sum(axis=1), kind="stable")
    return np.vstack([middle, grid[order]])


@dataclass(frozen=True)
class _Listed:
    """An area too small for its label: its number in the list, and where that stands on the map."""

    n: int
    area: Area
    point: Point
    want: labels.Wanted
    box: labels.Box | None


def _listed(map_: _Map, small: Sequence[Area], inside: Sequence[_Label]) -> list[_Listed]:
    """Numbers for the areas of the list, beside their points, on no label."""
    points = [max(a.land.geoms, key=lambda part: part.area).representative_point() for a in small]
    wanted = [
        labels.Wanted(p.x, p.y, (labels.Layout((str(n),), ()),)) for n, p in enumerate(points, 1)
    ]
    boxes = labels.place(wanted, map_.width, map_.height, [label.box for label in inside])
    several = zip(small, points, wanted, boxes, strict=True)
    return [_Listed(n, *one) for n, one in enumerate(several, 1)]


# The page


def _picture(name: str, title: Phrase, shown: _Shown, map_: _Map, file: str) -> style.Picture:
    row = shown.first
    subtitle = say(
        "{what}; {how}; {window}; {who}.",
        what=capital(wording.counted(row)),
        how=places.defined(row),
        window=wording.window(row),
        who=wording.who(row),
    )
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    _put_key(sheet, shown, map_)
    left, top = sheet.left + (sheet.width - map_.width) / 2, sheet.y
    axes = sheet.axes(left, top, map_.width, map_.height)
    axes.set(xlim=(0, map_.width), ylim=(map_.height, 0), xticks=[], yticks=[])
    _put_areas(axes, map_, shown)
    inside, small = _labels(map_, shown)
    for label in inside:
        if shown.fill(label.code) in HATCHES:
            _clear(axes, label.box)
        _print(sheet, label, (left, top, map_.width))
    numbered = _listed(map_, small, inside)
    for one in numbered:
        _point(axes, one)
        if one.box:
            if shown.fill(one.area.code) in HATCHES:
                _clear(axes, one.box)
            labels.print_label(sheet, one.want, one.box, (left, top, map_.width), style.INK)
    sheet.y += map_.height + 0.1
    _put_list(sheet, shown, map_, numbered)
    told = page.captions(shown.chosen, _said(shown, map_, numbered, file))
    told = [line for line in told if line != page.bound_caption()]  # a map has no arrows
    page.foot(sheet, shown.chosen, [], told)
    alt = _alt(title, subtitle, shown, map_, told)
    return style.Picture(name, sheet.finish(), title, alt, shown.chosen.sources)


def _labels(map_: _Map, shown: _Shown) -> tuple[list[_Label], list[Area]]:
    """The labels that fit into their areas, and the areas for which none fits."""
    inside: list[_Label] = []
    small = []
    for area in map_.areas:
        label = _inside(area, map_.names[area.code], number_of(shown.by_code.get(area.code)))
        if label and not any(label.box.meets(other.box) for other in inside):
            inside.append(label)
        else:
            small.append(area)
    return inside, small


def number_of(row: Row | None) -> Phrase:
    """What is printed of an area: its figure as its source hedged it, or that there is none."""
    if row is None:
        return say("no figure")
    number = wording.number(row)
    return say("{number}, pending", number=number) if row.is_pending else number


def _clear(axes: Axes, box: labels.Box) -> None:
    """Take the hatching from behind a label."""
    look: dict[str, Any] = {"facecolor": style.PAPER, "edgecolor": "none"}
    wide, tall = box.right - box.left, box.bottom - box.top
    axes.add_patch(Rectangle((box.left, box.top), wide, tall, label="clear", **look))


def _print(sheet: style.Sheet, label: _Label, plot: tuple[float, float, float]) -> None:
    left, top, width = plot
    x, y = sheet.into(left, width, label.x), top + label.box.top + 0.015
    for words, bold in label.lines:
        y = sheet.lines(x, y, [words], labels.SIZE, bold=bold, align="center", leading=_LEADING)


def _point(axes: Axes, one: _Listed) -> None:
    look: dict[str, Any] = {"marker": "o", "markersize": 2.4, "color": style.INK}
    point = Line2D([one.point.x], [one.point.y], label=f"point {one.area.code}", **look)
    axes.add_line(point)


def _put_list(sheet: style.Sheet, shown: _Shown, map_: _Map, numbered: Sequence[_Listed]) -> None:
    """The areas too small for their label, with their numbers, in columns."""
    wide = sheet.width / _LIST_COLUMNS
    lines = [
        style.wrap(
            say(
                "{n} {place}: {number}",
                n=one.n,
                place=map_.names[one.area.code],
                number=number_of(shown.by_code.get(one.area.code)),
            ),
            wide - 0.1,
            style.SMALL,
            most=2,
        )
        for one in numbered
    ]
    for row in range(0, len(lines), _LIST_COLUMNS):
        of_row = lines[row : row + _LIST_COLUMNS]
        ends = [
            sheet.lines(sheet.left + n * wide, sheet.y, cell, style.SMALL)
            for n, cell in enumerate(of_row)
        ]
        sheet.y = max(ends) + 0.02
    sheet.y += 0.06


def _key(shown: _Shown, map_: _Map) -> list[tuple[str, str | None, Phrase]]:
    """Colour, hatching and words of each kind of area on the map."""
    hue = style.TIER_COLOURS[shown.first.tier]
    fills = {shown.fill(area.code) for area in map_.areas}
    entries: list[tuple[str, str | None, Phrase]] = []
    if shown.classes is not None:
        several, starts = shown.classes, shown.classes.starts
        entries += [(several.colour(n, hue), None, several.words(n)) for n in range(len(starts))]
    if "plain" in fills:
        entries.append((tint(hue, _LIGHTEST), None, say("a figure, not coloured by its number")))
    if "bound" in fills:
        entries.append((style.PAPER, HATCHES["bound"], say("a bound or a wide range: no class")))
    if "none" in fills:
        entries.append((style.PAPER, HATCHES["none"], say("no figure")))
    return entries


def _put_key(sheet: style.Sheet, shown: _Shown, map_: _Map) -> None:
    """A box and words for each kind of area, across the page."""
    height, box, x = 0.2, 0.26, 0.0
    axes: Axes | None = None
    for colour, hatch, words in _key(shown, map_):
        wide = box + 0.06 + style.width_of(words, style.SMALL) + 0.2
        if axes is None or x + wide > sheet.width:
            sheet.y += height if axes is not None else 0.0
            axes, x = sheet.axes(sheet.left, sheet.y, sheet.width, height), 0.0
            axes.set(xlim=(0, sheet.width), ylim=(0, height), xticks=[], yticks=[])
        start = sheet.width - x - box if sheet.is_rtl else x
        look: dict[str, Any] = {"facecolor": colour, "edgecolor": style.GREY, "linewidth": 0.6}
        patch = Rectangle((start, 0.04), box, 0.12, hatch=hatch, **look)
        patch.set_hatch_linewidth(0.4)
        axes.add_artist(patch)
        left = sheet.left + x + box + 0.06
        sheet.lines(left, sheet.y + 0.043, [words], style.SMALL, colour=style.SOFT)
        x += wide
    sheet.y += height + 0.06


# Words


def _said(shown: _Shown, map_: _Map, numbered: Sequence[_Listed], file: str) -> list[Phrase]:
    codes = {area.code for area in map_.areas}
    without = sorted(row.place for code, row in shown.by_code.items() if code not in codes)
    empty = sum(area.code not in shown.by_code for area in map_.areas)
    hidden = sum(one.box is None for one in numbered)
    said = [_colouring(shown)]
    if empty:
        said.append(
            say_n(
                "{n} area has no figure, which is no zero.",
                "{n} areas have no figure, which is no zero.",
                empty,
            )
        )
    if without:
        said.append(
            say_n(
                "{n} figure has no area in the file: {names}.",
                "{n} figures have no area in the file: {names}.",
                len(without),
                names=listed(without),
            )
        )
    if map_.n_others:
        said.append(
            say_n(
                "{n} area of the file is none of this country's and is not drawn.",
                "{n} areas of the file are none of this country's and are not drawn.",
                map_.n_others,
            )
        )
    if hidden:
        said.append(
            say_n(
                "{n} area has no room for its number: the list has it.",
                "{n} areas have no room for their numbers: the list has them.",
                hidden,
            )
        )
    return [*said, places.totals_caption(shown.chosen.rows), disclaimer(file)]


def _colouring(shown: _Shown) -> Phrase:
    """What colour means, and what has none."""
    if shown.classes is None:
        return say(
            "Not coloured by number: how the figures were counted is not said, or is such that "
            "places may not be ranked by them."
        )
    if shown.classes.are_powers:
        words = say("Darker is greater: each class is ten times as wide as the one before.")
    else:
        words = say("Darker is greater, in equal steps.")
    if any(shown.class_of(row) is None for row in shown.chosen.rows):
        words = joined([words, say("A bound is not coloured: its other end is open.")], " ")
    return words


def disclaimer(file: str) -> Phrase:
    """What stands under every map."""
    return say(
        "Borders and names are those of the file “{file}”, which the user supplied; drawing them "
        "says nothing about the status of a territory or where a border ought to run.",
        file=file,
    )


def _alt(
    title: Phrase, subtitle: Phrase, shown: _Shown, map_: _Map, told: Sequence[Phrase]
) -> Phrase:
    lines = [say("{title}. {subtitle}", title=title, subtitle=subtitle)]
    codes = [area.code for area in map_.areas]
    others = [code for code in shown.by_code if code not in codes]
    for code in sorted(codes, key=lambda code: (map_.names[code].casefold(), code)):
        number = number_of(shown.by_code.get(code))
        lines.append(say("- {place}: {number}.", place=map_.names[code], number=number))
    for code in others:
        row = shown.by_code[code]
        place = wording.place_name(code, row.place)
        lines.append(
            say("- {place}, not on the map: {number}.", place=place, number=number_of(row))
        )
    return joined([*lines, joined(told, " "), shown.chosen.sources], "\n")
