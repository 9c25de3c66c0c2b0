"""The stage: what the tables before say together, and where they do not agree.

Questions and the answers to them, floors, arithmetic, relations, checks of who was credited,
findings and revisions. Totals over events are a table of this stage too, made once events are held.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

import schemas
from pipelines.core.actors import Actors
from pipelines.core.records import Record, records
from pipelines.core.relation import Facts
from pipelines.core.tables import MODELS
from pipelines.estimates.arithmetic import arithmetic
from pipelines.estimates.attribution import attribution_checks, checks
from pipelines.estimates.findings import findings
from pipelines.estimates.floors import floors
from pipelines.estimates.held import hold
from pipelines.estimates.pairs import compared_with, relations
from pipelines.estimates.questions import questions
from pipelines.estimates.revisions import revisions
from pipelines.estimates.rows import rows_of
from pipelines.estimates.rules import answers

READS: Final = (
    "raw/cards",
    "raw/places",
    "raw/territories",
    "raw/actors",
    "raw/populations",
    "raw/resolutions",
    "raw/house_rules",
    "claims/claims",
    "figures/figures",
)
"""The tables that the stage looks at."""


def answer(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of the stage by '<stage>/<table>'.

    Parameters
    ----------
    tables
        At least the tables of `READS`.
    """
    rows = rows_of(tables["claims/claims"], tables["figures/figures"])
    places = {str(place["place_id"]): str(place["name"]) for place in _of(tables, "raw/places")}
    facts = Facts.of(tables["raw/places"], tables["raw/territories"], tables["raw/populations"])
    actors = Actors(tables["raw/actors"])
    held = hold(rows, facts, actors)
    resolved = _of(tables, "raw/resolutions")
    estimates, evidence = answers(rows, actors, _of(tables, "raw/house_rules"))
    credited = checks(held)
    asked = questions(rows, places, estimates)
    compared = compared_with(asked, facts)
    for question in asked:
        question["compared_with"] = compared[question["question_id"]]
    made = {
        "questions": asked,
        "estimates": estimates,
        "evidence": evidence,
        "floors": floors(asked, held),
        "arithmetic": arithmetic(held),
        "attribution_checks": attribution_checks(credited),
        "findings": findings(held, credited, resolved),
        "revisions": revisions(rows, _of(tables, "raw/cards"), resolved, facts.gazetteer),
    }
    return {
        f"estimates/{name}": schemas.frame(MODELS[f"estimates/{name}"], found)
        for name, found in made.items()
    } | {"estimates/relations": relations(asked, facts)}


def _of(tables: Mapping[str, pd.DataFrame], key: str) -> list[Record]:
    return records(tables[key], schemas.columns(MODELS[key]))
