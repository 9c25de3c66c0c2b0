"""One question under each named rule, its floor, and the claims beneath, coloured by origin.

Answers stand under the tier that they rest on and are never merged. The floor is a bracket of its
own: what claims inside the question force, and no end of a range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipelines.charts import marks, page, style, table, timeline, wording
from pipelines.charts.rows import Chosen, Marts, Row, choose, missing
from pipelines.charts.who_said_what import notes_on
from schemas import vocab

NAME = "answers"
_COLUMNS = table.Columns(0.74, 1.22, 1.86)
BINDS = "binds the floor"
NO_FLOOR = "no claim here sets a floor"
ANSWERED_FROM = {
    "latest": "latest reading of the tier",
    "spread": "least to greatest over its series",
    "house": "the office's own rule",
}
"""What a rule that names no series answers from."""


@dataclass(frozen=True)
class QuestionScope:
    """The question that is shown; `number` tells its picture from the others."""

    question_id: str
    number: int = 1

    @property
    def name(self) -> str:
        """The name of its picture."""
        return NAME if self.number == 1 else f"{NAME}_{self.number}"


@dataclass(frozen=True)
class Answer:
    """What one rule answers. A missing text is '', a missing number None."""

    estimate_id: str
    rule: str
    series: str
    tier: str
    bases: tuple[str, ...]
    low: int | None
    best: int | None
    high: int | None
    range_kind: str
    level: float | None
    n_claims: int
    n_origins: int
    as_of: str
    assumptions: tuple[str, ...]

    @property
    def spot(self) -> marks.Spot | None:
        """Its mark; None where both ends are open."""
        if self.low is self.best is self.high is None:
            return None
        return marks.Spot(self.estimate_id, self.low, self.best, self.high, kind=self.range_kind)

    @property
    def most(self) -> int | None:
        """The greatest number that it says; None where its upper end is open."""
        return self.best if self.high is None else self.high

    @property
    def inked(self) -> list[int]:
        """The numbers that its mark reaches."""
        return [n for n in (self.low, self.best, self.high) if n is not None]


@dataclass(frozen=True)
class Floor:
    """The least that the claims inside the question force; `low` None where none sets a floor."""

    low: int | None = None
    claim_ids: tuple[str, ...] = ()
    n_inside: int = 0
    statement: str = ""

    @property
    def words(self) -> str:
        """The floor and under which condition: 'at least 350,209, if the lists are clean'."""
        if self.low is None:
            return NO_FLOOR
        number = wording.grouped(self.low)
        said = self.statement.partition(": ")[0]
        if number not in said:
            said = f"at least {number}, if the lists are clean"
        return f"{said[:1].lower()}{said[1:]}"

    @property
    def rests_on(self) -> str:
        """Which claims force it."""
        inside = wording.plural(self.n_inside, "claim")
        sets = "sets" if self.n_inside == 1 else "set"
        binding = self.statement.partition(": ")[2].rstrip(".")
        binding = binding or wording.plural(len(self.claim_ids), "claim")
        return f"{inside} inside {sets} a floor; binding it, marked below: {binding}"

    @property
    def spot(self) -> marks.Spot | None:
        """Its bracket."""
        return None if self.low is None else marks.Spot("bracket", low=self.low, is_floor=True)


@dataclass(frozen=True)
class _Shown:
    """Everything on the pages of one question."""

    title: str
    answers: tuple[Answer, ...]
    floor: Floor
    chosen: Chosen
    uses: Mapping[str, str]
    question_id: str

    @property
    def of_question(self) -> list[Row]:
        """The claims of the question itself."""
        return [r for r in self.chosen.rows if r.question_id == self.question_id]

    @property
    def others(self) -> list[Row]:
        """The claims inside it that bind its floor."""
        return [r for r in self.chosen.rows if r.question_id != self.question_id]


def draw(marts: Marts, scope: QuestionScope) -> list[style.Picture] | str:
    """The pictures, as many rows on a page as A4 holds; where there is nothing to draw, why."""
    questions = marts["marts/questions"]
    asked = questions[questions["question_id"] == scope.question_id]
    if asked.empty:
        why = "This release holds no such question."
        return page.nothing("the answers to one question", why)
    shown = _shown(marts, str(asked["title"].iloc[0]), scope.question_id)
    if not shown.chosen.rows:
        return page.nothing(shown.title, "This release holds no drawable claim of that question.")
    lines = _lines(shown)
    numbers = [n for a in shown.answers for n in a.inked]
    numbers += [n for r in shown.chosen.rows for n in r.inked]
    scale = table.scale_of(
        lines, numbers + ([shown.floor.low] if shown.floor.low else []), _COLUMNS
    )
    cut = table.pages(lines)
    names = [scope.name, *(f"{scope.name}_page_{n}" for n in range(2, len(cut) + 1))]
    return [_page(shown, part, scale, name) for part, name in zip(cut, names, strict=True)]


def _shown(marts: Marts, title: str, question_id: str) -> _Shown:
    estimates, floors = marts["marts/estimates"], marts["marts/floors"]
    answers = _answers(estimates[estimates["question_id"] == question_id])
    held = floors[floors["question_id"] == question_id].to_dict("records")
    floor = _floor(held[0]) if held else Floor()
    figures = marts["marts/figures"]
    of_question = figures.loc[figures["question_id"] == question_id, "claim_id"].tolist()
    chosen = choose(marts, [*of_question, *floor.claim_ids])
    evidence = marts["marts/evidence"]
    rules = {a.estimate_id: a.rule for a in answers}
    uses = _uses(evidence[evidence["estimate_id"].isin(set(rules))], rules)
    return _Shown(title, answers, floor, chosen, uses, question_id)


def _answers(estimates: pd.DataFrame) -> tuple[Answer, ...]:
    """The answers by tier, rule and series, in the order of the vocabulary."""
    made = [_answer(record) for record in estimates.to_dict("records")]
    tiers, rules = list(vocab.TIERS), list(vocab.RULES_OF_ANSWERING)
    made.sort(key=lambda a: (tiers.index(a.tier), rules.index(a.rule), a.series, a.estimate_id))
    return tuple(made)


def _answer(record: Mapping[Any, Any]) -> Answer:
    given: dict[Any, Any] = {n: None if missing(v) else v for n, v in record.items()}
    ends = {e: None if given[e] is None else int(given[e]) for e in ("low", "best", "high")}
    return Answer(
        estimate_id=str(given["estimate_id"]),
        rule=str(given["rule"]),
        series=str(given["series"] or ""),
        tier=str(given["tier"]),
        bases=tuple(given["bases"]),
        range_kind=str(given["range_kind"] or ""),
        level=None if given["level"] is None else float(given["level"]),
        n_claims=int(given["n_claims"]),
        n_origins=int(given["n_origins"]),
        as_of=wording.day(pd.Timestamp(given["as_of"]).date()),
        assumptions=tuple(given["assumptions"]),
        **ends,
    )


def _floor(record: Mapping[Any, Any]) -> Floor:
    low = record["low"]
    return Floor(
        None if missing(low) else int(low),
        tuple(record["claim_ids"]),
        int(record["n_inside"]),
        str(record["statement"]),
    )


def _uses(evidence: pd.DataFrame, rules: Mapping[str, str]) -> dict[str, str]:
    """How the answers use each claim, in words."""
    order = list(vocab.RULES_OF_ANSWERING)
    found: dict[str, str] = {}
    for claim_id, rows in evidence.groupby("claim_id", sort=True):
        used = {rules[e] for e in rows.loc[rows["used_as"] == "used", "estimate_id"]}
        if used:
            found[str(claim_id)] = "used: " + ", ".join(
                wording.word(rule) for rule in sorted(used, key=order.index)
            )
            continue
        first = rows.sort_values("estimate_id").iloc[0]
        # a repeat or a part is named by what it repeats or belongs to, which its own row says
        aside = {"repeat": "a repeat: adds nothing", "part": "a part: adds nothing"}
        found[str(claim_id)] = aside.get(first["used_as"], f"not used: {first['reason']}")
    return found


# Words of a row


def number(answer: Answer) -> str:
    """The answer in words: '6,150,005', '6,150,005 to 6,784,000', '350,209 or more'."""
    low, best, high = answer.low, answer.best, answer.high
    if low is None and high is None:
        return "open at both ends" if best is None else wording.grouped(best)
    ends = (
        f"{wording.grouped(low)} to {wording.grouped(high)}"
        if low is not None and high is not None
        else f"{wording.grouped(low)} or more"
        if low is not None
        else f"{wording.grouped(high or 0)} or fewer"
    )
    return ends if best is None else f"{wording.grouped(best)} ({ends})"


def rests_on(answer: Answer) -> str:
    """What an answer rests on: claims, origins, bases, kind of range and level."""
    claims = wording.plural(answer.n_claims, "claim")
    parts = [f"{claims} of {wording.plural(answer.n_origins, 'origin')}"]
    parts += [", ".join(wording.word(b) for b in answer.bases)] if answer.bases else []
    if answer.range_kind:
        level = f"{answer.level * 100:g} % " if answer.level is not None else ""
        parts.append(f"{level}{wording.word(answer.range_kind)}")
    return "; ".join(parts)


def _said(shown: _Shown, row: Row) -> list[str]:
    """How a claim stands to the question, and what links it to another claim."""
    use = shown.uses.get(row.claim_id, "")
    if any(limit and limit in use for limit in (row.restriction, row.coverage)):
        use = "not used: it is inside the question only"
    said = [use] if use else []
    if row.claim_id in shown.floor.claim_ids:
        said.append(BINDS)
    return said + notes_on(shown.chosen, row)


def _scope(shown: _Shown, row: Row) -> str:
    """Where a claim's scope stands to the question."""
    limits = wording.limits(row)
    if row.question_id == shown.question_id:
        return "; ".join(["inside the question", *limits]) if limits else "equals the question"
    where = f"{wording.whom(row)}, {wording.where(row)}, {wording.window(row)}"
    return "; ".join([f"inside the question: {where}", *limits])


