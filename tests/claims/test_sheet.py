"""An analyst's sheet: a good row, then one thing wrong at a time; and what rows say together."""

from __future__ import annotations

import json
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from pipelines.claims.reading import Reading
from pipelines.core.gazetteer import Gazetteer
from schemas import frame, raw
from schemas.claims import Claims, Documents, Files, QuarantineRows

NO_QUOTE = {"quote": ""}


def accounts(reading: Reading) -> dict[str, tuple[int, int, int, int]]:
    return {
        file["file"]: (
            file["rows_in"],
            file["rows_with_claims"],
            file["quarantined"],
            file["empty"],
        )
        for file in reading.files
    }


def reasons(reading: Reading) -> list[tuple[str, str]]:
    return [(line["column_name"], line["reason"]) for line in reading.quarantine]


def as_written(reading: Reading) -> list[dict[str, Any]]:
    return sorted(reading.claims, key=lambda claim: claim["claim_id"])


def test_a_good_row_is_a_claim(desk: Any) -> None:
    reading = desk.read({"origin": "United Nations", "note": "n", "url": "https://e.org/a"})
    claim = reading.claims[0]
    assert reading.quarantine == []
    assert {c: v for c, v in claim.items() if c not in ("quote", "doubts", "derived_from")} == {
        "claim_id": "office/2016-12-31/r1#killed",
        "record_id": "r1",
        "source_id": "office",
        "release": "2016-12-31",
        "file": "claims.csv",
        "document_id": "bulletin-1",
        "locator": "p. 2; https://e.org/a",
        "value_as_written": "600",
        "value": 600,
        "metric": "killed",
        "measure": "unstated",
        "qualifier": "more_than",
        "unit": "people",
        "modality": "stated",
        "population": "civilians",
        "deaths_counted": "unstated",
        "cause": "unstated",
        "basis": "unstated",
        "place_as_written": "Aleppo governorate",
        "place_id": "SY02",
        "period_as_written": "2016-09-19 to 2016-10-06",
        "start_earliest": date(2016, 9, 19),
        "start_latest": date(2016, 9, 19),
        "end_earliest": date(2016, 10, 6),
        "end_latest": date(2016, 10, 6),
        "speaker": "SOHR",
        "speaker_id": "sohr",
        "origin": "United Nations",
        "origin_id": "un",
        "publisher": "Agency",
        "published_on": date(2016, 10, 7),
        "stated_on": date(2016, 10, 6),
        "recorded_on": desk.accessed,
        "method": "transcribed",
        "method_version": "claim_sheet 1",
        "review_status": "accepted",
        "sensitivity": "public",
        "note": "n",
    }
    assert claim["doubts"] == [] and claim["derived_from"] == []
    assert accounts(reading) == {"claims.csv": (1, 1, 0, 0), "documents.csv": (1, 0, 0, 1)}


def test_what_is_read_fits_the_tables(desk: Any) -> None:
    reading = desk.read({}, {"metric": "killd", "value": "x"}, {"place": "Nowhere at all"})
    for model, records in (
        (Claims, reading.claims),
        (Documents, reading.documents),
        (Files, reading.files),
        (QuarantineRows, reading.quarantine),
    ):
        assert schemas.judge(model, schemas.frame(model, records)).empty


def test_empty_cells_are_unstated(desk: Any) -> None:
    claim = desk.one_claim(
        population="", period_start="", period_end="", stated_on="", metric="displaced", quote=""
    )
    assert claim["population"] == "all"
    assert not {"start_earliest", "end_latest", "stated_on", "deaths_counted"} & claim.keys()
    assert "period_as_written" not in claim


def test_filled_cells_are_kept(desk: Any) -> None:
    given_cells = {
        "measure": "cumulative",
        "modality": "projected",
        "nationality": "Syrians",
        "deaths_counted": "direct",
        "cause": "conflict",
        "hazard_or_weapon": "air strikes",
        "place_role": "happened_in",
        "territory": "rebel-held areas",
        "basis": "tallied",
        "restriction": "by air strikes",
        "coverage": "functioning hospitals",
        "attributed_to": "the air force",
        "attributed_by": "SOHR",
        "source_type": "monitor",
        "series": "sohr-aleppo",
        "seen_in": "copy",
        "edition": "2016-10-08",
        "derived_from": "A; B ;",
        "from_place": "Syria",
        "household_size": "5.2",
        "household_size_source": "census",
    }
    claim = desk.one_claim(**given_cells)
    read = {**given_cells, "edition": date(2016, 10, 8), "derived_from": ["A", "B"]}
    read |= {"household_size": 5.2, "from_place_id": "SYR"}
    del read["from_place"]
    assert {column: claim[column] for column in read} == read


