"""The bodies of the macros percentage_change, ranking and rate: the number, or why there is none.

They follow `estimates.trends` step by step, in the words of `core.refusals`. Whether two places
share ground is looked up in marts.relations.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pipelines.core import refusals
from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.likeness import UNNAMED_SPEAKER
from pipelines.core.relation import MAY_HAVE_MOVED
from pipelines.marts.sum_macro import (
    WHY_NOT_COUNTING,
    among,
    choice,
    days_sql,
    folded_sql,
    worded_sql,
)
from schemas.rules import literal

_SOURCE: Final = f"""CASE
                WHEN coalesce(c.origin, '') <> ''
                    THEN coalesce('actor ' || c.origin_id, 'name ' || {folded_sql("c.origin")})
                ELSE coalesce('actor ' || c.speaker_id, 'name ' || {folded_sql("c.speaker")})
                    || CASE WHEN c.source_type = 'anonymous'
                        OR c.speaker = {literal(UNNAMED_SPEAKER)}
                        THEN ' in ' || c.document_id ELSE '' END END"""
"""Whose number it is, as `core.likeness.source_key` tells it."""

_WHEN: Final = days_sql("f.measure = 'stock'", "f.start_earliest", "f.end_latest")

_LOOKED_AT: Final = f"""
    looked_at AS (
        SELECT n.position, n.claim_id, c.claim_id IS NOT NULL AS is_listed,
            coalesce(f.counts OR f.repeat_of IS NOT NULL, false) AS is_held,
            {WHY_NOT_COUNTING} AS why_not,
            {choice("f.basis", refusals.NO_TREND)} AS why_no_trend,
            f.basis, f.question_id, {", ".join(f"f.{name}" for name in QUESTION_COLUMNS)},
            {folded_sql("c.restriction")} AS restriction, {folded_sql("c.coverage")} AS coverage,
            {_SOURCE} AS source_key,
            coalesce(c.origin, c.speaker) AS source_name,
            f.low, f.best, f.high,
            coalesce(f.low, f.high) IS NULL AS is_point,
            (f.low IS NULL) <> (f.high IS NULL) OR coalesce(f.best, f.low) IS NULL AS is_open,
            coalesce(f.low, f.best) AS lesser, coalesce(f.high, f.best) AS greater,
            coalesce(
                f.start_earliest = f.start_latest AND f.end_earliest = f.end_latest, false
            ) AS is_to_the_day,
            date_diff('day', f.start_earliest, f.end_latest) + 1 AS days,
            CASE WHEN day(f.start_earliest) = 1 AND f.end_latest = last_day(f.end_latest)
                THEN date_diff('month', f.start_earliest, f.end_latest) + 1 END AS months,
            {_WHEN} AS when_said
        FROM named AS n
        LEFT JOIN marts.claims AS c ON c.claim_id = n.claim_id
        LEFT JOIN marts.figures AS f ON f.claim_id = n.claim_id
    )"""


# What is refused


def _problem(
    step: int,
    reason: str,
    source: str,
    *,
    settles: str = "NULL",
    pair: str = "NULL",
    caption: str = "NULL",
    last: str = "NULL",
) -> str:
    """One kind of problem, by SQL expressions; `k` is the claim, of two the first."""
    return f"""
        SELECT {step} AS step, k.position AS first_named, {last} AS last_named,
            {reason} AS reason, {settles} AS settles,
            CAST({pair} AS VARCHAR[]) AS pair, CAST({caption} AS VARCHAR) AS caption
        FROM {source}"""


def _of_one(step: int, words: str, settles: str, condition: str) -> str:
    return _problem(
        step,
        worded_sql(words, a="k.claim_id"),
        f"looked_at AS k WHERE {condition}",
        settles=literal(settles),
    )


def _of_two(
    step: int, words: str, settles: str, condition: str, more: str = "", **columns: str
) -> str:
    return _problem(
        step,
        worded_sql(words, a="k.claim_id", b="o.claim_id", **columns),
        f"looked_at AS k JOIN looked_at AS o ON k.position < o.position {more} WHERE {condition}",
        settles=literal(settles),
        pair="[k.claim_id, o.claim_id]",
        last="o.position",
    )


_NOT_HELD: Final = _problem(
    1,
    f"""CASE WHEN k.is_listed THEN k.claim_id || ' ' || k.why_not
            ELSE {worded_sql(refusals.NOT_HELD, a="k.claim_id")} END""",
    "looked_at AS k WHERE NOT k.is_held",
    settles=f"""CASE WHEN k.is_listed THEN {literal(refusals.DOES_NOT_COUNT_SETTLES)}
            ELSE {literal(refusals.NOT_HELD_SETTLES)} END""",
)
_FOUND: Final = among(refusals.FOUND_COUNTS + refusals.PERHAPS_FOUND)
_OF_BASIS: Final = _problem(
    2,
    "k.claim_id || ' ' || k.why_no_trend",
    "looked_at AS k WHERE k.why_no_trend IS NOT NULL",
    settles=literal(refusals.TREND_WOULD_SETTLE),
    caption=f"CASE WHEN k.basis IN {_FOUND} THEN {literal(refusals.REPORTING_CAPTION)} END",
)
_OF_BOUNDS: Final = _of_one(8, refusals.OPEN_BOUND, refusals.OPEN_BOUND_SETTLES, "k.is_open")


def _of_scopes(compared: Iterable[str]) -> list[str]:
    """Bases, sources and scopes that are unlike in more than what is compared."""
    columns = [name for name in QUESTION_COLUMNS if name not in set(compared)]
    differing = ", ".join(
        f"CASE WHEN k.{name} IS DISTINCT FROM o.{name} THEN {literal(name)} END"
        for name in (*columns, "restriction", "coverage")
    )
    said = f"concat_ws(', ', {differing})"
    trend, scopes = refusals.TREND_WOULD_SETTLE, refusals.UNLIKE_SCOPES_SETTLES
    bases = {"basis_a": "k.basis", "basis_b": "o.basis"}
    names = {"source_a": "k.source_name", "source_b": "o.source_name"}
    return [
        _of_two(4, refusals.UNLIKE_BASES, trend, "k.basis <> o.basis", **bases),
        _of_two(4, refusals.UNLIKE_SOURCES, trend, "k.source_key <> o.source_key", **names),
        _of_two(4, refusals.UNLIKE_SCOPES, scopes, f"{said} <> ''", column=said),
    ]


_OF_WINDOWS: Final = (
    _of_two(5, refusals.COUNTER, refusals.COUNTER_SETTLES, "k.measure NOT IN ('flow', 'stock')"),
    _of_one(6, refusals.DAYS_NOT_STATED, refusals.DAYS_SETTLE, "NOT k.is_to_the_day"),
    _of_two(
        7,
        refusals.NOT_LATER,
        refusals.NOT_LATER_SETTLES,
        "k.end_latest >= o.start_earliest",
    ),
    _of_two(
        7,
        refusals.UNLIKE_SPANS,
        refusals.UNLIKE_SPANS_SETTLES,
        "k.end_latest < o.start_earliest AND k.days <> o.days "
        "AND NOT coalesce(k.months = o.months, false)",
    ),
)

_MOVED: Final = literal(str(MAY_HAVE_MOVED.reason).replace("{a}", "%").replace("{b}", "%"))
"""People of two places that share no ground may be counted in both: no reason against a ranking."""

_OF_PLACES: Final = _of_two(
    5,
    refusals.SHARED_GROUND,
    refusals.SHARED_GROUND_SETTLES,
    f"""k.place_id IS NULL OR k.question_id = o.question_id
            OR (rel.relation NOT IN ('disjoint', 'touching')
                AND NOT coalesce(rel.relation = 'overlaps' AND rel.reason LIKE {_MOVED}, false))""",
    more="""LEFT JOIN marts.relations AS rel
            ON rel.question_a = k.question_id AND rel.question_b = o.question_id""",
)


def _refusal(problems: Iterable[str]) -> str:
    """The first step at which something stands against the request, with all that does."""
    order = "ORDER BY p.first_named, p.last_named, p.kind"
    kinds = [f"SELECT {n} AS kind, u.* FROM ({one}) AS u" for n, one in enumerate(problems)]
    return f"""
    problems AS ({" UNION ALL ".join(kinds)}
    ),
    refusal AS (
        SELECT count(*) > 0 AS refused, first(p.reason {order}) AS reason,
            first(p.settles {order}) AS would_settle, first(p.pair {order}) AS pair,
            max(p.caption) AS caption, (list(p.reason {order}))[2:] AS others
        FROM problems AS p JOIN (SELECT min(q.step) AS first_step FROM problems AS q) AS f
            ON p.step = f.first_step
    )"""


_WHY: Final = "r.refused, r.reason, r.pair, r.would_settle, r.others, r.caption"


# What is worked out


def _in_words(form: str) -> str:
    """A best with its ends, as `estimates.trends` says it; n holds low, best and high."""
    low, best, high = (f"format('{form}', n.{end})" for end in ("low", "best", "high"))
    ends = f"{low} || ' to ' || {high}"
    return f"""CASE WHEN n.best IS NULL THEN {ends}
            ELSE {best} || coalesce(' (' || {ends} || ')', '') END"""


def _percent(old: str, new: str) -> str:
    return f"CAST(100 AS DOUBLE) * ({new} - {old}) / {old}"


PERCENTAGE_CHANGE: Final = f"""
    WITH named(position, claim_id) AS (
        VALUES (1, CAST(from_claim AS VARCHAR)), (2, CAST(to_claim AS VARCHAR))
    ),{_LOOKED_AT},{
    _refusal(
        (
            _NOT_HELD,
            _OF_BASIS,
            *_of_scopes(refusals.CHANGE_COMPARES),
            *_OF_WINDOWS,
            _OF_BOUNDS,
            _of_one(
                9,
                refusals.FROM_NOTHING,
                refusals.FROM_NOTHING_SETTLES,
                "k.position = 1 AND k.lesser = 0",
            ),
        )
    )
},
    numbers AS (
        SELECT
            CASE WHEN NOT (f.is_point AND t.is_point)
                THEN {_percent("f.greater", "t.lesser")} END AS low,
            {_percent("f.best", "t.best")} AS best,
            CASE WHEN NOT (f.is_point AND t.is_point)
                THEN {_percent("f.lesser", "t.greater")} END AS high,
            ' from ' || f.when_said || ' to ' || t.when_said || ': ' || f.basis || '; '
                || f.metric AS said
        FROM looked_at AS f JOIN looked_at AS t ON f.position = 1 AND t.position = 2
        JOIN refusal AS r ON NOT r.refused
    )
    SELECT CAST(from_claim AS VARCHAR) AS from_claim, CAST(to_claim AS VARCHAR) AS to_claim,
        n.low, n.best, n.high, {_WHY},
        CASE WHEN r.refused THEN 'refused: ' || r.reason
            ELSE {_in_words("{:+.1f} %")} || n.said END AS statement
    FROM refusal AS r LEFT JOIN numbers AS n ON true
