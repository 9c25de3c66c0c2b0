"""Texts that nobody would write, through the reader of texts: does any raise, or take too long?

    python -m benchmarks.fuzz_reading [--texts 100000] [--seed 1] [--no-growth]

Two parts. First, random texts: nothing may raise, and what every claim says of the text must hold
(`faults_of`). Then growth: texts that repeat one piece n and 16n times, in several frames; the
processor's time for 16n may be at most `MOST_GROWTH` that for n, where 16 is linear and 256
quadratic. What fails is printed, to be kept in tests/claims/text/test_pathological.py. Exit 1
where anything did.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from benchmarks.extraction import as_asked
from pipelines.claims.text.claim import Document, to_json
from pipelines.claims.text.extract import extract
from pipelines.claims.text.lexicon import entries

MOST_GROWTH = 32.0
"""Sixteen times the text in so many times the time: twice linear, for noise."""

SMALLEST = 1500
"""Characters of the least text: the longest sentence that is read in one piece, or nearly."""

SLOW = 1.0
"""Seconds that no text of a few hundred characters may take."""

PIECES = tuple(
    """
    (|)|[|"|'|“|”|‘|’|,|;|:|.|!|?|-|–|—|/|_|*|`|<|&|#|%|$|+|=|~|^|…|·|\0|\t|\n|\n\n|\r\n|\x0b|
    \x85|\xa0|\xad|\u200b|\u200d|\u202e|\u2028|\u0301|\ufeff|\ud800|e\u0301|👩‍👩‍👧|🇸🇾|a|A|é|ß|İ|ǅ|
    ﬁ|我|ال|я|1|12|0|00|1,|1.|1'|1 |1-|1–|1/|1:|12,345|12,34|1.234,5|1e9|½|Ⅻ|IX |٣|٣٤٫|五|万|百|१|
    1st |5k |5m |( |(a |a) |" |"a" |, |. |… |- |a, |a. |A. |U.S. |Mr. |No. 5 |Gen. |i.e. |the |
    of |of the |and |or |to |in |by |was |were |have been |has |had |not |no |no one |
    none of the |nobody |that |which |who |one |two |dozen |dozens |dozens of |hundreds of |
    tens of thousands of |half of |half a |million |thousand |hundred |one hundred and |twenty-|
    twenty |several |scores of |a few |lakh |quarter of |12 |12 and |12, |12 to |12-|
    between 1 and |between |from 1 to |from |up to 5 |up to |at least |more than |more than 12 |
    about |nearly |some |fewer than |no more than |including 5 |including |of them 5 |of whom |
    among them 3 |all 5 |the other |others |killed |killed 12 |12 killed |killing |
    12 people were killed |12 people were killed. |12 people were killed, |
    were killed and 3 injured |dead |12 dead, |injured |wounded |missing |displaced |fled |
    homeless |casualties |toll |the toll |bringing the toll to 5 |rises to 5 |from 5 to 6 |
    feared |could |ordered to |returned |evacuated |people |civilians |soldiers |children |
    families |houses |women and children |5 km |5% |$5 |5 years old |aged 5 |5 years |5 tents |
    magnitude 5 |M23 |B-52 |said |said that |, said |said X |said X, |says |according to |
    according to X |according to X, |police |police said |the agency |X |X Y |X of Y |of X |by X |
    Reuters |(Reuters) |told |reported |since |since Monday |on Monday |on |as of |in 2016 |2016 |
    19 September |September |5/5/2016 |last year |yesterday |in the past five years |
    between 1 May and 2 May |May |until |at 5 p.m. |in |in Aleppo |Aleppo |Aleppo, |
    Aleppo, Syria, |Syria |in Syria and |near |north of |province |in X |in X, |X City |
    Aleppo province |http://a.b/c |www.a.b |a@b.c |[1]|{{x}}|<b>|&nbsp;|\\n|in French les |morts |
    sont |été |12 morts 
    """.replace("\n    ", "").split("|")
)
"""What is repeated: marks, digits, words that rules look for, and the first words of clauses."""

FRAMES = (
    ("", ""),
    ("Police said at least 12 ", " people were killed in Aleppo on Monday."),
    ("12 people were killed ", ", including 5 children, the agency said."),
    ('"', '" 12 dead'),
)

CATEGORIES: dict[str, list[str]] = defaultdict(list)
for _code in range(sys.maxunicode + 1):
    if len(CATEGORIES[unicodedata.category(chr(_code))]) < 400:
        CATEGORIES[unicodedata.category(chr(_code))].append(chr(_code))


def sentences_of_ours() -> list[str]:
    """The examples of the lexicon."""
    return [entry.example for entry in entries()]


def faults_of(text: str, document: Document) -> list[str]:
    """What does not hold of the reading of a text; raises what the reader raises."""
    found = extract(text, document)
    faults = []
    for at, claim in enumerate(found.claims):
        quote = text[claim.quote_start : claim.quote_end]
        if quote != claim.quote or not quote:
            faults.append(f"claim {at}: the quote is not the text at its offsets")
        if text[claim.number_start : claim.number_end] != claim.value_as_written:
            faults.append(f"claim {at}: the number is not the text at its offsets")
        if not claim.quote_start <= claim.number_start <= claim.number_end <= claim.quote_end:
            faults.append(f"claim {at}: the number is not in the quote")
        if not claim.sentence_start <= claim.quote_start <= claim.quote_end <= claim.sentence_end:
            faults.append(f"claim {at}: the quote is not in its sentence")
        if claim.part_of is not None and not 0 <= claim.part_of < len(found.claims):
            faults.append(f"claim {at}: it is part of no claim")
        if claim.part_of == at:
            faults.append(f"claim {at}: it is part of itself")
        faults += [
            f"claim {at}: {name} is not in the text"
            for name in ("place_as_written", "period_as_written")
            if (written := getattr(claim, name)) is not None and written not in text
        ]
    ends = 0
    for candidate in found.candidates:
        if text[candidate.start : candidate.end] != candidate.surface:
            faults.append(f"'{candidate.surface}' is not the text at its offsets")
        if candidate.start < ends:
            faults.append(f"'{candidate.surface}' overlaps the number before it")
        ends = candidate.end
    if len([c for c in found.candidates if c.outcome == "claim"]) > len(found.claims):
        faults.append("more numbers became claims than there are claims")
    to_json(found)
    return faults


def random_texts(seed: int) -> Iterator[str]:
    """Texts without end, of each kind in turn; the same for the same seed."""
    draw = random.Random(seed)
    examples = sentences_of_ours()
    kinds: list[Callable[[], str]] = [
        lambda: draw.randbytes(draw.randrange(120)).decode("utf-8", "replace"),
        lambda: draw.randbytes(draw.randrange(120)).decode("utf-8", "surrogateescape"),
        lambda: draw.randbytes(draw.randrange(120)).decode("latin-1"),
        lambda: "".join(
            draw.choice(CATEGORIES[kind]) for kind in draw.choices(list(CATEGORIES), k=60)
        ),
        lambda: "".join(draw.choices(PIECES, k=draw.randrange(1, 25))),
        lambda: "".join(draw.choices(PIECES, k=3)) * draw.randrange(1, 12),
        lambda: _mutated(draw, draw.choice(examples)),
        lambda: _mutated(draw, " ".join(draw.choices(examples, k=3))),
        lambda: _spliced(draw, draw.choice(examples), draw.choice(examples)),
        lambda: _nested(draw, draw.choice(examples)),
        lambda: _in_other_digits(draw, draw.choice(examples)),
    ]
    while True:
        for kind in kinds:
            yield kind()


def _mutated(draw: random.Random, text: str) -> str:
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(text) + 1)
        end = min(len(text), at + draw.choice((0, 1, 1, 2, 8)))
        put = draw.choice(("", draw.choice(PIECES), text[at:end] * 2, text[at:end].upper()))
        text = text[:at] + put + text[end:]
    return text


def _spliced(draw: random.Random, one: str, other: str) -> str:
    return one[: draw.randrange(len(one) + 1)] + other[draw.randrange(len(other) + 1) :]


def _nested(draw: random.Random, text: str) -> str:
    words = text.split(" ")
    for _ in range(draw.randrange(1, 8)):
        for mark in draw.choice(("()", "[]", "“”", '""', "''", "{}", "(", ")", "--", ",,")):
            words.insert(draw.randrange(len(words) + 1), mark)
    return draw.choice((" ", "")).join(words) if draw.random() < 0.1 else " ".join(words)


def _in_other_digits(draw: random.Random, text: str) -> str:
    zero = draw.choice("٠۰०০௦０߀᠐𝟎")
    return "".join(chr(ord(zero) + int(c)) if c in "0123456789" else c for c in text)


def read_random(texts: int, seed: int, document: Document) -> list[str]:
    """What failed among random texts."""
    failed = []
    for number, text in zip(range(texts), random_texts(seed), strict=False):
        started = time.process_time()
        try:
            faults = faults_of(text, document)
        except Exception:
            faults = [traceback.format_exc().strip().splitlines()[-1]]
        if (took := time.process_time() - started) > SLOW:
            faults.append(f"it took {took:.1f} s")
        failed += [f"text {number} of seed {seed}: {fault}: {text!a}" for fault in faults]
    return failed


def growth(piece: str, frame: tuple[str, str], document: Document, size: int) -> float:
    """How many times the time the reader takes for 16 times as much text.

    `size` are the characters of the smallest text.
    """
    times = max(1, size // len(piece))
    once, much = (frame[0] + piece * n + frame[1] for n in (times, 16 * times))
    return _seconds(much, document, 1) / _seconds(once, document, 2)


def _seconds(text: str, document: Document, runs: int) -> float:
    took = []
    for _ in range(runs):
        started = time.process_time()
        extract(text, document)
        took.append(time.process_time() - started)
    return min(took)


def grown_too_fast(document: Document, seed: int) -> Iterator[str]:
    """Pieces, alone in every frame and several together, that take more than linear time."""
    draw = random.Random(seed)
    several = ["".join(draw.choices(PIECES, k=draw.choice((2, 3)))) for _ in PIECES]
    asked = [(piece, frame) for piece in PIECES for frame in FRAMES]
    for piece, frame in [*asked, *((piece, draw.choice(FRAMES)) for piece in several)]:
        if growth(piece, frame, document, SMALLEST) > MOST_GROWTH:
            # What stands out is looked at more closely: much of a short time is chance.
            ratio = growth(piece, frame, document, 4 * SMALLEST)
            if ratio > MOST_GROWTH:
                yield f"{piece!a} in {frame!a}: 16 times the text, {ratio:.0f} times the time"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-growth", action="store_true", help="random texts only")
    asked = parser.parse_args()
    document = replace(as_asked(), published_on=date(2016, 10, 6), conflict_start="2011-03")
    started = time.process_time()
    failed = read_random(asked.texts, asked.seed, document)
    took = time.process_time() - started
    print(f"{asked.texts:,} random texts in {took:.0f} s: {len(failed)} faults")
    print("\n".join(failed[:40]))
    if not asked.no_growth:
        too_fast = []
        for line in grown_too_fast(document, asked.seed):
            print(line, flush=True)
            too_fast.append(line)
        count = len(PIECES) * (len(FRAMES) + 1)
        print(f"{count:,} repetitions: {len(too_fast)} more than linear")
        failed += too_fast
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
