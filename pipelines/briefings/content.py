"""What a briefing says: one page about a place, said from the published tables alone.

The order of the page and its standing words are decided here; which questions it is about in
`select`, its first table and sentences in `opening`, what a quote card says in `quote_card`, its
claims in `sources`, what is not known in `gaps`, what changed in `changes`. No number is made here:
each one stands in a table of the release.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

import pandas as pd

from pipelines.briefings import changes, citations, gaps, opening, quote_card, sources
from pipelines.briefings.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Paragraph,
    Section,
    Shown,
    Table,
)
from pipelines.briefings.select import MOST_CARDS, Question, Selected, select
from pipelines.charts import page, style, wording
from pipelines.charts.kinds import Kind, Request
from pipelines.charts.language import Phrase, grouped, joined, say, say_n, spoken, term
from pipelines.charts.rows import Marts, Row
from pipelines.core.records import records
from schemas import vocab

MOST_INSIDE: Final = 12
"""Most places inside that a page tells one by one."""

_FEW_CLAIMS: Final = 16
"""Up to so many claims of a metric stand on one ladder, inside the place or not."""

_COUNTED_ON: Final = ("stock", "cumulative", "ever")
_ENOUGH_READINGS: Final = 3
"""Of which measures the course is drawn, and from how many questions of one scope on."""


@dataclass(frozen=True)
class Asked:
    """What a briefing is asked for.

    Attributes
    ----------
    place_id
        A place of `marts.places`.
    release_id
        The release that it is made from.
    first, last
        Days that a question's window or a publication has to meet; open where empty.
    as_of
        The last day of publication that is looked at; that of the newest claim where empty.
    cleared_by
        Id of who cleared it; a draft where empty.
    before, before_id
        The tables and the id of an earlier release to compare with, cut to a day where `as_of` is.
    """

    place_id: str
    release_id: str
    first: date | None = None
    last: date | None = None
    as_of: date | None = None
    cleared_by: str = ""
    before: Marts | None = None
    before_id: str = ""


def name_of(asked: Asked) -> str:
    """Name of a briefing's files: the place, the days asked for, and the day looked back from."""
    slug = "".join(c if c.isalnum() else "_" for c in asked.place_id)
    days = [
        f"{said}_{day.isoformat()}"
        for said, day in (("from", asked.first), ("to", asked.last), ("as_of", asked.as_of))
        if day
    ]
    return "_".join(["briefing", slug, *days])


def briefing(marts: Marts, asked: Asked, pictures: Mapping[str, Kind]) -> Document:
    """A briefing in the language spoken.

    Parameters
    ----------
    marts
        The published tables, cut to the day `asked.as_of` where one is given.
    asked
        The place, the days, and what it is compared with.
    pictures
        The kinds of chart that may be drawn, by name; a kind that is not there is left out.
    """
    return _Page(marts, asked, pictures).document()


