"""Tables of the stage claims: the figures as documents state them, and what was set aside."""

from __future__ import annotations

import pandera.pandas as pa

from schemas import vocab
from schemas.parts import (
    Count,
    Day,
    FileKey,
    Flag,
    Scope,
    Share,
    Text,
    Where,
    Window,
    Words,
    count,
    day,
    flag,
    share,
    text,
    words,
)
from schemas.raw import Places
from schemas.rules import le, one_of, pairs, requires, when


class ClaimIdentity(FileKey):
    """Which claim this is, and where it stands."""

    claim_id: Text = text("Stable id of the claim.", nullable=False)
    record_id: Text = text(
        "The source's own id of the record, the same in every release.", nullable=False
    )
    document_id: Text = text("Document in marts.documents that carries the figure.", nullable=False)
    locator: Text = text("Where in the document: row and column, page, or the analyst's words.")


class Quote(pa.DataFrameModel):
    """The words that carry the figure. Offsets count characters of the stored text."""

    quote: Text = text(
        "The words: from text the shortest slice that parses to the value; in a sheet the "
        "analyst's excerpt. Withheld in a public release where the document's licence forbids it."
    )
    quote_start: Count = count("Where the quote starts in the stored text.", unit="characters")
    quote_end: Count = count("Where the quote ends, exclusive.", unit="characters")
    sentence_start: Count = count("Where its sentence starts.", unit="characters")
    sentence_end: Count = count("Where its sentence ends, exclusive.", unit="characters")
    in_headline: Flag = flag("Whether the words are the headline of a text; empty for a sheet.")
    passage: Text = text(
        "Key of the words that carry the figure: equal where printings of one story carry it in "
        "the same words."
    )

    class Config:
        metadata = {
            "rules": [
                le("sentence_start", "quote_start"),
                le("quote_start", "quote_end"),
                le("quote_end", "sentence_end"),
                requires("quote_start", "quote_end"),
            ]
        }


class Value(pa.DataFrameModel):
    """The number as written and as read."""

    value_as_written: Text = text("The number as printed.")
    value: Count = count("The number; empty for 'between' and vague words.", unit="unit")
    value_low: Count = count(
        "Printed lower end, or the lower end of a vague word's band.", unit="unit"
    )
    value_high: Count = count(
        "Printed upper end, or the upper end of a vague word's band.", unit="unit"
    )
    qualifier: Text = text(
        "The hedging word read with the number.", allowed=vocab.QUALIFIERS, nullable=False
    )


