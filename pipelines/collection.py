"""A release opened for questions: floors, sums and asks in Python, now or as of a day.

It reads a release's database and hands what stands there to the stage `estimates`; nothing that
decides a number belongs here. `attest ask` and notebooks use it.
"""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

import schemas
from pipelines.core.actors import Actors
from pipelines.core.display import displays
from pipelines.core.period import DateFault, partial_day
from pipelines.core.records import Record, records
from pipelines.core.relation import Facts
from pipelines.estimates import register_answers, sums, trends
from pipelines.estimates.arithmetic import arithmetic
from pipelines.estimates.asking import Asked, Material, ask, floor_in_one_unit
from pipelines.estimates.attribution import attribution_checks, checks
from pipelines.estimates.findings import findings
from pipelines.estimates.floors import Cap, Floor, cap_of, floors
from pipelines.estimates.held import Held, hold
from pipelines.estimates.pairs import compared_with, relations
from pipelines.estimates.questions import questions
from pipelines.estimates.register_answers import Speaking
from pipelines.estimates.rows import OF_CLAIMS, rows_of
from pipelines.estimates.rules import answers, latest_day_known
from schemas.claims import Claims
from schemas.estimates import Estimates, Findings
from schemas.figures import Figures
from schemas.models import Model
from schemas.raw import Actors as ActorsTable
from schemas.raw import HouseRules, Places, Populations, Territories
from schemas.rules import literal, quoted

_PUBLISHED = {schemas.table_of(model): model for model in schemas.PUBLISHED}
_OF_ENTRIES = ("claims", "figures", "events")
"""The tables that may hold millions of entries of registers: never read whole."""


_OF_RELEASES = {
    "marts/revisions": "to_release",
    "marts/register_totals": "release",
    "marts/event_totals": "release",
}
"""The tables whose rows were known when a release of a register was out, and which that was."""


class CollectionFault(ValueError):
    """A release that cannot be opened, or a place or day that it cannot use; says what to do."""


