from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipelines import cli
from pipelines.core.covers import Covers
from pipelines.raw import download as downloading
from pipelines.raw import fetch as fetching
from pipelines.raw import registered
from pipelines.raw.cards import read_card
from pipelines.raw.download import DownloadFault, Edition, Patience, _next, download
from pipelines.raw.faults import RawFault, Wrong
from pipelines.raw.fetch import (
    WORK,
    Fetched,
    FetchFault,
    Shelf,
    fetch,
    held_releases,
    registered_and_held,
    take_in,
)
from pipelines.raw.fingerprint import input_files
from pipelines.raw.kinds import KINDS, check_kind
from pipelines.raw.registered import (
    RegisteredFile,
    RegisteredRelease,
    RegistryFault,
    find_release,
    read_registry,
)
from pipelines.raw.stage import take_stock
from schemas.vocab import READERS

TODAY = date(2026, 11, 2)
HASTE = Patience(timeout=0.3, attempts=3, wait=0.01, longest_wait=0.05, redirects=3)
ROWS = b"id,best\n" + b"".join(b"%d,%d\n" % (row, row % 7) for row in range(40_000))
OTHER = ROWS.replace(b",3\n", b",4\n")
PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>" * 50

CARD = {
    "producer": "Example Office",
    "title": "Example table, version {release}",
    "publisher": "Example Office",
    "url": "https://example.org/data",
    "license": "CC BY 4.0",
    "redistributable": "true",
    "reader": "ucdp_ged",
    "maturity": "final",
    "sensitivity": "public",
    "facts": {"anchor": "2016"},
}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return held.getvalue()


