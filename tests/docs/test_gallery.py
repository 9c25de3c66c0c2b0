"""The gallery in docs: every kind is there, and its words are those of a fresh build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipelines import gallery, showing
from pipelines.charts.stage import KINDS

_AN_ID = re.compile(r"[0-9a-f]{12}")
PAGE = gallery.PAGE.read_text(encoding="utf-8")


def quoted(words: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in words.splitlines())


@pytest.fixture(scope="module")
def release(built: Any) -> showing.Opened:
    return showing.opened(built.marts, None)


def test_every_kind_is_in_it(release: showing.Opened) -> None:
    shown = {one.kind for one in (*gallery.gallery(release), *gallery.UNDRAWN)}
    assert shown == set(KINDS)


def test_commands_words_and_pictures_are_those_of_a_build(
    release: showing.Opened, built: Any, tmp_path: Path
) -> None:
    """The words of each: the bytes of pictures differ from one matplotlib to the next."""
    held = set()
    for shown in (*gallery.gallery(release), *gallery.UNDRAWN):
        of = showing.opened(built.marts, shown.as_of) if shown.as_of else release
        pictures, words = gallery.draw(of, shown, tmp_path / shown.name)
        assert f"$ {shown.command()}\n" in PAGE, shown.name
        assert quoted(words) in PAGE, shown.name
        if pictures:
            held.add(f"{shown.name}.png")
            with Image.open(gallery.PICTURES / f"{shown.name}.png") as picture:
                told = _AN_ID.sub(gallery.RELEASE, picture.info["Description"])
            assert told.split() == _AN_ID.sub(gallery.RELEASE, words).split(), shown.name
    assert {path.name for path in gallery.PICTURES.iterdir()} == held
