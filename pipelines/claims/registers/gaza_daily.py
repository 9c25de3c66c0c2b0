"""Daily bulletins of killed and injured in Gaza, the West Bank and Lebanon, as compiled each day.

What belongs here: what each field of the daily files counts, who says it, and over which days. A
counter is a series; a field that the compiler filled in is the compiler's own and stands beside the
reported one. The published values of a counter and of its parts do not add up over days or fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pipelines.claims.reading import Release
from pipelines.claims.registers.gaza_fields import (
    GAZA,
    LEBANON,
    NO_FIGURES,
    REFERRED,
    WEST_BANK,
    Figure,
)
from pipelines.claims.tables.spec import (
    ClaimSpec,
    Column,
    Const,
    Expression,
    RowFault,
    TableSpec,
)
from pipelines.core.numerals import MAX_PEOPLE
from pipelines.core.period import DateFault, partial_day
from schemas.rules import literal, quoted
from schemas.vocab import DEATH_METRICS

COMPILER: Final = "Tech for Palestine"
ANCHOR: Final = date(2023, 10, 7)
"""Day from which the counters of Gaza and the West Bank count."""

SPEAKERS: Final = {
    "mohtel": ("Ministry of Health in Gaza", "health_authority"),
    "gmotel": ("Government Media Office in Gaza", "government"),
    "moph_lb": ("Ministry of Public Health of Lebanon", "health_authority"),
    "unocha": ("OCHA", "un_agency"),
    "ocha": ("OCHA", "un_agency"),
    "un": ("United Nations", "un_agency"),
    "who": ("WHO", "un_agency"),
}
"""Who stands behind a code of `report_source`, and what kind of body it is."""

_NO_SPEAKER: Final = "source not stated"

_DAYS: Final = 'CAST(ceil("report_period" / 24.0) AS INTEGER)'
"""Days of a report's period; a report of 0 hours is none."""

_BY_REPORT: Final = ("period", "earlier")
"""Windows of fields that say what one report adds."""

_NOT_REPORTED: Final = 'coalesce("report_period" = 0 AND {value} = 0, false)'
"""A 0 over 0 hours stands for a day without a report, which the next one covers: no figure."""


def tables(release: Release) -> Sequence[TableSpec]:
    """The layouts of the daily files, the bulletins beside them, and the record of changes.

    The card's fact `phase_starts` (`"2": 2026-03-02`) names the day on which Lebanon's ministry
    began to count a phase; else it lies where the phase's first report says that its hours began.
    """
    return (
        _lebanon(release),
        _west_bank(release),
        _bulletins(release),
        _gaza(release),
        _changes(release),
        _references(release),
    )


# Layouts


def _gaza(release: Release) -> TableSpec:
    area = _Area(release, "Gaza", "PS02", "Gaza Strip")
    return TableSpec(
        name="casualties_daily",
        title="Gaza: daily reported killed and injured",
        columns=(*_report(), *_counted(GAZA, needed=("killed_cum", "ext_killed_cum"))),
        record_id="'gaza/' || CAST(\"report_date\" AS VARCHAR)",
        claims=[area.claim(figure) for figure in GAZA],
        ignored=NO_FIGURES,
        adds_up=False,
    )


def _bulletins(release: Release) -> TableSpec:
    area = _Area(release, "Gaza", "PS02", "Gaza Strip", "figures.", "bulletin/")
    note = "figures.editorial_notes"
    return TableSpec(
        name="gaza_bulletins",
        title="Gaza: the Ministry of Health's daily bulletin, with the figures entered from it",
        columns=(
            *_report(),
            Column("text", needed=True),
            Column(note),
            *_counted(GAZA, "figures."),
        ),
        record_id="'bulletin/' || CAST(\"report_date\" AS VARCHAR)",
        claims=[area.claim(figure, {"note": quoted(note)}) for figure in GAZA],
        ignored=[f"figures.{name}" for name in NO_FIGURES],
        adds_up=False,
    )


