"""Review: a sheet goes out, comes back as spreadsheets leave it, and changes what a build makes."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.claims.overlays import CORRECTABLE
from pipelines.claims.review import queue
from pipelines.claims.review.decisions import AS_SHOWN, Decider, Imported, import_sheet
from pipelines.claims.review.release import ReviewFault
from pipelines.claims.review.sheet import (
    COLUMNS,
    as_csv,
    as_json_lines,
    rows_to_review,
    write_sheet,
)
from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.numbers import DOUBTS
from pipelines.marts import database
from pipelines.raw.add import add
from pipelines.raw.checksums import pin

TEXT = (
    "At least 12 people were killed in Aleppo on Sunday, officials said. "
    "Some 3,400 people were displaced in Aleppo on Sunday, officials said. "
    "Another 45 people were injured in Aleppo on Sunday, officials said.\n"
)
DAY = "2026-11-02"
Row = dict[str, Any]


@dataclass
class Office:
    """A data/raw with one text to review, and its releases."""

    raw: Path
    work: Path
    stages: Callable[..., dict[str, pd.DataFrame]]

    def build(self) -> dict[str, pd.DataFrame]:
        """Every table, with the release's database written for the commands to read."""
        tables = self.stages(self.raw)
        marts = {key: rows for key, rows in tables.items() if key.startswith("marts/")}
        self.database.unlink(missing_ok=True)
        database.write(marts, self.database, self.work)
        self.registers = (
            Gazetteer(tables["raw/places"], tables["raw/territories"]),
            Actors(tables["raw/actors"]),
        )
        return tables

    @property
    def database(self) -> Path:
        return self.work / "casualties.duckdb"

    @property
    def reviews(self) -> Path:
        return self.raw / "reviews.csv"

    def rows(self, **asked: Any) -> list[Row]:
        """The sheet as it goes out, by the metric of its claims."""
        return [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in rows_to_review(self.database, "bulletin", **asked)
        ]

    def of(self, metric: str) -> Row:
        (row,) = [row for row in self.rows(everything=True) if row["metric"] == metric]
        return row

    def hand_in(self, data: bytes | Iterable[Mapping[str, str]], **asked: Any) -> Imported:
        """Import a sheet of these bytes or rows."""
        by, on = asked.pop("by", "r1"), asked.pop("on", DAY)
        sheet = self.work / asked.pop("name", "filled.csv")
        sheet.write_bytes(data if isinstance(data, bytes) else written(data))
        decider = Decider.of(by, on, asked.pop("reason", None))
        return import_sheet(sheet, self.database, self.raw, decider, *self.registers, **asked)


