"""Tables of the stage raw: the cards of the sources, the files beside them, and our own registers.

Registers (places, territories, actors, populations) hold facts with their citation; overlays
(corrections, reviews, resolutions) hold what a person decided, with who, when and why.
"""

from __future__ import annotations

import pandera.pandas as pa

from schemas import vocab
from schemas.parts import Count, Day, FileKey, Flag, Text, Words, count, day, flag, text, words
from schemas.rules import le, when


class Cards(pa.DataFrameModel):
    """One row a release folder of data/raw: its card, `source.yml`, as read."""

    source_id: Text = text("The source: its folder under data/raw.", nullable=False)
    release: Text = text("The source's release: its folder under the source.", nullable=False)
    producer: Text = text("Who made the data or the document.", nullable=False)
    title: Text = text("Title of the release or document.", nullable=False)
    publisher: Text = text("Who published it; 'not stated' where the document does not say.")
    url: Text = text("Address at which it was published.")
    archived_url: Text = text("Address of an archived copy.")
    published_on: Day = day("Day of publication.")
    date_accessed: Day = day("Day on which we obtained it.", nullable=False)
    collected_by: Text = text("Who collected it: an id, not a name.")
    license: Text = text("Licence of the bytes, as its producer names it.", nullable=False)
    redistributable: Flag = flag("Whether its words may be given on.", nullable=False)
    reader: Text = text(
        "Reader that turns its files into claims.", allowed=vocab.READERS, nullable=False
    )
    maturity: Text = text("How final it is.", allowed=vocab.MATURITIES, nullable=False)
    sensitivity: Text = text("Who may see it.", allowed=vocab.SENSITIVITIES, nullable=False)
    language: Text = text("Language of the document, as a two-letter code.")
    citation: Text = text("How its producer asks to be cited.")
    facts: Text = text(
        "Facts that the reader may use and the document does not state, such as the day a conflict "
        "began; and the reader's settings.",
        kind="JSON",
        nullable=False,
    )

    class Config:
        metadata = {
            "table": "cards",
            "stage": "raw",
            "key": ["source_id", "release"],
            "grain": "a release folder of data/raw",
        }


class RawFiles(FileKey):
    """One row a file found in data/raw or named by a card."""

    status: Text = text(
        "Whether the file may be read.", allowed=vocab.FILE_STATUSES, nullable=False
    )
    reason: Text = text("Reason code where refused.")
    message: Text = text("What was found and how to mend it, where refused.")
    bytes: Count = count("Size.", unit="bytes")
    sha256: Text = text("SHA-256 of the bytes as found.")
    path: Text = text("Path below data/raw, with forward slashes.", nullable=False)

    class Config:
        metadata = {
            "table": "files",
            "stage": "raw",
            "key": ["source_id", "release", "file"],
            "grain": "a file found in data/raw or named by a card",
        }


class Actors(pa.DataFrameModel):
    """Bodies and people that speak, are credited or publish."""

    actor_id: Text = text("Id of the actor.", nullable=False)
    name: Text = text("Name; other names after a semicolon are in other_names.", nullable=False)
    other_names: Words = words("Other names under which it is written.")
    parent_id: Text = text("Actor of which it is a part.")
    kind: Text = text("Kind of actor.", allowed=vocab.SOURCE_TYPES)
    speaks_for: Text = text("Actor for which it speaks.")
    party_to: Text = text("Conflict to which it is a party.")
    party_from: Day = day("First day as a party.")
    party_to_date: Day = day("Last day as a party.")
    citation: Text = text("Where this is from.", nullable=False)

    class Config:
        metadata = {
            "table": "actors",
            "stage": "raw",
            "key": ["actor_id"],
            "grain": "an actor",
            "rules": [le("party_from", "party_to_date")],
        }


class Places(pa.DataFrameModel):
    """The gazetteer: a tree of places."""

    place_id: Text = text("Id of the place.", nullable=False)
    name: Text = text("Name.", nullable=False)
    other_names: Words = words("Other names under which it is written.")
    level: Count = count(
        "0 country, 1 first level, 2 second level, 3 below it.", unit="level", nullable=False
    )
    parent_id: Text = text("Place that contains it.")
    iso3: Text = text("ISO 3166-1 alpha-3 code of its country.")
    pcode: Text = text("P-code, where there is one.")
    gazetteer: Text = text("Where its code and name are from.", nullable=False)

    class Config:
        metadata = {
            "table": "places",
            "stage": "raw",
            "key": ["place_id"],
            "grain": "a place",
        }


