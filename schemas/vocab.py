"""The closed vocabularies: every word a column may hold, with what it means.

A word belongs here if a column of a published table may hold it and no other. The tables, the sheet
reader, the extractor and the printed vocabulary (docs/vocabulary.md) all read these dictionaries.
"""

from __future__ import annotations

from typing import Final

METRICS: Final = {
    "killed": "People who died.",
    "injured": "People wounded and alive.",
    "missing": "People whose fate is unknown.",
    "killed_or_injured": "Killed and injured given as one number.",
    "dead_or_missing": "Dead and missing given as one number.",
    "kidnapped": "People abducted.",
    "displaced": "People forced from home, the kind not stated.",
    "idps": "People displaced inside their country, on a day.",
    "internal_displacements": "Movements inside a country; one person may move twice.",
    "refugees": "People who fled abroad and are refugees or in a refugee-like situation.",
    "asylum_seekers": "People whose claim to asylum is pending.",
    "returned_idps": "Displaced people who went back home.",
    "returned_refugees": "Refugees who went back to their country.",
    "evacuated": "People moved out of danger in an organised way.",
    "resettled": "Refugees settled in a third country.",
    "affected": "People affected, as the source understands it.",
    "people_in_need": "People assessed to need help. Never displaced people by itself.",
    "others_in_need_of_protection": "UNHCR's category of that name.",
    "palestine_refugees": "Refugees under UNRWA's mandate.",
    "stateless": "People without a nationality.",
    "others_of_concern": "UNHCR's category of that name.",
    "host_community": "People of communities that host the displaced.",
}

MEASURES: Final = {
    "flow": "What happened in a window.",
    "stock": "How many there are on a day.",
    "cumulative": "A counter since an anchor day.",
    "ever": "Distinct people since an anchor day.",
    "unstated": "The source does not say.",
}

_EVENTS: Final = ("flow", "cumulative", "unstated")
_STATES: Final = ("stock", "unstated")
_EITHER: Final = ("flow", "stock", "cumulative", "ever", "unstated")

MEASURES_OF_METRIC: Final[dict[str, tuple[str, ...]]] = {
    "killed": _EVENTS,
    "injured": _EVENTS,
    "missing": (*_EVENTS, "stock"),
    "killed_or_injured": _EVENTS,
    "dead_or_missing": _EVENTS,
    "kidnapped": (*_EVENTS, "stock"),
    "displaced": _EITHER,
    "idps": _STATES,
    "internal_displacements": _EVENTS,
    "refugees": _EITHER,
    "asylum_seekers": _EITHER,
    "returned_idps": _EITHER,
    "returned_refugees": _EITHER,
    "evacuated": _EITHER,
    "resettled": _EITHER,
    "affected": _EITHER,
    "people_in_need": _STATES,
    "others_in_need_of_protection": (*_STATES, "flow"),
    "palestine_refugees": _STATES,
    "stateless": _STATES,
    "others_of_concern": _STATES,
    "host_community": _STATES,
}

UNITS: Final = {
    "people": "People.",
    "households": "Families or households; people only with a stated size and its source.",
    "homes": "Homes left or emptied.",
    "movements": "Movements, not people: one person may move more than once.",
}

_PEOPLE: Final = ("people",)
_GROUPS: Final = ("people", "households", "homes")

UNITS_OF_METRIC: Final[dict[str, tuple[str, ...]]] = {
    metric: (
        ("people", "movements", "households")
        if metric == "internal_displacements"
        else _PEOPLE
        if metric
        in {"killed", "injured", "missing", "killed_or_injured", "dead_or_missing", "kidnapped"}
        else _GROUPS
    )
    for metric in METRICS
}

DEATH_METRICS: Final = ("killed", "dead_or_missing", "killed_or_injured")

TERMS: Final = {
    "displaced": "'Displaced', 'fled', 'forced from home', 'uprooted'.",
    "homeless": "'Homeless', 'lost their homes'.",
    "sheltered": "'Sheltering', 'in shelters'.",
    "relocated": "'Relocated'.",
}

