"""Which number is a part of which: "including 16 children", "8 of them", "nine of the 30 injured".

A total and its parts are linked, so that no sum counts people twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pipelines.claims.text.assigned import Assigned, Outcome, Unassigned
from pipelines.claims.text.items import Figure, Item, figure_of

_BEFORE: Final = (
    "including",
    "among them",
    "among whom",
    "of whom",
    "of them",
    "of which",
    "include",
    "includes",
    "included",
    "amongst them",
)
_AFTER: Final = (
    "of them",
    "of whom",
    "of which",
    "of those",
    "of the dead",
    "of the victims",
    "of the injured",
    "of the wounded",
    "of these",
    "of the casualties",
    "of the killed",
    "of the fatalities",
    "of the deceased",
    "of those killed",
    "of those injured",
    "seriously",
    "critically",
    "severely",
    "gravely",
)
_FIRST_AFTER: Final = tuple({phrase.split()[0] for phrase in _AFTER})
_LIGHT: Final = frozenset(["at", "least", "about", "some", "the", "another", "also", "as", "many"])


class Parts(NamedTuple):
    """What is a part of what, by the rank of the figure.

    `presumed` are parts that no word but the sentence's order marks; `too_great` exceed the total
    that the words give them; `of_earlier` are parts whose total stands in no word of the sentence,
    with whether they name it again.
    """

    total_of: dict[int, int]
    presumed: frozenset[int]
    too_great: frozenset[int]
    of_earlier: dict[int, bool]


def bases_of_none(items: Sequence[Item], places: Sequence[int]) -> Iterator[int]:
    """Figures of whom none is counted: "none of the 96 passengers", by rank."""
    for k in places:
        j = k - 1
        while j > 0 and items[j].key in _OF_WHOM:
            j -= 1
        if j > 0 and items[j].key == "of" and _is_none(items, j - 1):
            yield figure_of(items, k).rank


_OF_WHOM: Final = frozenset(("the", "its", "their", "these", "those", "all"))


def _is_none(items: Sequence[Item], j: int) -> bool:
    if items[j].kind == "num":
        return items[j].key in ("#none", "#no one")
    pair = (items[j - 1].key, items[j].key) if j else ("", "")
    return items[j].key in ("none", "neither") or pair == ("not", "one")


def settle_shares(
    items: Sequence[Item], places: Sequence[int], outcome: dict[int, Outcome]
) -> None:
    """Give "fourteen of the 172 on board are injured" to the fourteen: the base itself is not.

    Of "nine of the 30 injured" the base is what the words say it is; what stands after ("were found
    alive", "later died") is said of the nine.
    """
    if len(places) < 2:
        return
    for k in places:
        base = _of_the(items, k)
        held = outcome.get(base.rank) if base is not None else None
        if base is None or not isinstance(held, Assigned) or held.start < base.end:
            continue
        at = next(j for j, other in enumerate(items) if other.figure == base)
        verb = next((j for j, other in enumerate(items) if other.start == held.start), at)
        if _is_finite(items, at, verb):
            own = outcome.get(figure_of(items, k).rank)
            if own != Unassigned("text.negated"):  # "all but three of the 45"
                outcome[figure_of(items, k).rank] = held
            outcome[base.rank] = Unassigned("text.fraction")
        elif (predicate := _predicate_after(items, verb)) is not None:
            outcome[figure_of(items, k).rank] = predicate


def _is_finite(items: Sequence[Item], at: int, verb: int) -> bool:
    entry = items[verb].entry
    return (
        entry is not None
        and entry.kind == "verb"
        and (
            (entry.side == "after" and items[verb].key not in _ADJECTIVES)
            or any(item.key in _FINITE for item in items[at:verb])
        )
    )


_ADJECTIVES: Final = frozenset(("missing", "dead", "homeless", "unaccounted for", "disappeared"))


def _predicate_after(items: Sequence[Item], verb: int) -> Outcome | None:
    for j in range(verb + 1, len(items)):
        item = items[j]
        if item.kind in ("stop", "num", "comma"):
            return None
        if item.entry is not None and _is_finite(items, verb + 1, j):
            return Assigned(item.entry, "after", item.start, item.end)
        if item.entry is not None and item.entry.kind == "other":
            return Unassigned("text.other_count")
    return None


_FINITE: Final = frozenset(("is", "are", "was", "were", "has", "have", "had", "been", "be"))


def parts(items: Sequence[Item], places: Sequence[int], outcome: Mapping[int, Outcome]) -> Parts:
    """The parts of the sentence's totals; its numbers stand at `places`."""
    if len(places) < 2 and _MARKING.isdisjoint([item.key for item in items]):
        return _NO_PARTS
    found: dict[int, int] = {}
    presumed: set[int] = set()
    too_great: set[int] = set()
    of_earlier: dict[int, bool] = {}
    for position, k in enumerate(places):
        figure = figure_of(items, k)
        total = _of_the(items, k)
        total = total or _among(items, k)
        held = outcome.get(figure.rank)
        grouped = isinstance(held, Assigned) and held.rule == "group"
        starts = grouped or _starts_part(items, k)
        if total is None and (
            starts
            or _opened_by_total(items, places, position)
            or _after_colon(items, places, position, outcome)
            or _goes_on(items, places, position, found)
        ):
            total = _total_before(items, k, outcome, found)
            if total is None and starts and not position:
                total = _total_after(items, k, outcome) if _is_among_them(items, k) else None
                if total is None:
                    of_earlier[figure.rank] = grouped or _names_total(items, k)
        if total is None and (total := _presumed_total(items, places, position, outcome, found)):
            presumed.add(figure.rank)
        if total is not None and total.rank not in found:
            if _counts_differently(outcome, figure, total):
                continue
            if total.size >= figure.size:
                found[figure.rank] = total.rank
            elif total.size:
                too_great.add(figure.rank)
    for part, whole in _adding_up(items, places, outcome, found).items():
        found[part] = whole
        presumed.add(part)
    return Parts(found, frozenset(presumed), frozenset(too_great), of_earlier)


def _adding_up(
    items: Sequence[Item],
    places: Sequence[int],
    outcome: Mapping[int, Outcome],
    found: Mapping[int, int],
) -> dict[int, int]:
    """Figures that together make one before them: "321 died: Lombok Utara 273, Mataram 48".

    Of the same metric, or killed and injured of a number of casualties. Two at least, all the rest
    of the sentence, adding up exactly.
    """
    figures = [figure_of(items, k) for k in places]
    counted = [figure for figure in figures if isinstance(outcome.get(figure.rank), Assigned)]
    for at, whole in enumerate(counted[:-2]):
        rest = counted[at + 1 :]
        if whole.rank in found or any(part.rank in found for part in rest):
            continue
        if sum(part.size for part in rest) == whole.size and all(
            _may_be_of(outcome[part.rank], outcome[whole.rank]) for part in rest
        ):
            return {part.rank: whole.rank for part in rest}
    return {}


_OF_COMPOSITE: Final = {
    "killed_or_injured": ("killed", "injured"),
    "dead_or_missing": ("killed", "missing"),
}


def _may_be_of(part: Outcome, whole: Outcome) -> bool:
    if not isinstance(part, Assigned) or not isinstance(whole, Assigned) or not whole.entry.metric:
        return False
    metrics = (whole.entry.metric, *_OF_COMPOSITE.get(whole.entry.metric, ()))
    return part.entry.metric in metrics


_MARKING: Final = frozenset(("of", "among", *(w for words in _BEFORE for w in words.split())))
"""Words without which a lone number is no part."""
_NO_PARTS: Final = Parts({}, frozenset(), frozenset(), {})


def _counts_differently(outcome: Mapping[int, Outcome], part: Figure, total: Figure) -> bool:
    own, whole = outcome.get(part.rank), outcome.get(total.rank)
    return (
        isinstance(own, Assigned)
        and isinstance(whole, Assigned)
        and own.rule != "class"
        and not _may_be_of(own, whole)
    )


def _presumed_total(
    items: Sequence[Item],
    places: Sequence[int],
    position: int,
    outcome: Mapping[int, Outcome],
    found: Mapping[int, int],
) -> Figure | None:
    """The total of "39 were killed, including 6 soldiers, and 21 were killed in the south".

    The number after a part has the same predicate as the total, and both fit into it.
    """
    if not position:
        return None
    k, before = places[position], figure_of(items, places[position - 1])
    figure = figure_of(items, k)
    own = outcome.get(figure.rank)
    total_index = found.get(before.rank)
    whole = outcome.get(total_index) if total_index is not None else None
    if not isinstance(own, Assigned) or not isinstance(whole, Assigned) or own.entry != whole.entry:
        return None
    total = next(f for item in items if (f := item.figure) and f.rank == total_index)
    joined = any(item.kind == "and" for item in items[max(0, k - 3) : k])
    return total if joined and figure.size + before.size <= total.size else None


def _of_the(items: Sequence[Item], k: int) -> Figure | None:
    """The total of "nine of the 30 injured"."""
    words = items[k + 1 : k + 5]
    if len(words) >= 2 and words[0].key == "of":
        for item in words[1:]:
            if item.kind == "num":
                return item.figure
            if item.key not in _OF_WHOM and not item.key.endswith("'s"):
                return None
    return None


def _names_total(items: Sequence[Item], k: int) -> bool:
    """Whether the words of a part name its total again: "of the dead", "among the injured"."""
    keys = " ".join(item.key for item in items[k + 1 : k + 6]).split()
    return any(one == "the" and other in _AMONG for one, other in pairwise(keys))


def _is_among_them(items: Sequence[Item], k: int) -> bool:
    """ "One nurse was among the killed"."""
    keys: list[str] = []
    for item in items[k + 1 : k + 9]:
        if item.kind not in ("word", "trig"):
            break
        keys += item.key.split()
    if "among" not in keys:
        return False
    return bool(_AMONG.intersection(keys[keys.index("among") + 1 :][:2]))


_AMONG: Final = frozenset(
    "dead killed victims injured wounded casualties fatalities them missing".split()  # noqa: SIM905
)


def _among(items: Sequence[Item], k: int) -> Figure | None:
    """The total of "three children were among 12 people killed"."""
    among = False
    for item in items[k + 1 : k + 9]:
        if item.kind == "num" and among:
            return item.figure
        if item.kind != "word" or (among and item.key in ("them", "whom")):
            return None
        among = among or item.key == "among"
    return None


def _opened_by_total(items: Sequence[Item], places: Sequence[int], position: int) -> bool:
    """ "Of the 50 injured, 12 are in critical condition"."""
    return position == 1 and items[0].key == "of" and places[0] <= 2


def _after_colon(
    items: Sequence[Item], places: Sequence[int], position: int, outcome: Mapping[int, Outcome]
) -> bool:
    """ "27 dead: 15 in the north and 11 in the south", where coordination joined them."""
    if not position or places[position - 1] + 1 >= places[position]:
        return False
    held = outcome.get(figure_of(items, places[position]).rank)
    between = items[places[position - 1] + 1 : places[position]]
    return (
        isinstance(held, Assigned)
        and held.rule == "coordinated"
        and any(item.key == ":" for item in between)
    )


def _starts_part(items: Sequence[Item], k: int) -> bool:
    j = k - 1
    while j >= 0 and items[j].key in _LIGHT:
        j -= 1
    before = " ".join([item.key for item in items[max(0, j - 1) : j + 1]])
    if before.endswith(_BEFORE) or _is_among_them(items, k):
        return True
    if k + 1 == len(items) or not items[k + 1].key.startswith(_FIRST_AFTER):
        return False
    return " ".join([item.key for item in items[k + 1 : k + 4]]).startswith(_AFTER)


def _goes_on(
    items: Sequence[Item], places: Sequence[int], position: int, found: Mapping[int, int]
) -> bool:
    """Whether a number is joined to the part before it: "including 15 from A and 11 from B"."""
    if not position:
        return False
    p, k = places[position - 1], places[position]
    if figure_of(items, p).rank not in found:
        return False
    j = k - 1
    while j > p and items[j].key in _LIGHT:
        j -= 1
    between = items[p + 1 : j]
    joined = items[j].kind in ("and", "comma")
    plain = all(item.kind == "word" for item in between) and len(between) <= 6
    return joined and plain and not _has_own_verb(items, k)


def _has_own_verb(items: Sequence[Item], k: int) -> bool:
    for item in items[k + 1 : k + 6]:
        if item.kind in ("comma", "stop", "and"):
            return False
        if item.kind == "trig" or item.key in ("was", "were", "are", "is", "has", "have"):
            return True
    return False


def _total_after(items: Sequence[Item], k: int, outcome: Mapping[int, Outcome]) -> Figure | None:
    """The total that stands later: "two children were among the dead; in all 34 people died"."""
    own = outcome.get(figure_of(items, k).rank)
    for item in items[k + 1 :]:
        held = outcome.get(item.figure.rank) if item.figure else None
        if (
            isinstance(held, Assigned)
            and isinstance(own, Assigned)
            and (held.entry.metric == own.entry.metric)
        ):
            return item.figure
    return None


def _total_before(
    items: Sequence[Item], k: int, outcome: Mapping[int, Outcome], found: Mapping[int, int]
) -> Figure | None:
    for item in reversed(items[:k]):
        figure = item.figure
        if figure and figure.rank not in found and isinstance(outcome.get(figure.rank), Assigned):
            return figure
    return None
