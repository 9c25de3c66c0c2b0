"""The command line. Parses, calls, prints; what a command does stands in the stage it belongs to.

Heavy modules are imported where they are used, so that `attest --help` answers at once.
Exit codes: 0 done, 1 it failed or something was found wrong, 2 wrong use.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from pipelines.claims.text.lines import Answer

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
MARTS = ROOT / "data" / "marts"
PUBLIC = ROOT / "data" / "marts" / "public"

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)

raw_option = click.option(
    "--raw", "raw_dir", type=FOLDER, default=RAW, help="Folder of sources and registers."
)
marts_option = click.option(
    "--marts", "marts_dir", type=FOLDER, default=MARTS, help="Folder of releases."
)
briefings_option = click.option(
    "--briefings", is_flag=True, help="Also write the standing briefings, beside the release."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")


def _epilog(*examples: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples)


def _print_json(content: Any) -> None:
    click.echo(json.dumps(content, indent=1, ensure_ascii=False, default=str))


def _fail(lines: Iterable[str], code: int = 1) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="attest")
def main() -> None:
    """Published figures about people killed, injured and displaced, as tables you can defend."""


@main.command(
    epilog=_epilog(
        "attest build",
        "attest build --briefings",
        "attest build --strict --json",
        "attest build --raw my/raw --marts my/marts",
    )
)
@raw_option
@marts_option
@click.option(
    "--strict", is_flag=True, help="Exit 1 where any row was quarantined or file refused."
)
@briefings_option
@json_option
def build(raw_dir: Path, marts_dir: Path, strict: bool, briefings: bool, as_json: bool) -> None:
    """Make everything, from data/raw to a release, and say what came of it."""
    summary = _build(raw_dir, marts_dir, "own", briefings, as_json)
    if strict and (summary["quarantined"] or summary["refused_files"]):
        _fail(["--strict: rows were quarantined or files refused; see marts.files"])


@main.command(epilog=_epilog("attest publish", "attest publish --to /srv/attest-public"))
@raw_option
@click.option("--to", "marts_dir", type=FOLDER, default=PUBLIC, help="Folder of public releases.")
@briefings_option
@json_option
def publish(raw_dir: Path, marts_dir: Path, briefings: bool, as_json: bool) -> None:
    """Make the public release: no non-public document is read, no pending claim or value kept."""
    _build(raw_dir, marts_dir, "public", briefings, as_json)


def _build(
    raw_dir: Path, marts_dir: Path, kind: Any, briefings: bool, as_json: bool
) -> dict[str, Any]:
    if not raw_dir.is_dir():
        _fail([f"{raw_dir} is not a folder: name the folder of sources with --raw"], 2)
    started = time.monotonic()
    # A build makes many records that live to its end: looking for rubbish among them, over and
    # over, finds none and takes a fifth of its time.
    gc.set_threshold(100_000, 50, 50)
    raw_dir, marts_dir = raw_dir.resolve(), marts_dir.resolve()
    from pipelines.marts.release import current_id, read_manifest
    from pipelines.marts.release import verify as problems_of

    before = current_id(marts_dir)
    if before is None or before != _id_now(raw_dir, kind) or problems_of(marts_dir):
        from pipelines.defs.launch import run_build

        built = run_build(raw_dir, marts_dir, kind, shown=sys.stderr.isatty())
        if built.faults:
            _fail([*built.faults, "The last release stands as it was."])
        for line in built.warnings:
            click.echo(f"warning: {line}", err=True)
    if briefings:
        from pipelines.defs.launch import run_briefings

        told = run_briefings(raw_dir, marts_dir, kind, shown=sys.stderr.isatty())
        if told.faults:
            _fail([*told.faults, "The release stands; its briefings are as they were."])
    manifest = read_manifest(marts_dir / "current")
    summary = {
        "release_id": manifest["release_id"],
        **manifest["account"],
        "database": str(marts_dir / "casualties.duckdb"),
        "marts": str(marts_dir),
        "charts": [str(p) for p in sorted((marts_dir / "charts").glob("*.png"))],
        "briefings": [str(p) for p in sorted((marts_dir / "briefings").glob("*.html"))],
        "seconds": round(time.monotonic() - started, 2),
        "already_current": before == manifest["release_id"],
        "refused": _refused(marts_dir),
    }
    if as_json:
        _print_json(summary)
    else:
        _print_summary(summary)
    return summary


def _refused(marts_dir: Path) -> list[str]:
    """Every file that was not read, with the reason and, where it may be said, the mend."""
    import duckdb

    with duckdb.connect(str(marts_dir / "casualties.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT concat_ws('/', source_id, release, file), reason, message FROM marts.files "
            "WHERE status = 'refused' ORDER BY ALL"
        ).fetchall()
    return [": ".join(part for part in row if part) for row in rows]


def _id_now(raw_dir: Path, kind: Any) -> str | None:
    """The id that a build would give; None where the inputs cannot be read, which a build says."""
    from pipelines.core.inputs import inputs_of
    from pipelines.raw.fingerprint import input_files

    try:
        return inputs_of(input_files(raw_dir, kind), kind).id
    except (OSError, ValueError):
        return None


def _print_summary(summary: dict[str, Any]) -> None:
    if summary["already_current"]:
        click.echo("Nothing has changed: this release is current already.")
    pending = f" ({summary['pending']} pending review)" if summary["pending"] else ""
    rows = [
        ("rows in", summary["rows_in"]),
        ("claims", f"{summary['claims']}{pending}"),
        ("quarantined", summary["quarantined"]),
        ("holding no figure", summary["empty"]),
        ("files refused", len(summary["refused"])),
        *(("", line) for line in summary["refused"]),
        ("findings", summary["findings"]),
        ("release", summary["release_id"]),
        ("database", summary["database"]),
        *(("chart", chart) for chart in summary["charts"]),
        *(("briefing", briefing) for briefing in summary["briefings"]),
        ("seconds", summary["seconds"]),
    ]
    for name, value in rows:
        click.echo(f"{name:<18} {value}")


@main.command(
    epilog=_epilog(
        "attest explain 'aleppo-article/2016-10-06/article.txt#killed@1-4fdb22e0'",
        "attest explain 0b1c2d3e4f50 --json",
    )
)
@click.argument("id_", metavar="ID")
@raw_option
@marts_option
@json_option
def explain(id_: str, raw_dir: Path, marts_dir: Path, as_json: bool) -> None:
    """Walk an answer, question, claim, arithmetic or finding back to quotes and documents."""
    from pipelines.claims.documents import text_of
    from pipelines.marts.explain import UnknownId
    from pipelines.marts.explain import explain as walk
    from pipelines.marts.explain_words import as_lines

    database = _database(marts_dir)
    try:
        found = walk(database, raw_dir, id_, lambda name, data: text_of(name, data).text)
    except UnknownId as unknown:
        _fail(
            [
                f"{unknown}. Ids stand in marts.estimates, marts.questions, marts.claims, "
                "marts.arithmetic and marts.findings."
            ]
        )
    if as_json:
        _print_json(found)
    else:
        click.echo("\n".join(as_lines(found)))


@main.command(
    epilog=_epilog(
        "attest ask --metric displaced --place Syria --as-of 2016-10-06",
        "attest ask --metric killed --place SY02 --population civilians \\",
        "    --from 2016-09-19 --to 2016-09-30 --if 'SOURCE/RELEASE/ROW#killed+30%'",
    )
)
@click.option("--metric", required=True, help="What is counted, such as killed or refugees.")
@click.option("--place", required=True, help="Id or exact name of a place.")
@click.option("--population", help="Class of people; else all.")
@click.option("--from", "start", metavar="DATE", help="First day: 2016, 2016-09 or 2016-09-19.")
@click.option("--to", "end", metavar="DATE", help="Last day; without either day, any period.")
@click.option("--as-of", metavar="DAY", help="Only what had been published by that day.")
@click.option("--if", "assuming", metavar="CLAIM[+PCT%]", help="Take that claim for a ceiling.")
@click.option("--measure", help="flow, stock, cumulative or ever; else any.")
@click.option("--unit", help="people, households, homes or movements; else any.")
@click.option("--deaths", "deaths_counted", help="Which deaths, such as direct; else any.")
@click.option("--cause", help="conflict, disaster or other; else any.")
@click.option("--territory", help="Control area within the place; else the whole place.")
@click.option("--role", "place_role", help="happened_in, now_in or came_from; else any.")
@click.option("--nationality", help="As documents write it; else whoever was there.")
@click.option("--from-place", help="The place left, for those who crossed; else from anywhere.")
@marts_option
@json_option
def ask(marts_dir: Path, as_of: str | None, as_json: bool, **question: Any) -> None:
    """Ask for any scope, now or as of a day: answered, a floor only, or what is missing."""
    from pipelines.collection import Collection, CollectionFault
    from pipelines.estimates.asking import AskFault
    from pipelines.estimates.asking_words import as_lines

    database = _database(marts_dir)
    try:
        result = Collection.open(database, as_of).ask(**question)
    except (CollectionFault, AskFault) as fault:
        _fail([str(fault)], 2)
    if as_json:
        _print_json(result)
    else:
        click.echo("\n".join(as_lines(result)))


@main.command(
    epilog=_epilog(
        "attest chart ladder --metric killed --place SY02 --from 2016-09 --to 2016-12",
        "attest chart answers --question 0ad1a5c87c81 --lang ar --format svg --out pictures",
    )
)
@click.argument("kind")
@click.option("--question", "questions", multiple=True, help="Id of a question; may be repeated.")
@click.option("--metric", "metrics", multiple=True, help="What is counted; may be repeated.")
@click.option("--place", "places", multiple=True, help="Id or exact name; may be repeated.")
@click.option("--population", help="Class of people; else any.")
@click.option("--from", "first", metavar="DATE", help="First day: 2016, 2016-09 or 2016-09-19.")
@click.option("--to", "last", metavar="DATE", help="Last day.")
@click.option("--by", type=click.Choice(["published", "meant"]), default="published")
@click.option("--source", help="Only this source, for the kinds that show one.")
@click.option("--document", "marked", help="A document that is told apart.")
@click.option("--boundaries", type=FILE, help="Your file of boundaries, for a map.")
@click.option("--as-of", metavar="DAY", help="Only what had been published by that day.")
@click.option("--lang", default="en", help="Language of the words, such as en or ar.")
@click.option("--format", "formats", multiple=True, type=click.Choice(["png", "svg", "pdf"]))
@click.option("--style", type=click.Choice(["colour", "grey"]), default="colour")
@click.option("--out", type=FOLDER, default=Path(), help="Folder to write into.")
@marts_option
def chart(
    kind: str,
    marts_dir: Path,
    out: Path,
    as_of: str | None,
    lang: str,
    formats: tuple[str, ...],
    style: str,
    **typed: Any,
) -> None:
    """Draw a chart of the current release, with its words beside it."""
    from pipelines import showing
    from pipelines.charts.stage import KINDS

    if kind not in KINDS:
        listed = [f"  {name:16} {one.shows}" for name, one in KINDS.items()]
        _fail([f"'{kind}' is no kind of chart; they are:", *listed], 2)
    with _shown():
        release = showing.opened(marts_dir, as_of)
        look = {"style": style} | ({"formats": formats} if formats else {})
        for path in showing.chart(release, kind, typed, out, lang=lang, **look):
            click.echo(path)


@main.command(epilog=_epilog("attest card 0ad1a5c87c81", "attest card 0ad1a5c87c81 --lang ar"))
@click.argument("question")
@click.option("--as-of", metavar="DAY", help="Only what had been published by that day.")
@click.option("--lang", default="en", help="Language of the words, such as en or ar.")
@marts_option
@json_option
def card(question: str, as_of: str | None, lang: str, marts_dir: Path, as_json: bool) -> None:
    """Show what may be quoted on a question: who says it, what it leaves out, how to cite."""
    from pipelines import showing

    with _shown():
        words, facts = showing.card(showing.opened(marts_dir, as_of), question, lang)
    if as_json:
        _print_json(facts)
    else:
        click.echo(words)


@main.command(
    epilog=_epilog(
        "attest cite 'aleppo-article/2016-10-06/article.txt#killed@1-4fdb22e0'",
        "attest cite 3a72f0d65704 --format bibtex",
    )
)
@click.argument("figure", metavar="ID")
@click.option("--format", "form", type=click.Choice(["text", "bibtex", "csl"]), default="text")
@click.option("--lang", default="en", help="Language of the words, such as en or ar.")
@marts_option
def cite(figure: str, form: str, lang: str, marts_dir: Path) -> None:
    """Say how to cite a claim, an answer or a register's total: its producer first, then Attest."""
    from pipelines import showing

    with _shown():
        click.echo(showing.citation(showing.opened(marts_dir, None), figure, form, lang))


