"""The questions that the database answers by itself: table macros of the schema marts.

`claims_as_of` and `figures_as_of` look at today's collection through the eyes of a day: what had
been published by then. What Attest itself held on a day is the release of that day. `trace` walks
one claim to its words and to its answers.

The words below say "day" for the day asked about, and "known on" for a claim's edition or, without
one, the publication of its document. A claim with neither is in `undated_claims` and in no answer
about a day.
"""

from __future__ import annotations

from schemas.rules import literal

_KNOWN_ON = "coalesce({alias}.edition, {alias}.published_on)"

# The next release's reading of one record, where it was known, replaces the one before. What a
# register names as the replacement, a claim or a document, counts from its own day, else from that
# of the withdrawal.
_CLAIMS_AS_OF = f"""
    SELECT c.* REPLACE (
        CASE WHEN c.withdrawn_on <= asked.on_day THEN c.withdrawn_on END AS withdrawn_on,
        coalesce(
            min(c.claim_id) OVER (
                PARTITION BY c.source_id, c.record_id, regexp_extract(c.claim_id, '#([^#]*)$', 1)
                ORDER BY c.release GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING
            ),
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
    LEFT JOIN marts.documents AS newer_document ON newer_document.document_id = c.replaced_by
    WHERE {_KNOWN_ON.format(alias="c")} <= asked.on_day
    ORDER BY c.claim_id
"""


def _first_known(column: str) -> str:
    """Of the claims that publish one figure again, the one known first on the day."""
    return f"""
        SELECT f.{column} AS first_of_all,
            arg_min(f.claim_id, (s.known_on, f.claim_id)) AS claim_id
        FROM marts.figures AS f
        JOIN standing AS s ON s.claim_id = f.claim_id
        WHERE f.{column} IS NOT NULL
        GROUP BY f.{column}"""


def _anew(column: str) -> str:
    """What a claim repeats: the first of all where it stood on the day, else the first known."""
    return (
        f"CASE WHEN {column}_standing.claim_id IS NOT NULL THEN f.{column} "
        f"WHEN {column}_first.claim_id <> f.claim_id THEN {column}_first.claim_id END"
    )


_FIGURES_AS_OF = f"""
    WITH known AS ({_CLAIMS_AS_OF}),
    standing AS (
        SELECT k.claim_id, {_KNOWN_ON.format(alias="k")} AS known_on
        FROM known AS k
        WHERE k.review_status IN ('accepted', 'corrected')
            AND k.modality IN ('stated', 'none_reported')
            AND k.withdrawn_on IS NULL
            AND k.replaced_by IS NULL
    ),
    repeats AS ({_first_known("repeat_of")}
    ),
    possible_repeats AS ({_first_known("possible_repeat_of")}
    )
    SELECT f.* REPLACE (
        {_anew("repeat_of")} AS repeat_of,
        {_anew("possible_repeat_of")} AS possible_repeat_of,
        standing.claim_id IS NOT NULL AND ({_anew("repeat_of")}) IS NULL AS counts
    )
    FROM marts.figures AS f
    JOIN known ON known.claim_id = f.claim_id
    LEFT JOIN standing ON standing.claim_id = f.claim_id
    LEFT JOIN standing AS repeat_of_standing ON repeat_of_standing.claim_id = f.repeat_of
    LEFT JOIN repeats AS repeat_of_first ON repeat_of_first.first_of_all = f.repeat_of
    LEFT JOIN standing AS possible_repeat_of_standing
        ON possible_repeat_of_standing.claim_id = f.possible_repeat_of
    LEFT JOIN possible_repeats AS possible_repeat_of_first
        ON possible_repeat_of_first.first_of_all = f.possible_repeat_of
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
}
"""Parameters, body and description of each macro by its name."""


def create_macros(schema: str = "marts") -> list[str]:
    """Statements that make the macros, once the tables are there."""
    statements: list[str] = []
    for name, (parameters, body, description) in MACROS.items():
        statements.append(f"CREATE MACRO {schema}.{name}({parameters}) AS TABLE {body.strip()}")
        statements.append(f"COMMENT ON MACRO TABLE {schema}.{name} IS {literal(description)}")
    return statements
