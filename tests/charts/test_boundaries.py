"""Boundaries: every format gives the same areas, and a bad file is told with what to do."""

from __future__ import annotations

import json
from math import cos, radians
from pathlib import Path
from typing import Any

import duckdb
import pytest
import shapely
from shapely.geometry import MultiPolygon, box, mapping

from pipelines.charts.boundaries import BoundariesFault, read, unwrapped

CODES = ("XX01", "XX02")
WEST, EAST = box(10, 0, 12, 2), box(12, 0, 15, 2)
ROWS = [
    {"adm1_pcode": "XX01", "adm1_name": "West", "iso3": "XXX", "land": WEST},
    {"adm1_pcode": "XX02", "adm1_name": "East", "iso3": "XXX", "land": EAST},
]


def feature(row: dict[str, Any]) -> dict[str, Any]:
    values = {k: v for k, v in row.items() if k != "land"}
    return {"type": "Feature", "properties": values, "geometry": mapping(row["land"])}


def geojson(path: Path, rows: list[dict[str, Any]]) -> Path:
    held = {"type": "FeatureCollection", "features": [feature(row) for row in rows]}
    path.write_text(json.dumps(held), encoding="utf-8")
    return path


def parquet(path: Path, rows: list[dict[str, Any]], native: bool = False) -> Path:
    with duckdb.connect() as connection:
        kind = "STRUCT(x DOUBLE, y DOUBLE)[][]" if native else "BLOB"
        connection.execute(
            f"CREATE TABLE t (adm1_pcode VARCHAR, adm1_name VARCHAR, iso3 VARCHAR, geometry {kind})"
        )
        for row in rows:
            points = [{"x": x, "y": y} for x, y in row["land"].exterior.coords]
            land = [points] if native else row["land"].wkb
            connection.execute("INSERT INTO t VALUES (?, ?, ?, ?)", [*list(row.values())[:3], land])
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


def topojson(path: Path) -> Path:
    """The two areas share the arc between them, which one of them runs backwards."""
    arcs = [[[20, 20], [0, -20]], [[20, 0], [-20, 0], [0, 20], [20, 0]]]
    arcs += [[[20, 20], [30, 0], [0, -20], [-30, 0]]]
    shapes = [
        {"type": "Polygon", "arcs": [[0, 1]], "properties": {"pcode": "XX01", "name": "West"}},
        {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"pcode": "XX02"}},
    ]
    held = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [10, 0]},
        "objects": {
            "outline": {"type": "LineString", "arcs": [0]},
            "areas": {"type": "GeometryCollection", "geometries": shapes},
        },
        "arcs": arcs,
    }
    path.write_text(json.dumps(held), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["geojson", "wkb", "points", "topojson"])
def test_every_format_gives_the_same_areas(tmp_path: Path, form: str) -> None:
    made = {
        "geojson": lambda: geojson(tmp_path / "a", ROWS),
        "wkb": lambda: parquet(tmp_path / "a", ROWS),
        "points": lambda: parquet(tmp_path / "a", ROWS, native=True),
        "topojson": lambda: topojson(tmp_path / "a"),
    }
    held = read(made[form](), CODES, "XXX")
    assert [area.code for area in held.areas] == ["XX01", "XX02"]
    assert held.areas[0].name == "West"
    assert held.areas[0].land.equals(WEST)
    assert held.areas[1].land.equals(EAST)
    assert held.n_others == 0


def test_the_column_of_codes_is_found_by_what_it_holds(tmp_path: Path) -> None:
    rows = [{"zone": row["adm1_pcode"], "land": row["land"]} for row in ROWS]
    assert len(read(geojson(tmp_path / "a", rows), CODES, "XXX").areas) == 2


def test_rows_of_one_code_are_one_area(tmp_path: Path) -> None:
    rows = [ROWS[0], ROWS[0] | {"land": box(12, 0, 13, 2)}, ROWS[1] | {"land": box(13, 0, 15, 2)}]
    west, east = read(geojson(tmp_path / "a", rows), CODES, "XXX").areas
    assert west.land.equals(box(10, 0, 13, 2))
    assert east.land.area == 4


def test_an_unknown_area_of_the_country_stays_and_one_of_another_is_counted(tmp_path: Path) -> None:
    ours = ROWS[0] | {"adm1_pcode": "XX09", "land": box(20, 0, 21, 1)}
    theirs = ROWS[0] | {"adm1_pcode": "YY01", "iso3": "YYY", "land": box(30, 0, 31, 1)}
    held = read(geojson(tmp_path / "a", [*ROWS, ours, theirs]), CODES, "XXX")
    assert [area.code for area in held.areas] == ["XX01", "XX02", "XX09"]
    assert held.n_others == 1


