"""What should be known about a forecast, above its chart, with a way to mend it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.base.findings import Fix
from engine.base.wording import counted
from engine.model.safeguards import SMALL
from engine.runtime.events import SmallValuesChanged
from gui.widgets.buttons import push_button
from gui.widgets.findings import wrapped


class ForecastNotice(QFrame):
    """Sentences in a frame, each once; not there while there are none.

    Signals:
        fix_asked: Another setting is wanted (`engine.base.findings.Fix`).
    """

    fix_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._sentences: list[str] = []
        self._text = wrapped()
        self._text.setObjectName("forecast_notice")
        self._rescue = push_button(
            "rescue_small_values",
            "Fix: Small values → rescale",
            "Keep small values whole: set Small values to rescale",
            "link",
        )
        self._rescue.clicked.connect(self._ask_for_rescale)
        layout = QVBoxLayout(self)
        layout.setSpacing(2)
        layout.addWidget(self._text)
        layout.addWidget(self._rescue, alignment=Qt.AlignmentFlag.AlignLeft)
        self.clear()

    def clear(self) -> None:
        """Takes all sentences away."""
        self._sentences.clear()
        self._text.clear()
        self._rescue.setVisible(False)
        self.setVisible(False)

    def add(self, sentence: str) -> None:
        """Adds a sentence below the others."""
        if sentence not in self._sentences:
            self._sentences.append(sentence)
        self._text.setText("\n".join(self._sentences))
        self.setVisible(True)

    def add_small_values(self, event: SmallValuesChanged, both: bool) -> None:
        """Tells what became of small values, with a button where they were set to zero."""
        who = "Both were" if both else "It was"
        counts = f"{counted(event.values, 'value')} of {counted(event.items, 'item')}"
        if event.policy == "rescale":
            told = "{who} forecast with small values lifted (rescale): {counts}."
            self.add(told.format(who=who, counts=counts))
            return
        told = (
            "{who} forecast with {counts} set to 0: they are nearer to zero than {limit:g} (small "
            "values: {policy}, as compiling does)."
        )
        self.add(told.format(who=who, policy=event.policy, counts=counts, limit=SMALL))
        self._rescue.setVisible(True)

    @Slot()
    def _ask_for_rescale(self) -> None:
        self.fix_asked.emit(Fix("small_values", "rescale"))
