from itertools import product

import pytest

from pipelines.core.verdict import (
    ANY,
    EQUAL,
    INVERSE,
    RELATED,
    VERDICTS,
    Relation,
    of_any,
    together,
    worded,
)
from schemas.vocab import RELATIONS


def of(*words):
    return together(Relation(word, f"axis {n}", f"why {n}") for n, word in enumerate(words))


def test_the_words_are_those_of_the_vocabulary():
    assert set(RELATED) == set(RELATIONS)


@pytest.mark.parametrize(
    ("axes", "verdict"),
    [
        (("equal", "equal"), "equal"),
        (("equal", "inside"), "inside"),
        (("contains", "equal"), "contains"),
        (("inside", "contains"), "overlaps"),
        (("inside", "overlaps"), "overlaps"),
        (("inside", "unknown"), "unknown"),
        (("overlaps", "unknown"), "unknown"),
        (("unknown", "touching"), "touching"),
        (("overlaps", "touching"), "touching"),
        (("touching", "disjoint"), "disjoint"),
        (("unknown", "disjoint", "inside"), "disjoint"),
    ],
)
def test_which_relation_follows_from_those_on_the_axes(axes, verdict):
    assert of(*axes).relation == verdict
    assert of(*reversed(axes)).relation == verdict


def test_the_first_axis_that_decides_gives_the_reason():
    found = of("equal", "inside", "unknown", "unknown")
    assert (found.axis, found.reason) == ("axis 2", "why 2")


def test_nested_both_ways_says_both_reasons_alike_from_both_sides():
    assert of("contains", "inside").reason == "why 0, while why 1"
    assert of("inside", "contains").reason == "why 0, while why 1"


def test_no_axis_is_equal():
    assert of() == EQUAL


def test_every_mask_has_the_verdict_of_its_words():
    for words in product(RELATED, repeat=3):
        mask = 0
        for word in words:
            mask |= 1 << RELATED.index(word)
        assert VERDICTS[mask] == of(*words).relation
        turned = of(*(INVERSE.get(word, word) for word in words))
        assert of(*words).inverse.relation == turned.relation


def test_the_inverse_changes_the_sides_in_the_words():
    found = Relation("inside", "place", "{a} is within {b}", "where {a} is")
    assert found.inverse == Relation("contains", "place", "{b} is within {a}", "where {b} is")
    assert found.inverse.inverse == found
    assert worded(found.inverse.reason, "x", "y") == "y is within x"


def test_an_axis_left_open_holds_everything():
    assert of_any("killed", ANY, "metric").relation == "inside"
    assert of_any(ANY, None, "metric").relation == "contains"
    assert of_any("killed", "injured", "metric") is None
