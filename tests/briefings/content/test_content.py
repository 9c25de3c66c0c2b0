"""A page as a document: what it says of made-up releases, in every language there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from pipelines.briefings.content import Asked, briefing
from pipelines.briefings.document import (
    Bullets,
    Card,
    Cell,
    Document,
    Paragraph,
    Section,
    Shown,
    Table,
)
from pipelines.charts import style
from pipelines.charts.kinds import Drawn, Kind, Request
from pipelines.charts.language import END_ISOLATE, ISOLATE, languages, speaking
from pipelines.charts.rows import Marts
from pipelines.core.numbers import find_numbers

Claim = Callable[..., dict[str, Any]]
Release = Callable[..., dict[str, pd.DataFrame]]
DAY = date(2016, 10, 6)
LOADED = re.compile(
    r"\b(only|just|merely|sadly|tragic\w*|shocking\w*|dramatic\w*|massacre\w*|brutal\w*|horr\w+"
    r"|unfortunately|alarming\w*|staggering|regime|terrorist\w*|innocent|so-called|clearly"
    r"|obviously|real|true|reliable|credible|best|huge|massive|mere|even)\b",
    re.IGNORECASE,
)
QUOTED = re.compile("“[^”]*”")


def made(marts: Marts, lang: str = "en", **asked: Any) -> Document:
    kinds = asked.pop("pictures", {})
    with speaking(lang):
        return briefing(marts, Asked(**({"place_id": "AA", "release_id": "r1"} | asked)), kinds)


def section(page: Document, key: str) -> Section:
    return next(section for section in page.sections if section.key == key)


def tables(page: Document, key: str) -> list[Table]:
    return [block for block in section(page, key).blocks if isinstance(block, Table)]


def paragraphs(page: Document, key: str) -> list[str]:
    return [_plain(b.text) for b in section(page, key).blocks if isinstance(b, Paragraph)]


def texts(page: Document) -> Iterator[str]:
    """Every text of ours on a page but its cards and pictures."""
    yield from (page.title, page.stamp)
    for part in page.sections:
        yield part.heading
        for block in part.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Table):
                yield from (block.caption, *block.head)
                yield from (cell.text for row in block.rows for cell in row)


def _plain(text: str) -> str:
    return text.replace(ISOLATE, "").replace(END_ISOLATE, "")


def _cells(rows: tuple[tuple[Cell, ...], ...], column: int) -> list[str]:
    return [_plain(row[column].text) for row in rows]


@pytest.fixture
def hedged(release: Release, a_claim: Claim) -> dict[str, pd.DataFrame]:
    """One claim of every hedging word, each to a question of its own, and one of two ends."""
    words = ("plain", "about", "nearly", "at_least", "more_than", "at_most", "up_to", "less_than")
    classes = ("all", "women", "men", "boys", "girls", "children", "elderly", "teachers")
    return release(
        [
            a_claim(word, 12_340 + n, DAY, qualifier=word, population=population)
            for n, (word, population) in enumerate(zip(words, classes, strict=True))
        ]
    )


# Numbers


@pytest.mark.parametrize("lang", languages())
def test_figures_are_read_again_as_the_tables_have_them(
    hedged: dict[str, pd.DataFrame], lang: str
) -> None:
    page = made(hedged, lang)
    rows = tables(page, "sources")[0].rows
    claims = hedged["marts/claims"].set_index("value")
    assert len(rows) == 6
    for figure in _cells(rows, 1):
        (number,) = find_numbers(figure)
        assert number.qualifier == claims.loc[number.value, "qualifier"]


@pytest.mark.parametrize("lang", languages())
def test_two_ends_are_read_again_in_their_order(
    release: Release, a_claim: Claim, lang: str
) -> None:
    told = [a_claim("a", None, DAY, qualifier="between", value_low=1_250, value_high=1_340)]
    page = made(release(told), lang)
    for words in (
        _cells(tables(page, "answers")[0].rows, 2)[0],
        _cells(tables(page, "sources")[0].rows, 1)[0],
    ):
        (number,) = find_numbers(words)
        assert (number.value_low, number.value_high) == (1_250, 1_340)


@pytest.mark.parametrize("lang", languages())
def test_every_number_of_a_sentence_stands_in_a_table(
    release: Release, a_claim: Claim, lang: str
) -> None:
    told = [
        a_claim("a", 7_600_000, DAY, basis="modelled", speaker="One"),
        a_claim("b", 7_632_500, DAY, basis="modelled", speaker="Two"),
        a_claim("c", 301_781, DAY, basis="identified"),
    ]
    page = made(release(told), lang, as_of=date(2016, 10, 16))
    said = paragraphs(page, "answers")
    found = [{n.value for n in find_numbers(words)} for words in said]
    assert 301_781 in found[0]
    assert not {n for n in found[1] if n and n > 2100}
    assert {7_600_000, 7_632_500} <= found[2]
    allowed = {7_600_000, 7_632_500, 301_781}
    assert {n for numbers in found for n in numbers if n and n > 2100} == allowed
    least, greatest = said[2].index("7,600,000"), said[2].index("7,632,500")
    assert least < greatest
    assert 10 in found[3]


def test_sentences_name_the_least_and_the_greatest_and_who_says_them(
    release: Release, a_claim: Claim
) -> None:
    told = [
        a_claim("a", 300, DAY, qualifier="at_least", speaker="One"),
        a_claim("b", 338, DAY, speaker="Two"),
        a_claim("c", 320, DAY, speaker="Three"),
    ]
    (_, reported, _, _) = paragraphs(made(release(told)), "answers")
    assert "1 of 1 questions has such a figure" in reported
    assert "3 sources speak: the least says at least 300 (One, published 6 Oct 2016)" in reported
    assert "the greatest 338 (Two, published 6 Oct 2016)" in reported


def test_answers_stand_side_by_side_without_a_pick(release: Release, a_claim: Claim) -> None:
    told = [
        a_claim("a", 300, DAY, speaker="One"),
        a_claim("b", 338, DAY, speaker="Two"),
        a_claim("c", 500, DAY, basis="judgement", speaker="Three"),
        a_claim("d", 9, DAY, population="women", restriction="by shelling"),
    ]
    page = made(release(told))
    (table,) = tables(page, "answers")
    assert table.caption.endswith("none is picked")
    assert _cells(table.rows, 1) == ["reported", "reported", "estimated", ""]
    assert _cells(table.rows, 2) == ["300", "338", "500", "no answer; floor: at least 9"]
    assert _cells(table.rows, 3) == ["One", "Two", "Three", ""]
    assert _cells(table.rows, 0)[0].startswith("1. People killed in Aland")
    assert _cells(table.rows, 0)[1] == "Question 1, again"


def test_with_house_rules_the_page_opens_with_what_they_pick(
    release: Release, a_claim: Claim
) -> None:
    told = [
        a_claim("a", 300, DAY, speaker="One"),
        a_claim("b", 338, DAY, speaker="Two"),
        a_claim("c", 4, DAY, speaker="One", population="women"),
    ]
    rule = {"metric": "killed", "population": "all", "source": "Two", "reason": "we asked them"}
    page = made(release(told, house=[rule]))
    (table,) = tables(page, "answers")
    assert "rules pick" in table.caption
    assert [_plain(cell.text) for cell in table.rows[0][1:]] == [
        "338",
        "reported",
        "Two",
        "6 Oct 2016",
        "we asked them",
    ]
    assert len(table.rows) == 1
    assert "pick nothing on question 2" in paragraphs(page, "answers")[0]


def test_a_card_for_each_question_says_nothing_that_the_page_says_once(
    release: Release, a_claim: Claim
) -> None:
    told = [a_claim("a", 300, DAY, speaker="One"), a_claim("b", 4, DAY, population="women")]
    page = made(release(told))
    cards = [block for block in section(page, "cards").blocks if isinstance(block, Card)]
    questions = _cells(tables(page, "answers")[0].rows, 0)
    assert [card.title for card in cards] == questions
    assert all(card.sentence and "r1" in card.citation for card in cards)
    assert not any(card.table or line.label == "As of" for card in cards for line in card.lines)
    rule = {"metric": "killed", "population": "all", "source": "One", "reason": "we asked them"}
    picked = section(made(release(told, house=[rule])), "cards").blocks
    assert [bool(card.table) for card in picked if isinstance(card, Card)] == [False, True]


# What is on the page and what is not


def test_nothing_later_than_the_day_appears(release: Release, a_claim: Claim) -> None:
    later = DAY + timedelta(1)
    told = [
        a_claim("known", 301_781, DAY, document_id="then"),
        a_claim("later", 312_001, later, document_id="after", speaker="Latecomer"),
        a_claim("inside", 55_555, later, document_id="after", place_id="AA1"),
    ]
    whole = release(told)
    page = made(release(told[:1]), as_of=DAY)
    uncut = made(whole, as_of=DAY)
    for said in (page, uncut):
        joined = "\n".join(texts(said))
        assert "301,781" in joined
        for word in ("312,001", "55,555", "7 Oct", "Latecomer", "Bulletin after"):
            assert word not in joined
        assert said.as_of == DAY
        assert set(said.sheets["claims"]["record_id"]) == {"known"}
    assert "312,001" in "\n".join(texts(made(whole)))
    assert made(whole).as_of == later


def test_a_place_of_which_nothing_is_held(release: Release, a_claim: Claim) -> None:
    page = made(release([a_claim("a", 5, DAY)]), place_id="AA1/town")
    assert paragraphs(page, "answers") == [
        "This collection holds no figure on Town that meets these days."
    ]
    keys = [part.key for part in page.sections]
    assert keys == ["answers", "gaps", "changes", "method", "cite"]
    assert all(page.sheets[name].empty for name in ("claims", "questions", "estimates"))


def test_only_pending_claims_are_shown_marked_and_answer_nothing(
    release: Release, a_claim: Claim
) -> None:
    told = [a_claim("a", 4_321, DAY, review_status="pending", method="extracted")]
    page = made(release(told))
    assert not any(part.key in ("cards", "charts") for part in page.sections)
    assert paragraphs(page, "answers") == [
        "No claim on Aland as a whole has been read by a person: it has no answer here."
    ]
    (row,) = tables(page, "sources")[0].rows
    assert row[1].text == "4,321"
    assert "pending" in row[6].text
    gaps = section(page, "gaps").blocks[0]
    assert isinstance(gaps, Bullets)
    assert any("1 claim is pending" in item for item in gaps.items)


def test_a_pending_claim_beside_a_read_one_enters_no_sentence(
    release: Release, a_claim: Claim
) -> None:
    told = [
        a_claim("a", 300, DAY, speaker="One"),
        a_claim("b", 9_876, DAY, speaker="Two", review_status="pending"),
    ]
    page = made(release(told))
    assert "9,876" not in "\n".join(paragraphs(page, "answers"))
    assert "9,876" not in "\n".join(_cells(tables(page, "answers")[0].rows, 2))
    assert _cells(tables(page, "sources")[0].rows, 1) == ["300", "9,876"]


def test_what_lies_inside_is_counted_and_in_no_answer(release: Release, a_claim: Claim) -> None:
    told = [
        a_claim("a", 300, DAY),
        a_claim("b", 40, DAY, place_id="AA1", coverage="two hospitals"),
        a_claim("c", 44, DAY + timedelta(2), place_id="AA1"),
        a_claim("d", 7, DAY, place_id="AA1/town", metric="injured"),
    ]
    page = made(release(told))
    (table,) = tables(page, "further")
    assert [_cells(table.rows, n) for n in range(4)] == [
        ["North (killed)", "Town (injured)"],
        ["2", "1"],
        ["2", "1"],
        ["0", "0"],
    ]
    assert _cells(table.rows, 4)[0].startswith("44 (Monitor, 8 Oct 2016): People killed in North")
    assert _cells(tables(page, "answers")[0].rows, 2) == ["300"]
    earlier = made(release(told), as_of=DAY)
    assert (
        "40 (Monitor, 6 Oct 2016, covers: “two hospitals”)"
        in (_cells(tables(earlier, "further")[0].rows, 4)[0])
    )


def test_questions_beyond_the_cards_are_counted_and_in_the_sheets(
    release: Release, a_claim: Claim
) -> None:
    told = [a_claim(f"a{n}", n + 1, DAY - timedelta(n)) for n in range(4)]
    page = made(release(told))
    assert paragraphs(page, "further") == ["3 further questions on Aland are in the workbook."]
    assert _cells(tables(page, "further")[0].rows, 1) == ["3"]
    assert len(page.sheets["questions"]) == 4
    assert list(page.sheets["dictionary"]["table_name"]) == ["claims"]


def test_quotes_links_and_notes_of_the_sources(release: Release, a_claim: Claim) -> None:
    told = [
        a_claim("a", 600, DAY, qualifier="more_than", quote="more than 600", locator=None),
        a_claim("b", 12, DAY, population="women", restriction="by shelling"),
    ]
    first, second = tables(made(release(told)), "sources")[0].rows
    assert (first[5].text, first[5].language) == ("“more than 600”", "en")
    assert first[4].href == "https://example.org/d1"
    assert first[4].text == "“Bulletin d1”, The Press"
    assert (second[5].text, second[6].text) == ("page 1", "of these: “by shelling”")


def test_stamp_release_and_changes(release: Release, a_claim: Claim) -> None:
    marts, before = release([a_claim("a", 7, DAY)]), release([a_claim("a", 5, DAY)])
    draft = made(marts)
    assert (draft.stamp, draft.release_id) == ("Draft, not cleared", "r1")
    assert paragraphs(draft, "changes") == ["No earlier release was named, so nothing is compared."]
    assert made(marts, cleared_by="desk-7").stamp == "Cleared by desk-7"
    since = made(marts, before=before, before_id="r0")
    assert paragraphs(since, "changes") == ["Since release r0:"]
    (told,) = [b for b in section(since, "changes").blocks if isinstance(b, Bullets)]
    assert any("5, now 7" in item and "reason not stated" in item for item in told.items)
    same = made(marts, before=marts, before_id="r0")
    assert paragraphs(same, "changes") == ["On these questions nothing changed since release r0."]


def test_the_age_of_the_newest_claim(release: Release, a_claim: Claim) -> None:
    marts = release([a_claim("a", 7, DAY), a_claim("b", 9, DAY - timedelta(9))])
    said = paragraphs(made(marts, as_of=DAY + timedelta(1)), "answers")[-1]
    assert said.startswith("The newest claim here was published 1 day before 7 Oct 2016: 7 (Mon")
    assert "published on 6 Oct 2016, the day of this page" in paragraphs(made(marts), "answers")[-1]


# Charts


def _kinds(asked: list[tuple[str, Request]], drawn: Drawn) -> dict[str, Kind]:
    def of(kind: str) -> Kind:
        def draw(_: Marts, request: Request) -> Drawn:
            asked.append((kind, request))
            return drawn

        return Kind("a test's", draw)

    return {kind: of(kind) for kind in ("ladder", "tiers", "timeline")}


def test_charts_are_chosen_by_the_rule_and_shown(release: Release, a_claim: Claim) -> None:
    asked: list[tuple[str, Request]] = []
    with style.house_style():
        sheet = style.Sheet()
        picture = style.Picture("p", sheet.finish(), "A picture", "alt", "source")
    kinds = _kinds(asked, [picture, picture])
    readings = [a_claim(f"a{n}", n + 5, DAY - timedelta(9 * n)) for n in range(3)]
    page = made(release(readings), pictures=kinds)
    assert [kind for kind, _ in asked] == ["ladder", "timeline"]
    assert len(asked[1][1].question_ids) == 3
    shown = [b for b in section(page, "charts").blocks if isinstance(b, Shown)]
    assert [b.caption for b in shown] == ["A picture (1 page more: attest chart draws it)"] * 2
    asked.clear()
    judged = a_claim("j", 500, DAY, basis="judgement")
    made(release([*readings, judged]), pictures=kinds)
    assert [kind for kind, _ in asked] == ["ladder", "tiers"]
    asked.clear()
    made(release(readings[:1]), pictures=kinds)
    assert [kind for kind, _ in asked] == ["ladder"]


def test_the_ladder_shows_what_lies_inside_where_it_is_little(
    release: Release, a_claim: Claim
) -> None:
    asked: list[tuple[str, Request]] = []
    kinds = _kinds(asked, "not here")
    few = [a_claim("a", 5, DAY), a_claim("b", 4, DAY, place_id="AA1")]
    made(release(few), pictures=kinds, first=DAY, last=DAY)
    (request,) = [request for _, request in asked]
    assert (request.metrics, request.place_ids, request.question_ids) == (("killed",), ("AA",), ())
    assert (request.first, request.last) == (DAY, DAY)
    asked.clear()
    many = [a_claim(f"m{n}", 4, DAY - timedelta(n), place_id="AA1") for n in range(20)]
    page = made(release([*few, *many]), pictures=kinds)
    assert asked[0][1].metrics == ()
    questions = page.sheets["questions"].set_index("question_id")
    assert list(questions.loc[list(asked[0][1].question_ids), "place_id"]) == ["AA"]


def test_a_chart_that_is_not_drawn_says_why(release: Release, a_claim: Claim) -> None:
    page = made(release([a_claim("a", 5, DAY)]), pictures=_kinds([], "It joins unlike things."))
    assert paragraphs(page, "charts") == ["It joins unlike things."]


# Words


def test_our_words_are_neutral(release: Release, a_claim: Claim) -> None:
    told = [
        a_claim("a", 300, DAY, speaker="One"),
        a_claim("b", 338, DAY, speaker="Two", review_status="pending"),
        a_claim("c", 500, DAY, basis="judgement", restriction="only the innocent"),
        a_claim("d", 500, DAY, place_id="AA1", coverage="brutal regime camps"),
        a_claim("e", 7, DAY, metric="injured", seen_in="copy"),
    ]
    before = release(told[:1])
    page = made(release(told), before=before, before_id="r0")
    for text in texts(page):
        assert not LOADED.search(QUOTED.sub("", text)), text


@pytest.mark.parametrize("lang", languages())
def test_a_page_is_made_in_every_language_with_the_same_tables(
    hedged: dict[str, pd.DataFrame], lang: str
) -> None:
    page, english = made(hedged, lang), made(hedged)
    assert page.language == lang
    assert [part.key for part in page.sections] == [part.key for part in english.sections]
    for part, of_english in zip(page.sections, english.sections, strict=True):
        for table, told in zip(_tables(part), _tables(of_english), strict=True):
            assert len(table.rows) == len(told.rows)
            assert all(len(row) == len(table.head) for row in table.rows)


def _tables(part: Section) -> list[Table]:
    return [block for block in part.blocks if isinstance(block, Table)]


def test_the_same_tables_make_the_same_page(hedged: dict[str, pd.DataFrame]) -> None:
    assert list(texts(made(hedged))) == list(texts(made(hedged)))