class Claims(ClaimIdentity, Quote, Value, Scope, Where, Window):
    """One figure as one document states it."""

    term: Text = text("The source's kind of word for displacement.", allowed=vocab.TERMS)
    household_size: Share = share("Stated people per household.", unit="people", least=0)
    household_size_source: Text = text("Where the household size is from.")
    modality: Text = text(
        "Stated, projected, ordered, superseded or none reported.",
        allowed=vocab.MODALITIES,
        nullable=False,
    )
    part_of: Text = text("Claim of the total of which this is a part.")
    hazard_or_weapon: Text = text("Hazard or weapon as written.")
    place_as_written: Text = text("The place in the document's or the analyst's words.")
    period_as_written: Text = text("The period in the document's or the analyst's words.")
    basis: Text = text("How the number was made.", allowed=vocab.BASES, nullable=False)
    restriction: Text = text(
        "What limits the figure, as written; filled, the claim is inside its question."
    )
    coverage: Text = text("What was covered, as written; filled, the claim is a floor only.")
    attributed_to: Text = text("Party held responsible, only in the source's words.")
    attributed_by: Text = text("Who holds it responsible.")
    speaker: Text = text("Who said it, as written.", nullable=False)
    speaker_id: Text = text("The speaker in marts.actors, where it is there.")
    origin: Text = text("Whom the speaker credits, as written.")
    origin_id: Text = text("The origin in marts.actors, where it is there.")
    publisher: Text = text("Who printed it.")
    source_type: Text = text("Kind of the speaker.", allowed=vocab.SOURCE_TYPES)
    derived_from: Words = words("Sources from which the number was built, where stated.")
    series: Text = text("The counter or table that the figure is a reading of.")
    entry_of: Text = text("Source and release of the register of which this is an entry.")
    adds_up: Flag = flag(
        "Whether the entries of its register count nobody twice, so that they may be added; empty "
        "where it is no entry."
    )
    published_on: Day = day("Day of the document's publication.")
    edition: Day = day("Day of the edition in which a table's value was seen.")
    stated_on: Day = day("Day on which the speaker said it; empty where only a month is known.")
    recorded_on: Day = day("Day on which we obtained it.", nullable=False)
    withdrawn_on: Day = day("Day on which it was withdrawn.")
    replaced_by: Text = text("What replaced it: a claim, or a document where the register says so.")
    seen_in: Text = text("Where it was read.", allowed=vocab.SEEN_IN)
    method: Text = text("How the claim was obtained.", allowed=vocab.METHODS, nullable=False)
    method_version: Text = text("Reader and its version.", nullable=False)
    review_status: Text = text(
        "Whether a person has read it.", allowed=vocab.REVIEW_STATUSES, nullable=False
    )
    reviewed_by: Text = text("Who decided: an id.")
    reviewed_on: Day = day("Day of the decision.")
    machine_values: Text = text("What an overlay of ours replaced, by column.", kind="JSON")
    doubts: Words = words("Codes of what is not certain in the reading.")
    sensitivity: Text = text("Who may see it.", allowed=vocab.SENSITIVITIES, nullable=False)
    note: Text = text("Note of the analyst or the register.")

    class Config:
        metadata = {
            "table": "claims",
            "stage": "claims",
            "key": ["claim_id"],
            "grain": "a figure as one document states it",
            "rules": [
                one_of("quote", "locator"),
                one_of("value", "value_low", "value_high"),
                pairs("metric", "measure", vocab.MEASURES_OF_METRIC),
                pairs("metric", "unit", vocab.UNITS_OF_METRIC),
                when("qualifier", "between", "vague", empty=("value",)),
                when(
                    "qualifier",
                    *(q for q in vocab.QUALIFIERS if q not in ("between", "vague")),
                    given=("value",),
                ),
                when(
                    "metric",
                    *(m for m in vocab.METRICS if m not in vocab.DEATH_METRICS),
                    empty=("deaths_counted",),
                ),
                when("review_status", "corrected", "rejected", given=("reviewed_by",)),
                requires("household_size", "household_size_source"),
                requires("reviewed_by", "reviewed_on"),
            ],
        }


class Events(pa.DataFrameModel):
    """What UCDP codes of an event beside its deaths. One row an entry of marts.claims.

    A public release holds it down to the second administrative level: where an event happened more
    exactly than that, and its coordinates, stay empty there.
    """

    claim_id: Text = text("Claim in marts.claims: the deaths of the event.", nullable=False)
    source_id: Text = text("Source of the events.", nullable=False)
    release: Text = text("Its release.", nullable=False)
    record_id: Text = text("The source's id of the event.", nullable=False)
    year: Count = count("Year to which the source counts the event.", unit="year")
    type_of_violence: Text = text(
        "1 state-based, 2 non-state, 3 one-sided; empty where the file does not say."
    )
    conflict: Text = text("Name of the conflict.")
    dyad: Text = text("Name of the pair of parties.")
    side_a: Text = text("First party.")
    side_b: Text = text("Second party; 'Civilians' in one-sided violence.")
    country: Text = text("Country as ISO 3166-1 alpha-3; empty where it is none of today's.")
    country_as_written: Text = text("Country in the source's words.")
    adm_1: Text = text("First level in the source's words.")
    adm_2: Text = text("Second level in the source's words.")
    where_coordinates: Text = text("Place of the coordinates in words; withheld in public.")
    where_prec: Count = count("Precision of the place, 1 exact to 7 unknown.", unit="code")
    latitude: Share = share("Latitude; withheld in public.", unit="degrees")
    longitude: Share = share("Longitude; withheld in public.", unit="degrees")
    date_prec: Count = count("Precision of the day, 1 exact to 5 a year.", unit="code")
    event_clarity: Count = count("1 reported clearly, 2 in aggregate.", unit="code")
    code_status: Text = text("How settled the coding is.")
    n_sources: Count = count(
        "Reports that it was coded from; empty where not recorded.", unit="reports"
    )
    deaths_a: Count = count("Deaths of the first party.")
    deaths_b: Count = count("Deaths of the second party.")
    deaths_civilians: Count = count("Deaths of civilians.")
    deaths_unknown: Count = count("Deaths of people whose side is unknown.")

    class Config:
        metadata = {
            "table": "events",
            "stage": "claims",
            "key": ["claim_id"],
            "grain": "an event",
            "bulk": True,
        }


