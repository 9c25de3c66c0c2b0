"""Amounts: one number in digits or words, read from the tokens of a text.

"12 million", "two hundred and five", "half a million", "tens of thousands". What stands around an
amount (ranges, qualifiers, names) is the work of number_text.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from pipelines.core.number_words import (
    DOUBTFUL_SCALES,
    DOUBTFUL_SUFFIXES,
    FRACTION_NOUNS,
    GLUED_SUFFIXES,
    NEEDS_A_COUNT,
    NOT_ONE_AFTER,
    SCALES,
    VAGUE_COUNTS,
    VAGUE_PLURALS,
    VULGAR_FRACTIONS,
    WORDS,
)
from pipelines.core.numerals import (
    CONTROL,
    MAX_PEOPLE,
    RUN,
    Marks,
    fold,
    is_grouped,
    read_digits,
    runs,
    scripts,
)

# A word may hold accents of its own and, from web pages and PDFs, soft hyphens.
_INSIDE = f"\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f{CONTROL}"
WORD: Final = rf"[^\W\d_](?:[^\W\d_]|[{_INSIDE}])*"
_TOKEN: Final = re.compile(rf"({RUN})|{WORD}")


def _beginnings(words: Iterable[str]) -> str:
    """A pattern for the first one or two letters of the words in ASCII."""
    following: dict[str, set[str]] = {}
    for word in words:
        if word.isascii() and word.isalpha():
            following.setdefault(word[0], set()).add(word[1:2])
    return "|".join(
        first + ("" if "" in second else f"[{''.join(sorted(second))}]")
        for first, second in sorted(following.items())
    )


_ASCII_TOKEN: Final = re.compile(rf"({RUN})([a-z]+)?|(?<![a-z])(?:{_beginnings(WORDS)})[a-z]*")
"""Digits, letters glued to them, and what may be a number word: most words of a text are none."""
_NEXT_WORD: Final = re.compile(r"[\s\u00a0-]+([^\W\d_]+)")
_QUOTING: Final = re.compile(r"^(?:[ \t]?>)+(?=[ \t\r\n]|\Z)", re.MULTILINE)
_QUOTED_LINES: Final = 2
_LONGEST_GAP: Final = 16
"""Characters between two tokens of one number."""
_FARTHEST: Final = 12
"""Characters between a count and the words of its scale: " and a half"."""
_ORDINAL: Final = frozenset({"st", "nd", "rd", "th"})
_WITHOUT_VALUE: Final = frozenset(
    {"bad_grouping", "control_character", "fraction", "mixed_script", "negative", "too_large"}
)


class Token(NamedTuple):
    """A run of digits, or a word that can be part of a number, at its place in the text."""

    role: str  # digits, fraction or a role of number_words.Word
    start: int
    end: int
    size: int
    word: str


class Amount(NamedTuple):
    """One amount: `digits` / 10 ** `places`, or a vague band; None and a doubt if unreadable."""

    start: int
    end: int
    next: int
    digits: int | None
    places: int = 0
    high: int | None = None  # of a vague band, with digits as its low end
    doubt: str | None = None
    printed: int | None = None  # unit of the last printed digit, where a scale or decimals say it
    scale: int = 1  # what the leading count was multiplied by
    bare: bool = False  # a count with neither scale nor grouping

    @property
    def value(self) -> int | None:
        """The whole number, if it is one."""
        if self.digits is None or not self.places:
            return self.digits
        whole, rest = divmod(self.digits, 10**self.places)
        return None if rest else whole


def _without_quotation_marks(folded: str) -> str:
    """The text with blanks for the ">" that open lines, where two lines or more open with one.

    A mail quoted in a plain text opens its lines so. One such line alone may say "more than".
    """
    if ">" not in folded or len(_QUOTING.findall(folded)) < _QUOTED_LINES:
        return folded
    return _QUOTING.sub(lambda found: " " * len(found[0]), folded)


class Amounts:
    """The tokens of one text, and the amounts that begin at them."""

    def __init__(self, text: str, shown: Marks) -> None:
        self.text = text
        self.folded = _without_quotation_marks(fold(text))
        self.shown = shown
        self.tokens = _tokens(self.folded)

    def gap(self, index: int) -> str:
        """Give what stands between a token and the next: "" glued, " ", "-", or the words."""
        if not 0 <= index < len(self.tokens) - 1:
            return "\0"
        start, end = self.tokens[index].end, self.tokens[index + 1].start
        if end - start > _LONGEST_GAP:
            return "\0"
        raw = self.folded[start:end]
        if raw in ("", " ", "-"):
            return raw
        if raw.count("\n") > 1:
            return "\0"
        words = " ".join(raw.split())
        if words == "-":
            return "- spaced"
        return (words.replace("-", " ").strip() if raw == words else words) or " "

    def role(self, index: int) -> str:
        return self.tokens[index].role if index < len(self.tokens) else ""

    def amount(self, index: int) -> Amount | None:
        """Read the longest amount that begins at a token, or None if none does."""
        token = self.tokens[index]
        if token.role == "digits":
            return self.digits(index)
        if token.role == "fraction":
            return self.multiplied(index, token.size, 2, index + 1)
        if token.role == "half":
            return self.fraction_of_scale(index, 5, 1)
        if token.role == "quarter":
            return self.fraction_of_scale(index, 25, 2)
        if token.role == "vague":
            return self.vague(index)
        if token.role == "plural":
            return self.plural(index)
        return self.words(index)

    def digits(self, index: int) -> Amount | None:
        token = self.tokens[index]
        start = token.start
        after = index + 1
        following = self.tokens[after] if after < len(self.tokens) else None
        if self.stands_apart(token, following):
            return Amount(start, token.end, after, int(token.word), bare=True)
        if following is not None and following.start - token.end > _LONGEST_GAP:
            following = None
        glued = following is not None and following.start == token.end
        scaled = following is not None and self.scale_follows(index)
        if glued and following is not None and following.role == "ordinal":
            return None
        if glued and following is not None and following.role == "suffix":
            scaled = True
        read = read_digits(token.word, self.shown, scaled)
        digits, places = read.digits, read.places
        before = self.folded[start - 1] if start else ""
        if before == "." and opens(self.folded, start - 2):
            start, places = start - 1, places + len(token.word)
        doubt = read.doubt or self.doubt_about(token, before, scaled)
        if digits is None or doubt in _WITHOUT_VALUE:
            amount = self.multiplied(index, 0, 0, after)
            return amount._replace(start=start, digits=None, doubt=doubt)
        if following is not None and following.role == "fraction" and self.gap(index) in ("", " "):
            if places:
                return Amount(start, following.end, after + 1, None, doubt="bad_grouping")
            digits, places, after = digits * 100 + following.size, 2, after + 1
        elif following is not None and self.half_follows(index):
            if places:
                half = self.tokens[after]
                return Amount(start, half.end, after + 1, None, doubt="fraction")
            digits, places, after = digits * 10 + 5, 1, after + 1
        amount = self.multiplied(index, digits, places, after)
        if places == 3 and 1 < amount.scale < 1_000_000 and is_grouped(token.word.split(".")):
            doubt = doubt or "ambiguous_separator"  # "1.500 thousand"; a million leaves no choice
        printed = None
        if read.places or (amount.scale > 1 and not places):
            printed = max(1, amount.scale // 10**read.places)
        return Amount(
            start,
            amount.end,
            amount.next,
            amount.digits,
            amount.places,
            doubt=doubt or amount.doubt,
            printed=printed,
            scale=amount.scale,
            bare=amount.scale == 1 and not read.grouped,
        )

    def stands_apart(self, token: Token, following: Token | None) -> bool:
        """Whether digits without a mark have nothing beside them that belongs to the number."""
        return (
            len(token.word) < 10
            and token.word.isdecimal()
            and (following is None or following.start - token.end > _FARTHEST)
            and not (token.start and self.folded[token.start - 1] in ".\u2212")
            and self.text[token.start : token.end].isascii()
        )

    def doubt_about(self, token: Token, before: str, scaled: bool) -> str | None:
        """Give what is wrong with a run of digits as it stands in the text."""
        if not self.text.isascii() and scripts(self.text[token.start : token.end]) > 1:
            return "mixed_script"
        if before == "\u2212":
            return "negative"
        return "fraction" if scaled and before == "/" else None

    def half_follows(self, index: int) -> bool:
        """Whether "and a half" follows a token."""
        return self.gap(index) == "and a" and self.role(index + 1) == "half"

    def scale_follows(self, index: int) -> bool:
        if self.half_follows(index):
            index += 1
        return self.gap(index) in ("", " ", "-") and self.role(index + 1) in (
            "scale",
            "dozen",
            "plural",
        )

    def multiplied(self, first: int, digits: int, places: int, after: int) -> Amount:
        """Multiply a count by the scale words that follow it."""
        scale, doubt = 1, None
        index = after
        while index - after < 3 and index < len(self.tokens):
            token, gap = self.tokens[index], self.gap(index - 1)
            if token.role == "suffix" and gap == "" and index == after:
                scale *= token.size
                doubt = "ambiguous_suffix" if token.word in DOUBTFUL_SUFFIXES else None
                index += 1
                break
            if token.role not in ("scale", "dozen", "plural") or gap not in ("", " ", "-"):
                break
            if scale > 1 and token.size < 1_000:
                break
            scale *= token.size
            doubt = "ambiguous_suffix" if token.word in DOUBTFUL_SCALES else doubt
            index += 1
        if (
            scale > 1
            and not places
            and self.half_follows(index - 1)
            and not self.scale_follows(index)
        ):
            digits, places, index = digits * 10 + 5, 1, index + 1
        return Amount(
            self.tokens[first].start,
            self.tokens[index - 1].end,
            index,
            digits * scale,
            places,
            doubt=doubt,
            scale=scale,
        )

    def fraction_of_scale(self, index: int, digits: int, places: int) -> Amount | None:
        """Read "half a million", "a quarter of a million"; half of anything else is no number."""
        if self.gap(index) not in (" ", "-", "a", "of a") or self.role(index + 1) not in (
            "scale",
            "dozen",
        ):
            return None
        scale = self.tokens[index + 1].size
        start = self.article(index) if places == 2 else self.tokens[index].start
        end = self.tokens[index + 1].end
        return Amount(start, end, index + 2, digits * scale, places, scale=scale)

    def article(self, index: int) -> int:
        """Give the start of a token, or of the "a" or "an" before it."""
        start = self.tokens[index].start
        head = self.folded[max(0, start - 4) : start]
        found = re.search(r"(?<!\w)an?[\s\u00a0]\Z", head)
        return start - len(head) + found.start() if found else start

    def vague(self, index: int) -> Amount | None:
        token = self.tokens[index]
        low, high = VAGUE_COUNTS[token.word]
        start = self.article(index)
        has_article = start != token.start
        after, scale = index + 1, 1
        while self.role(after) in ("scale", "dozen", "plural") and after - index < 4:
            if self.gap(after - 1) not in (" ", "-", "of", "of a"):
                break
            scale *= self.tokens[after].size
            after += 1
        last = self.tokens[after - 1]
        if scale == 1:
            if token.word == "few" and not has_article and self.folded.strip() != "few":
                return None
            if token.word == "couple" and not has_article:
                follows = _NEXT_WORD.match(self.folded, token.end)
                if follows is None or follows[1] != "of":
                    return None
        return Amount(start, last.end, after, low * scale, high=(high + 1) * scale - 1, scale=scale)

    def plural(self, index: int) -> Amount | None:
        """Read "dozens", "tens of thousands"; the second word is a scale of the first."""
        token = self.tokens[index]
        band = VAGUE_PLURALS.get(token.word)
        after = index + 1
        if self.gap(index) in ("of", " ", "-") and self.role(after) in ("plural", "scale"):
            scale = self.tokens[after].size
            end = self.tokens[after].end
            if token.word not in ("tens", "hundreds") or band is None or scale < 1_000:
                return Amount(token.start, end, after + 1, None, doubt="vague_word")
            low, high = band
            return Amount(
                token.start, end, after + 1, low * scale, high=(high + 1) * scale - 1, scale=scale
            )
        if band is None:
            return None
        return Amount(token.start, token.end, after, band[0], high=band[1])

    def words(self, index: int) -> Amount | None:
        """Read a number in words, from "zero" to "two hundred and five thousand and twelve"."""
        first = self.tokens[index]
        if first.word in NEEDS_A_COUNT or first.word in DOUBTFUL_SCALES or first.word == "score":
            return None
        if first.role not in ("unit", "ten", "scale", "dozen"):
            return None
        if self.is_fraction_or_pronoun(index):
            return None
        spoken = self.spoken_decimal(index)
        if spoken is not None:
            return spoken
        start = first.start if first.role in ("unit", "ten") else self.article(index)
        total, last_scale, after, lead = 0, 0, index, None
        while True:
            group = self.group(after)
            if group is None:
                break
            size, scale, following = group
            if last_scale and size * scale >= last_scale:
                break
            total, after = total + size * scale, following
            lead = scale if lead is None else 1
            last_scale = scale
            if scale < 100 or not self.group_may_follow(after):
                break
        if after == index:
            return None
        last = self.tokens[after - 1]
        if self.role(after) == "quarter" and self.gap(after - 1) in (" ", "-"):
            return self.quarters(index, total, after)
        return self.and_a_half(start, last, after, total, lead or 1)

    def is_fraction_or_pronoun(self, index: int) -> bool:
        token = self.tokens[index]
        if token.role not in ("unit", "ten"):
            return False
        follows = _NEXT_WORD.match(self.folded, token.end)
        if follows is not None and follows[1] in FRACTION_NOUNS:
            return follows[1] != "quarters" and follows[1] != "quarter"
        if token.word != "one":
            return False
        if follows is not None and follows[1] == "another":
            return True
        if re.match(r"'[^\W\d_]", self.folded[token.end : token.end + 2]):
            return True
        before = re.search(
            r"([^\W\d_]+)[\s\u00a0]+\Z", self.folded[max(0, token.start - 12) : token.start]
        )
        return before is not None and before[1] in NOT_ONE_AFTER

    def spoken_decimal(self, index: int) -> Amount | None:
        """Read "one point two million"."""
        if self.gap(index) != "point" or self.role(index) != "unit":
            return None
        digits, after, places = self.tokens[index].size, index + 1, 0
        while self.role(after) == "unit" and self.tokens[after].size < 10 and places < 6:
            if places and self.gap(after - 1) != " ":
                break
            digits, places, after = digits * 10 + self.tokens[after].size, places + 1, after + 1
        if not places:
            return None
        return self.multiplied(index, digits, places, after)

    def group(self, index: int) -> tuple[int, int, int] | None:
        """Read one group, "two hundred and five" with the scale after it: size, scale, next."""
        below = self.below_hundred(index)
        if below is None:
            if self.role(index) not in ("scale", "dozen"):
                return None
            size, after = 1, index
        else:
            size, after = below
        scale = 1
        token = self.tokens[after] if after < len(self.tokens) else None
        joined = after == index or self.gap(after - 1) in (" ", "-")
        if token is not None and joined and token.size == 100 and token.role in ("scale", "plural"):
            size, after, scale = size, after + 1, 100
            rest = self.below_hundred(after) if self.gap(after - 1) in (" ", "and", "-") else None
            if (rest is not None and self.role(rest[1]) not in ("scale", "dozen")) or (
                rest is not None
                and self.tokens[rest[1]].size >= 1_000
                and self.gap(rest[1] - 1) in (" ", "-")
            ):
                size, after, scale = size * 100 + rest[0], rest[1], 1
        while after < len(self.tokens) and (after == index or self.gap(after - 1) in (" ", "-")):
            token = self.tokens[after]
            is_scale = token.role in ("scale", "plural") and token.size >= 1_000
            is_dozen = token.role in ("dozen", "plural") and token.size in (12, 20) and scale == 1
            if not (is_scale or is_dozen) or scale > MAX_PEOPLE or token.word in DOUBTFUL_SCALES:
                break
            scale, after = scale * token.size, after + 1
        return size, scale, after

    def below_hundred(self, index: int) -> tuple[int, int] | None:
        role = self.role(index)
        if role == "unit":
            return self.tokens[index].size, index + 1
        if role != "ten":
            return None
        size = self.tokens[index].size
        if self.role(index + 1) == "unit" and self.gap(index) in (" ", "-"):
            unit = self.tokens[index + 1].size
            if 1 <= unit <= 9:
                return size + unit, index + 2
        return size, index + 1

    def group_may_follow(self, after: int) -> bool:
        """Whether the words after a scale can belong to the same number."""
        gap = self.gap(after - 1)
        if gap in (" ", "-", "and"):
            return self.role(after) in ("unit", "ten")
        if gap in (",", ", and", ",and"):
            small = self.below_hundred(after)
            return small is not None and (
                gap != "," or (self.role(small[1]) == "scale" and self.tokens[small[1]].size == 100)
            )
        return False

    def quarters(self, index: int, count: int, after: int) -> Amount | None:
        """Read "three quarters of a million"; quarters of anything else are no number."""
        amount = self.fraction_of_scale(after, 25, 2)
        if amount is None or amount.digits is None:
            return None
        return amount._replace(start=self.tokens[index].start, digits=amount.digits * count)

    def and_a_half(self, start: int, last: Token, after: int, total: int, scale: int) -> Amount:
        """Finish a number in words, with "and a half" of its scale if that follows."""
        if not self.half_follows(after - 1):
            return Amount(start, last.end, after, total, scale=scale, bare=scale == 1)
        if self.scale_follows(after):
            amount = self.multiplied(after, total * 10 + 5, 1, after + 1)
            return amount._replace(start=start)
        half = self.tokens[after]
        return Amount(start, half.end, after + 1, total * 10 + 5 * scale, 1, scale=scale)


def opens(folded: str, index: int) -> bool:
    """Whether a place is the start of the text or stands after a blank or an opening mark."""
    return index < 0 or folded[index].isspace() or folded[index] in "([{\"'“«"


def is_cased(char: str) -> bool:
    """Whether a letter has two cases: such scripts part words by spaces, and glue is a code."""
    return char.isalpha() and char.lower() != char.upper()


def normal(word: str) -> str:
    """Give a word as the tables hold it: composed accents, no soft hyphens."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", word.replace(CONTROL, ""))


