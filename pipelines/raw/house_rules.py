"""The rules of the user's office: `house_rules.yml`, directly in data/raw.

A list of which source the office quotes, for which metric, place and class of people. How the file
becomes a table belongs here; the stage estimates applies it. As with the registers, any fault is
told, and stops the build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipelines.core.gazetteer import Gazetteer
from pipelines.raw import yaml_text
from pipelines.raw.checksums import entry_fault
from pipelines.raw.faults import Fault, Wrong, choose
from pipelines.raw.yaml_text import text_of
from schemas import allowed_of, columns, frame
from schemas.raw import HouseRules

HOUSE_RULES: Final = "house_rules.yml"
"""Name of the file in data/raw."""

_COLUMN_OF: Final = {
    "metric": "metric",
    "place": "place_id",
    "population": "population",
    "source": "source",
    "reason": "reason",
}
"""The fields of a rule, and the column that each fills."""

_ANY: Final = "any"
_WRITE_A_LIST: Final = "write a list: '- metric: ...', and below it place, source and reason"

_Record = dict[str, Any]


def read_house_rules(
    raw_dir: Path, gazetteer: Gazetteer | None
) -> tuple[pd.DataFrame, list[Fault]]:
    """The office's rules in the order of the file, and every fault of it; none without the file.

    Parameters
    ----------
    raw_dir
        The folder that may hold the file.
    gazetteer
        What resolves a place by its id or exact name. None: the registers of places have faults of
        their own, so places are left unread; the build stops anyhow.
    """
    records: list[_Record] = []
    faults: list[Fault] = []
    try:
        entries = _entries(raw_dir / HOUSE_RULES)
    except yaml_text.YamlFault as error:
        faults.append(Fault(HOUSE_RULES, error.line, "", "", error.reason, error.fix))
        entries = []
    for number, entry in enumerate(entries, start=1):
        record, found = _rule(number, entry, gazetteer)
        records.append(record)
        faults += found
    if not faults:
        faults += _given_twice(records, entries)
    return frame(HouseRules, records if not faults else []), faults


def _entries(path: Path) -> list[yaml_text.Node]:
    """The items of the list; none where there is no file or nothing in it. Raises YamlFault."""
    if not path.exists() and not path.is_symlink():
        return []
    reason = entry_fault(path)
    if reason is None and not path.is_file():
        reason = "it is no plain file"
    if reason is not None:
        raise yaml_text.YamlFault(reason, "put the file itself here")
    try:
        with path.open("rb") as stream:
            data = stream.read(yaml_text.MOST_BYTES + 1)
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or 'fault of the disk'})"
        raise yaml_text.YamlFault(reason, "make it readable") from None
    root = yaml_text.parse(yaml_text.decode(data))
    if root is None or (isinstance(root, yaml_text.Scalar) and not text_of(root)):
        return []
    if not isinstance(root, yaml_text.Sequence):
        raise yaml_text.YamlFault("holds no list of rules", _WRITE_A_LIST, root.line)
    return root.items


def _rule(
    number: int, entry: yaml_text.Node, gazetteer: Gazetteer | None
) -> tuple[_Record, list[Fault]]:
    """One rule with every fault of it; a field that cannot be read is empty."""
    record: _Record = {"line": number}
    if not isinstance(entry, yaml_text.Mapping):
        reason = "holds no named fields"
        return record, [_fault(number, entry.line, "", text_of(entry), reason, _WRITE_A_LIST)]
    faults = list(_structure_faults(number, entry))
    readers: dict[str, Callable[[str], str | None]] = {
        "place": lambda text: _place(text, gazetteer),
        "population": lambda text: None if text == _ANY else _word("population", text),
        "metric": lambda text: _word("metric", text),
    }
    for name, column in _COLUMN_OF.items():
        key, node = entry.fields.get(name, (None, None))
        try:
            text = _text(name, node)
            record[column] = readers[name](text) if text and name in readers else text or None
        except Wrong as wrong:
            line = key.line if key else entry.line
            faults.append(_fault(number, line, name, text_of(node), wrong.reason, wrong.fix))
    return record, sorted(faults, key=lambda fault: fault.line or 0)


def _structure_faults(number: int, entry: yaml_text.Mapping) -> Iterator[Fault]:
    for key in yaml_text.doubled(entry):
        yield _fault(number, key.line, key.text, "", "is given twice", "keep one of them")
    for scalar in yaml_text.invisible(entry):
        reason = "holds a control character or half a character"
        yield _fault(number, scalar.line, "", scalar.text, reason, "delete it")
    for name, (key, _) in entry.fields.items():
        if name not in _COLUMN_OF:
            reason = "is no field of a house rule"
            yield _fault(number, key.line, name, "", reason, choose(name, _COLUMN_OF))


def _text(name: str, node: yaml_text.Node | None) -> str:
    if node is not None and not isinstance(node, yaml_text.Scalar):
        raise Wrong("holds a list or fields", "write one text; make a rule for each of several")
    text = " ".join(text_of(node).split())
    column = columns(HouseRules)[_COLUMN_OF[name]]
    if not text and not column.nullable:
        raise Wrong("is missing", f"add '{name}: ...' ({column.description})")
    return text


def _word(name: str, text: str) -> str:
    allowed = allowed_of(HouseRules, name) or []
    if text not in allowed:
        raise Wrong("is not a word that it may hold", choose(text, allowed))
    return text


def _place(text: str, gazetteer: Gazetteer | None) -> str | None:
    """The place of that id or exact name; None for any. Raises Wrong for none, and for several."""
    if text == _ANY or gazetteer is None:
        return None
    place = gazetteer.resolve(text)
    if place is not None:
        return place
    if several := gazetteer.candidates(text):
        raise Wrong("is the name of several places", f"write one of the ids {', '.join(several)}")
    raise Wrong("is no place of places.csv", "write the id or exact name of a place, or add it")


def _given_twice(records: list[_Record], entries: list[yaml_text.Node]) -> Iterator[Fault]:
    """A rule with the same scope and source as one before it, which could never hold."""
    first: dict[tuple[Any, ...], int] = {}
    for record, entry in zip(records, entries, strict=True):
        number = record["line"]
        same = tuple(record[name] for name in ("metric", "place_id", "population", "source"))
        if first.setdefault(same, number) != number:
            reason = f"says again what rule {first[same]} says of metric, place and population"
            yield _fault(number, entry.line, "source", same[-1], reason, "keep one of them")


def _fault(number: int, line: int, field: str, value: str, reason: str, fix: str) -> Fault:
    """A fault of a field of the rule of that number in the list."""
    where = f"rule {number}" + (f", {field}" if field else "")
    return Fault(HOUSE_RULES, line, where, value, reason, fix)