def written(
    rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS, **how: Any
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), restval="", extrasaction="ignore", **how)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def first(
    stages: Callable[..., Any], root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Office:
    work = tmp_path_factory.mktemp("office")
    raw = work / "raw"
    left_out = shutil.ignore_patterns("syria-reference", "quarantine-example", "aleppo-article")
    shutil.copytree(root / "data" / "raw", raw, ignore=left_out)
    (raw / "reviews.csv").write_text("claim_id,decision,column,becomes,reason,by,on\n")
    text = work / "bulletin.txt"
    text.write_text(TEXT)
    told = {"title": "Bulletin", "publisher": "Agency", "url": "", "source_id": "bulletin"}
    add(text, raw, published_on="2016-10-03", accessed_on="2016-10-04", language="en", **told)
    made = Office(raw, work, stages)
    made.build()
    return made


@pytest.fixture
def office(first: Office, tmp_path: Path) -> Office:
    """A built office of its own, nothing decided."""
    work = tmp_path / "office"
    shutil.copytree(first.work, work)
    own = Office(work / "raw", work, first.stages)
    own.registers = first.registers
    return own


def accepted(row: Row, **cells: str) -> Row:
    return {**row, "decision": "accept", **cells}


def corrected(row: Row, column: str, becomes: str, **cells: str) -> Row:
    filled = {"decision": "correct", "column": column, "becomes": becomes, "reason": "as printed"}
    return {**row, **filled, **cells}


def reasons(done: Imported) -> list[str]:
    return [fault.fault.reason for fault in done.faults]


# The queue


def test_the_sheet_shows_each_pending_claim_beside_its_words(office: Office) -> None:
    rows = office.rows()
    assert {row["metric"] for row in rows} == {"killed", "displaced", "injured"}
    killed = office.of("killed")
    assert killed["sentence"].startswith(">>At least 12<< people were killed in Aleppo")
    assert (killed["value"], killed["qualifier"], killed["place_id"]) == ("12", "at_least", "SY02")
    assert (killed["title"], killed["publisher"]) == ("Bulletin", "Agency")
    assert (killed["published_on"], killed["review_status"]) == ("2016-10-03", "pending")
    assert killed["path"] == "bulletin/2016-10-03/bulletin.txt"
    assert not any(killed[name] for name in ("decision", "column", "becomes", "reason"))


def test_claims_come_by_doubt_times_size_and_then_by_number(office: Office) -> None:
    rows = office.rows()
    order = [(-int(row["priority"]), -int(row["value"])) for row in rows]
    assert order == sorted(order)
    assert rows[0]["metric"] == "displaced"


def test_priority_grows_with_doubt_and_with_size() -> None:
    doubt = ["ambiguous_separator"]
    assert queue.priority(doubt, 450) > queue.priority([], 450)
    assert queue.priority([], 45_000) > queue.priority([], 450)
    assert queue.priority(doubt, 45_000) > queue.priority([], 4_500_000)
    assert queue.priority([], 0) == 1


def test_every_reason_says_something_and_an_unlisted_one_its_name() -> None:
    assert all(1 <= held.severity <= 4 and held.says for held in queue.reasons().values())
    read_with_a_value = set(list(DOUBTS)[: list(DOUBTS).index("bad_grouping")])
    assert read_with_a_value <= queue.reasons().keys()
    assert queue.reason("brand_new").says == "Brand new."
    assert queue.reason("brand_new").severity == 2


def claim(**changes: Any) -> Row:
    held = {"claim_id": "a/1/t#killed@1-0", "document_id": "d", "metric": "killed", "value": 12}
    held |= {"method": "extracted", "review_status": "pending", "modality": "stated"}
    held |= {"speaker": "Agency", "place_as_written": "Aleppo", "doubts": []}
    return held | {"start_earliest": "2016-10-01", "quote": "12"} | changes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"metric": "killed_or_injured"}, "composite_metric"),
        ({"modality": "projected"}, "not_as_happened"),
        ({"place_as_written": None}, "no_place"),
        ({"start_earliest": None}, "no_period"),
        ({"source_type": "anonymous"}, "speaker_unnamed"),
        ({"speaker": "publisher not stated"}, "speaker_unnamed"),
        ({"doubts": ["place_inherited"]}, "place_inherited"),
    ],
)
def test_what_makes_a_claim_doubtful(changes: Row, code: str) -> None:
    assert queue.queue_of([claim()], {})[0]["reasons"] == []
    (row,) = queue.queue_of([claim(**changes)], {})
    assert row["reasons"] == [code]
    assert row["reasons_in_words"] == queue.reason(code).says


@pytest.mark.parametrize(("other", "found"), [(11, []), (10, []), (1, ["a"]), (120, ["b"])])
def test_a_number_ten_times_any_other_is_doubted(other: int, found: list[str]) -> None:
    told = [claim(claim_id="a", value=12), claim(claim_id="b", value=other)]
    told.append(claim(claim_id="c", metric="injured", value=1))
    rows = queue.queue_of(told, {})
    assert [row["claim_id"] for row in rows if "outlier" in row["reasons"]] == found


