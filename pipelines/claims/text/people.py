"""Who is counted: the noun beside a number, its class of people, nationality and unit.

The words are data (words.yml); everything here only looks them up. A noun that names no people
makes its number no figure of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipelines.claims.text.words import choices, group, words
from pipelines.core.gazetteer import Gazetteer

_CLASSES: Final[dict[str, str]] = group("people", "classes")
_PHRASES: Final = {name: choices("people", "phrases", name) for name in group("people", "phrases")}
_ANYBODY: Final = words("people", "anybody")
_UNITS: Final[dict[str, str]] = {
    word: unit for unit in ("households", "homes") for word in words("people", unit)
}
_THINGS: Final = words("people", "things")
_FUNCTION_WORDS: Final = words("people", "function_words")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_OF_THEM = re.compile(r"\s*of\s+(?:them|whom)(?:\s+(?:were|are|was|is))?(?!\w)", re.IGNORECASE)
_NOUN_WORDS: Final = 6
"""Words after a number among which its noun is looked for."""
_PERSON_ENDING = re.compile(
    r"(?:[a-z]{2,}(?:men|women|workers|ists|ians|goers|mates|keepers|makers|seekers))$"
)
_CLASS_OF: Final[dict[str, str]] = {
    word: name for name, words in _CLASSES.items() for word in words.split()
}
_PHRASE_OF: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PHRASES.items()
}

# Demonyms: the noun or adjective of a country is made from its name by an ending. What the
# gazetteer's names explain is a nationality; words.yml has those that no ending makes.
_ENDINGS: Final = (
    "ians",
    "ian",
    "eans",
    "ean",
    "ans",
    "an",
    "ns",
    "n",
    "is",
    "i",
    "ese",
    "ers",
    "er",
    "s",
    "",
)
_NAME_ENDINGS: Final = ("", "a", "e", "ia", "on", "o", "y", "istan", "ya", "land")
_IRREGULAR: Final = words("people", "irregular_demonyms")
_SHORTEST_STEM: Final = 3


@dataclass(frozen=True)
class People:
    """What the words beside a number say of the people counted."""

    population: str | None
    nationality: str | None
    unit: str
    thing: str | None
    has_noun: bool


def people_after(text: str, at: int, end: int, gazetteer: Gazetteer | None) -> People:
    """The people counted by a number that ends at `at`, from the words up to `end`."""
    if of_them := _OF_THEM.match(text, at, end):
        at = of_them.end()
    words = _noun_phrase(text, at, end)
    phrase_end = words[-1].end() if words else at
    lowered = [word.group().lower() for word in words]
    population = _population(text[at:phrase_end], lowered)
    unit = next((_UNITS[word] for word in lowered if word in _UNITS), "people")
    head = lowered[-1] if lowered else ""
    thing = next(
        (w for w in reversed(lowered[-2:]) if w in _THINGS or _UNITS.get(w) == "homes"), None
    )
    if population or head in _ANYBODY or unit == "households":
        thing = None
    nationality = next((w.group() for w in words if is_nationality(w.group(), gazetteer)), None)
    has_noun = bool(population or unit != "people" or nationality) or any(map(_is_person, lowered))
    return People(population, nationality, unit, thing, has_noun)


def is_person_noun(word: str) -> bool:
    """Whether the word, in lower case, names people or a unit of people."""
    return word in _CLASS_OF or word in _UNITS or _is_person(word)


def is_function_word(word: str) -> bool:
    """Whether the word, in lower case, ends a noun phrase."""
    return word in _FUNCTION_WORDS


def is_nationality(word: str, gazetteer: Gazetteer | None) -> bool:
    """Whether a capitalised word is the demonym of a country that the gazetteer holds.

    Without a gazetteer the ending alone decides, for the endings that few other words have.
    """
    key = word.lower()
    if not word[:1].isupper() or key in _CLASS_OF or key in _ANYBODY:
        return False
    if key in _IRREGULAR:
        return True
    if gazetteer is None:
        return bool(re.search(r"(?:[^t]ians?|nese|nis?|qis?|lis?)$", key))
    stems = {key.removesuffix(ending) for ending in _ENDINGS if key.endswith(ending)} - {""}
    return any(
        len(stem) >= _SHORTEST_STEM and _is_country(stem + ending, key, gazetteer)
        for stem in stems
        for ending in _NAME_ENDINGS
    )


def _is_country(name: str, word: str, gazetteer: Gazetteer) -> bool:
    """Whether the name is a country's and not the very word: "Chad" is no nationality."""
    place = gazetteer.resolve(name) if name != word else None
    return place is not None and not gazetteer.ancestors(place)


def _population(phrase: str, lowered: list[str]) -> str | None:
    for name, pattern in _PHRASE_OF.items():
        if pattern.search(phrase):
            return name
    found = {_CLASS_OF[word] for word in lowered if word in _CLASS_OF}
    if len(found) > 1 and found <= {"women", "children", "men", "elderly", "boys", "girls"}:
        return None  # "4 children and women": no class of the vocabulary
    return next((_CLASS_OF[word] for word in reversed(lowered) if word in _CLASS_OF), None)


def _noun_phrase(text: str, at: int, end: int) -> list[re.Match[str]]:
    """The words directly after a number, up to the first that ends its noun phrase."""
    found: list[re.Match[str]] = []
    last = at
    for word in _WORD.finditer(text, at, min(end, at + 120)):
        gap = text[last : word.start()]
        if gap.strip(" \t\n\xa0\"'“”‘’"):
            break
        key = word.group().lower()
        if key == "of" and not found:
            last = word.end()
            continue
        if key in _FUNCTION_WORDS or len(found) >= _NOUN_WORDS:
            break
        found.append(word)
        last = word.end()
        if key in _CLASS_OF or key in _ANYBODY:
            break
    return found


def _is_person(word: str) -> bool:
    return word in _CLASS_OF or word in _ANYBODY or bool(_PERSON_ENDING.search(word))
