"""Ask for any scope: answered, a floor only, or not answerable, and then what is missing.

What somebody asks is a scope like any other, with the axes that they do not name left open. The
questions that equal it on every named axis are answered one by one, never merged; what lies inside
it forces a floor; what is held nearest is named where nothing answers.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from pipelines.core.likeness import known_on
from pipelines.core.period import DateFault, window
from pipelines.core.records import Record
from pipelines.core.relation import relate
from pipelines.core.verdict import ANY
from pipelines.estimates.conflicts import under_assumption
from pipelines.estimates.floors import Cap, Floor, ceiling_of, floor_of, inside
from pipelines.estimates.found import Found
from pipelines.estimates.held import Held, Row
from pipelines.estimates.nearest import Near, in_words, nearest, opened
from pipelines.estimates.questions import title
from pipelines.estimates.rules import latest_day_known, why_aside
from pipelines.estimates.wording import printed, scope_in_words, voice
from schemas import vocab

_VOCABULARY: Final = {
    "metric": vocab.METRICS,
    "population": vocab.POPULATIONS,
    "measure": vocab.MEASURES,
    "unit": vocab.UNITS,
    "deaths_counted": vocab.DEATHS_COUNTED,
    "cause": vocab.CAUSES,
    "place_role": vocab.PLACE_ROLES,
}
_OPEN_IF_NOT_NAMED: Final = ("measure", "unit", "deaths_counted", "cause", "place_role")
"""Axes without a word for all of it: left open, every variant is answered by itself."""


class AskFault(ValueError):
    """A question that cannot be asked so; the message says what to write."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. Dates are ISO and may be partial; the words are the vocabulary's.

    A partial date names a period: what happened on any day of September lies within 2016-09, and a
    claim that gives its days in the same words is of the same window.

    Not naming a territory, a nationality or a place left asks for the whole place, for people of
    any nationality, and from anywhere, as `population` asks for all; a figure for one of them is
    then narrower than what is asked. Not naming measure, unit, deaths counted, cause or role of the
    place leaves them open.

    Raises
    ------
    AskFault
        Where a word is not in its vocabulary, a date is none, or the end lies before the start.
    """

    metric: str
    place_id: str
    population: str = "all"
    start: str | None = None
    end: str | None = None
    measure: str | None = None
    unit: str | None = None
    deaths_counted: str | None = None
    cause: str | None = None
    territory: str | None = None
    place_role: str | None = None
    nationality: str | None = None
    from_place_id: str | None = None

    def __post_init__(self) -> None:
        for axis, words in _VOCABULARY.items():
            word = getattr(self, axis)
            if word is not None and word not in words:
                raise AskFault(_not_a_word(axis, word, words))
        self._window()

    def row(self) -> dict[str, Any]:
        """The scope as a row for `core.relation`: `ANY` on every axis that is left open."""
        axes = {axis: getattr(self, axis) or ANY for axis in _OPEN_IF_NOT_NAMED}
        return {
            "metric": self.metric,
            "population": self.population,
            "place_id": self.place_id,
            "territory": self.territory,
            "nationality": self.nationality,
            "from_place_id": self.from_place_id,
            **axes,
            **self._window(),
            "restriction": None,
            "coverage": None,
        }

    def _window(self) -> dict[str, Any]:
        try:
            days = vars(window(self.start, self.end))
        except DateFault as fault:
            raise AskFault(f"{fault}: {fault.fix}") from fault
        return {name: ANY if day is None else day for name, day in days.items()}


def _not_a_word(axis: str, word: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, words, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"write one of {', '.join(words)}"
    return f"'{word}' is no {axis.replace('_', ' ')}: {hint}"


@dataclass(frozen=True)
class Material:
    """What an ask looks at.

    Attributes
    ----------
    rows
        Every figure with what is looked at of its claim; `held` holds those that count.
    estimates, evidence
        The answers to every question of the rows, and the claims under each (`rules.answers`).
    findings
        Records of the collection's findings, settled or not.
    places
        Names of places by id.
    as_of
        The last day of publication that is looked at.
    registers_known_on
        The latest publication among the registers that are asked; None where none is.
    register_places
        By metric, the countries of which registers hold figures.
    """

    rows: Sequence[Row]
    held: Held
    estimates: Sequence[Record]
    evidence: Sequence[Record]
    findings: Sequence[Mapping[str, Any]]
    places: Mapping[str, str]
    as_of: date | None
    registers_known_on: date | None = None
    register_places: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def latest(self) -> date | None:
        """The latest publication among what is looked at."""
        days = (latest_day_known(self.rows), self.registers_known_on)
        return max((day for day in days if day is not None), default=None)


def ask(asked: Asked, material: Material, cap: Cap | None = None) -> dict[str, Any]:
    """Everything that the collection says to a scope.

    Returns
    -------
    dict
        ``question``, ``answer`` (answered, floor_only or not_answerable), ``answers``, ``floor``,
        ``ceiling``, ``missing`` and ``as_of`` as `attest ask --json` prints them; beside them
        ``nearest`` and what is ``lacking`` where nothing answers, ``findings`` (each with what it
        ``assumes``), and ``claims``: who said each number that is named. An open end is None,
        never 0.
    """
    scope, held = asked.row(), material.held
    matched = _matched(scope, material)
    answers = _answers(matched, material)
    floor, unit = floor_in_one_unit(scope, held)
    near = [] if answers else nearest(_of_whole_periods(scope), held, set(matched))
    latest = material.latest
    lacking = None if answers else _lacking(scope, matched, near, material)
    result: dict[str, Any] = {
        "question": title(scope, material.places),
        "answer": _verdict(answers, floor),
        "answers": answers,
        "floor": {
            "low": floor.low,
            "unit": unit,
            "claims": list(floor.claim_ids),
            "bases": list(floor.bases),
            "n_inside": floor.n_inside,
            "statement": floor.statement,
        },
        "ceiling": _ceiling(scope, cap, material),
        "missing": None if answers else _missing(lacking, near, material),
        "as_of": material.as_of.isoformat() if material.as_of else None,
        "latest_publication": latest.isoformat() if latest else None,
        "lacking": lacking,
        "nearest": [_near_record(one, material) for one in near],
    }
    within = {row["claim_id"] for one in _readings(scope) for row in inside(one, held)}
    result["findings"] = _findings(within | _named(result), cap, material)
    result["claims"] = _said(result, material)
    return result


def _verdict(answers: Sequence[Any], floor: Floor) -> str:
    if answers:
        return "answered"
    return "not_answerable" if floor.low is None else "floor_only"


# What a scope asks for


def _of_whole_periods(scope: Row) -> dict[str, Any]:
    """The scope from the first day of the period that its start names to the last of its end's."""
    first, last = scope["start_earliest"], scope["end_latest"]
    return {**scope, "start_latest": first, "end_earliest": last}


