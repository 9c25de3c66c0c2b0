"""A picture in a page: attributes in place of styles, ids of its own, nothing from elsewhere."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pipelines.briefings import inline_svg
from pipelines.briefings.document import Document, Shown
from pipelines.charts.style import Picture, as_bytes


@pytest.fixture
def picture(documents: dict[str, Document]) -> Picture:
    blocks = (b for s in documents["en"].sections for b in s.blocks)
    return next(b.picture for b in blocks if isinstance(b, Shown))


def test_it_has_no_style_of_css(picture: Picture) -> None:
    assert b"style=" in as_bytes(picture, "svg")  # or there is nothing to try
    svg = inline_svg.inlined(picture, "p1")
    assert not [e.tag for e in svg.iter() if "style" in e.attrib or e.tag in ("style", "metadata")]


def test_no_paint_is_lost(picture: Picture) -> None:
    """Each value that the file states as a style is an attribute as often, defaults aside."""
    stated: Counter[tuple[str, str]] = Counter()
    for style in re.findall(r'style="([^"]*)"', as_bytes(picture, "svg").decode()):
        for declaration in filter(str.strip, style.split(";")):
            name, value = declaration.split(":")
            stated[name.strip(), value.strip()] += 1
    said: Counter[tuple[str, str]] = Counter()
    for element in inline_svg.inlined(picture, "p1").iter():
        said.update(element.attrib.items())
    joins = ("stroke-linejoin", "stroke-linecap")
    assert {key: said[key] for key in stated if key[0] not in joins} == {
        key: count for key, count in stated.items() if key[0] not in joins
    }
    assert {name for name, _ in stated} >= {"fill", "stroke", "stroke-dasharray"}


def test_every_shape_has_the_joins_of_the_files_own_sheet(picture: Picture) -> None:
    for element in inline_svg.inlined(picture, "p1").iter("path"):
        assert element.get("stroke-linejoin") and element.get("stroke-linecap")


def test_every_reference_leads_to_an_id_of_the_same_picture(picture: Picture) -> None:
    svg = inline_svg.inlined(picture, "p1")
    ids = [e.get("id") for e in svg.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids))
    assert all(i and i.startswith("p1-") for i in ids)
    referred = {v[1:] for e in svg.iter() for k, v in e.attrib.items() if k == "href"}
    referred |= {
        m for e in svg.iter() for v in e.attrib.values() for m in re.findall(r"url\(#(.*)\)", v)
    }
    assert referred and referred <= set(ids)


def test_it_is_named_and_described(picture: Picture) -> None:
    svg = inline_svg.inlined(picture, "p1")
    assert svg.get("role") == "img"
    named = {e.get("id"): e.text for e in svg}
    assert named[svg.get("aria-labelledby")] == picture.title
    assert named[svg.get("aria-describedby")] == picture.alt


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ('<path style="filter: blur(1px)"/>', "filter"),
        ("<style>path { fill: red }</style>", "style sheet"),
        ('<image xlink:href="https://example.org/a.png"/>', "outside itself"),
        ('<use xlink:href="other.svg#a"/>', "outside itself"),
    ],
)
def test_what_the_page_would_drop_is_an_error(
    picture: Picture, monkeypatch: pytest.MonkeyPatch, inside: str, told: str
) -> None:
    svg = as_bytes(picture, "svg").replace(b"</svg>", f"{inside}</svg>".encode())
    monkeypatch.setattr(inline_svg.style, "as_bytes", lambda *_: svg)
    with pytest.raises(inline_svg.NotInlined, match=told):
        inline_svg.inlined(picture, "p1")
