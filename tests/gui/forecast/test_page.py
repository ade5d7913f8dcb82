"""The Forecast page: its verdict and figures, and for how long they hold."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.config.presets import PRESETS
from engine.data.samples import samples
from engine.forecast.events import PolicyWeighed
from engine.results.judgement import Judgement, Status
from engine.runtime.events import (
    Failed,
    FailureKind,
    FellBack,
    ModelLoaded,
    SmallValuesChanged,
    Stopped,
)
from gui.charts.plots import Curve
from gui.forecast.page import ForecastPage
from gui.window.main_window import MainWindow
from tests.support.driving import (
    chart_of,
    choose,
    click,
    find,
    finish,
    open_without_engine,
    plot_of,
    retype,
    send,
    trigger,
    wait_for_data,
    wait_until_idle,
)
from tests.support.driving_forecast import (
    HORIZON,
    begin,
    compared,
    drawn,
    forecast,
    point,
    ready,
    series_of,
)
from tests.support.making_runs import MODEL

Open = Callable[..., MainWindow]


def figures(window: MainWindow) -> str:
    return find(window, QLabel, "forecast_figures").text()


def badge(window: MainWindow) -> str:
    return find(window, QLabel, "forecast_badge").text()


def test_that_nothing_of_the_last_run_stays_on_the_chart(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    begin(window)
    send(window, ready(window, compiled=False))
    eager = drawn(window)
    send(window, ready(window, compiled=True, shift=5))
    assert drawn(window) != eager
    begin(window)
    send(window, ready(window, compiled=False))
    finish(window)
    assert drawn(window) == eager


def test_that_a_forecast_leads_with_a_verdict(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window, Status.PASS, "At most 1e-06 of scale apart, 0.0001 allowed.")
    assert badge(window) == "✓ SAME FORECASTS"
    assert "0.0001 allowed" in figures(window)
    assert "0.012 (north)" in figures(window)
    assert "First calls: eager 0.5 s, compiled 0.5 s." in figures(window)
    assert "Press Validate" not in figures(window)
    forecast(window, Status.WARN, "Up to 0.0051 of scale apart, 51 times the 0.0001 allowed.")
    assert badge(window) == "▲ DIFFERENT"
    assert "Press Validate" in figures(window)


def test_that_other_data_have_no_forecast_yet(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window)
    point(window)
    begin(window)
    window.open_data(samples()[-1])
    wait_for_data(qtbot, window, samples()[-1].name)
    # What the run that was going on still says is about data that are gone.
    send(window, ready(window, compiled=False))
    assert figures(window) == "No forecast yet. Press Forecast."
    assert not find(window, QLabel, "forecast_badge").isVisible()
    assert not find(window, QLabel, "pointed").text()
    assert not chart_of(window).forecasts


def test_that_a_forecast_with_other_settings_is_marked(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window)
    assert "Outdated" not in figures(window)
    choose(window, "edit_dtype", "bfloat16")
    assert figures(window).startswith("Outdated: settings changed. Press Forecast to update.")
    assert badge(window) == "OUTDATED: other settings"
    trigger(window, "undo")
    assert "Outdated" not in figures(window)
    assert badge(window) == "✓ SAME FORECASTS"
    # Both modes are compared, whichever of them the settings choose.
    click(window, "edit_enabled")
    assert "Outdated" not in figures(window)
    # Where compiled code is kept changes no forecast.
    retype(window, "edit_cache_dir", "/var/cache/chronos")
    assert "Outdated" not in figures(window)
    click(window, "holdout")
    assert "Outdated" in figures(window)
    forecast(window)
    assert "Outdated" not in figures(window)


def test_that_a_stopped_forecast_leaves_the_last_one_as_it_was(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window)
    told = figures(window)
    choose(window, "edit_dtype", "bfloat16")
    begin(window)
    assert figures(window) == "Forecasting…"
    send(window, Stopped())
    finish(window)
    assert figures(window) == f"Outdated: settings changed. Press Forecast to update.  {told}"


def test_that_it_is_said_what_is_waited_for(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    begin(window)
    assert figures(window) == "Forecasting…"
    send(window, ready(window, compiled=False))
    assert figures(window).startswith("The eager forecast is drawn. Compiling takes about a minute")
    send(window, Stopped())
    finish(window)
    assert figures(window).startswith("Only the eager forecast is there, so nothing was compared.")


def test_that_small_values_are_told_as_what_compiling_does_to_them(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    begin(window)
    send(window, FellBack("The compiler is gone."))
    # Once for each of the two modes.
    for _mode in range(2):
        send(window, SmallValuesChanged("clamp", 6410, 40))
    send(window, ready(window, compiled=False))
    told = find(window, QLabel, "forecast_notice").text().splitlines()
    assert told[0] == "Fell back to eager. The compiler is gone."
    assert told[1:] == [
        "6,410 values in 40 series of both forecasts were set to 0 because they are smaller than "
        "0.001 (small values: clamp). Compiled code needs this."
    ]
    click(window, "rescue_small_values")
    assert window.document.config.small_values == "rescale"
    begin(window)
    send(window, FellBack("The compiler is gone."))
    send(window, ready(window, compiled=False))
    assert find(window, QLabel, "forecast_notice").isVisible()
    assert not find(window, QPushButton, "rescue_small_values").isVisible()


def test_that_values_that_were_changed_are_no_green_badge(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    kept = find(window, QToolButton, "legend_kept")
    forecast(window)
    same = drawn(window)
    assert badge(window) == "✓ SAME FORECASTS"
    assert not kept.isVisible()
    begin(window)
    for compiled in (False, True):
        send(window, ready(window, compiled=compiled))
    send(window, compared(window, Status.PASS, "Alike."))
    as_they_are = ready(window, compiled=False, shift=50).forecast
    judgement = Judgement(Status.WARN, "The policy clamp moves forecasts.", 2.0, 1e-4)
    send(window, PolicyWeighed("clamp", as_they_are, judgement))
    finish(window)
    assert badge(window) == "▲ VALUES CHANGED"
    told = "The policy clamp moves forecasts. The curve “Kept” is eager without the policy. Alike."
    assert figures(window).startswith(told)
    assert kept.isVisible()
    assert drawn(window) != same
    assert "kept," in chart_of(window).table()
    # Nothing of it stays with the next run.
    forecast(window)
    assert badge(window) == "✓ SAME FORECASTS"
    assert not kept.isVisible()
    assert drawn(window) == same


@pytest.mark.parametrize("preset", ["production_eager", "production_compiled"])
def test_that_both_modes_get_the_small_values_of_compiling(
    qtbot: QtBot, open_window: Open, preset: str
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    window.document.restore(PRESETS[preset], preset)
    job = window.pages.find(ForecastPage).make_job(window.choices())
    assert {config.small_values for config in job.sides} == {"clamp"}
    click(window, "compare")
    alone = window.pages.find(ForecastPage).make_job(window.choices())
    assert alone.sides == (PRESETS[preset],)


def test_that_a_run_that_shows_nothing_changes_nothing_about_what_is_shown(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    view, notice = chart_of(window), find(window, QLabel, "forecast_notice")
    begin(window)
    send(window, ModelLoaded(MODEL))
    send(window, FellBack("The first compile failed."))
    send(window, ready(window, compiled=False))
    finish(window)
    caption, told = view.caption.title, notice.text()
    assert "demo, float32" in caption
    assert "The first compile failed." in told
    begin(window)
    send(window, ModelLoaded(dataclasses.replace(MODEL, source="amazon/chronos-2")))
    send(window, FellBack("The second compile failed."))
    send(window, Failed(FailureKind.MEMORY, "Memory ran out."))
    finish(window)
    assert (view.caption.title, notice.text()) == (caption, told)
    assert notice.isVisible()
    begin(window)
    send(window, ready(window, compiled=False))
    assert not notice.isVisible()


def test_that_a_number_that_is_still_being_typed_counts_when_a_key_starts_a_run(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    horizon = find(window, QSpinBox, "horizon")
    horizon.setFocus()
    horizon.selectAll()
    QTest.keyClicks(horizon, "48")
    with qtbot.waitSignal(window.engine.started) as began:
        QTest.keyClick(horizon, Qt.Key.Key_F5)
    assert began.args is not None
    assert began.args[0].horizon == 48


def test_that_series_too_short_for_a_holdout_are_told_or_drawn_after_their_end(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = tmp_path / "short.csv"
    short = [f"short,{step}" for step in range(30)]
    data.write_text("\n".join(["item_id,y", *short]) + "\n")
    window = open_window(data)
    wait_for_data(qtbot, window, "short.csv")
    click(window, "holdout")
    click(window, "compare")  # or the worker would make a folder for compiled code
    click(window, "run_forecast")
    wait_until_idle(qtbot, window)
    banner = find(window, QWidget, "banner")
    assert banner.isVisible()
    assert any("48 steps" in label.text() for label in banner.findChildren(QLabel))

    data.write_text(
        "\n".join(["item_id,y", *short, *(f"long,{step}" for step in range(99))]) + "\n"
    )
    window.open_data(data)
    qtbot.waitUntil(lambda: len(series_of(window)) == 2)
    begin(window)
    send(window, ready(window, compiled=False))
    places = {}
    for item, one in enumerate(series_of(window).series):
        window.series_list.choose(item)
        places[one.item_id] = plot_of(window).drawn(Curve.EAGER)[0][0]
    assert places == {"short": 30, "long": 99 - HORIZON}
