"""Score the text extractor on a labelled set with that set's own scorer.

    python benchmarks/extraction.py ../shared/data/extraction-dev [--errors 40] [--by origin]

Writes the predictions in the scorer's words to a temporary file and runs the set's `score.py`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pipelines.claims.text.extract import Document, TextClaim, extract

ROLES = {
    "projected": "projected",
    "ordered": "projected",
    "superseded": "superseded",
    "none_reported": "none_reported",
}
METRICS = {
    "killed_or_injured": "casualties",
    "dead_or_missing": "casualties",
    "evacuated": "displaced",
    "idps": "displaced",
    "refugees": "displaced",
    "asylum_seekers": "displaced",
    "internal_displacements": "displaced",
    "returned_idps": "displaced",
    "returned_refugees": "displaced",
}
QUALIFIERS = {"plain": "exact", "between": "range", "at_most": "up_to", "less_than": "up_to"}
TERMS = {"evacuated": "evacuated"}
DISPLACED = "displaced"


def role(claim: TextClaim) -> str:
    """The scorer's role: returned, then modality, then part, then counter."""
    if claim.metric.startswith("returned_"):
        return "returned"
    if claim.modality in ROLES:
        return ROLES[claim.modality]
    if claim.part_of is not None:
        return "subset"
    return "cumulative" if claim.cumulative else "stated"


def prediction(claim: TextClaim) -> dict[str, Any]:
    """A claim in the scorer's words."""
    metric = METRICS.get(claim.metric, claim.metric)
    term = TERMS.get(claim.metric, claim.term or DISPLACED) if metric == DISPLACED else None
    unstated = claim.speaker == "publisher not stated"
    return {
        "metric": metric,
        "term": term,
        "value": claim.value,
        "low": claim.value_low,
        "high": claim.value_high,
        "qualifier": QUALIFIERS.get(claim.qualifier, claim.qualifier),
        "unit": claim.unit,
        "role": role(claim),
        "source": claim.origin if unstated else claim.speaker,
        "start": claim.number_start,
        "end": claim.number_end,
        "quote": claim.value_as_written,
        "rule": claim.rule,
    }


def predict(texts: Path) -> tuple[list[dict[str, Any]], float]:
    """Predictions for every line of a JSONL file, and the seconds that extracting took."""
    rows = []
    seconds = 0.0
    for line in texts.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        began = time.perf_counter()
        claims = extract(record["text"], Document()).claims
        seconds += time.perf_counter() - began
        rows.append({"id": record["id"], "claims": [prediction(claim) for claim in claims]})
    return rows, seconds


def main() -> int:
    """Predict, then hand over to the set's scorer with the remaining arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with dev.jsonl and score.py")
    known, rest = parser.parse_known_args()
    rows, seconds = predict(known.folder / "dev.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        print(f"{len(rows)} texts in {seconds:.2f} s")
        command = [sys.executable, str(known.folder / "score.py"), str(known.folder / "dev.jsonl")]
        return subprocess.run([*command, str(path), *rest], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