class Candidates(FileKey):
    """Each number found in a text, and what became of it."""

    document_id: Text = text("Document in marts.documents.", nullable=False)
    start: Count = count("Where the number starts.", unit="characters", nullable=False)
    end: Count = count("Where it ends, exclusive.", unit="characters", nullable=False)
    surface: Text = text("The number as printed.", nullable=False)
    outcome: Text = text("What became of it.", allowed=vocab.CANDIDATE_OUTCOMES, nullable=False)
    reason: Text = text("Why it is no claim.")
    claim_id: Text = text("The first claim made of it.")

    class Config:
        metadata = {
            "table": "candidates",
            "stage": "claims",
            "key": ["source_id", "release", "file", "start"],
            "grain": "a number found in a text",
        }


class Documents(pa.DataFrameModel):
    """The documents that carry figures."""

    document_id: Text = text("Id of the document.", nullable=False)
    source_id: Text = text("Source whose newest release registers it.", nullable=False)
    release: Text = text("That release.", nullable=False)
    title: Text = text("Title.", nullable=False)
    publisher: Text = text("Who published it.")
    url: Text = text("Address.")
    archived_url: Text = text("Address of an archived copy.")
    published_on: Day = day("Day of publication.")
    date_accessed: Day = day("Day on which we obtained it or its figures.")
    language: Text = text("Language, as a two-letter code.")
    license: Text = text("Licence of its words.")
    redistributable: Flag = flag("Whether its words may be given on.", nullable=False)
    sensitivity: Text = text("Who may see it.", allowed=vocab.SENSITIVITIES, nullable=False)
    withdrawn_on: Day = day("Day on which it was withdrawn.")
    replaced_by: Text = text("Document that replaced it.")
    reprint_of: Text = text(
        "Document that printed its story first, of those held; empty where it is its own."
    )
    reprint_likeness: Share = share(
        "Share of the shorter text's word shingles that both print, 0 to 1.", least=0
    )
    sha256: Text = text("SHA-256 of the stored text, or of the sheet that transcribes it.")
    path: Text = text("Path below data/raw of the stored text or the sheet.")
    text_method: Text = text(
        "How its text was had from the file, with the versions that the text depends on."
    )
    text_sha256: Text = text("SHA-256 of that text's UTF-8 bytes: what the offsets count.")
    text_note: Text = text("What of the file is not in its text.")
    edition: Day = day("Day of the edition, where the register gives one.")
    found_at: Text = text("Where the analyst found it.")
    note: Text = text("Note of the register.")

    class Config:
        metadata = {
            "table": "documents",
            "stage": "claims",
            "key": ["document_id"],
            "grain": "a document",
            "rules": [requires("reprint_likeness", "reprint_of")],
        }


