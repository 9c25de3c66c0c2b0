"""Headlines of texts, and the words that carry a figure in the printings of a story."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.claims.passages import mark_headlines, mark_passages

BODY = "A shell struck a queue in the old town on Monday, killing 31 people, the council said."


def claim_of(text: str, quote: str, document: str = "d", at: int = 0) -> dict[str, Any]:
    """A claim whose sentence is the line that holds the quote."""
    start = text.index(quote, at)
    first = text.rfind("\n", 0, start) + 1
    end = text.find("\n", start)
    return {
        "claim_id": f"{document}#{start}",
        "document_id": document,
        "metric": "killed",
        "quote_start": start,
        "quote_end": start + len(quote),
        "sentence_start": first,
        "sentence_end": len(text) if end < 0 else end,
    }


@pytest.mark.parametrize(
    ("text", "is_headline"),
    [
        (f"31 die in market strike\n\n{BODY}", True),
        (f"\ufeff\n31 die in market strike\n{BODY}", True),
        (f"31 die in market strike\nBy our staff\n26 Sept 2016, 10:30\n\n{BODY}", True),
        ("31 die in market strike", False),
        ("31 people were killed.\n\n" + BODY, False),
        ("31 killed in Hama\n31 killed in Idlib\n\n" + BODY, False),
        ("31 people were killed by a shell that struck\nthe queue in the town on Monday.", False),
        (f"{BODY.removesuffix('.')} {BODY}", False),
    ],
)
def test_a_headline_stands_alone_above_prose(text: str, is_headline: bool) -> None:
    claim = claim_of(text, "31")
    mark_headlines([claim], text, "Another title")
    assert claim["in_headline"] is is_headline


def test_a_first_line_that_is_the_title_is_the_headline() -> None:
    text = "31 people were killed.\n\n" + BODY
    claims = [claim_of(text, "31"), claim_of(text, "31", at=30)]
    mark_headlines(claims, text, "31 People Were Killed")
    assert [claim["in_headline"] for claim in claims] == [True, False]


def passages(*texts: str, quote: str = "31") -> list[str]:
    claims = [claim_of(text, quote, f"d{at}") for at, text in enumerate(texts)]
    stored = {f"d{at}": text for at, text in enumerate(texts)}
    mark_passages([list(stored)], stored, claims)
    return [claim["passage"] for claim in claims]


@pytest.mark.parametrize(
    "copy",
    [
        BODY,
        f"ALEPPO, Syria (Reuters) - {BODY}",
        BODY.upper(),
        BODY.replace("queue", "quèue"),
    ],
)
def test_the_same_words_have_one_key(copy: str) -> None:
    one, other = passages(BODY, copy)
    assert one == other


@pytest.mark.parametrize(
    "copy",
    [
        BODY.replace("31 people", "31 children"),
        "31 died.",
        BODY.replace("31", "more than 31"),
        BODY.replace("killing", "and by night it had killed"),
    ],
)
def test_other_words_have_another(copy: str) -> None:
    quote = "more than 31" if "more" in copy else "31"
    texts = {"d0": BODY, "d1": copy}
    claims = [claim_of(BODY, "31", "d0"), claim_of(copy, quote, "d1")]
    mark_passages([list(texts)], texts, claims)
    assert claims[0]["passage"] != claims[1]["passage"]


def test_two_figures_of_one_document_never_share_a_key() -> None:
    text = f"{BODY}\n{BODY}"
    claims = [claim_of(text, "31"), claim_of(text, "31", at=len(BODY))]
    mark_passages([["d"]], {"d": text}, claims)
    assert claims[0]["passage"] != claims[1]["passage"]
