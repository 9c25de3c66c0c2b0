"""Figures out of one text: the stages put together, and the checks that every claim must pass.

Pure: the same text and document give the same claims. A number found becomes a claim, or is empty
(a date, an age, money, things), or is set aside in doubt; none is lost and none is two of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from pipelines.claims.text.claim import Candidate, Document, Extraction, TextClaim
from pipelines.claims.text.earlier import Earlier
from pipelines.claims.text.invisible import Visible
from pipelines.claims.text.items import items_of, words_of
from pipelines.claims.text.language import language_of
from pipelines.claims.text.lexicon import languages
from pipelines.claims.text.masks import Mask, fractions, masked, references
from pipelines.claims.text.place import places_of
from pipelines.claims.text.sentence import Found, SentenceReading, fault_of
from pipelines.claims.text.sentences import Span, sentences
from pipelines.claims.text.window import EarlierPeriods, ended_when_said, is_of_saying
from pipelines.claims.text.zeros import is_zero_word, zero_words
from pipelines.core.numbers import Number, find_numbers, marks
from pipelines.core.period_text import Period, read_dates

METHOD_VERSION: Final = "text 2"


def extract(text: str, document: Document) -> Extraction:
    """Every figure about people that the text states, and what became of every other number."""
    visible = Visible(text)
    return visible.restored(_extract(visible.text, document))


def _extract(text: str, document: Document) -> Extraction:
    claims: list[TextClaim] = []
    shown = marks([text])
    numbers = find_numbers(text, shown)
    dated = read_dates(text, document.published_on, document.conflict_start)
    spans = [(start, end, "text.date") for start, end in dated.dates]
    spans += [(mask.start, mask.end, mask.reason) for mask in references(text)]
    masks = masked(text, numbers, sorted(spans))
    found = Found(
        text,
        document,
        shown,
        places_of(text, document.gazetteer),
        Earlier(text, claims),
        EarlierPeriods(text),
    )
    candidates: list[Candidate] = []
    at = period_at = 0
    for sentence in _uncut(sentences(text), numbers):
        inside = []
        while at < len(numbers) and numbers[at].start < sentence.end:
            inside.append(numbers[at])
            at += 1
        periods: list[Period] = []
        said: list[Period] = []
        first = next((n.quote_start for n in inside if n.start not in masks), sentence.end)
        while period_at < len(dated.periods) and dated.periods[period_at].start < sentence.end:
            period = dated.periods[period_at]
            of_saying = is_of_saying(text, sentence.start, period, first)
            (said if of_saying else periods).append(period)
            period_at += 1
        periods = [ended_when_said(period, said) for period in periods]
        _read_sentence(found, sentence, inside, masks, periods, candidates)
        found.earlier_periods.note(sentence, periods)
    candidates += _shares(text, numbers)
    candidates.sort(key=lambda c: c.start)
    return Extraction(tuple(claims), tuple(candidates))


def _uncut(spans: Sequence[Span], numbers: Sequence[Number]) -> list[Span]:
    """The sentences, joined where the words of a number ("no more than") would be cut apart."""
    whole: list[Span] = []
    position = 0
    for span in spans:
        while position < len(numbers) and numbers[position].end <= span.start:
            position += 1
        cut = (
            position < len(numbers)
            and whole
            and (
                numbers[position].quote_start < span.start < numbers[position].end
                or numbers[position].quote_start < span.start <= numbers[position].start
            )
        )
        if cut:
            whole[-1] = Span(whole[-1].start, span.end)
        else:
            whole.append(span)
    return whole


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
    found: Found,
    sentence: Span,
    numbers: Sequence[Number],
    masks: Mapping[int, Mask],
    periods: Sequence[Period],
    candidates: list[Candidate],
) -> None:
    """Adds the claims and candidates of one sentence."""
    text, claims = found.text, found.earlier.claims
    candidates += [_aside(n, masks[n.start].reason) for n in numbers if n.start in masks]
    counting = [n for n in numbers if n.start not in masks]
    counting += zero_words(text, sentence.start, sentence.end, numbers)
    if not counting:
        return
    counting.sort(key=lambda n: n.start)
    words = words_of(text, sentence.start, sentence.end)
    language = language_of(words, found.document.language)
    if language not in languages():
        candidates += [
            Candidate(n.surface, n.start, n.end, "set_aside", "text.language")
            for n in counting
            if not is_zero_word(n)
        ]
        return
    covered = [(m.start, min(m.end, sentence.end)) for n in numbers if (m := masks.get(n.start))]
    items = items_of(text, words, counting, covered, language)
    reading = SentenceReading(found, sentence, counting, periods, items)
    for index, number in enumerate(counting):
        reading.claim_of(index, number)
    kept: dict[int, int] = {}
    for index, number in enumerate(counting):
        made = reading.made.get(index)
        if made is not None and (fault := fault_of(text, made, number, found.shown)):
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
            claims[kept[index]] = claims[kept[index]]._replace(part_of=kept[total])
    for index, earlier in reading.earlier_total.items():
        if index in kept:
            claims[kept[index]] = claims[kept[index]]._replace(part_of=earlier)
    found.earlier.link_to_total(sentence, kept.values())
    found.earlier.note(sentence, {kept[i]: reading.outcome[i] for i in kept})


def _aside(number: Number, reason: str) -> Candidate:
    outcome: Literal["empty", "set_aside"] = "set_aside" if _in_doubt(reason) else "empty"
    return Candidate(number.surface, number.start, number.end, outcome, reason)


_DOUBTFUL: Final = frozenset(
    {"text.part_exceeds_total", "text.quote_not_reparsed", "text.unit_unsuited"}
)


def _in_doubt(reason: str) -> bool:
    return reason.startswith(("number.", "range.")) or reason in _DOUBTFUL
