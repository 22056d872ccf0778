"""The tree of parents that regions lie in, and the gamma prior's mean along it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["SPREADS", "Nesting", "levels_above", "nesting", "transitions"]

# Standard deviations of a parent's log mean around that of what lies above it.
SPREADS = np.array([0.0, 0.2, 0.4, 0.7, 1.2, 2.0])


@dataclass(frozen=True, eq=False)
class Nesting:
    """Nodes of the tree, the world first and every node after the one above it.

    Parameters
    ----------
    above : ndarray of int, shape (nodes,)
        The node above each; -1 for the world.
    leaf : ndarray of int, shape (regions,)
        The node right above each region.
    """

    above: np.ndarray
    leaf: np.ndarray

    @property
    def nested(self) -> bool:
        """Whether there is more than the world."""
        return len(self.above) > 1


def nesting(parents: pd.DataFrame) -> Nesting:
    """Make the tree of a tally's `parents`.

    A level with one member only, or in which each region is alone, tells nothing and is left out.

    Parameters
    ----------
    parents : pandas.DataFrame
        Enclosing columns of each region, outermost first; none if not nested.

    Returns
    -------
    Nesting

    Examples
    --------
    >>> tree = nesting(pd.DataFrame({"country": ["MLI", "MLI", "NER"]}, ["a", "b", "c"]))
    >>> tree.above, tree.leaf
    (array([-1,  0,  0]), array([1, 1, 2]))
    """
    above, leaf, nodes = [np.array([-1])], np.zeros(len(parents), dtype=np.int64), 1
    for depth in range(parents.shape[1]):
        paths = pd.MultiIndex.from_frame(parents.iloc[:, : depth + 1].astype(str))
        codes, members = paths.factorize()
        if not 1 < len(members) < len(parents):
            continue
        _, first = np.unique(codes, return_index=True)
        above.append(leaf[first])
        leaf, nodes = codes + nodes, nodes + len(members)
    return Nesting(np.concatenate(above).astype(np.int64), leaf.astype(np.int64))


def transitions(log_means: np.ndarray) -> np.ndarray:
    """Give the chance of each log mean (last axis) given the one above it, for each spread.

    Examples
    --------
    >>> transitions(np.array([0.0, 1.0]))[[0, 4]].round(2)
    array([[[1.  , 0.  ],
            [0.  , 1.  ]],
    <BLANKLINE>
           [[0.59, 0.41],
            [0.41, 0.59]]])
    """
    apart = log_means[:, None] - log_means
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.exp(-0.5 * (apart / SPREADS[:, None, None]) ** 2)
    chance = np.where(np.eye(len(log_means), dtype=bool), 1.0, chance)
    return np.asarray(chance / chance.sum(axis=2, keepdims=True))


def levels_above(
    tree: Nesting, by_region: np.ndarray, transition: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sum the means of all nodes but the world out, from the regions upwards.

    Parameters
    ----------
    tree : Nesting
        The nodes.
    by_region : ndarray, shape (means, regions)
        Log likelihood of each region at each log mean of the node above it.
    transition : ndarray, shape (means, means)
        Of one spread, as `transitions` gives it.

    Returns
    -------
    belief : ndarray, shape (nodes, means)
        Log likelihood of all that lies below a node, at each log mean of it.
    likeliest : ndarray of int, shape (nodes,)
        Place of each node's likeliest log mean, given that of the node above it.
    """
    nodes = len(tree.above)
    belief = np.zeros((nodes, len(by_region)))
    np.add.at(belief, tree.leaf, by_region.T)
    for node in range(nodes - 1, 0, -1):
        top = belief[node].max()
        message = np.log(np.maximum(transition @ np.exp(belief[node] - top), 1e-300)) + top
        belief[tree.above[node]] += message
    likeliest = np.full(nodes, belief[0].argmax())
    for node in range(1, nodes):
        chance = transition[likeliest[tree.above[node]]]
        likeliest[node] = (belief[node] + np.log(np.maximum(chance, 1e-300))).argmax()
    return belief, likeliest
