"""Column types and the groups of columns that several tables share, each said once.

A group belongs here if two tables or more hold the same columns with the same meaning. The types
are the only ones a table may use; `schemas.sql` says what each is in DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import pandas as pd
import pandera.pandas as pa
from pandera.engines import pandas_engine
from pandera.typing.pandas import Series

from schemas import vocab
from schemas.rules import le

Text: TypeAlias = Series[pd.StringDtype]
Count: TypeAlias = Series[pd.Int64Dtype]
Share: TypeAlias = Series[pd.Float64Dtype]
Flag: TypeAlias = Series[pd.BooleanDtype]
Day: TypeAlias = Series[pandas_engine.DateTime]
Words: TypeAlias = Series[pa.Object]


def text(
    description: str,
    *,
    allowed: Iterable[str] | None = None,
    nullable: bool = True,
    kind: str = "VARCHAR",
    matches: str | None = None,
) -> Any:
    """A text column; `allowed` closes its vocabulary, `kind` may be JSON."""
    return pa.Field(
        nullable=nullable,
        description=description,
        isin=None if allowed is None else list(allowed),
        str_matches=matches,
        metadata={"type": kind},
    )


def count(
    description: str, *, unit: str = "people", nullable: bool = True, least: int | None = 0
) -> Any:
    """A whole number; counts of people by default."""
    return pa.Field(
        nullable=nullable,
        description=description,
        ge=least,
        metadata={"type": "BIGINT", "unit": unit},
    )


def share(
    description: str, *, unit: str | None = None, nullable: bool = True, least: float | None = None
) -> Any:
    """A real number."""
    return pa.Field(
        nullable=nullable,
        description=description,
        ge=least,
        metadata={"type": "DOUBLE", "unit": unit},
    )


def flag(description: str, *, nullable: bool = True) -> Any:
    """True or false."""
    return pa.Field(nullable=nullable, description=description, metadata={"type": "BOOLEAN"})


def day(description: str, *, nullable: bool = True) -> Any:
    """A day of the calendar, without time or zone."""
    return pa.Field(
        nullable=nullable,
        description=description,
        dtype_kwargs={"unit": "s"},
        metadata={"type": "DATE"},
    )


def words(description: str) -> Any:
    """A list of texts; never NULL, empty where there is nothing to say."""
    return pa.Field(nullable=False, description=description, metadata={"type": "VARCHAR[]"})


class Scope(pa.DataFrameModel):
    """What a number counts: whom, how, where. With the window, the columns of a question."""

    metric: Text = text("What is counted.", allowed=vocab.METRICS, nullable=False)
    measure: Text = text(
        "Flow, stock, counter or distinct people.", allowed=vocab.MEASURES, nullable=False
    )
    unit: Text = text("What one of the number is.", allowed=vocab.UNITS, nullable=False)
    population: Text = text(
        "The class of people counted; every class is within 'all'.",
        allowed=vocab.POPULATIONS,
        nullable=False,
    )
    nationality: Text = text("Nationality as written; empty where the words name none.")
    deaths_counted: Text = text(
        "Which deaths a count of deaths holds; empty for other metrics.",
        allowed=vocab.DEATHS_COUNTED,
    )
    cause: Text = text("What caused it.", allowed=vocab.CAUSES, nullable=False)


class Where(pa.DataFrameModel):
    """The resolved place of a number."""

    place_id: Text = text(
        "Place in marts.places; empty where the words name no place that it holds."
    )
    place_role: Text = text(
        "Whether it happened there, they are there, or came from there.", allowed=vocab.PLACE_ROLES
    )
    from_place_id: Text = text("The place left, for those who crossed between two places.")
    territory: Text = text("Control area as written, such as 'rebel-held areas'.")


class Window(pa.DataFrameModel):
    """When: the four days between which a window starts and ends. All empty means unstated."""

    start_earliest: Day = day("First day on which the window may start.")
    start_latest: Day = day("Last day on which the window may start.")
    end_earliest: Day = day("First day on which the window may end.")
    end_latest: Day = day("Last day on which the window may end.")

    class Config:
        metadata = {
            "rules": [
                le("start_earliest", "start_latest"),
                le("end_earliest", "end_latest"),
                le("start_earliest", "end_latest"),
            ]
        }


class Range(pa.DataFrameModel):
    """Low, best and high of one number. An empty end is open, never zero."""

    low: Count = count("Lower end that the words commit to; empty where open.")
    best: Count = count("The figure itself; empty where the words give only ends.")
    high: Count = count("Upper end that the words commit to; empty where open.")
    range_kind: Text = text(
        "What kind of range the ends are; empty for a best alone.", allowed=vocab.RANGE_KINDS
    )

    class Config:
        metadata = {"rules": [le("low", "best"), le("best", "high"), le("low", "high")]}


class Display(pa.DataFrameModel):
    """Low, best and high as written for reading; never for adding."""

    low_display: Text = text("Lower end for reading, with grouped digits; 'open' where open.")
    best_display: Text = text("Best figure for reading; empty where there is none.")
    high_display: Text = text("Upper end for reading; 'open' where open.")


class FileKey(pa.DataFrameModel):
    """The file that a row speaks of."""

    source_id: Text = text("The source: its folder under data/raw.", nullable=False)
    release: Text = text("The source's release: its folder under the source.", nullable=False)
    file: Text = text("File name within the release folder.", nullable=False)
