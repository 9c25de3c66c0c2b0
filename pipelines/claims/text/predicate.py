"""The predicate of a number: the verb directly before it, or the nearest one after in its clause.

Side-by-side numbers share one ("8 soldiers, 20 rebels killed"); a clause of its own shares none
("where 5,000 people live, 12 died").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.claims.text.assigned import Assigned, Outcome, Unassigned, as_assigned
from pipelines.claims.text.grammar import (
    ADVERBS,
    AUXILIARIES,
    DASHES,
    LIGHT,
    OTHER_VERBS,
    PREPOSITIONS,
    REGISTERED,
    RELATIVE,
    SUBORDINATE,
    has_auxiliary,
    is_passive,
)
from pipelines.claims.text.items import Item
from pipelines.claims.text.people import is_function_word, is_person_noun, is_thing
from pipelines.claims.text.words import words

_PARENTHETIC: Final = words("metric", "parenthetic")
_DETERMINERS: Final = words("metric", "determiners")
_INSERTING: Final = words("metric", "inserting")
_NEGATIONS: Final = words("metric", "negations")
_MAX_AFTER: Final = 30
_MAX_BARE: Final = 9
_MAX_LIST_WORDS: Final = 7
_MAX_MEMBERS: Final = 12
"""Numbers of a list that share one verb: a limit that keeps the time linear."""


def verb_of(
    items: Sequence[Item], k: int, twins: Mapping[int, int], refused: Mapping[int, str]
) -> Outcome:
    """What the verb before a number or the predicate after it gives it."""
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
    while j >= 0 and items[j].kind == "word" and items[j].key in LIGHT:
        j -= 1
    if j < 0 or items[j].entry is None:
        return None
    item = items[j]
    entry = item.entry
    assert entry is not None
    if entry.side == "after" or entry.kind in ("toll", "noun", "class"):
        return None
    if entry.side == "both" and is_passive(items, j):
        return None
    if entry.metric is None:
        return Unassigned("text.other_count")
    return as_assigned(item, "before")


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
            if _index(item) in refused and items[j - 1].key in PREPOSITIONS:
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


_FINITE: Final = AUXILIARIES - words("metric", "registered") - {"who"}
_AFTER_A_NOUN: Final = PREPOSITIONS | ADVERBS | _INSERTING
_PERFECT: Final = frozenset(("have", "has", "had"))


def _past_twin(items: Sequence[Item], k: int, twin: int) -> int:
    """Where the clause goes on after the other figure of the same group and its noun."""
    at = next((j for j in range(k + 1, len(items)) if _index(items[j]) == twin), k)
    for j in range(at + 1, min(len(items), at + 5)):
        if items[j].kind in ("close", "comma") or items[j].key in DASHES:
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
    if j >= 0 and items[j].key in PREPOSITIONS - {"with"}:  # "with 13 men and four police injured"
        return True
    for item in reversed(items[max(0, j - _MAX_LIST_WORDS) : j + 1]):
        if item.kind in ("stop", "comma", "num"):
            return False
        if item.key in SUBORDINATE and item.key != "as":
            return True
    return False


def _closing(items: Sequence[Item], j: int) -> int | None:
    for at in range(j + 1, min(len(items), j + 25)):
        if items[at].kind == "close":
            return at + 1
    return None


def _past_dashes(items: Sequence[Item], j: int) -> int | None:
    """Where the clause goes on after words between two dashes; None where it ends here."""
    if items[j].key not in DASHES:
        return None
    for at in range(j + 2, min(len(items), j + 14)):
        if items[at].kind == "stop":
            return at + 1 if items[at].key in DASHES else None
        if items[at].kind == "num":
            return None
    return None


def _past_word(items: Sequence[Item], j: int, walk: _Walk) -> int | None:
    key = items[j].key
    following = items[j + 1] if j + 1 < len(items) else None
    if key in SUBORDINATE:
        registered = j and items[j - 1].key in REGISTERED
        comma_then = following and following.kind == "comma"
        ever_since = key == "since" and items[j - 1].key in _PERFECT
        if not ever_since and not (key == "as" and (registered or comma_then)):
            return None
    if key in OTHER_VERBS and not walk.auxiliary and not walk.relative:
        return None
    if key in _INSERTING:
        walk.inserted = True
    if key in RELATIVE:
        walk.relative = True
    if key in _NEGATIONS or key.endswith(("n't", "n’t")):
        walk.negated = True
    if key in _FINITE:
        walk.auxiliary = True
    if key in PREPOSITIONS and not (key == "of" and not walk.words):
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
    while m < len(items) and items[m].kind == "word" and items[m].key in LIGHT:
        m += 1
    if m < len(items) and items[m].kind == "num":
        if walk.words > _MAX_LIST_WORDS or walk.auxiliary or walk.has_verb or walk.is_base:
            return None
        walk.members += 1
        if walk.members > _MAX_MEMBERS:
            return None
        own_verb = m + 1 < len(items) and items[m + 1].key in AUXILIARIES
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
        if item.kind == "trig" and not inserted and not subject and has_auxiliary(items, c):
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
                walk.weak = as_assigned(item, "class")
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
    auxiliary = has_auxiliary(items, j)
    if not auxiliary and following and _describes(following):
        head = items[j + 2] if j + 2 < len(items) else None
        if head is not None and (is_thing(head.key) or head.key in _COMPOUND_HEADS):
            walk.reason = "text.not_people"
        elif walk.weak is None and not walk.noun and not walk.preposition:
            walk.weak = as_assigned(item, "class")
        walk.words += 1
        return None, j + 1
    acts = not auxiliary or items[j - 1].key in RELATIVE
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
            and (entry.side == "after" or has_auxiliary(items, at))
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
    key, bare = items[j].key, not has_auxiliary(items, j)
    participle = bare and walk.noun and key.endswith(("ed", "en", "t", "held"))
    reduced = participle and following is not None and following.key in PREPOSITIONS
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
    return as_assigned(item, "shared" if walk.shared else "after")


_DISPLACED: Final = frozenset(("displaced", "idps"))
"""Metrics of people who stay displaced, wherever they shelter."""
