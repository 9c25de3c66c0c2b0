"""What a number counts: which words of its sentence it belongs to.

The order is the one that worked on the development set: a toll, then the verb directly before
("kills 12"), then the nearest predicate after, which side-by-side numbers share ("8 soldiers, 20
rebels killed"), then coordination backward ("kills 5 soldiers and 3 civilians"), last a class of
victims ("3,000 refugees"). Coordination stops at any new verb or noun of things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from pipelines.claims.text.items import Item, figure_of
from pipelines.claims.text.lexicon import Entry
from pipelines.claims.text.people import is_function_word, is_person_noun, is_thing
from pipelines.claims.text.words import words

Rule = Literal[
    "label", "group", "toll", "before", "after", "shared", "coordinated", "class", "figure", "part"
]


class Assigned(NamedTuple):
    """The lexicon's entry that a number belongs to, by which rule, and where its words stand."""

    entry: Entry
    rule: Rule
    start: int
    end: int


class Unassigned(NamedTuple):
    """Why a number belongs to no entry."""

    reason: str


Outcome = Assigned | Unassigned

_LIGHT: Final = words("metric", "light")
_AUXILIARIES: Final = words("metric", "auxiliaries")
_ADVERBS: Final = words("metric", "adverbs")
_SUBORDINATE: Final = words("metric", "subordinate")
_REGISTERED: Final = words("metric", "registered")
_PARENTHETIC: Final = words("metric", "parenthetic")
_PREPOSITIONS: Final = words("metric", "prepositions")
_TOLL_LEADS: Final = words("metric", "toll_leads")
_OTHER_VERBS: Final = words("metric", "other_verbs")
_COMPARING: Final = words("metric", "comparing")
_DETERMINERS: Final = words("metric", "determiners")
_INSERTING: Final = words("metric", "inserting")
_DASHES: Final = frozenset("-–—")
_NEGATIONS: Final = words("metric", "negations")
_MAX_AFTER: Final = 30
_MAX_BARE: Final = 9
_MAX_TOLL: Final = 40
_MAX_LIST_WORDS: Final = 7
_MAX_MEMBERS: Final = 12
"""Numbers of a list that share one verb: a limit that keeps the time linear."""


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
                _label(items, k, outcome)
                or _of_a_group(items, k)
                or _toll(items, k, outcome)
                or _verb(items, k, twins, refused)
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
            dated = before in _PREPOSITIONS or (after[at + 1 : at + 2] or [""])[0] in _DATING
            if each in ("a", "an") and not dated:
                return True
    return False


_DATING: Final = frozenset(("after", "ago", "before", "earlier", "later", "since", "of", "and"))
"""Words after which "a month" tells when, and is no rate."""
_EVERYBODY: Final = frozenset(("all", "everyone", "everybody"))
_UNITS_OF_TIME: Final = frozenset(("minute", "hour", "day", "night", "week", "month", "year"))
_CHANGES: Final = words("metric", "changes")
_COMPARATIVES: Final = frozenset(("fewer", "less", "more", "higher", "lower"))


def _label(items: Sequence[Item], k: int, outcome: Mapping[int, Outcome]) -> Assigned | None:
    """A heading before its number: "Dead: 8", "KIA 12, WIA 47", "KILLED/11, WOUNDED/26"."""
    j = k - 1
    while j > 0 and items[j].key in _OF_A_LABEL:
        j -= 1
    marked = j >= 0 and items[j].key in (":", "/", "-", "–", "=")
    j -= marked
    if j < 0 or items[j].entry is None:
        return None
    entry = items[j].entry
    assert entry is not None
    if entry.metric is None or entry.kind in ("of", "toll") or entry.side == "before":
        return None
    first = j
    while first and items[first - 1].kind == "word" and items[first - 1].key in _OF_A_LABEL:
        first -= 1
    year = items[k].figure is not None and not marked and _YEAR.match(items[k].key)
    if year:
        return None
    before = items[first - 1] if first else None
    opens = before is None or before.kind in ("stop", "comma", "close", "open", "mask")
    if before is not None and before.figure is not None:
        held = outcome.get(before.figure.rank)
        opens = isinstance(held, Assigned) and held.rule == "label"
    if not opens:
        return None
    following = items[k + 1] if k + 1 < len(items) else None
    ends = following is None or following.kind in ("stop", "comma", "open", "close", "and")
    if not marked and not ((ends and j == 0) or entry.kind == "noun" or _is_a_label(items, j, k)):
        return None
    return _as_assigned(items[j], "label") if ends or entry.kind != "class" else None