def _west_bank(release: Release) -> TableSpec:
    area = _Area(release, "West Bank", "PS01", "West Bank", record="west-bank/")
    return TableSpec(
        name="west_bank_daily",
        title="West Bank: OCHA's casualty database beside the figures of its flash updates",
        columns=(
            Column("report_date", "day", needed=True, given=True),
            Column("flash_source", needed=True),
            *_counted(WEST_BANK),
        ),
        record_id="'west-bank/' || CAST(\"report_date\" AS VARCHAR)",
        claims=[area.claim(figure) for figure in WEST_BANK],
        ignored=NO_FIGURES,
        adds_up=False,
    )


def _lebanon(release: Release) -> TableSpec:
    area = _Area(release, "Lebanon", "LBN", "Lebanon", record="lebanon/")
    return TableSpec(
        name="lebanon_casualties_daily",
        title="Lebanon: reported killed and injured by phase of counting",
        columns=(
            *_report(),
            Column("phase", "whole", needed=True, given=True),
            *_counted(LEBANON),
        ),
        record_id="'lebanon/' || CAST(\"report_date\" AS VARCHAR)",
        derived=_phases(release),
        claims=[area.claim(figure, _lebanon_columns(figure)) for figure in LEBANON],
        row_faults=_unread_phases(release),
        ignored=NO_FIGURES,
        adds_up=False,
    )


def _phases(release: Release) -> dict[str, str]:
    """SQL for the days on which the phase of a row, and the first of all, began to be counted."""
    began = f'min("report_date" - {_DAYS}) FILTER ({_DAYS} > 0)'
    starts, _ = _phase_starts(release)
    known = " ".join(f"WHEN {literal(phase)} THEN DATE '{day}'" for phase, day in starts.items())
    stated = f'CASE CAST("phase" AS VARCHAR) {known} END' if known else "CAST(NULL AS DATE)"
    first = f'{began} OVER (PARTITION BY "phase")'
    return {
        "began_earliest": f"coalesce({stated}, {first})",
        "began_latest": f"coalesce({stated}, {first} + 1)",
        "all_began_earliest": f"{began} OVER ()",
        "all_began_latest": f"{began} OVER () + 1",
    }


def _unread_phases(release: Release) -> list[RowFault]:
    _, unread = _phase_starts(release)
    return [
        RowFault(
            "true",
            "",
            "card.phase_starts",
            f"The card's fact phase_starts cannot be read: {fault}.",
            "Write '\"2\": 2026-03-02' lines below it: a phase and its first day.",
        )
        for fault in unread
    ]


def _phase_starts(release: Release) -> tuple[dict[str, date], list[str]]:
    """The first day of each phase that the card names, and what of it cannot be read."""
    stated = release.facts.get("phase_starts", {})
    if not isinstance(stated, Mapping):
        return {}, ["it holds no days by phase"]
    starts: dict[str, date] = {}
    unread: list[str] = []
    for phase, text in stated.items():
        try:
            first, last = partial_day(str(text))
        except DateFault as fault:
            unread.append(fault.message)
            continue
        if first != last:
            unread.append(f"{text} is no single day")
        starts[str(phase)] = first
    return starts, unread


def _lebanon_columns(figure: Figure) -> dict[str, Expression]:
    """A total counts from the start of its phase; the compiler's runs over all phases."""
    if figure.window != "total":
        return {}
    if figure.said == "compiled":
        return {"start_earliest": '"all_began_earliest"', "start_latest": '"all_began_latest"'}
    series = f"'Lebanon {figure.name}, phase ' || CAST(\"phase\" AS VARCHAR) || ' (as reported)'"
    return {
        "start_earliest": '"began_earliest"',
        "start_latest": '"began_latest"',
        "series": series,
    }


