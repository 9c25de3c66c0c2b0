"""Which language a sentence is written in, as far as the lexicon has to know.

Only function words and scripts are looked at. English is read; a sentence in another language has
its numbers set aside.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipelines.claims.text.items import Item
from pipelines.claims.text.words import group, words

ENGLISH: Final = "en"

_ENGLISH: Final = words("language", ENGLISH)
_FOREIGN: Final[dict[str, tuple[str, ...]]] = {}
for _code in group("language"):
    for _word in words("language", _code) if _code != ENGLISH else ():
        _FOREIGN[_word] = (*_FOREIGN.get(_word, ()), _code)
_FOREIGN_WORDS: Final = frozenset(_FOREIGN)
_WORDS_JUDGED = 80
_TELLING = 2
"""Function words that tell a language."""


def language_of(row: Sequence[Item], of_document: str | None = None) -> str:
    """Two-letter code of the language of a row of words; "und" for a script that is not known.

    Another language must show two function words more than English does: a headline of five words
    may show none at all, and is then in the document's language, else in English.
    """
    keys = [item.key for item in row[:_WORDS_JUDGED] if item.kind == "word"]
    letters = "".join(keys)
    if not letters.isascii() and (script := _foreign_script(letters)):
        return script
    english = len(_ENGLISH.intersection(keys))
    hits = _FOREIGN_WORDS.intersection(keys)
    # A line of accents with one telling word and none of English: "Séisme: 297 morts".
    needed = _TELLING if letters.isascii() or english else 1
    if len(hits) >= english + needed:
        foreign = Counter(code for key in hits for code in _FOREIGN[key])
        best = max(sorted(foreign), key=foreign.__getitem__)
        if foreign[best] >= english + needed:
            return best
    return ENGLISH if english >= _TELLING else of_document or ENGLISH


def _foreign_script(letters: str) -> str | None:
    """The language of words mostly in another script than Latin; "und" where only that is known."""
    names = [unicodedata.name(c, "") for c in letters if not c.isascii() and c.isalpha()]
    foreign = [name for name in names if not name.startswith("LATIN")]
    if 2 * len(foreign) <= len(letters):
        return None
    return "ar" if 2 * sum(name.startswith("ARABIC") for name in foreign) > len(foreign) else "und"
