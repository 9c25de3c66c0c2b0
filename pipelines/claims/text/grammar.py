"""Classes of words that the rules walk over, and what stands before a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipelines.claims.text.items import Item
from pipelines.claims.text.words import words

LIGHT: Final = words("metric", "light")
AUXILIARIES: Final = words("metric", "auxiliaries")
ADVERBS: Final = words("metric", "adverbs")
SUBORDINATE: Final = words("metric", "subordinate")
REGISTERED: Final = words("metric", "registered")
PREPOSITIONS: Final = words("metric", "prepositions")
OTHER_VERBS: Final = words("metric", "other_verbs")
RELATIVE: Final = frozenset(("who", "which", "that"))
DASHES: Final = frozenset("-–—")


def is_passive(items: Sequence[Item], j: int) -> bool:
    """Whether a participle has a form of "to be" before it; "have killed" is active."""
    return word_before(items, j) in ("is", "are", "was", "were", "be", "been", "being")


def has_auxiliary(items: Sequence[Item], j: int) -> bool:
    """Whether a form of "to be", "to have" or "to remain" stands before an item."""
    return word_before(items, j) in AUXILIARIES


def word_before(items: Sequence[Item], j: int) -> str | None:
    """The key of what stands before an item, adverbs passed over; None where nothing does."""
    at = j - 1
    while (
        at >= 0
        and items[at].kind == "word"
        and (items[at].key in ADVERBS or items[at].key.endswith("ly"))
    ):
        at -= 1
    return items[at].key if at >= 0 else None
