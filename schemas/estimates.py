"""Tables of the stage estimates: questions, answers, their evidence, findings."""

from __future__ import annotations

from typing import Final

import pandera.pandas as pa

from schemas import vocab
from schemas.parts import (
    Count,
    Day,
    Flag,
    Range,
    Scope,
    Share,
    Text,
    Where,
    Window,
    Words,
    count,
    day,
    flag,
    share,
    text,
    words,
)
from schemas.rules import when


class QuestionKey(pa.DataFrameModel):
    """Which question."""

    question_id: Text = text("Id: 12 hex over the columns that define it.", nullable=False)


class Questions(QuestionKey, Scope, Where, Window):
    """What can be asked of the collection: one row a scope that some claim speaks to."""

    title: Text = text("The question in one line.", nullable=False)
    answers_least: Count = count(
        "Least number of its answers, over rules and tiers; empty where an answer has none."
    )
    answers_greatest: Count = count(
        "Greatest number of its answers; empty where an answer has none."
    )
    answers_ratio: Share = share(
        "How far the rules differ: greatest over least.", unit="ratio", least=1
    )
    compared_with: Text = text(
        "Questions that it was compared with in marts.relations; fewer in very large collections.",
        allowed=vocab.COMPARED_WITH,
        nullable=False,
    )

    class Config:
        metadata = {
            "table": "questions",
            "stage": "estimates",
            "key": ["question_id"],
            "grain": "a question",
        }


class EstimateKey(pa.DataFrameModel):
    """Which answer to which question."""

    estimate_id: Text = text("Id: 12 hex over question, rule, series and tier.", nullable=False)
    question_id: Text = text("Question in marts.questions.", nullable=False)
    rule: Text = text("Rule of answering.", allowed=vocab.RULES_OF_ANSWERING, nullable=False)
    series: Text = text("Series answered from, for by_source.")
    tier: Text = text("Strength of the basis.", allowed=vocab.TIERS, nullable=False)
    bases: Words = words("Bases of the claims used.")


class Estimates(EstimateKey, Range):
    """The answers to each question under each named rule, side by side."""

    level: Share = share("Level of a confidence or credible interval.", least=0)
    n_claims: Count = count("Claims used.", unit="claims", nullable=False)
    n_origins: Count = count(
        "Different origins of the claims used.", unit="origins", nullable=False
    )
    independence: Text = text(
        "Of the origins used, taken together; empty for a single one.", allowed=vocab.INDEPENDENCES
    )
    as_of: Day = day("Day of the latest publication looked at.", nullable=False)
    assumptions: Words = words("What the answer takes for granted.")
    parameters: Text = text("Parameters of the rule.", kind="JSON", nullable=False)

    class Config:
        metadata = {
            "table": "estimates",
            "stage": "estimates",
            "key": ["estimate_id"],
            "grain": "an answer to a question under one rule",
            "rules": [when("rule", "by_source", given=("series",))],
        }


class Evidence(pa.DataFrameModel):
    """The claims under each answer, and how each was used."""

    estimate_id: Text = text("Answer in marts.estimates.", nullable=False)
    claim_id: Text = text("Claim in marts.claims.", nullable=False)
    used_as: Text = text("How it was used.", allowed=vocab.USED_AS, nullable=False)
    weight: Share = share("Weight, where a method weighs.", least=0)
    reason: Text = text("Why it was used so.", nullable=False)

    class Config:
        metadata = {
            "table": "evidence",
            "stage": "estimates",
            "key": ["estimate_id", "claim_id"],
            "grain": "a claim under an answer",
        }


class Findings(pa.DataFrameModel):
    """What the collection shows when its figures are laid side by side. Never an accusation."""

    finding_id: Text = text("Id: 12 hex over type and claims.", nullable=False)
    finding_type: Text = text("Kind of finding.", allowed=vocab.FINDING_TYPES, nullable=False)
    severity: Text = text("How much it matters.", allowed=vocab.SEVERITIES, nullable=False)
    question_id: Text = text("Question that it is about.")
    claim_ids: Words = words("Claims that it rests on.")
    size: Share = share("Size of the difference, where there is one.", unit="people")
    message: Text = text("What was looked at and what was found.", nullable=False)
    would_settle: Text = text("What would settle it.")
    status: Text = text(
        "Whether a person has settled it.", allowed=vocab.FINDING_STATUSES, nullable=False
    )
    settled_by: Text = text("Who settled it: an id.")
    settled_on: Day = day("Day on which it was settled.")
    settled_reason: Text = text("Why.")
    rests_on: Text = text(
        "Hash of the claims' values; a resolution made for another hash does not apply.",
        nullable=False,
    )

    class Config:
        metadata = {
            "table": "findings",
            "stage": "estimates",
            "key": ["finding_id"],
            "grain": "a finding",
            "rules": [
                when(
                    "status",
                    "explained",
                    "left",
                    given=("settled_by", "settled_on", "settled_reason"),
                )
            ],
        }


