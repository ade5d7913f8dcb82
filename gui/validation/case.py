"""One check of a validation: its sentence, its forecasts and its figures."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.base.wording import capitalised, deviations, figure
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
"""Horizons of history in view."""


class ValidationCase(QWidget):
    """Shows the result of one check.

    Attributes:
        result: The result; None before there is one.

    Signals:
        replay_requested: The user wants to run the case again (`engine.validation.case.Case`).
        save_requested: The user wants to save the case (`CheckResult`).
        export_requested: The user wants to export the chart.
    """

    replay_requested = Signal(object)
    save_requested = Signal(object)
    export_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.result: CheckResult | None = None
        self._focused_instead: QWidget | None = None
        self._make_parts()
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()
        self.setVisible(False)

    def show_result(self, result: CheckResult) -> None:
        """Show the result of a check."""
        self.result = result
        self._name.setText(capitalised(result.check))
        self._sentence.setText(result.sentence)
        self._figures.setText(describe(result))
        compared = result.compared
        for widget in self._comparison_parts:
            widget.setVisible(compared is not None)
        self._space.setVisible(compared is None)
        if compared is not None:
            self._fill(compared, result.agreement)
            self._draw()
        self.setVisible(True)

    def show_replay(self, result: CheckResult, text: str) -> None:
        """Show how a replay of the check ended, until another check is shown."""
        self.show_result(result)
        self._sentence.setText(f"{text} {result.sentence}")

    def set_replay_enabled(self, enabled: bool) -> None:
        """Enable or disable the replay button, and keep the keyboard focus across both."""
        had_focus = self._replay.hasFocus()
        self._replay.setEnabled(enabled)
        focused = self.window().focusWidget()
        if not enabled and had_focus:
            self._focused_instead = focused
        elif enabled and self._focused_instead is not None:
            # Only if the user has not moved the focus since.
            if focused is self._focused_instead:
                self._replay.setFocus()
            self._focused_instead = None

    def table(self) -> str:
        """Return the forecasts of the check as CSV; empty if it compared none."""
        from gui.charts.exports.csv import forecasts_as_csv  # seldom needed

        compared = self.result.compared if self.result is not None else None
        modes = ("eager", "configured", "truth") if compared is not None else ()
        return forecasts_as_csv((mode, getattr(compared, mode)) for mode in modes)

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
        self._items.setAccessibleName("Series of the check")
        self._items.activated.connect(self._draw)
        self._targets = QComboBox()
        self._targets.setObjectName("case_target")
        self._targets.setAccessibleName("Target of the check")
        self._targets.activated.connect(self._draw)
        self._replay = push_button("replay", "Replay", "Run this check again")
        self._replay.clicked.connect(self._request_replay)
        self._save = push_button(
            "save_case", "Save case…", "Save this case to a file, to replay it elsewhere"
        )
        self._save.clicked.connect(self._request_save)
        self._export = push_button("export_case", "Chart…", "Export this chart")
        self._export.clicked.connect(self.export_requested)
        self._sentence = wrapped()
        self._sentence.setObjectName("case_sentence")
        self._figures = wrapped(kind="muted")
        self._figures.setObjectName("case_figures")
        self.plot = ForecastPlot(self._theme.colours)
        self.plot.canvas.setObjectName("case_chart")
        self.plot.canvas.setAccessibleName("Chart of the check")
        self._legend = Legend(
            {
                Curve.HISTORY: "History",
                Curve.EAGER: "Eager",
                Curve.COMPILED: "Compiled",
            },
            "case_legend",
        )
        self._legend.switched.connect(self.plot.set_visible)
        buttons = [self._replay, self._save, self._export]
        self._comparison_parts: list[QWidget] = [
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
        # Keeps the sentence below its heading where there is no chart.
        self._space = QWidget()
        layout.addWidget(self._space, 1)

    @Slot()
    def _draw(self) -> None:
        compared = self.result.compared if self.result is not None else None
        if compared is None:
            return
        index, target = max(self._items.currentIndex(), 0), max(self._targets.currentIndex(), 0)
        series = compared.case.series
        item = series.series[index]
        axis = TimeAxis.of(item)
        self.plot.show_series(axis, item.targets[target], item.length, series.timezone)
        for curve, forecasts in (
            (Curve.EAGER, compared.eager),
            (Curve.COMPILED, compared.configured),
        ):
            forecast = forecasts.items[index]
            x = forecast_positions(forecast, item.length)
            self.plot.show_forecast(curve, x, forecast.values[target], forecasts)
        horizon = compared.case.horizon
        self.plot.show_steps(item.length - BEFORE * horizon, item.length + horizon)

    @Slot()
    def _request_replay(self) -> None:
        if self.result is not None and self.result.compared is not None:
            self.replay_requested.emit(self.result.compared.replayed)

    @Slot()
    def _request_save(self) -> None:
        self.save_requested.emit(self.result)

    @Slot()
    def _restyle(self) -> None:
        self.plot.restyle(self._theme.colours)
        self._legend.restyle(self._theme.colours)


def describe(result: CheckResult) -> str:
    """Return the figures of a check as sentences."""
    parts = []
    if (found := result.agreement) is not None:
        parts.append(
            f"Largest difference: {deviations(found.max_relative)} (limit {figure(found.limit)}). "
            f"Difference from float64: eager {figure(found.eager_error)}, compiled "
            f"{figure(found.configured_error)}"
            + (f"; {NAMES[found.nearer]} is closer. " if found.nearer in NAMES else ". ")
            + f"Mean difference in the units of the data: {figure(found.mean_absolute)}."
        )
    if result.scores:
        scores = (
            f"{name} MASE {score.mase:.3g}, WQL {score.wql:.3g}"
            for name, score in result.scores.items()
        )
        parts.append("; ".join(scores) + ".")
    return " ".join(parts)
