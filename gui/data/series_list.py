"""The Series panel: search and sparklines, fast at a hundred thousand series."""

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.data.series import SeriesSet
from gui.widgets.theme import Theme

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 34
LINE_WIDTH = 96
"""Width of a sparkline in pixels."""

MOST_KEPT = 2000
"""Number of computed sparklines that are kept."""


class SeriesModel(QAbstractListModel):
    """The series whose names contain a text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._lowered: list[str] = []
        self._rows: list[int] = []
        self._series = SeriesSet((), ())
        self._lines: dict[int, QPolygonF] = {}

    def show_set(self, series: SeriesSet) -> None:
        """Show other series."""
        self.beginResetModel()
        self._series = series
        self._names = [item.item_id for item in series.series]
        self._lowered = [name.lower() for name in self._names]
        self._rows = list(range(len(self._names)))
        self._lines.clear()
        self.endResetModel()

    def search(self, text: str) -> None:
        """Show the series whose names contain a text, upper or lower case."""
        wanted = text.strip().lower()
        self.beginResetModel()
        self._rows = [row for row, name in enumerate(self._lowered) if wanted in name]
        self.endResetModel()

    def item(self, index: Index) -> int:
        """Return the index in the data of a row."""
        return self._rows[index.row()]

    def index_of(self, item: int) -> QModelIndex:
        """Return the row of an index in the data; an invalid one if it is filtered out."""
        row = int(np.searchsorted(self._rows, item))
        found = row < len(self._rows) and self._rows[row] == item
        return self.index(row) if found else QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of series."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name or the accessible text."""
        if not index.isValid():
            return None
        item = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._names[item]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            steps = self._series.series[item].length
            return f"{self._names[item]}, {steps} steps"
        return None

    def line(self, index: Index) -> QPolygonF:
        """Return the sparkline of a row, in a unit square."""
        item = self._rows[index.row()]
        if item not in self._lines:
            if len(self._lines) >= MOST_KEPT:
                self._lines.clear()
            self._lines[item] = _sparkline(self._series.series[item].targets[0])
        return self._lines[item]


def _sparkline(values: np.ndarray) -> QPolygonF:
    """Return a line through a series in a unit square: the low and high of each column."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return QPolygonF()
    if finite.size > 2 * LINE_WIDTH:
        starts = np.linspace(0, finite.size, LINE_WIDTH, endpoint=False).astype(int)
        pairs = (np.minimum.reduceat(finite, starts), np.maximum.reduceat(finite, starts))
        finite = np.column_stack(pairs).ravel()
    low, high = float(finite.min()), float(finite.max())
    y = np.full(finite.size, 0.5) if high == low else (high - finite) / (high - low)
    x = np.linspace(0, 1, finite.size)
    return QPolygonF([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)])


class SparklineDelegate(QStyledItemDelegate):
    """Draws a name and a sparkline."""

    def __init__(self, model: SeriesModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the same height for all rows."""
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        colours = self._theme.colours
        rectangle: QRect = option.rect
        chosen = option.state & QStyle.StateFlag.State_Selected
        painter.save()
        if chosen:
            painter.fillRect(rectangle, QColor(colours.selection))
        inner = rectangle.adjusted(8, 5, -8, -5)
        line = QRect(inner.right() - LINE_WIDTH, inner.top(), LINE_WIDTH, inner.height())
        name = inner.adjusted(0, 0, -LINE_WIDTH - 8, 0)
        painter.setPen(QColor(colours.text))
        text = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, name.width()
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, text)
        painter.translate(line.topLeft())
        pen = QPen(QColor(colours.history), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.scale(line.width(), line.height())
        painter.drawPolyline(self._model.line(index))
        painter.restore()


class SeriesList(QWidget):
    """Searches and selects a series.

    Signals:
        chosen: The user selected a series (its index in the data).
    """

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = QLineEdit()
        self._search.setObjectName("series_search")
        self._search.setPlaceholderText("Search series")
        self._search.setAccessibleName("Search series")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._count = QLabel("No data yet")
        self._count.setObjectName("series_count")
        self._count.setProperty("kind", "small")
        self.model = SeriesModel(self)
        self._view = QListView()
        self._view.setObjectName("series_view")
        self._view.setAccessibleName("Series")
        self._view.setUniformItemSizes(True)
        self._view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._view.setModel(self.model)
        self._view.setItemDelegate(SparklineDelegate(self.model, theme, self))
        self._view.selectionModel().currentChanged.connect(self._emit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.addWidget(self._search)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._count)
        self._total = 0
        self._item = -1

    def show_set(self, series: SeriesSet) -> None:
        """List other series; select none."""
        self._item = -1
        self._search.clear()
        self.model.show_set(series)
        self._total = len(series)
        self._show_count()

    def choose(self, item: int) -> None:
        """Select a series by its index; clear a search that hides it."""
        if not 0 <= item < self._total:
            return
        index = self.model.index_of(item)
        if not index.isValid():
            self._search.clear()
            index = self.model.index_of(item)
        self._view.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self._view.scrollTo(index)

    def step(self, by: int) -> None:
        """Go to a neighbour of the selected series."""
        current = self._view.currentIndex()
        row = current.row() + by if current.isValid() else 0
        if 0 <= row < self.model.rowCount():
            self.choose(self.model.item(self.model.index(row)))

    def _filter(self, text: str) -> None:
        self.model.search(text)
        self._show_count()
        index = self.model.index_of(self._item)
        if index.isValid():
            self._view.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def _show_count(self) -> None:
        shown = self.model.rowCount()
        if shown == self._total:
            self._count.setText(f"{shown:,} series")
        else:
            self._count.setText(f"{shown:,} of {self._total:,} series")

    def _emit(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        item = self.model.item(index)
        if item != self._item:
            self._item = item
            self.chosen.emit(item)
