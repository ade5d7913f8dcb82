"""The Settings panel, with mouse and keyboard."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.base.findings import Finding, Fix, Severity
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig, Risk
from gui.window.main_window import MainWindow
from tests.support.driving import LEFT, choose, click, find, retype, turn_wheel

Open = Callable[..., MainWindow]


def finding_texts(window: MainWindow, setting: str) -> list[str]:
    field = find(window, QWidget, f"setting_{setting}")
    QApplication.processEvents()
    labels = field.findChildren(QLabel, "finding_text")
    return [label.text().replace("\u200b", "") for label in labels if label.isVisible()]


def test_that_the_context_of_the_bar_and_of_the_form_are_one_setting(open_window: Open) -> None:
    window = open_window()
    bar = find(window, QSpinBox, "context_length")
    field = find(window, QSpinBox, "edit_context_length")
    assert (bar.text(), field.text()) == ("auto", "auto")
    bar.setValue(96)
    assert window.document.config.context_length == 96
    assert field.value() == 96
    field.setValue(1500)
    assert bar.value() == 1500
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    assert (bar.text(), field.text()) == ("auto", "auto")
    assert window.document.config.context_length is None


def test_that_every_setting_of_the_table_has_a_field_with_its_variable_and_help(
    open_window: Open,
) -> None:
    window = open_window()
    for name, setting in SETTINGS.items():
        field = find(window, QWidget, f"setting_{name}")
        texts = [label.text() for label in field.findChildren(QLabel)]
        risk = "no" if setting.risk is Risk.NONE else setting.risk
        assert f"{setting.variable} · {risk} risk" in texts
        editor = next(
            one for one in field.findChildren(QWidget) if one.objectName().startswith("edit_")
        )
        editor.setFocus()
        assert setting.help in find(window, QLabel, "setting_help").text()


def test_that_a_broken_setting_is_told_beside_its_field_and_mended_by_its_button(
    open_window: Open,
) -> None:
    window = open_window()
    click(window, "edit_enabled")
    choose(window, "edit_dtype", "float16")
    told = finding_texts(window, "dtype")
    assert told
    assert "float16" in told[0]
    field = find(window, QWidget, "setting_dtype")
    fix = field.findChildren(QPushButton, "fix_button")[0]
    QTest.mouseClick(fix, LEFT)
    assert window.document.config.dtype != "float16"
    assert find(window, QComboBox, "edit_dtype").currentText() == window.document.config.dtype
    assert not any("float16" in text for text in finding_texts(window, "dtype"))


def test_that_what_holds_when_compiled_is_told_before_it_is_switched_on(
    open_window: Open,
) -> None:
    window = open_window()
    assert not window.document.config.enabled
    choose(window, "edit_mode", "max-autotune")
    (told,) = finding_texts(window, "mode")
    assert "The mode is max-autotune (when compiled)." in told
    field = find(window, QWidget, "setting_mode")
    QTest.mouseClick(field.findChildren(QPushButton, "fix_button")[0], LEFT)
    assert window.document.config.mode == "reduce-overhead"
    assert not finding_texts(window, "mode")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_that_a_drop_down_shows_all_that_can_be_chosen(open_window: Open) -> None:
    window = open_window()
    for name in ("preset", "edit_mode", "edit_backend"):
        box = find(window, QComboBox, name)
        box.showPopup()
        view = box.view()
        last = view.visualRect(box.model().index(box.count() - 1, 0))
        assert view.viewport().height() >= last.bottom()
        assert view.viewport().width() >= view.sizeHintForColumn(0)
        parts = [part.metaObject().className() for part in view.window().children()]
        assert not any("Scroller" in part for part in parts), "arrows may hide an entry"
        box.hidePopup()


def test_that_a_fix_is_next_by_tab_and_hands_the_focus_back(open_window: Open) -> None:
    window = open_window()
    choose(window, "edit_dtype", "float16")
    editor = find(window, QComboBox, "edit_dtype")
    field = find(window, QWidget, "setting_dtype")
    QApplication.processEvents()  # what was just made is not on the screen yet
    fix = next(one for one in field.findChildren(QPushButton, "fix_button") if one.isVisible())
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert fix.hasFocus()
    QTest.keyClick(fix, Qt.Key.Key_Space)
    assert window.document.config.dtype == "float32"
    assert editor.hasFocus()


@pytest.mark.parametrize("name", ["edit_mode", "edit_backend", "preset"])
def test_that_the_wheel_scrolls_and_changes_nothing(open_window: Open, name: str) -> None:
    window = open_window()
    box, bar = find(window, QComboBox, name), find(window, QScrollArea, "form").verticalScrollBar()
    find(window, QWidget, "edit_model").setFocus()
    bar.setValue(0)
    shown = box.currentText()
    turn_wheel(box, -1)
    assert box.currentText() == shown
    assert window.document.config == CompileConfig()
    assert not box.hasFocus()
    assert (bar.value() > 0) == (name != "preset")  # which does not lie in the list


def test_that_a_fix_that_is_a_folder_shows_where_it_leads(open_window: Open) -> None:
    window = open_window()
    folder = str(Path.home() / ".cache" / "chronos-panel" / "chronos2_torch_inductor")
    finding = Finding(
        Severity.WARNING,
        "TORCHINDUCTOR_CACHE_DIR",
        "The folder will not do.",
        remedy=f"Use another, such as {folder}.",
        fix=Fix("cache_dir", folder),
    )
    window.form.show_findings((finding,))
    field = find(window, QWidget, "setting_cache_dir")
    button = find(field, QPushButton, "fix_button")
    assert "~/.cache/" in button.text()
    assert folder in button.toolTip()
    # A line is not broken after the slash that a path begins with.
    assert f"such as {folder[:2]}" in find(field, QLabel, "finding_text").text()


def test_that_text_that_cannot_be_is_told_and_does_not_reach_the_configuration(
    open_window: Open,
) -> None:
    window = open_window()
    before = window.document.config
    retype(window, "edit_model", " ")
    assert "blank" in finding_texts(window, "model")[0]
    assert window.document.config.model != " "
    retype(window, "edit_model", "demo")
    assert not finding_texts(window, "model")
    assert window.document.config == before


def test_that_the_machine_is_asked_too(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(checks=True)
    retype(window, "edit_model", "./no-such-folder")
    qtbot.waitUntil(lambda: bool(finding_texts(window, "model")), timeout=30_000)
    assert "no-such-folder" in finding_texts(window, "model")[0]
    assert "torch" in find(window, QLabel, "machine").text()


def test_that_changes_are_marked_and_taken_back_one_by_one_or_by_undo(open_window: Open) -> None:
    window = open_window()
    choose(window, "preset", "production compiled")
    assert window.document.config == PRESETS["production_compiled"]
    choose(window, "edit_mode", "default")
    choose(window, "edit_scope", "encoder")
    assert find(window, QPushButton, "reset_all").text() == "Reset (2 changes)"
    assert not find(window, QToolButton, "reset_dtype").isVisible()

    QTest.mouseClick(find(window, QToolButton, "reset_mode"), LEFT)
    assert window.document.config.mode == PRESETS["production_compiled"].mode
    assert window.document.changed_settings == ("scope",)

    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, Qt.Key.Key_Z, control)
    assert window.document.config.mode == "default"
    while window.document.undo_stack.canUndo():
        QTest.keyClick(window, Qt.Key.Key_Z, control)
    assert window.document.config == CompileConfig()
    assert find(window, QComboBox, "preset").currentText() == "production eager"
    while window.document.undo_stack.canRedo():
        QTest.keyClick(window, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert window.document.changed_settings == ("scope",)
    click(window, "reset_all")
    assert window.document.config == PRESETS["production_compiled"]


def test_that_typing_is_one_step_of_undo(open_window: Open) -> None:
    window = open_window()
    retype(window, "edit_cache_dir", "/var/cache/chronos")
    assert window.document.config.cache_dir == "/var/cache/chronos"
    window.document.undo_stack.undo()
    assert window.document.config == CompileConfig()
