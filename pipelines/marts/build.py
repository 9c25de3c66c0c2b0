"""The tables that are published, made from those of the earlier stages.

What is shown, what a public release withholds, and how a range is written for reading belong here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

import schemas
from pipelines.core.display import displays
from pipelines.core.entries import NO_ENTRIES, Entries, Part
from pipelines.core.inputs import Kind
from pipelines.marts.dictionary import dictionary
from schemas import claims, estimates, marts, raw
from schemas.sql import register

Tables = Mapping[str, pd.DataFrame]


class NotPublishableError(Exception):
    """Something that must not be public has come as far as the marts; nothing is published."""


def publishable(
    tables: Tables, kind: Kind, entries: Entries = NO_ENTRIES
) -> dict[str, pd.DataFrame]:
    """Every published table as 'marts/<table>', each sorted by its key.

    Parameters
    ----------
    tables
        Tables of the earlier stages as '<stage>/<table>'. Those that no stage makes yet are empty.
    kind
        'own' is the office's release. 'public' holds no internal table, no quarantined value, only
        findings (and checks of who was credited) that a person has settled, and a quote or a note
        on a text only where its document may be given on.
    entries
        Rows of the tables in parts of registers: counted here, published by `published_parts`.

    Raises
    ------
    NotPublishableError
        If a public release was to be made of tables that hold pending, rejected or non-public rows.
    """
    models = [m for m in schemas.PUBLISHED if kind == "own" or not schemas.is_internal(m)]
    made = {model: _made(model, tables, entries) for model in models}
    made[marts.Dictionary] = dictionary(models)
    if kind == "public":
        _refuse_what_is_not_public(made)
        made |= _withheld(made)
    return {
        f"marts/{schemas.table_of(model)}": _sorted(model, schemas.coerce(model, made[model]))
        for model in models
    }


def made_from(model: schemas.Model) -> tuple[str, ...]:
    """The tables of earlier stages that a published table is made from."""
    if model in _COUNTERS:
        return _COUNTERS[model][0]
    if model in _MAKERS:
        return _MAKERS[model][0]
    return (f"{schemas.stage_of(model)}/{schemas.table_of(model)}",)


def published_parts(entries: Entries, documents: pd.DataFrame, kind: Kind) -> Entries:
    """The parts as they are published; a public release leaves columns out, and refuses rows.

    Parameters
    ----------
    documents
        The published documents.

    Raises
    ------
    NotPublishableError
        If a public release was to be made of entries that are not public.
    """
    if kind == "own" or not entries.parts:
        return entries
    _refuse_entries_not_public(entries, documents)
    for model, withheld in _WITHHELD_OF_PARTS.items():
        parts = [_without(part, withheld) for part in entries.of(model)]
        entries = entries.with_parts(model, parts)
    return entries


def _made(model: schemas.Model, tables: Tables, entries: Entries) -> pd.DataFrame:
    if model in _COUNTERS:
        return _COUNTERS[model][1](tables, entries)
    if model in _MAKERS:
        return _MAKERS[model][1](tables)
    (key,) = made_from(model)
    return tables[key] if key in tables else schemas.frame(model, [])


def _sorted(model: schemas.Model, rows: pd.DataFrame) -> pd.DataFrame:
    order = schemas.key_of(model) or list(schemas.columns(model))
    return rows.sort_values(order, kind="stable", ignore_index=True)


# Ranges for reading


def _with_display(model: schemas.Model, stage_key: str) -> Callable[[Tables], pd.DataFrame]:
    def make(tables: Tables) -> pd.DataFrame:
        rows = tables[stage_key]
        return schemas.coerce(model, rows.assign(**displays(rows)))

    return make


# Tables of this stage


def _places(tables: Tables) -> pd.DataFrame:
    """The gazetteer's places, and those that the tables of registers name beside it."""
    places = [tables["raw/places"], tables["claims/named_places"]]
    return pd.concat(places, ignore_index=True)


def _sources(tables: Tables, entries: Entries) -> pd.DataFrame:
    cards = tables["raw/cards"].sort_values(["source_id", "release"], kind="stable")
    latest = cards.drop_duplicates("source_id", keep="last")
    n_claims = _claims_by(tables, entries, lambda source, release: source)
    return schemas.coerce(
        marts.Sources,
        latest.assign(
            latest_release=latest["release"],
            n_claims=[n_claims[source] for source in latest["source_id"]],
        ),
    )


