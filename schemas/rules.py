"""Cross-column rules as data, each read twice: by pandera and by the SQL compiler.

A rule belongs here if it relates several columns of one row. Every rule knows its name (which is
also what a person is shown), the SQL that a good row satisfies, and the columns it looks at.
Nothing is checked by free Python code: the predicate over a DataFrame is compiled from the same
declaration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd


def quoted(name: str) -> str:
    """An SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """An SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def _among(column: str, values: Sequence[str]) -> str:
    return f"{quoted(column)} IN ({', '.join(literal(v) for v in values)})"


class Rule(Protocol):
    """What pandera and the SQL compiler need to know of a rule."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    def sql(self) -> str:
        """A predicate that is true or NULL for a good row."""
        ...

    def holds(self, rows: pd.DataFrame) -> pd.Series[bool]:
        """True for each good row."""
        ...


@dataclass(frozen=True)
class Le:
    """`left` is not above `right` where both are given."""

    left: str
    right: str

    @property
    def name(self) -> str:
        return f"{self.left} <= {self.right}"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.left, self.right)

    def sql(self) -> str:
        return f"{quoted(self.left)} <= {quoted(self.right)}"

    def holds(self, rows: pd.DataFrame) -> pd.Series[bool]:
        given = rows[self.left].notna() & rows[self.right].notna()
        return ~given | (rows[self.left] <= rows[self.right]).fillna(False).astype(bool)


@dataclass(frozen=True)
class Requires:
    """Where `column` is given, so is `needed`."""

    column: str
    needed: str

    @property
    def name(self) -> str:
        return f"{self.column} requires {self.needed}"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.needed)

    def sql(self) -> str:
        return f"{quoted(self.column)} IS NULL OR {quoted(self.needed)} IS NOT NULL"

    def holds(self, rows: pd.DataFrame) -> pd.Series[bool]:
        return rows[self.column].isna() | rows[self.needed].notna()


@dataclass(frozen=True)
class OneOf:
    """At least one of the columns is given."""

    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return "one of " + ", ".join(self.columns)

    def sql(self) -> str:
        return " OR ".join(f"{quoted(c)} IS NOT NULL" for c in self.columns)

    def holds(self, rows: pd.DataFrame) -> pd.Series[bool]:
        return rows[list(self.columns)].notna().any(axis=1)


@dataclass(frozen=True)
class When:
    """Where `column` holds one of `values`: `given` columns are filled, `empty` ones are not."""

    column: str
    values: tuple[str, ...]
    given: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        parts = [f"{c} given" for c in self.given] + [f"{c} empty" for c in self.empty]
        return f"{self.column} in ({', '.join(self.values)}): {', '.join(parts)}"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, *self.given, *self.empty)

    def sql(self) -> str:
        parts = [f"{quoted(c)} IS NOT NULL" for c in self.given]
        parts += [f"{quoted(c)} IS NULL" for c in self.empty]
        return f"NOT coalesce({_among(self.column, self.values)}, false) OR ({' AND '.join(parts)})"

    def holds(self, rows: pd.DataFrame) -> pd.Series[bool]:
        met = pd.Series(True, index=rows.index)
        for column in self.given:
            met &= rows[column].notna()
        for column in self.empty:
            met &= rows[column].isna()
        return ~rows[self.column].isin(self.values) | met


@dataclass(frozen=True)
class Pairs:
    """`column` holds only what `allowed` lists under the value of `by`, where both are given."""

    by: str
    column: str
    allowed: Mapping[str, Sequence[str]]

    @property
    def name(self) -> str:
        return f"{self.column} suits {self.by}"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.by, self.column)

    def sql(self) -> str:
        cases = " ".join(
            f"WHEN {literal(by)} THEN {_among(self.column, values)}"
            for by, values in self.allowed.items()
        )
        return f"CASE {quoted(self.by)} {cases} END"

    def holds(self, rows: pd.DataFrame) -> pd.Series[bool]:
        given = rows[self.by].isin(list(self.allowed)) & rows[self.column].notna()
        held = rows.loc[given, [self.by, self.column]]
        pairs = {(by, value) for by, values in self.allowed.items() for value in values}
        good = np.ones(len(rows), dtype=bool)
        good[given] = [pair in pairs for pair in zip(held[self.by], held[self.column], strict=True)]
        return pd.Series(good, index=rows.index, dtype=bool)


def le(left: str, right: str) -> Le:
    """`left <= right` where both are given."""
    return Le(left, right)


def requires(column: str, needed: str) -> Requires:
    """Where `column` is given, `needed` is given too."""
    return Requires(column, needed)


def one_of(*columns: str) -> OneOf:
    """At least one of the columns is given."""
    return OneOf(columns)


def when(
    column: str, *values: str, given: tuple[str, ...] = (), empty: tuple[str, ...] = ()
) -> When:
    """Where `column` holds one of `values`, some columns must be filled and others must not."""
    return When(column, values, given, empty)


def pairs(by: str, column: str, allowed: Mapping[str, Sequence[str]]) -> Pairs:
    """`column` holds only what suits the value of `by`."""
    return Pairs(by, column, allowed)
