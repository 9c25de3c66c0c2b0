"""The standing briefings of the default data: every number is the tables', in every language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from pipelines import showing
from pipelines.briefings import content, stage
from pipelines.briefings.content import Asked
from pipelines.briefings.document import Bullets, Card, Document, Paragraph, Shown, Table
from pipelines.charts import page as chart_page
from pipelines.charts import style
from pipelines.charts.language import END_ISOLATE, ISOLATE, languages, speaking
from pipelines.charts.stage import KINDS
from pipelines.core.numbers import ends, find_numbers

Tables = dict[str, pd.DataFrame]
QUOTED = re.compile("“[^”]*”|«[^»]*»")
ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
LOADED = re.compile(
    r"\b((?<!one end )only|just|merely|sadly|tragic\w*|shocking\w*|dramatic\w*|massacre\w*"
    r"|brutal\w*|horr\w+"
    r"|unfortunately|alarming\w*|staggering|regime|terrorist\w*|innocent|so-called|clearly"
    r"|obviously|reliable|credible|huge|massive|mere|deadliest|worst|rank\w*|increased|decreased"
    r"|per ?cent)\b|%",
    re.IGNORECASE,
)
_FEW = 31
"""Numbers up to this may be days of a month."""


@dataclass(frozen=True)
class Page:
    """A standing briefing and the tables that it is made of."""

    marts: Tables
    document: Document


@pytest.fixture(scope="module", params=sorted(stage.STANDING))
def pages(request: pytest.FixtureRequest, built: Any) -> dict[str, Page]:
    """A standing briefing in each language."""
    standing = stage.STANDING[request.param]
    day = standing.as_of.isoformat() if standing.as_of else None
    release = showing.opened(built.marts, day)
    marts = release.marts()
    asked = Asked(
        standing.place_id,
        release.release_id,
        standing.first,
        standing.last,
        as_of=standing.as_of,
    )
    made = {}
    for code in languages():
        with speaking(code), chart_page.made_from(release.release_id), style.house_style():
            made[code] = Page(marts, content.briefing(marts, asked, KINDS))
    return made


def _plain(text: str) -> str:
    return text.replace(ISOLATE, "").replace(END_ISOLATE, "")


def _ours(document: Document) -> Iterator[str]:
    """Every text of a page but a source's own words, citations and ids."""
    yield document.title
    for section in document.sections:
        if section.key == "cite":
            continue
        yield section.heading
        for block in section.blocks:
            match block:
                case Paragraph():
                    yield block.text
                case Bullets():
                    yield from block.items
                case Table():
                    yield from _of_table(block)
                case Card():
                    yield from (block.title, block.sentence)
                    yield from (line.text for line in block.lines)
                    if block.table:
                        yield from _of_table(block.table)
                case Shown():
                    yield block.caption
                    # The last line of its words names documents: titles and addresses.
                    yield from block.picture.alt.splitlines()[:-1]


def _of_table(table: Table) -> Iterator[str]:
    yield from (table.caption, *table.head)
    # A cell with a link names a document, whose title is the source's.
    yield from (c.text for row in table.rows for c in row if not c.language and not c.href)


def _numbers(marts: Tables) -> set[int]:
    """Every number of people that the tables hold."""
    held: set[int] = set()
    for name, columns in {
        "claims": ("value", "value_low", "value_high", "of_total"),
        "figures": ("low", "best", "high", "reading_low", "reading_high"),
        "estimates": ("low", "best", "high"),
        "floors": ("low",),
    }.items():
        table = marts[f"marts/{name}"]
        for column in columns:
            if column in table:
                held |= {int(n) for n in table[column].dropna()}
    return held


def _years(marts: Tables, document: Document) -> set[int]:
    years = {document.as_of.year} if document.as_of else set()
    for name in ("claims", "figures", "questions", "documents"):
        for column, values in marts[f"marts/{name}"].items():
            if pd.api.types.is_datetime64_any_dtype(values) or str(column).endswith("_on"):
                years |= {pd.Timestamp(day).year for day in values.dropna()}
    return years


