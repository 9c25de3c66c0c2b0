"""IDMC's Internal Displacement Updates: preliminary figures, one an update, as they come in.

The same updates come as JSON from IDMC, with a pop-up text in HTML, and as CSV from the
Humanitarian Data Exchange, with that text as plain `description`: both give the same claims.

A figure is in people, and so in movements as IDMC counts them: where its text counts households,
IDMC has multiplied, and does not say by what (doubt `households_in_text`; no claim in households is
made). Several updates may tell of one event: they do not add up.

Days are printed as instants in UTC. Those of IDMC's older service are midnights of a zone far east
(11:00 or 12:00 UTC of the day before). So a full hour from 10:00 UTC on is read as the midnight
that follows it (no zone is further east than UTC+14), any other instant as its own day. The text
states the days too: where it states others, the claim carries the doubt `day_differs_from_text`.
docs/sources/displacement.md says what this was checked against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipelines.claims.reading import Release
from pipelines.claims.registers import windows
from pipelines.claims.tables.spec import ClaimSpec, Column, Const, PlaceSpec, RowFault, TableSpec

_QUALIFIERS: Final = {
    "total": "plain",
    "exact": "plain",
    "approximately": "about",
    "more than": "more_than",
    "less than": "less_than",
    "at least": "at_least",
    "up to": "up_to",
}
"""IDMC's words; the first five are all that its service knows, the others are plain English."""

_CAUSES: Final = {
    "conflict": "conflict",
    "disaster": "disaster",
    "development": "other",
    "other": "other",
}

_TERMS: Final = {
    "displaced": "displaced",
    "forced to flee": "displaced",
    "sheltered": "sheltered",
    "in relief camp": "sheltered",
    "relocated": "relocated",
    "homeless": "homeless",
    "destroyed housing": "homeless",
    "partially destroyed housing": "homeless",
    "uninhabitable housing": "homeless",
}
"""IDMC's word for what befell people, in brackets in its text."""

_IGNORED: Final = (
    *("latitude", "longitude", "centroid", "year", "old_id", "link", "source_url"),
    *("event_id", "event_codes", "event_code_types", "event_start_date", "event_end_date"),
    *("category", "subcategory", "combined_type", "standard_info_text"),
    *("locations_coordinates", "locations_accuracy", "locations_type", "displacement_occurred"),
)

_INSTANTS: Final = ("displacement_date", "displacement_start_date", "displacement_end_date")
_FURTHEST_EAST: Final = 10
"""Hour in UTC of midnight at UTC+14."""


def tables(release: Release) -> Sequence[TableSpec]:
    """The one layout; JSON and CSV differ in the columns of the text alone."""
    columns = {
        "measure": Const("flow"),
        "unit": Const("movements"),
        "qualifier": _worded("qualifier", _QUALIFIERS, "plain"),
        "cause": _worded("displacement_type", _CAUSES, "unstated"),
        "term": _worded("said_of_them", _TERMS, None),
        "basis": Const("unstated"),
        "speaker": Const("IDMC"),
        "speaker_id": Const(release.actors.resolve("IDMC")),
        "source_type": Const("ngo"),
        "origin": 'coalesce("credited", "sources")',
        "series": Const("IDMC: displacement updates"),
        "stated_on": 'CASE WHEN "created" >= greatest("begins", "ends") THEN "created" END',
        "place_id": '"country__id"',
        "place_role": Const("happened_in"),
        "place_as_written": 'concat_ws(\', \', "locations_name", coalesce("country", "iso3"))',
        "hazard_or_weapon": 'coalesce("subtype", "type")',
        "restriction": '"event_name"',
        "quote": "nullif(\"text\", '')",
        "period_as_written": "nullif(\"days_in_text\", '')",
        "note": '"role"',
        **windows.window('least("begins", "ends")', 'greatest("begins", "ends")'),
    }
    doubts = {
        "place_unresolved": '"country__unresolved"',
        "households_in_text": "regexp_matches(\"text\", '(?i)\\b(households?|famil(y|ies))\\b')",
        "day_differs_from_text": _DIFFERS,
        "dates_reversed": '"ends" < "begins"',
    }
    return (
        TableSpec(
            name="updates",
            title="Displacement updates",
            columns=_COLUMNS,
            ignored=_IGNORED,
            record_id='"id"',
            derived=_DERIVED,
            places=(PlaceSpec("country", ('"iso3"', '"country"')),),
            row_faults=(
                *(_instant_fault(column) for column in (*_INSTANTS, "created_at")),
                _word_fault("qualifier", _QUALIFIERS),
                _word_fault("displacement_type", _CAUSES),
            ),
            adds_up=False,
            claims=(ClaimSpec("internal_displacements", "figure", columns, doubts=doubts),),
        ),
    )


