"""The command line as a user meets it: help, JSON, exit codes, words without tracebacks."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.marts.release import current_id

COMMANDS = (
    "add",
    "ask",
    "brief",
    "build",
    "card",
    "chart",
    "check",
    "cite",
    "diff",
    "explain",
    "export",
    "extract",
    "fetch",
    "pin",
    "publish",
    "review",
    "rollback",
    "sheet",
    "verify",
)
ARTICLE_CLAIM = "aleppo-article/2016-10-06/article.txt#killed@1-4fdb22e0"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(attest: Any, command: str) -> None:
    words = {"sheet": ("sheet", "new"), "review": ("review", "import")}.get(command, (command,))
    done = attest(*words, "--help")
    assert done.returncode == 0
    assert "Examples:" in done.stdout
    assert f"attest {' '.join(words)}" in done.stdout


def test_help_names_every_command(attest: Any) -> None:
    done = attest("--help")
    for command in COMMANDS:
        assert f"  {command} " in done.stdout


def test_build_says_what_came_of_it(built: Any, attest: Any) -> None:
    done = attest("build", "--marts", built.marts)
    for word in ("rows in", "claims", "quarantined", "findings", "release", "database", "chart"):
        assert word in done.stdout


def test_explain_walks_a_claim_back_to_its_words(built: Any, attest: Any) -> None:
    done = attest("explain", ARTICLE_CLAIM, "--marts", built.marts)
    assert done.returncode == 0
    for words in (
        "quote: “more than 600”",
        "Since 19 September",
        "low 601, high open",
        "Civil defense workers",
        "sha256 of aleppo-article/2016-10-06/article.txt",
        "characters ",
    ):
        assert words in done.stdout


def test_explain_walks_an_answer_and_its_question(built: Any, attest: Any) -> None:
    claim = json.loads(attest("explain", ARTICLE_CLAIM, "--marts", built.marts, "--json").stdout)
    question = claim["figure"]["question_id"]
    done = attest("explain", question, "--marts", built.marts, "--json")
    answers = json.loads(done.stdout)["answers"]
    assert {answer["rule"] for answer in answers} == {"by_source", "latest", "spread"}
    assert [a["evidence"][0]["claim"]["words"]["quote"] for a in answers] == ["more than 600"] * 3
    one = attest("explain", answers[0]["estimate_id"], "--marts", built.marts)
    assert "from 1 claim(s) of 1 origin(s)" in one.stdout
    assert "“more than 600”" in one.stdout


def test_explain_walks_every_finding(built: Any) -> None:
    with (built.marts / "csv" / "findings.csv").open(encoding="utf-8", newline="") as stream:
        findings = [row["finding_id"] for row in csv.DictReader(stream)]
    assert findings
    for finding in findings:
        done = CliRunner().invoke(main, ["explain", finding, "--marts", str(built.marts)])
        assert done.exit_code == 0, done.output
        assert "would settle it" in done.stdout


def test_explain_of_a_changed_text_does_not_quote_it(
    built: Any, attest: Any, small_raw: Path
) -> None:
    text = small_raw / "aleppo-article" / "2016-10-06" / "article.txt"
    text.write_text(text.read_text(encoding="utf-8").replace("600", "900"), encoding="utf-8")
    done = attest("explain", ARTICLE_CLAIM, "--marts", built.marts, "--raw", small_raw)
    assert "has changed since the release" in done.stdout
    assert "900" not in done.stdout


def test_explain_of_a_sheet_s_claim_names_its_row(built: Any, attest: Any) -> None:
    claim = "syria-reference/2026-11-01/syr-sohr-201612-e#killed"
    done = attest("explain", claim, "--marts", built.marts)
    assert "syria-reference/2026-11-01/claims.csv, row syr-sohr-201612-e" in done.stdout


def test_explain_of_an_unknown_id_says_where_ids_stand(built: Any, attest: Any) -> None:
    done = attest("explain", "nobody", "--marts", built.marts)
    assert done.returncode == 1
    assert "marts.claims" in done.stderr
    assert "Traceback" not in done.stderr


def test_ask_answers_with_who_said_it(built: Any, attest: Any) -> None:
    asked = ("ask", "--metric", "refugees", "--place", "Syria", "--to", "2016-12-31")
    done = attest(*asked, "--marts", built.marts)
    assert done.returncode == 0
    for words in ("answered", "by_source of UNHCR: 5,524,511", "UNHCR, 2025-12-01", "floor: "):
        assert words in done.stdout
    result = json.loads(attest(*asked, "--marts", built.marts, "--json").stdout)
    assert result["answer"] == "answered"
    assert {answer["rule"] for answer in result["answers"]} >= {"by_source", "latest", "spread"}
    assert result["as_of"] == "2025-12-01"


ASK = ("ask", "--metric", "displaced", "--place", "Syria", "--to", "2016-10-06")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as-of", "2016-10-06"), "March 2011 to 17 August 2015"),
        (("--as-of", "1999-12-31"), "nothing in this collection had been published by 1999-12-31"),
        (("--place", "Yemen", "--as-of", "2199-12-31"), "the latest held is of 2025-12-01"),
        (("--place", "Yemen"), "Figures of displaced are held for: Syria"),
    ],
)
def test_ask_without_an_answer_says_what_is_missing(
    built: Any, arguments: tuple[str, ...], said: str
) -> None:
    done = CliRunner().invoke(main, [*ASK, *arguments, "--marts", str(built.marts)])
    assert done.exit_code == 0
    assert "not answerable here" in done.stdout
    assert "floor: no claim here sets a floor" in done.stdout
    assert said in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--place", "Syra"), "near it: SYR (Syria)"),
        (("--metric", "displacd"), "did you mean displaced"),
        (("--from", "2016-13"), "no day of the calendar"),
        (("--from", "2016-10-07"), "lies before the start"),
        (("--as-of", "0000-01-01"), "as of '0000-01-01'"),
        (("--as-of", "2016"), "write a whole day"),
        (("--if", "nobody#killed"), "nobody#killed"),
        (("--if", ARTICLE_CLAIM), "neither a best figure nor an upper end"),
    ],
)
def test_ask_put_wrongly_says_what_to_write(
    built: Any, arguments: tuple[str, ...], said: str
) -> None:
    done = CliRunner().invoke(main, [*ASK, *arguments, "--marts", str(built.marts)])
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_commands_before_the_first_build_say_so(attest: Any, tmp_path: Path) -> None:
    for command in ([*ASK], ["explain", "x"], ["verify"], ["rollback"], ["diff", "a", "b"]):
        done = attest(*command, "--marts", tmp_path)
        assert done.returncode in (1, 2), command
        assert "Traceback" not in done.stderr, command
        assert done.stderr.strip(), command


def test_a_first_build_with_a_faulty_register_names_its_faults(
    attest: Any, small_raw: Path, tmp_path: Path
) -> None:
    (small_raw / "actors.csv").write_bytes(b"\x89PNG")
    done = attest("build", "--raw", small_raw, "--marts", tmp_path / "marts")
    assert done.returncode == 1
    assert "actors.csv" in done.stderr and "PNG picture" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_shows_no_character_that_steers_a_terminal(attest: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "claims.csv"
    attest("sheet", "new", tmp_path)
    header = sheet.read_text(encoding="utf-8").strip()
    sheet.write_text(f"{header}\n\x1b[2Jr1\u202e{',' * header.count(',')}\n", encoding="utf-8")
    done = attest("check", sheet)
    assert done.returncode == 1
    assert "\\x1b[2Jr1\\u202e" in done.stdout
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout


def test_diff_and_rollback(small_raw: Path, small_marts: Path, attest: Any) -> None:
    marts = small_marts
    first = current_id(marts)
    reviews = small_raw / "reviews.csv"
    lines = reviews.read_text(encoding="utf-8").splitlines()
    reviews.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    assert attest("build", "--raw", small_raw, "--marts", marts).returncode == 0
    second = current_id(marts)
    assert first != second
    done = attest("diff", first, "current", "--marts", marts)
    assert 'review_status "accepted" -> "pending"' in done.stdout
    assert json.loads(attest("diff", first, second, "--marts", marts, "--json").stdout)["tables"]
    done = attest("rollback", "--marts", marts)
    assert done.returncode == 0
    assert current_id(marts) == first
    assert attest("verify", "--marts", marts).returncode == 0
    assert attest("diff", first, "nothing", "--marts", marts).returncode == 2


def test_verify_finds_a_changed_byte(built: Any, attest: Any, tmp_path: Path) -> None:
    marts = tmp_path / "marts"
    shutil.copytree(built.marts, marts, symlinks=True)
    with (marts / "csv" / "claims.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    done = attest("verify", "--marts", marts)
    assert done.returncode == 1
    assert "claims.csv" in done.stderr


def test_export_writes_a_table(built: Any, attest: Any, tmp_path: Path) -> None:
    target = tmp_path / "claims.csv"
    done = attest("export", "claims", "--to", target, "--marts", built.marts)
    assert done.returncode == 0, done.stderr
    assert target.read_bytes() == (built.marts / "csv" / "claims.csv").read_bytes()
    assert attest("export", "nothing", "--to", target, "--marts", built.marts).returncode == 2
    assert attest("export", "claims", "--to", "x.xlsx", "--marts", built.marts).returncode == 2


TEXT = "At least 12 people were killed and 30 injured on Monday, police said."


def test_extract_reads_files_standard_input_and_json_lines(attest: Any, tmp_path: Path) -> None:
    file = tmp_path / "bulletin.txt"
    file.write_text(TEXT, encoding="utf-8")
    by_file = json.loads(attest("extract", file, "--published-on", "2024-05-08").stdout)
    by_input = json.loads(attest("extract", "-", "--published-on", "2024-05-08", stdin=TEXT).stdout)
    assert by_file["claims"] == by_input["claims"]
    lines = [{"id": "b", "text": TEXT}, {"id": 7, "text": TEXT, "published_on": "2024-05-08"}]
    stdin = "".join(json.dumps(line) + "\n" for line in lines)
    done = attest("extract", "-", "--jsonl", stdin=stdin)
    undated, dated = (json.loads(line) for line in done.stdout.splitlines())
    assert (undated["id"], dated["id"]) == ("b", 7)
    assert dated["claims"] == by_file["claims"]
    killed = dated["claims"][0]
    assert (killed["metric"], killed["value"], killed["qualifier"]) == ("killed", 12, "at_least")
    assert TEXT[killed["quote_start"] : killed["quote_end"]] == killed["quote"]
    assert killed["start_earliest"] == "2024-05-06"
    assert undated["claims"][0]["start_earliest"] is None


@pytest.mark.parametrize(
    "line", ["not json", "[1]", '{"id": 1}', '{"text": "x", "published_on": "May"}']
)
def test_a_faulty_line_keeps_its_place_and_is_named(attest: Any, line: str) -> None:
    good = json.dumps({"id": "good", "text": TEXT})
    done = attest("extract", "-", "--jsonl", stdin=f"{good}\n{line}\n{good}\n")
    assert done.returncode == 1
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert [bool(answer["claims"]) for answer in answers] == [True, False, True]
    assert "line 2" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_judges_a_sheet_without_a_build(attest: Any, root: Path, tmp_path: Path) -> None:
    folder = root / "data" / "raw" / "quarantine-example" / "2026-11-01"
    done = attest("check", folder / "claims.csv", "--mend", tmp_path / "mend.csv")
    assert done.returncode == 1
    assert "number.ambiguous_separator" in done.stdout
    assert "claims: 0, rows at fault: 14" in done.stdout
    with (tmp_path / "mend.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 14
    good = root / "data" / "raw" / "syria-reference" / "2026-11-01" / "claims.csv"
    done = attest("check", good, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["claims"] == 69
    assert attest("check", tmp_path / "nothing.csv").returncode == 2


def test_sheet_new_add_and_pin(attest: Any, small_raw: Path, tmp_path: Path) -> None:
    made = attest("sheet", "new", tmp_path / "sheet")
    assert made.returncode == 0
    assert (tmp_path / "sheet" / "claims.csv").exists()
    assert attest("sheet", "new", tmp_path / "sheet").returncode == 1
    text = tmp_path / "bulletin.txt"
    text.write_text(TEXT, encoding="utf-8")
    card = ["--title", "Bulletin 18", "--publisher", "Example", "--published-on", "2024-05-08"]
    done = attest("add", text, *card, "--raw", small_raw, "--language", "en")
    assert done.returncode == 0, done.stderr
    folder = small_raw / "bulletin-18" / "2024-05-08"
    assert (folder / "source.yml").exists()
    (folder / "bulletin.txt").write_text(TEXT + "\n", encoding="utf-8")
    done = attest("pin", "bulletin-18", "--raw", small_raw)
    assert "bulletin.txt" in done.stdout
    assert "->" in done.stdout
    assert "nothing has changed" in attest("pin", "bulletin-18", "--raw", small_raw).stdout
    assert json.loads(attest("pin", "bulletin-18", "--raw", small_raw, "--json").stdout) == []
    assert attest("pin", "no-such-source", "--raw", small_raw).returncode == 1
    built = attest("build", "--raw", small_raw, "--marts", tmp_path / "marts", "--json")
    summary = json.loads(built.stdout)
    assert summary["claims"] == 6
    assert summary["pending"] == 2


def review(*words: str | Path) -> Any:
    return CliRunner().invoke(main, ["review", *map(str, words)])


def test_what_waits_for_review_goes_out_and_decisions_come_back(
    built: Any, small_raw: Path, tmp_path: Path
) -> None:
    sheet, marts = tmp_path / "sheet.csv", ("--marts", built.marts)
    assert json.loads(review("export", "--json", "--out", sheet, *marts).stdout)["claims"] == 0
    sheet.unlink()
    shown = review("export", "--all", *marts)
    assert shown.exit_code == 0 and ">>more than 600<<" in shown.stdout
    assert review("export", "--all", "--out", sheet, *marts).exit_code == 0
    with sheet.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    (row,) = [row for row in rows if row["claim_id"] == ARTICLE_CLAIM]
    row |= {"decision": "reject", "reason": "a test"}
    again = review("export", "--all", "--out", sheet, *marts)
    assert again.exit_code == 1 and "is there already" in again.stderr
    with sheet.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(row), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    taken = ("import", sheet, "--by", "r2", "--on", "2027-01-01", "--raw", small_raw, *marts)
    done = review(*taken)
    assert done.exit_code == 0, done.output
    assert "decisions recorded: 1, held before: 0, rows without a decision: 3" in done.stdout
    assert "conflict: " in done.stdout and "r2 decided otherwise" in done.stdout
    held = (small_raw / "reviews.csv").read_text().splitlines()
    assert held[-1].startswith(f"{ARTICLE_CLAIM},reject,,,a test,r2,2027-01-01,seen-")
    said = json.loads(review(*taken, "--json").stdout)
    assert (said["recorded"], said["held_before"], said["faults"]) == (0, 1, [])


def test_a_filled_sheet_at_fault_is_told_row_by_row_and_not_taken(
    built: Any, small_raw: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"claim_id,decision\n{ARTICLE_CLAIM},acept\n\x1b[2J,accept\n")
    before = (small_raw / "reviews.csv").read_bytes()
    done = review("import", sheet, "--by", "r2", "--raw", small_raw, "--marts", built.marts)
    assert done.exit_code == 1
    assert (
        "sheet.csv, row 2, decision 'acept': enum.decision: 'acept' is no decision." in done.stdout
    )
    assert "sheet.csv, row 3" in done.stdout and "\x1b" not in done.stdout
    assert (small_raw / "reviews.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "--source", "no-such"), "no claim of the source 'no-such'"),
        (("import", "no-such.csv", "--by", "r1"), "cannot be read"),
        (("import", "no-such.csv", "--by", "A Name"), "an id of one word"),
        (("import", "no-such.csv", "--by", "r1", "--on", "soon"), "on 'soon'"),
    ],
)
def test_a_review_that_cannot_be_says_why(
    built: Any, small_raw: Path, words: tuple[str, ...], said: str
) -> None:
    raw = ("--raw", small_raw) if words[0] == "import" else ()
    done = review(*words, *raw, "--marts", built.marts)
    assert done.exit_code == 1 and said in done.stderr and "Traceback" not in done.output
