"""Cell parsers: one cell of a sheet or register, read strictly, or the fault that it holds.

What belongs here: what can be told from the cell alone (and its column's name). Every parser gives
the value, None for an empty cell, or a `Fault`; none guesses. Sheets, registers and overlays use
the same parsers, so a corrected value meets the same rules as a printed one.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from pipelines.core.csv_rows import Fault, nearest, shortened
from pipelines.core.number_words import MISSING
from pipelines.core.period import DateFault, partial_day
from schemas.vocab import VOCABULARIES

Days: TypeAlias = tuple[date, date]
"""First and last day of a date that may be partial."""

_CACHED: Final = 65536
"""Cells repeat down a column; a long column of unlike cells must not fill the memory."""

_FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}

_ID_NAMES: Final = {"row_id": "missing.id", "document_id": "missing.document"}

_PLACES: Final = ("place", "place_as_written", "territory", "from_place")


def fault_of_missing(column: str) -> Fault:
    """The fault of a needed cell that is empty."""
    return Fault(
        _ID_NAMES.get(column, f"missing.{column}"),
        f"{column} is empty.",
        f"Fill in {column} as the document gives it.",
        column,
        "",
    )


def _is_missing_word(column: str, cell: str) -> bool:
    word = cell.casefold()
    return word in MISSING and not (word in ("na", "none") and column in _PLACES)


def _missing_word(column: str, cell: str) -> Fault:
    return Fault(
        _ID_NAMES.get(column, f"missing.{column}"),
        f"'{cell}' says that {column} is missing.",
        "Leave the cell empty where the document does not say, or fill in what it says.",
        column,
        cell,
    )


# Letters


_LIKE_EACH_OTHER: Final = (
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "ARMENIAN",
    "CHEROKEE",
    "COPTIC",
    "GEORGIAN",
    "LISU",
    "MATHEMATICAL",
)
"""Scripts of which some letters look like those of another."""


def _scripts_of(word: str) -> set[str]:
    names = [unicodedata.name(char, "") for char in word]
    return {script for script in _LIKE_EACH_OTHER if any(name.startswith(script) for name in names)}


_LETTERS: Final = re.compile(r"[^\W\d_]+")


@lru_cache(_CACHED)
def has_lookalikes(text: str) -> bool:
    """Whether a word of the text mixes letters of scripts that look alike ('kіlled')."""
    if text.isascii():
        return False
    return any(len(_scripts_of(word)) > 1 for word in _LETTERS.findall(text))


_BIDI_CONTROLS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HIDDEN: Final = "\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u200e\u200f\u061c"
_JOINERS: Final = "\u200c\u200d"


def _control_in(text: str, hidden: str, lines: bool) -> str | None:
    """The first character that does not show and has no business in the text."""
    if text.isascii() and text.isprintable():
        return None
    for at, char in enumerate(text):
        if char in "\n\r\t" and lines:
            continue
        around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        glued = char in _JOINERS and any(c.isascii() and c.isalnum() for c in around)
        if unicodedata.category(char) == "Cc" or char in hidden or (glued and hidden != ""):
            return char
    return None


def _control_fault(column: str, cell: str, char: str) -> Fault:
    name = unicodedata.name(char, "control character")
    return Fault(
        "text.control_character",
        f"{column} holds a character that does not show: U+{ord(char):04X} ({name.lower()}).",
        "Type the cell anew.",
        column,
        cell,
    )


@lru_cache(_CACHED)
def keyword(column: str, cell: str) -> str | Fault | None:
    """A word of the closed vocabulary of its column."""
    known = VOCABULARIES[column]
    if not cell:
        return None
    if cell in known:
        return cell
    if char := _control_in(cell, _HIDDEN + _BIDI_CONTROLS, lines=False):
        return _control_fault(column, cell, char)
    if _is_missing_word(column, cell):
        return _missing_word(column, cell)
    if has_lookalikes(cell):
        return Fault(
            "enum.lookalike",
            f"'{shortened(cell)}' mixes letters of several scripts that look alike.",
            f"Type the word anew.{nearest(latinised(cell), tuple(known))}",
            column,
            cell,
        )
    return Fault(
        f"enum.{column}",
        f"'{shortened(cell)}' is no word for {column}.",
        f"Use one of: {', '.join(known)}.{nearest(cell, tuple(known))}",
        column,
        cell,
    )


_LATIN_TWINS: Final = str.maketrans(
    "аеорсухіјѕԁһкмтвнАВЕКМНОРСТУХІЈЅαεορυικνταΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhkmtbhABEKMHOPCTYXIJSaeopuiknvaABEZHIKMNOPTYX",
)


def latinised(cell: str) -> str:
    """The cell with the Latin letters that its own resemble, to find the word that was meant."""
    return cell.translate(_LATIN_TWINS)


@lru_cache(_CACHED)
def name(column: str, cell: str) -> str | Fault | None:
    """A name or short label: shown as it stands, so nothing in it may hide. 'NA' is a place."""
    if not cell:
        return None
    if char := _control_in(cell, _HIDDEN + _BIDI_CONTROLS, lines=False):
        return _control_fault(column, cell, char)
    if "\ufffd" in cell:
        return _damaged(column, cell)
    if _is_missing_word(column, cell):
        return _missing_word(column, cell)
    if has_lookalikes(cell):
        return fault_of_lookalikes(column, cell)
    return cell


def fault_of_lookalikes(column: str, cell: str) -> Fault:
    """The fault of a name that is spelt with another script's letters, whole or in part."""
    return Fault(
        "place.lookalike" if column in _PLACES else "text.lookalike",
        f"'{shortened(cell)}' is written with letters of another script that look alike.",
        "Type the name anew, in one script.",
        column,
        cell,
    )


