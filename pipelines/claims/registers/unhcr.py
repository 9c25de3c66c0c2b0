"""UNHCR's Refugee Population Statistics Database, and IDMC's and UNRWA's totals as it carries them.

Layouts: population (of the package `refugees`, of the API's JSON, of the downloads of the Refugee
Data Finder and of the Humanitarian Data Exchange), flows, solutions, idmc, unrwa, countries; and
two tables of successive releases in one file. docs/sources/displacement.md says what each choice
rests on.

Facts of the card: `last_day`, the day of the last year's figures where they are not of its end;
`part_years`, the same by edition, in files of several; `small_counts: exact` where a 5 is a 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

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
from pipelines.core.csv_rows import Fault, FileRefused

_OUT_BY: Final = "06-01"
"""UNHCR publishes a year's end in June of the next year: what came before is no year's end."""

_MASK: Final = 5
"""UNHCR prints 5 for 1 to 4 as well."""

_NO_COUNTRY: Final = (
    *("UKN", "UNK", "Unknown", "Unknown/other", "Various", "Various / unknown", "Various/Unknown"),
    *("STA", "XXA", "Stateless"),
)
"""Codes and names of no country: unknown or various, and stateless people."""

_NAMES: Final = {
    "Bolivia (Plurinational State of)": "BOL",
    "Bonaire, Sint Eustatius and Saba": "BES",
    "Central African Rep.": "CAF",
    "China, Hong Kong SAR": "HKG",
    "China, Macao SAR": "MAC",
    "Congo": "COG",
    "Congo, Republic of": "COG",
    "Dem. People's Rep. of Korea": "PRK",
    "Dem. Rep. of the Congo": "COD",
    "Dominican Rep.": "DOM",
    "Holy See": "VAT",
    "Iran (Islamic Rep. of)": "IRN",
    "Lao People's Dem. Rep.": "LAO",
    "Micronesia (Federated States of)": "FSM",
    "Palestinian": "PSE",
    "Rep. of Korea": "KOR",
    "Rep. of Moldova": "MDA",
    "Saint Martin (French Part)": "MAF",
    "Saint Vincent and the Grenadines": "VCT",
    "Serbia and Kosovo: S/RES/1244 (1999)": "SRB",
    "Sint Maarten (Dutch part)": "SXM",
    "Syrian Arab Rep.": "SYR",
    "United Rep. of Tanzania": "TZA",
    "Venezuela (Bolivarian Republic of)": "VEN",
}
"""Countries as UNHCR writes them, for its tables without ISO codes."""

_CODES: Final = {**dict.fromkeys(_NO_COUNTRY, ""), **_NAMES}

_Text = partial(Column, kind="text", empty_as=("-",))
_Number = partial(Column, kind="whole", empty_as=("-",))

_YEAR: Final = Column("year", "whole", needed=True, given=True, aliases=("Year",))
_ORIGIN: Final = (
    _Text("coo_name", aliases=("Country of origin", "Country of Origin Name")),
    _Text("coo"),
    _Text("coo_iso", aliases=("Country of origin (ISO)", "Country of Origin Code")),
)
_ASYLUM: Final = (
    _Text("coa_name", aliases=("Country of asylum", "Country of Asylum Name")),
    _Text("coa"),
    _Text("coa_iso", aliases=("Country of asylum (ISO)", "Country of Asylum Code")),
)
_API_NUMBERS: Final = ("coo_id", "coa_id")
_REFUGEES_BACK: Final = _Number("returned_refugees", aliases=("Returned refugees",))
_IDPS_BACK: Final = _Number(
    # The Refugee Data Finder prints the name with a second s.
    "returned_idps",
    aliases=("Returned IDPs", "Returned IDPss"),
)
_POPULATION: Final = (
    _Number(
        "refugees",
        needed=True,
        aliases=("Refugees under UNHCR's mandate", "Refugees under UNHCR’s mandate", "Refugees"),
    ),
    _Number("asylum_seekers", aliases=("Asylum-seekers", "Asylum seekers")),
    _REFUGEES_BACK,
    _Number(
        "idps",
        needed=True,
        aliases=("IDPs of concern to UNHCR", "Internally displaced persons"),
    ),
    _IDPS_BACK,
    _Number("stateless", needed=True, aliases=("Stateless persons", "Stateless Persons")),
    _Number("ooc", aliases=("Others of concern", "Others of concern to UNHCR")),
    _Number("oip", aliases=("Other people in need of international protection",)),
    _Number("hst", aliases=("Host Community", "Host community")),
)


def _country(name: str, prefix: str) -> PlaceSpec:
    """A country by ISO code, else by name: UNHCR's own code is another country's ISO code."""
    unnamed = f'"{prefix}_iso" IS NULL AND "{prefix}_name" IS NULL'
    code = f"CASE WHEN {unnamed} THEN 'UNHCR code ' || \"{prefix}\" END"
    return PlaceSpec(name, (f'"{prefix}_iso"', f'"{prefix}_name"', code), _CODES)


def _key(prefix: str) -> str:
    """SQL: what names a country in record ids, the same in all layouts and releases."""
    written = f'coalesce("{prefix}_iso", "{prefix}", "{prefix}_name", \'-\')'
    return f"CASE {written} WHEN 'UKN' THEN 'UNK' WHEN 'STA' THEN 'XXA' ELSE {written} END"


def _other(place: str, than: str) -> str:
    """SQL: the country of the one end, where it is not that of the other."""
    return f'CASE WHEN "{place}__id" IS DISTINCT FROM "{than}__id" THEN "{place}__id" END'


_NAME_OF_ORIGIN: Final = 'coalesce("coo_name", "coo_iso", "coo")'
_NAME_OF_ASYLUM: Final = 'coalesce("coa_name", "coa_iso", "coa")'

_Where = Mapping[str, Expression]
"""The columns of a claim that say where its people are and were."""

_IN_ASYLUM: Final[_Where] = {
    "place_id": '"asylum__id"',
    "place_role": Const("now_in"),
    "from_place_id": _other("origin", "asylum"),
    "place_as_written": f"concat_ws(' from ', {_NAME_OF_ASYLUM}, {_NAME_OF_ORIGIN})",
}
_BACK_IN_ORIGIN: Final[_Where] = {
    "place_id": '"origin__id"',
    "place_role": Const("now_in"),
    "from_place_id": _other("asylum", "origin"),
    "place_as_written": f"concat_ws(' from ', {_NAME_OF_ORIGIN}, {_NAME_OF_ASYLUM})",
}
_LIVES_THERE: Final[_Where] = {
    "place_id": '"asylum__id"',
    "place_role": Const("now_in"),
    "place_as_written": _NAME_OF_ASYLUM,
}
_CAME_FROM: Final[_Where] = {
    "place_id": '"origin__id"',
    "place_role": Const("came_from"),
    "place_as_written": _NAME_OF_ORIGIN,
}
_IN_ORIGIN: Final[_Where] = {**_CAME_FROM, "place_role": Const("now_in")}
_WITH_GUESTS_FROM: Final[_Where] = {
    "place_as_written": f"'hosts of people from ' || {_NAME_OF_ORIGIN}"
}
"""Hosts by the origin of their guests: where they live is not said."""


@dataclass(frozen=True)
class _Figure:
    """A column of figures: what it counts."""

    column: str
    metric: str
    measure: str
    suffix: str | None = None
    scope: Mapping[str, Expression] = field(default_factory=dict)


_ABROAD: Final = (
    _Figure("refugees", "refugees", "stock"),
    _Figure("asylum_seekers", "asylum_seekers", "stock"),
    _Figure("oip", "others_in_need_of_protection", "stock"),
    _Figure("ooc", "others_of_concern", "stock"),
    _Figure("stateless", "stateless", "stock"),
)
_OF_UNHCR: Final = {"restriction": Const("protected or assisted by UNHCR")}
_IDPS: Final = _Figure("idps", "idps", "stock", scope={**_OF_UNHCR, "cause": Const("conflict")})
_HOSTS: Final = _Figure("hst", "host_community", "stock")
_RETURNS: Final = _Figure("returned_refugees", "returned_refugees", "flow")
_IDP_RETURNS: Final = _Figure("returned_idps", "returned_idps", "flow", scope=_OF_UNHCR)
_ARRIVALS: Final = (
    _Figure("refugees", "refugees", "flow"),
    _Figure(
        "refugee_like",
        "refugees",
        "flow",
        "refugee_like",
        {"restriction": Const("in a refugee-like situation")},
    ),
    _Figure("asylum_seekers", "asylum_seekers", "flow"),
    _Figure("oip", "others_in_need_of_protection", "flow"),
)

_WINDOWS: Final = {
    "stock": windows.four_days(
        ('"ends_earliest"', '"ends_latest"'), ('"ends_earliest"', '"ends_latest"')
    ),
    "flow": windows.four_days(
        ('"year_begins"', '"year_begins"'), ('"ends_earliest"', '"ends_latest"')
    ),
}


_ROW_YEAR: Final = '"year"'


@dataclass(frozen=True)
class _Body:
    """Whose figures a table holds, and how they were made."""

    name: str
    source_type: str
    basis: str
    masks: bool = False
    """Whether it prints small numbers as 5."""
    seen_in: str = "copy"
    """UNHCR carries the figures of others."""


_UNHCR: Final = _Body("UNHCR", "un_agency", "unstated", masks=True, seen_in="primary")
_IDMC: Final = _Body("IDMC", "ngo", "unstated")
_UNRWA: Final = _Body("UNRWA", "un_agency", "registered")


def tables(release: Release) -> Sequence[TableSpec]:
    """The layouts, for a release with the facts of its card.

    Raises
    ------
    FileRefused
        `file.facts`, where a fact of the card is not what it has to be.
    """
    card = _Card.of(release)
    return (
        _unrwa(card),
        _idmc(card),
        _idmc_vintages(card),
        _population_by_origin(card),
        _flows(card),
        _solutions(card),
        _population(card),
        _COUNTRIES,
    )


_COUNTRIES: Final = TableSpec(
    name="countries",
    title="Codes and regions of countries",
    columns=(Column("unhcr_code", needed=True), Column("iso_code", needed=True)),
    ignored=("name", "unhcr_region", "unsd_region", "unsd_subregion", "unsd_imregion"),
    record_id="'countries/' || \"unhcr_code\"",
    claims=(),
)
"""The package's list of countries: it has no figures, so that all its rows are empty."""


