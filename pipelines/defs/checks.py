"""Checks beyond the schemas: the accounting, which blocks, and reconciliations, which warn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    MetadataValue,
    TableRecord,
)

from pipelines.claims.text.claim import Document
from pipelines.claims.text.score import NoSuchSet, development_folder, score
from pipelines.core.actors import Actors
from pipelines.core.entries import NO_ENTRIES, Entries
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.records import records
from pipelines.defs.describe import failing_rows
from pipelines.estimates.floors import left_to_ask
from pipelines.estimates.pairs import unknown_by_axis, unknown_share
from pipelines.estimates.resolutions import not_applied
from schemas.claims import Claims
from schemas.figures import Figures

CLAIMS = AssetKey(["claims", "claims"])
FILES = AssetKey(["claims", "files"])
OVERLAYS = AssetKey(["claims", "overlays"])
FIGURES = AssetKey(["figures", "figures"])
FINDINGS = AssetKey(["estimates", "findings"])
FLOORS = AssetKey(["estimates", "floors"])
RELATIONS = AssetKey(["estimates", "relations"])

ACCOUNTING = AssetCheckSpec(
    name="accounting",
    asset=FILES,
    blocking=True,
    description="Per file: rows_in = rows_with_claims + quarantined + empty, and the claims "
    "counted are the claims held. Nothing is lost.",
)
CONTROL_TOTALS = AssetCheckSpec(
    name="control_totals",
    asset=FILES,
    description="The totals that a card expects of its files (facts: expects) are the totals read.",
)
DEVELOPMENT_SCORE = AssetCheckSpec(
    name="development_score",
    asset=CLAIMS,
    description="What is read out of the labelled texts of the development set keeps its floors. "
    "Where the set is not at hand nothing is scored, and the check passes.",
)
NONE_DROPPED = AssetCheckSpec(
    name="none_dropped",
    asset=FIGURES,
    blocking=True,
    description="Every claim has exactly one figure.",
)
OVERLAYS_APPLY = AssetCheckSpec(
    name="overlays_apply",
    asset=OVERLAYS,
    description="Every row of corrections.csv and reviews.csv applies: its claim is there and read "
    "as when it was decided on, and no other person decided otherwise later.",
)
PARTS_WITHIN_WHOLES = AssetCheckSpec(
    name="parts_within_wholes",
    asset=FINDINGS,
    description="No parts of one document exceed the whole that the document gives.",
)

RESOLUTIONS_APPLY = AssetCheckSpec(
    name="resolutions_apply",
    asset=FINDINGS,
    description="Every row of resolutions.csv settles a finding or explains a revision.",
)
FLOORS_MADE = AssetCheckSpec(
    name="floors_made",
    asset=FLOORS,
    description="Every question has its floor worked out; in very large collections the widest are "
    "left to `attest ask`.",
)
RELATIONS_KNOWN = AssetCheckSpec(
    name="relations_known",
    asset=RELATIONS,
    description="How many pairs of questions stand to each other in a way that is not known, and "
    "the axis that leaves them so. Unknown is an answer: the check always passes.",
)


def _result(
    spec: AssetCheckSpec, failing: pd.DataFrame, looked_at: int, *, warn: bool = False
) -> AssetCheckResult:
    metadata: dict[str, Any] = {"looked at": looked_at}
    if len(failing):
        metadata["first failing rows"] = failing_rows(failing)
    return AssetCheckResult(
        check_name=spec.name,
        asset_key=spec.asset_key,
        passed=failing.empty,
        severity=AssetCheckSeverity.WARN if warn else AssetCheckSeverity.ERROR,
        metadata=metadata,
        description=None if failing.empty else f"{spec.description} {len(failing)} fail.",
    )


def accounted(
    files: pd.DataFrame, claims: pd.DataFrame, entries: Entries = NO_ENTRIES
) -> AssetCheckResult:
    """Whether every row of every file is accounted for, by claims in the table and in parts."""
    key = ["source_id", "release", "file"]
    in_parts = [(p.source_id, p.release, p.file, p.rows) for p in entries.of(Claims)]
    counted = pd.concat(
        [
            claims.groupby(key, dropna=False).size().rename("held").reset_index(),
            pd.DataFrame(in_parts, columns=[*key, "held"]),
        ]
    )
    held = counted.groupby(key, dropna=False)["held"].sum().reset_index()
    both = files.merge(held, on=key, how="outer", indicator=True)
    both["held"] = both["held"].fillna(0)
    out = both["rows_with_claims"] + both["quarantined"] + both["empty"]
    lost = (both["_merge"] == "right_only") | (both["rows_in"] != out).fillna(True)
    lost |= (both["claims"] != both["held"]).fillna(True)
    columns = [*key, "rows_in", "rows_with_claims", "quarantined", "empty", "claims", "held"]
    return _result(ACCOUNTING, both.loc[lost, columns], len(files))


def control_totals(cards: pd.DataFrame, files: pd.DataFrame) -> AssetCheckResult:
    """Whether the files hold what their card says that they hold."""
    read = {(f["source_id"], f["release"], f["file"]): f for f in files.to_dict("records")}
    failing = []
    looked_at = 0
    for card in cards.to_dict("records"):
        for file, expected in json.loads(card["facts"]).get("expects", {}).items():
            for column, total in expected.items():
                looked_at += 1
                key = (card["source_id"], card["release"], file)
                column = "rows_in" if column == "rows" else column
                found = read[key].get(column) if key in read else None
                if found is None or str(found) != str(total):
                    failing.append((*key, column, str(total), str(found)))
    columns = ["source_id", "release", "file", "column", "expected", "read"]
    return _result(CONTROL_TOTALS, pd.DataFrame(failing, columns=columns), looked_at, warn=True)


def development_score(before: Mapping[str, pd.DataFrame]) -> AssetCheckResult:
    """How well text is read, with the registers at hand, on texts whose figures are known."""
    document = Document(
        gazetteer=Gazetteer(before["raw/places"], before["raw/territories"]),
        actors=Actors(before["raw/actors"]),
    )
    folder = development_folder()
    try:
        found = score(folder / "dev.jsonl", document)
    except NoSuchSet as absent:
        said = f"Nothing was scored: {absent}. Set ATTEST_SHARED where it lies elsewhere."
        return AssetCheckResult(
            check_name=DEVELOPMENT_SCORE.name, asset_key=CLAIMS, passed=True, description=said
        )
    except (Exception, SystemExit) as error:  # the set and its scorer are no input of a build
        return AssetCheckResult(
            check_name=DEVELOPMENT_SCORE.name,
            asset_key=CLAIMS,
            passed=False,
            severity=AssetCheckSeverity.WARN,
            description=f"The set in {folder} cannot be scored: {type(error).__name__}: {error}",
        )
    missed = "; ".join(measure.words for measure in found.broken)
    return AssetCheckResult(
        check_name=DEVELOPMENT_SCORE.name,
        asset_key=CLAIMS,
        passed=not missed,
        severity=AssetCheckSeverity.WARN,
        metadata={
            "texts": found.report["items"],
            "measures": MetadataValue.table(
                [
                    TableRecord({"measure": m.name, "found": m.found, "bound": m.bound_in_words})
                    for m in found.measures
                ]
            ),
        },
        description=f"Text is read less well than it must be: {missed}" if missed else None,
    )


def overlays_apply(overlays: pd.DataFrame) -> AssetCheckResult:
    """Whether a person's decision has stopped applying, never did, or is disputed."""
    failing = overlays.loc[
        overlays["outcome"] != "applied", ["overlay", "row", "claim_id", "outcome", "message"]
    ]
    return _result(OVERLAYS_APPLY, failing, len(overlays), warn=True)


