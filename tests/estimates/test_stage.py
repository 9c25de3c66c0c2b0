import pandas as pd

import schemas
from pipelines.core.tables import MODELS
from pipelines.estimates.stage import READS, answer

MADE = {key for key in MODELS if key.startswith("estimates/")}


def test_no_claims_make_empty_tables():
    made = answer({key: schemas.frame(MODELS[key], []) for key in READS})
    assert made.keys() == MADE
    for key, table in made.items():
        assert table.empty
        assert list(table.columns) == list(schemas.columns(MODELS[key]))


def test_every_answer_joins_to_its_question_and_its_claims(answers_of, tables_of):
    changes = ({}, {"speaker": "SOHR", "number": 400}, {"coverage": "hospitals"}, {"basis": "mse"})
    made = answers_of(*changes)
    claims = set(tables_of(*changes)["claims/claims"]["claim_id"])
    questions = set(made["estimates/questions"]["question_id"])
    assert set(made["estimates/estimates"]["question_id"]) <= questions
    evidence = made["estimates/evidence"]
    assert set(evidence["claim_id"]) <= claims
    assert set(evidence["estimate_id"]) == set(made["estimates/estimates"]["estimate_id"])


def test_the_given_tables_are_left_as_they_were(tables_of):
    tables = tables_of({}, {"number": 3})
    before = {key: table.copy(deep=True) for key, table in tables.items()}
    answer(tables)
    for key, table in tables.items():
        pd.testing.assert_frame_equal(table, before[key])
