"""The gallery: docs/gallery.md with a picture of each kind of chart, from the current release.

Each picture is drawn by what `attest chart` calls, from the words of the command beside it; a test
fails where a picture or its words are stale. Draw them again with `python -m pipelines.gallery`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pipelines import showing
from pipelines.charts.stage import ASKED, KINDS, question_of
from pipelines.core.inputs import ROOT

PAGE: Final = ROOT / "docs" / "gallery.md"
PICTURES: Final = ROOT / "docs" / "images" / "gallery"
RELEASE: Final = "RELEASE"
"""What stands on the page for the id of the release, which changes with every line of code."""

_OPTIONS: Final = {
    "questions": "--question",
    "metrics": "--metric",
    "population": "--population",
    "places": "--place",
    "first": "--from",
    "last": "--to",
    "by": "--by",
    "marked": "--document",
}
"""How a field of what is typed is written on the command line."""


@dataclass(frozen=True)
class Shown:
    """A picture of the gallery: its name, what is asked for, and what to look at in it."""

    name: str
    kind: str
    typed: Mapping[str, Any]
    look: str
    as_of: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """lang and style, where they are not the usual ones."""

    def command(self) -> str:
        """The command that draws it."""
        words = ["attest", "chart", self.kind]
        for name, value in self.typed.items():
            for one in value if isinstance(value, tuple) else (value,):
                words += [_OPTIONS[name], str(one)]
        if self.as_of:
            words += ["--as-of", self.as_of]
        for name, value in self.options.items():
            words += [f"--{name}", value]
        return shlex.join(words)


def gallery(release: showing.Opened) -> tuple[Shown, ...]:
    """What the gallery shows of a release of the default data."""
    marts = release.marts()
    stock, civilians = (question_of(marts, axes) for axes in ASKED)
    autumn = {"metrics": ("killed",), "places": ("SY02",), "first": "2016-08-31"}
    autumn["last"] = "2016-12-31"
    syria = {"metrics": ("killed",), "places": ("SYR",)}
    article = "aleppo-article/2016-10-06/article.txt"
    return (
        Shown(
            "ladder",
            "ladder",
            autumn | {"marked": article},
            "One row a claim. An arrow is a bound: “more than 600” begins at 601 and has no end. "
            "A repeat is grey and tied to what it repeats.",
        ),
        Shown(
            "answers",
            "answers",
            {"questions": (stock,)},
            "Two agencies apart; the rules do not settle it, and the picture does not either.",
        ),
        Shown(
            "answers_floor",
            "answers",
            {"questions": (civilians,)},
            "A floor, as a bracket of its own, under an estimate. They are not one interval.",
        ),
        Shown(
            "tiers",
            "tiers",
            {"questions": (civilians,)},
            "Verified, reported and estimated stand apart, each with its source.",
        ),
        Shown(
            "timeline",
            "timeline",
            syria,
            "Who publishes what, and when: no line between sources, none over a gap.",
        ),
        Shown(
            "timeline_meant",
            "timeline",
            {"metrics": ("idps",), "places": ("SYR",), "by": "meant"},
            "The same kind by the day that a figure speaks of.",
        ),
        Shown(
            "known_when",
            "known_when",
            {"metrics": ("refugees",), "places": ("SYR",)},
            "What was known when: later editions give earlier days another number.",
        ),
        Shown(
            "by_publication",
            "by_publication",
            syria,
            "Every claim by day of publication, the three tiers apart.",
        ),
        Shown(
            "by_publication_then",
            "by_publication",
            syria,
            "The same as of a day: nothing that came later is on it.",
            as_of="2016-10-06",
        ),
        Shown(
            "stock_and_flow",
            "stock_and_flow",
            {"places": ("SYR",)},
            "People displaced on a day, and movements over a year: two panels, never one axis.",
        ),
        Shown(
            "by_place",
            "by_place",
            {"metrics": ("killed",), "places": ("SY02",)},
            "Small multiples on one scale. A place without a figure is not there; it is not zero.",
        ),
        Shown(
            "article_figures",
            "article_figures",
            {"marked": article},
            "The figures of one document, a panel each.",
        ),
        Shown(
            "ladder_ar",
            "ladder",
            autumn | {"marked": article},
            "In Arabic the page runs from right to left; the axis keeps its direction.",
            options={"lang": "ar"},
        ),
        Shown(
            "answers_grey",
            "answers",
            {"questions": (civilians,)},
            "Without colour: nothing is told by colour alone.",
            options={"style": "grey"},
        ),
    )


UNDRAWN: Final = (
    Shown(
        "map",
        "map",
        {"metrics": ("killed",), "places": ("SYR",)},
        "Attest holds no boundaries. Give your own with `--boundaries FILE` (GeoJSON, with a "
        "P-code or a name for each area); the map then says that it accepts no border and no name.",
    ),
    Shown(
        "event_totals",
        "event_totals",
        {"metrics": ("killed",), "places": ("SYR",)},
        "Needs the entries of a register of events, such as UCDP's "
        "([registers](methods/registers.md)).",
    ),
)
"""Kinds of which the default data holds nothing: what the command says stands in their place."""


def draw(release: showing.Opened, shown: Shown, out: Path) -> tuple[list[Path], str]:
    """Draw a picture into a folder; the pictures, and the words beside the first of them.

    The words come without the id of the release, and are the reason where nothing is drawn.
    """
    try:
        made = showing.chart(
            release,
            shown.kind,
            shown.typed,
            out,
            lang=shown.options.get("lang", "en"),
            formats=("png",),
            style=shown.options.get("style", "colour"),
        )
    except showing.NotShown as reason:
        return [], str(reason)
    words = next(path for path in made if path.suffix == ".txt").read_text(encoding="utf-8")
    pictures = [path for path in made if path.suffix == ".png"]
    return pictures, words.replace(release.release_id, RELEASE)


def render(marts_dir: Path, pictures: Path) -> str:
    """Draw the pictures into a folder; the page."""
    now = showing.opened(marts_dir, None)
    parts = [
        "# Gallery\n",
        "Every kind of chart, drawn from the default data by the command above it, each picture "
        "with the words that stand in its metadata and in the `.txt` beside it. Made by "
        f"`python -m pipelines.gallery`; `{RELEASE}` stands for the id of your release.\n",
    ]
    for shown in (*gallery(now), *UNDRAWN):
        parts += _entry(marts_dir, now, shown, pictures)
    return "\n".join(parts)


def _entry(marts_dir: Path, now: showing.Opened, shown: Shown, out: Path) -> Iterator[str]:
    release = showing.opened(marts_dir, shown.as_of) if shown.as_of else now
    yield f"## {shown.name}\n"
    yield f"{KINDS[shown.kind].shows} {shown.look}\n"
    yield f"```console\n$ {shown.command()}\n```\n"
    with TemporaryDirectory() as work:
        pictures, words = draw(release, shown, Path(work))
        if pictures:
            target = out / f"{shown.name}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(pictures[0].read_bytes())
            title = words.splitlines()[0]
            yield f"![{title}](images/gallery/{target.name})\n"
    yield "In words:\n" if pictures else "It answers:\n"
    yield "\n".join(f"> {line}" if line else ">" for line in words.splitlines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(ROOT / "data" / "marts", PICTURES), encoding="utf-8")
