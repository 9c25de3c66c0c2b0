"""Score the text extractor on a labelled set with that set's own scorer.

    python -m benchmarks.extraction [FOLDER | FILE.jsonl] [--json] [--errors 40] [--by origin]

Without a set the development set of the shared folder is scored; it must keep its floors, else the
exit code is 1. A file or a folder of another set is scored without floors, by the `score.py`
beside it or else by that of the development set. What is scored is what `attest extract` gives,
with the registers of data/raw.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pipelines.claims.text.claim import Document
from pipelines.claims.text.score import NoSuchSet, Score, development_folder, score
from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.inputs import ROOT
from pipelines.raw.registers import read_registers


def as_asked() -> Document:
    """What is known of a text without a card."""
    tables, faults = read_registers(ROOT / "data" / "raw")
    if faults:
        raise SystemExit("\n".join(map(str, faults)))
    gazetteer = Gazetteer(tables["raw/places"], tables["raw/territories"])
    return Document(gazetteer=gazetteer, actors=Actors(tables["raw/actors"]))


def labelled_file(named: Path) -> Path:
    """The file of labelled texts that a path names: itself, or the one in the folder."""
    if not named.is_dir():
        return named
    files = sorted(named.glob("*.jsonl"))
    if len(files) != 1:
        raise NoSuchSet(f"{named} holds {len(files)} files that end in .jsonl: name one")
    return files[0]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", type=Path, nargs="?", default=development_folder())
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    known, others = parser.parse_known_args()
    try:
        labelled = labelled_file(known.labelled)
        beside = labelled.with_name("score.py")
        scorer = beside if beside.is_file() else development_folder() / "score.py"
        found = score(labelled, as_asked(), others, scorer)
    except NoSuchSet as error:
        print(f"{error}. Name a labelled set, or set ATTEST_SHARED.", file=sys.stderr)
        return 2
    has_floors = labelled.parent.resolve() == development_folder().resolve()
    show(found, as_json=known.json, has_floors=has_floors)
    return 1 if has_floors and found.broken else 0


def show(found: Score, *, as_json: bool, has_floors: bool) -> None:
    """Print a score, with the floors where it must keep them."""
    measures = [m._asdict() | {"holds": m.holds} for m in found.measures] if has_floors else []
    if as_json:
        print(json.dumps({**found.report, "measures": measures}, indent=1))
        return
    print(found.printed, end="")
    for measure in found.measures if has_floors else []:
        print(f"{'kept  ' if measure.holds else 'MISSED'} {measure.words}")


if __name__ == "__main__":
    raise SystemExit(main())
