"""The claims that a chart shows, as rows with everything it may say of them.

Which claims of a scope are drawn, which are left out and counted, the as-of day and the source line
are decided here, once for all charts; each chart decides only its scope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from pipelines.charts import wording
from pipelines.charts.language import (
    Phrase,
    grouped,
    isolated,
    joined,
    listed,
    phrase,
    say,
    say_n,
    term,
)
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.likeness import known_on, source_key
from pipelines.core.refusals import FOUND_COUNTS
from schemas import frame, raw, vocab
from schemas.models import columns
from schemas.parts import Window

Marts = Mapping[str, pd.DataFrame]

_DRAWN_MODALITIES = ("stated", "none_reported")
_FROM_FIGURES = [
    "claim_id",
    "question_id",
    "unit",
    "low",
    "best",
    "high",
    "low_display",
    "best_display",
    "high_display",
    "range_kind",
    "reading_low",
    "reading_high",
    "repeat_of",
    "possible_repeat_of",
]
_ENDS = ("end_earliest", "end_latest")


@dataclass(frozen=True)
class Row:
    """One claim on a chart. A missing text is '', a missing number or day None."""

    claim_id: str
    question_id: str
    source_id: str
    release: str
    document_id: str
    quote: str
    qualifier: str
    metric: str
    measure: str
    term: str
    unit: str
    population: str
    nationality: str
    deaths_counted: str
    cause: str
    place_id: str
    place: str
    place_as_written: str
    place_role: str
    territory: str
    restriction: str
    coverage: str
    speaker: str
    origin: str
    publisher: str
    series: str
    published_on: date | None
    known_on: date | None
    start_earliest: date | None
    start_latest: date | None
    end_earliest: date | None
    end_latest: date | None
    basis: str
    tier: str
    low: int | None
    best: int | None
    high: int | None
    low_display: str
    best_display: str
    high_display: str
    range_kind: str
    reading_low: int | None
    reading_high: int | None
    repeat_of: str
    possible_repeat_of: str
    part_of: str
    review_status: str
    doubts: tuple[str, ...]
    source: str
    """Whose number it is, as a key: one for one body, however it is spelt."""
    counting: tuple[Any, ...]
    """Its scope but the window's end of a counter, or the day of a stock: equal in each reading."""

    @property
    def is_repeat(self) -> bool:
        """Whether it publishes an earlier claim again, surely or perhaps."""
        return bool(self.repeat_of or self.possible_repeat_of)

    @property
    def is_found_count(self) -> bool:
        """Whether it counts what was found, so that a change may be one in reporting."""
        return self.basis in FOUND_COUNTS

    @property
    def named_origin(self) -> str:
        """Whose number it is, in words: whom the speaker credits, else the speaker."""
        return self.origin or self.speaker

    @property
    def is_pending(self) -> bool:
        """Whether no person has read it yet."""
        return self.review_status == "pending"

    @property
    def is_bound(self) -> bool:
        """Whether it has one end and nothing else: the other end is open."""
        return self.best is None and (self.low is None) != (self.high is None)

    @property
    def numbers(self) -> list[int]:
        """The numbers that a mark of it stands on."""
        return [n for n in (self.low, self.best, self.high) if n is not None]

    @property
    def inked(self) -> list[int]:
        """The numbers that its ink reaches, the band of rounding included."""
        band = (self.reading_low, self.reading_high) if self.best is not None else ()
        return self.numbers + [n for n in band if n is not None]


@dataclass(frozen=True)
class Chosen:
    """The rows of one chart, and what was left out of its scope, by reason."""

    rows: tuple[Row, ...]
    left_out: Mapping[str, int]
    known: Mapping[str, Phrase]
    sources: Phrase

    @property
    def as_of(self) -> date | None:
        """The latest publication among the claims shown."""
        return max((r.published_on for r in self.rows if r.published_on), default=None)

    def named(self, claim_id: str) -> Phrase:
        """Short name of a claim, also of one that is not shown."""
        return self.known.get(claim_id) or say("a claim that is not in this release")


