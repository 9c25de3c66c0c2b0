"""The quote card of a question: what may be quoted of it today, and all that goes with it.

`quote_card` finds the facts in the published tables; `card` says them in the language spoken. Only
a rule of the user's own office picks a figure: without one a card has every answer and no pick.
Claims that wait for review, and those that were withdrawn or replaced, answer nothing here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

import pandas as pd

from pipelines.briefings import citations, sentences
from pipelines.briefings.changes import range_in_words
from pipelines.briefings.citations import Reference
from pipelines.briefings.document import Card, Cell, Line, Table
from pipelines.charts import page, wording
from pipelines.charts.answers import Floor, floor_of
from pipelines.charts.language import (
    Phrase,
    capital,
    day,
    decimal,
    isolated,
    joined,
    listed,
    say,
    say_n,
    term,
)
from pipelines.charts.rows import Marts, Row, choose, gazetteer
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.populations import AGES_AND_SEXES
from pipelines.core.records import Record, records
from schemas import vocab
from schemas.models import columns
from schemas.parts import Window

TIERS: Final = ("verified", "reported", "estimated")
"""The tiers that have a line each on every card; 'mixed' has one only where it holds an answer."""

_OF_CLAIMS: Final = (
    "claim_id",
    "record_id",
    "value_as_written",
    "value",
    "value_low",
    "value_high",
    "unit",
    "household_size",
    "household_size_source",
    "from_place_id",
    "locator",
    "stated_on",
)
_WINDOW: Final = tuple(columns(Window))
_ALIKE_IN_REPLACED: Final = (
    *("population", "measure", "nationality", "deaths_counted", "cause", "place_role"),
    *("territory", "restriction", "coverage"),
)
"""Columns in which a claim and the one that it replaced are alike, beside metric and place."""
_POPULATION: Final = QUESTION_COLUMNS.index("population")

NoPick = Literal["", "no_rules", "no_rule_fits", "no_answer"]


class NoSuchQuestion(ValueError):
    """The release holds no question of that id."""


@dataclass(frozen=True)
class Printed:
    """A number as its source printed it; `words` are the source's own."""

    qualifier: str
    value: int | None
    low: int | None
    high: int | None
    unit: str
    population: str
    words: str = ""

    @property
    def greatest(self) -> int:
        """The greatest number in it, which its noun follows."""
        return max((n for n in (self.value, self.low, self.high) if n is not None), default=0)


@dataclass(frozen=True)
class Replaced:
    """What a figure takes the place of.

    `kind` is 'reading' for an earlier reading of its series, 'claim' for a claim that it replaced
    or that gave the same window before, 'revision' for a change between releases of its source.
    """

    kind: Literal["reading", "claim", "revision"]
    printed: Printed
    window: tuple[date | None, date | None, date | None, date | None]
    published_on: date | None
    release: str = ""
    change: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Part:
    """A sex or an age within a figure, with the whole that it is a part of where that is stated."""

    claim_id: str
    printed: Printed
    whole: Printed | None


