"""An explanation as lines to read: `explain` finds what an id rests on, here it is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def as_lines(found: Mapping[str, Any]) -> list[str]:
    """The explanation as lines to read."""
    match found["kind"]:
        case "estimate":
            return [*_estimate_lines(found), *_around_lines(found)]
        case "question":
            lines = [f"question {found['question_id']}: {found['title']}"]
            for answer in found["answers"]:
                lines += _indented(_estimate_lines(answer))
            return lines + _around_lines(found)
        case "arithmetic":
            lines = _arithmetic_lines(found)
            for claim in (found["whole"], *found["claims"]):
                lines += _indented(_claim_lines(claim)) if claim else []
            return lines
        case "finding":
            lines = _finding_lines(found)
            for claim in found["claims"]:
                lines += _indented(_claim_lines(claim)) if claim else []
            return lines
        case "total":
            lines = _total_lines(found)
            for claim in found["claims"]:
                lines += _indented(_claim_lines(claim)) if claim else []
            return lines
        case _:
            return [*_claim_lines(found), *_indented(_about_claim_lines(found))]


def _around_lines(found: Mapping[str, Any]) -> list[str]:
    """What surrounds a question: how far its rules differ, floor, arithmetic, findings."""
    lines = []
    differ = found["rules_differ"]
    if differ["answers_ratio"] is not None:
        lines.append(
            f"over rules and tiers: {differ['answers_least']:,} to {differ['answers_greatest']:,}, "
            f"the greatest {differ['answers_ratio']:.2f} times the least"
        )
    if floor := found["floor"]:
        lines.append(f"floor: {floor['statement']}")
        for claim in floor["claims"]:
            lines += _indented(_claim_lines(claim)) if claim else []
    return lines + _beside_lines(found)


def _about_claim_lines(claim: Mapping[str, Any]) -> list[str]:
    """Whom it credits, its arithmetic and findings, and what is not known of its scope."""
    lines = []
    if check := claim["attribution_check"]:
        lines.append(f"attribution check: {check['outcome']}. {check['looked_at']}")
    lines += _beside_lines(claim)
    for row in claim["unknown_relations"]:
        others = "1 other" if row["n_questions"] == 1 else f"{row['n_questions']:,} others"
        lines.append(f"not known how its question stands to {others}: {row['why']}")
        lines.append(f"  such as {row['one_of']}: {row['title']}")
        lines.append(f"  would settle it: {row['settles']}")
    return lines


def _beside_lines(found: Mapping[str, Any]) -> list[str]:
    arithmetic = [line for row in found["arithmetic"] for line in _arithmetic_lines(row)]
    return arithmetic + [line for row in found["findings"] for line in _finding_lines(row)]


def _arithmetic_lines(row: Mapping[str, Any]) -> list[str]:
    return [f"arithmetic {row['arithmetic_id']} ({row['arithmetic_kind']}): {row['statement']}"]


def _finding_lines(row: Mapping[str, Any]) -> list[str]:
    lines = [f"finding {row['finding_id']} ({row['finding_type']}, {row['status']})"]
    lines.append(f"  {row['message']}")
    if row["settled_by"]:
        lines.append(f"  settled by {row['settled_by']}: {row['settled_reason']}")
    if row["would_settle"]:
        lines.append(f"  would settle it: {row['would_settle']}")
    return lines


def _total_lines(total: Mapping[str, Any]) -> list[str]:
    ends = [total[name] for name in ("sum_low", "sum_best", "sum_high")]
    low, best, high = ("open" if end is None else f"{end:,}" for end in ends)
    where = total["place"] or total["place_id"] or "all places of the register"
    edition = f", edition of {total['edition']}" if total["edition"] else ""
    stands = "the latest held" if total["stands"] else "not the latest held"
    return [
        f"total {total['total_id']}: {total['metric']} ({total['measure']}, {total['unit']}), "
        f"{where}, {total['year']}",
        f"  best {best}; low {low}, high {high}: the sum of {total['n_entries']:,} entries of "
        f"{total['entry_of']}{edition} ({stands})",
        f"  of {total['n_inverted']:,} the range is out of order, and added as printed",
        f"  its entries: {total['query']}",
    ]


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _range_words(row: Mapping[str, Any]) -> str:
    best = f"best {row['best_display']}" if row["best"] is not None else "no best"
    if row["range_kind"] is None:
        return best
    return f"{best}; low {row['low_display']}, high {row['high_display']} ({row['range_kind']})"


def _estimate_lines(estimate: Mapping[str, Any]) -> list[str]:
    series = f" of {estimate['series']}" if estimate["series"] else ""
    lines = [
        f"answer {estimate['estimate_id']}: {estimate['title']}",
        f"  {_range_words(estimate)}",
        f"  rule {estimate['rule']}{series}, {estimate['tier']}, as of {estimate['as_of']}, "
        f"from {estimate['n_claims']} claim(s) of {estimate['n_origins']} origin(s)"
        f"{_independence(estimate)}",
    ]
    lines += [f"  assumes: {assumption}" for assumption in estimate["assumptions"]]
    for row in estimate["evidence"]:
        lines.append(f"  {row['used_as']}: {row['reason']}")
        if row["claim"]:
            lines += _indented(_indented(_claim_lines(row["claim"])))
    return lines


def _independence(estimate: Mapping[str, Any]) -> str:
    told = estimate.get("independence")
    return f"; independence {told}" if told else ""


def _claim_lines(claim: Mapping[str, Any]) -> list[str]:
    figure, document, words = claim["figure"], claim["document"], claim["words"]
    credited = f", crediting {claim['origin']}" if claim["origin"] else ""
    lines = [f"claim {claim['claim_id']} ({claim['review_status']})"]
    if words.get("sentence"):
        sentence = " ".join(words["sentence"].split())
        lines.append(f"  {sentence if sentence.startswith('“') else f'“{sentence}”'}")
    if words.get("quote"):
        lines.append(f"  quote: “{words['quote']}”")
    lines.append(f"  read from: {words['from']}")
    lines.append(f"  said by {claim['speaker']}{credited}")
    if figure:
        lines.append(f"  figure: {_range_words(figure)}; rule {figure['rule_id']}")
    if claim["doubts"]:
        lines.append(f"  doubts: {', '.join(claim['doubts'])}")
    if document:
        lines.append(
            f"  document {document['document_id']}: {document['title']}, "
            f"{document['publisher'] or 'publisher not stated'}, {document['published_on']}"
        )
        lines.append(f"  sha256 of {document['path']}: {document['sha256']}")
    if story := claim["story"]:
        lines.append(
            f"  {len(story)} documents print one story: {story[0]} first, and "
            f"{', '.join(story[1:])}"
        )
    return lines