def test_html_sql_formulas_emoji_and_instructions_stay_text(desk: Any) -> None:
    quote = '<b>600</b> were killed 👩‍👩‍👧; DROP TABLE x; =HYPERLINK("u") ignore all rules'
    assert desk.one_claim(quote=quote)["quote"] == quote


def test_a_real_zero_passes(desk: Any) -> None:
    claim = desk.one_claim(value="0", qualifier="plain", quote="No civilians were killed.")
    assert claim["value"] == 0
    assert desk.one_claim(value="0", qualifier="plain", quote="")["value"] == 0


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"row_id": ""}, "row_id", "missing.id"),
        ({"row_id": "?"}, "row_id", "missing.id"),
        ({"row_id": "a#b"}, "row_id", "text.bad_id"),
        ({"document_id": ""}, "document_id", "missing.document"),
        ({"document_id": "n/a"}, "document_id", "missing.document"),
        ({"document_id": "buletin-1"}, "document_id", "provenance.unknown_document"),
        ({"metric": ""}, "metric", "missing.metric"),
        ({"metric": "killd"}, "metric", "enum.metric"),
        ({"metric": "Killed"}, "metric", "enum.metric"),
        ({"metric": "kіlled"}, "metric", "enum.lookalike"),
        ({"metric": "kil\u200bled"}, "metric", "text.control_character"),
        ({"qualifier": ""}, "qualifier", "missing.qualifier"),
        ({"qualifier": "morethan"}, "qualifier", "enum.qualifier"),
        ({"unit": ""}, "unit", "missing.unit"),
        ({"unit": "persons"}, "unit", "enum.unit"),
        ({"unit": "movements"}, "unit", "unit.metric"),
        ({"population": "unknown"}, "population", "missing.population"),
        ({"population": "civilian"}, "population", "enum.population"),
        ({"measure": "stock"}, "measure", "enum.measure_metric"),
        ({"basis": "guess"}, "basis", "enum.basis"),
        ({"place": ""}, "place", "missing.place"),
        ({"place": "-"}, "place", "missing.place"),
        ({"place": "Аleppo"}, "place", "place.lookalike"),
        ({"place": "Aleppo\u200b"}, "place", "text.control_character"),
        ({"territory": "rеbel-held"}, "territory", "place.lookalike"),
        ({"speaker": ""}, "speaker", "missing.speaker"),
        ({"speaker": "unknown"}, "speaker", "missing.speaker"),
        ({"speaker": "SO\ufffdHR"}, "speaker", "text.damaged"),
        ({"origin": "n/a"}, "origin", "missing.origin"),
        ({"derived_from": "tbc"}, "derived_from", "missing.derived_from"),
        ({"quote": "", "locator": ""}, "quote", "missing.quote"),
        ({"value": ""}, "value", "missing.value"),
        ({"value": "-"}, "value", "missing.value"),
        ({"value": "n/a"}, "value", "missing.value"),
        ({"value": "unknown"}, "value", "missing.value"),
        ({"value": "?"}, "value", "missing.value"),
        ({"value": "450.000"}, "value", "number.ambiguous_separator"),
        ({"value": "1.5"}, "value", "number.fraction"),
        ({"value": "-3"}, "value", "number.negative"),
        ({"value": "NaN"}, "value", "number.not_a_number"),
        ({"value": "9000000000"}, "value", "number.too_large"),
        ({"value": "5%"}, "value", "number.percent"),
        ({"value": "=1+1"}, "value", "number.not_a_number"),
        ({"value": "0x10"}, "value", "number.not_a_number"),
        ({"value": "60\u200b0"}, "value", "number.control_character"),
        ({"value": "at least 600"}, "qualifier", "number.qualifier_conflict"),
        ({"value": "~600"}, "qualifier", "number.qualifier_conflict"),
        ({"value": "500-700"}, "qualifier", "number.qualifier_conflict"),
        ({"qualifier": "between"}, "qualifier", "number.qualifier_conflict"),
        ({"qualifier": "vague"}, "qualifier", "number.qualifier_conflict"),
        ({"qualifier": "at_most"}, "qualifier", "number.qualifier_conflict"),
        ({"value_low": "1"}, "qualifier", "number.qualifier_conflict"),
        ({"value_low": "some"}, "value_low", "number.not_a_number"),
        ({"value_high": "more than 3"}, "value_high", "number.not_a_number"),
        ({"period_start": "03/04/2016"}, "period_start", "date.ambiguous"),
        ({"period_start": "2016-02-30"}, "period_start", "date.impossible"),
        ({"period_start": "1395-07-01"}, "period_start", "date.other_calendar"),
        ({"period_end": "6.10.16"}, "period_end", "date.two_digit_year"),
        ({"period_end": "42649"}, "period_end", "date.serial_number"),
        ({"period_end": "unknown"}, "period_end", "missing.period_end"),
        ({"stated_on": "2016-10-06T23:00:00Z"}, "stated_on", "date.time_zone"),
        ({"stated_on": "2017-10-06"}, "stated_on", "date.future"),
        ({"stated_on": "2016-10-08"}, "stated_on", "date.stated_after_publication"),
        ({"edition": "2016"}, "edition", "date.partial"),
        ({"edition": "2017-01-01"}, "edition", "date.future"),
        ({"edition": "soon"}, "edition", "date.format"),
        ({"period_end": "2016-10-08"}, "period_end", "date.before_it_happened"),
        ({"period_end": "2017-01"}, "period_end", "date.future"),
        (
            {"period_start": "2016-11", "period_end": ""},
            "period_start",
            "date.before_it_happened",
        ),
        ({"period_start": "2016-10", "period_end": "2016-09"}, "period_end", "date.reversed"),
        ({"deaths_counted": "some"}, "deaths_counted", "enum.deaths_counted"),
        ({"household_size": "many", "household_size_source": "c"}, "household_size",
         "number.household_size"),
        ({"household_size": "5"}, "household_size_source", "missing.household_size_source"),
        ({"url": "javascript:alert(1)"}, "url", "url.scheme"),
        ({"url": "JavaScript:alert(1)"}, "url", "url.scheme"),
        ({"url": "file:///etc/passwd"}, "url", "url.scheme"),
        ({"url": "data:text/html,x"}, "url", "url.scheme"),
        ({"url": "http://[::1"}, "url", "url.scheme"),
        ({"url": "https://e.org/\u202egpj"}, "url", "url.scheme"),
        ({"note": "a\x07b"}, "note", "text.control_character"),
        ({"quote": "More than 600 were \u202ekilled."}, "quote", "text.control_character"),
        ({"quote": "More than 600 were kill\ufffdd."}, "quote", "text.damaged"),
        ({"quote": "More than 60 were killed."}, "quote", "text.figure_not_in_quote"),
        ({"quote": "More than 600 families were killed."}, "unit", "unit.households_as_people"),
        ({"quote": "The number was more than 600."}, "quote", "text.metric_not_in_quote"),
        ({"quote": "More than 600 people were injured in it."}, "quote",
         "text.metric_not_in_quote"),
        ({"quote": "Up to 600 people were killed."}, "qualifier", "number.qualifier_conflict"),
        ({"part_of": "r99"}, "part_of", "provenance.part_of"),
        ({"part_of": "r1"}, "part_of", "provenance.part_of"),
    ],
)  # fmt: skip
def test_one_thing_wrong(desk: Any, changes: dict[str, str], column: str, reason: str) -> None:
    line = desk.one_fault(column, reason, **changes)
    assert json.loads(line["raw"])["row_id"] == changes.get("row_id", "r1")


