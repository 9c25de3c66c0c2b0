"""Texts kept: the pin of a text on a card, and texts written beside what their offsets count."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipelines.claims.documents.document_text import DocumentText, refused, text_sha256

PIN: Final = "text_sha256"
"""The fact of a card that pins the texts of its files, by file name."""

_UNFIT: Final = re.compile(r"[^\w.()+,=@ -]|^[.-]+|[. ]+$")
_LONGEST_NAME: Final = 120
"""Bytes of the name that are kept, from its end."""


def check_pin(facts: Mapping[str, Any], name: str, document: DocumentText) -> None:
    """Hold a text against its card's pin, where there is one.

    Raises FileRefused with file.text_changed where the text is another than the one pinned: every
    offset that was reviewed counts the pinned one.
    """
    pins = facts.get(PIN)
    pinned = pins.get(name) if isinstance(pins, Mapping) else None
    found = text_sha256(document.text)
    if pinned is None or str(pinned).lower() == found:
        return
    raise refused(
        "file.text_changed",
        f"The text now read from '{name}' by {document.method} is not the one that the card pins: "
        f"its SHA-256 is {found}, the pinned one {pinned}. The file or a library has changed, and "
        "offsets no longer count the same text.",
        "Install the versions of requirements.lock, or the ones that the pin was made with; or "
        "look the new text over and run `attest pin`, which writes its hash below "
        f"{PIN} in the card's facts.",
    )


def save_text(directory: Path, name: str, document: DocumentText) -> Path:
    """Write a text into a directory as UTF-8, to look up offsets in; returns the file.

    The file is called after the document. Only that directory is written to, whatever the name
    holds, and a file with another text is left as it is: the new one gets the start of its hash
    into its name. Raises OSError where the directory cannot be written to.
    """
    safe = _safe(name)
    content = document.text.encode("utf-8")
    digest = text_sha256(document.text)
    for candidate in (f"{safe}.txt", f"{safe}.{digest[:12]}.txt", f"{safe}.{digest}.txt"):
        path = directory / candidate
        try:
            with path.open("xb") as file:
                file.write(content)
            return path
        except FileExistsError:
            if not path.is_symlink() and path.is_file() and path.read_bytes() == content:
                return path
    raise FileExistsError(f"{path} holds another text: name another directory")


def _safe(name: str) -> str:
    """A name that stays in its directory; a hash keeps apart what is alike only once made safe."""
    end = name.encode("utf-8", "surrogatepass")[-_LONGEST_NAME:].decode("utf-8", "ignore")
    fit = _UNFIT.sub("_", end) or "_"
    if fit == name:
        return fit
    return f"{fit}.{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