def _references(release: Release) -> TableSpec:
    """The sources of single reports, with the figures entered from each as one JSON object."""
    areas = {
        "lebanon": _Area(release, "Lebanon", "LBN", "Lebanon", _ENTERED, "reference/lebanon/"),
        "west-bank": _Area(
            release, "West Bank", "PS01", "West Bank", _ENTERED, "reference/west-bank/"
        ),
    }
    counted = dict.fromkeys(figure.field for figures in REFERRED.values() for figure in figures)
    said = {
        field: f"nullif(json_extract_string(\"entered\", '$.{field}'), '')" for field in counted
    }
    claims = []
    for name, figures in REFERRED.items():
        for figure in figures:
            phases = _lebanon_columns(figure) if name == "lebanon" else {}
            more = {"value_as_written": said[figure.field], "derived_from": _LINK}
            claim = areas[name].claim(figure, {**phases, **more})
            claims.append(replace(claim, where=f'({claim.where}) AND "area" = {literal(name)}'))
    unread = " OR ".join(
        f"({text} IS NOT NULL AND {quoted(_ENTERED + field)} IS NULL)"
        for field, text in said.items()
    )
    return TableSpec(
        name="source_references",
        title="West Bank and Lebanon: the source of each report, and the figures taken from it",
        columns=(
            Column("area", needed=True, given=True),
            Column("report_date", "day", needed=True, given=True),
            Column("source_text", needed=True, given=True),
            Column("figures", needed=True),
        ),
        derived={
            "entered": 'CASE WHEN json_valid("figures") THEN "figures" END',
            **{
                name: f"json_extract_string(\"entered\", '$.{name}')"
                for name in ("report_source", "flash_source")
            },
            **{
                name: f"TRY_CAST(json_extract_string(\"entered\", '$.{name}') AS BIGINT)"
                for name in ("report_period", "phase")
            },
            **{
                f"{_ENTERED}{field}": f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,10}}') "
                f"AND CAST({text} AS BIGINT) <= {MAX_PEOPLE} THEN CAST({text} AS BIGINT) END"
                for field, text in said.items()
            },
            **_phases(release),
        },
        record_id="'reference/' || \"area\" || '/' || CAST(\"report_date\" AS VARCHAR)",
        claims=claims,
        row_faults=[
            RowFault(
                f'"area" NOT IN ({", ".join(map(literal, REFERRED))})',
                "area",
                "enum.area",
                "It is no area that the reader knows.",
                f"Use one of: {', '.join(REFERRED)}; else add the area to the reader.",
            ),
            RowFault(
                '"figures" IS NOT NULL AND "entered" IS NULL',
                "figures",
                "text.json",
                "It is no JSON object.",
                "Write the figures as the source file has them.",
            ),
            RowFault(
                unread,
                "figures",
                "number.not_a_number",
                "One of its figures is no whole number in digits, or less than 0.",
                "Write it in digits, without marks or words.",
            ),
            *_unread_phases(release),
        ],
        adds_up=False,
    )


_ENTERED: Final = "entered."

_LINK: Final = r"""list_filter([regexp_extract("source_text", 'https?://[^\s()\[\]<>"]+')],
    lambda x: x <> '')"""
"""The first address of a source's text; the words beside it may speak of single people."""


