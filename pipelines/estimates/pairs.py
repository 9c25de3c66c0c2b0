"""How every two questions stand to each other: the table of relations.

Pairs are found by joins, not by laying every question against every other: places are joined with
what contains them, windows with the windows that they may share a day with. They are judged in
arrays: what is said of two values of an axis is looked up once (`core.relation`), and only the days
are compared pair by pair. What comes out is what `core.relation.relate` says of each pair.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

import schemas
from pipelines.core import relation as scopes
from pipelines.core import windows
from pipelines.core.relation import Facts, Row, Scope
from pipelines.core.verdict import EQUAL, RELATED, VERDICTS, Relation, mixed, worded
from schemas.estimates import Relations

LIMIT: Final = 2_000_000
"""Most rows that the table may hold. Beyond it some pairs are left out (`compared_with`)."""

_AT_ONCE: Final = 250_000
"""Pairs judged together: it bounds the memory."""

_SIDES: Final = ("question_a", "question_b")

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def relations(questions: Sequence[Row], facts: Facts, limit: int = LIMIT) -> pd.DataFrame:
    """The relation of every two questions that are not disjoint on place or window.

    Parameters
    ----------
    questions
        Rows with question_id and the columns of a question, each question once.
    facts
        What the registers say.
    limit
        Most rows. Where all pairs would be more, only those that `compared_with` names are there.

    Returns
    -------
    DataFrame
        Of `schemas.estimates.Relations`, both directions of each pair, sorted by its key. Of a pair
        that is not there the two questions share no place or no day, if `compared_with` says that
        one of them was compared with the other; else nothing is known of the pair.

    Notes
    -----
    A question whose place is not in the register is compared with all that may share its days:
    where it lies is not known. Questions of which one person may be counted in both at two times or
    places (a stock and a flow, stocks of two days) are not disjoint on place or window.
    """
    collection = _Collection.of(questions, facts)
    return _Judge(collection).table(*_pairs(_Plan.of(collection, limit)))


def compared_with(questions: Sequence[Row], facts: Facts, limit: int = LIMIT) -> dict[str, str]:
    """With which others each question, by its id, is compared in the table of relations.

    'all' for every question while the table stays within the limit. Else only questions of one
    metric are compared: 'own_metric'. Where even those are too many, the questions with the fewest
    pairs come first, and the rest has 'some': no missing pair of two such says anything.
    """
    collection = _Collection.of(questions, facts)
    plan = _Plan.of(collection, limit)
    word = "own_metric" if plan.own_metric else "all"
    return {
        name: word if chosen else "some"
        for name, chosen in zip(collection.ids, plan.chosen.tolist(), strict=True)
    }


def unknown_share(relations: pd.DataFrame) -> float:
    """Of the pairs in the table, the share whose relation is unknown. 0 for an empty table."""
    return float((relations["relation"] == "unknown").mean()) if len(relations) else 0.0


def unknown_by_axis(relations: pd.DataFrame) -> dict[str, float]:
    """The share of all pairs in the table that is unknown for an axis, the greatest first."""
    unknown = relations.loc[relations["relation"] == "unknown", "axis"]
    counts = (
        unknown.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    )
    return {str(axis): int(count) / len(relations) for axis, count in counts.items()}


# The questions, as codes


def _codes(values: Sequence[Hashable]) -> tuple[Ints, list[Any]]:
    """Each value's place among the different ones, and those."""
    known: dict[Hashable, int] = {}
    codes = np.fromiter((known.setdefault(v, len(known)) for v in values), np.int64, len(values))
    return codes, list(known)


