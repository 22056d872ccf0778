"""Random streams that belong to a name, so that adding a region moves no other region's draws."""

import hashlib

import numpy as np

__all__ = ["RNGLike", "entropy", "stream"]

RNGLike = int | np.integer | np.random.Generator | np.random.SeedSequence | None


def entropy(rng: RNGLike = None) -> int:
    """Reduce a seed or a Generator to one whole number that seeds every named stream.

    Parameters
    ----------
    rng : int, numpy.random.Generator, numpy.random.SeedSequence or None
        A seed gives the same number each time. A Generator is advanced, so that two calls
        with one Generator are independent. None asks the operating system.

    Returns
    -------
    int
        The entropy, to be given to `stream`, or to a later call in place of ``rng``.

    Raises
    ------
    TypeError
        If ``rng`` is none of these.
    ValueError
        If a seed is negative.

    Examples
    --------
    >>> entropy(7)
    7
    """
    if isinstance(rng, bool):
        raise TypeError("rng is True or False; accepted: a whole number, a numpy Generator, None")
    if rng is None:
        return int(np.random.SeedSequence().generate_state(2, np.uint64)[0])
    if isinstance(rng, int | np.integer):
        if rng < 0:
            raise ValueError(f"rng is {rng}; a seed is a whole number, 0 or more")
        return int(rng)
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**63))
    if isinstance(rng, np.random.SeedSequence):
        return int(rng.generate_state(2, np.uint64)[0])
    raise TypeError(
        f"rng is a {type(rng).__name__}; accepted: a whole number, a numpy Generator, "
        "a SeedSequence, None"
    )


def stream(seed: int, *names: str) -> np.random.Generator:
    """Give the random stream of one name, for example of one model and one region.

    Parameters
    ----------
    seed : int
        What `entropy` gave.
    *names : str
        The model, then the region or the quantity that the stream is for.

    Returns
    -------
    numpy.random.Generator
        The same stream for the same seed and names, whatever other streams exist.

    Examples
    --------
    >>> a = stream(1, "frequency", "MLI").random()
    >>> a == stream(1, "frequency", "MLI").random()
    True
    >>> a == stream(1, "frequency", "NER").random()
    False
    """
    digest = hashlib.blake2b("\x1f".join(names).encode(), digest_size=16).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