# Rows


def _lines(shown: _Shown) -> list[table.Line]:
    lines = []
    for tier in vocab.TIERS:
        of_tier = [a for a in shown.answers if a.tier == tier]
        if of_tier:
            colour = style.TIER_COLOURS.get(tier, style.INK)
            words = f"{tier.capitalize()}: {vocab.TIERS[tier].rstrip('.').lower()}"
            lines.append(table.heading(words, _COLUMNS, colour))
            lines += [_answer_line(a, colour) for a in of_tier]
    if not shown.answers:
        lines.append(
            table.heading("No rule gives an answer: no claim that counts equals it", _COLUMNS)
        )
    lines += [
        table.heading("Floor: what the claims inside force", _COLUMNS),
        _floor_line(shown.floor),
    ]
    colours = origin_colours(shown.chosen.rows)
    groups = {
        "Claims of the question, coloured by origin": shown.of_question,
        "Claims inside it that bind its floor, coloured by origin": shown.others,
    }
    for words, rows in groups.items():
        if rows:
            lines.append(table.heading(words, _COLUMNS))
            lines += [_claim_line(shown, row, colours[row.source]) for row in rows]
    return lines


def _answer_line(answer: Answer, colour: str) -> table.Line:
    source = answer.series or ANSWERED_FROM.get(answer.rule, "")
    about = table.words(rests_on(answer), _COLUMNS.third, style.BODY, style.INK, most=3)
    for assumed in answer.assumptions:
        about += table.words(assumed, _COLUMNS.third, style.SMALL, style.SOFT, most=2)
    cells = (
        table.words(wording.word(answer.rule), _COLUMNS.first, style.BODY, style.INK, most=2),
        table.words(source, _COLUMNS.second, style.BODY, style.INK, bool(answer.series), 3),
        about,
    )
    pen = marks.Pen(colour, size=5.5)
    return table.Line(cells, number(answer), spot=answer.spot, pen=pen)