@dataclass(frozen=True)
class Reading:
    """A claim of the question, as its source states it."""

    row: Row
    printed: Printed
    value_as_written: str
    household_size: float | None
    household_size_source: str
    from_place_id: str
    from_place: str
    stated_on: date | None
    locator: str
    replaces: tuple[Replaced, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Answer:
    """What a rule answers, with the claims that it is made of."""

    estimate_id: str
    rule: str
    series: str
    tier: str
    low: int | None
    best: int | None
    high: int | None
    range_kind: str
    n_claims: int
    n_origins: int
    bases: tuple[str, ...]
    assumptions: tuple[str, ...]
    reason: str
    """Why the office quotes it, where a rule of the office does."""
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Exclusion:
    """Something that a figure does not include, as one column of its scope says."""

    column: str
    word: str
    place_id: str = ""


@dataclass(frozen=True)
class QuoteCard:
    """The facts of a card.

    Attributes
    ----------
    row
        A claim of the question, for the words of its scope; None where none can be shown.
    answers
        Every answer, by tier and rule.
    pick
        That of the office's own rule; None without one, and `no_pick` says why.
    narrower
        Claims that count and are inside the question only: they answer nothing.
    floor
        The least that the claims inside force, and on which condition.
    pending
        How many claims of it nobody has read yet.
    findings
        Open findings about it, by type.
    """

    question_id: str
    title: str
    row: Row | None
    answers: tuple[Answer, ...]
    pick: Answer | None
    no_pick: NoPick
    narrower: tuple[Reading, ...]
    excludes: tuple[Exclusion, ...]
    is_deaths_unstated: bool
    floor: Floor
    pending: int
    findings: tuple[tuple[str, int], ...]
    as_of: date | None
    references: tuple[Reference, ...]
    release_id: str

    @property
    def quoted(self) -> tuple[Reading, ...]:
        """The readings that the card puts into sentences: the pick's, else those of each series."""
        if self.pick is not None:
            return self.pick.readings
        return tuple(r for a in self.answers if a.rule == "by_source" for r in a.readings)


# The facts


def quote_card(marts: Marts, question_id: str, release_id: str | None = None) -> QuoteCard:
    """The facts of a question's card.

    Parameters
    ----------
    marts
        The published tables, cut to a day where one is asked for.
    question_id
        A question of `marts.questions`.
    release_id
        The release that is cited; the one that `page.made_from` names where not given.

    Raises
    ------
    NoSuchQuestion
        Where the tables hold no such question.
    """
    questions = marts["marts/questions"]
    asked = questions[questions["question_id"].eq(question_id)]
    if asked.empty:
        raise NoSuchQuestion(
            f"'{question_id}' is no question of this release: marts.questions lists them"
        )
    (question,) = records(asked, ("question_id", "title", *QUESTION_COLUMNS))
    readings = _Readings(marts, question)
    answers = _answers(marts, question_id, readings)
    pick = next((a for a in answers if a.rule == "house" and a.readings), None)
    of_question = [row for row in readings.rows.values() if row.question_id == question_id]
    narrower = tuple(
        readings.reading(row.claim_id)
        for row in of_question
        if row.claim_id in readings.counting and (row.restriction or row.coverage)
    )
    made = QuoteCard(
        question_id=question_id,
        title=question["title"],
        row=of_question[0] if of_question else None,
        answers=answers,
        pick=pick,
        no_pick=_no_pick(marts, answers, pick),
        narrower=narrower,
        excludes=_exclusions(question, readings.places),
        is_deaths_unstated=question["deaths_counted"] == "unstated",
        floor=floor_of(marts, question_id),
        pending=sum(row.is_pending for row in of_question),
        findings=_findings(marts, question_id, {r.claim_id for r in of_question}),
        as_of=_as_of(marts, question_id),
        references=(),
        release_id=page.release_id() if release_id is None else release_id,
    )
    cited = [r.row.claim_id for r in made.quoted or narrower]
    return replace(made, references=citations.of_claims(marts, cited))


class _Readings:
    """The claims near a question, each made a reading when it is asked for."""

    def __init__(self, marts: Marts, question: Record) -> None:
        self._marts = marts
        figures = marts["marts/figures"]
        near = figures[_same(figures, question, ("metric", "place_id"))]
        self.counting = set(near.loc[near["counts"], "claim_id"])
        self.rows = {row.claim_id: row for row in choose(marts, near["claim_id"].tolist()).rows}
        claims = marts["marts/claims"]
        self._claims = claims[claims["claim_id"].isin(set(near["claim_id"]))]
        held = records(self._claims, _OF_CLAIMS)
        self._held = {claim["claim_id"]: claim for claim in held}
        self._gone = self._claims[self._claims["replaced_by"].notna()]
        self.places = gazetteer(marts)
        self._made: dict[str, Reading] = {}

    def reading(self, claim_id: str) -> Reading:
        """A claim as its source states it."""
        if claim_id not in self._made:
            self._made[claim_id] = self._reading(claim_id)
        return self._made[claim_id]

    def _reading(self, claim_id: str) -> Reading:
        row, claim = self.rows[claim_id], self._held[claim_id]
        left = claim["from_place_id"] or ""
        return Reading(
            row=row,
            printed=self.printed(row),
            value_as_written=claim["value_as_written"] or "",
            household_size=claim["household_size"] if row.unit != claim["unit"] else None,
            household_size_source=claim["household_size_source"] or "",
            from_place_id=left,
            from_place=self.places.name(left) if left in self.places else left,
            stated_on=claim["stated_on"],
            locator=claim["locator"] or "",
            replaces=tuple(self._replaces(row)),
            parts=tuple(self._parts(row)),
        )

    def printed(self, row: Row) -> Printed:
        """The number of a claim; an end that was printed out of order is no end."""
        claim = self._held[row.claim_id]
        return Printed(
            qualifier=row.qualifier,
            value=claim["value"],
            low=claim["value_low"] if row.low is not None else None,
            high=claim["value_high"] if row.high is not None else None,
            unit=claim["unit"],
            population=row.population,
            words=row.quote or claim["value_as_written"] or "",
        )

    def _replaces(self, row: Row) -> Iterable[Replaced]:
        yield from self._earlier(row)
        yield from self._replaced(row)
        yield from self._revised(row)

    def _earlier(self, row: Row) -> Iterable[Replaced]:
        """The reading of the same series before this one."""
        before = [
            other
            for other in self.rows.values()
            if other.claim_id in self.counting
            and _is_one_series(other, row)
            and _came_before(other, row)
        ]
        if before:
            last = max(before, key=_reading_order)
            kind: Literal["reading", "claim"] = "claim" if _days(last) == _days(row) else "reading"
            yield Replaced(kind, self.printed(last), _days(last), last.published_on)

    def _replaced(self, row: Row) -> Iterable[Replaced]:
        """Claims of the same people and days that it, or its document, is said to replace."""
        gone = self._gone[self._gone["replaced_by"].isin((row.claim_id, row.document_id))]
        axes = (*_ALIKE_IN_REPLACED, *_WINDOW)
        names = ("claim_id", "qualifier", "quote", "published_on", *axes)
        for old in records(gone, names):
            if any((old[name] or None) != (getattr(row, name) or None) for name in axes):
                continue
            claim = self._held[old["claim_id"]]
            printed = Printed(
                old["qualifier"],
                claim["value"],
                claim["value_low"],
                claim["value_high"],
                claim["unit"],
                old["population"],
                old["quote"] or claim["value_as_written"] or "",
            )
            yield Replaced("claim", printed, _days(row), old["published_on"])

    def _revised(self, row: Row) -> Iterable[Replaced]:
        """What its source gave for the same record in the release before."""
        revisions = self._marts["marts/revisions"]
        if revisions.empty:
            return
        mine = revisions[
            revisions["source_id"].eq(row.source_id)
            & revisions["record_id"].eq(self._held[row.claim_id]["record_id"])
            & revisions["metric"].eq(row.metric)
            & revisions["to_release"].eq(row.release)
        ]
        ends = ("low_from", "best_from", "high_from")
        for was in records(mine, ("from_release", "change", "stated_reason", *ends)):
            low, best, high = (was[end] for end in ends)
            if low is best is high is None:
                continue
            qualifier = "plain" if best is not None else "between"
            yield Replaced(
                "revision",
                Printed(qualifier, best, low, high, row.unit, row.population),
                _days(row),
                None,
                was["from_release"],
                was["change"],
                was["stated_reason"] or "",
            )

    def _parts(self, row: Row) -> Iterable[Part]:
        """The sexes and ages that the same document or series gives within a claim."""
        for other in self.rows.values():
            if other.claim_id not in self.counting or other.population not in AGES_AND_SEXES:
                continue
            if other.claim_id == row.claim_id or other.population == row.population:
                continue
            if other.part_of == row.claim_id or _is_part_by_scope(other, row):
                whole = self.rows.get(other.part_of)
                whole_printed = None if whole is None else self.printed(whole)
                yield Part(other.claim_id, self.printed(other), whole_printed)


def _same(table: pd.DataFrame, question: Record, names: Iterable[str]) -> pd.Series[bool]:
    """The rows that have a question's words in some columns; empty equals empty."""
    found = pd.Series(True, index=table.index)
    for name in names:
        word = question[name]
        found &= table[name].isna() if word is None else table[name].eq(word).fillna(False)
    return found


def _days(row: Row) -> tuple[date | None, date | None, date | None, date | None]:
    return row.start_earliest, row.start_latest, row.end_earliest, row.end_latest


def _reading_order(row: Row) -> tuple[date, date, str]:
    return row.end_latest or date.min, row.known_on or date.min, row.claim_id


def _came_before(other: Row, row: Row) -> bool:
    """Whether a reading speaks of earlier days, or of the same days and was published before."""
    if _days(other) == _days(row):
        return (other.known_on or date.max) < (row.known_on or date.max)
    return _reading_order(other) < _reading_order(row)


def _is_one_series(other: Row, row: Row) -> bool:
    """Whether two claims are readings of one series; a flow's are of one window only."""
    if other.counting != row.counting or other.basis != row.basis:
        return False
    if row.measure in ("flow", "unstated") and _days(other) != _days(row):
        return False
    if row.series or other.series:
        return row.series == other.series
    return row.source == other.source


def _is_part_by_scope(other: Row, row: Row) -> bool:
    """Whether a claim is of the same document or series, and of the same scope but the people."""
    is_together = other.document_id == row.document_id or (
        bool(row.series) and other.series == row.series
    )
    return is_together and _days(other) == _days(row) and _but_people(other) == _but_people(row)


def _but_people(row: Row) -> tuple[Any, ...]:
    return (*row.counting[:_POPULATION], *row.counting[_POPULATION + 1 :])


def _answers(marts: Marts, question_id: str, readings: _Readings) -> tuple[Answer, ...]:
    estimates, evidence = marts["marts/estimates"], marts["marts/evidence"]
    asked = estimates[estimates["question_id"].eq(question_id)]
    used = evidence[evidence["used_as"].eq("used")]
    claims_of = {
        str(estimate_id): sorted(rows["claim_id"])
        for estimate_id, rows in used[used["estimate_id"].isin(set(asked["estimate_id"]))].groupby(
            "estimate_id"
        )
    }
    names = (
        *("estimate_id", "rule", "series", "tier", "low", "best", "high", "range_kind"),
        *("n_claims", "n_origins", "bases", "assumptions", "parameters"),
    )
    made = [
        Answer(
            estimate_id=row["estimate_id"],
            rule=row["rule"],
            series=row["series"] or "",
            tier=row["tier"],
            low=row["low"],
            best=row["best"],
            high=row["high"],
            range_kind=row["range_kind"] or "",
            n_claims=row["n_claims"],
            n_origins=row["n_origins"],
            bases=tuple(row["bases"]),
            assumptions=tuple(row["assumptions"]),
            reason=str(json.loads(row["parameters"]).get("reason") or ""),
            readings=tuple(
                readings.reading(claim_id)
                for claim_id in claims_of.get(row["estimate_id"], [])
                if claim_id in readings.rows
            ),
        )
        for row in records(asked, names)
    ]
    tiers, rules = list(vocab.TIERS), list(vocab.RULES_OF_ANSWERING)
    made.sort(key=lambda a: (tiers.index(a.tier), rules.index(a.rule), a.series, a.estimate_id))
    return tuple(made)


def _no_pick(marts: Marts, answers: Sequence[Answer], pick: Answer | None) -> NoPick:
    if pick is not None:
        return ""
    if not answers:
        return "no_answer"
    rules = marts.get("marts/house_rules")  # a public release holds none
    return "no_rules" if rules is None or rules.empty else "no_rule_fits"


def _exclusions(question: Record, places: Gazetteer) -> tuple[Exclusion, ...]:
    """What a figure on the very question leaves out, as far as its columns say."""
    found = []
    if question["deaths_counted"] in ("direct", "indirect", "excess"):
        found.append(Exclusion("deaths_counted", question["deaths_counted"]))
    if question["metric"] in ("idps", "refugees"):
        found.append(Exclusion("metric", question["metric"]))
    if question["population"] != "all":
        found.append(Exclusion("population", question["population"]))
    found += [
        Exclusion(name, question[name]) for name in ("nationality", "territory") if question[name]
    ]
    place_id, role = question["place_id"], question["place_role"]
    if place_id and role in ("now_in", "came_from"):
        name = places.name(place_id) if place_id in places else place_id
        found.append(Exclusion(role, name, place_id))
    return tuple(found)


def _findings(marts: Marts, question_id: str, claim_ids: set[str]) -> tuple[tuple[str, int], ...]:
    """Open findings about the question or a claim of it that are more than information."""
    names = ("finding_type", "severity", "question_id", "claim_ids", "status")
    counted = Counter(
        finding["finding_type"]
        for finding in records(marts["marts/findings"], names)
        if finding["status"] == "open"
        and finding["severity"] != "info"
        and (finding["question_id"] == question_id or claim_ids & set(finding["claim_ids"]))
    )
    return tuple((kind, counted[kind]) for kind in vocab.FINDING_TYPES if counted[kind])


def _as_of(marts: Marts, question_id: str) -> date | None:
    estimates = marts["marts/estimates"]
    days = records(estimates[estimates["question_id"].eq(question_id)], ("as_of",))
    return max((row["as_of"] for row in days), default=None)


def as_json(facts: QuoteCard) -> dict[str, Any]:
    """The facts for programs: columns of the tables by their names, days in ISO, no words."""
    return {
        "question_id": facts.question_id,
        "title": facts.title,
        "as_of": _iso(facts.as_of),
        "release_id": facts.release_id,
        "pick": None if facts.pick is None else facts.pick.estimate_id,
        "no_pick": facts.no_pick or None,
        "tiers": {
            tier: [_answer_json(a) for a in facts.answers if a.tier == tier]
            for tier in vocab.TIERS
            if tier in TIERS or any(a.tier == tier for a in facts.answers)
        },
        "narrower": [_reading_json(r) for r in facts.narrower],
        "does_not_include": [{"column": e.column, "value": e.word} for e in facts.excludes],
        "floor": {
            "low": facts.floor.low,
            "n_inside": facts.floor.n_inside,
            "statement": facts.floor.statement or None,
        },
        "pending": facts.pending,
        "open_findings": dict(facts.findings),
        "citations": citations.csl(facts.references, facts.release_id),
    }


def _answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "estimate_id": answer.estimate_id,
        "rule": answer.rule,
        "series": answer.series or None,
        "low": answer.low,
        "best": answer.best,
        "high": answer.high,
        "range_kind": answer.range_kind or None,
        "n_claims": answer.n_claims,
        "n_origins": answer.n_origins,
        "bases": list(answer.bases),
        "assumptions": list(answer.assumptions),
        "reason": answer.reason or None,
        "claims": [_reading_json(r) for r in answer.readings],
    }


