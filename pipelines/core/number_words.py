"""The words of the number grammar, as tables: a language is extended here and nowhere else.

Number words are English; scale words and qualifiers also cover French, Spanish, Portuguese, German
and Arabic. Every key is lower case, words parted by one space.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Word(NamedTuple):
    """What a word does in a number, and by how much."""

    role: str  # unit, ten, scale, dozen, plural, vague, half, quarter
    size: int


UNITS: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

SCALES: Final[dict[str, int]] = {
    # English, with the Indian scales
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
    "lakh": 100_000,
    "lac": 100_000,
    "crore": 10_000_000,
    "mn": 1_000_000,
    "mln": 1_000_000,
    "bn": 1_000_000_000,
    # French
    "mille": 1_000,
    "milliard": 1_000_000_000,
    # Spanish and Portuguese
    "millón": 1_000_000,
    "millon": 1_000_000,
    "millones": 1_000_000,
    "milhão": 1_000_000,
    "milhões": 1_000_000,
    # German
    "tausend": 1_000,
    "millionen": 1_000_000,
    "mio": 1_000_000,
    "milliarde": 1_000_000_000,
    "milliarden": 1_000_000_000,
    # Arabic
    "ألف": 1_000,
    "الف": 1_000,
    "آلاف": 1_000,
    "مليون": 1_000_000,
    "ملايين": 1_000_000,
    "مليار": 1_000_000_000,
    # Hindi
    "हजार": 1_000,
    "लाख": 100_000,
    "करोड़": 10_000_000,
    # Chinese and Japanese
    "万": 10_000,
    "萬": 10_000,
    "亿": 100_000_000,
    "億": 100_000_000,
}

NEEDS_A_COUNT: Final = {
    "mille",
    "milliard",
    "lac",
    "mn",
    "mln",
    "bn",
    "mio",
    "tausend",
    "ألف",
    "الف",
    "آلاف",
    "مليون",
    "ملايين",
    "مليار",
    "हजार",
    "लाख",
    "करोड़",
    "万",
    "萬",
    "亿",
    "億",
}
"""Scales that are no number by themselves in running text: "lac" is also a lake, "mille" a name."""

DOUBTFUL_SCALES: Final[dict[str, int]] = {"mil": 1_000}
"""After a number: thousand in Spanish and Portuguese, million in some English."""

GLUED_SUFFIXES: Final[dict[str, int]] = {"k": 1_000}
DOUBTFUL_SUFFIXES: Final[dict[str, int]] = {"m": 1_000_000}
"""Million or metres."""

# Bands of vague words: STATISTICS.md A.4, rule R10.
VAGUE_COUNTS: Final[dict[str, tuple[int, int]]] = {
    "couple": (2, 2),
    "few": (3, 5),
    "several": (3, 9),
}
VAGUE_PLURALS: Final[dict[str, tuple[int, int]]] = {
    "tens": (20, 99),
    "dozens": (24, 99),
    "scores": (40, 99),
    "hundreds": (200, 999),
    "thousands": (2_000, 9_999),
    "millions": (2_000_000, 9_999_999),
}
PLURAL_SIZES: Final[dict[str, int]] = {
    "tens": 10,
    "dozens": 12,
    "scores": 20,
    "hundreds": 100,
    "thousands": 1_000,
    "lakhs": 100_000,
    "lacs": 100_000,
    "millions": 1_000_000,
    "crores": 10_000_000,
    "billions": 1_000_000_000,
    "trillions": 1_000_000_000_000,
    "milliards": 1_000_000_000,
}

WORDS: Final[dict[str, Word]] = {
    **{word: Word("unit", size) for size, word in enumerate(UNITS)},
    **{word: Word("ten", 10 * size) for size, word in enumerate(TENS, start=2)},
    **{word: Word("scale", size) for word, size in SCALES.items()},
    **{word: Word("scale", size) for word, size in DOUBTFUL_SCALES.items()},
    **{word: Word("plural", size) for word, size in PLURAL_SIZES.items()},
    **{word: Word("vague", low) for word, (low, _) in VAGUE_COUNTS.items()},
    "dozen": Word("dozen", 12),
    "score": Word("dozen", 20),
    "half": Word("half", 5),
    "quarter": Word("quarter", 25),
    "quarters": Word("quarter", 25),
}

VULGAR_FRACTIONS: Final[dict[str, int]] = {"½": 50, "¼": 25, "¾": 75}
"""In hundredths."""

FRACTION_NOUNS: Final = frozenset(
    [
        "half",
        "halves",
        "third",
        "thirds",
        "quarter",
        "quarters",
        "fifth",
        "fifths",
        "sixth",
        "sixths",
        "seventh",
        "sevenths",
        "eighth",
        "eighths",
        "ninth",
        "ninths",
        "tenth",
        "tenths",
        "hundredth",
        "hundredths",
    ]
)

NOT_ONE_AFTER: Final = frozenset(["no", "any", "every", "each", "some", "this", "that", "which"])
"""Before "one", these make a pronoun: "no one", "each one"."""

# Qualifiers. "" marks words that may stand between a qualifier and its number and change nothing.
_ENGLISH_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "more_than": (
        "more than",
        "over",
        "above",
        "exceed",
        "exceeds",
        "exceeded",
        "exceeding",
        "surpass",
        "surpasses",
        "surpassed",
        "surpassing",
        "upwards of",
        "upward of",
        "in excess of",
        "greater than",
        "higher than",
        "north of",
        ">",
    ),
    "at_least": (
        "at least",
        "atleast",
        "at the very least",
        "at a minimum",
        "no fewer than",
        "no less than",
        "not fewer than",
        "not less than",
        "a minimum of",
        "minimum of",
        "as few as",
        "as little as",
        "≥",
        ">=",
    ),
    "up_to": ("up to", "as many as", "as much as"),
    "at_most": (
        "at most",
        "at the most",
        "no more than",
        "not more than",
        "never more than",
        "a maximum of",
        "maximum of",
        "not exceed",
        "not exceeding",
        "not over",
        "not above",
        "≤",
        "<=",
    ),
    "less_than": ("less than", "fewer than", "lower than", "under", "below", "<"),
    "about": (
        "about",
        "around",
        "some",
        "roughly",
        "approximately",
        "approx",
        "circa",
        "ca",
        "c",
        "est",
        "an estimated",
        "estimated",
        "estimated at",
        "in the region of",
        "in the order of",
        "on the order of",
        "more or less",
        "~",
        "≈",
    ),
    "nearly": (
        "nearly",
        "almost",
        "close to",
        "just under",
        "just below",
        "just less than",
        "just fewer than",
        "slightly under",
        "slightly less than",
        "slightly fewer than",
        "just short of",
        "approaching",
        "not quite",
    ),
    "": (
        "a total of",
        "the",
        "another",
        "an additional",
        "additional",
        "a further",
        "a combined",
        "well",
        "just",
        "slightly",
        "far",
        "much",
        "a little",
        "considerably",
        "significantly",
    ),
}
_FRENCH_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "more_than": ("plus de", "plus d"),
    "at_least": ("au moins", "pas moins de", "un minimum de"),
    "up_to": ("jusqu à", "jusqu'à"),
    "at_most": ("au plus", "pas plus de", "au maximum"),
    "less_than": ("moins de",),
    "about": ("environ", "quelque", "autour de", "à peu près"),
    "nearly": ("près de", "presque"),
    "": ("un total de",),
}
_SPANISH_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "more_than": ("más de", "mas de"),
    "at_least": ("al menos", "por lo menos", "como mínimo", "no menos de"),
    "up_to": ("hasta",),
    "at_most": ("como máximo", "a lo sumo", "no más de", "no mas de"),
    "less_than": ("menos de",),
    "about": ("unos", "unas", "alrededor de", "aproximadamente"),
    "nearly": ("casi",),
    "": ("un total de",),
}
_PORTUGUESE_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "more_than": ("mais de",),
    "at_least": ("pelo menos", "ao menos", "no mínimo", "não menos de"),
    "up_to": ("até",),
    "at_most": ("no máximo", "não mais de"),
    "about": ("cerca de", "uns", "umas", "por volta de"),
    "nearly": ("quase",),
}
_GERMAN_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "more_than": ("mehr als", "über"),
    "at_least": ("mindestens", "wenigstens"),
    "up_to": ("bis zu",),
    "at_most": ("höchstens", "maximal", "nicht mehr als"),
    "less_than": ("weniger als", "unter"),
    "about": ("etwa", "rund", "ungefähr", "circa", "zirka"),
    "nearly": ("fast", "beinahe", "knapp"),
    "": ("insgesamt",),
}
_ARABIC_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "more_than": ("أكثر من", "اكثر من", "ما يزيد عن", "ما يزيد على"),
    "at_least": ("ما لا يقل عن", "لا يقل عن", "على الأقل"),
    "up_to": ("ما يصل إلى",),
    "at_most": ("ما لا يزيد عن", "لا يزيد عن", "على الأكثر"),
    "less_than": ("أقل من", "اقل من"),
    "about": ("نحو", "حوالي", "حوالى", "زهاء"),
    "nearly": ("قرابة", "ما يقارب"),
}
QUALIFIERS_BEFORE: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "en": _ENGLISH_BEFORE,
    "fr": _FRENCH_BEFORE,
    "es": _SPANISH_BEFORE,
    "pt": _PORTUGUESE_BEFORE,
    "de": _GERMAN_BEFORE,
    "ar": _ARABIC_BEFORE,
}
BEFORE: Final[dict[str, str]] = {
    phrase: qualifier
    for language in QUALIFIERS_BEFORE.values()
    for qualifier, phrases in language.items()
    for phrase in phrases
}

ABBREVIATIONS: Final = frozenset({"c", "ca", "approx", "est"})
"""Qualifiers that may end in a full stop; "c" must, for it is also a letter."""

NOT_ACROSS_THE: Final = frozenset(["over", "above", "under", "below", "about", "around"])
"""Prepositions first: "over the 3 days" is no qualifier."""

QUALIFIERS_AFTER: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "en": {
        "at_least": ("or more", "or over", "or above", "and over", "and more"),
        "at_most": ("or fewer", "or less", "or under"),
        "about": ("or so",),
    },
    "fr": {"at_least": ("ou plus",), "at_most": ("ou moins",)},
    "es": {"at_least": ("o más",), "at_most": ("o menos",)},
    "pt": {"at_least": ("ou mais",), "at_most": ("ou menos",)},
    "de": {"at_least": ("oder mehr",), "at_most": ("oder weniger",)},
}
AFTER: Final[dict[str, str]] = {
    phrase: qualifier
    for language in QUALIFIERS_AFTER.values()
    for qualifier, phrases in language.items()
    for phrase in phrases
}
AFTER_A_HYPHEN: Final[dict[str, str]] = {"plus": "at_least", "odd": "about"}
EITHER_SIDE: Final = (
    "at least",
    "at most",
    "au moins",
    "al menos",
    "pelo menos",
    "على الأقل",
    "على الأكثر",
)
"""Phrases that also follow their number, unless another number comes next."""

BETWEEN: Final[dict[str, tuple[str, ...]]] = {
    "between": ("and", "to", "-"),
    "anywhere between": ("and", "to", "-"),
    "anywhere from": ("to", "and", "-"),
    "entre": ("et", "y", "e", "a", "à", "-"),
    "zwischen": ("und", "-"),
    "بين": ("و", "إلى", "-"),
}
RANGE_WORDS: Final = frozenset({"to", "or", "à", "a", "bis", "ou", "o", "oder", "إلى"})
CHANGE_WORDS: Final = frozenset({"from"})
"""Before "A to B", these make a change of two values and no range."""
PERHAPS_CHANGE_WORDS: Final = frozenset({"by", "de", "desde", "von", "من"})

MISSING: Final = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        ".",
        "..",
        "...",
        "…",
        "–",
        "—",
        "?",
        "??",
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "#n/a",
        "none",
        "nil",
        "null",
        "unknown",
        "unk",
        "not known",
        "not available",
        "not stated",
        "not reported",
        "no data",
        "missing",
        "blank",
        "tbc",
        "tbd",
        "inconnu",
        "desconocido",
        "desconhecido",
        "unbekannt",
        "غير معروف",
    }
)
