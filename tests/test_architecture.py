"""The walls of the house: who may import what, what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

STAGES = ("raw", "claims", "figures", "estimates", "marts", "charts", "briefings")
MAY_IMPORT = {"briefings": ("charts",)}
"""A briefing shows charts: the two are one output, and charts know nothing of briefings."""
DAGSTER_MODULES = ("pipelines.defs", "pipelines.definitions")


def modules(root: Path) -> dict[str, Path]:
    found = {}
    for package in ("pipelines", "schemas"):
        for path in sorted((root / package).rglob("*.py")):
            name = path.relative_to(root).with_suffix("").as_posix().replace("/", ".")
            found[name.removesuffix(".__init__")] = path
    return found


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_the_dagster_layer_imports_dagster(root: Path) -> None:
    for name, path in modules(root).items():
        if not name.startswith(DAGSTER_MODULES):
            assert not any(i.split(".")[0].startswith("dagster") for i in imported(path)), name


def test_every_other_module_imports_with_dagster_absent(root: Path) -> None:
    names = [n for n in modules(root) if not n.startswith(DAGSTER_MODULES)]
    code = (
        "import sys, importlib\n"
        "sys.modules['dagster'] = None\n"
        f"for name in {names!r}:\n    importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_no_other_stage(root: Path, stage: str) -> None:
    others = tuple(
        f"pipelines.{other}" for other in STAGES if other not in (stage, *MAY_IMPORT.get(stage, ()))
    )
    for name, path in modules(root).items():
        if name.startswith(f"pipelines.{stage}"):
            reached = {i for i in imported(path) if i.startswith(others)}
            assert not reached, f"{name} imports {reached}"


def test_core_and_schemas_import_no_stage(root: Path) -> None:
    stages = tuple(f"pipelines.{stage}" for stage in STAGES)
    for name, path in modules(root).items():
        if name.startswith("pipelines.core"):
            assert not any(i.startswith(stages) for i in imported(path)), name
        if name.startswith("schemas"):
            assert not any(i.startswith("pipelines") for i in imported(path)), name


def test_a_file_opens_by_saying_what_belongs_in_it(root: Path) -> None:
    for name, path in modules(root).items():
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), name


def test_no_stage_reads_the_clock_or_asks_the_network(root: Path) -> None:
    forbidden = re.compile(
        r"\b(datetime\.now|date\.today|time\.time|utcnow"
        r"|(import|from) (urllib\.request|urllib3|requests|socket|http))\b"
    )
    stages = tuple(f"pipelines.{s}" for s in (*STAGES, "core"))
    asked = [
        f"{name}: {match.group()}"
        for name, path in modules(root).items()
        if name.startswith(stages)
        for match in forbidden.finditer(path.read_text(encoding="utf-8"))
    ]
    # The manifest's build time, outside every hash, is the one look at the clock.
    allowed = ("pipelines.marts.release:", "pipelines.raw.download:")
    assert [a for a in asked if not a.startswith(allowed)] == []


def test_only_the_command_fetch_reaches_the_network(root: Path) -> None:
    def importers(module: str) -> set[str]:
        return {name for name, path in modules(root).items() if module in imported(path)}

    assert importers("pipelines.raw.download") == {"pipelines.raw.fetch"}
    assert importers("pipelines.raw.fetch") == {"pipelines.cli"}


def test_the_lock_has_hashes_and_no_address(root: Path) -> None:
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links", lock)
    pinned = re.findall(r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==", lock, re.M)
    assert {"dagster", "duckdb", "pandas", "pandera", "matplotlib", "hatchling"} <= set(pinned)
