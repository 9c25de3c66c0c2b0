"""What coders think of one recorded event: the deaths there were, given the number UCDP reports.

The reported-value-inflated Gumbel mixture of UCDP's own group: its parameters, density,
distribution, quantiles, moments and draws, all vectorised. Sums of events are `event_sums`.

Notes
-----
With `x = log(1 + f)` for a reported number `f`, each predictor is `intercept + b x`, and a term of
its own where `f` is a number by which coders write a word (24 for "dozens")::

    location = exp(predictor) - 1      deaths
    scale    = exp(predictor)          deaths
    weight   = 1 / (1 + exp(-predictor))

The number of deaths is `f` with probability `weight`, else Gumbel (of maxima, skewed to the right).
The Gumbel part is continuous and lies to a small part below zero; it is left as published.

References
----------
Vesco, Randahl and others, "The Underreported Death Toll of Wars: A Probabilistic Reassessment From
a Survey with UCDP Coders", Journal of Conflict Resolution 2026, doi 10.1177/00220027261423826. The
coefficients, in event_uncertainty.yml, are those of the R package uncertainUCDP 0.7.6.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import yaml
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = NDArray[np.float64]

CODES: Final = {"1": "sb", "2": "ns", "3": "os"}
"""UCDP's codes: state-based, non-state and one-sided violence."""

UNKNOWN: Final = "any"
"""The type of events of which none is known: coefficients fitted to all types together."""

_COEFFICIENTS: Final = Path(__file__).with_name("event_uncertainty.yml")
_LEAST_Z: Final = -700.0
"""Below it a Gumbel's distribution and density are 0 in double precision; exp() stays finite."""


class Parameters(NamedTuple):
    """Location and scale of the Gumbel part, in deaths; probability that the report is exact."""

    location: Numbers
    scale: Numbers
    weight: Numbers

    def at(self, which: int) -> Parameters:
        """Those of one event."""
        return Parameters(*(column[which] for column in self))


class _Coefficients(NamedTuple):
    types: tuple[str, ...]
    worded: Numbers
    """The numbers with a term of their own, ascending."""
    line: Numbers
    """Intercept and slope by parameter, by type."""
    term: Numbers
    """By parameter, by number as in `worded` (and 0 for any other), by type."""


@cache
def _coefficients() -> _Coefficients:
    held = yaml.safe_load(_COEFFICIENTS.read_text(encoding="utf-8"))
    parameters = [held[name] for name in Parameters._fields]
    worded = sorted(term for term in parameters[0] if isinstance(term, int))
    none = [0.0] * len(held["types"])
    return _Coefficients(
        tuple(held["types"]),
        np.array(worded, dtype=float),
        np.array([[one["intercept"], one["log1p"]] for one in parameters]),
        np.array([[*(one[term] for term in worded), none] for one in parameters]),
    )


def parameters(best: ArrayLike, type_of_violence: ArrayLike) -> Parameters:
    """The parameters of each event.

    Parameters
    ----------
    best : array_like
        UCDP's best figure, 0 or more, deaths.
    type_of_violence : array_like
        'sb', 'ns', 'os' or UCDP's codes 1, 2, 3; 'any' or empty where it is not known.

    Raises
    ------
    ValueError
        Where a number is negative or not finite, or a type is none of these.

    Examples
    --------
    >>> parameters(100, "sb").weight.round(4)
    np.float64(0.4185)
    """
    held = _coefficients()
    reported = _reported(best)
    kind = _type_index(type_of_violence)
    at = np.searchsorted(held.worded, reported)
    is_worded = np.append(held.worded, np.nan)[at] == reported
    at = np.where(is_worded, at, len(held.worded))
    x = np.log1p(reported)
    location, scale, weight = (
        line[0][kind] + line[1][kind] * x + term[at, kind]
        for line, term in zip(held.line, held.term, strict=True)
    )
    return Parameters(np.expm1(location), np.exp(scale), 1.0 / (1.0 + np.exp(-weight)))


def density(x: ArrayLike, best: ArrayLike, type_of_violence: ArrayLike) -> Numbers:
    """Density of the number of deaths at `x`: the Gumbel part's, and at `x = best` the point mass.

    Examples
    --------
    >>> density([99, 100], 100, "sb").round(4)
    array([0.0027, 0.4213])
    """
    location, scale, weight = parameters(best, type_of_violence)
    values = np.asarray(x, dtype=float)
    z = np.maximum((values - location) / scale, _LEAST_Z)
    smooth = (1.0 - weight) / scale * np.exp(-z - np.exp(-z))
    return _array(smooth + np.where(values == _reported(best), weight, 0.0))


def distribution(x: ArrayLike, best: ArrayLike, type_of_violence: ArrayLike) -> Numbers:
    """Probability of at most `x` deaths; it steps up at `x = best` and counts the step there.

    Examples
    --------
    >>> distribution([99.999, 100, 200], 100, "sb").round(4)
    array([0.032 , 0.4504, 0.9249])
    """
    given = parameters(best, type_of_violence)
    values = np.asarray(x, dtype=float)
    step = np.where(values >= _reported(best), given.weight, 0.0)
    return _array((1.0 - given.weight) * _gumbel(values, given) + step)


