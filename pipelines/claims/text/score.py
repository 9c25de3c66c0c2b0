"""How well text is read, on a labelled set with that set's own scorer; and the floors of it.

What belongs here: our claims in the scorer's words, the run of the scorer, and what must hold on
the development set. The set and its scorer (`dev.jsonl`, `score.py`) are no part of the project:
they lie in the shared folder, ATTEST_SHARED or else `shared` beside the checkout.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, Final, NamedTuple

from pipelines.claims.text.claim import Document, TextClaim
from pipelines.claims.text.extract import extract
from pipelines.core.inputs import ROOT
from pipelines.core.likeness import UNNAMED_SPEAKER

_ROLES: Final = {
    "projected": "projected",
    "ordered": "projected",
    "superseded": "superseded",
    "none_reported": "none_reported",
}
_METRICS: Final = {
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
_QUALIFIERS: Final = {
    "plain": "exact",
    "between": "range",
    "at_most": "up_to",
    "less_than": "up_to",
}


class Measure(NamedTuple):
    """A number of the scorer's report and the bound that the development set must keep."""

    name: str
    found: float | None
    bound: float
    is_ceiling: bool = False

    @property
    def holds(self) -> bool:
        """Whether the bound is kept; what could not be measured keeps none."""
        if self.found is None:
            return False
        return self.found <= self.bound if self.is_ceiling else self.found >= self.bound

    @property
    def bound_in_words(self) -> str:
        """The bound, such as 'at least 0.95'."""
        return f"at {'most' if self.is_ceiling else 'least'} {self.bound:g}"

    @property
    def words(self) -> str:
        """The measure and its bound, such as 'F1, all: 0.9731 (at least 0.95)'."""
        found = "not measured" if self.found is None else f"{self.found:g}"
        return f"{self.name}: {found} ({self.bound_in_words})"


@dataclass(frozen=True)
class Score:
    """What the scorer printed, its report, and the measures that have a bound."""

    printed: str
    report: Mapping[str, Any]

    @property
    def measures(self) -> list[Measure]:
        """Every measure with its bound: the one place where the bounds are written."""
        report = self.report
        f1 = {metric: row["f1"] for metric, row in report["per_metric"].items()}
        seen = report["subset_figures_seen"]
        flagged = 1 - report["subset_figures_not_flagged"] / seen if seen else None
        return [
            Measure("F1, all", f1["ALL"], 0.95),
            Measure("F1, killed", f1["killed"], 0.95),
            Measure("F1, displaced", f1["displaced"], 0.93),
            Measure("exact value accuracy", report["exact_value_accuracy"], 0.99),
            Measure("span and quote accuracy", report["span_accuracy"], 1.0),
            Measure("negative texts clean", report["negative_items_clean"], 0.90),
            Measure("qualifier accuracy", report["qualifier_accuracy"], 0.97),
            Measure("source accuracy", report["source_accuracy"], 0.88),
            Measure("subset figures given, of 12", seen, 10),
            Measure("subset figures flagged", flagged, 0.90),
            *(
                Measure(f"{role} given without their role", count, 0, is_ceiling=True)
                for role, count in sorted(report["hazards"].items())
            ),
        ]

    @property
    def broken(self) -> list[Measure]:
        """The measures that miss their bound."""
        return [measure for measure in self.measures if not measure.holds]


class NoSuchSet(Exception):
    """A labelled set, or its scorer, is not there."""


def development_folder() -> Path:
    """The folder of the development set, whether or not it is there."""
    shared = Path(os.environ.get("ATTEST_SHARED") or ROOT.parent / "shared")
    return shared / "data" / "extraction-dev"


def score(
    labelled: Path, document: Document, arguments: Sequence[str] = (), scorer: Path | None = None
) -> Score:
    """Read every text of a labelled JSONL file as if on `document`'s card, and score what was read.

    `arguments` are further ones of the scorer, which lies beside the file unless it is named.
    Raises NoSuchSet.
    """
    scorer = scorer or labelled.with_name("score.py")
    for path in (labelled, scorer):
        if not path.is_file():
            raise NoSuchSet(f"{path} is not there")
    lines = labelled.read_text(encoding="utf-8").splitlines()
    records = (json.loads(line) for line in lines if line.strip())
    with TemporaryDirectory() as folder:
        predicted, report = Path(folder) / "predictions.jsonl", Path(folder) / "report.json"
        rows = (json.dumps(prediction(record, document)) + "\n" for record in records)
        predicted.write_text("".join(rows), encoding="utf-8")
        printed = io.StringIO()
        with redirect_stdout(printed):
            given = [str(labelled), str(predicted), "--json", str(report), *arguments]
            _module(scorer).main(given)
        return Score(printed.getvalue(), json.loads(report.read_text(encoding="utf-8")))


def _module(scorer: Path) -> ModuleType:
    """The set's scorer, to be run in this process: another interpreter would take longer than it.

    It is the project's own code, and is run from nowhere but the folder of a set.
    """
    spec = importlib.util.spec_from_file_location("scorer_of_a_labelled_set", scorer)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prediction(record: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """The scorer's line of a labelled text: what is read there."""
    claims: Iterable[TextClaim] = extract(record["text"], document).claims
    return {"id": record["id"], "claims": [_in_its_words(claim) for claim in claims]}


def _in_its_words(claim: TextClaim) -> dict[str, Any]:
    metric = _METRICS.get(claim.metric, claim.metric)
    return {
        "metric": metric,
        "term": _term(claim) if metric == "displaced" else None,
        "value": claim.value,
        "low": claim.value_low,
        "high": claim.value_high,
        "qualifier": _QUALIFIERS.get(claim.qualifier, claim.qualifier),
        "unit": claim.unit,
        "role": _role(claim),
        "source": claim.origin if claim.speaker == UNNAMED_SPEAKER else claim.speaker,
        "start": claim.number_start,
        "end": claim.number_end,
        "quote": claim.value_as_written,
        "rule": claim.rule,
    }


def _term(claim: TextClaim) -> str:
    return "evacuated" if claim.metric == "evacuated" else claim.term or "displaced"


def _role(claim: TextClaim) -> str:
    """The scorer's role: returned, then modality, then part, then counter."""
    if claim.metric.startswith("returned_"):
        return "returned"
    if claim.modality in _ROLES:
        return _ROLES[claim.modality]
    if claim.part_of is not None:
        return "subset"
    return "cumulative" if claim.cumulative else "stated"
