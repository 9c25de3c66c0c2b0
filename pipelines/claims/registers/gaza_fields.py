"""The fields of the daily bulletins that count people: what each counts, over which days, who says.

Declarations only; `gaza_daily` makes claims of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

NO_FIGURES: Final = ("massacres_cum", "ext_massacres_cum", "settler_attacks_cum")
"""Counters of events, not of people."""

Window = Literal["total", "later_total", "period", "day", "earlier"]
"""Over which days a field counts: since the anchor; since a day that is not stated; the hours that
the report covers; the day itself; or some time before, for deaths that were added later."""

Said = Literal["reported", "extrapolated", "flash", "verified", "compiled"]


@dataclass(frozen=True)
class Figure:
    """One field of a daily file that counts people."""

    field: str
    metric: str
    window: Window
    name: str
    """What the counter counts, for the name of its series."""
    said: Said = "reported"
    population: str = "all"
    restriction: str | None = None
    deaths: str = "direct"
    unit: str = "people"
    part_of: str | None = None
    """The field of the same row of which this is a part."""
    additions: tuple[str, ...] = ()
    """Fields of the row that say how many of these died earlier."""


_LATER: Final = ("killed_committee", "killed_recovered", "killed_succumbed")

_GAZA: Final = (
    Figure("killed", "killed", "period", "killed by report", additions=_LATER),
    Figure("killed_cum", "killed", "total", "killed"),
    Figure("injured", "injured", "period", "injured by report"),
    Figure("injured_cum", "injured", "total", "injured"),
    Figure(
        "killed_children_cum",
        "killed",
        "total",
        "children killed",
        population="children",
        part_of="killed_cum",
    ),
    Figure(
        "killed_women_cum",
        "killed",
        "total",
        "women killed",
        population="women",
        part_of="killed_cum",
    ),
    Figure(
        "med_killed_cum",
        "killed",
        "total",
        "medical personnel killed",
        population="health_workers",
    ),
    Figure("press_killed_cum", "killed", "total", "press killed", population="journalists"),
    Figure(
        "civdef_killed_cum",
        "killed",
        "total",
        "civil defence killed",
        restriction="civil defence personnel",
    ),
    Figure(
        "killed_truce_new",
        "killed",
        "period",
        "newly killed",
        restriction="newly killed, without those added later",
        part_of="killed",
    ),
    Figure(
        "killed_committee",
        "killed",
        "earlier",
        "killed, added by the judicial committee",
        restriction="added by the judicial committee",
        part_of="killed",
    ),
    Figure(
        "killed_recovered",
        "killed",
        "earlier",
        "killed, bodies recovered",
        restriction="bodies recovered",
        part_of="killed",
    ),
    Figure(
        "killed_succumbed",
        "killed",
        "earlier",
        "killed, succumbed to earlier injuries",
        restriction="succumbed to earlier injuries",
        part_of="killed",
    ),
    Figure(
        "aid_seeker_killed_cum",
        "killed",
        "later_total",
        "aid seekers killed",
        restriction="people seeking aid",
    ),
    Figure(
        "aid_seeker_injured_cum",
        "injured",
        "later_total",
        "aid seekers injured",
        restriction="people seeking aid",
    ),
    Figure(
        "famine_cum",
        "killed",
        "later_total",
        "famine deaths",
        restriction="famine and malnutrition",
        deaths="indirect",
    ),
    Figure(
        "child_famine_cum",
        "killed",
        "later_total",
        "famine deaths of children",
        restriction="famine and malnutrition",
        population="children",
        deaths="indirect",
        part_of="famine_cum",
    ),
)

_FILLED_IN: Final = (
    "killed",
    "killed_cum",
    "injured",
    "injured_cum",
    "killed_children_cum",
    "killed_women_cum",
    "med_killed_cum",
    "press_killed_cum",
    "civdef_killed_cum",
)
"""Fields beside which the compiler keeps one of its own, without gaps: `ext_` and the name."""

GAZA: Final = (
    *_GAZA,
    *(
        replace(
            figure,
            field=f"ext_{figure.field}",
            said="extrapolated",
            part_of=figure.part_of and f"ext_{figure.part_of}",
        )
        for figure in _GAZA
        if figure.field in _FILLED_IN
    ),
)

WEST_BANK: Final = (
    Figure("killed_cum", "killed", "total", "killed", "flash"),
    Figure(
        "killed_children_cum",
        "killed",
        "total",
        "children killed",
        "flash",
        population="children",
        part_of="killed_cum",
    ),
    Figure("injured_cum", "injured", "total", "injured", "flash"),
    Figure(
        "injured_children_cum",
        "injured",
        "total",
        "children injured",
        "flash",
        population="children",
        part_of="injured_cum",
    ),
    Figure(
        "displaced_households_cum",
        "displaced",
        "total",
        "households displaced",
        "flash",
        unit="households",
    ),
    Figure("displaced_persons_cum", "displaced", "total", "persons displaced", "flash"),
    Figure(
        "displaced_children_cum",
        "displaced",
        "total",
        "children displaced",
        "flash",
        population="children",
        part_of="displaced_persons_cum",
    ),
    *(
        Figure(
            f"verified.{metric}{whom}{total}",
            metric,
            "total" if total else "day",
            f"{'children ' if whom else ''}{metric}{'' if total else ' by day'}",
            "verified",
            population="children" if whom else "all",
            part_of=f"verified.{metric}{total}" if whom else None,
        )
        for metric in ("killed", "injured")
        for whom in ("", "_children")
        for total in ("", "_cum")
    ),
)

LEBANON: Final = (
    Figure("killed", "killed", "period", "killed by report"),
    Figure("injured", "injured", "period", "injured by report"),
    Figure("killed_cum_reported", "killed", "total", "killed"),
    Figure("injured_cum_reported", "injured", "total", "injured"),
    Figure("killed_cum", "killed", "total", "killed", "compiled"),
    Figure("injured_cum", "injured", "total", "injured", "compiled"),
)

REFERRED: Final[dict[str, tuple[Figure, ...]]] = {
    "lebanon": (
        Figure("killed", "killed", "period", "killed by report"),
        Figure("injured", "injured", "period", "injured by report"),
        Figure("killed_cum", "killed", "total", "killed"),
        Figure("injured_cum", "injured", "total", "injured"),
    ),
    "west-bank": (
        *WEST_BANK,
        *(
            replace(
                figure,
                field=figure.field.removesuffix("_cum"),
                name=f"{figure.name} by report",
                window="period",
                part_of=None,
            )
            for figure in WEST_BANK
            if figure.said == "flash"
        ),
    ),
}
"""What is entered from a source, by area. Lebanon's totals are those of its ministry's phase; some
sources of the West Bank give the people of their own hours."""
