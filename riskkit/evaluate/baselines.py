"""The plain forecasts that every model has to beat, by name."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from riskkit.forecast import (
    Bootstrap,
    Climatology,
    HalfAndHalf,
    LastValue,
    LastYear,
    LastYearPoisson,
    Seasonal,
    Zero,
)
from riskkit.forecast.history import Quantity

__all__ = ["BASELINES", "chosen"]

_KINDS: Mapping[str, Callable[[Quantity | None], object]] = MappingProxyType(
    {
        "last year": LastYearPoisson,
        "half and half": HalfAndHalf,
        "conflictology": LastYear,
        "last value": LastValue,
        "climatology": Climatology,
        "seasonal": Seasonal,
        "bootstrap": Bootstrap,
        "zero": Zero,
    }
)

BASELINES = tuple(_KINDS)


def chosen(names: str | Sequence[str]) -> dict[str, Callable[[Quantity | None], object]]:
    """Give the baselines of these names; ``"all"`` is all of them.

    Parameters
    ----------
    names : str or sequence of str
        Of `BASELINES`.

    Returns
    -------
    dict of str to callable
        Each makes its forecaster from the quantity to be forecast.

    Raises
    ------
    ValueError
        If there is no such baseline.
    """
    wanted = [names] if isinstance(names, str) else list(names)
    if wanted == ["all"]:
        return dict(_KINDS)
    for name in wanted:
        if name not in _KINDS:
            raise ValueError(f'baselines has {name!r}; accepted: {", ".join(BASELINES)}, or "all"')
    return {name: _KINDS[name] for name in wanted}