@lru_cache(_CACHED)
def identifier(column: str, cell: str) -> str | Fault | None:
    """An id that other rows and releases point to: one line, no '#', nothing hidden."""
    read = name(column, cell)
    if isinstance(read, str) and "#" in read:
        return Fault(
            "text.bad_id",
            f"'{shortened(cell)}' holds '#', which parts an id from its metric.",
            "Use letters, digits, '-', '_', '.' and '/'.",
            column,
            cell,
        )
    return read


def free_text(column: str, cell: str) -> str | Fault | None:
    """A text in somebody's words. HTML, formulas and instructions in it are text like any other."""
    if not cell:
        return None
    if char := _control_in(cell, _BIDI_CONTROLS, lines=True):
        return _control_fault(column, cell, char)
    return _damaged(column, cell) if "\ufffd" in cell else cell


def _damaged(column: str, cell: str) -> Fault:
    return Fault(
        "text.damaged",
        f"{column} holds the mark of a lost character (U+FFFD).",
        "Copy the words from the document anew.",
        column,
        cell,
    )


@lru_cache(_CACHED)
def words(column: str, cell: str) -> tuple[str, ...] | Fault:
    """Names parted by semicolons."""
    read = name(column, cell)
    if isinstance(read, Fault):
        return read
    return tuple(part.strip() for part in (read or "").split(";") if part.strip())


# Days, flags, sizes, addresses


@lru_cache(_CACHED)
def days(column: str, cell: str) -> Days | Fault | None:
    """First and last day of an ISO date, which may be partial."""
    if not cell:
        return None
    if _is_missing_word(column, cell):
        return _missing_word(column, cell)
    try:
        return partial_day(cell)
    except DateFault as fault:
        return Fault(fault.code, f"{fault.message}.", f"{_sentence(fault.fix)}", column, cell)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def day(column: str, cell: str) -> date | Fault | None:
    """A whole ISO date: a month or a year is a window, never its first day."""
    read = days(column, cell)
    if read is None or isinstance(read, Fault):
        return read
    if read[0] != read[1]:
        return Fault(
            "date.partial",
            f"'{cell}' is no single day.",
            "Write the day as YYYY-MM-DD, or leave the cell empty and say so in the note.",
            column,
            cell,
        )
    return read[0]