def _floor_line(floor: Floor) -> table.Line:
    none: table.Words = []
    if floor.low is None:
        words = table.words(NO_FLOOR, _COLUMNS.second + _COLUMNS.third, style.BODY, style.INK)
        return table.Line(([("floor", style.BODY, style.INK, False)], words, none))
    cells = (
        table.words("floor", _COLUMNS.first, style.BODY, style.INK),
        table.words("what is inside it", _COLUMNS.second, style.BODY, style.INK),
        table.words(floor.rests_on, _COLUMNS.third, style.BODY, style.INK, most=4),
    )
    return table.Line(cells, floor.words, spot=floor.spot, pen=marks.Pen(style.INK, size=5.5))


def _claim_line(shown: _Shown, row: Row, colour: str) -> table.Line:
    ink, soft = (style.GREY, style.GREY) if row.is_repeat else (style.INK, style.SOFT)
    origin = style.GREY if row.is_repeat else colour
    who = table.words(row.named_origin, _COLUMNS.second, style.BODY, origin, True, 3)
    said_by = [f"said by {row.speaker}"] if row.origin else []
    said_by += [carrier] if (carrier := wording.carrier(row)) else []
    for words in said_by:
        who += table.words(words, _COLUMNS.second, style.SMALL, soft, most=2)
    about = table.words(_scope(shown, row), _COLUMNS.third, style.BODY, ink, most=4)
    for note in _said(shown, row):
        binds = note == BINDS
        tone = ink if binds else soft
        about += table.words(note, _COLUMNS.third, style.SMALL, tone, binds, 3)
    published = [(wording.published(row), style.BODY, ink, False)]
    pen = marks.pen_for(row, colour, size=5.5)
    cells = (published, who, about)
    return table.Line(cells, wording.number(row), ink, marks.spot_of(row), pen)


