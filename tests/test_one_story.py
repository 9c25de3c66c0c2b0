"""One wire story in five papers, from the files to the answers: one origin, counted once."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipelines.claims.stage import read_claims
from pipelines.estimates.stage import answer
from pipelines.figures.stage import make_figures
from pipelines.marts import database
from pipelines.marts.build import publishable
from pipelines.marts.explain import explain
from pipelines.marts.explain_words import as_lines
from pipelines.raw.stage import take_stock

Tables = dict[str, pd.DataFrame]

LEAD = (
    "ALEPPO (Kestrel Wire) - A shell struck a bread queue in Aleppo on Monday, killing 23 people, "
    "the city council said."
)
MIDDLE = (
    "The queue had formed before dawn because the ovens had been cold for two days while the "
    "bakers waited for fuel. A teacher who lives above the shop said that the street was empty a "
    "minute later but for shoes and loaves."
)
TAIL = (
    "The council asked for a pause so that the road to the mill can be cleared. Its spokesman said "
    "the rumour of a second strike had kept ambulances away, and that the neighbouring bakeries "
    "would open again when their walls had been looked at."
)
LETTER = (
    "Readers have asked this paper how to help. The town's bakers have opened a fund, and a tin "
    "stands on the counter of every shop that takes part in it until the end of the month."
)
PAPERS = {
    "wire": ("2016-09-26", "Kestrel Wire", ["Shell hits bread queue", LEAD, MIDDLE, TAIL]),
    "courier": ("2016-09-26", "The Courier", ["Terror at the bakery", LEAD, MIDDLE]),
    "echo": ("2016-09-27", "The Echo", ["By our staff", LEAD, MIDDLE, TAIL, LETTER]),
    "herald": (
        "2016-09-27",
        "The Herald",
        ["Bread queue hit", LEAD, MIDDLE, TAIL.replace("rumour", "rumor")],
    ),
    "weekly": (
        "2016-10-06",
        "The Weekly",
        ["Cold ovens", LEAD.replace(" - ", " — "), MIDDLE, TAIL],
    ),
}
UPDATE = ("2016-09-27", "The Morning", ["Toll", LEAD.replace("23", "31"), MIDDLE, TAIL])


STRUCK = (
    "An air strike on a market in the town of Kafr Halab killed 31 people on Monday, rescue "
    "workers said."
)
HEADED = {
    "wire": (
        "2016-09-26",
        "Reuters",
        ["Air strike kills 31", f"ALEPPO, Syria (Reuters) - {STRUCK}", MIDDLE, TAIL],
    ),
    "courier": ("2016-09-26", "The Courier", ["31 die in market strike", STRUCK, MIDDLE, TAIL]),
    "echo": ("2016-09-27", "The Echo", ["Market strike kills 31", STRUCK, MIDDLE]),
    "herald": ("2016-09-27", "The Herald", ["Dozens dead", STRUCK, MIDDLE, TAIL]),
    "weekly": ("2016-10-06", "The Weekly", ["Dozens dead in Syria", STRUCK, MIDDLE, TAIL]),
}


@pytest.fixture
def shelf(root: Path, tmp_path: Path) -> Callable[..., Tables]:
    """The tables of the stages raw and claims over such papers, every claim accepted."""

    def make(papers: dict[str, tuple[str, str, list[str]]], kind: Any = "own") -> Tables:
        raw = tmp_path / "raw"
        shutil.rmtree(raw, ignore_errors=True)
        raw.mkdir()
        for register in (root / "data" / "raw").glob("*.csv"):
            lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
            overlay = register.stem in ("reviews", "corrections", "resolutions")
            text = lines[0] if overlay else "".join(lines)
            (raw / register.name).write_text(text, encoding="utf-8")
        for name, (day, publisher, paragraphs) in papers.items():
            folder = raw / name / day
            folder.mkdir(parents=True)
            data = "\n\n".join(paragraphs).encode()
            (folder / "story.txt").write_bytes(data)
            (folder / "source.yml").write_text(
                f"producer: {publisher}\ntitle: Story\npublisher: {publisher}\n"
                f"url: https://example.org/{name}\npublished_on: {day}\n"
                "date_accessed: 2016-12-31\ncollected_by: r1\nlicense: CC BY 4.0\n"
                "redistributable: true\nreader: article\nmaturity: final\nsensitivity: public\n"
                f"language: en\nsha256:\n  story.txt: {hashlib.sha256(data).hexdigest()}\n"
                "facts:\n  cause: conflict\n",
                encoding="utf-8",
            )
        tables = take_stock(raw, kind)
        tables |= read_claims(tables, raw, kind)
        claims = tables["claims/claims"]
        tables["claims/claims"] = claims.assign(review_status="accepted").astype(claims.dtypes)
        return tables

    return make


def answered(tables: Tables) -> Tables:
    tables["figures/figures"] = make_figures(
        tables["claims/claims"], tables["raw/actors"], tables["claims/documents"]
    )
    return tables | answer(tables)


def killed(tables: Tables) -> pd.DataFrame:
    figures = tables["figures/figures"]
    return figures[figures["metric"] == "killed"].assign(
        paper=lambda rows: rows["claim_id"].str.split("/").str[0]
    )


def reprints(tables: Tables) -> dict[str, str]:
    documents = tables["claims/documents"].dropna(subset="reprint_of")
    return dict(zip(documents["source_id"], documents["reprint_of"], strict=True))


def test_five_papers_are_one_origin(shelf: Callable[..., Tables]) -> None:
    tables = answered(shelf(PAPERS))
    first = "wire/2016-09-26/story.txt"
    assert reprints(tables) == dict.fromkeys(("courier", "echo", "herald", "weekly"), first)
    assert tables["claims/documents"]["reprint_likeness"].dropna().between(0.5, 1).all()
    figures = killed(tables).set_index("paper")
    assert sorted(figures.index) == sorted(PAPERS)
    assert list(figures.index[figures["counts"]]) == ["wire"]
    assert set(figures["reprint_of"].dropna()) == {first}
    estimates = tables["estimates/estimates"]
    assert set(estimates["n_origins"]) == set(estimates["n_claims"]) == {1}
    assert set(estimates["best"]) == {23}
    reasons = tables["estimates/evidence"].query("used_as == 'repeat'")["reason"]
    assert len(reasons) and reasons.str.endswith(f" again: reprint of {first}").all()


def test_what_is_forced_and_what_is_found_knows_of_one_story(
    shelf: Callable[..., Tables],
) -> None:
    """The weekly reads 'on Monday' as a week later: no floor adds the two up."""
    tables = shelf(PAPERS)
    counted = tables["claims/claims"]
    tables["claims/claims"] = counted.assign(basis="tallied").astype(counted.dtypes)
    tables = answered(tables)
    figures = killed(tables)
    assert figures["start_earliest"].nunique() > 1
    assert set(tables["estimates/floors"]["low"].dropna()) == {23}
    found = tables["estimates/findings"]
    assert set(found["finding_type"]) == {"repeat"} and len(found) == 4
    assert found["message"].str.contains("a reprint of wire/2016-09-26/story.txt").all()


def test_a_new_toll_is_an_origin_of_its_own(shelf: Callable[..., Tables]) -> None:
    tables = answered(shelf(PAPERS | {"morning": UPDATE}))
    assert "morning" not in reprints(tables) and len(reprints(tables)) == 4
    figures = killed(tables).set_index("paper")
    assert sorted(figures.index[figures["counts"]]) == ["morning", "wire"]


def test_what_waits_for_review_is_compared_and_not_counted(shelf: Callable[..., Tables]) -> None:
    tables = shelf(PAPERS)
    waiting = tables["claims/claims"]["source_id"].eq("wire")
    status = tables["claims/claims"]["review_status"].mask(waiting, "pending")
    tables["claims/claims"] = tables["claims/claims"].assign(review_status=status)
    tables = answered(tables)
    figures = killed(tables).set_index("paper")
    assert list(figures.index[figures["counts"]]) == ["courier"]
    assert len(reprints(tables)) == 4


def test_any_day_has_one_origin(shelf: Callable[..., Tables], tmp_path: Path) -> None:
    """Before the wire's own day nothing was known; the next paper stands if the wire is absent."""
    tables = answered(shelf(PAPERS))
    path = tmp_path / "d.duckdb"
    database.write(publishable(tables, "own"), path, tmp_path / "scratch")
    with duckdb.connect(str(path), read_only=True) as connection:
        known = {"2016-09-25": 0, "2016-09-26": 2, "2016-09-27": 4, "2017-01-01": 5}
        for day, papers in known.items():
            rows = connection.execute(
                "SELECT split_part(claim_id, '/', 1), counts, repeat_of "
                f"FROM marts.figures_as_of('{day}') WHERE metric = 'killed'"
            ).fetchall()
            assert len(rows) == papers
            assert [name for name, counts, _ in rows if counts] == ["wire"][:papers]
            assert sum(repeat_of is not None for *_, repeat_of in rows) == max(papers - 1, 0)
    later = next(one for one in killed(tables)["claim_id"] if one.startswith("weekly/"))
    found = explain(path, tmp_path / "raw", later, lambda _, data: data.decode())
    told = "\n".join(as_lines(found))
    assert "5 documents print one story: wire/2016-09-26/story.txt first, and courier/" in told


