from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.core.tables import MODELS, Staging
from pipelines.raw.faults import RawFault
from pipelines.raw.registers import RegisterFault
from pipelines.raw.stage import take_stock
from schemas import judge

Shelve = Callable[..., Path]
RAW_TABLES = [key for key in MODELS if key.startswith("raw/")]
TWO = {"a.csv": b"a", "b.csv": b"b"}


def rows(tables: dict[str, pd.DataFrame]) -> list[tuple[str, ...]]:
    found = tables["raw/files"][["source_id", "release", "file", "reason"]].fillna("")
    return [tuple(row) for row in found.to_numpy().tolist()]


def own(raw_dir: Path) -> list[tuple[str, ...]]:
    return rows(take_stock(raw_dir, "own"))


def reasons(raw_dir: Path) -> dict[str, str]:
    return {row[2]: row[3] for row in own(raw_dir)}


def message(raw_dir: Path, file: str) -> str:
    files = take_stock(raw_dir, "own")["raw/files"].set_index("file")
    return str(files.loc[file, "message"])


def test_a_good_release_is_read(raw_dir: Path, shelve: Shelve, tmp_path: Path) -> None:
    shelve()
    tables = take_stock(raw_dir, "own")
    assert list(tables) == RAW_TABLES
    for key, table in tables.items():
        assert judge(MODELS[key], table).empty
        assert list(table.columns) == list(schemas.columns(MODELS[key]))
    file = tables["raw/files"].iloc[0].to_dict()
    data = b"Five people were killed."
    assert file["status"] == "read"
    assert pd.isna(file["reason"])
    assert file["bytes"] == len(data)
    assert file["sha256"] == hashlib.sha256(data).hexdigest()
    assert file["path"] == "agency/2024-05-01/bulletin.txt"
    assert tables["raw/cards"]["title"].tolist() == ["Bulletin 18"]
    staging = Staging(tmp_path / "staging")
    staging.write(tables)
    assert staging.read(["raw/files"])["raw/files"].equals(tables["raw/files"])


def test_an_empty_folder_gives_empty_tables(raw_dir: Path) -> None:
    for table in take_stock(raw_dir, "own").values():
        assert table.empty


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RawFault, match="--raw"):
        take_stock(tmp_path / "nowhere", "own")


def test_a_folder_without_a_card(raw_dir: Path, shelve: Shelve) -> None:
    (shelve("lost", files=TWO) / "source.yml").unlink()
    (raw_dir / "bare" / "2024-01-01").mkdir(parents=True)
    shelve()
    assert own(raw_dir) == [
        ("agency", "2024-05-01", "bulletin.txt", ""),
        ("bare", "2024-01-01", "source.yml", "file.no_card"),
        ("lost", "2024-05-01", "a.csv", "file.no_card"),
        ("lost", "2024-05-01", "b.csv", "file.no_card"),
    ]
    assert "attest pin lost" in message(raw_dir, "a.csv")


def test_loose_files(raw_dir: Path, shelve: Shelve) -> None:
    shelve()
    (raw_dir / "notes.txt").write_text("x")
    (raw_dir / "agency" / "loose.csv").write_text("x")
    (raw_dir / "house_rules.yml").write_text("[]")
    (raw_dir / "places.csv").write_text(
        "place_id,name,level,parent_id,iso3,pcode,gazetteer\nSYR,Syria,0,,SYR,,ISO\n"
    )
    assert own(raw_dir) == [
        ("", "", "notes.txt", "file.no_card"),
        ("agency", "", "loose.csv", "file.no_card"),
        ("agency", "2024-05-01", "bulletin.txt", ""),
    ]
    assert "attest add" in message(raw_dir, "notes.txt")


def test_a_file_that_the_card_does_not_name_is_left_alone(raw_dir: Path, shelve: Shelve) -> None:
    folder = shelve()
    (folder / "extra.csv").write_text("x")
    (folder / "inner").mkdir()
    (folder / "inner" / "deep.csv").write_text("x")
    assert reasons(raw_dir) == {
        "bulletin.txt": "",
        "extra.csv": "file.not_in_card",
        "inner/deep.csv": "file.not_in_card",
    }
    assert "attest pin agency" in message(raw_dir, "extra.csv")
    assert "Move it out" in message(raw_dir, "inner/deep.csv")