def _population(card: _Card) -> TableSpec:
    return card.table(
        "population",
        "Populations at the end of the year",
        (*_ORIGIN, *_ASYLUM, *_POPULATION),
        (
            *((figure, _IN_ASYLUM) for figure in _ABROAD),
            (_IDPS, _LIVES_THERE),
            (_HOSTS, _LIVES_THERE),
            (_RETURNS, _BACK_IN_ORIGIN),
            (_IDP_RETURNS, _LIVES_THERE),
        ),
        key=(_key("coo"), _key("coa")),
        places=(_country("origin", "coo"), _country("asylum", "coa")),
    )


def _solutions(card: _Card) -> TableSpec:
    """Resettled people are by the country of arrival, returned ones by the one that they left."""
    return card.table(
        "solutions",
        "Solutions in the year",
        (
            *_ORIGIN,
            *_ASYLUM,
            _REFUGEES_BACK,
            _Number("resettlement", needed=True, aliases=("Resettlement", "Resettlement arrivals")),
            _IDPS_BACK,
        ),
        (
            (_RETURNS, _BACK_IN_ORIGIN),
            (_Figure("resettlement", "resettled", "flow"), _IN_ASYLUM),
            (_IDP_RETURNS, _LIVES_THERE),
        ),
        key=(_key("coo"), _key("coa")),
        places=(_country("origin", "coo"), _country("asylum", "coa")),
        # People who were given a nationality: the vocabulary has no metric of them.
        ignored=("naturalisation", "Naturalisation"),
    )


