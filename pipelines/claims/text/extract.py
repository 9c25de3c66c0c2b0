"""Figures out of one text: the stages put together, and the checks that every claim must pass.

Pure: the same text and document give the same claims. A number found becomes a claim, or is empty
(a date, an age, money, things), or is set aside in doubt; none is lost and none is two of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from pipelines.claims.text.attribution import Credit, attributions, credit, source_type
from pipelines.claims.text.items import Figure, items_of
from pipelines.claims.text.language import LEXICON_LANGUAGE, language_of
from pipelines.claims.text.lexicon import triggers
from pipelines.claims.text.masks import fractions, masked
from pipelines.claims.text.metric import Assigned, Outcome, Unassigned, assign
from pipelines.claims.text.modality import is_counter, modality
from pipelines.claims.text.parts import parts
from pipelines.claims.text.people import People, people_after
from pipelines.claims.text.place import Places, place_for, places_of
from pipelines.claims.text.sentences import Span, sentences
from pipelines.claims.text.setting import cause, restriction, weapon_or_hazard
from pipelines.claims.text.window import is_of_saying, measure_of, period_for
from pipelines.claims.text.zeros import NONE_REPORTED, is_zero_word, zero_words
from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.likeness import UNNAMED_SPEAKER
from pipelines.core.numbers import Marks, Number, find_numbers, marks
from pipelines.core.period import UNSTATED, Period, Window, find_periods
from schemas import vocab

METHOD_VERSION: Final = "text 1"


@dataclass(frozen=True)
class Document:
    """What the card says of a text, as far as reading needs it."""

    published_on: date | None = None
    publisher: str | None = None
    language: str | None = None
    conflict_start: str | None = None
    cause: str | None = None
    gazetteer: Gazetteer | None = None
    actors: Actors | None = None


@dataclass(frozen=True)
class TextClaim:
    """One figure as the text states it. `part_of` is the position of the total among the claims."""

    metric: str
    measure: str
    term: str | None
    value: int | None
    value_low: int | None
    value_high: int | None
    qualifier: str
    unit: str
    modality: str
    part_of: int | None
    cumulative: bool
    population: str
    nationality: str | None
    deaths_counted: str | None
    cause: str
    hazard_or_weapon: str | None
    value_as_written: str
    quote: str
    quote_start: int
    quote_end: int
    sentence_start: int
    sentence_end: int
    number_start: int
    number_end: int
    place_as_written: str | None
    place_id: str | None
    place_role: str | None
    territory: str | None
    period_as_written: str | None
    window: Window
    speaker: str
    origin: str | None
    source_type: str | None
    restriction: str | None
    doubts: tuple[str, ...]
    rule: str


@dataclass(frozen=True)
class Candidate:
    """A number found and what became of it; `claim` is the position of its claim."""

    surface: str
    start: int
    end: int
    outcome: Literal["claim", "empty", "set_aside"]
    reason: str | None = None
    claim: int | None = None


@dataclass(frozen=True)
class Extraction:
    """The claims of a text in order, and every number found."""

    claims: tuple[TextClaim, ...]
    candidates: tuple[Candidate, ...]


_JSON_KEYS: Final = (
    "metric",
    "measure",
    "term",
    "value",
    "value_low",
    "value_high",
    "qualifier",
    "unit",
    "modality",
    "part_of",
    "cumulative",
    "population",
    "nationality",
    "deaths_counted",
    "value_as_written",
    "quote",
    "quote_start",
    "quote_end",
    "sentence_start",
    "sentence_end",
    "number_start",
    "number_end",
    "place_as_written",
    "place_id",
    "territory",
    "period_as_written",
    "start_earliest",
    "start_latest",
    "end_earliest",
    "end_latest",
    "speaker",
    "origin",
    "restriction",
    "doubts",
)


def to_json(extraction: Extraction) -> dict[str, list[dict[str, Any]]]:
    """The `claims` and `set_aside` of a line of `attest extract --jsonl`, with exactly its keys."""
    rows = []
    for claim in extraction.claims:
        row = {**vars(claim), **_days(claim.window), "doubts": list(claim.doubts)}
        rows.append({key: row[key] for key in _JSON_KEYS})
    aside = [
        {"text": c.surface, "start": c.start, "end": c.end, "reason": c.reason}
        for c in extraction.candidates
        if c.outcome != "claim"
    ]
    return {"claims": rows, "set_aside": aside}


def _days(window: Window) -> dict[str, str | None]:
    return {name: day.isoformat() if day else None for name, day in vars(window).items()}


@dataclass(frozen=True)
class _Found:
    """What is found once for the whole text."""

    text: str
    document: Document
    shown: Marks
    places: Places
    periods: Sequence[Period]


def extract(text: str, document: Document) -> Extraction:
    """Every figure about people that the text states, and what became of every other number."""
    shown = marks([text])
    numbers = find_numbers(text, shown)
    reasons = masked(text, numbers)
    found = _Found(
        text,
        document,
        shown,
        places_of(text, document.gazetteer),
        find_periods(text, document.published_on, document.conflict_start),
    )
    claims: list[TextClaim] = []
    candidates: list[Candidate] = []
    at = period_at = 0
    for sentence in sentences(text):
        inside = []
        while at < len(numbers) and numbers[at].start < sentence.end:
            inside.append(numbers[at])
            at += 1
        while period_at < len(found.periods) and found.periods[period_at].end <= sentence.start:
            period_at += 1
        periods = []
        for period in found.periods[period_at:]:
            if period.start >= sentence.end:
                break
            if not is_of_saying(text, period):
                periods.append(period)
        _read_sentence(found, sentence, inside, reasons, periods, claims, candidates)
    candidates += _shares(text, numbers)
    candidates.sort(key=lambda c: c.start)
    return Extraction(tuple(claims), tuple(candidates))


def _shares(text: str, numbers: Sequence[Number]) -> list[Candidate]:
    """Shares in words ("half of the town") that hold no number of the grammar."""
    taken = [(n.start, n.end) for n in numbers]
    found = []
    position = 0
    for share in fractions(text):
        while position < len(taken) and taken[position][1] <= share.start:
            position += 1
        if position == len(taken) or taken[position][0] >= share.end:
            surface = text[share.start : share.end]
            found.append(Candidate(surface, share.start, share.end, "empty", share.reason))
    return found


def _read_sentence(
    found: _Found,
    sentence: Span,
    numbers: Sequence[Number],
    reasons: Mapping[int, str],
    periods: Sequence[Period],
    claims: list[TextClaim],
    candidates: list[Candidate],
) -> None:
    """Adds the claims and candidates of one sentence."""
    text = found.text
    candidates += [_aside(n, reasons[n.start]) for n in numbers if n.start in reasons]
    counting = [n for n in numbers if n.start not in reasons]
    counting += zero_words(text, sentence.start, sentence.end, numbers)
    counting.sort(key=lambda n: n.start)
    if not counting:
        return
    language = language_of(text[sentence.start : sentence.end], found.document.language)
    if language != LEXICON_LANGUAGE:
        candidates += [
            Candidate(n.surface, n.start, n.end, "set_aside", "text.language")
            for n in counting
            if not is_zero_word(n)
        ]
        return
    reading = _Sentence(found, sentence, counting, periods)
    for index, number in enumerate(counting):
        reading.claim_of(index, number)
    kept: dict[int, int] = {}
    for index, number in enumerate(counting):
        made = reading.made.get(index)
        if made is not None and (fault := _fault(text, made, number, found.shown)):
            made, reading.why[index] = None, fault
        if made is not None:
            kept[index] = len(claims)
            claims.append(made)
            candidates.append(
                Candidate(number.surface, number.start, number.end, "claim", None, kept[index])
            )
        elif not is_zero_word(number):
            candidates.append(_aside(number, reading.why[index]))
    for index, total in reading.parts.total_of.items():
        if index in kept and total in kept:
            claims[kept[index]] = replace(claims[kept[index]], part_of=kept[total])


def _aside(number: Number, reason: str) -> Candidate:
    outcome: Literal["empty", "set_aside"] = "set_aside" if _in_doubt(reason) else "empty"
    return Candidate(number.surface, number.start, number.end, outcome, reason)


_DOUBTFUL: Final = frozenset(
    {"text.part_exceeds_total", "text.quote_not_reparsed", "text.unit_unsuited"}
)


def _in_doubt(reason: str) -> bool:
    return reason.startswith(("number.", "range.")) or reason in _DOUBTFUL


_NO_VALUE: Final = frozenset(
    [
        "bad_grouping",
        "control_character",
        "decimal_elsewhere",
        "fraction",
        "mixed_script",
        "negative",
        "range_inverted",
        "too_large",
        "vague_word",
    ]
)


_SHARE_OF: Final = re.compile(
    r"\b(?:half|thirds?|quarters?|fifths?|tenths?|(?:in|out\s+of)\s+\w+|\d+\s*%|per\s*cent)\s+of\s+(?:the\s+|its\s+|all\s+|[\w-]+['’]s\s+)*$",
    re.IGNORECASE,
)
_NONE_OF: Final = re.compile(
    r"\bn(?:one|either|ot\s+one)\s+of\s+(?:the\s+|its\s+|these\s+|those\s+)?$", re.IGNORECASE
)
_AUXILIARY: Final = re.compile(r"\b(?:is|are|was|were|has|have|had|been|be)\b", re.IGNORECASE)


class _Sentence:
    """The reading of one sentence: `made` holds claims by index of their number, `why` the rest."""

    def __init__(
        self, found: _Found, sentence: Span, numbers: Sequence[Number], periods: Sequence[Period]
    ) -> None:
        self.found, self.sentence, self.numbers, self.periods = found, sentence, numbers, periods
        self.made: dict[int, TextClaim] = {}
        self.why: dict[int, str] = {}
        text = found.text
        self.people = [
            people_after(
                text, n.end, _next_start(numbers, i, sentence.end), found.document.gazetteer
            )
            for i, n in enumerate(numbers)
        ]
        figures = [_figure(i, n) for i, n in enumerate(numbers)]
        self.triggers = triggers(text, sentence.start, sentence.end)
        items = items_of(text, sentence.start, sentence.end, figures, self.triggers)
        refused = {
            i: "text.not_people"
            for i, p in enumerate(self.people)
            if p.thing is not None and p.unit != "homes"
        }
        for i, n in enumerate(numbers):
            if _NONE_OF.search(text, max(sentence.start, n.quote_start - 24), n.quote_start):
                refused[i] = "text.negated"
        self.outcome = assign(items, refused)
        self.parts = parts(items, self.outcome)
        for part, total in self.parts.total_of.items():
            self._inherit(part, total)
        self.credits = attributions(text, sentence.start, sentence.end)

    def _inherit(self, part: int, total: int) -> None:
        """A part counts what its total counts, unless it has words of its own."""
        own, whole = self.outcome.get(part), self.outcome.get(total)
        if isinstance(whole, Assigned) and (
            (isinstance(own, Unassigned) and own.reason == "text.no_metric") or _is_class(own)
        ):
            self.outcome[part] = Assigned(whole.entry, "part", whole.start, whole.end)

    def claim_of(self, index: int, number: Number) -> None:
        """Makes the claim of a number, or says why there is none."""
        held = self.outcome.get(index, Unassigned("text.no_metric"))
        if index in self.parts.too_great:
            self.why[index] = "text.part_exceeds_total"
            return
        if isinstance(held, Unassigned):
            self.why[index] = held.reason
            return
        people = self.people[index]
        metric = _metric(held, people)
        if metric is None:
            self.why[index] = "text.other_count"
        elif self._is_base_of_share(number, held):
            self.why[index] = "text.fraction"
        elif number.doubt in _NO_VALUE or (
            number.doubt == "ambiguous_suffix" and not people.has_noun
        ):
            self.why[index] = _number_reason(number.doubt)
        elif people.unit not in vocab.UNITS_OF_METRIC[metric] or (
            people.unit == "homes" and metric != "evacuated"
        ):
            self.why[index] = "text.not_people"
        else:
            self.made[index] = self._claim(index, number, held, metric, people)

    def _claim(
        self, index: int, number: Number, held: Assigned, metric: str, people: People
    ) -> TextClaim:
        text, document, sentence = self.found.text, self.found.document, self.sentence
        entry = held.entry
        stock = _is_stock(text, number, held, metric)
        counter = is_counter(text, sentence.start, number.quote_start, held)
        span = (number.quote_start, max(number.quote_end, number.end))
        next_start = _next_start(self.numbers, index, sentence.end)
        clause_end = self._end_of_own(index, held)
        periods = [p for p in self.periods if p.end <= clause_end]
        period = period_for(span, self.numbers[0].quote_start, next_start, periods)
        place = place_for(
            text, (sentence.start, clause_end), span, next_start, self.found.places, metric, stock
        )
        credited = credit(number.start, self.credits)
        reach = sentence.end if held.start >= next_start else next_start
        limits = restriction(text, max(held.end, number.quote_end), reach)
        how = self._modality(number, held, period)
        who = self._shared_subject(index, held, people)
        speaker = credited.speaker or document.publisher or UNNAMED_SPEAKER
        return TextClaim(
            metric=metric,
            measure=_suited(metric, measure_of(metric, period, counter=counter, stock=stock)),
            term=entry.term,
            value=number.value,
            value_low=number.value_low,
            value_high=number.value_high,
            qualifier=number.qualifier,
            unit=people.unit,
            modality=how,
            part_of=None,
            cumulative=counter and how != "superseded",
            population=who.population or "all",
            nationality=who.nationality,
            deaths_counted=_deaths_counted(metric, held, limits),
            cause=document.cause or cause(text[sentence.start : sentence.end]),
            hazard_or_weapon=weapon_or_hazard(limits),
            value_as_written=number.surface,
            quote=text[number.quote_start : number.quote_end],
            quote_start=number.quote_start,
            quote_end=number.quote_end,
            sentence_start=sentence.start,
            sentence_end=sentence.end,
            number_start=number.start,
            number_end=number.end,
            place_as_written=place.as_written,
            place_id=place.place_id,
            place_role=place.role,
            territory=place.territory,
            period_as_written=period.surface if period else None,
            window=period.window if period else UNSTATED,
            speaker=speaker,
            origin=credited.origin,
            source_type=self._source_type(credited),
            restriction=limits,
            doubts=_doubts(
                number, held, place.doubts, period, credited, index in self.parts.presumed
            ),
            rule=held.rule,
        )

    def _is_base_of_share(self, number: Number, held: Assigned) -> bool:
        """Whether only a share of the number did what is said: "half of the 640 have fled".

        A bare participle stays with the base: "half of the 111,000 people displaced have returned".
        """
        text = self.found.text
        lead = text[max(self.sentence.start, number.quote_start - 40) : number.quote_start]
        bare = held.entry.side == "both" and not _AUXILIARY.search(text[number.end : held.start])
        return held.start >= number.end and not bare and bool(_SHARE_OF.search(lead))

    def _end_of_own(self, index: int, held: Assigned) -> int:
        """Where the words of a figure end: before its first part, if its predicate is before that.

        "26 were killed, including 15 in the north": what stands with the part is the part's.
        """
        first = min(
            (p for p, t in self.parts.total_of.items() if t == index and p > index), default=None
        )
        if first is None or held.start >= self.numbers[first].end:
            return self.sentence.end
        return self.numbers[first].quote_start

    def _modality(self, number: Number, held: Assigned, period: Period | None) -> str:
        if is_zero_word(number):
            return NONE_REPORTED
        return modality(
            self.found.text,
            self.sentence.start,
            number.quote_start,
            number.quote_end,
            held,
            own_period=period is not None and period.start >= number.end,
        )

    def _shared_subject(self, index: int, held: Assigned, people: People) -> People:
        """Who is counted, also where a joined number leaves the noun out.

        "600 civilians have been killed and more than 2000 injured": the second predicate has
        neither noun nor auxiliary of its own, so both have one subject.
        """
        if people.has_noun or not index or held.start < self.numbers[index].end:
            return people
        text = self.found.text
        number, before = self.numbers[index], self.outcome.get(index - 1)
        bare = not text[number.quote_end : held.start].strip()
        join = text[self.numbers[index - 1].end : number.quote_start].rstrip(" ,").lower()
        joined = join.endswith((" and", "and")) or text[: number.quote_start].rstrip().endswith(",")
        if bare and joined and isinstance(before, Assigned):
            return replace(people, population=self.people[index - 1].population)
        return people

    def _source_type(self, credited: Credit) -> str | None:
        """The kind of the speaker: from the register of actors, else from its words."""
        name = credited.speaker or self.found.document.publisher
        if name is None:
            return None
        actors = self.found.document.actors
        actor = actors.resolve(name) if actors else None
        kind = actors.kind(actor) if actors and actor else None
        return kind or (source_type(name) if credited.speaker else None)


def _figure(index: int, number: Number) -> Figure:
    size = next(
        (v for v in (number.value, number.value_high, number.value_low) if v is not None), 0
    )
    return Figure(
        index,
        number.start,
        number.end,
        min(number.quote_start, number.start),
        max(number.quote_end, number.end),
        size,
    )


def _next_start(numbers: Sequence[Number], index: int, end: int) -> int:
    return numbers[index + 1].quote_start if index + 1 < len(numbers) else end


def _is_class(outcome: Outcome | None) -> bool:
    return isinstance(outcome, Assigned) and outcome.rule == "class"


def _metric(held: Assigned, people: People) -> str | None:
    if held.entry.metric == "returned_idps" and people.population == "refugees":
        return "returned_refugees"
    return held.entry.metric


def _number_reason(doubt: str) -> str:
    code = {"decimal_elsewhere": "ambiguous_separator", "vague_word": "not_a_number"}.get(
        doubt, doubt
    )
    return "range.inverted" if code == "range_inverted" else f"number.{code}"


_STOCK_WORDS: Final = ("remain", "still", "currently", "are living", "are staying", "continue to")


def _is_stock(text: str, number: Number, held: Assigned, metric: str) -> bool:
    """Whether the words speak of people in a state on a day: "remain displaced"."""
    if held.entry.measure == "stock" or (
        held.entry.kind == "class" and metric in ("idps", "refugees", "asylum_seekers")
    ):
        return True
    between = text[number.end : held.end].lower() if held.start >= number.end else ""
    return "stock" in vocab.MEASURES_OF_METRIC[metric] and any(w in between for w in _STOCK_WORDS)


def _suited(metric: str, measure: str) -> str:
    return measure if measure in vocab.MEASURES_OF_METRIC[metric] else "unstated"


def _deaths_counted(metric: str, held: Assigned, limits: str | None) -> str | None:
    """Direct where the words say that people were killed, or by what; else unstated."""
    if metric not in vocab.DEATH_METRICS:
        return None
    return "direct" if held.entry.deaths == "direct" or weapon_or_hazard(limits) else "unstated"


def _doubts(
    number: Number,
    held: Assigned,
    of_place: tuple[str, ...],
    period: Period | None,
    credited: Credit,
    presumed: bool,
) -> tuple[str, ...]:
    found = [number.doubt] if number.doubt else []
    if held.rule == "shared":
        found.append("verb_shared")
    if held.rule == "coordinated":
        found.append("coordinated")
    if presumed:
        found.append("part_presumed")
    found += of_place
    if period:
        found += period.doubts
    if credited.shared:
        found.append("attribution_shared")
    return tuple(found)


def _fault(text: str, claim: TextClaim, number: Number, shown: Marks) -> str | None:
    """Why a claim must not stand: its quote, value or unit does not hold. None where all do."""
    if text[claim.quote_start : claim.quote_end] != claim.quote:
        return "text.quote_not_reparsed"
    if claim.unit not in vocab.UNITS_OF_METRIC[claim.metric]:
        return "text.unit_unsuited"
    if is_zero_word(number):
        return None
    read = find_numbers(claim.quote, shown)
    same = len(read) == 1 and (
        (read[0].value, read[0].value_low, read[0].value_high, read[0].qualifier)
        == (claim.value, claim.value_low, claim.value_high, claim.qualifier)
    )
    return None if same else "text.quote_not_reparsed"
