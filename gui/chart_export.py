"""Charts as PNG and SVG, on a light background whatever the theme, and their data as CSV."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QGraphicsView

from engine import files
from gui.theme import LIGHT, Colours

SCALE = 2
"""Pixels of a PNG for each pixel of the window."""


class Chart(Protocol):
    """What can be exported."""

    colours: Colours

    @property
    def canvas(self) -> QGraphicsView:
        """What is drawn."""

    def restyle(self, colours: Colours) -> None:
        """Takes over a theme."""


def export(chart: Chart, path: Path) -> None:
    """Writes a chart as PNG or SVG, by the ending of the file's name.

    Raises:
        UserError: The file could not be written.
    """
    theme = chart.colours
    chart.restyle(LIGHT)
    try:
        content = as_svg(chart.canvas) if path.suffix.lower() == ".svg" else as_png(chart.canvas)
    finally:
        chart.restyle(theme)
    files.write_bytes(path, content)


def as_png(canvas: QGraphicsView) -> bytes:
    """A chart as PNG."""
    image = QImage(canvas.viewport().size() * SCALE, QImage.Format.Format_RGB32)
    image.fill(LIGHT.panel)
    _paint(canvas, image)
    return _bytes(lambda buffer: QImageWriter(buffer, QByteArray(b"png")).write(image))


def as_svg(canvas: QGraphicsView) -> bytes:
    """A chart as SVG."""
    from PySide6.QtSvg import QSvgGenerator  # seldom needed

    def draw(buffer: QBuffer) -> None:
        size: QSize = canvas.viewport().size()
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
        _paint(canvas, generator)

    return _bytes(draw)


def _paint(canvas: QGraphicsView, device: object) -> None:
    painter = QPainter(device)  # type: ignore[call-overload]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    canvas.render(painter)
    painter.end()


def _bytes(write: Callable[[QBuffer], object]) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(content.data())
