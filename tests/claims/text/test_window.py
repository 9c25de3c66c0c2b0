"""Which period belongs to which figure: its own clause, the sentence's head, the whole, before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.claims.text.extract import Document, extract

FORMS = """
12 people died on Monday. | on Monday
12 were killed and 30 injured on Monday. | on Monday; on Monday
On Monday 12 were killed and 30 injured. | On Monday; On Monday
12 died in 2014, 15 died in 2015. | in 2014; in 2015
12 people died in Aleppo on Sunday, and on Monday 30 were injured. | on Sunday; on Monday
12 people were killed on Sunday; 30 were injured since Monday. | on Sunday; since Monday
12 people were killed, bringing the toll since March 2011 to 450. | -; since March 2011
The army said on Monday that 12 people had died. | -
On Monday, the ministry said 12 people had died. | -
12 people died on Sunday, the UN said on Monday. | on Sunday
About 400 people were displaced (OCHA, 14 January 2016). | -
27 people were killed on Monday, including 12 children. | on Monday; on Monday
27 people were killed, including 12 children, on Monday. | on Monday; on Monday
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_the_period_of_each_figure(document: Document, line: str) -> None:
    text, expected = (part.strip() for part in line.split("|"))
    claims = extract(text, document).claims
    assert "; ".join(c.period_as_written or "-" for c in claims) == expected
    assert not any("period_inherited" in c.doubts for c in claims)


def test_a_period_of_an_earlier_sentence_is_inherited_with_the_doubt(document: Document) -> None:
    claims = extract("Shells fell on Aleppo on Monday. 12 people were killed.", document).claims
    assert [c.period_as_written for c in claims] == ["on Monday"]
    assert "period_inherited" in claims[0].doubts


@pytest.mark.parametrize(
    "text",
    [
        "12 people were killed. It was on Monday.",
        "Shells fell on Monday.\n\n12 people were killed.",
        "Shells fell on Homs on Monday. 12 people were killed in Idlib.",
        "The UN spoke; the UN said on Monday. 12 people were killed.",
    ],
)
def test_nothing_is_inherited_from_later_text_another_paragraph_or_place(
    document: Document, text: str
) -> None:
    assert [c.period_as_written for c in extract(text, document).claims] == [None]


def test_without_the_documents_day_the_words_are_kept(document: Document) -> None:
    claims = extract("12 people died on Monday.", replace(document, published_on=None)).claims
    assert claims[0].period_as_written == "on Monday"
    assert claims[0].window.start_earliest is None
