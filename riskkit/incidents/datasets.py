"""The data that ship with riskkit."""

from pathlib import Path

import pandas as pd

from riskkit.incidents.read import read_incidents

__all__ = ["load_dataset"]

_INCIDENTS = {
    "west_africa": ("west_africa.csv", ("target_detail", "source_url", "note")),
    "census": ("census.csv", ()),
}
_TABLES = {
    "census_coverage": "census_coverage.csv",
    "census_rates": "census_truth/rates.csv",
    "census_targets": "census_truth/targets.csv",
    "census_lethality": "census_truth/countries.csv",
    "census_parameters": "census_truth/parameters.csv",
}


def load_dataset(name: str) -> pd.DataFrame:
    """Load a table that ships with riskkit.

    ======================  ======================================================================
    ``west_africa``         incidents: 226 attacks in West Africa and the Sahel, 2009-2023,
                            written by hand from pages that were read (``source_url``). No
                            census: it gives no rates, trends or comparisons.
    ``census``              incidents: every attack on a made-up region, 2004-2021, simulated.
    ``census_coverage``     when each country of the census was watched: country, start, end.
    ``census_rates``        truth: attacks per month of each province and month.
    ``census_targets``      truth: shares of target types by country, from ``since`` on.
    ``census_lethality``    truth: chances of the deaths of one attack, by country.
    ``census_parameters``   truth: drift, dispersion, tail and the other constants.
    ======================  ======================================================================

    Parameters
    ----------
    name : str
        One of the names above. Their cards are in the documentation, under Data that ship.

    Returns
    -------
    pandas.DataFrame
        For the first two the incidents table, as `read_incidents` gives it; else the table as
        described, months as a column of periods.

    Raises
    ------
    ValueError
        If there is no such dataset; the names there are, are told.

    Examples
    --------
    >>> attacks = load_dataset("west_africa")
    >>> kangaba = attacks.set_index("incident_id").loc["WA-2017-06-18-ML-1"]
    >>> kangaba["place"], int(kangaba["fatalities"])
    ('Dougourakoro (Campement Kangaba)', 5)
    >>> load_dataset("census_parameters").set_index("parameter").loc["tail_shape", "value"]
    np.float64(0.45)
    """
    if name in _INCIDENTS:
        file, keep = _INCIDENTS[name]
        return read_incidents(_path(file), keep=keep)
    if name not in _TABLES:
        raise ValueError(f"name is {name!r}; accepted: {', '.join([*_INCIDENTS, *_TABLES])}")
    table = pd.read_csv(_path(_TABLES[name]))
    for column in ("period", "since"):
        if column in table:
            table[column] = pd.PeriodIndex(table[column], freq="M")
    for column in ("start", "end"):
        if column in table:
            table[column] = pd.to_datetime(table[column])
    if name == "census_rates":
        table.insert(0, "region", table["country"] + " / " + table["admin1"])
    return table


def _path(file: str) -> Path:
    """Find a file in the installed package, else beside it, where an editable install has it."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "datasets", package.parent / "datasets"):
        if (folder / file).is_file():
            return folder / file
    raise FileNotFoundError(
        f"{file} is not in {package / 'datasets'}: riskkit is not installed whole"
    )
