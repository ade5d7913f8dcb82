"""Validations as files: an HTML page, Markdown, JSON."""

from engine.reports.exporter import Exporter
from engine.validation.exports.html import HTML
from engine.validation.exports.json import JSON
from engine.validation.exports.markdown import MARKDOWN
from engine.validation.report import Report

EXPORTERS: tuple[Exporter[Report], ...] = (HTML, MARKDOWN, JSON)
