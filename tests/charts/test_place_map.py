"""The map: what stands on it is the mart's, no figure is no zero, and found counts are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import PathPatch
from shapely.geometry import Point, box, mapping

from pipelines.charts import style
from pipelines.charts.boundaries import BoundariesFault
from pipelines.charts.kinds import Request
from pipelines.charts.language import speaking
from pipelines.charts.place_map import HATCHES, Classes, draw, tint
from pipelines.charts.style import Picture
from schemas import frame, raw

Tables = dict[str, pd.DataFrame]
DAY = date(2016, 12, 31)
LANDS = {
    "CF11": ("Upper Valley", box(15, 4, 18, 6)),
    "CF12": ("Lower Valley", box(18, 4, 21, 6)),
    "CF13": ("The Capital", Point(16, 5).buffer(0.05)),
    "CF14": ("Far Hills", box(15, 6, 21, 8)),
}
STOCK = {
    "metric": "idps",
    "measure": "stock",
    "basis": "registered",
    "place_role": "now_in",
    "speaker": "A body",
    **dict.fromkeys(("start_earliest", "start_latest", "end_earliest", "end_latest"), DAY),
}


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    """A file of four areas, one of them too small for a label."""
    features = [
        {"type": "Feature", "properties": {"pcode": code}, "geometry": mapping(land)}
        for code, (_, land) in LANDS.items()
    ]
    path = tmp_path / "own areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def held(make: Any, publish: Any) -> Callable[..., Tables]:
    """`held(CF11=..., CF12=...)`: published tables of a stock; a value or what a claim has."""

    def tables(shared: dict[str, Any] | None = None, **values: Any) -> Tables:
        told = []
        for code, value in values.items():
            own = value if isinstance(value, dict) else {"value": value}
            told.append(
                make(f"c/{code}", **(STOCK | {"place_id": code[:4]} | (shared or {}) | own))
            )
        made = publish(*told)
        places = [("CAF", "Central African Republic", 0, None)]
        places += [(code, name, 1, "CAF") for code, (name, _) in LANDS.items()]
        places.append(("CF99", "Elsewhere", 1, "CAF"))
        names = ("place_id", "name", "level", "parent_id")
        rows = [dict(zip(names, place, strict=True)) | {"gazetteer": "t"} for place in places]
        made["marts/places"] = frame(raw.Places, rows)
        return made

    return tables


def asked(areas: Path | None, **more: Any) -> Request:
    return Request(metrics=("idps",), place_ids=("CAF",), boundaries=areas, **more)


def pictures(tables: Tables, request: Request) -> list[Picture]:
    made = draw(tables, request)
    assert not isinstance(made, str), made
    return made


def patches(made: Picture) -> dict[str, PathPatch]:
    found = made.figure.findobj(PathPatch)
    return {str(p.get_label()).split(" ")[1]: p for p in found if " CF" in str(p.get_label())}


def texts(made: Picture) -> list[str]:
    return [text.get_text() for text in made.figure.texts]


def test_each_area_has_the_colour_of_its_number_and_the_number_is_printed(
    held: Any, areas: Path
) -> None:
    (made,) = pictures(held(CF11=120, CF12=950, CF13=40, CF14=480), asked(areas))
    classes = Classes.of([120, 950, 40, 480])
    hue = style.TIER_COLOURS["verified"]
    for code, number in {"CF11": 120, "CF12": 950, "CF13": 40, "CF14": 480}.items():
        colour = to_hex(patches(made)[code].get_facecolor()).upper()
        assert colour == classes.colour(classes.index(number), hue)
        assert patches(made)[code].get_hatch() is None
    printed = texts(made)
    assert {"120", "950", "480"} <= set(printed)
    assert "1 The Capital: 40" in printed  # too small for its label: in the list
    assert "1" in printed
    for name, number in (("Upper Valley", 120), ("The Capital", 40)):
        assert f"- {name}: {number}." in made.alt


def test_an_area_without_a_figure_is_hatched_and_never_the_colour_of_zero(
    held: Any, areas: Path
) -> None:
    (made,) = pictures(held(CF11=0, CF12=900, CF99=5), asked(areas))
    bare = patches(made)["CF14"]
    assert bare.get_hatch() == HATCHES["none"]
    assert bare.get_facecolor() != patches(made)["CF11"].get_facecolor()
    assert "no figure" in texts(made)
    assert "- Far Hills: no figure." in made.alt
    assert "2 areas have no figure, which is no zero." in made.alt
    assert "1 figure has no area in the file: Elsewhere." in made.alt
    assert "- Elsewhere, not on the map: 5." in made.alt


def test_a_bound_has_no_colour_and_is_said_as_its_source_said_it(held: Any, areas: Path) -> None:
    low = {"value": 600, "qualifier": "at_least"}
    (made,) = pictures(held(CF11=100, CF12=low, CF14=900), asked(areas))
    assert patches(made)["CF12"].get_hatch() == HATCHES["bound"]
    assert to_hex(patches(made)["CF12"].get_facecolor()).upper() == style.PAPER
    assert "at least 600" in texts(made)
    assert "A bound is not coloured" in made.alt


def test_two_ends_are_coloured_only_within_one_class(held: Any, areas: Path) -> None:
    wide = {"value_low": 100, "value_high": 900, "value": None, "qualifier": "between"}
    near = {"value_low": 820, "value_high": 880, "value": None, "qualifier": "between"}
    (made,) = pictures(held(CF11=wide, CF12=near, CF14=950), asked(areas))
    assert patches(made)["CF11"].get_hatch() == HATCHES["bound"]
    assert patches(made)["CF12"].get_facecolor() == patches(made)["CF14"].get_facecolor()


@pytest.mark.parametrize("basis", ["tallied", "identified"])
def test_counts_of_what_was_found_are_refused(held: Any, areas: Path, basis: str) -> None:
    why = draw(held({"basis": basis}, CF11=1, CF12=2), asked(areas))
    assert isinstance(why, str)
    assert "a map ranks places by colour, and these are counts of what was found" in why
    assert "What would settle it" in why


def test_figures_that_may_not_be_ranked_are_printed_in_one_colour(held: Any, areas: Path) -> None:
    (made,) = pictures(held({"basis": "unstated"}, CF11=1, CF12=900, CF14=30), asked(areas))
    colours = {patches(made)[code].get_facecolor() for code in ("CF11", "CF12", "CF14")}
    assert len(colours) == 1
    assert "Not coloured by number" in made.alt
    assert {"1", "900", "30"} <= set(texts(made))


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"population": "children"}, "population ("),
        ({"unit": "households"}, "unit (households and people)"),
        ({"measure": "flow", "metric": "refugees"}, "measure (flow and stock)"),
    ],
)
def test_unlike_figures_are_refused_and_the_columns_named(
    held: Any, areas: Path, change: dict[str, Any], column: str
) -> None:
    request = Request(metrics=("idps", "refugees"), place_ids=("CAF",), boundaries=areas)
    why = draw(held(CF11=1, CF12={"value": 2} | change), request)
    assert isinstance(why, str)
    assert "Refused: the figures differ in" in why
    assert column in why


def test_sources_stand_on_maps_of_their_own(held: Any, areas: Path) -> None:
    other = {"value": 2, "speaker": "Another body"}
    made = pictures(held(CF11=1, CF12=other), asked(areas))
    assert [p.name for p in made] == ["map", "map_2"]
    assert sum("A body" in p.alt for p in made) == 1
    for one in made:
        assert "3 areas have no figure" in one.alt


def test_only_the_latest_window_is_shown_and_the_others_are_counted(held: Any, areas: Path) -> None:
    window = ("start_earliest", "start_latest", "end_earliest", "end_latest")
    older = {"value": 7, **dict.fromkeys(window, date(2015, 12, 31))}
    (made,) = pictures(held(CF11=1, CF12=older), asked(areas))
    assert "- Lower Valley: no figure." in made.alt
    assert "1 of other days" in made.alt


def test_two_numbers_of_one_source_and_day_are_no_one_number(held: Any, areas: Path) -> None:
    why = draw(held(CF11=1, CF11b={"value": 5}), asked(areas))
    assert isinstance(why, str)
    assert "Upper Valley" in why and "no one number" in why


def test_no_boundaries_no_map_and_a_bad_file_is_an_error(
    held: Any, areas: Path, tmp_path: Path
) -> None:
    tables = held(CF11=1)
    why = draw(tables, asked(None))
    assert isinstance(why, str)
    assert "a map needs a file of them, supplied by its user" in why
    with pytest.raises(BoundariesFault):
        draw(tables, asked(tmp_path / "nowhere"))
    nowhere = draw(tables, Request(metrics=("idps",), boundaries=areas))
    assert isinstance(nowhere, str) and "one country" in nowhere


def test_every_map_bears_the_disclaimer_and_the_name_of_the_file(held: Any, areas: Path) -> None:
    (made,) = pictures(held(CF11=1), asked(areas))
    assert "Borders and names are those of the file “own areas.geojson”" in made.alt
    assert str(areas.parent) not in made.alt


def test_texts_do_not_meet_and_stay_on_the_page(
    held: Any, areas: Path, shared: Path, meeting: Any, make: Any
) -> None:
    low = {"value": 600, "qualifier": "at_least"}
    for made in pictures(held(CF11=120_000, CF12=low, CF13=40), asked(areas)):
        assert meeting(made) == []
    file = shared / "data" / "geography" / "caf_admin1.parquet"
    tables = held(CF11=120_000, CF12=33, CF21=4_000, CF22=5, CF31=60, CF61=7, CF71=800_000)
    named = {"CF21": "B", "CF22": "C", "CF31": "D", "CF61": "E", "CF71": "Bangui"}
    more = [
        {"place_id": code, "name": name, "level": 1, "parent_id": "CAF", "gazetteer": "t"}
        for code, name in named.items()
    ]
    tables["marts/places"] = pd.concat([tables["marts/places"], frame(raw.Places, more)])
    (made,) = pictures(tables, asked(file))
    assert meeting(made) == []
    assert len(patches(made)) == 17


def test_in_arabic_the_land_is_not_mirrored(held: Any, areas: Path) -> None:
    def corners(code: str) -> tuple[float, float]:
        (made,) = pictures(held(CF11=1, CF12=2), asked(areas))
        made.figure.canvas.draw()
        extent = patches(made)[code].get_window_extent()
        return extent.x0, extent.x1

    english = corners("CF11"), corners("CF12")
    try:
        with speaking("ar"):
            arabic = corners("CF11"), corners("CF12")
    except ValueError:
        pytest.skip("no Arabic catalog yet")
    for (a, b), (c, d) in zip(english, arabic, strict=True):
        assert (a, b) == pytest.approx((c, d), abs=1)


def test_the_same_bytes_twice(held: Any, areas: Path, written: Any) -> None:
    low = {"value": 600, "qualifier": "at_least"}
    tables = held(CF11=120, CF12=low, CF13=40)
    written(lambda: pictures(tables, asked(areas)))


@pytest.mark.parametrize(
    ("numbers", "starts"),
    [
        ([0, 90], (0, 20, 40, 60, 80)),
        ([5], (0, 2, 4)),
        ([0], (0,)),
        ([10, 250], (0, 100, 200)),
        ([10, 301], (10, 100)),
        ([1, 10_000_000], (1_000, 10_000, 100_000, 1_000_000, 10_000_000)),
    ],
)
def test_classes_are_few_and_round(numbers: list[int], starts: tuple[int, ...]) -> None:
    assert Classes.of(numbers).starts == starts


def test_classes_grow_darker_and_ink_is_legible_on_all() -> None:
    def luminance(colour: str) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    classes = Classes.of([0, 90])
    for hue in style.TIER_COLOURS.values():
        colours = [classes.colour(n, hue) for n in range(len(classes.starts))]
        light = [luminance(colour) for colour in colours]
        assert light == sorted(light, reverse=True)
        assert all(a > b + 0.05 for a, b in pairwise(light))
        assert (light[-1] + 0.05) / (luminance(style.INK) + 0.05) >= 4.5
        assert luminance(tint(hue, 0.5)) == pytest.approx(0.5, abs=0.01)
