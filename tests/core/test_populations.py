from itertools import product

import pytest

from pipelines.core.verdict import ANY
from schemas.vocab import POPULATIONS


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("civilians", "civilians", "equal"),
        ("civilians", "all", "inside"),
        ("all", "boys", "contains"),
        ("boys", "children", "inside"),
        ("women", "men", "disjoint"),
        ("civilians", "combatants", "unknown"),
        ("children", "unidentified", "unknown"),
        ("children", "civilians", "overlaps"),
        ("boys", "soldiers", "overlaps"),
        ("boys", "women", "unknown"),
        ("civilians", ANY, "inside"),
        (ANY, "civilians", "contains"),
    ],
)
def test_classes_of_people(registers, a, b, relation):
    assert registers.populations.relation(a, b).relation == relation


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("civilians", "combatants", "disjoint"),
        ("civilians", "soldiers", "disjoint"),
        ("children", "women", "disjoint"),
        ("boys", "women", "disjoint"),
        # It parts all by what they are, and again by age: not across the two.
        ("civilians", "women", "overlaps"),
        ("combatants", "children", "overlaps"),
        ("civilians", "unidentified", "unknown"),
    ],
)
def test_what_one_source_says_of_its_classes(registers, a, b, relation):
    assert registers.populations.relation(a, b, "monitor").relation == relation
    logical = registers.populations.relation(a, b).relation
    assert registers.populations.relation(a, b, "another").relation == logical


def test_inverse_containment_and_unknowns(registers):
    def relation(a, b):
        return registers.populations.relation(a, b)

    for a, b, c in product([*POPULATIONS, ANY], repeat=3):
        assert relation(b, a).relation == relation(a, b).inverse.relation
        if relation(a, b).is_within and relation(b, c).is_within:
            assert relation(a, c).is_within
        if relation(a, b).is_within and relation(b, c).relation == "disjoint":
            assert relation(a, c).relation == "disjoint"
        if relation(a, b).relation == "unknown":
            assert a in relation(a, b).would_settle
            assert "data/raw/populations.csv" in relation(a, b).would_settle