_YEAR: Final = re.compile(r"#(?:19|20)\d\d\Z")
_OF_A_LABEL: Final = frozenset(
    ("total", "number", "of", "persons", "people", "civilians", "confirmed", "about", "the", "at",
     "least", "over", "some", "still", "reported")
)  # fmt: skip


def _is_a_label(items: Sequence[Item], j: int, k: int) -> bool:
    """Whether the clause is but a heading and its number, as in "Killed 12, injured 30"."""
    following = items[k + 1] if k + 1 < len(items) else None
    return (following is None or following.kind in ("stop", "comma")) and k == j + 1


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
    own = _verb(items, k, {}, {})
    if isinstance(own, Assigned) and own.entry.metric != entry.metric and own.rule != "class":
        return None  # "of the injured, 12 died"
    return _as_assigned(items[j], "group")


_INCLUDED: Final = frozenset(("included", "include", "includes"))


def _toll(items: Sequence[Item], k: int, outcome: Mapping[int, Outcome]) -> Assigned | None:
    """A counter: "the death toll in Texas rises to 13", "raised to 470 the number of dead"."""
    lead = items[k - 1] if k else None
    if lead and lead.key in ("to", "is") and (named := _toll_after(items, k)):
        return named
    if lead and (lead.key in _TOLL_LEADS or lead.key == "from" or lead.key == ":"):
        numbers = 0
        for j in range(k - 1, max(-1, k - 1 - _MAX_TOLL), -1):
            item = items[j]
            if (item.kind == "stop" and item.key in ";.!?") or numbers > 1:
                break
            if item.kind == "comma" and lead.key in ("are", "is", "was", "over", "nearly"):
                break
            if item.figure and isinstance(outcome.get(item.figure.rank), Assigned):
                numbers += 1
                if j and items[j - 1].key != "from":
                    break
            if item.entry and item.entry.kind == "toll" and item.entry.side != "after":
                if _counts_things(items, j):
                    return None
                return _of_composite(items, k) or _as_assigned(item, "toll")
            if (
                item.entry
                and item.entry.kind == "noun"
                and (_counts_on(items, j, k) or (lead.key == "at" and _is_put(items, j)))
            ):
                return _as_assigned(item, "toll")
            if (
                item.entry
                and lead.key in ("of", "at", ":", "from")
                and item.entry.kind != "toll"
                and j < k - 6
            ):
                break
    elif lead and lead.kind == "open" and k > 1 and _is_toll(items[k - 2]):
        return _as_assigned(items[k - 2], "toll")
    elif lead and _is_toll(lead):
        return _as_assigned(lead, "toll")
    return None


def _of_composite(items: Sequence[Item], k: int) -> Assigned | None:
    """What two metrics in one number say of a toll: "the toll stood at 120 dead or missing"."""
    following = items[k + 1] if k + 1 < len(items) else None
    entry = following.entry if following is not None else None
    if following is None or entry is None or entry.metric not in _COMPOSITES:
        return None
    return _as_assigned(following, "toll")


_COMPOSITES: Final = frozenset(("killed_or_injured", "dead_or_missing"))


def _toll_after(items: Sequence[Item], k: int) -> Assigned | None:
    """The counter that a number comes before: "raised to 470 the number of dead"."""
    for item in items[k + 1 : k + 5]:
        if _is_toll(item) and item.entry is not None and item.entry.side == "both":
            return _as_assigned(item, "toll")
        if item.key not in (",", "the", "total", "overall"):
            return None
    return None


