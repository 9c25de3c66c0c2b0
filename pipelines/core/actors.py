"""Who: speakers, origins and publishers resolved to the register of actors."""

from __future__ import annotations

import re

import pandas as pd

from pipelines.core.names import folded

_PRODUCT = re.compile(r" (?:estimates?|figures|data|statistics|officials?|sources|reports?)$")
"""What a body is credited with: "UN estimates" credits the UN."""


class Actors:
    """The actors of `schemas.raw.Actors`, by name and by whom they are part of."""

    def __init__(self, actors: pd.DataFrame) -> None:
        self._by_name: dict[str, str] = {}
        self._parent: dict[str, str] = {}
        self._kind: dict[str, str] = {}
        for row in actors.to_dict("records"):
            actor = str(row["actor_id"])
            for name in (actor, row["name"], *row["other_names"]):
                self._by_name.setdefault(folded(str(name)), actor)
            if pd.notna(row["parent_id"]):
                self._parent[actor] = str(row["parent_id"])
            if pd.notna(row["kind"]):
                self._kind[actor] = str(row["kind"])

    def resolve(self, name: str | None) -> str | None:
        """The actor of that id or name; None where the register does not hold it."""
        key = folded(name) if name else ""
        return self._by_name.get(key) or self._by_name.get(_PRODUCT.sub("", key))

    def kind(self, actor_id: str) -> str | None:
        """The actor's kind, a word of source_type."""
        return self._kind.get(actor_id)

    def ancestors(self, actor_id: str) -> list[str]:
        """The bodies of which it is a part, nearest first."""
        found: list[str] = []
        while actor_id in self._parent:
            actor_id = self._parent[actor_id]
            found.append(actor_id)
        return found

    def same_or_part(self, a: str, b: str) -> bool:
        """Whether a and b are one actor, or one is a part of the other."""
        return a == b or a in self.ancestors(b) or b in self.ancestors(a)
