"""One question under each rule: tiers apart, a bracket for the floor, claims coloured by origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipelines.charts import style
from pipelines.charts.answers import draw, no_floor, origin_colours
from pipelines.charts.kinds import Request
from pipelines.charts.rows import choose
from pipelines.charts.style import TIER_COLOURS, Picture
from pipelines.core.ids import estimate_id, question_id
from pipelines.core.refusals import REPORTING_CAPTION
from schemas import estimates, frame, marts

Tables = dict[str, pd.DataFrame]
Publish = Callable[..., Tables]
Make = Callable[..., dict[str, Any]]
KEY_WIDTH = style.PAGE_WIDTH
DAY = {"end_earliest": date(2017, 12, 31), "end_latest": date(2017, 12, 31)}
STOCK = {
    "metric": "idps",
    "measure": "stock",
    "place_id": "SYR",
    "place_role": "now_in",
    "start_earliest": date(2017, 12, 31),
    "start_latest": date(2017, 12, 31),
    **DAY,
}
KILLED = {
    "place_id": "SYR",
    "start_earliest": date(2011, 3, 1),
    "start_latest": date(2011, 3, 31),
    "end_earliest": date(2021, 3, 1),
    "end_latest": date(2021, 3, 31),
}


def answer(question: str, rule: str, tier: str, **change: Any) -> dict[str, Any]:
    series = change.get("series")
    return {
        "estimate_id": estimate_id(question, rule, series, tier),
        "question_id": question,
        "rule": rule,
        "tier": tier,
        "bases": ["modelled"],
        "n_claims": 1,
        "n_origins": 1,
        "as_of": date(2025, 12, 1),
        "assumptions": [],
        "parameters": "{}",
        **change,
    }


def evidence(of: Mapping[str, Any], claim: str, used_as: str = "used", reason: str = "r") -> Any:
    key = {"estimate_id": of["estimate_id"], "claim_id": claim}
    return {**key, "used_as": used_as, "reason": reason}


def with_answers(
    tables: Tables,
    answers: list[dict[str, Any]],
    under: list[dict[str, Any]],
    floors: list[dict[str, Any]] | None = None,
) -> Tables:
    tables["marts/estimates"] = frame(marts.PublishedEstimates, answers)
    tables["marts/evidence"] = frame(estimates.Evidence, under)
    tables["marts/floors"] = frame(estimates.Floors, floors or [])
    return tables


def pictures(tables: Tables, question: str) -> list[Picture]:
    made = draw(tables, Request(question_ids=(question,)))
    assert not isinstance(made, str)
    return made


def plot(made: Picture) -> Axes:
    """The axes of the rows; the key's stand aside."""
    return next(a for a in made.figure.axes if len(a.get_lines()) and a.get_xlim()[1] > KEY_WIDTH)


def drawn(made: Picture) -> dict[str, list[Line2D]]:
    found: dict[str, list[Line2D]] = {}
    for mark in plot(made).get_children():
        if isinstance(mark, Line2D) and " " in str(mark.get_label()):
            found.setdefault(str(mark.get_label()), []).append(mark)
    return found


@pytest.fixture
def displaced(publish: Publish, make: Make) -> tuple[Tables, str]:
    """Two agencies on one day: by source, latest and spread of one tier, and no floor."""
    told = [
        make("idmc", value=6_784_000, speaker="IDMC", basis="modelled", **STOCK,
             published_on=date(2018, 5, 16)),
        make("unhcr", value=6_150_005, speaker="UNHCR", basis="modelled", **STOCK,
             published_on=date(2025, 12, 1)),
    ]  # fmt: skip
    question = question_id(told[0])
    idmc = answer(question, "by_source", "estimated", series="IDMC", best=6_784_000)
    unhcr = answer(question, "by_source", "estimated", series="UNHCR", best=6_150_005)
    latest = answer(question, "latest", "estimated", best=6_150_005)
    spread = answer(
        question, "spread", "estimated", low=6_150_005, high=6_784_000, range_kind="spread",
        n_claims=2, n_origins=2, assumptions=["independence of the origins is unknown"],
    )  # fmt: skip
    under = [evidence(idmc, "idmc"), evidence(unhcr, "unhcr"), evidence(latest, "unhcr"),
             evidence(latest, "idmc", "excluded", "not the latest reading"),
             evidence(spread, "idmc"), evidence(spread, "unhcr")]  # fmt: skip
    tables = with_answers(publish(*told), [spread, latest, unhcr, idmc], under)
    return tables, question


