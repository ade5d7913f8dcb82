"""The history: every benchmark as a row; two can be compared, one shown or its settings taken."""

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
from gui.widgets.badge import ANSWERS
from gui.widgets.buttons import push_button
from gui.widgets.empty_state import EmptyState
from gui.widgets.findings import wrapped

if TYPE_CHECKING:
    from engine.benchmark.comparing import RunComparison
    from engine.history.store import Entry

NUMBER = Qt.ItemDataRole.UserRole
PADDING = 16
"""Pixels beside the text of a cell, those of the style sheet and Qt's own."""

Index = QModelIndex | QPersistentModelIndex


class WrappedText(QStyledItemDelegate):
    """Leaves room for the padding of the style sheet, which Qt forgets where it breaks lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as the text is between the paddings."""
        between = QStyleOptionViewItem(option)
        between.rect.setWidth(max(option.rect.width() - PADDING, 1))
        return super().sizeHint(between, index)


class HistoryView(QWidget):
    """Shows the runs that are kept.

    Signals:
        show_asked: A run is to be shown (its number).
        settings_asked: A run's configuration is to be edited (its number).
        compare_asked: Two runs are to be compared (number of the earlier, of the later).
        start_asked: A benchmark is wanted.
    """

    show_asked = Signal(int)
    settings_asked = Signal(int)
    compare_asked = Signal(int, int)
    start_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_view")
        self._show = push_button("history_show", "Show", "Show the chosen run")
        self._show.clicked.connect(self._ask_show)
        self._settings = push_button(
            "history_settings",
            "Take its settings",
            "Edit the configuration of the chosen run",
        )
        self._settings.clicked.connect(self._ask_settings)
        self._compare = push_button("history_compare", "Compare two", "Compare the two chosen runs")
        self._compare.clicked.connect(self._ask_compare)
        self._hint = QLabel("Choose a run, or two with Ctrl to compare them.")
        self._hint.setProperty("kind", "muted")
        self._compared: list[int] = []
        self._answer = wrapped(kind="heading")
        self._answer.setObjectName("history_answer")
        self._details = wrapped(kind="muted")
        self._details.setObjectName("history_details")
        self._table = self._make_table()
        self._lay_out()
        self._let()

    @Slot(object)
    def show_entries(self, entries: "Sequence[Entry]") -> None:
        """Lists runs, the newest first; those that are chosen stay chosen."""
        chosen = self._chosen()
        select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        with QSignalBlocker(self._table):
            self._list(entries)
            self._table.clearSelection()
            for place, entry in enumerate(entries):
                if entry.id in chosen:
                    index = self._table.model().index(place, 0)
                    self._table.selectionModel().select(index, select)
        self._pages.setCurrentIndex(1 if entries else 0)
        self._let()

    def _list(self, entries: "Sequence[Entry]") -> None:
        self._table.setRowCount(len(entries))
        for place, entry in enumerate(entries):
            began = datetime.fromisoformat(entry.began).astimezone()
            answer = ANSWERS[Answer(entry.answer)][1]
            texts = (f"{began:%Y-%m-%d %H:%M}", answer, entry.data, entry.sentence)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(NUMBER, entry.id)
                item.setToolTip(entry.sentence)
                self._table.setItem(place, column, item)

    @Slot(object)
    def show_comparison(self, comparison: "RunComparison") -> None:
        """Tells how two runs differ, if they are still the chosen ones."""
        if self._chosen() != self._compared:
            return
        self._answer.setText(comparison.sentence)
        lines = []
        if comparison.change is not None:
            ratio = comparison.change.ratio
            lines.append(
                "{figure}, later / earlier: {ratio}".format(
                    figure=comparison.change.figure,
                    ratio=f"{ratio.value:.3f} ({ratio.low:.3f}-{ratio.high:.3f})",
                )
            )
        others = (*comparison.times, *comparison.circumstances)
        lines += [f"{one.what}: {one.earlier} → {one.later}" for one in others]
        self._details.setText("\n".join(lines))
        self._answer.setVisible(True)
        self._details.setVisible(True)

    def _chosen(self) -> list[int]:
        rows = self._table.selectionModel().selectedRows()
        return sorted(int(row.data(NUMBER)) for row in rows)

    @Slot()
    def _let(self) -> None:
        chosen = self._chosen()
        if chosen != self._compared:
            # What is told is of other runs than are chosen now.
            self._answer.setVisible(False)
            self._details.setVisible(False)
        count = len(chosen)
        self._show.setEnabled(count == 1)
        self._settings.setEnabled(count == 1)
        self._compare.setEnabled(count == 2)

    @Slot()
    def _ask_show(self) -> None:
        self.show_asked.emit(self._chosen()[0])

    @Slot()
    def _ask_settings(self) -> None:
        self.settings_asked.emit(self._chosen()[0])

    @Slot()
    def _ask_compare(self) -> None:
        self._compared = self._chosen()
        earlier, later = self._compared
        self.compare_asked.emit(earlier, later)

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
        table.itemSelectionChanged.connect(self._let)
        return table

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._hint)
        row.addStretch()
        for button in (self._show, self._settings, self._compare):
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
            (
                "Every benchmark that comes to its first call is kept here with all its calls, so "
                "that you can see whether a new version, another machine or other settings made "
                "a difference."
            ),
            "Benchmark",
        )
        empty.start_asked.connect(self.start_asked)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
