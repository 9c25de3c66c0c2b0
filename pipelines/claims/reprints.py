"""Which stored texts print one story: near-duplicates, by words, lead and figures.

What belongs here: the comparison of texts and the choice of the first printing. Which figures are
then one figure is decided in the stage figures.

Texts are compared as sets of four-word shingles, exactly (Broder 1997, "On the resemblance and
containment of documents"). Which texts are compared is found by winnowing (Schleimer, Wilkerson and
Aiken 2003): of every six shingles in a row the one with the least hash is kept, so that any nine
words in a row that two texts share give them a fingerprint in common. MinHash with LSH, as in the
library datasketch, finds pairs by their Jaccard index, which is low where a paper cut a story to a
third; it only makes them likely, and it brings numpy and scipy. rapidfuzz compares two strings and
finds no pairs. Winnowing is a dozen lines, has no random choice and misses no such pair.

Words alone say too little: two days' bulletins share all words but the numbers, and so do a story
and its update with a new toll. So the figures decide. Where one number stands in one text and
another in the other within the same words, or where the two give no figure of a metric in common,
the later text is a story of its own. Measures and limits: docs/methods/reprints.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from zlib import crc32

from pipelines.core.actors import Actors
from pipelines.core.likeness import body_key
from pipelines.core.numbers import find_numbers
from pipelines.core.period import MONTH

LEAST_WORDS: Final = 40
"""Words that a text needs: shorter ones are alike by their form alone."""

ALIKE: Final = 0.8
"""Share of the shorter text's shingles that makes a reprint by itself."""

ALIKE_WITH_LEAD: Final = 0.5
"""The share that suffices where papers differ and one's lead stands in the other: background that
unlike stories share stands below the lead, and papers cut from below. It takes a text that holds
as much again as its lead."""

LEAD_ALIKE: Final = 0.5
"""Share of the lead's shingles that the other text must hold."""

_SHINGLE: Final = 4
_WINDOW: Final = 6
_LEAD_WORDS: Final = 40
_LEAD_LINE: Final = 12
"""Words of a line that is no headline, byline or dateline."""

_MOST_SHARING: Final = 100
"""The earliest texts with a fingerprint; later ones with it are compared with these. More texts
share only what is in every issue of a series, or one story, whose first printings these are."""

_LEAST_FINGERPRINTS: Final = 0.2
"""Share of the smaller text's fingerprints below which two texts are not compared."""

_CONTEXT: Final = 5
"""Words on each side of a number that tell what it counts."""

_SAME_CONTEXT: Final = 0.6

_MOST_MENTIONS: Final = 200
"""Numbers of a text that stand in it alone, of which so many are held against the other's."""

_WORD: Final = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_NUMBER: Final = re.compile(r"\d{1,3}(?:[,.\u00a0\u202f ’']\d{3})+(?!\d)")
_APOSTROPHE: Final = re.compile("['’ʼ]")

_SPELLINGS: Final = (
    ("ae", "e"),
    ("oe", "e"),
    ("our", "or"),
    ("ise", "ize"),
    ("isa", "iza"),
    ("isi", "izi"),
    ("yse", "yze"),
    ("ysi", "yzi"),
    ("ence", "ense"),
    ("ogue", "og"),
    ("mme", "m"),
    ("ll", "l"),
    ("grey", "gray"),
)
"""Letters that British and American spelling write differently. Both are folded to one, and with
them words of which only one spelling exists: nothing is lost where all texts are folded alike."""

_ENDS_IN_RE: Final = re.compile(r"(?<=[tb])re(s?)$")

_FURNITURE: Final = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b|\b{MONTH}\.?\s+\d{{1,4}}\b"
    r"|\b\d{1,2}:\d{2}\b|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b(?:published|updated|posted|modified|copyright|page)\b|©",
    re.IGNORECASE,
)
"""What a short line holds that says when and where it was printed."""

_KEPT: Final = 2048
"""Texts of which what was worked out is kept for the next comparison."""

