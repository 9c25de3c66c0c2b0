"""One question under each named rule, its floor, and the claims beneath, coloured by origin.

Answers stand under the tier that they rest on and are never merged. The floor is a bracket of its
own: what claims inside the question force, and no end of a range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.charts import marks, page, style, table, wording
from pipelines.charts.kinds import Drawn, Request
from pipelines.charts.ladder import notes_on, tie
from pipelines.charts.language import (
    Phrase,
    capital,
    day,
    decimal,
    grouped,
    isolated,
    joined,
    listed,
    say,
    say_n,
    term,
)
from pipelines.charts.rows import Chosen, Marts, Row, choose, missing
from schemas import vocab

NAME = "answers"
_COLUMNS = table.Columns(0.8, 1.22, 1.8)
_LISTS_CLEAN, _CLAIMS_HOLD = "the lists are clean", "the claims hold"
"""What the statement of a floor says where it rests on counts of what was found, or on others."""


def binds() -> Phrase:
    """What is said of a claim that binds the floor."""
    return say("binds the floor")


def no_floor() -> Phrase:
    """What is said where nothing inside a question sets a floor."""
    return say("no claim here sets a floor")


def answered_from(answer: Answer) -> Phrase:
    """What an answer answers from: its series, else what its rule looks at."""
    if answer.series:
        return isolated(answer.series)
    match answer.rule:
        case "latest":
            return say("latest reading of the tier")
        case "spread":
            return say("least to greatest over its series")
        case "house":
            return say("the office's own rule")
    return Phrase("")


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
    as_of: Phrase
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
    def words(self) -> Phrase:
        """The floor and under which condition: 'at least 350,209, if the lists are clean'."""
        if self.low is None:
            return no_floor()
        if _CLAIMS_HOLD in self.statement and _LISTS_CLEAN not in self.statement:
            return say("at least {low}, if the claims hold", low=self.low)
        if _CLAIMS_HOLD in self.statement:
            return say("at least {low}, if the lists are clean and the claims hold", low=self.low)
        return say("at least {low}, if the lists are clean", low=self.low)

    @property
    def rests_on(self) -> Phrase:
        """Which claims force it."""
        return say_n(
            "{n} claim inside sets a floor; binding it, marked below: {binding}",
            "{n} claims inside set a floor; binding it, marked below: {binding}",
            self.n_inside,
            binding=wording.claims(len(self.claim_ids)),
        )

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
    uses: Mapping[str, Phrase]
    question_id: str

    @property
    def of_question(self) -> list[Row]:
        """The claims of the question itself."""
        return [r for r in self.chosen.rows if r.question_id == self.question_id]

    @property
    def others(self) -> list[Row]:
        """The claims inside it that bind its floor."""
        return [r for r in self.chosen.rows if r.question_id != self.question_id]


def draw(marts: Marts, request: Request) -> Drawn:
    """The pictures of each question named, as many rows on a page as A4 holds; or why none."""
    drawn: list[style.Picture] = []
    refused = []
    for n, question_id in enumerate(request.question_ids, 1):
        name = request.name or NAME
        found = _of_question(marts, question_id, name if n == 1 else f"{name}_{n}")
        if isinstance(found, str):
            refused.append(found)
        else:
            drawn += found
    if not request.question_ids:
        return page.nothing(say("the answers to one question"), say("Name a question."))
    return drawn or "\n".join(refused)


def _of_question(marts: Marts, question_id: str, name: str) -> Drawn:
    questions = marts["marts/questions"]
    asked = questions[questions["question_id"] == question_id]
    if asked.empty:
        why = say("This release holds no such question.")
        return page.nothing(say("the answers to one question"), why)
    shown = _shown(marts, str(asked["title"].iloc[0]), question_id)
    if not shown.chosen.rows:
        why = say("This release holds no drawable claim of that question.")
        return page.nothing(isolated(shown.title), why)
    lines = _lines(shown)
    numbers = [n for a in shown.answers for n in a.inked]
    numbers += [n for r in shown.chosen.rows for n in r.inked]
    scale = table.scale_of(
        lines, numbers + ([shown.floor.low] if shown.floor.low else []), _COLUMNS
    )
    cut = table.pages(lines)
    names = [name, *(f"{name}_page_{n}" for n in range(2, len(cut) + 1))]
    return [_page(shown, part, scale, named) for part, named in zip(cut, names, strict=True)]


def _shown(marts: Marts, title: str, question_id: str) -> _Shown:
    answers, floor = of_question(marts, question_id), floor_of(marts, question_id)
    figures = marts["marts/figures"]
    asked = figures.loc[figures["question_id"] == question_id, "claim_id"].tolist()
    chosen = choose(marts, [*asked, *floor.claim_ids])
    evidence = marts["marts/evidence"]
    rules = {a.estimate_id: a.rule for a in answers}
    uses = _uses(evidence[evidence["estimate_id"].isin(set(rules))], rules)
    return _Shown(title, answers, floor, chosen, uses, question_id)


def of_question(marts: Marts, question_id: str) -> tuple[Answer, ...]:
    """The answers to a question, in the order of tiers and rules."""
    estimates = marts["marts/estimates"]
    return _answers(estimates[estimates["question_id"] == question_id])


def floor_of(marts: Marts, question_id: str) -> Floor:
    """The floor of a question."""
    floors = marts["marts/floors"]
    held = floors[floors["question_id"] == question_id].to_dict("records")
    return _floor(held[0]) if held else Floor()


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
        as_of=day(pd.Timestamp(given["as_of"]).date()),
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


def _uses(evidence: pd.DataFrame, rules: Mapping[str, str]) -> dict[str, Phrase]:
    """How the answers use each claim, in words."""
    order = list(vocab.RULES_OF_ANSWERING)
    found: dict[str, Phrase] = {}
    for claim_id, rows in evidence.groupby("claim_id", sort=True):
        used = {rules[e] for e in rows.loc[rows["used_as"] == "used", "estimate_id"]}
        if used:
            named = joined(term("rule", rule) for rule in sorted(used, key=order.index))
            found[str(claim_id)] = say("used: {rules}", rules=named)
            continue
        first = rows.sort_values("estimate_id").iloc[0]
        # a repeat or a part is named by what it repeats or belongs to, which its own row says
        if first["used_as"] == "repeat":
            found[str(claim_id)] = say("a repeat: adds nothing")
        elif first["used_as"] == "part":
            found[str(claim_id)] = say("a part: adds nothing")
        else:
            found[str(claim_id)] = say("not used: {reason}", reason=first["reason"])
    return found


# Words of a row


def number(answer: Answer) -> Phrase:
    """The answer in words: '6,150,005', '6,150,005 to 6,784,000', '350,209 or more'."""
    low, best, high = answer.low, answer.best, answer.high
    if low is not None and high is not None:
        return wording.between(low, best, high)
    if low is None and high is None:
        return say("open at both ends") if best is None else grouped(best)
    ends = (
        say("{low} or more", low=low) if low is not None else say("{high} or fewer", high=high or 0)
    )
    return ends if best is None else say("{best} ({ends})", best=best, ends=ends)


def rests_on(answer: Answer) -> Phrase:
    """What an answer rests on: claims, origins, bases, kind of range and level."""
    counted = say(
        "{claims} of {origins}",
        claims=wording.claims(answer.n_claims),
        origins=wording.origins(answer.n_origins),
    )
    kind = term("range_kind", answer.range_kind) if answer.range_kind else Phrase("")
    if kind and answer.level is not None:
        kind = say("{level} % {kind}", level=decimal(answer.level * 100), kind=kind)
    return joined([counted, joined(term("basis", b) for b in answer.bases), kind], "; ")


def _said(shown: _Shown, row: Row) -> list[Phrase]:
    """How a claim stands to the question, and what links it to another claim."""
    use = shown.uses.get(row.claim_id, Phrase(""))
    if any(limit and limit in use for limit in (row.restriction, row.coverage)):
        use = say("not used: it is inside the question only")
    said: list[Phrase] = [use] if use else []
    if row.claim_id in shown.floor.claim_ids:
        said.append(binds())
    return said + notes_on(shown.chosen, row)


def _scope(shown: _Shown, row: Row) -> Phrase:
    """Where a claim's scope stands to the question."""
    limits = wording.limits(row)
    if row.question_id == shown.question_id:
        whole = say("inside the question") if limits else say("equals the question")
        return joined([whole, *limits], "; ")
    where = joined([wording.whom(row), wording.where(row), wording.window(row)])
    return joined([say("inside the question: {scope}", scope=where), *limits], "; ")


