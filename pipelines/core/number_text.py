"""The scanner of the number grammar: from amounts to ranges and the qualifiers around them.

It works on the folded text, in one pass from left to right: amounts (number_amounts.py), then the
ranges they form, then the words before and after. Nothing here raises: what cannot be read
as one number of people is a `Number` without value that says why in its doubt.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipelines.core.number_amounts import (
    WORD,
    Amount,
    Amounts,
    is_cased,
    normal,
    opens,
)
from pipelines.core.number_words import (
    ABBREVIATIONS,
    AFTER,
    AFTER_A_HYPHEN,
    BEFORE,
    BETWEEN,
    CHANGE_WORDS,
    EITHER_SIDE,
    NOT_ACROSS_THE,
    PERHAPS_CHANGE_WORDS,
    RANGE_WORDS,
    WORDS,
)
from pipelines.core.numerals import (
    MAX_PEOPLE,
    Marks,
)

DOUBTS: Final = {
    "ambiguous_separator": "The dot or comma may part thousands or decimals; read as thousands.",
    "ambiguous_suffix": "The letter or word after the number has two meanings (m, mil).",
    "spaced_dash": "A dash with spaces may be a range or a pause; read as a range.",
    "range_or_change": "A to B may be a range or a change from A to B; read as a range.",
    "scale_of_range": "The scale of the upper end may or may not belong to the lower end.",
    "qualifiers_differ": "Two qualifying words pull different ways; the nearer one is kept.",
    "qualified_range": "A range has a bound word of its own; the range is kept.",
    # Below: no value could be read.
    "bad_grouping": "The digits are grouped neither in threes nor as lakh and crore.",
    "control_character": "Invisible characters stand between the digits.",
    "decimal_elsewhere": "The text writes decimals with this mark; this may be a fraction.",
    "fraction": "Not a whole number of people.",
    "mixed_script": "Digits of several scripts in one number.",
    "negative": "Below 0.",
    "range_inverted": "The first end is not below the second.",
    "too_large": "More than mankind.",
    "vague_word": "A vague word without a fixed band.",
}


class Number(NamedTuple):
    """A number found in a text: `text[start:end] == surface`.

    `quote_start` and `quote_end` bound the shortest slice that gives value, ends and qualifier
    ("more than 600"). `value` is empty for between and vague, whose ends are in `value_low` and
    `value_high`. All three are empty, and `doubt` says why, where the text holds a number that is
    no whole number of people or cannot be read for sure.
    """

    surface: str
    start: int
    end: int
    qualifier: str
    quote_start: int
    quote_end: int
    value: int | None
    value_low: int | None
    value_high: int | None
    printed_unit: int
    doubt: str | None

    @property
    def is_readable(self) -> bool:
        """Whether it has a value or ends."""
        return self.value is not None or self.value_low is not None


class Found(NamedTuple):
    """A number with all the words that lean on it, those that change nothing included."""

    number: Number
    start: int
    end: int


_WINDOW: Final = 72
_LAST_WORDS: Final = frozenset(phrase.split()[-1] for phrase in (*BEFORE, *BETWEEN))
"""Words with which a phrase before a number may end."""
_WORDS_BEFORE: Final = {
    last: max(len(p.split()) for p in (*BEFORE, *BETWEEN) if p.split()[-1] == last)
    for last in _LAST_WORDS
}
"""Words of the longest phrase that ends with a word."""
_BEFORE_WORD: Final = re.compile(rf"{WORD}(?:'{WORD})?|>=|<=|[<>≥≤~≈]")
_AFTER: Final = re.compile(
    r"(?:(\+)(?!\d)|-("
    + "|".join(AFTER_A_HYPHEN)
    + r")(?!\w)|[\s\u00a0]+("
    + "|".join(sorted((*AFTER, *EITHER_SIDE), key=len, reverse=True))
    + r")(?!\w))"
)
_COMPOUND: Final = re.compile(r"-[^\W\d_]")
_SUSPENDED: Final = re.compile(r"-?(?:,| and| or| to)[\s\u00a0]\Z")
_SOFT: Final = frozenset({"about", "nearly"})
_GLUED_WORDS: Final = frozenset(
    ("and", "of", "to", "at", "by", "with", "for", "some", "were", "was")
)
_GLUED_VERBS: Final = (
    "displaced", "evacuated", "injured", "killed", "wounded", "killing", "wounding", "injuring",
    "affected", "displacing", "including", "estimated", "leaving",
)  # fmt: skip
"""Words whose space before a number a PDF loses, and that no name ends with."""
_HYPHENS: Final = "-\u2010\u2011\u00ad"
_SHORTEST_GLUED: Final = 4
_NEAR_WORDS: Final = 32
"""Characters in which the two words before a word stand."""


def scan(text: str, shown: Marks) -> list[Found]:
    """Find every number in a text, in order and without overlap."""
    return _Scanner(text, shown).scan()


def trailing_unit(value: int) -> int:
    """Give the unit of the last digit of a whole number that is not a trailing zero."""
    if value % 10:
        return 1
    printed = str(value)
    return 10 ** (len(printed) - len(printed.rstrip("0"))) if value else 1


class _Scanner(Amounts):
    """The amounts of one text with the ranges they form and the words that lean on them."""

    def scan(self) -> list[Found]:
        found: list[Found] = []
        floor = index = 0
        while index < len(self.tokens):
            amount = self.amount(index)
            if amount is None:
                index += 1
                continue
            if self.is_part_of_a_name(amount, index) or self.is_compound(amount, index):
                index = amount.next
                continue
            one, index = self.qualified(amount, floor)
            found.append(one)
            floor = one.end
        return found

    # What is no count --------------------------------------------------------------------------

    def is_part_of_a_name(self, amount: Amount, index: int) -> bool:
        """Whether letters are glued in front: M23, B-52, Delta-Seven. Qualifiers may be glued."""
        start = amount.start
        before = self.folded[start - 1] if start else " "
        if before in "_#@":
            return True
        is_digits = self.tokens[index].role == "digits"
        hyphened = (
            start > 1 and self.text[start - 1] in _HYPHENS and is_cased(self.folded[start - 2])
        )
        if is_digits and not hyphened and is_cased(before) and self.is_glued(start):
            return False
        if hyphened or (is_digits and is_cased(before)):
            head = self.before(start, 0)
            return (head.qualifier is None or start - head.quote_start < _SHORTEST_GLUED) and (
                head.between is None
            )
        if is_digits:
            follows = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
            if follows is not None and follows.role == "code" and follows.start == amount.end:
                return True
        return False

    def is_glued(self, start: int) -> bool:
        """Whether a plain word stands before digits whose space a PDF has lost: "killed37"."""
        first = start
        while first and self.folded[first - 1].isalpha():
            first -= 1
        word = self.folded[first:start]
        return word in _GLUED_WORDS or word.endswith(_GLUED_VERBS)

    def is_compound(self, amount: Amount, index: int) -> bool:
        """Whether a number in words begins a compound: "two-year", "two and three-year-old"."""
        if self.tokens[index].role == "digits":
            return False
        if _COMPOUND.match(self.folded, amount.end) and not _AFTER.match(self.folded, amount.end):
            nearby = self.folded[amount.end + 1 : amount.end + 20]
            word = re.match(r"[^\W\d_]+", nearby)
            return word is None or word[0] not in WORDS
        follows = self.tokens[amount.next] if amount.next < len(self.tokens) else None
        if follows is None or follows.start - amount.end > 6 or follows.role == "digits":
            return False
        if not _SUSPENDED.match(self.folded[amount.end : follows.start]):
            return False
        nested = self.amount(amount.next)
        return (
            nested is not None
            and bool(_COMPOUND.match(self.folded, nested.end))
            and not (_AFTER.match(self.folded, nested.end))
        )

    # Ranges and qualifiers ---------------------------------------------------------------------

    def qualified(self, amount: Amount, floor: int) -> tuple[Found, int]:
        """Read the range an amount begins, and the words before and after."""
        head = self.before(amount.start, floor)
        upper, doubt, opening = self.upper_end(amount, head)
        if upper is None:
            return self.finish(amount, head, doubt), amount.next
        start = amount.start if opening is None else opening
        return self.finish_range(amount, upper, start, head, doubt), upper.next

    def upper_end(
        self, lower: Amount, head: _Before
    ) -> tuple[Amount | None, str | None, int | None]:
        """Give the upper end of a range, its doubt, and where "between" starts if it opens it."""
        index = lower.next
        if index >= len(self.tokens) or lower.high is not None:
            return None, None, None
        gap = self.gap(index - 1)
        if head.between is not None and gap in BETWEEN[head.between]:
            upper = self.amount(index)
            if upper is not None and upper.high is None:
                return upper, None, head.between_start
            return None, None, None
        if gap not in RANGE_WORDS and gap not in ("-", "- spaced"):
            return None, None, None
        if head.preceding in CHANGE_WORDS and not gap.startswith("-"):
            return None, None, None
        if self.is_in_a_chain(lower.start, index):
            return None, None, None
        upper = self.amount(index)
        if upper is None or upper.high is not None or self.is_compound_word(upper, index):
            return None, None, None
        rises = _rises(lower, upper)
        if gap == "-":
            return upper, None if rises else "range_inverted", None
        if not rises:
            return None, None, None
        if gap == "- spaced":
            return upper, "spaced_dash", None
        doubtful = head.preceding in PERHAPS_CHANGE_WORDS or head.change_is_near
        return upper, "range_or_change" if doubtful else None, None

    def is_compound_word(self, upper: Amount, index: int) -> bool:
        return self.tokens[index].role != "digits" and self.is_compound(upper, index)

    def is_in_a_chain(self, start: int, index: int) -> bool:
        """Whether hyphens or slashes join three numbers or more, as in dates and telephones."""
        behind = self.folded[max(0, start - 2) : start]
        if len(behind) == 2 and behind[1] in "-/" and behind[0].isdigit():
            return True
        end = self.tokens[index].end
        ahead = self.folded[end : end + 2]
        return len(ahead) == 2 and ahead[0] in "-/" and ahead[1].isdigit()

    def before(self, start: int, floor: int) -> _Before:
        """Read the qualifying words that stand directly before a place in the text."""
        unqualified = self.unqualified(start, floor)
        if unqualified is not None:
            return unqualified
        window_start = max(floor, start - _WINDOW)
        words = [
            (*found.span(), normal(found[0]))
            for found in _BEFORE_WORD.finditer(self.folded, window_start, start)
        ]
        return _read_before(self.folded, words, start)

    def unqualified(self, start: int, floor: int) -> _Before | None:
        """Give the words before a place if plainly none of them qualifies it; most often so."""
        folded = self.folded
        end = start
        while end > floor and folded[end - 1] in " \n":
            end -= 1
        first = end
        while first > floor and folded[first - 1].isalpha():
            first -= 1
        word = folded[first:end]
        if not word.isascii() or word in _LAST_WORDS:
            return None
        if word:
            if first > floor and not (folded[first - 1].isspace() or folded[first - 1] in ",.;:("):
                return None
        elif end > floor and folded[end - 1] not in ",;:(":
            return None
        blank = _blank(folded[end:start], word)
        words = folded[max(floor, first - _NEAR_WORDS) : end].split()[-3:] if word else []
        near = any(one in CHANGE_WORDS for one in words)
        return _Before(None, start, start, None, start, word if blank else "", near, None)

    def after(self, end: int, index: int) -> tuple[str | None, int]:
        """Read the qualifying words that stand directly after a number."""
        found = _AFTER.match(self.folded, end)
        if found is None:
            return None, end
        if found[1]:
            return "at_least", found.end()
        if found[2]:
            return AFTER_A_HYPHEN[found[2]], found.end()
        phrase = found[3]
        if phrase in AFTER:
            return AFTER[phrase], found.end()
        follows = self.tokens[index].start if index < len(self.tokens) else len(self.folded) + 9
        if follows - found.end() <= 2:
            return None, end
        return BEFORE[phrase], found.end()

    def finish(self, amount: Amount, head: _Before, doubt: str | None) -> Found:
        value = amount.value
        doubt = doubt or amount.doubt
        if amount.digits is not None and value is None:
            doubt = "fraction"
        elif value is not None and (amount.high or value) > MAX_PEOPLE:
            value, doubt = None, "too_large"
        after, outer_end = self.after(amount.end, amount.next)
        quote_end = outer_end
        qualifier, quote_start = head.qualifier or "plain", head.quote_start
        if head.qualifier is None:
            qualifier, quote_start = after or "plain", amount.start
        elif after is None or after == qualifier or (after in _SOFT):
            quote_end = amount.end
        elif qualifier in _SOFT:
            qualifier, quote_start = after, amount.start
        else:
            quote_end, doubt = amount.end, doubt or "qualifiers_differ"
        doubt = doubt or head.doubt
        if qualifier == "less_than" and value == 0:
            value, doubt = None, "negative"
        if amount.high is None:
            unit = amount.printed if value is not None and amount.printed else None
            unit = unit or (trailing_unit(value) if value is not None else 1)
            ends: tuple[int | None, int | None, int | None] = (value, None, None)
        else:
            if qualifier not in ("plain", *_SOFT):
                doubt = doubt or "qualified_range"
            quote_start, quote_end = amount.start, amount.end
            qualifier, unit = "vague", 1
            ends = (None, value, amount.high if value is not None else None)
        surface = self.text[amount.start : amount.end]
        quote = (quote_start, quote_end)
        number = Number(surface, amount.start, amount.end, qualifier, *quote, *ends, unit, doubt)
        return Found(number, min(head.outer_start, amount.start), outer_end)

    def finish_range(
        self, lower: Amount, upper: Amount, start: int, head: _Before, doubt: str | None
    ) -> Found:
        low, high, scale_doubt = _ends_of_range(lower, upper)
        doubt = doubt or scale_doubt or lower.doubt or upper.doubt
        if high is not None and high > MAX_PEOPLE:
            low, high, doubt = None, None, "too_large"
        elif low is None or high is None:
            low, high, doubt = None, None, doubt or "fraction"
        elif low >= high or doubt == "range_inverted":
            low, high, doubt = None, None, "range_inverted"
        after, outer_end = self.after(upper.end, upper.next)
        for word in (head.qualifier, after):
            if word is not None and word not in _SOFT:
                doubt = doubt or "qualified_range"
        unit = 1
        if low is not None and high is not None:
            unit = min(upper.printed or trailing_unit(high), trailing_unit(low) if low else 10**9)
        span, surface = (start, upper.end), self.text[start : upper.end]
        number = Number(surface, *span, "between", *span, None, low, high, unit, doubt)
        return Found(number, min(head.outer_start, start), outer_end)


class _Before(NamedTuple):
    """The words before a number, read backwards from it."""

    qualifier: str | None
    quote_start: int
    outer_start: int
    between: str | None
    between_start: int
    preceding: str
    change_is_near: bool
    doubt: str | None


def _read_before(folded: str, words: list[tuple[int, int, str]], start: int) -> _Before:
    qualifier: str | None = None
    quote_start = outer = between_start = at = start
    between: str | None = None
    doubt: str | None = None
    filler = ""
    count = len(words)
    for _ in range(5):
        if not count or words[count - 1][2] not in _LAST_WORDS:
            break
        phrase, taken = _longest_phrase(folded, words, count, at)
        if not taken:
            break
        at_phrase = words[count - taken][0]
        if phrase == "c" and not folded.startswith(".", words[count - taken][1]):
            break
        if phrase in "<>" and not opens(folded, at_phrase - 1):
            break
        if filler == "the" and phrase in NOT_ACROSS_THE:
            break
        count, at = count - taken, at_phrase
        if phrase in BETWEEN:
            between, between_start = phrase, at
            outer = at
            break
        new = BEFORE[phrase]
        outer = at
        filler = phrase if not new else ""
        if not new or new == qualifier:
            continue
        if qualifier is None or (qualifier in _SOFT and new not in _SOFT):
            qualifier, quote_start = new, at
        elif new not in _SOFT:
            doubt = "qualifiers_differ"
    adjoins = count and _blank(folded[words[count - 1][1] : at], words[count - 1][2])
    preceding = words[count - 1][2] if adjoins else ""
    near = any(word in CHANGE_WORDS for _, _, word in words[max(0, count - 3) : count])
    return _Before(qualifier, quote_start, outer, between, between_start, preceding, near, doubt)


def _longest_phrase(
    folded: str, words: list[tuple[int, int, str]], count: int, at: int
) -> tuple[str, int]:
    """The longest phrase that ends before a place, and its words; only blanks part them."""
    phrase = ""
    found = ("", 0)
    for size in range(1, min(_WORDS_BEFORE[words[count - 1][2]], count) + 1):
        start, end, word = words[count - size]
        if not _blank(folded[end:at], word):
            break
        phrase = f"{word} {phrase}" if phrase else word
        if phrase in BEFORE or phrase in BETWEEN:
            found = phrase, size
        at = start
    return found


def _blank(gap: str, word: str) -> bool:
    """Whether only blanks, a hyphen or the full stop of an abbreviation part two words."""
    if gap in ("", " "):
        return True
    if gap.startswith(".") and word in ABBREVIATIONS:
        gap = gap[1:]
    return gap.count("\n") < 2 and not gap.strip(" \t\r\n\u00a0-")


def _rises(lower: Amount, upper: Amount) -> bool:
    low, high, _ = _ends_of_range(lower, upper)
    return low is not None and high is not None and low < high


def _ends_of_range(lower: Amount, upper: Amount) -> tuple[int | None, int | None, str | None]:
    """Give both ends; "one to 1.5 million" and "two to three hundred" share the scale.

    "2-3,000" may share its thousand, or not.
    """
    low, high = lower.value, upper.value
    if not lower.bare or lower.digits is None or high is None:
        return low, high, None
    if upper.scale == 1:
        may_share = bool(low) and high % 1_000 == 0 and lower.digits * 1_000 < high
        return low, high, "scale_of_range" if may_share else None
    shared = Amount(0, 0, 0, lower.digits * upper.scale, lower.places).value
    if shared is not None and shared < high:
        return shared, high, None
    return low, high, "scale_of_range" if low is not None and low < high else None
