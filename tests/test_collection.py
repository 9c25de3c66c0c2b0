"""A release opened for questions: what it says to a scope, now and as of a day."""

from __future__ import annotations

import doctest
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import schemas
from pipelines import collection
from pipelines.collection import Collection, CollectionFault
from pipelines.core.refusals import SumRefused, TrendRefused
from pipelines.estimates.asking import AskFault
from pipelines.estimates.stage import answer
from pipelines.figures.stage import make_figures
from pipelines.marts import database
from pipelines.marts.build import publishable

THE_DAY = "2016-10-06"
SHEET = "syria-reference/2026-11-01"
SEPTEMBER = f"{SHEET}/syr-sohr-sep-c#killed"
REBEL_HELD = {
    "metric": "killed",
    "population": "civilians",
    "place": "SY02",
    "territory": "rebel-held areas",
}
ASKED: tuple[dict[str, str], ...] = (
    {"metric": "displaced", "place": "Syria"},
    {"metric": "displaced", "place": "Syria", "end": THE_DAY},
    {"metric": "killed", "place": "Syria", "start": "2011-03", "end": "2016-10-06"},
    {"metric": "refugees", "place": "Syria", "end": "2016-12-31"},
    {"metric": "idps", "place": "Syria", "end": "2015-12-31"},
    {"metric": "killed", "place": "SY02/aleppo-city", "territory": "eastern Aleppo city"},
    REBEL_HELD | {"start": "2016-09-19", "end": THE_DAY},
    {"metric": "injured", "place": "Yemen"},
)

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Tables], Path]:
    """The database of a release made of claims, with everything that follows from them."""

    def make(tables: Tables) -> Path:
        made = {key: rows for key, rows in tables.items() if not key.startswith("marts/")}
        made["figures/figures"] = make_figures(made["claims/claims"], made["raw/actors"])
        made |= answer(made)
        folder = tmp_path_factory.mktemp("release")
        path = folder / "casualties.duckdb"
        database.write(publishable(made, "own"), path, folder)
        return path

    return make


@pytest.fixture(scope="module")
def path(released: Any, default_tables: Tables) -> Path:
    return released(default_tables)


@pytest.fixture(scope="module")
def now(path: Path) -> Collection:
    return Collection.open(path)


@pytest.fixture(scope="module")
def then(path: Path) -> Collection:
    return Collection.open(path, THE_DAY)