class Asked(BaseHTTPRequestHandler):
    """One request; what is answered is the server's script."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        script = self.server.script
        answer = script.pop(0) if len(script) > 1 else script[0]
        answer(self)

    def send(
        self, data: bytes, status: int = 200, length: int | None = None, **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


Answer = Callable[[Asked], None]


class Publisher:
    """A server that answers as it is told: each answer once, the last one for ever."""

    def __init__(self) -> None:
        self._server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
        self._server.daemon_threads = True
        self._server.asked = []
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/table.csv"

    def says(self, *answers: Answer) -> None:
        self._server.script = list(answers)

    @property
    def asked(self) -> list[tuple[str, dict[str, str]]]:
        held: list[tuple[str, dict[str, str]]] = self._server.asked
        return held

    @property
    def ranges(self) -> list[str | None]:
        return [headers.get("Range") for _, headers in self.asked]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def whole(data: bytes, etag: str | None = '"a"', **headers: str) -> Answer:
    """A good server: ranges, conditions, ETag."""

    def answer(asked: Asked) -> None:
        said = headers | ({"ETag": etag} if etag else {})
        wanted = asked.headers.get("Range")
        if etag and asked.headers.get("If-None-Match") == etag:
            asked.send(b"", 304, **said)
        elif wanted and asked.headers.get("If-Range") == etag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                asked.send(b"", 416, Content_Range=f"bytes */{len(data)}")
                return
            said["Content_Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            asked.send(data[start:], 206, **said)
        else:
            asked.send(data, **said)

    return answer


def cut(data: bytes, after: int, etag: str | None = '"a"') -> Answer:
    """Announces all, and hangs up after some of it."""

    def answer(asked: Asked) -> None:
        asked.send(data[:after], length=len(data), **({"ETag": etag} if etag else {}))

    return answer


def status(code: int, **headers: str) -> Answer:
    return lambda asked: asked.send(b"sorry", code, **headers)


def redirect(to: str, code: int = 302) -> Answer:
    return status(code, Location=to)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    server = Publisher()
    yield server
    server.close()


@pytest.fixture
def release(publisher: Publisher) -> RegisteredRelease:
    file = RegisteredFile("table.csv", publisher.url, "csv", 20, 1_000_000, None)
    return RegisteredRelease("office", "1.0", date(2020, 5, 1), (file,), CARD, "")


def shelf_of(release: RegisteredRelease, **change: Any) -> Shelf:
    return Shelf.of(release, TODAY, **change)


Get = Callable[..., Fetched]


@pytest.fixture
def get(raw_dir: Path, release: RegisteredRelease) -> Get:
    def make(release: RegisteredRelease = release, **change: Any) -> Fetched:
        return fetch(release, raw_dir, shelf_of(release, **change), patience=HASTE)

    return make


def one_file(release: RegisteredRelease, **change: Any) -> RegisteredRelease:
    return replace(release, files=(replace(release.files[0], **change),))


def nothing_is_tripped_over(raw_dir: Path) -> None:
    assert take_stock(raw_dir, "own")["raw/files"].empty
    assert not input_files(raw_dir, "own")
    assert not held_releases(raw_dir, "office")


# What is fetched


def test_a_release_is_fetched_with_its_card(raw_dir: Path, publisher: Publisher, get: Get) -> None:
    publisher.says(whole(ROWS, Last_Modified="Fri, 01 May 2020 10:00:00 GMT"))
    fetched = get()
    assert fetched.folder == raw_dir / "office" / "1.0"
    assert not fetched.held_before
    assert fetched.first_seen == ("table.csv",)
    assert fetched.hosts == {"table.csv": "127.0.0.1"}
    assert (fetched.folder / "table.csv").read_bytes() == ROWS
    stock = take_stock(raw_dir, "own")
    assert stock["raw/files"]["status"].tolist() == ["read"]
    card = stock["raw/cards"].iloc[0]
    assert card["title"] == "Example table, version 1.0"
    assert str(card["published_on"])[:10] == "2020-05-01"
    assert str(card["date_accessed"])[:10] == "2026-11-02"
    assert json.loads(card["facts"]) == {
        "anchor": "2016",
        "fetched": {
            "table.csv": {
                "from": publisher.url,
                "host": "127.0.0.1",
                "etag": '"a"',
                "last_modified": "Fri, 01 May 2020 10:00:00 GMT",
            }
        },
    }
    assert [path.name for path in (raw_dir / "office").iterdir() if path.name[0] != "."] == ["1.0"]


def test_progress_is_told(raw_dir: Path, publisher: Publisher, release: RegisteredRelease) -> None:
    publisher.says(whole(ROWS))
    told: list[tuple[str, int, int | None]] = []
    fetch(
        release,
        raw_dir,
        shelf_of(release),
        patience=HASTE,
        progress=lambda *said: told.append(said),
    )
    assert told[-1] == ("table.csv", len(ROWS), len(ROWS))
    assert [size for _, size, _ in told] == sorted(size for _, size, _ in told)


def test_a_body_of_unsaid_length_is_taken(publisher: Publisher, get: Get) -> None:
    def chunked(asked: Asked) -> None:
        asked.send_response(200)
        asked.send_header("Transfer-Encoding", "chunked")
        asked.end_headers()
        for start in range(0, len(ROWS), 100_000):
            piece = ROWS[start : start + 100_000]
            asked.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        asked.wfile.write(b"0\r\n\r\n")

    publisher.says(chunked)
    assert get().checksums == {"table.csv": sha(ROWS)}


def test_a_release_that_is_held_is_not_downloaded_again(publisher: Publisher, get: Get) -> None:
    publisher.says(whole(ROWS))
    folder = get().folder
    card = (folder / "source.yml").read_bytes()
    again = get()
    assert again.held_before
    assert publisher.asked[-1][1]["If-None-Match"] == '"a"'
    assert (folder / "source.yml").read_bytes() == card


def test_the_same_bytes_under_another_etag_are_held(publisher: Publisher, get: Get) -> None:
    publisher.says(whole(ROWS), whole(ROWS, '"b"'))
    get()
    assert get().held_before


def test_other_bytes_never_replace_those_held(publisher: Publisher, get: Get) -> None:
    publisher.says(whole(ROWS), whole(OTHER, '"b"'))
    folder = get().folder
    with pytest.raises(FetchFault, match=r"never replaced.*--as NAME"):
        get()
    assert (folder / "table.csv").read_bytes() == ROWS
    beside = get(name="1.0-corrected")
    assert beside.folder.name == "1.0-corrected"
    assert (beside.folder / "table.csv").read_bytes() == OTHER
    card = read_card((beside.folder / "source.yml").read_bytes(), "office", "1.0-corrected")
    assert card.record["published_on"] == TODAY  # when it was seen, not when 1.0 came out


def test_a_held_release_that_is_damaged_is_told(publisher: Publisher, get: Get) -> None:
    publisher.says(whole(ROWS))
    folder = get().folder
    (folder / "table.csv").write_bytes(OTHER)
    with pytest.raises(FetchFault, match="other bytes than its card says"):
        get()
    (folder / "source.yml").unlink()
    with pytest.raises(FetchFault, match="without a good card"):
        get()


def test_a_changing_release_is_named_by_its_day(
    raw_dir: Path, publisher: Publisher, release: RegisteredRelease
) -> None:
    changing = replace(release, published_on=None, name="current")
    publisher.says(whole(ROWS), whole(ROWS), whole(OTHER, '"b"'))

    def on(day: date) -> Fetched:
        return fetch(changing, raw_dir, Shelf.of(changing, day), patience=HASTE)

    assert on(date(2026, 11, 2)).folder.name == "2026-11-02"
    later = on(date(2026, 11, 3))
    assert later.held_before
    assert later.folder.name == "2026-11-02"  # nothing new: no second release of the same bytes
    assert on(date(2026, 11, 4)).folder.name == "2026-11-04"
    assert held_releases(raw_dir, "office") == ["2026-11-02", "2026-11-04"]


def test_a_file_that_did_not_change_is_taken_from_the_release_before(
    raw_dir: Path, publisher: Publisher, release: RegisteredRelease
) -> None:
    first = release.files[0]
    two = replace(first, name="other.csv", url=publisher.url.replace("table", "other"))
    changing = replace(release, published_on=None, name="current", files=(first, two))
    publisher.says(whole(ROWS), whole(ROWS, '"x"'), whole(ROWS), whole(OTHER, '"y"'))
    for day in (2, 3):
        fetched = fetch(changing, raw_dir, Shelf.of(changing, date(2026, 11, day)), patience=HASTE)
    assert fetched.checksums == {"table.csv": sha(ROWS), "other.csv": sha(OTHER)}
    assert list(fetched.hosts) == ["other.csv"]
    assert fetched.folder.name == "2026-11-03"


# Cuts and resume


def test_a_cut_is_continued_within_one_fetch(publisher: Publisher, get: Get) -> None:
    publisher.says(cut(ROWS, 100_000), whole(ROWS))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges == [None, "bytes=100000-"]
    assert publisher.asked[1][1]["If-Range"] == '"a"'


def test_a_cut_is_continued_by_the_next_fetch(
    raw_dir: Path, publisher: Publisher, get: Get
) -> None:
    publisher.says(cut(ROWS, 100_000), status(503))
    with pytest.raises(DownloadFault, match=r"503.*tried 3 times.*is kept, and continued"):
        get()
    nothing_is_tripped_over(raw_dir)
    publisher.says(whole(ROWS))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges[-1] == "bytes=100000-"


def test_another_edition_is_not_glued_to_a_part(publisher: Publisher, get: Get) -> None:
    publisher.says(cut(OTHER, 100_000, '"old"'), whole(ROWS, '"new"'))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges == [None, "bytes=100000-"]


def test_a_server_that_ignores_if_range_is_seen_through(publisher: Publisher, get: Get) -> None:
    def careless(asked: Asked) -> None:
        length = len(ROWS)
        said = {"ETag": '"new"', "Content_Range": f"bytes 100000-{length - 1}/{length}"}
        asked.send(ROWS[100_000:], 206, **said)

    publisher.says(cut(OTHER, 100_000, '"old"'), careless, whole(ROWS, '"new"'))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges == [None, "bytes=100000-", None]


def test_a_part_from_the_wrong_place_is_not_taken(publisher: Publisher, get: Get) -> None:
    def wrong(asked: Asked) -> None:
        asked.send(ROWS[5:], 206, ETag='"a"', Content_Range=f"bytes 5-{len(ROWS) - 1}/{len(ROWS)}")

    publisher.says(cut(ROWS, 100_000), wrong, whole(ROWS))
    assert get().checksums == {"table.csv": sha(ROWS)}


def test_a_server_may_send_the_rest_in_parts(publisher: Publisher, get: Get) -> None:
    def less(asked: Asked) -> None:
        said = {"ETag": '"a"', "Content_Range": f"bytes 100000-149999/{len(ROWS)}"}
        asked.send(ROWS[100_000:150_000], 206, **said)

    publisher.says(cut(ROWS, 100_000), less, whole(ROWS))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges == [None, "bytes=100000-", "bytes=150000-"]


def test_without_ranges_it_starts_anew(publisher: Publisher, get: Get) -> None:
    publisher.says(cut(ROWS, 100_000), lambda asked: asked.send(ROWS, ETag='"a"'))
    assert get().checksums == {"table.csv": sha(ROWS)}


def test_without_a_mark_of_the_edition_it_starts_anew(publisher: Publisher, get: Get) -> None:
    publisher.says(cut(ROWS, 100_000, None), whole(ROWS, None))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges == [None, None]


def test_a_weak_etag_is_no_mark(publisher: Publisher, get: Get) -> None:
    publisher.says(cut(ROWS, 100_000, 'W/"a"'), whole(ROWS, 'W/"a"'))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges == [None, None]
    assert Edition('W/"a"', "Fri, 01 May 2020 10:00:00 GMT").exact


def test_a_file_that_shrank_is_started_anew(publisher: Publisher, get: Get) -> None:
    small = ROWS[:50_000]
    publisher.says(cut(ROWS, 100_000), whole(small))
    assert get().checksums == {"table.csv": sha(small)}
    assert publisher.ranges == [None, "bytes=100000-", None]


def test_finished_files_of_a_release_are_kept_over_a_cut(
    raw_dir: Path, publisher: Publisher, release: RegisteredRelease, get: Get
) -> None:
    two = replace(release.files[0], name="other.csv")
    both = replace(release, files=(release.files[0], two))
    publisher.says(whole(ROWS), status(500))
    with pytest.raises(DownloadFault):
        get(both)
    nothing_is_tripped_over(raw_dir)
    publisher.says(whole(ROWS))
    fetched = get(both)
    assert fetched.checksums == {"table.csv": sha(ROWS), "other.csv": sha(ROWS)}
    first = publisher.asked[-2][1]
    assert first["If-None-Match"] == '"a"'  # asked, and not sent again
    assert set(fetched.hosts) == {"table.csv", "other.csv"}


# Servers that misbehave


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(publisher: Publisher, get: Get, code: int) -> None:
    publisher.says(status(code, Retry_After="0"), whole(ROWS))
    assert get().checksums == {"table.csv": sha(ROWS)}


@pytest.mark.parametrize(("code", "words"), [(404, "may have moved"), (403, "an account")])
def test_a_lasting_fault_is_told_at_once(
    raw_dir: Path, publisher: Publisher, get: Get, code: int, words: str
) -> None:
    publisher.says(status(code))
    with pytest.raises(DownloadFault, match=f"{code}.*{words}.*--from"):
        get()
    assert len(publisher.asked) == 1
    nothing_is_tripped_over(raw_dir)


def test_silence_ends_in_patience(
    raw_dir: Path, publisher: Publisher, release: RegisteredRelease
) -> None:
    silent = threading.Event()
    publisher.says(lambda asked: silent.wait(5) and None)
    started = time.monotonic()
    hasty = replace(HASTE, timeout=0.1, attempts=2)
    with pytest.raises(DownloadFault, match="cannot be reached"):
        fetch(release, raw_dir, shelf_of(release), patience=hasty)
    assert time.monotonic() - started < 3
    silent.set()


def test_silence_in_the_middle_is_a_cut(publisher: Publisher, get: Get) -> None:
    over = threading.Event()

    def stalls(asked: Asked) -> None:
        asked.send(ROWS[:100_000], length=len(ROWS), ETag='"a"')
        over.wait(5)

    publisher.says(stalls, whole(ROWS))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges[1] is not None
    over.set()


def test_nobody_there(raw_dir: Path, release: RegisteredRelease, publisher: Publisher) -> None:
    publisher.close()
    publisher._server.server_close()
    with pytest.raises(DownloadFault, match=r"cannot be reached.*tried 3 times"):
        fetch(release, raw_dir, shelf_of(release), patience=HASTE)


@pytest.mark.parametrize(
    ("change", "data", "words"),
    [
        ({}, PAGE, "is a web page"),
        ({}, b"\xef\xbb\xbf  <html>" + PAGE, "is a web page"),
        ({}, b"", "is empty"),
        ({}, b'{"error": "too many requests, come back later"}', "no header of a CSV table"),
        ({}, zipped(a__csv=ROWS), "is a zip archive"),
        ({"least": 10_000_000, "most": 20_000_000}, ROWS, "less than the 10,000,000"),
        ({"most": 1_000}, ROWS, "1,000 is the most"),
        ({"sha256": "0" * 64}, ROWS, "is registered"),
        ({"kind": "json"}, b'[{"a": 1}, {"a":', "no whole JSON"),
        ({"kind": "json"}, b'{"maxPages": 3, "items": [{"a": 1}]}', "first of 3 pages"),
        ({"kind": "csv in zip"}, zipped(a__csv=ROWS)[:-30], "damaged"),
        ({"kind": "csv in zip"}, ROWS, "is no zip archive"),
        ({"kind": "csv in gzip"}, gzip.compress(ROWS, mtime=0)[:-30], "damaged gzip"),
    ],
)
def test_what_is_not_the_file_is_not_taken(
    raw_dir: Path,
    publisher: Publisher,
    release: RegisteredRelease,
    get: Get,
    change: dict[str, Any],
    data: bytes,
    words: str,
) -> None:
    publisher.says(whole(data))
    with pytest.raises(RawFault, match=words):
        get(one_file(release, **change))
    nothing_is_tripped_over(raw_dir)
    publisher.says(whole(ROWS, '"good"'))  # and what was wrong is not continued
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert publisher.ranges[-1] is None


def test_a_flood_is_stopped(publisher: Publisher, release: RegisteredRelease, get: Get) -> None:
    sent: list[int] = []

    def flood(asked: Asked) -> None:
        asked.send_response(200)
        asked.end_headers()
        for _ in range(10_000):
            asked.wfile.write(b"x" * 100_000)
            sent.append(1)

    publisher.says(flood)
    with pytest.raises(DownloadFault, match="more is sent, where 500,000 is the most"):
        get(one_file(release, most=500_000))
    assert len(sent) < 1_000


def test_a_body_packed_without_being_asked_is_refused(publisher: Publisher, get: Get) -> None:
    publisher.says(lambda asked: asked.send(gzip.compress(ROWS), Content_Encoding="gzip"))
    with pytest.raises(DownloadFault, match="is sent packed"):
        get()


def test_a_pinned_checksum_that_fits_is_said(
    publisher: Publisher, release: RegisteredRelease, get: Get
) -> None:
    publisher.says(whole(ROWS))
    assert get(one_file(release, sha256=sha(ROWS))).first_seen == ()


# Redirects


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(publisher: Publisher, get: Get, code: int) -> None:
    publisher.says(redirect("/elsewhere.csv", code), whole(ROWS))
    assert get().checksums == {"table.csv": sha(ROWS)}
    assert [path for path, _ in publisher.asked] == ["/table.csv", "/elsewhere.csv"]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("file:///etc/hostname", "no http or https address"),
        ("ftp://example.org/x", "no http or https address"),
        ("javascript:alert(1)", "no http or https address"),
        ("", "no http or https address"),
        ("http://[", "no address"),
        ("http://10.0.0.7/x", "local network"),
        ("http://localhost/x", "local network"),
        ("http://169.254.169.254/latest", "local network"),
    ],
)
def test_a_redirect_elsewhere_is_not(publisher: Publisher, get: Get, to: str, words: str) -> None:
    publisher.says(redirect(to))
    with pytest.raises(DownloadFault, match=f"{words}.*not followed"):
        get()
    assert len(publisher.asked) == 1


def test_a_redirect_never_drops_encryption() -> None:
    url = "https://example.org/a"
    with pytest.raises(DownloadFault, match="without encryption"):
        _next(url, url, "http://example.org/a")
    assert _next(url, url, "https://other.example/b?c=1") == "https://other.example/b?c=1"
    assert _next(url, "http://example.org/", "https://example.org/b").startswith("https")


def test_a_loop_of_redirects_ends(publisher: Publisher, get: Get) -> None:
    publisher.says(redirect("/round"))
    with pytest.raises(DownloadFault, match="more than 3 times"):
        get()
    assert len(publisher.asked) == 4


# Files at hand


def test_a_file_at_hand_is_taken_in(
    raw_dir: Path, tmp_path: Path, release: RegisteredRelease
) -> None:
    mine = tmp_path / "table (1).csv"
    mine.write_bytes(ROWS)
    fetched = take_in(release, [mine], raw_dir, shelf_of(release))
    assert (fetched.folder / "table.csv").read_bytes() == ROWS
    assert fetched.hosts == {}
    assert take_stock(raw_dir, "own")["raw/files"]["status"].tolist() == ["read"]
    assert take_in(release, [mine], raw_dir, shelf_of(release)).held_before


@pytest.mark.parametrize(
    ("data", "words"),
    [(PAGE, "web page"), (None, "cannot be copied"), (b"a,b\n1,2\n", "less than")],
)
def test_a_file_at_hand_is_checked_too(
    raw_dir: Path, tmp_path: Path, release: RegisteredRelease, data: bytes | None, words: str
) -> None:
    mine = tmp_path / "table.csv"
    if data is not None:
        mine.write_bytes(data)
    with pytest.raises(FetchFault, match=words):
        take_in(release, [mine], raw_dir, shelf_of(release))
    nothing_is_tripped_over(raw_dir)


def test_of_several_files_some_may_be_taken_in(
    raw_dir: Path, tmp_path: Path, release: RegisteredRelease
) -> None:
    two = replace(release.files[0], name="other.csv", url=None)
    changing = replace(release, published_on=None, files=(release.files[0], two))
    mine, stranger = tmp_path / "other.csv", tmp_path / "stranger.csv"
    for path in (mine, stranger):
        path.write_bytes(ROWS)
    shelf = shelf_of(changing, published_on=date(2023, 6, 14))
    with pytest.raises(FetchFault, match="no file of this release"):
        take_in(changing, [stranger], raw_dir, shelf)
    assert take_in(changing, [mine], raw_dir, shelf).folder.name == "2023-06-14"
    with pytest.raises(FetchFault, match=r"got by hand.*--from"):
        fetch(changing, raw_dir, shelf)


def test_a_file_at_hand_does_not_pass_for_a_finished_download(
    raw_dir: Path, tmp_path: Path, publisher: Publisher, release: RegisteredRelease, get: Get
) -> None:
    two = replace(release.files[0], name="other.csv")
    both = replace(release, files=(release.files[0], two))
    publisher.says(whole(ROWS), status(500))
    with pytest.raises(DownloadFault):
        get(both)
    mine = tmp_path / "table.csv"
    mine.write_bytes(PAGE)
    with pytest.raises(FetchFault):
        take_in(both, [mine], raw_dir, shelf_of(both))
    publisher.says(whole(ROWS))
    assert set(get(both).checksums.values()) == {sha(ROWS)}


# Whole or not at all


SLOW = """
import sys, time
from datetime import date
from pathlib import Path
from pipelines.raw import fetch as fetching
from pipelines.raw.registered import RegisteredFile, RegisteredRelease

