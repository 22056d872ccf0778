"""Distributions of deaths and other sizes from a threshold on, one or a pair a file."""

from riskkit.lethality.distributions.base import Distribution
from riskkit.lethality.distributions.cutoff import PowerLawWithCutoff
from riskkit.lethality.distributions.extremes import BlockMaximaFit, ExceedanceFit
from riskkit.lethality.distributions.fitted import ContinuousFit, DiscreteFit, Fit
from riskkit.lethality.distributions.generalised_extreme_value import GeneralisedExtremeValue
from riskkit.lethality.distributions.generalised_pareto import (
    DiscreteGeneralisedPareto,
    GeneralisedPareto,
)
from riskkit.lethality.distributions.geometric import Geometric
from riskkit.lethality.distributions.intervals import IntervalFit
from riskkit.lethality.distributions.lognormal import ContinuousLognormal, Lognormal
from riskkit.lethality.distributions.negative_binomial import NegativeBinomial
from riskkit.lethality.distributions.pareto import Pareto
from riskkit.lethality.distributions.poisson import Poisson
from riskkit.lethality.distributions.poisson_lognormal import PoissonLognormal
from riskkit.lethality.distributions.power_law import PowerLaw
from riskkit.lethality.distributions.real import Continuous
from riskkit.lethality.distributions.stretched import StretchedExponential, Weibull
from riskkit.lethality.distributions.whole import Discrete

__all__ = [
    "BlockMaximaFit",
    "Continuous",
    "ContinuousFit",
    "ContinuousLognormal",
    "Discrete",
    "DiscreteFit",
    "DiscreteGeneralisedPareto",
    "Distribution",
    "ExceedanceFit",
    "Fit",
    "GeneralisedExtremeValue",
    "GeneralisedPareto",
    "Geometric",
    "IntervalFit",
    "Lognormal",
    "NegativeBinomial",
    "Pareto",
    "Poisson",
    "PoissonLognormal",
    "PowerLaw",
    "PowerLawWithCutoff",
    "StretchedExponential",
    "Weibull",
]
