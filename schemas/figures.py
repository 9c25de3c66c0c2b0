"""Tables of the stage figures: the claims made comparable."""

from __future__ import annotations

import pandera.pandas as pa

from schemas import vocab
from schemas.parts import (
    Count,
    Day,
    Flag,
    Range,
    Scope,
    Text,
    Where,
    Window,
    Words,
    count,
    day,
    flag,
    text,
    words,
)
from schemas.rules import le


class FigureKey(pa.DataFrameModel):
    """Which claim a figure is, and which question it speaks to."""

    claim_id: Text = text("Claim in marts.claims.", nullable=False)
    question_id: Text = text("Question in marts.questions.", nullable=False)


class Figures(FigureKey, Scope, Where, Window, Range):
    """Every claim with its range, question and repeats. None is dropped."""

    basis: Text = text("How the number was made.", allowed=vocab.BASES, nullable=False)
    reading_low: Count = count(
        "Least number that the printed digits could be rounded from; a tolerance, not uncertainty."
    )
    reading_high: Count = count("Greatest such number.")
    rule_id: Text = text("Rule that turned the words into low, best and high.", nullable=False)
    repeat_of: Text = text("Earlier claim that this one publishes again.")
    possible_repeat_of: Text = text("Earlier claim that this one perhaps publishes again.")
    would_repeat: Words = words(
        "What it repeats or did once: earlier claims since withdrawn or replaced, the earliest "
        "first, up to one that stands. figures_as_of works from it."
    )
    would_perhaps_repeat: Words = words("The same of what it perhaps repeats or did once.")
    reprint_of: Text = text(
        "Document that printed the story first, where the figure repeats one of that story; for a "
        "headline's figure of the text below it the document itself, if it is no reprint."
    )
    origin_id: Text = text("Actor at the origin, else the speaker, where it is in marts.actors.")
    entry_of: Text = text("Source and release of the register of which its claim is an entry.")
    published_on: Day = day("Day of the document's publication.")
    counts: Flag = flag(
        "Accepted or corrected, stated or none reported, not withdrawn, replaced or repeated.",
        nullable=False,
    )

    class Config:
        metadata = {
            "table": "figures",
            "stage": "figures",
            "key": ["claim_id"],
            "grain": "a claim",
            "rules": [le("reading_low", "reading_high")],
        }
