"""The data dictionary and the vocabulary: as a table of the release and as pages of docs/.

Everything is read from the models and from `schemas.vocab`; a test fails where a page is stale.
Rewrite the pages with `python -m pipelines.marts.dictionary`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

import schemas
from pipelines.core.inputs import ROOT
from schemas import marts
from schemas.sql import column_types
from schemas.vocab import VOCABULARIES

_GENERATED = "Made from `schemas/` by `python -m pipelines.marts.dictionary`: change it there."


def dictionary(models: Iterable[schemas.Model] = schemas.PUBLISHED) -> pd.DataFrame:
    """One row a column of the given tables, in the order of tables and columns."""
    return schemas.frame(
        marts.Dictionary,
        [
            {
                "table_name": schemas.table_of(model),
                "column_name": name,
                "type": column_types(model)[name],
                "unit": column.metadata.get("unit"),
                "nullable": column.nullable,
                "allowed": _allowed(column.checks),
                "description": column.description,
            }
            for model in models
            for name, column in schemas.columns(model).items()
        ],
    )


def _allowed(checks: Iterable[object]) -> str | None:
    for check in checks:
        if getattr(check, "name", None) == "isin":
            return ", ".join(check.statistics["allowed_values"])  # type: ignore[attr-defined]
    return None


def render() -> str:
    """The page docs/data_dictionary.md."""
    rows = dictionary()
    parts = [
        "# Data dictionary\n",
        _GENERATED + "\n",
        "Tables of the schema `marts`. An empty cell means unknown or open, never zero. "
        "Key columns are marked with `*`.\n",
    ]
    for model in schemas.PUBLISHED:
        name = schemas.table_of(model)
        parts.append(f"## {name}\n")
        internal = " Not in a public release." if schemas.is_internal(model) else ""
        parts.append(f"{_cell(schemas.describe(model))}{internal}\n")
        parts.append("| column | type | unit | may be empty | meaning |\n|---|---|---|---|---|")
        key = schemas.key_of(model)
        for row in rows[rows["table_name"] == name].to_dict("records"):
            column = str(row["column_name"])
            meaning = str(row["description"])
            if pd.notna(row["allowed"]):
                meaning += f" One of: {row['allowed']}."
            cells = (
                f"`{column}`{'*' if column in key else ''}",
                str(row["type"]),
                "" if pd.isna(row["unit"]) else str(row["unit"]),
                "yes" if row["nullable"] else "no",
                meaning,
            )
            parts.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
        parts.append("")
    return "\n".join(parts)


def render_vocabulary() -> str:
    """The page docs/vocabulary.md."""
    parts = ["# Vocabulary\n", _GENERATED + "\n", "Every word that a closed column may hold.\n"]
    for column, words in VOCABULARIES.items():
        parts.append(f"## {column}\n")
        parts.append("| word | meaning |\n|---|---|")
        parts += [f"| `{word}` | {_cell(meaning)} |" for word, meaning in words.items()]
        parts.append("")
    return "\n".join(parts)


def _cell(words: str) -> str:
    """Text that stays within its cell of a Markdown table."""
    return words.replace("|", "\\|").replace("<", "&lt;")


def pages() -> dict[Path, str]:
    """The generated pages, by where they lie in the project."""
    return {
        Path("docs/data_dictionary.md"): render(),
        Path("docs/vocabulary.md"): render_vocabulary(),
    }


def main() -> None:
    """Rewrite the generated pages."""
    for path, words in pages().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(words, encoding="utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
