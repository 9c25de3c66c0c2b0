"""Citations: producer first, via Attest, and escaped so that programs read them back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from pipelines.briefings.citations import (
    NothingToCite,
    Reference,
    bibtex,
    cite,
    csl,
    of_claims,
    text,
)
from pipelines.charts.language import languages, speaking
from schemas import claims, estimates, marts

Make = Callable[..., dict[str, Any]]
Release = Callable[..., dict[str, pd.DataFrame]]

DAY = date(2016, 10, 6)
KNOWN = Reference(
    key="ohchr2021-1a2b3c",
    kind="report",
    producer="OHCHR",
    title="Oral update",
    publisher="",
    published_on=date(2021, 9, 24),
    url="https://example.org/a_b%20c?x=1&y=2#z",
    archived_url="",
    accessed=date(2026, 11, 1),
    language="en",
    asked="",
)
ITEM_TYPES = {"report", "dataset", "webpage", "article-newspaper", "document"}
FIELDS = {"id", "type", "author", "title", "container-title", "publisher", "issued", "accessed",
          "URL", "language", "note"}  # fmt: skip


# Reading BibTeX back


def parsed(file: str) -> list[tuple[str, str, dict[str, str]]]:
    """Type, key and fields of each entry, by the grammar of BibTeX: braces have to balance."""
    found = []
    at = 0
    while (head := re.compile(r"\s*@(\w+)\{([^\s,{}]+),").match(file, at)) is not None:
        at = head.end()
        fields: dict[str, str] = {}
        while (name := re.compile(r"\s*(\w+) = ").match(file, at)) is not None:
            value, at = _value(file, name.end())
            fields[name[1]] = value
            at = re.compile(r",?").match(file, at).end()  # type: ignore[union-attr]
        close = re.compile(r"\s*\}").match(file, at)
        assert close, file[at : at + 40]
        at = close.end()
        found.append((head[1], head[2], fields))
    assert not file[at:].strip(), file[at:]
    return found


def _value(file: str, at: int) -> tuple[str, int]:
    if file[at] != "{":
        bare = re.compile(r"\w+").match(file, at)
        assert bare
        return bare[0], bare.end()
    depth, start = 0, at + 1
    while True:
        # BibTeX counts an escaped brace too: pairs of them have to balance as well
        depth += {"{": 1, "}": -1}.get(file[at], 0)
        at += 1
        if not depth:
            return file[start : at - 1], at


PLAIN = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    **{rf"\{c}": c for c in "&%$#_"},
}


def unescaped(value: str) -> str:
    return re.sub("|".join(map(re.escape, PLAIN)), lambda found: PLAIN[found[0]], value)


def test_bibtex_is_read_back() -> None:
    ((kind, key, fields),) = parsed(bibtex([KNOWN], "r1"))
    assert (kind, key) == ("techreport", "ohchr2021-1a2b3c")
    assert fields["author"] == "{OHCHR}" and fields["institution"] == "OHCHR"
    assert (fields["year"], fields["month"], fields["day"]) == ("2021", "sep", "24")
    assert fields["url"] == "https://example.org/a_b%20c?x=1&y=2#z"
    assert fields["urldate"] == "2026-11-01"
    assert fields["note"] == "via Attest, release r1"


@given(st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1))
def test_any_title_survives_bibtex(title: str) -> None:
    one = Reference(
        **{**vars(KNOWN), "title": title, "producer": title, "url": f"https://a/{title}"}
    )
    ((_, _, fields),) = parsed(bibtex([one], "r1"))
    wanted = " ".join(title.split())
    assert unescaped(fields["title"].removeprefix("{").removesuffix("}")) == wanted
    assert not set(fields["url"]) & set('{}\\" ')


def test_special_characters_are_escaped() -> None:
    one = Reference(**{**vars(KNOWN), "title": r"50 % of {A} & B_1 #2 é \x"})
    made = bibtex([one], "r1")
    assert r"50 \% of \textbraceleft{}A\textbraceright{} \& B\_1 \#2 é \textbackslash{}x" in made


# CSL-JSON


def check_item(item: dict[str, Any]) -> None:
    """The rules of the schema of CSL-JSON for the fields that are used."""
    assert set(item) <= FIELDS and item["type"] in ITEM_TYPES
    assert item["id"] and item["title"] and item["note"].startswith("via Attest")
    for name in ("title", "container-title", "publisher", "URL", "language", "note"):
        assert isinstance(item.get(name, ""), str)
    for author in item.get("author", []):
        assert set(author) == {"literal"} and author["literal"]
    for name in ("issued", "accessed"):
        if name in item:
            ((year, month, day),) = item[name]["date-parts"]
            date(year, month, day)


def test_csl_has_the_fields_of_the_schema() -> None:
    (item,) = csl([KNOWN], "r1")
    check_item(item)
    assert item["author"] == [{"literal": "OHCHR"}]
    assert item["issued"] == {"date-parts": [[2021, 9, 24]]}
    assert item["accessed"] == {"date-parts": [[2026, 11, 1]]}
    assert item["note"] == "via Attest, release r1"


def test_an_unknown_day_or_producer_is_left_out() -> None:
    one = Reference(**{**vars(KNOWN), "producer": "", "published_on": None, "accessed": None})
    (item,) = csl([one], "r1")
    check_item(item)
    assert not {"author", "issued", "accessed", "publisher"} & set(item)
    ((_, _, fields),) = parsed(bibtex([one], "r1"))
    assert not {"author", "year", "month", "day", "urldate", "institution"} & set(fields)
    assert text(one, "r1").startswith("Producer not stated, “Oral update”, day of publication not")


# Text


def test_text_has_the_producer_first_and_attest_last() -> None:
    assert text(KNOWN, "r1") == (
        "OHCHR, “Oral update”, 24 Sep 2021, https://example.org/a_b%20c?x=1&y=2#z, "
        "accessed 1 Nov 2026, via Attest, release r1."
    )


def test_how_a_producer_asks_to_be_cited_is_said() -> None:
    one = Reference(**{**vars(KNOWN), "asked": "Sundberg and Melander (2013)"})
    assert text(one, "r1").endswith("asks to be cited as: Sundberg and Melander (2013)")
    assert csl([one], "r1")[0]["note"].endswith("Sundberg and Melander (2013)")


@pytest.mark.parametrize("language", languages())
def test_a_citation_in_any_language_keeps_names_and_release(language: str) -> None:
    with speaking(language):
        made = text(KNOWN, "r1")
    assert "OHCHR" in made and "r1" in made and "Attest" in made
    assert "\u2068\u2069" not in made


# Which documents


def test_a_claim_and_an_answer_are_cited_by_their_documents(
    release: Release, a_claim: Make
) -> None:
    told = [
        a_claim("a", 100, DAY, document_id="d1"),
        a_claim("b", 150, DAY, document_id="d2", speaker="Ministry"),
        a_claim("c", 170, DAY, document_id="d3", speaker="Other", review_status="pending"),
    ]
    held = release(told)
    (one,) = cite(held, told[0]["claim_id"])
    assert (one.producer, one.title) == ("The Press", "Bulletin d1")
    answers = held["marts/estimates"].set_index("rule")
    both = cite(held, str(answers.loc["spread", "estimate_id"]))
    assert sorted(r.title for r in both) == ["Bulletin d1", "Bulletin d2"]
    assert len({r.key for r in both}) == 2
    assert of_claims(held, [told[0]["claim_id"]] * 2) == (one,)


def test_the_collector_of_a_sheet_is_not_cited_for_its_documents(
    release: Release, a_claim: Make
) -> None:
    told = a_claim("a", 100, DAY)
    (one,) = cite(release([told]), told["claim_id"])
    assert "The Desk" not in text(one, "r1")


@pytest.mark.parametrize(
    ("actors", "url", "publisher", "kind"),
    [
        ([], None, "The Press", "report"),
        (
            [{"actor_id": "p", "name": "The Press", "other_names": [], "kind": "media"}],
            None,
            "The Press",
            "article-newspaper",
        ),
        ([], "https://example.org", "not stated", "webpage"),
        ([], None, "not stated", "document"),
    ],
)
def test_the_type_is_of_the_document(
    release: Release,
    a_claim: Make,
    actors: list[dict[str, Any]],
    url: str | None,
    publisher: str,
    kind: str,
) -> None:
    told = a_claim("a", 100, DAY)
    held = release([told], actors=actors)
    documents = held["marts/documents"].assign(url=url, publisher=publisher)
    held["marts/documents"] = schemas.coerce(claims.Documents, documents)
    (one,) = cite(held, told["claim_id"])
    assert one.kind == kind
    check_item(csl([one], "r1")[0])


@pytest.fixture
def register(release: Release, a_claim: Make) -> dict[str, pd.DataFrame]:
    """A release that holds a register's total."""
    held = release([a_claim("a", 100, DAY)])
    source = {
        "source_id": "ged",
        "producer": "The Register",
        "title": "Events 1.0",
        "url": "https://example.org/ged",
        "license": "CC BY",
        "citation": "Cite us thus",
        "reader": "ucdp_ged",
        "maturity": "final",
        "latest_release": "1.0",
        "n_claims": 3,
    }
    held["marts/sources"] = schemas.frame(marts.Sources, [source])
    told = {"source_id": "ged", "release": "1.0", "published_on": DAY, "date_accessed": DAY}
    held["marts/releases"] = schemas.frame(marts.Releases, [{**told, "sha256": "x", "n_claims": 3}])
    total = {
        **{"total_id": "t1", "source_id": "ged", "release": "1.0", "entry_of": "ged/1.0"},
        **{"metric": "killed", "measure": "flow", "unit": "people", "population": "all"},
        **{"cause": "conflict", "year": 2016, "basis": "tallied", "n_entries": 3},
        **{"n_inverted": 0, "stands": True},
    }
    held["marts/register_totals"] = schemas.frame(estimates.RegisterTotals, [total])
    return held


