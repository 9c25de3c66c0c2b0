"""The registry: data sets whose publisher's address is known, and the cards they come with.

One file a source in `registry/`. What such a file may say, how it is read, and the card that it
gives for bytes that arrived belong here; fetching them does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from pipelines.raw import yaml_text
from pipelines.raw.cards import name_fault, read_card, whole_day
from pipelines.raw.faults import Fault, RawFault, Wrong
from pipelines.raw.kinds import KINDS

REGISTRY: Final = Path(__file__).parent / "registry"
"""The registered sources."""

_SOURCE_FIELDS: Final = frozenset(("note", "card", "releases"))
_RELEASE_FIELDS: Final = frozenset(("published_on", "note", "card", "files"))
_FILE_FIELDS: Final = frozenset(("url", "kind", "least", "most", "sha256", "for_years"))
_YEARS: Final = re.compile(r"([0-9]{4})-([0-9]{4})")
_ANY_DAY: Final = date(2000, 1, 1)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class RegistryFault(RawFault):
    """A registry that cannot be used, or a source or release that it does not hold."""


@dataclass(frozen=True)
class RegisteredFile:
    """A file that a release is made of."""

    name: str
    url: str | None
    """The publisher's address; None where a person has to get it."""
    kind: str
    least: int
    most: int
    sha256: str | None
    """None where it is not known beforehand."""


@dataclass(frozen=True)
class RegisteredRelease:
    """A release of a source; without a day of publication, whatever its address offers today."""

    source_id: str
    name: str
    published_on: date | None
    files: tuple[RegisteredFile, ...]
    card: dict[str, Any]
    note: str

    @property
    def page(self) -> str:
        """Where a person finds the data set."""
        return str(self.card.get("url", ""))

    def card_text(
        self,
        release: str,
        published_on: date,
        accessed_on: date,
        checksums: Mapping[str, str],
        fetched: Mapping[str, dict[str, str]],
    ) -> str:
        """The card of bytes that arrived, in the folder `release`.

        `fetched` says by file name where it came from. Raises RegistryFault where the card would
        have faults.
        """
        fields = {name: _named(value, release) for name, value in self.card.items()}
        if fetched:
            fields["facts"] = {**fields.get("facts", {}), "fetched": dict(fetched)}
        fields |= {
            "published_on": published_on.isoformat(),
            "date_accessed": accessed_on.isoformat(),
            "sha256": dict(sorted(checksums.items())),
        }
        text = yaml_text.written(fields)
        if faults := read_card(text.encode(), self.source_id, release).faults:
            raise RegistryFault(faults)
        return text


@dataclass(frozen=True)
class Registered:
    """A source: its releases by name, the newest last."""

    source_id: str
    releases: dict[str, RegisteredRelease]


def read_registry(folder: Path = REGISTRY) -> dict[str, Registered]:
    """Every registered source by its id, in order. Raises RegistryFault."""
    return {path.stem: _source(path) for path in sorted(folder.glob("*.yml"))}


def find_release(
    registry: Mapping[str, Registered], source_id: str, name: str | None
) -> RegisteredRelease:
    """The named release of a source, or its newest. Raises RegistryFault."""
    if source_id not in registry:
        fix = f"write one of {', '.join(registry)}"
        raise _fault("", "source", source_id, "is not registered", fix)
    releases = registry[source_id].releases
    if name is not None and name not in releases:
        fix = f"write one of {', '.join(releases)}"
        raise _fault("", "release", name, f"is no registered release of {source_id}", fix)
    return releases[name] if name is not None else list(releases.values())[-1]


def _fault(file: str, column: str, value: str, reason: str, fix: str) -> RegistryFault:
    return RegistryFault([Fault(file or "the registry", None, column, value, reason, fix)])


def _source(path: Path) -> Registered:
    try:
        root = yaml_text.parse(yaml_text.decode(path.read_bytes()))
        if root is None or next(yaml_text.doubled(root), None) is not None:
            raise Wrong("is empty, or gives a field twice", "write each field once")
        fields = _fields(yaml_text.plain(root), _SOURCE_FIELDS)
        card = _mapping(fields.get("card"))
        note = str(fields.get("note", ""))
        releases = {
            name: _release(path.stem, name, {"note": note, **_fields(held, _RELEASE_FIELDS)}, card)
            for name, held in _mapping(fields.get("releases")).items()
        }
        if not releases or name_fault(path.stem):
            raise Wrong("names no release, or is no name of a source", "see the other files")
        return Registered(path.stem, releases)
    except (Wrong, yaml_text.YamlFault) as error:
        raise _fault(path.name, "", "", str(error), error.fix) from None


def _release(
    source_id: str, name: str, held: dict[str, Any], card: dict[str, Any]
) -> RegisteredRelease:
    if reason := name_fault(name):
        raise Wrong(f"release '{name}': {reason}", "give it another name")
    published_on = whole_day(held["published_on"]) if "published_on" in held else None
    files = tuple(
        file
        for pattern, said in _mapping(held.get("files")).items()
        for file in _files(pattern, _fields(said, _FILE_FIELDS))
    )
    if not files:
        raise Wrong(f"release '{name}' names no file", "name its files")
    own = {**card, **_mapping(held.get("card", {}))}
    release = RegisteredRelease(
        source_id, name, published_on, files, own, str(held.get("note", ""))
    )
    # So that a registry which gives no good card is found before anything is downloaded.
    day = published_on or _ANY_DAY
    release.card_text(name, day, day, {file.name: "0" * 64 for file in files}, {})
    return release


def _files(pattern: str, said: dict[str, Any]) -> list[RegisteredFile]:
    """The file, or one for each year where its name and address say {year}."""
    years = [""]
    if "for_years" in said:
        found = _YEARS.fullmatch(str(said["for_years"]))
        if not found or "{year}" not in pattern:
            raise Wrong(f"file '{pattern}': for_years does not fit", "write for_years: 2001-2025")
        years = [str(year) for year in range(int(found[1]), int(found[2]) + 1)]
    return [_file(pattern.replace("{year}", year), year, said) for year in years]


def _file(name: str, year: str, said: dict[str, Any]) -> RegisteredFile:
    if reason := name_fault(name):
        raise Wrong(f"file '{name}': {reason}", "give it another name")
    kind, sha256 = said.get("kind"), said.get("sha256") or None
    if kind not in KINDS:
        raise Wrong(f"file '{name}' has no kind", f"write one of {', '.join(KINDS)}")
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise Wrong(f"file '{name}': sha256 is not 64 digits", "write it in small letters")
    least, most = (said.get(end, "") for end in ("least", "most"))
    if not (least.isdecimal() and most.isdecimal() and int(least) < int(most)):
        raise Wrong(f"file '{name}' has no sizes", "write least and most, in bytes")
    url = said["url"].replace("{year}", year) if said.get("url") else None
    return RegisteredFile(name, url, kind, int(least), int(most), sha256)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Wrong("has no card, no releases or no files", "write 'name: value' lines below it")
    return value


def _fields(value: Any, known: frozenset[str]) -> dict[str, Any]:
    fields = _mapping(value)
    if unknown := sorted(fields.keys() - known):
        raise Wrong(f"names {', '.join(unknown)}", f"write only {', '.join(sorted(known))}")
    return fields


def _named(value: Any, release: str) -> Any:
    return value.replace("{release}", release) if isinstance(value, str) else value
