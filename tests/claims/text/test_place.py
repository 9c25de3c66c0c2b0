"""Which place the words give a figure, and what is no place; each line of a table is one form."""

from __future__ import annotations

import time

import pytest

from pipelines.claims.text.claim import Document
from pipelines.claims.text.extract import extract
from pipelines.claims.text.place import places_of

FORMS = """
In Aleppo, 12 people died. | Aleppo = SY02 in
12 died in Syria on Monday. | Syria = SYR in
12 died in Homs and Hama on Monday. | Homs and Hama = - in
across Tartus, Homs, and Damascus | Tartus, Homs, and Damascus = - in
killed near Palmyra on Monday | near Palmyra = - near
killed outside Damascus | outside Damascus = - near
killed north of Homs | north of Homs = - near
off the coast of Malaysia | off the coast of Malaysia = - near
killed in the north of Syria | north of Syria = - in
killed in northern Syria | northern Syria = - in
Northern Syria was hit. |
in the outskirts of Damascus | outskirts of Damascus = - in
brought from Mosul to Erbil | Mosul = - from; Erbil = - to
5,000 fled Aleppo to Turkey | Aleppo = SY02 from; Turkey = TUR to
returned to Syria from Lebanon | Syria = SYR to; Lebanon = LBN from
Syrian government forces killed 12 in Idlib. | Idlib = SY07 in
KABUL - A bomb killed 12. | KABUL = - in
BEIRUT, Oct 6 (AFP) — Twelve died. | BEIRUT = - in
Aleppo: 12 killed in air strikes | Aleppo = SY02 in
India: 480 displacements | India = IND in
in the besieged city of Aleppo | city of Aleppo = SY02/aleppo-city in
in the city of Homs | city of Homs = - in
in Aleppo province | Aleppo province = SY02 in
in rebel-held areas of Aleppo province | Aleppo province = SY02 in
in the village of Grumble Marsh | village of Grumble Marsh = - in
in Salahuddin governorate between | Salahuddin governorate = - in
in China's Yunnan Province leaves | Yunnan Province = - in
in Syria's Idlib province | Idlib province = SY07 in
in and around Tajikistan's capital Dushanbe kill | Dushanbe = - in
in Houston, Texas, United States | Houston, Texas, United States = - in
in Aleppo, Syria | Aleppo, Syria = SY02 in
in North Kivu, DR Congo | North Kivu, DR Congo = - in
in the U.S. state of Utah | Utah = - in
in South Sudan after | South Sudan = SSD in
in New Mexico | New Mexico = - in
in Ivory Coast, Burma | Ivory Coast, Burma = - in
in the Gaza Strip | Gaza Strip = PS02 in
in Gaza | Gaza = PS02 in
in the West Bank | West Bank = PS01 in
in the U.K. on | U.K. = GBR in
in the UAE on | UAE = ARE in
strikes on Aleppo | Aleppo = SY02 in
Cyclone hits southern India causing | southern India = - in
People fled from Bab, Khafsa and Zaz | Bab, Khafsa and Zaz = - from
Israel's Supreme Court orders 250 |
in Boko Haram attacks |
in Taliban attack |
in Israeli airstrikes |
the government of Syria said |
University of Aleppo |
in May |
in Operation Inherent Resolve |
in Niger Delta |
Car bomb kills 12 |
Clashes between Hindus and Sikhs in the capital Port Louis leave 21 dead. | Port Louis = - in
clashes between Hutus and Tutsis |
the border between Sudan and Chad | Sudan and Chad = - near
Fighting between India and Pakistan killed 4 in Kashmir. | Kashmir = - in
hit Kurdistan Workers' Party (PKK) camps in northern Iraq | northern Iraq = - in
hit People's Dawn Union (PDU) camps in northern Iraq | northern Iraq = - in
Japan's Fire and Disaster Agency says so in the eastern region of the country. |
an attack on the Revolutionary Guard in Ahvaz | Ahvaz = - in
on National Resistance Army positions |
according to the Borneo Orangutan Foundation |
a statement from Governor Jane Smith |
in the Afghan capital, Kabul, on Monday | Kabul = - in
In the city, Ahmed said |
in the busy Nigerian capital of Abuja | capital of Abuja = - in
in the mining town of Soma, Turkey | town of Soma, Turkey = - in
in the remote mountain village of Chima | village of Chima = - in
attacked the village of Kolofata, killing 9 | village of Kolofata = - in
the offensive to retake western Mosul |
in the tribal area of North Waziristan | tribal area of North Waziristan = - in
in a southern suburb of Beirut | southern suburb of Beirut = - in
in the 18th arrondissement of Paris | 18th arrondissement of Paris = - in
off the coast of the Thai island of Phuket | off the coast of the Thai island of Phuket = - near
in the waters off Lampedusa | waters off Lampedusa = - near
near the border with Mali | near the border with Mali = - near
off the Libyan coast | off the Libyan coast = - near
in the Peshawar district of Hayatabad | Peshawar district of Hayatabad = - in
in the Burtse region of northern Ladakh | Burtse region of northern Ladakh = - in
at the Bardo National Museum in Tunis | Bardo National Museum in Tunis = - in
in Tunis | Tunis = - in
near the Masjid al-Haram mosque | near the Masjid al-Haram mosque = - near
in the French Alps | French Alps = - in
in Ahmadabad (Gujarat) on Monday | Ahmadabad (Gujarat) = - in
in Sana'a on Monday | Sana'a = - in
in the town of Mare'. | town of Mare' = - in
in the 'town of Mare' | town of Mare = - in
at a Quincy, Illinois veterans home | Quincy, Illinois = - in
A Spain rally crash leaves six dead. | Spain = ESP in
Nepal quake kills 12 | Nepal = NPL in
An Israel raid kills 12 |
A U.S. missile strike kills 12 |
Turkey strikes kill 12 |
in Aleppo's eastern neighbourhoods | Aleppo's eastern neighbourhoods = - in
in Syria's north on Monday | Syria's north = - in
in India's eastern state of Bihar | state of Bihar = - in
in the Syrian capital on Monday | Syrian capital = - in
on outlying islands |
Port Louis, the capital of Mauritius, was hit. |
assaults in Jerusalem's Old City | Jerusalem's Old City = - in
"""
TABLE = [tuple(part.strip() for part in line.split("|")) for line in FORMS.strip().splitlines()]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_where_the_words_say(document: Document, text: str, expected: str) -> None:
    found = [
        f"{text[w.start : w.end]} = {w.place_id or '-'} {w.how}"
        for w in places_of(text, document.gazetteer).found
    ]
    assert "; ".join(found) == expected


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(TABLE) >= 95