def test_an_unclear_number_comes_with_the_reading_that_it_may_have(desk: Any) -> None:
    assert "450000" in desk.one_fault("value", "number.ambiguous_separator", value="450.000")["fix"]


def test_a_fault_names_the_nearest_word(desk: Any) -> None:
    assert "'killed'" in desk.one_fault("metric", "enum.metric", metric="killd")["fix"]
    assert "'killed'" in desk.one_fault("metric", "enum.lookalike", metric="kіllеd")["fix"]
    cited = desk.one_fault("document_id", "provenance.unknown_document", document_id="buletin-1")
    assert "'bulletin-1'" in cited["fix"]


def test_deaths_are_counted_only_where_people_died(desk: Any) -> None:
    changes = {"metric": "injured", "deaths_counted": "direct", "quote": ""}
    desk.one_fault("deaths_counted", "enum.deaths_counted_metric", **changes)


def test_every_fault_of_every_row_is_told_at_once(desk: Any) -> None:
    reading = desk.read(
        {"metric": "x", "value": "450.000", "speaker": "", "url": "data:,"},
        {},
        {"period_start": "2016-13", "value_low": "nan"},
    )
    assert [(q["row"], q["column_name"]) for q in reading.quarantine] == [
        (2, "metric"),
        (2, "url"),
        (2, "speaker"),
        (2, "value"),
        (4, "period_start"),
        (4, "value_low"),
    ]
    assert accounts(reading)["claims.csv"] == (3, 1, 2, 0)


