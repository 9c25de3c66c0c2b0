"""People in need and people affected, as OCHA records them for its humanitarian programme cycle.

What belongs here: the three layouts in which the figures are published, and how a sector and a
group of people become the scope of a figure. Sectors overlap and groups cut across each other, so
no rows of one table add up. People targeted and reached are plans and work done, and the baseline
population counts everybody: none of them counts people of a metric, and they make no claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from pipelines.claims.reading import Release
from pipelines.claims.tables.spec import (
    ClaimSpec,
    Column,
    Const,
    Expression,
    PlaceSpec,
    RowFault,
    TableSpec,
)
from pipelines.core.period import FIRST_YEAR, LAST_YEAR
from schemas.rules import literal, quoted

SPEAKER: Final = "OCHA"

_WHOLE_GROUPS: Final = ("total", "all", "overall", "total households", "households")
"""What the producer writes in a category for everybody."""

GROUPS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "girls": (
        ("girls",),
        ("female children",),
        ("children", "female"),
        ("child", "female"),
        ("children female",),
    ),
    "boys": (
        ("boys",),
        ("male children",),
        ("children", "male"),
        ("child", "male"),
        ("children male",),
    ),
    "women": (("women",), ("adult", "female"), ("adults", "female"), ("female adults",)),
    "men": (("men",), ("adult", "male"), ("adults", "male"), ("male adults",)),
    "children": (("children",), ("child",)),
    "elderly": (("elderly",), ("older people",), ("older persons",)),
    "idps": (("idps",), ("idp",), ("internally displaced people",), ("internally displaced",)),
    "refugees": (("refugees",), ("refugee",)),
}
"""Classes of people by the words that a category, parted at ' - ', has to hold; the first fits.

