"""Texts in a cell that a spreadsheet opens: never the start of a formula, and back as typed.

Every file that a person may open in a spreadsheet writes its texts by these rules.
"""

from __future__ import annotations

import re
from typing import Final

FORMULA_STARTS: Final = "^[=+@\\t\\r\\n＝＋－＠-]"
"""What spreadsheets take for the start of a formula, with the full-width forms that some of them
read alike, and the white space that some of them skip. A regular expression, also for DuckDB."""

_STARTS: Final = re.compile(FORMULA_STARTS)


def inert(text: str) -> str:
    """The text as a cell that is no formula: with an apostrophe before it where it would be one."""
    return f"'{text}" if _STARTS.match(text) else text


def as_typed(cell: str) -> str:
    """The text of a cell that `inert` may have written."""
    bare = cell.removeprefix("'")
    return bare if bare != cell and _STARTS.match(bare) else cell