@dataclass(frozen=True)
class _Collection:
    """The questions in the order of their ids, with what the joins and comparisons need."""

    ids: list[str]
    scopes: list[Scope]
    facts: Facts
    days: Ints
    """The four days of each, one question a row."""
    units: Ints
    """Of each place the country, first and second level by which the tree parts it; -1 for none."""
    reach: list[str | None]

    @classmethod
    def of(cls, questions: Sequence[Row], facts: Facts) -> _Collection:
        rows = sorted(questions, key=lambda row: str(row["question_id"]))
        made = [Scope({**row, "source_id": None}) for row in rows]
        reach = [facts.areas.reach(scope.where[0][0] or "") for scope in made]
        units = np.full((len(rows), 3), -1, np.int64)
        numbers: dict[str, int] = {}
        for n, unit in enumerate(reach):
            chain = facts.areas.around(unit)[::-1] if unit else ()
            for level, at in enumerate(chain):
                units[n, level] = numbers.setdefault(at, len(numbers))
        days = np.array([scope.days for scope in made], np.int64).reshape(-1, 4)
        return cls([str(row["question_id"]) for row in rows], made, facts, days, units, reach)

    def __len__(self) -> int:
        return len(self.ids)


# Which pairs


@dataclass(frozen=True)
class _Join:
    """Two sets of questions to be paired: all with all, or those that may share a day."""

    one: Ints
    other: Ints
    by_days: bool

    @property
    def is_of_itself(self) -> bool:
        return self.one is self.other


_Kind = tuple[str, str, bool, str]
"""What happens once, the role of the place, whether those counted go beyond borders, and the metric
where only questions of one metric are compared."""


def _joins(held: _Collection, own_metric: bool) -> Iterator[_Join]:
    """The joins that together hold each pair not disjoint on place or window, once."""
    units: dict[_Kind, dict[str | None, list[int]]] = {}
    countries: dict[_Kind, dict[str | None, list[int]]] = {}
    for n, scope in enumerate(held.scopes):
        metric = scope.row["metric"] if own_metric else ""
        kind = (scope.happens_once or "", scope.where[1] or "", scope.where[3], metric)
        unit = held.reach[n]
        country = held.facts.areas.country(unit) if unit else None
        units.setdefault(kind, {}).setdefault(unit, []).append(n)
        countries.setdefault(kind, {}).setdefault(country, []).append(n)
    once = {kind: groups for kind, groups in units.items() if kind[0]}
    yield from _of_what_happens_once(once, held)
    sides = {kind: _Side.of(groups) for kind, groups in countries.items()}
    for one, other in combinations_with_replacement(sides, 2):
        if one[3] == other[3] and (not one[0] or one[0] != other[0]):
            yield from _of_what_may_happen_again(one, other, sides)


@dataclass(frozen=True)
class _Side:
    """Questions of one kind, in all, by country, and those whose country does not part them."""

    every: Ints
    by_country: dict[str, Ints]
    known: Ints
    loose: Ints

    @classmethod
    def of(cls, groups: dict[str | None, list[int]]) -> _Side:
        known = {at: np.array(group, np.int64) for at, group in groups.items() if at is not None}
        loose = np.array(groups.get(None, []), np.int64)
        inside = np.concatenate([loose[:0], *known.values()])
        return cls(np.concatenate([inside, loose]), known, inside, loose)


def _of_what_may_happen_again(
    one: _Kind, other: _Kind, sides: dict[_Kind, _Side]
) -> Iterator[_Join]:
    """Of people who may be counted again: whatever the days, unless their countries part them."""
    a, b = sides[one], sides[other]
    if one[1] != other[1] or ((one[2] or other[2]) and one[1] != "came_from"):
        yield _Join(a.every, b.every, by_days=False)
        return
    for country, group in a.by_country.items():
        if country in b.by_country:
            yield _Join(group, b.by_country[country], by_days=False)
    yield _Join(a.loose, b.loose, by_days=False)
    yield _Join(a.loose, b.known, by_days=False)
    if one != other:
        yield _Join(a.known, b.loose, by_days=False)


