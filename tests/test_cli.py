"""The command line: what it prints, what it writes, how it ends."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskkit.cli import main

CHARTS = {"counts", "rates", "targets", "exceedance", "forecast"}


@pytest.fixture
def attacks(tmp_path: Path) -> Path:
    random = np.random.default_rng(5)
    n = 120
    table = pd.DataFrame(
        {
            "incident_id": [f"a{i}" for i in range(n)],
            "date": (
                pd.Timestamp("2018-01-01") + pd.to_timedelta(random.integers(0, 730, n), "D")
            ).strftime("%Y-%m-%d"),
            "country": random.choice(["Mali", "Niger"], n),
            "target_group": random.choice(["civilians", "security forces"], n),
            "fatalities": random.geometric(0.3, n) - 1,
        }
    )
    table.loc[3, "fatalities"] = -7
    path = tmp_path / "attacks.csv"
    table.to_csv(path, index=False)
    return path


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "riskkit", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "MPLBACKEND": "Agg"},
        check=False,
    )


def test_assess_writes_tables_and_charts(attacks, tmp_path, capsys):
    out = tmp_path / "out"
    period = ["--start", "2018-01", "--end", "2019-12"]
    assert main(["assess", str(attacks), *period, "--out", str(out), "--level", "0.8"]) == 0
    printed = capsys.readouterr()
    assert "Risk in 2020-01 to 2020-12: mean and 80% interval" in printed.out
    assert "note: 0 of 120 rows set aside and 1 cells made unknown" in printed.err
    assert "fitting 2 regions" in printed.err
    risk = pd.read_csv(out / "risk.csv", index_col="region")
    assert list(risk.index) == ["MLI", "NER", "all regions"]
    assert (risk["attacks lower"] <= risk["attacks estimate"]).all()
    curves = pd.read_csv(out / "exceedance.csv")
    assert set(curves["region"]) == set(risk.index)
    assert set(curves["basis"]) == {"aep", "oep"}
    assert pd.read_csv(out / "attacks.csv", index_col="region").to_numpy().sum() == 120
    charts = {file.stem for file in out.glob("*.png")}
    assert charts >= CHARTS | {f"{name}_MLI" for name in ("counts", "exceedance", "lethality")}
    assert "horizon" in curves or curves["return_period"].notna().all()
    assert "Rates hold only if" in (out / "notes.txt").read_text(encoding="utf-8")


def test_quiet_says_nothing_on_stderr_and_the_seed_settles_the_numbers(attacks, tmp_path, capsys):
    arguments = ["assess", str(attacks), "--end", "2019-12", "--horizon", "3", "--quiet"]
    outputs = []
    for folder in ("one", "two"):
        assert main([*arguments, "--out", str(tmp_path / folder)]) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        outputs.append(printed.out.replace(str(tmp_path / folder), "here"))
    assert outputs[0] == outputs[1]
    assert "no return periods" in outputs[0]


def test_columns_of_an_own_table_can_be_named(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text("Day,Where,Dead\n2019-01-03,Mali,4\n2019-02-03,Niger,0\n", encoding="utf-8")
    columns = ["--column", "date=Day", "--column", "country=Where", "--column", "fatalities=Dead"]
    assert main(["inspect", str(path), *columns]) == 0
    assert "2 rows in = 2 kept + 0 set aside" in capsys.readouterr().out


def test_inspect_accounts_for_every_row(attacks, capsys):
    assert main(["inspect", str(attacks)]) == 0
    printed = capsys.readouterr().out
    assert "120 rows in = 120 kept + 0 set aside" in printed
    assert "1 x cell made unknown in fatalities: a negative number of people" in printed
    assert "rows by year: 2018" in printed


def test_a_table_that_is_no_census_gets_counts_and_no_rates(tmp_path, capsys):
    shipped = Path(__file__).parents[1] / "datasets" / "west_africa.csv"
    out = tmp_path / "out"
    assert main(["assess", str(shipped), "--every", "year", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "No rates, forecasts or comparisons can be given: this table is no census." in printed
    assert {file.name for file in out.iterdir()} == {
        "attacks.csv", "deaths.csv", "counts.png", "notes.txt",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["inspect", "nowhere.csv"], "no file nowhere.csv"),
        (["assess", "{attacks}", "--out", "{attacks}"], "accepted: a folder"),
        (["assess", "{attacks}", "--out", "o", "--start", "soon"], "'soon' can't be read"),
        (["assess", "{attacks}", "--out", "o", "--by", "planet"], "planet"),
    ],
)
def test_errors_are_one_sentence_and_exit_with_1(
    arguments, says, attacks, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main([word.format(attacks=attacks) for word in arguments]) == 1
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("riskkit: ")
    assert says in last


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["assess"],
        ["assess", "x.csv", "--out", "o", "--level", "90"],
        ["assess", "x.csv", "--out", "o", "--horizon", "0"],
        ["inspect", "x.csv", "--column", "date"],
    ],
)
def test_a_command_line_that_is_not_understood_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: riskkit" in capsys.readouterr().err


def test_ctrl_c_is_quiet(monkeypatch, capsys):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("riskkit.cli.check_incidents", interrupted)
    assert main(["inspect", "x.csv"]) == 130
    assert capsys.readouterr().err == "riskkit: interrupted\n"


def test_a_reader_that_stops_is_no_error(attacks):
    code = (
        "import subprocess, sys;"
        f"run = subprocess.Popen([sys.executable, '-m', 'riskkit', 'inspect', {str(attacks)!r}],"
        "stdout=subprocess.PIPE, stderr=subprocess.PIPE);"
        "run.stdout.close(); print(run.stderr.read().decode(), run.wait())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "141"


def test_python_m_riskkit_tells_its_version_and_exit_codes():
    assert python("--version").stdout.startswith("riskkit ")
    assert "exit codes:" in python("--help").stdout


def test_demo_runs_on_what_ships(tmp_path):
    done = python("demo", "--out", str(tmp_path / "demo"), "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "true rates of 2021-12 lie in their 90% intervals" in done.stdout
    assert {file.stem for file in (tmp_path / "demo").glob("*.png")} >= CHARTS
