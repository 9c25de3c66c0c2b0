"""Findings about what the collection holds of a body that a claim credits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipelines.estimates.attribution import NOT_CHECKED, NOTHING, OTHER, SAME, Check
from pipelines.estimates.found import Found
from pipelines.estimates.held import Held, Row
from pipelines.estimates.wording import (
    looked_at,
    people,
    printed,
    published,
    said,
    scope_in_words,
    voice,
)

LISTED: Final = 12
"""Most figures of the nearest scope that a message lists."""

_PASSING_ON: Final = (None, "media", "anonymous", "individual")
"""Types of source of a speaker that is not in actors.csv."""
_OUTCOMES: Final = {
    OTHER: "Other figures of that body are held, and this one is not.",
    NOTHING: "No figure of that body for this metric is held.",
    SAME: "The figure is held.",
}
_WOULD_SETTLE: Final = {
    OTHER: "The document of {body} that it means; once at hand, its claim goes into a claim sheet.",
    NOTHING: "Any document of {body} with this figure; its claim goes into a claim sheet.",
    SAME: "The document's own words that it means this figure: column derived_from of the claim.",
}


def credited_bodies(checks: Iterable[Check], held: Held) -> Iterator[Found]:
    """What is held of the body that a claim credits; none where it could not be looked for."""
    for check in checks:
        if check.outcome != NOT_CHECKED:
            yield _found(check, held)


def _found(check: Check, held: Held) -> Found:
    row, body = check.row, held.actors.name(check.actor_id or "")
    listed = _listed(check)
    message = f"{said(row)} credits its figure to '{row['origin']}'. {_OUTCOMES[check.outcome]} "
    if listed:
        message += f"Nearest in scope: {'; '.join(_told(other, held) for other in listed)}. "
    if rest := len(check.held) - len(listed):
        message += f"Of other scopes or beyond these: {people(rest)}. "
    message += f"{check.looked_at[0].upper()}{check.looked_at[1:]}. " + looked_at(
        (row,),
        scope=f"any, nearest first; this claim counts {scope_in_words(row, held)}",
        date="published by the claim's day, in other documents",
        definition="the metric alone; deaths counted, restriction and coverage stand with each",
        figure="unit and printed value; hedging word, ends and rounding play no part",
    )
    return Found(
        "attribution_check",
        "notice" if check.outcome == OTHER and _is_passed_on(row, held) else "info",
        (row, *listed),
        f"{message} What is not held here may have been published all the same.",
        _WOULD_SETTLE[check.outcome].format(body=body),
    )


def _is_passed_on(row: Row, held: Held) -> bool:
    """Whether the speaker gives another's figure, and does not put its own name to it.

    A newsroom and an unnamed speaker pass figures on; a body that publishes what another worked
    out for it says the figure itself.
    """
    speaker = row["speaker_id"]
    kind = held.actors.kind(speaker) if speaker else None
    return kind == "media" or (speaker is None and row["source_type"] in _PASSING_ON)


def _listed(check: Check) -> Sequence[Row]:
    """Claims with the very figure, then those of the nearest scope."""
    nearest = check.held[: min(check.nearest, LISTED)]
    elsewhere = [row for row in check.same if row not in nearest][: LISTED - len(nearest)]
    return (*nearest, *elsewhere)


def _told(row: Row, held: Held) -> str:
    return f"{printed(row)} ({voice(row)}; {published(row)}; {scope_in_words(row, held)})"
