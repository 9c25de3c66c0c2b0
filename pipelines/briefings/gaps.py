"""What is not known, generated from the tables: what a page about a place cannot say, and why.

A sentence here speaks of this collection and of nothing else: what is not held may exist all the
same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from pipelines.briefings.select import Question, Selected
from pipelines.charts.language import Phrase, isolated, joined, listed, say, say_n, term
from pipelines.charts.rows import Marts, Row
from pipelines.charts.wording import place_name
from pipelines.core.actors import Actors
from pipelines.core.records import Record, records
from schemas import vocab

EXPECTED: Final[tuple[tuple[str, ...], ...]] = (
    ("killed",),
    ("injured",),
    ("missing", "dead_or_missing"),
    ("displaced", "idps", "internal_displacements", "refugees"),
)
"""What a page on people harmed is expected to speak of; of a group one metric is enough."""

EXPECTED_KINDS: Final = (
    "government",
    "health_authority",
    "un_agency",
    "ngo",
    "monitor",
    "party_to_conflict",
)
"""Kinds of speakers of which it is said where none of them speaks."""

Claims = Mapping[str, Record]

_BY_SEX: Final = frozenset({"women", "men", "boys", "girls"})
_BY_AGE: Final = frozenset({"children", "boys", "girls", "elderly"})


def not_known(
    marts: Marts, selected: Selected, as_of: date | None = None, *, is_windowed: bool = False
) -> list[Phrase]:
    """What is not known on a page, a whole sentence each.

    Parameters
    ----------
    marts
        The published tables, cut to the day `as_of` where one is asked for.
    selected
        The questions of the page.
    as_of
        Claims whose place is not resolved are counted up to that day.
    is_windowed
        Whether the page is about some days only.
    """
    of_page = [row for question in selected.cards for row in question.rows]
    of_place = [row for question in selected.own for row in question.rows]
    claims = _claims(marts, of_page)
    found = [
        *_metrics(selected, is_windowed),
        *_floors(marts, selected.cards),
        *_splits(selected),
        *_sides(marts, of_page, claims),
        *_kinds(of_page, claims),
        *_days(of_place),
        *_pending(of_place),
        *_making(of_page, claims),
        *_places(marts, selected, as_of),
    ]
    return [phrase for phrase in found if phrase]


def _claims(marts: Marts, rows: Iterable[Row]) -> Claims:
    """What rows do not hold of their claims, by claim."""
    held = marts["marts/claims"]
    shown = held[held["claim_id"].isin({row.claim_id for row in rows})]
    names = ("claim_id", "speaker_id", "origin_id", "source_type", "seen_in")
    return {claim["claim_id"]: claim for claim in records(shown, names)}


def metrics_in_words(codes: Iterable[str]) -> Phrase:
    """Metrics as a list in a sentence, in the order of the vocabulary."""
    held = set(codes)
    return listed([term("metric", code) for code in vocab.METRICS if code in held])


def _metrics(selected: Selected, is_windowed: bool) -> list[Phrase]:
    """Expected metrics of which nothing is held, for the place or for what lies within it."""
    own = {question.metric for question in selected.own}
    inside = {question.metric for question in selected.inside}
    absent = [group for group in EXPECTED if not own & set(group)]
    nowhere = [group[0] for group in absent if not inside & set(group)]
    within = [metric for group in absent for metric in group if metric in inside]
    place = place_name(selected.place_id, selected.name)
    said = []
    if nowhere:
        fields = {"place": place, "metrics": metrics_in_words(nowhere)}
        said.append(
            say(
                "Nothing held in this collection on {place} for the days asked about: {metrics}.",
                **fields,
            )
            if is_windowed
            else say("Nothing held in this collection on {place}: {metrics}.", **fields)
        )
    if within:
        said.append(
            say(
                "Held for places inside {place} and not for {place} as a whole: {metrics}.",
                metrics=metrics_in_words(within),
                place=place,
            )
        )
    return said


def numbered(questions: Sequence[Question], wanted: Iterable[str]) -> Phrase:
    """The numbers on the page of the wanted questions, as a list in a sentence."""
    ids = set(wanted)
    return listed([n for n, q in enumerate(questions, 1) if q.question_id in ids])


def _floors(marts: Marts, cards: Sequence[Question]) -> list[Phrase]:
    floors = marts["marts/floors"]
    having = set(floors.loc[floors["low"].notna(), "question_id"])
    without = [q.question_id for q in cards if q.question_id not in having]
    if not without:
        return []
    return [
        say_n(
            "No floor for question {numbers}: no claim held inside it sets a least number.",
            "No floor for questions {numbers}: no claim held inside them sets a least number.",
            len(without),
            numbers=numbered(cards, without),
        )
    ]


def _splits(selected: Selected) -> list[Phrase]:
    """Metrics of the page of which no count by sex, or by age, is held."""
    held: dict[str, set[str]] = {}
    for question in selected.everything:
        held.setdefault(question.metric, set()).add(question.axes["population"])
    shown = {question.metric for question in selected.cards}
    by_sex = {metric for metric in shown if not held[metric] & _BY_SEX}
    by_age = {metric for metric in shown if not held[metric] & _BY_AGE}
    if by_sex and by_sex == by_age:
        told = metrics_in_words(by_sex)
        return [say("No split by sex and none by age is held of: {metrics}.", metrics=told)]
    said = []
    if by_sex:
        told = metrics_in_words(by_sex)
        said.append(say("No split by sex is held of: {metrics}.", metrics=told))
    if by_age:
        told = metrics_in_words(by_age)
        said.append(say("No split by age is held of: {metrics}.", metrics=told))
    return said


# Who does not speak


def _sides(marts: Marts, rows: Sequence[Row], claims: Claims) -> list[Phrase]:
    """Parties to a conflict from which nothing is held beside what its other parties say."""
    if not rows:
        return []
    actors = Actors(marts["marts/actors"])
    parties = [
        row
        for row in records(marts["marts/actors"], ("actor_id", "name", "party_to"))
        if row["party_to"]
    ]
    if not parties:
        return [
            say(
                "The register of actors names no party to a conflict, so whether every side is "
                "reported from is not known."
            )
        ]
    speaking = _speaking(actors, parties, rows, claims)
    if not speaking:
        return [
            say(
                "Nobody who speaks here is a party to a conflict by the register of actors: "
                "nothing is held from any side itself."
            )
        ]
    said = []
    for conflict in sorted({party["party_to"] for party in speaking}):
        own = [party for party in speaking if party["party_to"] == conflict]
        silent = [
            party
            for party in parties
            if party["party_to"] == conflict
            and not any(actors.same_or_part(party["actor_id"], one["actor_id"]) for one in own)
        ]
        if silent:
            said.append(
                say(
                    "Parties to {conflict}: figures are held from {speaking}, and nothing is held "
                    "from {silent}.",
                    conflict=conflict,
                    speaking=_names(own),
                    silent=_names(silent),
                )
            )
    return said


def _names(parties: Iterable[Record]) -> Phrase:
    return listed(sorted({isolated(party["name"]) for party in parties}))


def _speaking(
    actors: Actors, parties: Iterable[Record], rows: Iterable[Row], claims: Claims
) -> list[Record]:
    """The parties whose own word, or that of a part of theirs, some claim carries."""
    heard: set[str] = set()
    for row in rows:
        for actor in _bodies(claims[row.claim_id]):
            if actor not in actors:
                continue
            day = row.known_on or row.end_latest
            heard |= {
                party["actor_id"]
                for party in parties
                if actors.within(actor, party["actor_id"])
                and (day is None or party["party_to"] in actors.parties_on(party["actor_id"], day))
            }
    return [party for party in parties if party["actor_id"] in heard]


def _bodies(claim: Record) -> list[str]:
    """Who said a claim and whom they credit, as actors."""
    return [actor for actor in (claim["speaker_id"], claim["origin_id"]) if actor]


def _kinds(rows: Sequence[Row], claims: Claims) -> list[Phrase]:
    """Kinds of speakers from which nothing is held."""
    if not rows:
        return []
    heard = {claims[row.claim_id]["source_type"] for row in rows}
    silent = [term("source_type", kind) for kind in EXPECTED_KINDS if kind not in heard]
    if not silent:
        return []
    return [say("Nothing on this page is said by: {kinds}.", kinds=joined(silent))]


# What is not known of the claims


def _days(rows: Sequence[Row]) -> list[Phrase]:
    undated = sum(row.known_on is None for row in rows)
    windowless = sum(
        not any((row.start_earliest, row.start_latest, row.end_earliest, row.end_latest))
        for row in rows
    )
    said = []
    if undated:
        said.append(
            say_n(
                "The day of publication of {n} claim is not known.",
                "The day of publication of {n} claims is not known.",
                undated,
            )
        )
    if windowless:
        said.append(
            say_n(
                "{n} claim does not say which days it counts.",
                "{n} claims do not say which days they count.",
                windowless,
            )
        )
    return said


def _pending(rows: Sequence[Row]) -> list[Phrase]:
    pending = sum(row.is_pending for row in rows)
    if not pending:
        return []
    return [
        say_n(
            "{n} claim is pending: no person has read it, and it enters no sentence and no answer.",
            "{n} claims are pending: no person has read them, and they enter no sentence and no "
            "answer.",
            pending,
        )
    ]


def _making(rows: Sequence[Row], claims: Claims) -> list[Phrase]:
    """How many claims do not say how they were made, or were read in another's words."""
    unstated = sum(row.basis == "unstated" for row in rows)
    copied = sum(claims[row.claim_id]["seen_in"] in ("copy", "unverified") for row in rows)
    said = []
    if unstated:
        said.append(
            say_n(
                "{n} of {total} claims does not say how its number was made.",
                "{n} of {total} claims do not say how their number was made.",
                unstated,
                total=len(rows),
            )
        )
    if copied:
        said.append(
            say_n(
                "{n} of {total} claims was not read at its source: in a text that quotes it, or "
                "unchecked.",
                "{n} of {total} claims were not read at their source: in a text that quotes them, "
                "or unchecked.",
                copied,
                total=len(rows),
            )
        )
    return said


def _places(marts: Marts, selected: Selected, as_of: date | None) -> list[Phrase]:
    """Claims of the collection whose place is not resolved: they may speak of this place."""
    claims = marts["marts/claims"]
    unresolved = claims[
        claims["place_id"].isna()
        & claims["review_status"].ne("rejected")
        & claims["withdrawn_on"].isna()
        & claims["replaced_by"].isna()
    ]
    known = unresolved["edition"].fillna(unresolved["published_on"])
    n = len(unresolved) if as_of is None else sum(day.date() <= as_of for day in known.dropna())
    if not n:
        return []
    return [
        say_n(
            "{n} claim of this collection names no place that could be resolved; whether it speaks "
            "of {place} is not known.",
            "{n} claims of this collection name no place that could be resolved; whether they "
            "speak of {place} is not known.",
            n,
            place=place_name(selected.place_id, selected.name),
        )
    ]
