"""A picture as part of a page: its SVG without style attributes, its ids its own.

A page that allows no style but its own sheet would drop the styles of matplotlib's SVG without a
word: they are said as attributes of SVG instead. What that cannot say is an error, never a loss.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, fromstring

from pipelines.briefings import safe
from pipelines.charts import style

_ATTRIBUTES = frozenset(
    {
        "clip-path",
        "clip-rule",
        "color",
        "display",
        "fill",
        "fill-opacity",
        "fill-rule",
        "opacity",
        "stroke",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-opacity",
        "stroke-width",
        "visibility",
    }
)
"""The properties of CSS that SVG has as attributes, of those that matplotlib writes."""
_SHAPES = frozenset(["circle", "ellipse", "line", "path", "polygon", "polyline", "rect"])
_DROPPED = frozenset({"metadata", "style"})
_EVERY_ELEMENT = re.compile(r"\s*\*\s*\{([^{}]*)\}\s*")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)")


class NotInlined(ValueError):
    """A picture that holds what a page without other styles and addresses cannot show."""


def inlined(picture: style.Picture, key: str) -> Element:
    """The picture as an `svg` element; `key`, with which its ids begin, is one to a page.

    Raises
    ------
    NotInlined
        Where a style has no attribute of SVG, or something outside the picture is referred to.
    """
    svg = fromstring(style.as_bytes(picture, "svg"))
    for element in svg.iter():
        element.tag = _local(element.tag)
    defaults = _defaults(svg)
    for element in svg.iter():
        for child in [c for c in element if c.tag in _DROPPED]:
            element.remove(child)
        _restyle(element, defaults if element.tag in _SHAPES else {})
        _rename(element, key)
        element.tail = None
        if element.tag not in ("title", "desc"):
            element.text = None
    _name(svg, picture, key)
    return svg


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _defaults(svg: Element) -> dict[str, str]:
    """What the style sheets of the picture say of every element."""
    said: dict[str, str] = {}
    for sheet in svg.iter("style"):
        rule = _EVERY_ELEMENT.fullmatch(sheet.text or "")
        if rule is None:
            raise NotInlined(f"a style sheet within the picture: {sheet.text!r}")
        said |= _properties(rule[1])
    return said


def _restyle(element: Element, defaults: dict[str, str]) -> None:
    own = _properties(element.attrib.pop("style", ""))
    for name, value in (defaults | own).items():
        if name in own or name not in element.attrib:
            element.set(name, value)


def _properties(css: str) -> dict[str, str]:
    """`fill: none; stroke: #000` by name."""
    found = {}
    for declaration in filter(str.strip, css.split(";")):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name not in _ATTRIBUTES:
            raise NotInlined(f"the style '{name}: {value}' is no attribute of SVG")
        found[name] = value
    return found


def _rename(element: Element, key: str) -> None:
    """Ids of its own, and what refers to them."""
    for name, value in list(element.attrib.items()):
        if (plain := _local(name)) != name:
            del element.attrib[name]
        if plain == "id":
            value = f"{key}-{value}"
        elif plain == "href":
            if not value.startswith("#"):
                raise NotInlined(f"the picture refers to something outside itself: {value[:60]}")
            value = f"#{key}-{value[1:]}"
        element.set(plain, _REFERENCE.sub(rf"url(#{key}-\1)", value))


def _name(svg: Element, picture: style.Picture, key: str) -> None:
    """Its title names it to a screen reader and its description describes it."""
    title, described = svg[0], svg[1]
    title.text, described.text = safe.words(picture.title), safe.words(picture.alt)
    for name in ("width", "height", "version"):
        del svg.attrib[name]
    svg.set("aria-labelledby", f"{key}-title")
    svg.set("aria-describedby", f"{key}-desc")