class AttributionChecks(pa.DataFrameModel):
    """What the collection holds of the body that a claim credits, up to the claim's day."""

    claim_id: Text = text("Claim that credits a body.", nullable=False)
    actor_id: Text = text("The credited body in marts.actors; empty where it is not there.")
    outcome: Text = text("What is held of it.", allowed=vocab.ATTRIBUTIONS, nullable=False)
    looked_at: Text = text("What was looked at, in a sentence.", nullable=False)
    held_claim_ids: Words = words(
        "Claims of the metric said by or credited to the body or a part of it, nearest scope first."
    )
    same_claim_ids: Words = words("Those of them that give the very figure.")

    class Config:
        metadata = {
            "table": "attribution_checks",
            "stage": "estimates",
            "key": ["claim_id"],
            "grain": "a claim with an origin",
        }


class Arithmetic(Range):
    """Exact arithmetic inside one source's table: whole, parts, and what follows from them."""

    arithmetic_id: Text = text("Id: 12 hex over kind, whole and parts.", nullable=False)
    kind: Text = text("What was worked out.", allowed=vocab.ARITHMETIC_KINDS, nullable=False)
    document_id: Text = text("Document that gives whole and parts.", nullable=False)
    whole_claim_id: Text = text("The whole, in marts.claims.", nullable=False)
    claim_ids: Words = words("The parts, in marts.claims.")
    question_id: Text = text("Question that the result speaks to, where there is one.")
    statement: Text = text("The arithmetic in numbers and words.", nullable=False)

    class Config:
        metadata = {
            "table": "arithmetic",
            "stage": "estimates",
            "key": ["arithmetic_id"],
            "grain": "a result from one document's parts and whole",
        }


class Floors(pa.DataFrameModel):
    """The least that all floors inside a question force: at least, if the lists are clean."""

    question_id: Text = text("Question in marts.questions.", nullable=False)
    low: Count = count("The floor; empty where no claim inside sets one, never 0.", least=1)
    bases: Words = words("Bases of the claims that bind it.")
    claim_ids: Words = words("Claims that together force it; originals before repeats.")
    n_inside: Count = count("Claims inside that set a floor.", unit="claims", nullable=False)
    statement: Text = text("The floor in words.", nullable=False)

    class Config:
        metadata = {
            "table": "floors",
            "stage": "estimates",
            "key": ["question_id"],
            "grain": "a question",
        }


class Revisions(pa.DataFrameModel):
    """What moved between two releases of one source."""

    revision_id: Text = text("Id: 12 hex over record, metric and releases.", nullable=False)
    source_id: Text = text("Source.", nullable=False)
    record_id: Text = text("The source's own id of the record.", nullable=False)
    metric: Text = text("What is counted.", allowed=vocab.METRICS, nullable=False)
    from_release: Text = text("Earlier release.", nullable=False)
    to_release: Text = text("Later release.", nullable=False)
    change: Text = text("What happened to the figure.", allowed=vocab.CHANGES, nullable=False)
    stated_reason: Text = text("Reason, only where the source or a signed resolution states it.")
    low_from: Count = count("Lower end before.")
    low_to: Count = count("Lower end after.")
    best_from: Count = count("Best figure before.")
    best_to: Count = count("Best figure after.")
    high_from: Count = count("Upper end before.")
    high_to: Count = count("Upper end after.")
    rests_on: Text = text(
        "Hash of the change; a resolution made for another hash does not apply.", nullable=False
    )

    class Config:
        metadata = {
            "table": "revisions",
            "stage": "estimates",
            "key": ["revision_id"],
            "grain": "a change of one record between two releases",
        }


class Relations(pa.DataFrameModel):
    """How two questions stand to each other, in both directions."""

    question_a: Text = text("Question in marts.questions.", nullable=False)
    question_b: Text = text("Question in marts.questions.", nullable=False)
    relation: Text = text("How a stands to b.", allowed=vocab.RELATIONS, nullable=False)
    axis: Text = text("Axis that decides it.")
    reason: Text = text("Why.")
    would_settle: Text = text("For unknown: the one fact that would settle it, and its file.")

    class Config:
        metadata = {
            "table": "relations",
            "stage": "estimates",
            "key": ["question_a", "question_b"],
            "grain": "an ordered pair of questions not disjoint in place and window",
            "rules": [when("relation", "unknown", given=("axis", "reason", "would_settle"))],
        }


