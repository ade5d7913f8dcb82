"""Notes about a forecast, above its chart, with a button that fixes what can be fixed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.base.findings import Finding, Fix, Severity
from engine.base.wording import counted
from engine.model.preprocessing import SMALL
from engine.runtime.events import SmallValuesChanged
from gui.widgets.buttons import push_button
from gui.widgets.findings import wrapped


class ForecastNotice(QFrame):
    """Sentences in a frame, which is hidden while there are none.

    Signals:
        fix_requested: The user wants another setting (`engine.base.findings.Fix`).
    """

    fix_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._text = wrapped()
        self._text.setObjectName("forecast_notice")
        self._rescue = push_button(
            "rescue_small_values",
            "Fix: Small values → rescale",
            "Keep small values: set Small values to rescale",
            "link",
        )
        self._rescue.clicked.connect(self._request_rescale)
        layout = QVBoxLayout(self)
        layout.setSpacing(2)
        layout.addWidget(self._text)
        layout.addWidget(self._rescue, alignment=Qt.AlignmentFlag.AlignLeft)
        self.clear()

    def clear(self) -> None:
        """Remove all sentences."""
        self.show_notes((), (), (), both=False)

    def show_notes(
        self,
        fallbacks: Sequence[str],
        findings: Sequence[Finding],
        small_values: Sequence[SmallValuesChanged],
        *,
        both: bool,
    ) -> None:
        """Show what should be known about a forecast, each thing once.

        Args:
            fallbacks: The causes of fallbacks to eager.
            findings: The findings; advice is left out.
            small_values: The changes to small values.
            both: Whether both modes were forecast.
        """
        sentences = [
            *(f"Fell back to eager. {cause}" for cause in fallbacks),
            *(str(one) for one in findings if one.severity is not Severity.ADVICE),
            *(_describe(one, both=both) for one in small_values),
        ]
        self._text.setText("\n".join(dict.fromkeys(sentences)))
        self._rescue.setVisible(any(one.policy != "rescale" for one in small_values))
        self.setVisible(bool(sentences))

    @Slot()
    def _request_rescale(self) -> None:
        self.fix_requested.emit(Fix("small_values", "rescale"))


def _describe(changed: SmallValuesChanged, *, both: bool) -> str:
    values, series = counted(changed.values, "value"), f"{changed.items:,} series"
    whose = " of both forecasts" if both else ""
    if changed.policy == "rescale":
        return f"{values} in {series}{whose} were small and were rescaled (small values: rescale)."
    return (
        f"{values} in {series}{whose} were set to 0 because they are smaller than {SMALL:g} "
        f"(small values: {changed.policy}). Compiled code needs this."
    )
