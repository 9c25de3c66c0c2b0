"""The named rules by which a question is answered, and the evidence under each answer.

`by_source`: each series' latest reading. `latest`: the latest reading of a tier. `spread`: least to
greatest over the series of a tier, one reading each. `house`: the latest reading of the source that
the user's office names in house_rules.yml. Only claims equal to their question answer.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, Final

from pipelines.core.actors import Actors
from pipelines.core.ids import estimate_id
from pipelines.core.interval import Interval
from pipelines.core.likeness import known_on, publication_order, source_key
from pipelines.core.names import folded
from pipelines.core.records import Record
from pipelines.core.voices import voice_of
from pipelines.estimates.held import is_held
from pipelines.estimates.independence import SHARED, UNKNOWN, of_claims, of_voices
from pipelines.estimates.rows import household_sizes
from schemas.vocab import TIER_OF_BASIS, TIERS

Row = Mapping[str, Any]

_LATEST_BY: Final = {"latest_by": ["window end", "publication", "claim_id"]}
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "by_source": _LATEST_BY,
    "latest": _LATEST_BY,
    "spread": {"readings_of_a_series": 1},
    "house": _LATEST_BY,
}
"""What each rule is set to; a house rule's answer also says which rule of the office it is."""

INDEPENDENCE_UNKNOWN: Final = "independence of the origins is unknown"
POSSIBLE_REPEATS: Final = "possible repeats are taken as figures of their own"
OUR_BAND: Final = "the ends of a vague word are our fixed band"
SOFT_END: Final = "an upper end said as 'up to' is soft"
ONE_ORIGIN: Final = "not independent, and counted as one origin: {names}"
SAID_BY_PARTY: Final = "said by a party to the conflict: {name}"
ONE_OF_SEVERAL: Final = (
    "the series {names} of {source} have a reading of the same day, and the one whose claim id "
    "comes last is quoted: name a series in house_rules.yml"
)
CREDITED_TO_PARTY: Final = "credited to a party to the conflict: {name}"


@dataclass
class Question:
    """The claims that speak to one question: those that answer it, and those that do not."""

    answering: list[Row] = field(default_factory=list)
    aside: list[tuple[str, str, str]] = field(default_factory=list)
    """Claim, how it is used, and why, of each claim that does not answer."""


@dataclass(frozen=True)
class _Applied:
    """One rule over the claims that answer a question."""

    rule: str
    series: str | None
    used: Sequence[Row]
    passed: Sequence[tuple[Row, str]]
    """The claims that it passes over, and why."""
    parameters: Mapping[str, Any]
    assumed: Sequence[str] = ()
    """What the choice of the claims takes for granted."""


def answers(
    rows: Sequence[Row], actors: Actors, house_rules: Sequence[Row]
) -> tuple[list[Record], list[Record]]:
    """Estimates and their evidence over all questions, sorted.

    Parameters
    ----------
    rows
        Every figure with what rules look at of its claim.
    actors
        What the register says of speakers and origins.
    house_rules
        The office's rules, in the order of their file; without them no answer is a house answer.
    """
    as_of = latest_day_known(rows)
    names = series_names(rows)
    house = [_HouseRule.of(rule, actors) for rule in house_rules]
    estimates: list[Record] = []
    evidence: list[Record] = []
    by_question = _by_question(rows)
    for question_id in sorted(by_question):
        question = by_question[question_id]
        quoted = _quoted(question.answering, house, names)
        for tier in TIERS:
            of_tier = [row for row in question.answering if TIER_OF_BASIS[row["basis"]] == tier]
            made = list(_applied(of_tier, names))
            if quoted is not None and quoted.used[0] in of_tier:
                made.append(quoted)
            for applied in made:
                estimate = _estimate(question_id, tier, applied, as_of, actors)
                estimates.append(estimate)
                evidence += _evidence(estimate["estimate_id"], applied, question.aside)
    evidence.sort(key=lambda row: (row["estimate_id"], row["claim_id"]))
    return estimates, evidence


