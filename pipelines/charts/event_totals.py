"""Event totals by year: what a source added up, beside what its coders' uncertainty makes of it.

One picture a source, country and type of violence. The source's low, best and high are one family
of glyphs, the modelled intervals another, and neither is ever drawn in the other's way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipelines.charts import marks, page, style, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import Phrase, grouped, joined, listed, say, say_n, term
from pipelines.charts.rows import Marts, missing, register_line
from pipelines.core.display import rounded
from schemas import vocab

NAME = "event_totals"
LEVEL, INNER = 95, 50
"""Percent of the thin and of the thick interval."""
GLYPHS = {"independent": style.TIER_COLOURS["estimated"], "full": "#8362AC"}
"""Colours of the modelled intervals, by how the events are taken to err."""
_SOURCE = style.TIER_COLOURS["reported"]
"""The source's own numbers: reports, added up."""
_YEARS_ON_A_PAGE = 12
_ROW, _GAP = 0.165, 0.09
"""Inches of one row of a year, and between two years."""
_SAMPLE = 0.28
"""Inches of a glyph in the key."""
_YEAR, _WHAT, _NUMBER = 0.82, 1.42, 1.5
"""Inches of the columns of words."""


@dataclass(frozen=True)
class Modelled:
    """The interval of a year's total under one assumption."""

    dependence: str
    quantiles: tuple[float, float, float, float, float]
    """At 2.5, 25, 50, 75 and 97.5 %."""

    @property
    def outer(self) -> tuple[int, int, int]:
        """Low, median and high of the thin interval, rounded to its half-width."""
        low, _, middle, _, high = self.quantiles
        return _whole(rounded(low, middle, high))

    @property
    def inner(self) -> tuple[int, int]:
        """Ends of the thick interval, rounded to its half-width."""
        _, low, middle, high, _ = self.quantiles
        least, _, most = _whole(rounded(low, middle, high))
        return least, most


@dataclass(frozen=True)
class Year:
    """What a source gives for a year, and what is modelled from it; a missing number is None."""

    year: int
    n_events: int
    low: int | None
    best: int | None
    high: int | None
    modelled: tuple[Modelled, ...]

    @property
    def spot(self) -> marks.Spot:
        """The source's own numbers as a mark."""
        return marks.Spot(f"source {self.year}", self.low, self.best, self.high)

    @property
    def numbers(self) -> list[int]:
        """All that its ink reaches."""
        held = [n for n in (self.low, self.best, self.high) if n is not None]
        return held + [math.ceil(q) for m in self.modelled for q in m.quantiles]


@dataclass(frozen=True)
class _Shown:
    """The years of one picture, and whose they are."""

    source_id: str
    release: str
    country: str
    country_name: str
    violence: str
    years: tuple[Year, ...]
    other_releases: tuple[str, ...]
    published_on: date | None
    producer: str
    sources: Phrase

    @property
    def title(self) -> Phrase:
        """What is shown, where and when."""
        return say(
            "Deaths in recorded events by year: {violence}, {place}",
            violence=violence_word(self.violence),
            place=wording.place_name(self.country, self.country_name),
        )


def _whole(ends: tuple[int | None, int | None, int | None]) -> tuple[int, int, int]:
    low, middle, high = ends
    assert low is not None and middle is not None and high is not None  # none of them was missing
    return low, middle, high


def draw(marts: Marts, request: Request) -> Drawn:
    """The pictures, a source, country and type of violence each; where there are none, why."""
    title = say("Event totals by year")
    held = marts["marts/event_totals"]
    if held.empty:
        return page.nothing(title, say("This release holds no recorded events to add up."))
    wanted = held[_is_wanted(held, request)]
    if wanted.empty:
        countries = listed(sorted(held["country"].unique()))
        why = say("This release has event totals of other places or years only: {held}.",
                  held=countries)  # fmt: skip
        return page.nothing(title, why)
    numbers = count(1)
    pictures = []
    for shown in _shown(marts, wanted):
        pages = _pages(shown)
        name = request.name or NAME
        pictures += [
            _picture(shown, years, name if n == 1 else f"{name}_{n}")
            for years, n in zip(pages, numbers, strict=False)
        ]
    return pictures


def _is_wanted(held: pd.DataFrame, request: Request) -> pd.Series[bool]:
    wanted = pd.Series(True, index=held.index)
    if request.place_ids:
        wanted &= held["country"].isin(request.place_ids)
    if request.source_id:
        wanted &= held["source_id"].eq(request.source_id)
    if request.first:
        wanted &= held["year"].ge(request.first.year)
    if request.last:
        wanted &= held["year"].le(request.last.year)
    return wanted.astype(bool)