def _reading_json(reading: Reading) -> dict[str, Any]:
    row = reading.row
    texts = {
        name: getattr(row, name) or None
        for name in (
            *("claim_id", "document_id", "quote", "speaker", "origin", "publisher", "basis"),
            *("restriction", "coverage", "series"),
        )
    }
    days = {name: _iso(getattr(row, name)) for name in (*_WINDOW, "published_on")}
    return {
        **texts,
        **_printed_json(reading.printed),
        "value_as_written": reading.value_as_written or None,
        "low": row.low,
        "best": row.best,
        "high": row.high,
        **days,
        "stated_on": _iso(reading.stated_on),
        "replaces": [
            {
                "kind": old.kind,
                **_printed_json(old.printed),
                "published_on": _iso(old.published_on),
                "release": old.release or None,
                "change": old.change or None,
                "reason": old.reason or None,
            }
            for old in reading.replaces
        ],
        "parts": [
            {
                "claim_id": part.claim_id,
                **_printed_json(part.printed),
                "of": None if part.whole is None else _printed_json(part.whole),
            }
            for part in reading.parts
        ],
    }


def _printed_json(printed: Printed) -> dict[str, Any]:
    return {
        "qualifier": printed.qualifier,
        "value": printed.value,
        "value_low": printed.low,
        "value_high": printed.high,
        "unit": printed.unit,
        "population": printed.population,
    }


