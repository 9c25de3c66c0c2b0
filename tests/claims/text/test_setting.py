"""What limits a figure, as written, and its cause; each line of a table is one form."""

from __future__ import annotations

import time

import pytest

from pipelines.claims.text.claim import Document
from pipelines.claims.text.extract import extract
from pipelines.claims.text.setting import cause, restriction, weapon_or_hazard

FORMS = """
88 civilians were | killed | by barrel bombs in the city. | by barrel bombs
12 people were | killed | by government forces in Homs | by government forces
12 people were | killed | by Israeli fire while waiting for aid | by Israeli fire
12 people were | killed | by gunmen | by gunmen
30 | died | from shelling | from shelling
30 | died | from hunger in the camp | from hunger
7 children | died | of cholera in March | of cholera
12 people who were queueing for bread were | killed |  | who were queueing for bread
140 people were | wounded | in hospitals | in hospitals
140 people were | wounded | in three hospitals | in three hospitals
45 civilians | killed | in government-held areas of Aleppo | in government-held areas
45 civilians | killed | in the east of the city | in the east of the city
2,300 children | killed | under the age of 18 | under the age of 18
2,300 children under the age of 18 were | killed |  | under the age of 18
4 girls aged under 15 were | killed |  | aged under 15
16 were among those | killed | in clashes | among those killed in clashes
1,200 victims identified by name were | killed |  | identified by name
300 registered refugees were | displaced |  | registered
12 people are confirmed | dead |  | confirmed
40 detainees | died | in detention in Damascus | in detention
8 | killed | under torture | under torture
90 people | killed | since the ceasefire | since the ceasefire
90 people | killed | since the truce began | since the truce began
30 | killed | in an air strike on a market | in an air strike
30 | killed | in clashes with the army | in clashes
12 | killed | at a checkpoint | at a checkpoint
100 | killed | during protests in Homs | during protests
20,000 | displaced | by floods | by floods
5 | killed | in a car bomb attack, police said | in a car bomb
19 | drowned | in a storm | in a storm
600 | killed | in the past five years according to the UN | -
20 | killed | by Monday | -
20 | killed | by the end of March | -
5,000 | evacuated | by bus | -
12 | killed | in Syria | -
12 | killed | , and 30 wounded by shelling | -
12 | killed | | -
"""
TABLE = [tuple(part.strip() for part in line.split("|")) for line in FORMS.strip().splitlines()]


@pytest.mark.parametrize(("before", "trigger", "after", "expected"), TABLE)
def test_what_limits_a_figure_is_kept_as_written(
    before: str, trigger: str, after: str, expected: str
) -> None:
    text = f"{before} {trigger} {after}"
    number_end = len(before.split()[0])
    start = len(before) + 1
    found = restriction(text, start + len(trigger), len(text), (number_end, start))
    assert (found or "-") == expected
    assert found is None or found in " ".join(text.split())


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(TABLE) >= 30


@pytest.mark.parametrize(
    ("words", "weapon"),
    [
        ("by barrel bombs", "barrel bombs"),
        ("in an air strike", "air strike"),
        ("by gunmen", None),
        (None, None),
    ],
)
def test_the_weapon_or_hazard_of_a_limit(words: str | None, weapon: str | None) -> None:
    assert weapon_or_hazard(words) == weapon


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("12 people were killed in clashes.", "conflict"),
        ("Air strikes, shelling: 12 dead.", "conflict"),
        ("The flood displaced 300.", "disaster"),
        ("Twelve died when a ferry capsized.", "disaster"),
        ("Twelve people died.", "unstated"),
        ("After the earthquake rebels attacked.", "unstated"),
    ],
)
def test_the_cause_is_what_the_sentence_says(sentence: str, expected: str) -> None:
    assert cause(sentence) == expected


@pytest.mark.parametrize("unit", ["by ", "who were ", "in the ", "under five ", "since the a "])
def test_a_long_repetition_is_read_in_a_while(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    begun = time.process_time()
    restriction(text, 0, len(text), (0, len(text)))
    cause(text)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("Russian air strikes have killed 3,804 civilians.", "Russian air strikes"),
        ("Barrel bombs killed 310 people.", "Barrel bombs"),
        ("The group says that landmines injured 94 people.", "landmines"),
        ("Gunmen killed 12 people.", None),
        ("After the strikes ended, gunmen killed 12 people.", None),
    ],
)
def test_a_weapon_that_is_the_subject_limits_the_figure(text: str, limit: str | None) -> None:
    (claim,) = extract(text, Document()).claims
    assert claim.restriction == limit
