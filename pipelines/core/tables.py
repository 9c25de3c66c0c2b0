"""Tables on disk between stages: one Parquet file a table, typed and ordered by its model.

The staging folder of a build is named after its inputs, so a table found there was made from them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pandas as pd

import schemas
from pipelines.core.entries import Entries
from schemas.sql import register, typed_select

MODELS: dict[str, schemas.Model] = {
    f"{schemas.stage_of(model)}/{schemas.table_of(model)}": model for model in schemas.STAGES
} | {f"marts/{schemas.table_of(model)}": model for model in schemas.PUBLISHED}
"""The model of every table by '<stage>/<table>'."""


class MissingTable(FileNotFoundError):
    """A stage was asked for before the stage that it reads from."""


class Staging:
    """Parquet files of one build's tables below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """Where the table of that key lies."""
        return self.folder / f"{key}.parquet"

    @property
    def scratch(self) -> Path:
        """Where the parts of registers lie."""
        return self.folder / "entries"

    @property
    def entries(self) -> Entries:
        """The parts of registers that this build has made so far."""
        return Entries.read(self.scratch)

    def write(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write tables, each whole or not at all."""
        with duckdb.connect() as connection:
            for key, table in tables.items():
                target = self.path(key)
                target.parent.mkdir(parents=True, exist_ok=True)
                partial = target.with_name(f".{target.name}.{os.getpid()}")
                register(connection, "table_in_hand", table)
                select = typed_select(MODELS[key], "table_in_hand")
                connection.execute(f"COPY ({select}) TO '{_literal(partial)}' (FORMAT parquet)")
                connection.unregister("table_in_hand")
                partial.replace(target)

    def read(self, keys: Iterable[str]) -> dict[str, pd.DataFrame]:
        """Read tables back with their models' types. Raises MissingTable where one is not made."""
        found: dict[str, pd.DataFrame] = {}
        with duckdb.connect() as connection:
            for key in keys:
                if not self.path(key).exists():
                    raise MissingTable(
                        f"{key} has not been made from the inputs as they are now: "
                        "materialize the stage before it first, or everything together"
                    )
                rows = connection.execute(f"FROM '{_literal(self.path(key))}'").df()
                found[key] = schemas.coerce(MODELS[key], rows)
        return found


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")
