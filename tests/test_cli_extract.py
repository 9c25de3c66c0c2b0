"""`attest extract` as a user meets it: many texts, terminals, pipes, interrupts."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from pipelines.claims.text.workers import WORTH_PROCESSES

ATTEST = Path(sys.executable).with_name("attest")
TEXT = "At least 12 people were killed and 30 injured in Aleppo on Monday, police said. "
MustEnd = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of lines that is worth several processes."""
    file = tmp_path_factory.mktemp("many") / "texts.jsonl"
    rest = "a field that is passed over " * 200
    count = WORTH_PROCESSES // len(rest) + 9
    lines = (json.dumps({"id": n, "text": TEXT, "note": rest}) for n in range(count))
    file.write_text("\n".join(lines), encoding="utf-8")
    assert file.stat().st_size > WORTH_PROCESSES
    return file


def test_any_number_of_processes_gives_the_same_lines(attest: Any, many: Path) -> None:
    one, two = (
        attest("extract", many, "--jsonl", "--jobs", 1),
        attest("extract", many, "--jsonl", "--jobs", 2),
    )
    assert one.returncode == two.returncode == 0
    assert one.stdout == two.stdout
    assert [json.loads(line)["id"] for line in one.stdout.splitlines()[:3]] == [0, 1, 2]
    assert one.stderr == two.stderr == ""


def test_several_documents_and_one_that_is_missing(attest: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.html").write_text(f"<p>{TEXT}</p>", encoding="utf-8")
    names = [tmp_path / name for name in ("a.txt", "none.txt", "b.html")]
    done = attest("extract", *names, "--save-text", tmp_path / "kept")
    assert done.returncode == 1
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [len(row["claims"]) for row in rows] == [2, 0, 2]
    assert [row["id"] for row in rows] == [str(name) for name in names]
    assert "none.txt: cannot be read" in done.stderr
    kept = (tmp_path / "kept" / rows[2]["text_file"]).read_text(encoding="utf-8")
    claim = rows[2]["claims"][0]
    assert kept[claim["quote_start"] : claim["quote_end"]] == claim["quote"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["x.jsonl", "--jsonl", "--save-text", "texts"],
        ["-", "-"],
        ["x.txt", "--published-on", "May"],
        ["x.txt", "--jobs", "0"],
        [],
    ],
)
def test_wrong_use_is_told(attest: Any, wrong: list[str]) -> None:
    done = attest("extract", *wrong)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_one_who_writes_slowly_is_answered_at_once(must_end: MustEnd) -> None:
    command = [ATTEST, "extract", "-", "--jsonl"]
    with (
        must_end(),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
    ):
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": TEXT}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait() == 0


def test_one_who_stops_reading_ends_it_quietly(many: Path, must_end: MustEnd) -> None:
    command = [ATTEST, "extract", many, "--jsonl", "--jobs", "2"]
    with (
        must_end(),
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["id"] == 0
        process.stdout.close()
        assert process.wait() == 0
        assert process.stderr.read() == b""


def test_an_interrupt_ends_every_process(many: Path, must_end: MustEnd) -> None:
    command = [ATTEST, "extract", many, "-", "--jsonl", "--jobs", "2"]
    with (
        must_end(),
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # left open: it would wait for more
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            # A shell's job in the background ignores it, and what it starts would too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        ) as process,
    ):
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: all processes of the terminal
        process.stdout.read()
        assert process.stderr.read() == b"\nstopped: what was read so far is written\n"
        assert process.wait() == 130
        while _alive(process.pid):
            time.sleep(0.1)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_terminal_sees_how_far_it_is(many: Path, must_end: MustEnd) -> None:
    ours, theirs = pty.openpty()
    command = [ATTEST, "extract", many, "--jsonl", "--jobs", "2"]
    with must_end():
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode().strip().split("\r")[-1]
    os.close(ours)
    assert done.returncode == 0
    texts = len(many.read_text(encoding="utf-8").splitlines())
    assert shown.startswith(f"{texts:,} texts, {2 * texts:,} claims, ")
    assert ", 0 faulty, " in shown
    assert shown.endswith(" sentences/s")
