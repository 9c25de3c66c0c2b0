"""What changed on a page since an earlier release: claims, answers and floors by question.

A reason is given where the source or a signed resolution states one, and in no other case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pipelines.briefings.select import Question, Selected
from pipelines.charts import wording
from pipelines.charts.language import Phrase, grouped, joined, say, say_n, term
from pipelines.charts.rows import Marts, Row, missing
from pipelines.core.records import records

MOST_TOLD: Final = 12
"""Most changes that a page tells one by one."""

_Answer = tuple[Any, Any, Any]


def changed(now: Marts, before: Marts, selected: Selected, was: Selected) -> list[Phrase]:
    """What changed from one release to another on the questions of a page, a sentence each.

    Parameters
    ----------
    now, before
        The published tables of both releases.
    selected, was
        The questions of the page in both, chosen for the same place and days.
    """
    return _within_limit(list(_told(now, before, selected, was)))


def _within_limit(told: list[Phrase]) -> list[Phrase]:
    more = len(told) - MOST_TOLD
    if more <= 0:
        return told
    rest = say_n(
        "{n} further change: attest diff tells it.",
        "{n} further changes: attest diff tells them.",
        more,
    )
    return [*told[:MOST_TOLD], rest]


def _told(now: Marts, before: Marts, selected: Selected, was: Selected) -> Iterator[Phrase]:
    earlier = {question.question_id: question for question in was.own}
    later = {question.question_id for question in selected.own}
    reasons = _reasons(now, before)
    answers = _answers(now), _answers(before)
    floors = _floors(now), _floors(before)
    for n, question in enumerate(selected.own, 1):
        is_card = n <= len(selected.cards)
        name = say("Question {n}", n=n) if is_card else question.phrase
        old = earlier.get(question.question_id)
        if old is None:
            yield say(
                "{question} is new on this page: {claims}.",
                question=name,
                claims=wording.claims(len(question.rows)),
            )
            continue
        yield from _of_claims(name, question, old, now, reasons)
        yield from _of_answers(name, question.question_id, *answers)
        yield from _of_floor(name, question.question_id, *floors)
    for old in was.own:
        if old.question_id not in later:
            yield say("{question} is no longer on this page.", question=old.phrase)
            for row in old.rows:
                yield _gone(old.phrase, row, now, reasons)


# Claims


def claim_in_words(row: Row) -> Phrase:
    """A claim named by its figure, who said it and when, and what narrows it."""
    said = [wording.who(row), wording.published(row), *wording.limits(row)]
    return say("{figure} ({said})", figure=wording.number(row), said=joined(said))


def _of_claims(
    name: Phrase, question: Question, old: Question, now: Marts, reasons: Mapping[Any, str]
) -> Iterator[Phrase]:
    earlier = {row.claim_id: row for row in old.rows}
    later = {row.claim_id: row for row in question.rows}
    gone = {_record(row): row for claim_id, row in earlier.items() if claim_id not in later}
    for claim_id, row in later.items():
        then = earlier.get(claim_id) or gone.pop(_record(row), None)
        if then is None:
            yield say("{question}: added: {claim}.", question=name, claim=claim_in_words(row))
            continue
        fields = {"question": name, "claim": claim_in_words(row)}
        if then.is_pending and not row.is_pending:
            yield say("{question}: read by a person since: {claim}.", **fields)
        if _numbers(then) != _numbers(row):
            fields |= {"then": wording.number(then), "reason": _reason(row, now, reasons)}
            if then.claim_id == claim_id:
                yield say("{question}: changed: {then}, now {claim}; {reason}.", **fields)
            else:
                yield say("{question}: replaced: {then}, now {claim}; {reason}.", **fields)
    for row in earlier.values():
        if gone.get(_record(row)) is row:
            yield _gone(name, row, now, reasons)


def _record(row: Row) -> tuple[str, str]:
    """What a claim has in common with that of another release of its source."""
    return row.source_id, row.claim_id.removeprefix(f"{row.source_id}/{row.release}/")


def _numbers(row: Row) -> tuple[Any, ...]:
    return row.low, row.best, row.high, row.qualifier


def _gone(name: Phrase, row: Row, now: Marts, reasons: Mapping[Any, str]) -> Phrase:
    """A claim that the page no longer shows: what became of it, and the reason stated."""
    fields = {
        "question": name,
        "claim": claim_in_words(row),
        "reason": _reason(row, now, reasons),
    }
    claims = now["marts/claims"]
    held = claims[claims["claim_id"] == row.claim_id]
    if held.empty:
        return say("{question}: no longer held: {claim}; {reason}.", **fields)
    claim = held.iloc[0]
    if not missing(claim["withdrawn_on"]):
        return say("{question}: withdrawn: {claim}; {reason}.", **fields)
    if not missing(claim["replaced_by"]):
        return say("{question}: replaced: {claim}; {reason}.", **fields)
    if claim["review_status"] == "rejected":
        return say("{question}: rejected on review: {claim}.", **fields)
    return say("{question}: no longer counted here: {claim}; {reason}.", **fields)


def _reasons(now: Marts, before: Marts) -> dict[tuple[str, str, str], str]:
    """The reasons stated for what moved since, by source, record and metric."""
    names = ("revision_id", "source_id", "record_id", "metric", "to_release", "stated_reason")
    old = set(before["marts/revisions"]["revision_id"])
    found = {}
    for row in sorted(
        records(now["marts/revisions"], names), key=lambda r: (r["to_release"], r["revision_id"])
    ):
        if row["revision_id"] not in old and row["stated_reason"]:
            found[row["source_id"], row["record_id"], row["metric"]] = str(row["stated_reason"])
    return found


def _reason(row: Row, now: Marts, reasons: Mapping[Any, str]) -> Phrase:
    """The reason stated for a change of a claim."""
    claims = now["marts/claims"]
    held = claims.loc[claims["claim_id"] == row.claim_id, "record_id"]
    record = str(held.iloc[0]) if len(held) else _record(row)[1].rpartition("#")[0]
    stated = reasons.get((row.source_id, record, row.metric))
    return say("reason stated: “{reason}”", reason=stated) if stated else say("reason not stated")


# Answers and floors


def _answers(marts: Marts) -> dict[str, dict[tuple[str, str, str], _Answer]]:
    """The answers of each question by rule, tier and series, but those made over several series."""
    names = ("question_id", "rule", "tier", "series", "low", "best", "high")
    found: dict[str, dict[tuple[str, str, str], _Answer]] = {}
    for row in records(marts["marts/estimates"], names):
        if row["rule"] in ("by_source", "house"):
            key = (row["rule"], row["tier"], row["series"] or "")
            answer = (row["low"], row["best"], row["high"])
            found.setdefault(row["question_id"], {})[key] = answer
    return found


def _of_answers(
    name: Phrase, question_id: str, now: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[Phrase]:
    later, earlier = now.get(question_id, {}), before.get(question_id, {})
    for key in sorted(later.keys() & earlier.keys()):
        rule, tier, series = key
        if later[key] != earlier[key]:
            yield say(
                "{question}: the answer of {series} ({rule}, {tier}) was {then} and is {now}.",
                question=name,
                series=series,
                rule=term("rule", rule),
                tier=term("tier", tier),
                then=range_in_words(*earlier[key]),
                now=range_in_words(*later[key]),
            )


def range_in_words(low: int | None, best: int | None, high: int | None) -> Phrase:
    """The range of an answer in words, an end that is open said by the other."""
    if low is not None and high is not None:
        ends = say("between {low} and {high}", low=low, high=high)
    elif low is not None:
        ends = wording.hedged("at_least", grouped(low))
    elif high is not None:
        ends = wording.hedged("at_most", grouped(high))
    else:
        return grouped(best) if best is not None else say("open at both ends")
    return ends if best is None else say("{best} ({ends})", best=best, ends=ends)


def _floors(marts: Marts) -> dict[str, int | None]:
    return {
        row["question_id"]: row["low"]
        for row in records(marts["marts/floors"], ("question_id", "low"))
    }


def _of_floor(
    name: Phrase, question_id: str, now: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterable[Phrase]:
    later, earlier = now.get(question_id), before.get(question_id)
    if later == earlier:
        return []
    if earlier is None:
        return [say("{question}: the floor is new: at least {now}.", question=name, now=later)]
    if later is None:
        return [
            say("{question}: the floor of at least {then} is gone.", question=name, then=earlier)
        ]
    return [
        say(
            "{question}: the floor was at least {then} and is at least {now}.",
            question=name,
            then=earlier,
            now=later,
        )
    ]