def latest_day_known(rows: Iterable[Row]) -> date | None:
    """The latest publication among the claims that count; None where none counts.

    Where none of them has a day of publication: the latest day on which we obtained one.
    """
    counting = [row for row in rows if row["counts"]]
    days = [day for row in counting if (day := known_on(row))]
    return max(days or [row["recorded_on"] for row in counting], default=None)


def series_names(rows: Iterable[Row]) -> dict[str, str]:
    """The series of each claim by its id: its own, else its origin, else its speaker.

    One body is one series however it is spelt, and is called as the first publication writes it: a
    body that is only credited is not named as if it had spoken. Where two series would bear one
    name, the later one is told apart by its document.
    """
    names: dict[str, str] = {}
    bearer: dict[str, str] = {}
    found: dict[str, str] = {}
    for row in sorted(rows, key=publication_order):
        key = f"series {row['series']}" if row["series"] else source_key(row)
        if key not in names:
            name = str(row["series"] or row["origin"] or row["speaker"])
            if bearer.setdefault(name, key) != key:
                name = f"{name} ({row['document_id']})"
            names[key] = name
        found[row["claim_id"]] = names[key]
    return found


def _by_question(rows: Sequence[Row]) -> dict[str, Question]:
    by_claim = {row["claim_id"]: row for row in rows}
    found: dict[str, Question] = defaultdict(Question)
    for row in sorted(rows, key=lambda row: str(row["claim_id"])):
        if row["review_status"] == "rejected":
            continue
        question = found[row["question_id"]]
        aside = why_aside(row, by_claim)
        if aside is None:
            question.answering.append(row)
        else:
            question.aside.append((row["claim_id"], *aside))
    return found


def why_aside(row: Row, by_claim: Mapping[str, Row]) -> tuple[str, str] | None:
    """How a claim that does not answer its question is used, and why; None where it answers."""
    excluded = (
        _why_not_counted(row)
        or (row["entry_of"] and f"an entry of the register {row['entry_of']}")
        or (row["restriction"] and f"inside its question only: {row['restriction']}")
        or (row["coverage"] and f"a floor only; it covers: {row['coverage']}")
    )
    if excluded:
        return "excluded", excluded
    if row["repeat_of"]:
        return "repeat", f"publishes {row['repeat_of']} again{_by_story(row)}"
    if whole := _whole_of_same_question(row, by_claim):
        return "part", f"a part of {whole}, which has the same question"
    if not row["counts"]:
        return "excluded", "does not count"
    return None


def _by_story(row: Row) -> str:
    """That a claim is of a reprint, or of a headline, where it is a repeat for that."""
    if not row["reprint_of"]:
        return ""
    is_own = row["reprint_of"] == row["document_id"]
    return ": headline of its text" if is_own else f": reprint of {row['reprint_of']}"


def _why_not_counted(row: Row) -> str | None:
    if row["review_status"] == "pending":
        return "extracted and not yet read by a person"
    if row["modality"] not in ("stated", "none_reported"):
        return f"{row['modality']}, not stated as having happened"
    if row["withdrawn_on"]:
        return f"withdrawn on {row['withdrawn_on'].isoformat()}"
    if row["replaced_by"]:
        return f"replaced by {row['replaced_by']}"
    return None


def _whole_of_same_question(row: Row, by_claim: Mapping[str, Row]) -> str | None:
    """The nearest whole that counts and has the very same question."""
    seen = {row["claim_id"]}
    whole = row["part_of"]
    while whole in by_claim and whole not in seen and is_held(by_claim[whole]):
        if by_claim[whole]["question_id"] == row["question_id"]:
            return str(whole)
        seen.add(whole)
        whole = by_claim[whole]["part_of"]
    return None


