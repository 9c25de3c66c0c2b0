"""Who is counted: the noun beside a number, its class of people, nationality and unit.

The words are data (words.yml); everything here only looks them up. A noun that names no people
makes its number no figure of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from pipelines.claims.text.items import Item, figure_of
from pipelines.claims.text.lexicon import spelled_out
from pipelines.claims.text.words import group, words
from pipelines.core.gazetteer import Gazetteer

_CLASS_OF: Final[dict[str, str]] = {
    word: name for name, listed in group("people", "classes").items() for word in listed.split()
}
_PHRASE_OF: Final[dict[tuple[str, ...], str]] = {
    tuple(spelled): name
    for name, phrases in group("people", "phrases").items()
    for phrase in phrases
    for spelled in spelled_out(phrase)
}
_LONGEST_PHRASE: Final = max(map(len, _PHRASE_OF))
_IN_PHRASES: Final = frozenset(phrase[0] for phrase in _PHRASE_OF if len(phrase) > 1)
"""First words of the phrases of several words: without one of them none stands in a text."""
_ANYBODY: Final = words("people", "anybody")
_UNITS: Final[dict[str, str]] = {
    word: unit for unit in ("households", "homes") for word in words("people", unit)
}
_THINGS: Final = words("people", "things")
_FUNCTION_WORDS: Final = words("people", "function_words")
_DETERMINERS: Final = frozenset(("the", "its", "their", "his", "her", "these", "those", "all"))
_FAMILY: Final = frozenset({"women", "children", "men", "elderly", "boys", "girls"})
_NOUN_WORDS: Final = 6
"""Words after a number among which its noun is looked for."""
_PERSON_ENDING: Final = re.compile(
    r"[a-z]{2,}(?:men|women|workers|ists|ians|goers|mates|keepers|makers|seekers|ologists)\Z"
)

# Demonyms: the noun or adjective of a country is made from its name by an ending. What the
# gazetteer's names explain is a nationality; words.yml has those that no ending makes.
_ENDINGS: Final = (
    "ians", "ian", "eans", "ean", "ans", "an", "ns", "n", "is", "i", "ese", "ers", "er", "s", "",
)  # fmt: skip
_NAME_ENDINGS: Final = ("", "a", "e", "ia", "on", "o", "y", "istan", "ya", "land")
_IRREGULAR: Final = words("people", "irregular_demonyms")
_LIKE_A_DEMONYM: Final = re.compile(r"(?:[^t]ians?|nese|nis?|qis?|lis?)\Z")
_SHORTEST_STEM: Final = 3


class People(NamedTuple):
    """What the words beside a number say of the people counted."""

    population: str | None
    nationality: str | None
    unit: str
    thing: str | None
    has_noun: bool


def people_after(text: str, items: Sequence[Item], at: int, gazetteer: Gazetteer | None) -> People:
    """The people counted by the number at `at` in a row of items, from the words after it."""
    phrase, capitals = _noun_phrase(text, items, at)
    population = _population(phrase or _said_to_be(items, at))
    unit = next((_UNITS[word] for word in phrase if word in _UNITS), "people")
    head = phrase[-1] if phrase else ""
    thing = next(
        (w for w in reversed(phrase[-2:]) if w in _THINGS or _UNITS.get(w) == "homes"), None
    )
    if population or head in _ANYBODY or unit == "households":
        thing = None
    nationality = next((word for word in capitals if is_nationality(word, gazetteer)), None)
    has_noun = bool(population or unit != "people" or nationality) or any(map(_is_person, phrase))
    return People(population, nationality, unit, thing, has_noun)


def is_person_noun(word: str) -> bool:
    """Whether the word, in lower case, names people or a unit of people."""
    return word in _CLASS_OF or word in _UNITS or _is_person(word)


def is_function_word(word: str) -> bool:
    """Whether the word, in lower case, ends a noun phrase."""
    return word in _FUNCTION_WORDS


def is_thing(word: str) -> bool:
    """Whether the word, in lower case, names something other than people."""
    return word in _THINGS or _UNITS.get(word) == "homes"


def is_nationality(word: str, gazetteer: Gazetteer | None) -> bool:
    """Whether a capitalised word is the demonym of a country that the gazetteer holds.

    Without a gazetteer the ending alone decides, for the endings that few other words have.
    """
    key = word.lower()
    if not word[:1].isupper() or key in _CLASS_OF or key in _ANYBODY:
        return False
    return key in _IRREGULAR or _is_demonym(key, gazetteer)


@lru_cache(maxsize=4096)
def _is_demonym(key: str, gazetteer: Gazetteer | None) -> bool:
    if gazetteer is None:
        return bool(_LIKE_A_DEMONYM.search(key))
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


def _population(phrase: Sequence[str]) -> str | None:
    if not _IN_PHRASES.isdisjoint(phrase):
        for size in range(_LONGEST_PHRASE, 1, -1):
            for first in range(len(phrase) - size + 1):
                if name := _PHRASE_OF.get(tuple(phrase[first : first + size])):
                    return name
    found = [_CLASS_OF[word] for word in phrase if word in _CLASS_OF]
    if len(set(found)) > 1 and _FAMILY.issuperset(found):
        return None  # "4 children and women": no class of the vocabulary
    if found:
        return found[-1]
    return next((_PHRASE_OF[word,] for word in phrase if (word,) in _PHRASE_OF), None)


def _noun_phrase(text: str, items: Sequence[Item], at: int) -> tuple[list[str], list[str]]:
    """The words directly after a number, up to the first that ends its noun phrase.

    Given in lower case, and those with a capital as written.
    """
    phrase: list[str] = []
    capitals: list[str] = []
    last = items[at].end
    for position, item in enumerate(items[at + 1 : at + 2 + 2 * _NOUN_WORDS], at + 2):
        if item.kind == "trig" and _ends_noun_phrase(items, position):
            break
        if item.kind not in ("word", "trig"):
            break
        gap = text[last : item.start]
        if gap != " " and (gap := gap.strip(" \t\n\xa0\"'“”‘’")) and not gap.startswith("("):
            break
        last = item.end
        if not phrase and item.key in _BEFORE_A_NOUN:
            continue
        for key in item.key.split() if item.kind == "trig" else (item.key,):
            if key in _FUNCTION_WORDS or len(phrase) >= _NOUN_WORDS:
                return phrase, capitals
            phrase.append(key if "-" not in key or _is_known(key) else key.replace("-", ""))
        if text[item.start].isupper():
            capitals.append(text[item.start : item.end])
        if phrase[-1] in _CLASS_OF or phrase[-1] in _ANYBODY:
            phrase += _joined_class(items, position)
            break
    return phrase, capitals


def _joined_class(items: Sequence[Item], following: int) -> list[str]:
    """The second class of "25 women and children", so that neither alone is taken."""
    pair = items[following : following + 2]
    if len(pair) == 2 and pair[0].key in ("and", "or", "/", ",") and pair[1].key in _CLASS_OF:
        return [pair[1].key]
    return []


def _said_to_be(items: Sequence[Item], at: int) -> list[str]:
    """The class of "of whom 12 were children" and "nine of the dead were women"."""
    for position, item in enumerate(items[at + 1 : at + 6], at + 1):
        if item.kind not in ("word", "trig") or item.key in ("who", "which", "that"):
            return []
        if item.key in ("were", "are", "was", "is"):
            said = items[position + 1].key if position + 1 < len(items) else ""
            return [said] if said in _CLASS_OF else []
    return []


def _ends_noun_phrase(items: Sequence[Item], following: int) -> bool:
    """Whether a trigger is a predicate and no adjective: "fled north", not "wounded soldiers"."""
    entry = items[following - 1].entry
    if entry is None or entry.kind not in ("verb", "other"):
        return False
    return following >= len(items) or not is_person_noun(items[following].key)


_BEFORE_A_NOUN: Final = frozenset({"of", "them", "whom", *_DETERMINERS})


def _is_known(word: str) -> bool:
    return word in _CLASS_OF or word in _UNITS or word in _THINGS


@lru_cache(maxsize=1 << 14)
def _is_person(word: str) -> bool:
    return word in _CLASS_OF or word in _ANYBODY or bool(_PERSON_ENDING.match(word))


def twins(
    items: Sequence[Item], places: Sequence[int], people: Mapping[int, People]
) -> dict[int, int]:
    """Figures that give one group in two units, each with the index of the other.

    "322 families (about 2,400 people)", "87 families/391 persons", "48 families comprising 263
    members": between them stand only the noun of the first and a mark or a word of comparison.
    """
    found: dict[int, int] = {}
    for first, second in pairwise(places):
        one, other = figure_of(items, first), figure_of(items, second)
        units = {people[one.rank].unit, people[other.rank].unit}
        if one.rank in found or units != _UNITS_OF_TWINS or second - first > _BETWEEN_TWINS + 1:
            continue
        between = items[first + 1 : second]
        if all(item.key in _JOINING_TWINS or _is_noun(item.key) for item in between) and (
            people[one.rank].has_noun and people[other.rank].has_noun
        ):
            found |= {one.rank: other.rank, other.rank: one.rank}
    return found


_BETWEEN_TWINS: Final = 6
_UNITS_OF_TWINS: Final = {"households", "people"}
_JOINING_TWINS: Final = words("people", "joining_twins")


_ALSO_PEOPLE: Final = ("displaced", "idp", "returnee")


def _is_noun(word: str) -> bool:
    return any(is_person_noun(one) or one in _ALSO_PEOPLE for one in word.split())
