"""The languages in which charts and briefings speak.

English stands in the code, in the calls of `say`, `say_n` and `term`. Every other language is one
file, `catalogs/<code>.po`: the same messages, with the plural forms of that language. Digits, days
and lists come from the CLDR (Babel). Texts of sources are never translated.

In a language written from right to left every name and figure inside a message is set apart by
Unicode's isolates, so that a line never reads in the wrong order; a page turns them into `<bdi>`.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

CATALOGS: Final = Path(__file__).parent / "catalogs"
ENGLISH: Final = "en"

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
"""Around a name or a figure: it keeps its own direction and turns nothing around it."""
_DAY, _MONTH = "d MMM y", "MMM y"


class UnknownLanguage(ValueError):
    """No catalog of that language; says which there are."""


class Phrase(str):
    """Words that are already in the language: within another phrase they need no isolates."""

    __slots__ = ()


@dataclass(frozen=True)
class Language:
    """A language with its messages."""

    code: str
    locale: Locale
    messages: NullTranslations

    @property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left."""
        return bool(self.locale.text_direction == "rtl")


def languages() -> tuple[str, ...]:
    """The codes of the languages there are, English first."""
    return (ENGLISH, *sorted(p.stem for p in CATALOGS.glob("*.po") if p.stem != ENGLISH))


@cache
def language(code: str) -> Language:
    """A language by its code.

    Raises
    ------
    UnknownLanguage
        Where there is no catalog of it.
    """
    if code not in languages():
        known = ", ".join(languages())
        raise UnknownLanguage(f"'{code}' is no language that Attest speaks: {known}")
    return Language(code, Locale.parse(code), _messages(CATALOGS / f"{code}.po"))


def _messages(path: Path) -> NullTranslations:
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as po:
        catalog = read_po(po, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


_SPOKEN: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Within it, every message is in that language."""
    found = language(code)
    token = _SPOKEN.set(code)
    try:
        yield found
    finally:
        _SPOKEN.reset(token)


def spoken() -> Language:
    """The language spoken now; English unless `speaking` says otherwise."""
    return language(_SPOKEN.get())


def say(message: str, /, **fields: object) -> Phrase:
    """A message in the language spoken, its `{fields}` filled.

    Numbers get grouped digits and days their words. Other texts are taken for names, which may be
    of another direction; a `Phrase` is not.

    >>> say("{n} of {place}", n=12000, place="Aleppo")
    '12,000 of Aleppo'
    """
    return Phrase(_translated(message).format_map(_filled(fields)))


def say_n(one: str, many: str, n: int, /, **fields: object) -> Phrase:
    """As `say`, in the plural form of `n`, which fills `{n}`.

    >>> say_n("{n} claim", "{n} claims", 2)
    '2 claims'
    """
    found = spoken().messages.ungettext(one, many, n)
    return Phrase(found.format_map(_filled({"n": n, **fields})))


def term(context: str, code: str) -> Phrase:
    """A word of the vocabulary `context` (the name of its column) for reading.

    >>> term("metric", "idps"), term("basis", "machine_coded")
    ('internally displaced people', 'machine coded')
    """
    found = spoken().messages.upgettext(context, code)
    if found == code:
        found = language(ENGLISH).messages.upgettext(context, code)
    return Phrase(code.replace("_", " ") if found == code else found)


def _translated(message: str) -> str:
    return str(spoken().messages.ugettext(message))


def _filled(fields: dict[str, object]) -> dict[str, Phrase]:
    return {name: phrase(value) for name, value in fields.items()}


def phrase(value: Any) -> Phrase:
    """A name, number or day as it may stand within a phrase."""
    if isinstance(value, Phrase):
        return value
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, date):
        return day(value)
    return isolated(str(value))


def isolated(name: str) -> Phrase:
    """A name or a source's words, which may be of another direction than the words around it."""
    turns = spoken().is_rtl != _has_rtl(name) if name else False
    return Phrase(f"{ISOLATE}{name}{END_ISOLATE}" if turns or spoken().is_rtl else name)


def _has_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def grouped(number: int) -> Phrase:
    """A whole number with the digits and the grouping of the language."""
    return isolated(str(format_decimal(number, locale=spoken().locale)))


def decimal(number: float) -> Phrase:
    """A number with a fraction, at most three digits of it."""
    return isolated(str(format_decimal(number, locale=spoken().locale)))


def day(when: date) -> Phrase:
    """A day: '6 Oct 2016'."""
    return Phrase(format_date(when, _DAY, locale=spoken().locale))


def month(when: date) -> Phrase:
    """A month and its year: 'Oct 2016'."""
    return Phrase(format_date(when, _MONTH, locale=spoken().locale))


def listed(items: Iterable[object]) -> Phrase:
    """Items as a list in a sentence: 'a, b and c'."""
    held = [phrase(item) for item in items]
    if len(held) < 2:
        return held[0] if held else Phrase("")
    if spoken().code == ENGLISH:  # the CLDR's English list has a comma before 'and'; ours has none
        return Phrase(f"{', '.join(held[:-1])} and {held[-1]}")
    return Phrase(format_list(held, locale=spoken().locale))


def joined(parts: Iterable[object], mark: str = ", ") -> Phrase:
    """Parts in a row, the empty ones left out, with the language's own comma or semicolon."""
    own = _translated(mark) if mark.strip() else mark
    return Phrase(own.join(phrase(part) for part in parts if part))


def capital(words: str) -> Phrase:
    """The words with a capital at the start, where the script has capitals."""
    return Phrase(f"{words[:1].upper()}{words[1:]}")
