"""One setting of the form: name, editor, variable, risk and findings."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from engine.base.findings import Finding
from engine.config.settings import (
    SETTINGS,
    ConfigError,
    Risk,
    allowed_values,
    from_text,
    is_count,
    is_list,
)
from engine.config.values import AUTO, Value, to_text
from gui.widgets.buttons import tool_button
from gui.widgets.count_spin import CountSpin
from gui.widgets.findings import FindingList
from gui.widgets.wheel import WheelGuard

LIST_PADDING = 24
"""Width beside the words of a drop-down list, in pixels."""


class SettingField(QWidget):
    """A setting that can be edited.

    Signals:
        edited: The user entered another valid value (name, value).
        reset_requested: The user wants to reset the setting to the preset (name).
        fix_requested: The user wants a finding's fix (`engine.base.findings.Fix`).
        entered: The keyboard focus moved here (name).
    """

    edited = Signal(str, object)
    reset_requested = Signal(str)
    fix_requested = Signal(object)
    entered = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setting = SETTINGS[name]
        self.setObjectName(f"setting_{name}")
        self._editor = _editor_for(name)
        self._editor.edited.connect(self._apply_text)
        self._editor.setToolTip(self.setting.help)
        self._title = QLabel(self.setting.title)
        self._title.setToolTip(self.setting.help)
        self._title.setBuddy(self._editor.widgets[0])
        self._reset = tool_button(
            f"reset_{name}",
            "↺",
            f"Reset {self.setting.title} to the preset",
            "mini",
        )
        self._reset.clicked.connect(self._request_reset)
        policy = self._reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(policy)
        risk = "no" if self.setting.risk is Risk.NONE else self.setting.risk
        about = QLabel(f"{self.setting.variable} · {risk} risk")
        about.setProperty("kind", "small")
        self._findings = FindingList(about=self._editor.widgets[-1])
        self._findings.fix_requested.connect(self.fix_requested)
        self._own: tuple[Finding, ...] = ()
        self._others: tuple[Finding, ...] = ()
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 3, 0, 5)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(1)
        layout.addWidget(self._title, 0, 0)
        layout.addWidget(self._editor, 0, 1, 1, 2)
        layout.addWidget(about, 1, 0, 1, 2)
        layout.addWidget(self._reset, 1, 2)
        layout.addWidget(self._findings, 2, 0, 1, 3)
        layout.setColumnMinimumWidth(0, 126)
        layout.setColumnStretch(1, 1)
        for widget in self._editor.widgets:
            widget.installEventFilter(self)

    def show_value(self, value: Value, changed: bool) -> None:
        """Show a value, and whether it differs from the preset."""
        text = to_text(value)
        if not self._own or self._editor.text() == text or not self._editor.hasFocus():
            self._editor.show_text(text)
            self._show_own(())
        self._title.setText(("● " if changed else "") + self.setting.title)
        font = self._title.font()
        font.setBold(changed)
        self._title.setFont(font)
        self._reset.setVisible(changed)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show the findings about the value."""
        self._others = findings
        self._findings.show_findings(self._own or self._others)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Announce that the focus moved here."""
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit(self.name)
        return super().eventFilter(watched, event)

    def _apply_text(self, text: str) -> None:
        try:
            value = from_text(self.name, text)
        except ConfigError as error:
            self._show_own(error.findings)
            return
        self._show_own(())
        self.edited.emit(self.name, value)

    def _show_own(self, findings: tuple[Finding, ...]) -> None:
        self._own = findings
        self._findings.show_findings(self._own or self._others)

    def _request_reset(self) -> None:
        self._show_own(())
        self.reset_requested.emit(self.name)


class Editor(QWidget):
    """Edits a setting as text.

    Attributes:
        widgets: The widgets that can have the focus, the main one first.

    Signals:
        edited: The user changed the text (text).
    """

    edited = Signal(str)
    widgets: list[QWidget]

    def text(self) -> str:
        """Return the text."""
        raise NotImplementedError

    def show_text(self, text: str) -> None:
        """Show a text; emit nothing."""
        raise NotImplementedError

    def hasFocus(self) -> bool:
        """Say whether one of the widgets has the keyboard focus."""
        return any(widget.hasFocus() for widget in self.widgets)

    def _prepare(self, layout: QHBoxLayout | QVBoxLayout | QGridLayout, name: str) -> None:
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in self.widgets:
            if not widget.accessibleName():
                widget.setAccessibleName(SETTINGS[name].title)
            widget.setAccessibleDescription(SETTINGS[name].help)


class _SwitchEditor(Editor):
    """Edits a setting that is on or off."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._box = QCheckBox("on")
        self._box.setObjectName(f"edit_{name}")
        self._box.clicked.connect(self._emit)
        self.widgets = [self._box]
        layout = QHBoxLayout(self)
        layout.addWidget(self._box)
        layout.addStretch()
        self._prepare(layout, name)

    def text(self) -> str:
        return "1" if self._box.isChecked() else "0"

    def show_text(self, text: str) -> None:
        self._box.setChecked(text == "1")

    def _emit(self) -> None:
        self.edited.emit(self.text())


