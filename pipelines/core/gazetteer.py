"""Where: the tree of places and the names of territories, looked up by name or found in a text.

A name resolves only exactly (case, accents and punctuation apart) or through the stated forms
"X province", "province of X"; nothing is guessed from a likeness.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from pipelines.core.names import folded

_KINDS = "province|governorate|district|region|state|city|county|department|prefecture|oblast"
_KIND_AFTER = re.compile(rf"^(?P<name>.+?) (?P<kind>{_KINDS})$")
_KIND_BEFORE = re.compile(rf"^(?:the )?(?P<kind>{_KINDS}) of (?P<name>.+)$")
_LEVELS_OF_KIND = {
    "city": (2, 3, 4),
    "district": (2,),
    "county": (2, 1),
    "department": (1, 2),
    "prefecture": (1, 2),
}
_MIN_NAME = 3
_SHORT_NAMES = frozenset(["uk", "us"])
_KIND_WORDS = frozenset(_KINDS.split("|"))
_CAPITAL = re.compile(r"(?<![\w'’])[^\W\d_a-z]")
_WORD = re.compile(r"[^\W_]+(?:['’](?!s\b)[^\W_]+)*")
_NEXT_WORD = re.compile(
    r"(?:[ \u00a0]|[-‐‑–]|\.[ \u00a0]?|[ \u00a0]?\n[ \u00a0]?)([^\W_]+(?:['’](?!s\b)[^\W_]+)*)"
)
_SHOUTED = re.compile(r"\s+[A-Z]{3,}(?![a-z])")
_SHOWN_NEAR = 5


class Mention(NamedTuple):
    """A place or territory named in a text: `text[start:end] == surface`."""

    start: int
    end: int
    surface: str
    place_id: str


class Gazetteer:
    """The places and territories of the registers.

    Parameters
    ----------
    places, territories
        Tables of `schemas.raw.Places` and `schemas.raw.Territories`.
    """

    def __init__(self, places: pd.DataFrame, territories: pd.DataFrame) -> None:
        self._name: dict[str, str] = {}
        self._parent: dict[str, str] = {}
        self._chains: dict[str, tuple[str, ...]] = {}
        self._level: dict[str, int] = {}
        self._by_name: dict[str, list[str]] = {}
        self._spellings: dict[str, str] = {}
        for row in places.to_dict("records"):
            place = str(row["place_id"])
            self._name[place] = str(row["name"])
            self._level[place] = int(row["level"])
            if pd.notna(row["parent_id"]):
                self._parent[place] = str(row["parent_id"])
            for spelling in (row["name"], *row["other_names"]):
                held = self._by_name.setdefault(folded(str(spelling)), [])
                if place not in held:
                    held.append(place)
                self._spellings.setdefault(folded(str(spelling)), str(spelling))
        self._territories: dict[str, str] = {
            str(row["territory"]): str(row["place_id"]) for row in territories.to_dict("records")
        }

    def fingerprint(self) -> list[Any]:
        """All that names resolve by: equal where two gazetteers resolve every name alike."""
        places = [[place, self._parent.get(place), self._level[place]] for place in self._name]
        names = [[name, *held] for name, held in self._by_name.items()]
        return [places, names, [list(pair) for pair in self._territories.items()]]

    def __contains__(self, place_id: str) -> bool:
        return place_id in self._name

    @property
    def names(self) -> Mapping[str, str]:
        """The name of every place by its id."""
        return self._name

    def near(self, name: str) -> list[str]:
        """Places whose id or name is spelt much like it, to be shown, never to be taken for it."""
        spelt = {folded(place): [place] for place in self._name} | self._by_name
        close = get_close_matches(folded(name), spelt, n=_SHOWN_NEAR)
        return list(dict.fromkeys(place for key in close for place in spelt[key]))

    def name(self, place_id: str) -> str:
        """The place's name; KeyError where the gazetteer does not hold it."""
        return self._name[place_id]

    def level(self, place_id: str) -> int:
        """0 for a country, 1 and 2 for its first and second level, 3 below."""
        return self._level[place_id]

    def resolve(self, name: str) -> str | None:
        """The one place of that id or name; None where there is none, or more than one."""
        if name in self._name:
            return name
        found = self.candidates(name)
        return found[0] if len(found) == 1 else None

    def candidates(self, name: str) -> list[str]:
        """Every place that the name may mean: the exact name, else the name with its kind apart."""
        key = folded(name)
        if held := self._by_name.get(key):
            return held
        match = _KIND_AFTER.match(key) or _KIND_BEFORE.match(key)
        if not match:
            return []
        levels = _LEVELS_OF_KIND.get(match["kind"], (1,))
        return [p for p in self._by_name.get(match["name"], []) if self._level[p] in levels]

    def ancestors(self, place_id: str) -> list[str]:
        """The places that contain it, nearest first."""
        return list(self._around(place_id)[1:])

    def _around(self, place_id: str) -> tuple[str, ...]:
        """The place and the places that contain it, nearest first."""
        if place_id not in self._chains:
            parent = self._parent.get(place_id)
            chain = () if parent is None else self._around(parent)
            self._chains[place_id] = (place_id, *chain)
        return self._chains[place_id]

    def inside(self, place_id: str, whole: str) -> bool:
        """Whether the place is the whole or lies within it."""
        return whole in self._around(place_id)

    @cached_property
    def _heads(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """The words of every name by its first, the longest names first."""
        held: dict[str, set[tuple[str, ...]]] = {}
        for name in self._by_name:
            words = tuple(name.split())
            if len(name) >= _MIN_NAME or name in _SHORT_NAMES:
                held.setdefault(words[0], set()).add(words)
        return {
            head: tuple(sorted(found, key=lambda w: (-len(w), w))) for head, found in held.items()
        }

    @cached_property
    def _acronyms(self) -> frozenset[str]:
        """Names of which every letter is a capital one: "CAR" is a country, "Car" is none."""
        spelt = self._spellings
        return frozenset(key for key, name in spelt.items() if name.isupper())

    @cached_property
    def _territory_pattern(self) -> re.Pattern[str]:
        return _any_of({folded(t) for t in self._territories}, "")

    @cached_property
    def _territory_heads(self) -> frozenset[str]:
        """The first word of every territory's name, in small letters."""
        return frozenset(name.lower().split()[0] for name in self._territories if name.split())

    def find(self, text: str) -> list[Mention]:
        """Places named in the text with a capital letter, in order, the longest name first.

        A name that several places share is found only where its form tells which is meant.
        """
        found: list[Mention] = []
        done = 0
        for capital in _CAPITAL.finditer(text):
            if capital.start() >= done:
                mention = self.mention_at(text, capital.start())
                if mention:
                    found.append(mention)
                    done = mention.end
        return found

    def mention_at(self, text: str, at: int) -> Mention | None:
        """The place whose name starts at a capital letter, with its kind where that follows."""
        first = _WORD.match(text, at)
        names = self._heads.get(folded(first.group())) if first else None
        if not first or not names:
            return None
        words = [folded(first.group())]
        ends = [first.end()]
        longest = max(len(names[0]), 1) + 1
        while len(words) < longest:
            following = _NEXT_WORD.match(text, ends[-1])
            if not following:
                break
            words.append(folded(following[1]))
            ends.append(following.end())
        for name in names:
            size = len(name)
            if tuple(words[:size]) != name:
                continue
            end = ends[size - 1]
            if (
                size < len(words)
                and words[size] in _KIND_WORDS
                and not self._is_of_country(name, text, ends[size])
            ):
                whole = text[at : ends[size]]
                place = self.resolve(whole) or self._without_kind(whole)
                return Mention(at, ends[size], whole, place) if place else None
            if end < len(text) and text[end] == "." and text[end - 2 : end - 1] == ".":
                end += 1
            surface = text[at:end]
            if not self._is_spelt_so(surface, " ".join(name), text, end):
                continue
            place = self.resolve(surface) or self._without_kind(surface)
            if place:
                return Mention(at, end, surface, place)
        return None

    def _is_of_country(self, name: tuple[str, ...], text: str, end: int) -> bool:
        """Whether a kind in small letters follows a country: "the U.S. state of Utah"."""
        held = self._by_name[" ".join(name)]
        last = text[max(0, end - 32) : end].rsplit(maxsplit=1)[-1]
        return last.islower() and any(self._level[place] == 0 for place in held)

    def _is_spelt_so(self, surface: str, name: str, text: str, end: int) -> bool:
        """Whether an acronym stands in capitals, and not in a line that is all in capitals."""
        if name not in self._acronyms:
            return True
        return surface.isupper() and not _SHOUTED.match(text, end)

    def _without_kind(self, surface: str) -> str | None:
        """The highest of several places of one name, as a text that names no kind means it."""
        held = self.candidates(surface)
        if not held:
            return None
        top = min(self._level[p] for p in held)
        highest = [p for p in held if self._level[p] == top]
        return highest[0] if len(highest) == 1 else None

    def territories_in(self, text: str) -> list[Mention]:
        """Territories named in the text, in order; `place_id` is where the name is used."""
        lowered = text.lower()
        if not any(head in lowered for head in self._territory_heads):
            return []
        by_key = {folded(name): place for name, place in self._territories.items()}
        return [
            Mention(m.start(), m.end(), m.group(), by_key[folded(m.group())])
            for m in self._territory_pattern.finditer(text)
        ]


def _any_of(names: Iterable[str], tail: str) -> re.Pattern[str]:
    """A pattern for any of the folded names as a text may write them."""
    spelled = sorted(names, key=lambda n: (-len(n), n))
    choices = "|".join(r"[\W_]+".join(map(re.escape, n.split())) for n in spelled)
    return re.compile(rf"(?<!\w)(?:{choices}){tail}(?!\w)", re.IGNORECASE)
