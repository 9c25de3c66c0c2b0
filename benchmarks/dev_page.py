"""Seconds from `dagster dev` to a page that answers and knows the assets.

    python -m benchmarks.dev_page

The alternative beside it is `dagster dev` on an empty project: what Dagster itself takes.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import until

ROOT = Path(__file__).resolve().parents[1]
DAGSTER = str(Path(sys.executable).with_name("dagster"))
QUERY = json.dumps({"query": "{ assetNodes { id } repositoriesOrError { __typename } }"}).encode()


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, least_assets: int) -> Callable[[], bool]:
    """Whether the page's server answers and shows that many assets."""

    def ask() -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql", QUERY, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=2) as response:
                return len(json.load(response)["data"]["assetNodes"]) >= least_assets
        except (OSError, urllib.error.URLError, TypeError, KeyError):
            return False

    return ask


def seconds_until_page(command: list[str], folder: Path, port: int, least_assets: int) -> float:
    """Start, wait for the page, stop."""
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        return until(answers(port, least_assets))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def main() -> None:
    ours, empty = [], []
    for _ in range(3):
        port = free_port()
        command = [DAGSTER, "dev", "--host", "127.0.0.1", "--port", str(port)]
        ours.append(seconds_until_page(command, ROOT, port, 1))
        with tempfile.TemporaryDirectory() as folder:
            bare = Path(folder, "bare.py")
            bare.write_text("from dagster import Definitions\ndefs = Definitions()\n")
            Path(folder, "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
            port = free_port()
            command = [DAGSTER, "dev", "-f", str(bare), "--host", "127.0.0.1", "--port", str(port)]
            empty.append(seconds_until_page(command, Path(folder), port, 0))
    print(f"dagster dev of this project: {sorted(ours)[1]:.1f} s until the page knows its assets")
    print(f"dagster dev of an empty project: {sorted(empty)[1]:.1f} s")
    print(f"ratio: {sorted(ours)[1] / sorted(empty)[1]:.2f}")


if __name__ == "__main__":
    main()