# Numbers


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        ({"value": "more than 600"}, (600, None, None)),
        ({"value": "1,234", "qualifier": "plain"}, (1234, None, None)),
        ({"value": "half a million", "qualifier": "plain"}, (500_000, None, None)),
        ({"value": "٦٠٠"}, (600, None, None)),
        ({"value": "500-700", "qualifier": "between"}, (None, 500, 700)),
        ({"value": "", "value_low": "500", "value_high": "700", "qualifier": "between"},
         (None, 500, 700)),
        ({"value": "500 to 700", "value_low": "500", "qualifier": "between"}, (None, 500, 700)),
        ({"value": "dozens", "qualifier": "vague"}, (None, 24, 99)),
        ({"value": "600", "value_low": "500", "value_high": "700", "qualifier": "plain"},
         (600, 500, 700)),
        ({"value": "600", "value_high": "700", "qualifier": "about"}, (600, None, 700)),
    ],
)  # fmt: skip
def test_value_and_ends(desk: Any, cells: dict[str, str], read: tuple[int | None, ...]) -> None:
    claim = desk.one_claim(**cells, **NO_QUOTE)
    assert tuple(claim.get(c) for c in ("value", "value_low", "value_high")) == read


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"value": "", "value_low": "5"}, "qualifier", "number.qualifier_conflict"),
        ({"value": "", "value_low": "5", "qualifier": "vague"}, "qualifier",
         "number.qualifier_conflict"),
        ({"value": "", "value_low": "5", "qualifier": "between"}, "value_high",
         "missing.value_high"),
        ({"value": "", "value_high": "5", "qualifier": "between"}, "value_low",
         "missing.value_low"),
        ({"value": "", "value_low": "7", "value_high": "5", "qualifier": "between"}, "value_low",
         "range.inverted"),
        ({"value": "700-500", "qualifier": "between"}, "value", "range.inverted"),
        ({"value": "5 to 7", "value_low": "4", "qualifier": "between"}, "value",
         "range.conflict"),
        ({"value": "5 to 7", "value_high": "8", "qualifier": "between"}, "value",
         "range.conflict"),
        ({"value": "4", "value_low": "5", "value_high": "7", "qualifier": "plain"}, "value",
         "range.best_outside"),
        ({"value": "8", "value_high": "7", "qualifier": "plain"}, "value", "range.best_outside"),
        ({"value": "0", "qualifier": "less_than"}, "value", "range.below_zero"),
        ({"value": "600", "value_low": "450.000", "qualifier": "plain"}, "value_low",
         "number.ambiguous_separator"),
    ],
)  # fmt: skip
def test_ends_that_do_not_hold(desk: Any, cells: dict[str, str], column: str, reason: str) -> None:
    desk.one_fault(column, reason, **cells, **NO_QUOTE)


def test_another_number_of_the_sheet_settles_a_dot(desk: Any) -> None:
    unclear = {"value": "450.000", **NO_QUOTE}
    assert reasons(desk.read(unclear, NO_QUOTE)) == [("value", "number.ambiguous_separator")]
    shown = desk.read(unclear, {"value": "1.234.567", **NO_QUOTE})
    assert [claim["value"] for claim in shown.claims] == [450_000, 1_234_567]
    ends = {"value": "600", "value_high": "450.000", "qualifier": "plain", **NO_QUOTE}
    shown = desk.read(ends, {"value": "1.234.567", **NO_QUOTE})
    assert shown.claims[0]["value_high"] == 450_000


def test_the_quote_of_the_row_settles_a_dot(desk: Any) -> None:
    quote = "More than 450,000 were killed."
    assert desk.one_claim(value="450.000", quote=quote)["value"] == 450_000
    quote = "More than 450 thousand were killed, of 3.750 taken."
    assert desk.one_claim(value="450.000", quote=quote)["value"] == 450_000


def test_a_quote_that_is_unclear_itself_settles_nothing(desk: Any) -> None:
    desk.one_fault(
        "value", "number.ambiguous_separator", value="450.000", quote="450.000 were killed."
    )


def test_quotes_settle_dots_for_their_own_document_only(desk: Any) -> None:
    other = {**desk.document, "document_id": "bulletin-2"}
    shows = {"value": "1234567", "quote": "More than 1.234.567 were killed."}
    unclear = {"value": "450.000", **NO_QUOTE}
    assert len(desk.read(unclear, shows).claims) == 2
    apart = desk.read(unclear, {**shows, "document_id": "bulletin-2"},
                      documents=[desk.document, other])  # fmt: skip
    assert reasons(apart) == [("value", "number.ambiguous_separator")]


def test_a_sheet_without_quotes_may_show_its_marks_too(desk: Any) -> None:
    rows = [{**desk.good, "row_id": row_id, "value": value}
            for row_id, value in (("a", "450.000"), ("b", "1.234.567"))]  # fmt: skip
    for row in rows:
        del row["quote"]
    reading = desk.read_files(
        {"claims.csv": desk.as_csv(rows), "documents.csv": desk.as_csv([desk.document])}
    )
    assert [claim["value"] for claim in reading.claims] == [450_000, 1_234_567]


def test_a_faulty_row_is_no_evidence(desk: Any) -> None:
    unclear = {"value": "450.000", **NO_QUOTE}
    reading = desk.read(unclear, {"value": "1.234.567", "speaker": "", **NO_QUOTE})
    assert ("value", "number.ambiguous_separator") in reasons(reading)


