"""Resolutions that settle nothing, each with what is wrong with it and how to mend it.

Findings and revisions apply a resolution only where id, type and hash are theirs. What a person
signed and what no longer applies must not go by in silence, so it is told from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


def not_applied(
    resolutions: Iterable[Row], findings: Iterable[Row], revisions: Iterable[Row]
) -> list[str]:
    """A message for each resolution that settles no finding and explains no revision, by line.

    Parameters
    ----------
    resolutions
        Records of `schemas.raw.Resolutions`.
    findings, revisions
        Records of those tables of this stage.
    """
    held = {row["finding_id"]: (row["finding_type"], row["rests_on"]) for row in findings}
    held |= {row["revision_id"]: ("revision", row["rests_on"]) for row in revisions}
    return [
        f"resolutions.csv, line {row['line']}, {told}"
        for row in sorted(resolutions, key=lambda row: int(row["line"]))
        if (told := _told(row, *held.get(row["finding_id"], (None, None))))
    ]


def _told(row: Row, kind: str | None, guard: str | None) -> str | None:
    """What is wrong with a resolution of something of that type and hash; None for nothing."""
    if kind is None:
        return (
            f"finding_id '{row['finding_id']}': no finding and no revision has this id now. "
            "Put the id right; where it was settled by a change of the data, delete the row."
        )
    if row["type"] != kind:
        return f"type '{row['type']}': what it names is of the type '{kind}'. Write that."
    if row["rests_on"] != guard:
        return (
            f"rests_on '{row['rests_on']}': the values have changed since {row['by']} decided, so "
            f"it no longer applies. Look again; if the decision stands, write '{guard}'."
        )
    return None