def origin_colours(rows: Sequence[Row]) -> dict[str, str]:
    """One colour an origin, in the order of the rows; beyond the palette the label alone tells."""
    origins = list(dict.fromkeys(r.source for r in rows))
    return {
        origin: style.ORIGIN_COLOURS[n] if n < len(style.ORIGIN_COLOURS) else style.INK
        for n, origin in enumerate(origins)
    }


# The page


def _page(
    shown: _Shown, lines: Sequence[table.Line], scale: marks.Scale, name: str
) -> style.Picture:
    subtitle = (
        "The answers under each named rule, by the strength of what they rest on, which are never "
        "merged; below them the floor, a bracket of its own and no end of a range; beneath, the "
        "claims."
    )
    sheet = style.Sheet()
    page.head(sheet, shown.title, subtitle)
    heads = ("rule / day", "answered from / origin", "rests on / how used")
    unit = shown.chosen.rows[0].unit
    axes, heights = table.put(sheet, heads, lines, scale, _COLUMNS, unit)
    _ties(axes, shown.chosen, heights)
    others = [line.spot for line in lines if line.spot]
    told = page.captions(shown.chosen, _captions(shown), shown.answers)
    page.foot(sheet, shown.chosen, marks.key_for(shown.chosen.rows, style.INK, others), told)
    alt = _alt(shown, subtitle, told)
    return style.Picture(name, sheet.finish(), shown.title, alt, shown.chosen.sources)


def _ties(axes: Axes, chosen: Chosen, heights: Mapping[str, float]) -> None:
    """A thin grey line from each repeat to the claim that it repeats."""
    rows = {r.claim_id: r for r in chosen.rows}
    for row in chosen.rows:
        whole = row.repeat_of or row.possible_repeat_of
        if row.claim_id in heights and whole in heights and whole in rows:
            ends = [timeline.stands_at(row), timeline.stands_at(rows[whole])]
            at = [heights[row.claim_id], heights[whole]]
            look: dict[str, Any] = {"color": style.GREY, "linewidth": 0.9, "zorder": 1.5}
            axes.add_line(Line2D(ends, at, label=f"tie {row.claim_id}", **look))


def _captions(shown: _Shown) -> list[str]:
    said = []
    if any(r.is_repeat for r in shown.chosen.rows):
        said.append("A grey line ties a repeat to what it repeats.")
    if len(origin_colours(shown.chosen.rows)) > len(style.ORIGIN_COLOURS):
        said.append("Further origins are black: their labels tell them apart.")
    low = shown.floor.low
    if low is not None and any(a.most is not None and a.most < low for a in shown.answers):
        said.append("The floor lies above an answer: claims inside force more than it says.")
    if days := sorted({a.as_of for a in shown.answers}):
        said.append(f"Answers as of {wording.listed(days)}.")
    return said


def _alt(shown: _Shown, subtitle: str, told: Sequence[str]) -> str:
    lines = [f"{shown.title}. {subtitle}"]
    for tier in vocab.TIERS:
        of_tier = [a for a in shown.answers if a.tier == tier]
        if of_tier:
            lines.append(f"{tier.capitalize()} ({vocab.TIERS[tier].rstrip('.').lower()}):")
            lines += [f"- {_answer_told(a)}" for a in of_tier]
    if not shown.answers:
        lines.append("No rule gives an answer: no claim that counts equals the question.")
    floor = shown.floor
    lines.append(f"Floor: {floor.words}{f' ({floor.rests_on})' if floor.low else ''}.")
    for words, rows in (("of the question", shown.of_question), ("inside it", shown.others)):
        if rows:
            lines.append(f"Claims {words}:")
            lines += [f"- {_claim_told(shown, r)}" for r in rows]
    return "\n".join([*lines, " ".join(told), shown.chosen.sources])


def _answer_told(answer: Answer) -> str:
    source = answer.series or ANSWERED_FROM.get(answer.rule, "")
    parts = [f"{wording.word(answer.rule)}, {source}: {number(answer)}", rests_on(answer)]
    return "; ".join([*parts, *answer.assumptions]) + "."


def _claim_told(shown: _Shown, row: Row) -> str:
    ends = f" ({wording.range_words(row)})" if row.is_bound else ""
    who = " ".join(w for w in (wording.who(row), wording.carrier(row)) if w)
    parts = [f"{wording.published(row)}, {who}: {wording.number(row)}{ends}", _scope(shown, row)]
    return "; ".join([*parts, *_said(shown, row)]) + "."
