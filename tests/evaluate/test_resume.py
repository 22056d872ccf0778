"""A backtest that was broken off goes on with the same numbers; so does one on a cluster."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.evaluate import Backtest
from riskkit.forecast import Croston, LastYear


@dataclass(frozen=True)
class Counting:
    """Writes a line each time it is fitted, and breaks at the origin that it is told."""

    diary: str
    breaks_at: str = ""

    def __reduce__(self):
        # Where it writes is no setting of a model: two of these are one and the same.
        return (Counting, ("", ""))

    def fit(self, tally: rk.Tally) -> object:
        last = str(tally.periods[-1])
        with Path(self.diary).open("a") as diary:
            diary.write(last + "\n")
        if last == self.breaks_at:
            raise KeyboardInterrupt
        return LastYear().fit(tally)


def some(years: int = 8, last: int = 0) -> rk.Tally:
    months = pd.period_range("2010-01", periods=12 * years, freq="M")
    values = np.random.default_rng(1).poisson([[0.1], [1], [8]], (3, 12 * 8))[:, : 12 * years]
    values[:, -1] += last
    return rk.Tally.from_panel(attacks=pd.DataFrame(values, ["A", "B", "C"], months))


def run(model: object, tally: rk.Tally, resume: Path | None, **more: object) -> Backtest:
    return rk.backtest(
        {"model": model}, tally, start="2012-12", draws=100, resume=resume, progress=False,
        **{"rng": 1, **more},
    )  # fmt: skip


def fitted(diary: Path) -> int:
    return len(diary.read_text().splitlines())


def test_a_run_that_was_broken_off_goes_on_with_the_same_numbers(tmp_path):
    tally, diary, shelf = some(), tmp_path / "diary", tmp_path / "shelf"
    with pytest.raises(KeyboardInterrupt):
        run(Counting(str(diary), "2015-12"), tally, shelf)
    assert fitted(diary) == 4
    again = run(Counting(str(diary)), tally, shelf)
    assert fitted(diary) == 4 + 2
    fresh = run(Counting(str(diary)), tally, None)
    pd.testing.assert_frame_equal(again.scores, fresh.scores)
    pd.testing.assert_frame_equal(again.worlds, fresh.worlds)
    np.testing.assert_array_equal(again.bounds, fresh.bounds)
    assert not list(shelf.glob("*.part"))


def test_what_is_damaged_is_made_again(tmp_path):
    tally, diary, shelf = some(), tmp_path / "diary", tmp_path / "shelf"
    first = run(Counting(str(diary)), tally, shelf)
    made = fitted(diary)
    for number, file in enumerate(sorted(shelf.glob("*.zip"))):
        whole = bytearray(file.read_bytes())
        if number % 3 == 0:
            whole[len(whole) // 2] ^= 0xFF
        elif number % 3 == 1:
            whole = whole[: len(whole) // 3]
        else:
            whole = bytearray()
        file.write_bytes(whole)
    again = run(Counting(str(diary)), tally, shelf)
    assert fitted(diary) == 2 * made
    pd.testing.assert_frame_equal(first.scores, again.scores)


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({}, 5),
        ({"rng": 2}, 0),
        ({"draws": 101}, 0),
        ({"delay": 1}, 0),
        ({"level": 0.8}, 0),
        ({"scores": {"tail": rk.evaluate.crps_log1p_ensemble}}, 0),
    ],
)
def test_only_what_is_the_same_is_taken(tmp_path, more, kept):
    diary, shelf = tmp_path / "diary", tmp_path / "shelf"
    settings = {"draws": 100, "start": "2012-12", "progress": False, "rng": 1}
    rk.backtest({"model": Counting(str(diary))}, some(), resume=shelf, **settings)
    made = fitted(diary)
    rk.backtest({"model": Counting(str(diary))}, some(), resume=shelf, **{**settings, **more})
    assert fitted(diary) - made == made - kept


def test_other_settings_and_other_data_are_told_apart(tmp_path):
    run(Croston(), some(), tmp_path)
    files = len(list(tmp_path.iterdir()))
    run(Croston(rate=0.2), some(), tmp_path)
    assert len(list(tmp_path.iterdir())) == files + 5  # the baselines are the same
    run(Croston(), some(last=1), tmp_path)
    # One more attack in the last month touches the last origin only, of three models.
    assert len(list(tmp_path.iterdir())) == files + 5 + 3
    run(Croston(), some(years=7), tmp_path)
    assert len(list(tmp_path.iterdir())) == files + 5 + 3


def test_a_risk_model_is_kept_whole(tmp_path):
    tally = rk.tally(rk.load_dataset("census"), by="country", every="month")
    first, again = (
        rk.backtest(
            {"risk": rk.RiskModel()}, tally, start="2018-12", rng=1, progress=False, resume=tmp_path
        )
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first.chances, again.chances)
    pd.testing.assert_frame_equal(first.compare(), again.compare())


def test_what_can_not_be_known_again_is_refused(tmp_path):
    class Local:
        def fit(self, tally):
            return LastYear().fit(tally)

    with pytest.raises(TypeError, match="top of a module"):
        run(Local(), some(), tmp_path)
    with pytest.raises(ValueError, match="with resume"):
        run(LastYear(), some(), tmp_path, rng=None)


def test_a_dask_cluster_gives_the_same_numbers(tmp_path):
    distributed = pytest.importorskip("distributed")
    joblib = pytest.importorskip("joblib")
    here = run(Croston(), some(), None)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        there = run(Croston(), some(), tmp_path, n_jobs=-1)
    pd.testing.assert_frame_equal(here.scores, there.scores)
    assert len(list(tmp_path.glob("*.zip"))) == 15