def _counts_on(items: Sequence[Item], j: int, k: int) -> bool:
    """Whether a noun is said to have come to the number: "fatalities now stand at 77"."""
    between = items[j + 1 : k]
    return len(between) <= 12 and any(item.key in _COUNTING for item in between)


def _is_put(items: Sequence[Item], j: int) -> bool:
    """Whether somebody puts a noun at a number: "puts the invader's casualties at 48,000"."""
    return any(item.key in _PUTTING for item in items[max(0, j - 5) : j])


_PUTTING: Final = frozenset(("put", "puts", "estimate", "estimates", "estimated", "putting"))
_COUNTING: Final = words("metric", "counting_verbs")


def _is_toll(item: Item) -> bool:
    return item.entry is not None and item.entry.kind == "toll"


def _counts_things(items: Sequence[Item], j: int) -> bool:
    """Whether a counter is one of things: "the toll of homes destroyed"."""
    following = items[j + 1 : j + 4]
    opens = items[j].key.endswith(" of") or (following and following[0].key == "of")
    return bool(opens) and any(is_thing(item.key) for item in following)


def _verb(
    items: Sequence[Item], k: int, twins: Mapping[int, int], refused: Mapping[int, str]
) -> Outcome:
    before = _before(items, k)
    after = _after(items, k, twins, refused)
    if twins and isinstance(after, Unassigned):
        after = _after(items, k, {}, refused)
    if isinstance(before, Assigned) and not (
        _stands_between_numbers(items, before)
        and isinstance(after, Assigned)
        and after.rule == "after"
    ):
        return before
    if isinstance(before, Unassigned) and not (
        isinstance(after, Assigned) and after.rule == "class"
    ):
        return before
    return after


def _stands_between_numbers(items: Sequence[Item], verb: Assigned) -> bool:
    """Whether the verb before a number has a number before it too: "20 killed 15 wounded"."""
    if verb.entry.side != "both":
        return False
    at = next(j for j, item in enumerate(items) if item.start == verb.start)
    for item in reversed(items[max(0, at - 3) : at]):
        if item.kind == "num":
            return True
        if item.kind != "word" or is_function_word(item.key):
            return False
    return False


def _before(items: Sequence[Item], k: int) -> Outcome | None:
    """The verb directly before a number, over words that change nothing."""
    j = k - 1
    while j >= 0 and items[j].kind == "word" and items[j].key in _LIGHT:
        j -= 1
    if j < 0 or items[j].entry is None:
        return None
    item = items[j]
    entry = item.entry
    assert entry is not None
    if entry.side == "after" or entry.kind in ("toll", "noun", "class"):
        return None
    if entry.side == "both" and _is_passive(items, j):
        return None
    if entry.metric is None:
        return Unassigned("text.other_count")
    return _as_assigned(item, "before")


def _is_passive(items: Sequence[Item], j: int) -> bool:
    """Whether a participle has a form of "to be" before it; "have killed" is active."""
    return _word_before(items, j) in ("is", "are", "was", "were", "be", "been", "being")


def _has_auxiliary(items: Sequence[Item], j: int) -> bool:
    return _word_before(items, j) in _AUXILIARIES


def _word_before(items: Sequence[Item], j: int) -> str | None:
    """The key of what stands before an item, adverbs passed over; None where nothing does."""
    at = j - 1
    while (
        at >= 0
        and items[at].kind == "word"
        and (items[at].key in _ADVERBS or items[at].key.endswith("ly"))
    ):
        at -= 1
    return items[at].key if at >= 0 else None


@dataclass
class _Walk:
    """How far the way from a number to its predicate has come."""

    words: int = 0
    preposition: bool = False
    auxiliary: bool = False
    noun: bool = False
    negated: bool = False
    shared: bool = False
    relative: bool = False
    is_base: bool = False
    crossed: bool = False
    has_verb: bool = False
    members: int = 0
    inserted: bool = False
    weak: Assigned | None = None
    reason: str = "text.no_metric"


