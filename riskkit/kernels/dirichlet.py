"""Mixes of many regions that borrow from each other: the Dirichlet-multinomial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln, polygamma

from riskkit.errors import ConvergenceError, NotEnoughIncidentsError

Array = NDArray[np.float64]

LOG_CONCENTRATIONS = np.linspace(np.log(0.05), np.log(2e4), 48)
SWEEPS = 200


def log_likelihood(counts: ArrayLike, alpha: ArrayLike) -> float:
    r"""Log likelihood of counts by category whose shares vary between rows as a Dirichlet.

    .. math:: \sum_r \left[\ln\frac{\Gamma(A)}{\Gamma(A + n_r)} +
              \sum_k \ln\frac{\Gamma(\alpha_k + n_{rk})}{\Gamma(\alpha_k)}\right],
              \quad A = \sum_k \alpha_k

    without the multinomial coefficients, which hold no parameter.

    Parameters
    ----------
    counts : array of float, shape (rows, categories)
        They may be fractional weights.
    alpha : array of float, shape (categories,) or (rows, categories)
        Parameters, positive.

    Returns
    -------
    float

    Examples
    --------
    >>> round(float(np.exp(log_likelihood([[1, 0]], [1.0, 3.0]))), 12)
    0.25

    References
    ----------
    Mosimann, J. E. (1962). https://doi.org/10.1093/biomet/49.1-2.65
    """
    n, a = np.asarray(counts, dtype=float), np.asarray(alpha, dtype=float)
    total = a.sum(axis=-1)
    rows = gammaln(total) - gammaln(total + n.sum(axis=1))
    cells = gammaln(a + n) - gammaln(a)
    return float(np.broadcast_to(rows, n.shape[:1]).sum() + cells.sum())


def fit(counts: ArrayLike) -> tuple[Array, float]:
    r"""Maximum likelihood of a Dirichlet-multinomial, by Newton's method.

    Its overdispersion is :math:`\theta = 1/(1 + A)`.

    Parameters
    ----------
    counts : array of float, shape (rows, categories)
        At least two rows that hold something. Categories that never occur have alpha 0.

    Returns
    -------
    tuple of array of float, shape (categories,), and float
        alpha and the log likelihood.

    Raises
    ------
    NotEnoughIncidentsError
        If fewer than two rows or categories hold anything.
    ConvergenceError
        If there is no maximum: the rows vary no more than a multinomial.

    Examples
    --------
    >>> alpha, llf = fit([[8, 2], [3, 9], [6, 6], [10, 1]])
    >>> alpha.round(2), round(llf, 3)
    (array([2.62, 1.67]), -27.878)

    References
    ----------
    Minka, T. P. (2000). Estimating a Dirichlet distribution.
    """
    n = np.asarray(counts, dtype=float)
    kept = n.sum(axis=0) > 0
    n = n[n.sum(axis=1) > 0][:, kept]
    if min(n.shape) < 2:
        raise NotEnoughIncidentsError(
            f"a Dirichlet-multinomial needs two rows and categories or more; found {n.shape}"
        )
    alpha = n.sum(axis=0) / n.sum() * n.shape[1]
    value = log_likelihood(n, alpha)
    for _ in range(SWEEPS):
        total = alpha.sum()
        common = (digamma(total) - digamma(total + n.sum(axis=1))).sum()
        slope = common + (digamma(alpha + n) - digamma(alpha)).sum(axis=0)
        bend = (polygamma(1, alpha + n) - polygamma(1, alpha)).sum(axis=0)
        shared = (polygamma(1, total) - polygamma(1, total + n.sum(axis=1))).sum()
        # Newton in ln alpha: curvature diag(d) + shared * alpha alpha'.
        d = alpha * slope + alpha**2 * bend
        d = np.where(d < -1e-12, d, -np.abs(alpha**2 * bend) - 1e-12)
        ratio = alpha**2 / d
        step = -(alpha * slope) / d
        bottom = 1 + shared * ratio.sum()
        if bottom > 1e-6:
            step = step - (alpha / d) * shared * (alpha * step).sum() / bottom
        if slope @ (alpha * step) <= 0:
            step = -(alpha * slope) / d
        scale = min(1.0, 3.0 / np.abs(step).max())
        for _ in range(40):
            trial = alpha * np.exp(scale * step)
            new = log_likelihood(n, trial)
            if new >= value:
                break
            scale /= 2
        if not new > value + 1e-12 * abs(value):
            break
        alpha, value = trial, new
    common_mix = n.sum(axis=0) / n.sum()
    if value <= float((n * np.log(common_mix)).sum()) + 1e-6:
        raise ConvergenceError(
            "the rows vary no more than a multinomial would; the concentration has no maximum"
        )
    full = np.zeros(len(kept))
    full[kept] = alpha
    return full, value


@dataclass(frozen=True, eq=False)
class Level:
    """What groups of rows share, at each of a row of concentrations.

    Parameters
    ----------
    log_concentration : array of float, shape (grid,)
        Logarithm of A: how many counts the shared mix is worth to each row.
    mass : array of float, shape (grid,)
        Posterior chance of each.
    prior : array of float, shape (groups, categories)
        Dirichlet prior of each group's mix.
    evidence : array of float, shape (grid, groups, categories)
        Counts that the rows add to that prior.
    """

    log_concentration: Array
    mass: Array
    prior: Array
    evidence: Array

    def concentration(self) -> float:
        """Give the posterior median of A, to the nearest point of the grid."""
        at = int(np.searchsorted(np.cumsum(self.mass), 0.5))
        return float(np.exp(self.log_concentration[min(at, len(self.mass) - 1)]))

    def total(self) -> Array:
        """Give the evidence by group, averaged over the concentration."""
        return np.asarray(np.tensordot(self.mass, self.evidence, axes=1))

    def sample(self, size: int, rng: np.random.Generator) -> tuple[Array, NDArray[np.intp]]:
        """Draw concentrations, and the points of the grid that they lie at."""
        at = np.searchsorted(np.cumsum(self.mass), rng.random(size), side="right")
        at = np.minimum(at, len(self.mass) - 1)
        step = self.log_concentration[1] - self.log_concentration[0]
        jitter = (rng.random(size) - 0.5) * step
        return np.exp(self.log_concentration[at] + jitter), at


def pool(counts: ArrayLike, group: ArrayLike, prior: ArrayLike) -> Level:
    r"""Posterior of how alike rows of one group are, and of what they share.

    Rows have mixes :math:`p_r \sim \mathrm{Dirichlet}(A\,m_{g(r)})`, groups
    :math:`m_g \sim \mathrm{Dirichlet}(\text{prior}_g)`. Given A, a count informs :math:`m_g` as if

    .. math:: t_{rk} = A m_{gk}\,[\psi(A m_{gk} + n_{rk}) - \psi(A m_{gk})]

    independent draws from it had been seen (the expected number of tables of a Chinese restaurant
    process), so that :math:`m_g` is a Dirichlet with those added. The evidence for A comes from
    Bayes' rule at the mean of that Dirichlet. The prior is :math:`A^{-1/2} \sim N^+(0, 1)`.

    Parameters
    ----------
    counts : array of float, shape (rows, categories)
        They may be fractional.
    group : array of int, shape (rows,)
        The group of each row.
    prior : array of float, shape (groups, categories)
        Positive.

    Returns
    -------
    Level

    Examples
    --------
    >>> level = pool([[80, 20], [30, 70], [55, 45]], [0, 0, 0], [[0.5, 0.5]])
    >>> 1 < level.concentration() < 50
    True

    References
    ----------
    Teh, Y. W. et al. (2006). Hierarchical Dirichlet processes.
    https://doi.org/10.1198/016214506000000302
    """
    n = np.asarray(counts, dtype=float)
    g = np.asarray(group, dtype=np.intp)
    gamma = np.asarray(prior, dtype=float)
    row, column = np.nonzero(n)
    seen, at = n[row, column], g[row]
    concentration = np.exp(LOG_CONCENTRATIONS)
    cell = np.ravel_multi_index((at, column), gamma.shape) if len(row) else row
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    where = cell[order][starts]
    evidence = np.zeros((len(concentration), *gamma.shape))
    flat = evidence.reshape(len(concentration), -1)
    for _ in range(SWEEPS if len(row) else 0):
        mean = _mean(gamma, evidence)
        alpha = concentration[:, None] * mean[:, at, column]
        tables = alpha * (digamma(alpha + seen) - digamma(alpha))
        new = np.add.reduceat(tables[:, order], starts, axis=1)
        change = float(np.abs(new - flat[:, where]).max() / (1 + new.max()))
        flat[:, where] = new
        if change < 1e-4:
            break
    mean = _mean(gamma, evidence)
    alpha = concentration[:, None] * mean[:, at, column]
    sizes = n.sum(axis=1)
    log_mass = (
        (gammaln(alpha + seen) - gammaln(alpha)).sum(axis=1)
        + (gammaln(concentration[:, None]) - gammaln(concentration[:, None] + sizes)).sum(axis=1)
        + (_log_beta(gamma + evidence) - _log_beta(gamma)).sum(axis=1)
        - (evidence * np.log(mean)).sum(axis=(1, 2))
        - 0.5 / concentration
        - 0.5 * LOG_CONCENTRATIONS
    )
    mass = np.exp(log_mass - log_mass.max())
    return Level(LOG_CONCENTRATIONS, mass / mass.sum(), gamma, evidence)


def _mean(prior: Array, evidence: Array) -> Array:
    total = prior + evidence
    return np.asarray(total / total.sum(axis=-1, keepdims=True))


def _log_beta(alpha: Array) -> Array:
    return np.asarray(gammaln(alpha).sum(axis=-1) - gammaln(alpha.sum(axis=-1)))