# Rows


def _lines(shown: _Shown) -> list[table.Line]:
    lines = []
    for tier in vocab.TIERS:
        of_tier = [a for a in shown.answers if a.tier == tier]
        if of_tier:
            colour = style.TIER_COLOURS.get(tier, style.INK)
            words = say("{tier}: {meaning}", tier=capital(term("tier", tier)), meaning=_means(tier))
            lines.append(table.heading(words, _COLUMNS, colour))
            lines += [_answer_line(a, colour) for a in of_tier]
    if not shown.answers:
        lines.append(
            table.heading(say("No rule gives an answer: no claim that counts equals it"), _COLUMNS)
        )
    lines += [
        table.heading(say("Floor: what the claims inside force"), _COLUMNS),
        _floor_line(shown.floor),
    ]
    colours = origin_colours(shown.chosen.rows)
    groups = {
        say("Claims of the question, coloured by origin"): shown.of_question,
        say("Claims inside it that bind its floor, coloured by origin"): shown.others,
    }
    for words, rows in groups.items():
        if rows:
            lines.append(table.heading(words, _COLUMNS))
            lines += [_claim_line(shown, row, colours[row.source]) for row in rows]
    return lines


def _answer_line(answer: Answer, colour: str) -> table.Line:
    source = answered_from(answer)
    about = table.words(rests_on(answer), _COLUMNS.third, style.BODY, style.INK, most=3)
    for assumed in answer.assumptions:
        about += table.words(assumed, _COLUMNS.third, style.SMALL, style.SOFT, most=2)
    cells = (
        table.words(term("rule", answer.rule), _COLUMNS.first, style.BODY, style.INK, most=2),
        table.words(source, _COLUMNS.second, style.BODY, style.INK, bool(answer.series), 3),
        about,
    )
    pen = marks.Pen(colour, size=5.5)
    return table.Line(cells, number(answer), spot=answer.spot, pen=pen)