def test_only_what_a_machine_read_or_a_reader_left_pending_is_in_the_queue() -> None:
    told = [
        claim(claim_id="a", method="transcribed", review_status="accepted"),
        claim(claim_id="b", method="transcribed"),
        claim(claim_id="c", review_status="accepted"),
    ]
    assert [row["claim_id"] for row in queue.queue_of(told, {})] == ["b", "c"]


@pytest.mark.parametrize("column", queue.READ_OF_A_CLAIM)
def test_a_decision_rests_on_everything_that_was_shown(column: str) -> None:
    assert queue.rests_on(claim(), {}) != queue.rests_on(claim(**{column: "other"}), {})


def test_a_decision_rests_on_the_words_and_not_on_the_doubts() -> None:
    seen = queue.rests_on(claim(), {"a/1/t#killed@1-0": "the >>12<<"})
    assert seen != queue.rests_on(claim(), {"a/1/t#killed@1-0": "of the >>12<<"})
    assert queue.rests_on(claim(doubts=["x"]), {}) == queue.rests_on(claim(), {})
    assert not seen[0].isdigit()


@given(st.text(max_size=60), st.text(min_size=1, max_size=9), st.text(max_size=60))
def test_a_sentence_is_one_line_with_its_quote_marked(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    shown = queue.marked(text, (0, len(text)), (len(before), len(before) + len(quote)))
    assert shown == " ".join(f"{before}>>{quote}<<{after}".split())
    assert len(shown.splitlines()) <= 1 or not set(shown) & set("\r\n")


def test_an_endless_sentence_is_cut_around_its_quote() -> None:
    text = "many " * 50_000 + "12 killed" + " more" * 50_000
    at = text.index("12")
    shown = queue.marked(text, (0, len(text)), (at, at + 2))
    assert ">>12<< killed" in shown and len(shown) < 2_000
    assert shown.startswith("…") and shown.endswith("…")


# The sheet


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＠"])
def test_no_cell_starts_a_formula(office: Office, start: str) -> None:
    row = {**office.of("killed"), "sentence": f"{start}1+1", "claim_id": f"{start}x"}
    (cells,) = csv.DictReader(io.StringIO(as_csv([row]), newline=""))
    assert cells["sentence"] == f"'{start}1+1" and cells["claim_id"] == f"'{start}x"


def test_a_spreadsheet_takes_no_id_for_a_number_and_drops_no_last_cell(office: Office) -> None:
    for row in office.rows():
        assert row["rests_on"].startswith("seen-") and "#" in row["claim_id"]
    assert COLUMNS[-1] == "rests_on"


def test_a_sheet_that_is_there_is_not_written_over(office: Office, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    write_sheet(rows_to_review(office.database), sheet)
    before = sheet.read_bytes()
    with pytest.raises(ReviewFault, match="somebody's decisions"):
        write_sheet([], sheet)
    assert sheet.read_bytes() == before
    write_sheet(rows_to_review(office.database), tmp_path / "sheet.jsonl")
    lines = (tmp_path / "sheet.jsonl").read_text().splitlines()
    assert [json.loads(line)["claim_id"] for line in lines] == [
        row["claim_id"] for row in office.rows()
    ]


def test_a_source_that_waits_for_nothing_is_named(office: Office) -> None:
    with pytest.raises(ReviewFault, match="Did you mean 'bulletin'"):
        rows_to_review(office.database, "buletin")


def test_a_public_release_has_no_queue(office: Office, tmp_path: Path) -> None:
    tables = office.stages(office.raw, "public")
    assert tables["claims/review_queue"].empty
    marts = {key: rows for key, rows in tables.items() if key.startswith("marts/")}
    public = tmp_path / "public.duckdb"
    database.write(marts, public, tmp_path)
    with pytest.raises(ReviewFault, match="no review queue"):
        rows_to_review(public)


# There and back


def test_decisions_reach_the_next_build_and_stay(office: Office) -> None:
    killed, displaced, injured = (office.of(m) for m in ("killed", "displaced", "injured"))
    done = office.hand_in(
        [
            accepted(killed),
            corrected(displaced, "value", "3,500"),
            corrected(displaced, "population", "civilians"),
            {**injured, "decision": "reject", "reason": "counts goats"},
        ]
    )
    assert (done.recorded, done.faults, done.conflicts) == (4, [], [])
    for _ in range(2):
        tables = office.build()
        claims = tables["marts/claims"].set_index("claim_id")
        held = claims.loc[displaced["claim_id"]]
        assert (held["value"], held["population"]) == (3500, "civilians")
        assert json.loads(held["machine_values"]) == {"value": 3400, "population": "all"}
        assert (held["review_status"], held["reviewed_by"]) == ("corrected", "r1")
        assert str(held["reviewed_on"].date()) == DAY
        assert claims.loc[killed["claim_id"], "review_status"] == "accepted"
        assert claims.loc[injured["claim_id"], "review_status"] == "rejected"
        assert set(tables["marts/overlays"]["outcome"]) == {"applied"}
        used = set(tables["marts/evidence"]["claim_id"])
        assert {killed["claim_id"], displaced["claim_id"]} <= used
        assert injured["claim_id"] not in used
        assert office.rows() == []
        assert len(office.rows(everything=True)) == 3
    (reason,) = {
        row["reason"]
        for row in csv.DictReader(office.reviews.open())
        if row["decision"] == "accept"
    }
    assert reason == AS_SHOWN


def test_an_answer_names_the_claims_that_nobody_has_read(office: Office) -> None:
    assert office.build()["marts/estimates"].empty
    killed = office.of("killed")
    assert office.hand_in([accepted(killed)]).recorded == 1
    again = office.work / "again.txt"
    again.write_text(TEXT)
    told = {"title": "Again", "publisher": "Other", "url": "", "source_id": "again"}
    days = {"published_on": "2016-10-03", "accessed_on": "2016-10-04"}
    add(again, office.raw, language="en", **days, **told)
    tables = office.build()
    assert set(tables["marts/estimates"]["n_claims"]) == {1}
    evidence = tables["marts/evidence"]
    left_out = evidence[evidence["used_as"] == "excluded"]
    assert set(left_out["reason"]) == {"extracted and not yet read by a person"}
    assert killed["claim_id"] not in set(left_out["claim_id"])


def test_a_bound_becomes_a_range_only_as_a_whole(office: Office) -> None:
    killed = office.of("killed")
    rows = [
        corrected(killed, "value", ""),
        corrected(killed, "value_low", "12"),
        corrected(killed, "value_high", "15"),
        corrected(killed, "qualifier", "between"),
    ]
    refused = office.hand_in(rows[1:])
    assert set(reasons(refused)) == {"row.does_not_fit"} and not refused.recorded
    assert office.hand_in(rows).recorded == 4
    held = office.build()["marts/claims"].set_index("claim_id").loc[killed["claim_id"]]
    assert (held["value_low"], held["value_high"], held["qualifier"]) == (12, 15, "between")
    assert pd.isna(held["value"]) and held["review_status"] == "corrected"


def test_a_changed_reading_is_reported_and_the_decision_no_longer_applies(office: Office) -> None:
    assert office.hand_in([accepted(office.of("killed"))]).recorded == 1
    folder = office.raw / "bulletin" / "2016-10-03"
    text = (folder / "bulletin.txt").read_text()
    (folder / "bulletin.txt").write_text(text.replace("on Sunday", "on Friday", 1))
    pin(office.raw, "bulletin")
    tables = office.build()
    (told,) = tables["marts/overlays"].to_dict("records")
    assert told["outcome"] == "guard_failed" and "Review it again" in told["message"]
    assert set(tables["marts/claims"]["review_status"]) == {"pending"}

    (folder / "bulletin.txt").write_text("Nobody was hurt.\n")
    pin(office.raw, "bulletin")
    (told,) = office.build()["marts/overlays"].to_dict("records")
    assert told["outcome"] == "claim_missing"


def test_a_decision_without_its_reading_applies_as_ever(office: Office) -> None:
    row = accepted(office.of("killed"), rests_on="")
    assert office.hand_in(written([row], ("claim_id", "decision"))).recorded == 1
    assert set(office.build()["marts/overlays"]["outcome"]) == {"applied"}


def test_a_sheet_written_before_the_reading_changed_is_refused(office: Office) -> None:
    done = office.hand_in([accepted(office.of("killed"), rests_on="seen-000000000000")])
    assert reasons(done) == ["provenance.reading_changed"] and not done.recorded


# As spreadsheets leave it


@pytest.mark.parametrize(
    "how",
    [
        {"delimiter": ";"},
        {"delimiter": "\t"},
        {"quoting": csv.QUOTE_ALL},
        {"delimiter": ";", "quoting": csv.QUOTE_ALL, "lineterminator": "\n"},
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_sheet_saved_anew_reads_the_same(office: Office, how: Row, mark: bytes) -> None:
    rows = [accepted(office.of("killed")), *office.rows()[:1]]
    rows.append(corrected(office.of("injured"), "restriction", "in shelters; and homes, too"))
    done = office.hand_in(mark + written(rows, sorted(COLUMNS), **how))
    assert (done.faults, done.recorded, done.undecided) == ([], 2, 1)
    held = list(csv.DictReader(office.reviews.open()))
    assert held[1]["becomes"] == "in shelters; and homes, too"


@pytest.mark.parametrize("word", ["accept", "ACCEPT", " Accept "])
def test_a_decision_in_any_case_is_one(office: Office, word: str) -> None:
    assert office.hand_in([accepted(office.of("killed"), decision=word)]).recorded == 1
    assert next(csv.DictReader(office.reviews.open()))["decision"] == "accept"


def test_rows_without_a_decision_decide_nothing(office: Office) -> None:
    before = office.reviews.read_bytes()
    done = office.hand_in(office.rows())
    assert (done.undecided, done.recorded, done.faults) == (3, 0, [])
    assert office.reviews.read_bytes() == before


def test_json_lines_come_back_too(office: Office) -> None:
    rows = [
        json.loads(line) for line in as_json_lines(rows_to_review(office.database)).splitlines()
    ]
    rows[0] |= {"decision": "correct", "column": "value", "becomes": 3500, "reason": "as printed"}
    lines = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    assert office.hand_in(lines, name="filled.jsonl").recorded == 1
    assert office.hand_in(lines).held_before == 1


@pytest.mark.parametrize(
    "line",
    [
        '{"claim_id": "a", "claim_id": "b", "decision": "accept"}',
        '{"claim_id": "a", "decision": ["accept"]}',
        '{"claim_id": "a", "decision": "accept", "becomes": NaN}',
        '{"claim_id": "\\ud800", "decision": "accept"}',
        '{"claim_id": "a", "decisions": "accept"}',
        '["a"]',
        '{"claim_id": ' + "[" * 20_000,
    ],
)
def test_a_bad_line_of_json_is_named(office: Office, line: str) -> None:
    done = office.hand_in(f"\n{line}\n".encode(), name="filled.jsonl")
    assert [fault.row for fault in done.faults] == [2] and not done.recorded


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "file.empty"),
        (b"PK\x03\x04rest", "file.type"),
        ("claim_id,decision\ná,accept\n".encode("cp1252"), "file.encoding"),
        (b"claim_id|decision\na|accept\n", "file.delimiter"),
        (b"claim_id,decision,decided\na,accept,x\n", "file.unknown_column"),
        (b"decision,reason\naccept,x\n", "file.missing_column"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(office: Office, data: bytes, reason: str) -> None:
    done = office.hand_in(data, partial=True)
    assert reason in reasons(done) and not done.recorded


# Rows at fault


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"decision": "acept"}, "enum.decision", "decision"),
        ({"claim_id": "bulletin/x#killed@1-0"}, "provenance.unknown_claim", "claim_id"),
        ({"claim_id": ""}, "missing.claim_id", "claim_id"),
        ({"decision": "", "becomes": "60"}, "missing.decision", "decision"),
        ({"column": "value"}, "row.contradictory", "column"),
        ({"decision": "reject", "becomes": "7", "reason": "x"}, "row.contradictory", "becomes"),
        ({"decision": "reject"}, "missing.reason", "reason"),
        ({"decision": "correct", "becomes": "7", "reason": "x"}, "missing.column", "column"),
        (
            {"decision": "correct", "column": "valu", "becomes": "7", "reason": "x"},
            "enum.column",
            "column",
        ),
        (
            {"decision": "correct", "column": "value", "becomes": "450.000", "reason": "x"},
            "row.does_not_fit",
            "becomes",
        ),
        (
            {"decision": "correct", "column": "part_of", "becomes": "gone", "reason": "x"},
            "row.does_not_fit",
            "becomes",
        ),
    ],
)
def test_a_row_at_fault_is_named_and_nothing_recorded(
    office: Office, cells: Row, reason: str, column: str
) -> None:
    before = office.reviews.read_bytes()
    done = office.hand_in([accepted(office.of("injured")), accepted(office.of("killed"), **cells)])
    (fault,) = done.faults
    assert (fault.row, fault.fault.reason, fault.fault.column) == (3, reason, column)
    assert fault.fault.message and fault.fault.fix
    assert done.recorded == 0 and office.reviews.read_bytes() == before


