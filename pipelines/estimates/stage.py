"""The stage: what the tables before say together, and where they do not agree.

Questions and the answers to them, floors, arithmetic, relations, checks of who was credited,
findings, revisions, and the totals of registers and of their events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

import schemas
from pipelines.core.actors import Actors
from pipelines.core.entries import NO_ENTRIES, Entries
from pipelines.core.records import Record, records
from pipelines.core.relation import Facts
from pipelines.core.tables import MODELS
from pipelines.estimates.arithmetic import arithmetic
from pipelines.estimates.attribution import attribution_checks, checks
from pipelines.estimates.entry_findings import entry_findings
from pipelines.estimates.entry_revisions import entry_revisions
from pipelines.estimates.event_totals import event_totals
from pipelines.estimates.findings import findings
from pipelines.estimates.floors import floors
from pipelines.estimates.held import hold
from pipelines.estimates.pairs import compared_with, relations
from pipelines.estimates.questions import questions
from pipelines.estimates.register_totals import register_totals
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
    "claims/named_places",
    "figures/figures",
)
"""The tables that the stage looks at."""


def answer(
    tables: Mapping[str, pd.DataFrame], entries: Entries = NO_ENTRIES
) -> dict[str, pd.DataFrame]:
    """The tables of the stage by '<stage>/<table>'.

    Parameters
    ----------
    tables
        At least the tables of `READS`.
    entries
        The claims of registers, with what is newer of each settled.
    """
    rows = rows_of(tables["claims/claims"], tables["figures/figures"])
    known = pd.concat([tables["raw/places"], tables["claims/named_places"]], ignore_index=True)
    facts = Facts.of(known, tables["raw/territories"], tables["raw/populations"])
    places = dict(facts.gazetteer.names)
    actors = Actors(tables["raw/actors"])
    held = hold(rows, facts, actors)
    resolved = _of(tables, "raw/resolutions")
    estimates, evidence = answers(rows, actors, _of(tables, "raw/house_rules"))
    credited = checks(held)
    asked = questions(rows, places, estimates)
    compared = compared_with(asked, facts)
    for question in asked:
        question["compared_with"] = compared[question["question_id"]]
    cards, gazetteer = _of(tables, "raw/cards"), facts.gazetteer
    made = {
        "questions": asked,
        "estimates": estimates,
        "evidence": evidence,
        "floors": floors(asked, held),
        "arithmetic": arithmetic(held),
        "attribution_checks": attribution_checks(credited),
        "findings": findings(held, credited, resolved, entry_findings(entries, held)),
        "revisions": revisions(rows, cards, resolved, gazetteer),
    }
    found = {
        f"estimates/{name}": schemas.frame(MODELS[f"estimates/{name}"], rows_made)
        for name, rows_made in made.items()
    }
    found["estimates/relations"] = relations(asked, facts)
    if entries.parts:
        of_entries = entry_revisions(entries, cards, resolved, gazetteer)
        found["estimates/revisions"] = pd.concat(
            [found["estimates/revisions"], of_entries], ignore_index=True
        )
    found["estimates/register_totals"] = register_totals(entries, tables["raw/cards"], gazetteer)
    found["estimates/event_totals"] = event_totals(entries)
    return found


def _of(tables: Mapping[str, pd.DataFrame], key: str) -> list[Record]:
    return records(tables[key], schemas.columns(MODELS[key]))