def test_a_card_without_its_file_stops_its_release_only(raw_dir: Path, shelve: Shelve) -> None:
    (shelve("a", files=TWO) / "b.csv").unlink()
    shelve("a", "2025-01-01")
    shelve("b")
    assert own(raw_dir) == [
        ("a", "2024-05-01", "a.csv", "file.release"),
        ("a", "2024-05-01", "b.csv", "file.missing"),
        ("a", "2025-01-01", "bulletin.txt", ""),
        ("b", "2024-05-01", "bulletin.txt", ""),
    ]
    assert "b.csv (file.missing)" in message(raw_dir, "a.csv")
    assert "attest pin a" in message(raw_dir, "b.csv")


def test_changed_bytes_stop_their_release(raw_dir: Path, shelve: Shelve) -> None:
    folder = shelve(files=TWO)
    (folder / "a.csv").write_bytes(b"A")
    (folder / "extra.csv").write_bytes(b"x")
    assert reasons(raw_dir) == {
        "a.csv": "file.checksum",
        "b.csv": "file.release",
        "extra.csv": "file.not_in_card",
    }
    told = message(raw_dir, "a.csv")
    assert hashlib.sha256(b"A").hexdigest() in told
    assert hashlib.sha256(b"a").hexdigest() in told
    assert "attest pin agency" in told


def test_a_faulty_card_refuses_every_file_with_all_its_faults(
    raw_dir: Path, shelve: Shelve
) -> None:
    folder = shelve("bad", files=TWO, change={"maturity": "fnal", "url": "ftp://x", "title": None})
    (folder / "b.csv").unlink()
    (folder / "extra.csv").write_text("x")
    shelve()
    tables = take_stock(raw_dir, "own")
    bad = tables["raw/files"].query("source_id == 'bad'")
    assert bad["file"].tolist() == ["a.csv", "b.csv", "extra.csv"]
    assert set(bad["reason"]) == {"file.card"}
    for told in bad["message"]:
        assert "maturity 'fnal'" in told
        assert "url 'ftp://x'" in told
        assert "title: is missing" in told
    assert tables["raw/cards"]["source_id"].tolist() == ["agency"]


def test_a_faulty_card_alone_is_told_on_itself(raw_dir: Path) -> None:
    folder = raw_dir / "bad" / "r"
    folder.mkdir(parents=True)
    (folder / "source.yml").write_bytes(b"\xff" * 20)
    assert own(raw_dir) == [("bad", "r", "source.yml", "file.card")]


def test_names_with_tricks_in_a_card_are_never_opened(raw_dir: Path, shelve: Shelve) -> None:
    folder = shelve()
    card = folder / "source.yml"
    card.write_text(card.read_text() + f"  ../../../secret.txt: {'a' * 64}\n")
    (raw_dir.parent / "secret.txt").write_text("secret")
    assert reasons(raw_dir) == {"bulletin.txt": "file.card"}


@pytest.mark.parametrize("target", ["outside.txt", "raw/agency/2024-05-01/bulletin.txt"])
def test_links_are_not_followed(raw_dir: Path, shelve: Shelve, target: str) -> None:
    shelve()
    (raw_dir.parent / "outside.txt").write_bytes(b"Five people were killed.")
    folder = shelve("linked")
    (folder / "bulletin.txt").unlink()
    (folder / "bulletin.txt").symlink_to(raw_dir.parent / target)
    (raw_dir / "whole").symlink_to(raw_dir / "agency")
    (raw_dir / "agency" / "again").symlink_to(folder)
    (raw_dir / "dangling.csv").symlink_to(raw_dir / "nothing")
    found = take_stock(raw_dir, "own")
    assert rows(found) == [
        ("", "", "dangling.csv", "file.path"),
        ("", "", "whole", "file.path"),
        ("agency", "", "again", "file.path"),
        ("agency", "2024-05-01", "bulletin.txt", ""),
        ("linked", "2024-05-01", "bulletin.txt", "file.path"),
    ]
    assert found["raw/files"].query("reason == 'file.path'")["sha256"].isna().all()


def test_an_unnamed_link_in_a_release(raw_dir: Path, shelve: Shelve) -> None:
    (shelve() / "link.txt").symlink_to("/etc/passwd")
    assert reasons(raw_dir) == {"bulletin.txt": "", "link.txt": "file.path"}


