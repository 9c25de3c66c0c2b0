"""How a release is put out, checked, kept and taken back: whole or not at all.

A release is a folder `releases/<id>` that nothing writes to once it has its name. The link
`current` says which one holds, and is the only thing that is switched, in one step; the other names
in the folder of the marts are links through it. Readers take no lock and are never waited for.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

import schemas
from pipelines.core.inputs import Inputs, sha256_of
from pipelines.core.tables import MODELS
from pipelines.marts import database, exports
from pipelines.marts.lanes import NO_LANES, Lanes, fingerprint
from schemas.rules import literal

DATABASE = "casualties.duckdb"
MANIFEST = "manifest.json"
ATTRIBUTION = "ATTRIBUTION.txt"
LINKED = (DATABASE, "parquet", "csv", "charts", "briefings", MANIFEST)
"""What the folder of the marts offers through `current`, where the release holds it."""

BRIEFINGS = "briefings"
"""The folder of a release's briefings. It comes after the release, whole and with a manifest of its
own, so that a release is the same with and without it."""

KEPT = 10
"""Releases kept, the current one among them."""

WAIT_SECONDS = 600.0
"""How long a build waits for another that is publishing."""

READ_BACK_BELOW = 32 * 1024 * 1024
"""Bytes below which a file is hashed a second time before its release gets its name. Larger ones
are hashed once: what they hold was compared with the tables a moment before, and a second look
would see the same pages of memory."""

_EXPORTS_AT_ONCE = 2
"""Large tables exported at a time, each on one thread."""

_LOCK = ".release.lock"
_UNFINISHED = ".unfinished-"
_NEW_LINK = ".link-"


class ReleaseError(Exception):
    """A release could not be made or taken back; the one that was current still is."""


class UnknownReleaseError(ReleaseError, LookupError):
    """No release of that id is held."""


@dataclass(frozen=True)
class Published:
    """The release that is current now."""

    id: str
    folder: Path
    already_current: bool
    """Whether it was there before, whole and current, so that nothing was made."""


def publish(
    marts: Mapping[str, pd.DataFrame],
    charts: Path | None,
    marts_dir: Path,
    inputs: Inputs,
    account: Mapping[str, int],
    lanes: Lanes = NO_LANES,
) -> Published:
    """Make the release of these inputs current, building it where it is not held whole.

    Parameters
    ----------
    marts
        The published tables as 'marts/<table>'.
    charts
        A folder of pictures to publish beside them.
    marts_dir
        The folder of the releases; made where it is missing.
    inputs
        What the tables were made from; gives the id.
    account
        Rows in and out of each stage, for the manifest.
    lanes
        The rows of the tables that lie in parts of registers.

    Raises
    ------
    ReleaseError
        If it cannot be made. The last release stands, and the next call starts clean.
    """
    with _writing(marts_dir) as releases:
        folder = releases / inputs.id
        _drop_logs(marts_dir, folder)
        sound = folder.is_dir() and not _damage(folder, inputs.id)
        already_current = sound and current_id(marts_dir) == inputs.id
        if not sound:
            _build(marts, charts, folder, inputs, account, lanes)
        if not already_current or _broken_links(marts_dir, folder):
            _switch(marts_dir, folder)
            # The release stands; an old one that cannot be removed now goes after the next build.
            with suppress(OSError):
                _prune(marts_dir)
        return Published(inputs.id, folder, already_current)


def add_briefings(marts_dir: Path, release_id: str, made: Path) -> Path:
    """Put a folder of briefings beside the tables of a release, in the place of earlier ones.

    Returns the folder where they stand. It is there whole or as it was before.

    Raises
    ------
    ReleaseError
        Where the release is not held, or the folder cannot be written.
    """
    with _writing(marts_dir) as releases:
        folder = release_folder(marts_dir, release_id)
        work = releases / f"{_UNFINISHED}{BRIEFINGS}"
        fresh, old = work / "fresh", work / "old"
        try:
            shutil.copytree(made, fresh, copy_function=shutil.copyfile)
            held = {"release_id": release_id, "outputs": _hashes(fresh)}
            text = json.dumps(held, indent=1, sort_keys=True, ensure_ascii=False)
            (fresh / MANIFEST).write_text(text + "\n", encoding="utf-8")
            _sync_tree(fresh)
            target = folder / BRIEFINGS
            if target.exists():
                target.rename(old)
            fresh.rename(target)
            _sync(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if release_id == current_id(marts_dir):
            _switch(marts_dir, folder)
        return target


def verify(marts_dir: Path, release_id: str | None = None) -> list[str]:
    """What is wrong with a release, by default the current one and its links. Empty when whole.

    Every file is hashed and compared with the manifest, and the id with the inputs that it follows
    from. Nothing is opened for writing, and no lock is taken.
    """
    release = release_id or current_id(marts_dir)
    if release is None:
        return [f"{marts_dir} has no current release: build one"]
    if release not in _held(marts_dir):
        return [_not_held(marts_dir, release)]
    folder = marts_dir / "releases" / release
    links = _broken_links(marts_dir, folder) if release_id is None else []
    return [*_damage(folder, release), *links]


def rollback(marts_dir: Path, release_id: str | None = None) -> str:
    """Make an older release current: the one before the current one, or the one of that id.

    Returns the id that is current now. Raises ReleaseError where there is none, or where it is
    damaged.
    """
    with _writing(marts_dir) as releases:
        target = release_id or release_before(marts_dir)
        if target not in _held(marts_dir):
            raise UnknownReleaseError(_not_held(marts_dir, target))
        folder = releases / target
        _drop_logs(marts_dir, folder)
        if damage := _damage(folder, target):
            raise ReleaseError(
                f"release {target} is damaged and was not taken back: {'; '.join(damage)}"
            )
        _switch(marts_dir, folder)
        return target


def current_id(marts_dir: Path) -> str | None:
    """Id of the release that readers see; None where there is none."""
    link = marts_dir / "current"
    return link.readlink().name if link.is_symlink() and link.is_dir() else None


def release_before(marts_dir: Path) -> str:
    """Id of the release made last before the current one. Raises UnknownReleaseError where none."""
    current = current_id(marts_dir)
    folders = [f for f in _folders(marts_dir / "releases") if f.name != current]
    if current is not None:
        limit = _number(marts_dir / "releases" / current)
        folders = [f for f in folders if _number(f) < limit]
    if not folders:
        raise UnknownReleaseError(f"{marts_dir} holds no release before the current one")
    return max(folders, key=_number).name


def release_folder(marts_dir: Path, release_id: str) -> Path:
    """The folder of a release by its id, or 'current'. Raises UnknownReleaseError if not held."""
    found = current_id(marts_dir) if release_id == "current" else release_id
    if found is None or found not in _held(marts_dir):
        raise UnknownReleaseError(_not_held(marts_dir, release_id))
    return marts_dir / "releases" / found


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release, by its folder or by the folder of the marts for the current one.

    Raises ReleaseError where it cannot be read.
    """
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        _inputs_of(held)
        _ = (held["release_id"], held["number"], dict(held["outputs"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{MANIFEST} cannot be read: {error!r}") from error
    return dict(held)


# Writing


@contextmanager
def _writing(marts_dir: Path) -> Iterator[Path]:
    """One writer at a time; what a build that died left behind is gone."""
    releases = marts_dir / "releases"
    try:
        releases.mkdir(parents=True, exist_ok=True)
        with FileLock(marts_dir / _LOCK, timeout=WAIT_SECONDS):
            for left in releases.glob(f"{_UNFINISHED}*"):
                shutil.rmtree(left)
            for left in marts_dir.glob(f"{_NEW_LINK}*"):
                left.unlink()
            yield releases
    except Timeout as error:
        raise ReleaseError(
            f"another build has been publishing into {marts_dir} for {WAIT_SECONDS:g} seconds: "
            "wait for it to end, or end it, then try again"
        ) from error
    except database.DatabaseError as error:
        raise ReleaseError(f"no release was made, the last one stands: {error}") from error
    except OSError as error:
        raise ReleaseError(
            f"no release was made, the last one stands: {error}. See that {marts_dir} can be "
            "written to and that its disk has space, then try again"
        ) from error


def _build(
    marts: Mapping[str, pd.DataFrame],
    charts: Path | None,
    folder: Path,
    inputs: Inputs,
    account: Mapping[str, int],
    lanes: Lanes,
) -> None:
    """Build in a fresh folder beside the others, verify it, and give it its name."""
    work = folder.parent / f"{_UNFINISHED}{inputs.id}"
    fresh, spill = work / "release", work / "spill"
    fresh.mkdir(parents=True)
    try:
        database.write(marts, fresh / DATABASE, spill, lanes)
        if differences := database.check(marts, fresh / DATABASE, spill, lanes):
            raise database.DatabaseError("; ".join(differences))
        (fresh / f"{DATABASE}.wal").unlink(missing_ok=True)
        _export(marts, fresh, spill, lanes)
        if charts is not None:
            shutil.copytree(charts, fresh / "charts", copy_function=shutil.copyfile)
        number = 1 + max(map(_number, _folders(folder.parent)), default=0)
        counts = {key: len(rows) + lanes.count(MODELS[key]) for key, rows in marts.items()}
        outputs = _hashes(fresh)
        large = {
            name: digest
            for name, digest in outputs.items()
            if (fresh / name).stat().st_size >= READ_BACK_BELOW
        }
        _write_manifest(fresh, counts, inputs, account, number, outputs)
        _sync_tree(fresh)
        if damage := _damage(fresh, inputs.id, large):
            raise OSError(f"what was written does not read back: {'; '.join(damage)}")
        if folder.exists():  # damaged: two renames, since no single one swaps two folders
            folder.rename(work / "damaged")
        fresh.rename(folder)
        _sync(folder.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _export(marts: Mapping[str, pd.DataFrame], fresh: Path, spill: Path, lanes: Lanes) -> None:
    whose = exports.attribution(marts["marts/sources"])
    for form in ("parquet", "csv"):
        (fresh / form).mkdir()
        (fresh / form / ATTRIBUTION).write_text(whose, encoding="utf-8")
    models = {MODELS[key]: len(rows) for key, rows in marts.items()}
    with database.reading(fresh / DATABASE, spill) as connection:
        for model, count in models.items():
            if lanes.parts(model):
                continue
            exports.export(connection, model, _file(fresh, model, "parquet"))
            if count < exports.CSV_BELOW:
                exports.export(connection, model, _file(fresh, model, "csv"))
    apart = exports.share_alike(marts["marts/sources"])
    others = {part.source_id for part in lanes.entries.parts} - set(apart)
    files = [("", lanes.of_sources(others, with_documents=True))]
    files += [(f"_{one}", lanes.of_sources([one], with_documents=False)) for one in apart]
    with ThreadPoolExecutor(_EXPORTS_AT_ONCE) as pool:
        running = [
            pool.submit(_export_lanes, model, fresh, spill, of_file, after, 0 if after else count)
            for model, count in models.items()
            if lanes.parts(model)
            for after, of_file in files
            if of_file.parts(model) or not after
        ]
    for one in running:
        one.result()


def _export_lanes(
    model: schemas.Model, fresh: Path, spill: Path, lanes: Lanes, after: str, in_documents: int
) -> None:
    """Export a table of which rows lie in parts, and compare the file with the database.

    Each is made for itself of the files of the stages.
    """
    path, name = _file(fresh, model, "parquet", after), schemas.table_of(model)
    with database.reading(fresh / DATABASE, spill) as connection:
        pieces = lanes.in_key_order(connection, model)
        exports.export_in_pieces(connection, model, pieces, path, spill / path.stem)
        written = fingerprint(connection, model, f"read_parquet({literal(str(path))})")
        if written != lanes.fingerprint(connection, model):
            raise database.DatabaseError(f"marts.{name} does not hold the rows of {path.name}")
        if in_documents + lanes.count(model) < exports.CSV_OF_ENTRIES_BELOW:
            exports.export(connection, model, _file(fresh, model, "csv", after), path)


def _file(fresh: Path, model: schemas.Model, form: str, after: str = "") -> Path:
    return fresh / form / f"{schemas.table_of(model)}{after}.{form}"


def _write_manifest(
    fresh: Path,
    counts: Mapping[str, int],
    inputs: Inputs,
    account: Mapping[str, int],
    number: int,
    outputs: Mapping[str, str],
) -> None:
    manifest = {
        "release_id": inputs.id,
        "kind": inputs.kind,
        # Number and time are in no hash. The number, not the time, orders releases: clocks move.
        "number": number,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "inputs": inputs.files,
        "code": inputs.code,
        "versions": inputs.versions,
        "account": dict(account),
        "tables": dict(counts),
        "outputs": dict(outputs),
    }
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    (fresh / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _switch(marts_dir: Path, folder: Path) -> None:
    """Make the release current. Before and after the one step that counts, links are in order."""
    for name in LINKED:
        if (folder / name).exists():
            _point(marts_dir / name, f"current/{name}")
    _point(marts_dir / "current", f"releases/{folder.name}")
    for name in LINKED:
        if not (folder / name).exists():
            _remove_link(marts_dir / name)
    _sync(marts_dir)


def _point(link: Path, target: str) -> None:
    if link.exists() and not link.is_symlink():
        raise ReleaseError(
            f"{link} is in the way: it is not a link of ours, so it was left alone. Move it "
            "elsewhere and try again"
        )
    fresh = link.with_name(f"{_NEW_LINK}{link.name}")
    fresh.symlink_to(target)
    fresh.replace(link)


def _remove_link(link: Path) -> None:
    if link.is_symlink():
        link.unlink()


def _drop_logs(marts_dir: Path, folder: Path) -> None:
    """No write-ahead log of another file stands where DuckDB would look for this database's."""
    for place in (folder, marts_dir):
        (place / f"{DATABASE}.wal").unlink(missing_ok=True)


def _prune(marts_dir: Path) -> None:
    """Keep the current release and the newest others."""
    held = sorted(_folders(marts_dir / "releases"), key=_number, reverse=True)
    others = [folder for folder in held if folder.name != current_id(marts_dir)]
    for folder in others[KEPT - 1 :]:
        # Out of sight in one step, so that no half of a release is ever listed.
        doomed = folder.with_name(f"{_UNFINISHED}{folder.name}")
        folder.rename(doomed)
        shutil.rmtree(doomed)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# Reading


def _folders(releases: Path) -> list[Path]:
    if not releases.is_dir():
        return []
    return [p for p in sorted(releases.iterdir()) if p.is_dir() and not p.name.startswith(".")]


def _held(marts_dir: Path) -> list[str]:
    return [folder.name for folder in _folders(marts_dir / "releases")]


def _not_held(marts_dir: Path, release_id: str) -> str:
    held = ", ".join(_held(marts_dir)) or "none: run `attest build` first"
    return f"release {release_id} is not in {marts_dir}; held are: {held}"


def _number(folder: Path) -> int:
    """The place of a release in the order in which they were made; 0 where it cannot be read."""
    try:
        return int(read_manifest(folder)["number"])
    except ReleaseError:
        return 0


def _hashes(folder: Path, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """SHA-256 of every file of a folder but its manifest and its briefings, which have their own.

    Those of `known` are taken from it.
    """
    names = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST and (folder / BRIEFINGS) not in path.parents
    }
    held = known or {}
    return {name: held.get(name) or sha256_of(path) for name, path in names.items()}


def _inputs_of(manifest: Mapping[str, Any]) -> Inputs:
    return Inputs(
        manifest["kind"],
        dict(manifest["inputs"]),
        dict(manifest["code"]),
        dict(manifest["versions"]),
    )


def _damage(folder: Path, release_id: str, known: Mapping[str, str] | None = None) -> list[str]:
    """How the files differ from the manifest, and the manifest from its id.

    Files whose hashes are `known` are only looked for.
    """
    try:
        manifest = read_manifest(folder)
    except ReleaseError as error:
        return [str(error)]
    problems = []
    if not manifest["release_id"] == release_id == _inputs_of(manifest).id:
        problems.append(f"{MANIFEST}: its inputs do not give the id {release_id}")
    problems += _differences(manifest["outputs"], _hashes(folder, known))
    return problems + _damage_of_briefings(folder / BRIEFINGS, release_id)


def _damage_of_briefings(folder: Path, release_id: str) -> list[str]:
    if not folder.exists():
        return []
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        expected, of_release = dict(held["outputs"]), held["release_id"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{BRIEFINGS}/{MANIFEST} cannot be read: {error!r}"]
    problems = [f"{BRIEFINGS}/{one}" for one in _differences(expected, _hashes(folder))]
    if of_release != release_id:
        problems.append(f"{BRIEFINGS} were made from release {of_release}: make them again")
    return problems


def _differences(expected: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """How the files of a folder differ from its manifest."""
    problems = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            problems.append(f"{name} is missing")
        elif name not in expected:
            problems.append(f"{name} is not in the manifest")
        elif found[name] != expected[name]:
            problems.append(f"{name} has changed since it was published")
    return problems


def _broken_links(marts_dir: Path, folder: Path) -> list[str]:
    problems = []
    for name in LINKED:
        link, target = marts_dir / name, f"current/{name}"
        offered = (folder / name).exists()
        if offered and not (link.is_symlink() and link.readlink() == Path(target)):
            problems.append(f"{link} is not the link to {target}: publish again to mend it")
        elif link.is_symlink() and not offered:
            problems.append(f"{link} leads nowhere: publish again to mend it")
    return problems
