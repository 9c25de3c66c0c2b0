"""Who speaks for a figure and whom they credit, over sentences of many styles.

Each row is a sentence, the number in it, its speaker and its origin; all sentences were written for
this file.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipelines.claims.text.attribution import (
    Credit,
    attributions,
    caveats,
    credit,
    source_type,
)
from pipelines.claims.text.sentences import sentences
from schemas import vocab

Row = tuple[str, str, str | None, str | None]


def credited(text: str, number: str) -> Credit:
    """The credit of a number in a text, by the sentence in which it stands."""
    found = re.search(rf"(?<!\w){re.escape(number)}(?!\w)", text)
    assert found is not None
    at = found.start()
    span = next(s for s in sentences(text) if s.start <= at < s.end)
    return credit(at, attributions(text, span.start, span.end))


ROWS: list[Row] = [
    ("At least 12 people died, the governor said.", "12", "the governor", None),
    ("Police said 13 people were shot dead.", "13", "Police", None),
    ("According to the Red Crescent, 12 died.", "12", None, "the Red Crescent"),
    ("12 people died, according to the Red Crescent.", "12", None, "the Red Crescent"),
    ("Reuters, citing police, said 12 people died.", "12", "Reuters", "police"),
    ("Shelling kills two children - defence ministry", "two", "defence ministry", None),
    ("UN: 1 dead, 20 injured in the east", "20", "UN", None),
    ("Thirty people are reported missing.", "Thirty", None, None),
    ("Clashes near Marib kill 30 rebels: medics", "30", "medics", None),
    ("Bomb kills 14 in market - hospital official", "14", "hospital official", None),
    ("Nine soldiers killed in ambush - Kyiv", "Nine", "Kyiv", None),
    ("Nine soldiers killed in ambush: Kyiv", "Nine", "Kyiv", None),
    ("Seven miners die in collapse - ANM", "Seven", "ANM", None),
    ("SOHR says 42 fighters killed in Idlib", "42", "SOHR", None),
    ("Governor tells Reuters 15 people killed in blast", "15", "Governor", None),
    ("A senior official told the AFP news agency that 20 people had died.", "20", "A senior official", None),
    ("According to the Palestinian Health Ministry in Gaza, at least 45 people were killed.", "45", None, "the Palestinian Health Ministry in Gaza"),
    ("The BBC, citing hospital sources, reported that 12 had been killed.", "12", "The BBC", "hospital sources"),
    ("Local media put the toll at 34.", "34", "Local media", None),
    ("The ministry put the number of dead at 340.", "340", "The ministry", None),
    ("By the count of the Violations Documentation Center, 3,300 people have died.", "3,300", None, "the Violations Documentation Center"),
    ("In a statement on Monday the army said 12 soldiers were killed.", "12", "the army", None),
    ("In a statement on Monday, Human Rights Watch said 12 civilians were killed.", "12", "Human Rights Watch", None),
    ("A spokesman for the Interior Ministry said 22 people were wounded.", "22", "A spokesman for the Interior Ministry", None),
    ("UNHCR's spokeswoman Jane Doe said 5,000 people had fled.", "5,000", "UNHCR's spokeswoman Jane Doe", None),
    ("The agency reported 12 deaths, adding that 40 people were missing.", "40", "The agency", None),
    ("“We have counted 40 bodies,” Mayor Ana Lopez said.", "40", "Mayor Ana Lopez", None),
    ("“We have counted 40 bodies,” said Mayor Ana Lopez.", "40", "Mayor Ana Lopez", None),
    ("Mayor Ana Lopez said: “We have counted 40 bodies.”", "40", "Mayor Ana Lopez", None),
    ("The rebels said they killed 60 soldiers, while the army put its losses at 12 dead.", "60", "The rebels", None),
    ("The rebels said they killed 60 soldiers, but the army claims 12 died.", "12", "the army", None),
    ("Sixty people died, according to rebels, but the army said 12 were killed.", "Sixty", None, "rebels"),
    ("Sixty people died, according to rebels, but the army said 12 were killed.", "12", "the army", None),
    ("The government says 12 soldiers died; rebels put the figure at 80.", "80", "rebels", None),
    ("A security source speaking on condition of anonymity said 14 people were killed.", "14", "A security source", None),
    ("Witnesses said at least 30 people were shot.", "30", "Witnesses", None),
    ("Local media reported that 18 miners were killed.", "18", "Local media", None),
    ("It was reported that 18 miners were killed.", "18", None, None),
    ("18 miners were reportedly killed.", "18", None, None),
    ("18 miners are said to be missing.", "18", None, None),
    ("The army confirmed that 6 soldiers were killed.", "6", "The army", None),
    ("The army confirmed the deaths of 6 soldiers.", "6", "The army", None),
    ("The army acknowledged losing 6 men.", "6", "The army", None),
    ("The group claimed responsibility for the attack, which killed 17 people.", "17", None, None),
    ("The floods have claimed 17 lives.", "17", None, None),
    ("17 people were confirmed dead.", "17", None, None),
    ("17 people were reported missing in the floods.", "17", None, None),
    ("At least 17 people died in the blast (Reuters).", "17", None, None),
    ("KABUL (AFP) - A suicide bomber killed 17 people on Friday.", "17", None, None),
    ("Amnesty International's report found that 1,400 civilians were killed.", "1,400", "Amnesty International", None),
    ("A report by Amnesty International found that 1,400 civilians were killed.", "1,400", "Amnesty International", None),
    ("Figures from the Interior Ministry show that 1,400 people were killed.", "1,400", "the Interior Ministry", None),
    ("Data compiled by Airwars show 1,400 civilians were killed.", "1,400", "Airwars", None),
    ("Data compiled by the Associated Press show 1,400 civilians were killed.", "1,400", "the Associated Press", None),
    ("450.000 people are dead according to UN estimates.", "450.000", None, "UN estimates"),
    ("The UN estimates 450,000 people were killed.", "450,000", "The UN", None),
    ("The UN estimates that 450,000 people were killed.", "450,000", "The UN", None),
    ("The London-based Syrian Observatory for Human Rights said 12 people were killed.", "12", "The London-based Syrian Observatory for Human Rights", None),
    ("The Syrian Observatory for Human Rights (SOHR) said 12 people were killed.", "12", "The Syrian Observatory for Human Rights", None),
    ("The UN Office for the Coordination of Humanitarian Affairs (OCHA) reported 12,000 people displaced.", "12,000", "The UN Office for the Coordination of Humanitarian Affairs", None),
    ("12,000 people fled, the UN Office for the Coordination of Humanitarian Affairs (OCHA) said on Tuesday.", "12,000", "the UN Office for the Coordination of Humanitarian Affairs", None),
    ("A UN official said 12,000 people fled.", "12,000", "A UN official", None),
    ("POLICE SAY 12 KILLED IN BLAST", "12", "POLICE", None),
    ("12 KILLED IN BLAST - POLICE", "12", "POLICE", None),
    ("U.S. officials said 30 militants were killed.", "30", "U.S. officials", None),
    ("Lt. Col. James T. Ward said 30 militants were killed.", "30", "Lt. Col. James T. Ward", None),
    ("30 militants were killed, Gen. A. R. Malik said.", "30", "Gen. A. R. Malik", None),
    ("Abdul Karim, head of the provincial council, said 30 people were killed.", "30", "Abdul Karim", None),
    ("The provincial governor, Abdul Karim, said 30 people were killed.", "30", "The provincial governor, Abdul Karim", None),
    ("30 people were killed, said Abdul Karim, head of the provincial council.", "30", "Abdul Karim", None),
    ("The observatory, which monitors the war, said 30 people were killed.", "30", "The observatory", None),
    ("The ministry on Tuesday said 30 people were killed.", "30", "The ministry", None),
    ("On Tuesday officials said 30 people were killed.", "30", "officials", None),
    ("In Homs, activists said 30 people were killed.", "30", "activists", None),
    ("In Homs activists said 30 people were killed.", "30", "activists", None),
    ("The toll has risen to 30, the civil protection agency said in its latest update.", "30", "the civil protection agency", None),
    ("The toll has risen to 30, officials told state television on Sunday.", "30", "officials", None),
    ("As many as 30 people died, as police later confirmed.", "30", "police", None),
    ("Health officials, police and witnesses said 30 people died.", "30", "Health officials, police and witnesses", None),
    ("Police and hospital officials said 30 people died.", "30", "Police and hospital officials", None),
    ("Three people died and police said 30 were hurt.", "30", "police", None),
    ("Three people died and police said 30 were hurt.", "Three", None, None),
    ("Thirty people, the ministry said, were killed.", "Thirty", "the ministry", None),
    ("Thirty people, according to the ministry, were killed in the raid.", "Thirty", None, "the ministry"),
    ("The deaths of 30 people were confirmed by the health ministry.", "30", None, "the health ministry"),
    ("30 deaths have been documented by the Syrian Network for Human Rights.", "30", None, "the Syrian Network for Human Rights"),
    ("The Syrian Network for Human Rights has documented the deaths of 30 people.", "30", "The Syrian Network for Human Rights", None),
    ("The Health Ministry recorded 30 deaths.", "30", "The Health Ministry", None),
    ("State news agency SANA reported that 30 people were killed.", "30", "State news agency SANA", None),
    ("SANA quoted a military source as saying 30 people were killed.", "30", "SANA", "a military source"),
    ("The governor was quoted as saying 30 people were killed.", "30", "The governor", None),
    ("The army condemned the raid, saying 30 people were killed.", "30", "The army", None),
    ("President Juan Perez visited the area, saying that 30 people had died.", "30", "President Juan Perez", None),
    ("The raid ended with officials reporting 30 dead.", "30", "officials", None),
    ("Thirty people died, Kenya's Red Cross said.", "Thirty", "Kenya's Red Cross", None),
    ("Thirty people died in the fire, the Times of India reported.", "Thirty", "the Times of India", None),
    ("Citing police, Reuters reported that 30 people died.", "30", "Reuters", "police"),
    ("Officials fear 30 people died.", "30", "Officials", None),
    ("Rescue workers say 30 people are buried and feared dead.", "30", "Rescue workers", None),
    ("Thirty people are feared dead.", "Thirty", None, None),
    ("An estimated 30 people died.", "30", None, None),
    ("Some reported 30 dead.", "30", None, None),
    ("Four people died in San Antonio, Texas, United States.", "Four", None, None),
    ("The United States said 30 people died.", "30", "The United States", None),
    ("Ukraine reports 6 soldiers killed in rebel east", "6", "Ukraine", None),
    ("Twelve killed in Ukraine, Kiev says", "Twelve", "Kiev", None),
    ("Thousands flee clashes near border, official says", "Thousands", "official", None),
    ("Colombian rebels confirm cease-fire, army says five soldiers killed", "five", "army", None),
    ("EXCLUSIVE-Over 100 soldiers killed in battle - rights activists", "100", "rights activists", None),
    ("MORE THAN 100 SOLDIERS WERE KILLED IN BATTLE - MEMBERS OF RIGHTS COUNCIL, CITING WITNESSES", "100", "MEMBERS OF RIGHTS COUNCIL", "WITNESSES"),
    ("Iraqi officials: 2 suicide attacks kill at least 12 troops", "12", "Iraqi officials", None),
    ("Bangladesh: Two workers killed after verdict", "Two", None, None),
    ("DRC: 40 killed in village attack", "40", None, None),
    ("Afghan War Casualty Report: 40 killed in May", "40", None, None),
    ("40 killed in village attack - BBC News", "40", None, None),
    ("40 killed in village attack – Kyaw Hsu Mon", "40", None, None),
    ("40 killed in village attack: Reports", "40", "Reports", None),
    ("Year in review: 40 killed in Kachin", "40", None, None),
    ("Final report for 28/7/2012: More than 190 people have been killed", "190", None, None),
    ("Flood resulted in a total of 200 people being evacuated in Kerala on 23 September, according to national/regional disaster authorities.", "200", None, "national/regional disaster authorities"),
    ("According to local authorities, 200 people were evacuated.", "200", None, "local authorities"),
    ("According to a study by researchers at Brown University, 200 people were killed.", "200", None, "researchers at Brown University"),
    ("As reported by the National Disaster Management Agency, 200 people were evacuated.", "200", None, "the National Disaster Management Agency"),
    ("Per the Ministry of Health, 200 people were killed.", "200", None, "the Ministry of Health"),
    ("The rate was 12 deaths per 100,000 people.", "12", None, None),
    ("Source: OCHA. 200 people were displaced.", "200", None, None),
    ("Some 200 people were displaced (Source: OCHA)", "200", None, "OCHA"),
    ("Rebels killed 20 soldiers, the army said on Monday, adding that 3 civilians were wounded.", "3", "the army", None),
    ("Rebels killed 20 soldiers, the army said on Monday, adding that 3 civilians were wounded.", "20", "the army", None),
    ("The prosecutor's office said 20 people died.", "20", "The prosecutor's office", None),
    ("More than 20 people have been killed, say rescuers.", "20", "rescuers", None),
    ("More than 20 people have been killed, says the Red Cross.", "20", "the Red Cross", None),
    ("The insurgents' spokesman said 20 soldiers died.", "20", "The insurgents' spokesman", None),
    ("Doctors Without Borders said 20 patients died.", "20", "Doctors Without Borders", None),
    ("Médecins Sans Frontières (MSF) said 20 patients died.", "20", "Médecins Sans Frontières", None),
    ("The head of the agency's office in Goma, Marie Dupont, said 20 people died.", "20", "The head of the agency's office in Goma, Marie Dupont", None),
    ("Spokesperson for the UN Secretary-General Farhan Haq said 20 people died.", "20", "Spokesperson for the UN Secretary-General Farhan Haq", None),
    ("Myanmar military admits soldiers killed 5 people", "5", "Myanmar military", None),
    ("The military also says that it killed dozens of militants.", "dozens", "The military", None),
    ("Hamas-run health officials say 20 people were killed.", "20", "Hamas-run health officials", None),
    ("Officials raised the death toll to 20.", "20", "Officials", None),
    ("The mayor gave a death toll of 20.", "20", "The mayor", None),
    ("The death toll of 20 was given by the mayor.", "20", None, "the mayor"),
    ("Based on figures from the ministry, 20 people died.", "20", None, "the ministry"),
    ("Human rights groups estimate that 20 people died.", "20", "Human rights groups", None),
    ("Two US officials said 20 people died.", "20", "Two US officials", None),
    ("Police in Kabul said 20 people died.", "20", "Police in Kabul", None),
    ("Ten people were killed by police, who said they fired in self-defence.", "Ten", None, None),
    ("Ten people were killed by the army in a village.", "Ten", None, None),
    ("The storm killed 20 people and left 400 homeless, state television said, quoting the governor.", "400", "state television", "the governor"),
    ("The National Center for Disaster Control, Response and Relief said 20 people died.", "20", "The National Center for Disaster Control, Response and Relief", None),
    ("The UN said 20 people died. Another 40 were wounded.", "40", None, None),
    ("Turkish army says 20 militants killed in air strikes", "20", "Turkish army", None),
    ("The White House said 20 people died.", "20", "The White House", None),
    ("A study published in The Lancet estimated that 20,000 people died.", "20,000", "A study published in The Lancet", None),
    ("“There are 20 dead,” he said.", "20", None, None),
    ("The dead include 20 soldiers, officials say, and 5 civilians.", "5", "officials", None),
    ("Iran says it killed 20 gunmen, Pakistan says 9 civilians died.", "9", "Pakistan", None),
    ("At least 20 people were killed and 40 injured, Xinhua reported, citing local authorities.", "40", "Xinhua", "local authorities"),
    ("Syrian Civil Defence, also known as the White Helmets, said 14 people were killed in Saraqib.", "14", "Syrian Civil Defence", None),
    ("“At least 31 of our men were martyred,” the group's spokesman, Abu Hassan, told Al Jazeera by telephone.", "31", "the group's spokesman, Abu Hassan", None),
    ("In its daily bulletin, the health ministry in Gaza said 88 Palestinians had been killed over the previous 24 hours.", "88", "the health ministry in Gaza", None),
    ("A landslide has buried a village, leaving 60 people missing, local officials said Sunday.", "60", "local officials", None),
    ("A landslide has buried a village, leaving 60 people missing, the head of the district, Komang Putra, said.", "60", "the head of the district, Komang Putra", None),
    ("The fighting has displaced 80,000 people since April, the International Organization for Migration (IOM) reports.", "80,000", "the International Organization for Migration", None),
    ("IOM DTM estimates that 80,000 people remain displaced.", "80,000", "IOM DTM", None),
    ("The Displacement Tracking Matrix recorded 80,000 displaced people.", "80,000", "The Displacement Tracking Matrix", None),
    ("Iraq Body Count has documented 180,000 civilian deaths.", "180,000", "Iraq Body Count", None),
    ("ACLED recorded 4,200 fatalities in the first half of the year.", "4,200", "ACLED", None),
    ("Sudan's army chief said on state television that 27 civilians had been killed.", "27", "Sudan's army chief", None),
    ("Eyewitnesses told AFP that gunmen shot dead 15 worshippers.", "15", "Eyewitnesses", None),
    ("Speaking to reporters in Addis Ababa, Prime Minister Abiy Ahmed said 15 people were killed.", "15", "Prime Minister Abiy Ahmed", None),
    ("The provincial police chief, speaking on condition of anonymity, said 15 officers were killed.", "15", "The provincial police chief", None),
    ("An intelligence official who asked not to be named said 15 officers were killed.", "15", "An intelligence official", None),
    ("At least 15 officers were killed, said an intelligence official who asked not to be named.", "15", "an intelligence official", None),
    ("Kurdish forces say they have lost 1,200 fighters; Turkey puts the number at 3,500.", "3,500", "Turkey", None),
    ("Kurdish forces say they have lost 1,200 fighters; Turkey puts the number at 3,500.", "1,200", "Kurdish forces", None),
    ("Authorities said 9 people died, though residents put the toll at more than 30.", "30", "residents", None),
    ("Authorities said 9 people died, though residents put the toll at more than 30.", "9", "Authorities", None),
    ("While the government says 9 people died, the opposition claims 40 did.", "40", "the opposition", None),
    ("While the government says 9 people died, the opposition claims 40 did.", "9", "the government", None),
    ("Nine people died, according to police, and 20 more were hurt, hospital sources said.", "20", "hospital sources", None),
    ("Nine people died, according to police, and 20 more were hurt, hospital sources said.", "Nine", None, "police"),
    ("The dead numbered 44, the Indonesian disaster mitigation agency's spokesman Abdul Muhari said in a statement.", "44", "the Indonesian disaster mitigation agency's spokesman Abdul Muhari", None),
    ("Officials in the southern province of Hatay said 44 people died.", "44", "Officials in the southern province of Hatay", None),
    ("Typhoon kills 44 in Philippines: disaster agency", "44", "disaster agency", None),
    ("Boat capsizes off Libya, 44 migrants missing - IOM", "44", "IOM", None),
    ("Boat capsizes off Libya, 44 migrants missing, UN says", "44", "UN", None),
    ("Red Cross: 44 migrants missing off Libya", "44", "Red Cross", None),
    ("44 dead as bus plunges into ravine (Xinhua)", "44", None, None),
    ("MOGADISHU, Oct 14 (Reuters) - A truck bomb killed 44 people, police said.", "44", "police", None),
    ("BEIRUT — Shelling killed 44 people on Friday.", "44", None, None),
    ("State media said Tuesday the quake killed 126 people.", "126", "State media", None),
    ("The quake killed 126 people, state broadcaster CCTV reported on Tuesday.", "126", "state broadcaster CCTV", None),
    ("The quake killed 126 people, China's official Xinhua news agency said.", "126", "China's official Xinhua news agency", None),
    ("Xinhua said 126 people were killed, citing the regional disaster relief headquarters.", "126", "Xinhua", "the regional disaster relief headquarters"),
    ("As of Monday 126 people had died, the figures show.", "126", "the figures", None),
    ("UNHCR figures show 126,000 people have crossed the border.", "126,000", "UNHCR figures", None),
    ("Official figures show that 126,000 people fled.", "126,000", "Official figures", None),
    ("The latest UN figures put the number of displaced at 126,000.", "126,000", "The latest UN figures", None),
    ("A new report from Save the Children says 126 children were killed.", "126", "Save the Children", None),
    ("In a report released Thursday, Save the Children said 126 children were killed.", "126", "Save the Children", None),
    ("By UN estimates, 126,000 people have fled.", "126,000", None, "UN estimates"),
    ("The UN's estimate is that 126,000 people have fled.", "126,000", "The UN", None),
    ("126 people were killed, Ukrainian President Volodymyr Zelenskyy wrote on Telegram.", "126", "Ukrainian President Volodymyr Zelenskyy", None),
    ("“126 people were killed,” Zelenskyy wrote.", "126", "Zelenskyy", None),
    ("Rescuers have pulled 126 bodies from the rubble, the governor added.", "126", "the governor", None),
    ("The governor warned that 126,000 people could be displaced.", "126,000", "The governor", None),
    ("The military denied that its troops had killed 26 villagers.", "26", None, None),
    ("Islamic State claimed the attack, saying it had killed 26 soldiers.", "26", "Islamic State", None),
    ("Islamic State claimed responsibility for the attack, saying it had killed 26 soldiers.", "26", "Islamic State", None),
    ("The storm, which has killed 26 people, is expected to weaken, forecasters said.", "26", "forecasters", None),
    ("The mine where 26 workers died was closed, the company said.", "26", "the company", None),
    ("Prosecutors say the gang killed 26 people.", "26", "Prosecutors", None),
    ("A court found that the officers killed 26 people.", "26", "A court", None),
    ("President Biden announced sanctions after 26 people were killed in the raid.", "26", None, None),
    ("Thousands rallied and police reported 26 injuries.", "26", "police", None),
    ("The toll, the highest since 2014 according to the UN, rose to 26.", "26", None, "the UN"),
    ("There are reports of 26 deaths.", "26", None, None),
    ("It is believed that 26 people died.", "26", None, None),
    ("No one has claimed the bombing, which killed 26.", "26", None, None),
    ("The United States has recorded 26 deaths from the storm.", "26", None, None),
    ("Twenty-six people died in what officials called a massacre.", "Twenty-six", None, None),
    ("Human Rights Watch documented the killing of 26 men by soldiers.", "26", "Human Rights Watch", None),
    ("A tally by The Associated Press shows 26 people have been killed.", "26", "The Associated Press", None),
    ("According to an AFP tally based on official sources, 26 people have died.", "26", None, "an AFP tally"),
    ("The deadliest attack killed 26, according to figures compiled by the UN mission in Afghanistan, UNAMA.", "26", None, "the UN mission in Afghanistan"),
    ("Emergency services spokesman Svitlana Vodolaha told AFP: “We have 26 dead.”", "26", "Emergency services spokesman Svitlana Vodolaha", None),
    ("The official death toll is 26.", "26", None, None),
    ("Sources close to the rebels said 26 soldiers were captured and 3 killed.", "3", "Sources close to the rebels", None),
    ("Two local officials and a doctor said 26 people were killed.", "26", "Two local officials and a doctor", None),
    ("Security officials said on Wednesday militants killed 26 people.", "26", "Security officials", None),
    ("Defence Minister Ng Eng Hen said that 26 people were evacuated.", "26", "Defence Minister Ng Eng Hen", None),
    ("ISIL SAYS KILLED 26 SOLDIERS IN ATTACK NEAR PALMYRA", "26", "ISIL", None),
    ("UKRAINE MILITARY SAYS 26 SERVICEMEN KILLED IN PAST 24 HOURS", "26", "UKRAINE MILITARY", None),
    ("Pakistani Taliban claim killing of 26 soldiers", "26", "Pakistani Taliban", None),
    ("Taliban spokesman Zabihullah Mujahid tweeted that 26 soldiers were killed.", "26", "Taliban spokesman Zabihullah Mujahid", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "speaker", "origin"), ROWS)
def test_speaker_and_origin(
    text: str, number: str, speaker: str | None, origin: str | None
) -> None:
    found = credited(text, number)
    assert (found.speaker, found.origin) == (speaker, origin)


@pytest.mark.parametrize(("text", "number", "speaker", "origin"), ROWS[::5])
def test_a_text_before_it_changes_nothing(
    text: str, number: str, speaker: str | None, origin: str | None
) -> None:
    found = credited("Snow fell, officials said.\n\n" + text, number)
    assert (found.speaker, found.origin) == (speaker, origin)


BEYOND: list[tuple[str, str, str | None]] = [
    ("“There are 40 dead. It is a tragedy,” Mayor Ana Lopez said.", "40", "Mayor Ana Lopez"),
    ("“We came at dawn. There are 40 dead,” Mayor Ana Lopez said.", "40", "Mayor Ana Lopez"),
    ('"We came at dawn. There were 40 dead. We wept," said Ana Lopez.', "40", "Ana Lopez"),
    ("Mayor Ana Lopez said: “It is bad. There are 40 dead. We wept.”", "40", "Mayor Ana Lopez"),
    ("“It is bad,” the mayor said. Another 40 people died elsewhere.", "40", None),
    ("Mayor Ana Lopez said it was bad. She said 40 people died.", "40", "Mayor Ana Lopez"),
    ("The mayor and the governor met. He said 40 people died.", "40", None),
    ("Ana Lopez said it was bad. Jon Hall said so too. She said 40 died.", "40", None),
    ("Police said it was bad. He said 40 people died.", "40", None),
    ("Police said it was bad.\nHe said 40 people died.", "40", None),
    ("Amnesty International said it was bad. The group said 40 died.", "40", "Amnesty International"),
    ("Nobody came. The group said 40 died.", "40", "The group"),
    ("The army said it was bad. Another 40 people died.", "40", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "speaker"), BEYOND)
def test_beyond_the_sentence(text: str, number: str, speaker: str | None) -> None:
    assert credited(text, number).speaker == speaker


def test_a_later_clause_shares_the_origin() -> None:
    text = "Police fired, 12 died according to medics, and 30 were hurt."
    assert credited(text, "30") == Credit(None, "medics", True)


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("the Syrian Observatory for Human Rights", "monitor"),
        ("the health ministry", "health_authority"),
        ("Ministry of Public Health", "health_authority"),
        ("Civil defense workers", "civil_defence"),
        ("a UN official", "un_agency"),
        ("state television", "media"),
        ("the defence ministry", "party_to_conflict"),
        ("a military source", "party_to_conflict"),
        ("the rebels' spokesman", "party_to_conflict"),
        ("Operational Command", "party_to_conflict"),
        ("a security source", "anonymous"),
        ("Unconfirmed reports", "anonymous"),
        ("the interior ministry", "government"),
        ("police", "government"),
        ("witnesses", "individual"),
        ("Human Rights Watch", "ngo"),
        ("researchers at Brown University", "research"),
        ("the prosecutor's office", "court"),
        ("Grumblemarsh", None),
        ("Parmy", None),
    ],
)
def test_the_kind_of_a_speaker(who: str, kind: str | None) -> None:
    assert source_type(who) == kind
    assert kind is None or kind in vocab.SOURCE_TYPES


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A UN official, speaking on condition of anonymity, said 12 died.", "anonymous"),
        ("12 died, said a UN official who asked not to be named.", "anonymous"),
        ("A UN official said 12 died.", "un_agency"),
        ("12 people died.", None),
    ],
)
def test_a_speaker_who_would_not_be_named_is_anonymous(text: str, kind: str | None) -> None:
    assert credited(text, "12").kind == kind


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Rebels said 12 died, which could not be independently verified.", ("unverified",)),
        ("Rebels said 12 died. The claim could not be verified.", ("unverified",)),
        ("Rebels said 12 died. There was no independent confirmation.", ("unverified",)),
        ("Unconfirmed reports said 12 died.", ("unverified",)),
        ("Reuters was unable to verify that 12 died.", ("unverified",)),
        ("The army denied that 12 died.", ("denied",)),
        ("She said 12 died.", ("speaker_unclear",)),
        ("Mayor Ana Lopez said it was bad. She said 12 died.", ()),
        ("The ministry has verified that 12 died.", ()),
        ("Police confirmed that 12 died.", ()),
        ("Rebels said 12 died. Police came. The claim could not be verified.", ()),
        ("Rebels said 12 died.\n\nThe claim could not be verified.", ()),
        ("Dozens were denizens; 12 died.", ()),
    ],
)
def test_what_the_text_doubts(text: str, codes: tuple[str, ...]) -> None:
    at = text.index("12")
    span = next(s for s in sentences(text) if s.start <= at < s.end)
    assert caveats(text, span.start, span.end) == codes


@pytest.mark.parametrize(
    "junk",
    ["said ", "Aa Bb ", '" ', "“a ", "according to ", "X said, ", "a - ", "; said X", "(a", "and ",
     ", said ", "reports of ", "he said. ", "The group said ", "by the count of ", "who said ",
     "a, b, ", "on Monday ", "not "],
)  # fmt: skip
def test_no_junk_takes_for_ever(junk: str, must_end: Any) -> None:
    """Of a text this long, whatever is not linear does not end."""
    text = (junk * 100_000)[:100_000]
    with must_end():
        attributions(text, 0, len(text))
        caveats(text, 0, len(text))
