"""The models compiled to SQL: types, tables with keys, checks and comments, and one judging pass.

Anything that turns a model into SQL belongs here. Nothing here knows a table by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schemas.models import Model, columns, describe, key_of, rules_of
from schemas.rules import literal, quoted

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


def column_types(model: Model) -> dict[str, str]:
    """The DuckDB type of each column, in order."""
    return {name: column.metadata["type"] for name, column in columns(model).items()}


def column_checks(model: Model) -> dict[str, str]:
    """Every single-column rule by its name, as a predicate true or NULL for a good row."""
    found: dict[str, str] = {}
    for name, column in columns(model).items():
        if not column.nullable:
            found[f"{name} given"] = f"{quoted(name)} IS NOT NULL"
        for check in column.checks:
            found.update(_predicate(name, check.name, check.statistics))
    return found


def _predicate(column: str, check: str | None, statistics: dict[str, Any]) -> dict[str, str]:
    name = quoted(column)
    match check:
        case "greater_than_or_equal_to":
            least = statistics["min_value"]
            return {f"{column} >= {least}": f"{name} >= {least}"}
        case "isin":
            allowed = ", ".join(literal(str(v)) for v in statistics["allowed_values"])
            return {f"{column} in vocabulary": f"{name} IN ({allowed})"}
        case "str_matches":
            pattern = statistics["pattern"]
            pattern = pattern if isinstance(pattern, str) else pattern.pattern
            return {f"{column} matches": f"regexp_matches({name}, {literal(pattern)})"}
    raise ValueError(f"{column}: the SQL compiler does not know the check {check!r}")


def checks(model: Model) -> dict[str, str]:
    """Every rule of the model by its name: columns first, then rules across columns."""
    return column_checks(model) | {rule.name: rule.sql() for rule in rules_of(model)}


def create_table(model: Model, schema: str, table: str, *, keyed: bool = True) -> list[str]:
    """Statements that make the table: types, key, checks, a comment on it and on each column.

    Without `keyed` the key is not declared: of a very large table it is checked, not indexed.
    """
    target = f"{quoted(schema)}.{quoted(table)}"
    lines = [
        f"{quoted(name)} {kind}" + ("" if columns(model)[name].nullable else " NOT NULL")
        for name, kind in column_types(model).items()
    ]
    not_null = {f"{name} given" for name in columns(model)}
    lines += [f"CHECK ({sql})" for name, sql in checks(model).items() if name not in not_null]
    if keyed and (key := key_of(model)):
        lines.append(f"PRIMARY KEY ({', '.join(quoted(c) for c in key)})")
    statements = [f"CREATE TABLE {target} (\n    " + ",\n    ".join(lines) + "\n)"]
    statements.append(f"COMMENT ON TABLE {target} IS {literal(describe(model))}")
    for name, column in columns(model).items():
        statements.append(
            f"COMMENT ON COLUMN {target}.{quoted(name)} IS {literal(column.description or '')}"
        )
    return statements


def register(connection: duckdb.DuckDBPyConnection, name: str, rows: pd.DataFrame) -> None:
    """Let SQL of this connection see a DataFrame under a name.

    Every row is looked at for a column's type: a sample that held only empty lists would give a
    type into which the other lists do not fit.
    """
    connection.execute("SET pandas_analyze_sample = 1000000000")
    connection.register(name, rows)


def typed_select(model: Model, relation: str) -> str:
    """A SELECT that casts the columns of `relation` to the model's types, ordered by key."""
    cast = ", ".join(
        f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}"
        for name, kind in column_types(model).items()
    )
    order = key_of(model) or list(columns(model))
    return f"SELECT {cast} FROM {relation} ORDER BY {', '.join(quoted(c) for c in order)}"


def judge_relation(
    connection: duckdb.DuckDBPyConnection, model: Model, relation: str, most: int = 20
) -> list[tuple[str, int, str]]:
    """Judge a relation in DuckDB with the model's own rules.

    Returns (rule, rows that break it, the first keys that do) for each broken rule. For tables too
    large for pandera; both judge the same rows alike. Good rows are looked at once for all rules,
    and once more for the key; only broken rules are looked into.
    """
    key = key_of(model)
    shown = (
        "concat_ws(', ', " + ", ".join(f"CAST({quoted(c)} AS VARCHAR)" for c in key) + ")"
        if key
        else "''"
    )
    rules = {name: f"coalesce(({sql}), true)" for name, sql in checks(model).items()}
    broken: list[tuple[str, int, str]] = []
    if rules and _count(
        connection, f"SELECT count(*) FROM {relation} WHERE NOT ({' AND '.join(rules.values())})"
    ):
        for name, kept in rules.items():
            found = connection.execute(
                f"SELECT count(*), string_agg(shown, '; ') FILTER (n <= {most}) FROM ("
                f"SELECT {shown} AS shown, row_number() OVER () AS n FROM {relation} "
                f"WHERE NOT {kept})"
            ).fetchall()[0]
            if found[0]:
                broken.append((name, int(found[0]), found[1] or ""))
    if key and not is_ascending(connection, key, relation):
        listed = ", ".join(quoted(c) for c in key)
        doubled = connection.execute(
            f"SELECT count(*), string_agg(shown, '; ') FROM (SELECT {shown} AS shown "
            f"FROM {relation} GROUP BY {listed} HAVING count(*) > 1 LIMIT {most})"
        ).fetchall()[0]
        if doubled[0]:
            broken.append((f"key ({', '.join(key)}) is unique", int(doubled[0]), doubled[1] or ""))
    return broken


def is_ascending(connection: duckdb.DuckDBPyConnection, key: Sequence[str], relation: str) -> bool:
    """Whether each row's key comes after that of the row before it.

    Needs no memory. Whatever order the rows are met in, where each key is above the last no two are
    equal: a relation that lies in the order of its key is known to hold it once.
    """
    listed = ", ".join(quoted(c) for c in key)
    here = listed if len(key) == 1 else f"row({listed})"
    rising, rows = connection.execute(
        f"SELECT count(*) FILTER (WHERE before < here), count(*) FROM ("
        f"SELECT here, lag(here) OVER () AS before FROM (SELECT {here} AS here FROM {relation}))"
    ).fetchall()[0]
    return int(rising) >= int(rows) - 1


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])
