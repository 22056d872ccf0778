"""Maximum likelihood of linear predictors: regressions of any law with a smooth likelihood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PredictorFit", "fit_predictors", "inverse_information", "profile_bounds"]

Array = NDArray[np.float64]
LogDensity = Callable[[list[Array]], Array]

# Step of the five-point differences: their error is its fourth power, about 1e-12.
STEP = 1e-3
ITERATIONS = 200
# Twice the rise in log likelihood that another step promises.
PROMISED = 1e-9
# A step of one predictor that is longer than this leaves the region that the curvature describes.
LONGEST = 4.0
# Curvature that is nothing but rounding, beside one of the coefficients' own.
FLAT = 1e-13
# How far out, in half intervals of the usual kind, the end of a profile is looked for.
FAR = 100.0


@dataclass(frozen=True, eq=False)
class PredictorFit:
    """Coefficients at the maximum.

    Parameters
    ----------
    coefficients : array of float, shape (k,)
        Those of the first predictor, then of the second, ...
    covariance : array of float, shape (k, k)
        Inverse of minus the second derivatives of the log likelihood, the prior's curvature
        included; vast where there is no curvature.
    llf : float
        Log likelihood, without the prior.
    scores : array of float, shape (n, k)
        First derivatives row by row, for one unit of weight.
    converged : bool
        Whether no step promises a rise.
    """

    coefficients: Array
    covariance: Array
    llf: float
    scores: Array
    converged: bool


@np.errstate(all="ignore")
def fit_predictors(
    log_density: LogDensity,
    designs: Sequence[Array],
    weights: Array,
    start: Array,
    precision: Array | None = None,
) -> PredictorFit:
    r"""Maximise a likelihood whose parameters are linear in covariates, by damped Newton steps.

    .. math:: \sum_i w_i \ln f(y_i; z_{i1}, z_{i2}, \dots) - \tfrac12 \sum_j \lambda_j \beta_j^2,
              \qquad z_{im} = x_{im}^\top \beta_m

    Derivatives in the few predictors are taken row by row by five-point differences and carried
    to the coefficients exactly. The search runs in columns that are orthonormal over the rows, so
    that neither units (people, seconds) nor near copies (a year and its square) cost digits.

    Parameters
    ----------
    log_density : callable
        Takes the list of predictors, each of shape (n,), gives the log density of each row.
    designs : sequence of arrays, shape (n, k_m)
        Covariates of each predictor.
    weights : array of float, shape (n,)
        How often each row occurs.
    start : array of float, shape (k,)
        Where to begin; the log likelihood must be finite there.
    precision : array of float, shape (k,), optional
        Of a normal prior around zero; none by default.

    Returns
    -------
    PredictorFit

    Examples
    --------
    >>> y, ones = np.array([0.0, 1.0, 5.0]), np.ones((3, 1))
    >>> fit = fit_predictors(lambda z: y * z[0] - np.exp(z[0]), [ones], np.ones(3), np.zeros(1))
    >>> float(np.exp(fit.coefficients[0]).round(9))
    2.0
    """
    from scipy.linalg import block_diag

    turns = [_basis(design, weights) for design in designs]
    designs = [design @ turn for design, turn in zip(designs, turns, strict=True)]
    turn = block_diag(*turns)
    prior = turn.T @ np.diag(np.zeros(len(start)) if precision is None else precision) @ turn
    cuts = np.cumsum([design.shape[1] for design in designs])[:-1]

    def predictors(beta: Array) -> list[Array]:
        parts = np.split(beta, cuts)
        return [design @ part for design, part in zip(designs, parts, strict=True)]

    def height(beta: Array) -> float:
        with np.errstate(all="ignore"):
            total = float(weights @ log_density(predictors(beta)) - beta @ prior @ beta / 2)
        return total if np.isfinite(total) else -np.inf

    beta: Array = np.asarray(np.linalg.solve(turn, start), dtype=float)
    damping, converged = 0.0, False
    here = height(beta)
    for _ in range(ITERATIONS):
        scores, information = _derivatives(log_density, predictors(beta), designs, weights)
        gradient = weights @ scores - prior @ beta
        information += prior
        scale = np.maximum(np.abs(np.diag(information)), 1e-10)
        improved = False
        for _ in range(40):
            step = _solve(information + np.diag(damping * scale), gradient)
            if step is not None:
                moves = [np.abs(move).max(initial=0.0) for move in predictors(step)]
                step = step * min(1.0, LONGEST / max(max(moves), 1e-300))
                # Of billions of rows a sum has no digits left that would show a smaller rise.
                least = max(PROMISED, 1e-15 * abs(here))
                if damping < 1e-3 and gradient @ step < least:
                    # The last step costs nothing and doubles the digits.
                    beta, converged = beta + step, True
                    here = height(beta)
                    break
                there = height(beta + step)
                if there > here:
                    beta, here, improved = beta + step, there, True
                    damping = damping / 10 if damping > 1e-8 else 0.0
                    break
            damping = max(10 * damping, 1e-6)
        if converged or not improved:
            break
    scores, information = _derivatives(log_density, predictors(beta), designs, weights)
    covariance = turn @ inverse_information(information + prior) @ turn.T
    llf = here + float(beta @ prior @ beta / 2)
    own = np.asarray(np.linalg.solve(turn.T, scores.T).T, dtype=float)
    return PredictorFit(turn @ beta, covariance, llf, own, converged)


def inverse_information(information: Array) -> Array:
    """Covariance of coefficients; a direction without curvature gets a vast error, not none.

    Parameters
    ----------
    information : array of float, shape (k, k)
        Minus the second derivatives of the log likelihood.

    Returns
    -------
    array of float, shape (k, k)

    Examples
    --------
    >>> inverse_information(np.diag([4.0, 0.0])).tolist()
    [[0.25, 0.0], [0.0, 10000000000000.0]]
    """
    finite = np.where(np.isfinite(information), information, 0.0)
    size = np.sqrt(np.abs(np.diag(finite)))
    scale = 1 / np.where(size > 0, size, 1.0)
    # On a scale on which every coefficient has the same curvature the units are gone.
    curve, axes = np.linalg.eigh(finite * np.outer(scale, scale))
    return np.asarray((axes / np.maximum(curve, FLAT)) @ axes.T * np.outer(scale, scale))


def profile_bounds(
    log_density: LogDensity,
    designs: Sequence[Array],
    weights: Array,
    fit: PredictorFit,
    which: int,
    fall: float,
) -> tuple[float, float]:
    """Where twice the log likelihood, highest over all other coefficients, has fallen so far.

    Parameters
    ----------
    log_density, designs, weights
        As for `fit_predictors`.
    fit : PredictorFit
        The maximum.
    which : int
        Position of the coefficient.
    fall : float
        Of twice the log likelihood, 2.706 for 90%.

    Returns
    -------
    tuple of float
        Infinite where it never falls so far.

    Examples
    --------
    >>> y, ones = np.array([0.0, 1.0, 5.0]), np.ones((3, 1))
    >>> density = lambda z: y * z[0] - np.exp(z[0])
    >>> fit = fit_predictors(density, [ones], np.ones(3), np.zeros(1))
    >>> bounds = profile_bounds(density, [ones], np.ones(3), fit, 0, 2.7055)
    >>> [round(float(np.exp(bound)), 3) for bound in bounds]
    [0.939, 3.659]
    """
    from scipy.optimize import brentq

    sizes = np.cumsum([design.shape[1] for design in designs])
    part = int(np.searchsorted(sizes, which, side="right"))
    column = which - (int(sizes[part]) - designs[part].shape[1])
    own = designs[part][:, column]
    others = [*designs]
    others[part] = np.delete(designs[part], column, axis=1)
    best = float(fit.coefficients[which])
    reach = float(np.sqrt(fall * fit.covariance[which, which]))
    rest = np.delete(fit.coefficients, which)
    # How the others move with it, to begin near where they end.
    along = np.delete(fit.covariance[which], which) / fit.covariance[which, which]

    def beyond(at: float) -> float:
        """Root of the fall, nearly a straight line, less that of the fall wanted."""

        def density(z: list[Array]) -> Array:
            moved = [*z]
            moved[part] = z[part] + at * own
            return log_density(moved)

        again = fit_predictors(density, others, weights, rest + along * (at - best))
        if not np.isfinite(again.llf):
            return FAR
        return float(min(np.sqrt(max(2 * (fit.llf - again.llf), 0.0)) - np.sqrt(fall), FAR))

    ends = []
    for side in (-1.0, 1.0):
        near, far = best, best + side * reach
        while short := beyond(far) < 0:
            if abs(far - best) > FAR * reach:
                break
            near, far = far, best + 2 * (far - best)
        ends.append(side * np.inf if short else float(brentq(beyond, near, far, xtol=1e-6 * reach)))
    return ends[0], ends[1]


def _basis(design: Array, weights: Array) -> Array:
    """Turn columns into orthonormal ones; where they are not independent, to one length."""
    from scipy.linalg import solve_triangular

    if not design.size:
        return np.eye(design.shape[1])
    rows = np.sqrt(weights / weights.sum())[:, None] * design
    size = np.linalg.norm(rows, axis=0)
    size = np.where(size > 0, size, 1.0)
    triangle = np.linalg.qr(rows / size, mode="r")
    if len(triangle) < len(size) or np.abs(np.diag(triangle)).min() < FLAT:
        return np.diag(1 / size)
    return np.asarray(solve_triangular(triangle, np.eye(len(size))) / size[:, None])


def _solve(matrix: Array, right: Array) -> Array | None:
    """Solve, or None where the matrix is not positive definite."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    if not np.isfinite(matrix).all():
        return None
    scale = 1 / np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    try:
        factor = cho_factor(matrix * np.outer(scale, scale))
    except LinAlgError:
        return None
    return np.asarray(scale * cho_solve(factor, scale * right))


