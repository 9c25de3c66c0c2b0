"""The visible parts of a web page, as a tree of our own with what was measured in each.

What belongs here: what a browser shows and what it does not, and the measures by which `page_main`
tells an article from what surrounds it. The markup is parsed by Lexbor, as browsers parse it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser

BLOCKS: Final = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main",
    "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
"""Elements that stand on lines of their own."""

_UNSEEN: Final = frozenset((
    "area", "audio", "base", "button", "canvas", "datalist", "embed", "head", "iframe", "input",
    "link", "map", "meta", "noframes", "noscript", "object", "option", "param", "progress",
    "script", "select", "source", "style", "svg", "template", "textarea", "title", "track",
    "video",
))  # fmt: skip
"""Elements whose text is not shown, or is a control's and not the page's."""

_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WIDE: Final = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Letters of scripts that write a word in one or two of them, and mostly without spaces."""
FIGURE: Final = re.compile(r"\d++(?:[.,]\d++)*+")
"""A number in digits, as it is counted here."""

_SENTENCE: Final = 40
"""Letters from which a run of text that is no link is taken for a sentence."""


@dataclass(slots=True)
class Part:
    """An element with its visible content and the measures of its whole subtree.

    `letters` and `figures` (numbers) count what is no link; `run` counts the letters that run on
    into the line of the parent; `prose` says whether any line holds a sentence; `head` whether it
    holds the page's main element or first heading.
    """

    tag: str
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    children: list[Part | str] = field(default_factory=list)
    letters: int = 0
    linked: int = 0
    links: int = 0
    run: int = 0
    figures: int = 0
    prose: bool = False
    head: bool = False


def visible_parts(markup: str) -> Part:
    """The body of a page with all that it shows; an empty part where it has none."""
    body = LexborHTMLParser(markup).body
    root = Part("body")
    if body is None:
        return root
    root.attributes = body.attributes
    open_parts = [root]
    nodes = [body.first_child]
    while nodes:
        node = nodes[-1]
        if node is None:
            nodes.pop()
            done = open_parts.pop()
            _measure(done)
            continue
        nodes[-1] = node.next
        tag = node.tag or ""
        if tag == "-text":
            open_parts[-1].children.append(node.text_content or "")
        elif not tag.startswith(("-", "!", "_")) and tag not in _UNSEEN:
            attributes = node.attributes
            if not _is_hidden(tag, attributes):
                part = Part(tag, attributes)
                open_parts[-1].children.append(part)
                open_parts.append(part)
                nodes.append(node.first_child)
    return root


def _is_hidden(tag: str, attributes: Mapping[str, str | None]) -> bool:
    if tag == "dialog" and "open" not in attributes:
        return True
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))


def _measure(part: Part) -> None:
    """Sum up a part whose children are all measured."""
    for child in part.children:
        if isinstance(child, str):
            weight = _weight(child)
            part.letters += weight
            part.run += weight
            if weight:
                part.figures += len(FIGURE.findall(child))
            continue
        part.letters += child.letters
        part.linked += child.linked
        part.links += child.links
        part.figures += child.figures
        part.prose |= child.prose
        part.head |= child.head
        if child.tag not in BLOCKS:
            part.run += child.run
    if part.tag == "a":
        part.links, part.linked = 1, part.linked + part.letters
        part.letters = part.run = part.figures = 0
        part.prose = False
    part.prose |= part.run >= _SENTENCE
    part.head |= part.tag in ("main", "h1") or part.attributes.get("role") == "main"


def _weight(text: str) -> int:
    bare = len(" ".join(text.split()))
    return bare if text.isascii() else bare + 2 * len(_WIDE.findall(text))


def words_of(part: Part) -> str:
    """The visible text of a part, as it stands in the page."""
    found: list[str] = []
    waiting: list[Part | str] = [part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item)
        else:
            waiting.extend(reversed(item.children))
    return "".join(found)
