"""Boundaries that a user supplies: GeoParquet, GeoJSON or TopoJSON, read into areas with a code.

What belongs here: opening the file whatever it is called, finding the column of codes by what it
holds, and saying what is wrong with a file. How areas are drawn does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import shapely
from shapely.geometry import LinearRing, MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

FORMATS: Final = "GeoParquet, GeoJSON or TopoJSON"
_PARQUET: Final = b"PAR1"
_CODE_ENDING: Final = re.compile(r"(p_?code|code|id)$", re.IGNORECASE)
_GEOMETRY: Final = "geometry"


class BoundariesFault(ValueError):
    """A file of boundaries that cannot be used: the file, the reason and what to do."""

    def __init__(self, path: Path, reason: str, fix: str) -> None:
        super().__init__(f"{path.name}: {reason}. {fix}")


@dataclass(frozen=True)
class Area:
    """An area of the file: its code, its name in the file ('' without one), its land in degrees."""

    code: str
    name: str
    land: MultiPolygon


@dataclass(frozen=True)
class Boundaries:
    """The areas of a country in a file, by code, and how many others the file holds."""

    areas: tuple[Area, ...]
    n_others: int


@dataclass(frozen=True)
class _Feature:
    """A row of a file: its values as texts, and its land."""

    values: Mapping[str, str]
    land: MultiPolygon


def read(path: Path, codes: Collection[str], country: str) -> Boundaries:
    """The areas of a country.

    The column of codes is the one that holds most of `codes`. Rows of one code are one area. An
    area is the country's where its code is among `codes`, or where a column holds the country.

    Parameters
    ----------
    path
        GeoParquet (WKB, or lists of points), GeoJSON or TopoJSON, in degrees.
    codes
        The ids of the places that are looked for: P-codes.
    country
        The id of their country: ISO 3166-1 alpha-3.

    Raises
    ------
    BoundariesFault
        Where the file is not there, is of another kind, is broken, holds no areas, holds none of
        the codes, or is not in degrees.
    """
    layers = [features for features in _layers(path) if features]
    if not layers:
        raise BoundariesFault(path, "it holds no areas", "Give a file of polygons with their codes")
    found = [(*_code_column(features, codes), features) for features in layers]
    n_held, column, features = max(found, key=lambda layer: layer[0])
    if not n_held:
        names = ", ".join(dict.fromkeys(name for f in features for name in f.values)) or "none"
        example = ", ".join(sorted(codes)[:3]) or "no place of that country is held"
        raise BoundariesFault(
            path,
            f"none of its columns ({names}) holds the code of a place of {country} ({example})",
            f"Give the first-level boundaries of {country} with a column of P-codes",
        )
    _check_degrees(path, features)
    held: dict[str, list[_Feature]] = {}
    for feature in features:
        code = feature.values.get(column, "")
        if code in codes or (code and country in feature.values.values()):
            held.setdefault(code, []).append(feature)
    of_country = sum(len(of_code) for of_code in held.values())
    areas = tuple(_area(code, column, held[code]) for code in sorted(held))
    return Boundaries(areas, len(features) - of_country)


def _code_column(features: Sequence[_Feature], codes: Collection[str]) -> tuple[int, str]:
    """How many of the codes the best column holds, and its name; the first of equals."""
    names = dict.fromkeys(name for feature in features for name in feature.values)
    held = {
        name: len({f.values[name] for f in features if f.values.get(name) in codes})
        for name in names
    }
    best = max(held, key=lambda name: held[name], default="")
    return held.get(best, 0), best


def _area(code: str, column: str, features: Sequence[_Feature]) -> Area:
    parts = [part for feature in features for part in feature.land.geoms]
    land = shapely.union_all(parts) if len(features) > 1 else MultiPolygon(parts)
    beside = (_CODE_ENDING.sub("name", column), "name")
    values = features[0].values
    name = next((values[n] for n in beside if n in values and n != column), "")
    return Area(code, name, _polygons(land))


def _check_degrees(path: Path, features: Iterable[_Feature]) -> None:
    lands = [feature.land for feature in features]
    west, south, east, north = shapely.total_bounds(lands)
    if west < -360 or east > 360 or south < -90.001 or north > 90.001:
        raise BoundariesFault(
            path,
            f"its coordinates are no degrees (up to {max(abs(west), abs(east)):,.0f} across)",
            "Save it in WGS 84 (EPSG:4326), longitude and latitude",
        )


# The file


def _layers(path: Path) -> list[list[_Feature]]:
    """The features of each layer of a file."""
    if not path.is_file():
        raise BoundariesFault(path, "there is no such file", "Give the path of a file that exists")
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise BoundariesFault(path, "it is empty", f"Give a file of {FORMATS}")
    if start == _PARQUET:
        return [list(_of_parquet(path))]
    return _of_json(path)


def _of_json(path: Path) -> list[list[_Feature]]:
    fix = f"Give a file of {FORMATS}; from another format, save it as GeoJSON"
    try:
        held = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise BoundariesFault(path, "it is neither Parquet nor text in UTF-8", fix) from fault
    except (json.JSONDecodeError, RecursionError) as fault:
        where = f" (line {fault.lineno})" if isinstance(fault, json.JSONDecodeError) else ""
        raise BoundariesFault(path, f"it is neither Parquet nor whole JSON{where}", fix) from fault
    kind = held.get("type") if isinstance(held, dict) else None
    try:
        match kind:
            case "FeatureCollection":
                return [[f for one in held["features"] for f in _of_feature(one)]]
            case "Feature":
                return [list(_of_feature(held))]
            case "Topology":
                return _of_topology(held)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
        raise BoundariesFault(
            path, f"its {kind} is not well formed ({type(fault).__name__}: {fault})", fix
        ) from fault
    raise BoundariesFault(path, f"its type is {kind!r}, which holds no areas", fix)


def _of_feature(feature: Mapping[str, Any]) -> Iterator[_Feature]:
    if feature["geometry"] is not None:
        values = {"id": feature.get("id"), **(feature.get("properties") or {})}
        yield from _feature(values, shape(feature["geometry"]))


def _feature(values: Mapping[str, Any], land: BaseGeometry | None) -> Iterator[_Feature]:
    """A feature, where it has land."""
    polygons = _polygons(land)
    if not polygons.is_empty:
        texts = {k: str(v).strip() for k, v in values.items() if isinstance(v, (str, int))}
        yield _Feature({k: v for k, v in texts.items() if v}, polygons)


def _polygons(land: BaseGeometry | None) -> MultiPolygon:
    """The polygons of a geometry, made valid; lines and points have no land."""
    if land is None or land.is_empty:
        return MultiPolygon()
    valid = land if land.is_valid else shapely.make_valid(land)
    parts = shapely.get_parts(shapely.get_parts(valid))  # a collection may hold more than polygons
    return MultiPolygon([part for part in parts if isinstance(part, Polygon) and part.area])


def _of_parquet(path: Path) -> Iterator[_Feature]:
    fix = "Give a GeoParquet file with a column 'geometry'"
    try:
        with duckdb.connect() as connection:
            # Else the bytes of the geometry would take an extension to be read.
            connection.execute("SET enable_geoparquet_conversion = false")
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [str(column[0]) for column in found.description or ()]
            rows = found.fetchall()
    except duckdb.Error as fault:
        raise BoundariesFault(path, "it is no whole Parquet file", fix) from fault
    if _GEOMETRY not in names:
        reason = f"it has no column 'geometry' (its columns: {', '.join(names)})"
        raise BoundariesFault(path, reason, fix)
    at = names.index(_GEOMETRY)
    for n, row in enumerate(rows, 1):
        try:
            land = _of_cell(row[at])
        except (shapely.errors.ShapelyError, TypeError, KeyError, ValueError) as fault:
            reason = f"the geometry of row {n} is neither WKB nor lists of points"
            raise BoundariesFault(path, reason, fix) from fault
        yield from _feature(dict(zip(names, row, strict=True)), land)


def _of_cell(cell: Any) -> BaseGeometry | None:
    """A geometry as WKB, or as GeoArrow's lists of points: rings, or polygons of rings."""
    if cell is None or isinstance(cell, (bytes, bytearray)):
        return None if cell is None else shapely.from_wkb(bytes(cell))
    if cell and cell[0] and isinstance(cell[0][0], Mapping):
        return _polygon(cell)
    return MultiPolygon([_polygon(rings) for rings in cell])