QUALIFIERS: Final = {
    "plain": "No hedging word: a best figure, no ends.",
    "about": "'About', 'some', 'around': a best figure, no ends, the word kept.",
    "nearly": "'Nearly', 'almost': a best figure, no ends, the word kept.",
    "at_least": "A lower end x; no best and no upper end.",
    "more_than": "A lower end x + 1; no best and no upper end.",
    "at_most": "An upper end x; the lower end stays open, it is not 0.",
    "up_to": "A soft upper end x; the lower end stays open.",
    "less_than": "An upper end x - 1; the lower end stays open.",
    "between": "Two stated ends.",
    "vague": "A word such as 'dozens': our fixed band for it, range kind 'vague'.",
}

MODALITIES: Final = {
    "stated": "Said to have happened.",
    "projected": "Feared, expected, planned.",
    "ordered": "Ordered, such as an evacuation.",
    "superseded": "The old value in a correction.",
    "none_reported": "'No casualties': the speaker's statement of none.",
}

POPULATIONS: Final = {
    "all": "Everybody.",
    "civilians": "Civilians.",
    "combatants": "Fighters of any side.",
    "soldiers": "Members of state forces.",
    "police": "Members of police forces.",
    "non_state_fighters": "Fighters of non-state groups.",
    "unidentified": "People nobody has identified.",
    "children": "Children, as the source understands it.",
    "boys": "Boys.",
    "girls": "Girls.",
    "women": "Women.",
    "men": "Men.",
    "elderly": "Older people.",
    "health_workers": "Health workers.",
    "aid_workers": "Aid workers.",
    "journalists": "Journalists and media workers.",
    "teachers": "Teachers and school staff.",
    "students": "Pupils and students.",
    "migrants": "Migrants.",
    "refugees": "Refugees as the people counted, whatever the metric.",
    "idps": "Displaced people as the people counted, whatever the metric.",
    "peacekeepers": "International peacekeepers.",
    "prisoners": "Prisoners and detainees.",
}

DEATHS_COUNTED: Final = {
    "direct": "Deaths by violence or by the event itself.",
    "indirect": "Deaths from its consequences: want, illness, lack of care.",
    "direct_and_indirect": "Both.",
    "excess": "Deaths beyond those expected without it.",
    "unstated": "The source does not say which deaths it counts.",
}

CAUSES: Final = {
    "conflict": "Armed conflict or violence.",
    "disaster": "A natural or technological disaster.",
    "other": "Another cause, stated.",
    "unstated": "Not stated.",
}

PLACE_ROLES: Final = {
    "happened_in": "Where it happened.",
    "now_in": "Where the people are.",
    "came_from": "Where the people are from.",
}

BASES: Final = {
    "identified": "Named people, one by one.",
    "tallied": "Added up from reports or bodies.",
    "registered": "Registered by an authority or agency.",
    "survey": "From a sample survey.",
    "modelled": "From a model or an official estimate.",
    "mse": "Multiple systems estimation over lists of the dead.",
    "judgement": "A person's or body's own estimate.",
    "machine_coded": "Read by a machine.",
    "extrapolated": "Carried beyond the data by a rule.",
    "unstated": "The source does not say.",
}

TIERS: Final = {
    "verified": "Identified or registered.",
    "reported": "Tallied, machine-coded, or the basis not stated.",
    "estimated": "Survey, model, list method, judgement or extrapolation.",
    "mixed": "Bases of more than one tier together.",
}

TIER_OF_BASIS: Final[dict[str, str]] = {
    "identified": "verified",
    "registered": "verified",
    "tallied": "reported",
    "machine_coded": "reported",
    "unstated": "reported",
    "survey": "estimated",
    "modelled": "estimated",
    "mse": "estimated",
    "judgement": "estimated",
    "extrapolated": "estimated",
}

SOURCE_TYPES: Final = {
    "government": "A government or its organ.",
    "health_authority": "Health officials.",
    "un_agency": "A body of the United Nations or its official.",
    "ngo": "A non-governmental organisation.",
    "monitor": "A body that records casualties.",
    "research": "A research body.",
    "media": "A newsroom.",
    "court": "A court or tribunal.",
    "civil_defence": "Civil defence or rescue workers.",
    "party_to_conflict": "A party to the conflict.",
    "individual": "A private person, kept as a role.",
    "anonymous": "Not named.",
}

