"""How quickly reprints are found, and how much a paper may change before a story is missed.

    python -m benchmarks.reprints [DOCUMENTS]

Stories are made of random words, so that no two share a passage but by what is done here: a third
of the documents are stories, a third their reprints with a share cut and own words added, a third
bulletins of one template whose numbers differ, which is the slowest case.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta

import schemas
from pipelines.claims.reprints import Printing, find_reprints
from pipelines.core.actors import Actors
from schemas import raw

WORDS = 400
FIRST = date(2031, 1, 1)
ACTORS = Actors(schemas.frame(raw.Actors, []))


def vocabulary(dice: random.Random) -> list[str]:
    """Words of two to nine letters."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return ["".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(20_000)]


def sentences(dice: random.Random, words: list[str], n_words: int) -> list[str]:
    """Sentences of twenty words, each with a number of people in it."""
    made = []
    for _ in range(max(1, n_words // 20)):
        given = dice.choices(words, k=17)
        given[8:8] = [str(dice.randint(2, 9_999)), "people", "were"]
        made.append(" ".join(given).capitalize() + ".")
    return made


def shelf(n: int) -> Iterator[Printing]:
    """A third stories, a third reprints of them, a third bulletins."""
    dice = random.Random(n)
    words = vocabulary(dice)
    template = [sentence.split() for sentence in sentences(dice, words, WORDS)]
    for at in range(n // 3):
        day = FIRST + timedelta(days=at % 300)
        story = sentences(dice, words, WORDS)
        cut = story[: dice.randint(len(story) // 2, len(story))] + sentences(dice, words, 40)
        bulletin = [
            [str(dice.randint(2, 9_999)) if w.isdigit() else w for w in s] for s in template
        ]
        yield Printing(f"story-{at:05}", " ".join(story), day, "Wire", {})
        later = day + timedelta(days=1)
        yield Printing(f"reprint-{at:05}", " ".join(cut), later, f"Paper {at % 50}", {})
        lines = "\n".join(" ".join(sentence) for sentence in bulletin)
        yield Printing(f"bulletin-{at:05}", lines, day, "Relief Office", {})


def found_of(kept: float, added: float, n: int = 200) -> float:
    """Share of reprints found that keep a share of the story and add that share of own words."""
    dice = random.Random(1)
    words = vocabulary(dice)
    printings = []
    for at in range(n):
        story = sentences(dice, words, WORDS)
        text = [*story[: round(kept * len(story))], *sentences(dice, words, round(added * WORDS))]
        printings.append(Printing(f"a{at:03}", " ".join(story), FIRST, "Wire", {}))
        printings.append(Printing(f"b{at:03}", " ".join(text), FIRST, f"Paper {at % 9}", {}))
    found = find_reprints(printings, ACTORS)
    return sum(found.get(f"b{at:03}") is not None for at in range(n)) / n


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    for size in (n // 4, n // 2, n):
        held = list(shelf(size))
        start = time.perf_counter()
        found = find_reprints(held, ACTORS)
        took = time.perf_counter() - start
        right = sum(name.replace("reprint", "story") == one.of for name, one in found.items())
        print(
            f"{len(held):,} documents of about {WORDS} words: {took:.1f} s, "
            f"{1000 * took / len(held):.2f} ms a document; {right:,} of {size // 3:,} reprints "
            f"found, {len(found) - right} that are none"
        )
    print("share of reprints found, by share kept of the story and share of own words added")
    for kept in (1.0, 0.75, 0.5, 0.25, 0.15):
        shares = ", ".join(f"+{added:.0%} {found_of(kept, added):.2f}" for added in (0, 0.25, 0.5))
        print(f"  {kept:.0%} kept: {shares}")


if __name__ == "__main__":
    main()
