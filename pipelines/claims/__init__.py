"""The stage claims: one figure as one document states it, and the quarantine.

`READERS` names the reader of each kind of source; a card's `reader` chooses among them. A reader is
imported when it is called, so that the small parts of the stage start without the whole of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipelines.claims.reading import Reading, Release


def _article(release: Release) -> Reading:
    from pipelines.claims.article import read_article

    return read_article(release)


def _claim_sheet(release: Release) -> Reading:
    from pipelines.claims.sheet import read_sheet

    return read_sheet(release)


READERS: Final[dict[str, Callable[[Release], Reading]]] = {
    "article": _article,
    "claim_sheet": _claim_sheet,
}
