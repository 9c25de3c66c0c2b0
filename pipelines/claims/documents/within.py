"""The process in which untrusted documents are taken apart, seen from inside.

It is given a line of JSON and the bytes of a document, and answers with a line of JSON and the
text, until its input ends. `apart` starts it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from importlib import import_module
from typing import Any

from pipelines.claims.documents.apart import MOST_MEMORY
from pipelines.claims.documents.document_text import DocumentText
from pipelines.core.csv_rows import Fault, FileRefused

_MORE_THAN_FITS = Fault(
    "file.too_large",
    f"Taken apart, the file fills more than {MOST_MEMORY >> 30} GB of memory.",
    "Save its words as plain text (UTF-8), or take out the pages that carry figures.",
)


def main() -> None:
    """Answer until the input ends."""
    _limit_memory()
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    while line := requests.readline():
        asked = json.loads(line)
        head, text = _answer(asked["kind"], requests.read(asked["size"]))
        answers.write(json.dumps(head).encode() + b"\n" + text)
        answers.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def _answer(kind: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """The head of the answer and the text's bytes; none where the document is refused."""
    try:
        found: DocumentText = import_module(f"pipelines.claims.documents.{kind}").read(data)
        text = found.text.encode("utf-8")
    except FileRefused as refusal:
        return _refusal(refusal.faults[0]), b""
    except MemoryError:
        return _refusal(_MORE_THAN_FITS), b""
    except Exception as error:
        # The library met bytes that it was not made for: the document's fault, not the build's.
        what = f"Reading the file broke down ({type(error).__name__}: {error})."
        fix = "Get the file again; if it is whole, save its words as plain text (UTF-8)."
        return _refusal(Fault("file.unreadable", what, fix)), b""
    return {"method": found.method, "notes": found.notes, "size": len(text)}, text


def _refusal(fault: Fault) -> dict[str, str]:
    return {"reason": fault.reason, "message": fault.message, "fix": fault.fix}


if __name__ == "__main__":
    main()
