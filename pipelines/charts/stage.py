"""The stage charts: the pictures of a release, drawn from its published tables.

The scopes of the three standing charts are set here and nowhere else. Where a release holds nothing
of a chart's scope, its `.txt` alone is written and says so: a missing picture is never an accident.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.charts import article_figures, by_publication, style, who_said_what
from pipelines.charts.rows import Marts

ARTICLE_SOURCE = "aleppo-article"
"""The source whose newest document the first chart shows."""
SYRIA, ALEPPO = "SYR", "SY02"
AUTUMN = (date(2016, 8, 31), date(2016, 12, 31))

READS = ("marts/claims", "marts/figures", "marts/documents", "marts/sources", "marts/places")
"""The tables that the charts look at."""

CHARTS = {
    module.NAME: (module.__doc__ or "").splitlines()[0]
    for module in (article_figures, who_said_what, by_publication)
}
"""What each chart shows, by its name."""


def draw(marts: Marts, out: Path) -> list[Path]:
    """Draw every chart into `out`: `<name>.png`, `.svg` and `.txt` (the alt text); the paths.

    Takes at least the tables of `READS`. A chart with nothing to show gives its `.txt` only, which
    says why.
    """
    article = newest_document(marts, ARTICLE_SOURCE)
    telling = who_said_what.TellingScope("killed", ALEPPO, *AUTUMN, marked=article)
    written: list[Path] = []
    with style.house_style():
        drawn = {
            article_figures.NAME: article_figures.draw(
                marts, article_figures.DocumentScope(article)
            ),
            who_said_what.NAME: who_said_what.draw(marts, telling),
            by_publication.NAME: by_publication.draw(
                marts, by_publication.PlaceScope("killed", SYRIA)
            ),
        }
        for name, pictures in drawn.items():
            if isinstance(pictures, str):
                out.mkdir(parents=True, exist_ok=True)
                note = out / f"{name}.txt"
                note.write_bytes(f"{pictures}\n".encode())
                written.append(note)
            else:
                for picture in pictures:
                    written += style.save(picture, out)
    return written


def newest_document(marts: Marts, source_id: str) -> str:
    """The document of a source's newest release; '' where the source has none."""
    documents = marts["marts/documents"]
    held = documents[documents["source_id"] == source_id]
    if held.empty:
        return ""
    newest = held.sort_values(["release", "document_id"]).iloc[-1]
    return str(newest["document_id"])
