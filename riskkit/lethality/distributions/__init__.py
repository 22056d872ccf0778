"""Distributions of whole-number deaths from a threshold on, one a file."""

from riskkit.lethality.distributions.base import Distribution, Fit, fit_distribution
from riskkit.lethality.distributions.cutoff import PowerLawWithCutoff
from riskkit.lethality.distributions.geometric import Geometric
from riskkit.lethality.distributions.lognormal import Lognormal
from riskkit.lethality.distributions.poisson import Poisson
from riskkit.lethality.distributions.power_law import PowerLaw
from riskkit.lethality.distributions.stretched import StretchedExponential

__all__ = [
    "Distribution",
    "Fit",
    "Geometric",
    "Lognormal",
    "Poisson",
    "PowerLaw",
    "PowerLawWithCutoff",
    "StretchedExponential",
    "fit_distribution",
]
