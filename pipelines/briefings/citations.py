"""How a figure is cited: its documents, producer first, as text, BibTeX and CSL-JSON.

A figure is a claim, an answer or the total of a register; an answer has every document that it
rests on. Each citation says through which release of Attest the figure was had: "via Attest".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from pipelines.charts.language import Phrase, isolated, joined, say
from pipelines.charts.rows import Marts
from pipelines.core.actors import Actors
from pipelines.core.ids import short_hash
from pipelines.core.likeness import NOT_STATED
from pipelines.core.records import Record, records

_OF_DOCUMENTS: Final = (
    "document_id",
    "source_id",
    "release",
    "title",
    "publisher",
    "url",
    "archived_url",
    "published_on",
    "date_accessed",
    "language",
)
_TEXT_READERS: Final = ("article", "claim_sheet")
"""Readers of documents that people read; the others read a producer's data."""
_LENGTH_OF_HASH: Final = 6


class NothingToCite(ValueError):
    """No figure of the release has that id; says what has one."""


@dataclass(frozen=True)
class Reference:
    """A document or a dataset to cite. A missing text is '', a missing day None.

    Attributes
    ----------
    key
        Key of its entry: of its producer, year and id, the same in every list and release.
    kind
        Type of item in the words of CSL.
    producer, publisher
        Who made it, and who published it where that is somebody else.
    asked
        How its producer asks to be cited.
    """

    key: str
    kind: str
    producer: str
    title: str
    publisher: str
    published_on: date | None
    url: str
    archived_url: str
    accessed: date | None
    language: str
    asked: str


# Which documents


def cite(marts: Marts, figure_id: str) -> tuple[Reference, ...]:
    """The documents of a claim, an answer or a register's total, by publication.

    Raises
    ------
    NothingToCite
        Where no figure has that id.
    """
    claims, evidence = marts["marts/claims"], marts["marts/evidence"]
    if claims["claim_id"].eq(figure_id).any():
        return of_claims(marts, [figure_id])
    used = evidence[evidence["estimate_id"].eq(figure_id) & evidence["used_as"].eq("used")]
    if not used.empty:
        return of_claims(marts, used["claim_id"])
    totals = marts["marts/register_totals"]
    for total in records(totals[totals["total_id"].eq(figure_id)], ("source_id", "release")):
        return (_of_release(marts, total["source_id"], total["release"]),)
    source_id, _, rest = figure_id.partition("/")
    release, _, record = rest.partition("/")
    held = marts["marts/releases"]
    if record and (held["source_id"].eq(source_id) & held["release"].eq(release)).any():
        # an entry of a register, which is cited as the register
        return (_of_release(marts, source_id, release),)
    raise NothingToCite(
        f"'{figure_id}' is no figure of this release: give a claim_id of marts.claims, an "
        "estimate_id of marts.estimates or a total_id of marts.register_totals"
    )


def of_claims(marts: Marts, claim_ids: Iterable[str]) -> tuple[Reference, ...]:
    """The documents of some claims, each once, by publication."""
    claims, documents = marts["marts/claims"], marts["marts/documents"]
    ids = set(claims.loc[claims["claim_id"].isin(set(claim_ids)), "document_id"])
    sources, actors = _sources(marts), Actors(marts["marts/actors"])
    found = [
        _of_document(document, sources.get(document["source_id"], {}), actors)
        for document in records(documents[documents["document_id"].isin(ids)], _OF_DOCUMENTS)
    ]
    return tuple(sorted(found, key=lambda one: (one.published_on or date.max, one.key)))


def _sources(marts: Marts) -> dict[str, Record]:
    names = ("source_id", "producer", "title", "url", "citation", "reader")
    return {source["source_id"]: source for source in records(marts["marts/sources"], names)}


def _of_document(document: Record, source: Record, actors: Actors) -> Reference:
    publisher = _named(document["publisher"])
    is_collected = source.get("reader") == "claim_sheet"
    producer = "" if is_collected else _named(source.get("producer"))
    producer = producer or publisher
    if source.get("reader") in _TEXT_READERS:
        kind = _kind_of_text(producer, publisher, document["url"], actors)
    else:
        kind = "dataset"
    return Reference(
        _key(producer or document["title"], document["published_on"], document["document_id"]),
        kind,
        producer,
        document["title"],
        "" if publisher == producer else publisher,
        document["published_on"],
        document["url"] or "",
        document["archived_url"] or "",
        document["date_accessed"],
        document["language"] or "",
        # of a sheet the citation is its collector's, and not that of the documents in it
        "" if is_collected else source.get("citation") or "",
    )


def _kind_of_text(producer: str, publisher: str, url: str | None, actors: Actors) -> str:
    kinds = {actors.kind(a) for name in (producer, publisher) if (a := actors.resolve(name))}
    if "media" in kinds:
        return "article-newspaper"
    if producer:
        return "report"
    return "webpage" if url else "document"