SEEN_IN: Final = {
    "primary": "Read at the source's own page or data.",
    "copy": "Read in a text that quotes it.",
    "unverified": "Not checked.",
}

RANGE_KINDS: Final = {
    "stated": "The source gives both ends.",
    "bound": "One end only; the other stays open.",
    "vague": "Our fixed band for a vague word.",
    "spread": "Across sources.",
    "elicited": "Asked of experts.",
    "confidence": "A confidence interval.",
    "credible": "A credible interval.",
}

REVIEW_STATUSES: Final = {
    "accepted": "Read by a person, or transcribed by one.",
    "pending": "Extracted and not yet read; enters no answer, floor or sum.",
    "corrected": "Read, and a value changed; the machine's value stays beside it.",
    "rejected": "Read, and not a claim.",
}

METHODS: Final = {
    "transcribed": "Written into a sheet by a person.",
    "extracted": "Read from text by the extractor.",
    "imported": "Read from a source's own table.",
}

READERS: Final = {
    "article": "A text: figures are read from its sentences and wait for review.",
    "claim_sheet": "An analyst's claim sheet beside its register of documents.",
    "ucdp_ged": "UCDP's events of organised violence, in any layout of its releases.",
    "unhcr": "UNHCR's population, flows and solutions; IDMC's and UNRWA's totals as it has them.",
    "idmc_gidd": "IDMC's yearly displacement by country, and by disaster.",
    "idmc_idu": "IDMC's displacement updates, one figure each.",
    "hpc_needs": "People in need, as OCHA records them by sector and place.",
    "gaza_daily": "Daily bulletins of killed and injured, and every later change of them.",
    "insecurity_insight": "Incidents against aid workers and health care.",
    "mapped_table": "Any table: the card's `columns:` says what its columns are.",
}

MATURITIES: Final = {
    "final": "The producer regards it as final.",
    "provisional": "The producer may still change it.",
    "unstated": "Not stated.",
}

SENSITIVITIES: Final = {
    "public": "May be published.",
    "internal": "For the office only.",
    "restricted": "For named people only.",
}

FILE_STATUSES: Final = {"read": "Read.", "refused": "Not read; the reason says why."}

CANDIDATE_OUTCOMES: Final = {
    "claim": "Became one claim or more.",
    "empty": "A number that is no figure about people: a date, an age, money.",
    "set_aside": "In doubt: quarantined with its reason.",
}

RULES_OF_ANSWERING: Final = {
    "by_source": "Each series' latest reading.",
    "latest": "The latest reading of the tier.",
    "spread": "Least to greatest over the series of the tier.",
    "house": "The office's own rule, from house_rules.yml.",
}

USED_AS: Final = {
    "used": "Makes the answer.",
    "repeat": "Repeats a used claim; adds nothing.",
    "part": "A part of a used claim; adds nothing.",
    "excluded": "Left out; the reason says why.",
}

FINDING_TYPES: Final = {
    "cannot_all_hold": "As read here, these claims cannot all be true.",
    "parts_differ": "Parts exceed their whole.",
    "counter_fell": "A counter went down.",
    "step_differs": "A counter's step is not the figure that the same record gives.",
    "attribution_check": "What this collection holds of a credited body.",
    "repeat": "One figure published again.",
    "possible_repeat": "Perhaps one figure published again.",
    "newer_figure_existed": "A newer figure had been published by that day.",
    "raised_later": "A later publication raised the figure for the same window.",
    "range_inverted": "Low above best, or best above high, as printed.",
    "unchanged_subtotal": "A part unchanged while its whole moved.",
    "sources_apart": "Sources of one tier give ranges that do not meet.",
}

RESOLUTION_TYPES: Final = (*FINDING_TYPES, "revision")
"""What a person may settle: a finding, or what moved between two releases of a source."""

SEVERITIES: Final = {
    "info": "To know.",
    "notice": "To look at.",
    "warning": "To settle before use.",
}

