"""Adaptive conformal tails: whole-number bounds that hold what they say, and the guarantee."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from riskkit.kernels.conformal import (
    guarantee,
    missed_above,
    missed_below,
    share_asked,
    upper_beyond,
)


def cells(draws: np.ndarray, observed: np.ndarray) -> dict[str, np.ndarray]:
    """Draws (n, cells)."""
    return {
        "above": (draws > observed).sum(axis=0),
        "below": (draws < observed).sum(axis=0),
        "draws": np.full(len(observed), len(draws)),
    }


def test_more_is_left_out_the_higher_the_state():
    states = np.linspace(-1.2, 1.2, 2001)
    shares = share_asked(states, 0.05)
    assert (np.diff(shares) >= 0).all()
    assert shares[0] == 0 and shares[-1] == 1
    assert float(share_asked(0.05, 0.05)) == 0.05
    # No step where the two pieces meet.
    assert np.diff(share_asked([0.05 - 1e-7, 0.05 + 1e-7], 0.05))[0] < 1e-6


@settings(max_examples=150, deadline=None)
@given(
    st.floats(0.01, 0.5),
    st.floats(0.01, 2.0),
    st.integers(0, 5),
    st.lists(st.floats(0, 1), min_size=1, max_size=200),
    st.sampled_from(["as listed", "contrary", "always", "never"]),
)
def test_the_guarantee_holds_against_an_adversary(target, rate, waiting, wishes, kind):
    """Whoever picks the misses is bound only where no bound, or an empty interval, was given."""
    missed: list[float] = []
    for t, wish in enumerate(wishes):
        state = target + rate * sum(target - e for e in missed[: max(t - waiting, 0)])
        share = float(share_asked(state, target))
        e = {
            "as listed": wish,
            "contrary": float(state < target),
            "always": 1.0,
            "never": 0.0,
        }[kind]
        missed.append(0.0 if share == 0 else 1.0 if share == 1 else e)
    apart = abs(float(np.mean(missed)) - target)
    assert apart <= guarantee(target, rate, len(missed), waiting) + 1e-9


def test_without_waiting_or_reach_it_is_that_of_gibbs_and_candes():
    # Theirs is (max(a, 1 - a) + rate) / (rate T); ours pays for the state's longer way down.
    assert guarantee(0.05, 0.1, 500) == pytest.approx((1.05 + 0.1 * 0.95) / 50)
    assert guarantee(0.05, 0.1, 0) == np.inf


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=40),
    st.integers(0, 200),
    st.floats(0.0005, 0.5),
)
@example([2], 1, 0.5)
def test_a_bound_that_was_passed_counts_as_missed(draws, observed, share):
    rows, y = np.sort(np.asarray(draws))[:, None], np.array([observed])
    n = len(draws)
    some = cells(rows, y)
    rank = int(np.floor(share * (n + 1) + 1e-9))
    upper = rows[n - rank, 0] if rank else upper_beyond([rows[-1, 0]], n, share)[0]
    lower = rows[rank - 1, 0] if rank else 0
    above = float(missed_above(y, some["above"], some["below"], rows[-1], n, share)[0])
    below = float(missed_below(y, some["above"], some["below"], n, share)[0])
    assert 0 <= above <= 1 and 0 <= below <= 1
    if observed > upper:
        assert above == pytest.approx(1)
    if observed < lower:
        assert below == pytest.approx(1)


@pytest.mark.parametrize("n", [12, 400])
@pytest.mark.parametrize("share", [0.02, 0.05, 0.2])
def test_what_is_like_the_draws_is_missed_no_more_than_asked(n, share):
    rng = np.random.default_rng(1)
    rate = rng.gamma(0.5, 10, 20_000)
    draws, y = rng.poisson(rate, (n, 20_000)), rng.poisson(rate)
    some = cells(draws, y)
    above = missed_above(y, some["above"], some["below"], draws.max(axis=0), n, share).mean()
    below = missed_below(y, some["above"], some["below"], n, share).mean()
    # The added draw at the far end makes bounds of few draws a little wide, never narrow.
    for missed in (above, below):
        assert share - 1 / (n + 1) - 0.003 <= missed <= share + 0.003
