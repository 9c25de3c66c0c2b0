"""What the command line shows while a build runs: one line a stage, on standard error."""

import logging
import sys

from dagster import DagsterEventType, InitLoggerContext, logger

WORDS = {
    "take_stock": "raw: taking stock of data/raw",
    "read_claims": "claims: reading figures",
    "make_figures": "figures: making them comparable",
    "answer_questions": "estimates: answering questions",
    "make_marts": "marts: making the tables",
    "draw_charts": "charts: drawing",
    "release": "release: writing, verifying, switching",
}


class _StageHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is not None and event.event_type == DagsterEventType.STEP_START:
            print(WORDS.get(event.step_key, event.step_key), file=sys.stderr, flush=True)


@logger(config_schema={"shown": bool}, description="One line a stage, for the command line.")
def progress_logger(context: InitLoggerContext) -> logging.Logger:
    """A logger that says which stage has begun, where asked to, and nothing else."""
    made = logging.Logger("attest.progress")
    shown = context.logger_config["shown"]
    made.addHandler(_StageHandler() if shown else logging.NullHandler())
    return made
