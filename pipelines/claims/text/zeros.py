"""Statements of none ("no casualties"): the zero is a claim, the number beside it is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.core.numbers import Number

NONE_REPORTED: Final = "none_reported"
_ZERO: Final = re.compile(
    r"(?<![\w'’-])(?:no\s+one|no-one|nobody|not\s+a\s+single|none|no)(?![\w'’-])(?!\s+(?:more|fewer|less|longer|doubt|details?|"
    r"number|figures?|estimates?|matter|way|claim|immediate\s+claim|responsibility|independent|information|sign|group|else|of)\b)",
    re.IGNORECASE,
)

_MAY_HOLD_ZERO: Final = re.compile(r"[Nn](?<!\w[Nn])(?:o|ot a|one|obody|O)\b")
"""It begins with the letters at which it can match, which `re` finds fastest."""


def zero_words(text: str, start: int, end: int, numbers: Sequence[Number]) -> list[Number]:
    """The words of a sentence that may say that nobody was counted, as numbers of value 0."""
    if not _MAY_HOLD_ZERO.search(text, start, end):
        return []
    taken = [(n.quote_start, n.quote_end) for n in numbers]
    return [
        Number(m.group(), m.start(), m.end(), "plain", m.start(), m.end(), 0, None, None, 1, None)
        for m in _ZERO.finditer(text, start, end)
        if not any(m.start() < b and a < m.end() for a, b in taken)
    ]


def is_zero_word(number: Number) -> bool:
    """Whether the number is a word for none rather than a number of the grammar."""
    return number.value == 0 and _ZERO.fullmatch(number.surface) is not None