def _changes(release: Release) -> TableSpec:
    """Every change of a value: the later one replaces the earlier, an empty one withdraws it.

    Fields were renamed in January 2024 (`martyred` became `killed`): the old name's withdrawal and
    the new one's first value, published at one moment, are one value that went on.
    """
    area = _Area(release, "Gaza", "PS02", "Gaza Strip", record="changes/")
    fields = ", ".join(literal(figure.field) for figure in GAZA)
    others = ", ".join(map(literal, ("report_source", "report_period", *NO_FIGURES)))
    moment = 'PARTITION BY "report_date" ORDER BY "moment"'
    by_report = ", ".join(literal(figure.field) for figure in GAZA if figure.window in _BY_REPORT)
    taken_back = ['("new" IS NULL AND NOT "goes_on")']
    not_reported = _NOT_REPORTED.format(value='"figure"')
    taken_back.append(f'("counted" IN ({by_report}) AND {not_reported})')
    if release.facts.get("zeros") != "reported":
        taken_back.append('"figure" = 0')
    return TableSpec(
        name="casualties_daily_changes",
        title="Gaza: every change of every daily value, by the moment of its publication",
        columns=(
            Column("published_at", needed=True, given=True),
            Column("commit"),
            Column("report_date", "day", needed=True, given=True),
            Column("field", needed=True, given=True),
            Column("old", needed=True),
            Column("new", needed=True),
        ),
        derived={
            "counted": "replace(\"field\", 'martyred', 'killed')",
            "moment": _UTC,
            "figure": f'CASE WHEN "counted" IN ({fields}) '
            f"AND regexp_full_match(\"new\", '[0-9]{{1,10}}') "
            f'AND CAST("new" AS BIGINT) <= {MAX_PEOPLE} THEN CAST("new" AS BIGINT) END',
            "goes_on": 'count("new") OVER (PARTITION BY "moment", "report_date", "counted") > 0',
            "report_source": _in_force("report_source", "VARCHAR", moment),
            "report_period": _in_force("report_period", "BIGINT", moment),
        },
        record_id="'changes/' || CAST(\"report_date\" AS VARCHAR)",
        claims=[
            area.claim(figure, {"value_as_written": '"new"'}, value="figure", of_field=True)
            for figure in GAZA
        ],
        row_faults=(
            RowFault(
                '"moment" IS NULL',
                "published_at",
                "date.format",
                "It is no moment with its distance from UTC.",
                "Write it as 2024-01-15T12:11:40-05:00.",
            ),
            RowFault(
                f'"counted" NOT IN ({fields}, {others})',
                "field",
                "enum.field",
                "It is no field of the daily file that the reader knows.",
                "Add the field to the reader, or take the row out.",
            ),
            RowFault(
                f'"counted" IN ({fields}) AND starts_with("new", \'-\')',
                "new",
                "number.negative",
                "It is less than 0.",
                "Check it against the source's history.",
            ),
            RowFault(
                f'"counted" IN ({fields}) AND "new" IS NOT NULL AND "figure" IS NULL '
                "AND NOT starts_with(\"new\", '-')",
                "new",
                "number.not_a_number",
                "It is no whole number in digits.",
                "Write it in digits, without marks or words.",
            ),
        ),
        adds_up=False,
        edition='CAST(left("published_at", 10) AS DATE)',
        edition_key="strftime(\"moment\", '%Y%m%dT%H%M%SZ')",
        changes=" OR ".join(taken_back),
    )


_UTC: Final = (
    'CASE WHEN regexp_full_match("published_at", '
    "'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})') "
    "THEN try_strptime(left(\"published_at\", 19), '%Y-%m-%dT%H:%M:%S') "
    "- to_minutes(coalesce(TRY_CAST(substr(\"published_at\", 20, 1) || '1' AS BIGINT) "
    '* (60 * TRY_CAST(substr("published_at", 21, 2) AS BIGINT) '
    '+ TRY_CAST(substr("published_at", 24, 2) AS BIGINT)), 0)) END'
)
"""The moment in UTC, without asking the machine's time zone. Only the order of publications is
taken from it: the edition keeps the publication's own day."""


def _in_force(field: str, kind: str, window: str) -> str:
    """What a report's field says as of a row's publication, what was published with it included."""
    said = f'CASE WHEN "field" = {literal(field)} THEN "new" END'
    return f"TRY_CAST(last_value({said} IGNORE NULLS) OVER ({window}) AS {kind})"


# Columns


def _report() -> tuple[Column, ...]:
    return (
        Column("report_date", "day", needed=True, given=True),
        Column("report_source", needed=True),
        Column("report_period", "whole", needed=True),
    )


def _counted(
    figures: Iterable[Figure], before: str = "", needed: tuple[str, ...] = ()
) -> list[Column]:
    return [
        Column(f"{before}{figure.field}", "whole", needed=figure.field in needed)
        for figure in figures
    ]


