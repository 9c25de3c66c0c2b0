from datetime import date

import pandas as pd
import pytest

from pipelines.core.covers import Covers, CoversFault
from pipelines.core.gazetteer import Gazetteer
from schemas import frame
from schemas.raw import Places, Territories

PLACES = (
    {"place_id": "SYR", "name": "Syria", "level": 0, "gazetteer": "g"},
    {"place_id": "SY02", "name": "Aleppo", "level": 1, "parent_id": "SYR", "gazetteer": "g"},
    {"place_id": "IRQ", "name": "Iraq", "level": 0, "gazetteer": "g"},
)
ROW = {
    "place_id": "SY02",
    "start_earliest": date(2015, 12, 1),
    "end_latest": date(2016, 3, 1),
}


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    territories: pd.DataFrame = frame(Territories, [])
    return Gazetteer(frame(Places, PLACES), territories)


@pytest.mark.parametrize(
    ("stated", "change", "held"),
    [
        (None, {}, True),
        (None, {"place_id": None, "start_earliest": None}, True),
        ({"countries": "SYR"}, {}, True),
        ({"countries": ["Iraq", "Syria"]}, {}, True),
        ({"countries": ["Iraq"]}, {}, False),
        ({"countries": ["Nowhere"]}, {}, False),
        ({"countries": ["SYR"]}, {"place_id": "SYR"}, True),
        ({"countries": ["SYR"]}, {"place_id": None}, False),
        ({"years": "2015-2016"}, {}, True),
        ({"years": ["2015", "2016"]}, {}, True),
        ({"years": ["2011 \u2013 2020"]}, {}, True),
        ({"years": ["2016"]}, {}, False),
        ({"years": ["2015"]}, {}, False),
        ({"years": ["2016"]}, {"start_earliest": date(2016, 1, 1)}, True),
        ({"years": ["2015-2016"]}, {"start_earliest": None}, False),
        ({"years": ["2015-2016"]}, {"end_latest": None}, False),
        ({"countries": ["IRQ"], "years": ["2015-2016"]}, {}, False),
        ({"countries": ["SYR"], "years": ["2015-2016"]}, {}, True),
    ],
)
def test_a_claim_lies_within_or_is_not_known_to(places, stated, change, held):
    assert Covers.read(stated).holds(ROW | change, places) is held


@pytest.mark.parametrize(
    "stated",
    [
        "SYR",
        [],
        {},
        {"country": "SYR"},
        {"countries": "SYR", "days": "2016"},
        {"countries": []},
        {"countries": ""},
        {"countries": [["SYR"]]},
        {"countries": {"a": "b"}},
        {"years": "16"},
        {"years": "2016-2011"},
        {"years": ["2016", " "]},
        {"years": "2016-03"},
    ],
)
def test_what_cannot_be_read_is_told(stated):
    with pytest.raises(CoversFault) as fault:
        Covers.read(stated)
    assert "countries" in fault.value.fix
