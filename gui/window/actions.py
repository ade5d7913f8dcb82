"""The actions of the menus, by name."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar


class Actions(QObject):
    """The menus and their actions. The object name of an action is `action_<name>`."""

    def __init__(self, bar: QMenuBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._by_name: dict[str, QAction] = {}
        self._menus: dict[str, str] = {}
        self._titles: dict[str, str] = {}

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    @property
    def all(self) -> tuple[QAction, ...]:
        """Return every action."""
        return tuple(self._by_name.values())

    def add_menu(self, title: str, parent: QMenu | None = None) -> QMenu:
        """Add a menu to the bar or to another menu."""
        menu = (parent or self._bar).addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def add(  # noqa: PLR0913  the parts of an action
        self,
        menu: QMenu,
        name: str,
        text: str,
        work: Callable[[], object],
        shortcut: str = "",
        *,
        explanation: str = "",
    ) -> QAction:
        """Make an action and add it to a menu."""
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: work())
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        if explanation:
            action.setToolTip(explanation)
            action.setStatusTip(explanation)
        self.add_existing(menu, name, action)
        return action

    def add_existing(self, menu: QMenu, name: str, action: QAction) -> None:
        """Add an action that was made elsewhere to a menu."""
        action.setObjectName(f"action_{name}")
        menu.addAction(action)
        self._by_name[name] = action
        self._menus[name] = menu.title()
        # Kept, because the text of Undo changes: it names the step to undo.
        self._titles[name] = action.text()

    def shortcuts(self) -> list[tuple[str, str]]:
        """Return pairs of an action's name and its keys, in the order of the menus."""
        found = []
        for name, action in self._by_name.items():
            title, _tab, shown = self._titles[name].partition("\t")
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) or shown
            if keys:
                words = f"{self._menus[name]}: {title}".replace("&", "").rstrip("…")
                found.append((words, keys))
        return found
