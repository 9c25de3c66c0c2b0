"""Which language a sentence is written in, as far as the lexicon has to know.

Only function words and scripts are looked at. English is read; a sentence in another language has
its numbers set aside.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pipelines.claims.text.words import group, words

LEXICON_LANGUAGE = "en"

_FUNCTION_WORDS: Final[dict[str, frozenset[str]]] = {
    code: words("language", code) for code in group("language")
}
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS_JUDGED = 400
_TELLING = 2
"""Function words that tell a language."""


def language_of(text: str, of_document: str | None = None) -> str:
    """Two-letter code of the language; "und" for a script that is not known.

    Another language must show two function words more than English does: a headline of five words
    may show none at all, and is then in the document's language, else in English.
    """
    words = _WORD.findall(text[: 20 * _LETTERS_JUDGED])
    letters = "".join(words)[:_LETTERS_JUDGED]
    foreign = [c for c in letters if not _is_latin(c)]
    if letters and 2 * len(foreign) > len(letters):
        return (
            "ar"
            if sum("ARABIC" in unicodedata.name(c, "") for c in foreign) > len(foreign) / 2
            else "und"
        )
    lowered = [word.lower() for word in words]
    hits = {code: sum(word in known for word in lowered) for code, known in _FUNCTION_WORDS.items()}
    best = max(hits, key=lambda code: (hits[code], code == LEXICON_LANGUAGE))
    english = hits[LEXICON_LANGUAGE]
    if hits[best] >= english + _TELLING:
        return best
    return LEXICON_LANGUAGE if english >= _TELLING else of_document or LEXICON_LANGUAGE


def _is_latin(char: str) -> bool:
    return char.isascii() or "LATIN" in unicodedata.name(char, "")
