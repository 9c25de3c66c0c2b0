"""What changed since an earlier release: by question, with the reason stated or 'reason not
stated'.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from pipelines.briefings.changes import MOST_TOLD, changed, range_in_words
from pipelines.briefings.select import select

Claim = Callable[..., dict[str, Any]]
Release = Callable[..., dict[str, pd.DataFrame]]
Marts = dict[str, pd.DataFrame]
DAY = date(2016, 10, 6)


def told(now: Marts, before: Marts) -> list[str]:
    return list(changed(now, before, select(now, "AA"), select(before, "AA")))


def test_nothing_changed(release: Release, a_claim: Claim) -> None:
    assert told(release([a_claim("a", 5, DAY)]), release([a_claim("a", 5, DAY)])) == []


def test_a_claim_more_with_the_floor_that_it_raises(release: Release, a_claim: Claim) -> None:
    one, more = a_claim("a", 5, DAY), a_claim("b", 8, DAY + timedelta(1), end=DAY, speaker="Other")
    said = told(release([one, more]), release([one]))
    assert said == [
        "Question 1: added: 8 (Other, 7 Oct 2016).",
        "Question 1: the floor was at least 5 and is at least 8.",
    ]


def test_a_question_more_and_a_question_gone(release: Release, a_claim: Claim) -> None:
    one, other = a_claim("a", 5, DAY), a_claim("b", 6, DAY, metric="injured")
    both, first = release([one, other]), release([one])
    assert told(both, first) == ["Question 2 is new on this page: 1 claim."]
    gone = told(first, both)
    assert gone[0].endswith("is no longer on this page.")
    assert "no longer held: 6 (Monitor, 6 Oct 2016); reason not stated." in gone[1]


def test_a_value_that_moved_without_a_reason(release: Release, a_claim: Claim) -> None:
    said = told(release([a_claim("a", 7, DAY)]), release([a_claim("a", 5, DAY)]))
    assert said == [
        "Question 1: changed: 5, now 7 (Monitor, 6 Oct 2016); reason not stated.",
        "Question 1: the answer of Monitor (by source, reported) was 5 and is 7.",
        "Question 1: the floor was at least 5 and is at least 7.",
    ]


@pytest.mark.parametrize("reason", [None, "a duplicate was found"])
def test_a_record_replaced_by_its_source_with_the_reason_that_it_states(
    release: Release, a_claim: Claim, reason: str | None
) -> None:
    old, new = a_claim("a", 9, DAY), a_claim("a", 7, DAY, release="2")
    revision = {
        "revision_id": "r",
        "source_id": "sheet",
        "record_id": "a",
        "metric": "killed",
        "from_release": "1",
        "to_release": "2",
        "change": "lowered",
        "stated_reason": reason,
        "rests_on": "x",
    }
    replaced = old | {"replaced_by": new["claim_id"]}
    said = told(release([replaced, new], revisions=[revision]), release([old]))
    stated = "reason stated: “a duplicate was found”" if reason else "reason not stated"
    assert said[0] == f"Question 1: replaced: 9, now 7 (Monitor, 6 Oct 2016); {stated}."
    assert not any("no longer held" in line for line in said)


def test_a_reason_that_was_known_before_explains_nothing_new(
    release: Release, a_claim: Claim
) -> None:
    revision = {
        "revision_id": "r",
        "source_id": "sheet",
        "record_id": "a",
        "metric": "killed",
        "from_release": "0",
        "to_release": "1",
        "change": "lowered",
        "stated_reason": "old news",
        "rests_on": "x",
    }
    before = release([a_claim("a", 5, DAY)], revisions=[revision])
    now = release([a_claim("a", 7, DAY)], revisions=[revision])
    assert "reason not stated" in told(now, before)[0]


def test_the_same_figure_in_a_newer_release_is_no_change(release: Release, a_claim: Claim) -> None:
    old, new = a_claim("a", 9, DAY), a_claim("a", 9, DAY, release="2")
    replaced = old | {"replaced_by": new["claim_id"]}
    assert told(release([replaced, new]), release([old])) == []


def test_withdrawn_and_rejected(release: Release, a_claim: Claim) -> None:
    kept, taken = a_claim("a", 5, DAY), a_claim("b", 8, DAY, speaker="Other")
    before = release([kept, taken])
    withdrawn = told(release([kept, taken | {"withdrawn_on": DAY}]), before)
    assert "Question 1: withdrawn: 8 (Other, 6 Oct 2016); reason not stated." in withdrawn
    no = {"review_status": "rejected", "reviewed_by": "p1", "reviewed_on": DAY}
    rejected = told(release([kept, taken | no]), before)
    assert "Question 1: rejected on review: 8 (Other, 6 Oct 2016)." in rejected


def test_a_pending_claim_that_a_person_has_read_since(release: Release, a_claim: Claim) -> None:
    kept, read = a_claim("a", 5, DAY), a_claim("b", 8, DAY, speaker="Other")
    before = release([kept, read | {"review_status": "pending"}])
    assert told(release([kept, read]), before)[0] == (
        "Question 1: read by a person since: 8 (Other, 6 Oct 2016)."
    )


def test_a_long_list_is_cut_and_says_by_how_much(release: Release, a_claim: Claim) -> None:
    many = [a_claim(f"r{n}", n + 1, DAY, speaker=f"Speaker {n}") for n in range(20)]
    said = told(release(many), release(many[:1]))
    assert len(said) == MOST_TOLD + 1
    assert said[-1].startswith("8 further changes") or said[-1].startswith("9 further changes")


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((601, None, None), "at least 601"),
        ((None, None, 30), "at most 30"),
        ((10, None, 20), "between 10 and 20"),
        ((10, 15, 20), "15 (between 10 and 20)"),
        ((None, 338, None), "338"),
        ((None, None, None), "open at both ends"),
    ],
)
def test_ranges_in_words(ends: tuple[int | None, int | None, int | None], words: str) -> None:
    assert range_in_words(*ends) == words
