"""Charts, cards and briefings of a release, as a user of the command line asks for them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelines import showing
from pipelines.briefings import stage
from pipelines.charts.stage import KINDS
from pipelines.cli import main
from pipelines.marts.release import verify

ALEPPO = ("--place", "SY02", "--from", "2016-08-31", "--to", "2016-12-31")


def run(*words: str | Path) -> Result:
    """The command, in this process."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.fixture(scope="module")
def question(built: Any) -> str:
    """A question with answers of several tiers: civilians killed in Syria in ten years."""
    marts = showing.opened(built.marts, None).marts()
    return str(marts["marts/estimates"]["question_id"].value_counts().index[0])


# Charts


def test_a_chart_is_written_with_its_words_in_the_formats_asked_for(
    built: Any, tmp_path: Path
) -> None:
    done = run(
        *("chart", "ladder", "--metric", "killed", *ALEPPO, "--marts", built.marts),
        *("--out", tmp_path, "--format", "svg"),
    )
    assert done.exit_code == 0, done.output
    written = sorted(path.name for path in tmp_path.iterdir())
    assert sorted(Path(line).name for line in done.stdout.split()) == written
    assert {Path(name).suffix for name in written} == {".svg", ".txt"}
    words = next(tmp_path.glob("*.txt")).read_text(encoding="utf-8")
    assert built.summary["release_id"] in words


