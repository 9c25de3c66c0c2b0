"""The pages say what is so: queries run and give what is printed, links and commands exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest
from PIL import Image

from pipelines.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DATABASE = "data/marts/casualties.duckdb"
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
EVERY_PAGE = pytest.mark.parametrize("page", TEXTS)

_FENCED = re.compile(
    r"^ *```(?P<language>\w*)\n(?P<body>.*?)^ *```$"
    r"(?:\n+(?P<table>(?:^\|[^\n]*$\n?)+)|\n+^```text\n(?P<printed>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_COMMAND = re.compile(
    r"(?:^|[`$ (]|bin/)attest (?P<words>[a-z][a-z ]*)(?P<rest>[^`\n]*)", re.MULTILINE
)
_OPTION = re.compile(r"(?<=\s)--[a-z][a-z-]*")
_CODE = re.compile(r"^ *```.*?^ *```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, with the table or the printed text that stands right below it."""

    page: str
    line: int
    body: str
    table: str | None
    printed: str | None

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(language: str) -> list[Block]:
    return [
        Block(
            page,
            text[: found.start()].count("\n") + 1,
            textwrap.dedent(found["body"]),
            found["table"],
            found["printed"],
        )
        for page, text in TEXTS.items()
        for found in _FENCED.finditer(text)
        if found["language"] == language
    ]


def by_name(block: Block) -> str:
    return block.name


@pytest.fixture(scope="module")
def checkout(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which data/marts is the default build, as in the examples."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "data").mkdir()
    (folder / "data" / "marts").symlink_to(built.marts)
    return folder


# Code


def as_table(columns: list[str], rows: list[tuple[Any, ...]]) -> list[list[str]]:
    def cell(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, list):
            return ", ".join(value)
        return "" if value is None else str(value)

    return [columns, *([cell(value) for value in row] for row in rows)]


def shown(table: list[list[str]]) -> str:
    head, *rows = [f"| {' | '.join(cells)} |" for cells in table]
    return "\n".join([head, "|" + "---|" * len(table[0]), *rows])


def printed_table(text: str) -> list[list[str]]:
    lines = text.splitlines()
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in [lines[0], *lines[2:]]
    ]


@pytest.mark.parametrize("block", blocks("sql"), ids=by_name)
def test_a_query_runs_and_gives_the_table_below_it(
    block: Block, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    attaches = block.body.startswith("ATTACH")
    opened = ":memory:" if attaches else DATABASE
    with duckdb.connect(opened, read_only=not attaches) as connection:
        result = connection.execute(block.body)
        columns = [str(column[0]) for column in result.description or []]
        found = as_table(columns, result.fetchall())
    if block.table is not None:
        assert printed_table(block.table) == found, f"{block.name} gives now:\n{shown(found)}"


@pytest.mark.parametrize("block", blocks("python"), ids=by_name)
def test_python_runs_and_prints_what_stands_below_it(block: Block, checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block.body, DATABASE],
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"COLUMNS": "100"},
    )
    assert done.returncode == 0, f"{block.name}\n{done.stderr}"
    if block.printed is not None:
        assert block.printed == done.stdout, f"{block.name} prints now:\n{done.stdout}"


def test_the_readme_shows_the_summary_of_a_build(built: Any) -> None:
    summary = built.summary
    for name, key in (
        ("rows in", "rows_in"),
        ("claims", "claims"),
        ("quarantined", "quarantined"),
        ("holding no figure", "empty"),
        ("files refused", "refused_files"),
        ("findings", "findings"),
    ):
        assert re.search(rf"^{name} +{summary[key]}$", TEXTS["README.md"], re.MULTILINE), name


def test_the_picture_of_the_readme_is_that_of_a_build(built: Any) -> None:
    """Told by the alt text in it: its bytes differ from one version of matplotlib to the next."""
    with Image.open(ROOT / "docs" / "images" / "article_figures.png") as picture:
        said = picture.info["Description"]
    now = (built.marts / "charts" / "article_figures.txt").read_text(encoding="utf-8")
    any_release = re.compile(r"(?<=Release )[0-9a-f]{12}")  # it changes with every line of code
    assert any_release.search(now)
    assert any_release.sub("", said).split() == any_release.sub("", now).split()


# Commands


def commands_named() -> Iterator[tuple[str, str, str]]:
    for page, text in TEXTS.items():
        for code in _CODE.findall(text):
            for found in _COMMAND.finditer(code.replace("\\\n", " ")):
                yield page, found["words"].strip(), found["rest"]


@pytest.mark.parametrize("page, words, rest", sorted(set(commands_named())))
def test_every_command_named_exists_with_its_options(page: str, words: str, rest: str) -> None:
    command: click.Command = main
    for word in words.split():
        if not isinstance(command, click.Group):
            break
        assert word in command.commands, f"{page}: there is no `attest {words}`"
        command = command.commands[word]
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    assert set(_OPTION.findall(f" {rest}")) <= known, f"{page}: attest {words}{rest}"


def test_commands_are_found_at_all() -> None:
    named = {words.split()[0] for _, words, _ in commands_named()}
    assert named >= {"build", "publish", "explain", "check", "add", "pin", "sheet", "verify"}


# Links


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@EVERY_PAGE
def test_links_and_images_resolve(page: str) -> None:
    for found in _LINK.finditer(_CODE.sub("", TEXTS[page])):
        target, _, anchor = found["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            assert not found["image"], f"{page}: {target} would be fetched from elsewhere"
            continue
        path = (ROOT / page).parent / target if target else ROOT / page
        assert path.exists(), f"{page}: {found['target']} is not there"
        assert path.resolve().is_relative_to(ROOT), f"{page}: {target} is outside the project"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{page}: {found['target']}"
        if found["image"]:
            assert len(found["text"]) > 20, f"{page}: {target} needs a text in place of the picture"


def test_every_page_of_docs_is_linked_from_another() -> None:
    linked = {
        ((ROOT / page).parent / found["target"].partition("#")[0]).resolve()
        for page, text in TEXTS.items()
        for found in _LINK.finditer(text)
    }
    docs = {page.resolve() for page in PAGES if page.is_relative_to(ROOT / "docs")}
    assert docs - linked <= {(ROOT / "docs" / "index.md").resolve()}


@EVERY_PAGE
def test_pages_are_plain_markdown_without_paths_of_a_machine(page: str) -> None:
    prose = _CODE.sub("", TEXTS[page])
    assert not re.search(r"<(?:img|div|span|table|br|details|p|a)\b", prose, re.IGNORECASE)
    assert not re.search(r"(?:^|[\s`('\"])/(?:work|tmp|home|root|Users)/", TEXTS[page]), page