@pytest.mark.parametrize(
    "unit",
    [
        "Aa Bb ",
        "AAA ",
        "in the ",
        "Syria, ",
        "A, ",
        "Syria's ",
        "of of ",
        "town of ",
        "A Spain ",
        "Aa's Bb ",
        "Aa (BB) ",
    ],
)
def test_a_long_repetition_is_read_in_a_while(document: Document, unit: str) -> None:
    text = unit * (20_000 // len(unit))
    begun = time.process_time()
    places_of(text, document.gazetteer)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "In Aleppo, 12 people were killed on Monday, and in Idlib 7 people were killed.",
            ["Aleppo", "Idlib"],
        ),
        ("In Aleppo 12 people died and in Idlib 7 died.", ["Aleppo", "Idlib"]),
        (
            "DAMASCUS, Syria (AP) — Rebel shelling killed 8 people and wounded 20 in Aleppo.",
            ["Aleppo", "Aleppo"],
        ),
        ("The minister told reporters in Paris that 90 people had been killed.", [None]),
        ("12 people were killed in Homs, and in Idlib 7 died.", ["Homs", "Idlib"]),
    ],
)
def test_a_place_of_another_statement_is_not_taken(
    text: str, places: list[str | None], document: Document
) -> None:
    assert [claim.place_as_written for claim in extract(text, document).claims] == places


def test_the_place_of_a_speaker_carries_a_doubt(document: Document) -> None:
    (claim,) = extract("A doctor in Turkey said 20 people had died.", document).claims
    assert (claim.place_as_written, claim.doubts) == ("Turkey", ("place_of_speaker",))
