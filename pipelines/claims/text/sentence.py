"""The reading of one sentence: from its numbers to claims, or to the reason why there is none.

The stages of the package put together for one sentence, and the checks that every claim must pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from pipelines.claims.text.assigned import Assigned, Outcome, Unassigned
from pipelines.claims.text.attribution import (
    Attribution,
    Credit,
    attributions,
    caveats,
    credit,
)
from pipelines.claims.text.claim import Document, TextClaim
from pipelines.claims.text.earlier import Earlier
from pipelines.claims.text.items import Item, figure_of, figures_at
from pipelines.claims.text.metric import assign, figures_of_earlier
from pipelines.claims.text.modality import (
    is_counter,
    modality,
    not_asserted,
    without_brackets,
)
from pipelines.claims.text.parts import bases_of_none, parts, settle_shares
from pipelines.claims.text.people import People, is_person_noun, people_after, twins
from pipelines.claims.text.place import PlaceRead, Places, place_for
from pipelines.claims.text.sentences import Span
from pipelines.claims.text.setting import cause, doer, restriction, weapon_or_hazard
from pipelines.claims.text.window import EarlierPeriods, inherited, measure_of, periods_of
from pipelines.claims.text.zeros import NONE_REPORTED, is_zero_word
from pipelines.core.likeness import UNNAMED_SPEAKER
from pipelines.core.numbers import Marks, Number, find_numbers
from pipelines.core.period import UNSTATED
from pipelines.core.period_text import Period
from schemas import vocab


class Found(NamedTuple):
    """What is found once for the whole text."""

    text: str
    document: Document
    shown: Marks
    places: Places
    earlier: Earlier
    earlier_periods: EarlierPeriods


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
_LEAD: Final = 60
_AUXILIARY: Final = re.compile(r"\b(?:is|are|was|were|has|have|had|been|be)\b", re.IGNORECASE)


class SentenceReading:
    """The reading of one sentence: `made` holds claims by index of their number, `why` the rest."""

    def __init__(
        self,
        found: Found,
        sentence: Span,
        numbers: Sequence[Number],
        periods: Sequence[Period],
        items: Sequence[Item],
    ) -> None:
        self.found, self.sentence, self.numbers, self.periods = found, sentence, numbers, periods
        self.made: dict[int, TextClaim] = {}
        self.why: dict[int, str] = {}
        text, places = found.text, figures_at(items)
        self.people = {
            figure_of(items, at).rank: people_after(text, items, at, found.document.gazetteer)
            for at in places
        }
        refused = {
            i: "text.not_people"
            for i, p in self.people.items()
            if p.thing is not None and p.unit != "homes"
        }
        refused |= dict.fromkeys(bases_of_none(items, places), "text.negated")
        refused |= dict.fromkeys(_counts_of_places(items, places, self.people), "text.not_people")
        self.twins = twins(items, places, self.people)
        self.outcome = assign(items, places, refused, self.twins)
        settle_shares(items, places, self.outcome)
        counted = found.earlier.last()
        if counted is not None:
            for rank in [*figures_of_earlier(items, self.outcome)]:
                self.outcome[rank] = counted._replace(rule="figure")
        self.parts = parts(items, places, self.outcome)
        for part, total in self.parts.total_of.items():
            self._inherit(part, self.outcome.get(total))
            self._keep_own_verb(total)
        self.earlier_total = found.earlier.total_for(self.parts.of_earlier, self.outcome, numbers)
        for part in self.earlier_total:
            self._inherit(part, found.earlier.held_of(self.earlier_total[part]))
        spans = [(n.quote_start, max(n.quote_end, n.end)) for n in numbers]
        self.period_of = periods_of(text, sentence, spans, self.parts.total_of, periods)

    def _inherit(self, part: int, whole: Outcome | None) -> None:
        """A part counts what its total counts, unless it has words of its own."""
        own = self.outcome.get(part)
        if isinstance(whole, Assigned) and (
            (isinstance(own, Unassigned) and own.reason == "text.no_metric") or _is_class(own)
        ):
            self.outcome[part] = whole._replace(rule="part")

    def _keep_own_verb(self, total: int) -> None:
        """A whole shares no verb with others where only its parts stand before the verb."""
        held = self.outcome.get(total)
        if not isinstance(held, Assigned) or held.rule != "shared":
            return
        between = range(total + 1, len(self.numbers))
        before = [at for at in between if self.numbers[at].start < held.start]
        if all(self.parts.total_of.get(at) == total for at in before):
            self.outcome[total] = held._replace(rule="after")

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
        elif not is_zero_word(number) and not_asserted(
            self.found.text,
            self.sentence.start,
            self.sentence.end,
            number.quote_start,
            number.quote_end,
            held,
        ):
            self.why[index] = "text.negated"
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
        place = place_for(
            text, (sentence.start, clause_end), span, next_start, self.found.places, metric, stock
        )
        period = self.period_of[index] or (None if stock else self._earlier_period(place))
        credited = credit(number.start, self._credits)
        reach = sentence.end if held.start >= next_start else next_start
        between = (number.end, held.start) if number.end < held.start <= next_start else None
        limits = restriction(text, max(held.end, number.quote_end), reach, between)
        if limits and place.territory and place.territory in limits:
            limits = None
        if limits is None and held.rule in ("before", "coordinated"):
            limits = doer(text, sentence.start, held.start)
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
            cause=self._cause,
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
            doubts=(
                *_doubts(
                    number, held, place.doubts, period, credited, index in self.parts.presumed
                ),
                *self._caveats,
            ),
            rule=held.rule,
        )

    # Read once, and only where there is a claim.

    @cached_property
    def _credits(self) -> list[Attribution]:
        """Who says what in the sentence."""
        return attributions(self.found.text, self.sentence.start, self.sentence.end)

    @cached_property
    def _cause(self) -> str:
        """Why it happened, by the card, else by the words of the sentence."""
        words = self.found.text[self.sentence.start : self.sentence.end]
        return self.found.document.cause or cause(words)

    @cached_property
    def _caveats(self) -> tuple[str, ...]:
        """What the text itself doubts of the sentence."""
        return caveats(self.found.text, self.sentence.start, self.sentence.end)

    def _earlier_period(self, place: PlaceRead) -> Period | None:
        """The period of an earlier sentence, where this one names none and no other place."""
        held = None if self.periods else self.found.earlier_periods.before(self.sentence)
        if held is None:
            return None
        earlier, period = held
        if self.found.places.speaks_of_another(place, earlier.start, earlier.end):
            return None
        return inherited(period)

    def _is_base_of_share(self, number: Number, held: Assigned) -> bool:
        """Whether only a share of the number did what is said: "half of the 640 have fled".

        A bare participle stays with the base: "half of the 111,000 people displaced have returned".
        """
        if held.start < number.end:
            return False
        text = self.found.text
        lead_start = max(self.sentence.start, number.quote_start - _LEAD)
        lead = without_brackets(text[lead_start : number.quote_start])
        if "of" not in lead.lower() or not _SHARE_OF.search(lead):
            return False
        bare = held.entry.side == "both" and not _AUXILIARY.search(text[number.end : held.start])
        return not bare

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
            return people._replace(population=self.people[index - 1].population)
        return people

    def _source_type(self, credited: Credit) -> str | None:
        """The kind of the speaker: from the register of actors, else from its words."""
        name = credited.speaker or self.found.document.publisher
        if name is None:
            return None
        actors = self.found.document.actors
        actor = actors.resolve(name) if actors else None
        kind = actors.kind(actor) if actors and actor else None
        return kind or credited.kind


_OF_A_PLACE: Final = ("of", "from", "in", "at", "across")


def _counts_of_places(
    items: Sequence[Item], places: Sequence[int], people: Mapping[int, People]
) -> Iterator[int]:
    """Figures that say where people are from: "residents of three barangays were evacuated"."""
    for k in places:
        if k > 1 and items[k - 1].key in _OF_A_PLACE:
            before, rank = items[k - 2], figure_of(items, k).rank
            whose = before.kind == "word" and is_person_noun(before.key)
            if whose and not people[rank].has_noun:
                yield rank


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
    if held.entry.doubt:
        found.append(held.entry.doubt)
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


def fault_of(text: str, claim: TextClaim, number: Number, shown: Marks) -> str | None:
    """Why a claim must not stand: its quote, value or unit does not hold. None where all do."""
    if text[claim.quote_start : claim.quote_end] != claim.quote:
        return "text.quote_not_reparsed"
    if claim.unit not in vocab.UNITS_OF_METRIC[claim.metric]:
        return "text.unit_unsuited"
    if is_zero_word(number):
        return None
    read = _reread(claim.quote, shown)
    meant = (claim.value, claim.value_low, claim.value_high, claim.qualifier)
    return None if read == meant else "text.quote_not_reparsed"


@lru_cache(maxsize=1 << 14)
def _reread(quote: str, shown: Marks) -> tuple[int | None, int | None, int | None, str] | None:
    """Value, ends and qualifier of the one number that a quote by itself gives."""
    read = find_numbers(quote, shown)
    if len(read) != 1:
        return None
    return read[0].value, read[0].value_low, read[0].value_high, read[0].qualifier