def test_evidence_of_decimals_makes_a_comma_unclear(desk: Any) -> None:
    plain = {"qualifier": "plain", **NO_QUOTE}
    reading = desk.read({"value": "1,234", **plain}, {"value": "2,5 million", **plain})
    assert reasons(reading) == [("value", "number.ambiguous_separator")]
    assert [claim["value"] for claim in reading.claims] == [2_500_000]


# Quotes


@pytest.mark.parametrize(
    "changes",
    [
        {"quote": "600 people were killed."},
        {"quote": "The dead: more than 600, of 600 families."},
        {"quote": "More than 600 family members were killed."},
        {"value": "600", "qualifier": "plain", "quote": "About 600 were killed."},
        {"value": "20-30", "qualifier": "between", "quote": "Between 20 and 30 were killed."},
        {"value": "300 to 400", "qualifier": "between",
         "quote": "The toll rose from 300 to 400 killed."},
        {"value": "dozens", "qualifier": "vague", "quote": "Dozens were killed."},
        {"value": "0", "qualifier": "plain", "modality": "none_reported",
         "quote": "There were clashes and all the killed were fighters."},
        {"metric": "killed_or_injured", "quote": "In all 600 were killed and wounded."},
        {"metric": "idps", "quote": "More than 600 people are displaced in the province."},
        {"metric": "stateless", "quote": "More than 600 people have no passport."},
    ],
)  # fmt: skip
def test_quotes_that_carry_their_figure(desk: Any, changes: dict[str, str]) -> None:
    desk.one_claim(**changes)


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"value": "20-30", "qualifier": "between", "quote": "20 to 40 were killed."}, "quote",
         "text.figure_not_in_quote"),
        ({"metric": "displaced", "quote": "Plus de 600 familles déplacées."}, "unit",
         "unit.households_as_people"),
        ({"metric": "displaced", "quote": "They left more than 600 homes, displaced."}, "unit",
         "unit.households_as_people"),
    ],
)  # fmt: skip
def test_quotes_that_do_not(desk: Any, changes: dict[str, str], column: str, reason: str) -> None:
    desk.one_fault(column, reason, **changes)


def test_the_metric_is_looked_for_only_in_a_language_of_the_lexicon(desk: Any) -> None:
    french = {"quote": "Plus de 600 civils ont perdu la vie dans la province."}
    bare = {"quote": "Aleppo: 600!"}
    english = {"quote": "The number was more than 600."}
    assert desk.read(french).quarantine == []
    assert desk.read(bare).quarantine == []
    assert reasons(desk.read(english)) == [("quote", "text.metric_not_in_quote")]
    for language, rows in (("fr", [french, bare, english]), ("en", [french])):
        documents = [{**desk.document, "language": language}]
        assert desk.read(*rows, documents=documents).quarantine == []
    documents = [{**desk.document, "language": "en"}]
    assert reasons(desk.read(bare, documents=documents)) == [("quote", "text.metric_not_in_quote")]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("call +963 11 223 4455", "privacy.phone"),
        ("tel: 2234455", "privacy.phone"),
        ("ring 0944 123 456", "privacy.phone"),
        ("call ٠٩٤٤ ١٢٣ ٤٥٦", "privacy.phone"),
        ("write to a.b@example.org", "privacy.email"),
        ("write to a.b [at] example [dot] org", "privacy.email"),
        ("at 12 Baker Street", "privacy.address"),
        ("at 5 rue de la Paix", "privacy.address"),
        ("in Hauptstraße 12", "privacy.address"),
    ],
)
@pytest.mark.parametrize("column", ["quote", "note", "locator"])
def test_private_matters_leave_no_value(desk: Any, column: str, words: str, reason: str) -> None:
    cell = f"More than 600 killed, {words}"
    line = desk.one_fault(column, reason, **{column: cell})
    kept = json.dumps({c: v for c, v in line.items() if c != "row"}, ensure_ascii=False)
    assert line["raw"] is None
    assert not any(word in kept for word in ("2234455", "223 4455", "944", "example", "Baker"))
    assert line["value"].isalnum() and len(line["value"]) == 12


def test_other_faults_of_a_private_row_show_nothing_either(desk: Any) -> None:
    reading = desk.read({"quote": "call +963 11 223 4455", "value": "7", "speaker": ""})
    assert {q["reason"] for q in reading.quarantine} == {
        "privacy.phone",
        "text.figure_not_in_quote",
        "missing.speaker",
    }
    assert not any("223" in str(q.values()) for q in reading.quarantine)


@pytest.mark.parametrize(
    "changes",
    [
        {"quote": "More than 600 were killed, so Ahmad Hassan, 34, a father of three."},
        {"source_type": "individual", "speaker": "Ahmad Hassan"},
    ],
)
def test_a_possible_private_name_waits_for_a_person(desk: Any, changes: dict[str, str]) -> None:
    claim = desk.one_claim(**changes)
    assert claim["review_status"] == "pending"
    assert claim["doubts"] == ["possible_private_name"]


