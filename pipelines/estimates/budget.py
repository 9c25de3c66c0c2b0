"""How much the parts of a build look at, so that a build of any size ends; the rest is said.

What is looked at is counted, never timed: two builds of one collection look at the same. Each part
has the whole of a budget, and what is cheap comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

CLAIMS_LOOKED_AT: Final = 200_000
"""Claims laid one by one against a scope, summed over the scopes: some 4 seconds."""
PAIRS_LOOKED_AT: Final = 160_000_000
"""Pairs of claims that set the floor of a scope, summed over the scopes: some 8 seconds."""
PAIRS_BOUNDED: Final = 640_000_000
"""Pairs of claims inside an upper end, summed over those: few of them need all: some 8 seconds."""
CREDITS_LOOKED_AT: Final = 10_000_000
"""Claims of a body laid beside one that credits it, summed over the latter: some 8 seconds."""


def affordable(costs: Sequence[int], budget: int) -> npt.NDArray[np.bool_]:
    """Which of some things a budget is enough for: the cheapest first, then in their order."""
    each = np.array(costs, dtype=np.int64)
    order = np.argsort(each, kind="stable")
    found = np.zeros(len(each), dtype=bool)
    found[order] = np.cumsum(each[order]) <= budget
    return found
