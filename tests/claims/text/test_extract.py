"""What sentences of every trap give, and what holds for any text."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.claims.text.claim import Document, to_json
from pipelines.claims.text.extract import extract
from pipelines.claims.text.lexicon import Entry, entries
from pipelines.core.numbers import find_numbers

PLAIN = Document()


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.example[:40])
def test_each_entry_reads_its_example(entry: Entry) -> None:
    claims = extract(entry.example, PLAIN).claims
    assert tuple(claim.value for claim in claims) == entry.gives
    if entry.gives and entry.metric:
        assert entry.metric in {claim.metric for claim in claims}


def read(text: str) -> list[tuple[Any, ...]]:
    """Metric and value of each claim, with what is out of the ordinary."""
    found = []
    for claim in extract(text, PLAIN).claims:
        value = claim.value if claim.value is not None else (claim.value_low, claim.value_high)
        marks = [claim.modality] if claim.modality != "stated" else []
        marks += ["part"] if claim.part_of is not None else []
        marks += ["toll"] if claim.cumulative else []
        marks += [claim.unit] if claim.unit != "people" else []
        found.append((claim.metric, value, *marks))
    return found


TRAPS: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("The raid kills 12 and wounds 3.", [("killed", 12), ("injured", 3)]),
    ("In the raid 8 soldiers, 20 rebels killed.", [("killed", 8), ("killed", 20)]),
    ("The raid kills 5 soldiers and 3 civilians.", [("killed", 5), ("killed", 3)]),
    ("40 dead, 12 wounded.", [("killed", 40), ("injured", 12)]),
    ("Beside the bus 12 people were killed.", [("killed", 12)]),
    ("Gunmen killed 8 and infected 104 others.", [("killed", 8)]),
    ("They killed 9 and kidnapped 6.", [("killed", 9)]),
    ("The militia killed one rebel and seized 45 crates.", [("killed", 1)]),
    ("Two soldiers killed three civilians.", [("killed", 3)]),
    ("Eleven refugees were killed when the boat sank.", [("killed", 11)]),
    ("Six displaced people were shot dead.", [("killed", 6)]),
    ("The war killed 31, including 16 children.", [("killed", 31), ("killed", 16, "part")]),
    (
        "27 dead: 15 in A and 11 in B.",
        [("killed", 27), ("killed", 15, "part"), ("killed", 11, "part")],
    ),
    ("Nine of the 30 injured are critical.", [("injured", 9, "part"), ("injured", 30)]),
    ("Of the 50 injured, 12 are critical.", [("injured", 50), ("injured", 12, "part")]),
    ("Three children were among 12 people killed.", [("killed", 3, "part"), ("killed", 12)]),
    ("Two bodies were found, bringing the toll to 31.", [("killed", 2), ("killed", 31, "toll")]),
    (
        "The toll was revised from 650 to 600.",
        [("killed", 650, "superseded"), ("killed", 600, "toll")],
    ),
    (
        "1,310 people were killed in 2022, up from 1,120 in 2021.",
        [("killed", 1310), ("killed", 1120)],
    ),
    ("1,310 were killed, up from 1,120.", [("killed", 1310), ("killed", 1120, "superseded")]),
    ("It could displace 250,000 people.", [("displaced", 250_000, "projected")]),
    ("The mayor ordered 900 residents to evacuate.", [("evacuated", 900, "ordered")]),
    ("No one died but 80 homes were destroyed.", [("killed", 0, "none_reported")]),
    ("None of the 96 passengers was hurt.", []),
    ("12 people were not injured.", []),
    (
        "Some 322 families (about 2,400 people) were displaced.",
        [("displaced", 322, "households"), ("displaced", 2400)],
    ),
    ("More than 2,000 homes were evacuated.", [("evacuated", 2000, "homes")]),
    ("Between 30 and 40 people died.", [("killed", (30, 40))]),
    ("Dozens were injured.", [("injured", (24, 99))]),
    ("Over 3,000 displaced people returned home.", [("returned_idps", 3000)]),
    ("About 900 civilians were killed or wounded.", [("killed_or_injured", 900)]),
    ("The blast left 40 people dead or missing.", [("dead_or_missing", 40)]),
    ("A 900-strong force attacked, killing 14.", [("killed", 14)]),
    ("The boat carrying 84 people sank; 20 drowned.", [("killed", 20)]),
    ("All 162 passengers were unharmed.", []),
    ("Half of the 640 residents have fled.", []),
    ("Half of the 111,000 people displaced have returned.", [("displaced", 111_000)]),
    ("Police arrested 40 men after 3 officers were killed.", [("killed", 3)]),
    ("The army says 12 died; rebels put the figure at 80.", [("killed", 12), ("killed", 80)]),
    ("13 million people are in need and 6 million displaced.", [("displaced", 6_000_000)]),
    ("In a town where 5,000 people live, 12 were killed.", [("killed", 12)]),
    ("While 20,000 people waited at the border, 3 died of cold.", [("killed", 3)]),
    ("For the 5,000 people in the camp, 12 of whom died, aid arrived.", [("killed", 12)]),
    ("All but 3 of the 45 passengers died.", []),
    ("All but 20 of the town's 4,000 residents have fled.", []),
    ("No fewer than 12 and perhaps as many as 30 died.", [("killed", 12), ("killed", 30)]),
    ("Some 3,771 died or went missing.", [("dead_or_missing", 3771)]),
    ("The toll stood at 120 dead or missing.", [("dead_or_missing", 120, "toll")]),
    ("12 people died, 9 children among them.", [("killed", 12), ("killed", 9, "part")]),
    ("Twelve people, four women among them, died.", [("killed", 12), ("killed", 4, "part")]),
    (
        "The raid left 200 casualties, including 50 dead.",
        [("killed_or_injured", 200), ("killed", 50, "part")],
    ),
    (
        "In Homs 100 died. In Hama 44 died, among them 16 women.",
        [("killed", 100), ("killed", 44), ("killed", 16, "part")],
    ),
    ("11 people died. Four of them were children.", [("killed", 11), ("killed", 4, "part")]),
    (
        "31 died.\n\nIt was dawn. Nine of the dead were children.",
        [("killed", 31), ("killed", 9, "part")],
    ),
    ("Thirty died. The dead included 6 Turks.", [("killed", 30), ("killed", 6, "part")]),
    ("Thirty died. Among the dead were nine children.", [("killed", 30), ("killed", 9, "part")]),
    (
        "81 people died, namely 11 people who died in Majene and 70 people in Mamuju.",
        [("killed", 81), ("killed", 11, "part"), ("killed", 70, "part")],
    ),
    (
        "Six were killed in the raid. In total seven people died.",
        [("killed", 6, "part"), ("killed", 7)],
    ),
    ("300 people died each month.", []),
    ("Nine people died in a day.", [("killed", 9)]),
    ("Landmines injured 94 people, 17 fewer than in 2020.", [("injured", 94)]),
    ("Battalion return: KIA 12, WIA 47, MIA 3.", [("killed", 12), ("injured", 47), ("missing", 3)]),
    ("Dead: 8. Injured: 7.", [("killed", 8), ("injured", 7)]),
    (
        "87 families/391 persons are staying in 3 evacuation centres.",
        [("displaced", 87, "households"), ("displaced", 391)],
    ),
    ("Initial reports of 75 dead proved wrong; the coroner confirmed 57.", [("killed", 57)]),
    ("Two brothers aged 9 and 12 drowned.", [("killed", 2)]),
    ("Fourteen of the 172 on board are injured.", [("injured", 14)]),
    ("Three of the 14 people reported missing were found alive.", [("missing", 14)]),
    ("410 families who had fled have returned.", [("returned_idps", 410, "households")]),
    ("The storm killed37people and hasdisplaced54,000.", [("killed", 37), ("displaced", 54_000)]),
    ("A flu has killed 45,000 hens.", []),
    ("Five death sentences and two missing persons cases followed.", []),
]


@pytest.mark.parametrize(("text", "expected"), TRAPS)
def test_traps(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "surface", "outcome", "reason"),
    [
        ("It happened on 4 March.", "4", "empty", "text.date"),
        ("A 9-year-old girl died.", "9", "empty", "text.age"),
        ("It caused $4 million in damage.", "4 million", "empty", "text.money"),
        ("About 30 percent died.", "30", "empty", "text.percent"),
        ("They walked 90 km.", "90", "empty", "text.measure"),
        ("It lasted 11 days.", "11", "empty", "text.duration"),
        ("Half of the town burned.", "Half", "empty", "text.fraction"),
        ("A 900-strong force came.", "900", "empty", "text.compound"),
        ("Flight 9268 crashed.", "9268", "empty", "text.name"),
        ("They burned 45 tanks.", "45", "empty", "text.not_people"),
        ("The 40 men met.", "40", "empty", "text.no_metric"),
        ("The flood killed 12m.", "12m", "set_aside", "number.ambiguous_suffix"),
        (
            "It fell by 1.5 points and 1.234 people died.",
            "1.234",
            "set_aside",
            "number.ambiguous_separator",
        ),
        ("30 were killed, including 40 children.", "40", "set_aside", "text.part_exceeds_total"),
        ("Mindestens 12 Menschen wurden bei der Tat getötet.", "12", "set_aside", "text.language"),
    ],
)
def test_every_other_number_has_its_reason(
    text: str, surface: str, outcome: str, reason: str
) -> None:
    found = {c.surface: (c.outcome, c.reason) for c in extract(text, PLAIN).candidates}
    assert found[surface] == (outcome, reason)


@pytest.mark.parametrize(
    ("text", "speaker", "origin"),
    [
        ("At least 12 people died, the governor said.", "the governor", None),
        ("Police said 13 people were shot dead.", "Police", None),
        ("According to the Red Crescent, 12 died.", None, "the Red Crescent"),
        ("12 people died, according to the Red Crescent.", None, "the Red Crescent"),
        ("Reuters, citing police, said 12 people died.", "Reuters", "police"),
        ("Shelling kills two children - defence ministry", "defence ministry", None),
        ("UN: 1 dead, 20 injured in the east", "UN", None),
        ("Four people died in San Antonio, Texas, United States.", None, None),
        ("Thirty people are reported missing.", None, None),
        ("He said 15 were wounded.", None, None),
        ("An estimated 15 people were wounded.", None, None),
        ("Some reported 15 dead.", None, None),
    ],
)
def test_attribution(text: str, speaker: str | None, origin: str | None) -> None:
    claim = extract(text, PLAIN).claims[0]
    assert (claim.speaker, claim.origin) == (speaker or "publisher not stated", origin)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("More than 300 people have been killed, the UN said in August 2016.", None),
        ("The toll has risen to 12 dead, the ministry said on Thursday.", None),
        ("The ministry said Monday that 12 people were killed on Sunday.", "on Sunday"),
        ("At least 12 died in a report published on 3 May 2016.", None),
        ("On Monday, the ministry said, 12 people were killed.", "On Monday"),
        ("The ministry said in the past five years 12 people died.", "in the past five years"),
        ("12 people were killed on Thursday, the ministry said.", "on Thursday"),
    ],
)
def test_the_day_of_saying_is_no_window(text: str, period: str | None) -> None:
    document = Document(published_on=date(2016, 10, 6))
    (claim,) = extract(text, document).claims
    assert claim.period_as_written == period


def test_two_sources_in_one_sentence_speak_for_their_own() -> None:
    claims = extract("Rebels claim they killed 20; the army says 3 died.", PLAIN).claims
    assert [(c.speaker, c.source_type) for c in claims] == [
        ("Rebels", "party_to_conflict"),
        ("the army", "party_to_conflict"),
    ]


def test_the_publisher_speaks_where_nobody_is_named() -> None:
    assert extract("12 people died.", Document(publisher="The Courier")).claims[0].speaker == (
        "The Courier"
    )


def test_an_unknown_place_is_kept_as_written_and_not_replaced(document: Document) -> None:
    text = "It began in Syria. Two people were killed in Grumblemarsh."
    claim = extract(text, document).claims[0]
    assert (claim.place_as_written, claim.place_id) == ("Grumblemarsh", None)
    assert "place_unresolved" in claim.doubts


def test_the_place_of_a_part_is_not_the_place_of_its_total(document: Document) -> None:
    total, part = extract("It killed 26, including 15 in Aleppo.", document).claims
    assert (total.place_id, part.place_id) == (None, "SY02")


def test_what_limits_a_figure_is_kept() -> None:
    claim = extract("88 civilians were killed by barrel bombs in the city.", PLAIN).claims[0]
    assert (claim.restriction, claim.hazard_or_weapon) == ("by barrel bombs", "barrel bombs")


CONTRACT = """
metric measure term value value_low value_high qualifier unit modality part_of
cumulative population nationality deaths_counted value_as_written quote quote_start
quote_end sentence_start sentence_end number_start number_end place_as_written
place_id territory period_as_written start_earliest start_latest end_earliest
end_latest speaker origin restriction doubts
"""


def test_the_json_has_the_keys_of_the_contract() -> None:
    line = to_json(extract("Since 2011, 12 people died on Route 7.", PLAIN))
    (claim,) = line["claims"]
    assert claim["value"] == 12 and claim["start_earliest"] == "2011-01-01"
    assert list(claim) == CONTRACT.split()
    assert [(a["text"], a["reason"]) for a in line["set_aside"]] == [
        ("2011", "text.date"),
        ("7", "text.name"),
    ]


WORDS = """
12 600 450.000 1,234 2011 dozens half one killed wounded fled died toll people children soldiers
homes the of in to and , . ; : ( ) said according including since Monday 19 September from between
no none not % $ € km “ ” - – 😀 ٤٥ İ U.S. No. [...]
"""
NOISE = st.lists(st.sampled_from([*WORDS.split(), "\n", "\u202f"]), max_size=40).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), NOISE))
def test_any_text_gives_sound_claims_and_a_true_account(text: str) -> None:
    read = extract(text, PLAIN)
    for claim in read.claims:
        assert text[claim.quote_start : claim.quote_end] == claim.quote
        assert text[claim.number_start : claim.number_end] == claim.value_as_written
        assert claim.sentence_start <= claim.quote_start <= claim.quote_end <= claim.sentence_end
        if claim.part_of is not None:
            total, own = read.claims[claim.part_of], claim.value
            if total.value is not None and own is not None:
                assert own <= total.value
    starts = [candidate.start for candidate in read.candidates]
    assert len(starts) == len(set(starts))
    assert {number.start for number in find_numbers(text)} <= set(starts)
    claimed = [c.claim for c in read.candidates if c.outcome == "claim"]
    assert sorted(claimed) == list(range(len(read.claims)))
    assert all(c.reason for c in read.candidates if c.outcome != "claim")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([text for text, _ in TRAPS]),
    st.sampled_from(["It snowed.\n\n", "😀 Really.\n\n", "In 1999 it cost $5.\n\n"]),
)
def test_a_prefix_shifts_offsets_and_changes_nothing_else(text: str, prefix: str) -> None:
    alone, after = extract(text, PLAIN).claims, extract(prefix + text, PLAIN).claims
    shift = len(prefix)
    assert [(c.metric, c.value, c.quote_start + shift) for c in alone] == [
        (c.metric, c.value, c.quote_start) for c in after
    ]


DECOYED = [
    text
    for text, _ in TRAPS
    if not any(words in text for words in ("20", "In total", "aged", "Initial reports"))
]
"""Texts without a date, and without a phrase that a decoy could cut in two."""


@pytest.mark.parametrize("text", DECOYED)
@pytest.mark.parametrize("decoy", ["(worth £4 million)", "(aged 45)", "(12 km away)"])
def test_a_masked_decoy_anywhere_changes_no_claim(text: str, decoy: str) -> None:
    """Anywhere but inside a quote, which carries a number with its hedging word."""

    def said(text: str) -> list[tuple[Any, ...]]:
        claims = extract(text, PLAIN).claims
        return [(c.metric, c.value, c.value_low, c.quote, c.modality, c.part_of) for c in claims]

    alone = said(text)
    quotes = [(c.quote_start, c.quote_end) for c in extract(text, PLAIN).claims]
    for at, char in enumerate(text):
        if char == " " and not any(start <= at < end for start, end in quotes):
            assert said(f"{text[:at]} {decoy}{text[at:]}") == alone, text[:at]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([t for t, _ in TRAPS]), st.sampled_from([t for t, _ in TRAPS]))
def test_two_texts_together_give_the_union(first: str, second: str) -> None:
    assert read(f"{first}\n\n{second}") == read(first) + read(second)


@pytest.mark.parametrize(
    "junk",
    ["a", "1", "1,", " ", "\n", ".", "one ", "12 killed ", "(", "A. ", "said ", "half of ", "$"],
)
def test_no_junk_takes_for_ever(junk: str, must_end: Any) -> None:
    """Of a text this long, whatever is not linear does not end."""
    with must_end():
        extract((junk * 60_000)[:60_000], PLAIN)
