"""The stage charts: the pictures of a release, drawn from its published tables.

The kinds of chart are listed here, and the scopes of the standing charts are set here and nowhere
else. Where a release holds nothing of a chart's scope, its `.txt` alone is written and says so: a
missing picture is never an accident.
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
    by_place,
    by_publication,
    event_totals,
    known_when,
    ladder,
    page,
    place_map,
    stock_and_flow,
    style,
    tiers,
    timeline,
)
from pipelines.charts.kinds import Drawn, Kind, Request
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
    "marts/findings",
    "marts/revisions",
    "marts/releases",
    "marts/register_totals",
    "marts/event_totals",
)
"""The tables that the charts look at."""

KINDS: dict[str, Kind] = {
    "ladder": Kind("One row a claim: who said what.", ladder.draw),
    "answers": Kind("A question under each rule and tier, its floor, its claims.", answers.draw),
    "timeline": Kind("The readings of a counter or a stock over time.", timeline.draw),
    "known_when": Kind("The readings of a question by the day they were known.", known_when.draw),
    "stock_and_flow": Kind("Stock and flow of displacement, side by side.", stock_and_flow.draw),
    "tiers": Kind("Verified, reported and estimated, side by side.", tiers.draw),
    "by_place": Kind("Small multiples by place, on one scale.", by_place.draw),
    "map": Kind("A map of a country's first level, from your own boundaries.", place_map.draw),
    "event_totals": Kind("Event totals by year, beside the modelled range.", event_totals.draw),
    "by_publication": Kind("Every claim of a metric by day of publication.", by_publication.draw),
    "article_figures": Kind("The figures of one document.", article_figures.draw),
}
"""The kinds of chart that can be asked for."""

CHARTS = {
    module.NAME: (module.__doc__ or "").splitlines()[0]
    for module in (article_figures, ladder, by_publication, answers, known_when)
}
"""What each standing chart shows, by its name."""


def draw(marts: Marts, out: Path, release_id: str = "") -> list[Path]:
    """Draw every standing chart into `out`, in each format with its words; the paths.

    Takes at least the tables of `READS`. A chart with nothing to show gives its `.txt` only, which
    says why.
    """
    tables = {name: marts[name] for name in READS}
    written: list[Path] = []
    with style.house_style(), page.made_from(release_id):
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


def _drawn(marts: Marts) -> Iterator[tuple[str, Drawn]]:
    """Each standing chart's name with its pictures, or why there are none."""
    article = newest_document(marts, ARTICLE_SOURCE)
    yield article_figures.NAME, article_figures.draw(marts, Request(marked=article))
    autumn = Request(
        metrics=("killed",),
        place_ids=(ALEPPO,),
        first=AUTUMN[0],
        last=AUTUMN[1],
        marked=article,
    )
    yield ladder.NAME, ladder.draw(marts, autumn)
    killed = Request(metrics=("killed",), place_ids=(SYRIA,))
    yield by_publication.NAME, by_publication.draw(marts, killed)
    for n, asked in enumerate(ASKED, 1):
        name = answers.NAME if n == 1 else f"{answers.NAME}_{n}"
        question = question_of(marts, asked)
        yield name, answers.draw(marts, Request(question_ids=(question,), name=name))
    displaced = Request(metrics=DISPLACED, place_ids=(SYRIA,), marked=article)
    yield known_when.NAME, known_when.draw(marts, displaced)
    name = f"{known_when.NAME}_2"
    counters = Request(metrics=("killed",), place_ids=(SYRIA,), marked=article, name=name)
    yield name, known_when.draw(marts, counters)


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
