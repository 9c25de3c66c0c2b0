"""One file from one address: with resume, bounded patience, and every redirect looked at.

The only module that uses the network, and only the command `attest fetch` imports it, by way of
`pipelines.raw.fetch`. What arrives here is bytes; whether they are the right ones is decided there.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, SSLError

from pipelines.raw.faults import Fault, RawFault

_PIECE: Final = 1 << 16
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_PASSING: Final = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which another try may succeed."""
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_BY_HAND: Final = "get the file from the publisher's page by hand, and take it in with --from"

Progress: TypeAlias = Callable[[int, int | None], None]
"""Is told how many bytes have arrived, and of how many, if that is known."""


class DownloadFault(RawFault):
    """A file that could not be had from its address."""


@dataclass(frozen=True)
class Patience:
    """How long and how often is tried. Times in seconds."""

    timeout: float = 30.0
    """Longest silence: before a connection stands, and between two pieces."""
    attempts: int = 5
    wait: float = 1.0
    """Before the second attempt; it doubles from then on."""
    longest_wait: float = 60.0
    redirects: int = 5


USUAL: Final = Patience()


@dataclass(frozen=True)
class Edition:
    """By what a server tells one state of a file from another; None where it does not say."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def exact(self) -> str | None:
        """What may stand in If-Range: a strong ETag, else the day and time of the last change."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True)
class Arrived:
    """Where a file came from at last, and which state of it."""

    host: str
    edition: Edition