def _iso(when: date | None) -> str | None:
    return None if when is None else when.isoformat()


# The words


def card(facts: QuoteCard) -> Card:
    """The card in the language spoken."""
    title = wording.question(facts.row, facts.title) if facts.row else isolated(facts.title)
    return Card(
        question_id=facts.question_id,
        title=title,
        lines=tuple(line for line in _lines(facts) if line.text),
        sentence=joined([sentences.sentence(reading) for reading in facts.quoted], " "),
        citation=citations.texts(facts.references, facts.release_id),
        table=_table(facts) if facts.pick is None and facts.answers else None,
    )


def _lines(facts: QuoteCard) -> Iterable[Line]:
    yield from _pick_lines(facts)
    for tier in vocab.TIERS:
        of_tier = [a for a in facts.answers if a.tier == tier]
        if tier in TIERS or of_tier:
            yield Line(capital(term("tier", tier)), _tier(of_tier), is_figure=bool(of_tier))
    if facts.row:
        yield Line(say("When"), sentences.window(facts.row))
    said = [sentences.excluded(exclusion) for exclusion in facts.excludes]
    yield Line(say("Does not include"), joined(said, "; "))
    if facts.is_deaths_unstated:
        unstated = say("whether deaths from hunger, disease or lack of care are included")
        yield Line(say("Not stated"), unstated)
    yield Line(say("As printed"), _of_readings(facts, _as_printed))
    yield Line(say("Counted as"), _of_readings(facts, _people_of_households))
    yield Line(say("Replaces"), _of_readings(facts, _replaces))
    yield Line(say("Earlier reading"), _of_readings(facts, _earlier_readings))
    yield Line(say("Sex and age"), _of_readings(facts, _parts))
    yield Line(say("Floor"), facts.floor.words, is_figure=facts.floor.low is not None)
    if not facts.answers and facts.narrower:
        told = [sentences.sentence(reading) for reading in facts.narrower]
        yield Line(say("Narrower than the question"), joined(told, " "), is_figure=True)
    if facts.pending:
        yield Line(
            say("Waiting for review"),
            say_n(
                "{n} claim that nobody has read yet; it is in no answer",
                "{n} claims that nobody has read yet; they are in no answer",
                facts.pending,
            ),
        )
    found = [
        say("{finding} ({n})", finding=term("finding_type", kind), n=n)
        for kind, n in facts.findings
    ]
    yield Line(say("Open findings"), joined(found, "; "))
    if facts.as_of:
        yield Line(say("As of"), day(facts.as_of))


