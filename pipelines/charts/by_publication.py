"""What was said of one metric in one place, by day of publication, a panel a tier of evidence.

Each publication is a mark of its own. No line joins two, since two publications are no trend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pandas as pd

from pipelines.charts import days, labels, marks, page, style, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import (
    Phrase,
    capital,
    isolated,
    joined,
    listed,
    month,
    say,
    say_n,
    term,
)
from pipelines.charts.rows import Chosen, Marts, Row, choose, gazetteer

NAME = "by_publication"
_TALL = 2.15
_LEFT_OF_PLOT = 0.62
_SHAPES = {"all": "o", "civilians": "D", "combatants": "s", "children": "^", "women": "v"}
_OTHER_SHAPE = "P"
_LABEL_WIDTHS = ((1.7, 2.6), (1.1, 1.6), (0.75, 0.75))
"""Inches at which a label's lines and its bold first line may break, the best first."""
_LATE = 31
"""Days between end of window and publication beyond which the end is said."""


_MOST = 120
"""Claims beyond which marks and labels would hide each other: a narrower scope is asked for."""


def draw(marts: Marts, request: Request) -> Drawn:
    """The picture of a metric in a place itself; where there is nothing to draw, why.

    Parameters
    ----------
    marts
        The published tables.
    request
        One metric and one place, not what lies within it; `first` and `last` are days of
        publication.
    """
    title = _title(marts, request)
    if len(request.metrics) != 1 or len(request.place_ids) != 1:
        return page.nothing(title, say("One metric in one place is shown: name both."))
    claims = marts["marts/claims"]
    wanted = claims["metric"].isin(request.metrics) & claims["place_id"].isin(request.place_ids)
    if request.population:
        wanted &= claims["population"] == request.population
    if request.source_id:
        wanted &= claims["source_id"] == request.source_id
    held = claims[wanted.fillna(False).astype(bool)]
    undated = held["published_on"].isna()
    published = held.loc[~undated, ["claim_id", "published_on"]]
    if request.first:
        published = published[published["published_on"] >= pd.Timestamp(request.first)]
    if request.last:
        published = published[published["published_on"] <= pd.Timestamp(request.last)]
    chosen = choose(marts, published["claim_id"].tolist())
    if not chosen.rows:
        return page.nothing(title, say("This release holds no dated claim of that scope."))
    if len(chosen.rows) > _MOST:
        why = say_n(
            "{n} claim is too much for single marks: a timeline shows the readings of a counter.",
            "{n} claims are too many for single marks: a timeline shows the readings of a counter.",
            len(chosen.rows),
        )
        return page.nothing(title, why)
    said = _said(chosen.rows, int(undated.sum()))
    subtitle = joined(
        [
            say("Verified, reported and estimated stand apart: no panel continues another."),
            say("Each mark is one claim."),
            _standing_window(chosen.rows),
        ],
        " ",
    )
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    if unlabelled := _panels(sheet, chosen):
        said.append(
            say_n(
                "{n} mark had no room for a label: the text has all.",
                "{n} marks had no room for a label: the text has all.",
                unlabelled,
            )
        )
    if any(is_minor(r) for r in chosen.rows):
        said.insert(0, say("Small: a repeat, or a part of a larger figure."))
    key = marks.key_for(chosen.rows, style.INK)
    told = page.captions(chosen, said)
    page.foot(sheet, chosen, key, told)
    alt = _alt(joined([say("{title}.", title=title), subtitle], " "), chosen, told)
    return [style.Picture(request.name or NAME, sheet.finish(), title, alt, chosen.sources)]


def _title(marts: Marts, request: Request) -> Phrase:
    places = gazetteer(marts)
    named = [wording.place_name(p, places.name(p) if p in places else p) for p in request.place_ids]
    what = capital(listed(term("metric", m) for m in request.metrics))
    if not named or not what:
        return say("Claims by day of publication")
    return say("{what} in {place}, by day of publication", what=what, place=listed(named))


