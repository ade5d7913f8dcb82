"""The panels: their keys, and where the focus goes."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from gui.window.main_window import MainWindow
from tests.support.driving import action, find, trigger

Open = Callable[..., MainWindow]


@pytest.mark.parametrize("name", ["settings", "series", "env_file", "log"])
def test_that_a_panels_key_goes_there_and_once_there_closes_it(
    open_window: Open, name: str
) -> None:
    window = open_window()
    dock, key = window.docks[name], action(window, f"dock_{name}")
    find(window, QWidget, "tab_bar").setFocus()
    for _ in range(2):
        key.trigger()
        QApplication.processEvents()
        focused = QApplication.focusWidget()
        assert focused is not None
        assert dock.isAncestorOf(focused)
        assert not dock.visibleRegion().isEmpty()
        key.trigger()
        assert dock.isHidden()
        assert find(window, QWidget, "tab_bar").hasFocus()


def test_that_the_focus_never_goes_behind_another_panel(open_window: Open) -> None:
    window = open_window()
    panels = {name: window.docks[name].widget() for name in ("settings", "series", "env_file")}
    for front in ("series", "env_file", "settings"):
        trigger(window, f"dock_{front}")
        QApplication.processEvents()
        assert [name for name, panel in panels.items() if panel.isEnabled()] == [front]