def _pick_lines(facts: QuoteCard) -> Iterable[Line]:
    label = say("To be quoted")
    match facts.no_pick:
        case "no_answer":
            if facts.floor.low is not None:
                yield Line(label, say("nothing: no claim answers the question; see the floor"))
            elif facts.narrower:
                yield Line(label, say("nothing: claims are inside the question only"))
            else:
                yield Line(label, say("nothing: this release holds no claim that answers it"))
        case "no_rules":
            no_rules = say(
                "no figure is picked: this release holds no rules of an office (house_rules.yml)"
            )
            yield Line(label, no_rules)
        case "no_rule_fits":
            yield Line(
                label,
                say("no figure is picked: no rule of the office (house_rules.yml) fits it"),
            )
    if facts.pick is None:
        return
    for reading in facts.pick.readings:
        row = reading.row
        yield Line(label, sentences.figure(reading.printed), is_figure=True)
        yield Line(say("Who said it"), joined([wording.who(row), wording.carrier(row)]))
        yield Line(say("Said and published"), _said_and_published(reading))
    yield Line(say("Why the office quotes it"), isolated(facts.pick.reason))


def _as_printed(reading: Reading) -> list[Phrase]:
    """The source's own words, where they are not just the digits."""
    words = reading.row.quote or reading.value_as_written
    bare = words.replace(",", "")
    return [] if bare in ("", str(reading.printed.value)) else [say("“{words}”", words=words)]