def _releases(tables: Tables, entries: Entries) -> pd.DataFrame:
    n_claims = _claims_by(tables, entries, lambda source, release: (source, release))
    files = tables["raw/files"]
    hashes = {
        key: _hash_over(group)
        for key, group in files.sort_values("file").groupby(["source_id", "release"])
    }
    cards = tables["raw/cards"]
    keys = list(zip(cards["source_id"], cards["release"], strict=True))
    covers: list[Any] = [_covers(facts) for facts in cards["facts"]]
    return schemas.coerce(
        marts.Releases,
        cards.assign(
            covers=covers,
            sha256=[hashes.get(key, _hash_over(files.head(0))) for key in keys],
            n_claims=[n_claims[key] for key in keys],
        ),
    )


def _covers(facts: str) -> str | None:
    """What a card says that its release covers."""
    covers = json.loads(facts).get("covers")
    return None if covers is None else json.dumps(covers, ensure_ascii=False, sort_keys=True)


def _claims_by(tables: Tables, entries: Entries, group: Callable[[str, str], Any]) -> Counter[Any]:
    """Claims of documents and of registers, counted by source and release."""
    held = tables["claims/claims"][["source_id", "release"]].itertuples(index=False)
    counts = Counter(group(*key) for key in held)
    for part in entries.of(claims.Claims):
        counts[group(part.source_id, part.release)] += part.rows
    return counts


def _hash_over(files: pd.DataFrame) -> str:
    """SHA-256 over the lines 'name hash' of the files, in the order of their names."""
    lines = [
        f"{name} {'' if pd.isna(digest) else digest}\n"
        for name, digest in zip(files["file"], files["sha256"], strict=True)
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _quarantine_counts(tables: Tables) -> pd.DataFrame:
    """Records, not faults: a record with one reason in two columns counts once."""
    key = schemas.key_of(marts.QuarantineCounts)
    rows = tables["claims/quarantine_rows"].drop_duplicates([*key, "row"])
    return schemas.coerce(
        marts.QuarantineCounts, rows.groupby(key).size().rename("rows").reset_index()
    )


_Maker = tuple[tuple[str, ...], Callable[[Tables], pd.DataFrame]]

_MAKERS: dict[schemas.Model, _Maker] = {
    marts.PublishedFigures: (
        ("figures/figures",),
        _with_display(marts.PublishedFigures, "figures/figures"),
    ),
    marts.PublishedEstimates: (
        ("estimates/estimates",),
        _with_display(marts.PublishedEstimates, "estimates/estimates"),
    ),
    raw.Places: (("raw/places", "claims/named_places"), _places),
    marts.QuarantineCounts: (("claims/quarantine_rows",), _quarantine_counts),
    marts.Dictionary: ((), lambda tables: schemas.frame(marts.Dictionary, [])),
}
"""What is more than a table of an earlier stage: what it is made from, and how."""

_Counter = tuple[tuple[str, ...], Callable[[Tables, Entries], pd.DataFrame]]

_COUNTERS: dict[schemas.Model, _Counter] = {
    marts.Sources: (("raw/cards", "claims/claims"), _sources),
    marts.Releases: (("raw/cards", "raw/files", "claims/claims"), _releases),
}
"""The same of what counts claims, those of registers too."""


# The public release


def _refuse_what_is_not_public(made: Mapping[schemas.Model, pd.DataFrame]) -> None:
    """The public build never reads such rows; should one arrive all the same, nothing goes out."""
    rows, documents = made[claims.Claims], made[claims.Documents]
    found = {
        "claims that nobody has accepted": rows.loc[
            ~rows["review_status"].isin(["accepted", "corrected"]), "claim_id"
        ],
        "claims that are not public": rows.loc[rows["sensitivity"] != "public", "claim_id"],
        "documents that are not public": documents.loc[
            documents["sensitivity"] != "public", "document_id"
        ],
        "claims of documents that are not listed": rows.loc[
            ~rows["document_id"].isin(documents["document_id"]), "claim_id"
        ],
    }
    told = [f"{what}: {', '.join(sorted(ids)[:5])}" for what, ids in found.items() if len(ids)]
    if told:
        raise NotPublishableError(
            "the public release was not made, for these came as far as the marts: "
            f"{'; '.join(told)}. Build it with kind 'public' from the raw stage on, which leaves "
            "them out"
        )


_WITHHELD_OF_PARTS: dict[schemas.Model, tuple[str, ...]] = {
    claims.Events: ("where_coordinates", "latitude", "longitude"),
}
"""Columns of parts that a public release does not give: where an event happened more exactly than
its second administrative level."""


def _without(part: Part, withheld: tuple[str, ...]) -> Part:
    constants = {name: held for name, held in part.constants.items() if name not in withheld}
    stored = tuple(name for name in part.stored if name not in withheld)
    return replace(part, stored=stored, constants=constants)


def _refuse_entries_not_public(entries: Entries, documents: pd.DataFrame) -> None:
    """As `_refuse_what_is_not_public`, for rows in parts; nor do they quote what is withheld."""
    faults = {
        "claims that nobody has accepted": "review_status NOT IN ('accepted', 'corrected')",
        "claims that are not public": "sensitivity <> 'public'",
        "claims of documents that are not listed": "document_id NOT IN (SELECT id FROM listed)",
        "quotes that may not be given on": "quote IS NOT NULL "
        "AND document_id NOT IN (SELECT id FROM listed WHERE free)",
    }
    listed = documents[["document_id", "redistributable"]].set_axis(["id", "free"], axis=1)
    counted = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql in faults.values())
    with entries.connected() as connection:
        register(connection, "listed", listed)
        query = f"SELECT {counted} FROM {entries.relation(claims.Claims)}"
        found = connection.execute(query).fetchall()[0]
    told = [f"{what}: {count}" for what, count in zip(faults, found, strict=True) if count]
    if told:
        raise NotPublishableError(
            "the public release was not made, for these came as far as the marts: "
            f"{'; '.join(told)}. Build it with kind 'public' from the raw stage on, which leaves "
            "them out"
        )


