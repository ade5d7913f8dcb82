"""Everything that can be done, as actions with a name, a shortcut and an explanation."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar


class Actions(QObject):
    """The actions by name, and the menus that they are in."""

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
        """Every action."""
        return tuple(self._by_name.values())

    def menu(self, title: str, parent: QMenu | None = None) -> QMenu:
        """A new menu, in the bar or in another menu."""
        menu = (parent or self._bar).addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def add(  # noqa: PLR0913  what an action is made of
        self,
        menu: QMenu,
        name: str,
        text: str,
        work: Callable[[], object],
        shortcut: str = "",
        *,
        explanation: str = "",
    ) -> QAction:
        """Adds an action to a menu."""
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: work())
        return self.take(menu, name, action, shortcut, explanation)

    def take(
        self, menu: QMenu, name: str, action: QAction, shortcut: str = "", explanation: str = ""
    ) -> QAction:
        """Adds an action that was made elsewhere."""
        action.setObjectName(f"action_{name}")
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        if explanation:
            action.setToolTip(explanation)
            action.setStatusTip(explanation)
        menu.addAction(action)
        self._by_name[name] = action
        self._menus[name] = menu.title()
        # That of undo names what would be undone next.
        self._titles[name] = action.text()
        return action

    def shortcuts(self) -> list[tuple[str, str]]:
        """Pairs of an action's words after its menu's and its keys, in the order of the menus."""
        found = []
        for name, action in self._by_name.items():
            title, _tab, told = self._titles[name].partition("\t")
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) or told
            if keys:
                words = f"{self._menus[name]}: {title}".replace("&", "").rstrip("…")
                found.append((words, keys))
        return found
