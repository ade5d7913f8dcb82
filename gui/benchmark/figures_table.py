"""The figures of both sides of a benchmark, as a small table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from engine.benchmark.calls import CacheState
from engine.benchmark.judging import words
from engine.benchmark.judging.summary import Summary
from engine.benchmark.measurements import Run

UNKNOWN = "-"


class FiguresTable(QTableWidget):
    """A table with a row for each side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(self._columns()), parent)
        self.setObjectName("benchmark_table")
        self.setAccessibleName("Figures of the benchmark")
        for column, (title, explanation) in enumerate(self._columns()):
            item = QTableWidgetItem(title)
            item.setToolTip(explanation)
            self.setHorizontalHeaderItem(column, item)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(40)
        # Titles stand over their figures, also in the last, wide column.
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.setProperty("kind", "dense")
        self.setFixedHeight(header.sizeHint().height() + 3 * 22 + 4)
        self.setVisible(False)

    def _columns(self) -> tuple[tuple[str, str], ...]:
        """Return pairs of a column's title and its meaning."""
        return (
            ("", ""),
            (
                "Call",
                "Median time of a call on the batch, after the warm-up",
            ),
            ("p95", "Time that 95 % of the calls stay below"),
            ("Preprocess", "Part of a call: series to the model's input"),
            ("Model", "Part of a call: the model itself, which is compiled"),
            ("Postprocess", "Part of a call: the model's output to a table"),
            (
                "Cold",
                "Cold start: from starting a process to its first forecast, with an empty cache or "
                "code that was compiled ahead of time",
            ),
            (
                "Warm",
                "Warm start: the same with compiled code in the cache",
            ),
            ("Memory", "Peak memory of the process that was started"),
        )

    def show_run(self, run: Run, summary: Summary) -> None:
        """Show the figures of a run."""
        self.setRowCount(len(summary.sides))
        for row, one in enumerate(summary.sides):
            none, cold, warm, ahead = (run.start_of(one.side, cache) for cache in CacheState)
            start = cold or ahead or none
            texts = (
                run.setup.name(one.side),
                words.seconds(one.median.value),
                words.seconds(one.p95),
                words.seconds(one.split.preprocessing),
                words.seconds(one.split.model),
                words.seconds(one.split.postprocessing),
                words.seconds(start.first_forecast) if start else UNKNOWN,
                words.seconds(warm.first_forecast) if warm else UNKNOWN,
                words.memory(start.peak_memory, start.peak_gpu_memory) if start else UNKNOWN,
            )
            for column, text in enumerate(texts):
                self.setItem(row, column, QTableWidgetItem(text))
        self.setVisible(True)