def _shown(marts: Marts, wanted: pd.DataFrame) -> list[_Shown]:
    """Of each source, country and type of violence the newest release that has it."""
    days = _days(marts)
    producers = marts["marts/sources"].set_index("source_id")["producer"]
    found = []
    for key, rows in wanted.groupby(["source_id", "country", "type_of_violence"], sort=True):
        source, country, violence = (str(part) for part in key)
        releases = sorted(
            {str(r) for r in rows["release"]},
            key=lambda r: (days.get((source, r)) or date.min, r),
        )
        of_release = rows[rows["release"] == releases[-1]]
        found.append(
            _Shown(
                source,
                releases[-1],
                country,
                str(of_release["country_name"].iloc[0]),
                violence,
                _years(of_release),
                tuple(releases[:-1]),
                days.get((source, releases[-1])),
                str(producers[source]),
                register_line([(source, releases[-1])], marts["marts/sources"]),
            )
        )
    return found


def _days(marts: Marts) -> dict[tuple[str, str], date | None]:
    """The day of publication of each release."""
    return {
        (str(row["source_id"]), str(row["release"])): None
        if missing(row["published_on"])
        else pd.Timestamp(row["published_on"]).date()
        for row in marts["marts/releases"].to_dict("records")
    }


def _years(rows: pd.DataFrame) -> tuple[Year, ...]:
    years = []
    for year, of_year in rows.groupby("year", sort=True):
        by_dependence = {str(r["dependence"]): r for r in of_year.to_dict("records")}
        modelled = (_modelled(d, by_dependence[d]) for d in vocab.DEPENDENCES if d in by_dependence)
        first = next(iter(by_dependence.values()))
        low, best, high = (_number(first[f"sum_{end}"]) for end in ("low", "best", "high"))
        complete = tuple(m for m in modelled if m is not None)
        years.append(Year(int(str(year)), int(first["n_events"]), low, best, high, complete))
    return tuple(years)


def _number(value: Any) -> int | None:
    return None if missing(value) else int(value)


def _modelled(dependence: str, row: Mapping[Any, Any]) -> Modelled | None:
    quantiles = [row[q] for q in ("q025", "q25", "q50", "q75", "q975")]
    if any(missing(q) for q in quantiles):
        return None
    least, low, middle, high, most = (float(q) for q in quantiles)
    return Modelled(dependence, (least, low, middle, high, most))


# Words


def violence_word(code: str) -> Phrase:
    """UCDP's type of violence in words; another source's code as it stands."""
    match code:
        case "1":
            return say("state-based conflict")
        case "2":
            return say("non-state conflict")
        case "3":
            return say("one-sided violence")
        case "unstated":
            return say("type of violence not stated")
    return say("type of violence “{code}”", code=code)


def _assumed(dependence: str) -> Phrase:
    """The row of an assumption."""
    if dependence == "independent":
        return say("modelled: events err apart")
    return say("modelled: events err together")


def source_number(year: Year) -> Phrase:
    """The source's own numbers, as it gives them."""
    if year.best is None:
        return say("no figure")
    if year.low is None or year.high is None:
        return grouped(year.best)
    return wording.between(year.low, year.best, year.high)


def modelled_number(modelled: Modelled) -> Phrase:
    """Median and ends of the thin interval."""
    low, middle, high = modelled.outer
    return wording.between(low, middle, high)


def _events(n: int) -> Phrase:
    return say_n("{n} event", "{n} events", n)


# The page


def _pages(shown: _Shown) -> list[list[Year | int]]:
    """The years, those between the first and the last without a row as bare numbers, by page."""
    held = {year.year: year for year in shown.years}
    every: list[Year | int] = [held.get(n, n) for n in range(min(held), max(held) + 1)]
    cut = range(0, len(every), _YEARS_ON_A_PAGE)
    return [every[n : n + _YEARS_ON_A_PAGE] for n in cut]