def test_the_earlier_known_printing_stands_where_the_wire_is_held_from_later(
    shelf: Callable[..., Tables],
) -> None:
    late = {**PAPERS, "wire": ("2016-09-30", *PAPERS["wire"][1:])}
    tables = answered(shelf(late))
    assert set(reprints(tables).values()) == {"courier/2016-09-26/story.txt"}
    figures = killed(tables).set_index("paper")
    assert list(figures.index[figures["counts"]]) == ["courier"]
    assert figures["published_on"].min() == pd.Timestamp(date(2016, 9, 26))


def test_a_public_release_knows_reprints_too(shelf: Callable[..., Tables]) -> None:
    tables = shelf(PAPERS, "public")
    assert len(reprints(tables)) == 4 and tables["claims/claims"].empty


def test_headlines_and_datelines_of_a_paper_s_own_make_no_second_figure(
    shelf: Callable[..., Tables],
) -> None:
    tables = shelf(HEADED)
    assert len(reprints(tables)) == 4
    claims = tables["claims/claims"]
    assert claims["in_headline"].sum() == 5 and len(claims) == 10
    assert claims.loc[~claims["in_headline"], "passage"].nunique() == 1
    # As if the dateline had lent the first printing's words another place.
    body_of_wire = claims["source_id"].eq("wire") & ~claims["in_headline"]
    claims.loc[body_of_wire, "place_id"] = "SY02"
    tables = answered(tables)
    figures = killed(tables)
    assert len(figures) == 10 and figures["counts"].sum() == 1
    kept = figures.loc[figures["counts"], "claim_id"].iloc[0]
    assert set(figures["repeat_of"].dropna()) == {kept}
    assert set(tables["estimates/findings"]["finding_type"]) == {"repeat"}
    assert set(tables["estimates/floors"]["low"].dropna()) <= {31}
    reasons = tables["estimates/evidence"].query("used_as == 'repeat'")["reason"]
    assert reasons.str.contains("reprint of|headline of its text").all()
