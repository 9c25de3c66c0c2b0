"""A synthetic collection of any size: the tables that the stage estimates reads, from a seed.

One invented country of 14 x 60 districts and five years, with a number of deaths for every district
and month behind it. A claim is a place, a window and a class of people drawn from the mix below,
with the number that a body of its kind would give of it: counts of what was found stay under the
truth, ceilings above it, estimates on both sides. For every thousand claims one count is trebled,
so that some claims cannot hold together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any, Final

import pandas as pd

import schemas
from schemas.claims import Claims
from schemas.raw import Actors, Cards, Places, Populations, Resolutions, Territories

SEED: Final = 20161006
COUNTRY: Final = "XAA"
FIRST_LEVEL: Final = 14
SECOND_LEVEL: Final = 60
MONTHS: Final = 60
FIRST_YEAR: Final = 2012
SOURCE: Final = "synthetic"
RELEASE: Final = "2018-01-01"

SCOPES: Final = (
    (50, 2, 1),
    (5, 3, 1),
    (12, 1, 1),
    (8, 2, 3),
    (4, 2, 12),
    (8, 1, 12),
    (6, 0, 1),
    (5, 0, 12),
    (2, 0, 36),
)
"""Of a hundred claims: how many, of which level of place, over how many months."""

KINDS: Final = (
    (66, "flow"),
    (9, "reading"),
    (6, "stock"),
    (4, "parts"),
    (6, "repeat"),
    (3, "near_repeat"),
    (6, "limited"),
)
"""Of a hundred draws: plain claims, readings of a counter, stocks, wholes with their parts, the
same figure printed again, the same rounded, and claims limited by a restriction or coverage."""

METRICS: Final = ((62, "killed"), (30, "injured"), (3, "missing"), (5, "killed_or_injured"))
SHARE_OF_METRIC: Final = {"killed": 1.0, "injured": 2.4, "missing": 0.1, "killed_or_injured": 3.4}
POPULATIONS: Final = (
    (66, "all"),
    (18, "civilians"),
    (6, "children"),
    (5, "women"),
    (3, "combatants"),
    (2, "health_workers"),
)
SHARE_OF_POPULATION: Final = {
    "all": 1.0,
    "civilians": 0.6,
    "combatants": 0.4,
    "children": 0.15,
    "women": 0.2,
    "health_workers": 0.01,
}
STOCKS: Final = ((60, "idps"), (25, "refugees"), (15, "people_in_need"))
BASES: Final = (
    (14, "identified"),
    (32, "tallied"),
    (9, "registered"),
    (3, "survey"),
    (9, "modelled"),
    (2, "mse"),
    (10, "judgement"),
    (5, "machine_coded"),
    (16, "unstated"),
)
QUALIFIERS: Final = (
    (60, "plain"),
    (12, "about"),
    (3, "nearly"),
    (8, "at_least"),
    (8, "more_than"),
    (3, "at_most"),
    (1, "up_to"),
    (4, "between"),
    (1, "less_than"),
)
DEATHS: Final = ((58, "direct"), (35, "unstated"), (7, "direct_and_indirect"))
CAUSES: Final = ((85, "conflict"), (15, "unstated"))
LIMITS: Final = (
    ("restriction", "by air strikes"),
    ("restriction", "by shelling"),
    ("restriction", "of local nationality"),
    ("coverage", "functioning hospitals"),
    ("coverage", "areas that could be reached"),
)
COUNTS_OF_WHAT_WAS_FOUND: Final = ("identified", "tallied", "registered", "machine_coded")

Record = dict[str, Any]


def synthetic(size: int, seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Tables '<stage>/<table>' of raw and claims with `size` claims; the same each time."""
    made = {
        "raw/cards": schemas.frame(Cards, [_card()]),
        "raw/places": schemas.frame(Places, places()),
        "raw/territories": schemas.frame(Territories, territories()),
        "raw/populations": schemas.frame(Populations, populations()),
        "raw/actors": schemas.frame(Actors, actors()),
        "raw/resolutions": schemas.frame(Resolutions, []),
        "claims/claims": schemas.frame(Claims, Writer(Random(seed)).claims(size)),
    }
    for name, model in (("raw/places", Places), ("claims/claims", Claims)):
        broken = schemas.judge(model, made[name])
        if not broken.empty:
            raise ValueError(f"{name} is not valid:\n{broken.head()}")
    return made