def _flows(card: _Card) -> TableSpec:
    figures = [_Number(one.column, needed=one.column == "refugee_like") for one in _ARRIVALS]
    return card.table(
        "flows",
        "Newly displaced across borders in the year",
        (*_ORIGIN, *_ASYLUM, *figures),
        [(figure, _IN_ASYLUM) for figure in _ARRIVALS],
        key=(_key("coo"), _key("coa")),
        places=(_country("origin", "coo"), _country("asylum", "coa")),
    )


_TOTAL: Final = _Number("total", needed=True, aliases=("Total",))
_IDPS_OF_IDMC: Final = _Figure("total", "idps", "stock", scope={"cause": Const("conflict")})


def _idmc(card: _Card) -> TableSpec:
    return card.table(
        "idmc",
        "Internally displaced people by conflict and violence",
        (*_ORIGIN, *_ASYLUM, _TOTAL),
        [(_IDPS_OF_IDMC, _LIVES_THERE)],
        key=(_key("coa"),),
        places=(_country("asylum", "coa"),),
        body=_IDMC,
        files="*idmc*",
    )


def _unrwa(card: _Card) -> TableSpec:
    return card.table(
        "unrwa",
        "Registered Palestine refugees",
        (*_ORIGIN, *_ASYLUM, _TOTAL),
        [(_Figure("total", "palestine_refugees", "stock"), _LIVES_THERE)],
        key=(_key("coa"),),
        places=(_country("asylum", "coa"),),
        body=_UNRWA,
        files="*unrwa*",
    )


