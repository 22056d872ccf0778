"""Streams belong to names."""

import numpy as np
import pytest

from riskkit.kernels.streams import entropy, stream


def test_a_seed_is_itself_and_a_generator_moves_on():
    assert entropy(5) == entropy(np.int64(5)) == 5
    random = np.random.default_rng(1)
    assert entropy(random) != entropy(random)
    assert entropy(None) != entropy(None)


@pytest.mark.parametrize(("rng", "error"), [(-1, ValueError), ("1", TypeError), (True, TypeError)])
def test_what_is_no_seed_is_refused(rng, error):
    with pytest.raises(error):
        entropy(rng)


def test_names_do_not_run_into_each_other():
    assert stream(1, "ab", "c").random() != stream(1, "a", "bc").random()


def test_global_state_is_left_alone():
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    stream(entropy(None), "frequency").random()
    assert (np.random.get_state()[1] == before).all()