def none_dropped(
    claims: pd.DataFrame, figures: pd.DataFrame, entries: Entries = NO_ENTRIES
) -> AssetCheckResult:
    """Whether figures and claims are one to one, those in parts too."""
    missing = sorted(set(claims["claim_id"]) ^ set(figures["claim_id"]))
    missing += _dropped_of_parts(entries)
    looked_at = len(claims) + sum(part.rows for part in entries.of(Claims))
    return _result(NONE_DROPPED, pd.DataFrame({"claim_id": missing}, dtype="string"), looked_at)


def _dropped_of_parts(entries: Entries) -> list[str]:
    """Claims without a figure and figures without a claim; looked for only where sums differ."""
    ids = [f"(SELECT claim_id FROM {entries.relation(model)})" for model in (Claims, Figures)]
    if not entries.parts:
        return []
    with entries.connected() as connection:
        sums = [
            connection.execute(
                f"SELECT count(*), sum(CAST(hash(claim_id) AS HUGEINT)) FROM {one}"
            ).fetchall()
            for one in ids
        ]
        if sums[0] == sums[1]:
            return []
        found = connection.execute(
            "SELECT claim_id FROM ((FROM {0} EXCEPT FROM {1}) UNION ALL (FROM {1} EXCEPT FROM {0}))"
            " ORDER BY claim_id LIMIT 100".format(*ids)
        ).fetchall()
    return [str(claim_id) for (claim_id,) in found]


def parts_within_wholes(findings: pd.DataFrame) -> AssetCheckResult:
    """Whether any parts exceed their whole; such findings stay open until a person settles them."""
    exceeding = findings[
        (findings["finding_type"] == "parts_differ") & (findings["status"] == "open")
    ]
    return _result(
        PARTS_WITHIN_WHOLES, exceeding[["finding_id", "message"]], len(findings), warn=True
    )


def resolutions_apply(
    before: Mapping[str, pd.DataFrame], made: Mapping[str, pd.DataFrame]
) -> AssetCheckResult:
    """Whether a person's decision has stopped applying, or never did."""
    told = not_applied(
        *(
            records(table, list(table.columns))
            for table in (
                before["raw/resolutions"],
                made["estimates/findings"],
                made["estimates/revisions"],
            )
        )
    )
    looked_at = len(before["raw/resolutions"])
    return _result(
        RESOLUTIONS_APPLY, pd.DataFrame({"message": told}, dtype="string"), looked_at, warn=True
    )


def floors_made(questions: pd.DataFrame, floors: pd.DataFrame) -> AssetCheckResult:
    """How many questions are left without a floor in the tables."""
    left = left_to_ask(questions, floors)
    return AssetCheckResult(
        check_name=FLOORS_MADE.name,
        asset_key=FLOORS,
        passed=left == 0,
        severity=AssetCheckSeverity.WARN,
        metadata={"looked at": len(questions), "left to `attest ask`": left},
        description=f"{left} questions have no floor in the tables: ask them" if left else None,
    )


def relations_known(relations: pd.DataFrame) -> AssetCheckResult:
    """The share of pairs of questions whose relation is unknown, overall and by axis."""
    shares = {"unknown": unknown_share(relations), **unknown_by_axis(relations)}
    return AssetCheckResult(
        check_name=RELATIONS_KNOWN.name,
        asset_key=RELATIONS,
        passed=True,
        metadata={"pairs": len(relations)}
        | {f"{name}, share of pairs": round(share, 4) for name, share in shares.items()},
    )