def _picture(shown: _Shown, years: Sequence[Year | int], name: str) -> style.Picture:
    sheet = style.Sheet()
    subtitle = say(
        "What {source} gives as low, best and high, added up over its events; below it, for the "
        "same events, what its coders' uncertainty makes of the best figures, under two "
        "assumptions.",
        source=shown.producer,
    )
    page.head(sheet, shown.title, subtitle)
    scale, without = _scale(shown), [y for y in years if isinstance(y, int)]
    _put(sheet, years, scale)
    if scale.is_log:
        note = marks.log_note("across")
        left = sheet.left + _YEAR + _WHAT + _NUMBER
        sheet.y = sheet.lines(left, sheet.y, [note], style.SMALL, colour=style.SOFT) + 0.05
    _put_key(sheet)
    told = _captions(shown, [y for y in years if isinstance(y, Year)], bool(without))
    page.foot_of(sheet, [], told, shown.sources)
    alt = _alt(shown, subtitle, years, told)
    return style.Picture(name, sheet.finish(), shown.title, alt, shown.sources)


def _scale(shown: _Shown) -> marks.Scale:
    """One axis for all pages of the picture."""
    numbers = [n for year in shown.years for n in year.numbers]
    wide = style.PAGE_WIDTH - 2 * style.MARGIN - _YEAR - _WHAT - _NUMBER - 0.16
    return marks.scale_for(numbers, wide, 0.0, 0.3, marks.tick_room(numbers))


def _put(sheet: style.Sheet, years: Sequence[Year | int], scale: marks.Scale) -> None:
    """Each year's rows, words on the left and marks on one axis."""
    what, right = sheet.left + _YEAR, sheet.left + _YEAR + _WHAT + _NUMBER
    heads = [(sheet.left, say("year"), "left"), (right, say("best or median (ends)"), "right")]
    heads.append((right + 0.16, say("people who died"), "left"))
    for x, words, align in heads:
        sheet.lines(x, sheet.y, [words], style.SMALL, colour=style.SOFT, align=align)
    sheet.y += 0.15
    top, drawn = sheet.y, []
    for year in years:
        sheet.rule(sheet.y, thick=0.4)
        sheet.y += _GAP / 2
        if isinstance(year, int):
            _put_gap(sheet, year, what)
        else:
            drawn.append((year, sheet.y - top))
            _put_words(sheet, year, (what, right))
        sheet.y += _GAP / 2
    sheet.rule(sheet.y, thick=0.4)
    axes = sheet.axes(right + 0.16, top, sheet.left + sheet.width - right - 0.16, sheet.y - top)
    axes.set(ylim=(sheet.y - top, 0), yticks=[])
    marks.put_scale(axes, scale, "across")
    for year, down in drawn:
        _put_marks(axes, year, down + _ROW / 2)
    sheet.y += 0.26


def _put_gap(sheet: style.Sheet, year: int, what: float) -> None:
    """A year of which the table has nothing."""
    sheet.lines(sheet.left, sheet.y, [str(year)], style.BODY, bold=True)
    sheet.lines(what, sheet.y, [say("no figure")], style.SMALL, colour=style.SOFT)
    sheet.y += _ROW


def _put_words(sheet: style.Sheet, year: Year, columns: tuple[float, float]) -> None:
    what, right = columns
    sheet.lines(sheet.left, sheet.y, [str(year.year)], style.BODY, bold=True)
    events = _events(year.n_events)
    sheet.lines(sheet.left, sheet.y + _ROW, [events], style.SMALL, colour=style.SOFT)
    told = [(say("the source's own"), source_number(year))]
    told += [(_assumed(m.dependence), modelled_number(m)) for m in year.modelled]
    for named, number in told:
        sheet.lines(what, sheet.y, [named], style.SMALL, colour=style.SOFT)
        sheet.lines(right, sheet.y, [number], style.BODY, bold=True, align="right")
        sheet.y += _ROW
    if not year.modelled:
        sheet.y += _ROW  # the number of events stands on the second row


def _put_marks(axes: Axes, year: Year, at: float) -> None:
    marks.draw(axes, year.spot, at, "across", marks.Pen(_SOURCE, size=5.0))
    for n, modelled in enumerate(year.modelled, 1):
        _put_interval(axes, f"{modelled.dependence} {year.year}", modelled, at + n * _ROW)


def _put_interval(axes: Axes, name: str, modelled: Modelled, at: float) -> None:
    """A thin line, a thick one on it and a tick at the median: the glyph of what is modelled."""
    least, low, middle, high, most = modelled.quantiles
    look: dict[str, Any] = {"color": GLYPHS[modelled.dependence], "clip_on": False}
    look |= {"solid_capstyle": "butt"}
    axes.add_line(Line2D([least, most], [at] * 2, label=f"outer {name}", linewidth=1.0, **look))
    axes.add_line(Line2D([low, high], [at] * 2, label=f"inner {name}", linewidth=4.0, **look))
    tick: dict[str, Any] = {"marker": "|", "markersize": 8.5, "markeredgewidth": 1.3}
    axes.add_line(Line2D([middle], [at], label=f"median {name}", **tick, **look))