def _polygon(rings: Sequence[Sequence[Mapping[str, float]]]) -> Polygon:
    outer, *holes = [[(point["x"], point["y"]) for point in ring] for ring in rings]
    return Polygon(outer, holes)


# TopoJSON


def _of_topology(topology: Mapping[str, Any]) -> list[list[_Feature]]:
    """The layers of a topology: each of its objects.

    Arcs are decoded by the TopoJSON format specification, version 1: with a transform their points
    are whole steps from the one before, and ~i is arc i backwards.
    """
    arcs = _arcs(topology)
    return [
        [f for one in _leaves(layer) for f in _of_object(one, arcs)]
        for layer in topology["objects"].values()
    ]


def _arcs(topology: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    transform = topology.get("transform")
    if transform is None:
        return [[(float(p[0]), float(p[1])) for p in arc] for arc in topology["arcs"]]
    (wide, tall), (left, low) = transform["scale"], transform["translate"]
    decoded = []
    for arc in topology["arcs"]:
        across, up = accumulate(point[0] for point in arc), accumulate(point[1] for point in arc)
        decoded.append([(x * wide + left, y * tall + low) for x, y in zip(across, up, strict=True)])
    return decoded


def _leaves(layer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The geometries of a layer, collections opened."""
    ahead = [layer]
    while ahead:
        one = ahead.pop(0)
        if one.get("type") == "GeometryCollection":
            ahead = [*one["geometries"], *ahead]
        else:
            yield one


def _of_object(
    one: Mapping[str, Any], arcs: Sequence[Sequence[tuple[float, float]]]
) -> Iterator[_Feature]:
    if one.get("type") not in ("Polygon", "MultiPolygon"):
        return
    polygons = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
    land = MultiPolygon(
        [
            Polygon(outer, holes)
            for outer, *holes in ([_ring(r, arcs) for r in rings] for rings in polygons)
        ]
    )
    yield from _feature({"id": one.get("id"), **(one.get("properties") or {})}, land)


def _ring(
    indexes: Sequence[int], arcs: Sequence[Sequence[tuple[float, float]]]
) -> list[tuple[float, float]]:
    ring: list[tuple[float, float]] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc  # each arc begins where the one before it ends
    return ring


# The antimeridian


def unwrapped(lands: Sequence[MultiPolygon]) -> list[MultiPolygon]:
    """The lands with longitudes that run on where they cross the antimeridian.

    The map is cut where the widest stretch of longitudes is empty: what lies west of it moves by a
    full turn, so that a country on both sides of 180 degrees stands together.
    """
    lands = [MultiPolygon([_running_on(part) for part in land.geoms]) for land in lands]
    parts = [part for land in lands for part in land.geoms]
    spans = sorted((part.bounds[0] % 360, part.bounds[2] - part.bounds[0]) for part in parts)
    if not spans:
        return lands
    cut, widest, reach = spans[0][0], spans[0][0] + 360 - max(w + x for w, x in spans), 0.0
    for start, wide in spans:
        if reach and start - reach > widest:
            cut, widest = start, start - reach
        reach = max(reach, start + wide)
    return [
        MultiPolygon([shapely.transform(p, _turned(p.bounds[0], cut)) for p in land.geoms])
        for land in lands
    ]


def _running_on(part: Polygon) -> Polygon:
    """The polygon with rings of which no two neighbouring points lie over half a turn apart."""
    outer, *holes = [_unwrapped(ring) for ring in (part.exterior, *part.interiors)]
    middle = outer[:, 0].mean()
    for hole in holes:
        hole[:, 0] += 360 * np.round((middle - hole[:, 0].mean()) / 360)
    return Polygon(outer, holes)


def _unwrapped(ring: LinearRing) -> np.ndarray[Any, Any]:
    points: np.ndarray[Any, Any] = shapely.get_coordinates(ring)
    points[:, 0] = np.unwrap(points[:, 0], period=360)
    return points


def _turned(west: float, cut: float) -> Any:
    """Moves a part so that it begins within the turn that starts at the cut."""
    target = west % 360 if west % 360 >= cut else west % 360 + 360
    by = np.array([target - west, 0.0])
    return lambda points: points + by