def _of_what_happens_once(
    groups: dict[_Kind, dict[str | None, list[int]]], held: _Collection
) -> Iterator[_Join]:
    """Of what happens to a person once: nested places, and windows that may share a day."""
    everywhere: dict[_Kind, Ints] = {}
    for kind, units in groups.items():
        arrays = {unit: np.array(group, np.int64) for unit, group in units.items()}
        for unit, group in arrays.items():
            yield _Join(group, group, by_days=True)
            if unit is not None:
                for around in (*held.facts.areas.around(unit)[1:], None):
                    if around in arrays:
                        yield _Join(group, arrays[around], by_days=True)
        everywhere[kind] = np.concatenate(list(arrays.values()))
    for one, other in combinations(everywhere, 2):
        if (one[0], one[3]) == (other[0], other[3]):
            yield _Join(everywhere[one], everywhere[other], by_days=True)


def _ranges(join: _Join, held: _Collection) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """Per question of one side, the stretch of the other side that it is paired with.

    Gives the two sides in some order, and for each of the first where its stretch of the second
    begins and ends. Over all of them each pair comes once.
    """
    one, other = join.one, join.other
    first, last = held.days[:, 0], held.days[:, 3]
    if not join.by_days:
        begins = np.arange(1, len(one) + 1) if join.is_of_itself else np.zeros(len(one), np.int64)
        yield one, other, begins, np.full(len(one), len(other), np.int64)
        return
    one = one[np.argsort(first[one], kind="stable")]
    if join.is_of_itself:
        yield one, one, np.arange(1, len(one) + 1), np.searchsorted(first[one], last[one], "right")
        return
    other = other[np.argsort(first[other], kind="stable")]
    for a, b, side in ((one, other, "left"), (other, one, "right")):
        begins = np.searchsorted(first[b], first[a], side)  # type: ignore[call-overload]
        yield a, b, begins, np.searchsorted(first[b], last[a], "right")


@dataclass(frozen=True)
class _Plan:
    """Which pairs are looked at: those of the chosen questions, of one metric or of any."""

    held: _Collection
    own_metric: bool
    chosen: Flags

    @classmethod
    def of(cls, held: _Collection, limit: int) -> _Plan:
        everybody = np.ones(len(held), bool)
        for own_metric in (False, True):
            counts = _counts(held, own_metric)
            if counts.sum() <= limit:
                return cls(held, own_metric, everybody)
        order = np.argsort(counts, kind="stable")
        chosen = ~everybody
        chosen[order[np.cumsum(2 * counts[order]) <= limit]] = True
        return cls(held, True, chosen)


def _counts(held: _Collection, own_metric: bool) -> Ints:
    """In how many pairs of the joins each question is."""
    counts = np.zeros(len(held), np.int64)
    for join in _joins(held, own_metric):
        for one, other, begins, ends in _ranges(join, held):
            counts[one] += ends - begins
            opened = np.bincount(begins, minlength=len(other) + 1)
            closed = np.bincount(ends, minlength=len(other) + 1)
            counts[other] += np.cumsum(opened - closed)[: len(other)]
    return counts


def _pairs(plan: _Plan) -> tuple[Ints, Ints]:
    """The two questions of each pair of which one is chosen, the lesser id first."""
    found: list[tuple[Ints, Ints]] = [(np.empty(0, np.int64), np.empty(0, np.int64))]
    for join in _joins(plan.held, plan.own_metric):
        for part in _touching_the_chosen(join, plan.chosen):
            for one, other, begins, ends in _ranges(part, plan.held):
                sizes = ends - begins
                a = np.repeat(one, sizes)
                starts = np.repeat(begins - np.cumsum(sizes) + sizes, sizes)
                b = other[starts + np.arange(len(a))]
                found.append((np.minimum(a, b), np.maximum(a, b)))
    a, b = (np.concatenate(side) for side in zip(*found, strict=True))
    return a, b


def _touching_the_chosen(join: _Join, chosen: Flags) -> Iterator[_Join]:
    """The parts of a join in which one side at least is chosen."""
    if chosen.all():
        yield join
        return
    one, rest = join.one[chosen[join.one]], join.one[~chosen[join.one]]
    if join.is_of_itself:
        yield _Join(one, one, join.by_days)
        yield _Join(one, rest, join.by_days)
        return
    yield _Join(one, join.other, join.by_days)
    yield _Join(rest, join.other[chosen[join.other]], join.by_days)


