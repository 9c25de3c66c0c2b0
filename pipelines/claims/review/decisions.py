"""What a person decided, read back from a sheet: every row checked, then added to the register.

What belongs here: what a row must say, which rows contradict one another or what was decided
before, and what became of the whole sheet. What a correction does to a claim is tried out with the
very code that a build uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from pipelines.claims.overlays import CORRECTABLE, Known, apply_reviews, in_words
from pipelines.claims.reading import Record
from pipelines.claims.review.filled import Filled, SheetFault, read_filled
from pipelines.claims.review.register import COLUMNS, GUARD, Register, register_of
from pipelines.claims.review.release import Decidable, ReviewFault, decidable_in
from pipelines.core.actors import Actors
from pipelines.core.csv_rows import Fault, nearest, shortened
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.period import DateFault, partial_day
from pipelines.core.spreadsheet import inert
from schemas import frame, judge
from schemas.raw import Reviews
from schemas.vocab import DECISIONS

AS_SHOWN: Final = "Read against the sentence in the review sheet."
"""The reason of an accepted claim where the person gives none."""

_SAME: Final = tuple(name for name in COLUMNS if name != "on")
"""What makes a row the same decision, on whatever day it is handed in."""


@dataclass(frozen=True)
class Decider:
    """Who decides, when, and why where a row says nothing."""

    by: str
    on: date
    reason: str | None = None

    @staticmethod
    def of(by: str, on: str, reason: str | None = None) -> Decider:
        """Judged as the register is. Raises ReviewFault."""
        try:
            first, last = partial_day(on)
        except DateFault as fault:
            raise ReviewFault(f"on '{on}': {fault}; {fault.fix}") from fault
        if first != last:
            raise ReviewFault(f"on '{on}': write a whole day, such as {last.isoformat()}")
        if len(judge(Reviews, frame(Reviews, [{"by": by or None}])[["by"]])):
            raise ReviewFault(f"by '{by}': write an id of one word, such as r1, not a name")
        return Decider(by, first, _one_line(reason or "") or None)


@dataclass
class Imported:
    """What became of a sheet."""

    recorded: int = 0
    """Rows added to the register."""
    held_before: int = 0
    """Rows that the register held already."""
    undecided: int = 0
    """Rows without a decision."""
    faults: list[SheetFault] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    """Where two people decide differently: the later day holds."""


@dataclass(frozen=True)
class _Row:
    """A decision of the sheet as the register will have it, and the row it is from."""

    at: int
    review: Record

    @property
    def claim_id(self) -> str:
        return str(self.review["claim_id"])

    def fault(self, reason: str, message: str, fix: str, column: str) -> SheetFault:
        """A fault of this row."""
        value = self.review.get(column)
        return SheetFault(self.at, Fault(reason, message, fix, column, value))


def import_sheet(
    path: Path,
    database: Path,
    raw_dir: Path,
    decider: Decider,
    gazetteer: Gazetteer,
    actors: Actors,
    *,
    partial: bool = False,
) -> Imported:
    """Check a filled sheet against a release, and add its decisions to data/raw/reviews.csv.

    All of it is recorded or, where any row is at fault, nothing; with `partial` every claim
    without a faulty row. Handed in again, a sheet adds nothing.

    Raises
    ------
    ReviewFault
        Where the release or the register cannot be relied on, or the sheet cannot be opened.
    """
    filled, faults = read_filled(path)
    done = Imported(faults=faults)
    rows: list[_Row] = []
    for one in filled:
        if isinstance(made := _decision(one, decider), Fault):
            done.faults.append(SheetFault(one.row, made))
        elif made is None:
            done.undecided += 1
        else:
            rows.append(_Row(one.row, made))
    held = decidable_in(database, (row.claim_id for row in rows))
    done.faults += [fault for row in rows if (fault := _not_of_the_release(row, held))]
    rows = _once(rows, done)
    with register_of(raw_dir) as register:
        fresh = _new(rows, register, done)
        _try_out(fresh, register, held, Known(gazetteer, actors, held.claim_ids), done)
        done.faults.sort(key=lambda fault: fault.row)
        if done.faults:
            at_fault = {fault.row for fault in done.faults}
            spoiled = {one.claim_id for one in filled if one.row in at_fault}
            fresh = [row for row in fresh if partial and row.claim_id not in spoiled]
        register.add([_as_written(row.review) for row in fresh])
    done.recorded = len(fresh)
    return done


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _decision(one: Filled, decider: Decider) -> Record | Fault | None:
    """The review that a row makes; None where nothing was decided."""
    decision, column = one.decision.casefold(), one.column.casefold()
    if not decision:
        if not (column or one.becomes):
            return None
        return Fault(
            "missing.decision",
            "The row says what a column becomes, and makes no decision.",
            "Write correct, or empty the cells.",
            "decision",
        )
    if not one.claim_id:
        return Fault(
            "missing.claim_id",
            "The row decides, and names no claim.",
            "Write the claim_id of the row that it belongs to.",
            "claim_id",
        )
    fault = _fault_of_words(one, decision, column)
    reason = _one_line(one.reason) or decider.reason
    if fault is None and reason is None and decision != "accept":
        fault = Fault(
            "missing.reason",
            f"The row says {decision}, and not why.",
            "Say what you saw in the words, or give one reason for all such rows with --reason.",
            "reason",
        )
    if fault is not None:
        return fault
    return {
        "claim_id": one.claim_id,
        "decision": decision,
        "column": column or None,
        "becomes": one.becomes or None,
        "reason": inert(reason or AS_SHOWN),
        "by": decider.by,
        "on": decider.on,
        GUARD: one.rests_on or None,
    }


def _fault_of_words(one: Filled, decision: str, column: str) -> Fault | None:
    """What is wrong with the decision and the column of a row."""
    if decision not in DECISIONS:
        return Fault(
            "enum.decision",
            f"'{shortened(one.decision)}' is no decision.",
            f"Write {', '.join(DECISIONS)}, or nothing.{nearest(shortened(decision), DECISIONS)}",
            "decision",
            one.decision,
        )
    if decision != "correct":
        if not (column or one.becomes):
            return None
        name, value = ("column", one.column) if column else ("becomes", one.becomes)
        return Fault(
            "row.contradictory",
            f"The row says {decision}, and that a column becomes something else.",
            "Write correct, or empty column and becomes.",
            name,
            value,
        )
    if not column:
        return Fault(
            "missing.column",
            "The row says correct, and not which column.",
            "Write the column's name; each corrected column has a row of its own.",
            "column",
        )
    if column not in CORRECTABLE:
        return Fault(
            "enum.column",
            f"'{shortened(one.column)}' is no column that a person corrects.",
            f"Write one of: {', '.join(CORRECTABLE)}.{nearest(shortened(column), CORRECTABLE)}",
            "column",
            one.column,
        )
    return None


def _not_of_the_release(row: _Row, held: Decidable) -> SheetFault | None:
    """Whether the claim is not held, or not as the person was shown it."""
    claim_id, guard = row.claim_id, row.review[GUARD]
    if claim_id not in held.claim_ids:
        document = claim_id.rpartition("#")[0]
        near = tuple(known for known in held.claim_ids if known.rpartition("#")[0] == document)
        return row.fault(
            "provenance.unknown_claim",
            "No claim of the release has this id.",
            f"Copy the id from the sheet as it was exported.{nearest(claim_id, near)}",
            "claim_id",
        )
    if guard and guard != held.rests_on.get(claim_id):
        return row.fault(
            "provenance.reading_changed",
            "The claim is read otherwise since the sheet was written.",
            "Export the sheet anew and look at the claim again.",
            GUARD,
        )
    return None


def _once(rows: Iterable[_Row], done: Imported) -> list[_Row]:
    """The rows without repeats; those of a claim that contradict one another are faults."""
    by_claim: dict[str, list[_Row]] = {}
    for row in rows:
        by_claim.setdefault(row.claim_id, []).append(row)
    kept: list[_Row] = []
    for of_claim in by_claim.values():
        decided: dict[tuple[str, str | None], _Row] = {}
        for row in of_claim:
            first = decided.setdefault((row.review["decision"], row.review["column"]), row)
            if first.review["becomes"] != row.review["becomes"]:
                done.faults.append(_contradiction(row, first))
        kinds = {decision: row for (decision, _), row in reversed(decided.items())}
        if len(kinds) > 1:
            first, *others = sorted(kinds.values(), key=lambda row: row.at)
            done.faults += [_contradiction(row, first) for row in others]
        kept += decided.values()
    return kept


def _contradiction(row: _Row, first: _Row) -> SheetFault:
    return row.fault(
        "duplicate.conflict",
        f"Row {first.at} decides otherwise on the same claim: {in_words(first.review)}.",
        "Keep one of the two.",
        "decision",
    )


def _new(rows: Iterable[_Row], register: Register, done: Imported) -> list[_Row]:
    """The rows that the register does not hold yet."""
    same = {tuple(row[name] for name in _SAME) for row in register.rows}
    on_the_day = {(row["claim_id"], row["column"], row["on"]): row for row in register.rows}
    fresh = []
    for row in rows:
        review = row.review
        other = on_the_day.get((review["claim_id"], review["column"], review["on"]))
        if tuple(review[name] for name in _SAME) in same:
            done.held_before += 1
        elif other is not None:
            done.faults.append(
                row.fault(
                    "duplicate.conflict",
                    f"{other['by']} decided on it on that day already: line {other['line']} of "
                    f"{register.path.name}.",
                    "Decide on a later day, with --on; nothing that was decided is rewritten.",
                    "claim_id",
                )
            )
        else:
            fresh.append(row)
    return fresh


def _try_out(
    fresh: Sequence[_Row], register: Register, held: Decidable, known: Known, done: Imported
) -> None:
    """Apply the rows after those of the register: what does not fit, and who disagrees."""
    by_line = dict(enumerate(fresh, start=register.next_line))
    rows = [row.review | {"line": line} for line, row in by_line.items() if _is_held(row, held)]
    spoken_of = {row["claim_id"] for row in rows}
    earlier = [row for row in register.rows if row["claim_id"] in spoken_of]
    for outcome in apply_reviews([*earlier, *rows], dict(held.claims), held.rests_on, known):
        row = by_line.get(outcome["row"])
        if outcome["outcome"] == "overruled":
            done.conflicts.append(f"{outcome['claim_id']}: {outcome['message']}")
        elif row is not None and outcome["outcome"] == "refused":
            done.faults.append(
                row.fault(
                    "row.does_not_fit",
                    outcome["message"],
                    "Write what fits, or reject the claim and enter the figure in a claim sheet.",
                    "becomes",
                )
            )


def _is_held(row: _Row, held: Decidable) -> bool:
    return _not_of_the_release(row, held) is None


def _as_written(review: Record) -> dict[str, str]:
    return {name: "" if review[name] is None else str(review[name]) for name in COLUMNS}
