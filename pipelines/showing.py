"""A release shown: what the commands chart, card and brief do.

Opens a release, turns what was typed into a request, and hands both to the stage of charts and
briefings. Nothing that decides what a picture or a page says belongs here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from pipelines.briefings import citations, content, quote_card, stage
from pipelines.briefings.content import Asked
from pipelines.charts import page, style
from pipelines.charts.kinds import Request
from pipelines.charts.language import UnknownLanguage, language, speaking
from pipelines.charts.rows import Marts
from pipelines.charts.stage import KINDS
from pipelines.collection import Collection
from pipelines.core.period import DateFault, partial_day
from pipelines.marts.release import add_briefings, read_manifest, release_folder
from schemas import vocab


class NotShown(ValueError):
    """What was asked for cannot be shown; says why, and what to write instead."""


@dataclass(frozen=True)
class Opened:
    """A release, or what it held on a day, ready to be shown."""

    collection: Collection
    release_id: str
    number: int
    """Which of its folder it is, counted in the order in which they were made."""

    def marts(self, request: Request | None = None) -> dict[str, pd.DataFrame]:
        """Its tables, with the counters of registers that a request asks about."""
        if request is None:
            return self.collection.marts()
        return self.collection.marts(request.metrics, request.place_ids)


def opened(marts_dir: Path, as_of: str | None, release_id: str = "current") -> Opened:
    """A release of a folder.

    Raises
    ------
    CollectionFault, ReleaseError
        Where there is none, or the day is none.
    """
    folder = release_folder(marts_dir, release_id)
    found = Collection.open(folder / "casualties.duckdb", as_of)
    manifest = read_manifest(folder)
    return Opened(found, str(manifest["release_id"]), int(manifest["number"]))


def chart(
    release: Opened, kind: str, typed: Mapping[str, Any], out: Path, *, lang: str, **look: Any
) -> list[Path]:
    """Draw a chart into a folder; the paths of its pages and their words.

    Parameters
    ----------
    typed
        questions, metrics, population, places (ids or exact names), first and last (ISO dates,
        whole or partial), by, source, boundaries, marked: as `Request` has them.
    look
        formats (of `style.FORMATS`) and style (one of `style.LOOKS`).

    Raises
    ------
    NotShown
        Where it would join unlike things, or nothing is held; with the reason.
    """
    tables, request = tables_for(release, typed)
    return draw(release, kind, tables, request, out, lang=lang, **look)


def tables_for(release: Opened, typed: Mapping[str, Any]) -> tuple[Marts, Request]:
    """The tables that what was typed asks about, and the request that it makes."""
    request = _request(release.collection, typed)
    return release.marts(request), request


def draw(
    release: Opened,
    kind: str,
    tables: Marts,
    request: Request,
    out: Path,
    *,
    lang: str = "en",
    **look: Any,
) -> list[Path]:
    """As `chart`, of tables that were read already."""
    with _in(lang, release.release_id):
        drawn = KINDS[kind].draw(tables, request)
        if isinstance(drawn, str):
            raise NotShown(drawn)
        written: list[Path] = []
        for picture in drawn:
            looked = style.in_look(picture, look.get("style", "colour"))
            written += style.save(looked, out, look.get("formats", style.FORMATS))
    return written


def _request(collection: Collection, typed: Mapping[str, Any]) -> Request:
    first, last = _days(typed)
    metrics = tuple(typed.get("metrics") or ())
    for metric in metrics:
        if metric not in vocab.METRICS:
            raise NotShown(f"'{metric}' is no metric; they are: {', '.join(vocab.METRICS)}")
    population = typed.get("population") or ""
    if population and population not in vocab.POPULATIONS:
        known = ", ".join(vocab.POPULATIONS)
        raise NotShown(f"'{population}' is no class of people; they are: {known}")
    return Request(
        question_ids=tuple(typed.get("questions") or ()),
        metrics=metrics,
        population=population,
        place_ids=tuple(collection.place(named) for named in typed.get("places") or ()),
        first=first,
        last=last,
        by=typed.get("by") or "published",
        source_id=typed.get("source") or "",
        boundaries=typed.get("boundaries"),
        marked=typed.get("marked") or "",
    )


def _days(typed: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The first and the last day that were typed, in their order."""
    first, last = typed.get("first"), typed.get("last")
    since = day_of(first)[0] if first else None
    until = day_of(last)[1] if last else None
    if since and until and until < since:
        raise NotShown(f"--to {until} is before --from {since}: swap them")
    return since, until


def day_of(written: str) -> tuple[date, date]:
    """The first and the last day that an ISO date, whole or partial, can mean.

    Raises
    ------
    NotShown
        Where it is none.
    """
    try:
        return partial_day(written)
    except DateFault as fault:
        raise NotShown(f"'{written}': {fault}; {fault.fix}") from fault


