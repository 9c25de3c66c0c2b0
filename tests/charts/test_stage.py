"""The stage: each chart as PNG, SVG and text, the same bytes wherever they are drawn."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image

from pipelines.charts.stage import ASKED, CHARTS, READS, draw, newest_document, question_of
from pipelines.charts.style import FORMATS

Tables = dict[str, pd.DataFrame]
NAMES = ["article_figures", "who_said_what", "by_publication", "answers", "answers_2"]
NAMES += ["known_when", "known_when_2"]
DRAWN = ["article_figures", "who_said_what", "by_publication", "known_when", "known_when_2"]
"""What the article alone gives a picture of."""
SVG = "{http://www.w3.org/2000/svg}"


def contents(paths: list[Path]) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in paths}


def test_each_chart_is_in_every_format_with_its_text_or_a_text_that_says_why_not(
    article: Tables, tmp_path: Path
) -> None:
    paths = draw(article, tmp_path / "charts")
    expected = [
        f"{name}.{kind}"
        for name in NAMES
        for kind in ((*FORMATS, "txt") if name in DRAWN else ("txt",))
    ]
    assert [p.name for p in paths] == expected
    assert all(p.stat().st_size for p in paths)


def test_every_standing_picture_is_drawn_of_the_reference(
    collection: Tables, tmp_path: Path
) -> None:
    paths = draw(collection, tmp_path)
    assert [p.name for p in paths] == [f"{n}.{k}" for n in NAMES for k in (*FORMATS, "txt")]
    # the summary and the graph find a chart's files by its name
    assert all(any(p.name.startswith(name) for name in CHARTS) for p in paths)
    displaced, killed = (
        (tmp_path / f"{name}.txt").read_text("utf-8") for name in ("answers", "answers_2")
    )
    assert "IDMC: 6,784,000" in displaced and "UNHCR: 6,150,005" in displaced
    assert "306,887" in killed and "143,350" in killed and "163,537" in killed


def test_a_standing_question_is_found_by_its_axes(collection: Tables) -> None:
    questions = collection["marts/questions"].set_index("question_id")
    for asked in ASKED:
        found = questions.loc[question_of(collection, asked)]
        assert all(
            found[axis] == (pd.Timestamp(v) if axis.endswith("est") else v)
            for axis, v in asked.items()
        )
    assert question_of(collection, {"metric": "stateless"}) == ""


def test_alt_text_stands_in_the_files_and_beside_them(article: Tables, tmp_path: Path) -> None:
    draw(article, tmp_path)
    for name in DRAWN:
        alt = (tmp_path / f"{name}.txt").read_text("utf-8").removesuffix("\n")
        with Image.open(tmp_path / f"{name}.png") as picture:
            words = picture.info
        assert words["Description"] == alt
        assert words["Title"] and words["Source"].startswith("Source: ")
        root = ElementTree.parse(tmp_path / f"{name}.svg").getroot()
        assert [e.tag for e in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
        assert root[0].text == words["Title"] and root[1].text == alt
        assert root.get("role") == "img"


def test_nothing_in_the_files_names_a_day_of_drawing_or_asks_the_network(
    article: Tables, tmp_path: Path
) -> None:
    for path in draw(article, tmp_path):
        if path.suffix == ".svg":
            drawn = path.read_text("utf-8")
            assert "dc:date" not in drawn and "<image" not in drawn
            assert "@import" not in drawn and 'href="http' not in drawn


DRAW = """
import pickle, sys
from pathlib import Path
from pipelines.charts.stage import draw
draw(pickle.loads(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]))
"""


def test_the_same_bytes_in_another_folder_zone_and_locale(
    article: Tables, tmp_path: Path, root: Path
) -> None:
    here = contents(draw(article, tmp_path / "here"))
    again = contents(draw(article, tmp_path / "again"))
    tables = tmp_path / "tables.pickle"
    tables.write_bytes(pickle.dumps(article))
    away = tmp_path / "ein anderer Ordner"
    away.mkdir()
    (away / "matplotlibrc").write_text("font.size: 30\naxes.grid: True\nsavefig.dpi: 40\n")
    elsewhere = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "de_DE.UTF-8"}
    subprocess.run(
        [sys.executable, "-c", DRAW, str(tables), str(away / "charts")],
        cwd=away,
        env=os.environ | elsewhere | {"PYTHONPATH": str(root), "PYTHONHASHSEED": "7"},
        check=True,
    )
    assert again == here
    assert contents(sorted((away / "charts").iterdir())) == dict(sorted(here.items()))


def test_the_order_of_rows_in_the_tables_changes_nothing(article: Tables, tmp_path: Path) -> None:
    turned = {name: table.iloc[::-1].reset_index(drop=True) for name, table in article.items()}
    assert contents(draw(article, tmp_path / "a")) == contents(draw(turned, tmp_path / "b"))


def test_a_release_without_claims_gives_sentences_and_no_pictures(
    article: Tables, tmp_path: Path
) -> None:
    empty = {name: table.iloc[:0] for name, table in article.items()}
    paths = draw(empty, tmp_path)
    assert [p.name for p in paths] == [f"{n}.txt" for n in NAMES]
    assert all(p.read_text("utf-8").startswith("No picture: ") for p in paths)


@pytest.mark.parametrize("name", READS)
def test_a_missing_table_is_named(article: Tables, tmp_path: Path, name: str) -> None:
    fewer = {key: table for key, table in article.items() if key != name}
    with pytest.raises(KeyError, match=name):
        draw(fewer, tmp_path)


def test_the_newest_document_of_a_source(article: Tables) -> None:
    older = article["marts/documents"].assign(document_id="old", release="2016-01-01")
    tables = {"marts/documents": pd.concat([article["marts/documents"], older])}
    assert newest_document(tables, "aleppo-article").startswith("aleppo-article/2016-10-06/")
    assert newest_document(tables, "nobody") == ""
