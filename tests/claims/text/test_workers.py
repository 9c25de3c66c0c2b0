"""Tasks shared out among processes: the same answers in the same order, whatever happens to one."""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.claims.text import workers
from pipelines.claims.text.claim import Document
from pipelines.claims.text.lines import Lines, Reader, Task

ENOUGH = workers.WORTH_PROCESSES + 1
MustEnd = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def reader(document: Document) -> Reader:
    assert document.gazetteer is not None
    assert document.actors is not None
    return Reader(document.gazetteer, document.actors)


def tasks(count: int) -> list[Task]:
    """Tasks of two texts each, some of which take far longer than others."""
    found: list[Task] = []
    for number in range(count):
        text = "12 people were killed in Aleppo. " * (200 if number % 5 == 0 else 1)
        line = json.dumps({"id": number, "text": text}).encode()
        found.append(Lines("f", 2 * number + 1, line + b"\n" + line + b"\n"))
    return found


def written(answers: Iterator[Any]) -> list[bytes]:
    return [line for answer in answers for line in answer.lines]


def test_several_processes_answer_as_one_does(reader: Reader, must_end: MustEnd) -> None:
    with must_end():
        alone = written(workers.answers(iter(tasks(30)), reader, 1))
        assert len(alone) == 60
        assert written(workers.answers(iter(tasks(30)), reader, 2, ENOUGH)) == alone


def test_little_is_read_ahead_and_nobody_is_left_behind(reader: Reader, must_end: MustEnd) -> None:
    drawn = []

    def endless() -> Iterator[Task]:
        (task,) = tasks(1)
        while True:
            drawn.append(task)
            yield task

    with must_end():
        answers = workers.answers(endless(), reader, 2, ENOUGH)
        for _ in range(3):
            next(answers)
        assert len(drawn) < 20
        answers.close()
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_is_replaced(reader: Reader, must_end: MustEnd) -> None:
    with must_end():
        alone = written(workers.answers(iter(tasks(40)), reader, 1))
        answers = workers.answers(iter(tasks(40)), reader, 2, ENOUGH)
        found = list(next(answers).lines)
        for process in multiprocessing.active_children():
            process.kill()
        assert found + written(answers) == alone


def test_a_text_that_a_process_dies_of_is_named(must_end: MustEnd) -> None:
    deadly: Any = SimpleNamespace(answer=sys.exit)
    with must_end():
        found = list(workers.answers(iter(tasks(2)), deadly, 2, ENOUGH))
    rows = [json.loads(line) for answer in found for line in answer.lines]
    assert [row["id"] for row in rows] == [0, 0, 1, 1]
    places = [row["error"].split(":")[0] for row in rows]
    assert places == ["f, line 1", "f, line 2", "f, line 3", "f, line 4"]
    assert "died (exit code 1)" in rows[0]["error"]
    assert sum(answer.counts["faulty"] for answer in found) == 4


def test_a_fault_of_the_input_is_not_swallowed(reader: Reader, must_end: MustEnd) -> None:
    def broken() -> Iterator[Task]:
        yield from tasks(2)
        raise MemoryError("no room")

    with must_end(), pytest.raises(MemoryError, match="no room"):
        list(workers.answers(broken(), reader, 2, ENOUGH))


def test_a_few_short_texts_start_no_process(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_Worker", None)
    assert len(written(workers.answers(iter(tasks(3)), reader, 8))) == 6
    assert len(written(workers.answers(iter(tasks(3)), reader, 1, ENOUGH))) == 6


def test_input_of_unknown_size_is_shared_out_once_it_is_long(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "WORTH_PROCESSES", 10_000)
    shared_out = []

    def note(rest: Iterator[Task], reader: Reader, jobs: int) -> Iterator[Any]:
        shared_out.extend(rest)
        return iter(())

    monkeypatch.setattr(workers, "_shared_out", note)
    alone = written(workers.answers(iter(tasks(12)), reader, 2))
    assert len(alone) == 2
    assert len(shared_out) == 11