def quantile(p: ArrayLike, best: ArrayLike, type_of_violence: ArrayLike) -> Numbers:
    """The least number of deaths whose probability reaches `p`; `best` for every p of its step.

    Raises ValueError where `p` is not from 0 to 1. At 0 and 1 it is infinite, as the Gumbel is.

    Examples
    --------
    >>> quantile([0.025, 0.5, 0.975], 100, "sb").round(1)
    array([ 97.3, 112.8, 237.7])
    """
    chance = np.asarray(p, dtype=float)
    if not ((chance >= 0.0) & (chance <= 1.0)).all():
        raise ValueError("a probability is from 0 to 1")
    given = parameters(best, type_of_violence)
    reported = _reported(best)
    gumbel = 1.0 - given.weight
    before = gumbel * _gumbel(reported, given)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = given.location - given.scale * np.log(-np.log(chance / gumbel))
        # From the upper end, where 1 - p keeps the digits that p has lost.
        above = given.location - given.scale * np.log(-np.log1p(-(1.0 - chance) / gumbel))
    found = np.where(chance > before + given.weight, above, reported)
    return _array(np.where(chance <= before, below, found))


def mean(best: ArrayLike, type_of_violence: ArrayLike) -> Numbers:
    """Mean number of deaths.

    Examples
    --------
    >>> mean([1, 100, 101], "sb").round(2)
    array([  2.2 , 131.38, 109.46])
    """
    location, scale, weight = parameters(best, type_of_violence)
    smooth = location + np.euler_gamma * scale
    return _array((1.0 - weight) * smooth + weight * _reported(best))


def variance(best: ArrayLike, type_of_violence: ArrayLike) -> Numbers:
    """Variance of the number of deaths; of independent events the variances add up.

    Examples
    --------
    >>> np.sqrt(variance(100, "sb")).round(2)
    np.float64(41.73)
    """
    location, scale, weight = parameters(best, type_of_violence)
    apart = location + np.euler_gamma * scale - _reported(best)
    return _array((1.0 - weight) * ((np.pi * scale) ** 2 / 6.0 + weight * apart**2))


def draws(
    best: ArrayLike, type_of_violence: ArrayLike, n_draws: int, generator: np.random.Generator
) -> Numbers:
    """Random numbers of deaths: `n_draws` rows, each with one draw of every event.

    Examples
    --------
    >>> draws([1, 100], "sb", 2, np.random.default_rng(7)).shape
    (2, 2)
    """
    given = parameters(best, type_of_violence)
    exponential = generator.standard_exponential((n_draws, *given.weight.shape))
    return from_exponential(exponential, _reported(best), given)


def from_exponential(exponential: Numbers, best: Numbers | float, given: Parameters) -> Numbers:
    """Numbers of deaths made of standard exponential ones, one of each.

    An exponential number outlives `-log(1 - weight)` with probability `1 - weight`, and what is
    left of it then is exponential again: the negative log of that is a standard Gumbel number. So
    one random number decides whether the report is exact, and what else it was.
    """
    left = exponential + np.log1p(-given.weight)
    inexact = left > 0.0
    # In place and without a mask, which would be slower: most of the time of a total is spent here.
    np.maximum(left, np.finfo(float).tiny, out=left)
    np.log(left, out=left)
    left *= -given.scale
    left += given.location - best
    left *= inexact
    left += best
    return left


def types_of(type_of_violence: ArrayLike) -> NDArray[np.object_]:
    """The type by which each event has its coefficients: 'sb', 'ns', 'os' or 'any'.

    Raises ValueError where a type is neither one of them, nor a code of UCDP's, nor empty.
    """
    return np.array(_coefficients().types, dtype=object)[_type_index(type_of_violence)]


def _type_index(type_of_violence: ArrayLike) -> NDArray[np.intp]:
    types = _coefficients().types
    given = np.asarray(type_of_violence, dtype=object)
    codes, words = pd.factorize(given.ravel())
    found = []
    for word in words:
        name = _type_name(word)
        if name not in types:
            raise ValueError(
                f"{word!r} is no type of violence: write {', '.join(types)}, or 1, 2, 3"
            )
        found.append(types.index(name))
    # What factorize calls missing has the code -1: the last place.
    return np.array([*found, types.index(UNKNOWN)])[codes].reshape(given.shape)


def _type_name(word: Any) -> str:
    plain = f"{word:g}" if isinstance(word, (int, float, np.number)) else str(word)
    return CODES.get(plain, plain or UNKNOWN)


def _reported(best: ArrayLike) -> Numbers:
    reported = np.asarray(best, dtype=float)
    wrong = ~np.isfinite(reported) | (reported < 0.0)
    if wrong.any():
        raise ValueError(f"a reported number is 0 or more, not {reported[wrong].ravel()[0]}")
    return reported


def _gumbel(x: Numbers, given: Parameters) -> Numbers:
    z = np.maximum((x - given.location) / given.scale, _LEAST_Z)
    return _array(np.exp(-np.exp(-z)))


def _array(values: Any) -> Numbers:
    # A number of numpy's where all arguments were single: np.where() alone gives no such thing.
    made: Numbers = np.asarray(values)[()]
    return made