def card(release: Opened, question_id: str, lang: str) -> tuple[str, dict[str, Any]]:
    """The quote card of a question, as text and as facts.

    Raises
    ------
    NotShown
        Where the release holds no such question.
    """
    marts = release.marts()
    if question_id not in set(marts["marts/questions"]["question_id"]):
        raise NotShown(
            f"'{question_id}' is no question of this release: marts.questions lists them with "
            "their titles"
        )
    with _in(lang, release.release_id):
        found = quote_card.quote_card(marts, question_id)
        found = replace(found, as_of=release.collection.day or found.as_of)
        return quote_card.as_text(quote_card.card(found)), quote_card.as_json(found)


def citation(release: Opened, figure_id: str, form: str, lang: str) -> str:
    """How to cite a claim, an answer or a register's total: as text, bibtex or csl.

    Raises
    ------
    NotShown
        Where no figure of the release has that id.
    """
    with _in(lang, release.release_id):
        try:
            found = citations.cite(release.marts(), figure_id)
        except citations.NothingToCite as fault:
            raise NotShown(str(fault)) from fault
        match form:
            case "bibtex":
                return citations.bibtex(found, release.release_id).rstrip("\n")
            case "csl":
                return json.dumps(
                    citations.csl(found, release.release_id), indent=1, ensure_ascii=False
                )
            case _:
                return "\n".join(citations.text(one, release.release_id) for one in found)


def brief(
    release: Opened,
    place: str,
    typed: Mapping[str, Any],
    out: Path,
    *,
    lang: str,
    formats: Sequence[str],
    before: Opened | None = None,
) -> list[Path]:
    """Write the briefing on a place into a folder; the paths written.

    `typed` holds first and last (ISO dates, whole or partial), cleared_by, and hxl for a tag row
    in the workbook.

    Raises
    ------
    CollectionFault
        Where the place is not known.
    NotShown
        Where the days or the releases are the wrong way round.
    """
    first, last = _days(typed)
    asked = Asked(
        place_id=release.collection.place(place),
        release_id=release.release_id,
        first=first,
        last=last,
        as_of=release.collection.day,
        cleared_by=typed.get("cleared_by") or "",
        before=before.marts() if before else None,
        before_id=before.release_id if before else "",
    )
    if before and before.number >= release.number:
        raise NotShown(
            f"--since {before.release_id} is no earlier release than {release.release_id}, of "
            "which the briefing is made: name one from before it"
        )
    return _write(release.marts(), asked, out, lang, formats, hxl=bool(typed.get("hxl")))


def standing_briefings(marts_dir: Path, release_id: str = "current") -> dict[str, list[Path]]:
    """Make the standing briefings of a release in every language and format, and put them by it.

    Returns the files by the name of the briefing.

    Raises
    ------
    CollectionFault, ReleaseError
        Where there is no such release, or its folder cannot be written.
    """
    folder = release_folder(marts_dir, release_id)
    named = str(read_manifest(folder)["release_id"])
    with TemporaryDirectory() as work:
        files = write_standing_briefings(marts_dir, named, Path(work))
        shelf = add_briefings(marts_dir, named, Path(work))
    return {name: [shelf / path.name for path in made] for name, made in files.items()}


def write_standing_briefings(marts_dir: Path, release_id: str, out: Path) -> dict[str, list[Path]]:
    """Write the standing briefings of a release into a folder; the files by name of the briefing.

    Where the release does not know the place, a `.txt` alone says so.
    """
    return {
        name: _standing(marts_dir, release_id, standing, out)
        for name, standing in stage.STANDING.items()
    }


def _standing(marts_dir: Path, release_id: str, standing: stage.Standing, out: Path) -> list[Path]:
    day = standing.as_of.isoformat() if standing.as_of else None
    release = opened(marts_dir, day, release_id)
    marts = release.marts()
    asked = Asked(
        standing.place_id, release_id, standing.first, standing.last, as_of=standing.as_of
    )
    if standing.place_id not in set(marts["marts/places"]["place_id"]):
        out.mkdir(parents=True, exist_ok=True)
        note = out / f"{content.name_of(asked)}.txt"
        words = f"Nothing to tell: this release knows no place {standing.place_id}.\n"
        note.write_bytes(words.encode())
        return [note]
    return [
        path
        for lang in stage.LANGUAGES
        for path in _write(marts, asked, out, lang, tuple(stage.WRITERS))
    ]


def _write(
    marts: Marts, asked: Asked, out: Path, lang: str, formats: Sequence[str], *, hxl: bool = False
) -> list[Path]:
    with _in(lang, asked.release_id):
        return stage.write(content.briefing(marts, asked, KINDS), out, formats, hxl=hxl)


@contextmanager
def _in(lang: str, release_id: str) -> Iterator[None]:
    try:
        language(lang)
    except UnknownLanguage as fault:
        raise NotShown(str(fault)) from fault
    with speaking(lang), page.made_from(release_id), style.house_style():
        yield