Numbers = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Printing:
    """A document with its stored text."""

    document_id: str
    text: str
    published_on: date | None
    publisher: str | None
    """None where it is not stated."""
    figures: Mapping[str, Set[Numbers]]
    """The printed numbers of its claims, by metric."""


@dataclass(frozen=True, slots=True)
class Reprint:
    """That a document prints a story again."""

    of: str
    """The first printing."""
    likeness: float
    """Share of the shorter one's shingles that both hold, 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """A number in a text, and the words around it."""

    number: Numbers
    before: tuple[str, ...]
    after: tuple[str, ...]

    def stands_like(self, other: _Mention) -> bool:
        """Whether both stand in the same words, whatever the numbers."""
        if self.after[:1] != other.after[:1]:
            return False
        held = max(len(one.before) + len(one.after) for one in (self, other))
        return self._shared(other) >= _SAME_CONTEXT * held

    def _shared(self, other: _Mention) -> int:
        sides = ((self.before, other.before), (self.after, other.after))
        return sum((Counter(one) & Counter(two)).total() for one, two in sides)


class _Text:
    """A printing as it is compared; what takes long is worked out when first asked for."""

    def __init__(self, printing: Printing, publisher: str | None) -> None:
        self.printing = printing
        self.publisher = publisher
        self.words = words_of(printing.text)

    @property
    def order(self) -> tuple[date, str]:
        """Printings in the order of publication; those without a day come last."""
        return self.printing.published_on or date.max, self.printing.document_id

    def fingerprints(self) -> frozenset[int]:
        """The least hash of every few shingles in a row."""
        hashes = [crc32(" ".join(shingle).encode()) for shingle in _shingles(self.words)]
        rows = zip(*(hashes[at:] for at in range(min(_WINDOW, len(hashes)))), strict=False)
        return frozenset(map(min, rows))


class _Compared:
    """What is kept of the texts that were lately compared."""

    def __init__(self) -> None:
        self.shingles = lru_cache(_KEPT)(lambda text: frozenset(_shingles(text.words)))
        self.lead = lru_cache(_KEPT)(_lead_of)
        self.mentions = lru_cache(_KEPT)(_mentions_of)

    def share(self, one: _Text, other: _Text) -> float:
        """Share of the shorter text's shingles that the other holds."""
        mine, theirs = self.shingles(one), self.shingles(other)
        return len(mine & theirs) / min(len(mine), len(theirs))

    def are_alike(self, one: _Text, other: _Text, share: float) -> bool:
        """Whether two texts print the same words; papers' own templates need more of them."""
        if share >= ALIKE:
            return True
        has_more = min(len(one.words), len(other.words)) >= 2 * _LEAD_WORDS
        if share < ALIKE_WITH_LEAD or not has_more or _may_be_one_paper(one, other):
            return False
        return self._holds_lead(one, other) or self._holds_lead(other, one)

    def _holds_lead(self, one: _Text, other: _Text) -> bool:
        lead = self.lead(one)
        return len(lead & self.shingles(other)) >= LEAD_ALIKE * len(lead)

    def may_follow(self, text: _Text, other: _Text, first: _Text) -> bool:
        """Whether a text that is like one of a story's texts is of the story by its figures.

        A text of the story that holds much beside it, such as a round-up of several stories, makes
        what is like it none of the story's.
        """
        if not self.figures_agree(text, first):
            return False
        return other is first or (
            self._is_mostly(other, text)
            and self._is_mostly(other, first)
            and self.figures_agree(text, other)
        )

    def _is_mostly(self, one: _Text, other: _Text) -> bool:
        """Whether half of one stands in the other."""
        mine = self.shingles(one)
        return 2 * len(mine & self.shingles(other)) >= len(mine)

    def figures_agree(self, one: _Text, other: _Text) -> bool:
        """Whether no figure of one contradicts the other's."""
        return _claims_agree(one.printing, other.printing) and self._numbers_agree(one, other)

    def _numbers_agree(self, one: _Text, other: _Text) -> bool:
        everything = _may_be_one_paper(one, other)
        mine, theirs = self.mentions(one, everything), self.mentions(other, everything)
        only_mine, only_theirs = _only_in(mine, theirs), _only_in(theirs, mine)
        return not any(a.stands_like(b) for a in only_mine for b in only_theirs)