def asked(number: int = 20) -> list[Record]:
    """Scopes to ask for, from one district's month to the country over all years."""
    found = []
    for n in range(number):
        place = (COUNTRY, _first(n % FIRST_LEVEL), _second(n % FIRST_LEVEL, n))[n % 3]
        months = (MONTHS, 12, 3, 1)[n % 4]
        start = n % (MONTHS - months + 1)
        first, last = _days(start, months)
        found.append(
            {
                "metric": "killed" if n % 5 else "injured",
                "measure": "flow",
                "unit": "people",
                "population": "civilians" if n % 4 == 3 else "all",
                "nationality": None,
                "deaths_counted": "direct_and_indirect" if n % 5 else None,
                "cause": "conflict",
                "place_id": place,
                "place_role": "happened_in",
                "from_place_id": None,
                "territory": None,
                "restriction": None,
                "coverage": None,
                "start_earliest": first,
                "start_latest": first,
                "end_earliest": last,
                "end_latest": last,
            }
        )
    return found


# Registers


def places() -> list[Record]:
    """The country, its first and second level, and three places below every fifth district."""
    found = [_place(COUNTRY, "Example", 0, None)]
    for i in range(FIRST_LEVEL):
        found.append(_place(_first(i), f"Province {i + 1}", 1, COUNTRY))
        for j in range(SECOND_LEVEL):
            district = _second(i, j)
            found.append(_place(district, f"District {i + 1}-{j + 1}", 2, _first(i)))
            if j % 5 == 0:
                found += [
                    _place(f"{district}/{town}", f"Town {town} of {i + 1}-{j + 1}", 3, district)
                    for town in "abc"
                ]
    return found


def territories() -> list[Record]:
    """A control area in every third province, dated, with a district inside and one outside."""
    found = []
    for i in range(0, FIRST_LEVEL, 3):
        for relation, other in (
            ("inside", _first(i)),
            ("contains", _second(i, 1)),
            ("disjoint", _second(i, 2)),
        ):
            found.append(
                {
                    "territory": TERRITORY,
                    "place_id": _first(i),
                    "relation": relation,
                    "other": other,
                    "valid_from": date(FIRST_YEAR, 1, 1),
                    "valid_to": date(FIRST_YEAR + 3, 12, 31),
                    "citation": "invented",
                }
            )
    return found


TERRITORY: Final = "northern areas"


def populations() -> list[Record]:
    """The logical edges of the default register."""
    return [
        {"population": part, "relation": "within", "whole": whole, "citation": "logical"}
        for part, whole in (
            ("boys", "children"),
            ("girls", "children"),
            ("soldiers", "combatants"),
            ("non_state_fighters", "combatants"),
        )
    ]


def actors() -> list[Record]:
    """Twenty bodies, each fourth a part of another, and twenty newsrooms."""
    kinds = ("monitor", "un_agency", "ngo", "health_authority", "government")
    bodies = [
        {
            "actor_id": f"body-{n}",
            "name": f"Body {n}",
            "parent_id": f"body-{n - 1}" if n % 4 == 3 else None,
            "kind": kinds[n % len(kinds)],
            "citation": "invented",
        }
        for n in range(BODIES)
    ]
    newsrooms = [
        {
            "actor_id": f"newsroom-{n}",
            "name": f"Newsroom {n}",
            "kind": "media",
            "citation": "invented",
        }
        for n in range(NEWSROOMS)
    ]
    return bodies + newsrooms


BODIES: Final = 20
NEWSROOMS: Final = 20