def _of_release(marts: Marts, source_id: str, release: str) -> Reference:
    """A release of a source's own data."""
    source = _sources(marts)[source_id]
    held = marts["marts/releases"]
    of_release = held[held["source_id"].eq(source_id) & held["release"].eq(release)]
    (known,) = records(of_release, ("published_on", "date_accessed"))
    documents = marts["marts/documents"]
    mine = documents[documents["source_id"].eq(source_id) & documents["release"].eq(release)]
    found = records(mine, _OF_DOCUMENTS)
    document: Record = found[0] if len(found) == 1 else {}
    producer, publisher = _named(source["producer"]), _named(document.get("publisher"))
    title = document.get("title") or source["title"]
    return Reference(
        _key(producer or title, known["published_on"], f"{source_id}/{release}"),
        "dataset",
        producer or publisher,
        title,
        "" if publisher == producer else publisher,
        known["published_on"],
        document.get("url") or source["url"] or "",
        document.get("archived_url") or "",
        known["date_accessed"],
        document.get("language") or "",
        source["citation"] or "",
    )


def _named(name: str | None) -> str:
    return "" if name is None or name == NOT_STATED else name


def _key(name: str, published_on: date | None, document_id: str) -> str:
    """'ohchr2021-1a2b3c': ASCII, and no two documents have one."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", bare)[:3]
    year = str(published_on.year) if published_on else ""
    return f"{''.join(words) or 'document'}{year}-{short_hash(document_id)[:_LENGTH_OF_HASH]}"


# As text


def text(reference: Reference, release_id: str) -> Phrase:
    """A citation in the language spoken, producer first: a line that ends with a full stop."""
    parts: list[object] = [
        isolated(reference.producer) if reference.producer else say("Producer not stated"),
        say("“{title}”", title=reference.title),
        reference.publisher,
        _published(reference),
        reference.url,
        say("archived at {url}", url=reference.archived_url) if reference.archived_url else "",
        say("accessed {day}", day=reference.accessed) if reference.accessed else "",
        _via(release_id),
    ]
    cited = say("{citation}.", citation=joined(parts))
    if not reference.asked:
        return cited
    asked = say("Its producer asks to be cited as: {words}", words=reference.asked)
    return joined([cited, asked], " ")


def _published(reference: Reference) -> Phrase:
    if reference.published_on is None:
        return say("day of publication not known")
    return say("{day}", day=reference.published_on)


def _via(release_id: str) -> Phrase:
    return (
        say("via Attest, release {release}", release=release_id)
        if release_id
        else say("via Attest")
    )


def texts(references: Sequence[Reference], release_id: str) -> Phrase:
    """Several citations in a row."""
    return joined([text(reference, release_id) for reference in references], " ")


# For programs


def csl(references: Iterable[Reference], release_id: str) -> list[dict[str, Any]]:
    """The documents as items of CSL-JSON, without empty fields."""
    return [_item(reference, release_id) for reference in references]


def _item(reference: Reference, release_id: str) -> dict[str, Any]:
    publisher = reference.publisher or reference.producer
    fields: dict[str, Any] = {
        "id": reference.key,
        "type": reference.kind,
        "author": [{"literal": reference.producer}] if reference.producer else None,
        "title": reference.title,
        "container-title": publisher if reference.kind == "article-newspaper" else None,
        "publisher": publisher,
        "issued": _date_parts(reference.published_on),
        "accessed": _date_parts(reference.accessed),
        "URL": reference.url or reference.archived_url,
        "language": reference.language,
        "note": _note(reference, release_id),
    }
    return {name: value for name, value in fields.items() if value}


def _date_parts(day: date | None) -> dict[str, list[list[int]]] | None:
    return None if day is None else {"date-parts": [[day.year, day.month, day.day]]}


def _note(reference: Reference, release_id: str) -> str:
    """What no field holds; the same in every language, for programs keep it as it is."""
    said = [f"via Attest, release {release_id}" if release_id else "via Attest"]
    if reference.archived_url and reference.url:
        said.append(f"archived at {reference.archived_url}")
    if reference.asked:
        said.append(f"its producer asks to be cited as: {reference.asked}")
    return "; ".join(said)


_ENTRY: Final[Mapping[str, tuple[str, str]]] = {
    "report": ("techreport", "institution"),
    "article-newspaper": ("article", "journal"),
}
"""Type of entry of BibTeX, and the field in which it has who published it."""
_MISC: Final = ("misc", "publisher")

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)

_ESCAPED: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_IN_ADDRESSES: Final = "!#$%&'()*+,-./:;=?@[]_~"
"""What an address keeps; braces, quotation marks, blanks and letters beyond ASCII are encoded."""


def bibtex(references: Iterable[Reference], release_id: str) -> str:
    """The documents as a BibTeX file in UTF-8."""
    return "\n".join(_entry(reference, release_id) for reference in references)


def _entry(reference: Reference, release_id: str) -> str:
    kind, of_publisher = _ENTRY.get(reference.kind, _MISC)
    published = reference.published_on
    fields = {
        # in braces of its own, a body's name is not parted into first and last names
        "author": f"{{{_escaped(reference.producer)}}}" if reference.producer else "",
        "title": f"{{{_escaped(reference.title)}}}",
        of_publisher: _escaped(reference.publisher or reference.producer),
        "year": str(published.year) if published else "",
        "month": _MONTHS[published.month - 1] if published else "",
        "day": str(published.day) if published else "",
        "url": _address(reference.url or reference.archived_url),
        "urldate": reference.accessed.isoformat() if reference.accessed else "",
        "note": _escaped(_note(reference, release_id)),
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@{kind}{{{reference.key},", *lines, "}", ""])


def _escaped(words: str) -> str:
    return " ".join(words.split()).translate(_ESCAPED)


def _address(url: str) -> str:
    """An address for the field `url`, which takes it as it is but for braces and backslashes."""
    return quote(url, safe=_IN_ADDRESSES)
