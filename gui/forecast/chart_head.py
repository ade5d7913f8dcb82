"""The line above the forecast chart: series, target and legend."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from gui.charts.legend import Legend
from gui.charts.plots import Curve
from gui.widgets.buttons import push_button
from gui.widgets.elided_label import ElidedLabel

WIDEST_TARGETS = 130
"""Largest width of the list of targets in pixels; longer names are cut."""


class ChartHead(QWidget):
    """Names the series, chooses the target, and holds the legend and the chart's buttons.

    Attributes:
        name: Label with the name of the series.
        legend: The legend.

    Signals:
        target_chosen: The user chose another target.
        export_requested: The user wants to export the chart.
    """

    target_chosen = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel()
        self.name.setObjectName("series_name")
        self.name.setProperty("kind", "heading")
        self._targets = QComboBox()
        self._targets.setObjectName("target")
        self._targets.setAccessibleName("Target")
        self._targets.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._targets.setMaximumWidth(WIDEST_TARGETS)
        self._targets.setVisible(False)
        self._targets.activated.connect(self.target_chosen)
        self._targets.currentTextChanged.connect(self._targets.setToolTip)
        self.legend = Legend(
            {
                Curve.HISTORY: "History",
                Curve.ACTUAL: "Actual",
                Curve.EAGER: "Eager",
                Curve.COMPILED: "Compiled",
                Curve.KEPT: "Kept",
            },
            explained={Curve.KEPT: "the eager forecast with small values kept"},
        )
        self.legend.offer(Curve.KEPT, False)
        export = push_button("export_chart", "Export…", "Export the chart")
        export.clicked.connect(self.export_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.name)
        row.addWidget(self._targets)
        row.addStretch()
        for widget in (self.legend, export):
            row.addWidget(widget)

    def show_targets(self, names: tuple[str, ...]) -> None:
        """Offer targets. Of prices the closing price is chosen, otherwise the first target."""
        self._targets.clear()
        self._targets.addItems(list(names))
        closing = [index for index, name in enumerate(names) if name.strip().lower() == "close"]
        self._targets.setCurrentIndex(closing[0] if closing else 0)
        self._targets.setVisible(len(names) > 1)

    @property
    def target(self) -> int:
        """Return the index of the chosen target."""
        return max(self._targets.currentIndex(), 0)

    @property
    def target_name(self) -> str:
        """Return the name of the chosen target; empty where there is only one."""
        return self._targets.currentText() if self._targets.count() > 1 else ""
