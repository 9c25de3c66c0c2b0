"""Published tables for the charts: the article's four claims, and the Syria collection as read.

The frames are made by hand here, so that the charts are tried without the stages before them.
"""

from __future__ import annotations

import calendar
import csv
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.text import Text

from pipelines.charts import style
from pipelines.charts.style import Picture
from pipelines.core.ids import QUESTION_COLUMNS, question_id
from schemas import claims, estimates, frame, marts, raw

ARTICLE = "aleppo-article/2016-10-06/article.txt"
OPEN_ABOVE = {"at_least": 0, "more_than": 1}
OPEN_BELOW = {"at_most": 0, "up_to": 0, "less_than": -1}

CLAIM = {
    "source_id": "aleppo-article",
    "release": "2016-10-06",
    "file": "article.txt",
    "document_id": ARTICLE,
    "qualifier": "plain",
    "metric": "killed",
    "measure": "cumulative",
    "unit": "people",
    "population": "all",
    "deaths_counted": "direct",
    "cause": "conflict",
    "place_role": "happened_in",
    "modality": "stated",
    "basis": "unstated",
    "speaker": "Civil defense workers",
    "published_on": date(2016, 10, 6),
    "recorded_on": date(2026, 11, 1),
    "method": "extracted",
    "method_version": "1",
    "review_status": "accepted",
    "sensitivity": "public",
}

PLACES = [
    ("SYR", "Syria", 0, None),
    ("SY02", "Aleppo governorate", 1, "SYR"),
    ("SY02/aleppo-city", "Aleppo city", 3, "SY02"),
    ("SY02/aleppo-city-and-outskirts", "Aleppo city and outskirts", 3, "SY02"),
    ("SY02/western-countryside", "western countryside of Aleppo", 3, "SY02"),
    ("SY02/eastern-countryside", "eastern countryside of Aleppo", 3, "SY02"),
]

Tables = dict[str, pd.DataFrame]


def claim(name: str, **change: Any) -> dict[str, Any]:
    """A good claim with one thing or more of its own."""
    made: dict[str, Any] = CLAIM | {"claim_id": name, "record_id": name, "locator": "row"} | change
    if made["metric"] != "killed":
        made["deaths_counted"] = None
    return made


