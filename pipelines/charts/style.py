"""The house style: paper, type, colours, measured text, and how a chart becomes files.

What every chart looks like belongs here; what a chart shows does not. A chart draws on a `Sheet`,
in inches from the top left, and becomes a PNG, an SVG and its alt text with `save`. Neither the
user's matplotlibrc, nor installed fonts, locale, clock or time zone can change a byte.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation, Transform

PAGE_WIDTH = 7.5
"""Inches: the text width of an A4 page."""
MARGIN = 0.35
"""Inches left free on every side."""
DPI = 160

INK = "#1F2A33"
SOFT = "#55626C"
FAINT = "#C9D0D5"
GREY = "#868F96"
WASH = "#F3F1EA"
ALARM = "#C62828"
"""A figure that was taken back or raised; said in words beside it too."""
PAPER = "#FFFFFF"
TIER_COLOURS = {"verified": "#2F6FA8", "reported": "#B5651D", "estimated": "#4B2A6B"}
"""One colour a tier of evidence: apart in hue and in lightness, also for colour-blind readers."""
ORIGIN_COLOURS = ("#00695C", "#C2185B", "#8A6D00", "#0288D1", "#4E342E", "#1A237E")
"""Colours of origins, one each: none is a tier's, and no two look alike to colour-blind readers."""

TITLE, SUBTITLE, BODY, SMALL = 12.5, 8.5, 7.2, 6.4
"""Type sizes in points."""
LINE = 1.28
"""Line height, in type sizes."""

_HOUSE: dict[Any, Any] = {
    "svg.hashsalt": "attest",
    "svg.fonttype": "path",
    "text.usetex": False,
    "text.parse_math": False,
    "path.simplify": False,
    "timezone": "UTC",
    "axes.unicode_minus": False,
    "axes.formatter.use_locale": False,
}
_FONT_FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
_JOINERS = "\u200c\u200d"  # change the shape of Arabic and Persian letters: kept
_MEASURED_AT = 100.0


@dataclass(frozen=True)
class Picture:
    """A drawn page with the words that go with it."""

    name: str
    figure: Figure
    title: str
    alt: str
    source: str


@contextmanager
def house_style() -> Iterator[None]:
    """matplotlib's own defaults and ours, whatever the user has set; put back afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_HOUSE)
        yield


@cache
def _font_path(bold: bool) -> Path:
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / _FONT_FILES[bold]


@cache
def font(size: float, bold: bool = False) -> FontProperties:
    """matplotlib's bundled DejaVu Sans, by file: an installed one may differ."""
    return FontProperties(fname=str(_font_path(bold)), size=size)


@lru_cache(maxsize=4_000)
def _advance(character: str, bold: bool) -> float:
    """How far a letter moves the pen, in type sizes."""
    face = get_font(str(_font_path(bold)))
    face.set_size(_MEASURED_AT, 72)
    glyph = face.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / _MEASURED_AT