def figures_of(marts: Marts, metric: str, place_ids: Sequence[str] | None) -> pd.DataFrame:
    """The published figures of a metric at any of the places."""
    figures = marts["marts/figures"]
    wanted = figures["metric"].eq(metric).fillna(False)
    if place_ids is not None:
        wanted &= figures["place_id"].isin(place_ids)
    return figures[wanted]


def gazetteer(marts: Marts) -> Gazetteer:
    """The published places as a tree."""
    return Gazetteer(marts["marts/places"], frame(raw.Territories, []))


def choose(marts: Marts, claim_ids: Sequence[str]) -> Chosen:
    """Rows for the claims of a scope that may be drawn; the others are counted by reason.

    Rows come by publication, then end of window, then claim.
    """
    claims = marts["marts/claims"]
    table = claims[claims["claim_id"].isin(set(claim_ids))]
    table = table.drop(columns="unit")  # the figure's: households may have become people
    table = table.merge(marts["marts/figures"][_FROM_FIGURES], on="claim_id", how="left")
    documents = marts["marts/documents"].set_index("document_id")
    places = gazetteer(marts)
    left_out: Counter[str] = Counter()
    rows = []
    for record in table.to_dict("records"):
        if reason := _why_left_out(record):
            left_out[reason] += 1
        else:
            rows.append(_row(record, documents, places))
    rows.sort(key=lambda r: (r.published_on or date.max, r.end_latest or date.max, r.claim_id))
    return Chosen(
        tuple(rows),
        dict(sorted(left_out.items())),
        _names(claims, rows),
        source_line(rows, marts["marts/documents"], marts["marts/sources"]),
    )


def _why_left_out(record: Mapping[Any, Any]) -> Phrase | None:
    """Why a claim of the scope is not drawn; None where it is."""
    if record["review_status"] == "rejected":
        return say("rejected on review")
    if pd.notna(record["withdrawn_on"]):
        return say("withdrawn")
    if pd.notna(record["replaced_by"]):
        return say("replaced by a later release")
    if record["modality"] not in _DRAWN_MODALITIES:
        return term("modality", record["modality"])
    if pd.notna(record["entry_of"]) and (pd.isna(record["adds_up"]) or record["adds_up"]):
        return say("single entries of a register")
    if all(pd.isna(record[end]) for end in ("low", "best", "high")):
        return say("without a number to draw")
    return None


def _row(record: Mapping[Any, Any], documents: pd.DataFrame, places: Gazetteer) -> Row:
    values: dict[str, Any] = {}
    for name, kind in Row.__annotations__.items():
        value: Any = record.get(name)
        if name == "doubts":
            values[name] = tuple(value)
        elif kind == "str":
            values[name] = "" if missing(value) else str(value)
        elif missing(value):
            values[name] = None
        elif kind.startswith("date"):
            values[name] = pd.Timestamp(value).date()
        else:
            values[name] = int(value)
    place_id = record["place_id"]
    known_place = not missing(place_id) and place_id in places
    values["place"] = places.name(place_id) if known_place else values["place_as_written"]
    values["tier"] = vocab.TIER_OF_BASIS[record["basis"]]
    given = {name: None if missing(value) else value for name, value in record.items()}
    values["source"] = source_key(given)
    values["counting"] = _counting(given)
    values["known_on"] = values["published_on"]
    if known := known_on(given):
        values["known_on"] = pd.Timestamp(known).date()
    document = record["document_id"]
    if not values["publisher"] and document in documents.index:
        publisher = documents.loc[document, "publisher"]
        values["publisher"] = "" if missing(publisher) else str(publisher)
    return Row(**values)


def _counting(given: Mapping[Any, Any]) -> tuple[Any, ...]:
    changing = columns(Window) if given["measure"] == "stock" else _ENDS
    axes = [given[name] for name in QUESTION_COLUMNS if name not in changing]
    return (*axes, given["restriction"], given["coverage"])


def missing(value: Any) -> bool:
    """Whether a value of a table is empty; a list never is."""
    return value is None or (not isinstance(value, list) and bool(pd.isna(value)))


