"""Quote cards: only the office picks, tiers stay apart, what is left out or replaced is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.briefings import sentences
from pipelines.briefings.document import Card
from pipelines.briefings.quote_card import (
    NoSuchQuestion,
    Printed,
    QuoteCard,
    as_json,
    as_text,
    card,
    quote_card,
)
from pipelines.charts import page
from pipelines.charts.language import END_ISOLATE, ISOLATE, languages, speaking
from pipelines.core.numbers import ends, find_numbers
from schemas import vocab

Make = Callable[..., dict[str, Any]]
Release = Callable[..., dict[str, pd.DataFrame]]
Tables = dict[str, pd.DataFrame]

DAY = date(2016, 10, 6)


def facts_of(marts: Tables, claim_id: str) -> QuoteCard:
    figures = marts["marts/figures"].set_index("claim_id")
    return quote_card(marts, str(figures.loc[claim_id, "question_id"]), "r1")


def line(shown: Card, label: str) -> str:
    return next((one.text for one in shown.lines if one.label == label), "")


@pytest.fixture
def shown(release: Release, a_claim: Make) -> Callable[..., tuple[QuoteCard, Card]]:
    """The card of the question of the first claim told."""

    def make(*told: dict[str, Any], **more: Any) -> tuple[QuoteCard, Card]:
        facts = facts_of(release(told, **more), told[0]["claim_id"])
        return facts, card(facts)

    return make


Shown = Callable[..., tuple[QuoteCard, Card]]


# The pick


def test_without_rules_of_an_office_nothing_is_picked(shown: Shown, a_claim: Make) -> None:
    facts, made = shown(a_claim("a", 100, DAY), a_claim("b", 150, DAY, speaker="Ministry"))
    assert facts.pick is None and facts.no_pick == "no_rules"
    assert line(made, "To be quoted").startswith("no figure is picked")
    assert made.table is not None
    figures = {row[2].text for row in made.table.rows}
    assert figures == {"100", "150", "between 100 and 150"}
    for said in ("100 people were killed in Aland", "150 people were killed in Aland"):
        assert said in made.sentence


def test_a_rule_of_the_office_picks_and_says_why(shown: Shown, a_claim: Make) -> None:
    rule = {"metric": "killed", "source": "Ministry", "reason": "we work with them"}
    facts, made = shown(
        a_claim("a", 100, DAY), a_claim("b", 150, DAY, speaker="Ministry"), house=[rule]
    )
    assert facts.pick is not None and facts.no_pick == ""
    assert made.table is None
    assert line(made, "To be quoted") == "150 people"
    assert line(made, "Why the office quotes it") == "we work with them"
    assert made.sentence.startswith("150 people") and "100 people" not in made.sentence


def test_a_rule_for_something_else_picks_nothing(shown: Shown, a_claim: Make) -> None:
    rule = {"metric": "injured", "source": "Monitor", "reason": "we trust them"}
    facts, made = shown(a_claim("a", 100, DAY), house=[rule])
    assert facts.no_pick == "no_rule_fits" and made.table is not None


def test_a_public_release_has_no_rules_and_no_pick(release: Release, a_claim: Make) -> None:
    told = a_claim("a", 100, DAY)
    marts = release([told])
    del marts["marts/house_rules"]
    assert facts_of(marts, told["claim_id"]).no_pick == "no_rules"


def test_rules_that_give_one_answer_share_a_row(shown: Shown, a_claim: Make) -> None:
    _, made = shown(a_claim("a", 100, DAY))
    assert made.table is not None
    assert [row[0].text for row in made.table.rows] == ["by source, latest and spread"]


def test_the_tiers_stand_on_lines_of_their_own(shown: Shown, a_claim: Make) -> None:
    _, made = shown(
        a_claim("a", 100, DAY, basis="identified"),
        a_claim("b", 250, DAY, basis="modelled", speaker="Model"),
    )
    assert line(made, "Verified").startswith("100 (Monitor; identified; published by The Press")
    assert line(made, "Reported") == "no answer"
    assert line(made, "Estimated").startswith("250 (Model; modelled")


@pytest.mark.parametrize(
    "change",
    [
        {"review_status": "pending"},
        {"withdrawn_on": date(2016, 11, 1)},
        {"replaced_by": "d9"},
        {"modality": "projected"},
    ],
)
def test_what_does_not_count_enters_no_sentence(
    shown: Shown, a_claim: Make, change: dict[str, Any]
) -> None:
    facts, made = shown(a_claim("a", 100, DAY, **change))
    assert facts.answers == () and facts.narrower == () and facts.references == ()
    assert made.sentence == "" and made.table is None and made.citation == ""
    assert line(made, "To be quoted").startswith("nothing:")
    assert facts.pending == (change.get("review_status") == "pending")
    assert "100" not in as_text(made).replace("100 per", "")


def test_a_floor_is_no_answer(shown: Shown, a_claim: Make) -> None:
    facts, made = shown(a_claim("a", 338, DAY, coverage="open hospitals"))
    assert facts.answers == () and facts.floor.low == 338
    assert line(made, "Floor") == "at least 338, if the lists are clean"
    assert made.sentence == ""
    narrower = line(made, "Narrower than the question")
    assert "338 people were killed" in narrower and "“open hospitals”" in narrower
    assert made.citation


def test_a_floor_from_words_says_on_which_condition(shown: Shown, a_claim: Make) -> None:
    _, made = shown(a_claim("a", 338, DAY, qualifier="at_least", basis="unstated"))
    assert line(made, "Floor") == "at least 338, if the claims hold"


def test_an_unheld_floor_is_no_zero(shown: Shown, a_claim: Make) -> None:
    _, made = shown(a_claim("a", 90, DAY, basis="modelled"))
    assert line(made, "Floor") == "no claim here sets a floor"


def test_a_question_that_is_not_there_is_refused(release: Release, a_claim: Make) -> None:
    with pytest.raises(NoSuchQuestion, match=r"marts\.questions"):
        quote_card(release([a_claim("a", 1, DAY)]), "0" * 12)


# What it does not include, replaces, and parts into


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "deaths from hunger, disease or lack of care"),
        ({"deaths_counted": "indirect"}, "deaths by violence or by the event itself"),
        ({"deaths_counted": "direct_and_indirect"}, ""),
        ({"deaths_counted": "direct_and_indirect", "population": "civilians"}, "combatants"),
        (
            {"deaths_counted": "direct_and_indirect", "territory": "rebel-held areas"},
            "people outside “rebel-held areas”",
        ),
        (
            {"deaths_counted": "direct_and_indirect", "nationality": "Alanders"},
            "anybody but “Alanders”",
        ),
        (
            {"metric": "idps", "measure": "stock"},
            "people who fled abroad; people who were not in Aland then",
        ),
        (
            {"metric": "refugees", "place_role": "came_from"},
            "people displaced inside their own country; people who did not come from Aland",
        ),
        ({"metric": "injured"}, ""),
    ],
)
def test_what_is_not_included_follows_from_the_columns(
    shown: Shown, a_claim: Make, change: dict[str, Any], said: str
) -> None:
    _, made = shown(a_claim("a", 100, DAY, **change))
    assert line(made, "Does not include") == said


def test_which_deaths_may_be_unstated(shown: Shown, a_claim: Make) -> None:
    _, made = shown(a_claim("a", 100, DAY, deaths_counted="unstated"))
    assert line(made, "Does not include") == ""
    assert "hunger" in line(made, "Not stated")


def test_an_earlier_reading_of_the_series_is_told(shown: Shown, a_claim: Make) -> None:
    _, made = shown(
        a_claim("a", 150, DAY, series="toll"),
        a_claim("b", 120, date(2016, 9, 6), series="toll"),
        a_claim("c", 110, date(2016, 8, 6), series="toll"),
        a_claim("d", 140, date(2016, 9, 20), series="another"),
    )
    earlier = line(made, "Earlier reading")
    assert earlier == "120 (1 Jan to 6 Sep 2016; published 6 Sep 2016)"
    assert line(made, "Replaces") == ""


def test_a_later_word_on_the_same_days_replaces_without_a_reason(
    shown: Shown, a_claim: Make
) -> None:
    told = [
        a_claim("a", 150, date(2016, 12, 1), end=DAY),
        a_claim("b", 120, date(2016, 11, 1), end=DAY),
        a_claim("c", 130, date(2016, 12, 1), end=DAY, speaker="Ministry"),
    ]
    _, made = shown(*told)
    assert "120 (published 1 Nov 2016; reason not stated)" in line(made, "Replaces")
    assert "Ministry" not in line(made, "Replaces")


def test_a_replaced_claim_is_named(shown: Shown, a_claim: Make) -> None:
    new = a_claim("a", 150, date(2016, 12, 1), end=DAY)
    old = a_claim("b", 90, date(2016, 11, 1), end=DAY, replaced_by=new["claim_id"])
    _, made = shown(new, old)
    assert line(made, "Replaces") == "90 (published 1 Nov 2016; reason not stated)"
    assert "90" not in made.sentence.replace("1900", "")


@pytest.mark.parametrize(("reason", "said"), [("recount", "reason: recount"), (None, "not stated")])
def test_a_revision_of_its_record_is_told(
    shown: Shown, a_claim: Make, reason: str | None, said: str
) -> None:
    moved = {
        "revision_id": "x",
        "source_id": "sheet",
        "record_id": "a",
        "metric": "killed",
        "from_release": "0",
        "to_release": "1",
        "change": "raised",
        "best_from": 80,
        "best_to": 100,
        "stated_reason": reason,
        "rests_on": "x",
    }
    _, made = shown(a_claim("a", 100, DAY), revisions=[moved])
    replaced = line(made, "Replaces")
    assert replaced.startswith("80 of release 0 (raised; ") and said in replaced


def test_sex_and_age_have_the_whole_that_they_are_part_of(shown: Shown, a_claim: Make) -> None:
    whole = a_claim("a", 338, DAY, qualifier="at_least")
    _, made = shown(
        whole,
        a_claim("b", 106, DAY, population="children", part_of=whole["claim_id"]),
        a_claim("c", 40, DAY, population="women"),
        a_claim("d", 7, DAY, population="men", document_id="d2"),
        a_claim("e", 9, DAY, population="girls", review_status="pending"),
        a_claim("f", 200, DAY, population="civilians", part_of=whole["claim_id"]),
    )
    told = line(made, "Sex and age")
    assert "106 children, of at least 338 people" in told
    assert "40 women (of which whole is not stated)" in told
    assert "men," not in told and "girls" not in told and "civilians" not in told


# Sentences


QUALIFIED = [
    ("plain", 12_345, None, None),
    ("about", 470_000, None, None),
    ("nearly", 2_000, None, None),
    ("at_least", 350_209, None, None),
    ("more_than", 600, None, None),
    ("at_most", 90, None, None),
    ("up_to", 1_500, None, None),
    ("less_than", 51, None, None),
    ("between", None, 10, 20),
    ("vague", None, 24, 99),
    ("plain", 306_887, 281_000, 338_000),
]


def readable(text: str) -> str:
    return text.replace(ISOLATE, "").replace(END_ISOLATE, "")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("qualifier", "value", "low", "high"), QUALIFIED)
def test_the_number_of_a_sentence_is_read_again_as_the_figure(
    release: Release,
    a_claim: Make,
    language: str,
    qualifier: str,
    value: int | None,
    low: int | None,
    high: int | None,
) -> None:
    words = "dozens" if qualifier == "vague" else str(value or low)
    told = a_claim(
        "a", value, DAY, qualifier=qualifier, value_low=low, value_high=high, value_as_written=words
    )
    marts = release([told])
    facts = facts_of(marts, told["claim_id"])
    figure = marts["marts/figures"].set_index("claim_id").loc[told["claim_id"]]
    with speaking(language):
        sentence = readable(card(facts).sentence)
    expected = tuple(
        None if pd.isna(figure[e]) else int(figure[e]) for e in ("low", "best", "high")
    )
    held = [n for n in find_numbers(sentence) if n.doubt is None]
    assert _reads(held, qualifier, value) == expected, sentence


def _reads(held: list[Any], qualifier: str, value: int | None) -> tuple[int | None, ...]:
    """Low, best and high of what a sentence says: the first number, and the range behind it."""
    first = held[0]
    assert first.qualifier == qualifier
    low, best, high = ends(first.qualifier, first.value, first.value_low, first.value_high)
    behind = held[1]
    if value is not None and behind.qualifier == "between":
        return behind.value_low, best, behind.value_high
    return low, best, high


@given(
    st.sampled_from([q for q in vocab.QUALIFIERS if q not in ("between", "vague")]),
    st.integers(1, 8_000_000_000),
    st.sampled_from(list(vocab.POPULATIONS)),
    st.sampled_from(languages()),
)
def test_any_hedged_figure_is_read_again(
    qualifier: str, value: int, population: str, language: str
) -> None:
    printed = Printed(qualifier, value, None, None, "people", population)
    for said in (sentences.figure, sentences.number):
        with speaking(language):
            (read, *others) = find_numbers(readable(said(printed)))
        assert (read.qualifier, read.value, read.doubt) == (qualifier, value, None)
        assert others == []


@given(
    st.integers(0, 4_000_000_000),
    st.integers(1, 4_000_000_000),
    st.sampled_from(list(vocab.UNITS)),
    st.sampled_from(languages()),
)
def test_any_range_is_read_again(low: int, more: int, unit: str, language: str) -> None:
    printed = Printed("between", None, low, low + more, unit, "all")
    with speaking(language):
        (read,) = find_numbers(readable(sentences.figure(printed)))
    assert (read.qualifier, read.value_low, read.value_high) == ("between", low, low + more)


@pytest.mark.parametrize("language", languages())
def test_every_sentence_of_the_default_data_is_read_again(
    default_tables: Tables, language: str
) -> None:
    marts = default_tables
    figures = marts["marts/figures"].set_index("claim_id")
    seen = 0
    for question_id in marts["marts/questions"]["question_id"]:
        facts = quote_card(marts, question_id, "r1")
        for reading in facts.quoted:
            with speaking(language):
                made = card(facts)
            held = find_numbers(readable(made.sentence))
            of = figures.loc[reading.row.claim_id]
            wanted = tuple(None if pd.isna(of[e]) else int(of[e]) for e in ("low", "best", "high"))
            found = {
                ends(n.qualifier, n.value, n.value_low, n.value_high)
                for n in held
                if n.doubt is None and n.qualifier == reading.printed.qualifier
            }
            assert wanted in found, made.sentence
            seen += 1
    assert seen > 50


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {},
            "100 people were killed in Aland, 1 Jan to 6 Oct 2016, according to Monitor (tallied;",
        ),
        ({"value": 1}, "1 person was killed in Aland"),
        ({"population": "civilians", "value": 1}, "1 civilian was killed in Aland"),
        ({"deaths_counted": "excess"}, "100 people died in Aland"),
        ({"metric": "idps", "measure": "stock"}, "100 people in Aland were living displaced"),
        (
            {"metric": "refugees", "place_role": "came_from"},
            "100 people from Aland were living as refugees",
        ),
        (
            {"metric": "internal_displacements", "unit": "movements", "measure": "flow"},
            "100 movements of displacement were counted in Aland",
        ),
        ({"metric": "displaced", "unit": "households"}, "100 households in Aland were displaced"),
        ({"origin": "Archive"}, "according to Monitor, crediting Archive ("),
        (
            {"speaker": "publisher not stated", "origin": "Archive"},
            "2016, credited to Archive (",
        ),
        ({"speaker": "publisher not stated"}, "according to somebody who is not named ("),
        ({"basis": "unstated"}, "(basis not stated; "),
        ({"place_id": None}, "were killed at a place that is not stated"),
    ],
)
def test_a_sentence_is_whole(
    shown: Shown, a_claim: Make, change: dict[str, Any], said: str
) -> None:
    _, made = shown(a_claim("a", change.pop("value", 100), DAY, **change))
    assert said in made.sentence
    assert made.sentence.endswith("published by The Press, 6 Oct 2016).")


def test_households_stay_what_was_printed(shown: Shown, a_claim: Make) -> None:
    _, made = shown(
        a_claim(
            "a",
            300,
            DAY,
            metric="displaced",
            unit="households",
            household_size=5.0,
            household_size_source="census 2010",
        )
    )
    assert made.sentence.startswith("300 households in Aland were displaced")
    assert line(made, "Counted as") == "1,500, at 5 people a household (census 2010)"


def test_the_words_of_the_source_stay(shown: Shown, a_claim: Make) -> None:
    _, made = shown(
        a_claim("a", 450_000, DAY, quote="450.000", value_as_written="450.000"),
    )
    assert line(made, "As printed") == "“450.000”"
    _, bare = shown(a_claim("a", 450_000, DAY, value_as_written="450000"))
    assert line(bare, "As printed") == ""


# As text and as facts


def test_text_and_facts_say_the_same(release: Release, a_claim: Make) -> None:
    told = a_claim("a", 600, DAY, qualifier="more_than", stated_on=date(2016, 10, 5))
    marts = release([told])
    with page.made_from("r7"):
        facts = quote_card(marts, str(marts["marts/questions"]["question_id"].iloc[0]))
    made = card(facts)
    text = as_text(made)
    for part in (made.title, made.sentence, made.citation, "more than 600", "release r7"):
        assert part in text
    held = json.loads(json.dumps(as_json(facts)))
    (answer,) = [a for a in held["tiers"]["reported"] if a["rule"] == "by_source"]
    (said,) = answer["claims"]
    assert (said["qualifier"], said["value"], said["low"], said["best"]) == (
        "more_than",
        600,
        601,
        None,
    )
    assert (said["stated_on"], said["published_on"]) == ("2016-10-05", "2016-10-06")
    assert held["tiers"]["verified"] == [] and held["pick"] is None
    assert held["release_id"] == "r7" and held["citations"][0]["type"] == "report"


def test_a_card_is_made_alike_twice(shown: Shown, a_claim: Make) -> None:
    told = [a_claim(name, n, DAY, speaker=name) for name, n in (("b", 2), ("a", 3), ("c", 4))]
    first, again = shown(*told), shown(*told[::-1])
    assert as_json(first[0])["tiers"] == as_json(again[0])["tiers"]
    assert as_text(first[1]).splitlines() == as_text(again[1]).splitlines()
