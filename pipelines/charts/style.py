"""The house style: paper, type, colours, measured text, and how a chart becomes files.

What every chart looks like belongs here; what a chart shows does not. A chart draws on a `Sheet`,
in inches from the top left, and becomes a PNG, an SVG, a PDF and its alt text with `save`. In a
language written from right to left the page is mirrored, but an axis of numbers or days never is.
Neither the user's matplotlibrc, nor installed fonts, locale, clock or time zone can change a byte.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation, Transform

from pipelines.charts.language import END_ISOLATE, ISOLATE, say, spoken

PAGE_WIDTH = 7.5
"""Inches: the text width of an A4 page."""
MARGIN = 0.35
"""Inches left free on every side."""
DPI = 160

INK = "#1F2A33"
SOFT = "#55626C"
FAINT = "#C9D0D5"
GREY = "#868F96"
"""Marks of repeats, never letters: letters must stand out further from the paper."""
WASH = "#F3F1EA"
ALARM = "#C62828"
"""A figure that was taken back or raised; said in words beside it too."""
PAPER = "#FFFFFF"
TIER_COLOURS = {"verified": "#2F6FA8", "reported": "#A4560F", "estimated": "#4B2A6B"}
"""One colour a tier of evidence: apart in hue and in lightness, also for colour-blind readers."""
ORIGIN_COLOURS = ("#00695C", "#C2185B", "#8A6D00", "#0277BD", "#4E342E", "#1A237E")
"""Colours of origins, one each: none is a tier's, and no two look alike to colour-blind readers."""

TITLE, SUBTITLE, BODY, SMALL = 12.5, 8.5, 7.2, 6.4
"""Type sizes in points."""
LINE = 1.28
"""Line height, in type sizes."""

_HOUSE: dict[Any, Any] = {
    "svg.hashsalt": "attest",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,  # letters as letters, so that a reader can copy and search them
    "text.usetex": False,
    "text.parse_math": False,
    "path.simplify": False,
    "timezone": "UTC",
    "axes.unicode_minus": False,
    "axes.formatter.use_locale": False,
}
_FONT_FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
_UNSEEN = f"\u200c\u200d{ISOLATE}{END_ISOLATE}"  # shape letters, or part directions: kept
_RIGHT_TO_LEFT = "\u200f"
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
    if character in _UNSEEN:
        return 0.0
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
        if c.isspace() or c in _UNSEEN or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    )
    line = " ".join(kept.split())
    if any(not _has_glyph(c) and c not in _UNSEEN for c in line):
        return say("[script not printable here: see the text beside]")
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
    """A page under construction; its height is settled at the end.

    Inches are counted from its top and from the side at which its language begins a line.
    """

    def __init__(self) -> None:
        self.is_rtl = spoken().is_rtl
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
        """The edge of what is printed at which a line begins."""
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
        if self.is_rtl:
            align = {"left": "right", "right": "left"}.get(align, align)
        for line in lines:
            self.figure.text(
                self._across(x),
                -(y + size * 0.96 / 72),
                directed(line) if self.is_rtl else line,
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
        across = [self._across(x) for x in xs]
        self.figure.add_artist(Line2D(across, [-y for y in ys], transform=self._inches, **look))

    def _across(self, x: float) -> float:
        """Inches from the left of the paper."""
        return PAGE_WIDTH - x if self.is_rtl else x

    def into(self, left: float, width: float, x: float) -> float:
        """Where a point `x` inches from the left of a plot lies, in inches of the page.

        `left` and `width` are those with which the plot was asked for; the plot itself runs from
        left to right in every language.
        """
        return left + width - x if self.is_rtl else left + x

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
        if self.is_rtl:
            left = PAGE_WIDTH - left - width
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


def directed(line: str) -> str:
    """A line of a text from right to left: it begins so, and what it isolates it also ends."""
    opened = 0
    for character in line:
        if character == ISOLATE:
            opened += 1
        elif character == END_ISOLATE:
            if opened == 0:  # what is ended here began on the line before
                line = f"{ISOLATE}{line}"
            else:
                opened -= 1
    return f"{_RIGHT_TO_LEFT}{line}{END_ISOLATE * opened}"


FORMATS: Final = ("png", "svg", "pdf")
"""What a picture is written as; its alternative text stands beside it in any case."""


def save(picture: Picture, out: Path, formats: Iterable[str] = FORMATS) -> list[Path]:
    """Write the picture with its alt text inside and beside; the paths written."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in formats:
        path = out / f"{picture.name}.{kind}"
        path.write_bytes(as_bytes(picture, kind))
        written.append(path)
    words = out / f"{picture.name}.txt"
    words.write_bytes(f"{picture.alt}\n".encode())
    return [*written, words]


def as_bytes(picture: Picture, kind: str) -> bytes:
    """The picture as one of `FORMATS`, its title and alternative text in the metadata."""
    if kind == "svg":
        return _svg(picture).encode()
    title, alt, source = (_xml_safe(w) for w in (picture.title, picture.alt, picture.source))
    metadata: dict[str, str | None] = (
        {"Title": title, "Description": alt, "Source": source, "Software": None}
        if kind == "png"
        else {"Title": title, "Subject": alt, "Creator": None, "Producer": None}
        | {"CreationDate": None}
    )
    drawn = io.BytesIO()
    picture.figure.savefig(drawn, format=kind, dpi=DPI, metadata=metadata)
    return drawn.getvalue()


LOOKS: Final = ("colour", "grey")
"""How a picture may look: in colour, or in greys for a printer without."""


def in_look(picture: Picture, look: str) -> Picture:
    """The picture in that look; a grey is as dark as the colour that it stands for."""
    if look == "grey":
        for artist in picture.figure.findobj():
            _grey(artist)
    return picture


def _grey(artist: Artist) -> None:
    for part in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
        get, put = (getattr(artist, f"{verb}_{part}", None) for verb in ("get", "set"))
        if get is None or put is None:
            continue
        held = get()
        if isinstance(held, str) and held.lower() in ("none", "auto"):
            continue
        if isinstance(held, (str, tuple)):
            red, green, blue, alpha = to_rgba(held)
            dark = 0.299 * red + 0.587 * green + 0.114 * blue
            put((dark, dark, dark, alpha))


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
    return "".join(c for c in words if c in "\t\n" or _may_stand_in_xml(c))


def _may_stand_in_xml(character: str) -> bool:
    return character not in "\ufffe\uffff" and unicodedata.category(character) not in ("Cc", "Cs")