_VINTAGE: Final = Column("vintage", "day", needed=True, given=True)


def _idmc_vintages(card: _Card) -> TableSpec:
    return card.table(
        "idmc",
        "Internally displaced people by conflict and violence",
        (_VINTAGE, *_ORIGIN, _TOTAL),
        [(_IDPS_OF_IDMC, _IN_ORIGIN)],
        key=(_key("coo"),),
        places=(_country("origin", "coo"),),
        body=_IDMC,
        ignored=("commit",),
        edition='"vintage"',
    )


def _population_by_origin(card: _Card) -> TableSpec:
    return card.table(
        "population_by_origin",
        "Populations at the end of the year by country of origin",
        (_VINTAGE, *_ORIGIN, *_POPULATION),
        (
            *((figure, _CAME_FROM) for figure in _ABROAD),
            (_IDPS, _IN_ORIGIN),
            (_HOSTS, _WITH_GUESTS_FROM),
            (_RETURNS, _IN_ORIGIN),
            (_IDP_RETURNS, _IN_ORIGIN),
        ),
        key=(_key("coo"),),
        places=(_country("origin", "coo"),),
        ignored=("commit",),
        edition='"vintage"',
    )


@dataclass(frozen=True)
class _Card:
    """What the card of a release settles for all its tables."""

    release: Release
    last_day: date | None
    part_years: Mapping[date, date]
    small_counts_exact: bool

    @classmethod
    def of(cls, release: Release) -> _Card:
        facts = release.facts
        part_years = facts.get("part_years", {})
        if not isinstance(part_years, Mapping):
            raise _wrong_fact("part_years", "write '2023-10-25: 2023-06-30' lines below it")
        small = facts.get("small_counts", "masked")
        if small not in ("exact", "masked"):
            raise _wrong_fact("small_counts", "write exact or masked, or leave it out")
        return cls(
            release,
            _day("last_day", facts["last_day"]) if "last_day" in facts else None,
            {
                _day("part_years", edition): _day("part_years", day)
                for edition, day in part_years.items()
            },
            small == "exact",
        )

    def table(
        self,
        name: str,
        title: str,
        columns: Sequence[Column],
        figures: Sequence[tuple[_Figure, _Where]],
        *,
        key: Sequence[str],
        places: Sequence[PlaceSpec],
        body: _Body = _UNHCR,
        files: str | None = None,
        ignored: Sequence[str] = (),
        edition: str | None = None,
    ) -> TableSpec:
        """A layout whose rows are of a year, and of one release each where `edition` names it."""
        unresolved = " OR ".join(f'"{place.name}__unresolved"' for place in places)
        published = self.release.card.get("published_on") or self.release.card["date_accessed"]
        out_on = edition or f"DATE '{published}'"

        def claim(figure: _Figure, where: _Where) -> ClaimSpec:
            doubts = {"part_year": '"part_year"', "place_unresolved": unresolved}
            if body.masks and not self.small_counts_exact:
                doubts["small_count_masked"] = f'"{figure.column}" = {_MASK}'
            columns = {
                "measure": Const(figure.measure),
                "basis": Const(body.basis),
                "speaker": Const(body.name),
                "speaker_id": Const(self.release.actors.resolve(body.name)),
                "source_type": Const(body.source_type),
                "seen_in": Const(body.seen_in),
                "series": Const(f"{body.name}: {title}"),
                "period_as_written": 'CAST("year" AS VARCHAR)',
                **_WINDOWS[figure.measure],
                **figure.scope,
                **where,
            }
            return ClaimSpec(
                figure.metric, figure.column, columns, suffix=figure.suffix, doubts=doubts
            )

        return TableSpec(
            name=name,
            title=title,
            columns=(_YEAR, *columns),
            ignored=(*_API_NUMBERS, *ignored),
            files=files,
            register=f"{name}_releases" if edition else name,
            record_id=f"concat_ws('/', '{name}', {', '.join(key)}, \"year\")",
            derived=self._days(edition, out_on),
            places=places,
            row_faults=(windows.year_fault(), _not_yet(out_on)),
            claims=[claim(figure, where) for figure, where in figures],
            edition=edition,
        )

    def _days(self, edition: str | None, out_on: str) -> dict[str, str]:
        """SQL of the days of a row's year: its first, and those between which its figures end.

        Figures published before those of a year's end are out, for which the card gives no day,
        are of some day of the year up to their publication.
        """
        begins, ends = windows.first_day(_ROW_YEAR), windows.last_day(_ROW_YEAR)
        given = self._given_day(edition)
        due = f"TRY_CAST((\"year\" + 1) || '-{_OUT_BY}' AS DATE)"
        part = f"({given} IS NULL AND {out_on} < {due})"
        known = f"coalesce({given}, {ends})"
        return {
            "year_begins": begins,
            "ends_earliest": f"CASE WHEN {part} THEN {begins} ELSE {known} END",
            "ends_latest": f"CASE WHEN {part} THEN least({out_on}, {ends}) ELSE {known} END",
            "part_year": part,
        }

    def _given_day(self, edition: str | None) -> str:
        """SQL of the day that the card gives for the row's year; NULL where it gives none."""
        if edition is None:
            day = self.last_day
            cases = [f"WHEN \"year\" = {day.year} THEN DATE '{day}'"] if day else []
        else:
            cases = [
                f"WHEN {edition} = DATE '{out}' AND \"year\" = {day.year} THEN DATE '{day}'"
                for out, day in self.part_years.items()
            ]
        return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS DATE)"


def _not_yet(out_on: str) -> RowFault:
    return RowFault(
        broken=f"{windows.first_day(_ROW_YEAR)} > {out_on}",
        column="year",
        reason="date.future",
        message="The year begins after the day on which the figures were published.",
        fix="Check the year, and published_on of the card.",
    )


def _day(fact: str, value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _wrong_fact(fact, "write days as year-month-day, such as 2025-06-30") from None


def _wrong_fact(fact: str, fix: str) -> FileRefused:
    message = f"The card's fact '{fact}' cannot be read."
    return FileRefused([Fault("file.facts", message, f"In source.yml {fix}.", fact)])
