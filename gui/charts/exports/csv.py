"""The data behind a chart as CSV."""

from engine.reports.exporter import Exporter
from gui.charts.export import Exportable


def as_csv(view: Exportable) -> str:
    """Return the data behind the chart of a view.

    Raises:
        UserError: There is none yet.
    """
    return view.table()


CSV = Exporter("Data as CSV", (".csv",), as_csv)