def test_a_chart_speaks_the_language_and_wears_the_look_asked_for(
    built: Any, tmp_path: Path
) -> None:
    ask = ("chart", "ladder", "--metric", "killed", *ALEPPO, "--marts", built.marts)
    pages = {}
    for look in (("--lang", "en"), ("--lang", "ar"), ("--style", "grey")):
        out = tmp_path / "-".join(look)
        assert run(*ask, *look, "--format", "svg", "--out", out).exit_code == 0
        pages[look[1]] = {path.suffix: path.read_bytes() for path in out.iterdir()}
    assert pages["ar"][".txt"] != pages["en"][".txt"] == pages["grey"][".txt"]
    assert "من" in pages["ar"][".txt"].decode()
    assert pages["grey"][".svg"] != pages["en"][".svg"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("pie",), 2, "'pie' is no kind of chart; they are:"),
        (("ladder", "--metric", "murdered"), 1, "'murdered' is no metric; they are: "),
        (("ladder", "--metric", "killed", "--population", "nobody"), 1, "is no class of people"),
        (("ladder", "--metric", "killed", "--place", "Atlantis"), 2, "'Atlantis' is no id and no"),
        (("ladder", "--metric", "killed", "--from", "2016-13"), 1, "'2016-13':"),
        (("ladder", "--metric", "killed", "--from", "2017", "--to", "2016"), 1, "swap them"),
        (("ladder", "--metric", "killed", "--lang", "tlh"), 1, "tlh"),
        (("answers", "--question", "000000000000"), 1, "holds no such question"),
        (("map", "--metric", "killed", "--place", "SYR"), 1, "Attest holds no boundaries"),
        (("event_totals", "--metric", "killed"), 1, "no recorded events"),
        (("ladder", "--as-of", "yesterday"), 2, "yesterday"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    built: Any, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = run("chart", *words, "--marts", built.marts, "--out", tmp_path)
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_missing_release_is_said(tmp_path: Path) -> None:
    for words in (("chart", "ladder"), ("card", "0"), ("brief", "--place", "SYR")):
        done = run(*words, "--marts", tmp_path)
        assert done.exit_code == 2
        assert "attest build" in done.stderr


def test_help_names_every_kind_of_chart(built: Any) -> None:
    done = run("chart", "none-such", "--marts", built.marts)
    for kind in KINDS:
        assert f"  {kind}" in done.stderr


# Cards


@pytest.mark.parametrize("lang", stage.LANGUAGES)
def test_a_card_is_shown_as_words_and_as_facts(built: Any, question: str, lang: str) -> None:
    ask = ("card", question, "--lang", lang, "--marts", built.marts)
    words, facts = run(*ask), run(*ask, "--json")
    assert words.exit_code == facts.exit_code == 0
    held = json.loads(facts.stdout)
    assert held["question_id"] == question
    assert built.summary["release_id"] in words.stdout
    assert list(held["tiers"]) == ["verified", "reported", "estimated"]
    assert any(answers for answers in held["tiers"].values())


def test_a_card_of_no_question_is_said(built: Any) -> None:
    done = run("card", "nobody", "--marts", built.marts)
    assert done.exit_code == 1
    assert "'nobody' is no question of this release" in done.stderr


# Citations


CLAIM = "aleppo-article/2016-10-06/article.txt#killed@1-4fdb22e0"


def test_a_claim_is_cited_in_each_form(built: Any) -> None:
    told = {}
    for form in ("text", "bibtex", "csl"):
        done = run("cite", CLAIM, "--format", form, "--marts", built.marts)
        assert done.exit_code == 0, done.output
        assert "Assad regime warns civilians" in done.stdout
        assert built.summary["release_id"] in done.stdout
        told[form] = done.stdout
    assert told["bibtex"].startswith("@")
    assert [item["issued"] for item in json.loads(told["csl"])] == [{"date-parts": [[2016, 10, 6]]}]


def test_what_cannot_be_cited_is_said(built: Any) -> None:
    done = run("cite", "nothing", "--marts", built.marts)
    assert done.exit_code == 1
    assert "nothing" in done.stderr


# Briefings


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--place", "SY02", "--from", "2017", "--to", "2016"), 1, "swap them"),
        (("--place", "Atlantis"), 2, "is no id and no exact name"),
        (("--place", "SYR", "--since", "000000000000"), 2, "000000000000"),
        (("--place", "SYR", "--since", "current"), 1, "is no earlier release"),
        (("--place", "SYR", "--lang", "tlh"), 1, "tlh"),
    ],
)
def test_what_cannot_be_briefed_on_is_said(
    built: Any, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = run("brief", *words, "--marts", built.marts, "--out", tmp_path)
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_briefing_on_a_place_without_figures_says_so(built: Any, tmp_path: Path) -> None:
    ask = ("brief", "--place", "YEM", "--marts", built.marts, "--out", tmp_path, "--format", "md")
    assert run(*ask).exit_code == 0
    (page,) = tmp_path.glob("*.md")
    assert "holds no figure on Yemen" in page.read_text(encoding="utf-8")


def test_a_build_makes_briefings_only_when_asked(built: Any) -> None:
    assert not (built.marts / "briefings").exists()
    assert built.summary["briefings"] == []


@pytest.fixture(scope="module")
def briefed(built: Any, attest: Any, tmp_path_factory: Any) -> Any:
    """The default release with its standing briefings: its folder, and what was said."""
    marts = tmp_path_factory.mktemp("briefed") / "marts"
    shutil.copytree(built.marts, marts, symlinks=True)
    done = attest("build", "--marts", marts, "--briefings", "--json")
    assert done.returncode == 0, done.stderr
    return marts, json.loads(done.stdout)


def test_the_standing_briefings_come_in_every_language_and_format(briefed: Any) -> None:
    marts, said = briefed
    assert said["already_current"]
    held = {path.name for path in (marts / "briefings").iterdir()}
    names = (
        "briefing_SY02_from_2016-08-31_to_2016-12-31",
        "briefing_SYR_as_of_2016-10-06",
        "briefing_SYR_as_of_2017-12-31",
    )
    wanted = {
        f"{name}.{lang}.{ending}"
        for name in names
        for lang in stage.LANGUAGES
        for ending in stage.WRITERS
    }
    assert wanted <= held
    assert all((marts / "briefings" / name).stat().st_size for name in held)
    assert [Path(path).name for path in said["briefings"]] == sorted(
        name for name in wanted if name.endswith(".html")
    )
    assert verify(marts) == []


def test_the_same_release_gives_the_same_briefings(
    briefed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the standing ones, with both of its charts, in every language and format."""
    marts, said = briefed
    name = "syria_end_2017"
    monkeypatch.setattr(stage, "STANDING", {name: stage.STANDING[name]})
    again = showing.write_standing_briefings(marts, said["release_id"], tmp_path)
    for path in (path for made in again.values() for path in made):
        assert path.read_bytes() == (marts / "briefings" / path.name).read_bytes(), path.name


def test_a_release_without_the_place_has_a_note_in_its_stead(
    briefed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marts, said = briefed
    elsewhere = stage.Standing("Atlantis, ever", "ATL")
    monkeypatch.setattr(stage, "STANDING", {"atlantis": elsewhere})
    made = showing.write_standing_briefings(marts, said["release_id"], tmp_path)
    (note,) = made["atlantis"]
    assert note.read_text() == "Nothing to tell: this release knows no place ATL.\n"
