"""Tables whose rows lie partly in parts of registers: one view, in order, and checked whole."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pandas as pd
import pytest

import schemas
from pipelines.core.entries import Entries
from pipelines.core.inputs import Inputs, sha256_of
from pipelines.figures.entries import figures_of_entries
from pipelines.marts import database, exports, release
from pipelines.marts.build import NotPublishableError, publishable, published_parts
from pipelines.marts.lanes import Lanes, fingerprint
from pipelines.marts.release import ReleaseError, publish, verify
from schemas.claims import Claims, Events

GED = {
    "source_id": "ged",
    "release": "24.1",
    "document_id": "ged/24.1/1.csv",
    "qualifier": "plain",
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "deaths_counted": "direct",
    "cause": "conflict",
    "modality": "stated",
    "basis": "tallied",
    "speaker": "UCDP",
    "entry_of": "ged/24.1",
    "adds_up": True,
    "published_on": "2024-06-01",
    "recorded_on": "2026-11-01",
    "method": "imported",
    "method_version": "ucdp_ged 1",
    "review_status": "accepted",
    "sensitivity": "public",
}
# Before, between and after the sources of the small collection, 'article' and 'sheet'.
SOURCES = {"aa-register": 6_000, "ged": 4_000, "zz-register": 10}
SECRET = "the house behind the mill"


def register_rows(source: str, ids: range) -> pd.DataFrame:
    records = sorted(str(i) for i in ids)
    numbers = pd.Series([int(i) for i in records])
    days = pd.Timestamp("2016-01-01") + pd.to_timedelta(numbers % 300, unit="D")
    rows = {name: [value] * len(records) for name, value in GED.items()}
    rows |= {
        "claim_id": [f"{source}/24.1/{i}#killed" for i in records],
        "record_id": records,
        "source_id": [source] * len(records),
        "file": ["1.csv"] * len(records),
        "entry_of": [f"{source}/24.1"] * len(records),
        "document_id": [f"{source}/24.1/1.csv"] * len(records),
        "locator": [f"row {i}" for i in records],
        "value": (numbers % 50).tolist(),
        "value_as_written": [str(n % 50) for n in numbers],
        "value_low": (numbers % 50 - numbers % 3).clip(lower=0).tolist(),
        "place_id": [f"SY{n % 9:02}" for n in numbers],
        **dict.fromkeys(schemas.columns(schemas.parts.Window), days),
    }
    return schemas.coerce(Claims, rows, len(records))


def event_rows(claims: pd.DataFrame) -> pd.DataFrame:
    shared = claims[["claim_id", "source_id", "release", "record_id"]]
    numbers = claims["record_id"].astype(int)
    return schemas.coerce(
        Events,
        shared.assign(
            year=2016,
            adm_2=[f"district {n % 7}" for n in numbers],
            where_coordinates=[f"{SECRET} {n % 11}" for n in numbers],
            latitude=numbers / 1000,
            longitude=35.5,
        ),
    )


@pytest.fixture(scope="module")
def entries(tmp_path_factory, part_of):
    folder = tmp_path_factory.mktemp("staged") / "entries"
    parts = []
    for source, n in SOURCES.items():
        claims = register_rows(source, range(n))
        parts.append(part_of(folder, Claims, claims, source))
        if source == "ged":
            parts.append(part_of(folder, Events, event_rows(claims), source))
    return figures_of_entries(Entries(folder, tuple(parts)))


@pytest.fixture(scope="module")
def made(small_tables, small_records, entries):
    """The published tables beside the entries, of which a card and a document are held."""
    card, document = small_records["raw/cards"][0], small_records["claims/documents"][0]
    more = {"source_id": "ged", "release": "24.1"}
    tables = small_tables(
        {
            "raw/cards": [*small_records["raw/cards"], card | more],
            "claims/documents": [
                *small_records["claims/documents"],
                *(document | more | {"document_id": f"{s}/24.1/1.csv"} for s in SOURCES),
            ],
        }
    )
    return publishable(tables, "own", entries)


def put(made, entries, folder, name="a", kind="own"):
    inputs = Inputs(kind, {"data.csv": name}, {}, {})
    return publish(made, None, folder, inputs, {"claims": 2}, Lanes(entries))


@pytest.fixture(scope="module")
def published(made, entries, tmp_path_factory):
    return put(made, entries, tmp_path_factory.mktemp("published"))


def ask(published, query):
    with duckdb.connect(str(published.folder / "casualties.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


ALL = sum(SOURCES.values())


def test_the_views_hold_both_lanes(published):
    assert ask(published, "SELECT count(*), count(DISTINCT claim_id) FROM marts.claims") == [
        (ALL + 2, ALL + 2)
    ]
    assert ask(published, "SELECT count(*) FROM marts.figures WHERE counts") == [(ALL + 1,)]
    assert ask(published, "SELECT count(*) FROM marts.events") == [(SOURCES["ged"],)]
    assert ask(
        published,
        "SELECT low, best, high, low_display, best_display, high_display, range_kind, rule_id "
        "FROM marts.figures WHERE claim_id = 'ged/24.1/11#killed'",
    ) == [(9, 11, None, "9", "11", "open", "bound", "register:stated")]
    assert verify(published.folder.parent.parent) == []


def test_views_and_columns_have_the_models_comments(published):
    views = dict(ask(published, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"))
    assert set(views) == {"claims", "figures", "events"}
    assert views["events"] == schemas.describe(Events)
    columns = ask(
        published,
        "SELECT column_name, data_type, comment FROM duckdb_columns() "
        "WHERE schema_name = 'marts' AND table_name = 'claims' ORDER BY column_index",
    )
    assert [name for name, _, _ in columns] == list(schemas.columns(Claims))
    assert [comment for _, _, comment in columns] == [
        column.description for column in schemas.columns(Claims).values()
    ]


def test_macros_see_entries(published):
    day = "DATE '2024-07-01'"
    assert ask(published, f"SELECT count(*) FROM marts.claims_as_of({day})")[0][0] == ALL + 2
    assert ask(published, "SELECT rule_id FROM marts.trace('ged/24.1/11#killed')") == [
        ("register:stated",)
    ]


def test_a_sum_over_more_pairs_than_can_be_looked_at_says_where_totals_stand(published):
    listed = "(SELECT list(claim_id) FROM marts.claims WHERE source_id = 'ged')"
    with pytest.raises(duckdb.Error, match="register_totals"):
        ask(published, f"SELECT refused FROM marts.safe_sum({listed})")
    few = "['ged/24.1/1#killed', 'ged/24.1/2#killed']"
    assert ask(published, f"SELECT best, refused FROM marts.safe_sum({few})") == [(3, False)]


def test_another_name_for_the_database_does_no_harm(published):
    with database.comparing({"b": published.folder / "casualties.duckdb"}) as connection:
        assert connection.execute("SELECT count(*) FROM b.marts.claims").fetchall() == [(ALL + 2,)]


@pytest.mark.parametrize("table", ["claims", "figures", "events"])
def test_parquet_lies_in_the_order_of_the_key(published, table):
    path = published.folder / "parquet" / f"{table}.parquet"
    ids = [row[0] for row in duckdb.sql(f"SELECT claim_id FROM '{path}'").fetchall()]
    assert ids == sorted(ids, key=str.encode)
    count = SOURCES["ged"] if table == "events" else ALL + 2
    assert len(ids) == count
    manifest = release.read_manifest(published.folder)
    assert manifest["tables"][f"marts/{table}"] == count


def test_the_same_rows_give_the_same_bytes(made, entries, published, tmp_path):
    again = put(made, entries, tmp_path)
    for path in sorted((published.folder / "parquet").iterdir()):
        assert sha256_of(path) == sha256_of(again.folder / "parquet" / path.name), path.name


def test_csv_is_written_of_fewer_rows_only(made, entries, published, tmp_path, monkeypatch):
    assert (published.folder / "csv" / "claims.csv").exists()
    monkeypatch.setattr(exports, "CSV_OF_ENTRIES_BELOW", ALL)
    folder = put(made, entries, tmp_path).folder
    assert not (folder / "csv" / "claims.csv").exists()
    assert (folder / "csv" / "events.csv").exists()
    assert (folder / "csv" / "documents.csv").exists()


def test_sources_and_releases_count_entries(made):
    counted = made["marts/sources"].set_index("source_id")["n_claims"].to_dict()
    assert counted == {"article": 1, "sheet": 1, "ged": SOURCES["ged"]}
    releases = made["marts/releases"].set_index("source_id")["n_claims"].to_dict()
    assert releases == counted


def test_files_of_one_release_are_put_in_order_together(made, part_of, tmp_path):
    even, odd = (register_rows("ged", range(start, 3_000, 2)) for start in (0, 1))
    folder = tmp_path / "entries"
    parts = (part_of(folder, Claims, even), part_of(folder, Claims, odd, "2"))
    held = figures_of_entries(Entries(folder, parts))
    path = put(made, held, tmp_path / "marts").folder / "parquet" / "claims.parquet"
    ids = [row[0] for row in duckdb.sql(f"SELECT claim_id FROM '{path}'").fetchall()]
    assert ids == sorted(ids, key=str.encode)
    assert len(ids) == 3_002


def test_documents_among_entries_are_put_in_order_together(
    small_tables, small_records, part_of, tmp_path
):
    claim = small_records["claims/claims"][1] | {"claim_id": "ged/24.1/2x#killed"}
    tables = small_tables({"claims/claims": [claim], "figures/figures": []})
    folder = tmp_path / "entries"
    held = Entries(folder, (part_of(folder, Claims, register_rows("ged", range(50))),))
    made = publishable(tables, "own", held)
    path = put(made, held, tmp_path / "marts").folder / "parquet" / "claims.parquet"
    ids = [row[0] for row in duckdb.sql(f"SELECT claim_id FROM '{path}'").fetchall()]
    assert ids == sorted(ids, key=str.encode)
    assert "ged/24.1/2x#killed" in ids


def test_pieces_out_of_order_are_put_in_order_and_no_others_are_written(
    published, entries, tmp_path
):
    path = tmp_path / "claims.parquet"
    lanes = Lanes(entries).of_sources(["aa-register", "zz-register"], with_documents=False)
    with database.reading(published.folder / "casualties.duckdb", tmp_path / "spill") as connection:
        pieces = lanes.in_key_order(connection, Claims)
        assert len(pieces) == 2
        exports.export_in_pieces(connection, Claims, pieces[::-1], path, tmp_path / "spill")
        written = fingerprint(connection, Claims, f"read_parquet('{path}')")
        assert written == lanes.fingerprint(connection, Claims)
    ids = [row[0] for row in duckdb.sql(f"SELECT claim_id FROM '{path}'").fetchall()]
    assert ids == sorted(ids, key=str.encode)
    assert len(ids) == SOURCES["aa-register"] + SOURCES["zz-register"]


def test_a_key_held_twice_is_not_published(made, part_of, tmp_path):
    folder = tmp_path / "entries"
    parts = [part_of(folder, Claims, register_rows("ged", range(9)), name) for name in "12"]
    with pytest.raises(ReleaseError, match=r"marts\.claims: key \(claim_id\) is unique"):
        put(made, Entries(folder, tuple(parts)), tmp_path / "marts")


def test_a_row_that_is_lost_or_changed_is_seen(made, entries, tmp_path):
    lanes = Lanes(entries)
    path = tmp_path / "d.duckdb"
    database.write(made, path, tmp_path / "spill", lanes)
    assert database.check(made, path, tmp_path / "spill", lanes) == []
    with duckdb.connect(str(path)) as connection:
        connection.execute("DELETE FROM claims.claims_1 WHERE record_id = '7'")
    (problem,) = database.check(made, path, tmp_path / "spill", lanes)
    assert problem == f"marts.claims holds {ALL + 1} rows instead of {ALL + 2}"


def test_another_value_in_the_database_is_not_published(made, entries, tmp_path, monkeypatch):
    write = database.write

    def spoil(marts, path, spill, lanes):
        write(marts, path, spill, lanes)
        with duckdb.connect(str(path)) as connection:
            connection.execute("UPDATE claims.claims_1 SET value = 3 WHERE record_id = '7'")

    monkeypatch.setattr(database, "write", spoil)
    with pytest.raises(ReleaseError, match=r"marts\.claims does not hold the rows"):
        put(made, entries, tmp_path)


def test_where_no_register_is_held_tables_are_tables(few, tmp_path):
    database.write(few, tmp_path / "d.duckdb", tmp_path / "spill")
    with duckdb.connect(str(tmp_path / "d.duckdb"), read_only=True) as connection:
        views = connection.execute("SELECT * FROM duckdb_views() WHERE NOT internal").fetchall()
        schemas_held = connection.execute(
            "SELECT DISTINCT schema_name FROM duckdb_tables()"
        ).fetchall()
    assert (views, schemas_held) == ([], [("marts",)])


# The public release


def test_a_public_release_does_not_say_where_exactly(made, entries, tmp_path):
    parts = published_parts(entries, made["marts/documents"], "public")
    folder = put(made, parts, tmp_path, kind="public").folder
    with duckdb.connect(str(folder / "casualties.duckdb"), read_only=True) as connection:
        held = connection.execute(
            "SELECT count(where_coordinates), count(latitude), count(longitude), count(adm_2) "
            "FROM marts.events"
        ).fetchall()
    assert held == [(0, 0, 0, SOURCES["ged"])]
    words = SECRET.encode()
    for path in (p for p in folder.rglob("*") if p.is_file()):
        assert words not in path.read_bytes(), path
    assert published_parts(entries, made["marts/documents"], "own") == entries


@pytest.mark.parametrize(
    ("constant", "words"),
    [
        ({"review_status": "pending"}, "nobody has accepted"),
        ({"sensitivity": "internal"}, "not public"),
        ({"document_id": "another"}, "not listed"),
        ({"quote": "600 dead"}, "quotes that may not be given on"),
    ],
)
def test_entries_that_are_not_public_stop_a_public_release(made, entries, constant, words):
    parts = entries.of(Claims)
    spoiled = [replace(parts[0], constants={**parts[0].constants, **constant}), *parts[1:]]
    with pytest.raises(NotPublishableError, match=words):
        published_parts(entries.with_parts(Claims, spoiled), made["marts/documents"], "public")


def test_share_alike_entries_stand_in_files_of_their_own(made, entries, tmp_path):
    sources = made["marts/sources"]
    bound = sources.assign(
        license=sources["license"].where(sources["source_id"] != "ged", "CC BY-SA 4.0")
    )
    folder = put(made | {"marts/sources": bound}, entries, tmp_path).folder

    def sources_in(name):
        query = f"SELECT DISTINCT source_id FROM '{folder / 'parquet' / name}.parquet' ORDER BY 1"
        return [row[0] for row in duckdb.sql(query).fetchall()]

    assert "ged" not in sources_in("claims")
    assert {"aa-register", "zz-register", "article"} <= set(sources_in("claims"))
    assert sources_in("claims_ged") == sources_in("events_ged") == ["ged"]
    assert sources_in("events") == []
    counts = [
        duckdb.sql(f"SELECT count(*) FROM '{folder / 'parquet' / name}.parquet'").fetchall()[0][0]
        for name in ("figures", "figures_ged")
    ]
    assert counts == [ALL + 2 - SOURCES["ged"], SOURCES["ged"]]
    assert (folder / "csv" / "claims_ged.csv").exists()
    told = (folder / "parquet" / release.ATTRIBUTION).read_text(encoding="utf-8")
    assert "claims_ged.parquet" in told
    assert verify(tmp_path) == []
