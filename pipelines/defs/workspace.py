"""Where a build reads and writes, and which inputs its run is made from.

Every asset of one run works on the inputs as the run found them: the asset of the stage raw takes
stock and notes the release id under the run's id; the others read it there. An asset that is
materialized alone works on the inputs as they are now, and finds the tables of earlier stages only
if those were made from the same inputs.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

from dagster import ConfigurableResource

from pipelines.core.ids import short_hash
from pipelines.core.inputs import ROOT, Inputs, Kind, inputs_of
from pipelines.core.tables import Staging
from pipelines.raw.fingerprint import input_files
from pipelines.raw.stage import take_stock

STAGINGS_KEPT = 3

DEFAULT_RAW = ROOT / "data" / "raw"
DEFAULT_MARTS = ROOT / "data" / "marts"


class Workspace(ConfigurableResource):
    """The folders and the kind of a build."""

    raw_dir: str = str(DEFAULT_RAW)
    marts_dir: str = str(DEFAULT_MARTS)
    kind: str = "own"

    @property
    def raw(self) -> Path:
        """The folder of sources and registers."""
        return Path(self.raw_dir)

    @property
    def marts(self) -> Path:
        """The folder of releases."""
        return Path(self.marts_dir)

    @property
    def release_kind(self) -> Kind:
        """Whether the release is the office's own or the public one."""
        if self.kind not in ("own", "public"):
            raise ValueError(f"kind is {self.kind!r}: write own or public")
        return "public" if self.kind == "public" else "own"

    @property
    def _cache(self) -> Path:
        """Where the tables between the stages lie.

        Those of a public release hold quotes, pending claims and values that were set aside, and
        its folder may be served as it stands: they never lie there.
        """
        if self.release_kind == "own":
            return self.marts / ".staging"
        return ROOT / "data" / "cache" / f"public-{short_hash(str(self.marts.resolve()))}"

    @property
    def parts_kept(self) -> Path:
        """Where the parts of registers are kept from build to build, on the disk of the tables."""
        return self._cache / "parts"

    def open_run(self, run_id: str) -> Staging:
        """Take stock of data/raw for a run: its tables are staged, its inputs noted."""
        stock = take_stock(self.raw, self.release_kind)
        inputs = inputs_of(input_files(self.raw, self.release_kind), self.release_kind)
        staging = Staging(self._cache / inputs.id)
        staging.write(stock)
        _write_json(staging.folder / "inputs.json", asdict(inputs))
        _write_json(self._cache / "runs" / f"{run_id}.json", {"id": inputs.id})
        return staging

    def staging(self, run_id: str) -> Staging:
        """The tables made from the inputs of this run."""
        note = self._cache / "runs" / f"{run_id}.json"
        if note.exists():
            return Staging(self._cache / json.loads(note.read_text())["id"])
        return Staging(self._cache / self.inputs_now().id)

    def inputs_now(self) -> Inputs:
        """The inputs as they are on disk now."""
        return inputs_of(input_files(self.raw, self.release_kind), self.release_kind)

    def close_run(self, run_id: str) -> None:
        """Forget the run, and stagings of builds long past."""
        if not self._cache.is_dir():  # the first build failed before it had made a table
            return
        (self._cache / "runs" / f"{run_id}.json").unlink(missing_ok=True)
        kept = {"runs", self.parts_kept.name}
        folders = [p for p in self._cache.iterdir() if p.is_dir() and p.name not in kept]
        folders.sort(key=lambda p: p.stat().st_mtime_ns, reverse=True)
        for folder in folders[STAGINGS_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)


def _write_json(path: Path, content: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(content, indent=1, sort_keys=True))
    partial.replace(path)
