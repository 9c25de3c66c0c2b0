"""From an id back to its words, and to what surrounds it: floor, arithmetic, checks, unknowns."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.marts import database
from pipelines.marts.build import publishable
from pipelines.marts.explain import SHOWN_UNKNOWN, UnknownId, explain
from pipelines.marts.explain_words import as_lines

QUESTION = "0123456789ab"
ESTIMATE = "ba9876543210"
CLAIM = "article/2016-10-06/a.txt#killed@1-00000001"
SHEET_CLAIM = "sheet/r1/7#killed"
REST = "aaaaaaaaaaaa"
N_OTHERS = SHOWN_UNKNOWN + 2


def as_utf8(_: str, data: bytes) -> str:
    return data.decode("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("explained")


@pytest.fixture
def surrounded(records: Any) -> dict[str, list[dict[str, Any]]]:
    """The small collection with a row of each table that surrounds a claim or a question."""
    (question,) = records["estimates/questions"]
    (estimate,) = records["estimates/estimates"]
    others = [
        question | {"question_id": f"{n:012d}", "title": f"Other question {n}"}
        for n in range(N_OTHERS)
    ]
    far = {"answers_least": 601, "answers_greatest": 1202, "answers_ratio": 2.0}
    return {
        "estimates/questions": [question | far, *others],
        "estimates/estimates": [estimate | {"n_origins": 2, "independence": "unknown"}],
        "estimates/floors": [
            {
                "question_id": QUESTION,
                "low": 601,
                "bases": ["unstated"],
                "claim_ids": [CLAIM],
                "n_inside": 1,
                "statement": "At least 601, if the lists are clean.",
            }
        ],
        "estimates/arithmetic": [
            {
                "arithmetic_id": REST,
                "kind": "documented_rest",
                "document_id": "bulletin-18",
                "whole_claim_id": SHEET_CLAIM,
                "claim_ids": [CLAIM],
                "question_id": QUESTION,
                "best": 7,
                "statement": "607 less 600 is 7.",
            }
        ],
        "estimates/attribution_checks": [
            {
                "claim_id": CLAIM,
                "outcome": "other_figure_held",
                "looked_at": "In this collection, 3 claims of this body up to that day.",
                "held_claim_ids": [SHEET_CLAIM],
                "same_claim_ids": [],
            }
        ],
        "estimates/relations": [
            {
                "question_a": QUESTION,
                "question_b": other["question_id"],
                "relation": "unknown",
                "axis": "window",
                "reason": f"the first day of question_{'b' if n else 'a'} is not known",
                "would_settle": f"fact {min(n, SHOWN_UNKNOWN)} of question_a",
            }
            for n, other in enumerate(others)
        ],
    }


@pytest.fixture
def path(tables: Any, surrounded: Any, folder: Path) -> Path:
    made = folder / "full.duckdb"
    if not made.exists():
        database.write(publishable(tables(surrounded), "own"), made, folder)
    return made


def test_an_answer_shows_what_surrounds_its_question(path: Path, tmp_path: Path) -> None:
    found = explain(path, tmp_path, ESTIMATE, as_utf8)
    assert found["independence"] == "unknown"
    assert found["rules_differ"]["answers_ratio"] == 2.0
    assert found["floor"]["low"] == 601
    assert [claim["claim_id"] for claim in found["floor"]["claims"]] == [CLAIM]
    assert [row["arithmetic_id"] for row in found["arithmetic"]] == [REST]
    assert {row["finding_id"] for row in found["findings"]} == {"f00000000001", "f00000000002"}
    told = "\n".join(as_lines(found))
    for words in (
        "of 2 origin(s); independence unknown",
        "601 to 1,202, the greatest 2.00 times the least",
        "floor: At least 601, if the lists are clean.",
        "arithmetic aaaaaaaaaaaa (documented_rest): 607 less 600 is 7.",
        "finding f00000000001 (repeat, open)",
        "settled by r1: One is a copy of the other.",
    ):
        assert words in told


def test_a_question_shows_the_same(path: Path, tmp_path: Path) -> None:
    found = explain(path, tmp_path, QUESTION, as_utf8)
    assert [answer["estimate_id"] for answer in found["answers"]] == [ESTIMATE]
    assert found["floor"]["low"] == 601
    assert "floor: At least 601" in "\n".join(as_lines(found))


def test_a_question_without_answers_still_shows_its_title(path: Path, tmp_path: Path) -> None:
    found = explain(path, tmp_path, "000000000003", as_utf8)
    assert found["floor"] is None and found["findings"] == []
    assert as_lines(found) == ["question 000000000003: Other question 3"]


def test_a_claim_shows_its_check_and_what_is_not_known(path: Path, tmp_path: Path) -> None:
    found = explain(path, tmp_path, CLAIM, as_utf8)
    assert found["attribution_check"]["outcome"] == "other_figure_held"
    assert len(found["unknown_relations"]) == SHOWN_UNKNOWN
    assert [row["arithmetic_id"] for row in found["arithmetic"]] == [REST]
    assert len(found["findings"]) == 2
    told = "\n".join(as_lines(found))
    assert "attribution check: other_figure_held. In this collection, 3 claims" in told
    assert "stands to 2 others: the first day of the other is not known" in told
    assert "stands to 1 other: the first day of this question is not known" in told
    assert f"such as {SHOWN_UNKNOWN:012d}: Other question {SHOWN_UNKNOWN}" in told
    assert f"would settle it: fact {SHOWN_UNKNOWN} of this question" in told


def test_a_whole_shows_the_arithmetic_on_it(path: Path, tmp_path: Path) -> None:
    found = explain(path, tmp_path, SHEET_CLAIM, as_utf8)
    assert [row["arithmetic_id"] for row in found["arithmetic"]] == [REST]
    assert found["attribution_check"] is None


def test_arithmetic_and_findings_have_ids_too(path: Path, tmp_path: Path) -> None:
    found = explain(path, tmp_path, REST, as_utf8)
    assert (found["kind"], found["arithmetic_kind"]) == ("arithmetic", "documented_rest")
    assert found["whole"]["claim_id"] == SHEET_CLAIM
    assert [claim["claim_id"] for claim in found["claims"]] == [CLAIM]
    told = as_lines(found)
    assert told[0].startswith("arithmetic aaaaaaaaaaaa (documented_rest): 607 less 600")
    assert any(SHEET_CLAIM in line for line in told)
    finding = explain(path, tmp_path, "f00000000001", as_utf8)
    assert as_lines(finding)[0] == "finding f00000000001 (repeat, open)"


def test_an_unknown_id_is_said(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownId, match="nobody: no answer, question, claim"):
        explain(path, tmp_path, "nobody", as_utf8)


def test_a_release_with_thinner_tables_is_explained_too(path: Path, tmp_path: Path) -> None:
    thin = tmp_path / "thin.duckdb"
    shutil.copyfile(path, thin)
    with duckdb.connect(str(thin)) as connection:
        for table in ("floors", "arithmetic", "attribution_checks", "relations", "findings"):
            connection.execute(f"DROP TABLE marts.{table}")
    for asked in (ESTIMATE, QUESTION, CLAIM):
        found = explain(thin, tmp_path, asked, as_utf8)
        assert found["findings"] == [] and found["arithmetic"] == []
        assert as_lines(found)
    for gone in (REST, "f00000000001"):
        with pytest.raises(UnknownId):
            explain(thin, tmp_path, gone, as_utf8)