def _after(
    items: Sequence[Item], k: int, twins: Mapping[int, int], refused: Mapping[int, str]
) -> Outcome:
    """The nearest predicate after a number, within its clause."""
    figure = items[k].figure
    twin = twins.get(figure.rank) if figure else None
    walk = _Walk(is_base=_is_base(items, k))
    j: int | None = k + 1
    if twin is not None:
        j, walk.noun = _past_twin(items, k, twin), True
    while j is not None and j < len(items) and walk.words <= _MAX_AFTER:
        item = items[j]
        if item.kind == "stop":
            j = _past_dashes(items, j)
        elif item.kind == "open":
            j = _closing(items, j)
        elif item.kind == "close":
            break
        elif item.kind == "num":
            if _index(item) in refused and items[j - 1].key in _PREPOSITIONS:
                j += 1  # "people from 214 villages have fled"
                continue
            if not walk.inserted:
                break
            walk.inserted, walk.shared, walk.words = False, True, 0
            j += 1
        elif item.kind == "mask":
            j += 1
        elif item.kind in ("comma", "and"):
            j = _past_mark(items, j, walk)
        elif item.kind == "trig":
            decided, j = _at_trigger(items, j, walk)
            if decided is not None:
                return decided
        else:
            j = _past_word(items, j, walk)
    return walk.weak or Unassigned(walk.reason)


_FINITE: Final = _AUXILIARIES - words("metric", "registered") - {"who"}
_AFTER_A_NOUN: Final = _PREPOSITIONS | _ADVERBS | _INSERTING
_PERFECT: Final = frozenset(("have", "has", "had"))
_RELATIVE: Final = frozenset(("who", "which", "that"))


def _past_twin(items: Sequence[Item], k: int, twin: int) -> int:
    """Where the clause goes on after the other figure of the same group and its noun."""
    at = next((j for j in range(k + 1, len(items)) if _index(items[j]) == twin), k)
    for j in range(at + 1, min(len(items), at + 5)):
        if items[j].kind in ("close", "comma") or items[j].key in _DASHES:
            return j + 1
        if items[j].kind != "word" or not is_person_noun(items[j].key):
            break
    return at + 1


def _index(item: Item) -> int | None:
    return item.figure.rank if item.figure is not None else None


def _is_base(items: Sequence[Item], k: int) -> bool:
    """Whether a number shares no verb of a later clause: "of the 78 people, 34 were missing".

    Nor in "where 5,000 people live, 12 died" and "for the 5,000 in the camp, 12 of whom died".
    """
    j = k - 1
    while j >= 0 and items[j].key in ("the", "those", "these", "its", "some", "all"):
        j -= 1
    if j >= 0 and items[j].key in ("of", "among"):
        opens = not j or items[j - 1].kind in ("stop", "comma")
        return opens or items[j - 1].key in ("that", "out")
    if j >= 0 and items[j].key in _PREPOSITIONS:
        return True
    for item in reversed(items[max(0, j - _MAX_LIST_WORDS) : j + 1]):
        if item.kind in ("stop", "comma", "num"):
            return False
        if item.key in _SUBORDINATE and item.key != "as":
            return True
    return False


def _closing(items: Sequence[Item], j: int) -> int | None:
    for at in range(j + 1, min(len(items), j + 25)):
        if items[at].kind == "close":
            return at + 1
    return None


def _past_dashes(items: Sequence[Item], j: int) -> int | None:
    """Where the clause goes on after words between two dashes; None where it ends here."""
    if items[j].key not in _DASHES:
        return None
    for at in range(j + 2, min(len(items), j + 14)):
        if items[at].kind == "stop":
            return at + 1 if items[at].key in _DASHES else None
        if items[at].kind == "num":
            return None
    return None


