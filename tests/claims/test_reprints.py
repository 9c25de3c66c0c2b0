"""Which texts print one story: what a paper does to a wire story, and what only looks like one.

The story, the bulletins and the background were written for these tests; nothing in them happened.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from pipelines.claims.reprints import LEAST_WORDS, Printing, find_reprints, words_of
from pipelines.core.actors import Actors
from schemas import raw

ACTORS = Actors(
    schemas.frame(
        raw.Actors,
        [
            {"actor_id": "kestrel", "name": "Kestrel Wire", "other_names": ["KW"]}
            | {"citation": "test"},
        ],
    )
)
WIRE = """Ferry landing shelled in Orvand as families queue for boats

ORVAND (Kestrel Wire) - Shells struck the ferry landing at Orvand early on Monday, killing 23 people and wounding 61, the harbour master's office said.

Hundreds of families had queued through the night for the boats that leave for the far bank at first light. Three of the dead were crew members of the ferry Lantern, which was moored at the second pier when the first shell fell.

"We had counted the passengers twice and were about to cast off," said a deckhand who gave only his first name, Ilmar. "Then the whole pier rose under us."

The regional hospital said its two operating rooms had worked without a break since dawn and that it had asked the organisation of village doctors for blood and for surgeons. Nine of the wounded were children.

The harbour has changed hands four times since the spring. Both sides say that they do not fire at boats, and both accuse the other of using the warehouses behind the landing as stores for ammunition. The centre of the town has been without power for eleven days.

