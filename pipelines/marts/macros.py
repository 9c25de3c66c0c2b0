"""The questions that the database answers by itself: table macros of the schema marts.

`claims_as_of` and `figures_as_of` look at today's collection through the eyes of a day: what had
been published by then. What Attest itself held on a day is the release of that day. `trace` walks
one claim to its words and to its answers.

The words below say "day" for the day asked about, and "known on" for a claim's edition or, without
one, the publication of its document. A claim with neither is in `undated_claims` and in no answer
about a day.
"""

from __future__ import annotations

from pipelines.marts.sum_macro import SAFE_SUM
from pipelines.marts.trend_macros import PERCENTAGE_CHANGE, RANKING, RATE
from schemas.rules import literal

_KNOWN_ON = "coalesce({alias}.edition, {alias}.published_on)"

_NEXT_RELEASE = """min(c.claim_id) OVER (
                PARTITION BY c.source_id, c.record_id, regexp_extract(c.claim_id, '#([^#]*)$', 1)
                ORDER BY c.release GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING
            )"""


def _known(which: str, next_release: str) -> str:
    """The claims of a lane that were known on the day, with what had replaced each by then.

    The next release's reading of one record, where it was known, replaces the one before. What a
    register names as the replacement, a claim or a document, counts from its own day, else from
    that of the withdrawal.
    """
    return f"""
    SELECT c.* REPLACE (
        CASE WHEN c.withdrawn_on <= asked.on_day THEN c.withdrawn_on END AS withdrawn_on,
        coalesce(
            {next_release},
            CASE WHEN coalesce(
                {_KNOWN_ON.format(alias="newer")},
                {_KNOWN_ON.format(alias="newer_document")},
                c.withdrawn_on
            ) <= asked.on_day THEN c.replaced_by END
        ) AS replaced_by
    )
    FROM marts.claims AS c
    CROSS JOIN (SELECT CAST(day AS DATE) AS on_day) AS asked
    LEFT JOIN marts.claims AS newer ON newer.claim_id = c.replaced_by
        AND newer.entry_of IS {which} NULL
    LEFT JOIN marts.documents AS newer_document ON newer_document.document_id = c.replaced_by
    WHERE c.entry_of IS {which} NULL AND {_KNOWN_ON.format(alias="c")} <= asked.on_day"""


# An entry's next reading was settled when its register was read: to look for it again among all of
# them would take a sorting of the whole register.
_CLAIMS_AS_OF = f"""
    FROM ({_known("", _NEXT_RELEASE)}
    UNION ALL
    {_known("NOT", "NULL")}
    )
    ORDER BY claim_id
"""


def _first_standing(column: str) -> str:
    """Of the claims that a figure publishes again, the earliest that stood on the day."""
    return f"""
        SELECT u.claim_id, arg_min(u.earlier, u.place) AS earlier, min(u.place) AS place
        FROM (
            SELECT f.claim_id, unnest(f.{column}) AS earlier,
                unnest(range(1, len(f.{column}) + 1)) AS place
            FROM marts.figures AS f
        ) AS u
        JOIN standing AS s ON s.claim_id = u.earlier
        GROUP BY u.claim_id"""


_FIGURES_AS_OF = f"""
    WITH known AS ({_CLAIMS_AS_OF}),
    standing AS (
        SELECT k.claim_id
        FROM known AS k
        WHERE k.review_status IN ('accepted', 'corrected')
            AND k.modality IN ('stated', 'none_reported')
            AND k.withdrawn_on IS NULL
            AND k.replaced_by IS NULL
    ),
    repeats AS ({_first_standing("would_repeat")}
    ),
    possible_repeats AS ({_first_standing("would_perhaps_repeat")}
    )
    SELECT f.* REPLACE (
        f.would_repeat[:coalesce(repeats.place, len(f.would_repeat))] AS would_repeat,
        CASE WHEN repeats.earlier IS NOT NULL THEN []
            ELSE f.would_perhaps_repeat[
                :coalesce(possible_repeats.place, len(f.would_perhaps_repeat))
            ] END AS would_perhaps_repeat,
        CASE WHEN standing.claim_id IS NOT NULL THEN repeats.earlier END AS repeat_of,
        CASE WHEN standing.claim_id IS NOT NULL AND repeats.earlier IS NULL
            THEN possible_repeats.earlier END AS possible_repeat_of,
        standing.claim_id IS NOT NULL AND repeats.earlier IS NULL AS counts
    )
    FROM marts.figures AS f
    JOIN known ON known.claim_id = f.claim_id
    LEFT JOIN standing ON standing.claim_id = f.claim_id
    LEFT JOIN repeats ON repeats.claim_id = f.claim_id
    LEFT JOIN possible_repeats ON possible_repeats.claim_id = f.claim_id
    ORDER BY f.claim_id
"""