def test_what_is_sound_is_recorded_on_request_claim_by_claim(office: Office) -> None:
    killed, injured = office.of("killed"), office.of("injured")
    rows = [
        accepted(injured),
        corrected(killed, "value", "13"),
        corrected(killed, "unit", "goats"),
    ]
    done = office.hand_in(rows, partial=True)
    assert done.recorded == 1 and done.faults
    (held,) = csv.DictReader(office.reviews.open())
    assert held["claim_id"] == injured["claim_id"]


def test_one_reason_may_stand_for_all(office: Office) -> None:
    row = {**office.of("killed"), "decision": "reject"}
    assert office.hand_in([row], reason="no figure of people").recorded == 1
    assert next(csv.DictReader(office.reviews.open()))["reason"] == "no figure of people"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"decision": "accept"}, {"decision": "reject", "reason": "x"}),
        ({"decision": "accept"}, {"decision": "correct", "column": "value", "becomes": "7"}),
        (
            {"decision": "correct", "column": "value", "becomes": "6"},
            {"decision": "correct", "column": "Value", "becomes": "7"},
        ),
    ],
)
def test_a_sheet_does_not_contradict_itself(office: Office, one: Row, two: Row) -> None:
    row = office.of("killed") | {"reason": "x"}
    done = office.hand_in([row | one, row | two])
    assert reasons(done) == ["duplicate.conflict"] and not done.recorded
    assert "Row 2 decides otherwise" in done.faults[0].fault.message