def _floor_line(floor: Floor) -> table.Line:
    none: table.Words = []
    if floor.low is None:
        words = table.words(no_floor(), _COLUMNS.second + _COLUMNS.third, style.BODY, style.INK)
        return table.Line(([(say("floor"), style.BODY, style.INK, False)], words, none))
    cells = (
        table.words(say("floor"), _COLUMNS.first, style.BODY, style.INK),
        table.words(say("what is inside it"), _COLUMNS.second, style.BODY, style.INK),
        table.words(floor.rests_on, _COLUMNS.third, style.BODY, style.INK, most=4),
    )
    return table.Line(cells, floor.words, spot=floor.spot, pen=marks.Pen(style.INK, size=5.5))


def _claim_line(shown: _Shown, row: Row, colour: str) -> table.Line:
    ink, soft = (style.SOFT, style.SOFT) if row.is_repeat else (style.INK, style.SOFT)
    origin = style.SOFT if row.is_repeat else colour
    who = table.words(row.named_origin, _COLUMNS.second, style.BODY, origin, True, 3)
    said_by = [say("said by {speaker}", speaker=row.speaker)] if row.origin else []
    said_by += [carrier] if (carrier := wording.carrier(row)) else []
    for words in said_by:
        who += table.words(words, _COLUMNS.second, style.SMALL, soft, most=2)
    about = table.words(_scope(shown, row), _COLUMNS.third, style.BODY, ink, most=4)
    for note in _said(shown, row):
        is_bold = note == binds()
        tone = ink if is_bold else soft
        about += table.words(note, _COLUMNS.third, style.SMALL, tone, is_bold, 3)
    published = table.words(wording.published(row), _COLUMNS.first, style.BODY, ink, most=3)
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
    subtitle = say(
        "The answers under each named rule, by the strength of what they rest on, which are never "
        "merged; below them the floor, a bracket of its own and no end of a range; beneath, the "
        "claims."
    )
    sheet = style.Sheet()
    page.head(sheet, shown.title, subtitle)
    heads = (say("rule / day"), say("answered from / origin"), say("rests on / how used"))
    unit = shown.chosen.rows[0].unit
    axes, heights = table.put(sheet, heads, lines, scale, _COLUMNS, unit)
    tie(axes, shown.chosen, heights)
    others = [line.spot for line in lines if line.spot]
    told = page.captions(shown.chosen, _captions(shown), shown.answers)
    page.foot(sheet, shown.chosen, marks.key_for(shown.chosen.rows, style.INK, others), told)
    alt = _alt(shown, subtitle, told)
    return style.Picture(name, sheet.finish(), shown.title, alt, shown.chosen.sources)