class _Cut(Exception):
    """An attempt that failed in a way that may pass; `wait` is what the server asks for."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def download(
    url: str,
    part: Path,
    *,
    most: int,
    held: Edition | None = None,
    patience: Patience = USUAL,
    progress: Progress | None = None,
) -> Arrived | None:
    """Bring what stands at an address into the file `part`.

    What an earlier call left in `part` is continued where the server still offers the same state of
    the file, and replaced where it does not.

    Parameters
    ----------
    most
        Bytes beyond which it is not the file that was meant.
    held
        The state of the file that the caller holds already.

    Returns
    -------
    Arrived or None
        None where the server says that `held` is what it offers still; `part` is then not there.

    Raises
    ------
    DownloadFault
        With the address, the reason and what to do. `part` stays where it may be continued.
    OSError
        The disk's.
    """
    pause = patience.wait
    for left in range(patience.attempts - 1, -1, -1):
        try:
            return _attempt(url, part, most, held, patience, progress)
        except _Cut as cut:
            if not left:
                tried = f"{cut}; tried {patience.attempts} times"
                fix = "run the command again later: what has arrived is kept, and continued"
                raise _fault(url, tried, fix) from None
            time.sleep(min(max(pause, cut.wait or 0.0), patience.longest_wait))
            pause *= 2
    raise AssertionError("patience without an attempt")


def forget(part: Path) -> None:
    """Remove a part and what is known of it."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def edition_of(part: Path, url: str) -> Arrived | None:
    """What is known of a part that came from the address; None where nothing is."""
    try:
        said = json.loads(_note(part).read_text(encoding="utf-8"))
        if said["url"] != url or not part.is_file():
            return None
        return Arrived(said["host"], Edition(said["etag"], said["last_modified"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _fault(url: str, reason: str, fix: str) -> DownloadFault:
    return DownloadFault([Fault(url, None, "", "", reason, fix)])


def _attempt(
    url: str,
    part: Path,
    most: int,
    held: Edition | None,
    patience: Patience,
    progress: Progress | None,
) -> Arrived | None:
    before = edition_of(part, url)
    exact = before.edition.exact if before else None
    start = part.stat().st_size if exact else 0
    headers = {"User-Agent": "attest", "Accept-Encoding": "identity"}
    if exact and start:
        headers |= {"Range": f"bytes={start}-", "If-Range": exact}
    elif held and held.etag:
        headers["If-None-Match"] = held.etag
    elif held and held.last_modified:
        headers["If-Modified-Since"] = held.last_modified
    with _answer(url, headers, patience) as (response, host):
        if response.status == 304 and held and not start:
            forget(part)
            return None
        arrived = Arrived(host, _edition(response))
        total = _length(response)
        if response.status == 206 and before and start:
            total = _continued(response, part, start, before.edition)
            arrived = Arrived(host, before.edition)
        elif response.status == 200:
            start = 0
        elif response.status == 416 and start:
            forget(part)
            raise _Cut("the server no longer offers the file of which a part was held")
        else:
            raise _refused(url, response)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            reason = "is sent packed, though it was asked for as it is"
            raise _fault(url, reason, _BY_HAND)
        if total is not None and total > most:
            forget(part)
            raise _too_large(url, f"{total:,} bytes are announced", most)
        if not start:
            forget(part)
            note = {"url": url, "host": host, **asdict(arrived.edition)}
            _note(part).write_text(json.dumps(note), encoding="utf-8")
        size = _receive(response, part, start, most, total, progress)
        if size > most:
            forget(part)
            raise _too_large(url, "more is sent", most)
        if total is not None and size < total:
            raise _Cut(f"the connection ended after {size:,} of {total:,} bytes")
        return arrived


def _edition(response: urllib3.BaseHTTPResponse) -> Edition:
    return Edition(response.headers.get("ETag"), response.headers.get("Last-Modified"))


def _length(response: urllib3.BaseHTTPResponse) -> int | None:
    said = response.headers.get("Content-Length", "")
    return int(said) if said.isdecimal() else None


def _continued(
    response: urllib3.BaseHTTPResponse, part: Path, start: int, before: Edition
) -> int | None:
    """The length of the whole file, if this is more of the same one, from where the part ends.

    A server may send less than all that is left.
    """
    found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    now = _edition(response)
    changed = (now.etag or before.etag) != before.etag or (
        (now.last_modified or before.last_modified) != before.last_modified
    )
    if changed or not found or int(found[1]) != start:
        forget(part)
        raise _Cut("the server sent another part than the one that was asked for")
    if found[3] != "*":
        return int(found[3])
    length = _length(response)
    return None if length is None else start + length


def _refused(url: str, response: urllib3.BaseHTTPResponse) -> Exception:
    """The fault of an answer that brings no file."""
    said = f"the server answers {response.status} {response.reason or ''}".rstrip()
    if response.status in _PASSING:
        asked = response.headers.get("Retry-After", "")
        return _Cut(said, float(asked) if asked.isdecimal() else None)
    if response.status in (401, 403):
        return _fault(url, said, f"it may ask for a browser or an account: {_BY_HAND}")
    return _fault(url, said, f"it may have moved: {_BY_HAND}")


def _receive(
    response: urllib3.BaseHTTPResponse,
    part: Path,
    start: int,
    most: int,
    total: int | None,
    progress: Progress | None,
) -> int:
    """Write the body behind the first `start` bytes; the size then, or one beyond `most`."""
    size = start
    with part.open("ab") as stream:
        try:
            for piece in _pieces(response):
                size += len(piece)
                if size > most:
                    break
                stream.write(piece)
                if progress:
                    progress(size, total)
        except HTTPError as error:
            of = f" of {total:,}" if total is not None else ""
            raise _Cut(f"{_short(error)} after {size:,}{of} bytes") from None
        finally:
            stream.flush()
            os.fsync(stream.fileno())
    return size


def _pieces(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    while piece := response.read1(_PIECE, decode_content=False):
        yield piece


def _too_large(url: str, reason: str, most: int) -> DownloadFault:
    fix = "see whether the publisher changed the file, and if it is right take it in with --from"
    return _fault(url, f"{reason}, where {most:,} is the most that is taken", fix)


@contextmanager
def _answer(
    url: str, headers: dict[str, str], patience: Patience
) -> Iterator[tuple[urllib3.BaseHTTPResponse, str]]:
    """The answer that stands at the end of all redirects, and the host that gave it."""
    timeout = urllib3.Timeout(connect=patience.timeout, read=patience.timeout)
    at = url
    for _ in range(patience.redirects + 1):
        with _pool(at) as pool, _as_faults(at):
            response = pool.request(
                "GET",
                at,
                headers=headers,
                timeout=timeout,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
            with contextlib.closing(response):
                if response.status not in _REDIRECTS:
                    yield response, urlsplit(at).hostname or ""
                    return
                at = _next(url, at, response.headers.get("Location"))
    reason = f"redirects more than {patience.redirects} times"
    raise _fault(url, reason, f"its publisher may have moved it: {_BY_HAND}")


@contextmanager
def _as_faults(at: str) -> Iterator[None]:
    """What the network does wrong as a fault, or as a cut where it may pass."""
    host = urlsplit(at).hostname
    try:
        yield
    except SSLError as error:
        reason = f"{host} could not show that it is who it says ({_short(error)})"
        fix = (
            "see to the clock of this computer; where a proxy reads along, name its certificate "
            "in SSL_CERT_FILE"
        )
        raise _fault(at, reason, fix) from None
    except LocationParseError:
        raise _fault(at, "is no address", _BY_HAND) from None
    except HTTPError as error:
        raise _Cut(f"{host} cannot be reached ({_short(error)})") from None


def _short(error: HTTPError) -> str:
    """The error in words, without the object that urllib3 puts before them."""
    return re.sub(r"^.*?(?:object at 0x\w+>|Pool\([^)]*\)): ", "", str(error))


def _next(url: str, at: str, location: str | None) -> str:
    """Where a redirect leads: to http or https, never from https to http, nor into a local net."""
    reason = None
    target = ""
    try:
        target = urljoin(at, location or "")
        parts = urlsplit(target)
        if not location or parts.scheme not in ("http", "https") or not parts.hostname:
            reason = f"redirects to '{location or ''}', which is no http or https address"
        elif urlsplit(at).scheme == "https" and parts.scheme == "http":
            reason = f"redirects to {parts.hostname} without encryption"
        elif parts.hostname != urlsplit(url).hostname and _is_local(parts.hostname):
            reason = f"redirects to {parts.hostname}, an address of a local network"
    except ValueError:
        reason = f"redirects to '{location}', which is no address"
    if reason:
        raise _fault(url, reason, f"it is not followed: {_BY_HAND}")
    return target


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _pool(url: str) -> Any:
    """Connections to an address: direct, or through the proxy that the computer is set to."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()
