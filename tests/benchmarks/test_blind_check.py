"""The blind check: its labels fit the shared data, hold no text, and what it showed is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.blind_check import LABELS, blind_texts
from pipelines.claims.text.claim import Document
from pipelines.claims.text.score import development_folder, score


def test_what_the_blind_check_showed_is_kept(shared: Path, tmp_path: Path) -> None:
    assert shared.is_dir()
    labelled = tmp_path / "blind.jsonl"
    labelled.write_text("".join(json.dumps(text) + "\n" for text in blind_texts()), "utf-8")
    report = score(labelled, Document(), (), development_folder() / "score.py").report
    assert report["items"] == 240
    assert report["per_metric"]["ALL"]["f1"] >= 0.975
    assert report["exact_value_accuracy"] == 1.0
    assert report["source_accuracy"] >= 0.95


def test_a_label_holds_no_text() -> None:
    for line in LABELS.read_text("utf-8").splitlines():
        label = json.loads(line)
        assert set(label) == {"id", "origin", "file", "row", "sha256", "cut", "claims"}


def test_a_row_that_is_another_text_is_named(shared: Path, tmp_path: Path) -> None:
    assert shared.is_dir()
    label = json.loads(LABELS.read_text("utf-8").splitlines()[0])
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(label | {"sha256": "0" * 64}) + "\n", "utf-8")
    with pytest.raises(ValueError, match=f"row {label['row']}: not the text that was labelled"):
        blind_texts(path)
