"""IDMC's Global Internal Displacement Database: by country and year, and by disaster.

Layouts: the country-years of conflict and violence; IDMC's workbook of country-years, in its form
of 2020 and with rounded columns beside the raw ones; the disasters, as a table or as a workbook.
Movements during the year are `internal_displacements`, people displaced at its end are `idps`.

Rounded columns print the same figure again and are not read. Two things of the disasters have no
cure in the file and are kept as they stand. They have no id: records of one country, year, name and
first day are numbered by their figures, for IDMC's yearly sums count them all. And some end before
they begin, or lie outside the year to which IDMC counts them: their window is that year, with the
doubt `dates_unusable`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from pipelines.claims.reading import Release
from pipelines.claims.registers import windows
from pipelines.claims.tables.spec import (
    ClaimSpec,
    Column,
    Const,
    Expression,
    PlaceSpec,
    RowFault,
    TableSpec,
)

_Number = partial(Column, kind="whole")

_ISO3: Final = Column("iso3", needed=True, given=True, aliases=("ISO3",))
_NAME: Final = Column("country_name", aliases=("Name", "Country / Territory"))
_YEAR: Final = _Number("year", needed=True, given=True, aliases=("Year",))
_COUNTRY_YEAR: Final = (_ISO3, _NAME, _YEAR)
_ROW_YEAR: Final = '"year"'

_COUNTRY: Final = PlaceSpec("country", ('"iso3"', '"country_name"'))
"""IDMC has codes of its own for disputed land (AB9): with no name it is known by it alone."""

_WRITTEN: Final = 'coalesce("country_name", "iso3")'
_UNRESOLVED: Final = {"place_unresolved": '"country__unresolved"'}

_YEAR_LONG: Final = windows.window(windows.first_day(_ROW_YEAR), windows.last_day(_ROW_YEAR))
_YEAR_END: Final = windows.window(windows.last_day(_ROW_YEAR), windows.last_day(_ROW_YEAR))


def tables(release: Release) -> Sequence[TableSpec]:
    """The layouts; those with the most columns of their own come first."""
    said: dict[str, Expression] = {
        "speaker": Const("IDMC"),
        "speaker_id": Const(release.actors.resolve("IDMC")),
        "source_type": Const("ngo"),
        "basis": Const("unstated"),
        "place_id": '"country__id"',
        "place_as_written": _WRITTEN,
    }
    return (
        _disasters(said),
        _conflict(said),
        _country_years(said, "(Raw)", "Internal Displacements"),
        _country_years(said, "", "New Displacements"),
    )


def _stock(
    value: str, cause: str, said: Mapping[str, Expression], suffix: str | None = None
) -> ClaimSpec:
    """People displaced on the last day of the year."""
    return ClaimSpec(
        metric="idps",
        value=value,
        suffix=suffix,
        columns={
            **said,
            "measure": Const("stock"),
            "cause": Const(cause),
            "place_role": Const("now_in"),
            "period_as_written": 'CAST("year" AS VARCHAR)',
            **_YEAR_END,
        },
        doubts=_UNRESOLVED,
    )


def _movements(
    value: str, cause: str, said: Mapping[str, Expression], suffix: str | None = None
) -> ClaimSpec:
    """Movements in the course of the year."""
    return ClaimSpec(
        metric="internal_displacements",
        value=value,
        suffix=suffix,
        columns={
            **said,
            "measure": Const("flow"),
            "unit": Const("movements"),
            "cause": Const(cause),
            "place_role": Const("happened_in"),
            "period_as_written": 'CAST("year" AS VARCHAR)',
            **_YEAR_LONG,
        },
        doubts=_UNRESOLVED,
    )


# Country-years


def _conflict(said: Mapping[str, Expression]) -> TableSpec:
    return TableSpec(
        name="conflict",
        title="Internal displacement by conflict and violence, by country and year",
        register="country_years",
        columns=(
            *_COUNTRY_YEAR,
            _Number("new_displacement", needed=True),
            _Number("total_displacement", needed=True),
        ),
        ignored=("new_displacement_rounded", "total_displacement_rounded"),
        record_id=_ID_OF_COUNTRY_YEAR,
        places=(_COUNTRY,),
        row_faults=(windows.year_fault(),),
        claims=_of_conflict("total_displacement", "new_displacement", said),
    )


_ID_OF_COUNTRY_YEAR: Final = 'concat_ws(\'/\', "iso3", "year")'


def _of_conflict(
    stock: str, movements: str, said: Mapping[str, Expression]
) -> tuple[ClaimSpec, ...]:
    """The two figures of a country-year; they have the same ids in every layout."""
    series = {"series": Const("IDMC: conflict and violence by country and year")}
    return (
        _stock(stock, "conflict", {**said, **series}),
        _movements(movements, "conflict", {**said, **series}),
    )


def _country_years(said: Mapping[str, Expression], mark: str, movements: str) -> TableSpec:
    """A workbook of country-years: `mark` stands behind the headers of unrounded figures."""

    def header(words: str) -> str:
        return f"{words} {mark}".strip()

    stock, moved = header("Conflict Stock Displacement"), header(f"Conflict {movements}")
    disaster_stock = header("Disaster Stock Displacement")
    disaster_moved = header(f"Disaster {movements}")
    series = {"series": Const("IDMC: disasters by country and year")}
    rounded = [
        f"{cause} {words}"
        for cause in ("Conflict", "Disaster")
        for words in ("Stock Displacement", movements)
    ]
    return TableSpec(
        name=f"country_years_{'raw' if mark else '2020'}",
        title="Internal displacement by country and year",
        register="country_years",
        columns=(
            *_COUNTRY_YEAR,
            _Number(stock, needed=True),
            _Number(moved, needed=True),
            _Number(disaster_stock),
            _Number(disaster_moved),
        ),
        ignored=rounded if mark else (),
        record_id=_ID_OF_COUNTRY_YEAR,
        places=(_COUNTRY,),
        row_faults=(windows.year_fault(),),
        claims=(
            *_of_conflict(stock, moved, said),
            _stock(disaster_stock, "disaster", {**said, **series}, "disaster"),
            _movements(disaster_moved, "disaster", {**said, **series}, "disaster"),
        ),
    )


# Disasters

_ACCURACIES: Final = {"Week": "week", "Month": "month", "Year": "year"}
"""How exact a day is, beside 'Day': it is some day of the week, month or year that holds it."""


def _first(of: str) -> str:
    """SQL: the first day that a day of the stated accuracy may be."""
    cases = " ".join(
        f"WHEN '{word}' THEN CAST(date_trunc('{part}', \"{of}\") AS DATE)"
        for word, part in _ACCURACIES.items()
    )
    return f'CASE "{of}_accuracy" {cases} ELSE "{of}" END'


def _last(of: str) -> str:
    """SQL: the last day that it may be."""
    cases = " ".join(
        f"WHEN '{word}' THEN CAST(date_trunc('{part}', \"{of}\") + INTERVAL 1 {part} "
        "- INTERVAL 1 DAY AS DATE)"
        for word, part in _ACCURACIES.items()
    )
    return f'CASE "{of}_accuracy" {cases} ELSE "{of}" END'


def _in_year(day: str) -> str:
    """SQL: the day, or the nearest of the year to which IDMC counts the figure."""
    return f'least(greatest({day}, "year_begins"), "year_ends")'


_UNUSABLE: Final = (
    '"start_date" IS NULL OR coalesce("end_date" < "start_date", false) '
    'OR "begins_earliest" > "year_ends" OR coalesce("ends_latest" < "year_begins", false)'
)

_KEY: Final = 'concat_ws(\'/\', "iso3", "year", coalesce("event_name", \'\'), "start_date")'


def _disasters(said: Mapping[str, Expression]) -> TableSpec:
    accuracy = _accuracy_fault("start_date"), _accuracy_fault("end_date")
    named = {
        **said,
        "series": Const("IDMC: disasters"),
        "hazard_or_weapon": 'coalesce("hazard_subtype_name", "hazard_type_name")',
        "note": "concat_ws('; ', \"event_name\", nullif(\"codes\", ''))",
    }
    moved = _movements("new_displacement", "disaster", named)
    unstated = " OR ".join(
        f'("{day}" IS NOT NULL AND "{day}_accuracy" IS NULL)' for day in ("start_date", "end_date")
    )
    return TableSpec(
        name="disasters",
        title="Internal displacement by disaster",
        register="disasters",
        columns=(
            _ISO3,
            _NAME,
            _YEAR,
            Column(
                "start_date",
                "day",
                needed=True,
                aliases=("Start Date", "Date of Event (start)"),
            ),
            Column("start_date_accuracy"),
            Column("end_date", "day", aliases=("End Date", "Date of Event (end)")),
            Column("end_date_accuracy"),
            Column("event_name", needed=True, aliases=("Event Name",)),
            Column("hazard_type_name", aliases=("Hazard Type",)),
            Column("hazard_subtype_name", aliases=("Hazard Sub Type",)),
            _Number(
                "new_displacement",
                needed=True,
                aliases=("New Displacements", "Disaster Internal Displacements (Raw)"),
            ),
            _Number("total_displacement", aliases=("Disaster Stock Displacement (Raw)",)),
            Column("event_codes", aliases=("Event Codes (Code:Type)",)),
        ),
        ignored=_IGNORED_OF_DISASTERS,
        derived={
            "year_begins": windows.first_day(_ROW_YEAR),
            "year_ends": windows.last_day(_ROW_YEAR),
            "begins_earliest": _first("start_date"),
            "begins_latest": _last("start_date"),
            "ends_earliest": _first("end_date"),
            "ends_latest": _last("end_date"),
            "dates_unusable": _UNUSABLE,
            # The codes are printed as a list of a programming language.
            "codes": "trim(regexp_replace(\"event_codes\", '[\\[\\]'']', '', 'g'))",
            "namesake": f"row_number() OVER (PARTITION BY {_KEY} ORDER BY "
            '"new_displacement", "total_displacement", "end_date", "__line")',
        },
        record_id=f"{_KEY} || CASE WHEN \"namesake\" = 1 THEN '' ELSE '/' || \"namesake\" END",
        places=(_COUNTRY,),
        row_faults=(windows.year_fault(), *accuracy),
        claims=(
            ClaimSpec(
                moved.metric,
                moved.value,
                {
                    **moved.columns,
                    **_days_of_disaster(),
                    "period_as_written": _PERIOD,
                },
                doubts={
                    **_UNRESOLVED,
                    "dates_unusable": '"dates_unusable"',
                    "date_accuracy_unstated": unstated,
                },
            ),
            _stock("total_displacement", "disaster", named),
        ),
    )


_IGNORED_OF_DISASTERS: Final = (
    *("hazard_category", "hazard_category_name", "Hazard Category"),
    *("hazard_sub_category", "hazard_sub_category_name", "Hazard Sub Category"),
    *("hazard_type", "hazard_sub_type"),
    *("new_displacement_rounded", "total_displacement_rounded"),
    *("Disaster Internal Displacements", "Disaster Stock Displacement"),
    *("Event ID", "Displacement occurred"),
)

_PERIOD: Final = (
    "concat_ws(' to ', concat_ws(' ', \"start_date__text\", lower(\"start_date_accuracy\")), "
    "nullif(concat_ws(' ', \"end_date__text\", lower(\"end_date_accuracy\")), ''))"
)


def _days_of_disaster() -> dict[str, Expression]:
    """Its own days within the year to which IDMC counts it; that year where they are unusable.

    A disaster without a last day ended on some day of the year from its first.
    """

    def unless_unusable(day: str, else_day: str) -> str:
        return f'CASE WHEN "dates_unusable" THEN "{else_day}" ELSE {_in_year(day)} END'

    return windows.four_days(
        (
            unless_unusable('"begins_earliest"', "year_begins"),
            unless_unusable('"begins_latest"', "year_begins"),
        ),
        (
            unless_unusable('coalesce("ends_earliest", "begins_earliest")', "year_ends"),
            unless_unusable('coalesce("ends_latest", "year_ends")', "year_ends"),
        ),
    )


def _accuracy_fault(day: str) -> RowFault:
    words = ", ".join(f"'{word}'" for word in ("Day", *_ACCURACIES))
    return RowFault(
        broken=f'"{day}_accuracy" NOT IN ({words})',
        column=f"{day}_accuracy",
        reason="date.accuracy",
        message="The accuracy of the day is none that is known.",
        fix="Write Day, Week, Month or Year, or leave it empty.",
    )
