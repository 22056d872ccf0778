"""Columns of tables, whatever they hold, as text, numbers or days."""

import pandas as pd

from riskkit.incidents.files.records import typed


def test_half_a_letter_is_replaced():
    values = pd.Series(["cut \ud83d", "whole 💣", None, 3], dtype=object)
    assert typed(values).tolist()[:2] == ["cut ?", "whole 💣"]
    assert typed(values).isna().tolist() == [False, False, True, False]
    assert typed(values[:2]).tolist() == ["cut ?", "whole 💣"]


def test_a_number_that_python_does_not_write_costs_its_own_cell():
    values = pd.Series([10**5000, [10**5000], 7], dtype=object)
    told = "a number too long to be written"
    assert typed(values).tolist() == [told, told, "7"]