def _applied(rows: list[Row], names: Mapping[str, str]) -> Iterator[_Applied]:
    """Every rule but the office's over the answering claims of one question and tier."""
    if not rows:
        return
    by_series: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_reading_order, reverse=True):
        by_series[names[row["claim_id"]]].append(row)
    older = {
        series: [(row, f"an older reading of the series {series}") for row in readings[1:]]
        for series, readings in sorted(by_series.items())
    }
    for series, passed in older.items():
        used = by_series[series][:1]
        yield _Applied("by_source", series, used, passed, PARAMETERS["by_source"])
    latest = max(rows, key=_reading_order)
    others = [(row, "not the latest reading") for row in rows if row is not latest]
    yield _Applied("latest", None, [latest], others, PARAMETERS["latest"])
    newest = [by_series[series][0] for series in older]
    passed_over = [one for passed in older.values() for one in passed]
    yield _Applied("spread", None, newest, passed_over, PARAMETERS["spread"])


@dataclass(frozen=True)
class _HouseRule:
    """A rule of the office: for what it is, and whose figure it quotes."""

    line: int
    scope: Mapping[str, str]
    """The axes that a question must have; one left open fits any."""
    source: str
    actor_id: str | None
    reason: str

    @staticmethod
    def of(rule: Row, actors: Actors) -> _HouseRule:
        axes = ("metric", "place_id", "population")
        scope = {name: rule[name] for name in axes if rule[name] is not None}
        source = rule["source"]
        return _HouseRule(rule["line"], scope, source, actors.resolve(source), rule["reason"])

    def fits(self, row: Row) -> bool:
        """Whether it is for the question that a claim answers."""
        return all(row[name] == asked for name, asked in self.scope.items())

    def quotes(self, row: Row, series: str) -> bool:
        """Whether a claim is of the source: by series, origin or speaker, or by its source_id."""
        if self.actor_id is not None and self.actor_id in (row["origin_id"], row["speaker_id"]):
            return True
        named = (series, row["series"], row["origin"], row["speaker"], row["source_id"])
        return folded(self.source) in {folded(name) for name in named if name}


def _quoted(
    rows: Sequence[Row], house: Iterable[_HouseRule], names: Mapping[str, str]
) -> _Applied | None:
    """The office's answer over the answering claims of one question; None where it gives none.

    The first rule holds that is for the question and whose source has a reading that answers it.
    """
    for rule in house:
        own = [row for row in rows if rule.fits(row) and rule.quotes(row, names[row["claim_id"]])]
        if not own:
            continue
        latest = max(own, key=_reading_order)
        readings = {row["claim_id"] for row in own}
        passed = [
            (row, f"an older reading of {rule.source}")
            if row["claim_id"] in readings
            else (row, f"not of {rule.source}, which rule {rule.line} of the office quotes")
            for row in rows
            if row is not latest
        ]
        said = {"rule": rule.line, "source": rule.source, "reason": rule.reason}
        parameters = PARAMETERS["house"] | said
        series = names[latest["claim_id"]]
        assumed = _one_of_several(rule.source, own, latest, names)
        return _Applied("house", series, [latest], passed, parameters, assumed)
    return None


def _one_of_several(
    source: str, own: Iterable[Row], latest: Row, names: Mapping[str, str]
) -> list[str]:
    """That a source has readings of several series that are as late as the one taken."""
    as_late = [row for row in own if _reading_order(row)[:-1] == _reading_order(latest)[:-1]]
    series = sorted({names[row["claim_id"]] for row in as_late})
    if len(series) < 2:
        return []
    return [ONE_OF_SEVERAL.format(source=source, names=_listed(series))]


def _reading_order(row: Row) -> tuple[date, date, str]:
    return row["end_latest"] or date.min, known_on(row) or date.min, row["claim_id"]


def _estimate(
    question_id: str, tier: str, applied: _Applied, as_of: date | None, actors: Actors
) -> Record:
    used = applied.used
    range_ = over(used)
    origins = _Origins.of(used, actors)
    return {
        "estimate_id": estimate_id(question_id, applied.rule, applied.series, tier),
        "question_id": question_id,
        "rule": applied.rule,
        "series": applied.series,
        "tier": tier,
        "bases": sorted({row["basis"] for row in used}),
        "low": range_.low,
        "best": range_.best,
        "high": range_.high,
        "range_kind": range_.kind,
        "n_claims": len(used),
        "n_origins": len(origins.names),
        "independence": of_claims(used, actors),
        "as_of": as_of,
        "assumptions": [*applied.assumed, *_assumptions(used, origins, actors)],
        "parameters": json.dumps(applied.parameters, ensure_ascii=False, sort_keys=True),
    }


