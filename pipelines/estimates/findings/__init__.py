"""Findings: what figures show when laid side by side, with what was looked at and would settle it.

Each kind is a function from what is held to `Found`; `KINDS` lists them. A message states what two
columns say, suspects our own reading first, and judges nobody. A person settles a finding in
resolutions.csv, for as long as the values that it rests on stay the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from pipelines.core.records import Record
from pipelines.estimates.attribution import Check
from pipelines.estimates.conflicts import cannot_all_hold
from pipelines.estimates.findings.counters import (
    counters_that_fell,
    figures_raised_later,
    newer_figures,
)
from pipelines.estimates.findings.credits import credited_bodies
from pipelines.estimates.findings.parts import inverted_ranges, parts_that_differ
from pipelines.estimates.findings.record import records_of, rests_on
from pipelines.estimates.findings.repeats import possible_repeats, repeats, unchanged_subtotals
from pipelines.estimates.findings.sources import sources_apart
from pipelines.estimates.found import Found
from pipelines.estimates.held import Held

__all__ = ["KINDS", "findings", "rests_on"]

KINDS: Final[tuple[Callable[[Held], Iterator[Found]], ...]] = (
    cannot_all_hold,
    parts_that_differ,
    counters_that_fell,
    repeats,
    possible_repeats,
    newer_figures,
    figures_raised_later,
    inverted_ranges,
    unchanged_subtotals,
    sources_apart,
)
"""The kinds of finding that are looked for among claims; checks of who was credited are added."""


def findings(
    held: Held,
    checks: Iterable[Check],
    resolutions: Iterable[Mapping[str, Any]],
    of_entries: Iterable[Found] = (),
) -> list[Record]:
    """The records of `schemas.estimates.Findings`: every kind, settled where a decision stands.

    Parameters
    ----------
    held
        Claims that count or repeat, with the registers.
    checks
        What is held of the bodies that claims credit (`attribution.checks`).
    resolutions
        Rows of resolutions.csv.
    of_entries
        What was found among the entries of registers (`entry_findings`).
    """
    found = (one for kind in KINDS for one in kind(held))
    return records_of(chain(found, credited_bodies(checks, held), of_entries), resolutions)
