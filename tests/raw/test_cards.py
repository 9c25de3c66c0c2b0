from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.raw.cards import Card, is_leftover, name_fault, read_card
from schemas import frame, judge, raw

DIGEST = "ab" * 32


def card_of(fields: dict[str, str], *more: str, files: str = "") -> Card:
    lines = [f"{name}: {value}" for name, value in fields.items()]
    lines += [*more, files or f"sha256:\n  bulletin.txt: {DIGEST}", ""]
    return read_card("\n".join(lines).encode(), "agency", "2024-05-01")


def faults_of(card: Card) -> list[tuple[str, str]]:
    return [(fault.column, fault.reason) for fault in card.faults]


def test_a_good_card_is_a_row_of_the_table(good: dict[str, str]) -> None:
    card = card_of(good)
    assert card.faults == ()
    assert card.public
    assert card.checksums == {"bulletin.txt": DIGEST}
    assert card.only is None
    assert card.record["published_on"] == date(2024, 5, 1)
    assert card.record["redistributable"] is True
    assert card.record["archived_url"] is None
    assert judge(raw.Cards, frame(raw.Cards, [card.record])).empty


@pytest.mark.parametrize(
    ("change", "column", "reason", "fix"),
    [
        ({"reader": "artcle"}, "reader", "not a word", "Did you mean 'article'?"),
        ({"reader": "zzz"}, "reader", "not a word", "write one of article, claim_sheet"),
        ({"maturity": "fnal"}, "maturity", "not a word", "Did you mean 'final'?"),
        ({"sensitivity": "publik"}, "sensitivity", "not a word", "Did you mean 'public'?"),
        ({"sensitivity": "Public"}, "sensitivity", "not a word", "Did you mean 'public'?"),
        ({"published_on": "03/04/2024"}, "published_on", "can be", "YYYY-MM-DD"),
        ({"published_on": "2024-13-01"}, "published_on", "no day", "YYYY-MM-DD"),
        ({"published_on": "2024-05"}, "published_on", "not a whole day", "year-month-day"),
        ({"date_accessed": ""}, "date_accessed", "missing", "date_accessed: ..."),
        ({"date_accessed": "2024-04-30"}, "date_accessed", "before the day of publication", "put"),
        ({"redistributable": "yes"}, "redistributable", "neither true nor false", "true or false"),
        ({"redistributable": "True"}, "redistributable", "neither true nor false", "true or false"),
        ({"url": "javascript:alert(1)"}, "url", "not an http", "https://"),
        ({"url": "file:///etc/passwd"}, "url", "not an http", "https://"),
        ({"url": "example.org/18"}, "url", "not an http", "https://"),
        ({"url": "https://"}, "url", "not an address", "https://"),
        ({"url": "https://[::1"}, "url", "not an address", "https://"),
        ({"archived_url": "https://a b.org"}, "archived_url", "not an address", "https://"),
        ({"language": "english"}, "language", "two-letter", "en"),
        ({"title": "[a, b]"}, "title", "list or fields", "one text"),
        ({"producer": "{a: b}"}, "producer", "list or fields", "one text"),
        ({"publisher_name": "x"}, "publisher_name", "no field", "Did you mean 'publisher'?"),
        ({"facts": "conflict"}, "facts", "no named facts", "name: value"),
        ({"facts": "[a]"}, "facts", "no named facts", "name: value"),
        ({"title": '"a\\u0007b"'}, "", "control character", "delete"),
        ({"title": '"a\\ud800b"'}, "", "half a character", "delete"),
    ],
)
def test_one_broken_field_is_named_with_its_mend(
    good: dict[str, str], change: dict[str, str], column: str, reason: str, fix: str
) -> None:
    card = card_of(good | change)
    assert [fault.column for fault in card.faults] == [column]
    assert reason in card.faults[0].reason
    assert fix in card.faults[0].fix
    if change.get("date_accessed") != "":
        name = next(iter(change))
        at = list(good | change).index(name) + 1
        assert card.faults[0].line == at
        assert f"line {at}" in str(card.faults[0])
        assert column in str(card.faults[0])


REQUIRED = (
    "producer",
    "title",
    "date_accessed",
    "license",
    "redistributable",
    "reader",
    "maturity",
    "sensitivity",
)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_is_missed(good: dict[str, str], name: str) -> None:
    del good[name]
    assert faults_of(card_of(good)) == [(name, "is missing")]