@main.command(
    epilog=_epilog(
        "attest brief --place SY02 --from 2016-08-31 --to 2016-12-31 --format html",
        "attest brief --place Syria --as-of 2016-10-06 --lang ar --format html --format md",
    )
)
@click.option("--place", required=True, help="Id or exact name of a place.")
@click.option("--from", "first", metavar="DATE", help="First day: 2016, 2016-09 or 2016-09-19.")
@click.option("--to", "last", metavar="DATE", help="Last day.")
@click.option("--as-of", metavar="DAY", help="Only what had been published by that day.")
@click.option("--since", metavar="RELEASE", help="What changed since that release.")
@click.option("--cleared-by", default="", metavar="ID", help="Who cleared it; else it is a draft.")
@click.option("--lang", default="en", help="Language of the words, such as en or ar.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["html", "pdf", "pptx", "xlsx", "md"]),
    help="May be repeated; else html.",
)
@click.option("--hxl", is_flag=True, help="A row of HXL tags in the workbook.")
@click.option("--out", type=FOLDER, default=Path(), help="Folder to write into.")
@marts_option
def brief(
    place: str,
    marts_dir: Path,
    out: Path,
    as_of: str | None,
    since: str | None,
    lang: str,
    formats: tuple[str, ...],
    **typed: Any,
) -> None:
    """Write the briefing on a place: figures, sources, gaps, changes, and how to cite them."""
    from pipelines import showing

    with _shown():
        release = showing.opened(marts_dir, as_of)
        before = showing.opened(marts_dir, as_of, since) if since else None
        written = showing.brief(
            release, place, typed, out, lang=lang, formats=formats or ("html",), before=before
        )
    for path in written:
        click.echo(path)


@contextmanager
def _shown() -> Iterator[None]:
    """What cannot be shown is said: wrong use exits 2, nothing to show 1."""
    from pipelines.charts.boundaries import BoundariesFault
    from pipelines.collection import CollectionFault
    from pipelines.marts.release import ReleaseError
    from pipelines.showing import NotShown

    try:
        yield
    except (CollectionFault, ReleaseError) as fault:
        _fail([str(fault)], 2)
    except (NotShown, BoundariesFault) as fault:
        _fail([str(fault)])


def _database(marts_dir: Path) -> Path:
    database = marts_dir / "casualties.duckdb"
    if not database.exists():
        _fail([f"{database} is not there: run `attest build` first"])
    return database


@main.command(epilog=_epilog("attest verify", "attest verify 3f9a0c11d2e4"))
@click.argument("release_id", required=False)
@marts_option
@json_option
def verify(release_id: str | None, marts_dir: Path, as_json: bool) -> None:
    """Check that a release is what its manifest says, byte for byte."""
    from pipelines.marts.release import current_id
    from pipelines.marts.release import verify as check

    problems = check(marts_dir, release_id)
    asked = release_id or current_id(marts_dir)
    if as_json:
        _print_json({"release_id": asked, "problems": problems})
    elif not problems:
        click.echo(f"release {asked} is whole")
    if problems:
        _fail([] if as_json else problems)


@main.command(
    epilog=_epilog("attest diff 3f9a0c11d2e4 77b2d0a9c8f1", "attest diff 3f9a0c11d2e4 current")
)
@click.argument("a")
@click.argument("b")
@marts_option
@json_option
def diff(a: str, b: str, marts_dir: Path, as_json: bool) -> None:
    """Tell what changed between two releases: rows added, removed and changed, table by table."""
    from pipelines.marts.diff import diff as difference_of
    from pipelines.marts.release import ReleaseError, current_id

    old, new = (current_id(marts_dir) or name if name == "current" else name for name in (a, b))
    try:
        found = difference_of(marts_dir, old, new)
    except ReleaseError as error:
        _fail([str(error)], 2)
    click.echo(found.as_json() if as_json else found.text())


@main.command(epilog=_epilog("attest rollback", "attest rollback 3f9a0c11d2e4"))
@click.argument("release_id", required=False)
@marts_option
@json_option
def rollback(release_id: str | None, marts_dir: Path, as_json: bool) -> None:
    """Switch back to the release before, or to a named one that is kept."""
    from pipelines.marts.release import ReleaseError
    from pipelines.marts.release import rollback as switch

    try:
        now = switch(marts_dir, release_id)
    except ReleaseError as error:
        _fail([str(error)])
    if as_json:
        _print_json({"release_id": now})
    else:
        click.echo(f"release {now} is current now")


@main.command(epilog=_epilog("attest export claims --to claims.csv"))
@click.argument("table")
@click.option("--to", "target", type=FILE, required=True, help="A .csv or .parquet file.")
@marts_option
def export(table: str, target: Path, marts_dir: Path) -> None:
    """Write one table of the current release to a file, also where it is too large for CSV."""
    import schemas
    from pipelines.marts import database, exports

    models = {schemas.table_of(model): model for model in schemas.PUBLISHED}
    if table not in models:
        _fail([f"{table} is no table: write one of {', '.join(models)}"], 2)
    if target.suffix not in (".csv", ".parquet"):
        _fail([f"{target}: name a file that ends in .csv or .parquet"], 2)
    held = _database(marts_dir).resolve()
    with database.reading(held, target.resolve().parent) as connection:
        in_order = held.parent / "parquet" / f"{table}.parquet"
        exports.export(connection, models[table], target, in_order if in_order.is_file() else None)
    click.echo(f"{table} is in {target}")


@main.command(
    epilog=_epilog(
        "attest extract bulletin.txt report.pdf --published-on 2016-10-06",
        "attest extract - --jsonl < texts.jsonl > claims.jsonl",
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--jsonl", is_flag=True, help='Lines {"id", "text", "published_on"} in, claims out.')
@click.option("--published-on", metavar="DATE", help="Day of publication, for relative periods.")
@click.option("--save-text", type=FOLDER, help="Write here the texts that the offsets count.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; else one for each core.")
@raw_option
def extract(
    files: tuple[Path, ...],
    jsonl: bool,
    published_on: str | None,
    save_text: Path | None,
    jobs: int | None,
    raw_dir: Path,
) -> None:
    """Read claims out of documents, or of standard input (-): a line of JSON for each text.

    Plain text, HTML, PDF with a text layer and mail (.eml). Without a day of publication, periods
    such as "since Monday" stay empty. Offsets count characters of the text as read, which
    --save-text writes. Exit 1 where any text could not be read.
    """
    from pipelines.claims.text import lines, workers

    if jsonl and save_text:
        _fail(["--save-text is for documents: the lines of --jsonl hold their text"], 2)
    if [str(file) for file in files].count("-") > 1:
        _fail(["standard input (-) can be read once only"], 2)
    try:
        day = lines.whole_day(published_on) if published_on else None
    except ValueError as error:
        _fail([f"--published-on: {error}"], 2)
    if save_text:
        save_text.mkdir(parents=True, exist_ok=True)
    gazetteer, actors = _registers(raw_dir)
    progress = _Progress() if sys.stderr.isatty() else None
    reader = lines.Reader(gazetteer, actors, day, save_text, progress is not None)
    tasks = lines.tasks_of(files, sys.stdin.buffer, jsonl=jsonl)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    expected = lines.known_size(files, jsonl=jsonl)
    answers = workers.answers(tasks, reader, jobs or cores or 1, expected)
    try:
        faulty = _write_answers(answers, progress)
    except workers.WorkersFault as fault:
        _fail([str(fault)])
    raise SystemExit(1 if faulty else 0)


def _write_answers(answers: Generator[Answer], progress: _Progress | None) -> bool:
    """Write the lines of each answer as it comes; whether any text was faulty.

    Who reads the lines may stop at any of them (`| head`), and a person with Ctrl-C.
    """
    stdout = sys.stdout.buffer
    faulty = False
    try:
        for answer in answers:
            faulty = faulty or bool(answer.faults)
            stdout.write(b"".join(answer.lines))
            stdout.flush()
            for message in answer.faults:
                click.echo(f"\r{message}" if progress else message, err=True)
            if progress:
                progress.add(answer.counts)
    except BrokenPipeError:
        # Python flushes standard output once more as it ends: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
    except KeyboardInterrupt:
        _fail(["\nstopped: what was read so far is written"], 130)
    finally:
        answers.close()
        if progress:
            progress.end()
    return faulty


class _Progress:
    """How far reading has come, on a terminal; at the end the counts stay."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._started = self._shown = time.monotonic()

    def add(self, counts: Counter[str]) -> None:
        """Count an answer, and show it where the last look is a while ago."""
        self._counts += counts
        if time.monotonic() - self._shown > 0.2:
            self._shown = time.monotonic()
            click.echo(f"\r{self}", err=True, nl=False)

    def end(self) -> None:
        """Leave the counts standing."""
        click.echo(f"\r{self}", err=True)

    def __str__(self) -> str:
        shown = [f"{self._counts[n]:,} {n}" for n in ("texts", "claims", "set aside", "faulty")]
        took = max(time.monotonic() - self._started, 1e-9)
        return ", ".join([*shown, f"{self._counts['sentences'] / took:,.0f} sentences/s"])


def _registers(raw_dir: Path) -> tuple[Any, Any]:
    """The gazetteer and the actors of a data/raw."""
    from pipelines.core.actors import Actors
    from pipelines.core.gazetteer import Gazetteer
    from pipelines.raw.registers import read_registers

    tables, faults = read_registers(raw_dir)
    if faults:
        _fail(map(str, faults))
    return Gazetteer(tables["raw/places"], tables["raw/territories"]), Actors(tables["raw/actors"])


@main.command(
    epilog=_epilog(
        "attest add bulletin.txt --title 'Bulletin 18' --publisher 'Example Agency' \\",
        "    --published-on 2024-05-01 --url https://example.org/18",
    )
)
@click.argument("file", type=FILE)
@click.option("--title", required=True)
@click.option("--publisher", required=True)
@click.option("--published-on", required=True, metavar="DATE")
@click.option("--url", default="", help="Address at which it was published.")
@click.option("--accessed-on", metavar="DATE", help="Day on which you obtained it; else today.")
@click.option("--source", "source_id", help="Folder of the source; else made from the title.")
@click.option("--license", default="not stated", help="Licence of its words.")
@click.option("--language", default="", help="Two-letter code, such as en.")
@click.option(
    "--sensitivity",
    type=click.Choice(["public", "internal", "restricted"]),
    default="internal",
    show_default=True,
)
@click.option("--collected-by", default="", help="An id of the collector, not a name.")
@raw_option
@json_option
def add(file: Path, raw_dir: Path, accessed_on: str | None, as_json: bool, **card: Any) -> None:
    """Make folder, card and checksum for a new document: .txt, .html, .pdf, .eml or .csv.

    The card pins the text that is read from a page, PDF or mail, so that offsets always count the
    same one; a plain text is pinned by its bytes.
    """
    from datetime import date

    from pipelines.raw.add import READER_OF_SUFFIX
    from pipelines.raw.add import add as add_document
    from pipelines.raw.faults import RawFault

    pinned = READER_OF_SUFFIX.get(file.suffix.lower()) == "article" and file.is_file()
    text_sha256 = _text_to_pin(file) if pinned else None
    try:
        folder = add_document(
            file,
            raw_dir,
            accessed_on=accessed_on or date.today().isoformat(),
            text_sha256=text_sha256,
            **card,
        )
    except RawFault as fault:
        _fail([str(fault)])
    if as_json:
        _print_json({"folder": str(folder)})
    else:
        click.echo(
            f"{folder} holds it, with its card. Look the card over, then run `attest build`."
        )


def _text_to_pin(file: Path) -> str | None:
    """The hash of the text that a document is read as; None where its bytes are that text."""
    from pipelines.core.csv_rows import FileRefused

    try:
        found = _text_hash(file)
    except OSError as error:
        _fail([f"{file} cannot be read: {error.strerror}"])
    except FileRefused as refusal:
        _fail([f"{file}: {refusal.reason}: {refusal.message}"])
    return None if file.suffix.lower() == ".txt" else found


def _text_hash(file: Path) -> str:
    """The hash of the text that a document is read as; what is not in that text is said."""
    from pipelines.claims.documents import read_file, text_sha256

    document = read_file(file)
    for note in document.notes:
        click.echo(f"note: {file.name}: {note}", err=True)
    return text_sha256(document.text)


@main.command(
    epilog=_epilog(
        "attest fetch",
        "attest fetch ucdp-ged --release 25.1",
        "attest fetch insecurity-insight --from aid_workers.xlsx --from health_care.xlsx",
    )
)
@click.argument("source", required=False)
@click.option("--release", metavar="NAME", help="A registered release; else the newest.")
@click.option("--from", "files", type=FILE, multiple=True, help="A file that you have already.")
@click.option("--as", "name", metavar="NAME", help="Keep another edition beside it, so named.")
@click.option("--published-on", metavar="DATE", help="Day of that edition; else today.")
@click.option("--list", "only_list", is_flag=True, help="What is registered, and what is held.")
@raw_option
@json_option
def fetch(
    source: str | None,
    release: str | None,
    files: tuple[Path, ...],
    name: str | None,
    published_on: str | None,
    only_list: bool,
    raw_dir: Path,
    as_json: bool,
) -> None:
    """Download a registered data set into data/raw, with its card and checksums.

    What a cut left is continued. Bytes that are held are never replaced. Without SOURCE, or with
    --list, shows what is registered. Nothing else in Attest uses the network.
    """
    from datetime import date

    from pipelines.raw.cards import whole_day
    from pipelines.raw.faults import RawFault, Wrong
    from pipelines.raw.fetch import Shelf, take_in
    from pipelines.raw.fetch import fetch as fetch_release
    from pipelines.raw.registered import RegistryFault, find_release, read_registry

    if not raw_dir.is_dir():
        _fail([f"{raw_dir} is not a folder: name the folder of sources with --raw"], 2)
    progress = _Download() if sys.stderr.isatty() else None
    try:
        registry = read_registry()
        if source is None or only_list:
            _list_registered(registry, source, raw_dir, as_json)
            return
        wanted = find_release(registry, source, release)
        day = whole_day(published_on) if published_on else None
        shelf = Shelf.of(wanted, date.today(), name=name, published_on=day)
        if files:
            fetched = take_in(wanted, files, raw_dir, shelf)
        else:
            fetched = fetch_release(wanted, raw_dir, shelf, progress=progress)
    except Wrong as wrong:
        _fail([f"--published-on '{published_on}': {wrong.reason}. {wrong.fix}"], 2)
    except RawFault as fault:
        _fail([str(fault)], 2 if isinstance(fault, RegistryFault) else 1)
    except KeyboardInterrupt:
        _fail(["stopped: what has arrived is kept, and continued by the same command"], 130)
    finally:
        if progress:
            progress.end()
    if as_json:
        _print_json(vars(fetched))
    else:
        _print_fetched(fetched)


def _print_fetched(fetched: Any) -> None:
    if fetched.held_before:
        click.echo(f"{fetched.folder} holds it already, with the same bytes.")
        return
    for file, digest in fetched.checksums.items():
        host = f" from {fetched.hosts[file]}" if file in fetched.hosts else ""
        click.echo(f"{file}: {fetched.sizes[file]:,} bytes{host}, sha256 {digest}")
    if fetched.first_seen:
        files = ", ".join(fetched.first_seen)
        click.echo(f"No checksum was known of {files}: the card now holds that of what arrived.")
    click.echo(f"{fetched.folder} holds it. Look the card over, then run `attest build`.")


def _list_registered(registry: Any, source: str | None, raw_dir: Path, as_json: bool) -> None:
    from pipelines.raw.fetch import registered_and_held

    rows = registered_and_held(registry, raw_dir, source)
    if as_json:
        _print_json(rows)
        return
    columns = ("source", "release", "published", "files", "how", "checksum", "held")
    table = [columns, *(tuple(str(row[column]) for column in columns) for row in rows)]
    widths = [max(len(line[at]) for line in table) for at in range(len(columns))]
    for line in table:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


class _Download:
    """How far a download has come, on a terminal; at its end the line is gone."""

    def __init__(self) -> None:
        self._shown = 0.0

    def __call__(self, file: str, size: int, total: int | None) -> None:
        """Show it where the last look is a while ago."""
        if time.monotonic() - self._shown > 0.2:
            self._shown = time.monotonic()
            of = f" of {total:,} bytes ({size / total:.0%})" if total else " bytes"
            click.echo(f"\r\x1b[K{file}: {size:,}{of}", err=True, nl=False)

    def end(self) -> None:
        """Take the line away."""
        click.echo("\r\x1b[K", err=True, nl=False)


@main.command(epilog=_epilog("attest pin aleppo-article", "attest pin my-source/2024-05-01"))
@click.argument("source")
@raw_option
@json_option
def pin(source: str, raw_dir: Path, as_json: bool) -> None:
    """Write the checksums of a source's files into its cards, and show what changed.

    So too those of the texts that a card pins, as of a page, PDF or mail: where one changed though
    its file did not, a library reads the file otherwise than before.
    """
    from pipelines.raw.checksums import pin as pin_source
    from pipelines.raw.faults import RawFault

    source_id, _, release = source.strip("/").partition("/")
    try:
        changes = pin_source(raw_dir, source_id, release or None, _text_hash)
    except RawFault as fault:
        _fail([str(fault)])
    if as_json:
        _print_json([vars(change) for change in changes])
        return
    for change in changes:
        was, becomes = change.was or "not named", change.becomes or "gone"
        of_text = ", its text" if change.of == "text" else ""
        click.echo(f"{source_id}/{change.release}/{change.file}{of_text}: {was} -> {becomes}")
    if not changes:
        click.echo("nothing has changed")


@main.command(
    epilog=_epilog("attest check my_claims.csv", "attest check my_claims.csv --mend faulty.csv")
)
@click.argument("file", type=FILE)
@click.option("--mend", type=FILE, help="Write the faulty rows as a sheet, to mend and hand back.")
@raw_option
@json_option
def check(file: Path, mend: Path | None, raw_dir: Path, as_json: bool) -> None:
    """Judge a claim sheet without a build: every fault with row, column, value, reason and fix.

    A documents.csv beside the sheet is judged with it. Exit 1 where anything is wrong.
    """
    from pipelines.claims.check import check_sheet
    from pipelines.claims.quarantine import sheet_to_mend
    from pipelines.core.sheet_layout import SHEET
    from pipelines.raw.faults import visible

    if not file.is_file():
        _fail([f"{file} is not a file: name a claim sheet"], 2)
    reading = check_sheet(file, *_registers(raw_dir))
    refused = [row for row in reading.files if row["status"] == "refused"]
    faults = sorted(reading.quarantine, key=lambda f: (f["file"], f["row"], f["column_name"]))
    if as_json:
        _print_json({"claims": len(reading.claims), "refused": refused, "faults": faults})
    else:
        for row in refused:
            click.echo(f"{row['file']}: {row['reason']}: {visible(row['message'])}")
        _print_faults(faults)
        rows = len({(fault["file"], fault["row"]) for fault in faults})
        click.echo(f"claims: {len(reading.claims)}, rows at fault: {rows}")
    if mend is not None:
        mine = [fault for fault in faults if fault["file"] == file.name]
        to_mend = sheet_to_mend(mine, SHEET.columns)
        mend.write_text(to_mend.sheet, encoding="utf-8", newline="")
        click.echo(f"{mend} holds the rows to mend:\n{to_mend.reasons}", err=True)
    if refused or faults:
        raise SystemExit(1)


def _print_faults(faults: Iterable[dict[str, Any]]) -> None:
    """Each fault of a sheet with row, column, value, reason and fix."""
    from pipelines.raw.faults import shown, visible

    for fault in faults:
        value = f" '{shown(fault['value'])}'" if fault["value"] else ""
        row = f"row {fault['row']}, " if fault["row"] else ""
        where = f"{fault['file']}, {row}{fault['column_name'] or 'the row'}"
        said = visible(f"{fault['message']} {fault['fix']}")
        click.echo(f"{where}{value}: {fault['reason']}: {said}")


@main.group()
def sheet() -> None:
    """Claim sheets."""


@sheet.command("new", epilog=_epilog("attest sheet new data/raw/my-office/2024-05-01"))
@click.argument("folder", type=FOLDER)
@json_option
def sheet_new(folder: Path, as_json: bool) -> None:
    """Make an empty claim sheet and its register, with every column."""
    from pipelines.claims.check import empty_sheet

    try:
        made = empty_sheet(folder)
    except FileExistsError as error:
        _fail([str(error)])
    if as_json:
        _print_json([str(path) for path in made])
    else:
        click.echo("\n".join(map(str, made)))


@main.group()
def review() -> None:
    """Claims that wait for a person to read them."""


@review.command(
    "export",
    epilog=_epilog(
        "attest review export --out review.csv",
        "attest review export --source bulletin-18 --out bulletin-18.jsonl",
    ),
)
@click.option("--out", "target", type=FILE, help="A new .csv or .jsonl file; else shown.")
@click.option("--source", "source_id", help="Only claims of this source.")
@click.option("--all", "everything", is_flag=True, help="Also claims that are decided on.")
@marts_option
@json_option
def review_export(
    target: Path | None, source_id: str | None, everything: bool, marts_dir: Path, as_json: bool
) -> None:
    """Write the pending claims as a sheet to fill in, those to read first on top.

    One row a claim: its sentence with the quote marked, what was read, and the reasons for doubt.
    The order is doubt times size: (1 + severities of the reasons) times the digits of the number.
    """
    from pipelines.claims.review.release import ReviewFault
    from pipelines.claims.review.sheet import as_csv, as_json_lines, rows_to_review, write_sheet

    try:
        rows = rows_to_review(_database(marts_dir), source_id, everything=everything)
        if target is not None:
            write_sheet(rows, target)
    except ReviewFault as fault:
        _fail([str(fault)])
    if target is None:
        click.echo(as_json_lines(rows) if as_json else as_csv(rows), nl=False)
    elif as_json:
        _print_json({"file": str(target), "claims": len(rows)})
    else:
        click.echo(f"{target} holds the claims to read: {len(rows)}")


@review.command(
    "import",
    epilog=_epilog(
        "attest review import review.csv --by r1",
        "attest review import review.csv --by r1 --on 2026-11-02 --partial",
    ),
)
@click.argument("sheet_file", metavar="SHEET", type=FILE)
@click.option("--by", required=True, metavar="ID", help="Who decided: an id, not a name.")
@click.option("--on", metavar="DATE", help="Day of the decisions; else today.")
@click.option("--reason", help="Why, for rows that give no reason.")
@click.option("--partial", is_flag=True, help="Record the claims without a faulty row.")
@raw_option
@marts_option
@json_option
def review_import(
    sheet_file: Path,
    by: str,
    on: str | None,
    reason: str | None,
    partial: bool,
    raw_dir: Path,
    marts_dir: Path,
    as_json: bool,
) -> None:
    """Take the decisions of a filled sheet into data/raw/reviews.csv; a build then applies them.

    Every row is checked first, and where one is at fault nothing is recorded, unless --partial.
    """
    from datetime import date

    from pipelines.claims.review.decisions import Decider, import_sheet
    from pipelines.claims.review.release import ReviewFault

    database = _database(marts_dir)
    try:
        decider = Decider.of(by, on or date.today().isoformat(), reason)
        done = import_sheet(
            sheet_file, database, raw_dir, decider, *_registers(raw_dir), partial=partial
        )
    except ReviewFault as fault:
        _fail([str(fault)])
    faults = [fault.record(sheet_file.name) for fault in done.faults]
    if as_json:
        counts = {name: getattr(done, name) for name in ("recorded", "held_before", "undecided")}
        _print_json(counts | {"faults": faults, "conflicts": done.conflicts})
    else:
        _print_faults(faults)
        for conflict in done.conflicts:
            click.echo(f"conflict: {conflict}")
        click.echo(
            f"decisions recorded: {done.recorded}, held before: {done.held_before}, "
            f"rows without a decision: {done.undecided}, at fault: {len(faults)}"
        )
        if done.recorded:
            click.echo("Run `attest build` to apply them.")
    if faults:
        raise SystemExit(1)
