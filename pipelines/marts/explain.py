"""From a number back to its words: an answer, a figure or a claim walked to quote and checksum.

Reads only a release and, to show the sentence around a quote, the stored text whose checksum the
release names. A text that has changed since is said to have changed, never quoted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

NOTHING = "no answer, question, figure or claim has that id"


class UnknownId(LookupError):
    """No row of the release has the id asked for."""


def explain(database: Path, raw_dir: Path, asked: str) -> dict[str, Any]:
    """What an id rests on, as nested records: answers, their evidence, claims, documents.

    Parameters
    ----------
    database
        A release's casualties.duckdb.
    raw_dir
        The folder of the stored texts, for the sentence around a quote.
    asked
        An estimate_id, question_id, claim_id or finding_id.

    Raises
    ------
    UnknownId
        Where no row has that id.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        release = _Release(connection, raw_dir)
        for kind, look_up in (
            ("estimate", release.estimate),
            ("question", release.question),
            ("claim", release.claim),
            ("finding", release.finding),
        ):
            if found := look_up(asked):
                return {"kind": kind, **found}
    raise UnknownId(f"{asked}: {NOTHING}")


class _Release:
    def __init__(self, connection: duckdb.DuckDBPyConnection, raw_dir: Path) -> None:
        self._connection = connection
        self._raw_dir = raw_dir

    def _rows(self, sql: str, *parameters: str) -> list[dict[str, Any]]:
        cursor = self._connection.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _one(self, sql: str, *parameters: str) -> dict[str, Any] | None:
        rows = self._rows(sql, *parameters)
        return rows[0] if rows else None

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
            found["answers"] = [self.estimate(str(row["estimate_id"])) for row in ids]
        return found

    def finding(self, finding_id: str) -> dict[str, Any] | None:
        found = self._one("SELECT * FROM marts.findings WHERE finding_id = ?", finding_id)
        if found:
            found["claims"] = [self.claim(claim) for claim in found["claim_ids"]]
        return found

    def claim(self, claim_id: str) -> dict[str, Any] | None:
        found = self._one("SELECT * FROM marts.claims WHERE claim_id = ?", claim_id)
        if found:
            found["figure"] = self._one("SELECT * FROM marts.figures WHERE claim_id = ?", claim_id)
            found["document"] = self._one(
                "SELECT * FROM marts.documents WHERE document_id = ?", str(found["document_id"])
            )
            found["words"] = self._words(found, found["document"] or {})
        return found

    def _words(self, claim: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
        """The sentence around the quote, from the stored text, if it is still that text."""
        if claim["quote_start"] is None or not document.get("path"):
            where = f"{claim['source_id']}/{claim['release']}/{claim['file']}"
            row = f"{where}, row {claim['record_id']}"
            at = f" ({claim['locator']})" if claim["locator"] else ""
            return {"from": f"{row}{at}", "quote": claim["quote"]}
        if claim["quote"] is None:
            return {"from": "withheld: the document's licence does not allow quoting"}
        path = self._raw_dir / str(document["path"])
        if not path.is_file():
            return {"from": f"{path} is not here", "quote": claim["quote"]}
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != document["sha256"]:
            return {"from": f"{path} has changed since the release", "quote": claim["quote"]}
        text = content.decode("utf-8")
        return {
            "from": f"{document['path']} characters {claim['quote_start']} to {claim['quote_end']}",
            "quote": text[claim["quote_start"] : claim["quote_end"]],
            "sentence": text[claim["sentence_start"] : claim["sentence_end"]],
        }


def as_lines(found: Mapping[str, Any]) -> list[str]:
    """The explanation as lines to read."""
    match found["kind"]:
        case "estimate":
            return _estimate_lines(found)
        case "question":
            lines = [f"question {found['question_id']}: {found['title']}"]
            for answer in found["answers"]:
                lines += _indented(_estimate_lines(answer))
            return lines or [found["title"]]
        case "finding":
            lines = [f"finding {found['finding_id']} ({found['finding_type']}, {found['status']})"]
            lines += [f"  {found['message']}"]
            if found["would_settle"]:
                lines += [f"  would settle it: {found['would_settle']}"]
            for claim in found["claims"]:
                lines += _indented(_claim_lines(claim))
            return lines
        case _:
            return _claim_lines(found)


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _range_words(row: Mapping[str, Any]) -> str:
    best = f"best {row['best_display']}" if row["best"] is not None else "no best"
    if row["range_kind"] is None:
        return best
    return f"{best}; low {row['low_display']}, high {row['high_display']} ({row['range_kind']})"


def _estimate_lines(estimate: Mapping[str, Any]) -> list[str]:
    series = f" of {estimate['series']}" if estimate["series"] else ""
    lines = [
        f"answer {estimate['estimate_id']}: {estimate['title']}",
        f"  {_range_words(estimate)}",
        f"  rule {estimate['rule']}{series}, {estimate['tier']}, as of {estimate['as_of']}, "
        f"from {estimate['n_claims']} claim(s) of {estimate['n_origins']} origin(s)",
    ]
    lines += [f"  assumes: {assumption}" for assumption in estimate["assumptions"]]
    for row in estimate["evidence"]:
        lines.append(f"  {row['used_as']}: {row['reason']}")
        if row["claim"]:
            lines += _indented(_indented(_claim_lines(row["claim"])))
    return lines


def _claim_lines(claim: Mapping[str, Any]) -> list[str]:
    figure, document, words = claim["figure"], claim["document"], claim["words"]
    credited = f", crediting {claim['origin']}" if claim["origin"] else ""
    lines = [f"claim {claim['claim_id']} ({claim['review_status']})"]
    if words.get("sentence"):
        sentence = " ".join(words["sentence"].split())
        lines.append(f"  {sentence if sentence.startswith('“') else f'“{sentence}”'}")
    if words.get("quote"):
        lines.append(f"  quote: “{words['quote']}”")
    lines.append(f"  read from: {words['from']}")
    lines.append(f"  said by {claim['speaker']}{credited}")
    if figure:
        lines.append(f"  figure: {_range_words(figure)}; rule {figure['rule_id']}")
    if claim["doubts"]:
        lines.append(f"  doubts: {', '.join(claim['doubts'])}")
    if document:
        lines.append(
            f"  document {document['document_id']}: {document['title']}, "
            f"{document['publisher'] or 'publisher not stated'}, {document['published_on']}"
        )
        lines.append(f"  sha256 of {document['path']}: {document['sha256']}")
    return lines