def test_a_role_is_no_name(desk: Any) -> None:
    claim = desk.one_claim(source_type="individual", speaker="a doctor in eastern Aleppo")
    assert claim["review_status"] == "accepted"


# Places and days


def test_an_unknown_place_is_kept_with_a_doubt(desk: Any) -> None:
    claim = desk.one_claim(place="NA", from_place="Nowhere", note="n")
    assert claim["place_as_written"] == "NA"
    assert "place_id" not in claim and "from_place_id" not in claim
    assert claim["doubts"] == ["place_unresolved", "from_place_unresolved"]
    assert claim["note"] == "n; from_place as written: Nowhere"
    assert desk.one_claim(from_place="Nowhere")["note"] == "from_place as written: Nowhere"


def test_a_partial_date_is_a_window(desk: Any) -> None:
    claim = desk.one_claim(period_start="2011-03", period_end="2016", stated_on="2016-10")
    assert (claim["start_earliest"], claim["start_latest"]) == (date(2011, 3, 1), date(2011, 3, 31))
    assert (claim["end_earliest"], claim["end_latest"]) == (date(2016, 1, 1), date(2016, 12, 31))
    assert "stated_on" not in claim
    assert claim["note"] == "stated_on as written: 2016-10"
    assert claim["doubts"] == ["stated_on_partial"]
    assert claim["period_as_written"] == "2011-03 to 2016"


def test_forecasts_and_orders_may_lie_ahead(desk: Any) -> None:
    for modality in ("projected", "ordered"):
        assert desk.one_claim(modality=modality, period_end="2017-06-30")


def test_without_a_day_of_publication_only_the_card_bounds_the_days(desk: Any) -> None:
    documents = [{**desk.document, "published_on": ""}]
    assert desk.read({"period_end": "2016-12-01"}, documents=documents).claims
    future = desk.read({"period_end": "2017-01-01"}, documents=documents)
    assert reasons(future) == [("period_end", "date.future")]
    assert desk.read({"period_end": "2090-01-01"}, documents=documents, date_accessed=None).claims


# Rows together


def test_the_same_row_twice_is_kept_once(desk: Any) -> None:
    reading = desk.read({"row_id": "a"}, {"row_id": "a"}, {"row_id": "b"})
    assert [claim["record_id"] for claim in reading.claims] == ["a", "b"]
    assert [(q["row"], q["reason"]) for q in reading.quarantine] == [(3, "duplicate.record")]


def test_one_id_with_two_values_is_set_aside_whole(desk: Any) -> None:
    for other in ({"note": "again"}, {"metric": "injured", "quote": ""}):
        reading = desk.read({"row_id": "a"}, {"row_id": "a", **other}, {"row_id": "a"})
        assert not reading.claims
        assert {q["reason"] for q in reading.quarantine} == {"duplicate.conflict"}
        assert accounts(reading)["claims.csv"] == (3, 0, 3, 0)


def test_ids_are_compared_over_the_sheets_of_a_release(desk: Any) -> None:
    files = {
        "claims.csv": desk.as_csv([desk.good]),
        "more.csv": desk.as_csv([{**desk.good, "value": "700", "quote": ""}]),
        "documents.csv": desk.as_csv([desk.document]),
    }
    reading = desk.read_files(files)
    assert {(q["file"], q["reason"]) for q in reading.quarantine} == {
        ("claims.csv", "duplicate.conflict"),
        ("more.csv", "duplicate.conflict"),
    }


def test_a_part_points_to_the_claim_of_its_whole(desk: Any) -> None:
    reading = desk.read({"part_of": "r2"}, {})
    assert reading.claims[0]["part_of"] == "office/2016-12-31/r2#killed"


def test_parts_in_a_circle_and_parts_of_them(desk: Any) -> None:
    reading = desk.read({"part_of": "r2"}, {"part_of": "r1"}, {"part_of": "r1"})
    assert [(q["row"], q["reason"]) for q in reading.quarantine] == [
        (2, "provenance.part_of"),
        (3, "provenance.part_of"),
    ]
    assert reading.claims[0]["doubts"] == ["whole_set_aside"]


def test_a_part_whose_whole_is_faulty_stands_alone(desk: Any) -> None:
    reading = desk.read({"part_of": "r2"}, {"speaker": ""})
    claim = reading.claims[0]
    assert "part_of" not in claim and claim["doubts"] == ["whole_set_aside"]


def test_a_part_that_is_a_duplicate_is_named_once(desk: Any) -> None:
    reading = desk.read(
        {"row_id": "a", "part_of": "w"}, {"row_id": "a", "part_of": "w"}, {"row_id": "w"}
    )
    assert reasons(reading) == [("", "duplicate.record")]


# Documents and files


