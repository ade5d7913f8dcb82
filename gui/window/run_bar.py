"""The bar on top: the options of a run, and the buttons that start and stop one."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from gui.runs.run_options import LONGEST_CONTEXT, LONGEST_HORIZON, RunOptions
from gui.widgets.buttons import push_button


class RunBar(QWidget):
    """Chooses options and asks for runs.

    Signals:
        options_changed: The user chose other options (`RunOptions`).
        open_asked, forecast_asked, validate_asked, benchmark_asked, stop_asked: A button.
    """

    options_changed = Signal(object)
    open_asked = Signal()
    forecast_asked = Signal()
    validate_asked = Signal()
    benchmark_asked = Signal()
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = RunOptions()
        self._opener = push_button("open_data", "Open…", "Open a CSV file")
        self._opener.clicked.connect(self.open_asked)
        self._horizon = self._spin("horizon", "Horizon", 1, LONGEST_HORIZON)
        self._horizon.setToolTip("Steps to forecast; the line on the chart can be dragged")
        self._context = self._spin("context_length", "Context length", 0, LONGEST_CONTEXT)
        self._context.setSpecialValueText("longest")
        self._context.setSingleStep(64)
        self._context.setToolTip(
            "Steps of history to look at; the line on the chart can be dragged"
        )
        self._holdout = QCheckBox("Hold out")
        self._holdout.setObjectName("holdout")
        self._holdout.setAccessibleName("Hold out the end of each series")
        self._holdout.setToolTip("Keep back the last steps of each series and forecast those")
        self._holdout.clicked.connect(self._take)
        self._compare = QCheckBox("Compare")
        self._compare.setObjectName("compare")
        self._compare.setAccessibleName("Forecast both eager and compiled")
        self._compare.setToolTip(
            "Forecast both eager and compiled, whatever Compile in the settings says; "
            "else only as it says"
        )
        self._compare.clicked.connect(self._take)
        self.forecast = push_button("forecast", "Forecast", "Forecast (F5)")
        self.forecast.setProperty("kind", "primary")
        self.forecast.clicked.connect(self.forecast_asked)
        self.validate = push_button("validate", "Validate", "Validate (F6)")
        self.validate.setToolTip(
            "Validate the settings as they are when compiled, whatever Compile says (F6)"
        )
        self.validate.clicked.connect(self.validate_asked)
        self.benchmark = push_button("benchmark", "Benchmark", "Benchmark (F7)")
        self.benchmark.setToolTip("Time eager against the settings as they are when compiled (F7)")
        self.benchmark.clicked.connect(self.benchmark_asked)
        self.stop = push_button("stop", "Stop", "Stop what is running (Esc)")
        self.stop.setProperty("kind", "stop")
        self.stop.setMinimumWidth(92)
        self.stop.clicked.connect(self.stop_asked)
        self._pressed = self.forecast
        self._lay_out()
        self.show_running(False)

    def show_options(self, options: RunOptions) -> None:
        """Shows options; emits nothing."""
        self._options = options
        with QSignalBlocker(self._horizon), QSignalBlocker(self._context):
            self._horizon.setValue(options.horizon)
            self._context.setValue(options.context_length or 0)
        self._holdout.setChecked(options.holdout)
        self._compare.setChecked(options.compare)

    def commit(self) -> None:
        """Takes numbers that are typed, and not yet entered, for chosen."""
        for spin in (self._horizon, self._context):
            spin.interpretText()

    def show_running(self, running: bool) -> None:
        """Lets runs be started, or the running one be stopped."""
        starters = (self.forecast, self.validate, self.benchmark)
        # Also in a window that is not the active one, such as one that is about to be.
        focused = self.window().focusWidget()
        pressed = next((button for button in starters if button is focused), None)
        had_focus = self.stop is focused
        # Who is about to have the focus comes first: Qt takes it from whoever is disabled.
        if running:
            self.stop.setEnabled(True)
            if pressed is not None:
                self._pressed = pressed
                self.stop.setFocus()
        for button in starters:
            button.setEnabled(not running)
        if not running:
            if had_focus:
                self._pressed.setFocus()
            self.stop.setEnabled(False)
        self.stop.setText("Stop")

    def show_stopping(self) -> None:
        """Says that stopping is under way."""
        self.stop.setText("Stopping…")

    def _spin(self, name: str, title: str, lowest: int, highest: int) -> QSpinBox:
        spin = QSpinBox()
        spin.setObjectName(name)
        spin.setAccessibleName(title)
        spin.setRange(lowest, highest)
        spin.setKeyboardTracking(False)
        spin.setGroupSeparatorShown(True)
        spin.valueChanged.connect(self._take)
        return spin

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self._opener)
        row.addSpacing(8)
        for text, spin in (
            ("Horizon", self._horizon),
            ("Context", self._context),
        ):
            label = QLabel(text)
            label.setBuddy(spin)
            row.addWidget(label)
            row.addWidget(spin)
        row.addWidget(self._holdout)
        row.addWidget(self._compare)
        row.addStretch()
        for button in (self.forecast, self.validate, self.benchmark, self.stop):
            row.addWidget(button)

    @Slot()
    def _take(self) -> None:
        self._options = replace(
            self._options,
            horizon=self._horizon.value(),
            context_length=self._context.value() or None,
            holdout=self._holdout.isChecked(),
            compare=self._compare.isChecked(),
        )
        self.options_changed.emit(self._options)
