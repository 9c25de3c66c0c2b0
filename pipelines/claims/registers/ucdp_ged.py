"""UCDP's Georeferenced Event Dataset: one row an event, its deaths as low, best and high.

Three layouts: that of the releases (their columns differ from release to release; OCHA's country
extracts add a row of tags and an ISO code), and that of sets of labels made from them, which give
the deaths of each side but no best figure.

What UCDP calls low and high are its coders' own figures, not a confidence interval. Rows that break
low <= best <= high are kept as printed. Högbladh, Stina, UCDP GED Codebook (version 19.1 and
later); Sundberg and Melander 2013, doi 10.1177/0022343313484347.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from pipelines.claims.reading import Release
from pipelines.claims.tables.spec import (
    ClaimSpec,
    Column,
    Const,
    Expression,
    PlaceSpec,
    RowFault,
    SideSpec,
    TableSpec,
)
from schemas.claims import Events

_DEATHS: Final = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")

_NOT_READ: Final = (
    "active_year",
    "conflict_dset_id",
    "conflict_id",
    "conflict_new_id",
    "dyad_dset_id",
    "dyad_id",
    "dyad_new_id",
    "end_year",
    "geom_wkt",
    "gwnoa",
    "gwnob",
    "gwno_a",
    "gwno_b",
    "priogrid_gid",
    "region",
    "relid",
    "side_a_dset_id",
    "side_a_id",
    "side_a_new_id",
    "side_b_dset_id",
    "side_b_id",
    "side_b_new_id",
    "source_article",
    "source_date",
    "source_headline",
    "source_original",
    "start_year",
    "where_description",
)
"""Columns of one release or another that hold no figure and are not kept."""


def tables(release: Release) -> Sequence[TableSpec]:
    """The layouts of the events."""
    accessed = release.card["date_accessed"]
    future = RowFault(
        broken=f"\"date_end\" > DATE '{accessed}'",
        column="date_end",
        reason="date.future",
        message=f"The event ends after the card's date_accessed ({accessed}).",
        fix="Compare the row with the producer's own file; or mend the card.",
    )
    return [replace(spec, row_faults=(*spec.row_faults, future)) for spec in (_RELEASE, _LABELS)]


@cache
def _countries() -> dict[str, str]:
    """ISO 3166-1 alpha-3 by Gleditsch and Ward's number, and by the names that UCDP writes."""
    text = files(__package__).joinpath("gleditsch_ward.yml").read_text(encoding="utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return {str(key): iso for part in held.values() for key, iso in part.items()}


def _whole(name: str, *aliases: str, **more: Any) -> Column:
    return Column(name, "whole", aliases=aliases, **more)


_COMMON: Final[tuple[Column, ...]] = (
    Column("side_a", aliases=("side_a_name",)),
    Column("side_b", aliases=("side_b_name",)),
    Column("adm_1", aliases=("location_adm1_name",)),
    Column("adm_2", aliases=("location_adm2_name",)),
    Column("where_coordinates", aliases=("location_where_name",)),
)

_ONLY_IN_RELEASES: Final[tuple[Column, ...]] = (
    _whole("year", needed=True, given=True),
    _whole("type_of_violence", needed=True),
    Column("conflict_name"),
    Column("dyad_name"),
    _whole("number_of_sources", signed=True),
    Column("source_office"),
    _whole("where_prec"),
    Column("latitude", "real", signed=True),
    Column("longitude", "real", signed=True),
    Column("country_id"),
    Column("iso3"),
    _whole("event_clarity"),
    _whole("date_prec"),
    Column("code_status"),
)


def _window(exact: str) -> dict[str, Expression]:
    """The days of an event: it began and ended on some day from its first to its last.

    Where `exact` holds, the days are those of the event and not those between which it lies.
    """
    return {
        "start_earliest": '"date_start"',
        "start_latest": f'CASE WHEN {exact} THEN "date_start" ELSE "date_end" END',
        "end_earliest": f'CASE WHEN {exact} THEN "date_end" ELSE "date_start" END',
        "end_latest": '"date_end"',
        "period_as_written": (
            'CASE WHEN "date_start" = "date_end" THEN "date_start__text" '
            'ELSE "date_start__text" || \' to \' || "date_end__text" END'
        ),
    }


_ID: Final = "regexp_replace(\"id\", '[.]0$', '')"
"""The id of an event; some tools print it as a float."""

_OFFICES: Final = """list_sort(list_distinct(list_filter(
    list_transform(string_split("source_office", ';'), lambda x: trim(x)), lambda x: x <> '')))"""


def _killed(exact: str, value: str, more: dict[str, Expression]) -> ClaimSpec:
    return ClaimSpec(
        metric="killed",
        value=value.strip('"'),
        zeros=True,
        columns={
            "measure": Const("flow"),
            "value_low": '"low"',
            "value_high": '"high"',
            "deaths_counted": Const("direct"),
            "cause": Const("conflict"),
            "place_id": '"place__id"',
            "place_role": Const("happened_in"),
            # Not the place of the coordinates: a public release ends at the second level.
            "place_as_written": 'concat_ws(\', \', "adm_2", "adm_1", "country")',
            "basis": Const("tallied"),
            "speaker": Const("UCDP"),
            "source_type": Const("research"),
            "series": Const("UCDP GED"),
            **_window(exact),
            **more,
        },
        doubts={
            "place_unresolved": '"place__unresolved"',
            "range_inverted": f'"low" > {value} OR {value} > "high" OR "low" > "high"',
        },
    )


def _days_in_order() -> RowFault:
    return RowFault(
        broken='"date_start" > "date_end"',
        column="date_start",
        reason="date.reversed",
        message="The event ends before it begins.",
        fix="Ask the producer; the row is left as it is.",
    )


def _sides_sum_to_best() -> RowFault:
    """UCDP's best figure is the sum of the four sides, in every release."""
    named = " + ".join(f'"{name}"' for name in _DEATHS)
    return RowFault(
        broken=f'"best" <> {named}',
        column="best",
        reason="range.parts_differ",
        message="The best figure is not the sum of the deaths of the four sides.",
        fix="Compare the row with the producer's own file; one of its cells has been changed.",
    )


def _codes_are_known() -> list[RowFault]:
    """Codes and coordinates outside what the codebook has, and a year that is not the event's."""
    fix = "Compare the row with the producer's own file; one of its cells has been changed."
    return [
        RowFault(broken, column, reason, message, fix)
        for broken, column, reason, message in (
            (
                '"type_of_violence" NOT IN (1, 2, 3)',
                "type_of_violence",
                "enum.unknown",
                "UCDP has the types 1 (state-based), 2 (non-state) and 3 (one-sided).",
            ),
            (
                '"year" NOT BETWEEN year("date_start") AND year("date_end")',
                "year",
                "date.conflict",
                "The year is none in which the event took place.",
            ),
            (
                'abs("latitude") > 90',
                "latitude",
                "number.too_large",
                "There is no such latitude.",
            ),
            (
                'abs("longitude") > 180',
                "longitude",
                "number.too_large",
                "There is no such longitude.",
            ),
        )
    ]


def _side(**more: Expression) -> SideSpec:
    columns: dict[str, Expression] = {
        name: f'"{name}"'
        for name in ("side_a", "side_b", "adm_1", "adm_2", "where_coordinates", *_DEATHS)
    }
    columns |= {
        "country": '"place__country"',
        "country_as_written": '"country"',
        "year": 'year("date_end")',
    }
    return SideSpec(Events, columns | more)


_RELEASE: Final = TableSpec(
    name="GED",
    title="georeferenced events",
    columns=(
        Column("id", needed=True, given=True),
        Column("country", needed=True),
        *_COMMON,
        *_ONLY_IN_RELEASES,
        Column("date_start", "day", needed=True, given=True),
        Column("date_end", "day", needed=True, given=True),
        *(_whole(name, needed=True) for name in _DEATHS),
        _whole("low", "low_est", needed=True),
        _whole("best", "best_est", needed=True, given=True),
        _whole("high", "high_est", needed=True),
    ),
    ignored=_NOT_READ,
    record_id=_ID,
    derived={
        # The labels of OCHA's extracts and of some releases print ids and codes as 369.0.
        "gw": "split_part(\"country_id\", '.', 1)",
    },
    places=(
        PlaceSpec(
            "place",
            country=('"iso3"', '"gw"', '"country"'),
            codes=_countries(),
            first_level='"adm_1"',
        ),
    ),
    claims=(_killed('coalesce("date_prec" = 1, false)', '"best"', {"derived_from": _OFFICES}),),
    row_faults=(_days_in_order(), _sides_sum_to_best(), *_codes_are_known()),
    side=_side(
        year='"year"',
        type_of_violence='CAST("type_of_violence" AS VARCHAR)',
        conflict='"conflict_name"',
        dyad='"dyad_name"',
        where_prec='"where_prec"',
        latitude='"latitude"',
        longitude='"longitude"',
        date_prec='"date_prec"',
        event_clarity='"event_clarity"',
        code_status='"code_status"',
        # -1 stands for 'not recorded'.
        n_sources='CASE WHEN "number_of_sources" >= 0 THEN "number_of_sources" END',
    ),
)

_LABELS: Final = TableSpec(
    name="GED labels",
    title="georeferenced events, labels without a best figure",
    columns=(
        Column("id", needed=True, given=True),
        Column("country", needed=True, aliases=("location_root_name",)),
        *_COMMON,
        Column("date_start", "day", needed=True, given=True, aliases=("start_date",)),
        Column("date_end", "day", needed=True, given=True, aliases=("end_date",)),
        _whole("deaths_a", "deaths_side_a", needed=True, given=True),
        _whole("deaths_b", "deaths_side_b", needed=True, given=True),
        _whole("deaths_civilians", "deaths_civilian", needed=True, given=True),
        _whole("deaths_unknown", needed=True, given=True),
        _whole("low", "deaths_low", needed=True),
        _whole("high", "deaths_high", needed=True),
    ),
    ignored=("source_article", "source_date", "source_office", "source_headline"),
    record_id=_ID,
    # UCDP's best figure is the sum of the four, in every release.
    derived={"best": " + ".join(f'"{name}"' for name in _DEATHS)},
    places=(PlaceSpec("place", country=('"country"',), codes=_countries(), first_level='"adm_1"'),),
    claims=(
        _killed(
            "true",
            '"best"',
            {
                "value_as_written": " || '+' || ".join(f'"{name}__text"' for name in _DEATHS),
                "derived_from": Const(()),
            },
        ),
    ),
    row_faults=(_days_in_order(),),
    side=_side(),
)