def _put_key(sheet: style.Sheet) -> None:
    """A sample of each glyph, in two families."""
    height, x = 0.2, 0.0
    axes = sheet.axes(sheet.left, sheet.y, sheet.width, height)
    axes.set(xlim=(0, sheet.width), ylim=(0, height), xticks=[], yticks=[])
    entries = [("source", say("capped, with a dot: the source's low, best and high"))]
    entries += [(d, _assumed(d)) for d in vocab.DEPENDENCES]
    for kind, words in entries:
        at = sheet.width - x - _SAMPLE if sheet.is_rtl else x
        if kind == "source":
            spot = marks.Spot("key", at + 0.04, at + 0.14, at + 0.24)
            marks.draw(axes, spot, height / 2, "across", marks.Pen(_SOURCE, size=5.0))
        else:
            steps = (0.02, 0.08, 0.14, 0.2, 0.26)
            q025, q25, q50, q75, q975 = (at + step for step in steps)
            sample = Modelled(kind, (q025, q25, q50, q75, q975))
            _put_interval(axes, f"key {kind}", sample, height / 2)
        left = sheet.left + x + _SAMPLE + 0.06
        sheet.lines(left, sheet.y + 0.043, [words], style.SMALL, colour=style.SOFT)
        x += _SAMPLE + 0.26 + style.width_of(words, style.SMALL)
    sheet.y += height + 0.06


def _captions(shown: _Shown, years: Sequence[Year], has_gaps: bool) -> list[Phrase]:
    told = [
        say(
            "Range of the source: {kind}; added up event by event, it is no interval about the "
            "total, and its numbers are not rounded.",
            kind=_kind("stated"),
        ),
        say(
            "Modelled interval: {kind}; thick {inner} %, thin {level} %, tick at the median; "
            "printed rounded to half its width. It is valid for the source's best figures only, "
            "and silent about deaths that nobody recorded.",
            kind=_kind("elicited"),
            inner=INNER,
            level=LEVEL,
        ),
        say("The two assumptions are two ends: events may err partly apart and partly together."),
    ]
    if has_gaps:
        told.append(
            say("No figure: this release records no event of that year, which is no count of zero.")
        )
    told.append(page.reporting_caption())
    if shown.other_releases:
        told.append(say("Not shown: earlier releases {names}.", names=listed(shown.other_releases)))
    told.append(say("Based on {events}.", events=_events(sum(y.n_events for y in years))))
    if shown.published_on:
        told.append(say("As of {day}, the day of the source's release.", day=shown.published_on))
    return [*told, *page.standing()]


def _kind(code: str) -> Phrase:
    kind, meaning = term("range_kind", code), wording.meaning("range_kind", code)
    return say("{kind} ({meaning})", kind=kind, meaning=meaning)


def _alt(
    shown: _Shown, subtitle: Phrase, years: Sequence[Year | int], told: Sequence[Phrase]
) -> Phrase:
    lines = [say("{title}. {subtitle}", title=shown.title, subtitle=subtitle)]
    for year in years:
        if isinstance(year, int):
            lines.append(say("- {year}: no figure.", year=Phrase(year)))
            continue
        parts = [say("the source's own {number}", number=source_number(year))]
        parts += [_alt_modelled(m) for m in year.modelled]
        lines.append(
            say(
                "- {year}, {events}: {numbers}.",
                year=Phrase(year.year),
                events=_events(year.n_events),
                numbers=joined(parts, "; "),
            )
        )
    return joined([*lines, joined(told, " "), shown.sources], "\n")


def _alt_modelled(modelled: Modelled) -> Phrase:
    low, middle, high = modelled.outer
    inner_low, inner_high = modelled.inner
    return say(
        "{assumed}: median {middle}, {inner} % between {inner_low} and {inner_high}, {level} % "
        "between {low} and {high}",
        assumed=_assumed(modelled.dependence),
        middle=middle,
        inner=INNER,
        inner_low=inner_low,
        inner_high=inner_high,
        level=LEVEL,
        low=low,
        high=high,
    )
