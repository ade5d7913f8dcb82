"""Draw charts for files: on a light background, with a caption."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsView

from gui.charts.plots import Curve, pen
from gui.widgets.colours import LIGHT, Colours

MARGIN = 8
SAMPLE = 26
"""Pixels around a caption, and of the line before each entry of its legend."""


@dataclass(frozen=True, slots=True)
class Caption:
    """The text above an exported chart.

    Attributes:
        title: The title.
        legend: Each curve and its name.
    """

    title: str = ""
    legend: tuple[tuple[Curve, str], ...] = ()

    @property
    def height(self) -> int:
        """Return its height in pixels."""
        lines = bool(self.title) + bool(self.legend)
        return lines * _line_height() + MARGIN if lines else 0


class Chart(Protocol):
    """A chart that can be exported."""

    colours: Colours

    @property
    def canvas(self) -> QGraphicsView:
        """Return the drawing."""

    @property
    def handles(self) -> Sequence[QGraphicsItem]:
        """Return the items to drag, which an export leaves out."""

    def restyle(self, colours: Colours) -> None:
        """Change to a theme's colours."""


class Exportable(Protocol):
    """A view whose chart and data can be exported."""

    @property
    def chart(self) -> Chart:
        """Return the chart as it is shown."""

    @property
    def export_name(self) -> str:
        """Return a name for the file, without a suffix."""

    def table(self) -> str:
        """Return the data behind the chart as CSV.

        Raises:
            UserError: There is none yet.
        """


@runtime_checkable
class Captioned(Protocol):
    """A view that names what its chart shows, where the chart itself does not."""

    @property
    def caption(self) -> Caption:
        """Return the text above the exported chart."""


def drawn_light(view: Exportable, draw: Callable[[QGraphicsView, Caption], bytes]) -> bytes:
    """Draw the chart of a view in the light theme and without handles, then restore it."""
    chart = view.chart
    caption = view.caption if isinstance(view, Captioned) else Caption()
    theme = chart.colours
    chart.restyle(LIGHT)
    hidden = [handle for handle in chart.handles if handle.isVisible()]
    for handle in hidden:
        handle.setVisible(False)
    try:
        return draw(chart.canvas, caption)
    finally:
        for handle in hidden:
            handle.setVisible(True)
        chart.restyle(theme)


def size_of(canvas: QGraphicsView, caption: Caption) -> QSize:
    """Return the size of a chart and its caption."""
    size = canvas.viewport().size()
    return QSize(size.width(), size.height() + caption.height)


def paint(canvas: QGraphicsView, caption: Caption, device: object) -> None:
    """Paint a chart and its caption on a device."""
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


def bytes_of(write: Callable[[QBuffer], object]) -> bytes:
    """Return what a function writes to a buffer."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(content.data())
