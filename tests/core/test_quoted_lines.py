"""The ">" of quoted lines in a pasted mail, which is no "more than"."""

from __future__ import annotations

import pytest

from pipelines.core.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("> 8 people were killed\n> and 12 hurt", [("plain", 8), ("plain", 12)]),
        ("> So far\r\n> > 12 people\r\n>\r\n> fled", [("plain", 12)]),
        ("As he wrote:\n> at least\n> 12 people died", [("at_least", 12)]),
        ("> 600 killed", [("more_than", 600)]),
        ("Killed: > 600\nHurt: > 40", [("more_than", 600), ("more_than", 40)]),
        ("Killed\n> 600\nHurt\n40", [("more_than", 600), ("plain", 40)]),
        (">12 died\n>14 fled", [("more_than", 12), ("more_than", 14)]),
    ],
)
def test_lines_that_open_alike_are_quoted(text: str, read: list[tuple[str, int]]) -> None:
    assert [(n.qualifier, n.value) for n in find_numbers(text)] == read