@pytest.mark.parametrize(
    ("by", "on", "said"),
    [("A Name", DAY, "id of one word"), ("", DAY, "id of one word"), ("r1", "soon", "on 'soon'"),
     ("r1", "2026-11", "whole day")],
)  # fmt: skip
def test_who_and_when_are_judged(by: str, on: str, said: str) -> None:
    with pytest.raises(ReviewFault, match=said):
        Decider.of(by, on)


# The register


def test_earlier_decisions_are_not_rewritten_and_a_sheet_adds_nothing_twice(
    office: Office,
) -> None:
    killed, injured = office.of("killed"), office.of("injured")
    old = (
        "claim_id,decision,column,becomes,reason,by,on\r\n"
        f'{killed["claim_id"]},accept,,,"a\r\nb",r0,2026-01-01'
    )
    office.reviews.write_bytes(old.encode())
    sheet = [accepted(killed, reason="seen"), corrected(injured, "value", "46")]
    assert office.hand_in(sheet).recorded == 2
    held = office.reviews.read_bytes().decode()
    assert held.startswith(old.replace("by,on\r\n", "by,on,rests_on\r\n") + ",\r\n")
    assert held.endswith(f"{injured['rests_on']}\r\n") and held.count("\r\n") == held.count("\n")
    for on in (DAY, "2026-12-24"):
        again = office.hand_in(sheet, on=on)
        assert (again.recorded, again.held_before, again.faults) == (0, 2, [])
    assert office.reviews.read_bytes().decode() == held
    statuses = office.build()["marts/overlays"]
    assert set(statuses["outcome"]) == {"applied"}


