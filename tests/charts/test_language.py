"""Every language says everything: each message of the code, each word of the vocabulary."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from pipelines.charts import language as spoken_here
from pipelines.charts import wording
from pipelines.charts.language import (
    CATALOGS,
    END_ISOLATE,
    ENGLISH,
    ISOLATE,
    UnknownLanguage,
    grouped,
    isolated,
    joined,
    language,
    languages,
    listed,
    say,
    say_n,
    speaking,
    term,
)
from pipelines.charts.style import directed
from schemas import vocab

PACKAGE = Path(spoken_here.__file__).parents[1]
OTHERS = [code for code in languages() if code != ENGLISH]
SPOKEN_VOCABULARIES = (
    "metric",
    "measure",
    "term",
    "unit",
    "modality",
    "population",
    "deaths_counted",
    "cause",
    "place_role",
    "basis",
    "tier",
    "source_type",
    "range_kind",
    "rule",
)
"""The vocabularies of which a chart or a page may print a word."""


def messages() -> Iterator[str | tuple[str, str]]:
    """Every message of charts and briefings, as the extractor of the CLDR's library finds them."""
    for folder in ("charts", "briefings"):
        for _, _, message, _, _ in extract_from_dir(
            PACKAGE / folder,
            keywords={"say": None, "say_n": (1, 2)},
            method_map=[("**.py", "python")],
        ):
            yield message if isinstance(message, str) else (message[0], message[1])


@pytest.fixture(scope="module", params=OTHERS)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    with (CATALOGS / f"{request.param}.po").open("rb") as po:
        return read_po(po, abort_invalid=True)


def fields(message: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(message) if name})


def test_its_examples_run() -> None:
    assert doctest.testmod(spoken_here).failed == 0


def test_there_is_arabic() -> None:
    assert "ar" in OTHERS
    assert language("ar").is_rtl and not language("en").is_rtl


def test_every_message_of_the_code_is_in_every_language(catalog: Catalog) -> None:
    said = set(messages())
    assert len(said) > 100
    assert [message for message in said if not _translated(catalog, message)] == []


def _translated(catalog: Catalog, message: str | tuple[str, str]) -> bool:
    found = catalog.get(message if isinstance(message, str) else message[0])
    if found is None or found.fuzzy:
        return False
    return all(found.string) if isinstance(found.string, tuple) else bool(found.string)


def test_no_message_of_a_catalog_is_left_over(catalog: Catalog) -> None:
    said = {message if isinstance(message, str) else message[0] for message in messages()}
    said |= {", ", "; ", ""}
    held = {m.id if isinstance(m.id, str) else m.id[0] for m in catalog if not m.context}
    assert sorted(held - said) == []


def test_a_translation_fills_the_same_fields(catalog: Catalog) -> None:
    for message in catalog:
        if not message.id or message.context:
            continue
        if isinstance(message.id, str):
            assert fields(str(message.string)) == fields(message.id), message.id
            continue
        for form in message.string:
            # one, two and none may say their number as a word
            one, many = set(fields(message.id[0])), set(fields(message.id[1]))
            assert (one & many) - set(fields(form)) <= {"n"}, form
            assert set(fields(form)) <= many, form


def test_every_word_of_the_vocabulary_is_in_every_language(catalog: Catalog) -> None:
    for context in SPOKEN_VOCABULARIES:
        for code in vocab.VOCABULARIES[context]:
            assert catalog.get(code, context=context), f"{context} {code}"


def test_every_meaning_that_is_told_is_in_every_language(catalog: Catalog, root: Path) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in root.glob("pipelines/**/*.py"))
    told = set(re.findall(r'\bmeaning\(\s*"(\w+)"', code))
    assert {"range_kind", "tier", "place_role"} <= told
    for context in told:
        for word in vocab.VOCABULARIES[context]:
            assert catalog.get(word, context=f"meaning of {context}"), f"{context} {word}"


def test_digits_stay_those_of_the_number_grammar() -> None:
    for code in languages():
        with speaking(code):
            assert re.sub(f"[{ISOLATE}{END_ISOLATE}]", "", grouped(1234567)) == "1,234,567"


def test_a_name_is_set_apart_where_lines_run_the_other_way() -> None:
    with speaking("ar"):
        assert isolated("OHCHR") == f"{ISOLATE}OHCHR{END_ISOLATE}"
        assert say("{number} ({who})", number=600, who="OHCHR").count(ISOLATE) == 2
    assert isolated("OHCHR") == "OHCHR"
    assert isolated("حلب") == f"{ISOLATE}حلب{END_ISOLATE}"


def test_the_plural_forms_are_those_of_the_language() -> None:
    with speaking("ar"):
        forms = [re.sub(r"[^؀-ۿ ]", "", wording.claims(n)).strip() for n in (1, 2, 3, 11, 100, 103)]
    assert forms == ["إفادة واحدة", "إفادتان", "إفادات", "إفادة", "إفادة", "إفادات"]
    assert [say_n("{n} claim", "{n} claims", n) for n in (0, 1, 2)] == [
        "0 claims",
        "1 claim",
        "2 claims",
    ]


def test_lists_days_and_commas_are_the_languages_own() -> None:
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert joined(["a", "", "b"], "; ") == "a; b"
    with speaking("ar"):
        assert "،" in joined(["a", "b"]) and "؛" in joined(["a", "b"], "; ")
        assert "أكتوبر" in say("Release {release}.", release=date(2016, 10, 6))


def test_places_bear_the_names_of_the_language() -> None:
    assert wording.place_name("SYR", "Syria") == "Syria"
    with speaking("ar"):
        assert wording.place_name("SYR", "Syria") == "سوريا"
        assert wording.place_name("SY02", "Aleppo governorate") == "محافظة حلب"
        assert wording.place_name("XX/nowhere", "Nowhere") == isolated("Nowhere")


def test_a_word_that_no_catalog_knows_is_read_off_its_code() -> None:
    assert term("basis", "machine_coded") == "machine coded"
    with speaking("ar"):
        assert term("violence", "of_no_kind") == "of no kind"


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(UnknownLanguage, match="en, ar"), speaking("tlh"):
        pass


@pytest.mark.parametrize(
    "line", ["", "a", f"{ISOLATE}a", f"a{END_ISOLATE} b", f"{END_ISOLATE}{ISOLATE}", "ab" * 3]
)
def test_a_line_of_a_broken_text_closes_what_it_opens(line: str) -> None:
    depth = 0
    for character in directed(line):
        depth += (character == ISOLATE) - (character == END_ISOLATE)
        assert depth >= 0
    assert depth == 0
    assert directed(line)[0] == "\u200f"