def _past_word(items: Sequence[Item], j: int, walk: _Walk) -> int | None:
    key = items[j].key
    following = items[j + 1] if j + 1 < len(items) else None
    if key in _SUBORDINATE:
        registered = j and items[j - 1].key in _REGISTERED
        comma_then = following and following.kind == "comma"
        ever_since = key == "since" and items[j - 1].key in _PERFECT
        if not ever_since and not (key == "as" and (registered or comma_then)):
            return None
    if key in _OTHER_VERBS and not walk.auxiliary and not walk.relative:
        return None
    if key in _INSERTING:
        walk.inserted = True
    if key in _RELATIVE:
        walk.relative = True
    if key in _NEGATIONS or key.endswith(("n't", "n’t")):
        walk.negated = True
    if key in _FINITE:
        walk.auxiliary = True
    if key in _PREPOSITIONS and not (key == "of" and not walk.words):
        walk.preposition = True
    person = is_person_noun(key)
    if walk.noun and items[j - 1].kind == "word" and is_person_noun(items[j - 1].key):
        # "20,000 people waited": what follows the noun and leads to no place is a verb.
        walk.has_verb |= not person and key not in _AFTER_A_NOUN
    walk.noun |= person
    walk.words += 1
    return j + 1


def _past_mark(items: Sequence[Item], j: int, walk: _Walk) -> int | None:
    """Where to go on after a comma or an "and"; None where the clause of the number ends."""
    walk.crossed = True
    at = j + 1
    while at < len(items) and items[at].kind in ("and", "comma"):
        at += 1
    if at >= len(items):
        return None
    m = at
    while m < len(items) and items[m].kind == "word" and items[m].key in _LIGHT:
        m += 1
    if m < len(items) and items[m].kind == "num":
        if walk.words > _MAX_LIST_WORDS or walk.auxiliary or walk.has_verb or walk.is_base:
            return None
        walk.members += 1
        if walk.members > _MAX_MEMBERS:
            return None
        own_verb = m + 1 < len(items) and items[m + 1].key in _AUXILIARIES
        if own_verb and walk.preposition and not walk.noun:
            return None
        walk.shared = True
        walk.words = 0
        return m + 1
    entry = items[at].entry
    if entry is not None:
        return None if entry.side == "before" and entry.kind == "verb" else at
    if items[j].kind == "and" and items[j + 1].kind in ("word", "mask"):
        walk.words += 1
        return j + 1
    if items[at].key in ("who", "which"):
        return at
    listed = at + 1 < len(items) and items[at + 1].kind in ("and", "comma")
    if listed and is_person_noun(items[at].key):
        walk.words += 1  # "ten men, women and children"
        return at + 1
    return _past_insertion(items, at)


def _past_insertion(items: Sequence[Item], at: int) -> int | None:
    """Where the clause goes on after words between commas, or after a place of two names."""
    inserted = items[at].key in _PARENTHETIC
    subject = False
    for c in range(at, min(len(items), at + (25 if inserted else 10))):
        item = items[c]
        if item.kind == "stop" or (item.kind == "num" and not inserted):
            return None
        if item.kind == "comma":
            return c + 1
        if item.kind == "trig" and not inserted and not subject and _has_auxiliary(items, c):
            return c
        subject = subject or (item.kind == "word" and is_person_noun(item.key))
    return None