@dataclass(frozen=True)
class Collection:
    """The claims of a release with what the registers say, ready for questions.

    Entries of registers stay in the database: what is asked is put to them there, and those that
    somebody names are fetched.

    Attributes
    ----------
    rows
        Every figure but those of entries, also of claims that do not count, with what is looked at
        of its claim.
    held
        Those that count (repeats too), with the registers of places, populations and actors.
    as_of
        The last day of publication that is looked at: the day asked for, else that of the latest
        publication among the claims that count.
    undated
        How many claims are left out of a past day, since no day is known for them.

    Examples
    --------
    >>> now = Collection.open("data/marts/casualties.duckdb")  # after `attest build`
    >>> now.ask(metric="refugees", place="Syria", end="2016-12-31")["answer"]
    'answered'
    >>> then = Collection.open("data/marts/casualties.duckdb", "2016-10-06")
    >>> then.ask(metric="refugees", place="Syria", end="2016-12-31")["answer"]
    'not_answerable'
    """

    rows: tuple[Record, ...]
    held: Held
    recorded: tuple[Record, ...]
    """The findings that the release holds, of today."""
    house_rules: tuple[Record, ...]
    as_of: date | None
    database: Path
    day: date | None = None
    """The past day that is asked about, if any."""
    registers: tuple[Speaking, ...] = ()
    """The releases and editions of registers to which questions are put."""
    register_places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By metric, the countries of which they hold figures."""
    undated: int = 0
    made_anew: bool = False
    """Whether findings are those of the day asked for; a public release shows only its own."""

    @classmethod
    def open(cls, database: str | Path, as_of: str | date | None = None) -> Collection:
        """Load a release's casualties.duckdb.

        Parameters
        ----------
        database
            The file of a release.
        as_of
            A whole ISO day: look only at what had been published by then, by today's collection,
            with withdrawals, replacements and repeats as they stood. Claims without a known day
            are left out and counted.

        Raises
        ------
        CollectionFault
            Where the file is not a release of this version, or `as_of` is no day.
        """
        day = None if as_of is None else _day(as_of)
        asked = _asked(day)
        try:
            with duckdb.connect(str(database), read_only=True) as connection:
                of_documents = "WHERE entry_of IS NULL"
                claims = _table(connection, Claims, f"claims{asked} {of_documents}", OF_CLAIMS)
                figures = _table(connection, Figures, f"figures{asked} {of_documents}")
                registers = register_answers.speaking(connection, day)
                register_places = register_answers.places(connection, registers)
                facts = Facts.of(
                    _table(connection, Places, "places"),
                    _table(connection, Territories, "territories"),
                    _table(connection, Populations, "populations"),
                )
                actors = Actors(_table(connection, ActorsTable, "actors"))
                recorded = _records(connection, Findings, "findings")
                house_rules = _records(connection, HouseRules, "house_rules")
                undated = 0 if day is None else _count(connection, "undated_claims()")
                made_anew = day is not None and _is_own(connection)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise CollectionFault(
                f"{database} was made by another version of Attest: run `attest build`"
            ) from error
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise CollectionFault(f"{database} is not the database of a release") from error
        rows = rows_of(claims, figures)
        known = [one.known_on for one in registers] + [latest_day_known(rows)]
        return cls(
            rows=tuple(rows),
            held=hold(rows, facts, actors),
            recorded=tuple(recorded),
            house_rules=tuple(house_rules),
            as_of=day or max((one for one in known if one is not None), default=None),
            database=Path(database),
            day=day,
            registers=registers,
            register_places=register_places,
            undated=undated,
            made_anew=made_anew,
        )

    @property
    def facts(self) -> Facts:
        """What the registers say of places, territories and classes of people."""
        return self.held.facts

    @cached_property
    def findings(self) -> tuple[Record, ...]:
        """What the claims show when laid side by side, with what a person decided of it.

        Of a past day they are looked for anew: a later publication may have taken a claim back, or
        stand in a finding instead of an earlier one.
        """
        if not self.made_anew:
            known = {row["claim_id"] for row in self.rows}
            return tuple(row for row in self.recorded if known.issuperset(row["claim_ids"]))
        settled = {(row["finding_id"], row["rests_on"]): row for row in self.recorded}
        return tuple(
            settled.get((found["finding_id"], found["rests_on"]), found)
            for found in findings(self.held, checks(self.held), ())
        )

    def marts(
        self, metrics: Several[str] = (), place_ids: Several[str] = ()
    ) -> dict[str, pd.DataFrame]:
        """The published tables by 'marts/<table>', as of the day: what charts and briefings show.

        Parameters
        ----------
        metrics, place_ids
            Of which counters of registers are among the claims; single entries that add up never
            are, since their totals stand in tables of their own. Empty: no counters.

        Returns
        -------
        dict of DataFrame
            Of a past day claims, figures, documents, questions, answers, evidence, floors and
            findings are those of that day; the other tables are what is held today. Tables that a
            public release lacks are empty.
        """
        with self._connected() as connection:
            found = {
                f"marts/{table}": _published(connection, model)
                for table, model in _PUBLISHED.items()
                if table not in _OF_ENTRIES
            }
            where = "WHERE entry_of IS NULL"
            if metrics and place_ids:
                of = " AND ".join(
                    f"{column} IN ({', '.join(map(literal, sorted(words)))})"
                    for column, words in (("metric", metrics), ("place_id", place_ids))
                )
                where += f" OR (adds_up = false AND {of})"
            shown = f"claims{_asked(self.day)} {where}"
            claims = _table(connection, _PUBLISHED["claims"], shown)
            figures = _table(connection, _PUBLISHED["figures"], f"figures{_asked(self.day)}")
        figures = figures[figures["claim_id"].isin(claims["claim_id"])]
        found |= {"marts/claims": claims, "marts/figures": figures.reset_index(drop=True)}
        return found if self.day is None else found | self._answered_then(found)

    def _answered_then(self, today: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """The tables of answers as of the day that is asked about."""
        estimates, evidence = answers(self.rows, self.held.actors, self.house_rules)
        asked = questions(self.rows, dict(self.facts.gazetteer.names), estimates)
        compared = compared_with(asked, self.facts)
        for question in asked:
            question["compared_with"] = compared[question["question_id"]]
        made = {
            "questions": asked,
            "evidence": evidence,
            "floors": floors(asked, self.held),
            "findings": list(self.findings),
            "arithmetic": arithmetic(self.held),
            "attribution_checks": attribution_checks(checks(self.held)),
        }
        found = {
            f"marts/{table}": schemas.frame(_PUBLISHED[table], rows) for table, rows in made.items()
        }
        answered = schemas.frame(Estimates, estimates)
        shown = answered.assign(**displays(answered))
        found["marts/estimates"] = schemas.coerce(_PUBLISHED["estimates"], shown)
        found["marts/relations"] = relations(asked, self.facts)
        documents, claims = today["marts/documents"], today["marts/claims"]
        known = documents["document_id"].isin(claims["document_id"])
        found["marts/documents"] = documents[known].reset_index(drop=True)
        return found | self._released_then(today)

    def _released_then(self, today: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """The tables of registers, of those releases that were out on the day."""
        releases = today["marts/releases"]
        out = releases[releases["published_on"] <= pd.Timestamp(str(self.day))]
        names = set(zip(out["source_id"], out["release"], strict=True))
        found = {"marts/releases": out.reset_index(drop=True)}
        for table, column in _OF_RELEASES.items():
            rows = today[table]
            held = [key in names for key in zip(rows["source_id"], rows[column], strict=True)]
            found[table] = rows.loc[held].reset_index(drop=True)
        return found

    def place(self, named: str) -> str:
        """The id of the one place of that id or exact name.

        Raises
        ------
        CollectionFault
            Where several places bear the name, which are listed, or none does: near names are.
        """
        gazetteer = self.facts.gazetteer
        if found := gazetteer.resolve(named):
            return found
        several = gazetteer.candidates(named)
        listed = "; ".join(
            f"{at} ({gazetteer.name(at)})" for at in several or gazetteer.near(named)
        )
        if several:
            raise CollectionFault(f"'{named}' names several places, write one of the ids: {listed}")
        hint = f"near it: {listed}" if listed else "marts.places lists the places that are known"
        raise CollectionFault(f"'{named}' is no id and no exact name of a place; {hint}")

    def asked(self, *, metric: str, place: str, **axes: str | None) -> Asked:
        """A scope to ask about; `place`, and `from_place` if any, by id or exact name.

        Raises
        ------
        CollectionFault
            As `place`.
        pipelines.estimates.asking.AskFault
            Where a word or a date is none.
        """
        if left := axes.pop("from_place", None):
            axes["from_place_id"] = self.place(left)
        given = {axis: value for axis, value in axes.items() if value}
        return Asked(metric=metric, place_id=self.place(place), **given)

    def ask(
        self, *, metric: str, place: str, assuming: str | None = None, **axes: str | None
    ) -> dict[str, Any]:
        """Everything that the release says to a scope: see `pipelines.estimates.asking.ask`.

        Parameters
        ----------
        metric, place, **axes
            The scope, in the fields of `Asked`; places by id or exact name.
        assuming
            A claim by id that is taken to cap what lies inside its scope, with a margin or
            without: ``"CLAIM"``, ``"CLAIM+30%"``.

        Raises
        ------
        CollectionFault
            As `place`; and where the claim is not held or gives no number to cap with.
        pipelines.estimates.asking.AskFault
            Where a word or a date is none.
        """
        cap = None if assuming is None else self._cap(assuming)
        asked = self.asked(metric=metric, place=place, **axes)
        result = ask(asked, self._material_with(self._totals(asked)), cap)
        return {**result, "undated": self.undated}

    def floor(self, *, metric: str, place: str, **axes: str | None) -> Floor:
        """The least that the claims inside a scope force: at least, if the lists are clean.

        It counts people unless `unit` says otherwise, or only households, homes or movements are
        held; its statement says so.
        """
        asked = self.asked(metric=metric, place=place, **axes)
        return floor_in_one_unit(asked.row(), self._held_with(self._totals(asked)))[0]

    def safe_sum(
        self, claim_ids: Iterable[str | sums.Sum], accept: Iterable[tuple[str, str]] = ()
    ) -> sums.Sum:
        """The total over claims that share nobody, else a refusal: `estimates.sums.safe_sum`."""
        named = list(claim_ids)
        ids = [
            claim
            for one in named
            for claim in (one.claim_ids if isinstance(one, sums.Sum) else [one])
        ]
        return sums.safe_sum(named, self._holding(ids), accept)

    def percentage_change(self, from_claim: str, to_claim: str) -> trends.Change:
        """The change between two claims in percent, else a refusal: `estimates.trends`."""
        return trends.percentage_change(from_claim, to_claim, self._holding([from_claim, to_claim]))

    def ranking(self, claim_ids: Iterable[str]) -> trends.Ranking:
        """Claims of one question in several places, else a refusal: `estimates.trends`."""
        named = list(claim_ids)
        return trends.ranking(named, self._holding(named))

    def rate(self, claim_id: str, per: str | int) -> trends.Rate:
        """A claim by a span of time or a number of people, else a refusal: `estimates.trends`."""
        return trends.rate(claim_id, per, self._holding([claim_id]))

    def _cap(self, assuming: str) -> Cap:
        try:
            named = [assuming.strip(), assuming.rpartition("+")[0].strip()]
            return cap_of(assuming, self._holding(named))
        except ValueError as error:
            raise CollectionFault(str(error)) from error

    # Entries of registers

    @contextmanager
    def _connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            yield connection

    def _totals(self, asked: Asked) -> list[Record]:
        """What each register gives for a scope: its entries inside, added up."""
        if not self.registers:
            return []
        claims = f"marts.claims{_asked(self.day)}"
        with self._connected() as connection:
            scope, gazetteer = asked.row(), self.facts.gazetteer
            return register_answers.readings(connection, claims, scope, self.registers, gazetteer)

    def _holding(self, claim_ids: Iterable[str]) -> Held:
        """What is held, with those entries of registers that somebody names."""
        ids = sorted(set(claim_ids) - self.held.by_claim.keys() - self.held.aside.keys())
        if not ids or not self.registers:
            return self.held
        named = ", ".join(map(literal, ids))
        asked, where = _asked(self.day), f"WHERE claim_id IN ({named})"
        with self._connected() as connection:
            claims = _table(connection, Claims, f"claims{asked} {where}", OF_CLAIMS)
            figures = _table(connection, Figures, f"figures{asked} {where}")
        return self._held_with(rows_of(claims, figures))

    def _held_with(self, more: list[Record]) -> Held:
        if not more:
            return self.held
        return hold([*self.rows, *more], self.facts, self.held.actors)

    def _material_with(self, totals: list[Record]) -> Material:
        """What an ask looks at, with what registers say to the very scope."""
        if not totals:
            return self._material
        rows = (*self.rows, *totals)
        estimates, evidence = answers(rows, self.held.actors, self.house_rules)
        return replace(
            self._material,
            rows=rows,
            held=self._held_with(totals),
            estimates=estimates,
            evidence=evidence,
        )

    @cached_property
    def _material(self) -> Material:
        estimates, evidence = answers(self.rows, self.held.actors, self.house_rules)
        return Material(
            rows=self.rows,
            held=self.held,
            estimates=estimates,
            evidence=evidence,
            findings=self.findings,
            places=self.facts.gazetteer.names,
            as_of=self.as_of,
            registers_known_on=max((one.known_on for one in self.registers), default=None),
            register_places=self.register_places,
        )


def _asked(day: date | None) -> str:
    """What follows the name of claims and figures in the macros of a past day."""
    return "" if day is None else f"_as_of(DATE '{day.isoformat()}')"


def _day(as_of: str | date) -> date:
    """A whole day from an ISO date."""
    if isinstance(as_of, date):
        return as_of
    try:
        first, last = partial_day(as_of)
    except DateFault as fault:
        raise CollectionFault(f"as of '{as_of}': {fault}; {fault.fix}") from fault
    if first != last:
        raise CollectionFault(f"as of '{as_of}': write a whole day, such as {last.isoformat()}")
    return first


def _table(
    connection: duckdb.DuckDBPyConnection, model: Model, source: str, names: Iterable[str] = ()
) -> Any:
    """A table of the release, or what a macro gives, with its model's types."""
    selected = ", ".join(map(quoted, names or schemas.columns(model)))
    return schemas.coerce(model, connection.execute(f"SELECT {selected} FROM marts.{source}").df())


def _published(connection: duckdb.DuckDBPyConnection, model: Model) -> pd.DataFrame:
    """A table of the release; an empty one where a public release holds none of it."""
    try:
        found = _table(connection, model, schemas.table_of(model))
    except duckdb.CatalogException:
        if not schemas.is_internal(model):
            raise
        return schemas.frame(model, [])
    assert isinstance(found, pd.DataFrame)
    return found


def _records(connection: duckdb.DuckDBPyConnection, model: Model, source: str) -> list[Record]:
    return records(_table(connection, model, source), schemas.columns(model))


def _is_own(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a release is the office's own: a public one has no internal table."""
    internal = [
        schemas.table_of(model) for model in schemas.PUBLISHED if schemas.is_internal(model)
    ]
    held = connection.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'marts' "
        "AND list_contains(?, table_name)",
        [internal],
    ).fetchall()
    return bool(held[0][0])


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    (row,) = connection.execute(f"SELECT count(*) FROM marts.{source}").fetchall()
    return int(row[0])