def _card() -> Record:
    return {
        "source_id": SOURCE,
        "release": RELEASE,
        "producer": "Nobody",
        "title": "An invented collection",
        "date_accessed": date.fromisoformat(RELEASE),
        "license": "CC0",
        "redistributable": True,
        "reader": "claim_sheet",
        "maturity": "final",
        "sensitivity": "public",
        "facts": "{}",
    }


def _place(place_id: str, name: str, level: int, parent: str | None) -> Record:
    return {
        "place_id": place_id,
        "name": name,
        "level": level,
        "parent_id": parent,
        "iso3": COUNTRY,
        "gazetteer": "invented",
    }


def _first(i: int) -> str:
    return f"XA{i + 1:02d}"


def _second(i: int, j: int) -> str:
    return f"{_first(i)}{j % SECOND_LEVEL + 1:02d}"


def _days(start: int, months: int) -> tuple[date, date]:
    """First day of a month counted from the first, and last day of the last of `months`."""
    last = start + months
    first = date(FIRST_YEAR + start // 12, start % 12 + 1, 1)
    return first, date(FIRST_YEAR + last // 12, last % 12 + 1, 1) - timedelta(days=1)


# Claims


@dataclass(frozen=True)
class Subject:
    """A place, its place id and the months from `start` to before `end`."""

    place_id: str
    start: int
    end: int

    @property
    def days(self) -> tuple[date, date]:
        return _days(self.start, self.end - self.start)


@dataclass
class Writer:
    """Writes claims about one invented war."""

    random: Random
    written: list[Record] = field(default_factory=list)
    _deaths: dict[str, list[float]] = field(init=False)
    """Deaths in a place from the first month to before each month."""

    def __post_init__(self) -> None:
        by_month: dict[str, list[float]] = defaultdict(lambda: [0.0] * MONTHS)
        for i in range(FIRST_LEVEL):
            for j in range(SECOND_LEVEL):
                for month in range(MONTHS):
                    deaths = self.random.lognormvariate(2.5, 1.2)
                    for place in (_second(i, j), _first(i), COUNTRY):
                        by_month[place][month] += deaths
        self._deaths = {place: [0.0, *accumulate(all_)] for place, all_ in by_month.items()}

    def claims(self, size: int) -> list[Record]:
        """Exactly `size` claims."""
        while len(self.written) < size:
            self.written.extend(self._draw())
        del self.written[size:]
        large = [claim for claim in self.written if _is_a_large_count(claim)]
        for claim in self.random.sample(large, size // 1000):
            claim |= _printed("plain", 3 * claim["value"])
        return self.written

    def _draw(self) -> Iterator[Record]:
        kind = self._one_of(KINDS)
        if kind in ("repeat", "near_repeat") and self.written:
            yield self._again(self.random.choice(self.written), rounded=kind == "near_repeat")
        elif kind == "reading":
            yield self._reading()
        elif kind == "stock":
            yield self._stock()
        elif kind == "parts":
            yield from self._whole_with_parts()
        else:
            yield self._flow(is_limited=kind == "limited")

    def _one_of(self, weighted: tuple[tuple[int, str], ...]) -> str:
        weights, words = zip(*weighted, strict=True)
        return str(self.random.choices(words, weights)[0])

    def _subject(self) -> Subject:
        scopes = [(level, months) for _, level, months in SCOPES]
        level, months = self.random.choices(scopes, [weight for weight, _, _ in SCOPES])[0]
        i, j = self.random.randrange(FIRST_LEVEL), self.random.randrange(SECOND_LEVEL)
        town = f"{_second(i, j - j % 5)}/{self.random.choice('abc')}"
        place = (COUNTRY, _first(i), _second(i, j), town)[level]
        start = self.random.randrange(MONTHS // months) * months if months < 36 else 0
        return Subject(place, start, start + months)

    def _truth(self, subject: Subject, metric: str, population: str) -> float:
        whole, _, town = subject.place_id.partition("/")
        deaths = self._deaths[whole][subject.end] - self._deaths[whole][subject.start]
        share = SHARE_OF_METRIC[metric] * SHARE_OF_POPULATION[population]
        return deaths * share * (0.3 if town else 1)

    def _flow(self, *, is_limited: bool) -> Record:
        subject, metric = self._subject(), self._one_of(METRICS)
        population, basis = self._one_of(POPULATIONS), self._one_of(BASES)
        truth = self._truth(subject, metric, population)
        claim = self._claim(subject, metric, population, basis) | self._number(truth, basis)
        if is_limited:
            axis, words = self.random.choice(LIMITS)
            claim |= {axis: words, **self._number(0.4 * truth, basis)}
        if subject.place_id in TERRITORY_PLACES and self.random.random() < 0.2:
            claim |= {"territory": TERRITORY, **self._number(0.1 * truth, basis)}
        edge = self.random.random()
        if edge < 0.04:
            claim["start_latest"] = claim["start_earliest"] + timedelta(days=27)
        elif edge < 0.05:
            claim |= dict.fromkeys(("start_earliest", "start_latest"))
        return claim

    def _reading(self) -> Record:
        """A counter since the first day: one in fifty falls, one in ten is raised later."""
        n, month = self.random.randrange(6), self.random.randrange(1, MONTHS + 1)
        place = COUNTRY if n < 3 else _first(self.random.randrange(FIRST_LEVEL))
        subject = Subject(place, 0, month)
        truth = self._truth(subject, "killed", "all") * (0.4 + 0.1 * n)
        claim = self._claim(subject, "killed", "all", "tallied")
        fate = self.random.random()
        if fate < 0.02:
            truth *= 0.8
        elif fate < 0.12:
            truth *= 1.1
            claim["published_on"] += timedelta(days=180)
        return claim | {
            "measure": "cumulative",
            "series": f"Body {n}, deaths since {FIRST_YEAR}",
            "speaker": f"Body {n}",
            "speaker_id": f"body-{n}",
            "origin": None,
            "origin_id": None,
            "deaths_counted": "direct",
            "cause": "conflict",
            **_printed("plain", round(truth)),
        }

    def _stock(self) -> Record:
        metric = self._one_of(STOCKS)
        subject = self._subject()
        last = subject.days[1]
        whole = Subject(subject.place_id, 0, subject.end)
        basis = self.random.choice(("registered", "modelled", "survey", "unstated"))
        return self._claim(subject, metric, "all", basis) | {
            "measure": "stock",
            "place_role": "came_from" if metric == "refugees" else "now_in",
            "start_earliest": last,
            "start_latest": last,
            **self._number(30 * self._truth(whole, "killed", "all"), basis),
        }

    def _whole_with_parts(self) -> Iterator[Record]:
        """A count with women, men and children: half of the time they sum exactly to it."""
        subject, basis = self._subject(), self.random.choice(("identified", "tallied"))
        whole = self._claim(subject, "killed", "all", basis)
        total = round(self._truth(subject, "killed", "all") * self.random.uniform(0.5, 1))
        yield whole | _printed("plain", total)
        shares = {"women": 0.2, "children": 0.15, "men": 0.65}
        numbers = {name: int(share * total) for name, share in shares.items()}
        if self.random.random() < 0.5:
            numbers["men"] += total - sum(numbers.values())
        for n, (population, number) in enumerate(numbers.items(), 1):
            record = f"{whole['record_id']}-{n}"
            yield whole | {
                "record_id": record,
                "claim_id": _claim_id(record, "killed"),
                "population": population,
                "part_of": whole["claim_id"],
                **_printed("plain", number),
            }

    def _again(self, first: Record, *, rounded: bool) -> Record:
        """The same figure in a newsroom's words some days later."""
        n = self.random.randrange(NEWSROOMS)
        record = f"r{len(self.written):06d}"
        day = first["published_on"] + timedelta(days=self.random.randrange(1, 20))
        claim = first | {
            "record_id": record,
            "claim_id": _claim_id(record, first["metric"]),
            "document_id": f"newsroom-{n}/{day:%Y-%m}",
            "published_on": day,
            "speaker": f"Newsroom {n}",
            "speaker_id": f"newsroom-{n}",
            "source_type": "media",
            "origin": first["origin"] or first["speaker"],
            "origin_id": first["origin_id"] or first["speaker_id"],
            "series": None,
            "part_of": None,
        }
        if rounded and first["value"] is not None and first["qualifier"] == "plain":
            claim |= _printed("about", _rounded(first["value"])) | {"origin": None}
        return claim

    def _claim(self, subject: Subject, metric: str, population: str, basis: str) -> Record:
        """Everything of a claim but its number."""
        record, n = f"r{len(self.written):06d}", self.random.randrange(BODIES)
        credited = self.random.randrange(BODIES) if self.random.random() < 0.3 else None
        first, last = subject.days
        day = last + timedelta(days=self.random.randrange(1, 60))
        return {
            "source_id": SOURCE,
            "release": RELEASE,
            "file": "claims.csv",
            "record_id": record,
            "claim_id": _claim_id(record, metric),
            "document_id": f"body-{n}/{day:%Y-%m}",
            "locator": record,
            "metric": metric,
            "measure": "flow",
            "unit": "people",
            "population": population,
            "deaths_counted": self._one_of(DEATHS) if "killed" in metric else None,
            "cause": self._one_of(CAUSES),
            "modality": "stated",
            "part_of": None,
            "place_id": subject.place_id,
            "place_role": "happened_in",
            "territory": None,
            "start_earliest": first,
            "start_latest": first,
            "end_earliest": last,
            "end_latest": last,
            "basis": basis,
            "speaker": f"Body {n}",
            "speaker_id": f"body-{n}",
            "source_type": actors()[n]["kind"],
            "origin": None if credited is None else f"Body {credited}",
            "origin_id": None if credited is None else f"body-{credited}",
            "derived_from": [],
            "series": None,
            "published_on": day,
            "recorded_on": date.fromisoformat(RELEASE),
            "method": "transcribed",
            "method_version": "synthetic",
            "review_status": "pending" if self.random.random() < 0.05 else "accepted",
            "doubts": [],
            "sensitivity": "public",
        }

    def _number(self, truth: float, basis: str) -> Record:
        """What a body would print of a true number, with its hedging word."""
        word = self._one_of(QUALIFIERS)
        draw = self.random
        if word in ("at_most", "up_to", "less_than"):
            return _printed(word, _rounded(round(truth * draw.uniform(1.2, 2)) + 10))
        if word == "between":
            low = round(truth * draw.uniform(0.5, 0.95))
            return {
                "qualifier": word,
                "value": None,
                "value_low": low,
                "value_high": max(low, round(truth * draw.uniform(1.05, 2)) + 1),
                "value_as_written": f"{low:,} to more",
            }
        if basis in COUNTS_OF_WHAT_WAS_FOUND or word in ("at_least", "more_than"):
            truth *= draw.uniform(0.4, 0.95)
        else:
            truth *= draw.lognormvariate(0, 0.25)
        number = int(truth)
        return _printed(word, number if word == "plain" else _rounded(number, down=True))


TERRITORY_PLACES: Final = frozenset(_first(i) for i in range(0, FIRST_LEVEL, 3))


def _claim_id(record: str, metric: str) -> str:
    return f"{SOURCE}/{RELEASE}/{record}#{metric}"


def _printed(qualifier: str, number: int) -> Record:
    return {
        "qualifier": qualifier,
        "value": number,
        "value_low": None,
        "value_high": None,
        "value_as_written": f"{number:,}",
    }


def _rounded(number: int, *, down: bool = False) -> int:
    """To two digits."""
    unit = int(10 ** max(0, len(str(number)) - 2))
    return (number if down else number + unit // 2) // unit * unit


def _is_a_large_count(claim: Record) -> bool:
    is_count = claim["basis"] in COUNTS_OF_WHAT_WAS_FOUND and claim["qualifier"] == "plain"
    return is_count and claim["value"] > 100