class RegisterTotals(pa.DataFrameModel):
    """The totals of a register's entries by place and year: sums that its producer publishes too.

    Made only of registers whose entries count nobody twice. Each release and each edition has its
    own; `stands` says which is the latest of its source.
    """

    total_id: Text = text("Id: 12 hex over source, release, edition and scope.", nullable=False)
    source_id: Text = text("The source of the register.", nullable=False)
    release: Text = text("Its release.", nullable=False)
    entry_of: Text = text(
        "The register: source and release, and its name where a release holds several.",
        nullable=False,
    )
    edition: Day = day("Edition of the values.")
    metric: Text = text("What is counted.", allowed=vocab.METRICS, nullable=False)
    measure: Text = text("Flow or stock.", allowed=vocab.MEASURES, nullable=False)
    unit: Text = text("What one of the number is.", allowed=vocab.UNITS, nullable=False)
    population: Text = text(
        "The class of people counted.", allowed=vocab.POPULATIONS, nullable=False
    )
    deaths_counted: Text = text("Which deaths.", allowed=vocab.DEATHS_COUNTED)
    cause: Text = text("What caused it.", allowed=vocab.CAUSES, nullable=False)
    restriction: Text = text("What limits the figures, as written.")
    place_id: Text = text("Country; empty for all places of the register.")
    place_role: Text = text("What the place is.", allowed=vocab.PLACE_ROLES)
    year: Count = count("Year in which the windows end.", unit="year", nullable=False)
    first_day: Day = day("First day of the entries' windows.")
    last_day: Day = day("Last day of the entries' windows.")
    basis: Text = text("How the numbers were made.", allowed=vocab.BASES, nullable=False)
    n_entries: Count = count("Entries added.", unit="entries", nullable=False)
    n_inverted: Count = count(
        "Entries whose range is out of order.", unit="entries", nullable=False
    )
    sum_low: Count = count("Sum of the low figures, of the best where an entry has no low.")
    sum_best: Count = count("Sum of the best figures.")
    sum_high: Count = count("Sum of the high figures, of the best where an entry has no high.")
    stands: Flag = flag("Whether it is of the latest release and edition held.", nullable=False)

    class Config:
        metadata = {
            "table": "register_totals",
            "stage": "estimates",
            "key": ["total_id"],
            "grain": "a total over entries of a register",
        }


ALIKE_IN_TOTAL: Final = (
    "metric",
    "measure",
    "unit",
    "population",
    "deaths_counted",
    "cause",
    "restriction",
    "basis",
)
"""Columns in which the entries of a total are alike, beside its register, place and time."""


class EventTotals(pa.DataFrameModel):
    """Totals over recorded events with coders' uncertainty, under two assumptions.

    What UCDP's coders think of the events that it recorded: valid for UCDP's best figures only,
    and silent about deaths that nobody recorded.
    """

    source_id: Text = text("Source of the events.", nullable=False)
    release: Text = text("Its release.", nullable=False)
    country: Text = text("Country as ISO 3166-1 alpha-3.", nullable=False)
    country_name: Text = text("Its name.")
    year: Count = count("Year.", unit="year", nullable=False)
    type_of_violence: Text = text("Type of violence as the source codes it.", nullable=False)
    dependence: Text = text("How events err together.", allowed=vocab.DEPENDENCES, nullable=False)
    n_events: Count = count("Events.", unit="events", nullable=False)
    sum_low: Count = count("Sum of the low figures.")
    sum_best: Count = count("Sum of the best figures.")
    sum_high: Count = count("Sum of the high figures.")
    mean: Share = share("Mean of the total.", unit="people", least=0)
    q025: Share = share("2.5 % quantile of the total.", unit="people", least=0)
    q25: Share = share("25 % quantile of the total.", unit="people", least=0)
    q50: Share = share("Median of the total.", unit="people", least=0)
    q75: Share = share("75 % quantile of the total.", unit="people", least=0)
    q975: Share = share("97.5 % quantile of the total.", unit="people", least=0)

    class Config:
        metadata = {
            "table": "event_totals",
            "stage": "estimates",
            "key": [
                "source_id",
                "release",
                "country",
                "year",
                "type_of_violence",
                "dependence",
            ],
            "grain": "a country-year of one type of violence",
        }