@dataclass(frozen=True)
class _Origins:
    """Whose numbers an answer uses: origins that are known to share one are one."""

    names: Sequence[Sequence[str]]
    """For each origin the names under which it stands."""
    apart_unknown: bool
    """Whether the independence of some two of them is unknown."""

    @staticmethod
    def of(rows: Sequence[Row], actors: Actors) -> _Origins:
        voices = [voice_of(row, actors) for row in rows]
        words = {
            (a, b): of_voices(voices[a], voices[b], actors)
            for a, b in combinations(range(len(rows)), 2)
        }
        group = list(range(len(rows)))
        for (a, b), word in words.items():
            if word == SHARED and group[a] != group[b]:
                kept, gone = sorted((group[a], group[b]))
                group = [kept if one == gone else one for one in group]
        names: dict[int, set[str]] = defaultdict(set)
        for at, row in zip(group, rows, strict=True):
            names[at].add(str(row["origin"] or row["speaker"]))
        unknown = any(w == UNKNOWN and group[a] != group[b] for (a, b), w in words.items())
        return _Origins(sorted(sorted(held) for held in names.values()), unknown)

    def taken_for_granted(self) -> Iterator[str]:
        """What an answer over several origins takes for granted of them."""
        if self.apart_unknown:
            yield INDEPENDENCE_UNKNOWN
        for names in self.names:
            if len(names) > 1:
                yield ONE_ORIGIN.format(names=_listed(names))


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def over(rows: Sequence[Row]) -> Interval:
    """The range over claims: one claim's own; over several, least to greatest and no best.

    An end is open where some claim has neither that end nor a best.
    """
    if len(rows) == 1:
        row = rows[0]
        return Interval(row["low"], row["best"], row["high"], row["range_kind"])
    lows = [row["best"] if row["low"] is None else row["low"] for row in rows]
    highs = [row["best"] if row["high"] is None else row["high"] for row in rows]
    return Interval(
        None if None in lows else min(lows),
        None,
        None if None in highs else max(highs),
        "spread",
    )


def _assumptions(used: Sequence[Row], origins: _Origins, actors: Actors) -> list[str]:
    ids = {row["claim_id"] for row in used}
    found = list(origins.taken_for_granted())
    if any(row["possible_repeat_of"] in ids for row in used):
        found.append(POSSIBLE_REPEATS)
    if any(row["qualifier"] == "vague" for row in used):
        found.append(OUR_BAND)
    if any(row["qualifier"] == "up_to" for row in used):
        found.append(SOFT_END)
    totals = [str(row["entries_in_words"]) for row in used if row.get("entries_in_words")]
    return found + totals + household_sizes(used) + sorted(set(_of_parties(used, actors)))


def _of_parties(used: Iterable[Row], actors: Actors) -> Iterator[str]:
    """Who of those that said a number, or are credited with it, was a party on its day."""
    for row in used:
        if row["source_type"] == "party_to_conflict" or _is_party(row["speaker_id"], row, actors):
            yield SAID_BY_PARTY.format(name=row["speaker"])
        if row["origin"] and _is_party(row["origin_id"], row, actors):
            yield CREDITED_TO_PARTY.format(name=row["origin"])


def _is_party(actor_id: str | None, row: Row, actors: Actors) -> bool:
    day = known_on(row)
    return actor_id is not None and day is not None and bool(actors.parties_on(actor_id, day))


def _evidence(
    estimate: str, applied: _Applied, aside: Iterable[tuple[str, str, str]]
) -> list[Record]:
    found = [
        (row["claim_id"], "used", f"counts and equals the question: rule {row['rule_id']}")
        for row in applied.used
    ]
    found += [(row["claim_id"], "excluded", reason) for row, reason in applied.passed]
    found += aside
    return [
        {"estimate_id": estimate, "claim_id": claim, "used_as": used_as, "reason": reason}
        for claim, used_as, reason in found
    ]
