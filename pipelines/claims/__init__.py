"""The stage claims: one figure as one document states it, and the quarantine.

`READERS` names the reader of each kind of source; a card's `reader` chooses among them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pipelines.claims.article import read_article
from pipelines.claims.reading import Reading, Release
from pipelines.claims.sheet import read_sheet

READERS: Final[dict[str, Callable[[Release], Reading]]] = {
    "article": read_article,
    "claim_sheet": read_sheet,
}