@lru_cache(maxsize=16_384)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text in inches: its letters unjoined, so never less than printed."""
    return sum(_advance(c, bold) for c in text) * size / 72


@lru_cache(maxsize=2_000)
def _has_glyph(character: str) -> bool:
    return bool(get_font(str(_font_path(False))).get_char_index(ord(character)))


def plain(words: str) -> str:
    """A source's words, fit to print: one line, no control characters, only glyphs we have.

    Letters of a script that the font lacks would print as boxes: the words then make way for a
    note, and the alt text keeps them.
    """
    kept = "".join(
        " " if c.isspace() else c
        for c in words
        if c.isspace() or c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    )
    line = " ".join(kept.split())
    if any(not _has_glyph(c) and c not in _JOINERS for c in line):
        return "[script not printable here: see the text beside]"
    return line


def wrap(
    words: str, width: float, size: float, bold: bool = False, most: int | None = None
) -> list[str]:
    """The words in lines of at most `width` inches; beyond `most` lines the last ends in '…'."""
    lines: list[str] = []
    line = ""
    for word in (piece for w in plain(words).split(" ") for piece in _pieces(w, width, size, bold)):
        joined = f"{line} {word}" if line else word
        if line and width_of(joined, size, bold) > width:
            lines.append(line)
            line = word
        else:
            line = joined
    lines.append(line)
    if most is None or len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(f"{last}…", size, bold) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _pieces(word: str, width: float, size: float, bold: bool) -> list[str]:
    """The word, broken where it alone is wider than a line: after a hyphen, else anywhere."""
    pieces = []
    while len(word) > 1 and width_of(word, size, bold) > width:
        at = len(word) - 1
        while at > 1 and width_of(word[:at], size, bold) > width:
            at -= 1
        if hyphen := word.rfind("-", 1, at) + 1:
            at = hyphen
        pieces.append(word[:at])
        word = word[at:]
    return [*pieces, word]


class Sheet:
    """A page under construction: inches from its top left; its height is settled at the end."""

    def __init__(self) -> None:
        self.figure = Figure(figsize=(PAGE_WIDTH, PAGE_WIDTH), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        self._inches: Transform = self.figure.dpi_scale_trans + ScaledTranslation(
            0,
            1,
            self.figure.transFigure,  # type: ignore[arg-type]  # any transform will do
        )
        self._boxes: list[tuple[Axes, tuple[float, float, float, float]]] = []
        self.y = MARGIN

    @property
    def left(self) -> float:
        """Left edge of what is printed."""
        return MARGIN

    @property
    def width(self) -> float:
        """Width of what is printed."""
        return PAGE_WIDTH - 2 * MARGIN

    def lines(
        self,
        x: float,
        y: float,
        lines: list[str],
        size: float,
        *,
        colour: str = INK,
        bold: bool = False,
        align: str = "left",
        leading: float = LINE,
    ) -> float:
        """Print lines with the top of the first at y; the y below the last."""
        for line in lines:
            self.figure.text(
                x,
                -(y + size * 0.96 / 72),
                line,
                transform=self._inches,
                fontproperties=font(size, bold),
                color=colour,
                ha=align,
                va="baseline",
                parse_math=False,
            )
            y += size * leading / 72
        return y

    def paragraph(
        self,
        words: str,
        size: float,
        *,
        colour: str = INK,
        bold: bool = False,
        most: int | None = None,
        after: float = 0.04,
    ) -> None:
        """Print wrapped words across the page at the cursor and move the cursor below them."""
        lines = wrap(words, self.width, size, bold, most)
        self.y = self.lines(self.left, self.y, lines, size, colour=colour, bold=bold) + after

    def rule(self, y: float, thick: float = 0.6) -> None:
        """A thin line across the page."""
        self._line((self.left, self.left + self.width), (y, y), color=FAINT, linewidth=thick)

    def stroke(self, xs: tuple[float, float], ys: tuple[float, float]) -> None:
        """A thin leader between two points of the page."""
        self._line(xs, ys, color=GREY, linewidth=0.5, zorder=1.5)

    def _line(self, xs: tuple[float, float], ys: tuple[float, float], **look: Any) -> None:
        self.figure.add_artist(Line2D(xs, [-y for y in ys], transform=self._inches, **look))

    def wash(self, y: float, height: float) -> None:
        """A tinted strip across the page."""
        strip = Rectangle(
            (self.left - 0.08, -(y + height)),
            self.width + 0.16,
            height,
            transform=self._inches,
            facecolor=WASH,
            edgecolor="none",
            zorder=-5,
        )
        self.figure.add_artist(strip)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes over a box of the page, without frame or ticks."""
        axes = self.figure.add_axes((0, 0, 1, 1), facecolor="none")
        for side in axes.spines.values():
            side.set_visible(False)
        axes.tick_params(length=0, labelbottom=False, labelleft=False)
        self._boxes.append((axes, (left, top, width, height)))
        return axes

    def finish(self) -> Figure:
        """Cut the page below the cursor and put the axes in their boxes."""
        height = self.y + MARGIN
        self.figure.set_size_inches(PAGE_WIDTH, height)
        for axes, (left, top, width, tall) in self._boxes:
            axes.set_position(
                (left / PAGE_WIDTH, 1 - (top + tall) / height, width / PAGE_WIDTH, tall / height)
            )
        return self.figure


def save(picture: Picture, out: Path) -> list[Path]:
    """Write the picture as PNG and SVG with its alt text inside and beside; the paths written."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{picture.name}.{kind}" for kind in ("png", "svg", "txt")]
    png = io.BytesIO()
    picture.figure.savefig(
        png,
        format="png",
        dpi=DPI,
        metadata={
            "Title": picture.title,
            "Description": picture.alt,
            "Source": picture.source,
            "Software": None,
        },
    )
    paths[0].write_bytes(png.getvalue())
    paths[1].write_bytes(_svg(picture).encode())
    paths[2].write_bytes(f"{picture.alt}\n".encode())
    return paths


def _svg(picture: Picture) -> str:
    """The SVG with <title> and <desc> as the first things that a screen reader meets."""
    drawn = io.StringIO()
    picture.figure.savefig(
        drawn,
        format="svg",
        metadata={
            "Description": _xml_safe(picture.alt),
            "Source": _xml_safe(picture.source),
            "Creator": None,
            "Date": None,
        },
    )
    head, tag, rest = drawn.getvalue().partition("<svg ")
    attributes, close, body = rest.partition(">")
    words = (
        f'\n <title id="title">{escape(_xml_safe(picture.title))}</title>'
        f'\n <desc id="desc">{escape(_xml_safe(picture.alt))}</desc>'
    )
    return f'{head}{tag}role="img" aria-labelledby="title desc" {attributes}{close}{words}{body}'


def _xml_safe(words: str) -> str:
    return "".join(c for c in words if c in "\t\n" or unicodedata.category(c) not in ("Cc", "Cs"))