def test_a_card_that_is_a_link_or_a_pipe(raw_dir: Path, shelve: Shelve) -> None:
    linked, piped = shelve("linked") / "source.yml", shelve("piped") / "source.yml"
    linked.rename(raw_dir.parent / "card.yml")
    linked.symlink_to(raw_dir.parent / "card.yml")
    piped.unlink()
    os.mkfifo(piped)
    assert {row[3] for row in own(raw_dir)} == {"file.card"}
    assert len(own(raw_dir)) == 2
    assert rows(take_stock(raw_dir, "public")) == []


def test_a_pipe_is_not_waited_for(raw_dir: Path, shelve: Shelve) -> None:
    folder = shelve()
    (folder / "bulletin.txt").unlink()
    os.mkfifo(folder / "bulletin.txt")
    os.mkfifo(raw_dir / "pipe")
    assert reasons(raw_dir) == {"bulletin.txt": "file.unreadable", "pipe": "file.no_card"}


def test_names_that_cannot_be_kept(raw_dir: Path) -> None:
    (raw_dir / "a#b" / "r").mkdir(parents=True)
    (raw_dir / "ok" / "-r").mkdir(parents=True)
    (raw_dir / os.fsdecode(b"\xff.txt")).write_text("x")
    found = take_stock(raw_dir, "own")
    assert rows(found) == [
        ("", "", "\\udcff.txt", "file.path"),
        ("", "", "a#b", "file.path"),
        ("ok", "", "-r", "file.path"),
    ]
    "".join(found["raw/files"]["path"]).encode()


def test_leftovers_are_neither_read_nor_told(raw_dir: Path, shelve: Shelve) -> None:
    folder = shelve()
    for where in (raw_dir, raw_dir / "agency", folder):
        for name in (".DS_Store", "claims.csv~", "~$x.xlsx", "Thumbs.db"):
            (where / name).write_text("x")
    (raw_dir / ".git" / "x").mkdir(parents=True)
    (folder / ".cache").mkdir()
    assert own(raw_dir) == [("agency", "2024-05-01", "bulletin.txt", "")]


def test_one_checksum_without_a_name(raw_dir: Path, shelve: Shelve) -> None:
    folder = shelve()
    card = folder / "source.yml"
    card.write_text(card.read_text().replace("sha256:\n  bulletin.txt:", "sha256:"))
    assert reasons(raw_dir) == {"bulletin.txt": ""}
    assert rows(take_stock(raw_dir, "public")) == own(raw_dir)
    (folder / "extra.csv").write_text("x")
    assert reasons(raw_dir) == {"bulletin.txt": "file.card", "extra.csv": "file.card"}
    assert "attest pin agency" in message(raw_dir, "extra.csv")
    assert rows(take_stock(raw_dir, "public")) == [
        ("agency", "2024-05-01", "source.yml", "file.card")
    ]
    (folder / "extra.csv").unlink()
    (folder / "bulletin.txt").unlink()
    assert reasons(raw_dir) == {"source.yml": "file.card"}