def _usual_start(rows: Sequence[Row]) -> tuple[int, int] | None:
    """The month in which most windows start."""
    starts = Counter(
        (r.start_earliest.year, r.start_earliest.month) for r in rows if r.start_earliest
    )
    return min(starts, key=lambda m: (-starts[m], m)) if starts else None


def _standing_window(rows: Sequence[Row]) -> Phrase:
    usual = _usual_start(rows)
    if not usual:
        return say("Windows are not stated.")
    return say(
        "Unless its label says otherwise, a figure counts all people from {start} to within "
        "{n} days of its publication.",
        start=month(date(*usual, 1)),
        n=_LATE,
    )


def _said(rows: Sequence[Row], undated: int) -> list[Phrase]:
    shapes = [
        say(
            "{population} ({shape})",
            population=term("population", population),
            shape=_shape_word(_SHAPES.get(population, _OTHER_SHAPE)),
        )
        for population in sorted({r.population for r in rows} - {"all"})
    ]
    said = [say("Not all people: {shapes}.", shapes=listed(shapes))] if shapes else []
    absent = [tier for tier in style.TIER_COLOURS if all(r.tier != tier for r in rows)]
    said += [say("No claim here is {tier}.", tier=term("tier", tier)) for tier in absent]
    if undated:
        said.append(
            say(
                "Without a day of publication, not drawn: {claims}.", claims=wording.claims(undated)
            )
        )
    return said


def _shape_word(shape: str) -> Phrase:
    match shape:
        case "D":
            return say("diamond")
        case "s":
            return say("square")
        case "^":
            return say("triangle")
        case "v":
            return say("triangle down")
    return say("cross")


def _panels(sheet: style.Sheet, chosen: Chosen) -> int:
    """One panel a tier over the same axes; how many marks found no room for a label."""
    rows = chosen.rows
    left, width = sheet.left + _LEFT_OF_PLOT, sheet.width - _LEFT_OF_PLOT
    has_upper_bound = any(r.is_bound and r.high is not None for r in rows)
    before = marks.ARROW if has_upper_bound else 0.0
    scale = marks.scale_for(
        (n for r in rows for n in r.inked), _TALL, before, marks.ARROW + 0.08, 0.28
    )
    first, last = days.edges([r.published_on for r in rows if r.published_on], width)
    usual, unlabelled = _usual_start(rows), 0
    tiers = [t for t in style.TIER_COLOURS if any(r.tier == t for r in rows)]
    for tier in tiers:
        colour = style.TIER_COLOURS[tier]
        head = _tier_words(tier)
        sheet.y = sheet.lines(sheet.left, sheet.y, [head], style.SUBTITLE, bold=True, colour=colour)
        sheet.y += 0.06
        axes = sheet.axes(left, sheet.y, width, _TALL)
        days.put_days(axes, first, last, width, tier == tiers[-1])
        marks.put_scale(axes, scale, "up")
        labelled = []
        for row in (r for r in rows if r.tier == tier):
            assert row.published_on is not None
            size = 4.0 if is_minor(row) else 5.5
            pen = marks.pen_for(row, colour, size, _SHAPES.get(row.population, _OTHER_SHAPE))
            marks.draw(axes, marks.spot_of(row), row.published_on.toordinal(), "up", pen)
            layouts = _layouts(row, usual)
            labelled.append(days.Mark(row, row.published_on, layouts, is_minor(row)))
        plot = days.Plot(axes, left, sheet.y, width, _TALL)
        unlabelled += days.put_labels(sheet, plot, labelled)
        sheet.y += _TALL + 0.16
    sheet.y += 0.1
    if scale.is_log:
        note = marks.log_note("up")
        sheet.y = sheet.lines(sheet.left, sheet.y, [note], style.SMALL, colour=style.SOFT)
    return unlabelled


