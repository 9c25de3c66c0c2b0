from __future__ import annotations

from pipelines.raw.faults import Fault, RawFault, choose, listed, shown, visible


def fault(**change: object) -> Fault:
    base = {"file": "a.csv", "line": 3, "column": "level", "value": "x", "reason": "is no level"}
    return Fault(**({**base, "fix": "write 0"} | change))  # type: ignore[arg-type]


def test_a_fault_says_where_what_why_and_the_mend() -> None:
    assert str(fault()) == "a.csv, line 3, level 'x': is no level. Write 0."
    assert str(fault(line=None, column="", value="")) == "a.csv: is no level. Write 0."
    assert str(fault(reason="A sentence.", fix="Did you mean 'y'?")).endswith(
        "A sentence. Did you mean 'y'?"
    )


def test_untrusted_text_is_shown_on_one_line() -> None:
    assert shown("a\nb\u202ec\x1b[2J") == "a\\nb\\u202ec\\x1b[2J"
    assert len(shown("x" * 1000)) == 80
    assert visible("x" * 1000) == "x" * 1000
    assert visible("a\nb") != visible("a\\nb")


def test_an_error_lists_every_fault_up_to_fifty() -> None:
    error = RawFault([fault(line=n) for n in range(60)])
    assert len(error.faults) == 60
    assert str(error).count("\n") == 50
    assert str(error).endswith("and 10 more")
    assert listed([], " ") == ""


def test_the_nearest_word_else_all() -> None:
    assert choose("publc", ["public", "internal"]) == "Did you mean 'public'?"
    assert choose("???", ["public", "internal"]) == "write one of public, internal"