def _people_of_households(reading: Reading) -> list[Phrase]:
    """The people that a source's own size of a household makes of its households."""
    if reading.household_size is None:
        return []
    said = say(
        "{people}, at {size} people a household ({source})",
        people=wording.number(reading.row),
        size=decimal(reading.household_size),
        source=reading.household_size_source,
    )
    return [said]


def _said_and_published(reading: Reading) -> Phrase:
    published = sentences.published_day(reading.row.published_on)
    if reading.stated_on is None or reading.stated_on == reading.row.published_on:
        return published
    return joined([say("said {day}", day=reading.stated_on), published])


def _tier(answers: Sequence[Answer]) -> Phrase:
    """What each series of a tier says, one after the other and never merged."""
    readings = [r for a in answers if a.rule == "by_source" for r in a.readings]
    if not readings:
        return say("no answer")
    return joined([sentences.told(reading) for reading in readings], "; ")


def _of_readings(facts: QuoteCard, told: Callable[[Reading], list[Phrase]]) -> Phrase:
    """What is told of each quoted reading; of several, by the figure and its source."""
    readings = facts.quoted or facts.narrower
    said: list[Phrase] = []
    for reading in readings:
        words = joined(told(reading), "; ")
        if words and len(readings) > 1:
            who, figure = wording.who(reading.row), sentences.number(reading.printed)
            words = say("{who}, {figure}: {words}", who=who, figure=figure, words=words)
        said.append(words)
    return joined(dict.fromkeys(said), "; ")


