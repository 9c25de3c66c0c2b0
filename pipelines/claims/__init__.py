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


def _register(name: str) -> Callable[[Release], Reading]:
    """The reader of a register whose tables `pipelines.claims.registers.<name>` declares."""

    def read(release: Release) -> Reading:
        from importlib import import_module

        from pipelines.claims.tables.cache import read_once

        return read_once(release, import_module(f"pipelines.claims.registers.{name}").tables)

    return read


READERS: Final[dict[str, Callable[[Release], Reading]]] = {
    "article": _article,
    "claim_sheet": _claim_sheet,
    "ucdp_ged": _register("ucdp_ged"),
    "unhcr": _register("unhcr"),
    "idmc_gidd": _register("idmc_gidd"),
    "idmc_idu": _register("idmc_idu"),
    "hpc_needs": _register("hpc_needs"),
    "gaza_daily": _register("gaza_daily"),
    "insecurity_insight": _register("insecurity_insight"),
    "mapped_table": _register("mapped_table"),
}