An envoy who had been trying to arrange a pause in the fighting said the talks would go on in the neighbouring capital on Thursday. She would not say whether the landing had been on the list of places that both sides had promised to spare.
"""  # noqa: E501
PARAGRAPHS = WIRE.strip().split("\n\n")
HEAD, BODY = PARAGRAPHS[0], PARAGRAPHS[1:]
OWN = [
    "Readers of this paper have collected blankets for the far bank since the winter, and a lorry "
    "with the first load left our yard on Sunday evening with two volunteers on board.",
    "Our town has been twinned with Orvand for a generation, and the mayor said the flag on the "
    "town hall would be lowered until the end of the week.",
]
BACKGROUND = """The war in the river provinces began after the flood of the old capital, when the council split over who should command the border guard. Both camps have since set up courts, tax offices and schools of their own, and more than 9,000 people are thought to have died. The river league has twice sent mediators and twice withdrawn them. Neither camp lets reporters travel without a minder."""  # noqa: E501
FIRST = date(2031, 5, 12)


def printing(
    name: str, text: str, day: int = 0, publisher: str | None = "", **figures: list[int]
) -> Printing:
    """A document of a paper of its own, on a day after the first."""
    return Printing(
        document_id=name,
        text=text,
        published_on=date.fromordinal(FIRST.toordinal() + day),
        publisher=f"The {name} Paper" if publisher == "" else publisher,
        figures={m: frozenset((v, None, None) for v in given) for m, given in figures.items()},
    )


def firsts(*printings: Printing) -> dict[str, str]:
    return {name: found.of for name, found in find_reprints(printings, ACTORS).items()}


def pair(one: str, other: str, **given: str | None) -> dict[str, str]:
    return firsts(printing("a", one, 0, **given), printing("b", other, 1, **given))


WIRE_PRINTING = printing("a", WIRE)


def paper(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


# What a paper does to a story

CHANGED = {
    "another headline": paper("Boats stay moored after a morning of shells", *BODY),
    "a byline and a dateline": paper(
        HEAD, "By our staff and agencies", "Published 07:40, 13 May 2031", *BODY
    ),
    "the last paragraphs cut": paper(HEAD, *BODY[:2]),
    "only the first paragraphs, and own words": paper("Landing hit", *BODY[:3], OWN[0]),
    "two own paragraphs at the end": paper(HEAD, *BODY, *OWN),
    "two own paragraphs at the top": paper("We mourn with Orvand", *OWN, *BODY),
    "two own paragraphs and a cut": paper("We mourn with Orvand", *BODY[:4], *OWN),
    "American spelling": WIRE.replace("harbour", "harbor")
    .replace("centre", "center")
    .replace("organisation", "organization")
    .replace("neighbouring", "neighboring"),
    "other marks and spaces": WIRE.replace('"', "“").replace("'", "’").replace(" - ", " — "),
    "hard-wrapped lines": re.sub(r"(.{50,70}) ", r"\1\n", WIRE),
    "one line": " ".join(WIRE.split()),
    "capitals": WIRE.upper(),
    "numbers in words": WIRE.replace("killing 23", "killing twenty-three").replace("Three", "3"),
    "left-over mark-up": WIRE.replace("\n\n", "\n\n* ").replace("Ilmar", "**Ilmar**"),
}


@pytest.mark.parametrize("text", CHANGED.values(), ids=CHANGED)
def test_a_reprint_is_known_whatever_the_paper_did(text: str) -> None:
    assert pair(WIRE, text) == {"b": "a"}
    assert pair(text, WIRE) == {"b": "a"}


def test_five_papers_print_one_story() -> None:
    texts = [WIRE, *list(CHANGED.values())[:4]]
    given = [
        printing(name, text, day)
        for day, (name, text) in enumerate(zip("abcde", texts, strict=True))
    ]
    assert firsts(*given) == dict.fromkeys("bcde", "a")


def test_two_cuts_that_share_little_meet_in_the_story() -> None:
    cut, own = paper(HEAD, *BODY[:2]), paper("Landing hit", *BODY[:2], *OWN, BACKGROUND)
    given = [printing("a", WIRE, 0), printing("b", cut, 1), printing("c", own, 2)]
    assert firsts(*given) == {"b": "a", "c": "a"}
    assert firsts(given[0], given[2]) == {}


def test_likeness_is_the_share_of_the_shorter_text() -> None:
    found = find_reprints(
        [printing("a", WIRE), printing("b", paper(*BODY[:3]), 1), printing("c", WIRE, 2)], ACTORS
    )
    assert found["b"].likeness == found["c"].likeness == 1
    assert find_reprints([printing("a", WIRE)], ACTORS) == {}


# Which was first


def test_the_earliest_is_first_whatever_its_id() -> None:
    assert firsts(printing("a", WIRE, 3), printing("z", WIRE, 1)) == {"a": "z"}


def test_a_document_without_a_day_comes_last() -> None:
    undated = Printing("a", WIRE, None, "Some Paper", {})
    assert firsts(undated, printing("z", WIRE, 30)) == {"a": "z"}


@pytest.mark.parametrize("publisher", ["Kestrel Wire", "KW", "kestrel wire"])
def test_of_one_day_the_agency_that_the_others_name_is_first(publisher: str) -> None:
    given = [printing("a", WIRE), printing("b", WIRE), printing("wire", WIRE, 0, publisher)]
    assert firsts(*given) == {"a": "wire", "b": "wire"}


def test_an_agency_that_is_held_from_a_later_day_is_not_first() -> None:
    assert firsts(printing("a", WIRE), printing("w", WIRE, 1, "Kestrel Wire")) == {"w": "a"}


def test_of_one_day_and_no_agency_the_least_id_is_first() -> None:
    text = WIRE.replace("(Kestrel Wire) ", "")
    assert firsts(printing("b", text), printing("a", text)) == {"b": "a"}


# What only looks like a reprint


def bulletin(day: int, killed: int, hurt: int, moved: int) -> str:
    return f"""Daily bulletin of the river provinces' relief office

Figures are preliminary and are collected by telephone from the district offices between six and eight in the morning. Districts that could not be reached are counted with the next bulletin.

In the last day {killed} people were killed and {hurt} were wounded in the river provinces. The relief office registered {moved} families who left their homes, most of them for the towns on the far bank.