# Claims


@dataclass(frozen=True)
class _Area:
    """What the claims of one file share."""

    release: Release
    name: str
    place_id: str
    written: str
    before: str = ""
    """What stands before a field in the names of its columns."""
    record: str = "gaza/"

    def claim(
        self,
        figure: Figure,
        more: Mapping[str, Expression] | None = None,
        value: str | None = None,
        of_field: bool = False,
    ) -> ClaimSpec:
        """The claim that a field makes; `of_field` where a row is a change of one field."""
        value = value or f"{self.before}{figure.field}"
        where = "true"
        if of_field:
            where = f'"counted" = {literal(figure.field)}'
        elif figure.window in _BY_REPORT:
            where = f"NOT {_NOT_REPORTED.format(value=quoted(value))}"
        place = self._place()
        columns: dict[str, Expression] = {
            "measure": Const("cumulative" if figure.window.endswith("total") else "flow"),
            "unit": Const(figure.unit),
            "population": Const(figure.population),
            "restriction": Const(figure.restriction),
            "cause": Const("unstated" if figure.metric == "displaced" else "conflict"),
            "place_id": Const(place),
            "place_role": Const("came_from" if figure.metric == "displaced" else "happened_in"),
            "place_as_written": Const(self.written),
            "derived_from": Const(()),
            **self._said(figure),
            **self._window(figure, of_field),
            "part_of": Const(None) if of_field else self._whole(figure),
            **(more or {}),
        }
        if figure.metric in DEATH_METRICS:
            columns["deaths_counted"] = Const(figure.deaths)
        return ClaimSpec(
            metric=figure.metric,
            value=value,
            columns=columns,
            suffix=figure.field,
            where=where,
            doubts=self._doubts(figure, place),
        )

    def _place(self) -> str | None:
        return self.release.gazetteer.resolve(self.place_id) or self.release.gazetteer.resolve(
            self.written
        )

    def _whole(self, figure: Figure) -> Expression:
        """The claim id of the total in the same row, where the row gives one."""
        if figure.part_of is None:
            return Const(None)
        before = literal(f"{self.release.source_id}/{self.release.release}/{self.record}")
        after = literal(f"#{figure.metric}.{figure.part_of}")
        given = f"{quoted(self.before + figure.part_of)} > 0"
        return f'CASE WHEN {given} THEN {before} || CAST("report_date" AS VARCHAR) || {after} END'

    def _said(self, figure: Figure) -> dict[str, Expression]:
        """Who says it, on what basis, and of which series it is a reading."""
        match figure.said:
            case "extrapolated" | "compiled":
                is_filled = figure.said == "extrapolated"
                how = "extrapolated" if is_filled else "continuous over phases"
                return {
                    "speaker": Const(COMPILER),
                    "speaker_id": Const(self.release.actors.resolve(COMPILER)),
                    "source_type": Const("ngo"),
                    "basis": Const("extrapolated" if is_filled else "tallied"),
                    "series": Const(f"{self.name} {figure.name} ({how} by {COMPILER})"),
                    "seen_in": Const("primary"),
                }
            case "verified":
                return {
                    **self._body("OCHA", "un_agency"),
                    "basis": Const("tallied"),
                    "series": Const(f"{self.name} {figure.name} (OCHA casualty database)"),
                    "seen_in": Const("copy"),
                }
            case "flash":
                return self._flash(figure)
        return {
            "speaker": self._by_source(0, literal(_NO_SPEAKER), '"report_source"'),
            "speaker_id": self._by_source(None, "NULL", "NULL"),
            "source_type": self._by_source(1, "NULL", "NULL"),
            "basis": Const("unstated"),
            "series": Const(f"{self.name} {figure.name} (as reported)"),
            "seen_in": Const("copy"),
        }

    def _body(self, name: str, kind: str) -> dict[str, Expression]:
        return {
            "speaker": Const(name),
            "speaker_id": Const(self.release.actors.resolve(name)),
            "source_type": Const(kind),
        }

    def _by_source(self, part: int | None, missing: str, otherwise: str) -> str:
        """SQL for what is known of a row's `report_source`: name, kind, or (None) the actor."""
        cases = []
        for code, known in SPEAKERS.items():
            said = self.release.actors.resolve(known[0]) if part is None else known[part]
            cases.append(f"WHEN {literal(code)} THEN {literal(said) if said else 'NULL'}")
        return (
            "CASE coalesce(\"report_source\", 'missing') "
            f"{' '.join(cases)} WHEN 'missing' THEN {missing} ELSE {otherwise} END"
        )

    def _flash(self, figure: Figure) -> dict[str, Expression]:
        """A figure of OCHA's flash updates; the compiler's own where it carried one forward."""

        def either(filled: str | None, printed: str | None) -> str:
            options = (literal(one) if one else "NULL" for one in (filled, printed))
            return "CASE \"flash_source\" WHEN 'fill' THEN {} ELSE {} END".format(*options)

        actor = self.release.actors.resolve
        series = f"{self.name} {figure.name} "
        return {
            "speaker": either(COMPILER, "OCHA"),
            "speaker_id": either(actor(COMPILER), actor("OCHA")),
            "source_type": either("ngo", "un_agency"),
            "basis": either("extrapolated", "unstated"),
            "series": either(
                f"{series}(carried forward by {COMPILER})", f"{series}(OCHA flash updates)"
            ),
            "seen_in": either("primary", "copy"),
        }

    def _window(self, figure: Figure, of_field: bool) -> dict[str, Expression]:
        """The four days. A report's hours end on its day, and began that many days before or, where
        they began after midnight, a day later."""
        end = '"report_date"'
        days: tuple[Expression, Expression, Expression, Expression]
        anchor = f"DATE '{ANCHOR}'"
        written = f"'to ' || CAST({end} AS VARCHAR)"
        match figure.window:
            case "total":
                days = (Const(ANCHOR), Const(ANCHOR), end, end)
                written = f"'since {ANCHOR} to ' || CAST({end} AS VARCHAR)"
            case "later_total":
                days = (Const(ANCHOR), end, end, end)
            case "earlier":
                days = (Const(ANCHOR), end, Const(ANCHOR), end)
            case "day":
                days = (end, end, end, end)
                written = f"CAST({end} AS VARCHAR)"
            case "period":
                hours = f"CASE WHEN {_DAYS} > 0 THEN "
                start = f"greatest({end} - {_DAYS}, {anchor})"
                if figure.additions and not of_field:
                    start = f"CASE WHEN {self._added(figure)} THEN {anchor} ELSE {start} END"
                days = (f"{hours}{start} END", f"{hours}{end} - {_DAYS} + 1 END", end, end)
                written = f"coalesce(\"report_period\" || ' hours ', '') || {written}"
        return {
            **dict(
                zip(
                    ("start_earliest", "start_latest", "end_earliest", "end_latest"),
                    days,
                    strict=True,
                )
            ),
            "period_as_written": written,
        }

    def _added(self, figure: Figure) -> str:
        fields = (f"coalesce({quoted(self.before + field)}, 0)" for field in figure.additions)
        return f"{' + '.join(fields)} > 0"

    def _doubts(self, figure: Figure, place: str | None) -> dict[str, str]:
        doubts: dict[str, str] = {}
        if place is None:
            doubts["place_unresolved"] = "true"
        if figure.window == "period":
            doubts["period_not_stated"] = 'coalesce("report_period", 0) = 0'
        if figure.additions:
            doubts["deaths_may_be_earlier"] = "true"
        if figure.said == "reported" and self.name != "Lebanon":
            doubts["no_report_that_day"] = (
                'coalesce("report_period" = 0, false) '
                "OR coalesce(\"report_source\" = 'missing', true)"
            )
        if figure.said == "flash":
            doubts["carried_forward"] = "coalesce(\"flash_source\" = 'fill', false)"
        return doubts