FINDING_STATUSES: Final = {
    "open": "Nobody has settled it.",
    "explained": "A person explained it.",
    "left": "A person looked and left it.",
}

RELATIONS: Final = {
    "equal": "The same scope.",
    "inside": "Wholly within.",
    "contains": "Wholly around.",
    "overlaps": "Partly shared.",
    "touching": "Windows that share one day.",
    "disjoint": "Nothing shared.",
    "unknown": "Not known; would_settle names the missing fact.",
}

COMPARED_WITH: Final = {
    "all": "Every other question; a pair that is not listed shares no ground or no day.",
    "own_metric": "Questions of its own metric; of other pairs some were not compared.",
    "some": "Only questions that were compared with more; a pair not listed was not compared.",
}

TERRITORY_RELATIONS: Final = ("inside", "contains", "overlaps", "disjoint")

POPULATION_RELATIONS: Final = ("within", "part_of", "disjoint")

INDEPENDENCES: Final = {
    "shown": "Both state what they were built from, and nothing of it is one.",
    "shared": "One origin, one credits the other, or both were built from one source.",
    "unknown": "Neither shown nor known to be shared.",
}

ATTRIBUTIONS: Final = {
    "same_figure_held": "The collection holds the figure from the credited body, by that day.",
    "other_figure_held": "It holds other figures of the body for the metric, and not this one.",
    "nothing_held": "It holds no figure of the body for the metric, by that day.",
    "not_checked": "The body is not in actors.csv, or the claim has no day.",
}

ARITHMETIC_KINDS: Final = {
    "partition": "The parts that a document gives of a whole sum exactly to it.",
    "sum_of_parts": "Parts of one such whole that speak to one question, added up.",
    "documented_rest": "A whole less the parts that a document gives of it.",
}

DECISIONS: Final = {
    "accept": "The claim is as the machine read it.",
    "correct": "A column takes another value.",
    "reject": "It is no claim.",
}

OVERLAY_OUTCOMES: Final = {
    "applied": "It changed or settled the claim.",
    "overruled": "It applied, and another person later decided otherwise; theirs holds.",
    "claim_missing": "No claim has that id.",
    "guard_failed": "What it rested on has changed; it no longer applies.",
    "refused": "Its value does not fit the column.",
}

CHANGES: Final = {
    "added": "New in the later release.",
    "dropped": "Gone from the later release.",
    "raised": "Greater in the later release.",
    "lowered": "Less in the later release.",
    "reset": "Changed in what it counts, or stated another way.",
}

DEPENDENCES: Final = {"independent": "Events err on their own.", "full": "Events err together."}

VOCABULARIES: Final[dict[str, dict[str, str]]] = {
    "metric": METRICS,
    "measure": MEASURES,
    "term": TERMS,
    "qualifier": QUALIFIERS,
    "unit": UNITS,
    "modality": MODALITIES,
    "population": POPULATIONS,
    "deaths_counted": DEATHS_COUNTED,
    "cause": CAUSES,
    "place_role": PLACE_ROLES,
    "basis": BASES,
    "tier": TIERS,
    "source_type": SOURCE_TYPES,
    "seen_in": SEEN_IN,
    "range_kind": RANGE_KINDS,
    "review_status": REVIEW_STATUSES,
    "method": METHODS,
    "reader": READERS,
    "maturity": MATURITIES,
    "sensitivity": SENSITIVITIES,
    "status of a file": FILE_STATUSES,
    "outcome of a candidate": CANDIDATE_OUTCOMES,
    "rule": RULES_OF_ANSWERING,
    "used_as": USED_AS,
    "finding_type": FINDING_TYPES,
    "severity": SEVERITIES,
    "status of a finding": FINDING_STATUSES,
    "relation": RELATIONS,
    "compared_with": COMPARED_WITH,
    "independence": INDEPENDENCES,
    "outcome of an attribution check": ATTRIBUTIONS,
    "kind of arithmetic": ARITHMETIC_KINDS,
    "change": CHANGES,
    "decision": DECISIONS,
    "outcome of an overlay": OVERLAY_OUTCOMES,
    "dependence": DEPENDENCES,
}