url, raw, card, at = sys.argv[1], Path(sys.argv[2]), eval(sys.argv[3]), sys.argv[4]
original = getattr(fetching, at)
def stop(*args, **kwargs):
    print("there", flush=True)
    time.sleep(30)
    return original(*args, **kwargs)
setattr(fetching, at, stop)
file = RegisteredFile("table.csv", url, "csv", 20, 1_000_000, None)
release = RegisteredRelease("office", "1.0", date(2020, 5, 1), (file,), card, "")
fetching.fetch(release, raw, fetching.Shelf.of(release, date(2026, 11, 2)))
"""


@pytest.fixture
def stopped(raw_dir: Path, publisher: Publisher, root: Path) -> Iterator[Callable[[str], Any]]:
    """A fetch in a process of its own, halted before a step of it."""
    started: list[subprocess.Popen[str]] = []

    def start(step: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", SLOW, publisher.url, str(raw_dir), repr(CARD), step]
        process = subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.mark.parametrize("step", ["_check", "_shelve", "_sync"])
def test_a_killed_fetch_leaves_nothing_to_trip_over(
    raw_dir: Path, publisher: Publisher, get: Get, stopped: Callable[[str], Any], step: str
) -> None:
    publisher.says(whole(ROWS))
    process = stopped(step)
    process.send_signal(signal.SIGKILL)
    process.wait()
    nothing_is_tripped_over(raw_dir)
    assert get().checksums == {"table.csv": sha(ROWS)}


def test_two_fetches_at_once_do_no_harm(
    publisher: Publisher, get: Get, stopped: Callable[[str], Any]
) -> None:
    publisher.says(whole(ROWS))
    process = stopped("_check")
    with pytest.raises(FetchFault, match="by another process"):
        get()
    process.kill()
    process.wait()
    assert get().checksums == {"table.csv": sha(ROWS)}


def test_a_folder_that_cannot_be_written_is_told(
    raw_dir: Path, publisher: Publisher, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.mkdir

    # Said, not set: root may write into any folder.
    def read_only(path: str | Path, mode: int = 0o777) -> None:
        if Path(path).parent == raw_dir:
            raise PermissionError(13, "Permission denied", str(path))
        make(path, mode)

    publisher.says(whole(ROWS))
    with monkeypatch.context() as patch:
        patch.setattr(os, "mkdir", read_only)
        with pytest.raises(FetchFault, match=r"cannot be read or written \(Permission denied\)"):
            get()
    nothing_is_tripped_over(raw_dir)
    assert get().checksums == {"table.csv": sha(ROWS)}


def test_a_full_disk_is_told(
    raw_dir: Path, publisher: Publisher, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    publisher.says(whole(ROWS))
    with monkeypatch.context() as patch:
        patch.setattr(downloading.os, "fsync", full)
        with pytest.raises(FetchFault, match="No space left"):
            get()
    nothing_is_tripped_over(raw_dir)
    assert get().checksums == {"table.csv": sha(ROWS)}


@pytest.mark.parametrize("part", ["", "1.0", WORK])
def test_a_link_is_not_followed(
    raw_dir: Path, tmp_path: Path, publisher: Publisher, get: Get, part: str
) -> None:
    publisher.says(whole(ROWS))
    (tmp_path / "elsewhere").mkdir()
    link = raw_dir / "office" / part
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FetchFault, match="is a link"):
        get()
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["../1.0", ".hidden", "a/b", ""])
def test_another_name_is_that_of_a_folder(get: Get, name: str) -> None:
    with pytest.raises(FetchFault, match="--as"):
        get(name=name)


def test_a_note_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert downloading.edition_of(tmp_path / "none", "https://example.org/") is None
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "a.json").write_text('{"url": "https://example.org/"}')
    assert downloading.edition_of(tmp_path / "a", "https://example.org/") is None


def test_download_says_where_it_came_from(tmp_path: Path, publisher: Publisher) -> None:
    publisher.says(whole(ROWS))
    part = tmp_path / "part"
    arrived = download(publisher.url, part, most=10**6, patience=HASTE)
    assert arrived is not None
    assert (arrived.host, arrived.edition.etag) == ("127.0.0.1", '"a"')
    assert download(publisher.url, tmp_path / "b", most=10**6, held=arrived.edition) is None


# Kinds


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("csv", b"\xef\xbb\xbfa;b\n1;2\n"),
        ("json", b'[{"a": 1}]'),
        ("json", b'{"page": 1, "maxPages": 1, "items": [{"a": 1}]}'),
        ("csv in zip", zipped(a__csv=b"a,b\n1,2\n")),
        ("csv in gzip", gzip.compress(b"a,b\n1,2\n", mtime=0)),
        ("xlsx", zipped(xl__x=b"", **{"xl/workbook__xml": b"<a/>"})),
        ("parquet", b"PAR1....PAR1"),
    ],
)
def test_each_kind_is_known(tmp_path: Path, kind: str, data: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    check_kind(file, kind)
    for other in KINDS.keys() - {kind}:
        with pytest.raises(Wrong):
            check_kind(file, other)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("csv in zip", zipped(a__csv=b"a,b\n", b__csv=b"a,b\n")),
        ("csv in zip", zipped(a__csv=PAGE)),
        ("csv in zip", zipped(a__csv=b"")),
        ("csv in gzip", gzip.compress(PAGE, mtime=0)),
        ("csv", b"a,b\n\0"),
        ("json", b"[]"),
        ("json", b"[1, 2]"),
        ("json", b"[" * 100_000),
        ("json", b'"text"'),
        ("parquet", b"PAR1...."),
        ("xlsx", zipped(a__csv=b"a,b\n")),
    ],
)
def test_what_is_of_no_kind(tmp_path: Path, kind: str, data: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(Wrong):
        check_kind(file, kind)


def test_a_damaged_member_of_an_archive_is_found(tmp_path: Path) -> None:
    data = bytearray(zipped(a__csv=ROWS))
    data[200] ^= 0xFF
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(Wrong, match="damaged"):
        check_kind(file, "csv in zip")


# The registry


REGISTRY = read_registry()
RELEASES = [release for source in REGISTRY.values() for release in source.releases.values()]


def by_name(release: RegisteredRelease) -> str:
    return f"{release.source_id} {release.name}"


@pytest.mark.parametrize("release", RELEASES, ids=by_name)
def test_every_entry_makes_a_good_card(release: RegisteredRelease) -> None:
    shelf = shelf_of(release)
    checksums = {file.name: "0" * 64 for file in release.files}
    text = release.card_text(shelf.name, shelf.published_on, TODAY, checksums, {})
    card = read_card(text.encode(), release.source_id, shelf.name)
    assert card.faults == ()
    assert card.public
    assert card.checksums == checksums
    assert card.record["reader"] in READERS
    assert "{" not in str(card.record["title"]) + str(card.record["citation"])


@pytest.mark.parametrize("release", RELEASES, ids=by_name)
def test_every_address_is_encrypted_and_names_nobody(release: RegisteredRelease) -> None:
    for file in release.files:
        if file.url is not None:
            assert file.url.startswith("https://")
            for secret in ("client_id", "token", "key=", "@"):
                assert secret not in file.url
        else:
            assert release.note  # which says how to get it


def test_what_is_given_on_may_be() -> None:
    for release in RELEASES:
        if release.card["redistributable"] == "true":
            assert str(release.card["license"]).startswith(("CC BY", "Unlicense"))
    assert REGISTRY["insecurity-insight"].releases["current"].card["license"] == "CC BY-SA"


def test_a_release_of_ucdp_covers_the_years_before_its_own() -> None:
    for name, release in REGISTRY["ucdp-ged"].releases.items():
        covers = Covers.read(release.card["facts"]["covers"])
        assert (covers.countries, covers.years) == (
            None,
            frozenset(range(1989, 2000 + int(name[:2]))),
        )


def test_the_newest_release_is_meant_where_none_is_named() -> None:
    assert find_release(REGISTRY, "ucdp-ged", None).name == "26.1"
    assert find_release(REGISTRY, "ucdp-ged", "19.1").published_on == date(2019, 6, 2)
    with pytest.raises(RegistryFault, match="one of"):
        find_release(REGISTRY, "ucdp-ged", "1.0")
    with pytest.raises(RegistryFault, match="not registered"):
        find_release(REGISTRY, "ucdp", None)


def test_a_file_a_year() -> None:
    files = REGISTRY["unhcr-population"].releases["current"].files
    assert files[0].name == "population-2001.json"
    assert "yearFrom=2001&yearTo=2001&" in str(files[0].url)
    assert len({file.name for file in files}) == len(files) == 27


GOOD = """card:
  producer: a
  title: b
  publisher: c
  license: d
  redistributable: false
  reader: article
  maturity: final
  sensitivity: public