def _names(claims: pd.DataFrame, rows: Sequence[Row]) -> dict[str, Phrase]:
    """Short names of the claims that the rows repeat or are parts of."""
    spoken_of = {i for r in rows for i in (r.repeat_of, r.possible_repeat_of, r.part_of) if i}
    table = claims[claims["claim_id"].isin(spoken_of)]
    named = {}
    for record in table.to_dict("records"):
        known = record["published_on"]
        published = "" if missing(known) else phrase(pd.Timestamp(known).date())
        value = None if missing(record["value"]) else grouped(int(record["value"]))
        number = "" if value is None else wording.hedged(record["qualifier"], value)
        said_by = isolated(record["speaker"])
        who = joined([said_by, published])
        named[record["claim_id"]] = say("{number} ({who})", number=number, who=who)
    return named


def source_line(rows: Sequence[Row], documents: pd.DataFrame, sources: pd.DataFrame) -> Phrase:
    """Who published and who collected what is shown, licences, releases: under every chart."""
    registered = documents.set_index("document_id")
    held = sources.set_index("source_id")
    sentences = []
    # a long series has thousands of rows of a few documents
    rows = list({(r.source_id, r.release, r.document_id, r.publisher): r for r in rows}.values())
    for source_id in sorted({r.source_id for r in rows}):
        by_licence: dict[str, set[Phrase]] = {}
        titled = False
        for row in (r for r in rows if r.source_id == source_id):
            licence = registered["license"].get(row.document_id)
            publisher = wording.publisher(row)
            title = registered["title"].get(row.document_id)
            if title is not None and title == held["title"].get(source_id):
                publisher = say("“{title}”, {publisher}", title=title, publisher=publisher)
                titled = True
            by_licence.setdefault("" if missing(licence) else str(licence), set()).add(publisher)
        published = joined([_licensed(*item) for item in sorted(by_licence.items())], "; ")
        releases = sorted({r.release for r in rows if r.source_id == source_id})
        sentences.append(
            say(
                "{published}; {releases}.",
                published=joined([published, _collection(source_id, held, titled)], "; "),
                releases=say_n(
                    "release {names}", "releases {names}", len(releases), names=listed(releases)
                ),
            )
        )
    return say("Source: {sources}", sources=joined(sentences, " "))


def _licensed(licence: str, names: set[Phrase]) -> Phrase:
    """Publishers of one licence."""
    publishers = joined(sorted(names, key=lambda name: str(name).casefold()))
    if not licence:
        return publishers
    return say("{publishers} (licence: {licence})", publishers=publishers, licence=licence)


def _collection(source_id: str, held: pd.DataFrame, is_titled: bool) -> Phrase:
    """The source that figures came through, as it asks to be cited; '' where it is named."""
    if source_id not in held.index:
        return say("source {id}", id=source_id)
    source = held.loc[source_id]
    if missing(source["citation"]) and is_titled:
        return Phrase("")
    named = _cited(dict(source))
    return say("through {cited} (licence: {licence})", cited=named, licence=source["license"])


def _cited(source: Mapping[Any, Any]) -> Phrase:
    """A source as it asks to be cited, else its producer and title."""
    if not missing(source["citation"]):
        return isolated(str(source["citation"]).rstrip("."))
    title = say("“{title}”", title=source["title"])
    maker = "" if source["producer"] == wording.NOT_STATED else isolated(source["producer"])
    return joined([maker, title])


def register_line(releases: Iterable[tuple[str, str]], sources: pd.DataFrame) -> Phrase:
    """As `source_line`, for totals of registers: the sources themselves, with their releases."""
    held = sources.set_index("source_id").to_dict("index")
    of_source: dict[str, set[str]] = {}
    for source_id, release in releases:
        of_source.setdefault(source_id, set()).add(release)
    sentences = [
        say(
            "{cited} (licence: {licence}); {releases}.",
            cited=_cited(held[source_id]),
            licence=held[source_id]["license"],
            releases=say_n(
                "release {names}", "releases {names}", len(names), names=listed(sorted(names))
            ),
        )
        for source_id, names in sorted(of_source.items())
    ]
    return say("Source: {sources}", sources=joined(sentences, " "))