def _tokens(folded: str) -> list[Token]:
    if folded.isascii():
        return _ascii_tokens(folded)
    tokens: list[Token] = []
    for found in _TOKEN.finditer(folded):
        word, start = found[0], found.start()
        if found.lastindex is not None:
            tokens += _digits_tokens(folded, word, start)
        elif (word in WORDS or not word.isascii() or (start and folded[start - 1].isdigit())) and (
            token := _word_token(folded, normal(word), start, found.end())
        ):
            tokens.append(token)
    return tokens


def _ascii_tokens(folded: str) -> list[Token]:
    tokens: list[Token] = []
    for found in _ASCII_TOKEN.finditer(folded):
        if found.lastindex is None:
            word = found[0]
            known = WORDS.get(word)
            if known is not None:
                tokens.append(Token(known.role, found.start(), found.end(), known.size, word))
            continue
        tokens += _digits_tokens(folded, found[1], found.start())
        if found[2] is not None:
            token = _word_token(folded, found[2], found.start(2), found.end())
            if token is not None:
                tokens.append(token)
    return tokens


def _digits_tokens(folded: str, run: str, start: int) -> list[Token]:
    """The tokens of digits in a match of `RUN`."""
    if run.isdigit():
        return [Token("digits", start, start + len(run), 0, run)]
    return [Token("digits", at, end, 0, folded[at:end]) for at, end in runs(run, start)]


def _word_token(folded: str, word: str, start: int, end: int) -> Token | None:
    glued = start > 0 and folded[start - 1].isdigit()
    if word in VULGAR_FRACTIONS:
        return Token("fraction", start, end, VULGAR_FRACTIONS[word], word)
    known = WORDS.get(word)
    if known is not None:
        return Token(known.role, start, end, known.size, word)
    if not glued:
        return None
    if word in GLUED_SUFFIXES or word in DOUBTFUL_SUFFIXES:
        size = GLUED_SUFFIXES.get(word) or DOUBTFUL_SUFFIXES[word]
        return Token("suffix", start, end, size, word)
    if word in _ORDINAL:
        return Token("ordinal", start, end, 0, word)
    if word[0] in SCALES:  # Chinese and Japanese do not part words
        return Token("scale", start, start + 1, SCALES[word[0]], word[0])
    if len(word) < 3 and is_cased(word[0]):
        return Token("code", start, end, 0, word)
    return None
