"""Many texts at once: tasks shared out among processes, their answers in the order of the tasks.

What belongs here: when it is worth it to start processes, how they are started, stopped and
replaced. Little is read ahead, so that input of any size takes the same memory. A process that dies
takes no text with it but the one it died of, which is told.

The processes are not forked from this one: threads, open databases and a half-written line of
output would be copied with it.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from itertools import chain
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from queue import Empty, Queue, SimpleQueue
from typing import Final

from pipelines.claims.text.lines import Answer, Reader, Task, add_fault, id_of

WORTH_PROCESSES: Final = 1 << 20
"""Bytes up to which one process reads: twice what it reads while others would be starting."""

_AHEAD: Final = 3
"""Tasks for each process that are read, being answered or waiting to be written."""


class WorkersFault(Exception):
    """Processes that read cannot be started."""


def answers(
    tasks: Iterator[Task], reader: Reader, jobs: int, expected: int = 0
) -> Generator[Answer]:
    """The answers to the tasks, in their order; by `jobs` processes where that is worth it.

    `expected` are the bytes of the tasks as far as they are known beforehand. Raises WorkersFault.
    """
    done = expected
    for task in tasks:
        if jobs > 1 and done > WORTH_PROCESSES:
            yield from _shared_out(chain([task], tasks), reader, jobs)
            return
        yield reader.answer(task)
        done += task.size


def _shared_out(tasks: Iterable[Task], reader: Reader, jobs: int) -> Generator[Answer]:
    """The answers of `jobs` processes: a thread reads tasks, and one speaks for each process."""
    waiting: SimpleQueue[tuple[Task, Future[Answer]] | None] = SimpleQueue()
    ordered: Queue[Future[Answer] | None] = Queue(maxsize=_AHEAD * jobs)
    stopped = threading.Event()
    workers = [_Worker(reader) for _ in range(jobs)]

    def take_in() -> None:
        try:
            for task in tasks:
                answer: Future[Answer] = Future()
                ordered.put(answer)
                waiting.put((task, answer))
                if stopped.is_set():
                    return
        except BaseException as error:
            failed: Future[Answer] = Future()
            failed.set_exception(error)
            ordered.put(failed)
        finally:
            ordered.put(None)
            for _ in range(jobs):
                waiting.put(None)

    def speak_for(worker: _Worker) -> None:
        while (asked := waiting.get()) is not None and not stopped.is_set():
            task, answer = asked
            try:
                answer.set_result(worker.answer(task))
            except BaseException as error:
                answer.set_exception(error)

    try:
        threading.Thread(target=take_in, daemon=True).start()
        for worker in workers:
            worker.start()
        for worker in workers:
            threading.Thread(target=speak_for, args=(worker,), daemon=True).start()
        while (answer := ordered.get()) is not None:
            yield answer.result()
    finally:
        stopped.set()
        for worker in workers:
            worker.stop()
        with suppress(Empty):
            while True:  # the thread that reads may be waiting for room
                ordered.get_nowait()


def _context() -> ForkServerContext | SpawnContext:
    """A way to start processes that copies none of this one's threads, locks and open files."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # imported once for all processes
    return context


class _Worker:
    """A process that answers one task after another, and is replaced where it dies."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._stopped = False

    def start(self) -> None:
        """Start the process. Raises WorkersFault."""
        context = _context()
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._reader), daemon=True)
        try:
            with _interrupts_held_back():
                self._process.start()
            theirs.close()
            self._pipe.recv()  # it is ready
        except (OSError, EOFError) as error:
            raise WorkersFault(
                f"processes that read cannot be started ({error or 'one ended at once'}). "
                "Try --jobs 1."
            ) from error

    def answer(self, task: Task) -> Answer:
        """The answer to a task; where its process dies, that to each text of it alone."""
        try:
            return self._ask(task)
        except (OSError, EOFError):
            whole = Answer()
        self._replace()
        for text in task.texts():
            try:
                part = self._ask(text)
            except (OSError, EOFError):
                part = self._death(text)
                self._replace()
            whole.lines += part.lines
            whole.faults += part.faults
            whole.counts += part.counts
        return whole

    def _ask(self, task: Task) -> Answer:
        self._pipe.send(task)
        answer: Answer = self._pipe.recv()
        return answer

    def _death(self, text: Task) -> Answer:
        self._process.join()
        answer = Answer(counts=Counter(texts=1))
        message = f"the process that read it died (exit code {self._process.exitcode})"
        add_fault(answer, f"{text.place}: {message}. Please report the text.", id_of(text))
        return answer

    def _replace(self) -> None:
        self._process.join()
        if not self._stopped:
            self.start()

    def stop(self) -> None:
        """End the process at once."""
        self._stopped = True
        with suppress(AttributeError, OSError):
            self._process.kill()
            self._process.join()


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Ctrl-C goes to every process of the terminal, and is for this one alone to answer.

    What is started meanwhile never gets it; this process gets it afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started by the way otherwise, which would let interrupts through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, reader: Reader) -> None:
    """Answer tasks until the other end is closed, which its process's death does too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pipe.send(None)
        while True:
            pipe.send(reader.answer(pipe.recv()))
    except (EOFError, OSError):
        sys.exit()
