"""One check of a validation: why it ended as it did, its forecasts, and its figures."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.base.wording import capitalised
from engine.results.agreement import Agreement
from engine.validation.report import CheckResult, ComparedForecasts
from gui.charts.forecast_plot import ForecastPlot
from gui.charts.legend import Legend
from gui.charts.plots import Curve, TimeAxis, forecast_positions
from gui.widgets.buttons import push_button
from gui.widgets.findings import wrapped
from gui.widgets.theme import Theme

NAMES = {"eager": "eager", "configured": "compiled"}
BEFORE = 4
"""How many horizons of history are in view."""


class ValidationCase(QWidget):
    """Shows a row.

    Attributes:
        row: The row; None before there is one.

    Signals:
        replay_asked: The case is to be run once more (`engine.validation.case.Case`).
        save_asked: The case is to be written to a file (`CheckResult`).
        export_asked: The chart is to be exported.
    """

    replay_asked = Signal(object)
    save_asked = Signal(object)
    export_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.row: CheckResult | None = None
        self._went_to: QWidget | None = None
        self._make_parts()
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()
        self.setVisible(False)

    def show_row(self, row: CheckResult) -> None:
        """Shows a row."""
        self.row = row
        self._name.setText(capitalised(row.check))
        self._sentence.setText(row.sentence)
        self._figures.setText(describe(row))
        compared = row.compared
        for widget in self._with_sample:
            widget.setVisible(compared is not None)
        self._space.setVisible(compared is None)
        if compared is not None:
            self._fill(compared, row.agreement)
            self._draw()
        self.setVisible(True)

    def show_replay(self, row: CheckResult, text: str) -> None:
        """Shows how a replay of the row ended, until another row is shown."""
        self.show_row(row)
        self._sentence.setText(f"{text} {row.sentence}")

    def let_replay(self, possible: bool) -> None:
        """Lets the case be run again, or not."""
        had_focus = self._replay.hasFocus()
        self._replay.setEnabled(possible)
        focused = self.window().focusWidget()
        if not possible and had_focus:
            self._went_to = focused
        elif possible and self._went_to is not None:
            # Unless the user has gone elsewhere meanwhile.
            if focused is self._went_to:
                self._replay.setFocus()
            self._went_to = None

    def table(self) -> str:
        """The forecasts of the check as CSV."""
        compared = self.row.compared if self.row is not None else None
        parts: list[str] = []
        for mode in ("eager", "configured", "truth") if compared is not None else ():
            frame = getattr(compared, mode).to_frame()
            frame.insert(0, "mode", mode)
            parts.append(frame.to_csv(index=False, header=not parts, float_format="%.9g"))
        return "".join(parts)

    def _fill(self, compared: ComparedForecasts, agreement: Agreement | None) -> None:
        series = compared.case.series
        self._items.clear()
        self._items.addItems([item.item_id for item in series.series])
        self._targets.clear()
        self._targets.addItems(list(series.target_names))
        if agreement is not None:
            self._items.setCurrentText(agreement.worst_item)
            self._targets.setCurrentText(agreement.worst_target)
        self._items.setVisible(self._items.count() > 1)
        self._targets.setVisible(self._targets.count() > 1)

    def _make_parts(self) -> None:
        self._name = QLabel()
        self._name.setObjectName("case_name")
        self._name.setProperty("kind", "heading")
        self._items = QComboBox()
        self._items.setObjectName("case_item")
        self._items.setAccessibleName(self.tr("Series of the check"))
        self._items.activated.connect(self._draw)
        self._targets = QComboBox()
        self._targets.setObjectName("case_target")
        self._targets.setAccessibleName(self.tr("Target of the check"))
        self._targets.activated.connect(self._draw)
        self._replay = push_button("replay", self.tr("Replay"), self.tr("Run this check once more"))
        self._replay.clicked.connect(self._ask_replay)
        self._save = push_button(
            "save_case", self.tr("Save case…"), self.tr("Save what reproduces this check")
        )
        self._save.clicked.connect(self._ask_save)
        self._export = push_button("export_case", self.tr("Chart…"), self.tr("Export this chart"))
        self._export.clicked.connect(self.export_asked)
        self._sentence = wrapped()
        self._sentence.setObjectName("case_sentence")
        self._figures = wrapped(kind="muted")
        self._figures.setObjectName("case_figures")
        self.plot = ForecastPlot(self._theme.colours)
        self.plot.canvas.setObjectName("case_chart")
        self.plot.canvas.setAccessibleName(self.tr("Chart of the check"))
        self._legend = Legend(
            {
                Curve.HISTORY: self.tr("History"),
                Curve.EAGER: self.tr("Eager"),
                Curve.COMPILED: self.tr("Compiled"),
            },
            "case_legend",
        )
        self._legend.switched.connect(self.plot.set_visible)
        buttons = [self._replay, self._save, self._export]
        self._with_sample: list[QWidget] = [
            *buttons,
            self._items,
            self._targets,
            self.plot,
            self._legend,
        ]

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._name)
        head.addStretch()
        for button in (self._replay, self._save, self._export):
            head.addWidget(button)
        chooser = QHBoxLayout()
        chooser.setSpacing(6)
        chooser.addWidget(self._items)
        chooser.addWidget(self._targets)
        chooser.addStretch()
        chooser.addWidget(self._legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._sentence)
        layout.addLayout(chooser)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._figures)
        # Without a chart, what is said stands below its heading all the same.
        self._space = QWidget()
        layout.addWidget(self._space, 1)

    @Slot()
    def _draw(self) -> None:
        compared = self.row.compared if self.row is not None else None
        if compared is None:
            return
        place, target = max(self._items.currentIndex(), 0), max(self._targets.currentIndex(), 0)
        series = compared.case.series
        item = series.series[place]
        axis = TimeAxis.of(item)
        self.plot.show_series(axis, item.targets[target], item.length, series.timezone)
        for curve, forecasts in (
            (Curve.EAGER, compared.eager),
            (Curve.COMPILED, compared.configured),
        ):
            forecast = forecasts.items[place]
            x = forecast_positions(forecast, item.length)
            self.plot.show_forecast(curve, x, forecast.values[target], forecasts.quantile_levels)
        horizon = compared.case.horizon
        self.plot.show_steps(item.length - BEFORE * horizon, item.length + horizon)

    @Slot()
    def _ask_replay(self) -> None:
        if self.row is not None and self.row.compared is not None:
            self.replay_asked.emit(self.row.compared.case)

    @Slot()
    def _ask_save(self) -> None:
        self.save_asked.emit(self.row)

    @Slot()
    def _restyle(self) -> None:
        self.plot.restyle(self._theme.colours)
        self._legend.restyle(self._theme.colours)


def describe(row: CheckResult) -> str:
    """The figures of a row in words."""
    parts = []
    if (found := row.agreement) is not None:
        parts.append(
            f"Largest difference {found.max_relative:.2g} of the series' scale, "
            f"{found.limit:.2g} allowed. From float64, in the same unit: "
            f"eager {found.eager_error:.2g}, compiled {found.configured_error:.2g}"
            + (f"; {NAMES[found.nearer]} is nearer. " if found.nearer in NAMES else ". ")
            + f"Mean difference in the units of the data {found.mean_absolute:.2g}."
        )
    if row.scores:
        scores = (
            f"{name} MASE {score.mase:.3g}, WQL {score.wql:.3g}"
            for name, score in row.scores.items()
        )
        parts.append("; ".join(scores) + ".")
    return " ".join(parts)