_UNDATED_CLAIMS = f"""
    SELECT c.claim_id, c.source_id, c.release, c.document_id
    FROM marts.claims AS c
    WHERE {_KNOWN_ON.format(alias="c")} IS NULL
    ORDER BY c.claim_id
"""

_TRACE = """
    SELECT c.claim_id, c.value_as_written, c.quote, c.quote_start, c.quote_end, c.locator,
        c.speaker, c.origin, c.review_status,
        c.document_id, d.title, d.publisher, d.url, d.archived_url, d.published_on,
        d.sha256 AS document_sha256,
        c.source_id, c.release, c.file, files.sha256 AS file_sha256,
        f.rule_id, f.low, f.best, f.high, f.range_kind, f.counts, f.repeat_of,
        f.question_id, q.title AS question,
        e.estimate_id, e.used_as, e.reason, a.rule, a.series, a.tier,
        a.low AS answer_low, a.best AS answer_best, a.high AS answer_high
    FROM marts.claims AS c
    LEFT JOIN marts.documents AS d ON d.document_id = c.document_id
    LEFT JOIN marts.files AS files
        ON files.source_id = c.source_id AND files.release = c.release AND files.file = c.file
    LEFT JOIN marts.figures AS f ON f.claim_id = c.claim_id
    LEFT JOIN marts.questions AS q ON q.question_id = f.question_id
    LEFT JOIN marts.evidence AS e ON e.claim_id = c.claim_id
    LEFT JOIN marts.estimates AS a ON a.estimate_id = e.estimate_id
    WHERE c.claim_id = claim_id
    ORDER BY e.estimate_id
"""

MACROS: dict[str, tuple[str, str, str]] = {
    "claims_as_of": (
        "day",
        _CLAIMS_AS_OF,
        "Claims published by the day, with withdrawn_on and replaced_by as they were then.",
    ),
    "figures_as_of": (
        "day",
        _FIGURES_AS_OF,
        "Figures published by the day, with repeats and counts taken anew among them.",
    ),
    "undated_claims": (
        "",
        _UNDATED_CLAIMS,
        "Claims without edition and day of publication: left out of every answer about a day.",
    ),
    "trace": (
        "claim_id",
        _TRACE,
        "One claim with its words, document, checksums, figure, question and answers.",
    ),
    "safe_sum": (
        "claim_ids, accept := []",
        SAFE_SUM,
        "Claims added up, or refused with the reason. accept: pairs of unknown relation, [[a, b]]. "
        "Of more than three claims whose windows touch, low may be less than the least total.",
    ),
    "percentage_change": (
        "from_claim, to_claim",
        PERCENTAGE_CHANGE,
        "The change between two claims in percent of the first, or why there is none.",
    ),
    "ranking": (
        "claim_ids",
        RANKING,
        "Claims of one question in several places from the greatest down, or why there is none.",
    ),
    "rate": (
        "claim_id, per",
        RATE,
        "A claim by 'day', by 'week' or by a number of people, or why there is no rate.",
    ),
}
"""Parameters, body and description of each macro by its name."""

AS_VALUES = ("safe_sum",)
"""Macros of one row that may also stand in a SELECT, where they give the row as a struct."""


def create_macros(schema: str = "marts") -> list[str]:
    """Statements that make the macros, once the tables are there."""
    statements: list[str] = []
    for name, (parameters, body, description) in MACROS.items():
        statements.append(f"CREATE MACRO {schema}.{name}({parameters}) AS TABLE {body.strip()}")
        statements.append(f"COMMENT ON MACRO TABLE {schema}.{name} IS {literal(description)}")
        if name in AS_VALUES:
            value = f"(SELECT answer FROM ({body.strip()}) AS answer)"
            statements.append(f"CREATE MACRO {schema}.{name}({parameters}) AS {value}")
            statements.append(f"COMMENT ON MACRO {schema}.{name} IS {literal(description)}")
    return statements
