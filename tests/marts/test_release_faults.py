"""Builds that are killed, starved of disk or run beside each other: the last release stands.

A process that has imported everything forks a child for each attempt, so that many moments can be
tried in little time. A child publishes once whole, which also shows that it recovers from the kill
before, and is killed in its second publish.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from pipelines.marts.release import current_id, verify

FORKER = """
import json, os, resource, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
import conftest
from pipelines.marts.build import publishable
from pipelines.marts.release import publish

marts_dir = Path(sys.argv[3])
few = conftest.few_of(publishable(conftest.make_tables(), "own"))

def put_out(name):
    publish(few, None, marts_dir, conftest.make_inputs(name), {})

def say(word):
    print(word, flush=True)

class Counted:
    '''Calls of the system that change a folder, counted; the process is killed at one of them.'''
    names = ("rename", "replace", "symlink", "fsync", "unlink", "mkdir", "rmdir")
    def __init__(self, deadly=0):
        self.seen, self.deadly = [], deadly
        for name in self.names:
            setattr(os, name, self.wrap(name, getattr(os, name)))
    def wrap(self, name, real):
        def call(*given, **named):
            self.seen.append(name)
            if len(self.seen) == self.deadly:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)
        return call

def attempt(order):
    put_out(order["name"] + " first")
    say("first")
    if "at" in order:
        counted = Counted(order["at"])
    if order.get("file_size"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_size"], resource.RLIM_INFINITY))
    if order.get("loop"):
        for n in range(1000):
            put_out(f"{order['name']} {n}")
    try:
        put_out(order["name"] + " second")
    except Exception as error:
        say(f"{type(error).__name__}: {error}".replace(chr(10), " "))
    else:
        say(json.dumps(counted.seen if "at" in order else "second"))

say("ready")
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            attempt(json.loads(line))
        finally:
            os._exit(0)
    say(child)
    os.waitpid(child, 0)
    say("ended")
"""


class Forker:
    def __init__(self, root, marts_dir):
        self.marts_dir = marts_dir
        arguments = [str(root), str(root / "tests" / "marts"), str(marts_dir)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", FORKER, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.hear() == "ready"

    def hear(self):
        return self.process.stdout.readline().strip()

    def attempt(self, **order):
        """Start a child; gives its process id once its first publish is whole."""
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        heard = {self.hear(), self.hear()}
        assert "first" in heard, heard
        (child,) = heard - {"first"}
        return int(child)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def forker(root, tmp_path_factory):
    made = Forker(root, tmp_path_factory.mktemp("faults") / "marts")
    yield made
    made.close()


def is_whole(marts_dir):
    assert verify(marts_dir) == []
    with duckdb.connect(str(marts_dir / "casualties.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM marts.claims").fetchall() == [(2,)]
        connection.execute("FROM marts.figures_as_of('2016-10-06')").fetchall()
    return True


@pytest.fixture(scope="module")
def calls(forker):
    """The names of the calls of one publish that change a folder, in order."""
    forker.attempt(name="count", at=0)
    seen = json.loads(forker.hear())
    assert forker.hear() == "ended"
    assert {"rename", "replace", "symlink", "fsync"} <= set(seen)
    return seen


def test_kill_at_every_kind_of_step_leaves_the_last_release(forker, calls, inputs):
    """Every rename and link, the first of every other kind, some of the fsyncs, and the last."""
    steps = {n for n, call in enumerate(calls, 1) if call in ("rename", "replace", "symlink")}
    steps |= {calls.index(call) + 1 for call in set(calls)}
    steps |= {n for n, call in enumerate(calls, 1) if call == "fsync" and n % 7 == 0}
    steps.add(len(calls))
    assert len(steps) >= 16
    before = set()
    for at in sorted(steps):
        forker.attempt(name=f"step {at}", at=at)
        assert forker.hear() == "ended", f"call {at} was not reached"
        before.add(current_id(forker.marts_dir) == inputs(f"step {at} first").id)
        assert is_whole(forker.marts_dir), f"killed at call {at}, {calls[at - 1]}"
    assert before == {True, False}, "some kills came before the switch and some after it"


def test_kill_at_any_moment_leaves_the_last_release(forker):
    for n in range(16):
        child = forker.attempt(name=f"moment {n}", loop=True)
        time.sleep(0.01 + 0.04 * n)
        os.kill(child, signal.SIGKILL)
        assert forker.hear() == "ended"
        assert is_whole(forker.marts_dir), f"killed after {n} steps of 40 ms"


@pytest.mark.parametrize("size", [1_000, 50_000, 300_000])
def test_a_disk_that_fills_up_leaves_the_last_release(forker, size):
    forker.attempt(name=f"full {size}", file_size=size)
    assert forker.hear().startswith("ReleaseError: no release was made, the last one stands")
    assert forker.hear() == "ended"
    assert is_whole(forker.marts_dir)
    assert not [p for p in (forker.marts_dir / "releases").iterdir() if p.name.startswith(".")]


READER = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read") as connection:
    for line in sys.stdin:
        print(connection.execute(line).fetchall(), flush=True)
"""


@pytest.mark.parametrize("mode", ["read", "write"])
def test_a_reader_in_another_process_is_neither_waited_for_nor_cut_off(
    put_out, few, tmp_path, mode
):
    put_out("a")
    path = str(tmp_path / "marts" / "casualties.duckdb")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, path, mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask():
        reader.stdin.write("SELECT count(*) FROM marts.claims\n")
        reader.stdin.flush()
        return reader.stdout.readline().strip()

    assert ask() == "[(2,)]"
    put_out("b", marts=few | {"marts/claims": few["marts/claims"].head(1)})
    assert ask() == "[(2,)]"
    assert verify(tmp_path / "marts") == []
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM marts.claims").fetchall() == [(1,)]
    reader.stdin.close()
    assert reader.wait(timeout=30) == 0
    reader.stdout.close()