@pytest.mark.parametrize("figure_id", ["t1", "ged/1.0/event-7#killed"])
def test_a_register_is_cited_as_its_release(
    register: dict[str, pd.DataFrame], figure_id: str
) -> None:
    (one,) = cite(register, figure_id)
    assert (one.kind, one.producer, one.title) == ("dataset", "The Register", "Events 1.0")
    assert one.asked == "Cite us thus" and one.published_on == DAY
    check_item(csl([one], "r1")[0])
    ((kind, _, fields),) = parsed(bibtex([one], "r1"))
    assert kind == "misc" and fields["publisher"] == "The Register"


def test_an_unknown_figure_is_refused(release: Release, a_claim: Make) -> None:
    with pytest.raises(NothingToCite, match=r"marts\.claims"):
        cite(release([a_claim("a", 1, DAY)]), "nothing/here/x#killed")


def test_keys_are_unique_and_ascii_in_the_default_data(
    default_tables: dict[str, pd.DataFrame],
) -> None:
    held = default_tables["marts/claims"]["claim_id"]
    references = of_claims(default_tables, held)
    keys = [one.key for one in references]
    assert len(set(keys)) == len(keys) > 20
    assert all(re.fullmatch(r"[a-z0-9]+-[0-9a-f]{6}", key) for key in keys)
    for item in csl(references, "r1"):
        check_item(item)
    assert [key for _, key, _ in parsed(bibtex(references, "r1"))] == keys
