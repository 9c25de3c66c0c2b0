"""Verified, reported, estimated: what one question is answered with, a row each on one scale.

A solid block is the documented floor and nothing else: it begins at zero, since it is a bar. What
was reported and what was estimated stand below it as ranges and dots of their own, each with its
source. The three are never merged, stacked or added, and a tier without an answer is words, no
mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from pipelines.charts import answers, marks, page, style, table, wording
from pipelines.charts.answers import Answer, Floor
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.language import (
    Phrase,
    capital,
    isolated,
    joined,
    say,
    term,
)
from pipelines.charts.rows import Chosen, Marts, choose

NAME = "tiers"
TIERS = ("verified", "reported", "estimated")
_COLUMNS = table.Columns(0.74, 1.5, 1.6)
_BLOCK = 0.13
"""Half the height of the block of a floor, in inches."""


def draw(marts: Marts, request: Request) -> Drawn:
    """A page of each question named; or why there is none."""
    if not request.question_ids:
        return page.nothing(say("verified, reported, estimated"), say("Name a question."))
    drawn: list[style.Picture] = []
    refused = []
    for n, question_id in enumerate(request.question_ids, 1):
        name = request.name or NAME
        found = _page_of(marts, question_id, name if n == 1 else f"{name}_{n}")
        if isinstance(found, str):
            refused.append(found)
        else:
            drawn.append(found)
    return drawn or "\n".join(refused)


def _page_of(marts: Marts, question_id: str, name: str) -> style.Picture | str:
    questions = marts["marts/questions"]
    asked = questions[questions["question_id"] == question_id]
    if asked.empty:
        why = say("This release holds no such question.")
        return page.nothing(say("verified, reported, estimated"), why)
    title = isolated(str(asked["title"].iloc[0]))
    held = answers.of_question(marts, question_id)
    floor = answers.floor_of(marts, question_id)
    if not held and floor.low is None:
        why = say("This question has no answer and no floor: there is nothing to set side by side.")
        return page.nothing(title, why)
    figures = marts["marts/figures"]
    of_question = figures.loc[figures["question_id"] == question_id, "claim_id"].tolist()
    chosen = choose(marts, [*of_question, *floor.claim_ids])
    return _page(title, str(asked["unit"].iloc[0]), held, floor, chosen, name)


def _page(
    title: Phrase,
    unit: str,
    held: Sequence[Answer],
    floor: Floor,
    chosen: Chosen,
    name: str,
) -> style.Picture:
    subtitle = say(
        "A solid block is the documented floor. Below it stands what was verified, then what was "
        "reported, then what was estimated, each with its source: they are not parts of one number."
    )
    lines = _lines(held, floor)
    sheet = style.Sheet()
    page.head(sheet, title, subtitle)
    heads = (say("tier"), say("source"), say("rests on"))
    reached = [n for a in held for n in a.inked] + ([floor.low] if floor.low is not None else [])
    scale = _from_zero(lines, reached)
    axes, heights = table.put(sheet, heads, lines, scale, _COLUMNS, unit)
    if floor.low is not None:
        _put_block(axes, floor.low, heights["floor"])
    told = page.captions(chosen, _captions(floor), held)
    spots = [line.spot for line in lines if line.spot is not None and not line.spot.is_floor]
    page.foot(sheet, chosen, marks.key_for([], style.INK, spots), told)
    alt = "\n".join(
        [
            say("{title}. {subtitle}", title=title, subtitle=subtitle),
            say("- Floor: {floor}.", floor=floor.words),
            *(_told(tier, [a for a in held if a.tier == tier]) for tier in _tiers(held)),
            joined(told, " "),
            chosen.sources,
        ]
    )
    return style.Picture(name, sheet.finish(), title, alt, chosen.sources)


def _tiers(held: Sequence[Answer]) -> list[str]:
    """The three tiers, and any other that an answer has."""
    return [*TIERS, *sorted({a.tier for a in held} - set(TIERS))]


def _from_zero(lines: Sequence[table.Line], reached: Sequence[int]) -> marks.Scale:
    """A linear axis from zero: the block is a bar."""
    return table.scale_of(lines, [0, *reached], _COLUMNS)


def _lines(held: Sequence[Answer], floor: Floor) -> list[table.Line]:
    lines = [table.heading(say("Documented floor"), _COLUMNS)]
    nothing: table.Words = []
    if floor.low is None:
        words = table.words(answers.no_floor(), _COLUMNS.second, style.BODY, style.INK, most=3)
        lines.append(table.Line((nothing, words, nothing)))
    else:
        said = table.words(floor.rests_on, _COLUMNS.third, style.BODY, style.INK, most=5)
        what = table.words(say("what is inside it"), _COLUMNS.second, style.BODY, style.INK)
        spot = marks.Spot("floor", low=floor.low, is_floor=True)
        pen = marks.Pen(style.INK, size=5.5)
        lines.append(table.Line((nothing, what, said), floor.words, spot=spot, pen=pen))
    for tier in _tiers(held):
        colour = style.TIER_COLOURS.get(tier, style.INK)
        lines.append(table.heading(_heading(tier), _COLUMNS, colour))
        of_tier = [a for a in held if a.tier == tier]
        if not of_tier:
            none = table.words(say("no answer"), _COLUMNS.second, style.BODY, style.SOFT)
            lines.append(table.Line((nothing, none, nothing)))
        lines += [_line(answer, colour) for answer in of_tier]
    return lines


def _heading(tier: str) -> Phrase:
    meaning = wording.meaning("tier", tier)
    return say("{tier}: {meaning}", tier=capital(term("tier", tier)), meaning=meaning)


def _line(answer: Answer, colour: str) -> table.Line:
    rule = table.words(term("rule", answer.rule), _COLUMNS.first, style.BODY, style.INK, most=2)
    source = answers.answered_from(answer)
    who = table.words(source, _COLUMNS.second, style.BODY, style.INK, bool(answer.series), 3)
    about = table.words(answers.rests_on(answer), _COLUMNS.third, style.BODY, style.INK, most=4)
    number, pen = answers.number(answer), marks.Pen(colour, size=5.5)
    return table.Line((rule, who, about), number, spot=answer.spot, pen=pen)


def _put_block(axes: Axes, low: int, height: float) -> None:
    """The documented floor as a solid bar from zero."""
    look: dict[str, Any] = {"facecolor": style.TIER_COLOURS["verified"], "edgecolor": "none"}
    block = Rectangle((0, height - _BLOCK), low, 2 * _BLOCK, label="block floor", **look)
    axes.add_patch(block)


def _captions(floor: Floor) -> list[Phrase]:
    said = [say("Rows are not parts of one number and are not added.")]
    if floor.low is not None:
        said.append(
            say("The solid block is what claims inside force, if the lists are clean: no end.")
        )
    return said


def _told(tier: str, held: Sequence[Answer]) -> Phrase:
    named = _heading(tier)
    if not held:
        return say("- {tier}: no answer.", tier=named)
    figures = [
        say("{source}: {number}", source=answers.answered_from(a), number=answers.number(a))
        for a in held
    ]
    return say("- {tier}: {figures}.", tier=named, figures=joined(figures, "; "))