def _readings(scope: Row) -> list[Row]:
    """The scope over whole periods; and as written, which is how a claim may write its days too."""
    whole = _of_whole_periods(scope)
    return [whole] if whole == scope else [whole, scope]


def floor_in_one_unit(scope: Row, held: Held) -> tuple[Floor, str | None]:
    """The floor of an asked scope, and its unit: people, else the first unit that sets one.

    Where the asker leaves the unit open, people and households are never added up.
    """
    units = vocab.UNITS if scope["unit"] == ANY else (scope["unit"],)
    for unit in units:
        floors = [floor_of({**one, "unit": unit}, held) for one in _readings(scope)]
        floor = max(floors, key=lambda found: found.low or 0)
        if floor.low is not None:
            counted = "" if unit == "people" else f"; it counts {unit}, not people"
            return replace(floor, statement=floor.statement + counted), unit
    return floor, None


# Answers


def _matched(scope: Row, material: Material) -> dict[str, list[Row]]:
    """The rows of each question that equals the scope on every axis that it names."""
    by_question: dict[str, list[Row]] = {}
    for row in material.rows:
        if (
            (row["metric"], row["population"]) == (scope["metric"], scope["population"])
            and row["entry_of"] is None
            and row["review_status"] != "rejected"
        ):
            by_question.setdefault(row["question_id"], []).append(row)
    return {
        question: rows
        for question, rows in by_question.items()
        if any(
            relate(opened(rows[0], one), one, material.held.facts).relation == "equal"
            for one in _readings(scope)
        )
    }


def _answers(matched: Mapping[str, Sequence[Row]], material: Material) -> list[dict[str, Any]]:
    under: dict[str, list[Record]] = {}
    for record in material.evidence:
        under.setdefault(record["estimate_id"], []).append(record)
    found = []
    for estimate in material.estimates:
        if estimate["question_id"] not in matched:
            continue
        evidence = under.get(estimate["estimate_id"], [])
        found.append(
            {
                "rule": estimate["rule"],
                "tier": estimate["tier"],
                "low": estimate["low"],
                "best": estimate["best"],
                "high": estimate["high"],
                "bases": list(estimate["bases"]),
                "claims": [one["claim_id"] for one in evidence if one["used_as"] == "used"],
                "question_id": estimate["question_id"],
                "estimate_id": estimate["estimate_id"],
                "title": title(matched[estimate["question_id"]][0], material.places),
                "series": estimate["series"],
                "range_kind": estimate["range_kind"],
                "n_origins": estimate["n_origins"],
                "independence": estimate.get("independence"),
                "assumptions": list(estimate["assumptions"]),
                "evidence": [
                    {name: one[name] for name in ("claim_id", "used_as", "reason")}
                    for one in evidence
                ],
            }
        )
    return sorted(found, key=_answer_order)


def _answer_order(answer: Mapping[str, Any]) -> tuple[Any, ...]:
    rules, tiers = list(vocab.RULES_OF_ANSWERING), list(vocab.TIERS)
    return (
        answer["title"],
        answer["question_id"],
        tiers.index(answer["tier"]),
        rules.index(answer["rule"]),
        answer["series"] or "",
    )


