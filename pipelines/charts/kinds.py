"""How a chart is asked for, and what a kind of chart is.

A kind is a module with one function `draw(marts, request)` and a line in `stage.KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pipelines.charts.rows import Marts
from pipelines.charts.style import Picture

Drawn = list[Picture] | str
"""The pages of a chart, or the reason why it is not drawn."""


@dataclass(frozen=True)
class Request:
    """What a chart is to show; an axis that is not given is open.

    Attributes
    ----------
    question_ids
        Questions of `marts.questions`.
    metrics, population, place_ids
        Words of the vocabulary, and ids of places; a place stands for what lies within it only
        where the kind says so.
    first, last
        Days of the window or of publication.
    by
        Whether a day on an axis is that of publication or the day meant.
    source_id
        A source, for the kinds that show one source's table.
    boundaries
        A file of boundaries of the user's own, for the map.
    marked
        A document that is told apart.
    name
        Name of the picture's files; the kind's own where empty.
    """

    question_ids: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    population: str = ""
    place_ids: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    by: Literal["published", "meant"] = "published"
    source_id: str = ""
    boundaries: Path | None = None
    marked: str = ""
    name: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of chart: what it shows, and the function that draws it."""

    shows: str
    draw: Callable[[Marts, Request], Drawn]
