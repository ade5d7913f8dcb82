"""Formulas in the CSV output."""

import pandas as pd

from engine.forecast.csv_cells import with_formulas_escaped


def test_that_texts_that_spreadsheets_run_get_an_apostrophe() -> None:
    frame = pd.DataFrame(
        {
            "item_id": ["=1+1", "+a", "-a", "@a", "\ta", "plain"],
            "=name": ["x"] * 6,
            "0.5": [-1.0] * 6,
        }
    )
    escaped = with_formulas_escaped(frame)
    assert list(escaped["item_id"]) == ["'=1+1", "'+a", "'-a", "'@a", "'\ta", "plain"]
    assert list(escaped.columns) == ["item_id", "'=name", "0.5"]
    assert (escaped["0.5"] == -1).all()
    assert frame["item_id"][0] == "=1+1"