class Territories(pa.DataFrameModel):
    """Control areas over time: how each stands to a place or to another territory."""

    territory: Text = text("Name of the area, as documents write it.", nullable=False)
    place_id: Text = text("Place within which the name is used.", nullable=False)
    relation: Text = text(
        "How the territory stands to `other`.", allowed=vocab.TERRITORY_RELATIONS, nullable=False
    )
    other: Text = text("A place_id or another territory.", nullable=False)
    valid_from: Day = day("First day on which it holds.")
    valid_to: Day = day("Last day on which it holds.")
    citation: Text = text("Where this is from.", nullable=False)

    class Config:
        metadata = {
            "table": "territories",
            "stage": "raw",
            "key": [],
            "grain": "a relation of a territory",
            "rules": [le("valid_from", "valid_to")],
        }


class Populations(pa.DataFrameModel):
    """How classes of people stand to each other, beyond that each is within 'all'."""

    population: Text = text("The class.", allowed=vocab.POPULATIONS, nullable=False)
    relation: Text = text(
        "Whether it lies within the whole, or the parts make up the whole.",
        allowed=vocab.POPULATION_RELATIONS,
        nullable=False,
    )
    whole: Text = text("The class that holds it.", allowed=vocab.POPULATIONS, nullable=False)
    source_id: Text = text("Source for which it holds; empty where it is logical.")
    citation: Text = text("Where this is from.", nullable=False)

    class Config:
        metadata = {
            "table": "populations",
            "stage": "raw",
            "key": [],
            "grain": "a relation between two classes",
        }


class HouseRules(pa.DataFrameModel):
    """Whose figure the user's office quotes, for which metric, place and class of people."""

    line: Count = count(
        "Place in the list; the first rule that fits holds.",
        unit="rules",
        nullable=False,
        least=1,
    )
    metric: Text = text("Metric it is for.", allowed=vocab.METRICS, nullable=False)
    place_id: Text = text("Place it is for; empty: any.")
    population: Text = text("Class of people it is for; empty: any.", allowed=vocab.POPULATIONS)
    source: Text = text(
        "Series, origin, speaker or source_id whose latest reading the office quotes.",
        nullable=False,
    )
    reason: Text = text("Why.", nullable=False)

    class Config:
        metadata = {
            "table": "house_rules",
            "stage": "raw",
            "key": ["line"],
            "grain": "a rule of the office",
        }


class Decision(pa.DataFrameModel):
    """Who decided, when and why."""

    reason: Text = text("Why.", nullable=False)
    by: Text = text("Who: an id of one word, not a name.", nullable=False, matches=r"^[^\s@]+$")
    on: Day = day("When.", nullable=False)
    line: Count = count("Line of its file.", unit="lines", nullable=False, least=2)


class Corrections(Decision):
    """Known errors of a source, put right beside the printed value for as long as it stands."""

    claim_id: Text = text("Claim to correct.", nullable=False)
    column: Text = text("Column to correct.", nullable=False)
    was: Text = text("Value it must still have, or the correction no longer applies.")
    becomes: Text = text("Value it takes.")

    class Config:
        metadata = {
            "table": "corrections",
            "stage": "raw",
            "key": ["claim_id", "column"],
            "grain": "a corrected value",
        }


class Reviews(Decision):
    """What a person decided on an extracted claim."""

    claim_id: Text = text("Claim decided on.", nullable=False)
    decision: Text = text("The decision.", allowed=vocab.DECISIONS, nullable=False)
    column: Text = text("Column corrected, for 'correct'.")
    becomes: Text = text("Value it takes, for 'correct'.")
    rests_on: Text = text(
        "Hash of the reading that was decided on, from claims/review_queue; where it is filled, "
        "the decision applies only as long as the machine reads the claim so."
    )

    class Config:
        metadata = {
            "table": "reviews",
            "stage": "raw",
            "key": [],
            "grain": "a decision on a claim",
            "rules": [
                when("decision", "correct", given=("column",)),
                when("decision", "accept", "reject", empty=("column", "becomes")),
            ],
        }


class Resolutions(Decision):
    """What a person decided on a finding, for as long as the claims it rests on stay the same."""

    finding_id: Text = text("Finding, or revision, decided on.", nullable=False)
    rests_on: Text = text("Hash of the claims' values when it was decided.", nullable=False)
    status: Text = text("The decision.", allowed=("explained", "left"), nullable=False)
    type: Text = text(
        "Kind of finding, or 'revision'.", allowed=vocab.RESOLUTION_TYPES, nullable=False
    )

    class Config:
        metadata = {
            "table": "resolutions",
            "stage": "raw",
            "key": ["finding_id", "rests_on"],
            "grain": "a decision on a finding",
        }
