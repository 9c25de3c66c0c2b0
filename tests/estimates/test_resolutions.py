import pytest

from pipelines.estimates.resolutions import not_applied

FINDINGS = [{"finding_id": "f1", "finding_type": "repeat", "rests_on": "aaa"}]
REVISIONS = [{"revision_id": "r1", "rests_on": "bbb"}]
GOOD = {"finding_id": "f1", "rests_on": "aaa", "type": "repeat", "by": "p1", "line": 2}
OF_REVISION = {"finding_id": "r1", "rests_on": "bbb", "type": "revision", "by": "p1", "line": 3}


def test_resolutions_that_apply_are_not_told():
    assert not_applied([GOOD, OF_REVISION], FINDINGS, REVISIONS) == []
    assert not_applied([], FINDINGS, REVISIONS) == []


@pytest.mark.parametrize("good", [GOOD, OF_REVISION])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"finding_id": "f9"}, "finding_id 'f9': no finding and no revision"),
        ({"type": "raised_later"}, "type 'raised_later': what it names is of the type"),
        ({"rests_on": "ccc"}, "rests_on 'ccc': the values have changed since p1 decided"),
    ],
)
def test_one_that_does_not_apply_is_told_with_its_line(good, change, told):
    (message,) = not_applied([good | change], FINDINGS, REVISIONS)
    assert message.startswith(f"resolutions.csv, line {good['line']}, {told}")


def test_the_mend_names_what_is_right():
    (wrong_type,) = not_applied([OF_REVISION | {"type": "repeat"}], FINDINGS, REVISIONS)
    assert "'revision'" in wrong_type
    (stale,) = not_applied([GOOD | {"rests_on": "ccc"}], FINDINGS, REVISIONS)
    assert "write 'aaa'" in stale


def test_messages_stand_in_the_order_of_the_file():
    rows = [GOOD | {"line": line, "finding_id": "x"} for line in (11, 9, 10)]
    assert [m.split(",")[1] for m in not_applied(rows, FINDINGS, REVISIONS)] == [
        " line 9",
        " line 10",
        " line 11",
    ]
