"""Which place the words give a figure, and what is no place; each line of a table is one form."""

from __future__ import annotations

import time

import pytest

from pipelines.claims.text.extract import Document
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
    assert len(TABLE) >= 40


@pytest.mark.parametrize(
    "unit", ["Aa Bb ", "AAA ", "in the ", "Syria, ", "A, ", "Syria's ", "of of "]
)
def test_a_long_repetition_is_read_in_a_while(document: Document, unit: str) -> None:
    text = unit * (20_000 // len(unit))
    begun = time.process_time()
    places_of(text, document.gazetteer)
    assert time.process_time() - begun < 3
