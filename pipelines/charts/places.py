"""The figures of several places that one chart may set beside each other, or why it may not.

Which places are meant, which figures are stocks and stated flows of one definition, and what is
left out are decided here, for the small multiples and for the map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from pipelines.charts import wording
from pipelines.charts.kinds import Request
from pipelines.charts.language import Phrase, joined, listed, say, say_n, term
from pipelines.charts.rows import (
    Chosen,
    Marts,
    Row,
    choose,
    gazetteer,
    register_line,
    source_line,
)
from pipelines.charts.series import totals_of
from pipelines.core.gazetteer import Gazetteer

COMPARED: Final = ("stock", "flow")
"""The measures that are set beside each other: a reading of a counter is neither."""
DEFINITION: Final = ("metric", "measure", "unit", "population")
"""What the figures of one chart have in common."""
APART: Final = ("place_role", "cause", "deaths_counted", "nationality", "territory")
"""What further parts figures: each combination has pictures of its own."""


def places_meant(marts: Marts, place_ids: Sequence[str]) -> tuple[str, ...]:
    """The places of the panels: one place stands for those directly within it, where it has any.

    None asked for means all countries. By name, then id; never by a number.
    """
    places = gazetteer(marts)
    asked = list(dict.fromkeys(place_ids))
    if not asked:
        asked = [p for p in places.names if places.level(p) == 0]
    elif len(asked) == 1:
        asked = within(places, asked[0]) or asked
    return tuple(sorted(asked, key=lambda p: (name_of(places, p).casefold(), p)))


def within(places: Gazetteer, place_id: str) -> list[str]:
    """The places of the next level within a place, by id."""
    if place_id not in places:
        return []
    level = places.level(place_id) + 1
    return sorted(
        p for p in places.names if places.level(p) == level and place_id in places.ancestors(p)
    )


def name_of(places: Gazetteer, place_id: str) -> Phrase:
    """The name of a place; its id where the register has none."""
    return wording.place_name(place_id, places.name(place_id) if place_id in places else place_id)


def gather(marts: Marts, request: Request, place_ids: Sequence[str]) -> Chosen | Phrase:
    """The stocks and stated flows of the places, of one definition; else the reason.

    Claims and totals of registers stand side by side as rows. What narrows a figure within its
    question, counters and what has no day are left out and counted.
    """
    chosen = choose(marts, _claims_asked(marts, request, place_ids))
    totals = _totals_asked(marts, request, place_ids)
    left_out: Counter[str] = Counter(chosen.left_out)
    rows = []
    for row in [*chosen.rows, *totals]:
        if why := _why_not_compared(row):
            left_out[why] += 1
        else:
            rows.append(row)
    if not rows:
        return _nothing(left_out)
    if differ := unlike(rows):
        return differ
    found = Chosen(tuple(rows), dict(sorted(left_out.items())), chosen.known, chosen.sources)
    return part_of(found, rows, marts)


def _claims_asked(marts: Marts, request: Request, place_ids: Sequence[str]) -> list[str]:
    """The claims of the places that the request means, whatever they are."""
    figures = marts["marts/figures"]
    wanted = figures["place_id"].isin(place_ids)
    if request.question_ids:
        wanted &= figures["question_id"].isin(request.question_ids)
    if request.metrics:
        wanted &= figures["metric"].isin(request.metrics)
    if request.population:
        wanted &= figures["population"].eq(request.population)
    if request.first:
        wanted &= figures["end_latest"].ge(pd.Timestamp(request.first))
    if request.last:
        wanted &= figures["end_latest"].le(pd.Timestamp(request.last))
    found = figures.loc[wanted.fillna(False).astype(bool), "claim_id"]
    if request.source_id:
        claims = marts["marts/claims"]
        found = found[found.isin(claims.loc[claims["source_id"].eq(request.source_id), "claim_id"])]
    return [str(claim) for claim in found]


def _totals_asked(marts: Marts, request: Request, place_ids: Sequence[str]) -> list[Row]:
    """The totals of registers that stand, as rows; none where questions are asked by id."""
    if request.question_ids:
        return []
    rows = totals_of(marts, request.metrics, place_ids, editions=False, measures=COMPARED)
    return [row for row in rows if row.numbers and _is_asked(row, request)]


def _is_asked(row: Row, request: Request) -> bool:
    assert row.end_latest  # a total has a year
    return (
        request.population in ("", row.population)
        and request.source_id in ("", row.source_id)
        and (request.first is None or row.end_latest >= request.first)
        and (request.last is None or row.end_latest <= request.last)
    )


def is_total(row: Row) -> bool:
    """Whether it is the total of a register, and no single claim."""
    return not row.question_id


def _sources(marts: Marts, claims: Sequence[Row], totals: Sequence[Row]) -> Phrase:
    """Who published what is shown, claims first, then registers."""
    of_totals = {(r.source_id, r.release) for r in totals}
    lines = []
    if claims:
        lines.append(source_line(claims, marts["marts/documents"], marts["marts/sources"]))
    if of_totals:
        lines.append(register_line(sorted(of_totals), marts["marts/sources"]))
    return joined(lines, " ")


# What is not compared


def _why_not_compared(row: Row) -> Phrase | None:
    """Why a figure stands on no chart over places; None where it may."""
    if row.measure not in COMPARED:
        return say("neither a stock nor a stated flow, but of measure “{measure}”",
                   measure=term("measure", row.measure))  # fmt: skip
    if row.restriction or row.coverage:
        return say("narrowed within their question")
    if row.end_latest is None:
        return say("without a day")
    return None


def _nothing(left_out: Mapping[str, int]) -> Phrase:
    none = say("This release holds no stock and no stated flow of that scope.")
    return joined([none, wording.left_out_caption(left_out)], " ")


def unlike(rows: Sequence[Row]) -> Phrase | None:
    """The refusal where figures are of more than one definition, naming the columns that differ."""
    differing = []
    for column in DEFINITION:
        held = sorted({str(getattr(row, column)) for row in rows})
        if len(held) > 1:
            values = listed([term(column, value) for value in held])
            differing.append(say("{column} ({values})", column=column, values=values))
    if not differing:
        return None
    return say(
        "Refused: the figures differ in {columns}, and unlike things share no scale. What would "
        "settle it: ask for one of each, or name the questions.",
        columns=listed(differing),
    )


def definitions(rows: Sequence[Row]) -> list[tuple[Row, ...]]:
    """The rows parted by what sets figures of one definition apart, in a fixed order."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, column) for column in APART), []).append(row)
    return [tuple(found[key]) for key in sorted(found)]


def defined(row: Row) -> Phrase:
    """What the rows of one definition count, whom and how: for a subtitle."""
    parts = [
        term("measure", row.measure),
        wording.whom(row),
        say("cause: {cause}", cause=term("cause", row.cause)) if row.cause != "unstated" else "",
        wording.meaning("place_role", row.place_role) if row.place_role else "",
        row.territory,
    ]
    return joined(parts, "; ")


def part_of(chosen: Chosen, rows: Sequence[Row], marts: Marts) -> Chosen:
    """The rows of one picture, with their own source line."""
    claims, totals = ([r for r in rows if is_total(r) == total] for total in (False, True))
    return replace(chosen, rows=tuple(rows), sources=_sources(marts, claims, totals))


def totals_caption(rows: Sequence[Row]) -> Phrase:
    """What is said where totals of registers stand among the figures."""
    n = sum(is_total(row) for row in rows)
    if not n:
        return Phrase("")
    return say_n(
        "{n} of these figures is a total of a register: a sum of its entries.",
        "{n} of these figures are totals of registers: sums of their entries.",
        n,
    )
