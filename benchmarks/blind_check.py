"""Score the reader on 240 texts that nobody had looked at when its rules were frozen.

    python -m benchmarks.blind_check [--errors 40] [--by origin]

The labels (benchmarks/blind_labels.jsonl) name each text by its file, row and checksum in the
shared data, where it is read in place; the texts themselves are no part of the project. How they
were drawn, by whom labelled and what came out stands in docs/methods/extraction.md.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.extraction import as_asked, show
from pipelines.claims.text.score import development_folder, score

LABELS: Final = Path(__file__).with_name("blind_labels.jsonl")
_COLUMNS: Final = {
    "wikipedia_current_events": "description",
    "ucdp_ged_headline": "source_headline",
    "idmc_idu": "description",
    "insecurity_insight": "Event Description",
}


def blind_texts(labels: Path = LABELS) -> list[dict[str, Any]]:
    """The labelled texts, each with its text from the shared data.

    Raises FileNotFoundError where a file is absent, ValueError where a row is no longer the text
    that was labelled.
    """
    found = []
    for line in labels.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        field = _rows(development_folder().parent / label["file"])[label["row"]][
            _COLUMNS[label["origin"]]
        ]
        if hashlib.sha256(field.encode()).hexdigest() != label["sha256"]:
            raise ValueError(f"{label['file']}, row {label['row']}: not the text that was labelled")
        start, end = label["cut"]
        found.append(label | {"text": field[start:end]})
    return found


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    if ".json" in path.suffixes:
        rows: list[dict[str, str]] = json.loads(text)
        return rows
    return list(csv.DictReader(io.StringIO(text, newline="")))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    _, others = parser.parse_known_args()
    try:
        texts = blind_texts()
    except (FileNotFoundError, ValueError) as error:
        print(f"{error}. The check needs the shared data (ATTEST_SHARED).", file=sys.stderr)
        return 2
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blind.jsonl"
        path.write_text(
            "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts), encoding="utf-8"
        )
        found = score(path, as_asked(), others, development_folder() / "score.py")
    show(found, as_json=False, has_floors=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