@dataclass(slots=True)
class _Story:
    """The printings of one story, the earliest first."""

    texts: list[_Text]

    def first(self, actors: Actors) -> _Text:
        """The first printing: of the earliest the one that another names, then the least id."""
        tied = [
            text
            for text in self.texts
            if text.printing.published_on == self.texts[0].printing.published_on
        ]
        named = [text for text in tied if _is_named(text, tied, actors)]
        return min(named or tied, key=lambda text: text.printing.document_id)


def find_reprints(printings: Iterable[Printing], actors: Actors) -> dict[str, Reprint]:
    """The documents that print an earlier one's story again, by document id.

    The order of the printings decides nothing. A text joins the story whose first printing it is
    most like, else that of the later printing it is most like, if its figures contradict neither.

    Parameters
    ----------
    printings
        Documents with their stored texts, each id once.
    actors
        The register that says which names are one publisher.

    Examples
    --------
    >>> import schemas
    >>> from schemas.raw import Actors as Register
    >>> text = "Shells hit the bakery. " + " ".join(f"word{chr(97 + n)}" * 2 for n in range(26)) * 3
    >>> days = date(2024, 5, 1), date(2024, 5, 2)
    >>> found = find_reprints(
    ...     [Printing(str(day), text, day, f"Paper of {day}", {}) for day in days],
    ...     Actors(schemas.frame(Register, [])),
    ... )
    >>> {document: reprint.of for document, reprint in found.items()}
    {'2024-05-02': '2024-05-01'}
    """
    texts = [_Text(one, _publisher_key(one, actors)) for one in printings]
    texts = sorted((t for t in texts if len(t.words) >= LEAST_WORDS), key=lambda t: t.order)
    compared = _Compared()
    found: dict[str, Reprint] = {}
    for story in _stories(texts, compared):
        first = story.first(actors)
        for text in story.texts:
            if text is not first:
                likeness = round(compared.share(text, first), 3)
                found[text.printing.document_id] = Reprint(first.printing.document_id, likeness)
    return dict(sorted(found.items()))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text without case, marks, accents and ways of spelling; numbers are words."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _NUMBER.sub(lambda found: re.sub(r"\D", "", found.group()), plain)
    return tuple(_spelling(word) for word in _WORD.findall(plain))


def _stories(texts: Sequence[_Text], compared: _Compared) -> list[_Story]:
    """The stories of texts that come in the order of publication."""
    stories: list[_Story] = []
    story_of: dict[_Text, _Story] = {}
    for text, candidates in _candidates(texts):
        firsts = {story_of[other].texts[0]: None for other in candidates}
        others = (other for other in candidates if other not in firsts)
        joined = _most_like(text, firsts, story_of, compared)
        joined = joined or _most_like(text, others, story_of, compared)
        if joined is None:
            joined = _Story([])
            stories.append(joined)
        joined.texts.append(text)
        story_of[text] = joined
    return stories


def _most_like(
    text: _Text,
    others: Iterable[_Text],
    story_of: Mapping[_Text, _Story],
    compared: _Compared,
) -> _Story | None:
    """The story of the text that it is most like, of those to whose story it may belong."""
    like = [(compared.share(text, other), other) for other in others]
    for share, other in sorted(like, key=lambda entry: (-entry[0], entry[1].order)):
        first = story_of[other].texts[0]
        if compared.are_alike(text, other, share) and compared.may_follow(text, other, first):
            return story_of[other]
    return None