def is_minor(row: Row) -> bool:
    """Whether it adds no scope of its own: a repeat, or a part among the same people."""
    return row.is_repeat or bool(row.part_of and row.population == "all")


def _tier_words(tier: str) -> Phrase:
    meaning = wording.meaning("tier", tier)
    return say("{tier}: {meaning}", tier=capital(term("tier", tier)), meaning=meaning)


def _layouts(row: Row, usual: tuple[int, int] | None) -> tuple[labels.Layout, ...]:
    """Number and speaker in bold, then the credit and what sets the claim apart; wide to narrow."""
    credit = say("crediting {origin}", origin=row.origin) if row.origin else Phrase("")
    head_words = say("{number} {who}", number=wording.number(row), who=row.speaker)
    apart = joined([credit, *apart_from(row, usual)])
    layouts = []
    for width, head_width in _LABEL_WIDTHS:
        head = style.wrap(head_words, head_width, labels.SIZE, True, most=3)
        rest = style.wrap(apart, width, labels.SIZE, most=6) if apart else []
        layouts.append(labels.Layout(tuple(head), tuple(rest)))
    return tuple(dict.fromkeys(layouts))


def apart_from(row: Row, usual: tuple[int, int] | None) -> list[Phrase]:
    """In what a claim differs from everybody, all deaths as stated, the usual window."""
    said = [
        Phrase("") if row.population == "all" else term("population", row.population),
        isolated(row.nationality),
        wording.deaths(row.deaths_counted),
        isolated(row.restriction),
        say("in {coverage}", coverage=row.coverage) if row.coverage else Phrase(""),
        _own_window(row, usual),
    ]
    if row.is_repeat:
        said.append(say("repeat") if row.repeat_of else say("possible repeat"))
    if row.is_pending:
        said.append(say("pending"))
    return [words for words in said if words]


def _own_window(row: Row, usual: tuple[int, int] | None) -> Phrase:
    """Its window where it is not the usual one, by months."""
    start, end = row.start_earliest, row.end_latest
    if start is None and end is None:
        return say("window not stated")
    late = end and row.published_on and (row.published_on - end).days > _LATE
    if start and (start.year, start.month) != usual:
        if end and (start.year, start.month) == (end.year, end.month):
            return month(start)
        if end is None:
            return say("from {start}, end not stated", start=month(start))
        return say("{start} to {end}", start=month(start), end=month(end))
    return say("to {end}", end=month(end)) if end and late else Phrase("")


def _alt(head: Phrase, chosen: Chosen, told: Sequence[Phrase]) -> str:
    lines = [head]
    for tier in style.TIER_COLOURS:
        shown = [r for r in chosen.rows if r.tier == tier]
        if shown:
            meaning = wording.meaning("tier", tier)
            named = capital(term("tier", tier))
            lines.append(say("{tier} ({meaning}):", tier=named, meaning=meaning))
            lines += [say("- {claim}.", claim=_told(r, chosen)) for r in shown]
    return "\n".join([*lines, joined(told, " "), chosen.sources])


def _told(row: Row, chosen: Chosen) -> Phrase:
    parts: list[Phrase | str] = [
        say("{day}: {number}", day=wording.published(row), number=wording.number(row)),
        say("({range})", range=wording.range_words(row)) if row.is_bound else "",
        joined([wording.who(row), wording.carrier(row)], " "),
        joined([wording.whom(row), *wording.limits(row)], "; "),
        wording.window(row),
        say("part of {claim}", claim=chosen.named(row.part_of)) if row.part_of else "",
    ]
    if row.repeat_of:
        parts.append(say("repeats {claim}", claim=chosen.named(row.repeat_of)))
    elif row.possible_repeat_of:
        parts.append(say("perhaps repeats {claim}", claim=chosen.named(row.possible_repeat_of)))
    parts.append(say("pending") if row.is_pending else "")
    return joined(parts)
