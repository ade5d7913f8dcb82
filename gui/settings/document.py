"""The configuration that is being edited, and its history for undo."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.base.findings import Fix
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig, Value, allowed_values


class ConfigDocument(QObject):
    """A configuration, the preset that it started from, and every step between.

    Signals:
        changed: The configuration or its preset is another one now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.config = CompileConfig()
        self.preset = "production_eager"

    def restore(self, config: CompileConfig, preset: str) -> None:
        """Takes over what was remembered; cannot be undone."""
        self.undo_stack.clear()
        self.take(config, preset)

    def take(self, config: CompileConfig, preset: str) -> None:
        """Puts a state into place, as undo and redo do."""
        self.config, self.preset = config, preset
        self.changed.emit()

    def set_value(self, name: str, value: Value) -> None:
        """Changes one setting."""
        config = self.config.replace(**{name: value})
        if config != self.config:
            title = SETTINGS[name].title
            self._push(config, self.preset, f"change {title}", name)

    def apply(self, fix: Fix) -> None:
        """Makes the change that a finding proposes."""
        self.set_value(fix.setting, fix.value)

    def choose_preset(self, preset: str) -> None:
        """Starts anew from a preset; the model stays, since a preset says how, not which."""
        config = PRESETS[preset].replace(model=self.config.model)
        if (config, preset) != (self.config, self.preset):
            self._push(config, preset, "choose a preset")

    def replace(self, config: CompileConfig, text: str) -> None:
        """Takes another configuration, such as one from a file."""
        if config != self.config:
            self._push(config, self.preset, text)

    def reset(self, name: str) -> None:
        """Gives one setting the preset's value back."""
        self.set_value(name, getattr(PRESETS[self.preset], name))

    @property
    def changed_settings(self) -> tuple[str, ...]:
        """The settings that differ from the preset; which model is no part of a preset."""
        preset = PRESETS[self.preset]
        return tuple(
            name
            for name in SETTINGS
            if name != "model" and getattr(self.config, name) != getattr(preset, name)
        )

    def _push(self, config: CompileConfig, preset: str, text: str, name: str = "") -> None:
        self.undo_stack.push(_Change(self, config, preset, text, name))


class _Change(QUndoCommand):
    """From one configuration to another; keystrokes in one text field are one step."""

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
        self._document.take(*self._before)

    def redo(self) -> None:
        self._document.take(*self.after)
