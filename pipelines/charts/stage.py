"""The stage charts: the pictures of a release, drawn from its published tables.

The scopes of the standing charts are set here and nowhere else. Where a release holds nothing of a
chart's scope, its `.txt` alone is written and says so: a missing picture is never an accident.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.charts import (
    answers,
    article_figures,
    by_publication,
    known_when,
    style,
    who_said_what,
)
from pipelines.charts.rows import Marts

ARTICLE_SOURCE = "aleppo-article"
"""The source whose newest document the first chart shows."""
SYRIA, ALEPPO = "SYR", "SY02"
AUTUMN = (date(2016, 8, 31), date(2016, 12, 31))

ASKED: tuple[dict[str, Any], ...] = (
    {
        "metric": "idps",
        "population": "all",
        "place_id": SYRIA,
        "end_latest": date(2017, 12, 31),
    },
    {
        "metric": "killed",
        "population": "civilians",
        "place_id": SYRIA,
        "start_earliest": date(2011, 3, 1),
        "end_latest": date(2021, 3, 31),
    },
)
"""The questions whose answers are drawn: two agencies apart, and a floor under an estimate."""

DISPLACED = ("displaced", "idps", "refugees", "asylum_seekers")
"""The metrics of displacement of which it is shown what was known when."""

READS = (
    "marts/claims",
    "marts/figures",
    "marts/documents",
    "marts/sources",
    "marts/places",
    "marts/questions",
    "marts/estimates",
    "marts/evidence",
    "marts/floors",
)
"""The tables that the charts look at."""

CHARTS = {
    module.NAME: (module.__doc__ or "").splitlines()[0]
    for module in (article_figures, who_said_what, by_publication, answers, known_when)
}
"""What each chart shows, by its name."""


def draw(marts: Marts, out: Path) -> list[Path]:
    """Draw every chart into `out`: `<name>.png`, `.svg` and `.txt` (the alt text); the paths.

    Takes at least the tables of `READS`. A chart with nothing to show gives its `.txt` only, which
    says why.
    """
    tables = {name: marts[name] for name in READS}
    written: list[Path] = []
    with style.house_style():
        for name, pictures in _drawn(tables):
            if isinstance(pictures, str):
                out.mkdir(parents=True, exist_ok=True)
                note = out / f"{name}.txt"
                note.write_bytes(f"{pictures}\n".encode())
                written.append(note)
            else:
                for picture in pictures:
                    written += style.save(picture, out)
    return written


def _drawn(marts: Marts) -> Iterator[tuple[str, list[style.Picture] | str]]:
    """Each chart's name with its pictures, or why there are none."""
    article = newest_document(marts, ARTICLE_SOURCE)
    figures = article_figures.DocumentScope(article)
    yield article_figures.NAME, article_figures.draw(marts, figures)
    telling = who_said_what.TellingScope("killed", ALEPPO, *AUTUMN, marked=article)
    yield who_said_what.NAME, who_said_what.draw(marts, telling)
    killed = by_publication.PlaceScope("killed", SYRIA)
    yield by_publication.NAME, by_publication.draw(marts, killed)
    for n, asked in enumerate(ASKED, 1):
        question = answers.QuestionScope(question_of(marts, asked), n)
        yield question.name, answers.draw(marts, question)
    displaced = known_when.KnownScope(DISPLACED, SYRIA, marked=article)
    yield displaced.name, known_when.draw(marts, displaced)
    counters = known_when.KnownScope(("killed",), SYRIA, marked=article, least=2, number=2)
    yield counters.name, known_when.draw(marts, counters)


def question_of(marts: Marts, asked: dict[str, Any]) -> str:
    """The question with these axes to which most claims speak; '' where there is none."""
    questions = marts["marts/questions"]
    meant = pd.Series(True, index=questions.index)
    for axis, value in asked.items():
        wanted = pd.Timestamp(value) if isinstance(value, date) else value
        meant &= questions[axis].eq(wanted).fillna(False).astype(bool)
    spoken_to = marts["marts/figures"]["question_id"].value_counts()
    found = sorted(questions.loc[meant, "question_id"])
    return max(found, key=lambda q: int(spoken_to.get(q, 0)), default="")


def newest_document(marts: Marts, source_id: str) -> str:
    """The document of a source's newest release; '' where the source has none."""
    documents = marts["marts/documents"]
    held = documents[documents["source_id"] == source_id]
    if held.empty:
        return ""
    newest = held.sort_values(["release", "document_id"]).iloc[-1]
    return str(newest["document_id"])