def _withheld(
    made: Mapping[schemas.Model, pd.DataFrame],
) -> dict[schemas.Model, pd.DataFrame]:
    """The tables of which a public release gives only a part."""
    findings, candidates = made[estimates.Findings], made[claims.Candidates]
    documents = made[claims.Documents]
    settled = findings[findings["status"] != "open"]
    return {
        claims.Claims: _without_quotes(made[claims.Claims], documents),
        # Notes name what is attached to a mail or left out of a page, in its own words.
        claims.Documents: documents.assign(
            text_note=documents["text_note"].where(documents["redistributable"])
        ),
        # What stands in a text beside its claims (ages, telephone numbers, numbers set aside) is
        # not ours to give; files and quarantine_counts hold how many there are.
        claims.Candidates: candidates[candidates["outcome"] == "claim"],
        claims.Files: made[claims.Files].assign(message=None),
        estimates.Findings: settled,
        estimates.AttributionChecks: _settled_checks(made[estimates.AttributionChecks], settled),
    }


def _settled_checks(checks: pd.DataFrame, settled: pd.DataFrame) -> pd.DataFrame:
    """A check speaks of a named body: it goes out with the settled finding that it led to."""
    about = settled.loc[settled["finding_type"] == "attribution_check", "claim_ids"]
    return checks[checks["claim_id"].isin([ids[0] for ids in about])]


def _without_quotes(rows: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Words withheld where the document may not be given on; where they stand is still said."""
    free = documents.loc[documents["redistributable"], "document_id"]
    hide = ~rows["document_id"].isin(free) & rows["quote"].notna()
    offsets = [
        f"characters {start} to {end}" if pd.notna(start) and pd.notna(end) else "quote withheld"
        for start, end in zip(rows["quote_start"], rows["quote_end"], strict=True)
    ]
    shown = rows["locator"].fillna(pd.Series(offsets, index=rows.index, dtype="string"))
    return rows.assign(
        quote=rows["quote"].mask(hide),
        locator=rows["locator"].mask(hide, shown),
        machine_values=[
            _without_quote(values) if hidden else values
            for values, hidden in zip(rows["machine_values"], hide, strict=True)
        ],
    )


def _without_quote(values: Any) -> Any:
    """What an overlay replaced, but for the quote."""
    if pd.isna(values):
        return values
    kept = {column: was for column, was in json.loads(values).items() if column != "quote"}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None