_COLUMNS: Final = (
    Column("id", needed=True, given=True),
    Column("figure", "whole", needed=True),
    Column("displacement_type", needed=True),
    Column("qualifier"),
    Column("country"),
    Column("iso3"),
    *(Column(name) for name in _INSTANTS),
    Column("created_at"),
    Column("event_name"),
    Column("type"),
    Column("subtype"),
    Column("role"),
    Column("sources"),
    Column("locations_name"),
    Column("description"),
    Column("standard_popup_text"),
)


def _day_of(instant: str) -> str:
    """SQL: the day that an instant stands for."""
    stamp = f'TRY_CAST("{instant}" AS TIMESTAMP)'
    is_midnight = f"hour({stamp}) >= {_FURTHEST_EAST} AND {stamp} = date_trunc('hour', {stamp})"
    return f"CAST({stamp} AS DATE) + CASE WHEN {is_midnight} THEN 1 ELSE 0 END"


def _plain(html: str) -> str:
    """SQL: a pop-up text as the Humanitarian Data Exchange prints it, up to the link."""
    bare = f"regexp_replace(split_part(\"{html}\", '<a href', 1), '<br ?/?>|<b>', '', 'g')"
    spaced = f"regexp_replace(replace({bare}, '</b>', '.'), '\\s+', ' ', 'g')"
    return f"trim(replace({spaced}, ' .', '.'))"


_WHEN: Final = "[0-9]{2} [A-Z][a-z]+"
_DERIVED: Final[Mapping[str, str]] = {
    "begins": f"coalesce({_day_of('displacement_start_date')}, {_day_of('displacement_date')})",
    "ends": f"coalesce({_day_of('displacement_end_date')}, {_day_of('displacement_date')})",
    # An update may be amended after it was created, and then tells of later days.
    "created": 'CAST(TRY_CAST("created_at" AS TIMESTAMP) AS DATE)',
    "text": f'coalesce("description", {_plain("standard_popup_text")})',
    "days_in_text": f"regexp_extract(\"text\", ', ({_WHEN} - {_WHEN})\\.', 1)",
    "said_of_them": "regexp_extract(\"text\", 'displacements? \\(([^)]*)\\)', 1)",
    "credited": "nullif(trim(regexp_extract("
    "\"text\", '[Aa]ccording to (?:the )?([^.,<]+)', 1)), '')",
}

_DIFFERS: Final = (
    '"days_in_text" <> \'\' AND "days_in_text" <> '
    "strftime(\"begins\", '%d %B') || ' - ' || strftime(\"ends\", '%d %B')"
)


def _worded(column: str, words: Mapping[str, str], otherwise: str | None) -> str:
    """SQL: our word for a word of IDMC's."""
    cases = " ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in words.items())
    last = "NULL" if otherwise is None else f"'{otherwise}'"
    return f'CASE lower("{column}") {cases} ELSE {last} END'


def _word_fault(column: str, words: Mapping[str, str]) -> RowFault:
    listed = ", ".join(f"'{word}'" for word in words)
    return RowFault(
        broken=f'lower("{column}") NOT IN ({listed})',
        column=column,
        reason=f"enum.{column}",
        message=f"'{column}' holds a word that is not known.",
        fix=f"Known are: {', '.join(words)}.",
    )


def _instant_fault(column: str) -> RowFault:
    return RowFault(
        broken=f'"{column}" IS NOT NULL AND TRY_CAST("{column}" AS TIMESTAMP) IS NULL',
        column=column,
        reason="date.not_a_day",
        message=f"'{column}' is no day and no instant.",
        fix="Write it as 2023-11-07, or as 2023-11-06T11:00:00Z.",
    )
