"""From a number back to its words: an answer, a figure or a claim walked to quote and checksum.

Reads only a release and, to show the sentence around a quote, the stored document whose checksums
the release names. What has changed since is said to have changed, never quoted. How a page or PDF
becomes text is the caller's to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb

from pipelines.core.csv_rows import FileRefused
from schemas.estimates import ALIKE_IN_TOTAL
from schemas.rules import literal

TextOf: TypeAlias = Callable[[str, bytes], str]
"""The text of a stored document, by its name and bytes. Raises FileRefused."""

NOTHING: Final = "no answer, question, claim, figure, total, arithmetic or finding has that id"
WORKED_OUT: Final = (
    "a total that `attest ask` works out and no table holds: ask its scope again, or look at "
    "marts.register_totals"
)
SHOWN_ENTRIES: Final = 5
"""How many of the entries of a total are shown."""

SHOWN_UNKNOWN: Final = 5
"""How many of the facts are shown that would settle a question's unknown relations."""

_SAME_OF_TOTAL: Final = ("source_id", "release", "entry_of", *ALIKE_IN_TOTAL)
"""Columns that a register's total has from each of its entries."""

_HOW_FAR: Final = ("answers_least", "answers_greatest", "answers_ratio")


def _sides(column: str) -> str:
    """SQL for the words of a relation as they are read from its first side."""
    return f"replace(replace({column}, 'question_a', 'this question'), 'question_b', 'the other')"


def _entries_of(total: Mapping[str, Any]) -> str:
    """SQL for the entries that a register's total adds up."""
    conditions = [
        f"c.{name} IS NOT DISTINCT FROM {'NULL' if total[name] is None else literal(total[name])}"
        for name in _SAME_OF_TOTAL
    ]
    if total["edition"] is not None:
        conditions.append(f"c.edition = DATE '{total['edition']}'")
    conditions.append(f"coalesce(e.year, year(c.end_latest)) = {total['year']}")
    if total["place_id"] is not None:
        within = (
            "IN (SELECT place_id FROM marts.places "
            f"WHERE {literal(total['place_id'])} IN (place_id, iso3))"
        )
        if total["place_role"] == "came_from":
            conditions.append(
                f"(c.from_place_id {within} OR (c.from_place_id IS NULL "
                f"AND c.place_role = 'came_from' AND c.place_id {within}))"
            )
        else:
            conditions.append(f"c.place_id {within}")
    return (
        "SELECT c.claim_id, c.value_low, c.value, c.value_high FROM marts.claims AS c "
        "LEFT JOIN marts.events AS e USING (claim_id) WHERE " + " AND ".join(conditions)
    )


class UnknownId(LookupError):
    """No row of the release has the id asked for."""


def explain(database: Path, raw_dir: Path, asked: str, text_of: TextOf) -> dict[str, Any]:
    """What an id rests on, as nested records: answers, their evidence, claims, documents.

    Parameters
    ----------
    database
        A release's casualties.duckdb.
    raw_dir
        The folder of the stored texts, for the sentence around a quote.
    asked
        An estimate_id, question_id, claim_id, arithmetic_id, finding_id, or the total_id of a
        register's total.
    text_of
        How a stored document is read, for what the offsets of its claims count.

    Raises
    ------
    UnknownId
        Where no row has that id.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        release = _Release(connection, raw_dir, text_of)
        for kind, look_up in (
            ("estimate", release.estimate_in_full),
            ("question", release.question),
            ("claim", release.claim_in_full),
            ("arithmetic", release.arithmetic),
            ("finding", release.finding),
            ("total", release.register_total),
        ):
            if found := look_up(asked):
                return {"kind": kind, **found}
    raise UnknownId(f"{asked}: {WORKED_OUT if '/total-' in asked else NOTHING}")


@dataclass(frozen=True)
class _Stored:
    """A document's text, and where it stands; without the text, why it cannot be shown."""

    told: str
    text: str | None = None


