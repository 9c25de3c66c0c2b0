"""Tables of the stage marts: what is published and is not already a table of an earlier stage.

The tables of earlier stages that are published as they are (claims, documents, questions, ...) keep
their one model there; `schemas.PUBLISHED` lists all of them in the order of the data dictionary.
"""

from __future__ import annotations

import pandera.pandas as pa

from schemas import vocab
from schemas.estimates import Estimates
from schemas.figures import Figures
from schemas.parts import Count, Day, Display, FileKey, Flag, Text, count, day, flag, text


class PublishedFigures(Figures, Display):
    """Every claim with its range, question and repeats, and the range as written for reading."""

    class Config:
        metadata = {"table": "figures", "stage": "marts", "key": ["claim_id"], "grain": "a claim"}


class PublishedEstimates(Estimates, Display):
    """The answers to each question under each named rule, and the range as written for reading."""

    class Config:
        metadata = {
            "table": "estimates",
            "stage": "marts",
            "key": ["estimate_id"],
            "grain": "an answer to a question under one rule",
        }


class Sources(pa.DataFrameModel):
    """The sources of data/raw."""

    source_id: Text = text("Folder of the source under data/raw.", nullable=False)
    producer: Text = text("Who made it.", nullable=False)
    title: Text = text("Title of its latest release.", nullable=False)
    url: Text = text("Address.")
    license: Text = text("Licence as its producer names it.", nullable=False)
    citation: Text = text("How its producer asks to be cited.")
    reader: Text = text("Reader that turns its files into claims.", nullable=False)
    maturity: Text = text(
        "How final its latest release is.", allowed=vocab.MATURITIES, nullable=False
    )
    latest_release: Text = text("Its latest release held.", nullable=False)
    n_claims: Count = count("Claims of all its releases.", unit="claims", nullable=False)

    class Config:
        metadata = {
            "table": "sources",
            "stage": "marts",
            "key": ["source_id"],
            "grain": "a source",
        }


class Releases(pa.DataFrameModel):
    """The sources' releases held. Attest's own releases are its manifests."""

    source_id: Text = text("Source.", nullable=False)
    release: Text = text("Release: its folder.", nullable=False)
    published_on: Day = day("Day of publication.")
    date_accessed: Day = day("Day on which we obtained it.", nullable=False)
    covers: Text = text(
        "What it covers, as its card says: countries, years; empty where it speaks of everything.",
        kind="JSON",
    )
    sha256: Text = text("SHA-256 over names and hashes of its files.", nullable=False)
    n_claims: Count = count("Claims of the release.", unit="claims", nullable=False)

    class Config:
        metadata = {
            "table": "releases",
            "stage": "marts",
            "key": ["source_id", "release"],
            "grain": "a release of a source",
        }


class QuarantineCounts(FileKey):
    """How many records each reason set aside: the part of the quarantine that may be published."""

    reason: Text = text("Reason code, family.detail.", nullable=False)
    rows: Count = count("Records with that reason.", unit="rows", nullable=False)

    class Config:
        metadata = {
            "table": "quarantine_counts",
            "stage": "marts",
            "key": ["source_id", "release", "file", "reason"],
            "grain": "a reason in a file",
        }


class Dictionary(pa.DataFrameModel):
    """What every column of every published table means."""

    table_name: Text = text("Table.", nullable=False)
    column_name: Text = text("Column.", nullable=False)
    type: Text = text("DuckDB type.", nullable=False)
    unit: Text = text("Unit of a number.")
    nullable: Flag = flag("Whether it may be empty.", nullable=False)
    allowed: Text = text("Words it may hold, where closed.")
    description: Text = text("What it means.", nullable=False)

    class Config:
        metadata = {
            "table": "dictionary",
            "stage": "marts",
            "key": ["table_name", "column_name"],
            "grain": "a column",
        }
