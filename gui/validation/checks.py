"""The table of checks: it fills as they end, and can hide those that passed."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.base.wording import figure
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


TITLES = ("Status", "Check", "About", "Figure / limit")


class ChecksModel(QAbstractTableModel):
    """The results of checks, one a row, in the order in which they end.

    Attributes:
        results: The results so far.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.results: list[CheckResult] = []
        theme.changed.connect(self._restyle)

    def clear(self) -> None:
        """Remove all results."""
        self.beginResetModel()
        self.results = []
        self.endResetModel()

    def add(self, result: CheckResult) -> None:
        """Add a result, or replace that of the same check."""
        names = [one.check for one in self.results]
        if result.check in names:
            index = names.index(result.check)
            self.results[index] = result
            self.dataChanged.emit(self.index(index, 0), self.index(index, 3))
            return
        self.beginInsertRows(QModelIndex(), len(self.results), len(self.results))
        self.results.append(result)
        self.endInsertRows()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of checks that have ended."""
        return 0 if parent is not None and parent.isValid() else len(self.results)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns: status, check, group, figure."""
        return 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a text, the colour of a status, or the sentence as a tooltip."""
        result = self.results[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            status = f"{GLYPHS[result.status]} {result.status}"
            texts = (status, result.check, str(result.group), figure_and_limit(result))
            return texts[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return QColor(getattr(self._theme.colours, COLOURS.get(result.status, "muted")))
        if role == Qt.ItemDataRole.ToolTipRole:
            return result.sentence
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the title of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation == Qt.Orientation.Vertical:
            return None
        return TITLES[section]

    def _restyle(self) -> None:
        if self.results:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.results) - 1, 0))


class ChecksFilter(QSortFilterProxyModel):
    """The checks that are shown: all of them, or those that need a look."""

    def __init__(self, source: ChecksModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checks = source
        self._only_trouble = False
        self.setSourceModel(source)

    def show_only_trouble(self, only: bool) -> None:
        """Show failures, warnings and checks that did not run, or all checks."""
        self._only_trouble = only
        self.invalidate()

    def result(self, index: Index) -> CheckResult:
        """Return the result that a row shows."""
        return self._checks.results[self.mapToSource(index).row()]

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Say whether a row is shown."""
        result = self._checks.results[row]
        fine = result.status in (Status.PASS, Status.NOTED) or result.excused
        return not self._only_trouble or not fine


class StatusDelegate(QStyledItemDelegate):
    """Keeps the colour of a status in a selected row."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint selected text in its own colour."""
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        if isinstance(colour, QColor):
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)


def figure_and_limit(result: CheckResult) -> str:
    """Return the figure that decided and its limit; empty if no figure decided."""
    if result.figure is None:
        return ""
    return figure(result.figure) + ("" if result.limit is None else f" / {figure(result.limit)}")
