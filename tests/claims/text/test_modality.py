"""Figures that are denied, asked or only meant, and those stated beside such words."""

from __future__ import annotations

import pytest

from pipelines.claims.text.claim import Document
from pipelines.claims.text.extract import extract

NOT_ASSERTED = [
    "There is no evidence that 200 people died.",
    "Inspectors found no evidence that 60 prisoners had been executed.",
    "It is not true that 60 people were killed.",
    "A false report that 500 people had died caused panic.",
    "Nothing suggests that 40 people were killed.",
    "It remains unclear whether 40 people were killed.",
    "Were 40 people killed in Homs?",
    "Fake news: 40 people killed in Homs.",
    "A rumour that 40 people died spread through the camp.",
    "The army denied that 40 of its men had been killed.",
    "The ministry dismissed as propaganda claims that its jets had killed 24 people.",
    "Reports that 200 people had died were false.",
    "12 people were almost killed.",
    "The blast nearly killed 12 people.",
    "Did the strike kill 40 people?",
    "Have 40,000 people fled the city?",
    "Is it true that 40 people died in the raid?",
    "The governor denied 40 people had been killed.",
    "There was no sign that 300 people had fled.",
    "The mayor denied reports of 40 deaths.",
    "The UN is investigating whether 40 people were killed.",
    "Reporters asked if 40 people had died.",
    "There is no proof 70 people were executed.",
    "The army failed to kill 12 rebels.",
    "Troops came close to killing 30 people.",
    "Rumours of 50 deaths spread on Sunday.",
    "The spokesman refuted claims that the raid had killed 90 civilians.",
    "It is doubtful that 900 people were killed.",
    "He does not believe that 40 people were killed.",
    "There is no truth to reports that 15 people died.",
    "The ceasefire prevented 5,000 people from being displaced.",
    "It was falsely reported that 80 people had been killed.",
    "40 people killed in Homs?",
    "No one believes that 300 people died there.",
    "There is no evidence to support claims that 60 civilians were killed.",
    "It is untrue that 20,000 people fled.",
    "Allegations that the raid killed 35 people were unfounded.",
    "The report found no indication that the strike killed 18 civilians.",
    "He denied on Monday that 25 people had been shot dead.",
    "Residents doubt that 1,000 people were killed.",
]

PROJECTED = [
    "UNHCR plans to return 40,000 refugees by December.",
    "Contingency plans foresee 1,000,000 displaced.",
    "Lebanon is preparing for 700,000 refugees.",
    "500 IDPs are scheduled to return next week.",
    "The government hopes 40,000 refugees return.",
    "Canada pledged to resettle 20,000 refugees.",
    "The camp can hold 20,000 refugees.",
    "The gunman tried to kill 8 judges.",
    "A plot to kill 100 people was foiled.",
    "The group had planned to kill 200 people.",
    "There was enough gas to kill 10,000 people.",
    "If confirmed, the deaths of 80 soldiers would be the worst loss.",
    "If confirmed, the strike that killed 80 soldiers is the worst.",
    "Up to 90,000 people could flee.",
    "If 40,000 people flee, the camps will fill.",
    "The ministry vowed to evacuate 3,000 people.",
    "The bomb was designed to kill 50 people.",
    "The UN hopes that 40,000 refugees return this year.",
    "Officials proposed to resettle 2,000 refugees.",
    "The agency has room for 5,000 refugees.",
]

