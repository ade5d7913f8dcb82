"""The list of benchmarks: open one, use its settings, or compare two."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.benchmark.judging.verdict import Answer
from gui.widgets.buttons import push_button
from gui.widgets.empty_state import EmptyState
from gui.widgets.findings import wrapped

if TYPE_CHECKING:
    from engine.benchmark.comparing import RunComparison
    from engine.history.store import Entry

NUMBER = Qt.ItemDataRole.UserRole
PADDING = 16
"""Width beside the text of a cell in pixels: that of the style sheet and Qt's own."""

Index = QModelIndex | QPersistentModelIndex


class WrappedText(QStyledItemDelegate):
    """Leaves room for the padding of the style sheet, which Qt ignores when it wraps lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of the text between the paddings."""
        between = QStyleOptionViewItem(option)
        between.rect.setWidth(max(option.rect.width() - PADDING, 1))
        return super().sizeHint(between, index)


class HistoryView(QWidget):
    """Shows the runs that are kept.

    Signals:
        open_requested: The user wants to see a run (its number).
        settings_requested: The user wants the settings of a run (its number).
        comparison_requested: The user wants to compare two runs (earlier number, later number).
    """

    open_requested = Signal(int)
    settings_requested = Signal(int)
    comparison_requested = Signal(int, int)

    def __init__(self, benchmark: QAction) -> None:
        """Make an empty list.

        Args:
            benchmark: Starts a benchmark, for the page that is shown while there is none.
        """
        super().__init__()
        self._open = push_button("history_open", "Open", "Open the selected benchmark")
        self._open.clicked.connect(self._request_open)
        self._settings = push_button(
            "history_settings", "Use these settings", "Edit the settings of the selected benchmark"
        )
        self._settings.clicked.connect(self._request_settings)
        self._compare = push_button(
            "history_compare", "Compare", "Compare the two selected benchmarks"
        )
        self._compare.clicked.connect(self._request_comparison)
        self._hint = QLabel("Select a benchmark, or two with Ctrl to compare them.")
        self._hint.setProperty("kind", "muted")
        self._compared: list[int] = []
        self._answer = wrapped(kind="heading")
        self._answer.setObjectName("history_answer")
        self._details = wrapped(kind="muted")
        self._details.setObjectName("history_details")
        self._table = self._make_table()
        self._lay_out(benchmark)
        self._enable_buttons()

    @Slot(object)
    def show_entries(self, entries: "Sequence[Entry]") -> None:
        """List runs, the newest first. Selected runs stay selected."""
        selected = self._selected()
        select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        with QSignalBlocker(self._table):
            self._list(entries)
            self._table.clearSelection()
            for row, entry in enumerate(entries):
                if entry.id in selected:
                    index = self._table.model().index(row, 0)
                    self._table.selectionModel().select(index, select)
        self._pages.setCurrentIndex(1 if entries else 0)
        self._enable_buttons()

    def _list(self, entries: "Sequence[Entry]") -> None:
        self._table.setRowCount(len(entries))
        for row, entry in enumerate(entries):
            texts = (_began(entry.began), _answer(entry.answer), entry.data, entry.sentence)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(NUMBER, entry.id)
                item.setToolTip(entry.sentence)
                self._table.setItem(row, column, item)

    @Slot(object)
    def show_comparison(self, comparison: "RunComparison") -> None:
        """Show how two runs differ, if they are still the selected ones."""
        if self._selected() != self._compared:
            return
        self._answer.setText(comparison.sentence)
        lines = []
        if comparison.change is not None:
            ratio = comparison.change.ratio
            interval = f"{ratio.value:.3f} ({ratio.low:.3f}-{ratio.high:.3f})"
            lines.append(f"{comparison.change.figure}, later / earlier: {interval}")
        others = (*comparison.times, *comparison.circumstances)
        lines += [f"{one.what}: {one.earlier} → {one.later}" for one in others]
        self._details.setText("\n".join(lines))
        self._answer.setVisible(True)
        self._details.setVisible(True)

    def _selected(self) -> list[int]:
        rows = self._table.selectionModel().selectedRows()
        return sorted(int(row.data(NUMBER)) for row in rows)

    @Slot()
    def _enable_buttons(self) -> None:
        selected = self._selected()
        if selected != self._compared:
            # The comparison is of other runs than are selected now.
            self._answer.setVisible(False)
            self._details.setVisible(False)
        count = len(selected)
        self._open.setEnabled(count == 1)
        self._settings.setEnabled(count == 1)
        self._compare.setEnabled(count == 2)

    @Slot()
    def _request_open(self) -> None:
        self.open_requested.emit(self._selected()[0])

    @Slot()
    def _request_settings(self) -> None:
        self.settings_requested.emit(self._selected()[0])

    @Slot()
    def _request_comparison(self) -> None:
        self._compared = self._selected()
        earlier, later = self._compared
        self.comparison_requested.emit(earlier, later)

    def _make_table(self) -> QTableWidget:
        titles = ["When", "Answer", "Data", "Verdict"]
        table = QTableWidget(0, len(titles))
        table.setObjectName("history_table")
        table.setAccessibleName("Benchmarks")
        table.setHorizontalHeaderLabels(titles)
        table.setItemDelegateForColumn(len(titles) - 1, WrappedText(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(titles) - 1, QHeaderView.ResizeMode.Stretch)
        table.itemSelectionChanged.connect(self._enable_buttons)
        return table

    def _lay_out(self, benchmark: QAction) -> None:
        row = QHBoxLayout()
        row.addWidget(self._hint)
        row.addStretch()
        for button in (self._open, self._settings, self._compare):
            row.addWidget(button)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._answer)
        layout.addWidget(self._details)
        self._answer.setVisible(False)
        self._details.setVisible(False)
        empty = EmptyState(
            "history_empty",
            "No benchmark yet",
            "Lists every benchmark that made at least one call. Shows whether a new version, "
            "another machine or other settings made a difference.",
            benchmark,
        )
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(page)


def _began(text: str) -> str:
    """Return the local time of a run; the text itself if the run is damaged."""
    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return text


def _answer(text: str) -> str:
    """Return an answer in a few words; the text itself if it is unknown."""
    return Answer(text).short if text in list(Answer) else text
