"""The table of totals over the events of registers: by country, year and type of violence.

Sums of what stands in the claims, beside what coders think of the events (`event_sums`). Nothing
here changes a claim's low, best or high.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

import schemas
from pipelines.core.entries import Entries
from pipelines.estimates.event_sums import QUANTILES, totals
from pipelines.estimates.event_uncertainty import CODES, UNKNOWN
from schemas.claims import Claims, Events
from schemas.estimates import EventTotals

_GROUP: Final = ["source_id", "release", "country", "year", "type_of_violence"]

_UNSTATED: Final = "unstated"
"""What stands for a country or a type of violence that a file does not give."""


def event_totals(entries: Entries) -> pd.DataFrame:
    """Totals of each release's events, a row for either way in which events may err together.

    Counted are events whose claim has a best figure and was accepted or corrected. A country that
    is none of today's stands under the source's name for it. Where an entry has no low or no high,
    its best is added there.

    Returns
    -------
    DataFrame
        `schemas.estimates.EventTotals`, in the order of its key.
    """
    if not entries.of(Events):
        return schemas.frame(EventTotals, [])
    like = _like_events(entries)
    if like.empty:
        return schemas.frame(EventTotals, [])
    made = totals(
        like["best"],
        like["type_of_violence"].map(CODES).fillna(UNKNOWN),
        like[_GROUP],
        events=like["events"],
    )
    sums = like.groupby(_GROUP, as_index=False)[["sum_low", "sum_best", "sum_high"]].sum()
    made = made[[*_GROUP, "dependence", "n_events", "mean", *QUANTILES]].merge(sums, on=_GROUP)
    made = made.merge(_names(like), on=["source_id", "release", "country"])
    return schemas.coerce(EventTotals, made.sort_values([*_GROUP, "dependence"]))


def _like_events(entries: Entries) -> pd.DataFrame:
    """Events that no column of ours tells apart, brought together, with their number and sums."""
    events = entries.of(Events)
    of = {(part.source_id, part.release, part.file) for part in events}
    claims = [p for p in entries.of(Claims) if (p.source_id, p.release, p.file) in of]
    with entries.connected() as connection:
        like: pd.DataFrame = connection.execute(
            f"""
            SELECT e.source_id, e.release,
                coalesce(e.country, e.country_as_written, '{_UNSTATED}') AS country,
                coalesce(e.country_as_written, e.country, '{_UNSTATED}') AS country_name,
                e.year, coalesce(e.type_of_violence, '{_UNSTATED}') AS type_of_violence,
                c.value AS best, count(*) AS events,
                CAST(sum(coalesce(c.value_low, c.value)) AS BIGINT) AS sum_low,
                CAST(sum(c.value) AS BIGINT) AS sum_best,
                CAST(sum(coalesce(c.value_high, c.value)) AS BIGINT) AS sum_high
            FROM {entries.relation(Events)} AS e
            JOIN {entries.relation(Claims, claims)} AS c USING (claim_id)
            WHERE c.review_status IN ('accepted', 'corrected')
                AND c.value IS NOT NULL AND e.year IS NOT NULL
            GROUP BY ALL
            ORDER BY ALL
            """
        ).df()
    return like


def _names(like: pd.DataFrame) -> pd.DataFrame:
    """Each release's name of each country: the one that most of its events have."""
    country = ["source_id", "release", "country"]
    named = like.groupby([*country, "country_name"], as_index=False).agg({"events": "sum"})
    most_first = named.sort_values(["events", "country_name"], ascending=[False, True])
    return most_first.drop_duplicates(country)[[*country, "country_name"]]