def test_a_register_that_is_not_there_is_begun(office: Office) -> None:
    office.reviews.unlink()
    assert office.hand_in([accepted(office.of("killed"))]).recorded == 1
    assert set(office.build()["marts/overlays"]["outcome"]) == {"applied"}


def test_a_register_at_fault_stays_as_it_is(office: Office) -> None:
    office.reviews.write_text("claim_id,decision,column,becomes,reason,by,on\nx,accept\n\n")
    before = office.reviews.read_bytes()
    with pytest.raises(ReviewFault, match="line 2"):
        office.hand_in([accepted(office.of("killed"))])
    assert office.reviews.read_bytes() == before


def test_a_day_on_which_it_was_decided_is_not_decided_again(office: Office) -> None:
    killed = office.of("killed")
    assert office.hand_in([accepted(killed)]).recorded == 1
    reject = {**killed, "decision": "reject", "reason": "on second thoughts"}
    done = office.hand_in([reject], by="r2")
    assert reasons(done) == ["duplicate.conflict"] and "line 2" in done.faults[0].fault.message
    assert office.hand_in([reject], on="2026-11-03").recorded == 1


def test_two_people_who_disagree_are_told_and_the_later_day_holds(office: Office) -> None:
    killed = office.of("killed")
    assert office.hand_in([accepted(killed)]).recorded == 1
    reject = {**killed, "decision": "reject", "reason": "an exercise"}
    done = office.hand_in([reject], by="r2", on="2026-11-03")
    assert done.recorded == 1
    (conflict,) = done.conflicts
    assert "r2 decided otherwise on 2026-11-03 (line 3: reject)" in conflict
    tables = office.build()
    assert list(tables["marts/overlays"]["outcome"]) == ["overruled", "applied"]
    claims = tables["marts/claims"].set_index("claim_id")
    assert claims.loc[killed["claim_id"], "review_status"] == "rejected"
    # Who changes their mind settles it.
    agreed = office.hand_in([{**killed, "decision": "reject", "reason": "agreed"}], on="2026-11-04")
    assert (agreed.recorded, agreed.conflicts) == (1, [])
    assert set(office.build()["marts/overlays"]["outcome"]) == {"applied"}


def test_two_at_once_lose_nothing(office: Office) -> None:
    rows = [accepted(office.of(metric)) for metric in ("killed", "displaced", "injured")]

    def hand_in(at: int) -> int:
        return office.hand_in([rows[at]], by=f"r{at}", name=f"{at}.csv").recorded

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(hand_in, range(3))) == [1, 1, 1]
    held = list(csv.DictReader(office.reviews.open()))
    assert {row["claim_id"] for row in held} == {row["claim_id"] for row in rows}
    assert not [path for path in office.raw.iterdir() if path.name.endswith(".new")]


def test_a_reason_is_no_formula_in_the_register(office: Office) -> None:
    assert office.hand_in([accepted(office.of("killed"), reason="=1+1")]).recorded == 1
    assert next(csv.DictReader(office.reviews.open()))["reason"] == "'=1+1"


def test_what_the_sheet_shows_by_name_is_what_a_person_corrects() -> None:
    assert set(queue.READ_OF_A_CLAIM) <= set(CORRECTABLE)
