"""Charts as PNG and SVG, on a light background whatever the theme, and their data as CSV."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsView

from engine.base import files
from gui.charts.plots import Curve, pen
from gui.widgets.theme import LIGHT, Colours

SCALE = 2
"""Pixels of a PNG for each pixel of the window."""

MARGIN = 8
SAMPLE = 26
"""Pixels around a caption, and of the line before each entry of its legend."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above a chart that is looked at outside of the window.

    Attributes:
        title: What it shows.
        legend: The words for each curve that is drawn.
    """

    title: str = ""
    legend: tuple[tuple[Curve, str], ...] = ()

    @property
    def height(self) -> int:
        """Pixels that it takes."""
        lines = bool(self.title) + bool(self.legend)
        return lines * _line_height() + MARGIN if lines else 0


class Chart(Protocol):
    """What can be exported."""

    colours: Colours

    @property
    def canvas(self) -> QGraphicsView:
        """What is drawn."""

    @property
    def handles(self) -> Sequence[QGraphicsItem]:
        """What is there to be dragged, and says nothing on paper."""

    def restyle(self, colours: Colours) -> None:
        """Takes over a theme."""


def export(chart: Chart, path: Path, caption: Caption) -> None:
    """Writes a chart as PNG or SVG, by the ending of the file's name.

    Args:
        chart: The chart.
        path: The file.
        caption: What stands above it.

    Raises:
        UserError: The file could not be written.
    """
    theme = chart.colours
    chart.restyle(LIGHT)
    hidden = [handle for handle in chart.handles if handle.isVisible()]
    for handle in hidden:
        handle.setVisible(False)
    try:
        write = as_svg if path.suffix.lower() == ".svg" else as_png
        content = write(chart.canvas, caption)
    finally:
        for handle in hidden:
            handle.setVisible(True)
        chart.restyle(theme)
    files.write_bytes(path, content)


def as_png(canvas: QGraphicsView, caption: Caption) -> bytes:
    """A chart as PNG."""
    image = QImage(_size(canvas, caption) * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(LIGHT.panel)
    _paint(canvas, caption, image)
    return _bytes(lambda buffer: QImageWriter(buffer, QByteArray(b"png")).write(image))


def as_svg(canvas: QGraphicsView, caption: Caption) -> bytes:
    """A chart as SVG."""
    from PySide6.QtSvg import QSvgGenerator  # seldom needed

    def draw(buffer: QBuffer) -> None:
        size = _size(canvas, caption)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        _paint(canvas, caption, generator)

    return _bytes(draw)


def _size(canvas: QGraphicsView, caption: Caption) -> QSize:
    size = canvas.viewport().size()
    return QSize(size.width(), size.height() + caption.height)


def _paint(canvas: QGraphicsView, caption: Caption, device: object) -> None:
    painter = QPainter(device)  # type: ignore[call-overload]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_caption(painter, caption, canvas.viewport().width())
    size = canvas.viewport().size()
    canvas.render(painter, QRect(0, caption.height, size.width(), size.height()))
    painter.end()


def _paint_caption(painter: QPainter, caption: Caption, width: int) -> None:
    row = QRect(MARGIN, MARGIN, width - 2 * MARGIN, _line_height())
    middle = Qt.AlignmentFlag.AlignVCenter
    if caption.title:
        painter.setFont(_font(bold=True))
        painter.setPen(QColor(LIGHT.text))
        title = painter.fontMetrics().elidedText(
            caption.title, Qt.TextElideMode.ElideRight, row.width()
        )
        painter.drawText(row, middle, title)
        row.translate(0, _line_height())
    painter.setFont(_font())
    for curve, words in caption.legend:
        painter.setPen(pen(curve, LIGHT))
        painter.drawLine(row.left(), row.center().y(), row.left() + SAMPLE, row.center().y())
        row.setLeft(row.left() + SAMPLE + MARGIN)
        painter.setPen(QColor(LIGHT.text))
        painter.drawText(row, middle, words)
        row.setLeft(row.left() + painter.fontMetrics().horizontalAdvance(words) + 2 * MARGIN)


def _font(*, bold: bool = False) -> QFont:
    font = QApplication.font()
    font.setBold(bold)
    return font


def _line_height() -> int:
    return QFontMetrics(_font(bold=True)).height() + 4


def _bytes(write: Callable[[QBuffer], object]) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(content.data())
