"""What `ask` found, as lines to read: the answers side by side, floor, ceiling, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final

Result = Mapping[str, Any]

_CLAIMS_SHOWN: Final = 2

_VERDICTS: Final = {
    "answered": "answered",
    "floor_only": "no answer here, a floor only",
    "not_answerable": "not answerable here",
}


def as_lines(result: Result) -> list[str]:
    """The result of `asking.ask` as lines."""
    lines = [f"{result['question']}{_as_of(result)}", _VERDICTS[result["answer"]]]
    if result.get("undated"):
        lines.append(f"{result['undated']} claims without a known day are left out of a past day")
    lines += _answer_lines(result)
    lines += ["", f"floor: {result['floor']['statement']}"]
    lines += _claim_lines(result, result["floor"]["claims"], result["question"])
    if result["ceiling"]["assumes"]:
        lines += _ceiling_lines(result)
    if result["lacking"]:
        lines += ["", f"missing: {result['lacking']}"]
        lines += ["  nearest held:"] if result["nearest"] else []
        lines += [f"    {near['words']}" for near in result["nearest"]]
    return lines + _finding_lines(result)


def _as_of(result: Result) -> str:
    day, latest = result["as_of"], result["latest_publication"]
    if day is None:
        return ""
    later = f"; the latest held is of {latest}" if latest and latest != day else ""
    return f" (published by {day}{later})"


def range_in_words(row: Result) -> str:
    """Low, best and high in a few words; an open end is said, never taken for 0.

    >>> range_in_words({"low": 601, "best": None, "high": None})
    'at least 601'
    """
    low, best, high = (None if row[end] is None else f"{row[end]:,}" for end in _ENDS)
    if low and high:
        ends = f"{low} to {high}"
    elif low or high:
        ends = f"at least {low}" if low else f"at most {high}"
    else:
        ends = ""
    if best is None:
        return ends or "open at both ends"
    return f"{best} ({ends})" if ends else best


_ENDS: Final = ("low", "best", "high")


def _answer_lines(result: Result) -> list[str]:
    lines: list[str] = []
    for question, answers in groupby(result["answers"], key=lambda one: one["question_id"]):
        listed = list(answers)
        lines += ["", f"{listed[0]['title']} (question {question})"]
        for answer in listed:
            series = f" of {answer['series']}" if answer["series"] else ""
            lines.append(
                f"  {answer['tier']}, {answer['rule']}{series}: {range_in_words(answer)} "
                f"[basis {' + '.join(answer['bases'])}]{_independence(answer)}"
            )
            lines += [f"    assumes: {assumed}" for assumed in answer["assumptions"]]
        used = dict.fromkeys(claim for answer in listed for claim in answer["claims"])
        lines += _claim_lines(result, used)
    return lines


def _independence(answer: Result) -> str:
    return f", independence {answer['independence']}" if answer["independence"] else ""


def _ceiling_lines(result: Result) -> list[str]:
    ceiling = result["ceiling"]
    if ceiling["high"] is None:
        return ["", f"ceiling: none here. {ceiling['assumes']}"]
    lines = ["", f"ceiling: at most {ceiling['high']:,}. {ceiling['assumes']}"]
    lines.append(f"    for: {ceiling['of']}")
    return lines + _claim_lines(result, ceiling["claims"], result["question"])


def _claim_lines(result: Result, claims: Iterable[str], within: str | None = None) -> list[str]:
    """Each claim with who said it and when; and what it counts, where that is not `within`."""
    lines = []
    for claim in claims:
        told = result["claims"].get(claim)
        if told is None:
            lines.append(f"    {claim}")
            continue
        day = told["known_on"] or "day not known"
        lines.append(f"    {told['printed']}: {told['voice']}, {day} ({claim})")
        if within and told["title"] != within:
            lines.append(f"      {told['title']}")
    return lines


def _finding_lines(result: Result) -> list[str]:
    """Warnings, and what the assumption makes, in full; of the rest the kind and the claims."""
    lines = ["", "findings:"] if result["findings"] else []
    for finding in result["findings"]:
        status = f", {finding['status']}" if finding["status"] != "open" else ""
        named = f" {finding['finding_id']}" if finding["finding_id"] else ""
        lines.append(f"  {finding['finding_type']} ({finding['severity']}{status}){named}")
        if finding["assumes"]:
            lines.append(f"    assuming {finding['assumes']}")
        if finding["assumes"] or finding["severity"] == "warning":
            lines += [
                f"    {finding['message']}",
                f"    would settle it: {finding['would_settle']}",
            ]
        else:
            lines.append(f"    {' and '.join(finding['claims'][:_CLAIMS_SHOWN])}{_more(finding)}")
    if any(finding["finding_id"] for finding in result["findings"]):
        lines.append("  `attest explain` with its id tells a finding in full")
    return lines


def _more(finding: Result) -> str:
    more = len(finding["claims"]) - _CLAIMS_SHOWN
    return f" and {more} more" if more > 0 else ""