# How they stand


@dataclass
class _Judge:
    """Judges pairs of the questions of one collection."""

    held: _Collection
    said: list[Relation] = field(default_factory=list)
    """Every relation on an axis or together that was met, numbered by its place here."""
    _numbers: dict[Relation, int] = field(default_factory=dict)
    _worth: list[int] = field(default_factory=list)

    def table(self, a: Ints, b: Ints) -> pd.DataFrame:
        """The rows of both directions of the pairs that lie apart neither in place nor in days."""
        self._prepare()
        kept, numbers = [], []
        for start in range(0, len(a), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            shown, number = self._together(a[part], b[part])
            kept.append(shown)
            numbers.append(number)
        shown = np.concatenate([np.empty(0, bool), *kept])
        number = np.concatenate([np.empty(0, np.int64), *numbers])
        return self._rows(a[shown], b[shown], number)

    def _prepare(self) -> None:
        held, made = self.held, self.held.scopes
        rows = [scope.row for scope in made]
        self._codes = {
            name: _codes([row[name] for row in rows])
            for name in ("metric", "unit", "population", "nationality", "cause")
        }
        self._codes["kind"] = _codes([scope.kind for scope in made])
        self._codes["deaths"] = _codes([(row["metric"], row["deaths_counted"]) for row in rows])
        self._codes["where"] = _codes([scope.where for scope in made])
        self._codes["role"] = _codes([scope.where[1] for scope in made])
        self._window, _ = _codes([scope.days for scope in made])
        self._once, _ = _codes([scope.happens_once for scope in made])
        self._happens = np.array([scope.happens_once is not None for scope in made], bool)
        self._moves = np.array([scope.happens_once == "movements" for scope in made], bool)
        self._stock = np.array([scope.kind == "stock" for scope in made], bool)
        self._harm = np.array([row["metric"] in scopes.CASUALTIES for row in rows], bool)
        self._may_end = np.array([scopes.may_end(row["metric"]) for row in rows], bool)
        self._country = _codes(
            [held.facts.areas.country(s.where[0][0]) if s.where[0][0] else "" for s in made]
        )[0]
        self._stated = np.array([windows.is_stated(scope.days) for scope in made], bool)

    def _number(self, relation: Relation) -> int:
        if relation not in self._numbers:
            self._numbers[relation] = len(self.said)
            self.said.append(relation)
            self._worth.append(RELATED.index(relation.relation))
        return self._numbers[relation]

    def _looked_up(
        self, name: str, a: Ints, b: Ints, flag: Ints | Flags | int, say: Callable[..., Relation]
    ) -> Ints:
        """Numbers of what `say(value of a, value of b, flag)` gives, asked once for each three."""
        codes, values = self._codes[name]
        n, flags = len(values), int(np.max(flag, initial=0)) + 1
        key = (codes[a] * n + codes[b]) * flags + flag
        met, at = np.unique(key, return_inverse=True)
        numbers = [
            self._number(say(values[k // flags // n], values[k // flags % n], k % flags))
            for k in met.tolist()
        ]
        return np.array(numbers, np.int64)[at] if numbers else np.empty(0, np.int64)

    def _together(self, a: Ints, b: Ints) -> tuple[Flags, Ints]:
        """Which pairs are shown, and the number of the relation of each that is."""
        held, stock = self.held, self._stock[a] & self._stock[b]
        same_window = self._window[a] == self._window[b]
        same_days = same_window & self._stated[a]
        happen = self._happens[a] & self._happens[b]
        once = (happen & (self._once[a] == self._once[b])) | (
            same_days & (stock | (happen & ~self._moves[a] & ~self._moves[b]))
        )
        at_once = same_days & (stock | (self._harm[a] & self._harm[b]))
        facts = held.facts
        axes = [
            self._looked_up("metric", a, b, at_once, lambda x, y, f: scopes.of_metric(x, y, f > 0)),
            self._looked_up("unit", a, b, 0, lambda x, y, _: scopes.of_unit(x, y)),
            self._looked_up(
                "kind", a, b, same_window, lambda x, y, f: scopes.of_measure(x, y, f > 0)
            ),
            self._looked_up(
                "population",
                *(a, b, once | same_days),
                lambda x, y, f: scopes.of_population(x, y, f > 0, facts),
            ),
            self._looked_up("nationality", a, b, 0, lambda x, y, _: scopes.of_nationality(x, y)),
            self._looked_up("deaths", a, b, 0, lambda x, y, _: scopes.of_deaths(x, y)),
            self._looked_up("cause", a, b, once, lambda x, y, f: scopes.of_cause(x, y, f > 0)),
            self._looked_up("role", a, b, 0, lambda x, y, _: scopes.of_role(x, y)),
            self._places(a, b, once),
            self._looked_up(
                "where", a, b, once, lambda x, y, f: scopes.of_left(x, y, f > 0, facts)
            ),
        ]
        worth = np.array(self._worth)
        alike = np.all([worth[axis] == RELATED.index("equal") for axis in axes], axis=0)
        axes.append(self._days(a, b, once, stock, same_window, alike))
        worth = np.array(self._worth)
        apart = RELATED.index("disjoint")
        shown = np.all([worth[axis] != apart for axis in axes[-3:]], axis=0)
        return shown, self._summed_up(np.array(axes)[:, shown])

    def _places(self, a: Ints, b: Ints, once: Flags) -> Ints:
        """Where, on the days that the two may share; places that the tree parts are not asked."""
        units, (codes, values) = self.held.units, self._codes["where"]
        roles, spoken = self._codes["role"]
        apart = np.any((units[a] >= 0) & (units[b] >= 0) & (units[a] != units[b]), axis=1) & (
            roles[a] == roles[b]
        )
        roams = np.array([where[3] for where in values], bool)[codes]
        came = np.array([role == "came_from" for role in spoken], bool)[roles]
        moved = (self._country[a] == self._country[b]) | ((roams[a] | roams[b]) & ~came[a])
        found = np.full(len(a), self._number(_APART), np.int64)
        found[apart & ~once & moved] = self._number(scopes.MAY_HAVE_MOVED)
        left = np.flatnonzero(~apart)
        found[left] = self._looked_at(a[left], b[left], once[left])
        return found

    def _looked_at(self, a: Ints, b: Ints, once: Flags) -> Ints:
        days, facts = self.held.days, self.held.facts
        first = np.maximum(days[a, 0], days[b, 0])
        last = np.minimum(days[a, 3], days[b, 3])
        shares = first <= last
        first = np.where(shares, first, np.minimum(days[a, 0], days[b, 0]))
        last = np.where(shares, last, np.maximum(days[a, 3], days[b, 3]))
        # Only which rows of territories.csv hold on those days matters.
        begins, ends = (np.array(edges, np.int64) for edges in facts.areas.edges)
        since = np.searchsorted(begins, first, "right")
        until = np.searchsorted(ends, last, "left")
        held_on = since * (len(ends) + 1) + until
        met, at = np.unique(held_on, return_index=True)
        spans = dict(
            zip(met.tolist(), zip(first[at].tolist(), last[at].tolist(), strict=True), strict=True)
        )
        return self._looked_up(
            "where",
            *(a, b, held_on * 2 + once),
            lambda x, y, f: scopes.of_place(x, y, spans[f // 2], f % 2 > 0, facts),
        )

    def _days(
        self, a: Ints, b: Ints, once: Flags, stock: Flags, same_window: Flags, alike: Flags
    ) -> Ints:
        """When: `core.relation.on_axes`'s last axis, for arrays."""
        one = tuple(self.held.days[a].T)
        other = tuple(self.held.days[b].T)
        words = np.array(windows.WINDOW_OF_MASK)[windows.window_mask(one, other)]
        weights, share = windows.unknown_weights(one, other)
        edge = np.argmax(np.array(weights), axis=0) + 4 * share
        loosest = np.array([self._number(r) for r in windows.WINDOW_UNKNOWNS])[edge]
        known = [self._number(windows.WINDOW_RELATIONS.get(w, EQUAL)) for w in windows.WINDOWS]
        found = np.where(words == 0, loosest, np.array(known)[words])
        which = {word: words == n for n, word in enumerate(windows.WINDOWS)}
        again = ~once & (which["disjoint"] | which["touching"])
        found[again] = self._number(scopes.MAY_BE_COUNTED_TWICE)
        ends_apart = (one[2] != other[2]) | (one[3] != other[3])
        for side, inner in (("inside", a), ("contains", b)):
            lost = which[side] & self._may_end[inner] & ends_apart
            found[lost] = self._number(scopes.MAY_HAVE_BEEN_FOUND)
        found = np.where(stock, self._stock_days(one, other, same_window), found)
        unclear = same_window & ~alike & ~self._stated[a]
        of_stock = np.array([self._number(r) for r in windows.STOCK_DAY_UNKNOWNS])[0]
        return np.where(unclear, np.where(stock, of_stock, loosest), found)

    def _stock_days(self, one: tuple[Ints, ...], other: tuple[Ints, ...], same: Flags) -> Ints:
        looser = other[3] - other[0] > one[3] - one[0]
        unknown = np.array([self._number(r) for r in windows.STOCK_DAY_UNKNOWNS])[looser * 1]
        two_days = (one[3] < other[0]) | (other[3] < one[0])
        found = np.where(two_days, self._number(windows.STOCKS_OF_TWO_DAYS), unknown)
        return np.where(same, self._number(EQUAL), found)

    def _summed_up(self, axes: Ints) -> Ints:
        """Over all axes: `core.verdict.together`, for arrays."""
        worth = np.array(self._worth)[axes]
        mask = np.bitwise_or.reduce(1 << worth, axis=0, initial=0)
        verdict = np.array([RELATED.index(word) for word in VERDICTS])[mask]
        hits = worth == verdict
        found: Ints = axes[np.argmax(hits, axis=0), np.arange(axes.shape[1])]
        inside, contains = RELATED.index("inside"), RELATED.index("contains")
        between = np.flatnonzero(~hits.any(axis=0))
        firsts = np.sort(
            [np.argmax(worth[:, between] == word, axis=0) for word in (inside, contains)], axis=0
        )
        one, other = axes[firsts[0], between], axes[firsts[1], between]
        two, at = np.unique(one * len(self.said) + other, return_inverse=True)
        size = len(self.said)
        numbers = [
            self._number(mixed(self.said[k // size], self.said[k % size])) for k in two.tolist()
        ]
        found[between] = np.array(numbers, np.int64)[at]
        found[verdict == RELATED.index("equal")] = self._number(EQUAL)
        return found

    def _rows(self, a: Ints, b: Ints, number: Ints) -> pd.DataFrame:
        inverse = np.array([self._number(r.inverse) for r in list(self.said)], np.int64)
        ids = np.array(self.held.ids, object)
        one, other = np.concatenate((a, b)), np.concatenate((b, a))
        order = np.argsort(one * len(ids) + other, kind="stable")
        both = np.concatenate((number, inverse[number]))[order]
        words = {
            "relation": [r.relation for r in self.said],
            "axis": [r.axis for r in self.said],
            "reason": [worded(r.reason, *_SIDES) for r in self.said],
            "would_settle": [worded(r.would_settle, *_SIDES) for r in self.said],
        }
        made = {"question_a": ids[one[order]], "question_b": ids[other[order]]}
        made |= {name: np.array(said, object)[both] for name, said in words.items()}
        return schemas.coerce(Relations, made, len(order))


_APART: Final = Relation("disjoint", "place", "they share no ground")
"""Of two places that the tree parts: such pairs are not shown, so nobody reads its words."""
