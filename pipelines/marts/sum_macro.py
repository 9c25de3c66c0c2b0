"""The body of the macro safe_sum: claims added up from the tables of a release alone.

It follows `estimates.sums` step by step: what must hold, in the words of `core.refusals`; then the
ends. Where the tables hold less than the registers it refuses more: pairs are looked up in
marts.relations, and a claim that forms no question there (an entry of a register) is added up only
with entries of its own register.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Final

from pipelines.core import refusals
from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.populations import AGES_AND_SEXES
from pipelines.core.relation import Scope, kind_of_measure, of_measure
from schemas import vocab
from schemas.rules import literal

NOT_IN_THE_TABLE: Final = (
    "how {a} and {b} stand to each other is not in marts.relations: one of them is an entry of a "
    "register, or there were too many questions to compare all"
)
NOT_IN_THE_TABLE_SETTLES: Final = "the sum over the collection in Python, which reads the registers"
PLACE_NOT_RESOLVED: Final = "{a} and {b} give one place that is not resolved"
PLACE_SETTLES: Final = "the place, with what contains it: data/raw/places.csv"


def worded_sql(words: str, **columns: str) -> str:
    """An SQL text of words in which each {name} is replaced by what an expression holds."""
    said = literal(words)
    for name, expression in columns.items():
        said = f"replace({said}, {literal('{' + name + '}')}, {expression})"
    return said


def choice(column: str, words: Mapping[str, str]) -> str:
    """An SQL text that depends on the word that a column holds; empty for any other."""
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(said)}" for word, said in words.items())
    return f"CASE {column} {cases} END"


def among(words: tuple[str, ...] | frozenset[str]) -> str:
    """An SQL list of words to look a column up in."""
    return f"({', '.join(literal(word) for word in sorted(words))})"


def folded_sql(column: str) -> str:
    """A text as `core.names.folded` has it, empty where there is none."""
    bare = f"replace(replace(strip_accents(lower(coalesce({column}, ''))), '''', ''), '’', '')"
    return f"trim(regexp_replace({bare}, '[^\\p{{L}}\\p{{N}}\\p{{M}}]+', ' ', 'g'))"


def day_sql(day: str) -> str:
    """A day in words, as `estimates.questions.day_in_words` has it."""
    return f"strftime({day}, '%-d %B %Y')"


def days_sql(measure_is_stock: str, first: str, last: str) -> str:
    """Of which days claims are, as `estimates.sums.days_in_words` has it."""
    return f"""CASE WHEN {measure_is_stock} THEN 'stocks ' ELSE '' END || CASE
            WHEN {first} IS NULL OR {last} IS NULL THEN 'of days not all stated'
            WHEN {first} = {last} THEN 'of ' || {day_sql(first)}
            ELSE 'of days from ' || {day_sql(first)} || ' to ' || {day_sql(last)} END"""


WHY_NOT_COUNTING: Final = f"""coalesce(
        {choice("c.review_status", refusals.STATUS)},
        {choice("c.modality", refusals.MODALITY)},
        {worded_sql(refusals.WITHDRAWN, day="CAST(c.withdrawn_on AS VARCHAR)")},
        {worded_sql(refusals.REPLACED, by="c.replaced_by")}
    )"""
"""Why a claim does not count, as `core.refusals.why_not_counting` has it; c is marts.claims."""


def _kinds() -> str:
    """What a measure of a metric and unit counts, and whether a person is in it once: rows."""
    rows = []
    nowhere = dict.fromkeys(QUESTION_COLUMNS)
    for metric, measures in vocab.MEASURES_OF_METRIC.items():
        for measure, unit in product(measures, vocab.UNITS_OF_METRIC[metric]):
            scope = Scope(nowhere | {"metric": metric, "measure": measure, "unit": unit})
            words = (metric, measure, unit, scope.kind, scope.happens_once or "")
            rows.append(f"({', '.join(map(literal, words))})")
    return ", ".join(rows)


def _measures() -> str:
    """How two kinds of measure stand to each other: rows."""
    rows = []
    for a, b, same_days in product(_KINDS, _KINDS, (True, False)):
        found = of_measure(a, b, same_days)
        words = (a, b, found.relation, found.reason or "", found.would_settle or "")
        rows.append(f"({', '.join(map(literal, words))}, {str(same_days).lower()})")
    return ", ".join(rows)


MOST_CLAIMS: Final = 2_000
"""Claims that are added at once: every pair of them is looked at."""

_TOO_MANY: Final = (
    f"safe_sum adds at most {MOST_CLAIMS:,} claims: the totals of registers stand in "
    "marts.register_totals, and `attest ask` works out that of any scope"
)

_KINDS: Final = sorted(
    {
        kind_of_measure(metric, measure)
        for metric, measures in vocab.MEASURES_OF_METRIC.items()
        for measure in measures
    }
)

_SAME_DAYS: Final = " AND ".join(
    f"p.a.{day} IS NOT DISTINCT FROM p.b.{day}" for day in refusals.CHANGE_COMPARES
)
_STATED_DAYS: Final = " AND ".join(f"p.a.{day} = p.b.{day}" for day in refusals.CHANGE_COMPARES)

_ENTRIES: Final = f"""p.a.entry_of = p.b.entry_of AND p.a.adds_up AND p.b.adds_up
                    AND p.a.edition IS NOT DISTINCT FROM p.b.edition AND p.a.metric = p.b.metric
                    AND p.a.record_id <> p.b.record_id
                    AND ((p.a.once = p.b.once AND p.a.once <> '')
                        OR ({_STATED_DAYS} AND p.a.kind = 'stock' AND p.b.kind = 'stock'))"""
"""Entries of one register that count nobody twice, as `relation.relate_claims` has it."""


def _limit(axis: str) -> str:
    """How the claims of a pair stand to each other by a limit as written (`relation.of_limit`)."""
    a, b = f"p.a.{axis}", f"p.b.{axis}"
    one, two = f"least({a}, {b})", f"greatest({a}, {b})"
    settles = worded_sql(
        "whether anybody counted under '{one}' is counted under '{two}': the source's own words, "
        "in column {axis} of the claims, or data/raw/corrections.csv",
        one=one,
        two=two,
        axis=literal(axis),
    )
    only = worded_sql("{a} holds only '{limit}'", limit=a)
    other = worded_sql("{b} holds only '{limit}'", limit=b)
    both = worded_sql("'{one}' and '{two}' may count some of the same people", one=one, two=two)
    return f"""
        SELECT p.a.claim_id AS a, p.b.claim_id AS b, {2 if axis == "restriction" else 3} AS axis,
            CASE WHEN {folded_sql(a)} = {folded_sql(b)} THEN 'equal'
                WHEN coalesce({b}, '') = '' THEN 'inside'
                WHEN coalesce({a}, '') = '' THEN 'contains'
                ELSE 'unknown' END AS relation,
            CASE WHEN coalesce({b}, '') = '' THEN {only}
                WHEN coalesce({a}, '') = '' THEN {other} ELSE {both} END AS reason,
            {settles} AS settles
        FROM pairs AS p"""


def _sides(words: str) -> str:
    """A reason of marts.relations, which calls its sides by the columns that hold them."""
    return f"replace(replace({words}, 'question_a', '{{a}}'), 'question_b', '{{b}}')"


def _range_in_words(low: str, best: str, high: str) -> str:
    """A range as `core.interval.Interval.display` says it."""
    ends = f"""CASE
            WHEN {low} = {high} THEN format('{{:,}}', {low})
            WHEN {low} IS NOT NULL AND {high} IS NOT NULL
                THEN format('{{:,}}', {low}) || ' to ' || format('{{:,}}', {high})
            WHEN {low} IS NOT NULL THEN format('{{:,}}', {low}) || ' or more'
            WHEN {high} IS NOT NULL THEN format('{{:,}}', {high}) || ' or fewer' END"""
    return f"""CASE WHEN {best} IS NULL THEN coalesce({ends}, 'not known')
            WHEN ({low} = {best} AND {best} = {high}) OR coalesce({low}, {high}) IS NULL
                THEN format('{{:,}}', {best})
            ELSE format('{{:,}}', {best}) || ' (' || {ends} || ')' END"""


_HOLDS: Final = """JOIN marts.populations AS {edge} ON {edge}.population = {of}
            AND {edge}.relation IN ('within', 'part_of')
            AND ({edge}.source_id IS NULL OR {edge}.source_id = h.source_id)"""
_AGES: Final = among(AGES_AND_SEXES)
_APART_BY_SOURCE: Final = f"""coalesce(kl.are_apart, false)
                    AND ((p.a.once = p.b.once AND p.a.once <> '') OR ({_STATED_DAYS}))"""
"""Classes of people that one source keeps apart, counted once or on the same days."""

_DAYS: Final = ", ".join(f"f.{day}" for day in refusals.CHANGE_COMPARES)
_A_B: Final = {"a": "r.a", "b": "r.b"}

SAFE_SUM: Final = f"""
    WITH named AS (
        SELECT n.claim_id, count(*) AS times
        FROM (SELECT unnest(
            CASE WHEN len(claim_ids) > {MOST_CLAIMS} THEN error({literal(_TOO_MANY)})
            ELSE CAST(claim_ids AS VARCHAR[]) END
        ) AS claim_id) AS n
        WHERE n.claim_id IS NOT NULL
        GROUP BY n.claim_id
    ),
    taken AS (
        SELECT DISTINCT least(t.pair[1], t.pair[2]) AS a, greatest(t.pair[1], t.pair[2]) AS b
        FROM (SELECT unnest(CAST(accept AS VARCHAR[][])) AS pair) AS t
    ),
    summands AS (
        SELECT n.claim_id, n.times, c.claim_id IS NOT NULL AS is_listed,
            coalesce(f.counts OR f.repeat_of IS NOT NULL, false) AS is_held,
            {WHY_NOT_COUNTING} AS why_not,
            c.source_id, c.part_of, c.entry_of, c.adds_up, c.edition, c.record_id,
            c.restriction, c.coverage,
            f.question_id, f.place_id, f.population, f.metric, f.measure, f.unit, f.basis,
            f.range_kind, f.repeat_of, {_DAYS}, f.low, f.best, f.high, m.kind, m.once,
            coalesce(f.low, f.best) AS at_least, coalesce(f.high, f.best) AS at_most,
            CASE WHEN c.unit <> f.unit THEN format('{{:g}}', c.household_size)
                || ' people a household: ' || c.household_size_source END AS of_size
        FROM named AS n
        LEFT JOIN marts.claims AS c ON c.claim_id = n.claim_id
        LEFT JOIN marts.figures AS f ON f.claim_id = n.claim_id
        LEFT JOIN (VALUES {_kinds()}) AS m(metric, measure, unit, kind, once)
            ON m.metric = f.metric AND m.measure = f.measure AND m.unit = f.unit
    ),
    pairs AS (
        SELECT a, b FROM summands AS a JOIN summands AS b ON a.claim_id < b.claim_id
        WHERE a.is_held AND b.is_held
    ),
    siblings AS (
        SELECT DISTINCT ar.arithmetic_id, unnest(ar.claim_ids) AS claim_id
        FROM marts.arithmetic AS ar WHERE ar.kind = 'partition'
    ),
    holders AS (
        SELECT DISTINCT s.source_id, s.population, s.population AS holder
        FROM summands AS s WHERE s.is_held
    ),
    holders_of_holders AS (
        SELECT h.source_id, h.population, h.holder FROM holders AS h
        UNION
        SELECT h.source_id, h.population, one.whole
        FROM holders AS h {_HOLDS.format(edge="one", of="h.holder")}
        UNION
        SELECT h.source_id, h.population, two.whole
        FROM holders AS h {_HOLDS.format(edge="one", of="h.holder")}
        {_HOLDS.format(edge="two", of="one.whole")}
    ),
    classes AS (
        SELECT h.source_id, h.population AS one, other.population AS other,
            bool_or(h.holder = other.population) AS is_within,
            bool_or(
                (edge.relation = 'disjoint' AND edge.whole = other.holder)
                OR (twin.relation = 'disjoint' AND twin.whole = h.holder)
                OR (edge.relation = 'part_of' AND twin.relation = 'part_of'
                    AND edge.whole = twin.whole AND h.holder <> other.holder
                    AND (h.holder IN {_AGES}) = (other.holder IN {_AGES}))
            ) AS are_apart
        FROM holders_of_holders AS h
        JOIN holders_of_holders AS other ON other.source_id = h.source_id
            AND other.population <> h.population
        LEFT JOIN marts.populations AS edge ON edge.population = h.holder
            AND (edge.source_id IS NULL OR edge.source_id = h.source_id)
        LEFT JOIN marts.populations AS twin ON twin.population = other.holder
            AND (twin.source_id IS NULL OR twin.source_id = h.source_id)
        GROUP BY h.source_id, h.population, other.population
    ),
    axes AS (
        SELECT p.a.claim_id AS a, p.b.claim_id AS b, 1 AS axis,
            CASE WHEN p.a.question_id = p.b.question_id
                    THEN CASE WHEN p.a.place_id IS NULL THEN 'unknown' ELSE 'equal' END
                WHEN rel.relation IS NOT NULL THEN rel.relation
                WHEN qa.question_id IS NULL OR qb.question_id IS NULL THEN 'not in the table'
                WHEN 'all' IN (qa.compared_with, qb.compared_with) THEN 'disjoint'
                WHEN p.a.metric = p.b.metric
                    AND 'own_metric' IN (qa.compared_with, qb.compared_with) THEN 'disjoint'
                ELSE 'not in the table' END AS relation,
            CASE WHEN p.a.question_id <> p.b.question_id THEN {_sides("rel.reason")}
                WHEN p.a.place_id IS NULL THEN {literal(PLACE_NOT_RESOLVED)} END AS reason,
            CASE WHEN p.a.question_id <> p.b.question_id THEN {_sides("rel.would_settle")}
                ELSE {literal(PLACE_SETTLES)} END AS settles
        FROM pairs AS p
        LEFT JOIN marts.questions AS qa ON qa.question_id = p.a.question_id
        LEFT JOIN marts.questions AS qb ON qb.question_id = p.b.question_id
        LEFT JOIN marts.relations AS rel
            ON rel.question_a = p.a.question_id AND rel.question_b = p.b.question_id
        UNION ALL {_limit("restriction")}
        UNION ALL {_limit("coverage")}
    ),
    verdicts AS (
        SELECT x.a, x.b, CASE
            WHEN bool_or(x.relation = 'not in the table') THEN 'not in the table'
            WHEN bool_or(x.relation = 'disjoint') THEN 'disjoint'
            WHEN bool_or(x.relation = 'touching') THEN 'touching'
            WHEN bool_or(x.relation = 'unknown') THEN 'unknown'
            WHEN bool_or(x.relation = 'overlaps') THEN 'overlaps'
            WHEN bool_or(x.relation = 'inside') AND bool_or(x.relation = 'contains')
                THEN 'overlaps'
            WHEN bool_or(x.relation = 'inside') THEN 'inside'
            WHEN bool_or(x.relation = 'contains') THEN 'contains'
            ELSE 'equal' END AS relation
        FROM axes AS x GROUP BY x.a, x.b
    ),
    scopes AS (
        SELECT v.a, v.b, v.relation,
            coalesce(
                arg_min(x.reason, x.axis) FILTER (x.relation = v.relation),
                first(x.reason ORDER BY x.axis) FILTER (x.relation IN ('inside', 'contains'))
                    || ', while ' || CASE
                    WHEN first(x.relation ORDER BY x.axis)
                        FILTER (x.relation IN ('inside', 'contains')) = 'inside'
                    THEN arg_min(x.reason, x.axis) FILTER (x.relation = 'contains')
                    ELSE arg_min(x.reason, x.axis) FILTER (x.relation = 'inside') END
            ) AS reason,
            arg_min(x.settles, x.axis) FILTER (x.relation = v.relation AND v.relation = 'unknown')
                AS settles
        FROM verdicts AS v JOIN axes AS x ON x.a = v.a AND x.b = v.b
        GROUP BY v.a, v.b, v.relation
    ),
    by_document AS (
        SELECT p.a.claim_id AS a, p.b.claim_id AS b,
            p.a.measure AS measure_a,
            p.a.unit AS unit_a, p.b.unit AS unit_b, p.b.measure AS measure_b,
            m.relation AS measure_relation, m.reason AS measure_reason,
            m.settles AS measure_settles,
            CASE
                WHEN p.a.repeat_of = p.b.claim_id OR p.b.repeat_of = p.a.claim_id
                    OR p.a.repeat_of = p.b.repeat_of THEN 'equal'
                WHEN p.a.part_of = p.b.claim_id THEN 'inside'
                WHEN p.b.part_of = p.a.claim_id THEN 'contains'
                WHEN {_ENTRIES}
                    THEN 'disjoint'
                WHEN EXISTS (
                    SELECT 1 FROM siblings AS s JOIN siblings AS t
                        ON t.arithmetic_id = s.arithmetic_id
                    WHERE s.claim_id = p.a.claim_id AND t.claim_id = p.b.claim_id
                ) THEN 'disjoint'
                WHEN {_APART_BY_SOURCE} THEN 'disjoint' END AS relation,
            coalesce(kl.is_within OR lk.is_within, false) AS is_within,
            CASE
                WHEN p.a.repeat_of = p.b.claim_id OR p.b.repeat_of = p.a.claim_id
                    OR p.a.repeat_of = p.b.repeat_of THEN {literal(refusals.ONE_FIGURE)}
                WHEN p.a.part_of = p.b.claim_id
                    THEN '{{a}} is a part of {{b}}, as their document gives them'
                WHEN p.b.part_of = p.a.claim_id
                    THEN '{{b}} is a part of {{a}}, as their document gives them' END AS reason
        FROM pairs AS p
        JOIN (VALUES {_measures()}) AS m(one, other, relation, reason, settles, same_days)
            ON m.one = p.a.kind AND m.other = p.b.kind
            AND m.same_days = ({_SAME_DAYS})
        LEFT JOIN classes AS kl ON kl.source_id = p.a.source_id AND kl.source_id = p.b.source_id
            AND kl.one = p.a.population AND kl.other = p.b.population
        LEFT JOIN classes AS lk ON lk.source_id = p.a.source_id AND lk.source_id = p.b.source_id
            AND lk.one = p.b.population AND lk.other = p.a.population
    ),
    related AS (
        SELECT d.a, d.b, d.unit_a, d.unit_b, d.measure_a, d.measure_b, d.measure_relation,
            CASE WHEN coalesce(d.relation, s.relation) IN ('disjoint', 'touching')
                    AND d.measure_relation = 'unknown' THEN 'unknown'
                WHEN d.relation IS NULL AND d.is_within AND s.relation = 'unknown' THEN 'overlaps'
                ELSE coalesce(d.relation, s.relation) END AS relation,
            CASE WHEN coalesce(d.relation, s.relation) IN ('disjoint', 'touching')
                    AND d.measure_relation = 'unknown' THEN d.measure_reason
                WHEN d.relation IS NOT NULL THEN d.reason ELSE s.reason END AS reason,
            CASE WHEN coalesce(d.relation, s.relation) IN ('disjoint', 'touching')
                    AND d.measure_relation = 'unknown' THEN d.measure_settles
                WHEN d.relation IS NULL THEN s.settles END AS settles
        FROM by_document AS d JOIN scopes AS s ON s.a = d.a AND s.b = d.b
    ),
    problems AS (
        SELECT 1 AS step, {literal(refusals.NO_CLAIM_NAMED)} AS reason,
            CAST(NULL AS VARCHAR) AS settles, CAST(NULL AS VARCHAR) AS a,
            CAST(NULL AS VARCHAR) AS b
        WHERE NOT EXISTS (FROM named)
        UNION ALL
        SELECT 1, CASE
                WHEN NOT s.is_listed THEN {worded_sql(refusals.NOT_HELD, a="s.claim_id")}
                WHEN NOT s.is_held THEN s.claim_id || ' ' || s.why_not
                ELSE {worded_sql(refusals.NAMED_TWICE, a="s.claim_id")} END,
            CASE WHEN NOT s.is_listed THEN {literal(refusals.NOT_HELD_SETTLES)}
                WHEN NOT s.is_held THEN {literal(refusals.DOES_NOT_COUNT_SETTLES)}
                ELSE {literal(refusals.NAMED_TWICE_SETTLES)} END,
            s.claim_id, CASE WHEN s.is_held THEN s.claim_id END
        FROM summands AS s WHERE NOT s.is_held OR s.times > 1
        UNION ALL
        SELECT 2, CASE WHEN r.relation IS NULL
                    THEN {worded_sql(refusals.ACCEPTED_STRANGER, a="t.a", b="t.b")}
                ELSE {
    worded_sql(refusals.ACCEPTED_KNOWN, a="t.a", b="t.b", relation="r.relation")
} END,
            CASE WHEN r.relation IS NULL THEN {literal(refusals.ACCEPTED_STRANGER_SETTLES)}
                ELSE {literal(refusals.ACCEPTED_KNOWN_SETTLES)} END,
            t.a, t.b
        FROM taken AS t LEFT JOIN related AS r ON r.a = t.a AND r.b = t.b
        WHERE r.relation IS DISTINCT FROM 'unknown'
        UNION ALL
        SELECT 3, concat_ws('; ',
                CASE WHEN r.unit_a <> r.unit_b THEN {
    worded_sql(refusals.UNLIKE_UNITS, **_A_B, unit_a="r.unit_a", unit_b="r.unit_b")
} END,
                CASE WHEN r.measure_relation = 'overlaps' THEN {
    worded_sql(refusals.UNLIKE_MEASURES, **_A_B, measure_a="r.measure_a", measure_b="r.measure_b")
} END),
            {literal(refusals.UNLIKE_SETTLES)}, r.a, r.b
        FROM related AS r
        WHERE r.unit_a <> r.unit_b OR r.measure_relation = 'overlaps'
        UNION ALL
        SELECT 3, CASE WHEN r.relation = 'not in the table'
                    THEN {worded_sql(NOT_IN_THE_TABLE, **_A_B)}
                ELSE replace(replace(
                    {
    choice("r.relation", refusals.COUNTED_TWICE)
} || coalesce(': ' || r.reason, ''),
                    '{{a}}', r.a), '{{b}}', r.b) END,
            CASE WHEN r.relation = 'not in the table' THEN {literal(NOT_IN_THE_TABLE_SETTLES)}
                ELSE replace(replace(coalesce(
                    r.settles, {choice("r.relation", refusals.COUNTED_TWICE_SETTLES)}
                ), '{{a}}', r.a), '{{b}}', r.b) END,
            r.a, r.b
        FROM related AS r LEFT JOIN taken AS t ON t.a = r.a AND t.b = r.b
        WHERE r.relation NOT IN ('disjoint', 'touching') AND t.a IS NULL
            AND r.unit_a = r.unit_b AND r.measure_relation <> 'overlaps'
    ),
    refusal AS (
        SELECT count(*) > 0 AS refused, first(p.reason ORDER BY p.a, p.b) AS reason,
            first(p.settles ORDER BY p.a, p.b) AS would_settle,
            first(CASE WHEN p.b IS NOT NULL THEN [p.a, p.b] END ORDER BY p.a, p.b) AS pair,
            list(p.reason ORDER BY p.a, p.b) AS reasons
        FROM problems AS p WHERE p.step = (SELECT min(q.step) FROM problems AS q)
    ),
    touching AS (
        SELECT r.a, r.b, a.at_least AS at_least_a, b.at_least AS at_least_b
        FROM related AS r JOIN summands AS a ON a.claim_id = r.a
        JOIN summands AS b ON b.claim_id = r.b
        WHERE r.relation = 'touching'
    ),
    sides AS (
        SELECT t.a AS claim_id, t.at_least_a AS at_least, t.at_least_a <= t.at_least_b AS is_lesser
        FROM touching AS t
        UNION ALL
        SELECT t.b, t.at_least_b, t.at_least_b < t.at_least_a FROM touching AS t
    ),
    near AS (
        SELECT t.claim_id, t.at_least, bool_or(t.is_lesser) AS is_lesser
        FROM sides AS t GROUP BY t.claim_id, t.at_least
    ),
    apart AS (
        SELECT max(one.at_least + other.at_least) AS two_apart
        FROM near AS one JOIN near AS other ON one.claim_id < other.claim_id
        LEFT JOIN touching AS t ON t.a = one.claim_id AND t.b = other.claim_id
        WHERE t.a IS NULL
    ),
    hidden AS (
        SELECT count(*) > 0 AS any_touch,
            coalesce(sum(n.at_least), 0) - coalesce(greatest(
                sum(n.at_least) FILTER (NOT n.is_lesser), max(n.at_least), max(o.two_apart)
            ), 0) AS at_most_hidden
        FROM near AS n CROSS JOIN apart AS o
    ),
    ends AS (
        SELECT
            CASE WHEN (h.any_touch OR bool_or(s.low IS NOT NULL))
                    AND bool_and(s.at_least IS NOT NULL)
                THEN CAST(sum(s.at_least) - h.at_most_hidden AS BIGINT) END AS low,
            CASE WHEN NOT h.any_touch AND bool_and(s.best IS NOT NULL)
                THEN CAST(sum(s.best) AS BIGINT) END AS best,
            CASE WHEN (h.any_touch OR bool_or(s.high IS NOT NULL))
                    AND bool_and(s.at_most IS NOT NULL)
                THEN CAST(sum(s.at_most) AS BIGINT) END AS high,
            bool_or(s.range_kind = 'vague') AS any_vague, h.any_touch,
            list(DISTINCT s.basis ORDER BY s.basis) AS bases,
            list(DISTINCT s.metric ORDER BY s.metric) AS metrics,
            count(*) AS n_claims,
            bool_and(s.measure = 'stock') AS all_stocks,
            string_agg(DISTINCT s.of_size, '; ' ORDER BY s.of_size) AS sizes,
            CASE WHEN bool_and(s.start_earliest IS NOT NULL) THEN min(s.start_earliest) END
                AS first_day,
            CASE WHEN bool_and(s.end_latest IS NOT NULL) THEN max(s.end_latest) END AS last_day
        FROM summands AS s CROSS JOIN hidden AS h
        GROUP BY h.any_touch, h.at_most_hidden
    ),
    pairs_taken AS (
        SELECT list([t.a, t.b] ORDER BY t.a, t.b) AS accepted,
            string_agg(t.a || ' and ' || t.b, ', ' ORDER BY t.a, t.b) AS said
        FROM taken AS t
    )
    SELECT
        CASE WHEN NOT r.refused THEN e.low END AS low,
        CASE WHEN NOT r.refused THEN e.best END AS best,
        CASE WHEN NOT r.refused THEN e.high END AS high,
        CASE WHEN r.refused OR coalesce(e.low, e.high) IS NULL THEN NULL
            WHEN e.any_vague THEN 'vague'
            WHEN e.low IS NULL OR e.high IS NULL THEN 'bound' ELSE 'stated' END AS range_kind,
        CASE WHEN NOT r.refused THEN e.bases END AS bases,
        CASE WHEN NOT r.refused THEN e.metrics END AS metrics,
        (SELECT count(*) FROM named) AS n_claims,
        r.refused, r.reason, r.pair, r.would_settle, r.reasons[2:] AS others,
        CASE WHEN NOT r.refused THEN coalesce(a.accepted, []) END AS accepted,
        CASE WHEN r.refused THEN 'refused: ' || r.reason
            ELSE {_range_in_words("e.low", "e.best", "e.high")}
                || ': ' || array_to_string(e.bases, ' + ')
                || '; ' || array_to_string(e.metrics, ' + ')
                || '; ' || {days_sql("e.all_stocks", "e.first_day", "e.last_day")}
                || coalesce('; ' || e.sizes, '')
                || CASE WHEN e.any_touch THEN {literal("; " + refusals.SHARED_DAY)} ELSE '' END
                || coalesce('; accepted as sharing nobody: ' || a.said, '') END AS statement
    FROM refusal AS r CROSS JOIN pairs_taken AS a LEFT JOIN ends AS e ON true
"""
