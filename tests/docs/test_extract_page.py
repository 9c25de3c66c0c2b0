"""The page on `attest extract`: its example gives what it says, and names every field."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "extract.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def blocks(page: str) -> list[str]:
    return re.findall(r"^```\n(.*?)^```", page, re.M | re.S)


def test_the_example_gives_what_the_page_says(
    blocks: list[str], attest: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, given, answered, refused = blocks
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts.jsonl").write_text(given, encoding="utf-8")
    done = attest("extract", "texts.jsonl", "--jsonl")
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert json.loads(first) == json.loads(answered)
    assert list(json.loads(first)["claims"][0]) == list(json.loads(answered)["claims"][0])
    assert second == refused.strip()


def test_every_field_is_explained(page: str, blocks: list[str]) -> None:
    table = page.split("## The fields")[1]
    (claim,) = json.loads(blocks[2])["claims"]
    named = set(re.findall(r"`(\w+)`", table.split("\n\n")[1]))
    fields = list(claim)
    covered = fields[fields.index("metric") : fields.index("deaths_counted") + 1]
    days = [field for field in fields if re.match(r"(start|end)_", field)]
    written = {"value_as_written"}  # the words of the number, as their name says
    assert set(fields) - named - set(covered) - set(days) - written == set()