class _Page:
    """One page in the making: what it rests on, and its sections."""

    def __init__(self, marts: Marts, asked: Asked, kinds: Mapping[str, Kind]) -> None:
        self.marts, self.asked, self.kinds = marts, asked, kinds
        self.selected = self._selected(marts)
        self.answers = opening.answers(marts, self.selected.cards)

    def _selected(self, marts: Marts) -> Selected:
        asked = self.asked
        return select(marts, asked.place_id, asked.first, asked.last, asked.as_of)

    def document(self) -> Document:
        """The whole page."""
        made = (
            self._opening(),
            self._cards(),
            self._charts(),
            self._sources(),
            self._gaps(),
            self._changes(),
            self._further(),
            self._method(),
            self._citing(),
        )
        return Document(
            name=name_of(self.asked),
            language=spoken().code,
            title=self._title(),
            stamp=self._stamp(),
            as_of=self.as_of,
            release_id=self.asked.release_id,
            sections=tuple(section for section in made if section.blocks),
            sheets=sources.sheets(self.marts, self.selected),
        )

    @cached_property
    def place(self) -> Phrase:
        """The place's name."""
        return wording.place_name(self.selected.place_id, self.selected.name)

    @cached_property
    def as_of(self) -> date | None:
        """The last day of publication that is looked at."""
        if self.asked.as_of is not None:
            return self.asked.as_of
        claims = self.marts["marts/claims"]
        read = claims[~claims["review_status"].isin(("rejected", "pending"))]
        newest = read["edition"].fillna(read["published_on"]).max()
        return None if pd.isna(newest) else pd.Timestamp(newest).date()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The claims on the questions that have a card."""
        return tuple(row for question in self.selected.cards for row in question.rows)

    def _title(self) -> Phrase:
        first, last = self.asked.first, self.asked.last
        if first is None and last is None:
            return say("{place}: the figures that sources give of people harmed", place=self.place)
        return say(
            "{place}, {window}: the figures that sources give of people harmed",
            place=self.place,
            window=wording.window_of(first, first, last, last),
        )

    def _stamp(self) -> Phrase:
        if self.asked.cleared_by:
            return say("Cleared by {id}", id=self.asked.cleared_by)
        return say("Draft, not cleared")

    # Answers, cards, charts

    def _opening(self) -> Section:
        cards = self.selected.cards
        blocks: list[Block] = []
        if not self.selected.everything:
            blocks.append(
                Paragraph(
                    say(
                        "This collection holds no figure on {place} that meets these days.",
                        place=self.place,
                    )
                )
            )
        elif opening.of_house(self.answers):
            blocks.append(opening.picked(cards, self.answers))
            if rest := opening.not_picked(cards, self.answers):
                blocks.append(Paragraph(rest))
        elif cards:
            blocks.append(opening.every_answer(self.marts, cards, self.answers))
        else:
            blocks.append(
                Paragraph(
                    say(
                        "No claim on {place} as a whole has been read by a person: it has no "
                        "answer here.",
                        place=self.place,
                    )
                )
            )
        if self.answers:
            blocks += [
                Paragraph(opening.sentence(tier, cards, self.answers)) for tier in opening.TIERS
            ]
        blocks += [Paragraph(words) for words in self._age()]
        return Section("answers", say("What this collection holds"), tuple(blocks))

    def _age(self) -> list[Phrase]:
        """The newest claim on the place, and its age on the day looked at."""
        newest = _newest(self.selected.own)
        if newest is None or newest.known_on is None or self.as_of is None:
            return []
        question = next(q for q in self.selected.own if newest in q.rows)
        fields = {
            "claim": changes.claim_in_words(newest),
            "as_of": self.as_of,
            "question": question.phrase,
        }
        days = (self.as_of - newest.known_on).days
        if not days:
            return [
                say(
                    "The newest claim here was published on {as_of}, the day of this page: "
                    "{claim}, on “{question}”.",
                    **fields,
                )
            ]
        return [
            say_n(
                "The newest claim here was published {n} day before {as_of}: {claim}, on "
                "“{question}”.",
                "The newest claim here was published {n} days before {as_of}: {claim}, on "
                "“{question}”.",
                days,
                **fields,
            )
        ]

    def _cards(self) -> Section:
        """The quote cards, without what the page says once for all: its day, and every answer."""
        is_told = not opening.of_house(self.answers)
        release = self.asked.release_id
        made = []
        for n, question in enumerate(self.selected.cards, 1):
            facts = quote_card.quote_card(self.marts, question.question_id, release)
            card = quote_card.card(replace(facts, as_of=None))
            title = say("{n}. {question}", n=n, question=Phrase(card.title))
            made.append(replace(card, title=title, table=None if is_told else card.table))
        return Section("cards", say("Quote cards"), tuple(made))

    def _charts(self) -> Section:
        blocks: list[Block] = []
        with page.made_from(self.asked.release_id), style.house_style():
            for kind, request in self._requests():
                drawn = self.kinds[kind].draw(self.marts, request)
                if isinstance(drawn, str):
                    blocks.append(Paragraph(drawn, is_note=True))
                else:
                    blocks.append(Shown(drawn[0], _chart_caption(drawn)))
        return Section("charts", say("In pictures"), tuple(blocks))

    def _requests(self) -> list[tuple[str, Request]]:
        """The charts of a page, two at most.

        The ladder shows the claims of the metric of the first question: all that meet the days,
        also those inside the place, where they are few; else those on the questions of the page.
        Beside it stand the tiers of the first question that has answers of several; where none
        has, the course of the first question's counter, if it has readings enough.
        """
        if not self.answers:
            return []
        first = self.selected.cards[0]
        name = f"briefing_{first.question_id}"
        found = [("ladder", self._ladder(first.metric, f"{name}_ladder"))]
        tiers: dict[str, set[str]] = {}
        for answer in self.answers:
            tiers.setdefault(answer.question.question_id, set()).add(answer.tier)
        several = [question_id for question_id, of in tiers.items() if len(of) > 1]
        readings = tuple(q.question_id for q in self.selected.own if q.scope == first.scope)
        if several:
            found.append(("tiers", Request(question_ids=(several[0],), name=f"{name}_tiers")))
        elif first.axes["measure"] in _COUNTED_ON and len(readings) >= _ENOUGH_READINGS:
            found.append(("timeline", Request(question_ids=readings, name=f"{name}_timeline")))
        return [(kind, request) for kind, request in found if kind in self.kinds]

    def _ladder(self, metric: str, name: str) -> Request:
        of_metric = [q for q in self.selected.everything if q.metric == metric]
        if sum(len(question.rows) for question in of_metric) <= _FEW_CLAIMS:
            return Request(
                metrics=(metric,),
                place_ids=(self.asked.place_id,),
                first=self.asked.first,
                last=self.asked.last,
                name=name,
            )
        shown = [q.question_id for q in self.selected.cards if q.metric == metric]
        return Request(question_ids=tuple(shown), name=name)

    # Sources, gaps, changes, what else there is

    def _sources(self) -> Section:
        table = sources.table(self.marts, self.selected)
        return Section("sources", say("Sources"), (table,) if table.rows else ())

    def _gaps(self) -> Section:
        is_windowed = self.asked.first is not None or self.asked.last is not None
        told = gaps.not_known(self.marts, self.selected, self.asked.as_of, is_windowed=is_windowed)
        blocks = (Bullets(tuple(told)),) if told else ()
        return Section("gaps", say("What is not known"), blocks)

    def _changes(self) -> Section:
        heading = say("What changed since the last one")
        if self.asked.before is None:
            none = say("No earlier release was named, so nothing is compared.")
            return Section("changes", heading, (Paragraph(none),))
        was = self._selected(self.asked.before)
        told = changes.changed(self.marts, self.asked.before, self.selected, was)
        since = self.asked.before_id
        if not told:
            none = say("On these questions nothing changed since release {release}.", release=since)
            return Section("changes", heading, (Paragraph(none),))
        lead = Paragraph(say("Since release {release}:", release=since))
        return Section("changes", heading, (lead, Bullets(tuple(told))))

    def _further(self) -> Section:
        blocks: list[Block] = []
        if further := self.selected.further:
            said = say_n(
                "{n} further question on {place} is in the workbook.",
                "{n} further questions on {place} are in the workbook.",
                len(further),
                place=self.place,
            )
            blocks += [Paragraph(said), self._further_table(further)]
        if self.selected.inside:
            blocks.append(self._inside_table(self.selected.inside))
        return Section("further", say("Also held"), tuple(blocks))

    def _further_table(self, further: Sequence[Question]) -> Table:
        by_metric: dict[str, list[Question]] = {}
        for question in further:
            by_metric.setdefault(question.metric, []).append(question)
        rows = tuple(
            _held_cells(term("metric", metric), held) for metric, held in by_metric.items()
        )
        caption = say("Further questions on {place}, by what they count", place=self.place)
        return Table(caption, _held_head(say("What is counted")), rows)

    def _inside_table(self, inside: Sequence[Question]) -> Table:
        by_place: dict[str, list[Question]] = {}
        for question in inside:
            by_place.setdefault(str(question.axes["place_id"]), []).append(question)
        ordered = sorted(by_place.values(), key=lambda held: (-len(held), held[0].rows[0].place_id))
        rows = [
            _held_cells(_place_of(held[0].rows[0], held), held) for held in ordered[:MOST_INSIDE]
        ]
        if rest := ordered[MOST_INSIDE:]:
            name = say_n("{n} further place", "{n} further places", len(rest))
            rows.append(_held_cells(name, [question for held in rest for question in held]))
        caption = say(
            "Also held inside {place}: counted here and in no answer above", place=self.place
        )
        return Table(caption, _held_head(say("Place")), tuple(rows))

    # Method and citing

    def _method(self) -> Section:
        said = [
            say(
                "This page rests on {claims} of {origins}.",
                claims=wording.claims(len(self.rows)),
                origins=wording.origins(len({row.source for row in self.rows})),
            ),
            say(
                "It has at most {n} questions about {place} as a whole: of each metric the newest "
                "question of its widest scope first. Questions may count the same people.",
                n=MOST_CARDS,
                place=self.place,
            ),
            say(
                "Figures stand as their sources say them. None is added to another, averaged or "
                "scaled; verified, reported and estimated figures are never merged."
            ),
            say(
                "“At least” and “more than” give a lower end and no upper one: an end that no "
                "source gives stays open and is not zero."
            ),
        ]
        if any(row.is_found_count for row in self.rows):
            said.append(page.reporting_caption())
        said += [self._findings(), *page.standing()]
        blocks = tuple(Paragraph(words, is_note=True) for words in said if words)
        return Section("method", say("Method and caveats"), blocks)

    def _findings(self) -> Phrase:
        """How many open findings touch the claims of the page, by kind."""
        ids = {row.claim_id for row in self.rows}
        names = ("finding_type", "severity", "status", "claim_ids")
        kinds = Counter(
            row["finding_type"]
            for row in records(self.marts["marts/findings"], names)
            if row["status"] == "open" and row["severity"] != "info" and ids & set(row["claim_ids"])
        )
        if not kinds:
            return Phrase("")
        told = [
            say("{finding} ({n})", finding=term("finding_type", kind), n=kinds[kind])
            for kind in vocab.FINDING_TYPES
            if kinds[kind]
        ]
        return say(
            "Nobody has settled these findings on claims of this page: {findings}.",
            findings=joined(told),
        )

    def _citing(self) -> Section:
        """This page, then the documents of its figures: the producer first, then Attest."""
        release = self.asked.release_id
        named = {"title": self._title(), "release": release}
        page_itself = (
            say(
                "This page: Attest, “{title}”, as of {day}, release {release}.",
                **named,
                day=self.as_of,
            )
            if self.as_of
            else say("This page: Attest, “{title}”, release {release}.", **named)
        )
        documents = citations.of_claims(self.marts, [row.claim_id for row in self.rows])
        blocks: list[Block] = [Paragraph(page_itself, is_note=True)]
        if documents:
            told = tuple(citations.text(document, release) for document in documents)
            blocks.append(Bullets(told))
        return Section("cite", say("How to cite"), tuple(blocks))


def _newest(questions: Iterable[Question]) -> Row | None:
    """The newest claim that a person has read; None where none has a day."""
    read = [row for question in questions for row in question.read if row.known_on]
    return max(read, key=lambda row: (row.known_on or date.min, row.claim_id), default=None)


def _place_of(row: Row, held: Sequence[Question]) -> Phrase:
    place = wording.place_name(row.place_id, row.place)
    metrics = gaps.metrics_in_words(question.metric for question in held)
    return say("{place} ({metrics})", place=place, metrics=metrics)


def _held_head(first: Phrase) -> tuple[Phrase, ...]:
    return first, say("Questions"), say("Claims"), say("Pending"), say("Newest claim")


def _held_cells(name: Phrase, held: Sequence[Question]) -> tuple[Cell, ...]:
    """How much is held of some questions, and the newest claim that a person has read."""
    newest = _newest(held)
    said = Phrase("")
    if newest:
        question = next(q for q in held if newest in q.rows)
        claim = changes.claim_in_words(newest)
        said = say("{claim}: {question}", claim=claim, question=question.phrase)
    return (
        Cell(name),
        Cell(grouped(len(held)), is_figure=True),
        Cell(grouped(sum(len(question.rows) for question in held)), is_figure=True),
        Cell(grouped(sum(len(question.pending) for question in held)), is_figure=True),
        Cell(said),
    )


def _chart_caption(drawn: Sequence[style.Picture]) -> Phrase:
    title = Phrase(drawn[0].title)
    if len(drawn) == 1:
        return title
    return say_n(
        "{title} ({n} page more: attest chart draws it)",
        "{title} ({n} pages more: attest chart draws them)",
        len(drawn) - 1,
        title=title,
    )