def _ages(page: Page) -> set[int]:
    """Days between the page's day and the publication of each claim."""
    day = pd.Timestamp(page.document.as_of) if page.document.as_of else None
    published = page.marts["marts/claims"]["published_on"].dropna()
    return {(day - pd.Timestamp(one)).days for one in published} if day else set()


@pytest.mark.parametrize("lang", languages())
def test_every_number_of_a_page_stands_in_the_tables(pages: dict[str, Page], lang: str) -> None:
    """Or is a year of one of their days, a day of a month, or a count of what the page rests on."""
    page = pages[lang]
    numbers, years = _numbers(page.marts), _years(page.marts, page.document)
    counts = set(range(max(_FEW, len(page.marts["marts/claims"])) + 1)) | _ages(page)
    seen = 0
    for text in _ours(page.document):
        # A level is a share and an id is no number: both are checked where they are made.
        said = ISO_DAY.sub("", QUOTED.sub("", _plain(text))).replace(page.document.release_id, "")
        for found in find_numbers(said):
            held = {n for n in (found.value, found.value_low, found.value_high) if n is not None}
            assert held <= numbers | years | counts, (said, held - numbers - years - counts)
            seen += len(held & numbers)
    assert seen > 20


def _figures(document: Document) -> dict[str, list[tuple[int | None, ...]]]:
    """What each figure of a page says, read again: low, best and high, by section, in order."""
    read: dict[str, list[tuple[int | None, ...]]] = {}
    for section in document.sections:
        for block in section.blocks:
            texts = []
            if isinstance(block, Card):
                texts = [line.text for line in block.lines if line.is_figure]
                texts += [c.text for row in (block.table.rows if block.table else ()) for c in row
                          if c.is_figure]  # fmt: skip
            elif isinstance(block, Table):
                texts = [c.text for row in block.rows for c in row if c.is_figure]
            for text in texts:
                said = QUOTED.sub("", _plain(text))
                read.setdefault(section.key, []).append(
                    tuple(
                        n
                        for found in find_numbers(said)
                        for n in ends(
                            found.qualifier, found.value, found.value_low, found.value_high
                        )
                    )
                )
    return read


def test_the_figures_of_a_page_are_the_same_in_every_language(pages: dict[str, Page]) -> None:
    """With their bounds: "at least", "more than", "about" and "between" survive translation."""
    first, *others = (_figures(page.document) for page in pages.values())
    assert {"answers", "cards", "sources"} <= set(first)
    for other in others:
        assert other == first


@pytest.mark.parametrize("lang", languages())
def test_the_table_of_sources_has_every_claim_as_the_tables_have_it(
    pages: dict[str, Page], lang: str
) -> None:
    page = pages[lang]
    figures = page.marts["marts/figures"]
    told = Counter(
        reading[:3] for reading in _figures(page.document)["sources"] if len(reading) >= 3
    )
    held = Counter(
        tuple(None if pd.isna(n) else int(n) for n in of)
        for of in figures[["low", "best", "high"]].itertuples(index=False)
    )
    assert told.total() > 3
    assert told <= held


def test_words_stay_neutral_and_rank_nothing(pages: dict[str, Page]) -> None:
    for text in _ours(pages["en"].document):
        said = QUOTED.sub("", _plain(text))
        assert not LOADED.search(said), said


def test_every_page_says_what_it_rests_on(pages: dict[str, Page]) -> None:
    """In the order of the page, the same in every language; a draft until somebody clears it."""
    for page in pages.values():
        keys = [section.key for section in page.document.sections]
        assert keys == [k for k in KEYS if k in keys]
        assert {"answers", "cards", "charts", "sources", "gaps", "method", "cite"} <= set(keys)
        pictures = [b for s in page.document.sections for b in s.blocks if isinstance(b, Shown)]
        assert 1 <= len(pictures) <= 2


KEYS = ("answers", "cards", "charts", "sources", "gaps", "changes", "further", "method", "cite")