def flag(column: str, cell: str) -> bool | Fault | None:
    """True or false."""
    if not cell:
        return None
    read = _FLAGS.get(cell.casefold())
    if read is None:
        return Fault(
            f"enum.{column}", f"'{shortened(cell)}' is neither true nor false.",
            "Write true or false.", column, cell,
        )  # fmt: skip
    return read


_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


def language(column: str, cell: str) -> str | Fault | None:
    """A code of two (or three) letters."""
    if not cell or _LANGUAGE.fullmatch(cell):
        return cell or None
    return Fault(
        f"enum.{column}",
        f"'{shortened(cell)}' is no code of a language.",
        "Write the two-letter code, such as en, fr or ar.",
        column,
        cell,
    )


_SIZE: Final = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?")


def household_size(column: str, cell: str) -> float | Fault | None:
    """People per household: up to two digits, a dot, up to two decimals."""
    if not cell:
        return None
    if not _SIZE.fullmatch(cell) or float(cell) <= 0:
        return Fault(
            "number.household_size",
            f"'{shortened(cell)}' is no size of a household.",
            "Write it as 5 or 5.2.",
            column,
            cell,
        )
    return float(cell)


@lru_cache(_CACHED)
def address(column: str, cell: str) -> str | Fault | None:
    """An http or https address. It is kept as text; nothing fetches it."""
    if not cell:
        return None
    try:
        parts = urlsplit(cell)
        held = parts.scheme in ("http", "https") and bool(parts.hostname)
        has_login = parts.username is not None
    except ValueError:
        held = has_login = False
    if held and has_login:
        return Fault(
            "url.login",
            "The address holds a name or password before its host.",
            "Take out what stands between // and @.",
            column,
            cell,
        )
    # urlsplit drops tabs and line ends and keeps spaces: what it saw is not what a browser would.
    unseen = _control_in(cell, _HIDDEN + _BIDI_CONTROLS, lines=False)
    if not held or unseen or re.search(r"[\s<>\"\\]", cell):
        return Fault(
            "url.scheme",
            f"'{shortened(cell)}' is no http or https address.",
            "Write the whole address, beginning with https://, or leave the cell empty.",
            column,
            cell,
        )
    return cell


# People

_EMAIL: Final = re.compile(
    r"[\w+-]@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|[\w+-]\s?[(\[]at[)\]]\s?[\w-]{1,63}(?:(?:\s?[(\[]dot[)\]]\s?|\.)[\w-]{1,63})+",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(
    r"(?<![\w.,/=-])(?:"
    r"\+\s?\d[\d ().\-/]{6,18}\d"  # +963 11 223 4455
    r"|00[1-9]\d[\d ().\-/]{5,17}\d"  # 00963 11 223 4455
    r"|\((?!(?:19|20)\d\d\))0?\d{2,4}\)[ -]?\d{3}[\d .\-/]{2,8}\d"  # (011) 223 4455
    r"|0[1-9]\d{0,3}[ .\-/]?\d{3}[ .\-/]?\d{2,4}(?:[ .\-/]?\d{2,4})?"  # 0944 123 456
    r"|\d{3}[.-]\d{3}[.-]\d{4}|\d{3} (?!000)\d{3} \d{4}"  # 212-555-0123
    r")(?!\w)"
)
_PHONE_WORD: Final = re.compile(
    r"\b(?:tel|telephone|phone|mobile|cell ?phone|whats ?app|telegram|signal|viber|fax|"
    r"call(?: us)?|tél|teléfono|telefon|هاتف|رقم الجوال|واتساب)\b\W{0,3}"
    r"(?:(?:no|number|at|on|us at)\W{1,3})?"
    r"(?=[+(\d])([\d ()+.\-/]{6,20})",
    re.IGNORECASE,
)
_NAMED: Final = r"(?:[A-ZÀ-Þ][\w'’.-]*\s+){1,4}"
_NUMBER_SIGN: Final = r"(?:[Nn]o\.?|[Nn]umber|[Nn]º|#)\s*"
# A number after a street's name is more often the next figure ("in Haifa Street, 12 were killed"):
# it makes an address only with a sign for "number", or in languages that write it so.
_ADDRESS: Final = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]?,?\s+{_NAMED}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Boulevard|Blvd|"
    r"Drive|Alley|Highway)\b"
    rf"|\b{_NAMED}(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Boulevard|Alley),?\s+"
    rf"{_NUMBER_SIGN}\d"
    r"|\b\d{1,5},?\s+(?:bis,?\s+|ter,?\s+)?(?:rue|avenue|boulevard|chemin|impasse)\s+[\w'’]+"
    rf"|\b(?:[Cc]alle|[Cc]arrera|[Aa]venida|[Rr]ua|Via)\s+{_NAMED}(?:{_NUMBER_SIGN})?\d"
    r"|\b[A-ZÄÖÜ]\w+(?:stra(?:ß|ss)e|gasse)\s+\d"
    rf"|\b(?:[Hh]ouse|[Bb]uilding|[Bb]ldg|[Aa]partment|[Ff]lat|[Aa]pt)\.?,?\s+{_NUMBER_SIGN}\d"
    r"|(?:شارع\s+(?:\S+\s+){1,4}|منزل\s+|بناية\s+|شقة\s+)رقم\s*\d"
)
_PHONE_DIGITS: Final = range(7, 16)


