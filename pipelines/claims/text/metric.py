"""What a number counts: which words of its sentence it belongs to.

The order is the one that worked on the development set: a toll, then the verb directly before
("kills 12"), then the nearest predicate after, which side-by-side numbers share ("8 soldiers, 20
rebels killed"), then coordination backward ("kills 5 soldiers and 3 civilians"), last a class of
victims ("3,000 refugees"). Coordination stops at any new verb or noun of things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from pipelines.claims.text.assigned import Assigned, Outcome, Unassigned, as_assigned
from pipelines.claims.text.counters import label, toll
from pipelines.claims.text.grammar import (
    AUXILIARIES,
    LIGHT,
    OTHER_VERBS,
    PREPOSITIONS,
    REGISTERED,
    SUBORDINATE,
    is_passive,
)
from pipelines.claims.text.items import Item, figure_of
from pipelines.claims.text.people import is_person_noun
from pipelines.claims.text.predicate import verb_of
from pipelines.claims.text.words import words

_COMPARING: Final = words("metric", "comparing")


def assign(
    items: Sequence[Item],
    places: Sequence[int],
    refused: Mapping[int, str],
    twins: Mapping[int, int],
) -> dict[int, Outcome]:
    """What each number of the sentence belongs to, by the index of its figure.

    The numbers stand at `places` among the items.
    `refused` gives the reason of numbers that are known to count no people; `twins` are figures of
    one group in two units ("322 families (about 2,400 people)"), each with the index of the other.
    """
    outcome: dict[int, Outcome] = {}
    for k in places:
        figure = figure_of(items, k)
        if figure.rank in refused:
            outcome[figure.rank] = Unassigned(refused[figure.rank])
        elif reason := _not_counted(items, k):
            outcome[figure.rank] = Unassigned(reason)
        else:
            outcome[figure.rank] = (
                label(items, k, outcome)
                or _of_a_group(items, k)
                or toll(items, k, outcome)
                or verb_of(items, k, twins, refused)
            )
    for position, k in enumerate(places):
        figure = figure_of(items, k)
        held = outcome[figure.rank]
        weak = isinstance(held, Unassigned) or held.rule == "class"
        if not weak or (isinstance(held, Unassigned) and held.reason != "text.no_metric"):
            continue
        if position:
            previous = outcome[figure_of(items, places[position - 1]).rank]
            if isinstance(previous, Assigned) and _coordinated(
                items, places[position - 1], k, previous
            ):
                outcome[figure.rank] = Assigned(
                    previous.entry, "coordinated", previous.start, previous.end
                )
                continue
        if verb := _shared_verb_before(items, k):
            outcome[figure.rank] = verb
            continue
        if isinstance(held, Unassigned) and (earlier := _figure_put_at(items, k, outcome)):
            outcome[figure.rank] = earlier
    for index, other in twins.items():
        own, its = outcome.get(index), outcome.get(other)
        if isinstance(its, Assigned) and (not isinstance(own, Assigned) or own.rule == "class"):
            outcome[index] = its
    return outcome


def _not_counted(items: Sequence[Item], k: int) -> str | None:
    """Why a number is none of people to whom something happened: a difference, a rate."""
    after = [item.key for item in items[k + 1 : k + 13]]
    if _is_difference(after) or _is_rate(after):
        return "text.other_count"
    if k and items[k - 1].key in ("but", "second", "third"):
        excepted = items[k - 1].key != "but" or (k > 1 and items[k - 2].key in _EVERYBODY)
        if excepted:
            return "text.negated"
    lead = items[max(0, k - 4) : k - 1] if k and items[k - 1].key in ("of", "by") else ()
    if lead and any(item.key in _CHANGES for item in lead):
        return "text.other_count"
    return None


def _is_difference(after: Sequence[str]) -> bool:
    """Whether a number says how many more or fewer: "17 fewer people died than in 2020"."""
    if not after or after[0] not in _COMPARATIVES:
        return False
    return after[1:2] == ["than"] or any(
        word == "than" and before not in ("more", "less", "fewer", "rather", "other")
        for before, word in pairwise(after)
    )


def _is_rate(after: Sequence[str]) -> bool:
    """Whether a number is of each hour, day or month and no total: "300 people died each month"."""
    for at, unit in enumerate(after):
        if at and unit in _UNITS_OF_TIME:
            each, before = after[at - 1], after[at - 2] if at > 1 else ""
            if each in ("each", "every", "per"):
                return True
            dated = before in PREPOSITIONS or (after[at + 1 : at + 2] or [""])[0] in _DATING
            if each in ("a", "an") and not dated:
                return True
    return False


_DATING: Final = frozenset(("after", "ago", "before", "earlier", "later", "since", "of", "and"))
"""Words after which "a month" tells when, and is no rate."""
_EVERYBODY: Final = frozenset(("all", "everyone", "everybody"))
_UNITS_OF_TIME: Final = frozenset(("minute", "hour", "day", "night", "week", "month", "year"))
_CHANGES: Final = words("metric", "changes")
_COMPARATIVES: Final = frozenset(("fewer", "less", "more", "higher", "lower"))


def _of_a_group(items: Sequence[Item], k: int) -> Assigned | None:
    """A part of those named before it: "the dead included six", "among the injured were nine"."""
    j = k - 1
    included = j >= 0 and items[j].key in _INCLUDED
    if included or (
        j >= 0 and (items[j].key in ("were", "are", "was") or items[j].kind == "comma")
    ):
        j -= 1
    entry = items[j].entry if j > 0 else None
    if entry is None or entry.metric is None or items[j - 1].key not in ("the", "those"):
        return None
    lead = items[j - 2].key if j > 1 else ""
    opens = j < 3 or items[j - 3].kind in ("stop", "comma")
    if not included and not (opens and lead in ("among", "of", "amongst")):
        return None
    own = verb_of(items, k, {}, {})
    if isinstance(own, Assigned) and own.entry.metric != entry.metric and own.rule != "class":
        return None  # "of the injured, 12 died"
    return as_assigned(items[j], "group")


_INCLUDED: Final = frozenset(("included", "include", "includes"))


def _coordinated(items: Sequence[Item], p: int, k: int, previous: Assigned) -> bool:
    """Whether a number goes on with what the one before counts: "kills 5 men and 3 women"."""
    j = k - 1
    while j > p and items[j].kind == "word" and items[j].key in LIGHT | _COMPARING:
        j -= 1
    if items[j].kind not in ("and", "comma") and items[j].key not in ":;":
        return False
    for item in items[p + 1 : j]:
        entry = item.entry
        if (
            entry is not None
            and item.start != previous.start
            and (entry.metric != previous.entry.metric)
        ):
            return False
        if item.kind == "stop" or item.key in SUBORDINATE or item.key in OTHER_VERBS:
            return False
    return not _has_verb_of_its_own(items, k) and _names_people(items, k)


def _shared_verb_before(items: Sequence[Item], k: int) -> Assigned | None:
    """The verb of a list whose first object has no number: "killing a medic and three guards"."""
    j = k - 1
    while j >= 0 and items[j].kind == "word" and items[j].key in LIGHT:
        j -= 1
    if j < 2 or items[j].kind not in ("and", "comma"):
        return None
    if _has_verb_of_its_own(items, k) or not _names_people(items, k):
        return None
    people = False
    for at in range(j - 1, max(-1, j - 9), -1):
        item = items[at]
        entry = item.entry
        if entry is not None and entry.kind not in ("class", "noun"):
            active = entry.kind == "verb" and entry.side != "after" and not is_passive(items, at)
            people = people or items[min(k + 1, len(items) - 1)].key == "others"
            if active and people and entry.metric is not None:
                return as_assigned(item, "coordinated")
            return None
        if item.kind not in ("word", "trig", "comma") or item.key in SUBORDINATE | OTHER_VERBS:
            return None
        people = people or is_person_noun(item.key)
    return None


def _has_verb_of_its_own(items: Sequence[Item], k: int) -> bool:
    for item in items[k + 1 : k + 8]:
        if item.kind in ("stop", "comma", "num", "and") or item.key in PREPOSITIONS:
            return False
        if item.key.endswith("ed") and item.kind == "word" and item.key not in REGISTERED:
            return True
        if item.key in AUXILIARIES or item.kind == "trig" or item.key in OTHER_VERBS:
            return True
    return False


def _names_people(items: Sequence[Item], k: int) -> bool:
    """Whether what follows a bare number can be people: a noun of people, a preposition, an end."""
    for item in items[k + 1 : k + 5]:
        if item.kind in ("stop", "comma", "close", "num"):
            return True
        if item.key in PREPOSITIONS or is_person_noun(item.key):
            return True
    return k + 1 >= len(items)


def _figure_put_at(items: Sequence[Item], k: int, outcome: dict[int, Outcome]) -> Assigned | None:
    """A number without a noun, said of the figure before: "the rebels put the figure at 80".

    Also "the coroner confirmed 57", "now admits to 46" and, without a verb, "the UN 40,000".
    """
    if k < 2 or not _stands_alone(items, k):
        return None
    lead = items[k - 1]
    named = lead.key in ("at", "is", "was", "to", "of") and any(
        item.key in _FIGURES for item in items[max(0, k - 4) : k]
    )
    spoken = lead.key in _SPEAKING or (lead.key == "to" and items[k - 2].key in _SPEAKING)
    if not (named or spoken or _is_gapped(items, k)):
        return None
    for item in reversed(items[:k]):
        if item.figure and isinstance(held := outcome.get(item.figure.rank), Assigned):
            return Assigned(held.entry, "figure", held.start, held.end)
    return None


_FIGURES: Final = frozenset(
    ("figure", "number", "total", "count", "toll", "tally", "it", "estimate", "estimates")
)
_SPEAKING: Final = words("metric", "speaking")


def figures_of_earlier(items: Sequence[Item], outcome: Mapping[int, Outcome]) -> Iterator[int]:
    """Figures said of what a sentence before counts: "The correct figure is eight", by rank."""
    if all(item.key != "figure" for item in items):
        return
    for k, item in enumerate(items):
        if item.figure is None:
            continue
        held = outcome.get(item.figure.rank)
        if isinstance(held, Assigned):
            return
        said = k > 1 and items[k - 1].key in ("is", "was", "at", "to")
        if said and _stands_alone(items, k) and any(i.key == "figure" for i in items[:k]):
            yield item.figure.rank


def _stands_alone(items: Sequence[Item], k: int) -> bool:
    """Whether no noun of its own follows a number."""
    following = items[k + 1] if k + 1 < len(items) else None
    return (
        following is None
        or following.kind in ("stop", "comma", "close", "and", "mask")
        or following.key in PREPOSITIONS
    )


def _is_gapped(items: Sequence[Item], k: int) -> bool:
    """Whether only a subject stands between a comma and the number: ", the UN 40,000."."""
    ends = k + 1 >= len(items) or items[k + 1].kind == "stop"
    for j in range(k - 1, max(-1, k - 6), -1):
        if items[j].kind == "comma" or items[j].key == ";":
            return ends and k - 1 > j
        if items[j].kind != "word" or items[j].key in PREPOSITIONS | AUXILIARIES:
            return False
    return False