@pytest.mark.parametrize("name", ["publisher", "url", "published_on", "collected_by", "language"])
def test_an_optional_field_may_be_empty_or_absent(good: dict[str, str], name: str) -> None:
    assert card_of(good | {name: ""}).faults == ()
    del good[name]
    assert card_of(good).record[name] is None


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ("sha256:", "is missing"),
        ("sha256: {}", "is missing"),
        ("sha256: [a]", "holds a list"),
        ("sha256: abc", "64 hexadecimal"),
        (f"sha256: {DIGEST}0", "64 hexadecimal"),
        ("sha256:\n  a.txt: " + "g" * 64, "64 hexadecimal"),
        ("sha256:\n  a.txt:", "64 hexadecimal"),
        (f"sha256:\n  a.txt: [{DIGEST}]", "64 hexadecimal"),
        (f"sha256:\n  ../a.txt: {DIGEST}", "holds '/'"),
        (f"sha256:\n  /etc/passwd: {DIGEST}", "holds '/'"),
        (f"sha256:\n  .hidden: {DIGEST}", "starts with a dot"),
        (f"sha256:\n  source.yml: {DIGEST}", "the card itself"),
    ],
)
def test_checksums_are_judged(good: dict[str, str], files: str, reason: str) -> None:
    card = card_of(good, files=files)
    assert len(card.faults) == 1
    assert reason in card.faults[0].reason


def test_no_sha256_at_all(good: dict[str, str]) -> None:
    assert faults_of(card_of(good, files="# none")) == [("sha256", "is missing")]


def test_one_checksum_may_stand_without_a_name(good: dict[str, str]) -> None:
    card = card_of(good, files=f"sha256: {DIGEST.upper()}")
    assert card.faults == ()
    assert (card.only, card.checksums) == (DIGEST, {})


def test_every_fault_in_one_report_by_line(good: dict[str, str]) -> None:
    card = card_of(
        good | {"reader": "x", "maturity": "y", "url": "ftp://a", "redistributable": "1"},
        "title: again",
        "nonsense: 1",
        files="sha256: short",
    )
    assert [fault.column for fault in card.faults] == [
        "url",
        "redistributable",
        "reader",
        "maturity",
        "title",
        "nonsense",
        "sha256",
    ]
    assert ("title", "is given twice") in faults_of(card)


def test_facts_and_settings_are_kept_as_json(good: dict[str, str]) -> None:
    more = (
        "facts:\n  conflict_start: 2011-03\n  expects:\n    claims.csv:\n      rows: 69",
        "zeros: reported",
        "ignored: [a, b]",
    )
    card = card_of(good, *more)
    assert card.faults == ()
    assert json.loads(card.record["facts"]) == {
        "conflict_start": "2011-03",
        "expects": {"claims.csv": {"rows": "69"}},
        "zeros": "reported",
        "ignored": ["a", "b"],
    }
    assert card_of(good, "facts:").record["facts"] == "{}"


def test_a_setting_stands_once(good: dict[str, str]) -> None:
    card = card_of(good, "facts:\n  zeros: reported", "zeros: unstated")
    assert faults_of(card) == [("zeros", "stands under facts and beside them")]


def test_reasons_of_revisions_and_what_is_covered_are_kept(good: dict[str, str]) -> None:
    card = card_of(
        good,
        'facts:\n  revision_reasons:\n    r17: 12 names twice\n    "*": recounted',
        "covers:\n  countries: [SYR]\n  years: [2011-2016]",
    )
    assert card.faults == ()
    assert json.loads(card.record["facts"]) == {
        "revision_reasons": {"r17": "12 names twice", "*": "recounted"},
        "covers": {"countries": ["SYR"], "years": ["2011-2016"]},
    }


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("facts:\n  revision_reasons: recounted", "revision_reasons"),
        ("facts:\n  revision_reasons: [recounted]", "revision_reasons"),
        ("facts:\n  revision_reasons:\n    r17:", "revision_reasons"),
        ("facts:\n  revision_reasons:\n    r17: [a]", "revision_reasons"),
        ("facts:\n  text_sha256: 12ab", "text_sha256"),
        ("facts:\n  text_sha256:\n    a.html: 12ab", "text_sha256"),
        ("covers: SYR", "covers"),
        ("covers:\n  country: SYR", "covers"),
        ("facts:\n  covers:\n    years: [11]", "covers"),
    ],
)
def test_settings_of_every_reader_are_judged(good: dict[str, str], more: str, field: str) -> None:
    (fault,) = card_of(good, more).faults
    assert fault.column == field
    assert fault.line == len(good) + 1
    assert fault.fix


