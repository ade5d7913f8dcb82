"""The figures of a benchmark's sides as a small table."""

from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from engine.benchmark import words
from engine.benchmark.samples import Cache, Run
from engine.benchmark.summary import Summary

UNKNOWN = "-"


class TimingTable(QTableWidget):
    """A row for each side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 9, parent)
        self.setObjectName("timing_table")
        self.setAccessibleName(self.tr("Figures of the benchmark"))
        self.setHorizontalHeaderLabels(
            [
                "",
                self.tr("Call"),
                self.tr("p95"),
                self.tr("Prepare"),
                self.tr("Model"),
                self.tr("Frame"),
                self.tr("Cold start"),
                self.tr("Warm start"),
                self.tr("Memory"),
            ]
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.setProperty("kind", "dense")
        self.setFixedHeight(header.sizeHint().height() + 3 * 22 + 4)
        self.setVisible(False)

    def show_run(self, run: Run, summary: Summary) -> None:
        """Shows the figures of a run."""
        self.setRowCount(len(summary.sides))
        for place, one in enumerate(summary.sides):
            start = run.start_of(one.side, Cache.COLD) or run.start_of(one.side, Cache.NONE)
            warm = run.start_of(one.side, Cache.WARM)
            texts = (
                run.setup.name(one.side),
                words.seconds(one.median.value),
                words.seconds(one.p95),
                words.seconds(one.split.preparing),
                words.seconds(one.split.model),
                words.seconds(one.split.framing),
                words.seconds(start.first_forecast) if start else UNKNOWN,
                words.seconds(warm.first_forecast) if warm else UNKNOWN,
                words.size(start.peak_memory) if start else UNKNOWN,
            )
            for column, text in enumerate(texts):
                self.setItem(place, column, QTableWidgetItem(text))
        self.setVisible(True)
