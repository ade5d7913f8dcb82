"""A chart as PNG."""

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QGraphicsView

from engine.reports.exporter import Exporter
from gui.charts.rendering import Caption, Exportable, bytes_of, drawn_light, paint, size_of
from gui.widgets.colours import LIGHT

SCALE = 2
"""Pixels of the image for each pixel of the window."""


def _as_png(view: Exportable) -> bytes:
    """Return the chart of a view as PNG."""
    return drawn_light(view, _png)


def _png(canvas: QGraphicsView, caption: Caption) -> bytes:
    image = QImage(size_of(canvas, caption) * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(LIGHT.panel)
    paint(canvas, caption, image)
    return bytes_of(lambda buffer: QImageWriter(buffer, QByteArray(b"png")).write(image))


PNG = Exporter("PNG image", (".png",), _as_png)
