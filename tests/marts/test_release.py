"""A release is whole or absent, and the last one stands whatever happens to the next."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from pipelines.core.inputs import sha256_of
from pipelines.marts import database, release
from pipelines.marts.release import (
    ReleaseError,
    UnknownReleaseError,
    current_id,
    read_manifest,
    release_folder,
    rollback,
    verify,
)


def claims_in(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("SELECT count(*) FROM marts.claims").fetchall()[0][0]


def is_whole(marts_dir):
    """The current release verifies, its links lead there, its database opens, nothing is left."""
    assert verify(marts_dir) == []
    assert claims_in(marts_dir / "casualties.duckdb") > 0
    assert not [p for p in (marts_dir / "releases").iterdir() if p.name.startswith(".")]
    return True


@pytest.fixture
def marts_dir(tmp_path):
    return tmp_path / "marts"


# Publishing


def test_a_release_has_everything_behind_one_link(put_out, marts_dir, inputs):
    made = put_out("a")
    assert made.id == inputs("a").id == current_id(marts_dir)
    assert not made.already_current
    assert made.folder.samefile(marts_dir / "current")
    assert (marts_dir / "current").readlink() == Path("releases", made.id)
    for name in ("casualties.duckdb", "parquet", "csv", "charts", "manifest.json"):
        assert (marts_dir / name).readlink() == Path("current", name)
    assert (marts_dir / "charts" / "a.png").read_bytes().startswith(b"\x89PNG")
    assert not (marts_dir / "briefings").is_symlink()
    assert (marts_dir / "csv" / "claims.csv").is_file()
    assert "all rights reserved" in (marts_dir / "csv" / "ATTRIBUTION.txt").read_text()
    assert is_whole(marts_dir)


def test_the_manifest_tells_inputs_outputs_and_the_account(put_out, marts_dir, inputs):
    made = put_out("a")
    manifest = read_manifest(marts_dir)
    assert manifest["release_id"] == made.id
    assert manifest["inputs"] == {"data.csv": "a"}
    assert manifest["versions"] == inputs("a").versions
    assert manifest["account"] == {"rows_in": 4, "claims": 2}
    assert manifest["tables"]["marts/claims"] == 2
    files = {p.relative_to(made.folder).as_posix() for p in made.folder.rglob("*") if p.is_file()}
    assert set(manifest["outputs"]) == files - {"manifest.json"}
    for name, digest in manifest["outputs"].items():
        assert sha256_of(made.folder / name) == digest


def test_the_same_inputs_again_do_nothing_and_say_so(published, put_out, marts_dir):
    first = published[1]
    before = (marts_dir / "manifest.json").read_bytes()
    again = put_out("b")
    assert (again.id, again.already_current) == (first.id, True)
    assert (marts_dir / "manifest.json").read_bytes() == before


def test_lost_links_are_mended_without_a_build(published, put_out, marts_dir, monkeypatch):
    (marts_dir / "csv").unlink()
    (marts_dir / "briefings").symlink_to("current/briefings")
    assert len(verify(marts_dir)) == 2
    monkeypatch.setattr(release, "_build", None)
    assert put_out("b").already_current
    assert is_whole(marts_dir)


def test_charts_may_be_absent_and_their_link_goes(put_out, marts_dir):
    put_out("a")
    put_out("b", charts=None)
    assert not (marts_dir / "charts").is_symlink()
    assert is_whole(marts_dir)


def test_a_damaged_current_release_is_made_again(published, put_out, marts_dir):
    (published[1].folder / "csv" / "claims.csv").write_text("another")
    assert put_out("b").already_current is False
    assert is_whole(marts_dir)


def test_a_release_that_is_held_whole_is_switched_to(published, put_out, marts_dir, monkeypatch):
    a, _ = published
    monkeypatch.setattr(release, "_build", None)
    assert put_out("a").already_current is False
    assert current_id(marts_dir) == a.id


def test_a_release_that_is_held_damaged_is_built_again(published, put_out, marts_dir):
    a, _ = published
    (a.folder / "manifest.json").write_text("{")
    put_out("a")
    assert current_id(marts_dir) == a.id
    assert is_whole(marts_dir)


def test_large_tables_have_no_csv_until_asked_for(put_out, marts_dir, monkeypatch):
    monkeypatch.setattr(release.exports, "CSV_BELOW", 2)
    put_out("a")
    assert not (marts_dir / "csv" / "claims.csv").exists()
    assert (marts_dir / "csv" / "places.csv").exists()
    assert (marts_dir / "parquet" / "claims.parquet").exists()


def test_the_newest_are_kept_and_the_current_one_always(put_out, marts_dir, monkeypatch):
    a, _, c = (put_out(name) for name in "abc")
    monkeypatch.setattr(release, "KEPT", 2)
    put_out("a")
    assert {p.name for p in (marts_dir / "releases").iterdir()} == {a.id, c.id}
    d = put_out("d")
    assert {p.name for p in (marts_dir / "releases").iterdir()} == {c.id, d.id}
    assert is_whole(marts_dir)


def test_an_old_release_that_cannot_be_removed_stops_nothing(
    published, put_out, marts_dir, monkeypatch
):
    monkeypatch.setattr(release, "KEPT", 1)

    def refuse(path, ignore_errors=False):
        if not ignore_errors:
            raise OSError(errno.EBUSY, "Device or resource busy", str(path))

    monkeypatch.setattr(release.shutil, "rmtree", refuse)
    c = put_out("c")
    monkeypatch.undo()
    assert current_id(marts_dir) == c.id
    put_out("d")
    assert is_whole(marts_dir)


# What stands in the way


@pytest.mark.parametrize("place", ["", "releases/{id}"])
def test_a_planted_log_is_gone_before_the_switch(published, put_out, marts_dir, place):
    a, _ = published
    log = marts_dir / place.format(id=a.id) / "casualties.duckdb.wal"
    log.write_bytes(b"planted")
    rollback(marts_dir, a.id)
    assert not log.exists()
    log.write_bytes(b"planted")
    assert put_out("a").already_current
    assert not log.exists()
    assert is_whole(marts_dir)


def test_what_died_before_is_swept_away(published, put_out, marts_dir):
    (marts_dir / "releases" / ".unfinished-x" / "release").mkdir(parents=True)
    (marts_dir / ".link-current").symlink_to("releases/x")
    put_out("b")
    assert is_whole(marts_dir)
    assert not (marts_dir / ".link-current").is_symlink()


def test_a_file_of_the_users_is_never_replaced_by_a_link(put_out, marts_dir):
    marts_dir.mkdir()
    (marts_dir / "csv").mkdir()
    (marts_dir / "csv" / "mine.csv").write_text("mine")
    with pytest.raises(ReleaseError, match="csv is in the way"):
        put_out("a")
    assert (marts_dir / "csv" / "mine.csv").read_text() == "mine"
    assert current_id(marts_dir) is None
    (marts_dir / "csv").rename(marts_dir / "other")
    put_out("a")
    assert is_whole(marts_dir)


def test_a_row_that_breaks_a_rule_leaves_the_last_release(put_out, published, few, marts_dir):
    rows = few["marts/claims"].assign(metric="deaths")
    with pytest.raises(ReleaseError, match=r"last one stands.*metric in vocabulary"):
        put_out("c", marts=few | {"marts/claims": rows})
    assert current_id(marts_dir) == published[1].id
    assert is_whole(marts_dir)


def test_a_database_that_reads_back_otherwise_is_not_published(put_out, marts_dir, monkeypatch):
    monkeypatch.setattr(database, "check", lambda *_: ["marts.claims holds 1 rows instead of 2"])
    with pytest.raises(ReleaseError, match="holds 1 rows instead of 2"):
        put_out("a")
    assert current_id(marts_dir) is None


def test_files_that_read_back_otherwise_are_not_published(put_out, marts_dir, monkeypatch):
    sync = release._sync_tree

    def lose_a_file(folder):
        (folder / "csv" / "claims.csv").unlink()
        sync(folder)

    monkeypatch.setattr(release, "_sync_tree", lose_a_file)
    with pytest.raises(ReleaseError, match=r"does not read back: csv/claims\.csv is missing"):
        put_out("a")
    assert current_id(marts_dir) is None


def test_a_folder_that_cannot_be_written_is_told_plainly(
    published, put_out, marts_dir, monkeypatch
):
    if os.geteuid() == 0:  # root may write anywhere: refuse as the system would refuse others
        refused = PermissionError(errno.EACCES, "Permission denied", str(marts_dir))

        def refuse(*_, **__):
            raise refused

        monkeypatch.setattr(release.FileLock, "acquire", refuse)
    else:
        marts_dir.chmod(0o555)
        (marts_dir / "releases").chmod(0o555)
    try:
        with pytest.raises(ReleaseError, match=r"Permission denied.*can be written to"):
            put_out("c")
    finally:
        marts_dir.chmod(0o755)
        (marts_dir / "releases").chmod(0o755)
    monkeypatch.undo()
    assert current_id(marts_dir) == published[1].id
    assert is_whole(marts_dir)


def test_another_build_is_waited_for_and_then_told_of(published, put_out, marts_dir, monkeypatch):
    monkeypatch.setattr(release, "WAIT_SECONDS", 0.2)
    with (
        FileLock(marts_dir / ".release.lock"),
        pytest.raises(ReleaseError, match="another build has been publishing"),
    ):
        put_out("c")
    put_out("c")
    assert is_whole(marts_dir)


def test_two_builds_at_once_take_turns(put_out, marts_dir):
    made = []
    threads = [threading.Thread(target=lambda n=n: made.append(put_out(n))) for n in "abab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert current_id(marts_dir) == made[-1].id
    assert is_whole(marts_dir)


CALLS = [
    (os, "fsync"),
    (Path, "rename"),
    (Path, "replace"),
    (Path, "symlink_to"),
    (Path, "write_text"),
    (Path, "mkdir"),
    (Path, "unlink"),
    (shutil, "copyfile"),
    (release.exports, "export"),
    (database, "write"),
]


@pytest.mark.parametrize("owner, name", CALLS, ids=[name for _, name in CALLS])
def test_any_write_that_fails_once_leaves_the_last_release(
    published, put_out, marts_dir, monkeypatch, owner, name
):
    """The first and the last such call of a publish fail as on a full disk."""
    real, failing, seen = getattr(owner, name), 0, 0

    def call(*given, **named):
        nonlocal seen
        seen += 1
        if seen == failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*given, **named)

    monkeypatch.setattr(owner, name, call)
    put_out("c")
    for at in sorted({1, seen}):
        seen, failing = 0, at
        with pytest.raises(ReleaseError, match=r"last one stands.*No space left"):
            put_out("d")
        assert verify(marts_dir) == []
    failing = 0
    put_out("d")
    assert is_whole(marts_dir)


# Readers


def test_a_reader_neither_blocks_a_publish_nor_loses_its_release(put_out, few, marts_dir):
    put_out("a")
    with duckdb.connect(str(marts_dir / "casualties.duckdb"), read_only=True) as reader:
        fewer = {k: rows.head(1) if k == "marts/claims" else rows for k, rows in few.items()}
        put_out("b", marts=fewer)
        assert reader.execute("SELECT count(*) FROM marts.claims").fetchall() == [(2,)]
        with duckdb.connect(str((marts_dir / "current").resolve() / "casualties.duckdb")) as new:
            assert new.execute("SELECT count(*) FROM marts.claims").fetchall() == [(1,)]
    assert claims_in(marts_dir / "casualties.duckdb") == 1


def test_opening_for_writing_and_closing_again_changes_nothing(published, put_out, marts_dir):
    with duckdb.connect(str(marts_dir / "casualties.duckdb")) as careless:
        careless.execute("SELECT count(*) FROM marts.claims").fetchall()
        assert put_out("b").already_current
    assert is_whole(marts_dir)


# Verifying


@pytest.mark.parametrize(
    "name, told",
    [
        ("csv/claims.csv", "csv/claims.csv has changed since it was published"),
        ("casualties.duckdb", "casualties.duckdb has changed since it was published"),
        ("parquet/new.parquet", "parquet/new.parquet is not in the manifest"),
    ],
)
def test_verify_tells_what_changed(published, marts_dir, name, told):
    made = published[1]
    with (made.folder / name).open("ab") as stream:
        stream.write(b"!")
    assert verify(marts_dir) == [told]


def test_verify_tells_what_is_missing(published, marts_dir):
    made = published[1]
    (made.folder / "csv" / "claims.csv").unlink()
    assert verify(marts_dir, made.id) == ["csv/claims.csv is missing"]


@pytest.mark.parametrize("part", ["release_id", "inputs", "kind"])
def test_verify_tells_of_a_manifest_whose_inputs_give_another_id(published, marts_dir, part):
    made = published[1]
    manifest = read_manifest(made.folder)
    manifest[part] = {"data.csv": "forged"} if part == "inputs" else "public"
    (made.folder / "manifest.json").write_text(json.dumps(manifest))
    assert verify(marts_dir) == [f"manifest.json: its inputs do not give the id {made.id}"]


@pytest.mark.parametrize("words", ["", "[]", '{"release_id": 1}', "\x00", None])
def test_verify_tells_of_a_manifest_that_cannot_be_read(published, marts_dir, words):
    made = published[1]
    (made.folder / "manifest.json").unlink()
    if words is not None:
        (made.folder / "manifest.json").write_text(words)
    assert verify(marts_dir)[0].startswith("manifest.json cannot be read")


def test_verify_without_a_release(marts_dir, published):
    assert verify(marts_dir, "000000000000")[0].startswith("release 000000000000 is not in")
    assert verify(marts_dir / "nowhere") == [
        f"{marts_dir / 'nowhere'} has no current release: build one"
    ]
    (marts_dir / "current").unlink()
    (marts_dir / "current").symlink_to("releases/gone")
    assert current_id(marts_dir) is None
    (marts_dir / "current").unlink()
    (marts_dir / "current").symlink_to("..")
    assert "held are" in verify(marts_dir)[0]


def test_verify_of_an_older_release_looks_at_no_links(published, marts_dir):
    (marts_dir / "csv").unlink()
    assert verify(marts_dir, published[0].id) == []
    assert len(verify(marts_dir)) == 1


# Taking back


def test_rollback_goes_to_the_one_before_and_publishing_again_comes_back(
    published, put_out, marts_dir
):
    a, b = published
    assert rollback(marts_dir) == a.id == current_id(marts_dir)
    assert is_whole(marts_dir)
    with pytest.raises(UnknownReleaseError, match="no release before"):
        rollback(marts_dir)
    assert rollback(marts_dir, b.id) == b.id
    put_out("a")
    put_out("b")
    assert rollback(marts_dir) == a.id


def test_rollback_without_a_current_release_takes_the_newest(published, marts_dir):
    (marts_dir / "current").unlink()
    assert rollback(marts_dir) == published[1].id


def test_rollback_refuses_what_is_not_held_or_damaged(published, marts_dir):
    a, b = published
    with pytest.raises(UnknownReleaseError, match="held are"):
        rollback(marts_dir, "../elsewhere")
    (a.folder / "csv" / "claims.csv").write_text("")
    with pytest.raises(ReleaseError, match=r"damaged.*claims\.csv has changed"):
        rollback(marts_dir)
    assert current_id(marts_dir) == b.id
    with pytest.raises(UnknownReleaseError, match="held are: none"):
        rollback(marts_dir.parent / "empty", a.id)


def test_a_release_folder_by_id_or_as_current(published, marts_dir):
    a, b = published
    assert release_folder(marts_dir, a.id) == a.folder
    assert release_folder(marts_dir, "current") == b.folder
    with pytest.raises(UnknownReleaseError):
        release_folder(marts_dir, "none")
    with pytest.raises(UnknownReleaseError):
        release_folder(marts_dir / "empty", "current")


# Briefings


@pytest.fixture
def briefings(tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "syria.en.html").write_text("<p>a page</p>", encoding="utf-8")
    return folder


def test_briefings_come_after_the_release_and_change_nothing_of_it(published, briefings, marts_dir):
    before = read_manifest(marts_dir)
    folder = release.add_briefings(marts_dir, current_id(marts_dir), briefings)
    assert folder == release_folder(marts_dir, "current") / "briefings"
    assert (marts_dir / "briefings").readlink() == Path("current", "briefings")
    assert (marts_dir / "briefings" / "syria.en.html").read_text() == "<p>a page</p>"
    assert read_manifest(marts_dir) == before
    assert is_whole(marts_dir)


def test_briefings_made_again_take_the_place_of_the_first(published, briefings, marts_dir):
    release.add_briefings(marts_dir, current_id(marts_dir), briefings)
    (briefings / "syria.en.html").rename(briefings / "aleppo.en.html")
    release.add_briefings(marts_dir, current_id(marts_dir), briefings)
    held = sorted(path.name for path in (marts_dir / "briefings").iterdir())
    assert held == ["aleppo.en.html", "manifest.json"]
    assert is_whole(marts_dir)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / "syria.en.html").write_text("other"), "has changed"),
        (lambda f: (f / "syria.en.html").unlink(), "is missing"),
        (lambda f: (f / "more.html").write_text("more"), "is not in the manifest"),
        (lambda f: (f / "manifest.json").write_text("{"), "cannot be read"),
    ],
)
def test_damaged_briefings_are_seen(published, briefings, marts_dir, damage, said):
    damage(release.add_briefings(marts_dir, current_id(marts_dir), briefings))
    (problem,) = verify(marts_dir)
    assert said in problem and problem.startswith("briefings/")


def test_briefings_of_another_release_are_seen(published, briefings, marts_dir):
    first = release.add_briefings(marts_dir, current_id(marts_dir), briefings)
    older, _ = published
    shutil.copytree(first, older.folder / "briefings")
    assert any("made from release" in problem for problem in verify(marts_dir, older.id))


def test_a_release_that_is_not_held_takes_no_briefings(published, briefings, marts_dir):
    with pytest.raises(UnknownReleaseError):
        release.add_briefings(marts_dir, "0" * 12, briefings)


def test_briefings_that_cannot_be_written_leave_the_first(
    published, briefings, marts_dir, monkeypatch
):
    release.add_briefings(marts_dir, current_id(marts_dir), briefings)

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(ReleaseError, match="No space left"):
        release.add_briefings(marts_dir, current_id(marts_dir), briefings)
    assert is_whole(marts_dir)