def test_what_the_disk_will_not_give(
    raw_dir: Path, shelve: Shelve, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve("a")
    shelve("b")
    shelve("c")
    listing, opening = Path.iterdir, Path.open

    def iterdir(self: Path) -> Any:
        if self in (raw_dir / "a", raw_dir / "b" / "2024-05-01"):
            raise PermissionError(13, "Permission denied")
        return listing(self)

    def opened(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == "bulletin.txt":
            raise OSError(5, "Input/output error")
        return opening(self, *args, **kwargs)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    monkeypatch.setattr(Path, "open", opened)
    assert own(raw_dir) == [
        ("a", "", "", "file.unreadable"),
        ("b", "2024-05-01", "", "file.unreadable"),
        ("c", "2024-05-01", "bulletin.txt", "file.unreadable"),
    ]
    assert rows(take_stock(raw_dir, "public")) == [
        ("c", "2024-05-01", "bulletin.txt", "file.unreadable")
    ]


class TestPublic:
    def test_nothing_but_what_a_public_card_names_is_listed(
        self, raw_dir: Path, shelve: Shelve
    ) -> None:
        (shelve("open") / "extra.csv").write_text("x")
        shelve("inside", change={"sensitivity": "internal"})
        shelve("closed", change={"sensitivity": "restricted"})
        shelve("doubtful", change={"sensitivty": "restricted"})
        (shelve("lost") / "source.yml").unlink()
        (raw_dir / "loose.txt").write_text("x")
        (raw_dir / "open" / "loose.txt").write_text("x")
        (raw_dir / "open" / "link").symlink_to(raw_dir / "inside")
        tables = take_stock(raw_dir, "public")
        assert rows(tables) == [("open", "2024-05-01", "bulletin.txt", "")]
        assert tables["raw/cards"]["source_id"].tolist() == ["open"]

    def test_only_the_card_of_another_source_is_opened(
        self, raw_dir: Path, shelve: Shelve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelve("open")
        shelve("inside", change={"sensitivity": "internal"})
        (shelve("lost") / "source.yml").unlink()
        opened: list[str] = []
        opening = Path.open

        def watched(self: Path, *args: Any, **kwargs: Any) -> Any:
            opened.append(self.relative_to(raw_dir).as_posix())
            return opening(self, *args, **kwargs)

        monkeypatch.setattr(Path, "open", watched)
        take_stock(raw_dir, "public")
        assert sorted(opened) == [
            "inside/2024-05-01/source.yml",
            "open/2024-05-01/bulletin.txt",
            "open/2024-05-01/source.yml",
        ]

    def test_faults_of_a_public_source_are_told(self, raw_dir: Path, shelve: Shelve) -> None:
        (shelve("gone") / "bulletin.txt").unlink()
        folder = shelve("faulty", change={"maturity": "x"})
        (folder / "extra.csv").write_text("x")
        assert rows(take_stock(raw_dir, "public")) == [
            ("faulty", "2024-05-01", "bulletin.txt", "file.card"),
            ("gone", "2024-05-01", "bulletin.txt", "file.missing"),
        ]

    def test_overlays_and_registers_do_not_speak_of_others(
        self, raw_dir: Path, shelve: Shelve
    ) -> None:
        shelve("open", "1")
        shelve("open", "2", change={"sensitivity": "internal"})
        shelve("inside", change={"sensitivity": "internal"})
        claims = ["open/1/a#killed", "open/2/a#killed", "inside/2024-05-01/a#killed", "openly/1/x"]
        (raw_dir / "corrections.csv").write_text(
            "claim_id,column,was,becomes,reason,by,on\n"
            + "".join(f"{c},value,1,2,because,r1,2024-06-01\n" for c in claims)
        )
        (raw_dir / "reviews.csv").write_text(
            "claim_id,decision,column,becomes,reason,by,on\n"
            + "".join(f"{c},accept,,,because,r1,2024-06-01\n" for c in claims)
        )
        (raw_dir / "resolutions.csv").write_text(
            "finding_id,rests_on,status,type,reason,by,on\nf,h,left,repeat,because,r1,2024-06-01\n"
        )
        (raw_dir / "populations.csv").write_text(
            "population,relation,whole,source_id,citation\n"
            "boys,within,children,,logical\n"
            "women,part_of,all,open,x\n"
            "men,part_of,all,inside,x\n"
        )
        public, mine = take_stock(raw_dir, "public"), take_stock(raw_dir, "own")
        for key in ("raw/corrections", "raw/reviews"):
            assert mine[key]["claim_id"].tolist() == claims
            assert public[key]["claim_id"].tolist() == ["open/1/a#killed"]
        assert len(public["raw/resolutions"]) == 1
        assert public["raw/populations"]["population"].tolist() == ["boys", "women"]
        assert len(mine["raw/populations"]) == 3


def test_faults_of_all_registers_stop_the_build_together(raw_dir: Path, shelve: Shelve) -> None:
    shelve()
    (raw_dir / "places.csv").write_text("place_id,name\n")
    (raw_dir / "reviews.csv").write_bytes(b"\xff\xfe")
    (raw_dir / "actors.csv").symlink_to("/etc/passwd")
    with pytest.raises(RegisterFault) as caught:
        take_stock(raw_dir, "own")
    assert {fault.file for fault in caught.value.faults} == {
        "places.csv",
        "reviews.csv",
        "actors.csv",
    }


def test_the_order_of_making_does_not_matter(raw_dir: Path, shelve: Shelve) -> None:
    for name in ("b", "a", "B", "é"):
        shelve(name, files=TWO)
    assert own(raw_dir) == sorted(own(raw_dir))


def test_the_project_s_own_data_holds(root: Path) -> None:
    for kind in ("own", "public"):
        tables = take_stock(root / "data" / "raw", kind)
        assert set(tables["raw/files"]["status"]) == {"read"}
        for key, table in tables.items():
            assert judge(MODELS[key], table).empty