@lru_cache(_CACHED)
def private_matter(cell: str) -> str | None:
    """Reason code of the first telephone number, e-mail or street address in a text, or None."""
    text = cell if cell.isascii() else _plain_digits(unicodedata.normalize("NFKC", cell))
    if any(mark in text for mark in ("@", "(at)", "[at]", "(AT)", "[AT]")) and _EMAIL.search(text):
        return "privacy.email"
    digits = sum(map(text.count, "0123456789"))
    if digits >= _PHONE_DIGITS.start:
        for pattern in (_PHONE, _PHONE_WORD):
            if any(_is_phone(match.group()) for match in pattern.finditer(text)):
                return "privacy.phone"
    return "privacy.address" if digits and _ADDRESS.search(text) else None


def _plain_digits(text: str) -> str:
    """The text with ASCII digits, and without the characters that do not show."""
    return "".join(
        str(unicodedata.digit(c, c)) if c.isdigit() else c
        for c in text
        if unicodedata.category(c) != "Cf"
    )


def _is_phone(text: str) -> bool:
    return sum(c.isdigit() for c in text) in _PHONE_DIGITS and not _ISO_DAY.search(text)


_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}\b")

_FULL_NAME: Final = r"[A-Z][a-z'’-]+(?:\s+(?:al-|el-|bin |ibn |de |van )?[A-Z][a-z'’-]+){1,3}"
_KIN: Final = (
    r"wife|husband|son|daughter|brother|sister|father|mother|cousin|uncle|aunt|neighbou?r|friend"
)
_PERSON: Final = rf"(?:man|woman|boy|girl|child|victim|resident|survivor|doctor|nurse|{_KIN})"
# A name before a bare number is more often a place in a list ("Aleppo City, 12, Homs City, 5"):
# only what goes on as an age does counts.
_PRIVATE_NAME: Final = re.compile(
    rf"\b{_FULL_NAME}\s*[,(]\s*(?:aged?\s+\d{{1,2}}\b"
    r"|\d{1,2},\s+(?:an?|from|who|whose|his|her|was|said|told|father|mother)\b)"
    rf"|\b{_PERSON}s?,? (?:named|called|identified as) {_FULL_NAME}"
    rf"|\b(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir) (?:{_KIN})s?,? {_FULL_NAME}"
)
_ONLY_A_NAME: Final = re.compile(rf"{_FULL_NAME}")


def may_name_a_person(quote: str | None, speaker: str | None, source_type: str | None) -> bool:
    """Whether a quote, or an individual as the speaker, may name a private person."""
    if source_type == "individual" and speaker and _ONLY_A_NAME.fullmatch(speaker):
        return True
    return bool(quote and _PRIVATE_NAME.search(quote))
