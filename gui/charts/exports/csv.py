"""The data behind a chart as CSV."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.reports.exporter import Exporter
from gui.charts.rendering import Exportable

if TYPE_CHECKING:
    from engine.results.forecasts import ForecastSet

FLOATS = "%.9g"
"""Nine digits restore every float32, which is what the model computes in."""


def as_csv(view: Exportable) -> str:
    """Return the data behind the chart of a view.

    Raises:
        UserError: There is none yet.
    """
    return view.table()


def forecasts_as_csv(by_mode: "Iterable[tuple[str, ForecastSet]]") -> str:
    """Return forecasts, one mode below the other."""
    parts: list[str] = []
    for mode, forecasts in by_mode:
        frame = forecasts.to_frame()
        frame.insert(0, "mode", mode)
        parts.append(frame.to_csv(index=False, header=not parts, float_format=FLOATS))
    return "".join(parts)


CSV = Exporter("Data as CSV", (".csv",), as_csv)