class _ChoiceEditor(Editor):
    """Edits a setting with one of several values."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._box = QComboBox()
        self._box.setObjectName(f"edit_{name}")
        self._box.addItems(list(allowed_values(name) or ()))
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._box.setMinimumContentsLength(10)
        words = self._box.view().sizeHintForColumn(0)
        self._box.view().setMinimumWidth(
            words + LIST_PADDING
        )  # otherwise long values would be cut off
        WheelGuard(self._box)
        self._box.textActivated.connect(self.edited)
        self.widgets = [self._box]
        layout = QHBoxLayout(self)
        layout.addWidget(self._box)
        self._prepare(layout, name)

    def text(self) -> str:
        return self._box.currentText()

    def show_text(self, text: str) -> None:
        self._box.setCurrentText(text)


class _CountEditor(Editor):
    """Edits a setting that is a number or `auto`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._spin = CountSpin(f"edit_{name}")
        WheelGuard(self._spin)
        self._spin.chosen.connect(self._emit)
        self.widgets = [self._spin]
        layout = QHBoxLayout(self)
        layout.addWidget(self._spin)
        self._prepare(layout, name)

    def text(self) -> str:
        return to_text(self._spin.count)

    def show_text(self, text: str) -> None:
        self._spin.show_count(None if text == AUTO else int(text))

    def _emit(self) -> None:
        self.edited.emit(self.text())


class _ListEditor(Editor):
    """Edits a setting with some of several values."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.widgets = []
        self._boxes: dict[str, QCheckBox] = {}
        layout = QGridLayout(self)
        layout.setSpacing(0)
        for index, value in enumerate(allowed_values(name) or ()):
            box = QCheckBox(value)
            box.setObjectName(f"edit_{name}_{value}")
            box.setAccessibleName(f"{SETTINGS[name].title}: {value}")
            box.clicked.connect(self._emit)
            layout.addWidget(box, index // 2, index % 2)
            self._boxes[value] = box
            self.widgets.append(box)
        self._prepare(layout, name)

    def text(self) -> str:
        return ",".join(value for value, box in self._boxes.items() if box.isChecked())

    def show_text(self, text: str) -> None:
        chosen = text.split(",")
        for value, box in self._boxes.items():
            box.setChecked(value in chosen)

    def _emit(self) -> None:
        self.edited.emit(self.text())


class _TextEditor(Editor):
    """Edits a setting with any text."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._line = QLineEdit()
        self._line.setObjectName(f"edit_{name}")
        self._line.textEdited.connect(self.edited)
        self.widgets = [self._line]
        layout = QHBoxLayout(self)
        layout.addWidget(self._line)
        self._prepare(layout, name)

    def text(self) -> str:
        return self._line.text()

    def show_text(self, text: str) -> None:
        if self._line.text() != text:
            self._line.setText(text)
            self._line.setCursorPosition(0)


def _editor_for(name: str) -> Editor:
    if is_count(name):
        return _CountEditor(name)
    allowed = allowed_values(name)
    if allowed is None:
        return _TextEditor(name)
    if is_list(name):
        return _ListEditor(name)
    return _SwitchEditor(name) if allowed == ("0", "1") else _ChoiceEditor(name)
