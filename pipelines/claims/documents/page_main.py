"""What of a page is its main text, and what surrounds it: navigation, notices, related articles.

The rules go by what the page declares (elements, roles, names of classes) and by how much of a part
is links. A part that may carry a figure of its own is kept. What was left out is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipelines.claims.documents.page_tree import FIGURE, Part, words_of
from pipelines.core.period_text import read_dates

_ROLES: Final = {
    **dict.fromkeys(("navigation", "menu", "menubar", "toolbar", "search"), "navigation"),
    **dict.fromkeys(("dialog", "alertdialog"), "notice"),
    "contentinfo": "page footer",
}

_BY_NAME: Final = (
    (
        "notice",
        re.compile(r"\b(?:cookies?\w*|gdpr|consent|onetrust|didomi|modal|pop-?up)\b"),
    ),
    ("comments", re.compile(r"\b(?:comments|commentlist|comment-list|disqus)\b")),
    (
        "related articles",
        re.compile(
            r"\b(?:related(?:posts|articles|stories|content|news|links)?|top-?stories"
            r"|recommend(?:ed|ations?)|trending|outbrain|taboola"
            r"|(?:most|also|more)-?(?:read|popular|viewed|shared|stories|news|articles)"
            r"|read-?(?:more|next|also)|you-may-(?:also-)?like)\b"
        ),
    ),
)
"""Names that say what a part is, even where it holds sentences."""

_SURROUNDINGS: Final = re.compile(
    r"\b(?:share|sharing|social|breadcrumbs?|menu|nav|navbar|navigation|topnav|subnav|sidebar|toolbar"
    r"|tags|taglist|footer|newsletter|subscribe|sign-?up|log-?in|promo|ads?|adverts?|advertisement"
    r"|sponsored|pagination|pager|masthead|skip-?links?)\b"
)
"""Names of what surrounds a text. A part so called is kept if it holds a sentence, or a figure
among words that are no links."""

_KEY_FIGURES: Final = re.compile(
    r"\b(?:key-?(?:facts?|figures?|numbers?|data)|fact-?(?:box|file|sheet)|infobox|in-numbers)\b"
)
"""Names of boxes that sum up the page's own story, whatever links they hold."""

_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WORDS_OF_A_HEADLINE: Final = 5
_NAMES: Final = ("class", "id", "data-component", "data-testid")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BOXES: Final = frozenset((
    "ul", "ol", "div", "section", "aside", "header", "dl", "menu", "form", "p",
))  # fmt: skip
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_FEW_LINKS: Final = 3
_HEADLINE: Final = 40
"""Letters of a link from which a list of links in an article may be a list of sentences."""


@dataclass
class Choice:
    """Which parts are left out (by identity, with what each is), and what that amounts to.

    `fits` is false where the rules do not fit the page, and nothing is left out.
    """

    left_out: dict[int, str] = field(default_factory=dict)
    letters: int = 0
    uncertain: int = 0
    fits: bool = True
    kinds: Counter[str] = field(default_factory=Counter)
    figures: int = 0

    def note(self) -> str:
        """What was left out, in words."""
        kinds = ", ".join(f"{kind} ({n})" for kind, n in sorted(self.kinds.items()))
        return f"left out of the page: {kinds}; numbers in them: {self.figures}"


def choose(body: Part) -> Choice:
    """The parts of a page that are not its main text; none where leaving them out is unsafe.

    It is unsafe where hardly anything would be left, or less than a third of what is left out by
    mere likelihood: then the rules do not fit the page.
    """
    choice = Choice()
    for part, kind, certain in _surroundings(body):
        choice.left_out[id(part)] = kind
        choice.kinds[kind] += 1
        choice.figures += len(FIGURE.findall(words_of(part)))
        choice.letters += part.letters
        if not certain:
            choice.uncertain += part.letters + part.linked
    kept = body.letters - choice.letters
    shown = body.letters + body.linked
    if kept * 10 < body.letters or kept * 3 < choice.uncertain or (not kept and shown):
        return Choice(fits=False)
    return choice


def _surroundings(body: Part) -> Iterator[tuple[Part, str, bool]]:
    """Each topmost part that is not main text, what it is, and whether that is certain."""
    waiting: list[tuple[Part, bool]] = [(body, False)]
    while waiting:
        part, in_article = waiting.pop()
        in_article |= part.tag in ("article", "blockquote")
        for child in part.children:
            if isinstance(child, str):
                continue
            kind, certain = _kind_of(child, in_article)
            if kind is None:
                waiting.append((child, in_article))
            elif child.letters or child.linked:
                yield child, kind, certain


def _kind_of(part: Part, in_article: bool) -> tuple[str | None, bool]:
    """What a part is if it is not main text, and whether that is certain."""
    if part.tag == "nav":
        return "navigation", True
    if part.tag == "footer" and not in_article:
        return "page footer", True
    role = part.attributes.get("role") if part.attributes else None
    if role in _ROLES:
        return _ROLES[role], True
    if part.head or part.tag == "body":
        return None, False
    names = _names(part)
    if names:
        for kind, pattern in _BY_NAME:
            if pattern.search(names):
                return kind, kind != "related articles"
        mostly_links = part.linked > part.letters
        bare = not part.prose and (mostly_links or not part.figures)
        if bare and _SURROUNDINGS.search(names):
            return "surroundings", False
    if part.tag == "aside" and not _KEY_FIGURES.search(names) and _leads_elsewhere(part):
        return "related articles", False
    if _is_list_of_links(part, in_article):
        return "lists of links", False
    return None, False


def _leads_elsewhere(aside: Part) -> bool:
    """Whether an aside holds the headline of another story: linked, or with a figure of its own."""
    waiting: list[tuple[Part, bool]] = [(aside, False)]
    while waiting:
        part, in_heading = waiting.pop()
        in_heading |= part.tag in _HEADINGS
        if part.tag == "a":
            is_long = len(words_of(part).split()) >= _WORDS_OF_A_HEADLINE
            if part.linked and (is_long or in_heading or _holds_heading(part)):
                return True
        elif part.tag in _HEADINGS and _is_headline(words_of(part)):
            return True
        waiting += [(child, in_heading) for child in part.children if isinstance(child, Part)]
    return False


def _holds_heading(link: Part) -> bool:
    waiting = [link]
    while waiting:
        part = waiting.pop()
        if part.tag in _HEADINGS:
            return True
        waiting += [child for child in part.children if isinstance(child, Part)]
    return False


def _is_headline(heading: str) -> bool:
    """Whether a heading tells a figure in a clause: "Flood kills 12 in Nepal", no mere date."""
    words = heading.split()
    if len(words) < _WORDS_OF_A_HEADLINE or words[0][0].isdigit():
        return False
    dates = read_dates(heading, None, None).dates
    return any(
        not any(start <= figure.start() < end for start, end in dates)
        and not _YEAR.fullmatch(figure[0])
        for figure in FIGURE.finditer(heading)
    )


def _names(part: Part) -> str:
    """The names that a part goes by, their words parted by dashes."""
    if not part.attributes:
        return ""
    found = " ".join(filter(None, map(part.attributes.get, _NAMES)))
    return _CAMEL.sub("-", found).replace("_", "-").lower()


def _is_list_of_links(part: Part, in_article: bool) -> bool:
    return (
        part.tag in _BOXES
        and part.links >= _FEW_LINKS
        and not part.prose
        and part.linked >= 3 * part.letters
        and not (in_article and part.linked >= _HEADLINE * part.links)
    )
