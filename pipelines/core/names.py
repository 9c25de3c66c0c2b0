"""Names of places and bodies folded for comparing: case, accents, punctuation and spacing apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APART = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def folded(name: str) -> str:
    """The name without case, accents, punctuation or doubled spaces; equal names fold alike."""
    bare = name.casefold()
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _APART.sub(" ", bare.replace("'", "").replace("’", "")).strip()