def _captions(shown: _Shown) -> list[Phrase]:
    said = []
    if any(r.is_repeat for r in shown.chosen.rows):
        said.append(say("A grey line ties a repeat to what it repeats."))
    if len(origin_colours(shown.chosen.rows)) > len(style.ORIGIN_COLOURS):
        said.append(say("Further origins are black: their labels tell them apart."))
    low = shown.floor.low
    if low is not None and any(a.most is not None and a.most < low for a in shown.answers):
        said.append(say("The floor lies above an answer: claims inside force more than it says."))
    if as_of := sorted({a.as_of for a in shown.answers}):
        said.append(say("Answers as of {days}.", days=listed(as_of)))
    return said


def _means(tier: str) -> Phrase:
    return wording.meaning("tier", tier)


def _alt(shown: _Shown, subtitle: Phrase, told: Sequence[Phrase]) -> str:
    lines = [say("{title}. {subtitle}", title=shown.title, subtitle=subtitle)]
    for tier in vocab.TIERS:
        of_tier = [a for a in shown.answers if a.tier == tier]
        if of_tier:
            named = capital(term("tier", tier))
            lines.append(say("{tier} ({meaning}):", tier=named, meaning=_means(tier)))
            lines += [_answer_told(a) for a in of_tier]
    if not shown.answers:
        lines.append(say("No rule gives an answer: no claim that counts equals the question."))
    floor = shown.floor
    if floor.low is None:
        lines.append(say("Floor: {floor}.", floor=floor.words))
    else:
        lines.append(say("Floor: {floor} ({rests}).", floor=floor.words, rests=floor.rests_on))
    if shown.of_question:
        lines.append(say("Claims of the question:"))
        lines += [_claim_told(shown, r) for r in shown.of_question]
    if shown.others:
        lines.append(say("Claims inside it:"))
        lines += [_claim_told(shown, r) for r in shown.others]
    return "\n".join([*lines, joined(told, " "), shown.chosen.sources])


def _answer_told(answer: Answer) -> Phrase:
    about = joined([rests_on(answer), *answer.assumptions], "; ")
    source = answered_from(answer)
    rule = term("rule", answer.rule)
    if source:
        rule = joined([rule, source])
    return say("- {rule}: {number}; {about}.", rule=rule, number=number(answer), about=about)


def _claim_told(shown: _Shown, row: Row) -> Phrase:
    figure = wording.number(row)
    if row.is_bound:
        figure = say("{number} ({range})", number=figure, range=wording.range_words(row))
    return say(
        "- {day}, {who}: {number}; {about}.",
        day=wording.published(row),
        who=joined([wording.who(row), wording.carrier(row)], " "),
        number=figure,
        about=joined([_scope(shown, row), *_said(shown, row)], "; "),
    )