"""

RANKING: Final = f"""
    WITH named AS (
        SELECT row_number() OVER (ORDER BY u.claim_id) AS position, u.claim_id
        FROM (SELECT DISTINCT unnest(CAST(claim_ids AS VARCHAR[])) AS claim_id) AS u
        WHERE u.claim_id IS NOT NULL
    ),{_LOOKED_AT},{
    _refusal(
        (
            _NOT_HELD,
            _OF_BASIS,
            _problem(
                3,
                literal(refusals.NOTHING_TO_RANK),
                "(SELECT count(*) AS position FROM named) AS k WHERE k.position < 2",
            ),
            *_of_scopes(refusals.RANKING_COMPARES),
            _OF_PLACES,
            _OF_BOUNDS,
        )
    )
},
    ranks AS (
        SELECT k.claim_id,
            1 + count(*) FILTER (o.lesser > k.greater) AS rank_first,
            1 + count(*) FILTER (o.greater > k.lesser) AS rank_last
        FROM looked_at AS k JOIN looked_at AS o ON o.position <> k.position
        JOIN refusal AS r ON NOT r.refused
        GROUP BY k.claim_id
    ),
    said AS (
        SELECT string_agg(
                CASE WHEN s.rank_first = s.rank_last THEN CAST(s.rank_first AS VARCHAR)
                    ELSE s.rank_first || ' to ' || s.rank_last END || ' ' || s.claim_id,
                ', ' ORDER BY s.rank_first, s.rank_last, s.claim_id
            ) AS ranks
        FROM ranks AS s
    )
    SELECT s.claim_id, s.rank_first, s.rank_last, {_WHY},
        CASE WHEN r.refused THEN 'refused: ' || r.reason
            ELSE d.ranks || ': ' || k.basis || '; ' || k.metric || '; ' || k.when_said
            END AS statement
    FROM refusal AS r CROSS JOIN said AS d LEFT JOIN ranks AS s ON true
    LEFT JOIN looked_at AS k ON k.claim_id = s.claim_id
    ORDER BY s.rank_first, s.rank_last, s.claim_id
