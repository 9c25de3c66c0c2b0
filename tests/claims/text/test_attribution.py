"""Who speaks for a figure and whom they credit, over sentences of many styles.

The sentences are in attribution_rows.tsv, each with the number meant; all were written for it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.claims.text.attribution import (
    Credit,
    attributions,
    caveats,
    credit,
    source_type,
)
from pipelines.claims.text.sentences import sentences
from schemas import vocab

Row = tuple[str, str, str | None, str | None]


def credited(text: str, number: str) -> Credit:
    """The credit of a number in a text, by the sentence in which it stands."""
    found = re.search(rf"(?<!\w){re.escape(number)}(?!\w)", text)
    assert found is not None
    at = found.start()
    span = next(s for s in sentences(text) if s.start <= at < s.end)
    return credit(at, attributions(text, span.start, span.end))


def rows() -> list[Row]:
    """The sentences of attribution_rows.tsv; an empty speaker or origin is None."""
    lines = Path(__file__).with_name("attribution_rows.tsv").read_text("utf-8").splitlines()
    cells = [line.split("\t") for line in lines[1:]]
    return [(text, number, who or None, origin or None) for text, number, who, origin in cells]


ROWS = rows()


@pytest.mark.parametrize(("text", "number", "speaker", "origin"), ROWS)
def test_speaker_and_origin(
    text: str, number: str, speaker: str | None, origin: str | None
) -> None:
    found = credited(text, number)
    assert (found.speaker, found.origin) == (speaker, origin)


@pytest.mark.parametrize(("text", "number", "speaker", "origin"), ROWS[::5])
def test_a_text_before_it_changes_nothing(
    text: str, number: str, speaker: str | None, origin: str | None
) -> None:
    found = credited("Snow fell, officials said.\n\n" + text, number)
    assert (found.speaker, found.origin) == (speaker, origin)


BEYOND: list[tuple[str, str, str | None]] = [
    ("“There are 40 dead. It is a tragedy,” Mayor Ana Lopez said.", "40", "Mayor Ana Lopez"),
    ("“We came at dawn. There are 40 dead,” Mayor Ana Lopez said.", "40", "Mayor Ana Lopez"),
    ('"We came at dawn. There were 40 dead. We wept," said Ana Lopez.', "40", "Ana Lopez"),
    ("Mayor Ana Lopez said: “It is bad. There are 40 dead. We wept.”", "40", "Mayor Ana Lopez"),
    ("“It is bad,” the mayor said. Another 40 people died elsewhere.", "40", None),
    ("Mayor Ana Lopez said it was bad. She said 40 people died.", "40", "Mayor Ana Lopez"),
    ("The mayor and the governor met. He said 40 people died.", "40", None),
    ("Ana Lopez said it was bad. Jon Hall said so too. She said 40 died.", "40", None),
    ("Police said it was bad. He said 40 people died.", "40", None),
    ("Police said it was bad.\nHe said 40 people died.", "40", None),
    ("Oxfam officials came. Oxfam said it was bad. The group said 40 died.", "40", "Oxfam"),
    ("Nobody came. The group said 40 died.", "40", "The group"),
    ("The army said it was bad. Another 40 people died.", "40", None),
    ("“It was fast,” a nurse said. “There are 40 dead. We wept.”", "40", "a nurse"),
    ("“It was fast,” a nurse said. There are 40 dead.", "40", None),
    ("The ministry gave no details. It said 40 people died.", "40", "The ministry"),
    ("The army said it lost a tank; 40 people died, it added.", "40", "The army"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "speaker"), BEYOND)
def test_beyond_the_sentence(text: str, number: str, speaker: str | None) -> None:
    assert credited(text, number).speaker == speaker


def test_a_later_clause_shares_the_origin() -> None:
    text = "Police fired, 12 died according to medics, and 30 were hurt."
    assert credited(text, "30") == Credit(None, "medics", True)


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("the Syrian Observatory for Human Rights", "monitor"),
        ("the health ministry", "health_authority"),
        ("Ministry of Public Health", "health_authority"),
        ("Civil defense workers", "civil_defence"),
        ("a UN official", "un_agency"),
        ("state television", "media"),
        ("the defence ministry", "party_to_conflict"),
        ("a military source", "party_to_conflict"),
        ("the rebels' spokesman", "party_to_conflict"),
        ("Operational Command", "party_to_conflict"),
        ("a security source", "anonymous"),
        ("Unconfirmed reports", "anonymous"),
        ("the interior ministry", "government"),
        ("police", "government"),
        ("witnesses", "individual"),
        ("Human Rights Watch", "ngo"),
        ("researchers at Brown University", "research"),
        ("the prosecutor's office", "court"),
        ("Grumblemarsh", None),
        ("Parmy", None),
    ],
)
def test_the_kind_of_a_speaker(who: str, kind: str | None) -> None:
    assert source_type(who) == kind
    assert kind is None or kind in vocab.SOURCE_TYPES


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A UN official, speaking on condition of anonymity, said 12 died.", "anonymous"),
        ("12 died, said a UN official who asked not to be named.", "anonymous"),
        ("A UN official said 12 died.", "un_agency"),
        ("12 people died.", None),
    ],
)
def test_a_speaker_who_would_not_be_named_is_anonymous(text: str, kind: str | None) -> None:
    assert credited(text, "12").kind == kind


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Rebels said 12 died, which could not be independently verified.", ("unverified",)),
        ("Rebels said 12 died. The claim could not be verified.", ("unverified",)),
        ("Rebels said 12 died. There was no independent confirmation.", ("unverified",)),
        ("Unconfirmed reports said 12 died.", ("unverified",)),
        ("Reuters was unable to verify that 12 died.", ("unverified",)),
        ("The army denied that 12 died.", ("denied",)),
        ("She said 12 died.", ("speaker_unclear",)),
        ("Mayor Ana Lopez said it was bad. She said 12 died.", ()),
        ("The ministry has verified that 12 died.", ()),
        ("Police confirmed that 12 died.", ()),
        ("Rebels said 12 died. Police came. The claim could not be verified.", ()),
        ("Rebels said 12 died.\n\nThe claim could not be verified.", ()),
        ("Dozens were denizens; 12 died.", ()),
    ],
)
def test_what_the_text_doubts(text: str, codes: tuple[str, ...]) -> None:
    at = text.index("12")
    span = next(s for s in sentences(text) if s.start <= at < s.end)
    assert caveats(text, span.start, span.end) == codes


@pytest.mark.parametrize(
    "junk",
    ["said ", "Aa Bb ", '" ', "“a ", "according to ", "X said, ", "a - ", "; said X", "(a", "and ",
     ", said ", "reports of ", "he said. ", "The group said ", "by the count of ", "who said ",
     "a, b, ", "on Monday ", "not ", "he said X said ", '"a," sighed Bo. ', "its estimate ",
     "Police said 5, medics 6, ", "was registered in a ", "the body that runs it said ",
     "A, head of "],
)  # fmt: skip
def test_no_junk_takes_for_ever(junk: str, must_end: Any) -> None:
    """Of a text this long, whatever is not linear does not end."""
    text = (junk * 100_000)[:100_000]
    with must_end():
        attributions(text, 0, len(text))
        caveats(text, 0, len(text))
