"""What a sheet's quote must carry: the row's number, its unit and the word of its metric.

What belongs here: checks of a row against its own excerpt. The words come from the lexicon of
`pipelines.claims.text`; in a language that it does not hold, the metric's word is not looked for.
"""

from __future__ import annotations

import re
from typing import Final

from pipelines.claims.amounts import Amount, numbers_in
from pipelines.claims.text.items import number_item, words_of
from pipelines.claims.text.language import language_of
from pipelines.claims.text.lexicon import entries, languages, metrics_said
from pipelines.claims.text.people import is_function_word, people_after
from pipelines.core.csv_rows import Fault, shortened
from pipelines.core.numbers import Number

_NONE: Final = re.compile(r"\b(?:no|none|nobody|zero|not|without|never|nil|0)\b", re.IGNORECASE)

_HOUSEHOLDS: Final = re.compile(
    r"\s*(?:[^\W\d_]+\s+){0,2}?(?:familles|ménages|foyers|familias|hogares|famílias|famiglie|"
    r"familien|haushalte|huishoudens|gezinnen|семей|семьи|أسرة|أسر|عائلة|عائلات)\b",
    re.IGNORECASE,
)
_FAMILY_MEMBERS: Final = re.compile(
    r"\s*(?:[^\W\d_]+\s+){0,2}?(?:family|household)\s+members?\b", re.IGNORECASE
)
_NOUN_WITHIN: Final = 80
"""Characters after a number in which the noun that it counts stands."""

_BESTS: Final = ("plain", "about", "nearly")

_CARRIED_ALSO_BY: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "killed_or_injured": (("killed", "injured"),),
    "dead_or_missing": (("killed", "missing"),),
    "idps": (("displaced",), ("internal_displacements",)),
    "internal_displacements": (("displaced",), ("idps",)),
    "displaced": (("idps",), ("internal_displacements",), ("refugees",), ("evacuated",)),
    "refugees": (("displaced",),),
    "evacuated": (("displaced",),),
    "returned_refugees": (("returned_idps",),),
    "returned_idps": (("returned_refugees",),),
}
"""Metrics whose words carry a metric too; of those listed together, all must be said."""


def faults_of_quote(
    quote: str,
    amount: Amount,
    qualifier: str,
    metric: str,
    unit: str,
    modality: str,
    language: str | None,
) -> list[Fault]:
    """Every way in which the quote does not carry the row's figure.

    `language` is the document's, None where its register does not say.
    """
    faults = []
    none_said = modality == "none_reported" or (amount.value == 0 and _NONE.search(quote))
    carriers = _carriers(quote, amount)
    if not carriers and not none_said:
        faults.append(
            Fault(
                "text.figure_not_in_quote",
                f"The quote does not hold {amount.as_written}.",
                "Check the figure, or quote the words that carry it.",
                "quote",
                quote,
            )
        )
    elif carriers:
        faults += _against_carriers(quote, carriers, qualifier, unit)
    if not _carries_metric(quote, metric) and _may_judge_words(quote, language):
        faults.append(
            Fault(
                "text.metric_not_in_quote",
                f"No word of the quote says {metric}: '{shortened(quote)}'.",
                "Check the metric, or quote the words that carry it.",
                "quote",
                quote,
            )
        )
    return faults


def _against_carriers(quote: str, carriers: list[Number], qualifier: str, unit: str) -> list[Fault]:
    """Faults of unit and qualifier, where every number of the quote that fits has them."""
    faults = []
    if unit == "people" and all(_counts_households(quote, number) for number in carriers):
        faults.append(
            Fault(
                "unit.households_as_people",
                "The quote counts households or homes, and unit says people: "
                f"'{shortened(quote)}'.",
                "Write households (or homes) as the unit; they are people only with a stated size.",
                "unit",
                unit,
            )
        )
    said = [number.qualifier for number in carriers]
    if not any(_same_ends(word, qualifier) for word in said):
        faults.append(
            Fault(
                "number.qualifier_conflict",
                f"The quote says {said[0]}, and qualifier says {qualifier}.",
                f"Write {said[0]} as the qualifier, or quote the words that say {qualifier}.",
                "qualifier",
                qualifier,
            )
        )
    return faults


def _same_ends(said: str, qualifier: str) -> bool:
    """Whether the quote's word commits to no other ends than the row's qualifier.

    A bare number in the quote contradicts nothing: the excerpt may have left the word out.
    """
    return said in ("plain", qualifier) or (said in _BESTS and qualifier in _BESTS)


def _carriers(quote: str, amount: Amount) -> list[Number]:
    """The quote's numbers that are the row's figure; for two ends, also both apart."""
    numbers = numbers_in(quote)
    if amount.value is not None:
        return [number for number in numbers if number.value == amount.value]
    ends = (amount.value_low, amount.value_high)
    whole = [number for number in numbers if (number.value_low, number.value_high) == ends]
    apart = [number for number in numbers if number.value is not None and number.value in ends]
    return whole or (apart if {number.value for number in apart} == set(ends) else [])


def _counts_households(quote: str, number: Number) -> bool:
    tail = quote[number.end : number.end + _NOUN_WITHIN]
    if _FAMILY_MEMBERS.match(tail):
        return False
    if _HOUSEHOLDS.match(tail):
        return True
    end = min(len(quote), number.end + _NOUN_WITHIN)
    row = [number_item(number), *words_of(quote, number.end, end)]
    return people_after(quote, row, 0, None).unit in ("households", "homes")


def _may_judge_words(quote: str, language: str | None) -> bool:
    """Whether the quote is in the lexicon's language, as far as can be told.

    The document's language decides, unless the quote itself shows another; where the register does
    not say, the quote must show function words of the lexicon's language.
    """
    words = words_of(quote, 0, len(quote))
    if language not in (None, *languages()) or language_of(words) not in languages():
        return False
    return language is not None or any(is_function_word(word.key) for word in words)


def _carries_metric(quote: str, metric: str) -> bool:
    """Whether a word of the metric stands in the quote; true where the lexicon has none for it."""
    if all(entry.metric != metric for entry in entries()):
        return True
    said = metrics_said([word.key for word in words_of(quote, 0, len(quote))])
    carriers = ((metric,), *_CARRIED_ALSO_BY.get(metric, ()))
    return any(said.issuperset(carrier) for carrier in carriers)
