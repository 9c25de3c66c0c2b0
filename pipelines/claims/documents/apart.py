"""The process in which untrusted documents are taken apart, seen from outside.

What belongs here: its start, its end, the limit of time, and what is said where it breaks down.
One such process serves all documents of ours, one after the other; what it does is in `within`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from pipelines.claims.documents.document_text import DocumentText, refused

SECONDS: Final = 60.0
"""How long a document may take. An ordinary one of 5 MB takes about one second."""

MOST_MEMORY: Final = 2 << 30
"""Bytes of memory that the process may use, where the system can hold it to that."""

_ROOT: Final = Path(__file__).resolve().parents[3]


def read(kind: str, data: bytes, seconds: float = SECONDS) -> DocumentText:
    """The text of a page, PDF or mail; `kind` is the name of its module.

    Raises FileRefused: the reader's own, or file.too_slow or file.unreadable where the process was
    stopped or broke down.
    """
    with _state.lock:
        process = _state.process_at_hand()
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        answer = None
        try:
            answer = _ask(process, kind, data)
        finally:
            timer.cancel()
            timer.join()
            # Broken off, as by Ctrl-C, its answer would be taken for that to the next document.
            if answer is None or stopped.is_set():
                _state.end()
    if answer is None and stopped.is_set():
        raise refused(
            "file.too_slow",
            f"The file was not read within {seconds:g} seconds: it is too large or built to hang.",
            "Save its words as plain text (UTF-8), or split it.",
        )
    if answer is None:
        raise refused(
            "file.unreadable",
            f"Reading the file broke down or took more than {MOST_MEMORY >> 30} GB of memory.",
            "Get the file again; if it is whole, save its words as plain text (UTF-8).",
        )
    if isinstance(answer, DocumentText):
        return answer
    raise refused(answer["reason"], answer["message"], answer["fix"])


def _ask(
    process: subprocess.Popen[bytes], kind: str, data: bytes
) -> DocumentText | dict[str, str] | None:
    """The text, or the refusal's words; None where the process ended over it."""
    assert process.stdin and process.stdout
    try:
        process.stdin.write(json.dumps({"kind": kind, "size": len(data)}).encode() + b"\n")
        process.stdin.write(data)
        process.stdin.flush()
        head = process.stdout.readline()
        if not head.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(head)
        if "reason" in answer:
            return answer
        content = process.stdout.read(answer["size"])
    except (OSError, ValueError):
        return None
    if len(content) < answer["size"]:
        return None
    return DocumentText(content.decode("utf-8"), answer["method"], tuple(answer["notes"]))


class _State:
    """The process at hand, and the lock by which one thread at a time asks it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def process_at_hand(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.end()
            # -P and our own path: a module that lies in the folder one works in is not imported.
            path = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "pipelines.claims.documents.within"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path},
            )
        return self._process

    def end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with contextlib.suppress(OSError), process:  # closes its pipes and waits
                pass

    def forget(self) -> None:
        """In a fork, the process stays the parent's."""
        self.lock = threading.Lock()
        self._process = None


_state = _State()
atexit.register(_state.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_state.forget)
