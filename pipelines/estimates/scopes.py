"""The scopes of many claims at once: which lie within an asked one, and which may share people.

What `core.relation` says of two scopes is found here for thousands, by looking at each distinct
place, window and class of people once. Every verdict is that module's own: what lies within is
asked of `lies_within`, and how the axes part two claims is tried out with `on_axes`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipelines.core.areas import Area
from pipelines.core.relation import (
    Facts,
    Scope,
    adding_register,
    kind_of_measure,
    lies_within,
    of_cause,
    of_deaths,
    of_limit,
    of_measure,
    of_metric,
    of_nationality,
    of_role,
    of_unit,
    on_axes,
    relate_claims,
)
from pipelines.core.verdict import ANY
from pipelines.core.windows import NEVER, common_days, days_of, is_in_window

Row = Mapping[str, Any]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
_Bits = np.uint16

_ALIKE: Final = (
    "metric",
    "measure",
    "unit",
    "deaths_counted",
    "cause",
    "place_role",
    "from_place_id",
)
"""With place, window and class of people: the columns that can part two claims."""
_AS_WRITTEN: Final = ("nationality", "restriction", "coverage")
_OF_SCOPE: Final = (
    *_ALIKE,
    *_AS_WRITTEN,
    "population",
    "source_id",
    "place_id",
    "territory",
    "start_earliest",
    "start_latest",
    "end_earliest",
    "end_latest",
)

_ROWS_AT_ONCE: Final = 512

# What parts two claims whose columns of `_ALIKE` are these, as bits.
_ALWAYS: Final = 1
_ON_THE_SAME_DAYS: Final = 2
_BY_WINDOW: Final = 4
# Of the rest the first bit holds of two windows, the second of claims on the very same days.
_BY_CLASS: Final = (8, 16)
_BY_PLACE: Final = ((32, 64), (128, 256))
"""By places apart in one country, and in two."""
_BY_REGISTER: Final = (512, 1024)


def _window(first: int, last: int) -> dict[str, date]:
    start, end = date(2001, 1, first), date(2001, 1, last)
    return {
        "start_earliest": start,
        "start_latest": start,
        "end_earliest": end,
        "end_latest": end,
    }


_ONE_WINDOW: Final = (_window(1, 9), _window(1, 9))
_MEETING: Final = (_window(1, 9), _window(5, 15))
_WITHOUT_A_DAY_IN_COMMON: Final = (_window(1, 9), _window(20, 25))
_ANYBODY: Final = {
    "population": "all",
    "nationality": None,
    "source_id": None,
    "restriction": None,
    "coverage": None,
    "part_of": None,
    "entry_of": None,
}
_ANY_CLASS: Final[tuple[dict[str, Any], dict[str, Any]]] = ({}, {})
_NOWHERE: Final[tuple[Area, Area]] = ((None, None), (None, None))
"""Places of which nothing is known part nobody."""


class Scopes:
    """The scopes of some claims, ready to be compared.

    Parameters
    ----------
    rows
        Rows of figures with part_of, entry_of, adds_up, edition, restriction and coverage of their
        claims.
    facts
        What the registers say.
    """

    def __init__(self, rows: Sequence[Row], facts: Facts) -> None:
        self.rows = rows
        self._facts = facts
        self.position = {row["claim_id"]: i for i, row in enumerate(rows)}
        days = [days_of(row) for row in rows]
        self._days = np.array(days, dtype=np.int64).reshape(-1, 4).T
        self.first, self.last = self._days[0], self._days[3]
        self._window, windows = _codes(days)
        self._stated = np.array([-NEVER not in w and NEVER not in w for w in windows], dtype=bool)
        self._kind, self._kinds = _codes(tuple(row[name] for name in _ALIKE) for row in rows)
        self._class, self._classes = _codes((row["population"], row["source_id"]) for row in rows)
        self._written, self._words = _codes(
            tuple(row.get(name) for name in _AS_WRITTEN) for row in rows
        )
        self._area, self._areas = _codes((row["place_id"], row["territory"]) for row in rows)
        self._scope, _ = _codes(tuple(row.get(name) for name in _OF_SCOPE) for row in rows)
        self._has_territory = np.array([row["territory"] is not None for row in rows], dtype=bool)
        self._register, self._registers = _codes(adding_register(row) for row in rows)
        self._record, _ = _codes((row["entry_of"], row["record_id"]) for row in rows)
        self._metric, self._metrics = _codes(row["metric"] for row in rows)
        self._scopes: dict[int, Scope] = {}
        self._parting = np.full((len(self._kinds), len(self._kinds)), -1, dtype=np.int16)
        self._in_place: dict[tuple[str | None, bool], Numbers] = {}
        self._in_kind: dict[tuple[Any, ...], Flags] = {}
        self._in_words: dict[tuple[Any, ...], Flags] = {}
        self._in_class: dict[tuple[str, str | None], Flags] = {}

    # Within

    def within(self, asked: Row, among: Flags | None = None) -> Numbers:
        """Positions of the claims whose scope lies within the asked one with certainty.

        Parameters
        ----------
        asked
            A scope, with `ANY` on the axes that are left open.
        among
            Which claims are looked at; all where it is not given.
        """
        scope = Scope(asked)
        verdicts: dict[int, bool] = {}
        found = []
        for i in self.perhaps_within(asked, among).tolist():
            own = int(self._scope[i])
            if own not in verdicts:
                verdicts[own] = lies_within(self._scope_of(i), scope, self._facts, limits=True)
            if verdicts[own]:
                found.append(i)
        return np.array(found, dtype=np.int64)

    def perhaps_within(self, asked: Row, among: Flags | None = None) -> Numbers:
        """Positions of the claims that may lie within the asked scope: no other does."""
        days = days_of(asked)
        near = self._perhaps_in(asked)
        if among is not None:
            near = near[among[near]]
        near = near[(self.first[near] >= days[0]) & (self.last[near] <= days[3])]
        for codes, flags in (
            (self._kind, self._kind_within(asked)),
            (self._class, self._class_within(asked)),
            (self._written, self._words_within(asked)),
        ):
            near = near[flags[codes[near]]]
        own = self._days[:, near]
        in_window: Flags = is_in_window((own[0], own[1], own[2], own[3]), days)
        found: Numbers = near[in_window]
        return found

    def _perhaps_in(self, asked: Row) -> Numbers:
        """Claims of areas that may lie in the asked one: by the tree, or by a territory's name."""
        place, named = asked["place_id"], asked["territory"] is not None
        if (place, named) not in self._in_place:
            areas = [
                place == ANY or place in around or (bool(around) and (named or bool(area[1])))
                for area, around in zip(self._areas, self._around, strict=True)
            ]
            self._in_place[place, named] = np.flatnonzero(np.array(areas, dtype=bool)[self._area])
        return self._in_place[place, named]

    @cached_property
    def _around(self) -> list[frozenset[str]]:
        """The place of each area with the places around it."""
        above = self._facts.gazetteer.ancestors
        return [frozenset((at, *above(at)) if at else ()) for at, _ in self._areas]

    def _kind_within(self, asked: Row) -> Flags:
        """Kinds that may lie within the asked one by what is counted, how and of which cause."""
        measure = kind_of_measure(asked["metric"], asked["measure"])
        named = ("metric", "unit", "deaths_counted", "cause", "place_role")
        key = (measure, *(asked[name] for name in named))
        if key not in self._in_kind:
            counted = (asked["metric"], asked["deaths_counted"])
            self._in_kind[key] = np.array(
                [
                    of_metric(metric, asked["metric"], True).is_within
                    and of_measure(kind_of_measure(metric, own), measure, True).is_within
                    and of_unit(unit, asked["unit"]).is_within
                    and of_deaths((metric, deaths), counted).is_within
                    and of_cause(cause, asked["cause"], True).is_within
                    and of_role(role, asked["place_role"]).is_within
                    for metric, own, unit, deaths, cause, role, _ in self._kinds
                ],
                dtype=bool,
            )
        return self._in_kind[key]

    def _class_within(self, asked: Row) -> Flags:
        """Classes of people within the asked one."""
        key = (asked["population"], asked.get("source_id"))
        if key not in self._in_class:
            of = self._facts.populations.relation
            self._in_class[key] = np.array(
                [
                    of(p, key[0], source if source == key[1] else None).is_within
                    for p, source in self._classes
                ],
                dtype=bool,
            )
        return self._in_class[key]

    def _words_within(self, asked: Row) -> Flags:
        """Nationality, restriction and coverage, all three within the asked ones."""
        key = tuple(asked.get(name) for name in _AS_WRITTEN)
        if key not in self._in_words:
            self._in_words[key] = np.array(
                [
                    of_nationality(own[0], key[0]).is_within
                    and of_limit(own[1], key[1], "restriction").is_within
                    and of_limit(own[2], key[2], "coverage").is_within
                    for own in self._words
                ],
                dtype=bool,
            )
        return self._in_words[key]

    # Apart

    def apart(self, a: Numbers, b: Numbers) -> Flags:
        """Which of the claims at `a` (rows) and at `b` (columns) are known to share nobody."""
        found = np.empty((len(a), len(b)), dtype=bool)
        for start in range(0, len(a), _ROWS_AT_ONCE):
            found[start : start + _ROWS_AT_ONCE] = self._apart(a[start : start + _ROWS_AT_ONCE], b)
        self._mend_parts(found, a, b)
        return found

    def _apart(self, a: Numbers, b: Numbers) -> Flags:
        parting = self._parting_of(a, b)
        same = self._window[a][:, None] == self._window[b][None, :]
        same &= self._stated[self._window[a]][:, None]
        meet = (self.first[a][:, None] <= self.last[b]) & (self.first[b] <= self.last[a][:, None])
        by_days = np.where(same, _Bits(_ALWAYS | _ON_THE_SAME_DAYS), _Bits(_ALWAYS))
        by_days |= np.where(meet, _Bits(0), _Bits(_BY_WINDOW))
        by_what = self._bits_of_classes[np.ix_(self._class[a], self._class[b])]
        by_what |= self._bits_of_areas[np.ix_(self._area[a], self._area[b])]
        entries = self._register[a][:, None] == self._register[b][None, :]
        entries &= self._is_entry[self._register[a]][:, None]
        if entries.any():
            entries &= self._record[a][:, None] != self._record[b][None, :]
            by_what |= np.where(entries, _Bits(_BY_REGISTER[0]), _Bits(0))
        # On the very same days the second bit of each two holds, one place to the left.
        found: Flags = ((parting & by_days) | ((parting >> same) & by_what)) > 0
        self._mend_territories(found, a, b)
        return found

    @cached_property
    def _is_entry(self) -> Flags:
        return np.array([name is not None for name in self._registers], dtype=bool)

    @cached_property
    def _bits_of_classes(self) -> npt.NDArray[np.uint16]:
        """The bit by which two classes of people part claims; 0 where they do not."""
        return np.where(self._classes_apart, _Bits(_BY_CLASS[0]), _Bits(0))

    @cached_property
    def _bits_of_areas(self) -> npt.NDArray[np.uint16]:
        """The bit by which two areas part claims; 0 where they do not."""
        near, far = (_Bits(bits[0]) for bits in _BY_PLACE)
        return np.where(self._areas_apart, np.where(self._abroad, far, near), _Bits(0))

    def _mend_territories(self, found: Flags, a: Numbers, b: Numbers) -> None:
        """Territories lie apart on some days only, so their pairs are asked: of each kind one."""
        named = self._has_territory[a][:, None] | self._has_territory[b][None, :]
        i, j = np.nonzero(named & ~found)
        if not len(i):
            return
        codes = [
            code[side] for code in (self._area, self._window, self._kind) for side in (a[i], b[j])
        ]
        _, at, where = np.unique(
            np.stack(codes, axis=1), axis=0, return_index=True, return_inverse=True
        )
        apart = [self._territories_part(int(a[i[n]]), int(b[j[n]])) for n in at]
        found[i, j] = np.array(apart, dtype=bool)[where.reshape(-1)]

    def _territories_part(self, a: int, b: int) -> bool:
        one, other = self._scope_of(a), self._scope_of(b)
        days = common_days(one.days, other.days)
        if self._facts.areas.relation(one.where[0], other.where[0], days).may_share:
            return False
        axes = on_axes(one, other, self._facts, limits=False)
        return any(not axis.may_share for axis in axes)

    def _scope_of(self, at: int) -> Scope:
        if at not in self._scopes:
            self._scopes[at] = Scope(self.rows[at])
        return self._scopes[at]

    def _mend_parts(self, found: Flags, a: Numbers, b: Numbers) -> None:
        """A part shares with the whole of which its document gives it, whatever the axes say."""
        if not self._parts:
            return
        columns = {int(at): j for j, at in enumerate(b)}
        rows = {int(at): i for i, at in enumerate(a)}
        for part, whole in self._parts:
            for one, other in ((part, whole), (whole, part)):
                if one in rows and other in columns:
                    found[rows[one], columns[other]] = False

    @cached_property
    def _parts(self) -> list[tuple[int, int]]:
        """Parts and their wholes, where nothing else says that the two share people."""
        pairs = [
            (i, self.position[row["part_of"]])
            for i, row in enumerate(self.rows)
            if row["part_of"] in self.position
        ]
        return [
            (part, whole)
            for part, whole in pairs
            if self._apart(np.array([part]), np.array([whole]))[0, 0]
        ]

    @cached_property
    def _of_parts(self) -> frozenset[int]:
        return frozenset(at for pair in self._parts for at in pair)

    def never_parts_by_window(self, chosen: Numbers) -> Flags:
        """Which of the chosen claims share some other's people though they share no day."""
        kinds, where = np.unique(self._kind[chosen], return_inverse=True)
        table = self._bits_between(kinds, kinds) & _BY_WINDOW == 0
        odd: Flags = np.any(table, axis=1, keepdims=True)[where, 0]
        return odd | np.isin(chosen, list(self._of_parts))

    def same_scope(self, at: int) -> tuple[Hashable, bool]:
        """A key equal for claims that are apart from the very same others, and whether they add up.

        Claims of one key share people, but for entries of a register that are apart from one
        another too.
        """
        if at in self._of_parts:
            return ("part", at), False
        key = [int(c[at]) for c in (self._kind, self._class, self._area, self._window)]
        if adding_register(self.rows[at]) is None:
            return tuple(key), False
        if self._claims_of_record[self._record[at]] > 1:
            # Of one record's other columns it is not apart as other entries are.
            return ("entry", at), False
        bit = _BY_REGISTER[int(self._stated[self._window[at]])]
        adds = self._bits(int(self._kind[at]), int(self._kind[at])) & bit > 0
        return (*key, int(self._register[at])), adds

    @cached_property
    def _claims_of_record(self) -> Numbers:
        return np.bincount(self._record)

    # What parts whom

    def _parting_of(self, a: Numbers, b: Numbers) -> npt.NDArray[np.uint16]:
        kinds, rows = np.unique(self._kind[a], return_inverse=True)
        others, columns = np.unique(self._kind[b], return_inverse=True)
        return self._bits_between(kinds, others)[np.ix_(rows, columns)]

    def _bits_between(self, kinds: Numbers, others: Numbers) -> npt.NDArray[np.uint16]:
        """What parts each of the kinds from each of the others; tried out where not yet known."""
        table = self._parting[np.ix_(kinds, others)]
        for i, j in np.argwhere(table < 0).tolist():
            one, other = sorted((int(kinds[i]), int(others[j])))
            if self._parting[one, other] < 0:
                tried = self._tried(self._kinds[one], self._kinds[other])
                self._parting[one, other] = self._parting[other, one] = tried
            table[i, j] = self._parting[one, other]
        return table.astype(np.uint16)

    def _bits(self, kind: int, other: int) -> int:
        return int(self._bits_between(np.array([kind]), np.array([other]))[0, 0])

    def _tried(self, kind: tuple[Any, ...], other: tuple[Any, ...]) -> int:
        """What parts two kinds of claim, tried on places and windows of which that is known."""
        one = {**_ANYBODY, **dict(zip(_ALIKE, kind, strict=True))}
        two = {**_ANYBODY, **dict(zip(_ALIKE, other, strict=True))}

        def part(
            windows: tuple[Any, Any],
            places: tuple[Area, Area] = _NOWHERE,
            classes: tuple[Any, Any] = _ANY_CLASS,
        ) -> bool:
            a = {**one, **windows[0], **_at(places[0]), **classes[0]}
            b = {**two, **windows[1], **_at(places[1]), **classes[1]}
            axes = on_axes(Scope(a), Scope(b), self._facts, limits=False)
            return any(not axis.may_share for axis in axes)

        bits = _ALWAYS * part(_MEETING)
        bits |= _ON_THE_SAME_DAYS * part(_ONE_WINDOW)
        bits |= _BY_WINDOW * part(_WITHOUT_A_DAY_IN_COMMON)
        for n, windows in enumerate((_MEETING, _ONE_WINDOW)):
            if self._example_of_classes is not None:
                bits |= _BY_CLASS[n] * part(windows, classes=self._example_of_classes)
            for m, places in enumerate(self._examples):
                if places is not None:
                    bits |= _BY_PLACE[m][n] * part(windows, places)
            a, b = (
                {**row, **window, **_at(_NOWHERE[0])}
                | {"entry_of": "r", "adds_up": True, "record_id": m, "claim_id": m}
                for m, (row, window) in enumerate(zip((one, two), windows, strict=True))
            )
            bits |= _BY_REGISTER[n] * (not relate_claims(a, b, self._facts).may_share)
        return bits

    @cached_property
    def _example_of_classes(self) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Two classes of people that are apart, where the claims name such."""
        pairs = np.argwhere(self._classes_apart)
        if not len(pairs):
            return None
        one, two = (
            {"population": population, "source_id": source}
            for population, source in (self._classes[n] for n in pairs[0])
        )
        return one, two

    @cached_property
    def _examples(self) -> tuple[tuple[Area, Area] | None, tuple[Area, Area] | None]:
        """Two areas apart in one country, and two in two countries, where the claims name such."""
        found: list[tuple[Area, Area] | None] = []
        for abroad in (False, True):
            pairs = np.argwhere(self._areas_apart & (self._abroad == abroad))
            found.append(
                (self._areas[pairs[0][0]], self._areas[pairs[0][1]]) if len(pairs) else None
            )
        return found[0], found[1]

    @cached_property
    def _classes_apart(self) -> Flags:
        of = self._facts.populations.relation
        return np.array(
            [
                [not of(p, q, source if source == other else None).may_share]
                for p, source in self._classes
                for q, other in self._classes
            ],
            dtype=bool,
        ).reshape(len(self._classes), len(self._classes))

    @cached_property
    def _abroad(self) -> Flags:
        """Pairs of areas in two countries."""
        country = self._facts.areas.country
        countries = np.array([country(place) if place else "" for place, _ in self._areas])
        abroad: Flags = countries[:, None] != countries[None, :]
        return abroad

    @cached_property
    def _areas_apart(self) -> Flags:
        """Pairs of areas that lie apart on all days.

        What is apart from a place is apart from all that lies in it, so that only areas around one
        another, or beside one another in one place, have to be asked.
        """
        gazetteer = self._facts.gazetteer
        places = {place for place, _ in self._areas if place is not None}
        places |= {above for place in places for above in gazetteer.ancestors(place)}
        depth = {place: len(gazetteer.ancestors(place)) for place in places}
        # The widest first, and a place before the territories in it.
        order = sorted(
            {*self._areas, *((place, None) for place in places)},
            key=lambda area: (depth.get(area[0], 0), area[1] or "", area[0] or ""),
        )
        at = {area: n for n, area in enumerate(order)}
        table = np.zeros((len(order), len(order)), dtype=bool)
        for n, area in enumerate(order):
            above = self._next_around(area, at)
            if above is not None:
                table[n, :n] = table[above, :n]
            for m in np.flatnonzero(~table[n, :n]).tolist():
                relation = self._facts.areas.relation(area, order[m], (-NEVER, NEVER))
                table[n, m] = not relation.may_share
            table[:n, n] = table[n, :n]
        mine = np.array([at[area] for area in self._areas], dtype=np.int64)
        return table[np.ix_(mine, mine)]

    def _next_around(self, area: Area, at: Mapping[Area, int]) -> int | None:
        place, territory = area
        if place is None:
            return None
        if territory:
            return at.get((place, None))
        return next((at[above, None] for above in self._facts.gazetteer.ancestors(place)), None)


def _at(area: Area) -> dict[str, Any]:
    return {"place_id": area[0], "territory": area[1]}


def _codes(values: Iterable[Any]) -> tuple[Numbers, list[Any]]:
    """Each value as the number of its kind, and the kinds."""
    kinds: dict[Any, int] = {}
    codes = [kinds.setdefault(value, len(kinds)) for value in values]
    return np.array(codes, dtype=np.int64), list(kinds)