STATED = [
    "He denied responsibility for the attack that killed 40.",
    "The army did not deny that 40 people were killed.",
    "Police denied him entry after 12 people were killed.",
    "At least 12 people were killed as police tried to disperse the crowd.",
    "The rebels rejected claims of responsibility for the blast that killed 30.",
    "After the deadline he set expired, 12 people were killed.",
    "The UN said 40 people were killed.",
    "The UN said that 40 people were killed.",
    "There is no evidence of foul play, but 40 people died.",
    "There is no evidence that the attack that killed 40 people was planned.",
    "The plan was dropped after 40 people were killed.",
    "Forty people were killed, the ministry said, and plans for a truce were dropped.",
    '"Why did they come?" he asked after 40 people were killed.',
    "Why did 40 people die in Homs?",
    "Who killed the 40 people in Homs?",
    "40 people were killed, but who did it?",
    "It is not clear who killed 40 people in Homs.",
    "There is no doubt that 40 people were killed.",
    "It is true that 40 people were killed.",
    "There is evidence that 40 people were killed.",
    "The ministry confirmed that 40 people were killed.",
    "The army could not say when the 40 people were killed.",
    "Troops managed to evacuate 400 people.",
    "The fighting forced 2,000 people to flee.",
    "Residents had to flee and 30 people were killed.",
    "Fighters who tried to flee were shot and 12 people were killed.",
    "Nearly 40 people were killed.",
    "Almost all 40 passengers were killed.",
    "The raid killed almost 40 people.",
    "The UN can confirm 40 deaths.",
    "The attack killed 12 people, if not the largest then the bloodiest.",
    "He asked why 40 people had been killed.",
    "The report that 40 people were killed shocked the city.",
    "The claim that the strike killed 24 people was confirmed by doctors.",
    "The regime, which denied using gas, killed 40 people.",
    "No aid has arrived, and 15 people died of hunger.",
    "Rebels rejected the truce that followed the raid that killed 17 people.",
    "He denied wrongdoing in the crash, which killed 9 people.",
    "Fleeing to Turkey, 14 people drowned.",
    "It was not the first attack: 22 people died in May.",
    "The plotters were caught and 4 people were killed in the raid.",
    "The hospital, where staff tried to save them, said 11 people died.",
    "The toll rose to 40 people killed, officials hope for calm.",
    "The army said it had no plans to leave and that 6 soldiers were killed.",
    "About 40 people were killed, but it is not clear that they were soldiers.",
    "The minister said it was unclear how many of the 40 people killed were soldiers.",
    "Claims that 40 people were killed could not be verified.",
    "An attempt to cross the river killed 14 people.",
    "The false alarm killed 4 people.",
    "The report, which he called false, says 40 people were killed.",
    "The troops who were sent to protect them killed 40 people.",
    "The quake, if it can be called that, killed 40 people.",
    "Few, if any, survived and 40 people were killed.",
    "The army says 40 people were killed in the raid. Is that true?",
    "It was not immediately clear who was behind the attack that killed 40 people.",
    "The army said it was not aware that 40 people were killed.",
    "No reason was given for the strike that killed 40 people.",
    "The law meant to protect them killed 40 people.",
    "About 300 people were unable to leave and 12 people died.",
    "Turkey, which hopes to join the EU, hosts 2.5 million refugees.",
    "The camp, built to hold 5,000 people, hosts 20,000 refugees.",
]


def modalities(text: str) -> list[str]:
    return [claim.modality for claim in extract(text, Document()).claims]


@pytest.mark.parametrize("text", NOT_ASSERTED)
def test_what_is_denied_doubted_or_asked_is_no_claim(text: str) -> None:
    found = extract(text, Document())
    assert not found.claims
    assert {candidate.reason for candidate in found.candidates} == {"text.negated"}


@pytest.mark.parametrize("text", PROJECTED)
def test_what_is_planned_hoped_or_possible_is_projected(text: str) -> None:
    assert modalities(text) == ["projected"]


@pytest.mark.parametrize("text", STATED)
def test_what_stands_beside_such_words_is_stated(text: str) -> None:
    found = modalities(text)
    assert found
    assert set(found) == {"stated"}


def test_a_claim_that_nobody_could_verify_stays_with_its_doubt() -> None:
    (claim,) = extract("Claims that 40 people died could not be verified.", Document()).claims
    assert claim.modality == "stated"
    assert "unverified" in claim.doubts


def test_only_the_figure_of_the_denied_clause_is_taken_back() -> None:
    text = "The UN denied reports that 40 people were killed, and 12 people were wounded."
    assert [claim.value for claim in extract(text, Document()).claims] == [12]