def test_every_rule_is_a_row_with_its_own_numbers(displaced: tuple[Tables, str]) -> None:
    tables, question = displaced
    (made,) = pictures(tables, question)
    marks = drawn(made)
    numbers = tables["marts/estimates"].set_index("estimate_id")
    for key, row in numbers.iterrows():
        if pd.notna(row["best"]):
            (dot,) = marks[f"dot {key}"]
            assert list(dot.get_xdata()) == [row["best"]]
            assert dot.get_markeredgecolor() == TIER_COLOURS["estimated"]
        else:
            (ends,) = marks[f"ends {key}"]
            assert list(ends.get_xdata()) == [6_150_005, 6_784_000]
            assert ends.get_linestyle() == "--"
    told = [line for line in made.alt.splitlines() if line.startswith("- ")]
    assert told[:4] == [
        "- by source, IDMC: 6,784,000; 1 claim of 1 origin; modelled.",
        "- by source, UNHCR: 6,150,005; 1 claim of 1 origin; modelled.",
        "- latest, latest reading of the tier: 6,150,005; 1 claim of 1 origin; modelled.",
        "- spread, least to greatest over its series: 6,150,005 to 6,784,000; 2 claims of "
        "2 origins; modelled; spread; independence of the origins is unknown.",
    ]


def test_claims_stand_beneath_in_the_colour_of_their_origin(
    displaced: tuple[Tables, str],
) -> None:
    tables, question = displaced
    (made,) = pictures(tables, question)
    marks = drawn(made)
    colours = [marks[f"dot {c}"][0].get_markeredgecolor() for c in ("idmc", "unhcr")]
    assert colours == list(style.ORIGIN_COLOURS[:2])
    labels = {t.get_text(): t.get_color() for t in made.figure.texts if t.get_text() != ""}
    assert labels["6,784,000"] == style.INK
    assert style.ORIGIN_COLOURS[1] in {
        t.get_color() for t in made.figure.texts if t.get_text() == "UNHCR"
    }
    lowest = max(marks[f"dot {k}"][0].get_ydata()[0] for k in tables_dots(tables))
    assert lowest < marks["dot idmc"][0].get_ydata()[0]
    assert "IDMC: 6,784,000; equals the question; used: by source, spread." in made.alt
    assert "UNHCR: 6,150,005; equals the question; used: by source, latest, spread." in made.alt


def tables_dots(tables: Tables) -> list[str]:
    held = tables["marts/estimates"]
    return held.loc[held["best"].notna(), "estimate_id"].tolist()


def test_where_no_claim_sets_a_floor_it_says_so(displaced: tuple[Tables, str]) -> None:
    tables, question = displaced
    (made,) = pictures(tables, question)
    assert no_floor() == "no claim here sets a floor"
    assert f"Floor: {no_floor()}." in made.alt
    assert no_floor() in {t.get_text() for t in made.figure.texts}
    assert not [k for k in drawn(made) if k.startswith("floor")]
    assert REPORTING_CAPTION not in made.alt  # modelled, not found


@pytest.fixture
def killed(publish: Publish, make: Make) -> tuple[Tables, str]:
    """A count and its repeat, an estimate, a part, a pending claim, and a narrower claim."""
    civilians = KILLED | {"population": "civilians"}
    told = [
        make("count", value=350_209, qualifier="at_least", speaker="OHCHR", basis="identified",
             published_on=date(2021, 9, 24), **KILLED),
        make("copy", value=350_209, qualifier="at_least", speaker="Reuters", origin="OHCHR",
             basis="identified", published_on=date(2021, 9, 25), repeat_of="count", **KILLED),
        make("model", value=470_000, qualifier="about", speaker="SCPR", basis="modelled",
             published_on=date(2021, 10, 1), **KILLED),
        make("waiting", value=400_000, speaker="AFP", review_status="pending",
             published_on=date(2021, 10, 2), **KILLED),
        make("narrower", value=143_350, speaker="HRDAG", basis="identified",
             published_on=date(2022, 6, 28), restriction="documented deaths", **civilians),
    ]  # fmt: skip
    question = question_id(told[0])
    verified = answer(question, "by_source", "verified", series="OHCHR", low=350_209,
                      range_kind="bound", bases=["identified"])  # fmt: skip
    estimated = answer(question, "by_source", "estimated", series="SCPR", best=470_000)
    under = [evidence(verified, "count"), evidence(verified, "copy", "repeat", "publishes count"),
             evidence(verified, "waiting", "excluded", "extracted and not yet read by a person"),
             evidence(estimated, "model")]  # fmt: skip
    floor = {
        "question_id": question,
        "low": 350_209,
        "bases": ["identified"],
        "claim_ids": ["count", "narrower"],
        "n_inside": 3,
        "statement": "At least 350,209, if the lists are clean: 2 disjoint counts (identified)",
    }
    tables = with_answers(publish(*told), [estimated, verified], under, [floor])
    return tables, question