def _ceiling(scope: Row, cap: Cap | None, material: Material) -> dict[str, Any]:
    """The ceiling under a cap. On an axis left open it is that of what the cap counts there."""
    if cap is None:
        return {"high": None, "assumes": None, "claims": [], "of": None}
    open_axes = [axis for axis in _OPEN_IF_NOT_NAMED if scope[axis] == ANY]
    as_capped = {**scope, **{axis: cap.scope[axis] for axis in open_axes}}
    ceiling = ceiling_of(as_capped, cap, material.held)
    return {
        "high": ceiling.high,
        "assumes": ceiling.assumes,
        "claims": list(ceiling.claim_ids),
        "of": title(as_capped, material.places),
    }


# What is missing


def _lacking(
    scope: Row, matched: Mapping[str, Sequence[Row]], near: Sequence[Near], material: Material
) -> str:
    """What would have to be held for an answer."""
    if not material.rows and material.registers_known_on is None:
        day = f" by {material.as_of.isoformat()}" if material.as_of else ""
        return f"A claim: nothing in this collection had been published{day}."
    by_claim = {row["claim_id"]: row for row in material.rows}
    idle = [
        f"{row['claim_id']} ({aside[1]})"
        for rows in matched.values()
        for row in rows
        if (aside := why_aside(row, by_claim))
    ]
    said = "A claim that answers this very question."
    if idle:
        said += f" Claims speak to it and do not answer it: {'; '.join(idle)}."
    return said if near or idle else f"{said} {_held_elsewhere(scope, material)}"


def _missing(lacking: str | None, near: Sequence[Near], material: Material) -> str:
    """What is lacking, and what is held nearest."""
    named = "; ".join(in_words(one, material.places) for one in near)
    return f"{lacking} Nearest held: {named}." if near else f"{lacking}"


def _held_elsewhere(scope: Row, material: Material) -> str:
    """Where the collection has any figure of the metric, when it has none for the place."""
    countries = sorted(
        {
            material.places.get(country, country)
            for row in material.held.rows
            if row["metric"] == scope["metric"] and row["place_id"]
            for country in [material.held.facts.areas.country(row["place_id"])]
        }
        | {
            material.places.get(country, country)
            for country in material.register_places.get(scope["metric"], ())
        }
    )
    if not countries:
        return f"The collection holds no figure of {scope['metric']} for any place."
    shown = ", ".join(countries[:5])
    more = f" and {len(countries) - 5} more" if len(countries) > 5 else ""
    return f"Nothing near is held. Figures of {scope['metric']} are held for: {shown}{more}."


def _near_record(near: Near, material: Material) -> dict[str, Any]:
    return {
        "question_id": near.question_id,
        "title": title(near.row, material.places),
        "relation": near.relation.relation,
        "reason": near.reason,
        "would_settle": near.would_settle,
        "claims": [row["claim_id"] for row in near.claims],
        "words": in_words(near, material.places),
    }


# Findings


def _findings(claims: set[str], cap: Cap | None, material: Material) -> list[dict[str, Any]]:
    """Those that the assumption makes, whatever is asked; then those that touch the claims.

    The gravest first.
    """
    found = (
        [_assumed(one, cap.statement) for one in under_assumption(material.held, [cap])]
        if cap
        else []
    )
    return found + [
        {
            "finding_id": row["finding_id"],
            "finding_type": row["finding_type"],
            "severity": row["severity"],
            "claims": list(row["claim_ids"]),
            "size": row["size"],
            "message": row["message"],
            "would_settle": row["would_settle"],
            "status": row["status"],
            "assumes": None,
        }
        for row in sorted(material.findings, key=_gravest_first)
        if claims & set(row["claim_ids"])
    ]


def _gravest_first(finding: Mapping[str, Any]) -> tuple[int, str, str]:
    grave = list(vocab.SEVERITIES).index(finding["severity"])
    return -grave, finding["finding_type"], finding["finding_id"]


def _assumed(found: Found, statement: str) -> dict[str, Any]:
    return {
        "finding_id": None,
        "finding_type": found.finding_type,
        "severity": found.severity,
        "claims": [row["claim_id"] for row in found.claims],
        "size": found.size,
        "message": found.message,
        "would_settle": found.would_settle,
        "status": "open",
        "assumes": statement,
    }


# Who said it


def _named(result: Mapping[str, Any]) -> set[str]:
    """The claims that the answers, the floor and the ceiling name."""
    found = {claim for answer in result["answers"] for claim in answer["claims"]}
    return found | set(result["floor"]["claims"]) | set(result["ceiling"]["claims"])


def _said(result: Mapping[str, Any], material: Material) -> dict[str, dict[str, Any]]:
    """Every claim that the result names: who said it, when, and to which question."""
    named = _named(result)
    for key in ("nearest", "findings"):
        named |= {claim for one in result[key] for claim in one["claims"]}
    return {
        row["claim_id"]: {
            "printed": printed(row),
            "title": scope_in_words(row, material.held),
            "voice": voice(row),
            "known_on": known.isoformat() if (known := known_on(row)) else None,
            "document_id": row["document_id"],
        }
        for row in material.rows
        if row["claim_id"] in named
    }
