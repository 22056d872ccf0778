"""The command line: look at a file of attacks, assess it, or see it all on data that ship."""

import argparse
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TextIO, TypeVar

import pandas as pd
from tqdm import tqdm

from riskkit.counts import Tally, tally
from riskkit.errors import RiskkitError, RiskkitWarning
from riskkit.incidents import IncidentCheck, check_incidents, load_dataset
from riskkit.report import write_counts, write_risk
from riskkit.risk import RiskForecast, RiskModel

__all__ = ["main"]

_EXITS = """exit codes:
  0  done
  1  it could not be done: one sentence on stderr says why
  2  the command line was not understood
  130  interrupted (Ctrl-C)
  141  whoever read the output stopped reading"""

# Rows of the table that is printed; the files hold every region.
_PRINTED = 20
Item = TypeVar("Item")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.

    Returns
    -------
    int
        The exit code: 0 done, 1 could not be done, 130 interrupted, 141 output not read.
        Arguments that can't be understood exit with 2.
    """
    given = _parser().parse_args(arguments)
    try:
        with _warnings_as_notes(given.quiet):
            given.run(given)
            sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more at its end: that must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("riskkit: interrupted", file=sys.stderr)
        return 130
    except (RiskkitError, ValueError, OSError) as problem:
        print(f"riskkit: {' '.join(str(problem).split())}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="riskkit",
        description="From a file of attacks to an honest regional risk estimate.",
        epilog=_EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"riskkit {version('riskkit')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="assess the simulated census that ships with riskkit")
    demo.add_argument("--out", type=Path, default=Path("riskkit-demo"), metavar="DIR",
                      help="where tables and charts go (default: ./riskkit-demo)")  # fmt: skip
    demo.set_defaults(run=_demo)

    assess = commands.add_parser("assess", help="tables and charts of the risk in each region")
    _file_arguments(assess)
    assess.add_argument("--by", default="country", metavar="COLUMN[,COLUMN]",
                        help="columns that make the regions (default: country)")  # fmt: skip
    assess.add_argument("--every", default="month", help="length of a period (default: month)",
                        choices=("day", "week", "month", "quarter", "year"))  # fmt: skip
    assess.add_argument("--start", metavar="PERIOD", help="first period counted, such as 1998-01")
    assess.add_argument("--end", metavar="PERIOD", help="last period counted, such as 2008-12")
    assess.add_argument("--horizon", type=_whole, default=12, metavar="N",
                        help="periods ahead (default: 12)")  # fmt: skip
    assess.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="where tables and charts go; older ones are replaced")  # fmt: skip
    assess.set_defaults(run=_assess)

    for command in (demo, assess):
        command.add_argument("--level", type=_share, default=0.9, metavar="SHARE",
                             help="level of the intervals (default: 0.9)")  # fmt: skip
        command.add_argument("--seed", type=int, default=1, metavar="N",
                             help="the same seed gives the same numbers (default: 1)")  # fmt: skip
        command.add_argument("--quiet", action="store_true", help="no progress, no notes on stderr")

    inspect = commands.add_parser("inspect", help="what a file holds and what is wrong with it")
    _file_arguments(inspect)
    inspect.set_defaults(run=_inspect, quiet=False)
    return parser


def _file_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="CSV, gzip, zip, XLSX or Parquet")
    command.add_argument("--source", help="short name of the source, if it can't be told")
    command.add_argument("--column", action="append", default=[], type=_pair,
                         metavar="OURS=THEIRS",
                         help="for your own table: our column and yours; repeat it")  # fmt: skip


def _inspect(given: argparse.Namespace) -> None:
    check = _read(given)
    print(check.summary())
    years = check.kept["date"].dt.year.dropna().astype(int).value_counts().sort_index()
    if len(years):
        print("rows by year: " + ", ".join(f"{year} {rows:,}" for year, rows in years.items()))


def _read(given: argparse.Namespace) -> IncidentCheck:
    return check_incidents(given.file, given.source, columns=dict(given.column) or None)


def _demo(given: argparse.Namespace) -> None:
    bar = _Bar(given.quiet)
    bar.say("reading the simulated census")
    counted = tally(load_dataset("census"), by="country", every="month")
    risk = _risk(counted, 12, given, bar)
    truth = load_dataset("census_rates")
    now = truth[truth["period"] == counted.periods[-1]].groupby("country")["rate"].sum()
    table = risk.fitted.frequency.estimate(rng=given.seed).to_frame(given.level)
    inside = now.reindex(table.index).between(table["lower"], table["upper"])
    print(
        f"\nThese attacks were simulated, so the truth is known: {inside.sum()} of {len(inside)} "
        f"true rates of {counted.periods[-1]} lie in their {given.level:.0%} intervals."
    )
    print(f"Tables (CSV) and charts (PNG) are in {given.out}")


def _assess(given: argparse.Namespace) -> None:
    bar = _Bar(given.quiet)
    bar.say(f"reading {Path(given.file).name}")
    check = _read(given)
    if len(check.set_aside) or len(check.blanked):
        warnings.warn(
            f"{len(check.set_aside):,} of {check.rows_in:,} rows set aside and "
            f"{len(check.blanked):,} cells made unknown: riskkit inspect tells which and why",
            RiskkitWarning,
            stacklevel=2,
        )
    bar.say("counting")
    by = [column.strip() for column in given.by.split(",")]
    counted = tally(check.kept, by=by, every=given.every, start=given.start, end=given.end)
    if counted.census:
        _risk(counted, given.horizon, given, bar)
    else:
        bar.say("writing tables and charts")
        write_counts(counted, _folder(given.out))
        _print_selection(counted)
    print(f"Tables (CSV) and charts (PNG) are in {given.out}")


def _risk(counted: Tally, horizon: int, given: argparse.Namespace, bar: "_Bar") -> RiskForecast:
    """Fit, simulate, write tables and charts, and print the table by region."""
    folder = _folder(given.out)
    bar.say(f"fitting {len(counted.regions):,} regions")
    fitted = RiskModel().fit(counted)
    bar.say(f"simulating {horizon} {counted.every}s")
    risk = fitted.forecast(horizon=horizon, rng=given.seed)
    bar.say("writing tables and charts")
    write_risk(counted, risk, folder, level=given.level, progress=bar.walk)
    _print_risk(counted, risk, given.level)
    return risk


def _folder(out: Path) -> Path:
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"--out names {out}, which is a file; accepted: a folder")
    return out


def _print_selection(counted: Tally) -> None:
    """Print counts of a selection of attacks, of which no rate may be made."""
    rows = pd.DataFrame({
        "attacks on record": counted.panel("attacks").sum(axis=1).astype(int),
        "known deaths": counted.panel("deaths").sum(axis=1).astype(int),
    })  # fmt: skip
    _print_counted(counted)
    print(rows.sort_values("attacks on record", ascending=False).to_string())
    print("\nNo rates, forecasts or comparisons can be given: this table is no census.")
    _print_notes(counted.notes)


def _print_risk(counted: Tally, risk: RiskForecast, level: float) -> None:
    """Print the busiest regions and their total, each figure with its interval."""
    figures = risk.to_frame(level)
    busiest = figures["expected attacks"].loc[risk.regions, "estimate"].nlargest(_PRINTED)
    total = [place for place in figures.index if place not in risk.regions]
    shown = figures.loc[[*busiest.index, *total]]
    table = pd.DataFrame(index=shown.index)
    for name in ("attacks", "deaths"):
        table[name] = [_counts(*row) for row in shown[name].to_numpy()]
    for at_least in (10, 100):
        name = f"chance of {at_least} or more killed"
        table[f"an attack kills {at_least}+"] = [_chances(*row) for row in shown[name].to_numpy()]
    _print_counted(counted)
    print(f"Risk in {risk.span}: mean and {level:.0%} interval")
    print(table.to_string())
    if len(risk.regions) > _PRINTED:
        print(f"({_PRINTED} busiest of {len(risk.regions):,} regions; risk.csv has them all)")
    _print_notes(risk.notes)
    if (counted.targets()["target_group"] == "unknown").all():
        _print_notes(["No attack has a known target, so no mix of targets is given."])


def _print_counted(counted: Tally) -> None:
    print(counted)
    for reason, rows in counted.unplaced.items():
        print(f"  not counted, {reason}: {rows:,}")


def _counts(estimate: float, lower: float, upper: float) -> str:
    return f"{estimate:,.1f} ({lower:,.0f} to {upper:,.0f})"


def _chances(estimate: float, lower: float, upper: float) -> str:
    return f"{_percent(estimate)} ({_percent(lower)} to {_percent(upper)})"


def _percent(chance: float) -> str:
    """Write a chance so that only what is certain reads 100%, and only the impossible 0%."""
    if 0 < chance < 0.0005:
        return "<0.1%"
    return ">99.9%" if 0.9995 <= chance < 1 else f"{chance:.1%}"


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        print(f"note: {note}")


class _Bar:
    """Says on stderr what is being done, and how far a long walk has come."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    def say(self, what: str) -> None:
        if not self._quiet:
            print(f"{what} ...", file=sys.stderr)

    def walk(self, items: Sequence[Item], what: str) -> Iterable[Item]:
        return tqdm(items, desc=what, file=sys.stderr, disable=self._quiet, leave=False)


@contextmanager
def _warnings_as_notes(quiet: bool) -> Iterator[None]:
    """Show each warning once, in one line on stderr."""

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not quiet:
            print(f"note: {' '.join(str(message).split())}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("default", RiskkitWarning)
        warnings.showwarning = show
        yield


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def _pair(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not (ours and equals and theirs):
        raise argparse.ArgumentTypeError(f"{text!r} is not OURS=THEIRS, such as date=Day")
    return ours, theirs
