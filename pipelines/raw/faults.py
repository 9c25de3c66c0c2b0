"""What is wrong with a card, a register or an overlay, said so that a person can mend it.

The one kind of fault of this stage and the errors that carry it belong here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.core.csv_rows import nearest

_LONGEST_VALUE = 80
_LONGEST_REASON = 300
_MOST_FAULTS = 50


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands, what stands there, why it is no good, the mend."""

    file: str
    line: int | None
    column: str
    value: str
    reason: str
    fix: str

    def __str__(self) -> str:
        where = [visible(self.file)]
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.column:
            where.append(shown(self.column))
        value = f" '{shown(self.value)}'" if self.value else ""
        fix = f"{self.fix[:1].upper()}{self.fix[1:]}"
        reason = shown(self.reason.rstrip("."), _LONGEST_REASON)  # which may hold the value
        end = "" if fix.endswith((".", "?")) else "."
        return f"{', '.join(where)}{value}: {reason}. {fix}{end}"


class RawFault(ValueError):
    """Something that stops the stage, or a command of it; `faults` lists every one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(listed(self.faults, "\n"))


class Wrong(ValueError):
    """A value that its field or column cannot take."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


def listed(faults: Sequence[Fault], between: str) -> str:
    """The faults in words; beyond fifty only their number."""
    said = [str(fault) for fault in faults[:_MOST_FAULTS]]
    if len(faults) > _MOST_FAULTS:
        said.append(f"and {len(faults) - _MOST_FAULTS} more")
    return between.join(said)


def shown(text: str, longest: int = _LONGEST_VALUE) -> str:
    """Untrusted text on one line, cut where it is long, with nothing invisible in it."""
    return visible(text if len(text) <= longest else text[: longest - 1] + "…")


def visible(text: str) -> str:
    """The whole text with what cannot be seen escaped; no two texts come out alike."""
    return "".join(
        c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode() for c in text
    )


def choose(word: str, allowed: Iterable[str]) -> str:
    """Advice for a word that is none of those allowed: the nearest one, else all of them."""
    words = tuple(allowed)
    near = nearest(word[:_LONGEST_VALUE], words).strip()
    return near or f"write one of {', '.join(words)}"
