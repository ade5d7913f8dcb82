"""Benchmarks as files: an HTML page, Markdown, JSON, a CSV file of all calls."""

from engine.benchmark.exports.calls_csv import CALLS_CSV
from engine.benchmark.exports.html import HTML
from engine.benchmark.exports.json import JSON
from engine.benchmark.exports.markdown import MARKDOWN
from engine.benchmark.outcome import Judged
from engine.reports.exporter import Exporter

EXPORTERS: tuple[Exporter[Judged], ...] = (HTML, MARKDOWN, JSON, CALLS_CSV)