def _replaces(reading: Reading) -> list[Phrase]:
    return [sentences.replaced(old) for old in reading.replaces if old.kind != "reading"]


def _earlier_readings(reading: Reading) -> list[Phrase]:
    return [sentences.replaced(old) for old in reading.replaces if old.kind == "reading"]


def _parts(reading: Reading) -> list[Phrase]:
    return [sentences.part(part) for part in reading.parts]


def _table(facts: QuoteCard) -> Table:
    """Every answer; rules that give one answer from the same claims share a row."""
    rows: dict[tuple[Any, ...], list[Answer]] = {}
    for answer in facts.answers:
        claims = tuple(r.row.claim_id for r in answer.readings) or answer.estimate_id
        rows.setdefault((answer.tier, claims), []).append(answer)
    head = (
        say("Rule"),
        say("Tier"),
        say("Figure"),
        say("Who says it"),
        say("Published"),
        say("Basis"),
    )
    caption = say("Every answer; none is picked")
    return Table(caption, head, tuple(_cells(answers) for answers in rows.values()))


def _cells(answers: Sequence[Answer]) -> tuple[Cell, ...]:
    first = answers[0]
    readings = first.readings
    if len(readings) == 1:
        figure = sentences.number(readings[0].printed)
    else:
        figure = range_in_words(first.low, first.best, first.high)
    published = [r.row.published_on for r in readings if r.row.published_on]
    return (
        Cell(listed(term("rule", answer.rule) for answer in answers)),
        Cell(term("tier", first.tier)),
        Cell(figure, is_figure=True),
        Cell(listed(dict.fromkeys(wording.who(r.row) for r in readings))),
        Cell(day(max(published)) if published else say("day not known")),
        Cell(joined(sentences.basis(code) for code in first.bases)),
    )


# As text


def as_text(shown: Card) -> str:
    """A card for a terminal: its lines, the table of answers, the sentence and the citation."""
    parts = [f"{shown.title}\n"]
    parts += [f"{line.label}: {line.text}" for line in shown.lines]
    if shown.table:
        parts += ["", shown.table.caption, *_rows_as_text(shown.table)]
    if shown.sentence:
        parts += ["", shown.sentence]
    if shown.citation:
        parts += ["", shown.citation]
    return "\n".join(parts) + "\n"


def _rows_as_text(table: Table) -> list[str]:
    lines = [table.head, *(tuple(cell.text for cell in row) for row in table.rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(table.head))]
    return [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