def _at_trigger(items: Sequence[Item], j: int, walk: _Walk) -> tuple[Outcome | None, int | None]:
    """What a trigger decides: an outcome, or where to go on."""
    item = items[j]
    entry = item.entry
    assert entry is not None
    following = items[j + 1] if j + 1 < len(items) else None
    near = walk.words <= 3 and not walk.preposition and not walk.auxiliary
    if entry.kind == "of" and near and not walk.noun and _heads_no_number(items, j):
        return _decided(item, walk), None
    if entry.kind == "toll" or entry.kind == "of":
        return None, None
    if entry.kind == "class":
        named_as = items[j - 1].key == "as" and walk.words <= _MAX_BARE
        sites = following is not None and (
            is_thing(following.key) or following.key in _COMPOUND_HEADS
        )
        if sites:
            walk.reason = "text.not_people"
        elif walk.weak is None and (named_as or (walk.words <= 3 and not walk.preposition)):
            if entry.metric is None:
                walk.reason = "text.other_count"
            else:
                walk.weak = _as_assigned(item, "class")
        walk.noun = True
        walk.words += 1
        return None, j + 1
    if entry.kind == "noun":
        if near and not (following and following.key in _COMPOUND_HEADS):
            return _decided(item, walk), None
        walk.words += 1
        return None, j + 1
    if entry.kind == "other":
        return _at_other(items, j, walk)
    if entry.side == "before":
        if walk.auxiliary and items[j - 1].key in ("be", "been", "being"):
            walk.words += 1
            return None, j + 1
        return Unassigned("text.agent"), None
    auxiliary = _has_auxiliary(items, j)
    if not auxiliary and following and _describes(following):
        head = items[j + 2] if j + 2 < len(items) else None
        if head is not None and (is_thing(head.key) or head.key in _COMPOUND_HEADS):
            walk.reason = "text.not_people"
        elif walk.weak is None and not walk.noun and not walk.preposition:
            walk.weak = _as_assigned(item, "class")
        walk.words += 1
        return None, j + 1
    acts = not auxiliary or items[j - 1].key in _RELATIVE
    if acts and entry.side == "both" and _has_object(items, j):
        return (None if walk.crossed else Unassigned("text.agent")), None
    if not auxiliary and j and items[j - 1].key in ("those", "the") and _main_verb(items, j):
        walk.words += 1
        return None, j + 1
    if walk.relative and (main := _main_verb(items, j)) is not None:
        return _decided(main, walk), None
    if entry.side == "both" and not auxiliary and not walk.auxiliary and walk.words > _MAX_BARE:
        return None, None
    return _decided(item, walk), None


_COMPOUND_HEADS: Final = words("metric", "compound_heads")
"""Nouns that make another of the word before: "death sentences", "missing persons cases"."""
_SUBJECT_ENDS: Final = frozenset(
    ("are", "were", "was", "is", "have", "had", "has", "died", "remain", "remained")
)
"""Verbs before which words that describe the subject end: "172 on board are injured"."""


def _heads_no_number(items: Sequence[Item], j: int) -> bool:
    """Whether a noun with "of" has no number of its own: "nine injuries among the displaced"."""
    return all(item.kind != "num" for item in items[j + 1 : j + 4])


def _main_verb(items: Sequence[Item], j: int) -> Item | None:
    """The verb of the main clause after one that only describes: "who fled have returned"."""
    for at in range(j + 1, min(len(items), j + 14)):
        item = items[at]
        if item.kind in ("stop", "num", "close"):
            return None
        entry = item.entry
        if (
            entry is not None
            and entry.kind == "verb"
            and (entry.side == "after" or _has_auxiliary(items, at))
        ):
            mine = items[j].entry
            other = mine is None or entry.metric != mine.metric
            return item if other and entry.metric is not None else None
    return None


def _at_other(items: Sequence[Item], j: int, walk: _Walk) -> tuple[Outcome | None, int | None]:
    """Something else happened to them, unless a predicate of ours is joined to it."""
    following = items[j + 1] if j + 1 < len(items) else None
    after_next = items[j + 2] if j + 2 < len(items) else None
    joined = (
        following
        and following.kind in ("and", "comma")
        and after_next
        and after_next.kind == "trig"
    )
    key, bare = items[j].key, not _has_auxiliary(items, j)
    participle = bare and walk.noun and key.endswith(("ed", "en", "t", "held"))
    reduced = participle and following is not None and following.key in _PREPOSITIONS
    describes = bare and (
        key.endswith("ing")
        or walk.relative
        or (following is not None and following.key in _SUBJECT_ENDS)
    )
    if joined or reduced or describes:
        walk.words += 1
        walk.reason = "text.other_count"
        return None, j + 1
    return walk.weak or Unassigned("text.other_count"), None


