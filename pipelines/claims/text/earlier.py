"""What the sentences before say of a figure: a part whose total stands there, a total of parts.

"11 people died. Four of them were children." and "Six were killed in the village and three on the
road. In total nine people died." From another paragraph only what is named again is taken: "nine of
the dead were children".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipelines.claims.text.assigned import Assigned, Outcome
from pipelines.claims.text.claim import TextClaim
from pipelines.claims.text.sentences import Span
from pipelines.core.numbers import Number

_IN_TOTAL: Final = re.compile(
    r"\b(?:in\s+total|in\s+all|all\s+told|altogether|all\s+in\s+all|total(?:l?ing|\s+of)?\s+(?:killed|dead))\b",
    re.IGNORECASE,
)
_REACH: Final = 2
"""Sentences back in which a part's total may stand."""
_FARTHEST: Final = 20
"""Claims back among which a total that is named again is looked for."""


@dataclass
class Earlier:
    """The claims of a text so far, and which of them stand in the last sentences of a paragraph."""

    text: str
    claims: list[TextClaim]
    _end: int = 0
    _sentences: list[dict[int, Assigned]] = field(default_factory=list)
    _held: dict[int, Assigned] = field(default_factory=dict)

    def total_for(
        self, parts: Mapping[int, bool], outcome: Mapping[int, Outcome], numbers: Sequence[Number]
    ) -> dict[int, int]:
        """The earlier claim that each of these parts belongs to, by the rank of the part.

        `parts` says of each whether its words name the total again ("of the dead").
        """
        found = {}
        for part, named in sorted(parts.items()):
            total = self._total(outcome.get(part), numbers[part].value, named=named)
            if total is not None:
                found[part] = total
        return found

    def _total(self, own: Outcome | None, value: int | None, *, named: bool) -> int | None:
        metric = own.entry.metric if isinstance(own, Assigned) and own.rule != "class" else None
        near = [at for sentence in self._sentences[-_REACH:] for at in sentence]
        far = [*self._held][-_FARTHEST:] if named else []
        for position in (*reversed(near), *reversed(far)):
            claim = self.claims[position]
            fits = value is not None and claim.value is not None and value <= claim.value
            if fits and claim.part_of is None and metric in (None, claim.metric):
                return position
        return None

    def held_of(self, position: int) -> Assigned:
        """What an earlier claim was read by."""
        return self._held[position]

    def last(self) -> Assigned | None:
        """What the last claim of the sentence before was read by."""
        return next(reversed(self._sentences[-1].values()), None) if self._sentences else None

    def link_to_total(self, sentence: Span, made: Iterable[int]) -> None:
        """Make the paragraph's earlier claims parts of a total given "in total"."""
        made = [*made]
        if not made or not any(self._sentences):
            return
        if not _IN_TOTAL.search(self.text, sentence.start, sentence.end):
            return
        for position in made:
            earlier = (at for held in self._sentences for at in held)
            parts = [at for at in earlier if self._may_be_part(at, position)]
            total = self.claims[position]
            values = [self.claims[at].value or 0 for at in parts]
            if total.part_of is None and total.value is not None and sum(values) <= total.value:
                for at in parts:
                    doubts = (*self.claims[at].doubts, "part_presumed")
                    self.claims[at] = self.claims[at]._replace(part_of=position, doubts=doubts)

    def _may_be_part(self, at: int, position: int) -> bool:
        part, total = self.claims[at], self.claims[position]
        return (
            part.part_of is None
            and part.value is not None
            and not part.cumulative
            and (part.metric, part.unit) == (total.metric, total.unit)
            and part.modality == total.modality == "stated"
        )

    def note(self, sentence: Span, outcome: Mapping[int, Outcome]) -> None:
        """Remember the claims of a sentence, by position; a new paragraph forgets those before."""
        if "\n\n" in self.text[self._end : sentence.start]:
            self._sentences.clear()
        self._end = sentence.end
        held = {at: own for at, own in outcome.items() if isinstance(own, Assigned)}
        self._sentences.append(held)
        self._held |= held
