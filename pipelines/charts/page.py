"""What stands around every chart: title and subtitle above, key, captions and source line below."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.charts import marks, style, wording
from pipelines.charts.rows import Chosen
from pipelines.core.refusals import REPORTING_CAPTION


def head(sheet: style.Sheet, title: str, subtitle: str) -> None:
    """Title and subtitle at the top of the page."""
    sheet.paragraph(title, style.TITLE, bold=True, most=3)
    sheet.paragraph(subtitle, style.SUBTITLE, colour=style.SOFT, most=5, after=0.1)


def captions(
    chosen: Chosen, said: Sequence[str], answers: Sequence[wording.HasKind] = ()
) -> list[str]:
    """The caption lines of a chart, in order: its own, the range kinds, the standing ones."""
    rows = chosen.rows
    origins = {r.source for r in rows}
    as_of = wording.day(chosen.as_of) if chosen.as_of else "not known"
    counted = f"{wording.plural(len(rows), 'claim')} of {wording.plural(len(origins), 'origin')}"
    lines = [*said, wording.range_caption([*answers, *rows])]
    if any(marks.spot_of(r).is_bound for r in rows):
        lines.append(
            "A bound has no other end and no best figure; its arrow's length means nothing."
        )
    if pending := sum(r.is_pending for r in rows):
        was = "claim is" if pending == 1 else "claims are"
        lines.append(f"{pending} {was} pending: extracted and not yet read by a person.")
    lines.append(wording.left_out_caption(chosen.left_out))
    if any(r.is_found_count for r in rows):
        lines.append(REPORTING_CAPTION)
    lines.append(f"As of {as_of}, the latest publication among these claims: {counted}.")
    return [line for line in lines if line]


def foot(
    sheet: style.Sheet,
    chosen: Chosen,
    key: Sequence[marks.KeyEntry],
    told: Sequence[str],
) -> None:
    """Key, captions and source line at the bottom of the page."""
    marks.put_key(sheet, key)
    sheet.rule(sheet.y)
    sheet.y += 0.06
    sheet.paragraph(" ".join(told), style.SMALL, colour=style.SOFT)
    sheet.paragraph(chosen.sources, style.SMALL, colour=style.SOFT, after=0)


def nothing(title: str, why: str) -> str:
    """The text that stands in the place of a chart with nothing to draw."""
    return f"No picture: {title}. {why}"
