"""The window's style sheet, made from a set of colours."""

import re
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.widgets.colours import Colours


def icon_folder() -> Path:
    """Return the folder of the icons."""
    return Path(str(resources.files("resources") / "icons"))


def style_sheet(colours: "Colours") -> str:
    """Return the style sheet for a set of colours."""
    words = {name: str(value) for name, value in asdict(colours).items()}
    words["icons"] = icon_folder().as_posix()
    words["shade"] = "dark" if colours.dark else "light"
    return re.sub(r"@(\w+)@?", lambda found: words[found[1]], _SHEET)


# The code sets the properties `kind` and `tone` with `setProperty`.
_SHEET = """
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 4px; }
QMainWindow::separator { background: @border; width: 1px; height: 1px; }
QDockWidget { color: @text; font-weight: bold; }
QDockWidget::title { background: @window; padding: 6px 8px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }

QPushButton, QToolButton {
    background: @raised; color: @text; border: 1px solid @border; border-radius: 5px;
    padding: 4px 10px;
}
QToolButton { padding: 3px 7px; }
QPushButton:hover, QToolButton:hover { border-color: @accent; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: @selection; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent; padding: 3px 9px; }
QToolButton:focus { padding: 2px 6px; }
QToolButton[kind="mini"] { padding: 0 4px; font-size: 8pt; }
QToolButton[kind="mini"]:focus { padding: 0 3px; }
QPushButton:disabled, QToolButton:disabled { color: @muted; background: @window; }
QPushButton[kind="primary"] {
    background: @accent; color: @on_accent; border-color: @accent; font-weight: bold;
}
QPushButton[kind="primary"]:focus { border: 2px solid @text; }
QPushButton[kind="primary"]:disabled {
    background: @window; color: @muted; border-color: @border;
}
QPushButton[kind="stop"]:enabled { color: @failed; border-color: @failed; font-weight: bold; }
QPushButton[kind="link"] {
    background: transparent; border: 1px solid transparent; color: @accent; text-align: left;
    padding: 2px 4px;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid @accent; padding: 1px 3px; }
QPushButton[kind="heading"] {
    background: transparent; border: 1px solid transparent; color: @accent; text-align: left;
    padding: 1px 5px 1px 0; font-size: 11pt; font-weight: bold;
}
QPushButton[kind="heading"]:hover { text-decoration: underline; }
QPushButton[kind="heading"]:focus { border: 2px solid @accent; padding: 0 4px 0 0; }
QPushButton[kind="heading"]:disabled { color: @muted; }
QPushButton::menu-indicator, QToolButton::menu-indicator { width: 0; }

QLineEdit, QSpinBox, QComboBox, QPlainTextEdit, QTextEdit, QListView, QTableView {
    background: @panel; color: @text; border: 1px solid @border; border-radius: 5px;
    selection-background-color: @selection; selection-color: @text;
}
QPlainTextEdit[kind="fixed"] { font-family: monospace; }
QLineEdit, QSpinBox, QComboBox { padding: 3px 6px; min-height: 18px; }
/* As a menu, the list would be cut off. */
QComboBox { padding-right: 18px; combobox-popup: 0; }
QLineEdit:focus, QSpinBox:focus, QComboBox:focus {
    border: 2px solid @accent; padding: 2px 5px;
}
QComboBox:focus { padding-right: 17px; }
QSpinBox:focus { padding-right: 19px; }
QPlainTextEdit:focus, QTextEdit:focus, QListView:focus, QTableView:focus, QScrollArea:focus {
    border: 2px solid @accent;
}
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow, QSpinBox::down-arrow {
    image: url(@icons/down_@shade@.svg); width: 10px; height: 10px;
}
QSpinBox::up-arrow { image: url(@icons/up_@shade@.svg); width: 10px; height: 10px; }
QSpinBox { padding-right: 20px; }
QSpinBox::up-button, QSpinBox::down-button {
    subcontrol-origin: border; background: transparent; border: none; width: 18px;
}
QSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover { background: @selection; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @border; }
QComboBox QAbstractItemView::item { min-height: 22px; padding: 0 6px; }
QCheckBox { spacing: 6px; padding: 3px; border: 2px solid transparent; border-radius: 5px; }
QCheckBox::indicator {
    width: 13px; height: 13px; border: 1px solid @muted; border-radius: 3px; background: @panel;
}
QCheckBox::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked {
    background: @accent; border-color: @accent; image: url(@icons/check_@shade@.svg);
}
QCheckBox::indicator:disabled { background: @window; border-color: @border; }
QCheckBox:focus { border: 2px solid @accent; }
QCheckBox:disabled { color: @muted; }

QHeaderView::section {
    background: @window; color: @muted; border: none; border-bottom: 1px solid @border;
    padding: 5px 6px;
}
QTableView[kind="dense"], QTableView[kind="dense"] QHeaderView::section { font-size: 8pt; }
QTableView[kind="dense"] QHeaderView::section { padding: 3px 2px; }
QTableView[kind="dense"]::item { padding: 1px 2px; }
QTableView { gridline-color: @raised; alternate-background-color: @window; }
QTableView::item, QListView::item { padding: 2px 4px; }
QTableView::item:selected, QListView::item:selected { background: @selection; }

QTabBar::tab {
    background: transparent; color: @muted; padding: 6px 11px;
    border: 2px solid transparent; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; font-weight: bold; }
QTabBar::tab:hover { color: @text; }
QTabBar:focus { outline: none; }
QTabBar::tab:selected:focus { border: 2px solid @accent; border-radius: 4px; }
QTabWidget::pane { border: none; border-top: 1px solid @border; }

QMenuBar { background: @window; color: @text; }
QMenuBar::item { padding: 4px 9px; background: transparent; }
QMenuBar::item:selected { background: @selection; border-radius: 4px; }
QMenu { background: @panel; color: @text; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
QToolBar { background: @window; border: none; border-bottom: 1px solid @border; padding: 4px; }
QStatusBar { background: @window; color: @muted; border-top: 1px solid @border; }
QStatusBar::item { border: none; }
QProgressBar {
    background: @raised; color: @text; border: none; border-radius: 4px; height: 8px;
}
QProgressBar::chunk { background: @accent; border-radius: 4px; }
QSplitter::handle { background: @border; }
QGraphicsView { border: 2px solid transparent; border-radius: 5px; }
QGraphicsView:focus { border-color: @accent; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }

QFrame[kind="card"] { background: @panel; border: 1px solid @border; border-radius: 8px; }
QFrame[kind="plot"] { background: @panel; border: 1px solid @border; border-radius: 5px; }
QLabel[kind="title"] { font-size: 17pt; font-weight: bold; }
QLabel[kind="heading"] { font-size: 11pt; font-weight: bold; }
QLabel[kind="muted"] { color: @muted; }
QLabel[kind="small"] { color: @muted; font-size: 8pt; }
QLabel[kind="strong"] { font-weight: bold; }
QLabel[tone="pass"] { color: @passed; font-weight: bold; }
QLabel[tone="warn"] { color: @warned; font-weight: bold; }
QLabel[tone="fail"] { color: @failed; font-weight: bold; }
QLabel[kind="badge"] {
    border: 2px solid @muted; border-radius: 9px; padding: 3px 10px; font-weight: bold;
}
QLabel[kind="badge"][tone="pass"] { border-color: @passed; }
QLabel[kind="badge"][tone="warn"] { border-color: @warned; }
QLabel[kind="badge"][tone="fail"] { border-color: @failed; }
QFrame[kind="banner"] { background: @panel; border: 2px solid @failed; border-radius: 8px; }
QFrame[kind="notice"] { background: @panel; border: 1px solid @warned; border-radius: 6px; }
"""
