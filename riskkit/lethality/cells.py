"""Deaths per attack cut into cells: a short body and a tail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskkit.lethality.tolls import Tolls

__all__ = ["Cells"]

Array = NDArray[np.float64]
EDGES = (1, 2, 3, 5, *(step * 10**k for k in range(1, 7) for step in (1, 2, 5)))


@dataclass(frozen=True)
class Cells:
    """The cells of the body: 0, 1, 2, 3-4, 5-9, ... up to the threshold of the tail.

    Parameters
    ----------
    least : int
        The smallest toll that the source collects.
    threshold : int
        Where the tail starts.

    Examples
    --------
    >>> Cells(least=0, threshold=10).edges
    (0, 1, 2, 3, 5, 10)
    >>> Cells(least=1, threshold=10).names
    ('10 or more', '1', '2', '3 to 4')
    """

    least: int
    threshold: int

    @property
    def edges(self) -> tuple[int, ...]:
        """First toll of each cell, and the threshold."""
        inner = (edge for edge in EDGES if self.least < edge < self.threshold)
        return (*dict.fromkeys((self.least, *inner, self.threshold)),)

    @property
    def names(self) -> tuple[str, ...]:
        """What each choice is for: the tail first, then each cell among the rest of the body."""
        if self.least >= self.threshold:
            return ()
        pairs = zip(self.edges[:-2], self.edges[1:-1], strict=True)
        cells = (str(a) if b == a + 1 else f"{a} to {b - 1}" for a, b in pairs)
        return (f"{self.threshold} or more", *cells)

    def counts(self, tolls: Tolls, regions: int) -> Array:
        """Attacks by region and cell, the tail last: (regions, cells + 1)."""
        table = np.zeros((regions, len(self.edges)))
        cell = np.searchsorted(self.edges, tolls.deaths, side="right") - 1
        np.add.at(table, (tolls.region, cell), tolls.attacks)
        return table

    def choices(self, counts: Array) -> list[tuple[Array, Array]]:
        """Successes and trials by region, for each of `names`."""
        if not self.names:
            return []
        steps = [(counts[:, -1], counts.sum(axis=1))]
        body = counts[:, :-1]
        for cell in range(body.shape[1] - 1):
            steps.append((body[:, cell], body[:, cell:].sum(axis=1)))
        return steps

    def body(self, tolls: Tolls) -> Array:
        """Attacks of all regions by toll, from `least` to just under the threshold."""
        table = np.zeros(max(self.threshold - self.least, 0))
        inside = tolls.deaths < self.threshold
        np.add.at(table, tolls.deaths[inside] - self.least, tolls.attacks[inside])
        return table

    def join(self, chances: Array, within: list[Array]) -> tuple[Array, Array]:
        """Put the choices together.

        Parameters
        ----------
        chances : array of float, shape (choices, draws, regions)
            In the order of `names`.
        within : list of arrays of float, shape (draws, width)
            How each cell of the body is shared among its tolls.

        Returns
        -------
        tuple of arrays
            Chance of each toll under the threshold, (draws, regions, tolls from `least`), and
            chance of the tail, (draws, regions).
        """
        tail = chances[0]
        left = 1 - tail
        parts = []
        for cell, shares in enumerate(within):
            last = cell == len(within) - 1
            mass = left if last else left * chances[cell + 1]
            left = left - mass
            parts.append(mass[:, :, None] * shares[:, None, :])
        return np.concatenate(parts, axis=2), tail
