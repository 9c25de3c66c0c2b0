"""The figures of entries, in SQL: what `stage.make_figures` says of a claim, for whole registers.

Entries are never compared with other claims (RULES.md, Repeats), so each figure follows from its
own claim. Both ways must agree in every column; a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pipelines.core.entries import Entries, Part
from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.out_of_core import write_in_order
from pipelines.figures.ranges import (
    MASKED,
    MASKED_RULE,
    POINTS,
    RULE_OF_QUALIFIER,
    TWO_ENDS,
)
from pipelines.figures.stage import COUNTING_MODALITIES, COUNTING_STATUSES
from pipelines.figures.units import HOUSEHOLDS, PEOPLE
from schemas.claims import Claims
from schemas.figures import Figures
from schemas.models import columns, key_of, stage_of, table_of
from schemas.rules import literal, quoted
from schemas.sql import column_types


def figures_of_entries(entries: Entries) -> Entries:
    """Write the figures of the entries' claims beside them, a part a part, and index them.

    Returns the entries with their figures. Parts keep the order of their claims, which is that of
    the key.
    """
    if not entries.of(Claims):
        return entries
    parts = []
    with entries.connected() as connection:
        for n, claims in enumerate(entries.of(Claims), 1):
            part = _part(claims, f"figures-{n}.parquet")
            select = figures_select(entries.relation(Claims, [claims]), part.stored)
            write_in_order(connection, select, key_of(Figures), entries.folder / part.path)
            parts.append(part)
    made = entries.with_parts(Figures, parts)
    made.write_index()
    return made


def figures_select(claims: str, names: Iterable[str]) -> str:
    """A SELECT of columns of `schemas.figures.Figures` of claims.

    Parameters
    ----------
    claims
        A subquery with the columns of `schemas.claims.Claims`. A number as written is one of a
        register's cells: digits, at most with a decimal part of zeros.
    names
        The columns to select.
    """
    types = column_types(Figures)
    shown = ", ".join(
        f"CAST({_COLUMNS.get(name, quoted(name))} AS {types[name]}) AS {quoted(name)}"
        for name in names
    )
    return f"SELECT {shown} FROM ({_IN_PEOPLE.format(claims=claims)})"


def _part(claims: Part, path: str) -> Part:
    """What is to be stored of the figures: what varies in their claims, or follows from them."""
    copied = [name for name in columns(Figures) if name not in _COLUMNS and name not in _RANGE]
    return replace(
        claims,
        table=f"{stage_of(Figures)}/{table_of(Figures)}",
        path=path,
        constants={name: claims.constants.get(name) for name in copied},
        stored=tuple(
            name
            for name in columns(Figures)
            if name not in _NOTHING and (name not in copied or name in claims.stored)
        ),
    )


def _among(column: str, words: tuple[str, ...]) -> str:
    """Whether a column holds one of the words. Not IN, of which DuckDB makes a join: rows that go
    through a join need not keep their order."""
    return "(" + " OR ".join(f"{column} = {literal(word)}" for word in words) + ")"


# The printed unit of a number


def _trailing_unit(number: str) -> str:
    """The unit of the last digit that is no trailing zero, as `numbers.printed_unit` has it."""
    cases = "".join(f" WHEN {number} % {10**n} <> 0 THEN {10 ** (n - 1)}" for n in range(2, 19))
    return f"CASE WHEN {number} % 10 <> 0 OR {number} = 0 THEN 1{cases} ELSE {10**18} END"


# A decimal part says that the last digit before it is printed; three digits after a dot may be
# thousands, and are read by the value, as `ranges.reading` reads them.
_PRINTED_UNIT: Final = (
    "CASE WHEN contains(value_as_written, '.') "
    "AND NOT regexp_full_match(value_as_written, '[^.]*\\.[0-9][0-9][0-9]') THEN 1 "
    f"ELSE {_trailing_unit('value')} END"
)

# What the words commit to, in the unit of the claim

_INVERTED: Final = (
    "(coalesce(value_low > value, false) OR coalesce(value > value_high, false) "
    "OR coalesce(value_low > value_high, false))"
)

_SHAPE: Final = "CASE {} END".format(
    " ".join(
        f"WHEN qualifier = {literal(word)} THEN {literal(shape)}"
        for shape, words in (("point", POINTS), ("ends", TWO_ENDS))
        for word in words
    )
)

_CLAIMS: Final = f"""
    SELECT *,
        {_INVERTED} AS inverted,
        CASE WHEN value IS NULL THEN NULL ELSE {_PRINTED_UNIT} END AS printed_unit,
        CASE WHEN unit = {literal(HOUSEHOLDS)} AND household_size > 0
            AND household_size_source <> ''
            THEN TRY_CAST(CAST(household_size AS VARCHAR) AS DECIMAL(21, 17)) END AS size,
        list_contains(doubts, {literal(MASKED)}) AND coalesce(shape = 'point', false)
            AND NOT {_INVERTED} AS masked
    FROM (SELECT *, {_SHAPE} AS shape FROM {{claims}})"""

_RANGES: Final = f"""
    SELECT *,
        CASE WHEN inverted THEN NULL
            WHEN shape IS NOT NULL THEN value_low
            WHEN qualifier = 'at_least' THEN value
            WHEN qualifier = 'more_than' THEN value + 1 END AS low,
        CASE WHEN inverted OR shape IS NOT NULL THEN value END AS best,
        CASE WHEN inverted THEN NULL
            WHEN shape IS NOT NULL THEN value_high
            WHEN qualifier = 'at_most' OR qualifier = 'up_to' THEN value
            WHEN qualifier = 'less_than' AND value > 0 THEN value - 1 END AS high,
        CASE WHEN value IS NULL THEN NULL WHEN masked THEN 1
            ELSE greatest(0, value - printed_unit // 2) END AS read_low,
        CASE WHEN masked THEN value ELSE value + printed_unit // 2 END AS read_high
    FROM ({_CLAIMS})"""

_RULE: Final = (
    "CASE WHEN inverted THEN 'range_inverted:best_only' "
    f"WHEN masked THEN {literal(MASKED_RULE)} "
    "WHEN shape = 'ends' AND (low IS NULL OR high IS NULL) "
    "THEN qualifier || ':one_end' "
    "WHEN qualifier = 'less_than' AND value = 0 THEN 'less_than:no_count' "
    "WHEN modality = 'none_reported' THEN 'none_reported' "
    "WHEN shape = 'point' AND (low IS NOT NULL OR high IS NOT NULL) "
    "THEN 'register:stated' ELSE CASE qualifier "
    + " ".join(f"WHEN {literal(q)} THEN {literal(rule)}" for q, rule in RULE_OF_QUALIFIER.items())
    + " END END"
)

_KIND: Final = (
    "CASE WHEN low IS NULL AND high IS NULL THEN NULL WHEN qualifier = 'vague' THEN 'vague' "
    "WHEN low IS NULL OR high IS NULL THEN 'bound' ELSE 'stated' END"
)


# Households as people, and the question

_SIZE_SHOWN: Final = "regexp_replace(CAST(household_size AS VARCHAR), '\\.0$', '')"


def _people(end: str, rounded: str) -> str:
    """An end in people; `rounded` is a function of SQL that gives a whole number."""
    exact = f"CAST({end} AS DECIMAL(17, 0)) * size"
    return f"CASE WHEN size IS NULL THEN {end} ELSE CAST({rounded}({exact}) AS BIGINT) END"


_IN_PEOPLE: Final = f"""
    SELECT * REPLACE (
        {_people("low", "floor")} AS low,
        {_people("best", "round")} AS best,
        {_people("high", "ceil")} AS high,
        CASE WHEN size IS NULL THEN unit ELSE {literal(PEOPLE)} END AS unit,
        CASE WHEN size IS NULL THEN read_low
            ELSE least({_people("read_low", "ceil")}, {_people("value", "round")}) END AS read_low,
        CASE WHEN size IS NULL THEN read_high
            ELSE greatest({_people("read_high", "floor")}, {_people("value", "round")})
            END AS read_high
        ),
        {_RULE} || CASE WHEN size IS NULL THEN '' ELSE '|households*' || {_SIZE_SHOWN} END
            AS rule,
        {_KIND} AS kind
    FROM ({_RANGES})"""

# As `ids.question_id` has it: concat takes an empty cell for an empty text.
_QUESTION_ID: Final = "left(sha256(concat({})), 12)".format(
    ", chr(31), ".join(f"{literal(f'{name}=')}, {quoted(name)}" for name in QUESTION_COLUMNS)
)

_RANGE: Final = ("low", "best", "high", "unit")
"""What is computed of a claim under the name of a column."""

_NOTHING: Final = {
    "repeat_of": "NULL",
    "possible_repeat_of": "NULL",
    "would_repeat": "[]",
    "would_perhaps_repeat": "[]",
    "reprint_of": "NULL",
}
"""An entry repeats nothing."""

_COLUMNS: Final = _NOTHING | {
    "question_id": _QUESTION_ID,
    "range_kind": "kind",
    "rule_id": "rule",
    "reading_low": "read_low",
    "reading_high": "read_high",
    "origin_id": "CASE WHEN origin <> '' THEN origin_id ELSE speaker_id END",
    "counts": f"{_among('review_status', COUNTING_STATUSES)} "
    f"AND {_among('modality', COUNTING_MODALITIES)} "
    "AND withdrawn_on IS NULL AND replaced_by IS NULL",
}
"""What is not a column of the claim, or one of the numbers above."""
