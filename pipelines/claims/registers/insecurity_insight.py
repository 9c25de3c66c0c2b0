"""Incidents against aid workers and health care, as Insecurity Insight records them.

What belongs here: the two incident files and the counts of people that they give. An incident's
description may name private people and is never read; its splits by sex and origin are parts of the
totals, of which the totals alone are read, so that entries count nobody twice. People arrested,
threatened or assaulted have no metric.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.claims.reading import Release
from pipelines.claims.tables.spec import (
    ClaimSpec,
    Column,
    Const,
    Expression,
    PlaceSpec,
    TableSpec,
)
from schemas.rules import literal, quoted
from schemas.vocab import DEATH_METRICS

SPEAKER: Final = "Insecurity Insight"

_METRICS: Final = ("killed", "injured", "kidnapped")

_NOT_KNOWN: Final = (
    "No Information",
    "No information",
    "No Information on the Weapon Used",
    "Not Applicable: No Direct Violence",
    "NA",
)
"""What the producer writes where it knows no perpetrator or weapon."""

_NO_COUNTRY: Final = {"OPT": "PSE", "Unspecified": "", "International Waters": ""}


@dataclass(frozen=True)
class _Whom:
    """Whom a file is about: as its columns name them, and as the vocabulary does."""

    columns: str
    population: str
    title: str
    ignored: tuple[str, ...]


_IN_BOTH: Final = (
    "Event Description",
    "Latitude",
    "Longitude",
    "Geo Precision",
    "Known Kidnapping or Arrest Outcome",
)

_AID: Final = _Whom(
    "Aid Workers",
    "aid_workers",
    "Incidents in which aid workers were killed, injured, kidnapped or arrested",
    (
        *_IN_BOTH,
        "Location of Incident",
        "Organisation Affected",
        "Programme Focus",
        "Aid Workers Arrested",
        *(
            f"{whose}Aid Workers {what}"
            for whose in ("", "International ", "National ", "Female ", "Male ")
            for what in ("Killed", "Killed in Captivity", "Injured", "Kidnapped", "Arrested")
            if whose or what == "Killed in Captivity"
        ),
    ),
)

_HEALTH: Final = _Whom(
    "Health Workers",
    "health_workers",
    "Incidents of violence against health care, or of its obstruction",
    (
        *_IN_BOTH,
        "Location",
        "Number of Attacks on Health Facilities Reporting Destruction",
        "Number of Attacks on Health Facilities Reporting Damaged",
        "Forceful Entry into Health Facility",
        "Occupation of Health Facility",
        "Health Transportation Destroyed",
        "Health Transportation Damaged",
        "Health Transportation Stolen/Hijacked",
        "Looting/Theft/Robbery/Burglary of Health Supplies",
        "Access Denied or Obstructed",
        "Health Workers Arrested",
        "Health Workers Threatened",
        "Health Workers Assaulted",
        "Health Workers Sexually Assaulted",
        *(
            f"{cause}-Related Violence"
            for cause in ("Conflict", "Political", "COVID-19", "Ebola", "Vaccination")
        ),
    ),
)


def tables(release: Release) -> Sequence[TableSpec]:
    """The file on aid workers and the file on health care, one row an incident.

    The two overlap (a paramedic may be both): entries add up within one population only.
    """
    return (_incidents(release, _AID), _incidents(release, _HEALTH))


def _incidents(release: Release, whom: _Whom) -> TableSpec:
    counted = {metric: f"{whom.columns} {metric.capitalize()}" for metric in _METRICS}
    return TableSpec(
        name=whom.population,
        register=whom.population,
        title=whom.title,
        columns=(
            Column("SiND Event ID", "whole", needed=True, given=True),
            Column("Date", "day", needed=True, given=True),
            Column("Country", needed=True),
            Column("Country ISO", needed=True),
            Column("Admin 1", empty_as=_NOT_KNOWN),
            Column("Reported Perpetrator", empty_as=_NOT_KNOWN),
            Column("Reported Perpetrator Name", empty_as=_NOT_KNOWN),
            Column("Weapon Carried/Used", empty_as=_NOT_KNOWN),
            *(Column(name, "whole", needed=True) for name in counted.values()),
        ),
        ignored=whom.ignored,
        record_id=f'{literal(whom.population + "/")} || CAST("SiND Event ID" AS VARCHAR)',
        places=[
            PlaceSpec(
                "place",
                country=('"Country ISO"', '"Country"'),
                codes=_NO_COUNTRY,
                first_level='"Admin 1"',
            )
        ],
        claims=[
            ClaimSpec(
                metric,
                column,
                _columns(release, whom, metric),
                doubts={
                    "place_unresolved": '"place__unresolved"',
                    "one_if_unspecified": f"{quoted(column)} = 1",
                },
            )
            for metric, column in counted.items()
        ],
    )


def _columns(release: Release, whom: _Whom, metric: str) -> dict[str, Expression]:
    attributed = 'coalesce("Reported Perpetrator Name", "Reported Perpetrator")'
    columns: dict[str, Expression] = {
        "measure": Const("flow"),
        "population": Const(whom.population),
        "cause": Const("conflict"),
        "basis": Const("tallied"),
        "place_id": '"place__id"',
        "place_role": Const("happened_in"),
        "place_as_written": 'concat_ws(\', \', "Admin 1", "Country")',
        "period_as_written": 'CAST("Date" AS VARCHAR)',
        **dict.fromkeys(("start_earliest", "start_latest", "end_earliest", "end_latest"), '"Date"'),
        "hazard_or_weapon": '"Weapon Carried/Used"',
        "attributed_to": attributed,
        "attributed_by": f"CASE WHEN {attributed} IS NOT NULL THEN {literal(SPEAKER)} END",
        "speaker": Const(SPEAKER),
        "speaker_id": Const(release.actors.resolve(SPEAKER)),
        "source_type": Const("monitor"),
        "seen_in": Const("primary"),
        "series": Const(f"{SPEAKER}: {whom.columns.lower()} {metric}"),
        "derived_from": Const(()),
    }
    if metric in DEATH_METRICS:
        columns["deaths_counted"] = Const("direct")
    return columns