def _describes(item: Item) -> bool:
    """Whether the word after a participle is a noun that it describes: "wounded soldiers"."""
    if item.kind == "trig":
        return item.entry is not None and item.entry.kind == "class"
    return item.kind == "word" and (is_person_noun(item.key))


def _has_object(items: Sequence[Item], j: int) -> bool:
    """Whether a verb has an object after it, so that the number before it did the deed."""
    at = j + 1
    while at < len(items) and items[at].kind == "word" and items[at].key in _DETERMINERS:
        at += 1
    if at >= len(items):
        return False
    if items[at].kind == "num":
        return True
    noun = items[at : at + 3] if at > j + 1 else ()
    return any(item.kind == "word" and is_person_noun(item.key) for item in noun)


def _decided(item: Item, walk: _Walk) -> Outcome:
    if walk.negated:
        return Unassigned("text.negated")
    described = walk.weak is not None and walk.weak.entry.metric in _DISPLACED
    if described and item.entry is not None and item.entry.term == "sheltered":
        return walk.weak or Unassigned(walk.reason)
    return _as_assigned(item, "shared" if walk.shared else "after")


_DISPLACED: Final = frozenset(("displaced", "idps"))
"""Metrics of people who stay displaced, wherever they shelter."""


def _as_assigned(item: Item, rule: Rule) -> Assigned:
    assert item.entry is not None
    return Assigned(item.entry, rule, item.start, item.end)


def _coordinated(items: Sequence[Item], p: int, k: int, previous: Assigned) -> bool:
    """Whether a number goes on with what the one before counts: "kills 5 men and 3 women"."""
    j = k - 1
    while j > p and items[j].kind == "word" and items[j].key in _LIGHT | _COMPARING:
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
        if item.kind == "stop" or item.key in _SUBORDINATE or item.key in _OTHER_VERBS:
            return False
    return not _has_verb_of_its_own(items, k) and _names_people(items, k)


def _shared_verb_before(items: Sequence[Item], k: int) -> Assigned | None:
    """The verb of a list whose first object has no number: "killing a medic and three guards"."""
    j = k - 1
    while j >= 0 and items[j].kind == "word" and items[j].key in _LIGHT:
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
            active = entry.kind == "verb" and entry.side != "after" and not _is_passive(items, at)
            people = people or items[min(k + 1, len(items) - 1)].key == "others"
            if active and people and entry.metric is not None:
                return _as_assigned(item, "coordinated")
            return None
        if item.kind not in ("word", "trig", "comma") or item.key in _SUBORDINATE | _OTHER_VERBS:
            return None
        people = people or is_person_noun(item.key)
    return None


def _has_verb_of_its_own(items: Sequence[Item], k: int) -> bool:
    for item in items[k + 1 : k + 8]:
        if item.kind in ("stop", "comma", "num", "and") or item.key in _PREPOSITIONS:
            return False
        if item.key.endswith("ed") and item.kind == "word" and item.key not in _REGISTERED:
            return True
        if item.key in _AUXILIARIES or item.kind == "trig" or item.key in _OTHER_VERBS:
            return True
    return False


def _names_people(items: Sequence[Item], k: int) -> bool:
    """Whether what follows a bare number can be people: a noun of people, a preposition, an end."""
    for item in items[k + 1 : k + 5]:
        if item.kind in ("stop", "comma", "close", "num"):
            return True
        if item.key in _PREPOSITIONS or is_person_noun(item.key):
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
        or following.key in _PREPOSITIONS
    )


def _is_gapped(items: Sequence[Item], k: int) -> bool:
    """Whether only a subject stands between a comma and the number: ", the UN 40,000."."""
    ends = k + 1 >= len(items) or items[k + 1].kind == "stop"
    for j in range(k - 1, max(-1, k - 6), -1):
        if items[j].kind == "comma" or items[j].key == ";":
            return ends and k - 1 > j
        if items[j].kind != "word" or items[j].key in _PREPOSITIONS | _AUXILIARIES:
            return False
    return False