def _derivatives(
    log_density: LogDensity, z: list[Array], designs: Sequence[Array], weights: Array
) -> tuple[Array, Array]:
    """Scores by row (n, k), and minus the weighted second derivatives (k, k)."""

    def at(moves: dict[int, float]) -> Array:
        moved = [part + moves.get(m, 0.0) * STEP for m, part in enumerate(z)]
        return log_density(moved)

    with np.errstate(all="ignore"):
        middle = at({})
        firsts, blocks = [], {}
        for m in range(len(z)):
            far, near, close, away = (at({m: step}) for step in (-2, -1, 1, 2))
            firsts.append((far - 8 * near + 8 * close - away) / (12 * STEP))
            blocks[m, m] = (-far + 16 * near - 30 * middle + 16 * close - away) / (12 * STEP**2)
        for m in range(len(z)):
            for other in range(m):
                same = at({m: 1, other: 1}) + at({m: -1, other: -1})
                unlike = at({m: 1, other: -1}) + at({m: -1, other: 1})
                blocks[m, other] = blocks[other, m] = (same - unlike) / (4 * STEP**2)
    with np.errstate(all="ignore"):
        scores = np.hstack(
            [design * first[:, None] for design, first in zip(designs, firsts, strict=True)]
        )
        rows = [
            np.hstack(
                [
                    designs[m].T @ (designs[other] * (weights * blocks[m, other])[:, None])
                    for other in range(len(z))
                ]
            )
            for m in range(len(z))
        ]
    return scores, -np.vstack(rows)