class _Release:
    def __init__(
        self, connection: duckdb.DuckDBPyConnection, raw_dir: Path, text_of: TextOf
    ) -> None:
        self._connection = connection
        self._raw_dir = raw_dir
        self._text_of = text_of
        self._stored: dict[str, _Stored] = {}

    def _rows(self, sql: str, *parameters: str) -> list[dict[str, Any]]:
        cursor = self._connection.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _one(self, sql: str, *parameters: str) -> dict[str, Any] | None:
        rows = self._rows(sql, *parameters)
        return rows[0] if rows else None

    def _if_held(self, table: str, sql: str, *parameters: str) -> list[dict[str, Any]]:
        """Rows that stand on a table which a release, such as a public one, may lack."""
        return self._rows(sql, *parameters) if table in self._tables else []

    @cached_property
    def _tables(self) -> frozenset[str]:
        rows = self._rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'marts'"
        )
        return frozenset(str(row["table_name"]) for row in rows)

    def estimate_in_full(self, estimate_id: str) -> dict[str, Any] | None:
        """The answer with its evidence, and what surrounds its question."""
        found = self.estimate(estimate_id)
        if found:
            used = [str(row["claim_id"]) for row in found["evidence"]]
            found |= self._around(str(found["question_id"]), used)
        return found

    def _around(self, question_id: str, claim_ids: Iterable[str]) -> dict[str, Any]:
        """How far the rules differ, floor, arithmetic and findings of a question."""
        question = self._one("SELECT * FROM marts.questions WHERE question_id = ?", question_id)
        differ = {name: (question or {}).get(name) for name in _HOW_FAR}
        floors = self._if_held(
            "floors", "SELECT * FROM marts.floors WHERE question_id = ?", question_id
        )
        arithmetic = self._arithmetic("question_id = ?", question_id)
        touching = {
            str(row["finding_id"]): row for claim in claim_ids for row in self._findings_of(claim)
        } | {
            str(row["finding_id"]): row
            for row in self._if_held(
                "findings", "SELECT * FROM marts.findings WHERE question_id = ?", question_id
            )
        }
        return {
            "rules_differ": differ,
            "floor": self._with_claims(floors[0]) if floors else None,
            "arithmetic": arithmetic,
            "findings": [touching[key] for key in sorted(touching)],
        }

    def _with_claims(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"claims": [self.claim(claim) for claim in row["claim_ids"]]}

    def _findings_of(self, claim_id: str) -> list[dict[str, Any]]:
        return self._if_held(
            "findings",
            "SELECT * FROM marts.findings WHERE list_contains(claim_ids, ?) ORDER BY finding_id",
            claim_id,
        )

    def estimate(self, estimate_id: str) -> dict[str, Any] | None:
        found = self._one(
            "SELECT e.*, q.title FROM marts.estimates e JOIN marts.questions q USING (question_id) "
            "WHERE estimate_id = ?",
            estimate_id,
        )
        if found:
            evidence = self._rows(
                "SELECT claim_id, used_as, reason FROM marts.evidence WHERE estimate_id = ? "
                "ORDER BY used_as = 'excluded', used_as, claim_id",
                estimate_id,
            )
            found["evidence"] = [
                row | {"claim": self.claim(str(row["claim_id"]))} for row in evidence
            ]
        return found

    def question(self, question_id: str) -> dict[str, Any] | None:
        found = self._one("SELECT * FROM marts.questions WHERE question_id = ?", question_id)
        if found:
            ids = self._rows(
                "SELECT estimate_id FROM marts.estimates WHERE question_id = ? "
                "ORDER BY rule, tier, series",
                question_id,
            )
            answers = [self.estimate(str(row["estimate_id"])) for row in ids]
            found["answers"] = answers
            used = {str(row["claim_id"]) for one in answers if one for row in one["evidence"]}
            found |= self._around(question_id, sorted(used))
        return found

    def arithmetic(self, arithmetic_id: str) -> dict[str, Any] | None:
        """Exact arithmetic inside one document, with its whole and parts."""
        rows = self._arithmetic("arithmetic_id = ?", arithmetic_id)
        if not rows:
            return None
        whole = self.claim(str(rows[0]["whole_claim_id"]))
        return self._with_claims(rows[0]) | {"whole": whole}

    def _arithmetic(self, condition: str, *parameters: str) -> list[dict[str, Any]]:
        return self._if_held(
            "arithmetic",
            # Its kind is not that of the explanation.
            "SELECT * EXCLUDE (kind), kind AS arithmetic_kind FROM marts.arithmetic "
            f"WHERE {condition} ORDER BY arithmetic_id",
            *parameters,
        )

    def register_total(self, total_id: str) -> dict[str, Any] | None:
        """A total of a register, with the greatest of its entries and the query for all of them."""
        found = self._if_held(
            "register_totals",
            "SELECT t.*, p.name AS place FROM marts.register_totals AS t "
            "LEFT JOIN marts.places AS p USING (place_id) WHERE total_id = ?",
            total_id,
        )
        if not found:
            return None
        total = found[0]
        query = _entries_of(total)
        greatest = self._rows(
            f"SELECT claim_id FROM ({query}) ORDER BY value DESC NULLS LAST, claim_id "
            f"LIMIT {SHOWN_ENTRIES}"
        )
        return total | {
            "query": query,
            "claims": [self.claim(str(row["claim_id"])) for row in greatest],
        }

    def finding(self, finding_id: str) -> dict[str, Any] | None:
        rows = self._if_held(
            "findings", "SELECT * FROM marts.findings WHERE finding_id = ?", finding_id
        )
        return self._with_claims(rows[0]) if rows else None

    def claim_in_full(self, claim_id: str) -> dict[str, Any] | None:
        """The claim with the check of whom it credits, arithmetic, findings, unknown relations."""
        found = self.claim(claim_id)
        if found:
            checks = self._if_held(
                "attribution_checks",
                "SELECT * FROM marts.attribution_checks WHERE claim_id = ?",
                claim_id,
            )
            found["attribution_check"] = checks[0] if checks else None
            found["findings"] = self._findings_of(claim_id)
            found["arithmetic"] = self._arithmetic(
                "whole_claim_id = ? OR list_contains(claim_ids, ?)", claim_id, claim_id
            )
            found["unknown_relations"] = self._unknown(found["figure"] or {})
        return found

    def _unknown(self, figure: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Facts that would settle how its question stands to others: those for the most first."""
        return self._if_held(
            "relations",
            f"SELECT r.axis, {_sides('r.reason')} AS why, {_sides('r.would_settle')} AS settles, "
            "count(*) AS n_questions, arg_min(r.question_b, (q.title, q.question_id)) AS one_of, "
            "min(q.title) AS title "
            "FROM marts.relations r JOIN marts.questions q ON q.question_id = r.question_b "
            "WHERE r.question_a = ? AND r.relation = 'unknown' "
            f"GROUP BY ALL ORDER BY n_questions DESC, r.axis, settles LIMIT {SHOWN_UNKNOWN}",
            str(figure.get("question_id")),
        )

    def claim(self, claim_id: str) -> dict[str, Any] | None:
        found = self._one("SELECT * FROM marts.claims WHERE claim_id = ?", claim_id)
        if found:
            found["figure"] = self._one("SELECT * FROM marts.figures WHERE claim_id = ?", claim_id)
            found["document"] = self._one(
                "SELECT * FROM marts.documents WHERE document_id = ?", str(found["document_id"])
            )
            found["story"] = self._story(found["document"] or {})
            found["words"] = self._words(found, found["document"] or {})
        return found

    def _story(self, document: Mapping[str, Any]) -> list[str]:
        """The documents that print one story with this, the first printing first; else none.

        A release made before reprints were recognised knows of none.
        """
        if "reprint_of" not in document:
            return []
        first = str(document["reprint_of"] or document["document_id"])
        reprints = self._rows(
            "SELECT document_id FROM marts.documents WHERE reprint_of = ? "
            "ORDER BY published_on NULLS LAST, document_id",
            first,
        )
        return [first, *(str(row["document_id"]) for row in reprints)] if reprints else []

    def _words(self, claim: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
        """The sentence around the quote, from the stored text, if it is still that text."""
        if claim["quote_start"] is None or not document.get("path"):
            where = f"{claim['source_id']}/{claim['release']}/{claim['file']}"
            if claim["entry_of"] is not None:
                return {"from": f"{where}, {claim['locator']}", "quote": None}
            row = f"{where}, row {claim['record_id']}"
            at = f" ({claim['locator']})" if claim["locator"] else ""
            return {"from": f"{row}{at}", "quote": claim["quote"]}
        if claim["quote"] is None:
            return {"from": "withheld: the document's licence does not allow quoting"}
        stored = self._stored_text(document)
        if stored.text is None:
            return {"from": stored.told, "quote": claim["quote"]}
        return {
            "from": f"{stored.told} characters {claim['quote_start']} to {claim['quote_end']}",
            "quote": stored.text[claim["quote_start"] : claim["quote_end"]],
            "sentence": stored.text[claim["sentence_start"] : claim["sentence_end"]],
        }

    def _stored_text(self, document: Mapping[str, Any]) -> _Stored:
        """The text of a document, read once however many of its claims are shown."""
        path = str(document["path"])
        if path not in self._stored:
            self._stored[path] = self._read(document)
        return self._stored[path]

    def _read(self, document: Mapping[str, Any]) -> _Stored:
        path = self._raw_dir / str(document["path"])
        if not path.is_file():
            return _Stored(f"{path} is not here")
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != document["sha256"]:
            return _Stored(f"{path} has changed since the release")
        try:
            text = self._text_of(path.name, content)
        except FileRefused as refusal:
            return _Stored(f"{path} cannot be read: {refusal.message}")
        # A release made before readers of pages and PDFs pins no text: its bytes were the text.
        pinned = document.get("text_sha256")
        if pinned and hashlib.sha256(text.encode("utf-8")).hexdigest() != pinned:
            method = document["text_method"]
            return _Stored(f"{path} is no longer read as the same text: the release has {method}")
        return _Stored(str(document["path"]), text)
