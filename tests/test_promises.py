"""What must hold of the whole line, from data/raw to the published tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.core.numbers import marks, read_number

Tables = dict[str, pd.DataFrame]

ARTICLE = "aleppo-article/2016-10-06/article.txt"
BOTH = pytest.mark.parametrize("source", ["whole article", "excerpt"])

SHARED_COLUMNS = {
    "unit": "people",
    "modality": "stated",
    "cause": "conflict",
    "basis": "unstated",
    "review_status": "accepted",
    "method": "extracted",
    "document_id": ARTICLE,
    "published_on": date(2016, 10, 6),
}
THE_FOUR = {
    "more than 600": {
        "metric": "killed",
        "value": 600,
        "qualifier": "more_than",
        "population": "civilians",
        "place_id": "SY02",
        "place_role": "happened_in",
        "place_as_written": "Aleppo province",
        "territory": "rebel-held areas",
        "start_earliest": date(2016, 9, 19),
        "start_latest": date(2016, 9, 19),
        "end_earliest": date(2016, 10, 6),
        "end_latest": date(2016, 10, 6),
        "measure": "cumulative",
        "deaths_counted": "direct",
        "source_type": "civil_defence",
        "speaker": "Civil defense workers",
        "origin": None,
    },
    "more than 2000": {
        "metric": "injured",
        "value": 2000,
        "qualifier": "more_than",
        "population": "civilians",
        "place_id": "SY02",
        "place_role": "happened_in",
        "place_as_written": "Aleppo province",
        "territory": "rebel-held areas",
        "start_earliest": date(2016, 9, 19),
        "end_latest": date(2016, 10, 6),
        "measure": "cumulative",
        "deaths_counted": None,
        "source_type": "civil_defence",
        "speaker": "Civil defense workers",
        "origin": None,
    },
    "450.000": {
        "metric": "killed",
        "value": 450_000,
        "qualifier": "plain",
        "nationality": "Syrians",
        "population": "all",
        "place_id": "SYR",
        "place_role": "happened_in",
        "start_earliest": date(2011, 3, 1),
        "start_latest": date(2011, 10, 6),
        "end_earliest": date(2016, 10, 6),
        "end_latest": date(2016, 10, 6),
        "measure": "cumulative",
        "deaths_counted": "unstated",
        "speaker": "publisher not stated",
        "origin": "UN estimates",
    },
    "more than 12 million": {
        "metric": "displaced",
        "term": "homeless",
        "value": 12_000_000,
        "qualifier": "more_than",
        "population": "all",
        "place_id": "SYR",
        "place_role": "came_from",
        "start_earliest": None,
        "start_latest": None,
        "end_earliest": None,
        "end_latest": None,
        "measure": "unstated",
        "deaths_counted": None,
        "speaker": "publisher not stated",
        "origin": "UN estimates",
    },
}
DOUBTS = {
    "more than 600": {"period_end_from_document"},
    "more than 2000": {"period_end_from_document"},
    "450.000": {"ambiguous_separator"},
    "more than 12 million": {"place_inherited", "attribution_shared"},
}
OFFSETS_IN_THE_WHOLE_ARTICLE = {
    "more than 600": 698,
    "more than 2000": 743,
    "450.000": 3967,
    "more than 12 million": 4054,
}


def plain(value: Any) -> Any:
    """A cell as a plain value: empty is None, a day a date."""
    if isinstance(value, (list, str)):
        return value
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def by_id(table: pd.DataFrame, key: str = "claim_id") -> dict[str, dict[str, Any]]:
    rows = [{k: plain(v) for k, v in row.items()} for row in table.to_dict("records")]
    return {row[key]: row for row in rows}


@pytest.fixture(scope="module")
def read(
    default_tables: Tables, whole_article_raw: Path, stages: Callable[..., Tables]
) -> dict[str, tuple[Tables, Path]]:
    root = Path(__file__).resolve().parents[1] / "data" / "raw"
    whole = stages(whole_article_raw)
    return {"excerpt": (default_tables, root), "whole article": (whole, whole_article_raw)}


def of_article(tables: Tables) -> dict[str, dict[str, Any]]:
    claims = tables["marts/claims"]
    rows = by_id(claims[claims["source_id"] == "aleppo-article"])
    return {row["quote"]: row for row in rows.values()}


@BOTH
def test_the_article_gives_exactly_its_four_claims(read: Any, source: str) -> None:
    tables, _ = read[source]
    found = of_article(tables)
    assert set(found) == set(THE_FOUR)
    for quote, expected in THE_FOUR.items():
        for column, value in (SHARED_COLUMNS | expected).items():
            assert found[quote][column] == value, f"{quote}: {column}"
        assert set(found[quote]["doubts"]) >= DOUBTS[quote], quote


@BOTH
def test_a_quote_is_the_slice_of_the_stored_text_and_parses_to_the_value(
    read: Any, source: str
) -> None:
    tables, raw = read[source]
    text = (raw / ARTICLE).read_bytes().decode("utf-8")
    for quote, row in of_article(tables).items():
        assert text[row["quote_start"] : row["quote_end"]] == quote
        assert row["sentence_start"] <= row["quote_start"] < row["quote_end"] <= row["sentence_end"]
        if "ambiguous_separator" not in row["doubts"]:
            number = read_number(quote, marks([text]))
            assert (number.value, number.qualifier) == (row["value"], row["qualifier"])


def test_offsets_in_the_whole_article(read: Any) -> None:
    found = of_article(read["whole article"][0])
    assert {q: row["quote_start"] for q, row in found.items()} == OFFSETS_IN_THE_WHOLE_ARTICLE


def test_ids_are_the_same_in_article_and_excerpt(read: Any) -> None:
    ids = [{r["claim_id"] for r in of_article(read[s][0]).values()} for s in read]
    assert ids[0] == ids[1]


@BOTH
def test_every_decoy_is_a_candidate_with_its_reason(read: Any, source: str) -> None:
    candidates = read[source][0]["marts/candidates"]
    assert set(candidates["outcome"]) == {"claim", "empty"}
    assert (candidates["outcome"] == "claim").sum() == 4
    assert candidates.loc[candidates["outcome"] == "empty", "reason"].notna().all()


def test_a_bound_stays_a_bound_in_figures_and_answers(default_tables: Tables) -> None:
    article = of_article(default_tables)
    figures = by_id(default_tables["marts/figures"])
    for quote, low in (("more than 600", 601), ("more than 12 million", 12_000_001)):
        figure = figures[article[quote]["claim_id"]]
        assert (figure["low"], figure["best"], figure["high"]) == (low, None, None)
        assert (figure["low_display"], figure["best_display"]) == (f"{low:,}", None)
        assert figure["high_display"] == "open"
        answers = default_tables["marts/estimates"]
        mine = answers[answers["question_id"] == figure["question_id"]]
        assert set(mine["rule"]) == {"by_source", "latest", "spread"}
        assert (mine["low"] == low).all()
        assert mine["best"].isna().all()
        assert mine["high"].isna().all()
        assert (mine["range_kind"] == "bound").all()


def test_the_syria_collection_is_read_whole(default_tables: Tables) -> None:
    files = default_tables["marts/files"]
    sheet = files[(files["source_id"] == "syria-reference") & (files["file"] == "claims.csv")]
    row = sheet.iloc[0]
    assert (row["rows_in"], row["rows_with_claims"], row["claims"]) == (69, 69, 69)
    assert (row["quarantined"], row["empty"]) == (0, 0)
    claims = default_tables["marts/claims"]
    documents = claims.loc[claims["source_id"] == "syria-reference", "document_id"]
    assert documents.nunique() == 30


def test_no_invented_dead_enter_a_table(default_tables: Tables) -> None:
    claims = default_tables["marts/claims"]
    assert not (claims["source_id"] == "quarantine-example").any()
    counts = default_tables["marts/quarantine_counts"]
    reasons = set(counts.loc[counts["source_id"] == "quarantine-example", "reason"])
    assert "number.ambiguous_separator" in reasons
    assert len(reasons) >= 10


def test_450_000_in_a_sheet_is_set_aside_with_a_suggestion(default_tables: Tables) -> None:
    rows = default_tables["marts/quarantine_rows"]
    row = rows[(rows["value"] == "450.000") & (rows["column_name"] == "value")].iloc[0]
    assert row["reason"] == "number.ambiguous_separator"
    assert "450000" in row["fix"].replace(",", "").replace(" ", "")


def test_scpr_s_three_figures_never_share_a_question(default_tables: Tables) -> None:
    figures = by_id(default_tables["marts/figures"])
    start = "syria-reference/2026-11-01/"
    ids = [f"{start}syr-scpr-2016{tail}#killed" for tail in ("", "-v", "-n")]
    assert [figures[i]["best"] for i in ids] == [470_000, 400_000, 70_000]
    assert len({figures[i]["question_id"] for i in ids}) == 3


def test_in_need_never_meets_displaced(default_tables: Tables) -> None:
    figures = default_tables["marts/figures"]
    metrics = figures.groupby("question_id")["metric"].nunique()
    assert (metrics == 1).all()
    need = figures[(figures["metric"] == "people_in_need") & (figures["low"] == 12_200_001)]
    assert len(need) == 1


def test_repeats_as_the_collection_holds_them(default_tables: Tables) -> None:
    figures = by_id(default_tables["marts/figures"])
    start = "syria-reference/2026-11-01/"
    repeat = figures[f"{start}syr-ohchr-2013b-1#killed"]
    assert repeat["repeat_of"] == f"{start}syr-ohchr-2013a#killed"
    assert not repeat["counts"]
    possible = figures[f"{start}ale-reuters-0930#killed"]
    assert possible["possible_repeat_of"] == f"{start}ale-ocha-0929-k#killed"
    assert possible["repeat_of"] is None
    assert possible["counts"]
    unchanged = figures[f"{start}ale-who-1004-kc#killed"]
    assert (unchanged["repeat_of"], unchanged["possible_repeat_of"]) == (None, None)
    assert "unchanged_subtotal" in set(default_tables["marts/findings"]["finding_type"])


def test_every_row_of_every_file_is_accounted_for(default_tables: Tables) -> None:
    files = default_tables["marts/files"]
    out = files["rows_with_claims"] + files["quarantined"] + files["empty"]
    assert (files["rows_in"] == out).all()
    assert (files["status"] == "read").all()


def test_every_row_joins_to_a_document(default_tables: Tables) -> None:
    documents = set(default_tables["marts/documents"]["document_id"])
    assert set(default_tables["marts/claims"]["document_id"]) <= documents


def test_every_question_is_defined_once_and_every_answer_has_evidence(
    default_tables: Tables,
) -> None:
    questions = default_tables["marts/questions"]
    figures, estimates = default_tables["marts/figures"], default_tables["marts/estimates"]
    assert set(figures["question_id"]) == set(questions["question_id"])
    used = default_tables["marts/evidence"]
    used = used[used["used_as"] == "used"].groupby("estimate_id").size()
    n_claims = estimates.set_index("estimate_id")["n_claims"]
    assert n_claims.to_dict() == used.to_dict()


def test_restricted_and_limited_claims_never_answer(default_tables: Tables) -> None:
    claims = default_tables["marts/claims"]
    limited = set(
        claims.loc[claims["restriction"].notna() | claims["coverage"].notna(), "claim_id"]
    )
    used = default_tables["marts/evidence"]
    assert not limited & set(used.loc[used["used_as"] == "used", "claim_id"])
    assert limited


def test_the_public_tables_hold_nothing_that_must_stay_inside(
    root: Path, stages: Callable[..., Tables]
) -> None:
    public = stages(root / "data" / "raw", "public")
    assert "marts/quarantine_rows" not in public
    assert set(public["marts/claims"]["review_status"]) <= {"accepted", "corrected"}
    documents = public["marts/documents"].set_index("document_id")["redistributable"]
    claims = public["marts/claims"]
    forbidden = ~claims["document_id"].map(documents).astype(bool)
    assert forbidden.sum() >= 4
    assert claims.loc[forbidden, "quote"].isna().all()
    assert claims.loc[forbidden, "value"].notna().all()
    assert (public["marts/findings"]["status"] != "open").all()
    assert (public["marts/quarantine_counts"]["rows"] > 0).all()
