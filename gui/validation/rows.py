"""The checks of a validation as a table: it fills as they end, and can be narrowed to failures."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.results.judgement import Status
from engine.validation.report import CheckResult
from gui.widgets.theme import Theme

Index = QModelIndex | QPersistentModelIndex

GLYPHS = {
    Status.PASS: "✓",
    Status.WARN: "▲",
    Status.FAIL: "✕",
    Status.NOT_RUN: "○",
    Status.NOTED: "i",
}
TONES = {Status.PASS: "pass", Status.WARN: "warn", Status.FAIL: "fail"}
COLOURS = {Status.PASS: "passed", Status.WARN: "warned", Status.FAIL: "failed"}


class RowsModel(QAbstractTableModel):
    """Rows as they are judged."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[CheckResult] = []
        theme.changed.connect(self._restyle)

    def clear(self) -> None:
        """Forgets all rows."""
        self.beginResetModel()
        self.rows = []
        self.endResetModel()

    def add(self, row: CheckResult) -> None:
        """Adds a row, or puts it in the place of the one of the same check."""
        names = [one.check for one in self.rows]
        if row.check in names:
            place = names.index(row.check)
            self.rows[place] = row
            self.dataChanged.emit(self.index(place, 0), self.index(place, 3))
            return
        self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows))
        self.rows.append(row)
        self.endInsertRows()

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of checks that have ended."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Status, check, group, figure."""
        return 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The texts and the colour of the status."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            texts = (f"{GLYPHS[row.status]} {row.status}", row.check, str(row.group), figure(row))
            return texts[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return QColor(getattr(self._theme.colours, COLOURS.get(row.status, "muted")))
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.sentence
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The titles."""
        if role != Qt.ItemDataRole.DisplayRole or orientation == Qt.Orientation.Vertical:
            return None
        titles = (self.tr("Status"), self.tr("Check"), self.tr("About"), self.tr("Figure / bound"))
        return titles[section]

    def _restyle(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0))


class RowFilter(QSortFilterProxyModel):
    """Leaves out what nobody needs to look at."""

    def __init__(self, source: RowsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = source
        self._only_trouble = False
        self.setSourceModel(source)

    def show_only_trouble(self, only: bool) -> None:
        """Shows failures, warnings and checks that could not be run; or everything."""
        self._only_trouble = only
        self.invalidate()

    def row(self, index: Index) -> CheckResult:
        """What is shown in a row of the table."""
        return self._rows.rows[self.mapToSource(index).row()]

    def filterAcceptsRow(self, place: int, parent: Index) -> bool:
        """Whether a row is shown."""
        row = self._rows.rows[place]
        fine = row.status in (Status.PASS, Status.NOTED) or row.excused
        return not self._only_trouble or not fine


class StatusDelegate(QStyledItemDelegate):
    """Keeps the colour of a status in a row that is selected."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Has selected text painted like other text."""
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        if isinstance(colour, QColor):
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)


def figure(row: CheckResult) -> str:
    """The figure that decided and its limit; empty where none did."""
    if row.figure is None:
        return ""
    return f"{row.figure:.2g}" + ("" if row.limit is None else f" / {row.limit:.2g}")
