"""The stage briefings: which briefings stand, and the formats in which one is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from pipelines.briefings import markdown, pdf, slides, web_page, workbook
from pipelines.briefings.document import Document
from pipelines.charts.stage import ALEPPO, AUTUMN, SYRIA

WRITERS: dict[str, Callable[[Document, Path], list[Path]]] = {
    "html": web_page.write,
    "pdf": pdf.write,
    "pptx": slides.write,
    "xlsx": workbook.write,
    "md": markdown.write,
}
"""What writes a briefing, by format."""


def write(
    document: Document, folder: Path, formats: Iterable[str] = WRITERS, *, hxl: bool = False
) -> list[Path]:
    """Write a briefing into a folder in some formats; the paths.

    `hxl` puts a row of HXL tags under the heads of the workbook.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writers = WRITERS | {"xlsx": partial(workbook.write, hxl=hxl)}
    return [path for kind in formats for path in writers[kind](document, folder)]


@dataclass(frozen=True)
class Standing:
    """A briefing that is made of every release that is asked for its briefings.

    Attributes
    ----------
    title
        What it is about, in a few words of English: for those who look for it in Dagster.
    place_id, first, last, as_of
        As `content.Asked` has them.
    """

    title: str
    place_id: str
    first: date | None = None
    last: date | None = None
    as_of: date | None = None


STANDING = {
    "aleppo_autumn_2016": Standing("Aleppo, autumn of 2016", ALEPPO, *AUTUMN),
    "syria_october_2016": Standing("Syria, as of 6 October 2016", SYRIA, as_of=date(2016, 10, 6)),
    "syria_end_2017": Standing("Syria, as of the end of 2017", SYRIA, as_of=date(2017, 12, 31)),
}
"""The standing briefings, by name."""

LANGUAGES = ("en", "ar")
"""The languages in which they stand."""
