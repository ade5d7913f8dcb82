"""The theme."""

from collections.abc import Callable

from PySide6.QtTest import QTest

from gui.window.main_window import MainWindow
from tests.support.driving import plot_of, trigger

Open = Callable[..., MainWindow]


def test_that_the_theme_is_switched_live_plots_included(open_window: Open) -> None:
    window = open_window()
    canvas = plot_of(window).canvas
    colours = {}
    for choice in ("light", "dark"):
        trigger(window, f"theme_{choice}")
        QTest.qWait(50)
        image = window.grab().toImage()
        corner = canvas.mapTo(window, canvas.rect().topLeft()) + canvas.rect().topLeft()
        colours[choice] = (
            image.pixelColor(3, image.height() - 3).lightness(),
            image.pixelColor(corner.x() + 2, corner.y() + 2).lightness(),
        )
    assert all(shade > 200 for shade in colours["light"])
    assert all(shade < 60 for shade in colours["dark"])
    trigger(window, "theme_light")