class Files(FileKey):
    """The account of each file: what came in and what became of it."""

    status: Text = text("Whether the file was read.", allowed=vocab.FILE_STATUSES, nullable=False)
    reason: Text = text("Reason code where refused.")
    message: Text = text("What was found and how to mend it, where refused.")
    rows_in: Count = count("Records in the file.", unit="rows", nullable=False)
    rows_with_claims: Count = count("Records that became claims.", unit="rows", nullable=False)
    claims: Count = count("Claims made of them.", unit="claims", nullable=False)
    quarantined: Count = count("Records set aside.", unit="rows", nullable=False)
    empty: Count = count(  # type: ignore[assignment]  # a contract name that pandera uses too
        "Records that hold no figure.", unit="rows", nullable=False
    )
    bytes: Count = count("Size.", unit="bytes")
    sha256: Text = text("SHA-256 of the bytes.")

    class Config:
        metadata = {
            "table": "files",
            "stage": "claims",
            "key": ["source_id", "release", "file"],
            "grain": "a file of data/raw",
        }


class QuarantineRows(FileKey):
    """What was set aside, with the reason and the mend. Internal only."""

    row: Count = count(
        "Line of the file where the record starts, counted from 1; in a text, the offset.",
        unit="lines",
        nullable=False,
    )
    column_name: Text = text("Column at fault; '' for the row itself.", nullable=False)
    reason: Text = text(
        "Reason code, family.detail.", nullable=False, matches=r"^[a-z0-9]+\.[a-z0-9_]+$"
    )
    value: Text = text("The value as found; for privacy.* a hash.")
    message: Text = text("What is wrong.", nullable=False)
    fix: Text = text("What to do.", nullable=False)
    raw: Text = text("The whole record as found; empty for privacy.*.", kind="JSON")

    class Config:
        metadata = {
            "table": "quarantine_rows",
            "stage": "claims",
            "key": ["source_id", "release", "file", "row", "column_name", "reason"],
            "grain": "a fault of a record",
            "internal": True,
        }


class NamedPlaces(Places):
    """Places that the tables of registers name and the gazetteer lacks."""

    class Config:
        metadata = {
            "table": "named_places",
            "stage": "claims",
            "key": ["place_id"],
            "grain": "a place that a table names",
        }


class Overlays(pa.DataFrameModel):
    """What became of each row of corrections.csv and reviews.csv. Internal only."""

    overlay: Text = text("File of data/raw that holds the row.", nullable=False)
    row: Count = count("Line of the file, counted from 1.", unit="lines", nullable=False)
    claim_id: Text = text("Claim that the row speaks of.", nullable=False)
    outcome: Text = text("What became of the row.", allowed=vocab.OVERLAY_OUTCOMES, nullable=False)
    message: Text = text("What was found, and what to do where it did not apply.")

    class Config:
        metadata = {
            "table": "overlays",
            "stage": "claims",
            "key": ["overlay", "row"],
            "grain": "a row of an overlay",
            "internal": True,
        }


class ReviewQueue(pa.DataFrameModel):
    """The claims that a person has to read, or has read, beside their words. Internal only."""

    claim_id: Text = text("Claim in marts.claims.", nullable=False)
    sentence: Text = text(
        "Its sentence on one line, the quote between >> and <<, a long one cut around the quote; "
        "of a row of a sheet the quote. Empty where the claim has a locator only."
    )
    reasons: Words = words("Codes of the reasons for doubt, the gravest first.")
    reasons_in_words: Text = text("The same reasons in plain words.")
    priority: Count = count(
        "Doubt times size: (1 + the reasons' severities) times the digits of its greatest number.",
        unit="points",
        nullable=False,
    )
    rests_on: Text = text(
        "Hash of what the machine read; a decision made on another reading does not apply.",
        nullable=False,
    )

    class Config:
        metadata = {
            "table": "review_queue",
            "stage": "claims",
            "key": ["claim_id"],
            "grain": "a claim that a machine read, or that a reader left pending",
            "internal": True,
        }
