"""The configuration that is edited, with undo."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.base.findings import Fix
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig, allowed_values
from engine.config.values import Value


class ConfigDocument(QObject):
    """The configuration that is edited, its preset, and every step of editing.

    Signals:
        changed: The configuration or its preset has changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.config = CompileConfig()
        self.preset = "production_eager"

    def restore(self, config: CompileConfig, preset: str) -> None:
        """Take over what was remembered; this cannot be undone."""
        self.undo_stack.clear()
        self.set_state(config, preset)

    def set_state(self, config: CompileConfig, preset: str) -> None:
        """Set configuration and preset, as undo and redo do."""
        self.config, self.preset = config, preset
        self.changed.emit()

    def set_value(self, name: str, value: Value) -> None:
        """Change one setting."""
        config = self.config.replace(**{name: value})
        if config != self.config:
            title = SETTINGS[name].title
            self._push(config, self.preset, f"change {title}", name)

    def apply(self, fix: Fix) -> None:
        """Make the change that a finding proposes."""
        self.set_value(fix.setting, fix.value)

    def choose_preset(self, preset: str) -> None:
        """Take the values of a preset. The model stays, because it is no part of a preset."""
        config = PRESETS[preset].replace(model=self.config.model)
        if (config, preset) != (self.config, self.preset):
            self._push(config, preset, "choose a preset")

    def replace(self, config: CompileConfig, text: str) -> None:
        """Take another configuration, such as one from a file.

        Args:
            config: The configuration.
            text: The words for Undo.
        """
        if config != self.config:
            self._push(config, self.preset, text)

    def reset_all(self) -> None:
        """Reset all settings to the preset."""
        self.choose_preset(self.preset)

    def reset(self, name: str) -> None:
        """Reset one setting to the preset."""
        self.set_value(name, getattr(PRESETS[self.preset], name))

    @property
    def changed_settings(self) -> tuple[str, ...]:
        """Return the settings that differ from the preset; the model is no part of it."""
        preset = PRESETS[self.preset]
        return tuple(
            name
            for name in SETTINGS
            if name != "model" and getattr(self.config, name) != getattr(preset, name)
        )

    def _push(self, config: CompileConfig, preset: str, text: str, name: str = "") -> None:
        self.undo_stack.push(_Change(self, config, preset, text, name))


class _Change(QUndoCommand):
    """A step from one configuration to another; typing in one text field is one step."""

    def __init__(
        self, document: ConfigDocument, config: CompileConfig, preset: str, text: str, name: str
    ) -> None:
        super().__init__(text)
        self._document = document
        self._before = (document.config, document.preset)
        self.after = (config, preset)
        self._name = name

    def id(self) -> int:
        if self._name and allowed_values(self._name) is None:
            return list(SETTINGS).index(self._name)
        return -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        assert isinstance(other, _Change)  # noqa: S101
        self.after = other.after
        return True

    def undo(self) -> None:
        self._document.set_state(*self._before)

    def redo(self) -> None:
        self._document.set_state(*self.after)