releases:
  "1":
    files:
      a.csv: {url: "https://example.org/a.csv", kind: csv, least: 1, most: 9}
"""


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("kind: csv", "kind: xls", "has no kind"),
        ("least: 1,", "", "has no sizes"),
        ("most: 9", "most: 1", "has no sizes"),
        ("most: 9", "most: 9, sha256: abc", "64 digits"),
        ("most: 9", "most: 9, size: 4", "names size"),
        ("most: 9", "most: 9, for_years: 2001-2002", "for_years"),
        ("a.csv:", ".a:", "its name"),
        ("reader: article", "reader: oracle", "oracle"),
        ("  maturity: final\n", "", "maturity"),
        ('  "1":\n', '  "1":\n    published_on: 2016\n', "whole day"),
        ('  "1":\n', '  "1":\n    note: a\n    note: b\n', "twice"),
        ("card:", "cards:", "names cards"),
        ("releases:", "releases: {}\nnote:", "no release"),
    ],
)
def test_a_faulty_registry_is_told(tmp_path: Path, was: str, becomes: str, words: str) -> None:
    file = tmp_path / "office.yml"
    file.write_text(GOOD)
    assert list(read_registry(tmp_path)) == ["office"]
    assert was in GOOD
    file.write_text(GOOD.replace(was, becomes))
    with pytest.raises(RegistryFault, match=words):
        read_registry(tmp_path)


# The command


@pytest.fixture
def command(
    raw_dir: Path, tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    folder = tmp_path / "registry"
    folder.mkdir()
    text = GOOD.replace("https://example.org/a.csv", publisher.url).replace("9}", "999999}")
    (folder / "office.yml").write_text(text)
    monkeypatch.setattr(registered.read_registry, "__defaults__", (folder,))
    monkeypatch.setattr(fetching.fetch, "__kwdefaults__", {"patience": HASTE, "progress": None})

    def run(*words: str) -> Any:
        return CliRunner().invoke(cli.main, ["fetch", *words, "--raw", str(raw_dir)])

    return run


def test_the_command_fetches_and_says_so(
    raw_dir: Path, publisher: Publisher, command: Callable[..., Any]
) -> None:
    publisher.says(whole(ROWS))
    done = command("office")
    assert done.exit_code == 0, done.output
    today = date.today().isoformat()
    assert f"{raw_dir / 'office' / today} holds it" in done.output
    assert sha(ROWS) in done.output
    assert "No checksum was known" in done.output
    assert "holds it already" in command("office").output
    listed = json.loads(command("--list", "--json").stdout)
    assert [row["held"] for row in listed] == [today]
    assert "at first" in command().output


def test_the_command_as_json(publisher: Publisher, command: Callable[..., Any]) -> None:
    publisher.says(whole(ROWS))
    said = json.loads(command("office", "--json").stdout)
    assert said["checksums"] == {"a.csv": sha(ROWS)}
    assert said["held_before"] is False


def test_the_command_fails_with_advice(publisher: Publisher, command: Callable[..., Any]) -> None:
    publisher.says(status(404))
    done = command("office")
    assert done.exit_code == 1
    assert "--from" in done.output
    for words in (("nowhere",), ("office", "--release", "7"), ("office", "--published-on", "x")):
        done = command(*words)
        assert done.exit_code == 2
        assert "Traceback" not in done.output


def test_the_command_takes_a_file_in(
    raw_dir: Path, tmp_path: Path, command: Callable[..., Any]
) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_bytes(ROWS)
    done = command("office", "--from", str(mine), "--published-on", "2023-06-14")
    assert done.exit_code == 0, done.output
    assert (raw_dir / "office" / "2023-06-14" / "a.csv").read_bytes() == ROWS


def test_what_is_registered_is_listed_with_what_is_held(shelve: Any, raw_dir: Path) -> None:
    shelve("ucdp-ged", "19.1")
    shelve("ucdp-ged", "26.1-corrected")
    rows = {
        row["release"]: row["held"] for row in registered_and_held(REGISTRY, raw_dir, "ucdp-ged")
    }
    assert (rows["19.1"], rows["20.1"], rows["26.1"]) == ("19.1", "no", "26.1-corrected")