def test_its_example_runs(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data" / "marts").mkdir(parents=True)
    (tmp_path / "data" / "marts" / "casualties.duckdb").symlink_to(path)
    monkeypatch.chdir(tmp_path)
    assert doctest.testmod(collection).attempted == 4
    assert doctest.testmod(collection).failed == 0


def test_it_looks_up_to_the_latest_publication_unless_told_a_day(
    now: Collection, then: Collection
) -> None:
    assert now.ask(metric="killed", place="Syria")["as_of"] == "2025-12-01"
    assert then.ask(metric="killed", place="Syria")["as_of"] == THE_DAY


def test_the_nearest_to_12_million_displaced_was_the_security_council_s(then: Collection) -> None:
    result = then.ask(metric="displaced", place="Syria", end=THE_DAY)
    assert result["answer"] == "not_answerable"
    assert result["floor"]["low"] is None
    assert result["nearest"][0]["claims"] == [f"{SHEET}/syr-sc-2015-d#displaced"]
    assert "17 August 2015" in result["missing"]


def test_a_value_counts_from_its_edition(now: Collection, path: Path) -> None:
    asked = {"metric": "refugees", "place": "Syria", "end": "2016-12-31"}
    assert {one["best"] for one in now.ask(**asked)["answers"]} == {5_524_511}
    for day in ("2017-12-31", "2025-11-30"):
        assert Collection.open(path, day).ask(**asked)["answers"] == []
    assert Collection.open(path, "2025-12-01").ask(**asked)["answer"] == "answered"


@pytest.mark.parametrize("day", [THE_DAY, "2016-09-25", "2017-12-31"])
def test_a_past_day_is_asked_as_if_nothing_later_had_come(
    released: Any, default_tables: Tables, path: Path, day: str
) -> None:
    claims = default_tables["claims/claims"]
    known_on = claims["edition"].fillna(claims["published_on"])
    before = claims[known_on <= pd.Timestamp(day)].reset_index(drop=True)
    then = Collection.open(path, day)
    without = Collection.open(released(default_tables | {"claims/claims": before}), day)
    for asked in ASKED:
        assert then.ask(**asked) == without.ask(**asked)


APART = ("sources_apart", "cannot_all_hold")


def test_a_finding_of_a_past_day_stays_whatever_is_published_later(
    released: Any, default_tables: Tables
) -> None:
    """Two sources are apart until one publishes again; a claim conflicts until it is withdrawn."""
    claims = default_tables["claims/claims"]
    like = claims[claims["claim_id"] == f"{SHEET}/ale-ocha-0929-k#killed"]

    def planted(name: str, speaker: str, value: int, day: str, **others: Any) -> pd.DataFrame:
        one = like.copy()
        told = {
            "claim_id": f"planted/1/{name}#killed",
            "record_id": name,
            "document_id": name,
            "value": value,
            "value_as_written": str(value),
            "qualifier": "plain",
            "speaker": speaker,
            "published_on": pd.Timestamp(day),
            "metric": "killed",
            "place_id": "YEM",
        }
        empty = (
            "origin",
            "origin_id",
            "speaker_id",
            "series",
            "part_of",
            "coverage",
            "restriction",
        )
        for column, cell in {**dict.fromkeys(empty), **told, **others}.items():
            one[column] = cell
        return one

    early = [
        planted("one", "First Recorder", 564, "2016-10-10"),
        planted("other", "Second Recorder", 811, "2016-10-11"),
        planted(
            "gone",
            "Third Recorder",
            433,
            "2016-10-12",
            population="children",
            withdrawn_on=pd.Timestamp("2017-02-01"),
        ),
        planted(
            "cap", "Fourth Recorder", 211, "2016-10-12", population="children", qualifier="at_most"
        ),
    ]
    late = [planted("again", "First Recorder", 809, "2017-01-01")]

    def found(rows: list[pd.DataFrame]) -> list[tuple[str, list[str]]]:
        made = pd.concat([claims, *rows], ignore_index=True).sort_values("claim_id")
        tables = default_tables | {"claims/claims": made.reset_index(drop=True)}
        then = Collection.open(released(tables), "2016-12-31")
        return [
            (one["finding_type"], one["claims"])
            for one in then.ask(metric="killed", place="Yemen")["findings"]
            if one["finding_type"] in APART
        ]

    without = found(early)
    assert {kind for kind, _ in without} == set(APART)
    assert found(early + late) == without


def test_before_everything_nothing_had_been_published(path: Path) -> None:
    result = Collection.open(path, "1999-12-31").ask(metric="killed", place="Syria")
    assert result["answer"] == "not_answerable"
    assert "nothing in this collection had been published by 1999-12-31" in result["missing"]
    assert result["floor"]["low"] is None


@pytest.fixture(scope="module")
def planted(released: Any, default_tables: Tables) -> Iterator[Collection]:
    """The collection with one more claim: 6,000 civilians in eleven days of September."""
    claims = default_tables["claims/claims"]
    one = claims[claims["claim_id"].str.endswith("#killed@1-4fdb22e0")].copy()
    for column, value in {
        "claim_id": "planted/1/p#killed",
        "record_id": "p",
        "value_as_written": "6,000",
        "value": 6000,
        "qualifier": "plain",
    }.items():
        one[column] = value
    for column in ("end_earliest", "end_latest"):
        one[column] = pd.Timestamp("2016-09-30")
    more = pd.concat([claims, one], ignore_index=True)
    yield Collection.open(released(default_tables | {"claims/claims": more}))


def test_the_planted_claim_cannot_hold_under_the_assumption_and_only_under_it(
    planted: Collection,
) -> None:
    asked = REBEL_HELD | {"start": "2016-09-19", "end": "2016-09-30"}
    free = planted.ask(**asked)
    assert free["answer"] == "answered"
    assert {one["best"] for one in free["answers"]} == {6000}
    assert "cannot_all_hold" not in {one["finding_type"] for one in free["findings"]}
    result = planted.ask(**asked, assuming=f"{SEPTEMBER}+30%")
    made = [one for one in result["findings"] if one["finding_type"] == "cannot_all_hold"]
    assert {tuple(sorted(one["claims"])) for one in made} == {("planted/1/p#killed", SEPTEMBER)}
    assert "30" in made[0]["assumes"] and SEPTEMBER in made[0]["assumes"]
    assert result["ceiling"]["high"] == 1596
    elsewhere = planted.ask(metric="refugees", place="Syria", assuming=f"{SEPTEMBER}+30%")
    assert [one for one in elsewhere["findings"] if one["assumes"]] == made


def test_without_the_planted_claim_the_assumption_makes_no_finding(now: Collection) -> None:
    result = now.ask(metric="killed", place="SY02", assuming=f"{SEPTEMBER}+30%")
    assert not [one for one in result["findings"] if one["assumes"]]


@pytest.mark.parametrize(
    ("assumed", "said"),
    [
        ("nobody/1/x#killed", "nobody/1/x#killed"),
        (f"{SEPTEMBER}+lots%", "lots"),
        (f"{SHEET}/ale-afp-0919#killed", "ale-afp-0919"),
    ],
)
def test_a_cap_that_is_none_says_so(now: Collection, assumed: str, said: str) -> None:
    with pytest.raises(CollectionFault, match=said):
        now.ask(metric="killed", place="Syria", assuming=assumed)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("Syra", "near it: .*SYR"),
        ("syr", "near it: SYR"),
        ("Nowhere at all", "no id and no exact name"),
    ],
)
def test_a_place_is_an_id_or_an_exact_name(now: Collection, named: str, said: str) -> None:
    assert now.place("SYR") == now.place("Syria") == now.place("syrian arab republic") == "SYR"
    with pytest.raises(CollectionFault, match=said):
        now.place(named)