def test_land_that_crosses_itself_is_mended_and_lines_are_no_land(tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    held = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"pcode": "XX01"}, "geometry": bow},
            {"type": "Feature", "properties": {"pcode": "XX02"}, "geometry": line},
            {"type": "Feature", "properties": {"pcode": "XX02"}, "geometry": None},
        ],
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(held))
    (area,) = read(path, CODES, "XXX").areas
    assert area.land.is_valid
    assert area.land.area == pytest.approx(2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"PAR1 and then nothing", "no whole Parquet"),
        (b"\xff\xfe\x00", "neither Parquet nor text"),
        (b'{"type": "FeatureCollection",\n "features": [', "nor whole JSON (line 2)"),
        (b"[" * 100_000, "neither Parquet nor whole JSON"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no areas"),
        (b'{"type": "FeatureCollection"}', "not well formed"),
        (b'{"type": "Point", "coordinates": [0, 0]}', "its type is 'Point'"),
        (b'[1, 2]', "its type is None"),
        (b'{"type": "Topology", "objects": {"a": {"type": "Polygon", "arcs": [[7]]}}, "arcs": []}',
         "not well formed"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_with_its_name_and_what_to_do(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "areas.json"
    path.write_bytes(content)
    with pytest.raises(BoundariesFault) as fault:
        read(path, CODES, "XXX")
    assert told in str(fault.value)
    assert str(fault.value).startswith("areas.json: ")
    assert "Give a " in str(fault.value)


def test_a_missing_file_metres_and_another_country_are_told(tmp_path: Path) -> None:
    with pytest.raises(BoundariesFault, match="there is no such file"):
        read(tmp_path / "nowhere.geojson", CODES, "XXX")
    far = [ROWS[0] | {"land": box(500_000, 0, 600_000, 900)}]
    with pytest.raises(BoundariesFault, match=r"no degrees .*EPSG:4326"):
        read(geojson(tmp_path / "metres", far), CODES, "XXX")
    with pytest.raises(BoundariesFault, match=r"adm1_pcode, adm1_name, iso3.*ZZ01"):
        read(geojson(tmp_path / "other", ROWS), ("ZZ01",), "ZZZ")


def test_the_shared_country_is_read_and_holds_its_areas(shared: Path) -> None:
    folder = shared / "data" / "geography"
    with duckdb.connect() as connection:
        file = folder / "caf_admin1.parquet"
        rows = connection.execute(
            f"SELECT adm1_pcode, adm1_name, area_sqkm FROM read_parquet('{file}')"
        ).fetchall()
    held = read(file, [code for code, _, _ in rows], "CAF")
    assert {area.code: area.name for area in held.areas} == {c: n for c, n, _ in rows}
    # A square degree at 6.5 degrees north, in km2: the areas are those that the file states.
    for area in held.areas:
        stated = next(km for code, _, km in rows if code == area.code)
        at = shapely.centroid(area.land).y
        km2 = area.land.area * 111.32**2 * cos(radians(at))
        assert km2 == pytest.approx(stated, rel=0.02)
    countries = read(folder / "natural-earth-countries-110m.json", ["140", "760"], "CAF")
    assert {area.name for area in countries.areas} == {"Central African Rep.", "Syria"}
    assert countries.n_others > 150


@pytest.mark.parametrize(
    "parts",
    [
        [box(178, -19, 180, -16), box(-180, -19, -178, -16)],
        [shapely.Polygon([(178, -19), (-178, -19), (-178, -16), (178, -16)])],
        [box(178, -19, 182, -16)],
    ],
)
def test_a_country_on_both_sides_of_the_antimeridian_stands_together(parts: list[Any]) -> None:
    (land,) = unwrapped([MultiPolygon(parts)])
    west, _, east, _ = land.bounds
    assert east - west == pytest.approx(4)
    assert land.area == pytest.approx(12)


def test_a_country_on_both_sides_of_greenwich_is_left_together() -> None:
    lands = unwrapped([MultiPolygon([box(-5, 42, 8, 51)]), MultiPolygon([box(8.5, 41, 9.5, 43)])])
    west, _, east, _ = shapely.total_bounds(lands)
    assert east - west == pytest.approx(14.5)
