"""What the periods ahead may bring, by region: attacks, deaths, the deadliest attack."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from riskkit.results import Estimate, Forecast, _html, interval_frame
from riskkit.risk.exceedance import LossCurves
from riskkit.risk.tables import adding_up, exceedance_curves, losses
from riskkit.risk.worlds import CHANCES, Worlds

if TYPE_CHECKING:
    from riskkit.risk.model import RiskResult

__all__ = ["ALL_REGIONS", "RiskForecast"]

ALL_REGIONS = "all regions"
Basis = Literal["aep", "oep"]


@dataclass(frozen=True, eq=False, repr=False)
class RiskForecast:
    """One joint simulation of worlds (draws of all parameters) x years inside each.

    A year is one future of the horizon's length. Estimates are means over worlds and intervals
    are quantiles over worlds; only ``attacks`` and ``deaths`` of `to_frame` and `targets` are
    predictive, over all years of all worlds. Inside a world chances are computed, not counted:
    see `riskkit.risk.worlds.Worlds`. Tables hold each region and, where there are several,
    ``"all regions"`` as the last row, made from whole years.

    Parameters
    ----------
    attacks, deaths, largest : Forecast
        Attacks, deaths, and deaths in the deadliest attack; draws are worlds x years, world by
        world.
    worlds, years : int
        Worlds, and years in each.
    fitted : RiskResult
        What was simulated from.
    seed : int
        Of all draws.

    References
    ----------
    Mitchell-Wallace, K., Jones, M., Hillier, J. and Foote, M. (2017). Natural Catastrophe Risk
    Management and Modelling. https://doi.org/10.1002/9781118906057
    """

    attacks: Forecast
    deaths: Forecast
    largest: Forecast
    worlds: int
    years: int
    fitted: "RiskResult"
    seed: int

    @property
    def regions(self) -> pd.Index:
        """The regions, without their total."""
        return self.attacks.regions

    @property
    def horizon(self) -> int:
        """Periods ahead."""
        return len(self.attacks.periods)

    @property
    def span(self) -> str:
        """First and last period of the horizon, in words."""
        return str(self.attacks.total(over="periods").periods[0])

    @property
    def annual(self) -> bool:
        """Whether the horizon is one year, so that its chances are annual."""
        periods = self.attacks.periods
        days = (periods[-1].end_time - periods[0].start_time) / pd.Timedelta(days=1)
        return bool(abs(days - 365) < 2)

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table and plot prints."""
        length = self.span if self.annual else f"{self.span}, not one year: no return periods"
        own = (
            f"{length}; {self.worlds} worlds x {self.years} years",
            "given the parameters, deaths per attack depend on the region only",
            *self.fitted.lethality.mean(self.worlds, self.seed).notes,
        )
        return tuple(dict.fromkeys((*self.attacks.notes, *own)))

    def to_frame(self, level: float = 0.9) -> pd.DataFrame:
        """Summarise the horizon by region: how often, how many dead, how likely.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold what happens (attacks, deaths) or the
            true figure (expected values, chances).

        Returns
        -------
        pandas.DataFrame
            Indexed by region. Columns are pairs (figure, ``estimate | lower | upper``). Figures:
            ``attacks`` and ``deaths`` (predictive), ``expected attacks``, ``expected deaths``
            (with the lethality model's bound on one event, and with ten times that bound),
            ``chance of an attack``, ``chance of 10 or more killed``, ``chance of 100 or more
            killed`` (in at least one attack).
        """
        rows = self.worlds * self.years
        parts = {
            "attacks": adding_up(self._worlds.attacks.reshape(rows, -1), self._places, level),
            "deaths": adding_up(self._worlds.deaths.reshape(rows, -1), self._places, level),
            "expected attacks": adding_up(self.expected_attacks().draws, self._places, level),
            "expected deaths": adding_up(self.expected_deaths().draws, self._places, level),
            "expected deaths, bound x 10": adding_up(
                self.expected_deaths(largest=10 * self.fitted.lethality.largest).draws,
                self._places,
                level,
            ),
        }
        chances = self._worlds.chances(np.array(list(CHANCES.values())))
        for number, figure in enumerate(CHANCES):
            parts[figure] = interval_frame(chances[:, :, number], self._places, level)
        return pd.concat(parts, axis=1, names=["figure", None])

    def targets(self, level: float = 0.9) -> pd.DataFrame:
        """Summarise the horizon by region and target group.

        Parameters
        ----------
        level : float
            As for `to_frame`.

        Returns
        -------
        pandas.DataFrame
            Indexed by region and target group, with the figures of `to_frame` that make sense
            for a group, and its ``share`` of attacks. Lethality is that of the region whatever
            the target.

        Raises
        ------
        ValueError
            If no target model was fitted.
        """
        if self.fitted.targets is None:
            raise ValueError("no target model was fitted; accepted: RiskModel(targets=...)")
        share = self.fitted.targets.estimate(self.worlds, self.seed)
        figures = self._worlds.by_group(
            share.draws.reshape(self.worlds, len(self.regions), -1),
            self.fitted.targets.split(self._worlds.attacks.swapaxes(1, 2), self.seed),
        )
        groups = share.groups.set_names(["region", "target group"])
        tables = {
            name: interval_frame(draws.reshape(len(draws), -1), groups, level)
            for name, draws in figures.items()
        }
        return pd.concat(tables, axis=1, names=["figure", None])

    def expected_attacks(self) -> Estimate:
        """Give the expected number of attacks in the horizon, by world.

        Returns
        -------
        Estimate
        """
        return Estimate(
            self._worlds.expected_attacks,
            self.regions,
            "expected attacks",
            f"attacks in {self.span}",
            self.attacks.notes,
        )

    def expected_deaths(self, *, largest: int | None = None) -> Estimate:
        """Give the expected deaths in the horizon, by world; its annual form is the AAL.

        One event is bounded, as the notes say: tails of terrorism are so heavy that without a
        bound there may be no mean. How much hangs on the bound shows with another one.

        Parameters
        ----------
        largest : int, optional
            Bound on the deaths of one event; by default the lethality model's.

        Returns
        -------
        Estimate
        """
        each = self.fitted.lethality.mean(self.worlds, self.seed, largest=largest)
        return Estimate(
            self._worlds.expected_attacks * each.draws,
            self.regions,
            "expected deaths",
            f"deaths in {self.span}",
            tuple(dict.fromkeys((*self.attacks.notes, *each.notes))),
        )

    def chance(self, at_least: int, level: float = 0.9) -> pd.DataFrame:
        """Give the chance of at least one attack that kills so many or more in the horizon.

        Exact in each world and region: 1 - G(P(D < x)), with G the generating function of the
        number of attacks.

        Parameters
        ----------
        at_least : int
            Deaths in one attack; 0 is any attack.
        level : float
            The chance that the interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            Indexed by region: ``estimate``, ``lower``, ``upper``.

        Raises
        ------
        ValueError
            If ``at_least`` is negative.
        """
        if at_least < 0:
            raise ValueError(f"at_least is {at_least}; accepted: a whole number, 0 or more")
        draws = self._worlds.chances(np.array([at_least]))[:, :, 0]
        return interval_frame(draws, self._places, level)

    def exceedance(self, region: str | None = None, level: float = 0.9) -> pd.DataFrame:
        """Give the chance of so many deaths or more in the horizon.

        OEP is of the deadliest attack, AEP of all attacks together, so that AEP is never below
        OEP, and reaches losses that no single attack would.

        Parameters
        ----------
        region : str, optional
            One region or ``"all regions"``; by default each of them.
        level : float
            The chance that the interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            One row a region, basis and number of deaths: ``region``, ``basis`` (``"aep"``,
            ``"oep"``), ``deaths``, ``probability`` of this many or more, ``lower``, ``upper``,
            ``monte_carlo_error`` (standard error of the probability from the finite number of
            worlds). Where the horizon is one year, ``return_period`` in years,
            ``return_period_lower`` and ``return_period_upper``; else ``horizon`` says what the
            probability is of.

        Raises
        ------
        ValueError
            If there is no such region.
        """
        long = exceedance_curves(self._worlds, self._places, region, level)
        if not self.annual:
            return long.assign(horizon=self.span)
        with np.errstate(divide="ignore"):
            return long.assign(
                return_period=1 / long["probability"],
                return_period_lower=1 / long["upper"],
                return_period_upper=1 / long["lower"],
            )

    def var(self, p: float = 0.99, basis: Basis = "aep", level: float = 0.9) -> pd.DataFrame:
        """Give the value at risk: the smallest x with P(deaths <= x) >= p.

        Parameters
        ----------
        p : float
            Share of futures, between 0 and 1.
        basis : {"aep", "oep"}
            Deaths of all attacks, or of the deadliest.
        level : float
            The chance that the interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            Indexed by region: ``estimate`` (mean over worlds), ``lower``, ``upper``, in deaths.

        Raises
        ------
        ValueError
            If ``p`` or ``basis`` is not one of the accepted.
        """
        return losses(self._worlds, self._places, LossCurves.value_at_risk, p, basis, level)

    def tvar(self, p: float = 0.99, basis: Basis = "aep", level: float = 0.9) -> pd.DataFrame:
        """Give the tail value at risk: the mean of VaR_u over u > p.

        It is not E[S | S > VaR] (called CTE), which skips the part of VaR's own atom beyond p.
        Tails may be so heavy that it exists only because one event is bounded, as notes say.

        Parameters
        ----------
        p : float
            Share of futures, between 0 and 1.
        basis : {"aep", "oep"}
            Deaths of all attacks, or of the deadliest.
        level : float
            The chance that the interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            Indexed by region: ``estimate`` (mean over worlds), ``lower``, ``upper``, in deaths.

        Raises
        ------
        ValueError
            If ``p`` or ``basis`` is not one of the accepted.
        """
        return losses(self._worlds, self._places, LossCurves.tail_value_at_risk, p, basis, level)

    def return_level(
        self, years: float = 100, basis: Basis = "oep", level: float = 0.9
    ) -> pd.DataFrame:
        """Give the deaths that are reached or passed once in so many years: VaR at 1 - 1/years.

        Parameters
        ----------
        years : float
            Return period, above 1.
        basis : {"aep", "oep"}
            Deaths of all attacks in a year, or of its deadliest.
        level : float
            The chance that the interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            Indexed by region: ``estimate`` (mean over worlds), ``lower``, ``upper``, in deaths.

        Raises
        ------
        ValueError
            If the horizon is not one year, or ``years`` is not above 1.
        """
        if not self.annual:
            raise ValueError(
                f"the horizon is {self.span}, which is not one year: it has no return period; "
                "accepted: a forecast of one year, or var(p)"
            )
        if not years > 1:
            raise ValueError(f"years is {years}; accepted: a return period above 1")
        return self.var(1 - 1 / years, basis, level)

    def year_loss_table(self) -> pd.DataFrame:
        """Give the simulated years as a table, one row a world, year and region.

        Returns
        -------
        pandas.DataFrame
            ``world``, ``year`` (numbered from 0 in each world), ``region``, ``attacks``,
            ``deaths``, ``largest`` (deaths in the deadliest attack).
        """
        index = pd.MultiIndex.from_product(
            [range(self.worlds), range(self.years), self.regions],
            names=["world", "year", "region"],
        )
        columns = {
            "attacks": self._worlds.attacks.ravel(),
            "deaths": self._worlds.deaths.ravel(),
            "largest": self._worlds.largest.ravel(),
        }
        return pd.DataFrame(columns, index=index).reset_index()

    def __repr__(self) -> str:
        return (
            f"RiskForecast: {self.span}, {len(self.regions)} regions, "
            f"{self.worlds} worlds x {self.years} years"
        )

    def _repr_html_(self) -> str:
        caption = f"Risk in {self.span}: attacks and deaths, 90% intervals"
        return _html(self.to_frame(), caption, self.notes)

    @cached_property
    def _worlds(self) -> Worlds:
        shape = (self.worlds, self.years, len(self.regions))
        attacks, deaths, largest = (
            part.total(over="periods").draws.reshape(shape)
            for part in (self.attacks, self.deaths, self.largest)
        )
        return Worlds(attacks, deaths, largest, self.fitted, self.horizon, self.seed)

    @cached_property
    def _places(self) -> pd.Index:
        total = [ALL_REGIONS] if len(self.regions) > 1 else []
        places: pd.Index = pd.Index([*self.regions, *total], name="region")
        return places
