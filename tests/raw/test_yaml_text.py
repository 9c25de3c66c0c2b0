from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.raw import yaml_text
from pipelines.raw.yaml_text import YamlFault, decode, doubled, parse, plain, scalars, written


def held(text: str) -> object:
    node = parse(text)
    assert node is not None
    return plain(node)


def test_every_scalar_stays_text_as_written() -> None:
    assert held("a: 2016-10-06\nb: no\nc: 0x10\nd: 1_000\ne: 1.50\nf: null\ng: ~\nh:\n") == {
        "a": "2016-10-06",
        "b": "no",
        "c": "0x10",
        "d": "1_000",
        "e": "1.50",
        "f": "null",
        "g": "~",
        "h": "",
    }


def test_lists_and_fields_nest() -> None:
    assert held("a: [x, {y: z}]\nb:\n  - c\n") == {"a": ["x", {"y": "z"}], "b": ["c"]}


def test_nothing_is_nothing() -> None:
    assert parse("# only a comment\n") is None


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: &x 1\nb: *x\n", "anchor", 1),
        ("a: 1\nb: *x\n", "anchor", 2),
        ("a: !!python/object:os.system x\n", "tag", 1),
        ("a: !x 1\n", "tag", 1),
        ("a: 1\n---\nb: 2\n", "second document", 2),
        ("a: 1\n{b: 2}: c\n", "for a name", 2),
        ("a: b: c\n", "not YAML", 1),
        ("a: 1\n\tb: 2\n", "not YAML", 2),
        ("a: 'never closed\n", "not YAML", None),
        ("a: 1\nb: \x00\n", "control character", 2),
        ('a: "\\U00110000"\n', "impossible escape", None),
        ('a: "\\UFFFFFFFF"\n', "impossible escape", None),
        ("%YAML " + "9" * 5000 + ".1\n---\na: 1\n", "impossible escape", None),
    ],
)
def test_what_is_not_plain_is_refused(text: str, reason: str, line: int | None) -> None:
    with pytest.raises(YamlFault, match=reason) as caught:
        parse(text)
    assert caught.value.fix
    assert line is None or caught.value.line == line


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000, "{a: " * 20_000, "- " * 20_000, "\n".join(" " * i + "a:" for i in range(500))],
)
def test_twenty_thousand_levels_are_refused(text: str, must_end: Any) -> None:
    with must_end(), pytest.raises(YamlFault, match="nested"):
        parse(text)


def test_the_deepest_nesting_that_is_read() -> None:
    depth = yaml_text.MOST_LEVELS
    assert parse("[" * depth + "]" * depth) is not None
    with pytest.raises(YamlFault, match="nested"):
        parse("[" * (depth + 1) + "]" * (depth + 1))


def test_doubled_keys_are_told_wherever_they_stand() -> None:
    node = parse("a: 1\nb:\n  - c: 1\n    c: {x: 1}\na: 2\n")
    assert node is not None
    assert [(key.text, key.line) for key in doubled(node)] == [("a", 5), ("c", 4)]
    assert plain(node) == {"a": "1", "b": [{"c": "1"}]}


def test_scalars_give_their_slice_of_the_text() -> None:
    text = "\ufeffa: 'it''s'\r\nb: [c, \"d\"]\r\n"
    node = parse(text)
    assert node is not None
    found = list(scalars(node))
    assert [s.text for s in found] == ["a", "it's", "b", "c", "d"]
    assert [text[s.start : s.end] for s in found] == ["a", "'it''s'", "b", "c", '"d"']


@pytest.mark.parametrize(
    ("data", "line"), [(b"a: 1\nb: \xff\n", 2), ("a: 1".encode("utf-16"), 1), (b"\xc3", 1)]
)
def test_only_utf8_is_read(data: bytes, line: int) -> None:
    with pytest.raises(YamlFault, match="UTF-8") as caught:
        decode(data)
    assert caught.value.line == line


def test_the_largest_text_that_is_read() -> None:
    assert decode(b"a" * yaml_text.MOST_BYTES)
    with pytest.raises(YamlFault, match="bytes"):
        decode(b"a" * (yaml_text.MOST_BYTES + 1))


@given(st.text(st.sampled_from(list("ab:-#[]{}&*!|>'\"%@`\\,? \n\t0\ufeff\x85")), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        node = parse(text)
    except YamlFault as fault:
        assert fault.reason and fault.fix
    else:
        found = [] if node is None else list(scalars(node))
        assert all(0 <= s.start <= s.end <= len(text) for s in found)


@given(st.text(), st.lists(st.text()))
def test_what_is_written_is_read_back_on_one_line_or_refused(text: str, more: list[str]) -> None:
    try:
        node = parse(written({"a": text, "b": {"c": more}, text: "d"}))
    except YamlFault:
        return
    assert node is not None
    line = " ".join(text.split())
    held = {"a": line, "b": {"c": more}}
    assert plain(node) == held | ({line: "d"} if line not in held else {})
