"""Charts as files: PNG, SVG, and their data as CSV."""

from engine.reports.exporter import Exporter
from gui.charts.exports.csv import CSV
from gui.charts.exports.png import PNG
from gui.charts.exports.svg import SVG
from gui.charts.rendering import Exportable

EXPORTERS: tuple[Exporter[Exportable], ...] = (PNG, SVG, CSV)
