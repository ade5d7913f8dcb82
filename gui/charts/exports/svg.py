"""A chart as SVG."""

from PySide6.QtCore import QBuffer, QRect
from PySide6.QtWidgets import QGraphicsView

from engine.reports.exporter import Exporter
from gui.charts.rendering import Caption, Exportable, bytes_of, drawn_light, paint, size_of


def _as_svg(view: Exportable) -> bytes:
    """Return the chart of a view as SVG."""
    return drawn_light(view, _svg)


def _svg(canvas: QGraphicsView, caption: Caption) -> bytes:
    from PySide6.QtSvg import QSvgGenerator  # seldom needed

    def draw(buffer: QBuffer) -> None:
        size = size_of(canvas, caption)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        paint(canvas, caption, generator)

    return bytes_of(draw)


SVG = Exporter("SVG drawing", (".svg",), _as_svg)
