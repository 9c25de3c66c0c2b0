"""Cells for a spreadsheet: never a formula, and given back as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.spreadsheet import as_typed, inert


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_would_start_a_formula_starts_with_an_apostrophe(start: str) -> None:
    assert inert(f"{start}1") == f"'{start}1"


@given(st.text())
def test_a_cell_gives_its_text_back(text: str) -> None:
    assert inert(text).lstrip("'")[:1] not in ("=", "+", "-", "@", "\t") or inert(text)[0] == "'"
    assert as_typed(inert(text)) == text or text.startswith("'")


@pytest.mark.parametrize("text", ["", "'", "'quoted'", "12", "a=b"])
def test_other_text_stays(text: str) -> None:
    assert inert(text) == as_typed(text) == text
