"""The scopes of many claims at once: which lie within an asked one, and which may share people.

What `core.relation` says of two scopes is found here for thousands, by looking at each distinct
place, window and class of people once. Every verdict is that module's own: what lies within is
asked of `relate`, and how the axes part two claims is tried out with `on_axes`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipelines.core.areas import Area
from pipelines.core.relation import Facts, Scope, of_metric, on_axes, relate, relate_claims
from pipelines.core.verdict import ANY
from pipelines.core.windows import NEVER, common_days, days_of

Row = Mapping[str, Any]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

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
_OF_SCOPE: Final = (
    *_ALIKE,
    "population",
    "nationality",
    "source_id",
    "place_id",
    "territory",
    "start_earliest",
    "start_latest",
    "end_earliest",
    "end_latest",
    "restriction",
    "coverage",
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
        Rows of figures with part_of, entry_of, restriction and coverage of their claims.
    facts
        What the registers say.
    """

    def __init__(self, rows: Sequence[Row], facts: Facts) -> None:
        self.rows = rows
        self._facts = facts
        self.position = {row["claim_id"]: i for i, row in enumerate(rows)}
        days = [days_of(row) for row in rows]
        self.first = np.array([day[0] for day in days], dtype=np.int64)
        self.last = np.array([day[3] for day in days], dtype=np.int64)
        self._window, windows = _codes(days)
        self._stated = np.array([-NEVER not in w and NEVER not in w for w in windows], dtype=bool)
        self._kind, self._kinds = _codes(tuple(row[name] for name in _ALIKE) for row in rows)
        self._class, self._classes = _codes((row["population"], row["source_id"]) for row in rows)
        self._area, self._areas = _codes((row["place_id"], row["territory"]) for row in rows)
        self._scope, _ = _codes(tuple(row.get(name) for name in _OF_SCOPE) for row in rows)
        self._has_territory = np.array([row["territory"] is not None for row in rows], dtype=bool)
        self._register, self._registers = _codes(row["entry_of"] for row in rows)
        self._record, _ = _codes((row["entry_of"], row["record_id"]) for row in rows)
        self._metric, self._metrics = _codes(row["metric"] for row in rows)
        self._scopes: dict[int, Scope] = {}
        self._parting: dict[tuple[int, int], int] = {}
        self._in_place: dict[tuple[str | None, bool], Flags] = {}
        self._in_class: dict[tuple[str, str | None], Flags] = {}

    # Within

    def within(self, asked: Row) -> Numbers:
        """Positions of the claims whose scope lies within the asked one with certainty."""
        verdicts: dict[int, bool] = {}
        found = []
        for i in self.perhaps_within(asked).tolist():
            scope = int(self._scope[i])
            if scope not in verdicts:
                relation = relate(self.rows[i], asked, self._facts, limits=True)
                verdicts[scope] = relation.is_within
            if verdicts[scope]:
                found.append(i)
        return np.array(found, dtype=np.int64)

    def perhaps_within(self, asked: Row) -> Numbers:
        """Positions of the claims that may lie within the asked scope: no other does."""
        days = days_of(asked)
        near = (self.first >= days[0]) & (self.last <= days[3])
        counted = [of_metric(m, asked["metric"], True).is_within for m in self._metrics]
        near &= np.array(counted, dtype=bool)[self._metric]
        near &= self._perhaps_in(asked)[self._area]
        near &= self._class_within(asked)[self._class]
        return np.flatnonzero(near)

    def _perhaps_in(self, asked: Row) -> Flags:
        """Areas that may lie in the asked one: by the tree, or where a territory is named."""
        place, named = asked["place_id"], asked["territory"] is not None
        if (place, named) not in self._in_place:
            self._in_place[place, named] = np.array(
                [
                    place == ANY or place in around or (bool(around) and (named or bool(area[1])))
                    for area, around in zip(self._areas, self._around, strict=True)
                ],
                dtype=bool,
            )
        return self._in_place[place, named]

    @cached_property
    def _around(self) -> list[frozenset[str]]:
        """The place of each area with the places around it."""
        above = self._facts.gazetteer.ancestors
        return [frozenset((at, *above(at)) if at else ()) for at, _ in self._areas]

    def _class_within(self, asked: Row) -> Flags:
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
        which = same.astype(np.int64)
        found = parting & _ALWAYS > 0
        found |= same & (parting & _ON_THE_SAME_DAYS > 0)
        meet = (self.first[a][:, None] <= self.last[b]) & (self.first[b] <= self.last[a][:, None])
        found |= ~meet & (parting & _BY_WINDOW > 0)
        classes = self._classes_apart[np.ix_(self._class[a], self._class[b])]
        found |= classes & (parting & np.array(_BY_CLASS)[which] > 0)
        places = self._areas_apart[np.ix_(self._area[a], self._area[b])]
        abroad = self._abroad[np.ix_(self._area[a], self._area[b])].astype(np.int64)
        by_place = parting & np.array(_BY_PLACE)[abroad, which] > 0
        found |= places & by_place
        self._mend_territories(found, a, b)
        entry = np.array([name is not None for name in self._registers], dtype=bool)
        entries = self._register[a][:, None] == self._register[b][None, :]
        entries &= entry[self._register[a]][:, None]
        entries &= self._record[a][:, None] != self._record[b][None, :]
        found |= entries & (parting & np.array(_BY_REGISTER)[which] > 0)
        return found

    def _mend_territories(self, found: Flags, a: Numbers, b: Numbers) -> None:
        """Territories lie apart on some days only, so their pairs are asked one by one."""
        named = self._has_territory[a][:, None] | self._has_territory[b][None, :]
        for i, j in np.argwhere(named & ~found).tolist():
            one, other = self._scope_of(int(a[i])), self._scope_of(int(b[j]))
            days = common_days(one.days, other.days)
            if not self._facts.areas.relation(one.where[0], other.where[0], days).may_share:
                axes = on_axes(one, other, self._facts, limits=False)
                found[i, j] = any(not axis.may_share for axis in axes)

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
        table = np.array(
            [[self._bits(int(k), int(m)) & _BY_WINDOW == 0 for m in kinds] for k in kinds]
        )
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
        if self.rows[at]["entry_of"] is None:
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

    def _parting_of(self, a: Numbers, b: Numbers) -> npt.NDArray[np.int64]:
        kinds, rows = np.unique(self._kind[a], return_inverse=True)
        others, columns = np.unique(self._kind[b], return_inverse=True)
        table = np.array([[self._bits(int(k), int(m)) for m in others] for k in kinds])
        return table[np.ix_(rows, columns)]

    def _bits(self, kind: int, other: int) -> int:
        key = (min(kind, other), max(kind, other))
        if key not in self._parting:
            self._parting[key] = self._tried(self._kinds[key[0]], self._kinds[key[1]])
        return self._parting[key]

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
                | {"entry_of": "r", "record_id": m, "claim_id": m}
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