A category with a further word ("Children - Female - IDP") is that class, restricted by it. Words
that only resemble ("Non-Displaced", "Female") name no class: they restrict, as written.
"""

_HPC_FIGURES: Final = {"In Need": "people_in_need", "Affected": "affected"}
_HPC_OTHERS: Final = ("Population", "Targeted", "Reached")


def tables(release: Release) -> Sequence[TableSpec]:
    """The national and the global layout of the programme cycle, and the one of HDX HAPI.

    Of the card's facts `year` names the year of the first two, and `country` the country of the
    first, in which neither stands; where `country` is needed and missing every row is set aside.
    """
    return (_hapi(release), _hpc(release, national=False), _hpc(release, national=True))


def _hpc(release: Release, *, national: bool) -> TableSpec:
    year, faults = _year(release)
    if national:
        country, more = _country(release)
        faults += more
        country_sql = literal(country) if country else "CAST(NULL AS VARCHAR)"
    else:
        country_sql = '"Country ISO3"'
    names = ("Admin 1 PCode", "Admin 1 Name", "Admin 2 PCode", "Admin 2 Name")
    sector = (
        "CASE WHEN upper(\"Cluster\") = 'ALL' THEN NULL "
        'ELSE coalesce("Description", "Cluster", \'sector not stated\') END'
    )
    key = [country_sql, *map(quoted, (*names, "Description", "Cluster", "Category"))]
    shared = {
        **_scope(release),
        "period_as_written": Const(str(year) if year else None),
        **_some_day(
            Const(date(year, 1, 1) if year else None), Const(date(year, 12, 31) if year else None)
        ),
        "note": '"Info"',
    }
    doubts = {"source_remark": '"Info" IS NOT NULL'}
    if not year:
        doubts["period_not_stated"] = "true"
    return TableSpec(
        name="hpc_national" if national else "hpc_global",
        title="People in need by place, sector and group (Humanitarian Programme Cycle)",
        columns=(
            *([] if national else [Column("Country ISO3", needed=True, given=True)]),
            *(Column(name, needed=name.startswith("Admin 1")) for name in names),
            Column("Description", needed=True),
            Column("Cluster", needed=True),
            Column("Category", needed=True),
            Column("In Need", "whole", needed=True),
            Column("Affected", "whole"),
            Column("Info"),
        ),
        ignored=_HPC_OTHERS,
        derived=_groups('"Category"', sector, '"Admin 2 Name"', '"Admin 2 PCode"'),
        places=[_place(country_sql, names)],
        record_id=_joined(key),
        row_faults=faults,
        claims=[
            ClaimSpec(
                metric,
                column,
                {
                    **shared,
                    "series": Const(f"OCHA programme cycle, {column.lower()}"),
                    "place_as_written": _written('"Admin 2 Name"', '"Admin 1 Name"', country_sql),
                },
                doubts={**_PLACE_DOUBTS, **doubts},
            )
            for column, metric in _HPC_FIGURES.items()
        ],
        adds_up=False,
    )


def _hapi(release: Release) -> TableSpec:
    provider = ('"provider_admin2_name"', '"provider_admin1_name"')
    names = ("admin1_code", "admin1_name", "admin2_code", "admin2_name")
    sector = (
        "CASE WHEN lower(coalesce(\"sector_code\", \"sector_name\")) IN ('intersectoral', 'all') "
        'THEN NULL ELSE coalesce("sector_name", "sector_code", \'sector not stated\') END'
    )
    key = map(
        quoted,
        (
            "location_code",
            "admin1_code",
            "provider_admin1_name",
            "admin2_code",
            "provider_admin2_name",
            "sector_code",
            "category",
            "population_status",
            "reference_period_start",
            "reference_period_end",
        ),
    )
    start, end = '"reference_period_start"', '"reference_period_end"'
    return TableSpec(
        name="hapi",
        title="People in need by place, sector and group (HDX HAPI)",
        columns=(
            Column("location_code", needed=True, given=True),
            *(Column(name) for name in ("provider_admin1_name", "provider_admin2_name")),
            *(Column(name, needed=True) for name in names),
            Column("sector_code", needed=True),
            Column("sector_name"),
            Column("category", needed=True),
            Column("population_status", needed=True, given=True),
            Column("population", "whole", needed=True),
            Column("reference_period_start", "day", needed=True, given=True),
            Column("reference_period_end", "day", needed=True, given=True),
            Column("warning"),
            Column("error"),
        ),
        ignored=(
            "location_ref",
            "admin1_ref",
            "admin2_ref",
            "location_name",
            "has_hrp",
            "in_gho",
            "admin_level",
            "dataset_hdx_id",
            "resource_hdx_id",
        ),
        derived=_groups(
            '"category"',
            sector,
            'coalesce("provider_admin2_name", "admin2_name")',
            '"admin2_code"',
        ),
        places=[
            _place('"location_code"', ("admin1_code", "admin1_name", "admin2_code", "admin2_name"))
        ],
        record_id=_joined(key),
        row_faults=[
            RowFault(
                "lower(\"population_status\") NOT IN ('inn', 'tgt', 'rea', 'aff', 'all')",
                "population_status",
                "enum.population_status",
                "It is no status of HDX HAPI (INN, TGT, REA, AFF, all).",
                "Check the file; if HDX has a new status, add it to the reader.",
            ),
            RowFault(
                f"{end} < {start}",
                "reference_period_end",
                "date.reversed",
                "The reference period ends before it starts.",
                "Check both days; nothing is swapped here.",
            ),
        ],
        claims=[
            ClaimSpec(
                metric,
                "population",
                {
                    **_scope(release),
                    "period_as_written": f"CAST({start} AS VARCHAR) || ' to ' || "
                    f"CAST({end} AS VARCHAR)",
                    **_some_day(start, end),
                    "note": "nullif(concat_ws('; ', \"warning\", \"error\"), '')",
                    "series": Const(f"HDX HAPI humanitarian needs, {status}"),
                    "place_as_written": _written(
                        f'coalesce({provider[0]}, "admin2_name")',
                        f'coalesce({provider[1]}, "admin1_name")',
                        '"location_code"',
                    ),
                },
                where=f'upper("population_status") = {literal(status)}',
                doubts={
                    **_PLACE_DOUBTS,
                    "source_warning": '"warning" IS NOT NULL',
                    "source_error": '"error" IS NOT NULL',
                },
            )
            for status, metric in (("INN", "people_in_need"), ("AFF", "affected"))
        ],
        adds_up=False,
    )


# The card's facts


def _year(release: Release) -> tuple[int | None, list[RowFault]]:
    stated = str(release.facts.get("year", "")).strip()
    if not stated:
        return None, []
    if stated.isascii() and stated.isdigit() and FIRST_YEAR <= int(stated) <= LAST_YEAR:
        return int(stated), []
    return None, [_card_fault("year", f"'{stated}' is no year", "2024")]


def _country(release: Release) -> tuple[str | None, list[RowFault]]:
    stated = str(release.facts.get("country", "")).strip()
    if not stated:
        return None, [_card_fault("country", "the file names no country, nor does the card", "AFG")]
    found = release.gazetteer.resolve(stated)
    if found and release.gazetteer.level(found) == 0:
        return found, []
    return None, [_card_fault("country", f"'{stated}' is no country of places.csv", "AFG")]


def _card_fault(fact: str, reason: str, example: str) -> RowFault:
    return RowFault(
        "true",
        "",
        f"card.{fact}",
        f"The row cannot be read: {reason}.",
        f"Write '{fact}: {example}' under the card's facts.",
    )


# Scopes


_PLACE_DOUBTS: Final = {
    "place_unresolved": '"place__unresolved"',
    "place_coarser": '"below_place" IS NOT NULL',
}


def _scope(release: Release) -> dict[str, Expression]:
    """What all figures share. People in need are an official estimate for a planning period."""
    return {
        "measure": Const("stock"),
        "unit": '"unit_of_group"',
        "population": '"population_of_group"',
        "restriction": '"restricted_to"',
        "basis": Const("modelled"),
        "cause": Const("unstated"),
        "place_id": '"place__id"',
        "place_role": Const("now_in"),
        "speaker": Const(SPEAKER),
        "speaker_id": Const(release.actors.resolve(SPEAKER)),
        "source_type": Const("un_agency"),
        "seen_in": Const("primary"),
        "derived_from": Const(()),
    }


def _some_day(start: Expression, end: Expression) -> dict[str, Expression]:
    """A stock on a day of the period that is not stated."""
    return {
        "start_earliest": start,
        "start_latest": end,
        "end_earliest": start,
        "end_latest": end,
    }


def _groups(category: str, sector: str, second_name: str, second_pcode: str) -> dict[str, str]:
    """What a category says: class of people, unit, and what restricts the figure besides."""
    words = f"list_transform(string_split(lower({category}), ' - '), lambda x: trim(x))"
    classes = " ".join(
        f"WHEN {_all_held(wanted)} THEN {literal(population)}"
        for population, spellings in GROUPS.items()
        for wanted in spellings
    )
    named = " ".join(
        f"WHEN {_all_held(wanted)} THEN {_texts(wanted)}"
        for spellings in GROUPS.values()
        for wanted in spellings
    )
    return {
        "words_of_group": words,
        "population_of_group": f"CASE {classes} ELSE 'all' END",
        "unit_of_group": f"CASE WHEN regexp_matches(lower({category}), '\\bhouseholds?\\b') "
        "THEN 'households' ELSE 'people' END",
        "words_used": f"list_concat({_texts(_WHOLE_GROUPS)}, "
        f"CASE {named} ELSE CAST([] AS VARCHAR[]) END)",
        "left_of_group": 'CASE WHEN len(list_filter("words_of_group", '
        f'lambda x: NOT list_contains("words_used", x))) > 0 THEN {category} END',
        "below_place": f"CASE WHEN {second_pcode} IS NULL THEN {second_name} END",
        "restricted_to": f"nullif(concat_ws('; ', {sector}, "
        '"left_of_group", "below_place"), \'\')',
    }


def _all_held(wanted: Iterable[str]) -> str:
    return f'list_has_all("words_of_group", {_texts(wanted)})'


def _texts(words: Iterable[str]) -> str:
    return f"[{', '.join(map(literal, words))}]"


def _place(country: str, names: tuple[str, str, str, str]) -> PlaceSpec:
    first_pcode, first_name, second_pcode, second_name = map(quoted, names)
    return PlaceSpec(
        "place",
        country=[country],
        first_level=first_name,
        first_pcode=first_pcode,
        second_level=second_name,
        second_pcode=second_pcode,
    )


def _written(*parts: str) -> str:
    return f"concat_ws(', ', {', '.join(parts)})"


def _joined(key: Iterable[str]) -> str:
    """A record's own key: its columns one after another, so that no two run together."""
    cells = (f"coalesce(replace(CAST({one} AS VARCHAR), '|', '/'), '')" for one in key)
    return f"replace(concat_ws('|', {', '.join(cells)}), '#', ' ')"