def test_a_name_of_several_places_lists_them(released: Any, default_tables: Tables) -> None:
    places = default_tables["raw/places"]
    twin = places[places["place_id"] == "SY02/aleppo-city"].assign(place_id="SY02/twin")
    more = pd.concat([places, twin], ignore_index=True)
    two = Collection.open(released(default_tables | {"raw/places": more}))
    with pytest.raises(CollectionFault, match=r"SY02/aleppo-city .*; SY02/twin"):
        two.place("Aleppo city")


@pytest.mark.parametrize("day", ["2016-10", "06/10/2016", "yesterday", "20161006"])
def test_a_day_that_is_none_is_refused(path: Path, day: str) -> None:
    with pytest.raises(CollectionFault, match="as of"):
        Collection.open(path, day)


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    older, text = tmp_path / "older.duckdb", tmp_path / "text.duckdb"
    duckdb.connect(str(older)).close()
    text.write_text("no database", encoding="utf-8")
    with pytest.raises(CollectionFault, match="another version of Attest"):
        Collection.open(older)
    for missing in (text, tmp_path / "absent.duckdb"):
        with pytest.raises(CollectionFault, match="not the database of a release"):
            Collection.open(missing)


def test_sums_and_changes_are_those_of_the_stage(now: Collection) -> None:
    stocks = [f"{SHEET}/syr-unhcr-2016-{one}" for one in ("i#idps", "r#refugees")]
    stocks.append(f"{SHEET}/syr-unhcr-2016-a#asylum_seekers")
    assert now.safe_sum(stocks).best == 12_034_826
    with pytest.raises(SumRefused):
        now.safe_sum([f"{SHEET}/syr-scpr-2016#killed", f"{SHEET}/syr-scpr-2016-n#killed"])
    tallied = [f"{SHEET}/ale-ocha-0929-k#killed", f"{SHEET}/ale-who-1004-k#killed"]
    with pytest.raises(TrendRefused):
        now.percentage_change(*tallied)
    with pytest.raises(TrendRefused):
        now.ranking(tallied)
    with pytest.raises(TrendRefused):
        now.rate(tallied[0], "day")


def test_a_floor_is_that_of_the_ask(now: Collection) -> None:
    asked = {"metric": "killed", "place": "SYR", "start": "2011-03-01", "end": "2021-03-31"}
    floor = now.floor(**asked)
    assert floor.low == now.ask(**asked)["floor"]["low"]
    assert floor.low is not None and floor.low >= 350_209
    with pytest.raises(AskFault):
        now.floor(metric="dead", place="SYR")


def test_the_tables_of_a_past_day_are_whole_and_hold_nothing_later(then: Collection) -> None:
    found = then.marts()
    for model in schemas.PUBLISHED:
        name = f"marts/{schemas.table_of(model)}"
        if schemas.table_of(model) != "events":
            assert set(schemas.columns(model)) == set(found[name].columns), name
    day = pd.Timestamp(THE_DAY)
    assert (found["marts/claims"]["published_on"] <= day).all()
    assert (found["marts/estimates"]["as_of"] <= day).all()
    claims = set(found["marts/claims"]["claim_id"])
    assert claims.issuperset(found["marts/figures"]["claim_id"])
    assert claims.issuperset(found["marts/evidence"]["claim_id"])
    for table in ("findings", "floors"):
        for named in found[f"marts/{table}"]["claim_ids"]:
            assert claims.issuperset(named), table
    answered = set(found["marts/estimates"]["question_id"])
    assert answered <= set(found["marts/questions"]["question_id"])


def test_the_tables_of_today_are_those_of_the_release(now: Collection, path: Path) -> None:
    found = now.marts()
    with duckdb.connect(str(path), read_only=True) as connection:
        for name in ("claims", "figures", "estimates", "questions", "floors", "evidence"):
            (row,) = connection.execute(f"SELECT count(*) FROM marts.{name}").fetchall()
            assert len(found[f"marts/{name}"]) == row[0], name