def test_a_row_whose_document_was_set_aside_waits_for_it(desk: Any) -> None:
    reading = desk.read({}, documents=[{**desk.document, "url": "data:,"}])
    assert reasons(reading) == [
        ("url", "url.scheme"),
        ("document_id", "provenance.document_set_aside"),
    ]


def test_without_a_register_no_document_is_known(desk: Any) -> None:
    reading = desk.read_files({"claims.csv": desk.as_csv([desk.good])})
    assert reasons(reading) == [("document_id", "provenance.unknown_document")]


def test_a_refused_file_leaves_the_others(desk: Any) -> None:
    files = {
        "a.csv": b"",
        "b.xlsx": b"PK\x03\x04",
        "claims.csv": desk.as_csv([desk.good]),
        "documents.csv": desk.as_csv([desk.document]),
    }
    reading = desk.read_files(files)
    assert [(f["file"], f["status"], f.get("reason")) for f in reading.files] == [
        ("documents.csv", "read", None),
        ("a.csv", "refused", "file.empty"),
        ("b.xlsx", "refused", "file.type"),
        ("claims.csv", "read", None),
    ]
    assert len(reading.claims) == 1
    assert schemas.judge(Files, schemas.frame(Files, reading.files)).empty


def test_documents_name_the_sheet_that_transcribes_them(desk: Any) -> None:
    documents = [desk.document, {**desk.document, "document_id": "uncited"}]
    cited, uncited = desk.read({}, documents=documents).documents
    assert cited["path"] == "office/2016-12-31/claims.csv"
    assert len(cited["sha256"]) == 64
    assert "path" not in uncited


def test_blank_rows_and_broken_rows_are_counted(desk: Any) -> None:
    body = desk.as_csv([desk.good]) + b",,,,,,,,,,,,,\nshort,row\n\n# a comment\n"
    reading = desk.read_files({"claims.csv": body, "documents.csv": desk.as_csv([desk.document])})
    assert accounts(reading)["claims.csv"] == (4, 1, 2, 1)
    assert [json.loads(q["raw"]) for q in reading.quarantine] == [["short", "row"], ["# a comment"]]


def test_a_public_reading_knows_nothing_of_other_documents(desk: Any) -> None:
    secret = {**desk.document, "document_id": "secret", "sensitivity": "internal"}
    files = {
        "claims.csv": desk.as_csv(
            [
                {**desk.good, "row_id": "s", "document_id": "secret", "value": "9.999.999"},
                {**desk.good, "row_id": "p", "part_of": "s"},
                {**desk.good, "row_id": "q", "value": "450.000", "quote": ""},
            ]
        )
        + b"cut,secret\n",
        "documents.csv": desk.as_csv([desk.document, secret]) + b"secret,cut\n",
    }
    public = desk.read_files(files, kind="public")
    assert accounts(public) == {"claims.csv": (2, 1, 1, 0), "documents.csv": (1, 0, 0, 1)}
    assert public.claims[0]["doubts"] == ["whole_set_aside"]
    assert reasons(public) == [("value", "number.ambiguous_separator")]
    assert "secret" not in json.dumps(
        [public.claims, public.documents, public.quarantine], default=str
    )
    own = desk.read_files(files)
    assert len(own.documents) == 2 and accounts(own)["claims.csv"][0] == 4


# The whole


def test_the_syria_sheet_is_read_without_a_fault(desk: Any, shared: Path) -> None:
    for path in (shared / "data" / "syria-reference").glob("*.csv"):
        shutil.copy(path, desk.folder)
    reading = desk.read_files(
        {path.name: path.read_bytes() for path in sorted(desk.folder.glob("*.csv"))},
        date_accessed=date(2026, 11, 1),
    )
    assert len(reading.claims) == 69 and len(reading.documents) == 30
    assert reading.quarantine == []


def test_the_order_of_rows_changes_no_claim(desk: Any) -> None:
    rows = [
        {"row_id": "a", "value": "450.000", **NO_QUOTE},
        {"row_id": "b", "value": "1.234.567", **NO_QUOTE},
        {"row_id": "c", "part_of": "b"},
        {"row_id": "d"},
        {"row_id": "d"},
        {"row_id": "e", "speaker": ""},
        {"row_id": "f", "part_of": "e"},
    ]
    first = as_written(desk.read(*rows))
    assert len(first) == 5
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert as_written(desk.read(*rows)) == first


COLUMNS = ("row_id", "document_id", "metric", "value", "qualifier", "unit", "place", "speaker",
           "period_start", "stated_on", "quote", "note")  # fmt: skip