@pytest.mark.parametrize(
    ("change", "more", "public"),
    [
        ({}, (), True),
        ({"maturity": "x"}, (), True),
        ({"sensitivity": "internal"}, (), False),
        ({"sensitivity": "restricted"}, (), False),
        ({"sensitivity": ""}, (), False),
        ({}, ("sensitivity: restricted",), False),
        ({}, ("sensitivty: restricted",), False),
        ({"title": '"\\u0007"'}, (), False),
    ],
)
def test_public_is_what_says_so_beyond_doubt(
    good: dict[str, str], change: dict[str, str], more: tuple[str, ...], public: bool
) -> None:
    assert card_of(good | change, *more).public is public


@pytest.mark.parametrize("data", [b"", b"just words", b"- a\n", b"\xff", b"a: [", b"&a x: *a"])
def test_what_is_no_card_is_one_fault(data: bytes) -> None:
    card = read_card(data, "agency", "2024-05-01")
    assert len(card.faults) == 1
    assert not card.public
    assert str(card.faults[0]).startswith("source.yml")


@given(st.binary(max_size=400))
def test_any_bytes_give_a_card_or_its_faults(must_end: Any, data: bytes) -> None:
    with must_end():
        card = read_card(data, "agency", "2024-05-01")
    assert card.faults
    for fault in card.faults:
        assert fault.reason and fault.fix
        str(fault).encode()


VALUES = st.text(max_size=30) | st.sampled_from(
    ["2016-10-06", "03/04/2024", "²/5/2024", "９/5/2024", "true", "https://x", "http://[", DIGEST]
)


@given(st.data())
def test_any_values_in_the_fields_give_a_row_or_faults(data: st.DataObject) -> None:
    fields = data.draw(
        st.dictionaries(st.sampled_from([*REQUIRED, "url", "published_on", "language"]), VALUES)
    )
    lines = [f"{name}: {json.dumps(value)}" for name, value in fields.items()]
    card = read_card("\n".join(lines).encode(), "agency", "2024-05-01")
    assert card.faults
    assert all(str(fault).isprintable() for fault in card.faults)


@pytest.mark.parametrize(
    "name", ["claims.csv", "a b.txt", "مقال.txt", "UPPER_case-1.2.csv", "x" * 150, "50%.csv"]
)
def test_names_that_may_be(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "C:x",
        "a#b",
        ".x",
        "-x",
        " x",
        "x ",
        "a\nb",
        "a\u202eb",
        "a\udcff",
        "x" * 151,
        "x~",
        "~$x.xlsx",
    ],
)
def test_names_that_may_not_be(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize(
    ("name", "leftover"),
    [
        (".DS_Store", True),
        (".source.yml.swp", True),
        ("claims.csv~", True),
        ("~$claims.xlsx", True),
        ("Thumbs.db", True),
        ("desktop.ini", True),
        ("claims.csv", False),
        ("~claims.csv", False),
    ],
)
def test_what_computers_leave_behind(name: str, leftover: bool) -> None:
    assert is_leftover(name) is leftover


COLUMNS = """columns:
  row_id: id
  metric: {is: killed}
  value: deaths
  place: {country: iso3}
  speaker: who"""


def test_a_card_may_map_the_columns_of_a_table(good: dict[str, str]) -> None:
    card = card_of(good | {"reader": "mapped_table"}, COLUMNS, "ignored: [memo]")
    assert card.faults == ()
    facts = json.loads(card.record["facts"])
    assert facts["columns"]["metric"] == {"is": "killed"} and facts["ignored"] == ["memo"]


def test_every_fault_of_a_mapping_is_one_of_the_card(good: dict[str, str]) -> None:
    wrong = COLUMNS.replace("killed", "kiled").replace("  speaker: who", "  speeker: who")
    card = card_of(good | {"reader": "mapped_table"}, wrong)
    assert [(fault.value, fault.reason) for fault in card.faults] == [
        ("kiled", "metric is no word for metric"),
        ("speeker", "speeker is nothing that a claim has"),
        ("", "speaker is missing"),
    ]
    assert "Did you mean 'killed'?" in str(card.faults[0])


def test_a_mapped_table_needs_a_mapping_and_no_other_has_one(good: dict[str, str]) -> None:
    assert faults_of(card_of(good | {"reader": "mapped_table"})) == [
        ("columns", "is missing for mapped_table")
    ]
    assert faults_of(card_of(good, COLUMNS)) == [("columns", "is read by mapped_table alone")]
