"""What the distributions are fitted to: distinct values and how often each occurs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.errors import InvalidValueError

__all__ = ["COUNTS", "LARGEST", "distinct", "one_dimension"]

Array = NDArray[np.float64]

# Whole numbers beyond this are no longer told apart as floats, and soon overflow as integers.
LARGEST = 2**53
COUNTS = "whole numbers, 0 or more, up to 2**53"


def distinct(
    values: ArrayLike, weights: ArrayLike | None, name: str, whole: bool
) -> tuple[Array, Array]:
    """Check values and their weights; give the distinct values, ascending, and their counts.

    Parameters
    ----------
    values : array of float
        Values, repeated or with weights.
    weights : array of int or None
        How often each occurs; 1 by default.
    name : str
        What the values are, for errors.
    whole : bool
        Whether only whole numbers from 0 to 2**53 are accepted.

    Returns
    -------
    tuple of array of float
        Distinct values that occur at all, and how often.

    Raises
    ------
    InvalidValueError
        If a value is unknown, infinite or not accepted, a weight is no count, or all weights
        together are more than 2**53.
    TypeError
        If values or weights don't have one dimension.
    """
    accepted = COUNTS if whole else "finite numbers"
    given = pd.Series(one_dimension(values, name), dtype="object")
    if given.isna().any():
        raise InvalidValueError(f"{name} holds unknown values; accepted: {accepted}")
    numbers = given.to_numpy(dtype=float)
    times = np.ones(len(numbers))
    if weights is not None:
        times = one_dimension(weights, "weights").astype(float)
    if times.shape != numbers.shape:
        raise InvalidValueError(
            f"weights has {len(times)} entries; accepted: one for each of {len(numbers)} {name}"
        )
    _refuse(numbers, name, accepted, whole)
    _refuse(times, "weights", COUNTS, True)
    if times.sum() > LARGEST:
        raise InvalidValueError(
            f"weights add up to {times.sum():g}; accepted: up to 2**53, about {LARGEST:g}, in all"
        )
    found, at = np.unique(numbers[times > 0], return_inverse=True)
    return found, np.bincount(at, times[times > 0], len(found)).astype(float)


def one_dimension(given: ArrayLike, name: str) -> np.ndarray:
    """Give numbers as an array of one dimension; two would mix what their columns mean.

    Raises
    ------
    TypeError
        If there is another number of dimensions.

    Examples
    --------
    >>> one_dimension([3, 0, 12], "deaths").shape
    (3,)
    """
    array = np.asarray(given)
    if array.ndim != 1:
        raise TypeError(
            f"{name} is a {type(given).__name__} of shape {array.shape}; accepted: one dimension, "
            "such as a column of incidents, or of tally.fatalities() with its attacks as weights"
        )
    return array


def _refuse(numbers: Array, name: str, accepted: str, whole: bool) -> None:
    wrong = ~np.isfinite(numbers)
    if whole:
        wrong |= (numbers < 0) | (numbers != np.floor(numbers)) | (numbers > LARGEST)
    if wrong.any():
        raise InvalidValueError(f"{name} holds {numbers[wrong][0]}; accepted: {accepted}")
