"""The dictionary is whole, and the committed pages are what the schemas say."""

from __future__ import annotations

import pytest

import schemas
from pipelines.marts import dictionary
from schemas.vocab import VOCABULARIES


def test_every_column_of_every_table_is_described(marts):
    rows = marts["marts/dictionary"]
    expected = {(schemas.table_of(m), c) for m in schemas.PUBLISHED for c in schemas.columns(m)}
    assert set(zip(rows["table_name"], rows["column_name"], strict=True)) == expected
    assert rows["description"].str.len().gt(0).all()


def test_closed_columns_list_their_words():
    rows = dictionary.dictionary().set_index(["table_name", "column_name"])
    assert rows.loc[("claims", "unit"), "allowed"] == "people, households, homes, movements"
    assert rows["allowed"].isna().any()
    assert rows.loc[("figures", "low"), "unit"] == "people"


def test_a_cell_never_ends_its_table():
    assert dictionary._cell("a|b <img>") == "a\\|b &lt;img>"


@pytest.mark.parametrize("path", list(dictionary.pages()), ids=str)
def test_committed_pages_are_not_stale(root, path):
    held = (root / path).read_text(encoding="utf-8")
    assert held == dictionary.pages()[path], "run: python -m pipelines.marts.dictionary"


def test_every_word_is_in_the_vocabulary():
    page = dictionary.render_vocabulary()
    for words in VOCABULARIES.values():
        for word, meaning in words.items():
            assert f"| `{word}` | {meaning}" in page


def test_the_command_writes_the_pages(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(dictionary, "ROOT", tmp_path)
    dictionary.main()
    told = capsys.readouterr().out
    for path, words in dictionary.pages().items():
        assert (tmp_path / path).read_text(encoding="utf-8") == words
        assert f"wrote {path}" in told
