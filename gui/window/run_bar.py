"""The bar at the top: the options of a run, and the buttons that start and stop one."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from gui.runs.page import RunPage
from gui.runs.run_options import LONGEST_HORIZON, RunOptions
from gui.widgets.action_button import ActionButton
from gui.widgets.count_spin import CountSpin


class RunBar(QWidget):
    """Chooses the options of a run, and shows the actions of the pages.

    Attributes:
        buttons: The buttons of the pages' actions; the first is the primary one.

    Signals:
        options_changed: The user chose other options (`RunOptions`).
        context_chosen: The user chose another context length, which is a setting (steps or None).
    """

    options_changed = Signal(object)
    context_chosen = Signal(object)

    def __init__(
        self,
        opening: QAction,
        pages: Sequence[RunPage],
        stopping: QAction,
        parent: QWidget | None = None,
    ) -> None:
        """Make the bar.

        Args:
            opening: Opens a file.
            pages: The pages whose actions start runs.
            stopping: Stops the run.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self._options = RunOptions()
        self._opener = ActionButton("open_data", opening)
        self._horizon = QSpinBox()
        self._horizon.setObjectName("horizon")
        self._horizon.setAccessibleName("Horizon")
        self._horizon.setRange(1, LONGEST_HORIZON)
        self._horizon.setKeyboardTracking(False)
        self._horizon.setGroupSeparatorShown(True)
        self._horizon.valueChanged.connect(self._change)
        self._horizon.setToolTip("Steps to forecast. You can drag the line on the chart")
        self._context = CountSpin("context_length")
        self._context.setAccessibleName("Context length")
        self._context.chosen.connect(self.context_chosen)
        self._context.setSingleStep(64)
        self._context.setToolTip(
            "Steps of history that the model reads, at most: the setting Context length. You can "
            "drag the line on the chart"
        )
        self._holdout = self._make_box(
            "holdout",
            "Hold out",
            "Hold out the end of each series",
            "Keep back the last steps of each series and forecast those",
        )
        self._compare = self._make_box(
            "compare",
            "Compare",
            "Forecast both eager and compiled",
            "Forecast both eager and compiled, whatever Compile says. If this is off, Compile "
            "decides which of the two is forecast",
        )
        self.buttons = [ActionButton(f"run_{page.name}", page.action) for page in pages]
        self.buttons[0].setProperty("kind", "primary")
        self.stop = ActionButton("stop", stopping, kind="stop")
        self.stop.setMinimumWidth(92)
        self._pressed = self.buttons[0]
        self._lay_out()

    def show_options(self, options: RunOptions) -> None:
        """Show options; emit nothing."""
        self._options = options
        with QSignalBlocker(self._horizon):
            self._horizon.setValue(options.horizon)
        self._holdout.setChecked(options.holdout)
        self._compare.setChecked(options.compare)

    def show_context(self, steps: int | None) -> None:
        """Show the context length of the settings; emit nothing."""
        self._context.show_count(steps)

    @Slot()
    def prepare(self) -> None:
        """Accept numbers that are typed but not entered yet, and take over the focus.

        The focus moves from another button of an action to the one of this bar, which knows where
        the focus goes during a run.
        """
        for spin in (self._horizon, self._context):
            spin.interpretText()
        focused = self.window().focusWidget()
        for button in self.buttons:
            if isinstance(focused, ActionButton) and focused.action is button.action:
                button.setFocus()

    @Slot()
    def hand_focus_to_stop(self) -> None:
        """Move the focus from the button that started a run, before Qt takes it away."""
        # Also in a window that is not the active one, such as one that is about to be.
        focused = self.window().focusWidget()
        pressed = next((button for button in self.buttons if button is focused), None)
        if pressed is not None:
            self._pressed = pressed
            self.stop.setFocus()

    @Slot()
    def hand_focus_back(self) -> None:
        """Move the focus back to the button that started the run."""
        if self.window().focusWidget() is self.stop:
            self._pressed.setFocus()

    def _make_box(self, name: str, text: str, title: str, explanation: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(name)
        box.setAccessibleName(title)
        box.setToolTip(explanation)
        box.clicked.connect(self._change)
        return box

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self._opener)
        row.addSpacing(8)
        for text, spin in (("Horizon", self._horizon), ("Context", self._context)):
            label = QLabel(text)
            label.setBuddy(spin)
            row.addWidget(label)
            row.addWidget(spin)
        row.addWidget(self._holdout)
        row.addWidget(self._compare)
        row.addStretch()
        for button in (*self.buttons, self.stop):
            row.addWidget(button)

    @Slot()
    def _change(self) -> None:
        self._options = replace(
            self._options,
            horizon=self._horizon.value(),
            holdout=self._holdout.isChecked(),
            compare=self._compare.isChecked(),
        )
        self.options_changed.emit(self._options)
