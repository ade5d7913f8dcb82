"""The figures of a benchmark's sides as a small table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from engine.benchmark.judging import words
from engine.benchmark.judging.summary import Summary
from engine.benchmark.measurements import Cache, Run

UNKNOWN = "-"


class TimingTable(QTableWidget):
    """A row for each side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(self._columns()), parent)
        self.setObjectName("timing_table")
        self.setAccessibleName(self.tr("Figures of the benchmark"))
        for place, (title, explanation) in enumerate(self._columns()):
            item = QTableWidgetItem(title)
            item.setToolTip(explanation)
            self.setHorizontalHeaderItem(place, item)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(40)
        # Over its figures, however wide the last column is.
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.setProperty("kind", "dense")
        self.setFixedHeight(header.sizeHint().height() + 3 * 22 + 4)
        self.setVisible(False)

    def _columns(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a column's title and what it means."""
        return (
            ("", ""),
            (
                self.tr("Call"),
                self.tr("Time of a forecast of the batch once warm: the median"),
            ),
            (self.tr("p95"), self.tr("Time that 95 % of the forecasts stay below")),
            (self.tr("Prepare"), self.tr("Part of a forecast: series to the model's input")),
            (self.tr("Model"), self.tr("Part of a forecast: the model itself, which is compiled")),
            (self.tr("Frame"), self.tr("Part of a forecast: the model's output to a table")),
            (
                self.tr("Cold"),
                self.tr("From starting a process to its first forecast, nothing compiled before"),
            ),
            (
                self.tr("Warm"),
                self.tr("The same with the compiled code of an earlier start in the cache"),
            ),
            (self.tr("Memory"), self.tr("Most memory that the process of the start held")),
        )

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
                words.seconds(one.split.preprocessing),
                words.seconds(one.split.model),
                words.seconds(one.split.postprocessing),
                words.seconds(start.first_forecast) if start else UNKNOWN,
                words.seconds(warm.first_forecast) if warm else UNKNOWN,
                words.memory(start.peak_memory, start.peak_gpu_memory) if start else UNKNOWN,
            )
            for column, text in enumerate(texts):
                self.setItem(place, column, QTableWidgetItem(text))
        self.setVisible(True)