def test_the_floor_is_a_bracket_and_no_other_mark_is(killed: tuple[Tables, str]) -> None:
    (made,) = pictures(*killed)
    (bracket,) = drawn(made)["floor bracket"]
    assert bracket.get_color() == style.INK
    # two feet and a back: no cap, no arrow, no dot
    assert len(bracket.get_xdata()) == 4 and bracket.get_marker() == "None"
    made.figure.canvas.draw()
    axes = plot(made)
    at = axes.transData.transform((350_209, 0))[0]
    width = bracket.get_linewidth() / 72 * made.figure.dpi
    assert bracket.get_window_extent().x0 == pytest.approx(at, abs=width)
    assert "Floor: at least 350,209, if the lists are clean (3 claims inside set a floor" in (
        made.alt
    )
    said = " ".join(t.get_text() for t in made.figure.texts)
    for words in ("at least", "350,209, if the", "lists are clean"):
        assert words in said


def test_the_answer_with_one_end_stays_an_arrow_beside_the_bracket(
    killed: tuple[Tables, str],
) -> None:
    tables, question = killed
    (made,) = pictures(tables, question)
    key = estimate_id(question, "by_source", "OHCHR", "verified")
    bounds = drawn(made)[f"bound {key}"]
    assert {line.get_color() for line in bounds} == {TIER_COLOURS["verified"]}
    assert len(bounds) > 2  # a tick, a shaft that fades, a head
    assert "by source, OHCHR: 350,209 or more; 1 claim of 1 origin; identified; bound." in made.alt


def test_tiers_stand_under_their_own_heads_and_are_never_merged(
    killed: tuple[Tables, str],
) -> None:
    (made,) = pictures(*killed)
    heads = [line for line in made.alt.splitlines() if line.endswith("):")]
    assert [h.split(" ")[0] for h in heads] == ["Verified", "Estimated"]
    printed = {t.get_text().split(":")[0]: t.get_color() for t in made.figure.texts}
    assert printed["Verified"] == TIER_COLOURS["verified"]
    assert printed["Estimated"] == TIER_COLOURS["estimated"]


def test_a_repeat_is_grey_and_tied_to_what_it_repeats(killed: tuple[Tables, str]) -> None:
    (made,) = pictures(*killed)
    marks = drawn(made)
    (tie,) = marks["tie copy"]
    assert list(tie.get_xdata()) == [350_209, 350_209]
    assert {line.get_color() for line in marks["bound copy"]} == {style.GREY}
    assert "a repeat: adds nothing" in made.alt
    assert "repeats at least 350,209 (OHCHR, 24 Sep 2021)" in made.alt
    assert "A grey line ties a repeat to what it repeats." in made.alt


def test_pending_is_hollow_and_named(killed: tuple[Tables, str]) -> None:
    (made,) = pictures(*killed)
    (dot,) = drawn(made)["dot waiting"]
    assert dot.get_markerfacecolor() == style.PAPER
    assert "not used: extracted and not yet read by a person" in made.alt
    assert "1 claim is pending" in made.alt


def test_a_claim_inside_that_binds_the_floor_is_named_as_such(killed: tuple[Tables, str]) -> None:
    (made,) = pictures(*killed)
    inside = made.alt[made.alt.index("Claims inside it:") :]
    assert "HRDAG: 143,350; inside the question: civilians, Syria, Mar 2011 to Mar 2021" in inside
    assert "of these: “documented deaths”; binds the floor" in inside
    assert "dot narrower" in drawn(made)
    assert REPORTING_CAPTION in made.alt