"""

_PER: Final = "CAST(per AS VARCHAR)"
_BY_TIME: Final = f"{_PER} IN {among(tuple(refusals.RATE_BY))}"
_PEOPLE: Final = f"""CASE WHEN regexp_full_match({_PER}, '[0-9]+')
            THEN nullif(TRY_CAST({_PER} AS BIGINT), 0) END"""
_LENGTHS: Final = " ".join(f"WHEN {literal(k)} THEN {days}" for k, days in refusals.RATE_BY.items())

RATE: Final = f"""
    WITH named(position, claim_id) AS (VALUES (1, CAST(claim_id AS VARCHAR))),{_LOOKED_AT},{
    _refusal(
        (
            _NOT_HELD,
            _OF_BASIS,
            _OF_BOUNDS,
            _problem(
                9,
                worded_sql(refusals.NO_SUCH_RATE, per=_PER),
                f"looked_at AS k WHERE NOT ({_BY_TIME}) AND ({_PEOPLE}) IS NULL",
            ),
            _of_one(
                10,
                refusals.NO_SPAN,
                refusals.COUNTER_SETTLES,
                f"({_BY_TIME}) AND k.measure NOT IN ('flow', 'cumulative')",
            ),
            _of_one(
                11,
                refusals.DAYS_NOT_STATED,
                refusals.DAYS_SETTLE,
                f"({_BY_TIME}) AND NOT k.is_to_the_day",
            ),
        )
    )
},
    numbers AS (
        SELECT k.low / v.spans AS low, k.best / v.spans AS best, k.high / v.spans AS high,
            v.by_what || ': ' || k.basis || '; ' || k.metric || '; ' || k.when_said AS said
        FROM looked_at AS k JOIN refusal AS r ON NOT r.refused
        CROSS JOIN (
            SELECT CASE WHEN {_BY_TIME}
                    THEN q.days / CAST(CASE {_PER} {_LENGTHS} END AS DOUBLE)
                    ELSE {_PEOPLE} / CAST({refusals.RATE_AMONG} AS DOUBLE) END AS spans,
                CASE WHEN {_BY_TIME} THEN ' a ' || {_PER}
                    ELSE ' in every {refusals.RATE_AMONG:,} of ' || format('{{:,}}', {
    _PEOPLE
}) || ' people' END AS by_what
            FROM looked_at AS q
        ) AS v
    )
    SELECT CAST(claim_id AS VARCHAR) AS claim_id, {_PER} AS per,
        n.low, n.best, n.high, {_WHY},
        CASE WHEN r.refused THEN 'refused: ' || r.reason
            ELSE {_in_words("{:.4f}")} || n.said END AS statement
    FROM refusal AS r LEFT JOIN numbers AS n ON true
"""