def figure(of: Mapping[str, Any]) -> dict[str, Any]:
    """The figure of a claim by the rules of RULES.md, Numbers."""
    value, qualifier = of.get("value"), of["qualifier"]
    ends: dict[str, Any] = {"low": of.get("value_low"), "high": of.get("value_high")}
    if ends["low"] is not None or ends["high"] is not None:
        ends["range_kind"] = "stated"
    if qualifier in OPEN_ABOVE:
        ends = {"low": value + OPEN_ABOVE[qualifier], "range_kind": "bound"}
    elif qualifier in OPEN_BELOW:
        ends = {"high": value + OPEN_BELOW[qualifier], "range_kind": "bound"}
    elif value is not None:
        ends["best"] = value
        unit = 10 ** (len(str(value)) - len(str(value).rstrip("0"))) if value else 1
        ends |= {"reading_low": value - unit // 2 + (unit > 1), "reading_high": value + unit // 2}
        if unit == 1:
            ends |= {"reading_low": value, "reading_high": value}
    shared = {k: v for k, v in of.items() if k in FIGURE_COLUMNS}
    links = {k: of[k] for k in ("repeat_of", "possible_repeat_of") if k in of}
    asked = {"question_id": question_id(of), "rule_id": "test", "counts": True}
    return shared | ends | links | asked


def questions(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions of the claims, with a title that names metric and place."""
    found = {}
    for of in told:
        title = f"{of['metric']} in {of.get('place_id')} until {of.get('end_latest')}"
        axes = {name: of.get(name) for name in QUESTION_COLUMNS}
        found[question_id(of)] = {"question_id": question_id(of), "title": title, **axes}
    return list(found.values())


FIGURE_COLUMNS = set(frame(marts.PublishedFigures, []).columns) & set(
    frame(claims.Claims, []).columns
)
CLAIM_COLUMNS = set(frame(claims.Claims, []).columns)


def tables(
    told: list[dict[str, Any]],
    documents: list[dict[str, Any]],
    sources: list[dict[str, Any]],
) -> Tables:
    """The published tables that the charts read."""
    return {
        "marts/claims": frame(
            claims.Claims, [{k: v for k, v in c.items() if k in CLAIM_COLUMNS} for c in told]
        ),
        "marts/figures": frame(marts.PublishedFigures, [figure(c) for c in told]),
        "marts/questions": frame(estimates.Questions, questions(told)),
        "marts/estimates": frame(marts.PublishedEstimates, []),
        "marts/evidence": frame(estimates.Evidence, []),
        "marts/floors": frame(estimates.Floors, []),
        "marts/findings": frame(estimates.Findings, []),
        "marts/revisions": frame(estimates.Revisions, []),
        "marts/register_totals": frame(estimates.RegisterTotals, []),
        "marts/event_totals": frame(estimates.EventTotals, []),
        "marts/releases": frame(marts.Releases, []),
        "marts/documents": frame(claims.Documents, documents),
        "marts/sources": frame(marts.Sources, sources),
        "marts/places": frame(
            raw.Places,
            [
                {"place_id": i, "name": n, "level": level, "parent_id": parent, "gazetteer": "t"}
                for i, n, level, parent in PLACES
            ],
        ),
    }


def article_claims() -> list[dict[str, Any]]:
    """The article's four claims, as RULES.md lists them."""
    day = date(2016, 10, 6)
    end = {"end_earliest": day, "end_latest": day}
    since = {"start_earliest": date(2016, 9, 19), "start_latest": date(2016, 9, 19), **end}
    aleppo = {
        "qualifier": "more_than",
        "population": "civilians",
        "place_id": "SY02",
        "place_as_written": "Aleppo province",
        "territory": "rebel-held areas",
        "source_type": "civil_defence",
        "doubts": ["period_end_from_document"],
        **since,
    }
    un = {"speaker": "publisher not stated", "origin": "UN estimates", "place_id": "SYR"}
    five_years = {"start_earliest": date(2011, 3, 1), "start_latest": date(2011, 10, 6), **end}
    return [
        claim(f"{ARTICLE}#killed@1-a", quote="more than 600", quote_start=698, quote_end=711,
              sentence_start=670, sentence_end=880, value=600, **aleppo),
        claim(f"{ARTICLE}#injured@1-b", metric="injured", quote="more than 2000", quote_start=743,
              quote_end=757, sentence_start=670, sentence_end=880, value=2000, **aleppo),
        claim(f"{ARTICLE}#killed@1-c", quote="450.000", quote_start=3967, quote_end=3974,
              sentence_start=3967, sentence_end=4097, value=450_000, nationality="Syrians",
              deaths_counted="unstated", place_as_written="Syrians", **un, **five_years),
        claim(f"{ARTICLE}#displaced@1-d", metric="displaced", measure="unstated", term="homeless",
              quote="more than 12 million", quote_start=4054, quote_end=4074, sentence_start=3967,
              sentence_end=4097, value=12_000_000, qualifier="more_than", place_role="came_from",
              doubts=["place_inherited", "attribution_shared"], **un),
    ]  # fmt: skip


ARTICLE_DOCUMENT = {
    "document_id": ARTICLE,
    "source_id": "aleppo-article",
    "release": "2016-10-06",
    "title": "Aleppo: Assad regime warns civilians 'leaving or annihilation'",
    "publisher": "not stated",
    "published_on": date(2016, 10, 6),
    "license": "all rights with its publisher",
    "redistributable": False,
    "sensitivity": "public",
}
ARTICLE_CARD = {
    "source_id": "aleppo-article",
    "producer": "not stated",
    "title": ARTICLE_DOCUMENT["title"],
    "license": "all rights with its publisher; short passages quoted with attribution",
    "reader": "article",
    "maturity": "final",
    "latest_release": "2016-10-06",
    "n_claims": 4,
}
SHEET_CARD = {
    "source_id": "syria-reference",
    "producer": "Attest",
    "title": "Syria reference claims, 2011-2022",
    "license": "Facts; the compilation is the project's own work (Apache-2.0)",
    "citation": "Attest, Syria reference claims 2011-2022; each figure with the document named in "
    "documents.csv",
    "reader": "claim_sheet",
    "maturity": "provisional",
    "latest_release": "2026-11-01",
    "n_claims": 69,
}


def partial(text: str) -> tuple[date | None, date | None]:
    """First and last day of an ISO day, month or year."""
    parts = [int(p) for p in text.split("-")] if text else []
    if not parts:
        return None, None
    if len(parts) == 3:
        return date(*parts), date(*parts)
    if len(parts) == 2:
        first = date(*parts, 1)
        return first, first + timedelta(calendar.monthrange(*parts)[1] - 1)
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def sheet_claims(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The claims and documents of the Syria collection."""
    source = {"source_id": "syria-reference", "release": "2026-11-01"}
    with (folder / "documents.csv").open(encoding="utf-8", newline="") as file:
        register = {r["document_id"]: r for r in csv.DictReader(file)}
    documents = [
        source
        | {k: r[k] for k in ("document_id", "title", "publisher", "published_on", "license")}
        | {"redistributable": True, "sensitivity": "public"}
        for r in register.values()
    ]
    with (folder / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = {r["row_id"]: f"syria-reference/2026-11-01/{r['row_id']}#{r['metric']}" for r in rows}
    places = {name: i for i, name, _, _ in PLACES}
    told = []
    for row in rows:
        given = {k: v for k, v in row.items() if v and k in CLAIM_COLUMNS}
        start, end = partial(row["period_start"]), partial(row["period_end"])
        numbers = {k: int(row[k]) for k in ("value", "value_low", "value_high") if row[k]}
        extra = {
            "file": "claims.csv",
            "place_id": places.get(row["place"]),
            "place_as_written": row["place"],
            "start_earliest": start[0],
            "start_latest": start[1],
            "end_earliest": end[0],
            "end_latest": end[1],
            "published_on": register[row["document_id"]]["published_on"],
            "publisher": register[row["document_id"]]["publisher"],
            "method": "transcribed",
            "part_of": ids.get(row["part_of"]),
        }
        told.append(claim(ids[row["row_id"]], **(source | given | numbers | extra)))
    by_row = dict(zip((r["row_id"] for r in rows), told, strict=True))
    by_row["ale-reuters-0930"]["possible_repeat_of"] = ids["ale-ocha-0929-k"]
    by_row["syr-ohchr-2013b-1"]["repeat_of"] = ids["syr-ohchr-2013a"]
    return told, documents


@pytest.fixture
def make() -> Callable[..., dict[str, Any]]:
    """Makes one claim."""
    return claim


@pytest.fixture
def publish() -> Callable[..., Tables]:
    """Makes the published tables of claims, all of the article's document."""

    def published(*told: dict[str, Any]) -> Tables:
        return tables(list(told), [ARTICLE_DOCUMENT], [ARTICLE_CARD])

    return published


@pytest.fixture
def article(publish: Callable[..., Tables]) -> Tables:
    """The article alone."""
    return publish(*article_claims())


@pytest.fixture(scope="session")
def collection(shared: Path) -> Tables:
    """The article and the Syria collection; not to be changed."""
    told, documents = sheet_claims(shared / "data" / "syria-reference")
    return tables(
        article_claims() + told, [ARTICLE_DOCUMENT, *documents], [ARTICLE_CARD, SHEET_CARD]
    )


@pytest.fixture
def totals() -> Callable[..., pd.DataFrame]:
    """Makes totals of a register: `totals((year, edition, people), ..., metric=...)`."""

    def made(*told: tuple[int, str, int | None], **change: Any) -> pd.DataFrame:
        stock = {
            "source_id": "aleppo-article",
            "release": "2016-10-06",
            "entry_of": "aleppo-article/2016-10-06",
            "metric": "idps",
            "measure": "stock",
            "unit": "people",
            "population": "all",
            "cause": "conflict",
            "place_id": "SYR",
            "place_role": "now_in",
            "basis": "unstated",
            "n_entries": 1,
            "n_inverted": 0,
            "stands": True,
        } | change
        return frame(
            estimates.RegisterTotals,
            [
                stock
                | {
                    "total_id": f"{stock['metric']} of {year} in {edition}",
                    "year": year,
                    "edition": edition,
                    "first_day": date(year, 12, 31)
                    if stock["measure"] == "stock"
                    else date(year, 1, 1),
                    "last_day": date(year, 12, 31),
                    "sum_low": people,
                    "sum_best": people,
                    "sum_high": people,
                }
                for year, edition, people in told
            ],
        )

    return made


def meeting_texts(made: Picture) -> list[tuple[str, str]]:
    """Printed texts that share ground with another, and those that leave the canvas."""
    figure = made.figure
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    texts = [
        text
        for holder in (figure, *figure.axes)
        for text in holder.findobj(Text)
        if text.get_visible() and text.get_text().strip()
    ]
    boxes = {id(t): (t.get_text(), t.get_window_extent(renderer)) for t in texts}
    held = list(boxes.values())
    canvas = figure.bbox
    found = [
        (a, b)
        for n, (a, one) in enumerate(held)
        for b, other in held[n + 1 :]
        if min(one.x1, other.x1) - max(one.x0, other.x0) > 1
        and min(one.y1, other.y1) - max(one.y0, other.y0) > 3
    ]
    outside = [
        (words, "the canvas")
        for words, box in held
        if box.x0 < 0 or box.y0 < 0 or box.x1 > canvas.x1 or box.y1 > canvas.y1
    ]
    return found + outside


@pytest.fixture
def meeting() -> Callable[[Picture], list[tuple[str, str]]]:
    """`meeting(picture)`: pairs of texts that overlap, and texts outside the canvas."""
    return meeting_texts


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Callable[[], list[Picture]]], None]:
    """`written(draw)` draws and writes twice, in every format, and finds the same bytes."""

    def twice(draw: Callable[[], list[Picture]]) -> None:
        of = []
        for _ in range(2):
            with style.house_style():
                made = draw()
                of.append([style.as_bytes(p, kind) for p in made for kind in style.FORMATS])
        assert of[0] == of[1]
        assert all(of[0])

    return twice