@pytest.mark.parametrize(
    "statement, words",
    [
        ("At least 350,209, if the lists are clean and the claims hold: 2 claims (unstated)",
         "at least 350,209, if the lists are clean and the claims hold"),
        ("At least 350,209, if the claims hold: 2 claims (unstated)",
         "at least 350,209, if the claims hold"),
        ("no number here", "at least 350,209, if the lists are clean"),
    ],
)  # fmt: skip
def test_the_floor_s_condition_is_that_of_the_table_and_its_number_always_stands(
    killed: tuple[Tables, str], statement: str, words: str
) -> None:
    tables, question = killed
    tables["marts/floors"]["statement"] = pd.array([statement], dtype="string")
    assert f"Floor: {words} (3 claims inside" in pictures(tables, question)[0].alt


def test_a_floor_above_an_answer_is_said(killed: tuple[Tables, str]) -> None:
    tables, question = killed
    above = "The floor lies above an answer"
    assert above not in pictures(tables, question)[0].alt
    tables["marts/floors"]["low"] = pd.array([480_000], dtype="Int64")
    assert above in pictures(tables, question)[0].alt


def test_one_body_spelt_in_two_ways_has_one_colour(publish: Publish, make: Make) -> None:
    told = [
        make("a", value=5, speaker="SOHR", speaker_id="sohr"),
        make("b", value=6, speaker="AFP", origin="Syrian Observatory", origin_id="sohr"),
        make("c", value=7, speaker="WHO"),
    ]
    rows = choose(publish(*told), ["a", "b", "c"]).rows
    colours = origin_colours(rows)
    assert len(colours) == 2
    assert {r.claim_id: colours[r.source] for r in rows}["b"] == style.ORIGIN_COLOURS[0]


def test_more_origins_than_colours_are_black_and_it_is_said(publish: Publish, make: Make) -> None:
    told = [make(str(n), value=n + 5, speaker=f"Source {n}") for n in range(9)]
    tables = publish(*told)
    (made,) = pictures(tables, question_id(told[0]))
    colours = {n: drawn(made)[f"dot {n}"][0].get_markeredgecolor() for n in map(str, range(9))}
    assert len(set(colours.values())) == len(style.ORIGIN_COLOURS) + 1
    assert colours["8"] == style.INK
    assert "Further origins are black" in made.alt
    assert "No rule gives an answer" in made.alt


def test_many_claims_make_more_pages_on_one_scale(publish: Publish, make: Make) -> None:
    told = [make(f"c{n:02}", value=n * 100 + 1, speaker=f"Source {n}") for n in range(40)]
    made = pictures(publish(*told), question_id(told[0]))
    assert [p.name for p in made] == ["answers", "answers_page_2"]
    assert plot(made[0]).get_xlim() == plot(made[1]).get_xlim()
    claims = [k for p in made for k in drawn(p) if k.startswith("dot c")]
    assert len(claims) == len(set(claims)) == 40
    assert all(p.figure.get_size_inches()[1] < 11.7 for p in made)


def test_text_keeps_to_its_column(killed: tuple[Tables, str]) -> None:
    (made,) = pictures(*killed)
    made.figure.canvas.draw()
    left = plot(made).get_window_extent().x0
    words = [t for t in made.figure.texts if t.get_fontsize() == style.BODY]
    assert words
    assert all(t.get_window_extent().x1 <= left for t in words)


def test_built_twice_the_bytes_are_the_same(killed: tuple[Tables, str], tmp_path: Path) -> None:
    tables, question = killed
    turned = {k: t.iloc[::-1].reset_index(drop=True) for k, t in tables.items()}
    held = []
    for n, each in enumerate((tables, turned)):
        with style.house_style():
            files = style.save(pictures(each, question)[0], tmp_path / str(n))
        held.append([f.read_bytes() for f in files])
    assert held[0] == held[1]


def test_a_question_that_is_not_there_gives_a_sentence(article: Tables) -> None:
    said = draw(article, Request(question_ids=("",)))
    assert isinstance(said, str) and said.startswith("No picture: ")


def test_a_question_without_a_drawable_claim_gives_a_sentence(publish: Publish, make: Make) -> None:
    told = make("a", value=5, review_status="rejected")
    said = draw(publish(told), Request(question_ids=(question_id(told),)))
    assert isinstance(said, str) and "no drawable claim" in said
