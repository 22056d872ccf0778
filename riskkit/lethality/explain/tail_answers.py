"""What every regression of a tail answers: chances by kind of attack, and two kinds compared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.lethality.explain.contrasts import CONTRASTS, compare, normal_draws
from riskkit.lethality.explain.design import in_words, sides
from riskkit.lethality.explain.rows import Rows, kinds_of
from riskkit.results import Estimate

__all__ = ["TailAnswers"]

Array = NDArray[np.float64]


class _Specification(Protocol):
    @property
    def formula(self) -> str: ...

    @property
    def xmin(self) -> int: ...


class TailAnswers(ABC):
    """Chances inside a tail that depends on covariates."""

    model: _Specification
    rows: Rows
    params: pd.Series
    # Of the draws, so that two regressions with one seed don't share them.
    _stream: ClassVar[str]

    @property
    @abstractmethod
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table prints."""

    @property
    @abstractmethod
    def _spread(self) -> Array:
        """Covariance of the coefficients."""

    @abstractmethod
    def _chance(self, covariates: pd.DataFrame, drawn: Array, at_least: int) -> Array:
        """Chance of so many deaths or more: (rows, draws)."""

    def estimate(
        self, attacks: pd.DataFrame, at_least: int, draws: int = 2000, rng: RNGLike = None
    ) -> Estimate:
        """Estimate the chance that an attack of the tail kills so many or more, by kind.

        Parameters
        ----------
        attacks : pandas.DataFrame
            A row for each kind, with every covariate of the model.
        at_least : int
            Deaths, xmin or more.
        draws : int
            Draws of the coefficients, normal around the estimate.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            Its groups are the index of ``attacks``.

        Raises
        ------
        ValueError
            If a covariate or level isn't there, or ``at_least`` is under xmin or not whole.
        """
        drawn = self._draw(at_least, draws, rng)
        chance = self._chance(kinds_of(self.rows, attacks), drawn, at_least)
        return Estimate(chance.T, attacks.index, *self._what(at_least), self.notes)

    def effect(
        self,
        of: Mapping[str, object],
        against: Mapping[str, object],
        *,
        at_least: int,
        draws: int = 2000,
        rng: RNGLike = None,
    ) -> Estimate:
        """Estimate what differs if all attacks of the tail were of one kind, or of another.

        As `LethalityRegressionResult.effect`, for chances of very many deaths. It says how far a
        kind reaches once it is in the tail, not how often it gets there.

        Parameters
        ----------
        of, against : mapping of str to value
            Covariates, for example ``{"suicide": True}`` and ``{"suicide": False}``.
        at_least : int
            Deaths, xmin or more.
        draws : int
            Draws of the coefficients.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            Groups: ``of``, ``against``, ``difference`` and ``ratio``.

        Raises
        ------
        ValueError
            If a covariate or level isn't there, or ``at_least`` is under xmin or not whole.
        """
        drawn = self._draw(at_least, draws, rng)
        table = compare(self.rows, of, against, lambda kinds: self._chance(kinds, drawn, at_least))
        return Estimate(table, CONTRASTS, *self._what(at_least), self.notes)

    def _draw(self, at_least: int, draws: int, rng: RNGLike) -> Array:
        xmin = self.model.xmin
        if at_least < xmin or at_least != int(at_least):
            raise ValueError(
                f"at_least is {at_least}; accepted: xmin ({xmin}) or more, a whole number"
            )
        own = stream(entropy(rng), "lethality", self._stream)
        return normal_draws(self.params.to_numpy(), self._spread, draws, own)

    def _what(self, at_least: int) -> tuple[str, str]:
        words = in_words(sides(self.model.formula)[0])
        what = f"chance that an attack with {self.model.xmin:,} {words} or more has {at_least:,}"
        return f"{what} or more", "share of the tail"