def _candidates(texts: Sequence[_Text]) -> Iterator[tuple[_Text, list[_Text]]]:
    """Each text with the earlier ones that share enough of its fingerprints."""
    holders: dict[int, list[int]] = defaultdict(list)
    sizes: list[int] = []
    for at, text in enumerate(texts):
        prints = text.fingerprints()
        sizes.append(len(prints))
        shared: Counter[int] = Counter()
        for mark in prints:
            held = holders[mark]
            shared.update(held)
            if len(held) < _MOST_SHARING:
                held.append(at)
        least = {other: _LEAST_FINGERPRINTS * min(sizes[at], sizes[other]) for other in shared}
        yield text, [texts[other] for other in sorted(shared) if shared[other] >= least[other]]


def _shingles(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(_SHINGLE)), strict=False)


@lru_cache(maxsize=65536)
def _spelling(word: str) -> str:
    bare = _APOSTROPHE.sub("", word.casefold())
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    for one, other in _SPELLINGS:
        bare = bare.replace(one, other)
    return _ENDS_IN_RE.sub(r"er\1", bare)


def _lead_of(text: _Text) -> frozenset[tuple[str, ...]]:
    """The shingles of the first words below headline, byline and dateline."""
    lines = text.printing.text.splitlines(keepends=True)
    long = (at for at, line in enumerate(lines) if len(_WORD.findall(line)) >= _LEAD_LINE)
    words = words_of("".join(lines[next(long, 0) :]))
    return frozenset(_shingles(words[:_LEAD_WORDS]))


# Figures


def _claims_agree(one: Printing, other: Printing) -> bool:
    """Whether of each metric that both give figures of some number is the same."""
    return all(
        bool(numbers & other.figures[metric])
        for metric, numbers in one.figures.items()
        if metric in other.figures
    )


def _mentions_of(text: _Text, everything: bool) -> tuple[_Mention, ...]:
    """The numbers of a text; but for `everything` without those of short lines about printing."""
    body = text.printing.text
    if not everything:
        body = "\n".join(line for line in body.splitlines() if not is_about_printing(line))
    parts: list[str | Numbers] = []
    end = 0
    for number in find_numbers(body):
        parts += words_of(body[end : number.start])
        value = (number.value, number.value_low, number.value_high)
        parts.append(value if number.is_readable else (number.surface,))
        end = number.end
    parts += words_of(body[end:])
    masked = tuple(part if isinstance(part, str) else "#" for part in parts)
    return tuple(
        _Mention(part, masked[max(0, at - _CONTEXT) : at], masked[at + 1 : at + 1 + _CONTEXT])
        for at, part in enumerate(parts)
        if not isinstance(part, str)
    )


def is_about_printing(line: str) -> bool:
    """Whether a line is a short one that says when and where a text was printed."""
    return bool(_FURNITURE.search(line)) and len(_WORD.findall(line)) < _LEAD_LINE


def _only_in(mine: Iterable[_Mention], theirs: Iterable[_Mention]) -> list[_Mention]:
    held = {mention.number for mention in theirs}
    alone = (mention for mention in mine if mention.number not in held)
    return list(islice(alone, _MOST_MENTIONS))


# Publishers


def _publisher_key(printing: Printing, actors: Actors) -> str | None:
    name = printing.publisher
    return body_key(actors.resolve(name), name) if name else None


def _may_be_one_paper(one: _Text, other: _Text) -> bool:
    """Whether two texts may be of one series: by one publisher, or not known to be of two."""
    return None in (one.publisher, other.publisher) or one.publisher == other.publisher


def _is_named(text: _Text, among: Iterable[_Text], actors: Actors) -> bool:
    """Whether another text, of another paper, names the publisher, as a byline does an agency."""
    name = text.printing.publisher
    if not name:
        return False
    actor_id = actors.resolve(name)
    names = {words_of(one) for one in (actors.names(actor_id) if actor_id else (name,))} - {()}
    others = [_spaced(other.words) for other in among if other.publisher != text.publisher]
    return any(_spaced(one) in other for one in names for other in others)


def _spaced(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "
