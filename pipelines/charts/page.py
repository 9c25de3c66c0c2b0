"""What stands around every chart: title and subtitle above, key, captions and source line below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from pipelines.charts import marks, style, wording
from pipelines.charts.language import Phrase, joined, say, say_n, term
from pipelines.charts.rows import Chosen
from pipelines.core.refusals import REPORTING_CAPTION

_RELEASE: ContextVar[str] = ContextVar("release", default="")


@contextmanager
def made_from(release_id: str) -> Iterator[None]:
    """Within it, every chart and briefing names that release."""
    token = _RELEASE.set(release_id)
    try:
        yield
    finally:
        _RELEASE.reset(token)


def release_id() -> str:
    """The release that is being shown; '' where it has no id yet."""
    return _RELEASE.get()


def head(sheet: style.Sheet, title: str, subtitle: str) -> None:
    """Title and subtitle at the top of the page."""
    sheet.paragraph(title, style.TITLE, bold=True, most=3)
    sheet.paragraph(subtitle, style.SUBTITLE, colour=style.SOFT, most=5, after=0.1)


def captions(
    chosen: Chosen, said: Sequence[str], answers: Sequence[wording.HasKind] = ()
) -> list[Phrase]:
    """The caption lines of a chart, in order: its own, the range kinds, the standing ones."""
    rows = chosen.rows
    counted = say(
        "{claims} of {origins}",
        claims=wording.claims(len(rows)),
        origins=wording.origins(len({r.source for r in rows})),
    )
    lines = [*map(Phrase, said), wording.range_caption([*answers, *rows])]
    if any(marks.spot_of(r).is_bound for r in rows):
        lines.append(bound_caption())
    if pending := sum(r.is_pending for r in rows):
        lines.append(
            say_n(
                "{n} claim is pending: extracted and not yet read by a person.",
                "{n} claims are pending: extracted and not yet read by a person.",
                pending,
            )
        )
    lines.append(wording.left_out_caption(chosen.left_out))
    if any(r.is_found_count for r in rows):
        lines.append(reporting_caption())
    if chosen.as_of:
        lines.append(
            say(
                "As of {day}, the latest publication among these claims: {counted}.",
                day=chosen.as_of,
                counted=counted,
            )
        )
    else:
        lines.append(say("The day of publication is not known: {counted}.", counted=counted))
    return [line for line in [*lines, *standing()] if line]


def bound_caption() -> Phrase:
    """What an arrow means and does not."""
    return say("A bound has no other end and no best figure; its arrow's length means nothing.")


def reporting_caption() -> Phrase:
    """The standing caption over counts of what was found."""
    return term("caption", REPORTING_CAPTION)


def standing() -> list[Phrase]:
    """What stands under every chart, whatever it shows."""
    lines = [say("The range is about the count, not about whether people died.")]
    if release := release_id():
        lines.append(say("Release {release}.", release=release))
    return lines


def foot(
    sheet: style.Sheet,
    chosen: Chosen,
    key: Sequence[marks.KeyEntry],
    told: Sequence[str],
) -> None:
    """Key, captions and source line at the bottom of the page."""
    foot_of(sheet, key, told, chosen.sources)


def foot_of(
    sheet: style.Sheet, key: Sequence[marks.KeyEntry], told: Sequence[str], sources: str
) -> None:
    """As `foot`, for a chart that shows no single claims."""
    marks.put_key(sheet, key)
    sheet.rule(sheet.y)
    sheet.y += 0.06
    sheet.paragraph(joined([Phrase(t) for t in told], " "), style.SMALL, colour=style.SOFT)
    sheet.paragraph(sources, style.SMALL, colour=style.SOFT, after=0)


def nothing(title: str, why: str) -> str:
    """The text that stands in the place of a chart with nothing to draw."""
    return say("No picture: {title}. {why}", title=Phrase(title), why=Phrase(why))
