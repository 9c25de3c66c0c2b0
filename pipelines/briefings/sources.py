"""The sources of a briefing: its table of claims with their words and links, and its sheets."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pipelines.briefings.document import Cell, Table
from pipelines.briefings.select import Selected
from pipelines.charts import wording
from pipelines.charts.language import Phrase, grouped, isolated, joined, say
from pipelines.charts.rows import Marts, Row
from pipelines.core.records import Record, records

SHEETS: Final = (
    "claims",
    "figures",
    "documents",
    "sources",
    "questions",
    "estimates",
    "evidence",
    "floors",
    "findings",
    "places",
    "dictionary",
)
"""The tables behind a page, in their order."""


MOST_PENDING: Final = 12
"""Most pending claims without a card that a page shows; it says how many there are."""


def table(marts: Marts, selected: Selected) -> Table:
    """Every claim on the questions of a page: who says it, where, in which words.

    A claim's words are those that the release holds: a public one withholds what may not be given
    on. Pending claims on questions without a card come last, under the words of their question.
    """
    head = (
        say("Who says it"),
        say("Figure"),
        say("Question"),
        say("Published"),
        say("Document"),
        say("In its words, or where it stands"),
        say("Note"),
    )
    named = ("document_id", "title", "url", "archived_url", "language")
    documents = {row["document_id"]: row for row in records(marts["marts/documents"], named)}
    told = [
        (grouped(n), row) for n, question in enumerate(selected.cards, 1) for row in question.rows
    ]
    waiting = [(q.phrase, row) for q in selected.further if not q.read for row in q.pending]
    told += waiting[:MOST_PENDING]
    shown = {row.claim_id for _, row in told}
    claims = records(_where(marts, "claims", "claim_id", shown), ("claim_id", "locator"))
    locators = {claim["claim_id"]: claim["locator"] or "" for claim in claims}
    rows = tuple(
        _cells(asked, row, documents.get(row.document_id, {}), locators[row.claim_id])
        for asked, row in told
    )
    return Table(say("Every claim on the questions of this page"), head, rows)


def _cells(asked: Phrase, row: Row, document: Record, locator: str) -> tuple[Cell, ...]:
    return (
        Cell(wording.who(row)),
        Cell(wording.number(row), is_figure=True),
        Cell(asked),
        Cell(wording.published(row)),
        _document(row, document),
        _words(row, locator, document.get("language") or ""),
        Cell(_note(row)),
    )


def _document(row: Row, document: Record) -> Cell:
    title, publisher = document.get("title"), wording.publisher(row)
    if title:
        publisher = say("“{title}”, {publisher}", title=title, publisher=publisher)
    return Cell(publisher, href=document.get("url") or document.get("archived_url") or "")


def _words(row: Row, locator: str, language: str) -> Cell:
    if row.quote:
        return Cell(say("“{words}”", words=row.quote), language=language)
    return Cell(isolated(locator))


def _note(row: Row) -> Phrase:
    """What to know of a claim before quoting it."""
    said = []
    if row.is_pending:
        said.append(say("pending: not yet read by a person, in no answer"))
    if row.repeat_of:
        said.append(say("repeats an earlier claim"))
    elif row.possible_repeat_of:
        said.append(say("perhaps repeats an earlier claim"))
    return joined([*said, *wording.limits(row)], "; ")


def sheets(marts: Marts, selected: Selected) -> dict[str, pd.DataFrame]:
    """The tables behind a page and behind what it lists, cut to that; floors with their claims."""
    questions = {question.question_id for question in selected.everything}
    floors = _where(marts, "floors", "question_id", questions)
    claim_ids = {row.claim_id for question in selected.everything for row in question.rows}
    claim_ids |= {claim for ids in floors["claim_ids"] for claim in ids}
    claims = _where(marts, "claims", "claim_id", claim_ids)
    estimates = _where(marts, "estimates", "question_id", questions)
    findings = marts["marts/findings"]
    touched = [bool(claim_ids & set(ids)) for ids in findings["claim_ids"]]
    places = {selected.place_id, *claims["place_id"].dropna(), *claims["from_place_id"].dropna()}
    found = {
        "claims": claims,
        "figures": _where(marts, "figures", "claim_id", claim_ids),
        "documents": _where(marts, "documents", "document_id", set(claims["document_id"])),
        "sources": _where(marts, "sources", "source_id", set(claims["source_id"])),
        "questions": _where(marts, "questions", "question_id", questions),
        "estimates": estimates,
        "evidence": _where(marts, "evidence", "estimate_id", set(estimates["estimate_id"])),
        "floors": floors,
        "findings": findings[pd.Series(touched, index=findings.index, dtype=bool)],
        "places": _where(marts, "places", "place_id", places),
        "dictionary": _where(marts, "dictionary", "table_name", set(SHEETS)),
    }
    return {name: found[name].reset_index(drop=True) for name in SHEETS}


def _where(marts: Marts, name: str, column: str, wanted: set[str]) -> pd.DataFrame:
    held = marts[f"marts/{name}"]
    return held[held[column].isin(wanted)]