The office asks all partners to report what they hand out before noon, to use the sheet that was sent to them, and to name one person who can be called when a figure is not clear. Bulletin of {day} May."""  # noqa: E501


def test_two_days_bulletins_are_not_reprints() -> None:
    days = [bulletin(12, 4, 17, 230), bulletin(13, 6, 21, 180)]
    assert (
        pair(*days) == pair(*days, publisher="Relief Office") == pair(*days, publisher=None) == {}
    )
    assert pair(days[0], days[0]) == {"b": "a"}


def test_one_figure_that_differs_is_enough() -> None:
    assert pair(bulletin(12, 4, 17, 230), bulletin(12, 5, 17, 230)) == {}


def test_a_day_in_running_text_is_a_figure_too() -> None:
    assert pair(bulletin(12, 4, 17, 230), bulletin(13, 4, 17, 230)) == {}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("killing 23 people", "killing 27 people"),
        ("killing 23 people", "killing at least twenty-six people"),
        ("killing 23 people and wounding 61", "killing 23 people and wounding 74"),
    ],
)
def test_an_update_with_a_new_toll_is_a_story_of_its_own(was: str, becomes: str) -> None:
    assert was in WIRE
    update = WIRE.replace(was, becomes)
    assert pair(WIRE, update) == {}
    given = [printing("a", WIRE), printing("b", update, 1), printing("c", update, 2)]
    assert firsts(*given, printing("d", WIRE, 3)) == {"c": "b", "d": "a"}


def test_claims_that_do_not_agree_part_texts_that_say_it_in_other_words() -> None:
    update = WIRE.replace("killing 23 people and wounding 61", "with 27 dead and scores hurt")
    one, other = printing("a", WIRE, killed=[23]), printing("b", update, 1, killed=[27])
    assert firsts(one, other) == {}
    same = printing("b", WIRE, 1, killed=[23, 9_000], injured=[61])
    assert firsts(one, same) == {"b": "a"}


def test_unlike_stories_with_one_background_are_not_reprints() -> None:
    market = (
        "A market in the village of Tellin burned down on Tuesday after a spark from a welder's "
        "torch reached a stall of lamp oil. Nobody was hurt, the village elder said, for the "
        "traders had gone to a wedding. The stalls are to be built again in stone."
    )
    bridge = (
        "Engineers closed the long bridge at Sarn to lorries on Tuesday because one of its piers "
        "has sunk by the width of a hand. Buses may still cross one at a time. A repair would "
        "take until the autumn, the district engineer said, and steel is hard to come by."
    )
    one, other = paper("Market burns", market, BACKGROUND), paper("Bridge", bridge, BACKGROUND)
    assert pair(one, other) == pair(one, other, publisher="The Rivers Daily") == {}


def test_short_reports_of_one_form_are_not_reprints() -> None:
    """Events of one kind in two places, which two bodies report in the same words."""
    report = (
        "{place}: 2 households displaced by a storm. A storm on the night before last destroyed "
        "the roofs of {place}, where 2 households of the quarter of {quarter} moved to their "
        "neighbours, said the district's office for relief. Nobody was hurt in {place}."
    )
    one = report.format(place="Tellin", quarter="the Tanners")
    other = report.format(place="Sarn", quarter="Saint Orla")
    assert pair(one, other) == {}


def test_a_round_up_joins_no_two_stories_to_one() -> None:
    ferry, other = paper(*BODY[:3]), BACKGROUND.replace("The war", "In short: the war")
    both = paper("The week in brief", ferry, *OWN, other)
    found = firsts(printing("a", ferry), printing("b", both, 1), printing("c", other, 2))
    assert found.get("c") != "a"


def test_very_short_texts_are_never_reprints() -> None:
    short = " ".join(words_of(BODY[1])[: LEAST_WORDS - 1])
    assert pair(short, short) == {}
    assert pair(f"{short} tonight", f"{short} tonight") == {"b": "a"}


def test_a_word_repeated_a_text_of_marks_and_no_text_at_all() -> None:
    assert pair("word " * 50, "word " * 60) == {"b": "a"}
    assert pair("", "") == pair("... --- " * 50, "... --- " * 50) == {}
    assert pair("\x00\ud7ff\U0001f6a2 " * 90, "१२३ ٤٥٦ " * 90) == {}


def test_long_tables_of_numbers_end(must_end: Callable[[], AbstractContextManager[None]]) -> None:
    def table(start: int) -> str:
        return "\n".join(f"row{n} name{n % 7} {start + 2 * n} people" for n in range(6_000))

    with must_end():
        assert pair(table(10_001), table(10_002)) == {}
        assert pair(table(10_001), table(10_001)) == {"b": "a"}


# Whatever else is held

SHELF = [
    printing("a", WIRE),
    printing("b", CHANGED["the last paragraphs cut"], 1),
    printing("c", CHANGED["two own paragraphs at the top"], 1),
    printing("d", WIRE.replace("killing 23", "killing 29"), 2),
    printing("e", bulletin(12, 4, 17, 230), 0),
    printing("f", bulletin(13, 5, 19, 260), 1),
    printing("g", paper(BACKGROUND, *OWN), 1),
]
FOUND = firsts(*SHELF)


def test_the_shelf_holds_reprints_and_others() -> None:
    assert FOUND == {"b": "a", "c": "a"}


@given(st.permutations(SHELF))
def test_the_order_of_documents_never_matters(shelf: list[Printing]) -> None:
    assert find_reprints(shelf, ACTORS) == find_reprints(SHELF, ACTORS)


LETTERS = st.text("bcdfghjklmnpqrstvwxz", min_size=2, max_size=9)


@settings(max_examples=40)
@given(
    st.lists(LETTERS, min_size=60, max_size=120),
    st.sampled_from(["0", "b1", "z"]),
    st.integers(0, 3),
)
def test_an_unrelated_document_changes_nothing(words: list[str], name: str, day: int) -> None:
    assert firsts(*SHELF, printing(name, " ".join(words), day)) == FOUND


@settings(max_examples=40)
@given(st.sets(st.sampled_from("abcdefg")))
def test_what_is_published_later_changes_nothing_earlier(names: set[str]) -> None:
    early = [one for one in SHELF if one.document_id in names]
    before = firsts(*early)
    later = [printing(f"later-{one.document_id}", one.text, 9) for one in SHELF]
    after = firsts(*early, *later)
    assert {name: of for name, of in after.items() if name in names} == before


def test_words_are_folded_but_kept_apart() -> None:
    assert words_of("The Centre's 12,000 “travellers”") == words_of("the center’s 12 000 travelers")
    assert words_of("İstanbul naïve") == words_of("İSTANBUL NAÏVE")
    assert words_of("12 people") != words_of("13 people")


def test_equal_texts_of_many_papers_are_compared_with_the_first_alone() -> None:
    many = [printing(f"{n:03}", WIRE, n % 5) for n in range(150)]
    assert set(firsts(*many).values()) == {"000"} and len(firsts(*many)) == 149


def test_pairs_do_not_hide_behind_what_everybody_prints() -> None:
    """More papers than are compared print the background; two of the last print one story."""
    filler = pd.Series(
        [f"Story {n}: " + " ".join(f"w{n}x{k}" for k in range(80)) for n in range(150)]
    )
    shelf = [printing(f"p{n:03}", paper(text, BACKGROUND), n % 3) for n, text in filler.items()]
    again = [printing(f"q{n}", paper(filler[n], BACKGROUND), 5) for n in (148, 149)]
    assert firsts(*shelf, *again) == {"q148": "p148", "q149": "p149"}


def test_every_pair_of_changes_is_one_story() -> None:
    given = [printing(f"{n:02}", text, n) for n, text in enumerate([WIRE, *CHANGED.values()])]
    for one, other in itertools.combinations(given[1:], 2):
        assert set(firsts(given[0], one, other).values()) == {"00"}
