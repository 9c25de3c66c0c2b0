"""The lexicon as data (lexicon.yml) and its matching: which words say what a number counts.

A phrase is words parted by blanks. `a|b` is a choice, `word?` may be missing, `..3` stands for up
to three words of any kind and `@` for a number. Phrases are matched against the words of a
sentence, the longest first, by one walk down a tree, so that a longer lexicon costs no time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import product
from typing import Any, Final, Literal, NamedTuple

from pipelines.claims.text.words import lists
from schemas import vocab

Side = Literal["before", "after", "both"]
Kind = Literal["verb", "noun", "of", "toll", "class", "other"]

_KEYS = frozenset(
    {
        "phrases",
        "metric",
        "term",
        "measure",
        "modality",
        "deaths",
        "counts",
        "doubt",
        "side",
        "kind",
        "language",
        "example",
        "gives",
    }
)


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of the lexicon; `metric` is None where what happened is no figure of ours.

    `counts_people` asks for a noun of people after the number: "lost 22 men" is of ours, "lost 22
    seats" is not. `doubt` is a code of what the words leave open: a reviewer sees it.
    """

    number: int
    phrases: tuple[str, ...]
    metric: str | None
    term: str | None
    measure: str | None
    modality: str | None
    deaths: str | None
    counts_people: bool
    doubt: str | None
    side: Side
    kind: Kind
    language: str
    example: str
    gives: tuple[int, ...]


class Trigger(NamedTuple):
    """Where an entry of the lexicon stands among the words of a sentence, the end exclusive."""

    first: int
    end: int
    entry: Entry


@cache
def entries() -> tuple[Entry, ...]:
    """The lexicon, checked against the vocabulary; ValueError names an entry that is not sound."""
    data = lists("lexicon")
    return tuple(
        _entry(number, row, str(data["language"])) for number, row in enumerate(data["entries"])
    )


@cache
def languages() -> frozenset[str]:
    """The languages that the lexicon holds."""
    return frozenset(entry.language for entry in entries())


def _entry(number: int, row: dict[str, Any], language: str) -> Entry:
    metric = None if row["metric"] == "none" else row["metric"]
    if (
        row.keys() - _KEYS
        or (metric and metric not in vocab.METRICS)
        or row.get("term", "displaced") not in vocab.TERMS
    ):
        raise ValueError(f"lexicon.yml, entry {row['phrases']}: unknown key or word: {row}")
    return Entry(
        number,
        tuple(row["phrases"]),
        metric,
        row.get("term"),
        row.get("measure"),
        row.get("modality"),
        row.get("deaths"),
        row.get("counts") == "people",
        row.get("doubt"),
        row["side"],
        row["kind"],
        row.get("language", language),
        row["example"],
        tuple(row["gives"]),
    )


@dataclass(slots=True, eq=False)
class _Node:
    """A word of the tree of phrases: what may follow, and the entry that ends here."""

    following: dict[str, _Node] = field(default_factory=dict)
    any_word: _Node | None = None
    entry: Entry | None = None


@cache
def _tree(language: str) -> _Node:
    root = _Node()
    for entry in entries():
        if entry.language != language:
            continue
        for phrase in entry.phrases:
            for words in spelled_out(phrase):
                node = root
                for word in words:
                    if word == _ANY:
                        node.any_word = node.any_word or _Node()
                        node = node.any_word
                    else:
                        node = node.following.setdefault(word, _Node())
                node.entry = node.entry or entry
    return root


_ANY: Final = "*"


def spelled_out(phrase: str) -> Iterator[list[str]]:
    """Every row of words that a phrase of the lexicon stands for."""
    elements: list[list[tuple[str, ...]]] = []
    for element in phrase.split():
        choices: list[tuple[str, ...]] = [() for _ in range(element.endswith("?"))]
        if element.startswith(".."):
            choices += [(_ANY,) * count for count in range(int(element[2:]) + 1)]
        else:
            choices += [(word,) for word in element.removesuffix("?").split("|")]
        elements.append(choices)
    for chosen in product(*elements):
        yield [word for words in chosen for word in words]


_GLUED: Final = frozenset(
    """
    a about also and are children civilians fighters men militants rebels residents soldiers troops
    villagers women at be been being by during families following for from had has have in into
    internally is left made members newly of others over people persons remain remained since still
    the their to was were when who with between
    """.split()  # noqa: SIM905 - one word a line would be a page
)
"""Words whose space a PDF loses: "weredisplaced", "displacedby", "havefled"."""


def triggers(words: Sequence[str], language: str) -> list[Trigger]:
    """Where the lexicon's phrases stand in a row of words, in order, the longest first.

    Words are in lower case; what is no word (a mark, a number) begins with no letter or digit.
    """
    found: list[Trigger] = []
    root, done = _tree(language), 0
    for at, word in enumerate(words):
        node = _next(root, word)
        if node is None or at < done:
            continue
        longest = _longest(node, words, at + 1)
        if longest is not None:
            done = longest[0]
            found.append(Trigger(at, done, longest[1]))
    return found


def _next(node: _Node, word: str) -> _Node | None:
    """The node that a word leads to, also where a PDF has lost the spaces of the word."""
    found = node.following.get(word)
    if found is not None:
        return found
    if word[0] == "#":
        return node.following.get("@")
    return _glued(node, word) if _SHORTEST_GLUED <= len(word) <= _LONGEST_GLUED else None


@lru_cache(maxsize=1 << 16)
def _glued(node: _Node, word: str) -> _Node | None:
    """The node that two words lead to where no space or a hyphen parts them."""
    if "-" in word:
        return node.following.get(word.replace("-", ""))
    for cut in range(1, len(word) - 1):
        lead, tail = word[:cut], word[cut:]
        first = node.following.get(lead)
        found = first.following.get(tail) if first is not None else None
        if found is None and tail in _GLUED:
            found = first
        if found is None and lead in _GLUED:
            found = node.following.get(tail)
        if found is not None:
            return found
    return None


def metrics_said(words: Sequence[str]) -> frozenset[str]:
    """Every metric of which a phrase of any language stands in a row of words, overlapping too."""
    found: set[str] = set()
    for language in languages():
        root = _tree(language)
        for first in range(len(words)):
            nodes = [root]
            for word in words[first:]:
                nodes = [
                    node
                    for before in nodes
                    for node in (before.following.get(word), before.any_word)
                    if node is not None
                ]
                found.update(n.entry.metric for n in nodes if n.entry and n.entry.metric)
                if not nodes:
                    break
    return frozenset(found)


def _longest(node: _Node, words: Sequence[str], at: int) -> tuple[int, Entry] | None:
    best = (at, node.entry) if node.entry is not None else None
    if at >= len(words) or not (node.following or node.any_word):
        return best
    key = words[at]
    following = _next(node, key) if node.following else None
    if following is not None:
        best = _longest(following, words, at + 1) or best
    if node.any_word is not None and key[0].isalnum():
        further = _longest(node.any_word, words, at + 1)
        if further is not None and (best is None or further[0] > best[0]):
            best = further
    return best


_SHORTEST_GLUED: Final = 7
_LONGEST_GLUED: Final = 40
"""Letters of a word in which two may be glued."""
