"""The development score: our words in the scorer's, the floors, and that they are kept."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.claims.text import score
from pipelines.claims.text.claim import Document
from pipelines.claims.text.score import NoSuchSet, Score

GOOD: dict[str, Any] = {
    "per_metric": {metric: {"f1": 1.0} for metric in ("ALL", "killed", "displaced")},
    "exact_value_accuracy": 1.0,
    "span_accuracy": 1.0,
    "negative_items_clean": 1.0,
    "qualifier_accuracy": 1.0,
    "source_accuracy": 1.0,
    "subset_figures_seen": 12,
    "subset_figures_not_flagged": 0,
    "hazards": {"projected": 0, "returned": 0, "superseded": 0},
}


def test_the_development_set_keeps_its_floors(shared: Path) -> None:
    found = score.score(shared / "data" / "extraction-dev" / "dev.jsonl", Document())
    assert found.report["items"] == 238
    assert [measure.words for measure in found.broken] == []


def test_a_perfect_report_keeps_every_floor() -> None:
    assert Score("", GOOD).broken == []
    assert len(Score("", GOOD).measures) == 13


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("per_metric", "ALL", "f1"), 0.9499, "F1, all: 0.9499 (at least 0.95)"),
        (("per_metric", "killed", "f1"), 0.94, "F1, killed: 0.94 (at least 0.95)"),
        (("per_metric", "displaced", "f1"), 0.92, "F1, displaced: 0.92 (at least 0.93)"),
        (("exact_value_accuracy",), 0.98, "exact value accuracy: 0.98 (at least 0.99)"),
        (("span_accuracy",), 0.999, "span and quote accuracy: 0.999 (at least 1)"),
        (("negative_items_clean",), 0.89, "negative texts clean: 0.89 (at least 0.9)"),
        (("qualifier_accuracy",), 0.96, "qualifier accuracy: 0.96 (at least 0.97)"),
        (("source_accuracy",), None, "source accuracy: not measured (at least 0.88)"),
        (("subset_figures_seen",), 9, "subset figures given, of 12: 9 (at least 10)"),
        (("subset_figures_not_flagged",), 3, "subset figures flagged: 0.75 (at least 0.9)"),
        (("hazards", "returned"), 1, "returned given without their role: 1 (at most 0)"),
    ],
)
def test_each_measure_under_its_floor_is_named(
    path: tuple[str, ...], value: Any, words: str
) -> None:
    report = copy.deepcopy(GOOD)
    held = report
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = value
    assert [measure.words for measure in Score("", report).broken] == [words]


SCORER = """
import json
def main(arguments):
    gold, predictions, _, target = arguments[:4]
    lines = [json.loads(line) for line in open(predictions, encoding="utf-8")]
    json.dump({"predicted": lines, "further": arguments[4:]}, open(target, "w"))
    print("scored")
"""


def test_claims_are_told_in_the_words_of_the_scorer(tmp_path: Path) -> None:
    texts = {
        "a": "More than 600 people were killed, including 20 children, police said.",
        "b": "Between 5 and 8 people were injured.",
        "c": "About 300 families were evacuated from the valley.",
        "d": "Up to 4,000 refugees returned home.",
        "e": "The storm could displace 9,000 people.",
    }
    labelled = tmp_path / "set.jsonl"
    labelled.write_text("".join(json.dumps({"id": k, "text": t}) + "\n" for k, t in texts.items()))
    (tmp_path / "score.py").write_text(SCORER)
    found = score.score(labelled, Document(), ["--by", "origin"])
    assert found.printed == "scored\n"
    assert found.report["further"] == ["--by", "origin"]
    by_id = {row["id"]: row["claims"] for row in found.report["predicted"]}
    killed, part = by_id["a"]
    assert (killed["value"], killed["qualifier"], killed["role"]) == (600, "more_than", "stated")
    assert (part["value"], part["role"], killed["source"]) == (20, "subset", "police")
    (injured,) = by_id["b"]
    assert (injured["value"], injured["low"], injured["high"]) == (None, 5, 8)
    assert injured["qualifier"] == "range"
    (moved,) = by_id["c"]
    assert (moved["metric"], moved["term"], moved["unit"]) == (
        "displaced",
        "evacuated",
        "households",
    )
    (returned,) = by_id["d"]
    assert (returned["metric"], returned["role"]) == ("displaced", "returned")
    assert returned["qualifier"] == "up_to"
    (feared,) = by_id["e"]
    assert (feared["role"], feared["value"]) == ("projected", 9000)
    for key, claims in by_id.items():
        for claim in claims:
            assert texts[key][claim["start"] : claim["end"]] == claim["quote"]


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchSet, match=r"set\.jsonl is not there"):
        score.score(tmp_path / "set.jsonl", Document())
    (tmp_path / "set.jsonl").write_text("")
    with pytest.raises(NoSuchSet, match=r"score\.py is not there"):
        score.score(tmp_path / "set.jsonl", Document())


def test_the_shared_folder_is_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setenv("ATTEST_SHARED", "/elsewhere")
    assert score.development_folder() == Path("/elsewhere/data/extraction-dev")
    monkeypatch.delenv("ATTEST_SHARED")
    assert score.development_folder() == root.parent / "shared" / "data" / "extraction-dev"
