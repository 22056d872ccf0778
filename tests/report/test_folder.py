"""What a folder of results holds."""

import pandas as pd

import riskkit as rk
from riskkit.incidents.schema import conform
from riskkit.report import write_counts, write_risk


def attacks(target: str) -> rk.Tally:
    days = pd.date_range("2019-01-01", periods=60, freq="12D")
    table = pd.DataFrame(
        {
            "incident_id": [f"a{i}" for i in range(60)],
            "date": days,
            "date_precision": "day",
            "country": ["MLI", "NER"] * 30,
            "target_group": target,
            "fatalities": [0, 1, 1, 2, 5, 12] * 10,
        }
    )
    return rk.tally(conform(table), by="country", every="month", start="2019-01", end="2020-12")


def test_tables_are_the_forecasts_own(tmp_path):
    tally = attacks("civilians")
    risk = rk.RiskModel().fit(tally).forecast(horizon=12, rng=1, worlds=30, years=5)
    seen = []

    def progress(items, what):
        seen.append(what)
        return items

    write_risk(tally, risk, tmp_path, level=0.8, progress=progress)
    assert seen == ["curves", "charts"]
    table = pd.read_csv(tmp_path / "risk.csv", index_col="region")
    figures = risk.to_frame(0.8)
    pd.testing.assert_series_equal(
        table["deaths upper"], figures["deaths", "upper"], check_names=False, check_dtype=False
    )
    assert {"targets.csv", "targets.png", "exceedance.csv", "lethality_NER.png"} <= {
        file.name for file in tmp_path.iterdir()
    }
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8").splitlines() == list(risk.notes)


def test_no_mix_is_written_where_no_target_is_known(tmp_path):
    tally = attacks("unknown")
    risk = rk.RiskModel().fit(tally).forecast(horizon=12, rng=1, worlds=30, years=5)
    write_risk(tally, risk, tmp_path)
    assert not list(tmp_path.glob("targets*"))


def test_counts_alone_need_no_tolls(tmp_path):
    months = pd.period_range("2020-01", periods=3, freq="M")
    tally = rk.Tally.from_panel(attacks=pd.DataFrame([[2, None, 1]], ["MLI"], months))
    write_counts(tally, tmp_path / "new" / "folder")
    written = tmp_path / "new" / "folder"
    assert {file.name for file in written.iterdir()} == {"attacks.csv", "counts.png", "notes.txt"}
    panel = pd.read_csv(written / "attacks.csv", index_col="region")
    assert panel.loc["MLI"].isna().tolist() == [False, True, False]
