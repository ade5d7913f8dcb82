"""The Settings panel: a form made from the table of settings."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.base.findings import Finding
from engine.base.wording import counted
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, VARIABLES
from gui.settings.document import ConfigDocument
from gui.settings.setting_field import SettingField
from gui.widgets.buttons import push_button
from gui.widgets.findings import FindingList, wrapped
from gui.widgets.wheel import WheelGuard


class SettingsForm(QWidget):
    """Edits the configuration."""

    def __init__(self, document: ConfigDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_form")
        self._document = document
        self._fields = {name: self._make_field(name) for name in SETTINGS}
        self._about = wrapped(kind="small")
        self._about.setObjectName("setting_help")
        self._about.setMinimumHeight(64)
        self._about.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 6)
        layout.setSpacing(6)
        layout.addLayout(self._make_head())
        self._general = FindingList(about=self._presets)
        self._general.fix_requested.connect(self._document.apply)
        layout.addWidget(self._make_form(), 1)
        layout.addWidget(self._about)
        document.changed.connect(self._show_document)
        self._show_document()
        self._explain(next(iter(SETTINGS)))

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show each finding below the setting that it belongs to, the others at the top."""
        by_field: dict[str, list[Finding]] = {name: [] for name in SETTINGS}
        general: list[Finding] = []
        for finding in findings:
            name = VARIABLES.get(finding.subject)
            (general if name is None else by_field[name]).append(finding)
        for name, entries in by_field.items():
            self._fields[name].show_findings(tuple(entries))
        self._general.show_findings(tuple(general))

    def _make_field(self, name: str) -> SettingField:
        field = SettingField(name)
        field.edited.connect(self._document.set_value)
        field.reset_requested.connect(self._document.reset)
        field.fix_requested.connect(self._document.apply)
        field.entered.connect(self._explain)
        return field

    def _make_head(self) -> QHBoxLayout:
        label = QLabel("&Preset")
        self._presets = QComboBox()
        self._presets.setObjectName("preset")
        self._presets.setAccessibleName("Preset")
        for preset in PRESETS:
            self._presets.addItem(preset.replace("_", " "), preset)
        self._presets.activated.connect(self._choose_preset)
        WheelGuard(self._presets)
        label.setBuddy(self._presets)
        explanation = "Reset all settings to the preset"
        self._reset_all = push_button("reset_all", "Reset", explanation)
        self._reset_all.clicked.connect(self._document.reset_all)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self._presets, 1)
        row.addWidget(self._reset_all)
        return row

    def _make_form(self) -> QScrollArea:
        form = QWidget()
        layout = QVBoxLayout(form)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(0)
        layout.addWidget(self._general)
        for field in self._fields.values():
            layout.addWidget(field)
        layout.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Qt scrolls to the field that has the focus, which would cut off the names at its left.
        area.horizontalScrollBar().valueChanged.connect(self._stay_left)
        self._area = area
        area.setObjectName("form")
        area.setAccessibleName("Settings")
        area.setWidget(form)
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumWidth(form.minimumSizeHint().width() + bar)
        return area

    @Slot()
    def _stay_left(self) -> None:
        self._area.horizontalScrollBar().setValue(0)

    @Slot()
    def _show_document(self) -> None:
        changed = self._document.changed_settings
        for name, field in self._fields.items():
            field.show_value(getattr(self._document.config, name), name in changed)
        self._presets.setCurrentIndex(self._presets.findData(self._document.preset))
        count = len(changed)
        self._reset_all.setEnabled(count > 0)
        self._reset_all.setText(f"Reset ({counted(count, 'change')})" if count else "Reset")
        self._reset_all.setToolTip(
            "Reset all settings to the preset" if count else "All settings are those of the preset"
        )

    @Slot()
    def _choose_preset(self) -> None:
        self._document.choose_preset(self._presets.currentData())

    @Slot(str)
    def _explain(self, name: str) -> None:
        setting = SETTINGS[name]
        self._about.setText(f"{setting.title}. {setting.help}")