CELLS = st.sampled_from(
    ["", "-", "NA", "x", "r1", "600", "450.000", "1.234.567", "1,5 million", "killed",
     "bulletin-1", "plain", "between", "people", "2016", "2016-13-01", "0", "a\nb", '"', "=1+1",
     "More than 600 were killed", "+963 11 223 4455", "\u202e", "Аleppo"]
)  # fmt: skip
FAULTY = st.dictionaries(st.sampled_from(COLUMNS), CELLS, min_size=1).map(
    lambda cells: {"row_id": "bad", **cells, "unit": "nothing"}
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(FAULTY, min_size=1, max_size=3), st.integers(0, 2))
def test_bad_rows_change_no_claim(desk: Any, bad: list[dict[str, str]], at: int) -> None:
    rows: list[dict[str, str]] = [
        {"row_id": "a"},
        {"row_id": "b", "value": "450.000", **NO_QUOTE},
        {"row_id": "c", "part_of": "a"},
    ]
    before = desk.read(*rows)
    after = desk.read(*rows[:at], *bad, *rows[at:])
    assert after.claims == before.claims
    rows_in, with_claims, quarantined, empty = accounts(after)["claims.csv"]
    assert rows_in == with_claims + quarantined + empty == len(rows) + len(bad)
    assert quarantined == len({q["row"] for q in after.quarantine})


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_accounted_for(
    desk: Any, must_end: Any, data: bytes, with_header: bool
) -> None:
    body = desk.as_csv([desk.good]) + data if with_header else data
    with must_end():
        reading = desk.read_files({"claims.csv": body, "documents.csv": data})
    for file in reading.files:
        counted = file["rows_with_claims"] + file["quarantined"] + file["empty"]
        assert file["rows_in"] == counted
    assert schemas.judge(QuarantineRows, schemas.frame(QuarantineRows, reading.quarantine)).empty


@pytest.mark.parametrize("column", ["speaker", "origin", "place", "coverage", "derived_from"])
def test_no_column_in_words_may_hold_a_private_matter(desk: Any, column: str) -> None:
    line = desk.one_fault(column, "privacy.email", **{column: "Ahmad, ahmad@example.org"})
    assert line["raw"] is None and "ahmad" not in line["value"]


def test_a_broken_row_keeps_no_private_matter_either(desk: Any) -> None:
    sheet = desk.as_csv([desk.good]) + b"r2,bulletin-1,call +963 11 223 4455\n"
    reading = desk.read_files({"claims.csv": sheet, "documents.csv": desk.as_csv([desk.document])})
    assert {line["reason"] for line in reading.quarantine} == {"row.short", "privacy.phone"}
    assert not any("223" in str(line.values()) for line in reading.quarantine)


@pytest.mark.parametrize("name", ["ЅҮRIA", "Ѕуrіа", "ЅуrІа", "ЅУRІА"])
def test_a_place_in_letters_that_look_alike_is_set_aside(desk: Any, name: str) -> None:
    desk.one_fault("place", "place.lookalike", place=name)


def test_a_place_wholly_in_another_script_is_set_aside_where_it_passes_for_a_known_one(
    desk: Any, places: Any
) -> None:
    homs = {**places.iloc[1].to_dict(), "place_id": "SY04", "name": "Homs", "other_names": []}
    known = frame(raw.Places, [*places.to_dict("records"), homs])
    desk.gazetteer = Gazetteer(known, frame(raw.Territories, []))
    desk.one_fault("place", "place.lookalike", place="НОМЅ")
    assert desk.one_claim(place="Алеппо")["doubts"] == ["place_unresolved"]


def test_none_reported_is_nobody(desk: Any) -> None:
    desk.one_fault("modality", "number.none_reported", modality="none_reported")
    claim = desk.one_claim(modality="none_reported", value="0", qualifier="plain", quote="None.")
    assert claim["value"] == 0


@pytest.mark.parametrize(("start", "end"), [("2016-10-08", "2016"), ("2016-11", "2016-12")])
def test_what_starts_after_the_publication_was_not_reported(
    desk: Any, start: str, end: str
) -> None:
    reading = desk.read({"period_start": start, "period_end": end})
    assert [line["reason"] for line in reading.quarantine] == ["date.before_it_happened"]


def test_a_sheet_without_a_register_is_told_so(desk: Any) -> None:
    reading = desk.read_files({"claims.csv": desk.as_csv([desk.good])})
    assert [line["reason"] for line in reading.quarantine] == ["provenance.unknown_document"]
    assert "no documents.csv" in reading.quarantine[0]["message"]


def test_long_chains_and_many_lost_ids_are_told_in_good_time(desk: Any, must_end: Any) -> None:
    chain = [{"part_of": f"r{n - 1}"} if n > 1 else {} for n in range(1, 3001)]
    lost = [{"document_id": f"bulletin-{n}x"} for n in range(2000)]
    documents = [{**desk.document, "document_id": f"bulletin-{n}"} for n in range(2000)]
    with must_end():
        reading = desk.read(*chain, *lost, documents=documents)
    assert (len(reading.claims), len(reading.quarantine)) == (3000, 2000)
